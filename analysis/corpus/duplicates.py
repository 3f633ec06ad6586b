"""Copies and versions of one report: told from reports that share a template, and the fullest of them kept.

Which reports are compared, how and with what error is written in ``docs/duplicates.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.corpus.overlap import candidates, shared_count
from analysis.corpus.script import fold_script
from analysis.corpus.shingles import thin
from analysis.schemas import TableError, rows

__all__ = ["NEAR", "SHARED", "find_duplicates", "mark_duplicates"]

NEAR, SHARED = 0.8, 0.3
"""Containment from which two reports are versions of one, and from which they are worth a look."""

_FEWEST_CHARACTERS = 200  # below, a news item that quotes a report cannot be told from a version of it
_MOST_HASHES = 40_000_000  # of all sketches together in the index: some 1.5 GB
_WHOLE, _PER_MASK = 1.25, 10  # what a report that hides nothing counts more, and what a mask costs in characters
_FEWEST_FIGURES, _FIGURES_AGREE = 8, 0.5
_PART = 0.7  # of the longer one: shorter reports may be pieces of it
_BY_COUNT = re.compile(r"\(\d+ of \d+ years named\)")
_SUMMARIES = {"工作总结", "工作汇报"}  # sites file one text under either name


class _Claims(NamedTuple):
    """What a report says of itself; None where it says nothing. ``firm``: not guessed from its wording alone."""

    report_id: str
    year: int | None
    year_firm: bool
    township: str | None
    county: str | None
    code: str | None
    genre: str | None
    completeness: str | None
    visible: int
    masks: int


class _Pair(NamedTuple):
    """Two reports, the number of shingles that both sketches hold, and what share of them that is."""

    less: _Claims
    more: _Claims
    both: int
    containment: float
    jaccard: float


def find_duplicates(
    reports: pd.DataFrame,
    sketches: Mapping[str, np.ndarray],
    digests: Mapping[str, str],
    rate: int = 1,
    figures: Mapping[str, np.ndarray] | None = None,
) -> pd.DataFrame:
    """Return the pairs of reports that are one report or have much text in common.

    ``exact``: the same cleaned text. ``near``: containment of at least .8, at least 200 characters, and nothing that
    the two say of themselves speaks against it. ``shared``: containment of at least .3, and why it is no more.
    Of copies with one text only the one that is kept is compared with other reports.

    Parameters
    ----------
    reports : pandas.DataFrame
        Table reports.
    sketches : mapping of str to numpy.ndarray
        For each report_id its hashed shingles (`sketch`).
    digests : mapping of str to str
        For each report_id a hash of its cleaned text.
    rate : int
        The rate of the sketches; for finer ones, the rate at which candidates are sought. Containment is always that of
        the sketches as given.
    figures : mapping of str to numpy.ndarray, optional
        For each report_id its hashed figures (`figures`): two texts of one wording and different figures are two
        reports.

    Returns
    -------
    pandas.DataFrame
        Table duplicates, sorted by report_id and other_id; ``other_id`` is the fuller one of the two.

    Raises
    ------
    TableError
        If a report has no sketch or no hash.
    """
    ordered = [_claims(row) for row in _fullest_first(reports).to_dict("records")]
    for name, given in (("sketches", sketches), ("digests", digests)):
        if lacking := [one.report_id for one in ordered if one.report_id not in given]:
            raise TableError(f"{name} lacks report {lacking[0]!r}. Give one entry for each row of reports.")
    copies: dict[str, list[_Claims]] = {}
    for one in ordered:
        copies.setdefault(digests[one.report_id], []).append(one)
    records = [
        _record(copy, group[0], "exact", 1.0, 1.0, _reason_of_copy(copy, group[0]))
        for group in copies.values()
        for copy in group[1:]
    ]
    leading = [group[0] for group in copies.values()]
    likely = []
    pairs = _measured(leading, [sketches[one.report_id] for one in leading], rate)
    for pair in pairs:
        for one in copies[digests[pair.less.report_id]] if pair.containment >= NEAR else [pair.less]:
            reason = _reason_against(one, pair.more, pair.containment, figures)
            if reason is None:
                likely.append(pair._replace(less=one))
            else:
                records.append(_record(one, pair.more, "shared", pair.containment, pair.jaccard, reason))
    records += _settled(likely, _collections(likely, pairs), figures)
    return rows(sorted(records, key=lambda record: (record["report_id"], record["other_id"])), "duplicates")


def mark_duplicates(reports: pd.DataFrame, duplicates: pd.DataFrame) -> pd.DataFrame:
    """Return a copy of `reports` in which ``duplicate_of`` names the report that is kept in place of each other one.

    Reports are taken from the fullest on; one that is an exact or near duplicate of a report already kept is out, and
    points to it: of several, to the one that holds most of it. So what is kept is never a duplicate, and nothing points
    to a report that is out.
    """
    same = duplicates[duplicates["relation"].isin(["exact", "near"])]
    fuller: dict[str, list[tuple[float, float, str]]] = {}
    columns = (same[name] for name in ("report_id", "other_id", "containment", "jaccard"))
    for one, other, containment, jaccard in zip(*columns, strict=True):
        fuller.setdefault(one, []).append((-containment, -jaccard, other))
    kept: dict[str, int] = {}
    original: dict[str, str] = {}
    for place, one in enumerate(_fullest_first(reports)["report_id"]):
        to = [(*shares, kept[other], other) for *shares, other in fuller.get(one, []) if other in kept]
        if to:
            original[one] = min(to)[-1]
        else:
            kept[one] = place
    return reports.assign(duplicate_of=reports["report_id"].map(original).astype("str"))


def _fullest_first(reports: pd.DataFrame) -> pd.DataFrame:
    """Return `reports` in the order in which they are kept, whatever the order of the files.

    What counts is what a reader gets to see: visible characters, a quarter more where nothing is hidden or cut off,
    ten less for each mask. Then fewer masks, the shorter path, the path.
    """
    visible = reports["visible_chars"].astype("float64").fillna(0)
    masks = reports["n_masks"].astype("float64").fillna(0)
    # what hides text is told by cues in simplified characters
    whole = reports["completeness"].eq("full") & ~reports["script"].eq("traditional")
    seen = visible * np.where(whole.fillna(False), _WHOLE, 1) - _PER_MASK * masks
    keys = pd.DataFrame({"seen": -seen, "masks": masks, "length": reports["path"].str.len()})
    keys = keys.assign(path=reports["path"], report_id=reports["report_id"])
    return reports.loc[keys.sort_values(list(keys.columns), kind="stable").index]


def _claims(row: Mapping) -> _Claims:
    def said(column: str) -> str | None:
        value = row.get(column)
        return None if value is None or pd.isna(value) else value

    masked = said("township_masked") is not False or str(row["township"]).startswith("某")
    evidence = said("genre_evidence") or ""
    year = said("year_stated")
    return _Claims(
        report_id=row["report_id"],
        year=None if year is None else int(year),
        year_firm=not _BY_COUNT.search(said("year_evidence") or ""),
        township=None if masked else _plain(said("township")),
        county=_plain(said("county")),
        code=said("township_code"),
        # what is told from words of the body may be told otherwise where half of the body is hidden
        genre=None if evidence.startswith("body") else said("genre"),
        completeness=said("completeness"),
        visible=int(said("visible_chars") or 0),
        masks=int(said("n_masks") or 0),
    )


def _plain(name: str | None) -> str | None:
    return None if name is None else fold_script(name)


def _measured(claims: Sequence[_Claims], sketches: Sequence[np.ndarray], rate: int) -> list[_Pair]:
    """Return all pairs from the threshold of ``shared`` on."""
    while sum(len(thin(one, rate)) for one in sketches) > _MOST_HASHES:
        rate *= 2
    found = []
    for later, earlier in candidates([thin(one, rate) for one in sketches], SHARED):
        for less, more in zip(later.tolist(), earlier.tolist(), strict=True):
            one, other = sketches[less], sketches[more]
            both = shared_count(one, other)
            containment = both / min(len(one), len(other))
            if containment >= SHARED:
                jaccard = both / (len(one) + len(other) - both)
                found.append(_Pair(claims[less], claims[more], both, containment, jaccard))
    return found


def _record(less: _Claims, more: _Claims, relation: str, containment: float, jaccard: float, reason: str) -> dict:
    return {
        "report_id": less.report_id,
        "other_id": more.report_id,
        "relation": relation,
        "containment": containment,
        "jaccard": jaccard,
        "reason": reason,
    }


def _differences(one: _Claims, other: _Claims) -> list[str]:
    """Return in what the two contradict each other: year, place, genre."""
    found = []
    if one.year is not None and other.year is not None and one.year != other.year and not _guess_slips(one, other):
        found.append(f"other year ({min(one.year, other.year)}, {max(one.year, other.year)})")
    if one.code and other.code:
        names = (one.code, other.code) if one.code != other.code else None
    else:
        names = _unlike(one.township, other.township) or _unlike(one.county, other.county)
    if names:
        found.append(f"other place ({', '.join(sorted(names))})")
    if one.genre and other.genre and one.genre != other.genre and not {one.genre, other.genre} <= _SUMMARIES:
        found.append(f"other genre ({', '.join(sorted((one.genre, other.genre)))})")
    return found


def _guess_slips(one: _Claims, other: _Claims) -> bool:
    """Tell whether two years in a row may be one: what is left of a text may speak most of the year that it plans."""
    guessed = [which for which in (one, other) if not which.year_firm]
    cut = any(which.completeness != "full" for which in guessed)
    return abs((one.year or 0) - (other.year or 0)) == 1 and (len(guessed) == 1 or cut)


def _unlike(one: str | None, other: str | None) -> tuple[str, str] | None:
    """Return both names if they are two places: 资溪县嵩市镇 and 嵩市镇 are one."""
    if one is None or other is None or one.endswith(other) or other.endswith(one):
        return None
    return one, other


def _contradictions(one: _Claims, other: _Claims, figures: Mapping[str, np.ndarray] | None) -> list[str]:
    """Return in what the two contradict each other, their figures included."""
    found = _differences(one, other)
    if figures is not None and not found:
        of_one, of_other = figures[one.report_id], figures[other.report_id]
        fewer = min(len(of_one), len(of_other))
        if fewer >= _FEWEST_FIGURES and (agree := shared_count(of_one, of_other)) < _FIGURES_AGREE * fewer:
            found.append(f"other figures ({agree} of {fewer} agree)")
    return found


def _reason_against(
    less: _Claims, more: _Claims, containment: float, figures: Mapping[str, np.ndarray] | None
) -> str | None:
    """Return why two reports with much text in common are not taken for one, or None if they may be."""
    found = _contradictions(less, more, figures)
    if containment < NEAR:
        return "; ".join(["a part in common: look at both", *found])
    if found:
        return f"same wording, {', '.join(found)}: a template or a copied report"
    shorter = min(less.visible, more.visible)
    if shorter < _FEWEST_CHARACTERS:
        return f"too short ({shorter} characters) to be told from a quotation"
    return None


def _settled(likely: list[_Pair], collections: set[str], figures: Mapping[str, np.ndarray] | None) -> list[dict]:
    """Return the records of pairs that nothing between the two speaks against.

    A copy that names neither year nor place may fit two reports that contradict each other: it is a version of the one
    with which it shares most. So reports are joined from the pair with most shingles in common on, and no two that
    contradict each other come together.
    """
    versions: dict[str, list[_Claims]] = {}
    records = []
    for pair in sorted(likely, key=lambda pair: (-pair.both, pair.less.report_id, pair.more.report_id)):
        less, more, _, containment, jaccard = pair
        relation, reason = "near", _reason_for(less, more)
        ours, theirs = (versions.setdefault(one.report_id, [one]) for one in (less, more))
        if more.report_id in collections and less.visible <= _PART * more.visible:
            relation, reason = "shared", "the other holds several reports that are not one: look at both"
        elif ours is not theirs:
            unlike = ((one, other) for one in ours for other in theirs if _contradictions(one, other, figures))
            if (against := next(unlike, None)) is None:
                ours += theirs
                versions.update((one.report_id, ours) for one in theirs)
            else:
                names = " and ".join(sorted(one.report_id for one in against))
                relation, reason = "shared", f"same wording, but closer to another: {names} are two reports"
        records.append(_record(less, more, relation, containment, jaccard, reason))
    return records


def _reason_of_copy(less: _Claims, more: _Claims) -> str:
    return "; ".join(["same cleaned text", *(f"filed under {found}" for found in _differences(less, more))])


def _reason_for(less: _Claims, more: _Claims) -> str:
    """Return why `more` is kept and not `less`."""
    if more.completeness == "full" != less.completeness:
        return f"the other is full, this one {less.completeness}"
    if less.masks > more.masks and less.visible <= more.visible + _PER_MASK * (less.masks - more.masks):
        return f"the other has fewer masks ({more.masks} against {less.masks})"
    if more.visible > less.visible:
        return f"the other shows more characters ({more.visible} against {less.visible})"
    return "both show as much; the other's path is shorter or sorts first"


def _collections(likely: Sequence[_Pair], pairs: Sequence[_Pair]) -> set[str]:
    """Return the reports that hold two shorter ones which contradict each other and have little in common."""
    alike = {(pair.less.report_id, pair.more.report_id) for pair in pairs}
    alike |= {(more, less) for less, more in alike}
    parts: dict[str, list[_Claims]] = {}
    for pair in likely:
        if pair.less.visible <= _PART * pair.more.visible:
            parts.setdefault(pair.more.report_id, []).append(pair.less)
    return {
        whole
        for whole, held in parts.items()
        if any(
            (one.report_id, other.report_id) not in alike and _differences(one, other)
            for at, one in enumerate(held)
            for other in held[:at]
        )
    }
