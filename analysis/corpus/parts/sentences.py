"""Sentences, and what each of them belongs to: kind, section path, item, zone, paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from analysis.corpus.parts.headings import Heading, Paragraph
from analysis.corpus.parts.items import Item
from analysis.corpus.parts.zones import Zone
from analysis.schemas import ELISION

__all__ = ["Sentence", "find_sentences", "split_sentences"]

_CLOSING = tuple("”’」』）)》")
_SENTENCE = re.compile(r"[^。！？!?]*(?:[。！？!?]+[”’\"」』）)》]*|$)")


class Sentence(NamedTuple):
    """One sentence, ``[start, end)`` in the cleaned text."""

    start: int
    end: int
    text: str
    section: str
    kind: str
    item_marker: str | None
    zone: str | None
    paragraph: int


def split_sentences(paragraph: Paragraph) -> list[tuple[int, int]]:
    """Return the spans of the sentences of one paragraph; together they are the paragraph.

    A sentence ends at 。！？!? with the closing quotes behind it, or with the paragraph; semicolons do not split.

    Examples
    --------
    >>> split_sentences(Paragraph(0, 12, "“真抓。”实干;好!加油"))
    [(0, 5), (5, 10), (10, 12)]
    """
    text, spans, start = paragraph.text, [], 0
    for match in _SENTENCE.finditer(text):
        end = match.end()
        # a straight quote behind the mark closes only where one is open
        straight = text[end - 1 : end] == '"' and text[end - 2 : end - 1] not in _CLOSING
        if straight and end < len(text) and text.count('"', start, end) % 2:
            end -= 1
        if start < end:
            spans.append((paragraph.start + start, paragraph.start + end))
            start = end
    return spans


def _at(starts: Sequence[int], place: int) -> int:
    return bisect_right(starts, place) - 1


def find_sentences(
    paragraphs: list[Paragraph],
    headings: list[Heading],
    items: list[Item],
    zones: list[Zone],
    title: tuple[int, int] | None,
    gaps: Sequence[int] = (),
) -> list[Sentence]:
    """Return all sentences of a cleaned text in order, title included (kind ``title``).

    `gaps` are the places of hidden text: behind one the section is ``▢`` until the next heading, and ``▢ / …`` under
    headings whose parent may be hidden.
    """
    heading_starts, item_starts, zone_starts = [[span.start for span in spans] for spans in (headings, items, zones)]
    sections = _sections(headings, gaps)
    section_starts = [start for start, _ in sections]
    sentences = []
    for number, paragraph in enumerate(paragraphs):
        for start, end in split_sentences(paragraph):
            heading, item, zone = (_at(s, start) for s in (heading_starts, item_starts, zone_starts))
            section = _at(section_starts, start)
            inside = item >= 0 and start < items[item].end
            kind = "body"
            if title is not None and title[0] <= start < title[1]:
                kind = "title"
            elif heading >= 0 and start == headings[heading].start and end <= headings[heading].end + 1:
                kind = "heading"
            elif inside and start == items[item].start and end <= items[item].lead_end + 1:
                kind = "lead"
            sentences.append(
                Sentence(
                    start,
                    end,
                    paragraph.text[start - paragraph.start : end - paragraph.start],
                    sections[section][1] if section >= 0 else "",
                    kind,
                    items[item].marker if inside else None,
                    zones[zone].zone if zone >= 0 and start < zones[zone].end else None,
                    number,
                )
            )
    return sentences


def _sections(headings: list[Heading], gaps: Sequence[int]) -> list[tuple[int, str]]:
    """Return where each section begins and the titles above it and its own, joined by ' / '."""
    top = min((heading.level for heading in headings), default=1)
    unknown = [Heading(gap, gap, "", top, ELISION, False) for gap in gaps]
    sections: list[tuple[int, str]] = []
    above: list[Heading] = []
    for heading in sorted([*headings, *unknown]):
        while above and above[-1].level >= heading.level:
            above.pop()
        above.append(heading)
        sections.append((heading.start, " / ".join(f"{one.marker}{one.title}" for one in above)))
    return sections
