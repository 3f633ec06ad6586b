"""Lines that a website wrote around a report, told by the phrases of ``lexicons/noise_patterns.csv``."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from analysis.corpus.cleaning.wraps import line_width
from analysis.corpus.text.width import INVISIBLE, fold_width
from analysis.lexicons.tables import read_table

__all__ = ["NUMBERED", "any_of", "chrome_lines", "is_chrome", "lines_of", "patterns"]

Span = tuple[int, int]
_BODY_END = re.compile(r"[。!！?？;；]$")
_SEPARATORS = re.compile(r"[\s<＜«>＞»›→←↑↓|｜/／\\·•【】\[\],，、!！?？]+")
_BEFORE_COLON = re.compile(r"(?<=[\u4e00-\u9fff])[^\S\n]+(?=[:：])")
_SPACED_LABEL = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=(?:[\u4e00-\u9fff]\s+)?[\u4e00-\u9fff][:：])")
NUMBERED = re.compile(
    r"[一二三四五六七八九十]+(?:、|是|要)|[(（][一二三四五六七八九十\d]+[)）]|第.部分|\d+[.、．]|[●○◆■▲*·•-]"
)
_MARK = re.compile(r"(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d+[.、．]|[①-⑳●○◆■▲*·•-])\s*")
_MARGINS = "".join(filter(re.compile(rf"\s|{INVISIBLE.pattern}").match, map(chr, range(0x10000))))
LONGEST_CHROME = 240
_CELLS = re.compile(r"\s*[|｜\t]\s*")
_AROUND = "()（）「」《》:：~～-"
_PAIRS_NEEDED, _LONGEST_VALUE = 3, 60


@cache
def patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    """Return the rows `kind` of ``lexicons/noise_patterns.csv`` as patterns."""
    table = read_table("noise_patterns.csv", columns=("kind", "pattern", "example", "note"))
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in table.loc[table["kind"] == kind, "pattern"])


@cache
def any_of(kind: str) -> re.Pattern[str]:
    """Return the rows `kind` of ``lexicons/noise_patterns.csv`` as one pattern."""
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns(kind)), re.IGNORECASE)


def _fits(kind: str, text: str) -> bool:
    return any_of(kind).fullmatch(text) is not None


@cache
def _label(kind: str) -> re.Pattern[str]:
    return re.compile(f"(?:{any_of(kind).pattern})[:：].{{0,60}}", re.IGNORECASE)


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(f"(?:^|\\s)(?:{any_of('chrome_label').pattern})[:：]", re.IGNORECASE)


@cache
def _words() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of('chrome_word').pattern}|到|本|的|至|\\d+)+", re.IGNORECASE)


def lines_of(text: str) -> list[Span]:
    """Return the spans of all lines that show something, without what shows nothing at their ends."""
    return list(_line_spans(text))


@lru_cache(maxsize=1)  # the layers of cleaning ask for the lines of one text in turn
def _line_spans(text: str) -> tuple[Span, ...]:
    spans = []
    for match in re.finditer(r"[^\n\r\u2028\u2029\x85]+", text):
        line = match.group()
        start, end = match.end() - len(line.lstrip(_MARGINS)), match.start() + len(line.rstrip(_MARGINS))
        if start < end:
            spans.append((start, end))
    return tuple(spans)


def _strength(piece: str) -> int:
    """Return 2 for a piece that only a site writes, 1 for one that counts beside such a piece, 0 for any other."""
    if not piece or _fits("chrome_weak", piece) or _label("chrome_weak_label").fullmatch(piece):
        return 1
    words = len(piece) > 1 and _words().fullmatch(piece)
    if words or _fits("chrome_piece", piece) or _label("chrome_label").fullmatch(piece):
        return 2
    return 1 if _fits("chrome_label", piece) else 0


def _label_row(line: str) -> bool:
    """Tell whether `line` is a row of a table in which every other cell is a label: | 索引号 | 0132 | 文号 | 6 |."""
    cells = [re.sub(r"\s|[:：]$", "", cell) for cell in _CELLS.split(line.strip("|｜ \t"))]
    labels = cells[::2]
    if len(cells) < 2 or (len(cells) % 2 and cells[-1]) or any(len(cell) > _LONGEST_VALUE for cell in cells):
        return False
    strong = sum(_fits("chrome_label", cell) for cell in labels)
    return (
        strong > 0
        and len(labels) >= 2
        and all(not cell or _fits("chrome_label", cell) or _fits("chrome_weak_label", cell) for cell in labels)
    )


def _signed(line: str, pieces: list[int]) -> bool:
    """Tell whether `line` is a byline: an office's or a person's name beside two pieces or more with values."""
    unknown = [piece for piece in _SEPARATORS.split(line) if piece and not _strength(piece.strip(_AROUND))]
    valued = sum(_valued(piece.strip(_AROUND)) for piece in _SEPARATORS.split(line) if piece)
    return valued >= 2 and len(unknown) == 1 < len(pieces) and len(unknown[0]) <= 12 and not _BODY_END.search(line)


def _valued(piece: str) -> bool:
    return _fits("chrome_piece", piece) or _label("chrome_label").fullmatch(piece) is not None


def _reports(line: str) -> bool:
    """Tell whether `line` speaks as a report does: in its words, and in none of a site's."""
    report, site = any_of("word_of_report"), any_of("word_of_site")
    return report.search(line) is not None and site.search(line) is None


@lru_cache(maxsize=65536)
def is_chrome(line: str, *, running: bool = False) -> bool:
    """Tell whether a site wrote `line`; what is part of `running` text needs more than a phrase."""
    folded = _BEFORE_COLON.sub("", INVISIBLE.sub("", fold_width(line)).strip())
    if len(folded) > LONGEST_CHROME or (len(folded) > 60 and folded.count("。") > 1):
        return False
    if _fits("chrome_line", folded):
        return True
    mark = _MARK.match(folded)
    if not running and any_of("chrome_notice").search(folded, mark.end() if mark else 0):
        return True
    whole = re.sub(r"(?<=[:：])\s+", "", _SPACED_LABEL.sub("", folded))
    pieces = [_strength(piece.strip(_AROUND)) for piece in _SEPARATORS.split(whole) if piece]
    if min(pieces, default=0) > 0 and max(pieces) == 2:
        return not running
    if len(_labels().findall(whole)) >= 2 and "。" not in whole:
        return True
    if _label_row(folded) or (not running and _signed(whole, pieces)):
        return True
    if running or NUMBERED.match(folded) or _reports(folded):
        return False
    return _fits("chrome_phrase", folded)


def chrome_lines(text: str, lines: list[Span]) -> set[Span]:
    """Return those of `lines` that a site wrote."""
    texts = [text[slice(*span)] for span in lines]
    wide = line_width(texts)
    found, above = set(), ""
    for span, line in zip(lines, texts, strict=True):
        # a line that fills the width of a wrapped text, and the one below it, are the text's
        fills = wide is not None and wide.filled(line)
        running = wide is not None and (fills or (wide.filled(above) and not _BODY_END.search(above)))
        if is_chrome(line, running=running):
            found.add(span)
        else:
            above = line
    return found | _label_table(texts, lines) | _led_by(texts, lines, found)


def _label_table(texts: list[str], lines: list[Span]) -> set[Span]:
    """Return the lines of a table of labels and values that stand on alternate lines (索引号 / 000014349 / …)."""
    bare = [re.sub(r"\s", "", fold_width(line)) for line in texts]
    strong = [len(line) <= 12 and _fits("chrome_label", line.rstrip(":")) for line in bare]
    named = [
        good or (len(line) <= 12 and _fits("chrome_weak_label", line.rstrip(":")))
        for good, line in zip(strong, bare, strict=True)
    ]
    body = next((at for at, line in enumerate(bare) if "。" in line), len(bare))
    found: set[Span] = set()
    at = 0
    while at + 1 < len(lines):
        end = at
        while (
            end + 1 < len(lines) and named[end] and len(bare[end + 1]) <= _LONGEST_VALUE and "。" not in bare[end + 1]
        ):
            without_value = bare[end].endswith(":") and bare[end + 1].endswith(":") and named[end + 1]
            end += 1 if without_value else 2
        head = at < body and sum(strong[at:end:2]) >= 2  # above the text, two pairs are enough
        if sum(strong[at:end]) >= 2 and (head or sum(named[at:end]) >= _PAIRS_NEEDED):
            found.update(lines[at:end])
        at = max(end, at + 1)
    return found


def _led_by(texts: list[str], lines: list[Span], chrome: set[Span]) -> set[Span]:
    """Return the headlines of a site's notices (注意事项:) and of its downloads (附件:): lines above such a line."""
    found = set()
    for at in range(len(lines) - 1):
        below = at + 1
        if lines[below] in chrome and lines[at] not in chrome and _fits("chrome_headline", texts[at].strip()):
            numbered = NUMBERED.match(texts[below]) or re.match("[①-⑳]", texts[below])
            if numbered is not None:
                found.add(lines[at])
    return found
