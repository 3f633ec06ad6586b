"""What a web page put around the report: site chrome, copies of the title, hidden-text markers, trailing blanks."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.corpus.width import INVISIBLE, fold_width
from analysis.corpus.wraps import line_width
from analysis.lexicons.tables import read_table

__all__ = ["Noise", "find_noise", "find_title"]

_TITLE_WORDS = re.compile("报告|总结|汇报|材料|小结|述职|述廉|计划|要点|讲话|发言|打算|工作情况|工作安排")
_TITLE_END = re.compile(f"(?:{_TITLE_WORDS.pattern})[^,，、]{{0,12}}$")
_TITLE_SUFFIX = re.compile(
    r"[\s_\-—–|.（(【\[]*(?:全文|正文|完整版|最新版?|精选.{0,3}|范文|word版?|docx?|pdf|txt|\d{1,2}|"
    r".{0,6}(?:文库|文档网?|范文网|网))[)）\]】]*$",
    re.IGNORECASE,
)
_BODY_END = re.compile(r"[。!！?？;；]$")
_ISSUER = re.compile("人民政府$|委员会$|办公室$|[镇乡]$|街道$|文件$|[〔\\[]\\d{4}[〕\\]]|签发")
_PAGE = re.compile(r"[-—–\s\d第共页/／]+")
_SEPARATORS = re.compile(r"[\s>＞»›→←↑↓|｜/／\\·•【】\[\],，、!！?？]+")
_SPACED_LABEL = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=(?:[\u4e00-\u9fff]\s+)?[\u4e00-\u9fff][:：])")
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]+(?:、|是|要)|[(（][一二三四五六七八九十\d]+[)）]|第.部分|\d+[.、．]|[●○◆■▲*·•-]"
)
_MARGINS = "".join(filter(re.compile(rf"\s|{INVISIBLE.pattern}").match, map(chr, range(0x10000))))
_LONGEST_CHROME, _LONGEST_TITLE, _HEAD_LINES = 240, 48, 40


class Noise(NamedTuple):
    """A stretch of raw text that is not the report's: ``kind`` as in the noise table."""

    start: int
    end: int
    kind: str
    hidden_chars: int | None = None


@cache
def _patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    table = read_table("noise_patterns.csv", columns=("kind", "pattern", "example", "note"))
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in table.loc[table["kind"] == kind, "pattern"])


@cache
def _any_of(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in _patterns(kind)), re.IGNORECASE)


def _fits(kind: str, text: str) -> bool:
    return _any_of(kind).fullmatch(text) is not None


@cache
def _label(kind: str) -> re.Pattern[str]:
    return re.compile(f"(?:{_patterns(kind)[0].pattern})[:：].{{0,60}}", re.IGNORECASE)


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(f"(?:^|\\s)(?:{_patterns('chrome_label')[0].pattern})[:：]", re.IGNORECASE)


@cache
def _words() -> re.Pattern[str]:
    return re.compile(f"(?:{_patterns('chrome_word')[0].pattern}|到|本|的|至|\\d+)+", re.IGNORECASE)


def _bare(text: str) -> str:
    return INVISIBLE.sub("", re.sub(r"\s", "", fold_width(text)))


def lines_of(raw: str) -> list[tuple[int, int]]:
    """Return the spans of all lines that show something, without what shows nothing at their ends."""
    spans = []
    for match in re.finditer(r"[^\n\r\u2028\u2029\x85]+", raw):
        line = match.group()
        start, end = match.end() - len(line.lstrip(_MARGINS)), match.start() + len(line.rstrip(_MARGINS))
        if start < end:
            spans.append((start, end))
    return spans


def _strength(piece: str) -> int:
    """Return 2 for a piece that only a site writes, 1 for one that counts beside such a piece, 0 for any other."""
    if not piece or _fits("chrome_weak", piece) or _label("chrome_weak_label").fullmatch(piece):
        return 1
    words = len(piece) > 1 and _words().fullmatch(piece)
    if words or _fits("chrome_piece", piece) or _label("chrome_label").fullmatch(piece):
        return 2
    return 1 if _patterns("chrome_label")[0].fullmatch(piece) else 0


def _reports(line: str) -> bool:
    """Tell whether `line` speaks as a report does: in its words, and in none of a site's."""
    report, site = _patterns("word_of_report")[0], _patterns("word_of_site")[0]
    return report.search(line) is not None and site.search(line) is None


@lru_cache(maxsize=65536)
def _is_chrome(line: str, *, running: bool) -> bool:
    """Tell whether a site wrote `line`; what is part of `running` text needs more than a phrase."""
    folded = INVISIBLE.sub("", fold_width(line)).strip()
    if len(folded) > _LONGEST_CHROME or (len(folded) > 60 and folded.count("。") > 1):
        return False
    if _fits("chrome_line", folded):
        return True
    whole = re.sub(r"(?<=[:：])\s+", "", _SPACED_LABEL.sub("", folded))
    pieces = [_strength(piece.strip("()（）「」《》:：~～-")) for piece in _SEPARATORS.split(whole) if piece]
    if min(pieces, default=0) > 0 and max(pieces) == 2:
        return not running
    if len(_labels().findall(whole)) >= 2 and "。" not in whole:
        return True
    if running or _NUMBERED.match(folded) or _reports(folded):
        return False
    return _fits("chrome_phrase", folded)


def _chrome(raw: str, lines: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return those of `lines` that a site wrote."""
    texts = [raw[slice(*span)] for span in lines]
    wide = line_width(texts)
    found, above = set(), ""
    for span, text in zip(lines, texts, strict=True):
        # a line that fills the width of a wrapped text, and the one below it, are the text's
        fills = wide is not None and wide.filled(text)
        running = wide is not None and (fills or (wide.filled(above) and not _BODY_END.search(above)))
        if _is_chrome(text, running=running):
            found.add(span)
        else:
            above = text
    return found


def _core(line: str) -> str:
    """Return a title as it is compared: without white space and without the suffix that sites add."""
    bare = _bare(line).strip('《》“”"')
    shortened = _TITLE_SUFFIX.sub("", bare)
    return shortened if _TITLE_WORDS.search(shortened) else bare


def find_title(raw: str, lines: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the span of the title among the first `lines` (site chrome already left out), or None.

    A title is a short line without a sentence end that names a kind of document, or one that the head repeats.
    """
    head: list[tuple[int, int]] = []
    for start, end in lines[:_HEAD_LINES]:
        line = raw[start:end]
        running = re.search("[,，、;；]", line) and not _TITLE_END.search(_core(line))
        if end - start > _LONGEST_TITLE or _BODY_END.search(line) or running:
            break
        head.append((start, end))
    cores = [_core(raw[start:end]) for start, end in head]
    for span, core in zip(head, cores, strict=True):
        if _NUMBERED.match(core):
            break
        if _TITLE_WORDS.search(core) and not re.match(".{0,4}[:：]|.*[:：]$", core) and len(core) >= 4:
            return span
    for span, core in zip(head, cores, strict=True):
        if cores.count(core) > 1 and len(core) >= 6:
            return span
    return None


def _outside_body(
    raw: str, lines: list[tuple[int, int]], chrome: set[tuple[int, int]], title: tuple[int, int] | None
) -> set[tuple[int, int]]:
    """Return further lines that must be the site's: above the title among chrome, and below the last body among it."""
    found: set[tuple[int, int]] = set()
    if title is not None:
        above = [span for span in lines if span < title]
        if any(span in chrome for span in above):
            found |= {span for span in above if not _ISSUER.search(raw[slice(*span)])}
    texts = [raw[slice(*span)] for span in lines]
    body = [at for at, text in enumerate(texts) if lines[at] not in chrome and ("。" in text or _BODY_END.search(text))]
    below = lines[body[-1] + 1 :] if body else []
    # a page number stands in the report, too: it does not say that the site's part begins
    starts = [at for at, span in enumerate(below) if span in chrome and not _PAGE.fullmatch(raw[slice(*span)])]
    first = starts[0] if starts else len(below)
    return found | set(below[first:])


def _title_copies(raw: str, title: tuple[int, int], lines: list[tuple[int, int]]) -> list[Noise]:
    core, folded = _core(raw[slice(*title)]), fold_width(raw)
    run_in = re.compile(r"[^\S\n]*".join(map(re.escape, core)) + r"(?=\s|$|各位|同志们|尊敬)")
    copies = []
    for start, end in lines:
        if start <= title[0]:
            continue
        if end - start <= _LONGEST_CHROME and _core(raw[start:end]) == core:
            copies.append(Noise(start, end, "duplicate_title"))
        elif match := run_in.match(folded, start, end):
            copies.append(Noise(start, match.end(), "duplicate_title"))
    return copies


def _hidden(match: re.Match[str]) -> int | None:
    said = {name: int(value.replace(",", "")) for name, value in match.groupdict().items() if value}
    return said["total"] - said["shown"] if "total" in said and "shown" in said else said.get("hidden")


def find_noise(raw: str) -> tuple[list[Noise], tuple[int, int] | None]:
    """Return all noise of `raw`, in order and not overlapping, and the span of the title that is kept.

    The phrases of sites are data (``lexicons/noise_patterns.csv``): a line is chrome when it matches a line
    pattern or falls wholly into known pieces, of which one at least is more than a column name or a number.
    """
    folded = fold_width(raw)
    noise: list[Noise] = []
    elided = bytearray(len(raw))
    for pattern in _patterns("elision"):
        for match in pattern.finditer(folded):
            text = match.group()
            start = match.start() + len(text) - len(text.lstrip())
            end = start + len(text.strip())
            if elided.find(1, start, end) < 0:
                noise.append(Noise(start, end, "elision_marker", _hidden(match)))
                elided[start:end] = b"\1" * (end - start)
    lines = [span for span in lines_of(raw) if elided.find(1, *span) < 0]
    chrome = _chrome(raw, lines)
    title = find_title(raw, [span for span in lines if span not in chrome])
    chrome |= _outside_body(raw, lines, chrome, title)
    noise += [Noise(start, end, "site_chrome") for start, end in chrome]
    content = [span for span in lines if span not in chrome]
    if title is not None:
        noise += _title_copies(raw, title, content)
    blank = len(raw) - len(raw.rstrip())
    if blank >= 2:
        noise.append(Noise(len(raw) - blank, len(raw), "trailing_blank"))
    return sorted(noise, key=lambda mark: mark[:2]), title
