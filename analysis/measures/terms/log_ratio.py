"""The log ratio of a term's rates in two texts: its size, its interval, and what is left of it without one part."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special

from analysis.measures.statistics.intervals import check_confidence, rate_interval
from analysis.measures.terms.hidden import MIN_RATE

__all__ = ["log_ratio", "log_ratio_interval", "log_ratio_lowest"]

_LOG2 = np.log(2)


def log_ratio(
    n_target: ArrayLike, n_reference: ArrayLike, total_target: ArrayLike, total_reference: ArrayLike
) -> np.ndarray:
    """Return ``log2[(a / c) / (b / d)]``: 1 is twice the rate in the target, −1 half of it, 0 the same.

    A count of 0 is taken for 0.5, so the ratio of a term that one text lacks is a lower bound of sorts, and grows with
    the texts: see the flag "zero" of `keyness`. NaN where neither text has the term.

    References
    ----------
    Hardie 2014, "Log Ratio: an informal introduction" (CASS, Lancaster).

    Examples
    --------
    >>> log_ratio([20, 4, 0], [5, 0, 0], 1200, 3400).round(4).tolist()
    [3.5025, 4.5025, nan]
    """
    a, b = np.asarray(n_target, dtype=float), np.asarray(n_reference, dtype=float)
    c, d = np.asarray(total_target, dtype=float), np.asarray(total_reference, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        # a difference of two logarithms, so that exchanging the texts gives the very negative
        ratio = np.log2(np.where(a > 0, a, 0.5) / c) - np.log2(np.where(b > 0, b, 0.5) / d)
    return np.where(a + b > 0, ratio, np.nan)


def log_ratio_interval(
    target: tuple[np.ndarray | sparse.sparray, np.ndarray, np.ndarray],
    reference: tuple[np.ndarray | sparse.sparray, np.ndarray, np.ndarray],
    *,
    confidence: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Return limits of the log ratio, sentences being the sampled units of both texts.

    The two rates get the limits of `rate_interval`, and their distances on the log scale are squared and added (the
    method of variance estimates recovery): ``L = θ − √((θ1 − l1)² + (u2 − θ2)²)`` and the like for U. Below three
    occurrences, where sentences show too little of how a term varies, a rate gets the exact limits of a Poisson count;
    where a text lacks the term, the log ratio has one limit only. Terms that no sentences tell apart have none.

    Parameters
    ----------
    target, reference : tuple
        Of each text its counts (blocks by terms), the tokens of its blocks and the document of each block.
    confidence : float

    Returns
    -------
    low, high : arrays of float64, shape (terms,)
        In log2 units; −inf or inf where the target or the reference lacks the term, NaN where both do.

    References
    ----------
    Zou & Donner 2008, *Statistics in Medicine* 27: 1693–1702 (variance estimates recovery); Garwood 1936,
    *Biometrika* 28: 437–442 (Poisson limits).

    Examples
    --------
    >>> text = np.array([[3], [1], [2], [2]]), np.full(4, 20), np.zeros(4)
    >>> low, high = log_ratio_interval(text, (text[0] // 2, text[1], text[2]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-0.317], [3.147])
    """
    check_confidence(confidence)
    down_target, up_target, n_target = _reach(*target, confidence)
    down_reference, up_reference, n_reference = _reach(*reference, confidence)
    middle = log_ratio(n_target, n_reference, target[1].sum(), reference[1].sum())
    low = middle - np.hypot(down_target, up_reference) / _LOG2
    high = middle + np.hypot(up_target, down_reference) / _LOG2
    return low, high


def _reach(
    counts: np.ndarray | sparse.sparray,
    sizes: np.ndarray,
    strata: np.ndarray,
    confidence: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how far the limits of each rate lie below and above it on the log scale, and the counts."""
    table = sparse.csc_array(counts if sparse.issparse(counts) else np.asarray(counts, dtype=float))
    sizes = np.asarray(sizes, dtype=float)
    n = np.asarray(table.sum(axis=0)).ravel()
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        point = np.where(n > 0, n, 0.5)
        down = np.where(n > 0, -np.log(special.gammaincinv(n, tail) / point), np.inf)
        up = np.log(special.gammaincinv(n + 1, 1 - tail) / point)
    often = np.flatnonzero(n >= MIN_RATE)
    if len(often):
        low, high = rate_interval(table[:, often], sizes, strata, confidence=confidence)
        rate = n[often] / sizes.sum()
        with np.errstate(divide="ignore"):
            down[often], up[often] = -np.log(low / rate), np.log(high / rate)
    return down, up, n


def log_ratio_lowest(
    counts: sparse.csr_array, sizes: np.ndarray, n_other: np.ndarray, total_other: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest log ratio that a term keeps when one part of its text is left out, and which part that is.

    Low is meant towards the other text. A part that holds the term is left out with its tokens; the part that the
    ratio hangs on most is the answer. A value near the full log ratio says that the term is used throughout; one near
    or past 0 that a single burst made it a keyword.

    Parameters
    ----------
    counts : sparse array of shape (parts, terms)
    sizes : array of shape (parts,)
        Tokens of each part.
    n_other : array of shape (terms,)
        Occurrences in the other text.
    total_other : float
        Tokens of the other text.

    Returns
    -------
    lowest : array of float64
        NaN where there are not two parts with text, or the term does not occur.
    part : array of int
        −1 where `lowest` is NaN.

    Examples
    --------
    Ten hits in a text of 1000 words, nine of them in one of its two halves, against two hits in another 1000:

    >>> lowest, part = log_ratio_lowest(sparse.csr_array([[9], [1]]), np.array([500, 500]), np.array([2]), 1000)
    >>> lowest.tolist(), part.tolist()
    ([0.0], [0])
    """
    sizes = np.asarray(sizes, dtype=float)
    lowest, part = np.full(counts.shape[1], np.nan), np.full(counts.shape[1], -1)
    if (sizes > 0).sum() < 2:
        return lowest, part
    cells = counts.tocoo()
    n, total = np.asarray(counts.sum(axis=0)).ravel(), sizes.sum()
    # to leave out a part without the term raises its rate, so the lowest value is among the parts that hold it
    kept = np.where(n[cells.col] > cells.data, n[cells.col] - cells.data, 0.5) / (total - sizes[cells.row])
    other = np.where(n_other > 0, n_other, 0.5) / total_other
    ratio = np.log2(kept) - np.log2(other[cells.col])
    order = np.lexsort((cells.row, ratio, cells.col))
    column, first = np.unique(cells.col[order], return_index=True)
    lowest[column], part[column] = ratio[order][first], cells.row[order][first]
    return lowest, part
