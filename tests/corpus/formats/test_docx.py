"""Word files: what the page shows, in its order, and no markup, code, hidden or deleted text."""

import io
import zipfile

import pytest
from lxml import etree

from analysis.corpus.formats import OFFICE, Refusal
from analysis.corpus.formats.docx import read_zip
from analysis.corpus.formats.docx_numbering import numeral

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return made.getvalue()


def document(body, **parts):
    """Return a Word file with `body` and the parts numbering, styles, footnotes, endnotes, each as inner XML."""
    relations = "".join(f'<Relationship Id="r{kind}" Type="{KIND}/{kind}" Target="{kind}.xml"/>' for kind in parts)
    files = {
        "_rels/.rels": f'<Relationships xmlns="{R}"><Relationship Id="a" Type="{KIND}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{R}">{relations}</Relationships>',
    }
    files |= {f"word/{kind}.xml": f'<w:{kind} xmlns:w="{W}">{part}</w:{kind}>' for kind, part in parts.items()}
    return packed(files)


def lines(body, **parts):
    return read_zip(document(body, **parts)).text.split("\n")


def run(text, properties=""):
    return f"<w:r>{properties and f'<w:rPr>{properties}</w:rPr>'}<w:t>{text}</w:t></w:r>"


def paragraph(*runs, properties=""):
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def listed(text, number=1, level=0):
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=place)


def level(at, form, text, more=""):
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
CODE = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
CHANGE = 'w:id="1" w:author="甲"'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph("修", "路") + paragraph("造林"), ["修路", "造林"]),
        (paragraph("修路") + paragraph(" ") + paragraph("造林"), ["修路", "造林"]),
        (paragraph("<w:r><w:t>修</w:t><w:br/><w:t>路</w:t></w:r>"), ["修", "路"]),
        (paragraph('<w:r><w:t>修</w:t><w:br w:type="page"/><w:t>路</w:t></w:r>'), ["修路"]),
        (paragraph("<w:r><w:t>修</w:t><w:tab/><w:t>路</w:t><w:softHyphen/><w:noBreakHyphen/></w:r>"), ["修\t路-"]),
        (paragraph('<w:r><w:sym w:font="Wingdings" w:char="F06C"/></w:r>', "修路"), ["●修路"]),
        (paragraph(run("修路", "<w:vanish/>"), run("造林", '<w:vanish w:val="0"/>')), ["造林"]),
        (paragraph(f"<w:del {CHANGE}><w:r><w:delText>修路</w:delText></w:r></w:del>", "造林"), ["造林"]),
        (paragraph(f"<w:ins {CHANGE}>{run('修路')}</w:ins>"), ["修路"]),
        (paragraph(f"<w:moveTo {CHANGE}>{run('修路')}</w:moveTo><w:moveFrom>{run('造林')}</w:moveFrom>"), ["修路"]),
        (paragraph(FIELD.format("begin"), CODE, FIELD.format("separate"), "三", FIELD.format("end"), "页"), ["三页"]),
        (paragraph(FIELD.format("begin"), CODE, FIELD.format("end"), "修路"), ["修路"]),
        (paragraph(FIELD.format("begin"), CODE) + paragraph("修路"), ["修路"]),
        (paragraph(f'<w:fldSimple w:instr="DATE">{run("二日")}</w:fldSimple>'), ["二日"]),
        (paragraph(f"<w:hyperlink>{run('修路')}</w:hyperlink><w:smartTag>{run('造林')}</w:smartTag>"), ["修路造林"]),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('修路')}</w:sdtContent></w:sdt>", ["修路"]),
        (f"{paragraph('修路')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('单击此处')}"
         "</w:sdtContent></w:sdt>", ["修路"]),
        (paragraph(f"<w:ruby><w:rt>{run('gàn')}</w:rt><w:rubyBase>{run('赣')}</w:rubyBase></w:ruby>", "江"), ["赣江"]),
    ],
)  # fmt: skip
def test_paragraphs(body, expected):
    assert lines(body) == expected


def cell(*paragraphs, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(map(paragraph, paragraphs))}</w:tc>"


def table(*rows):
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def test_tables():
    rows = table(
        [cell("指标"), cell("产值"), cell("备注")],
        [cell("人口", "（人）"), cell("3000"), cell("")],
        [cell("合计", properties='<w:vMerge w:val="restart"/>'), cell("1"), cell("PVC", "LED")],
        [cell("看不见", properties="<w:vMerge/>"), cell("2")],
    )
    expected = ["修路", "指标\t产值\t备注", "人口（人）\t3000", "合计\t1\tPVC LED", "\t2", "造林"]
    assert lines(paragraph("修路") + rows + paragraph("造林")) == expected


def test_tables_that_lay_out_the_page():
    inner = "<w:tc>" + paragraph("修路。") + table([cell("人口"), cell("3000")]) + paragraph("造林。") + "</w:tc>"
    assert lines(table([inner, cell("旁注")])) == ["修路。", "人口\t3000", "造林。", "旁注"]
    assert lines(table([cell("修路。", "造林。")])) == ["修路。", "造林。"]


def test_deleted_rows_and_paragraph_marks():
    deleted = f"<w:tr><w:trPr><w:del {CHANGE}/></w:trPr>{cell('删去')}</w:tr>"
    assert lines("<w:tbl>" + f"<w:tr>{cell('人口')}{cell('3')}</w:tr>" + deleted + "</w:tbl>") == ["人口\t3"]
    mark = f"<w:rPr><w:del {CHANGE}/></w:rPr>"
    assert lines(paragraph("修", properties=mark) + paragraph("路", properties=mark) + paragraph("三里")) == [
        "修路三里"
    ]


def test_notes_follow_their_paragraph_and_break_no_sentence():
    notes = {
        kind: f'<w:{kind[:-1]} w:type="separator" w:id="0">{paragraph("横线")}</w:{kind[:-1]}>'
        f'<w:{kind[:-1]} w:id="1">{paragraph(f"{kind}之一")}{paragraph("之二")}</w:{kind[:-1]}>'
        for kind in ("footnotes", "endnotes")
    }
    foot, end = ('<w:r><w:footnoteReference w:id="1"/></w:r>', '<w:r><w:endnoteReference w:id="1"/></w:r>')
    assert lines(paragraph("修", foot, "路。") + paragraph("造林。"), footnotes=notes["footnotes"]) == [
        "修路。", "footnotes之一", "之二", "造林。",
    ]  # fmt: skip
    rows = table([cell("人口"), f"<w:tc>{paragraph('3000', end)}</w:tc>"], [cell("产值"), cell("1")])
    assert lines(rows, endnotes=notes["endnotes"]) == ["人口\t3000", "产值\t1", "endnotes之一", "之二"]


def test_numbers_that_word_counts():
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "chineseCounting", "%1、")
        + level(1, "chineseCountingThousand", "（%2）")
        + level(2, "decimal", "%3.")
        + level(3, "decimal", "%1.%2.%3.%4", "<w:isLgl/>")
        + "</w:abstractNum>"
        + f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", chr(0xF06C))}</w:abstractNum>'
        + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        + '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        + '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        "</w:lvlOverride></w:num>"
    )
    body = (
        listed("回顾") + listed("工业", level=1) + listed("农业", level=1) + listed("水稻", level=2)
        + listed("2024年早稻", level=2) + listed("子项", level=3) + listed("打算") + listed("工业", level=1)
        + listed("要点", number=2) + listed("另起", number=3) + listed("接着", number=3) + listed("无号", number=0)
    )  # fmt: skip
    assert lines(body, numbering=numbering) == [
        "一、回顾", "（一）工业", "（二）农业", "1.水稻", "2.2024年早稻", "1.2.2.1 子项", "二、打算", "（一）工业",
        "●要点", "五、另起", "六、接着", "无号",
    ]  # fmt: skip


def test_numbers_by_style():
    levels = (("japaneseCounting", "第%1部分 ", "H1"), ("decimalEnclosedCircle", "%2", "H2"))
    inner = "".join(
        level(at, form, text, f'<w:pStyle w:val="{style}"/>') for at, (form, text, style) in enumerate(levels)
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{inner}</w:abstractNum>'
        '<w:num w:numId="4"><w:abstractNumId w:val="7"/></w:num>'
    )
    place = '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>'
    styles = "".join(f'<w:style w:type="paragraph" w:styleId="{name}">{place}</w:style>' for name in ("H1", "H2"))
    styles += '<w:style w:type="paragraph" w:styleId="Mine"><w:basedOn w:val="H2"/></w:style>'
    body = "".join(
        paragraph(text, properties=f'<w:pStyle w:val="{style}"/>')
        for text, style in (("回顾", "H1"), ("工业", "H2"), ("农业", "Mine"), ("打算", "H1"), ("工业", "Mine"))
    )
    expected = ["第一部分 回顾", "①工业", "②农业", "第二部分 打算", "①工业"]
    assert lines(body, numbering=numbering, styles=styles) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("chineseCounting", ["一", "十", "十一", "二十", "二十一", "一百零一", "一百一十", "一千零一"]),
        ("ideographDigital", ["一", "一〇", "一一", "二〇", "二一", "一〇一", "一一〇", "一〇〇一"]),
        ("chineseLegalSimplified", ["壹", "壹拾", "壹拾壹", "贰拾", "贰拾壹", "壹佰零壹", "壹佰壹拾", "壹仟零壹"]),
        ("decimalZero", ["01", "10", "11", "20", "21", "101", "110", "1001"]),
        ("upperRoman", ["I", "X", "XI", "XX", "XXI", "CI", "CX", "MI"]),
        ("lowerLetter", ["a", "j", "k", "t", "u", "wwww", "fffff", "m" * 39]),
        ("decimalEnclosedCircle", ["①", "⑩", "⑪", "⑳", "21", "101", "110", "1001"]),
        ("ideographTraditional", ["甲", "癸", "11", "20", "21", "101", "110", "1001"]),
        ("decimalFullWidth", ["１", "１０", "１１", "２０", "２１", "１０１", "１１０", "１００１"]),
        ("none", [""] * 8),
    ],
)
def test_numerals(form, expected):
    assert [numeral(number, form) for number in (1, 10, 11, 20, 21, 101, 110, 1001)] == expected


def refused(content):
    with pytest.raises(Refusal) as error:
        read_zip(content)
    return error.value.reason


def test_entities_are_refused():
    bomb = (
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>'
        + f'<w:document xmlns:w="{W}"><w:body>&c;</w:body></w:document>'
    )
    assert (
        refused(packed({"word/document.xml": bomb}))
        == "the Word file declares entities, which no program does that writes reports"
    )


def test_what_is_no_word_file():
    for name, what in (
        ("xl/workbook.xml", "an Excel workbook"), ("ppt/presentation.xml", "a PowerPoint presentation"),
        ("OFD.xml", "an OFD document"), ("a.txt", "a zip archive"),
    ):  # fmt: skip
        assert refused(packed({name: "x"})) == f"this is {what}"
    odt = packed({"mimetype": "application/vnd.oasis.opendocument.text"})
    assert read_zip(odt).format == OFFICE


def test_files_that_would_unpack_to_too_much():
    assert refused(packed({"word/document.xml": b" " * 30_000_000})).startswith(
        "the packed file would unpack to more than any report (30,000,000 bytes out of "
    )
    many = packed({f"word/{number}.xml": "" for number in range(5_001)})
    assert refused(many) == "the packed file would unpack to more than any report (5,001 entries)"


def test_damaged_files():
    whole = document(paragraph("修路"))
    assert refused(whole[: len(whole) // 2]) == "the file is damaged or cut off (File is not a zip file)"
    assert refused(packed({"word/document.xml": "<w:document"})).startswith(
        "the Word file is damaged (word/document.xml: "
    )
    assert refused(packed({"word/document.xml": "<a/>"})) == "the Word file has no text"
    etree.fromstring("<a/>")  # and the parser works as before
