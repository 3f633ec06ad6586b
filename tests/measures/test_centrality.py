import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis.measures.slogans import centrality as module
from analysis.measures.slogans.centrality import centrality, edge_inclusion, giant_component
from analysis.measures.slogans.cooccurrence import cooccurrence
from analysis.measures.slogans.incidence import Incidence
from analysis.measures.statistics.resampling import report_weights
from analysis.schemas import TableError


def incidence(held, reports=None):
    held = np.asarray(held)
    names = pd.array([f"s{number:02d}" for number in range(held.shape[1])], dtype="str")
    reports = ["a"] * len(held) if reports is None else list(reports)
    units = pd.DataFrame({"unit": range(len(held)), "report_id": reports})
    slogans = pd.DataFrame({"slogan": names, "n_units": held.sum(axis=0)})
    matrix = sparse.csr_array(held.astype(float))
    return Incidence(units, slogans, matrix, pd.factorize(np.array(reports))[0], pd.DataFrame(), {}, "sentence")


def random_incidence():
    rng = np.random.default_rng(6)
    held = (rng.random((50, 14)) < 0.12).astype(int)
    held[:, 12:] = 0
    held[4:6, 12:] = 0
    held[7] = 0
    held[7, 12:] = 1
    return incidence(held, ["a"] * 20 + ["b"] * 30)


def graph_of(edges, weight="n"):
    graph = nx.Graph()
    for source, target, w in edges[["source", "target", weight]].itertuples(index=False):
        graph.add_edge(source, target, weight=w, length=1 / w)
    return graph


def test_centralities_equal_networkx():
    found = random_incidence()
    edges = cooccurrence(found)
    table = centrality(found, edges, draws=10).set_index("slogan")
    graph = graph_of(edges)
    assert table["strength"].to_dict() == pytest.approx(dict(graph.degree(weight="weight")), rel=1e-12)
    assert table["degree"].to_dict() == dict(graph.degree())
    expected = nx.betweenness_centrality(graph, weight="length")
    assert table["betweenness"].to_dict() == pytest.approx(expected, rel=1e-9)
    giant = max(nx.connected_components(graph), key=len)
    assert len(giant) == 12
    expected = nx.eigenvector_centrality_numpy(graph.subgraph(giant), weight="weight")
    assert table.loc[sorted(giant), "eigenvector"].to_dict() == pytest.approx(expected, rel=1e-9)
    assert table["eigenvector"].isna().sum() == 2
    x, y = np.log(found.slogans["n_units"].to_numpy()), np.log(table["strength"].reindex(found.slogans["slogan"]))
    slope, level = np.polyfit(x, y, 1)
    np.testing.assert_allclose(table["residual"].reindex(found.slogans["slogan"]), y - level - slope * x, atol=1e-12)


def test_rank_intervals_equal_a_loop_over_draws():
    found = random_incidence()
    edges = cooccurrence(found)
    table = centrality(found, edges, draws=200, seed=3).set_index("slogan").sort_index()
    at = {name: number for number, name in enumerate(found.slogans["slogan"])}
    held = found.matrix.toarray()
    ranks = []
    for weights in [np.ones(50), *report_weights(found.strata, 200, 3)[0].astype(float)]:
        strength = np.zeros(14)
        for source, target in zip(edges["source"].map(at), edges["target"].map(at), strict=True):
            strength[[source, target]] += (weights * held[:, source] * held[:, target]).sum()
        ranks.append([1 + (strength > value).sum() for value in strength])
    assert table["rank"].tolist() == ranks[0]
    limits = np.quantile(ranks[1:], [0.025, 0.975], axis=0, method="closest_observation")
    np.testing.assert_array_equal(table[["rank_low", "rank_high"]].to_numpy().T, limits)


def test_centrality_of_a_hand_counted_chain():
    # s00 – s01 – s02 with weights 2 and 1, s03 alone
    found = incidence([[1, 1, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]])
    table = centrality(found, cooccurrence(found), draws=5)
    assert table["slogan"].tolist() == ["s01", "s00", "s02", "s03"]
    assert table["strength"].tolist() == [3, 2, 1, 0]
    assert table["betweenness"].tolist() == [pytest.approx(1 / 3), 0, 0, 0]
    # the matrix [[0, 2, 0], [2, 0, 1], [0, 1, 0]] has the leading vector (2, √5, 1) / √10
    np.testing.assert_allclose(table["eigenvector"], np.array([5**0.5, 2, 1, np.nan]) / 10**0.5, rtol=1e-12)
    assert table["residual"].isna().tolist() == [False, False, False, True]
    assert table["rank"].tolist() == [1, 2, 3, 4]


def test_networks_of_nothing():
    found = incidence(np.eye(3, dtype=int))
    table = centrality(found, cooccurrence(found), draws=5)
    assert table[["degree", "strength", "betweenness", "rank"]].to_numpy().tolist() == [[0, 0, 0, 1]] * 3
    assert table[["eigenvector", "residual"]].isna().all(axis=None)
    nobody = incidence(np.zeros((3, 0), dtype=int))
    empty = centrality(nobody, cooccurrence(nobody), draws=5)
    assert len(empty) == 0
    pd.testing.assert_series_equal(empty.dtypes, table.dtypes)
    assert giant_component(sparse.csr_array((0, 0))).tolist() == []


def test_the_first_of_equal_components_is_the_giant():
    matrix = np.zeros((5, 5))
    matrix[1, 4] = matrix[4, 1] = matrix[2, 3] = matrix[3, 2] = 1
    assert giant_component(sparse.csr_array(matrix)).tolist() == [False, True, False, False, True]


def test_inclusion_equals_a_loop_over_draws(monkeypatch):
    found = random_incidence()
    edges = cooccurrence(found).assign(
        n_critical=pd.array([2] * 5 + [pd.NA] + [1] * 100, dtype="Int64")[: len(cooccurrence(found))]
    )
    table = edge_inclusion(found, edges, draws=300, seed=2)
    at = {name: number for number, name in enumerate(found.slogans["slogan"])}
    held, weights = found.matrix.toarray(), report_weights(found.strata, 300, 2)[0].astype(float)
    for row in table.itertuples():
        counts = weights @ (held[:, at[row.source]] * held[:, at[row.target]])
        assert (row.n_low, row.n_high) == tuple(np.quantile(counts, [0.025, 0.975]))
        if row.n_critical is pd.NA:
            assert np.isnan(row.inclusion)
        else:
            assert row.inclusion == (counts >= row.n_critical).mean()
    assert table["inclusion"].isna().sum() == 1
    monkeypatch.setattr(module, "_CELLS", 700)
    pd.testing.assert_frame_equal(edge_inclusion(found, edges, draws=300, seed=2), table)


def test_inclusion_has_the_bootstraps_own_chance():
    # one meeting among 50 units of a report stays with 1 − (1 − 1/50)^50 = .636; of two, both stay at least twice
    # unless 0 or 1 are drawn: 1 − .96^50 − 50 · .04 · .96^49
    held = np.zeros((50, 4), dtype=int)
    held[0, :2] = held[1, 2:] = held[2, 2:] = 1
    found = incidence(held)
    table = edge_inclusion(found, cooccurrence(found), least=1, draws=20_000).set_index("source")["inclusion"]
    assert table["s00"] == pytest.approx(1 - 0.98**50, abs=0.015)
    table = edge_inclusion(found, cooccurrence(found), least=2, draws=20_000).set_index("source")["inclusion"]
    assert table["s02"] == pytest.approx(1 - 0.96**50 - 50 * 0.04 * 0.96**49, abs=0.015)
    assert edge_inclusion(found, cooccurrence(found)[:0], least=1)["inclusion"].tolist() == []


def test_unusable_parameters_say_so():
    found = random_incidence()
    edges = cooccurrence(found)
    for measure in (centrality, edge_inclusion):
        with pytest.raises(TableError, match=r"^confidence must lie between 0 and 1; received 95\. 0\.95 is usual\.$"):
            measure(found, edges.assign(n_critical=1), confidence=95)
    with pytest.raises(TableError, match=r"^edges table lacks column 'n_critical' \(found: source"):
        edge_inclusion(found, edges)
    with pytest.raises(TableError, match=r"^column 'n' holds a weight that is not positive; centrality needs weights"):
        centrality(found, edges.assign(n=-1))
