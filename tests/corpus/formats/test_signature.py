"""What a file is: its content decides where it can, its suffix where it cannot."""

import pytest

from analysis.corpus.formats import Refusal
from analysis.corpus.formats.signature import FORMATS, format_of, misnamed

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def stream(name):
    return OLE + b"\0" * 600 + name.encode("utf-16-le") + b"\0\0"


@pytest.mark.parametrize(
    ("content", "suffix", "expected"),
    [
        ("修路。".encode(), ".txt", "text"),
        ("修路。".encode(), ".md", "text"),
        ("修路。".encode("gbk"), ".doc", "text"),
        (b"PK\x03\x04", ".txt", "zip"),
        (b"%PDF-1.4", ".doc", "pdf"),
        (b"\xef\xbb\xbf %PDF-1.4", ".txt", "pdf"),
        (b"junk %PDF-1.4", ".pdf", "pdf"),
        (b"junk %PDF-1.4", ".txt", "text"),
        (stream("WordDocument"), ".doc", "office"),
        (b"{\\rtf1", ".doc", "office"),
        (b'<?xml version="1.0"?><w:wordDocument>', ".doc", "office"),
        (b"\xef\xbb\xbf\n<!-- saved -->\n<!DOCTYPE html>", ".txt", "html"),
        ("\ufeff<html>".encode("utf-16-le"), ".doc", "html"),
        ("<p>修路</p><p>造林</p><p>治水</p>".encode(), ".txt", "html"),
        ("<修路>造林<造林>".encode(), ".txt", "text"),
        ("修路".encode(), ".htm", "html"),
        (b"<HTML>", "", "html"),
        (b"<html>", ".aspx", "html"),
        (b"From: x\r\nMIME-Version: 1.0\r\n", ".doc", "mht"),
        ("BM 修路".encode(), ".txt", "text"),
    ],
)
def test_formats(content, suffix, expected):
    assert format_of(content, suffix) == expected


@pytest.mark.parametrize(
    ("content", "suffix", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", ".txt", "this is a PNG picture"),
        (b"\xff\xd8\xff\xe0", ".doc", "this is a JPEG picture"),
        (b"Rar!\x1a\x07\x00", ".docx", "this is a RAR archive"),
        (b"MZ\x90\x00\x03", ".doc", "this is a Windows program"),
        (stream("Workbook"), ".doc", "this is an Excel workbook"),
        (stream("PowerPoint Document"), ".ppt", "this is a PowerPoint presentation"),
        (stream("EncryptedPackage"), ".docx", "this is an Office document locked by a password"),
        (OLE + b"\0" * 504 + b"\xec\xa5" + b"\0" * 9 + b"\x01" + stream("WordDocument"), ".doc",
         "this is a Word document locked by a password"),
        (b"a,b", ".csv", "files of type '.csv' are not read"),
        (b"x", "", "files without suffix are not read"),
    ],
)  # fmt: skip
def test_what_is_not_read(content, suffix, reason):
    with pytest.raises(Refusal) as error:
        format_of(content, suffix)
    assert error.value.reason == reason
    assert suffix not in (".csv", "") or error.value.remedy == f"give the report as {FORMATS}"


def test_names_that_promise_something_else():
    assert misnamed(".txt") is None
    assert misnamed(".pdf").reason == "the file is named .pdf but is no PDF file, and no text either"
