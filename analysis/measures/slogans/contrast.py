"""What sets groups of reports apart in their slogans: the rate of each, compared as `keyness` compares words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.slogans.echo import unit_of_hits
from analysis.measures.statistics.comparison import compare, contrasted, units_of
from analysis.measures.statistics.counts import TermCounts, require_columns, term_counts
from analysis.measures.statistics.groups import as_list
from analysis.schemas import Corpus, TableError

__all__ = ["slogan_contrast"]


def slogan_contrast(
    corpus: Corpus,
    *,
    by: str | Sequence[str],
    target: Any,
    reference: Any = None,
    within: str | Sequence[str] | None = None,
    of: str = "canonical",
    types: Sequence[str] | None = None,
    min_count: int = 5,
    alpha: float = 0.05,
    confidence: float = 0.95,
    draws: int = 200_000,
    seed: int = 20240101,
) -> pd.DataFrame:
    """Compare how often two groups of reports use each slogan, per analysable token.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by, target, reference, within
        As in `keyness`.
    of : str
        Column of slogans whose values are compared: canonical, scope, type, theme.
    types : sequence of str, optional
        Only slogans of these types.
    min_count : int
        Fewest occurrences in both sides together.
    alpha, confidence : float
        Level of the column evidence, and of the interval.
    draws, seed : int
        Deals of the units at most, see `contrast`.

    Returns
    -------
    DataFrame
        Evidence first, then by falling log_ratio. **Columns**: value (str); n_target, n_reference (int64);
        per_10k_target, per_10k_reference (float64); log_ratio, ci_low, ci_high (float64, log2; a count of 0 taken for
        0.5, the interval NaN where a side has fewer than five); p, q
        (float64; Benjamini-Hochberg over the rows); evidence (bool); p_least (float64, the smallest p that so few
        reports can give); unit (str: report, or sentence where each side is one report).

    Raises
    ------
    TableError
        If a column or group is unknown, or no slogan is left.

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> table = slogan_contrast(read_corpus("seeds"), by="genre", target="政府工作报告", of="scope")
    >>> table.set_index("value").loc["central", ["n_target", "n_reference"]].astype(int).tolist()
    [33, 78]
    """
    require_columns(corpus.slogans, "slogans", ("report_id", "start", "type", of))
    counts = _counted(corpus, of, types)
    sides = compare(counts, by, target, reference)
    units = units_of(counts, sides, within)
    often = np.flatnonzero(np.asarray(units.matrix.sum(axis=0)).ravel() >= min_count)
    if not len(often):
        raise TableError(
            f"no slogan occurs {min_count} times in the two sides; lower min_count or compare more reports."
        )
    chosen = units._replace(matrix=units.matrix[:, often])
    found = contrasted(chosen, alpha=alpha, confidence=confidence, draws=draws, seed=seed)
    own = pd.DataFrame(
        {
            "value": pd.array(counts.terms[often], dtype="str"),
            "n_target": found.pop("target").astype(np.int64),
            "n_reference": found.pop("reference").astype(np.int64),
            "per_10k_target": 10_000 * found.pop("rate_target"),
            "per_10k_reference": 10_000 * found.pop("rate_reference"),
        }
    )
    table = pd.concat([own, found], axis=1)
    return table.iloc[np.lexsort((-table["log_ratio"], ~table["evidence"]))].reset_index(drop=True)


def _counted(corpus: Corpus, of: str, types: Sequence[str] | None) -> TermCounts:
    """Return sentences by slogans in the place of sentences by terms."""
    counts = term_counts(corpus)
    hits = corpus.slogans
    if types is not None:
        hits = hits[hits["type"].isin(as_list(types, "types", "['policy_name']"))]
    hits = hits.dropna(subset=of)
    row = unit_of_hits(hits, counts.sentences)
    hits, row = hits[row >= 0], row[row >= 0]
    if hits.empty:
        raise TableError("no slogan is left to count; look at corpus.slogans and at the types asked for.")
    names = sorted(set(hits[of].astype(str)))
    column = pd.Index(names, dtype=object).get_indexer(hits[of].astype(str).astype(object))
    matrix = sparse.coo_array((np.ones(len(hits)), (row, column)), (len(counts.sentences), len(names)))
    return counts._replace(
        terms=np.array(names, dtype=object), matrix=matrix.tocsr(), is_stopword=np.zeros(len(names), dtype=bool)
    )
