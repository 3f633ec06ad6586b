"""Whether the ranking of the most frequent terms survives other sentences, or one document less."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import term_counts
from analysis.measures.statistics.intervals import check_interval
from analysis.measures.statistics.resampling import block_weights, collapse_singletons, resampled_chunks
from analysis.schemas import TableError

__all__ = ["rank_stability"]


def rank_stability(
    tokens: pd.DataFrame,
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    top: int = 30,
    kinds: Sequence[str] = ("word", "latin"),
    stopwords: bool = False,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Show how firmly the most frequent terms hold their ranks.

    A rank is 1 + the number of terms that occur more often, so that equal counts share a rank. Two questions are
    answered: what if other sentences of the same documents had been written (bootstrap of sentences within
    documents), and what if any one document were missing. A rank interval that spans many ranks means that the
    order of these terms is not a finding.

    Parameters
    ----------
    tokens, sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out.
    top : int
        How many terms to show, and the k of "in the top k".
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms.
    stopwords : bool
        False ranks without the terms of the stopword list.
    confidence : float
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row per term, sorted by falling n, term. **Columns**: term (str); n, rank (int64); rank_low, rank_high
        (float64, quantiles over draws); share_in_top (float64, share of draws with a rank up to `top`); rank_best,
        rank_worst (Int64, over the corpora that lack one report; NA where there is only one report).

    Raises
    ------
    TableError
        If a column is missing or `top` is below 1.

    References
    ----------
    Goldstein & Spiegelhalter 1996, *JRSS A* 159: 385–443 (intervals for ranks); Hall & Miller 2009, *Annals of
    Statistics* 37: 3929–3959 (bootstrap of ranks; it is inconsistent among ties, so read wide intervals as "tied").

    Examples
    --------
    >>> tokens = pd.DataFrame({"report_id": "a", "sentence_id": [0, 0, 1], "kind": "word", "is_stopword": False,
    ...                        "token": ["发展", "产业", "发展"]})
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": [0, 1]})
    >>> reports = pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([None], dtype="str")})
    >>> rank_stability(tokens, sentences, reports, top=1)
      term  n  rank  rank_low  rank_high  share_in_top  rank_best  rank_worst
    0   发展  2     1       1.0        1.0           1.0       <NA>        <NA>
    """
    check_interval(None, confidence)
    if top < 1:
        raise TableError(f"top must be at least 1; received {top}.")
    counts = term_counts(tokens, sentences, reports, kinds=kinds)
    kept = np.flatnonzero(stopwords | ~counts.is_stopword)
    matrix, terms = counts.matrix[:, kept], counts.terms[kept]
    n = np.asarray(matrix.sum(axis=0)).ravel()
    shown = np.argsort(-n, kind="stable")[:top]

    weights = block_weights(collapse_singletons(counts.strata), draws, seed)
    drawn = np.zeros((draws, len(shown)))
    for part, sums in resampled_chunks(weights, matrix):
        drawn[part] = _ranks(sums, shown)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0, method="closest_observation")

    table = pd.DataFrame(
        {
            "term": pd.array(terms[shown], dtype="str"),
            "n": n[shown].astype(np.int64),
            "rank": _ranks(n[None, :], shown)[0],
            "rank_low": low,
            "rank_high": high,
            "share_in_top": (drawn <= top).mean(axis=0),
            "rank_best": pd.array([pd.NA] * len(shown), dtype="Int64"),
            "rank_worst": pd.array([pd.NA] * len(shown), dtype="Int64"),
        }
    )
    present = np.unique(counts.strata)
    if len(present) < 2:
        return table
    # leaving a report out is one more row of weights: 0 for its sentences, 1 for all others
    without = (counts.strata[None, :] != present[:, None]).astype(np.uint16)
    ranks = np.concatenate([_ranks(sums, shown) for _, sums in resampled_chunks(without, matrix)])
    best, worst = pd.array(ranks.min(axis=0), dtype="Int64"), pd.array(ranks.max(axis=0), dtype="Int64")
    return table.assign(rank_best=best, rank_worst=worst)


def _ranks(sums: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Return for each row the ranks of the columns `shown` among all columns."""
    ordered = np.sort(sums, axis=1)
    wanted = sums[:, shown]
    greater = [
        len(row) - np.searchsorted(row, values, side="right") for row, values in zip(ordered, wanted, strict=True)
    ]
    return 1 + np.array(greater, dtype=np.int64).reshape(wanted.shape)
