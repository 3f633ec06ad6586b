"""Notebooks are committed executed, compared in full, and built alike; nbval does not see to that by itself.

nbval passes a cell whose `execution_count` is null without comparing it, and tags or comments switch its comparison
off: both are refused here.
"""

import ast
import csv
import re
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot

from analysis.runs.gaps import explain_gaps
from analysis.runs.notebooks import GOLD, SEEDS, adapted

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
FIRST = ["01-corpus.ipynb", "02-term-frequencies.ipynb"]
LONGEST_CELL = 10
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "urllib", "urllib3"}
MARKER = re.compile(r"#\s*(NBVAL|PYTEST_VALIDATE)_\w+|%%capture|%%script")
TAG = re.compile(r"nbval-|pytest-validate-|raises-exception|skip-execution", re.IGNORECASE)
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")
MACHINE_PATH = re.compile(r"(?<![\w./:-])/(?:work|root|home|Users|tmp|var|opt|usr|mnt)/|\b[A-Z]:\\\\?\w")
LIMITS = re.compile(r"^##+ .*\bdoes not show\b", re.IGNORECASE | re.MULTILINE)


def notebooks():
    return sorted(path for path in FOLDER.glob("*.ipynb"))


def output_text(output):
    """Return all text of one output, of every MIME type that is text; images are not looked into."""
    data = {mime: text for mime, text in output.get("data", {}).items() if not mime.startswith("image/")}
    return "\n".join([output.get("text", ""), *map(str, data.values()), *output.get("traceback", [])])


def code_faults(source):
    """Return what is wrong with the code of one cell, as texts."""
    found = []
    if (lines := len(source.strip().splitlines())) > LONGEST_CELL:
        found.append(f"{lines} lines, {LONGEST_CELL} at most")
    if marker := MARKER.search(source):
        found.append(f"{marker[0]!r} switches the comparison off")
    python = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    if any(line.lstrip().startswith("!") for line in source.splitlines()):
        found.append("a shell command ('!')")
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(f"defines {node.name!r}: code lives in the package")
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [f"imports {name!r}: no network" for name in names if name.partition(".")[0] in NETWORK]
        if isinstance(node, ast.Constant) and re.match(r"(https?|ftp|s3)://", str(node.value)):
            found.append(f"reads {node.value!r}: no network")
    return found


def output_faults(output):
    """Return what is wrong with one committed output, as texts."""
    found = []
    if output.get("name") == "stderr":
        found.append("writes to stderr")
    if output["output_type"] == "error":
        found.append(f"ends in {output['ename']}")
    text = output_text(output)
    if address := ADDRESS.search(text):
        found.append(f"shows the memory address {address[0]}")
    if path := MACHINE_PATH.search(text):
        found.append(f"shows an absolute path ({path[0]})")
    return found


def imports_anything(source):
    python = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(ast.parse(python)))


def faults(name, notebook):
    """Return every breach of the house rules in one notebook; cells are counted from 1, prose included."""
    found = []
    if not re.fullmatch(r"\d\d-[a-z]+(-[a-z]+)*\.ipynb", name):
        found.append("the file name is not NN-name.ipynb")
    if (kernel := notebook.metadata.get("kernelspec", {}).get("name")) != "python3":
        found.append(f"the kernel is {kernel!r}, a name of one machine: save it with 'python3'")
    cells = notebook.cells
    code = [(number, cell) for number, cell in enumerate(cells, 1) if cell.cell_type == "code"]
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    if not cells or cells[0].cell_type != "markdown" or not re.match(r"# \S", cells[0].source):
        found.append("the first cell is no H1")
    if sum(len(re.findall(r"^# \S", text, re.MULTILINE)) for text in prose) > 1:
        found.append("more than one H1")
    headed = [text for text in prose if re.search(r"^#+ ", text, re.MULTILINE)]
    if not headed or not LIMITS.search(headed[-1]):
        found.append("the last section is not about what this does not show")
    counts = [cell.execution_count for _, cell in code]
    if counts != list(range(1, len(code) + 1)):
        found.append(f"the cells were not run once, in order, from a fresh kernel: {counts}")
    importing = [number for number, cell in code if imports_anything(cell.source)]
    if len(importing) != 1:
        found.append(f"one cell imports, here: {importing}")
    parameters = [number for number, cell in code if "parameters" in cell.metadata.get("tags", [])]
    if len(parameters) != 1:
        found.append(f"one cell is tagged 'parameters', here: {parameters}")
    for number, cell in enumerate(cells, 1):
        tags = cell.metadata.get("tags", [])
        # nbval warns about tags that are no list, and goes on: read them all the same.
        tags = tags if isinstance(tags, list) else [str(tags)]
        found += [f"cell {number}: the tag {tag!r} switches the comparison off" for tag in tags if TAG.match(tag)]
    for number, cell in code:
        if not cell.source.strip():
            found.append(f"cell {number}: is empty")
        found += [f"cell {number}: {fault}" for fault in code_faults(cell.source)]
        found += [f"cell {number}: {fault}" for output in cell.outputs for fault in output_faults(output)]
    return found


def test_the_first_notebooks_exist():
    names = [path.name for path in notebooks()]
    assert [name for name in FIRST if name not in names] == []


def test_each_notebook_has_a_number_of_its_own():
    numbers = [path.name[:2] for path in notebooks()]
    assert len(set(numbers)) == len(numbers)


def test_notebooks_keep_the_rules():
    found = {path.name: faults(path.name, nbformat.read(path, as_version=4)) for path in notebooks()}
    assert found == {name: [] for name in found}


def of_the_seeds():
    """Return a pattern of what only the seeds can make true: their reports, their places, that they are five."""
    with (ROOT / "seeds" / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        ids = [Path(row["file"]).stem for row in csv.DictReader(lines)]
    short = "|".join(sorted({one.partition("_")[0] for one in ids}))
    said = r"嵩市|北港|蒋桥|\b[Ff]ive (visible |township |work )*(reports|texts)\b|/seeds\b"
    return re.compile(rf"(?<![\d,._])({short})(_\w+)?\b|{said}")


def test_a_cell_that_speaks_of_the_seeds_alone_is_tagged():
    pattern, found = of_the_seeds(), []
    for path in notebooks():
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells, 1):
            tags = cell.metadata.get("tags", [])
            if not {SEEDS, "parameters"} & set(tags) and (hit := pattern.search(cell.source)):
                found.append((path.name, number, hit[0]))
            if GOLD in tags and SEEDS not in tags:
                found.append((path.name, number, "gold is of the seeds"))
    assert found == []


def test_the_answer_for_the_seeds_stands_behind_the_question():
    for path in notebooks():
        first, second = nbformat.read(path, as_version=4).cells[:2]
        assert "**Question.**" in first.source, path.name
        assert (second.metadata["tags"], second.source[:9]) == ([SEEDS], "**Data.**"), path.name
        assert "**Answer.**" in second.source, path.name


def small(folder):
    """One report of four sentences: no slogan, no mask, no year, no plan."""
    (folder / "a.txt").write_text("某镇工作汇报\n\n今年以来，我们修了路，种了树。群众满意。\n", encoding="utf-8")


def mixed(folder):
    """Three reports, one with masks, one with hidden text of unknown size, one copied; and a file that is none."""
    reports = ROOT / "tests" / "invented" / "reports"
    for name in ("106_masked-template.txt", "107_paywall-tail.txt", "104_half-year.txt"):
        (folder / name).write_bytes((reports / name).read_bytes())
    (folder / "copy.txt").write_bytes((reports / "104_half-year.txt").read_bytes() + b"\n")
    (folder / "empty.txt").write_bytes(b"")


@pytest.mark.parametrize("corpus", [small, mixed])
@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_runs_on_another_corpus(path, corpus, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "reports"
    folder.mkdir()
    corpus(folder)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("TOWNSHIP_FIGURES", str(tmp_path / "figures"))
    given = {"corpus_folder": folder.as_posix(), "gold_folder": ""}
    notebook = adapted(nbformat.read(path, as_version=4), given, about=None, left_out={SEEDS, GOLD})
    shell = InteractiveShell()
    explain_gaps(shell)  # the notebook's own call asks for the shell that runs, and none does
    errors = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            result = shell.run_cell(cell.source)
            errors += [(number, repr(error)) for error in [result.error_before_exec or result.error_in_exec] if error]
            pyplot.close("all")
    shell.history_manager.end_session()
    assert errors == []
    assert capsys.readouterr().err == ""


# The checker itself: one sound notebook, broken in one way at a time.


def sound():
    """Return a notebook that breaks no rule."""
    v4 = nbformat.v4
    shown = v4.new_output("stream", name="stdout", text="1\n")
    notebook = v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[
            v4.new_markdown_cell("# What is here\n\nThe question, the data, the answer.", id="title"),
            v4.new_code_cell("from analysis import read_corpus", id="imports", execution_count=1),
            v4.new_code_cell("seed = 1", id="parameters", execution_count=2, metadata={"tags": ["parameters"]}),
            v4.new_code_cell("print(seed)", id="work", execution_count=3, outputs=[shown]),
            v4.new_markdown_cell("## What this does not show\n\nMost things.", id="limits"),
            v4.new_markdown_cell("A closing remark.", id="remark"),
        ],
    )
    nbformat.validate(notebook)
    return notebook


def test_sound_notebook_passes():
    assert faults("01-corpus.ipynb", sound()) == []


@pytest.mark.parametrize("name", ["corpus.ipynb", "1-corpus.ipynb", "01-Corpus.ipynb", "01 corpus.ipynb", "01-.ipynb"])
def test_file_name_is_checked(name):
    assert faults(name, sound()) == ["the file name is not NN-name.ipynb"]


@pytest.mark.parametrize("counts", [[1, 2, None], [1, 3, 2], [2, 3, 4], [1, 2, 2]])
def test_order_of_execution_is_checked(counts):
    notebook = sound()
    for cell, count in zip(notebook.cells[1:4], counts, strict=True):
        cell.execution_count = count
    expected = f"the cells were not run once, in order, from a fresh kernel: {counts}"
    assert faults("01-corpus.ipynb", notebook) == [expected]


@pytest.mark.parametrize(
    "tag", ["nbval-ignore-output", "nbval-skip", "nbval-check-output", "nbval-raises-exception", "raises-exception"]
)
def test_tags_that_switch_comparison_off_are_refused(tag):
    notebook = sound()
    notebook.cells[3].metadata["tags"] = [tag]
    assert faults("01-corpus.ipynb", notebook) == [f"cell 4: the tag {tag!r} switches the comparison off"]


@pytest.mark.parametrize(
    "marker", ["NBVAL_IGNORE_OUTPUT", "NBVAL_SKIP", "NBVAL_RAISES_EXCEPTION", "PYTEST_VALIDATE_IGNORE_OUTPUT"]
)
def test_comments_that_switch_comparison_off_are_refused(marker):
    notebook = sound()
    notebook.cells[3].source = f"# {marker}\nprint(seed)"
    assert faults("01-corpus.ipynb", notebook) == [f"cell 4: '# {marker}' switches the comparison off"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("\n".join(["seed"] * 11), "cell 4: 11 lines, 10 at most"),
        ("def late():\n    return 1", "cell 4: defines 'late': code lives in the package"),
        ("class Late:\n    pass", "cell 4: defines 'Late': code lives in the package"),
        ("!ls", "cell 4: a shell command ('!')"),
        ("%%capture\nprint(seed)", "cell 4: '%%capture' switches the comparison off"),
        ("read('https://example.org/a.csv')", "cell 4: reads 'https://example.org/a.csv': no network"),
        ("  ", "cell 4: is empty"),
    ],
)
def test_code_is_checked(source, expected):
    notebook = sound()
    notebook.cells[3].source = source
    assert faults("01-corpus.ipynb", notebook) == [expected]


def test_imports_are_checked():
    notebook = sound()
    notebook.cells[1].source = "from urllib.request import urlopen\nimport requests"
    assert faults("01-corpus.ipynb", notebook) == [
        "cell 2: imports 'urllib.request': no network",
        "cell 2: imports 'requests': no network",
    ]
    notebook = sound()
    notebook.cells[3].source = "import re"
    assert faults("01-corpus.ipynb", notebook) == ["one cell imports, here: [2, 4]"]
    notebook.cells[1].source = notebook.cells[3].source = "seed"
    assert faults("01-corpus.ipynb", notebook) == ["one cell imports, here: []"]


def test_parameters_are_checked():
    notebook = sound()
    del notebook.cells[2].metadata["tags"]
    assert faults("01-corpus.ipynb", notebook) == ["one cell is tagged 'parameters', here: []"]
    notebook.cells[1].metadata["tags"] = notebook.cells[3].metadata["tags"] = ["parameters"]
    assert faults("01-corpus.ipynb", notebook) == ["one cell is tagged 'parameters', here: [2, 4]"]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (nbformat.v4.new_output("stream", name="stderr", text="careful"), "cell 4: writes to stderr"),
        (nbformat.v4.new_output("error", ename="KeyError", evalue="'n'"), "cell 4: ends in KeyError"),
        (
            nbformat.v4.new_output("execute_result", {"text/plain": "<Axes at 0x7f3a1c>"}),
            "cell 4: shows the memory address 0x7f3a1c",
        ),
        (
            nbformat.v4.new_output("display_data", {"text/html": "<b>" + "/".join(["", "home", "li"]) + "</b>"}),
            "cell 4: shows an absolute path (" + "/".join(["", "home", ""]) + ")",
        ),
        (
            nbformat.v4.new_output("stream", name="stdout", text="wrote C:\\figures\\terms.png"),
            "cell 4: shows an absolute path (C:\\f)",
        ),
    ],
)
def test_outputs_are_checked(output, expected):
    notebook = sound()
    notebook.cells[3].outputs = [output]
    assert faults("01-corpus.ipynb", notebook) == [expected]


def test_images_are_not_taken_for_text():
    notebook = sound()
    notebook.cells[3].outputs = [nbformat.v4.new_output("display_data", {"image/png": "iVBOR 0xabcdef /tmp/"})]
    assert faults("01-corpus.ipynb", notebook) == []


def test_kernel_is_checked():
    notebook = sound()
    notebook.metadata.kernelspec.name = "reports-env"
    expected = "the kernel is 'reports-env', a name of one machine: save it with 'python3'"
    assert faults("01-corpus.ipynb", notebook) == [expected]


def test_frame_is_checked():
    notebook = sound()
    notebook.cells[0].source = "## What is here"
    assert faults("01-corpus.ipynb", notebook) == ["the first cell is no H1"]
    notebook = sound()
    notebook.cells[5].source = "# Another title"
    assert faults("01-corpus.ipynb", notebook) == [
        "more than one H1",
        "the last section is not about what this does not show",
    ]
    notebook = sound()
    del notebook.cells[4]
    assert faults("01-corpus.ipynb", notebook) == ["the last section is not about what this does not show"]
