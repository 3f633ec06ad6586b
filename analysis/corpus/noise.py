"""What a web page put around the report: site chrome, copies of the title, hidden-text markers, trailing blanks."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analysis.corpus.width import fold_width
from analysis.lexicons.tables import read_table

__all__ = ["Noise", "find_noise", "find_title"]

_TITLE_WORDS = re.compile("报告|总结|汇报|材料|小结|述职|述廉|计划|要点|讲话|发言|打算|工作情况|工作安排")
_TITLE_SUFFIX = re.compile(
    r"[\s_\-—–|.（(【\[]*(?:全文|正文|完整版|最新版?|精选.{0,3}|范文|word版?|docx?|pdf|txt|.{0,6}(?:文库|文档网?|范文网|网))[)）\]】]*$",
    re.IGNORECASE,
)
_BODY_END = re.compile(r"[。!！?？;；]$")
_SEPARATORS = re.compile(r"[\s>＞»›→|｜/／\\·•]+")
_LONGEST_CHROME, _LONGEST_TITLE, _HEAD_LINES = 240, 48, 40


class Noise(NamedTuple):
    """A stretch of raw text that is not the report's: ``kind`` as in the noise table."""

    start: int
    end: int
    kind: str
    hidden_chars: int | None = None


@cache
def _patterns(kind: str) -> re.Pattern[str]:
    table = read_table("noise_patterns.csv", columns=("kind", "pattern", "example", "note"))
    found = table.loc[table["kind"] == kind, "pattern"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in found), re.IGNORECASE)


@cache
def _elision_patterns() -> tuple[re.Pattern[str], ...]:
    table = read_table("noise_patterns.csv", columns=("kind", "pattern", "example", "note"))
    return tuple(re.compile(pattern) for pattern in table.loc[table["kind"] == "elision", "pattern"])


def _bare(text: str) -> str:
    return re.sub(r"\s", "", fold_width(text))


def lines_of(raw: str) -> list[tuple[int, int]]:
    """Return the spans of all lines that hold more than white space, without their outer white space."""
    spans = []
    for match in re.finditer(r"[^\n\r]+", raw):
        line = match.group()
        stripped = line.strip()
        if stripped:
            start = match.start() + line.index(stripped)
            spans.append((start, start + len(stripped)))
    return spans


def _is_chrome(line: str) -> bool:
    folded = fold_width(line)
    if len(folded) > _LONGEST_CHROME or (len(folded) > 60 and folded.count("。") > 1):
        return False
    if _patterns("chrome_line").fullmatch(folded):
        return True
    pieces = [piece for piece in _SEPARATORS.split(folded) if piece]
    strong = [bool(_patterns("chrome_piece").fullmatch(piece)) for piece in pieces]
    return any(strong) and all(
        is_strong or _patterns("chrome_weak").fullmatch(piece)
        for piece, is_strong in zip(pieces, strong, strict=True)
    ) or bool(_patterns("chrome_piece").fullmatch(folded))


def _core(line: str) -> str:
    """A title as it is compared: no white space, no suffix that sites add."""
    bare = _bare(line).strip("《》“”\"")
    shortened = _TITLE_SUFFIX.sub("", bare)
    return shortened if _TITLE_WORDS.search(shortened) else bare


def find_title(raw: str, lines: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the span of the title among the first `lines` (site chrome already left out), or None.

    A title is a short line without a sentence end that names a kind of document, or one that the head repeats.
    """
    head: list[tuple[int, int]] = []
    for start, end in lines[:_HEAD_LINES]:
        if end - start > _LONGEST_TITLE or _BODY_END.search(raw[start:end]):
            break
        head.append((start, end))
    cores = [_core(raw[start:end]) for start, end in head]
    numbered = re.compile(r"[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|第.部分|\d+[.、．]")
    for span, core in zip(head, cores, strict=True):
        if numbered.match(core):
            break
        if _TITLE_WORDS.search(core) and not re.search("[:：]", core) and len(core) >= 4:
            return span
    for span, core in zip(head, cores, strict=True):
        if cores.count(core) > 1 and len(core) >= 6:
            return span
    return None


def _title_copies(raw: str, title: tuple[int, int], lines: list[tuple[int, int]]) -> list[Noise]:
    core, folded = _core(raw[slice(*title)]), fold_width(raw)
    run_in = re.compile(r"[^\S\n]*".join(map(re.escape, core)) + r"(?=\s|$|各位|同志们|尊敬)")
    copies = []
    for start, end in lines:
        if start <= title[0]:
            continue
        if _core(raw[start:end]) == core:
            copies.append(Noise(start, end, "duplicate_title"))
        elif match := run_in.match(folded, start, end):
            copies.append(Noise(start, match.end(), "duplicate_title"))
    return copies


def find_noise(raw: str) -> tuple[list[Noise], tuple[int, int] | None]:
    """Return all noise of `raw`, in order and not overlapping, and the span of the title that is kept.

    The phrases of sites are data (``lexicons/noise_patterns.csv``): a line is chrome when it matches a line
    pattern or falls wholly into known pieces, of which one at least is more than a column name or a number.
    """
    folded = fold_width(raw)
    noise: list[Noise] = []
    for pattern in _elision_patterns():
        for match in pattern.finditer(folded):
            if all(match.end() <= known.start or match.start() >= known.end for known in noise):
                hidden = match.group("hidden")
                start = match.start() + len(match.group()) - len(match.group().lstrip())
                end = start + len(match.group().strip())
                noise.append(Noise(start, end, "elision_marker", int(hidden) if hidden else None))
    elided = [(mark.start, mark.end) for mark in noise]
    lines = [
        (start, end)
        for start, end in lines_of(raw)
        if not any(start < behind and before < end for before, behind in elided)
    ]
    chrome = [span for span in lines if _is_chrome(raw[slice(*span)])]
    noise += [Noise(start, end, "site_chrome") for start, end in chrome]
    content = [span for span in lines if span not in set(chrome)]
    title = find_title(raw, content)
    if title is not None:
        noise += _title_copies(raw, title, content)
    blank = len(raw) - len(raw.rstrip())
    if blank >= 2:
        noise.append(Noise(len(raw) - blank, len(raw), "trailing_blank"))
    return sorted(noise, key=lambda mark: mark[:2]), title
