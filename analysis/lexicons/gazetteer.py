"""The official table of provinces, prefectures, counties and townships, loaded when a name is first looked up.

The table is the one of the Ministry of Civil Affairs as of 2025-12-31 (``divisions_source.csv``): names of today. A
township that was merged or renamed before, and a unit that is statistical only (development zone, farm), is not in it.
"""

from __future__ import annotations

import gzip
import re
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from analysis.lexicons.tables import read_table

__all__ = ["Gazetteer", "Township", "gazetteer", "without_groups"]

_FOLDER = Path(__file__).parent


class Township(NamedTuple):
    """One township and what it belongs to; None where there is no unit of that level (Beijing has no prefectures)."""

    code: str
    name: str
    county: str | None
    county_code: str | None
    prefecture: str | None
    province: str


class Gazetteer:
    """Units by code and by name.

    Attributes
    ----------
    upper : dict of str to str
        Name by 6-digit code: provinces, prefectures, counties.
    codes : dict of str to tuple of str
        9-digit codes by name of the township.
    """

    def __init__(self, text: str) -> None:
        self.upper: dict[str, str] = {}
        codes: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        for line in text.splitlines()[1:]:
            code, name = line.split(",")
            if len(code) == 6:
                self.upper[code] = name
            else:
                self._names[code] = name
                codes.setdefault(name, []).append(code)
        self.codes = {name: tuple(found) for name, found in codes.items()}

    def township(self, code: str) -> Township | None:
        """Return the township of a 9-digit `code`, None if the table lacks it."""
        name = self._names.get(code)
        if name is None:
            return None
        county_code, prefecture = code[:6], self.upper.get(code[:4] + "00")
        county = None if county_code.endswith("00") else self.upper[county_code]
        return Township(
            code,
            name,
            county,
            None if county is None else county_code,
            None if code[2:4] == "00" else prefecture,
            self.upper[code[:2] + "0000"],
        )

    def townships(self, name: str) -> list[Township]:
        """Return the townships called `name`; if there is none, those that an ethnic township's short name means.

        Examples
        --------
        >>> [unit.code for unit in gazetteer().townships("嵩市镇")], len(gazetteer().townships("城关镇"))
        (['361028103'], 82)
        """
        found = self.codes.get(name) or self._short_townships.get(name, ())
        return [unit for code in found if (unit := self.township(code))]

    @cached_property
    def _short_townships(self) -> dict[str, tuple[str, ...]]:
        short: dict[str, list[str]] = {}
        for name, codes in self.codes.items():
            if (bare := without_groups(name)) != name and bare not in self.codes:
                short.setdefault(bare, []).extend(codes)
        return {name: tuple(codes) for name, codes in short.items()}

    @cached_property
    def counties(self) -> dict[str, tuple[str, ...]]:
        """6-digit codes by name of the county; an autonomous county also by its short name (融水县)."""
        return self._by_name(lambda code: code[4:] != "00")

    @cached_property
    def prefectures(self) -> dict[str, tuple[str, ...]]:
        """6-digit codes by name of the prefecture; an autonomous one also by its short name (恩施州)."""
        return self._by_name(lambda code: code[4:] == "00" and code[2:] != "0000")

    @cached_property
    def provinces(self) -> dict[str, tuple[str, ...]]:
        """6-digit codes by name and short name (江西) of the province, those without a table of townships included."""
        table = read_table("provinces.csv", columns=("code", "name", "short", "source"))
        rows = zip(table["code"], table["name"], table["short"], strict=True)
        return {form: (f"{code}0000",) for code, *forms in rows for form in forms}

    def _by_name(self, wanted) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for code, name in self.upper.items():
            if wanted(code):
                for form in {name, without_groups(name)}:
                    found.setdefault(form, []).append(code)
        return {name: tuple(codes) for name, codes in sorted(found.items())}


@cache
def gazetteer() -> Gazetteer:
    """Return the table of the package."""
    return Gazetteer(gzip.decompress((_FOLDER / "divisions.csv.gz").read_bytes()).decode("utf-8"))


@cache
def _groups() -> re.Pattern[str]:
    names = sorted(
        read_table("ethnic_groups.csv", columns=("name", "source"))["name"], key=lambda name: (-len(name), name)
    )
    return re.compile(rf"(?<=[^族])(?:{'|'.join(names)}|民族)+(?:自治)?(?=[县旗州乡镇]$|苏木$)")


def without_groups(name: str) -> str:
    """Return the `name` of an ethnic unit without the peoples it names.

    Examples
    --------
    >>> without_groups("融水苗族自治县"), without_groups("新店彝族乡"), without_groups("东乡族自治县")
    ('融水县', '新店乡', '东乡族自治县')
    """
    bare = _groups().sub("", name)
    return bare if len(bare) > 2 else name
