"""PDF files to text: PDFium gives the characters and their places, the lines are made of them here."""

from __future__ import annotations

import ctypes
import itertools
import math
from collections import Counter
from typing import Any

from analysis.corpus.formats import LONGEST, Extract, Refusal, too_long
from analysis.corpus.formats.encodings import commonness
from analysis.corpus.formats.pdf_lines import Glyph, Line, lines_of
from analysis.corpus.formats.pdf_margins import without_margins
from analysis.corpus.formats.pdf_paragraphs import paragraphs

__all__ = ["read_pdf"]

_MOST_PAGES = 2_000
_WRONG, _COMMON, _ENOUGH = 0.05, 0.3, 100
_SCANS = 0.25
_INVISIBLE = 3
_OCR = "run OCR over it (for Chinese), or save the text of the report as .txt"


def read_pdf(content: bytes) -> Extract:
    """Return the paragraphs of a PDF with a text layer, without running heads, page numbers and watermarks.

    Raises
    ------
    Refusal
        If the file is damaged or locked, its pages are images, its text is set vertically, or its text layer holds
        wrong characters.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refusal("the PDF is locked by a password", "save it without a password") from error
        raise Refusal("the PDF is damaged or cut off", "download it again") from error
    if len(document) > _MOST_PAGES:
        raise too_long()
    pages: list[list[Line]] = []
    scans = wrong = total = vertical = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError as error:
            raise Refusal(f"page {number + 1} of the PDF is damaged", "download it again") from error
        glyphs, unmapped = _glyphs(page)
        wrong, total = wrong + unmapped, total + len(glyphs)
        if total > LONGEST:
            raise too_long()
        scans += not glyphs and _is_image(page)
        vertical += _stands(glyphs)
        pages.append(lines_of(glyphs, page.get_width()))
        page.close()
    if scans and scans >= _SCANS * len(pages):
        which = "the pages are images" if scans == len(pages) else f"{scans} of {len(pages)} pages are images"
        raise Refusal(f"{which} without text", _OCR)
    if vertical > 0.5 * len(pages):
        raise Refusal("the text is set vertically", "save the text of the report as .txt")
    text = "\n".join(paragraphs(without_margins(pages)))
    _check(text, wrong, total)
    return Extract(text, None, "pdf")


def _check(text: str, wrong: int, total: int) -> None:
    private = sum("\ue000" <= character <= "\uf8ff" for character in text)
    beyond = sum(character > "\x7f" for character in text)
    odd = beyond >= _ENOUGH and commonness(text) < _COMMON
    if total and (wrong + private > _WRONG * total or odd):
        raise Refusal("the text layer of the PDF holds wrong characters (its fonts do not say which)", _OCR)


def _is_image(page: Any) -> bool:
    import pypdfium2.raw as pdfium

    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))


def _stands(glyphs: list[Glyph]) -> bool:
    """Tell whether most characters stand below the one before."""
    steps = [
        abs(after.y - before.y) > abs(after.x - before.x) and before.y - after.y < 2 * before.size
        for before, after in itertools.pairwise(glyphs)
    ]
    return len(steps) > 20 and sum(steps) > 0.6 * len(steps)


def _glyphs(page: Any) -> tuple[list[Glyph], int]:
    """Return the visible upright characters of a page, and how many have no Unicode."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    raw = textpage.raw
    x, y, box, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    found: list[tuple[Glyph, int, bool]] = []
    unmapped, high = 0, 0
    for at in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if code in (2, 0xFFFE) and pdfium.FPDFText_IsHyphen(raw, at) == 1:
            code = ord("-")  # at a line's end
        if pdfium.FPDFText_IsGenerated(raw, at) == 1:
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD), 0
        if pdfium.FPDFText_HasUnicodeMapError(raw, at) == 1 or code in (0, 0xFFFD, 0xFFFE, 0xFFFF):
            unmapped += 1
            code = 0xFFFD  # where characters are missing, the text shows it
        pdfium.FPDFText_GetCharOrigin(raw, at, x, y)
        pdfium.FPDFText_GetLooseCharBox(raw, at, box)
        pdfium.FPDFText_GetMatrix(raw, at, matrix)
        scale = math.hypot(matrix.c, matrix.d)
        size = pdfium.FPDFText_GetFontSize(raw, at) * scale
        turn = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        hidden = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(raw, at)) == _INVISIBLE
        found.append((Glyph(chr(code), x.value, y.value, box.left, box.right, size), turn, hidden))
    textpage.close()
    turns = Counter(turn for _, turn, _ in found)
    upright = turns.most_common(1)[0][0] if turns else 0
    shown = sum(not hidden for _, _, hidden in found)
    # a scan with a text layer of its own has nothing but invisible text
    layer = shown < 0.2 * len(found)
    kept = [_turned(glyph, turn) for glyph, turn, hidden in found if turn == upright and (layer or not hidden)]
    return kept, unmapped


def _turned(glyph: Glyph, turn: int) -> Glyph:
    """Return `glyph` as it stands on a page turned upright."""
    if turn == 0:
        return glyph
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    x, y = glyph.x * cosine + glyph.y * sine, glyph.y * cosine - glyph.x * sine
    return Glyph(glyph.text, x, y, x, x + glyph.size * (0.5 if glyph.text.isascii() else 1), glyph.size)
