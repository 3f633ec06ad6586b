"""Slogans (提法) of one report: the lexicon's formulas, and what patterns find beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from analysis.annotate.headlines import Headline, four_character_pairs, parallel
from analysis.annotate.numerals import counts_members, find_bare
from analysis.annotate.quotes import Quoted, find_quoted, is_name, patterns
from analysis.corpus.headings import Heading, number_of
from analysis.corpus.items import Item
from analysis.corpus.masks import Mask
from analysis.corpus.zones import Zone
from analysis.lexicons.slogans import Form, forms, normalise
from analysis.lexicons.tables import read_table

__all__ = ["Formulas", "Slogan", "find_slogans", "slogan_records"]

_PRECEDENCE = ("ideology", "policy_name", "numeric_abbrev", "quoted_formula", "bare_formula")
_COVID = "动态清零"
_REDACTED = re.compile("总书记(?=新时代|视察|考察|重要|系列|关于|在|对)")


class Slogan(NamedTuple):
    """One hit, ``[start, end)`` in the cleaned text; `row` is its row in the lexicon, -1 where a pattern found it."""

    start: int
    end: int
    type: str
    row: int


class Formulas:
    """The lexicon made ready for matching: made once, used for every report.

    Parameters
    ----------
    lexicon : pandas.DataFrame
        From `slogan_lexicon`; may be empty.
    """

    def __init__(self, lexicon: pd.DataFrame) -> None:
        self.rows: list[dict[str, Any]] = lexicon.to_dict("records")
        self.pairs = frozenset(row["canonical"] for row in self.rows if row["type"] == "four_char_pair")
        self.terms = frozenset(row["canonical"] for row in self.rows if row["layer"] == "term") - self.pairs
        self.ambiguous = frozenset(read_table("ambiguous_forms.csv", columns=("form", "note"))["form"])
        self._heads: dict[str, list[Form]] = {}
        for form in forms(lexicon):
            self._heads.setdefault(form.text[:2], []).append(form)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def hits(self, text: str) -> list[tuple[int, int, Form]]:
        """Return every form at every place of normalised `text`."""
        return [
            (place, place + len(form.text), form)
            for place in range(len(text) - 1)
            for form in self._heads.get(text[place : place + 2], ())
            if text.startswith(form.text, place)
        ]


def _from_lexicon(text: str, formulas: Formulas, quoted: list[Quoted]) -> list[Slogan]:
    """Return the lexicon's hits, longest first, not overlapping one another.

    Text and forms are compared without quotation marks and white space. A form that is an everyday word counts only
    where it is the whole of a quoted string; where a form crosses a quotation mark the span is the quoted part.
    """
    plain = normalise(text)
    whole = {(one.start, one.end) for one in quoted}
    candidates = []
    for first, last, form in formulas.hits(plain.text):
        start, end = plain.places[first], plain.places[last - 1] + 1
        if "\n" in text[start:end]:
            continue
        part = None if (start, end) in whole else _quoted_part(start, end, quoted)
        if form.bare or (start, end) in whole or (part is not None and formulas.rows[form.row]["type"] == "numeric_abbrev"):
            candidates.append((last - first, part or (start, end), form.row))
    taken: list[Slogan] = []
    for _, (start, end), row in sorted(candidates, key=lambda one: (-one[0], one[1], one[2])):
        if all(end <= other.start or other.end <= start for other in taken):
            kind = formulas.rows[row]["type"]
            bare = kind == "quoted_formula" and (start, end) not in whole
            taken.append(Slogan(start, end, "bare_formula" if bare else kind, row))
    return taken


def _quoted_part(start: int, end: int, quoted: list[Quoted]) -> tuple[int, int] | None:
    """Return the quoted string that the span ``[start, end)`` holds or cuts across, None where it cuts none."""
    for one in quoted:
        crosses = one.start < end and start < one.end and not (one.start <= start and end <= one.end)
        if crosses:
            return max(start, one.start), min(end, one.end)
    return None


def _by_pattern(text: str, quoted: list[Quoted]) -> list[Slogan]:
    """Return what patterns find: the names of thought and policy, quoted strings, bare numeric abbreviations."""
    found = [
        Slogan(*match.span(), kind, -1)
        for kind, name in (("ideology", "ideology"), ("policy_name", "policy"))
        for match in patterns(name, "pattern").finditer(text)
    ]
    for one in quoted:
        if not is_name(text, one):
            found.append(Slogan(one.start, one.end, "numeric_abbrev" if counts_members(one.text) else "quoted_formula", -1))
    found += [Slogan(start, end, "numeric_abbrev", -1) for start, end in find_bare(text)]
    return found


def _content(text: str, formulas: Formulas, quoted: list[Quoted]) -> list[Slogan]:
    """Return the content types: one type for a span, the lexicon before patterns, nesting only around other spans."""
    lexical = _from_lexicon(text, formulas, quoted)
    kept: dict[tuple[int, int], Slogan] = {(one.start, one.end): one for one in lexical}
    for one in sorted(_by_pattern(text, quoted), key=lambda one: (_PRECEDENCE.index(one.type), one.start, -one.end)):
        span = (one.start, one.end)
        named = one.type in ("ideology", "policy_name") or (one.type == "numeric_abbrev" and not _is_quoted(one, quoted))
        cut = one.type == "numeric_abbrev" and not _stands_free(text, one, quoted)
        if span in kept or cut or (named and any(one.start < other.end and other.start < one.end for other in kept.values())):
            continue
        if one.type == "numeric_abbrev":  # a quoted abbreviation is one: what it holds counts no set of its own
            inner = [key for key, other in kept.items() if span[0] <= key[0] and key[1] <= span[1] and other.type == one.type]
            for key in inner:
                del kept[key]
        kept[span] = one
    return list(kept.values())


def _stands_free(text: str, one: Slogan, quoted: list[Quoted]) -> bool:
    """Tell whether a bare abbreviation inside quotation marks is a member of its own (“党政同责、一岗双责”)."""
    inside = any(string.start <= one.start and one.end <= string.end and not is_name(text, string) for string in quoted)
    return not inside or not re.search("[\u4e00-\u9fff]", text[one.start - 1 : one.start] + text[one.end : one.end + 1])


def _is_quoted(one: Slogan, quoted: list[Quoted]) -> bool:
    return any((one.start, one.end) == (string.start, string.end) for string in quoted)


def _headlines(text: str, headings: list[Heading], items: list[Item], zones: list[Zone]) -> list[Headline]:
    """Return all titles and leads with the group of siblings each stands in."""
    functional = [
        re.compile(pattern)
        for zone, pattern in _zone_cues()
        if zone in ("review", "problems", "plan", "work")
    ]
    found: list[Headline] = []
    path: list[Heading] = []
    for heading in headings:
        while path and path[-1].level >= heading.level:
            path.pop()
        parent = path[-1].start if path else -1
        path.append(heading)
        start = heading.end - len(heading.title)
        serves = heading.level == 1 and any(pattern.search(heading.title) for pattern in functional)
        found.append(Headline(start, heading.end, heading.title, ("heading", parent, heading.level), serves))
    number, at = 0, -1
    for item in items:
        if number_of(item.marker) <= number or number_of(item.marker) == 1:
            at = item.start
        number = number_of(item.marker)
        listed = text[item.start : item.end].rstrip()[-1] in ";；"
        problem = any(zone.start <= item.start < zone.end and zone.zone == "problems" for zone in zones)
        found.append(Headline(item.lead_start, item.lead_end, item.lead, ("item", at), problem or listed))
    return found


def _zone_cues() -> list[tuple[str, str]]:
    table = read_table("zone_cues.csv", columns=("zone", "where", "pattern", "example", "note"))
    rows = table[table["where"] == "heading"]
    return list(zip(rows["zone"], rows["pattern"], strict=True))


def find_slogans(
    text: str, headings: list[Heading], items: list[Item], zones: list[Zone], formulas: Formulas
) -> list[Slogan]:
    """Return the slogans of a cleaned report, in order; a span has at most one content and one structural type.

    Content types (ideology, policy_name, numeric_abbrev, quoted_formula) stand anywhere, and so does bare_formula: a
    quoted formula of the lexicon that stands without quotation marks, which the guideline does not annotate.
    Structural types (four_char_pair, parallel_headline) stand only in headings and item leads. Guideline: tests/gold/GUIDELINES.md §7.
    """
    quoted = find_quoted(text)
    found = [one for one in _content(text, formulas, quoted) if one.type in _PRECEDENCE]
    headlines = _headlines(text, headings, items, zones)
    found += [Slogan(start, end, "parallel_headline", -1) for start, end in parallel(headlines)]
    found += [
        Slogan(start, end, "four_char_pair", -1)
        for headline in headlines
        for start, end in four_character_pairs(headline, formulas.pairs, formulas.terms)
    ]
    return sorted(set(found), key=lambda one: (one.start, -one.end, one.type))


def _around(text: str, one: Slogan) -> str:
    """Return the paragraph in which a hit stands."""
    start = text.rfind("\n", 0, one.start) + 1
    end = text.find("\n", one.end)
    return text[start : len(text) if end < 0 else end]


def slogan_records(text: str, found: Iterable[Slogan], masks: list[Mask], formulas: Formulas) -> list[dict[str, Any]]:
    """Return the rows of the slogans table, offsets still in the cleaned text.

    What the lexicon does not hold, or holds under one of several meanings, has scope ``unlisted``. ``masked``: the source withheld a name in it; ``repaired``:
    its canonical form is known all the same. Unlisted canonicals are the wording without white space, with ，.
    """
    records = []
    for one in found:
        wording = text[one.start : one.end]
        masked = any(one.start <= mask.start < one.end for mask in masks) or bool(_REDACTED.match(wording))
        plain = normalise(wording).text
        # a form whose meaning varies is no hit of the one meaning that the lexicon happens to explain
        known = one.row >= 0 and (plain not in formulas.ambiguous or (plain == _COVID and "疫情" in _around(text, one)))
        row = formulas.rows[one.row] if known else {}
        records.append(
            {
                "start": one.start,
                "end": one.end,
                "type": one.type,
                "text": wording,
                "canonical": row.get("canonical") or re.sub(r"\s", "", wording).replace(",", "，"),
                "scope": row.get("scope", "unlisted"),
                "first_year": row.get("first_year"),
                "last_year": row.get("last_year"),
                "theme": row.get("theme") or None,
                "via": "lexicon" if row else "pattern",
                "repaired": masked and bool(row) and normalise(row["canonical"]).text != plain,
                "masked": masked,
            }
        )
    return records
