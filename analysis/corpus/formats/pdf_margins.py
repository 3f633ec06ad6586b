"""What is set around the text of every page: page numbers, running heads and feet, watermarks."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter, defaultdict

from analysis.corpus.formats.pdf_lines import Line

__all__ = ["without_margins"]

_PAGE_NUMBER = re.compile(
    r"[-—–―－·•.\s~～]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6}|[一二三四五六七八九十]{1,3})(?:\s*页)?"
    r"(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–―－·•.\s~～]*"
)
_DASHED = re.compile("[-—–―－第页]")
_EDGE, _LARGE, _APART = 0.13, 1.8, 1.15
_SOME_PAGES, _SHARE = 3, 0.4


def without_margins(pages: list[list[Line]]) -> list[list[Line]]:
    """Return the lines of all pages without page numbers, running heads and feet, and watermarks.

    A running head stands on the same height of several pages, digits apart; a page number stands alone at the edge;
    a watermark is large and stands in the same place of several pages. The page's number is set in every line.
    """
    for number, lines in enumerate(pages):
        for line in lines:
            line.page = number
    every = [line for lines in pages for line in lines]
    if not every:
        return pages
    filled = sum(map(bool, pages))
    several = max(2, min(_SOME_PAGES, filled), round(_SHARE * filled))
    top, bottom = max(line.y for line in every), min(line.y for line in every)
    edge = _EDGE * max(top - bottom, 1.0)
    size = statistics.median(line.size for line in every)
    places: dict[tuple[str, int], set[int]] = defaultdict(set)
    for line in every:
        for near in (-1, 0, 1):
            places[_key(line), round(line.y / 4) + near].add(line.page)

    def marginal(line: Line, outer: list[Line]) -> bool:
        repeated = len(places[_key(line), round(line.y / 4)]) >= several
        if repeated and line.size > _LARGE * size:
            return True
        if line not in outer or bottom + edge <= line.y <= top - edge:
            return False
        number = _PAGE_NUMBER.fullmatch(line.text) is not None and _stands_apart(line, pages[line.page])
        return number or repeated

    return [[line for line in lines if not marginal(line, outer)] for lines in pages for outer in [_outer(lines)]]


def _outer(lines: list[Line]) -> list[Line]:
    """Return the two highest and the two lowest lines."""
    ordered = sorted(lines, key=lambda line: -line.y)
    return ordered[:2] + ordered[2:][-2:]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split()))


def _stands_apart(line: Line, lines: list[Line]) -> bool:
    """Tell whether a number that may be the page's is dashed or further from the text than lines are."""
    heights = sorted(other.y for other in lines if other is not line)
    if _DASHED.search(line.text) or len(heights) < 2:
        return True
    steps = Counter(round(above - below) for below, above in itertools.pairwise(heights) if above > below)
    usual = steps.most_common(1)[0][0] if steps else 0
    return min(abs(line.y - height) for height in heights) > _APART * usual
