"""Counts of terms in sentences and in reports: the sparse tables from which every measure of words starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.annotate.segmentation import segment
from analysis.annotate.tokens import EXPOSURE_KINDS
from analysis.measures.statistics.groups import Groups, as_list, group_of
from analysis.schemas import Corpus, TableError

__all__ = [
    "EXPOSURE_KINDS",
    "Cells",
    "TermCounts",
    "analysed",
    "check_kinds",
    "only_terms",
    "require_columns",
    "term_counts",
]


class TermCounts(NamedTuple):
    """Counts of terms in sentences, duplicates left out.

    Attributes
    ----------
    sentences : DataFrame
        One row per sentence, sorted by (report_id, sentence_id): the columns of the sentences table, and
        n_tokens (int64), its exposure.
    terms : ndarray of object
        The terms in code-point order.
    matrix : scipy.sparse.csr_array
        Sentences by terms, float64 whole numbers.
    is_stopword : ndarray of bool
        Per term.
    reports : DataFrame
        The reports of the analysis, sorted by report_id.
    strata : ndarray of int
        Per sentence the row of its report in `reports`.
    """

    sentences: pd.DataFrame
    terms: np.ndarray
    matrix: sparse.csr_array
    is_stopword: np.ndarray
    reports: pd.DataFrame
    strata: np.ndarray

    @property
    def exposure(self) -> np.ndarray:
        """Return the analysable tokens of each sentence."""
        return self.sentences["n_tokens"].to_numpy(dtype=float)

    def grouped(self, by: str | Sequence[str] | None) -> Groups:
        """Return the group of each sentence."""
        return group_of(by, self.reports, self.strata, self.sentences.drop(columns="n_tokens"))

    def cells(self, code: np.ndarray, rows: np.ndarray | None = None) -> Cells:
        """Return what each report holds of each group: the table report × term, cut where a group cuts a report.

        Parameters
        ----------
        code : ndarray of int
            Per sentence its group.
        rows : ndarray of int, optional
            The sentences that are counted; None takes all.
        """
        rows = np.arange(len(self.strata)) if rows is None else rows
        key = self.strata[rows] * (int(code.max(initial=0)) + 1) + code[rows]
        held, cell = np.unique(key, return_inverse=True)
        member = sparse.csr_array((np.ones(len(rows)), (cell, np.arange(len(rows)))), shape=(len(held), len(rows)))
        report, group = np.divmod(held, int(code.max(initial=0)) + 1)
        sizes = np.bincount(cell, self.exposure[rows], len(held))
        return Cells(group, report, sparse.csr_array(member @ self.matrix[rows]), sizes)


class Cells(NamedTuple):
    """Counts of terms in the reports of each group: arrays of one entry a cell, and the matrix cells by terms."""

    group: np.ndarray
    report: np.ndarray
    matrix: sparse.csr_array
    sizes: np.ndarray


def require_columns(frame: pd.DataFrame, table: str, names: Sequence[str]) -> None:
    """Raise `TableError` if `frame` lacks one of `names`; the text names the column and what was found."""
    for name in names:
        if name not in frame.columns:
            raise TableError(
                f"{table} table lacks column {name!r} (found: {', '.join(map(str, frame.columns))}). "
                f"Take it from read_corpus(folder).{table}; describe({table!r}) lists what it needs."
            )


def analysed(corpus: Corpus) -> pd.DataFrame:
    """Return the reports that are counted, sorted by report_id: those that are no duplicate of another."""
    require_columns(corpus.reports, "reports", ["report_id", "duplicate_of"])
    reports = corpus.reports[corpus.reports["duplicate_of"].isna()]
    return reports.sort_values("report_id").reset_index(drop=True)


def check_kinds(kinds: Sequence[str]) -> None:
    """Raise `TableError` if `kinds` are no kinds of words."""
    if isinstance(kinds, str) or not kinds or not set(kinds) <= set(EXPOSURE_KINDS):
        raise TableError(
            f"kinds must be one or more of {', '.join(EXPOSURE_KINDS)}, in a tuple; received {kinds!r}. "
            "Masks and punctuation are not words and are never counted."
        )


def term_counts(
    corpus: Corpus,
    *,
    kinds: Sequence[str] = ("word", "latin"),
) -> TermCounts:
    """Count each term in each sentence, and each sentence's exposure.

    Reports with `duplicate_of` set are left out. The exposure counts every analysable token (word, latin,
    number), whatever `kinds` are counted as terms.

    Parameters
    ----------
    corpus : Corpus
        Any object with the tables tokens, sentences and reports.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms.

    Returns
    -------
    TermCounts

    Raises
    ------
    TableError
        If a column is missing, a kind is none that can be counted, a key occurs twice, or a token stands in a
        sentence or a report that the other tables do not hold.

    Examples
    --------
    >>> tokens = pd.DataFrame({"report_id": ["a"] * 4, "sentence_id": [0, 0, 1, 1], "is_stopword": [False] * 4,
    ...                        "token": ["产业", "xx", "产业", "3"], "kind": ["word", "mask", "word", "number"]})
    >>> sentences = pd.DataFrame({"report_id": ["a", "a"], "sentence_id": [0, 1]})
    >>> reports = pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([pd.NA], dtype="str")})
    >>> from types import SimpleNamespace
    >>> counts = term_counts(SimpleNamespace(tokens=tokens, sentences=sentences, reports=reports))
    >>> counts.terms.tolist(), counts.matrix.toarray().tolist(), counts.exposure.tolist()
    (['产业'], [[1.0], [1.0]], [1.0, 2.0])
    """
    check_kinds(kinds)
    tokens, sentences, reports = corpus.tokens, corpus.sentences, corpus.reports
    require_columns(tokens, "tokens", ["report_id", "sentence_id", "token", "kind", "is_stopword"])
    require_columns(sentences, "sentences", ["report_id", "sentence_id"])
    require_columns(reports, "reports", ["report_id", "duplicate_of"])

    known = set(reports["report_id"])
    for frame, table in ((sentences, "sentences"), (tokens, "tokens")):
        unknown = sorted(set(frame["report_id"].unique()) - known)
        if unknown:
            raise TableError(
                f"{table} table holds report_id {unknown[0]!r}, which the reports table lacks ({len(known)} reports). "
                "Use tables of one corpus."
            )
    kept = analysed(corpus)
    blocks = sentences[sentences["report_id"].isin(kept["report_id"])]
    blocks = blocks.sort_values(["report_id", "sentence_id"]).reset_index(drop=True)
    for frame, table, key in ((kept, "reports", ["report_id"]), (blocks, "sentences", ["report_id", "sentence_id"])):
        twice = frame[frame.duplicated(key)]
        if len(twice):
            row = ", ".join(f"{name} {twice[name].iloc[0]}" for name in key)
            raise TableError(f"{table} table holds the row of {row} twice. Use the table as read_corpus gave it.")
    spoken = tokens[tokens["kind"].isin(EXPOSURE_KINDS).to_numpy() & tokens["report_id"].isin(kept["report_id"])]
    index = pd.MultiIndex.from_frame(blocks[["report_id", "sentence_id"]])
    row = index.get_indexer(pd.MultiIndex.from_frame(spoken[["report_id", "sentence_id"]]))
    if (row < 0).any():
        lost = spoken.iloc[int(np.argmax(row < 0))]
        raise TableError(
            f"tokens table holds sentence {lost['sentence_id']} of report {lost['report_id']!r}, "
            "which the sentences table lacks. Use tables of one corpus."
        )

    counted = spoken["kind"].isin(kinds).to_numpy()
    codes, uniques = pd.factorize(spoken["token"].to_numpy(dtype=object)[counted])
    # sorted() compares code points, so the order is the same for every locale, hash seed and string dtype
    order = sorted(range(len(uniques)), key=uniques.__getitem__)
    place = np.empty(len(uniques), dtype=np.int64)
    place[order] = np.arange(len(uniques))
    column = place[codes]
    shape = (len(blocks), len(uniques))
    matrix = sparse.coo_array((np.ones(len(column)), (row[counted], column)), shape=shape).tocsr()
    stop = np.zeros(len(uniques), dtype=bool)
    stop[column[spoken["is_stopword"].to_numpy(dtype=bool)[counted]]] = True
    return TermCounts(
        sentences=blocks.assign(n_tokens=np.bincount(row, minlength=len(blocks)).astype(np.int64)),
        terms=np.asarray(uniques, dtype=object)[order],
        matrix=matrix,
        is_stopword=stop,
        reports=kept,
        strata=kept.set_index("report_id").index.get_indexer(blocks["report_id"]),
    )


def only_terms(counts: TermCounts, terms: Sequence[str], corpus: Corpus) -> TermCounts:
    """Return `counts` with the columns `terms`, zero where a term does not occur anywhere.

    Raises
    ------
    TableError
        If a term can never be a token, so that its zero would say nothing of the text.
    """
    wanted = np.array(sorted(set(as_list(terms, "terms", "['发展']"))), dtype=object)
    at = pd.Index(counts.terms, dtype=object).get_indexer(wanted)
    known = np.flatnonzero(at >= 0)
    whole = {word if isinstance(word, str) else word[0] for word in getattr(corpus, "parameters", {}).get("words", ())}
    for term in wanted[at < 0]:
        if term not in whole and len(pieces := segment(term)) > 1:
            raise TableError(
                f"{term!r} is never one token: the segmenter cuts it {' | '.join(pieces)}. Keep it whole with "
                f"read_corpus(folder, words=[{term!r}]), or count it as wording with keyword_in_context."
            )
    pick = sparse.csr_array(
        (np.ones(len(known)), (at[known], known)), shape=(len(counts.terms), len(wanted)), dtype=float
    )
    stop = np.zeros(len(wanted), dtype=bool)
    stop[known] = counts.is_stopword[at[known]]
    return counts._replace(terms=wanted, matrix=sparse.csr_array(counts.matrix @ pick), is_stopword=stop)
