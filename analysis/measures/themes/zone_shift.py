"""From review to plan: which themes a report takes up or drops where it turns to what is to come."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.measures.statistics.counts import require_columns
from analysis.measures.statistics.intervals import check_confidence
from analysis.measures.statistics.resampling import block_weights, resample
from analysis.measures.themes.mass import Terms, theme_mass
from analysis.schemas import Corpus

__all__ = ["zone_shift"]

MIN_COVERAGE = 0.9
MIN_SENTENCES = 10
"""Fewest coded sentences of a zone for its shares to be compared."""

_COLUMNS = {
    "report_id": "str",
    "theme": "str",
    "n_review": "int64",
    "n_plan": "int64",
    "review": "float64",
    "plan": "float64",
    "shift": "float64",
    "ci_low": "float64",
    "ci_high": "float64",
    "reason": "str",
}


def zone_shift(
    corpus: Corpus,
    *,
    terms: Terms | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Return the share of each theme in the plan less that in the review, for reports that show both.

    Above 0: the plan speaks more of the theme than the review does. A report of which a part is hidden or cut off is
    not compared, since what is hidden may belong to either zone: its rows are NA and say why.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    terms : DataFrame or mapping, optional
        As in `theme_shares`.
    confidence : float
        Of the interval, between 0 and 1.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per report and theme. **Columns**: report_id, theme (str); n_review, n_plan (int64, coded sentences of
        the zone); review, plan, shift (float64, shares of the zone's coded text and their difference); ci_low, ci_high
        (float64); reason (str, why the shift is NA; NA where it is given).

    Raises
    ------
    TableError
        If a column is missing or the confidence is not between 0 and 1.

    Notes
    -----
    Paired bootstrap: each draw takes anew the sentences of both zones of a report, as many as each has. The interval is
    shift ± t · se with the standard error of the draws' differences, each zone's variance raised by m / (m − 1), and t
    with the degrees of freedom of the smaller zone. A theme that neither zone names has no interval.

    References
    ----------
    Efron & Tibshirani 1993, section 8.3 (two samples) and 12.2 (the interval of a bootstrap standard error with
    Student's t); Manski 2003 (what is hidden is not imputed).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> shifts = zone_shift(corpus)
    >>> shifts.loc[shifts["shift"].notna(), "report_id"].unique().tolist()
    ['003_a1402d6e438c0524']
    """
    check_confidence(confidence)
    coded = theme_mass(corpus, terms=terms)
    require_columns(coded.reports, "reports", ["coverage", "completeness"])
    require_columns(coded.sentences, "sentences", ["zone"])
    zone = coded.sentences["zone"].fillna("").to_numpy(dtype=object)
    spoken = coded.size > 0
    parts = []
    for at, report in enumerate(coded.reports["report_id"]):
        rows = {
            name: np.flatnonzero((coded.sentences["report_id"] == report) & (zone == name) & spoken)
            for name in ("review", "plan")
        }
        part = {
            "report_id": report,
            "theme": list(coded.themes),
            "n_review": len(rows["review"]),
            "n_plan": len(rows["plan"]),
        }
        reason = _reason(coded.reports.iloc[at], part["n_review"], part["n_plan"])
        given = dict.fromkeys(("review", "plan", "shift", "ci_low", "ci_high"), np.nan)
        if reason is None:
            given = _compared(coded.mass, rows, confidence, draws, seed)
        parts.append(pd.DataFrame({**part, **given, "reason": reason}, columns=list(_COLUMNS)))
    return pd.concat([part.astype(_COLUMNS) for part in parts], ignore_index=True)


def _reason(report: pd.Series, n_review: int, n_plan: int) -> str | None:
    """Say why review and plan of a report cannot be compared; None where they can."""
    coverage = report["coverage"]
    if report["completeness"] == "truncated":
        return "cut off: what is missing may be the plan"
    if pd.isna(coverage):
        return "coverage unknown"
    if not coverage >= MIN_COVERAGE:
        return f"coverage {coverage:.2f} below {MIN_COVERAGE}: hidden text may belong to either zone"
    for name, count in (("review", n_review), ("plan", n_plan)):
        if count < MIN_SENTENCES:
            return f"{name} has {count} coded sentences, {MIN_SENTENCES} at least"
    return None


def _compared(
    mass: np.ndarray, rows: dict[str, np.ndarray], confidence: float, draws: int, seed: int
) -> dict[str, np.ndarray]:
    """Return shares of both zones, their difference and its interval."""
    zones = np.concatenate([np.full(len(of), name) for name, of in rows.items()])
    weights = block_weights(zones, draws, seed)
    shares, variance = {}, 0.0
    for name, of in rows.items():
        total = mass[of].sum(axis=0)
        shares[name] = total / total.sum()
        drawn = resample(weights[:, zones == name], mass[of])
        drawn /= drawn.sum(axis=1, keepdims=True)
        variance = variance + drawn.var(axis=0) * len(of) / (len(of) - 1)
    shift = shares["plan"] - shares["review"]
    reach = stdtrit(min(map(len, rows.values())) - 1, (1 + confidence) / 2) * np.sqrt(variance)
    named = (shares["plan"] > 0) | (shares["review"] > 0)
    return {
        **shares,
        "shift": shift,
        "ci_low": np.where(named, shift - reach, np.nan),
        "ci_high": np.where(named, shift + reach, np.nan),
    }
