"""Simplified and traditional script: told apart, and folded character for character."""

from __future__ import annotations

from functools import cache

from analysis.lexicons.tables import read_table

__all__ = ["fold_script", "script_of"]

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
