"""Damage to numbers and words that a site or a program did before the file was saved: flagged, never repaired.

Kinds: ``number_split`` (a page number stood inside the number), ``masked_number`` (some of its digits are masked),
``digits_stripped`` (a unit whose number is gone, in a text that lost all of them), ``year_for_number`` (a year that
overwrote a number), ``lost_character`` (the mark U+FFFD of a character that could not be decoded).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analysis.corpus.parts.masks import find_masks
from analysis.lexicons.tables import read_table
from analysis.schemas import Report

__all__ = ["Damage", "find_damage"]

_PAGES, _ADVERTS = frozenset({"page_number", "site_chrome"}), frozenset({"watermark", "gloss"})
_LEFT = re.compile(r"\d[\d.,]*\Z")
_RIGHT = re.compile(r"[\d.,]*")
_NUMERAL = re.compile(r"[\dxX×*＊○□][\dxX×*＊○□.,]*")
_NUMBER = re.compile(r"(?<![\d.])\d+(?:[.,]\d+)*(?![\d.、)）])(?!年|月|日)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_PHONE = 8  # so many digits and masks without a dot are a telephone or card number
_LONGEST_NUMBER = 24
_FEWEST_BARE, _NUMBERS_LEFT = 4, 0.1


class Damage(NamedTuple):
    """A damaged stretch of raw text: ``kind`` as in the damage table."""

    start: int
    end: int
    kind: str


@cache
def _patterns(kind: str, year: str = "") -> tuple[re.Pattern[str], ...]:
    """Return the rows `kind` of ``lexicons/damage_patterns.csv``, with `year` where they say Y."""
    table = read_table("damage_patterns.csv", columns=("kind", "pattern", "example", "note"))
    rows = table.loc[table["kind"] == kind, "pattern"]
    return tuple(re.compile(row.replace("Y", rf"(?<!\d){year}") if year else row) for row in rows)


def _found(kind: str, text: str, year: str = "") -> list[tuple[int, int]]:
    return [match.span("number") for pattern in _patterns(kind, year) for match in pattern.finditer(text)]


def find_damage(report: Report) -> list[Damage]:
    """Return the damaged stretches of `report` in offsets of the raw text, in order.

    Examples
    --------
    >>> raw = "增长1X.5%,达2亿元。"
    >>> [(one.kind, raw[one.start : one.end]) for one in find_damage(Report("r", "", "", None, raw))]
    [('masked_number', '1X.5')]
    """
    text = report.cleaned
    spans = [(*span, "number_split") for span in _split(report)]
    spans += [(*span, "masked_number") for span in _masked(text)]
    spans += [(*span, "digits_stripped") for span in _stripped(text)]
    spans += [(*span, "year_for_number") for span in _years(text)]
    spans += [(match.start(), match.end(), "lost_character") for match in re.finditer("\ufffd+", text)]
    return sorted({Damage(*report.to_raw(start, end), kind) for start, end, kind in spans})


def _split(report: Report) -> list[tuple[int, int]]:
    """Return the cleaned spans of the numbers, with their units, from whose inside cleaning took a page number."""
    text, unit, spans = report.cleaned, _patterns("unit")[0], []
    groups: list[list] = []
    for edit in report.edits:
        if edit.replacement:
            continue
        if groups and groups[-1][-1].end == edit.start:
            groups[-1].append(edit)
        else:
            groups.append([edit])
    for group in groups:
        kinds = {edit.kind for edit in group}
        if not kinds & (_PAGES | _ADVERTS):
            continue
        at = report.to_clean(group[0].start)
        left = _LEFT.search(text, max(0, at - _LONGEST_NUMBER), at)
        right = _RIGHT.match(text, at, at + _LONGEST_NUMBER)
        end = right.end() if right else at
        follows = unit.match(text, end)
        number = re.match(r"\d|[.,]\d", text[at : at + 2])
        if left and (number or (follows and kinds & _PAGES)):
            spans.append((left.start(), follows.end() if follows else end))
    return spans


def _masked(text: str) -> list[tuple[int, int]]:
    """Return the spans of the numbers of which some digits are masked; a masked year is none."""
    spans: list[tuple[int, int]] = []
    for mask in find_masks(text):
        if mask.kind == "date" or (spans and mask.start < spans[-1][1]):
            continue
        begin = mask.start
        while begin > max(0, mask.start - _LONGEST_NUMBER) and (text[begin - 1].isdecimal() or text[begin - 1] in ".,"):
            begin -= 1
        while text[begin] in ".,":
            begin += 1
        numeral = _NUMERAL.match(text, begin, mask.end + _LONGEST_NUMBER)
        found = numeral.group().rstrip(".,") if numeral else ""
        phone = text[begin - 1 : begin] in ("-", "－") or (len(found) >= _PHONE and "." not in found)
        if re.search(r"\d", found) and not phone:
            spans.append((begin, begin + len(found)))
    return spans


def _stripped(text: str) -> list[tuple[int, int]]:
    """Return the spans of the units that lost their numbers, in a text that as a whole lost them."""
    sure = _found("bare_sure", text)
    if len(sure) < _FEWEST_BARE or len(_NUMBER.findall(text)) > _NUMBERS_LEFT * len(sure):
        return []
    covered = bytearray(len(text))
    for start, end in sure:
        covered[start:end] = b"\1" * (end - start)
    return sure + [span for span in _found("bare_maybe", text) if covered.find(1, *span) < 0]


def _years(text: str) -> list[tuple[int, int]]:
    """Return the spans of numbers that are a year of the text in the place of another number."""
    spans: list[tuple[int, int]] = []
    for year in sorted(set(_YEAR.findall(text))):
        sure, maybe = _found("year_sure", text, year), _found("year_maybe", text, year)
        spans += sure
        if sure or len(maybe) > 1:
            spans += maybe
    return sorted(set(spans))
