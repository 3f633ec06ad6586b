"""Intervals for a term's rate from the variation between sentences; docs/methods-intervals.md shows the choice."""

from __future__ import annotations

import numpy as np
from scipy import sparse, special

from analysis.measures.statistics.resampling import _CELLS, block_weights, collapse_singletons, resample
from analysis.schemas import TableError

__all__ = ["DEFAULT_METHOD", "METHODS", "rate_interval", "zero_bound"]

METHODS = ("score", "log_t", "percentile")
DEFAULT_METHOD = "score"


def check_interval(method: str | None, confidence: float) -> str:
    """Return the method to use; raise `TableError` for one that is not there or a confidence outside (0, 1)."""
    if method is not None and method not in METHODS:
        raise TableError(f"no interval method is called {method!r}; there are: {', '.join(METHODS)}.")
    if not 0 < confidence < 1:
        raise TableError(f"confidence must lie between 0 and 1; received {confidence!r}. 0.95 is usual.")
    return method or DEFAULT_METHOD


def zero_bound(exposure: np.ndarray, confidence: float = 0.95) -> np.ndarray:
    """Return the upper bound of the rate of a term that was not seen: the rule of three, 3/N at 95 per cent.

    References
    ----------
    Hanley & Lippman-Hand 1983, *JAMA* 249: 1743–1745. Other levels: ``−ln(1 − confidence) / N``.

    Examples
    --------
    >>> zero_bound(1500)
    0.002
    """
    return (3.0 if confidence == 0.95 else -np.log1p(-confidence)) / exposure


def _linearised(counts: sparse.csc_array, sizes: np.ndarray, strata: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return rate, its relative variance and the effective degrees of freedom of that variance, per term.

    Residuals are ``d = y − R x − (their mean in the stratum)``. A term is absent from nearly all sentences, so their
    powers are summed as if it were absent from all, from power sums of x, and corrected where it occurs.
    """
    blocks, total = len(sizes), sizes.sum()
    size = np.bincount(strata).astype(float)
    power = [np.bincount(strata, weights=sizes**p)[:, None] for p in range(5)]
    member = sparse.csr_array((np.ones(blocks), (strata, np.arange(blocks))), shape=(len(size), blocks))
    f_stratum = (member @ counts).toarray()
    rate = f_stratum.sum(axis=0) / total
    shift = (f_stratum - rate * power[1]) / size[:, None]

    square = rate**2 * power[2] + 2 * rate * shift * power[1] + shift**2 * power[0]
    fourth = (
        rate**4 * power[4]
        + 4 * rate**3 * shift * power[3]
        + 6 * rate**2 * shift**2 * power[2]
        + 4 * rate * shift**3 * power[1]
        + shift**4 * power[0]
    )
    seen = counts.tocoo()
    absent = rate[seen.col] * sizes[seen.row] + shift[strata[seen.row], seen.col]
    cell = strata[seen.row] * counts.shape[1] + seen.col
    for sums, p in ((square, 2), (fourth, 4)):
        sums += np.bincount(cell, (seen.data - absent) ** p - absent**p, sums.size).reshape(sums.shape)

    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(size > 1, size / (size - 1), 0.0)
        relative = factor @ np.maximum(square, 0) / (rate * total) ** 2
        kurtosis = blocks * fourth.sum(axis=0) / square.sum(axis=0) ** 2
        freedom = 2 / (kurtosis / blocks - (blocks - 3) / (blocks * (blocks - 1)))
    # no variation between sentences at all (up to rounding) says nothing about the rate's uncertainty
    relative = np.where(relative > 1e-12, relative, np.nan)
    most = blocks - len(size)
    return rate, relative, np.clip(freedom, 1, most) if most > 0 else np.full_like(rate, np.nan)


def rate_interval(
    counts: np.ndarray | sparse.sparray,
    sizes: np.ndarray,
    strata: np.ndarray | None = None,
    *,
    method: str | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 20240101,
) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper limits for the rates ``R = Σ y / Σ x`` of terms, sentences being the sampled units.

    The numerator and the denominator are recomputed together (ratio estimator), and sentences vary within their
    document only. Methods:

    - ``score`` (default): the rates ρ with ``(R − ρ)² ≤ t² se² R ρ``, that is ``R · exp(±2 asinh(t se / 2))``: a
      variance that grows with the rate, as counts have it. ``se² = Σ_h m_h/(m_h−1) Σ_i d_hi² / (R N)²`` is the
      linearised relative variance between sentences, and t has the degrees of freedom that this variance is worth,
      ``2 / (κ/m − (m−3)/(m(m−1)))`` with κ the kurtosis of the d: m − 1 for normal residuals, few for a term that
      comes in bursts; at least 1, at most sentences minus documents.
    - ``log_t``: ``R · exp(±t se)`` with sentences minus documents as degrees of freedom.
    - ``percentile``: block bootstrap, percentile limits.

    Parameters
    ----------
    counts : array or sparse array of shape (blocks, terms)
    sizes : array of shape (blocks,)
        Exposure of each block in tokens.
    strata : array of shape (blocks,), optional
        Document of each block; None takes all as one.
    method : {"score", "log_t", "percentile"}, optional
        None takes the default.
    confidence : float
    draws, seed : int
        Of the bootstrap; the other methods draw nothing.

    Returns
    -------
    low, high : arrays of float64, shape (terms,)
        Rates per token. NaN where there is no variation to go by: one block, or blocks that all have one rate.
        For few occurrences see `term_frequency`, which reports no interval below three.

    Raises
    ------
    TableError
        If the method is unknown (the text lists them) or the confidence is not between 0 and 1.

    References
    ----------
    Cochran 1977, *Sampling Techniques*, ch. 6 (ratio estimator); Wilson 1927, *JASA* 22: 209–212 (score interval);
    Satterthwaite 1946, *Biometrics Bulletin* 2: 110–114, and
    Pan & Wall 2002, *Statistics in Medicine* 21: 1429–1441 (degrees of freedom of an estimated variance).

    Examples
    --------
    >>> low, high = rate_interval([[2], [0], [1], [1]], [10, 12, 8, 10])
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.0261, 0.3832)
    """
    method = check_interval(method, confidence)
    sizes = np.asarray(sizes, dtype=float)
    table = sparse.csc_array(counts if sparse.issparse(counts) else np.asarray(counts, dtype=float))
    blocks, terms = table.shape
    low, high = np.full(terms, np.nan), np.full(terms, np.nan)
    groups = collapse_singletons(np.zeros(blocks) if strata is None else strata)
    if blocks < 2 or not sizes.sum():
        return low, high
    weights = block_weights(groups, draws, seed) if method == "percentile" else None
    width = draws if method == "percentile" else groups.max() + 1
    step = max(1, _CELLS // max(width, 1))
    for first in range(0, terms, step):
        part = slice(first, min(first + step, terms))
        chunk = table[:, part]
        if weights is not None:
            low[part], high[part] = _percentile(weights, chunk, sizes, confidence)
            continue
        rate, relative, freedom = _linearised(chunk, sizes, groups)
        with np.errstate(over="ignore"):
            if method == "score":
                reach = 2 * np.arcsinh(special.stdtrit(freedom, (1 + confidence) / 2) * np.sqrt(relative) / 2)
            else:
                reach = special.stdtrit(blocks - groups.max() - 1, (1 + confidence) / 2) * np.sqrt(relative)
            low[part], high[part] = rate * np.exp(-reach), rate * np.exp(reach)
    return low, high


def _percentile(
    weights: np.ndarray, counts: sparse.csc_array, sizes: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    step = max(1, _CELLS // len(sizes))
    parts = [slice(at, at + step) for at in range(0, len(weights), step)]
    exposure = np.concatenate([resample(weights[part], sizes) for part in parts])
    hits = np.concatenate([resample(weights[part], counts) for part in parts])
    # a draw may take nothing but sentences without a word; it has no rate
    rates = hits[exposure > 0] / exposure[exposure > 0, None]
    low, high = np.quantile(rates, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    varies = high - low > 1e-12 * high
    return np.where(varies, low, np.nan), np.where(varies, high, np.nan)
