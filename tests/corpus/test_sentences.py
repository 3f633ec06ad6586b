"""Sentences: where they end, and what they belong to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.parts.headings import Paragraph
from analysis.corpus.parts.sentences import split_sentences
from analysis.corpus.structure import structure


def parts(text):
    return [text[start:end] for start, end in split_sentences(Paragraph(0, len(text), text))]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("修路。架桥。", ["修路。", "架桥。"]),
        ("修路；架桥;通水", ["修路；架桥;通水"]),
        ("修路！架桥？！通水!?好", ["修路！", "架桥？！", "通水!?", "好"]),
        ("“修路。”架桥。", ["“修路。”", "架桥。"]),
        ("(修路。)架桥", ["(修路。)", "架桥"]),
        ('"修路。"架桥。"通水"', ['"修路。"', "架桥。", '"通水"']),
        ('修路。"架桥"。', ["修路。", '"架桥"。']),
        ("「修路。」『架桥。』", ["「修路。」", "『架桥。』"]),
        ("投资1.5亿元。", ["投资1.5亿元。"]),
        ("。修路", ["。", "修路"]),
        ("", []),
    ],
)
def test_ends(text, sentences):
    assert parts(text) == sentences


@given(st.text(alphabet='甲乙。！？!?”’"」』）)》,; 1.', max_size=40))
def test_joined_sentences_give_the_paragraph_back(text):
    assert "".join(parts(text)) == text


def test_what_a_sentence_belongs_to():
    raw = "某镇工作总结\n一、工作回顾\n(一)抓产业。一是修路。全长3公里。二是架桥。\n二、存在问题\n资金不足。"
    found = structure(raw, report_id="r")
    assert [tuple(sentence)[2:] for sentence in found.sentences] == [
        ("某镇工作总结", "", "title", None, None, 0),
        ("一、工作回顾", "一、工作回顾", "heading", None, "review", 1),
        ("(一)抓产业。", "一、工作回顾 / (一)抓产业", "heading", None, "review", 2),
        ("一是修路。", "一、工作回顾 / (一)抓产业", "lead", "一是", "review", 2),
        ("全长3公里。", "一、工作回顾 / (一)抓产业", "body", "一是", "review", 2),
        ("二是架桥。", "一、工作回顾 / (一)抓产业", "lead", "二是", "review", 2),
        ("二、存在问题", "二、存在问题", "heading", None, "problems", 3),
        ("资金不足。", "二、存在问题", "body", None, "problems", 4),
    ]


def test_behind_hidden_text_the_section_is_unknown_until_a_heading_of_the_top_level():
    text = "一、回顾\n修路。\n---此处隐藏12字,下载后查看---\n(二)农业\n种粮。\n二、打算\n造林。"
    found = structure(text, report_id="a")
    assert [(one.text, one.section) for one in found.sentences] == [
        ("一、回顾", "一、回顾"),
        ("修路。", "一、回顾"),
        ("(二)农业", "▢ / (二)农业"),
        ("种粮。", "▢ / (二)农业"),
        ("二、打算", "二、打算"),
        ("造林。", "二、打算"),
    ]
