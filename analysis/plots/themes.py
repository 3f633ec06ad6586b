"""Themes: their shares in each report, and how they shift from review to plan."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from analysis.measures.statistics.groups import named_groups
from analysis.plots.labels import _words, label
from analysis.plots.panels import Scale, draw_panels, panel_height, text_width
from analysis.plots.style import COLOURS, current_style, is_narrow, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["MAX_SHIFTS", "plot_theme_shares", "plot_zone_shift", "theme_label"]

MAX_REPORTS = 20
MAX_SHIFTS = 4  # reports side by side
ACROSS = 5
TITLE_ROOM = 340  # points, for the bold titles of all panels of a shift side by side, each with an n to its right


def theme_label(theme: str, *, language: str | None = None) -> str:
    """Return the short name of `theme`; a theme of another scheme keeps its id.

    Examples
    --------
    >>> theme_label("party", language="zh"), theme_label("fishery", language="zh")
    ('党建', 'fishery')
    """
    return label(f"theme_{theme}", language=language) if f"theme_{theme}" in _words() else theme


def plot_theme_shares(
    data: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw the share of each theme in the visible text of each report, a panel for each theme, with intervals.

    Parameters
    ----------
    data : DataFrame
        From `theme_shares`, with a column n: the sentences that name the theme. Every row is drawn, groups and themes
        in their order.
    labels : mapping of str to str, optional
        What stands beside each group, such as `report_labels`; by default its name.
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
        If the table has no row or more than 20 groups.
    FontError
        If a label holds a character that no font can draw.
    """
    if data.empty:
        raise TableError("plot_theme_shares got no row. Code sentences with theme_shares(corpus).")
    data = named_groups(data)
    if data["share"].isna().all():
        raise TableError("plot_theme_shares got no share: no sentence names a theme. Look at theme_terms().")
    if data["group"].nunique() > MAX_REPORTS:
        raise TableError(
            f"plot_theme_shares draws up to {MAX_REPORTS} groups, received {data['group'].nunique()}. Choose some."
        )
    own = ax is None
    names = {str(group): (labels or {}).get(str(group), str(group)) for group in data["group"]}
    titles = {str(theme): theme_label(str(theme), language=language) for theme in data["theme"]}
    require_glyphs([*names.values(), *titles.values()], figure="plot_theme_shares")
    narrow = current_style().width == "single" if ax is None else is_narrow(ax)
    across = 2 if narrow else ACROSS
    if narrow:
        names = {group: text.partition(" ")[0] for group, text in names.items()}
    ax = new_axes("double", panel_height(titles, names, across=across) + 9, ax=ax)
    high = float(data[["share", "ci_high"]].max().max())
    top = next(limit for limit in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0) if limit >= min(high, 1.0) - 1e-9)
    draw_panels(
        ax,
        data.rename(columns={"theme": "value"}),
        titles=titles,
        labels=names,
        columns=("share", "ci_low", "ci_high"),
        scale=Scale(0, top, {at: f"{100 * at:g}" for at in (0, top / 2, top)}),
        across=across,
        colours=dict.fromkeys(titles, COLOURS["blue"]),
    )
    ax.set_xlabel(label("theme_share", language=language), loc="right" if narrow else "center")
    settle(ax, own=own)
    return ax


def plot_zone_shift(
    data: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw the share of each theme in the plan less that in the review, with intervals; name what cannot be compared.

    Parameters
    ----------
    data : DataFrame
        From `zone_shift`, with a column n: the sentences of both zones that name the theme. Reports with a shift have
        a panel each, the others are named below.
    labels : mapping of str to str, optional
        What each report is called, such as `report_labels`; by default its id.
    ax, language
        As in `plot_theme_shares`.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        If no report has a shift, or more than 4 have.
    FontError
        If a label holds a character that no font can draw.
    """
    given = data[data["shift"].notna()]
    there = list(dict.fromkeys(str(one) for one in given["report_id"]))
    if not there:
        raise TableError(
            "plot_zone_shift got no report whose review and plan are both whole; the column reason says why."
        )
    if len(there) > MAX_SHIFTS:
        raise TableError(f"plot_zone_shift draws up to {MAX_SHIFTS} reports, received {len(there)}. Choose some.")
    own = ax is None
    titles = {one: (labels or {}).get(one, one) for one in there}
    absent = [one for one in dict.fromkeys(str(one) for one in data["report_id"]) if one not in there]
    names = {str(theme): theme_label(str(theme), language=language) for theme in given["theme"]}
    require_glyphs([*names.values(), *titles.values()], figure="plot_zone_shift")
    narrow = current_style().width == "single" or len(there) == 1 if ax is None else is_narrow(ax)
    across = 1 if narrow else len(there)
    titles = {one: _broken(title, TITLE_ROOM / across) for one, title in titles.items()}
    ax = new_axes("single" if narrow else "double", panel_height(titles, names, across=across) + 13, ax=ax)
    reach = float(given[["shift", "ci_low", "ci_high"]].abs().max().max()) * 1.05
    step = next(step for step in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0) if 2 * step >= reach * 0.9 or step == 1.0)
    ticks = {at: f"{100 * at:+.0f}".replace("-", "−") if at else "0" for at in (-step, 0, step)}
    draw_panels(
        ax,
        given.rename(columns={"theme": "group", "report_id": "value"}),
        titles=titles,
        labels=names,
        columns=("shift", "ci_low", "ci_high"),
        scale=Scale(-max(reach, step), max(reach, step), ticks),
        across=across,
        colours=dict.fromkeys(titles, COLOURS["blue"]),
    )
    words = label("zone_shift", language=language)
    if absent:
        shown = [(labels or {}).get(one, one).partition(" ")[0] for one in absent[:12]] + ["…"] * (len(absent) > 12)
        stated = label("zone_shift_absent", language=language).format(
            reports=label("comma", language=language).join(shown)
        )
        words += "\n" + stated
    ax.set_xlabel(words, loc="right" if narrow else "center")
    settle(ax, own=own)
    return ax


def _broken(title: str, room: float) -> str:
    """Return `title` with its blanks made line breaks where a line would be longer than `room` points."""
    lines = [""]
    for word in title.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)
