"""Full stops that were typed as ASCII dots, in a text that has no other."""

from __future__ import annotations

import re

from analysis.schemas import Edit

__all__ = ["ascii_stops"]

_HALF_WIDTH = re.compile("｡")
_DOT = re.compile(
    r"(?<=[\u4e00-\u9fff0-9A-Za-z%％)）\]”’」』》\"０-９])[.．](?=[\"”’」』)）]?(?:\s|$|[\u4e00-\u9fff“‘「『《（(\"])|\s*\d{1,2}[.．、]\D)"
)
_NO_STOP = re.compile(
    r"(?:^|[\s。.;；:：])[（(]?\d{1,2}$|(?:^|[\s。.;；])[一二三四五六七八九十]{1,3}$|第[一二三四五六七八九十]{1,3}$|(?:^|[^A-Za-z])[A-Za-z]$"
)
_FEWEST, _RARE = 2, 0.05


def ascii_stops(text: str) -> list[Edit]:
    """Return the edits that write 。 for the ASCII dots that end sentences, where the text as a whole ends them so.

    A dot behind a list number (1.), inside a number (3.5), a name (U.S.) or an address is none. The kind is
    ``full_stop``.

    Examples
    --------
    >>> [edit.start for edit in ascii_stops("1.修路3.5公里.架桥2座.")]
    [9, 14]
    """
    found = [Edit(*match.span(), match.group(), "。", "full_stop") for match in _HALF_WIDTH.finditer(text)]
    dots = [
        match for match in _DOT.finditer(text) if not _NO_STOP.search(text[max(0, match.start() - 5) : match.start()])
    ]
    if len(dots) >= _FEWEST and text.count("。") + len(found) <= _RARE * len(dots):
        found += [Edit(*match.span(), match.group(), "。", "full_stop") for match in dots]
    return sorted(found)
