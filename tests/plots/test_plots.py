"""What the figures show, that nothing is cut and that no two texts lie on one another."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.plots.clouds import cloud_terms, clouded_terms, plot_word_clouds
from analysis.plots.coverage import plot_coverage
from analysis.plots.dispersion import dispersed_terms, plot_dispersion
from analysis.plots.labels import report_labels
from analysis.plots.placement import labelled_terms, place_labels
from analysis.plots.style import style
from analysis.plots.terms import plot_top_terms, top_terms
from analysis.schemas import FontError, TableError, columns, conform

WORDS = [one + other for one in "国园围图团固圆圈" for other in "国园围图团固圆圈"]  # characters that fill their box


def reports():
    given = [
        ("000_a", "xx镇", 2024, 2020, 2024, "year_conflict", "述职报告", "elided", 2109, 2106, 0.5004, 5),
        ("001_b", "嵩市镇", 2024, 2024, 2024, "stated", "政府工作报告", "truncated", 2639, pd.NA, np.nan, 0),
        ("002_c", pd.NA, pd.NA, 2016, 2017, "masked", "工作总结", "full", 6123, 0, 1.0, 1084),
    ]
    names = "report_id township year_stated year_min year_max year_flag genre completeness visible_chars hidden_chars"
    table = pd.DataFrame(given, columns=[*names.split(), "coverage", "n_masks"])
    table["n_tokens"] = 1000
    return conform(table.reindex(columns=[column.name for column in columns("reports")]), "reports")


def frequency(groups=("corpus",), n_terms=60):
    rows = []
    for shift, group in enumerate(groups):
        for at, word in enumerate(WORDS[:n_terms]):
            n = max(90 // (at + 1), 3) + shift
            rate = 1.5 * n
            row = {"group": group, "term": word, "n": n, "n_reports": 1 + at % 3, "total": 6000, "is_stopword": False}
            row |= {"per_10k": rate, "ci_low": 0.8 * rate, "ci_high": 1.3 * rate}
            row |= {"unit": "report", "design_effect": None}
            row |= {"dp": (at % 9) / 10, "dp_norm": (at % 9) / 9, "dp_expected": 0.9 / n**0.5}
            rows.append(row | {"n_low": n, "n_high": n, "n_worst": n})
    return conform(pd.DataFrame(rows), "frequency")


def draw_coverage(**options):
    return plot_coverage(reports(), **options)


def draw_terms(**options):
    return plot_top_terms(top_terms(frequency(), 30), **options)


def draw_dispersion(**options):
    return plot_dispersion(dispersed_terms(frequency()), **options)


def draw_clouds(**options):
    rows = cloud_terms(frequency(["000_a", "001_b", "002_c"]), 20).assign(
        n_reports_all=lambda table: table["n_reports"]
    )
    return plot_word_clouds(rows, titles=report_labels(reports(), separator="\n"), seed=1, **options)


ALL = pytest.mark.parametrize("draw", [draw_coverage, draw_terms, draw_dispersion, draw_clouds])
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def texts(ax):
    """Return the texts that are drawn; ticks beyond the limits exist and are not."""
    ax.figure.draw_without_rendering()
    beyond = []
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        beyond += [tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
    found = [text for text in ax.figure.findobj(Text) if text.get_visible() and text not in beyond]
    return [text for text in found if text.get_text().strip() and text.axes in (ax, None)]


def overlaps(boxes):
    """Return the pairs of boxes that share more than half a pixel."""
    pairs = combinations(boxes.items(), 2)
    return [
        (one, other)
        for (one, a), (other, b) in pairs
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
    ]


@ALL
@LANGUAGES
@pytest.mark.parametrize("width", [None, "single"])
def test_nothing_is_cut_and_no_text_lies_on_another(draw, language, width):
    with style(language=language, width=width):
        ax = draw()
        found = texts(ax)
        boxes = {(at, text.get_text()): text.get_window_extent() for at, text in enumerate(found)}
        assert overlaps(boxes) == []
        canvas = ax.figure.bbox.extents
        assert [key for key, box in boxes.items() if (box.min < canvas[:2]).any() or (box.max > canvas[2:]).any()] == []
        tight = ax.figure.get_tightbbox().extents * ax.figure.dpi
        assert (tight[:2] >= -0.5).all()
        assert (tight[2:] <= canvas[2:] + 0.5).all()


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
        chinese, english = ({text.get_text() for text in texts(draw(language=one))} for one in ("zh", "en"))
    assert chinese != english


@pytest.mark.parametrize(
    ("plot", "table"),
    [
        (plot_coverage, reports()),
        (plot_top_terms, top_terms(frequency())),
        (plot_dispersion, dispersed_terms(frequency())),
        (plot_word_clouds, cloud_terms(frequency())),
        (top_terms, frequency()),
        (dispersed_terms, frequency()),
        (cloud_terms, frequency()),
    ],
)
def test_tables_are_not_changed(plot, table):
    before = table.copy(deep=True)
    with style():
        plot(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("plot", [plot_top_terms, plot_dispersion, plot_word_clouds])
def test_missing_character_stops_the_figure(plot):
    table = dispersed_terms(frequency())
    table.loc[0, "term"] = "新𨻧"
    with style(), pytest.raises(FontError) as raised:
        plot(table)
    assert str(raised.value) == (
        f"figure '{plot.__name__}' needs the character '𨻧' (U+28EE7) in the text '新𨻧', and no font at hand can draw "
        "it (found: NotoSansSC-Subset-Regular.ttf). Add a font that has it: set_style(font='path/to/font.ttf'), "
        "on the command line --font path/to/font.ttf."
    )


def test_coverage_draws_visible_hidden_and_unknown_amounts():
    with style():
        ax = plot_coverage(reports())
    bars = [(bar.get_x(), bar.get_width(), bar.get_hatch()) for bar in ax.patches if bar.get_edgecolor()[3]]
    assert bars == [(0, 2109, None), (2109, 2106, "//////"), (0, 2639, None), (0, 6123, None)]
    written = [text.get_text() for text in ax.texts]
    assert written == [
        *("000 xx镇 2024?", "duty report, part hidden", ".50", "5"),
        *("?", "001 嵩市镇 2024", "government work report, cut off", "?", "0"),
        *("002 unnamed township [2016–2017]", "work summary, complete", "1.00", "1,084"),
        *("Coverage", "Masks"),
    ]


def test_top_terms_are_the_highest_rates_without_stopwords_or_rare_terms():
    table = pd.DataFrame(
        {
            "group": ["corpus"] * 5 + ["other"],
            "term": ["的", "建设", "发展", "稀", "少", "建设"],
            "per_10k": [90.0, 40.0, 40.0, np.nan, 1.0, 99.0],
            "is_stopword": [True, False, False, False, False, False],
        }
    )
    assert top_terms(table, 2)["term"].tolist() == ["发展", "建设"]
    with pytest.raises(TableError) as raised:
        top_terms(table, group="missing")
    assert str(raised.value) == "frequency table has no group 'missing' (found: corpus, other). Name one of its groups."


def test_top_terms_plot_shows_rates_intervals_and_counts():
    rows = top_terms(frequency(), 3)
    with style():
        ax = plot_top_terms(rows)
    assert ax.lines[0].get_xdata().tolist() == [135.0, 67.5, 45.0]
    ends = [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()]
    np.testing.assert_allclose(ends, [[108, 175.5], [54, 87.75], [36, 58.5]])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == rows["term"].tolist()
    assert [text.get_text() for text in ax.texts] == ["90", "1", "45", "2", "30", "3", "n", "Reports"]


def test_counts_of_a_large_panel_stand_beside_the_axes_and_apart():
    rows = top_terms(frequency(), 3).assign(n=[1_118_298, 11_396, 8_774], n_reports=[800_000, 158, 7])
    with style():
        ax = plot_top_terms(rows)
        boxes = [text.get_window_extent() for text in ax.texts]
    edge = ax.get_window_extent().x1
    for n, reports in ((0, 1), (2, 3), (4, 5)):
        assert edge < boxes[n].x0
        assert boxes[n].x1 < boxes[reports].x0


def test_top_terms_plot_refuses_what_it_cannot_show():
    with style():
        with pytest.raises(TableError, match=r"^plot_top_terms draws one group, received a, b. Choose the rows with"):
            plot_top_terms(frequency(["a", "b"]))
        with pytest.raises(TableError, match=r"^plot_top_terms got no row."):
            plot_top_terms(frequency().head(0))
        with pytest.raises(TableError, match=r"^the term '国国' has no rate \(fewer than 3 occurrences\)."):
            plot_top_terms(frequency().head(1).assign(per_10k=np.nan))


def test_dispersion_puts_the_expectation_on_the_scale_of_dpnorm():
    table = frequency(n_terms=4).assign(dp=[0.0, 0.3, 0.6, np.nan], dp_norm=[0.0, 0.4, 0.8, np.nan])
    rows = dispersed_terms(table.assign(dp_expected=[0.1, 0.1, 0.2, np.nan]))
    # first the most frequent, then the one furthest above expectation, and so on
    assert rows["term"].tolist() == ["国国", "国围", "国园"]
    np.testing.assert_allclose(rows["dp_norm_expected"], [0.4 / 3, 0.8 / 3, 0.4 / 3])
    with pytest.raises(TableError, match=r"^frequency table has no term with a dispersion in group 'corpus'."):
        dispersed_terms(table.assign(dp_norm=np.nan))


def test_dispersion_fills_dots_of_terms_that_are_in_every_report():
    rows = dispersed_terms(frequency(n_terms=9))
    with style():
        ax = plot_dispersion(rows, n_parts=3)
    _, some, every = ax.lines
    assert sorted(every.get_xdata()) == sorted(rows["n"][rows["n_reports"] == 3])
    assert sorted(some.get_xdata()) == sorted(rows["n"][rows["n_reports"] < 3])
    assert (some.get_markerfacecolor(), every.get_markerfacecolor()) == ("white", "#0072B2")


@pytest.mark.parametrize(("gap", "side"), [(None, 1), (9, 1), (3, 0)])
def test_a_label_stands_where_no_other_marker_is_as_near(gap, side):
    with style():
        ax = Figure(figsize=(3, 2), dpi=72).add_subplot()
        ax.set(xlim=(0, 100), ylim=(0, 100))
        own = ax.transData.transform((50, 50))
        width = 14  # points: two characters of 7 points, 4 points to the right of their marker
        others = [] if gap is None else [ax.transData.inverted().transform((own[0] + 4 + width + gap, own[1]))]
        place_labels(ax, [(50, 50, "发展")], points=np.array([(50, 50), *others]))
        across, up = ax.texts[0].get_position()
    assert (np.sign(across), np.sign(up)) == ((1, 0) if side else (0, 1))


def test_crowded_labels_stay_apart_and_those_without_room_are_dropped():
    n = 400
    rows = frequency(n_terms=1).loc[[0] * n].reset_index(drop=True)
    at = np.arange(n)
    rows = rows.assign(term=[f"词{one}" for one in at], n=20 + at % 20, dp_norm=0.4 + (at * 7 % 101) / 400)
    rows = rows.assign(dp_norm_expected=0.5, dp=rows["dp_norm"])
    with style():
        ax = plot_dispersion(rows, n_labels=n)
        placed = labelled_terms(ax)
        boxes = {text.get_text(): text.get_window_extent() for text in ax.texts if text.get_text()}
    assert 10 < len(placed) < n
    assert list(boxes) == placed
    assert overlaps(boxes) == []
    places = ax.transData.transform(rows[["n", "dp_norm"]])
    covered = [
        (text, at)
        for text, box in boxes.items()
        for at, (x, y) in enumerate(places)
        if box.x0 < x < box.x1 and box.y0 < y < box.y1
    ]
    assert covered == []


def test_clouds_draw_each_word_once_in_proportion_and_apart():
    with style():
        ax = draw_clouds()
        drawn = clouded_terms(ax)
        words = [patch for patch in ax.patches if hasattr(patch, "word")]
        boxes = {patch.word: patch.get_path().get_extents() for patch in words}
    rows = cloud_terms(frequency(["000_a", "001_b", "002_c"]), 20)
    assert sorted(drawn) == sorted(zip(rows["group"], rows["term"], strict=True))
    assert overlaps(boxes) == []
    rates = {(row["group"], row["term"]): row["per_10k"] for row in rows.to_dict("records")}
    # the same word in two clouds: heights are as the roots of the rates, to a third of a point
    for group in ("001_b", "002_c"):
        ratio = boxes[group, "国国"].height / boxes["000_a", "国国"].height
        assert ratio == pytest.approx((rates[group, "国国"] / rates["000_a", "国国"]) ** 0.5, abs=0.02)


def test_clouds_mark_words_of_one_report_in_bold_and_colour():
    with style():
        ax = draw_clouds()
    table = frequency(["000_a"]).set_index("term")
    colours = {patch.word[1]: patch.get_facecolor()[:3] for patch in ax.patches if hasattr(patch, "word")}
    own = {term for term, colour in colours.items() if colour[0] > colour[2]}
    assert own == {term for term in colours if table.loc[term, "n_reports"] == 1}


def test_clouds_that_are_too_full_leave_the_rarest_words_out():
    rows = frequency(["000_a"], n_terms=64).assign(per_10k=np.linspace(100, 99, 64))
    rows["term"] = [word * 4 for word in rows["term"]]
    with style():
        drawn = [term for _, term in clouded_terms(plot_word_clouds(rows))]
    assert 0 < len(drawn) < 64
    assert drawn == rows["term"].head(len(drawn)).tolist()


def test_clouds_refuse_none_and_too_many():
    with style():
        with pytest.raises(TableError, match=r"^plot_word_clouds got no row."):
            plot_word_clouds(frequency().head(0))
        with pytest.raises(TableError, match=r"^plot_word_clouds draws up to 11 clouds, received 12."):
            plot_word_clouds(frequency([f"{at:02}" for at in range(12)], n_terms=1))
