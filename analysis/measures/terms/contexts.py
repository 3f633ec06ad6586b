"""Contexts in which words can meet: stretches of text that end with the sentence and at every mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import EXPOSURE_KINDS, analysed, check_kinds, require_columns
from analysis.schemas import ELISION, Corpus, TableError

__all__ = ["Stretches", "stretches"]

FORMULA = "formula"
"""Kind of a unit that a slogan makes of its tokens."""


class Stretches(NamedTuple):
    """The words of a corpus in their order, cut into stretches.

    Attributes
    ----------
    names : ndarray of object
        The words and formulas that can be collocates, in code-point order.
    unit : ndarray of int
        Per place its row in `names`; −1 for a place that is taken by what cannot be one (a number, say).
    stretch : ndarray of int
        Per place its stretch, rising.
    sentence : ndarray of int
        Per stretch its row in `sentences`.
    sentences : DataFrame
        The sentences of the analysis, sorted by (report_id, sentence_id).
    is_stopword : ndarray of bool
        Per name.
    """

    names: np.ndarray
    unit: np.ndarray
    stretch: np.ndarray
    sentence: np.ndarray
    sentences: pd.DataFrame
    is_stopword: np.ndarray


def stretches(
    corpus: Corpus,
    *,
    formulas: bool = False,
    kinds: Sequence[str] = ("word", "latin"),
) -> Stretches:
    """Line up the words of every sentence, with formulas as single units and cuts where no context may pass.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    formulas : bool
        True: the tokens inside one slogan become one unit, named by its canonical form; of slogans that overlap, the
        one that starts first, and of these the longest, is taken. Headlines of the type parallel_headline are sentences
        rather than formulas and are passed over; so is a slogan with a mask inside.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that can be collocates. Every analysable token takes a place.

    Returns
    -------
    Stretches

    Raises
    ------
    TableError
        If a column is missing, a kind cannot be counted, or a token stands in no sentence of the sentences table.
    """
    check_kinds(kinds)
    tokens, sentences = corpus.tokens, corpus.sentences
    require_columns(
        tokens, "tokens", ["report_id", "sentence_id", "position", "start", "end", "token", "kind", "is_stopword"]
    )
    require_columns(sentences, "sentences", ["report_id", "sentence_id"])
    kept = set(analysed(corpus)["report_id"])
    blocks = sentences[sentences["report_id"].isin(kept)]
    blocks = blocks.sort_values(["report_id", "sentence_id"]).reset_index(drop=True)
    words = tokens[tokens["report_id"].isin(kept)].sort_values(["report_id", "sentence_id", "position"])
    row = pd.MultiIndex.from_frame(blocks[["report_id", "sentence_id"]]).get_indexer(
        pd.MultiIndex.from_frame(words[["report_id", "sentence_id"]])
    )
    if (row < 0).any():
        lost = words.iloc[int(np.argmax(row < 0))]
        raise TableError(
            f"tokens table holds sentence {lost['sentence_id']} of report {lost['report_id']!r}, "
            "which the sentences table lacks. Use tables of one corpus."
        )
    name = words["token"].to_numpy(dtype=object, copy=True)
    kind = words["kind"].to_numpy(dtype=object, copy=True)
    stop = words["is_stopword"].to_numpy(dtype=bool, copy=True)
    breaks = (kind == "mask") | (name == ELISION)
    swallowed = np.zeros(len(words), dtype=bool)
    if formulas:
        for first, last, canonical in _formulas(words, row, breaks, corpus.slogans):
            name[first], kind[first], stop[first] = canonical, FORMULA, False
            swallowed[first + 1 : last] = True

    # a new stretch at every new sentence and behind every break
    opens = np.append(True, row[1:] != row[:-1])[: len(row)]
    opens |= np.append(False, breaks[:-1])[: len(row)]
    number = np.cumsum(opens) - 1
    placed = np.isin(kind, np.array([*EXPOSURE_KINDS, FORMULA], dtype=object)) & ~swallowed & ~breaks
    counted = np.isin(kind, np.array([*kinds, FORMULA], dtype=object))[placed]
    _, stretch = np.unique(number[placed], return_inverse=True)
    codes, uniques = pd.factorize(name[placed][counted])
    order = sorted(range(len(uniques)), key=uniques.__getitem__)
    place = np.empty(len(uniques), dtype=np.int64)
    place[order] = np.arange(len(uniques))
    unit = np.full(int(placed.sum()), -1, dtype=np.int64)
    unit[counted] = place[codes]
    is_stopword = np.ones(len(uniques), dtype=bool)
    # a formula that is spelt like a stopword is none
    np.logical_and.at(is_stopword, unit[counted], stop[placed][counted])
    first = np.append(True, stretch[1:] != stretch[:-1])[: len(stretch)]
    return Stretches(
        names=np.asarray(uniques, dtype=object)[order],
        unit=unit,
        stretch=stretch.astype(np.int64),
        sentence=row[placed][first],
        sentences=blocks,
        is_stopword=is_stopword,
    )


def _formulas(
    words: pd.DataFrame, row: np.ndarray, breaks: np.ndarray, slogans: pd.DataFrame
) -> list[tuple[int, int, str]]:
    """Return first token, token behind the last and name of every formula, not overlapping one another."""
    require_columns(slogans, "slogans", ["report_id", "start", "end", "type", "canonical"])
    hits = slogans[slogans["type"] != "parallel_headline"]
    hits = hits.sort_values(["report_id", "start", "end", "canonical"], ascending=[True, True, False, True])
    members = words.reset_index(drop=True).groupby("report_id").indices
    starts, ends = words["start"].to_numpy(), words["end"].to_numpy()
    broken = np.append(0, np.cumsum(breaks))
    found = []
    for report, of in hits.groupby("report_id", sort=True):
        if report not in members:
            continue
        own = members[report]
        # tokens of a report stand in the order of its text, so those inside a span are neighbours
        first = own[0] + np.searchsorted(starts[own], of["start"].to_numpy(), "left")
        last = own[0] + np.searchsorted(ends[own], of["end"].to_numpy(), "right")
        reach = -1
        for begin, behind, start, end, canonical in zip(
            first.tolist(), last.tolist(), of["start"], of["end"], of["canonical"], strict=True
        ):
            if start < reach or broken[behind] > broken[begin] or begin >= behind:
                continue
            if row[begin] == row[behind - 1]:
                found.append((begin, behind, canonical))
                reach = end
    return found
