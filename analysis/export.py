"""Figures and tables to disk: each figure with its data, its caption and where it comes from."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes

from analysis.plots.style import check_glyphs, figure_of, quiet_glyphs
from analysis.schemas import Corpus, TableError, arrow_schema, corpus_tables, rows
from analysis.spreadsheet import spreadsheet_cells

__all__ = ["corpus_hash", "reports_hash", "require_folder", "save_figure", "save_tables"]

METADATA: dict[str, dict[str, None]] = {
    "pdf": {"CreationDate": None},
    "svg": {"Date": None},
    "png": {"Software": None},
}


def save_figure(
    ax: Axes,
    name: str,
    *,
    data: pd.DataFrame,
    caption: str,
    corpus: Corpus,
    parameters: Mapping[str, Any],
    folder: str | os.PathLike,
) -> str:
    """Write the figure of `ax` with its data, caption and provenance, and return the caption.

    Writes name.pdf, name.svg and name.png (300 dpi), name.csv (`data`, 12 digits), name.md (`caption`) and name.json
    (package version, corpus hash, parameters). All six are written beside their place and renamed, so that a failure
    leaves what was there. The same input gives the same bytes.

    Parameters
    ----------
    ax : Axes
        Any Axes of the figure; the whole figure is written. It stays open, so that a notebook shows it.
    name : str
        File name without suffix.
    data : DataFrame
        Exactly the plotted rows.
    caption : str
        With its counts.
    corpus : Corpus
        Where the data come from.
    parameters : mapping
        All that the figure depends on beside the corpus; must fit into JSON.
    folder : path
        Made if it is not there.

    Returns
    -------
    str
        The caption, for a notebook to print: so its numbers are compared when the notebook is tested.

    Raises
    ------
    FontError
        If the figure holds a character that none of its fonts can draw.
    TableError
        If `name` is no plain file name or `parameters` do not fit into JSON.
    """
    if not name or name.startswith(".") or any(one in name for one in '/\\:*?"<>|'):
        raise TableError(f"figure name {name!r} is no plain file name. Use letters, digits and hyphens, no folder.")
    figure = figure_of(ax)
    origin = {
        "figure": name,
        "package": "township-reports",
        "version": _version(),
        "matplotlib": matplotlib.__version__,
        "corpus": {
            "hash": corpus_hash(corpus),
            "metadata": reports_hash(corpus),
            "reports": len(corpus.reports),
            "settings": dict(corpus.parameters),
        },
        "rows": len(data),
        "parameters": dict(parameters),
    }
    try:
        origin_text = json.dumps(origin, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise TableError(
            f"parameters of figure {name!r} do not fit into JSON ({error}). Use text, numbers, True, None and lists."
        ) from error
    check_glyphs(figure, name)
    with _written_together(folder) as staging:
        for suffix, nothing in METADATA.items():
            with quiet_glyphs():
                figure.savefig(staging / f"{name}.{suffix}", format=suffix, dpi=300, metadata=nothing, bbox_inches=None)
        # the last digits of a float differ between processors, and the file must not
        _write_csv(data, staging / f"{name}.csv", float_format="%.12g")
        # a name out of a file must not become markup, a link or a picture where the caption is shown
        _write_text(re.sub(r"<(?=[A-Za-z/!?])|(?<=\])\(", r"\\\g<0>", caption) + "\n", staging / f"{name}.md")
        _write_text(origin_text + "\n", staging / f"{name}.json")
    return caption


def save_tables(corpus: Corpus, folder: str | os.PathLike) -> list[str]:
    """Write every table of `corpus` as CSV and as Parquet, and return the names of the tables.

    One more is ``texts.parquet``: each report as it was read, to which the offsets of all other tables point. It has no
    CSV, which cannot hold every character as it is.

    Parquet has the declared Arrow types, so that tables of different corpora read together; columns beyond the declared
    ones keep the type that their values suggest. CSV is for spreadsheets: UTF-8 with the mark by which Excel knows it
    (``encoding="utf-8-sig"`` in Python), and texts that would be calculated have an apostrophe before them, as
    `spreadsheet_cells` says; Parquet has every text as it is. Lone surrogates, which neither format can hold, are
    written as backslash escapes in both.

    Parameters
    ----------
    corpus : Corpus
    folder : path
        Made if it is not there. Nothing in it changes unless all tables could be written.
    """
    tables = {name: getattr(corpus, name) for name in corpus_tables()}
    raw = [{"report_id": name, "raw": document.raw} for name, document in corpus.documents.items()]
    with _written_together(folder) as staging:
        for name, table in tables.items():
            table = _encodable(table)
            _write_parquet(table, name, staging)
            # the mark at the beginning tells Excel that this is UTF-8; without it Chinese is shown as garbage
            _write_csv(table, staging / f"{name}.csv", encoding="utf-8-sig")
        _write_parquet(_encodable(rows(raw, "texts")), "texts", staging)
    return list(tables)


def corpus_hash(corpus: Corpus) -> str:
    """Return one SHA-256 over the ids of the reports and the hashes of their files, whatever their order.

    What a metadata.csv or a joined table said of the reports is in `reports_hash`.
    """
    pairs = zip(corpus.reports["report_id"], corpus.reports["sha256"], strict=True)
    lines = sorted(f"{report_id}\t{sha256}\n" for report_id, sha256 in pairs)
    return hashlib.sha256("".join(lines).encode("utf-8", "backslashreplace")).hexdigest()


def reports_hash(corpus: Corpus) -> str:
    """Return one SHA-256 over all that the reports table says: place, year, genre, and columns that were joined."""
    table = corpus.reports.sort_values("report_id").reindex(columns=sorted(map(str, corpus.reports.columns)))
    said = table.astype("object").where(table.notna(), "").astype(str)
    return hashlib.sha256(said.to_csv(index=False, lineterminator="\n").encode("utf-8", "surrogatepass")).hexdigest()


def require_folder(folder: str | os.PathLike) -> None:
    """Raise `TableError` if a file stands in the place of the folder to write into."""
    if Path(folder).is_file():
        raise TableError(f"{folder}: is a file; choose another place.")


@contextmanager
def _written_together(folder: str | os.PathLike) -> Iterator[Path]:
    """Give a hidden folder to write into, and move its files into `folder` when all of them are complete."""
    folder = Path(folder)
    require_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        yield staging
        for path in sorted(staging.iterdir()):
            if (folder / path.name).is_dir():
                raise TableError(f"{folder / path.name}: is a folder; move it or choose another place.")
        for path in sorted(staging.iterdir()):
            os.replace(path, folder / path.name)
    finally:
        shutil.rmtree(staging)


def _write_parquet(table: pd.DataFrame, name: str, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    declared = arrow_schema(name)
    further = [column for column in table.columns if column not in declared.names]
    inferred = pa.Table.from_pandas(table[further], preserve_index=False).schema
    schema = pa.schema([*declared, *inferred])
    pq.write_table(pa.Table.from_pandas(table, schema=schema, preserve_index=False), folder / f"{name}.parquet")


def _write_csv(table: pd.DataFrame, path: Path, *, float_format: str | None = None, encoding: str = "utf-8") -> None:
    table = spreadsheet_cells(table)
    if float_format is not None:  # pandas leaves the floats of object columns as they are
        table = table.assign(
            **{
                name: [float_format % one if isinstance(one, float) and one == one else one for one in table[name]]
                for name in table.columns
                if table[name].dtype == "object"
            }
        )
    table.to_csv(path, index=False, encoding=encoding, lineterminator="\n", float_format=float_format)


def _write_text(text: str, path: Path) -> None:
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def _encodable(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with lone surrogates as backslash escapes."""
    changed = {}
    for name in _texts(table):
        try:
            "".join(value for value in table[name] if isinstance(value, str)).encode("utf-8")
        except UnicodeEncodeError:
            changed[name] = table[name].map(_escaped)
    return table.assign(**changed)


def _escaped(value: Any) -> Any:
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value


def _texts(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if table[name].dtype == object or table[name].dtype == "str"]


def _version() -> str:
    try:
        return metadata.version("township-reports")
    except metadata.PackageNotFoundError:
        return "not installed"
