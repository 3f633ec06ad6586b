"""One word cloud for each report, all at one scale, drawn as outlines."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from analysis.measures.statistics.groups import named_groups
from analysis.plots.cloud_layout import PlacedWord, layout_clouds
from analysis.plots.labels import label
from analysis.plots.style import COLOURS, current_style, font_for, is_narrow, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["MAX_CLOUDS", "cloud_terms", "clouded_terms", "plot_word_clouds"]

MAX_CLOUDS = 11
CLOUD = (163.0, 118.0)  # points; three across
NARROW_CLOUD = (117.0, 105.0)  # two across
TITLE = 23.0
GUTTER = 7.0
KEY_RATES = (100, 50, 20)


def cloud_terms(frequency: pd.DataFrame, n: int = 30) -> pd.DataFrame:
    """Return the rows of the `n` terms with the highest rates in each group, groups and ties in code-point order.

    Terms without a rate (fewer than 3 occurrences) are left out, and so are stopwords.
    """
    rows = frequency[frequency["per_10k"].notna() & ~frequency["is_stopword"].astype(bool)]
    rows = named_groups(rows).sort_values(["group", "per_10k", "term"], ascending=[True, False, True], kind="stable")
    return rows.groupby("group", sort=False).head(n).reset_index(drop=True)


def plot_word_clouds(
    data: pd.DataFrame,
    *,
    titles: Mapping[str, str] | None = None,
    seed: int = 0,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    r"""Draw a grid with one word cloud for each group and a key to the sizes.

    The area of a character is proportional to the term's rate, on one scale in all clouds, so that words can be
    compared within and across them. Position means nothing. Words with ``n_reports_all`` of 1 are bold and red:
    no other report has them.

    Parameters
    ----------
    data : DataFrame
        Rows of `cloud_terms`; with a further column n_reports_all (int64, reports of the corpus that hold the term)
        words that are a report's own are told apart. Words that find no legible place are left out;
        `clouded_terms` tells which stand.
    titles : mapping of str to str, optional
        What stands above the cloud of each group in up to two lines, such as
        ``report_labels(reports, separator="\n")``; by default the group's name. Lines wider than the cloud are cut.
    seed : int
        Of the places.
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
        If there is no row, or more than 11 groups.
    FontError
        If a word holds a character that no font can draw.
    """
    data = named_groups(data)
    groups = list(dict.fromkeys(str(group) for group in data["group"]))
    if not groups:
        raise TableError("plot_word_clouds got no row. No term occurs 3 times in a report; use larger groups.")
    if len(groups) > MAX_CLOUDS:
        raise TableError(
            f"plot_word_clouds draws up to {MAX_CLOUDS} clouds, received {len(groups)}. Choose some groups."
        )
    own = ax is None
    titles = {group: (titles or {}).get(group, group) for group in groups}
    words = [str(term) for term in data["term"]]
    require_glyphs([*titles.values(), *words], figure="plot_word_clouds")

    narrow = current_style().width == "single" if own else is_narrow(ax)
    n_columns, size = (2, NARROW_CLOUD) if narrow else (3, CLOUD)
    n_rows = math.ceil((len(groups) + 1) / n_columns)
    across, down = size[0] + GUTTER, size[1] + TITLE + GUTTER
    width, height = n_columns * across - GUTTER, n_rows * down - GUTTER
    ax = new_axes("double", height / 72 * 25.4 + 4, ax=ax)
    by_group = {group: rows for group, rows in data.groupby(data["group"].astype(str), sort=False)}
    clouds = {
        group: [(str(term), float(rate)) for term, rate in zip(rows["term"], rows["per_10k"], strict=True)]
        for group, rows in by_group.items()
    }
    placed, scale = layout_clouds(clouds, width=size[0] - 6, height=size[1] - 6, font=font_for(words), seed=seed)
    for at, group in enumerate(groups):
        x, y = at % n_columns * across, at // n_columns * down
        ax.add_patch(Rectangle((x, y + TITLE), *size, facecolor="none", edgecolor=COLOURS["pale"], linewidth=0.6))
        for lines_up, line in enumerate(reversed(titles[group].split("\n")[:2])):
            grey = {"color": COLOURS["grey"], "fontsize": 7} if "\n" in titles[group] and not lines_up else {}
            ax.text(x, y + TITLE - 3.5 - 9.5 * lines_up, _cut(line, size[0]), va="baseline", ha="left", **grey)
        rows = by_group[group]
        theirs = set(rows["term"][rows["n_reports_all"] == 1]) if "n_reports_all" in rows else set()
        for word in placed[group]:
            _draw_word(ax, word, (x + 3, y + TITLE + 3), group=group, own=word.word in theirs)
    _draw_key(ax, (len(groups) % n_columns * across, len(groups) // n_columns * down), scale, data, language)
    ax.set_xlim(-1, width + 1)
    ax.set_ylim(height + 1, -1)
    ax.set_aspect("equal")
    ax.set_axis_off()
    settle(ax, own=own)
    return ax


def clouded_terms(ax: Axes) -> list[tuple[str, str]]:
    """Return group and term of each word that `plot_word_clouds` drew into `ax`, in the order of drawing."""
    return [patch.word for patch in ax.patches if isinstance(patch, _Word)]


class _Word(PathPatch):
    """The outline of one word, which remembers what it says."""

    word: tuple[str, str]


def _draw_word(ax: Axes, word: PlacedWord, corner: tuple[float, float], *, group: str, own: bool) -> None:
    prop = FontProperties(family=rcParams["font.family"], weight="bold" if own else "normal")
    path = TextPath((0, 0), word.word, size=word.size, prop=prop)
    ink = path.get_extents()
    place = Affine2D().translate(-ink.x0, -ink.y1).scale(1, -1).translate(corner[0] + word.x, corner[1] + word.y)
    patch = _Word(place.transform_path(path), facecolor=COLOURS["red" if own else "navy"], edgecolor="none")
    patch.word = (group, word.word)
    ax.add_patch(patch)


def _cut(line: str, width: float) -> str:
    """Return `line`, shortened with … if it is wider than `width` points."""
    kept = line
    while len(kept) > 1 and TextPath((0, 0), kept, size=8).get_extents().width > width:
        kept = kept.removesuffix("…")[:-1] + "…"
    return kept


def _draw_key(ax: Axes, corner: tuple[float, float], scale: float, data: pd.DataFrame, language: str | None) -> None:
    x, y = corner[0], corner[1] + TITLE
    ax.text(corner[0], y - 3.5, label("size_key", language=language), va="baseline")
    y += 8
    unit = label("size_key_unit", language=language)
    for rate in KEY_RATES:
        size = scale * math.sqrt(rate)
        glyph = TextPath((0, 0), "字", size=size, prop=FontProperties(family=rcParams["font.family"]))
        ink = glyph.get_extents()
        place = Affine2D().translate(-ink.x0, -ink.y1).scale(1, -1).translate(x, y)
        ax.add_patch(PathPatch(place.transform_path(glyph), facecolor=COLOURS["navy"], edgecolor="none"))
        ax.text(x + scale * 10 + 8, y + ink.height / 2, unit.format(rate=rate), va="center")
        y += max(ink.height, 8) + 6
    if "n_reports_all" in data:
        y += 6
        for key, own in (("word_own", True), ("word_shared", False)):
            colour, weight = (COLOURS["red"], "bold") if own else (COLOURS["navy"], "normal")
            ax.text(x, y, label(key, language=language), va="center", color=colour, weight=weight)
            y += 12
