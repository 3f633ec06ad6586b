"""A corpus on disk: the same tables as in memory, whole parts or none, nothing stale."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import analysis.pipeline as build
import analysis.pipeline.workers as workers
from analysis.lexicons.slogans import slogan_lexicon
from analysis.pipeline import build_corpus, read_corpus
from analysis.pipeline.store import is_corpus
from analysis.schemas import CorpusError, corpus_tables

TEXT = "某镇{}年工作总结\n一、工作回顾\n一年来,xx镇修路{}公里,推进乡村振兴。\n二、工作打算\n我们将继续努力。"


@pytest.fixture
def folder(tmp_path):
    reports = tmp_path / "reports"
    (reports / "县").mkdir(parents=True)
    for year in range(2018, 2023):
        (reports / "县" / f"{year}.txt").write_text(TEXT.format(year, year - 2000), encoding="utf-8")
    (reports / "copy.txt").write_text(TEXT.format(2018, 18), encoding="utf-8")
    (reports / "empty.txt").write_bytes(b"")
    return reports


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(build, "_FILES_OF_A_PART", 2)


def assert_same(one, other):
    for name in corpus_tables():
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)
    assert dict(one.documents) == dict(other.documents)
    assert dict(one.parameters) == dict(other.parameters)


def part_files(out):
    return {path.relative_to(out): path.read_bytes() for path in sorted((out / "parts").rglob("*.parquet"))}


def test_a_built_corpus_is_the_corpus_of_the_folder(folder, tmp_path, small_parts):
    manifest = build_corpus(folder, tmp_path / "built")
    assert {name: manifest[name] for name in ("files", "reports", "rejects", "duplicates")} == {
        "files": 7,
        "reports": 6,
        "rejects": 1,
        "duplicates": 1,
    }
    assert len(manifest["parts"]) == 4
    assert_same(read_corpus(tmp_path / "built"), read_corpus(folder))


def test_an_executor_changes_nothing(folder, tmp_path, small_parts):
    build_corpus(folder, tmp_path / "one")
    with ThreadPoolExecutor(3) as executor:
        build_corpus(folder, tmp_path / "many", executor=executor)
    assert part_files(tmp_path / "one") == part_files(tmp_path / "many")
    assert_same(read_corpus(tmp_path / "one"), read_corpus(tmp_path / "many"))


@pytest.mark.slow
def test_processes_change_nothing(folder, tmp_path, small_parts, monkeypatch):
    monkeypatch.setattr(workers, "FEW_FILES", 2)
    build_corpus(folder, tmp_path / "one")
    with workers.processes(folder, 2) as executor:
        assert executor is not None
        build_corpus(folder, tmp_path / "two", executor=executor)
    with workers.processes(folder, 1) as executor:
        assert executor is None
    assert part_files(tmp_path / "one") == part_files(tmp_path / "two")


@pytest.mark.slow
def test_hash_seeds_change_nothing(folder, tmp_path):
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "analysis.cli", "build", str(folder), "--out", str(tmp_path / seed)]
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
    assert part_files(tmp_path / "1") == part_files(tmp_path / "2")


def test_other_settings_are_read_from_the_stored_texts(folder, tmp_path):
    lexicon = tmp_path / "own.csv"
    slogan_lexicon().head(0).to_csv(lexicon, index=False)
    build_corpus(folder, tmp_path / "built", lexicon=lexicon)
    expected = read_corpus(folder, lexicon=lexicon, words=["工作回顾"], hmm=False)
    lexicon.unlink()
    for path in folder.rglob("*.txt"):
        path.unlink()
    assert_same(read_corpus(tmp_path / "built", words=["工作回顾"], hmm=False), expected)
    assert read_corpus(tmp_path / "built").parameters["hmm"] is True


def test_a_stopped_build_goes_on_where_it_stopped(folder, tmp_path, small_parts, monkeypatch):
    made, part_of = [], build.part_of

    def stopping(sources, settings, **options):
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(part_of(sources, settings, **options))
        return made[-1]

    monkeypatch.setattr(build, "part_of", stopping)
    with pytest.raises(KeyboardInterrupt):
        build_corpus(folder, tmp_path / "built")
    assert not is_corpus(tmp_path / "built")
    assert len(list((tmp_path / "built/parts").iterdir())) == 2
    monkeypatch.setattr(build, "part_of", part_of)
    again = []
    monkeypatch.setattr(
        build, "write_part", lambda part, *place, write=build.write_part: again.append(write(part, *place))
    )
    build_corpus(folder, tmp_path / "built")
    assert len(again) == 2
    assert_same(read_corpus(tmp_path / "built"), read_corpus(folder))


def test_only_the_part_of_a_changed_file_is_made_anew(folder, tmp_path, small_parts):
    before = build_corpus(folder, tmp_path / "built")["parts"]
    (folder / "县/2022.txt").write_text(TEXT.format(2022, 99), encoding="utf-8")
    after = build_corpus(folder, tmp_path / "built")["parts"]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, True, True, False]
    assert sorted(path.name for path in (tmp_path / "built/parts").iterdir()) == sorted(after)
    assert_same(read_corpus(tmp_path / "built"), read_corpus(folder))


def test_a_text_that_our_code_cannot_take_is_a_reject(folder, tmp_path, monkeypatch):
    import analysis.pipeline.documents as documents

    def failing(raw, *, report_id, **rest):
        if report_id == "copy":
            raise RuntimeError("first line\nsecond line")
        return structure(raw, report_id=report_id, **rest)

    structure = documents.structure
    monkeypatch.setattr(documents, "structure", failing)
    corpus = read_corpus(folder)
    assert corpus.rejects["path"].tolist() == ["copy.txt", "empty.txt"]
    assert corpus.rejects["reason"][0] == "the analysis of its text failed (RuntimeError: first line second line)"
    assert len(corpus.reports) == 5


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("reports/out", r"out: lies inside the folder of reports, .*; choose a folder outside it\.$"),
        ("full", r"full: holds other files; choose a new folder, or an empty one\.$"),
        ("full/file", r"file: is a file; choose a folder\.$"),
    ],
)
def test_places_that_cannot_be_built_in(folder, tmp_path, place, message):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("hers", encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        build_corpus(folder, tmp_path / place)
    assert (tmp_path / "full/file").read_text(encoding="utf-8") == "hers"
    assert not (folder / "out").exists()


def test_a_corpus_is_not_built_of_a_corpus(folder, tmp_path):
    build_corpus(folder, tmp_path / "out")
    with pytest.raises(CorpusError, match=r"out: is a corpus that was built; give the folder of reports that it was"):
        build_corpus(tmp_path / "out", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_broken_corpus_says_so(folder, tmp_path):
    out = tmp_path / "built"
    manifest = build_corpus(folder, out)
    kept = (out / "manifest.json").read_text(encoding="utf-8")
    (out / "manifest.json").write_text(json.dumps({**manifest, "schema": "other"}), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"built by version .* in another form; run `township build` again\.$"):
        read_corpus(out)
    (out / "manifest.json").write_text(kept, encoding="utf-8")
    (out / "parts" / manifest["parts"][0]).rename(out / "parts/elsewhere")
    with pytest.raises(CorpusError, match=r"part \w+ is missing; run `township build` again\.$"):
        read_corpus(out)


def test_rejects_are_listed_for_people(folder, tmp_path):
    build_corpus(folder, tmp_path / "built")
    lines = (tmp_path / "built/rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "path,reason,remedy",
        'empty.txt,the file is empty,"download the report again, or remove the file"',
    ]


def test_a_folder_in_which_nothing_can_be_used(tmp_path):
    reports = tmp_path / "reports"
    reports.mkdir()
    Path(reports, "a.txt").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"none of 1 files can be used; the first, a\.txt: the file is empty"):
        build_corpus(reports, tmp_path / "built")
