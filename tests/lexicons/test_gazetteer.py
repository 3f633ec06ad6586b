"""The table of divisions: what it holds, that it is the one it names as its source, and how names are looked up."""

import csv
import gzip
import hashlib
from collections import Counter
from pathlib import Path

import pytest

import analysis.lexicons
from analysis.lexicons.gazetteer import Township, gazetteer, without_groups
from analysis.lexicons.tables import read_table
from tools.make_divisions import compressed, divisions

FOLDER = Path(analysis.lexicons.__path__[0])
SOURCE = read_table("divisions_source.csv", columns=("key", "value"), unique=("key",)).set_index("key")["value"]


def units():
    with gzip.open(FOLDER / "divisions.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_table_has_the_counts_and_hashes_that_its_source_states():
    codes = [unit["code"] for unit in units()]
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes, key=lambda code: (len(code), code))
    levels = Counter(
        "townships" if len(code) == 9 else "provinces" if code.endswith("0000") else "upper" for code in codes
    )
    assert levels == {"townships": 38_723, "provinces": 33, "upper": 2_845 + 333}
    assert [int(SOURCE[key]) for key in ("provinces", "prefectures", "counties", "townships")] == [33, 333, 2845, 38723]
    counties = [code for code in codes if len(code) == 6 and not code.endswith("00")]
    assert len(counties) == 2_845
    text = gzip.decompress((FOLDER / "divisions.csv.gz").read_bytes())
    assert hashlib.sha256(text).hexdigest() == SOURCE["table_sha256"]


def test_the_source_and_the_licence_are_stated():
    assert SOURCE["data_as_of"] == "2025-12-31"
    assert SOURCE["divisions_json_sha256"] == "a64deeac7fe6f21dfbf5b904d8c8bb8d4322a34530b0480cf0dbf0486fa83364"
    licence = (FOLDER / "divisions_LICENSE.txt").read_text(encoding="utf-8")
    assert licence.startswith("MIT License")
    assert "Permission is hereby granted, free of charge" in licence


def test_every_unit_lies_in_one_above():
    upper = gazetteer().upper
    for unit in units():
        code = unit["code"]
        above = code[:6] if len(code) == 9 else code[:2] + "0000"
        assert above in upper
    assert all("," not in unit["name"] and unit["name"] == unit["name"].strip() for unit in units())


def test_the_table_is_made_in_the_same_bytes_each_time():
    document = {"divisions": [[4, "361028103", "361028", "嵩市镇"], [3, "361028", "361000", "资溪县"]]}
    text = divisions(document)
    assert text == "code,name\n361028,资溪县\n361028103,嵩市镇\n"
    assert compressed(text) == compressed(text)
    assert gzip.decompress(compressed(text)).decode() == text
    assert compressed(text)[3:8] == bytes(5)  # no file name, no time


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("361028103", Township("361028103", "嵩市镇", "资溪县", "361028", "抚州市", "江西省")),
        ("110114011", Township("110114011", "回龙观街道", "昌平区", "110114", None, "北京市")),
        ("441900121", Township("441900121", "虎门镇", None, None, "东莞市", "广东省")),
        ("999999999", None),
    ],
)
def test_a_township_by_its_code(code, unit):
    assert gazetteer().township(code) == unit


def test_names_of_one_township_and_of_many():
    table = gazetteer()
    assert [unit.code for unit in table.townships("嵩市镇")] == ["361028103"]
    assert len(table.townships("城关镇")) == 82
    assert table.townships("栖禾镇") == []
    assert [unit.name for unit in table.townships("青街乡")] == ["青街畲族乡"]
    assert {unit.name for unit in table.townships("太平镇")} == {"太平镇"}


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("融水苗族自治县", "融水县"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江县"),
        ("恩施土家族苗族自治州", "恩施州"),
        ("巴里坤哈萨克自治县", "巴里坤县"),
        ("青街畲族乡", "青街乡"),
        ("东乡族自治县", "东乡族自治县"),
        ("族兴镇", "族兴镇"),
        ("嵩市镇", "嵩市镇"),
    ],
)
def test_ethnic_units_have_short_names(name, bare):
    assert without_groups(name) == bare


def test_counties_and_prefectures_by_full_and_short_name():
    table = gazetteer()
    assert table.counties["融水苗族自治县"] == table.counties["融水县"] == ("450225",)
    assert len(table.counties["鼓楼区"]) == 4
    assert table.prefectures["恩施州"] == ("422800",)
    assert table.provinces["江西"] == table.provinces["江西省"] == ("360000",)


def test_the_lists_of_peoples_and_provinces_are_sound():
    peoples = read_table("ethnic_groups.csv", columns=("name", "source"), required=("name", "source"), unique=("name",))
    assert (peoples["source"] == "GB/T 3304-1991").sum() == 55
    provinces = read_table(
        "provinces.csv",
        columns=("code", "name", "short", "source"),
        required=("code", "name", "short"),
        unique=("code",),
    )
    assert len(provinces) == 34
    assert provinces["code"].is_monotonic_increasing
    assert all(row.name.startswith(row.short) for row in provinces.itertuples(index=False))
