"""Slogans (提法) of one report: the lexicon's formulas, and what patterns find beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from analysis.annotate.headlines import Headline, four_character_pairs, parallel
from analysis.annotate.numerals import counts_members, find_bare
from analysis.annotate.quotes import Quoted, find_quoted, is_name, patterns
from analysis.corpus.parts.headings import Heading, number_of
from analysis.corpus.parts.items import Item
from analysis.corpus.parts.masks import Mask
from analysis.corpus.parts.zones import Zone
from analysis.lexicons.slogans import Index, forms, has_one_meaning, normalise
from analysis.lexicons.tables import read_table

__all__ = ["Formulas", "Slogan", "find_slogans", "slogan_records"]

_PRECEDENCE = ("ideology", "policy_name", "numeric_abbrev", "quoted_formula", "bare_formula")
_NAMED = ("ideology", "policy_name")
_FUNCTIONAL_ZONES = ("review", "problems", "plan", "work")
_HAN = re.compile("[\u4e00-\u9fff]")
_REDACTED = re.compile("总书记(?=新时代|视察|考察|重要|系列|关于|在|对)")

Span = tuple[int, int]


class Slogan(NamedTuple):
    """One hit, ``[start, end)`` in the cleaned text; `row` is its row in the lexicon, -1 where a pattern found it."""

    start: int
    end: int
    type: str
    row: int

    @property
    def span(self) -> Span:
        """Return start and end."""
        return self.start, self.end


class Formulas:
    """The lexicon made ready for matching: made once, used for every report.

    Parameters
    ----------
    lexicon : pandas.DataFrame
        From `slogan_lexicon`; may be empty.
    """

    def __init__(self, lexicon: pd.DataFrame) -> None:
        self.rows: list[dict[Any, Any]] = lexicon.to_dict("records")
        self.pairs = frozenset(row["canonical"] for row in self.rows if row["type"] == "four_char_pair")
        self.terms = frozenset(row["canonical"] for row in self.rows if row["layer"] == "term") - self.pairs
        self.index = Index(forms(lexicon))
        self.row_of = {form.text: form.row for form in forms(lexicon)}


class _Quotes:
    """The quoted strings of one text, and which of them are names and no formulas."""

    def __init__(self, text: str) -> None:
        self.strings: list[Quoted] = find_quoted(text)
        self.whole = {(one.start, one.end) for one in self.strings}
        self.formulas = [one for one in self.strings if not is_name(text, one)]

    def cut(self, start: int, end: int) -> Span | None:
        """Return the part of ``[start, end)`` in a quoted string whose mark stands inside it; None where none does."""
        for one in self.strings:
            if one.start < end and start < one.end and not (one.start <= start and end <= one.end):
                return max(start, one.start), min(end, one.end)
        return None


def _from_lexicon(text: str, formulas: Formulas, quotes: _Quotes) -> list[Slogan]:
    """Return the lexicon's hits, longest first, not overlapping one another.

    Text and forms are compared without quotation marks and white space. A form that is an everyday word counts only
    where it is the whole of a quoted string; where a form crosses a quotation mark the span is the quoted part.
    """
    plain = normalise(text)
    candidates: list[tuple[int, Span, int]] = []
    for first, last, form in formulas.index.hits(plain.text):
        span = start, end = plain.places[first], plain.places[last - 1] + 1
        if "\n" in text[start:end]:
            continue
        whole = span in quotes.whole
        part = None if whole else quotes.cut(start, end)
        # half in quotes (农村“三资”) an abbreviation is as good as quoted
        half = part is not None and formulas.rows[form.row]["type"] == "numeric_abbrev"
        if form.bare or whole or half:
            candidates.append((last - first, part or span, form.row))
    taken = bytearray(len(text))
    found: list[Slogan] = []
    for _, (start, end), row in sorted(candidates, key=lambda one: (-one[0], one[1], one[2])):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\1" * (end - start)
        kind = formulas.rows[row]["type"]
        unquoted = kind == "quoted_formula" and (start, end) not in quotes.whole
        found.append(Slogan(start, end, "bare_formula" if unquoted else kind, row))
    return found


def _by_pattern(text: str, formulas: Formulas, quotes: _Quotes) -> list[Slogan]:
    """Return what patterns find: the names of thought and policy, quoted strings, bare numeric abbreviations.

    A quoted string inside a longer formula of the lexicon (“纠‘四风’、治陋习”) may be one of its formulas itself.
    """
    found = [
        Slogan(*match.span(), kind, -1)
        for kind, name in (("ideology", "ideology"), ("policy_name", "policy"))
        for match in patterns(name, "pattern").finditer(text)
    ]
    for one in quotes.formulas:
        kind = "numeric_abbrev" if counts_members(one.text) else "quoted_formula"
        found.append(Slogan(one.start, one.end, kind, formulas.row_of.get(normalise(one.text).text, -1)))
    for start, end in find_bare(text):
        if _stands_free(text, start, end, quotes):
            found.append(Slogan(start, end, "numeric_abbrev", -1))
    return found


def _stands_free(text: str, start: int, end: int, quotes: _Quotes) -> bool:
    """Tell whether an abbreviation inside a quoted formula is a member of its own (“党政同责、一岗双责”)."""
    inside = any(one.start <= start and end <= one.end for one in quotes.formulas)
    return not inside or not _HAN.search(text[max(0, start - 1) : start] + text[end : end + 1])


def _content(text: str, formulas: Formulas, quotes: _Quotes) -> list[Slogan]:
    """Return the content types: the lexicon before patterns, and of patterns the first type in precedence.

    Quoted strings may nest. A bare abbreviation must not overlap anything; a name may hold quoted strings, and takes
    the place of the lexicon's shorter name of its type.
    """
    kept = {one.span: one for one in _from_lexicon(text, formulas, quotes)}
    for one in sorted(
        _by_pattern(text, formulas, quotes), key=lambda one: (_PRECEDENCE.index(one.type), one.start, -one.end)
    ):
        if one.span in kept:
            continue
        is_abbreviation = one.type == "numeric_abbrev"
        if one.type in _NAMED or (is_abbreviation and one.span not in quotes.whole):
            touched = [other for other in kept.values() if one.start < other.end and other.start < one.end]
            if not all(one.type in _NAMED and _gives_way(other, one, quotes) for other in touched):
                continue
            for other in (other for other in touched if other.type == one.type):
                one = one._replace(row=kept.pop(other.span).row)
        if is_abbreviation:  # a quoted abbreviation is one: what it holds counts no set of its own
            inner = [other.span for other in kept.values() if other.type == one.type and _holds(one, other)]
            for span in inner:
                del kept[span]
        kept[one.span] = one
    return [one for one in kept.values() if one.type in _PRECEDENCE]


def _holds(one: Slogan, other: Slogan) -> bool:
    return one.start <= other.start and other.end <= one.end


def _gives_way(one: Slogan, name: Slogan, quotes: _Quotes) -> bool:
    """Tell whether `one` allows a longer `name` around it: one of its type and unquoted, or quoted and of another."""
    return _holds(name, one) and (one.type == name.type) != (one.span in quotes.whole)


@cache
def _functional_titles() -> re.Pattern[str]:
    """Return the titles that only serve (主要问题和不足, 工作打算), as one pattern."""
    table = read_table("zone_cues.csv", columns=("zone", "where", "pattern", "example", "note"))
    rows = table[(table["where"] == "heading") & table["zone"].isin(_FUNCTIONAL_ZONES)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in rows["pattern"]))


def _headlines(text: str, headings: list[Heading], items: list[Item], zones: list[Zone]) -> list[Headline]:
    """Return all titles and leads with the group of siblings each stands in."""
    found: list[Headline] = []
    path: list[Heading] = []
    for heading in headings:
        while path and path[-1].level >= heading.level:
            path.pop()
        parent = path[-1].start if path else -1
        path.append(heading)
        start = heading.end - len(heading.title)
        serves = heading.level == 1 and _functional_titles().search(heading.title) is not None
        found.append(Headline(start, heading.end, heading.title, ("heading", parent, heading.level), serves))
    problems = [zone for zone in zones if zone.zone == "problems"]
    number, first = 0, -1
    for item in items:
        previous, number = number, number_of(item.marker)
        if number <= previous or number == 1:
            first = item.start
        listed = text[item.start : item.end].rstrip()[-1] in ";；"
        problem = any(zone.start <= item.start < zone.end for zone in problems)
        found.append(Headline(item.lead_start, item.lead_end, item.lead, ("item", first), problem or listed))
    return found


def find_slogans(
    text: str, headings: list[Heading], items: list[Item], zones: list[Zone], formulas: Formulas
) -> list[Slogan]:
    """Return the slogans of a cleaned report, in order; a span has at most one content and one structural type.

    Content types (ideology, policy_name, numeric_abbrev, quoted_formula) stand anywhere, and so does bare_formula: a
    quoted formula of the lexicon that stands without quotation marks, which the guideline does not annotate.
    Structural types (four_char_pair, parallel_headline) stand only in headings and item leads. Guideline:
    tests/gold/GUIDELINES.md §7; docs/slogans.md.

    Examples
    --------
    >>> from analysis.lexicons.slogans import slogan_lexicon
    >>> text = "全面推进乡村振兴,打好“双突破”攻坚战。"
    >>> found = find_slogans(text, [], [], [], Formulas(slogan_lexicon()))
    >>> [(text[one.start : one.end], one.type) for one in found]
    [('乡村振兴', 'policy_name'), ('双突破', 'numeric_abbrev')]
    """
    found = _content(text, formulas, _Quotes(text))
    headlines = _headlines(text, headings, items, zones)
    found += [Slogan(start, end, "parallel_headline", -1) for start, end in parallel(headlines)]
    found += [
        Slogan(start, end, "four_char_pair", -1)
        for headline in headlines
        for start, end in four_character_pairs(headline, formulas.pairs, formulas.terms)
    ]
    return sorted(set(found), key=lambda one: (one.start, -one.end, one.type))


def _paragraph_around(text: str, one: Slogan) -> str:
    start = text.rfind("\n", 0, one.start) + 1
    end = text.find("\n", one.end)
    return text[start : len(text) if end < 0 else end]


def slogan_records(text: str, found: Iterable[Slogan], masks: list[Mask], formulas: Formulas) -> list[dict[str, Any]]:
    """Return the rows of the slogans table, offsets still in the cleaned text.

    What the lexicon does not hold, or holds under one of several meanings, has scope ``unlisted``. ``masked``: the
    source withheld a name in it; ``repaired``: its canonical form is known all the same. Unlisted canonicals are the
    wording without white space, with ，.
    """
    records = []
    for one in found:
        wording = text[one.start : one.end]
        plain = normalise(wording).text
        masked = any(one.start <= mask.start < one.end for mask in masks) or bool(_REDACTED.match(wording))
        known = one.row >= 0 and has_one_meaning(plain, _paragraph_around(text, one))
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
