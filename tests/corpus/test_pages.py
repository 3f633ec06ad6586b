"""Page numbers: sure ones anywhere, doubtful ones where they count on; and the halves that they cut apart."""

import pytest

from analysis.corpus.cleaning.pages import find_pages, joined_halves


def found(text):
    return [text[mark.start : mark.end] for mark in find_pages(text)]


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("修路\n- 1 -\n架桥", ["- 1 -"]),
        ("修路第 1 页 共 3 页架桥", ["第 1 页 共 3 页"]),
        ("修路[page 2]架桥", ["[page 2]"]),
        ("修路- 3 -架桥\n—4—\n通水第5页通电\n6\n完工", ["- 3 -", "—4—", "第5页", "6"]),
        ("见《规划》第4页。\n- 3 -\n完工\n- 5 -", ["- 3 -", "- 5 -"]),  # a reference, though it would fit
        ("详见第3页,共18页材料", []),
        ("1\n修路。\n2\n架桥。\n3\n通水。", ["1", "2", "3"]),
        ("1\n修路。\n5\n架桥。\n9\n通水。", []),
        ("2020-11-03,重点抓好2-3个,1—3—5模式", []),
        ("序号\n村\n1\n甲村\n2\n乙村\n3\n丙村\n4", []),
    ],
)
def test_what_is_a_page_number(text, pages):
    assert found(text) == pages


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("今年,新增就业\n- 1 -\n岗位420个。", "今年,新增就业- 1 -岗位420个。"),
        ("今年,就业好。\n- 1 -\n岗位420个。", None),
        ("一、财税工作\n- 1 -\n财税增长。", None),
        ("某镇2020年工作总结\n- 1 -\n修路。", None),
        ("今年,新增就业\n- 1 -\n一、回顾", None),
        ("今年,新增就业\n- 1 -\n　　岗位420个。", None),
        ("物资折款86.\n·5·\n4万元。", "物资折款86.·5·4万元。"),
        ("投入86.\n- 5 -\n4.架桥", None),
        ("全乡辖\nxx\n个村。", "全乡辖xx个村。"),
        ("在\nXX市\n委领导下,", "在XX市委领导下,"),
        ("工作汇报\nxx镇\n2020年,修路。", None),
        ("修路。\nxx\n2020年1月", None),
    ],
)
def test_halves_of_a_sentence(text, joined):
    edits = joined_halves(text, find_pages(text))
    result, at = "", 0
    for edit in edits:
        result += text[at : edit.start]
        at = edit.end
    assert (result + text[at:] if edits else None) == joined
