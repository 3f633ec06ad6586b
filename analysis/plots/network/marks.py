"""Marks, lines and the key of a network, on Axes whose unit is the point and whose origin is the top left corner."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.markers import MarkerStyle

from analysis.plots.network.layout import Box
from analysis.plots.panels import text_width
from analysis.plots.style import COLOURS

__all__ = [
    "GROUP_LOOKS",
    "NO_GROUP",
    "OTHER_GROUP",
    "Entry",
    "Look",
    "draw_edges",
    "draw_key",
    "draw_node",
    "edge_widths",
    "looks_of",
    "node_box",
    "outline",
    "radii",
]


class Look(NamedTuple):
    """Marker and colour of a community."""

    marker: str
    colour: str


GROUP_LOOKS = (
    Look("s", COLOURS["sky"]),
    Look("^", COLOURS["orange"]),
    Look("D", COLOURS["green"]),
    Look("v", COLOURS["purple"]),
    Look("p", COLOURS["yellow"]),
    Look("h", COLOURS["blue"]),
    Look("P", COLOURS["vermilion"]),
)
"""Look of each community, the largest first; those behind the last share `OTHER_GROUP`."""
OTHER_GROUP = Look("<", "#FFFFFF")
NO_GROUP = Look("o", "#BDBDBD")

LABEL, LINE = 7.0, 8.6  # points: size of a label and distance of its lines
RADIUS, LEAST_RADIUS = 8.0, 2.2  # points, of the most frequent slogan if it were a circle, and of the rarest
DASHES = (0, (3.5, 2.2))
ROW, SPACE = 13.0, 14.0  # points: height of a row of the key and room between its entries


def radii(nodes: pd.DataFrame) -> dict[str, float]:
    """Return the radius of each slogan, were it a circle: the area is proportional to n, but never too small to see."""
    n = nodes["n"].to_numpy(dtype=float)
    found = np.maximum(RADIUS * np.sqrt(n / n.max()), LEAST_RADIUS)
    return dict(zip(nodes["slogan"], found.tolist(), strict=True))


def node_box(text: str, radius: float, *, width: float | None = None) -> Box:
    """Return the room of a node whose mark has `radius` and whose label, `width` points wide, stands below."""
    half = max((text_width(text, size=LABEL) if width is None else width) / 2, radius * 1.3) + 1
    return Box(half, half, radius * 1.3 + 1, radius * 1.3 + 1.5 + LINE * len(text.split("\n")))


def looks_of(nodes: pd.DataFrame) -> dict[int, Look]:
    """Return the look of each community, the largest first, ties by number."""
    sizes = nodes["community"].dropna().value_counts()
    ranked = sorted(sizes.index.tolist(), key=lambda group: (-sizes[group], group))
    return {int(group): GROUP_LOOKS[at] if at < len(GROUP_LOOKS) else OTHER_GROUP for at, group in enumerate(ranked)}


def draw_edges(ax: Axes, edges: pd.DataFrame, places: Mapping[str, tuple[float, float]]) -> None:
    """Draw the edges, those of few units below."""
    for line, dashes in (("dashed", DASHES), ("solid", "solid")):
        rows = edges[edges["line"] == line].sort_values(["n", "source", "target"], kind="stable")
        if len(rows):
            ends = [[places[one], places[other]] for one, other in zip(rows["source"], rows["target"], strict=True)]
            widths = edge_widths(rows["n"].to_numpy(dtype=float))
            ax.add_collection(
                LineCollection(
                    ends, linewidths=widths, linestyles=[dashes], colors=COLOURS["grey"], zorder=1, label=line
                ),
                autolim=False,
            )


def edge_widths(n: np.ndarray) -> np.ndarray:
    """Return line widths in points that grow with the root of `n`."""
    return np.minimum(0.7 * np.sqrt(n), 3.5)


def draw_mark(ax: Axes, at: tuple[float, float], radius: float, look: Look, *, hollow: bool = False) -> None:
    """Draw a mark that has the area of a circle of `radius`, whatever its shape."""
    ax.plot(
        *at,
        linestyle="none",
        marker=look.marker,
        markersize=2 * radius * _evening(look.marker),
        markerfacecolor="none" if hollow else look.colour,
        markeredgecolor=COLOURS["ink"],
        markeredgewidth=0.5,
        zorder=3,
        clip_on=False,
    )


def draw_node(ax: Axes, at: tuple[float, float], text: str, radius: float, look: Look) -> None:
    """Draw a mark and, below it, its label line by line."""
    draw_mark(ax, at, radius, look)
    for line, words in enumerate(text.split("\n")):
        ax.text(
            at[0],
            at[1] + radius * 1.3 + 1.5 + LINE * line + 0.88 * LABEL,
            words,
            fontsize=LABEL,
            ha="center",
            va="baseline",
            zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.4},
        )


def outline(marker: str) -> np.ndarray:
    """Return the corners of `marker`, y upwards, with the area of a circle of radius 1."""
    return _corners(marker) * 2 * _evening(marker)


def _corners(marker: str) -> np.ndarray:
    style = MarkerStyle(marker)
    return np.asarray(style.get_path().transformed(style.get_transform()).to_polygons()[0])


def _evening(marker: str) -> float:
    """Return by how much `marker` must grow to have the area of a circle of its size."""
    x, y = _corners(marker).T
    area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
    return math.sqrt(math.pi / 4 / area)


class Entry(NamedTuple):
    """One entry of the key: its words, and a mark (radius, look, hollow) or a line before them."""

    words: str
    mark: tuple[float, Look, bool] | None = None
    line: str | None = None
    bold: bool = False

    @property
    def width(self) -> float:
        """Room for mark or line and words in points."""
        return self.sign + text_width(self.words, size=8)

    @property
    def sign(self) -> float:
        """Room for mark or line in points."""
        return 2 * self.mark[0] * 1.3 + 5 if self.mark else 24 if self.line else 0


def draw_key(ax: Axes, groups: list[list[Entry]], width: float) -> float:
    """Draw the groups of entries in rows of `width`, each group in one row where it can be, and return the height.

    Bold entries have their row for themselves.
    """
    rows: list[list[Entry]] = [[]]
    for group in filter(None, groups):
        if rows[-1] and (rows[-1][-1].bold or _length([*rows[-1], *group]) > width):
            rows.append([])
        for entry in group:
            if rows[-1] and _length([*rows[-1], entry]) > width:
                rows.append([])
            rows[-1].append(entry)
    y = 0.0
    for row in filter(None, rows):
        tall = max([ROW, *(2 * entry.mark[0] * 1.3 + 2 for entry in row if entry.mark)])
        x = 0.0
        for entry in row:
            _draw_entry(ax, entry, x, y + tall / 2)
            x += entry.width + SPACE
        y += tall
    return y


def _length(entries: list[Entry]) -> float:
    return sum(entry.width for entry in entries) + SPACE * (len(entries) - 1)


def _draw_entry(ax: Axes, entry: Entry, x: float, y: float) -> None:
    if entry.mark:
        radius, look, hollow = entry.mark
        draw_mark(ax, (x + radius * 1.3, y), radius, look, hollow=hollow)
    elif entry.line:
        style = DASHES if entry.line == "dashed" else "solid"
        ax.plot([x, x + 19], [y, y], color=COLOURS["grey"], linewidth=1.0, linestyle=style)
    weight = "bold" if entry.bold else "normal"
    ax.text(x + entry.sign, y, entry.words, va="center_baseline", fontweight=weight)
