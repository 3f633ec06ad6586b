"""Permutation tests: labels of sentences for two texts, labels of reports for two groups of townships."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, islice
from math import comb
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.statistics.counts import term_counts
from analysis.measures.statistics.resampling import resample
from analysis.measures.terms.comparison import compare, vocabulary
from analysis.schemas import TableError

__all__ = ["DocumentPermutation", "Permutation", "document_permutation", "label_permutation", "smallest_p"]

_CELLS = 8_000_000
"""Cells of a dense intermediate matrix: more draws are cut into chunks."""


class Permutation(NamedTuple):
    """What a permutation test says of each term.

    Attributes
    ----------
    statistic : ndarray of float64
        Signed distance of the term's count in the target from what all labelings average to, in units of the standard
        deviation over labelings; NaN for a term that varies with no labeling.
    p : ndarray of float64
        Two-sided, for a term that was chosen beforehand.
    p_adjusted : ndarray of float64
        Two-sided, for the term as one of all: the chance that any of them strays so far.
    labelings : int
        Labelings that were looked at.
    """

    statistic: np.ndarray
    p: np.ndarray
    p_adjusted: np.ndarray
    labelings: int


class DocumentPermutation(NamedTuple):
    """A permutation test of whole reports, and what it could have found at best.

    Attributes
    ----------
    table : DataFrame
        See `document_permutation`.
    labelings : int
        Ways to choose the target's reports.
    smallest_p : float
        The smallest two-sided p that any texts could give.
    statement : str
        One sentence that says whether significance is within reach.
    """

    table: pd.DataFrame
    labelings: int
    smallest_p: float
    statement: str


def label_permutation(
    counts: np.ndarray | sparse.csr_array,
    sizes: np.ndarray,
    target: np.ndarray,
    *,
    draws: int = 5000,
    seed: int = 20240101,
    exact: bool = False,
) -> Permutation:
    """Test which terms two texts share unevenly, by dealing their blocks (sentences) anew to the two.

    Every draw keeps the number of blocks of each text. The statistic of a term is ``S = Σ_target (y − R x)`` with its
    occurrences y, the block's tokens x and its rate R in both texts together, divided by the exact standard deviation
    of S over all labelings; so bursty and even terms are on one scale.
    ``p = (1 + draws that reach |S|) / (1 + draws)``. The adjusted p is Westfall and Young's step-down maxT: it holds
    the chance of any false finding, and heeds that terms come together. What is tested is whether these two *texts* are
    dealt from one pool of sentences; sentences of one author about one topic are not, so a small p is a fact about the
    texts and not about townships.

    Parameters
    ----------
    counts : array or sparse array of shape (blocks, terms)
    sizes : array of shape (blocks,)
        Exposure of each block in tokens.
    target : array of bool, shape (blocks,)
        Which blocks belong to the target; the others are the reference.
    draws : int
        Labelings drawn, at least 1.
    seed : int
        Of the NumPy generator: the same input and seed give the same p everywhere.
    exact : bool
        True goes through every labeling instead, the observed one among them, and p is the share that reaches |S|.

    Returns
    -------
    Permutation

    Raises
    ------
    TableError
        If `draws` is below 1, or one of the two texts has no block.

    References
    ----------
    Westfall & Young 1993, *Resampling-Based Multiple Testing*, algorithm 4.1 (step-down maxT); Phipson & Smyth 2010,
    *Statistical Applications in Genetics and Molecular Biology* 9: 39 (why p is never 0); Cochran 1977, *Sampling
    Techniques*, section 2.5 (the variance).

    Examples
    --------
    Four sentences of ten words, two of them the target's, which has all the hits; six labelings, two as extreme:

    >>> found = label_permutation([[2], [2], [0], [0]], [10, 10, 10, 10], [True, True, False, False], exact=True)
    >>> found.statistic.round(4).tolist(), found.p.round(4).tolist(), found.labelings
    ([1.7321], [0.3333], 6)
    """
    if draws < 1:
        raise TableError(f"draws must be at least 1; received {draws}. 5000 is usual.")
    target, sizes = np.asarray(target, dtype=bool), np.asarray(sizes, dtype=float)
    table = sparse.csr_array(counts).astype(float)
    blocks, chosen = len(target), int(target.sum())
    if not 0 < chosen < blocks:
        raise TableError(
            f"both texts need blocks; received {chosen} for the target and {blocks - chosen} for the rest."
        )

    deviation, rate = _deviation(table, sizes, chosen)
    statistic = _statistics(target[None, :], table, sizes, rate, deviation, chosen)[0]
    varies = np.flatnonzero(np.isfinite(statistic))
    terms, rate, deviation = table[:, varies], rate[varies], deviation[varies]
    observed = np.abs(statistic[varies])
    # terms of equal distance keep their order, so that the result does not hang on the sort
    rising = np.argsort(-observed, kind="stable")[::-1]
    terms, rate, deviation, observed = terms[:, rising], rate[rising], deviation[rising], observed[rising]
    # a labeling as extreme as the observed one must not miss it by rounding
    reach = observed * (1 - 1e-9) - 1e-12

    alone, together, seen = np.zeros(len(varies)), np.zeros(len(varies)), 0
    step = max(1, _CELLS // max(1, blocks, len(varies)))
    for labels in _all_labels(blocks, chosen, step) if exact else _drawn_labels(blocks, chosen, draws, seed, step):
        drawn = np.abs(_statistics(labels, terms, sizes, rate, deviation, chosen))
        alone += (drawn >= reach).sum(axis=0)
        together += (np.maximum.accumulate(drawn, axis=1) >= reach).sum(axis=0)
        seen += len(labels)
    own = 0 if exact else 1
    p, p_adjusted = np.full(len(statistic), np.nan), np.full(len(statistic), np.nan)
    p[varies[rising]] = (own + alone) / (own + seen)
    # from the farthest term down, no term may have a smaller p than one before it
    p_adjusted[varies[rising]] = np.maximum.accumulate(((own + together) / (own + seen))[::-1])[::-1]
    return Permutation(statistic, p, p_adjusted, seen)


def _deviation(table: sparse.csr_array, sizes: np.ndarray, chosen: int) -> tuple[np.ndarray, np.ndarray]:
    """Return per term the standard deviation of S over all labelings (NaN for none), and the term's rate."""
    blocks, total = len(sizes), sizes.sum()
    n = np.asarray(table.sum(axis=0)).ravel()
    rate = n / total if total else np.full(len(n), np.nan)
    power = np.asarray(table.multiply(table).sum(axis=0)).ravel()
    squares = power - 2 * rate * (table.T @ sizes) + rate**2 * (sizes**2).sum()
    variance = chosen * (blocks - chosen) / (blocks * max(blocks - 1, 1)) * squares
    # what is left of a term that stands in every block at one rate is rounding
    return np.sqrt(np.where(squares > 1e-12 * (1 + power), variance, np.nan)), rate


def _statistics(
    labels: np.ndarray,
    table: sparse.csr_array,
    sizes: np.ndarray,
    rate: np.ndarray,
    deviation: np.ndarray,
    chosen: int,
) -> np.ndarray:
    """Return S of every labeling and term, standardised; summed over the smaller text, the other being its negative."""
    few = 2 * chosen <= len(sizes)
    side = labels if few else ~labels
    value = (resample(side, table) - resample(side, sizes)[:, None] * rate) / deviation
    return value if few else -value


def _drawn_labels(blocks: int, chosen: int, draws: int, seed: int, step: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(seed)
    for first in range(0, draws, step):
        rows = min(step, draws - first)
        order = np.argpartition(generator.random((rows, blocks)), chosen - 1, axis=1)[:, :chosen]
        labels = np.zeros((rows, blocks), dtype=bool)
        np.put_along_axis(labels, order, True, axis=1)
        yield labels


def _all_labels(blocks: int, chosen: int, step: int) -> Iterator[np.ndarray]:
    every = combinations(range(blocks), chosen)
    while rows := list(islice(every, step)):
        labels = np.zeros((len(rows), blocks), dtype=bool)
        places = np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * chosen).reshape(len(rows), chosen)
        np.put_along_axis(labels, places, True, axis=1)
        yield labels


def smallest_p(n_target: int, n_reference: int, *, two_sided: bool = True) -> float:
    """Return the smallest p that a permutation of whole reports can give, whatever the texts say.

    ``1 / C(n, k)``: the observed labeling is one of them. Two-sided with groups of one size, the mirrored labeling is
    as extreme as the observed one, and it is twice that.

    Raises
    ------
    TableError
        If a group is empty.

    Examples
    --------
    Two of five reports, one of five, three of six:

    >>> smallest_p(2, 3), smallest_p(1, 4), smallest_p(3, 3), smallest_p(3, 3, two_sided=False)
    (0.1, 0.2, 0.1, 0.05)
    """
    if n_target < 1 or n_reference < 1:
        raise TableError(f"both groups need reports; received {n_target} and {n_reference}.")
    mirrored = 2 if two_sided and n_target == n_reference else 1
    return mirrored / comb(n_target + n_reference, n_target)


def document_permutation(
    tokens: pd.DataFrame,
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    by: str,
    target: Any,
    reference: Any = None,
    min_count: int = 5,
    min_sentences: int = 3,
    alpha: float = 0.05,
    draws: int = 5000,
    seed: int = 20240101,
) -> DocumentPermutation:
    """Test a claim about groups of townships: deal whole reports to the two groups anew.

    The report is what is exchangeable when the claim is about groups, so a handful of reports cannot give a small p:
    read `statement` first. Where it says that significance is out of reach, no choice of terms, statistic or correction
    brings it within reach; only more reports do.

    Parameters
    ----------
    tokens, sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out.
    by : str
        Column of reports that makes the groups (report_id, genre, township or one that was joined).
    target, reference
        As in `keyness`.
    min_count, min_sentences : int
        The vocabulary, as in `keyness`.
    alpha : float
        The level that the statement speaks of.
    draws, seed : int
        All labelings are gone through where there are at most `draws` of them; otherwise that many are drawn.

    Returns
    -------
    DocumentPermutation
        Its table holds the terms of the vocabulary, sorted by falling |statistic|, term. **Columns**: term (str);
        n_target, n_reference (int64, occurrences); statistic, p, p_adjusted (float64; see `Permutation`).

    Raises
    ------
    TableError
        As `keyness`; and if `by` is a column of sentences, which divides reports.

    References
    ----------
    Westfall & Young 1993; Good 2005, *Permutation, Parametric, and Bootstrap Tests of Hypotheses* (exchangeability).
    """
    if by not in reports.columns:
        raise TableError(
            f"reports are dealt whole, and by={by!r} is no column of reports "
            f"(there are: {', '.join(map(str, reports.columns))}). Use keyness for parts of reports."
        )
    counts = term_counts(tokens, sentences, reports)
    sides = compare(counts, by, target, reference)
    columns, n_target, n_reference = vocabulary(counts, sides, min_count=min_count, min_sentences=min_sentences)
    both = np.flatnonzero(sides.target | sides.reference)
    documents, place = np.unique(counts.strata[both], return_inverse=True)
    member = sparse.csr_array((np.ones(len(both)), (place, np.arange(len(both)))))
    mine = np.isin(documents, counts.strata[sides.target])
    labelings = comb(len(documents), int(mine.sum()))
    found = label_permutation(
        member @ counts.matrix[both][:, columns],
        member @ counts.exposure[both],
        mine,
        draws=draws,
        seed=seed,
        exact=labelings <= draws,
    )
    table = pd.DataFrame(
        {
            "term": pd.array(counts.terms[columns], dtype="str"),
            "n_target": n_target.astype(np.int64),
            "n_reference": n_reference.astype(np.int64),
            "statistic": found.statistic,
            "p": found.p,
            "p_adjusted": found.p_adjusted,
        }
    )
    order = np.argsort(-np.abs(found.statistic), kind="stable")
    k, rest = int(mine.sum()), int((~mine).sum())
    least = smallest_p(k, rest)
    return DocumentPermutation(
        table.iloc[order].reset_index(drop=True), labelings, least, _statement(k, rest, labelings, least, alpha)
    )


def _statement(k: int, rest: int, labelings: int, least: float, alpha: float) -> str:
    ways = f"{k} of {k + rest} reports can be chosen in {labelings:,} ways, so the smallest two-sided p is {least:.2g}"
    if least > alpha:
        return (
            f"Significance at {alpha:g} is out of reach: {ways}, whatever the texts say. "
            "Read differences as descriptions of these texts."
        )
    return f"Significance at {alpha:g} is within reach: {ways}."
