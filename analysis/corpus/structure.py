"""One report from raw text to its parts: cleaned, and divided into masks, headings, items, zones and sentences."""

from __future__ import annotations

from typing import Any, NamedTuple

from analysis.corpus.cleaning.clean import clean
from analysis.corpus.cleaning.noise import Noise
from analysis.corpus.identity.metadata import describe_report
from analysis.corpus.parts.damage import Damage, find_damage
from analysis.corpus.parts.headings import Heading, Paragraph, find_headings, paragraphs_of
from analysis.corpus.parts.items import Item, find_items
from analysis.corpus.parts.masks import Mask, find_masks
from analysis.corpus.parts.sentences import Sentence, find_sentences
from analysis.corpus.parts.zones import Zone, find_zones
from analysis.corpus.text.script import script_of
from analysis.schemas import ELISION, Report

__all__ = ["Structure", "records_of", "structure"]


class Structure(NamedTuple):
    """A report and what was found in it; `noise` and `damage` lie in the raw text, all else in the cleaned text."""

    report: Report
    title: tuple[int, int] | None
    noise: list[Noise]
    masks: list[Mask]
    damage: list[Damage]
    paragraphs: list[Paragraph]
    headings: list[Heading]
    items: list[Item]
    zones: list[Zone]
    sentences: list[Sentence]


def structure(
    raw: str,
    *,
    report_id: str,
    path: str = "",
    sha256: str = "",
    encoding: str | None = "utf-8",
    format: str = "text",
    simplify: bool = False,
) -> Structure:
    r"""Return one text cleaned and divided into its parts; with `simplify` a traditional text in simplified characters.

    Examples
    --------
    >>> found = structure("一、工作回顾\n一年来,修路3公里。", report_id="one")
    >>> [(heading.marker, heading.title) for heading in found.headings], [zone.zone for zone in found.zones]
    ([('一、', '工作回顾')], ['review'])
    """
    edits, noise, raw_title = clean(raw, simplify=simplify)
    report = Report(report_id, path, sha256, encoding, raw, edits, format)
    text = report.cleaned
    title = None if raw_title is None else (report.to_clean(raw_title[0]), report.to_clean(raw_title[1]))
    masks = find_masks(text)
    paragraphs = paragraphs_of(text)
    headings = find_headings(paragraphs, masks, title)
    items = find_items(text, paragraphs)
    zones = find_zones(text, paragraphs, headings, masks, title)
    gaps = [place for place, character in enumerate(text) if character == ELISION]
    sentences = find_sentences(paragraphs, headings, items, zones, title, gaps)
    return Structure(report, title, noise, masks, find_damage(report), paragraphs, headings, items, zones, sentences)


def records_of(found: Structure) -> dict[str, list[dict[str, Any]]]:
    """Return the records of the tables that rest on the structure of a report alone, offsets in the raw text.

    The records are dicts of the columns that ``describe(name)`` in `analysis.schemas` lists; ``n_tokens`` and
    ``duplicate_of`` of the reports table are None until they are known.
    """
    report = found.report
    text, name = report.cleaned, {"report_id": report.report_id}

    def span(start: int, end: int) -> dict[str, Any]:
        raw_start, raw_end = report.to_raw(start, end)
        return name | {"start": raw_start, "end": raw_end, "text": text[start:end]}

    identity = name | {"path": report.path, "sha256": report.sha256, "encoding": report.encoding}
    identity |= {"format": report.format, "script": script_of(report.raw)}
    described = describe_report(text, found.noise, found.title, found.masks, report.path, report.to_raw)
    return {
        "reports": [identity | described | {"n_tokens": None, "duplicate_of": None}],
        "edits": [name | edit._asdict() for edit in report.edits],
        "noise": [name | {"text": report.raw[mark.start : mark.end]} | mark._asdict() for mark in found.noise],
        "masks": [span(m.start, m.end) | {"kind": m.kind, "pattern": m.pattern} for m in found.masks],
        "damage": [name | {"text": report.raw[one.start : one.end]} | one._asdict() for one in found.damage],
        "zones": [span(z.start, z.end) | {"zone": z.zone} for z in found.zones],
        "headings": [
            span(h.start, h.end) | {"marker": h.marker or None, "level": h.level, "title": h.title, "runin": h.runin}
            for h in found.headings
        ],
        "items": [
            span(i.start, i.end)
            | {"marker": i.marker, "level": 1, "lead": i.lead, "runin": i.runin}
            | dict(zip(("lead_start", "lead_end"), report.to_raw(i.lead_start, i.lead_end), strict=True))
            for i in found.items
        ],
        "sentences": [
            span(s.start, s.end)
            | {"sentence_id": number, "section": s.section, "kind": s.kind, "item_marker": s.item_marker}
            | {"zone": s.zone, "paragraph": s.paragraph}
            for number, s in enumerate(found.sentences)
        ],
    }
