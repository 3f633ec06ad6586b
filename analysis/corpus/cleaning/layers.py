"""Edits in layers: each layer is found in the text that the layers below it leave, and logged in the raw text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from analysis.schemas import Edit, Report

__all__ = ["Layers"]


_NOISE = frozenset({"site_chrome", "page_number", "watermark", "gloss"})


def _around(raw: str, edit: Edit, covered: list[Edit]) -> list[Edit]:
    """Return `edit` in pieces around the noise that it covers, so that the log goes on to name it."""
    kept = [] if edit.replacement else [one for one in covered if one.kind in _NOISE]
    starts, ends = [edit.start, *(one.end for one in kept)], [*(one.start for one in kept), edit.end]
    pieces = [
        edit._replace(start=start, end=end, text=raw[start:end])
        for start, end in zip(starts, ends, strict=True)
        if start < end
    ]
    return sorted([*pieces, *kept])


class Layers:
    """A raw text and the edits made to it so far.

    Examples
    --------
    >>> layers = Layers("甲&nbsp;乙")
    >>> layers.apply([Edit(1, 7, "&nbsp;", " ", "entity")])
    >>> layers.apply([Edit(1, 2, " ", "", "line_wrap")])
    >>> layers.text, layers.edits
    ('甲乙', (Edit(start=1, end=7, text='&nbsp;', replacement='', kind='line_wrap'),))
    """

    def __init__(self, raw: str) -> None:
        self._report = Report("", "", "", None, raw)

    @property
    def text(self) -> str:
        """The raw text with every edit so far."""
        return self._report.cleaned

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits so far, in offsets of the raw text, sorted and not overlapping."""
        return self._report.edits

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of ``[start, end)`` in `text`."""
        return self._report.to_raw(start, end)

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make `edits`, given in offsets of `text`, sorted and not overlapping; what they cover they replace."""
        edits = list(edits)
        if not edits:
            return
        raw, below = self._report.raw, self._report.edits
        if not below:
            self._report = replace(self._report, edits=tuple(edits))
            return
        merged, at = [], 0
        for edit in edits:
            start, end = self._report.to_raw(edit.start, edit.end)
            while at < len(below) and below[at].end <= start:
                merged.append(below[at])
                at += 1
            covered = []
            while at < len(below) and below[at].start < end:
                covered.append(below[at])
                at += 1
            merged += _around(raw, Edit(start, end, raw[start:end], edit.replacement, edit.kind), covered)
        self._report = replace(self._report, edits=(*merged, *below[at:]))
