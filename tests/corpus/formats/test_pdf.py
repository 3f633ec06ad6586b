"""PDF: print lines to paragraphs, and what is set around them left out."""

import pytest

from analysis.corpus.formats import Refusal
from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.formats.pdf_lines import Glyph, Line, lines_of
from analysis.corpus.formats.pdf_margins import without_margins
from analysis.corpus.formats.pdf_paragraphs import paragraphs

SIZE, LEFT, WIDE, STEP = 10.0, 100.0, 20, 15.0


def glyphs(text, *, x=LEFT, y=700.0, size=SIZE):
    """Return the glyphs of `text`: Han as wide as high, the rest half as wide."""
    made = []
    for character in text:
        width = size / 2 if character.isascii() else size
        made.append(Glyph(character, x, y, x, x + width, size))
        x += width
    return made


def page(*texts, top=700.0, step=STEP, page=0):
    """Return the lines of a page; an indent is written as full-width blanks."""
    made = []
    for number, text in enumerate(texts):
        bare = text.lstrip("\u3000")
        (line,) = lines_of(glyphs(bare, x=LEFT + SIZE * (len(text) - len(bare)), y=top - number * step), 600)
        line.page = page
        made.append(line)
    return made


A = "一" * WIDE


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["\u3000\u3000" + A[2:], A, "三里。", "\u3000\u3000造林。"], [A[2:] + A + "三里。", "造林。"]),
        ([A, A[:9] + "。", A, A[:5] + "。"], [A + A[:9] + "。", A + A[:5] + "。"]),
        ([A, "二、" + A[2:], A[:5]], [A + "二、" + A[2:] + A[:5]]),
        ([A[1:] + "。", "二、" + A[2:], A[:5]], [A[1:] + "。", "二、" + A[2:] + A[:5]]),
        ([A[:18], "12345678亩，", A], [A[:18] + "12345678亩，", A]),
        ([A[:17], "“一”一一", A], [A[:17] + "“一”一一", A]),
        ([A[:17], "一一一", A], [A[:17], "一一一", A]),
        ([A[:18] + "PVC", "LED", A], [A[:18] + "PVC LED", A]),
        ([A[:18] + "338", "5万元"], [A[:18] + "3385万元"]),
    ],
)
def test_lines_to_paragraphs(texts, expected):
    filler = [A, A, "。"]  # what shows where lines end
    assert paragraphs([page(*filler, *texts)]) == [A + A + "。", *expected]


def test_paragraphs_go_on_over_the_page():
    first = page("\u3000\u3000" + A[2:], A, A)
    second = page(A, "三里。", "\u3000\u3000造林。", page=1)
    assert paragraphs([first, second]) == [A[2:] + A * 3 + "三里。", "造林。"]


def test_paragraphs_that_are_set_apart():
    lines = page(A, A) + page(A, A[:3], top=650.0)
    assert paragraphs([lines]) == [A + A, A + A[:3]]


def test_blanks_and_tabs_of_a_line():
    def text(*parts):
        (line,) = lines_of([glyph for x, part in parts for glyph in glyphs(part, x=x)], 600)
        return line.text, line.cells

    assert text((100, "乡长")) == ("乡长", 1)
    assert text((100, "乡长"), (125, "辛朝晖")) == ("乡长 辛朝晖", 1)
    assert text((100, "2024"), (122.5, "年")) == ("2024年", 1)
    assert text((100, "PVC"), (118, "LED")) == ("PVC LED", 1)
    assert text((100, "人口"), (200, "3000")) == ("人口\t3000", 2)
    assert text((100, "修"), (100.4, "修"), (110, "路")) == ("修路", 1)  # bold by a second print


def test_columns_come_one_after_the_other():
    made = glyphs("标" * 20, x=200, y=720)
    for number in range(10):
        made += glyphs("左" * 15, x=100, y=700 - 15 * number) + glyphs("右" * 15, x=300, y=700 - 15 * number)
    texts = [line.text for line in lines_of(made, 550)]
    assert texts == ["标" * 20, *["左" * 15] * 10, *["右" * 15] * 10]


def line(text, y, *, size=SIZE, left=LEFT):
    return Line(text, left, left + size * len(text), y, size)


def test_margins_of_pages():
    def made(number):
        return [
            line("汇编", 780), line(f"正文{'甲乙丙丁'[number]}", 700), line("密", 400, size=60),
            line("2020年", 385), line("结尾", 370), line(f"- {number + 1} -", 40),
        ]  # fmt: skip

    kept = without_margins([made(number) for number in range(4)])
    assert [[one.text for one in lines] for lines in kept] == [[f"正文{one}", "2020年", "结尾"] for one in "甲乙丙丁"]


def test_a_number_of_the_text_is_no_page_number():
    lines = [line("修路三里。", 700), line("造林十亩。", 685), line("12", 670)]
    assert [one.text for one in without_margins([lines])[0]] == ["修路三里。", "造林十亩。", "12"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"%PDF-1.4\n", "the PDF is damaged or cut off"), (b"%PDF-1.4\n%%EOF", "the PDF is damaged or cut off")],
)
def test_files_that_are_refused(content, reason):
    with pytest.raises(Refusal) as error:
        read_pdf(content)
    assert error.value.reason == reason


def drawn(draw, **options):
    """Return the PDF that `draw` draws with reportlab."""
    import io

    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from analysis.plots import style

    folder = style.__file__.rpartition("plots")[0] + "fonts/"
    pdfmetrics.registerFont(TTFont("Body", folder + "NotoSansSC-Subset-Regular.ttf"))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842), invariant=1, **options)
    canvas.setFont("Body", 12)
    draw(canvas)
    canvas.save()
    return made.getvalue()


def reason(content):
    with pytest.raises(Refusal) as error:
        read_pdf(content)
    return error.value.reason


def test_upright_text_alone_is_read():
    def draw(canvas):
        canvas.drawString(100, 700, "修路三公里。")
        canvas.rotate(45)
        canvas.drawString(500, 100, "内部资料")
        canvas.rotate(-45)
        invisible = canvas.beginText(100, 600)
        invisible.setTextRenderMode(3)
        invisible.textLine("看不见")
        canvas.drawText(invisible)

    assert read_pdf(drawn(draw)).text == "修路三公里。"


def test_a_page_on_its_side_is_turned():
    def draw(canvas):
        canvas.translate(595, 0)
        canvas.rotate(90)
        canvas.setFont("Body", 12)
        canvas.drawString(100, 400, "修路三公里。")
        canvas.drawString(100, 380, "造林。")

    assert read_pdf(drawn(draw)).text == "修路三公里。\n造林。"


def test_locked_scanned_vertical_and_garbled_files():
    def upright(canvas):
        canvas.drawString(100, 700, "修路三公里。")

    def scan(canvas):
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("L", (40, 40), 200)), 0, 0, 595, 842)

    def vertical(canvas):
        for column in range(3):
            for row in range(30):
                canvas.drawString(500 - 20 * column, 780 - 14 * row, "修")

    def garbled(canvas):
        for number in range(20):
            canvas.drawString(100, 700 - 20 * number, "锟斤拷烫屯葺閬鏂皑".encode("gbk", "ignore").decode("gbk") * 2)

    assert reason(drawn(scan)) == "the pages are images without text"
    assert reason(drawn(vertical)) == "the text is set vertically"
    assert reason(drawn(garbled)) == "the text layer of the PDF holds wrong characters (its fonts do not say which)"
    from reportlab.lib.pdfencrypt import StandardEncryption

    locked = StandardEncryption("secret", ownerPassword="owner", strength=128)
    assert reason(drawn(upright, encrypt=locked)) == "the PDF is locked by a password"
    opened = StandardEncryption("", ownerPassword="owner", strength=128)
    assert read_pdf(drawn(upright, encrypt=opened)).text == "修路三公里。"
