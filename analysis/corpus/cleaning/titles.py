"""The title of a report and its copies, in whatever dress a site gave them."""

from __future__ import annotations

import re

from analysis.corpus.cleaning.chrome import NUMBERED, any_of
from analysis.corpus.text.width import INVISIBLE, fold_width

__all__ = ["TITLE_END", "find_copies", "find_title"]

Span = tuple[int, int]
_TITLE_WORDS = re.compile("报告|总结|汇报|材料|小结|述职|述廉|计划|要点|讲话|发言|打算|工作情况|工作安排")
TITLE_END = re.compile(f"(?:{_TITLE_WORDS.pattern})[^,，、]{{0,12}}$")
_BODY_END = re.compile(r"[。!！?？;；]$")
_REPEATED = re.compile(r"(?P<once>\S.{4,58}?\S)(?:\s*(?P=once))+\s*")
_MARKS = re.compile(r"[\s《》“”\"【】\[\]〖〗「」]*")
_LONGEST_TITLE, _HEAD_LINES, _LONGEST_COPY, _LONGEST_RUN = 48, 40, 240, 4000


def _bare(text: str) -> str:
    return INVISIBLE.sub("", re.sub(r"\s", "", fold_width(text)))


def _core(line: str) -> str:
    """Return a title as it is compared: without white space and without the prefix and suffix that sites add."""
    bare = _bare(line)
    while match := re.fullmatch(r"[《“\"【\[〖「](.*)[》”\"】\]〗」]", bare):
        bare = match.group(1)
    bare = bare.strip('《》“”"')
    shortened = any_of("title_suffix").sub("", bare)
    return shortened if _TITLE_WORDS.search(shortened) else bare


def find_title(text: str, lines: list[Span]) -> Span | None:
    """Return the span of the title among the first `lines` (site chrome already left out), or None.

    A title is a short line without a sentence end that names a kind of document, or one that the head repeats; of a
    line that is one title several times, the first.
    """
    head: list[Span] = []
    for start, end in lines[:_HEAD_LINES]:
        line = text[start:end]
        if _BODY_END.search(line) or end - start > _LONGEST_RUN:
            break
        if (run := _REPEATED.fullmatch(line)) and _TITLE_WORDS.search(run["once"]):
            end = start + len(run["once"])
            line = text[start:end]
        if end - start > _LONGEST_TITLE or (re.search("[,，、;；]", line) and not TITLE_END.search(_core(line))):
            break
        head.append((start, end))
    cores = [_core(text[start:end]) for start, end in head]
    for span, core in zip(head, cores, strict=True):
        if NUMBERED.match(core):
            break
        if _TITLE_WORDS.search(core) and not re.match(".{0,4}[:：]|.*[:：]$", core) and len(core) >= 4:
            return span
    for span, core in zip(head, cores, strict=True):
        if cores.count(core) > 1 and len(core) >= 6:
            return span
    return None


def find_copies(text: str, title: Span, lines: list[Span]) -> list[Span]:
    """Return the spans of all copies of `title` in `lines`, also several on one line or run into the body."""
    core, folded = _core(text[slice(*title)]), fold_width(text)
    once = r"[^\S\n]*".join(map(re.escape, core))
    run_in = re.compile(once + r"(?=\s|$|各位|同志们|尊敬)")
    single = re.compile(
        rf"(?:\d{{1,2}}[.、．]\s*)?[《“\"【\[〖「]*{once}[》”\"】\]〗」]*(?:{any_of('title_suffix').pattern})?"
    )
    copy = re.compile(_MARKS.pattern + f"(?P<copy>{once})")
    copies: list[Span] = []
    for start, end in lines:
        if end <= title[0]:
            continue
        own = start <= title[0]
        if (
            not own
            and end - start <= _LONGEST_COPY
            and (_core(text[start:end]) == core or single.fullmatch(folded, start, end))
        ):
            copies.append((start, end))
            continue
        spans, behind = [], title[1] if own else start
        while match := copy.match(folded, behind, end):
            spans.append(match.span("copy"))
            behind = match.end()
        whole = not folded[behind:end].strip()
        if own or whole or len(spans) > 1 or (spans and run_in.match(folded, spans[0][0], end)):
            copies += spans
    return copies
