"""Print lines to paragraphs, by where lines begin and end: an indent opens one, a short line ends one."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from typing import NamedTuple

from analysis.corpus.formats.pdf_lines import Line

__all__ = ["paragraphs"]

_INDENT, _SHORT, _SIZES, _GAP = 0.8, 1.3, 0.08, 1.35
_ENDED_GAP, _ENDS = 1.15, "。！？；：!?;:”"
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[部章节]|\d{1,2}[.．、](?!\d)"
)
_SLACK, _HANGS, _NARROW, _SOME = 0.3, 1.2, 0.9, 0.05


class _Edges(NamedTuple):
    left: float
    right: float
    sure: bool  # more than one line ends at the right edge


def paragraphs(pages: list[list[Line]]) -> list[str]:
    """Return one string a paragraph; no blank stands where a line ended between Chinese characters.

    A line goes on in the next one of the same size if it is full, which is to say that what stands first there had
    no room, and the next one is not indented, set apart or a row of a table.
    """
    groups: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for lines in pages:
        for line in lines:
            groups[line.page, line.column].append(line)
    whole = {
        column: _edges([line for (_, one), lines in groups.items() if one == column for line in lines])
        for column in {column for _, column in groups}
    }
    edges = {}
    for (page, column), lines in groups.items():
        own, common = _edges(lines), whole[column]
        # a page of a few short lines says nothing of its margins
        wide = own.right - own.left > _NARROW * (common.right - common.left)
        edges[page, column] = own if wide else common
    spacing = _spacing(pages)
    found: list[str] = []
    before: Line | None = None
    for line in itertools.chain.from_iterable(pages):
        if before is not None and _goes_on(before, line, edges, spacing):
            found[-1] = _join(found[-1], line.text)
        else:
            found.append(line.text)
        before = line
    return found


def _edges(lines: list[Line]) -> _Edges:
    """Return the edges of the running text among `lines`: where most of the wide ones begin and end."""
    running = [line for line in lines if line.cells == 1] or lines
    farthest = max(line.right for line in running)
    wide = [line for line in running if line.right > farthest - 3 * line.size]
    size = wide[0].size
    # punctuation may hang beyond the edge, ragged lines may end before it
    ends = Counter(round(line.right / (0.5 * size)) for line in wide)
    right = max(ends, key=lambda end: (sum(ends[end + near] for near in (-1, 0, 1)), end)) * 0.5 * size
    begins = Counter(round(line.left) for line in running)
    often = [left for left in begins if begins[left] + begins[left + 1] >= max(2, _SOME * len(running))]
    right = max(right, farthest - _HANGS * size)
    return _Edges(float(min(often or begins)), right, sum(line.right > right - _SHORT * size for line in running) > 1)


def _spacing(pages: list[list[Line]]) -> float:
    """Return the smallest distance of two lines that is not rare, in points; paragraphs may stand further apart."""
    steps = Counter(
        round(above.y - below.y)
        for lines in pages
        for above, below in itertools.pairwise(lines)
        if above.y > below.y and above.column == below.column
    )
    often = [step for step in steps if steps[step] + steps[step + 1] >= max(2, _SOME * steps.total())]
    return float(min(often or steps, default=0))


def _goes_on(before: Line, line: Line, edges: dict[tuple[int, int], _Edges], spacing: float) -> bool:
    if before.cells > 1 or line.cells > 1 or abs(before.size - line.size) > _SIZES * line.size:
        return False
    same = (before.page, before.column) == (line.page, line.column)
    gap = (before.y - line.y) / spacing if same and spacing else 1.0
    ended = before.text[-1] in _ENDS
    if gap > _GAP or (ended and (gap > _ENDED_GAP or _NUMBERED.match(line.text))):
        return False
    if ended and not edges[before.page, before.column].sure:
        return False
    if line.left - edges[line.page, line.column].left > _INDENT * line.size:
        return False
    room = edges[before.page, before.column].right - before.right
    return room < _SHORT * before.size or room < line.first + _SLACK * before.size


def _join(text: str, more: str) -> str:
    last, first = text[-1], more[0]
    words = last.isascii() and first.isascii() and last.isalnum() and first.isalnum() and not (last + first).isdigit()
    return text + (" " if words else "") + more
