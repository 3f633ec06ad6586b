"""The genre of a report from its title, opening, closing and file name."""

import csv
import re
from pathlib import Path

import pytest

from analysis.corpus.identity.genre import GENRES, find_genre, parts_of
from analysis.corpus.structure import records_of, structure
from analysis.lexicons.tables import read_table

BODY = "全镇修路三公里。"
HEADS = Path(__file__).with_name("genre_heads.csv")
BETWEEN = (
    "一、主要工作\n(一)产业发展稳步推进。新增茶园三百亩,修路三公里,群众收入稳步增长。\n"
    "(二)民生事业持续改善。改造危房二十户,安装路灯六十盏。\n"
)


def genre_of(raw, path=""):
    return records_of(structure(raw, report_id="r", path=path))["reports"][0]["genre"]


def row(raw, *columns):
    described = records_of(structure(raw, report_id="r"))["reports"][0]
    return tuple(described[column] for column in columns)


def invented_reports():
    with HEADS.open(encoding="utf-8", newline="") as lines:
        for head in csv.DictReader(lines):
            parts = {name: head[name].replace("\\n", "\n") for name in ("title", "opening", "middle", "closing")}
            body = [BETWEEN + parts["middle"], "二、下一步\n全力以赴抓好各项任务落实。"]
            yield head, "\n".join(filter(None, [parts["title"], parts["opening"], *body, parts["closing"]]))


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
def test_genre_and_its_cue(raw, genre):
    assert row(raw, "genre", "genre_evidence") == genre


def test_nineteen_of_twenty_invented_reports_are_told_rightly():
    found = [(head["half"], head["genre"], genre_of(raw), head["title"]) for head, raw in invented_reports()]
    assert len(found) >= 80
    assert {genre for _, genre, _, _ in found} == set(GENRES)
    for half in ("rules", "held_out"):
        of_half = [one for one in found if one[0] == half]
        wrong = [one for one in of_half if one[1] != one[2]]
        assert len(of_half) >= 40
        assert len(wrong) <= 0.05 * len(of_half), wrong


@pytest.mark.parametrize(
    ("raw", "path", "genre", "evidence"),
    [
        (BODY, "某镇述职报告.txt", "述职报告", "file name: 述职"),
        (f"某镇政府工作报告\n{BODY}", "某镇政府工作报告.txt", "政府工作报告", "title: 政府工作报告"),
        (
            f"某镇政府工作报告\n{BODY}",
            "某镇述职报告.txt",
            "政府工作报告",
            "title: 政府工作报告; file name: 述职报告",
        ),
    ],
)
def test_the_file_name_stands_below_the_text(raw, path, genre, evidence):
    described = records_of(structure(raw, report_id="r", path=path))["reports"][0]
    assert (described["genre"], described["genre_evidence"]) == (genre, evidence)


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        (f"某镇2021年上半年工作总结\n{BODY}", "half_year"),
        (f"某镇2021年工作总结\n{BODY}\n二、下一步工作打算\n{BODY}", "plan"),
        (f"某镇党委政府2021年工作总结和2022年计划\n{BODY}", "plan; party_and_government"),
        (f"2019年述职述廉报告\n{BODY}", "integrity"),
        (BODY, None),
    ],
)
def test_marks_that_cross_genres(raw, marks):
    assert row(raw, "genre_marks") == (marks,)


def test_a_short_first_line_stands_in_for_a_title():
    assert parts_of("某镇防汛方案\n修路。", None).title == "某镇防汛方案"
    assert parts_of("修路。\n架桥。", None).title == ""
    assert parts_of("一、工作回顾\n架桥。", None).title == ""
    assert parts_of("某镇防汛方案", None).title == ""  # a line alone is the text itself
    assert find_genre(parts_of("某镇防汛方案\n修路。", None))["genre"] == "实施方案"


def test_each_cue_finds_its_example():
    columns = ("genre", "where", "pattern", "example")
    cues = read_table("genre_cues.csv", columns=columns, required=columns)
    assert set(cues["genre"]) == set(GENRES)
    assert set(cues["where"]) == {"title", "head", "tail", "body", "weak"}
    assert [cue.example for cue in cues.itertuples() if not re.search(cue.pattern, cue.example)] == []
    columns = ("mark", "where", "pattern", "example")
    marks = read_table("genre_marks.csv", columns=columns, required=columns)
    assert set(marks["where"]) == {"title", "head", "tail", "heading"}
    assert [mark.example for mark in marks.itertuples() if not re.search(mark.pattern, mark.example)] == []
