"""The years of a report: the one it gives itself, the one it reviews, the one it plans, each with its words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from analysis.corpus.identity.genre import Parts
from analysis.lexicons.slogans import (
    RETROSPECT,
    Dated,
    Index,
    dated_forms,
    has_one_meaning,
    normalise,
    slogan_lexicon,
)

__all__ = ["find_years"]

_YEAR = re.compile(r"((?:19|20)\d\d)年(?!党龄|纪念|代)")
_CHINESE_YEAR = re.compile(r"([一二][〇○零Ｏ0九八七六五四三二一]{3})年")
_DIGITS = {**{one: str(at) for at, one in enumerate("〇一二三四五六七八九")}, "○": "0", "零": "0", "Ｏ": "0", "0": "0"}
_MASKED_TITLE = re.compile(r"(?<![xX×*○])(?:20|19)?[xX×*○]{2,4}年")
_MASKED_YEAR = re.compile(r"(?:(?:19|20)[xX×*○□]{2}|(?<![xX×*])[xX×*]{4})年")
_SPEECH = re.compile(
    r"(?m)^[ \t\u3000]*[—\-–(（]*[ \t\u3000]*((?:19|20)\d\d)年[ \t]*(\d{1,2}|[xX×*]+|[一二三四五六七八九十]{1,2})月"
    r"(?:[ \t]*(?:\d{1,2}|[xX×*]+|[一二三四五六七八九十]{1,3})日)?(?=在|[ \t\u3000]*[)）]?[ \t\u3000]*$)"
)
_REVIEWED = re.compile(
    r"((?:19|20)\d\d)年(?:度|上半年|以来)?(?:的|主要|政府|全[镇乡]|重点|各项){0,2}(?:工作)?"
    r"(?:财政|收支|预算){0,3}(?:回顾|总结|执行情况|开展情况|完成情况|情况|主要工作|成绩|成效|取得)"
)
_PLANNED = re.compile(
    r"((?:19|20)\d\d)年(?:度|下半年)?(?:的|主要|政府|全[镇乡]|重点|总体){0,2}(?:工作|发展|经济社会发展|奋斗)?"
    r"(?:安排|计划|打算|思路|目标|任务|重点|(?:财政|收支){0,2}预算(?!执行)|建议|展望|设想|意见|举措|要点)"
)
_TITLE_DATE = re.compile(r"((?:19|20)\d\d)年[ \t]*(\d{1,2})月")
_HALF = re.compile(r"上半年|半年|[一二三]季度")
_MONTHS = {month: str(at) for at, month in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), start=1)}
_AROUND = 40
_GRACE = 1  # a report of one year reviews the year before it
_HEAD = 1000
_UNDATED = ("讲话", "实施方案", "经验材料", "党代会报告")  # their date says nothing of a year under review


@cache
def _dated() -> Index[Dated]:
    return Index(dated_forms(slogan_lexicon()))


def _of_digits(text: str) -> str:
    """Return `text` with years in Chinese digits (二〇一〇年) written in Arabic ones; the length stays."""
    return _CHINESE_YEAR.sub(lambda match: "".join(_DIGITS.get(one, one) for one in match.group(1)) + "年", text)


def _speech(body: str) -> re.Match[str] | None:
    """Return the line that dates the speech: ——2023年1月8日在…会议上, or the date alone in brackets."""
    return _SPEECH.search(body[:_HEAD])


def _stated_year(title: str, body: str, of_file: int | None) -> tuple[int | None, str, str | None]:
    """Return the year that the report gives itself, its flag and the words.

    In this order: title, date of the speech, the file's name, the year named most often.
    """
    if match := _YEAR.search(title):
        return int(match.group(1)), "stated", f"title: {match.group()}"
    masked_title = _MASKED_TITLE.search(title) is not None
    if not masked_title and (match := _speech(body)):
        return int(match.group(1)), "stated", f"speech: {match.group().strip()}"
    years = Counter(int(year) for year in _YEAR.findall(body))
    masked = sum(1 for _ in _MASKED_YEAR.finditer(body))
    hidden = f"title: {title}" if masked_title else None
    if hidden is None and masked and masked >= sum(years.values()):
        hidden = "the years in the text are masked"
    if of_file is not None:
        return of_file, "file_name", "; ".join(filter(None, [hidden, f"file name: {of_file}"]))
    if hidden is not None:
        return None, "masked", hidden
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


def find_years(parts: Parts, genre: str | None, of_file: int | None = None) -> dict:
    """Return the columns of the reports table that concern the year.

    ``year_stated`` is the year that the report gives itself: that of its title, else of the date of the speech, else
    of the file's name, else the one named most often. The interval ``year_min`` to ``year_max`` holds it against the
    formulas that the report uses: a report cannot be older than a formula's first year, nor much younger than the last
    year of a task that it calls running. One formula may be a slip or a look back, so two are needed to speak against a
    stated year. A file's name that differs from the text by more than a year is a conflict, too.

    ``report_year`` is the year reviewed and ``plan_year`` the year planned: that of the headings (2022年工作回顾,
    2023年工作安排), else what the date of the speech implies (a congress in January to April reviews the year before
    and plans its own), else the title's for a summary. None where nothing tells.

    Parameters
    ----------
    parts : Parts
    genre : str or None
        Of the report.
    of_file : int, optional
        The year in the file's name.
    """
    title, body = _of_digits(parts.title), _of_digits(parts.body)
    stated, flag, evidence = _stated_year(title, body, of_file)
    dated = _dated_formulas(parts.body)
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
        against = []
        retired = sorted({(last, form) for last, form in lasts if last < stated - _GRACE})
        if len(retired) >= 2:
            low, against = retired[-1][0], [f"{form} until {last}" for last, form in retired]
        too_new = sorted({(first, form) for first, form in firsts if first > stated + _GRACE})
        if len(too_new) >= 2:
            high, against = too_new[-1][0], against + [f"{form} since {first}" for first, form in too_new]
        if of_file is not None and abs(of_file - stated) > _GRACE:
            low, high = min(low, of_file), max(high, of_file)
            against.append(f"file name {of_file}")
        if against:
            flag, evidence = "year_conflict", f"{evidence}; against it: {', '.join(against)}"
    return {
        "year_stated": stated,
        "year_min": low,
        "year_max": high,
        "year_flag": flag,
        "year_evidence": evidence or None,
        **_reviewed_and_planned(title, body, genre, stated if flag in ("stated", "file_name") else None),
    }


def _reviewed_and_planned(title: str, body: str, genre: str | None, stated: int | None) -> dict[str, int | None]:
    headings = "\n".join(line for line in body.split("\n") if len(line) <= 60)
    reviewed = _first(_REVIEWED, title, headings, body[:_HEAD])
    planned = _first(_PLANNED, title, headings, body[:_HEAD])
    if genre not in _UNDATED and (match := _TITLE_DATE.search(title) or _speech(body)):
        year, month = int(match.group(1)), _MONTHS.get(match.group(2), match.group(2))
        if month.isdecimal() and not _HALF.search(title):
            early = int(month) <= 4
            late = int(month) >= 11
            reviewed = reviewed or (year - 1 if early else year if late else None)
            planned = planned or (year if early else year + 1 if late else None)
    if stated is not None and reviewed is None and genre in ("述职报告", "工作总结", "工作汇报") and planned != stated:
        reviewed = stated
    if planned is None and _HALF.search(title):
        planned = reviewed
    if reviewed is not None and planned is not None and not 0 <= planned - reviewed <= 1:
        planned = None
    return {"report_year": reviewed, "plan_year": planned}


def _first(pattern: re.Pattern[str], *texts: str) -> int | None:
    return next((int(match.group(1)) for text in texts for match in [pattern.search(text)] if match), None)
