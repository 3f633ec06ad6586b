"""Bytes to text: the encoding by mark, by strict decoding, and by how common the characters are that come out."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from analysis.corpus.formats import LONGEST, Extract, Refusal, too_long

__all__ = ["check_damage", "commonness", "decode", "read_text"]

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_NARROW = ("gb18030", "big5", "cp950", "big5hkscs")
_MISREAD = (
    ("gb18030", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
    ("big5", "gb18030"),
    ("gb18030", "big5"),
)
"""(how a program read the bytes, how it should have read them): texts that were stored after such a mistake."""

_MARKS_OF_TEXT = frozenset(
    "，。、；：？！“”‘’（）《》〈〉【】〔〕「」『』…—·～％－／．＋＝０１２３４５６７８９○×●■◆★①②③④⑤\u3000\u00a0\ufeff"
)
_COMMON, _MARGIN, _WIDE_MARGIN, _SHORT, _WRONG, _ENOUGH = 0.4, 0.25, 0.45, 8, 0.15, 40
_NULS, _LOST, _FEW_LOST, _WINDOW, _SAMPLE = 0.01, 0.005, 8, 400, 200_000
_LOST_TEXT = re.compile("\ufffd|锟斤拷|锟叫")
_CONTROLS = bytes({*range(32)} - set(b"\t\n\x0b\x0c\r\x1a\x1b"))
_HAN = re.compile("[\u3400-\u9fff]")


@cache
def _frequent() -> frozenset[str]:
    # the reader of the other lexicons needs pandas, which the process of the parsers does without
    path = Path(__file__).parents[2] / "lexicons" / "frequent_characters.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return frozenset("".join(row["character"] + row["traditional"] for row in rows)) | _MARKS_OF_TEXT


def commonness(text: str) -> float:
    """Return the share of frequent Chinese characters and marks among the characters of `text` beyond ASCII.

    About 0.8 in Chinese text of either script, below 0.1 where it was decoded with a wrong encoding; 0 without any.

    Examples
    --------
    >>> text = "发展农村经济。"
    >>> commonness(text), round(commonness(text.encode("gb18030").decode("big5")), 1)
    (1.0, 0.1)
    """
    wide = [character for character in text if character > "\x7f"]
    frequent = _frequent()
    return sum(character in frequent for character in wide) / len(wide) if wide else 0.0


def decode(content: bytes, *, declared: str | None = None) -> tuple[str, str]:
    """Return the text of `content` and its encoding; every character stays, byte-order mark and newlines included.

    Parameters
    ----------
    content : bytes
    declared : str, optional
        The encoding that the file states for itself; it is tried first, and believed only if the text is common.

    Raises
    ------
    Refusal
        If no encoding or more than one fits, the bytes break off or are mixed, or the text was damaged before.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content, encoding), encoding
    text = _utf8(content)
    if text is not None and (_HAN.search(text) or text.isascii()) and not _is_binary(content):
        return text, "utf-8"
    found = _candidates(content, declared)
    if not found or found[0].share < _COMMON:
        if text is not None and not _is_binary(content):
            return text, "utf-8"  # no Chinese: the caller says so
        raise _refusal(content)
    best, *others = found
    margin = _MARGIN if best.wide >= _SHORT else _WIDE_MARGIN
    if others and best.share - others[0].share < margin:
        names = f"{_named(best.encoding)} and {_named(others[0].encoding)}"
        raise Refusal(f"the encoding is not certain: it may be {names}", "save the file as UTF-8")
    return best.text, _named(best.encoding)


def read_text(content: bytes) -> Extract:
    """Return the text of a plain text file, checked for damage that was there before it was saved."""
    if len(content) > 4 * LONGEST + 4:  # more characters in any encoding
        raise too_long()
    text, encoding = decode(content)
    check_damage(text, encoding)
    return Extract(text, encoding, "text")


def check_damage(text: str, encoding: str) -> None:
    """Raise `Refusal` where `text` holds characters that an earlier program lost or misread."""
    if _is_binary(text.encode("utf-8", "surrogatepass")):
        raise _binary()
    lost = sum(len(match.group()) for match in _LOST_TEXT.finditer(text))
    if lost > _LOST * len(text) and (lost > _FEW_LOST or lost > 0.1 * len(text)):
        first = min(text.find(sign) for sign in ("\ufffd", "锟") if sign in text)
        raise Refusal(
            f"{lost} characters were lost before the file was saved (\ufffd or 锟斤拷, the first at character {first})",
            "download the report again",
        )
    for start in range(0, len(text), _WINDOW):
        window = text[start : start + _WINDOW]
        if sum(character > "\x7f" for character in window) < _ENOUGH and len(text) > _WINDOW:
            continue
        if (share := commonness(window)) < _WRONG and not window.isascii():
            _check_window(window, share, start, text[:start], encoding)


def _is_binary(content: bytes) -> bool:
    """Tell whether more bytes than a few stray ones are control characters."""
    return len(content) - len(content.translate(None, _CONTROLS)) > _NULS * len(content)


def _binary() -> Refusal:
    return Refusal("the file is binary, not text", "save the report as UTF-8 text (.txt)")


def _check_window(window: str, share: float, start: int, before: str, encoding: str) -> None:
    for wrong, right in _MISREAD:
        try:
            meant = window.encode(wrong, "ignore").decode(right, "ignore")
        except (UnicodeError, LookupError):
            continue
        if commonness(meant) >= max(_COMMON, share + _MARGIN) and len(_HAN.findall(meant)) >= 4:
            place = f"character {start} (byte {len(before.encode(encoding))})"
            raise Refusal(
                f"the text from {place} on was stored wrongly: {_named(right)} that was read as {_named(wrong)}",
                "download the report again, or save it anew as UTF-8",
            )


def _named(encoding: str) -> str:
    return {"big5hkscs": "big5-hkscs"}.get(encoding, encoding)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal(
            f"the file is marked as {encoding} but broken at byte {error.start}", "download the report again"
        ) from error


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


class _Candidate(NamedTuple):
    share: float  # of common characters
    wide: int  # characters beyond ASCII, of the first ones
    encoding: str
    text: str


def _candidates(content: bytes, declared: str | None) -> list[_Candidate]:
    """Return every encoding in which all bytes are valid and give Chinese characters, the commonest text first."""
    found: dict[str, _Candidate] = {}
    wide = [encoding for encoding in _WIDE if len(content) % (4 if "32" in encoding else 2) == 0]
    for encoding in dict.fromkeys([*filter(None, [_known(declared)]), *_NARROW, *wide]):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        same = encoding in _NARROW[2:] and not found.keys().isdisjoint(_NARROW[1:])  # the same text again
        if not same and _HAN.search(text) and text.count("\0") <= _NULS * len(text):
            beyond = sum(character > "\x7f" for character in text[:_WINDOW])
            found[encoding] = _Candidate(commonness(text), beyond, encoding, text)
    return sorted(found.values(), key=lambda one: -one.share)


def _known(declared: str | None) -> str | None:
    """Return the codec for a declared encoding; every name of GB is taken for its largest form."""
    name = (declared or "").strip().lower().replace("_", "-")
    if name in {"gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb-2312-80", "chinese"}:
        return "gb18030"
    return {"big5": "big5", "x-x-big5": "big5", "big5-hkscs": "big5hkscs", "cp950": "cp950"}.get(name)


def _refusal(content: bytes) -> Refusal:
    """Say what is wrong with bytes that no encoding fits."""
    if _is_binary(content):
        return _binary()
    try:
        content.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
        if at >= len(content) - 3 and error.reason == "unexpected end of data":
            return Refusal(f"the file breaks off inside a character (byte {at}, utf-8)", "download the report again")
        if content[at : at + 1] == b"\xed":
            try:
                content.decode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                pass
            else:
                return Refusal(
                    f"the file holds half characters (a lone surrogate at byte {at})", "save it anew as UTF-8"
                )
    for encoding in ("utf-8", *_NARROW[:2]):
        text = content.decode(encoding, "replace")
        if commonness(text.replace("\ufffd", "")) < _COMMON or text.count("\ufffd") > 0.2 * len(text):
            continue
        try:
            content.decode(encoding)
        except UnicodeDecodeError as error:
            broken = f"with broken or foreign bytes (the first at byte {error.start})"
            return Refusal(
                f"the file is UTF-8 {broken}"
                if encoding == "utf-8"
                else f"the file is not UTF-8 (byte {at}); it looks like {encoding} {broken}",
                "save it as UTF-8 and try again",
            )
    guess = _guess(content)
    looks = f", it looks like {guess}" if guess else ""
    return Refusal(f"the file is not UTF-8 (byte {at}{looks})", "save it as UTF-8 and try again")


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes  # only broken files need it, and it costs start-up time

    best = from_bytes(content[:_SAMPLE]).best()
    return best.encoding.replace("_", "-") if best is not None else ""
