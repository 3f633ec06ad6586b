"""Slogans by scope and type, and the matrix of shared slogans: what is drawn, chosen and refused."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.plots.labels import report_labels
from analysis.plots.matrix import matrix_rows, plot_slogan_matrix
from analysis.plots.panels import Scale
from analysis.plots.slogans import (
    SCOPE_ORDER,
    TYPE_ORDER,
    fullest_reports,
    plot_slogan_scopes,
    plot_slogan_types,
    rated_types,
)
from analysis.plots.style import style
from analysis.schemas import FontError, TableError, columns, conform

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
WIDTHS = pytest.mark.parametrize("width", [None, "single"])


def reports():
    given = [
        ("000_a", "xx镇", 2024, 2020, 2024, "year_conflict", "述职报告", 0.5004),
        ("001_b", "嵩市镇", 2024, 2024, 2024, "stated", "政府工作报告", np.nan),
        ("002_c", pd.NA, pd.NA, 2016, 2017, "masked", "工作总结", 1.0),
    ]
    names = "report_id township year_stated year_min year_max year_flag genre coverage"
    table = pd.DataFrame(given, columns=names.split())
    return conform(table.reindex(columns=[column.name for column in columns("reports")]), "reports")


def rates(values, groups=("000_a", "001_b", "002_c")):
    rows = []
    for shift, group in enumerate(groups):
        for at, value in enumerate(values):
            n = (7 * at + 5 * shift) % 11
            row = {"group": group, "value": value, "n": n, "hits": 20 + shift, "total": 1000, "share": n / (20 + shift)}
            row |= {"share_low": 0.6 * row["share"], "share_high": min(1.8 * row["share"] + 0.02, 1)}
            row |= {"distinct_share": 0.9 * row["share"]}
            rate = 10.0 * n if n >= 3 else np.nan
            rows.append(row | {"per_10k": rate, "ci_low": rate / 3, "ci_high": rate * 3})
    return pd.DataFrame(rows)


def cells():
    """Return cells of 3 slogans in 3 reports: 1, hidden, 2 / 12, 3, blank / unknown, 1, 1."""
    names = [("乡村振兴", "central"), ("五包一", "sectoral"), ("黄赌毒", "unlisted")]
    numbers = [[1, pd.NA, 2], [12, 3, 0], [pd.NA, 1, 1]]
    rows = [
        {"slogan": slogan, "scope": scope, "type": "policy_name", "reports": 2, "hits": 3, "report_id": one, "n": n}
        for (slogan, scope), line in zip(names, numbers, strict=True)
        for one, n in zip(["000_a", "001_b", "002_c"], line, strict=True)
    ]
    table = pd.DataFrame(rows).astype({"n": "Int64"})
    return table.assign(present=table["n"] > 0)


def draw_scopes(**options):
    return plot_slogan_scopes(rates(SCOPE_ORDER), labels=report_labels(reports(), separator="\n"), **options)


def draw_types(**options):
    return plot_slogan_types(rates(TYPE_ORDER[:5]), labels=report_labels(reports(), separator="\n"), **options)


def draw_all_types(**options):
    return plot_slogan_types(rates(TYPE_ORDER), labels=report_labels(reports(), separator="\n"), **options)


def draw_matrix(**options):
    return plot_slogan_matrix(cells(), reports(), **options)


ALL = pytest.mark.parametrize("draw", [draw_scopes, draw_types, draw_all_types, draw_matrix])


def boxes(ax):
    """Return the extents of all texts that are drawn."""
    ax.figure.draw_without_rendering()
    found = [text for text in ax.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent()) for text in found]


def overlaps(found):
    """Return the pairs of texts that share more than half a pixel."""
    pairs = [(one, other) for at, one in enumerate(found) for other in found[at + 1 :]]
    return [
        (one, other)
        for (one, a), (other, b) in pairs
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
    ]


@ALL
@LANGUAGES
@WIDTHS
def test_nothing_is_cut_and_no_text_lies_on_another(draw, language, width):
    with style(language=language, width=width):
        ax = draw()
        found = boxes(ax)
        canvas = ax.figure.bbox.extents
    assert overlaps(found) == []
    assert [
        text for text, box in found if (box.min < canvas[:2] - 0.5).any() or (box.max > canvas[2:] + 0.5).any()
    ] == []


@ALL
def test_axes_come_back_and_plain_figures_stay_out_of_pyplot(draw):
    with style():
        assert draw().figure is not None
        given = Figure(figsize=(7, 5)).add_subplot()
        assert draw(ax=given) is given
    assert plt.get_fignums() == []


@ALL
def test_language_can_be_chosen_for_one_figure(draw):
    with style(language="en"):
        chinese, english = ({text for text, _ in boxes(draw(language=one))} for one in ("zh", "en"))
    assert chinese != english


@pytest.mark.parametrize(
    ("plot", "table"),
    [
        (plot_slogan_scopes, rates(SCOPE_ORDER)),
        (plot_slogan_types, rates(TYPE_ORDER)),
        (lambda table: plot_slogan_matrix(table, reports()), cells()),
        (fullest_reports, rates(SCOPE_ORDER)),
        (rated_types, rates(TYPE_ORDER)),
    ],
)
def test_tables_are_not_changed(plot, table):
    before = table.copy(deep=True)
    with style():
        plot(table)
    pd.testing.assert_frame_equal(table, before)


def test_scopes_draw_shares_intervals_and_counts():
    table = rates(["central", "unlisted"], groups=["000_a"])
    with style(language="en"):
        ax = plot_slogan_scopes(table)
    # shares 0 of 20 and 7 of 20; panels 1 wide and 0.2 apart, of which the scale takes 0.77 from 0.03 on
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == pytest.approx([0.03, 1.2 + 0.03 + 0.77 * 0.35])
    diamonds = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "D"]
    assert diamonds == pytest.approx([0.03, 1.2 + 0.03 + 0.77 * 0.315])
    spans = [tuple(line.get_xdata()) for line in ax.lines if line.get_linewidth() == 1.2 and len(line.get_xdata()) == 2]
    assert spans == [pytest.approx((0.03, 0.03 + 0.77 * 0.02)), pytest.approx((1.23 + 0.77 * 0.21, 1.23 + 0.77 * 0.65))]
    written = [text.get_text() for text in ax.texts]
    assert written == ["Central", "n", "0", "50", "100", "000_a", "0", "Unlisted", "n", "0", "50", "100", "7"]


def test_types_below_three_occurrences_have_a_count_and_no_dot():
    table = pd.DataFrame(
        {"group": ["a", "b"], "value": "ideology", "n": [2, 4], "hits": 4, "total": 1000, "per_10k": [np.nan, 40.0],
         "ci_low": [np.nan, 10.0], "ci_high": [np.nan, 100.0]}
    )  # fmt: skip
    with style():
        ax = plot_slogan_types(table)
    assert [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "o"] == [ax.texts[-1].get_position()[1]]
    assert [text.get_text() for text in ax.texts][-2:] == ["2", "4"]


def test_places_on_a_logarithmic_scale():
    scale = Scale(1, 100, {}, log=True)
    assert scale.place(np.array([1.0, 10.0, 100.0, 0.5, 1000.0])).tolist() == pytest.approx([0, 0.5, 1, 0, 1])


def test_the_fullest_reports_are_chosen_and_named_in_order():
    table = pd.DataFrame({"group": ["c", "a", "b", "a"], "hits": [9, 5, 5, 5], "value": ["x", "x", "x", "y"]})
    assert fullest_reports(table, 2)[["group", "value"]].to_numpy().tolist() == [["a", "x"], ["a", "y"], ["c", "x"]]


@pytest.mark.parametrize(
    ("plot", "table", "message"),
    [
        (
            plot_slogan_scopes,
            rates([]),
            "plot_slogan_scopes got no row. Count slogans with slogan_rates(..., of='scope').",
        ),
        (
            plot_slogan_types,
            rates([]),
            "plot_slogan_types got no row. Count slogans with slogan_rates(..., of='type').",
        ),
        (
            plot_slogan_types,
            rates(["central"]),
            "plot_slogan_types got the type 'central', and knows ideology, policy_name, numeric_abbrev, "
            "quoted_formula, bare_formula, four_char_pair, parallel_headline. Give rates of='type'.",
        ),
        (
            plot_slogan_scopes,
            rates(["central"], groups=[f"{at:02}" for at in range(21)]),
            "plot_slogan_scopes draws up to 20 groups, received 21. Choose them with fullest_reports(rates).",
        ),
        (
            lambda table: plot_slogan_matrix(table, reports()),
            cells().head(0),
            "plot_slogan_matrix got no row. Choose rows with matrix_rows(report_slogans(...), slogans).",
        ),
    ],
)
def test_tables_that_cannot_be_drawn_are_refused(plot, table, message):
    with style(), pytest.raises(TableError) as raised:
        plot(table)
    assert str(raised.value) == message


def test_missing_character_stops_the_matrix():
    table = cells().replace({"五包一": "五𨻧一"})
    with style(), pytest.raises(FontError, match=r"^figure 'plot_slogan_matrix' needs the character '𨻧'"):
        plot_slogan_matrix(table, reports())


def test_matrix_tells_used_from_unused_and_from_unknown():
    with style(language="en"):
        ax = plot_slogan_matrix(cells(), reports())
    drawn = {(bar.get_x() + 0.5, bar.get_y() + 0.5): bar for bar in ax.patches}
    assert len(drawn) == 9
    assert {at for at, bar in drawn.items() if bar.get_hatch()} == {(1, 0), (0, 2)}
    white = (1.0, 1.0, 1.0, 1.0)
    assert {at for at, bar in drawn.items() if bar.get_facecolor() == white and not bar.get_hatch()} == {(2, 1)}
    # the more occurrences, the darker
    grey = {at: sum(drawn[at].get_facecolor()[:3]) for at in [(0, 0), (2, 0), (1, 1), (0, 1)]}
    assert sorted(grey, key=grey.get) == [(0, 1), (1, 1), (2, 0), (0, 0)]
    numbers = [text.get_text() for text in ax.texts if text.get_text().isdecimal()]
    assert sorted(numbers) == sorted(["1", "2", "12", "3", "1", "1"] + ["3", "2"] * 3)
    assert [text.get_text() for text in ax.legend_.get_texts()] == [
        "Central", "Sectoral", "Unlisted", "not used", "not seen, text not whole",
    ]  # fmt: skip


def long_table():
    """Return report_slogans of 4 reports: 甲 in all, 乙 and 丙 in two, 丁 in one; d is not whole."""
    seen = {"甲": "abcd", "乙": "ab", "丙": "bc", "丁": "a"}
    rows = [
        (one, slogan, 1 if one in where else pd.NA if one == "d" else 0)
        for slogan, where in seen.items()
        for one in "abcd"
    ]
    table = pd.DataFrame(rows, columns=["report_id", "slogan", "n"]).astype({"n": "Int64"})
    return table.assign(present=(table["n"] > 0).astype("boolean"))


def long_slogans():
    scopes = [
        ("甲", "unlisted"),
        ("乙", "sectoral"),
        ("乙", "central"),
        ("乙", "central"),
        ("丙", "central"),
        ("丁", "central"),
    ]
    return pd.DataFrame(scopes, columns=["canonical", "scope"]).assign(type="policy_name")


def test_matrix_rows_by_reports_then_scope_then_name():
    found = matrix_rows(long_table(), long_slogans())
    # 丙 (U+4E19) stands before 乙 (U+4E59)
    assert found.drop_duplicates("slogan")[["slogan", "scope", "reports", "hits"]].to_numpy().tolist() == [
        ["甲", "unlisted", 4, 4],
        ["丙", "central", 2, 2],
        ["乙", "central", 2, 2],
    ]
    assert found["report_id"].tolist() == list("abcd") * 3
    assert found["n"].fillna(-1).tolist() == [1, 1, 1, 1, 0, 1, 1, -1, 1, 1, 0, -1]
    few = matrix_rows(long_table(), long_slogans(), n=2, n_reports=2)
    assert few[["slogan", "report_id"]].to_numpy().tolist() == [["甲", "b"], ["甲", "c"], ["丙", "b"], ["丙", "c"]]


def test_matrix_without_shared_slogans_says_so():
    table = long_table()
    with pytest.raises(TableError) as raised:
        matrix_rows(table[table["slogan"] == "丁"], long_slogans())
    assert str(raised.value) == (
        "no slogan is seen in two reports (4 reports, 1 pairs of report and slogan). The matrix needs two reports that "
        "share a slogan."
    )


def test_twenty_reports_stay_legible():
    many = pd.concat([reports().head(1).assign(report_id=f"{at:03}_x") for at in range(20)], ignore_index=True)
    table = pd.concat([cells().query("report_id == '000_a'").assign(report_id=one) for one in many["report_id"]])
    with style():
        assert overlaps(boxes(plot_slogan_matrix(table, many))) == []
        names = report_labels(many, separator="\n")
        assert overlaps(boxes(plot_slogan_scopes(rates(SCOPE_ORDER, groups=list(names)), labels=names))) == []
