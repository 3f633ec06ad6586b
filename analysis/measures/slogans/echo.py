"""Echo and coinage: whose formulas a report carries, how old they are, and which its stated year rules out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.lexicons.slogans import RETROSPECT, SCOPES, Index, dated_forms, has_one_meaning, normalise, slogan_lexicon
from analysis.measures.statistics.counts import EXPOSURE_KINDS, analysed, require_columns
from analysis.measures.statistics.groups import Groups, as_list, group_of
from analysis.measures.statistics.intervals import check_confidence, rate_interval
from analysis.schemas import Corpus, TableError

__all__ = ["anachronism_index", "dated_mentions", "formula_age", "slogan_rates", "unit_of_hits"]

ECHO_SCOPES = (*SCOPES, "unlisted")
_GRACE = 1  # a report of one year reviews the year before it
_FEWEST = 3  # hits on which an interval may rest

NO_VALUE = "(NA)"

_MENTIONS = {
    "report_id": "str",
    "sentence_id": "int64",
    "form": "str",
    "canonical": "str",
    "first_year": "Int64",
    "last_year": "Int64",
    "stated": "Int64",
    "verdict": "str",
    "sentence": "str",
}


def slogan_rates(
    corpus: Corpus,
    *,
    by: str | Sequence[str] | None = "report_id",
    of: str = "scope",
    types: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Count slogans by `of` (scope, type, theme …) in each group of `by`, with rates, shares and intervals.

    With ``of="scope"`` this is echo and coinage: the share of ``central`` says how much of its slogans a text repeats
    after the centre, that of ``unlisted`` what the lexicon does not hold (which is not proof of coinage). Shares are
    given over hits (tokens) and over distinct formulas (types): a formula repeated counts once there.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by : str or list of str
        Columns of reports or sentences (year, ["place", "year"], genre, zone …).
    of : str
        A column of slogans.
    types : sequence of str, optional
        Only slogans of these types. Headlines and four-character pairs are composed for one report and are in no
        lexicon: leave them out where the question is what a report repeats.
    confidence : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per group and value, values that do not occur in a group included. **Columns**: those of `by`; value
        (str); n (hits), n_distinct (formulas), hits (all hits of the group), total (analysable tokens), per_10k (hits
        per 10,000 tokens) with ci_low and ci_high (the interval of `term_frequency`; NaN below 3 hits), unit (report
        where the group holds two or more, else sentence: what the intervals are made from), share with share_low and
        share_high (n / hits; limits NaN below 3 hits of the group), distinct_share (formulas of this value / formulas
        of the group; NaN without any). A missing value is called ``(NA)``.

        The share's interval is a t interval on the logit with the variance between the units. For shares
        of 0 and 1 it is the bound ``1 − (1 − confidence)^(1/hits)`` (about 3 / hits), which takes hits for independent.

    Raises
    ------
    TableError
        If `by` or `of` is no column, no slogan is left, or the confidence is not between 0 and 1.

    References
    ----------
    Korn & Graubard 1999, *Analysis of Health Surveys*, ch. 3.2 (logit interval of a proportion from clusters).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> rates = slogan_rates(read_corpus("seeds"), types=["policy_name"])
    >>> rates.loc[rates["value"] == "central", ["n", "hits"]].values.tolist()
    [[20, 20], [6, 6], [12, 12], [22, 23], [10, 10]]
    """
    check_confidence(confidence)
    require_columns(corpus.slogans, "slogans", ("report_id", "start", "canonical", "type", of))
    kept = analysed(corpus)
    sentences = corpus.sentences[corpus.sentences["report_id"].isin(kept["report_id"])]
    sentences = sentences.sort_values(["report_id", "sentence_id"]).reset_index(drop=True)
    tokens = corpus.tokens[corpus.tokens["kind"].isin(EXPOSURE_KINDS)]
    exposure = tokens.groupby(["report_id", "sentence_id"]).size()
    keys = pd.MultiIndex.from_frame(sentences[["report_id", "sentence_id"]])
    report = kept.set_index("report_id").index.get_indexer(sentences["report_id"])
    groups = group_of(by, kept, report, sentences)
    hits = corpus.slogans
    if types is not None:
        hits = hits[hits["type"].isin(as_list(types, "types", "['policy_name']"))]
    hits = hits.assign(unit=unit_of_hits(hits, sentences), value=hits[of].astype("str").fillna(NO_VALUE))
    hits = hits[hits["unit"] >= 0]
    if hits.empty:
        raise TableError("no slogan is left to count; look at corpus.slogans and at the types asked for.")
    present = sorted(set(hits["value"]))
    if of == "scope":
        present.sort(key=lambda value: ECHO_SCOPES.index(value) if value in ECHO_SCOPES else len(ECHO_SCOPES))
    return _rates(groups, report, exposure.reindex(keys, fill_value=0).to_numpy(dtype=float), hits, present, confidence)


def unit_of_hits(hits: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """Return for each hit the row of `units` that holds its start, -1 where none does."""
    found = np.full(len(hits), -1)
    rows_of = units.groupby("report_id").indices
    starts, places = units["start"].to_numpy(), hits["start"].to_numpy()
    for report_id, at in hits.groupby("report_id").indices.items():
        rows = rows_of.get(report_id, np.array([], dtype=int))
        before = np.searchsorted(starts[rows], places[at], side="right")
        found[at[before > 0]] = rows[before[before > 0] - 1]
    return found


def _rates(
    groups: Groups, report: np.ndarray, exposure: np.ndarray, hits: pd.DataFrame, values: list[str], confidence: float
) -> pd.DataFrame:
    unit, value_of = hits["unit"].to_numpy(), pd.Categorical(hits["value"], categories=values).codes
    counts = np.zeros((len(report), len(values)))
    np.add.at(counts, (unit, value_of), 1)
    parts = []
    for group in range(len(groups.keys)):
        at = np.flatnonzero(groups.code == group)
        y, sizes = counts[at], exposure[at]
        ids, which = np.unique(report[at], return_inverse=True)
        several = len(ids) > 1
        if several:
            y = np.stack([y[which == one].sum(axis=0) for one in range(len(ids))])
            sizes = np.bincount(which, sizes)
        x = y.sum(axis=1)
        low, high = rate_interval(y, sizes, confidence=confidence)
        share_low, share_high = _share_interval(y, x, confidence)
        n, n_hits, total = y.sum(axis=0), x.sum(), sizes.sum()
        of_group = hits[np.isin(unit, at)].groupby("value")["canonical"].nunique()
        n_distinct = of_group.reindex(values, fill_value=0).to_numpy()
        part = {
            **groups.columns(np.full(len(values), group)),
            "value": pd.array(values, dtype="str"),
            "n": n.astype(int),
            "n_distinct": n_distinct,
            "hits": int(n_hits),
            "total": int(total),
            "per_10k": 1e4 * n / total if total else np.nan,
            "ci_low": 1e4 * low,
            "ci_high": 1e4 * high,
            "unit": "report" if several else "sentence",
            "share": n / n_hits if n_hits else np.nan,
            "share_low": share_low,
            "share_high": share_high,
            "distinct_share": n_distinct / n_distinct.sum() if n_distinct.sum() else np.nan,
        }
        parts.append(pd.DataFrame(part))
    table = pd.concat(parts, ignore_index=True)
    rates = ["per_10k", "ci_low", "ci_high"]
    return table.assign(**table[rates].where(table["n"] >= _FEWEST))


def _share_interval(y: np.ndarray, x: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return limits of Σy/Σx: t on the logit, variance linearised between units; a bound at 0 and 1."""
    total, carrying = x.sum(), x > 0
    low, high = np.full(y.shape[1], np.nan), np.full(y.shape[1], np.nan)
    freedom = int(carrying.sum()) - 1
    if total < _FEWEST or freedom < 1:
        return low, high
    y, x = y[carrying], x[carrying]
    share = y.sum(axis=0) / total
    variance = (freedom + 1) / freedom * ((y - share * x[:, None]) ** 2).sum(axis=0)
    t = stdtrit(freedom, (1 + confidence) / 2)
    bound = 1 - (1 - confidence) ** (1 / total)
    middle = (share > 0) & (share < 1) & (variance > 1e-12)  # no variation says nothing about the uncertainty
    logit = np.log(share[middle] / (1 - share[middle]))
    reach = t * np.sqrt(variance[middle]) / total / (share[middle] * (1 - share[middle]))
    low[middle], high[middle] = 1 / (1 + np.exp(-(logit - reach))), 1 / (1 + np.exp(-(logit + reach)))
    low[share == 0], high[share == 0] = 0.0, bound
    low[share == 1], high[share == 1] = 1 - bound, 1.0
    return low, high


def formula_age(corpus: Corpus) -> pd.DataFrame:
    """Return the age of each dated formula when the report used it: report year less first year.

    Returns
    -------
    DataFrame
        The slogans with a first year. **Columns**: report_id, start, end, canonical, scope, first_year, age (Int64,
        years; NA where the report's year is masked, absent or in doubt). 0 or 1 is news just passed on; a negative
        age says that the year or the lexicon is wrong: see `anachronism_index`.
    """
    require_columns(corpus.slogans, "slogans", ("report_id", "start", "end", "canonical", "scope", "first_year"))
    reports = analysed(corpus)
    dated = corpus.slogans[
        corpus.slogans["first_year"].notna() & corpus.slogans["report_id"].isin(reports["report_id"])
    ]
    years = reports.loc[reports["year_flag"] == "stated"].set_index("report_id")["year_stated"]
    age = dated["report_id"].map(years).astype("Int64") - dated["first_year"].astype("Int64")
    columns = ["report_id", "start", "end", "canonical", "scope", "first_year"]
    return dated[columns].assign(age=age).reset_index(drop=True)


def dated_mentions(corpus: Corpus, lexicon: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every mention of a dated formula or term and what the report's stated year makes of it.

    Both layers of the lexicon are looked up: a term such as 《廉政准则》 dates a text as well as a slogan does.
    Forms whose meaning varies by place or date are left out, unless the sentence tells the meaning.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    lexicon : DataFrame, optional
        From `slogan_lexicon`; the package's if not given.

    Returns
    -------
    DataFrame
        **Columns**: report_id, sentence_id, form, canonical, first_year, last_year, stated (the report's year),
        verdict: ``fits``; ``too_new`` (first used more than a year after the stated one); ``retired`` (ended more
        than a year before it, and spoken of as running); ``look_back`` (ended, and the next words say that it is
        looked back on, such as 时期 or 成果); ``undated`` (the report states no year); sentence.
    """
    reports = analysed(corpus)
    require_columns(corpus.sentences, "sentences", ("report_id", "sentence_id", "text"))
    require_columns(reports, "reports", ("report_id", "year_stated"))
    sentences = corpus.sentences[corpus.sentences["report_id"].isin(reports["report_id"])]
    stated = dict(zip(reports["report_id"], reports["year_stated"], strict=True))
    index = Index(dated_forms(slogan_lexicon() if lexicon is None else lexicon))
    rows = []
    columns = (sentences[name] for name in ("report_id", "sentence_id", "text"))
    for report_id, sentence_id, text in zip(*columns, strict=True):
        plain = normalise(text).text
        year = stated.get(report_id)
        taken: list[tuple[int, int]] = []
        # longest first: a form inside a longer one is not counted again
        for start, end, one in sorted(index.hits(plain), key=lambda hit: (hit[0] - hit[1], hit[2].text, hit[0])):
            if any(start < last and first < end for first, last in taken) or not has_one_meaning(one.text, plain):
                continue
            taken.append((start, end))
            verdict = _verdict(one.first, one.last, year, plain[end:])
            rows.append((report_id, sentence_id, one.text, one.canonical, one.first, one.last, year, verdict, text))
    return pd.DataFrame(rows, columns=list(_MENTIONS)).astype(_MENTIONS)


def _verdict(first: int | None, last: int | None, year: int | None, follows: str) -> str:
    if year is None or pd.isna(year):
        return "undated"
    if first is not None and first > year + _GRACE:
        return "too_new"
    if last is not None and last < year - _GRACE:
        return "look_back" if RETROSPECT.match(follows) else "retired"
    return "fits"


def anachronism_index(corpus: Corpus, lexicon: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return for each report the share of its dated formulas whose active period excludes the stated year.

    Read it with the evidence: one anachronism may be a slip, a copied sentence or a gap in the lexicon; two or more
    different ones say that text and year do not belong together (a text re-dated, or a year filled in later). A high
    share of retired formulas and none too new speaks for an old text under a new year.

    Returns
    -------
    DataFrame
        One row per report. **Columns**: report_id, stated, n_dated (distinct dated formulas), n_retired, n_too_new,
        n_look_back, index (share retired or too new; NaN without stated year or dated formula), flagged (two or more
        distinct formulas against the year), evidence (the formulas).
    """
    reports, mentions = analysed(corpus), dated_mentions(corpus, lexicon)
    rows = []
    for report_id, year in zip(reports["report_id"], reports["year_stated"], strict=True):
        of = mentions[mentions["report_id"] == report_id]
        sets = {
            verdict: sorted(set(of.loc[of["verdict"] == verdict, "canonical"]))
            for verdict in ("retired", "too_new", "look_back")
        }
        against = [*sets["retired"], *sets["too_new"]]
        n_dated = of["canonical"].nunique()
        defined = n_dated and not pd.isna(year)
        rows.append(
            {
                "report_id": report_id,
                "stated": year,
                "n_dated": n_dated,
                "n_retired": len(sets["retired"]),
                "n_too_new": len(sets["too_new"]),
                "n_look_back": len(sets["look_back"]),
                "index": len(against) / n_dated if defined else np.nan,
                "flagged": len(against) >= 2,
                "evidence": "、".join(against),
            }
        )
    return pd.DataFrame(rows).astype({"stated": "Int64"})
