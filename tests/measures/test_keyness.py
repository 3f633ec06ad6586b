import math

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from analysis.measures.slogans.backbone import adjusted_p
from analysis.measures.slogans.cooccurrence import npmi
from analysis.measures.statistics.association import (
    chi_square_p,
    g2,
    hypergeometric_p,
    log_dice,
    log_likelihood,
    pmi,
    t_score,
)
from analysis.measures.statistics.counts import term_counts
from analysis.measures.terms.comparison import compare, parts_within
from analysis.measures.terms.keyness import keyness, keyness_scores
from analysis.measures.terms.log_odds import prior_size, weighted_log_odds, z_band
from analysis.measures.terms.log_ratio import log_ratio, log_ratio_interval, log_ratio_lowest
from analysis.schemas import TableError, describe, empty

A, B, C, D = 20, 5, 1200, 3400  # METHODS §2

# report_id, sentence_id, section, zone, tokens; "|" gives the kind where it is not word, "的" is a stopword
SENTENCES = [
    ("a", 0, "", "review", "茶叶 茶叶 发展 xx|mask 3|number 。|punct"),
    ("a", 1, "一、产业", "review", "茶叶 茶叶 茶叶 的"),
    ("a", 2, "二、党建", "plan", "茶叶 发展 的 党建"),
    ("b", 0, "", "review", "渔业 渔业 发展 渔业"),
    ("b", 1, "一、产业", "review", "渔业 发展 的"),
    ("b", 2, "一、产业", pd.NA, "茶叶 渔业 发展 发展 的"),
    ("c", 0, "", "plan", "党建 党建 发展 修路"),
    ("d", 0, "", "review", "茶叶 复本"),
]


def tables(hidden=(0, 0, 0, 0)):
    rows = []
    for report_id, sentence_id, _, _, words in SENTENCES:
        for position, word in enumerate(words.split()):
            token, _, kind = word.partition("|")
            rows.append((report_id, sentence_id, position, token, kind or "word", token == "的"))
    tokens = pd.DataFrame(rows, columns=["report_id", "sentence_id", "position", "token", "kind", "is_stopword"])
    blocks = pd.DataFrame([row[:4] for row in SENTENCES], columns=["report_id", "sentence_id", "section", "zone"])
    reports = pd.DataFrame(
        {
            "report_id": ["a", "b", "c", "d"],
            "genre": pd.array(["政府工作报告", "工作总结", pd.NA, "政府工作报告"], dtype="str"),
            "year_stated": pd.array([2024, 2022, pd.NA, 2024], dtype="Int64"),
            "visible_chars": pd.array([24, 24, 8, 4], dtype="Int64"),
            "hidden_chars": pd.array(hidden, dtype="Int64"),
            "duplicate_of": pd.array([pd.NA, pd.NA, pd.NA, "a"], dtype="str"),
        }
    )
    return tokens, blocks.astype({"zone": "str"}), reports


def small(**options):
    return keyness(*tables(), **({"draws": 0, "min_count": 2, "min_sentences": 2} | options))


# Reference values: METHODS §2 and §3, and scipy.


def test_reference_values_of_two_texts():
    assert log_likelihood(A, B, C, D) == pytest.approx(31.75207740986373, rel=1e-9)
    assert log_likelihood(A, B, C, D, form="4-cell") == pytest.approx(31.95851835463303, rel=1e-9)
    assert log_ratio(A, B, C, D) == pytest.approx(3.5025003405291835, rel=1e-9)
    found = weighted_log_odds([A], [B], C, D, alpha0=500)
    assert found.log_odds == pytest.approx([1.9214751602942854], rel=1e-9)
    assert found.z == pytest.approx([4.611733075200384], rel=1e-9)


def test_reference_values_of_a_pair():
    assert pmi(8, 20, 15, 400) == pytest.approx(3.415037499278844, rel=1e-9)
    assert npmi(8, 20, 15, 400) == pytest.approx(0.6050893900284082, rel=1e-9)
    assert log_dice(8, 20, 15) == pytest.approx(12.870716983055033, rel=1e-9)
    assert t_score(8, 20, 15, 400) == pytest.approx(2.5632620818012346, rel=1e-9)
    assert hypergeometric_p(8, 20, 15, 400) == pytest.approx([4.4063769106436856e-08], rel=1e-9)
    assert g2(8, 20, 15, 400) == pytest.approx(31.222, abs=5e-4)
    assert npmi(np.array([0, 400]), np.array([20, 400]), np.array([15, 400]), 400).tolist() == [-1.0, 1.0]


@pytest.mark.parametrize("cells", [(8, 12, 7, 373), (20, 1180, 5, 3395), (1, 0, 0, 1), (0, 20, 15, 365), (30, 1, 2, 9)])
def test_log_likelihood_of_four_cells_is_that_of_scipy(cells):
    o11, o12, o21, o22 = cells
    expected = stats.chi2_contingency([[o11, o12], [o21, o22]], correction=False, lambda_="log-likelihood").statistic
    value = g2(o11, o11 + o12, o11 + o21, sum(cells))
    assert abs(value) == pytest.approx(expected, rel=1e-9)
    assert np.sign(value) == np.sign(o11 * o22 - o12 * o21)
    assert chi_square_p(value) == pytest.approx(stats.chi2.sf(expected, 1), rel=1e-9)


def test_log_likelihood_of_two_cells_by_hand():
    # 4 of 10 against 0 of 30: E1 = 1, so 2 · 4 ln 4; the same turned round is its negative; equal rates give 0
    expected = [8 * math.log(4), -8 * math.log(4), 0.0]
    assert log_likelihood([4, 0, 2], [0, 4, 2], [10, 30, 20], [30, 10, 20]) == pytest.approx(expected, rel=1e-12)
    assert log_likelihood(0, 0, 10, 30) == 0.0
    # a term that is the whole of both texts tells them not apart, and leaves nothing in two of the cells
    assert g2(10, 40, 10, 40) == 0.0


def test_hypergeometric_p_is_that_of_scipy():
    n, x, y = np.array([0, 1, 3, 7, 12]), np.array([5, 1, 30, 7, 40]), np.array([9, 200, 3, 9, 12])
    np.testing.assert_allclose(hypergeometric_p(n, x, y, 200), stats.hypergeom.sf(n - 1, 200, x, y), rtol=1e-9)


def test_benjamini_hochberg_is_that_of_scipy():
    p = np.random.default_rng(1).random(200) ** 3
    np.testing.assert_allclose(adjusted_p(p, 200, "bh"), stats.false_discovery_control(p), rtol=1e-9)


# Log odds, ratio, interval.


def test_log_odds_turn_sign_when_the_texts_are_exchanged():
    rng = np.random.default_rng(2)
    a, b = rng.poisson(3, 500), rng.poisson(3, 500)
    b[:50] = 0
    there, back = weighted_log_odds(a, b, 1500, 4000), weighted_log_odds(b, a, 4000, 1500)
    held = a + b > 0
    np.testing.assert_array_equal(there.z[held], -back.z[held])
    np.testing.assert_array_equal(there.log_odds[held], -back.log_odds[held])
    assert np.isfinite(there.z[held]).all()
    assert np.isnan(there.z[~held]).all()
    low, high = z_band(a, b, 1500, 4000)
    other_low, other_high = z_band(b, a, 4000, 1500)
    np.testing.assert_array_equal(low[held], -other_high[held])
    np.testing.assert_array_equal(high[held], -other_low[held])


def test_prior_is_a_tenth_of_the_shorter_text_and_not_below_a_hundred():
    assert [prior_size(3400, 1200), prior_size(1200, 3400), prior_size(999, 5000)] == [120.0, 120.0, 100.0]
    default = weighted_log_odds([A], [B], C, D)
    assert default.z == weighted_log_odds([A], [B], C, D, alpha0=120).z
    z = [float(weighted_log_odds([A], [B], C, D, alpha0=size).z[0]) for size in (50, 100, 200, 500, 1000, 2000)]
    assert [float(end[0]) for end in z_band([A], [B], C, D)] == [min(z), max(z)]
    with pytest.raises(
        TableError, match=r"^alpha0 must be positive; received 0. None takes a tenth of the shorter text.$"
    ):
        weighted_log_odds([A], [B], C, D, alpha0=0)


def test_log_ratio_takes_half_an_occurrence_for_none():
    expected = [math.log2((4 / 100) / (0.5 / 200)), math.log2((0.5 / 100) / (2 / 200)), 0.0, math.nan]
    np.testing.assert_allclose(log_ratio([4, 0, 1, 0], [0, 2, 2, 0], 100, 200), expected, rtol=1e-12)


def test_interval_joins_the_distances_of_both_rates():
    from scipy.special import gammaincinv

    from analysis.measures.statistics.intervals import rate_interval

    one = (np.array([[4], [2], [3], [0]]), np.array([20.0, 10, 20, 10]), np.zeros(4))
    two = (np.array([[1], [0], [1], [0]]), np.array([20.0, 10, 20, 10]), np.zeros(4))
    low, high = log_ratio_interval(one, two)
    rate_low, rate_high = rate_interval(*one)
    down, up = math.log(9 / 60 / rate_low[0]), math.log(rate_high[0] / (9 / 60))
    # two occurrences are below three: Garwood's Poisson limits
    other_down, other_up = math.log(2 / gammaincinv(2, 0.025)), math.log(gammaincinv(3, 0.975) / 2)
    middle = math.log2(4.5)
    assert low == pytest.approx([middle - math.hypot(down, other_up) / math.log(2)], rel=1e-12)
    assert high == pytest.approx([middle + math.hypot(up, other_down) / math.log(2)], rel=1e-12)
    # exchanged, it is mirrored; without the term, one limit is left
    back_low, back_high = log_ratio_interval(two, one)
    assert [*back_low, *back_high] == pytest.approx([-high[0], -low[0]], rel=1e-12)
    without = (np.zeros((4, 1)), two[1], two[2])
    low, high = log_ratio_interval(one, without)
    assert math.isfinite(low[0])
    assert high.tolist() == [math.inf]
    assert np.isnan(log_ratio_interval(without, without)).all()


def test_lowest_log_ratio_leaves_out_the_part_that_it_hangs_on():
    parts = sparse.csr_array(np.array([[6, 2, 0], [1, 2, 4], [1, 2, 0]], dtype=float))
    lowest, part = log_ratio_lowest(parts, np.array([100, 100, 200]), np.array([2, 3, 0]), 400)
    # without the first part 2 of 300 against 2 of 400; even use: without the first 4 of 300 against 3 of 400;
    # all in the second part: 0.5 of 300 against 0.5 of 400
    assert lowest == pytest.approx([math.log2(4 / 3), math.log2(16 / 9), math.log2(4 / 3)], rel=1e-12)
    assert part.tolist() == [0, 0, 1]
    for sizes in ([100, 0, 0], [0, 0, 0]):
        nothing, none = log_ratio_lowest(sparse.csr_array(np.array([[3.0], [0], [0]])), np.array(sizes), np.ones(1), 9)
        assert (np.isnan(nothing).all(), none.tolist()) == (True, [-1])


# The table.


def test_whole_table_of_a_hand_counted_corpus():
    # a: 4 + 4 + 4 = 12 tokens (the number counts, mask and 。 do not), b: 4 + 3 + 5 = 12
    table = small(by="report_id", target="a", reference="b")
    assert table.columns.tolist() == describe("keyness")["column"].tolist()
    assert table["term"].tolist() == ["茶叶", "的", "发展", "渔业"]
    assert set(table["target"]) | set(table["reference"]) == {"a", "b"}
    counted = ["n_target", "n_reference", "total_target", "total_reference", "m", "n_reports", "n_sentences"]
    assert table[counted].to_numpy().tolist() == [
        [6, 1, 12, 12, 4, 2, 4],
        [2, 2, 12, 12, 4, 2, 4],
        [2, 4, 12, 12, 4, 2, 5],
        [0, 5, 12, 12, 4, 1, 3],
    ]
    nan = math.nan
    rates = [[5000, nan], [nan, nan], [nan, 4e4 / 12], [nan, 5e4 / 12]]
    np.testing.assert_allclose(table[["per_10k_target", "per_10k_reference"]], rates, rtol=1e-12)
    ratio = [math.log2(6), 0.0, -1.0, -math.log2(10)]
    assert table["log_ratio"].tolist() == pytest.approx(ratio, rel=1e-12)
    likelihood = [
        2 * (6 * math.log(6 / 3.5) + math.log(1 / 3.5)),
        0.0,
        -2 * (2 * math.log(2 / 3) + 4 * math.log(4 / 3)),
        -2 * 5 * math.log(2),
    ]
    assert table["g2"].tolist() == pytest.approx(likelihood, rel=1e-12, abs=1e-12)
    p = stats.chi2.sf(np.abs(likelihood), 1)
    assert table["p"].tolist() == pytest.approx(p.tolist(), rel=1e-9)
    assert table["p_adjusted"].tolist() == pytest.approx(stats.false_discovery_control(p).tolist(), rel=1e-9)
    # 茶叶 without the second section: 3 of 8 against 1 of 12; 的 is used alike; 发展 in b without
    # 一、产业: 1 of 4 against 2 of 12 (without the start 3 of 8); 渔业: 2 of 8 against 0.5 of 12 without the start
    lowest = [math.log2(4.5), nan, -math.log2(1.5), -math.log2(6)]
    np.testing.assert_allclose(table["log_ratio_lowest"], lowest, rtol=1e-12)
    assert table["lowest_without"].fillna("-").tolist() == ["一、产业", "-", "一、产业", "(start)"]
    # 茶叶 over three sections of 4, 4, 4 with 2, 3, 1: DP = 1/6; 渔业 over 4 and 8 with 3 and 2: DP = 3/5 − 1/3
    np.testing.assert_allclose(table["dp_norm"], [(1 / 6) / (2 / 3), nan, nan, (4 / 15) / (2 / 3)], rtol=1e-12)
    np.testing.assert_allclose(table["log_ratio_hidden"], ratio, rtol=1e-12, atol=1e-12)
    assert table["flags"].tolist() == ["", "stopword", "", "zero one_report"]
    # without draws, p_adjusted must be small and the interval leave out 0
    assert table["evidence"].tolist() == [False, False, False, False]
    assert table[["p_permutation", "q_permutation"]].isna().all(axis=None)


def test_scores_are_those_of_the_reference_and_the_limits_stay_open_for_what_is_missing():
    table = small(by="report_id", target="a", reference="b").set_index("term")
    found = weighted_log_odds(table["n_target"], table["n_reference"], 12, 12)
    np.testing.assert_allclose(table["z"], found.z, rtol=1e-12)
    np.testing.assert_allclose(table["log_odds"], found.log_odds, rtol=1e-12)
    # c and b are all that is not the target: 16 tokens, 茶叶 1 + 0.5 of 16 + 0.5 · 6 terms
    left = weighted_log_odds([6], [1], 12, 12, prior=[1.5 / 19])
    assert table.loc["茶叶", "z_left_out"] == pytest.approx(left.z[0], rel=1e-12)
    corpus = small(by="report_id", target="a", reference="b", background="corpus", alpha0=300).set_index("term")
    assert corpus.loc["茶叶", "z"] == pytest.approx(
        weighted_log_odds([6], [1], 12, 12, prior=[7 / 28], alpha0=300).z[0]
    )
    assert table.loc["渔业", ["ci_low", "evidence"]].tolist() == [-math.inf, False]
    assert (table["z_low"] <= table["z"]).all()
    assert (table["z"] <= table["z_high"]).all()


def test_evidence_without_draws_takes_a_small_p_and_an_interval_without_zero():
    def found(**options):
        table = small(by="report_id", target="a", reference="b", **options)
        return table.loc[table["evidence"], "term"].tolist()

    # adjusted p: 茶叶 .093, 渔业 .034; at 50 per cent confidence both intervals leave out 0, at 95 neither
    assert [found(alpha=alpha, confidence=0.5) for alpha in (0.01, 0.05, 0.1)] == [[], ["渔业"], ["茶叶", "渔业"]]
    assert found(alpha=0.1) == []


def test_exchanging_the_sides_turns_every_sign():
    there = small(by="report_id", target="a", reference="b").set_index("term")
    back = small(by="report_id", target="b", reference="a").set_index("term").loc[there.index]
    for column in ("g2", "log_ratio", "log_odds", "z", "log_ratio_hidden"):
        np.testing.assert_array_equal(there[column], -back[column])
    for column in ("p", "p_adjusted", "n_reports", "n_sentences"):
        np.testing.assert_array_equal(there[column], back[column])
    np.testing.assert_allclose(there["ci_low"], -back["ci_high"], rtol=1e-12)
    named = there["log_ratio"] != 0
    np.testing.assert_array_equal(there.loc[named, "log_ratio_lowest"], -back.loc[named, "log_ratio_lowest"])


def test_groups_of_any_column_and_the_rest_with_missing_values():
    def sizes(**options):
        table = small(min_count=1, min_sentences=1, **options)
        return [table[name].iloc[0] for name in ("target", "reference", "total_target", "total_reference")]

    assert sizes(by="genre", target="政府工作报告") == ["政府工作报告", "(rest)", 12, 16]
    assert sizes(by="genre", target="(NA)", reference="工作总结") == ["(NA)", "工作总结", 4, 12]
    assert sizes(by="year_stated", target=2024, reference=[2022, pd.NA]) == ["2024", "(NA)、2022", 12, 16]
    assert sizes(by="zone", target="plan", reference="review") == ["plan", "review", 8, 15]
    tokens, sentences, reports = tables()
    joined = reports.assign(county=["东", "西", "西", "东"])
    table = keyness(tokens, sentences, joined, by="county", target="西", draws=0, min_count=1, min_sentences=1)
    assert table[["total_target", "total_reference"]].iloc[0].tolist() == [16, 12]


def test_vocabulary_is_declared_without_regard_to_the_sides():
    assert small(by="report_id", target="a", reference="b", min_count=5)["term"].tolist() == ["茶叶", "发展", "渔业"]
    assert small(by="report_id", target="a", reference="b", min_sentences=4)["term"].tolist() == ["茶叶", "的", "发展"]
    assert small(by="report_id", target="a", reference="b", stopwords=False)["m"].tolist() == [3, 3, 3]
    named = small(by="report_id", target="a", reference="b", terms=["没有", "党建", "渔业"])
    assert named[["term", "n_target", "n_reference", "m"]].to_numpy().tolist() == [
        ["党建", 1, 0, 1],
        ["渔业", 0, 5, 1],
        ["没有", 0, 0, 1],
    ]
    # one test is no multiplicity, and what is not in the vocabulary is not tested
    assert named["p_adjusted"].tolist()[1] == named["p"].tolist()[1]
    assert named["p_adjusted"].isna().tolist() == [True, False, True]
    assert np.isnan(named[["log_ratio", "ci_low", "ci_high", "z"]].to_numpy(dtype=float)[2]).all()
    assert len(small(by="report_id", target="a", reference="b", min_count=50)) == 0
    pd.testing.assert_frame_equal(small(by="report_id", target="a", min_count=50), empty("keyness"))


def test_hidden_text_is_counted_against_the_difference():
    # b hides as much as it shows: 12 tokens. 茶叶 there (n = 1) has its Poisson limit, 渔业 is assumed absent
    tokens, sentences, reports = tables(hidden=(0, 24, 0, 0))
    table = keyness(
        tokens, sentences, reports, by="report_id", target="a", reference="b", min_count=2, min_sentences=2, draws=0
    ).set_index("term")
    reached = 12 * max(stats.gamma.ppf(0.95, 2) / 12, 1 / 8)
    expected = math.log2((6 / 12) / ((1 + reached) / 24))
    assert table.loc["茶叶", "log_ratio_hidden"] == pytest.approx(expected, rel=1e-9)
    assert table.loc["渔业", "log_ratio_hidden"] == pytest.approx(math.log2((0.5 / 12) / (5 / 24)), rel=1e-9)
    # the target hides as much: 渔业 may stand there by the rule of three, 茶叶 is thinned out
    other = keyness(
        *tables(hidden=(24, 0, 0, 0)), by="report_id", target="a", reference="b", min_count=2, draws=0
    ).set_index("term")
    assert other.loc["渔业", "log_ratio_hidden"] == pytest.approx(math.log2((3 / 24) / (5 / 12)), rel=1e-9)
    assert other.loc["茶叶", "log_ratio_hidden"] == pytest.approx(math.log2((6 / 24) / (1 / 12)), rel=1e-9)
    unknown = keyness(*tables(hidden=(0, pd.NA, 0, 0)), by="report_id", target="a", draws=0, min_count=2)
    assert unknown["log_ratio_hidden"].isna().all()
    assert small(by="report_id", target="a", reference="c")["log_ratio_hidden"].notna().all()


def test_parts_are_reports_or_the_sections_of_the_highest_level_that_divides():
    tokens, sentences, reports = tables()
    counts = term_counts(tokens, sentences, reports)
    assert [part.tolist() if isinstance(part, np.ndarray) else part for part in parts_within(counts, np.arange(7))] == [
        [0, 0, 0, 1, 1, 1, 2],
        ["a", "b", "c"],
    ]
    deep = sentences.assign(section=["三、打算 / (一)茶", "三、打算 / (二)路", "三、打算 / (一)茶", *[""] * 5])
    parts, names = parts_within(term_counts(tokens, deep, reports), np.arange(3))
    assert (parts.tolist(), names) == ([0, 1, 0], ["三、打算 / (一)茶", "三、打算 / (二)路"])
    assert parts_within(counts, np.array([6]))[1] == ["c"]


def test_burst_is_flagged_where_one_section_carries_the_difference():
    lines = [("a", at, f"{at // 4}", "水 修 路") for at in range(12)] + [("b", at, "", "水 修 路") for at in range(12)]
    lines[0:4] = [("a", at, "0", "网格 网格 修 路") for at in range(4)]
    lines[4] = ("a", 4, "1", "网格 修 路")
    lines[13] = ("b", 1, "", "网格 修 路")
    rows = [(r, s, w) for r, s, _, words in lines for w in words.split()]
    tokens = pd.DataFrame(rows, columns=["report_id", "sentence_id", "token"]).assign(kind="word", is_stopword=False)
    sentences = pd.DataFrame([line[:3] for line in lines], columns=["report_id", "sentence_id", "section"])
    reports = pd.DataFrame({"report_id": ["a", "b"], "visible_chars": 99, "hidden_chars": 0})
    reports["duplicate_of"] = pd.array([pd.NA, pd.NA], dtype="str")
    table = keyness(tokens, sentences, reports, by="report_id", target="a", draws=0).set_index("term")
    # 9 of 40 against 1 of 36; without section 0: 1 of 24 against 1 of 36
    assert table.loc["网格", "log_ratio"] == pytest.approx(math.log2(9 * 36 / 40), rel=1e-12)
    assert table.loc["网格", "log_ratio_lowest"] == pytest.approx(math.log2(1.5), rel=1e-12)
    # b is one part, so what it uses more has no part to leave out
    assert table["flags"].to_dict() == {"网格": "burst", "修": "", "路": "", "水": ""}
    assert table.loc["网格", "lowest_without"] == "0"


# Whole behaviour.


def test_input_is_not_mutated_and_rows_may_come_in_any_order():
    frames = tables()
    before = [frame.copy(deep=True) for frame in frames]
    options = {"by": "report_id", "target": "a", "min_count": 2, "min_sentences": 2, "draws": 99}
    first = keyness(*frames, **options)
    for frame, was in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, was)
    mixed = [frame.sample(frac=1, random_state=3) for frame in frames]
    pd.testing.assert_frame_equal(keyness(*mixed, **options), first)
    other = keyness(*frames, **options, seed=2)
    assert other["p_permutation"].tolist() != first["p_permutation"].tolist()


def test_scores_of_all_terms_need_no_declared_vocabulary():
    scores = keyness_scores(np.array([A, 4]), np.array([B, 12]), C, D)
    assert scores["m"].tolist() == [2, 2]
    assert scores["p_adjusted"].tolist() == pytest.approx(stats.false_discovery_control(scores["p"]).tolist())


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"by": "zone", "target": "plans"},
            "no group of 'zone' is called 'plans' (target); there are: (NA), plan, review.",
        ),
        (
            {"by": "year_stated", "target": 2024, "reference": 1999},
            "no group of 'year_stated' is called '1999' (reference); there are: (NA), 2022, 2024.",
        ),
        (
            {"by": "report_id", "target": ["a", "b"], "reference": "b"},
            "target and reference both hold 'b' of 'report_id'; a text cannot be compared with itself. "
            "Give two different groups, or no reference for the rest of the corpus.",
        ),
        (
            {"by": "report_id", "target": "d"},
            "no group of 'report_id' is called 'd' (target); there are: a, b, c.",
        ),
        (
            {"by": "report_id", "target": ["a", "b", "c"]},
            "the reference (rest) of 'report_id' has no token to compare. Choose a group with text; "
            "term_frequency(..., by='report_id') shows how much each has.",
        ),
        ({"by": "zone", "target": []}, "target holds no value of 'zone'; there are: (NA), plan, review."),
        (
            {"by": "zone", "target": "plan", "form": "3-cell"},
            "no form of the log-likelihood is called '3-cell'; there are: 2-cell, 4-cell.",
        ),
        (
            {"by": "zone", "target": "plan", "background": "web"},
            "no background is called 'web'; there are: pooled, corpus.",
        ),
        (
            {"by": "zone", "target": "plan", "draws": -1},
            "draws must not be negative; received -1. 5000 is usual, 0 leaves the permutation out.",
        ),
        (
            {"by": "zone", "target": "plan", "min_count": 0},
            "min_count and min_sentences must be at least 1; received 0 and 2.",
        ),
        (
            {"by": "zone", "target": "plan", "method": "magic"},
            "no interval method is called 'magic'; there are: score, log_t, percentile.",
        ),
        (
            {"by": "mood", "target": "x"},
            "cannot group by 'mood': neither table has such a column. reports has report_id, genre, year_stated, "
            "visible_chars, hidden_chars, duplicate_of; sentences has report_id, sentence_id, section, zone.",
        ),
    ],
)
def test_errors_say_what_was_wrong_and_what_there_is(options, text):
    with pytest.raises(TableError) as error:
        small(**options)
    assert str(error.value) == text


def test_report_without_a_word_cannot_be_compared():
    tokens, sentences, reports = tables()
    silent = reports.iloc[:1].assign(report_id="e")
    with pytest.raises(TableError) as error:
        keyness(tokens, sentences, pd.concat([reports, silent]), by="report_id", target="a", reference=["e"])
    assert str(error.value) == (
        "the reference e of 'report_id' has no token to compare. Choose a group with text; "
        "term_frequency(..., by='report_id') shows how much each has."
    )


def test_sides_are_disjoint_and_the_rest_is_the_complement():
    counts = term_counts(*tables())
    sides = compare(counts, "zone", ["plan"])
    assert sides.target.tolist() == [False, False, True, False, False, False, True]
    assert (sides.target ^ sides.reference).all()


# Coverage of the interval on METHODS §1's grid.


@pytest.mark.parametrize("burst", [None, 0.3], ids=["poisson", "negative_binomial"])
@pytest.mark.parametrize("ratio", [0, 2])
def test_interval_covers_the_true_log_ratio(burst, ratio):
    rng = np.random.default_rng(20240105)
    failed = []
    print(f"\ntrue log ratio {ratio}\nsentences expected  covered (both texts: n >= 5)")
    for sentences in (26, 50, 130):
        for expected in (8, 20, 60):
            hits, shown = [], []
            for _ in range(60):
                texts = []
                for mean in (expected, expected / 2**ratio):
                    lengths = np.maximum(1, np.rint(rng.gamma(1.6, 12.5, sentences)))
                    # the floor of one token lifts the mean length to 20.05
                    rate = np.broadcast_to(mean / (sentences * 20.05) * lengths[:, None], (sentences, 40))
                    rate = rate if burst is None else rng.gamma(burst, rate / burst)
                    texts.append((rng.poisson(rate).astype(float), lengths, np.zeros(sentences)))
                low, high = log_ratio_interval(*texts)
                hits.append((low <= ratio) & (ratio <= high))
                shown.append(texts[0][0].sum(axis=0) + texts[1][0].sum(axis=0) >= 5)
            covered = np.concatenate(hits)[np.concatenate(shown)].mean()
            print(f"{sentences:9d} {expected:8d}  {covered:.3f}")
            least, most = (0.93, 0.99) if burst is None else (0.91, 0.99)
            if not least <= covered <= most:
                failed.append((sentences, expected, round(float(covered), 3)))
    assert failed == []
