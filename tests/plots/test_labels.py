import csv
import re
import string
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.corpus.identity.genre import GENRES
from analysis.export_page import WORDS
from analysis.gallery import GALLERY
from analysis.lexicons.themes import themes
from analysis.measures.slogans.incidence import UNITS
from analysis.plots.labels import coverage_label, genre_label, label, report_labels, year_label
from analysis.plots.slogans import SCOPE_ORDER, TYPE_ORDER
from analysis.schemas import LexiconError

ANALYSIS = Path(analysis.__file__).parent
BUILT_IN_CODE = {  # keys that code puts together from data
    *(f"caption_{name}" for name in GALLERY),
    *(f"drawn_{name}" for name in ("report", "sentence")),
    *(f"completeness_{name}" for name in ("full", "truncated", "elided")),
    *(f"scope_{name}" for name in SCOPE_ORDER),
    *(f"type_{name}" for name in TYPE_ORDER),
    *(f"unit_{name}" for name in UNITS),
    *(f"page_{name}" for name in WORDS),
    *(f"network_{name}" for name in ("solid", "dashed", "basis_backbone", "basis_descriptive")),
    *(f"theme_{name}" for name in themes()["id"]),
    *(f"genre_{name}" for name in GENRES),
}


def rows():
    with (ANALYSIS / "plots" / "labels.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def report(**given):
    known = {"report_id": "001_ab", "township": "嵩市镇", "year_stated": 2024, "year_min": 2024, "year_max": 2024}
    return {**known, "year_flag": "stated", "genre": "政府工作报告", **given}


def test_table_is_sorted_unique_and_full():
    keys = [row["key"] for row in rows()]
    assert keys == sorted(set(keys))
    assert [row["key"] for row in rows() if not (row["en"].strip() and row["zh"].strip())] == []


def test_both_languages_hold_the_same_places_for_numbers():
    def places(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [row["key"] for row in rows() if places(row["en"]) != places(row["zh"])] == []


def test_every_key_in_the_code_is_in_the_table_and_every_row_is_used():
    rooms = [*(ANALYSIS / "plots").rglob("*.py"), *(ANALYSIS / "gallery").glob("*.py"), ANALYSIS / "export_page.py"]
    code = "".join(path.read_text("utf-8") for path in rooms)
    keys = {row["key"] for row in rows()}
    asked = set(re.findall(r'\blabel\(\s*"([^"]+)"', code)) | BUILT_IN_CODE
    assert asked - keys == set()
    assert {key for key in keys - asked if f'"{key}"' not in code} == set()


def test_unknown_key_says_where_to_add_it():
    with pytest.raises(LexiconError) as raised:
        label("colour", language="en")
    assert str(raised.value) == (
        "plots/labels.csv has no key 'colour'. Add a row with its words in English and Chinese."
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "2024"),
        ({"year_flag": "year_conflict", "year_min": 2020}, "2024?"),
        ({"year_stated": pd.NA, "year_flag": "masked", "year_min": 2016, "year_max": 2017}, "[2016–2017]"),
        ({"year_stated": pd.NA, "year_flag": "absent", "year_min": 2022, "year_max": 2022}, "[2022]"),
        ({"year_stated": pd.NA, "year_flag": "absent", "year_min": 2016, "year_max": pd.NA}, "[≥2016]"),
        ({"year_stated": pd.NA, "year_flag": "absent", "year_min": pd.NA, "year_max": 2016}, "[≤2016]"),
        ({"year_stated": pd.NA, "year_flag": "absent", "year_min": pd.NA, "year_max": pd.NA}, "year unknown"),
    ],
)
def test_year_shows_on_what_it_rests(given, expected):
    assert year_label(report(**given), language="en") == expected


def test_report_labels_in_both_languages():
    table = pd.DataFrame(
        [
            report(),
            report(report_id="002_cd", township="xx镇", genre="述职报告"),
            report(report_id="003_ef", township=pd.NA, genre=pd.NA),
        ]
    )
    assert report_labels(table, language="en") == {
        "001_ab": "001 嵩市镇 2024, government work report",
        "002_cd": "002 xx镇 2024, duty report",
        "003_ef": "003 unnamed township 2024, genre unknown",
    }
    assert report_labels(table, language="zh") == {
        "001_ab": "001 嵩市镇 2024，政府工作报告",
        "002_cd": "002 xx镇 2024，述职报告",
        "003_ef": "003 乡镇未署名 2024，文种不明",
    }


def test_ids_are_short_only_while_they_stay_apart():
    ids = ["a/report_1", "b/report_2", "c/平安镇", "d/012345678901234567890_x", "e_1"]
    table = pd.DataFrame([report(report_id=report_id) for report_id in ids])
    assert [text.split(" ")[0] for text in report_labels(table, language="en").values()] == [
        "a/report_1",
        "b/report_2",
        "平安镇",
        "0123456…4567890",
        "e",
    ]


def test_long_ids_are_cut_by_the_columns_that_they_take_and_numbered_where_that_makes_them_alike():
    ids = ["青石坳镇政府工作报告", "县/甲镇人民政府二〇二〇年工作报告", "乡/甲镇人民政府二〇二一年工作报告", "b" * 16]
    table = pd.DataFrame([report(report_id=report_id) for report_id in ids])
    assert [text.split(" ")[0] for text in report_labels(table, language="en").values()] == [
        "青石坳…作报告",
        "甲镇人…作报告~2",
        "甲镇人…作报告~1",
        "b" * 16,
    ]


def test_a_name_ends_at_the_first_blank_of_its_label():
    table = pd.DataFrame([report(report_id=report_id) for report_id in ["下载 (2)", "a b c"]])
    names = [text.partition(" ")[0] for text in report_labels(table, language="en").values()]
    assert names == ["下载\u00a0(2)", "a\u00a0b\u00a0c"]


def test_a_genre_without_label_stays_as_it_is():
    assert genre_label("请示", language="en") == "请示"


def test_unknown_coverage_is_a_question_mark():
    assert [coverage_label(value) for value in (1.0, 0.387, 0.0, None, pd.NA)] == ["1.00", ".39", ".00", "?", "?"]
