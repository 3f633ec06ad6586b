"""Tables that were pasted as lines, one cell a line: told by runs of short lines of which many are numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["table_cells"]

_NUMBER = re.compile(
    r"[-+±<>≥≤约]?[¥￥]?\d[\d,.]*(?:[%％‰]|[\u4e00-\u9fff㎡]{1,3})?|[-—–/\\]|[xX×*＊]{1,4}(?:\.[xX×*＊]+)?%?"
)
_TEXT = re.compile(r"[^。；;，,！!？?：:]{1,14}")
_MARKED = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]+(?:部分|章|节|篇)|\d{1,2}[、.．]\D"
)
_FEWEST_CELLS, _FEWEST_NUMBERS, _NUMBER_SHARE = 6, 3, 0.3


def table_cells(lines: Sequence[str]) -> set[int]:
    """Return the indices of those `lines` that are cells of a table.

    A table is a run of six short lines or more without sentence marks, three of them and three in ten numbers; it
    ends with a number. A numbered heading is no cell.

    Examples
    --------
    >>> sorted(table_cells(["一、指标", "项目", "产值", "20.1", "税收", "680", "增长", "9%", "修路。"]))
    [1, 2, 3, 4, 5, 6, 7]
    """
    found: set[int] = set()
    start = 0
    for at in range(len(lines) + 1):
        line = lines[at] if at < len(lines) else ""
        if line and (_NUMBER.fullmatch(line) or (_TEXT.fullmatch(line) and not _MARKED.match(line))):
            continue
        if at - start >= _FEWEST_CELLS:
            numbers = [place for place in range(start, at) if _NUMBER.fullmatch(lines[place])]
            end = numbers[-1] + 1 if numbers else start
            if len(numbers) >= _FEWEST_NUMBERS and len(numbers) >= _NUMBER_SHARE * (end - start):
                found.update(range(start, end))
        start = at + 1
    return found
