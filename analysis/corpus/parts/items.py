"""Enumerated items (一是 … 二是 …, 一要 …, 一是要 …) and their leads."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from analysis.corpus.parts.headings import ITEM_MARKER, Paragraph, number_of
from analysis.schemas import ELISION

__all__ = ["Item", "find_items"]

_CLAUSE_START = re.compile(r"(?:^|[。！？!?；;，,：:、][”’」』）)]?|[”’」』）)])$")
_NUMERAL_ALONE = re.compile("[一二三四五六七八九十][、,，。]")
_SENTENCE_MARK = re.compile("[。！？!?;；]")
_QUOTES = ("“”", "「」", "『』")
_BESIDE_ELISION = re.compile(f"[{ELISION}\n ]*")
_LEAD_END = re.compile(r"[。；;！!]")


class Item(NamedTuple):
    """One item, ``[start, end)`` in the cleaned text."""

    start: int
    end: int
    marker: str
    lead: str
    lead_start: int
    lead_end: int
    runin: bool


def _markers(paragraph: Paragraph) -> list[tuple[int, str]]:
    """Return place and text of every marker at a clause's start outside quotes."""
    text, found = paragraph.text, []
    if not ITEM_MARKER.search(text):
        return []
    breaks = [0, *(match.end() for match in _SENTENCE_MARK.finditer(text)), len(text)]
    quotes = [[[match.start() for match in re.finditer(mark, text)] for mark in pair] for pair in _QUOTES]
    for match in ITEM_MARKER.finditer(text):
        begin = breaks[bisect_right(breaks, match.start()) - 1]
        stop = breaks[bisect_right(breaks, match.end(), hi=len(breaks) - 1)]
        quoted = any(
            _between(opening, begin, match.start()) > _between(closing, begin, match.start())
            and _between(closing, match.end(), stop)
            for opening, closing in quotes
        )
        counted = _NUMERAL_ALONE.match(text, match.end())  # 一是一、二是二
        if not quoted and not counted and _CLAUSE_START.search(text[max(begin, match.start() - 3) : match.start()]):
            found.append((paragraph.start + match.start(), match.group()))
    return found


def _between(places: list[int], start: int, end: int) -> int:
    return bisect_left(places, end) - bisect_left(places, start)


def _behind_blanks(text: str, at: int) -> int:
    blanks = _BESIDE_ELISION.match(text, at)
    return blanks.end() if blanks else at


def _lists(text: str, paragraphs: list[Paragraph]) -> list[list[tuple[int, str]]]:
    """Return the runs of markers that count upwards; a run that does not begin at 一 must follow hidden text."""
    runs: list[list[tuple[int, str]]] = []
    for paragraph in paragraphs:
        for place, marker in _markers(paragraph):
            value = number_of(marker)
            if runs and value > 1 and 1 <= value - number_of(runs[-1][-1][1]) <= 2:
                runs[-1].append((place, marker))
            else:
                runs.append([(place, marker)])
    elision = text.find(ELISION)
    begun = _behind_blanks(text, max(0, elision))
    newline = text.find("\n", begun)
    # where the line that follows hidden text ends, with the blank lines behind it
    first_line = len(text) if newline < 0 else _behind_blanks(text, newline)
    last_mark = max(map(text.rfind, "。！!？?;；”）)"))
    kept = []
    for run in runs:
        begins = number_of(run[0][1]) == 1
        hidden_before = 0 <= elision < run[0][0] <= first_line
        last = run[-1][0]
        cut_off = last_mark < last or ELISION in text[last : last + 400].split("\n\n")[0]
        if (begins and len(run) > 1) or hidden_before or (begins and cut_off):
            kept.append(run)
    return kept


def find_items(text: str, paragraphs: list[Paragraph]) -> list[Item]:
    """Return the items of cleaned `text`, in order; they neither nest nor overlap.

    An item runs from its marker to the next marker or its paragraph's end; in a list joined by semicolons or
    commas the last one ends at its first 。. Its lead runs to the first 。 or semicolon. Rules:
    tests/gold/GUIDELINES.md §5.
    """
    items, starts = [], [paragraph.start for paragraph in paragraphs]
    for run in _lists(text, paragraphs):
        bounds = [place for place, _ in run]
        within_sentence = False
        for at, (place, marker) in enumerate(run):
            paragraph = paragraphs[bisect_right(starts, place) - 1]
            follower = bounds[at + 1] if at + 1 < len(bounds) else paragraph.end
            end = min(follower, paragraph.end)
            begin = place + len(marker)
            if at + 1 < len(run) and follower <= paragraph.end:
                within_sentence = text[place:end].rstrip()[-1] in ";；,，"
            elif within_sentence and (stop := text.find("。", begin, end)) >= 0:
                end = stop + 1
            while text[end - 1].isspace():
                end -= 1
            lead_end = match.start() if (match := _LEAD_END.search(text, begin, end)) else end
            while text[lead_end - 1] in ",，、 ":
                lead_end -= 1
            lead_start = begin + len(text[begin:lead_end]) - len(text[begin:lead_end].lstrip(" ,，、"))
            lead = text[lead_start:lead_end]
            runin = end - lead_end > 1
            if lead:
                items.append(Item(place, end, marker, lead, lead_start, lead_end, runin))
    return items
