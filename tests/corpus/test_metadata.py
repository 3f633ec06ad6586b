"""What a report says of itself: township, year, genre, completeness, coverage."""

import math

import pytest

from analysis.corpus.structure import records_of, structure

BODY = "全镇修路三公里。"


def row(raw, *columns):
    described = records_of(structure(raw, report_id="r"))["reports"][0]
    return described[columns[0]] if len(columns) == 1 else tuple(described[column] for column in columns)


@pytest.mark.parametrize(
    ("raw", "township", "masked", "evidence"),
    [
        (f"2024年嵩市镇政府工作报告\n{BODY}", "嵩市镇", False, "title: 嵩市镇 [5:8]"),
        (f"关于青埂镇2008年度工作情况的汇报\n{BODY}", "青埂镇", False, "title: 青埂镇 [2:5]"),
        (
            f"各位代表:\n现在,我代表栖禾乡人民政府向大会报告工作。\n{BODY}",
            "栖禾乡",
            False,
            "head: 栖禾乡 [12:15]",
        ),
        (f"作为城关镇,xx镇修路。xx镇架桥。X镇通水。\n{BODY}", "xx镇", True, "most frequent mask: xx镇 [6:9]"),
        (f"2016年××乡乡长述职报告\n{BODY}", "××乡", True, "title: ××乡 [5:8]"),
        (f"全镇2020年工作总结\n{BODY}", None, None, None),
        (f"我镇2022年工作情况报告\n{BODY}", None, None, None),
    ],
)
def test_township(raw, township, masked, evidence):
    assert row(raw, "township", "township_masked", "place_evidence") == (township, masked, evidence)


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
