"""How far the themes of two texts lie apart, and how far they would by chance alone."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy import special

from analysis.measures.statistics.counts import require_columns
from analysis.measures.statistics.resampling import block_weights, collapse_singletons
from analysis.measures.themes.mass import ThemeMass, theme_mass
from analysis.schemas import TableError

__all__ = ["distance_matrix", "half_divergence", "jensen_shannon", "theme_divergence"]

_CELLS = 4_000_000
"""Cells of a table of random numbers: larger work is cut into chunks of draws."""


def jensen_shannon(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return the Jensen–Shannon divergence of two distributions, in bits.

    ``JSD = ½ KL(P‖M) + ½ KL(Q‖M)`` with ``M = (P + Q) / 2``: 0 for equal distributions, 1 for such as share nothing.
    Its square root is a distance. scipy's ``jensenshannon`` returns that root.

    Parameters
    ----------
    p, q : array of shape (…, categories)
        Not negative; each is divided by its sum.

    Returns
    -------
    array of float64, shape (…)
        NaN where a distribution sums to 0.

    References
    ----------
    Lin 1991, *IEEE Transactions on Information Theory* 37: 145–151, eq. 4.1; Endres & Schindelin 2003, *IEEE
    Transactions on Information Theory* 49: 1858–1860 (the root is a metric).

    Examples
    --------
    >>> float(jensen_shannon([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]).round(6))
    0.095816
    """
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = p / p.sum(axis=-1, keepdims=True), q / q.sum(axis=-1, keepdims=True)
    middle = (p + q) / 2
    nats = (special.rel_entr(p, middle) + special.rel_entr(q, middle)).sum(axis=-1) / 2
    # rounding may leave a hair below 0 for equal distributions
    return np.maximum(nats / np.log(2), 0.0)


def theme_divergence(
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    by: str = "report_id",
    terms: pd.DataFrame | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Compare the thematic shares of every two groups: distance, what chance alone would give, and p.

    Short texts differ by chance, the shorter the more; so read `excess` and not `jsd`. The null pools the coded
    sentences of the two texts and deals them out anew, keeping how many each has: `null_mean` is the divergence of
    two texts that differ in nothing but the draw. p is the share of deals that differ as much. It speaks of these
    texts: sentences of one section hang together and townships are one text each, so a small p is not yet a finding
    about townships.

    Parameters
    ----------
    sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out.
    by : str
        Column of reports or sentences that makes the groups.
    terms : DataFrame, optional
        From `theme_terms`; the package's if not given.
    confidence : float
        Of the interval, between 0 and 1.
    draws, seed : int
        Of the permutations and of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per pair, source before target in code-point order. **Columns**: source, target (str); n_source,
        n_target (int64, coded sentences); jsd, null_mean (float64, bits); excess (jsd − null_mean; near 0 or below:
        no more than chance); excess_low, excess_high (interval of the divergence freed of chance, from sentences
        redrawn within reports; 0 at least); p (float64); p_adjusted (Benjamini–Hochberg over the pairs);
        distance (√jsd), distance_excess (√ of excess, 0 where it is below 0). Roots are taken last.
        NaN where a group has fewer than two coded sentences.

    Raises
    ------
    TableError
        If a column is missing, there are fewer than two groups, or the confidence is not between 0 and 1.

    Notes
    -----
    The interval is the basic bootstrap's, ``2 · jsd − quantile``: redrawing adds the same bias once more that drawing
    put in, and this takes both out. Where two texts hardly differ it is cautious.

    References
    ----------
    Lin 1991; Endres & Schindelin 2003; Good 2005, *Permutation, Parametric and Bootstrap Tests of Hypotheses*, ch. 3;
    Davison & Hinkley 1997, section 5.2 (basic interval) and 4.3 (p as (1 + b) / (1 + B)).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> pairs = theme_divergence(corpus.sentences, corpus.reports, draws=200)
    >>> len(pairs), bool((pairs["excess"] < pairs["jsd"]).all())
    (10, True)
    """
    if not 0 < confidence < 1:
        raise TableError(f"confidence must lie between 0 and 1; received {confidence!r}. 0.95 is usual.")
    coded = theme_mass(sentences, reports, by=by, terms=terms)
    at_least_two(coded, "theme_divergence")
    table, drawn = coded.table, coded.resampled(block_weights(collapse_singletons(coded.strata), draws, seed))
    spoken = [coded.mass[(coded.group == at) & (coded.size > 0)] for at in range(len(coded.groups))]
    generators = iter(np.random.default_rng(seed).spawn(len(coded.groups) * (len(coded.groups) - 1) // 2))
    rows = []
    for i, j in combinations(range(len(coded.groups)), 2):
        generator = next(generators)
        jsd = float(jensen_shannon(table[i], table[j]))
        null, low, high = np.full(1, np.nan), np.nan, np.nan
        enough = min(len(spoken[i]), len(spoken[j])) >= 2
        if enough:
            null = permuted(spoken[i], spoken[j], draws, generator)
            redrawn = jensen_shannon(drawn[i], drawn[j])
            low, high = np.nanquantile(redrawn, [(1 - confidence) / 2, (1 + confidence) / 2])
        mean = float(null.mean())
        rows.append(
            {
                "source": coded.groups[i],
                "target": coded.groups[j],
                "n_source": len(spoken[i]),
                "n_target": len(spoken[j]),
                "jsd": jsd if enough else np.nan,
                "null_mean": mean,
                "excess": jsd - mean,
                "excess_low": np.maximum(2 * jsd - high, 0),
                "excess_high": np.maximum(2 * jsd - low, 0),
                # sums in another order differ in the last digits
                "p": (1 + (null >= jsd - 1e-12).sum()) / (1 + draws) if enough else np.nan,
            }
        )
    pairs = pd.DataFrame(rows).astype({"source": "str", "target": "str"})
    return pairs.assign(
        p_adjusted=_benjamini_hochberg(pairs["p"].to_numpy()),
        distance=np.sqrt(pairs["jsd"]),
        distance_excess=np.sqrt(pairs["excess"].clip(lower=0)),
    )


def at_least_two(coded: ThemeMass, name: str, groups: int = 2) -> None:
    """Raise `TableError` if there are fewer groups than a comparison needs."""
    if len(coded.groups) < groups:
        raise TableError(
            f"{name} compares groups; received {len(coded.groups)} ({', '.join(coded.groups)}), {groups} at least. "
            "Group by another column with by=."
        )


def permuted(one: np.ndarray, other: np.ndarray, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Return the divergences of two texts made of the pooled sentences by chance, each as long as it was.

    Parameters
    ----------
    one, other : arrays of shape (sentences, themes)
        Mass of the themes in the sentences of each.
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    array of float64, shape (draws,)
    """
    pool = np.concatenate([one, other])
    total, found = pool.sum(axis=0), []
    step = max(1, _CELLS // len(pool))
    for first in range(0, draws, step):
        order = np.argsort(generator.random((min(step, draws - first), len(pool))), axis=1)
        # the rank of a random number below n_one marks the sentences of the first text
        first_text = (order < len(one)).astype(float) @ pool
        found.append(jensen_shannon(first_text, total - first_text))
    return np.concatenate(found)


def _benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return p adjusted for the false discovery rate over those that are not NaN."""
    adjusted = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    raised = p[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return adjusted


def distance_matrix(pairs: pd.DataFrame, value: str = "distance") -> pd.DataFrame:
    """Return a column of `theme_divergence` as a square table of groups by groups, 0 on the diagonal.

    Parameters
    ----------
    pairs : DataFrame
        Of `theme_divergence`.
    value : str
        Any number column of it, such as ``distance``, ``distance_excess`` or ``p`` (whose diagonal is then NaN).

    Returns
    -------
    pandas.DataFrame
        Float64, symmetric; index and columns are the groups in code-point order.

    Raises
    ------
    TableError
        If a column is missing.

    Examples
    --------
    >>> pairs = pd.DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "c"], "distance": [0.1, 0.2, 0.3]})
    >>> distance_matrix(pairs).values.tolist()
    [[0.0, 0.1, 0.2], [0.1, 0.0, 0.3], [0.2, 0.3, 0.0]]
    """
    require_columns(pairs, "theme_divergence", ["source", "target", value])
    groups = sorted({*pairs["source"], *pairs["target"]})
    same = np.nan if value in ("p", "p_adjusted") else 0.0
    square = pd.DataFrame(np.where(np.eye(len(groups), dtype=bool), same, np.nan), index=groups, columns=groups)
    for source, target, number in zip(pairs["source"], pairs["target"], pairs[value], strict=True):
        square.loc[source, target] = square.loc[target, source] = number
    return square


def half_divergence(
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    by: str = "report_id",
    terms: pd.DataFrame | None = None,
    draws: int = 1000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Ask whether two texts lie further apart than two random halves of the same text.

    All texts compared have the same number of sentences, half the coded sentences of the shorter of the two: without
    that, halves would differ more for being short.

    Parameters
    ----------
    sentences, reports, by, terms
        As in `theme_divergence`.
    draws, seed : int
        Of the random halves.

    Returns
    -------
    pandas.DataFrame
        One row per pair. **Columns**: source, target (str); n_half (int64, coded sentences of each half); between,
        within_source, within_target (float64, mean divergence in bits); share_larger (float64, share of draws in which
        the two texts lie further apart than the halves of either; near ½ or below: no more than within a text).
        NaN where a half would have no sentence.

    Raises
    ------
    TableError
        If a column is missing or there are fewer than two groups.

    References
    ----------
    Lin 1991 (divergence); Efron & Tibshirani 1993, ch. 15 (why halves stand for draws of half the size).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> halves = half_divergence(corpus.sentences, corpus.reports, draws=100)
    >>> halves["n_half"].tolist()
    [12, 12, 12, 12, 20, 22, 22, 20, 20, 55]
    """
    coded = theme_mass(sentences, reports, by=by, terms=terms)
    at_least_two(coded, "half_divergence")
    spoken = [coded.mass[(coded.group == at) & (coded.size > 0)] for at in range(len(coded.groups))]
    generators = iter(np.random.default_rng(seed).spawn(len(coded.groups) * (len(coded.groups) - 1) // 2))
    rows = []
    for i, j in combinations(range(len(coded.groups)), 2):
        generator, half = next(generators), min(len(spoken[i]), len(spoken[j])) // 2
        row = {"source": coded.groups[i], "target": coded.groups[j], "n_half": half}
        names = ("between", "within_source", "within_target", "share_larger")
        values = [np.nan] * 4
        if half:
            (a, b), (c, d) = _halves(spoken[i], half, draws, generator), _halves(spoken[j], half, draws, generator)
            between, first, second = jensen_shannon(a, c), jensen_shannon(a, b), jensen_shannon(c, d)
            values = [between.mean(), first.mean(), second.mean(), (between > np.maximum(first, second)).mean()]
        rows.append(row | dict(zip(names, map(float, values), strict=True)))
    return pd.DataFrame(rows).astype({"source": "str", "target": "str"})


def _halves(mass: np.ndarray, half: int, draws: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of two disjoint random sets of `half` sentences each, one row per draw."""
    sums = ([], [])
    step = max(1, _CELLS // len(mass))
    for first in range(0, draws, step):
        rank = np.argsort(generator.random((min(step, draws - first), len(mass))), axis=1)
        sums[0].append((rank < half).astype(float) @ mass)
        sums[1].append(((rank >= half) & (rank < 2 * half)).astype(float) @ mass)
    return np.concatenate(sums[0]), np.concatenate(sums[1])
