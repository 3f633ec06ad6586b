"""Slogans by scope and by type in each report: echo, coinage, and the rates of each kind."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.measures.statistics.groups import named_groups
from analysis.plots.labels import label
from analysis.plots.panels import Scale, draw_panels, panel_height, text_width
from analysis.plots.style import COLOURS, current_style, is_narrow, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = [
    "MAX_REPORTS",
    "SCOPE_ORDER",
    "TYPE_ORDER",
    "fullest_reports",
    "plot_slogan_scopes",
    "plot_slogan_types",
    "rated_types",
]

MAX_REPORTS = 20
NARROW_TITLE = 56  # points that a title has beside the n of its panel where four or five stand side by side
SCOPE_ORDER = ("central", "provincial", "sectoral", "generic", "unlisted")
TYPE_ORDER = (
    "ideology", "policy_name", "numeric_abbrev", "quoted_formula", "bare_formula", "four_char_pair",
    "parallel_headline",
)  # fmt: skip


def fullest_reports(rates: pd.DataFrame, n: int = MAX_REPORTS) -> pd.DataFrame:
    """Return the rows of the `n` groups with most slogans, in the order of their names; ties go to the first name.

    Examples
    --------
    >>> rates = pd.DataFrame({"group": ["a", "b", "c"], "hits": [5, 9, 7]})
    >>> fullest_reports(rates, 2)["group"].tolist()
    ['b', 'c']
    """
    rates = named_groups(rates)
    groups = rates.drop_duplicates("group").sort_values(["hits", "group"], ascending=[False, True], kind="stable")
    kept = rates[rates["group"].isin(groups["group"].head(n))]
    return kept.sort_values("group", kind="stable").reset_index(drop=True)


def rated_types(rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the types that have a rate (3 occurrences) in at least one group.

    Examples
    --------
    >>> rates = pd.DataFrame({"value": ["ideology", "policy_name", "policy_name"], "per_10k": [None, None, 42.0]})
    >>> rated_types(rates)["value"].tolist()
    ['policy_name', 'policy_name']
    """
    rated = set(rates.loc[rates["per_10k"].notna(), "value"])
    return rates[rates["value"].isin(rated)].reset_index(drop=True)


def plot_slogan_scopes(
    data: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    r"""Draw which share of a report's slogans comes from whom, as dots with intervals.

    Dots are shares of all occurrences with their interval, hollow diamonds shares of the different formulas, in which
    a formula counts once however often it is repeated. Where the diamond lies left of the dot, a few formulas of that
    scope are repeated often. Counts stand beside; a report with fewer than 3 slogans has no interval.

    Parameters
    ----------
    data : DataFrame
        From `slogan_rates` with ``of="scope"``; every row is drawn, groups in their order.
    labels : mapping of str to str, optional
        What stands beside each group, such as ``report_labels(reports, separator="\n")``; by default its name.
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
        If the table has no row, more than 20 groups or a scope that is none of the five.
    FontError
        If a label holds a character that no font can draw.
    """
    own = ax is None
    values, names = _checked(data, "plot_slogan_scopes", SCOPE_ORDER, "scope", labels)
    titles = {value: label(f"scope_{value}", language=language) for value in values}
    ax, across = _axes(ax, titles, names)
    loud = {"central": COLOURS["blue"], "unlisted": COLOURS["vermilion"]}
    draw_panels(
        ax,
        data,
        titles=titles,
        labels=names,
        columns=("share", "share_low", "share_high"),
        scale=Scale(0, 1, {0: "0", 0.5: "50", 1: "100"}),
        across=across,
        colours={value: loud.get(value, COLOURS["grey"]) for value in values},
        second="distinct_share",
    )
    ax.set_xlabel(label("slogan_share", language=language), loc="right" if is_narrow(ax) else "center")
    _legend(ax, (("slogan_share_hits", "o"), ("slogan_share_distinct", "D")), language)
    settle(ax, own=own)
    return ax


def plot_slogan_types(
    data: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Draw how often each type of slogan occurs in each report, per 10,000 tokens, with intervals.

    The scale is logarithmic, so equal distances are equal ratios. Fewer than 3 occurrences give no rate: the count
    stands beside, and no dot.

    Parameters
    ----------
    data : DataFrame
        From `slogan_rates` with ``of="type"``; every row is drawn, groups in their order.
    labels, ax, language
        As in `plot_slogan_scopes`.

    Returns
    -------
    Axes

    Raises
    ------
    TableError
        If the table has no row, more than 20 groups or an unknown type.
    FontError
        If a label holds a character that no font can draw.
    """
    own = ax is None
    values, names = _checked(data, "plot_slogan_types", TYPE_ORDER, "type", labels)
    titles = {value: label(f"type_{value}", language=language) for value in values}
    ax, across = _axes(ax, titles, names)
    draw_panels(
        ax,
        data,
        titles=titles,
        labels=names,
        columns=("per_10k", "ci_low", "ci_high"),
        scale=_log_scale(data),
        across=across,
        colours=dict.fromkeys(values, COLOURS["blue"]),
    )
    ax.set_xlabel(label("slogan_rate", language=language), loc="right" if is_narrow(ax) else "center")
    _legend(ax, (("slogan_rate_dot", "o"),), language)
    settle(ax, own=own)
    return ax


def _checked(
    data: pd.DataFrame, plot: str, order: tuple[str, ...], of: str, labels: Mapping[str, str] | None
) -> tuple[list[str], dict[str, str]]:
    """Return the values in their order and the label of each group."""
    if data.empty:
        raise TableError(f"{plot} got no row. Count slogans with slogan_rates(..., of={of!r}).")
    data = named_groups(data)
    groups = list(dict.fromkeys(str(group) for group in data["group"]))
    if len(groups) > MAX_REPORTS:
        raise TableError(
            f"{plot} draws up to {MAX_REPORTS} groups, received {len(groups)}. Choose them with fullest_reports(rates)."
        )
    there = set(data["value"].astype(str))
    unknown = sorted(there - set(order))
    if unknown:
        raise TableError(f"{plot} got the {of} {unknown[0]!r}, and knows {', '.join(order)}. Give rates of={of!r}.")
    names = {group: (labels or {}).get(group, group) for group in groups}
    require_glyphs(names.values(), figure=plot)
    return [value for value in order if value in there], names


def _axes(ax: Axes | None, titles: dict[str, str], names: dict[str, str]) -> tuple[Axes, int]:
    """Return the Axes and the number of panels side by side; in one column labels lose their second line."""
    narrow = current_style().width == "single" if ax is None else is_narrow(ax)
    if narrow or len(names) > 10:
        names |= {group: text.partition("\n")[0] for group, text in names.items()}
    across = 1 if narrow else len(titles) if len(titles) <= 5 else 4
    if across >= 4:
        titles |= {value: _halved(title) for value, title in titles.items() if text_width(title) > NARROW_TITLE}
    return new_axes("double", panel_height(titles, names, across=across) + (16 if narrow else 13), ax=ax), across


def _halved(title: str) -> str:
    first, _, rest = title.partition(" ")
    return f"{first}\n{rest}" if rest else title


def _log_scale(data: pd.DataFrame) -> Scale:
    """Return a scale over all intervals, with ticks at 1 and 3 times the powers of ten, or at these alone if wide."""
    ends = [float(end) for name in ("per_10k", "ci_low", "ci_high") for end in data[name].dropna() if end > 0]
    low, high = (min(ends) / 1.15, max(ends) * 1.15) if ends else (1.0, 1000.0)
    bases = (1, 3) if high / low < 100 else (1,)  # more would not fit under a panel
    ticks = [base * 10.0**power for power in range(-3, 5) for base in bases]
    return Scale(low, high, {tick: f"{tick:,g}" for tick in ticks if low <= tick <= high}, log=True)


def _legend(ax: Axes, keys: tuple[tuple[str, str], ...], language: str | None) -> None:
    handles = []
    for key, marker in keys:
        filled = marker == "o"
        handles.append(
            Line2D(
                [], [], color=COLOURS["ink"], linewidth=1.2 if filled else 0, marker=marker,
                markersize=3.8 if filled else 2.8, markeredgewidth=0.7,
                markerfacecolor=COLOURS["ink"] if filled else "white", label=label(key, language=language),
            )
        )  # fmt: skip
    narrow = is_narrow(ax)
    ax.legend(
        handles=handles, loc="lower right" if narrow else "lower left", bbox_to_anchor=(1 if narrow else 0, 1.0),
        ncols=1 if narrow else 2, borderaxespad=0.2, borderpad=0.2, columnspacing=1.5,
    )  # fmt: skip
