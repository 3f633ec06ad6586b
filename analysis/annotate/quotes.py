"""Quoted strings: found whatever the quotation marks, paired, and those set aside that name a thing."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analysis.lexicons.tables import read_table

__all__ = ["Quoted", "find_quoted", "is_name", "patterns"]

_DOUBLE = frozenset('“”"＂')
_OPENING, _CLOSING = "“‘\"＂「『'", "”’\"＂」』'"
_DIRECTED = tuple(
    re.compile(f"{opening}([^{opening}{closing}\n。]{{1,60}}){closing}")
    for opening, closing in ("「」", "『』", "‘’", "''")
)
_STOP = re.compile(r"[。！？!?\n]")
_LONGEST = 70
_CONTEXT = 24  # characters before and behind that tell a name
_LONGEST_ODD = 12  # between marks that face the wrong way, a short string is still a quotation


class Quoted(NamedTuple):
    """A quoted string without its marks, ``[start, end)`` in the text."""

    start: int
    end: int
    text: str


@cache
def patterns(kind: str, where: str) -> re.Pattern[str]:
    """Return the rows `kind`, `where` of ``lexicons/formula_patterns.csv`` as one pattern."""
    table = read_table("formula_patterns.csv", columns=("kind", "where", "pattern", "example", "note"))
    rows = table[(table["kind"] == kind) & (table["where"] == where)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in rows["pattern"]))


def _double_quoted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Pair the double marks of one paragraph.

    A mark closes what is open whatever its form (“五个一“, ”生命线“), unless the stretch could be no quotation or a
    later mark shows that the open one was never closed; a straight mark has no direction, so marks pair in order.
    """
    marks = [place for place, character in enumerate(text[start:end], start) if character in _DOUBLE]
    pairs, at = [], 0
    while at + 1 < len(marks):
        opening, closing = marks[at], marks[at + 1]
        between = text[opening + 1 : closing]
        follows = marks[at + 2] if at + 2 < len(marks) else None
        stray = text[opening] == "”" and text[closing] == "“"
        unclosed = text[opening] == text[closing] == "“" and follows is not None and text[follows] == "”"
        # “甲、“乙” : the first was never closed; “五个一“包联… “丙” : the second closes the first
        if unclosed and (len(between) > _LONGEST_ODD or re.search("[,，。；;]", between)):
            at += 1
        elif stray and (len(between) > _LONGEST_ODD or re.search("[,，。；;、]", between)):
            at += 1
        elif _STOP.search(between.rstrip("。！？!?")) or len(between) > _LONGEST:
            at += 1
        elif not between.strip():
            at += 1 if stray else 2
        else:
            pairs.append((opening + 1, closing))
            at += 2
    return pairs


def find_quoted(text: str) -> list[Quoted]:
    """Return the quoted strings of cleaned `text`, nested ones included, in order.

    Marks pair within a paragraph; a string with a sentence end inside, or over 70 characters, is none.

    Examples
    --------
    >>> [quoted.text for quoted in find_quoted("抓好“两区”和“双突破“，推进“纠‘四风’、治陋习”")]
    ['两区', '双突破', '纠‘四风’、治陋习', '四风']
    """
    spans = []
    for paragraph in re.finditer("[^\n]+", text):
        spans += _double_quoted(text, *paragraph.span())
        for directed in _DIRECTED:
            spans += [match.span(1) for match in directed.finditer(text, *paragraph.span())]
    trimmed = set()
    for start, end in spans:
        inside = text[start:end]
        start += len(inside) - len(inside.lstrip(" ,，。;；"))
        end -= len(inside) - len(inside.rstrip(" ,，。;；!！"))
        if start < end:
            trimmed.add((start, end))
    return [Quoted(start, end, text[start:end]) for start, end in sorted(trimmed, key=lambda span: (span[0], -span[1]))]


def is_name(text: str, quoted: Quoted) -> bool:
    """Tell whether a quoted string names a product, event, honour, place or firm, or is wholly masked: no formula."""
    behind, before = quoted.end, quoted.start
    behind += text[behind : behind + 1] in {*_CLOSING, "“"}  # a mark that faces the wrong way closes all the same
    before -= text[before - 1 : before] in {*_OPENING, "”"}
    return bool(
        patterns("out", "text").fullmatch(quoted.text)
        or patterns("out", "after").match(text, behind, behind + _CONTEXT)
        or patterns("out", "before").search(text[max(0, before - _CONTEXT) : before])
    )
