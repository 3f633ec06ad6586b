"""The features of real pages set into the annotated seeds, with the gold moved along, and mixed at random."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.corpus.structure import structure

ROOT = Path(__file__).parents[2]
SEEDS = {
    file.stem[:3]: (ROOT / "seeds" / f"{file.stem}.txt").read_bytes().decode("utf-8")
    for file in sorted((ROOT / "tests" / "gold").glob("*.json"))
}
WATERMARKS = [
    "www.wenkuwang.com",
    "http://www.fanwen.cn/a/12.html",
    "【某某文库】",
    "(本文来自:某某范文网)",
    "w w w . f w 5 . n e t",
    "更多范文请访问某某文库www.wk.com",
    "[文章来源:公文网]",
    "本文由某某范文网整理",
    "（www.gongwen.cn）",
    "ｗｗｗ．ｆｗ．ｃｎ",
]
PAGES = ["- 3 -", "第 3 页 共 12 页", "[page 3]", "– 3 –", "第3页/共12页", "[第3页]"]
GLOSSES = ["(tǒng chóu)", "（lā jī）", "(shi2)", "[hé xié]"]


def inner_places(raw, step):
    """Return places between two Han characters well inside long lines, every `step`-th."""
    found = []
    for line in re.finditer("[^\n]{60,}", raw):
        inner = range(line.start() + 12, line.end() - 12)
        found += [
            at
            for at in inner
            if re.fullmatch("[\u4e00-\u9fff]{4}", raw[at - 2 : at + 2]) and "隐藏" not in line.group()
        ]
    return found[step // 2 :: step]


def noise_of(raw):
    found = structure(raw, report_id="r")
    return {(mark.start, mark.end) for mark in found.noise}, found


def set_in(raw, pieces, step):
    """Return `raw` with `pieces` set in by turns, and their spans."""
    places = inner_places(raw, step)
    parts, spans, at, length = [], set(), 0, 0
    for number, place in enumerate(places):
        piece = pieces[number % len(pieces)]
        parts += [raw[at:place], piece]
        length += place - at
        spans.add((length, length + len(piece)))
        length += len(piece)
        at = place
    return "".join([*parts, raw[at:]]), spans


@pytest.mark.parametrize("pieces", [WATERMARKS, PAGES, GLOSSES], ids=["watermarks", "pages", "glosses"])
@pytest.mark.parametrize("seed", SEEDS)
def test_set_between_two_characters(seed, pieces):
    raw = SEEDS[seed]
    before, plain = noise_of(raw)
    mixed, spans = set_in(raw, pieces, 97)
    found, report = noise_of(mixed)
    assert len(spans) >= 3
    assert spans - found == set()
    assert len(found) == len(before) + len(spans)
    # what is left is the seed, character for character
    assert report.report.cleaned == plain.report.cleaned


@pytest.mark.parametrize("seed", [name for name in SEEDS if name != "001"])
@pytest.mark.parametrize("mark", ["- 3 -", "—3—", "第3页", "[page 3]", "3/12", "第 3 页 共 12 页"])
def test_page_numbers_between_the_halves_of_a_sentence(seed, mark):
    raw = SEEDS[seed]
    _, plain = noise_of(raw)
    places = [at for at in inner_places(raw, 311) if re.search("[,，。]", raw[raw.rfind("\n", 0, at) + 1 : at])]
    mixed, at = [], 0
    for place in places:
        mixed += [raw[at:place], f"\n{mark}\n"]
        at = place
    text = "".join([*mixed, raw[at:]])
    assert noise_of(text)[1].report.cleaned == plain.report.cleaned


PIECES = [
    *WATERMARKS,
    *PAGES,
    *GLOSSES,
    "&nbsp;",
    "&ldquo;",
    "&amp;nbsp;",
    "<br>",
    "</p>",
    "<p style='a'>",
    "<b>",
    "&#12288;",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "　　",
    "\u200b",
    "\u00ad",
    "\ue5e5",
    "\ufffd",
    "\t",
    "。",
    ",",
    ".",
    "；",
    ":",
    "“",
    "”",
    '"',
    "‘",
    "』",
    "全镇修路3公里",
    "完成投资1XX46元",
    "增长21.X%",
    "万元",
    "%",
    "3385",
    "20230%",
    "2023户",
    "2023年",
    "xx",
    "XX",
    "×.×",
    "某镇2020年工作总结",
    "目录",
    "一、工作回顾",
    "（一）抓好农业",
    "一、工作回顾………3",
    "1.",
    "二、工作打算",
    "一是",
    "二是",
    "索引号",
    "发布机构",
    "文号",
    "有效性",
    "首页 > 政务公开",
    "来源:某网 浏览:12次",
    "扫码下载",
    "免责声明:",
    "一、本站所有资源来自网络",
    "附件:",
    "1.某表.xls",
    "【打印】【关闭】",
    "乡 村 振 兴 工 作",
    "# ",
    "**一、回顾**",
    "- 4 -",
    "—5—",
    "7",
    "第8页",
    "指标",
    "亿元",
    "12.5",
    "---此处隐藏12字,下载后查看---",
    "各位代表:",
    "群众满意度不断提高",
    "𠮷",
    "e\u0301",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=50).map("".join)
FIXTURES = [
    file.read_bytes().decode("utf-8")
    for folder in ("tests/wild", "tests/wild/held_out")
    for file in sorted((ROOT / folder / "reports").glob("*.txt"))
]


def rebuilt(cleaned, edits):
    """Return the raw text from the cleaned text and the log alone."""
    raw, at = "", 0
    for edit in edits:
        kept = edit.start - len(raw)
        raw += cleaned[at : at + kept] + edit.text
        at += kept + len(edit.replacement)
    return raw + cleaned[at:]


def check(raw):
    found = structure(raw, report_id="r")
    report = found.report
    assert rebuilt(report.cleaned, report.edits) == raw
    for spans in (found.noise, found.damage):
        assert all(0 <= one.start < one.end <= len(raw) for one in spans)
    assert all(one.end <= after.start for one, after in zip(found.noise, found.noise[1:], strict=False))
    covered = bytearray(len(raw))
    for edit in report.edits:
        covered[edit.start : edit.end] = b"\1" * (edit.end - edit.start)
    assert all(covered.find(0, one.start, one.end) < 0 for one in found.noise)
    for one in [*found.headings, *found.items, *found.masks, *found.sentences]:
        start, end = report.to_raw(one.start, one.end)
        assert report.cleaned_span(start, end) == report.cleaned[one.start : one.end]
    for one in found.sentences:
        assert one.text == report.cleaned[one.start : one.end]


@pytest.mark.parametrize("number", range(len(FIXTURES)))
def test_fixtures_are_rebuilt(number):
    check(FIXTURES[number])


@settings(max_examples=300, deadline=None)
@given(texts)
def test_mixtures_are_rebuilt(raw):
    check(raw)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_mixed_fixtures_are_rebuilt(data):
    raw = data.draw(st.sampled_from(FIXTURES))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 5))
        raw = raw[:at] + data.draw(st.sampled_from(PIECES)) + raw[at + cut :]
    check(raw)
