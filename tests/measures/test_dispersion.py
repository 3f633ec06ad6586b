import math
from itertools import product

import numpy as np
import pytest
from scipy import sparse

from analysis.measures.terms.dispersion import dispersion, expected_dp
from analysis.schemas import TableError

# counts, sizes, DP, DPnorm: the first two from METHODS §1, the third from Gries 2008, all five equal to
# CorpusWordAnalyzer(counts, sizes, sum(sizes)).dp and .dp_norm of corpus-dispersion 0.2.0 (MIT), which printed them
REFERENCE = [
    ([8, 0, 0, 0], [1, 1, 1, 1], 0.75, 1.0),
    ([3, 1, 0, 4, 2], [2040, 2792, 2512, 6146, 5683], 0.2730454284671152, 0.3055565283371272),
    ([1, 2, 3, 4, 5], [9, 10, 10, 10, 11], 0.18, 0.2195121951219512),
    ([12, 7, 3], [500, 300, 1200], 0.4636363636363636, 0.5454545454545454),
    ([1, 0, 5, 2, 9, 0, 4], [310, 120, 800, 95, 1200, 60, 415], 0.14428571428571424, 0.1472303206997084),
]


@pytest.mark.parametrize(("counts", "sizes", "dp", "norm"), REFERENCE)
def test_reference_values(counts, sizes, dp, norm):
    assert dispersion(counts, sizes) == pytest.approx((dp, norm), abs=1e-9)


def test_many_terms_at_once_dense_or_sparse():
    counts, sizes = np.array([[1, 3], [2, 2], [0, 0], [4, 0]]), [10, 30]
    expected = [[0, 0.25, math.nan, 0.75], [0, 1 / 3, math.nan, 1]]
    np.testing.assert_allclose(dispersion(counts, sizes), expected, atol=1e-12)
    np.testing.assert_allclose(dispersion(sparse.csc_array(counts), sizes), expected, atol=1e-12)


def test_one_part_has_no_dispersion():
    assert np.isnan(dispersion([5], [100])).all()
    assert np.isnan(expected_dp(5, [100]))


@pytest.mark.parametrize("sizes", [[1, 1], [1, 2, 3], [5, 1, 1, 9]])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_expectation_equals_the_mean_over_all_allocations(n, sizes):
    share = np.array(sizes) / sum(sizes)
    mean = 0.0
    for places in product(range(len(sizes)), repeat=n):
        held = np.bincount(places, minlength=len(sizes))
        mean += share[list(places)].prod() * np.abs(held / n - share).sum() / 2
    assert expected_dp(n, sizes) == pytest.approx(mean, abs=1e-12)


def test_expectation_for_many_terms_keeps_their_order():
    n = np.array([5, 0, 2, 5])
    single = [expected_dp(5, [1, 3]), math.nan, expected_dp(2, [1, 3]), expected_dp(5, [1, 3])]
    np.testing.assert_array_equal(expected_dp(n, [1, 3]), single)


def test_expectation_stays_exact_for_large_counts():
    # two equal parts: E|X/n − ½| = C(n, n/2) / 2^(n+1) for even n
    n = 20_000
    exact = math.comb(n, n // 2) / (1 << n) / 2
    assert expected_dp(n, [1, 1]) == pytest.approx(exact, rel=1e-9)


def test_parts_that_do_not_fit_say_so():
    with pytest.raises(TableError, match=r"^counts have 2 parts and sizes have 3; they must be the same parts\.$"):
        dispersion([1, 2], [1, 1, 1])
    with pytest.raises(
        TableError, match=r"^sizes must be one positive number per part; received \[4\.0, 0\.0\]\. Drop"
    ):
        dispersion([1, 2], [4, 0])


def test_negative_counts_are_no_counts():
    with pytest.raises(TableError, match=r"^counts must not be negative; received -3\. Give occurrences\.$"):
        dispersion([5, -3], [10, 10])
