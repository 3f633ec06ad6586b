"""The terms of themes in sentences: longest match first, not overlapping, masks and hidden text in nobody's word."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

import pandas as pd

from analysis.annotate.segmentation import segment
from analysis.corpus.parts.masks import find_masks
from analysis.lexicons.slogans import Index, Normalised, normalise
from analysis.schemas import ELISION, TableError

__all__ = ["ThemeIndex", "comparable"]

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
    >>> from analysis.lexicons.themes import theme_terms
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
