"""Echo and coinage: whose formulas a report carries, how old they are, and which its stated year rules out."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.lexicons.slogans import RETROSPECT, SCOPES, dated_forms, normalise
from analysis.measures.counts import EXPOSURE_KINDS, require_columns
from analysis.measures.intervals import rate_interval
from analysis.schemas import TableError

__all__ = ["anachronism_index", "dated_mentions", "formula_age", "slogan_rates"]

ECHO_SCOPES = (*SCOPES, "unlisted")
_GRACE = 1  # a report of one year reviews the year before it
_FEWEST = 3


def slogan_rates(
    slogans: pd.DataFrame,
    tokens: pd.DataFrame,
    sentences: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    by: str = "report_id",
    of: str = "scope",
    types: tuple[str, ...] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Count slogans by `of` (scope, type, theme …) in each group of `by`, with rates, shares and intervals.

    With ``of="scope"`` this is echo and coinage: the share of ``central`` says how much of its slogans a text repeats
    after the centre, that of ``unlisted`` what the lexicon does not hold (which is not proof of coinage). Shares are
    given over hits (tokens) and over distinct formulas (types): a formula repeated counts once there.

    Parameters
    ----------
    slogans, tokens, sentences, reports : DataFrame
        Tables of one corpus; duplicates are left out.
    by : str
        A column of reports or sentences (``report_id``, ``genre``, ``zone`` …).
    of : str
        A column of slogans.
    types : tuple of str, optional
        Only slogans of these types.
    confidence : float

    Returns
    -------
    DataFrame
        One row per group and value, values that do not occur in a group included. **Columns**: group, value, n
        (hits), n_distinct (formulas), hits (all hits of the group), total (analysable tokens), per_10k with ci_low
        and ci_high (as in `term_frequency`; NaN below 3 hits), share with share_low and share_high (n / hits; limits
        NaN below 3 hits of the group), distinct_share.

        The share's interval is a t interval on the logit with the variance between sentences, so it speaks of these
        texts only: how far the share would move with other sentences of the same reports.

    Raises
    ------
    TableError
        If `by` or `of` is no column, or no slogan is left.

    References
    ----------
    Korn & Graubard (1999), Analysis of Health Surveys, ch. 3.2 (logit interval of a proportion from clusters).
    """
    require_columns(slogans, "slogans", ("report_id", "start", "canonical", "type", of))
    kept = reports[reports["duplicate_of"].isna()]
    units = sentences[sentences["report_id"].isin(kept["report_id"])].sort_values(["report_id", "sentence_id"])
    units = units.reset_index(drop=True)
    if by not in units.columns:
        if by not in kept.columns:
            raise TableError(f"there is no column {by!r} to group by; reports have {', '.join(kept.columns)}; sentences {', '.join(units.columns)}.")
        units = units.merge(kept[["report_id", by]], on="report_id", how="left")
    exposure = tokens[tokens["kind"].isin(EXPOSURE_KINDS)].groupby(["report_id", "sentence_id"]).size()
    keys = pd.MultiIndex.from_frame(units[["report_id", "sentence_id"]])
    units["n_tokens"] = exposure.reindex(keys, fill_value=0).to_numpy()
    units["group"] = units[by].astype("str").fillna("(NA)")
    hits = slogans if types is None else slogans[slogans["type"].isin(types)]
    hits = hits.assign(unit=_unit_of(hits, units), value=hits[of].astype("str").fillna("(NA)"))
    hits = hits[hits["unit"] >= 0]
    if hits.empty:
        raise TableError("no slogan is left to count; look at corpus.slogans and at the types asked for.")
    values = [value for value in ECHO_SCOPES if value in set(hits["value"])] if of == "scope" else sorted(set(hits["value"]))
    return _rates(units, hits, values, confidence)


def _unit_of(hits: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """Return for each hit the row of `units` that holds its start, -1 where none does."""
    found = np.full(len(hits), -1)
    places = pd.Series(np.arange(len(hits)), index=hits.index)
    rows_of = {report_id: of.index.to_numpy() for report_id, of in units.groupby("report_id")}
    for report_id, of in hits.groupby("report_id"):
        rows = rows_of.get(report_id)
        if rows is None:
            continue
        starts = units.loc[rows, "start"].to_numpy()
        at = np.searchsorted(starts, of["start"].to_numpy(), side="right") - 1
        found[places[of.index]] = np.where(at >= 0, rows[np.maximum(at, 0)], -1)
    return found


def _rates(units: pd.DataFrame, hits: pd.DataFrame, values: list[str], confidence: float) -> pd.DataFrame:
    counts = np.zeros((len(units), len(values)))
    position = {value: at for at, value in enumerate(values)}
    np.add.at(counts, (hits["unit"].to_numpy(), hits["value"].map(position).to_numpy()), 1)
    rows = []
    for group, of in units.groupby("group"):
        at = of.index.to_numpy()
        strata = pd.factorize(of["report_id"])[0]
        y, tokens_, all_hits = counts[at], of["n_tokens"].to_numpy(dtype=float), counts[at].sum(axis=1)
        low, high = rate_interval(y, tokens_, strata, confidence=confidence)
        share_low, share_high = _share_interval(y, all_hits, strata, confidence)
        inside = hits[hits["unit"].isin(at)]
        distinct = inside.groupby("value")["canonical"].nunique()
        for k, value in enumerate(values):
            n, total = int(y[:, k].sum()), int(tokens_.sum())
            enough = n >= _FEWEST
            rows.append(
                {
                    "group": group,
                    "value": value,
                    "n": n,
                    "n_distinct": int(distinct.get(value, 0)),
                    "hits": int(all_hits.sum()),
                    "total": total,
                    "per_10k": 1e4 * n / total if enough and total else np.nan,
                    "ci_low": 1e4 * low[k] if enough else np.nan,
                    "ci_high": 1e4 * high[k] if enough else np.nan,
                    "share": n / all_hits.sum() if all_hits.sum() else np.nan,
                    "share_low": share_low[k],
                    "share_high": share_high[k],
                    "distinct_share": distinct.get(value, 0) / distinct.sum() if distinct.sum() else np.nan,
                }
            )
    return pd.DataFrame(rows)


def _share_interval(y: np.ndarray, x: np.ndarray, strata: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return limits of Σy/Σx: t on the logit, variance linearised between blocks within strata (rule of three at 0, 1)."""
    total, carrying = x.sum(), x > 0
    low, high = np.full(y.shape[1], np.nan), np.full(y.shape[1], np.nan)
    if total < _FEWEST or carrying.sum() < 2:
        return low, high
    y, x, strata = y[carrying], x[carrying], strata[carrying]
    share = y.sum(axis=0) / total
    residual = y - share * x[:, None]
    variance = np.zeros(y.shape[1])
    freedom = 0
    for stratum in np.unique(strata):
        of = residual[strata == stratum]
        if len(of) > 1:
            variance += len(of) / (len(of) - 1) * ((of - of.mean(axis=0)) ** 2).sum(axis=0)
            freedom += len(of) - 1
    if not freedom:
        return low, high
    t = stdtrit(freedom, (1 + confidence) / 2)
    bound = 1 - (1 - confidence) ** (1 / total)
    middle = (share > 0) & (share < 1)
    logit = np.log(share[middle] / (1 - share[middle]))
    reach = t * np.sqrt(variance[middle]) / total / (share[middle] * (1 - share[middle]))
    low[middle], high[middle] = 1 / (1 + np.exp(-(logit - reach))), 1 / (1 + np.exp(-(logit + reach)))
    low[share == 0], high[share == 0] = 0.0, bound
    low[share == 1], high[share == 1] = 1 - bound, 1.0
    return low, high


def formula_age(slogans: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Return the age of each dated formula when the report used it: report year less first year.

    Returns
    -------
    DataFrame
        The slogans with a first year. **Columns**: report_id, start, end, canonical, scope, first_year, age (Int64,
        years; NA where the report's year is masked, absent or in doubt). 0 or 1 is news just passed on; a negative
        age says that the year or the lexicon is wrong: see `anachronism_index`.
    """
    require_columns(slogans, "slogans", ("report_id", "start", "end", "canonical", "scope", "first_year"))
    dated = slogans[slogans["first_year"].notna()]
    years = reports.loc[reports["year_flag"] == "stated"].set_index("report_id")["year_stated"]
    age = dated["report_id"].map(years).astype("Int64") - dated["first_year"].astype("Int64")
    columns = ["report_id", "start", "end", "canonical", "scope", "first_year"]
    return dated[columns].assign(age=age).reset_index(drop=True)


def dated_mentions(sentences: pd.DataFrame, reports: pd.DataFrame, lexicon: pd.DataFrame) -> pd.DataFrame:
    """Return every mention of a dated formula or term and what the report's stated year makes of it.

    Both layers of the lexicon are looked up: a term such as 《廉政准则》 dates a text as well as a slogan does.

    Returns
    -------
    DataFrame
        **Columns**: report_id, sentence_id, form, canonical, first_year, last_year, stated (the report's year),
        verdict: ``fits``; ``too_new`` (first used more than a year after the stated one); ``retired`` (ended more
        than a year before it, and spoken of as running); ``look_back`` (ended, and the next words say that it is
        looked back on, such as 时期 or 成果); ``undated`` (the report states no year); sentence.
    """
    stated = reports.set_index("report_id")["year_stated"]
    forms = dated_forms(lexicon)
    rows = []
    for sentence in sentences.itertuples():
        plain = normalise(sentence.text).text
        taken: list[tuple[int, int]] = []
        for one in forms:  # longest first: a form inside a longer one is not counted again
            for match in re.finditer(re.escape(one.form), plain):
                if any(match.start() < end and start < match.end() for start, end in taken):
                    continue
                taken.append(match.span())
                year = stated.get(sentence.report_id)
                verdict = _verdict(one.first, one.last, year, plain[match.end() :])
                rows.append(
                    (sentence.report_id, sentence.sentence_id, one.form, one.canonical, one.first, one.last, year, verdict, sentence.text)
                )
    names = ["report_id", "sentence_id", "form", "canonical", "first_year", "last_year", "stated", "verdict", "sentence"]
    years = ["first_year", "last_year", "stated"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(years, "Int64"))


def _verdict(first: int | None, last: int | None, year: int | None, follows: str) -> str:
    if year is None or pd.isna(year):
        return "undated"
    if first is not None and first > year + _GRACE:
        return "too_new"
    if last is not None and last < year - _GRACE:
        return "look_back" if RETROSPECT.match(follows) else "retired"
    return "fits"


def anachronism_index(mentions: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
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
    rows = []
    for report_id, year in zip(reports["report_id"], reports["year_stated"], strict=True):
        of = mentions[mentions["report_id"] == report_id]
        sets = {verdict: sorted(set(of.loc[of["verdict"] == verdict, "canonical"])) for verdict in ("retired", "too_new", "look_back")}
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
