"""Every table: its columns, dtypes, units, meaning and key; Report and Corpus; the error types.

The column list itself is data and lives beside this file in ``schemas.csv``. Offsets are 0-based code
points into ``raw``, the text that the reader returned; the end is exclusive.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "ELISION",
    "Column",
    "Corpus",
    "CorpusError",
    "Edit",
    "FontError",
    "LexiconError",
    "Report",
    "TableError",
    "TownshipError",
    "arrow_schema",
    "conform",
    "describe",
    "empty",
    "table_names",
]

ELISION = "▢"
"""Stands in the cleaned text where the source says that text is hidden."""


class TownshipError(ValueError):
    """Base of every error this package raises on bad input; its text says what, where and what to do."""


class CorpusError(TownshipError):
    """A folder or file cannot be used as a corpus."""


class LexiconError(TownshipError):
    """A data table (lexicon, stopwords, gold file) has a broken row."""


class TableError(TownshipError):
    """A table lacks a column or a parameter does not fit the table."""


class FontError(TownshipError):
    """A figure needs a character that no font at hand can draw."""


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
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
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


def conform(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return `frame` with the columns of `table` in order and in their dtypes; further columns follow.

    Raises
    ------
    TableError
        If a column is missing or cannot be cast; the text names it.
    """
    declared = columns(table)
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


class Edit(NamedTuple):
    """One entry of the cleaning log: raw ``[start, end)`` held ``text`` and became ``replacement``."""

    start: int
    end: int
    text: str
    replacement: str
    kind: str


@dataclass(frozen=True)
class Report:
    """One document: its identity, its raw text and the log of edits that gives the cleaned text.

    Attributes
    ----------
    report_id, path, sha256 : str
    encoding : str or None
        None for a format that has none of its own.
    format : str
        text, html, docx, pdf or doc.
    raw : str
        The text that the reader returned; every offset in every table points into it.
    edits : tuple of Edit
        Sorted, not overlapping.
    """

    report_id: str
    path: str
    sha256: str
    encoding: str | None
    raw: str = field(repr=False)
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    format: str = "text"

    @cached_property
    def cleaned(self) -> str:
        """The text that is analysed: `raw` with every edit applied."""
        parts, at = [], 0
        for edit in self.edits:
            parts += [self.raw[at : edit.start], edit.replacement]
            at = edit.end
        return "".join([*parts, self.raw[at:]])

    @cached_property
    def _raw_starts(self) -> np.ndarray:
        """Raw offset of each cleaned character, and the raw length at the end."""
        pieces, at = [], 0
        for edit in self.edits:
            pieces.append(np.arange(at, edit.start))
            width, length = edit.end - edit.start, len(edit.replacement)
            # a replacement of equal length stands character for character, any other for the whole
            pieces.append(np.arange(edit.start, edit.end) if width == length else np.full(length, edit.start))
            at = edit.end
        pieces.append(np.arange(at, len(self.raw) + 1))
        return np.concatenate(pieces)

    @cached_property
    def _raw_ends(self) -> np.ndarray:
        """Raw offset just behind each cleaned character."""
        ends = self._raw_starts[:-1] + 1
        for edit in self.edits:
            length = len(edit.replacement)
            if length and length != edit.end - edit.start:
                first = int(np.searchsorted(self._raw_starts, edit.start))
                ends[first : first + length] = edit.end
        return ends

    def to_clean(self, offset: int) -> int:
        """Return the place in `cleaned` of the first kept character at or behind raw `offset`."""
        return int(np.searchsorted(self._raw_starts, offset))

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of the cleaned span ``[start, end)``; its ends never fall on deleted text."""
        if end <= start:
            return int(self._raw_starts[start]), int(self._raw_starts[start])
        return int(self._raw_starts[start]), int(self._raw_ends[end - 1])

    def to_raw_many(self, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the raw starts and ends of many non-empty cleaned spans at once."""
        return self._raw_starts[starts], self._raw_ends[np.asarray(ends) - 1]

    def cleaned_span(self, start: int, end: int) -> str:
        """Return the cleaned text of the raw span ``[start, end)``."""
        return self.cleaned[self.to_clean(start) : self.to_clean(end)]


@dataclass(frozen=True)
class Corpus:
    """A container of the tables, one attribute per table, and the documents behind them.

    ``describe("tokens")`` explains the columns of a table. ``documents`` maps `report_id` to `Report`, ``parameters``
    are the settings with which `read_corpus` made the tables.
    """

    folder: str
    reports: pd.DataFrame
    edits: pd.DataFrame
    noise: pd.DataFrame
    masks: pd.DataFrame
    damage: pd.DataFrame
    zones: pd.DataFrame
    headings: pd.DataFrame
    items: pd.DataFrame
    sentences: pd.DataFrame
    tokens: pd.DataFrame
    slogans: pd.DataFrame
    duplicates: pd.DataFrame
    rejects: pd.DataFrame
    documents: Mapping[str, Report] = field(repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return (
            f"Corpus({self.folder!r}: {len(self.reports)} reports, {len(self.sentences)} sentences, "
            f"{len(self.tokens)} tokens, {len(self.slogans)} slogans, {len(self.rejects)} rejects)"
        )
