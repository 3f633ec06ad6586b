"""What must always hold (docs, and DESIGN section 5), over the seeds, the invented reports and generated texts."""

import copy
import hashlib
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.annotate.slogans import Formulas
from analysis.annotate.tokens import tokenise
from analysis.corpus.cleaning.clean import clean
from analysis.corpus.parts.headings import find_headings
from analysis.corpus.parts.items import find_items
from analysis.corpus.parts.sentences import find_sentences
from analysis.corpus.parts.zones import find_zones
from analysis.corpus.structure import structure
from analysis.lexicons.slogans import slogan_lexicon
from analysis.pipeline import read_corpus, read_report
from analysis.schemas import rows

ROOT = Path(__file__).parents[1]
FILES = [*sorted((ROOT / "seeds").glob("*.txt")), *sorted((ROOT / "tests/invented/reports").glob("*.txt"))]
TEXTS = {file.stem: file.read_bytes().decode("utf-8") for file in FILES}
FORMULAS = Formulas(slogan_lexicon())
SPANS = ("masks", "zones", "headings", "items", "sentences", "slogans", "tokens")
TABLES = ("reports", "edits", "noise", "rejects", *SPANS)

PIECES = [
    "全镇修路",
    "3公里",
    "群众满意",
    "。",
    "，",
    ",",
    "；",
    "：",
    "!",
    "“",
    "”",
    '"',
    "「",
    "」",
    "(",
    ")",
    "《",
    "》",
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    " ",
    "　　",
    "\t",
    "\u2003",
    "\u200b",
    "\ufeff",
    "xx镇",
    "X",
    "x.xx%",
    "20xx年",
    "×",
    "==",
    "**",
    "３．５",
    "ＸＸ",
    "一、工作回顾",
    "（一）",
    "1.",
    "①",
    "一是",
    "二要",
    "三是要",
    "各位代表:",
    "某镇2020年工作总结",
    "首页",
    "加入Vip免费下载",
    "来源:某网 浏览:12次",
    "---此处隐藏12字,下载后查看---",
    "……以下省略……",
    "今后",
    "问题",
    "让我们",
    "。 ",
    "a b",
    "𠮷",
    "e\u0301",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)


@st.composite
def wrapped(draw):
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=30, max_size=90)))
    width = draw(st.integers(16, 40))
    return draw(st.sampled_from(" \n")).join(text[at : at + width] for at in range(0, len(text), width))


def encodable(text):
    return text.encode("utf-8", "replace").decode("utf-8")


def rebuilt(cleaned, edits):
    """Return the raw text from the cleaned text and the log alone: the inverse of cleaning, written apart from it."""
    raw, at = "", 0
    for edit in sorted(edits):
        kept = edit.start - len(raw)
        raw += cleaned[at : at + kept] + edit.text
        at += kept + len(edit.replacement)
    return raw + cleaned[at:]


def check_lossless(raw):
    found = structure(raw, report_id="r")
    report, text = found.report, found.report.cleaned
    assert rebuilt(text, report.edits) == raw
    for before, after in pairwise(report.edits):
        assert before.end <= after.start
    assert all(edit.start < edit.end and raw[edit.start : edit.end] == edit.text for edit in report.edits)
    glued, at = "", 0
    for sentence in found.sentences:
        assert at <= sentence.start < sentence.end
        assert not text[at : sentence.start].strip().strip("▢ \n").strip()
        glued += text[at : sentence.start] + sentence.text
        at = sentence.end
    assert glued + text[at:] == text


def check_traceable(raw):
    report, tables = read_report(raw, formulas=FORMULAS, report_id="r")
    frames = {name: rows(tables[name], name) for name in SPANS if name != "tokens"}
    frames["tokens"] = tokenise(report, frames["sentences"], frames["masks"]).rename(columns={"token": "text"})
    for name, table in frames.items():
        for start, end, text in zip(table["start"], table["end"], table["text"], strict=True):
            assert 0 <= start < end <= len(raw), name
            assert report.cleaned[report.to_clean(start) : report.to_clean(end)] == text, name
    for item in tables["items"]:
        assert report.cleaned_span(item["lead_start"], item["lead_end"]) == item["lead"]
    for mark in tables["noise"]:
        assert raw[mark["start"] : mark["end"]] == mark["text"]
    check_masks(frames)


def check_masks(frames):
    """No token but one of kind mask lies inside a mask, and hidden text is no token's."""
    tokens = frames["tokens"]
    for start, end in zip(frames["masks"]["start"], frames["masks"]["end"], strict=True):
        inside = tokens[(tokens["start"] < end) & (tokens["end"] > start)]
        assert set(inside["kind"]) <= {"mask"}
    assert not tokens["text"].str.contains("▢").any()


@pytest.mark.parametrize("name", TEXTS)
def test_reports_are_lossless_and_traceable(name):
    check_lossless(TEXTS[name])
    check_traceable(TEXTS[name])


@given(texts | wrapped())
@settings(max_examples=300)
def test_any_text_is_lossless(raw):
    check_lossless(encodable(raw))


@given(texts | wrapped())
@settings(max_examples=60)
def test_any_text_is_traceable(raw):
    check_traceable(encodable(raw))


@given(texts)
@settings(max_examples=100)
def test_zones_and_items_do_not_overlap_and_zones_cover_the_text(raw):
    found = structure(encodable(raw), report_id="r")
    for spans in (found.zones, found.items, found.headings, found.masks):
        assert all(before.end <= after.start for before, after in pairwise(spans))
    covered = {place for zone in found.zones for place in range(zone.start, zone.end)}
    for paragraph in found.paragraphs:
        if found.title is None or paragraph.start >= found.title[1]:
            assert covered >= set(range(paragraph.start, paragraph.end))


def test_the_inverse_by_hand():
    raw = "首页\n修路 3 公里。"
    edits, _, _ = clean(raw)
    assert rebuilt("\n修路3公里。", edits) == raw


@pytest.mark.parametrize("name", ["001_fabdd819ee8bbdc7", "104_half-year"])
def test_no_function_changes_what_it_is_given(name):
    found = structure(TEXTS[name], report_id="r")
    before = copy.deepcopy(found)
    text = found.report.cleaned
    find_headings(found.paragraphs, found.masks, found.title)
    find_items(text, found.paragraphs)
    find_zones(text, found.paragraphs, found.headings, found.masks, found.title)
    find_sentences(found.paragraphs, found.headings, found.items, found.zones, found.title)
    assert found == before
    report, tables = read_report(TEXTS[name], report_id="r")
    sentences, masks = rows(tables["sentences"], "sentences"), rows(tables["masks"], "masks")
    copies = sentences.copy(deep=True), masks.copy(deep=True)
    tokenise(report, sentences, masks)
    pd.testing.assert_frame_equal(sentences, copies[0])
    pd.testing.assert_frame_equal(masks, copies[1])


DIGEST = """
import hashlib, sys
from analysis.pipeline import read_corpus
corpus = read_corpus(sys.argv[1])
for name in sys.argv[2:]:
    table = getattr(corpus, name).to_csv(index=False)
    print(name, hashlib.sha256(table.encode("utf-8")).hexdigest())
"""


def test_two_processes_give_equal_tables():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", DIGEST, str(ROOT / "seeds"), *TABLES],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        for seed in ("1", "4711")
    ]
    assert outputs[0].stdout == outputs[1].stdout
    assert outputs[0].stdout.count("\n") == len(TABLES)
    assert outputs[0].stderr == ""


def test_seeds_are_all_read_and_stay_as_they_were():
    before = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in (ROOT / "seeds").iterdir()}
    corpus = read_corpus(ROOT / "seeds")
    files = [file for file in (ROOT / "seeds").iterdir() if file.suffix == ".txt"]
    assert len(corpus.reports) + len(corpus.rejects) == len(files) == 5
    assert {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in before} == before


def test_reading_needs_no_scipy():
    code = "import sys, analysis.pipeline; analysis.pipeline.read_corpus('seeds'); print('scipy' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "False\n"
