import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from analysis.measures.terms.keyness import keyness
from analysis.measures.terms.permutation import document_permutation, label_permutation, smallest_p
from analysis.schemas import TableError

NULLS, SENTENCES, TERMS, DRAWS = 3000, 60, 40, 199


def by_hand(counts, sizes, target):
    """Return S, two-sided p and single-step maxT p over all labelings, one after another."""
    counts, sizes = np.array(counts, dtype=float), np.array(sizes, dtype=float)
    chosen, blocks = sum(target), len(target)
    residual = counts - counts.sum(axis=0) / sizes.sum() * sizes[:, None]
    values = np.array([residual[list(rows)].sum(axis=0) for rows in itertools.combinations(range(blocks), chosen)])
    values /= values.std(axis=0)
    observed = residual[np.array(target)].sum(axis=0) / np.array(
        [residual[list(rows)].sum(axis=0) for rows in itertools.combinations(range(blocks), chosen)]
    ).std(axis=0)
    reach = np.abs(values) >= np.abs(observed) - 1e-9
    highest = np.abs(values).max(axis=1)[:, None] >= np.abs(observed) - 1e-9
    return observed, reach.mean(axis=0), highest.mean(axis=0)


def test_all_labelings_of_six_sentences_are_those_of_the_hand():
    counts = [[2, 0, 1], [1, 0, 0], [3, 1, 0], [0, 1, 1], [0, 2, 0], [0, 0, 1]]
    sizes, target = [10, 12, 9, 11, 10, 8], [True, True, True, False, False, False]
    found = label_permutation(counts, sizes, target, exact=True)
    observed, p, highest = by_hand(counts, sizes, target)
    assert found.labelings == math.comb(6, 3)
    assert found.statistic.tolist() == pytest.approx(observed.tolist(), rel=1e-9)
    assert found.p.tolist() == pytest.approx(p.tolist(), rel=1e-12)
    # the farthest term steps first, so its p is that of the highest of all; the others' are not larger
    first = int(np.argmax(np.abs(observed)))
    assert found.p_adjusted[first] == pytest.approx(highest[first], rel=1e-12)
    assert (found.p_adjusted <= highest + 1e-12).all()
    assert (found.p_adjusted >= found.p - 1e-12).all()


def test_target_of_most_blocks_is_summed_over_the_others():
    counts, sizes = [[3], [1], [0], [0], [1]], [5, 6, 7, 5, 6]
    target = np.array([True, True, False, True, True])
    found = label_permutation(counts, sizes, target, exact=True)
    observed, p, _ = by_hand(counts, sizes, target.tolist())
    assert (found.statistic[0], found.p[0]) == pytest.approx((observed[0], p[0]), rel=1e-9)
    turned = label_permutation(counts, sizes, ~target, exact=True)
    assert (turned.statistic[0], turned.p[0]) == pytest.approx((-observed[0], p[0]), rel=1e-9)


def test_step_down_is_that_of_westfall_and_young():
    # five terms of which two are planted; the definition of the algorithm, term after term
    rng = np.random.default_rng(4)
    counts = rng.poisson(0.5, (8, 5)).astype(float)
    counts[:4, 0] += 3
    counts[4:, 1] += 2
    sizes, target = rng.integers(8, 20, 8).astype(float), np.arange(8) < 4
    residual = counts - counts.sum(axis=0) / sizes.sum() * sizes[:, None]
    labelings = np.array([[at in rows for at in range(8)] for rows in itertools.combinations(range(8), 4)], dtype=float)
    drawn = labelings @ residual
    drawn = np.abs(drawn / drawn.std(axis=0))
    observed = np.abs((target @ residual) / (labelings @ residual).std(axis=0))
    order = np.argsort(-observed)
    expected, largest = np.empty(5), 0.0
    for step, term in enumerate(order):
        largest = max(largest, float((drawn[:, order[step:]].max(axis=1) >= observed[term] - 1e-9).mean()))
        expected[term] = largest
    found = label_permutation(sparse.csr_array(counts), sizes, target, exact=True)
    assert found.p_adjusted.tolist() == pytest.approx(expected.tolist(), rel=1e-12)


def test_drawn_labelings_approach_all_of_them():
    counts, sizes = [[2, 0], [1, 0], [3, 1], [0, 1], [0, 2], [0, 0]], [10, 12, 9, 11, 10, 8]
    target = [True, True, True, False, False, False]
    exact = label_permutation(counts, sizes, target, exact=True)
    drawn = label_permutation(counts, sizes, target, draws=20_000)
    assert drawn.labelings == 20_000
    np.testing.assert_allclose(drawn.p, exact.p, atol=0.015)
    np.testing.assert_allclose(drawn.p_adjusted, exact.p_adjusted, atol=0.015)
    once_more = label_permutation(counts, sizes, target, draws=20_000)
    assert [p.tolist() for p in once_more[:3]] == [p.tolist() for p in drawn[:3]]


def test_p_is_never_zero_and_nothing_that_varies_not_has_one():
    counts = np.array([[9, 1, 0]] * 10 + [[0, 1, 0]] * 10, dtype=float)
    found = label_permutation(counts, np.full(20, 30.0), np.arange(20) < 10, draws=99)
    assert found.p[0] == found.p_adjusted[0] == 1 / 100
    assert np.isnan([found.statistic[1:], found.p[1:], found.p_adjusted[1:]]).all()


@pytest.fixture(scope="module")
def null_p():
    """Return p of the first term and the smallest adjusted p of NULLS pairs of texts dealt from one pool."""
    rng = np.random.default_rng(20240106)
    alone, together = np.empty(NULLS), np.empty(NULLS)
    for at in range(NULLS):
        sizes = np.maximum(1, np.rint(rng.gamma(1.6, 12.5, SENTENCES)))
        # half of the terms even, half bursty, from rare to frequent
        mean = np.geomspace(0.1, 1.5, TERMS) * sizes[:, None] / 20
        mean[:, ::2] = rng.gamma(0.3, mean[:, ::2] / 0.3)
        found = label_permutation(rng.poisson(mean), sizes, np.arange(SENTENCES) < 20, draws=DRAWS, seed=at)
        alone[at], together[at] = found.p[-1], np.nanmin(found.p_adjusted)
    return alone, together


@pytest.mark.parametrize("which", [0, 1], ids=["one_term", "smallest_of_all_adjusted"])
def test_p_is_uniform_where_both_texts_come_from_one_pool(null_p, which):
    p = null_p[which]
    test = stats.kstest(p, stats.uniform.cdf)
    print(f"\nKolmogorov-Smirnov: D {test.statistic:.3f}, p {test.pvalue:.3f}; p <= .05: {(p <= 0.05).mean():.3f}")
    assert test.pvalue > 0.05
    assert 0.038 <= (p <= 0.05).mean() <= 0.062


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"target": [True, True], "draws": 0}, "draws must be at least 1; received 0. 5000 is usual."),
        ({"target": [True, True]}, "both texts need blocks; received 2 for the target and 0 for the rest."),
    ],
)
def test_label_errors(options, text):
    with pytest.raises(TableError) as error:
        label_permutation([[1], [2]], [5, 5], **options)
    assert str(error.value) == text


# Whole reports.


def tables(rows, genres):
    """Return tables of one report per row of `rows`: how often it says 茶叶, and how many words it has besides."""
    tokens, blocks = [], []
    for report, (n, others) in enumerate(rows):
        words = ["茶叶"] * n + ["发展"] * others
        blocks.append((f"r{report}", 0))
        tokens += [(f"r{report}", 0, word) for word in words]
    reports = pd.DataFrame({"report_id": [f"r{report}" for report in range(len(rows))], "genre": genres})
    reports["duplicate_of"] = pd.array([pd.NA] * len(rows), dtype="str")
    tokens = pd.DataFrame(tokens, columns=["report_id", "sentence_id", "token"]).assign(kind="word", is_stopword=False)
    sentences = pd.DataFrame(blocks, columns=["report_id", "sentence_id"]).assign(section="", zone="review")
    return tokens, sentences, reports


def test_five_reports_cannot_be_significant_and_the_text_says_so():
    frames = tables([(9, 1), (8, 2), (0, 10), (1, 9), (0, 10)], ["甲", "甲", "乙", "乙", "乙"])
    found = document_permutation(*frames, by="genre", target="甲")
    assert (found.labelings, found.smallest_p) == (10, 0.1)
    assert found.table[["term", "n_target", "n_reference"]].to_numpy().tolist() == [["发展", 3, 29], ["茶叶", 17, 1]]
    assert found.table["p"].tolist() == [0.1, 0.1]
    assert found.table["p_adjusted"].tolist() == [0.1, 0.1]
    assert found.statement == (
        "Significance at 0.05 is out of reach: 2 of 5 reports can be chosen in 10 ways, so the smallest two-sided p is "
        "0.1, whatever the texts say. Read differences as descriptions of these texts."
    )
    one = document_permutation(*frames, by="report_id", target="r0")
    assert (one.labelings, one.smallest_p, one.table["p"].tolist()) == (5, 0.2, [0.2, 0.2])


def test_eight_reports_can():
    frames = tables([(9, 1)] * 4 + [(1, 9)] * 4, ["甲"] * 4 + ["乙"] * 4)
    found = document_permutation(*frames, by="genre", target="甲", reference="乙")
    assert (found.labelings, found.smallest_p) == (70, 2 / 70)
    assert found.table["p"].tolist() == pytest.approx([2 / 70, 2 / 70])
    assert found.statement == (
        "Significance at 0.05 is within reach: 4 of 8 reports can be chosen in 70 ways, so the smallest two-sided p is "
        "0.029."
    )
    drawn = document_permutation(*frames, by="genre", target="甲", draws=50, alpha=0.01)
    assert drawn.labelings == 70
    assert drawn.statement.startswith("Significance at 0.01 is out of reach")
    assert all(1 / 51 <= p <= 8 / 51 for p in drawn.table["p"])


@pytest.mark.parametrize(("n", "k"), [(5, 1), (5, 2), (6, 3), (12, 4)])
def test_smallest_p_is_one_labeling_or_two(n, k):
    mirrored = 2 if 2 * k == n else 1
    assert smallest_p(k, n - k) == mirrored / math.comb(n, k)
    assert smallest_p(k, n - k, two_sided=False) == 1 / math.comb(n, k)


def test_report_errors():
    frames = tables([(5, 1), (4, 2)], ["甲", "乙"])
    with pytest.raises(TableError) as error:
        document_permutation(*frames, by="zone", target="review")
    assert str(error.value) == (
        "reports are dealt whole, and by='zone' is no column of reports (there are: report_id, genre, duplicate_of). "
        "Use keyness for parts of reports."
    )
    with pytest.raises(TableError, match=r"^both groups need reports; received 0 and 3\.$"):
        smallest_p(0, 3)


def test_keyness_deals_the_sentences_of_its_vocabulary():
    rng = np.random.default_rng(7)
    rows = [("ab"[at // 20], at % 20, word) for at in range(40) for word in ["修", "路"] * int(rng.integers(1, 4))]
    rows += [("a", at, "茶叶") for at in range(10)] + [("b", 3, "独")]
    tokens = pd.DataFrame(rows, columns=["report_id", "sentence_id", "token"]).assign(kind="word", is_stopword=False)
    sentences = tokens[["report_id", "sentence_id"]].drop_duplicates().assign(section="").reset_index(drop=True)
    reports = pd.DataFrame({"report_id": ["a", "b"], "visible_chars": 99, "hidden_chars": 0})
    reports["duplicate_of"] = pd.array([pd.NA, pd.NA], dtype="str")
    table = keyness(tokens, sentences, reports, by="report_id", target="a", terms=["茶叶", "修", "路", "独"], draws=199)
    table = table.set_index("term")
    counted = (
        tokens[tokens["token"] != "独"]
        .groupby(["report_id", "sentence_id"])["token"]
        .value_counts()
        .unstack(fill_value=0)
    )
    sizes = tokens.groupby(["report_id", "sentence_id"]).size()
    target = sizes.index.get_level_values(0) == "a"
    order = sorted(["茶叶", "修", "路"])
    found = label_permutation(counted[order].to_numpy(), sizes.to_numpy(), target, draws=199)
    assert table.loc[order, "p_permutation"].tolist() == found.p_adjusted.tolist()
    assert table.loc[order, "q_permutation"].tolist() == pytest.approx(stats.false_discovery_control(found.p).tolist())
    assert table["evidence"].to_dict() == {"茶叶": True, "修": True, "路": True, "独": False}
    assert math.isnan(table.loc["独", "p_permutation"])
    assert table.loc["茶叶", "p_permutation"] == 1 / 200
