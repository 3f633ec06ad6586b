"""The tokens table of one report: sentences, cut at the masks, segmented."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import accumulate, pairwise
from operator import itemgetter

import numpy as np
import pandas as pd

from analysis.annotate.segmentation import Word, segmenter
from analysis.lexicons.stopwords import stopwords as packaged_stopwords
from analysis.schemas import Report, TableError, conform

__all__ = ["EXPOSURE_KINDS", "token_columns", "tokenise"]

EXPOSURE_KINDS = ("word", "latin", "number")
"""Kinds of tokens that make up the exposure; masks and punctuation are no words and never counted."""

_NUMBER = re.compile("(?=.*[0-9０-９])[0-9０-９.．,，%％‰]+")
_LATIN = re.compile("[A-Za-zＡ-Ｚａ-ｚÀ-ÖØ-öø-ɏ]")
_HAN_NUMERAL = "〇"  # a Han character to a reader, a letter number to Unicode


def tokenise(
    report: Report,
    sentences: pd.DataFrame,
    masks: pd.DataFrame,
    *,
    engine: str = "rjieba",
    words: Iterable[Word] = (),
    hmm: bool = True,
    stopwords: Collection[str] | None = None,
) -> pd.DataFrame:
    """Cut the sentences of one report into tokens.

    A mask is one token and joins none of its neighbours. White space is no token: it stays a gap between two.

    Parameters
    ----------
    report : Report
    sentences, masks : pandas.DataFrame
        Tables of `schemas`; rows of other reports are passed over.
    engine, words, hmm
        As in `segment`.
    stopwords : collection of str, optional
        Words to flag; those of `analysis.lexicons.stopwords.stopwords` if not given.

    Returns
    -------
    pandas.DataFrame
        The table ``tokens``, ordered by sentence and position. **Columns**: report_id, sentence_id, position
        (0-based in the sentence), start and end (code points of the raw text), token, kind, is_stopword.
        Kinds: ``mask``; ``number`` (Arabic digits with . , % ‰); ``word`` (a Han character or a letter of another
        script but Latin); ``latin`` (any other token with a letter); ``punct`` (the rest).

    Raises
    ------
    TableError
        If a table lacks a column, masks overlap, or no engine has this name.
    LexiconError
        If one of `words` cannot be added.

    Examples
    --------
    >>> report = Report("a", "a.txt", "", "utf-8", "新增xx户，增长14.5%。")
    >>> sentences = pd.DataFrame({"report_id": ["a"], "sentence_id": [0], "start": [0], "end": [14]})
    >>> masks = pd.DataFrame({"report_id": ["a"], "start": [2], "end": [4]})
    >>> tokenise(report, sentences, masks)[["start", "end", "token", "kind"]]
       start  end  token    kind
    0      0    2     新增    word
    1      2    4     xx    mask
    2      4    5      户    word
    3      5    6      ，   punct
    4      6    8     增长    word
    5      8   13  14.5%  number
    6     13   14      。   punct
    """
    cut = segmenter(engine=engine, words=words, hmm=hmm)
    flagged = packaged_stopwords() if stopwords is None else frozenset(stopwords)
    spans = _cleaned_spans(report, sentences, "sentences", "sentence_id")
    masked = sorted(_cleaned_spans(report, masks, "masks", "start"))
    for (_, end, start), (begins, _, other) in pairwise(masked):
        if begins < end:
            raise TableError(
                f"masks table: in {report.report_id!r} the masks at {start} and {other} overlap. Merge them into one."
            )
    table = pd.DataFrame(token_columns(report, spans, [(start, end) for start, end, _ in masked], cut, flagged))
    return conform(table, "tokens")


def token_columns(
    report: Report,
    sentences: Iterable[tuple[int, int, int]],
    masks: Iterable[tuple[int, int]],
    cut: Callable[[str], list[str]],
    flagged: Collection[str],
) -> dict[str, np.ndarray]:
    """Return the columns of the table ``tokens`` of one report as arrays of equal length; `tokenise` explains them.

    Parameters
    ----------
    report : Report
    sentences : iterable of (start, end, sentence_id)
        Spans of the cleaned text.
    masks : iterable of (start, end)
        Spans of the cleaned text that do not overlap.
    cut : callable
        What `segmenter` returns.
    flagged : collection of str
        Stopwords.
    """
    tokens: list[str] = []
    starts: list[int] = []
    sentence_ids: list[int] = []
    mask_rows: list[int] = []
    masked = sorted(masks)
    for first, last, sentence_id in sorted(sentences, key=itemgetter(2)):
        before = len(tokens)
        for start, end, is_mask in _pieces(first, last, masked):
            piece = report.cleaned[start:end]
            if is_mask:
                mask_rows.append(len(tokens))
            found = [piece] if is_mask else cut(piece)
            tokens += found
            starts += accumulate(map(len, found[:-1]), initial=start)
        sentence_ids += [sentence_id] * (len(tokens) - before)

    begin = np.array(starts, dtype=np.int64)
    raw_starts, raw_ends = report.to_raw_many(begin, begin + np.fromiter(map(len, tokens), np.int64, len(tokens)))
    kinds = {token: _kind(token) for token in set(tokens)}
    kind = np.array([kinds[token] for token in tokens], dtype=object)
    stop = np.fromiter((token in flagged for token in tokens), bool, len(tokens))
    kind[mask_rows], stop[mask_rows] = "mask", False
    shown = kind != "space"
    sentence = np.array(sentence_ids, dtype=np.int64)[shown]
    # the sentences come one after the other: a token's place in its own is its distance from the first of them
    opens = np.flatnonzero(np.diff(sentence, prepend=-1))
    position = np.arange(len(sentence)) - np.repeat(opens, np.diff(opens, append=len(sentence)))
    return {
        "report_id": np.full(len(sentence), report.report_id, dtype=object),
        "sentence_id": sentence,
        "position": position,
        "start": raw_starts[shown],
        "end": raw_ends[shown],
        "token": np.array(tokens, dtype=object)[shown],
        "kind": kind[shown],
        "is_stopword": stop[shown],
    }


def _cleaned_spans(report: Report, table: pd.DataFrame, name: str, label: str) -> list[tuple[int, int, int]]:
    """Return start and end in the cleaned text, and `label`, of the rows of `table` that are of `report`."""
    for column in ("report_id", "start", "end", label):
        if column not in table.columns:
            raise TableError(
                f"{name} table lacks column {column!r} (found: {', '.join(map(str, table.columns))}). "
                f"describe({name!r}) lists what it needs."
            )
    own = table[table["report_id"] == report.report_id]
    rows = zip(own["start"].tolist(), own["end"].tolist(), own[label].tolist(), strict=True)
    return [(report.to_clean(start), report.to_clean(end), key) for start, end, key in rows]


def _pieces(first: int, last: int, masked: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and whether it is a mask of the pieces into which the sorted masks cut ``[first, last)``."""
    at = first
    for number in range(bisect_right(masked, first, key=itemgetter(1)), len(masked)):
        start, end = masked[number]
        start, end = max(start, at), min(end, last)
        if start >= last:
            break
        if at < start:
            yield at, start, False
        if start < end:
            yield start, end, True
            at = end
    if at < last:
        yield at, last, False


def _kind(token: str) -> str:
    if token.isspace():
        return "space"
    if _NUMBER.fullmatch(token):
        return "number"
    letters = [character for character in token if character.isalpha() or character == _HAN_NUMERAL]
    if not letters:
        return "punct"
    return "latin" if all(map(_LATIN.match, letters)) else "word"
