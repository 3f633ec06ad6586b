"""What a report says of itself: township, year, genre, completeness, coverage."""

import math
import re

import pytest

from analysis.corpus.structure import records_of, structure
from analysis.lexicons.tables import read_table

BODY = "全镇修路三公里。"


def row(raw, *columns):
    described = records_of(structure(raw, report_id="r"))["reports"][0]
    return described[columns[0]] if len(columns) == 1 else tuple(described[column] for column in columns)


@pytest.mark.parametrize(
    ("raw", "township", "masked", "evidence"),
    [
        (f"2024年嵩市镇政府工作报告\n{BODY}", "嵩市镇", False, "title"),
        (f"关于青埂镇2008年度工作情况的汇报\n{BODY}", "青埂镇", False, "title"),
        (f"各位代表:\n现在,我代表栖禾乡人民政府向大会报告工作。\n{BODY}", "栖禾乡", False, "speaker"),
        (f"作为城关镇,xx镇修路。xx镇架桥。X镇通水。\n{BODY}", "xx镇", True, "most frequent mask"),
        (f"2016年××乡乡长述职报告\n{BODY}", "××乡", True, "title"),
        (f"全镇2020年工作总结\n{BODY}", None, None, None),
        (f"我镇2022年工作情况报告\n{BODY}", None, None, None),
    ],
)
def test_township(raw, township, masked, evidence):
    assert row(raw, "township", "township_masked", "place_evidence") == (township, masked, evidence)


def test_province_is_one_that_the_text_names():
    assert row(f"落实江西省委部署,推进江西省示范镇建设。{BODY}", "province") == "江西省"
    assert row(BODY, "province", "county") == (None, None)


@pytest.mark.parametrize(
    ("raw", "year"),
    [
        (f"某镇2012年工作总结\n2011年修路。\n{BODY}", (2012, 2012, 2012, "stated")),
        (f"2024年修路。2024年架桥。2025年通水。{BODY}", (2024, 2024, 2024, "stated")),
        (BODY, (None, None, None, "absent")),
        (f"20xx年修路。20xx年架桥。2015年通水。{BODY}", (None, None, None, "masked")),
        (f"某镇xxxx年工作总结\n{BODY}", (None, None, None, "masked")),
    ],
)
def test_year(raw, year):
    assert row(raw, "year_stated", "year_min", "year_max", "year_flag") == year


def test_a_masked_year_is_an_interval_between_formulas():
    stated, low, high, flag, evidence = row(
        f"20xx年,我镇推进精准扶贫。{BODY}", "year_stated", "year_min", "year_max", "year_flag", "year_evidence"
    )
    assert (stated, high, flag) == (None, None, "masked")
    assert low == 2013
    assert evidence == "the years in the text are masked; 精准扶贫 since 2013"


@pytest.mark.parametrize(
    ("raw", "genre"),
    [
        (f"2019年述职述廉报告\n{BODY}", ("述职报告", "title: 述职")),
        (f"2024年某镇政府工作报告\n{BODY}", ("政府工作报告", "title: 政府工作报告")),
        (f"关于工作情况的汇报\n{BODY}", ("工作汇报", "title: 汇报")),
        (f"某镇2020年工作打算\n{BODY}", ("工作总结", "title: 打算")),
        (f"{BODY}\n以上述职,请大家审议。", ("述职报告", "tail: 以上述职")),
        (f"各位代表!{BODY}", ("政府工作报告", "body: 各位代表!")),
        (BODY, (None, None)),
    ],
)
def test_genre(raw, genre):
    assert row(raw, "genre", "genre_evidence") == genre


@pytest.mark.parametrize(
    ("raw", "completeness", "visible", "hidden", "coverage"),
    [
        ("修路三公里。", "full", 6, 0, 1.0),
        ("修路 三公里。\n\n首页\n", "full", 6, 0, 1.0),
        ("修路三公里。今年共", "truncated", 9, None, None),
        ("修路三公里。\n---此处隐藏6字,下载后查看---\n架桥。", "elided", 9, 6, 0.6),
        ("修路三公里。\n---此处隐藏6字,下载后查看---\n架桥。\n---此处隐藏12字---\n通水。", "elided", 12, 18, 0.4),
        ("修路三公里。\n……以下内容已隐藏……", "elided", 6, None, None),
        ("修路三公里。\n---此处隐藏6字---\n架桥,今年", "elided", 11, None, None),
        ("修路三公里。\n某镇人民政府\n2012年12月20日", "full", 23, 0, 1.0),
    ],
)
def test_completeness_and_coverage(raw, completeness, visible, hidden, coverage):
    assert row(raw, "completeness", "visible_chars", "hidden_chars", "coverage") == (
        completeness,
        visible,
        hidden,
        coverage if coverage is None else pytest.approx(coverage, abs=1e-12),
    )
    assert coverage is None or not math.isnan(coverage)


def test_masks_are_counted():
    assert row("xx镇修路xx公里。", "n_masks") == 2


def test_cues_and_provinces_are_sound():
    cues = read_table("genre_cues.csv", columns=("genre", "where", "pattern", "example"), required=("genre", "example"))
    assert set(cues["genre"]) == {"政府工作报告", "述职报告", "工作总结", "工作汇报"}
    assert all(re.search(cue.pattern, cue.example) for cue in cues.itertuples())
    provinces = read_table("provinces.csv", columns=("code", "name", "source"), unique=("code",))
    assert len(provinces) == 34
    assert provinces["code"].is_monotonic_increasing
    assert provinces["name"].is_unique
