"""The document-term matrix: what other libraries start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.statistics.counts import term_counts
from analysis.schemas import Corpus

__all__ = ["DocumentTerms", "document_term_matrix"]


class DocumentTerms(NamedTuple):
    """How often each report holds each term.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array of int64, shape (reports, terms)
    terms : ndarray of str
        In code-point order.
    reports : DataFrame
        The reports table, one row per row of the matrix, and n_tokens, their exposure.
    """

    matrix: sparse.csr_array
    terms: np.ndarray
    reports: pd.DataFrame


def document_term_matrix(
    corpus: Corpus,
    *,
    kinds: Sequence[str] = ("word", "latin"),
    min_reports: int = 1,
    stopwords: bool = True,
) -> DocumentTerms:
    """Return the sparse table report × term, for scikit-learn and others.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out. Masks are never terms.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms.
    min_reports : int
        Fewest reports that hold a term.
    stopwords : bool
        False leaves the terms of the stopword list out.

    Returns
    -------
    DocumentTerms

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> matrix, terms, reports = document_term_matrix(read_corpus("seeds"), min_reports=5, stopwords=False)
    >>> matrix.shape[0], int(matrix[:, terms == "发展"].sum())
    (5, 72)
    """
    counts = term_counts(corpus, kinds=kinds)
    cells = counts.cells(np.zeros(len(counts.strata), dtype=np.int64))
    silent = np.setdiff1d(np.arange(len(counts.reports)), cells.report)
    rows = sparse.csr_array((np.ones(len(cells.report)), (cells.report, np.arange(len(cells.report)))),
                            (len(counts.reports), len(cells.report)))  # fmt: skip
    matrix = sparse.csr_array(rows @ cells.matrix).astype(np.int64)
    exposure = np.bincount(cells.report, cells.sizes, len(counts.reports))
    exposure[silent] = 0
    kept = np.bincount(matrix.tocoo().col, minlength=matrix.shape[1]) >= min_reports
    columns = np.flatnonzero(kept & (stopwords | ~counts.is_stopword))
    reports = counts.reports.assign(n_tokens=exposure.astype(np.int64))
    return DocumentTerms(matrix[:, columns], counts.terms[columns], reports)
