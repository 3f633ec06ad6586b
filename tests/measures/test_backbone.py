import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from analysis.measures.slogans.backbone import CORRECTIONS, adjusted_p, backbone, disparity
from analysis.measures.slogans.incidence import Incidence
from analysis.measures.slogans.nulls import Tails
from analysis.schemas import TableError


def incidence(held, reports=None, unit="sentence"):
    held = np.asarray(held)
    names = np.array([f"s{number:02d}" for number in range(held.shape[1])], dtype=object)
    reports = ["a"] * len(held) if reports is None else list(reports)
    units = pd.DataFrame({"unit": range(len(held)), "report_id": reports, "n_slogans": held.sum(axis=1)})
    slogans = pd.DataFrame({"slogan": pd.array(names, dtype="str"), "n_units": held.sum(axis=0)})
    matrix = sparse.csr_array(held.astype(float))
    return Incidence(units, slogans, matrix, pd.factorize(np.array(reports))[0], pd.DataFrame(), {}, unit)


def random_units(seed=1, units=60, slogans=20, planted=True):
    rng = np.random.default_rng(seed)
    held = rng.random((units, slogans)) < 0.08
    if planted:
        held[:, :2] = False
        held[20:29, :2] = True
        held[3, 0] = held[5, 1] = True
    return held.astype(int)


def test_adjusted_p_equals_scipy_over_all_pairs():
    p = np.array([0.003, 0.0001, 0.2, 0.003, 0.04])
    everyone = np.append(p, np.ones(40))
    np.testing.assert_allclose(adjusted_p(p, 45, "bh"), stats.false_discovery_control(everyone)[:5], rtol=1e-12)
    np.testing.assert_allclose(adjusted_p(p, 45, "bonferroni"), [0.135, 0.0045, 1, 0.135, 1], rtol=1e-12)
    assert adjusted_p(p, 45, "none").tolist() == p.tolist()


def test_discrete_bh_charges_for_what_pairs_can_reach():
    # three pairs that can have p = .01 and one that can have .001; at .01 all count, at .001 one
    tails = Tails(np.array([0, 2, 4, 6]), np.array([1, 0.01, 1, 0.01, 1, 0.01, 1, 0.001]))
    np.testing.assert_allclose(adjusted_p(np.array([0.01, 0.001]), 4, "bh_discrete", tails), [0.0155, 0.001])
    # pairs that can reach any p are charged as plain BH charges them
    fine = Tails(np.array([0, 1000]), np.tile(np.linspace(1, 0.001, 1000), 2))
    p = np.array([0.02, 0.3])
    np.testing.assert_allclose(adjusted_p(p, 2, "bh_discrete", fine), adjusted_p(p, 2, "bh"), rtol=1e-9)


def test_disparity_of_a_hand_counted_star():
    # hub: strength 12, degree 3; b–c: at c 2 of 3 with degree 2, at b 2 of 10; d and e hang at the hub
    edges = pd.DataFrame(
        [("hub", "b", 8), ("hub", "c", 1), ("hub", "d", 3), ("b", "c", 2), ("x", "y", 5)],
        columns=["source", "target", "n"],
    )
    found = disparity(edges, alpha=0.2)
    # (1 − 8/12)² = 1/9 at the hub, 1 − 8/10 = .2 at b; x–y has two ends of degree 1
    expected = [min(1 / 9, 0.2), min((11 / 12) ** 2, 2 / 3), (3 / 4) ** 2, min(0.8, 1 / 3), np.nan]
    np.testing.assert_allclose(found["p"], expected, rtol=1e-12)
    assert found["in_backbone"].tolist() == [True, False, False, False, False]
    # at the hub 12 (1 − √.2) = 6.63, so 7; at c 3 · .8 = 2.4, so 3; b: 10 · .8 = 8 is not enough, 9 is
    assert found["n_critical"].tolist() == [7, 3, 7, 3, pd.NA]


@pytest.mark.parametrize("null", ["fixed_degree", "hypergeometric"])
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_kept_are_the_pairs_that_meet_often_enough(null, correction):
    held = random_units()
    found = backbone(incidence(held), null=null, correction=correction)
    edges = found.edges
    enough = (edges["n"] >= edges["n_critical"]).fillna(False).to_numpy(dtype=bool)
    assert enough.tolist() == edges["in_backbone"].tolist()
    assert edges.loc[edges["in_backbone"], ["source", "target"]].to_numpy().tolist()[0] == ["s00", "s01"]
    assert (found.n_tested, found.n_kept) == (190, int(edges["in_backbone"].sum()))
    assert (edges.loc[edges["in_backbone"], "p"] <= found.threshold * (1 + 1e-9)).all()


def test_hypergeometric_backbone_equals_scipy():
    held = random_units()
    edges = backbone(incidence(held), null="hypergeometric", correction="bh").edges
    f = dict(zip([f"s{number:02d}" for number in range(20)], held.sum(axis=0).tolist(), strict=True))
    p = [stats.hypergeom.sf(n - 1, 60, f[a], f[b]) for a, b, n in edges[["source", "target", "n"]].to_numpy().tolist()]
    np.testing.assert_allclose(edges["p"], p, rtol=1e-9)
    adjusted = stats.false_discovery_control(np.append(p, np.ones(190 - len(p))))[: len(p)]
    np.testing.assert_allclose(edges["p_adjusted"], adjusted, rtol=1e-9)


def test_what_two_slogans_share_by_report_is_no_tie():
    # s00 and s01 stand in every second unit of report a, in different or the same ones, and never in b
    rng = np.random.default_rng(4)
    held = (rng.random((120, 12)) < 0.15).astype(int)
    held[:, :2] = 0
    held[:24:2, 0] = held[:24:3, 1] = 1
    reports = ["a"] * 24 + ["b"] * 96
    apart = backbone(incidence(held, reports)).edges.set_index(["source", "target"])
    pooled = backbone(incidence(held, reports), within=None).edges.set_index(["source", "target"])
    assert pooled.loc[("s00", "s01"), "p"] < 0.05 < apart.loc[("s00", "s01"), "p"]
    # with reports as units there is only the whole corpus to shuffle over
    both = [backbone(incidence(held[:6], list("abcdef"), unit="report"), within=w).edges for w in ("report", None)]
    pd.testing.assert_frame_equal(*both)


def test_empty_backbones_say_why():
    nobody, one = incidence(np.zeros((3, 0), dtype=int)), incidence([[1], [0]])
    apart = incidence(np.eye(3, dtype=int))
    assert backbone(nobody).statement == (
        "Empty backbone: there is no slogan to test (null fixed_degree, alpha 0.05, discrete BH over 0 pairs)."
    )
    assert backbone(one).statement.startswith("Empty backbone: no two of 1 slogans stand in one sentence")
    found = backbone(apart, null="hypergeometric", correction="bonferroni")
    assert (found.n_tested, found.n_kept, len(found.edges)) == (3, 0, 0)
    # METHODS: two slogans of frequency 2 in 80 units cannot pass Bonferroni over 50 slogans
    held = np.zeros((80, 50), dtype=int)
    held[:2, :2] = 1
    held[np.arange(2, 50), np.arange(2, 50)] = 1
    found = backbone(incidence(held), null="hypergeometric", correction="bonferroni")
    assert found.statement == (
        "Empty backbone: the smallest p of 1 pairs that meet is 0.00032, and 4.1e-05 is needed; with their frequencies "
        "0 of them could be kept (null hypergeometric, alpha 0.05, Bonferroni over 1225 pairs)."
    )
    assert found.edges[["n_critical", "in_backbone"]].to_numpy().tolist() == [[pd.NA, False]]
    chain = incidence([[1, 1, 0, 0], [0, 0, 1, 1]])
    assert backbone(chain, null="disparity").statement == (
        "Empty backbone: no slogan has two edges, so the filter is undefined "
        "(null disparity, alpha 0.05, no correction)."
    )


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ({"null": "bicm"}, "no null is called 'bicm'; there are: fixed_degree, hypergeometric, disparity."),
        (
            {"correction": "holm"},
            "no correction is called 'holm'; there are: bh_discrete, bh, bonferroni, none.",
        ),
        ({"alpha": 5}, "alpha must lie between 0 and 1; received 5. 0.05 is usual."),
        (
            {"null": "disparity", "correction": "bh"},
            "the disparity filter is defined edge by edge; received correction 'bh'. "
            'Use correction="none", or another null.',
        ),
    ],
)
def test_unusable_parameters_say_so(setting, text):
    with pytest.raises(TableError, match="^" + re.escape(text) + "$"):
        backbone(incidence(random_units()), **setting)


def test_a_preference_for_sections_alone_is_no_tie_within_sections():
    # s00 and s01 stand in every second unit of the first section of each report, and never elsewhere
    rng = np.random.default_rng(5)
    held = (rng.random((120, 12)) < 0.15).astype(int)
    held[:, :2] = 0
    sections = []
    for report in range(2):
        first = 60 * report
        held[first : first + 15, :2] = rng.random((15, 2)) < 0.6
        sections += ["一、开头"] * 15 + ["二、其他"] * 45
    text = incidence(held, ["a"] * 60 + ["b"] * 60)
    text = text._replace(units=text.units.assign(section=sections))
    plain = backbone(text).edges.set_index(["source", "target"])
    inside = backbone(text, within="section").edges.set_index(["source", "target"])
    assert plain.loc[("s00", "s01"), "p"] < 0.01
    assert inside.loc[("s00", "s01"), "p"] > 0.05
    with pytest.raises(TableError, match=r"^within must be 'report', 'section' or None; received 'page'\.$"):
        backbone(text, within="page")
