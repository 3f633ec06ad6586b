"""The text of a Word story (body, note) in the order of the page: paragraphs, tables, notes, text boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

    from analysis.corpus.formats.docx_numbering import Numbering

__all__ = ["Story", "local", "value"]

_SKIPPED = frozenset(
    "del moveFrom instrText delText delInstrText sdtPr sdtEndPr rt Fallback sectPr tblPr tblGrid docPr "
    "pPr rPr tcPr trPr".split()
)
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_SYMBOLS = {
    0xF06C: "●", 0xF06D: "○", 0xF06E: "■", 0xF06F: "□", 0xF071: "□", 0xF072: "□", 0xF075: "◆", 0xF076: "❖",
    0xF0A7: "■", 0xF0A8: "□", 0xF0B2: "◇", 0xF0B7: "•", 0xF0D8: "➢", 0xF0E0: "→", 0xF0FC: "✓", 0xF0FE: "☑",
}  # fmt: skip
"""Private characters of the fonts Symbol and Wingdings, as the signs that they show."""

_LONGEST_CELL = 300
_OFF = ("0", "false", "off")


def local(element: etree._Element) -> str:
    """Return the name of `element` without its namespace: Strict files have another one."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: etree._Element, name: str = "val") -> str | None:
    """Return the attribute `name` of `element`, in whatever namespace."""
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), None)


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """Return the descendant at the path `names`, or None."""
    found: etree._Element | None = element
    for name in names:
        found = None if found is None else next((one for one in found if local(one) == name), None)
    return found


def symbol(character: str) -> str:
    """Return the sign that a private character of a symbol font shows; itself where that is not known."""
    return _SYMBOLS.get(ord(character), character)


@dataclass
class _Paragraph:
    parts: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)  # notes and text boxes, lines of their own
    label: str = ""
    joins: bool = False  # its mark was deleted: the next paragraph goes on in it
    hidden: bool = False  # its style hides the text


@dataclass
class _Table:
    rows: list[list[list[str]]] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    nested: bool = False


class Story:
    """One walk over a story; `notes` maps (kind, id) to the lines of a note."""

    def __init__(self, numbering: Numbering, notes: Mapping[tuple[str, str | None], list[str]]) -> None:
        self.numbering, self.notes = numbering, notes
        self.open: list[_Paragraph] = []
        self.tables: list[_Table] = []
        self.sinks: list[list[str]] = [[]]
        self.fields: list[str] = []
        self.pending = ""

    def lines(self, root: etree._Element) -> list[str]:
        """Return the lines of `root`: one a paragraph, one a row of a table."""
        from lxml import etree

        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            name = local(element)
            if event == "end":
                self._end(name)
            elif self._skips(element, name):
                walker.skip_subtree()
            else:
                self._start(element, name)
        return self.sinks[0]

    def _skips(self, element: etree._Element, name: str) -> bool:
        if name in _SKIPPED:
            return True
        if name == "r":
            return self._hidden(element)
        if name == "sdt":
            return child(element, "sdtPr", "showingPlcHdr") is not None
        if name == "Choice":
            above = element.getparent()
            return above is not None and child(above, "Choice") is not element
        return name == "tr" and child(element, "trPr", "del") is not None

    def _hidden(self, run: etree._Element) -> bool:
        vanish, style = child(run, "rPr", "vanish"), child(run, "rPr", "rStyle")
        if vanish is not None:
            return value(vanish) not in _OFF
        if style is not None and (hidden := self.numbering.hides(value(style))) is not None:
            return hidden
        return bool(self.open) and self.open[-1].hidden

    def _start(self, element: etree._Element, name: str) -> None:
        if name == "p":
            mark, style = child(element, "pPr", "rPr", "del"), child(element, "pPr", "pStyle")
            hidden = style is not None and bool(self.numbering.hides(value(style)))
            self.open.append(_Paragraph(label=self.numbering.label(element), joins=mark is not None, hidden=hidden))
        elif name == "tbl":
            if self.tables and self.sinks[-1] is not self.sinks[0]:
                self.tables[-1].nested = True
            self.tables.append(_Table())
        elif name == "tr" and self.tables:
            self.tables[-1].rows.append([])
        elif name == "tc" and self.tables:
            self.sinks.append([])
            merged = child(element, "tcPr", "vMerge")
            if merged is not None and value(merged) in (None, "continue"):
                self.sinks[-1] = _Nothing()
        elif name == "txbxContent":
            self.sinks.append([])
        elif self.open:
            self._inline(element, name)

    def _inline(self, element: etree._Element, name: str) -> None:
        parts = self.open[-1].parts
        if name == "fldChar":
            kind = value(element, "fldCharType")
            if kind == "begin":
                self.fields.append("code")
            elif kind == "separate" and self.fields:
                self.fields[-1] = "result"
            elif kind == "end" and self.fields:
                self.fields.pop()
        elif "code" in self.fields:
            return
        elif name == "t":
            parts.append("".join(map(symbol, element.text or "")))
        elif name in _SIGNS:
            page = name == "br" and value(element, "type") in ("page", "column")
            parts.append("" if page else _SIGNS[name])
        elif name == "sym":
            code = value(element, "char") or ""
            parts.append(symbol(chr(int(code, 16))) if re.fullmatch("[0-9A-Fa-f]{4}", code) else "")
        elif name in ("footnoteReference", "endnoteReference"):
            self.open[-1].after += self.notes.get((name[:-9], value(element, "id")), [])

    def _end(self, name: str) -> None:
        if name == "p" and self.open:
            self._close_paragraph(self.open.pop())
        elif name == "txbxContent" and len(self.sinks) > 1:
            lines = self.sinks.pop()
            (self.open[-1].after if self.open else self.sinks[-1]).extend(lines)
        elif name == "tc" and self.tables and len(self.sinks) > 1:
            cell = self.sinks.pop()
            if self.tables[-1].rows:
                self.tables[-1].rows[-1].append(cell)
        elif name == "tbl" and self.tables:
            table = self.tables.pop()
            self.sinks[-1].extend([*_table_lines(table), *table.after])

    def _close_paragraph(self, paragraph: _Paragraph) -> None:
        # a field's code ends with its paragraph at the latest: an unclosed field swallows nothing
        self.fields = ["result" for _ in self.fields]
        text = "".join(paragraph.parts)
        if paragraph.joins:
            self.pending += self._labelled(paragraph.label, text)
        elif self.pending:
            text, self.pending = self.pending + text, ""
        else:
            text = self._labelled(paragraph.label, text)
        if not paragraph.joins:
            self.sinks[-1].extend(line for line in text.split("\n") if line.strip())
        in_cell = self.tables and len(self.sinks) > 1
        (self.tables[-1].after if in_cell else self.sinks[-1]).extend(paragraph.after)

    def _labelled(self, label: str, text: str) -> str:
        if not label or not text.strip():
            return text
        blank = " " if label[-1:].isascii() and label[-1:].isalnum() and text[:1].isalnum() else ""
        return label + blank + text.lstrip("\t ")


class _Nothing(list):
    """A cell that goes on from the row above: its paragraphs are empty."""

    def extend(self, lines) -> None:
        """Take nothing."""


def _table_lines(table: _Table) -> list[str]:
    """Return one line a row; the cells' own lines where the table lays out the page."""
    layout = table.nested or any(
        sum(map(len, cell)) > _LONGEST_CELL or len([line for line in cell if line.endswith("。")]) > 1
        for row in table.rows
        for cell in row
    )
    if layout:
        return [line for row in table.rows for cell in row for line in cell]
    lines = ["\t".join(_joined(cell) for cell in row).rstrip("\t") for row in table.rows]
    return [line for line in lines if line.strip()]


def _joined(cell: list[str]) -> str:
    text = ""
    for line in map(str.strip, cell):
        text += (" " if text[-1:].isascii() and line[:1].isascii() and text else "") + line.replace("\t", " ")
    return text
