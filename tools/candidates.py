"""Slogan candidates by statistics alone: what general methods find without lexicon and rules, to compare with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import EXPOSURE_KINDS, require_columns
from analysis.schemas import Corpus, TableError

__all__ = ["ASSOCIATIONS", "association", "c_value", "collocations", "gold_spans", "threshold_scores"]

ASSOCIATIONS = ("g2", "lambda", "z")
"""Measures of association: the likelihood ratio, the log-linear λ, and λ in standard errors."""
_COLUMNS = ["report_id", "start", "end", "text", "n", "score"]

Gram = tuple[str, ...]
Place = tuple[str, int, int]


def _runs(tokens: pd.DataFrame, stopwords: bool) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """Yield the unbroken runs of words: a sentence's end, a mask, punctuation and stopwords not wanted break them."""
    names = ("report_id", "sentence_id", "position", "start", "end", "token", "kind", "is_stopword")
    require_columns(tokens, "tokens", names)
    ordered = tokens.sort_values(["report_id", "sentence_id", "position"])
    run: list[tuple[str, int, int]] = []
    before = ("", -1)
    for row in zip(*(ordered[name] for name in names), strict=True):
        report_id, sentence_id, _, start, end, token, kind, is_stopword = row
        counts = kind in EXPOSURE_KINDS and (stopwords or not is_stopword)
        if run and (before != (report_id, sentence_id) or not counts):
            yield before[0], run
            run = []
        before = (report_id, sentence_id)
        if counts:
            run.append((token, start, end))
    if run:
        yield before[0], run


def _grams(tokens: pd.DataFrame, lengths: Iterable[int], stopwords: bool) -> dict[Gram, list[Place]]:
    """Return the places of every run of `lengths` tokens."""
    lengths = sorted(set(lengths))
    found: dict[Gram, list[Place]] = defaultdict(list)
    for report_id, run in _runs(tokens, stopwords):
        for length in lengths:
            for first in range(len(run) - length + 1):
                part = run[first : first + length]
                gram = tuple(token for token, _, _ in part)
                found[gram].append((report_id, part[0][1], part[-1][2]))
    return found


def _ranked(scores: Mapping[Gram, float], places: Mapping[Gram, list[Place]]) -> pd.DataFrame:
    rows = [
        (*place, "".join(gram), len(places[gram]), score) for gram, score in scores.items() for place in places[gram]
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS).astype({"report_id": "str", "text": "str", "score": "float64"})
    order = table.assign(length=table["end"] - table["start"])
    order = order.sort_values(["score", "length", "report_id", "start"], ascending=[False, False, True, True])
    return table.loc[order.index].reset_index(drop=True)


def association(cells: np.ndarray) -> dict[str, np.ndarray]:
    """Return the association of the words of n-grams from their 2×2 (bigrams) or 2×2×2 (trigrams) tables.

    Parameters
    ----------
    cells : array of shape (n, 2, 2) or (n, 2, 2, 2)
        How many n-grams of the text have the first, second (and third) word of this one at its place (index 1), or
        another (index 0).

    Returns
    -------
    dict of str to array of shape (n,)
        ``g2``: the likelihood ratio ``2 Σ n ln(n/E)`` against independent words, negative where the n-gram is rarer
        than independent words would make it. ``lambda``: the interaction of all its words in the saturated log-linear
        model, ``Σ (−1)^(K−b) ln(n + ½)`` over the cells, b of the K words agreeing; for bigrams the log odds ratio.
        ``z``: λ by its standard error, ``√Σ 1/(n + ½)``.

    References
    ----------
    Dunning 1993, *Computational Linguistics* 19: 61–74 (G²); Blaheta & Johnson 2001, *Proceedings of the ACL Workshop
    on Collocations*: 54–60 (λ, as in quanteda's textstat_collocations).

    Examples
    --------
    >>> {name: round(float(value[0]), 4) for name, value in association(np.array([[[373, 7], [12, 8]]])).items()}
    {'g2': 31.2224, 'lambda': 3.5224, 'z': 6.0979}
    """
    cells = np.asarray(cells, dtype=float)
    axes = tuple(range(1, cells.ndim))
    total = cells.sum(axis=axes, keepdims=True)
    expected = total.copy()
    for axis in axes:
        expected = expected * cells.sum(axis=tuple(other for other in axes if other != axis), keepdims=True) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(cells > 0, cells * np.log(cells / expected), 0.0)
    corner = (slice(None), *(1 for _ in axes))
    sign = np.where(cells[corner] < expected[corner], -1.0, 1.0)
    parity = np.ones((2,) * len(axes))
    for place in product((0, 1), repeat=len(axes)):
        parity[place] = (-1) ** (len(axes) - sum(place))
    smooth = cells + 0.5
    interaction = (parity * np.log(smooth)).sum(axis=axes)
    return {
        "g2": sign * 2 * terms.sum(axis=axes),
        "lambda": interaction,
        "z": interaction / np.sqrt((1 / smooth).sum(axis=axes)),
    }


def _tables(grams: list[Gram], counts: Mapping[Gram, int]) -> np.ndarray:
    """Return the 2^K table of each of `grams`, all of K words, from the counts of all n-grams of this length."""
    length = len(grams[0])
    subsets = list(product((0, 1), repeat=length))
    agreeing: dict[tuple[int, ...], Counter[Gram]] = {subset: Counter() for subset in subsets}
    for gram, n in counts.items():
        for subset in subsets:
            agreeing[subset][tuple(word for word, chosen in zip(gram, subset, strict=True) if chosen)] += n
    cells = np.empty((len(grams), *(2,) * length))
    for at, gram in enumerate(grams):
        for subset in subsets:
            cells[(at, *subset)] = agreeing[subset][tuple(w for w, chosen in zip(gram, subset, strict=True) if chosen)]
    # from "these words agree" to "these agree and the others do not", one word after the other
    for axis in range(1, length + 1):
        other, agree = np.take(cells, 0, axis), np.take(cells, 1, axis)
        cells = np.stack([other - agree, agree], axis=axis)
    return cells


def collocations(
    tokens: pd.DataFrame, *, measure: str = "g2", min_count: int = 2, stopwords: bool = True
) -> pd.DataFrame:
    """Rank the pairs and triples of neighbouring words by how firmly they belong together.

    Parameters
    ----------
    tokens : DataFrame
        The tokens table; masks, punctuation and ends of sentences break the pairs.
    measure : {"g2", "lambda", "z"}
        See `association`.
    min_count : int
        Occurrences below which a pair is no candidate.
    stopwords : bool
        Whether stopwords may be part of a candidate; if not, they break the pairs too.

    Returns
    -------
    DataFrame
        One row per occurrence, by falling score. **Columns**: report_id, start, end (code points of the raw text),
        text, n (occurrences in all reports), score.

    Raises
    ------
    TableError
        If no measure is called `measure`.

    References
    ----------
    See `association`.
    """
    if measure not in ASSOCIATIONS:
        raise TableError(f"no measure is called {measure!r}; there are: {', '.join(ASSOCIATIONS)}.")
    scores: dict[Gram, float] = {}
    places: dict[Gram, list[Place]] = {}
    for length in (2, 3):
        found = _grams(tokens, [length], stopwords)
        grams = sorted(gram for gram, at in found.items() if len(at) >= min_count)
        if grams:
            values = association(_tables(grams, {gram: len(at) for gram, at in found.items()}))[measure]
            scores |= dict(zip(grams, values.tolist(), strict=True))
            places |= found
    return _ranked(scores, places)


def c_value(
    tokens: pd.DataFrame,
    *,
    shortest: int = 2,
    longest: int = 8,
    min_count: int = 2,
    least_entropy: float | None = None,
    stopwords: bool = True,
) -> pd.DataFrame:
    """Rank runs of words by C-value: frequent, long, and not merely part of a longer candidate.

    ``log2|a| · (f(a) − mean f(b))`` over the longer candidates b that hold a, |a| in words; for single words
    ``log2(|a| + 1)`` stands for ``log2|a|``, which would be 0.

    Parameters
    ----------
    tokens : DataFrame
        The tokens table; masks, punctuation and ends of sentences break the runs.
    shortest, longest : int
        Words of the shortest and the longest candidate.
    min_count : int
        Occurrences below which a run is no candidate.
    least_entropy : float, optional
        Keep only runs whose branching entropy (bits, the smaller of left and right) is at least this: what stands
        beside a unit varies, what stands beside a part of it does not. An end of a run counts as a neighbour of its
        own each time.
    stopwords : bool
        Whether stopwords may be part of a candidate; if not, they break the runs too.

    Returns
    -------
    DataFrame
        As `collocations`.

    References
    ----------
    Frantzi, Ananiadou & Mima 2000, *International Journal on Digital Libraries* 3: 115–130 (C-value); Jin &
    Tanaka-Ishii 2006, *Proceedings of COLING/ACL*: 428–435 (branching entropy).

    Examples
    --------
    >>> words = ["和美", "乡村", "建设", "。", "和美", "乡村", "。", "建设"]
    >>> tokens = pd.DataFrame({"report_id": "a", "sentence_id": 0, "position": range(8), "start": range(0, 16, 2),
    ...                        "end": range(2, 18, 2), "token": words, "kind": "word",
    ...                        "is_stopword": False})
    >>> tokens.loc[tokens["token"] == "。", "kind"] = "punct"
    >>> c_value(tokens).drop_duplicates("text")[["text", "n", "score"]].values.tolist()
    [['和美乡村', 2, 2.0]]
    """
    found = _grams(tokens, range(shortest, longest + 1), stopwords)
    places = {gram: at for gram, at in found.items() if len(at) >= min_count}
    if least_entropy is not None:
        entropy = _branching_entropy(tokens, places.keys(), longest, stopwords)
        places = {gram: at for gram, at in places.items() if entropy[gram] >= least_entropy}
    holders: dict[Gram, list[int]] = defaultdict(list)
    for gram, at in places.items():
        parts = {gram[i:j] for i in range(len(gram)) for j in range(i + 1, len(gram) + 1)} - {gram}
        for part in parts:
            holders[part].append(len(at))
    scores = {}
    for gram, at in places.items():
        weight = np.log2(len(gram) if len(gram) > 1 else 2)
        scores[gram] = float(weight * (len(at) - (np.mean(holders[gram]) if holders[gram] else 0)))
    return _ranked(scores, places)


def _branching_entropy(tokens: pd.DataFrame, grams: Iterable[Gram], longest: int, stopwords: bool) -> dict[Gram, float]:
    wanted = set(grams)
    sides: dict[Gram, tuple[Counter, Counter]] = {gram: (Counter(), Counter()) for gram in wanted}
    for number, (_, run) in enumerate(_runs(tokens, stopwords)):
        words = [token for token, _, _ in run]
        for first in range(len(words)):
            for last in range(first + 1, min(first + longest, len(words)) + 1):
                gram = tuple(words[first:last])
                if gram in wanted:
                    sides[gram][0][words[first - 1] if first else ("start", number)] += 1
                    sides[gram][1][words[last] if last < len(words) else ("end", number)] += 1

    def entropy(counts: Counter) -> float:
        shares = np.array(sorted(counts.values())) / counts.total()
        return float(-(shares * np.log2(shares)).sum())

    return {gram: min(map(entropy, both)) for gram, both in sides.items()}


def gold_spans(corpus: Corpus, gold: Mapping[str, Mapping[str, Any]], types: Iterable[str]) -> pd.DataFrame:
    """Return the annotated slogan spans of `types`, each span once whatever its types.

    Returns
    -------
    DataFrame
        **Columns**: report_id, start, end (code points of the raw text); sorted.
    """
    by_path = dict(zip(corpus.reports["path"], corpus.reports["report_id"], strict=True))
    wanted = set(types)
    spans = {
        (by_path[document["source"]], one["start"], one["end"])
        for document in gold.values()
        for one in document["slogans"]
        if one["type"] in wanted
    }
    return pd.DataFrame(sorted(spans), columns=["report_id", "start", "end"]).astype({"report_id": "str"})


def threshold_scores(candidates: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Score ranked candidates against annotated spans at every threshold.

    Candidates that overlap a better one are dropped first, the longer one being better of two with one score: an
    extraction has to choose, and the choice is made in the candidates' favour (at the ranking's own order).

    Parameters
    ----------
    candidates : DataFrame
        From `collocations` or `c_value`; any table with report_id, start, end and score.
    spans : DataFrame
        From `gold_spans`; any table with report_id, start, end. Types play no part.

    Returns
    -------
    DataFrame
        One row per threshold, falling. **Columns**: threshold, n_found (spans with this score or a higher one), hits
        (of them exactly annotated), precision, recall, f1. The best row is ``table.loc[table["f1"].idxmax()]``.

    Raises
    ------
    TableError
        If there is no candidate or no annotated span.
    """
    if candidates.empty or spans.empty:
        raise TableError(
            f"{len(candidates)} candidates and {len(spans)} annotated spans: there is nothing to score. "
            "Lower min_count, or look at the types asked for."
        )
    keys = ["report_id", "start", "end"]
    true = set(spans[keys].itertuples(index=False, name=None))
    taken: dict[str, set[int]] = defaultdict(set)
    kept, hits = [], []
    for report_id, start, end, score in candidates[[*keys, "score"]].itertuples(index=False, name=None):
        places = taken[report_id]
        if places.isdisjoint(range(start, end)):
            places.update(range(start, end))
            kept.append(score)
            hits.append((report_id, start, end) in true)
    table = pd.DataFrame({"threshold": kept, "n_found": np.arange(1, len(kept) + 1), "hits": np.cumsum(hits)})
    table = table.groupby("threshold", sort=False).last().reset_index()
    return table.assign(
        precision=table["hits"] / table["n_found"],
        recall=table["hits"] / len(true),
        f1=2 * table["hits"] / (table["n_found"] + len(true)),
    )
