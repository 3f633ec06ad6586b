"""The reader of all data tables: a table of the package by its name, a researcher's own by its path."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.schemas import LexiconError

__all__ = ["read_table"]

_FOLDER = Path(__file__).parent


def read_table(
    source: str | Path,
    *,
    columns: Sequence[str],
    required: Sequence[str] | None = None,
    optional: Sequence[str] = (),
    unique: Sequence[str] = (),
    allowed: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Read a UTF-8 CSV table and check every row of it.

    Parameters
    ----------
    source : str or Path
        A str names a table of the package (``"stopwords.csv"``); a Path is a file of the researcher's.
    columns : sequence of str
        What the header holds, in any order.
    required : sequence of str, optional
        Columns without an empty cell; the first of `columns` if not given.
    optional : sequence of str
        Those of `columns` that the header may lack; all their cells are then empty.
    unique : sequence of str
        The key: no two rows agree in all these columns.
    allowed : mapping of str to collection of str, optional
        The values that a column may hold; an empty cell is judged by `required` alone.

    Returns
    -------
    pandas.DataFrame
        **Columns**: those of `columns` in this order, all str, an empty cell being ``""``; one row per row of the
        file, in its order.

    Raises
    ------
    LexiconError
        If the file cannot be read, its header differs, or a row is broken; the text names file, line and remedy.

    Examples
    --------
    >>> table = read_table("stopwords.csv", columns=("word", "category", "source"), unique=("word",))
    >>> list(table.columns)
    ['word', 'category', 'source']
    """
    path = _FOLDER / source if isinstance(source, str) else Path(source)
    rows = _rows(path, _text(source, path))
    present = _header(path, next(rows, (1, []))[1], columns, optional)
    filled = {*(columns[:1] if required is None else required)}
    records, seen = [], {}
    for line, cells in rows:
        place = f"{path}, line {line}"
        if len(cells) != len(present):
            raise LexiconError(
                f"{place}: {len(cells)} cells where the header has {len(present)} ({', '.join(present)}). "
                'Put a cell that holds a comma or a quotation mark in "…".'
            )
        row = dict.fromkeys(columns, "") | dict(zip(present, cells, strict=True))
        for column, cell in row.items():
            _check_cell(place, column, cell, column in filled, (allowed or {}).get(column))
        key = tuple(row[column] for column in unique)
        if unique and seen.setdefault(key, line) != line:
            raise LexiconError(
                f"{place}: {', '.join(unique)} {', '.join(map(repr, key))} stands in line {seen[key]} already. "
                "Remove one of the two rows."
            )
        records.append(row)
    return pd.DataFrame(records, columns=list(columns), dtype="str")


def _text(source: str | Path, path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")  # Excel puts a byte order mark in front of its UTF-8
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LexiconError(f"{path}, line {line}: not UTF-8. Save the table as 'CSV UTF-8'.") from error
    except OSError as error:
        if isinstance(source, str):
            names = ", ".join(sorted(table.name for table in _FOLDER.glob("*.csv")))
            remedy = f"The package has {names}; give a table of your own as a pathlib.Path."
        else:
            remedy = "Check the path."
        raise LexiconError(f"{path} cannot be read: {error.strerror}. {remedy}") from error


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins and its cells; empty lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise LexiconError(
            f'{path}, line {line}: not a CSV row: {error}. Close every "…", and double a " inside of one.'
        ) from error


def _header(path: Path, present: list[str], columns: Sequence[str], optional: Sequence[str]) -> list[str]:
    wrong = [f"lacks {column!r}" for column in columns if column not in present and column not in optional]
    wrong += [f"has the unknown {column!r}" for column in present if column not in columns]
    wrong += [f"has {column!r} twice" for column in columns if present.count(column) > 1]
    if wrong:
        may_lack = f"; it may lack {', '.join(optional)}" if optional else ""
        raise LexiconError(
            f"{path}, line 1: the header {', '.join(wrong)}. Its columns must be {', '.join(columns)}{may_lack}."
        )
    return present


def _check_cell(place: str, column: str, cell: str, filled: bool, values: Collection[str] | None) -> None:
    if cell != cell.strip():
        raise LexiconError(f"{place}: column {column!r} holds {cell!r}, with white space around it. Remove it.")
    if filled and not cell:
        raise LexiconError(f"{place}: column {column!r} is empty. Fill it, or remove the row.")
    if cell and values is not None and cell not in values:
        raise LexiconError(f"{place}: column {column!r} holds {cell!r}. Use one of {', '.join(values)}.")
