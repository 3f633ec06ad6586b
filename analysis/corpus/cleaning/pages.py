"""Page and chunk numbers that stand between the lines, sentences and numbers of a report."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from analysis.corpus.cleaning.chrome import NUMBERED, any_of, chrome_lines, lines_of
from analysis.corpus.cleaning.titles import TITLE_END
from analysis.corpus.cleaning.typesetting import OPENS_PARAGRAPH, between_words, ended
from analysis.corpus.text.cells import table_cells
from analysis.corpus.text.width import fold_width
from analysis.schemas import Edit

__all__ = ["PageMark", "find_pages", "joined_halves"]

Span = tuple[int, int]
_BARE_NUMBER = re.compile(r"\d{1,3}")
_SOURCE = re.compile(r"[》见]\s*$")
_REFERENCE = re.compile(r"[》见在从至到的]\s*$")
_FURTHEST, _FEWEST_ALONE, _LONGEST_MARK, _LONGEST_HEADING, _LONGEST_GAP = 3, 3, 40, 40, 12
_HALF = re.compile(r"[，,、；;。]|\d$")
_MASK_LINE = re.compile(r"[xX×*＊○□=某]{1,6}(?:[.．][xX×*＊○□=]+)?(?:[、,，%％]|[\u4e00-\u9fff]、?)?")
_MASK_ALONE = re.compile(r"[xX×*＊○□=]{1,6}(?:[.．][xX×*＊○□=]+)?|.*某.*|.*[xX×*＊○□]{2}.*")


class PageMark(NamedTuple):
    """A page number, ``[start, end)``, on a line of its own or inside one; `sure` by its form alone."""

    start: int
    end: int
    number: int
    alone: bool
    sure: bool


def _marks(text: str, lines: list[Span]) -> list[PageMark]:
    folded = fold_width(text)
    cells = table_cells([text[slice(*span)] for span in lines])
    marks: list[PageMark] = []
    within: dict[Span, list[PageMark]] = {}
    for at, (start, end) in enumerate(lines):
        if end - start <= _LONGEST_MARK:
            match = any_of("page_line").fullmatch(folded, start, end)
            if match is not None:
                marks.append(PageMark(start, end, _number(match), True, True))
                continue
            if _BARE_NUMBER.fullmatch(folded, start, end):
                if at not in cells:
                    marks.append(PageMark(start, end, int(folded[start:end]), True, False))
                continue
        inside = [
            PageMark(*match.span(), _number(match), False, sure)
            for kind, sure in (("page_inside", True), ("page_doubtful", False))
            for match in any_of(kind).finditer(folded, start, end)
            if not _refers(folded, match, start, sure=sure)
        ]
        if inside:
            within[start, end] = inside
    chrome = chrome_lines(text, lines) if within else set()
    return sorted([*marks, *(mark for span, inside in within.items() if span not in chrome for mark in inside)])


def _refers(folded: str, match: re.Match[str], start: int, *, sure: bool) -> bool:
    """Tell whether the text itself speaks of the page: 《规划》第3页."""
    before = folded[max(start, match.start() - 3) : match.start()]
    return (not sure or folded[match.start()] == "第") and (_SOURCE if sure else _REFERENCE).search(before) is not None


def _number(match: re.Match[str]) -> int:
    return int(re.findall(r"\d{1,4}", match.group())[0])


def find_pages(text: str) -> list[PageMark]:
    """Return the page numbers of `text`, in order and not overlapping.

    What only a page number looks like (- 3 -, 第 3 页 共 12 页, [page 3]) is one wherever it stands. What may be
    something else (a line of digits, 第3页) is one if it counts on from the sure ones around it, or lines of digits
    count on from each other, three or more, outside tables.
    """
    lines = lines_of(text)
    marks = _marks(text, lines)
    sure = [mark for mark in marks if mark.sure]
    starts = [mark.start for mark in sure]
    counting = _counting([mark for mark in marks if mark.alone and not mark.sure])
    found: list[PageMark] = []
    for mark in marks:
        if found and mark.start < found[-1].end:
            continue
        if mark.sure or mark.start in counting or _fits_between(mark, sure, bisect_left(starts, mark.start)):
            found.append(mark)
    return found


def _fits_between(mark: PageMark, sure: list[PageMark], at: int) -> bool:
    before = [one.number for one in sure[max(0, at - 1) : at]]
    behind = [one.number for one in sure[at : at + 1]]
    near = any(0 < abs(mark.number - number) <= _FURTHEST for number in before + behind)
    return near and all(number < mark.number for number in before) and all(number > mark.number for number in behind)


def _counting(marks: list[PageMark]) -> set[int]:
    """Return where runs of three numbers or more begin and go on that count 1, 2, 3 … without a gap."""
    found: set[int] = set()
    run: list[PageMark] = []
    for mark in [*marks, None]:
        if mark is not None and run and mark.number == run[-1].number + 1:
            run.append(mark)
            continue
        if len(run) >= _FEWEST_ALONE:
            found |= {one.start for one in run}
        run = [] if mark is None else [mark]
    return found


def _joins(text: str, above: Span, between: Span, below: Span, *, masked: bool) -> list[Edit]:
    """Return the deletions of the newlines around `between` if `above` and `below` are halves of a sentence."""
    upper, lower = text[slice(*above)], text[slice(*below)]
    gaps = (above[1], between[0]), (between[1], below[0])
    if any(text[start:end].strip() or end - start > _LONGEST_GAP for start, end in gaps):
        return []
    indented = text[between[1] : below[0]].rsplit("\n", 1)[-1].strip("\ufeff") != ""
    decimal = re.search(r"\d[.．]$", upper) and re.match(r"\d", lower)  # 86.⏎- 5 -⏎4万元
    if (ended(upper, len(upper)) and not decimal) or indented or OPENS_PARAGRAPH.match(lower):
        return []
    heading = NUMBERED.match(upper) is not None and len(upper) <= _LONGEST_HEADING and "。" not in upper
    title = TITLE_END.search(upper) is not None and len(upper) <= _LONGEST_HEADING
    if (
        title
        or (heading and not re.search(r"\d$", upper))
        or not (masked or decimal or _HALF.search(upper) or len(upper) > _LONGEST_HEADING)
    ):
        return []
    return [
        Edit(start, end, text[start:end], "", _kind(text, above[1], below[0])) for start, end in gaps if start < end
    ]


def _kind(text: str, left: int, right: int) -> str:
    return "digit_adjacent" if between_words(text[left - 1], text[right]) else "line_wrap"


def joined_halves(text: str, pages: list[PageMark]) -> list[Edit]:
    """Return the deletions of newlines where a page number or a mask on a line of its own cuts a sentence in two."""
    alone = {(mark.start, mark.end) for mark in pages if mark.alone}
    lines = lines_of(text)
    cells = table_cells([text[slice(*span)] for span in lines])
    edits: list[Edit] = []
    for at in range(1, len(lines) - 1):
        if {at - 1, at, at + 1} & cells or lines[at - 1] in alone or lines[at + 1] in alone:
            continue
        line = text[slice(*lines[at])]
        masked = len(line) <= 12 and _MASK_LINE.fullmatch(line) and _MASK_ALONE.fullmatch(line)
        if lines[at] in alone or masked:
            edits += _joins(text, lines[at - 1], lines[at], lines[at + 1], masked=lines[at] not in alone)
    return [edit for at, edit in enumerate(edits) if at == 0 or edit.start >= edits[at - 1].end]
