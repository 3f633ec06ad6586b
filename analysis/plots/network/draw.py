"""The network of slogans: what stands together, how firmly, and in which groups."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.plots.labels import label
from analysis.plots.network.layout import layout_network
from analysis.plots.network.marks import (
    GROUP_LOOKS,
    NO_GROUP,
    OTHER_GROUP,
    Entry,
    Look,
    draw_edges,
    draw_key,
    draw_node,
    looks_of,
    node_box,
    radii,
)
from analysis.plots.style import MM, figure_of, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["SOLID", "TENABLE", "drawn_network", "network_rows", "plot_slogan_network", "wrapped"]

SOLID, TENABLE = 0.8, 0.5
"""Least inclusion of an edge that is drawn solid, and of one that is drawn at all."""
MARGIN = 6.0  # points


def drawn_network(nodes: pd.DataFrame, edges: pd.DataFrame, *, n: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the nodes and edges to draw: edges of the network with an inclusion of .5, and their ends.

    Parameters
    ----------
    nodes, edges : DataFrame
        Of `slogan_network`.
    n : int
        Most nodes: those of the greatest strength, ties to the first name, with the edges among them.

    Returns
    -------
    (DataFrame, DataFrame)
        The nodes by falling strength, then slogan; the edges by falling n, then source and target, with the further
        column ``line`` (str): solid (inclusion of at least .8) or dashed.
    """
    shown = edges[(edges["drawn"].astype(bool) & (edges["inclusion"] >= TENABLE)).to_numpy(dtype=bool)]
    ordered = nodes.sort_values(["strength", "slogan"], ascending=[False, True], kind="stable")
    ordered = ordered[ordered["slogan"].isin({*shown["source"], *shown["target"]})].head(n)
    shown = shown[shown["source"].isin(ordered["slogan"]) & shown["target"].isin(ordered["slogan"])]
    ordered = ordered[ordered["slogan"].isin({*shown["source"], *shown["target"]})]
    shown = shown.sort_values(["n", "source", "target"], ascending=[False, True, True], kind="stable")
    line = np.where(shown["inclusion"] >= SOLID, "solid", "dashed")
    return ordered.reset_index(drop=True), shown.assign(line=line).reset_index(drop=True)


def network_rows(nodes: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Return the drawn nodes and edges as one table, for the file beside the figure.

    **Columns**: kind (node / edge), slogan, target (str; NA for a node), then the columns of both tables; what a row
    does not have is NA. Places on the paper are left out, as they mean nothing.
    """
    above = nodes.assign(kind="node", target=pd.array([None] * len(nodes), dtype="str"))
    below = edges.rename(columns={"source": "slogan"}).assign(kind="edge")
    columns = list(dict.fromkeys(["kind", "slogan", "target", *above.columns, *below.columns]))
    parts = [table.reindex(columns=columns).astype(object) for table in (above, below)]
    return pd.concat(parts, ignore_index=True)


def plot_slogan_network(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    summary: Mapping[str, Any] | None = None,
    seed: int = 20240101,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw slogans as marks and what stands together as lines.

    The area of a mark is proportional to the occurrences of the slogan (none is smaller than can be seen), its colour
    and shape tell the community; a grey circle belongs to none that is stable. A line is solid if the pair is in at
    least .8 of the networks of resampled text and dashed from .5; its width grows with the root of the number of
    units. Distances and directions on the paper mean nothing.

    Parameters
    ----------
    nodes, edges : DataFrame
        From `drawn_network`; every row is drawn. Without a row the figure says so, and why if there is a summary.
    summary : mapping, optional
        Of `slogan_network`. A descriptive network is called so in the figure.
    seed : int
        Of the layout.
    ax : Axes, optional
        Where to draw; by default a new figure that is as high as the network needs.
    language : {"en", "zh"}, optional
        By default that of the style in force.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        If an edge has an end that is no node, or the Axes given are too low.
    FontError
        If a slogan holds a character that no font can draw.
    """
    strangers = sorted({*edges["source"], *edges["target"]} - set(nodes["slogan"]))
    if strangers:
        raise TableError(f"edges table holds {strangers[0]!r}, which the nodes table lacks. Use drawn_network(...).")
    labels = {slogan: wrapped(str(slogan)) for slogan in nodes["slogan"]}
    require_glyphs(labels.values(), figure="plot_slogan_network")
    if nodes.empty:
        return _nothing(ax, summary or {}, language)
    own = ax is None
    ax = new_axes("double", 60, ax=ax)
    width, height = _points(ax, own=own)
    radius, looks = radii(nodes), looks_of(nodes)
    boxes = {name: node_box(text, radius[name]) for name, text in labels.items()}
    pairs = list(zip(edges["source"], edges["target"], strict=True))
    inner = width - 2 * MARGIN
    layout = layout_network(boxes, pairs, width=inner, seed=seed)
    top = draw_key(ax, _key(nodes, edges, looks, radius, summary or {}, language), inner) + MARGIN
    needed = top + layout.height + 2 * MARGIN
    if own:
        figure_of(ax).set_size_inches(width / 72, needed / 72)
        figure_of(ax).set_layout_engine("none")
        ax.set_position((0, 0, 1, 1))
        height = needed
    elif needed > height + 0.5:
        raise TableError(
            f"the network needs {needed / 72 / MM:.0f} mm of height in {width / 72 / MM:.0f} mm of width, and the Axes "
            f"have {height / 72 / MM:.0f} mm. Give higher Axes or ax=None, or choose fewer nodes with drawn_network."
        )
    ax.set_xlim(-MARGIN, width - MARGIN)
    ax.set_ylim(height - MARGIN, -MARGIN)
    ax.set_axis_off()
    places = {name: (x, y + top) for name, (x, y) in layout.places.items()}
    draw_edges(ax, edges, places)
    for name, group in zip(nodes["slogan"], nodes["community"], strict=True):
        look = NO_GROUP if pd.isna(group) else looks[int(group)]
        draw_node(ax, places[name], labels[name], radius[name], look)
    settle(ax, own=False)
    return ax


def _points(ax: Axes, *, own: bool) -> tuple[float, float]:
    """Return width and height of the Axes in points; our own will fill the figure."""
    figure = figure_of(ax)
    if own:
        return figure.get_figwidth() * 72, 0.0
    settle(ax, own=False)
    extent = ax.get_window_extent()
    return extent.width / figure.dpi * 72, extent.height / figure.dpi * 72


def _key(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    looks: Mapping[int, Look],
    radius: Mapping[str, float],
    summary: Mapping[str, Any],
    language: str | None,
) -> list[list[Entry]]:
    def words(key: str, **numbers: Any) -> str:
        return label(key, language=language).format(**numbers)

    rows = []
    if summary.get("basis") == "descriptive":
        rows.append([Entry(words("network_descriptive"), bold=True)])
    lines = [
        Entry(words(f"network_{line}"), line=line) for line in ("solid", "dashed") if (edges["line"] == line).any()
    ]
    n = nodes["n"].astype("int64")
    sizes = [
        Entry(f"{times:,}", mark=(radius[nodes.loc[n == times, "slogan"].iloc[0]], NO_GROUP, True))
        for times in sorted({int(n.min()), int(n.max())})
    ]
    rows += [lines, [Entry(words("network_size")), *sizes]]
    sizes_of = nodes["community"].value_counts()
    groups = [
        Entry(words("network_group", at=at, n=int(sizes_of[group])), mark=(4.0, look, False))
        for at, (group, look) in enumerate(looks.items(), start=1)
        if look in GROUP_LOOKS
    ]
    others = sum(int(sizes_of[group]) for group, look in looks.items() if look == OTHER_GROUP)
    if others:
        groups.append(Entry(words("network_other_groups", n=others), mark=(4.0, OTHER_GROUP, False)))
    loose = int(nodes["community"].isna().sum())
    if loose:
        groups.append(Entry(words("network_no_group", n=loose), mark=(4.0, NO_GROUP, False)))
    return [*rows, groups]


def _nothing(ax: Axes | None, summary: Mapping[str, Any], language: str | None) -> Axes:
    """Return Axes that say that there is no edge to draw, and what was looked at."""
    own = ax is None
    ax = new_axes("double", 50, ax=ax)
    text = label("network_empty", language=language)
    if summary:
        counts = {name: f"{summary[name]:,}" for name in ("nodes_before", "nodes", "edges_before", "edges")}
        unit = label(f"unit_{summary['unit']}", language=language)
        why = label("network_empty_why", language=language)
        text += "\n" + why.format(unit=unit, min_units=summary["min_units"], **counts)
    ax.set_axis_off()
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", linespacing=1.6)
    settle(ax, own=own)
    return ax


def wrapped(slogan: str, *, longest: int = 9, lines: int = 3) -> str:
    """Return `slogan` on up to `lines` lines of about equal length; what is longer ends in ….

    Examples
    --------
    >>> wrapped("习近平新时代中国特色社会主义思想").split()
    ['习近平新时代中国', '特色社会主义思想']
    """
    if len(slogan) > longest * lines:
        slogan = slogan[: longest * lines - 1] + "…"
    each = math.ceil(len(slogan) / math.ceil(len(slogan) / longest))
    pieces = [slogan[at : at + each] for at in range(0, len(slogan), each)]
    for at in range(1, len(pieces)):  # no line begins with a comma
        if pieces[at][0] in "，、,；;：:”":
            pieces[at - 1] += pieces[at][0]
            pieces[at] = pieces[at][1:]
    return "\n".join(piece for piece in pieces if piece)
