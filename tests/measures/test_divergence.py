"""Divergence: reference values, the permutation null by enumeration, p and intervals by simulation."""

import math
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from analysis.annotate.theme_codes import code_themes
from analysis.measures.statistics.resampling import block_weights
from analysis.measures.themes.divergence import (
    distance_matrix,
    half_divergence,
    jensen_shannon,
    permuted,
    theme_divergence,
)
from analysis.measures.themes.mass import theme_mass
from analysis.pipeline import read_corpus
from analysis.schemas import TableError

TERMS = pd.DataFrame({"theme_id": ["farm", "school"], "term": ["水稻", "学校"], "weight": 1.0})
TERMS.attrs["themes"] = ("farm", "school", "empty")


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


def test_reference_value():
    assert jensen_shannon([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]) == pytest.approx(0.0958156020033584, abs=1e-15)
    assert math.sqrt(jensen_shannon([5, 3, 2], [2, 3, 5])) == pytest.approx(0.3095409536771482, abs=1e-15)


def test_equals_scipy_and_its_bounds():
    generator = np.random.default_rng(1)
    p, q = generator.dirichlet(np.full(14, 0.3), size=(2, 200))
    q[:, :3] = 0
    np.testing.assert_allclose(np.sqrt(jensen_shannon(p, q)), jensenshannon(p, q, base=2, axis=1), rtol=1e-9)
    assert jensen_shannon([1, 0], [0, 2]) == 1
    assert jensen_shannon([1, 3], [2, 6]) == 0
    assert np.isnan(jensen_shannon([0, 0], [1, 0]))


def test_permutations_keep_the_number_of_sentences_of_each():
    mass = np.array([[1.0, 0], [0, 1], [2, 1], [0, 3], [1, 1]])
    exact = [
        jensen_shannon(mass[list(chosen)].sum(axis=0), np.delete(mass, chosen, axis=0).sum(axis=0))
        for chosen in combinations(range(5), 2)
    ]
    drawn = permuted(mass[:2], mass[2:], 4000, np.random.default_rng(2), studentised=False)[0]
    counts = [int(np.isclose(drawn, value, atol=1e-12).sum()) for value in np.unique(np.round(exact, 12))]
    assert sum(counts) == 4000
    expected = np.unique(np.round(exact, 12), return_counts=True)[1] * 400
    assert stats.chisquare(counts, expected).pvalue > 0.001


def test_pairs_by_hand():
    sentences, reports = corpus_of(a=["水稻", "水稻"], b=["学校", "学校", "谢谢"], c=["水稻学校"])
    pairs = theme_divergence(given(sentences, reports), terms=TERMS, draws=3000)
    ab = pairs.iloc[0]
    assert (ab["source"], ab["target"], ab["n_source"], ab["n_target"], ab["jsd"], ab["distance"]) == (
        "a",
        "b",
        2,
        2,
        1.0,
        1.0,
    )
    # of the six deals two part the themes wholly, and four not at all
    assert ab["null_mean"] == pytest.approx(1 / 3, abs=0.03)
    assert ab["p"] == pytest.approx(1 / 3, abs=0.03)
    assert ab["excess"] == ab["jsd"] - ab["null_mean"]
    assert ab["distance_excess"] == math.sqrt(ab["excess"])
    assert pairs.loc[1:, ["jsd", "p", "excess_low", "distance", "p_adjusted"]].isna().all(axis=None)
    assert pairs["n_target"].tolist() == [2, 1, 1]


def test_adjusted_p_equals_scipy(seeds):
    pairs = theme_divergence(seeds, draws=200)
    np.testing.assert_allclose(pairs["p_adjusted"], stats.false_discovery_control(pairs["p"]), rtol=1e-12)


def test_null_mean_is_the_bias_of_two_draws_from_one_text(seeds):
    # halves of equal length from one text differ by chance alone: the excess is 0 on average
    mass = theme_mass(seeds)
    pool = mass.mass[mass.size > 0]
    generator = np.random.default_rng(4)
    excess = []
    for _ in range(150):
        rows = generator.permutation(len(pool))[:60]
        one, other = pool[rows[:20]], pool[rows[20:]]
        excess.append(
            jensen_shannon(one.sum(axis=0), other.sum(axis=0))
            - permuted(one, other, 100, generator, studentised=False)[0].mean()
        )
    assert abs(np.mean(excess)) < 3 * np.std(excess) / math.sqrt(150)


def test_p_is_uniform_under_the_null(seeds):
    coded = theme_mass(seeds)
    pool = coded.mass[coded.size > 0]
    generator = np.random.default_rng(20240101)
    p = []
    for _ in range(400):
        rows = generator.permutation(len(pool))[:36]
        one, other = pool[rows[:12]], pool[rows[12:]]
        p.append(permuted(one, other, 199, generator, studentised=False)[1])
    # p lies on 1/200 … 1; a uniform point below it makes it continuous
    smooth = np.array(p) - generator.random(400) / 200
    test = stats.kstest(smooth, "uniform")
    small = np.mean(smooth <= 0.05)
    print(f"\n400 nulls: KS {test.statistic:.3f}, p {test.pvalue:.2f}; share of p up to .05: {small:.3f}")
    assert test.pvalue > 0.01


@pytest.mark.parametrize(("one", "other"), [(0, 4), (3, 4), (None, None)], ids=["far", "near", "same"])
def test_interval_covers_the_divergence_of_the_texts_drawn_from(seeds, one, other):
    coded = theme_mass(seeds)
    population = [coded.mass[(coded.size > 0) & ((at is None) | (coded.groups.code == at))] for at in (one, other)]
    truth = float(jensen_shannon(population[0].sum(axis=0), population[1].sum(axis=0)))
    generator = np.random.default_rng(20240101)
    print("\nsentences   truth  coverage")
    for sizes in ((24, 45), (50, 120)):
        covered = []
        for run in range(150):
            drawn = [of[generator.integers(len(of), size=n)] for of, n in zip(population, sizes, strict=True)]
            jsd = float(jensen_shannon(drawn[0].sum(axis=0), drawn[1].sum(axis=0)))
            strata = np.repeat([0, 1], sizes)
            weights = block_weights(strata, 300, run).astype(float)
            again = jensen_shannon(weights[:, strata == 0] @ drawn[0], weights[:, strata == 1] @ drawn[1])
            low, high = np.quantile(again, [0.025, 0.975])
            covered.append(max(2 * jsd - high, 0) <= truth + 1e-12 and truth <= 2 * jsd - low)
        print(f"{sizes[0]:4d} {sizes[1]:4d}  {truth:.3f}  {np.mean(covered):.3f}")
        assert np.mean(covered) >= 0.88


def test_interval_is_the_basic_one(seeds):
    pairs = theme_divergence(seeds, draws=300, seed=9, confidence=0.9)
    coded = theme_mass(seeds)
    own = np.random.SeedSequence(9).generate_state(5).tolist()
    spoken = {at: coded.mass[coded.spoken(at)] for at in (1, 4)}
    sums = [block_weights(np.zeros(len(of)), 300, own[at]).astype(float) @ of for at, of in spoken.items()]
    low, high = np.quantile([jensenshannon(p, q, base=2) ** 2 for p, q in zip(*sums, strict=True)], [0.05, 0.95])
    pair = pairs[(pairs["source"].str[:3] == "001") & (pairs["target"].str[:3] == "004")].iloc[0]
    expected = [max(2 * pair["jsd"] - high, 0), 2 * pair["jsd"] - low]
    assert pair[["excess_low", "excess_high"]].tolist() == pytest.approx(expected, rel=1e-9)


def test_distance_matrix_is_square_and_its_p_has_no_diagonal():
    pairs = pd.DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "c"], "distance": [1.0, 2, 3], "p": 0.5})
    expected = pd.DataFrame([[0.0, 1, 2], [1, 0.0, 3], [2, 3, 0.0]], index=list("abc"), columns=list("abc"))
    pd.testing.assert_frame_equal(distance_matrix(pairs), expected)
    assert np.isnan(np.diag(distance_matrix(pairs, "p"))).all()
    with pytest.raises(TableError) as caught:
        distance_matrix(pairs, "jsd")
    assert str(caught.value).startswith(
        "theme_divergence table lacks column 'jsd' (found: source, target, distance, p)."
    )


def test_halves_by_hand():
    sentences, reports = corpus_of(a=["水稻"] * 4, b=["学校"] * 5, c=["水稻"])
    halves = half_divergence(given(sentences, reports), terms=TERMS, draws=20)
    assert halves.iloc[0].tolist() == ["a", "b", 2, 1.0, 0.0, 0.0, 1.0]
    assert halves.iloc[1, :3].tolist() == ["a", "c", 0]
    assert halves.iloc[1:, 3:].isna().all(axis=None)


def test_halves_are_disjoint_and_of_one_size(seeds):
    # four sentences of four themes: halves share nothing, whatever the draw
    terms = pd.DataFrame({"theme_id": list("wxyz"), "term": ["水稻", "学校", "医院", "公路"], "weight": 1.0})
    lines = ["水稻", "学校", "医院", "公路"]
    sentences, reports = corpus_of(a=lines, b=lines)
    halves = half_divergence(given(sentences, reports), terms=terms, draws=300)
    assert halves[["within_source", "within_target"]].values.tolist() == [[1.0, 1.0]]
    # two of four against two of four: 0, ½ or 1 with chances 1/6, 4/6, 1/6
    assert halves["between"].item() == pytest.approx(0.5, abs=0.06)


def test_same_answer_in_any_order_and_inputs_stay(seeds):
    sentences, reports = seeds.sentences.copy(), seeds.reports.copy()
    shuffled = sentences.sample(frac=1, random_state=3), reports[::-1]
    pd.testing.assert_frame_equal(
        theme_divergence(given(sentences, reports), draws=100), theme_divergence(given(*shuffled), draws=100)
    )
    pd.testing.assert_frame_equal(
        half_divergence(given(sentences, reports), draws=50), half_divergence(given(*shuffled), draws=50)
    )
    pd.testing.assert_frame_equal(sentences, seeds.sentences)
    pd.testing.assert_frame_equal(reports, seeds.reports)


def test_errors():
    sentences, reports = corpus_of(a=["水稻"])
    with pytest.raises(TableError) as caught:
        theme_divergence(given(sentences, reports))
    assert str(caught.value) == (
        "theme_divergence compares groups; received 1 (a), 2 at least. Group by another column with by=."
    )
    with pytest.raises(TableError) as caught:
        theme_divergence(given(sentences, reports), confidence=95)
    assert str(caught.value) == "confidence must lie between 0 and 1; received 95. 0.95 is usual."


@pytest.mark.parametrize("sizes", [(8, 8), (5, 25), (10, 30)])
def test_between_groups_of_reports_whole_reports_are_dealt(sizes):
    # two themes whose share differs from report to report, and not from group to group
    generator = np.random.default_rng(11)
    small = []
    for run in range(200):
        share = generator.beta(3, 3, size=sum(sizes))
        mass = np.stack([share, 1 - share], axis=1) * generator.integers(200, 900, size=(sum(sizes), 1))
        _, p = permuted(mass[: sizes[0]], mass[sizes[0] :], 199, np.random.default_rng(run), studentised=True)
        small.append(p <= 0.05)
    assert np.mean(small) <= 0.1


def test_unit_and_smallest_p_are_said(seeds):
    pairs = theme_divergence(seeds, by="genre", draws=100).set_index(["source", "target"])
    assert pairs.loc[("工作总结", "工作汇报"), "unit"] == "sentence"
    row = pairs.loc[("工作总结", "政府工作报告")]
    assert (row["unit"], row["n_source"], row["n_target"]) == ("report", 1, 2)
    assert (row["p_least"], row["p"] >= 1 / 3 - 0.15) == (pytest.approx(1 / 3), True)


def test_zones_of_several_reports_are_no_reports(seeds):
    with pytest.raises(TableError, match=r"^theme_divergence compares groups of reports, and a report's zones are no"):
        theme_divergence(seeds, by="zone")
    one = seeds.select(seeds.reports["report_id"].str.startswith("003"))
    assert set(theme_divergence(one, by="zone", draws=50)["unit"]) == {"sentence"}
