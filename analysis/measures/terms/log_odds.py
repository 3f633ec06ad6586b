"""Weighted log odds: how much more a term belongs to one text than to another, shrunk towards a background."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.schemas import TableError

__all__ = ["WeightedLogOdds", "prior_size", "weighted_log_odds"]


class WeightedLogOdds(NamedTuple):
    """The log odds ratio δ of each term, and δ in units of its standard error."""

    log_odds: np.ndarray
    z: np.ndarray


def prior_size(total_target: float, total_reference: float) -> float:
    """Return the default weight of the prior in tokens: a tenth of the shorter text, and not below 100.

    Examples
    --------
    >>> prior_size(1200, 3400), prior_size(300, 5000)
    (120.0, 100.0)
    """
    return max(100.0, 0.1 * min(total_target, total_reference))


def weighted_log_odds(
    n_target: ArrayLike,
    n_reference: ArrayLike,
    total_target: float,
    total_reference: float,
    *,
    prior: ArrayLike | None = None,
    alpha0: float | None = None,
) -> WeightedLogOdds:
    """Compare two texts by log odds with an informative Dirichlet prior ("fightin' words").

    With ``α_w = α0 p_w``, ``δ = ln[(y_i + α_w) / (n_i + α0 − y_i − α_w)] − ln[(y_j + α_w) / (n_j + α0 − y_j − α_w)]``,
    ``σ² = 1 / (y_i + α_w) + 1 / (y_j + α_w)`` and ``z = δ / σ``. The prior draws rare terms towards no difference, so
    a term that one text lacks needs no makeshift. Positive: the target's. Ranking by z balances size and evidence; as
    a test, |z| > 1.96 is too lenient for words that come in bursts, and says nothing about many terms at once.

    Parameters
    ----------
    n_target, n_reference : array
        Occurrences of each term.
    total_target, total_reference : float
        Tokens of the two texts.
    prior : array, optional
        Share p_w of each term in a background. None takes the two texts pooled, under which exchanging the texts turns
        every sign and changes nothing else.
    alpha0 : float, optional
        Weight of the prior in tokens; None takes `prior_size`.

    Returns
    -------
    WeightedLogOdds
        NaN for a term that neither text nor background holds.

    Raises
    ------
    TableError
        If `alpha0` is not positive.

    References
    ----------
    Monroe, Colaresi & Quinn 2008, *Political Analysis* 16: 372–403.

    Examples
    --------
    >>> found = weighted_log_odds([20, 0], [5, 9], 1200, 3400, alpha0=500)
    >>> found.log_odds.round(4).tolist(), found.z.round(4).tolist()
    ([1.9215, -1.494], [4.6117, -1.4102])
    """
    if alpha0 is None:
        alpha0 = prior_size(total_target, total_reference)
    if not alpha0 > 0:
        raise TableError(f"alpha0 must be positive; received {alpha0!r}. None takes a tenth of the shorter text.")
    a, b = np.asarray(n_target, dtype=float), np.asarray(n_reference, dtype=float)
    share = (a + b) / (total_target + total_reference) if prior is None else np.asarray(prior, dtype=float)
    alpha = alpha0 * share
    with np.errstate(divide="ignore", invalid="ignore"):
        odds_target = (a + alpha) / (total_target + alpha0 - a - alpha)
        odds_reference = (b + alpha) / (total_reference + alpha0 - b - alpha)
        # a difference of two logarithms, so that exchanging the texts gives the very negative
        log_odds = np.log(odds_target) - np.log(odds_reference)
        return WeightedLogOdds(log_odds, log_odds / np.sqrt(1 / (a + alpha) + 1 / (b + alpha)))
