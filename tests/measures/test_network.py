import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from analysis.measures.slogans.cooccurrence import edge_sentences
from analysis.measures.slogans.network import EDGE_COLUMNS, NODE_COLUMNS, slogan_network
from analysis.measures.slogans.network_export import network_graph, write_network
from analysis.schemas import TableError

ROOT = Path(__file__).parents[2]


def given(slogans, sentences, reports, noise=None, masks=None):
    """Return a corpus of these tables; hidden text and masks are none but those that are given."""
    empty_noise = pd.DataFrame({"report_id": [], "start": [], "kind": []}) if noise is None else noise
    empty_masks = pd.DataFrame({"report_id": [], "start": []}) if masks is None else masks
    tables = {"slogans": slogans, "sentences": sentences, "reports": reports}
    return SimpleNamespace(**tables, noise=empty_noise, masks=empty_masks)


def corpus(planted=True, reports=3, sentences=40, slogans=20):
    rng = np.random.default_rng(8)
    held = rng.random((reports * sentences, slogans)) < 0.06
    if planted:
        held[5:100:10, :2] = True
        held[7:100:11, 2:5] = True
    unit, slogan = np.nonzero(held)
    names = np.array(list("abc"))
    start = (unit % sentences) * 1000 + slogan * 10
    text = [f"提法{number:02d}" for number in slogan]
    found = pd.DataFrame({"report_id": names[unit // sentences], "start": start, "end": start + 5, "text": text})
    found = found.assign(canonical=found["text"], type="policy_name", scope="central")
    place = np.arange(reports * sentences)
    begin = place % sentences * 1000
    blocks = pd.DataFrame({"report_id": names[place // sentences], "sentence_id": place % sentences, "start": begin})
    blocks = blocks.assign(end=begin + 1000, section="", kind="body", zone="review", paragraph=0, item_marker=None)
    table = pd.DataFrame({"report_id": names, "duplicate_of": pd.array([None] * 3, dtype="str")})
    return found, blocks, table


def test_planted_groups_make_the_backbone():
    network = slogan_network(given(*corpus()))
    nodes, edges, summary = network.nodes, network.edges, network.summary
    assert tuple(edges.columns) == EDGE_COLUMNS
    assert tuple(nodes.columns) == NODE_COLUMNS
    drawn = edges[edges["drawn"]]
    pairs = {tuple(pair) for pair in drawn[["source", "target"]].to_numpy().tolist()}
    assert pairs == {("提法00", "提法01"), ("提法02", "提法03"), ("提法02", "提法04"), ("提法03", "提法04")}
    assert (summary["basis"], summary["edges"], summary["n_kept"], summary["n_tested"]) == ("backbone", 4, 4, 190)
    assert (summary["edges_solid"], summary["edges_dashed"]) == (4, 0)
    assert drawn["inclusion"].between(0.8, 1).all()
    assert summary["drawn_unit"] == "report"
    assert edges.loc[~edges["drawn"], ["inclusion", "n_low", "n_high"]].isna().all(axis=None)
    groups = nodes.dropna(subset="community").groupby("community")["slogan"].agg(sorted).tolist()
    assert groups == [["提法02", "提法03", "提法04"], ["提法00", "提法01"]]
    assert (summary["isolates"], summary["giant_component"], summary["giant_component_share"]) == (15, 3, 3 / 20)
    assert summary["edges_before"] == len(edges)
    assert network.groups["resolution"].tolist() == [0.5, 1, 1.5, 2]
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    behind = edge_sentences(network.hits, drawn).groupby(["source", "target"])["sentence_id"].size()
    assert sorted(behind.tolist()) == sorted(drawn["n"].tolist())


def test_an_empty_backbone_leaves_a_descriptive_network():
    network = slogan_network(given(*corpus(planted=False)))
    assert network.summary["basis"] == "descriptive"
    assert (network.edges["drawn"] == (network.edges["n"] >= 2)).all()
    assert re.match(
        r"Empty backbone: the smallest p of \d+ pairs that meet is .* Drawn is a descriptive network of \d+ pairs\.$",
        network.summary["statement"],
    )
    bare = slogan_network(given(*corpus(planted=False)), min_count=50)
    assert bare.summary["statement"].endswith(" No edge is drawn.")
    assert bare.nodes["community"].isna().all()
    assert bare.summary["modularity"] is None


def test_nothing_to_tie_is_a_result():
    slogans, *rest = corpus()
    whole = slogan_network(given(slogans, *rest))
    for few, nodes in ((slogans[:0], 0), (slogans[:1], 0), (slogans[slogans["canonical"] == "提法07"], 1)):
        network = slogan_network(given(few, *rest))
        assert (len(network.nodes), len(network.edges)) == (nodes, 0)
        assert network.summary["statement"].startswith("Empty backbone: ")
        pd.testing.assert_series_equal(network.edges.dtypes, whole.edges.dtypes)
        pd.testing.assert_series_equal(network.nodes.dtypes, whole.nodes.dtypes)
        json.dumps(network.summary, allow_nan=False)


def test_arguments_are_untouched_and_row_order_does_not_matter():
    tables = corpus()
    before = [table.copy() for table in tables]
    first = slogan_network(given(*tables))
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    second = slogan_network(given(*(table.sample(frac=1, random_state=2) for table in tables)))
    pd.testing.assert_frame_equal(first.nodes, second.nodes)
    pd.testing.assert_frame_equal(first.edges, second.edges)
    assert first.summary == second.summary


@pytest.mark.slow
def test_files_are_the_same_for_every_hash_seed(tmp_path):
    code = (
        "import runpy, sys\n"
        f"names = runpy.run_path({str(Path(__file__))!r})\n"
        "from analysis.measures.slogans.network import slogan_network\n"
        "from analysis.measures.slogans.network_export import write_network\n"
        "network = slogan_network(names['given'](*names['corpus']()))\n"
        "write_network(network.nodes, network.edges, sys.argv[1])"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, str(tmp_path / seed)]
        subprocess.run(command, cwd=ROOT, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}, check=True)
    files = ["network-edges.csv", "network-nodes.csv", "network.graphml"]
    assert sorted(path.name for path in (tmp_path / "1").iterdir()) == files
    for file in files:
        assert (tmp_path / "1" / file).read_bytes() == (tmp_path / "2" / file).read_bytes()


def test_graphml_reads_back_unchanged(tmp_path):
    network = slogan_network(given(*corpus()))
    assert write_network(network.nodes, network.edges, tmp_path / "new", "提法") == [
        "提法.graphml", "提法-nodes.csv", "提法-edges.csv",
    ]  # fmt: skip
    read = nx.read_graphml(tmp_path / "new" / "提法.graphml")
    graph = network_graph(network.nodes, network.edges)
    assert dict(read.nodes(data=True)) == dict(graph.nodes(data=True))
    assert {frozenset(pair): data for *pair, data in read.edges(data=True)} == {
        frozenset(pair): data for *pair, data in graph.edges(data=True)
    }
    types = {type(value) for *_, data in read.edges(data=True) for value in data.values()}
    assert types == {int, float, bool}
    isolate = network.nodes.loc[network.nodes["degree"] == 0, "slogan"].iloc[0]
    assert "community" not in read.nodes[isolate]
    edges = pd.read_csv(tmp_path / "new" / "提法-edges.csv", dtype={"n_critical": "Int64"})
    pd.testing.assert_frame_equal(edges, network.edges)


def test_an_empty_network_can_be_written(tmp_path):
    slogans, *rest = corpus()
    network = slogan_network(given(slogans[:0], *rest))
    write_network(network.nodes, network.edges, tmp_path)
    assert nx.read_graphml(tmp_path / "network.graphml").number_of_nodes() == 0
    assert (tmp_path / "network-nodes.csv").read_text(encoding="utf-8") == ",".join(NODE_COLUMNS) + "\n"
    assert len(list(tmp_path.iterdir())) == 3


def test_hostile_names_are_text_in_every_file(tmp_path):
    names = ["=cmd|' /C calc'!A0", '<a>&"\x1b[31m', "@x,\r\ny"]
    nodes = pd.DataFrame({"slogan": names, "n": [1, 2, 3], "note": ["]]>", None, "\udcff\x00"]}, dtype=object)
    edges = pd.DataFrame({"source": names[:1], "target": names[1:2], "n": [1]})
    write_network(nodes, edges, tmp_path)
    read = nx.read_graphml(tmp_path / "network.graphml")
    assert dict(read.nodes(data="note")) == {
        names[0]: "]]>", "<a>&\"\\x1b[31m": None, "@x,\ny": "\\udcff\\x00",
    }  # fmt: skip
    with (tmp_path / "network-nodes.csv").open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines))[1:] == [
            [f"'{names[0]}", "1", "]]>"], ["<a>&\"\\x1b[31m", "2", ""], ["'@x,\ny", "3", "\\udcff\\x00"],
        ]  # fmt: skip


def test_a_failure_leaves_what_was_there(tmp_path):
    nodes = pd.DataFrame({"slogan": ["甲", "乙"], "n": [1, 2]})
    edges = pd.DataFrame({"source": ["甲"], "target": ["乙"], "n": [1]})
    write_network(nodes, edges, tmp_path)
    before = (tmp_path / "network.graphml").read_bytes()
    for wrong, text in (
        ((nodes, edges.assign(target="丙")), "edges table holds '丙', which the nodes table lacks (2 nodes)."),
        ((pd.concat([nodes, nodes]), edges), "nodes table holds '甲' twice. Give each slogan one row."),
        ((nodes, pd.concat([edges, edges])), "edges table holds the pair '甲', '乙' twice. Give each pair one row."),
    ):
        with pytest.raises(TableError, match="^" + re.escape(text) + "$"):
            write_network(*wrong, tmp_path)
    with pytest.raises(TableError, match=r"^network name '\.\./x' is no plain file name\."):
        write_network(nodes, edges, tmp_path, "../x")
    assert (tmp_path / "network.graphml").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 3


def test_unusable_parameters_say_so():
    with pytest.raises(
        TableError, match=r"^resolution must be one of resolutions \(0\.5, 1\.0, 1\.5, 2\.0\); received 3"
    ):
        slogan_network(given(*corpus()), resolution=3)
    with pytest.raises(TableError, match=r"^min_count must be at least 1; received 0\.$"):
        slogan_network(given(*corpus()), min_count=0)
