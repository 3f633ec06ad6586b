"""Pairs of sketches that may have much in common, found by an inverted index in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

__all__ = ["CAP", "EXACT", "LEADERS", "candidates", "shared_count"]

EXACT = 1000
"""Up to so many sketches every pair is counted."""

CAP, LEADERS = 32, 8
_BLOCK = 4_000_000  # meetings counted at once: 32 MB of keys, sorted in place
_LEAST_OF_RARE = 0.1


def shared_count(one: np.ndarray, other: np.ndarray) -> int:
    """Return how many values two sorted arrays of unique values share."""
    if len(one) > len(other):
        one, other = other, one
    if not len(one):
        return 0
    at = np.searchsorted(other, one)
    at[at == len(other)] = 0
    return int(np.count_nonzero(other[at] == one))


def candidates(
    sketches: Sequence[np.ndarray], least: float, *, exact: int = EXACT
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the pairs (later, earlier) of `sketches` that may share `least` of the smaller one, block by block.

    Up to `exact` sketches every meeting in a hash is counted and no pair is missed. Beyond, a hash that stands in more
    than ``CAP`` sketches is boilerplate: it brings together its first ``LEADERS`` sketches with all others and not all
    with all, so that the work grows with the number of hashes. A pair is then yielded if it meets in a tenth of the
    smaller sketch. Order the sketches so that the one to be kept comes first.

    Parameters
    ----------
    sketches : sequence of numpy.ndarray
        uint64, each sorted and unique.
    least : float
        Share of the smaller sketch.
    exact : int
        Up to how many sketches all pairs are counted.

    Examples
    --------
    >>> one, other, third = (np.array(values, dtype=np.uint64) for values in ([1, 2, 3], [2, 3, 4], [9]))
    >>> [(later.tolist(), earlier.tolist()) for later, earlier in candidates([one, other, third], 0.5)]
    [([1], [0])]
    """
    sizes = np.array([len(one) for one in sketches], dtype=np.int64)
    counted_all = len(sketches) <= exact
    postings, start, partners, owners = _meetings(sketches, sizes, len(sketches) if counted_all else CAP)
    share = least if counted_all else min(least, _LEAST_OF_RARE)
    for first, last in _blocks(owners, partners):
        count = partners[first:last]
        steps = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        earlier = postings[np.repeat(start[first:last], count) + steps]
        keys = np.repeat(owners[first:last].astype(np.int64), count) * len(sketches) + earlier
        keys.sort()
        edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]]))
        later, earlier = np.divmod(keys[edges[:-1]], len(sketches))
        enough = np.diff(edges) >= share * np.minimum(sizes[later], sizes[earlier])
        yield later[enough], earlier[enough]


def _meetings(
    sketches: Sequence[np.ndarray], sizes: np.ndarray, cap: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the postings (sketch numbers by hash) and, of each hash of each sketch, with whom it brings together.

    For entry i, sketch ``owners[i]`` meets ``postings[start[i] : start[i] + partners[i]]``; entries are in the order
    of the sketches, and those that meet nobody are left out.
    """
    hashes = np.concatenate([*sketches, np.empty(0, dtype=np.uint64)])
    order = np.argsort(hashes, kind="stable").astype(np.int32 if len(hashes) < 2**31 else np.int64)
    owners = np.repeat(np.arange(len(sketches), dtype=np.int32), sizes)
    hashes, postings = hashes[order], owners[order]
    heads = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])) if len(hashes) else np.empty(0, int)
    del hashes
    lengths = np.diff(np.append(heads, len(order)))
    start = np.repeat(heads, lengths).astype(order.dtype)
    before = np.arange(len(order), dtype=order.dtype) - start
    partners = np.where(np.repeat(lengths <= cap, lengths), before, np.minimum(before, LEADERS)).astype(order.dtype)
    del before
    back = np.empty_like(order)
    back[order] = np.arange(len(order), dtype=order.dtype)
    start, partners = start[back], partners[back]
    meets = partners > 0
    return postings, start[meets], partners[meets], owners[meets]


def _blocks(owners: np.ndarray, partners: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield spans of entries: whole sketches, together with some millions of meetings or a single sketch's."""
    if not len(owners):
        return
    bounds = np.append(np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]])), len(owners))
    total = np.concatenate([[0], np.cumsum(np.add.reduceat(partners, bounds[:-1], dtype=np.int64))])
    first = 0
    while first < len(bounds) - 1:
        last = max(first + 1, int(np.searchsorted(total, total[first] + _BLOCK, side="right")) - 1)
        yield int(bounds[first]), int(bounds[last])
        first = last
