"""What sets texts apart: terms that one text, group or zone uses more than another, with size and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, special
from scipy.stats import false_discovery_control

from analysis.measures.statistics.association import log_likelihood
from analysis.measures.statistics.comparison import (
    Sides,
    Units,
    compare,
    parts_within,
    stratified_log_ratio,
    units_of,
    vocabulary,
)
from analysis.measures.statistics.contrast import Contrast, contrast
from analysis.measures.statistics.counts import TermCounts, only_terms, require_columns, term_counts
from analysis.measures.statistics.intervals import check_confidence
from analysis.measures.terms.dispersion import dispersion
from analysis.measures.terms.frequency import MIN_DISPERSION
from analysis.measures.terms.hidden import MIN_RATE, hidden_additions, hidden_tokens
from analysis.measures.terms.log_odds import weighted_log_odds
from analysis.measures.terms.log_ratio import log_ratio, log_ratio_interval, log_ratio_lowest
from analysis.schemas import Corpus, TableError, conform, empty

__all__ = ["keyness"]

SHOWN = (
    "term", "n_target", "n_reference", "log_ratio", "ci_low", "ci_high", "p", "q", "evidence", "n_reports", "unit",
    "doubts",
)  # fmt: skip
"""The columns that are given without `details`."""
_MOST_DRAWS = 200_000
_PER_TERM = 20
"""Draws are 20 m / alpha as far as allowed, so that a single finding among m terms can pass the adjustment."""
_UNEVEN = 3.0
"""Ratio of mean lengths, of numbers, or of spreads of the two sides beyond which a comparison is marked."""


def keyness(
    corpus: Corpus,
    *,
    by: str | Sequence[str],
    target: Any,
    reference: Any = None,
    within: str | Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    kinds: Sequence[str] = ("word", "latin"),
    min_count: int = 5,
    min_sentences: int = 3,
    alpha: float = 0.05,
    confidence: float = 0.95,
    draws: int | None = None,
    seed: int = 20240101,
    stopwords: bool = True,
    details: bool = False,
) -> pd.DataFrame:
    """Compare the words of two groups of reports, two zones or two texts, term by term.

    Read a row in this order. `log_ratio` is the size of the difference (1: twice the rate in the target, -1: half of
    it), with its interval. `q` heeds the number of terms: of the rows with `evidence`, a share of `alpha` at most is
    expected to be false. `doubts` names what makes a row or the comparison doubtful. The unit is the report: a finding
    speaks of reports like these. Where each side is one report, the unit is the sentence, and a finding speaks of
    these two texts only (column `unit`).

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out. Masks are never terms.
    by : str or list of str
        Column of reports (year, genre, region, report_id, or any that was joined to the table) or of sentences (zone).
    target, reference : value or list of values
        Of `by`; a tuple of values where `by` names several columns. None for `reference` takes everything else.
    within : str or list of str, optional
        Column of reports inside whose groups reports are compared and dealt, such as "year", so that a year is not
        taken for a region. Zones of several reports are compared within reports without being asked.
    terms : sequence of str, optional
        Report exactly these terms, whatever the limits and `stopwords` say; those that pass the limits are tested.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms. The exposure is the same for every choice.
    min_count, min_sentences : int
        Fewest occurrences in both sides together, and fewest sentences, for a term to be tested.
    alpha : float
        Level of the column evidence.
    confidence : float
        Of the interval.
    draws : int, optional
        Deals of the units at most, see `contrast`; None takes as many as a single finding among the tested terms
        needs, 200 000 at most. 0 deals none and gives no evidence.
    seed : int
    stopwords : bool
        False leaves stopwords out; the denominators do not change.
    details : bool
        True gives further columns, listed last.

    Returns
    -------
    DataFrame
        Rows with evidence first, then by falling log_ratio and term. **Columns**: term (str); n_target, n_reference
        (int64); log_ratio, ci_low, ci_high (float64, log2; with `within` of the rates compared inside the strata,
        after Mantel and Haenszel); p, q (float64; `contrast`, and Benjamini-Hochberg over the tested terms; NaN for a
        term that is not tested); evidence (bool: q at most alpha); n_reports (int64, that hold the term); unit (str:
        report or sentence); doubts (str, joined by blanks: zero (one side lacks the term), burst (less than half of
        the log ratio is left without one report or section), one_report, stopword, few_reports (no p below alpha can
        come out of so few reports), uneven_lengths, uneven_numbers, uneven_spread (one side more than three times the
        other: read p with care)).
        With `details` also: target, reference (str); units_target, units_reference, total_target, total_reference
        (int64: units, tokens); per_10k_target, per_10k_reference (float64); g2, log_odds, z (float64, what the counts
        alone say, tokens taken for independent); p_dealt, p_welch, p_least (float64); m (int64, terms tested);
        log_ratio_lowest (float64, what is left without the one report or section it hangs on most), lowest_without
        (str); log_ratio_hidden (float64, if hidden text spoke against the difference as far as is plausible);
        n_sentences (int64); dp_norm (float64, over the parts of the side that uses the term more); is_stopword (bool).

    Raises
    ------
    TableError
        If a column or a group is unknown (the text lists what there is, nearest first), the two sides share a group,
        or one has no token.

    Notes
    -----
    With few reports a side no small p can come out: of 3 against 3 there are 20 deals, and the least p is .1. Then
    there is no evidence, however large the difference; describe it, or collect more reports. docs/methods-groups.md
    shows by simulation and on real panels how often a difference is claimed where there is none.

    References
    ----------
    Hardie 2014 (log ratio); Gabrielatos 2018 (effect size after evidence); Chung & Romano 2013 and Welch 1947 (see
    `contrast`); Benjamini & Hochberg 1995, *JRSS B* 57; Mantel & Haenszel 1959, *JNCI* 22; Dunning 1993, *CL* 19 (G2);
    Monroe, Colaresi & Quinn 2008, *Political Analysis* 16 (log odds).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> table = keyness(corpus, by="genre", target="政府工作报告", reference="述职报告", terms=["发展"])
    >>> table[["term", "n_target", "n_reference", "unit", "evidence", "doubts"]].values.tolist()
    [['发展', 13, 6, 'report', False, 'burst few_reports']]
    """
    check_confidence(confidence)
    if draws is not None and draws < 0:
        raise TableError(f"draws must not be negative; received {draws}. Leave it out, or take 0 for no test.")
    counts = term_counts(corpus, kinds=kinds)
    require_columns(counts.reports, "reports", ["visible_chars", "hidden_chars"])
    require_columns(counts.sentences, "sentences", ["section"])
    sides = compare(counts, by, target, reference)
    whole = counts if terms is None else only_terms(counts, terms, corpus)
    tested, _, _ = vocabulary(whole, sides, min_count=min_count, min_sentences=min_sentences)
    if terms is None:
        tested = columns = tested[stopwords | ~whole.is_stopword[tested]]
    else:
        columns = np.arange(len(whole.terms))
    if not len(columns):
        return empty("keyness")
    listed = whole._replace(
        terms=whole.terms[columns], matrix=whole.matrix[:, columns], is_stopword=whole.is_stopword[columns]
    )
    units = units_of(listed, sides, within)
    frame = _counted(listed, sides, units)
    frame |= _evidence(units, np.isin(columns, tested), draws, alpha, seed, confidence)
    frame |= _spread(listed, sides, frame["log_ratio"])
    if details:
        texts = tuple(frame[name] for name in ("n_target", "n_reference"))
        totals = frame["total_target"][0], frame["total_reference"][0]
        frame["g2"] = log_likelihood(*texts, *totals)
        frame["log_odds"], frame["z"] = weighted_log_odds(*texts, *totals)
        of_reports = counts.grouped(by).of_reports
        frame["log_ratio_hidden"] = _hidden(listed, sides, of_reports, frame, confidence)
    frame["is_stopword"] = listed.is_stopword
    frame["doubts"] = np.array(_doubts(frame, units, alpha), dtype=object)
    order = np.lexsort((-frame["log_ratio"], ~frame["evidence"]))  # stable: terms stand in code-point order already
    table = pd.DataFrame(frame).iloc[order].reset_index(drop=True)
    return conform(table, "keyness") if details else conform(table[list(SHOWN)], "keyness", allow_fewer=True)


def _evidence(
    units: Units, tested: np.ndarray, draws: int | None, alpha: float, seed: int, confidence: float
) -> dict[str, Any]:
    """Return log ratio, interval, p, q and evidence of each term; NaN in p and q for a term that is not tested."""
    m = int(tested.sum())
    count = units.matrix.shape[1]
    frame: dict[str, Any] = {name: np.full(count, np.nan) for name in ("p", "q", "p_dealt", "p_welch")}
    most = min(_MOST_DRAWS, int(_PER_TERM * max(m, 50) / alpha)) if draws is None else draws
    found = contrast(units.matrix, units.sizes, units.target, units.strata, draws=most, seed=seed)
    at = np.flatnonzero(tested & ~np.isnan(found.p))
    if most:
        frame["p"][at], frame["p_dealt"][at], frame["p_welch"][at] = found.p[at], found.p_dealt[at], found.p_welch[at]
        if len(at):
            frame["q"][at] = false_discovery_control(found.p[at], method="bh")
    frame["evidence"] = np.nan_to_num(frame["q"], nan=1.0) <= alpha
    frame["p_least"], frame["m"] = np.full(count, found.least), np.full(count, m, dtype=np.int64)
    frame["unit"] = np.full(count, units.unit, dtype=object)
    frame["log_ratio"], frame["ci_low"], frame["ci_high"] = _ratio(units, found, confidence)
    return frame


def _ratio(units: Units, found: Contrast, confidence: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the log ratio and its interval: of the two rates, or after Mantel and Haenszel inside the strata."""
    mine, others = (np.flatnonzero(side) for side in (units.target, ~units.target))
    n, other = (np.asarray(units.matrix[rows].sum(axis=0)).ravel() for rows in (mine, others))
    if units.strata is None:
        middle = log_ratio(n, other, units.sizes[mine].sum(), units.sizes[others].sum())
        text = [(units.matrix[rows], units.sizes[rows], np.zeros(len(rows))) for rows in (mine, others)]
        return middle, *log_ratio_interval(*text, confidence=confidence)
    middle = stratified_log_ratio(units)
    reach = special.stdtrit(found.freedom, (1 + confidence) / 2) * found.se / np.log(2)
    return middle, middle - reach, middle + reach


def _text(counts: TermCounts, side: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    rows = np.flatnonzero(side)
    return counts.matrix[rows], counts.exposure[rows]


def _counted(counts: TermCounts, sides: Sides, units: Units) -> dict[str, Any]:
    both = np.flatnonzero(sides.target | sides.reference)
    table, count = counts.matrix[both], len(counts.terms)
    member = sparse.csr_array((np.ones(len(both)), (counts.strata[both], np.arange(len(both)))))
    frame: dict[str, Any] = {
        "term": pd.array(counts.terms, dtype="str"),
        "target": pd.array([sides.target_label] * count, dtype="str"),
        "reference": pd.array([sides.reference_label] * count, dtype="str"),
        "n_reports": np.asarray((member @ table > 0).sum(axis=0)).ravel(),
        "n_sentences": np.bincount(table.indices, minlength=count),
    }
    for name, side, chosen in (
        ("target", sides.target, units.target),
        ("reference", sides.reference, ~units.target),
    ):
        matrix, sizes = _text(counts, side)
        n = np.asarray(matrix.sum(axis=0)).ravel()
        frame[f"n_{name}"] = n
        frame[f"total_{name}"] = np.full(count, sizes.sum())
        frame[f"units_{name}"] = np.full(count, chosen.sum())
        frame[f"per_10k_{name}"] = np.where(n >= MIN_RATE, n / sizes.sum() * 10_000, np.nan)
    return frame


def _spread(counts: TermCounts, sides: Sides, ratio: np.ndarray) -> dict[str, np.ndarray]:
    """Return dispersion and lowest log ratio over the parts of the side that uses each term more; NaN for neither."""
    count = len(counts.terms)
    frame = {
        "dp_norm": np.full(count, np.nan),
        "log_ratio_lowest": np.full(count, np.nan),
        "lowest_without": np.full(count, None, dtype=object),
    }
    for sign, view in ((1, sides), (-1, sides.exchanged())):
        terms = np.flatnonzero(sign * ratio > 0)
        rows = np.flatnonzero(view.target)
        parts, names = parts_within(counts, rows)
        sizes = np.bincount(parts, counts.exposure[rows], len(names))
        filled = np.flatnonzero(sizes > 0)
        if len(filled) < 2 or not len(terms):
            continue
        member = sparse.csr_array((np.ones(len(rows)), (parts, np.arange(len(rows)))), shape=(len(names), len(rows)))
        held = sparse.csr_array(member @ counts.matrix[rows][:, terms])[filled]
        other, total = _text(counts, view.reference)
        n_other = np.asarray(other.sum(axis=0)).ravel()[terms]
        often = np.asarray(held.sum(axis=0)).ravel() >= MIN_DISPERSION
        frame["dp_norm"][terms[often]] = dispersion(held[:, np.flatnonzero(often)].T, sizes[filled]).dp_norm
        lowest, without = log_ratio_lowest(held, sizes[filled], n_other, total.sum())
        frame["log_ratio_lowest"][terms] = sign * lowest
        named = np.flatnonzero(without >= 0)
        frame["lowest_without"][terms[named]] = np.array(names, dtype=object)[filled][without[named]]
    return frame


def _hidden(
    counts: TermCounts, sides: Sides, of_reports: bool, frame: dict[str, np.ndarray], confidence: float
) -> np.ndarray:
    """Return the log ratio if hidden text held none of the term on the side that uses it more, and much on the other.

    Text hidden in a report may belong to any zone, so groups of sentences carry the hidden text of all their reports.
    """
    hidden = hidden_tokens(counts)
    more, reached = {}, {}
    for name, side in (("target", sides.target), ("reference", sides.reference)):
        holders = np.unique(counts.strata[side]) if of_reports else np.arange(len(counts.reports))
        more[name], reached[name] = hidden[holders].sum(), np.zeros(len(counts.terms))
        if np.isnan(more[name]):
            return np.full(len(counts.terms), np.nan)
        for report in holders[hidden[holders] > 0]:
            reached[name] += hidden_additions(counts, report, float(hidden[report]), confidence=confidence)
    for_target = frame["log_ratio"] > 0
    return log_ratio(
        frame["n_target"] + np.where(for_target, 0, reached["target"]),
        frame["n_reference"] + np.where(for_target, reached["reference"], 0),
        frame["total_target"] + more["target"],
        frame["total_reference"] + more["reference"],
    )


def _doubts(frame: dict[str, Any], units: Units, alpha: float) -> list[str]:
    """Return for each term what makes it doubtful, and what makes the comparison so."""
    with np.errstate(invalid="ignore", divide="ignore"):
        burst = frame["log_ratio_lowest"] / frame["log_ratio"] < 0.5
    marks = {
        "zero": (frame["n_target"] == 0) | (frame["n_reference"] == 0),
        "burst": burst,
        "one_report": frame["n_reports"] == 1,
        "stopword": frame["is_stopword"],
    }
    count = len(burst)
    if units.unit == "report":
        numbers = units.target.sum(), (~units.target).sum()
        lengths = units.sizes[units.target].mean(), units.sizes[~units.target].mean()
        marks["few_reports"] = frame["p_least"] > alpha
        marks["uneven_lengths"] = np.full(count, max(lengths) > _UNEVEN * min(lengths))
        marks["uneven_numbers"] = np.full(count, max(numbers) > _UNEVEN * min(numbers))
        marks["uneven_spread"] = _uneven_spread(units)
    rows = zip(*marks.values(), strict=True)
    return [" ".join(name for name, mark in zip(marks, row, strict=True) if mark) for row in rows]


def _uneven_spread(units: Units) -> np.ndarray:
    """Return for each term whether its rates vary more than three times as much on the side with fewer reports."""
    variation = []
    for side in (units.target, ~units.target):
        rates = sparse.diags_array(1 / units.sizes[side]) @ units.matrix[np.flatnonzero(side)]
        mean, square = (np.asarray(table.mean(axis=0)).ravel() for table in (rates, rates.multiply(rates)))
        with np.errstate(invalid="ignore", divide="ignore"):
            variation.append(np.sqrt(np.maximum(square - mean**2, 0)) / mean)
    small, large = variation if units.target.sum() <= (~units.target).sum() else variation[::-1]
    return np.nan_to_num(small, nan=0.0) > _UNEVEN * np.nan_to_num(large, nan=np.inf)
