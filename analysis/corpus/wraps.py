"""Line wraps that a PDF or a form left inside sentences: found, told apart from paragraph breaks, and logged.

A wrapped text shows itself by its regular lines: the columns between breaks keep to one width W. Which breaks end
a paragraph is then a question of typesetting: a line is filled until the next character does not fit, so a break
well before W ends a paragraph. The cheapest reading of all breaks together is found by dynamic programming, as
paragraph filling does it forwards (Knuth & Plass 1981, Software: Practice and Experience 11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from statistics import median

from analysis.corpus.width import display_width
from analysis.schemas import Edit

__all__ = ["find_wraps"]

_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_NARROW = re.compile(r"[0-9A-Za-z%％‰０-９Ａ-Ｚａ-ｚ]")
_UNSPLIT = re.compile(r"[0-9A-Za-z.%]+")
_LATIN = re.compile(r"[0-9A-Za-z]")
_SENTENCE_END = re.compile(r"[。!！?？:：;；…][”’\"」』)）]*$")
_OPENS_PARAGRAPH = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]+部分"
    r"|\d{1,2}[、.．](?!\d)|[(（]\d{1,2}[)）]|各位(?:代表|领导|委员|同志)|同志们|现在[,，]?我"
)
_FEWEST_LINES, _REGULAR_SHARE, _TOLERANCE = 6, 0.6, 0.1
_PARAGRAPH_COST, _UNFINISHED_COST = 1.0, 6.0


def _kind(left: str, right: str) -> str:
    return "digit_adjacent" if _NARROW.match(left) or _NARROW.match(right) else "line_wrap"


def _line_width(line: str, breaks: list[tuple[int, int]]) -> float | None:
    """Return the width W of the lines that were flattened into `line`, or None where they show no regular width."""
    # a space between two Han characters can only be a line's end; one beside a digit may stand inside a line
    firm = [0] + [end for start, end in breaks if _kind(line[start - 1], line[end]) == "line_wrap"]
    widths = [display_width(line[before:behind]) for before, behind in zip(firm, firm[1:], strict=False)]
    widths = [width for width in widths if width >= 16]
    if len(widths) < _FEWEST_LINES:
        return None
    middle = median(widths)
    regular = sum(abs(width - middle) <= _TOLERANCE * middle for width in widths)
    return middle if regular >= _REGULAR_SHARE * len(widths) else None


def _columns_of_next(line: str, start: int) -> int:
    """Return the columns of the next piece that cannot be split: one Han character, or a whole number or word."""
    run = _UNSPLIT.match(line, start)
    return display_width(run.group() if run else line[start : start + 1])


def _paragraph_breaks(line: str, breaks: list[tuple[int, int]], width: float) -> set[int]:
    """Return the indices of the breaks that end a paragraph, by the cheapest reading of all breaks together."""
    slack = _TOLERANCE * width
    starts, ends = [0] + [end for _, end in breaks], [start for start, _ in breaks] + [len(line)]
    columns = list(accumulate(map(display_width, line), initial=0))
    inside = [_kind(line[start - 1], line[end]) == "digit_adjacent" for start, end in breaks]
    # state: (lines read so far, does a paragraph begin here) -> (cost, state before)
    best: dict[tuple[int, bool], tuple[float, tuple[int, bool] | None]] = {(0, True): (0.0, None)}
    for stop in range(len(ends)):
        final = stop == len(breaks)
        for begin in range(stop, -1, -1):
            if any(not inside[at] for at in range(begin, stop)):
                break  # a space between two Han characters never stands inside a line
            for opening in (True, False):
                if (begin, opening) not in best:
                    continue
                filled = columns[ends[stop]] - columns[starts[begin]] + (4 if opening else 0)
                misfit = max(0.0, filled - width - slack) ** 2
                cost = best[begin, opening][0] + misfit
                readings = [(True, cost)]
                if not final:
                    readings = [(False, cost + max(0.0, width - slack - filled) ** 2)]
                    heading = opening and _OPENS_PARAGRAPH.match(line, starts[begin]) is not None
                    ending = _paragraph_cost(line, ends[stop], starts[stop + 1], width - filled, heading=heading)
                    readings.append((True, cost + ending))
                for ends_paragraph, total in readings:
                    state = (stop + 1, ends_paragraph)
                    if state not in best or total < best[state][0]:
                        best[state] = (total, (begin, opening))
    found: set[int] = set()
    state: tuple[int, bool] | None = (len(ends), True)
    while state is not None and state[0] > 0:
        if state[1] and state[0] <= len(breaks):
            found.add(state[0] - 1)
        state = best[state][1]
    return found


def _paragraph_cost(line: str, end: int, start: int, left: float, *, heading: bool) -> float:
    """Return what it costs to end a paragraph at `end` with `left` columns of its last line unused."""
    opens = bool(_OPENS_PARAGRAPH.match(line, start))
    if not opens and _columns_of_next(line, start) > left:
        return 4 * _UNFINISHED_COST  # the line is full: nothing speaks for a paragraph's end
    finished = _SENTENCE_END.search(line[max(0, end - 4) : end])
    # a heading ends without a sentence mark, but hardly between a number and its unit
    finished = finished or (heading and not _NARROW.match(line[end - 1]))
    return _PARAGRAPH_COST if opens or finished else _UNFINISHED_COST


def _space_wraps(raw: str, start: int, end: int) -> list[Edit]:
    line = raw[start:end]
    breaks = [
        match.span()
        for match in _SPACES.finditer(line)
        if 0 < match.start() and match.end() < len(line)
        and not (_LATIN.match(line[match.start() - 1]) and _LATIN.match(line[match.end()]))
    ]
    if not breaks:
        return []
    width = _line_width(line, breaks)
    if width is None:
        ending = {
            at
            for at, (before, behind) in enumerate(breaks)
            if _SENTENCE_END.search(line[max(0, before - 4) : before]) and _OPENS_PARAGRAPH.match(line, behind)
        }
    else:
        ending = _paragraph_breaks(line, breaks, width)
    return [
        Edit(start + before, start + behind, line[before:behind], "\n", "paragraph_break")
        if at in ending
        else Edit(start + before, start + behind, line[before:behind], "", _kind(line[before - 1], line[behind]))
        for at, (before, behind) in enumerate(breaks)
    ]


def _newline_wraps(raw: str, lines: list[tuple[int, int]]) -> list[Edit]:
    widths = [display_width(raw[start:end]) for start, end in lines]
    unfinished = [
        width
        for width, (start, end) in zip(widths, lines, strict=True)
        if width >= 16 and not _SENTENCE_END.search(raw[max(start, end - 4) : end])
    ]
    if len(unfinished) < _FEWEST_LINES:
        return []
    middle = median(unfinished)
    regular = sum(abs(width - middle) <= _TOLERANCE * middle for width in unfinished)
    longer = sum(width > 1.3 * middle for width in widths)  # a wrapped text has no long lines
    if regular < _REGULAR_SHARE * len(unfinished) or longer > 0.05 * len(widths):
        return []
    edits = []
    for (start, end), (after, behind), width in zip(lines, lines[1:], widths, strict=False):
        gap = raw[end:after]
        indented = gap.rsplit("\n", 1)[-1] != ""
        full = width + _columns_of_next(raw[after:behind], 0) > (1 - _TOLERANCE) * middle
        ended = _SENTENCE_END.search(raw[max(start, end - 4) : end])
        opens = _OPENS_PARAGRAPH.match(raw, after)
        if gap.count("\n") == 1 and full and not indented and not (ended and opens) and width <= 1.3 * middle:
            edits.append(Edit(end, after, gap, "", _kind(raw[end - 1], raw[after])))
    return edits


def find_wraps(raw: str, lines: Iterable[tuple[int, int]]) -> list[Edit]:
    """Return the edits that undo line wraps inside `lines` (spans of the report's own lines) of `raw`.

    A space between two Latin letters or digits is a word boundary and stays. Kinds: ``digit_adjacent`` (a neighbour
    is a digit, letter or %), ``line_wrap`` (every other), ``paragraph_break`` (becomes a newline).
    """
    lines = list(lines)
    edits = [edit for start, end in lines for edit in _space_wraps(raw, start, end)]
    return sorted([*edits, *_newline_wraps(raw, lines)])
