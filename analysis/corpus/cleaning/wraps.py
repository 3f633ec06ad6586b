"""Line wraps that a PDF or a form left inside sentences: found, told apart from paragraph breaks, and logged."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.corpus.cleaning.typesetting import (
    OPENS_PARAGRAPH,
    TOLERANCE,
    Setting,
    between_words,
    ended,
    paragraph_breaks,
    setting_of,
    width_of_next,
)
from analysis.corpus.text.width import BLANK
from analysis.schemas import Edit

__all__ = ["find_wraps", "line_width"]

_BLANKS = re.compile(f"{BLANK}+")
_WIDE_BLANK = "\u3000"
_LATIN = re.compile(r"[0-9A-Za-z]")
_LIST_MARK = re.compile(r"[*●○◆■□▲★·•\-—]$|第[一二三四五六七八九十]+(?:部分|章|节|篇)$|^.{0,4}[、.．)）]$")
_FEWEST_JOINED, _LONGEST_HEADING, _LONGEST_MARK = 3, 40, 16
_NEWLINE = re.compile(r"\r\n?|[\n\u2028\u2029\x85]")


def _kind(left: str, right: str) -> str:
    return "digit_adjacent" if between_words(left, right) else "line_wrap"


def _breaks(line: str) -> list[tuple[int, int]]:
    """Return the spans of the blanks inside `line` that no Latin word needs."""
    return [
        (start, end)
        for start, end in (match.span() for match in _BLANKS.finditer(line))
        if 0 < start and end < len(line) and not (_LATIN.match(line[start - 1]) and _LATIN.match(line[end]))
    ]


def _flat_setting(lines: list[str]) -> Setting | None:
    """Return the width of the print lines that were joined by blanks in `lines`; None where none shows."""
    pieces = []
    for line in lines:
        # a blank between two Han characters can only be a line's end; one beside a digit may stand inside a line
        firm = [end for start, end in _breaks(line) if not between_words(line[start - 1], line[end])]
        pieces += [line[start:end].strip() for start, end in zip([0, *firm], firm, strict=False)]
    return setting_of(pieces)


def _space_wraps(raw: str, start: int, end: int, setting: Setting | None) -> list[Edit]:
    line = raw[start:end]
    breaks = _breaks(line)
    if not breaks:
        return []
    if setting is not None:
        ending = paragraph_breaks(line, breaks, setting)
    elif "。" in line:
        # no regular width: single blanks in running text, where a full-width one and one behind a list mark are meant
        breaks = [
            (before, behind)
            for before, behind in breaks
            if _WIDE_BLANK not in line[before:behind] and not _behind_list_mark(line, before)
        ]
        ending = _joined_paragraphs(line, breaks)
    else:
        return []
    return [
        Edit(start + before, start + behind, line[before:behind], "\n", "paragraph_break")
        if at in ending
        else Edit(start + before, start + behind, line[before:behind], "", _kind(line[before - 1], line[behind]))
        for at, (before, behind) in enumerate(breaks)
    ]


def _behind_list_mark(line: str, end: int) -> bool:
    return _LIST_MARK.search(line[max(0, end - _LONGEST_MARK) : end]) is not None


def _joined_paragraphs(line: str, breaks: list[tuple[int, int]]) -> set[int]:
    """Return the indices of the `breaks` that end a paragraph in a line that is not wrapped.

    Where several numbered headings follow a blank, whole paragraphs were joined: then every blank behind a sentence
    or a heading is a paragraph's end.
    """
    numbered = {behind for _, behind in breaks if (match := OPENS_PARAGRAPH.match(line, behind)) and match["marker"]}
    joined, found, start = len(numbered) >= _FEWEST_JOINED, set(), 0
    for at, (before, behind) in enumerate(breaks):
        opens = OPENS_PARAGRAPH.match(line, behind) is not None
        heading = start in numbered and before - start <= _LONGEST_HEADING and "。" not in line[start:before]
        narrow = between_words(line[before - 1], line[behind])
        if (ended(line, before) and (opens or joined)) or (joined and (heading or opens) and (opens or not narrow)):
            found.add(at)
            start = behind
    return found


def line_width(lines: list[str]) -> Setting | None:
    """Return the width to which a text was wrapped by newlines; None where its `lines` are paragraphs."""
    setting = setting_of([line for line in lines if not ended(line, len(line))])
    if setting is None:
        return None
    longest = (1 + 2 * TOLERANCE) * setting.width
    # a wrapped text has no long lines: these are paragraphs, and the regular ones are headings
    return None if sum(setting.measure(line) > longest for line in lines) > 0.05 * len(lines) else setting


def _newline_wraps(raw: str, lines: list[tuple[int, int]]) -> list[Edit]:
    def indent(start: int) -> str:
        return _NEWLINE.split(raw[max(0, start - 12) : start])[-1]

    printed = [indent(start) + raw[start:end] for start, end in lines]
    setting = line_width(printed)
    if setting is None:
        return []
    width, measure = setting
    edits = []
    for (_, end), line, (after, below) in zip(lines, printed, lines[1:], strict=False):
        gap, text = raw[end:after], raw[after:below]
        full = measure(line) + width_of_next(text, 0, measure) > (1 - TOLERANCE) * width
        opens = OPENS_PARAGRAPH.match(text) is not None and ended(line, len(line))
        indented = bool(indent(after).strip("\ufeff"))
        if not gap.strip() and len(_NEWLINE.findall(gap)) == 1 and not indented and full and not opens:
            edits.append(Edit(end, after, gap, "", _kind(raw[end - 1], raw[after])))
    return edits


def find_wraps(raw: str, lines: Iterable[tuple[int, int]]) -> list[Edit]:
    """Return the edits that undo line wraps inside `lines` (spans of the report's own lines) of `raw`.

    A space between two Latin letters or digits is a word boundary and stays. Kinds: ``digit_adjacent`` (a neighbour
    is a digit, letter or %), ``line_wrap`` (every other), ``paragraph_break`` (becomes a newline).
    """
    lines = list(lines)
    setting = _flat_setting([raw[start:end] for start, end in lines])
    edits = [edit for start, end in lines for edit in _space_wraps(raw, start, end, setting)]
    return sorted([*edits, *_newline_wraps(raw, lines)])
