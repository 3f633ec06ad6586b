"""From a folder to a corpus: the only code that runs corpus and annotate together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from analysis.annotate.slogans import Formulas, find_slogans, slogan_records
from analysis.annotate.tokens import tokenise
from analysis.corpus.clean import clean
from analysis.corpus.headings import find_headings, paragraphs_of
from analysis.corpus.items import find_items
from analysis.corpus.masks import find_masks
from analysis.corpus.metadata import describe_report
from analysis.corpus.read import Unreadable, input_files, read_file
from analysis.corpus.sentences import find_sentences
from analysis.corpus.zones import find_zones
from analysis.lexicons.slogans import slogan_lexicon
from analysis.schemas import Corpus, CorpusError, Report, conform, rows

__all__ = ["EXPOSURE_KINDS", "read_corpus", "read_report"]

EXPOSURE_KINDS = ("word", "latin", "number")
"""Kinds of tokens that make up the exposure; masks and punctuation are no words."""

_TABLES = ("reports", "edits", "noise", "masks", "zones", "headings", "items", "sentences", "slogans")


def read_corpus(folder: str | Path, *, engine: str = "rjieba", words: Iterable = (), lexicon: str | Path | None = None) -> Corpus:
    """Read every report below `folder` and return its tables.

    Parameters
    ----------
    folder : str or Path
        Holds the reports, subfolders included. Now read: UTF-8 text (``.txt``).
    engine : {"rjieba", "jieba"}
        Segmenter; both give the same tokens.
    words : iterable of str or (str, int) or (str, int, str)
        Words to keep whole in this corpus, with frequency and tag if wanted.
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
    folder = Path(folder)
    files = input_files(folder)
    words = tuple(words)
    formulas = Formulas(slogan_lexicon(lexicon))
    ids = _report_ids(folder, files)
    documents: dict[str, Report] = {}
    parts: dict[str, list[dict]] = {name: [] for name in _TABLES}
    tokens: list[pd.DataFrame] = []
    rejects: list[dict] = []
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
        documents[report.report_id] = report
        of_report = {name: rows(tables[name], name) for name in ("sentences", "masks")}
        tokens.append(tokenise(report, of_report["sentences"], of_report["masks"], engine=engine, words=words))
        tables["reports"][0]["n_tokens"] = int(tokens[-1]["kind"].isin(EXPOSURE_KINDS).sum())
        for name, records in tables.items():
            parts[name] += records
    if not documents:
        first = rejects[0]
        raise CorpusError(
            f"{folder}: none of {len(rejects)} files can be used; the first, {first['path']}: {first['reason']}; {first['remedy']}."
        )
    tables = {name: rows(records, name) for name, records in parts.items()}
    return Corpus(
        folder=folder.as_posix(),
        **tables,
        tokens=conform(pd.concat(tokens, ignore_index=True), "tokens"),
        rejects=rows(rejects, "rejects"),
        documents=documents,
    )


def read_report(
    raw: str, *, formulas: Formulas | None = None, report_id: str, path: str = "", sha256: str = "", encoding: str = "utf-8"
) -> tuple[Report, dict[str, list[dict]]]:
    """Return one text as a `Report` and the records of its tables, tokens excepted.

    The records are dicts of the columns that ``describe(name)`` lists; all offsets point into `raw`.
    """
    edits, noise, raw_title = clean(raw)
    report = Report(report_id, path, sha256, encoding, raw, edits)
    text = report.cleaned
    title = None if raw_title is None else (report.to_clean(raw_title[0]), report.to_clean(raw_title[1]))
    masks = find_masks(text)
    paragraphs = paragraphs_of(text)
    headings = find_headings(paragraphs, masks, title)
    items = find_items(text, paragraphs)
    zones = find_zones(text, paragraphs, headings, masks, title)
    sentences = find_sentences(paragraphs, headings, items, zones, title)

    def span(start: int, end: int) -> dict:
        raw_start, raw_end = report.to_raw(start, end)
        return {"report_id": report_id, "start": raw_start, "end": raw_end, "text": text[start:end]}

    row = {"report_id": report_id, "path": path, "sha256": sha256, "encoding": encoding, "n_tokens": None}
    formulas = formulas or Formulas(slogan_lexicon())
    slogans = slogan_records(text, find_slogans(text, headings, items, zones, formulas), masks, formulas)
    tables = {
        "slogans": [{**one, **span(one["start"], one["end"])} for one in slogans],
        "reports": [row | {"duplicate_of": None} | describe_report(text, noise, title, masks)],
        "edits": [{"report_id": report_id, **edit._asdict()} for edit in edits],
        "noise": [{"report_id": report_id, "text": raw[mark.start : mark.end], **mark._asdict()} for mark in noise],
        "masks": [span(m.start, m.end) | {"kind": m.kind, "pattern": m.pattern} for m in masks],
        "zones": [span(z.start, z.end) | {"zone": z.zone} for z in zones],
        "headings": [
            span(h.start, h.end) | {"marker": h.marker or None, "level": h.level, "title": h.title, "runin": h.runin}
            for h in headings
        ],
        "items": [
            span(i.start, i.end)
            | {"marker": i.marker, "level": 1, "lead": i.lead, "runin": i.runin}
            | dict(zip(("lead_start", "lead_end"), report.to_raw(i.lead_start, i.lead_end), strict=True))
            for i in items
        ],
        "sentences": [
            span(s.start, s.end)
            | {"sentence_id": number}
            | {name: getattr(s, name) for name in ("section", "kind", "item_marker", "zone", "paragraph")}
            for number, s in enumerate(sentences)
        ],
    }
    return report, tables


def _printable(path: str) -> str:
    """Return `path` without lone surrogates, which a string column cannot hold."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _report_ids(folder: Path, files: list[Path]) -> dict[Path, str]:
    """Return each file's path without extension, with it where two files would share one."""
    bare = {file: file.relative_to(folder).with_suffix("").as_posix() for file in files}
    shared = {name for name in bare.values() if list(bare.values()).count(name) > 1}
    return {
        file: _printable(file.relative_to(folder).as_posix() if name in shared else name) for file, name in bare.items()
    }
