"""Zones: which part of a report a paragraph belongs to (opening, review, problems, plan, self_governance, closing)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.corpus.parts.headings import ITEM_MARKER, SALUTATION, SIGNATURE, Heading, Paragraph, number_of
from analysis.corpus.parts.masks import Mask
from analysis.lexicons.tables import read_table
from analysis.schemas import ELISION

__all__ = ["Zone", "find_zones"]


class Zone(NamedTuple):
    """One zone, ``[start, end)`` in the cleaned text."""

    start: int
    end: int
    zone: str


@cache
def _cues(where: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = read_table("zone_cues.csv", columns=("zone", "where", "pattern", "example", "note"))
    rows = table[table["where"] == where]
    return tuple((zone, re.compile(pattern)) for zone, pattern in zip(rows["zone"], rows["pattern"], strict=True))


@lru_cache(maxsize=65536)
def _cue(where: str, text: str, *zones: str) -> str | None:
    return next((zone for zone, pattern in _cues(where) if (not zones or zone in zones) and pattern.search(text)), None)


def _tense(text: str, masks: int) -> str:
    """Return review or plan by what a stretch reports: numbers and words of completion, or words of intent.

    A mask stands for a number that was reported.
    """
    counts = {zone: len(pattern.findall(text)) for zone, pattern in _cues("tense")}
    reported = counts["past"] + len(re.findall(r"\d+(?:\.\d+)?", text)) + masks
    return "review" if reported >= counts["future"] else "plan"


def _split(paragraph: Paragraph) -> list[tuple[int, int, str]] | None:
    """Return problems and plan of a paragraph that alone carries both, cut at the plan's clause, or None."""
    text = paragraph.text
    turn = re.search(r"(?<=[,，。；;])(?:今后|下一步|下步|下一阶段|接下来)", text)
    if turn is None or not _cue("sentence", text[: turn.start()], "problems"):
        return None
    if "。" in text[: turn.start()].rstrip("。") and not _cue("sentence", text.split("。")[0], "problems"):
        return None
    at = paragraph.start + turn.start()
    return [(paragraph.start, at, "problems"), (at, paragraph.end, "plan")]


def find_zones(
    text: str, paragraphs: list[Paragraph], headings: list[Heading], masks: list[Mask], title: tuple[int, int] | None
) -> list[Zone]:
    """Return the zones of a cleaned report, in order; together they cover every paragraph but the title.

    The part decides: a heading of the highest visible level that names its zone opens it, a topic heading goes on in
    the zone before it. Running text changes the zone only where a paragraph says so (problems after the review, the
    aims that open a plan, a closing cue). Behind hidden text the tense of what is seen decides, as the boundary may be
    hidden. Cues: ``lexicons/zone_cues.csv``; rules: tests/gold/GUIDELINES.md §6.
    """
    body = [p for p in paragraphs if title is None or p.start >= title[1]]
    marks = {heading.start: heading for heading in headings}
    top = min((heading.level for heading in headings), default=1)
    last_heading = max(marks, default=-1)
    elision = text.find(ELISION)
    planned = title is not None and _cue("title", text[slice(*title)]) == "plan"
    first = next((at for at, paragraph in enumerate(body) if "。" in paragraph.text), 0)

    def tense_from(at: int) -> str:
        """Tense of the stretch from paragraph `at` to the next heading of the top level."""
        end = at + 1
        while end < len(body) and not ((heading := marks.get(body[end].start)) and heading.level == top):
            end += 1
        start, behind = body[at].start, body[end - 1].end
        return _tense(text[start:behind], sum(start <= mask.start < behind for mask in masks))

    last_body = max((at for at, paragraph in enumerate(body) if _is_body(paragraph)), default=-1)
    spans: list[tuple[int, int, str]] = []
    state, led, in_led_review, seen = "opening", False, False, set()
    for at, paragraph in enumerate(body):
        if 0 <= elision < paragraph.start and (not at or body[at - 1].start < elision):
            in_led_review, state, led = led and state == "review", "unknown", False  # a boundary may be hidden
        heading = marks.get(paragraph.start)
        named = _named(heading, top, seen)
        if named is not None:
            state, led = tense_from(at) if named == "work" else named, True
        elif heading is not None and state == "opening":
            state = "plan" if planned else "review"
        elif heading is not None and heading.level == top and state in ("problems", "self_governance"):
            state, led = tense_from(at), False
        if heading is None or heading.runin:
            own = paragraph.text if heading is None else paragraph.text[heading.end - heading.start :]
            ends = last_body <= at
            signed = "。" not in own and SIGNATURE.fullmatch(own) and ends
            if paragraph.start > last_heading and (signed or _closes(own, last=ends)):
                state = "closing"
            elif (
                state != "closing"
                and (pieces := _split(paragraph))
                and state in ("review", "unknown", "self_governance")
            ):
                spans += pieces
                state = "plan"
                continue
            elif heading is None or state == "unknown":
                state = _by_sentence(own, state, led=led, early=at < first + 4)
        if state == "unknown":
            plan_hidden = in_led_review and _part_hidden(elision, headings, top)
            state = "plan" if plan_hidden else tense_from(at)
        seen.add(state)
        spans.append((paragraph.start, paragraph.end, state))
    return _merge(spans, text)


def _named(heading: Heading | None, top: int, seen: set[str]) -> str | None:
    """Return the zone that a heading of the top level names, or None; ``work`` where a review came before."""
    if heading is None or heading.level != top or (heading.runin and not heading.marker):
        return None
    named = _cue("heading", heading.title)
    if named == "work" and "problems" in seen:
        return "plan"
    return "review" if named == "work" and "review" not in seen else named


def _part_hidden(elision: int, headings: list[Heading], top: int) -> bool:
    """Tell whether a part's heading is hidden: the part before the hidden text is number n, the next n + 2 or more."""
    numbers = [(heading.start, number_of(heading.marker)) for heading in headings if heading.level == top]
    before = [number for start, number in numbers if start < elision and number]
    behind = [number for start, number in numbers if start > elision and number]
    return bool(before and behind) and behind[0] - before[-1] >= 2


def _is_body(paragraph: Paragraph) -> bool:
    return "。" in paragraph.text and len(paragraph.text) > 24


def _closes(own: str, *, last: bool) -> bool:
    return _cue("sentence", own, "closing") is not None or (
        last and not ITEM_MARKER.search(own) and _cue("end", own) is not None
    )


def _by_sentence(own: str, state: str, *, led: bool, early: bool) -> str:
    """Return the zone that a paragraph of running text is in, by what its first sentences say."""
    sentences = [sentence for sentence in re.split("[。！!]", own.strip()) if not SALUTATION.fullmatch(sentence)]
    first, head = "".join(sentences[:1]), "。".join(sentences[:3])
    if state in ("review", "unknown") and _cue("sentence", head, "problems"):
        return "problems"
    if state in ("review", "problems", "unknown") and _cue("sentence", first, "plan"):
        return "plan"
    if state in ("review", "problems", "unknown") and not led and _cue("unled", first):
        return "plan"
    if state == "unknown" and _cue("sentence", own, "self_governance"):
        return "self_governance"
    if state == "opening" and _cue("lead", first):
        return "plan"
    return "review" if state == "opening" and not early and not _cue("sentence", head, "opening") else state


def _merge(spans: list[tuple[int, int, str]], text: str) -> list[Zone]:
    """Return neighbours of one zone as one span; hidden text between them keeps them apart."""
    zones: list[Zone] = []
    for start, end, zone in spans:
        if zones and zones[-1].zone == zone and ELISION not in text[zones[-1].end : start]:
            zones[-1] = zones[-1]._replace(end=end)
        else:
            zones.append(Zone(start, end, zone))
    return zones
