"""Reports and the slogans they use: the two-way table, and reports tied by the slogans they share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.measures.slogans.nulls import hypergeometric_tails
from analysis.measures.statistics.counts import require_columns
from analysis.schemas import TableError

__all__ = ["PROJECTIONS", "report_slogans", "shared_slogans"]

PROJECTIONS = ("overlap", "newman", "hypergeometric")
MIN_COVERAGE = 0.9
"""Least coverage at which a slogan that is not seen counts as absent."""


def report_slogans(slogans: pd.DataFrame, reports: pd.DataFrame, *, types: Sequence[str] | None = None) -> pd.DataFrame:
    """Tell for each report and each slogan how often the report uses it.

    Where text is hidden, a slogan that is not seen may be in it: its absence is then NA, not 0. Reports with
    `duplicate_of` set are left out.

    Parameters
    ----------
    slogans, reports : DataFrame
        Tables of a corpus.
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
    >>> report_slogans(slogans, reports)
      report_id slogan     n  per_10k  present
    0         a   乡村振兴     2     20.0     True
    1         a   从严治党     0      0.0    False
    2         b   乡村振兴  <NA>     <NA>     <NA>
    3         b   从严治党     1     20.0     True
    """
    require_columns(slogans, "slogans", ["report_id", "canonical", "type"])
    require_columns(reports, "reports", ["report_id", "duplicate_of", "coverage", "n_tokens"])
    unknown = sorted(set(slogans["report_id"].tolist()) - set(reports["report_id"].tolist()))
    if unknown:
        raise TableError(
            f"slogans table holds report_id {unknown[0]!r}, which the reports table lacks ({len(reports)} reports). "
            "Use tables of one corpus."
        )
    kept = reports[reports["duplicate_of"].isna()].sort_values("report_id").reset_index(drop=True)
    used = slogans[slogans["report_id"].isin(kept["report_id"])]
    if types is not None:
        used = used[used["type"].isin(list(types))]
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


def shared_slogans(table: pd.DataFrame, *, of: str = "report_id", weight: str = "overlap") -> pd.DataFrame:
    """Tie reports by the slogans they share, or slogans by the reports that share them.

    ``overlap`` counts what both hold. ``newman`` counts each shared slogan 1/(k − 1), k being the reports that use it:
    a slogan that all use ties none in particular. ``hypergeometric`` adds the chance of as large an overlap if each
    report had drawn its slogans at random. Only what is seen counts, so with hidden text every weight is a lower bound.
    With a handful of reports these are descriptions: no rank of reports should be made of them.

    Parameters
    ----------
    table : DataFrame
        From `report_slogans`.
    of : {"report_id", "slogan"}
        What is tied.
    weight : {"overlap", "newman", "hypergeometric"}

    Returns
    -------
    DataFrame
        One row per pair with something in common, sorted by falling weight, source, target. **Columns**: source,
        target (str); n (int64, shared); weight (float64: n, Newman's weight, or 1 − p); p (float64, upper tail; NaN for
        the first two).

    Raises
    ------
    TableError
        If `of` or `weight` is unknown; the text lists what there is.

    References
    ----------
    Newman 2001, *Physical Review E* 64: 016132, equation 2; Tumminello et al. 2011, *PLoS ONE* 6: e17994.

    Examples
    --------
    >>> table = pd.DataFrame({"report_id": list("aabbcc"), "slogan": list("xyxyxy"), "present": [1, 1, 1, 1, 1, 0]})
    >>> shared_slogans(table, weight="newman")[["source", "target", "n", "weight"]]
      source target  n  weight
    0      a      b  2     1.5
    1      a      c  1     0.5
    2      b      c  1     0.5
    """
    require_columns(table, "report_slogans", ["report_id", "slogan", "present"])
    if of not in ("report_id", "slogan"):
        raise TableError(f"of must be report_id or slogan; received {of!r}.")
    if weight not in PROJECTIONS:
        raise TableError(f"no weight is called {weight!r}; there are: {', '.join(PROJECTIONS)}.")
    other = "slogan" if of == "report_id" else "report_id"
    names, others = (sorted(set(table[column].tolist())) for column in (of, other))
    held = np.zeros((len(names), len(others)))
    seen = table[table["present"].fillna(False).astype(bool)]
    row = pd.Index(names, dtype=object).get_indexer(seen[of].astype(object))
    held[row, pd.Index(others, dtype=object).get_indexer(seen[other].astype(object))] = 1

    source, target = np.triu_indices(len(names), 1)
    n = (held @ held.T)[source, target].astype(np.int64)
    source, target, n = source[n > 0], target[n > 0], n[n > 0]
    value, p = n.astype(float), np.full(len(n), np.nan)
    if weight == "newman":
        users = held.sum(axis=0)
        scale = np.where(users > 1, 1 / np.maximum(users - 1, 1), 0)
        value = ((held * scale) @ held.T)[source, target]
    elif weight == "hypergeometric":
        size = held.sum(axis=1).astype(np.int64)
        # a slogan that nobody is seen to use was not there to be drawn
        p = hypergeometric_tails(size[source], size[target], int((held.sum(axis=0) > 0).sum())).at(n)
        value = 1 - p
    label = np.array(names, dtype=object)
    found = pd.DataFrame(
        {
            "source": pd.array(label[source], dtype="str"),
            "target": pd.array(label[target], dtype="str"),
            "n": n,
            "weight": value,
            "p": p,
        }
    )
    return found.sort_values(["weight", "source", "target"], ascending=[False, True, True]).reset_index(drop=True)
