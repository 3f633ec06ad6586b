import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from scipy import sparse, stats

from analysis.measures.slogans import nulls
from analysis.measures.slogans.nulls import Tails, fixed_degree_tails, hypergeometric_tails, richness_weights

HELD = np.array([[1, 1, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])


def rows_of(richness, slogans):
    """Return every table whose units hold as many slogans as `richness` says."""
    choices = [list(itertools.combinations(range(slogans), size)) for size in richness]
    for chosen in itertools.product(*choices):
        table = np.zeros((len(richness), slogans), dtype=int)
        for unit, columns in enumerate(chosen):
            table[unit, list(columns)] = 1
        yield table


def tail(chances):
    """Return P(X ≥ k) for k = 0 … the largest key."""
    total = math.fsum(chances.values())
    return [math.fsum(v for key, v in chances.items() if key >= k) / total for k in range(max(chances) + 1)]


def fixed(held, pairs, strata=None):
    source, target = np.array(pairs).T
    return fixed_degree_tails(sparse.csr_array(np.asarray(held, dtype=float)), source, target, strata)


def of_pair(tails, number):
    return np.split(tails.values, tails.first[1:])[number]


def test_hypergeometric_equals_the_reference_and_scipy():
    assert hypergeometric_tails(np.array([20]), np.array([15]), 400).at(np.array([8]))[0] == pytest.approx(
        4.4063769106436856e-08, rel=1e-9
    )
    grid = [(x, y, n) for x, y, n in itertools.product([1, 3, 40, 119], [1, 5, 60], [120]) if x + y <= 170]
    for x, y, n in grid:
        values = hypergeometric_tails(np.array([x]), np.array([y]), n).values
        expected = stats.hypergeom.sf(np.arange(min(x, y) + 1) - 1, n, x, y)
        np.testing.assert_allclose(values, expected, rtol=1e-9)
    # both everywhere: they cannot but meet
    assert hypergeometric_tails(np.array([3]), np.array([3]), 3).values.tolist() == [1, 1, 1, 1]


def test_hypergeometric_keeps_the_order_of_pairs():
    tails = hypergeometric_tails(np.array([2, 1, 2]), np.array([3, 1, 3]), 6)
    assert tails.first.tolist() == [0, 3, 5]
    np.testing.assert_allclose(tails.values, [1, 0.8, 0.2, 1, 1 / 6, 1, 0.8, 0.2], rtol=1e-12)


def test_fixed_degree_equals_the_enumerated_model():
    # units choose slogans with weights; of a pair both frequencies are given, the others follow their weights
    richness, often = HELD.sum(axis=1), HELD.sum(axis=0)
    weights = richness_weights(richness, often)
    pairs = list(itertools.combinations(range(4), 2))
    tails = fixed(HELD, pairs)
    for number, (i, j) in enumerate(pairs):
        chances = defaultdict(float)
        for table in rows_of(richness, 4):
            f = table.sum(axis=0)
            if (f[i], f[j]) == (often[i], often[j]):
                chances[int((table[:, i] & table[:, j]).sum())] += float(np.prod(weights**f))
        expected = tail(chances)
        expected += [0.0] * (min(often[i], often[j]) + 1 - len(expected))
        np.testing.assert_allclose(of_pair(tails, number), expected, rtol=1e-9, atol=1e-15)


def test_weights_give_each_slogan_its_frequency():
    richness, often = HELD.sum(axis=1), HELD.sum(axis=0)
    weights = richness_weights(richness, often)
    expected = np.zeros(4)
    for size in richness:
        subsets = list(itertools.combinations(range(4), size))
        chance = np.array([np.prod(weights[list(subset)]) for subset in subsets])
        for subset, share in zip(subsets, chance / chance.sum(), strict=True):
            expected[list(subset)] += share
    np.testing.assert_allclose(expected, often, rtol=1e-8)


def swapped(held, chains, tries, rng):
    """Return random tables with the margins of `held`: two ones at a–x, b–y become a–y, b–x where these are free."""
    tables = np.repeat(held[None].astype(bool), chains, axis=0)
    ones = np.repeat(np.argwhere(held)[None], chains, axis=0)
    chain = np.arange(chains)
    for _ in range(tries):
        one, other = rng.integers(ones.shape[1], size=(2, chains))
        (a, x), (b, y) = ones[chain, one].T, ones[chain, other].T
        free = ~tables[chain, a, y] & ~tables[chain, b, x]
        here, a, b, x, y = chain[free], a[free], b[free], x[free], y[free]
        tables[here, a, x] = tables[here, b, y] = False
        tables[here, a, y] = tables[here, b, x] = True
        ones[here, one[free], 1], ones[here, other[free], 1] = y, x
    return tables


def test_fixed_degree_is_close_to_tables_with_both_margins_swapped_at_random():
    rng = np.random.default_rng(3)
    held = rng.random((40, 15)) < np.outer(rng.gamma(1, 1, 40), np.linspace(0.35, 0.08, 15))
    pairs = list(itertools.combinations(range(15), 2))
    tables = swapped(held, 4000, 15 * int(held.sum()), rng)
    assert (tables.sum(axis=1) == held.sum(axis=0)).all() and (tables.sum(axis=2) == held.sum(axis=1)).all()  # noqa: PT018
    tails, off = fixed(held, pairs), []
    for number, (i, j) in enumerate(pairs):
        shared = (tables[:, :, i] & tables[:, :, j]).sum(axis=1)
        off += [of_pair(tails, number)[k] - (shared >= k).mean() for k in range(len(of_pair(tails, number)))]
    # of chance alone a share of 4000 is off by 0.008; the closed form lets frequencies of third slogans vary
    assert max(np.abs(off)) < 0.06
    assert np.mean(np.abs(off)) < 0.015


def test_equally_rich_units_give_fishers_noncentral_hypergeometric():
    # Two slogans in 40 units, each unit filled up to three with slogans that stand once. In a unit the two then have
    # one odds ratio, e1 e3 / e2² for n others of one weight, and the count is Fisher's noncentral hypergeometric.
    held = sparse.lil_array((40, 2 + 120))
    held[:6, 0] = held[2:10, 1] = 1
    other = iter(range(2, 122))
    for unit in range(40):
        while held[[unit]].sum() < 3:
            held[unit, next(other)] = 1
    close = fixed_degree_tails(sparse.csr_array(held), np.array([0]), np.array([1])).values
    n = len([column for column in np.asarray(held.sum(axis=0)).ravel()[2:] if column])
    odds = math.comb(n, 1) * math.comb(n, 3) / math.comb(n, 2) ** 2
    expected = stats.nchypergeom_fisher.sf(np.arange(7) - 1, 40, 6, 8, odds)
    np.testing.assert_allclose(close, expected, rtol=1e-9)


def test_what_the_margins_force_has_no_chance():
    # a stands in every unit, so its meetings with b are b's units; the empty unit stays empty
    held = np.array([[1, 1, 0], [1, 0, 1], [1, 0, 0], [0, 0, 0]])
    tails = fixed(held, [(0, 1), (1, 2)])
    assert tails.first.tolist() == [0, 2]
    np.testing.assert_allclose(tails.values, [1, 1, 1, 0], atol=1e-12)
    # two units of two and one slogan: a, b there for certain
    assert fixed([[1, 1], [1, 0]], [(0, 1)]).values.tolist() == [1, 1]


def test_strata_are_shuffled_apart():
    one = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    held = np.vstack([one, one])
    alone = of_pair(fixed(one, [(0, 1)]), 0)
    pmf = alone - np.append(alone[1:], 0)
    both = fixed(held, [(0, 1)], np.array(["b"] * 4 + ["a"] * 4)).values
    np.testing.assert_allclose(both, np.cumsum(np.convolve(pmf, pmf)[::-1])[::-1], rtol=1e-12)
    # slogans of different reports cannot meet
    apart = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0]])
    assert fixed(apart, [(0, 1)], np.array([0, 0, 1, 1])).values.tolist() == [1, 0, 0]


def test_chunks_of_pairs_change_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    held = (rng.random((40, 12)) < 0.2).astype(int)
    pairs = list(itertools.combinations(range(12), 2))
    whole = fixed(held, pairs)
    monkeypatch.setattr(nulls, "_CELLS", 50)
    parts = fixed(held, pairs)
    np.testing.assert_array_equal(parts.first, whole.first)
    np.testing.assert_allclose(parts.values, whole.values, rtol=1e-12)


def test_critical_counts_and_expected_false_pairs():
    # pair 0 can have p = 1, .5, .1; pair 1 can have p = 1, .2
    tails = Tails(np.array([0, 3]), np.array([1, 0.5, 0.1, 1, 0.2]))
    assert tails.at(np.array([2, 0])).tolist() == [0.1, 1]
    assert tails.critical(0.2).tolist() == [2, 1]
    assert tails.critical(0.15).tolist() == [2, -1]
    np.testing.assert_allclose(tails.expected_false(np.array([0.05, 0.1, 0.3, 0.5, 1])), [0, 0.1, 0.3, 0.7, 2])
    assert tails.of(np.array([1, 0])).values.tolist() == [1, 0.2, 1, 0.5, 0.1]
    # a count that cannot happen is no aim
    assert Tails(np.array([0]), np.array([1, 0.4, 0.0])).critical(0.1).tolist() == [-1]
    assert Tails(np.zeros(0, dtype=int), np.zeros(0)).critical(0.1).tolist() == []
