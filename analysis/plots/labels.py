"""The words of the figures in English and Chinese, and the one way in which a report is called in all of them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.corpus.text.width import display_width
from analysis.plots.style import current_style
from analysis.schemas import LexiconError

__all__ = ["coverage_label", "genre_label", "label", "report_labels", "year_label"]

LONGEST_ID = 16  # columns; a Han character takes two


@cache
def _words() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "labels.csv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: row for row in csv.DictReader(lines)}


def label(key: str, *, language: str | None = None) -> str:
    """Return the words for `key` in `language`, by default that of the style in force.

    Raises
    ------
    LexiconError
        If plots/labels.csv has no such key.

    Examples
    --------
    >>> label("column_coverage", language="en"), label("column_coverage", language="zh")
    ('Coverage', '可见率')
    """
    if key not in _words():
        raise LexiconError(f"plots/labels.csv has no key {key!r}. Add a row with its words in English and Chinese.")
    return _words()[key][language or current_style().language]


def report_labels(
    reports: pd.DataFrame, *, language: str | None = None, genre: bool = True, separator: str | None = None
) -> dict[str, str]:
    """Return what each report is called in figures: short id, township, year, genre.

    A masked township is written as the source writes it. A year in brackets is inferred, not stated; a question mark
    behind a stated year says that the evidence excludes it.

    Parameters
    ----------
    reports : DataFrame
        The reports table.
    language : {"en", "zh"}, optional
        By default that of the style in force.
    genre : bool
        Whether the genre is part of the label.
    separator : str, optional
        What stands before the genre; by default a comma of the language.

    Returns
    -------
    dict
        Label of each `report_id`, in the order of the table.

    Examples
    --------
    >>> import pandas as pd
    >>> reports = pd.DataFrame([{"report_id": "001_fabd", "township": "嵩市镇", "year_stated": 2024, "year_min": 2024,
    ...                          "year_max": 2024, "year_flag": "stated", "genre": "政府工作报告"}])
    >>> report_labels(reports, language="en")
    {'001_fabd': '001 嵩市镇 2024, government work report'}
    """
    short = _short_ids([str(report_id) for report_id in reports["report_id"]])
    labels = {}
    for report in reports.to_dict("records"):
        township = report["township"]
        place = label("place_unknown", language=language) if pd.isna(township) else str(township)
        text = f"{short[report['report_id']]} {place} {year_label(report, language=language)}"
        if genre:
            text += (separator or label("comma", language=language)) + genre_label(report["genre"], language=language)
        labels[report["report_id"]] = text
    return labels


def year_label(report: Mapping[Any, Any], *, language: str | None = None) -> str:
    """Return the year of `report` (a row of the reports table): 2024, 2024? where excluded, [2016–2017] if inferred."""
    first, last, stated = report["year_min"], report["year_max"], report["year_stated"]
    if not pd.isna(stated):
        return f"{int(stated)}?" if report["year_flag"] == "year_conflict" else f"{int(stated)}"
    if pd.isna(first) and pd.isna(last):
        return label("year_unknown", language=language)
    if pd.isna(first):
        return f"[≤{int(last)}]"
    if pd.isna(last):
        return f"[≥{int(first)}]"
    return f"[{int(first)}]" if first == last else f"[{int(first)}–{int(last)}]"


def genre_label(genre: str | None, *, language: str | None = None) -> str:
    """Return the name of `genre`; a genre that the labels do not know stays as it is."""
    if pd.isna(genre):
        return label("genre_unknown", language=language)
    return label(f"genre_{genre}", language=language) if f"genre_{genre}" in _words() else str(genre)


def coverage_label(coverage: float | None) -> str:
    """Return `coverage` as a share with two decimals, or ? where the hidden amount is unknown.

    Examples
    --------
    >>> coverage_label(0.5), coverage_label(None)
    ('.50', '?')
    """
    return "?" if pd.isna(coverage) else f"{coverage:.2f}".removeprefix("0")


def _short_ids(report_ids: list[str]) -> dict[str, str]:
    """Return the id up to its first underscore where that is unambiguous, else the id, long ones cut in the middle."""
    heads = {report_id: report_id.rpartition("/")[2].split("_")[0] for report_id in report_ids}
    uses = Counter(heads.values())
    short = {one: heads[one] if heads[one] and uses[heads[one]] == 1 else one for one in report_ids}
    cut = {one: _cut(text) for one, text in short.items()}
    alike: dict[str, list[str]] = {}
    for one in sorted(report_ids):
        alike.setdefault(cut[one], []).append(one)
    told = {
        one: cut[one] if len(alike[cut[one]]) == 1 else f"{cut[one]}~{alike[cut[one]].index(one) + 1}" for one in cut
    }
    # the first blank of a label ends the name: figures with little room write what stands before it
    return {one: re.sub(r"\s", "\u00a0", name) for one, name in told.items()}


def _cut(text: str) -> str:
    """Return `text` as it is where it takes few columns, else its beginning and its end."""
    if display_width(text) <= LONGEST_ID:
        return text
    half = (LONGEST_ID - 1) // 2
    ends = [0, 0]
    while display_width(text[: ends[0] + 1]) <= half:
        ends[0] += 1
    while display_width(text[len(text) - ends[1] - 1 :]) <= half:
        ends[1] += 1
    return f"{text[: ends[0]]}…{text[len(text) - ends[1] :]}"
