"""Line wraps that a PDF or a form left inside sentences: found, told apart from paragraph breaks, and logged.

A wrapped text shows itself by its regular lines: what stands between breaks keeps to one width W. Which breaks end
a paragraph is then a question of typesetting: a line is filled until the next character does not fit, so a break
well before W ends a paragraph. The cheapest reading of all breaks together is found by dynamic programming, as
paragraph filling does it forwards (Knuth & Plass 1981, Software: Practice and Experience 11).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from analysis.corpus.width import display_width
from analysis.schemas import Edit

__all__ = ["find_wraps", "line_width"]

_BLANKS = re.compile(r"[ \t\u00a0\u3000]+")
_ANY_BLANK = " \t\u00a0\u3000"
_NARROW = re.compile(r"[0-9A-Za-z%％‰０-９Ａ-Ｚａ-ｚ]")
_LATIN = re.compile(r"[0-9A-Za-z]")
_UNSPLIT = re.compile(r"[0-9A-Za-z.%]+")
_SENTENCE_END = re.compile(r"[。!！?？:：;；…][”’\"」』)）]*$")
_LIST_MARK = re.compile(r"[*●○◆■□▲★·•\-—]$|第[一二三四五六七八九十]+(?:部分|章|节|篇)$|^.{0,4}[、.．)）]$")
_OPENS_PARAGRAPH = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]+部分"
    r"|\d{1,2}[、.．](?!\d)|[(（]\d{1,2}[)）]|各位(?:代表|领导|委员|同志)|同志们|现在[,，]?我"
)
_FEWEST_LINES, _REGULAR_SHARE, _TOLERANCE, _NARROWEST = 6, 0.6, 0.1, 16
_PARAGRAPH_COST, _UNFINISHED_COST, _FULL_LINE_COST = 1.0, 6.0, 24.0

Measure = Callable[[str], int]
_MEASURES: tuple[Measure, ...] = (display_width, len)  # print columns, or characters as programs wrap


class _Setting(NamedTuple):
    """How a text was wrapped: line width `width` in units of `measure`."""

    width: float
    measure: Measure

    def filled(self, line: str) -> bool:
        """Tell whether `line` is about as long as the lines of the text are."""
        return abs(self.measure(line) - self.width) <= 2 * _TOLERANCE * self.width


def _kind(left: str, right: str) -> str:
    return "digit_adjacent" if _NARROW.match(left) or _NARROW.match(right) else "line_wrap"


def _setting(lines: list[str]) -> _Setting | None:
    """Return the common width of most `lines`, in the unit in which they agree best; None where there is none."""
    settings = []
    for measure in _MEASURES:
        widths = [width for line in lines if (width := measure(line)) >= _NARROWEST]
        if len(widths) < _FEWEST_LINES:
            continue
        middle = median(widths)
        regular = [width for width in widths if abs(width - middle) <= _TOLERANCE * middle]
        if len(regular) >= _REGULAR_SHARE * len(widths):
            spread = sum(abs(width - middle) for width in regular) / (middle * len(regular))
            settings.append((-len(regular), spread, _Setting(middle, measure)))
    return min(settings, key=lambda setting: setting[:2])[2] if settings else None


def _columns_of_next(line: str, start: int, measure: Measure) -> int:
    """Return the width of the next piece that cannot be split: one Han character, or a whole number or word."""
    run = _UNSPLIT.match(line, start)
    return measure(run.group() if run else line[start : start + 1])


def _ended(line: str, end: int) -> bool:
    return bool(_SENTENCE_END.search(line[max(0, end - 4) : end]))


def _paragraph_breaks(line: str, breaks: list[tuple[int, int]], setting: _Setting) -> set[int]:
    """Return the indices of the breaks that end a paragraph, by the cheapest reading of all breaks together."""
    width, measure = setting
    slack, indent = _TOLERANCE * width, measure("　　")
    starts, ends = [0] + [end for _, end in breaks], [start for start, _ in breaks] + [len(line)]
    columns = list(accumulate(map(measure, line), initial=0))
    openers = _repeated_openers(line, breaks)
    inside = [_kind(line[start - 1], line[end]) == "digit_adjacent" for start, end in breaks]
    # state: (lines read so far, does a paragraph begin here) -> (cost, state before)
    best: dict[tuple[int, bool], tuple[float, tuple[int, bool] | None]] = {(0, True): (0.0, None)}
    for stop in range(len(ends)):
        for begin in range(stop, -1, -1):
            if begin < stop and not inside[begin]:
                break  # a space between two Han characters never stands inside a line
            for opening in (True, False):
                if (begin, opening) not in best:
                    continue
                filled = columns[ends[stop]] - columns[starts[begin]] + (indent if opening else 0)
                cost = best[begin, opening][0] + max(0.0, filled - width - slack) ** 2
                readings = [(True, cost)]
                if stop < len(breaks):
                    follows = starts[stop + 1]
                    opens = follows in openers or _OPENS_PARAGRAPH.match(line, follows) is not None
                    heading = opening and _OPENS_PARAGRAPH.match(line, starts[begin]) is not None
                    full = _columns_of_next(line, follows, measure) > width - filled
                    ending = _paragraph_cost(line, ends[stop], opens=opens, heading=heading, full=full)
                    wrapped = max(0.0, width - slack - filled) ** 2
                    wrapped += _PARAGRAPH_COST if opens and _ended(line, ends[stop]) else 0.0
                    readings = [(False, cost + wrapped), (True, cost + ending)]
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


def _repeated_openers(line: str, breaks: list[tuple[int, int]]) -> set[int]:
    """Return the places behind a sentence's end and a blank whose first clause stands at two such places or more."""
    first = {
        end: clause.group()
        for start, end in breaks
        if _ended(line, start) and (clause := re.compile("[\u4e00-\u9fff]{3,8}[,，].{2}").match(line, end))
    }
    counts = Counter(first.values())
    return {end for end, clause in first.items() if counts[clause] > 1}


def _paragraph_cost(line: str, end: int, *, opens: bool, heading: bool, full: bool) -> float:
    """Return what it costs to end a paragraph at `end`: little where it ends a sentence or what follows opens one."""
    if opens and _ended(line, end):
        return 0.0
    if full and not opens:
        return _FULL_LINE_COST  # the line has no room: nothing speaks for a paragraph's end
    # a heading ends without a sentence mark, but hardly between a number and its unit
    finished = _ended(line, end) or (heading and not _NARROW.match(line[end - 1]))
    return _PARAGRAPH_COST if opens or finished else _UNFINISHED_COST


def _breaks(line: str, blanks: str) -> list[tuple[int, int]]:
    """Return the spans of the blanks inside `line` that no Latin word or list mark needs."""
    return [
        (start, end)
        for start, end in (match.span() for match in _BLANKS.finditer(line))
        if 0 < start
        and end < len(line)
        and set(line[start:end]) <= set(blanks)
        and not (_LATIN.match(line[start - 1]) and _LATIN.match(line[end]))
    ]


def _flat_setting(lines: list[str]) -> _Setting | None:
    """Return the width of the print lines that were joined by blanks in `lines`; None where none shows."""
    pieces = []
    for line in lines:
        # a blank between two Han characters can only be a line's end; one beside a digit may stand inside a line
        firm = [
            behind
            for before, behind in _breaks(line, _ANY_BLANK)
            if _kind(line[before - 1], line[behind]) == "line_wrap"
        ]
        pieces += [line[before:behind] for before, behind in zip([0, *firm], firm, strict=False)]
    return _setting(pieces)


def _space_wraps(raw: str, start: int, end: int, setting: _Setting | None) -> list[Edit]:
    line = raw[start:end]
    breaks = _breaks(line, _ANY_BLANK)
    if setting is not None:
        ending = _paragraph_breaks(line, breaks, setting)
    elif "。" in line:
        # no regular width: single blanks in running text, where the full-width one and those behind a mark are meant
        breaks = [
            (before, behind) for before, behind in _breaks(line, " \t\u00a0") if not _LIST_MARK.search(line[:before])
        ]
        ending = {
            at
            for at, (before, behind) in enumerate(breaks)
            if _ended(line, before) and _OPENS_PARAGRAPH.match(line, behind)
        }
    else:
        return []
    return [
        Edit(start + before, start + behind, line[before:behind], "\n", "paragraph_break")
        if at in ending
        else Edit(start + before, start + behind, line[before:behind], "", _kind(line[before - 1], line[behind]))
        for at, (before, behind) in enumerate(breaks)
    ]


def _newline_wraps(raw: str, lines: list[tuple[int, int]]) -> list[Edit]:
    def indent(start: int) -> str:
        return raw[raw.rfind("\n", 0, start) + 1 : start]

    texts = [raw[start:end] for start, end in lines]
    printed = [indent(start) + text for (start, _), text in zip(lines, texts, strict=True)]
    setting = line_width(printed)
    if setting is None:
        return []
    width, measure = setting
    widths = [measure(line) for line in printed]
    edits = []
    for at in range(len(lines) - 1):
        end, after = lines[at][1], lines[at + 1][0]
        gap = raw[end:after]
        full = widths[at] + _columns_of_next(texts[at + 1], 0, measure) > (1 - _TOLERANCE) * width
        opens = _OPENS_PARAGRAPH.match(texts[at + 1]) is not None
        if (
            gap.count("\n") == 1
            and not indent(after).strip("\n\r")
            and full
            and not (opens and _ended(texts[at], len(texts[at])))
        ):
            edits.append(Edit(end, after, gap, "", _kind(raw[end - 1], raw[after])))
    return edits


def line_width(lines: list[str]) -> _Setting | None:
    """Return the width to which a text was wrapped by newlines; None where its lines are paragraphs."""
    setting = _setting([line for line in lines if not _ended(line, len(line))])
    if setting is None:
        return None
    longest = (1 + 2 * _TOLERANCE) * setting.width
    # a wrapped text has no long lines: these are paragraphs, and the regular ones are headings
    return None if sum(setting.measure(line) > longest for line in lines) > 0.05 * len(lines) else setting


def find_wraps(raw: str, lines: Iterable[tuple[int, int]]) -> list[Edit]:
    """Return the edits that undo line wraps inside `lines` (spans of the report's own lines) of `raw`.

    A space between two Latin letters or digits is a word boundary and stays. Kinds: ``digit_adjacent`` (a neighbour
    is a digit, letter or %), ``line_wrap`` (every other), ``paragraph_break`` (becomes a newline).
    """
    lines = list(lines)
    setting = _flat_setting([raw[start:end] for start, end in lines])
    edits = [edit for start, end in lines for edit in _space_wraps(raw, start, end, setting)]
    return sorted([*edits, *_newline_wraps(raw, lines)])
