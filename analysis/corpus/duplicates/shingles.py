"""A report as a set of hashed shingles and of hashed figures, so that two reports can be compared without their text.

Shingles are overlapping runs of five characters of the normalised text; the hash is fixed, the same on every platform
and in every process.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from analysis.corpus.text.script import fold_script
from analysis.lexicons.tables import read_table
from analysis.schemas import ELISION, TableError

__all__ = ["LENGTH", "figures", "sketch", "thin"]

LENGTH = 5
"""Characters of one shingle."""

_GAP = ord(ELISION)
_NUMERALS = "〇零一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_BOUNDARY = r"\s,，。、；;：:！!？?（）()《》“”\"'·—\-\d%年度月日省市县区镇乡村和与及在辖"
# grammar and the words of every sentence: characters that no name of a place is taken to hold
_NO_NAME = (
    "的了是把将被对为从向让使和与及在或由不个条项政府党委工作强推进等各全"
    "我该其此所已就以办抓促引导继续积极至到年月日省县区镇乡村"
)
_FIGURE = re.compile(r"(?<![\d.])(?!(?:19|20)\d\d年)\d+(?:\.\d+)?(?![\d.])")
_DIGITS = {0xFF10 + digit: ord("0") + digit for digit in range(10)} | {0xFF0E: ord(".")}
# the fractional bits of √2, √3, √5, √7, √11, made odd: multipliers that owe nothing to our texts
_FACTORS = np.array(
    [0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1, 0x510E527FADE682D1],
    dtype=np.uint64,
)


@cache
def _letters() -> np.ndarray:
    """Return for each code point what it is read as; 0 for what is left out.

    Han characters are folded to simplified ones and letters to small ASCII; white space, punctuation and everything
    that stands for a number (digits, Chinese numerals, percent signs) is left out. Spelled out by ranges, as the
    classes of Unicode change from one Python to the next.
    """
    table = np.zeros(0x110000, dtype=np.uint32)
    for first, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x32000)):
        table[first:end] = np.arange(first, end)
    small = np.arange(ord("a"), ord("z") + 1)
    for first in (ord("a"), ord("A"), ord("ａ"), ord("Ａ")):
        table[first : first + 26] = small
    table[_GAP] = _GAP
    han = table[0x4E00:0xA000]
    han[:] = [ord(plain) for plain in fold_script("".join(map(chr, han)))]
    table[np.isin(table, [ord(numeral) for numeral in _NUMERALS])] = 0
    return table


@cache
def _places() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]]]:
    """Return what finds a name before the suffix of a place, and by suffix the endings that make a common word."""
    table = read_table("place_suffixes.csv", columns=("suffix", "common", "not_behind", "example", "common_example"))
    suffixes = "|".join(
        f"{suffix}(?!{behind})" if behind else suffix
        for suffix, behind in zip(table["suffix"], table["not_behind"], strict=True)
    )
    name = re.compile(
        f"(?:^|(?<=[{_BOUNDARY}])|(?<=代表)|(?<=关于))((?:(?![{_NO_NAME}])[\u4e00-\u9fff]){{2,3}}?)({suffixes})"
    )
    common = {
        suffix: re.compile(f"(?:{endings})$") for suffix, endings in zip(table["suffix"], table["common"], strict=True)
    }
    return name, common


def _place_names(text: str) -> list[tuple[int, int]]:
    """Return the spans of what stands before 镇, 县, 村 … behind a clear beginning; the suffix itself is outside.

    Where a name begins no mark shows in Chinese: only two or three characters behind punctuation, a digit, another
    place or such words as 在 and 代表 are taken, and no common word (农村, 园区; ``lexicons/place_suffixes.csv``).
    """
    name, common = _places()
    return [match.span(1) for match in name.finditer(text) if not common[match[2]].search(match[1])]


def _read(text: str, masks: Sequence[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the characters of `text` that shingles are made of, as code points, and the place of each in `text`."""
    letters = _letters()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")]
    for start, end in (*masks, *_place_names(fold_script(text))):
        letters[start:end] = 0
    places = np.flatnonzero(letters)
    return letters[places], places


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread `values` evenly over 64 bits (the finaliser of SplitMix64; Steele, Lea & Flood 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def sketch(text: str, masks: Sequence[tuple[int, int]] = (), rate: int = 1) -> np.ndarray:
    """Return the hashed shingles of a cleaned `text`, or one in `rate` of them.

    A mask, a number and the name of a place are one class and written as nothing, so that a text, its masked copy and
    a copy that lost its digits have the same shingles. Width, white space, punctuation, script (traditional or
    simplified) and capitals make no difference. No shingle spans hidden text (▢).

    Parameters
    ----------
    text : str
        Cleaned text.
    masks : sequence of (start, end)
        Where `text` is masked.
    rate : int
        Keep the hashes below 2⁶⁴ / `rate`, one in `rate` on average: a sample that depends on the shingle alone, so
        that two texts keep the same ones of those they share (Broder 1997, the sketch modulo m). 1 keeps all.

    Returns
    -------
    numpy.ndarray
        uint64, sorted, unique.

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. Compression and Complexity of Sequences.

    Examples
    --------
    >>> one, other = sketch("修路3.5公里，全部完工"), sketch("修路 xx 公里,全部完工", [(3, 5)])
    >>> len(one), bool((one == other).all())
    (4, True)
    """
    letters, _ = _read(text, masks)
    count = len(letters) - LENGTH + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    hashes = np.zeros(count, dtype=np.uint64)
    for at, factor in enumerate(_FACTORS):
        hashes += letters[at : at + count].astype(np.uint64) * factor
    gaps = np.concatenate([[0], np.cumsum(letters == _GAP)])
    return thin(np.unique(_mix(hashes[gaps[LENGTH:] == gaps[:count]])), rate)


def thin(hashes: np.ndarray, rate: int) -> np.ndarray:
    """Return those of sorted `hashes` that a sketch of `rate` keeps; thinning twice is thinning to the higher rate."""
    if rate < 1:
        raise TableError(f"rate is {rate!r}: of how many hashes one is kept, 1 or more.")
    return hashes if rate == 1 else hashes[: np.searchsorted(hashes, np.uint64(2**64 // rate))]


def figures(text: str, masks: Sequence[tuple[int, int]] = ()) -> np.ndarray:
    """Return the hashed figures of a cleaned `text`: each number of two digits or more, with the words beside it.

    A figure is the number as written (Arabic digits; years before 年 are none), the two characters before and the
    one behind it. Copies of one report share their figures; reports made from one template do not.

    Returns
    -------
    numpy.ndarray
        uint64, sorted, unique.

    Examples
    --------
    >>> len(figures("2023年修路35公里，增长8.4%，新建3个站")), len(figures("修路xx公里"))
    (2, 0)
    """
    letters, places = _read(text, masks)
    digits = text.translate(_DIGITS)
    found = []
    for match in _FIGURE.finditer(digits):
        number = match.group()
        if len(number) > 1:
            at = int(np.searchsorted(places, match.start()))
            beside = [*letters[max(0, at - 2) : at].tolist(), *letters[at : at + 1].tolist()]
            found.append(_number_hash(number, beside))
    return np.unique(_mix(np.array(found, dtype=np.uint64)))


def _number_hash(number: str, beside: list[int]) -> int:
    value = 0
    for code in (*map(ord, number), *beside):
        value = (value * 0x100000001B3 + code) % 2**64
    return value
