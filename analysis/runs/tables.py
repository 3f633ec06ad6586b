"""The tables of a notebook as pandas prints them, set as tables of a paper."""

from __future__ import annotations

import re

__all__ = ["typeset"]

_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])(?P<given>[^>]*)>(?P<text>.*?)</\1>", re.DOTALL)
_NUMBER = re.compile(r"[-−]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?|[-−]?inf|NaN|NaT|None|True|False|&lt;NA&gt;|")


def typeset(html: str) -> str:
    """Return the HTML of a pandas table without pandas' style, columns of numbers set to the right.

    A column counts as one of numbers if each of its cells is a number or missing.

    Examples
    --------
    >>> typeset("<table><tr><th>a</th><th>b</th></tr><tr><td>1.5</td><td>x</td></tr></table>")
    '<table><tr><th class="n">a</th><th>b</th></tr><tr><td class="n">1.5</td><td>x</td></tr></table>'
    """
    html = _STYLE.sub("", html).replace(' border="1"', "")
    rows = [[cell["text"] for cell in _CELL.finditer(row) if cell[1] == "td"] for row in _ROW.findall(html)]
    width = max(map(len, rows), default=0)
    bodies = [row for row in rows if len(row) == width and width]
    numeric = [all(_NUMBER.fullmatch(row[at].strip()) for row in bodies) for at in range(width)]
    shown = _ROW.sub(lambda row: _row(row[0], numeric), html)
    return shown


def _row(row: str, numeric: list[bool]) -> str:
    cells = list(_CELL.finditer(row))
    if "colspan" in row or len(cells) < len(numeric):
        return row
    first = len(cells) - len(numeric)  # before it stands the index
    places = {cell.start(): at - first for at, cell in enumerate(cells)}

    def marked(cell: re.Match) -> str:
        at = places[cell.start()]
        kind = ' class="n"' if at >= 0 and numeric[at] else ""
        return f"<{cell[1]}{cell['given']}{kind}>{cell['text']}</{cell[1]}>"

    return _CELL.sub(marked, row)
