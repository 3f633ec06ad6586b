"""Two sides of a comparison: which sentences are the target's, which the reference's, and which terms are looked at."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse, special
from scipy.stats import false_discovery_control

from analysis.measures.statistics.contrast import contrast
from analysis.measures.statistics.counts import TermCounts
from analysis.measures.statistics.groups import Groups, group_of
from analysis.schemas import TableError

__all__ = [
    "REST",
    "Sides",
    "Units",
    "compare",
    "contrasted",
    "parts_within",
    "stratified_log_ratio",
    "units_of",
    "vocabulary",
]

REST = "(rest)"
"""Label of a reference that is everything but the target."""

START = "(start)"
"""Name of what stands before the first heading."""


class Sides(NamedTuple):
    """Two disjoint sets of sentences.

    Attributes
    ----------
    target, reference : ndarray of bool
        Per sentence of the counts.
    target_label, reference_label : str
        The values behind each side, joined by 、; "(rest)" for all others.
    """

    target: np.ndarray
    reference: np.ndarray
    target_label: str
    reference_label: str

    def exchanged(self) -> Sides:
        """Return the same comparison seen from the other side."""
        return Sides(self.reference, self.target, self.reference_label, self.target_label)


class Units(NamedTuple):
    """What is dealt to two sides: reports (or what each holds of either side), or the sentences of single reports.

    Attributes
    ----------
    matrix : scipy.sparse.csr_array
        Units by terms.
    sizes : ndarray of float
        Tokens of each unit.
    target : ndarray of bool
        Per unit.
    strata : ndarray of int or None
        Inside these units are dealt.
    unit : str
        "report" or "sentence".
    """

    matrix: sparse.csr_array
    sizes: np.ndarray
    target: np.ndarray
    strata: np.ndarray | None
    unit: str


def compare(counts: TermCounts, by: str | Sequence[str], target: Any, reference: Any = None) -> Sides:
    """Return which sentences belong to `target` and which to `reference`, values of the column `by`.

    Parameters
    ----------
    counts : TermCounts
    by : str or list of str
        Column of reports or sentences; of several columns a target is a tuple of values.
    target, reference : value or list of values
        None for `reference` takes all sentences that are not the target's, those without a value included.

    Returns
    -------
    Sides

    Raises
    ------
    TableError
        If there is no such column or value (the text lists those that exist), the two sides share a value, or one has
        no token.
    """
    groups = counts.grouped(by)
    said = ", ".join(groups.names)
    # a group without a sentence is a group still: it is named as one without text, not as unknown
    there = groups
    if groups.of_reports:
        there = group_of(by, counts.reports, np.arange(len(counts.reports)))
    mine, named = _members(there, target, "target", said)
    theirs, others = (~mine, [REST]) if reference is None else _members(there, reference, "reference", said)
    if (mine & theirs).any():
        shared = there.labels()[int(np.argmax(mine & theirs))]
        raise TableError(
            f"target and reference both hold {shared!r} of {said!r}; a text cannot be compared with itself. "
            "Give two different groups, or no reference for the rest of the corpus."
        )
    code = there.code[counts.strata] if groups.of_reports else groups.code
    sides = Sides(mine[code], theirs[code], "、".join(named), "、".join(others))
    for name, label, side in (
        ("target", sides.target_label, sides.target),
        ("reference", sides.reference_label, sides.reference),
    ):
        if not counts.exposure[side].sum():
            raise TableError(
                f"the {name} {label} of {said!r} has no token to compare. Choose a group with text; "
                f"term_frequency(corpus, by={by!r}) shows how much each has."
            )
    return sides


def _members(groups: Groups, given: Any, side: str, said: str) -> tuple[np.ndarray, list[str]]:
    """Return which groups are meant by `given`, and their labels; raise `TableError` for a value that no row has."""
    several = isinstance(given, (list, set, frozenset, np.ndarray, pd.Index, pd.Series))
    several |= isinstance(given, tuple) and len(groups.names) == 1
    labels = groups.labels()
    if several and not len(given):
        raise TableError(f"{side} holds no value of {said!r}; there are: {', '.join(labels)}.")
    found = np.zeros(len(labels), dtype=bool)
    for value in given if several else [given]:
        parts = value if isinstance(value, tuple) else (value,)
        label = " · ".join("(NA)" if pd.isna(part) else str(part) for part in parts)
        if label not in labels:
            near = difflib.get_close_matches(label, labels, n=3)
            order = [*near, *(other for other in labels if other not in near)]
            raise TableError(f"no group of {said!r} is called {label!r} ({side}); there are: {', '.join(order)}.")
        found |= np.array([other == label for other in labels])
    return found, [label for label, one in zip(labels, found, strict=True) if one]


def units_of(counts: TermCounts, sides: Sides, within: str | Sequence[str] | None = None) -> Units:
    """Return the units that a comparison deals: whole reports, and sentences only where each side is one report.

    Where a report holds text of both sides (zones), its two parts are dealt within it.
    """
    side = np.where(sides.target, 0, 1)
    rows = np.flatnonzero((sides.target | sides.reference) & (counts.exposure > 0))
    cells = counts.cells(side, rows)
    mine = cells.group == 0
    shared = np.isin(cells.report, np.intersect1d(cells.report[mine], cells.report[~mine]))
    single = mine.sum() == 1 and (~mine).sum() == 1
    strata = None
    if within is not None:
        if single:
            raise TableError(
                "within deals reports inside groups, and each side is one report here. Compare groups of reports."
            )
        groups = group_of(within, counts.reports, cells.report)
        strata = groups.code
    elif shared.any() and not single:
        strata = cells.report
    if single:
        return Units(counts.matrix[rows], counts.exposure[rows], sides.target[rows], None, "sentence")
    if strata is not None and not any(len(set(mine[strata == one])) > 1 for one in np.unique(strata)):
        raise TableError(
            f"within={within!r} leaves no group that holds reports of both sides; deal inside a coarser column."
        )
    return Units(cells.matrix, cells.sizes, mine, strata, "report")


def stratified_log_ratio(units: Units) -> np.ndarray:
    """Return log2 of the ratio of the two rates: of the whole sides, or after Mantel and Haenszel inside the strata.

    Half an occurrence stands for none.
    """
    codes = np.zeros(len(units.sizes), dtype=np.int64)
    if units.strata is not None:
        codes = np.unique(units.strata, return_inverse=True)[1]
    sums = []
    for rows in (np.flatnonzero(units.target), np.flatnonzero(~units.target)):
        shape = (codes.max() + 1, len(rows))
        member = sparse.csr_array((np.ones(len(rows)), (codes[rows], np.arange(len(rows)))), shape)
        sums.append((member @ units.matrix[rows], member @ units.sizes[rows]))
    (y, x), (z, w) = sums
    whole = x + w
    up, down = y.T @ (w / whole), z.T @ (x / whole)
    half = 0.5 * float((w / whole).max()), 0.5 * float((x / whole).max())
    return np.log2(np.where(up > 0, up, half[0])) - np.log2(np.where(down > 0, down, half[1]))


def contrasted(
    units: Units, *, alpha: float = 0.05, confidence: float = 0.95, draws: int = 200_000, seed: int = 20240101
) -> pd.DataFrame:
    """Return what `contrast` says of each column of the units, beside amounts, rates and their ratio.

    Returns
    -------
    DataFrame
        One row per column of the matrix. **Columns**: target, reference (float64, amounts); rate_target,
        rate_reference (float64, per unit of exposure); log_ratio, ci_low, ci_high (float64, log2; the interval is NaN
        where a side holds less than five); p, q (float64; Benjamini-Hochberg over the rows that have a p); evidence
        (bool); p_least (float64); unit (str).
    """
    found = contrast(units.matrix, units.sizes, units.target, units.strata, draws=draws, seed=seed)
    amounts = [
        np.asarray(units.matrix[np.flatnonzero(side)].sum(axis=0)).ravel() for side in (units.target, ~units.target)
    ]
    exposure = [units.sizes[side].sum() for side in (units.target, ~units.target)]
    tested, q = ~np.isnan(found.p), np.full(len(found.p), np.nan)
    if tested.any():
        q[tested] = false_discovery_control(found.p[tested], method="bh")
    ratio = stratified_log_ratio(units)
    reach = special.stdtrit(found.freedom, (1 + confidence) / 2) * found.se / np.log(2)
    return pd.DataFrame(
        {
            "target": amounts[0],
            "reference": amounts[1],
            "rate_target": amounts[0] / exposure[0],
            "rate_reference": amounts[1] / exposure[1],
            "log_ratio": ratio,
            "ci_low": ratio - reach,
            "ci_high": ratio + reach,
            "p": found.p,
            "q": q,
            "evidence": np.nan_to_num(q, nan=1.0) <= alpha,
            "p_least": found.least,
            "unit": pd.array([units.unit] * len(ratio), dtype="str"),
        }
    )


def vocabulary(
    counts: TermCounts, sides: Sides, *, min_count: int, min_sentences: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the columns of the terms that are tested, and their occurrences on either side.

    A term is tested if it occurs `min_count` times in both sides together and in `min_sentences` sentences: the sides
    are not told apart, so the choice favours no result.

    Raises
    ------
    TableError
        If a limit is below 1.
    """
    if min_count < 1 or min_sentences < 1:
        raise TableError(f"min_count and min_sentences must be at least 1; received {min_count} and {min_sentences}.")
    n_target, n_reference = (
        np.asarray(counts.matrix[np.flatnonzero(side)].sum(axis=0)).ravel() for side in (sides.target, sides.reference)
    )
    both = np.flatnonzero(sides.target | sides.reference)
    in_sentences = np.bincount(counts.matrix[both].indices, minlength=len(counts.terms))
    columns = np.flatnonzero((n_target + n_reference >= min_count) & (in_sentences >= min_sentences))
    return columns, n_target[columns], n_reference[columns]


def parts_within(counts: TermCounts, rows: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Cut one side into parts: its reports, or where it is one report, its sections.

    Of a single report the sections of the highest level that divides the side are taken, so that a plan under one
    heading falls into the headings below it.

    Returns
    -------
    parts : ndarray of int
        Per row its part.
    names : list of str
        Of the parts: report_id, or the path of headings, "(start)" for what stands before the first; one name where
        nothing divides the side.
    """
    strata = counts.strata[rows]
    held, parts = np.unique(strata, return_inverse=True)
    if len(held) > 1:
        return parts, counts.reports["report_id"].iloc[held].tolist()
    paths = [str(path).split(" / ") for path in counts.sentences["section"].iloc[rows].fillna("")]
    deepest = max(map(len, paths), default=1)
    for level in range(1, deepest + 1):
        codes, names = pd.factorize(np.array([" / ".join(path[:level]) for path in paths], dtype=object))
        # a title or lead without a word is no part that a term could stand in
        if (np.bincount(codes, counts.exposure[rows], len(names)) > 0).sum() > 1:
            return codes, [name or START for name in names]
    return np.zeros(len(rows), dtype=np.int64), [str(name) for name in counts.reports["report_id"].iloc[held]]
