"""Which words keep company: pairs that meet in sentences or windows more often than chance has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.statistics.association import g2, hypergeometric_p, log_dice, npmi, pmi, t_score
from analysis.measures.terms.contexts import Stretches, stretches
from analysis.schemas import Corpus, TableError, conform, empty

__all__ = ["collocation"]


EVIDENCE = 10.83
"""G² from which a pair is ranked: the χ² point of p = .001 for one degree of freedom."""

_CELLS = 8_000_000
"""Pairs times contexts that are looked up at once."""


def collocation(
    corpus: Corpus,
    *,
    node: str | Sequence[str] | None = None,
    formulas: bool = False,
    min_count: int = 3,
    kinds: Sequence[str] = ("word", "latin"),
    stopwords: bool = False,
) -> pd.DataFrame:
    """Find words that meet more often than chance has it.

    Two measures are to be read together: `log_dice` is how strong the bond is (at most 14, one less is half of it, free
    of the size of the corpus), `g2` how much evidence there is for one. `pmi` prefers the rarest pairs, `t` the most
    frequent. Before a pair is called a collocation, look at `n_adjacent`, `n_wordings` and `n_reports`: a pair that
    always stands side by side is a fixed formula, one of few wordings a template sentence that was repeated. With
    `formulas`, slogans are units of their own instead of collocating with themselves.

    Pairs that meet fewer than `min_count` times have no row: read their lines with `keyword_in_context` instead.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out. Two words meet where they stand in one sentence, however often;
        a mask and hidden text end the context.
    node : str or sequence of str, optional
        Only the company of these words (or formulas, by canonical form). None takes all pairs, each once.
    formulas : bool
        True joins each slogan into one unit, named by its canonical form (headlines of the type parallel_headline
        excepted).
    min_count : int
        Fewest meetings for a row.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that can be collocates.
    stopwords : bool
        True lists pairs with stopwords too. The counts do not change.

    Returns
    -------
    DataFrame
        The collocation table: pairs with evidence first, then by falling log_dice, g2, and by node and collocate.
        **Columns**: node, collocate (str; without `node` in code-point order); n, n_node, n_collocate, n_contexts
        (int64: meetings, contexts of either, all contexts); log_dice, g2 (float64; g2 negative for pairs that avoid
        each other), pmi, npmi, t (float64), p (float64, hypergeometric P(X ≥ n), not adjusted); n_reports, n_wordings
        (int64: reports, different sentences that hold the pair); n_adjacent (int64: places where the two are direct
        neighbours); evidence (bool: g2 at least 10.83).

    Raises
    ------
    TableError
        If a column is missing, a kind is unknown, a node does not occur, or `min_count` is below 1.

    References
    ----------
    Evert 2008, in *Corpus Linguistics: An International Handbook*: 1212–1248 (contexts, marginals); Dunning 1993, *CL*
    19 (G²); Rychlý 2008 (logDice); Church & Hanks 1990 (PMI); Bouma 2009 (NPMI).

    Examples
    --------
    >>> words = ["发展", "茶叶", "发展", "茶叶", "茶叶", "发展", "修", "路", "发展", "旅游"]
    >>> tokens = pd.DataFrame({"report_id": "a", "sentence_id": [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], "token": words,
    ...                        "position": [0, 1] * 5, "start": range(10), "end": range(1, 11), "kind": "word",
    ...                        "is_stopword": False})
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": range(5)})
    >>> reports = pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([None], dtype="str")})
    >>> from types import SimpleNamespace
    >>> table = collocation(SimpleNamespace(tokens=tokens, sentences=sentences, reports=reports))
    >>> table[["node", "collocate", "n", "n_node", "n_collocate", "log_dice", "g2"]].round(2)
      node collocate  n  n_node  n_collocate  log_dice    g2
    0   发展        茶叶  3       4            3     13.78  2.23
    """
    if min_count < 1:
        raise TableError(f"min_count must be at least 1; received {min_count}.")
    text = stretches(corpus, formulas=formulas, kinds=kinds)
    nodes = None if node is None else _nodes(text, node)
    wanted = ~text.is_stopword | stopwords
    if nodes is not None:
        wanted[nodes] = True
    met = _meetings(text, wanted, nodes, min_count)
    if not len(met.n):
        return empty("collocation")
    n_first, n_second, total = met.margin[met.first], met.margin[met.second], met.total
    value = g2(met.n, n_first, n_second, total)
    table = pd.DataFrame(
        {
            "node": met.first,
            "collocate": met.second,
            "n": met.n,
            "n_node": n_first,
            "n_collocate": n_second,
            "n_contexts": np.full(len(met.n), total),
            "log_dice": log_dice(met.n, n_first, n_second),
            "g2": value,
            "pmi": pmi(met.n, n_first, n_second, total),
            "npmi": npmi(met.n, n_first, n_second, total),
            "t": t_score(met.n, n_first, n_second, total),
            "p": hypergeometric_p(met.n, n_first, n_second, total),
            **_places(text, met),
            "evidence": value >= EVIDENCE,
        }
    )
    if nodes is not None:
        mirrored = table.rename(columns={"node": "collocate", "collocate": "node"})
        mirrored = mirrored.rename(columns={"n_node": "n_collocate", "n_collocate": "n_node"})
        table = pd.concat([table, mirrored], ignore_index=True)
        table = table[np.isin(table["node"], nodes)]
    order = ["evidence", "log_dice", "g2", "node", "collocate"]
    table = table.sort_values(order, ascending=[False, False, False, True, True]).reset_index(drop=True)
    names = {end: pd.array(text.names[table[end].to_numpy()], dtype="str") for end in ("node", "collocate")}
    return conform(table.assign(**names), "collocation")


class _Met(NamedTuple):
    """Pairs of names that meet often enough (first before second) and where each of them meets."""

    first: np.ndarray
    second: np.ndarray
    n: np.ndarray
    margin: np.ndarray
    total: int
    pair: np.ndarray
    sentence: np.ndarray


def _nodes(text: Stretches, node: str | Sequence[str]) -> np.ndarray:
    at = pd.Index(text.names, dtype=object)
    wanted = [node] if isinstance(node, str) else sorted(set(node))
    for name in wanted:
        if name not in at:
            raise TableError(
                f"no word or formula is called {name!r} ({len(at)} are). Look for it with keyword_in_context: it may "
                "be cut otherwise, or stand inside a formula."
            )
    return at.get_indexer(pd.Index(wanted, dtype=object))


def _meetings(text: Stretches, wanted: np.ndarray, nodes: np.ndarray | None, min_count: int) -> _Met:
    """Return the pairs that share a stretch."""
    counted = text.unit >= 0
    shape = (len(text.sentence), len(text.names))
    held = sparse.coo_array((np.ones(counted.sum()), (text.stretch[counted], text.unit[counted])), shape=shape).tocsc()
    held.data[:] = 1.0
    margin = np.asarray(held.sum(axis=0)).ravel().astype(np.int64)
    often = np.flatnonzero(wanted & (margin >= min_count))
    mine = held[:, often]
    if nodes is None:
        together = sparse.triu(mine.T @ mine, k=1).tocoo()
        first, second, n = often[together.row], often[together.col], together.data
    else:
        together = (held[:, nodes].T @ mine).tocoo()
        ends = np.sort(np.stack([nodes[together.row], often[together.col]]), axis=0)
        ends, at = np.unique(ends, axis=1, return_index=True)
        first, second, n = ends[0], ends[1], together.data[at]
    kept = np.flatnonzero((n >= min_count) & (first != second))
    order = kept[np.lexsort((second[kept], first[kept]))]
    first, second, n = first[order], second[order], n[order].astype(np.int64)
    pairs, places = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    step = max(1, _CELLS // max(1, len(text.sentence)))
    for at in range(0, len(n), step):
        part = slice(at, at + step)
        both = held[:, first[part]].multiply(held[:, second[part]]).tocoo()
        pairs.append(both.col.astype(np.int64) + at)
        places.append(text.sentence[both.row])
    return _Met(first, second, n, margin, shape[0], np.concatenate(pairs), np.concatenate(places))


def _places(text: Stretches, met: _Met) -> dict[str, np.ndarray]:
    """Return of each pair its reports, its different sentences, and how often the two are neighbours."""
    report = pd.factorize(text.sentences["report_id"])[0]
    counted = np.flatnonzero(text.unit >= 0)
    sentence = text.sentence[text.stretch[counted]]
    # numbers are no units, so that one template with other figures is one wording
    bounds = np.flatnonzero(np.diff(sentence, prepend=-1))
    wording = np.full(len(text.sentences), -1)
    wording[sentence[bounds]] = pd.factorize(
        np.array([units.tobytes() for units in np.split(text.unit[counted], bounds[1:])], dtype=object)
    )[0]
    count = len(met.n)
    one, other = text.unit[:-1], text.unit[1:]
    beside = (one >= 0) & (other >= 0) & (text.stretch[1:] == text.stretch[:-1])
    width = len(text.names)
    neighbours = np.minimum(one, other)[beside] * width + np.maximum(one, other)[beside]
    key = met.first * width + met.second
    found = np.minimum(np.searchsorted(key, neighbours), max(count - 1, 0))
    return {
        "n_reports": _different(met.pair, report[met.sentence], count),
        "n_wordings": _different(met.pair, wording[met.sentence], count),
        "n_adjacent": np.bincount(found[key[found] == neighbours], minlength=count),
    }


def _different(pair: np.ndarray, value: np.ndarray, count: int) -> np.ndarray:
    """Return how many different values each pair has."""
    distinct = np.unique(np.stack([pair, value]), axis=1)[0]
    return np.bincount(distinct, minlength=count)
