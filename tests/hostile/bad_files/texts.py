"""Text files: nothing in them, no text in them, broken encodings, and texts that make patterns run long."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path

from .case import BODY, TEXT, TITLE, Bait, Case, case, noise

MOST = 12_000  # characters of a text that is meant to make a pattern run long
MORE = 40_000  # where it is the number of lines that counts
LIMIT = 300_000  # the longest text that is read


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + noise(96, row) for row in range(32))
    head = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _sparse(size: int):
    def make(path: Path, bait: Bait) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return make


def _many(character: str, megabytes: int):
    def make(path: Path, bait: Bait) -> None:
        block = (character * (1_000_000 // len(character.encode()))).encode()
        with path.open("wb") as file:
            for _ in range(megabytes):
                file.write(block)

    return make


def _utf16(text: str, order: str = "le") -> bytes:
    bom = b"\xff\xfe" if order == "le" else b"\xfe\xff"
    return bom + text.encode(f"utf-16-{order}", "surrogatepass")


def _fill(piece: str, size: int) -> str:
    return piece * (size // len(piece))


NOTHING = [
    case("empty.txt", "empty", b""),
    *(case(f"one-byte-{byte:02x}.txt", "empty|no-chinese|binary|encoding", bytes([byte]))
      for byte in (0x00, 0x0A, 0x20, 0x41, 0x80, 0xB9, 0xFE, 0xFF)),
    case("two-bytes.txt", "empty|no-chinese|binary|encoding", b"\xff\x00"),
    case("bom-utf8.txt", "empty", b"\xef\xbb\xbf"),
    case("bom-twice.txt", "empty", b"\xef\xbb\xbf" * 2),
    case("bom-utf16-le.txt", "empty|encoding", b"\xff\xfe"),
    case("bom-utf16-be.txt", "empty|encoding", b"\xfe\xff"),
    case("bom-utf32.txt", "empty|encoding|binary", b"\xff\xfe\0\0"),
    case("blanks.txt", "empty", b" \t\r\n \n"),
    case("blanks-wide.txt", "empty", "\u3000" * 50 + "\u00a0\u2003"),
    case("blanks-300000.txt", "empty", b" " * 300_000),
    case("newlines-1000000.txt", "empty", b"\r\n" * 500_000),
    case("zero-width.txt", "empty|no-chinese", "\u200b\u200c\u200d\u2060\ufeff" * 100),
    case("nul-1000.txt", "binary|empty", b"\0" * 1000),
    case("nul-1000000.txt", "binary|empty", b"\0" * 1_000_000),
    case("control-characters.txt", "binary|no-chinese|encoding", bytes(range(32)) * 20),
]  # fmt: skip

NO_TEXT = [
    case("image-png.txt", "binary|type", _png()),
    case(
        "image-jpg.txt", "binary|type", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + noise(5000, 1) + b"\xff\xd9"
    ),
    case("image-gif.txt", "binary|type", b"GIF89a\x20\0\x20\0\xf7\0\0" + noise(3000, 2)),
    case("program-elf.txt", "binary|type", b"\x7fELF\2\1\1" + b"\0" * 9 + noise(8000, 3)),
    case("program-exe.txt", "binary|type", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + noise(8000, 4)),
    case("gzip.txt", "binary|type", gzip.compress(TEXT.encode() * 20, mtime=0)),
    case("sqlite.txt", "binary|type", b"SQLite format 3\0\x10\0\1\1\0\x40\x20\x20" + b"\0" * 80 + noise(4000, 5)),
    case("rar.txt", "binary|type", b"Rar!\x1a\7\1\0" + noise(4000, 6)),
    case("7z.txt", "binary|type", b"7z\xbc\xaf\x27\x1c\0\4" + noise(4000, 7)),
    case("random-100.txt", "binary|encoding|no-chinese", noise(100, 8)),
    case("random-100000.txt", "binary|encoding", noise(100_000, 9)),
    case("random-high-bytes.txt", "binary|encoding|no-chinese", bytes(0x80 | one for one in noise(50_000, 10))),
    case("random-5000000.txt", "binary|encoding|limit", noise(5_000_000, 11)),
    case("text-then-binary.txt", "binary|encoding", TEXT.encode() + noise(20_000, 12)),
    case("english.txt", "no-chinese", "The township government reports on its work. " * 200),
    case("russian.txt", "no-chinese", "Доклад о работе правительства посёлка. " * 200),
    case("digits.txt", "no-chinese", "3385 46 12.5% " * 20_000),
    case("punctuation.txt", "no-chinese", "，。；：！？、" * 30_000),
    case("masks-only.txt", "no-chinese", "×× xx ** == ○○ " * 20_000),
    case("emoji.txt", "no-chinese", "👨‍👩‍👧‍👦🏳️‍🌈" * 5_000),
    case("japanese-kana.txt", "no-chinese", "これはむらのしごとのほうこくです。" * 100),
    case(
        "japanese.txt",
        "no-chinese",
        "町政報告。本町においては、住民の皆様とともに、まちづくりを進めてまいりました。" * 100,
    ),
    case("korean.txt", "no-chinese", "면사무소 업무 보고. 주민과 함께 일하였습니다. " * 100),
    case("korean-hanja.txt", "no-chinese", "面事務所 업무 보고. 住民과 함께 일하였습니다. " * 100),
    case("site-only.txt", "site-only|no-chinese", "上一页\n下一页\n扫码下载\n返回首页\n打印本页\n关闭窗口\n"),
    case("report.xyz", "type", TEXT),
    case("report", "type", TEXT),
    case("report.exe", "type", TEXT),
    case("report.jpg", "type", _png()),
    case("report.zip", "type", b"PK\5\6" + b"\0" * 18),
    case("report.wps", "type", noise(3000, 13)),
]

ENCODINGS = [
    case("cesu-8.txt", "encoding", TEXT.encode() + "\ud842\udfb7\ud800".encode("utf-8", "surrogatepass")),
    case("surrogate-high-utf16.txt", "encoding|report", _utf16(TEXT + "\ud800。")),
    case("surrogate-low-utf16-be.txt", "encoding|report", _utf16("\udc00" + TEXT, "be")),
    case("surrogates-only-utf16.txt", "encoding|no-chinese", _utf16("\ud800\udc01\ud800" * 300 + "\ud800")),
    case("utf16-odd.txt", "encoding|report", _utf16(TEXT) + b"\x31"),
    case("utf16-swapped.txt", "encoding|no-chinese|report", b"\xfe\xff" + TEXT.encode("utf-16-le")),
    case("utf16-without-bom-ascii.txt", "binary|encoding|no-chinese", ("report of the work " * 50).encode("utf-16-le")),
    case("utf-7.txt", "no-chinese|encoding", TEXT.encode("utf-7")),
    case("ebcdic.txt", "binary|encoding|no-chinese", ("THE TOWNSHIP REPORTS ON ITS WORK. " * 60).encode("cp037")),
    case("overlong-utf8.txt", "encoding|binary", b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf" * 40),
    case("utf8-beyond-unicode.txt", "encoding|binary", b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80" * 40),
    case("utf8-cut-in-a-character.txt", "report|encoding", TEXT.encode()[:-5]),
    case("mixed-utf8-gb18030.txt", "encoding|report", TEXT.encode() + ("\n" + BODY).encode("gb18030")),
    case("mixed-gb18030-big5.txt", "encoding|report", TEXT.encode("gb18030") + "鄉鎮政府工作報告，發展經濟。".encode("big5") * 20),
    case("mojibake-kuntingkao.txt", "report|encoding", "锟斤拷" * 3000),
    case("mojibake-latin.txt", "no-chinese|encoding", TEXT.encode().decode("latin-1")),
    case("mojibake-in-text.txt", "report|encoding", TITLE + "\n" + BODY.replace("工作", "锟斤拷")),
    case("mojibake-gbk-of-utf8.txt", "report|encoding", TEXT.encode().decode("gb18030", "replace")),
    case("replacement-characters.txt", "report|encoding|no-chinese", TITLE + "\ufffd" * 50_000),
    case("base64.txt", "no-chinese", b"5bmz5a6J6ZWH5pS/5bqc5bel5L2c5oql5ZGK" * 2000),
    case("quoted-printable.txt", "no-chinese", b"=E5=B9=B3=E5=AE=89=E9=95=87" * 2000),
    case("percent-encoded.txt", "no-chinese", b"%E5%B9%B3%E5%AE%89%E9%95%87" * 2000),
    case("hz.txt", "no-chinese|report|encoding", TEXT.encode("hz")),
    case("iso-2022-jp.txt", "no-chinese|encoding|binary|report", "日本語の文書".encode("iso-2022-jp") * 50),
]  # fmt: skip

LARGE = [
    Case("sparse-5-gb.txt", ("limit",), _sparse(5_000_000_000)),
    Case("one-character-200-mb.txt", ("limit",), _many("的", 200)),
    Case("one-letter-60-mb.txt", ("limit", "no-chinese"), _many("x", 60)),
    Case("one-character-40-mb.txt", ("limit",), _many("的", 40)),
    Case("one-character-10-mb.txt", ("limit",), _many("镇", 10)),
    Case("blank-characters-20-mb.txt", ("empty", "limit"), _many("\u3000", 20)),
    case("lines-1000000.txt", "limit|report", "一\n" * 1_000_000),
    case("one-line-2000000.txt", "limit|report", lambda bait: (BODY.replace("\n", "") * 9_000)[:2_000_000]),
]

PATTERNS = {
    "quotes-open": "“", "quotes-pairs": "“”", "quotes-mixed": "“『「‘\"", "book-marks": "《", "brackets": "（",
    "brackets-nested": "（(【[", "brackets-closing": "）】》”", "enumeration": "一、", "enumeration-lines": "一、\n",
    "numbered-lines": "1.\n", "numbered-runs": "1.1.", "numbered-brackets": "（一）", "ordinals": "第一",
    "parts": "第一部分\n", "page-numbers": "3385\n- 1 -\n", "page-of-pages": "第1页共2页\n", "addresses": "http://",
    "addresses-www": "www.", "address-parts": "a.a.", "mails": "a@", "dots": ".", "ellipses": "…", "hidden": "此处隐藏",
    "hidden-counts": "此处隐藏1234字", "masks-x": "xx", "masks-cross": "××", "masks-star": "*", "masks-equal": "=",
    "masks-underline": "_", "masks-in-numbers": "1XX46", "masked-places": "××镇", "masked-lines": "×\n", "years": "2023",
    "years-named": "2023年", "dates": "2020年1月1日", "percents": "12.5%", "digits-wide": "１２３", "digits-spaced": "1 ",
    "numerals": "一二三四五", "numerals-point": "一点", "commas": "，", "stops": "。", "stops-lines": "。\n", "colons": "：",
    "dashes": "——", "hyphens": "-", "blanks-between": "一 ", "blanks-wide-between": "一\u3000", "tabs": "一\t",
    "returns": "一\r", "form-feeds": "一\f", "lines-of-one": "年\n", "titles": TITLE + "\n", "breadcrumbs": "首页>",
    "pinyin": "镇(zhèn)", "tildes": "~", "pipes": "|一", "equal-words": "发展", "two-words": "发展，建设；",
    "four-halves": "稳中求进", "slogans": "乡村振兴战略", "slogan-cut": "乡村振", "numbers-of": "三个一", "all-of": "全面",
    "leaders": "目录……1\n", "ascii-commas": "一,", "combining": "一\u0301", "joiners": "一\u200d", "overrides": "\u202e一\u202c",
    "private": "一\ue000", "astral": "𠮷", "not-characters": "一\ufffe", "selectors": "一\ufe0f\U000e0100",
    "separators": "一\u2028\u2029", "next-lines": "一\x85", "escapes": "一\x1b[31m\x1b]0;x\x07", "soft-hyphens": "一\xad",
    "radicals": "⼀⼆", "compatibility": "金\uf90a", "html-in-text": "<b>一</b><script>", "formulas": "=1+1\n一\n",
}  # fmt: skip
"""Name -> piece; the text is the piece again and again: what a pattern with two open ends would read squared."""


def _long(name: str, piece: str) -> Case:
    """Return the case of a text that is `piece` again and again, with a report around it where it is not Chinese."""
    size = MORE if "\n" in piece or "\r" in piece else MOST
    outcome = "binary" if "\x1b" in piece else "report|site-only"
    if any("\u3400" <= one <= "\u9fff" for one in piece):
        return case(f"long-{name}.txt", outcome, _fill(piece, size))
    return case(f"long-{name}.txt", outcome, f"{TITLE}\n{_fill(piece, size)}\n{BODY}")


LONG = [
    *(_long(name, piece) for name, piece in PATTERNS.items()),
    case("longest-lines-of-one.txt", "report", TITLE + "\n" + "×\n" * ((LIMIT - len(TITLE) - 1) // 2)),
    case("longest-line.txt", "report", "一，" * (LIMIT // 2)),
    case("longest-and-one.txt", "limit", "一，" * (LIMIT // 2) + "二"),
    case("long-combining-on-one.txt", "report|limit", TITLE + "\u0301" * 200_000),
    case("long-blanks-inside.txt", "report|limit", TITLE + " " * 200_000 + BODY),
    case("long-newlines-inside.txt", "report|limit", TITLE + "\n" * 200_000 + BODY),
    case("long-titles-and-body.txt", "report|limit", (TITLE + "\n") * 5_000 + BODY),
    case("long-digits-then-unit.txt", "report|limit", TITLE + "\n收入" + "9" * 200_000 + "万元。"),
    case("long-quote-and-body.txt", "report|limit", "“" * 10_000 + TEXT + "”" * 10_000),
    case("long-masks-and-body.txt", "report|limit", TITLE + "\n" + "×" * 200_000 + "镇。" + BODY),
    case("ansi.txt", "report", TITLE + "\x1b[2J\x1b]0;owned\x07\x1b[31m\n" + BODY),
    case("formula-lines.txt", "report", TITLE + "\n=cmd|' /C calc'!A0。\n+1+1。\n-2。\n@SUM(A1)。\n＝1＋1。\n" + BODY),
    case("crlf-mixed.txt", "report", TEXT.replace("\n", "\r\n", 2).replace("\n", "\r", 1)),
    case("nul-in-text.txt", "report|binary", TEXT.replace("工作", "工\0作", 2)),
    case("html-in-text.txt", "report", TITLE + "\n<script>alert(1)</script><img src=x onerror=alert(1)>。\n" + BODY),
]

CASES: list[Case] = [*NOTHING, *NO_TEXT, *ENCODINGS, *LARGE, *LONG]
