"""Texts that no one wrote: long runs of one character or phrase are divided in time that grows with their length.

The limit is for hangs, not for speed: what takes seconds here took hours where an expression was quadratic.
"""

import faulthandler

import pytest

from analysis.corpus.structure import structure

HANGS = 400  # seconds, on however busy a machine

TEXTS = {
    "one line": "国" * 1_000_000,
    "newlines": "\n" * 300_000,
    "lines of one character": "国\n" * 200_000,
    "blanks inside": "国" + " " * 1_000_000 + "国",
    "blanks at the end": "国" + " " * 1_000_000,
    "wide blanks": "国" + "\u3000" * 1_000_000 + "国",
    "a blank behind each": "国 " * 500_000,
    "x": "x" * 500_000,
    "x and dots": "x." * 250_000,
    "brackets with a number": "（一）" * 200_000,
    "number and comma": "一、" * 200_000,
    "numbers on lines": "一、\n" * 200_000,
    "items": "一是" * 200_000,
    "items with ends": "一是修路。" * 100_000,
    "items on lines": "一是修路。\n二是架桥。\n" * 50_000,
    "a and dots": "a." * 300_000,
    "letters and blanks": "a " * 300_000,
    "straight quotes": '"' * 500_000,
    "opening quotes": "“" * 500_000,
    "corner quotes": "「" * 500_000,
    "apostrophes": "'" * 500_000,
    "brackets": "(" * 500_000,
    "bracket pairs": "（" * 200_000 + "）" * 200_000,
    "full stops": "。" * 500_000,
    "sentences": "修路三公里。" * 150_000,
    "sentences with ASCII stops": "修路三公里." * 100_000,
    "sentences on lines": "修路三公里。\n" * 100_000,
    "sentences and blanks": "修路三公里。 " * 100_000,
    "digits": "7" * 1_000_000,
    "digits and blanks": "1 " * 500_000,
    "digits on lines": "1\n" * 200_000,
    "digits between words": "修 3 " * 200_000,
    "zero width": "\u200b" * 500_000 + "国",
    "zero width between": "国\u200b" * 300_000,
    "equal signs": "=" * 500_000,
    "asterisks": "*" * 500_000,
    "asterisks between": "*国" * 250_000,
    "bold": "**国国" * 150_000,
    "list marks": "* " * 250_000,
    "underscores": "_" * 500_000,
    "hyphens": "-" * 500_000,
    "ellipses": "…" * 500_000,
    "dots": "." * 500_000,
    "hidden": "此处隐藏" * 100_000,
    "rule and hidden": "---此处隐藏" * 80_000,
    "marks of hidden text": "---此处隐藏12字,下载后查看---\n" * 20_000,
    "a number of hidden characters": "---此处隐藏" + "1" * 100_000 + "字---",
    "square brackets": "【" * 500_000,
    "angle brackets": "<" * 500_000,
    "open tags": "<a " * 200_000,
    "ampersands": "&" * 500_000,
    "entities": "&nbsp;" * 100_000,
    "www": "www." * 150_000,
    "spaced www": "w w w . " * 60_000,
    "http": "http://" * 100_000,
    "addresses in words": "国www.a.com" * 60_000,
    "adverts": "国更多范文请访问" * 60_000,
    "titles on lines": "某镇2020年工作总结\n" * 50_000,
    "titles on one line": "某镇2020年工作总结" * 50_000,
    "chrome": "首页\n" * 100_000,
    "breadcrumb": "首页>" * 100_000,
    "salutations": "各位代表:\n" * 50_000,
    "labels": "标签:" * 100_000,
    "page numbers": "修路三千\n- 1 -\n" * 50_000,
    "page numbers inside": "修路第1页共2页" * 60_000,
    "headings": "一、工作回顾\n修路三公里。\n" * 50_000,
    "carriage returns": "国\r" * 200_000,
    "line separators": "国\u2028" * 200_000,
    "full-width digits": "１" * 500_000,
    "emoji": "😀" * 300_000,
    "lone surrogates": "\ud800" * 300_000,
    "commas": "国," * 300_000,
    "wrapped": ("国" * 29 + "\n") * 20_000,
    "wrapped by blanks": ("国" * 29 + " ") * 20_000,
    "wrapped, then digits": ("国" * 29 + " ") * 20 + "1国 " * 15_000,
    "glosses": "统筹(tǒng chóu)" * 40_000,
    "bare units": "完成亿元," * 80_000,
    "a year everywhere": "2023户," * 80_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TEXTS)
def test_long_text_comes_to_an_end(name):
    # work that grew with the square of the length would take an hour: the run is ended long before. No time is asserted
    faulthandler.dump_traceback_later(HANGS, exit=True)
    found = structure(TEXTS[name], report_id="r")
    faulthandler.cancel_dump_traceback_later()
    assert found.report.raw == TEXTS[name]
