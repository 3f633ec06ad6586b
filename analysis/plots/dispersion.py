"""Frequency against dispersion, with the dispersion that chance alone would give."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator

from analysis.measures.statistics.groups import named_groups
from analysis.plots.labels import label
from analysis.plots.placement import place_labels
from analysis.plots.style import COLOURS, is_narrow, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["dispersed_terms", "plot_dispersion"]


def dispersed_terms(frequency: pd.DataFrame, *, group: str = "corpus") -> pd.DataFrame:
    """Return the rows of `group` that have a dispersion, in the order in which their labels are tried.

    The most frequent term and the term furthest above its expectation take turns, ties by term. The column
    ``dp_norm_expected`` (float64, 0 to 1) is dp_expected on the scale of dp_norm.

    Raises
    ------
    TableError
        If no row of `group` has a dispersion, as where the group is a single part or no term occurs 5 times.
    """
    frequency = named_groups(frequency)
    rows = frequency[
        (frequency["group"] == group) & frequency["dp_norm"].notna() & ~frequency["is_stopword"].astype(bool)
    ]
    if rows.empty:
        raise TableError(
            f"frequency table has no term with a dispersion in group {group!r}. "
            "Dispersion needs two parts (reports, or sections of one report) and a term that occurs 5 times."
        )
    # every dp_norm is dp over one maximum, that of the group: the largest dp shows it most exactly
    top = rows["dp"].to_numpy(dtype=float).argmax()
    scale = rows["dp_norm"].iloc[top] / rows["dp"].iloc[top] if rows["dp"].iloc[top] > 0 else 1.0
    rows = rows.assign(dp_norm_expected=rows["dp_expected"] * scale)
    excess = rows["dp_norm"] - rows["dp_norm_expected"]
    by_n = rows.assign(excess=excess).sort_values(["n", "term"], ascending=[False, True], kind="stable").index
    by_excess = rows.assign(excess=excess).sort_values(["excess", "term"], ascending=[False, True], kind="stable").index
    order = list(dict.fromkeys(index for pair in zip(by_n, by_excess, strict=True) for index in pair))
    return rows.loc[order].reset_index(drop=True)


def plot_dispersion(
    data: pd.DataFrame,
    *,
    n_labels: int = 40,
    n_parts: int | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw each term by how often it occurs and how unevenly it is spread over the reports.

    The dashed line is the dispersion that a term of that frequency has if its occurrences fall at random: rare terms
    look concentrated by arithmetic alone, so only the distance from the line tells anything.

    Parameters
    ----------
    data : DataFrame
        Rows of `dispersed_terms`; every row is drawn, and labels are tried from the first row on.
    n_labels : int
        How many terms are tried for a label. A label that finds no free place is dropped;
        `labelled_terms` tells which stand.
    n_parts : int, optional
        Number of reports; by default the largest `n_reports` of the rows. Terms in every report have filled dots.
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
        raise TableError("plot_dispersion got no row. Choose rows with dispersed_terms(frequency).")
    own = ax is None
    terms = [str(term) for term in data["term"].head(n_labels)]
    require_glyphs(terms, figure="plot_dispersion")
    ax = new_axes("double", 105, ax=ax)

    everywhere = (data["n_reports"] >= (n_parts or data["n_reports"].max())).to_numpy()
    curve = data.drop_duplicates("n").sort_values("n", kind="stable")
    (line,) = ax.plot(
        curve["n"],
        curve["dp_norm_expected"],
        color=COLOURS["vermilion"],
        linestyle="--",
        label=label("dispersion_expected", language=language),
    )
    for mask, face, key in (
        (~everywhere, "white", "dispersion_unshared"),
        (everywhere, COLOURS["blue"], "dispersion_shared"),
    ):
        ax.plot(
            data["n"][mask],
            data["dp_norm"][mask],
            linestyle="none",
            marker="o",
            markersize=3.2,
            markerfacecolor=face,
            markeredgecolor=COLOURS["blue"],
            markeredgewidth=0.7,
            label=label(key, language=language) if mask.any() else "_",
        )
    ax.set_xscale("log")
    ax.set_xlim(data["n"].min() / 1.15, data["n"].max() * 1.25)
    ax.set_ylim(0, 1.03)
    ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
    ax.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.minorticks_off()
    ax.grid(axis="both")
    ax.set_xlabel(label("occurrences", language=language))
    ax.set_ylabel(label("dp_norm", language=language))
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=1 if is_narrow(ax) else 3,
        borderaxespad=0.2,
        borderpad=0.2,
        columnspacing=1.5,
    )
    settle(ax, own=own)
    place_labels(
        ax,
        list(zip(data["n"].head(n_labels), data["dp_norm"].head(n_labels), terms, strict=True)),
        points=data[["n", "dp_norm"]].to_numpy(dtype=float),
        lines=[line],
    )
    return ax
