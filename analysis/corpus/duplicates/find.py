"""Copies and versions of one report: told from reports that share a template, and the fullest of them kept.

Which reports are compared, how and with what error is written in ``docs/duplicates.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.corpus.duplicates.claims import Claims, claims_of, contradictions, differences
from analysis.corpus.duplicates.overlap import candidates, shared_count
from analysis.corpus.duplicates.shingles import thin
from analysis.schemas import TableError, rows

__all__ = ["NEAR", "SHARED", "find_duplicates", "mark_duplicates"]

NEAR, SHARED = 0.8, 0.3
"""Containment from which two reports are versions of one, and from which they are worth a look."""

_FEWEST_CHARACTERS = 200  # below, a news item that quotes a report cannot be told from a version of it
_MOST_HASHES = 40_000_000  # of all sketches together in the index: some 1.5 GB
_WHOLE, _PER_MASK = 1.25, 10  # what a report that hides nothing counts more, and what a mask costs in characters
_TRADITIONAL = 0.8  # what its characters count: the lexicons and the marks of hidden text are simplified
_PART = 0.7  # of the longer one: shorter reports may be pieces of it


class _Pair(NamedTuple):
    """Two reports, the number of shingles that both sketches hold, and what share of them that is."""

    less: Claims
    more: Claims
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
    ordered = [claims_of(row) for row in _fullest_first(reports).to_dict("records")]
    for name, given in (("sketches", sketches), ("digests", digests)):
        if lacking := [one.report_id for one in ordered if one.report_id not in given]:
            raise TableError(f"{name} lacks report {lacking[0]!r}. Give one entry for each row of reports.")
    copies: dict[str, list[Claims]] = {}
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

    What counts is what a reader gets to see: visible characters, a quarter more where nothing is hidden or cut off, a
    fifth less in traditional script, ten less for each mask. Then fewer masks, the shorter path, the path.
    """
    visible = reports["visible_chars"].astype("float64").fillna(0)
    masks = reports["n_masks"].astype("float64").fillna(0)
    traditional = reports["script"].eq("traditional").fillna(False)
    whole = reports["completeness"].eq("full").fillna(False)
    weight = np.where(traditional, _TRADITIONAL, np.where(whole, _WHOLE, 1))
    seen = visible * weight - _PER_MASK * masks
    keys = pd.DataFrame({"seen": -seen, "masks": masks, "length": reports["path"].str.len()})
    keys = keys.assign(path=reports["path"], report_id=reports["report_id"])
    return reports.loc[keys.sort_values(list(keys.columns), kind="stable").index]


def _measured(claims: Sequence[Claims], sketches: Sequence[np.ndarray], rate: int) -> list[_Pair]:
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


def _record(less: Claims, more: Claims, relation: str, containment: float, jaccard: float, reason: str) -> dict:
    return {
        "report_id": less.report_id,
        "other_id": more.report_id,
        "relation": relation,
        "containment": containment,
        "jaccard": jaccard,
        "reason": reason,
    }


def _reason_against(
    less: Claims, more: Claims, containment: float, figures: Mapping[str, np.ndarray] | None
) -> str | None:
    """Return why two reports with much text in common are not taken for one, or None if they may be."""
    found = contradictions(less, more, figures)
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
    versions: dict[str, _Versions] = {}
    records = []
    for pair in sorted(likely, key=lambda pair: (-pair.both, pair.less.report_id, pair.more.report_id)):
        less, more, _, containment, jaccard = pair
        relation, reason = "near", _reason_for(less, more)
        ours, theirs = (versions.setdefault(one.report_id, _Versions.of(one)) for one in (less, more))
        if more.report_id in collections and less.visible <= _PART * more.visible:
            relation, reason = "shared", "the other holds several reports that are not one: look at both"
        elif ours is not theirs:
            if (against := ours.against(theirs, figures)) is None:
                joined = ours.joined(theirs, figures)
                versions.update(dict.fromkeys(joined.members, joined))
            else:
                names = " and ".join(sorted(against))
                relation, reason = "shared", f"same wording, but closer to another: {names} are two reports"
        records.append(_record(less, more, relation, containment, jaccard, reason))
    return records


class _Versions(NamedTuple):
    """Versions of one report: which, one for each thing that they say of themselves, and the one with most figures."""

    members: list[str]
    saying: dict[Claims, Claims]
    counting: Claims

    @classmethod
    def of(cls, one: Claims) -> _Versions:
        return cls([one.report_id], {one._replace(report_id="", visible=0, masks=0): one}, one)

    def against(self, other: _Versions, figures: Mapping[str, np.ndarray] | None) -> tuple[str, str] | None:
        """Return two reports, one of each side, that contradict each other."""
        for one in self.saying.values():
            for another in other.saying.values():
                if differences(one, another):
                    return one.report_id, another.report_id
        if contradictions(self.counting, other.counting, figures):
            return self.counting.report_id, other.counting.report_id
        return None

    def joined(self, other: _Versions, figures: Mapping[str, np.ndarray] | None) -> _Versions:
        counting = max(
            (self.counting, other.counting),
            key=lambda one: (0 if figures is None else len(figures[one.report_id]), one.report_id),
        )
        return _Versions([*self.members, *other.members], other.saying | self.saying, counting)


def _reason_of_copy(less: Claims, more: Claims) -> str:
    return "; ".join(["same cleaned text", *(f"filed under {found}" for found in differences(less, more))])


def _reason_for(less: Claims, more: Claims) -> str:
    """Return why `more` is kept and not `less`."""
    if more.completeness == "full" != less.completeness and not less.traditional:
        return f"the other is full, this one {less.completeness}"
    if less.masks > more.masks and less.visible <= more.visible + _PER_MASK * (less.masks - more.masks):
        return f"the other has fewer masks ({more.masks} against {less.masks})"
    if less.traditional and not more.traditional:
        return "the other is in simplified characters"
    if more.visible > less.visible:
        return f"the other shows more characters ({more.visible} against {less.visible})"
    return "both show as much; the other's path is shorter or sorts first"


def _collections(likely: Sequence[_Pair], pairs: Sequence[_Pair]) -> set[str]:
    """Return the reports that hold two shorter ones which contradict each other and have little in common."""
    alike = {(pair.less.report_id, pair.more.report_id) for pair in pairs}
    alike |= {(more, less) for less, more in alike}
    parts: dict[str, list[Claims]] = {}
    for pair in likely:
        if pair.less.visible <= _PART * pair.more.visible:
            parts.setdefault(pair.more.report_id, []).append(pair.less)
    return {
        whole
        for whole, held in parts.items()
        if any(
            (one.report_id, other.report_id) not in alike and differences(one, other)
            for at, one in enumerate(held)
            for other in held[:at]
        )
    }
