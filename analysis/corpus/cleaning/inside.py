"""What a site set into the sentences of a report: addresses, adverts, pinyin glosses."""

from __future__ import annotations

import re
from itertools import pairwise

from analysis.corpus.cleaning.chrome import any_of, chrome_lines, is_chrome, lines_of
from analysis.corpus.cleaning.noise import Noise
from analysis.corpus.text.width import fold_width

__all__ = ["find_inside"]

_CONTEXT = 16
_ACCENTED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ\u0300-\u030c"
_PINYIN = rf"[a-zA-ZüÜ1-5{_ACCENTED}\s'’·,，]{{1,60}}"
_GLOSS = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?:[(（](?P<round>{_PINYIN})[)）]|[\[【〔](?P<square>{_PINYIN})[\]】〕])", re.IGNORECASE
)
_SYLLABLES = re.compile(
    rf"(?=.*[{_ACCENTED}])[^\d]+|\s*(?:(?:[bpmfdtnlgkhjqxzcsryw]|[zcs]h)?[aoeiuüv][a-z]{{0,4}}[1-5]\s*)+",
    re.IGNORECASE | re.DOTALL,
)
_SHORTEST_NUMBERED = 3  # ma1, hang1; a1 and b2 are no syllables
_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff.])\d[\d.]*(?=[a-zA-Z])")
_UNIT = re.compile(r"[百千万亿元%％多余亩吨户人个]|公里|平方")
_CODE = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9]{0,20}\d)(?=[A-Za-z0-9]{0,20}[A-Za-z]{2})[A-Za-z0-9]{5,20}(?=[\u4e00-\u9fff])"
)
_CHANGES_NEEDED = 6
_HOST = re.compile(r"w\s?w\s?w\s?\.", re.IGNORECASE)
_STOP = "。.;；!！"


def find_inside(text: str) -> list[Noise]:
    """Return the noise inside the lines of `text` that are no chrome as a whole, in order and not overlapping.

    Kinds: ``watermark`` for adverts and addresses of sites (rows ``watermark`` and ``address`` of
    ``lexicons/noise_patterns.csv``) and for codes of scripts against copying (乡aHR0cDo6村); an address that the
    sentence itself introduces (官网www.…, row ``address_context``) is the report's. ``gloss`` for the pinyin of the
    word before it.

    Examples
    --------
    >>> [(mark.start, mark.end, mark.kind) for mark in find_inside("推进乡村www.a.com振兴,统筹(tǒng chóu)发展。")]
    [(4, 13, 'watermark'), (18, 29, 'gloss')]
    """
    folded = fold_width(text)
    lines = lines_of(text)
    marked = [(span, marks) for span in lines if (marks := _marks(folded, *span))]
    chrome = chrome_lines(text, lines) if marked else set()
    return [
        mark for span, marks in marked if span not in chrome or _reports_beside(folded, span, marks) for mark in marks
    ]


def _reports_beside(folded: str, span: tuple[int, int], marks: list[Noise]) -> bool:
    """Tell whether a line that a site seems to have written speaks as a report does beside its `marks`."""
    starts, ends = [span[0], *(mark.end for mark in marks)], [*(mark.start for mark in marks), span[1]]
    rest = "".join(folded[start:end] for start, end in zip(starts, ends, strict=True))
    return any_of("word_of_report").search(rest) is not None and not is_chrome(rest)


def _scrambled(code: str) -> bool:
    """Tell whether capitals, small letters and digits change places as they do in no name (aHR0cDo6)."""
    kinds = ["d" if letter.isdecimal() else "A" if letter.isupper() else "a" for letter in code]
    return len(set(kinds)) == 3 and sum(a != b for a, b in pairwise(kinds)) >= _CHANGES_NEEDED


def _marks(folded: str, start: int, end: int) -> list[Noise]:
    marks = [
        Noise(*match.span(), "watermark") for match in _CODE.finditer(folded, start, end) if _scrambled(match.group())
    ]
    marks += [Noise(*match.span(), "watermark") for match in any_of("watermark").finditer(folded, start, end)]
    for match in any_of("address").finditer(folded, start, end):
        before = folded[max(start, match.start() - _CONTEXT) : match.start()]
        number = _NUMBER.match(folded, match.start(), match.end())
        # 产值520www.a.com万元: what counts a unit behind the address, or goes on there, is no part of the address
        numeral = number and (_UNIT.match(folded, match.end(), end) or _HOST.match(folded, number.end()))
        begin = number.end() if number and numeral else match.start()
        if not any_of("address_context").search(before):
            marks.append(Noise(begin, match.end(), "watermark"))
    for match in _GLOSS.finditer(folded, start, end):
        said = match["round"] or match["square"]
        if _SYLLABLES.fullmatch(said) and (len(said.strip()) >= _SHORTEST_NUMBERED or not said.isascii()):
            marks.append(Noise(*match.span(), "gloss"))
    kept: list[Noise] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(_with_comma(folded, mark, start, end))
    return kept


def _with_comma(folded: str, mark: Noise, start: int, end: int) -> Noise:
    """Return `mark` with the comma that joined it to a sentence which ends behind it."""
    ends = mark.end == end or folded[mark.end] in _STOP
    return (
        mark._replace(start=mark.start - 1) if ends and mark.start > start and folded[mark.start - 1] in ",，" else mark
    )
