"""Every table: its columns, dtypes, units, meanings and key. The list itself is data, in ``tables.csv``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from analysis.schemas.errors import TableError

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Column", "arrow_schema", "columns", "conform", "describe", "empty", "rows", "table_names"]


class Column(NamedTuple):
    """One column of a table: ``name``, pandas ``dtype``, whether it is part of the key, ``unit``, ``meaning``."""

    name: str
    dtype: str
    key: bool
    unit: str
    meaning: str


@cache
def _tables() -> dict[str, tuple[Column, ...]]:
    tables: dict[str, list[Column]] = {}
    with Path(__file__).with_name("tables.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            column = Column(row["column"], row["dtype"], row["key"] == "1", row["unit"], row["meaning"])
            tables.setdefault(row["table"], []).append(column)
    return {name: tuple(columns) for name, columns in tables.items()}


def table_names() -> tuple[str, ...]:
    """Return the names of all tables, from files to statistics."""
    return tuple(_tables())


def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of `table`; raise `TableError` for an unknown name."""
    try:
        return _tables()[table]
    except KeyError:
        raise TableError(f"no table is called {table!r}; there are: {', '.join(_tables())}.") from None


def describe(table: str) -> pd.DataFrame:
    """Return the columns of `table` as a table, for looking things up in a notebook.

    Columns: column, dtype, key, unit, meaning.
    """
    return pd.DataFrame(columns(table)).rename(columns={"name": "column"})


def empty(table: str) -> pd.DataFrame:
    """Return `table` with all its columns, rightly typed, and no row."""
    return pd.DataFrame({column.name: pd.Series([], dtype=column.dtype) for column in columns(table)})


def conform(frame: pd.DataFrame, table: str, *, allow_fewer: bool = False) -> pd.DataFrame:
    """Return `frame` with the columns of `table` in order and in their dtypes; further columns follow.

    With `allow_fewer`, columns that `frame` lacks are no fault.

    Raises
    ------
    TableError
        If a column is missing or cannot be cast; the text names it.
    """
    declared = columns(table)
    if allow_fewer:
        declared = tuple(column for column in declared if column.name in frame.columns)
    missing = [column.name for column in declared if column.name not in frame.columns]
    if missing:
        raise TableError(
            f"{table} table lacks column {missing[0]!r} (found: {', '.join(map(str, frame.columns))}). "
            f"describe({table!r}) lists what it needs."
        )
    typed = {}
    for column in declared:
        try:
            typed[column.name] = frame[column.name].astype(column.dtype)
        except (TypeError, ValueError) as error:
            raise TableError(f"{table} table: column {column.name!r} is not {column.dtype}: {error}.") from error
    names = [column.name for column in declared]
    further = [name for name in frame.columns if name not in typed]
    return frame.assign(**typed)[names + further]


def rows(records: list[dict], table: str) -> pd.DataFrame:
    """Return the table made of `records` (dicts of its columns); no records give the empty table."""
    return conform(pd.DataFrame(records), table) if records else empty(table)


def arrow_schema(table: str) -> pyarrow.Schema:
    """Return the one Arrow schema with which `table` is always written, so that parts read back together."""
    import pyarrow as pa

    types = {
        "str": pa.string(),
        "int64": pa.int64(),
        "Int64": pa.int64(),
        "float64": pa.float64(),
        "boolean": pa.bool_(),
        "bool": pa.bool_(),
    }
    return pa.schema([(column.name, types[column.dtype]) for column in columns(table)])
