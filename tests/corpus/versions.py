"""Versions of a report as sites make them, and other reports made from its wording: what duplicates are tested with.

Everything is drawn from a seeded generator, so that two runs make the same texts.
"""

import random
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("seeds", "tests/invented/reports", "tests/held_out/reports")
ORIGINALS = {
    file.stem: file.read_bytes().decode("utf-8") for folder in FOLDERS for file in sorted((ROOT / folder).glob("*.txt"))
}
HEAD = [
    "首页 > 公文写作 > 工作报告",
    "发布时间:2024-02-01 来源:网络 浏览次数:1234",
    "【字体:大 中 小】 【打印】 【关闭】",
]
FOOT = ["上一篇:某镇安全生产工作方案", "版权所有 某某文库 湘ICP备12345678号-1", "扫一扫,分享到朋友圈"]
ADVERT = (
    "想学习更多写作技巧的朋友们可以继续往下看。我们的老师有十余年的文秘经验,每天为大家挑选一篇优秀例文,并附上逐句点评,"
    "让您写材料不再发愁。现在报名还送三百套常用模板和一本口袋手册,名额不多,先到先得。"
)


def stripped_of_chrome(text):
    """Return the lines of `text` that have a sentence's length, and its title."""
    return [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]


def other_site(text, _):
    return "\n".join([*HEAD, text, *FOOT])


def elided(text, _):
    lines = stripped_of_chrome(text)
    at, whole = 0, sum(map(len, lines))
    kept, hidden = [], 0
    for line in lines:
        if 0.3 * whole <= at < 0.65 * whole:
            hidden += len(line)
        else:
            kept.append(line)
        at += len(line)
        if at >= 0.65 * whole and hidden:
            kept.append(f"---此处隐藏{hidden}字,下载后查看---")
            hidden = 0
    return "\n".join(kept)


def masked(text, _):
    text = re.sub(r"\d+(?:\.\d+)?", lambda match: re.sub(r"\d", "x", match.group()), text)
    for name in sorted(set(re.findall(r"(?:代表|作为)([\u4e00-\u9fff]{2,3})[镇乡](?:人民)?政府", text))):
        text = text.replace(name, "xx")
    return text


def rewrapped(text, _):
    width, lines = 30, stripped_of_chrome(text)
    return "\n".join(
        "　　" + "\n".join(line[at : at + width] for at in range(0, len(line), width)) if len(line) > 60 else line
        for line in lines
    )


def without_digits(text, _):
    return re.sub(r"[0-9０-９]+(?:\.[0-9０-９]+)?", "", text)


def traditional(text, _):
    from opencc import OpenCC

    return OpenCC("s2t").convert(text)


def with_advert(text, generator):
    lines = text.split("\n")
    lines.insert(generator.randrange(len(lines) // 2, len(lines)), ADVERT)
    return "\n".join(lines)


def truncated(text, _):
    return text[: int(0.6 * len(text))]


def masked_and_elided_elsewhere(text, generator):
    return other_site(elided(masked(text, generator), generator), generator)


def advert_in_a_cut_copy_without_digits(text, generator):
    return with_advert(truncated(without_digits(text, generator), generator), generator)


VERSIONS = {
    make.__name__: make
    for make in (
        other_site,
        elided,
        masked,
        rewrapped,
        without_digits,
        traditional,
        with_advert,
        truncated,
        masked_and_elided_elsewhere,
        advert_in_a_cut_copy_without_digits,
    )
}


def _other_figures(text, generator):
    def other(match):
        if re.fullmatch(r"(?:19|20)\d\d", match.group()):
            return match.group()
        digits = re.sub(r"\d", lambda digit: str(generator.randrange(10)), match.group())
        return str(generator.randrange(1, 10)) + digits[1:]

    return re.sub(r"\d+(?:\.\d+)?", other, text)


def next_year(text, generator):
    """Return the report of the year after, written over this one: other years, figures and some other sentences."""
    text = re.sub(r"(?:19|20)\d\d(?=\s*年)", lambda match: str(int(match.group()) + 1), _other_figures(text, generator))
    return _some_other_sentences(text, generator)


def next_township(text, generator):
    """Return the template as another township filled it: other name and figures, some other sentences."""
    for name in sorted(set(re.findall(r"([\u4e00-\u9fff]{2})[镇乡](?=人民政府|20|19)", text))):
        text = text.replace(name, "禾岭")
    return _some_other_sentences(_other_figures(text, generator), generator)


def _some_other_sentences(text, generator):
    """Return `text` with one in twelve of its sentences taken from another report; what names the report stays."""
    pieces = re.split("(?<=。)", text)
    other = [
        piece for piece in re.split("(?<=[。\n])", generator.choice(list(ORIGINALS.values()))) if piece.endswith("。")
    ]
    return "".join(
        generator.choice(other) if at > 3 and piece.endswith("。") and generator.random() < 1 / 12 else piece
        for at, piece in enumerate(pieces)
    )


TEMPLATES = {make.__name__: make for make in (next_year, next_township)}
TELLING = [name for name, text in ORIGINALS.items() if len(re.findall(r"\d\d(?!\s*年)|\d\.\d", text)) >= 30]
"""The originals that are full of figures, so that there is something by which a filled template can be told."""


def family(name, *, of=VERSIONS):
    """Return {version: text} of one original, the original itself included."""
    text = ORIGINALS[name]
    return {"original": text} | {kind: make(text, random.Random(f"{name} {kind}")) for kind, make in of.items()}
