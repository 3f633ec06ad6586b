"""Review and plan: estimated where both are seen whole, refused with the reason elsewhere."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.annotate.theme_codes import code_themes
from analysis.measures.statistics.resampling import block_weights
from analysis.measures.themes.mass import theme_mass
from analysis.measures.themes.zone_shift import zone_shift
from analysis.pipeline import read_corpus
from analysis.schemas import TableError

TERMS = pd.DataFrame({"theme_id": ["farm", "school"], "term": ["水稻", "学校"], "weight": 1.0})
TERMS.attrs["themes"] = ("farm", "school", "empty")


@pytest.fixture(scope="module")
def seeds():
    return read_corpus("seeds")


def given(sentences, reports):
    return SimpleNamespace(sentences=sentences, reports=reports, themes=code_themes(sentences))


def corpus_of(review, plan, **report):
    sentences = pd.DataFrame(
        {
            "report_id": "a",
            "sentence_id": range(len(review) + len(plan)),
            "text": [*review, *plan],
            "zone": ["review"] * len(review) + ["plan"] * len(plan),
        }
    )
    facts = {"coverage": 1.0, "completeness": "full"} | report
    return sentences, pd.DataFrame({"report_id": ["a"], "duplicate_of": pd.array([None], dtype="str"), **facts})


def test_shift_by_hand():
    shifts = zone_shift(
        given(*corpus_of(["水稻"] * 9 + ["学校"] * 3, ["水稻"] * 5 + ["学校"] * 5)), terms=TERMS, draws=200
    )
    named = shifts.set_index("theme")
    assert named["review"].tolist() == [0.75, 0.25, 0]
    assert named["plan"].tolist() == [0.5, 0.5, 0]
    assert named["shift"].tolist() == [-0.25, 0.25, 0]
    assert named[["n_review", "n_plan"]].drop_duplicates().values.tolist() == [[12, 10]]
    assert named["ci_low"].isna().tolist() == [False, False, True]
    assert shifts["reason"].isna().all()


def test_interval_equals_its_formula(seeds):
    shifts = zone_shift(seeds, draws=300, seed=3, confidence=0.9).dropna(subset=["shift"])
    coded = theme_mass(seeds)
    of = (coded.sentences["report_id"].str[:3] == "003").to_numpy() & (coded.size > 0)
    rows = [np.flatnonzero(of & (coded.sentences["zone"] == zone).to_numpy()) for zone in ("review", "plan")]
    weights = block_weights(np.repeat(["review", "plan"], [len(one) for one in rows]), 300, 3).astype(float)
    variance, first = 0, 0
    for one in rows:
        drawn = weights[:, first : first + len(one)] @ coded.mass[one]
        variance = variance + (drawn / drawn.sum(axis=1, keepdims=True)).var(axis=0) * len(one) / (len(one) - 1)
        first += len(one)
    reach = stats.t.ppf(0.95, min(map(len, rows)) - 1) * np.sqrt(variance)
    np.testing.assert_allclose(shifts["ci_low"], shifts["shift"] - reach, rtol=1e-9)
    np.testing.assert_allclose(shifts["ci_high"], shifts["shift"] + reach, rtol=1e-9)


@pytest.mark.slow
def test_interval_covers_the_shift_of_the_zones_drawn_from(seeds):
    coded = theme_mass(seeds)
    of = (coded.sentences["report_id"].str[:3] == "003").to_numpy() & (coded.size > 0)
    pools = [coded.sentences[of & (coded.sentences["zone"] == zone).to_numpy()] for zone in ("review", "plan")]
    truth = zone_shift(seeds, draws=5).dropna(subset=["shift"])["shift"].to_numpy()
    generator = np.random.default_rng(20240101)
    covered = []
    for run in range(60):
        text = pd.concat([pool.iloc[generator.integers(len(pool), size=len(pool))] for pool in pools])
        text = text[["report_id", "text", "zone"]].assign(sentence_id=range(len(text)))
        found = zone_shift(given(text, seeds.reports), draws=200, seed=run).dropna(subset=["shift"])
        covered.append(
            np.where(found["ci_low"].isna(), np.nan, (found["ci_low"] <= truth) & (truth <= found["ci_high"]))
        )
    print(f"\ncoverage of the shift in 003, mean over themes: {np.nanmean(covered):.3f}")
    assert 0.88 <= np.nanmean(covered) <= 0.98


@pytest.mark.parametrize(
    ("plan", "report", "reason"),
    [
        (10, {"completeness": "truncated", "coverage": np.nan}, "cut off: what is missing may be the plan"),
        (10, {"coverage": np.nan}, "coverage unknown"),
        (10, {"coverage": 0.896}, "coverage 0.90 below 0.9: hidden text may belong to either zone"),
        (9, {}, "plan has 9 coded sentences, 10 at least"),
    ],
)
def test_reasons(plan, report, reason):
    shifts = zone_shift(given(*corpus_of(["水稻"] * 12, ["学校"] * plan, **report)), terms=TERMS, draws=5)
    assert shifts["reason"].unique().tolist() == [reason]
    assert shifts[["review", "plan", "shift", "ci_low", "ci_high"]].isna().all(axis=None)


def test_only_003_can_be_estimated(seeds):
    sentences, reports = seeds.sentences.copy(), seeds.reports.copy()
    shifts = zone_shift(given(sentences, reports), draws=20)
    assert shifts.drop_duplicates("report_id")["reason"].fillna("given").tolist() == [
        "coverage 0.50 below 0.9: hidden text may belong to either zone",
        "cut off: what is missing may be the plan",
        "coverage 0.39 below 0.9: hidden text may belong to either zone",
        "given",
        "plan has 2 coded sentences, 10 at least",
    ]
    estimated = shifts.dropna(subset=["shift"])
    assert estimated["shift"].sum() == pytest.approx(0, abs=1e-12)
    pd.testing.assert_frame_equal(
        shifts, zone_shift(given(sentences.sample(frac=1, random_state=1), reports[::-1]), draws=20)
    )
    pd.testing.assert_frame_equal(sentences, seeds.sentences)
    pd.testing.assert_frame_equal(reports, seeds.reports)


def test_errors():
    sentences, reports = corpus_of(["水稻"], ["学校"])
    with pytest.raises(TableError) as caught:
        zone_shift(given(sentences, reports), confidence=0)
    assert str(caught.value) == "confidence must lie between 0 and 1; received 0. 0.95 is usual."
    with pytest.raises(TableError) as caught:
        zone_shift(given(sentences.drop(columns="zone"), reports))
    assert str(caught.value).startswith("sentences table lacks column 'zone' (found: report_id, sentence_id, text, ")
