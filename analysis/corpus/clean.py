"""From raw text to cleaned text: one log of edits from which the raw text can be rebuilt exactly."""

from __future__ import annotations

import re
from bisect import bisect_left

from analysis.corpus.noise import Noise, find_noise, lines_of
from analysis.corpus.script import simplify as simplified
from analysis.corpus.width import INVISIBLE, fold_width
from analysis.corpus.wraps import find_wraps
from analysis.schemas import ELISION, Edit

__all__ = ["clean"]

_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_EDGE_BLANKS = re.compile(r"(?m)^[^\S\n\r]++|(?<![^\S\n\r])[^\S\n\r]++$")
_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ％＝＋＊．]+")


def clean(raw: str, *, simplify: bool = False) -> tuple[tuple[Edit, ...], list[Noise], tuple[int, int] | None]:
    r"""Return the cleaning log of `raw`, the noise found in it and the raw span of its title.

    Site chrome, copies of the title and trailing blanks leave the text, a hidden-text marker becomes ``▢``, line
    wraps are undone, full-width digits and letters become ASCII, invisible characters and indents go. Nothing else
    changes: punctuation, masks and typing errors stay as they are.

    Parameters
    ----------
    raw : str
    simplify : bool
        Read a traditional text as a simplified one: what is looked for is found, and the cleaned text is simplified.
        The conversion keeps lengths and is logged like every other edit (kind ``script``).

    Returns
    -------
    edits : tuple of Edit
        Sorted and not overlapping; `Report` applies them.
    noise : list of Noise
    title : (start, end) or None

    Examples
    --------
    >>> edits, noise, title = clean("首页\n某镇2020年工作总结\n---此处隐藏12字,下载后查看---")
    >>> [(edit.text, edit.replacement) for edit in edits]
    [('首页', ''), ('---此处隐藏12字,下载后查看---', '▢')]
    """
    if simplify and (plain := simplified(raw)) != raw:
        edits, noise, title = clean(plain)
        edits = [edit._replace(text=raw[edit.start : edit.end]) for edit in edits]
        return tuple(_add(edits, _script(raw, plain, edits))), noise, title
    noise, title = find_noise(raw)
    foreign = {(mark.start, mark.end) for mark in noise} | {title}
    copied = {mark.end for mark in noise if mark.kind == "duplicate_title"}
    edits = [
        # what stands behind a title at the start of a line is a new paragraph
        edit._replace(replacement="\n", kind="paragraph_break") if edit.start in copied else edit
        for edit in find_wraps(raw, [span for span in lines_of(raw) if span not in foreign])
    ]
    starts = [edit.start for edit in edits]
    removed: list[Edit] = []
    for mark in noise:
        inner = edits[bisect_left(starts, mark.start) : bisect_left(starts, mark.end)]
        removed += _pieces(raw, mark, inner, ELISION if mark.kind == "elision_marker" else "")
    edits = _add(edits, removed)
    for pattern, kind in ((_NEWLINES, "newline"), (INVISIBLE, "invisible"), (_EDGE_BLANKS, "indent")):
        replacement = "\n" if kind == "newline" else ""
        found = [Edit(*match.span(), match.group(), replacement, kind) for match in pattern.finditer(raw)]
        edits = _add(edits, found)
    folded = [Edit(*m.span(), m.group(), fold_width(m.group()), "full_width") for m in _FULL_WIDTH.finditer(raw)]
    return tuple(_add(edits, folded)), noise, title


def _script(raw: str, plain: str, edits: list[Edit]) -> list[Edit]:
    """Return one edit for each run of characters that the other script changed and no other edit took."""
    changed = bytearray(before != now for before, now in zip(raw, plain, strict=True))
    for edit in edits:
        changed[edit.start : edit.end] = bytes(edit.end - edit.start)
    runs = (match.span() for match in re.finditer(b"\1+", changed))
    return [Edit(start, end, raw[start:end], plain[start:end], "script") for start, end in runs]


def _pieces(raw: str, mark: Noise, wraps: list[Edit], replacement: str) -> list[Edit]:
    """Return the deletion of `mark`, in pieces around the line wraps that are logged inside a copied title."""
    inner = [wrap for wrap in wraps if mark.start <= wrap.start and wrap.end <= mark.end]
    starts, ends = [mark.start, *(wrap.end for wrap in inner)], [*(wrap.start for wrap in inner), mark.end]
    return [
        Edit(start, end, raw[start:end], replacement, mark.kind)
        for start, end in zip(starts, ends, strict=True)
        if start < end
    ]


def _add(taken: list[Edit], more: list[Edit]) -> list[Edit]:
    """Return both lists merged in order; what overlaps an edit already taken is left out."""
    merged = list(taken)
    at = 0
    for edit in more:
        while at < len(taken) and taken[at].end <= edit.start:
            at += 1
        if at == len(taken) or taken[at].start >= edit.end:
            merged.append(edit)
    return sorted(merged)
