"""Speed of keyness, permutation and collocation on the seeds and on invented tables; run by ``make bench``."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from analysis.measures.statistics.contrast import contrast
from analysis.measures.terms.collocation import collocation
from analysis.measures.terms.keyness import keyness
from analysis.pipeline import read_corpus

ROOT = Path(__file__).resolve().parents[1]
invented = runpy.run_path(str(ROOT / "benchmarks" / "bench_resampling.py"))["invented"]


@pytest.fixture(scope="module")
def seeds():
    return read_corpus(ROOT / "seeds")


@pytest.fixture(scope="module")
def large():
    return invented(reports=200, sentences=100, vocabulary=60_000)


def test_keyness_of_the_seeds(benchmark, seeds):
    target = seeds.reports["report_id"].iloc[-1]
    assert len(benchmark(keyness, seeds, by="report_id", target=target)) > 100


def test_deals_over_the_whole_vocabulary_of_the_seeds(benchmark):
    rng = np.random.default_rng(1)
    counts = sparse.random_array((400, 3500), density=0.006, rng=rng, format="csr")
    counts.data[:] = 1.0
    found = benchmark.pedantic(contrast, (counts, np.full(400, 20.0), np.arange(400) < 80), {"draws": 5000}, rounds=3)
    assert found.draws <= 6000


def test_collocation_of_the_seeds(benchmark, seeds):
    assert len(benchmark(collocation, seeds)) > 100


def test_keyness_of_six_hundred_thousand_tokens(benchmark, large):
    options = {"by": "report_id", "target": large.reports["report_id"].head(100).tolist(), "draws": 999}
    assert len(benchmark.pedantic(keyness, [large], options, rounds=1)) > 10_000


def test_collocation_of_six_hundred_thousand_tokens(benchmark, large):
    tokens = large.tokens.assign(position=np.arange(len(large.tokens)) % 30, start=np.arange(len(large.tokens)))
    tokens["end"] = tokens["start"] + 1
    corpus = SimpleNamespace(**{**vars(large), "tokens": tokens})
    table = benchmark.pedantic(collocation, [corpus], {"node": ["词5", "词50"]}, rounds=1)
    assert len(table) > 10
