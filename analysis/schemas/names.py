"""The names under which a researcher asks for a column: year, place, 年份, 乡镇, 县, 地区 beside our own."""

from __future__ import annotations

import csv
import difflib
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.schemas.errors import TableError

__all__ = ["column_of", "with_aliases"]


@cache
def _aliases() -> dict[str, tuple[str, ...]]:
    """Return per name the columns that it may mean, first the one that is meant where several are there."""
    found: dict[str, list[str]] = {}
    with Path(__file__).with_name("names.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["name"], []).append(row["column"])
    return {name: tuple(columns) for name, columns in found.items()}


def column_of(name: str, *tables: pd.DataFrame) -> str:
    """Return the column of the first of `tables` that is called `name` or that `name` stands for.

    Raises
    ------
    TableError
        If no table has it; the text lists the columns there are, nearest first.

    Examples
    --------
    >>> column_of("年份", pd.DataFrame({"report_id": ["a"], "year_stated": [2020]}))
    'year_stated'
    """
    if not isinstance(name, str):
        raise TableError(f"a column is named by a text; received {name!r}. Give a name such as 'year'.")
    for wanted in (name, *_aliases().get(name, ())):
        if any(wanted in table.columns for table in tables):
            return wanted
    there = list(dict.fromkeys(str(column) for table in tables for column in table.columns))
    usual = [alias for alias, columns in _aliases().items() if set(columns) & set(there)]
    near = difflib.get_close_matches(name, [*there, *usual], n=3, cutoff=0.5)
    first = list(dict.fromkeys([*near, *there]))
    raise TableError(f"no column is called {name!r}; there are: {', '.join(first)}; also: {', '.join(usual)}.")


def with_aliases(reports: pd.DataFrame) -> pd.DataFrame:
    """Return `reports` with a further column for each alias that names one of its columns and is none itself."""
    more = {}
    for alias, columns in _aliases().items():
        column = next((one for one in columns if one in reports.columns), None)
        if alias not in reports.columns and column is not None:
            more[alias] = reports[column]
    return reports.reset_index(drop=True).assign(**{name: values.to_numpy() for name, values in more.items()})
