import math
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from analysis.measures.statistics import intervals, resampling
from analysis.measures.statistics.intervals import rate_interval
from analysis.measures.statistics.resampling import block_weights, collapse_singletons, resample, resampled_chunks
from analysis.measures.terms.stability import rank_stability
from analysis.schemas import TableError

LENGTHS = np.array([10.0, 12, 8, 10, 30, 5, 5])
STRATA = np.array(["a", "a", "a", "a", "b", "b", "b"])
COUNTS = np.array([[2, 0], [0, 0], [1, 0], [1, 0], [3, 6], [0, 0], [1, 0]], dtype=float)


def test_weights_redraw_each_stratum_in_its_own_size():
    strata = np.array(["b", "a", "b", "a", "a", "c"])
    weights = block_weights(strata, draws=500, seed=7)
    assert weights.shape == (500, 6)
    for stratum, size in (("a", 3), ("b", 2), ("c", 1)):
        assert set(weights[:, strata == stratum].sum(axis=1).tolist()) == {size}
    np.testing.assert_array_equal(weights, block_weights(strata, draws=500, seed=7))
    assert (weights != block_weights(strata, draws=500, seed=8)).any()


def test_weights_are_multinomial():
    # two blocks: (2, 0), (1, 1), (0, 2) with chances ¼, ½, ¼
    first = block_weights(np.zeros(2), draws=20_000, seed=1)[:, 0]
    assert stats.chisquare(np.bincount(first), np.array([0.25, 0.5, 0.25]) * 20_000).pvalue > 0.001
    # five blocks: each weight has variance m · (1/m)(1 − 1/m) = 0.8 and two covary by −1/m = −0.2
    many = np.cov(block_weights(np.zeros(5), draws=40_000, seed=2).T.astype(float))
    np.testing.assert_allclose(many, np.eye(5) - 0.2, atol=0.02)


def test_strata_of_one_block_are_taken_together():
    assert collapse_singletons(np.array(["a", "b", "c"])).tolist() == [0, 0, 0]
    assert collapse_singletons(np.array(["x", "b", "b", "a"])).tolist() == [1, 0, 0, 1]
    assert collapse_singletons(np.array(["x", "b", "b"])).tolist() == [0, 0, 0]
    assert collapse_singletons(np.array(["x"])).tolist() == [0]


def test_resampled_sums_equal_a_loop_over_draws(monkeypatch):
    weights = block_weights(STRATA, draws=50, seed=3)
    expected = [sum(w * row for w, row in zip(draw, COUNTS, strict=True)) for draw in weights]
    np.testing.assert_array_equal(resample(weights, COUNTS), expected)
    np.testing.assert_array_equal(resample(weights, sparse.csr_array(COUNTS)), expected)
    monkeypatch.setattr(resampling, "_CELLS", 21)
    chunks = list(resampled_chunks(weights, sparse.csr_array(COUNTS)))
    assert len(chunks) > 10
    np.testing.assert_array_equal(np.concatenate([sums for _, sums in chunks]), expected)


def stratified(counts):
    """Return the moments as the formulas are written, sentence by sentence."""
    rate = counts.sum() / LENGTHS.sum()
    residuals, variance = [], 0.0
    for stratum in ("a", "b"):
        inside = STRATA == stratum
        e = counts[inside] - rate * LENGTHS[inside]
        d = e - e.mean()
        variance += len(d) / (len(d) - 1) * (d**2).sum()
        residuals += d.tolist()
    d, m = np.array(residuals), len(residuals)
    kurtosis = (d**4).mean() / (d**2).mean() ** 2
    freedom = min(max(2 / (kurtosis / m - (m - 3) / (m * (m - 1))), 1), m - 2)
    return rate, math.sqrt(variance) / counts.sum(), freedom


@pytest.mark.parametrize("term", [0, 1])
def test_closed_forms_equal_their_formulas(term):
    rate, error, freedom = stratified(COUNTS[:, term])
    low, high = rate_interval(sparse.csr_array(COUNTS), LENGTHS, STRATA, confidence=0.9)
    # the limits are the roots of (R − ρ)² = t² se² R ρ
    t = stats.t.ppf(0.95, freedom)
    roots = np.roots([1, -(2 * rate + t**2 * error**2 * rate), rate**2])
    assert (low[term], high[term]) == pytest.approx((roots.min(), roots.max()), rel=1e-9)


def test_chunks_change_nothing(monkeypatch):
    whole = rate_interval(COUNTS, LENGTHS, STRATA)
    monkeypatch.setattr(intervals, "_CELLS", 7)
    np.testing.assert_allclose(rate_interval(COUNTS, LENGTHS, STRATA), whole, rtol=1e-12)


def test_no_interval_without_variation():
    assert np.isnan(rate_interval([[4]], [20])).all()
    # every sentence has exactly one rate
    assert np.isnan(rate_interval([[1], [2], [1]], [10, 20, 10])).all()
    assert np.isnan(rate_interval([[0], [0]], [0, 0])).all()
    # a document of one sentence each still varies between documents
    assert np.isfinite(rate_interval([[1], [3], [1]], [10, 10, 10], ["a", "b", "c"])).all()


def test_a_sentence_without_words_is_no_obstacle():
    low, high = rate_interval([[2], [0], [0]], [10, 10, 0])
    assert low[0] < 0.1 < high[0]


def test_unusable_parameters_say_so():
    with pytest.raises(TableError, match=r"^draws must be at least 1; received 0\. 2000 is usual\.$"):
        block_weights(STRATA, draws=0, seed=1)
    with pytest.raises(TableError, match=re.escape("top must be at least 1; received 0.")):
        rank_stability(corpus(), top=0)


def corpus():
    words = [
        ("a", 0, "发展 产业 发展 的"),
        ("a", 1, "发展 产业 发展 的 的"),
        ("b", 0, "党建 的"),
        ("b", 1, "党建 党建 发展"),
    ]
    tokens = pd.DataFrame(
        [(r, s, word, "word", word == "的") for r, s, text in words for word in [*text.split(), "xx"]],
        columns=["report_id", "sentence_id", "token", "kind", "is_stopword"],
    )
    tokens.loc[tokens["token"] == "xx", "kind"] = "mask"
    sentences = pd.DataFrame([row[:2] for row in words], columns=["report_id", "sentence_id"])
    reports = pd.DataFrame({"report_id": ["a", "b"], "duplicate_of": pd.array([pd.NA, pd.NA], dtype="str")})
    return SimpleNamespace(tokens=tokens, sentences=sentences, reports=reports)


def test_rank_stability_of_a_hand_counted_corpus():
    # a: 发展 4, 产业 2; b: 党建 3, 发展 1. Two reports redrawn are aa (¼): 发展 8, 产业 4, 党建 0; ab (½): 5, 2, 3;
    # or bb (¼): 党建 6, 发展 2, 产业 0. Without a: 党建 3, 发展 1, 产业 0. Without b: 发展 4, 产业 2, 党建 0.
    expected = pd.DataFrame(
        {
            "term": pd.array(["发展", "党建", "产业"], dtype="str"),
            "n": [5, 3, 2],
            "rank": [1, 2, 3],
            "rank_low": [1.0, 1.0, 2.0],
            "rank_high": [2.0, 3.0, 3.0],
            "share_in_top": [1.0, 1.0, 1.0],
            "unit": "report",
            "rank_best": pd.array([1, 1, 2], dtype="Int64"),
            "rank_worst": pd.array([2, 3, 3], dtype="Int64"),
        }
    )
    pd.testing.assert_frame_equal(rank_stability(corpus(), draws=400), expected)
    two = rank_stability(corpus(), draws=4000, top=2)
    assert two["term"].tolist() == ["发展", "党建"]
    assert rank_stability(corpus(), stopwords=True)["term"].tolist() == ["发展", "的", "党建", "产业"]


def test_share_in_the_top_counts_draws():
    both = corpus()
    parts = {name: table[table["report_id"] == "b"] for name, table in vars(both).items()}
    # top 1 of b alone: 党建 1 + 2 and 发展 0 + 1; 党建 leads in every draw, 发展 never does
    alone = rank_stability(SimpleNamespace(**parts), top=1, draws=400)
    assert alone[["term", "share_in_top"]].to_numpy().tolist() == [["党建", 1.0]]
    assert alone[["rank_best", "rank_worst"]].isna().all(axis=None)
    # x stands three times in one of two sentences, y twice in the other: x leads unless y's is drawn twice (¼)
    words = [("b", 0, "x"), ("b", 0, "x"), ("b", 0, "x"), ("b", 1, "y"), ("b", 1, "y")]
    tokens = pd.DataFrame(words, columns=["report_id", "sentence_id", "token"]).assign(kind="word", is_stopword=False)
    share = rank_stability(SimpleNamespace(**{**parts, "tokens": tokens}), top=1, draws=10_000)["share_in_top"]
    assert share.tolist() == pytest.approx([0.75], abs=0.02)
