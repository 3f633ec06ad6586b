"""The print lines of a page out of its characters: grouped by baseline, columns in turn, margins left out."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Glyph", "Line", "lines_of", "without_margins"]

_NUMBER = re.compile(r"[-—–―－·•.\s~～]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,6}|[一二三四五六七八九十]{1,3})(?:\s*页)?"
                     r"(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–―－·•.\s~～]*")  # fmt: skip
_PAGE_NUMBER = re.compile(rf"(?:{_NUMBER.pattern})")
_TAB, _BLANK, _OVERLAP = 1.6, 0.22, 0.5
_MARGIN, _LARGE = 0.13, 1.8
_FEWEST_PAGES = 3


class Glyph(NamedTuple):
    """One character: its origin on the baseline, left and right edge and size, in points."""

    text: str
    x: float
    y: float
    left: float
    right: float
    size: float


@dataclass
class Line:
    """One print line: text, edges, baseline and size in points; `cells` is how many gaps divide it, plus one."""

    text: str
    left: float
    right: float
    y: float
    size: float
    cells: int = 1
    page: int = 0


def lines_of(glyphs: list[Glyph], width: float) -> list[Line]:
    """Return the lines of one page from top to bottom; two columns come one after the other."""
    rows = _rows(_unique(glyphs))
    lines = [line for row in rows if (line := _line(row)) is not None]
    gutter = _gutter(rows, width)
    if gutter is None:
        return lines
    found: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for row in rows:
        if any(glyph.left < gutter < glyph.right for glyph in row) or not _parted(row, gutter):
            found += [*left, *right]
            left, right = [], []
            found += [line] if (line := _line(row)) is not None else []
            continue
        for side, into in (([g for g in row if g.x < gutter], left), ([g for g in row if g.x >= gutter], right)):
            if side and (line := _line(side)) is not None:
                into.append(line)
    return [*found, *left, *right]


def _unique(glyphs: list[Glyph]) -> list[Glyph]:
    """Return `glyphs` without the copies that a bold face is drawn with."""
    seen: dict[tuple[str, int, int], Glyph] = {}
    kept = []
    for glyph in glyphs:
        step = max(glyph.size, 1) * 0.2
        place = (round(glyph.x / step), round(glyph.y / step))
        near = [(glyph.text, place[0] + across, place[1] + up) for across in (-1, 0, 1) for up in (-1, 0, 1)]
        if not glyph.text.isspace() and any(key in seen for key in near):
            continue
        seen[(glyph.text, *place)] = glyph
        kept.append(glyph)
    return kept


def _rows(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Group glyphs that stand on one baseline or nearly so."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (-one.y, one.x)):
        if not glyph.text.strip() and glyph.text != " ":
            continue
        for row in rows[-1:]:
            if abs(row[0].y - glyph.y) <= _OVERLAP * max(1.0, min(row[0].size, glyph.size)):
                row.append(glyph)
                break
        else:
            rows.append([glyph])
    return [sorted(row, key=lambda one: one.x) for row in rows]


def _line(row: list[Glyph]) -> Line | None:
    marks = [glyph for glyph in row if glyph.text.strip()]
    if not marks:
        return None
    size = statistics.median(glyph.size for glyph in marks)
    parts, cells = [marks[0].text], 1
    blanks = [glyph.x for glyph in row if not glyph.text.strip()]
    for before, after in itertools.pairwise(marks):
        gap = after.left - before.right
        blank = any(before.x < x < after.x for x in blanks)
        narrow = before.text.isascii() and after.text.isascii()
        if gap > _TAB * size:
            parts.append("\t")
            cells += 1
        elif (blank and gap > 0.1 * size) or (narrow and gap > _BLANK * size):
            parts.append(" ")
        parts.append(after.text)
    return Line("".join(parts), marks[0].left, max(glyph.right for glyph in marks), marks[0].y, size, cells)


def _gutter(rows: list[list[Glyph]], width: float) -> float | None:
    """Return the middle of the blank strip between two columns of running text; None where there is one column."""
    middles: list[float] = []
    full = 0
    for row in rows:
        marks = [glyph for glyph in row if glyph.text.strip()]
        if len(marks) < 16:
            continue
        full += 1
        size = statistics.median(glyph.size for glyph in marks)
        gaps = [
            (after.left - before.right, (after.left + before.right) / 2, at)
            for at, (before, after) in enumerate(itertools.pairwise(marks), start=1)
            if after.left - before.right > size
        ]
        if len(gaps) == 1 and gaps[0][2] >= 8 and len(marks) - gaps[0][2] >= 8:
            middles.append(gaps[0][1])
    if len(middles) < 8 or len(middles) < 0.6 * full:
        return None
    gutter = statistics.median(middles)
    near = sum(abs(middle - gutter) < 0.05 * width for middle in middles)
    return gutter if near >= 0.8 * len(middles) and 0.35 * width < gutter < 0.65 * width else None


def _parted(row: list[Glyph], gutter: float) -> bool:
    """Tell whether `row` leaves the gutter free."""
    size = row[0].size
    return not any(glyph.text.strip() and abs((glyph.left + glyph.right) / 2 - gutter) < 0.6 * size for glyph in row)


def without_margins(pages: list[list[Line]]) -> list[list[Line]]:
    """Return the lines of all pages without page numbers, running heads and feet, and large text set on every page."""
    for number, lines in enumerate(pages):
        for line in lines:
            line.page = number
    filled = [lines for lines in pages if lines]
    if not filled:
        return pages
    heights = [line.y for lines in filled for line in lines]
    top, bottom = max(heights), min(heights)
    span = max(top - bottom, 1.0)
    size = statistics.median(line.size for lines in filled for line in lines)
    seen: dict[str, set[int]] = defaultdict(set)
    places: dict[tuple[str, int], set[int]] = defaultdict(set)
    for lines in filled:
        for line in lines:
            places[_key(line), round(line.y / 4)].add(line.page)
        for line in _outer(lines):
            seen[_key(line)].add(line.page)
    many = max(2, min(_FEWEST_PAGES, len(filled)), round(0.4 * len(filled)))

    def marginal(line: Line, outer: list[Line]) -> bool:
        repeated = len(places[_key(line), round(line.y / 4)]) >= many
        if line.size > _LARGE * size and repeated and len(filled) >= 2:
            return True  # a watermark
        edge = line.y > top - _MARGIN * span or line.y < bottom + _MARGIN * span
        if line not in outer or not edge:
            return False
        if _PAGE_NUMBER.fullmatch(line.text) and _stands_apart(line, pages[line.page]):
            return True
        return len(seen[_key(line)]) >= many and len(filled) >= 2

    kept = []
    for lines in pages:
        outer = _outer(lines)
        kept.append([line for line in lines if not marginal(line, outer)])
    return kept


def _outer(lines: list[Line]) -> list[Line]:
    """Return the two highest and the two lowest lines."""
    ordered = sorted(lines, key=lambda line: -line.y)
    return ordered[:2] + ordered[2:][-2:]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split()))


def _stands_apart(line: Line, lines: list[Line]) -> bool:
    """Tell whether the gap between a page number and the text is wider than between lines."""
    others = sorted((other.y for other in lines if other is not line), key=lambda y: abs(y - line.y))
    if len(others) < 2:
        return True
    steps = Counter(round(abs(a - b)) for a, b in zip(sorted(others), sorted(others)[1:], strict=False))
    usual = steps.most_common(1)[0][0]
    dashed = re.search(r"[-—–―－第页]", line.text) is not None
    return dashed or abs(others[0] - line.y) > 1.15 * usual
