"""Quoted strings: found whatever the quotation marks, paired, and those set aside that name a thing."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analysis.lexicons.tables import read_table

__all__ = ["Quoted", "find_quoted", "is_name", "patterns"]

_DOUBLE, _CLOSERS = "“”\"＂", {"「": "」", "『": "』", "‘": "’", "'": "'"}
_STOP = re.compile(r"[。！？!?\n]")
_LONGEST, _LONGEST_SURE = 70, 40


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
    marks = [place for place in range(start, end) if text[place] in _DOUBLE]
    pairs, at = [], 0
    while at + 1 < len(marks):
        opening, closing = marks[at], marks[at + 1]
        between = text[opening + 1 : closing]
        follows = marks[at + 2] if at + 2 < len(marks) else None
        stray = text[opening] == "”" and text[closing] == "“"
        unclosed = text[opening] == text[closing] == "“" and follows is not None and text[follows] == "”"
        # “甲、“乙” : the first was never closed; “五个一“包联… “丙” : the second closes the first
        if unclosed and (len(between) > 12 or re.search("[,，。；;]", between)):
            at += 1
        elif stray and (len(between) > 12 or re.search("[,，。；;、]", between)):
            at += 1
        elif _STOP.search(between.rstrip("。！？!?")) or len(between) > _LONGEST or not between.strip():
            at += 1
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
        for opening, closing in _CLOSERS.items():
            inner = f"[^{opening}{closing}\n。]" + "{1,60}"
            for match in re.finditer(f"{opening}({inner}){closing}", paragraph.group()):
                spans.append((paragraph.start() + match.start(1), paragraph.start() + match.end(1)))
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
    after = re.sub(r"^[”’\"＂」』'“]", "", text[quoted.end : quoted.end + 24])
    before = re.sub(r"[“‘\"＂「『'”]$", "", text[max(0, quoted.start - 16) : quoted.start])
    return bool(
        patterns("out", "text").fullmatch(quoted.text)
        or patterns("out", "after").match(after)
        or re.compile(f"(?:{patterns('out', 'before').pattern})").search(before)
    )
