"""What text that the source hides could add to a count: a sensitivity value and the worst case."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.measures.statistics.counts import TermCounts
from analysis.measures.statistics.intervals import rate_interval, zero_bound

__all__ = ["hidden_additions", "hidden_tokens", "parts_of_report"]

MIN_RATE = 3
"""Fewest occurrences for which a rate and its interval are reported."""


def hidden_tokens(counts: TermCounts) -> np.ndarray:
    """Return per report the tokens that its hidden text would hold: hidden_chars · n_tokens / visible_chars.

    n_tokens is counted from the tokens. 0 where nothing is hidden, NaN where the hidden amount is unknown.
    """
    exposure = np.bincount(counts.strata, counts.exposure, len(counts.reports))
    hidden = counts.reports["hidden_chars"].to_numpy(dtype=float, na_value=np.nan)
    visible = counts.reports["visible_chars"].to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        # text of which nothing is visible tells nothing about how many tokens it hides
        scaled = np.where((visible > 0) & (exposure > 0), hidden * exposure / visible, np.nan)
    return np.where(hidden == 0, 0.0, scaled)


def parts_of_report(sentences: pd.DataFrame) -> np.ndarray:
    """Return the top-level section of each sentence as codes in order of appearance."""
    top = sentences["section"].fillna("").astype(object).map(lambda path: path.split(" / ")[0])
    return pd.factorize(top)[0]


def hidden_additions(counts: TermCounts, report: int, hidden: float, *, confidence: float) -> np.ndarray:
    """Return for each term how often `hidden` tokens of one report hold it at the highest plausible rate.

    That rate is the larger of the term's highest rate in a top-level section of the report and the upper limit of its
    interval there; below three occurrences the limit is the one-sided Poisson limit, for none the rule of three.
    """
    rows = np.flatnonzero(counts.strata == report)
    table, sizes = counts.matrix[rows].tocsc(), counts.exposure[rows]
    found = np.flatnonzero(np.diff(table.indptr))
    table, exposure = table[:, found], sizes.sum()
    n = np.asarray(table.sum(axis=0)).ravel()

    limit = special.gammaincinv(n + 1, confidence) / exposure
    often = np.flatnonzero(n >= MIN_RATE)
    if len(often):
        _, high = rate_interval(table[:, often], sizes, confidence=confidence)
        limit[often] = np.where(np.isnan(high), limit[often], high)

    parts = parts_of_report(counts.sentences.iloc[rows])
    member = sparse.csr_array((np.ones(len(rows)), (parts, np.arange(len(rows)))))
    spoken = np.maximum(member @ sizes, 1)
    section = (sparse.diags_array(1 / spoken) @ (member @ table)).max(axis=0).toarray().ravel()

    rate = np.full(len(counts.terms), zero_bound(exposure, confidence))
    rate[found] = np.maximum(limit, section)
    return hidden * np.minimum(rate, 1)
