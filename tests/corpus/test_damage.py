"""Damage to numbers: flagged where it stands, in the raw text, and nowhere in a sound one."""

import re

import pytest

from analysis.corpus.structure import structure
from analysis.lexicons.tables import read_table

ROWS = read_table("damage_patterns.csv", columns=("kind", "pattern", "example", "note"))


def damage(raw):
    return [(one.kind, raw[one.start : one.end]) for one in structure(raw, report_id="r").damage]


@pytest.mark.parametrize(("kind", "pattern", "example"), ROWS[["kind", "pattern", "example"]].values.tolist())
def test_each_row_knows_its_example(kind, pattern, example):
    match = re.search(
        pattern.replace("Y", "2023") if kind.startswith("year") else pattern, example.replace("Y", "2023")
    )
    assert match is not None
    assert kind == "unit" or match.group("number")


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("完成投资3385\n- 1 -\n万元,增长。", [("number_split", "3385\n- 1 -\n万元")]),
        ("完成投资33第 1 页 共 3 页85万元。", [("number_split", "33第 1 页 共 3 页85万元")]),
        ("完成投资33www.a.com85万元。", [("number_split", "33www.a.com85万元")]),
        ("完成投资33www.a.com万元。", []),  # an address has no digits that could be the number's
        ("完成投资33万元,\n- 1 -\n新建公路5公里。", []),
        ("收入1XX46元,增长21.X%,投资2X.5亿元。", [("masked_number", text) for text in ("1XX46", "21.X", "2X.5")]),
        ("收入1X6万元,渠道3X5米,投资xx万元。", [("masked_number", "1X6")]),
        ("20XX年,201X年,电话1388XXXX123,0731-88XX,X020县道。", []),
        ("在党2023年,新增2023户,增长20230%。2023年完成。", [
            ("year_for_number", "2023年"), ("year_for_number", "2023户"), ("year_for_number", "20230%"),
        ]),
        ("2023年新增2023户。", []),  # once, it may be so
        ("2023年新增2023户,扶持2023家。", [("year_for_number", "2023户"), ("year_for_number", "2023家")]),
        ("投资万元,增长%,税收万元,增长%。", [("digits_stripped", text) for text in ("万元", "%", "万元", "%")]),
        ("投资3万元,增长5%,税收2万元,增长6%,减少%。", []),
        ("群众\ufffd意。", [("lost_character", "\ufffd")]),
    ],
)  # fmt: skip
def test_kinds_of_damage(raw, found):
    assert damage(raw) == found


def test_a_split_number_is_joined_as_text_and_never_changed():
    assert structure("完成投资3385\n- 1 -\n万元。", report_id="r").report.cleaned == "完成投资3385万元。"
