"""From a folder to a corpus: the only code that runs corpus and annotate together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from analysis.annotate.slogans import Formulas, find_slogans, slogan_records
from analysis.annotate.tokens import tokenise
from analysis.corpus.read import Unreadable, input_files, read_file
from analysis.corpus.structure import records_of, structure
from analysis.lexicons.slogans import slogan_lexicon
from analysis.schemas import Corpus, CorpusError, Report, conform, empty, rows

__all__ = ["EXPOSURE_KINDS", "read_corpus", "read_report"]

EXPOSURE_KINDS = ("word", "latin", "number")
"""Kinds of tokens that make up the exposure; masks and punctuation are no words."""

_TABLES = ("reports", "edits", "noise", "masks", "damage", "zones", "headings", "items", "sentences", "slogans")


def read_corpus(
    folder: str | Path,
    *,
    engine: str = "rjieba",
    words: Iterable = (),
    hmm: bool = True,
    lexicon: str | Path | None = None,
) -> Corpus:
    """Read every report below `folder` and return its tables.

    Parameters
    ----------
    folder : str or Path
        Holds the reports, subfolders included. Now read: UTF-8 text (``.txt``).
    engine : {"rjieba", "jieba"}
        Segmenter; both give the same tokens.
    words : iterable of str or (str, int) or (str, int, str)
        Words to keep whole in this corpus, with frequency and tag if wanted.
    hmm : bool
        Let the segmenter guess words that its dictionary lacks; False is the sensitivity run.
    lexicon : str or Path, optional
        A slogan lexicon of your own (CSV with the columns of `slogan_lexicon`) in place of the package's.

    Returns
    -------
    Corpus
        One attribute per table; ``describe(name)`` in `analysis.schemas` explains the columns. ``reports`` and
        ``rejects`` together account for every file.

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
    files = input_files(folder)
    words = words if isinstance(words, str) else tuple(words)  # the segmenter refuses a str and says why
    formulas = Formulas(slogan_lexicon(lexicon))
    ids = _report_ids(folder, files)
    documents: dict[str, Report] = {}
    parts: dict[str, list[dict]] = {name: [] for name in _TABLES}
    tokens: list[pd.DataFrame] = []
    rejects: list[dict] = []
    originals: dict[str, str] = {}  # cleaned text -> the first report that has it
    for file in tqdm(files, desc="reading", unit="file", disable=None, delay=2):
        path = _printable(file.relative_to(folder).as_posix())
        try:
            source = read_file(file, path)
        except Unreadable as error:
            rejects.append({"path": path, "reason": error.reason, "remedy": error.remedy})
            continue
        report, tables = read_report(
            source.raw,
            formulas=formulas,
            report_id=ids[file],
            path=path,
            sha256=source.sha256,
            encoding=source.encoding,
        )
        if not re.search("[\u3400-\u9fff]", report.cleaned):
            reason = "the file holds nothing but a site's own text"
            rejects.append({"path": path, "reason": reason, "remedy": "download the report again, or remove the file"})
            continue
        documents[report.report_id] = report
        tables["reports"][0]["duplicate_of"] = originals.get(report.cleaned)
        originals.setdefault(report.cleaned, report.report_id)
        of_report = {name: rows(tables[name], name) for name in ("sentences", "masks")}
        tokens.append(tokenise(report, of_report["sentences"], of_report["masks"], engine=engine, words=words, hmm=hmm))
        tables["reports"][0]["n_tokens"] = int(tokens[-1]["kind"].isin(EXPOSURE_KINDS).sum())
        for name, records in tables.items():
            parts[name] += records
    if not documents:
        first = rejects[0]
        why = f"{first['path']}: {first['reason']}; {first['remedy']}"
        raise CorpusError(f"{folder}: none of {len(rejects)} files can be used; the first, {why}.")
    tables = {name: rows(records, name) for name, records in parts.items()}
    return Corpus(
        folder=folder.as_posix(),
        **tables,
        tokens=conform(pd.concat(tokens, ignore_index=True), "tokens"),
        duplicates=empty("duplicates"),
        rejects=rows(rejects, "rejects"),
        documents=documents,
    )


def read_report(
    raw: str,
    *,
    formulas: Formulas | None = None,
    report_id: str,
    path: str = "",
    sha256: str = "",
    encoding: str = "utf-8",
) -> tuple[Report, dict[str, list[dict]]]:
    """Return one text as a `Report` and the records of its tables, tokens excepted.

    The records are dicts of the columns that ``describe(name)`` lists; all offsets point into `raw`.
    """
    found = structure(raw, report_id=report_id, path=path, sha256=sha256, encoding=encoding)
    report, text = found.report, found.report.cleaned
    formulas = formulas or Formulas(slogan_lexicon())
    spans = find_slogans(text, found.headings, found.items, found.zones, formulas)
    slogans = []
    for one in slogan_records(text, spans, found.masks, formulas):
        start, end = report.to_raw(one["start"], one["end"])
        place = {"report_id": report_id, "start": start, "end": end, "text": text[one["start"] : one["end"]]}
        slogans.append({**one, **place})
    return report, records_of(found) | {"slogans": slogans}


def _printable(path: str) -> str:
    """Return `path` without lone surrogates, which a string column cannot hold."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _report_ids(folder: Path, files: list[Path]) -> dict[Path, str]:
    """Return each file's path without extension, with it where two files would share one."""
    whole = {file: _printable(file.relative_to(folder).as_posix()) for file in files}
    ids = {file: _printable(file.relative_to(folder).with_suffix("").as_posix()) for file in files}
    while shared := {name for name, count in Counter(ids.values()).items() if count > 1}:
        longer = {file: whole[file] if name in shared else name for file, name in ids.items()}
        # only names that differ in what cannot be printed are still alike
        ids = longer if longer != ids else {file: f"{name}#{at}" for at, (file, name) in enumerate(ids.items())}
    return ids
