"""What sets two sides apart: size of the difference in each term, how firm it is, and on what it hangs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.corpus.text.width import display_width
from analysis.plots.labels import label
from analysis.plots.style import COLOURS, beside, is_narrow, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["key_terms", "plot_keyness"]

ROW = 4.4  # mm for each term
MARGIN = 1.0  # log2 beyond the outermost dot; intervals that go further end in an arrow
LONGEST_HEAD = 7  # columns of text over a column of counts


def key_terms(table: pd.DataFrame, n: int = 12) -> pd.DataFrame:
    """Return for each side the `n` terms with the strongest evidence, in the order of their log ratios.

    Evidence first, then the smaller p, the larger difference in z, and the term; stopwords and terms
    outside the tested vocabulary are left out. Terms without evidence fill up a side that has few, and are drawn so.

    Examples
    --------
    >>> table = pd.DataFrame({"term": ["茶叶", "渔业", "的"], "log_ratio": [-1.0, 2.0, 3.0], "z": [-1.0, 2.0, 3.0],
    ...                       "q": 0.5, "p": 0.5, "is_stopword": [False, False, True],
    ...                       "evidence": False})
    >>> key_terms(table)["term"].tolist()
    ['渔业', '茶叶']
    """
    rows = table[~table["is_stopword"].astype(bool) & table["q"].notna()]
    rows = rows.assign(_z=rows["z"].abs(), _weak=~rows["evidence"].astype(bool))
    rows = rows.sort_values(["_weak", "p", "_z", "term"], ascending=[True, True, False, True])
    sides = [rows[rows["log_ratio"] > 0].head(n), rows[rows["log_ratio"] < 0].head(n)]
    chosen = pd.concat(sides).sort_values(["log_ratio", "term"], ascending=[False, True], kind="stable")
    return chosen[table.columns].reset_index(drop=True)


def plot_keyness(
    data: pd.DataFrame,
    *,
    names: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw the log ratio of each term with its interval, and what is left of it without one section or report.

    Filled marks have evidence, hollow ones have none. A triangle is a burst: less than half of the log ratio is left
    without the one part that it hangs on most; the upright stroke says how much. Beside stand the occurrences on
    either side, the reports that hold the term, and DPnorm over the parts of the side that uses it more.

    Parameters
    ----------
    data : DataFrame
        Rows of a keyness table, one comparison only, as `key_terms` chooses them; every row is drawn, the first on top.
    names : mapping of str to str, optional
        What the two sides are called, such as `report_labels`; what stands before the first blank heads their counts.
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
        If the table has no row, or rows of more than one comparison.
    FontError
        If a term or a name holds a character that no font can draw.
    """
    if data.empty:
        raise TableError("plot_keyness got no row. No term passes the limits of keyness; compare longer texts.")
    if len(data.drop_duplicates(["target", "reference"])) > 1:
        raise TableError("plot_keyness draws one comparison, received several. Give the rows of one keyness table.")
    own = ax is None
    sides = [str(data[name].iloc[0]) for name in ("target", "reference")]
    target, reference = ((names or {}).get(side, side) for side in sides)
    terms = [str(term) for term in data["term"]]
    require_glyphs([*terms, target, reference], figure="plot_keyness")
    ax = new_axes("double", 30 + ROW * len(data), ax=ax)

    places = np.arange(len(data))
    reach = float(data[["log_ratio", "log_ratio_lowest"]].abs().max().max()) + MARGIN
    ax.set_xlim(-reach, reach)
    ax.set_ylim(len(data) - 0.4, -2.0)
    ax.axvline(0, color=COLOURS["grey"], linewidth=0.8, zorder=1)
    for at, row in zip(places, data.to_dict("records"), strict=True):
        _row(ax, at, row, reach)
    narrow = is_narrow(ax)
    columns = (20, 44, 62, 100) if narrow else (30, 62, 100, 140)
    keys = [target.partition(" ")[0], reference.partition(" ")[0]]
    if max(map(display_width, keys)) > LONGEST_HEAD:
        keys = ["n →", "n ←"]  # of the side that the arrow names
    keys += [label("column_df", language=language), label("column_dp", language=language)]
    for points, key in zip(columns, keys, strict=True):
        beside(ax, -1.2, key, points=points)
    left, right = (reference, target) if not narrow else (keys[1], keys[0])
    for x, words, side in ((-reach, f"← {left}", "left"), (reach, f"{right} →", "right")):
        ax.text(x, -1.2, words, ha=side, va="center")
    for at, row in zip(places, data.to_dict("records"), strict=True):
        spread = row["dp_norm"]
        counts = [f"{int(row[name]):,}" for name in ("n_target", "n_reference", "n_reports")]
        counts.append("–" if pd.isna(spread) else f"{spread:.2f}".removeprefix("0"))
        for points, text in zip(columns, counts, strict=True):
            beside(ax, at, text, points=points)
    ax.set_yticks(places, terms)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="both")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(label("log_ratio_short" if narrow else "log_ratio", language=language))
    _legend(ax, narrow, language)
    settle(ax, own=own)
    return ax


def _row(ax: Axes, y: int, row: dict, reach: float) -> None:
    colour = COLOURS["blue"] if row["log_ratio"] > 0 else COLOURS["red"]
    low, high = max(float(row["ci_low"]), -reach), min(float(row["ci_high"]), reach)
    if low < high:
        ax.plot([low, high], [y, y], color=colour, linewidth=1.2, zorder=2)
        for end, limit, marker in ((low, row["ci_low"], "<"), (high, row["ci_high"], ">")):
            if abs(limit) > reach:
                ax.plot(end, y, marker=marker, color=colour, markersize=3.2, clip_on=False, zorder=2)
    if not pd.isna(row["log_ratio_lowest"]):
        ax.plot(row["log_ratio_lowest"], y, **_stroke())
    burst = "burst" in str(row["doubts"]).split()
    ax.plot(row["log_ratio"], y, **_mark(bool(row["evidence"]), burst, colour))


def _mark(evidence: bool, burst: bool, colour: str) -> dict:
    return {
        "linestyle": "none", "marker": "^" if burst else "o", "markersize": 4.6 if burst else 4.2, "color": colour,
        "markerfacecolor": colour if evidence else "white", "markeredgewidth": 0.8, "zorder": 4,
    }  # fmt: skip


def _stroke() -> dict:
    return {
        "linestyle": "none", "marker": "|", "markersize": 6, "markeredgewidth": 1.2, "color": COLOURS["ink"],
        "zorder": 3,
    }  # fmt: skip


def _legend(ax: Axes, narrow: bool, language: str | None) -> None:
    looks = (
        ("keyness_evidence", _mark(True, False, COLOURS["ink"])),
        ("keyness_no_evidence", _mark(False, False, COLOURS["ink"])),
        ("keyness_burst", _mark(False, True, COLOURS["ink"])),
        ("keyness_lowest", _stroke()),
    )
    handles = [Line2D([], [], label=label(key, language=language), **look) for key, look in looks]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=1 if narrow else 2, borderaxespad=0.2)
