"""Enumerated items (一是 … 二是 …, 一要 …, 一是要 …) and their leads."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.corpus.headings import ITEM_MARKER, Paragraph, number_of
from analysis.schemas import ELISION

__all__ = ["Item", "find_items"]

_CLAUSE_START = re.compile(r"(?:^|[。！？!?；;，,：:、][”’」』）)]?|[”’」』）)])$")
_NUMERAL_ALONE = re.compile("[一二三四五六七八九十][、,，。]")
_SENTENCE_BREAK = re.compile("(?<=[。！？!?;；])")
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
    found = []
    for match in ITEM_MARKER.finditer(paragraph.text):
        before = _SENTENCE_BREAK.split(paragraph.text[: match.start()])[-1]
        behind = _SENTENCE_BREAK.split(paragraph.text[match.end() :], maxsplit=1)[0]
        quoted = any(
            before.count(opening) > before.count(closing) and closing in behind
            for opening, closing in ("“”", "「」", "『』")
        )
        counted = _NUMERAL_ALONE.match(paragraph.text, match.end())  # 一是一、二是二
        if not quoted and not counted and _CLAUSE_START.search(before):
            found.append((paragraph.start + match.start(), match.group()))
    return found


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
    kept = []
    for run in runs:
        begins = number_of(run[0][1]) == 1
        hidden_before = (
            elision >= 0 and elision < run[0][0] and "\n" not in text[elision : run[0][0]].strip(f"{ELISION}\n ")
        )
        cut_off = (
            not re.search("[。！!？?；;”）)]", text[run[-1][0] :])
            or ELISION in text[run[-1][0] :].split("\n\n")[0][:400]
        )
        if (begins and len(run) > 1) or hidden_before or (begins and cut_off):
            kept.append(run)
    return kept


def find_items(text: str, paragraphs: list[Paragraph]) -> list[Item]:
    """Return the items of cleaned `text`, in order; they neither nest nor overlap.

    An item runs from its marker to the next marker or its paragraph's end; in a list joined by semicolons or
    commas the last one ends at its first 。. Its lead runs to the first 。 or semicolon. Rules:
    tests/gold/GUIDELINES.md §5.
    """
    items = []
    for run in _lists(text, paragraphs):
        bounds = [place for place, _ in run]
        within_sentence = False
        for at, (place, marker) in enumerate(run):
            paragraph = next(p for p in paragraphs if p.start <= place < p.end)
            follower = bounds[at + 1] if at + 1 < len(bounds) else paragraph.end
            end = min(follower, paragraph.end)
            begin = place + len(marker)
            if at + 1 < len(run) and follower <= paragraph.end:
                within_sentence = text[:end].rstrip()[-1] in ";；,，"
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
