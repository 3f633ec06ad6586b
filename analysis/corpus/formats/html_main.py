"""The report among the blocks of a web page: found by where the sentences are, never by a site's own names.

Recall comes before precision. A part of the page is left out only if it consists of links, is marked up as
navigation and the like while the sentences are elsewhere, or stands beyond such parts. What is left of a site's own
lines is taken out by cleaning, which logs it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from analysis.corpus.formats.html_text import Block, Element, Page

__all__ = ["main_text"]

_HAN = re.compile("[\u3400-\u9fff]")
_SENTENCE = re.compile("[。！？；!?;]")
_HINT = re.compile(
    r"(?:^|[\s_-])(?:top|bottom)?-?(?:nav\w*|menu\w*|foot\w*|side(?:bar)?|aside|bread\w*|crumb\w*|copyright|share\w*|"
    r"relat\w+|recommend\w*|comment\w*|advert\w*|ads?|banner|login|search\w*|tool(?:bar)?s?|pag(?:er|ination)|hot\w*|"
    r"rank\w*|(?:friend)?-?links?|qr\w*|position|location|statistics|weixin|wechat)(?:$|[\s_\d-])"
)
_DOCUMENT = re.compile("报告|總結|总结|匯報|汇报|述职|述職|要点|要點|讲话|講話|報告|计划|計劃")
_TITLE_JOINTS = re.compile(r"\s*[_|｜>»\-–—]+\s*")
_DENSE, _FEW_LINKS, _SHARE, _MINOR, _LONG = 0.5, 3, 0.3, 0.1, 100
_LONGEST_CELL, _LONGEST_TITLE, _LONGEST_LINK = 200, 60, 80


def main_text(page: Page) -> str:
    """Return the lines of the report on `page`, a table row on one line with tabs between its cells."""
    weight = _prose if any(map(_prose, page.blocks)) else _unlinked  # a page may hold nothing but a table
    chrome = _chrome(page.blocks, weight)
    kept = [block for block in page.blocks if block not in chrome]
    main = _main(kept, chrome, weight)
    if main is not None:
        inside = [block for block in kept if main in block.element.above()]
        kept = _head(page, kept, inside) + inside + _near(page.blocks, chrome, inside)
        order = {block: at for at, block in enumerate(page.blocks)}
        kept = sorted(set(kept), key=lambda block: order[block])
    return "\n".join([*_page_title(page, kept), *_lines(kept)])


def _han(block: Block) -> int:
    return len(_HAN.findall(block.text))


def _linked(block: Block) -> bool:
    """Tell whether most of a block is a link; where a link was never closed, whole paragraphs are none."""
    return _han(block) < _LONGEST_LINK and block.linked > _DENSE * len("".join(block.text.split()))


def _prose(block: Block) -> int:
    """Return the Han characters of a block that reads like sentences; 0 for any other."""
    han = _han(block)
    return han if not _linked(block) and han >= 10 and (_SENTENCE.search(block.text) or han >= 40) else 0


def _unlinked(block: Block) -> int:
    return 0 if _linked(block) else _han(block)


def _sums(blocks: Iterable[Block], value: Callable[[Block], int]) -> Counter[Element]:
    sums: Counter[Element] = Counter()
    for block in blocks:
        if amount := value(block):
            for element in block.element.above():
                sums[element] += amount
    return sums


def _chrome(blocks: list[Block], weight: Callable[[Block], int]) -> set[Block]:
    """Return the blocks of parts that are links, or navigation and the like."""
    total = sum(map(weight, blocks))
    prose = _sums(blocks, weight)
    size = _sums(blocks, lambda block: len(block.text))
    linked = _sums(blocks, lambda block: len(block.text) if _linked(block) else 0)
    links = _sums(blocks, lambda block: block.links if _linked(block) else 0)
    verdict: dict[Element, bool] = {}

    def chrome(element: Element) -> bool:
        unknown = []
        for one in element.above():
            if one in verdict:
                break
            unknown.append(one)
        for one in reversed(unknown):
            above = one.parent is not None and verdict[one.parent]
            minor = prose[one] <= _MINOR * total
            named = minor and _HINT.search(one.names) is not None and prose[one] < 3 * _LONG
            marked = one.doubtful and _outermost(one, prose) <= _SHARE * total
            list_of_links = links[one] >= _FEW_LINKS and linked[one] > _DENSE * size[one] and prose[one] < _LONG
            verdict[one] = above or (one.parent is not None and (named or marked or (minor and list_of_links)))
        return verdict[element]

    return {block for block in blocks if chrome(block.element)}


def _outermost(element: Element, prose: Counter[Element]) -> int:
    """Return the sentences of the outermost doubtful part around `element`: a form may hold the whole page."""
    return max(prose[one] for one in element.above() if one.doubtful)


def _main(blocks: list[Block], chrome: set[Block], weight: Callable[[Block], int]) -> Element | None:
    """Return the smallest part that holds nearly all sentences, widened as long as no chrome comes with it."""
    prose = _sums(blocks, weight)
    marred = _sums(chrome, lambda block: 1)
    root = next((one for one in prose if one.parent is None), None)
    if root is None:
        return None
    inner = [one for one in prose if prose[one] >= (1 - _MINOR) * prose[root]]
    outer = {one.parent for one in inner}  # they hold nearly everything and hence each other: one stands innermost
    main = next(one for one in inner if one not in outer)
    while main.parent is not None and not marred[main.parent]:
        main = main.parent
    return main


def _near(blocks: list[Block], chrome: set[Block], inside: list[Block]) -> list[Block]:
    """Return the sentences outside the main part that no chrome sets apart from it, or that are long."""
    members = set(inside)
    places = [at for at, block in enumerate(blocks) if block in members]
    found = [block for block in blocks if block not in chrome and _prose(block) >= _LONG]
    for steps in (range(places[0] - 1, -1, -1), range(places[-1] + 1, len(blocks))):
        for at in steps:
            if blocks[at] in chrome or _linked(blocks[at]):
                break
            if _prose(blocks[at]):
                found.append(blocks[at])
    return found


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _titles(page: Page, block: Block) -> bool:
    """Tell whether `block` is the page's title as the page names it, or a heading that names a document."""
    text = _squeezed(block.text)
    if not 4 <= len(text) <= _LONGEST_TITLE or not _DOCUMENT.search(text):
        return False
    return text in _squeezed(page.title) or block.heading


def _head(page: Page, kept: list[Block], inside: list[Block]) -> list[Block]:
    """Return the title above the main part where the main part has none."""
    if any(_titles(page, block) for block in inside[:10]):
        return []
    first = kept.index(inside[0])
    titles = [block for block in kept[:first] if _titles(page, block) and not _linked(block)]
    return titles[-1:]


def _page_title(page: Page, kept: list[Block]) -> list[str]:
    """Return the document's name out of the page's <title> where no line shows it."""
    names = [name for name in _TITLE_JOINTS.split(page.title) if _DOCUMENT.search(name) and _HAN.search(name)]
    if not names or any(_titles(page, block) for block in kept[:10]):
        return []
    name = max(names, key=len)
    shown = any(_squeezed(name) in _squeezed(block.text) for block in kept[:10])
    return [] if shown or len(name) > _LONGEST_TITLE or not re.search(r"年|\d{4}", name) else [name]


def _lines(blocks: list[Block]) -> list[str]:
    """Return one line a block, and one a row for tables of data."""
    tables = {block: next((one for one in block.element.above() if one.tag == "table"), None) for block in blocks}
    members: dict[Element, list[Block]] = {}
    for block, table in tables.items():
        if table is not None:
            members.setdefault(table, []).append(block)
    outer = {one for table in members if table.parent is not None for one in table.parent.above()}
    data = {table for table, inside in members.items() if table not in outer and _is_data(inside)}
    lines: list[str | Element] = []  # a row stands for its line until all its cells are known
    rows: dict[Element, dict[Element, list[str]]] = {}
    for block in blocks:
        cell = next((one for one in block.element.above() if one.tag in ("td", "th", "table")), None)
        row = None if tables[block] not in data or cell is None else cell.parent
        if row is not None and row not in rows and row.cells:
            rows[row] = {one: [] for one in row.cells}
            lines.append(row)
        if row is None or cell not in rows.get(row, ()):
            lines.append(block.text)
        else:
            rows[row][cell].append(block.text.strip())
    return [
        line if isinstance(line, str) else "\t".join(_joined(texts) for texts in rows[line].values()).rstrip("\t")
        for line in lines
    ]


def _is_data(blocks: list[Block]) -> bool:
    """Tell a table of data from one that lays out the page: short cells, several in a row, in several rows."""
    cells: Counter[Element] = Counter()
    rows: dict[Element, set[Element]] = {}
    for block in blocks:
        cell = next((one for one in block.element.above() if one.tag in ("td", "th", "table")), None)
        if cell is None or cell.parent is None:
            continue
        cells[cell] += len(block.text)
        rows.setdefault(cell.parent, set()).add(cell)
    inside = {row: seen.intersection(row.cells) for row, seen in rows.items()}
    several = sum(len(seen) > 1 for seen in inside.values())
    return several >= 2 and max(cells[cell] for seen in inside.values() for cell in seen) <= _LONGEST_CELL


def _joined(texts: list[str]) -> str:
    """Return the lines of one cell as one: a blank only between letters and digits."""
    text = ""
    for more in texts:
        text += (" " if text[-1:].isascii() and more[:1].isascii() and text else "") + more
    return text
