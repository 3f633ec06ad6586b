"""Word's automatic numbers as text: 一、 （一） 1. ① stand in no paragraph, and reports live by them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.corpus.formats.docx_text import child, local, symbol, value

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Numbering", "numeral"]

_HAN, _LEGAL = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_COUNTING = frozenset(
    "chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting taiwaneseCountingThousand "
    "koreanCounting ideographLegalTraditional".split()
)
_DIGITAL = frozenset(
    "ideographDigital japaneseDigitalTenThousand taiwaneseDigital koreanDigital koreanDigital2".split()
)
_LONGEST_CHAIN = 20


def numeral(number: int, form: str) -> str:
    """Return `number` in one of Word's number formats.

    Examples
    --------
    >>> [numeral(12, form) for form in ("decimal", "chineseCounting", "upperRoman", "decimalEnclosedCircle")]
    ['12', '十二', 'XII', '⑫']
    """
    if form in ("none", "bullet"):
        return ""
    if form in _COUNTING:
        return _counting(number, _HAN, "十百千")
    if form in ("chineseLegalSimplified", "japaneseLegal"):
        return _counting(number, _LEGAL, "拾佰仟", short=False)
    if form in _DIGITAL:
        return "".join(_HAN[int(digit)] for digit in str(number))
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return str(number).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else ""
        return letter.upper() if form == "upperLetter" else letter
    if form in ("upperRoman", "lowerRoman"):
        return _roman(number).upper() if form == "upperRoman" else _roman(number)
    if form == "ideographTraditional" and 0 < number <= 10:
        return _STEMS[number - 1]
    if form == "ideographZodiac" and 0 < number <= 12:
        return _BRANCHES[number - 1]
    enclosed = {
        "decimalEnclosedCircle": 0x2460, "decimalEnclosedCircleChinese": 0x2460, "decimalEnclosedParen": 0x2474,
        "decimalEnclosedFullstop": 0x2488,
    }  # fmt: skip
    if form in enclosed and 0 < number <= 20:
        return chr(enclosed[form] + number - 1)
    if form == "ideographEnclosedCircle" and 0 < number <= 10:
        return chr(0x3280 + number - 1)
    return str(number)


def _counting(number: int, digits: str, units: str, *, short: bool = True) -> str:
    if not 0 < number < 10_000:
        return digits[0] if number == 0 else str(number)
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + (units[place - 1] if place else "")
        gap = not digit
    return text[1:] if short and text.startswith(digits[1] + units[0]) else text


def _roman(number: int) -> str:
    text = ""
    for amount, letters in _ROMAN:
        text += letters * (number // amount)
        number %= amount
    return text if len(text) < 20 else ""


@dataclass
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False
    restart: int | None = None
    style: str | None = None
    suffix: str = "tab"


@dataclass
class _Style:
    based_on: str | None = None
    number: str | None = None
    level: int | None = None
    hidden: bool | None = None


@dataclass
class _List:
    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)  # those that this list overrides
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a Word file and how far each has counted."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self.abstracts: dict[str, dict[int, _Level]] = {}
        self.lists: dict[str, _List] = {}
        self.styles: dict[str, _Style] = {}
        self.default: str | None = None
        links: dict[str, str] = {}
        named: dict[str, str] = {}
        for element in numbering if numbering is not None else ():
            if local(element) == "abstractNum":
                name = value(element, "abstractNumId") or ""
                levels = [one for one in element if local(one) == "lvl"]
                self.abstracts[name] = {_integer(value(one, "ilvl")): _level(one) for one in levels}
                for tag, found in (("numStyleLink", links), ("styleLink", named)):
                    if (link := child(element, tag)) is not None:
                        found[name if found is links else value(link) or ""] = value(link) if found is links else name
            elif local(element) == "num":
                self.lists[value(element, "numId") or ""] = _list(element)
        for abstract, style in links.items():
            if style in named:
                self.abstracts[abstract] = self.abstracts[named[style]]
        for element in styles if styles is not None else ():
            if local(element) == "style":
                self._add_style(element)
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.begun: set[tuple[str, int]] = set()

    def _add_style(self, element: etree._Element) -> None:
        name = value(element, "styleId") or ""
        based, number = child(element, "basedOn"), child(element, "pPr", "numPr")
        vanish = child(element, "rPr", "vanish")
        self.styles[name] = _Style(
            None if based is None else value(based),
            None if number is None else _of(number, "numId"),
            None if number is None or _of(number, "ilvl") is None else _integer(_of(number, "ilvl")),
            None if vanish is None else value(vanish) not in ("0", "false", "off"),
        )
        if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true", "on"):
            self.default = name

    def _chain(self, name: str | None) -> list[tuple[str, _Style]]:
        chain: list[tuple[str, _Style]] = []
        while name in self.styles and len(chain) < _LONGEST_CHAIN:
            chain.append((name, self.styles[name]))
            name = self.styles[name].based_on
        return chain

    def hides(self, style: str | None) -> bool | None:
        """Tell whether `style` hides its text; None where it says nothing of it."""
        return next((one.hidden for _, one in self._chain(style) if one.hidden is not None), None)

    def label(self, paragraph: etree._Element) -> str:
        """Return the number in front of `paragraph`, "" where it has none, and count it."""
        number, depth = self._place(paragraph)
        found = self.lists.get(number or "")
        if found is None or found.abstract not in self.abstracts:
            return ""
        levels = self.abstracts[found.abstract] | found.levels
        if depth not in levels:
            return ""
        counts = self.counts[found.abstract]
        self._count(counts, levels, depth, number or "", found)
        level = levels[depth]
        if level.form == "bullet":
            return "".join(map(symbol, level.text))

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, _Level())
            form = "decimal" if level.legal else other.form
            return numeral(counts.get(at, other.start), form)

        label = re.sub(r"%([1-9])", shown, level.text)
        return label + " " if level.suffix == "space" and label[-1:].isascii() and label.strip() else label

    def _count(self, counts: dict[int, int], levels: dict[int, _Level], depth: int, number: str, found: _List) -> None:
        start = found.starts.get(depth, levels[depth].start)
        begins = depth in found.starts and (number, depth) not in self.begun
        self.begun.add((number, depth))
        counts[depth] = start if begins else counts.get(depth, start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart and depth < restart):
                del counts[deeper]
        for above in range(depth):
            if above in levels and above not in counts:
                counts[above] = levels[above].start

    def _place(self, paragraph: etree._Element) -> tuple[str | None, int]:
        """Return the list of `paragraph` and its depth in it, stated by itself or by its style."""
        direct = child(paragraph, "pPr", "numPr")
        number = None if direct is None else _of(direct, "numId")
        level = None if direct is None else _of(direct, "ilvl")
        named = child(paragraph, "pPr", "pStyle")
        depth = None if level is None else _integer(level)
        for name, style in self._chain(self.default if named is None else value(named)):
            if number is None and style.number is not None:
                number = style.number
                found = self.lists.get(number)
                levels = {} if found is None else self.abstracts.get(found.abstract, {}) | found.levels
                linked = next((at for at, one in levels.items() if one.style == name), None)
                depth = depth if depth is not None else linked
            if depth is None and style.level is not None:
                depth = style.level
        return (None if number == "0" else number), depth or 0


def _of(element: etree._Element, name: str) -> str | None:
    found = child(element, name)
    return None if found is None else value(found)


def _integer(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else 0


def _level(element: etree._Element) -> _Level:
    form = child(element, "numFmt")
    if form is None:  # newer formats stand beside an older one
        alternative = next((one for one in element if local(one) == "AlternateContent"), None)
        form = None if alternative is None else child(alternative, "Fallback", "numFmt")
    start, restart, legal = _of(element, "start"), _of(element, "lvlRestart"), child(element, "isLgl")
    return _Level(
        "decimal" if form is None else value(form) or "decimal",
        _of(element, "lvlText") or "",
        1 if start is None else _integer(start),
        legal is not None and value(legal) not in ("0", "false", "off"),
        None if restart is None else _integer(restart),
        _of(element, "pStyle"),
        _of(element, "suff") or "tab",
    )


def _list(element: etree._Element) -> _List:
    found = _List(_of(element, "abstractNumId") or "")
    for override in element:
        if local(override) != "lvlOverride":
            continue
        depth = _integer(value(override, "ilvl"))
        if (start := _of(override, "startOverride")) is not None:
            found.starts[depth] = _integer(start)
        if (level := child(override, "lvl")) is not None:
            found.levels[depth] = _level(level)
    return found
