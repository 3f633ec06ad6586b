"""What real pages show, one text for each feature: noise, joined halves, headings and damage against the gold."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.corpus.structure import records_of, structure
from analysis.measures.evaluation.scores import evaluate, read_gold
from analysis.schemas import rows

HERE = Path(__file__).parent
build = runpy.run_path(str(HERE / "make.py"))["build"]
TABLES = ("reports", "edits", "noise", "headings", "damage")
SETS = {"wild": HERE, "held out": HERE / "held_out"}
LIMIT = 0.95


def read(folder):
    """Return the tables of all texts of `folder`, as a corpus without tokens."""
    documents, records = {}, {name: [] for name in TABLES}
    for file in sorted((folder / "reports").glob("*.txt")):
        raw = file.read_bytes().decode("utf-8")
        found = structure(raw, report_id=file.stem, path=file.name)
        documents[file.stem] = found.report
        for name, lines in records_of(found).items():
            records.get(name, []).extend(lines)
    tables = {name: rows(records[name], name) for name in TABLES}
    return SimpleNamespace(folder=str(folder), documents=documents, **tables)


@pytest.fixture(scope="module", params=SETS)
def annotated(request):
    folder = SETS[request.param]
    return read(folder), read_gold(folder / "gold")


@pytest.mark.parametrize("name", SETS)
def test_reports_and_gold_are_what_the_sources_give(name):
    for path, content in build(SETS[name]).items():
        assert (SETS[name] / path).read_bytes().decode("utf-8") == content


def test_noise_wraps_and_headings(annotated):
    corpus, gold = annotated
    scores = evaluate(corpus, gold)
    pooled = scores[scores["document"] == ""].set_index("layer")[["precision", "recall"]]
    assert pooled.index.tolist() == ["noise", "wrap_space", "headings"]
    assert pooled.min(axis=None) >= LIMIT


def test_damage(annotated):
    corpus, gold = annotated
    columns = ["report_id", "start", "end", "kind"]
    found = {tuple(row) for row in corpus.damage[columns].values.tolist()}
    true = {(name, one["start"], one["end"], one["kind"]) for name, record in gold.items() for one in record["damage"]}
    assert found == true


def test_each_feature_has_a_text_in_both_sets():
    features = [
        {file.stem.lstrip("h").split("_")[0] for file in (HERE / part / "gold").glob("*")} for part in ("", "held_out")
    ]
    assert features[0] == features[1] == {f"{number:02}" for number in range(1, 17)}


@pytest.mark.parametrize("name", SETS)
def test_gold_spans_hold_their_text(name):
    for file in (SETS[name] / "gold").glob("*.json"):
        gold = json.loads(file.read_text(encoding="utf-8"))
        raw = (SETS[name] / "reports" / gold["source"]).read_bytes().decode("utf-8")
        for one in [*gold["noise"], *gold["headings"], *gold["damage"]]:
            assert "start" not in one or raw[one["start"] : one["end"]] == one["text"]
