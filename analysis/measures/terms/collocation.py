"""Which words keep company: pairs that meet in sentences or windows more often than chance has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.slogans.cooccurrence import npmi
from analysis.measures.statistics.association import g2, hypergeometric_p, log_dice, pmi, t_score
from analysis.measures.terms.contexts import Stretches, stretches
from analysis.schemas import TableError, conform, empty

__all__ = ["CONTEXTS", "collocation"]

CONTEXTS = ("sentence", "window")

EVIDENCE = 10.83
"""G² from which a pair is ranked: the χ² point of p = .001 for one degree of freedom."""

_CELLS = 8_000_000
"""Pairs times contexts that are looked up at once."""


def collocation(
    tokens: pd.DataFrame,
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    node: str | Sequence[str] | None = None,
    context: str = "sentence",
    span: int = 5,
    slogans: pd.DataFrame | None = None,
    min_count: int = 3,
    kinds: Sequence[str] = ("word", "latin"),
    stopwords: bool = False,
    across_masks: bool = False,
) -> pd.DataFrame:
    """Find words that meet more often than chance has it.

    Two measures are to be read together: `log_dice` is how strong the bond is (at most 14, one less is half of it, free
    of the size of the corpus), `g2` how much evidence there is for one. `pmi` prefers the rarest pairs, `t` the most
    frequent. Before a pair is called a collocation, look at `n_adjacent`, `n_wordings` and `n_reports`: a pair that
    always stands side by side is a fixed formula, one of few wordings a template sentence that was repeated. Give the
    slogans table, and formulas of the lexicon are units of their own instead of collocating with themselves.

    Pairs that meet fewer than `min_count` times have no row: read their lines with `keyword_in_context` instead.

    Parameters
    ----------
    tokens, sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out.
    node : str or sequence of str, optional
        Only the company of these words (or formulas, by canonical form). None takes all pairs, each once.
    context : {"sentence", "window"}
        Sentence: whether two words stand in one context, however often. Window: how often they stand within `span`
        words of each other. Contexts end with the sentence, at every mask and at hidden text. In windows stopwords and
        numbers take a place, punctuation does not.
    span : int
        Words to either side, for windows.
    slogans : DataFrame, optional
        Formulas that are joined into one unit each, named by canonical form. All rows count but headlines of the type
        parallel_headline; filter the table to join fewer (``slogans[slogans["via"] == "lexicon"]``).
    min_count : int
        Fewest meetings for a row.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that can be collocates.
    stopwords : bool
        True lists pairs with stopwords too. The counts do not change.
    across_masks : bool
        True keeps a sentence with masks in it as one context; only with ``context="sentence"``.

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
        If a column is missing, `context` or a kind is unknown, a node does not occur, or a number is below 1.

    Notes
    -----
    Windows take slots for contexts. Every word has up to 2 · span neighbours, and N is their number over all words:
    tokens × 2 · span, less what the ends of sentences and the masks cut off, counted and not estimated. n_node is the
    slots around the node, n_collocate those around the collocate, n the slots of the node that hold the collocate. With
    marginals of plain tokens, expectations would be 2 · span times too small. Slots overlap, so `p` and `g2` of windows
    are more liberal than those of sentences.

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
    >>> table = collocation(tokens, sentences, reports)
    >>> table[["node", "collocate", "n", "n_node", "n_collocate", "log_dice", "g2"]].round(2)
      node collocate  n  n_node  n_collocate  log_dice    g2
    0   发展        茶叶  3       4            3     13.78  2.23
    """
    _check(context, span, min_count, across_masks)
    text = stretches(tokens, sentences, reports, slogans=slogans, kinds=kinds, across_masks=across_masks)
    nodes = None if node is None else _nodes(text, node)
    wanted = ~text.is_stopword | stopwords
    if nodes is not None:
        wanted[nodes] = True
    find = _in_sentences if context == "sentence" else _in_windows
    met = find(text, wanted, nodes, span, min_count)
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


def _check(context: str, span: int, min_count: int, across_masks: bool) -> None:
    if context not in CONTEXTS:
        raise TableError(f"no context is called {context!r}; there are: {', '.join(CONTEXTS)}.")
    if span < 1 or min_count < 1:
        raise TableError(f"span and min_count must be at least 1; received {span} and {min_count}.")
    if across_masks and context == "window":
        raise TableError(
            "a window ends at a mask, as what it hides cannot be counted off; received across_masks=True. "
            'Use context="sentence".'
        )


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


def _chosen(first: np.ndarray, second: np.ndarray, nodes: np.ndarray | None) -> np.ndarray:
    if nodes is None:
        return np.ones(len(first), dtype=bool)
    return np.isin(first, nodes) | np.isin(second, nodes)


def _in_sentences(text: Stretches, wanted: np.ndarray, nodes: np.ndarray | None, span: int, min_count: int) -> _Met:
    """Return the pairs that share a stretch; `span` has no part in it."""
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


def _in_windows(text: Stretches, wanted: np.ndarray, nodes: np.ndarray | None, span: int, min_count: int) -> _Met:
    """Return the pairs that stand within `span` places of each other in a stretch."""
    slots = np.zeros(len(text.unit), dtype=np.int64)
    firsts, seconds, places = [], [], []
    for lag in range(1, span + 1):
        near = np.flatnonzero(text.stretch[lag:] == text.stretch[:-lag])
        slots[near] += 1
        slots[near + lag] += 1
        one, other = text.unit[near], text.unit[near + lag]
        both = (one >= 0) & (other >= 0) & (one != other)
        both[both] = wanted[one[both]] & wanted[other[both]]
        firsts.append(np.minimum(one, other)[both])
        seconds.append(np.maximum(one, other)[both])
        places.append(text.sentence[text.stretch[near[both]]])
    first, second, sentence = np.concatenate(firsts), np.concatenate(seconds), np.concatenate(places)
    counted = text.unit >= 0
    margin = np.bincount(text.unit[counted], slots[counted], len(text.names)).astype(np.int64)
    chosen = _chosen(first, second, nodes)
    key = first[chosen] * len(text.names) + second[chosen]
    pairs, which, n = np.unique(key, return_inverse=True, return_counts=True)
    often = n >= min_count
    number = np.cumsum(often) - 1
    kept = often[which]
    return _Met(
        first=pairs[often] // max(len(text.names), 1),
        second=pairs[often] % max(len(text.names), 1),
        n=n[often].astype(np.int64),
        margin=margin,
        total=int(slots.sum()),
        pair=number[which][kept],
        sentence=sentence[chosen][kept],
    )


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
