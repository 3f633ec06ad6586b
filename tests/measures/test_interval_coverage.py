"""The interval for a rate, tried where the truth is known: METHODS §1's grid, cell by cell."""

from functools import cache

import numpy as np
import pytest

from analysis.measures.statistics.intervals import rate_interval

SENTENCES = (26, 50, 130)
EXPECTED = (8, 20, 60)
MEAN_LENGTH, SHAPE = 20.0, 1.6  # of the seeds' sentences: mean 21 tokens, coefficient of variation 0.8


def sentence_lengths(rng, shape):
    return np.maximum(1, np.rint(rng.gamma(SHAPE, MEAN_LENGTH / SHAPE, shape)))


@cache
def mean_length():
    # rounding and the floor of one token move the mean off MEAN_LENGTH
    return sentence_lengths(np.random.default_rng(0), 1_000_000).mean()


def simulate(rng, sentences, expected, burst, replicates):
    """Return one draw of sentence lengths, the counts of `replicates` terms in them, and the true rate.

    Truth is the rate of the superpopulation: lengths vary from draw to draw, and a sentence of x tokens holds a
    term rate · x times on average; by Poisson, or by a negative binomial of size `burst` if that is not None.
    """
    rate = expected / (sentences * mean_length())
    lengths = sentence_lengths(rng, sentences)
    mean = np.broadcast_to(rate * lengths[:, None], (sentences, replicates))
    if burst is not None:
        mean = rng.gamma(burst, mean / burst)
    return rng.poisson(mean).astype(float), lengths, rate


@pytest.mark.parametrize("burst", [None, 0.3], ids=["poisson", "negative_binomial"])
def test_default_method_covers_the_truth(burst):
    rng = np.random.default_rng(20240101)
    failed = []
    print("\nsentences expected  reported (n >= 3)  all")
    for sentences in SENTENCES:
        for expected in EXPECTED:
            hits, shown = [], []
            for _ in range(200):
                counts, lengths, rate = simulate(rng, sentences, expected, burst, 20)
                low, high = rate_interval(counts, lengths)
                hits.append((low <= rate) & (rate <= high))
                shown.append(counts.sum(axis=0) >= 3)
            hits, shown = np.concatenate(hits), np.concatenate(shown)
            reported = hits[shown].mean()
            print(f"{sentences:9d} {expected:8d}  {reported:17.3f}  {hits.mean():.3f}")
            least, most = (0.92, 0.98) if burst is None else (0.88, 1.0)
            if not least <= reported <= most:
                failed.append((sentences, expected, round(float(reported), 3)))
    assert failed == []


def test_default_method_covers_the_truth_over_documents_that_differ():
    # five documents of the seeds' sizes with rates a factor 4 apart: what varies between them is no sampling error
    rng = np.random.default_rng(20240103)
    sizes, factor = np.array([26, 50, 50, 138, 116]), np.array([0.5, 2.0, 1.0, 1.5, 0.7])
    strata = np.repeat(np.arange(5), sizes)
    share = sizes * factor / (sizes * factor).sum()
    hits = []
    for _ in range(200):
        parts = [simulate(rng, m, 30 * part, 0.3, 20) for m, part in zip(sizes, share, strict=True)]
        rate = 30 / (sizes.sum() * mean_length())
        counts, lengths = (np.concatenate([part[at] for part in parts]) for at in (0, 1))
        low, high = rate_interval(counts, lengths, strata)
        hits.append((low <= rate) & (rate <= high))
    print(f"\nfive documents: {np.mean(hits):.3f}")
    assert 0.92 <= np.mean(hits) <= 0.98
