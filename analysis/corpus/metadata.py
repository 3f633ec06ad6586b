"""What a report says of itself, each with the words it rests on: township, year, genre, completeness, coverage."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from analysis.corpus.masks import Mask
from analysis.corpus.noise import Noise
from analysis.lexicons.slogans import (
    RETROSPECT,
    Dated,
    Index,
    dated_forms,
    has_one_meaning,
    normalise,
    slogan_lexicon,
)
from analysis.lexicons.tables import read_table
from analysis.schemas import ELISION

__all__ = ["describe_report"]

_MASK = r"[xX×*＊=○□]+"
_TOWNSHIP = rf"(?:{_MASK}|[\u4e00-\u9fff]{{1,8}}?)(?:乡镇(?:[（(]街道[）)])?|镇|乡|街道)"
_BY_TITLE = re.compile(
    rf"(?:[\dxX×*]{{2,4}}年度?(?:上半年)?)?(?:关于)?({_TOWNSHIP})(?=人民政府|政府|党委|办事处|镇长|乡长|[\d工述年半上])"
)
_BY_SPEAKER = re.compile(rf"代表({_TOWNSHIP})(?:人民)?(?:政府|党委|办事处)")
_MASKED = re.compile(rf"(?<![xX×*＊=○□]){_MASK}+(?:乡镇(?:[（(]街道[）)])?|镇|乡|街道)")
_NO_NAME = re.compile(r"(?:[全我本各该集]|建制|\d个)?(?:乡镇|镇|乡|街道)|.*(?:党委|政府|党政).*")
_YEAR = re.compile(r"((?:19|20)\d\d)年(?!党龄|纪念|代)")
_DATED = re.compile(r"((?:19|20)\d\d)年\d{1,2}月\d{1,2}日")
_END = re.compile(r"[。！？!?；;…”’\"」』）)》]$|年.{1,4}月.{0,4}$|人民政府$|委员会$|办公室$|办事处$")
_AROUND = 40
_GRACE = 1  # a report of one year reviews the year before it


@cache
def _dated() -> Index[Dated]:
    return Index(dated_forms(slogan_lexicon()))


@cache
def _genre_cues() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    table = read_table("genre_cues.csv", columns=("genre", "where", "pattern", "example"))
    rows = zip(table["genre"], table["where"], table["pattern"], strict=True)
    return tuple((genre, where, re.compile(pattern)) for genre, where, pattern in rows)


@cache
def _provinces() -> re.Pattern[str]:
    names = read_table("provinces.csv", columns=("code", "name", "source"))["name"]
    return re.compile("|".join(names))


def _genre(title: str, body: str) -> dict:
    places = {"title": title, "head": body[:400], "tail": body[-160:], "body": body}
    for genre, where, pattern in _genre_cues():
        if match := pattern.search(places[where]):
            return {"genre": genre, "genre_evidence": f"{where}: {match.group()}"}
    return {"genre": None, "genre_evidence": None}


def _place(title: str, body: str) -> dict:
    """Township as written; a masked name stays a mask. A county needs a gazetteer and is left open here."""
    by_title = [name for match in [_BY_TITLE.match(title)] if match and not _NO_NAME.fullmatch(name := match.group(1))]
    by_speaker = [name for name in _BY_SPEAKER.findall(body[:1500]) if not _NO_NAME.fullmatch(name)]
    masked = Counter(match.group() for match in _MASKED.finditer(body))
    common = [min(masked, key=lambda name: (-masked[name], name))] if masked else []
    township, evidence = next(
        (
            (names[0], how)
            for names, how in ((by_title, "title"), (by_speaker, "speaker"), (common, "most frequent mask"))
            if names
        ),
        (None, None),
    )
    province = _provinces().search(body)
    return {
        "township": township,
        "township_masked": None if township is None else re.search(_MASK, township) is not None,
        "county": None,
        "province": None if province is None else province.group(),
        "place_evidence": evidence,
    }


def _stated_year(title: str, body: str) -> tuple[int | None, str, str | None]:
    """Return the year that the report gives itself, its flag and the words."""
    if match := _YEAR.search(title):
        return int(match.group(1)), "stated", f"title: {match.group()}"
    if re.search(r"(?:20|19)?[xX×*○]{2,4}年", title):
        return None, "masked", f"title: {title}"
    years = Counter(int(year) for year in _YEAR.findall(body))
    masked = len(re.findall(r"(?:(?:19|20)[xX×*○□]{2}|[xX×*]{4})年", body))
    if masked and masked >= sum(years.values()):
        return None, "masked", "the years in the text are masked"
    if years:
        year = min(years, key=lambda year: (-years[year], -year))
        return year, "stated", f"{year}年 ({years[year]} of {sum(years.values())} years named)"
    return None, "absent", None


def _dated_formulas(body: str) -> list[tuple[Dated, bool]]:
    """Return the dated formulas of `body`, those inside longer ones left out, and whether each is looked back on."""
    plain = normalise(body).text
    found: list[tuple[Dated, bool]] = []
    taken = bytearray(len(plain))
    for start, end, one in sorted(_dated().hits(plain), key=lambda hit: (hit[0] - hit[1], hit[0], hit[2].text)):
        around = plain[max(0, start - _AROUND) : end + _AROUND]
        if not any(taken[start:end]) and has_one_meaning(one.text, around):
            taken[start:end] = b"\1" * (end - start)
            found.append((one, RETROSPECT.match(plain, end) is not None))
    return found


def _year(title: str, body: str) -> dict:
    """Year as an interval: what the report states, held against the formulas that it uses.

    A report cannot be older than a formula's first year, nor much younger than the last year of a task that it calls
    running. One formula may be a slip or a look back, so two are needed to speak against a stated year.
    """
    stated, flag, evidence = _stated_year(title, body)
    dated = _dated_formulas(body)
    firsts = [(one.first, one.text) for one, _ in dated if one.first is not None]
    lasts = sorted({(one.last, one.text) for one, look_back in dated if one.last is not None and not look_back})
    earliest = max(firsts, default=None)
    low, high = None, None
    if stated is None:
        low = earliest[0] if earliest else None
        later = sorted((last + _GRACE, form) for last, form in lasts if low is None or last + _GRACE >= low)
        later = later[1:]  # one retired formula may be a look back: the second sets the limit
        high = later[0][0] if later else None
        words = [f"{form} since {first}" for first, form in ([earliest] if earliest else [])]
        words += [f"{form} until {last - _GRACE}" for last, form in later[:1]]
        evidence = "; ".join(filter(None, [evidence, *words]))
    else:
        low = high = stated
        retired = sorted({(last, form) for last, form in lasts if last < stated - _GRACE})
        if len(retired) >= 2:
            low, flag = retired[-1][0], "year_conflict"
        too_new = sorted({(first, form) for first, form in firsts if first > stated + _GRACE})
        if len(too_new) >= 2:
            high, flag = too_new[-1][0], "year_conflict"
        if flag == "year_conflict":
            against = [f"{form} until {last}" for last, form in retired]
            against += [f"{form} since {first}" for first, form in too_new]
            evidence = f"{evidence}; against it: {', '.join(against)}"
    return {
        "year_stated": stated,
        "year_min": low,
        "year_max": high,
        "year_flag": flag,
        "year_evidence": evidence or None,
    }


def describe_report(text: str, noise: list[Noise], title: tuple[int, int] | None, masks: list[Mask]) -> dict:
    """Return the row of the reports table that the cleaned `text` of one report gives.

    ``coverage`` is visible / (visible + hidden) by the numbers that the markers name, NaN where the hidden amount is
    unknown: a truncated text, or a marker without a number. Ladder of evidence for the year: title, then the year
    named most often; genre: title, closing, opening, body.
    """
    heading = text[slice(*title)] if title is not None else ""
    body = text[title[1] :] if title is not None else text
    visible = len(re.sub(rf"[\s{ELISION}]", "", text))
    markers = [mark for mark in noise if mark.kind == "elision_marker"]
    last_line = next((line for line in reversed(text.replace(ELISION, "\n").split("\n")) if line.strip()), "").strip()
    truncated = not _END.search(last_line) and not text.rstrip().endswith(ELISION)
    known = not truncated and all(mark.hidden_chars is not None for mark in markers)
    hidden = sum(mark.hidden_chars or 0 for mark in markers) if known else None
    return {
        "title": heading or None,
        **_place(heading, body),
        **_year(heading, body),
        **_genre(heading, body),
        "completeness": "elided" if markers else "truncated" if truncated else "full",
        "visible_chars": visible,
        "hidden_chars": hidden,
        "coverage": visible / (visible + hidden) if hidden is not None and visible else None,
        "n_masks": len(masks),
    }
