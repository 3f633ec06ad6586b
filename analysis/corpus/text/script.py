"""Simplified and traditional script: told apart, and folded character for character."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from analysis.lexicons.tables import read_table
from analysis.schemas import TownshipError

__all__ = ["fold_script", "script_of", "simplify"]

_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")  # no UTF-8 has them, or a program in C stops there
_FEWEST = 5  # characters that tell; names alone may hold one or two of the other script


@cache
def _characters() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """Return {character: simplified form}, and the characters that simplified or traditional texts alone have."""
    table = read_table("script_characters.csv", columns=("character", "simplified", "script", "source"))
    forms = list(zip(table["character"], table["simplified"], table["script"], strict=True))
    only = {script: frozenset(one for one, _, of in forms if of == script) for script in ("simplified", "traditional")}
    return {one: plain for one, plain, _ in forms if one != plain}, only["simplified"], only["traditional"]


@cache
def _folding() -> dict[int, str]:
    return str.maketrans(_characters()[0])


def fold_script(text: str) -> str:
    """Return `text` with each traditional character as its simplified one, one for one and without OpenCC.

    Good enough to compare texts with each other; what a character means beside its neighbours is not looked at.

    Examples
    --------
    >>> fold_script("鄉鎮政府工作報告")
    '乡镇政府工作报告'
    """
    return text.translate(_folding())


def script_of(text: str) -> str | None:
    """Return the script of `text`: "simplified", "traditional", or None where fewer than five characters tell.

    A character tells if one script alone has it (``lexicons/script_characters.csv``, made from OpenCC's tables); the
    script that more characters tell of is the text's, and a draw is None.

    Examples
    --------
    >>> script_of("各位代表，现在向大会报告工作，请予审议"), script_of("各位代表，現在向大會報告工作，請予審議")
    ('simplified', 'traditional')
    >>> script_of("青山") is None
    True
    """
    _, simplified, traditional = _characters()
    told_simplified = sum(character in simplified for character in text)
    told_traditional = sum(character in traditional for character in text)
    if told_simplified + told_traditional < _FEWEST or told_simplified == told_traditional:
        return None
    return "simplified" if told_simplified > told_traditional else "traditional"


@cache
def _converter() -> Callable[[str], str]:
    """Return OpenCC's conversion from the characters of Taiwan, and for what it leaves that from those of Hong Kong."""
    try:
        from opencc import OpenCC
    except ImportError as error:
        raise TownshipError(
            "reading traditional characters as simplified ones needs OpenCC, which is not installed. "
            "Install it: pip install 'township-reports[readers]'."
        ) from error
    first, second = OpenCC("tw2s").convert, OpenCC("hk2s").convert

    def convert(text: str) -> str:
        plain = first(text)
        left = {character: second(character) for character in sorted(set(plain)) if not _encodable(character)}
        return plain.translate(str.maketrans(left))

    return convert


def _encodable(character: str) -> bool:
    """Tell whether a simplified text can hold `character`: whether GB 2312 does."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def simplify(text: str) -> str:
    """Return a traditional `text` in simplified characters, of the same length, so that offsets hold.

    OpenCC's conversion looks at phrases (乾隆 stays, 乾燥 becomes 干燥) and knows the forms of Taiwan and Hong Kong
    (著, 衞); words are not exchanged (資訊 becomes 资讯). Where a phrase would change the length of a line, the
    characters of that line are converted one by one. A text that is not traditional (`script_of`) comes back as it is:
    characters that it shares with traditional texts are right there (乾县 is a county).

    Raises
    ------
    TownshipError
        If OpenCC is not installed; the text says how to install it.

    Examples
    --------
    >>> simplify("各位代表：現在向大會報告工作，請予審議。乾隆年間，天氣乾燥。")
    '各位代表：现在向大会报告工作，请予审议。乾隆年间，天气干燥。'
    >>> simplify("乾县2020年政府工作报告，请予审议")
    '乾县2020年政府工作报告，请予审议'
    """
    convert = _converter()  # first of all: whether OpenCC is there must not depend on the text
    if script_of(text) != "traditional":
        return text
    spoken = _UNSPEAKABLE.sub("\ufffd", text)
    plain = convert(spoken)
    if len(plain) != len(spoken):
        plain = "".join(map(_converted_line, spoken.splitlines(keepends=True)))
    if spoken == text:
        return plain
    return "".join(before if before != asked else now for before, asked, now in zip(text, spoken, plain, strict=True))


def _converted_line(line: str) -> str:
    convert = _converter()
    plain = convert(line)
    if len(plain) == len(line):
        return plain
    ones = ((character, convert(character)) for character in line)
    return "".join(now if len(now) == 1 else character for character, now in ones)
