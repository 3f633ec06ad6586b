"""How central each slogan is in a network, how firm its rank is, and how firm each edge is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from analysis.measures.slogans.cooccurrence import edge_units
from analysis.measures.slogans.incidence import Incidence
from analysis.measures.statistics.counts import require_columns
from analysis.measures.statistics.resampling import _CELLS, report_weights, resample
from analysis.measures.terms.stability import _ranks
from analysis.schemas import TableError

__all__ = ["centrality", "edge_inclusion", "giant_component"]


def centrality(
    incidence: Incidence,
    edges: pd.DataFrame,
    *,
    weight: str = "n",
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Measure how central each slogan is, with intervals for its rank.

    Frequent slogans are central for being frequent: read `residual`, which says how much stronger a slogan is tied
    than its frequency lets expect, and the rank interval, before naming a slogan central.

    Parameters
    ----------
    incidence : Incidence
        From `slogan_incidence`.
    edges : DataFrame
        The edges of the network, made from that incidence.
    weight : str
        Column of positive weights.
    confidence, draws, seed
        Of the rank intervals: units are redrawn within reports, the edges stay, their counts are counted anew.

    Returns
    -------
    DataFrame
        One row per slogan, sorted by falling strength, slogan. **Columns**: slogan (str); degree (int64); strength
        (float64, sum of the weights of its edges); betweenness (float64, 0 to 1: share of shortest paths through it,
        an edge being 1/weight long); eigenvector (float64, on the giant component, of unit length; NaN elsewhere);
        residual (float64, of log strength on log n_units, least squares; NaN for strength 0, or where fewer than three
        slogans or one frequency are there to fit); rank (int64, 1 + slogans with greater n-strength), rank_low,
        rank_high (float64, quantiles over draws; ranks by the strength in counts n, whatever `weight` is).

    References
    ----------
    Barrat, Barthélemy, Pastor-Satorras & Vespignani 2004, *PNAS* 101: 3747–3752 (strength); Brandes 2001, *Journal of
    Mathematical Sociology* 25: 163–177 (betweenness); Opsahl, Agneessens & Skvoretz 2010, *Social Networks* 32: 245–251
    (lengths 1/w); Bonacich 1987, *American Journal of Sociology* 92: 1170–1182 (eigenvector).

    Examples
    --------
    >>> from analysis.measures.slogans.cooccurrence import cooccurrence
    >>> from analysis.measures.slogans.incidence import slogan_incidence
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": [0, 1], "start": [0, 20], "end": [20, 40],
    ...                           "section": "", "item_marker": None, "zone": "review", "paragraph": 0, "kind": "body"})
    >>> slogans = pd.DataFrame({"report_id": "a", "start": [0, 5, 20, 25], "end": [4, 9, 24, 29], "scope": "central",
    ...                         "text": ["乡村振兴", "从严治党", "乡村振兴", "美丽乡村"], "type": "policy_name"})
    >>> reports = pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([None], dtype="str")})
    >>> from types import SimpleNamespace
    >>> slogans["canonical"] = slogans["text"]
    >>> corpus = SimpleNamespace(slogans=slogans, sentences=sentences, reports=reports)
    >>> found = slogan_incidence(corpus, breaks=False)
    >>> centrality(found, cooccurrence(found))[["slogan", "strength", "betweenness"]]
      slogan  strength  betweenness
    0   乡村振兴       2.0          1.0
    1   从严治党       1.0          0.0
    2   美丽乡村       1.0          0.0
    """
    _check(edges, weight, confidence)
    names = incidence.slogans["slogan"].tolist()
    ends, size = _ends(edges, names), len(names)
    w = edges[weight].to_numpy(dtype=float)
    both = np.concatenate([ends, ends[:, ::-1]])
    adjacency = sparse.coo_array((np.tile(w, 2), tuple(both.T)), shape=(size, size)).tocsr()
    strength = np.asarray(adjacency.sum(axis=1)).ravel()
    often = incidence.slogans["n_units"].to_numpy()
    rank, low, high = _strength_ranks(incidence, edges, ends, confidence, draws, seed)
    table = pd.DataFrame(
        {
            "slogan": pd.array(names, dtype="str"),
            "degree": np.diff(adjacency.indptr).astype(np.int64),
            "strength": strength,
            "betweenness": _betweenness(ends, w, size),
            "eigenvector": _eigenvector(adjacency),
            "residual": _residual(strength, often),
            "rank": rank,
            "rank_low": low,
            "rank_high": high,
        }
    )
    return table.sort_values(["strength", "slogan"], ascending=[False, True]).reset_index(drop=True)


def _check(edges: pd.DataFrame, weight: str, confidence: float) -> None:
    require_columns(edges, "edges", ["source", "target", weight])
    if not 0 < confidence < 1:
        raise TableError(f"confidence must lie between 0 and 1; received {confidence!r}. 0.95 is usual.")
    if not (edges[weight] > 0).all():
        raise TableError(f"column {weight!r} holds a weight that is not positive; centrality needs weights above 0.")


def _ends(edges: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    at = pd.Index(list(names), dtype=object)
    return np.stack([at.get_indexer(edges[end].astype(object)) for end in ("source", "target")], axis=1)


def giant_component(adjacency: sparse.csr_array) -> np.ndarray:
    """Return which nodes belong to the largest component with an edge; of equal ones the one with the first node.

    Examples
    --------
    >>> giant_component(sparse.csr_array(np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0]]))).tolist()
    [False, True, True]
    """
    size = adjacency.shape[0]
    if not size or not adjacency.nnz:
        return np.zeros(size, dtype=bool)
    _, label = csgraph.connected_components(adjacency, directed=False)
    _, codes = np.unique(label, return_inverse=True)
    counted = np.bincount(codes)
    largest = np.flatnonzero(counted[codes] == counted.max())[0]
    return codes == codes[largest]


def _betweenness(ends: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    graph.add_weighted_edges_from(zip(*ends.T.tolist(), (1 / weights).tolist(), strict=True), weight="length")
    found = nx.betweenness_centrality(graph, weight="length")
    return np.array([found[node] for node in range(size)], dtype=float)


def _eigenvector(adjacency: sparse.csr_array) -> np.ndarray:
    giant = np.flatnonzero(giant_component(adjacency))
    value = np.full(adjacency.shape[0], np.nan)
    if len(giant):
        _, vectors = np.linalg.eigh(adjacency[giant][:, giant].toarray())
        # the leading vector has one sign all over (Perron–Frobenius); rounding may leave −0
        value[giant] = np.abs(vectors[:, -1])
    return value


def _residual(strength: np.ndarray, often: np.ndarray) -> np.ndarray:
    value = np.full(len(strength), np.nan)
    tied = strength > 0
    if tied.sum() < 3 or len(np.unique(often[tied])) < 2:
        return value
    x, y = np.log(often[tied]), np.log(strength[tied])
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    value[tied] = y - y.mean() - slope * (x - x.mean())
    return value


def _strength_ranks(
    incidence: Incidence, edges: pd.DataFrame, ends: np.ndarray, confidence: float, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = len(incidence.slogans)
    # strength is a sum over units too: each unit gives its edges' weight to their ends
    tie = sparse.coo_array(
        (np.ones(ends.size), (np.repeat(np.arange(len(ends)), 2), ends.ravel())), shape=(len(ends), size)
    ).tocsr()
    strength = edge_units(incidence, edges) @ tie
    weights, _ = report_weights(incidence.strata, draws, seed)
    every = np.arange(size)
    rank = _ranks(np.asarray(strength.sum(axis=0)).reshape(1, -1), every)[0]
    step = max(1, _CELLS // max(1, *strength.shape))
    drawn = np.zeros((draws, size))
    for first in range(0, draws, step):
        part = slice(first, min(first + step, draws))
        drawn[part] = _ranks(resample(weights[part], strength), every)
    if not size:
        return rank, np.zeros(0), np.zeros(0)
    limits = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(drawn, limits, axis=0, method="closest_observation")
    return rank, low, high


def edge_inclusion(
    incidence: Incidence,
    edges: pd.DataFrame,
    *,
    least: int | str = "n_critical",
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Say how often each edge would be there with other reports of the kind; of one report, with other units of it.

    Reports are redrawn, each with all its units; of a single report, its units. An edge is there if the two slogans
    meet in as many units as the network asks of them. Draw edges with an inclusion of 0.8 and more solid, from 0.5
    dashed, and fewer not at all.

    Parameters
    ----------
    incidence : Incidence
        From `slogan_incidence`.
    edges : DataFrame
        Edges made from it.
    least : int or str
        How many units with both an edge needs: a number, or a column of `edges` (``n_critical`` of `backbone`).
    confidence, draws, seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        `edges` with further **columns**: inclusion (float64, share of draws with the edge; NaN where `least` is NA),
        n_low, n_high (float64, units: percentile interval of n).

    Raises
    ------
    TableError
        If a column is missing or an end is no slogan of the incidence.

    References
    ----------
    Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, ch. 13 (percentile interval). A bootstrap draw repeats
    units, so a count of one stays with chance 1 − 1/e = 0.63 only: single meetings are never solid.
    """
    if not 0 < confidence < 1:
        raise TableError(f"confidence must lie between 0 and 1; received {confidence!r}. 0.95 is usual.")
    if isinstance(least, str):
        require_columns(edges, "edges", [least])
        needed = edges[least].to_numpy(dtype=float, na_value=np.nan)
    else:
        needed = np.full(len(edges), float(least))
    counts = edge_units(incidence, edges).tocsc()
    weights, _ = report_weights(incidence.strata, draws, seed)
    inclusion, low, high = (np.full(len(edges), np.nan) for _ in range(3))
    step = max(1, _CELLS // draws)
    limits = [(1 - confidence) / 2, (1 + confidence) / 2]
    for first in range(0, len(edges), step):
        part = slice(first, min(first + step, len(edges)))
        chunk = counts[:, part]
        # most units hold no edge at all, and add nothing
        used = np.flatnonzero(np.asarray(chunk.sum(axis=1)).ravel())
        drawn = resample(weights[:, used], sparse.csr_array(chunk.tocsr()[used]))
        inclusion[part] = np.where(np.isnan(needed[part]), np.nan, (drawn >= needed[part]).mean(axis=0))
        low[part], high[part] = np.quantile(drawn, limits, axis=0)
    return edges.assign(inclusion=inclusion, n_low=low, n_high=high)
