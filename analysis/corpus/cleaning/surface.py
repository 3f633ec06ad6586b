"""What a page's code left in its text: entities, markup, characters that show nothing, blanks between all letters."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from analysis.corpus.cleaning.layers import Layers
from analysis.corpus.text.width import INVISIBLE, fold_width
from analysis.schemas import Edit

__all__ = ["clear_surface"]

_ENTITY = re.compile(
    r"&(?:amp;)*(?:#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};|(?:nbsp|[lr][ds]?quo|hellip|mdash)(?![A-Za-z]))"
)
_BLOCK = "br|p|div|h[1-6]|li|ul|ol|tr|td|th|table|tbody|thead|hr|section|article|blockquote|title|body|html|head"
_INLINE = "a|b|i|u|s|em|strong|span|font|img|sup|sub|small|big|center|o:p|st1:[a-z]{1,20}|ins|del|label|input|iframe"
_TAG = re.compile(
    rf"<!--[^<>]{{0,400}}-->|<!?/?(?:(?P<block>{_BLOCK})|(?:{_INLINE}))(?:\s[^<>\n]{{0,400}})?/?>", re.IGNORECASE
)
_HASHES = re.compile(r"(?m)^[ \t]*#{1,6}[ \t]+(?=\S)")
_QUOTE = re.compile(r"(?m)^[ \t]*>[ \t]+(?=\S)")
_BOLD = re.compile(
    r"(?m)^(?P<before>[ \t]*(?:[-*+][ \t]+)?)\*\*(?P<bold>[\u4e00-\u9fff（(\d“][^*\n]{1,80})"
    r"(?<=[\u4e00-\u9fff）)。:：”%])\*\*(?=[，,。:：；;]|[ \t]*$)"
)
_BOLD_HEADING = re.compile(
    r"(?m)^(?P<before>[ \t]*)\*\*(?P<bold>"
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、])[^*\n]{2,60})"
    r"\*\*(?=[ \t]*$)"
)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,80})\]\((?:https?://|/|www\.)[^()\s]{1,300}\)")
_NEWLINE = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+")
_NO_BLANK, _SET = r"[^\s\u3000]", "[\u4e00-\u9fff0-9，。、；：,.;:!?！？（）()%“”]"
_SPACED = re.compile(
    rf"(?<!{_NO_BLANK}{{2}})(?<![A-Za-z]\s)(?:{_SET}[ \u00a0\u3000](?! )){{5,}}"
    rf"{_SET}(?!{_NO_BLANK}{_NO_BLANK})"
)


@cache
def _character(entity: str) -> str:
    """Return the one character that `entity` stands for, "" where it stands for none or for several."""
    entity = re.sub("&(?:amp;)+", "&", entity)
    found = fold_width(unescape(entity if entity.endswith(";") else f"{entity};"))
    return found if len(found) == 1 else ""


def _entities(text: str) -> list[Edit]:
    if "&" not in text:
        return []
    found = [(match, _character(match.group())) for match in _ENTITY.finditer(text)]
    return [Edit(*match.span(), match.group(), character, "entity") for match, character in found if character]


def _markup(text: str) -> list[Edit]:
    """Return the edits that take out tags of HTML; a tag that begins or ends a block becomes a newline."""
    if "<" not in text:
        return []
    return [
        Edit(*match.span(), match.group(), "\n" if match["block"] else "", "markup") for match in _TAG.finditer(text)
    ]


def _markdown(text: str) -> list[Edit]:
    marks = [match.span() for match in _HASHES.finditer(text)]
    written = bool(marks)  # pairs of ** may be masks: without a heading of Markdown only a numbered heading is bold
    if written:
        marks += [match.span() for match in _QUOTE.finditer(text)]
    for match in (_BOLD if written else _BOLD_HEADING).finditer(text):
        marks += [(match.end("before"), match.start("bold")), (match.end("bold"), match.end())]
    for match in _LINK.finditer(text):
        marks += [(match.start(), match.start(1)), (match.end(1), match.end())]
    edits: list[Edit] = []
    for start, end in sorted(marks):
        if not edits or start >= edits[-1].end:
            edits.append(Edit(start, end, text[start:end], "", "markup"))
    return edits


def _invisible(text: str) -> list[Edit]:
    edits = [Edit(*match.span(), match.group(), "\n", "newline") for match in _NEWLINE.finditer(text)]
    for pattern in (INVISIBLE, _PRIVATE):
        edits += [Edit(*match.span(), match.group(), "", "invisible") for match in pattern.finditer(text)]
    return sorted(edits)


def _letter_spacing(text: str) -> list[Edit]:
    """Return the deletions of single blanks between the characters of a stretch that is spaced throughout."""
    edits = []
    for match in _SPACED.finditer(text):
        if len(re.findall("[\u4e00-\u9fff]", match.group())) < 4:
            continue
        for blank in re.finditer(r"[ \u00a0\u3000]", match.group()):
            at = match.start() + blank.start()
            edits.append(Edit(at, at + 1, blank.group(), "", "letter_spacing"))
    return edits


def clear_surface(layers: Layers) -> None:
    """Take out of a text what its page's code left in it, one kind of it after the other.

    Kinds of edits: ``entity`` (&nbsp;, &#12288;), ``markup`` (tags and marks of Markdown), ``newline``, ``invisible``
    (zero-width, control and private-use characters), ``letter_spacing`` (乡 村 振 兴).
    """
    for find in (_entities, _markup, _markdown, _invisible, _letter_spacing):
        layers.apply(find(layers.text))
