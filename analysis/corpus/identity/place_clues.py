"""Clues for the county, prefecture and province of a township: what a text states of them and what it merely names."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import NamedTuple

from analysis.corpus.identity.place_names import Name, cues, unit_before
from analysis.lexicons.gazetteer import Township, gazetteer
from analysis.lexicons.tables import read_table

__all__ = [
    "Clue",
    "Words",
    "above_names",
    "before_township",
    "mentions",
    "names_county_of",
    "province_named",
    "superior_is_masked",
    "superiors",
]

_AUTHORITY = r"(?:党?委|工委|人民政府|政府|人大|人民代表大会)"
_SUPERIOR = re.compile(rf"(?<=[省市县区旗州盟])[县区市旗州]?{_AUTHORITY}")
_MASKED_SUPERIOR = re.compile(
    rf"(?<![xX×*＊=○□A-Za-z])(?:[xX×*＊=○□]{{1,12}}|[A-Z]|某{{1,2}})(?:省|市|州|县|区|旗)(?={_AUTHORITY})"
)
_WITHIN = re.compile("[域级]")
_OTHERS = re.compile(r"(?:[\u4e00-\u9fff]{2,3}(?:省|市|自治区|州))$")
_MOST = 2000  # clues looked at in one text: enough for a book, and a bound for a hostile file


class Words(NamedTuple):
    """Words that speak for a place, ``[start, end)`` in the cleaned text; None for words of the file's name."""

    source: str
    text: str
    start: int | None = None
    end: int | None = None


class Clue(NamedTuple):
    """A unit above the township: level (province, prefecture, county, unknown), name, and the words that name it."""

    level: str
    name: str
    words: Words


def names_county_of(clue: Clue, unit: Township) -> bool:
    """Whether `clue` names the county of `unit`, or its prefecture where there is no county between."""
    table = gazetteer()
    if unit.county_code is None:
        return unit.code[:4] + "00" in table.prefectures.get(clue.name, ())
    return clue.level == "county" and unit.county_code in table.counties.get(clue.name, ())


def above_names(names: list[Name]) -> list[Clue]:
    """Return the units that stand before the township where the report names itself."""
    return [
        Clue(level, unit, Words(name.source, unit, name.start, name.end))
        for name in names
        for level, unit in name.upper
    ]


def superiors(text: str) -> list[Clue]:
    """Return the counties and prefectures whose committee or government `text` names, its visits left out.

    Examples
    --------
    >>> [(clue.level, clue.name) for clue in superiors("在资溪县委、县政府的领导下,赴长沙县委学习")]
    [('county', '资溪县')]
    """
    table, found = gazetteer(), []
    levels = (("county", table.counties), ("prefecture", table.prefectures))
    for match in islice(_SUPERIOR.finditer(text), _MOST):
        for level, names in levels:
            name = unit_before(text, match.start(), names)
            if name is None:
                continue
            start = match.start() - len(name)
            in_full = match.group()[0] in "县区市旗州" or match.group().startswith("人民")
            # 新县委 is a new committee, 新县县委 and 新县人民政府 are those of a county called 新县
            if (len(name) > 2 or in_full) and not _is_elsewhere(text, start):
                found.append(Clue(level, name, Words("body", text[start : match.end()], start, match.end())))
            break
    return found


def superior_is_masked(text: str) -> bool:
    """Whether the text masks the unit that the report answers to (xx县委), so that it must stay unknown."""
    return any(not _is_elsewhere(text, match.start()) for match in _MASKED_SUPERIOR.finditer(text))


def before_township(text: str, township: str, candidates: list[Township]) -> list[Clue]:
    """Return the counties and prefectures of `candidates` that stand directly before the township's name in `text`."""
    table, found = gazetteer(), []
    levels = (("county", table.counties), ("prefecture", table.prefectures))
    wanted = {code for unit in candidates for code in (unit.county_code, unit.code[:4] + "00") if code}
    at = text.find(township)
    for _ in range(_MOST):
        if at < 0:
            break
        for level, names in levels:
            name = unit_before(text, at, names)
            if name is not None and wanted.intersection(names[name]) and not _is_elsewhere(text, at - len(name)):
                start, end = at - len(name), at + len(township)
                found.append(Clue(level, name, Words("body", text[start:end], start, end)))
        at = text.find(township, at + 1)
    return found


def mentions(text: str, candidates: list[Township]) -> list[Clue]:
    """Return the counties of `candidates` that `text` names at all, by first place.

    Visits and neighbours are left out where there are several candidates: of one, each mention of its county counts.
    Names of two characters (新县) and those that are also common words (新城区) are no evidence.
    """
    table, found = gazetteer(), []
    several = len(candidates) > 1
    wanted = {unit.county_code or unit.code[:4] + "00" for unit in candidates}
    for level, names in (("county", table.counties), ("prefecture", table.prefectures)):
        for name, codes in names.items():
            if len(name) > 2 and wanted.intersection(codes) and not cues("common")[0].search(name):
                clue = _first_mention(text, level, name, names, several)
                found += [clue] if clue else []
    return sorted(found, key=lambda clue: (clue.words.start, clue.name))


def _first_mention(text: str, level: str, name: str, names: dict[str, tuple[str, ...]], own: bool) -> Clue | None:
    at = text.find(name)
    for _ in range(_MOST):
        if at < 0:
            return None
        end = at + len(name)
        elsewhere = (own and _is_elsewhere(text, at)) or _WITHIN.match(text, end)
        if not elsewhere and unit_before(text, end, names) == name:
            return Clue(level, name, Words("body", name, at, end))
        at = text.find(name, end)
    return None


def _is_elsewhere(text: str, at: int) -> bool:
    """Whether what begins at `at` is another's place: visited, near, or where a firm comes from."""
    before = text[max(0, at - 16) : at]
    return any(cues("visit")[0].search(one) for one in (before, _OTHERS.sub("", before)))


@cache
def _province_forms() -> re.Pattern[str]:
    names = read_table("provinces.csv", columns=("code", "name", "short", "source"))["name"]
    return re.compile("|".join(names))


def province_named(text: str, names: list[Name]) -> tuple[Clue | None, bool]:
    """Return the province that the text names, and whether it states it as its own.

    It is stated above the township's name or as superior (江西省委); else it is the only one that is named at all.
    """
    table = gazetteer()
    for clue in above_names(names):
        if clue.level == "province":
            code = table.provinces[clue.name][0]
            return clue._replace(name=table.upper.get(code, clue.name)), True
    loose = []
    for match in islice(_province_forms().finditer(text), _MOST):
        clue = Clue("province", match.group(), Words("body", match.group(), *match.span()))
        if _is_elsewhere(text, match.start()):
            continue
        if re.match(_AUTHORITY, text[match.end() : match.end() + 6]):
            return clue, True
        loose.append(clue)
    return (loose[0] if len({clue.name for clue in loose}) == 1 else None), False
