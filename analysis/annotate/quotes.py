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
_MARK = "“”‘’「」『』\"'＂"
_MIXED = (
    # 「河长制”, ‘红旗渠": opened by one kind of mark and closed by a double one
    re.compile(f'[‘「『]([^{_MARK}。！？!?,，;；\n]{{1,20}})(?P<double>[”"＂])'),
    # “村晚』, “百日攻坚‘: opened by a double mark and closed by another kind
    re.compile(f'(?P<double>[“"＂])([^{_MARK}。！？!?,，;；\n]{{1,20}})[’」』‘]'),
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


def _mixed(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], set[int]]:
    """Return the strings between marks of two kinds, and the double marks that they use up.

    A pair is taken only where each mark would else stand alone: no single or corner mark follows in the clause that
    would close the one that opened, and the double mark is not the other half of a pair around it.
    """
    spans, used = [], set()
    for number, pattern in enumerate(_MIXED):
        for match in pattern.finditer(text, start, end):
            clause = _clause_start(text, match.start(), start)
            doubles = [at for at in range(clause, match.start()) if text[at] in _DOUBLE and at not in used]
            if len(doubles) % 2 or match.start("double") in used:
                continue  # “纠‘四风”: the double mark closes what a double mark opened
            inner = match.span(1) if number == 0 else match.span(2)
            if number == 1 and _closed_later(text, match, end):
                continue
            spans.append(inner)
            used.add(match.start("double"))
    return spans, used


def _clause_start(text: str, at: int, start: int) -> int:
    return max([start, at - _LONGEST, *(text.rfind(mark, max(start, at - _LONGEST), at) + 1 for mark in "。！？;；")])


def _closed_later(text: str, match: re.Match[str], end: int) -> bool:
    """Tell whether the odd mark behind a double one opens a string of its own, as in “甲‘乙’”."""
    odd = text[match.end() - 1]
    follows = re.match(f"[^{_MARK}\n。]{{1,20}}([{_MARK}])", text[match.end() : min(end, match.end() + 24)])
    return odd == "‘" and follows is not None and follows.group(1) in '’”"'


def _double_quoted(text: str, start: int, end: int, used: set[int]) -> list[tuple[int, int]]:
    """Pair the double marks of one paragraph.

    A mark closes what is open whatever its form (“五个一“, ”生命线“), unless the stretch could be no quotation or a
    later mark shows that the open one was never closed; a straight mark has no direction, so marks pair in order.
    """
    marks = [place for place in range(start, end) if text[place] in _DOUBLE and place not in used]
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
        mixed, used = _mixed(text, *paragraph.span())
        spans += mixed + _double_quoted(text, *paragraph.span(), used)
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
