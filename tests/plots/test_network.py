"""The network of slogans: what is drawn, that labels stay apart, that the layout is the same each time."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from analysis.plots.network.draw import drawn_network, network_rows, plot_slogan_network, wrapped
from analysis.plots.network.layout import Box, layout_network
from analysis.plots.network.marks import GROUP_LOOKS, NO_GROUP, OTHER_GROUP, looks_of, outline, radii
from analysis.plots.style import style
from analysis.schemas import FontError, TableError

ROOT = Path(__file__).parents[2]
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
SUMMARY = {
    "basis": "descriptive", "unit": "sentence", "min_units": 2, "nodes_before": 1200, "nodes": 28, "edges_before": 19,
    "edges": 4,
}  # fmt: skip


def network(n=12):
    """Return a ring of `n` slogans with chords; the last has no edge, the one before only one below .5."""
    names = [one + other for one in "国园围图团固圆圈" for other in "国园围图团固圆圈"][:n]
    nodes = pd.DataFrame({"slogan": names, "n": [2 + 7 * at % 11 for at in range(n)], "n_reports": 1})
    nodes = nodes.assign(type="policy_name", scope="central", degree=2, strength=[float(n - at) for at in range(n)])
    nodes["community"] = pd.array([1 + at // 4 if at % 5 else pd.NA for at in range(n)], dtype="Int64")
    ends = [(at, (at + step) % (n - 2)) for step in (1, 3) for at in range(n - 2)] + [(0, n - 2)]
    edges = pd.DataFrame([(names[min(pair)], names[max(pair)]) for pair in ends], columns=["source", "target"])
    edges = edges.drop_duplicates().reset_index(drop=True)
    edges = edges.assign(n=1, n_reports=1, npmi=0.5, jaccard=0.5, p=0.1, in_backbone=False, drawn=True)
    edges["inclusion"] = [0.9 if at % 3 == 0 else 0.6 for at in range(len(edges))]
    edges.loc[len(edges) - 1, "inclusion"] = 0.4
    return nodes, edges


def draw(n=12, **options):
    return plot_slogan_network(*drawn_network(*network(n)), **options)


def text_boxes(ax):
    ax.figure.draw_without_rendering()
    return [(text.get_text(), text.get_window_extent().extents) for text in ax.texts]


def mark_boxes(ax):
    """Return the extents of all marks in pixels."""
    unit = ax.figure.dpi / 72
    found = []
    for line in ax.lines:
        if line.get_marker() not in ("None", None, ""):
            at = ax.transData.transform(np.column_stack(line.get_data()))[0]
            path = line._marker.get_path().transformed(line._marker.get_transform())
            corners = path.vertices * line.get_markersize() * unit + at
            found.append((f"mark {len(found)}", np.concatenate([corners.min(axis=0), corners.max(axis=0)])))
    return found


def overlaps(found):
    pairs = [(one, other) for at, one in enumerate(found) for other in found[at + 1 :]]
    return [
        (one, other)
        for (one, a), (other, b) in pairs
        if (np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]) > 0.5).all()
    ]


@LANGUAGES
@pytest.mark.parametrize("width", [None, "single"])
@pytest.mark.parametrize("n", [5, 12, 60])
def test_no_label_lies_on_a_label_or_a_mark_and_nothing_is_cut(language, width, n):
    with style(language=language, width=width):
        ax = draw(n, summary=SUMMARY)
        found = text_boxes(ax) + mark_boxes(ax)
        canvas = ax.figure.bbox.extents
    assert overlaps(found) == []
    assert [text for text, box in found if (box[:2] < canvas[:2]).any() or (box[2:] > canvas[2:]).any()] == []
    assert {text for text, _ in found} >= set(drawn_network(*network(n))[0]["slogan"])


def test_lines_and_marks_are_those_of_the_rows():
    nodes, edges = drawn_network(*network())
    with style():
        ax = plot_slogan_network(nodes, edges)
    lines = {one.get_label(): len(one.get_segments()) for one in ax.collections if isinstance(one, LineCollection)}
    assert lines == edges["line"].value_counts().to_dict() == {"solid": 7, "dashed": 13}
    dashes = {one.get_label(): one.get_linestyle()[0][1] for one in ax.collections}
    assert dashes["solid"] is None
    assert dashes["dashed"] is not None
    shown = [(line.get_marker(), line.get_markerfacecolor()) for line in ax.lines if line.get_markersize() > 0]
    nodes_shown = shown[-len(nodes) :]
    looks = looks_of(nodes)
    assert nodes_shown == [tuple(NO_GROUP if pd.isna(group) else looks[group]) for group in nodes["community"]]


def test_areas_are_as_the_counts_whatever_the_shape():
    sizes = radii(pd.DataFrame({"slogan": ["a", "b", "c"], "n": [100, 25, 1]}))
    assert sizes == {"a": 8.0, "b": 4.0, "c": 2.2}  # and never too small to see
    for look in (*GROUP_LOOKS, OTHER_GROUP, NO_GROUP):
        x, y = outline(look.marker).T
        area = abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2
        assert area == pytest.approx(np.pi)


def test_communities_differ_in_shape_and_colour_and_the_loose_are_grey_circles():
    looks = [*GROUP_LOOKS, OTHER_GROUP, NO_GROUP]
    assert len({look.marker for look in looks}) == len({look.colour for look in looks}) == len(looks)
    nodes = pd.DataFrame({"community": pd.array([3, 3, 1, 1, 2, pd.NA], dtype="Int64")})
    assert looks_of(nodes) == {1: GROUP_LOOKS[0], 3: GROUP_LOOKS[1], 2: GROUP_LOOKS[2]}
    many = pd.DataFrame({"community": pd.array(range(9), dtype="Int64")})
    assert list(looks_of(many).values()) == [*GROUP_LOOKS, OTHER_GROUP, OTHER_GROUP]


def test_weak_edges_and_their_nodes_are_left_out():
    nodes, edges = network(12)
    shown, lines = drawn_network(nodes, edges)
    assert shown["slogan"].tolist() == nodes["slogan"].tolist()[:10]
    assert len(lines) == len(edges) - 1
    edges.loc[0, ["drawn", "inclusion"]] = [False, np.nan]
    assert len(drawn_network(nodes, edges)[1]) == len(edges) - 2


def test_of_too_many_nodes_the_strongest_are_drawn_with_their_edges():
    names = list("abcd")
    nodes = pd.DataFrame({"slogan": names, "n": 2, "strength": [1.0, 3.0, 2.0, 2.0], "community": pd.NA})
    edges = pd.DataFrame({"source": ["a", "b", "b", "c"], "target": ["b", "c", "d", "d"], "n": [1, 1, 2, 1]})
    shown, lines = drawn_network(nodes, edges.assign(drawn=True, inclusion=[0.9, 0.8, 0.5, 0.7]), n=3)
    assert shown["slogan"].tolist() == ["b", "c", "d"]
    assert lines[["source", "target", "line"]].to_numpy().tolist() == [
        ["b", "d", "dashed"],
        ["b", "c", "solid"],
        ["c", "d", "dashed"],
    ]


def test_rows_for_the_file_are_nodes_and_edges():
    nodes = pd.DataFrame({"slogan": ["a", "b"], "n": [3, 2]})
    edges = pd.DataFrame({"source": ["a"], "target": ["b"], "n": [2], "line": ["solid"]})
    found = network_rows(nodes, edges)
    assert found.columns.tolist() == ["kind", "slogan", "target", "n", "line"]
    assert found.fillna("–").to_numpy().tolist() == [
        ["node", "a", "–", 3, "–"],
        ["node", "b", "–", 2, "–"],
        ["edge", "a", "b", 2, "solid"],
    ]


def test_a_descriptive_network_says_so():
    with style(language="en"):
        assert "Descriptive: no edge passes the null" in {text for text, _ in text_boxes(draw(summary=SUMMARY))}
        backbone = {text for text, _ in text_boxes(draw(summary={**SUMMARY, "basis": "backbone"}))}
    assert not any("escriptive" in text for text in backbone)
    with style(language="zh"):
        assert "描述性网络：没有一条边通过零模型检验" in {text for text, _ in text_boxes(draw(summary=SUMMARY))}


def test_an_empty_network_says_why():
    nodes, edges = network()
    with style(language="en"):
        ax = plot_slogan_network(nodes.head(0), edges.head(0).assign(line=""), summary=SUMMARY)
        plain = plot_slogan_network(nodes.head(0), edges.head(0).assign(line=""))
    assert [text.get_text() for text in ax.texts] == [
        "No edge to draw.\nSlogans: 1,200; in at least 2 units (sentence): 28.\n"
        "Pairs that meet: 19; edges of the network: 4; in half of the resampled networks: 0."
    ]
    assert [text.get_text() for text in plain.texts] == ["No edge to draw."]


def test_axes_come_back_and_too_low_ones_are_refused():
    with style():
        given_axes = Figure(figsize=(7, 6)).add_subplot()
        assert draw(ax=given_axes) is given_axes
        found = text_boxes(given_axes) + mark_boxes(given_axes)
        with pytest.raises(TableError, match=r"^the network needs \d+ mm of height in \d+ mm of width, and the Axes"):
            draw(ax=Figure(figsize=(7, 1)).add_subplot())
    assert overlaps(found) == []
    assert plt.get_fignums() == []


def test_tables_are_not_changed():
    nodes, edges = network()
    before = nodes.copy(deep=True), edges.copy(deep=True)
    with style():
        plot_slogan_network(*drawn_network(nodes, edges))
    pd.testing.assert_frame_equal(nodes, before[0])
    pd.testing.assert_frame_equal(edges, before[1])


def test_strangers_and_missing_characters_are_refused():
    nodes, edges = drawn_network(*network())
    with style():
        with pytest.raises(
            TableError, match=r"^edges table holds '国国', which the nodes table lacks. Use drawn_network"
        ):
            plot_slogan_network(nodes.query("slogan != '国国'"), edges)
        with pytest.raises(FontError, match=r"^figure 'plot_slogan_network' needs the character '𨻧'"):
            plot_slogan_network(nodes.replace("国国", "𨻧"), edges.replace("国国", "𨻧"))


def test_long_slogans_are_wrapped_and_no_line_begins_with_a_comma():
    assert wrapped("乡村振兴") == "乡村振兴"
    assert wrapped("一二三四五六七八九十") == "一二三四五\n六七八九十"
    assert wrapped("一二三四五，七八九十") == "一二三四五，\n七八九十"
    assert wrapped("字" * 40) == f"{'字' * 9}\n{'字' * 9}\n{'字' * 8}…"


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 14))
    boxes = {f"{at:02}": Box(*draw(st.tuples(*[st.floats(2, 45)] * 2)), 5, draw(st.floats(8, 30))) for at in range(n)}
    node = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(node, node), max_size=30))
    return boxes, [(f"{one:02}", f"{other:02}") for one, other in edges]


@settings(max_examples=40)
@given(graphs(), st.floats(95, 600))
def test_boxes_never_overlap_and_stay_inside(graph, width):
    boxes, edges = graph
    found = layout_network(boxes, edges, width=width, seed=1)
    assert list(found.places) == sorted(boxes)
    room = [
        (name, np.array([x - box.left, y - box.up, x + box.right, y + box.down]))
        for (name, (x, y)), box in zip(found.places.items(), (boxes[name] for name in found.places), strict=True)
    ]
    assert [
        (one, other)
        for at, (one, a) in enumerate(room)
        for other, b in room[at + 1 :]
        if (np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]) > 1e-6).all()
    ] == []
    extents = np.array([box for _, box in room])
    assert (extents[:, :2] >= -1e-6).all()
    assert (extents[:, 2:] <= np.array([width, found.height]) + 1e-6).all()


def test_layout_does_not_depend_on_the_order_of_its_input():
    boxes = {name: Box(12, 12, 4, 14) for name in "abcdefg"}
    edges = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "e"), ("f", "g")]
    other = layout_network(dict(reversed(boxes.items())), [pair[::-1] for pair in reversed(edges)], width=300, seed=3)
    assert layout_network(boxes, edges, width=300, seed=3) == other


def test_a_path_is_drawn_as_a_line_and_components_beside_one_another():
    boxes = {name: Box(5, 5, 5, 5) for name in "abcde"}
    places = layout_network(boxes, [("a", "b"), ("b", "c"), ("d", "e")], width=600, seed=1).places
    a, b, c, d, e = (np.array(places[name]) for name in "abcde")
    length = np.linalg.norm(b - a)
    assert np.linalg.norm(c - b) == pytest.approx(length, rel=0.03)
    assert np.linalg.norm(c - a) == pytest.approx(2 * length, rel=0.03)
    assert np.linalg.norm(e - d) == pytest.approx(length, rel=0.03)
    assert max(a[0], b[0], c[0]) < min(d[0], e[0])


def test_no_node_gives_no_place():
    assert layout_network({}, [], width=100, seed=1) == ({}, 0.0)


@pytest.mark.slow
def test_picture_has_the_same_bytes_in_two_processes(tmp_path):
    code = (
        "import runpy, sys; names = runpy.run_path(sys.argv[1]);\n"
        "with names['style'](language='zh'): names['draw'](30, summary=names['SUMMARY']).figure.savefig("
        "sys.argv[2], metadata={'Date': None})"
    )
    written = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.svg"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": "Agg"}
        subprocess.run([sys.executable, "-c", code, __file__, str(path)], check=True, env=environment, cwd=ROOT)
        written.append(path.read_bytes())
    assert written[0] == written[1]
