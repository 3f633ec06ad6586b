"""Two groups of reports compared term by term: a studentised statistic, dealt anew as often as a term needs it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb, prod
from typing import NamedTuple

import numpy as np
from scipy import sparse, special

from analysis.schemas import TableError

__all__ = ["Contrast", "contrast", "joint_statistic", "smallest_p"]

_CELLS = 4_000_000
"""Cells of a dense intermediate matrix (32 MB of float64): larger work is cut into chunks."""
_FIRST = 2000
"""Deals in a chunk; each term is looked at in the first of them."""
_ENOUGH = 30
"""Deals at least as extreme as the observed one after which a term needs no more: its p is known to a fifth."""
_COUNTLESS = 35.0
"""Logarithm of a number of deals that is exact as a float and beyond all looking at."""
_OFTEN = 5
"""Fewest occurrences on either side for Welch's t: the logarithm of a rarer count is too skewed."""
_HALF = 3 / 8
"""Anscombe's addition to a count before the root."""


class Contrast(NamedTuple):
    """Evidence of a difference between two groups, one entry a term.

    Attributes
    ----------
    p : ndarray of float64
        The larger of the two p's below; NaN for a term that no unit holds.
    p_dealt : ndarray of float64
        Share of deals of the units that give a difference as large, the observed one counted.
    p_welch : ndarray of float64
        Of Welch's t with the spread of each group.
    se, freedom : ndarray of float64
        Standard error of the difference of the log rates, with the spread of each group, and its degrees of freedom;
        NaN for a term that either group holds fewer than five times.
    least : float
        The smallest p that can come out: where there are few deals, one of them, or two where each has a mirror.
    draws : int
        Deals of the term that needed most; all there are where they are few.
    """

    p: np.ndarray
    p_dealt: np.ndarray
    p_welch: np.ndarray
    se: np.ndarray
    freedom: np.ndarray
    least: float
    draws: int


class _Data(NamedTuple):
    counts: np.ndarray
    residual: np.ndarray
    scaled: np.ndarray
    sizes: np.ndarray
    rate: np.ndarray

    def of(self, terms: np.ndarray) -> _Data:
        return _Data(
            self.counts[:, terms], self.residual[:, terms], self.scaled[:, terms], self.sizes, self.rate[terms]
        )


def smallest_p(target: np.ndarray, strata: np.ndarray | None = None) -> float:
    """Return the smallest p that dealing the units anew can give: one deal, and its mirror where groups are equal.

    Examples
    --------
    >>> smallest_p(np.array([True, True, True, False, False, False]))
    0.1
    """
    deals, mirrored = _deals(target, strata)
    return min(1.0, (2 if mirrored else 1) / deals)


def contrast(
    counts: np.ndarray | sparse.sparray,
    sizes: np.ndarray,
    target: np.ndarray,
    strata: np.ndarray | None = None,
    *,
    draws: int = 200_000,
    seed: int = 20240101,
) -> Contrast:
    """Compare the rates of terms in two groups of units (reports, or the sentences of one text).

    The statistic is the difference of the roots of the two rates over its standard error, which comes from the spread
    of the units of each group and is never below that of a Poisson count. Whole units are dealt anew to the groups,
    inside strata where such are given, and its place among the deals gives `p_dealt`; a term draws until 30 deals have
    been as extreme, and at most `draws` times, so that small p's are resolved and large ones cost little. Where there
    are few deals, all are looked at. Dealing holds its level whatever the units look like, if groups differ in nothing
    at all; Welch's t holds it where one group is smaller and more varied, where dealing does not. The larger of the two
    p's is taken: docs/methods-groups.md prints what both do, cell by cell.

    Parameters
    ----------
    counts : array or sparse array of shape (units, terms)
        Occurrences.
    sizes : array of shape (units,)
        Exposure of each unit, positive.
    target : array of bool, shape (units,)
        The units of the one group; the others are the other.
    strata : array of shape (units,), optional
        Units are dealt inside these, and rates are compared inside them.
    draws : int
        At most, per term. 0 takes Welch's t alone.
    seed : int

    Returns
    -------
    Contrast

    Raises
    ------
    TableError
        If a group has no unit.

    References
    ----------
    Janssen 1997, *Statistics & Probability Letters* 36: 9–21, and Chung & Romano 2013, *Annals of Statistics* 41:
    484–507 (studentised permutation); Welch 1947, *Biometrika* 34: 28–35; Anscombe 1948, *Biometrika* 35: 246–254
    (root of a count); Besag & Clifford 1991, *Biometrika* 78: 301–304 (draws until enough are extreme).

    Examples
    --------
    >>> found = contrast([[9], [8], [7], [1], [0], [2]], np.full(6, 1000), np.array([True] * 3 + [False] * 3))
    >>> found.p_dealt.tolist(), found.least, found.draws
    ([0.1], 0.1, 20)
    """
    target = np.asarray(target, dtype=bool)
    sizes = np.asarray(sizes, dtype=float)
    if target.all() or not target.any():
        raise TableError(f"a comparison needs units on either side; received {target.sum()} of {len(target)}.")
    table = counts if sparse.issparse(counts) else sparse.csr_array(np.asarray(counts, dtype=float))
    table = sparse.csc_array(table)
    _, codes = np.unique(np.zeros(len(sizes)) if strata is None else np.asarray(strata), return_inverse=True)
    terms = table.shape[1]
    p_dealt, p_welch, se, freedom = (np.ones(terms) for _ in range(4))
    most = 0
    step = max(1, _CELLS // len(sizes))
    for first in range(0, terms, step):
        part = slice(first, min(first + step, terms))
        data = _data(table[:, part].toarray(), sizes, codes)
        p_welch[part], se[part], freedom[part] = _welch(data, target)
        p_dealt[part], used = _dealt(data, target, codes, draws, seed)
        most = max(most, used)
    absent = np.asarray(table.sum(axis=0)).ravel() == 0
    p_dealt[absent], p_welch[absent] = np.nan, np.nan
    least = smallest_p(target, codes)
    if draws:
        least = max(least, 1 / (draws + 1))
    return Contrast(np.maximum(p_dealt, p_welch), p_dealt, p_welch, se, freedom, least if draws else 0.0, most)


def _data(counts: np.ndarray, sizes: np.ndarray, strata: np.ndarray) -> _Data:
    """Return what of each count its stratum's rate does not explain.

    Residuals of a stratum of n units sum to 0, which takes 1/n of their variance: it is given back for the spread.
    """
    member = sparse.csr_array((np.ones(len(sizes)), (strata, np.arange(len(sizes)))))
    exposure = np.bincount(strata, sizes)
    units = np.bincount(strata)
    rate = (member @ counts) / exposure[:, None]
    residual = counts - rate[strata] * sizes[:, None]
    lost = np.sqrt(units / np.maximum(units - 1, 1)) if len(units) > 1 else np.ones(1)
    return _Data(counts, residual, residual * lost[strata][:, None], sizes, counts.sum(axis=0) / sizes.sum())


def _statistic(data: _Data, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each deal (rows of `labels`, 1 for the target's units) difference and variances of either side."""
    root, variance = [], []
    square, crossed = data.scaled**2, data.scaled * data.sizes[:, None]
    whole = [data.residual.sum(axis=0), data.scaled.sum(axis=0), square.sum(axis=0), crossed.sum(axis=0)]
    mine = [labels @ part for part in (data.residual, data.scaled, square, crossed)]
    size, size2, units = labels @ data.sizes, labels @ data.sizes**2, labels.sum(axis=1)
    for at in range(2):
        r, q, qq, qx = mine if at == 0 else [total - part for total, part in zip(whole, mine, strict=True)]
        x = (size if at == 0 else data.sizes.sum() - size)[:, None]
        xx = (size2 if at == 0 else (data.sizes**2).sum() - size2)[:, None]
        m = (units if at == 0 else len(data.sizes) - units)[:, None]
        rate = np.maximum(data.rate + r / x, 0) + _HALF / x
        mean = q / x
        spread = np.maximum(qq - 2 * mean * qx + mean**2 * xx, 0) * (m / np.maximum(m - 1, 1)) / x**2
        root.append(np.sqrt(rate))
        variance.append(np.maximum(spread / rate, 1 / x) / 4)
    return root[0] - root[1], variance[0], variance[1]


def joint_statistic(counts: np.ndarray, sizes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return for each deal the sum over terms of the squared studentised difference of two groups.

    Parameters
    ----------
    counts : array of shape (units, terms)
    sizes : array of shape (units,)
    labels : array of shape (deals, units)
        1 for the units of the first group, 0 for the others.
    """
    data = _data(counts, sizes, np.zeros(len(sizes), dtype=np.int64))
    difference, one, other = _statistic(data, labels)
    return (difference**2 / (one + other)).sum(axis=1)


def _welch(data: _Data, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return p of Welch's t on the log rates, their standard error by the jackknife over units, and its freedom.

    For a rare term p is 0, which leaves the word to dealing, and the others are NaN.
    """
    level, variance, count = [], [], []
    for side in (target, ~target):
        sizes, scaled = data.sizes[side][:, None], data.scaled[side]
        count.append(data.counts[side].sum(axis=0))
        whole, units = sizes.sum(), len(sizes)
        level.append(np.log(np.maximum(data.rate + data.residual[side].sum(axis=0) / whole, 0) + 0.5 / whole))
        if units == 1:
            variance.append(1 / (count[-1] + 0.5))  # a single report shows no spread: as if its words were independent
            continue
        without = np.maximum(data.rate + (scaled.sum(axis=0) - scaled) / (whole - sizes), 0)
        logs = np.log(without + 0.5 / whole)
        variance.append(((logs - logs.mean(axis=0)) ** 2).sum(axis=0) * (units - 1) / units)
    (one, other), m, n = variance, target.sum(), (~target).sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = (one + other) ** 2 / (one**2 / max(m - 1, 1) + other**2 / max(n - 1, 1))
        p = 2 * special.stdtr(freedom, -np.abs(level[0] - level[1]) / np.sqrt(one + other))
    known = (np.minimum(*count) >= _OFTEN) & np.isfinite(p)
    se, freedom = (np.where(known, value, np.nan) for value in (np.sqrt(one + other), freedom))
    return np.where(known, p, 0.0), se, freedom


def _dealt(data: _Data, target: np.ndarray, strata: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, int]:
    """Return the share of deals at least as extreme as the observed one, and how many deals were looked at."""
    terms = data.residual.shape[1]
    if not draws:
        return np.zeros(terms), 0
    difference, one, other = _statistic(data, target[None, :].astype(float))
    observed = (np.abs(difference) / np.sqrt(one + other))[0] * (1 - 1e-9)
    deals, _ = _deals(target, strata)
    every = len(np.unique(strata)) == 1 and deals <= min(draws, 50_000)
    extreme, looked, going = np.zeros(terms), np.zeros(terms), np.arange(terms)
    done = 0
    for labels in _labels(target, strata, deals if every else draws, every, seed):
        share = data if len(going) == terms else data.of(going)
        step = max(1, _CELLS // max(1, len(going)))
        for at in range(0, len(labels), step):
            difference, one, other = _statistic(share, labels[at : at + step])
            extreme[going] += (np.abs(difference) / np.sqrt(one + other) >= observed[going]).sum(axis=0)
        looked[going] += len(labels)
        done += len(labels)
        if not every and done >= _FIRST:
            going = going[extreme[going] < _ENOUGH]
            if not len(going):
                break
    return (extreme / looked if every else (extreme + 1) / (looked + 1)), done


def _deals(target: np.ndarray, strata: np.ndarray | None) -> tuple[float, bool]:
    """Return in how many ways the units can be dealt, and whether each deal has a mirror image."""
    _, codes = np.unique(np.zeros(len(target)) if strata is None else strata, return_inverse=True)
    units, chosen = np.bincount(codes), np.bincount(codes, target)
    mirrored = bool((2 * chosen == units).all())
    logs = special.gammaln(units + 1) - special.gammaln(chosen + 1) - special.gammaln(units - chosen + 1)
    if logs.sum() > _COUNTLESS:
        return np.inf, mirrored
    deals = prod(comb(n, k) for n, k in zip(units.tolist(), chosen.astype(int).tolist(), strict=True))
    return float(deals), mirrored


def _labels(target: np.ndarray, strata: np.ndarray, draws: float, every: bool, seed: int) -> Iterator[np.ndarray]:
    """Yield deals in chunks: rows of 1 for the units of the target, 0 for the others."""
    units, chosen = len(target), int(target.sum())
    step = _FIRST
    if every:
        rows = np.array(list(combinations(range(units), chosen)))
        for at in range(0, len(rows), step):
            labels = np.zeros((len(rows[at : at + step]), units))
            np.put_along_axis(labels, rows[at : at + step], 1.0, axis=1)
            yield labels
        return
    generator = np.random.default_rng(seed)
    places = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    for at in range(0, int(draws), step):
        some = min(step, int(draws) - at)
        labels = np.zeros((some, units))
        for place in places:
            held = int(target[place].sum())
            if held in (0, len(place)):
                labels[:, place] = float(held > 0)
                continue
            order = np.argpartition(generator.random((some, len(place))), held - 1, axis=1)[:, :held]
            np.put_along_axis(labels, place[order], 1.0, axis=1)
        yield labels
