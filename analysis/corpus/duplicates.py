"""Reports that stand in a folder more than once: exact copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.schemas import rows

__all__ = ["find_duplicates", "mark_duplicates", "sketch"]


def sketch(text: str, masks: Sequence[tuple[int, int]], rate: int = 1) -> np.ndarray:
    """Return the hashes of the shingles of `text`; none are needed for exact copies."""
    return np.zeros(0, dtype=np.uint64)


def find_duplicates(
    reports: pd.DataFrame, sketches: Mapping[str, np.ndarray], digests: Mapping[str, str], rate: int = 1
) -> pd.DataFrame:
    """Return the table ``duplicates``: each report whose cleaned text an earlier one has."""
    first: dict[str, str] = {}
    found = []
    for report_id in reports["report_id"]:
        kept = first.setdefault(digests[report_id], report_id)
        if kept != report_id:
            pair = {"report_id": report_id, "other_id": kept, "relation": "exact", "reason": "same cleaned text"}
            found.append({**pair, "containment": 1.0, "jaccard": 1.0})
    return rows(found, "duplicates")


def mark_duplicates(reports: pd.DataFrame, duplicates: pd.DataFrame) -> pd.DataFrame:
    """Return `reports` with ``duplicate_of`` set."""
    kept = dict(zip(duplicates["report_id"], duplicates["other_id"], strict=True))
    return reports.assign(duplicate_of=reports["report_id"].map(kept).astype("str"))
