"""What the researcher says of her files: metadata.csv, read, checked and joined to the reports.

The file is optional and lies in the folder of the corpus: UTF-8 (with or without a byte order mark), UTF-16 or GB18030;
comma, semicolon or tab between the cells. The column ``path`` names the report; known columns, in English or Chinese
(``lexicons/metadata_columns.csv``), win over what was found in the text; every other column is joined as it is.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.corpus.identity.metadata_given import GIVEN, say, township_code_of, year_of
from analysis.lexicons.tables import read_table
from analysis.schemas import CorpusError, columns

__all__ = ["MetadataWarning", "join_metadata", "read_metadata", "tell_of_duplicates"]

_NAME = "metadata.csv"
_LARGEST = 50_000_000
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d{0,14})(?:\.\d+)?(?:[eE][-+]?\d{1,2})?")
_SHOWN = 3


class MetadataWarning(UserWarning):
    """A row of metadata.csv names no report, or one that is left out, or a report has no row."""


@cache
def _aliases() -> dict[str, str]:
    table = read_table("metadata_columns.csv", columns=("column", "alias"), required=("column", "alias"))
    return dict(zip(table["alias"], table["column"], strict=True))


def read_metadata(folder: Path) -> pd.DataFrame | None:
    """Return the table that the researcher put into `folder`, None where there is none.

    Returns
    -------
    pandas.DataFrame or None
        One row per row of the file. **Columns**: path (str, with / between folders), line (int64, where it begins),
        those of township, township_code, county, prefecture, province, genre (str) and year, report_year, plan_year
        (Int64) that the file has, then its further columns: Int64 or float64 where every cell is a number, else str.

    Raises
    ------
    CorpusError
        If the file cannot be read or one of its cells cannot be right; one line that names file, line and remedy.
    """
    folder = Path(folder)
    path = folder / _NAME
    if not path.exists():
        if folder.is_dir():
            for other in sorted(folder.glob("[Mm][Ee][Tt][Aa][Dd][Aa][Tt][Aa].[CcTt][Ss][Vv]")):
                raise CorpusError(f"{other}: not read under this name. Call it {_NAME}, or move it elsewhere.")
        return None
    rows = _rows(path, _text(path))
    header_line, header = next(rows, (1, []))
    if not any(header):
        raise CorpusError(f"{path}: the file is empty. Give it a header with the column path, or remove it.")
    names = _header(f"{path}, line {header_line}", header)
    records, seen = [], {}
    for line, cells in rows:
        if not any(cells):
            continue
        records.append(_record(f"{path}, line {line}", line, names, cells, seen))
    if not records:
        raise CorpusError(f"{path}: there is a header, but no row. Add a row for each report that you know of.")
    return _typed(pd.DataFrame(records))


def _text(path: Path) -> str:
    if not path.is_file():
        raise CorpusError(f"{path}: not a file. {_NAME} must be a table; rename the folder.")
    try:
        if path.stat().st_size > _LARGEST:
            raise CorpusError(f"{path}: more than {_LARGEST:,} bytes. A table of metadata has a row for each report.")
        content = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror}. Check who may read it.") from error
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CorpusError(f"{path}: neither UTF-8 nor GB18030. Save the table as 'CSV UTF-8'.")


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins and its cells without the white space around them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [unicodedata.normalize("NFC", cell.strip()) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise CorpusError(
            f'{path}, line {line}: not a row of a table: {error}. Close every "…", and double a " inside of one.'
        ) from error


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n \ufeff").split("\n", 1)[0]
    return max(",;\t", key=lambda mark: (first.count(mark), mark == ","))


def _header(place: str, header: list[str]) -> list[str | None]:
    """Return the name of each column in this package; None for one without a name, whose cells must be empty."""
    names: list[str | None] = []
    for cell in header:
        name = _aliases().get(cell.lower(), cell) or None
        if name is not None and name in names:
            earlier = header[names.index(name)]
            both = f"{cell!r} stands twice" if earlier == cell else f"{earlier!r} and {cell!r} both give the {name}"
            raise CorpusError(f"{place}: {both}. Keep one of the two columns.")
        if name is not None and name not in GIVEN and name != "path" and name in _computed():
            raise CorpusError(f"{place}: the column {cell!r} is computed by this package. Rename it.")
        names.append(name)
    if "path" not in names:
        found = ", ".join(filter(None, header))
        raise CorpusError(f"{place}: no column names the files (found: {found}). Call the one that does path.")
    return names


@cache
def _computed() -> frozenset[str]:
    """Return the names that a column of hers would hide: those of reports and of its sentences and tokens."""
    return frozenset(column.name for table in ("reports", "sentences", "tokens") for column in columns(table)) | {
        "line"
    }


def _record(place: str, line: int, names: list[str | None], cells: list[str], seen: dict[str, int]) -> dict:
    if len(cells) < len(names):
        cells = cells + [""] * (len(names) - len(cells))
    if any(cells[len(names) :]) or any(cell for name, cell in zip(names, cells, strict=False) if name is None):
        raise CorpusError(
            f"{place}: more cells than the header has names ({sum(name is not None for name in names)}). "
            'Put a cell that holds the separator in "…".'
        )
    row: dict = {name: cell for name, cell in zip(names, cells, strict=False) if name is not None}
    row["path"] = re.sub(r"^(?:\./)+", "", row["path"].replace("\\", "/"))
    if not row["path"]:
        raise CorpusError(f"{place}: the row names no file. Fill the column path, or remove the row.")
    if seen.setdefault(row["path"], line) != line:
        raise CorpusError(f"{place}: {row['path']!r} stands in line {seen[row['path']]} already. Keep one of the rows.")
    for name in ("year", "report_year", "plan_year"):
        if row.get(name):
            row[name] = year_of(row[name], place, name)
    if row.get("township_code"):
        row["township_code"] = township_code_of(row["township_code"], row.get("township", ""), place)
    return {"path": row.pop("path"), "line": line} | row


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with numbers as numbers and empty cells as NA."""
    typed = {}
    for name in table.columns:
        cells = table[name]
        if name == "line":
            typed[name] = cells.astype("int64")
            continue
        texts = [None if cell == "" else str(cell) for cell in cells]
        told = [text for text in texts if text is not None]
        if name in ("year", "report_year", "plan_year"):
            typed[name] = pd.array([None if text is None else int(text) for text in texts], dtype="Int64")
        elif name not in GIVEN and name != "path" and told and all(map(_NUMBER.fullmatch, told)):
            whole = not any(mark in text for text in told for mark in ".eE")
            numbers = [None if text is None else (int(text) if whole else float(text)) for text in texts]
            typed[name] = pd.array(numbers, dtype="Int64") if whole else pd.Series(numbers, dtype="float64")
        else:
            typed[name] = pd.array(texts, dtype="str")
    return pd.DataFrame(typed)


def join_metadata(reports: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Return `reports` with what is `given`: known columns replaced where a cell is filled, further columns behind.

    A row's path is that of the report, its report_id, or its file name alone where only one report bears it. A place
    that is given is looked up in the official table and has the grade ``given``; the evidence that the text gave stays
    in the evidence columns behind the words "metadata.csv".

    Parameters
    ----------
    reports : DataFrame
        The reports table.
    given : DataFrame
        As `read_metadata` returns it.

    Returns
    -------
    pandas.DataFrame
        `reports` in its order and dtypes, and the further columns of `given`, NA where a report has no row.

    Raises
    ------
    CorpusError
        If a row may mean two reports, or two rows mean one.

    Warns
    -----
    MetadataWarning
        If rows name no report or reports have no row: one line that counts and names them.
    """
    rows = _matched(reports, given)
    _tell(reports, given, rows)
    joined = reports.copy()
    records = given.to_dict("records")
    of_report = {report: records[row] for row, report in rows.items()}
    said = [say(found, of_report.get(at)) for at, found in enumerate(joined.to_dict("records"))]
    for column in columns("reports"):
        if column.name in joined:
            joined[column.name] = pd.Series([row[column.name] for row in said], index=joined.index, dtype=column.dtype)
    further = [name for name in given.columns if name not in GIVEN and name not in ("path", "line")]
    row_of = {report: row for row, report in rows.items()}
    places = [row_of.get(at, -1) for at in range(len(joined))]
    extra = given[further].reindex(places).set_axis(joined.index)
    return joined.assign(**{name: extra[name] for name in further})


def _matched(reports: pd.DataFrame, given: pd.DataFrame) -> dict[int, int]:
    """Return the report of each row of `given`, both by position; rows that name no report are left out."""
    names: list[dict[str, list[int]]] = [{}, {}, {}]
    for at, (path, report_id) in enumerate(zip(reports["path"], reports["report_id"], strict=True)):
        path, report_id = (unicodedata.normalize("NFC", one) for one in (path, report_id))
        forms = (path,), {report_id, path.rpartition(".")[0]}, {path.rpartition("/")[2]}
        for known, some in zip(names, forms, strict=True):
            for form in some:
                known.setdefault(form, []).append(at)
    rows: dict[int, int] = {}
    taken: dict[int, int] = {}
    for row, (path, line) in enumerate(zip(given["path"], given["line"], strict=True)):
        found = next((known[path] for known in names if path in known), [])
        if len(found) > 1:
            several = ", ".join(sorted(reports["path"].iloc[found])[:_SHOWN])
            raise CorpusError(
                f"{_NAME}, line {line}: {path!r} may be any of {len(found)} reports ({several}). Write the whole path."
            )
        if found and taken.setdefault(found[0], line) != line:
            raise CorpusError(
                f"{_NAME}, line {line}: {path!r} is the report of line {taken[found[0]]} as well. Keep one of the rows."
            )
        if found:
            rows[row] = found[0]
    return rows


def _tell(reports: pd.DataFrame, given: pd.DataFrame, rows: dict[int, int]) -> None:
    """Warn of rows without a report and reports without a row."""
    lost = [f"line {line} {path!r}" for row, (path, line) in enumerate(zip(given["path"], given["line"], strict=True))
            if row not in rows]  # fmt: skip
    bare = sorted(path for at, path in enumerate(reports["path"]) if at not in set(rows.values()))
    parts = []
    if lost:
        parts.append(
            f"{len(lost)} of {len(given)} rows name no report ({_some(lost)}): misspelt, not in the folder, or a reject"
        )
    if bare:
        parts.append(f"{len(bare)} of {len(reports)} reports have no row ({_some(list(map(repr, bare)))})")
    if parts:
        warnings.warn(f"{_NAME}: {'; '.join(parts)}.", MetadataWarning, stacklevel=3)


def tell_of_duplicates(reports: pd.DataFrame, given: pd.DataFrame) -> None:
    """Warn of rows whose report is left out as a duplicate of one that has no row: no group would hold either.

    Parameters
    ----------
    reports : pandas.DataFrame
        Table reports, with duplicates marked.
    given : pandas.DataFrame
        From `read_metadata`.

    Warns
    -----
    MetadataWarning
        If there are such rows: one line that counts and names them.
    """
    path_of = dict(zip(reports["report_id"], reports["path"], strict=True))
    described = reports.iloc[sorted(_matched(reports, given).values())]
    left_out = described[described["duplicate_of"].notna() & ~described["duplicate_of"].isin(described["report_id"])]
    if not left_out.empty:
        pairs = zip(left_out["path"], left_out["duplicate_of"], strict=True)
        names = _some([f"{path!r} for {path_of[kept]!r}" for path, kept in pairs])
        warnings.warn(
            f"{_NAME}: {len(left_out)} of {len(given)} rows describe duplicates that are left out for a file without "
            f"a row ({names}): give the file that is kept a row.",
            MetadataWarning,
            stacklevel=2,
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
