"""Line wraps by spaces and by newlines: removed, kept and told from paragraph breaks."""

import pytest

from analysis.corpus.cleaning.chrome import lines_of
from analysis.corpus.cleaning.typesetting import Setting, paragraph_breaks, setting_of
from analysis.corpus.cleaning.wraps import find_wraps, line_width
from analysis.corpus.text.width import display_width

TEXT = (
    "今年以来全镇上下团结一心真抓实干修建道路三公里架设桥梁两座新建学校一所改造医院一处"
    "群众的获得感幸福感安全感不断增强社会大局保持和谐稳定各项事业取得新的进步为今后的发展"
    "打下了坚实的基础我们要再接再厉把各项工作推向前进努力建设富裕文明和谐的新农村让人民满意。"
)


def lines(text, width):
    return [text[at : at + width] for at in range(0, len(text), width)]


def undone(raw):
    """Return `raw` with its wraps undone, and the kinds of the edits in order."""
    edits = find_wraps(raw, lines_of(raw))
    text, at = "", 0
    for edit in edits:
        assert raw[edit.start : edit.end] == edit.text
        text += raw[at : edit.start] + edit.replacement
        at = edit.end
    return text + raw[at:], [edit.kind for edit in edits]


@pytest.mark.parametrize("width", [16, 18, 20])
@pytest.mark.parametrize("blank", [" ", "\u3000", "\t", "  "])
def test_a_paragraph_flattened_at_any_width(width, blank):
    pieces = lines(TEXT, width)
    assert undone(blank.join(pieces)) == (TEXT, ["line_wrap"] * (len(pieces) - 1))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_paragraph_wrapped_by_newlines(newline):
    pieces = lines(TEXT, 18)
    assert undone(newline.join(pieces)) == (TEXT, ["line_wrap"] * (len(pieces) - 1))


def test_paragraphs_come_back():
    first, second = "　　" + TEXT, "　　一、工作打算"
    wrapped = "\n".join([*lines(first, 18), second, *lines(first, 18)])
    assert undone(wrapped)[0] == f"{first}\n{second}\n{first}"
    blank_lines = "\n".join([*lines(TEXT, 18), "", *lines(TEXT, 18)])
    assert undone(blank_lines)[0] == f"{TEXT}\n\n{TEXT}"


def test_a_flattened_heading_and_paragraph_come_back():
    pieces = [*lines(TEXT, 20), "一、工作打算", *lines(TEXT, 20)]
    text, kinds = undone(" ".join(pieces))
    assert text == f"{TEXT}\n一、工作打算\n{TEXT}"
    assert kinds.count("paragraph_break") == 2


@pytest.mark.parametrize(
    ("raw", "text", "kinds"),
    [
        ("修路 3 公里,增长 8% 以上。", "修路3公里,增长8%以上。", ["digit_adjacent"] * 4),
        ("推进 5G Plus 建设。", "推进5G Plus建设。", ["digit_adjacent"] * 2),
        ("群众 满意。", "群众满意。", ["line_wrap"]),
        ("群众　满意。", "群众　满意。", []),
        ("张 三", "张 三", []),
        ("* 修路三公里。", "* 修路三公里。", []),
        ("第一部分 修路。", "第一部分 修路。", []),
        ("修路。 二、打算", "修路。\n二、打算", ["paragraph_break"]),
        (
            "2009年,我镇修路。 一、主要工作 全镇修路。 二、存在问题 资金不足。 三、2010年打算 继续修路。",
            "2009年,我镇修路。\n一、主要工作\n全镇修路。\n二、存在问题\n资金不足。\n三、2010年打算\n继续修路。",
            ["paragraph_break"] * 6,
        ),
    ],
)
def test_texts_without_a_width(raw, text, kinds):
    assert undone(raw) == (text, kinds)


def test_paragraphs_of_like_length_are_no_wraps():
    raw = "\n".join(["一、加快建设步伐推动全镇经济发展", "修路三公里。"] * 8 + [TEXT] * 3)
    assert undone(raw) == (raw, [])


def test_width_is_found_in_the_unit_that_agrees_best():
    by_characters = ["修路1234567890123公", "架桥两座通水三处新建学校一所改造"] * 4
    assert setting_of(by_characters) == Setting(16, len)
    by_columns = ["修路三公里架桥两座", "通水12处,新建34所"] * 4
    assert setting_of(by_columns) == Setting(18.0, display_width)
    assert setting_of(["短", "行"] * 9) is None
    assert setting_of([TEXT[:20]] * 5) is None


def test_a_short_line_ends_a_paragraph():
    text = "甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己。 子丑寅卯。 辰巳午未"
    breaks = [(17, 18), (23, 24)]
    assert paragraph_breaks(text, breaks, Setting(40, display_width)) == {1}


def test_line_width_of_paragraphs_is_none():
    assert line_width([TEXT, TEXT + TEXT, "一、打算"]) is None
    assert line_width(lines(TEXT, 18)) == Setting(36, display_width)
