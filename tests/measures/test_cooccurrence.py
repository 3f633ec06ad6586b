import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.measures.slogans.cooccurrence import cooccurrence, edge_sentences, edge_units
from analysis.measures.slogans.incidence import slogan_incidence
from analysis.measures.statistics.association import npmi
from analysis.schemas import TableError

# report, zone, section, paragraph, item marker, kind, slogans: each sentence is 100 code points long
TEXT = [
    ("a", "opening", "", 0, None, "body", "思想 振兴"),
    ("a", "review", "一", 1, "一是", "lead", "振兴 治党"),
    ("a", "review", "一", 1, "一是", "body", "枫桥"),
    ("a", "review", "一", 1, "二是", "lead", "振兴"),
    ("a", "review", "一", 2, None, "body", "治党 枫桥"),
    ("a", "review", "一", 2, None, "body", "枫桥 枫桥"),
    ("b", "review", "一", 0, None, "body", "振兴 治党"),
    ("b", "closing", "二", 1, None, "body", "思想"),
    ("c", "review", "一", 0, None, "body", "振兴 治党"),
]


def given(slogans, sentences, reports, noise=None, masks=None):
    """Return a corpus of these tables; hidden text and masks are none but those that are given."""
    empty_noise = pd.DataFrame({"report_id": [], "start": [], "kind": []}) if noise is None else noise
    empty_masks = pd.DataFrame({"report_id": [], "start": []}) if masks is None else masks
    tables = {"slogans": slogans, "sentences": sentences, "reports": reports}
    return SimpleNamespace(**tables, noise=empty_noise, masks=empty_masks)


def corpus(text=TEXT):
    sentences, slogans, place = [], [], {}
    for report, zone, section, paragraph, marker, kind, words in text:
        number = place[report] = place.get(report, -1) + 1
        start = 100 * number
        sentences.append((report, number, start, start + 100, section, marker, zone, paragraph, kind))
        for at, word in enumerate(words.split()):
            slogans.append((report, start + 10 * at, start + 10 * at + 2, "policy_name", word, word, "central"))
    columns = ["report_id", "sentence_id", "start", "end", "section", "item_marker", "zone", "paragraph", "kind"]
    sentences = pd.DataFrame(sentences, columns=columns)
    columns = ["report_id", "start", "end", "type", "text", "canonical", "scope"]
    reports = pd.DataFrame({"report_id": ["a", "b", "c"], "duplicate_of": pd.array([None, None, "b"], dtype="str")})
    return pd.DataFrame(slogans, columns=columns), sentences, reports


def units(incidence):
    """Return the slogans of each unit."""
    names = incidence.slogans["slogan"].tolist()
    return [" ".join(names[column] for column in np.flatnonzero(row)) for row in incidence.matrix.toarray()]


def test_units_of_each_kind():
    # 思 U+601D < 振 U+632F < 枫 U+67AB < 治 U+6CBB; report c duplicates b
    found = {unit: units(slogan_incidence(given(*corpus()), unit=unit)) for unit in ("sentence", "item", "paragraph")}
    assert found == {
        "sentence": ["思想 振兴", "振兴 治党", "枫桥", "振兴", "枫桥 治党", "枫桥", "振兴 治党", "思想"],
        "item": ["思想 振兴", "振兴 枫桥 治党", "振兴", "枫桥 治党", "枫桥", "振兴 治党", "思想"],
        "paragraph": ["思想 振兴", "振兴 枫桥 治党", "枫桥 治党", "振兴 治党", "思想"],
    }
    assert units(slogan_incidence(given(*corpus()), unit="section")) == [
        "思想 振兴",
        "振兴 枫桥 治党",
        "振兴 治党",
        "思想",
    ]
    assert units(slogan_incidence(given(*corpus()), unit="report")) == ["思想 振兴 枫桥 治党", "思想 振兴 治党"]


def test_incidence_describes_units_slogans_and_hits():
    found = slogan_incidence(given(*corpus()), unit="item")
    expected = pd.DataFrame(
        {
            "unit": range(7),
            "report_id": pd.array(["a"] * 5 + ["b"] * 2, dtype="str"),
            "first_sentence": [0, 1, 3, 4, 5, 0, 1],
            "last_sentence": [0, 2, 3, 4, 5, 0, 1],
            "section": pd.array(["", "一", "一", "一", "一", "一", "二"], dtype="str"),
            "n_slogans": [2, 3, 1, 2, 1, 2, 1],
        }
    )
    pd.testing.assert_frame_equal(found.units, expected)
    expected = pd.DataFrame(
        {
            "slogan": pd.array(["思想", "振兴", "枫桥", "治党"], dtype="str"),
            "n": [2, 4, 4, 3],
            "n_units": [2, 4, 3, 3],
            "n_reports": [2, 2, 1, 2],
            "type": pd.array(["policy_name"] * 4, dtype="str"),
            "scope": pd.array(["central"] * 4, dtype="str"),
        }
    )
    pd.testing.assert_frame_equal(found.slogans, expected)
    assert found.strata.tolist() == [0] * 5 + [1] * 2
    assert found.hits.loc[3].tolist() == ["a", 1, 1, 110, 112, "治党", "治党", "policy_name"]
    assert found.left_out == {"nested": 0, "too_few_units": 0, "slogans_in_too_few_units": 0}


def test_preamble_types_and_rare_slogans_can_be_left_out():
    found = slogan_incidence(given(*corpus()), preamble=False)
    assert units(found) == ["振兴 治党", "枫桥", "振兴", "枫桥 治党", "枫桥", "振兴 治党"]
    assert found.left_out["zone"] == 3
    found = slogan_incidence(given(*corpus()), min_units=3)
    assert found.slogans["slogan"].tolist() == ["振兴", "枫桥", "治党"]
    assert (found.left_out["too_few_units"], found.left_out["slogans_in_too_few_units"]) == (2, 1)
    slogans, *rest = corpus()
    slogans.loc[slogans["text"] == "枫桥", "type"] = "ideology"
    found = slogan_incidence(given(slogans, *rest), types=["ideology"])
    assert (found.slogans["slogan"].tolist(), found.left_out["type"]) == (["枫桥"], 9)


def test_a_slogan_inside_another_is_one_wording():
    slogans, sentences, reports = corpus(TEXT[:1])
    inner = [
        ("a", 40, 60, "x", "长句"),
        ("a", 45, 50, "y", "内一"),
        ("a", 58, 62, "y", "骑跨"),
        ("a", 40, 60, "z", "另读"),
    ]
    inner = pd.DataFrame(inner, columns=["report_id", "start", "end", "type", "canonical"])
    slogans = pd.concat([slogans, inner.assign(text=inner["canonical"], scope="central")])
    # 另读 has the span of 长句, and 另 U+53E6 comes before 长 U+957F
    found = slogan_incidence(given(slogans, sentences, reports))
    assert (units(found), found.left_out["nested"]) == (["另读 思想 振兴 骑跨"], 2)
    assert units(slogan_incidence(given(slogans, sentences, reports), nested=True)) == ["内一 另读 思想 振兴 长句 骑跨"]


def test_breaks_end_a_unit():
    # between the slogans of the first sentence, and inside the third sentence behind its slogan
    masks = pd.DataFrame({"report_id": ["a", "a", "z"], "start": [5, 250, 7]})
    found = slogan_incidence(given(*corpus(), masks=masks), unit="paragraph")
    assert units(found) == ["思想", "振兴", "振兴 枫桥 治党", "振兴", "枫桥 治党", "振兴 治党", "思想"]
    assert found.units[["first_sentence", "last_sentence"]].to_numpy().tolist()[:4] == [[0, 0], [0, 0], [1, 2], [2, 3]]
    assert units(slogan_incidence(given(*corpus(), masks=masks.iloc[:1])))[:3] == ["思想", "振兴", "振兴 治党"]


def test_edges_of_a_hand_counted_corpus():
    found = cooccurrence(slogan_incidence(given(*corpus())))
    expected = pd.DataFrame(
        {
            "source": pd.array(["振兴", "思想", "枫桥"], dtype="str"),
            "target": pd.array(["治党", "振兴", "治党"], dtype="str"),
            "n": [2, 1, 1],
            "n_reports": [2, 1, 1],
            "n_source": [4, 2, 3],
            "n_target": [3, 4, 3],
            "n_units": [8, 8, 8],
            "jaccard": [2 / 5, 1 / 5, 1 / 5],
            # log2(2·8/12) / −log2(2/8), log2(1·8/8) = 0, log2(8/9) / 3
            "npmi": [np.log2(4 / 3) / 2, 0.0, np.log2(8 / 9) / 3],
            "p_target_given_source": [1 / 2, 1 / 2, 1 / 3],
            "p_source_given_target": [2 / 3, 1 / 4, 1 / 3],
        }
    )
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12)


def test_npmi_of_the_reference_and_at_its_ends():
    value = npmi(np.array([8, 0, 9]), np.array([20, 20, 9]), np.array([15, 15, 9]), np.array([400, 400, 9]))
    assert value.tolist() == pytest.approx([0.6050893900284082, -1, 1], abs=1e-15)


def test_every_edge_leads_to_its_sentences():
    found = slogan_incidence(given(*corpus()), unit="item")
    edges = cooccurrence(found)
    behind = edge_sentences(found.hits, edges)
    here = behind[(behind["source"] == "枫桥") & (behind["target"] == "治党")]
    assert here.drop(columns=["source", "target"]).to_numpy().tolist() == [
        [1, "a", 1, False, True],
        [1, "a", 2, True, False],
        [3, "a", 4, True, True],
    ]
    for unit in ("sentence", "item", "paragraph", "section", "report"):
        found = slogan_incidence(given(*corpus()), unit=unit)
        edges = cooccurrence(found)
        counted = edge_sentences(found.hits, edges).groupby(["source", "target"])["unit"].nunique()
        assert counted.loc[list(zip(edges["source"], edges["target"], strict=True))].tolist() == edges["n"].tolist()
        assert np.asarray(edge_units(found, edges).sum(axis=0)).tolist() == edges["n"].tolist()
    assert edge_sentences(found.hits, edges[:0]).shape == (0, 7)


def test_nothing_and_almost_nothing_are_results():
    slogans, sentences, reports = corpus()
    for few in (slogans[:0], slogans[:1]):
        found = slogan_incidence(given(few, sentences, reports))
        assert (found.matrix.shape, len(cooccurrence(found))) == ((8, len(few)), 0)
        pd.testing.assert_series_equal(
            cooccurrence(found).dtypes, cooccurrence(slogan_incidence(given(*corpus()))).dtypes
        )


def test_order_and_arguments_do_not_matter():
    tables = corpus()
    before = [table.copy() for table in tables]
    first = cooccurrence(slogan_incidence(given(*tables), unit="paragraph", breaks=False))
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    shuffled = [table.sample(frac=1, random_state=1) for table in tables]
    pd.testing.assert_frame_equal(cooccurrence(slogan_incidence(given(*shuffled), unit="paragraph")), first)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"unit": "page"}, "no unit is called 'page'; there are: sentence, item, paragraph, section, report."),
        ({"min_units": 0}, "min_units must be at least 1; received 0."),
        (
            {"types": ["slang"]},
            "types holds 'slang', which no slogan has; there are: policy_name. Give them in a tuple.",
        ),
        ({"types": "policy_name"}, "types holds 'policy_name', which no slogan has"),
    ],
)
def test_unusable_parameters_say_so(change, text):
    with pytest.raises(TableError, match="^" + re.escape(text)):
        slogan_incidence(given(*corpus()), **change)


def test_unusable_tables_say_so():
    slogans, sentences, reports = corpus()
    with pytest.raises(TableError, match=r"^slogan '思想' at 0 of report 'a' stands in no sentence of the sentences"):
        slogan_incidence(given(slogans, sentences[1:], reports))
    with pytest.raises(TableError, match=r"^slogans table lacks column 'canonical' \(found: report_id, start"):
        slogan_incidence(given(slogans.drop(columns="canonical"), sentences, reports))
    with pytest.raises(TableError, match=r"^edges table holds '别', which is no slogan of the incidence \(4 slogans\)"):
        edge_units(slogan_incidence(given(*corpus())), pd.DataFrame({"source": ["振兴"], "target": ["别"]}))
