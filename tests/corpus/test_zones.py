"""Zones by the rules of the guideline, section 6, over whole small reports."""

import re

import pytest

from analysis.corpus.structure import structure
from analysis.lexicons.tables import read_table

DONE = "全年完成税收1200万元,增长8%,修建道路3公里,新增就业230人。"
TO_DO = "我们将继续加大投入,力争新建道路,推进项目建设,确保群众满意。"
ROWS = read_table("zone_cues.csv", columns=("zone", "where", "pattern", "example", "note"))


def found(*lines):
    """Return the zone of each of `lines`, None for the title."""
    raw = "\n".join(lines)
    report = structure(raw, report_id="r")
    zones, at = [], 0
    for line in lines:
        zones.append(next((zone.zone for zone in report.zones if zone.start <= at < zone.end), None))
        at += len(line) + 1
    return zones


@pytest.mark.parametrize(
    ("pattern", "example"), ROWS.loc[ROWS["example"] != "", ["pattern", "example"]].values.tolist()
)
def test_each_row_knows_its_example(pattern, example):
    assert re.search(pattern, example)


def test_government_work_report():
    assert found(
        "2012年某镇政府工作报告",
        "各位代表:",
        "现在,我代表某镇人民政府向大会报告工作,请予审议。",
        "一、2012年工作回顾",
        DONE,
        "各位代表!在肯定成绩的同时,我们也清醒地认识到,工作中还存在不少困难和问题:一是底子薄。二是人才少。",
        "二、2013年工作安排",
        TO_DO,
        "三、加强政府自身建设",
        TO_DO,
        "各位代表!让我们携手奋进,为建设美好家园而努力奋斗!",
    ) == [
        None, "opening", "opening", "review", "review", "problems", "plan", "plan", "self_governance",
        "self_governance", "closing",
    ]  # fmt: skip


def test_report_on_duty():
    assert found(
        "2019年述职报告",
        "各位领导:",
        "现将一年来的工作述职如下:",
        "一、履行职责",
        DONE,
        "二、廉洁自律",
        "本人严格遵守中央八项规定。",
        "三、存在的问题",
        "学习不够深入。",
        "四、努力方向",
        TO_DO,
        "以上述职,请予评议。",
        "某镇镇长 李四",
        "2019年12月25日",
    ) == [
        None, "opening", "opening", "review", "review", "self_governance", "self_governance", "problems", "problems",
        "plan", "plan", "closing", "closing", "closing",
    ]  # fmt: skip


def test_five_years_back_and_five_ahead():
    assert (
        found(
            "第一部分 过去五年工作回顾",
            DONE,
            "一、经济发展",
            DONE,
            "第二部分 今后五年的奋斗目标",
            TO_DO,
            "一、加快产业发展",
            TO_DO,
        )
        == ["review"] * 4 + ["plan"] * 4
    )


@pytest.mark.parametrize(
    ("heading", "zone"),
    [
        ("二、计划生育", "review"),
        ("二、年度计划完成情况", "review"),
        ("二、目标任务完成情况", "review"),
        ("二、着力解决突出问题", "review"),
        ("二、加强教师队伍建设", "review"),
        ("二、问题整改情况", "review"),
        ("二、存在的主要困难和问题", "problems"),
        ("二、不足", "problems"),
        ("二、下步工作打算", "plan"),
        ("二、明年工作思路", "plan"),
        ("二、建设人民满意的服务型政府", "self_governance"),
        ("二、党风廉政建设情况", "self_governance"),
    ],
)
def test_headings_that_name_their_zone(heading, zone):
    assert found("一、经济发展", DONE, heading, "修路三公里。")[2:] == [zone, zone]


def test_a_heading_of_a_lower_level_stays_in_its_part():
    lines = "一、工作回顾", "(一)经济发展", DONE, "(二)加强政府自身建设", DONE
    assert found(*lines) == ["review"] * 5


def test_a_plan_throughout():
    lines = (
        "某乡2008年工作要点",
        "2008年的总体思路是:以科学发展观为指导。",
        "一、发展农业",
        TO_DO,
        "二、发展工业",
        TO_DO,
    )
    assert found(*lines) == [None, "opening", "plan", "plan", "plan", "plan"]


def test_problems_and_plan_in_one_paragraph_are_cut_at_the_plan():
    raw = f"一、工作回顾\n{DONE}\n工作中虽然取得成绩,但仍存在思路不广等不足,今后将以问题为导向,加快发展。"
    zones = structure(raw, report_id="r").zones
    assert [(zone.zone, raw[zone.start : zone.end]) for zone in zones[1:]] == [
        ("problems", "工作中虽然取得成绩,但仍存在思路不广等不足,"),
        ("plan", "今后将以问题为导向,加快发展。"),
    ]


def test_hidden_text_cuts_a_zone_and_tense_decides_behind_it():
    raw = f"一、工作回顾\n{DONE}\n---此处隐藏100字,下载后查看---\n三、抓好农业\n{TO_DO}"
    report = structure(raw, report_id="r")
    text = report.report.cleaned
    assert [(zone.zone, text[zone.start : zone.end]) for zone in report.zones] == [
        ("review", f"一、工作回顾\n{DONE}"),
        ("plan", f"三、抓好农业\n{TO_DO}"),
    ]


def test_signature_and_attachments_close():
    assert found(
        "一、工作回顾", DONE, "二、工作打算", TO_DO, "某镇人民政府", "2012年12月20日", "附件:1.任务分解表", "2.责任清单"
    ) == ["review", "review", "plan", "plan", "closing", "closing", "closing", "closing"]
