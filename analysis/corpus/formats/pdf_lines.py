"""The print lines of a page out of its characters: grouped by baseline, columns in turn."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Glyph", "Line", "lines_of"]

_TAB, _GAP, _BASELINE = 1.6, 0.2, 0.5
_BOLD, _CELL = 0.2, 4.0
_DASHES = "—―─…"
_LONG_DASH = 1.6
_FEWEST_COLUMN, _SHORTEST_ROW, _SIDE = 8, 16, 8
_MOST_UNPARTED = 12
_OPENING, _CLOSING = "“‘（《〈〔【「『([{", "，。、；：！？”’）》〉〕】」』…·%％‰℃,.;:!?)]}"
_QUOTES = "“”‘’\"'"
_WORD = re.compile(r"[0-9A-Za-z.,%+*/~=×_\-—–]")


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
    """One print line: text, edges, baseline and size in points.

    `cells` is the number of stretches that wide gaps part, `first` the width of what stands first and is not parted,
    `column` the number of the column on its page.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    cells: int = 1
    first: float = 0.0
    page: int = 0
    column: int = 0


def lines_of(glyphs: list[Glyph], width: float) -> list[Line]:
    """Return the lines of one page from top to bottom; two columns come one after the other."""
    rows = _rows(_unique(glyphs))
    gutter = _gutter(rows, width)
    if gutter is None:
        return [line for row in rows if (line := _line(row)) is not None]
    found: list[Line] = []
    sides: tuple[list[Line], list[Line]] = ([], [])
    for row in rows:
        if not _leaves_free(row, gutter):
            found += [*sides[0], *sides[1]]
            sides = ([], [])
            found += [line] if (line := _line(row)) is not None else []
            continue
        for number, lines in enumerate(sides, start=1):
            part = [glyph for glyph in row if (glyph.left >= gutter) == (number == 2)]
            if (line := _line(part)) is not None:
                line.column = number
                lines.append(line)
    return [*found, *sides[0], *sides[1]]


def _unique(glyphs: list[Glyph]) -> list[Glyph]:
    """Return `glyphs` without the copies that a bold face is drawn with."""
    seen: dict[tuple[str, int, int], list[Glyph]] = defaultdict(list)
    kept = []
    for glyph in glyphs:
        across, up = round(glyph.left / _CELL), round(glyph.y / _CELL)
        near = itertools.product((across - 1, across, across + 1), (up - 1, up, up + 1))
        reach = min(_BOLD * glyph.size, _CELL)
        if glyph.text.strip() and any(
            abs(other.left - glyph.left) < reach and abs(other.y - glyph.y) < reach
            for place in near
            for other in seen.get((glyph.text, *place), ())
        ):
            continue
        seen[glyph.text, across, up].append(glyph)
        kept.append(glyph)
    return kept


def _rows(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Group glyphs that stand on one baseline or nearly so, from left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: (-one.y, one.left)):
        if glyph.text in "\r\n\t\x0b\x0c":
            continue
        if rows and abs(rows[-1][0].y - glyph.y) <= _BASELINE * max(1.0, min(rows[-1][0].size, glyph.size)):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _line(row: list[Glyph]) -> Line | None:
    """Return the text of one row, with a tab for a wide gap and the blanks that are drawn or needed by words."""
    marks = [glyph for glyph in row if glyph.text.strip()]
    if not marks:
        return None
    size = statistics.median(glyph.size for glyph in marks)
    gaps = [after.left - before.right for before, after in itertools.pairwise(marks)]
    usual = statistics.median(gaps) if gaps else 0.0
    blanks = [glyph for glyph in row if not glyph.text.strip()]
    parts, cells = [_drawn(marks[0])], 1
    for (before, after), gap in zip(itertools.pairwise(marks), gaps, strict=True):
        between = "".join(blank.text for blank in blanks if before.left < blank.left < after.left)
        alike = before.text.isascii() == after.text.isascii()  # between Han and Latin, print leaves a gap of its own
        if gap > _TAB * size and len(between) < gap / size:
            parts.append("\t")
            cells += 1
        elif between and gap - usual > 0.1 * size:
            parts.append(between)
        elif alike and gap - max(usual, 0.0) > _GAP * size:
            parts.append(" ")
        parts.append(_drawn(after))
    right = max(glyph.right for glyph in marks)
    line = Line("".join(parts), marks[0].left, right, marks[0].y, size, cells)
    line.first = marks[_unparted(marks) - 1].right - marks[0].left
    return line


def _unparted(marks: list[Glyph]) -> int:
    """Return how many characters at the start of a line no program parts: a number, marks with what they belong to."""
    for at, (before, after) in enumerate(itertools.pairwise(marks[:_MOST_UNPARTED]), start=1):
        last, first = before.text, after.text
        word = _WORD.match(first) and (_WORD.match(last) or last in _CLOSING)
        if not (word or last in _OPENING or first in _CLOSING or last in _QUOTES or first in _QUOTES):
            return at
    return min(len(marks), _MOST_UNPARTED)


def _drawn(glyph: Glyph) -> str:
    """Return the text of a glyph; some fonts draw a double dash as one."""
    double = glyph.text in _DASHES and glyph.right - glyph.left > _LONG_DASH * glyph.size
    return glyph.text * 2 if double else glyph.text


def _gutter(rows: list[list[Glyph]], width: float) -> float | None:
    """Return the middle of the blank strip between two columns of running text; None where there is one column."""
    middles: list[float] = []
    full = 0
    for row in rows:
        marks = [glyph for glyph in row if glyph.text.strip()]
        if len(marks) < _SHORTEST_ROW:
            continue
        full += 1
        size = statistics.median(glyph.size for glyph in marks)
        gaps = [
            ((before.right + after.left) / 2, at)
            for at, (before, after) in enumerate(itertools.pairwise(marks), start=1)
            if after.left - before.right > size
        ]
        if len(gaps) == 1 and _SIDE <= gaps[0][1] <= len(marks) - _SIDE:
            middles.append(gaps[0][0])
    if len(middles) < _FEWEST_COLUMN or len(middles) < 0.5 * full:
        return None
    gutter = statistics.median(middles)
    near = sum(abs(middle - gutter) < 0.05 * width for middle in middles)
    return gutter if near >= 0.7 * len(middles) and 0.3 * width < gutter < 0.7 * width else None


def _leaves_free(row: list[Glyph], gutter: float) -> bool:
    """Tell whether no character of `row` stands in the gutter."""
    return not any(
        glyph.text.strip() and glyph.left - 0.3 * glyph.size < gutter < glyph.right + 0.3 * glyph.size for glyph in row
    )
