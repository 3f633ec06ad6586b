"""Shingles, figures, pairs and which report is kept; the benchmark of versions is at the end."""

import hashlib
import importlib.util
import itertools
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.duplicates import find as module
from analysis.corpus.duplicates import overlap
from analysis.corpus.duplicates.find import find_duplicates, mark_duplicates
from analysis.corpus.duplicates.overlap import candidates, shared_count
from analysis.corpus.duplicates.shingles import figures, sketch, thin
from analysis.corpus.structure import records_of, structure
from analysis.lexicons.tables import read_table
from analysis.schemas import TableError, describe, rows

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("versions", HERE / "versions.py")
versions = importlib.util.module_from_spec(spec)
spec.loader.exec_module(versions)


def hashed(*values):
    return np.array(sorted(values), dtype=np.uint64)


# ------------------------------------------------------------------------------------------------------- shingles


def test_shingles_by_hand():
    # 甲乙丙丁戊己 has two runs of five characters, and five characters one of them
    both, first = sketch("甲乙丙丁戊己"), sketch("甲乙丙丁戊")
    assert (len(both), len(first), shared_count(both, first)) == (2, 1, 1)
    assert both.dtype == np.uint64
    assert (np.diff(both) > 0).all()
    assert len(sketch("甲乙丙丁")) == len(sketch("")) == 0
    assert len(sketch("甲乙丙丁戊" * 3)) == 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "全年完成税收3.26亿元,增长8.4%。",
            "全年完成税收１２亿元，增长百分之八点四".replace("百分之八点四", "８．４％"),
        ),
        ("全年完成税收3.26亿元,增长8.4%。", "全年完成税收亿元增长"),
        ("修建道路三十五公里，惠及群众", "修建道路7公里，惠及群众"),
        ("推进 乡村\n振兴、建设 美丽家园", "推进“乡村振兴”建设美丽家园"),
        ("建设5G基站和APP平台的工作", "建设5g基站和ａｐｐ平台的工作"),
        ("鄉鎮政府工作報告", "乡镇政府工作报告"),
        ("我代表青岚镇人民政府报告工作", "我代表白石镇人民政府报告工作"),
        ("实施水渠工程、青岚村自来水工程和路灯工程", "实施水渠工程、大塘村自来水工程和路灯工程"),
    ],
)
def test_what_makes_no_difference(one, other):
    assert sketch(one).tolist() == sketch(other).tolist()
    assert len(sketch(one)) > 0


def test_masks_are_no_characters():
    plain = sketch("我代表镇人民政府报告工作")
    assert sketch("我代表xx镇人民政府报告工作", [(3, 5)]).tolist() == plain.tolist()
    assert sketch("我代表xx镇人民政府报告工作").tolist() != plain.tolist()


def test_no_shingle_spans_hidden_text():
    assert sketch("甲乙丙丁戊▢己庚辛壬癸").tolist() == sorted([*sketch("甲乙丙丁戊"), *sketch("己庚辛壬癸")])


def test_common_words_are_no_places():
    changed = sketch("在城镇和农村建设家园"), sketch("在乡镇和山村建设家园")
    assert changed[0].tolist() != changed[1].tolist()


SUFFIXES = read_table(
    "place_suffixes.csv",
    columns=("suffix", "common", "not_behind", "example", "common_example"),
    required=("suffix", "common", "example", "common_example"),
    unique=("suffix",),
)


@pytest.mark.parametrize("row", SUFFIXES.to_dict("records"), ids=SUFFIXES["suffix"])
def test_suffixes_find_their_example_and_leave_the_common_word(row):
    suffix = row["suffix"]
    assert row["example"].endswith(suffix)
    assert row["common_example"].endswith(suffix)
    before, behind = "我们今年在", "建设新的家园"
    same = sketch(before + row["example"] + behind), sketch(before + suffix + behind)
    assert same[0].tolist() == same[1].tolist()
    kept = sketch(before + row["common_example"] + behind), sketch(before + suffix + behind)
    assert kept[0].tolist() != kept[1].tolist()


def test_the_hash_is_the_same_in_every_process():
    code = "from analysis.corpus.duplicates.shingles import sketch; print(sketch('现在向大会报告工作').tolist())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=HERE.parents[1],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(HERE.parents[1])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == f"{sketch('现在向大会报告工作').tolist()}\n"


def plain_hash(run):
    """Return the hash of five characters by Python's own integers; SplitMix64 as Steele, Lea & Flood print it."""
    roots = (0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1, 0x510E527FADE682D1)
    value = sum(ord(character) * root for character, root in zip(run, roots, strict=True)) % 2**64
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
    return value ^ value >> 31


def test_the_hash_by_plain_integers():
    # a changed hash would make the sketches of corpora on disk worthless
    text = "现在向大会报告工作"
    assert sketch(text).tolist() == sorted(plain_hash(text[at : at + 5]) for at in range(len(text) - 4))


@given(st.text(alphabet="甲乙丙丁戊x3 ,▢镇在\ud800", max_size=40), st.integers(1, 9), st.integers(1, 9))
def test_sketches_are_sorted_and_nested(text, rate, more):
    whole = sketch(text)
    assert whole.tolist() == sorted(set(whole.tolist()))
    assert sketch(text, rate=rate * more).tolist() == thin(sketch(text, rate=rate), rate * more).tolist()
    assert set(sketch(text, rate=rate).tolist()) <= set(whole.tolist())


def test_a_rate_below_one_is_refused():
    with pytest.raises(TableError, match="rate is 0: of how many hashes one is kept, 1 or more"):
        thin(hashed(1), 0)


def plain_shingles(text):
    """Return the shingles of a text without masks and places, from plain Python strings and sets."""
    read = [character for character in text if re.match("[a-z\u4e00-\u9fff▢]", character)]
    read = [
        character
        for character in read
        if character not in "〇零一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
    ]
    runs = {"".join(read[at : at + 5]) for at in range(len(read) - 4)}
    return {run for run in runs if "▢" not in run}


def test_containment_and_jaccard_against_plain_sets():
    texts = {}
    for name in sorted(versions.ORIGINALS)[:8]:
        text = re.sub("[省市县区镇乡村道]|社区", "", versions.ORIGINALS[name]).lower()
        texts[name] = text
        texts[f"{name} cut"] = text[len(text) // 3 :] + "一二三甲乙丙丁"
    plain = {name: plain_shingles(text) for name, text in texts.items()}
    ours = {name: sketch(text) for name, text in texts.items()}
    for one, other in itertools.combinations(texts, 2):
        both = shared_count(ours[one], ours[other])
        contained = both / min(len(ours[one]), len(ours[other]))
        resemblance = both / (len(ours[one]) + len(ours[other]) - both)
        common, either = plain[one] & plain[other], plain[one] | plain[other]
        assert contained == pytest.approx(len(common) / min(len(plain[one]), len(plain[other])), abs=1e-12)
        assert resemblance == pytest.approx(len(common) / len(either), abs=1e-12)


def test_one_in_so_many_hashes_is_unbiased_and_as_exact_as_stated():
    text = "".join(random.Random(1).choices([chr(code) for code in range(0x4E10, 0x9000)], k=40_000))
    one, other = sketch(text[:24_000]), sketch(text[6_000:])  # 18,000 of 24,000 shingles in common: 0.75
    exact = shared_count(one, other) / min(len(one), len(other))
    estimates, rate, step = [], 40, 2**64 // 40
    for part in range(rate):  # each stretch of the hashes is a sample such as the first one is
        low, high = np.uint64(part * step), np.uint64(min((part + 1) * step, 2**64 - 1))
        a, b = (s[np.searchsorted(s, low) : np.searchsorted(s, high)] for s in (one, other))
        estimates.append(shared_count(a, b) / min(len(a), len(b)))
    expected = np.sqrt(exact * (1 - exact) / (len(one) / rate))
    assert exact == pytest.approx(0.75, abs=0.001)
    assert np.mean(estimates) == pytest.approx(exact, abs=3 * expected / np.sqrt(rate))
    assert np.std(estimates) == pytest.approx(expected, rel=0.35)


# -------------------------------------------------------------------------------------------------------- figures


def test_figures_by_hand():
    text = "2023年完成税收3.26亿元，修路35公里，新建3所，奖励xx元"
    assert len(figures(text, [(31, 33)])) == 2
    assert figures("税收3.26亿元", []).tolist() == figures("完成税收３．２６亿元", []).tolist()
    assert figures("税收3.26亿元").tolist() != figures("税收3.27亿元").tolist()
    assert figures("税收35亿元").tolist() != figures("修路35公里").tolist()
    assert len(figures("没有")) == len(figures("")) == 0


# ----------------------------------------------------------------------------------------------------- candidates


def pairs_of(sketches, least, **options):
    found = [
        (later, earlier)
        for block in candidates(sketches, least, **options)
        for later, earlier in zip(*(side.tolist() for side in block), strict=True)
    ]
    assert len(found) == len(set(found))
    return sorted(found)


def test_candidates_by_hand():
    sketches = [hashed(1, 2, 3, 4), hashed(3, 4, 5, 6), hashed(6, 7, 8, 9), hashed(), hashed(4)]
    assert pairs_of(sketches, 0.3) == [(1, 0), (4, 0), (4, 1)]
    assert pairs_of(sketches, 0.25) == [(1, 0), (2, 1), (4, 0), (4, 1)]
    assert pairs_of([], 0.3) == pairs_of([hashed()], 0.3) == []


@given(st.lists(st.sets(st.integers(0, 30), max_size=12), max_size=9), st.sampled_from([0.3, 0.5, 0.8]))
def test_candidates_are_all_pairs(sets, least):
    expected = [
        (later, earlier)
        for later, earlier in itertools.product(range(len(sets)), repeat=2)
        if earlier < later
        and sets[later] & sets[earlier]
        and len(sets[later] & sets[earlier]) >= least * min(len(sets[later]), len(sets[earlier]))
    ]
    assert pairs_of([hashed(*one) for one in sets], least) == expected


def test_blocks_make_no_difference(monkeypatch):
    generator = np.random.default_rng(1)
    sketches = [np.unique(generator.integers(0, 300, 40).astype(np.uint64)) for _ in range(50)]
    whole = pairs_of(sketches, 0.2)
    monkeypatch.setattr(overlap, "_BLOCK", 1)
    assert pairs_of(sketches, 0.2) == whole != []


def test_a_large_family_is_tied_to_its_first_member():
    # 100 versions share 50 hashes, far more than the cap; everybody also uses 20 phrases that all 300 reports use
    generator = np.random.default_rng(2)
    phrases = range(20)
    family = [hashed(*phrases, *range(100, 150), *generator.integers(10**6, 10**9, 5)) for _ in range(100)]
    others = [hashed(*phrases, *generator.integers(10**6, 10**9, 55)) for _ in range(200)]
    found = pairs_of([*family, *others], 0.3, exact=10)
    assert {(later, 0) for later in range(1, 100)} <= set(found)
    # the work stays linear: each is tied to the first few, not each to each
    assert len(found) < len(family + others) * (overlap.CAP + overlap.LEADERS)


# ---------------------------------------------------------------------------------------------------- find and keep

TEXT = [*range(1000, 1300)]
"""Numbers that stand for the shingles of one report of 300 shingles."""


def report(report_id, **claims):
    """Return a row of the reports table that says little of itself."""
    row = dict.fromkeys(describe("reports")["column"]) | {
        "report_id": report_id,
        "path": f"{report_id}.txt",
        "sha256": "",
        "encoding": "utf-8",
        "format": "text",
        "script": "simplified",
        "township_masked": None,
        "year_flag": "absent",
        "year_evidence": None,
        "genre_evidence": None,
        "completeness": "full",
        "visible_chars": 300,
        "hidden_chars": 0,
        "coverage": 1.0,
        "n_masks": 0,
        "n_tokens": 100,
        "duplicate_of": None,
    }
    return row | claims


def found(*reports, figures=None, same=(), **sketches):
    """Return (report_id, other_id, relation, containment, reason) of all pairs; `same` are those with one text."""
    table = rows(list(reports), "reports")
    sketches = {name: hashed(*values) for name, values in sketches.items()}
    texts = {name: "same" if name in same else name for name in sketches}
    outcome = find_duplicates(table, sketches, texts, 1, figures)
    columns = ["report_id", "other_id", "relation", "containment", "reason"]
    marked = mark_duplicates(table, outcome)
    kept = marked[marked["duplicate_of"].isna()]["report_id"].tolist()
    assert not set(marked["duplicate_of"].dropna()) - set(kept)  # no chains
    # neither the order of files nor that of the rows makes a difference
    turned = find_duplicates(table.iloc[::-1], dict(reversed(sketches.items())), texts, 1, figures)
    pd.testing.assert_frame_equal(outcome, turned)
    again = mark_duplicates(table.iloc[::-1], outcome.iloc[::-1]).iloc[::-1]
    pd.testing.assert_frame_equal(marked, again)
    return [tuple(row) for row in outcome[columns].itertuples(index=False)], kept


def test_an_elided_copy():
    pairs, kept = found(
        report("whole"),
        report("part", completeness="elided", visible_chars=240),
        report("other"),
        whole=TEXT,
        part=[*TEXT[:200], *range(40)],
        other=[*range(5000, 5300)],
    )
    assert pairs == [("part", "whole", "near", 200 / 240, "the other is full, this one elided")]
    assert kept == ["whole", "other"]


def test_jaccard():
    table = rows([report("a"), report("b", visible_chars=299)], "reports")
    outcome = find_duplicates(table, {"a": hashed(*TEXT), "b": hashed(*TEXT[:250], 1)}, {"a": "1", "b": "2"})
    assert outcome["jaccard"].tolist() == [250 / 301]


@pytest.mark.parametrize(("common", "relation"), [(240, "near"), (239, "shared"), (90, "shared"), (89, None)])
def test_thresholds(common, relation):
    pairs, kept = found(report("a", visible_chars=301), report("b"), a=TEXT, b=[*TEXT[:common], *range(300 - common)])
    assert [pair[2] for pair in pairs] == ([relation] if relation else [])
    assert kept == (["a"] if relation == "near" else ["a", "b"])


def test_same_text():
    pairs, kept = found(
        report("b"),
        report("a/long/path"),
        report("d", year_stated=2021, year_evidence="title: 2021年"),
        report("c", year_stated=2020, year_evidence="title: 2020年"),
        a=[],
        same=("b", "a/long/path", "c", "d"),
        **{"b": TEXT, "a/long/path": TEXT, "c": TEXT, "d": TEXT},
    )
    assert pairs == [
        ("a/long/path", "b", "exact", 1.0, "same cleaned text"),
        ("c", "b", "exact", 1.0, "same cleaned text"),
        ("d", "b", "exact", 1.0, "same cleaned text"),
    ]
    assert kept == ["b"]


def test_same_text_filed_under_two_years():
    pairs, _ = found(
        report("a", year_stated=2021, year_evidence="file name: 2021年"),
        report("b", year_stated=2020, year_evidence="file name: 2020年"),
        same=("a", "b"),
        a=[1],
        b=[1],
    )
    assert pairs == [("b", "a", "exact", 1.0, "same cleaned text; filed under other year (2020, 2021)")]


def titled(year):
    return {"year_stated": year, "year_evidence": f"title: {year}年"}


def counted(year, n=3):
    return {"year_stated": year, "year_evidence": f"{year}年 ({n} of 9 years named)"}


def named(township, county=None):
    return {"township": township, "county": county, "township_masked": "x" in township}


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (titled(2022), titled(2023), "other year (2022, 2023)"),
        (counted(2022), counted(2023), "other year (2022, 2023)"),
        (counted(2021), titled(2023), "other year (2021, 2023)"),
        (named("青岚镇"), named("白石镇"), "other place (白石镇, 青岚镇)"),
        (named("城关镇", "甲县"), named("城关镇", "乙县"), "other place (乙县, 甲县)"),
        (
            {"genre": "述职报告", "genre_evidence": "title: 述职"},
            {"genre": "政府工作报告", "genre_evidence": "head: 请予审议"},
            "other genre (政府工作报告, 述职报告)",
        ),
        (
            titled(2022) | named("青岚镇"),
            titled(2023) | named("白石镇"),
            "other year (2022, 2023), other place (白石镇, 青岚镇)",
        ),
    ],
)
def test_what_contradicts(one, other, reason):
    pairs, kept = found(report("a", **one), report("b", **other), a=TEXT, b=TEXT)
    assert pairs == [("b", "a", "shared", 1.0, f"same wording, {reason}: a template or a copied report")]
    assert kept == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (titled(2022), {}),
        (counted(2022), counted(2023) | {"completeness": "elided"}),
        (titled(2022), counted(2023)),
        (named("xx镇"), named("白石镇")),
        (named("某镇"), named("白石镇")),
        (named("资溪县嵩市镇"), named("嵩市镇")),
        (named("青嵐鎮"), named("青岚镇")),
        (
            {"genre": "述职报告", "genre_evidence": "title: 述职"},
            {"genre": "政府工作报告", "genre_evidence": "body: 各位代表!"},
        ),
        (
            {"genre": "工作总结", "genre_evidence": "title: 总结"},
            {"genre": "工作汇报", "genre_evidence": "title: 汇报"},
        ),
    ],
)
def test_what_does_not_contradict(one, other):
    pairs, kept = found(report("a", **one), report("b", **other), a=TEXT, b=TEXT)
    assert [pair[2] for pair in pairs] == ["near"]
    assert kept == ["a"]


def test_other_figures():
    numbers = {"a": hashed(*range(20)), "b": hashed(*range(9), *range(50, 61)), "c": hashed(*range(10), *range(80, 90))}
    pairs, kept = found(report("a"), report("b"), a=TEXT, b=TEXT, figures=numbers)
    reason = "same wording, other figures (9 of 20 agree): a template or a copied report"
    assert pairs == [("b", "a", "shared", 1.0, reason)]
    assert kept == ["a", "b"]
    assert found(report("a"), report("c"), a=TEXT, c=TEXT, figures=numbers)[1] == ["a"]  # 10 of 20
    few = {"a": numbers["a"], "b": hashed(*range(50, 57))}
    assert found(report("a"), report("b"), a=TEXT, b=TEXT, figures=few)[1] == ["a"]  # 7 figures say nothing


def test_a_masked_copy_goes_to_the_report_with_which_it_shares_most():
    pairs, kept = found(
        report("2022", **titled(2022)),
        report("2023", **titled(2023)),
        report("masked", n_masks=40),
        **{"2022": [*TEXT[:280], *range(20)], "2023": TEXT, "masked": TEXT},
    )
    assert [pair[:3] for pair in pairs] == [
        ("2023", "2022", "shared"),
        ("masked", "2022", "shared"),
        ("masked", "2023", "near"),
    ]
    assert pairs[1][4] == "same wording, but closer to another: 2022 and 2023 are two reports"
    assert pairs[2][4] == "the other has fewer masks (0 against 40)"
    assert kept == ["2022", "2023"]


def test_a_collection_of_samples_replaces_none_of_them():
    first, second = TEXT, [*range(5000, 5300)]
    pairs, kept = found(
        report("all", visible_chars=620),
        report("one", **titled(2019)),
        report("two", **titled(2020)),
        all=first + second,
        one=first,
        two=second,
    )
    reason = "the other holds several reports that are not one: look at both"
    assert [pair[:3] + pair[4:] for pair in pairs] == [
        ("one", "all", "shared", reason),
        ("two", "all", "shared", reason),
    ]
    assert kept == ["all", "one", "two"]


def test_two_pages_of_one_report_are_pieces_of_it():
    _, kept = found(
        report("all", visible_chars=620, **titled(2019)),
        report("page 1", **titled(2019)),
        report("page 2"),
        **{"all": [*TEXT, *range(5000, 5300)], "page 1": TEXT, "page 2": [*range(5000, 5300)]},
    )
    assert kept == ["all"]


def test_a_short_text_is_no_version():
    pairs, kept = found(report("all"), report("item", visible_chars=199), all=TEXT, item=TEXT[:190])
    assert pairs == [("item", "all", "shared", 1.0, "too short (199 characters) to be told from a quotation")]
    assert kept == ["all", "item"]
    assert found(report("all"), report("item", visible_chars=200), all=TEXT, item=TEXT[:190])[1] == ["all"]


def test_near_to_what_is_out_is_not_out():
    # b is 250/300 in a, c is 250/300 in b, but c is only 200/300 in a
    a, b, c = TEXT, [*TEXT[50:], *range(50)], [*TEXT[100:], *range(50), *range(100, 150)]
    pairs, kept = found(report("a", visible_chars=302), report("b", visible_chars=301), report("c"), a=a, b=b, c=c)
    assert [pair[:4] for pair in pairs] == [
        ("b", "a", "near", 250 / 300),
        ("c", "a", "shared", 200 / 300),
        ("c", "b", "near", 250 / 300),
    ]
    assert kept == ["a", "c"]


@pytest.mark.parametrize(
    ("better", "worse", "reason"),
    [
        (
            {"visible_chars": 300},
            {"completeness": "elided", "visible_chars": 374},
            "the other is full, this one elided",
        ),
        (
            {"completeness": "elided", "visible_chars": 400},
            {"visible_chars": 300},
            "the other shows more characters (400 against 300)",
        ),
        ({"n_masks": 2}, {"n_masks": 3}, "the other has fewer masks (2 against 3)"),
        ({"visible_chars": 320}, {}, "the other shows more characters (320 against 300)"),
        ({"path": "z.txt"}, {"path": "b/a.txt"}, "both show as much; the other's path is shorter or sorts first"),
        ({"path": "a.txt"}, {"path": "b.txt"}, "both show as much; the other's path is shorter or sorts first"),
        (
            {"completeness": "truncated", "visible_chars": 241},
            {"script": "traditional"},
            "the other is in simplified characters",
        ),
        (
            {"script": "traditional", "visible_chars": 376},
            {"completeness": "elided"},
            "the other is full, this one elided",
        ),
    ],
)
def test_which_is_kept(better, worse, reason):
    pairs, kept = found(report("one", **worse), report("two", **better), one=TEXT, two=TEXT)
    assert pairs == [("one", "two", "near", 1.0, reason)]
    assert kept == ["two"]


def test_a_copy_of_what_is_out_points_to_what_is_kept():
    pairs, kept = found(
        report("whole", visible_chars=400),
        report("part"),
        report("part again"),
        same=("part", "part again"),
        **{"whole": [*TEXT, *range(100)], "part": TEXT, "part again": TEXT},
    )
    assert [pair[:3] for pair in pairs] == [
        ("part", "whole", "near"),
        ("part again", "part", "exact"),
        ("part again", "whole", "near"),
    ]
    assert kept == ["whole"]


def test_nothing_changes_its_input():
    table = rows([report("a"), report("b")], "reports")
    before = table.copy(deep=True)
    one = hashed(*TEXT)
    outcome = find_duplicates(table, {"a": one, "b": one.copy()}, {"a": "1", "b": "2"})
    marked = mark_duplicates(table, outcome)
    pd.testing.assert_frame_equal(table, before)
    assert one.tolist() == TEXT
    assert marked["duplicate_of"].dtype == table["duplicate_of"].dtype


def test_no_reports_and_lacking_sketches():
    empty = rows([], "reports")
    assert find_duplicates(empty, {}, {}).empty
    assert mark_duplicates(empty, rows([], "duplicates")).empty
    with pytest.raises(TableError, match=r"sketches lacks report .a.\. Give one entry for each row of reports\."):
        find_duplicates(rows([report("a")], "reports"), {}, {"a": "1"})


@pytest.mark.slow
def test_sketches_of_a_higher_rate_give_the_same_pairs(monkeypatch):
    tables = benchmark()
    fine = find_duplicates(*tables[:3], 1, tables[3])
    rate = {name: thin(one, 4) for name, one in tables[1].items()}
    coarse = find_duplicates(tables[0], rate, tables[2], 4, tables[3])
    both = fine.merge(coarse, on=["report_id", "other_id"], suffixes=("", "_coarse"))
    assert len(both) > 0.99 * max(len(fine), len(coarse))
    assert (both["containment"] - both["containment_coarse"]).abs().max() < 0.1
    assert (both["containment"] - both["containment_coarse"]).mean() == pytest.approx(0, abs=0.005)
    # the index alone is thinned where it would grow too large: containment stays exact
    monkeypatch.setattr(module, "_MOST_HASHES", sum(map(len, tables[1].values())) // 3)
    thinned = find_duplicates(*tables[:3], 1, tables[3])
    same = fine.merge(thinned, on=["report_id", "other_id"], suffixes=("", "_thinned"))
    assert (same["containment"] == same["containment_thinned"]).all()
    assert len(same) > 0.99 * len(fine)


# ------------------------------------------------------------------------------------------------------ benchmark


@cache
def benchmark():
    """Return reports, sketches, hashes and figures of all originals, their versions and the templates made of them."""
    records, sketches, hashes, numbers = [], {}, {}, {}
    texts = {}
    for name in versions.ORIGINALS:
        made = versions.family(name)
        texts |= {f"{name}/{kind}": text for kind, text in made.items()}
        if name in versions.TELLING:
            filled = versions.family(name, of=versions.TEMPLATES)
            texts |= {f"{name} {kind}/original": filled[kind] for kind in versions.TEMPLATES}
    for at, (name, text) in enumerate(texts.items()):
        of_text = structure(text, report_id=name, path=f"{at:03}.txt")  # a name that says nothing
        cleaned, masks = of_text.report.cleaned, [(mark.start, mark.end) for mark in of_text.masks]
        records.append(records_of(of_text)["reports"][0])
        sketches[name], numbers[name] = sketch(cleaned, masks), figures(cleaned, masks)
        hashes[name] = hashlib.sha256(cleaned.encode()).hexdigest()
    return rows(records, "reports"), sketches, hashes, numbers


def source_of(names):
    return names.str.split("/").str[0]


def test_versions_are_found_and_templates_are_not_merged():
    reports, sketches, hashes, numbers = benchmark()
    outcome = find_duplicates(reports, sketches, hashes, 1, numbers)
    near = outcome[outcome["relation"].isin(["near", "exact"])]
    right = source_of(near["report_id"]) == source_of(near["other_id"])
    assert right.mean() >= 0.99
    out = mark_duplicates(reports, outcome).dropna(subset="duplicate_of")
    merged = source_of(out["report_id"]) == source_of(out["duplicate_of"])
    assert merged.mean() >= 0.97
    assert merged.sum() >= 0.97 * len(versions.ORIGINALS) * len(versions.VERSIONS)
    # every version is at least 0.8 contained in its original
    pairs = outcome.set_index(["report_id", "other_id"])["containment"]
    with_original = [
        pairs.get((a, b), pairs.get((b, a), 0))
        for a, b in (
            (f"{name}/{kind}", f"{name}/original") for name in versions.ORIGINALS for kind in versions.VERSIONS
        )
    ]
    assert np.mean(np.array(with_original) >= 0.8) >= 0.95


def test_no_report_is_merged_with_what_another_township_or_year_made_of_its_template():
    reports, sketches, hashes, numbers = benchmark()
    originals = reports[reports["report_id"].str.endswith("/original")]
    outcome = find_duplicates(originals, sketches, hashes, 1, numbers)
    assert mark_duplicates(originals, outcome)["duplicate_of"].isna().all()
    # they do share most of their wording, and are listed for it
    assert (outcome["containment"] >= 0.8).sum() >= len(versions.TELLING)
    assert outcome["relation"].unique().tolist() == ["shared"]
