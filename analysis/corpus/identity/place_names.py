"""Names of places taken apart: 江西省抚州市资溪县嵩市镇 is a township and the units above it; xx县 is a mask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from analysis.corpus.text.script import fold_script
from analysis.lexicons.gazetteer import gazetteer
from analysis.lexicons.tables import read_table

__all__ = ["MASKED_NAME", "Name", "cues", "in_simplified", "names_in", "parse_name", "unit_before"]

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff〇·"
_MASK = "xX×*＊=○□_"
MASKED_NAME = re.compile(rf"[{_MASK}A-Za-z]|^某")
_MASKED_UPPER = re.compile(rf"(?:[{_MASK}]+|[A-Za-z]{{1,3}}|某+)(?:省|自治区|市|州|盟|县|区|旗)")
_UNKNOWN_UPPER = re.compile(rf"([{_HAN}]{{2,4}}?(?:县|旗))(?=[{_HAN}]{{1,}})")
_OF_DATE, _NUMERAL = re.compile("年度?|月|日"), re.compile(rf"[0-9〇○零一二三四五六七八九十{_MASK}]")
_LONGEST = 16
_UNLISTED = 7  # a name that the table lacks is no longer than this; what is longer holds other words


class Name(NamedTuple):
    """A township as a text names it, with the units above it that stand before it.

    ``upper`` holds (level, name), level being province, prefecture, county or unknown; ``masked_upper`` tells that one
    of them is a mask. ``start`` and ``end`` are those of the whole name.
    """

    township: str
    upper: tuple[tuple[str, str], ...]
    masked_upper: bool
    source: str
    start: int
    end: int

    @property
    def masked(self) -> bool:
        """Whether the township's own name is a mask."""
        return MASKED_NAME.search(self.township) is not None


@cache
def cues(use: str, where: str = "") -> tuple[re.Pattern[str], ...]:
    """Return the patterns of ``lexicons/place_cues.csv`` of one use, and for own names of one part of the report."""
    table = read_table("place_cues.csv", columns=("use", "where", "pattern", "example"))
    chosen = table[(table["use"] == use) & (table["where"] == where)]["pattern"]
    return tuple(re.compile(pattern.replace("{place}", _place()) if use == "own" else pattern) for pattern in chosen)


@cache
def _place() -> str:
    return rf"(?P<place>[{_HAN}{_MASK}A-Za-z]{{1,28}}?(?:{cues('suffix')[0].pattern}))"


def _is_suffix(run: str) -> bool:
    return cues("suffix")[0].fullmatch(run) is not None


_TRADITIONAL = re.compile("[鎮鄉縣區報結總職]")


@cache
def _of_names() -> frozenset[str]:
    return frozenset("".join(gazetteer().codes)).union(*gazetteer().upper.values())


def in_simplified(text: str) -> str:
    """Return `text` with traditional characters exchanged one for one, but for those in names of today (乾县).

    Examples
    --------
    >>> in_simplified("乾縣臨平鎮人民政府工作報告")
    '乾县临平镇人民政府工作报告'
    """
    if not _TRADITIONAL.search(text):
        return text
    written = set(text) - _of_names()
    return text.translate({ord(one): fold_script(one) for one in written})


def names_in(text: str, where: str, at: int) -> Iterator[Name]:
    """Yield the names by which the part `where` of a report names its own township; `at` is where `text` begins."""
    for pattern in cues("own", where):
        for match in pattern.finditer(text):
            run, start = match["place"], match.start("place")
            if start and (dated := _OF_DATE.match(run)) and _NUMERAL.match(text[start - 1]):
                run, start = run[dated.end() :], start + dated.end()
            name = parse_name(run, "title" if where == "above" else where, at + start)
            if name is not None:
                yield name


def parse_name(run: str, source: str, at: int = 0) -> Name | None:
    """Return the township that ends `run` and the units above it, None where it names none (全镇, 特色小镇).

    Examples
    --------
    >>> name = parse_name("关于江西省资溪县嵩市镇", "title")
    >>> name.township, name.upper, name.start
    ('嵩市镇', (('province', '江西省'), ('county', '资溪县')), 2)
    """
    table = gazetteer()
    end = at + len(run)
    upper: list[tuple[str, str]] = []
    masked_upper = False
    rest = run
    start = None
    while rest not in table.codes:
        found = None
        if match := _MASKED_UPPER.match(rest):
            found, masked_upper = match.group(), True
        elif peeled := _upper_unit(rest):
            level, unit, length = peeled
            found = rest[:length]
            upper.append((level, unit))
        elif not upper and not masked_upper and (match := cues("lead")[0].match(fold_script(rest))):
            rest = rest[match.end() :]
            continue
        elif match := _UNKNOWN_UPPER.match(rest):
            found = match.group(1)
            if len(rest) - len(found) < 2 or _is_suffix(rest[len(found) :]):
                break
            upper.append(("unknown", found))
        if not found:
            break
        start = end - len(rest) if start is None else start
        rest = rest[len(found) :]
    if rest not in table.codes and not upper and len(rest) > 8:
        rest = _known_end(rest)
    if not rest or (rest not in table.codes and (len(rest) > _UNLISTED or _is_no_name(rest))):
        return None
    start = end - len(rest) if start is None else start
    return Name(rest, tuple(upper), masked_upper, source, start, end)


def _is_no_name(run: str) -> bool:
    """Whether `run` is a common noun (全镇, 特色小镇), or a name with a verb before it (学习青埂镇)."""
    run = fold_script(run)
    visited = any(cues("visit")[0].search(run[:end]) for end in range(2, len(run) - 2))
    return visited or any(pattern.search(run) for pattern in cues("generic"))


def _upper_unit(run: str) -> tuple[str, str, int] | None:
    """Return level, name and written length of the unit that begins `run`; short names only before what lies in it."""
    for length in range(min(_LONGEST, len(run) - 2), 1, -1):
        head, rest = run[:length], run[length:]
        if _is_suffix(rest):
            continue
        for level, name, codes in _units_called(head):
            if (name == head and head[-1] in "省市区县州旗盟") or _lies_in(rest, codes):
                return level, name, length
    return None


def _units_called(head: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield level, name and codes of the units called `head` in full, or without the last character (资溪)."""
    table = gazetteer()
    for level, names, ends in (
        ("province", table.provinces, ()),
        ("prefecture", table.prefectures, ("市", "州")),
        ("county", table.counties, ("县", "市", "区", "旗")),
    ):
        for name in (head, *(head + end for end in ends)):
            if name in names:
                yield level, name, names[name]


def _lies_in(rest: str, codes: tuple[str, ...]) -> bool:
    """Whether `rest` is, or begins with the county or prefecture of, something inside one of the units `codes`."""
    prefixes = tuple(code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code for code in codes)
    if any(code.startswith(prefixes) for code in gazetteer().codes.get(rest, ())):
        return True
    for length in range(min(_LONGEST, len(rest) - 2), 1, -1):
        for _, name, found in _units_called(rest[:length]):
            inside = tuple(code for code in found if code.startswith(prefixes) and code not in codes)
            if inside and (name == rest[:length] or _lies_in(rest[length:], inside)):
                return True
    return False


def _known_end(run: str) -> str:
    """Return the township of the table that ends a long `run`, if three or more other characters stand before it."""
    for start in range(3, len(run) - 2):
        if run[start:] in gazetteer().codes:
            return run[start:]
    return run


def unit_before(text: str, end: int, names: dict[str, tuple[str, ...]]) -> str | None:
    """Return the longest of `names` that ends at `end` of `text`."""
    for length in range(min(_LONGEST, end), 1, -1):
        if text[end - length : end] in names:
            return text[end - length : end]
    return None
