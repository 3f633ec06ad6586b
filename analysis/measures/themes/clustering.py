"""A tree of groups by their themes, and how often each of its branches comes back with other sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import linkage

from analysis.measures.themes.divergence import at_least_two, jensen_shannon
from analysis.measures.themes.mass import Terms, theme_mass
from analysis.schemas import Corpus, TableError

__all__ = ["ClusterSupport", "cluster_support"]


class ClusterSupport(NamedTuple):
    """A tree and the support of its branches.

    Attributes
    ----------
    leaves : tuple of str
        The groups in code-point order: leaf i of the tree.
    linkage : ndarray of float64, shape (leaves − 1, 4)
        As scipy's `linkage` returns it and its `dendrogram` takes it.
    clades : DataFrame
        One row per merger, in the order of `linkage`. Columns: members (str, groups joined by ``|``), size (int64),
        height (float64, √bits), support (float64, share of draws whose tree holds the same members as a branch; 1 by
        necessity for the last row, which holds all).
    """

    leaves: tuple[str, ...]
    linkage: np.ndarray
    clades: pd.DataFrame


def cluster_support(
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "report_id",
    terms: Terms | None = None,
    draws: int = 1000,
    seed: int = 20240101,
) -> ClusterSupport:
    """Build a tree of groups by average linkage on √JSD, and count how often each branch returns.

    Any distances make a tree. A branch with a support below .8 is not to be read; with five leaves show
    `distance_matrix` with its intervals first. The support speaks of the sentences of these reports alone.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by : str or list of str
        Columns of reports or sentences that make the groups.
    terms : DataFrame or mapping, optional
        As in `theme_shares`.
    draws, seed : int
        Of the bootstrap of sentences within reports.

    Returns
    -------
    ClusterSupport

    Raises
    ------
    TableError
        If a column is missing, there are fewer than three groups, or a group has no coded sentence.

    Notes
    -----
    Draws in which a group has no coded sentence have no tree and are left out.

    References
    ----------
    Sokal & Michener 1958, *University of Kansas Science Bulletin* 38: 1409–1438 (average linkage); Felsenstein 1985,
    *Evolution* 39: 783–791 (bootstrap support of branches).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> found = cluster_support(corpus, draws=200)
    >>> found.linkage.shape, found.clades["size"].tolist()[-1]
    ((4, 4), 5)
    """
    coded = theme_mass(corpus, by=by, terms=terms)
    at_least_two(coded, "cluster_support", 3)
    table = coded.table
    silent = np.flatnonzero(table.sum(axis=1) == 0)
    if len(silent):
        raise TableError(
            f"group {coded.labels[silent[0]]!r} has no coded sentence and no place in a tree. Leave it out."
        )
    first, second = np.triu_indices(len(table), 1)
    tree = linkage(np.sqrt(jensen_shannon(table[first], table[second])), method="average")
    clades = _clades(tree)

    drawn = coded.resampled(draws, seed)
    # pair by pair, as all at once would hold pairs × draws × themes
    distances = np.stack(
        [np.sqrt(jensen_shannon(drawn[i], drawn[j])) for i, j in zip(first, second, strict=True)], axis=1
    )
    whole = distances[~np.isnan(distances).any(axis=1)]
    seen = np.zeros(len(clades))
    for row in whole:
        redrawn = set(_clades(linkage(row, method="average")))
        seen += [clade in redrawn for clade in clades]
    return ClusterSupport(
        leaves=coded.labels,
        linkage=tree,
        clades=pd.DataFrame(
            {
                "members": pd.array(["|".join(coded.labels[leaf] for leaf in sorted(clade)) for clade in clades]),
                "size": [len(clade) for clade in clades],
                "height": tree[:, 2],
                "support": seen / len(whole) if len(whole) else np.nan,
            }
        ).astype({"members": "str", "size": "int64", "height": "float64", "support": "float64"}),
    )


def _clades(tree: np.ndarray) -> list[frozenset[int]]:
    """Return the leaves under each merger of a tree."""
    under = [frozenset([leaf]) for leaf in range(len(tree) + 1)]
    for left, right in tree[:, :2].astype(int):
        under.append(under[left] | under[right])
    return under[len(tree) + 1 :]
