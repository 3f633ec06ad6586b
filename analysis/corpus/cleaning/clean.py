"""From raw text to cleaned text: one log of edits from which the raw text can be rebuilt exactly."""

from __future__ import annotations

import re
from bisect import bisect_left

from analysis.corpus.cleaning.chrome import lines_of
from analysis.corpus.cleaning.inside import find_inside
from analysis.corpus.cleaning.layers import Layers
from analysis.corpus.cleaning.noise import Noise, find_noise
from analysis.corpus.cleaning.pages import find_pages, joined_halves
from analysis.corpus.cleaning.stops import ascii_stops
from analysis.corpus.cleaning.surface import clear_surface
from analysis.corpus.cleaning.wraps import find_wraps
from analysis.corpus.text.script import simplify as simplified
from analysis.corpus.text.width import fold_width
from analysis.schemas import ELISION, Edit

__all__ = ["clean"]

Span = tuple[int, int]
_EDGE_BLANKS = re.compile(r"(?m)^[^\S\n\r]++|(?<![^\S\n\r])[^\S\n\r]++$")
_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ％＝＋＊．]+")


def clean(raw: str, *, simplify: bool = False) -> tuple[tuple[Edit, ...], list[Noise], Span | None]:
    r"""Return the cleaning log of `raw`, the noise found in it and the raw span of its title.

    Layer by layer: what the page's code left (entities, tags, invisible characters); page numbers, adverts and glosses
    inside the text; the lines around the report, with copies of the title, and line wraps. A hidden-text marker
    becomes ``▢``; full-width digits and letters become ASCII; an ASCII stop becomes 。 in a text that has no 。.
    Nothing else changes: punctuation, masks and typing errors stay as they are.

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
        return tuple(_merged(edits, _script(raw, plain, edits))), noise, title
    layers = Layers(raw)
    clear_surface(layers)
    found = _take_pages(layers)
    inside = _take(layers, find_inside(layers.text))
    found += [piece for mark in inside for piece in _outside(mark, found)]
    marks, title = find_noise(layers.text)
    found = sorted(found, key=lambda mark: mark[:2])
    found += [
        piece for mark in marks for piece in _outside(mark._replace(**_span(layers, mark.start, mark.end)), found)
    ]
    raw_title = None if title is None else layers.to_raw(*title)
    layers.apply(_line_edits(layers.text, marks, title))
    layers.apply(ascii_stops(layers.text))
    folded = [Edit(*m.span(), m.group(), fold_width(m.group()), "full_width") for m in _FULL_WIDTH.finditer(raw)]
    return tuple(_merged(list(layers.edits), folded)), sorted(found, key=lambda mark: mark[:2]), raw_title


def _span(layers: Layers, start: int, end: int) -> dict[str, int]:
    return dict(zip(("start", "end"), layers.to_raw(start, end), strict=True))


def _outside(mark: Noise, known: list[Noise]) -> list[Noise]:
    """Return `mark` in pieces around the noise already `known`, which is sorted."""
    first = bisect_left(known, mark.start, key=lambda one: one.end)
    inner = [
        one for one in known[first : bisect_left(known, mark.end, key=lambda one: one.start)] if one.end > mark.start
    ]
    starts, ends = [mark.start, *(one.end for one in inner)], [*(one.start for one in inner), mark.end]
    return [mark._replace(start=start, end=end) for start, end in zip(starts, ends, strict=True) if start < end]


def _take(layers: Layers, marks: list[Noise]) -> list[Noise]:
    """Take `marks` out of the text; return them in offsets of the raw text."""
    found = [mark._replace(**_span(layers, mark.start, mark.end)) for mark in marks]
    text = layers.text
    layers.apply(Edit(mark.start, mark.end, text[mark.start : mark.end], "", mark.kind) for mark in marks)
    return found


def _take_pages(layers: Layers) -> list[Noise]:
    """Take page numbers out of the text, with the newlines around those that cut a sentence in two."""
    text = layers.text
    pages = find_pages(text)
    joins = joined_halves(text, pages)
    marks = [Noise(one.start, one.end, "site_chrome" if one.alone else "page_number") for one in pages]
    found = [mark._replace(**_span(layers, mark.start, mark.end)) for mark in marks]
    edits = [Edit(mark.start, mark.end, text[mark.start : mark.end], "", mark.kind) for mark in marks]
    layers.apply(_merged(edits, joins))
    return found


def _line_edits(text: str, noise: list[Noise], title: Span | None) -> list[Edit]:
    """Return the edits that take `noise` out, undo line wraps between the lines that stay, and strip their edges."""
    foreign = {(mark.start, mark.end) for mark in noise} | {title}
    copied = {mark.end for mark in noise if mark.kind == "duplicate_title"}
    edits = [
        # what stands behind a title at the start of a line is a new paragraph
        edit._replace(replacement="\n", kind="paragraph_break") if edit.start in copied else edit
        for edit in find_wraps(text, [span for span in lines_of(text) if span not in foreign])
    ]
    starts = [edit.start for edit in edits]
    removed: list[Edit] = []
    for mark in noise:
        inner = edits[bisect_left(starts, mark.start) : bisect_left(starts, mark.end)]
        removed += _pieces(text, mark, inner, ELISION if mark.kind == "elision_marker" else "")
    edges = [Edit(*match.span(), match.group(), "", "indent") for match in _EDGE_BLANKS.finditer(text)]
    return _merged(_merged(edits, removed), edges)


def _script(raw: str, plain: str, edits: list[Edit]) -> list[Edit]:
    """Return one edit for each run of characters that the other script changed and no other edit took."""
    changed = bytearray(before != now for before, now in zip(raw, plain, strict=True))
    for edit in edits:
        changed[edit.start : edit.end] = bytes(edit.end - edit.start)
    runs = (match.span() for match in re.finditer(b"\1+", changed))
    return [Edit(start, end, raw[start:end], plain[start:end], "script") for start, end in runs]


def _pieces(text: str, mark: Noise, wraps: list[Edit], replacement: str) -> list[Edit]:
    """Return the deletion of `mark`, in pieces around the line wraps that are logged inside a copied title."""
    inner = [wrap for wrap in wraps if mark.start <= wrap.start and wrap.end <= mark.end]
    starts, ends = [mark.start, *(wrap.end for wrap in inner)], [*(wrap.start for wrap in inner), mark.end]
    return [
        Edit(start, end, text[start:end], replacement, mark.kind)
        for start, end in zip(starts, ends, strict=True)
        if start < end
    ]


def _merged(taken: list[Edit], more: list[Edit]) -> list[Edit]:
    """Return both lists merged in order; what overlaps an edit already taken is left out."""
    merged = list(taken)
    at = 0
    for edit in more:
        while at < len(taken) and taken[at].end <= edit.start:
            at += 1
        if at == len(taken) or taken[at].start >= edit.end:
            merged.append(edit)
    return sorted(merged)
