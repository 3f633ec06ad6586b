"""Headings by the rules of the guideline, section 4."""

import pytest

from analysis.corpus.parts.headings import Paragraph, find_headings, number_of, paragraphs_of
from analysis.corpus.parts.masks import find_masks

BODY = "全镇修路3公里,架桥两座。群众满意。"


def found(text, title=None):
    return [
        (heading.level, heading.marker, heading.title, heading.runin)
        for heading in find_headings(paragraphs_of(text), find_masks(text), title)
    ]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("一、工作回顾", (1, "一、", "工作回顾", False)),
        ("一、工作回顾。", (1, "一、", "工作回顾", False)),
        ("一 、工作回顾", (1, "一 、", "工作回顾", False)),
        ("二.工作回顾:", (1, "二.", "工作回顾", False)),
        ("十二、 工作回顾", (1, "十二、", "工作回顾", False)),
        ("第一部分 工作回顾", (1, "第一部分", "工作回顾", False)),
        ("第一部分：工作回顾", (1, "第一部分：", "工作回顾", False)),
        ("（一）抓产业,促发展。" + BODY, (2, "（一）", "抓产业,促发展", True)),
        ("(一) 抓产业", (2, "(一)", "抓产业", False)),
        ("(一)抓产业:" + BODY, (2, "(一)", "抓产业", True)),
        ("一、经济发展:综合实力显著增强", (1, "一、", "经济发展:综合实力显著增强", False)),
        ("1.抓产业。" + BODY, (3, "1.", "抓产业", True)),
        ("1、抓产业", (3, "1、", "抓产业", False)),
        ("1．抓产业", (3, "1．", "抓产业", False)),
        ("1.2024年工作", (3, "1.", "2024年工作", False)),
        ("(1)抓产业。" + BODY, (4, "(1)", "抓产业", True)),
        ("2）抓产业", (4, "2）", "抓产业", False)),
        ("①抓产业。" + BODY, (4, "①", "抓产业", True)),
        ("一、深化“放管服。”改革", (1, "一、", "深化“放管服。”改革", False)),
    ],
)
def test_numbered(line, heading):
    assert found(f"{line}\n{BODY}")[:1] == [heading]


@pytest.mark.parametrize(
    "line",
    [
        "3.5公里长的道路通车。" + BODY,
        "1.2亿元的厂房投用。" + BODY,
        "2015年,全镇修路。" + BODY,
        "第一,抓产业。" + BODY,
        "首先,抓产业。" + BODY,
        "一是抓产业。" + BODY,
        "一、二是指两个阶段。" + BODY,
        "● 抓产业,促发展",
        "各位代表:",
        "同志们!",
        "县人民政府:",
        "尊敬的各位领导、同志们:",
        "某镇人民政府",
        "2012年12月20日",
        "(2012年1月8日)",
        "镇长 张三",
        "抄送:县委办公室",
        "坚持把工业经济作为发展的主要增长点。" + BODY,
        "1.修建道路,全长三公里;",
        "主要抓了以下工作:",
        "修路三公里",
        "1.全镇完成固定资产投资12000万元,同比增长8%,完成工业总产值3亿元,增长9%。" + BODY,
    ],
)
def test_not_headings(line):
    text = f"{BODY}\n{line}" if line == "修路三公里" else f"{line}\n{BODY}"
    assert found(text) == []


def test_a_line_of_its_own_above_a_body_is_a_heading():
    assert found(f"{BODY}\n加强政府自身建设\n各位代表!{BODY}\n存在的问题\n{BODY}") == [
        (1, "", "加强政府自身建设", False),
        (1, "", "存在的问题", False),
    ]


def test_openers_on_a_shared_frame_are_headings():
    text = f"一、回顾\n一年来,我们坚持项目为王,发展提速。{BODY}\n一年来,我们坚持民生为本。{BODY}"
    assert found(text) == [
        (1, "一、", "回顾", False),
        (2, "", "一年来,我们坚持项目为王,发展提速", True),
        (2, "", "一年来,我们坚持民生为本", True),
    ]


def test_three_short_openers_are_headings_and_two_are_none():
    short = [f"抓好{what}工作。{BODY}" for what in ("农业", "工业", "教育")]
    assert found("\n".join(["(一)回顾", *short])) == [
        (2, "(一)", "回顾", False),
        (3, "", "抓好农业工作", True),
        (3, "", "抓好工业工作", True),
        (3, "", "抓好教育工作", True),
    ]
    assert found("\n".join(short[:2])) == []
    numbered = [f"修路{number}公里。{BODY}" for number in (1, 2, 3)]
    assert found("\n".join(numbered)) == []


def test_title_and_attachments_hold_no_headings():
    text = "某镇工作总结\n一、回顾\n" + BODY + "\n附件:1.任务表\n2.责任清单\n名词解释"
    assert found(text, (0, 6)) == [(1, "一、", "回顾", False)]


def test_span_is_marker_and_title():
    text = f"(一) 抓产业。{BODY}"
    heading = find_headings(paragraphs_of(text), [], None)[0]
    assert text[heading.start : heading.end] == "(一) 抓产业"


def test_hidden_text_ends_a_paragraph():
    assert paragraphs_of(" 修路▢架桥 \n\n通水") == [
        Paragraph(1, 3, "修路"),
        Paragraph(4, 6, "架桥"),
        Paragraph(9, 11, "通水"),
    ]


@pytest.mark.parametrize(
    ("marker", "number"), [("一、", 1), ("十、", 10), ("(十二)", 12), ("二十一", 21), ("三是", 3), ("1.", 0), ("", 0)]
)
def test_numbers_of_markers(marker, number):
    assert number_of(marker) == number
