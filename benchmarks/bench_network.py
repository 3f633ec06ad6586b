"""Speed of the slogan network on an invented corpus of the size of the seeds; run by ``make bench``."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.measures.slogans.backbone import backbone
from analysis.measures.slogans.communities import communities
from analysis.measures.slogans.incidence import slogan_incidence
from analysis.measures.slogans.network import slogan_network


def invented(reports=5, sentences=80, slogans=66, mean=1.2):
    """Return slogans, sentences and reports; some sentences hold many slogans, most none."""
    rng = np.random.default_rng(1)
    units = reports * sentences
    rich = rng.gamma(1.0, 1.0, units)
    often = 1 / np.arange(1, slogans + 1) ** 0.7
    held = rng.random((units, slogans)) < np.minimum(0.8, np.outer(rich, often * mean / often.sum()))
    held[:40, :8] |= (rng.random((40, 1)) < 0.3) & (rng.random((40, 8)) < 0.8)
    unit, slogan = np.nonzero(held)
    names = np.array([f"r{number:04d}" for number in range(reports)])
    start = (unit % sentences) * 10_000 + slogan * 10
    text = [f"提法{number:03d}" for number in slogan]
    found = pd.DataFrame({"report_id": names[unit // sentences], "start": start, "end": start + 5, "text": text})
    found = found.assign(canonical=found["text"], type="policy_name", scope="central")
    place = np.arange(units)
    begin = (place % sentences) * 10_000
    blocks = pd.DataFrame({"report_id": names[place // sentences], "sentence_id": place % sentences, "start": begin})
    blocks = blocks.assign(
        end=begin + 10_000, section="", kind="body", zone="review", paragraph=place % sentences // 10
    )
    blocks["item_marker"] = pd.array([None] * units, dtype="str")
    table = pd.DataFrame({"report_id": names, "duplicate_of": pd.array([None] * reports, dtype="str")})
    none = pd.DataFrame({"report_id": [], "start": [], "kind": []})
    return SimpleNamespace(slogans=found, sentences=blocks, reports=table, noise=none, masks=none)


@pytest.fixture(scope="module")
def seeds_size():
    return invented()


@pytest.fixture(scope="module")
def large():
    return invented(reports=100, sentences=100, slogans=300)


def test_whole_network(benchmark, seeds_size):
    network = benchmark.pedantic(slogan_network, [seeds_size], rounds=2)
    assert 50 <= len(network.nodes) <= 66
    assert network.summary["basis"] == "backbone"


@pytest.mark.parametrize("null", ["fixed_degree", "hypergeometric", "disparity"])
def test_backbone(benchmark, seeds_size, null):
    incidence = slogan_incidence(seeds_size, min_units=2)
    assert len(benchmark(backbone, incidence, null=null).edges) > 100


def test_backbone_of_a_hundred_reports(benchmark, large):
    incidence = slogan_incidence(large, min_units=2)
    assert benchmark.pedantic(backbone, [incidence], rounds=1).n_tested > 40_000


def test_communities_with_a_hundred_runs(benchmark, seeds_size):
    edges = backbone(slogan_incidence(seeds_size, min_units=2)).edges
    drawn = edges[edges["n"] >= 2]
    assert len(benchmark.pedantic(communities, [drawn], {"runs": 100}, rounds=1).summary) == 4
