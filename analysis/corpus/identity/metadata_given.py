"""One report's row of metadata.csv: its cells checked, its place looked up, and said in place of what was found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.corpus.identity.place_names import MASKED_NAME, in_simplified
from analysis.lexicons.gazetteer import Township, gazetteer
from analysis.schemas import CorpusError

__all__ = ["GIVEN", "say", "township_code_of", "year_of"]

GIVEN = (
    "township",
    "township_code",
    "county",
    "prefecture",
    "province",
    "year",
    "report_year",
    "plan_year",
    "genre",
)
"""The columns of metadata.csv that replace what was found in the text."""

_PLACE = ("township_code", "township", "county", "prefecture", "province")
_CODE = re.compile(r"(\d{9})(?:\d{3})?(?:\.0)?")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:年度?|\.0)?")


def year_of(cell: str, place: str, column: str) -> int:
    """Return the year of a cell such as 2023 or 2023年; `place` says where it stands."""
    if match := _YEAR.fullmatch(cell):
        return int(match.group(1))
    raise CorpusError(f"{place}: {column} is {cell!r}. Give one year, such as 2023, or leave the cell empty.")


def township_code_of(cell: str, township: str, place: str) -> str:
    """Return the 9-digit code of a cell; of a 12-digit code of the statistics bureau the village part is cut off."""
    match = _CODE.fullmatch(cell)
    if match is None or match.group(1)[:2] + "0000" not in gazetteer().upper:
        raise CorpusError(
            f"{place}: township_code is {cell!r}. Give 9 digits (or the 12 of the statistics bureau); "
            "in a spreadsheet format the column as text first."
        )
    code = match.group(1)
    unit = gazetteer().township(code)
    if unit is not None and township and in_simplified(township) not in (unit.name, _short(unit)):
        raise CorpusError(f"{place}: {code} is {unit.name}, and the row says {township}. Mend one of the two cells.")
    return code


def _short(unit: Township) -> str:
    return re.sub("办事处$", "", unit.name)


def say(found: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the row `found` of the reports table with the filled cells of `given` in place of what the text said."""
    row = dict(found)
    said = {name: value for name, value in (given or {}).items() if name in GIVEN and not pd.isna(value)}
    if any(name in said for name in _PLACE):
        row |= _place(found, said)
        words = " ".join(str(said[name]) for name in _PLACE if name in said)
        row |= {"place_grade": "given", "place_flag": "given"}
        row["place_evidence"] = _before(words, found.get("place_evidence"))
    if "year" in said:
        year = said["year"]
        row |= {"year_stated": year, "year_min": year, "year_max": year, "year_flag": "given"}
        row["year_evidence"] = _before(str(year), found.get("year_evidence"))
        for name in ("report_year", "plan_year"):
            if not pd.isna(row.get(name)) and abs(row[name] - year) > 1:
                row[name] = pd.NA
    for name in ("report_year", "plan_year"):
        row[name] = said.get(name, row.get(name))
    if "genre" in said:
        row |= {"genre": said["genre"], "genre_evidence": _before(said["genre"], found.get("genre_evidence"))}
    return row


def _before(words: str, evidence: Any) -> str:
    return f"metadata.csv: {words}" + ("" if pd.isna(evidence) else f"; found: {evidence}")


def _place(found: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of the place: as given, and filled up from the table if the given leaves one unit."""
    township = said.get("township", None if pd.isna(found["township"]) else found["township"])
    code = said.get("township_code")
    unit = gazetteer().township(code) if code else _only_unit(township, said, found)
    if unit is not None:
        township = said.get("township", unit.name)
    row: dict[str, Any] = {
        "township": township,
        "township_masked": None if township is None else MASKED_NAME.search(township) is not None,
        "township_code": code or (unit.code if unit else None),
    }
    above = unit or _county(said, code)
    row |= {name: getattr(above, name, None) for name in ("county", "county_code", "prefecture", "province")}
    if above is None and "province" not in said and not pd.isna(found["province"]) and "county" not in said:
        row["province"] = found["province"]
    return row | {name: said[name] for name in ("county", "prefecture", "province") if name in said}


def _only_unit(township: str | None, said: Mapping[str, str], found: Mapping[str, Any]) -> Township | None:
    """Return the one unit of the table that bears the name and lies in what is given above it."""
    if township is None or MASKED_NAME.search(township):
        return None
    name = in_simplified(township).removesuffix("办事处")
    units = [unit for unit in gazetteer().townships(name) if _lies_in(unit, said)]
    if len(units) > 1 and "county" not in said and not pd.isna(found["township_code"]):
        units = [unit for unit in units if unit.code == found["township_code"]]  # what the text had settled
    return units[0] if len(units) == 1 else None


def _lies_in(unit: Township, said: Mapping[str, str]) -> bool:
    table, code = gazetteer(), unit.county_code or unit.code[:4] + "00"
    for level, names, digits in (
        ("county", table.counties if unit.county_code else table.prefectures, 6),
        ("prefecture", table.prefectures, 4),
        ("province", table.provinces, 2),
    ):
        if level in said:
            codes = {one[:digits] for one in names.get(in_simplified(said[level]), ())}
            if code[:digits] not in codes:
                return False
    return True


def _county(said: Mapping[str, str], code: str | None) -> Township | None:
    """Return the county that is given by name, or by the code of a township that the table lacks, if it is one."""
    table = gazetteer()
    codes = [code[:6]] if code else list(table.counties.get(in_simplified(said.get("county", "")), ()))
    units = [
        Township("", "", table.upper[one], one, table.upper.get(one[:4] + "00"), table.upper[one[:2] + "0000"])
        for one in codes
        if one in table.upper and not one.endswith("00")
    ]
    units = [unit for unit in units if _lies_in(unit, {key: said[key] for key in said if key != "county"})]
    return units[0] if len(units) == 1 else None
