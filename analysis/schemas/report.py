"""One document: raw text, the log of edits, and the way between offsets of the raw and the cleaned text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

__all__ = ["ELISION", "Edit", "Report"]

ELISION = "▢"
"""Stands in the cleaned text where the source says that text is hidden."""


class Edit(NamedTuple):
    """One entry of the cleaning log: raw ``[start, end)`` held ``text`` and became ``replacement``."""

    start: int
    end: int
    text: str
    replacement: str
    kind: str


@dataclass(frozen=True)
class Report:
    """One document: its identity, its raw text and the log of edits that gives the cleaned text.

    Attributes
    ----------
    report_id, path, sha256 : str
    encoding : str or None
        None for a format that has none of its own.
    format : str
        text, html, docx, pdf or doc.
    raw : str
        The text that the reader returned; every offset in every table points into it.
    edits : tuple of Edit
        Sorted, not overlapping.
    """

    report_id: str
    path: str
    sha256: str
    encoding: str | None
    raw: str = field(repr=False)
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    format: str = "text"

    @cached_property
    def cleaned(self) -> str:
        """The text that is analysed: `raw` with every edit applied."""
        parts, at = [], 0
        for edit in self.edits:
            parts += [self.raw[at : edit.start], edit.replacement]
            at = edit.end
        return "".join([*parts, self.raw[at:]])

    @cached_property
    def _raw_starts(self) -> np.ndarray:
        """Raw offset of each cleaned character, and the raw length at the end."""
        pieces, at = [], 0
        for edit in self.edits:
            pieces.append(np.arange(at, edit.start))
            width, length = edit.end - edit.start, len(edit.replacement)
            # a replacement of equal length stands character for character, any other for the whole
            pieces.append(np.arange(edit.start, edit.end) if width == length else np.full(length, edit.start))
            at = edit.end
        pieces.append(np.arange(at, len(self.raw) + 1))
        return np.concatenate(pieces)

    @cached_property
    def _raw_ends(self) -> np.ndarray:
        """Raw offset just behind each cleaned character."""
        ends = self._raw_starts[:-1] + 1
        for edit in self.edits:
            length = len(edit.replacement)
            if length and length != edit.end - edit.start:
                first = int(np.searchsorted(self._raw_starts, edit.start))
                ends[first : first + length] = edit.end
        return ends

    def to_clean(self, offset: int) -> int:
        """Return the place in `cleaned` of the first kept character at or behind raw `offset`."""
        return int(np.searchsorted(self._raw_starts, offset))

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of the cleaned span ``[start, end)``; its ends never fall on deleted text."""
        if end <= start:
            return int(self._raw_starts[start]), int(self._raw_starts[start])
        return int(self._raw_starts[start]), int(self._raw_ends[end - 1])

    def to_raw_many(self, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the raw starts and ends of many non-empty cleaned spans at once."""
        return self._raw_starts[starts], self._raw_ends[np.asarray(ends) - 1]

    def cleaned_span(self, start: int, end: int) -> str:
        """Return the cleaned text of the raw span ``[start, end)``."""
        return self.cleaned[self.to_clean(start) : self.to_clean(end)]
