"""How often terms occur: counts, rates with intervals, dispersion, and what hidden text could add."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.statistics.counts import Cells, TermCounts, only_terms, require_columns, term_counts
from analysis.measures.statistics.groups import Groups
from analysis.measures.statistics.intervals import check_confidence, design_effect, rate_interval, zero_bound
from analysis.measures.terms.dispersion import dispersion, expected_dp
from analysis.measures.terms.hidden import MIN_RATE, hidden_additions, hidden_tokens, parts_of_report
from analysis.schemas import Corpus, TableError, conform, empty

__all__ = ["term_frequency", "tf_idf"]

MIN_DISPERSION = 5
"""Fewest occurrences for which a dispersion is reported."""


def term_frequency(
    corpus: Corpus,
    *,
    by: str | Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    kinds: Sequence[str] = ("word", "latin"),
    min_count: int = 1,
    confidence: float = 0.95,
    stopwords: bool = True,
) -> pd.DataFrame:
    """Count terms in the corpus or in groups of it, with rates, intervals, dispersion and bounds for hidden text.

    A rate is occurrences per 10 000 analysable tokens (words, latin words and numbers; masks and punctuation are not
    words). Never read a rate alone: `n` and `n_reports` stand beside it. Where a group holds two reports or more, the
    interval says how far the rate would move with other reports of the same kind (`unit` is "report"). Of a single
    report it can only say how far other sentences of the same text would move it (`unit` is "sentence").

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by : str or list of str, optional
        Columns of reports or sentences that make the groups, such as "year", ["place", "year"] or "zone"; what is
        missing (NA) is a group of its own. None takes everything as one group.
    terms : sequence of str, optional
        Report exactly these terms in every group, with n = 0 where they do not occur, whatever `min_count` and
        `stopwords` say. None reports the terms that occur.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms. The exposure is the same for every choice.
    min_count : int
        Fewest occurrences in a group for a term to be listed.
    confidence : float
        Of the interval, see `rate_interval`.
    stopwords : bool
        False leaves the rows of stopwords out; the denominators do not change.

    Returns
    -------
    DataFrame
        The frequency table, sorted by group, falling n, term. **Columns**: one for each name in `by`, with its dtype;
        term (str); n, n_reports, total (int64: occurrences, reports of the group that hold the term, exposure);
        per_10k, ci_low, ci_high (float64, per 10 000 tokens; NaN where n < 3, and the interval also where the units
        show no variation; for n = 0 per_10k is NaN and ci_high the rule-of-three bound); unit (str: report or
        sentence, what the interval was made from); design_effect (float64: within one report, the variance with its
        sections as units over that with its sentences; well above 1 the interval is too narrow by its root); dp,
        dp_norm, dp_expected (float64; NaN where n < 5 or the group has one part; parts are the reports, or within one
        report its top-level sections); n_low, n_high, n_worst (float64, tokens: n, plus what hidden text adds at the
        highest plausible rate, plus all of it; NaN where the hidden amount is unknown); is_stopword (bool).

    Raises
    ------
    TableError
        If a column of `by` or a kind is unknown; the text lists what there is.

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
    >>> from analysis.pipeline import read_corpus
    >>> table = term_frequency(read_corpus("seeds"), by="genre", terms=["发展"])
    >>> table[["genre", "term", "n", "n_reports", "unit"]].values.tolist()[0]
    ['工作总结', '发展', 41, 1, 'sentence']
    """
    check_confidence(confidence)
    counts = term_counts(corpus, kinds=kinds)
    require_columns(counts.reports, "reports", ["visible_chars", "hidden_chars"])
    require_columns(counts.sentences, "sentences", ["section"])
    groups = counts.grouped(by)
    if terms is not None:
        counts = only_terms(counts, terms, corpus)
    hidden = hidden_tokens(counts)
    cells = counts.cells(groups.code)
    everywhere = np.arange(len(counts.reports))
    added = np.zeros(0) if groups.of_reports else _added(counts, hidden, everywhere, confidence)
    tables = []
    for group in range(len(groups.keys)):
        held = np.flatnonzero(cells.group == group)
        n = np.asarray(cells.matrix[held].sum(axis=0)).ravel()
        listed = np.ones(len(n), dtype=bool)
        if terms is None:
            listed = (n >= max(min_count, 1)) & (stopwords | ~counts.is_stopword)
        columns = np.flatnonzero(listed)
        if not len(columns):
            continue
        # text hidden in a report may belong to any zone: groups of sentences carry the hidden text of all reports
        holders = cells.report[held] if groups.of_reports else everywhere
        if groups.of_reports:
            added = _added(counts, hidden, holders, confidence)
        frame = {
            **groups.columns(np.full(len(columns), group)),
            "term": counts.terms[columns],
            **_rates(counts, groups, group, cells, columns, confidence),
            "n_low": n[columns],
            "n_high": n[columns] + added[columns],
            "n_worst": n[columns] + hidden[holders].sum(),
            "is_stopword": counts.is_stopword[columns],
        }
        # terms stand in code-point order already, so a stable sort breaks ties by term
        tables.append(pd.DataFrame(frame).sort_values("n", ascending=False, kind="stable"))
    if not tables:
        return empty("frequency")
    table = conform(pd.concat(tables, ignore_index=True), "frequency")
    return table[[*groups.names, *(name for name in table.columns if name not in groups.names)]]


def _rates(
    counts: TermCounts, groups: Groups, group: int, cells: Cells, columns: np.ndarray, confidence: float
) -> dict[str, np.ndarray | str]:
    """Return counts, rates, intervals and dispersion of the terms `columns` in one group."""
    held = np.flatnonzero((cells.group == group) & (cells.sizes > 0))
    table, sizes = cells.matrix[held][:, columns].tocsc(), cells.sizes[held]
    n, total = np.asarray(table.sum(axis=0)).ravel(), sizes.sum()
    parts, part_sizes = table, sizes
    several = len(held) > 1
    units, unit_sizes = table, sizes
    rate, low, high, effect = (np.full(len(n), np.nan) for _ in range(4))
    often = np.flatnonzero(n >= MIN_RATE)
    rate[often] = n[often] / total if total else np.nan
    if not several:
        rows = np.flatnonzero(groups.code == group)
        units, unit_sizes = counts.matrix[rows][:, columns].tocsc(), counts.exposure[rows]
        section = parts_of_report(counts.sentences.iloc[rows])
        member = sparse.csr_array((np.ones(len(rows)), (section, np.arange(len(rows)))))
        parts, part_sizes = (member @ units).tocsc(), member @ unit_sizes
        effect[often] = design_effect(parts[:, often], part_sizes, units[:, often], unit_sizes)
    low[often], high[often] = rate_interval(units[:, often], unit_sizes, confidence=confidence)
    if total:
        high[n == 0] = zero_bound(total, confidence)
    return {
        "n": n,
        "n_reports": np.bincount(table.tocoo().col, minlength=len(n)),
        "total": np.full(len(n), total),
        "per_10k": rate * 10_000,
        "ci_low": low * 10_000,
        "ci_high": high * 10_000,
        "unit": "report" if several else "sentence",
        "design_effect": effect,
        **_spread(parts, part_sizes),
    }


def _spread(parts: sparse.csc_array, sizes: np.ndarray) -> dict[str, np.ndarray]:
    """Return the dispersion over reports, or over the sections of the one report."""
    result = {name: np.full(parts.shape[1], np.nan) for name in ("dp", "dp_norm", "dp_expected")}
    filled = np.flatnonzero(sizes > 0)
    n = np.asarray(parts.sum(axis=0)).ravel()
    often = np.flatnonzero(n >= MIN_DISPERSION)
    if len(often) and len(filled) > 1:
        held = parts[:, often].T.tocsr()[:, filled]
        result["dp"][often], result["dp_norm"][often] = dispersion(held, sizes[filled])
        result["dp_expected"][often] = expected_dp(n[often], sizes[filled])
    return result


def _added(counts: TermCounts, hidden: np.ndarray, holders: np.ndarray, confidence: float) -> np.ndarray:
    """Return per term what the hidden text of the reports `holders` adds at the highest plausible rate."""
    if np.isnan(hidden[holders]).any():
        return np.full(len(counts.terms), np.nan)
    added = np.zeros(len(counts.terms))
    for report in holders[hidden[holders] > 0]:
        added += hidden_additions(counts, report, hidden[report], confidence=confidence)
    return added


def tf_idf(
    corpus: Corpus, *, by: str | Sequence[str] = "report_id", kinds: Sequence[str] = ("word", "latin")
) -> pd.DataFrame:
    """Weigh terms by how few groups hold them, for looking things up and for nothing else.

    ``tf_idf = per 10 000 tokens · ln(groups / groups with the term)``. What every group holds gets exactly 0, and the
    formulas that all townships repeat are among it; with five reports the weight takes five values. So a high value
    helps to find a passage, a low one says nothing, and neither shows what is distinctive: use `keyness` for that.

    Parameters
    ----------
    corpus : Corpus
    by : str or list of str
        Columns that make the groups, as in `term_frequency`.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms.

    Returns
    -------
    DataFrame
        One row per group and term with n > 0, sorted by group, falling tf_idf, term. **Columns**: those of `by`; term
        (str); n, df (int64: occurrences, groups that hold the term); idf, tf_idf (float64).

    Raises
    ------
    TableError
        If a column is unknown or there is only one group.

    References
    ----------
    Spärck Jones 1972, *Journal of Documentation* 28: 11–21.

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> table = tf_idf(read_corpus("seeds"))
    >>> table.loc[table["df"] == 5, "tf_idf"].unique().tolist()
    [0.0]
    """
    counts = term_counts(corpus, kinds=kinds)
    groups = counts.grouped(by)
    if len(groups.keys) < 2:
        raise TableError(
            f"tf_idf compares groups; received {len(groups.keys)} group. Group by another column with by=."
        )
    member = sparse.csr_array((np.ones(len(groups.code)), (groups.code, np.arange(len(groups.code)))))
    table, total = (member @ counts.matrix).tocoo(), member @ counts.exposure
    df = np.bincount(table.col, minlength=len(counts.terms))
    idf = np.log(len(groups.keys) / df[table.col])
    frame = {
        **groups.columns(table.row),
        "term": counts.terms[table.col],
        "n": table.data.astype(np.int64),
        "df": df[table.col].astype(np.int64),
        "idf": idf,
        "tf_idf": table.data / total[table.row] * 10_000 * idf,
    }
    order = np.lexsort((table.col, -frame["tf_idf"], table.row))
    return pd.DataFrame(frame).astype({"term": "str"}).iloc[order].reset_index(drop=True)
