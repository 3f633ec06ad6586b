"""What a report says of itself, and where two reports that read alike contradict each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.corpus.duplicates.overlap import shared_count
from analysis.corpus.text.script import fold_script

__all__ = ["Claims", "claims_of", "contradictions", "differences"]

_FEWEST_FIGURES, _FIGURES_AGREE = 8, 0.5
_BY_COUNT = re.compile(r"\(\d+ of \d+ years named\)")
_SUMMARIES = {"工作总结", "工作汇报"}  # sites file one text under either name


class Claims(NamedTuple):
    """What a report says of itself; None where it says nothing. ``firm``: not guessed from its wording alone."""

    report_id: str
    year: int | None
    year_firm: bool
    township: str | None
    county: str | None
    code: str | None
    genre: str | None
    completeness: str | None
    traditional: bool
    visible: int
    masks: int


def claims_of(row: Mapping) -> Claims:
    """Return what a row of the reports table says."""

    def said(column: str) -> str | None:
        value = row.get(column)
        return None if value is None or pd.isna(value) else value

    masked, evidence, year = said("township_masked"), said("genre_evidence") or "", said("year_stated")
    unnamed = masked is None or bool(masked) or str(row["township"]).startswith("某")
    return Claims(
        report_id=row["report_id"],
        year=None if year is None else int(year),
        year_firm=not _BY_COUNT.search(said("year_evidence") or ""),
        township=None if unnamed else _plain(said("township")),
        county=_plain(said("county")),
        code=said("township_code"),
        # what is told from words of the body may be told otherwise where half of the body is hidden
        genre=None if evidence.startswith("body") else said("genre"),
        completeness=said("completeness"),
        traditional=said("script") == "traditional",
        visible=int(said("visible_chars") or 0),
        masks=int(said("n_masks") or 0),
    )


def _plain(name: str | None) -> str | None:
    return None if name is None else fold_script(name)


def differences(one: Claims, other: Claims) -> list[str]:
    """Return in what the two contradict each other: year, place, genre."""
    found = []
    if one.year is not None and other.year is not None and one.year != other.year and not _guess_slips(one, other):
        found.append(f"other year ({min(one.year, other.year)}, {max(one.year, other.year)})")
    if one.code and other.code:
        names = (one.code, other.code) if one.code != other.code else None
    else:
        names = _unlike(one.township, other.township) or _unlike(one.county, other.county)
    if names:
        found.append(f"other place ({', '.join(sorted(names))})")
    if one.genre and other.genre and one.genre != other.genre and not {one.genre, other.genre} <= _SUMMARIES:
        found.append(f"other genre ({', '.join(sorted((one.genre, other.genre)))})")
    return found


def _guess_slips(one: Claims, other: Claims) -> bool:
    """Tell whether two years in a row may be one: what is left of a text may speak most of the year that it plans."""
    guessed = [which for which in (one, other) if not which.year_firm]
    cut = any(which.completeness != "full" for which in guessed)
    return abs((one.year or 0) - (other.year or 0)) == 1 and (len(guessed) == 1 or cut)


def _unlike(one: str | None, other: str | None) -> tuple[str, str] | None:
    """Return both names if they are two places: 资溪县嵩市镇 and 嵩市镇 are one."""
    if one is None or other is None or one.endswith(other) or other.endswith(one):
        return None
    return one, other


def contradictions(one: Claims, other: Claims, figures: Mapping[str, np.ndarray] | None) -> list[str]:
    """Return in what the two contradict each other, their figures included."""
    found = differences(one, other)
    if figures is not None and not found:
        of_one, of_other = figures[one.report_id], figures[other.report_id]
        fewer = min(len(of_one), len(of_other))
        if fewer >= _FEWEST_FIGURES and (agree := shared_count(of_one, of_other)) < _FIGURES_AGREE * fewer:
            found.append(f"other figures ({agree} of {fewer} agree)")
    return found
