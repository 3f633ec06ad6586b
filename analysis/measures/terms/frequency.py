"""How often terms occur: counts, rates with intervals, dispersion, and what hidden text could add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.statistics.counts import TermCounts, group_labels, only_terms, require_columns, term_counts
from analysis.measures.statistics.intervals import check_interval, rate_interval, zero_bound
from analysis.measures.terms.dispersion import dispersion, expected_dp
from analysis.measures.terms.hidden import MIN_RATE, hidden_additions, hidden_tokens, parts_of_report
from analysis.schemas import TableError, conform, empty

__all__ = ["term_frequency", "tf_idf"]

MIN_DISPERSION = 5
"""Fewest occurrences for which a dispersion is reported."""


def term_frequency(
    tokens: pd.DataFrame,
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    by: str | None = None,
    terms: Sequence[str] | None = None,
    kinds: Sequence[str] = ("word", "latin"),
    min_count: int = 1,
    confidence: float = 0.95,
    method: str | None = None,
    draws: int = 2000,
    seed: int = 20240101,
    stopwords: bool = True,
) -> pd.DataFrame:
    """Count terms in the corpus or in groups of it, with rates, intervals, dispersion and bounds for hidden text.

    A rate is occurrences per 10 000 analysable tokens (words, latin words and numbers; masks and punctuation are not
    words). Never read a rate alone: `n` and `n_reports` stand beside it. The interval says how far the rate would
    move with other sentences of the same documents; it says nothing about other documents.

    Parameters
    ----------
    tokens, sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out.
    by : str, optional
        Column of reports or sentences that makes the groups, such as "report_id", "genre" or "zone". NA makes a group
        "(NA)". None takes everything as one group "corpus".
    terms : sequence of str, optional
        Report exactly these terms in every group, with n = 0 where they do not occur, whatever `min_count` and
        `stopwords` say. None reports the terms that occur.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms. The exposure is the same for every choice.
    min_count : int
        Fewest occurrences in a group for a term to be listed.
    confidence, method, draws, seed
        See `rate_interval`.
    stopwords : bool
        False leaves the rows of stopwords out; the denominators do not change.

    Returns
    -------
    DataFrame
        The frequency table, sorted by group, falling n, term. **Columns**: group, term (str); n, n_reports, total
        (int64: occurrences, reports of the group that hold the term, exposure); per_10k, ci_low, ci_high (float64,
        per 10 000 tokens; NaN where n < 3, and the interval also where sentences show no variation; for n = 0 per_10k
        is NaN and ci_high the rule-of-three bound); dp, dp_norm, dp_expected (float64; NaN where n < 5 or the group
        has one part; parts are the reports, or within one report its top-level sections); n_low, n_high, n_worst
        (float64, tokens: n, plus what hidden text adds at the highest plausible rate, plus all of it; NaN where the
        hidden amount is unknown); is_stopword (bool).

    Raises
    ------
    TableError
        If a column is missing, or `by`, `kinds` or `method` is unknown; the text lists what there is.

    Notes
    -----
    n_high sums over the group's reports ``H · max(highest section rate, upper limit)``, both taken within the report,
    with ``H = hidden_chars · n_tokens / visible_chars``. Text hidden in a report may belong to any zone or section,
    so groups made by a column of sentences carry the hidden text of all reports.

    References
    ----------
    Rayson & Garside 2000 (normalised frequency); Gries 2008, *IJCL* 13; Manski 2003 (worst-case bounds).

    Examples
    --------
    >>> tokens = pd.DataFrame({"report_id": "a", "sentence_id": [0, 0, 1, 1, 2], "kind": "word", "is_stopword": False,
    ...                        "token": ["产业", "发展", "产业", "产业", "发展"]})
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": [0, 1, 2], "section": ""})
    >>> reports = pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([None], dtype="str"),
    ...                         "visible_chars": [10], "hidden_chars": [0]})
    >>> term_frequency(tokens, sentences, reports)[["group", "term", "n", "n_reports", "total", "per_10k"]]
        group term  n  n_reports  total  per_10k
    0  corpus   产业  3          1      5   6000.0
    1  corpus   发展  2          1      5      NaN
    """
    interval = {"method": check_interval(method, confidence), "confidence": confidence, "draws": draws, "seed": seed}
    require_columns(reports, "reports", ["visible_chars", "hidden_chars"])
    require_columns(sentences, "sentences", ["section"])
    counts = term_counts(tokens, sentences, reports, kinds=kinds)
    labels = group_labels(by, counts.reports, counts.strata, counts.sentences)
    if terms is not None:
        counts = only_terms(counts, terms)
    hidden = hidden_tokens(counts)
    of_reports = by in counts.reports.columns
    holders = np.arange(len(counts.reports))
    added = np.zeros(0) if of_reports else _added(counts, hidden, holders, interval)
    tables = []
    for group, rows in _members(labels):
        n = np.asarray(counts.matrix[rows].sum(axis=0)).ravel()
        listed = np.ones(len(n), dtype=bool)
        if terms is None:
            listed = (n >= max(min_count, 1)) & (stopwords | ~counts.is_stopword)
        columns = np.flatnonzero(listed)
        if of_reports:
            holders = np.unique(counts.strata[rows])
            added = _added(counts, hidden, holders, interval)
        frame = {
            "group": group,
            "term": counts.terms[columns],
            **_rates(counts, rows, columns, interval),
            **_spread(counts, rows, columns),
            "n_low": n[columns],
            "n_high": n[columns] + added[columns],
            "n_worst": n[columns] + hidden[holders].sum(),
            "is_stopword": counts.is_stopword[columns],
        }
        # terms stand in code-point order already, so a stable sort breaks ties by term
        tables.append(pd.DataFrame(frame).sort_values("n", ascending=False, kind="stable"))
    tables = [table for table in tables if len(table)]
    return conform(pd.concat(tables, ignore_index=True), "frequency") if tables else empty("frequency")


def _members(labels: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each group in code-point order with the rows of its sentences."""
    groups = sorted(set(labels.tolist()))
    place = {group: at for at, group in enumerate(groups)}
    codes = np.array([place[label] for label in labels.tolist()], dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(groups)))
    yield from zip(groups, np.split(order, ends[:-1]), strict=True) if groups else ()


def _rates(counts: TermCounts, rows: np.ndarray, columns: np.ndarray, interval: dict) -> dict[str, np.ndarray]:
    table = counts.matrix[rows][:, columns].tocsc()
    sizes, strata = counts.exposure[rows], counts.strata[rows]
    n, total = np.asarray(table.sum(axis=0)).ravel(), sizes.sum()
    member = sparse.csr_array((np.ones(len(rows)), (strata, np.arange(len(rows)))))
    low, high, rate = (np.full(len(n), np.nan) for _ in range(3))
    often = np.flatnonzero(n >= MIN_RATE)
    rate[often] = n[often] / total
    low[often], high[often] = rate_interval(table[:, often], sizes, strata, **interval)
    if total:
        high[n == 0] = zero_bound(total, interval["confidence"])
    return {
        "n": n,
        "n_reports": np.asarray((member @ table > 0).sum(axis=0)).ravel(),
        "total": np.full(len(n), total),
        "per_10k": rate * 10_000,
        "ci_low": low * 10_000,
        "ci_high": high * 10_000,
    }


def _spread(counts: TermCounts, rows: np.ndarray, columns: np.ndarray) -> dict[str, np.ndarray]:
    """Return the dispersion over reports, or over the sections of the one report."""
    result = {name: np.full(len(columns), np.nan) for name in ("dp", "dp_norm", "dp_expected")}
    table = counts.matrix[rows][:, columns]
    often = np.flatnonzero(np.asarray(table.sum(axis=0)).ravel() >= MIN_DISPERSION)
    _, parts = np.unique(counts.strata[rows], return_inverse=True)
    if not parts.any():
        parts = parts_of_report(counts.sentences.iloc[rows])
    sizes = np.bincount(parts, counts.exposure[rows])
    if not len(often) or (sizes > 0).sum() < 2:
        return result
    member = sparse.csr_array((np.ones(len(rows)), (parts, np.arange(len(rows)))))
    held = (member @ table[:, often]).T.tocsr()[:, np.flatnonzero(sizes > 0)]
    sizes = sizes[sizes > 0]
    result["dp"][often], result["dp_norm"][often] = dispersion(held, sizes)
    result["dp_expected"][often] = expected_dp(np.asarray(held.sum(axis=1)).ravel(), sizes)
    return result


def _added(counts: TermCounts, hidden: np.ndarray, holders: np.ndarray, interval: dict) -> np.ndarray:
    """Return per term what the hidden text of the reports `holders` adds at the highest plausible rate."""
    if np.isnan(hidden[holders]).any():
        return np.full(len(counts.terms), np.nan)
    added = np.zeros(len(counts.terms))
    for report in holders[hidden[holders] > 0]:
        added += hidden_additions(counts, report, hidden[report], **interval)
    return added


def tf_idf(frequency: pd.DataFrame) -> pd.DataFrame:
    """Weigh terms by how few groups hold them, for looking things up and for nothing else.

    ``tf_idf = per 10 000 tokens · ln(groups / groups with the term)``. What every group holds gets exactly 0, and the
    formulas that all townships repeat are among it; with five reports the weight takes five values. So a high value
    helps to find a passage, a low one says nothing, and neither shows what is distinctive: use `keyness` for that.

    Parameters
    ----------
    frequency : DataFrame
        Of `term_frequency` with ``by="report_id"`` (or another column) and no `min_count`, which would hide groups
        that hold the term.

    Returns
    -------
    DataFrame
        One row per group and term with n > 0, sorted by group, falling tf_idf, term. **Columns**: group, term (str);
        n, df (int64: occurrences, groups that hold the term); idf, tf_idf (float64).

    Raises
    ------
    TableError
        If a column is missing or there is only one group.

    References
    ----------
    Spärck Jones 1972, *Journal of Documentation* 28: 11–21.

    Examples
    --------
    >>> frequency = pd.DataFrame({"group": ["a", "a", "b"], "term": ["发展", "茶叶", "发展"], "n": [5, 2, 4],
    ...                           "total": [1000, 1000, 800]})
    >>> tf_idf(frequency).round(3)
      group term  n  df    idf  tf_idf
    0     a   茶叶  2   1  0.693  13.863
    1     a   发展  5   2  0.000   0.000
    2     b   发展  4   2  0.000   0.000
    """
    require_columns(frequency, "frequency", ["group", "term", "n", "total"])
    groups = frequency["group"].nunique()
    if groups < 2:
        raise TableError(
            f"tf_idf compares groups; received {groups} group. Make the table with term_frequency(..., by='report_id')."
        )
    table = frequency.loc[frequency["n"] > 0, ["group", "term", "n", "total"]]
    df = table.groupby("term")["group"].transform("nunique")
    idf = np.log(groups / df)
    table = table.assign(df=df.astype("int64"), idf=idf, tf_idf=table["n"] / table["total"] * 10_000 * idf)
    table = table.sort_values(["group", "tf_idf", "term"], ascending=[True, False, True], kind="stable")
    return table.drop(columns="total").reset_index(drop=True)
