"""Full-width forms, invisible characters and the width of characters on a printed line."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["BLANK", "INVISIBLE", "display_width", "fold_width"]

BLANK = "[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
"""One blank of any width that stands inside a line."""

INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u202a-\u202e\u2060\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
"""Characters that show nothing: byte-order marks, zero-width and direction marks, control characters."""

_ASCII_FORMS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def fold_width(text: str) -> str:
    """Return `text` with full-width ASCII forms as ASCII, one character for one, so that offsets survive."""
    return text.translate(_ASCII_FORMS)


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    # curly quotes, dashes and ASCII punctuation between Han characters are set full width in print
    if character in '“”‘’…—·,;:!?()"':
        return 2
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def display_width(text: str) -> int:
    """Return the columns that `text` takes in a Chinese print: 2 for Han and punctuation, 1 for digits and letters."""
    return sum(map(_width, text))
