"""Intervals for a rate from the variation between reports or sentences; docs/methods-intervals.md shows the choice."""

from __future__ import annotations

import numpy as np
from scipy import sparse, special

from analysis.measures.statistics.resampling import _CELLS, collapse_singletons
from analysis.schemas import TableError

__all__ = ["check_confidence", "design_effect", "rate_interval", "zero_bound"]


def check_confidence(confidence: float) -> None:
    """Raise `TableError` for a confidence outside (0, 1)."""
    if not 0 < confidence < 1:
        raise TableError(f"confidence must lie between 0 and 1; received {confidence!r}. 0.95 is usual.")


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


def design_effect(
    parts: sparse.csc_array, part_sizes: np.ndarray, units: sparse.csc_array, unit_sizes: np.ndarray
) -> np.ndarray:
    """Return per term the variance of its rate with larger parts as units over that with smaller ones (Kish 1965).

    1: the parts are no more alike inside than chance makes them; 4: an interval from the smaller units is too narrow by
    half. NaN where there are not two parts with text.
    """
    if (part_sizes > 0).sum() < 2 or len(unit_sizes) < 2:
        return np.full(parts.shape[1], np.nan)
    filled = np.flatnonzero(part_sizes > 0)
    one = np.zeros(len(filled), dtype=np.int64), np.zeros(len(unit_sizes), dtype=np.int64)
    large = _linearised(sparse.csc_array(parts.tocsr()[filled]), part_sizes[filled], one[0])[1]
    return large / _linearised(units, unit_sizes, one[1])[1]


def rate_interval(
    counts: np.ndarray | sparse.sparray,
    sizes: np.ndarray,
    strata: np.ndarray | None = None,
    *,
    confidence: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Return lower and upper limits for the rates ``R = Σ y / Σ x`` of terms, the blocks being the sampled units.

    Blocks are the reports of a group, or the sentences of one text. Numerator and denominator are recomputed together
    (ratio estimator). The limits are the rates ρ with ``(R - ρ)² ≤ t² se² R ρ``, which are
    ``R · exp(±2 asinh(t se / 2))``: a variance that grows with the rate, as counts have it.
    ``se² = Σ_h m_h/(m_h-1) Σ_i d_hi² / (R N)²`` is the linearised relative variance between blocks, and t has the
    degrees of freedom that this variance is worth, ``2 / (κ/m - (m-3)/(m(m-1)))`` with κ the kurtosis of the d: m - 1
    for normal residuals, few for a term that comes in bursts; at least 1, at most blocks minus strata.

    Parameters
    ----------
    counts : array or sparse array of shape (blocks, terms)
    sizes : array of shape (blocks,)
        Exposure of each block in tokens.
    strata : array of shape (blocks,), optional
        Inside these blocks vary; None takes all as one.
    confidence : float

    Returns
    -------
    low, high : arrays of float64, shape (terms,)
        Rates per token. NaN where there is no variation to go by: one block, or blocks that all have one rate.
        For few occurrences see `term_frequency`, which reports no interval below three.

    Raises
    ------
    TableError
        If the confidence is not between 0 and 1.

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
    check_confidence(confidence)
    sizes = np.asarray(sizes, dtype=float)
    table = sparse.csc_array(counts if sparse.issparse(counts) else np.asarray(counts, dtype=float))
    blocks, terms = table.shape
    low, high = np.full(terms, np.nan), np.full(terms, np.nan)
    groups = collapse_singletons(np.zeros(blocks) if strata is None else strata)
    if blocks < 2 or not sizes.sum():
        return low, high
    step = max(1, _CELLS // (groups.max() + 1))
    for first in range(0, terms, step):
        part = slice(first, min(first + step, terms))
        rate, relative, freedom = _linearised(table[:, part], sizes, groups)
        with np.errstate(over="ignore"):
            reach = 2 * np.arcsinh(special.stdtrit(freedom, (1 + confidence) / 2) * np.sqrt(relative) / 2)
            low[part], high[part] = rate * np.exp(-reach), rate * np.exp(reach)
    return low, high
