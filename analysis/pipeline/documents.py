"""Documents to tables: one text to its records, many texts to the tables of a part of a corpus."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.annotate.segmentation import Word, segmenter
from analysis.annotate.slogans import Formulas, find_slogans, slogan_records
from analysis.annotate.theme_codes import code_themes
from analysis.annotate.tokens import EXPOSURE_KINDS, token_columns
from analysis.corpus.duplicates.shingles import figures, sketch
from analysis.corpus.read import Source, Unreadable
from analysis.corpus.structure import Structure, records_of, structure
from analysis.corpus.text.script import simplify
from analysis.lexicons.slogans import slogan_lexicon
from analysis.lexicons.stopwords import stopwords
from analysis.schemas import Report, conform, corpus_tables, empty, rows

__all__ = ["EXPOSURE_KINDS", "TABLES", "Named", "Part", "Settings", "part_of", "read_report"]

TABLES = tuple(name for name in corpus_tables() if name != "duplicates")
"""The tables of a part; what concerns several reports (duplicates, metadata.csv) comes when all parts are there."""

_COLUMNWISE = ("tokens", "themes")
"""Tables that are made column by column, and not from records."""

_ONLY_CHROME = {
    "reason": "the file holds nothing but a site's own text",
    "remedy": "download the report again, or remove the file",
}


class Settings(NamedTuple):
    """What the tables of a text depend on beside the text: see `analysis.read_corpus` for the meanings."""

    engine: str = "rjieba"
    words: tuple[Word, ...] = ()
    hmm: bool = True
    lexicon: str | None = None
    simplify: bool = False

    def recorded(self) -> dict[str, Any]:
        """Return the settings as JSON can hold them, a lexicon of the researcher's as the hash of its bytes."""
        own = None if self.lexicon is None else hashlib.sha256(Path(self.lexicon).read_bytes()).hexdigest()
        words = [list(word) if isinstance(word, tuple) else word for word in self.words]
        return {**self._asdict(), "words": words, "lexicon": own}


class Named(NamedTuple):
    """A file of a corpus as it was read: its text, or why it has none."""

    report_id: str
    path: str
    source: Source | Unreadable


class Part(NamedTuple):
    """The tables of some reports, the reports themselves, and by `report_id` what duplicates are found with.

    `sketches` are hashes of the shingles (`analysis.corpus.duplicates.shingles.sketch`), `figures` of the numbers and
    what stands beside them, `digests` of the cleaned texts.
    """

    tables: dict[str, pd.DataFrame]
    documents: dict[str, Report]
    sketches: dict[str, np.ndarray]
    figures: dict[str, np.ndarray]
    digests: dict[str, str]


@lru_cache(maxsize=4)
def _formulas(lexicon: str | None) -> Formulas:
    return Formulas(slogan_lexicon(lexicon))


def read_report(
    raw: str,
    *,
    formulas: Formulas | None = None,
    report_id: str,
    path: str = "",
    sha256: str = "",
    encoding: str | None = "utf-8",
    format: str = "text",
    simplify: bool = False,
) -> tuple[Report, dict[str, list[dict]]]:
    """Return one text as a `Report` and the records of its tables, tokens excepted.

    The records are dicts of the columns that ``describe(name)`` lists; all offsets point into `raw`.
    """
    identity = {"report_id": report_id, "path": path, "sha256": sha256}
    found = structure(raw, **identity, encoding=encoding, format=format, simplify=simplify)
    return found.report, records_of(found) | {"slogans": _slogans(found, formulas or _formulas(None))}


def _slogans(found: Structure, formulas: Formulas) -> list[dict]:
    report, text = found.report, found.report.cleaned
    slogans = []
    spans = find_slogans(text, found.headings, found.items, found.zones, formulas)
    for one in slogan_records(text, spans, found.masks, formulas):
        start, end = report.to_raw(one["start"], one["end"])
        place = {"report_id": report.report_id, "start": start, "end": end, "text": text[one["start"] : one["end"]]}
        slogans.append({**one, **place})
    return slogans


def part_of(sources: Iterable[Named], settings: Settings, *, rate: int = 1) -> Part:
    """Return the tables of `sources`; each of them is a row of ``reports`` or of ``rejects``.

    Parameters
    ----------
    sources : iterable of Named
    settings : Settings
    rate : int
        One in `rate` shingles goes into the sketches.
    """
    cut = segmenter(engine=settings.engine, words=settings.words, hmm=settings.hmm)
    formulas, flagged = _formulas(settings.lexicon), stopwords()
    records: dict[str, list[dict]] = {name: [] for name in TABLES if name not in _COLUMNWISE}
    tokens: list[dict[str, Any]] = []
    part = Part({}, {}, {}, {}, {})
    if settings.simplify:
        simplify("")  # where OpenCC is missing it is said once, and not of every file
    for report_id, path, source in sources:
        if isinstance(source, Unreadable):
            records["rejects"].append({"path": path, "reason": source.reason, "remedy": source.remedy})
            continue
        identity = {"report_id": report_id, "path": path, "sha256": source.sha256}
        try:
            kind = {"encoding": source.encoding, "format": source.format, "simplify": settings.simplify}
            found = structure(source.raw, **identity, **kind)
            report = found.report
            if not re.search("[\u3400-\u9fff]", report.cleaned):
                records["rejects"].append({"path": path, **_ONLY_CHROME})
                continue
            tables = records_of(found) | {"slogans": _slogans(found, formulas)}
            spans = [(one.start, one.end, number) for number, one in enumerate(found.sentences)]
            columns = token_columns(report, spans, [(one.start, one.end) for one in found.masks], cut, flagged)
            masked = [(one.start, one.end) for one in found.masks]
            compared = sketch(report.cleaned, masked, rate), figures(report.cleaned, masked)
        except Exception as error:  # one text that our code cannot take must not cost her all the others
            records["rejects"].append({"path": path, **_failure(error)})
            continue
        tables["reports"][0]["n_tokens"] = sum(kind in EXPOSURE_KINDS for kind in columns["kind"])
        for name, more in tables.items():
            records[name] += more
        tokens.append(columns)
        part.documents[report_id] = report
        part.sketches[report_id], part.figures[report_id] = compared
        part.digests[report_id] = hashlib.sha256(report.cleaned.encode("utf-8", "surrogatepass")).hexdigest()
    part.tables.update({name: rows(records[name], name) for name in TABLES if name not in _COLUMNWISE})
    part.tables["tokens"] = _tokens(tokens)
    part.tables["themes"] = conform(code_themes(part.tables["sentences"]), "themes")
    return part


def _failure(error: Exception) -> dict[str, str]:
    """Return reason and remedy for a text that our code could not take."""
    said = " ".join(str(error).split())[:200]
    reason = f"the analysis of its text failed ({type(error).__name__}{': ' if said else ''}{said})"
    return {"reason": reason, "remedy": "send the file to the developers, or leave it out"}


def _tokens(columns: list[dict[str, Any]]) -> pd.DataFrame:
    if not columns:
        return empty("tokens")
    joined = {name: np.concatenate([np.asarray(one[name]) for one in columns]) for name in columns[0]}
    return conform(pd.DataFrame(joined), "tokens")
