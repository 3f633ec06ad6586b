"""Dispersion of a term over the parts of a corpus: Gries' DP, its normalised form, and what chance gives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse, special

from analysis.schemas import TableError

__all__ = ["Dispersion", "dispersion", "expected_dp"]


class Dispersion(NamedTuple):
    """DP and DPnorm: floats for one term, arrays for several. 0 = even, 1 = as concentrated as can be."""

    dp: np.ndarray
    dp_norm: np.ndarray


def _shares(sizes: np.ndarray) -> np.ndarray:
    sizes = np.asarray(sizes, dtype=float)
    if sizes.ndim != 1 or not len(sizes) or not (sizes > 0).all():
        raise TableError(f"sizes must be one positive number per part; received {sizes.tolist()}. Drop empty parts.")
    return sizes / sizes.sum()


def dispersion(counts: np.ndarray | sparse.sparray, sizes: np.ndarray) -> Dispersion:
    """Measure how unevenly terms spread over parts, given the sizes of the parts.

    With part shares ``s_i = N_i / N`` and the term's shares ``v_i = f_i / f``,
    ``DP = ½ Σ |v_i − s_i|`` and ``DPnorm = DP / (1 − min s_i)``. 0 means spread exactly as the text is, 1 (DPnorm)
    means all in the smallest part. DP is biased upwards for rare terms: with f below the number of parts a term
    cannot be even. Read it beside `expected_dp`, and not at all for f < 5.

    Parameters
    ----------
    counts : array or sparse array of shape (parts,) or (terms, parts)
        Occurrences in each part.
    sizes : array of shape (parts,)
        Tokens in each part, all positive.

    Returns
    -------
    Dispersion
        ``dp`` and ``dp_norm``; NaN for a term that does not occur, and wherever there is only one part.

    Raises
    ------
    TableError
        If `sizes` does not fit `counts` or holds an empty part.

    References
    ----------
    Gries 2008, *IJCL* 13: 403–437; normalisation as corrected by Lijffijt & Gries 2012, *IJCL* 17: 147–149.

    Examples
    --------
    >>> one = dispersion([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    >>> round(float(one.dp), 12), round(float(one.dp_norm), 12)
    (0.18, 0.219512195122)
    """
    share = _shares(sizes)
    single = not sparse.issparse(counts) and np.ndim(counts) == 1
    table = sparse.csr_array(counts if sparse.issparse(counts) else np.atleast_2d(np.asarray(counts, dtype=float)))
    if table.shape[1] != len(share):
        raise TableError(
            f"counts have {table.shape[1]} parts and sizes have {len(share)}; they must be the same parts."
        )
    table = table.tocoo()
    if (table.data < 0).any():
        raise TableError(f"counts must not be negative; received {table.data.min():g}. Give occurrences.")
    total = np.bincount(table.row, weights=table.data, minlength=table.shape[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        s = share[table.col]
        # parts without the term contribute s_i each, so only the others need a look: ½[Σ(|v − s| − s) + Σ s]
        excess = np.bincount(table.row, weights=np.abs(table.data / total[table.row] - s) - s, minlength=table.shape[0])
        dp = np.where(total > 0, np.maximum((excess + 1) / 2, 0), np.nan)
    if len(share) < 2:
        dp = np.full_like(dp, np.nan)
        norm = dp.copy()
    else:
        norm = dp / (1 - share.min())
    return Dispersion(dp[0], norm[0]) if single else Dispersion(dp, norm)


def expected_dp(n: np.ndarray | int, sizes: np.ndarray) -> np.ndarray:
    """Return the mean of DP when `n` tokens fall on the parts by chance, in proportion to their sizes.

    Exact, not simulated: each part's count is Binomial(n, s), whose mean absolute deviation has the closed form of
    de Moivre, ``E|X − ns| = 2 ν C(n, ν) s^ν (1 − s)^(n − ν + 1)`` with ``ν = ⌊ns⌋ + 1``; and
    ``E[DP | n] = ½ Σ E|X_i / n − s_i|``. A DP well above this is concentrated; one near it is what chance gives.

    Parameters
    ----------
    n : int or array of int
        Occurrences of each term.
    sizes : array of shape (parts,)
        Tokens in each part, all positive.

    Returns
    -------
    float or array of float64
        NaN for n = 0, and where there is only one part.

    References
    ----------
    Diaconis & Zabell 1991, *Statistical Science* 6: 284–302, theorem 1 (de Moivre 1730).

    Examples
    --------
    Two tokens on two equal parts fall together half of the time (DP = ½) and apart half of the time (DP = 0):

    >>> round(float(expected_dp(2, [1, 1])), 12)
    0.25
    """
    share = _shares(sizes)
    wanted = np.atleast_1d(np.asarray(n, dtype=float))
    values, back = np.unique(wanted, return_inverse=True)
    expected = np.full(len(values), np.nan)
    if len(share) > 1:
        for at, f in enumerate(values):
            if f > 0:
                # ns may be whole: ⌊ns⌋ + 1 and ⌊ns⌋ then give the same value, so a rounding error cannot matter
                v = np.floor(f * share) + 1
                choose = special.gammaln(f + 1) - special.gammaln(v + 1) - special.gammaln(f - v + 1)
                log = np.log(v) + choose + v * np.log(share) + (f - v + 1) * np.log1p(-share)
                expected[at] = np.exp(log).sum() / f
    result = expected[back]
    return result[0] if np.ndim(n) == 0 else result
