"""The tree of groups against scipy, and the support of its branches where it is known."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import jensenshannon, pdist, squareform

from analysis.annotate.theme_codes import code_themes
from analysis.measures.statistics.resampling import block_weights
from analysis.measures.themes.clustering import cluster_support
from analysis.measures.themes.divergence import distance_matrix, theme_divergence
from analysis.measures.themes.mass import theme_mass
from analysis.pipeline import read_corpus
from analysis.schemas import TableError

TERMS = pd.DataFrame({"theme_id": list("wxyz"), "term": ["水稻", "学校", "医院", "公路"], "weight": 1.0})


def given(sentences, reports):
    return SimpleNamespace(sentences=sentences, reports=reports, themes=code_themes(sentences))


def corpus_of(**texts):
    sentences = pd.concat(
        pd.DataFrame({"report_id": report, "sentence_id": range(len(lines)), "text": lines})
        for report, lines in texts.items()
    )
    reports = pd.DataFrame({"report_id": list(texts), "duplicate_of": pd.array([None] * len(texts), dtype="str")})
    return sentences, reports


@pytest.fixture(scope="module")
def seeds():
    return read_corpus("seeds")


def test_tree_by_hand_with_certain_branches():
    # two pairs of equal texts without variation: each returns in every draw
    texts = {"a": ["水稻"] * 3, "b": ["公路"] * 3, "c": ["水稻"] * 4, "d": ["公路"] * 5}
    found = cluster_support(given(*corpus_of(**texts)), terms=TERMS, draws=50)
    expected = pd.DataFrame(
        {
            "members": pd.array(["a|c", "b|d", "a|b|c|d"], dtype="str"),
            "size": [2, 2, 4],
            "height": [0.0, 0.0, 1.0],
            "support": 1.0,
        }
    )
    assert found.leaves == ("a", "b", "c", "d")
    pd.testing.assert_frame_equal(found.clades, expected)


def test_tree_equals_scipy_on_the_distance_matrix(seeds):
    found = cluster_support(seeds, draws=10)
    distances = distance_matrix(theme_divergence(seeds, draws=10))
    assert list(distances.index) == list(found.leaves)
    expected = linkage(squareform(distances.to_numpy()), method="average")
    np.testing.assert_allclose(found.linkage, expected, rtol=1e-9)
    assert cophenet(found.linkage).shape == (10,)


def test_support_equals_a_loop_over_draws(seeds):
    found = cluster_support(seeds, draws=120, seed=4)
    coded = theme_mass(seeds)
    own = np.random.SeedSequence(4).generate_state(5).tolist()
    spoken = [coded.mass[coded.spoken(at)] for at in range(5)]
    weights = [block_weights(np.zeros(len(of)), 120, own[at]).astype(float) for at, of in enumerate(spoken)]
    counted = dict.fromkeys(found.clades["members"], 0)
    for draw in range(120):
        sums = np.stack([weights[at][draw] @ of for at, of in enumerate(spoken)])
        tree = linkage(pdist(sums, lambda p, q: jensenshannon(p, q, base=2)), method="average")
        under = {leaf: [leaf] for leaf in range(5)}
        for number, (left, right) in enumerate(tree[:, :2].astype(int), 5):
            under[number] = under[left] + under[right]
            members = "|".join(coded.labels[leaf] for leaf in sorted(under[number]))
            if members in counted:
                counted[members] += 1
    assert found.clades["support"].tolist() == [counted[name] / 120 for name in found.clades["members"]]


def test_no_difference_has_little_support():
    # four texts of one mixture: no branch deserves belief
    lines = ["水稻", "学校", "医院", "公路"] * 6
    found = cluster_support(given(*corpus_of(a=lines, b=lines, c=lines, d=lines)), terms=TERMS, draws=400)
    assert found.clades["support"].iloc[:-1].max() < 0.6


def test_same_answer_in_any_order_and_inputs_stay(seeds):
    sentences, reports = seeds.sentences.copy(), seeds.reports.copy()
    one = cluster_support(given(sentences, reports), draws=50)
    other = cluster_support(given(sentences.sample(frac=1, random_state=2), reports[::-1]), draws=50)
    pd.testing.assert_frame_equal(one.clades, other.clades)
    np.testing.assert_array_equal(one.linkage, other.linkage)
    pd.testing.assert_frame_equal(sentences, seeds.sentences)
    pd.testing.assert_frame_equal(reports, seeds.reports)
    print("\n", one.clades.assign(members=one.clades["members"].str.replace(r"_\w+", "", regex=True)))


def test_errors():
    with pytest.raises(TableError) as caught:
        cluster_support(given(*corpus_of(a=["水稻"], b=["公路"])))
    assert str(caught.value) == (
        "cluster_support compares groups; received 2 (a, b), 3 at least. Group by another column with by=."
    )
    with pytest.raises(TableError) as caught:
        cluster_support(given(*corpus_of(a=["水稻"], b=["公路"], c=["谢谢"])))
    assert str(caught.value) == "group 'c' has no coded sentence and no place in a tree. Leave it out."
