"""Speed of frequency, intervals and resampling on invented tables of two sizes; run by ``make bench``."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.measures.statistics.resampling import block_weights, resample
from analysis.measures.terms.frequency import term_frequency
from analysis.measures.terms.stability import rank_stability


def invented(reports, sentences, vocabulary, length=30):
    """Return tokens, sentences and reports with Zipf-distributed terms."""
    rng = np.random.default_rng(1)
    total = reports * sentences * length
    chance = 1 / np.arange(1, vocabulary + 1)
    words = np.array([f"词{number}" for number in range(vocabulary)])
    place = np.arange(total) // length
    names = np.array([f"r{number:05d}" for number in range(reports)])
    tokens = pd.DataFrame(
        {
            "report_id": pd.array(names[place // sentences], dtype="str"),
            "sentence_id": place % sentences,
            "token": pd.array(words[rng.choice(vocabulary, total, p=chance / chance.sum())], dtype="str"),
            "kind": pd.array(np.full(total, "word"), dtype="str"),
            "is_stopword": False,
        }
    )
    blocks = tokens.loc[::length, ["report_id", "sentence_id"]].reset_index(drop=True)
    blocks["section"] = pd.array((blocks["sentence_id"] // 10).map("第{}节".format), dtype="str")
    table = pd.DataFrame({"report_id": names, "visible_chars": 2 * sentences * length, "hidden_chars": 0})
    table["duplicate_of"] = pd.array([pd.NA] * reports, dtype="str")
    return SimpleNamespace(tokens=tokens, sentences=blocks, reports=table)


@pytest.fixture(scope="module")
def seeds_size():
    return invented(reports=5, sentences=80, vocabulary=5_000)


@pytest.fixture(scope="module")
def large():
    return invented(reports=650, sentences=100, vocabulary=60_000)


def test_frequency_of_five_reports(benchmark, seeds_size):
    table = benchmark(term_frequency, seeds_size)
    assert table["n"].sum() == len(seeds_size.tokens)


def test_rank_stability_of_five_reports(benchmark, seeds_size):
    assert len(benchmark(rank_stability, seeds_size)) == 30


def test_weights_of_four_hundred_sentences(benchmark):
    weights = benchmark(block_weights, np.repeat(np.arange(5), 80), 2000, 1)
    assert weights.shape == (2000, 400)


def test_one_weight_matrix_times_one_count_matrix(benchmark):
    weights = block_weights(np.repeat(np.arange(5), 80), 2000, 1)
    counts = np.random.default_rng(1).poisson(0.01, (400, 3500)).astype(float)
    assert benchmark(resample, weights, counts).shape == (2000, 3500)


@pytest.mark.parametrize("by", [None, "report_id"])
def test_frequency_of_two_million_tokens(benchmark, large, by):
    table = benchmark.pedantic(term_frequency, [large], {"by": by}, rounds=1)
    assert table["n"].sum() == len(large.tokens)
