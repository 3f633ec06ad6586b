"""Speed of keyness, permutation and collocation on the seeds and on invented tables; run by ``make bench``."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from analysis.measures.terms.collocation import collocation
from analysis.measures.terms.keyness import keyness, keyness_scores
from analysis.measures.terms.permutation import label_permutation
from analysis.pipeline import read_corpus

ROOT = Path(__file__).resolve().parents[1]
invented = runpy.run_path(str(ROOT / "benchmarks" / "bench_resampling.py"))["invented"]


@pytest.fixture(scope="module")
def seeds():
    corpus = read_corpus(ROOT / "seeds")
    return corpus.tokens, corpus.sentences, corpus.reports


@pytest.fixture(scope="module")
def large():
    return invented(reports=200, sentences=100, vocabulary=60_000)


@pytest.mark.parametrize("form", ["2-cell", "4-cell"])
def test_scores_of_fifty_thousand_terms(benchmark, form):
    rng = np.random.default_rng(1)
    a, b = rng.poisson(rng.gamma(0.3, 20, (2, 50_000)))
    scores = benchmark(keyness_scores, a, b, float(a.sum()), float(b.sum()), form=form)
    assert len(scores["z"]) == 50_000


@pytest.mark.parametrize("draws", [0, 5000])
def test_keyness_of_the_seeds(benchmark, seeds, draws):
    target = seeds[2]["report_id"].iloc[-1]
    assert len(benchmark(keyness, *seeds, by="report_id", target=target, draws=draws)) > 100


def test_five_thousand_draws_over_the_whole_vocabulary_of_the_seeds(benchmark):
    rng = np.random.default_rng(1)
    counts = sparse.random_array((400, 3500), density=0.006, rng=rng, format="csr")
    counts.data[:] = 1.0
    found = benchmark.pedantic(label_permutation, (counts, np.full(400, 20.0), np.arange(400) < 80), rounds=3)
    assert found.labelings == 5000


@pytest.mark.parametrize("context", ["sentence", "window"])
def test_collocation_of_the_seeds(benchmark, seeds, context):
    assert len(benchmark(collocation, *seeds, context=context)) > 100


@pytest.mark.parametrize("draws", [0, 99])
def test_keyness_of_six_hundred_thousand_tokens(benchmark, large, draws):
    options = {"by": "report_id", "target": large[2]["report_id"].head(100).tolist(), "draws": draws}
    assert len(benchmark.pedantic(keyness, large, options, rounds=1)) > 10_000


@pytest.mark.parametrize("context", ["sentence", "window"])
def test_collocation_of_six_hundred_thousand_tokens(benchmark, large, context):
    tokens = large[0].assign(position=np.arange(len(large[0])) % 30, start=np.arange(len(large[0])))
    tokens["end"] = tokens["start"] + 1
    table = benchmark.pedantic(
        collocation, (tokens, *large[1:]), {"context": context, "node": ["词5", "词50"]}, rounds=1
    )
    assert len(table) > 10
