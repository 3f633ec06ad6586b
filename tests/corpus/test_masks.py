"""Masks: found, told from what only looks like one, and sorted into kinds."""

import pytest

from analysis.corpus.parts import masks
from analysis.corpus.parts.masks import Mask, find_masks
from analysis.lexicons.tables import read_table

ROWS = read_table("mask_contexts.csv", columns=("kind", "before", "after", "example", "note"))


def found(text):
    return [(mask.text, mask.kind) for mask in find_masks(text)]


@pytest.mark.parametrize(("number", "example"), list(enumerate(ROWS["example"])))
def test_each_row_decides_its_example(number, example):
    """The mask of an example stands in square brackets."""
    start, end = example.index("["), example.index("]") - 1
    text = example.replace("[", "").replace("]", "")
    assert masks._context(text, start, end) == number
    assert (start, end) in [(mask.start, mask.end) for mask in find_masks(text)]


def test_kinds_of_rows():
    assert set(ROWS["kind"]) == {"place", "amount", "percent", "count", "date", "name", "other"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20xx年xx镇完成税收x.xx亿元", [("20xx", "date"), ("xx", "place"), ("x.xx", "amount")]),
        ("增长xx.x%,占×成。", [("xx.x", "percent"), ("×", "percent")]),
        ("投资xxx万,征地xx亩,X户XX人", [("xxx", "amount"), ("xx", "count"), ("X", "count"), ("XX", "count")]),
        ("存栏量X-X头", [("X", "count"), ("X", "count")]),
        ("到X月X日止,XM范围", [("X", "date"), ("X", "date"), ("X", "count")]),
        ("X书记、X镇长", [("X", "name"), ("X", "name")]),
        ("投资==亿元,建成=处", [("==", "amount"), ("=", "count")]),
        (
            "***镇***村,○○县,□□乡,__镇",
            [("***", "place"), ("***", "place"), ("○○", "place"), ("□□", "place"), ("__", "place")],
        ),
        ("20××年,19XX年,201x年", [("20××", "date"), ("19XX", "date"), ("201x", "date")]),
        (
            "党的XX大,第x届,Sxxx线,x+x模式",
            [("XX", "other"), ("x", "other"), ("xxx", "other"), ("x", "other"), ("x", "other")],
        ),
        ("电话XXXXXXXX", [("XXXXXXXX", "other")]),
        ("“xxxx”计划,xx公司", [("xxxx", "name"), ("xx", "name")]),
        ("完成**万元,增长**%", [("**", "amount"), ("**", "percent")]),
        ("产值1XX46元", [("XX", "amount")]),
    ],
)
def test_masks_and_kinds(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "长3×5米",
        "3x5米",
        "2*3=6",
        "100-1=0",
        "占比=95%",
        "PM2.5",
        "TX电子",
        "X光机",
        "x射线",
        "1+X证书",
        "党建+X模式",
        "**重点工作**",
        "**(一)加强领导。** 今年修路。",
        "* 修路三公里",
        "=====",
        "× × × × ×",
        "○○○○○○",
        "二○二四年",
        "NEXUS光电",
        "LX-120型",
        "Excel台账",
        "X020县道",
        "A×B",
        "长×宽×高",
        "a=b",
        "boxing",
    ],
)
def test_no_masks(text):
    assert find_masks(text) == []


def test_a_mask_says_where_it_stands_and_how_it_looks():
    assert find_masks("共xx.xxx亿元") == [Mask(1, 7, "xx.xxx", "amount", "x.x")]


@pytest.mark.parametrize(
    ("text", "masks"),
    [
        ("万元\n××\n××\n12", ["××", "××"]),
        ("万元\nxxxx\n户\n", ["xxxx"]),
        ("人\n***\nXX\n镇", ["***", "XX"]),
        ("GDP\nXX\n亿元", ["XX"]),
        ("====\n一、回顾", []),
        ("网址http://x.cn/a", []),
    ],
)
def test_masks_in_cells_on_lines_of_their_own(text, masks):
    assert [mask.text for mask in find_masks(text)] == masks
