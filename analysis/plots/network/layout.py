"""Where the nodes of a network stand: near their neighbours, each with room for its label, nothing on anything.

Stress majorisation puts nodes at distances like their distances in the graph; then boxes (marker and label) that
overlap are pushed apart; then the components are set side by side. Distance on the paper is no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, shortest_path

__all__ = ["Box", "Layout", "layout_network"]

EDGE = 62.0  # points between neighbours
GAP = 4.0  # points kept free between boxes
APART = 16.0  # points between components
STARTS = 12
SWEEPS = 120
TINY = 1e-6


class Box(NamedTuple):
    """How far a node with its label reaches from its centre, in points."""

    left: float
    right: float
    up: float
    down: float


class Layout(NamedTuple):
    """Places of the nodes in points, x to the right and y downwards from the top left corner, and the height needed."""

    places: dict[str, tuple[float, float]]
    height: float


def layout_network(
    boxes: Mapping[str, Box], edges: Sequence[tuple[str, str]], *, width: float, seed: int, edge: float = EDGE
) -> Layout:
    """Return a place for each node such that no two boxes overlap and all lie within `width`.

    Of several seeded starts the one is taken in which fewest edges cross one another or a node. The order of `boxes`
    and `edges` does not matter.

    Parameters
    ----------
    boxes : mapping of str to Box
        Every node; none may be wider than `width`.
    edges : sequence of pairs
    width : float
        In points.
    seed : int
    edge : float
        Length of an edge in points, where there is room.

    Returns
    -------
    Layout

    Examples
    --------
    >>> box = Box(10, 10, 5, 15)
    >>> found = layout_network({"a": box, "b": box}, [("a", "b")], width=200, seed=1)
    >>> [round(y) for _, y in found.places.values()], round(found.height)
    ([5, 5], 20)
    """
    names = sorted(boxes)
    if not names:
        return Layout({}, 0.0)
    index = {name: at for at, name in enumerate(names)}
    pairs = sorted({tuple(sorted((index[one], index[other]))) for one, other in edges if one != other})
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = np.array([boxes[name] for name in names], dtype=float)
    graph = sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(names),) * 2)
    _, member = connected_components(graph, directed=False)
    distance = shortest_path(graph.tocsr(), directed=False, unweighted=True)
    parts = []
    for component in range(member.max() + 1):
        nodes = np.flatnonzero(member == component)
        inside = np.isin(ends[:, 0], nodes)
        local = np.searchsorted(nodes, ends[inside])
        places = _component(distance[np.ix_(nodes, nodes)], local, size[nodes], width, seed, edge)
        parts.append((nodes, places))
    places, height = _shelved(parts, size, width)
    return Layout({name: (float(x), float(y)) for name, (x, y) in zip(names, places, strict=True)}, height)


def _component(
    distance: np.ndarray, ends: np.ndarray, size: np.ndarray, width: float, seed: int, edge: float
) -> np.ndarray:
    """Return the best of several layouts of one component."""
    if len(size) == 1:
        return np.zeros((1, 2))
    generator = np.random.default_rng(seed)
    best, least = np.zeros((len(size), 2)), np.inf
    for _ in range(STARTS):
        places, stress = _stress(distance, generator.standard_normal((len(size), 2)))
        places = _turned(places)
        # a sprawling layout is drawn closer, as far as its boxes leave room
        boxes = 3 * ((size[:, 0] + size[:, 1]) * (size[:, 2] + size[:, 3])).sum()
        closer = np.sqrt(boxes / max(np.prod(np.ptp(places, axis=0)), 1e-9))
        places = _apart(places * min(edge, max(closer, edge / 2)), size, width)
        # a crossing is worse than any stress can be, which stays below 1 for each pair of nodes
        cost = round(_crossings(places, ends) + 2 * _through(places, ends, size) + stress / len(size) ** 2, 9)
        if cost < least:
            best, least = places, cost
    return best


def _stress(distance: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, float]:
    """Return places whose distances are near `distance` (Gansner, Koren & North 2004, eq. 4), and their stress."""
    n = len(distance)
    far = distance + np.eye(n)
    weight = far**-2.0
    np.fill_diagonal(weight, 0)
    inverse = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    for _ in range(150):
        gap = np.linalg.norm(places[:, None] - places[None, :], axis=2) + np.eye(n)
        pull = -weight * distance / np.maximum(gap, 1e-9)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        places = inverse @ (pull @ places)
    gap = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    return places, float((weight * (gap - distance) ** 2).sum() / 2)


def _turned(places: np.ndarray) -> np.ndarray:
    """Return `places` with their longest direction lying, as labels and pages are wide, and a fixed side up."""
    places = places - places.mean(axis=0)
    _, _, axes = np.linalg.svd(places, full_matrices=False)
    places = places @ axes.T
    # of the mirror images, that in which the first node lies left and above
    return np.round(places * np.where(places[0] > 0, -1, 1), 6)


def _apart(places: np.ndarray, size: np.ndarray, width: float) -> np.ndarray:
    """Return `places` moved until no two boxes overlap and none leaves the width."""
    reach = np.array([(places[:, 0] - size[:, 0]).min(), (places[:, 0] + size[:, 1]).max()])
    room = width - size[:, :2].sum(axis=1).max()
    across = np.ptp(places[:, 0])
    if np.ptp(reach) > width:
        places = places * [min(1.0, max(room, 1.0) / across), 1.0]
    places = places + np.array([size[:, 0].max() - places[:, 0].min(), 0.0])
    first, second = np.triu_indices(len(places), 1)
    for _ in range(SWEEPS):
        places = np.column_stack([np.clip(places[:, 0], size[:, 0], width - size[:, 1]), places[:, 1]])
        low, high = places - size[:, [0, 2]], places + size[:, [1, 3]]
        over = np.minimum(high[first], high[second]) - np.maximum(low[first], low[second]) + GAP
        hit = (over > TINY).all(axis=1)
        if not hit.any():
            return places
        one, other, over = first[hit], second[hit], over[hit]
        vertical = over[:, 1] <= over[:, 0]  # the shorter way out
        step = np.column_stack([np.where(vertical, 0, over[:, 0]), np.where(vertical, over[:, 1], 0)]) / 2
        side = np.where((low + high)[one] > (low + high)[other], 1.0, -1.0)
        move = np.zeros_like(places)
        np.add.at(move, one, side * step)
        np.add.at(move, other, -side * step)
        # several pushes at once overshoot
        times = np.maximum(np.bincount(np.concatenate([one, other]), minlength=len(places)), 1)
        places = places + move / np.sqrt(times)[:, None]
    return _downwards(np.column_stack([np.clip(places[:, 0], size[:, 0], width - size[:, 1]), places[:, 1]]), size)


def _downwards(places: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return `places` with each box let down below all higher ones that it overlaps: the end of all overlap."""
    found, done = places.copy(), list[tuple[float, float, float, float]]()
    for at in np.argsort(places[:, 1] - size[:, 2], kind="stable"):
        x = found[at, 0]
        while True:
            blocked = [
                bottom
                for left, right, top, bottom in done
                if x - size[at, 0] < right + GAP - TINY
                and x + size[at, 1] > left - GAP + TINY
                and found[at, 1] - size[at, 2] < bottom + GAP - TINY
                and found[at, 1] + size[at, 3] > top - GAP + TINY
            ]
            if not blocked:
                break
            found[at, 1] = max(blocked) + GAP + size[at, 2]
        y = found[at, 1]
        done.append((x - size[at, 0], x + size[at, 1], y - size[at, 2], y + size[at, 3]))
    return found


def _crossings(places: np.ndarray, ends: np.ndarray) -> int:
    """Count the pairs of edges that cross."""
    first, second = np.triu_indices(len(ends), 1)
    one, other = ends[first], ends[second]
    apart = ~(one[:, :, None] == other[:, None, :]).any(axis=(1, 2))
    a, b, c, d = (places[nodes] for nodes in (one[:, 0], one[:, 1], other[:, 0], other[:, 1]))
    cross = (_turn(a, b, c) * _turn(a, b, d) < 0) & (_turn(c, d, a) * _turn(c, d, b) < 0)
    return int((cross & apart).sum())


def _through(places: np.ndarray, ends: np.ndarray, size: np.ndarray) -> int:
    """Count the edges that pass through the box of a node that is not theirs."""
    low, high = places - size[:, [0, 2]], places + size[:, [1, 3]]
    hit = np.zeros((len(ends), len(places)), dtype=bool)
    for share in np.linspace(0, 1, 25):
        at = places[ends[:, 0]] * (1 - share) + places[ends[:, 1]] * share
        hit |= ((at[:, None] > low) & (at[:, None] < high)).all(axis=2)
    hit[np.arange(len(ends)), ends[:, 0]] = False
    hit[np.arange(len(ends)), ends[:, 1]] = False
    return int(hit.sum())


def _turn(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])


def _shelved(parts: list[tuple[np.ndarray, np.ndarray]], size: np.ndarray, width: float) -> tuple[np.ndarray, float]:
    """Return the places of all nodes with the components in rows, the largest first, and the height of all rows."""
    framed = []
    for nodes, places in sorted(parts, key=lambda part: (-len(part[0]), part[0][0])):
        low = (places - size[nodes][:, [0, 2]]).min(axis=0)
        framed.append((nodes, places - low, (places + size[nodes][:, [1, 3]]).max(axis=0) - low))
    shelves: list[list[int]] = [[]]
    used = 0.0
    for at, (_, _, extent) in enumerate(framed):
        if shelves[-1] and used + APART + extent[0] > width:
            shelves.append([])
            used = 0.0
        used += extent[0] + APART * bool(shelves[-1])
        shelves[-1].append(at)
    found, top = np.zeros((len(size), 2)), 0.0
    for shelf in shelves:
        height = max(framed[at][2][1] for at in shelf)
        spare = (width - sum(framed[at][2][0] for at in shelf)) / len(shelf)
        left = spare / 2
        for at in shelf:
            nodes, places, extent = framed[at]
            found[nodes] = places + np.array([left, top + (height - extent[1]) / 2])
            left += extent[0] + spare
        top += height + APART
    return found, top - APART
