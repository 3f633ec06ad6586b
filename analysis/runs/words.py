"""The words of the report's frame in English and Chinese, from words.csv."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

__all__ = ["words"]


@cache
def words(language: str) -> dict[str, str]:
    """Return the words by key in `language`, "en" or "zh"."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: row[language] for row in csv.DictReader(lines)}
