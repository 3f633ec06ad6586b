"""Formats: what a file is, and one reader each from its bytes to text; parsers run in a process of their own."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LONGEST", "OFFICE", "Extract", "Refusal", "too_long"]

LONGEST = 300_000
"""Most characters that a text may have; the longest report of a province has some 30,000.

Ten times that, one character a line, takes some 5 seconds to divide and count: no file may take more than 10.
"""

OFFICE = "office"
"""The reader, and the format of an `Extract`, of files that LibreOffice has to convert first."""


class Extract(NamedTuple):
    """The text of one file, the encoding of its bytes (None where the format has none of its own) and its format."""

    text: str
    encoding: str | None
    format: str


class Refusal(Exception):
    """A file cannot be used; `reason` and `remedy` are one line each and name no path."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}.")
        self.reason, self.remedy = reason, remedy


def too_long() -> Refusal:
    """Return the refusal of a text with more than `LONGEST` characters."""
    return Refusal(f"the text is longer than any report (over {LONGEST:,} characters)", "split it into single reports")
