"""Tables of contents: lines that repeat the headings of the report before it begins."""

from __future__ import annotations

import re

from analysis.corpus.text.width import INVISIBLE, fold_width

__all__ = ["contents_lines"]

Span = tuple[int, int]
_HEADLINE = re.compile(r"(?:目录|目次|contents)[:：]?", re.IGNORECASE)
_LEADER = r"(?:[.．…·•⋯‥_~\-—–─]{3,}|[.．…·•⋯‥_~\-—–─]{2,}(?=[(（]?\d))"
_PAGE = re.compile(rf"(?:{_LEADER}[(（]?\d{{0,3}}[)）]?|[(（]\d{{1,3}}[)）]|(?<=[\u4e00-\u9fff])\d{{1,3}})$")
_LED = re.compile(rf"{_LEADER}[(（]?\d{{1,3}}[)）]?$")
_MARKER = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十]{1,3}[)]|第[一二三四五六七八九十]{1,3}(?:部分|章|节|篇)|\d{1,2}[、.](?!\d)"
)
_SPLIT = re.compile(
    r"[\s\u3000]+(?=(?:[一二三四五六七八九十]{1,3}\s?[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]{1,3}部分|\d{1,2}[、.．]))"
)
_FIRST_LINES, _LONGEST_ENTRY, _LONGEST_LINE, _FEWEST = 150, 60, 800, 3


def _bare(text: str) -> str:
    return INVISIBLE.sub("", re.sub(r"\s", "", fold_width(text)))


def _entry(bare: str) -> str:
    """Return a line of a table of contents without its leader and page number."""
    return _PAGE.sub("", bare).rstrip("。.:：…·-—_ ")


def contents_lines(text: str, lines: list[Span]) -> set[Span]:
    """Return those of `lines` that are a table of contents.

    Such are lines one below the other, three or more (two below 目录), each with a leader and a page number or each
    repeated by a later line's beginning; or one line of three or more numbered headings that later lines repeat.
    Numbered headings of which each is repeated need no 目录 above them.
    """
    entries: list[list[str]] = []
    for start, end in lines[:_FIRST_LINES]:
        pieces = _SPLIT.split(text[start:end]) if end - start <= _LONGEST_LINE else []
        entries.append([_entry(_bare(piece)) for piece in pieces])
    wanted = {entry for row in entries for entry in row if 4 <= len(entry) <= _LONGEST_ENTRY}
    lengths = sorted({len(entry) for entry in wanted})
    last: dict[str, int] = {}
    for at, (start, end) in enumerate(lines):
        if wanted:
            bare = _bare(text[start : min(end, start + 3 * _LONGEST_ENTRY)])
            last.update((bare[:length], at) for length in lengths if bare[:length] in wanted)
    found: set[Span] = set()
    at = 0
    while at < len(entries):
        first = at
        headed = _HEADLINE.fullmatch(_bare(text[slice(*lines[at])])) is not None
        at += headed
        begin, strong, count = at, 0, 0
        while at < len(entries) and (kind := _kind(text[slice(*lines[at])], entries[at], last, at, headed=headed)):
            strong += kind == 2
            count += len(entries[at])
            at += 1
        block = range(first, at)
        repeated_below = all(last.get(entry, 0) >= at for row in entries[begin:at] for entry in row if len(entry) >= 4)
        if at > begin and ((headed and count >= 2) or count >= _FEWEST) and (strong == at - begin or repeated_below):
            found.update(lines[one] for one in block)
        at = max(at, first + 1)
    return found


def _kind(line: str, row: list[str], last: dict[str, int], at: int, *, headed: bool) -> int:
    """Return 2 for an entry with leader and page number, 1 for one that a later line repeats, 0 for any other line."""
    bare = _bare(line)
    if len(row) == 1 and _LED.search(bare):
        return 2
    repeated = [entry for entry in row if len(entry) >= 4 and last.get(entry, 0) > at]
    # 各位代表: below the contents is said again at the end of the report, and is no entry
    addressed = bare.endswith(":") and len(row) == 1
    numbered = all(_MARKER.match(entry) for entry in row) or (headed and not addressed)
    return 1 if row and len(repeated) == len(row) and numbered and "。" not in bare else 0
