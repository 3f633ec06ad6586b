"""Quoted strings: every kind of quotation mark, marks that face the wrong way, and what is a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotate.quotes import Quoted, find_quoted, is_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("抓好“两区”建设", ["两区"]),
        ('抓好"两区"和"三带"建设', ["两区", "三带"]),
        ("抓好＂两区＂建设", ["两区"]),
        ("推进「五小」和『六廊』建设", ["五小", "六廊"]),
        ("推行'三张清单'制度", ["三张清单"]),
        ('开展“清河行动”,落实"河长制"', ["清河行动", "河长制"]),
        # a mark that faces the wrong way closes or opens all the same
        ("开展“五个一“包联和”生命线“工程", ["五个一", "生命线"]),
        ('开展“五个一"包联', ["五个一"]),
        ("”四零”服务", ["四零"]),
        # never closed: the next one is paired
        ("做到“应保尽保,完善机制,推进“三带”建设", ["三带"]),
        ("做到“应保尽保。推进“三带”建设", ["三带"]),
        ("做到“应保尽保\n推进“三带”建设", ["三带"]),
        ("做到“应保尽保", []),
        # a sentence may end inside the marks, but not go on
        ("喊响“看我的！”,走在前", ["看我的"]),
        ("他说“好。我来。”,走在前", []),
        ("“" + "长" * 71 + "”", []),
        ("“" + "长" * 70 + "”", ["长" * 70]),
        ("空的“”和“ ”", []),
        # nested
        ("推进“纠‘四风’、治陋习”工作", ["纠‘四风’、治陋习", "四风"]),
        ("推进“ 两区,”工作", ["两区"]),
        ("没有引号", []),
        ("", []),
    ],
)
def test_pairs(text, expected):
    assert [quoted.text for quoted in find_quoted(text)] == expected


def test_spans_are_without_marks():
    assert find_quoted("甲“两区”乙") == [Quoted(2, 4, "两区")]


@given(st.text(alphabet='甲乙,。、“”"‘’「」\n 两区', max_size=60))
def test_every_span_is_text_without_outer_marks(text):
    for quoted in find_quoted(text):
        assert text[quoted.start : quoted.end] == quoted.text
        assert quoted.text.strip() == quoted.text != ""
        assert "\n" not in quoted.text


@pytest.mark.parametrize(
    "text",
    [
        "注册“栖禾云雾”商标",
        "与某公司就“皇家小虎”冷冻半成品项目签约",
        "举办“嵩市梅香·镜头流芳”摄影视频大赛",
        "荣获“省级卫生镇”",
        "获得“全国文明镇”金字招牌",
        "颁发“光荣在党50年纪念章”",
        "沿“Sxxx线”公路沿线",
        "建成“黄金佳园”小区",
        "引进“云岭”合作社",
        "开通“云上乡村”微信公众号",
        "传承“耍宝塔”民俗",
        "在“xxxx”等地",
        "按“x+x”模式",
        "办好“溪栗花椒采摘节”",
        "种植“云溪脐橙”千亩",
        '荣获"文明村"称号',
    ],
)
def test_names_are_no_formulas(text):
    (quoted,) = find_quoted(text)
    assert is_name(text, quoted)


@pytest.mark.parametrize(
    "text",
    [
        "开展“清河行动”",
        "推行“村组上报、乡镇复核”机制",
        "稳住招商“压舱石”",
        "做到“应保尽保”",
        "清理“牛皮癣”",
        "打击“黄赌毒”",
        "“xx精神”代代相传",
        "出云峰“三联三共”工作站",
        "争当“排头兵”,勇夺先进",
    ],
)
def test_formulas_are_no_names(text):
    (quoted,) = find_quoted(text)
    assert not is_name(text, quoted)


@pytest.mark.parametrize(
    ("text", "strings"),
    [
        ('“清河行动",落实「河长制”,弘扬‘红旗渠”精神。', ["清河行动", "河长制", "红旗渠"]),
        ('举办“村晚』,打造"清廉上坪“品牌,开展“百日攻坚‘行动。', ["村晚", "清廉上坪", "百日攻坚"]),
        ("“纠‘四风’、治陋习”和“甲‘乙’”", ["纠‘四风’、治陋习", "四风", "甲‘乙’", "乙"]),
        ("“纠‘四风”,治“陋习”", ["纠‘四风", "陋习"]),
    ],
)
def test_marks_of_two_kinds_pair_and_do_not_run_away(text, strings):
    assert [quoted.text for quoted in find_quoted(text)] == strings
