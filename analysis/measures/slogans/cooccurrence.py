"""How often slogans stand together: counts of units, overlap, association, and the sentences behind each pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.slogans.incidence import Incidence
from analysis.measures.statistics.association import npmi
from analysis.measures.statistics.counts import require_columns
from analysis.schemas import TableError

__all__ = ["cooccurrence", "edge_sentences", "edge_units"]


def cooccurrence(incidence: Incidence) -> pd.DataFrame:
    """Count for each pair of slogans the units that hold both.

    Each unit counts once for a pair, however often it names the two. Pairs that never meet are not listed (their npmi
    is −1, their n is 0); every test counts them all the same.

    Parameters
    ----------
    incidence : Incidence
        From `slogan_incidence`.

    Returns
    -------
    DataFrame
        One row per pair that meets, sorted by falling n, source, target. **Columns**: source, target (str, source
        before target in code-point order); n, n_reports, n_source, n_target, n_units (int64: units with both, reports
        with such a unit, units with either, all units); jaccard (float64, 0 to 1: shared units in all units of the
        two); npmi (float64, −1 to 1); p_target_given_source, p_source_given_target (float64, 0 to 1: of the units with
        the one, the share that holds the other).

    References
    ----------
    Bouma 2009 (npmi).

    Examples
    --------
    >>> from analysis.measures.slogans.incidence import slogan_incidence
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": [0, 1], "start": [0, 20], "end": [20, 40],
    ...                           "section": "", "item_marker": None, "zone": "review", "paragraph": 0, "kind": "body"})
    >>> slogans = pd.DataFrame({"report_id": "a", "start": [2, 8, 22], "end": [6, 12, 26], "type": "policy_name",
    ...                         "text": ["乡村振兴", "从严治党", "乡村振兴"], "scope": "central"})
    >>> reports = pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([None], dtype="str")})
    >>> from types import SimpleNamespace
    >>> slogans["canonical"] = slogans["text"]
    >>> corpus = SimpleNamespace(slogans=slogans, sentences=sentences, reports=reports)
    >>> found = slogan_incidence(corpus, breaks=False)
    >>> cooccurrence(found)[["source", "target", "n", "n_source", "n_target", "jaccard"]]
      source target  n  n_source  n_target  jaccard
    0   乡村振兴   从严治党  1         2         1      0.5
    """
    matrix = incidence.matrix
    together = sparse.triu(matrix.T @ matrix, k=1).tocoo()
    order = np.lexsort((together.col, together.row, -together.data))
    source, target, n = together.row[order], together.col[order], together.data[order]

    in_reports = np.zeros(len(n), dtype=np.int64)
    place = pd.Series(np.arange(len(n)), index=source.astype(np.int64) * matrix.shape[1] + target)
    first, last = _bounds(incidence.strata)
    for begin, end in zip(first, last, strict=True):
        part = matrix[begin:end]
        meets = sparse.triu(part.T @ part, k=1).tocoo()
        in_reports[place.loc[meets.row.astype(np.int64) * matrix.shape[1] + meets.col].to_numpy()] += 1

    names = incidence.slogans["slogan"].to_numpy(dtype=object)
    total = np.asarray(matrix.sum(axis=0)).ravel()
    n_source, n_target, n_units = total[source], total[target], matrix.shape[0]
    return pd.DataFrame(
        {
            "source": pd.array(names[source], dtype="str"),
            "target": pd.array(names[target], dtype="str"),
            "n": n.astype(np.int64),
            "n_reports": in_reports,
            "n_source": n_source.astype(np.int64),
            "n_target": n_target.astype(np.int64),
            "n_units": np.full(len(n), n_units, dtype=np.int64),
            "jaccard": n / (n_source + n_target - n),
            "npmi": npmi(n, n_source, n_target, n_units),
            "p_target_given_source": n / n_source,
            "p_source_given_target": n / n_target,
        }
    )


def edge_units(incidence: Incidence, edges: pd.DataFrame) -> sparse.csr_array:
    """Return units by edges: 1 where the unit holds both slogans of the edge."""
    at = pd.Index(incidence.slogans["slogan"].astype(object))
    require_columns(edges, "edges", ["source", "target"])
    ends = [at.get_indexer(edges[end].astype(object)) for end in ("source", "target")]
    if any((place < 0).any() for place in ends):
        place, end = next(
            (place, end) for place, end in zip(ends, ("source", "target"), strict=True) if (place < 0).any()
        )
        raise TableError(
            f"edges table holds {edges[end].iloc[int(np.argmax(place < 0))]!r}, which is no slogan of the incidence "
            f"({len(at)} slogans). Use the edges that cooccurrence made of it."
        )
    columns = incidence.matrix.tocsc()
    return sparse.csr_array(columns[:, ends[0]].multiply(columns[:, ends[1]]))


def edge_sentences(hits: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Return the sentences behind each edge, so that it can be read in the text.

    Parameters
    ----------
    hits : DataFrame
        The occurrences behind a network (``network.hits`` or ``incidence.hits``).
    edges : DataFrame
        Edges of it; only source and target are used.

    Returns
    -------
    DataFrame
        One row per edge and sentence that holds one of its slogans in a unit that holds both; in the order of the
        edges and of the text. **Columns**: source, target (str); unit (int64); report_id (str); sentence_id (int64);
        has_source, has_target (bool). An edge has n different units here.

    Examples
    --------
    >>> hits = pd.DataFrame({"report_id": "a", "sentence_id": [0, 0, 1], "unit": [0, 0, 1],
    ...                      "slogan": ["乡村振兴", "从严治党", "乡村振兴"]})
    >>> edge_sentences(hits, pd.DataFrame({"source": ["乡村振兴"], "target": ["从严治党"]}))
      source target  unit report_id  sentence_id  has_source  has_target
    0   乡村振兴   从严治党     0         a            0        True        True
    """
    require_columns(hits, "hits", ["report_id", "sentence_id", "unit", "slogan"])
    require_columns(edges, "edges", ["source", "target"])
    here = hits[["unit", "report_id", "sentence_id", "slogan"]].drop_duplicates()
    pairs = edges[["source", "target"]].reset_index(drop=True).assign(edge=np.arange(len(edges)))
    sides = []
    for side in ("source", "target"):
        found = pairs.merge(here, left_on=side, right_on="slogan", how="inner")
        sides.append(found.drop(columns="slogan").assign(has_source=side == "source", has_target=side == "target"))
    keys = ["edge", "source", "target", "unit", "report_id", "sentence_id"]
    both = pd.concat(sides).groupby(keys, sort=True)[["has_source", "has_target"]].any().reset_index()
    shared = both.groupby(["edge", "unit"])[["has_source", "has_target"]].transform("any").all(axis=1)
    return both[shared].sort_values(["edge", "unit", "sentence_id"]).drop(columns="edge").reset_index(drop=True)


def _bounds(strata: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first row and row behind the last of each run of equal strata."""
    if not len(strata):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    first = np.concatenate([[0], np.flatnonzero(np.diff(strata)) + 1])
    return first, np.append(first[1:], len(strata))
