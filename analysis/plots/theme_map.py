"""How far reports lie apart in their themes: a matrix of distances with their null, and a map with its ellipses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from analysis.plots.labels import label
from analysis.plots.panels import text_width
from analysis.plots.placement import place_labels
from analysis.plots.style import COLOURS, beside, is_narrow, new_axes, require_glyphs, settle
from analysis.plots.themes import theme_label
from analysis.schemas import TableError

__all__ = ["map_rows", "plot_theme_distances", "plot_theme_map", "small_p"]

MAX_REPORTS = 12
CELL = 10.5  # mm
ALPHA = 0.05
LEAST, LARGEST = 1.8, 5.4  # points: marks of themes; the room that labels leave is made for these
SHOWN = 0.5  # cos² on the two axes from which a theme's place can be read
PALE, DEEP = np.array(to_rgb("#EEF4F9")), np.array(to_rgb("#7FB3D5"))


def plot_theme_distances(
    data: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw the distance of every two reports in their themes; below it, the distance that chance alone would give.

    A thick frame marks a pair that differs more than two draws from one pool of sentences (adjusted p at most .05).
    Above the diagonal stands that p.

    Parameters
    ----------
    data : DataFrame
        From `theme_divergence`; every row is drawn, groups in code-point order.
    labels : mapping of str to str, optional
        What each group is called; what stands before the first blank heads its column.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "zh"}, optional
        By default that of the style in force.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        If the table has no row or more than 12 groups.
    FontError
        If a label holds a character that no font can draw.
    """
    groups = sorted({*data["source"].astype(str), *data["target"].astype(str)})
    if not groups:
        raise TableError("plot_theme_distances got no row. Compare two groups or more with theme_divergence.")
    if len(groups) > MAX_REPORTS:
        raise TableError(f"plot_theme_distances draws up to {MAX_REPORTS} groups, received {len(groups)}. Choose some.")
    own = ax is None
    names = {group: (labels or {}).get(group, group) for group in groups}
    require_glyphs(names.values(), figure="plot_theme_distances")
    wide = "single" if len(groups) <= 5 else "double"
    heads = {group: name.partition(" ")[0] for group, name in names.items()}
    longest = max(map(text_width, heads.values())) / 72 * 25.4
    upright = longest > CELL
    ax = new_axes(wide, 24 + CELL * len(groups) + longest * upright, ax=ax)
    short = is_narrow(ax) and len(groups) > 5
    place = {group: at for at, group in enumerate(groups)}
    far = float(data["distance"].max())
    for row in data.to_dict("records"):
        x, y = sorted((place[str(row["source"])], place[str(row["target"])]))
        _pair(ax, x, y, row, far)
    for group, at in place.items():
        ax.add_patch(Rectangle((at - 0.5, at - 0.5), 1, 1, facecolor=COLOURS["pale"], edgecolor="white", linewidth=0.8))
        beside(ax, at, heads[group] if short else names[group], points=-5)
        ax.annotate(heads[group], (at, -0.5), (0, 4), textcoords="offset points", ha="center",
                    va="bottom", rotation=90 * upright, annotation_clip=False)  # fmt: skip
    ax.set_xlim(-0.5, len(groups) - 0.5)
    ax.set_ylim(len(groups) - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_xlabel(label("theme_distance", language=language), loc="right")
    settle(ax, own=own)
    return ax


def _pair(ax: Axes, x: int, y: int, row: dict, far: float) -> None:
    """Draw the distance of a pair below the diagonal and its p above."""
    corner = (x - 0.5, y - 0.5)
    if pd.isna(row["distance"]):
        ax.add_patch(Rectangle(corner, 1, 1, facecolor="white", hatch="//////", edgecolor="#BDBDBD", linewidth=0.6))
        return
    depth = row["distance"] / far if far else 0.0
    beyond = row["p_adjusted"] <= ALPHA
    ax.add_patch(Rectangle(corner, 1, 1, facecolor=tuple(PALE + (DEEP - PALE) * depth**2), edgecolor="white",
                           linewidth=0.8))  # fmt: skip
    if beyond:
        ax.add_patch(
            Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, fill=False, edgecolor=COLOURS["vermilion"], linewidth=2)
        )
    null = np.sqrt(max(row["null_mean"], 0.0))
    for up, text, look in (
        (-0.17, _decimals(row["distance"]), {"fontweight": "bold"}),
        (0.22, f"({_decimals(null)})", {"fontsize": 7}),
    ):
        ax.text(x, y + up, text, ha="center", va="center", color=COLOURS["ink"], **look)
    ax.text(y, x, f"p {small_p(row['p_adjusted'])}", ha="center", va="center", fontsize=7, color=COLOURS["ink"])


def small_p(p: float) -> str:
    """Return `p` with two decimals, or <.01.

    Examples
    --------
    >>> small_p(0.249), small_p(0.0005)
    ('.25', '<.01')
    """
    return "<.01" if p < 0.005 else _decimals(p)


def _decimals(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def map_rows(points: pd.DataFrame, axes: pd.DataFrame, ellipses: pd.DataFrame) -> pd.DataFrame:
    """Return one row per report and theme of a correspondence analysis, with its place on axes 1 and 2.

    Parameters
    ----------
    points, axes, ellipses : DataFrame
        Of `Correspondence`. With two rows or columns there is one axis, and y is 0.

    Returns
    -------
    DataFrame
        **Columns**: kind ("row" / "column"), name (str); mass, x, y (float64); contribution (share of the inertia of
        both axes that the point makes), cos2 (share of the point's inertia that both axes show); semi_major,
        semi_minor, angle (of the ellipse; NaN for themes).
    """
    shown = points[points["axis"] <= 2].merge(axes[["axis", "eigenvalue"]], on="axis")
    shown = shown.assign(made=shown["contribution"] * shown["eigenvalue"])
    total = axes.loc[axes["axis"] <= 2, "eigenvalue"].sum()
    groups = shown.groupby(["kind", "name"], sort=False)
    rows = groups.agg(mass=("mass", "first"), made=("made", "sum"), cos2=("cos2", "sum")).reset_index()
    for axis, name in ((1, "x"), (2, "y")):
        on = shown[shown["axis"] == axis].set_index(["kind", "name"])["coordinate"]
        rows[name] = on.reindex(pd.MultiIndex.from_frame(rows[["kind", "name"]])).fillna(0.0).to_numpy()
    rows["contribution"] = rows["made"] / total if total else 0.0
    own = ellipses[["name", "semi_major", "semi_minor", "angle"]].assign(kind="row")
    rows = rows.merge(own, on=["kind", "name"], how="left")
    rows = rows.sort_values("kind", ascending=False, kind="stable")
    names = ["kind", "name", "mass", "x", "y", "contribution", "cos2", "semi_major", "semi_minor", "angle"]
    # nine decimals: the last digits of a decomposition differ between processors, and the figure must not
    numbers = names[2:]
    return rows[names].assign(**(rows[numbers].astype(float).round(9) + 0.0)).reset_index(drop=True)


def plot_theme_map(
    data: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    shares: tuple[float, float] | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw reports with their ellipses and themes on the first two axes of a correspondence analysis.

    Reports near one another have like profiles; a report lies towards the themes of which it has more than the mean.
    Distances between a report and a theme mean nothing. The area of a theme's diamond is its contribution to the two
    axes; a hollow one lies mostly in other dimensions (cos² below .5), and its place is not to be read.

    Parameters
    ----------
    data : DataFrame
        From `map_rows`; every row is drawn.
    labels : mapping of str to str, optional
        What each report is called; what stands before the first blank is written.
    shares : (float, float), optional
        Shares of the inertia that the axes show, for their labels.
    ax : Axes, optional
        Where to draw; by default a new figure.
    language : {"en", "zh"}, optional
        By default that of the style in force.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        If the table has no row.
    FontError
        If a label holds a character that no font can draw.
    """
    if data.empty:
        raise TableError(
            "plot_theme_map got no row. Take rows from map_rows(*theme_correspondence(...)[:2], ellipses)."
        )
    own = ax is None
    reports, themes = (data[data["kind"] == kind].to_dict("records") for kind in ("row", "column"))
    names = [(labels or {}).get(str(row["name"]), str(row["name"])).partition(" ")[0] for row in reports]
    words = [theme_label(str(row["name"]), language=language) for row in themes]
    require_glyphs([*names, *words], figure="plot_theme_map")
    ax = new_axes("double", 126, ax=ax)
    for line in (ax.axhline, ax.axvline):
        line(0, color=COLOURS["pale"], linewidth=0.8, zorder=0.5)
    for row in reports:
        if not pd.isna(row["semi_major"]):
            ax.plot(*_ellipse(row), color=COLOURS["blue"], linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    ax.plot(data.loc[data["kind"] == "row", "x"], data.loc[data["kind"] == "row", "y"], **_report_mark())
    most = max((float(row["contribution"]) for row in themes), default=0.0) or 1.0
    for row in themes:
        size = max(LARGEST * (row["contribution"] / most) ** 0.5, LEAST)
        ax.plot(row["x"], row["y"], **_theme_mark(row["cos2"] >= SHOWN, size))
    ax.set_aspect("equal", adjustable="datalim")
    for number, setter in enumerate((ax.set_xlabel, ax.set_ylabel)):
        text = label("map_axis", language=language).format(axis=number + 1)
        setter(text if shares is None else f"{text} ({100 * shares[number]:.0f}%)")
    looks = (
        ("map_report", _report_mark() | {"markersize": 5}),
        ("map_theme", _theme_mark(True, LARGEST)),
        ("map_theme_hidden", _theme_mark(False, LARGEST)),
    )
    handles = [Line2D([], [], label=label(key, language=language), **look) for key, look in looks]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=1 if is_narrow(ax) else 3)
    settle(ax, own=own)
    # reports first, then the themes that make the axes
    order = sorted(zip(themes, words, strict=True), key=lambda pair: -pair[0]["contribution"])
    places = [(row["x"], row["y"], name) for row, name in zip(reports, names, strict=True)]
    places += [(row["x"], row["y"], word) for row, word in order]
    place_labels(ax, places, points=data[["x", "y"]].to_numpy(dtype=float))
    for text in ax.texts:
        # the dashed ellipses run behind names; a white edge keeps these legible
        text.set_path_effects([withStroke(linewidth=2.0, foreground="white")])
    return ax


def _ellipse(row: dict) -> tuple[np.ndarray, np.ndarray]:
    """Return the curve of a report's ellipse."""
    around, turn = np.linspace(0, 2 * np.pi, 181), np.radians(row["angle"])
    along, across = row["semi_major"] * np.cos(around), row["semi_minor"] * np.sin(around)
    x = row["x"] + along * np.cos(turn) - across * np.sin(turn)
    return x, row["y"] + along * np.sin(turn) + across * np.cos(turn)


def _report_mark() -> dict:
    return {"linestyle": "none", "marker": "o", "markersize": 5, "color": COLOURS["blue"], "zorder": 3}


def _theme_mark(shown: bool, size: float) -> dict:
    return {
        "linestyle": "none", "marker": "D", "markersize": size, "color": COLOURS["red"], "markeredgewidth": 0.8,
        "markerfacecolor": COLOURS["red"] if shown else "white", "zorder": 2,
    }  # fmt: skip
