"""Reports and the slogans they use: the two-way table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import analysed, require_columns
from analysis.measures.statistics.groups import as_list
from analysis.schemas import Corpus, TableError

__all__ = ["report_slogans"]

MIN_COVERAGE = 0.9
"""Least coverage at which a slogan that is not seen counts as absent."""


def report_slogans(corpus: Corpus, *, types: Sequence[str] | None = None) -> pd.DataFrame:
    """Tell for each report and each slogan how often the report uses it.

    Where text is hidden, a slogan that is not seen may be in it: its absence is then NA, not 0. Reports with
    `duplicate_of` set are left out.

    Parameters
    ----------
    corpus : Corpus
    types : sequence of str, optional
        Types of slogan to keep; None keeps all.

    Returns
    -------
    DataFrame
        One row per report and slogan of the corpus, sorted by both. **Columns**: report_id, slogan (str, canonical); n
        (Int64, occurrences); per_10k (Float64, per 10 000 tokens); present (boolean). All three are NA where the
        slogan is not seen and the coverage is below 0.9 or unknown.

    Raises
    ------
    TableError
        If a column is missing or a slogan stands in a report that the reports table lacks.

    Examples
    --------
    >>> slogans = pd.DataFrame({"report_id": ["a", "a", "b"], "canonical": ["乡村振兴", "乡村振兴", "从严治党"],
    ...                         "type": "policy_name"})
    >>> reports = pd.DataFrame({"report_id": ["a", "b"], "duplicate_of": pd.array([None, None], dtype="str"),
    ...                         "coverage": [1.0, 0.4], "n_tokens": [1000, 500]})
    >>> from types import SimpleNamespace
    >>> report_slogans(SimpleNamespace(slogans=slogans, reports=reports))
      report_id slogan     n  per_10k  present
    0         a   乡村振兴     2     20.0     True
    1         a   从严治党     0      0.0    False
    2         b   乡村振兴  <NA>     <NA>     <NA>
    3         b   从严治党     1     20.0     True
    """
    slogans, reports = corpus.slogans, corpus.reports
    require_columns(slogans, "slogans", ["report_id", "canonical", "type"])
    require_columns(reports, "reports", ["report_id", "duplicate_of", "coverage", "n_tokens"])
    unknown = sorted(set(slogans["report_id"].tolist()) - set(reports["report_id"].tolist()))
    if unknown:
        raise TableError(
            f"slogans table holds report_id {unknown[0]!r}, which the reports table lacks ({len(reports)} reports). "
            "Use tables of one corpus."
        )
    kept = analysed(corpus)
    used = slogans[slogans["report_id"].isin(kept["report_id"])]
    if types is not None:
        used = used[used["type"].isin(as_list(types, "types", "['policy_name']"))]
    names = sorted(set(used["canonical"].tolist()))
    row = pd.Index(kept["report_id"].astype(object)).get_indexer(used["report_id"].astype(object))
    column = pd.Index(names, dtype=object).get_indexer(used["canonical"].astype(object))
    n = np.zeros((len(kept), len(names)), dtype=np.int64)
    np.add.at(n, (row, column), 1)

    exposure = kept["n_tokens"].to_numpy(dtype=float, na_value=np.nan)
    # unknown coverage is not enough either, and NaN < 0.9 would be False
    unsure = (~(kept["coverage"].to_numpy(dtype=float, na_value=np.nan) >= MIN_COVERAGE))[:, None] & (n == 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(exposure[:, None] > 0, 10_000 * n / exposure[:, None], np.nan)
    unsure, flat = unsure.ravel(), n.ravel()
    return pd.DataFrame(
        {
            "report_id": pd.array(np.repeat(kept["report_id"].to_numpy(dtype=object), len(names)), dtype="str"),
            "slogan": pd.array(np.tile(np.array(names, dtype=object), len(kept)), dtype="str"),
            "n": pd.arrays.IntegerArray(flat, unsure.copy()),
            "per_10k": pd.arrays.FloatingArray(np.nan_to_num(rate.ravel()), unsure | np.isnan(rate.ravel())),
            "present": pd.arrays.BooleanArray(flat > 0, unsure.copy()),
        }
    )
