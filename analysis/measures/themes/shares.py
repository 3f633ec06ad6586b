"""What reports speak of: the share of each theme in the visible text, with its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from analysis.measures.statistics.counts import require_columns
from analysis.measures.statistics.resampling import block_weights, collapse_singletons
from analysis.measures.themes.mass import ThemeMass, theme_mass
from analysis.schemas import TableError, conform

__all__ = ["centred_log_ratios", "theme_shares"]

METHODS = ("bootstrap", "percentile", "dirichlet")
ALPHA = 0.5
"""Pseudo-sentences that the Dirichlet prior gives each theme (Jeffreys)."""


def theme_shares(
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    by: str = "report_id",
    terms: pd.DataFrame | None = None,
    method: str = "bootstrap",
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Return the share of each theme in the visible text of each group, with its interval.

    Read: "of the visible text that could be coded, so much speaks of this theme". The interval says how far the share
    would move with other sentences of the same reports; it says nothing of other reports, nor of what is hidden: for
    that see `hidden_low` and `hidden_high`. The shares of a group sum to 1, so one can only grow if another falls.

    Parameters
    ----------
    sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out.
    by : str
        Column of reports or sentences that makes the groups, such as "report_id", "genre", "zone" or "kind".
    terms : DataFrame, optional
        From `theme_terms`; the package's if not given.
    method : {"bootstrap", "percentile", "dirichlet"}
        ``bootstrap``: standard error from sentences redrawn within reports, limits of the score form with the degrees
        of freedom that this error is worth. ``percentile``: the plain percentiles of the same draws, which are too
        narrow for short texts. ``dirichlet``: limits of the posterior Dir(½ + n), n being the effective number of
        independent sentences; cautious, as it takes each sentence to speak of one theme alone.
    confidence : float
        Between 0 and 1.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        The theme_shares table, one row per group and theme, in the order of groups and of the scheme. **Columns**:
        group, theme (str); share (float64, length-weighted mean over coded sentences; NaN where none is coded);
        ci_low, ci_high (float64; for a share of 0 or 1 the bound ``1 − (1 − confidence)^(1/n_effective)``; NaN with
        fewer than two coded sentences); n_sentences (int64, all sentences of the group, titles and salutations
        included); uncoded (int64, those without a term); n_effective (float64, effective number of coded sentences,
        (Σ length)² / Σ length²); argmax_share (float64, share where each sentence counts for its one theme);
        hidden_low, hidden_high (float64, share if no hidden character spoke of the theme, and if all did; NaN where the
        hidden amount is unknown. Groups made by a column of sentences carry the hidden text of all reports).

    Raises
    ------
    TableError
        If a column is missing, or `by`, `method` or `confidence` is none that there is.

    References
    ----------
    Efron & Tibshirani 1993, ch. 6, 8 (bootstrap standard error of a ratio); Wilson 1927 and Pan & Wall 2002 (score form
    and degrees of freedom, as in `rate_interval`); Kish 1965, section 11.7 (effective size); Gelman et al. 2013,
    *Bayesian Data Analysis*, section 3.4 (Dirichlet posterior); Manski 2003 (bounds for what is not seen).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> shares = theme_shares(corpus.sentences, corpus.reports).set_index(["group", "theme"])
    >>> shares.loc[("003_a1402d6e438c0524", "urban"), ["share", "ci_low", "ci_high"]].astype(float).round(2).tolist()
    [0.14, 0.1, 0.2]
    """
    if method not in METHODS:
        raise TableError(f"no interval method is called {method!r}; there are: {', '.join(METHODS)}.")
    if not 0 < confidence < 1:
        raise TableError(f"confidence must lie between 0 and 1; received {confidence!r}. 0.95 is usual.")
    require_columns(reports, "reports", ["visible_chars", "hidden_chars"])
    coded = theme_mass(sentences, reports, by=by, terms=terms)
    drawn = None
    if method != "dirichlet":
        weights = block_weights(collapse_singletons(coded.strata), draws, seed)
        drawn = coded.resampled(weights)
    hidden = _hidden(coded)
    of_reports = by in coded.reports.columns
    parts = []
    for at, group in enumerate(coded.groups):
        rows = np.flatnonzero(coded.group == at)
        mass, size = coded.mass[rows], coded.size[rows]
        total = size.sum()
        share = mass.sum(axis=0) / total if total else np.full(len(coded.themes), np.nan)
        effective = total**2 / (size**2).sum() if total else 0.0
        if drawn is None:
            low, high = _dirichlet(share, effective, confidence)
        else:
            low, high = _limits(mass, drawn[at], method, confidence, len(np.unique(coded.strata[rows])))
        if (size > 0).sum() < 2:
            low = high = np.full(len(share), np.nan)
        told = coded.sentences["theme"].iloc[rows].map({theme: n for n, theme in enumerate(coded.themes)})
        first = np.bincount(told[size > 0].astype(int), size[size > 0], len(coded.themes))
        covers = np.unique(coded.sentences["report_id"].iloc[rows]) if of_reports else coded.reports["report_id"]
        unseen = hidden[covers].sum(skipna=False)
        part = {
            "group": group,
            "theme": list(coded.themes),
            "share": share,
            "ci_low": low,
            "ci_high": high,
            "n_sentences": len(rows),
            "uncoded": int((size == 0).sum()),
            "n_effective": effective,
            "argmax_share": first / total if total else np.nan,
            "hidden_low": share * total / (total + unseen) if total else np.nan,
            "hidden_high": (share * total + unseen) / (total + unseen) if total else np.nan,
        }
        parts.append(pd.DataFrame(part))
    return conform(pd.concat(parts, ignore_index=True), "theme_shares")


def _hidden(coded: ThemeMass) -> pd.Series:
    """Return per report the coded characters that its hidden text would hold; NaN where its amount is unknown."""
    length = pd.Series(coded.size).groupby(coded.sentences["report_id"].to_numpy()).sum()
    of = coded.reports.set_index("report_id")
    hidden, visible = (of[name].astype("float64") for name in ("hidden_chars", "visible_chars"))
    scaled = hidden * length.reindex(of.index, fill_value=0) / visible.where(visible > 0)
    return scaled.where(hidden != 0, 0.0)


def _limits(
    mass: np.ndarray, drawn: np.ndarray, method: str, confidence: float, strata: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of the shares of one group from its sentences and its draws."""
    size = mass.sum(axis=1)
    total, blocks = size.sum(), len(size)
    taken = drawn.sum(axis=1) > 0
    if not total or blocks <= strata or taken.sum() < 2:
        return np.full(mass.shape[1], np.nan), np.full(mass.shape[1], np.nan)
    share = mass.sum(axis=0) / total
    shares = drawn[taken] / drawn[taken].sum(axis=1, keepdims=True)
    if method == "percentile":
        low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    else:
        # draws of m from m vary by (m − 1) / m of what they stand for
        variance = shares.var(axis=0) * blocks / (blocks - strata)
        residual = mass - share * size[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            kurtosis = blocks * (residual**4).sum(axis=0) / (residual**2).sum(axis=0) ** 2
            freedom = 2 / (kurtosis / blocks - (blocks - 3) / (blocks * (blocks - 1)))
            freedom = np.clip(freedom, 1, blocks - strata)
            # the roots of (R − ρ)² = t² v ρ (1 − ρ) / (R (1 − R))
            reach = special.stdtrit(freedom, (1 + confidence) / 2) ** 2 * variance / (share * (1 - share))
            half = np.sqrt(reach * share * (1 - share) + reach**2 / 4) / (1 + reach)
            middle = (share + reach / 2) / (1 + reach)
        low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    bound = 1 - (1 - confidence) ** ((size**2).sum() / total**2)
    none, all_of = share <= 0, share >= 1 - 1e-12
    low = np.where(none, 0.0, np.where(all_of, 1 - bound, low))
    return low, np.where(none, bound, np.where(all_of, 1.0, high))


def _dirichlet(share: np.ndarray, effective: float, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the equal-tailed limits of the marginals of Dir(α + n): Beta(α + n_k, the rest)."""
    inside = ALPHA + effective * share
    rest = inside.sum() - inside
    low, high = (special.betaincinv(inside, rest, (1 + sign * confidence) / 2) for sign in (-1, 1))
    return low, high


def centred_log_ratios(shares: pd.DataFrame, *, alpha: float = ALPHA) -> pd.DataFrame:
    """Return the centred log-ratio of each theme's share: how far it stands above the typical theme of its group.

    Shares sum to 1 and cannot be compared one by one as if they were free. ``clr = ln θ_k − mean over themes of ln θ``
    can: 0 is the (geometric) mean of the themes, 0.69 twice that, and the difference of two groups in a clr is a log
    ratio. θ is the mean of the posterior Dir(α + n), n being the effective sentences, so that no share is 0; with few
    effective sentences it draws all themes together.

    Parameters
    ----------
    shares : DataFrame
        Of `theme_shares`.
    alpha : float
        Pseudo-sentences of each theme, above 0.

    Returns
    -------
    pandas.DataFrame
        **Columns**: group, theme (str); share, posterior_mean, clr (float64; the clr of a group sum to 0; NaN where
        nothing is coded).

    Raises
    ------
    TableError
        If a column is missing or `alpha` is not above 0.

    References
    ----------
    Aitchison 1986, *The Statistical Analysis of Compositional Data*, section 4.6; Martín-Fernández et al. 2015,
    *Statistical Modelling* 15: 134–158 (zeros by a Bayesian-multiplicative posterior mean).

    Examples
    --------
    >>> shares = pd.DataFrame({"group": "a", "theme": ["x", "y"], "share": [1.0, 0.0], "n_effective": 3.0})
    >>> centred_log_ratios(shares)[["posterior_mean", "clr"]].round(3).values.tolist()
    [[0.875, 0.973], [0.125, -0.973]]
    """
    require_columns(shares, "theme_shares", ["group", "theme", "share", "n_effective"])
    if not alpha > 0:
        raise TableError(f"alpha must be above 0; received {alpha!r}. 0.5 is usual.")
    table = shares[["group", "theme", "share"]].reset_index(drop=True)
    pseudo = alpha + (shares["share"] * shares["n_effective"]).reset_index(drop=True)
    mean = pseudo / pseudo.groupby(table["group"]).transform("sum")
    logs = np.log(mean)
    return table.assign(posterior_mean=mean, clr=logs - logs.groupby(table["group"]).transform("mean"))
