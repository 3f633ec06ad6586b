"""Tables for programs that take text for formulas: what a spreadsheet shows is what the report says, as text."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

__all__ = ["spreadsheet_cells", "writable"]

_FORMULA = re.compile(r"[\s\x00-\x1f\"'\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠]|'*[\t\r\n]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_RETURN = re.compile(r"\r\n?")


def spreadsheet_cells(table: pd.DataFrame) -> pd.DataFrame:
    r"""Return `table` with its texts, column names among them, as CSV can hold them and a spreadsheet shows them.

    A text that a spreadsheet would calculate has an apostrophe before it: one that begins, after any blanks and quotes,
    with = + - @ or their wide forms, which spreadsheets of East Asian settings take for the same, or that begins with
    a tab or a line end. Masks such as ==亿元 do. A spreadsheet shows the apostrophe with the text; to have the text
    back, take it off where what follows is such a beginning. Line ends within a cell are ``\n``, and what neither CSV
    nor XML can hold is a backslash escape (`writable`).

    Examples
    --------
    >>> spreadsheet_cells(pd.DataFrame({"text": ["==亿元", " ＝1＋1", "建设"], "n": [-1, 2, 3]})).to_dict("list")
    {'text': ["'==亿元", "' ＝1＋1", '建设'], 'n': [-1, 2, 3]}
    """
    changed = {}
    for name in table.columns:
        if table[name].dtype == object or table[name].dtype == "str":
            values = table[name].tolist()
            cells = [_cell(value) for value in values]
            if any(new is not old for new, old in zip(cells, values, strict=True)):
                changed[name] = pd.Series(cells, table.index, dtype=object)
    return table.assign(**changed).rename(columns=_cell)


def writable(text: str) -> str:
    r"""Return `text` with control characters and lone surrogates as backslash escapes; line ends are ``\n``.

    Examples
    --------
    >>> writable("a\x1b[31m\r\nb")
    'a\\x1b[31m\nb'
    """
    return _UNWRITABLE.sub(_escape, _RETURN.sub("\n", text))


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _UNWRITABLE.search(value):  # a return among them
        written = writable(value)
        return f"'{written}" if _FORMULA.match(value) or _FORMULA.match(written) else written
    return f"'{value}" if _FORMULA.match(value) else value


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode()
