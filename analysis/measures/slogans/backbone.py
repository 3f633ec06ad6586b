"""Which pairs of slogans stand together more often than a null model has it: the backbone of a network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measures.slogans.cooccurrence import cooccurrence
from analysis.measures.slogans.incidence import Incidence
from analysis.measures.slogans.nulls import Tails, fixed_degree_tails, hypergeometric_tails
from analysis.schemas import TableError

__all__ = ["CORRECTIONS", "NULLS", "Backbone", "adjusted_p", "backbone", "disparity"]

NULLS = ("fixed_degree", "hypergeometric", "disparity")
CORRECTIONS = ("bh_discrete", "bh", "bonferroni", "none")

_ROUNDING = 1 + 1e-9


class Backbone(NamedTuple):
    """The tested pairs of a network and what came of it.

    Attributes
    ----------
    edges : DataFrame
        See `backbone`.
    n_tested, n_kept : int
        Pairs tested, never-meeting ones included, and pairs kept.
    threshold : float
        The largest p that is kept, or would have been.
    statement : str
        One sentence that says what was tested and what was kept, or why nothing was.
    """

    edges: pd.DataFrame
    n_tested: int
    n_kept: int
    threshold: float
    statement: str


def backbone(
    incidence: Incidence,
    *,
    null: str = "fixed_degree",
    alpha: float = 0.05,
    correction: str | None = None,
    within: str | None = "report",
) -> Backbone:
    """Test every pair of slogans against a null model and mark those that stand together too often for chance.

    Nulls: ``fixed_degree`` (default) shuffles the slogans over the units of each report so that each slogan keeps its
    frequency and each unit the number of its slogans; ``hypergeometric`` lets every slogan fall on any unit of the
    corpus with equal chance; ``disparity`` asks of each edge whether it takes more of a slogan's strength than an even
    split would give it, which is no test against chance co-occurrence.

    Parameters
    ----------
    incidence : Incidence
        From `slogan_incidence`.
    null : {"fixed_degree", "hypergeometric", "disparity"}
    alpha : float
        Level: with the two "bh" the false share of kept edges, with "bonferroni" the chance of any false edge.
    correction : {"bh_discrete", "bh", "bonferroni", "none"}, optional
        Over all n(n − 1)/2 pairs, not only those that meet; see `adjusted_p`. None takes "bh_discrete", and "none" for
        the disparity filter, which knows no other.
    within : {"report", "section"}, optional
        Inside what the fixed-degree null deals: reports, so that a report's richness makes no edge; or the highest
        sections of each, so that a slogan's preference for a section makes none either; None takes all as one.

    Returns
    -------
    Backbone
        Its edges are those of `cooccurrence`, with further **columns**: p (float64: P of as many units with both, or
        more; NaN where the disparity filter is undefined), p_adjusted (float64), n_critical (Int64: fewest units with
        both that would be kept, NA where even the smaller frequency is not enough), in_backbone (bool).

    Raises
    ------
    TableError
        If null or correction is unknown (the text lists what there is), they do not go together, or alpha is not
        between 0 and 1.

    References
    ----------
    Tumminello et al. 2011, *PLoS ONE* 6: e17994 (hypergeometric); Strona et al. 2014, *Nature Communications* 5: 4114
    (both margins fixed); Serrano, Boguñá & Vespignani 2009, *PNAS* 106: 6483–6488, equation 2 (disparity);
    Heyse 2011 (discrete BH).
    """
    correction = _check(null, alpha, correction)
    edges = cooccurrence(incidence)
    slogans = len(incidence.slogans)
    if null == "disparity":
        found = disparity(edges, alpha)
        tested = len(edges)
        edges, threshold = edges.assign(**found), alpha
    else:
        tested = slogans * (slogans - 1) // 2
        source, target = _columns(incidence, edges)
        every = np.triu_indices(slogans, 1) if correction == "bh_discrete" else (source, target)
        tails = _tails_of(incidence, *every, null, within if incidence.unit != "report" else None)
        met = tails
        if correction == "bh_discrete":
            # row by row of the upper triangle, the pair (i, j) is the one of this number
            met = tails.of(source * (2 * slogans - source - 1) // 2 + target - source - 1)
        p = met.at(edges["n"].to_numpy())
        adjusted = adjusted_p(p, tested, correction, tails if correction == "bh_discrete" else None)
        # the boundary belongs to the backbone, and rounding must not turn it away
        kept = adjusted <= alpha * _ROUNDING
        threshold = _threshold(alpha, int(kept.sum()), tested, correction, tails)
        critical = met.critical(threshold * _ROUNDING)
        edges = edges.assign(
            p=p,
            p_adjusted=adjusted,
            n_critical=pd.Series(critical, index=edges.index).astype("Int64").mask(critical < 0),
            in_backbone=kept,
        )
    n_kept = int(edges["in_backbone"].sum())
    statement = _statement(edges, null, alpha, correction, slogans, tested, threshold, incidence.unit)
    return Backbone(edges, tested, n_kept, float(threshold), statement)


def _check(null: str, alpha: float, correction: str | None) -> str:
    if null not in NULLS:
        raise TableError(f"no null is called {null!r}; there are: {', '.join(NULLS)}.")
    if correction is not None and correction not in CORRECTIONS:
        raise TableError(f"no correction is called {correction!r}; there are: {', '.join(CORRECTIONS)}.")
    if not 0 < alpha < 1:
        raise TableError(f"alpha must lie between 0 and 1; received {alpha!r}. 0.05 is usual.")
    if null == "disparity":
        if correction not in (None, "none"):
            raise TableError(
                f"the disparity filter is defined edge by edge; received correction {correction!r}. "
                'Use correction="none", or another null.'
            )
        return "none"
    return correction or "bh_discrete"


def _columns(incidence: Incidence, edges: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    at = pd.Index(incidence.slogans["slogan"].astype(object))
    return at.get_indexer(edges["source"].astype(object)), at.get_indexer(edges["target"].astype(object))


def strata_of(incidence: Incidence, within: str | None) -> np.ndarray | None:
    """Return the number of the report, or of the highest section of a report, that holds each unit."""
    if within is None:
        return None
    if within == "report":
        return incidence.strata
    if within != "section":
        raise TableError(f"within must be 'report', 'section' or None; received {within!r}.")
    return incidence.units.groupby(["report_id", "section"], sort=False).ngroup().to_numpy()


def _tails_of(incidence: Incidence, source: np.ndarray, target: np.ndarray, null: str, within: str | None) -> Tails:
    if null == "hypergeometric":
        often = incidence.slogans["n_units"].to_numpy()
        return hypergeometric_tails(often[source], often[target], incidence.matrix.shape[0])
    return fixed_degree_tails(incidence.matrix, source, target, strata_of(incidence, within))


def adjusted_p(p: np.ndarray, tested: int, correction: str, tails: Tails | None = None) -> np.ndarray:
    """Return `p` adjusted for `tested` tests, of which those not in `p` have p = 1.

    ``bonferroni``: ``min(1, m p)``. ``bh``: ``min over j ≥ i of m p_(j) / j`` in the order of p. ``bh_discrete``: as
    ``bh`` with the number of pairs expected to reach p_(j) by chance, ``Σ P(p-value ≤ p_(j))`` over `tails`, for the
    m p_(j) that bounds it: a pair of two rare slogans cannot reach a small p, and is not charged for one.

    References
    ----------
    Benjamini & Hochberg 1995, *JRSS B* 57: 289–300; Heyse 2011, in *Recent Advances in Biostatistics*: 43–58 (discrete
    tests); Döhler, Durand & Roquain 2018, *Electronic Journal of Statistics* 12: 1867–1900.

    Examples
    --------
    >>> adjusted_p(np.array([0.01, 0.02]), 4, "bh").tolist(), adjusted_p(np.array([0.01]), 4, "bonferroni").tolist()
    ([0.04, 0.04], [0.04])
    """
    if correction == "none":
        return p.copy()
    if correction == "bonferroni":
        return np.minimum(p * tested, 1.0)
    order = np.argsort(p, kind="stable")
    sorted_p = p[order]
    expected = sorted_p * tested if tails is None else tails.expected_false(sorted_p)
    scaled = expected / np.arange(1, len(p) + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def _threshold(alpha: float, kept: int, tested: int, correction: str, tails: Tails) -> float:
    """Return the largest p that would be kept; where none is, the largest that would have been."""
    if correction == "none":
        return alpha
    if correction == "bonferroni":
        return alpha / max(tested, 1)
    if correction == "bh":
        return alpha * max(kept, 1) / max(tested, 1)
    attainable = np.unique(tails.values)
    within = tails.expected_false(attainable) <= alpha * max(kept, 1) * _ROUNDING
    return float(attainable[within].max()) if within.any() else 0.0


def disparity(
    edges: pd.DataFrame, alpha: float = 0.05, weight: str = "n"
) -> dict[str, np.ndarray | pd.arrays.IntegerArray]:
    """Return the columns that the disparity filter adds to `edges`.

    ``p = (1 − w/s)^(k − 1)`` with the strength s and the degree k of an end; the smaller p of the two ends counts, and
    an end of degree 1 says nothing. Kept if p < α.

    Returns
    -------
    dict
        p, p_adjusted (equal; NaN where both ends have degree 1), n_critical (fewest units that would be kept if the
        strengths stayed), in_backbone.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": ["a", "a"], "target": ["b", "c"], "n": [9, 1]})
    >>> disparity(edges, alpha=0.2)["p"].round(6).tolist()
    [0.1, 0.9]
    """
    ends = pd.concat(
        [
            edges[["source", weight]].set_axis(["slogan", "w"], axis=1),
            edges[["target", weight]].set_axis(["slogan", "w"], axis=1),
        ]
    )
    of_slogan = ends.groupby("slogan")["w"].agg(["sum", "size"])
    p = np.full(len(edges), np.nan)
    critical = np.full(len(edges), np.nan)
    for end in ("source", "target"):
        strength = of_slogan["sum"].reindex(edges[end]).to_numpy(dtype=float)
        degree = of_slogan["size"].reindex(edges[end]).to_numpy(dtype=float)
        share = edges[weight].to_numpy(dtype=float) / strength
        defined = degree > 1
        here = np.where(defined, (1 - share) ** np.maximum(degree - 1, 1), np.nan)
        p = np.fmin(p, here)
        # (1 − w/s)^(k−1) < α solved for w
        least = np.floor(strength * (1 - alpha ** (1 / np.maximum(degree - 1, 1)))) + 1
        critical = np.fmin(critical, np.where(defined, least, np.nan))
    return {
        "p": p,
        "p_adjusted": p.copy(),
        "n_critical": pd.array(pd.Series(critical).astype("Int64"), dtype="Int64"),
        "in_backbone": np.nan_to_num(p, nan=1.0) < alpha,
    }


def _statement(
    edges: pd.DataFrame,
    null: str,
    alpha: float,
    correction: str,
    slogans: int,
    tested: int,
    threshold: float,
    unit: str,
) -> str:
    kept = int(edges["in_backbone"].sum())
    over = {
        "none": "no correction",
        "bh_discrete": f"discrete BH over {tested} pairs",
        "bh": f"BH over {tested} pairs",
        "bonferroni": f"Bonferroni over {tested} pairs",
    }
    done = f"null {null}, alpha {alpha:g}, {over[correction]}"
    if not slogans:
        return f"Empty backbone: there is no slogan to test ({done})."
    if not len(edges):
        return f"Empty backbone: no two of {slogans} slogans stand in one {unit} ({done})."
    if kept:
        return f"{kept} of {len(edges)} pairs that meet are kept ({done})."
    if edges["p"].isna().all():
        return f"Empty backbone: no slogan has two edges, so the filter is undefined ({done})."
    reachable = int(edges["n_critical"].notna().sum())
    needed = f"{threshold:.2g} is needed" if threshold else "no p that the frequencies allow is small enough"
    return (
        f"Empty backbone: the smallest p of {len(edges)} pairs that meet is {edges['p'].min():.2g}, and {needed}; "
        f"with their frequencies {reachable} of them could be kept ({done})."
    )
