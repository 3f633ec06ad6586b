"""Resampling of reports, or of the sentences of one: one weight matrix times one count matrix, no loop over draws.

A draw takes from every stratum as many blocks (reports, sentences) as it has, with replacement. All that a
draw changes is how often each block counts; so a draw is a row of whole-number weights, and every statistic
that is a sum over blocks is, for all draws at once, the product ``weights @ counts``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from analysis.schemas import TableError

__all__ = ["block_weights", "collapse_singletons", "report_weights", "resample", "resampled_chunks"]

_CELLS = 8_000_000
"""Cells of a dense intermediate matrix (64 MB of float64): larger work is cut into chunks."""


def block_weights(strata: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draw the weights of a block bootstrap within strata.

    Parameters
    ----------
    strata : array of shape (blocks,)
        The stratum (document) of each block (sentence), any sortable labels. Within each stratum of m blocks,
        m are drawn with replacement with equal chance: its weights are Multinomial(m; 1/m, …, 1/m).
    draws : int
        Number of draws, at least 1.
    seed : int
        Seed of the NumPy generator. The same strata, draws and seed give the same weights everywhere.

    Returns
    -------
    array of uint16, shape (draws, blocks)
        How often each block counts in each draw. Each row sums to the size of the stratum within each stratum.

    Raises
    ------
    TableError
        If `draws` is below 1.

    References
    ----------
    Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, ch. 8; Davison & Hinkley 1997, section 3.2.

    Examples
    --------
    >>> weights = block_weights(np.array(["a", "a", "a", "b", "b"]), draws=4, seed=1)
    >>> weights.shape, weights[:, :3].sum(axis=1).tolist(), weights[:, 3:].sum(axis=1).tolist()
    ((4, 5), [3, 3, 3, 3], [2, 2, 2, 2])
    """
    if draws < 1:
        raise TableError(f"draws must be at least 1; received {draws}. 2000 is usual.")
    strata = np.asarray(strata)
    generator = np.random.default_rng(seed)
    weights = np.ones((draws, len(strata)), dtype=np.uint16)
    _, codes = np.unique(strata, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    for members in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        size = len(members)
        if size < 2:
            continue
        step = max(1, _CELLS // size)
        for first in range(0, draws, step):
            rows = min(step, draws - first)
            # drawing places and counting them is far faster than Generator.multinomial on many categories
            picked = generator.integers(size, size=(rows, size)) + size * np.arange(rows)[:, None]
            drawn = np.bincount(picked.ravel(), minlength=rows * size).reshape(rows, size)
            weights[first : first + rows, members] = drawn
    return weights


def report_weights(report: np.ndarray, draws: int, seed: int) -> tuple[np.ndarray, str]:
    """Draw the weights of units of text whose reports are redrawn; of a single report its units are.

    Parameters
    ----------
    report : array of shape (units,)
        The report of each unit.
    draws, seed : int

    Returns
    -------
    weights : array of uint16, shape (draws, units)
        All units of a report have its weight.
    unit : str
        "report", or "unit" where there is one report.

    Examples
    --------
    >>> weights, unit = report_weights(np.array(["a", "a", "b"]), draws=3, seed=1)
    >>> bool((weights[:, 0] == weights[:, 1]).all()), unit
    (True, 'report')
    """
    _, codes = np.unique(np.asarray(report), return_inverse=True)
    several = int(codes.max(initial=0)) + 1
    if several < 2:
        return block_weights(np.zeros(len(codes)), draws, seed), "unit"
    return block_weights(np.zeros(several), draws, seed)[:, codes], "report"


def collapse_singletons(strata: np.ndarray) -> np.ndarray:
    """Return `strata` as codes in which no stratum has a single block, as far as there are two blocks.

    A stratum of one block shows no variation within itself, and would silently narrow every interval. All such
    strata are taken together as one; one that is left over joins the first of the others.

    References
    ----------
    Cochran 1977, *Sampling Techniques*, section 5A.12 (collapsed strata overstate the variance, never the reverse).

    Examples
    --------
    >>> collapse_singletons(np.array(["a", "a", "b", "c"])).tolist()
    [0, 0, 1, 1]
    >>> collapse_singletons(np.array(["a", "a", "b"])).tolist()
    [0, 0, 0]
    """
    _, codes, sizes = np.unique(np.asarray(strata), return_inverse=True, return_counts=True)
    single = sizes == 1
    merged = np.where(single[codes], len(sizes), codes)
    if single.sum() == 1 and len(sizes) > 1:
        merged[merged == len(sizes)] = np.flatnonzero(~single)[0]
    return np.unique(merged, return_inverse=True)[1]


def resample(weights: np.ndarray, counts: np.ndarray | sparse.sparray) -> np.ndarray:
    """Return the sums of `counts` over blocks in every draw: ``weights @ counts``.

    Parameters
    ----------
    weights : array of shape (draws, blocks)
    counts : array or sparse array of shape (blocks,) or (blocks, terms)

    Returns
    -------
    array of float64, shape (draws,) or (draws, terms)

    Examples
    --------
    >>> resample(np.array([[1, 1], [2, 0]], dtype=np.uint16), np.array([[3.0, 0.0], [1.0, 5.0]])).tolist()
    [[4.0, 5.0], [6.0, 0.0]]
    """
    if sparse.issparse(counts):
        return np.asarray(counts.T.tocsr() @ weights.T.astype(float)).T
    return weights.astype(float) @ np.asarray(counts, dtype=float)


def resampled_chunks(weights: np.ndarray, counts: sparse.sparray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield ``(draws, sums)`` over slices of the draws, so that no dense matrix outgrows 64 MB.

    Each draw's sums come for all terms at once, which is what ranking within a draw needs.
    """
    step = max(1, _CELLS // max(1, *counts.shape))
    for first in range(0, len(weights), step):
        part = slice(first, min(first + step, len(weights)))
        yield part, resample(weights[part], counts)
