"""What reports speak of: the share of each theme in the visible text, with its interval, and what groups differ in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.measures.statistics.comparison import compare, contrasted, units_of
from analysis.measures.statistics.counts import TermCounts, require_columns
from analysis.measures.statistics.intervals import check_confidence
from analysis.measures.themes.mass import Terms, ThemeMass, theme_mass
from analysis.schemas import Corpus, TableError, conform

__all__ = ["centred_log_ratios", "theme_contrast", "theme_shares"]

ALPHA = 0.5
"""Pseudo-sentences that the Dirichlet prior gives each theme (Jeffreys)."""


def theme_shares(
    corpus: Corpus,
    *,
    by: str | Sequence[str] | None = "report_id",
    terms: Terms | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the share of each theme in the visible text of each group, with its interval.

    Read: "of the visible text that could be coded, so much speaks of this theme"; `coded` says how much of the text
    that is. Where a group holds two reports or more, the interval says how far the share would move with other reports
    of the kind (`unit` is "report"); of a single report, with other sentences of the same text. What is hidden: see
    `hidden_low` and `hidden_high`. The shares of a group sum to 1, so one can only grow if another falls.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by : str or list of str
        Columns of reports or sentences that make the groups, such as "year", ["place", "year"] or "zone".
    terms : DataFrame or mapping, optional
        Themes of your own: ``{"生态": ["生态", "绿化"]}``, or a table as `theme_terms` gives it.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The theme_shares table, one row per group and theme, in the order of groups and of the scheme. **Columns**: one
        for each name in `by`; theme (str); share (float64, length-weighted mean over coded sentences; NaN where none
        is coded); ci_low, ci_high (float64; for a share of 0 or 1 the bound ``1 - (1 - confidence)^(1/n_effective)``;
        NaN with fewer than two units); unit (str); coded (float64, characters of coded sentences over all characters);
        n_sentences (int64, all sentences of the group, titles and salutations included); uncoded (int64, those without
        a term); n_effective (float64, effective number of coded sentences, (Σ length)² / Σ length²); argmax_share
        (float64, share where each sentence counts for its one theme); hidden_low, hidden_high (float64, share if no
        hidden character spoke of the theme, and if all did; NaN where the hidden amount is unknown; groups made by a
        column of sentences carry the hidden text of all reports).

    Raises
    ------
    TableError
        If a column of `by` is unknown or the confidence is not between 0 and 1.

    References
    ----------
    Cochran 1977, *Sampling Techniques*, ch. 6 (ratio estimator); Wilson 1927 and Pan & Wall 2002 (score form and
    degrees of freedom, as in `rate_interval`); Kish 1965, section 11.7 (effective size); Manski 2003 (bounds for what
    is not seen).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> shares = theme_shares(read_corpus("seeds")).set_index(["report_id", "theme"])
    >>> shares.loc[("003_a1402d6e438c0524", "urban"), ["share", "ci_low", "ci_high"]].astype(float).round(2).tolist()
    [0.14, 0.1, 0.2]
    """
    check_confidence(confidence)
    coded = theme_mass(corpus, by=by, terms=terms)
    require_columns(coded.reports, "reports", ["visible_chars", "hidden_chars"])
    hidden = _hidden(coded)
    parts = []
    for at in range(len(coded.labels)):
        rows = np.flatnonzero(coded.groups.code == at)
        size = coded.size[rows]
        total = size.sum()
        share = coded.mass[rows].sum(axis=0) / total if total else np.full(len(coded.themes), np.nan)
        effective = total**2 / (size**2).sum() if total else 0.0
        blocks, _, unit = coded.blocks(at)
        low, high = _limits(blocks, confidence)
        told = coded.sentences["theme"].iloc[rows].map({theme: n for n, theme in enumerate(coded.themes)})
        first = np.bincount(told[size > 0].astype(int), size[size > 0], len(coded.themes))
        ids = coded.reports["report_id"]
        covers = ids.iloc[np.unique(coded.report[rows])] if coded.groups.of_reports else ids
        unseen = hidden[covers].sum(skipna=False)
        length = float(coded.sentences["length"].iloc[rows].sum())
        part = {
            **coded.groups.columns(np.full(len(coded.themes), at)),
            "theme": list(coded.themes),
            "share": share,
            "ci_low": low,
            "ci_high": high,
            "unit": unit,
            "coded": total / length if length else np.nan,
            "n_sentences": len(rows),
            "uncoded": int((size == 0).sum()),
            "n_effective": effective,
            "argmax_share": first / total if total else np.nan,
            "hidden_low": share * total / (total + unseen) if total else np.nan,
            "hidden_high": (share * total + unseen) / (total + unseen) if total else np.nan,
        }
        parts.append(pd.DataFrame(part))
    table = conform(pd.concat(parts, ignore_index=True), "theme_shares")
    return table[[*coded.groups.names, *(name for name in table.columns if name not in coded.groups.names)]]


def theme_contrast(
    corpus: Corpus,
    *,
    by: str | Sequence[str],
    target: Any,
    reference: Any = None,
    within: str | Sequence[str] | None = None,
    terms: Terms | None = None,
    alpha: float = 0.05,
    confidence: float = 0.95,
    draws: int = 20_000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Compare the shares of themes in two groups of reports, as `keyness` compares words.

    Parameters
    ----------
    corpus : Corpus
    by, target, reference, within
        As in `keyness`: zones of several reports are compared inside reports.
    terms : DataFrame or mapping, optional
        As in `theme_shares`.
    alpha, confidence : float
        Level of the column evidence, and of the interval.
    draws, seed : int
        Deals at most, see `contrast`.

    Returns
    -------
    DataFrame
        One row per theme, evidence first, then by falling log_ratio. **Columns**: theme (str); share_target,
        share_reference (float64); log_ratio, ci_low, ci_high (float64, log2 of the ratio of the shares, half a
        character standing for none); p, q
        (float64); evidence (bool); p_least (float64, the smallest p that so few reports can give); unit (str).

    Raises
    ------
    TableError
        If a group is unknown or has no coded text.

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> table = theme_contrast(read_corpus("seeds"), by="genre", target="政府工作报告")
    >>> table["p_least"].unique().tolist(), table["unit"].unique().tolist(), bool(table["evidence"].any())
    ([0.1], ['report'], False)
    """
    check_confidence(confidence)
    coded = theme_mass(corpus, by=None, terms=terms)
    counts = TermCounts(
        sentences=coded.sentences.assign(n_tokens=coded.size),
        terms=np.array(coded.themes, dtype=object),
        matrix=sparse.csr_array(coded.mass),
        is_stopword=np.zeros(len(coded.themes), dtype=bool),
        reports=coded.reports,
        strata=coded.report,
    )
    units = units_of(counts, compare(counts, by, target, reference), within)
    found = contrasted(units, alpha=alpha, confidence=confidence, draws=draws, seed=seed)
    table = found.drop(columns=["target", "reference"])
    table = table.rename(columns={"rate_target": "share_target", "rate_reference": "share_reference"})
    table.insert(0, "theme", pd.array(coded.themes, dtype="str"))
    return table.iloc[np.lexsort((-table["log_ratio"], ~table["evidence"]))].reset_index(drop=True)


def _hidden(coded: ThemeMass) -> pd.Series:
    """Return per report the coded characters that its hidden text would hold; NaN where its amount is unknown."""
    length = pd.Series(np.bincount(coded.report, coded.size, len(coded.reports)), index=coded.reports["report_id"])
    of = coded.reports.set_index("report_id")
    hidden, visible = (of[name].astype("float64") for name in ("hidden_chars", "visible_chars"))
    scaled = hidden * length / visible.where(visible > 0)
    return scaled.where(hidden != 0, 0.0)


def _limits(mass: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of the shares of one group, its reports or sentences being the units."""
    size = mass.sum(axis=1)
    total, blocks = size.sum(), len(size)
    if blocks < 2:
        return np.full(mass.shape[1], np.nan), np.full(mass.shape[1], np.nan)
    share = mass.sum(axis=0) / total
    residual = mass - share * size[:, None]
    variance = blocks / (blocks - 1) * (residual**2).sum(axis=0) / total**2
    with np.errstate(invalid="ignore", divide="ignore"):
        kurtosis = blocks * (residual**4).sum(axis=0) / (residual**2).sum(axis=0) ** 2
        freedom = np.clip(2 / (kurtosis / blocks - (blocks - 3) / (blocks * (blocks - 1))), 1, blocks - 1)
        # the roots of (R - ρ)² = t² v ρ (1 - ρ) / (R (1 - R))
        reach = special.stdtrit(freedom, (1 + confidence) / 2) ** 2 * variance / (share * (1 - share))
        half = np.sqrt(reach * share * (1 - share) + reach**2 / 4) / (1 + reach)
        middle = (share + reach / 2) / (1 + reach)
    low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    bound = 1 - (1 - confidence) ** ((size**2).sum() / total**2)  # by the effective number of units
    none, all_of = share <= 0, share >= 1 - 1e-12
    low = np.where(none, 0.0, np.where(all_of, 1 - bound, low))
    return low, np.where(none, bound, np.where(all_of, 1.0, high))


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
        **Columns**: those that make the groups; theme (str); share, posterior_mean, clr (float64; the clr of a group
        sum to 0; NaN where nothing is coded).

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
    >>> shares = pd.DataFrame({"report_id": "a", "theme": ["x", "y"], "share": [1.0, 0.0], "n_effective": 3.0})
    >>> centred_log_ratios(shares)[["posterior_mean", "clr"]].round(3).values.tolist()
    [[0.875, 0.973], [0.125, -0.973]]
    """
    require_columns(shares, "theme_shares", ["theme", "share", "n_effective"])
    by = list(shares.columns[: shares.columns.get_loc("theme")])
    if not alpha > 0:
        raise TableError(f"alpha must be above 0; received {alpha!r}. 0.5 is usual.")
    table = shares[[*by, "theme", "share"]].reset_index(drop=True)
    pseudo = alpha + (shares["share"] * shares["n_effective"]).reset_index(drop=True)
    group = table.groupby(by, dropna=False).ngroup() if by else pd.Series(0, index=table.index)
    mean = pseudo / pseudo.groupby(group).transform("sum")
    logs = np.log(mean)
    return table.assign(posterior_mean=mean, clr=logs - logs.groupby(group).transform("mean"))
