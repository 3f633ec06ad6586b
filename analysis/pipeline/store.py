"""A corpus on disk: Parquet parts named by what they were made from, a manifest, and the way back.

    DIR/manifest.json      version, settings, counts, the list of the parts
    DIR/reports.parquet    all reports, with duplicates marked and metadata.csv joined; duplicates, rejects beside it
    DIR/rejects.csv        the same rejects, to be read by people
    DIR/parts/KEY/         one file a table, the texts as they were read, the sketches for duplicates

A part is written beside its place and renamed when it is whole, and its key is the hash of its files, the settings,
the lexicons, the schema and the code: a run that was stopped goes on where it stopped, and nothing stale is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.corpus.read import Source
from analysis.pipeline.documents import TABLES, Named, Part, Settings
from analysis.schemas import Corpus, CorpusError, Edit, Report, arrow_schema, conform, empty, table_names
from analysis.spreadsheet import spreadsheet_cells

__all__ = [
    "METADATA",
    "built_tables",
    "is_corpus",
    "open_corpus",
    "part_key",
    "prepare",
    "read_manifest",
    "read_parts",
    "read_sketches",
    "stored_settings",
    "stored_sources",
    "write_part",
    "write_whole",
]

_FORMAT = "township-corpus 1"
MANIFEST, METADATA, LEXICON = "manifest.json", "metadata.csv", "lexicon.csv"
WHOLE = ("reports", "duplicates", "rejects")
"""Tables that are kept in one piece."""

_PACKAGE = Path(__file__).resolve().parents[1]


def is_corpus(folder: Path) -> bool:
    """Tell whether `folder` holds a corpus that `build_corpus` wrote."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest["format"].startswith(_FORMAT.split()[0])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of the corpus in `folder`.

    Raises
    ------
    CorpusError
        If the corpus was written in another form, or a part of it is missing.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest["format"] != _FORMAT or manifest.get("schema") != schema_fingerprint():
        raise CorpusError(
            f"{folder}: this corpus was built by version {manifest.get('version', 'unknown')} in another form; "
            "run `township build` again."
        )
    lost = [key for key in manifest["parts"] if not (folder / "parts" / key).is_dir()]
    if lost:
        raise CorpusError(f"{folder}: part {lost[0]} is missing; run `township build` again.")
    return manifest


@cache
def schema_fingerprint() -> str:
    """Return the hash of the columns and dtypes of all tables."""
    lines = [f"{name}\t{arrow_schema(name)}" for name in table_names()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@cache
def code_fingerprint() -> str:
    """Return the hash of everything in the package that a table of a part depends on: code, lexicons, schema."""
    digest = hashlib.sha256()
    rooms = [_PACKAGE / name for name in ("schemas", "lexicons", "corpus", "annotate", "pipeline")]
    files = [file for room in rooms for file in ([room] if room.is_file() else room.rglob("*"))]
    for file in sorted(file for file in files if file.suffix in {".py", ".csv", ".gz"}):
        digest.update(file.relative_to(_PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def write_part(part: Part, parts: Path, key: str) -> None:
    """Write `part` as the folder `key` of the folder `parts`: whole, or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=parts))
    try:
        for name in TABLES:
            table = pa.Table.from_pandas(part.tables[name], schema=arrow_schema(name), preserve_index=False)
            pq.write_table(table, staging / f"{name}.parquet", compression="zstd")
        texts = {
            "report_id": list(part.documents),
            "raw": [document.raw.encode("utf-8", "surrogatepass") for document in part.documents.values()],
            "digest": [part.digests[name] for name in part.documents],
            "sketch": [part.sketches[name] for name in part.documents],
            "figures": [part.figures[name] for name in part.documents],
        }
        types = {"report_id": pa.string(), "raw": pa.binary(), "digest": pa.string()}
        schema = pa.schema([*types.items(), *((name, pa.list_(pa.uint64())) for name in ("sketch", "figures"))])
        pq.write_table(pa.Table.from_pydict(texts, schema=schema), staging / "texts.parquet", compression="zstd")
        try:
            os.replace(staging, parts / key)
        except OSError:
            if not (parts / key).is_dir():  # another worker may have written the same part
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def prepare(out: Path, folder: Path) -> Path:
    """Return the folder of the parts below `out`, made if need be.

    Raises
    ------
    CorpusError
        If `out` lies in `folder`, where it would be read as reports next time, or holds something else.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        raise CorpusError(f"{out}: lies inside the folder of reports, {folder}; choose a folder outside it.")
    if out.exists() and not out.is_dir():
        raise CorpusError(f"{out}: is a file; choose a folder.")
    parts = out / "parts"
    if out.is_dir() and not parts.is_dir() and any(out.iterdir()):
        raise CorpusError(f"{out}: holds other files; choose a new folder, or an empty one.")
    parts.mkdir(parents=True, exist_ok=True)
    for left in parts.glob(".writing-*"):  # of a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    return parts


def write_whole(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    manifest: Mapping[str, Any],
    *,
    metadata_file: Path,
    lexicon: Path | None,
) -> dict[str, Any]:
    """Write the tables that are kept in one piece and last the manifest, which makes the corpus one; return it.

    The researcher's metadata.csv and lexicon are kept with the corpus, so that other settings can be tried on it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        for name in WHOLE:
            declared, table = arrow_schema(name), tables[name]
            further = table[[column for column in table.columns if column not in declared.names]]
            schema = pa.schema([*declared, *pa.Table.from_pandas(further, preserve_index=False).schema])
            whole = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
            pq.write_table(whole, staging / f"{name}.parquet")
        spreadsheet_cells(tables["rejects"]).to_csv(
            staging / "rejects.csv", index=False, encoding="utf-8-sig", lineterminator="\n"
        )
        for name, source in ((METADATA, metadata_file), (LEXICON, lexicon)):
            if source is not None and source.is_file():
                shutil.copyfile(source, staging / name)
            elif (folder / name).exists():
                (folder / name).unlink()
        made_by = {"format": _FORMAT, "version": version("township-reports"), "schema": schema_fingerprint()}
        manifest = {**made_by, **manifest}
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
        (staging / MANIFEST).write_text(text + "\n", encoding="utf-8")
        (folder / MANIFEST).unlink(missing_ok=True)  # a corpus without one is being written
        for file in sorted(staging.iterdir(), key=lambda file: file.name == MANIFEST):
            os.replace(file, folder / file.name)
    finally:
        shutil.rmtree(staging)
    for left in (folder / "parts").iterdir():
        if left.name not in manifest["parts"]:
            shutil.rmtree(left, ignore_errors=True)
    return manifest


def read_parts(folder: Path, keys: Iterable[str], name: str) -> pd.DataFrame:
    """Return table `name` of the parts `keys` of the corpus in `folder`, in their order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = [pq.read_table(folder / "parts" / key / f"{name}.parquet") for key in keys]
    return conform(pa.concat_tables(found).to_pandas(), name) if found else empty(name)


def read_sketches(
    folder: Path, keys: Iterable[str]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, str]]:
    """Return by `report_id` the sketches and figures of the parts `keys` and the hashes of the cleaned texts."""
    import pyarrow.parquet as pq

    sketches: dict[str, np.ndarray] = {}
    figures: dict[str, np.ndarray] = {}
    digests: dict[str, str] = {}
    for key in keys:
        columns = ["report_id", "digest", "sketch", "figures"]
        table = pq.read_table(folder / "parts" / key / "texts.parquet", columns=columns)
        names = table["report_id"].to_pylist()
        for hashes, column in ((sketches, "sketch"), (figures, "figures")):
            hashes |= {name: one.values.to_numpy() for name, one in zip(names, table[column], strict=True)}
        digests |= dict(zip(names, table["digest"].to_pylist(), strict=True))
    return sketches, figures, digests


class _Documents(Mapping[str, Report]):
    """The reports of a stored corpus by `report_id`, each part read when one of its reports is asked for."""

    def __init__(self, folder: Path, keys: list[str], reports: pd.DataFrame, parts: Mapping[str, str]) -> None:
        self._folder, self._keys, self._parts = folder, keys, parts
        self._identity = _identity(reports)
        self._part = lru_cache(maxsize=64)(self._read)

    def _read(self, key: str) -> dict[str, Report]:
        return {report.report_id: report for report in _reports_of(self._folder, key, self._identity)}

    def __getitem__(self, report_id: str) -> Report:
        return self._part(self._parts[report_id])[report_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def _identity(reports: pd.DataFrame) -> pd.DataFrame:
    return reports.set_index("report_id")[["path", "sha256", "encoding", "format"]]


def _reports_of(folder: Path, key: str, identity: pd.DataFrame) -> Iterator[Report]:
    import pyarrow.parquet as pq

    texts = pq.read_table(folder / "parts" / key / "texts.parquet", columns=["report_id", "raw"])
    edits: dict[str, list[Edit]] = {}
    for row in pq.read_table(folder / "parts" / key / "edits.parquet").to_pylist():
        edits.setdefault(row.pop("report_id"), []).append(Edit(**row))
    for name, raw in zip(texts["report_id"].to_pylist(), texts["raw"].to_pylist(), strict=True):
        path, sha256, encoding, form = identity.loc[name]
        encoding = None if pd.isna(encoding) else encoding
        text = raw.decode("utf-8", "surrogatepass")
        yield Report(name, path, sha256, encoding, text, tuple(edits.get(name, ())), form)


def open_corpus(folder: Path) -> Corpus:
    """Return the corpus that `build_corpus` wrote to `folder`, as it was built."""
    manifest = read_manifest(folder)
    keys = manifest["parts"]
    tables = {name: conform(pd.read_parquet(folder / f"{name}.parquet"), name) for name in WHOLE}
    tables |= {name: read_parts(folder, keys, name) for name in TABLES if name not in WHOLE}
    place = {name: key for key in keys for name in _report_ids(folder, key)}
    documents = _Documents(folder, keys, tables["reports"], place)
    return Corpus(folder=folder.as_posix(), parameters=manifest["settings"], documents=documents, **tables)


def built_tables(folder: str | Path, *names: str) -> list[pd.DataFrame]:
    """Return tables of the whole corpus in `folder`, such as reports and rejects, without opening the rest."""
    return [conform(pd.read_parquet(Path(folder) / f"{name}.parquet"), name) for name in names]


def _report_ids(folder: Path, key: str) -> list[str]:
    import pyarrow.parquet as pq

    return pq.read_table(folder / "parts" / key / "texts.parquet", columns=["report_id"])["report_id"].to_pylist()


def stored_settings(folder: Path) -> Settings:
    """Return the settings with which the corpus in `folder` was built."""
    said = read_manifest(folder)["settings"]
    words = tuple(tuple(word) if isinstance(word, list) else word for word in said["words"])
    lexicon = None if said["lexicon"] is None else str(folder / LEXICON)
    return Settings(**{**said, "words": words, "lexicon": lexicon})


def stored_sources(folder: Path) -> Iterator[Named]:
    """Yield the texts of a stored corpus as they were read, for other settings; no file is read again."""
    manifest = read_manifest(folder)
    identity = _identity(pd.read_parquet(folder / "reports.parquet"))
    for key in manifest["parts"]:
        for one in _reports_of(folder, key, identity):
            yield Named(one.report_id, one.path, Source(one.raw, one.encoding, one.sha256, one.format))


def part_key(files: Iterable[tuple[str, str, Path]], settings: Settings, rate: int) -> str:
    """Return the hash of what a part is made from: ids, paths and bytes of its files, the settings and the code."""
    digest = hashlib.sha256()
    said = [_FORMAT, code_fingerprint(), json.dumps(settings.recorded(), sort_keys=True), str(rate)]
    for report_id, path, file in files:
        said += [report_id, path, _content(file)]
    for one in said:
        data = one.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]


def _content(file: Path) -> str:
    """Return the hash of the bytes of a regular file; of any other what it is, without opening it."""
    try:
        if not file.is_file():
            return f"mode {file.lstat().st_mode}"
        size = file.stat().st_size
        if size > 100_000_000:  # too large to be a report, and so to be read
            return f"size {size}"
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        return f"error {error.errno}"
