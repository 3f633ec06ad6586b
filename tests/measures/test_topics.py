"""The gate before topic models, the demonstration behind it, and the factorisation by its own promises."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.special import kl_div

from analysis.measures.terms import topics
from analysis.measures.terms.topics import NOT_FOR_CITATION, topic_model
from analysis.pipeline import read_corpus
from analysis.schemas import TableError

FARM, SCHOOL = ["水稻", "耕地", "农机", "种植"], ["学校", "教师", "学生", "课堂"]


def planted(units, *, unit="report", length=12, seed=1):
    """Return tables of units that speak of farming or of schooling, in turn; 的 is everywhere."""
    generator = np.random.default_rng(seed)
    rows = []
    for number in range(units):
        words = generator.choice([FARM, SCHOOL][number % 2], size=length)
        report, sentence = (f"r{number:04d}", 0) if unit == "report" else ("r", number)
        rows += [(report, sentence, word, "word", word == "的") for word in [*words, "的", "的"]]
    tokens = pd.DataFrame(rows, columns=["report_id", "sentence_id", "token", "kind", "is_stopword"])
    sentences = tokens[["report_id", "sentence_id"]].drop_duplicates(ignore_index=True)
    ids = sorted(set(tokens["report_id"]))
    return tokens, sentences, pd.DataFrame({"report_id": ids, "duplicate_of": pd.array([None] * len(ids), dtype="str")})


@pytest.fixture(scope="module")
def seeds():
    return read_corpus("seeds")


def test_the_seeds_are_refused(seeds):
    tables = seeds.tokens, seeds.sentences, seeds.reports
    with pytest.raises(TableError) as caught:
        topic_model(*tables)
    assert str(caught.value) == (
        "a topic model needs 100 reports; received 5. Use theme_shares; allow_small=True runs a demonstration that is "
        "not for citation."
    )
    with pytest.raises(TableError) as caught:
        topic_model(*tables, unit="sentence")
    assert str(caught.value) == (
        f"a topic model needs 1000 sentences; received {len(seeds.sentences)}. Use theme_shares; allow_small=True runs "
        "a demonstration that is not for citation."
    )


@pytest.mark.parametrize(("units", "small"), [(99, True), (100, False)])
def test_the_gate_is_at_a_hundred_reports(units, small):
    tables = planted(units)
    model = topic_model(*tables, n_topics=2, top=4, seeds=2, allow_small=True)
    frames = (model.terms, model.topics, model.units)
    marked = [name.endswith(f" ({NOT_FOR_CITATION})") for frame in frames for name in frame.columns]
    assert set(marked) == {small}
    assert model.title == ("2 topics (not for citation)" if small else "2 topics")
    if not small:
        pd.testing.assert_frame_equal(model.units, topic_model(*tables, n_topics=2, top=4, seeds=2).units)


def test_duplicates_do_not_open_the_gate():
    tokens, sentences, reports = planted(100)
    reports.loc[0, "duplicate_of"] = "r0001"
    with pytest.raises(TableError, match="needs 100 reports; received 99"):
        topic_model(tokens, sentences, reports)


def test_a_thousand_sentences_pass_with_a_warning():
    tables = planted(1000, unit="sentence", length=5)
    with pytest.warns(UserWarning, match="1000 sentences are modelled as short texts: few terms each") as caught:
        model = topic_model(*tables, n_topics=2, top=4, seeds=2, unit="sentence", iterations=50)
    assert caught[0].filename == __file__
    assert list(model.units.columns) == ["report_id", "sentence_id", "topic_1", "topic_2"]


def test_planted_topics_are_found():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = topic_model(*planted(100), n_topics=2, top=4, seeds=5)
    found = model.terms.groupby("topic")["term"].apply(set).tolist()
    assert sorted(map(sorted, found)) == sorted([sorted(FARM), sorted(SCHOOL)])
    assert model.topics["share"].sum() == pytest.approx(1)
    assert model.topics["share"].is_monotonic_decreasing
    assert model.topics["exclusivity"].tolist() == pytest.approx([1, 1], abs=1e-6)
    assert model.topics["stability"].tolist() == [1, 1]
    # every pair of top terms of a topic stands together in nearly all its fifty reports
    assert model.topics["coherence"].between(-0.2, math.log(51 / 50)).all()
    assert model.units[["topic_1", "topic_2"]].max(axis=1).min() > 0.999
    assert model.terms.groupby("topic")["weight"].sum().tolist() == pytest.approx([1, 1])


def test_updates_never_raise_the_divergence():
    generator = np.random.default_rng(3)
    dense = generator.poisson(0.7, size=(12, 9)).astype(float)
    table = sparse.csr_array(dense)
    values = []
    for iterations in (1, 2, 5, 20, 100):
        w, h = topics._factorise(table, 3, iterations, seed=1)
        values.append(kl_div(dense, w @ h).sum())
        assert h.sum(axis=1) == pytest.approx([1] * 3)
        # at every step the fitted sums of rows are those of the data (Lee & Seung's update of W comes last)
        np.testing.assert_allclose((w @ h).sum(axis=1), dense.sum(axis=1), rtol=1e-9)
    assert values == sorted(values, reverse=True)
    assert values[-1] < values[0] / 1.5


def test_coherence_and_stability_by_hand():
    table = sparse.csr_array(np.array([[1, 1, 0], [2, 0, 1], [1, 1, 0], [1, 0, 0]]))
    # D(0) = 4, D(1) = 2, together 2; D(2) = 1, together with 0 once, with 1 never
    expected = (math.log(3 / 4) + math.log(2 / 4) + math.log(1 / 2)) / 3
    assert topics._coherence(table, np.array([[0, 1, 2]]))[0] == pytest.approx(expected)
    best = np.array([[0, 1], [2, 3]])
    assert topics._stability(best, [np.array([[3, 2], [1, 4]]), best]).tolist() == pytest.approx([(1 / 3 + 1) / 2, 1])


def test_demonstration_on_the_seeds_is_the_same_each_time(seeds):
    tokens = seeds.tokens.copy()
    tables = seeds.sentences, seeds.reports
    options = {"n_topics": 3, "seeds": 2, "iterations": 30, "allow_small": True}
    one = topic_model(tokens, *tables, **options)
    other = topic_model(tokens.sample(frac=1, random_state=1), *tables, **options)
    pd.testing.assert_frame_equal(one.terms, other.terms)
    pd.testing.assert_frame_equal(one.topics, other.topics)
    pd.testing.assert_frame_equal(tokens, seeds.tokens)
    assert len(one.units) == 5
    assert not topic_model(tokens, *tables, **(options | {"seed": 1})).terms.equals(one.terms)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"unit": "item"}, "unit must be report or sentence; received 'item'."),
        ({"n_topics": 1}, "n_topics must be at least 2; received 1."),
        ({"seeds": 1}, "seeds must be at least 2; received 1."),
        (
            {"n_topics": 12, "top": 4},
            "12 topics with 4 terms need as many reports and terms; 100 reports and 8 terms are left. "
            "Ask for fewer topics or lower min_units.",
        ),
    ],
)
def test_errors(options, text):
    with pytest.raises(TableError) as caught:
        topic_model(*planted(100), **options)
    assert str(caught.value) == text
