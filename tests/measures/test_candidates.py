"""Slogan candidates by statistics: against published values and counts by hand, and against our own extraction."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from scipy.stats.contingency import expected_freq

from analysis.measures.evaluation.candidates import (
    ASSOCIATIONS,
    association,
    c_value,
    collocations,
    gold_spans,
    threshold_scores,
)
from analysis.measures.evaluation.scores import SLOGAN_TYPES, read_gold
from analysis.pipeline import read_corpus
from analysis.schemas import TableError

CONTENT = ("ideology", "policy_name", "numeric_abbrev", "quoted_formula")


def tokens_of(*sentences, report_id="a", stopwords=()):
    """Return a tokens table of sentences written with spaces; 。 is punctuation, x a mask."""
    rows, at = [], 0
    for sentence_id, sentence in enumerate(sentences):
        for position, token in enumerate(sentence.split()):
            kind = {"。": "punct", "x": "mask"}.get(token, "word")
            rows.append((report_id, sentence_id, position, at, at + len(token), token, kind, token in stopwords))
            at += len(token)
    names = ["report_id", "sentence_id", "position", "start", "end", "token", "kind", "is_stopword"]
    return pd.DataFrame(rows, columns=names)


def ranking(candidates):
    """Return [text, n, score] of each candidate once."""
    return candidates.drop_duplicates("text")[["text", "n", "score"]].values.tolist()


# Association.


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([[3395, 5], [1180, 20]], 31.95851835463303),  # published as a=20, b=5, c=1200, d=3400
        ([[373, 7], [12, 8]], None),
        ([[90, 10], [10, 0]], None),
    ],
)
def test_g2_of_a_pair_is_that_of_scipy(table, expected):
    by_scipy = chi2_contingency(np.array(table), correction=False, lambda_="log-likelihood").statistic
    (found,) = association(np.array([table]))["g2"]
    assert abs(found) == pytest.approx(by_scipy, abs=1e-9)
    if expected is not None:
        assert found == pytest.approx(expected, abs=1e-9)


def test_g2_is_negative_where_a_pair_is_rarer_than_chance():
    assert association(np.array([[[90, 10], [10, 0]]]))["g2"][0] < 0


def test_g2_of_a_triple_is_against_three_independent_words():
    table = np.array([[[500, 20], [30, 4]], [[25, 3], [2, 9]]])
    expected = expected_freq(table)
    by_scipy = 2 * (table * np.log(table / expected)).sum()
    assert association(table[None])["g2"][0] == pytest.approx(by_scipy, abs=1e-9)


def test_lambda_of_a_pair_is_the_log_odds_ratio():
    found = association(np.array([[[373, 7], [12, 8]]]))
    odds = np.log(373.5 * 8.5 / (7.5 * 12.5))
    error = np.sqrt(1 / 373.5 + 1 / 7.5 + 1 / 12.5 + 1 / 8.5)
    assert found["lambda"][0] == pytest.approx(odds, abs=1e-9)
    assert found["z"][0] == pytest.approx(odds / error, abs=1e-9)


def test_lambda_of_a_triple_is_the_ratio_of_two_log_odds_ratios():
    cells = np.array([[[500, 20], [30, 4]], [[25, 3], [2, 9]]], dtype=float)
    smooth = cells + 0.5
    first, second = (np.log(half[1, 1] * half[0, 0] / (half[1, 0] * half[0, 1])) for half in smooth)
    found = association(cells[None])
    assert found["lambda"][0] == pytest.approx(second - first, abs=1e-9)
    assert found["z"][0] == pytest.approx((second - first) / np.sqrt((1 / smooth).sum()), abs=1e-9)


# Collocations.

FIVE = tokens_of("全面 推进 乡村 振兴 。", "推进 乡村 振兴 x 工作", "工作 推进")


def test_collocations_by_hand():
    # pairs: 全面推进, 推进乡村 ×2, 乡村振兴 ×2, 工作推进; so 推进乡村 has the cells 2 | 0, 2 | 2
    pair = {"推进乡村": [[4, 0], [0, 2]], "乡村振兴": [[4, 0], [0, 2]]}
    triple = {"推进乡村振兴": [[[1, 0], [0, 0]], [[0, 0], [0, 2]]]}
    found = ranking(collocations(FIVE, measure="g2"))
    expected = {text: association(np.array([table], dtype=float))["g2"][0] for text, table in (pair | triple).items()}
    assert {text: n for text, n, _ in found} == dict.fromkeys(expected, 2)
    assert {text: score for text, _, score in found} == pytest.approx(expected, abs=1e-9)
    assert [text for text, _, _ in found] == ["推进乡村振兴", "推进乡村", "乡村振兴"]


def test_every_occurrence_is_a_row_with_its_place():
    found = collocations(FIVE)
    rows = found[found["text"] == "乡村振兴"]
    assert rows[["report_id", "start", "end", "n"]].values.tolist() == [["a", 4, 8, 2], ["a", 11, 15, 2]]
    assert set(collocations(FIVE, min_count=1)["text"]) == {
        "全面推进", "推进乡村", "乡村振兴", "工作推进", "全面推进乡村", "推进乡村振兴",
    }  # fmt: skip


def test_stopwords_may_break_pairs():
    tokens = tokens_of("三 个 行动", "三 个 行动", stopwords=["三"])
    assert set(collocations(tokens)["text"]) == {"三个", "个行动", "三个行动"}
    assert set(collocations(tokens, stopwords=False)["text"]) == {"个行动"}


def test_unknown_measure():
    with pytest.raises(TableError) as caught:
        collocations(FIVE, measure="pmi")
    assert str(caught.value) == "no measure is called 'pmi'; there are: g2, lambda, z."


def test_order_of_rows_and_input_do_not_matter():
    before = FIVE.copy()
    assert collocations(FIVE.sample(frac=1, random_state=1)).equals(collocations(FIVE))
    assert FIVE.equals(before)


# C-value.


def test_c_value_by_hand():
    # abc 3 times, of which twice in abcd; bc once more on its own
    tokens = tokens_of("a b c d", "a b c d", "a b c", "b c")
    score = {
        "abcd": 2 * 2,  # log2 4 × 2
        "abc": np.log2(3) * (3 - 2),  # in abcd
        "bcd": np.log2(3) * (2 - 2),
        "ab": 3 - (2 + 3) / 2,  # in abcd and abc
        "bc": 4 - (2 + 3 + 2) / 3,  # in abcd, abc, bcd
        "cd": 2 - (2 + 2) / 2,
    }
    found = ranking(c_value(tokens))
    assert {text: value for text, _, value in found} == pytest.approx(score, abs=1e-9)
    assert [text for text, _, _ in found] == ["abcd", "bc", "abc", "ab", "bcd", "cd"]
    assert {text: n for text, n, _ in found} == {"abcd": 2, "abc": 3, "bcd": 2, "ab": 3, "bc": 4, "cd": 2}


def test_c_value_of_single_words():
    # log2(1 + 1) × (f − mean of the longer ones that hold it)
    found = ranking(c_value(tokens_of("a b", "a b", "a"), shortest=1))
    assert found == [["ab", 2, 2.0], ["a", 3, 1.0], ["b", 2, 0.0]]


def test_branching_entropy_drops_what_never_stands_alone():
    # b c is always followed by d, and stands behind a, x, y: right entropy 0
    tokens = tokens_of("a b c d", "e b c d", "f b c d")
    assert set(c_value(tokens)["text"]) == {"bc", "cd", "bcd"}
    assert set(c_value(tokens, least_entropy=1.5)["text"]) == {"bcd"}
    assert set(c_value(tokens, least_entropy=1.6)["text"]) == set()  # log2 3 = 1.585


# Scores.


def test_threshold_scores_by_hand():
    candidates = pd.DataFrame(
        [("a", 0, 4, 9.0), ("a", 2, 6, 8.0), ("a", 10, 12, 8.0), ("b", 0, 4, 8.0), ("b", 5, 9, 1.0)],
        columns=["report_id", "start", "end", "score"],
    )
    spans = pd.DataFrame([("a", 0, 4), ("a", 2, 6), ("b", 5, 9), ("b", 20, 22)], columns=["report_id", "start", "end"])
    expected = pd.DataFrame(
        {
            "threshold": [9.0, 8.0, 1.0],
            "n_found": [1, 3, 4],  # 2–6 overlaps the better 0–4
            "hits": [1, 1, 2],
            "precision": [1, 1 / 3, 1 / 2],
            "recall": [1 / 4, 1 / 4, 1 / 2],
            "f1": [2 / 5, 2 / 7, 1 / 2],
        }
    )
    pd.testing.assert_frame_equal(threshold_scores(candidates, spans), expected)


def test_nothing_to_score():
    none = pd.DataFrame(columns=["report_id", "start", "end", "score"])
    one = pd.DataFrame([("a", 0, 4)], columns=["report_id", "start", "end"])
    with pytest.raises(TableError) as caught:
        threshold_scores(none, one)
    assert str(caught.value) == (
        "0 candidates and 1 annotated spans: there is nothing to score. "
        "Lower min_count, or look at the types asked for."
    )


@pytest.fixture(scope="module")
def corpus():
    return read_corpus("seeds")


@pytest.fixture(scope="module")
def gold():
    return read_gold("tests/gold")


def test_gold_spans_are_those_of_the_types(corpus, gold):
    spans = gold_spans(corpus, gold, CONTENT)
    assert (len(spans), spans.duplicated().any()) == (260, False)
    assert gold_spans(corpus, gold, ["ideology"])["report_id"].value_counts().sum() == 6


@pytest.mark.parametrize("types", [CONTENT, SLOGAN_TYPES], ids=["content", "all"])
@pytest.mark.parametrize("stopwords", [True, False])
@pytest.mark.parametrize("min_count", [1, 2])
def test_our_extraction_is_better_than_each_baseline_at_its_best(corpus, gold, types, stopwords, min_count):
    spans = gold_spans(corpus, gold, types)
    ours = corpus.slogans[corpus.slogans["type"].isin(types)].drop_duplicates(["report_id", "start", "end"])
    f1 = threshold_free_f1(ours, spans)
    options = {"min_count": min_count, "stopwords": stopwords}
    baselines = {name: collocations(corpus.tokens, measure=name, **options) for name in ASSOCIATIONS}
    baselines["c_value"] = c_value(corpus.tokens, **options)
    best = {name: threshold_scores(candidates, spans)["f1"].max() for name, candidates in baselines.items()}
    assert {name: f1 - value >= 0.15 for name, value in best.items()} == dict.fromkeys(best, True)
    assert 0.05 < max(best.values()) < 0.2  # a baseline that finds nothing would prove nothing


def threshold_free_f1(found, spans):
    """Return F1 by exact span; nested spans all count, as nothing has to be chosen among them."""
    keys = ["report_id", "start", "end"]
    a, b = (set(table[keys].itertuples(index=False, name=None)) for table in (found, spans))
    return 2 * len(a & b) / (len(a) + len(b))
