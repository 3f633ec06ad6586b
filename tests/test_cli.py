"""The command line: exit codes, one-line errors that say what to do, nothing half-written."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.annotate.segmentation import segment
from analysis.cli import main
from analysis.gallery import figure_names
from analysis.pipeline import read_corpus
from analysis.schemas import table_names

ROOT = Path(__file__).parents[1]
SEEDS, GOLD = ROOT / "seeds", ROOT / "tests" / "gold"
TERM_FIGURES = [name for name in figure_names() if name < "03"]  # the small reports hold no slogan
TERMS_ONLY = [argument for name in TERM_FIGURES for argument in ("--only", name)]
SUFFIXES = ["csv", "json", "md", "pdf", "png", "svg"]
LAYERS = {"noise", "wrap_space", "headings", "items", "zones", "masks"}
SCORES = {"n", "misses", "false_hits", "precision", "recall", "f1", "label_agreement"}
RARE = "\U00020000"


def township(*arguments, cwd=ROOT, **environment):
    """Run the command line in a process of its own, as a shell does."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "analysis.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
    )


def run(capsys, *arguments):
    """Run `main` and return exit code, output and error lines; argparse's exits count as exit codes."""
    try:
        code = main([str(one) for one in arguments])
    except SystemExit as stopped:
        code = stopped.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err.splitlines()


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.fixture
def reports(tmp_path):
    """Return a folder of two seeds, a file that breaks off and an empty one."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for path in sorted(SEEDS.glob("00[04]*.txt")):
        shutil.copy(path, folder)
    (folder / "other.txt").write_bytes("加强乡村建设。".encode()[:-1])
    (folder / "void.txt").write_bytes(b"")
    return folder


def unusable(tmp_path, kind):
    """Return a path that is no corpus, and the error that says so."""
    folder = tmp_path / kind
    contents = {"void": b"", "binary": b"\x00\x01", "cut": "加强乡村建设。".encode()[:-1]}
    reasons = {
        "void": "the file is empty; download the report again, or remove the file",
        "binary": "the file is binary, not text; save the report as UTF-8 text (.txt)",
        "cut": "the file breaks off inside a character (byte 18, utf-8); download the report again",
    }
    if kind == "missing":
        return folder, "no such folder; give the folder that holds the reports."
    if kind == "file":
        folder.write_text("x", encoding="utf-8")
        return folder, "is a file, not a folder; give the folder that holds the reports."
    folder.mkdir()
    if kind == "empty":
        return folder, "the folder is empty; put the reports into it."
    (folder / "a.txt").write_bytes(contents[kind])
    return folder, f"none of 1 files can be used; the first, a.txt: {reasons[kind]}."


@pytest.mark.parametrize("kind", ["missing", "file", "empty", "void", "binary", "cut"])
@pytest.mark.parametrize("command", ["figures", "tables", "trace", "evaluate"])
def test_a_path_that_is_no_corpus(tmp_path, capsys, command, kind):
    path, reason = unusable(tmp_path, kind)
    out = tmp_path / "out"
    arguments = {
        "figures": ["figures", path, "--out", out],
        "tables": ["tables", path, "--out", out],
        "trace": ["trace", path, "发展"],
        "evaluate": ["evaluate", GOLD, "--reports", path],
    }[command]
    assert run(capsys, *arguments) == (2, "", [f"township: {path}: {reason}"])
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "township: the following arguments are required: COMMAND; see `township --help`."),
        (["figures", "seeds"], "township figures: the following arguments are required: --out; see `township figures"),
        (["tables", "seeds"], "township tables: the following arguments are required: --out; see `township tables"),
        (["trace", "seeds"], "township trace: the following arguments are required: TERM; see `township trace"),
        (["evaluate", "gold"], "township evaluate: the following arguments are required: --reports; see `township ev"),
        (["draw"], "township: argument COMMAND: invalid choice: 'draw' (choose from "),
        (["trace", "seeds", "a", "b"], "township: unrecognized arguments: b; see `township --help`."),
        (["figures", "", "--out", "o"], "township figures: argument PATH: the path is empty; see `township figures"),
        (["tables", "seeds", "--out", " "], "township tables: argument --out: the path is empty; see `township tab"),
        (
            ["figures", "seeds", "--out", "o", "--seed", "-1"],
            "township figures: argument --seed: '-1' is no whole number from 0 to 4294967295; see",
        ),
        (
            ["figures", "seeds", "--out", "o", "--seed", "4294967296"],
            "township figures: argument --seed: '4294967296' is no whole number from 0 to 4294967295; see",
        ),
        (
            ["figures", "seeds", "--out", "o", "--seed", "one"],
            "township figures: argument --seed: 'one' is no whole number from 0 to 4294967295; see",
        ),
        (
            ["figures", "seeds", "--out", "o", "--language", "fr"],
            "township figures: argument --language: invalid choice: 'fr' (choose from ",
        ),
    ],
)
def test_wrong_arguments(tmp_path, capsys, monkeypatch, arguments, error):
    monkeypatch.chdir(tmp_path)
    code, output, errors = run(capsys, *arguments)
    assert (code, output, len(errors)) == (2, "", 1)
    assert errors[0].startswith(error)
    assert files(tmp_path) == []


@pytest.mark.parametrize("command", [[], ["figures"], ["tables"], ["trace"], ["evaluate"]])
def test_help_and_version(capsys, command):
    code, output, errors = run(capsys, *command, "--help")
    assert (code, errors) == (0, [])
    assert output.startswith(f"usage: {' '.join(['township', *command])} [-h]")
    assert run(capsys, "--version")[0] == 0


def test_figures(reports, tmp_path, capsys):
    out = tmp_path / "new" / "figures"
    code, output, errors = run(capsys, "figures", reports, "--out", out, "--language", "zh", "--seed", "7", *TERMS_ONLY)
    assert code == 0
    assert errors == [
        "not used: other.txt: the file breaks off inside a character (byte 18, utf-8); download the report again.",
        "not used: void.txt: the file is empty; download the report again, or remove the file.",
    ]
    lines = output.splitlines()
    assert lines == [
        f"{out / name}: {(out / name).with_suffix('.md').read_text('utf-8').strip()}" for name in TERM_FIGURES
    ]
    assert lines[0].startswith(f"{out / '01-coverage'}: 2 篇报告中 2 篇的可见与隐藏文字（文件 4 个；拒收 2 个；")
    assert files(out) == sorted(f"{name}.{suffix}" for name in TERM_FIGURES for suffix in SUFFIXES)
    parameters = json.loads((out / "01-coverage.json").read_text("utf-8"))["parameters"]
    assert (parameters["language"], parameters["seed"]) == ("zh", 7)


def test_unknown_figure_does_not_keep_the_known_one(reports, tmp_path, capsys):
    arguments = ["figures", reports, "--out", tmp_path / "out", "--only", "01-coverage", "--only", "99-none"]
    code, output, errors = run(capsys, *arguments)
    assert (code, output.count("\n")) == (2, 1)
    known = ", ".join(figure_names())
    assert errors[2:] == [
        f"township figures: 99-none was not drawn: no figure is called '99-none'; there are: {known}."
    ]
    assert files(tmp_path / "out") == [f"01-coverage.{suffix}" for suffix in SUFFIXES]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.ttf", None, "is not a file. Give the path of a .ttf or .otf file."),
        ("text.ttf", b"no font", "cannot be read as a font. Give the path of a .ttf or .otf file."),
    ],
)
def test_a_font_that_is_none(reports, tmp_path, capsys, name, content, reason):
    font = tmp_path / name
    if content is not None:
        font.write_bytes(content)
    code, output, errors = run(capsys, "figures", reports, "--out", tmp_path / "out", "--font", font)
    assert (code, output, errors[2:]) == (2, "", [f"township: font={str(font)!r} {reason}"])
    assert not (tmp_path / "out").exists()


def test_a_character_that_no_font_has(tmp_path, capsys):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("a", "b"):
        text = f"我镇大力推进{RARE}工程建设,成效明显。\n" * 8
        (folder / f"{name}.txt").write_text(f"2024年政府工作报告\n{text}再报{name}。", encoding="utf-8")
    assert RARE in segment(f"推进{RARE}工程")
    code, output, errors = run(capsys, "figures", folder, "--out", tmp_path / "out", *TERMS_ONLY)
    assert code == 2
    assert [line.split(": ")[0] for line in output.splitlines()] == [str(tmp_path / "out" / "01-coverage")]
    names = [name for name in figure_names() if name.startswith("02-")]
    assert [line.split(" was not drawn: ")[0] for line in errors] == [f"township figures: {name}" for name in names]
    assert all(f"needs the character '{RARE}' (U+20000) in the text '{RARE}'" in line for line in errors)
    assert all(line.endswith("on the command line --font path/to/font.ttf.") for line in errors)
    assert files(tmp_path / "out") == [f"01-coverage.{suffix}" for suffix in SUFFIXES]


@pytest.mark.parametrize("command", ["figures", "tables"])
def test_out_that_is_a_file(reports, tmp_path, capsys, command):
    out = tmp_path / "file"
    out.write_text("mine", encoding="utf-8")
    for place in (out, out / "below"):
        code, output, errors = run(capsys, command, reports, "--out", place)
        assert (code, output, len(errors)) == (2, "", 3)
        assert re.fullmatch(rf"township: {re.escape(str(place))}: [\w ]+; choose another place\.", errors[2])
    assert out.read_text("utf-8") == "mine"


@pytest.mark.parametrize("command", ["figures", "tables"])
def test_out_among_the_reports(reports, capsys, command):
    before = files(reports)
    for out in (reports, reports / "out", reports / "a" / ".." / "out"):
        assert run(capsys, command, reports, "--out", out) == (
            2,
            "",
            [
                f"township: {out}: lies inside the folder of reports, {reports}, and would be read as reports next "
                "time; choose a folder outside it."
            ],
        )
    assert files(reports) == before


def test_tables(reports, tmp_path, capsys):
    out = tmp_path / "tables"
    code, output, errors = run(capsys, "tables", reports, "--out", out)
    assert (code, len(errors)) == (0, 2)
    *lines, texts = output.splitlines()
    assert texts == f"{out / 'texts.parquet'}"
    names = [line.removeprefix(f"{out}{os.sep}").removesuffix(".csv, .parquet") for line in lines]
    assert {"reports", "sentences", "tokens", "rejects"} <= set(names) <= set(table_names())
    written = [f"{name}{suffix}" for name in names for suffix in (".csv", ".parquet")]
    assert files(out) == sorted([*written, "texts.parquet"])
    assert (out / "rejects.csv").read_text("utf-8-sig").splitlines() == [
        "path,reason,remedy",
        'other.txt,"the file breaks off inside a character (byte 18, utf-8)",download the report again',
        'void.txt,the file is empty,"download the report again, or remove the file"',
    ]
    assert len(pd.read_parquet(out / "reports.parquet")) == 2


def test_many_rejects_are_summed_up(tmp_path, capsys):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "good.txt").write_text("2024年工作总结\n全镇加强建设。\n", encoding="utf-8")
    for number in range(7):
        (folder / f"void{number}.txt").write_bytes(b"")
    code, output, errors = run(capsys, "trace", folder, "建设")
    assert (code, output.splitlines()[0], len(errors)) == (0, "1 tokens 建设", 6)
    assert errors[5] == "not used: 2 more files; `township tables` lists them in rejects.csv."


def test_names_and_texts_do_not_steer_the_terminal(tmp_path, capsys):
    folder = tmp_path / "reports"
    folder.mkdir()
    name = "红\x1b]0;owned\x07\n\u202etxt\u2028\x9b2J.txt"
    (folder / name).write_text("2024年工作总结\n全镇\x1b[2J加强建设。\n", encoding="utf-8")
    (folder / f"void-{name}").write_bytes(b"")
    code, output, errors = run(capsys, "trace", folder, "建设")
    shown = r"红\x1b]0;owned\x07\n\u202etxt\u2028\x9b2J.txt"
    assert (code, len(output.splitlines()), len(errors)) == (0, 2, 1)
    assert output.splitlines()[1].startswith(f"{shown}:")
    assert errors[0].startswith(f"not used: void-{shown}: the file is empty; ")
    assert [one for one in output + errors[0] if not one.isprintable() and one not in "\t\n"] == []


def test_trace_has_a_line_for_every_token(capsys):
    code, output, errors = run(capsys, "trace", SEEDS, "发展")
    lines = output.splitlines()
    tokens = read_corpus(SEEDS).tokens
    places = tokens[tokens["token"] == "发展"]
    assert (code, errors, lines[0], len(lines)) == (0, [], f"{len(places)} tokens 发展", len(places) + 1)
    for line, place in zip(lines[1:], places.itertuples(), strict=True):
        file, start, end = re.match(r"(.+):(\d+)-(\d+)\t", line).groups()
        assert (file, int(start), int(end)) == (f"{place.report_id}.txt", place.start, place.end)
        assert (SEEDS / file).read_bytes().decode("utf-8")[int(start) : int(end)] == "发展"
        assert "[发展]" in line.split("\t")[1]
        assert "发展" in line.split("\t")[2]


def test_trace_of_a_wording_that_is_no_token(capsys):
    code, output, errors = run(capsys, "trace", SEEDS, "压舱石”。坚持")
    lines = output.splitlines()
    assert (code, errors) == (0, [])
    assert lines[0] == "no token 压舱石”。坚持 (no count holds it); as wording: 0"
    lines = run(capsys, "trace", SEEDS, "两不愁三保障")[1].splitlines()
    assert lines[0] == f"no token 两不愁三保障 (no count holds it); as wording: {len(lines) - 1}"
    assert len(lines) == 1 + sum(
        path.read_bytes().decode("utf-8").count("两不愁三保障") for path in SEEDS.glob("*.txt")
    )


@pytest.mark.parametrize("term", ["", " "])
def test_trace_of_nothing(capsys, term):
    error = f"township: the term to look for is {term!r}; give a word such as '乡村振兴'."
    assert run(capsys, "trace", SEEDS, term) == (2, "", [error])


def test_evaluate_as_json(capsys):
    code, output, errors = run(capsys, "evaluate", GOLD, "--reports", SEEDS, "--json")
    scores = json.loads(output)
    assert (code, errors) == (0, [])
    assert set(scores) >= {*LAYERS, "documents"}
    assert sorted(scores["documents"]) == sorted(path.stem for path in GOLD.glob("*.json"))
    for one in [scores, *scores["documents"].values()]:
        for layer in LAYERS:
            score = one[layer]
            assert set(score) >= SCORES
            found = score["n"] - score["misses"]
            if score["n"] == 0:
                assert [score[name] for name in ("precision", "recall", "f1")] == [None, None, None]
            else:
                assert score["recall"] == pytest.approx(found / score["n"], rel=1e-12)
                if found + score["false_hits"]:
                    assert score["precision"] == pytest.approx(found / (found + score["false_hits"]), rel=1e-12)
    # 001 is the one report whose lines were wrapped, and has no mask; the files say so by themselves
    assert scores["documents"]["000_2941dba3efde9cc7"]["wrap_space"]["f1"] is None
    assert scores["documents"]["001_fabdd819ee8bbdc7"]["masks"]["recall"] is None
    for layer in LAYERS:
        assert scores[layer]["n"] == sum(one[layer]["n"] for one in scores["documents"].values())


def test_evaluate_as_table(capsys):
    code, output, errors = run(capsys, "evaluate", GOLD, "--reports", SEEDS)
    assert (code, errors) == (0, [])
    assert output.splitlines()[2].split()[:2] == ["(all)", "noise"]
    assert "nan" not in output.lower()


def test_evaluate_a_wrong_sample(reports, tmp_path, capsys):
    gold = tmp_path / "gold"
    assert run(capsys, "evaluate", gold, "--reports", SEEDS) == (
        2,
        "",
        [f"township: {gold}: no such folder; give the folder that holds the gold files (.json)."],
    )
    gold.mkdir()
    code, _, errors = run(capsys, "evaluate", gold, "--reports", SEEDS)
    assert (code, len(errors)) == (2, 1)
    assert errors[0].startswith(f"township: {gold}: holds no gold file;")
    (gold / "a.json").write_text("{", encoding="utf-8")
    code, _, errors = run(capsys, "evaluate", gold, "--reports", SEEDS)
    assert (code, len(errors)) == (2, 1)
    assert errors[0].startswith(f"township: {gold / 'a.json'}: is no JSON")
    code, _, errors = run(capsys, "evaluate", GOLD, "--reports", reports)
    assert (code, len(errors)) == (2, 3)
    assert errors[2].startswith("township: 001_fabdd819ee8bbdc7.txt: annotated in 001_fabdd819ee8bbdc7.json but not")


# What only a process of its own shows.


def test_from_another_folder_and_by_module(reports, tmp_path):
    done = township("figures", "reports", "--out", "out", "--only", "01-coverage", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 2)
    assert done.stdout.startswith(f"{Path('out', '01-coverage')}: Visible and hidden text in 2 of 2 reports")
    assert files(tmp_path / "out") == [f"01-coverage.{suffix}" for suffix in SUFFIXES]


def test_a_terminal_without_chinese_gets_escapes(reports):
    done = township("trace", reports, "发展", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 2)
    assert re.match(r"\d+ tokens \\u53d1\\u5c55\n", done.stdout)


@pytest.mark.skipif(os.name == "nt", reason="needs a shell with head")
def test_a_reader_that_has_seen_enough():
    command = f"'{sys.executable}' -m analysis.cli trace seeds 的 | head -n 1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert re.fullmatch(r"\d+ tokens 的\n", done.stdout)
    assert done.stderr == ""


def test_an_interrupt_is_one_line(reports, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.cli.read_corpus", interrupted)
    assert run(capsys, "trace", reports, "发展") == (130, "", ["township: stopped."])


def test_reports_in_traditional_characters_are_named(reports, tmp_path, capsys):
    (reports / "臺.txt").write_text("某鄉2020年工作總結\n" + "我們推進鄉村振興，發展農業產業。\n" * 3, encoding="utf-8")
    said = "note: reports in traditional characters, of which our word lists find little: 1 (臺); --simplify reads them"
    corpora = tmp_path / "as-it-is", tmp_path / "simplified"
    for corpus, options, notes in zip(corpora, [[], ["--simplify"]], [1, 0], strict=True):
        code, _, errors = run(capsys, "build", reports, "--out", corpus, "--workers", 1, *options)
        assert (code, sum(line.startswith(said) for line in errors)) == (0, notes)
        code, _, errors = run(capsys, "trace", corpus, "发展")
        assert (code, sum(line.startswith(said) for line in errors)) == (0, notes)


def test_what_metadata_csv_does_not_match_is_one_line(reports, tmp_path, capsys):
    (reports / "metadata.csv").write_text("path,region\ngone.txt,hills\n", encoding="utf-8")
    code, _, errors = run(capsys, "trace", reports, "发展")
    assert code == 0
    notes = [line for line in errors if line.startswith("note: ")]
    assert len(notes) == 1
    assert "gone.txt" in notes[0]


def test_figures_take_a_question(capsys, tmp_path):
    out = tmp_path / "out"
    asked = ("--only", "03-keyness", "--by", "genre", "--target", "政府工作报告", "--reports", "visible_chars > 2000")
    code, said, _ = run(capsys, "figures", "seeds", "--out", out, *asked)
    assert code == 0
    assert "Words that 政府工作报告 (2 reports," in said
    for options, text in (
        (
            ("--only", "01-coverage", "--target", "x"),
            "--target was given, and no figure that is drawn takes it; 03-keyness",
        ),
        (("--only", "03-keyness", "--target", "x"), "a comparison needs by and target"),
        (("--only", "03-keyness", "--by", "gnere", "--target", "x"), "no column is called 'gnere'; there are: genre"),
        (("--reports", "year > 3000"), "select(year > 3000) leaves no report of 5; widen it."),
        (("--terms", "发展,,"), "has an empty name"),
    ):
        code, _, errors = run(capsys, "figures", "seeds", "--out", out, *options)
        assert (code, text in "\n".join(errors)) == (2, True), errors
