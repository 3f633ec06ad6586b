"""Association of counts in a two-by-two table: log-likelihood, t, logDice, PMI; arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

__all__ = ["chi_square_p", "g2", "hypergeometric_p", "log_dice", "log_likelihood", "npmi", "pmi", "t_score"]


def g2(n: ArrayLike, n_first: ArrayLike, n_second: ArrayLike, total: ArrayLike) -> np.ndarray:
    """Return the signed log-likelihood ratio of two things that meet, over all four cells of their table.

    ``G² = 2 Σ O ln(O / E)`` over n, n_first − n, n_second − n and the rest, with 0 · ln 0 = 0. Positive: they meet more
    often than chance has it; negative: less often. It grows with the amount of text, so it says how much evidence there
    is and not how strong the bond is.

    Parameters
    ----------
    n : array
        Contexts that hold both.
    n_first, n_second : array
        Contexts that hold the one, the other.
    total : array or int
        All contexts.

    Returns
    -------
    array of float64

    References
    ----------
    Dunning 1993, *Computational Linguistics* 19: 61–74; Evert 2008, in *Corpus Linguistics: An International Handbook*.

    Examples
    --------
    >>> round(float(g2(8, 20, 15, 400)), 3), round(float(g2(0, 20, 15, 400)), 3)
    (31.222, -1.569)
    """
    n, n_first, n_second, total = (np.asarray(values, dtype=float) for values in (n, n_first, n_second, total))
    cells = np.zeros(np.broadcast_shapes(n.shape, n_first.shape, n_second.shape, total.shape))
    with np.errstate(divide="ignore", invalid="ignore"):
        for observed, row, column in (
            (n, n_first, n_second),
            (n_first - n, n_first, total - n_second),
            (n_second - n, total - n_first, n_second),
            (total - n_first - n_second + n, total - n_first, total - n_second),
        ):
            # rows and columns that are empty have an expectation of 0 and hold nothing
            cells = cells + np.where(observed > 0, special.xlogy(observed, observed * total / (row * column)), 0.0)
    return np.copysign(np.maximum(2 * cells, 0.0), n * total - n_first * n_second)


def log_likelihood(
    n_target: ArrayLike, n_reference: ArrayLike, total_target: ArrayLike, total_reference: ArrayLike
) -> np.ndarray:
    """Return the signed log-likelihood G² of a term's counts in two texts, over the term's own two cells.

    ``2 [a ln(a / E1) + b ln(b / E2)]``, ``E1 = c (a + b) / (c + d)``, ``E2 = d (a + b) / (c + d)``, signed by
    ``a / c - b / d``. With the cells of all other tokens it is ``g2(a, a + b, c, c + d)``, a little larger.

    References
    ----------
    Rayson & Garside 2000, *Proceedings of the Workshop on Comparing Corpora*: 1–6.

    Examples
    --------
    >>> round(float(log_likelihood(20, 5, 1200, 3400)), 4)
    31.7521
    """
    a, b, c, d = (np.asarray(values, dtype=float) for values in (n_target, n_reference, total_target, total_reference))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (a + b) / (c + d)
        sums = special.xlogy(a, a / (c * share)) + special.xlogy(b, b / (d * share))
    return np.copysign(np.maximum(np.where(a + b > 0, 2 * sums, 0.0), 0.0), a * d - b * c)


def chi_square_p(value: ArrayLike) -> np.ndarray:
    """Return P(χ² ≥ |value|) for one degree of freedom.

    It takes tokens for independent draws. Words come in bursts, so it is far too small: see `keyness`.

    Examples
    --------
    >>> round(float(chi_square_p(-3.841458820694124)), 6)
    0.05
    """
    return special.chdtrc(1, np.abs(np.asarray(value, dtype=float)))


def hypergeometric_p(n: np.ndarray, n_first: np.ndarray, n_second: np.ndarray, total: int) -> np.ndarray:
    """Return P(X ≥ n): how probable as many meetings are if both fall on the contexts by chance.

    Examples
    --------
    >>> f"{hypergeometric_p(8, 20, 15, 400):.3e}"
    '4.406e-08'
    """
    n, n_first, n_second = (np.asarray(values) for values in (n, n_first, n_second))
    return np.asarray(stats.hypergeom.sf(n - 1, total, n_first, n_second))


def pmi(n: ArrayLike, n_first: ArrayLike, n_second: ArrayLike, total: ArrayLike) -> np.ndarray:
    """Return pointwise mutual information, ``log2(n N / (n_x n_y))``, in bits; it prefers the rarest pairs.

    References
    ----------
    Church & Hanks 1990, *Computational Linguistics* 16: 22–29.

    Examples
    --------
    >>> round(float(pmi(8, 20, 15, 400)), 4)
    3.415
    """
    n, n_first, n_second, total = (np.asarray(values, dtype=float) for values in (n, n_first, n_second, total))
    with np.errstate(divide="ignore"):
        return np.log2(n * total / (n_first * n_second))


def log_dice(n: ArrayLike, n_first: ArrayLike, n_second: ArrayLike) -> np.ndarray:
    """Return logDice, ``14 + log2(2 n / (n_x + n_y))``: at most 14, one less is half the bond, free of corpus size.

    References
    ----------
    Rychlý 2008, *Proceedings of RASLAN*: 6–9.

    Examples
    --------
    >>> round(float(log_dice(8, 20, 15)), 4), float(log_dice(5, 5, 5))
    (12.8707, 14.0)
    """
    n, n_first, n_second = (np.asarray(values, dtype=float) for values in (n, n_first, n_second))
    with np.errstate(divide="ignore"):
        return 14 + np.log2(2 * n / (n_first + n_second))


def t_score(n: ArrayLike, n_first: ArrayLike, n_second: ArrayLike, total: ArrayLike) -> np.ndarray:
    """Return the t score, ``(n − n_x n_y / N) / √n``; it prefers frequent pairs. −∞ where the two never meet.

    References
    ----------
    Church, Gale, Hanks & Hindle 1991, in *Lexical Acquisition*.

    Examples
    --------
    >>> round(float(t_score(8, 20, 15, 400)), 4)
    2.5633
    """
    n, n_first, n_second, total = (np.asarray(values, dtype=float) for values in (n, n_first, n_second, total))
    with np.errstate(divide="ignore"):
        return (n - n_first * n_second / total) / np.sqrt(n)


def npmi(n: np.ndarray, n_source: np.ndarray, n_target: np.ndarray, n_units: np.ndarray | int) -> np.ndarray:
    """Return normalised pointwise mutual information, ``log2(n N / (n_x n_y)) / −log2(n / N)``.

    −1 for pairs that never meet, 0 for as often as chance has it, 1 for pairs that never part; also 1 where both
    stand in every unit.

    References
    ----------
    Bouma 2009, *Proceedings of GSCL*: 31–40, equation 7.

    Examples
    --------
    >>> [round(float(value), 4) for value in npmi(np.array([8, 0, 400]), np.array([20, 20, 400]),
    ...                                           np.array([15, 15, 400]), 400)]
    [0.6051, -1.0, 1.0]
    """
    n, n_source, n_target = (np.asarray(values, dtype=float) for values in (n, n_source, n_target))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log2(n * n_units / (n_source * n_target)) / -np.log2(n / n_units)
    return np.where(n == 0, -1.0, np.where(n == n_units, 1.0, value))
