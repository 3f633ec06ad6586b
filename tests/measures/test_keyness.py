import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from analysis.measures.statistics.association import (
    chi_square_p,
    g2,
    hypergeometric_p,
    log_dice,
    log_likelihood,
    npmi,
    pmi,
    t_score,
)
from analysis.measures.statistics.comparison import compare
from analysis.measures.statistics.counts import term_counts
from analysis.measures.terms.keyness import keyness
from analysis.measures.terms.log_odds import prior_size, weighted_log_odds
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
    return SimpleNamespace(tokens=tokens, sentences=blocks.astype({"zone": "str"}), reports=reports)


def small(**options):
    return keyness(tables(), **({"draws": 0, "min_count": 2, "min_sentences": 2} | options))


# Reference values: METHODS §2 and §3, and scipy.


def test_reference_values_of_two_texts():
    assert log_likelihood(A, B, C, D) == pytest.approx(31.75207740986373, rel=1e-9)
    assert g2(A, A + B, C, C + D) == pytest.approx(31.95851835463303, rel=1e-9)
    assert log_ratio(A, B, C, D) == pytest.approx(3.5025003405291835, rel=1e-9)
    found = weighted_log_odds([A], [B], C, D, alpha0=500)
    assert found.log_odds == pytest.approx([1.9214751602942854], rel=1e-9)
    assert found.z == pytest.approx([4.611733075200384], rel=1e-9)


def test_reference_values_of_a_pair():
    assert pmi(8, 20, 15, 400) == pytest.approx(3.415037499278844, rel=1e-9)
    assert npmi(8, 20, 15, 400) == pytest.approx(0.6050893900284082, rel=1e-9)
    assert log_dice(8, 20, 15) == pytest.approx(12.870716983055033, rel=1e-9)
    assert t_score(8, 20, 15, 400) == pytest.approx(2.5632620818012346, rel=1e-9)
    assert hypergeometric_p(8, 20, 15, 400) == pytest.approx(4.4063769106436856e-08, rel=1e-9)
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


def test_prior_is_a_tenth_of_the_shorter_text_and_not_below_a_hundred():
    assert [prior_size(3400, 1200), prior_size(1200, 3400), prior_size(999, 5000)] == [120.0, 120.0, 100.0]
    default = weighted_log_odds([A], [B], C, D)
    assert default.z == weighted_log_odds([A], [B], C, D, alpha0=120).z
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
    table = small(by="report_id", target="a", reference="b", details=True)
    assert set(table.columns) == set(describe("keyness")["column"])
    assert table["term"].tolist() == ["茶叶", "的", "发展", "渔业"]
    assert set(table["target"]) | set(table["reference"]) == {"a", "b"}
    assert set(table["unit"]) == {"sentence"}
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
    found = weighted_log_odds(table["n_target"], table["n_reference"], 12, 12)
    np.testing.assert_allclose(table[["log_odds", "z"]], np.stack([found.log_odds, found.z], axis=1), rtol=1e-12)
    # 茶叶 without the second section: 3 of 8 against 1 of 12; 的 is used alike; 发展 in b without
    # 一、产业: 1 of 4 against 2 of 12 (without the start 3 of 8); 渔业: 2 of 8 against 0.5 of 12 without the start
    lowest = [math.log2(4.5), nan, -math.log2(1.5), -math.log2(6)]
    np.testing.assert_allclose(table["log_ratio_lowest"], lowest, rtol=1e-12)
    assert table["lowest_without"].fillna("-").tolist() == ["一、产业", "-", "一、产业", "(start)"]
    # 茶叶 over three sections of 4, 4, 4 with 2, 3, 1: DP = 1/6; 渔业 over 4 and 8 with 3 and 2: DP = 3/5 - 1/3
    np.testing.assert_allclose(table["dp_norm"], [(1 / 6) / (2 / 3), nan, nan, (4 / 15) / (2 / 3)], rtol=1e-12)
    np.testing.assert_allclose(table["log_ratio_hidden"], ratio, rtol=1e-12, atol=1e-12)
    assert table["doubts"].tolist() == ["", "stopword", "", "zero one_report"]
    assert not table["evidence"].any()


def test_without_draws_nothing_is_tested():
    table = small(by="report_id", target="a", reference="b")
    assert table[["p", "q"]].isna().all(axis=None)
    assert not table["evidence"].any()


def test_exchanging_the_sides_turns_every_sign():
    there = small(by="report_id", target="a", reference="b", draws=999, details=True).set_index("term")
    back = small(by="report_id", target="b", reference="a", draws=999, details=True).set_index("term").loc[there.index]
    for column in ("g2", "log_ratio", "log_odds", "z", "log_ratio_hidden"):
        np.testing.assert_array_equal(there[column], -back[column])
    for column in ("n_reports", "n_sentences"):
        np.testing.assert_array_equal(there[column], back[column])
    np.testing.assert_allclose(there["ci_low"], -back["ci_high"], rtol=1e-12)
    np.testing.assert_allclose(there["p"], back["p"], atol=0.05)  # the same deals, drawn as their mirrors


def test_groups_of_any_column_and_the_rest_with_missing_values():
    def sizes(**options):
        table = small(min_count=1, min_sentences=1, details=True, **options)
        return [table[name].iloc[0] for name in ("target", "reference", "total_target", "total_reference")]

    assert sizes(by="genre", target="政府工作报告") == ["政府工作报告", "(rest)", 12, 16]
    assert sizes(by="genre", target="(NA)", reference="工作总结") == ["(NA)", "工作总结", 4, 12]
    assert sizes(by="year", target=2024, reference=[2022, pd.NA]) == ["2024", "2022、(NA)", 12, 16]
    assert sizes(by="zone", target="plan", reference="review") == ["plan", "review", 8, 15]
    corpus = tables()
    corpus.reports["county"] = ["东", "西", "西", "东"]
    table = keyness(corpus, by="county", target="西", draws=0, min_count=1, min_sentences=1, details=True)
    assert table[["total_target", "total_reference"]].iloc[0].tolist() == [16, 12]
    assert sizes(by=["genre", "year"], target=("政府工作报告", 2024)) == ["政府工作报告 · 2024", "(rest)", 12, 16]


def test_the_unit_is_the_report_unless_each_side_is_one():
    def unit(**options):
        table = small(min_count=1, min_sentences=1, draws=99, details=True, **options)
        row = table[["unit", "units_target", "units_reference"]].iloc[0].tolist()
        return [*row, "few_reports" in table["doubts"].iloc[0], table["evidence"].any()]

    assert unit(by="report_id", target="a", reference="b") == ["sentence", 3, 3, False, False]
    assert unit(by="report_id", target=["a", "b"], reference="c") == ["report", 2, 1, True, False]
    # zones are compared inside reports: what a holds of the plan and of the review is dealt within a
    assert unit(by="zone", target="plan", reference="review") == ["report", 2, 2, True, False]


def reports_of(counts, sizes):
    """Return a corpus of one-sentence reports that hold 茶叶 and 渔业 so often, and 事 for the rest."""
    rows, blocks = [], []
    for number, ((tea, fish), size) in enumerate(zip(counts, sizes, strict=True)):
        words = ["茶叶"] * tea + ["渔业"] * fish + ["事"] * (size - tea - fish)
        rows += [(f"r{number:02}", 0, at, word, "word", False) for at, word in enumerate(words)]
        blocks.append((f"r{number:02}", 0, ""))
    columns = ["report_id", "sentence_id", "position", "token", "kind", "is_stopword"]
    reports = pd.DataFrame({"report_id": [block[0] for block in blocks], "visible_chars": 900, "hidden_chars": 0})
    return SimpleNamespace(
        tokens=pd.DataFrame(rows, columns=columns),
        sentences=pd.DataFrame(blocks, columns=["report_id", "sentence_id", "section"]),
        reports=reports.assign(duplicate_of=pd.array([pd.NA] * len(reports), dtype="str")),
    )


def test_reports_are_dealt_inside_years():
    # tea belongs to the year and not to the region, fish to the region in either year
    rng = np.random.default_rng(8)
    year = np.repeat([2019, 2020], 12)
    east = np.array([True] * 10 + [False] * 2 + [True] * 2 + [False] * 10)
    tea = rng.poisson(np.where(year == 2019, 60, 10))
    fish = rng.poisson(np.where(east, 30, 10))
    corpus = reports_of(np.stack([tea, fish], axis=1), np.full(24, 400))
    corpus.reports["year_stated"] = year
    corpus.reports["region"] = np.where(east, "east", "west")
    options = {"by": "region", "target": "east", "terms": ["茶叶", "渔业"]}
    plain = keyness(corpus, **options).set_index("term")
    inside = keyness(corpus, within="year", **options).set_index("term")
    assert plain["evidence"].to_dict() == {"渔业": True, "茶叶": True}
    assert inside["evidence"].to_dict() == {"渔业": True, "茶叶": False}
    # Mantel and Haenszel by hand: Σ y w / (x + w) over Σ z x / (x + w) of the two years
    up = down = 0
    for one in (2019, 2020):
        mine, others = (year == one) & east, (year == one) & ~east
        x, w = mine.sum() * 400, others.sum() * 400
        up, down = up + fish[mine].sum() * w / (x + w), down + fish[others].sum() * x / (x + w)
    assert inside.loc["渔业", "log_ratio"] == pytest.approx(math.log2(up / down), rel=1e-12)
    assert inside.loc["茶叶", "ci_low"] < 0 < inside.loc["茶叶", "ci_high"]


def test_uneven_groups_are_marked():
    rng = np.random.default_rng(9)
    counts = rng.poisson(8, size=(40, 2))
    counts[:5, 0] = [0, 0, 60, 0, 0]
    corpus = reports_of(counts, [900] * 5 + [200] * 35)
    corpus.reports["group"] = ["one"] * 5 + ["other"] * 35
    table = keyness(corpus, by="group", target="one", terms=["茶叶", "渔业"], draws=99).set_index("term")
    assert table["doubts"].to_dict() == {
        "茶叶": "uneven_lengths uneven_numbers uneven_spread",
        "渔业": "uneven_lengths uneven_numbers",
    }


def test_vocabulary_is_declared_without_regard_to_the_sides():
    assert small(by="report_id", target="a", reference="b", min_count=5)["term"].tolist() == ["茶叶", "发展", "渔业"]
    table = small(by="report_id", target="a", reference="b", terms=["修路", "发展"], min_count=5, draws=99)
    assert table["term"].tolist() == ["发展", "修路"]
    assert table["q"].isna().tolist() == [False, True]


def test_inputs_stay_as_they_were_and_row_order_does_not_matter():
    before, after = tables(), tables()
    options = {"by": "report_id", "target": "a", "min_count": 2, "min_sentences": 2, "draws": 99}
    table = keyness(after, **options)
    for name, frame in vars(before).items():
        pd.testing.assert_frame_equal(frame, getattr(after, name))
    shuffled = SimpleNamespace(**{name: frame.sample(frac=1, random_state=4) for name, frame in vars(after).items()})
    pd.testing.assert_frame_equal(keyness(shuffled, **options), table)


def test_no_term_within_the_limits_gives_the_empty_table():
    pd.testing.assert_frame_equal(small(by="report_id", target="a", min_count=99), empty("keyness"))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            {"by": "zone", "target": "plans"},
            "no group of 'zone' is called 'plans' (target); there are: plan, review, (NA).",
        ),
        (
            {"by": "year_stated", "target": 2024, "reference": 1999},
            "no group of 'year_stated' is called '1999' (reference); there are: 2022, 2024, (NA).",
        ),
        (
            {"by": "report_id", "target": ["a", "b"], "reference": "b"},
            "target and reference both hold 'b' of 'report_id'; a text cannot be compared with itself. "
            "Give two different groups, or no reference for the rest of the corpus.",
        ),
        ({"by": "report_id", "target": "d"}, "no group of 'report_id' is called 'd' (target); there are: a, b, c."),
        (
            {"by": "report_id", "target": ["a", "b", "c"]},
            "the reference (rest) of 'report_id' has no token to compare. Choose a group with text; "
            "term_frequency(corpus, by='report_id') shows how much each has.",
        ),
        ({"by": "zone", "target": []}, "target holds no value of 'zone'; there are: plan, review, (NA)."),
        (
            {"by": "zone", "target": "plan", "draws": -1},
            "draws must not be negative; received -1. Leave it out, or take 0 for no test.",
        ),
        (
            {"by": "zone", "target": "plan", "min_count": 0},
            "min_count and min_sentences must be at least 1; received 0 and 2.",
        ),
        (
            {"by": "report_id", "target": "a", "reference": "b", "within": "genre"},
            "within deals reports inside groups, and each side is one report here. Compare groups of reports.",
        ),
        (
            {"by": "report_id", "target": "a", "within": "genre"},
            "within='genre' leaves no group that holds reports of both sides; deal inside a coarser column.",
        ),
    ],
)
def test_errors_say_what_was_wrong_and_what_there_is(options, text):
    with pytest.raises(TableError) as error:
        small(**options)
    assert str(error.value) == text


def test_report_without_a_word_cannot_be_compared():
    corpus = tables()
    silent = corpus.reports.iloc[:1].assign(report_id="e")
    corpus.reports = pd.concat([corpus.reports, silent])
    with pytest.raises(TableError) as error:
        keyness(corpus, by="report_id", target="a", reference=["e"])
    assert str(error.value) == (
        "the reference e of 'report_id' has no token to compare. Choose a group with text; "
        "term_frequency(corpus, by='report_id') shows how much each has."
    )


def test_sides_are_disjoint_and_the_rest_is_the_complement():
    counts = term_counts(tables())
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
