"""What is visible, hidden and masked in each report."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.plots.labels import coverage_label, genre_label, label, report_labels
from analysis.plots.style import COLOURS, beside, is_narrow, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["plot_coverage"]

ROW = 9.5  # mm for each report
DASHES = (0, (4, 2))


def plot_coverage(data: pd.DataFrame, *, ax: Axes | None = None, language: str | None = None) -> Axes:
    """Draw the characters of each report that are visible and those that the source hides.

    Coverage is visible / (visible + hidden). Where a report is cut off nobody knows how much is missing: a dashed
    bar without an end stands for it, its length has no meaning, and coverage is "?".

    Parameters
    ----------
    data : DataFrame
        The reports table; each row becomes one bar, the first on top.
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
        raise TableError("plot_coverage got a reports table without rows. Read a corpus with at least one report.")
    own = ax is None
    names = report_labels(data, language=language, genre=False)
    rows = data.to_dict("records")
    joint = label("comma", language=language)
    notes = [_note(row, joint, language) for row in rows]
    require_glyphs([*names.values(), *notes], figure="plot_coverage")
    ax = new_axes("double", (22 + ROW * len(rows)), ax=ax)
    narrow = is_narrow(ax)

    visible = [int(row["visible_chars"]) for row in rows]
    unknown = [pd.isna(row["hidden_chars"]) for row in rows]
    hidden = [0 if gone else int(row["hidden_chars"]) for row, gone in zip(rows, unknown, strict=True)]
    widest = max(seen + gone for seen, gone in zip(visible, hidden, strict=True)) or 1
    stub = 0.16 * widest
    for at, (row, name, note) in enumerate(zip(rows, names.values(), notes, strict=True)):
        low, high = (at - 0.12, at + 0.3) if narrow else (at - 0.3, at + 0.3)
        _bar(ax, (low, high), 0, visible[at], "visible")
        if unknown[at]:
            _open_bar(ax, (low, high), visible[at], stub)
        elif hidden[at]:
            _bar(ax, (low, high), visible[at], hidden[at], "hidden")
        if narrow:  # no room beside the bars, so the label stands above its bar
            ax.text(0.012 * widest, at - 0.32, name + joint + note, fontsize=7, va="center")
        else:
            beside(ax, at - 0.2, name, points=-5)
            beside(ax, at + 0.2, note, points=-5, fontsize=7, color=COLOURS["grey"])
        for points, text in ((38, coverage_label(row["coverage"])), (68, f"{int(row['n_masks']):,}")):
            beside(ax, (low + high) / 2, text, points=points)
    for points, key in ((38, "column_coverage"), (68, "column_masks")):
        beside(ax, -0.75, label(key, language=language), points=points)

    longest = max(seen + (1.3 * stub if gone else 0) for seen, gone in zip(visible, unknown, strict=True))
    ax.set_xlim(0, 1.02 * max(widest, longest))
    ax.set_ylim(len(rows) - 0.45, -0.55)
    ax.set_yticks([])
    ax.spines["left"].set_visible(True)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=3 if narrow else 6, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    if not narrow:
        ax.grid(axis="x")
    ax.set_xlabel(label("characters", language=language))
    shown = ["visible"] + ["hidden"] * any(hidden) + ["unknown"] * any(unknown)
    handles = [Rectangle((0, 0), 1, 1, **_face(kind)) for kind in shown]
    ax.legend(
        handles,
        [label(kind, language=language) for kind in shown],
        loc="lower left",
        bbox_to_anchor=(0, 1.06) if narrow else (0, 1.0),
        ncols=2 if narrow else 3,
        borderaxespad=0.2,
        borderpad=0.2,
        columnspacing=1.5,
    )
    settle(ax, own=own)
    return ax


def _note(row: dict, joint: str, language: str | None) -> str:
    completeness = row["completeness"]
    known = "" if pd.isna(completeness) else joint + label(f"completeness_{completeness}", language=language)
    return genre_label(row["genre"], language=language) + known


def _face(kind: str) -> dict:
    if kind == "visible":
        return {"facecolor": COLOURS["blue"], "edgecolor": COLOURS["blue"], "linewidth": 0.6}
    pattern = {"hatch": "//////"} if kind == "hidden" else {"linestyle": DASHES}
    return {"facecolor": "white", "edgecolor": COLOURS["grey"], "linewidth": 0.6, **pattern}


def _bar(ax: Axes, span: tuple[float, float], start: float, width: float, kind: str) -> None:
    ax.add_patch(Rectangle((start, span[0]), width, span[1] - span[0], **_face(kind)))


def _open_bar(ax: Axes, span: tuple[float, float], start: float, width: float) -> None:
    """Draw a dashed bar without an end, and an arrow with a question mark: nobody knows where it ends."""
    ax.add_patch(Rectangle((start, span[0]), width, span[1] - span[0], facecolor="white", edgecolor="none"))
    ax.hlines(span, start, start + width, color=COLOURS["grey"], linewidth=0.6, linestyle=DASHES)
    ax.annotate(
        "?",
        xy=(start + 0.6 * width, sum(span) / 2),
        xytext=(start + 1.1 * width, sum(span) / 2),
        va="center",
        ha="left",
        arrowprops={"arrowstyle": "<-", "color": COLOURS["grey"], "linewidth": 0.8, "shrinkA": 1, "shrinkB": 0},
    )
