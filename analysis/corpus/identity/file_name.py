"""What the name of a file and of its folders says of the report: 湖南省/长沙县/2023年某镇政府工作报告.txt."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from analysis.corpus.identity.place_names import Name, in_simplified, names_in, parse_name
from analysis.lexicons.gazetteer import gazetteer

__all__ = ["FileName", "read_file_name"]

_YEAR = re.compile(r"(?<![0-9A-Za-z])((?:19|20)\d\d)(?:年度?|(?![0-9A-Za-z]))")
_PARTS = re.compile(r"[\s/_\-—–.,，。、()（）《》【】\[\]+]+")
_HAN = re.compile("[\u3400-\u9fff]")
_ENDS_AS_TOWNSHIP = re.compile("[\u3400-\u9fff\U00020000-\U0003ffffxX×*○A-Z]{1,28}(?:镇|乡|街道|苏木)")
_ENDS = "省市区县州盟旗"


class FileName(NamedTuple):
    """What a file's name says.

    ``words`` is the name itself, without extension; ``upper`` holds (level, name) of the units above the township,
    from the file's name and those of its folders; None where nothing is said. A mask in a file's name says nothing.
    """

    words: str
    township: str | None
    upper: tuple[tuple[str, str], ...]
    year: int | None


def read_file_name(path: str) -> FileName:
    """Return what the `path` of a report, relative to the folder of the corpus, says of it.

    Examples
    --------
    >>> found = read_file_name("江西省/资溪县/2023年嵩市镇政府工作报告.txt")
    >>> found.township, found.upper, found.year
    ('嵩市镇', (('province', '江西省'), ('county', '资溪县')), 2023)
    """
    whole = PurePosixPath(in_simplified(path))
    stem = whole.stem
    years = list(dict.fromkeys(int(year) for year in _YEAR.findall(stem)))
    if not years:
        years = list(dict.fromkeys(int(year) for folder in whole.parts[:-1] for year in _YEAR.findall(folder)))[-1:]
    year = years[0] if years else None
    if not _HAN.search(str(whole)):
        return FileName(stem, None, (), year)
    name = _township(stem)
    upper: list[tuple[str, str]] = []
    for part in (*whole.parts[:-1], stem):
        upper += _units(part)
        if name is None and part != stem:
            name = _township(part, alone=True)
    if name is not None:
        upper += name.upper
    known = tuple(dict.fromkeys(upper))
    return FileName(stem, None if name is None or name.masked or name.masked_upper else name.township, known, year)


def _township(part: str, *, alone: bool = False) -> Name | None:
    """Return the township that `part` names; of a folder only if the whole name is one."""
    pieces = [piece for piece in _PARTS.split(_YEAR.sub("_", part)) if piece]
    for piece in pieces:
        if piece in gazetteer().codes or _ENDS_AS_TOWNSHIP.fullmatch(piece):
            parsed = parse_name(piece, "file name")
            if parsed is not None:
                return parsed
    return None if alone else next((name for piece in pieces for name in names_in(piece, "title", 0)), None)


def _units(part: str) -> list[tuple[str, str]]:
    """Return the provinces, prefectures and counties that begin the pieces of `part`."""
    table, found = gazetteer(), []
    levels = (("province", table.provinces), ("prefecture", table.prefectures), ("county", table.counties))
    for piece in (piece for piece in _PARTS.split(_YEAR.sub("_", part)) if piece):
        rest = piece
        for level, names in levels:
            for length in range(min(16, len(rest)), 1, -1):
                head = rest[:length]
                short = [head + end for end in _ENDS if head + end in names] if head == piece and length > 1 else []
                if head in names and (head[-1] in _ENDS or head == rest or level == "province"):
                    found.append((level, head))
                    rest = rest[length:]
                    break
                if len(short) == 1:
                    found.append((level, short[0]))
                    rest = ""
                    break
    return found
