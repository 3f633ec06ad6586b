"""Cleaning: every kind of edit, and the log from which the raw text is rebuilt."""

import pytest

from analysis.corpus.cleaning.clean import clean
from analysis.schemas import Edit, Report


def cleaned(raw):
    return Report("r", "r.txt", "", "utf-8", raw, clean(raw)[0])


def log(raw):
    return [(edit.kind, edit.text, edit.replacement) for edit in clean(raw)[0]]


@pytest.mark.parametrize(
    ("raw", "edits", "text"),
    [
        ("\ufeff修路。", [("invisible", "\ufeff", "")], "修路。"),
        ("修\u200b路\u00ad。", [("invisible", "\u200b", ""), ("invisible", "\u00ad", "")], "修路。"),
        ("修路。\r\n架桥。\r通水。", [("newline", "\r\n", "\n"), ("newline", "\r", "\n")], "修路。\n架桥。\n通水。"),
        (
            "修路。\u2028架桥。\x85通水。",
            [("newline", "\u2028", "\n"), ("newline", "\x85", "\n")],
            "修路。\n架桥。\n通水。",
        ),
        (
            "　　修路。\n\t架桥。  \n通水。",
            [("indent", "　　", ""), ("indent", "\t", ""), ("indent", "  ", "")],
            "修路。\n架桥。\n通水。",
        ),
        (
            "修路２．５公里，增长８％，ＸＸ镇。",
            [("full_width", "２．５", "2.5"), ("full_width", "８％", "8%"), ("full_width", "ＸＸ", "XX")],
            "修路2.5公里，增长8%，XX镇。",
        ),
        ("修路。\n\n\n", [("trailing_blank", "\n\n\n", "")], "修路。"),
        ("首页\n修路。", [("site_chrome", "首页", "")], "\n修路。"),
        (
            "修路。\n---此处隐藏12字,下载后查看---\n架桥。",
            [("elision_marker", "---此处隐藏12字,下载后查看---", "▢")],
            "修路。\n▢\n架桥。",
        ),
        (
            "某镇2020年工作总结\n某镇2020年工作总结\n修路。",
            [("duplicate_title", "某镇2020年工作总结", "")],
            "某镇2020年工作总结\n\n修路。",
        ),
        (
            "修路 3 公里。 架桥。",
            [("digit_adjacent", " ", ""), ("digit_adjacent", " ", ""), ("line_wrap", " ", "")],
            "修路3公里。架桥。",
        ),
        ("修路。 一、工作回顾", [("paragraph_break", " ", "\n")], "修路。\n一、工作回顾"),
        ("推进5G Plus建设,修路。", [], "推进5G Plus建设,修路。"),
        ("发展发展道路3×5米,“一带”,工作放在", [], "发展发展道路3×5米,“一带”,工作放在"),
    ],
)
def test_each_kind_of_edit(raw, edits, text):
    assert log(raw) == edits
    assert cleaned(raw).cleaned == text


def test_empty_text():
    assert clean("") == ((), [], None)


def test_what_stands_behind_a_copied_title_is_a_paragraph():
    raw = "某镇2020年工作总结\n某镇 2020 年工作总结 各位代表:修路。"
    assert log(raw) == [
        ("duplicate_title", "某镇", ""),
        ("digit_adjacent", " ", ""),
        ("duplicate_title", "2020", ""),
        ("digit_adjacent", " ", ""),
        ("duplicate_title", "年工作总结", ""),
        ("paragraph_break", " ", "\n"),
    ]
    assert cleaned(raw).cleaned == "某镇2020年工作总结\n\n各位代表:修路。"


REPORT = Report(
    "r",
    "r.txt",
    "",
    "utf-8",
    "\ufeff甲 乙---丙--丁",
    (
        Edit(0, 1, "\ufeff", "", "invisible"),
        Edit(2, 3, " ", "", "line_wrap"),
        Edit(4, 10, "---丙--", "▢", "elision_marker"),
    ),
)


def test_offsets_by_hand():
    #      raw  0 BOM  1 甲  2 blank  3 乙  4–9 marker  10 丁        cleaned  0 甲  1 乙  2 ▢  3 丁
    assert REPORT.cleaned == "甲乙▢丁"
    assert [REPORT.to_clean(at) for at in range(12)] == [0, 0, 1, 1, 2, 3, 3, 3, 3, 3, 3, 4]
    assert [REPORT.to_raw(at, at + 1) for at in range(4)] == [(1, 2), (3, 4), (4, 10), (10, 11)]
    assert REPORT.to_raw(0, 2) == (1, 4)
    assert REPORT.to_raw(1, 1) == (3, 3)
    assert REPORT.cleaned_span(1, 4) == "甲乙"
    assert REPORT.cleaned_span(0, 11) == "甲乙▢丁"


def test_folded_characters_keep_their_places():
    report = cleaned("共１２户")
    assert report.cleaned == "共12户"
    assert [report.to_raw(at, at + 1) for at in range(4)] == [(0, 1), (1, 2), (2, 3), (3, 4)]
