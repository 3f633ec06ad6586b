"""The visible text of a web page as blocks: white space collapsed as a browser does, hidden parts left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["Block", "Element", "Page", "page_of"]

_SKIPPED = frozenset(
    "head title script style noscript template iframe object embed applet svg math canvas audio video map select input "
    "button textarea datalist rt rp rtc noframes noembed dialog progress meter colgroup -comment !--".split()
)
_CONTROLS = frozenset("nav footer menu aside form".split())
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p "
    "pre plaintext search section summary table tbody td tfoot th thead tr ul xmp".split()
)
_ROLES = frozenset("navigation contentinfo complementary search menu menubar toolbar dialog".split())
_PRE = frozenset("pre listing plaintext xmp".split())
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_HIDDEN_ANYWHERE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LEAST_HIDDEN, _HIDDEN_TIMES = 100, 5
_KEEPS_SPACE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)(?!-line)", re.IGNORECASE)
_NO_MARKER = re.compile(r"list-style(?:-type)?\s*:\s*none", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_NUMBERED = re.compile(r"\s*(?:[\d０-９一二三四五六七八九十①-⑳●○◆■▲*·•]|[（(\[])")
_HEADINGS = frozenset("h1 h2 h3".split())


@dataclass(slots=True, eq=False)
class Element:
    """A part of the page that may hold blocks; `parent` leads to the body."""

    tag: str
    names: str
    parent: Element | None
    doubtful: bool = False
    """Within a navigation, footer, menu, aside or form."""
    cells: list[Element] = field(default_factory=list)
    """Of a table row: its cells, those without text included."""

    def above(self) -> Iterator[Element]:
        """Yield this element and those that hold it, up to the body."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent


@dataclass(slots=True, eq=False)
class Block:
    """One line of the page: its text, how many characters of it are how many links, and the element that holds it."""

    text: str
    linked: int
    links: int
    element: Element
    heading: bool = False


@dataclass(slots=True)
class Page:
    """What a page shows: its title and its blocks in order."""

    title: str
    blocks: list[Block] = field(default_factory=list)


def page_of(source: str) -> Page:
    """Return the title and the visible blocks of the page that `source` describes.

    Pages of some sites are saved with the article itself hidden by a style that their script would take away: where
    nearly all sentences are hidden so, what styles hide is taken for visible.
    """
    from selectolax.lexbor import LexborHTMLParser

    parser = LexborHTMLParser(source.lstrip("\ufeff"))  # before the page, a mark of byte order would open its body
    title = parser.css_first("title")
    name = _SPACE.sub(" ", title.text(deep=True)).strip() if title is not None else ""
    root = parser.body or parser.root
    if root is None:
        return Page(name)
    page = Page(name, _blocks(root, styled=True))
    if _HIDDEN_ANYWHERE.search(source):
        whole = Page(name, _blocks(root, styled=False))
        if _sentences(whole) > max(_LEAST_HIDDEN, _HIDDEN_TIMES * _sentences(page)):
            return whole
    return page


def _blocks(root: LexborNode, *, styled: bool) -> list[Block]:
    page = Page("")
    _Walk(page, styled=styled).walk(root)
    return page.blocks


def _sentences(page: Page) -> int:
    return sum(len(block.text) for block in page.blocks if "。" in block.text)


class _Walk:
    """One pass over the tree without recursion, as pages may nest ten thousand deep."""

    def __init__(self, page: Page, *, styled: bool = True) -> None:
        self.page = page
        self.styled = styled
        self.parts: list[str] = []
        self.linked = 0
        self.anchors = 0  # links that end in this line
        self.heading = 0
        self.links = 0
        self.kept = 0  # depth of elements that keep white space
        self.counters: list[int] = []
        self.marker = ""
        self.element = Element("body", "", None)

    def walk(self, root: LexborNode) -> None:
        for node, closes in _steps(root, styled=self.styled):
            if closes:
                self.close(node)
            elif node.is_text_node:
                self.text(node.text_content or "")
            else:
                self.open(node)
        self.flush()

    def open(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "br":
            self.flush()
        elif tag == "a":
            self.links += _leads_away(node)
        if tag not in _BLOCKS:
            return
        self.flush()
        attributes = node.attributes
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()
        above = self.element
        doubtful = above.doubtful or tag in _CONTROLS or (attributes.get("role") or "") in _ROLES
        self.element = Element(tag, names, above, doubtful)
        if tag in ("td", "th") and above.tag == "tr":
            above.cells.append(self.element)
        self.heading += tag in _HEADINGS
        self.kept += _keeps(tag, attributes)
        if tag in ("ol", "ul"):
            style = attributes.get("style") or ""
            numbered = tag == "ol" and not _NO_MARKER.search(style)
            start = attributes.get("start") or "1"
            self.counters.append(int(start) if numbered and re.fullmatch(r"\d{1,4}", start) else 0)
        elif tag == "li" and self.counters and self.counters[-1]:
            self.marker = f"{self.counters[-1]}."
            self.counters[-1] += 1

    def close(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "a":
            away = _leads_away(node)
            self.links -= away
            self.anchors += away
        if tag not in _BLOCKS:
            return
        self.flush()
        self.heading -= tag in _HEADINGS
        self.kept -= _keeps(tag, node.attributes)
        if tag in ("ol", "ul") and self.counters:
            self.counters.pop()
        self.marker = ""
        if self.element.parent is not None:
            self.element = self.element.parent

    def text(self, text: str) -> None:
        if self.kept:
            first, *lines = re.split(r"\r\n?|\n", text)
            self.add(first)
            for line in lines:
                self.flush()
                self.add(line)
        else:
            self.add(text)

    def add(self, text: str) -> None:
        self.parts.append(text)
        if self.links:
            self.linked += len(_SPACE.sub("", text))

    def flush(self) -> None:
        text = "".join(self.parts)
        text = text if self.kept else collapse(text)
        if text.strip():
            if self.marker and not _NUMBERED.match(text):
                text = self.marker + text
            self.marker = ""
            self.page.blocks.append(
                Block(text, self.linked, max(self.anchors, self.linked > 0), self.element, self.heading > 0)
            )
        self.parts, self.linked, self.anchors = [], 0, 0


def _leads_away(node: LexborNode) -> bool:
    """Tell whether a link leads to another page; one within the page is part of the text."""
    return not (node.attributes.get("href") or "#").startswith("#")


def _keeps(tag: str, attributes: dict[str, str | None]) -> bool:
    return tag in _PRE or bool(_KEEPS_SPACE.search(attributes.get("style") or ""))


def _steps(root: LexborNode, *, styled: bool) -> Iterator[tuple[LexborNode, bool]]:
    """Yield (node, False) on the way in and (element, True) on the way out, without what is not shown.

    Unless `styled`, styles hide nothing.
    """
    node, depth = root, 0
    while True:
        shown = node.is_text_node or (node.is_element_node and not _hidden(node, styled=styled))
        if shown:
            yield node, False
        below = node.child if shown and node.is_element_node else None
        if below is not None:
            node, depth = below, depth + 1
            continue
        if shown and node.is_element_node:
            yield node, True
        while depth and node.next is None:
            above = node.parent
            if above is None:
                return
            node, depth = above, depth - 1
            yield node, True
        if not depth:
            return
        following = node.next
        assert following is not None
        node = following


def _hidden(node: LexborNode, *, styled: bool) -> bool:
    if node.tag in _SKIPPED:
        return True
    attributes = node.attributes
    return "hidden" in attributes or (styled and bool(_HIDDEN.search(attributes.get("style") or "")))


def collapse(text: str) -> str:
    r"""Return `text` with white space as a browser shows it: runs are one blank, a newline between Han none.

    Examples
    --------
    >>> collapse(" 修路  3 公里，\n   造林 ")
    '修路 3 公里，造林'
    """

    def blank(run: re.Match[str]) -> str:
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        return "" if "\n" in run.group() and _wide(before) and _wide(after) else " "

    return _SPACE.sub(blank, text).strip(" ")


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"
