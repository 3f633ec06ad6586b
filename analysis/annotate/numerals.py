"""Numeric abbreviations (数字略语): a numeral that counts the members of a set, quoted or lexicalised."""

from __future__ import annotations

import re

from analysis.annotate.quotes import patterns

__all__ = ["counts_members", "find_bare"]

_COUNT = "[二三四五六七八九十两双]"
_NUMERAL = "[一二三四五六七八九十两双]"
_OTHER = r"[^\s一二三四五六七八九十两双百千万亿零半第,，。；;、:：！!？?“”‘’\"'「」『』()（）《》\-—+＋0-9A-Za-z]"
_ENUMERATED = re.compile(f"{_NUMERAL}{{3,6}}")
_ALTERNATING = re.compile(f"{_OTHER}{{0,2}}{_NUMERAL}(?:{_OTHER}{{1,3}}{_NUMERAL}){{1,4}}{_OTHER}{{0,4}}")
_HEADED = re.compile(f"{_COUNT}[\u4e00-\u9fff]{{1,9}}")
_ONE_AND_ONE = re.compile(f"一{_OTHER}{{1,2}}一{_OTHER}{{1,2}}(?:一{_OTHER}{{1,2}})*")
_ONE_OF = re.compile(f"一(?:[个大条]){_OTHER}{{2}}")
# unquoted, the beat tells a lexicalised abbreviation: numeral and morpheme, twice to four times (一岗双责, 两免一补)
_UNITS = "个项名人户家次件年月日天亩米元里县乡镇村组街路条座处"
_MORPHEME = rf"[^\W\d_a-zA-Z一二三四五六七八九十两双百千万亿零半第{_UNITS}是要的和及与等至到]"
_BARE = re.compile(
    f"(?<![一二三四五六七八九十两双百千万亿零第/0-9.]){_NUMERAL}{_MORPHEME}"
    f"(?:{_NUMERAL}{_MORPHEME}){{1,3}}(?!{_NUMERAL})"
)
_STEPS = re.compile("[二三四五]步走")
_LONGEST = 16


def _is_plain(wording: str) -> bool:
    """Tell whether a wording is a general idiom (四通八达) or distributes (一户一策): neither counts a set."""
    return any(patterns(kind, "text").fullmatch(wording) for kind in ("idiom", "distributive"))


def _counts(part: str) -> bool:
    if len(part) < 2 or patterns("uncounted", "text").fullmatch(part) or _is_plain(part):
        return False
    return bool(
        _ENUMERATED.fullmatch(part)
        or _HEADED.fullmatch(part)
        or _ONE_AND_ONE.fullmatch(part)
        or _ONE_OF.fullmatch(part)
        or (_ALTERNATING.fullmatch(part) and re.search(_COUNT, part))
    )


def counts_members(quoted: str) -> bool:
    """Tell whether a quoted string is a numeric abbreviation: each of its parts counts the members of a set.

    Not counted are indefinite numerals (多位一体, 百日攻坚, 零容忍), ordinals, dates and measures, 一 that does not
    count (一站式) and distributive 一 (一事一议). Guideline: tests/gold/GUIDELINES.md §7.3.

    Examples
    --------
    >>> [counts_members(text) for text in ("两区", "一老一小", "丰三产四", "一事一议", "百日攻坚", "一站式")]
    [True, True, True, False, False, False]
    """
    if len(quoted) > _LONGEST:
        return False
    parts = [part for part in re.split("[、，,]", quoted) if part]
    return bool(parts) and all(_counts(part) for part in parts)


def find_bare(text: str) -> list[tuple[int, int]]:
    """Return the spans of unquoted numeric abbreviations that their beat shows: 一岗双责, 三重一大, 一核两翼.

    General idioms (四通八达) and distributive 一 (一户一策) are none. Others without quotes need the lexicon.

    Examples
    --------
    >>> text = "落实一岗双责,推行一户一策,分三步走"
    >>> [text[start:end] for start, end in find_bare(text)]
    ['一岗双责', '三步走']
    """
    spans = []
    for match in _BARE.finditer(text):
        found = match.group()
        zones = "区" in found and (found[0] != "一" or not set(found[1::2]) - {"区"})  # 三镇两区 counts districts
        if not zones and not _is_plain(found) and (re.search(_COUNT, found) or _ONE_AND_ONE.fullmatch(found)):
            spans.append(match.span())
    return sorted([*spans, *(match.span() for match in _STEPS.finditer(text))])
