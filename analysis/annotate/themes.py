"""The terms of themes in sentences: longest match first, not overlapping, masks and hidden text in nobody's word."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from analysis.annotate.segmentation import segment
from analysis.corpus.parts.masks import find_masks
from analysis.lexicons.slogans import Index, Normalised, normalise
from analysis.lexicons.themes import theme_terms
from analysis.schemas import ELISION, Report, TableError

__all__ = ["ThemeIndex", "comparable", "theme_hits"]

_HITS = {
    "report_id": "str",
    "sentence_id": "int64",
    "inner_start": "int64",
    "inner_end": "int64",
    "text": "str",
    "term": "str",
    "theme": "str",
    "weight": "float64",
}


_SHORT = 2  # longer terms do not come about by chance where two words meet, and segmentation would cost true ones
_OFFICES = ("政府", "政协")


class _Term(NamedTuple):
    """One term, normalised, and the rows of the lexicon that hold it: more than one where themes share it."""

    text: str
    rows: tuple[int, ...]


class ThemeIndex:
    """The terms of a scheme made ready for matching: made once, used for every sentence.

    Parameters
    ----------
    terms : pandas.DataFrame
        From `theme_terms`.

    Examples
    --------
    >>> index = ThemeIndex(theme_terms())
    >>> [index.terms[row] for _, _, rows in index.find(comparable("推进乡村振兴，建设高标准农田").text) for row in rows]
    ['乡村振兴', '高标准农田']
    """

    def __init__(self, terms: pd.DataFrame) -> None:
        for name in ("theme_id", "term", "weight"):
            if name not in terms.columns:
                raise TableError(
                    f"terms table lacks column {name!r} (found: {', '.join(map(str, terms.columns))}). "
                    "Take it from theme_terms(path)."
                )
        self.terms: list[str] = terms["term"].tolist()
        self.themes: list[str] = terms["theme_id"].tolist()
        self.weights: list[float] = terms["weight"].tolist()
        self.scheme: tuple[str, ...] = tuple(terms.attrs.get("themes") or dict.fromkeys(self.themes))
        rows: dict[str, list[int]] = {}
        for row, term in enumerate(self.terms):
            rows.setdefault(normalise(term).text, []).append(row)
        self._index = Index(_Term(text, tuple(held)) for text, held in rows.items())

    def find(self, text: str) -> list[tuple[int, int, tuple[int, ...]]]:
        """Return (start, end, rows of the lexicon) of the hits in comparable `text`, in order.

        The longest match is taken first, of equally long ones the first in the text; none overlaps another. A term of
        two characters that begins inside a word and ends inside a word is no hit (居民|生活, 美化|工程),
        nor is one that ends inside 政府 or 政协 (市政府 is no 市政).
        """
        taken = bytearray(len(text))
        found = []
        edges: set[int] | None = None
        for start, end, term in sorted(self._index.hits(text), key=lambda hit: (hit[0] - hit[1], hit[0])):
            if text[end - 1 : end + 1] in _OFFICES:
                continue
            if end - start == _SHORT:
                edges = edges or {0, *accumulate(map(len, segment(text)))}
                if start not in edges and end not in edges:
                    continue
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end, term.rows))
        return sorted(found)


def comparable(text: str) -> Normalised:
    """Return `text` as terms are compared with it: `normalise`, and each character of a mask as ``▢``.

    Examples
    --------
    >>> comparable("投入 x.xx万元").text
    '投入▢▢▢▢万元'
    """
    characters = list(text)
    for mask in find_masks(text):
        characters[mask.start : mask.end] = ELISION * (mask.end - mask.start)
    return normalise("".join(characters))


def theme_hits(
    sentences: pd.DataFrame,
    terms: pd.DataFrame | None = None,
    *,
    documents: Mapping[str, Report] | None = None,
) -> pd.DataFrame:
    """Find the terms of themes in sentences.

    Text and terms are compared in NFKC, without white space and quotation marks. The longest match is taken first and
    hits do not overlap (生态旅游 is a hit of culture, and 生态 in it none of environment). A term never reaches across
    a mask, hidden text or the end of a sentence, and one of two characters never from inside a word into another.

    Parameters
    ----------
    sentences : DataFrame
        Table of a corpus.
    terms : DataFrame, optional
        From `theme_terms`; the package's if not given.
    documents : mapping of str to Report, optional
        ``corpus.documents``: adds the place of each hit in the raw text.

    Returns
    -------
    pandas.DataFrame
        One row per hit and theme, in the order of `sentences`. **Columns**: report_id (str), sentence_id (int64),
        inner_start, inner_end (int64, code points of the sentence's text, end exclusive), text (as cleaned), term,
        theme (str), weight (float64); with `documents` also start, end (int64, code points of the raw text).

    Raises
    ------
    TableError
        If a table lacks a column, or `documents` a report.

    Examples
    --------
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": [0], "text": ["深化“放管服”改革，发展生态旅游。"]})
    >>> theme_hits(sentences)[["inner_start", "inner_end", "text", "theme"]].values.tolist()
    [[3, 6, '放管服', 'government'], [12, 16, '生态旅游', 'culture']]
    """
    for name in ("report_id", "sentence_id", "text", *(("start",) if documents is not None else ())):
        if name not in sentences.columns:
            raise TableError(
                f"sentences table lacks column {name!r} (found: {', '.join(map(str, sentences.columns))}). "
                "Take it from read_corpus(folder).sentences."
            )
    index = ThemeIndex(theme_terms() if terms is None else terms)
    records = []
    places = sentences["start"].tolist() if documents is not None else [0] * len(sentences)
    columns = (sentences[name].tolist() for name in ("report_id", "sentence_id", "text"))
    for report_id, sentence_id, text, place in zip(*columns, places, strict=True):
        plain = comparable(text)
        for first, last, rows in index.find(plain.text):
            start, end = plain.places[first], plain.places[last - 1] + 1
            for row in rows:
                hit = (report_id, sentence_id, start, end, text[start:end])
                records.append(
                    (*hit, index.terms[row], index.themes[row], index.weights[row])
                    + (() if documents is None else _raw(documents, report_id, place, start, end))
                )
    dtypes = _HITS if documents is None else {**_HITS, "start": "int64", "end": "int64"}
    return pd.DataFrame(records, columns=list(dtypes)).astype(dtypes)


def _raw(documents: Mapping[str, Report], report_id: str, place: int, start: int, end: int) -> tuple[int, int]:
    if report_id not in documents:
        raise TableError(
            f"documents lack report {report_id!r} of the sentences ({len(documents)} documents). "
            "Use sentences and documents of one corpus."
        )
    report = documents[report_id]
    origin = report.to_clean(place)
    return report.to_raw(origin + start, origin + end)
