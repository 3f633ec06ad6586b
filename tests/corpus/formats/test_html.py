"""Web pages: what a browser shows of the report, and nothing of what stands around it."""

import pytest

from analysis.corpus.formats import Refusal
from analysis.corpus.formats.html import read_html, text_of_page

A = "一年来，全镇上下团结一心，完成地区生产总值三亿元，农民收入稳步增长。"
B = "明年，我们将继续修路架桥，办好各项民生实事，保持社会和谐稳定。"
C = "以上报告，请予审议。"
MENU = "<ul>" + "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("首页", "新闻", "公开", "服务")) + "</ul>"


def lines(source):
    return text_of_page(source).split("\n")


def body(*paragraphs):
    return "".join(f"<p>{one}</p>" for one in paragraphs)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>修<b>路</b>三<span>公</span>里。</p>", ["修路三公里。"]),
        ("修路。<br>造林。<br/><br>治水。", ["修路。", "造林。", "治水。"]),
        ("<div>修路。<div>造林。</div>治水。</div>", ["修路。", "造林。", "治水。"]),
        ("<p>修  路\n  三 公里，\n   造林</p>", ["修 路三 公里，造林"]),
        ("<p>PVC\n LED 管</p>", ["PVC LED 管"]),
        ("<p>&nbsp;&nbsp;修路&lt;三&gt;公里&#12290;&emsp;造林</p>", ["\xa0\xa0修路<三>公里。\u2003造林"]),
        ("<pre>  修路。\n  造林。</pre>", ["  修路。", "  造林。"]),
        ("<p style='white-space: pre-wrap'>修路。\n造林。</p>", ["修路。", "造林。"]),
        ("<ruby>赣<rp>(</rp><rt>gàn</rt><rp>)</rp></ruby>江流域", ["赣江流域"]),
        ("<ol><li>修路<li>造林</ol><ul><li>治水</ul>", ["1.修路", "2.造林", "治水"]),
        (
            "<ol start=3><li>修路<li>（二）造林</ol><ol style='list-style: none'><li>治水</ol>",
            ["3.修路", "（二）造林", "治水"],
        ),
        ("修路。<script>造林</script><style>a{}</style><!-- 治水 --><template>水</template>", ["修路。"]),
        ("修路。<p hidden>造林</p><p style='color:red; DISPLAY : none'>治水</p>", ["修路。"]),
        ("修路。<textarea>造林</textarea><select><option>治水</select><button>水</button><input value=水>", ["修路。"]),
        ("<p>修路<![if !supportLists]>三<![endif]>公里<o:p></o:p></p>", ["修路三公里"]),
        ("<p><a href='#a'>修路三公里。</a></p>", ["修路三公里。"]),
    ],
)
def test_a_page_as_a_browser_shows_it(source, expected):
    assert lines(source) == expected


@pytest.mark.parametrize("style", ["visibility:hidden", "display: none", "color: red"])
def test_a_page_whose_text_a_script_shows(style):
    body = "全镇修路三公里,造林十亩,架桥两座。" * 10
    assert lines(f"<h1>某镇2020年工作报告</h1><div style='{style}'><p>{body}</p></div>")[-1] == body


def test_little_text_that_a_style_hides_stays_hidden():
    body = "全镇修路三公里,造林十亩,架桥两座。" * 10
    assert lines(f"<p>{body}</p><div style='display:none'><p>{body}</p></div>") == [body]


def test_a_mark_before_the_page_does_not_show_its_title():
    assert lines("\ufeff<html><head><title>某镇</title></head><body><p>修路。</body></html>") == ["修路。"]


def test_tables_of_data_stay_tables():
    rows = (("指标", "今年", "去年"), ("人口", "3000", ""), ("产值", "<p>2</p><p>亿元</p>", "1亿元"))
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    expected = [A, "指标\t今年\t去年", "人口\t3000", "产值\t2亿元\t1亿元", B]
    assert lines(f"{body(A)}<table>{table}</table>{body(B)}") == expected


def test_tables_that_lay_out_the_page_are_no_tables():
    inner = "<table><tr><td>人口<td>3000<tr><td>产值<td>2亿元</table>"
    page = f"<table><tr><td>{MENU}<td>{body(A)}{inner}{body(B)}</table>"
    assert lines(page) == [A, "人口\t3000", "产值\t2亿元", B]


@pytest.mark.parametrize(
    "page",
    [
        f"<nav>{MENU}</nav><main>{body(A, B)}</main><footer>版权所有</footer>",
        f"<div class=menu>{MENU}</div><div id=zoom>{body(A, B)}</div><div class=footer><p>版权所有</p></div>",
        f"<div>{MENU}</div><div><div>{body(A)}</div><div>{body(B)}</div></div><div>{MENU}</div>",
        f"<div>{MENU}</div><div>{body(A)}</div><div>{body(B)}</div><div>{MENU}</div>",
        f"<form>{MENU}<div>{body(A, B)}</div><input></form>",
        f"<aside>{body(A, B)}</aside><div>{MENU}</div>",
        f"<div class='sidebar'>{body(A, B)}</div><div class='nav'>{MENU}</div>",
        f"<div class=left>{MENU}</div><div class=b><p>{A}</p><div class=share>{MENU}</div><p>{B}</p></div>",
        f"<div role=navigation>{MENU}</div><section>{A}<section>{B}</section></section>",
    ],
)
def test_menus_go_and_no_paragraph_is_lost(page):
    assert lines(page) == [A, B]


def test_a_link_that_was_never_closed():
    page = f"<div>{MENU}</div><div><a href='/x'><img src=a.png><p>一、工作回顾</p>{body(A * 3, B * 3, C)}</div>"
    assert lines(page) == ["一、工作回顾", A * 3, B * 3, C]


def test_a_short_first_and_last_paragraph_beside_a_long_one():
    page = f"<div>{MENU}</div><div><p>各位代表：</p><div>{A * 9}</div><p>{C}</p></div><div>{MENU}</div>"
    assert lines(page) == ["各位代表：", A * 9, C]


def test_sentences_of_a_site_behind_its_links_go():
    foot = "<div><p>本站内容来自用户，侵权请联系删除。</p></div>"
    assert lines(f"<div>{body(A * 3, B * 3, C)}</div><div>{MENU}</div>{foot}") == [A * 3, B * 3, C]


@pytest.mark.parametrize(
    "head",
    [
        "<h1>某镇2020年政府工作报告</h1>",
        "<div class=title>某镇2020年政府工作报告</div>",
        "",
    ],
)
def test_the_title_above_the_text_is_kept(head):
    title = "<title>某镇2020年政府工作报告_某县人民政府</title>"
    page = f"{title}<div>{MENU}{head}<p>发布时间：2020</p></div><div id=zoom>{body(A, B)}</div>"
    assert lines(page) == ["某镇2020年政府工作报告", A, B]


def test_a_site_is_no_title():
    assert lines(f"<title>某县人民政府网</title><div>{MENU}</div><div>{body(A, B)}</div>") == [A, B]


def test_deep_nesting_needs_no_recursion():
    assert lines("<b>" * 3000 + A) == [A]


def test_the_encoding_that_a_page_declares_is_checked():
    page = f"<meta charset={{}}>{body(A, B)}"
    for declared, real, found in (
        ("gbk", "gb18030", "gb18030"), ("utf-8", "gb18030", "gb18030"), ("gb2312", "utf-8", "utf-8"),
        ("big5", "gb18030", "gb18030"),
    ):  # fmt: skip
        extract = read_html(page.format(declared).encode(real))
        assert (extract.text, extract.encoding, extract.format) == (f"{A}\n{B}", found, "html")


def test_a_cut_character_beside_the_report_does_no_harm():
    page = "<div><a href=/1>县委书记调研</a><a href=/2>安全生产</a><a href=/3>春".encode("gb18030") + b"\xb8"
    page += f"</a></div><div>{body(A, B)}</div>".encode("gb18030")
    assert read_html(page).text == f"{A}\n{B}"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<p>no text</p>", "the page shows no Chinese text"),
        (f"<script>{'x' * 3000}</script><div id=app></div>", "the page holds no text of its own (scripts fill it in)"),
        ("<frameset><frame src=a.html></frameset>", "the page shows no Chinese text"),
    ],
)
def test_pages_without_text(page, reason):
    with pytest.raises(Refusal) as error:
        read_html(page.encode())
    assert error.value.reason == reason
