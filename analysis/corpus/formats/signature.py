"""What a file is: by its first bytes where they tell, else by its suffix."""

from __future__ import annotations

import re

from analysis.corpus.formats import Refusal

__all__ = ["FORMATS", "TEXT_SUFFIXES", "format_of", "misnamed"]

TEXT_SUFFIXES = (".txt", ".text", ".md")
HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
_DOCUMENTS = {
    ".docx": "Word document",
    ".docm": "Word document",
    ".doc": "Word document",
    ".wps": "WPS document",
    ".rtf": "RTF document",
    ".odt": "OpenDocument text",
    ".pdf": "PDF file",
    ".mht": "saved web page",
    ".mhtml": "saved web page",
}
FORMATS = "text (.txt), web pages (.html, .mht), Word (.docx, .doc, .wps, .rtf, .odt) and PDF"
_SAVE = "open it with its program and save it as .docx, .pdf or .txt"
_UNPACK = "unpack it here and remove the archive"
_PICTURE = "run OCR over it, save the text as .txt, or remove it"

_FOREIGN = (
    (b"\x89PNG\r\n", "a PNG picture", _PICTURE),
    (b"\xff\xd8\xff", "a JPEG picture", _PICTURE),
    (b"GIF87a", "a GIF picture", _PICTURE),
    (b"GIF89a", "a GIF picture", _PICTURE),
    (b"BM", "a BMP picture", _PICTURE),
    (b"II*\x00", "a TIFF picture", _PICTURE),
    (b"MM\x00*", "a TIFF picture", _PICTURE),
    (b"RIFF", "a picture, sound or film", "remove it"),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    (b"MZ", "a Windows program", "remove it, and do not run it"),
    (b"\x7fELF", "a program", "remove it, and do not run it"),
    (b"CAJ\x00", "a CAJ document", "open it with its reader and save it as PDF or text"),
    (b"HN\x00\x00", "a CAJ document", "open it with its reader and save it as PDF or text"),
    (b"KDH ", "a KDH document", "open it with its reader and save it as PDF or text"),
    (b"SQLite format 3\x00", "a database", "export the reports as .txt"),
)
_PRINTABLE_MARKS = {b"BM", b"MZ", b"RIFF", b"BZh", b"GIF87a", b"GIF89a"}
"""Marks that a text could begin with, too: they count only where control characters follow."""

_OLE_STREAMS = (
    ("EncryptedPackage", "an Office document locked by a password", "save it without a password"),
    ("__substg1.0_", "an Outlook message", "save its text as .txt"),
    ("PowerPoint Document", "a PowerPoint presentation", _SAVE),
    ("Workbook", "an Excel workbook", "copy the report into a text file; a table of metadata is called metadata.csv"),
    ("Book", "an Excel workbook", "copy the report into a text file; a table of metadata is called metadata.csv"),
)
_BLANK = rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|[\s\x00])*"
_PROLOG = re.compile(_BLANK + rb"(?:<\?xml[^>]{0,400}\?>\s*|<!--.{0,4000}?-->\s*){0,20}", re.DOTALL)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title)[\s>/]", re.IGNORECASE)
_FRAGMENT = re.compile(rb"<(?:p|div|table|span|font|center|h[1-6]|br|strong|b|ul|section|article)[\s>/]", re.IGNORECASE)
_TAGS = re.compile(rb"</(?:p|div|td|span|li)>|<br\s*/?>", re.IGNORECASE)
_MIME = re.compile(rb"(?:^|\n)(?:MIME-Version:|Content-Type:\s*multipart/related)", re.IGNORECASE)
_WORD_XML = re.compile(rb"<w:wordDocument|<pkg:package|<office:document[\s>]|progid=[\"']Word\.Document")
_HEAD = 8000


def format_of(content: bytes, suffix: str) -> str:
    """Return the reader for a file: text, html, mht, pdf, zip or office.

    Parameters
    ----------
    content : bytes
        The whole file.
    suffix : str
        In lower case, with its dot; it decides where the content does not.

    Raises
    ------
    Refusal
        If the file is of a kind that is not read; the text says of which.

    Examples
    --------
    >>> format_of(b"<!DOCTYPE html><p>...", ".doc"), format_of(b"%PDF-1.7", ".txt"), format_of(b"", ".txt")
    ('html', 'pdf', 'text')
    """
    head = content[:_HEAD]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if re.match(_BLANK + rb"%PDF-", head) or (suffix == ".pdf" and b"%PDF-" in head[:1024]):
        return "pdf"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(content)
    if re.match(_BLANK + rb"\{\\rtf", head):
        return "office"
    for mark, what, remedy in _FOREIGN:
        if head.startswith(mark) and not (mark in _PRINTABLE_MARKS and not re.search(rb"[\x00-\x08]", head)):
            raise Refusal(f"this is {what}", remedy)
    return _markup(head, suffix) or _by_suffix(suffix)


def _markup(head: bytes, suffix: str) -> str | None:
    """Return html, mht or office where marked-up text shows itself."""
    narrow = head.replace(b"\0", b"")  # in UTF-16, too
    prolog = _PROLOG.match(narrow)
    start = narrow[prolog.end() :] if prolog else narrow
    if _WORD_XML.search(narrow):
        return "office"
    if _MIME.search(narrow[:2000]) and re.match(rb"[\w-]+:", start):
        return "mht"
    if suffix in HTML_SUFFIXES or _HTML.match(start):
        return "html"
    if suffix in TEXT_SUFFIXES and not _FRAGMENT.match(start):
        return None
    saved = _FRAGMENT.match(start) and len(_TAGS.findall(narrow)) >= 3
    return "html" if saved or (suffix not in TEXT_SUFFIXES and _HTML.search(start)) else None


def _by_suffix(suffix: str) -> str:
    if suffix in TEXT_SUFFIXES or suffix in _DOCUMENTS:
        return "text"
    kind = f"files of type {suffix!r}" if suffix else "files without suffix"
    raise Refusal(f"{kind} are not read", f"give the report as {FORMATS}")


def _ole(content: bytes) -> str:
    """Return office for an old Word document; refuse its relatives."""
    for stream, what, remedy in _OLE_STREAMS:
        if stream.encode("utf-16-le") + b"\0\0" in content and "WordDocument".encode("utf-16-le") not in content:
            raise Refusal(f"this is {what}", remedy)
    for at in range(512, min(len(content), 1_000_000), 512):
        # the flags of a Word stream: bit 8 says that the text is encrypted
        if content[at : at + 2] == b"\xec\xa5" and content[at + 11] & 1:
            raise Refusal("this is a Word document locked by a password", "save it without a password")
    if "WordDocument".encode("utf-16-le") not in content:  # LibreOffice would make a text of whatever is there
        raise Refusal("the file is damaged: it holds no Word document", "download the report again")
    return "office"


def misnamed(suffix: str) -> Refusal | None:
    """Return the refusal of content that is nothing of what `suffix` promises; None for suffixes of text."""
    if suffix not in _DOCUMENTS:
        return None
    return Refusal(
        f"the file is named {suffix} but is no {_DOCUMENTS[suffix]}, and no text either", "download the report again"
    )
