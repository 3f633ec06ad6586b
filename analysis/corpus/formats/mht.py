"""Saved web pages of one file (.mht, .mhtml, Word's own): the HTML part, by the standard library's mail parser."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import Message

from analysis.corpus.formats import Extract, Refusal
from analysis.corpus.formats.html import read_html

__all__ = ["read_mht"]

_MOST_PARTS = 2_000


def read_mht(content: bytes) -> Extract:
    """Return the main text of the page that a MIME file holds; of several pages, of the one with the longest text.

    Raises
    ------
    Refusal
        If it holds no page with Chinese text.
    """
    start = len(content) - len(content.lstrip())
    message = message_from_bytes(content[start:], policy=policy.compat32)
    pages: list[Extract] = []
    refusal = Refusal("the saved page holds no HTML part", "open it in a browser and save the text it shows")
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            raise Refusal(f"the saved page has more than {_MOST_PARTS:,} parts", "save the report as .txt")
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            try:
                pages.append(read_html(_bytes(part)))
            except Refusal as error:
                refusal = error
    if not pages:
        raise refusal
    return max(pages, key=lambda page: len(page.text))


def _bytes(part: Message) -> bytes:
    """Return the page's bytes, with the encoding of the part's head where the page itself names none."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    marked = content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"charset" in content[:20_000].lower()
    if charset and charset.isascii() and not marked:
        return f'<meta charset="{charset}">'.encode() + content
    return content
