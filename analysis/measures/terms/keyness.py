"""What sets texts apart: terms that one text, group or zone uses more than another, with size, evidence and spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.slogans.backbone import adjusted_p
from analysis.measures.statistics.association import FORMS, chi_square_p, log_likelihood
from analysis.measures.statistics.counts import TermCounts, only_terms, require_columns, term_counts
from analysis.measures.statistics.intervals import check_interval
from analysis.measures.terms.comparison import Sides, compare, parts_within, vocabulary
from analysis.measures.terms.dispersion import dispersion
from analysis.measures.terms.frequency import MIN_DISPERSION
from analysis.measures.terms.hidden import MIN_RATE, hidden_additions, hidden_tokens
from analysis.measures.terms.log_odds import weighted_log_odds, z_band
from analysis.measures.terms.log_ratio import log_ratio, log_ratio_interval, log_ratio_lowest
from analysis.measures.terms.permutation import label_permutation
from analysis.schemas import TableError, conform, empty

__all__ = ["BACKGROUNDS", "keyness", "keyness_scores"]

BACKGROUNDS = ("pooled", "corpus")
"""Backgrounds of the prior: the two sides together, or all text of the tables."""


def keyness(
    tokens: pd.DataFrame,
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    by: str,
    target: Any,
    reference: Any = None,
    terms: Sequence[str] | None = None,
    kinds: Sequence[str] = ("word", "latin"),
    min_count: int = 5,
    min_sentences: int = 3,
    form: str = "2-cell",
    background: str = "pooled",
    alpha0: float | None = None,
    alpha: float = 0.05,
    confidence: float = 0.95,
    method: str | None = None,
    draws: int = 5000,
    seed: int = 20240101,
    stopwords: bool = True,
) -> pd.DataFrame:
    """Compare the words of two texts, groups of reports or zones, term by term.

    Read a row in this order. `log_ratio` is the size of the difference (1: twice the rate in the target, −1: half of
    it), `ci_low` and `ci_high` say how far it would move with other sentences of the same documents. `log_ratio_lowest`
    is what is left of it without the one section (or report) that it hangs on most, and `flags` names what makes a row
    doubtful. `p_permutation` and `q_permutation` heed both bursts and the number of terms: the chance of any false
    finding, and the share of false ones among the findings. With one document a side, all of it describes these
    *texts*; a claim about townships needs many reports: see `document_permutation`.

    Parameters
    ----------
    tokens, sentences, reports : DataFrame
        Tables of a corpus. Reports with `duplicate_of` set are left out. Masks are never terms.
    by : str
        Column of reports (report_id, genre, year_stated, township, or any that was joined to the table) or of
        sentences (zone, section …). NA makes a group "(NA)".
    target, reference : value or list of values
        Of `by`. None for `reference` takes everything that is not the target's, "(NA)" included.
    terms : sequence of str, optional
        Report exactly these terms, whatever the limits and `stopwords` say; those that pass the limits are the
        vocabulary.
    kinds : sequence of {"word", "latin", "number"}
        Kinds of token that count as terms. The exposure is the same for every choice.
    min_count, min_sentences : int
        Fewest occurrences in both sides together, and fewest sentences, for a term to be in the vocabulary that is
        tested. The number of reports is shown and never a filter: a township's own words have one.
    form : {"2-cell", "4-cell"}
        Of G², see `log_likelihood`.
    background : {"pooled", "corpus"}
        Of the prior of the log odds: the two sides together, or all reports of the tables.
    alpha0 : float, optional
        Weight of the prior in tokens; None takes a tenth of the shorter side, and not below 100.
    alpha : float
        Level of the column evidence.
    confidence, method
        Of the interval, see `rate_interval` (which takes `draws` only for the percentile method).
    draws : int
        Of the sentence-label permutation (`label_permutation`); 0 leaves it out.
    seed : int
    stopwords : bool
        False leaves stopwords out of rows and vocabulary; the denominators do not change.

    Returns
    -------
    DataFrame
        The keyness table: rows with evidence first, then by falling log_ratio and term, so the target's words stand at
        the head of a block and the reference's at its end. **Columns**: term, target, reference (str); n_target,
        n_reference, total_target, total_reference (int64); per_10k_target, per_10k_reference (float64; NaN where
        n < 3); g2 (float64, signed); p, p_adjusted (float64; χ² of g2, and Benjamini–Hochberg over the m terms of the
        vocabulary; NaN outside it); m (int64); log_ratio, ci_low, ci_high (float64, log2); log_ratio_lowest (float64),
        lowest_without (str, the part left out); log_ratio_hidden (float64, if hidden text spoke against the difference
        as far as is plausible; NaN where the hidden amount is unknown); log_odds, z, z_low, z_high, z_left_out
        (float64; the last three over priors of 50 to 2000 tokens, and with a background that leaves the target out);
        p_permutation, q_permutation (float64; maxT, and Benjamini–Hochberg over the m permutation p's); n_reports,
        n_sentences (int64, of both sides); dp_norm (float64, over the parts of the side that uses the term more; NaN
        for n < 5 or one part); evidence (bool: q_permutation at most `alpha`; without draws p_adjusted at most `alpha`
        and an interval that leaves out 0, which is more lenient by far); flags (str: zero, burst, one_report,
        stopword, joined by blanks); is_stopword (bool).

    Raises
    ------
    TableError
        If a column, a group, `form`, `background` or `method` is unknown (the text lists what there is), the two sides
        share a group, or one has no token.

    Notes
    -----
    Two warnings. The χ² reference of g2 takes tokens for independent; since words come in bursts it is far too
    liberal, and `p_adjusted`, built on it, inherits that: docs/methods-keyness.md shows by how much. And the sentences
    of one report share an author and a topic, so `p_permutation` tests whether two texts are dealt from one pool of
    sentences, which is easily refuted and says nothing about the places. The smallest p of 5000 draws is 1/5001: with
    more than 250 terms, `q_permutation` reaches .05 for two terms together before it does for one.

    A burst is flagged where less than half of the log ratio is left without one part. Parts are the reports of a side,
    or within one report its sections.

    References
    ----------
    Dunning 1993, *CL* 19; Rayson & Garside 2000; Hardie 2014 (log ratio); Gabrielatos 2018 (effect size after
    evidence); Monroe, Colaresi & Quinn 2008, *Political Analysis* 16 (log odds); Benjamini & Hochberg 1995, *JRSS B*
    57; Westfall & Young 1993 (maxT); Lijffijt et al. 2016, *DSH* 31, and Bestgen 2014, *LLC* 29 (why χ² is liberal).

    Examples
    --------
    >>> tokens = pd.DataFrame({"report_id": ["a"] * 6 + ["b"] * 6, "sentence_id": [0, 0, 1, 1, 2, 2] * 2,
    ...                        "kind": "word", "is_stopword": False,
    ...                        "token": ["茶叶", "发展"] * 3 + ["渔业", "发展", "茶叶", "发展", "渔业", "发展"]})
    >>> sentences = tokens[["report_id", "sentence_id"]].drop_duplicates().assign(section="")
    >>> reports = pd.DataFrame({"report_id": ["a", "b"], "duplicate_of": pd.array([None, None], dtype="str"),
    ...                         "visible_chars": 24, "hidden_chars": 0})
    >>> table = keyness(tokens, sentences, reports, by="report_id", target="a", min_count=2, min_sentences=2, draws=0)
    >>> table[["term", "n_target", "n_reference", "log_ratio", "g2", "m"]].round(3)
      term  n_target  n_reference  log_ratio     g2  m
    0   茶叶         3            1      1.585  1.046  3
    1   发展         3            3      0.000  0.000  3
    2   渔业         0            2     -2.000 -2.773  3
    >>> table["flags"].tolist()
    ['', '', 'zero one_report']
    """
    interval = {"method": check_interval(method, confidence), "confidence": confidence, "draws": max(draws, 1)}
    _check(form, background, draws)
    require_columns(reports, "reports", ["visible_chars", "hidden_chars"])
    require_columns(sentences, "sentences", ["section"])
    counts = term_counts(tokens, sentences, reports, kinds=kinds)
    sides = compare(counts, by, target, reference)
    whole = counts if terms is None else only_terms(counts, terms)
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
    in_vocabulary = np.isin(columns, tested)
    frame = _counted(listed, sides)
    frame |= keyness_scores(
        frame["n_target"],
        frame["n_reference"],
        frame["total_target"][0],
        frame["total_reference"][0],
        form=form,
        prior=_share(listed.matrix, listed.exposure) if background == "corpus" else None,
        alpha0=alpha0,
        tested=in_vocabulary,
    )
    away = ~sides.target
    _, frame["z_left_out"] = weighted_log_odds(
        frame["n_target"],
        frame["n_reference"],
        frame["total_target"][0],
        frame["total_reference"][0],
        prior=_share(listed.matrix[np.flatnonzero(away)], listed.exposure[away], 0.5, len(counts.terms)),
        alpha0=alpha0,
    )
    frame["ci_low"], frame["ci_high"] = log_ratio_interval(
        *(_text(listed, side) for side in (sides.target, sides.reference)), seed=seed, **interval
    )
    frame |= _spread(listed, sides, frame["log_ratio"])
    frame["log_ratio_hidden"] = _hidden(listed, sides, by in counts.reports.columns, frame, interval | {"seed": seed})
    frame["p_permutation"], frame["q_permutation"] = (np.full(len(columns), np.nan) for _ in range(2))
    if draws and in_vocabulary.any():
        both = np.flatnonzero(sides.target | sides.reference)
        found = label_permutation(
            listed.matrix[both][:, np.flatnonzero(in_vocabulary)],
            listed.exposure[both],
            sides.target[both],
            draws=draws,
            seed=seed,
        )
        frame["p_permutation"][in_vocabulary] = found.p_adjusted
        varying = np.nan_to_num(found.p, nan=1.0)
        frame["q_permutation"][in_vocabulary] = adjusted_p(varying, len(varying), "bh")
    apart = (frame["ci_low"] > 0) | (frame["ci_high"] < 0)
    q = frame["q_permutation"] if draws else np.where(apart, frame["p_adjusted"], 1.0)
    frame["evidence"] = np.nan_to_num(q, nan=1.0) <= alpha
    frame["is_stopword"] = listed.is_stopword
    frame["flags"] = np.array(_flags(frame), dtype=object)
    order = np.lexsort((-frame["log_ratio"], ~frame["evidence"]))  # stable: terms stand in code-point order already
    return conform(pd.DataFrame(frame).iloc[order].reset_index(drop=True), "keyness")


def _check(form: str, background: str, draws: int) -> None:
    if form not in FORMS:
        raise TableError(f"no form of the log-likelihood is called {form!r}; there are: {', '.join(FORMS)}.")
    if background not in BACKGROUNDS:
        raise TableError(f"no background is called {background!r}; there are: {', '.join(BACKGROUNDS)}.")
    if draws < 0:
        raise TableError(f"draws must not be negative; received {draws}. 5000 is usual, 0 leaves the permutation out.")


def keyness_scores(
    n_target: np.ndarray,
    n_reference: np.ndarray,
    total_target: float,
    total_reference: float,
    *,
    form: str = "2-cell",
    prior: np.ndarray | None = None,
    alpha0: float | None = None,
    tested: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Return what the counts alone say of each term: the columns g2, p, p_adjusted, m, log_ratio, log_odds and z's.

    Parameters
    ----------
    n_target, n_reference : array
    total_target, total_reference : float
    form, prior, alpha0
        As in `log_likelihood` and `weighted_log_odds`.
    tested : array of bool, optional
        Which terms are the vocabulary; None takes all.
    """
    texts = (n_target, n_reference, total_target, total_reference)
    value = log_likelihood(*texts, form=form)
    p = chi_square_p(value)
    tested = np.ones(len(p), dtype=bool) if tested is None else tested
    adjusted = np.full(len(p), np.nan)
    adjusted[tested] = adjusted_p(p[tested], int(tested.sum()), "bh")
    log_odds, z = weighted_log_odds(*texts, prior=prior, alpha0=alpha0)
    low, high = z_band(*texts, prior=prior)
    return {
        "g2": value,
        "p": p,
        "p_adjusted": adjusted,
        "m": np.full(len(p), tested.sum(), dtype=np.int64),
        "log_ratio": log_ratio(*texts),
        "log_odds": log_odds,
        "z": z,
        "z_low": np.fmin(low, z),
        "z_high": np.fmax(high, z),
    }


def _share(matrix: sparse.csr_array, exposure: np.ndarray, more: float = 0.0, terms: int = 0) -> np.ndarray:
    """Return the share of each term in a background, `more` occurrences added to each of `terms` terms."""
    return (np.asarray(matrix.sum(axis=0)).ravel() + more) / max(exposure.sum() + more * terms, 1)


def _text(counts: TermCounts, side: np.ndarray) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    rows = np.flatnonzero(side)
    return counts.matrix[rows], counts.exposure[rows], counts.strata[rows]


def _counted(counts: TermCounts, sides: Sides) -> dict[str, np.ndarray]:
    both = np.flatnonzero(sides.target | sides.reference)
    table, count = counts.matrix[both], len(counts.terms)
    member = sparse.csr_array((np.ones(len(both)), (counts.strata[both], np.arange(len(both)))))
    frame = {
        "term": pd.array(counts.terms, dtype="str"),
        "target": pd.array([sides.target_label] * count, dtype="str"),
        "reference": pd.array([sides.reference_label] * count, dtype="str"),
        "n_reports": np.asarray((member @ table > 0).sum(axis=0)).ravel(),
        "n_sentences": np.bincount(table.indices, minlength=count),
    }
    for name, side in (("target", sides.target), ("reference", sides.reference)):
        matrix, sizes, _ = _text(counts, side)
        n = np.asarray(matrix.sum(axis=0)).ravel()
        frame[f"n_{name}"] = n
        frame[f"total_{name}"] = np.full(count, sizes.sum())
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
        other, total, _ = _text(counts, view.reference)
        n_other = np.asarray(other.sum(axis=0)).ravel()[terms]
        often = np.asarray(held.sum(axis=0)).ravel() >= MIN_DISPERSION
        frame["dp_norm"][terms[often]] = dispersion(held[:, np.flatnonzero(often)].T, sizes[filled]).dp_norm
        lowest, without = log_ratio_lowest(held, sizes[filled], n_other, total.sum())
        frame["log_ratio_lowest"][terms] = sign * lowest
        named = np.flatnonzero(without >= 0)
        frame["lowest_without"][terms[named]] = np.array(names, dtype=object)[filled][without[named]]
    return frame


def _hidden(
    counts: TermCounts, sides: Sides, of_reports: bool, frame: dict[str, np.ndarray], interval: dict
) -> np.ndarray:
    """Return the log ratio if hidden text held none of the term on the side that uses it more, and much on the other.

    Text hidden in a report may belong to any zone, so groups of sentences carry the hidden text of all their reports.
    """
    hidden = hidden_tokens(counts)
    more, reached = {}, {}
    for name, side in (("target", sides.target), ("reference", sides.reference)):
        holders = np.unique(counts.strata[side])
        more[name], reached[name] = hidden[holders].sum(), np.zeros(len(counts.terms))
        if np.isnan(more[name]):
            return np.full(len(counts.terms), np.nan)
        for report in holders[hidden[holders] > 0]:
            reached[name] += hidden_additions(counts, report, float(hidden[report]), **interval)
    for_target = frame["log_ratio"] > 0
    return log_ratio(
        frame["n_target"] + np.where(for_target, 0, reached["target"]),
        frame["n_reference"] + np.where(for_target, reached["reference"], 0),
        frame["total_target"] + more["target"],
        frame["total_reference"] + more["reference"],
    )


def _flags(frame: dict[str, np.ndarray]) -> list[str]:
    """Return for each term what makes it doubtful."""
    with np.errstate(invalid="ignore", divide="ignore"):
        burst = frame["log_ratio_lowest"] / frame["log_ratio"] < 0.5
    marks = {
        "zero": (frame["n_target"] == 0) | (frame["n_reference"] == 0),
        "burst": burst,
        "one_report": frame["n_reports"] == 1,
        "stopword": frame["is_stopword"],
    }
    rows = zip(*marks.values(), strict=True)
    return [" ".join(name for name, mark in zip(marks, row, strict=True) if mark) for row in rows]
