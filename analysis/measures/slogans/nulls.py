"""How often slogans would stand together by chance alone: upper tails of each pair under a null model.

Both nulls are closed forms: no draw, no seed, and no smallest p that a number of draws would set.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse, special

__all__ = ["Tails", "fixed_degree_tails", "hypergeometric_tails", "richness_weights"]

_CELLS = 2_000_000
"""Cells of a table of partial sums: larger work is cut into chunks of pairs."""


class Tails(NamedTuple):
    """P(X ≥ k) of many pairs for k = 0 … the smaller of the two frequencies, one pair after the other.

    Attributes
    ----------
    first : ndarray of int
        Per pair the place of its P(X ≥ 0) in `values`.
    values : ndarray of float64
    """

    first: np.ndarray
    values: np.ndarray

    def at(self, n: np.ndarray) -> np.ndarray:
        """Return P(X ≥ n) of each pair."""
        return self.values[self.first + n]

    def of(self, pairs: np.ndarray) -> Tails:
        """Return the tails of some of the pairs."""
        length = np.diff(np.append(self.first, len(self.values)))[pairs]
        first = np.cumsum(length) - length
        return Tails(first, self.values[np.arange(length.sum()) + np.repeat(self.first[pairs] - first, length)])

    def expected_false(self, p: np.ndarray) -> np.ndarray:
        """Return how many of the pairs would reach each `p` or less by chance: the sum of their chances to.

        A pair's p takes few values, so its chance to reach p is the largest of them that is not above p, often far
        below p itself.
        """
        last = np.zeros(len(self.values), dtype=bool)
        last[self.first[1:] - 1] = True
        last[-1:] = True
        rises = self.values - np.where(last, 0.0, np.append(self.values[1:], 0.0))
        order = np.argsort(self.values, kind="stable")
        total = np.append(0.0, np.cumsum(rises[order]))
        # values that differ by rounding alone are one value
        return total[np.searchsorted(self.values[order], np.asarray(p) * (1 + 1e-9), "right")]

    def critical(self, p: float) -> np.ndarray:
        """Return for each pair the smallest count with P(X ≥ count) ≤ p; −1 where no count reaches it."""
        if not len(self.first):
            return np.zeros(0, dtype=np.int64)
        above = np.add.reduceat((self.values > p).astype(np.int64), self.first)
        length = np.diff(np.append(self.first, len(self.values)))
        # a count that cannot happen has p = 0 and is no aim
        reached = self.values[np.minimum(self.first + above, len(self.values) - 1)] > 0
        return np.where((above < length) & reached, above, -1)


def _tails(pmfs: list[np.ndarray]) -> Tails:
    """Return the tails of distributions given from 0 up, summed from the far end, so that small ones stay exact."""
    lengths = np.array([len(pmf) for pmf in pmfs], dtype=np.int64)
    values = [np.minimum(np.cumsum(pmf[::-1])[::-1], 1.0) for pmf in pmfs]
    return Tails(np.cumsum(lengths) - lengths, np.concatenate(values) if values else np.zeros(0))


def hypergeometric_tails(n_source: np.ndarray, n_target: np.ndarray, n_units: int) -> Tails:
    """Return the tails where each slogan falls on any of the units with equal chance.

    ``P(X = k) = C(f_x, k) C(N − f_x, f_y − k) / C(N, f_y)``. Units that hold many slogans count like those that hold
    one, so pairs in long sentences look more remarkable than they are.

    References
    ----------
    Tumminello, Miccichè, Lillo, Piilo & Mantegna 2011, *PLoS ONE* 6: e17994.

    Examples
    --------
    >>> f"{hypergeometric_tails(np.array([20]), np.array([15]), 400).at(np.array([8]))[0]:.6e}"
    '4.406377e-08'
    """
    pairs = np.stack([np.maximum(n_source, n_target), np.minimum(n_source, n_target)])
    different, which = np.unique(pairs, axis=1, return_inverse=True)
    pmfs = []
    for larger, smaller in different.T.tolist():
        k = np.arange(smaller + 1)
        possible = k >= larger + smaller - n_units
        chance = np.zeros(len(k))
        chance[possible] = np.exp(
            _log_choose(larger, k[possible])
            + _log_choose(n_units - larger, smaller - k[possible])
            - _log_choose(n_units, smaller)
        )
        pmfs.append(chance)
    return _tails([pmfs[at] for at in which.ravel().tolist()])


def _log_choose(n: np.ndarray | int, k: np.ndarray | int) -> np.ndarray:
    return -special.betaln(1 + np.asarray(n) - k, 1 + np.asarray(k)) - np.log1p(n)


def fixed_degree_tails(
    matrix: sparse.csr_array, source: np.ndarray, target: np.ndarray, strata: np.ndarray | None = None
) -> Tails:
    """Return the tails where each slogan keeps its frequency and each unit the number of its slogans.

    In each stratum (report), the units choose as many slogans as they hold, slogan s with weight w_s; the weights are
    those under which every slogan is expected as often as it occurs (maximum entropy). Of a pair, given that its two
    frequencies are exactly as observed, its own weights cancel, and with ``e_r`` the elementary symmetric polynomial
    of the others' weights the number X of units with both is distributed as

    ``P(X = k) ∝ C(m, f_x − k) · [a^k b^m] Π_u (e_r(u) + e_r(u)−1 b + e_r(u)−2 a)``, ``m = f_x + f_y − 2k``

    All terms are positive, so that the smallest p are as exact as the largest. Strata are independent: their
    distributions are convolved, and what two slogans share by living in one report counts for nothing. Where all units
    hold r slogans, this is Fisher's noncentral hypergeometric distribution, of odds near (r − 1)/r among many slogans:
    the place that one takes is not there for the other.

    Parameters
    ----------
    matrix : sparse array of shape (units, slogans)
        0 and 1.
    source, target : arrays of int
        The pairs, as columns.
    strata : array of int, optional
        Report of each unit; None takes all units as one.

    References
    ----------
    Strona, Nappo, Boccacci, Fattorini & San-Miguel-Ayanz 2014, *Nature Communications* 5: 4114 (the null, by sampling);
    Chen, Dempster & Liu 1994, *Biometrika* 81: 457–469 (fixed-size choice with weights, equation 3);
    Neal, Domagalski & Sagan 2021, *Scientific Reports* 11: 23929 (nulls with both, one or no margin fixed).

    Examples
    --------
    Of the 15 ways to fill two units with two and two with one of three slogans, each slogan twice, one has the first
    pair together twice and 8 once.

    >>> matrix = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]]))
    >>> fixed_degree_tails(matrix, np.array([0]), np.array([1])).values.round(3).tolist()
    [1.0, 0.6, 0.067]
    """
    source, target = np.asarray(source), np.asarray(target)
    pmfs = [np.ones(1) for _ in source]
    codes = np.zeros(matrix.shape[0], dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    for stratum in range(codes.max() + 1 if len(codes) else 0):
        part = sparse.csr_array(matrix[codes == stratum])
        there = np.diff(part.tocsc().indptr) > 0
        pairs = np.flatnonzero(there[source] & there[target])
        if not len(pairs):
            continue
        columns = np.flatnonzero(there)
        place = np.cumsum(there) - 1
        dense = part[:, columns].toarray().astype(bool)
        for pair, pmf in _stratum_pmfs(dense, place[source[pairs]], place[target[pairs]]):
            pmfs[pairs[pair]] = np.convolve(pmfs[pairs[pair]], pmf)
    total = np.asarray(matrix.sum(axis=0), dtype=float).ravel().astype(np.int64)
    most = np.minimum(total[source], total[target]) + 1
    # what no stratum allows has no chance, yet a place in the table
    pmfs = [np.append(pmf, np.zeros(length - len(pmf))) for pmf, length in zip(pmfs, most.tolist(), strict=True)]
    return _tails(pmfs)


def _free(dense: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the units and slogans whose cells are not forced by the margins.

    A slogan in all units or in none has no choice, nor has a unit with all slogans or none; without them, others may
    have none either.
    """
    units, slogans = np.arange(dense.shape[0]), np.arange(dense.shape[1])
    while True:
        part = dense[np.ix_(units, slogans)]
        rich, often = part.sum(axis=1), part.sum(axis=0)
        open_units = (rich > 0) & (rich < len(slogans))
        open_slogans = (often > 0) & (often < len(units))
        if open_units.all() and open_slogans.all():
            return units, slogans
        units, slogans = units[open_units], slogans[open_slogans]


def _symmetric(weights: np.ndarray, degree: int) -> np.ndarray:
    """Return the elementary symmetric polynomials e_0 … e_degree of each row of `weights`."""
    sums = np.zeros((len(weights), degree + 1))
    sums[:, 0] = 1.0
    for column in weights.T:
        sums[:, 1:] += column[:, None] * sums[:, :-1]
    return sums


def richness_weights(
    richness: np.ndarray, often: np.ndarray, *, tolerance: float = 1e-9, steps: int = 500
) -> np.ndarray:
    """Return the weights under which units that choose `richness` slogans hold each slogan `often` times on average.

    Their scale is free; it is set so that they sum to the greatest richness, which keeps the polynomials in range.

    Examples
    --------
    >>> richness_weights(np.array([1, 1, 1, 1]), np.array([3, 1])).round(6).tolist()
    [0.75, 0.25]
    """
    most = int(richness.max())
    share = np.bincount(richness, minlength=most + 1).astype(float)
    weights = most * often / often.sum()
    others = 1 - np.eye(len(often))
    for _ in range(steps):
        whole = _symmetric(weights[None, :], most)[0]
        without = _symmetric(weights * others, most)
        expected = weights * (without[:, :-1] @ (share[1:] / whole[1:]))
        if np.abs(expected / often - 1).max() < tolerance:
            break
        weights = weights * often / expected
        weights *= most / weights.sum()
    return weights


def _stratum_pmfs(dense: np.ndarray, source: np.ndarray, target: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Return (pair, distribution) in one stratum for the pairs given as columns of `dense`."""
    both = _together(dense)[source, target]
    units, slogans = _free(dense)
    place = np.full(dense.shape[1], -1)
    place[slogans] = np.arange(len(slogans))
    i, j = place[source], place[target]
    open_pairs = (i >= 0) & (j >= 0)
    forced = [(pair, _point(both[pair])) for pair in np.flatnonzero(~open_pairs).tolist()]
    if not open_pairs.any():
        return forced

    part = dense[np.ix_(units, slogans)]
    richness, often = part.sum(axis=1), part.sum(axis=0)
    weights = richness_weights(richness, often)
    pairs = np.flatnonzero(open_pairs)
    free = _together(part)
    reach = often[i[pairs]] + often[j[pairs]]
    pairs, reach = pairs[np.argsort(reach, kind="stable")], np.sort(reach)
    found = []
    first = 0
    while first < len(pairs):
        # pairs stand by rising frequency, so the tables of a chunk are of nearly one size
        last = first + max(1, int(np.searchsorted(_cells(reach[first:]), _CELLS, "right")))
        chunk = pairs[first:last]
        chances = _pair_pmfs(richness, weights, often, i[chunk], j[chunk])
        for pair, chance in zip(chunk.tolist(), chances, strict=True):
            here = int(free[i[pair], j[pair]])
            found.append((pair, np.append(np.zeros(both[pair] - here), chance)))
        first = last
    return forced + found


def _together(dense: np.ndarray) -> np.ndarray:
    """Return in how many units each two columns stand together."""
    counts = sparse.csr_array(dense.astype(np.int64))
    return (counts.T @ counts).toarray()


def _cells(reach: np.ndarray) -> np.ndarray:
    """Return the cells of a table for the first 1, 2, … pairs."""
    return np.arange(1, len(reach) + 1) * (reach + 1) * (reach // 2 + 1)


def _point(value: int) -> np.ndarray:
    return np.append(np.zeros(value), 1.0)


def _pair_pmfs(
    richness: np.ndarray, weights: np.ndarray, often: np.ndarray, i: np.ndarray, j: np.ndarray
) -> list[np.ndarray]:
    """Return the distribution of each pair (i, j) over units of given richness, both frequencies fixed."""
    rows = np.arange(len(i))
    others = np.broadcast_to(weights, (len(i), len(weights))).copy()
    others[rows, i] = 0.0
    others[rows, j] = 0.0
    sums = _symmetric(others, int(richness.max()))
    # any scale of the pair's own weight cancels; this one keeps the table in range
    scale = np.sqrt(weights[i] * weights[j])[:, None]
    none, one, two = sums.copy(), np.zeros_like(sums), np.zeros_like(sums)
    one[:, 1:] = scale * sums[:, :-1]
    two[:, 2:] = scale**2 * sums[:, :-2]
    total = none + 2 * one + two
    none, one, two = none / total, one / total, two / total

    reach = often[i] + often[j]
    table = np.zeros((len(i), int(np.minimum(often[i], often[j]).max()) + 1, int(reach.max()) + 1))
    table[:, 0, 0] = 1.0
    for size in np.sort(richness):
        grown = table * none[:, size, None, None]
        grown[:, :, 1:] += table[:, :, :-1] * one[:, size, None, None]
        if size > 1:
            grown[:, 1:, :] += table[:, :-1, :] * two[:, size, None, None]
        table = grown
    found = []
    for row, (f_x, f_y) in enumerate(zip(often[i].tolist(), often[j].tolist(), strict=True)):
        k = np.arange(min(f_x, f_y) + 1)
        alone = f_x + f_y - 2 * k
        chance = table[row, k, alone] * special.comb(alone, f_x - k)
        found.append(chance / chance.sum())
    return found
