"""Which slogan stands in which unit of text: the one matrix on which every slogan network stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.measures.statistics.counts import analysed, require_columns
from analysis.schemas import Corpus, TableError

__all__ = ["UNITS", "Incidence", "context_breaks", "slogan_incidence"]

UNITS = ("sentence", "item", "paragraph", "section", "report")
"""Units of text in which slogans can stand together, from the narrowest to the widest."""

_FORMULAIC = ("opening", "closing")


class Incidence(NamedTuple):
    """Which slogan stands in which unit of text.

    Attributes
    ----------
    units : DataFrame
        One row per unit in the order of the text. Columns: unit (int64, the row), report_id (str), first_sentence,
        last_sentence (int64, sentence_id), section (str, its highest
        heading), n_slogans (int64, different slogans in it: its richness).
    slogans : DataFrame
        One row per slogan, in code-point order. Columns: slogan (str, canonical form), n (int64, occurrences), n_units,
        n_reports (int64), type, scope (str, that of most of its occurrences; ties to the first in the alphabet).
    matrix : scipy.sparse.csr_array
        Units by slogans, float64: 1 where the slogan stands in the unit, however often.
    strata : ndarray of int
        Per unit a number for its report.
    hits : DataFrame
        The occurrences behind the matrix, in the order of the text. Columns: report_id, sentence_id, unit, start, end,
        text, slogan, type.
    left_out : dict
        How many occurrences are not in the matrix, by reason: type, zone, nested, too_few_units; and the
        number of slogans in too few units.
    unit : str
        The kind of unit.
    """

    units: pd.DataFrame
    slogans: pd.DataFrame
    matrix: sparse.csr_array
    strata: np.ndarray
    hits: pd.DataFrame
    left_out: dict[str, int]
    unit: str


def slogan_incidence(
    corpus: Corpus,
    *,
    unit: str = "sentence",
    types: Sequence[str] | None = None,
    preamble: bool = True,
    nested: bool = False,
    breaks: bool = True,
    min_units: int = 1,
) -> Incidence:
    """Find which slogan stands in which unit of text.

    A slogan belongs to the unit that holds its first character. Its name is its canonical form, so that wordings of
    one formula are one slogan. Reports with `duplicate_of` set are left out.

    Parameters
    ----------
    corpus : Corpus
    unit : {"sentence", "item", "paragraph", "section", "report"}
        ``item`` takes the sentences of an enumerated item (一是…) as one unit, and each sentence outside items as one;
        ``section`` the sentences under one lowest heading. Whole reports hold nearly every pair: such a network is a
        clique and no finding.
    types : sequence of str, optional
        Types of slogan to keep; None keeps all.
    preamble : bool
        False leaves out the zones opening and closing, whose chains of obligatory formulae would lead every count.
    nested : bool
        False leaves out a slogan inside a longer one of the kept types (全域旅游 in a quoted headline): the two are one
        wording, not two that were put together. Of several readings of one span the first by canonical form stays.
    breaks : bool
        True: no unit reaches across hidden text or a mask (`context_breaks`).
    min_units : int
        Fewest units for a slogan to be kept. It looks at frequency alone, so it favours no pair.

    Returns
    -------
    Incidence

    Raises
    ------
    TableError
        If a column is missing, `unit` or a type is unknown (the text lists what there is), or a slogan stands in no
        sentence of the sentences table.

    Examples
    --------
    >>> sentences = pd.DataFrame({"report_id": "a", "sentence_id": [0, 1], "start": [0, 20], "end": [20, 40],
    ...                           "section": "", "item_marker": None, "zone": "review", "paragraph": 0, "kind": "body"})
    >>> slogans = pd.DataFrame({"report_id": "a", "start": [2, 8, 22], "end": [6, 12, 26], "type": "policy_name",
    ...                         "text": ["乡村振兴", "从严治党", "乡村振兴"], "scope": "central"})
    >>> reports = pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([None], dtype="str")})
    >>> from types import SimpleNamespace
    >>> slogans["canonical"] = slogans["text"]
    >>> corpus = SimpleNamespace(slogans=slogans, sentences=sentences, reports=reports)
    >>> found = slogan_incidence(corpus, breaks=False)
    >>> found.slogans["slogan"].tolist(), found.matrix.toarray().tolist()
    (['乡村振兴', '从严治党'], [[1.0, 1.0], [1.0, 0.0]])
    """
    slogans, sentences = corpus.slogans, corpus.sentences
    _check(slogans, sentences, unit, types, min_units)
    kept = set(analysed(corpus)["report_id"])
    text = sentences[sentences["report_id"].isin(kept)].sort_values(["report_id", "start"]).reset_index(drop=True)
    segments = _segments(text, context_breaks(corpus, types) if breaks else None)
    hits = slogans[slogans["report_id"].isin(kept)]
    hits = hits.sort_values(["report_id", "start", "end", "canonical", "type"]).reset_index(drop=True)

    left_out = {}
    if types is not None:
        hits, left_out["type"] = _keep(hits, hits["type"].isin(list(types)).to_numpy())
    segment = _segment_of(hits, segments)
    if not preamble:
        inside = ~segments["zone"].isin(_FORMULAIC).to_numpy(dtype=bool)
        hits, left_out["zone"] = _keep(hits, inside[segment])
        segment = (np.cumsum(inside) - 1)[segment[inside[segment]]]
        segments = segments[inside].reset_index(drop=True)
    if not nested:
        outer = ~_nested(hits)
        hits, left_out["nested"] = _keep(hits, outer)
        segment = segment[outer]

    number = _unit_numbers(segments, unit)
    part = segments["section"].fillna("").astype(object).map(lambda path: path.split(" / ")[0])
    units = pd.DataFrame(
        {"unit": number, "report_id": segments["report_id"], "sentence_id": segments["sentence_id"], "part": part}
    ).groupby("unit", sort=True)
    units = units.agg(
        report_id=("report_id", "first"),
        first_sentence=("sentence_id", "min"),
        last_sentence=("sentence_id", "max"),
        section=("part", "first"),
    ).reset_index()
    hits = hits.assign(sentence_id=segments["sentence_id"].to_numpy()[segment], unit=number[segment])

    names = np.array(sorted(set(hits["canonical"].tolist())), dtype=object)
    column = pd.Index(names, dtype=object).get_indexer(hits["canonical"].astype(object))
    in_units = pd.DataFrame({"unit": hits["unit"], "column": column}).drop_duplicates()["column"]
    often = np.bincount(in_units, minlength=len(names)) >= min_units
    hits, left_out["too_few_units"] = _keep(hits, often[column])
    column = (np.cumsum(often) - 1)[column[often[column]]]
    left_out["slogans_in_too_few_units"] = int((~often).sum())

    matrix = sparse.coo_array(
        (np.ones(len(hits)), (hits["unit"].to_numpy(dtype=np.int64), column)), shape=(len(units), int(often.sum()))
    ).tocsr()
    matrix.data[:] = 1.0
    units["n_slogans"] = np.diff(matrix.indptr).astype(np.int64)
    hits = hits.rename(columns={"canonical": "slogan"})
    return Incidence(
        units=units,
        slogans=_described(hits, names[often], column),
        matrix=matrix,
        strata=pd.factorize(units["report_id"])[0],
        hits=hits[["report_id", "sentence_id", "unit", "start", "end", "text", "slogan", "type"]],
        left_out=left_out,
        unit=unit,
    )


def _check(
    slogans: pd.DataFrame,
    sentences: pd.DataFrame,
    unit: str,
    types: Sequence[str] | None,
    min_units: int,
) -> None:
    require_columns(slogans, "slogans", ["report_id", "start", "end", "type", "text", "canonical", "scope"])
    needed = ["report_id", "sentence_id", "start", "end", "section", "item_marker", "zone", "paragraph", "kind"]
    require_columns(sentences, "sentences", needed)
    if unit not in UNITS:
        raise TableError(f"no unit is called {unit!r}; there are: {', '.join(UNITS)}.")
    if min_units < 1:
        raise TableError(f"min_units must be at least 1; received {min_units}.")
    if types is not None:
        there = sorted(set(slogans["type"].tolist()))
        unknown = [types] if isinstance(types, str) else sorted(set(types) - set(there))
        # an empty table holds no type, and asking it for one is no mistake
        if unknown and there:
            raise TableError(
                f"types holds {unknown[0]!r}, which no slogan has; there are: {', '.join(there)}. Give them in a tuple."
            )


def _keep(hits: pd.DataFrame, wanted: np.ndarray) -> tuple[pd.DataFrame, int]:
    return hits[wanted].reset_index(drop=True), int((~wanted).sum())


def context_breaks(corpus: Corpus, types: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the places that no context spans: hidden text, and masks that are not part of a slogan themselves.

    A mask stands for words that were withheld, so what is on either side of it was not written side by side. `types`
    are the types of slogans inside which a mask breaks nothing; None takes all.

    Returns
    -------
    DataFrame
        **Columns**: report_id (str), start (int64, code points of the raw text), in order.

    References
    ----------
    METHODS §9: in networks a context breaks at a mask and at hidden text.
    """
    noise, masks, slogans = corpus.noise, corpus.masks, corpus.slogans
    require_columns(noise, "noise", ["report_id", "start", "kind"])
    require_columns(masks, "masks", ["report_id", "start"])
    require_columns(slogans, "slogans", ["report_id", "start", "end"])
    if types is not None:
        slogans = slogans[slogans["type"].isin(list(types))]
    spans = {report: list(zip(of["start"], of["end"], strict=True)) for report, of in slogans.groupby("report_id")}
    free = [
        not any(start <= place < end for start, end in spans.get(report, ()))
        for report, place in zip(masks["report_id"], masks["start"], strict=True)
    ]
    gaps = noise.loc[noise["kind"] == "elision_marker", ["report_id", "start"]]
    found = pd.concat([gaps, masks.loc[free, ["report_id", "start"]]], ignore_index=True)
    return found.sort_values(["report_id", "start"], ignore_index=True)


def _segments(sentences: pd.DataFrame, breaks: pd.DataFrame | None) -> pd.DataFrame:
    """Return the sentences, cut at every break inside them, with the number of breaks before each in its report."""
    if breaks is None:
        return sentences.assign(n_breaks=0)
    require_columns(breaks, "breaks", ["report_id", "start"])
    places = {report: np.unique(part.to_numpy()) for report, part in breaks.groupby("report_id")["start"]}
    none = np.zeros(0, dtype=np.int64)
    cuts = [
        places.get(report, none)[
            np.searchsorted(places.get(report, none), start, "right") : np.searchsorted(places.get(report, none), end)
        ]
        for report, start, end in zip(sentences["report_id"], sentences["start"], sentences["end"], strict=True)
    ]
    pieces = sentences.loc[np.repeat(sentences.index, [1 + len(cut) for cut in cuts])]
    bounds = zip(sentences["start"], cuts, sentences["end"], strict=True)
    edges = [np.concatenate([[start], cut, [end]]) for start, cut, end in bounds]
    pieces = pieces.assign(
        start=np.concatenate([edge[:-1] for edge in edges]).astype(np.int64) if edges else none,
        end=np.concatenate([edge[1:] for edge in edges]).astype(np.int64) if edges else none,
    )
    before = [
        np.searchsorted(places.get(report, none), start, "right")
        for report, start in zip(pieces["report_id"], pieces["start"], strict=True)
    ]
    return pieces.assign(n_breaks=before).reset_index(drop=True)


def _segment_of(hits: pd.DataFrame, segments: pd.DataFrame) -> np.ndarray:
    """Return for each hit the row of the segment that holds its first character."""
    found = np.full(len(hits), -1, dtype=np.int64)
    rows = segments.groupby("report_id").indices
    ends = segments["end"].to_numpy()
    starts = segments["start"].to_numpy()
    for report, members in hits.groupby("report_id").indices.items():
        there = rows.get(report)
        if there is None:
            continue
        place = hits["start"].to_numpy()[members]
        at = np.searchsorted(starts[there], place, "right") - 1
        row = there[np.maximum(at, 0)]
        found[members] = np.where((at >= 0) & (place < ends[row]), row, -1)
    if (found < 0).any():
        lost = hits.iloc[int(np.argmax(found < 0))]
        raise TableError(
            f"slogan {lost['text']!r} at {lost['start']} of report {lost['report_id']!r} stands in no sentence of the "
            "sentences table. Use tables of one corpus."
        )
    return found


def _nested(hits: pd.DataFrame) -> np.ndarray:
    """Return which hits lie inside a longer one, or have the very span of one that stands before them."""
    inside = np.zeros(len(hits), dtype=bool)
    order = hits.sort_values(["report_id", "start", "end", "canonical"], ascending=[True, True, False, True])
    report, reach = None, -1
    for row, (here, end) in zip(order.index, zip(order["report_id"], order["end"], strict=True), strict=True):
        if here != report:
            report, reach = here, -1
        inside[row] = end <= reach
        reach = max(reach, end)
    return inside


def _unit_numbers(segments: pd.DataFrame, unit: str) -> np.ndarray:
    """Return for each segment the number of its unit, counted in the order of the text."""
    keys = ["report_id", "n_breaks"]
    if unit == "sentence":
        keys += ["sentence_id"]
    elif unit == "section":
        keys += ["section"]
    elif unit in ("item", "paragraph"):
        keys += ["paragraph"]
    changes = np.zeros(len(segments), dtype=bool)
    for key in keys:
        codes = pd.factorize(segments[key], use_na_sentinel=False)[0]
        changes[1:] |= codes[1:] != codes[:-1]
    if unit == "item":
        marker, _ = pd.factorize(segments["item_marker"])
        sentence = segments["sentence_id"].to_numpy()
        other = np.zeros(len(segments), dtype=bool)
        # the lead opens an item, also where two lists in one paragraph have the same marker; what stands outside
        # items is counted sentence by sentence
        opens = (segments["kind"] == "lead").to_numpy(dtype=bool)
        new_sentence = sentence[1:] != sentence[:-1]
        other[1:] = (marker[1:] != marker[:-1]) | (new_sentence & (opens[1:] | (marker[1:] < 0)))
        changes |= other
    return np.cumsum(changes)


def _described(hits: pd.DataFrame, names: np.ndarray, column: np.ndarray) -> pd.DataFrame:
    """Return the table of slogans: how often, where, and as what each occurs."""
    of_slogan = hits.assign(column=column).groupby("column", sort=True)

    def most(values: pd.Series) -> str | None:
        counted = values.dropna().value_counts()
        return min(counted.index[counted == counted.max()]) if len(counted) else None

    return pd.DataFrame(
        {
            "slogan": pd.array(names, dtype="str"),
            "n": of_slogan.size().to_numpy(dtype=np.int64),
            "n_units": of_slogan["unit"].nunique().to_numpy(dtype=np.int64),
            "n_reports": of_slogan["report_id"].nunique().to_numpy(dtype=np.int64),
            "type": pd.array([most(values) for _, values in of_slogan["type"]], dtype="str"),
            "scope": pd.array([most(values) for _, values in of_slogan["scope"]], dtype="str"),
        }
    )
