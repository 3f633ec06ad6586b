"""Topics by factorisation, behind a gate: below the size at which they mean something they are a demonstration."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from analysis.measures.statistics.counts import term_counts
from analysis.schemas import TableError

__all__ = ["MIN_REPORTS", "MIN_SENTENCES", "NOT_FOR_CITATION", "TopicModel", "topic_model"]

MIN_REPORTS = 100
"""Fewest reports for a topic model."""
MIN_SENTENCES = 1000
"""Fewest sentences for a topic model of short texts."""
NOT_FOR_CITATION = "not for citation"
_TINY = 1e-12


class TopicModel(NamedTuple):
    """Topics, what they are worth, and where they stand. In a demonstration each column says "not for citation".

    Attributes
    ----------
    terms : DataFrame
        Columns: topic (int64, from 1), rank (int64), term (str), weight (float64, share of the topic).
    topics : DataFrame
        One row per topic. Columns: topic; share (float64, of the whole text); coherence (float64, UMass: 0 and below,
        nearer 0 where the top terms stand together); exclusivity (float64, 0 to 1: how far the top terms are this
        topic's own); stability (float64, 0 to 1: mean overlap of the top terms with the like topic under other seeds;
        below .5 the topic is an accident of the seed).
    units : DataFrame
        One row per unit. Columns: report_id, for sentences sentence_id; topic_1, topic_2 … (float64, sum to 1; NaN for
        a unit without a term).
    title : str
        For a figure or table made of these.
    """

    terms: pd.DataFrame
    topics: pd.DataFrame
    units: pd.DataFrame
    title: str


def topic_model(
    tokens: pd.DataFrame,
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    n_topics: int = 10,
    unit: str = "report",
    top: int = 10,
    min_units: int = 2,
    allow_small: bool = False,
    iterations: int = 200,
    seeds: int = 20,
    seed: int = 20240101,
) -> TopicModel:
    """Factorise the terms of a large corpus into topics; refuse a small one.

    Five reports hold no topics that a reader could rely on: use `theme_shares`. Below 100 reports, or 1,000 sentences
    taken as short texts, this raises; with `allow_small` it runs as a demonstration whose every column says that it is
    not for citation. Even in a large corpus read 20 sentences of each topic before naming it.

    Parameters
    ----------
    tokens, sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out, and so are stopwords and masks.
    n_topics, top : int
        Number of topics, and of terms shown for each.
    unit : {"report", "sentence"}
        What a text is. Sentences are short texts: a warning says so.
    min_units : int
        Fewest units that hold a term.
    allow_small : bool
        True runs a demonstration on a corpus that is too small.
    iterations, seeds, seed : int
        Rounds of the updates, runs whose topics are compared, and the seed of the first.

    Returns
    -------
    TopicModel

    Raises
    ------
    TableError
        If the corpus is too small, a parameter is none that fits, or no more than `n_topics` units or terms are left.

    Warns
    -----
    UserWarning
        If sentences are the units.

    References
    ----------
    Lee & Seung 1999, *Nature* 401: 788–791; 2001, *NIPS* 13, theorem 2 (updates for the divergence); Mimno et al. 2011,
    *EMNLP*: 262–272, eq. 1 (coherence); Bischof & Airoldi 2012, *ICML* (exclusivity); Roberts, Stewart & Tingley 2016,
    in Alvarez (ed.), *Computational Social Science*: 51–97 (stability under seeds).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> tables = corpus.tokens, corpus.sentences, corpus.reports
    >>> topic_model(*tables)
    Traceback (most recent call last):
    analysis.schemas.TableError: a topic model needs 100 reports; received 5. Use theme_shares...
    >>> topic_model(*tables, n_topics=3, allow_small=True, seeds=2).topics.columns[0]
    'topic (not for citation)'
    """
    if unit not in ("report", "sentence"):
        raise TableError(f"unit must be report or sentence; received {unit!r}.")
    for name, value, least in (("n_topics", n_topics, 2), ("top", top, 2), ("seeds", seeds, 2)):
        if value < least:
            raise TableError(f"{name} must be at least {least}; received {value}.")
    counts = term_counts(tokens, sentences, reports)
    matrix, ids = counts.matrix, counts.sentences[["report_id", "sentence_id"]]
    if unit == "report":
        shape = len(counts.reports), len(counts.strata)
        member = sparse.csr_array((np.ones(shape[1]), (counts.strata, np.arange(shape[1]))), shape)
        matrix, ids = sparse.csr_array(member @ matrix), counts.reports[["report_id"]]
    least = MIN_REPORTS if unit == "report" else MIN_SENTENCES
    small = len(ids) < least
    if small and not allow_small:
        raise TableError(
            f"a topic model needs {least} {unit}s; received {len(ids)}. Use theme_shares; allow_small=True runs a "
            f"demonstration that is {NOT_FOR_CITATION}."
        )
    if unit == "sentence":
        warnings.warn(
            f"{len(ids)} sentences are modelled as short texts: few terms each, and those of one report hang together. "
            "Check every topic against its sentences.",
            stacklevel=2,
        )
    held = np.asarray((matrix > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero((held >= min_units) & ~counts.is_stopword)
    table, words = sparse.csr_array(matrix[:, kept]), counts.terms[kept]
    if min(table.shape) < n_topics or len(words) < top:
        raise TableError(
            f"{n_topics} topics with {top} terms need as many {unit}s and terms; {table.shape[0]} {unit}s and "
            f"{len(words)} terms are left. Ask for fewer topics or lower min_units."
        )
    runs = [_factorise(table, n_topics, iterations, seed + run) for run in range(seeds)]
    w, h = runs[0]
    order = np.argsort(-w.sum(axis=0), kind="stable")
    w, h = w[:, order], h[order]
    best = _best(h, top)
    numbers = np.arange(1, n_topics + 1)
    total = w.sum(axis=1, keepdims=True)
    shares = np.divide(w, total, out=np.full_like(w, np.nan), where=np.asarray(table.sum(axis=1))[:, None] > 0)
    found = (
        pd.DataFrame(
            {
                "topic": np.repeat(numbers, top),
                "rank": np.tile(np.arange(1, top + 1), n_topics),
                "term": pd.array(words[best.ravel()], dtype="str"),
                "weight": np.take_along_axis(h, best, axis=1).ravel(),
            }
        ),
        pd.DataFrame(
            {
                "topic": numbers,
                "share": w.sum(axis=0) / w.sum(),
                "coherence": _coherence(table, best),
                "exclusivity": np.take_along_axis(h / h.sum(axis=0), best, axis=1).mean(axis=1),
                "stability": _stability(best, [_best(other, top) for _, other in runs[1:]]),
            }
        ),
        ids.reset_index(drop=True).join(pd.DataFrame(shares, columns=[f"topic_{number}" for number in numbers])),
    )
    mark = f" ({NOT_FOR_CITATION})" if small else ""
    return TopicModel(*(frame.add_suffix(mark) for frame in found), title=f"{n_topics} topics{mark}")


def _factorise(table: sparse.csr_array, n_topics: int, iterations: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return W and H of V ≈ W H by Lee and Seung's updates for the divergence; each row of H sums to 1."""
    generator = np.random.default_rng(seed)
    w = generator.random((table.shape[0], n_topics)) + 0.1
    h = generator.random((n_topics, table.shape[1])) + 0.1
    entries = table.tocoo()

    def ratio() -> sparse.csr_array:
        # V / (W H) is needed where V is not 0, and nowhere else
        fitted = (w[entries.row] * h.T[entries.col]).sum(axis=1)
        return sparse.csr_array((entries.data / np.maximum(fitted, _TINY), (entries.row, entries.col)), table.shape)

    for _ in range(iterations):
        h = h * (ratio().T @ w).T / np.maximum(w.sum(axis=0), _TINY)[:, None]
        w = w * (ratio() @ h.T) / np.maximum(h.sum(axis=1), _TINY)
    scale = np.maximum(h.sum(axis=1), _TINY)
    return w * scale, np.maximum(h / scale[:, None], _TINY)


def _best(h: np.ndarray, top: int) -> np.ndarray:
    """Return the columns of the largest weights of each topic; of equal ones the first."""
    return np.argsort(-np.round(h, 12), axis=1, kind="stable")[:, :top]


def _coherence(table: sparse.csr_array, best: np.ndarray) -> np.ndarray:
    """Return the mean of log((D(v, w) + 1) / D(w)) over pairs of top terms, w ranking before v."""
    scores = []
    for columns in best:
        present = (table[:, columns] > 0).astype(float)
        together = (present.T @ present).toarray()
        later, earlier = np.tril_indices(len(columns), -1)
        scores.append(np.log((together[later, earlier] + 1) / together[earlier, earlier]).mean())
    return np.array(scores)


def _stability(best: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
    """Return per topic the mean Jaccard overlap of its top terms with its match in each other run."""
    overlaps = []
    for other in others:
        jaccard = np.array([[len({*a} & {*b}) / len({*a} | {*b}) for b in other.tolist()] for a in best.tolist()])
        overlaps.append(jaccard[linear_sum_assignment(-jaccard)])
    return np.mean(overlaps, axis=0)
