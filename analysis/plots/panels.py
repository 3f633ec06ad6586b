"""Small multiples within one Axes: the same rows in each panel, on one scale, with counts beside the dots."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from analysis.plots.style import COLOURS, beside

__all__ = ["Scale", "draw_panels", "panel_height", "text_width"]

GAP = 0.2  # between panels, in widths of a panel
HEAD, LINE, FOOT = 2.2, 4.0, 5.5  # mm above a panel, for each line of its title, and for the tick labels below it
ROW, TALL_ROW = 4.4, 8.0  # mm for each row, with one and with two lines of label


class Scale(NamedTuple):
    """The one scale of all panels: its limits, its ticks with their words, and whether it is logarithmic."""

    low: float
    high: float
    ticks: Mapping[float, str]
    log: bool = False

    def place(self, values: np.ndarray) -> np.ndarray:
        """Return `values` as shares of a panel's width; what lies beyond a limit lies on it."""
        low, high = (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = np.log(values) if self.log else values
        return np.clip((at - low) / (high - low), 0, 1)


def panel_height(titles: Mapping[str, str], labels: Mapping[str, str], *, across: int) -> float:
    """Return the height in mm that panels need, without what stands above and below all of them."""
    row, head, foot = _spacing(titles, labels)
    return math.ceil(len(titles) / across) * (len(labels) + head + foot) * row


def _spacing(titles: Mapping[str, str], labels: Mapping[str, str]) -> tuple[float, float, float]:
    """Return the height of a row in mm, and in rows the room above and below a panel."""
    row = TALL_ROW if _breaks(labels) else ROW
    return row, (HEAD + LINE * (1 + _breaks(titles))) / row, FOOT / row


def _breaks(texts: Mapping[str, str]) -> int:
    return max((text.count("\n") for text in texts.values()), default=0)


def draw_panels(
    ax: Axes,
    data: pd.DataFrame,
    *,
    titles: Mapping[str, str],
    labels: Mapping[str, str],
    columns: tuple[str, str, str],
    scale: Scale,
    across: int,
    colours: Mapping[str, str],
    second: str | None = None,
) -> None:
    """Draw a panel for each value of `titles`, with a row for each group of `labels`.

    Parameters
    ----------
    ax : Axes
        Loses its own ticks and spines; rows and panels are laid out in its data coordinates.
    data : DataFrame
        With group, value, n and `columns`; a pair without a row, or whose first column is NA, has its count and no dot.
    titles : mapping
        Title of each value, in the order of the panels; may have several lines.
    labels : mapping
        What stands beside each group, the first on top; a second line behind a line break is set smaller.
    columns : (str, str, str)
        The dot and the ends of its interval.
    scale : Scale
    across : int
        Panels side by side.
    colours : mapping
        Of the dots of each value.
    second : str, optional
        A column drawn as a hollow diamond just below the dot.
    """
    rows = {(str(row["group"]), str(row["value"])): row for row in data.to_dict("records")}
    _, head, foot = _spacing(titles, labels)
    down = len(labels) + head + foot
    for at, (value, title) in enumerate(titles.items()):
        left, top = at % across * (1 + GAP), at // across * down + head + 0.5
        _frame(ax, left, top, len(labels), title, scale)
        if at % across == 0:
            _row_labels(ax, labels, top)
        for line, group in enumerate(labels):
            row = rows.get((group, value))
            _row(ax, row, (left, top + line), columns, scale, colours[value], second)
    n_across = min(across, len(titles))
    ax.set_xlim(-0.01, n_across * (1 + GAP) - GAP)
    ax.set_ylim(math.ceil(len(titles) / across) * down, 0)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)


def text_width(text: str, *, size: float = 8) -> float:
    """Return the width of the widest line of `text` in points, in the font of the style."""
    prop = FontProperties()
    return max(
        TextPath((0, 0), line, size=size, prop=prop).get_extents().width if line.strip() else 0.0
        for line in text.split("\n")
    )


def _frame(ax: Axes, left: float, top: float, n_rows: int, title: str, scale: Scale) -> None:
    foot = top + n_rows - 0.5
    for x, words, look in (
        (left, title, {"ha": "left", "fontweight": "bold"}),
        (left + 1, "n", {"ha": "right", "fontsize": 7, "color": COLOURS["grey"]}),
    ):
        ax.annotate(words, (x, top - 0.5), (0, 3), textcoords="offset points", va="bottom", **look)
    positions = scale.place(np.array(list(scale.ticks), dtype=float))
    for at, words in zip(_inner(positions), scale.ticks.values(), strict=True):
        ax.plot([left + at] * 2, [top - 0.5, foot], color=COLOURS["pale"], linewidth=0.5, zorder=0.5)
        ax.annotate(words, (left + at, foot), (0, -2.5), textcoords="offset points", ha="center", va="top", fontsize=7)
    ax.plot([left, left + _inner([1.0])[0] + 0.03], [foot, foot], color=COLOURS["grey"], linewidth=0.6)


def _inner(places: np.ndarray | Sequence[float]) -> np.ndarray:
    """Return `places` on the part of a panel that its column of counts leaves."""
    return 0.03 + 0.77 * np.asarray(places, dtype=float)


def _row_labels(ax: Axes, labels: Mapping[str, str], top: float) -> None:
    for line, text in enumerate(labels.values()):
        first, _, rest = text.partition("\n")
        if rest:
            beside(ax, top + line - 0.2, first, points=-5)
            beside(ax, top + line + 0.2, rest, points=-5, fontsize=7, color=COLOURS["grey"])
        else:
            beside(ax, top + line, first, points=-5)


def _row(
    ax: Axes,
    row: dict | None,
    corner: tuple[float, float],
    columns: tuple[str, str, str],
    scale: Scale,
    colour: str,
    second: str | None,
) -> None:
    left, y = corner
    ax.text(left + 1, y, f"{int(row['n']) if row else 0:,}", ha="right", va="center", fontsize=7, color=COLOURS["grey"])
    if row is None or pd.isna(row[columns[0]]):
        return
    middle, low, high = _inner(scale.place(np.array([row[name] for name in columns], dtype=float)))
    up = 0.12 if second else 0.0
    if not (np.isnan(low) or np.isnan(high)):
        ax.plot([left + low, left + high], [y - up] * 2, color=colour, linewidth=1.2, solid_capstyle="butt")
    ax.plot(left + middle, y - up, linestyle="none", marker="o", markersize=3.8, color=colour)
    if second and not pd.isna(row[second]):
        at = _inner(scale.place(np.array([row[second]], dtype=float)))[0]
        ax.plot(
            left + at,
            y + 0.2,
            linestyle="none",
            marker="D",
            markersize=2.8,
            markerfacecolor="white",
            markeredgecolor=colour,
            markeredgewidth=0.7,
        )
