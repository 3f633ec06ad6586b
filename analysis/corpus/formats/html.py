"""Web pages to text: the page as a browser shows it, without what stands around the report."""

from __future__ import annotations

import re

from analysis.corpus.formats import Extract, Refusal
from analysis.corpus.formats.encodings import check_damage, decode
from analysis.corpus.formats.html_main import main_text
from analysis.corpus.formats.html_text import Page, page_of

__all__ = ["read_html", "text_of_page"]

_META = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{2,40})""")
_HAN = re.compile("[\u3400-\u9fff]")
_HEAD, _SCRIPT = 20_000, 2_000
_BROKEN = 0.002


def read_html(content: bytes) -> Extract:
    """Return the main text of a web page, one line a block, and the encoding of its bytes.

    Raises
    ------
    Refusal
        If no encoding gives Chinese text, or the page shows none.
    """
    text, encoding = _decode(content)
    found = text_of_page(text)
    if "\ufffd" in found:
        check_damage(found, "utf-8")
    return Extract(found, encoding, "html")


def text_of_page(source: str) -> str:
    r"""Return the main text of the page that `source` describes.

    Examples
    --------
    >>> text_of_page("<nav>首页</nav><p>修路<b>三</b>公里。<br>　　造林<p>10亩。<script>x()</script>")
    '修路三公里。\n\u3000\u3000造林\n10亩。'
    """
    page = page_of(source)
    found = main_text(page)
    if not _HAN.search(found):
        raise _empty(page, source)
    return found


def _decode(content: bytes) -> tuple[str, str]:
    declared = _META.search(content[:_HEAD]) or _XML.match(content[:_HEAD])
    name = declared[1].decode("ascii", "replace") if declared else None
    try:
        return decode(content, declared=name)
    except Refusal:
        # a few broken bytes, such as a headline that was cut inside a character, do not stop a browser
        for encoding in ("utf-8", "gb18030", "big5"):
            text = content.decode(encoding, "replace")
            if _HAN.search(text) and _mended(text):
                return text, encoding
        raise


def _mended(text: str) -> bool:
    from analysis.corpus.formats.encodings import commonness

    wide = sum(character > "\x7f" for character in text)
    return text.count("\ufffd") <= max(2, _BROKEN * wide) and commonness(text) > 0.4


def _empty(page: Page, source: str) -> Refusal:
    if source.count("<script") and len(source) > _SCRIPT:
        return Refusal(
            "the page holds no text of its own (scripts fill it in)", "open it in a browser and save the text it shows"
        )
    return Refusal("the page shows no Chinese text", "download the report again, or remove the file")
