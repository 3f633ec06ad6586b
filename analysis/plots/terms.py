"""The most frequent terms with the intervals of their rates."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.measures.statistics.groups import named_groups
from analysis.plots.labels import label
from analysis.plots.style import COLOURS, beside, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["plot_top_terms", "top_terms"]

ROW = 4.2  # mm for each term


def top_terms(frequency: pd.DataFrame, n: int = 30, *, group: str = "corpus") -> pd.DataFrame:
    """Return the rows of the `n` terms with the highest rates in `group`, the highest first, ties by term.

    Terms without a rate (fewer than 3 occurrences) are left out, and so are stopwords.

    Raises
    ------
    TableError
        If no row belongs to `group`.

    Examples
    --------
    >>> import pandas as pd
    >>> frequency = pd.DataFrame({"group": "corpus", "term": ["建设", "发展", "的"], "per_10k": [40.0, 40.0, 300.0],
    ...                           "is_stopword": [False, False, True]})
    >>> top_terms(frequency, 2)["term"].tolist()
    ['发展', '建设']
    """
    frequency = named_groups(frequency)
    rows = frequency[frequency["group"] == group]
    if rows.empty:
        groups = ", ".join(sorted(map(str, frequency["group"].unique()))) or "none"
        raise TableError(f"frequency table has no group {group!r} (found: {groups}). Name one of its groups.")
    rows = rows[rows["per_10k"].notna() & ~rows["is_stopword"].astype(bool)]
    return rows.sort_values(["per_10k", "term"], ascending=[False, True], kind="stable").head(n).reset_index(drop=True)


def plot_top_terms(data: pd.DataFrame, *, ax: Axes | None = None, language: str | None = None) -> Axes:
    """Draw the rate of each term as a dot with its interval, its count and its number of reports beside it.

    Overlapping intervals say that the order of two terms is not settled by these sentences.

    Parameters
    ----------
    data : DataFrame
        Rows of a frequency table, one group only, as `top_terms` chooses them; every row is drawn, the first on top.
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
        If the table has no row, more than one group, or a term without a rate.
    FontError
        If a term holds a character that no font can draw.
    """
    if data.empty:
        raise TableError("plot_top_terms got no row. No term of the group occurs 3 times; choose a larger group.")
    data = named_groups(data)
    if data["group"].nunique() > 1:
        raise TableError(
            f"plot_top_terms draws one group, received {', '.join(sorted(map(str, data['group'].unique())))}. "
            "Choose the rows with top_terms(frequency, group=...)."
        )
    if data["per_10k"].isna().any():
        rare = data.loc[data["per_10k"].isna(), "term"].iloc[0]
        raise TableError(f"the term {rare!r} has no rate (fewer than 3 occurrences). Choose rows with top_terms(...).")
    own = ax is None
    terms = [str(term) for term in data["term"]]
    require_glyphs(terms, figure="plot_top_terms")
    ax = new_axes("single", 17 + ROW * len(data), ax=ax)

    places = range(len(data))
    rate, low, high = (data[name].to_numpy(dtype=float) for name in ("per_10k", "ci_low", "ci_high"))
    ax.hlines(places, low, high, color=COLOURS["blue"], linewidth=1.2)
    ax.plot(rate, places, linestyle="none", marker="o", markersize=3.6, color=COLOURS["ink"])
    counts = [f"{int(n):,}" for n in data["n"]]
    edge = max(24, 5 * max(map(len, counts)))  # points from the axes to the right end of the counts: 5 to a digit
    for at, (n, reports) in enumerate(zip(counts, data["n_reports"], strict=True)):
        beside(ax, at, n, points=edge)
        beside(ax, at, f"{int(reports):,}", points=edge + 34)
    for points, key in ((edge, "column_n"), (edge + 34, "column_reports")):
        beside(ax, -1.2, label(key, language=language), points=points)
    ax.set_yticks(places, terms)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(data) - 0.4, -0.6)
    ax.set_xlim(left=0)
    ax.grid(axis="both")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(label("per_10k", language=language))
    settle(ax, own=own)
    return ax
