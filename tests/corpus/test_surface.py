"""Entities, markup, invisible characters and letter spacing: each edit by hand."""

import pytest

from analysis.corpus.cleaning.layers import Layers
from analysis.corpus.cleaning.surface import clear_surface


@pytest.mark.parametrize(
    ("raw", "edits", "text"),
    [
        ("甲&ldquo;乙&#12290;", [("entity", "&ldquo;", "“"), ("entity", "&#12290;", "。")], "甲“乙。"),
        ("甲&amp;nbsp;乙", [("entity", "&amp;nbsp;", " ")], "甲 乙"),
        ("R&D投入,A&B;&zzzz;", [], "R&D投入,A&B;&zzzz;"),
        ("甲<br/>乙", [("markup", "<br/>", "\n")], "甲\n乙"),
        ("<b class='x'>丙</b>", [("markup", "<b class='x'>", ""), ("markup", "</b>", "")], "丙"),
        ("甲&lt;br&gt;乙", [("markup", "&lt;br&gt;", "\n")], "甲\n乙"),
        ("面积<50亩,收益>3000元,<某某>", [], "面积<50亩,收益>3000元,<某某>"),
        ("# 甲\n**乙丁**,丙", [("markup", "# ", ""), ("markup", "**", ""), ("markup", "**", "")], "甲\n乙丁,丙"),
        ("**一、回顾**", [("markup", "**", ""), ("markup", "**", "")], "一、回顾"),
        ("**镇完成税收**,同比增长", [], "**镇完成税收**,同比增长"),
        ("[甲](http://a.cn/b)", [("markup", "[", ""), ("markup", "](http://a.cn/b)", "")], "甲"),
        ("甲\r\n乙\u2028丙", [("newline", "\r\n", "\n"), ("newline", "\u2028", "\n")], "甲\n乙\n丙"),
        ("甲\ue5e5乙\u200b", [("invisible", "\ue5e5", ""), ("invisible", "\u200b", "")], "甲乙"),
        ("乡 村 振 兴 工 作", [("letter_spacing", " ", "")] * 5, "乡村振兴工作"),
        ("张 三、李 四", [], "张 三、李 四"),
        ("一、 经济 发展 情况", [], "一、 经济 发展 情况"),
    ],
)  # fmt: skip
def test_what_a_page_left(raw, edits, text):
    layers = Layers(raw)
    clear_surface(layers)
    assert [(edit.kind, edit.text, edit.replacement) for edit in layers.edits] == edits
    assert layers.text == text
