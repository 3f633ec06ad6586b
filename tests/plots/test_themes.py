"""The figures of themes: what they write, what they mark, that no two texts lie on one another."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from analysis.lexicons.themes import themes
from analysis.measures.themes.correspondence import correspondence_analysis
from analysis.plots.style import style
from analysis.plots.theme_map import map_rows, plot_theme_distances, plot_theme_map
from analysis.plots.themes import plot_theme_shares, plot_zone_shift, theme_label
from analysis.schemas import FontError, TableError

IDS = list(themes()["id"])
REPORTS = ["000_a", "001_b", "002_c"]
LABELS = {"000_a": "000 xx镇 2024?", "001_b": "001 嵩市镇 2024", "002_c": "002 xx乡镇(街道) [2016–2021]"}


def shares():
    rows = [
        {"group": report, "theme": theme, "share": at / 100, "ci_low": at / 200, "ci_high": at / 30, "n": at}
        for report in REPORTS
        for at, theme in enumerate(IDS)
    ]
    return pd.DataFrame(rows)


def shifts(estimable=1):
    rows = []
    for number, report in enumerate(REPORTS):
        for at, theme in enumerate(IDS):
            size = (at - 7) / 50 if number < estimable else np.nan
            row = {"report_id": report, "theme": theme, "shift": size, "ci_low": size - 0.1, "ci_high": size + 0.1}
            rows.append(row | {"n": at})
    return pd.DataFrame(rows)


def pairs():
    rows = [
        {"source": "000_a", "target": "001_b", "distance": 0.4, "null_mean": 0.09, "p_adjusted": 0.03},
        {"source": "000_a", "target": "002_c", "distance": 0.3, "null_mean": 0.04, "p_adjusted": 0.51},
        {"source": "001_b", "target": "002_c", "distance": np.nan, "null_mean": np.nan, "p_adjusted": np.nan},
    ]
    return pd.DataFrame(rows)


def places():
    """Return the map of three reports, each with most of a third of the themes."""
    table = pd.DataFrame([[8 if at % 3 == row else 2 + at % 2 for at in range(14)] for row in range(3)], REPORTS, IDS)
    found = correspondence_analysis(table)
    ellipses = pd.DataFrame({"name": REPORTS, "semi_major": 0.2, "semi_minor": 0.1, "angle": 30.0})
    return found, map_rows(found.points, found.axes, ellipses)


def draw_shares(**options):
    return plot_theme_shares(shares(), labels=LABELS, **options)


def draw_shift(**options):
    return plot_zone_shift(shifts(), labels=LABELS, **options)


def draw_shifts(**options):
    return plot_zone_shift(shifts(2), labels=LABELS, **options)


def draw_distances(**options):
    return plot_theme_distances(pairs(), labels=LABELS, **options)


LONG = [f"某某县{at:02}…二修订" for at in range(12)]
NAMED = {one: f"{one} 某某乡镇街道 2010?" for one in LONG}


def draw_many_distances(**options):
    row = pairs().iloc[0].to_dict()
    table = pd.DataFrame([row | {"source": one, "target": other} for one, other in combinations(LONG, 2)])
    return plot_theme_distances(table, labels=NAMED, **options)


def draw_many_shifts(**options):
    table = shifts(2)
    rows = table[table["report_id"] == table.dropna(subset="shift")["report_id"].iloc[0]]
    table = pd.concat([rows.assign(report_id=one) for one in LONG[:4]], ignore_index=True)
    return plot_zone_shift(table, labels=NAMED | {LONG[0]: "某某省-2023 unnamed township 2023?"}, **options)


def draw_map(**options):
    return plot_theme_map(places()[1], labels=LABELS, shares=(0.6, 0.4), **options)


DRAWN = [draw_shares, draw_shift, draw_shifts, draw_many_shifts, draw_distances, draw_map]
ALL = pytest.mark.parametrize("draw", DRAWN)


def texts(ax):
    ax.figure.draw_without_rendering()
    beyond = []
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        beyond += [tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
    found = [text for text in ax.figure.findobj(Text) if text.get_visible() and text not in beyond]
    return [text for text in found if text.get_text().strip()]


def words(ax):
    return [text.get_text() for text in texts(ax)]


@ALL
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [None, "single"])
def test_nothing_is_cut_and_no_text_lies_on_another(draw, language, width):
    with style(language=language, width=width):
        ax = draw()
        boxes = {(at, text.get_text()): text.get_window_extent() for at, text in enumerate(texts(ax))}
        canvas = ax.figure.bbox.extents
    found = [
        (one, other)
        for (one, a), (other, b) in combinations(boxes.items(), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
    ]
    assert found == []
    assert [key for key, box in boxes.items() if (box.min < canvas[:2]).any() or (box.max > canvas[2:]).any()] == []
    assert plt.get_fignums() == []


def test_heads_of_many_columns_stand_upright():
    with style(language="en"):
        heads = [text for text in texts(draw_many_distances()) if text.get_text() in LONG]
    assert [(head.get_text(), head.get_rotation()) for head in heads] == [(one, 90.0) for one in LONG]
    with style(language="en"):
        assert {text.get_rotation() for text in texts(draw_distances())} == {0.0}


def test_every_theme_has_a_short_name_in_both_languages():
    assert [one for one in IDS if one in (theme_label(one, language="en"), theme_label(one, language="zh"))] == []
    assert theme_label("fishery", language="en") == "fishery"


def test_shift_names_what_cannot_be_compared():
    with style(language="en"):
        written = words(draw_shift())
    assert "Plan less review (percentage points)\nNot estimable: 001, 002" in written
    assert "000 xx镇 2024?" in written


def test_distances_stand_over_their_null_and_mark_what_goes_beyond():
    with style(language="en"):
        ax = draw_distances()
        written = words(ax)
    assert {".40", "(.30)", "p .03", ".30", "(.20)", "p .51"} <= set(written)
    framed = [patch for patch in ax.patches if not patch.get_fill()]
    # the one pair with p at most .05 is framed below the diagonal: column 0, row 1
    assert [(round(one.get_x() + 0.46, 9), round(one.get_y() + 0.46, 9)) for one in framed] == [(0.0, 1.0)]
    assert [patch.get_xy() for patch in ax.patches if patch.get_hatch()] == [(0.5, 1.5)]


def test_map_rows_are_those_of_the_analysis():
    found, rows = places()
    assert rows["kind"].tolist() == ["row"] * 3 + ["column"] * 14
    first = found.points.query("axis == 1").set_index("name")["coordinate"]
    second = found.points.query("axis == 2").set_index("name")["coordinate"]
    both = rows.set_index("name")
    pd.testing.assert_series_equal(both["x"], first.reindex(both.index), check_names=False)
    pd.testing.assert_series_equal(both["y"], second.reindex(both.index), check_names=False)
    # two axes are all there are between three reports
    np.testing.assert_allclose(rows["cos2"], 1)
    np.testing.assert_allclose(rows.groupby("kind")["contribution"].sum(), 1)
    assert rows["semi_major"].notna().tolist() == [True] * 3 + [False] * 14


def test_hollow_marks_are_the_themes_with_a_small_cos2():
    rows = places()[1]
    rows.loc[rows["name"].isin(["party", "rural"]), "cos2"] = 0.3
    with style():
        ax = plot_theme_map(rows, labels=LABELS)
    marks = [line for line in ax.lines if line.get_marker() == "D"]
    hollow = [float(line.get_xdata()[0]) for line in marks if line.get_markerfacecolor() == "white"]
    assert len(marks) == 14
    assert hollow == rows.loc[rows["name"].isin(["party", "rural"]), "x"].tolist()


def test_tables_are_not_changed():
    for plot, table in (
        (plot_theme_shares, shares()), (plot_zone_shift, shifts()), (plot_theme_distances, pairs()),
        (plot_theme_map, places()[1]),
    ):  # fmt: skip
        before = table.copy(deep=True)
        with style():
            plot(table)
        pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("plot", "table", "expected"),
    [
        (plot_theme_shares, shares().head(0),
         "plot_theme_shares got no row. Code sentences with theme_shares(corpus)."),
        (plot_zone_shift, shifts(0),
         "plot_zone_shift got no report whose review and plan are both whole; the column reason says why."),
        (plot_theme_distances, pairs().head(0),
         "plot_theme_distances got no row. Compare two groups or more with theme_divergence."),
        (plot_theme_map, places()[1].head(0),
         "plot_theme_map got no row. Take rows from map_rows(*theme_correspondence(...)[:2], ellipses)."),
        (plot_theme_shares, pd.concat([shares().assign(group=f"r{at}") for at in range(21)]),
         "plot_theme_shares draws up to 20 groups, received 21. Choose some."),
        (plot_zone_shift, pd.concat([shifts().assign(report_id=f"r{at}") for at in range(5)]),
         "plot_zone_shift draws up to 4 reports, received 5. Choose some."),
        (plot_theme_distances, pd.DataFrame({"source": "a", "target": [f"r{at:02}" for at in range(12)]}),
         "plot_theme_distances draws up to 12 groups, received 13. Choose some."),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(plot, table, expected):
    with style(), pytest.raises(TableError) as raised:
        plot(table)
    assert str(raised.value) == expected


def test_a_name_without_glyph_stops_the_figure():
    with style(), pytest.raises(FontError):
        plot_theme_distances(pairs(), labels={"000_a": "新𨻧"})
