import itertools
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from analysis.measures.slogans.communities import adjusted_rand, communities, modularity, rewired
from analysis.schemas import TableError

ROOT = Path(__file__).parents[2]


def karate():
    graph = nx.karate_club_graph()
    rows = [(f"n{a:02d}", f"n{b:02d}", data["weight"]) for a, b, data in graph.edges(data=True)]
    return pd.DataFrame(rows, columns=["source", "target", "n"])


def random_graph():
    # no groups: every order of trying finds others
    graph = nx.gnm_random_graph(40, 120, seed=3)
    return pd.DataFrame([(f"n{a:02d}", f"n{b:02d}", 1) for a, b in graph.edges], columns=["source", "target", "n"])


@pytest.mark.parametrize("resolution", [0.5, 1.0, 2.0])
def test_modularity_equals_networkx(resolution):
    graph = nx.karate_club_graph()
    ends = np.array(graph.edges)
    weights = np.array([data["weight"] for *_, data in graph.edges(data=True)], dtype=float)
    labels = np.arange(34) % 4
    groups = [set(np.flatnonzero(labels == label).tolist()) for label in range(4)]
    expected = nx.community.modularity(graph, groups, resolution=resolution)
    assert modularity(ends, weights, labels, resolution) == pytest.approx(expected, abs=1e-12)


def test_modularity_of_two_triangles_and_a_bridge():
    # 7 edges; inside 3 and 3, strengths 7 and 7: 6/7 − 2 (7/14)² = 5/14
    ends = np.array([[0, 1], [0, 2], [1, 2], [3, 4], [3, 5], [4, 5], [2, 3]])
    assert modularity(ends, np.ones(7), np.array([1, 1, 1, 2, 2, 2])) == pytest.approx(5 / 14, abs=1e-12)


def rand_by_pairs(one, other):
    """Return the adjusted Rand index from the contingency table, as Hubert & Arabie write it."""
    table = pd.crosstab(pd.Series(one), pd.Series(other)).to_numpy()
    choose = lambda n: (n * (n - 1) / 2).sum()  # noqa: E731
    cells, rows, columns = choose(table), choose(table.sum(axis=1)), choose(table.sum(axis=0))
    chance = rows * columns / choose(np.array([len(one)]))
    return (cells - chance) / ((rows + columns) / 2 - chance)


def test_adjusted_rand_equals_the_contingency_formula():
    rng = np.random.default_rng(2)
    partitions = rng.integers(3, size=(5, 12))
    expected = np.mean([rand_by_pairs(a, b) for a, b in itertools.combinations(partitions, 2)])
    assert adjusted_rand(partitions) == pytest.approx(expected, abs=1e-12)
    # pairs together: 2 and 1, both 1, of 6: (1 − 1/3) / (1.5 − 1/3) = 4/7
    assert adjusted_rand(np.array([[1, 1, 2, 2], [1, 1, 2, 3]])) == pytest.approx(4 / 7)
    assert adjusted_rand(np.array([[1, 1, 2], [2, 2, 1]])) == 1
    assert adjusted_rand(np.array([[1, 1, 1], [1, 1, 1]])) == 1
    assert adjusted_rand(np.array([[1, 2, 3], [1, 2, 3]])) == 1


def test_rewired_networks_keep_degrees():
    ends = np.array(nx.karate_club_graph().edges)
    found = rewired(ends, np.random.default_rng(1))
    assert np.bincount(found.ravel()).tolist() == np.bincount(ends.ravel()).tolist()
    assert len({tuple(pair) for pair in found.tolist()}) == len(ends)
    assert (found[:, 0] < found[:, 1]).all()
    kept = {tuple(pair) for pair in found.tolist()} & {tuple(sorted(pair)) for pair in ends.tolist()}
    assert len(kept) < len(ends) / 2


def test_groups_of_a_network_with_groups():
    found = communities(karate(), runs=20)
    summary = found.summary.set_index("resolution")
    assert summary.index.tolist() == [0.5, 1, 1.5, 2]
    assert summary["n_groups"].is_monotonic_increasing
    # the best known partition of the weighted club has .4449
    assert summary.loc[1.0, "modularity"] == pytest.approx(0.4449, abs=0.0001)
    assert summary.loc[1.0, "p_null"] == pytest.approx(1 / 21)
    assert summary.loc[1.0, "null_modularity"] < summary.loc[1.0, "modularity_mean"]
    at_one = found.membership[found.membership["resolution"] == 1]
    sizes = at_one["community"].value_counts().sort_index()
    assert sizes.is_monotonic_decreasing
    together = found.consensus.loc["n32", "n33"], found.consensus.loc["n00", "n33"]
    assert together == (1, 0)


def test_unstable_groups_have_no_members():
    found = communities(random_graph(), resolutions=[1.0])
    assert found.summary["stability"].item() < 0.8
    assert found.summary["flag"].item() == "unstable: not to be interpreted"
    assert found.membership["community"].isna().all()
    assert len(found.membership) == 40


def test_labels_go_by_size_and_name():
    # three pairs and a triangle: the triangle is 1, then the pairs by their first slogan
    edges = pd.DataFrame([("戊", "己", 1), ("甲", "乙", 1), ("x", "y", 1), ("x", "z", 1), ("y", "z", 1)])
    edges.columns = ["source", "target", "n"]
    found = communities(edges, resolutions=[1.0]).membership
    # 乙 U+4E59 < 己 U+5DF1 < 戊 U+620A < 甲 U+7532
    assert dict(zip(found["slogan"], found["community"], strict=True)) == {
        "x": 1, "y": 1, "z": 1, "乙": 2, "甲": 2, "己": 3, "戊": 3,
    }  # fmt: skip


def test_no_edges_no_groups():
    found = communities(karate()[:0])
    assert (len(found.summary), len(found.membership), found.consensus.shape) == (0, 0, (0, 0))
    whole = communities(karate(), runs=2, nulls=1)
    pd.testing.assert_series_equal(found.summary.dtypes, whole.summary.dtypes)
    pd.testing.assert_series_equal(found.membership.dtypes, whole.membership.dtypes)


@pytest.mark.slow
def test_row_order_and_hash_seed_do_not_matter():
    edges = random_graph()
    shuffled = edges.sample(frac=1, random_state=1).rename(columns={"source": "target", "target": "source"})
    pd.testing.assert_frame_equal(communities(edges).summary, communities(shuffled).summary)
    code = (
        "import networkx as nx, pandas as pd\n"
        "from analysis.measures.slogans.communities import communities\n"
        "g = nx.gnm_random_graph(30, 60, seed=3)\n"
        "e = pd.DataFrame([(f'n{a}', f'n{b}', 1) for a, b in g.edges], columns=['source', 'target', 'n'])\n"
        "c = communities(e)\n"
        "print(c.summary.to_csv(), c.consensus.to_csv())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 1000


def test_leiden_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(ImportError, match=r'Run pip install "township-reports\[leiden\]", or use algorithm="louvain"'):
        communities(karate(), algorithm="leiden")


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ({"algorithm": "infomap"}, "no algorithm is called 'infomap'; there are: louvain, leiden."),
        ({"resolutions": []}, "resolutions must be positive numbers; received (). 1 is usual."),
        ({"runs": 1}, "runs must be at least 2 and nulls at least 1; received 1 and 20."),
        ({"weight": "npmi"}, "edges table lacks column 'npmi'"),
    ],
)
def test_unusable_parameters_say_so(setting, text):
    with pytest.raises(TableError, match="^" + re.escape(text)):
        communities(karate(), **setting)


def test_weights_must_be_positive():
    with pytest.raises(TableError, match=r"^column 'n' holds a weight that is not positive; communities need"):
        communities(karate().assign(n=0))


def test_leiden_finds_the_known_groups_of_zachary():
    pytest.importorskip("leidenalg", reason="the extra [leiden] is GPL and optional")
    graph = nx.karate_club_graph()
    edges = pd.DataFrame([(f"{a:02d}", f"{b:02d}", 1) for a, b in graph.edges], columns=["source", "target", "n"])
    summary, _, _ = communities(edges, algorithm="leiden", resolutions=(1.0,))
    # METHODS §10: igraph's community_leiden at resolution 1 finds 4 groups, Q = .4198
    assert summary["n_groups"].tolist() == [4]
    assert summary["modularity"].tolist() == pytest.approx([0.4198], abs=5e-5)
