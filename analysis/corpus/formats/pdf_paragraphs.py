"""Print lines to paragraphs, by where lines begin and end: an indent opens one, a short line ends one."""

from __future__ import annotations

import itertools
from collections import Counter

from analysis.corpus.formats.pdf_lines import Line

__all__ = ["paragraphs"]

_INDENT, _SHORT, _SIZES, _GAP = 0.8, 1.6, 0.08, 1.6
_FEW = 3


def paragraphs(pages: list[list[Line]]) -> list[str]:
    """Return one string a paragraph; no blank stands where a line ended between Chinese characters."""
    found: list[str] = []
    before: Line | None = None
    edges: tuple[float, float] | None = None
    spacing = _spacing(pages)
    for lines in pages:
        edges = _edges(lines) or edges
        for line in lines:
            if before is not None and found and _goes_on(before, line, edges, spacing):
                found[-1] = _join(found[-1], line.text)
            else:
                found.append(line.text)
            before = line
    return found


def _edges(lines: list[Line]) -> tuple[float, float] | None:
    """Return the left and right edge of the text on a page, from lines that are no table rows."""
    running = [line for line in lines if line.cells == 1]
    if not running:
        return None
    rights = sorted(line.right for line in running)
    widest = [line for line in running if line.right > rights[-1] - 2.5 * line.size]
    lefts = Counter(round(line.left / 2) for line in widest)
    often = [left for left, n in lefts.items() if n >= max(2, 0.15 * len(widest))] or list(lefts)
    return 2.0 * min(often), rights[-1]


def _spacing(pages: list[list[Line]]) -> float:
    steps = Counter(
        round(above.y - below.y) for lines in pages for above, below in itertools.pairwise(lines)
        if above.y > below.y
    )  # fmt: skip
    return float(steps.most_common(1)[0][0]) if steps else 0.0


def _goes_on(before: Line, line: Line, edges: tuple[float, float] | None, spacing: float) -> bool:
    if edges is None or before.cells > 1 or line.cells > 1:
        return False
    left, right = edges
    size = line.size
    if abs(before.size - size) > _SIZES * size:
        return False
    if before.page == line.page and spacing and before.y - line.y > _GAP * spacing:
        return False
    if line.left - left > _INDENT * size:
        return False
    return before.right > right - _SHORT * before.size


def _join(text: str, more: str) -> str:
    last, first = text[-1], more[0]
    words = last.isascii() and first.isascii() and (last.isalpha() or first.isalpha())
    if words and last == "-":
        return text[:-1] + more
    return text + (" " if words and last not in "/(" else "") + more
