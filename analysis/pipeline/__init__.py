"""From a folder to a corpus, in memory or on disk: the only code that runs corpus and annotate together."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from analysis.annotate.segmentation import Word
from analysis.corpus.duplicates.find import find_duplicates, mark_duplicates
from analysis.corpus.identity.metadata_file import join_metadata, read_metadata, tell_of_duplicates
from analysis.corpus.read import Unreadable, input_files, read_file
from analysis.pipeline.documents import EXPOSURE_KINDS, Named, Part, Settings, part_of, read_report
from analysis.pipeline.store import (
    METADATA,
    is_corpus,
    open_corpus,
    part_key,
    prepare,
    read_manifest,
    read_parts,
    read_sketches,
    stored_settings,
    stored_sources,
    write_part,
    write_whole,
)
from analysis.schemas import Corpus, CorpusError

__all__ = ["EXPOSURE_KINDS", "build_corpus", "read_corpus", "read_report", "unmatched"]

_FILES_OF_A_PART = 50
_IN_FLIGHT = 16  # parts that are given to an executor and not yet done
_EXACT = 1000  # up to so many files, duplicates are found from all shingles
_SKETCH_RATE = 4  # beyond, from one shingle in so many


def read_corpus(
    folder: str | Path,
    *,
    engine: str | None = None,
    words: Iterable[Word] | None = None,
    hmm: bool | None = None,
    lexicon: str | Path | None = None,
    simplify: bool | None = None,
) -> Corpus:
    """Read every report below `folder` and return its tables, or open the corpus that was built there.

    Parameters
    ----------
    folder : str or Path
        Holds the reports, subfolders included (docs/formats.md lists the formats), or a corpus of `build_corpus`.
    engine : {"rjieba", "jieba"}
        Segmenter; both give the same tokens. Not given: rjieba.
    words : iterable of str or (str, int) or (str, int, str)
        Words to keep whole in this corpus, with frequency and tag if wanted. Not given: none.
    hmm : bool
        Let the segmenter guess words that its dictionary lacks; False is the sensitivity run. Not given: True.
    lexicon : str or Path, optional
        A slogan lexicon of your own (CSV with the columns of `slogan_lexicon`) in place of the package's.
    simplify : bool
        Read traditional characters as simplified ones: words, slogans and themes are then found in either script, and
        every offset still points to the characters of the file. Not given: False.

    Returns
    -------
    Corpus
        One attribute per table; ``describe(name)`` in `analysis.schemas` explains the columns. ``reports`` and
        ``rejects`` together account for every file. Of a built corpus, what is not given is as it was built; with
        anything else given its texts are annotated anew, in memory.

    Raises
    ------
    CorpusError
        If the folder is missing or empty, or no file in it can be used; the text says why.

    Examples
    --------
    >>> read_corpus("seeds").reports["township"].tolist()[:2]
    ['xx镇', '嵩市镇']
    """
    if not str(folder):
        raise CorpusError("the folder's name is empty; give the folder that holds the reports.")
    folder = Path(folder)
    given = {"engine": engine, "words": words, "hmm": hmm, "lexicon": lexicon, "simplify": simplify}
    if is_corpus(folder):
        settings = _settings(given, folder)
        if settings.recorded() == read_manifest(folder)["settings"]:
            return open_corpus(folder)
        return _annotated_anew(folder, settings)
    settings = _settings(given)
    files = _Files.of(folder)
    sources = tqdm(files.sources(), total=len(files), desc="reading", unit="file", disable=None, delay=2)
    return _corpus(folder, part_of(sources, settings, rate=_rate(len(files))), settings, _rate(len(files)))


def build_corpus(
    folder: str | Path,
    out: str | Path,
    *,
    executor: Executor | None = None,
    engine: str | None = None,
    words: Iterable[Word] | None = None,
    hmm: bool | None = None,
    lexicon: str | Path | None = None,
    simplify: bool | None = None,
) -> dict[str, Any]:
    """Write the corpus of the reports below `folder` to `out`, from where `read_corpus` opens it in seconds.

    A run that is stopped goes on where it stopped when it is started again; after files were added or changed, only
    the parts with such files are made anew.

    Parameters
    ----------
    folder : str or Path
        Holds the reports, subfolders included.
    out : str or Path
        A folder outside `folder`: new, empty, or of an earlier build.
    executor : concurrent.futures.Executor, optional
        Makes the parts; without one they are made one after the other. The tables are the same.
    engine, words, hmm, lexicon, simplify
        As in `read_corpus`.

    Returns
    -------
    dict
        The manifest: version, settings, number of files, reports, rejects and duplicates, the keys of the parts.

    Raises
    ------
    CorpusError
        If a folder cannot be used, or no file can.
    """
    folder, out = Path(folder), Path(out)
    if is_corpus(folder):
        raise CorpusError(f"{folder}: is a corpus that was built; give the folder of reports that it was built from.")
    settings = _settings({"engine": engine, "words": words, "hmm": hmm, "lexicon": lexicon, "simplify": simplify})
    files = _Files.of(folder)
    given = read_metadata(folder)  # before any work, as it may have to be mended
    parts = prepare(out, folder)
    rate = _rate(len(files))
    jobs = [_Job(some, settings, rate, parts) for some in files.portions(_FILES_OF_A_PART)]
    done = tqdm(_made(jobs, executor), total=len(jobs), desc="building", unit="part", disable=None, delay=2)
    keys = list(dict.fromkeys(done))
    reports, rejects = (read_parts(out, keys, name) for name in ("reports", "rejects"))
    _require_some(folder, reports, rejects)
    reports, duplicates = _compared(reports, given, *read_sketches(out, keys), rate)
    manifest = {
        "settings": settings.recorded(),
        "files": len(files),
        "reports": len(reports),
        "rejects": len(rejects),
        "duplicates": int(reports["duplicate_of"].notna().sum()),
        "parts": keys,
    }
    tables = {"reports": reports, "duplicates": duplicates, "rejects": rejects}
    own = None if settings.lexicon is None else Path(settings.lexicon)
    return write_whole(out, tables, manifest, metadata_file=folder / METADATA, lexicon=own)


def unmatched(reports: pd.DataFrame, *, simplify: bool) -> list[str]:
    """Return the report_id of each analysed report whose traditional characters are matched as they are.

    The word lists are in simplified characters: what is not found in such a report is no absence.
    """
    if simplify:
        return []
    return reports.loc[reports["script"].eq("traditional") & reports["duplicate_of"].isna(), "report_id"].tolist()


class _Files(NamedTuple):
    """The files of a folder, each with its report_id and its path as it is shown."""

    entries: list[tuple[str, str, Path]]

    @classmethod
    def of(cls, folder: Path) -> _Files:
        return cls(_named_files(folder, input_files(folder)))

    def __len__(self) -> int:
        return len(self.entries)

    def sources(self) -> Iterator[Named]:
        for report_id, path, file in self.entries:
            try:
                yield Named(report_id, path, read_file(file, path))
            except Unreadable as error:
                yield Named(report_id, path, error)

    def portions(self, size: int) -> Iterator[_Files]:
        for at in range(0, len(self.entries), size):
            yield _Files(self.entries[at : at + size])


class _Job(NamedTuple):
    """What a worker needs to make one part of a corpus on disk."""

    files: _Files
    settings: Settings
    rate: int
    parts: Path


def _make(job: _Job) -> str:
    """Make the part of `job` unless it is there, and return its key."""
    key = part_key(job.files.entries, job.settings, job.rate)
    if not (job.parts / key).is_dir():
        write_part(part_of(job.files.sources(), job.settings, rate=job.rate), job.parts, key)
    return key


def _made(jobs: Iterable[_Job], executor: Executor | None) -> Iterator[str]:
    """Yield the keys of the parts in order; only a window of jobs is in flight, so that memory stays bounded."""
    if executor is None:
        yield from map(_make, jobs)
        return
    pending: deque[Future[str]] = deque()
    try:
        for job in jobs:
            pending.append(executor.submit(_make, job))
            if len(pending) >= _IN_FLIGHT:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


def _settings(given: dict[str, Any], folder: Path | None = None) -> Settings:
    """Return the settings that are `given`, and where one is not, that of the corpus in `folder` as it was built."""
    said = {name: value for name, value in given.items() if value is not None}
    if not isinstance(said.get("words", ""), str):  # the segmenter refuses a str and says why
        said["words"] = tuple(said["words"])
    if "lexicon" in said:
        said["lexicon"] = str(said["lexicon"])
    return (Settings() if folder is None else stored_settings(folder))._replace(**said)


def _annotated_anew(folder: Path, settings: Settings) -> Corpus:
    """Return the stored corpus of `folder` with `settings` in place of those that it was built with."""
    manifest = read_manifest(folder)
    rate = _rate(manifest["files"])
    sources = tqdm(
        stored_sources(folder), total=manifest["reports"], desc="annotating", unit="report", disable=None, delay=2
    )
    part = part_of(sources, settings, rate=rate)
    part.tables["rejects"] = pd.concat([open_corpus(folder).rejects, part.tables["rejects"]], ignore_index=True)
    return _corpus(folder, part, settings, rate)


def _corpus(folder: Path, part: Part, settings: Settings, rate: int) -> Corpus:
    """Return the corpus of `part`, its reports compared with each other and with the metadata.csv of `folder`."""
    tables = dict(part.tables)
    _require_some(folder, tables["reports"], tables["rejects"])
    given = read_metadata(folder)
    hashes = part.sketches, part.figures, part.digests
    tables["reports"], duplicates = _compared(tables["reports"], given, *hashes, rate)
    recorded = settings.recorded()
    return Corpus(
        folder=folder.as_posix(), duplicates=duplicates, parameters=recorded, documents=part.documents, **tables
    )


def _compared(
    reports: pd.DataFrame,
    given: pd.DataFrame | None,
    sketches: Mapping[str, np.ndarray],
    figures: Mapping[str, np.ndarray],
    digests: Mapping[str, str],
    rate: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `reports` with what the researcher said of them and with duplicates marked, and the table of those."""
    if given is not None:
        reports = join_metadata(reports, given)
    duplicates = find_duplicates(reports, sketches, digests, rate=rate, figures=figures)
    reports = mark_duplicates(reports, duplicates)
    if given is not None:
        tell_of_duplicates(reports, given)
    return reports, duplicates


def _rate(n_files: int) -> int:
    return 1 if n_files <= _EXACT else _SKETCH_RATE


def _require_some(folder: Path, reports: pd.DataFrame, rejects: pd.DataFrame) -> None:
    if reports.empty:
        first = rejects.iloc[0]
        why = f"{first['path']}: {first['reason']}; {first['remedy']}"
        raise CorpusError(f"{folder}: none of {len(rejects)} files can be used; the first, {why}.")


def _named_files(folder: Path, files: list[Path]) -> list[tuple[str, str, Path]]:
    """Return report_id, shown path and place of each file; an id is the path without extension where that is one."""
    paths = [_printable(file.relative_to(folder).as_posix()) for file in files]
    ids = [_printable(file.relative_to(folder).with_suffix("").as_posix()) for file in files]
    while shared := {name for name, count in Counter(ids).items() if count > 1}:
        longer = [path if name in shared else name for name, path in zip(ids, paths, strict=True)]
        # only names that differ in what cannot be printed are still alike
        ids = longer if longer != ids else [f"{name}#{at}" for at, name in enumerate(ids)]
    return list(zip(ids, paths, files, strict=True))


def _printable(path: str) -> str:
    """Return `path` without lone surrogates, which a string column cannot hold."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
