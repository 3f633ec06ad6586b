"""Precision, recall and F1 on a sample that is small enough to count by hand."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.measures.evaluation.scores import evaluate, read_gold, scores_as_json
from analysis.pipeline import read_corpus
from analysis.schemas import CorpusError, LexiconError, TownshipError, rows

#      0 1 2 3 4 5 6 7 8 9 10
RAW = "一、回顾\n修 路xx里"


def corpus(**tables):
    """A corpus of one report whose tables hold what the test says, as tuples."""
    names = {
        "edits": ("start", "end", "text", "replacement", "kind"),
        "noise": ("start", "end", "text", "kind", "hidden_chars"),
        "masks": ("start", "end", "text", "kind", "pattern"),
        "zones": ("start", "end", "text", "zone"),
        "headings": ("start", "end", "text", "marker", "level", "title", "runin"),
        "items": ("start", "end", "text", "marker", "level", "lead", "lead_start", "lead_end", "runin"),
    }
    filled = {
        name: rows([{"report_id": "a"} | dict(zip(header, row, strict=True)) for row in tables.get(name, [])], name)
        for name, header in names.items()
    }
    reports = pd.DataFrame({"report_id": ["a"], "path": ["sub/a.txt"]})
    return SimpleNamespace(
        folder="place", reports=reports, documents={"a": SimpleNamespace(raw=RAW, sha256="00")}, **filled
    )


def scored(corpus, **gold):
    table = evaluate(corpus, {"one": {"source": "a.txt", **gold}})
    assert (
        table[table["document"] == ""]
        .drop(columns="document")
        .equals(table[table["document"] == "one"].drop(columns="document").reset_index(drop=True))
    )
    row = table[table["document"] == ""].iloc[0]
    return {name: row[name] for name in ("layer", "n", "hits", "misses", "false_hits", "precision", "recall", "f1")}


def test_spans_count_where_both_ends_agree():
    found = corpus(masks=[(8, 10, "xx", "count", "x"), (0, 1, "一", "place", "x"), (5, 6, "修", "place", "x")])
    gold = [{"start": 8, "end": 10, "kind": "place"}, {"start": 0, "end": 2, "kind": "place"}]
    table = evaluate(found, {"one": {"source": "sub/a.txt", "masks": gold}})
    assert table.to_dict("records")[0] == {
        "layer": "masks", "n": 2, "hits": 1, "misses": 1, "false_hits": 2, "document": "", "precision": 1 / 3,
        "recall": 1 / 2, "f1": 2 / 5, "label_agreement": 0.0, "overlap_precision": 2 / 3, "overlap_recall": 1.0,
        "overlap_f1": 4 / 5,
    }  # fmt: skip


def test_spans_inside_noise_are_not_scored():
    found = corpus(masks=[(8, 10, "xx", "place", "x")], noise=[(8, 11, "xx里", "site_chrome", None)])
    noise = [{"start": 8, "end": 11, "kind": "site_chrome"}]
    table = evaluate(found, {"one": {"source": "a.txt", "noise": noise, "masks": []}})
    counts = table[table["document"] == "one"].set_index("layer")[["n", "hits", "false_hits"]]
    assert counts.to_dict("index") == {
        "noise": {"n": 1, "hits": 1, "false_hits": 0},
        "wrap_space": {"n": 0, "hits": 0, "false_hits": 0},
        "masks": {"n": 0, "hits": 0, "false_hits": 0},
    }
    assert table["f1"].isna().tolist() == [False, True, True, False, True, True]


def test_wraps_count_by_offset_and_paragraph_breaks_are_neutral():
    edits = [(4, 5, "\n", "", "line_wrap"), (6, 7, " ", "", "digit_adjacent"), (9, 10, "x", "", "indent")]
    offsets = {"line_wrap": [6], "digit_adjacent": [10], "paragraph_break": [4]}
    table = evaluate(
        corpus(edits=edits), {"one": {"source": "a.txt", "noise": [{"kind": "wrap_space", "all_offsets": offsets}]}}
    )
    wraps = table[table["layer"] == "wrap_space"].iloc[0]
    assert wraps[["n", "hits", "misses", "false_hits"]].tolist() == [2, 1, 1, 0]
    assert wraps[["precision", "recall", "f1"]].tolist() == [1.0, 0.5, 2 / 3]


def test_zones_count_by_character_without_white_space():
    found = corpus(zones=[(0, 6, RAW[:6], "review"), (6, 11, RAW[6:], "plan")])
    gold = [{"start": 0, "end": 11, "zone": "review"}]
    # nine characters: five of review agree, four lie in plan
    assert scored(found, zones=gold) == {
        "layer": "zones", "n": 9, "hits": 5, "misses": 4, "false_hits": 4, "precision": 5 / 9, "recall": 5 / 9,
        "f1": 5 / 9,
    }  # fmt: skip


def test_rows_over_all_documents_sum_the_counts():
    found = corpus(headings=[(0, 4, "一、回顾", "一、", 1, "回顾", False)])
    gold = {
        "b": {"source": "a.txt", "headings": [{"start": 0, "end": 4, "level": 1}]},
        "a": {"source": "a.txt", "headings": [{"start": 0, "end": 3, "level": 1}, {"start": 0, "end": 4, "level": 2}]},
    }
    table = evaluate(found, gold)
    assert table[["document", "layer", "n", "hits", "misses", "false_hits", "label_agreement"]].values.tolist() == [
        ["", "headings", 3, 2, 1, 0, 0.5],
        ["a", "headings", 2, 1, 1, 0, 0.0],
        ["b", "headings", 1, 1, 0, 0, 1.0],
    ]


def test_json_has_a_key_per_layer_and_none_for_what_is_not_defined():
    found = corpus(masks=[(8, 10, "xx", "place", "x")])
    table = evaluate(
        found, {"one": {"source": "a.txt", "masks": [], "zones": [{"start": 0, "end": 1, "zone": "plan"}]}}
    )
    scores = scores_as_json(table)
    assert list(scores) == ["zones", "masks", "documents"]
    assert scores["masks"] == scores["documents"]["one"]["masks"]
    assert scores["masks"] == {
        "n": 0, "misses": 0, "false_hits": 1, "precision": None, "recall": None, "f1": None, "label_agreement": None,
        "overlap_precision": None, "overlap_recall": None, "overlap_f1": None,
    }  # fmt: skip
    json.dumps(scores)


@pytest.mark.parametrize(
    ("gold", "text"),
    [
        ({"source": "b.txt", "masks": []}, "b.txt: annotated in one.json but not among the reports of place; add it."),
        (
            {"source": "a.txt", "sha256": "ff", "masks": []},
            "a.txt: is not the file that one.json annotates (sha256 differs); restore it.",
        ),
    ],
)
def test_reports_that_do_not_fit_the_gold(gold, text):
    with pytest.raises(CorpusError) as error:
        evaluate(corpus(), {"one": gold})
    assert str(error.value) == text


def test_gold_without_a_layer():
    with pytest.raises(CorpusError, match=r"^the gold files hold none of the layers noise, wrap_space, headings, "):
        evaluate(corpus(), {"one": {"source": "a.txt"}})


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("[]", "lacks 'source', the file name of the report; add it."),
        ('{"source": 1}', "lacks 'source', the file name of the report; add it."),
        ('{"source": "a", "masks": {}}', "'masks' is no list of records; write [] where there are none."),
        ('{"source": "a", "masks": [1]}', "masks record 1 is no object; give 'start' and 'end'."),
        (
            '{"source": "a", "masks": [{"start": 1, "end": 2}, {"start": 1}]}',
            "masks record 2 lacks 'start' or 'end'; give both as integers.",
        ),
        (
            '{"source": "a", "items": [{"start": 2, "end": 2}]}',
            "items record 1: start 2 and end 2 are no span; the end is exclusive.",
        ),
        ('{"source": "a", "zones": [{"start": 1, "end": 2}]}', "zones record 1 lacks 'zone'; add it."),
        (
            '{"source": "a", "noise": [{"kind": "wrap_space"}]}',
            "noise record 1 (wrap_space) lacks 'all_offsets'; add it.",
        ),
    ],
)
def test_broken_gold_files(tmp_path, content, text):
    file = tmp_path / "one.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError) as error:
        read_gold(tmp_path)
    assert str(error.value) == f"{file}: {text}"


def test_gold_that_is_no_json(tmp_path):
    (tmp_path / "one.json").write_bytes(b"\xff{")
    with pytest.raises(LexiconError, match=r"one\.json: is no JSON \(.*\); mend or remove it\.$"):
        read_gold(tmp_path)


def test_folders_without_gold(tmp_path):
    with pytest.raises(CorpusError) as error:
        read_gold(tmp_path / "gone")
    assert (
        str(error.value) == f"{tmp_path / 'gone'}: no such folder; give the folder that holds the gold files (.json)."
    )
    with pytest.raises(CorpusError) as error:
        read_gold(tmp_path)
    remedy = "put the annotated sample there as .json (see docs/evaluation.md)"
    assert str(error.value) == f"{tmp_path}: holds no gold file; {remedy}."


THRESHOLDS = {"noise": 1.0, "wrap_space": 1.0, "headings": 0.97, "items": 0.97, "zones": 0.95, "masks": 0.98}


@pytest.mark.parametrize(
    ("reports", "gold"), [("seeds", "tests/gold"), ("tests/invented/reports", "tests/invented/gold")]
)
def test_structure_of_the_annotated_samples(request, reports, gold):
    root = request.config.rootpath
    scores = evaluate(read_corpus(root / reports), read_gold(root / gold))
    f1 = scores[scores["document"] == ""].set_index("layer")["f1"]
    assert {layer: f1[layer] >= limit for layer, limit in THRESHOLDS.items()} == dict.fromkeys(THRESHOLDS, True)


def test_structure_of_the_held_out_sample(request):
    root = request.config.rootpath
    scores = evaluate(read_corpus(root / "tests/held_out/reports"), read_gold(root / "tests/held_out/gold"))
    f1 = scores[scores["document"] == ""].set_index("layer")["f1"]
    limits = THRESHOLDS | {"wrap_space": 0.99}
    assert {layer: f1[layer] >= limit for layer, limit in limits.items()} == dict.fromkeys(limits, True)


def test_the_example_of_the_docs(request, tmp_path):
    text = (request.config.rootpath / "docs" / "evaluation.md").read_text(encoding="utf-8")
    (tmp_path / "a.txt").write_text("一、回顾\nxx镇修路。", encoding="utf-8")
    (tmp_path / "a.json").write_text(text.split("```json\n")[1].split("```")[0], encoding="utf-8")
    scores = evaluate(read_corpus(tmp_path), read_gold(tmp_path))
    pooled = scores[scores["document"] == ""]
    assert pooled[["layer", "n", "f1"]].values.tolist() == [["headings", 1, 1.0], ["zones", 10, 1.0], ["masks", 1, 1.0]]


@pytest.mark.parametrize(
    ("layer", "records", "error"),
    [
        ("zones", [{"start": 0, "end": 999, "zone": "review"}], "zones record 1: end 999 is behind the text"),
        (
            "noise",
            [{"kind": "wrap_space", "all_offsets": {"line_wrap": 5}}],
            "'all_offsets' must hold lists of integers",
        ),
        ("noise", [{"kind": "wrap_space", "all_offsets": {"linewrap": [5]}}], "'all_offsets' knows line_wrap"),
        ("zones", [{"start": 0, "end": 2, "zone": "Review"}], "zone 'Review' is none of"),
        ("slogans", [{"start": 0, "end": 2, "type": "nonsense"}], "type 'nonsense' is none of"),
    ],
)
def test_slips_of_the_annotator_are_named(tmp_path, layer, records, error):
    (tmp_path / "a.txt").write_text("一、回顾\n修路。", encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps({"source": "a.txt", layer: records}), encoding="utf-8")
    with pytest.raises(TownshipError) as caught:
        evaluate(read_corpus(tmp_path), read_gold(tmp_path))
    assert error in str(caught.value)
