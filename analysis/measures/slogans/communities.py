"""Groups of slogans that stand together, how firmly the groups hold, and whether a random network has as clear ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import require_columns
from analysis.schemas import TableError

__all__ = ["ALGORITHMS", "Communities", "adjusted_rand", "communities", "modularity", "rewired"]

ALGORITHMS = ("louvain", "leiden")
MIN_STABILITY = 0.8
"""Least mean adjusted Rand index between runs for which group membership may be interpreted."""


class Communities(NamedTuple):
    """Groups at several resolutions.

    Attributes
    ----------
    summary : DataFrame
        One row per resolution. Columns: resolution (float64), n_groups (int64), modularity (float64, best run),
        modularity_mean (float64, over runs), null_modularity (float64, mean over rewired networks, one run each),
        p_null (float64, share of rewired networks with at least the mean modularity of the runs, with one added to
        both counts), stability (float64, mean pairwise adjusted Rand index of the runs), flag (str, NA or
        "unstable: not to be interpreted").
    membership : DataFrame
        One row per resolution and slogan with an edge. Columns: resolution (float64), slogan (str), community (Int64,
        1 for the largest group, ties by first slogan; NA where the resolution is unstable).
    consensus : DataFrame
        Slogans by slogans at the resolution nearest to 1: share of runs that put the two into one group.
    """

    summary: pd.DataFrame
    membership: pd.DataFrame
    consensus: pd.DataFrame


def communities(
    edges: pd.DataFrame,
    *,
    weight: str = "n",
    algorithm: str = "louvain",
    resolutions: Sequence[float] = (0.5, 1.0, 1.5, 2.0),
    runs: int = 20,
    nulls: int = 20,
    seed: int = 20240101,
) -> Communities:
    """Find groups of slogans by modularity and say how firmly they hold.

    At each resolution γ the best of several runs is taken. Runs differ by the order in which slogans are tried; if
    they disagree (mean adjusted Rand index below 0.8), the groups are an accident of that order and the membership is
    NA. A modularity is large in any sparse network, so that of rewired networks in which every slogan keeps its degree
    and its strength stands beside it: read the difference, not the number.

    Parameters
    ----------
    edges : DataFrame
        The edges of the network: source, target and the weight; none twice.
    weight : str
        Column of positive weights.
    algorithm : {"louvain", "leiden"}
        ``leiden`` needs the extra ``township-reports[leiden]``.
    resolutions : sequence of float
        γ: larger values make smaller groups.
    runs : int
        Runs at each resolution; at least 2, 100 for publication.
    nulls : int
        Rewired networks, with weights fitted so that every slogan keeps its strength (`fitted_weights`).
    seed : int

    Returns
    -------
    Communities

    Raises
    ------
    TableError
        If a column is missing, a weight is not positive, the algorithm is unknown, there is no resolution, or fewer
        than 2 runs or 1 null are asked for.
    ImportError
        If leiden is asked for and not installed; the text says how to install it.

    References
    ----------
    Blondel, Guillaume, Lambiotte & Lefebvre 2008, *J. Stat. Mech.*: P10008 (Louvain); Traag, Waltman & van Eck 2019,
    *Scientific Reports* 9: 5233 (Leiden); Reichardt & Bornholdt 2006, *Physical Review E* 74: 016110 (γ);
    Hubert & Arabie 1985, *Journal of Classification* 2: 193–218 (adjusted Rand index); Lancichinetti & Fortunato
    2012, *Scientific Reports* 2: 336 (consensus).

    Examples
    --------
    >>> edges = pd.DataFrame({"source": list("aabdde"), "target": list("bcceff"), "n": 2})
    >>> found = communities(edges, resolutions=[1.0])
    >>> found.membership["community"].tolist(), found.summary["modularity"].tolist()
    ([1, 1, 1, 2, 2, 2], [0.5])
    """
    _check(edges, weight, algorithm, resolutions, runs, nulls)
    names = sorted(set(edges["source"].tolist()) | set(edges["target"].tolist()))
    place = {name: at for at, name in enumerate(names)}
    # numbers for names: sets of text have another order in every process
    ends = np.array([[place[a], place[b]] for a, b in zip(edges["source"], edges["target"], strict=True)])
    ends = np.sort(ends.reshape(-1, 2), axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, weights = ends[order], edges[weight].to_numpy(dtype=float)[order]

    rows, members = [], []
    consensus = pd.DataFrame(np.zeros((0, 0)))
    central = min(resolutions, key=lambda value: (abs(value - 1), value))
    generator = np.random.default_rng(seed)
    strength = np.bincount(ends.ravel(), np.repeat(weights, 2), len(names)) if names else np.zeros(0)
    drawn = [rewired(ends, generator) for _ in range(nulls)] if names else []
    shuffled = [(pairs, fitted_weights(pairs, strength)) for pairs in drawn]
    for resolution in resolutions if names else ():
        found = [_partition(ends, weights, len(names), resolution, algorithm, seed + run) for run in range(runs)]
        quality = np.array([modularity(ends, weights, labels, resolution) for labels in found])
        same = np.array([(labels[:, None] == labels[None, :]) for labels in found])
        stability = adjusted_rand(np.array(found))
        null = np.array(
            [
                modularity(pairs, w, _partition(pairs, w, len(names), resolution, algorithm, seed + run), resolution)
                for run, (pairs, w) in enumerate(shuffled)
            ]
        )
        # of runs with equal modularity the first counts, up to rounding
        best = found[int(np.argmax(quality >= quality.max() - 1e-12))]
        stable = stability >= MIN_STABILITY
        rows.append(
            {
                "resolution": float(resolution),
                "n_groups": int(best.max()),
                "modularity": float(quality.max()),
                "modularity_mean": float(quality.mean()),
                "null_modularity": float(null.mean()),
                "p_null": float((1 + (null >= quality.mean() - 1e-12).sum()) / (1 + nulls)),
                "stability": stability,
                "flag": None if stable else "unstable: not to be interpreted",
            }
        )
        labels = pd.array(best if stable else [pd.NA] * len(names), dtype="Int64")
        members.append(pd.DataFrame({"resolution": float(resolution), "slogan": names, "community": labels}))
        if resolution == central:
            consensus = pd.DataFrame(same.mean(axis=0), index=names, columns=names)
    return Communities(_summary(rows), _membership(members), consensus)


def _check(
    edges: pd.DataFrame, weight: str, algorithm: str, resolutions: Sequence[float], runs: int, nulls: int
) -> None:
    require_columns(edges, "edges", ["source", "target", weight])
    if algorithm not in ALGORITHMS:
        raise TableError(f"no algorithm is called {algorithm!r}; there are: {', '.join(ALGORITHMS)}.")
    if not len(resolutions) or min(resolutions) <= 0:
        raise TableError(f"resolutions must be positive numbers; received {tuple(resolutions)!r}. 1 is usual.")
    if runs < 2 or nulls < 1:
        raise TableError(f"runs must be at least 2 and nulls at least 1; received {runs} and {nulls}.")
    if not (edges[weight] > 0).all():
        raise TableError(f"column {weight!r} holds a weight that is not positive; communities need weights above 0.")


def _summary(rows: list[dict]) -> pd.DataFrame:
    names = [
        "resolution",
        "n_groups",
        "modularity",
        "modularity_mean",
        "null_modularity",
        "p_null",
        "stability",
        "flag",
    ]
    types = dict.fromkeys(names, "float64") | {"n_groups": "int64", "flag": "str"}
    return pd.DataFrame(rows, columns=names).astype(types)


def _membership(members: list[pd.DataFrame]) -> pd.DataFrame:
    if members:
        return pd.concat(members, ignore_index=True).astype({"slogan": "str"})
    types = {"resolution": "float64", "slogan": "str", "community": "Int64"}
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in types.items()})


def _partition(
    ends: np.ndarray, weights: np.ndarray, size: int, resolution: float, algorithm: str, seed: int
) -> np.ndarray:
    """Return the group of each node, 1 for the largest; of groups of one size the one with the first node is first."""
    if algorithm == "leiden":
        groups = _leiden(ends, weights, size, resolution, seed)
    else:
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from(range(size))
        graph.add_weighted_edges_from(zip(*ends.T.tolist(), weights.tolist(), strict=True))
        groups = nx.community.louvain_communities(graph, weight="weight", resolution=resolution, seed=seed)
    labels = np.zeros(size, dtype=np.int64)
    for label, group in enumerate(sorted(groups, key=lambda group: (-len(group), min(group))), start=1):
        labels[list(group)] = label
    return labels


def _leiden(ends: np.ndarray, weights: np.ndarray, size: int, resolution: float, seed: int) -> list[set[int]]:
    try:
        import igraph  # pyright: ignore[reportMissingImports]
        import leidenalg  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise ImportError(
            'algorithm="leiden" needs the packages igraph and leidenalg, which are not installed. '
            'Run pip install "township-reports[leiden]", or use algorithm="louvain".'
        ) from error
    graph = igraph.Graph(n=size, edges=ends.tolist())
    found = leidenalg.find_partition(
        graph,
        leidenalg.RBConfigurationVertexPartition,
        weights=weights.tolist(),
        resolution_parameter=resolution,
        seed=seed,
        n_iterations=-1,
    )
    return [set(group) for group in found]


def modularity(ends: np.ndarray, weights: np.ndarray, labels: np.ndarray, resolution: float = 1.0) -> float:
    """Return the modularity of groups: ``Σ_c [w_c / w − γ (s_c / 2w)²]``.

    w_c is the weight inside group c, s_c the summed strength of its nodes, w the weight of all edges.

    Parameters
    ----------
    ends : array of int, shape (edges, 2)
    weights : array of shape (edges,)
    labels : array of int
        Group of each node.
    resolution : float

    References
    ----------
    Newman 2004, *Physical Review E* 70: 056131, equation 3.

    Examples
    --------
    >>> modularity(np.array([[0, 1], [2, 3]]), np.array([1.0, 1.0]), np.array([1, 1, 2, 2]))
    0.5
    """
    total = weights.sum()
    inside = weights[labels[ends[:, 0]] == labels[ends[:, 1]]].sum()
    strength = np.bincount(labels[ends].ravel(), weights=np.repeat(weights, 2))
    return float(inside / total - resolution * (strength**2).sum() / (2 * total) ** 2)


def adjusted_rand(partitions: np.ndarray) -> float:
    """Return the mean adjusted Rand index over all pairs of partitions: 1 where all agree, 0 as by chance.

    With ``g`` the pairs of nodes that two partitions put together (a and b each, c both) of P pairs,
    ``(c − ab/P) / ((a + b)/2 − ab/P)``; 1 where both put all nodes together, or none.

    Parameters
    ----------
    partitions : array of int, shape (partitions, nodes)

    References
    ----------
    Hubert & Arabie 1985, *Journal of Classification* 2: 193–218, equation 5.

    Examples
    --------
    >>> round(adjusted_rand(np.array([[1, 1, 2, 2], [1, 1, 2, 3]])), 4)
    0.5714
    """
    first, second = np.triu_indices(partitions.shape[1], 1)
    together = (partitions[:, first] == partitions[:, second]).astype(float)
    common = together @ together.T
    alone = np.diag(common)
    by_chance = np.outer(alone, alone) / max(len(first), 1)
    most = (alone[:, None] + alone[None, :]) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        index = np.where(np.abs(most - by_chance) < 1e-9, 1.0, (common - by_chance) / (most - by_chance))
    return float(index[np.triu_indices(len(partitions), 1)].mean())


def rewired(ends: np.ndarray, generator: np.random.Generator, swaps: int = 10) -> np.ndarray:
    """Return edges between the same nodes with the same degrees, by random swaps of ends.

    Two edges a–b, c–d become a–d, c–b unless that would make a loop or a double edge; `swaps` are tried per edge.

    References
    ----------
    Maslov & Sneppen 2002, *Science* 296: 910–913; Milo et al. 2003, arXiv:cond-mat/0312028 (swaps per edge).
    """
    pairs = [tuple(pair) for pair in ends.tolist()]
    there = set(pairs)
    tries = swaps * len(pairs)
    chosen = generator.integers(len(pairs), size=(tries, 2)).tolist()
    turned = generator.integers(2, size=tries).tolist()
    for (one, other), turn in zip(chosen, turned, strict=True):
        (a, b), (c, d) = pairs[one], pairs[other]
        if turn:
            c, d = d, c
        new, second = (min(a, d), max(a, d)), (min(c, b), max(c, b))
        if a == d or c == b or new == second or new in there or second in there:
            continue
        there -= {pairs[one], pairs[other]}
        there |= {new, second}
        pairs[one], pairs[other] = new, second
    return np.array(sorted(pairs), dtype=np.int64)


def fitted_weights(ends: np.ndarray, strength: np.ndarray, rounds: int = 200) -> np.ndarray:
    """Return weights ``x_i x_j`` of edges under which every node has its `strength`, as nearly as the edges allow.

    Weight and degree go together in networks of slogans: a null that deals weights out at random breaks their link and
    has less to hold groups apart with than the network itself.

    References
    ----------
    Deming & Stephan 1940, *Annals of Mathematical Statistics* 11: 427–444 (proportional fitting); Serrano, Boguñá &
    Pastor-Satorras 2006, *Physical Review E* 74: 055101 (weights and degrees are linked).

    Examples
    --------
    >>> fitted_weights(np.array([[0, 1], [0, 2], [1, 2]]), np.array([5.0, 4.0, 3.0])).round(6).tolist()
    [3.0, 2.0, 1.0]
    """
    factor = np.sqrt(np.maximum(strength, 1e-12))
    for _ in range(rounds):
        weights = factor[ends[:, 0]] * factor[ends[:, 1]]
        now = np.bincount(ends.ravel(), np.repeat(weights, 2), len(strength))
        factor *= np.sqrt(strength / np.maximum(now, 1e-300))  # the root: two ends move every edge
    return factor[ends[:, 0]] * factor[ends[:, 1]]
