"""How a text was set in lines: their common width, and which of the breaks between them end a paragraph.

A wrapped text shows itself by its regular lines: what stands between breaks keeps to one width W. Which breaks end
a paragraph is then a question of typesetting: a line is filled until the next character does not fit, so a break
well before W ends a paragraph. The cheapest reading of all breaks together is found by dynamic programming, as
paragraph filling does it forwards (Knuth & Plass 1981, Software: Practice and Experience 11).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from statistics import median
from typing import NamedTuple

from analysis.corpus.text.width import display_width, fold_width

__all__ = ["OPENS_PARAGRAPH", "Setting", "between_words", "ended", "paragraph_breaks", "setting_of", "width_of_next"]

OPENS_PARAGRAPH = re.compile(
    r"(?P<marker>[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]+部分"
    r"|\d{1,2}[、.．](?!\d)|[(（]\d{1,2}[)）])"
    r"|各位(?:代表|领导|委员|同志)|(?:尊敬的)?(?:同志们|主席团)|现在[,，]?我|以上(?:是|述职|报告|汇报|总结|发言|情况)|[特专]此报告|谢谢大家"
)
_MARKER_CLASSES = ("[一二三四五六七八九十]", "[(（][一二三四五六七八九十]", "第", r"\d", r"[(（]\d")
_ITEM = re.compile("[一二三四五六七八九十]{1,2}(?:是要|是|要)")
_SENTENCE_END = re.compile(r"[。!！?？:：;；…][”’\"」』)）]*$")
_NARROW = re.compile(r"[0-9A-Za-z%％‰０-９Ａ-Ｚａ-ｚ]")
_UNSPLIT = re.compile(r"(?:[0-9A-Za-z.%×*]+|.)[，。；：、！？”’）》」』,;:!?)…]*", re.DOTALL)
_FEWEST_LINES, _REGULAR_SHARE, TOLERANCE, _NARROWEST, _OVERFULL = 6, 0.6, 0.1, 16, 3
_OPENING, _UNFINISHED, _STRAY, _FULL, _TORN = 1.0, 6.0, 30.0, 24.0, 60.0
"""Costs of reading a break as a paragraph's end: before an opening, within a sentence, behind a stray line, on a full
line, on a full line within a sentence."""

Measure = Callable[[str], int]


def _folded_width(text: str) -> int:
    return display_width(fold_width(text))


_MEASURES: tuple[Measure, ...] = (display_width, len, _folded_width)  # print columns, or characters as programs wrap


class Setting(NamedTuple):
    """How a text was wrapped: line width `width` in units of `measure`."""

    width: float
    measure: Measure

    def filled(self, line: str) -> bool:
        """Tell whether `line` is about as long as the lines of the text are."""
        return abs(self.measure(line) - self.width) <= 2 * TOLERANCE * self.width


def setting_of(lines: list[str]) -> Setting | None:
    """Return the common width of most `lines`, in the unit in which they agree best; None where there is none."""
    settings = []
    for measure in _MEASURES:
        widths = [width for line in lines if (width := measure(line)) >= _NARROWEST]
        if len(widths) < _FEWEST_LINES:
            continue
        middle = median(widths)
        regular = [width for width in widths if abs(width - middle) <= TOLERANCE * middle]
        if len(regular) >= _REGULAR_SHARE * len(widths):
            spread = sum(abs(width - middle) for width in regular) / (middle * len(regular))
            settings.append((-len(regular), spread, Setting(middle, measure)))
    return min(settings, key=lambda setting: setting[:2])[2] if settings else None


def ended(line: str, end: int) -> bool:
    """Tell whether a sentence or clause list ends before `end`."""
    return bool(_SENTENCE_END.search(line[max(0, end - 4) : end]))


def between_words(left: str, right: str) -> bool:
    """Tell whether one side of a break is a digit, letter or %: such a blank may stand inside a line."""
    return bool(_NARROW.match(left) or _NARROW.match(right))


def width_of_next(line: str, start: int, measure: Measure) -> int:
    """Return the width of the next piece that no line end may split: a character or number with the marks behind."""
    piece = _UNSPLIT.match(line, start)
    return measure(piece.group()) if piece else 0


class _Line(NamedTuple):
    """What is known of the stretch between two breaks before they are read."""

    marker: int | None
    opens: bool
    sentences: int
    """How many sentences end inside it; one that ends with it does not count."""


def _line(text: str, repeated: bool) -> _Line:
    match = OPENS_PARAGRAPH.match(text)
    marker = None
    if match and match.group("marker"):
        marker = max(at for at, pattern in enumerate(_MARKER_CLASSES) if re.match(pattern, text))
    return _Line(marker, repeated or match is not None, len(re.findall("[。:：]", text[:-1])))


def _continues(below: str, longest: int) -> bool:
    """Tell whether `below` may be the rest of a title: a short first sentence of one clause."""
    first = re.split("[。,，;；:：]", below, maxsplit=1)
    return len(first) == 2 and len(first[0]) <= longest and below[len(first[0])] == "。"


def _standing_alone(texts: list[str], lines: list[_Line], setting: Setting) -> set[int]:
    """Return the indices of the lines that are whole headings, as others of their kind in this text are.

    Headings of one kind below one parent are set alike: those that end well before the line is full, and those that
    go on in it, tell of those that fill it. Where nothing tells, a part (一、) is headed by a line of its own.
    """
    votes: Counter[tuple[int, ...]] = Counter()
    parents, kinds = [0] * len(_MARKER_CLASSES), {}
    indent = setting.measure("　　")
    for at, (text, line) in enumerate(zip(texts, lines, strict=True)):
        if line.marker is None or at + 1 == len(texts):
            continue
        for lower in range(line.marker + 1, len(parents)):
            parents[lower] += 1
        done, below = ended(text, len(text)), texts[at + 1]
        kinds[at] = [(line.marker, done), (line.marker, done, parents[line.marker])]
        room = setting.width - setting.measure(text) - indent
        vote = room > TOLERANCE * setting.width + width_of_next(below, 0, setting.measure)
        if line.sentences:
            votes.update({(line.marker, d, *p): -1 for d in (True, False) for p in ((), (parents[line.marker],))})
        elif vote or (_ITEM.match(below) and not done):
            votes.update(kinds[at])
    alone = set()
    for at, (everywhere, here) in kinds.items():
        says = votes[here] or votes[everywhere]
        unknown = everywhere == (0, False) and everywhere not in votes
        if (says > 0 and not _continues(texts[at + 1], 10)) or (unknown and not _continues(texts[at + 1], 24)):
            alone.add(at)
    return alone


def paragraph_breaks(text: str, breaks: list[tuple[int, int]], setting: Setting) -> set[int]:
    """Return the indices of the `breaks` (spans of blanks in `text`) that end a paragraph.

    The reading with the least cost over all breaks is taken. A wrapped line costs the square of what it lacks to W,
    a paragraph's end what speaks against it: an unfinished sentence, a full line, a next line that opens nothing.
    """
    width, measure = setting
    slack, indent = TOLERANCE * width, measure("　　")
    starts, ends = [0] + [end for _, end in breaks], [start for start, _ in breaks] + [len(text)]
    columns = list(accumulate(map(measure, text), initial=0))
    repeated = _repeated_openers(text, breaks)
    pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    lines = [_line(piece, start in repeated) for piece, start in zip(pieces, starts, strict=True)]
    alone = _standing_alone(pieces, lines, setting)
    inside = [between_words(text[start - 1], text[end]) for start, end in breaks]
    nexts = [width_of_next(text, start, measure) for start in starts]
    done = [ended(text, end) for end in ends]

    def reading(begin: int, stop: int, state: str, filled: float) -> tuple[float, float, bool]:
        """Return the costs of wrapping and of ending behind line ``begin..stop``, and whether it is a heading."""
        below, unsplit = lines[stop + 1], bool(_NARROW.match(text[ends[stop] - 1]))
        heading = state == "head" or (state == "open" and lines[begin].marker is not None)
        heading = heading and not any(line.sentences for line in lines[begin : stop + 1])
        wrapped = max(0.0, width - slack - filled - nexts[stop + 1] + 1) ** 2
        if below.opens and done[stop]:
            return wrapped + _OPENING, 0.0, heading
        # a heading ends without a sentence mark, but hardly between a number and its unit
        title = heading and not unsplit
        if title and (stop in alone or (_ITEM.match(pieces[stop + 1]) and not done[stop])):
            return wrapped + 3 * _OPENING, _OPENING, heading
        if nexts[stop + 1] > width - filled and not below.opens:
            # the line has no room: nothing speaks for a paragraph's end
            return wrapped, _FULL if done[stop] else _TORN, heading
        if done[stop] or title:
            unlikely = state == "head" or text[ends[stop] - 1] in ";；"
            return wrapped, 3 * _OPENING if unlikely else _OPENING, heading
        stray = state != "open" and begin > 0 and done[begin - 1] and not lines[begin].sentences
        return wrapped, (_OPENING if below.opens else _UNFINISHED) + (_STRAY if stray else 0.0), heading

    # state: (lines read so far, open: a paragraph begins | head: a heading goes on | wrap) -> (cost, state before)
    best: dict[tuple[int, str], tuple[float, tuple[int, str] | None]] = {(0, "open"): (0.0, None)}
    for stop in range(len(ends)):
        for begin in range(stop, -1, -1):
            if begin < stop and not inside[begin]:
                break  # a space between two Han characters never stands inside a line
            if begin < stop and columns[ends[stop]] - columns[starts[begin]] > _OVERFULL * width:
                break  # no reading is that bad: what came before would be a line of its own
            for state in ("open", "head", "wrap"):
                if (begin, state) not in best:
                    continue
                filled = columns[ends[stop]] - columns[starts[begin]] + (indent if state == "open" else 0)
                cost = best[begin, state][0] + max(0.0, filled - width - slack) ** 2
                if stop == len(breaks):
                    after = [("open", cost)]
                else:
                    wrapped, ending, heading = reading(begin, stop, state, filled)
                    after = [("head" if heading else "wrap", cost + wrapped), ("open", cost + ending)]
                for name, total in after:
                    if (stop + 1, name) not in best or total < best[stop + 1, name][0]:
                        best[stop + 1, name] = (total, (begin, state))
    found: set[int] = set()
    at: tuple[int, str] | None = (len(ends), "open")
    while at is not None and at[0] > 0:
        if at[1] == "open" and at[0] <= len(breaks):
            found.add(at[0] - 1)
        at = best[at][1]
    return found


def _repeated_openers(text: str, breaks: list[tuple[int, int]]) -> set[int]:
    """Return the places behind a sentence's end and a blank whose first clause stands at two such places or more."""
    first = {
        end: clause.group()
        for start, end in breaks
        if ended(text, start) and (clause := re.compile("[\u4e00-\u9fff]{3,8}[,，].{2}").match(text, end))
    }
    counts = Counter(first.values())
    return {end for end, clause in first.items() if counts[clause] > 1}
