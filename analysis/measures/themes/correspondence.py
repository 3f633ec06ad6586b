"""A map of groups and themes: correspondence analysis, and how far each group may wander on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from analysis.measures.statistics.intervals import check_confidence
from analysis.measures.themes.divergence import at_least_two
from analysis.measures.themes.mass import Terms, theme_mass
from analysis.schemas import Corpus, TableError

__all__ = ["Correspondence", "correspondence_analysis", "theme_correspondence"]

ROW_WEIGHTS = ("mass", "equal")
_NOTHING = 1e-12
"""Eigenvalues below this, relative to 1, are rounding and no axis."""


class Correspondence(NamedTuple):
    """The result of a correspondence analysis.

    Attributes
    ----------
    points : DataFrame
        One row per row or column of the table and axis. Columns: kind ("row" / "column"), name (str), axis (int64, from
        1), mass (float64, sums to 1 in each kind), coordinate (principal), standard (standard coordinate), contribution
        (share of the axis's inertia that the point makes), cos2 (share of the point's own inertia that the axis shows;
        NaN for a point in the centre).
    axes : DataFrame
        Columns: axis (int64), eigenvalue (principal inertia), share, cumulative (of the total inertia).
    dropped : tuple of str
        Columns of the table that were left out for too little mass.
    ellipses : DataFrame
        Of `theme_correspondence`, empty otherwise. One row per group: name (str), x, y (the group's coordinates on axes
        1 and 2), semi_major, semi_minor (half axes of the ellipse), angle (degrees from axis 1 to the longer one),
        draws (int64, draws in which the group had a coded sentence).
    """

    points: pd.DataFrame
    axes: pd.DataFrame
    dropped: tuple[str, ...]
    ellipses: pd.DataFrame

    def coordinates(self, kind: str = "row") -> pd.DataFrame:
        """Return the principal coordinates of the rows or columns, one column per axis."""
        of = self.points[self.points["kind"] == kind]
        names = list(dict.fromkeys(of["name"]))
        return of.pivot(index="name", columns="axis", values="coordinate").reindex(names)


def correspondence_analysis(
    table: pd.DataFrame, *, row_weights: str = "mass", min_mass: float = 0.01
) -> Correspondence:
    """Map the rows and columns of a table of amounts by the singular value decomposition of its residuals.

    Rows near one another have like profiles; a row lies towards the columns of which it has more than the average, and
    the centre is the average profile. Distances between a row and a column mean nothing, and neither does a point whose
    cos² on the axes shown is small. With n rows there are n − 1 axes at most.

    Parameters
    ----------
    table : DataFrame
        Rows by columns, amounts not below 0 (counts, or characters as in `theme_mass`).
    row_weights : {"mass", "equal"}
        ``mass`` weighs each row by its sum, so that the longest texts set the axes; ``equal`` lets each row count the
        same. Show both where texts differ in length.
    min_mass : float
        Columns of less than this share of all mass are left out first: a rare column can make an axis of its own.

    Returns
    -------
    Correspondence

    Raises
    ------
    TableError
        If an amount is missing or below 0, a row or the whole table is empty, fewer than two rows or columns are left,
        or `row_weights` is unknown.

    Notes
    -----
    On each axis the column with the largest contribution (of equal ones the first) has a positive coordinate.

    References
    ----------
    Greenacre 2017, *Correspondence Analysis in Practice*, 3rd ed., appendix A, eqs A.4–A.11 (residuals, coordinates,
    inertias) and ch. 11 (contributions, cos²).

    Examples
    --------
    >>> table = pd.DataFrame({"grain": [8, 2], "school": [2, 8]}, index=["a", "b"])
    >>> result = correspondence_analysis(table)
    >>> result.axes["eigenvalue"].round(4).tolist(), result.coordinates().round(2)[1].tolist()
    ([0.36], [0.6, -0.6])
    """
    amounts = _amounts(table, row_weights)
    if row_weights == "equal":
        amounts = amounts / amounts.sum(axis=1, keepdims=True)
    kept = amounts.sum(axis=0) >= min_mass * amounts.sum()
    kept &= amounts.sum(axis=0) > 0
    if kept.sum() < 2:
        raise TableError(
            f"correspondence_analysis needs two columns with a mass of {min_mass} or more; "
            f"there are {int(kept.sum())} of {len(kept)}. Lower min_mass."
        )
    columns = [str(name) for name, keep in zip(table.columns, kept, strict=True) if keep]
    p = amounts[:, kept] / amounts[:, kept].sum()
    r, c = p.sum(axis=1), p.sum(axis=0)
    if (r == 0).any():
        name = table.index[int(np.argmax(r == 0))]
        raise TableError(f"row {name!r} has no mass in the columns kept. Leave it out, or lower min_mass.")
    residuals = (p - np.outer(r, c)) / np.sqrt(np.outer(r, c))
    u, singular, vt = np.linalg.svd(residuals, full_matrices=False)
    count = int((singular[: min(p.shape) - 1] ** 2 > _NOTHING).sum())
    u, singular, v = u[:, :count], singular[:count], vt[:count].T
    for axis in range(count):
        # contributions that differ by rounding alone are equal
        sign = np.sign(v[np.argmax(np.round(v[:, axis] ** 2, 9)), axis])
        u[:, axis], v[:, axis] = sign * u[:, axis], sign * v[:, axis]

    eigenvalue = singular**2
    total = (residuals**2).sum()
    axes = pd.DataFrame(
        {
            "axis": np.arange(1, count + 1),
            "eigenvalue": eigenvalue,
            "share": eigenvalue / total if count else eigenvalue,
            "cumulative": np.cumsum(eigenvalue) / total if count else eigenvalue,
        }
    )
    rows = [str(name) for name in table.index]
    points = pd.concat(
        [_points("row", rows, r, u, singular), _points("column", columns, c, v, singular)], ignore_index=True
    )
    dropped = tuple(str(name) for name, keep in zip(table.columns, kept, strict=True) if not keep)
    return Correspondence(points, axes, dropped, _ellipses([]))


def _amounts(table: pd.DataFrame, row_weights: str) -> np.ndarray:
    if row_weights not in ROW_WEIGHTS:
        raise TableError(f"row_weights must be one of {', '.join(ROW_WEIGHTS)}; received {row_weights!r}.")
    amounts = table.to_numpy(dtype=float)
    if len(amounts) < 2:
        raise TableError(f"correspondence_analysis compares rows; received {len(amounts)}, 2 at least.")
    bad = ~(amounts >= 0)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise TableError(
            f"the table holds {amounts[row, column]} for row {table.index[row]!r}, column {table.columns[column]!r}. "
            "Amounts must be 0 or more."
        )
    empty = amounts.sum(axis=1) == 0
    if empty.any():
        raise TableError(f"row {table.index[int(np.argmax(empty))]!r} holds nothing. Leave it out.")
    return amounts


def _points(kind: str, names: list[str], mass: np.ndarray, vectors: np.ndarray, singular: np.ndarray) -> pd.DataFrame:
    standard = vectors / np.sqrt(mass)[:, None]
    principal = standard * singular
    own = (principal**2).sum(axis=1, keepdims=True)
    shape = principal.shape
    with np.errstate(invalid="ignore", divide="ignore"):
        shown = np.where(own > _NOTHING, principal**2 / own, np.nan)
    return pd.DataFrame(
        {
            "kind": pd.array([kind] * principal.size, dtype="str"),
            "name": pd.array(np.repeat(np.array(names, dtype=object), shape[1]), dtype="str"),
            "axis": np.tile(np.arange(1, shape[1] + 1), shape[0]),
            "mass": np.repeat(mass, shape[1]),
            "coordinate": principal.ravel(),
            "standard": standard.ravel(),
            "contribution": (vectors**2).ravel(),
            "cos2": shown.ravel(),
        }
    )


def theme_correspondence(
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "report_id",
    terms: Terms | None = None,
    row_weights: str = "mass",
    min_mass: float = 0.01,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 20240101,
) -> Correspondence:
    """Map groups and themes, with an ellipse around each group for the draw of its reports or sentences.

    The ellipse shows where the group would lie with other reports of the kind (of a single report, with other sentences
    of the text), on the axes as they are: two
    ellipses that overlap much say that the map does not tell the two apart.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    by : str or list of str
        Columns of reports or sentences that make the groups: the rows of the map. Themes are the columns.
    terms : DataFrame or mapping, optional
        As in `theme_shares`.
    row_weights, min_mass
        As in `correspondence_analysis`.
    confidence : float
        Share of the draws' normal distribution inside an ellipse.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    Correspondence

    Raises
    ------
    TableError
        As `correspondence_analysis`; and if there are fewer than two groups.

    Notes
    -----
    Reports are redrawn, or the sentences of a single one; each redrawn row is projected as a supplementary point on the
    original axes. The ellipse lies around the observed point, with the covariance of the redrawn ones (raised by
    m / (m - 1) for m units), and the limit of Hotelling's T² for a mean of m points in two dimensions.

    References
    ----------
    Ringrose 2012, *Journal of Statistical Computation and Simulation* 82: 1397–1413 (bootstrap regions); Greenacre
    2017, ch. 12 (supplementary points).

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> corpus = read_corpus("seeds")
    >>> result = theme_correspondence(corpus)
    >>> len(result.axes), len(result.ellipses), result.dropped
    (4, 5, ())
    """
    check_confidence(confidence)
    coded = theme_mass(corpus, by=by, terms=terms)
    at_least_two(coded, "theme_correspondence")
    table = pd.DataFrame(coded.table, index=list(coded.labels), columns=list(coded.themes))
    result = correspondence_analysis(table, row_weights=row_weights, min_mass=min_mass)
    if len(result.axes) < 2:
        return result
    columns = result.points[(result.points["kind"] == "column") & (result.points["axis"] <= 2)]
    standard = columns.pivot(index="name", columns="axis", values="standard")
    kept = [at for at, theme in enumerate(coded.themes) if theme not in result.dropped]
    directions = standard.loc[[coded.themes[at] for at in kept]].to_numpy()
    drawn = [redrawn[:, kept] for redrawn in coded.resampled(draws, seed)]
    observed = result.coordinates("row")
    found = []
    for at, group in enumerate(coded.labels):
        total = drawn[at].sum(axis=1, keepdims=True)
        spoken = total[:, 0] > 0
        places = drawn[at][spoken] / total[spoken] @ directions
        m = len(coded.blocks(at)[0])
        if m < 4 or len(places) < 2:
            continue
        spread, turn = np.linalg.eigh(np.cov(places.T) * m / (m - 1))
        # Hotelling's limit for a mean of m units in two dimensions
        limit = 2 * (m - 1) / (m - 2) * special.fdtri(2, m - 2, confidence)
        half = np.sqrt(np.maximum(spread[::-1], 0) * limit)
        angle = np.degrees(np.arctan2(turn[1, 1], turn[0, 1])) % 180
        x, y = observed.loc[group, [1, 2]]
        found.append((group, x, y, half[0], half[1], angle, int(spoken.sum())))
    return result._replace(ellipses=_ellipses(found))


def _ellipses(rows: list[tuple]) -> pd.DataFrame:
    names = {"name": "str", "x": "float64", "y": "float64", "semi_major": "float64", "semi_minor": "float64"}
    names |= {"angle": "float64", "draws": "int64"}
    return pd.DataFrame(rows, columns=list(names)).astype(names)
