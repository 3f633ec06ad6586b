"""Which report uses which slogan, and where the sources do not let us know."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from analysis.plots.labels import coverage_label, label, report_labels, year_label
from analysis.plots.panels import text_width
from analysis.plots.slogans import SCOPE_ORDER
from analysis.plots.style import COLOURS, beside, current_style, figure_of, is_narrow, new_axes, require_glyphs, settle
from analysis.schemas import TableError

__all__ = ["SCOPE_MARKERS", "matrix_rows", "plot_slogan_matrix"]

ROW = 4.6  # mm for each slogan
LONGEST = 18  # characters of a slogan that are written
SCOPE_MARKERS = {"central": "o", "provincial": "^", "sectoral": "s", "generic": "D", "unlisted": "o"}
PALE, DEEP = np.array(to_rgb("#DCE9F3")), np.array(to_rgb(COLOURS["navy"]))


def matrix_rows(table: pd.DataFrame, slogans: pd.DataFrame, *, n: int = 40, n_reports: int = 20) -> pd.DataFrame:
    """Return the cells of the slogans that at least two reports use, those of most reports first.

    Parameters
    ----------
    table : DataFrame
        From `report_slogans`.
    slogans : DataFrame
        The slogans table, for scope and type; a formula has those of most of its occurrences, ties to the first name.
    n : int
        Most slogans: those in most reports, then by scope (central, provincial, sectoral, generic, unlisted), then by
        name.
    n_reports : int
        Most reports: those that use most of the slogans, ties to the first name; in the order of their names.

    Returns
    -------
    DataFrame
        One row per slogan and report, slogans in the order above. **Columns**: slogan, scope, type (str); reports, hits
        (int64: in all reports of the table); report_id (str); n (Int64, NA where the slogan is not seen and may be
        hidden); present (boolean).

    Raises
    ------
    TableError
        If no slogan is seen in two reports.
    """
    seen = table[table["present"].fillna(False)]
    per_slogan = seen.groupby("slogan").agg(reports=("report_id", "nunique"), hits=("n", "sum")).reset_index()
    per_slogan = per_slogan[per_slogan["reports"] >= 2].astype({"reports": "int64", "hits": "int64"})
    if per_slogan.empty:
        raise TableError(
            f"no slogan is seen in two reports ({table['report_id'].nunique()} reports, {len(seen)} pairs of report "
            "and slogan). The matrix needs two reports that share a slogan."
        )
    for name in ("scope", "type"):
        per_slogan[name] = per_slogan["slogan"].map(_most_common(slogans, name))
    rank = per_slogan["scope"].map({scope: at for at, scope in enumerate(SCOPE_ORDER)}).fillna(len(SCOPE_ORDER))
    order = per_slogan.assign(rank=rank).sort_values(["reports", "rank", "slogan"], ascending=[False, True, True])
    order = order.drop(columns="rank").head(n)
    cells = table.merge(order, on="slogan", how="inner")
    uses = cells["present"].fillna(False).astype("int64").groupby(cells["report_id"]).sum().reset_index(name="uses")
    chosen = uses.sort_values(["uses", "report_id"], ascending=[False, True]).head(n_reports)["report_id"]
    cells = cells[cells["report_id"].isin(chosen)]
    place = {slogan: at for at, slogan in enumerate(order["slogan"])}
    cells = cells.assign(place=cells["slogan"].map(place)).sort_values(["place", "report_id"], kind="stable")
    columns = ["slogan", "scope", "type", "reports", "hits", "report_id", "n", "present"]
    return cells[columns].reset_index(drop=True)


def plot_slogan_matrix(
    data: pd.DataFrame, reports: pd.DataFrame, *, ax: Axes | None = None, language: str | None = None
) -> Axes:
    """Draw how often each report uses each slogan; where a text is not whole, what is not seen is hatched.

    A blank cell says that the report does not use the slogan, a hatched one that nobody knows: less than 0.9 of its
    text is visible. Two reports with the same slogan show that both repeat it, not that it went from one to the other.

    Parameters
    ----------
    data : DataFrame
        From `matrix_rows`; every row is a cell, the first slogan on top.
    reports : DataFrame
        The reports table, for the heads of the columns.
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
        If a slogan or a label holds a character that no font can draw.
    """
    if data.empty:
        raise TableError("plot_slogan_matrix got no row. Choose rows with matrix_rows(report_slogans(...), slogans).")
    own = ax is None
    slogans = data.drop_duplicates("slogan")
    report_ids = list(dict.fromkeys(data["report_id"]))
    names = report_labels(reports, language=language, genre=False)
    texts = [_short(str(slogan)) for slogan in slogans["slogan"]]
    require_glyphs([*names.values(), *texts], figure="plot_slogan_matrix")

    narrow = current_style().width == "single" if ax is None else is_narrow(ax)
    upright = narrow or len(report_ids) > 6
    if upright:
        heads = [names[report_id] for report_id in report_ids]
    else:
        rows = reports.set_index("report_id", drop=False).loc[report_ids].to_dict("records")
        heads = [_head(row, names[row["report_id"]], language) for row in rows]
    head_height = (max(text_width(head, size=7) for head in heads) if upright else 36) / 72 * 25.4
    ax = new_axes("double", 14 + 6 * narrow + head_height + ROW * len(slogans), ax=ax)
    place = {slogan: at for at, slogan in enumerate(slogans["slogan"])}
    column = {report_id: at for at, report_id in enumerate(report_ids)}
    most = max(int(data["n"].max()), 1)
    # the marks of the scopes stand between the names and the cells
    marks = ax.get_yaxis_transform() + ScaledTranslation(-7 / 72, 0, figure_of(ax).dpi_scale_trans)
    for row in data.to_dict("records"):
        _cell(ax, column[row["report_id"]], place[row["slogan"]], row["n"], most)
    for at, row in enumerate(slogans.to_dict("records")):
        beside(ax, at, texts[at], points=-14)
        ax.plot(0, at, transform=marks, clip_on=False, **_mark(str(row["scope"])))
        beside(ax, at, f"{int(row['hits']):,}", points=22)
        beside(ax, at, f"{int(row['reports']):,}", points=58)
    for points, key in ((22, "column_n"), (58, "column_reports")):
        beside(ax, -1.1, label(key, language=language), points=points)
    for at, head in enumerate(heads):
        look = {"rotation": 90, "ha": "center"} if upright else {"ha": "center", "linespacing": 1.25}
        ax.annotate(head, (at, -0.5), (0, 4), textcoords="offset points",
                    va="bottom", fontsize=7, annotation_clip=False, **look)  # fmt: skip
    ax.set_xlim(-0.5, len(report_ids) - 0.5)
    ax.set_ylim(len(slogans) - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    _legend(ax, data, narrow, language)
    settle(ax, own=own)
    return ax


def _most_common(slogans: pd.DataFrame, name: str) -> dict[str, str]:
    counted = slogans.groupby(["canonical", name]).size().reset_index(name="times")
    counted = counted.sort_values(["times", name], ascending=[False, True], kind="stable")
    first = counted.drop_duplicates("canonical")
    return dict(zip(first["canonical"], first[name], strict=True))


def _short(slogan: str) -> str:
    return slogan if len(slogan) <= LONGEST else slogan[: LONGEST - 1] + "…"


def _cell(ax: Axes, x: int, y: int, n: int, most: int) -> None:
    corner, line = (x - 0.5, y - 0.5), {"linewidth": 0.6, "edgecolor": COLOURS["pale"]}
    if pd.isna(n):
        ax.add_patch(Rectangle(corner, 1, 1, facecolor="white", hatch="//////", **line | {"edgecolor": "#BDBDBD"}))
    elif n == 0:
        ax.add_patch(Rectangle(corner, 1, 1, facecolor="white", **line))
    else:
        depth = (n - 1) / (most - 1) if most > 1 else 0.0
        ax.add_patch(Rectangle(corner, 1, 1, facecolor=tuple(PALE + (DEEP - PALE) * depth), **line))
        colour = "white" if depth > 0.45 else COLOURS["ink"]
        ax.text(x, y, f"{int(n):,}", ha="center", va="center", fontsize=7, color=colour)


def _mark(scope: str) -> dict:
    face = "white" if scope == "unlisted" else COLOURS["ink"]
    return {
        "marker": SCOPE_MARKERS.get(scope, "x"), "color": COLOURS["ink"], "markerfacecolor": face,
        "markeredgewidth": 0.7, "markersize": 3.4, "linestyle": "none",
    }  # fmt: skip


def _head(report: dict, name: str, language: str | None) -> str:
    """Return id, township, year and coverage on four lines."""
    year, short = year_label(report, language=language), name.split(" ")[0]
    place = name[len(short) + 1 : len(name) - len(year) - 1]
    coverage = f"{label('column_coverage', language=language)} {coverage_label(report['coverage'])}"
    return "\n".join([short, place, year, coverage])


def _legend(ax: Axes, data: pd.DataFrame, narrow: bool, language: str | None) -> None:
    there = set(data["scope"].astype(str))
    handles: list = [
        Line2D([], [], **_mark(scope), label=label(f"scope_{scope}", language=language))
        for scope in SCOPE_ORDER
        if scope in there
    ]
    if (data["n"] == 0).any():
        handles.append(Rectangle((0, 0), 1, 1, facecolor="white", edgecolor=COLOURS["grey"], linewidth=0.6,
                                 label=label("matrix_absent", language=language)))  # fmt: skip
    if data["n"].isna().any():
        handles.append(Rectangle((0, 0), 1, 1, facecolor="white", edgecolor=COLOURS["grey"], linewidth=0.6,
                                 hatch="//////", label=label("matrix_unknown", language=language)))  # fmt: skip
    ax.legend(handles=handles, loc="upper right", bbox_to_anchor=(1, -0.01), ncols=2 if narrow else len(handles))
