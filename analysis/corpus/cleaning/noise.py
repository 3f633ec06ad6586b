"""What a web page put around the report: chrome, contents, copies of the title and of paragraphs, hidden-text marks."""

from __future__ import annotations

import re
from typing import NamedTuple

from analysis.corpus.cleaning.chrome import chrome_lines, lines_of, patterns
from analysis.corpus.cleaning.contents import contents_lines
from analysis.corpus.cleaning.titles import find_copies, find_title
from analysis.corpus.text.width import fold_width

__all__ = ["Noise", "find_noise"]

Span = tuple[int, int]
_BODY_END = re.compile(r"[。!！?？;；]$")
_ISSUER = re.compile("人民政府$|委员会$|办公室$|[镇乡]$|街道$|文件$|[〔\\[]\\d{4}[〕\\]]|签发")
_PAGE = re.compile(r"[-—–\s\d第共页/／]+")
_LABELLED = re.compile("(?:[\u4e00-\u9fff]{0,4}(?:标题|题名|题目|名称|主题|文档名|文件名|描述|简介))[:：](.+)")
_SHORTEST_COPY = 20


def _bare(text: str) -> str:
    return re.sub(r"\s|[《》“”\"]", "", fold_width(text))


class Noise(NamedTuple):
    """A stretch of text that is not the report's: ``kind`` as in the noise table."""

    start: int
    end: int
    kind: str
    hidden_chars: int | None = None


def _outside_body(text: str, lines: list[Span], chrome: set[Span], title: Span | None) -> set[Span]:
    """Return further lines that must be the site's: above the title among chrome, and below the last body among it."""
    found: set[Span] = set()
    if title is not None:
        above = [span for span in lines if span[1] <= title[0]]
        if any(span in chrome for span in above):
            found |= {span for span in above if not _ISSUER.search(text[slice(*span)])}
        named = _bare(text[slice(*title)])
        found |= {
            span for span in lines if (match := _LABELLED.fullmatch(_bare(text[slice(*span)]))) and match[1] == named
        }
    texts = [text[slice(*span)] for span in lines]
    body = [at for at, line in enumerate(texts) if lines[at] not in chrome and ("。" in line or _BODY_END.search(line))]
    below = lines[body[-1] + 1 :] if body else []
    # a page number stands in the report, too: it does not say that the site's part begins
    starts = [at for at, span in enumerate(below) if span in chrome and not _PAGE.fullmatch(text[slice(*span)])]
    first = starts[0] if starts else len(below)
    return found | set(below[first:])


def _hidden(match: re.Match[str]) -> int | None:
    said = {name: int(value.replace(",", "")) for name, value in match.groupdict().items() if value}
    return said["total"] - said["shown"] if "total" in said and "shown" in said else said.get("hidden")


def _elisions(text: str) -> tuple[list[Noise], bytearray]:
    """Return the marks of hidden text, and 1 for every character of `text` that they cover."""
    folded, found, covered = fold_width(text), [], bytearray(len(text))
    for pattern in patterns("elision"):
        for match in pattern.finditer(folded):
            marker = match.group()
            start = match.start() + len(marker) - len(marker.lstrip())
            end = start + len(marker.strip())
            if covered.find(1, start, end) < 0:
                found.append(Noise(start, end, "elision_marker", _hidden(match)))
                covered[start:end] = b"\1" * (end - start)
    return found, covered


def _repeated(text: str, lines: list[Span]) -> list[Span]:
    """Return the long lines that say once more what the line above them says."""
    bare = [re.sub(r"\s", "", text[slice(*span)]) for span in lines]
    return [lines[at] for at in range(1, len(lines)) if bare[at] == bare[at - 1] and len(bare[at]) >= _SHORTEST_COPY]


def find_noise(text: str) -> tuple[list[Noise], Span | None]:
    """Return all noise of `text` that takes whole lines, in order and not overlapping, and the span of its title.

    The phrases of sites are data (``lexicons/noise_patterns.csv``): a line is chrome when it matches a line
    pattern or falls wholly into known pieces, of which one at least is more than a column name or a number.
    """
    noise, elided = _elisions(text)
    lines = [span for span in lines_of(text) if elided.find(1, *span) < 0]
    contents = contents_lines(text, lines)
    lines = [span for span in lines if span not in contents]
    chrome = chrome_lines(text, lines)
    title = find_title(text, [span for span in lines if span not in chrome])
    chrome |= _outside_body(text, lines, chrome, title)
    copies: set[Span] = set()
    if title is not None:
        copies = set(find_copies(text, title, [span for span in lines if span not in chrome]))
        copies |= chrome & set(find_copies(text, title, sorted(chrome)))
    chrome -= copies
    noise += [Noise(*span, "site_chrome") for span in chrome]
    noise += [Noise(*span, "table_of_contents") for span in contents]
    noise += [Noise(*span, "duplicate_title") for span in copies]
    content = [span for span in lines if span not in chrome and span not in copies]
    noise += [Noise(*span, "duplicate_paragraph") for span in _repeated(text, content)]
    blank = len(text) - len(text.rstrip())
    if blank >= 2:
        noise.append(Noise(len(text) - blank, len(text), "trailing_blank"))
    return sorted(noise, key=lambda mark: mark[:2]), title
