"""Headings of every kind in the guideline: numbered, run-in, and unnumbered by position, frame or brevity."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from analysis.corpus.parts.masks import Mask
from analysis.corpus.text.cells import table_cells
from analysis.schemas import ELISION

__all__ = ["Heading", "Paragraph", "find_headings", "paragraphs_of"]

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
HAN_NUMBER = "[一二三四五六七八九十]{1,3}"
ITEM_MARKER = re.compile(f"{HAN_NUMBER}(?:是要|是|要)")
_MARKERS = (
    (1, re.compile(rf"第{HAN_NUMBER}(?:部分|章|篇)[、：:.\s]*")),
    (1, re.compile(rf"{HAN_NUMBER}\s?(?:、|[.．](?!\d))(?!{HAN_NUMBER}[是要、])")),
    (2, re.compile(rf"[（(]{HAN_NUMBER}[）)]、?")),
    (3, re.compile(r"\d{1,2}(?:[.．](?:(?!\d)|(?=(?:19|20)\d\d年))|、)\s*")),
    (4, re.compile(r"[（(]\d{1,2}[）)]、?|\d{1,2}[）)]|[①-⑳]")),
)
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]?[”’」』]?")
SALUTATION = re.compile(
    r"(?:.{0,16}各位|(?:尊敬的)?(?:同志们|女士们|代表们|主席|主任|大家))[^。]{0,24}[!！:：,，。]?$"
    r"|[^,，。:：]{0,20}(?:政府|党委|委员会|办公室|常委会|主席团|考核组|督查组|[局部办组])[:：]$"
)
SIGNATURE = re.compile(
    r".{0,24}(?:人民政府|党委|委员会|办公室|办事处)$"
    r"|[（(]?.{0,10}?(?:\d{2,4}|[二〇○零一二三四五六七八九xX×]{4})年.{1,4}月.{0,4}日?[）)]?.{0,24}$"
    r"|(?:附件?|附表|注|备注|抄送|主题词|报告人|汇报人|述职人|主持人|单位|姓名|时间|地点)[:：\d].*"
    r"|[（(].*[）)]$|(?:——|--|—).*|.{0,16}(?:镇长|乡长|书记|主任|主席)[\s　:：]{0,3}\S{1,4}$"
)
_ATTACHMENT = re.compile(r"附件?[:：\d一二三]|附表|(?:有关)?名词(?:解释|注释|说明)")
_LONGEST_TITLE, _LONGEST_LINE, _LONGEST_OPENER, _LONGEST_FRAMED = 60, 40, 25, 60
_LONGEST_LABEL, _LONGEST_CLAUSE = 30, 20
_OPENERS_NEEDED = 3


class Paragraph(NamedTuple):
    """One line of cleaned text, ``[start, end)``, without outer white space."""

    start: int
    end: int
    text: str


class Heading(NamedTuple):
    """One heading, ``[start, end)`` in the cleaned text; `marker` is "" where it has none."""

    start: int
    end: int
    marker: str
    level: int
    title: str
    runin: bool


def number_of(marker: str) -> int:
    """Return the number that a marker such as 十二、 or 二是 counts, 0 where it counts none.

    Examples
    --------
    >>> number_of("（十二）"), number_of("三是"), number_of("1.")
    (12, 3, 0)
    """
    numeral = re.search("[一二三四五六七八九十]+", marker)
    if numeral is None:
        return 0
    tens, ten, ones = numeral.group().rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones[:1], 0)


def paragraphs_of(text: str) -> list[Paragraph]:
    """Return the lines of cleaned `text` that hold more than white space; hidden text ends a line too."""
    found = []
    for match in re.finditer(f"[^\n{ELISION}]+", text):
        stripped = match.group().strip()
        if stripped:
            start = match.start() + match.group().index(stripped)
            found.append(Paragraph(start, start + len(stripped), stripped))
    return found


def _first_sentence(text: str, at: int) -> str:
    """Return `text` from `at` to its first 。 outside quotes and brackets, exclusive; all of it where there is none.

    Where a quote is never closed, the first 。 of all ends the sentence.
    """
    depth = 0
    for index in range(at, len(text)):
        character = text[index]
        depth += (character in "“「『（(《") - (character in "”」』）)》")
        if character == "。" and depth <= 0:
            return text[at:index]
    return text[at:].split("。")[0] if depth > 0 else text[at:]


def _numbered(paragraph: Paragraph) -> Heading | None:
    """Return the numbered heading with which `paragraph` begins, or None."""
    text = paragraph.text
    for level, pattern in _MARKERS:
        match = pattern.match(text)
        if match is None:
            continue
        at = match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip())
        title = _first_sentence(text, at)
        runin = len(text[at + len(title) :].strip("。")) > 0
        if label := _label(title, closed=runin or text.endswith("。")):
            title, runin = label, True
        if len(title) > _LONGEST_TITLE or not title.strip():
            return None
        if level >= 3 and re.search("[,，]", title):
            if not runin and re.search("[。；;]$", text):
                return None  # an entry of a list that is one whole sentence
            if runin and len(title) > _LONGEST_LABEL and re.search(r"\d", title):
                return None  # a statement with its figures
        title = title.rstrip(" 　:：;；!！")
        return Heading(paragraph.start, paragraph.start + at + len(title), match.group().rstrip(), level, title, runin)
    return None


def _label(title: str, *, closed: bool) -> str | None:
    """Return what stands before the colon of `title` if body text follows it; a short clause there is title, too."""
    label, rest = [*re.split("[:：]", title, maxsplit=1), ""][:2]
    if len(label) > _LONGEST_LABEL or not rest.strip():
        return None
    clause = len(rest) <= _LONGEST_CLAUSE and not re.search(r"[\d,，;；]", rest)
    return None if clause and not closed else label


def _opener(paragraph: Paragraph) -> str | None:
    """Return the first sentence of a paragraph that goes on behind it, if it could be a heading."""
    sentence = _first_sentence(paragraph.text, 0)
    rest = paragraph.text[len(sentence) :]
    if not rest.startswith("。") or len(rest) < 2 or ITEM_MARKER.match(sentence) or SALUTATION.match(sentence):
        return None
    return None if re.search("[！？!?;；]", sentence) else sentence


def _has_number(start: int, end: int, text: str, masks: list[Mask]) -> bool:
    return bool(re.search(r"\d", text)) or any(start <= mask.start < end for mask in masks)


def _frame(sentence: str) -> str:
    """Return the fixed beginning on which paragraph openers are compared: a time or subject clause and what follows."""
    clauses = re.split("[,，]", sentence)
    return f"{clauses[0]},{clauses[1][:2]}" if len(clauses) > 1 and 2 <= len(clauses[0]) <= 8 else ""


def _unnumbered_openers(paragraphs: list[Paragraph], masks: list[Mask]) -> dict[int, str]:
    """Return the first sentences that are headings by a frame they share or by being one of several short ones."""
    openers = {at: opener for at, paragraph in enumerate(paragraphs) if (opener := _opener(paragraph))}
    plain = {
        at: opener
        for at, opener in openers.items()
        if not _has_number(paragraphs[at].start, paragraphs[at].start + len(opener), opener, masks)
        and not any(pattern.match(opener) for _, pattern in _MARKERS)
    }
    frames = Counter(_frame(opener) for opener in plain.values())
    found = {
        at: opener
        for at, opener in plain.items()
        if _frame(opener) and frames[_frame(opener)] >= 2 and len(opener) <= _LONGEST_FRAMED
    }
    short = {at: opener for at, opener in plain.items() if at not in found and len(opener) <= _LONGEST_OPENER}
    if len(short) >= _OPENERS_NEEDED:
        found |= short
    return found


def _stands_alone(paragraphs: list[Paragraph], at: int, numbered: dict[int, Heading]) -> bool:
    """Tell whether a whole line is a heading: short, unfinished, no salutation or signature, with a body below it."""
    text = paragraphs[at].text
    if len(text) > _LONGEST_LINE or re.search(r"[。！？!?;；,，…]$|[。;；]", text):
        return False
    if re.search("[:：]$", text) and re.search("以下|如下|我们|主要(?:是|有)|(?:目标|要求|思路)是", text):
        return False  # it leads in what follows
    if SALUTATION.match(text) or SIGNATURE.fullmatch(text) or ITEM_MARKER.match(text):
        return False
    if not re.search(r"[\u4e00-\u9fff]{4}", text) or at + 1 == len(paragraphs):
        return False
    below = paragraphs[at + 1].text
    return at + 1 in numbered or "。" in below or bool(SALUTATION.match(below)) or bool(ITEM_MARKER.match(below))


def find_headings(paragraphs: list[Paragraph], masks: list[Mask], title: tuple[int, int] | None) -> list[Heading]:
    """Return all headings of the `paragraphs` of a cleaned text, in order.

    Numbered (一、 level 1, (一) level 2, 1. level 3): marker and title up to the first 。 Unnumbered: a line of its
    own above a body (level 1); a paragraph's first sentence on a frame that two paragraphs share; a paragraph's first
    sentence of at most 25 characters without number where three paragraphs have one (level: one below the enclosing
    numbered heading, 2 where none is visible). Rules: tests/gold/GUIDELINES.md §4.
    """
    attached = next(
        (at for at, paragraph in enumerate(paragraphs) if _ATTACHMENT.match(paragraph.text)), len(paragraphs)
    )
    paragraphs = paragraphs[:attached]
    numbered = {
        at: heading
        for at, paragraph in enumerate(paragraphs)
        if (title is None or paragraph.start >= title[1]) and (heading := _numbered(paragraph))
    }
    openers = _unnumbered_openers(paragraphs, masks)
    cells = table_cells([paragraph.text for paragraph in paragraphs])
    headings, level = [], 1
    for at, paragraph in enumerate(paragraphs):
        if title is not None and paragraph.start < title[1]:
            continue
        if at in numbered:
            headings.append(numbered[at])
            level = numbered[at].level
        elif at in openers:
            end = paragraph.start + len(openers[at])
            headings.append(Heading(paragraph.start, end, "", level + 1, openers[at], True))
        elif at not in cells and _stands_alone(paragraphs, at, numbered):
            text = paragraph.text.rstrip(":：")
            headings.append(Heading(paragraph.start, paragraph.start + len(text), "", 1, text, False))
            level = 1
    return headings
