import itertools

import numpy as np
import pytest
from scipy import stats

from analysis.measures.statistics.contrast import contrast, smallest_p
from analysis.schemas import TableError


def deal(units, chosen):
    labels = np.zeros(units, dtype=bool)
    labels[list(chosen)] = True
    return labels


def statistic(counts, sizes, target):
    """Return the studentised difference of the roots by its formula, for one term and one stratum."""
    roots, variances = [], []
    for side in (target, ~target):
        y, x = counts[side], sizes[side]
        rate = (y.sum() + 3 / 8) / x.sum()
        residual = y - y.sum() / x.sum() * x
        spread = (residual**2).sum() * len(y) / max(len(y) - 1, 1) / x.sum() ** 2
        roots.append(np.sqrt(rate))
        variances.append(max(spread / rate, 1 / x.sum()) / 4)
    return abs(roots[0] - roots[1]) / np.sqrt(sum(variances))


def test_all_deals_of_few_units_are_looked_at():
    counts, sizes = np.array([9, 4, 7, 1, 0, 2, 5]), np.array([900, 500, 1000, 800, 700, 1200, 900])
    target = deal(7, [0, 1, 2])
    values = [statistic(counts, sizes, deal(7, one)) for one in itertools.combinations(range(7), 3)]
    expected = np.mean(np.array(values) >= statistic(counts, sizes, target) - 1e-12)
    found = contrast(counts[:, None], sizes, target)
    assert (found.p_dealt.tolist(), found.draws, found.least) == ([expected], 35, 1 / 35)


def test_welch_is_that_of_scipy_where_reports_have_one_length():
    # with equal sizes the jackknife of log(mean) is near the variance of the mean over its square: many, even reports
    rng = np.random.default_rng(1)
    counts = rng.poisson(40_000, size=(40, 5)).astype(float)
    target = np.arange(40) < 15
    found = contrast(counts, np.full(40, 1000), target, draws=0)
    expected = stats.ttest_ind(np.log(counts[target]), np.log(counts[~target]), equal_var=False)
    np.testing.assert_allclose(found.p_welch, expected.pvalue, rtol=0.01)
    assert found.draws == 0


def test_smallest_p_counts_the_deals_and_their_mirrors():
    assert smallest_p(deal(6, [0, 1, 2])) == 2 / 20
    assert smallest_p(deal(5, [0, 1])) == 1 / 10
    # inside strata of 2 and 3: 2 · 3 deals
    assert smallest_p(deal(5, [0, 2]), np.array([0, 0, 1, 1, 1])) == 1 / 6


def test_a_term_that_no_unit_holds_has_no_p_and_equal_rates_have_p_one():
    counts = np.array([[0, 2], [0, 2], [0, 2], [0, 2], [0, 2], [0, 2]])
    found = contrast(counts, np.full(6, 100), deal(6, [0, 1, 2]))
    assert np.isnan(found.p[0])
    assert found.p[1] == 1.0


def test_a_year_is_not_taken_for_a_region():
    # the east reports in the year in which everybody writes of it; inside a year the regions are alike
    rng = np.random.default_rng(2)
    year = np.array([0] * 20 + [1] * 20)
    east = np.array([True] * 16 + [False] * 4 + [True] * 4 + [False] * 16)
    counts = rng.poisson(np.where(year == 0, 12, 3)[:, None], size=(40, 60))
    sizes = np.full(40, 3000)
    plain = contrast(counts, sizes, east, draws=2000)
    inside = contrast(counts, sizes, east, year, draws=2000)
    assert (plain.p <= 0.05).mean() > 0.9
    assert (inside.p <= 0.05).mean() < 0.12


def test_a_difference_inside_strata_is_found():
    rng = np.random.default_rng(3)
    year = np.repeat([0, 1, 2], 10)
    east = np.tile([True, False], 15)
    rate = np.array([2, 6, 18])[year] * np.where(east, 2, 1)
    found = contrast(rng.poisson(rate[:, None], size=(30, 40)), np.full(30, 3000), east, year, draws=2000)
    assert (found.p <= 0.05).mean() > 0.9


def test_draws_follow_the_need():
    rng = np.random.default_rng(4)
    counts = rng.poisson(5, size=(40, 3)).astype(float)
    counts[:20, 0] += 30
    found = contrast(counts, np.full(40, 1000), np.arange(40) < 20, draws=50_000)
    assert found.draws == 50_000
    assert found.p_dealt[0] == 1 / 50_001
    assert contrast(counts[:, 1:], np.full(40, 1000), np.arange(40) < 20, draws=50_000).draws < 50_000
    # 40 sentences against 0: evidence even among 570 terms
    assert found.p[0] * 570 < 0.05


@pytest.mark.parametrize(
    ("reports", "lengths", "spread"),
    [((10, 10), (2000, 2000), (0.5, 0.5)), ((10, 50), (8000, 2000), (0.5, 0.5)), ((10, 50), (2000, 2000), (1.0, 0.3))],
)
def test_no_difference_is_rarely_found(reports, lengths, spread):
    rng = np.random.default_rng(5)
    sides, sizes = [], []
    for m, length, h in zip(reports, lengths, spread, strict=True):
        rate = 4 * length / 2000 * rng.gamma(1 / h**2, h**2, size=(m, 1200))
        sides.append(rng.poisson(rate))
        sizes.append(np.full(m, length))
    target = np.arange(sum(reports)) < reports[0]
    found = contrast(np.vstack(sides), np.concatenate(sizes), target, draws=1000)
    assert (found.p <= 0.05).mean() <= 0.07


def test_labels_do_not_depend_on_the_order_of_terms_and_runs_agree():
    rng = np.random.default_rng(6)
    counts = rng.poisson(3, size=(30, 8))
    target = np.arange(30) < 12
    one = contrast(counts, np.full(30, 900), target, draws=4000, seed=7)
    other = contrast(counts[:, ::-1], np.full(30, 900), target, draws=4000, seed=7)
    assert one.p.tolist() == other.p[::-1].tolist()


def test_a_side_without_a_unit_is_an_error():
    with pytest.raises(TableError, match=r"^a comparison needs units on either side; received 0 of 3\.$"):
        contrast(np.ones((3, 1)), np.ones(3), np.zeros(3, dtype=bool))


def test_two_long_texts_have_more_deals_than_a_float_holds():
    rng = np.random.default_rng(8)
    counts = rng.poisson(0.05, size=(2400, 4))
    found = contrast(counts, np.full(2400, 20), np.arange(2400) < 1200, draws=2000)
    assert found.least == 1 / 2001
    assert found.p.min() > 0.001
    assert smallest_p(np.arange(2400) < 1200) == 0.0
