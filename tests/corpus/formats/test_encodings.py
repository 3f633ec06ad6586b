"""Bytes to text: every encoding of Chinese is told, and what is damaged or not certain is refused with its place."""

import pytest

from analysis.corpus.formats import LONGEST, Refusal
from analysis.corpus.formats.encodings import commonness, decode, read_text

TEXT = "一年来，全镇修路三公里，增长5.8%。\r\n农民收入持续增加，社会和谐稳定。\n"
OLD = "一年來，全鎮修路三公里，增長5.8%。\r\n農民收入持續增加，社會和諧穩定。\n"


def refused(content):
    with pytest.raises(Refusal) as error:
        read_text(content)
    return error.value.reason


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        (TEXT, "utf-8", "utf-8"),
        (TEXT, "utf-8-sig", "utf-8"),
        (TEXT, "utf-16", "utf-16-le"),
        (TEXT, "utf-16-le", "utf-16-le"),
        (TEXT, "utf-16-be", "utf-16-be"),
        (TEXT, "utf-32", "utf-32-le"),
        (TEXT, "utf-32-be", "utf-32-be"),
        (TEXT, "gb2312", "gb18030"),
        (TEXT + "朱镕基", "gbk", "gb18030"),
        (TEXT + "㧏𠮷", "gb18030", "gb18030"),
        (OLD, "big5", "big5"),
        (OLD, "gbk", "gb18030"),
        (OLD + "嘅佢哋", "big5hkscs", "big5-hkscs"),
        ("修路三公里。", "gbk", "gb18030"),
        ("加强乡村建设", "gbk", "gb18030"),
        ("修建鄉村道路。", "big5", "big5"),
        ("x", "utf-8", "utf-8"),
    ],
)
def test_encodings(text, codec, found):
    read, encoding, form = read_text(text.encode(codec))
    assert (read.removeprefix("\ufeff"), encoding, form) == (text, found, "text")


def test_marks_newlines_and_stray_nul_bytes_stay():
    for text in ("\ufeff" + TEXT, TEXT + "\0", TEXT.replace("\n", "\r")):
        assert read_text(text.encode()).text == text


def test_a_declared_encoding_is_a_guess_to_be_checked():
    assert decode(TEXT.encode("gbk"), declared="big5") == (TEXT, "gb18030")
    assert decode(OLD.encode("big5"), declared="Big5") == (OLD, "big5")
    assert decode(TEXT.encode(), declared="no such") == (TEXT, "utf-8")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (TEXT.encode()[:-2], "the file breaks off inside a character (byte 96, utf-8)"),
        ("路".encode() * 9 + b"\xed\xa0\x81" + TEXT.encode(),
         "the file holds half characters (a lone surrogate at byte 27)"),
        (b"\xff\xfe\x00\xd8\x00", "the file is marked as utf-16-le but broken at byte 2"),
        (bytes(range(256)) * 5, "the file is binary, not text"),
        ("路\0".encode() * 99, "the file is binary, not text"),
        (TEXT.encode("gbk") + b"\xff" + TEXT.encode("gbk"),
         "the file is not UTF-8 (byte 2); it looks like gb18030 with broken or foreign bytes (the first at byte 69)"),
        (TEXT.encode() * 9 + TEXT.encode("gbk"),
         "the file is UTF-8 with broken or foreign bytes (the first at byte 902)"),
        ("日本語のテキストです。".encode("shift-jis") * 9, "the file is not UTF-8 (byte 0, it looks like cp932)"),
    ],
)  # fmt: skip
def test_bytes_that_are_refused(content, reason):
    assert refused(content) == reason


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "big5"), ("big5", "gb18030")],
)
def test_texts_that_were_stored_in_a_wrong_encoding(wrong, right):
    text = (OLD if right == "big5" else TEXT) * 9
    spoilt = text.encode(right).decode(wrong, "ignore")
    assert refused(spoilt.encode()).startswith("the text from character 0 (byte 0) on was stored wrongly: ")
    behind = refused((TEXT * 20 + spoilt).encode())  # and no less where only a part was
    assert behind.startswith("the text from character ")
    assert not behind.startswith("the text from character 0 ")


def test_characters_that_were_lost():
    reason = "9 characters were lost before the file was saved (\ufffd or 锟斤拷, the first at character 0)"
    assert refused(("锟斤拷" * 3 + TEXT).encode()) == reason
    assert read_text(("\ufffd" + TEXT * 9).encode()).text == "\ufffd" + TEXT * 9  # few stay, and can be seen


def test_two_encodings_that_fit_alike_are_not_chosen_between():
    assert refused("衛生院門診樓".encode("gbk")) == "the encoding is not certain: it may be gb18030 and big5-hkscs"


def test_a_text_longer_than_any_report():
    assert refused(b"a" * (4 * LONGEST + 5)) == f"the text is longer than any report (over {LONGEST:,} characters)"


def test_commonness():
    assert (commonness(""), commonness("abc"), commonness("公路，㑇")) == (0, 0, 0.75)
    for text in (TEXT, OLD):
        assert commonness(text) > 0.8
