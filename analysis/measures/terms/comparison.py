"""Two sides of a comparison: which sentences are the target's, which the reference's, and which terms are looked at."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import NO_VALUE, TermCounts, group_labels, named
from analysis.schemas import TableError

__all__ = ["REST", "Sides", "compare", "parts_within", "vocabulary"]

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


def compare(counts: TermCounts, by: str, target: Any, reference: Any = None) -> Sides:
    """Return which sentences belong to `target` and which to `reference`, values of the column `by`.

    Parameters
    ----------
    counts : TermCounts
    by : str
        Column of reports or sentences. NA makes a group "(NA)".
    target, reference : value or list of values
        None for `reference` takes all sentences that are not the target's, those of the group "(NA)" included.

    Returns
    -------
    Sides

    Raises
    ------
    TableError
        If there is no such column or value (the text lists those that exist), the two sides share a value, or one has
        no token.
    """
    labels = group_labels(by, counts.reports, counts.strata, counts.sentences)
    there = set(labels.tolist())
    if by in counts.reports.columns:
        values = counts.reports[by]
        there |= set(named(values).tolist())
    wanted = _values(target, by, "target", there)
    others = None if reference is None else _values(reference, by, "reference", there)
    if others is not None and (shared := [value for value in wanted if value in others]):
        raise TableError(
            f"target and reference both hold {shared[0]!r} of {by!r}; a text cannot be compared with itself. "
            "Give two different groups, or no reference for the rest of the corpus."
        )
    mine = np.isin(labels, np.array(wanted, dtype=object))
    theirs = ~mine if others is None else np.isin(labels, np.array(others, dtype=object))
    sides = Sides(mine, theirs, "、".join(wanted), REST if others is None else "、".join(others))
    for name, label, side in (("target", sides.target_label, mine), ("reference", sides.reference_label, theirs)):
        if not counts.exposure[side].sum():
            raise TableError(
                f"the {name} {label} of {by!r} has no token to compare. Choose a group with text; "
                f"term_frequency(..., by={by!r}) shows how much each has."
            )
    return sides


def _values(given: Any, by: str, side: str, there: set[str]) -> list[str]:
    """Return the labels of `given`, sorted; raise `TableError` for one that no row has."""
    several = isinstance(given, (list, tuple, set, frozenset, np.ndarray, pd.Index, pd.Series))
    wanted = [NO_VALUE if pd.isna(value) else str(value) for value in (given if several else [given])]
    if not wanted:
        raise TableError(f"{side} holds no value of {by!r}; there are: {', '.join(sorted(there))}.")
    for value in wanted:
        if value not in there:
            raise TableError(f"no group of {by!r} is called {value!r} ({side}); there are: {', '.join(sorted(there))}.")
    return sorted(set(wanted))


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
