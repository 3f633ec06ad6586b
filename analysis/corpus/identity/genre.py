"""The genre of a report, by its own name for itself, its opening and its closing, else by what it holds."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analysis.lexicons.tables import read_table

__all__ = ["GENRES", "Parts", "find_genre", "parts_of"]

GENRES = (
    "政府工作报告",
    "述职报告",
    "工作总结",
    "工作汇报",
    "党代会报告",
    "讲话",
    "实施方案",
    "经验材料",
    "人大工作报告",
    "预算报告",
)
"""Every genre that is told apart; the cues are ``lexicons/genre_cues.csv``, the first row that fits decides."""

_HEAD, _TAIL, _FIRST_LINE = 400, 160, 60
_SENTENCE = re.compile(
    r"[。！？!?；;]|[:：,，、]$|^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d+[.、．]|第.部分)"
)
_HEADING = re.compile(r"(?m)^[ \t\u3000]*(?:[一二三四五六七八九十]+、|第[一二三四五六]部分).{0,40}")


class Parts(NamedTuple):
    """The parts of a report in which cues are sought; `title_at` and `body_at` are where they begin in the text."""

    title: str
    title_at: int | None
    head: str
    tail: str
    body: str
    body_at: int


@cache
def _cues() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    table = read_table("genre_cues.csv", columns=("genre", "where", "pattern", "example"))
    rows = zip(table["genre"], table["where"], table["pattern"], strict=True)
    return tuple((genre, where, re.compile(pattern)) for genre, where, pattern in rows)


@cache
def _marks() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    table = read_table("genre_marks.csv", columns=("mark", "where", "pattern", "example"))
    rows = zip(table["mark"], table["where"], table["pattern"], strict=True)
    return tuple((mark, where, re.compile(pattern)) for mark, where, pattern in rows)


def parts_of(text: str, title: tuple[int, int] | None) -> Parts:
    """Return the parts of the cleaned `text`; a short first line that is no sentence stands in for a lacking title."""
    if title is None:
        at = len(text) - len(text.lstrip())
        line = text[at : at + _FIRST_LINE + 1].split("\n", 1)[0].rstrip()
        whole = len(line) <= _FIRST_LINE and text[at + len(line) :].strip() != ""
        title = (at, at + len(line)) if line and whole and not _SENTENCE.search(line) else None
    heading = "" if title is None else text[slice(*title)]
    start = 0 if title is None else title[1]
    body = text[start:]
    return Parts(heading, None if title is None else title[0], body[:_HEAD], body[-_TAIL:], body, start)


def find_genre(parts: Parts, name: str = "") -> dict[str, str | None]:
    r"""Return ``genre``, ``genre_evidence`` and ``genre_marks`` of a report.

    Parameters
    ----------
    parts : Parts
    name : str
        The file's name without extension, read like a title where the text itself names no genre.

    Returns
    -------
    dict
        `genre` is one of `GENRES` or None; `genre_evidence` the cue and the part it stands in; `genre_marks` those of
        half_year, plan, party_and_government and integrity that hold, joined by ``"; "``, None where none does.

    Examples
    --------
    >>> find_genre(parts_of("某镇2021年上半年工作总结\n修路三公里。", (0, 14)))
    {'genre': '工作总结', 'genre_evidence': 'title: 总结', 'genre_marks': 'half_year'}
    """
    genre, evidence = _by_text(parts, ("title", "head", "tail", "body"))
    by_name, words = _by_text(Parts(name, None, "", "", "", 0), ("title",))
    if genre is None and words is not None:
        genre, evidence = by_name, f"file name: {words.removeprefix('title: ')}"
    elif by_name not in (None, genre):
        evidence = f"{evidence}; file name: {by_name}"
    if genre is None:
        genre, evidence = _by_text(parts, ("weak",))
    return {"genre": genre, "genre_evidence": evidence, "genre_marks": _marks_of(parts)}


def _by_text(parts: Parts, places: tuple[str, ...]) -> tuple[str | None, str | None]:
    for genre, where, pattern in _cues():
        if where in places:
            place = "body" if where == "weak" else where
            if match := pattern.search(getattr(parts, place)):
                return genre, f"{place}: {match.group()}"
    return None, None


def _marks_of(parts: Parts) -> str | None:
    headings = "\n".join(match.group() for match in _HEADING.finditer(parts.body))
    searched = {"title": parts.title, "head": parts.head, "tail": parts.tail, "heading": headings}
    found = [mark for mark, where, pattern in _marks() if pattern.search(searched[where])]
    return "; ".join(dict.fromkeys(found)) or None
