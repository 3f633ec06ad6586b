"""Groups of reports or sentences: one column or several, under the names that a researcher uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.schemas import TableError, column_of

__all__ = ["Groups", "as_list", "group_of", "labels_of", "named_groups"]


class Groups(NamedTuple):
    """To which group each row belongs.

    Attributes
    ----------
    names : tuple of str
        The columns as they were asked for; they name the columns of the result. Empty where all is one group.
    keys : DataFrame
        One row per group, sorted, NA last: the values of those columns with their dtypes.
    code : ndarray of int
        Per row (report or sentence) its row in `keys`.
    of_reports : bool
        True where all columns are columns of reports, so that a report belongs to one group as a whole.
    """

    names: tuple[str, ...]
    keys: pd.DataFrame
    code: np.ndarray
    of_reports: bool

    def labels(self) -> list[str]:
        """Return the groups as texts for figures and messages: values joined by " · ", "(NA)" for what is missing."""
        return labels_of(self.keys)

    def columns(self, group: np.ndarray) -> dict[str, Any]:
        """Return the key columns for rows of a result that belong to the groups `group`."""
        taken = self.keys.iloc[group].reset_index(drop=True)
        return {name: taken[name] for name in taken.columns}


def labels_of(keys: pd.DataFrame) -> list[str]:
    """Return each row of `keys` as one text."""
    if keys.shape[1] == 0:
        return ["corpus"] * len(keys)
    texts = [["(NA)" if pd.isna(value) else str(value) for value in keys[name]] for name in keys.columns]
    return [" · ".join(row) for row in zip(*texts, strict=True)]


def named_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Return a measure's table with the column group: the values of its leading columns as one text for a figure.

    Examples
    --------
    >>> named_groups(pd.DataFrame({"place": ["东"], "year": [2020], "term": ["茶叶"]}))["group"].tolist()
    ['东 · 2020']
    """
    if "group" in table.columns:
        return table
    columns = list(table.columns)
    ends = [columns.index(name) for name in ("term", "theme", "value") if name in columns]
    leading = columns[: min(ends, default=0)]
    return table.assign(group=pd.array(labels_of(table[leading]), dtype="str"))


def as_list(value: Any, name: str, example: str) -> list:
    """Return `value` as a list; raise `TableError` for a text where several texts are wanted."""
    if isinstance(value, str):
        raise TableError(f"{name} must be a list; received the text {value!r}. Write [{value!r}].")
    try:
        return list(value)
    except TypeError:
        raise TableError(f"{name} must be a list such as {example}; received {value!r}.") from None


def group_of(
    by: str | Sequence[str] | None, reports: pd.DataFrame, strata: np.ndarray, sentences: pd.DataFrame | None = None
) -> Groups:
    """Return the group of each row by the columns `by`.

    Parameters
    ----------
    by : str, sequence of str, or None
        Columns of `reports` (what a metadata.csv brought and what was joined to the table included), or of
        `sentences`; usual names (year, place, 年份, 乡镇 …) stand for ours. None makes one group of all.
    reports : DataFrame
    strata : ndarray of int
        Per row that is grouped the row of its report in `reports`.
    sentences : DataFrame, optional
        One row per row that is grouped, if these are sentences.

    Returns
    -------
    Groups

    Raises
    ------
    TableError
        If neither table has a column; the text lists those there are, nearest first.

    Examples
    --------
    >>> reports = pd.DataFrame({"report_id": ["a", "b", "c"], "year_stated": [2020, 2019, 2020]})
    >>> groups = group_of("year", reports, np.arange(3))
    >>> groups.keys["year"].tolist(), groups.code.tolist()
    ([2019, 2020], [1, 0, 1])
    """
    if by is None:
        return Groups((), pd.DataFrame(index=range(1)), np.zeros(len(strata), dtype=np.int64), True)
    names = [by] if isinstance(by, str) else as_list(by, "by", "['place', 'year']")
    if not names:
        raise TableError("by names no column; give one, such as 'year', or a list, or leave it out.")
    tables = [reports] if sentences is None else [reports, sentences]
    held, of_reports = {}, True
    for name in names:
        column = column_of(name, *tables)
        if column in reports.columns:
            held[name] = reports[column].iloc[strata].reset_index(drop=True)
        else:
            of_reports = False
            held[name] = tables[-1][column].reset_index(drop=True)
    frame = pd.DataFrame(held)
    try:
        grouping = frame.groupby(list(frame.columns), dropna=False, sort=True)
        keys = frame.iloc[grouping.head(1).index] if len(frame) else frame
        code = grouping.ngroup().to_numpy(dtype=np.int64)
    except TypeError as error:
        raise TableError(f"cannot group by {', '.join(names)}: its values have no common order ({error}).") from None
    keys = keys.iloc[np.argsort(code[keys.index], kind="stable")].reset_index(drop=True)
    return Groups(tuple(names), keys, code, of_reports)
