"""Whether the ranking of the most frequent terms survives other sentences, or one document less."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import term_counts
from analysis.measures.statistics.intervals import check_confidence
from analysis.measures.statistics.resampling import block_weights, resampled_chunks
from analysis.schemas import Corpus, TableError

__all__ = ["rank_stability"]


def rank_stability(
    corpus: Corpus,
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
    answered: what if other reports of this kind had been drawn (bootstrap of reports; of a single report, of its
    sentences), and what if any one report were missing. A rank interval that spans many ranks means that the
    order of these terms is not a finding.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
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
        rank_worst (Int64, over the corpora that lack one report; NA where there is only one report); unit (str: report
        or sentence, what was drawn).

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
    >>> from types import SimpleNamespace
    >>> corpus = SimpleNamespace(tokens=tokens, sentences=sentences, reports=reports)
    >>> rank_stability(corpus, top=1)[["term", "n", "rank", "unit"]]
      term  n  rank      unit
    0   发展  2     1  sentence
    """
    check_confidence(confidence)
    if top < 1:
        raise TableError(f"top must be at least 1; received {top}.")
    counts = term_counts(corpus, kinds=kinds)
    kept = np.flatnonzero(stopwords | ~counts.is_stopword)
    cells = counts.cells(np.zeros(len(counts.strata), dtype=np.int64))
    several = len(cells.sizes) > 1
    matrix, terms = (cells.matrix if several else counts.matrix)[:, kept], counts.terms[kept]
    n = np.asarray(matrix.sum(axis=0)).ravel()
    shown = np.argsort(-n, kind="stable")[:top]

    weights = block_weights(np.zeros(matrix.shape[0]), draws, seed)
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
            "unit": "report" if several else "sentence",
            "rank_best": pd.array([pd.NA] * len(shown), dtype="Int64"),
            "rank_worst": pd.array([pd.NA] * len(shown), dtype="Int64"),
        }
    )
    if not several:
        return table
    # leaving a report out is one more row of weights: 0 for it, 1 for all others
    without = 1 - np.eye(matrix.shape[0], dtype=np.uint16)
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
