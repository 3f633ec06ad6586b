"""Masked text (xx, X, x.xx, ==, ××, ***, 20xx): found, and sorted into kinds by what stands beside it.

A mask is a class symbol, never a word. What it hides is not guessed; the kind says what sort of thing is hidden.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.lexicons.tables import read_table

__all__ = ["Mask", "find_masks"]

_MASK = re.compile(
    r"(?P<year>(?:19|20)(?:[xX×*○□＊]{2}|\d[xX×*○□＊](?=年)))"
    r"|(?P<run>[xX×]+(?:\.[xX×]+)*|[*＊]+(?:\.[*＊]+)*|=+(?:\.=+)*|○+(?:\.○+)*|□+(?:\.□+)*|_{2,}(?:\._+)*)"
)
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_UNIT_LETTERS = re.compile(r"(?:[KkCcMm]?[Mm]|[KkMm]?[VvWw]|[Kk]g|KG|G|T|t|L|H|h|A(?=级|景区|旅游|国家|\b))$")
_COUNTED = re.compile(r"\d{1,3}(?:\.\d+)?[余多]?(?:[万亿%％元户人名亩吨家个件头株]|公里|平方)")
_LETTERS = re.compile("[A-Za-z]{2}")
_LONE_X_WORDS = re.compile(r"[xX](?:光|射线|线机|轴|染色体|坐标|型|形)")
_RULE = re.compile(r"(?m)^[ \t]*(?:[=*_＊\-—~][ \t]*){4,}$|^[ \t]*(?:[○□×xX+][ \t]+){3,}[○□×xX+][ \t]*$")
_BULLET = re.compile(r"(?m)^[ \t]*(?:[*＊○□]|={1,3})[ \t]+|^[ \t]*[○□](?=[^○□])")
_BOLD = re.compile(r"(?m)^[ \t]*\*\*[\u4e00-\u9fff（(\d][^*\n]{2,60}\*\*[ \t]*$")
_PAIR = re.compile(r"(?<!\*)\*\*(?![*\s])[^*\n]{2,60}(?<!\s)\*\*(?!\*)")
_NUMERALS = "零〇一二三四五六七八九十"


class Mask(NamedTuple):
    """One mask, ``[start, end)`` in the cleaned text."""

    start: int
    end: int
    text: str
    kind: str
    pattern: str


@cache
def _contexts() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    table = read_table("mask_contexts.csv", columns=("kind", "before", "after", "example", "note"))
    rows = zip(table["kind"], table["before"], table["after"], strict=True)
    return tuple((kind, re.compile(f"(?:{before})"), re.compile(after)) for kind, before, after in rows)


def _is_mask(text: str, start: int, end: int) -> bool:
    """Tell a mask from a multiplication sign, a Latin word, an equation, a list mark or a Chinese zero."""
    run = text[start:end]
    left, right = text[start - 1 : start], text[end : end + 1]
    left_word, right_word = text[max(0, start - 2) : start].strip()[-1:], text[end : end + 2].strip()[:1]
    if left_word.isdecimal() and right_word.isdecimal() and (len(run) == 1 or run[0] in "=*"):
        # 3×5, 2*3, 1+1=2; 1XX46 stays a mask, and 1X5万元
        return run in "xX" and left.isdecimal() and right.isdecimal() and _COUNTED.match(text, end) is not None
    if run in "×*" and re.match("[A-Za-z]", left) and right.isdecimal():
        return False  # 50mm×4
    if run in "×*" and (_LETTERS.fullmatch(left + right) or (left and left in "长宽高")):
        return False  # A×B, 长×宽
    if run[0] in "xX":
        return _is_latin_mask(text, start, end)
    if run == "=":
        return not _is_equation(text, start, end)
    if run[0] == "○":
        return not (left in _NUMERALS and right in _NUMERALS)
    return True


def _is_equation(text: str, start: int, end: int) -> bool:
    """Tell whether the = at `start` stands between two values (100-1=0, a=b) or before one (占比=95%)."""
    left, right = text[start - 1 : start], text[end : end + 1]
    if left.isdecimal() or right.isdecimal():
        return True
    suffix = _LATIN_WORD.match(text, end)
    if suffix and not _UNIT_LETTERS.match(suffix.group()):
        return True
    return bool(re.match(r"[A-Za-z)]", left)) and bool(re.match(r"[A-Za-z(]", right))


def _in_address(text: str, start: int, end: int) -> bool:
    """Tell whether a run stands in an address of the web or of mail."""
    before = re.search(r"[!-~]*\Z", text[max(0, start - 60) : start])
    after = re.match(r"[!-~]*", text[end : end + 60])
    around = (before.group() if before else "") + text[start:end] + (after.group() if after else "")
    return bool(re.search("://|@|www[.]", around))


def _is_latin_mask(text: str, start: int, end: int) -> bool:
    run = text[start:end]
    if _in_address(text, start, end):
        return False
    head = re.search(r"[A-Za-z]*\Z", text[max(0, start - 12) : start])
    prefix = head.group() if head else ""
    tail = _LATIN_WORD.match(text, end)
    suffix = tail.group() if tail else ""
    if len(run) == 1:
        sum_of = (
            re.search(r"[\w\u4e00-\u9fff]\+$", text[max(0, start - 2) : start]),
            re.match(r"\+\w", text[end : end + 2]),
        )
        if any(match and "x" not in match.group().lower() for match in sum_of):
            return False  # 党建+X, 1+X
        if _LONE_X_WORDS.match(text, start) or prefix:
            return False
        if text[end : end + 1].isdecimal() and not _COUNTED.match(text, end):
            return False  # X020, a county road
        return not suffix or bool(_UNIT_LETTERS.match(suffix))
    return len(prefix) <= 1 and prefix == prefix.upper() and (len(suffix) <= 1 or bool(_UNIT_LETTERS.match(suffix)))


def _kind(text: str, start: int, end: int) -> str:
    if text[start : start + 2] in ("19", "20"):
        return "date"
    return _contexts()[_context(text, start, end)][0]


def _context(text: str, start: int, end: int) -> int:
    """Return the number of the first row of mask_contexts.csv that fits; the last one fits everything."""
    before, after = text[max(0, start - 16) : start].rsplit("\n", 1)[-1], text[end : end + 16].split("\n", 1)[0]
    # in a range such as X-X头 the first mask takes its kind from what follows the second
    after = re.sub(r"^[-—~～至到][xX×*＊]+(?:\.[xX×*＊]+)*", "", after)
    # 1XX46元, 2X.5亿元: the digits beside a mask are of one number with it
    before, after = re.sub(r"\d[\d.,]*$", "", before), re.sub(r"^(?=[.,]?\d)[\d.,]+", "", after)
    return _row(before, after)


@lru_cache(maxsize=65536)
def _row(before: str, after: str) -> int:
    rows = enumerate(_contexts())
    return next(at for at, (_, left, right) in rows if left.search(before) and right.search(after))


def _bold(text: str) -> list[tuple[int, int]]:
    """Return the spans of Markdown's bold: a line of its own, or a pair of ** of which neither looks like a mask."""
    spans = [match.span() for match in _BOLD.finditer(text)]
    last = len(_contexts()) - 1
    for match in _PAIR.finditer(text):
        marks = (match.start(), match.start() + 2), (match.end() - 2, match.end())
        if all(_context(text, *mark) == last for mark in marks):
            spans.append(match.span())
    return spans


def find_masks(text: str) -> list[Mask]:
    """Return the masks of cleaned `text` in order.

    A mask is a maximal run of x, X, ×, *, =, ○, □ or _ with inner dots, and the literal 19 or 20 of a masked year;
    units and % are outside, a range X-X gives two. Multiplication signs (3×5), Latin words (PM2.5, TX), X光, list
    marks and rules are none. The kind comes from the first row of ``lexicons/mask_contexts.csv`` that fits.

    Examples
    --------
    >>> [(mask.text, mask.kind) for mask in find_masks("20xx年xx镇完成税收x.xx亿元,修渠3×5米")]
    [('20xx', 'date'), ('xx', 'place'), ('x.xx', 'amount')]
    """
    barred = [match.span() for pattern in (_RULE, _BULLET) for match in pattern.finditer(text)]
    barred += _bold(text)
    covered = bytearray(len(text))
    for before, behind in barred:
        covered[before:behind] = b"\1" * (behind - before)
    masks = []
    for match in _MASK.finditer(text):
        start, end = match.span()
        if covered.find(0, start, end) < 0:
            continue
        if match.lastgroup == "year" or _is_mask(text, start, end):
            shortened = re.sub(r"([^\d.])\1+", r"\1", match.group())
            masks.append(Mask(start, end, match.group(), _kind(text, start, end), shortened))
    return masks
