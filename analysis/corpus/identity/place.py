"""Where a report comes from: its township as written, and the official unit where the evidence leaves only one.

The text's own names come first (title, speaker, meeting, signature), the county that the text states or names second,
the file's name last. A masked name stays a mask, and what stands above it is not looked up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from analysis.corpus.identity.file_name import FileName
from analysis.corpus.identity.genre import Parts
from analysis.corpus.identity.place_clues import (
    Clue,
    Words,
    above_names,
    before_township,
    mentions,
    names_county_of,
    province_named,
    superior_is_masked,
    superiors,
)
from analysis.corpus.identity.place_names import MASKED_NAME, Name, names_in
from analysis.lexicons.gazetteer import Township, gazetteer

__all__ = ["FLAGS", "find_place"]

FLAGS = {
    "resolved": "one unit fits, and its county is named",
    "county_not_stated": "one unit fits, but nothing names its county",
    "ambiguous": "several units bear the name",
    "masked": "the text masks the township or a unit above it",
    "not_in_table": "the table of today holds no such township, or no such county",
    "conflict": "the county, prefecture or province that is stated has no township of that name",
    "file_conflict": "the file's name says another place than the text, which is followed",
    "absent": "no name is visible",
    "given": "stated in metadata.csv",
}
"""Every value of ``place_flag``."""

_MASKED = re.compile(r"(?<![xX×*＊=○□])(?:[xX×*＊=○□]{1,12}|某{1,2})(?:乡镇(?:[（(]街道[）)])?|镇|乡|街道)")
_HEAD, _TAIL = 1500, 300
_COUNTY = ("county", "county_code", "prefecture", "province")


def find_place(
    text: str,
    parts: Parts,
    file: FileName,
    masked_places: bool,
    written: str | None = None,
    to_raw: Callable[[int, int], tuple[int, int]] | None = None,
) -> dict[str, str | int | bool | None]:
    """Return the columns of the reports table that concern the place.

    Parameters
    ----------
    text : str
        Cleaned text, in simplified characters.
    parts : Parts
        Of `text`.
    file : FileName
        What the file's name says.
    masked_places : bool
        Whether the text masks any place; then the file's name does not fill in what the text leaves out.
    written : str, optional
        `text` as it is written, where it is in traditional characters: names are given in these.
    to_raw : callable, optional
        Turns a span of the cleaned text into one of the raw text, for the evidence.
    """
    names = _own_names(text, parts)
    masks = Counter(match.group() for match in _MASKED.finditer(text))
    province, stated = province_named(text, names)
    row = _Row(text if written is None else written, to_raw, province)
    own = next((name for name in names if not name.masked), None)
    hidden = any(name.masked or name.masked_upper for name in names)
    if hidden or (own is None and masks) or (own is not None and superior_is_masked(text)):
        return row("masked", _mask_words(text, names, masks))
    if own is None and file.township and not masked_places:
        own = Name(file.township, (), False, "file name", 0, 0)
    if own is None:
        if masked_places:
            return row("masked" if file.township else "absent", None)
        clues = superiors(text) or _of_file(file)
        return row("absent", None, clues=[clue for clue in clues if clue.level == "county"], above=clues)
    return _resolve(text, own, names, file, province if stated else None, row)


def _own_names(text: str, parts: Parts) -> list[Name]:
    title_at = parts.title_at or 0
    above_at = max(0, title_at - _TAIL)
    found = list(names_in(parts.title, "title", title_at))
    found += names_in(text[above_at:title_at], "above", above_at)
    found += names_in(parts.body[:_HEAD], "head", parts.body_at)
    tail_at = max(parts.body_at, len(text) - _TAIL)
    return found + list(names_in(text[tail_at:], "tail", tail_at))


def _mask_words(text: str, names: list[Name], masks: Counter[str]) -> Words:
    """Return the name that a report with a masked place gives itself, else the mask that it uses most often."""
    name = next((name for name in names if name.masked), names[0] if names else None)
    if name is not None:
        return _own_words(name)
    common = min(masks, key=lambda one: (-masks[one], one))
    return Words("most frequent mask", common, at := text.index(common), at + len(common))


def _own_words(name: Name) -> Words:
    if name.source == "file name":
        return Words("file name", name.township)
    return Words(name.source, name.township, name.end - len(name.township), name.end)


def _of_file(file: FileName) -> list[Clue]:
    return [Clue(level, name, Words("file name", name)) for level, name in file.upper]


class _Row:
    """Writes the row of one report; `province` is what the text names, where nothing better is known."""

    def __init__(self, text: str, to_raw: Callable[[int, int], tuple[int, int]] | None, province: Clue | None) -> None:
        self._text = text
        self._to_raw = to_raw or (lambda start, end: (start, end))
        self._province = province

    def __call__(
        self,
        flag: str,
        own: Words | None,
        *,
        grade: str | None = None,
        unit: Township | None = None,
        candidates: int | None = None,
        clues: Iterable[Clue] = (),
        above: Iterable[Clue] = (),
        against: Words | None = None,
    ) -> dict[str, str | int | bool | None]:
        """Return the row; without `unit`, `clues` give the county if they name only one."""
        clues = list(clues)
        found = unit or (_county_alone(clues, list(above)) if flag in ("not_in_table", "absent") else None)
        if found is None and self._province is not None:
            clues.append(self._province)
        shown = [words for words in (own, *(clue.words for clue in clues), against) if words is not None]
        township = None if own is None else own.text if own.start is None else self._text[own.start : own.end]
        return {
            "township": township,
            "township_masked": None if township is None else MASKED_NAME.search(township) is not None,
            "township_code": unit.code if unit else None,
            **{key: getattr(found, key, None) or None for key in _COUNTY},
            "province": found.province if found and found.province else self._province and self._province.name,
            "place_grade": grade,
            "place_flag": flag,
            "n_candidates": candidates,
            "place_evidence": "; ".join(dict.fromkeys(map(self._shown, shown))) or None,
        }

    def _shown(self, words: Words) -> str:
        if words.start is None or words.end is None:
            return f"{words.source}: {words.text}"
        start, end = self._to_raw(words.start, words.end)
        return f"{words.source}: {self._text[words.start : words.end]} [{start}:{end}]"


def _resolve(text: str, own: Name, names: list[Name], file: FileName, province: Clue | None, row: _Row) -> dict:
    """Return the row of an open name: the one unit that fits what the text, then the file's name, says above it."""
    candidates = gazetteer().townships(own.township)
    stated = above_names([name for name in names if name.township == own.township])
    over = superiors(text)
    firm = [
        clue for clue in [*stated, *before_township(text, own.township, candidates)] if _is_county(clue, candidates)
    ]
    counties = firm or [clue for clue in over if _is_county(clue, candidates)]
    above = [clue for clue in [*stated, *over] if clue.level == "prefecture"]
    above += [province] if province else [clue for clue in stated if clue.level == "province"]
    of_file = _of_file(file)
    file_counties = [clue for clue in of_file if clue.level in ("county", "unknown")]
    known = {"own": _own_words(own), "candidates": len(candidates)}

    def fitting(clues: list[Clue]) -> list[Township]:
        fits = [unit for unit in candidates if any(names_county_of(clue, unit) for clue in clues)]
        return _within(_within(fits, above, keep=True), of_file, keep=True)

    def settled(flag: str, grade: str, unit: Township, clues: list[Clue]) -> dict:
        against = None
        if own.source != "file name" and _speaks_against(file, own, unit):
            flag, against = "file_conflict", Words("file name", file.words)
        return row(flag, **known, grade=grade, unit=unit, clues=clues, against=against)

    def telling(clues: list[Clue], unit: Township) -> list[Clue]:
        return [clue for clue in clues if names_county_of(clue, unit)][:1]

    if not candidates:
        return row("not_in_table", **known, clues=_first_of_each(counties or file_counties), above=[*above, *of_file])
    near = mentions(text, candidates)
    fits, nearby = fitting(counties), fitting(near)
    if len(fits) == 1:
        return settled("resolved", "A", fits[0], telling(counties, fits[0]))
    if len(fits) > 1:
        return row("ambiguous", **known, clues=_first_of_each(counties))
    if len(nearby) == 1 and not firm:
        grade = "A" if len(candidates) == 1 and not counties else "B"
        return settled("resolved", grade, nearby[0], telling(near, nearby[0]))
    if counties:
        unlisted = all(clue.level == "unknown" for clue in counties)
        return row("not_in_table" if unlisted else "conflict", **known, clues=_first_of_each(counties), above=above)
    if file_counties:
        fits = fitting(file_counties)
        if len(fits) == 1:
            return settled("resolved", "B", fits[0], telling(file_counties, fits[0]))
        return row("ambiguous" if fits else "conflict", **known, clues=_first_of_each(file_counties))
    fits = _within(nearby or candidates, above)
    fits = _within(fits, of_file) if len(fits) != 1 else fits
    clues = _first_of_each([*above, *of_file]) if len(fits) < len(candidates) else []
    if len(fits) == 1:
        return settled("county_not_stated", "B", fits[0], clues)
    return row("ambiguous" if fits else "conflict", **known, clues=clues)


def _is_county(clue: Clue, candidates: list[Township]) -> bool:
    """Whether `clue` names a county, or a prefecture that has townships of its own among `candidates`."""
    if clue.level in ("county", "unknown"):
        return True
    return any(unit.county_code is None and names_county_of(clue, unit) for unit in candidates)


def _first_of_each(clues: list[Clue]) -> list[Clue]:
    return list({clue.name: clue for clue in reversed(clues)}.values())[::-1][:3]


def _within(units: list[Township], clues: list[Clue], *, keep: bool = False) -> list[Township]:
    """Return those of `units` in the prefectures and provinces of `clues`; with `keep` all, if none would be left."""
    table = gazetteer()
    for level, names, digits in (("province", table.provinces, 2), ("prefecture", table.prefectures, 4)):
        codes = {code[:digits] for clue in clues if clue.level == level for code in names.get(clue.name, ())}
        inside = [unit for unit in units if unit.code[:digits] in codes] if codes else units
        units = units if keep and not inside else inside
    return units


def _county_alone(clues: list[Clue], above: list[Clue]) -> Township | None:
    """Return the county that `clues` name, if it is one: with its code if only one of the table bears the name."""
    named = {clue.name for clue in clues if clue.level in ("county", "unknown")}
    if len(named) != 1:
        return None
    name, table = named.pop(), gazetteer()
    units = [Township(code, "", None, code, None, "") for code in table.counties.get(name, ())]
    units = _within(units, above)
    if len(units) != 1:
        return Township("", "", name, None, None, "")
    code = units[0].code
    prefecture = None if code[2:4] == "00" else table.upper.get(code[:4] + "00")
    return Township("", "", table.upper[code], code, prefecture, table.upper[code[:2] + "0000"])


def _speaks_against(file: FileName, own: Name, unit: Township) -> bool:
    """Whether the file's name gives another township, or another county than that of `unit`."""
    counties = [clue for clue in _of_file(file) if clue.level in ("county", "unknown")]
    other = file.township is not None and file.township != own.township
    return other or (bool(counties) and not any(names_county_of(clue, unit) for clue in counties))
