"""How far the themes of two texts lie apart, and how far they would by chance alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import special
from scipy.stats import false_discovery_control

from analysis.measures.statistics.contrast import joint_statistic, smallest_p
from analysis.measures.statistics.counts import require_columns
from analysis.measures.statistics.intervals import check_confidence
from analysis.measures.themes.mass import Terms, ThemeMass, theme_mass
from analysis.schemas import Corpus, TableError

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
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "report_id",
    terms: Terms | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Compare the thematic shares of every two groups: distance, what chance alone would give, and p.

    Short texts differ by chance, the shorter the more; so read `excess` and not `jsd`. The null deals the units of the
    two groups anew, keeping how many each has: whole reports, or the coded sentences where both groups are one report
    (`unit`). `null_mean` is the divergence of two groups that differ in nothing but the deal. Between reports, p rests
    on a studentised difference (the sum over themes of the squared difference of the shares over its standard error),
    which holds where groups are unequal; between two texts, on the divergence itself, and it speaks of these texts.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by : str or list of str
        Columns of reports that make the groups; of one report also columns of sentences.
    terms : DataFrame or mapping, optional
        As in `theme_shares`.
    confidence : float
        Of the interval, between 0 and 1.
    draws, seed : int
        Of the deals and of the bootstrap; deals are as many as the adjustment over the pairs needs, 20 a pair at least.

    Returns
    -------
    pandas.DataFrame
        One row per pair, source before target in the order of the groups. **Columns**: source, target (str);
        n_source, n_target (int64, units); unit (str: report or sentence); jsd, null_mean (float64, bits); excess
        (jsd - null_mean; near 0 or below: no more than chance); excess_low, excess_high (interval of the divergence
        freed of chance, from units redrawn; 0 at least); p, p_least (float64; the smallest p that so few units can
        give); p_adjusted (Benjamini-Hochberg over the pairs); distance (√jsd), distance_excess (√ of excess, 0 where
        it is below 0). Roots are taken last. NaN where a group has fewer than two units.

    Raises
    ------
    TableError
        If a column is unknown, there are fewer than two groups, groups are parts of several reports, or the confidence
        is not between 0 and 1.

    Notes
    -----
    The interval is the basic bootstrap's, ``2 · jsd - quantile``: redrawing adds the same bias once more that drawing
    put in, and this takes both out. Where two texts hardly differ it is cautious.

    References
    ----------
    Lin 1991; Endres & Schindelin 2003; Good 2005, *Permutation, Parametric and Bootstrap Tests of Hypotheses*, ch. 3;
    Chung & Romano 2013, *Annals of Statistics* 41: 484–507; Davison & Hinkley 1997, section 5.2 (basic interval).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> pairs = theme_divergence(read_corpus("seeds"), draws=200)
    >>> len(pairs), bool((pairs["excess"] < pairs["jsd"]).all())
    (10, True)
    """
    check_confidence(confidence)
    coded = theme_mass(corpus, by=by, terms=terms)
    at_least_two(coded, "theme_divergence")
    if not coded.groups.of_reports and len(coded.reports) > 1:
        raise TableError(
            "theme_divergence compares groups of reports, and a report's zones are no reports of their own. "
            "Compare zones inside reports with zone_shift, or take one report with corpus.select."
        )
    table, drawn = coded.table, coded.resampled(draws, seed)
    pairs = list(combinations(range(len(coded.labels)), 2))
    deals = max(draws, 20 * len(pairs))
    generators = iter(np.random.default_rng(seed).spawn(len(pairs)))
    rows = []
    for i, j in pairs:
        generator = next(generators)
        one, other, unit = _units(coded, i, j)
        jsd = float(jensen_shannon(table[i], table[j]))
        null, p, least, low, high = np.full(1, np.nan), np.nan, np.nan, np.nan, np.nan
        if min(len(one), len(other)) >= (2 if unit == "sentence" else 1) and len(one) + len(other) > 2:
            null, p = permuted(one, other, deals, generator, studentised=unit == "report")
            least = max(smallest_p(np.arange(len(one) + len(other)) < len(one)), 1 / (1 + deals))
            p = max(p, least)
            redrawn = jensen_shannon(drawn[i], drawn[j])
            low, high = np.nanquantile(redrawn, [(1 - confidence) / 2, (1 + confidence) / 2])
        mean = float(null.mean())
        rows.append(
            {
                "source": coded.labels[i],
                "target": coded.labels[j],
                "n_source": len(one),
                "n_target": len(other),
                "unit": unit,
                "jsd": jsd if not np.isnan(p) else np.nan,
                "null_mean": mean,
                "excess": jsd - mean,
                "excess_low": np.maximum(2 * jsd - high, 0),
                "excess_high": np.maximum(2 * jsd - low, 0),
                "p": p,
                "p_least": least,
            }
        )
    found = pd.DataFrame(rows).astype({"source": "str", "target": "str"})
    adjusted, known = np.full(len(found), np.nan), found["p"].notna().to_numpy()
    if known.any():
        adjusted[known] = false_discovery_control(found.loc[known, "p"], method="bh")
    return found.assign(
        p_adjusted=adjusted,
        distance=np.sqrt(found["jsd"]),
        distance_excess=np.sqrt(found["excess"].clip(lower=0)),
    )


def _units(coded: ThemeMass, i: int, j: int) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the masses that are dealt to two groups: of reports, or of sentences where each group is one report."""
    (one, _, unit), (other, _, beside) = coded.blocks(i), coded.blocks(j)
    if unit == beside:
        return one, other, unit
    # one group is a single report: as one unit it is dealt among the reports of the other
    whole = [mass if kind == "report" else mass.sum(axis=0, keepdims=True)[: len(mass)] for mass, kind in
             ((one, unit), (other, beside))]  # fmt: skip
    return whole[0], whole[1], "report"


def at_least_two(coded: ThemeMass, name: str, groups: int = 2) -> None:
    """Raise `TableError` if there are fewer groups than a comparison needs."""
    if len(coded.labels) < groups:
        raise TableError(
            f"{name} compares groups; received {len(coded.labels)} ({', '.join(coded.labels)}), {groups} at least. "
            "Group by another column with by=."
        )


def permuted(
    one: np.ndarray, other: np.ndarray, draws: int, generator: np.random.Generator, *, studentised: bool
) -> tuple[np.ndarray, float]:
    """Return the divergences of two groups made of the pooled units by chance, each of as many as it has, and p.

    Parameters
    ----------
    one, other : arrays of shape (units, themes)
        Mass of the themes in the units of each.
    draws : int
    generator : numpy.random.Generator
    studentised : bool
        False takes p from the divergence itself.
    """
    pool = np.concatenate([one, other])
    labels = (np.arange(len(pool)) < len(one)).astype(float)[None, :]
    observed = _distance(pool, labels, studentised)[0]
    total, found, extreme = pool.sum(axis=0), [], 0
    step = max(1, _CELLS // len(pool))
    for first in range(0, draws, step):
        order = np.argsort(generator.random((min(step, draws - first), len(pool))), axis=1)
        # the rank of a random number below n_one marks the units of the first group
        drawn = (order < len(one)).astype(float)
        first_group = drawn @ pool
        # sums of another order may leave a hair below 0
        found.append(jensen_shannon(first_group, np.maximum(total - first_group, 0)))
        extreme += int((_distance(pool, drawn, studentised) >= observed * (1 - 1e-9)).sum())
    return np.concatenate(found), (1 + extreme) / (1 + draws)


def _distance(pool: np.ndarray, labels: np.ndarray, studentised: bool) -> np.ndarray:
    """Return for each deal how far the two groups lie apart."""
    total = pool.sum(axis=0)
    first = labels @ pool
    if not studentised:
        return jensen_shannon(first, np.maximum(total - first, 0))
    return joint_statistic(pool, pool.sum(axis=1), labels)


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
        Float64, symmetric; index and columns are the groups in their order.

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
    groups = list(dict.fromkeys([*pairs["source"], *pairs["target"]]))
    same = np.nan if value in ("p", "p_adjusted") else 0.0
    square = pd.DataFrame(np.where(np.eye(len(groups), dtype=bool), same, np.nan), index=groups, columns=groups)
    for source, target, number in zip(pairs["source"], pairs["target"], pairs[value], strict=True):
        square.loc[source, target] = square.loc[target, source] = number
    return square


def half_divergence(
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "report_id",
    terms: Terms | None = None,
    draws: int = 1000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Ask whether two texts lie further apart than two random halves of the same text.

    All texts compared have the same number of sentences, half the coded sentences of the shorter of the two: without
    that, halves would differ more for being short.

    Parameters
    ----------
    corpus, by, terms
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
    >>> halves = half_divergence(read_corpus("seeds"), draws=100)
    >>> halves["n_half"].tolist()
    [12, 12, 12, 12, 20, 22, 22, 20, 20, 55]
    """
    coded = theme_mass(corpus, by=by, terms=terms)
    at_least_two(coded, "half_divergence")
    spoken = [coded.mass[coded.spoken(at)] for at in range(len(coded.labels))]
    generators = iter(np.random.default_rng(seed).spawn(len(coded.labels) * (len(coded.labels) - 1) // 2))
    rows = []
    for i, j in combinations(range(len(coded.labels)), 2):
        generator, half = next(generators), min(len(spoken[i]), len(spoken[j])) // 2
        row = {"source": coded.labels[i], "target": coded.labels[j], "n_half": half}
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
