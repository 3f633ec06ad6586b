"""What only headlines do: four-character pairs and headlines that run parallel to their neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from analysis.annotate.quotes import find_quoted
from analysis.annotate.segmentation import parts_of_speech
from analysis.lexicons.tables import read_table

__all__ = ["Headline", "four_character_pairs", "parallel"]

_NOT_HAN = re.compile("[^\u4e00-\u9fff〇]")
_CLAUSE = re.compile("[^,，;；:：—]+")
_FOUR = re.compile("[\u4e00-\u9fff]{4}")
_STEADY = re.compile("稳中(?:有进|求进|向好|提质)")
_RESULTS = frozenset("化大好强实牢稳优美净亮高")
_NOMINAL = frozenset("njstrpm")  # first letters of jieba's tags: nouns, places, times, pronouns, prepositions, numerals
_LABEL = re.compile(".*(?:工作|情况|方面|建设|管理)")
_ADVERBS = re.compile(
    "不断|加快|积极|全面|持续|扎实|大力|切实|着力|进一步|深入|全力|更加|努力|稳步|继续|坚决|有效|纵深|高效|精准|统筹|始终|"
    "牢牢|奋力|加力|有序|深度|主动|严格|认真|强力|高位|倾力|倾情|用心|用情|尽力|科学"
)


class Headline(NamedTuple):
    """A heading's title or an item's lead, ``[start, end)`` in the cleaned text.

    `group` names the headings or the list it stands in; `plain` marks one that only serves (主要问题和不足) or lists.
    """

    start: int
    end: int
    text: str
    group: tuple
    plain: bool


@cache
def _halves(role: str) -> frozenset[str]:
    table = read_table("four_character_halves.csv", columns=("role", "text"))
    return frozenset(table.loc[table["role"] == role, "text"])


def _quoted_places(text: str) -> set[int]:
    return {place for quoted in find_quoted(text) for place in range(quoted.start, quoted.end)}


def _is_pair(four: str) -> bool:
    """Tell whether four characters are two coordinate halves: verb and object twice, a frame twice, two like words."""
    first, second, third, fourth = four
    if four[:2] == four[2:]:
        return False
    if first == third:
        return first in _halves("frame")
    verbs, objects, halves = _halves("verb"), _halves("object"), _halves("half")
    twice = first in verbs and third in verbs and second in objects and fourth in objects
    return twice or (four[:2] in halves and four[2:] in halves)


def four_character_pairs(headline: Headline, known: frozenset[str], terms: frozenset[str]) -> list[tuple[int, int]]:
    """Return the spans of the four-character pairs of one headline.

    A couplet of two neighbouring four-character clauses is one span; else each four characters of coordinate halves:
    a known pair (`known`), verb and object twice (提质增效), a frame filled twice (稳打稳扎), 稳中有进 and its kin.
    Four characters found by structure must be a beat of their clause: they begin it, or stand a multiple of four from
    its end. Those in quotation marks and those that are `terms` of administration are none. Guideline:
    tests/gold/GUIDELINES.md §7.5.

    Examples
    --------
    >>> headline = Headline(0, 12, "推动工业提质增效,守正创新", ("item", 0), False)
    >>> [headline.text[start:end] for start, end in four_character_pairs(headline, frozenset(), frozenset())]
    ['提质增效', '守正创新']
    """
    clauses = [match.span() for match in _CLAUSE.finditer(headline.text)]
    for (first, end), (begin, last) in pairwise(clauses):
        halves = headline.text[first:end].strip(), headline.text[begin:last].strip()
        if all(len(half) == 4 and _FOUR.fullmatch(half) for half in halves) and begin - end == 1:
            return [(headline.start + first, headline.start + last)]
    quoted = _quoted_places(headline.text)
    found: list[tuple[int, int]] = []
    for first, last in clauses:
        # the beat is counted from the clause's end, then from its beginning; known pairs stand anywhere
        places = [*range(last - 4, first - 1, -4), first, *range(first, last - 3)]
        for rank, place in enumerate(places):
            four = headline.text[place : place + 4]
            if place + 4 > last or not _FOUR.fullmatch(four) or quoted & set(range(place, place + 4)):
                continue
            beats = (last - first) // 4
            # at the beginning 强化, 壮大, 抓好 and their like are one verb with its result, no half of a pair
            on_beat = rank < beats or (rank == beats and four[1:2] not in _RESULTS)
            fits = four in known or _STEADY.fullmatch(four) or (on_beat and _is_pair(four))
            span = (headline.start + place, headline.start + place + 4)
            if fits and four not in terms and all(span[1] <= a or b <= span[0] for a, b in found):
                found.append(span)
    return sorted(found)


def _clauses(text: str) -> list[str]:
    return [han for clause in _CLAUSE.findall(text) if (han := _NOT_HAN.sub("", clause))]


@cache
def _build(clause: str) -> str:
    """Return VO for verb and object, SP for subject and predicate; a leading adverb does not count."""
    adverb = _ADVERBS.match(clause)
    core = clause[adverb.end() :] if adverb else clause
    tags = parts_of_speech(core or clause)
    predicate = len(tags) > 1 and (tags[-1][1] in ("i", "l", "z", "a") or tags[-2][1] in ("d", "ad", "vd"))
    return "VO" if tags[0][1].startswith("v") and not predicate else "SP"


def _is_label(headline: Headline) -> bool:
    """Tell whether a headline only names a topic (粮食生产, 农业农村工作): no verb and object, nothing predicated."""
    clauses = _clauses(headline.text)
    if len(clauses) != 1:
        return False
    names_first = parts_of_speech(clauses[0])[0][1][:1] in _NOMINAL
    return _build(clauses[0]) == "SP" and names_first and (len(clauses[0]) <= 4 or bool(_LABEL.fullmatch(clauses[0])))


def _is_couplet(headline: Headline) -> bool:
    clauses = [clause.strip() for clause in re.split("[,，]", headline.text)]
    return len(clauses) == 2 and all(_FOUR.fullmatch(clause) for clause in clauses)


def _frame(one: str, other: str) -> bool:
    """Tell whether two headlines share a fixed frame: two characters or more at their beginning or end."""
    one, other = _NOT_HAN.sub("", one), _NOT_HAN.sub("", other)
    return one != other and (one[:2] == other[:2] or one[-3:] == other[-3:])


def _is_no_figure(headline: Headline) -> bool:
    return headline.plain or _is_label(headline) or _is_couplet(headline)


def _matches(one: Headline, other: Headline) -> bool:
    if _is_no_figure(one) or _is_no_figure(other):
        return False
    mine, its = _clauses(one.text), _clauses(other.text)
    if len(mine) != len(its) or not mine:
        return False
    if _frame(one.text, other.text):
        return True
    apart = [abs(len(a) - len(b)) for a, b in zip(mine, its, strict=True)]
    if max(apart) > 2:
        return False
    return max(apart) == 0 or all(_build(a) == _build(b) for a, b in zip(mine, its, strict=True))


def parallel(headlines: Sequence[Headline]) -> list[tuple[int, int]]:
    """Return the spans of the headlines that run parallel to the one before or behind them in their group.

    Two match that share a fixed frame, or whose clauses agree in number, in length within two characters and in build
    (verb and object, or subject and predicate). A couplet of four-character clauses is a pair and no parallel
    headline. Guideline: tests/gold/GUIDELINES.md §7.6.

    Examples
    --------
    >>> texts = ["严守安全“生命线”", "严守生态“高压线”", "存在的问题"]
    >>> headlines = [Headline(at, at + len(text), text, ("heading", -1, 1), False) for at, text in enumerate(texts)]
    >>> parallel(headlines)
    [(0, 9), (1, 10)]
    """
    groups: dict[tuple, list[Headline]] = {}
    for headline in headlines:
        groups.setdefault(headline.group, []).append(headline)
    found = set()
    for members in groups.values():
        for one, other in pairwise(members):
            if _matches(one, other):
                found |= {(one.start, one.end), (other.start, other.end)}
    return sorted(found)
