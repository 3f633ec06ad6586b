"""The rooms of the package stand in one order, and each imports only from rooms to its left or from itself."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import analysis

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "analysis"
ROOMS = [
    "schemas",
    "spreadsheet",
    "lexicons",
    "corpus",
    "annotate",
    "pipeline",
    "measures",
    "plots",
    "export",
    "export_page",
    "gallery",
    "runs",
    "cli",
]
NETWORK = {
    "aiohttp",
    "ftplib",
    "http",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "telnetlib",
    "urllib",
    "urllib3",
}
SEGMENTERS = {"jieba", "rjieba"}
VAGUE = {"base", "common", "helpers", "manager", "misc", "util", "utils"}
LONGEST = 400
MOST_NAMES = 60


def modules():
    """Return {dotted name: path} of the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imported(name, source, *, package=False):
    """Return (line, dotted target) of every import in `source`, those inside functions and by name included.

    `from X import y` gives X.y, as y may be a module; the caller compares beginnings.
    """
    here = name.split(".") if package else name.split(".")[:-1]
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            origin = ".".join(above + ([node.module] if node.module else []))
            found += [(node.lineno, f"{origin}.{alias.name}") for alias in node.names]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in {"import_module", "__import__"}:
                found.append((node.lineno, str(node.args[0].value)))
    return sorted(found)


def faults(name, source, *, package=False):
    """Return every breach of the house rules in one module, as 'module:line: what'."""
    parts = name.split(".")
    if parts == ["analysis"]:
        return []  # the front door may show any room; what it shows is counted below
    room = parts[1]
    found = []
    if room not in ROOMS:
        found.append(f"{name}:1: {room!r} is no room of the package ({', '.join(ROOMS)})")
    found += [f"{name}:1: {part!r} says nothing about its content" for part in parts if part.lstrip("_") in VAGUE]
    if (lines := len(source.splitlines())) > LONGEST:
        found.append(f"{name}:{LONGEST}: {lines} lines, {LONGEST} at most")
    for line, target in imported(name, source, package=package):
        top, _, rest = target.partition(".")
        if top in NETWORK:
            found.append(f"{name}:{line}: imports {target}: nothing here speaks to a network")
        if top in SEGMENTERS and room != "annotate":
            found.append(f"{name}:{line}: imports {target}: segmentation lives in annotate")
        if top != "analysis":
            continue
        other = rest.partition(".")[0]
        if other not in ROOMS:
            found.append(f"{name}:{line}: imports {target} by the front door: name the room")
        elif room == "measures" and other == "pipeline":
            found.append(f"{name}:{line}: imports {target}: measures take tables")
        elif room in ROOMS and ROOMS.index(other) > ROOMS.index(room):
            found.append(f"{name}:{line}: imports {target}: {other} stands to the right of {room}")
    return found


def names_used(source):
    """Return every name and attribute that `source` mentions; lines of IPython's own are left out."""
    python = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    used = set()
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.alias):
            used.add(node.name.rpartition(".")[2])
    return used


def notebook_code():
    import nbformat

    found = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        found += [cell.source for cell in cells if cell.cell_type == "code"]
    return found


@pytest.mark.parametrize("name", modules())
def test_module_keeps_the_order(name):
    path = modules()[name]
    assert faults(name, path.read_text(encoding="utf-8"), package=path.name == "__init__.py") == []


def test_public_names_stay_few():
    assert len(getattr(analysis, "__all__", [])) <= MOST_NAMES


def test_every_public_name_is_used():
    recipes = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    code = [*notebook_code(), *re.findall(r"```python\n(.*?)```", recipes, re.DOTALL)]
    cli = PACKAGE / "cli.py"
    used = set().union(*map(names_used, [*code, cli.read_text(encoding="utf-8") if cli.exists() else ""]))
    public = {name for name in getattr(analysis, "__all__", []) if not name.startswith("__")}
    # Until the first notebook exists there is no user to ask; from then on each name must have one.
    assert not code or public - used == set()


def test_import_is_light_and_silent():
    heavy = ["jieba", "rjieba", "matplotlib", "pandas", "pyarrow", "scipy"]
    code = f"import sys; import analysis; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n", "")


# The checker itself.


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        (
            "analysis.corpus.read",
            "from analysis.annotate import tokens",
            ["analysis.corpus.read:1: imports analysis.annotate.tokens: annotate stands to the right of corpus"],
        ),
        (
            "analysis.corpus.read",
            "def late():\n    from ..export import save_figure",
            ["analysis.corpus.read:2: imports analysis.export.save_figure: export stands to the right of corpus"],
        ),
        (
            "analysis.measures.terms.frequency",
            "from ... import pipeline",
            ["analysis.measures.terms.frequency:1: imports analysis.pipeline: measures take tables"],
        ),
        (
            "analysis.schemas",
            "import importlib\nimportlib.import_module('analysis.cli')",
            ["analysis.schemas:2: imports analysis.cli: cli stands to the right of schemas"],
        ),
        (
            "analysis.plots.bars",
            "from analysis import term_frequency",
            ["analysis.plots.bars:1: imports analysis.term_frequency by the front door: name the room"],
        ),
        (
            "analysis.measures.slogans.network",
            "import jieba.posseg\nfrom urllib import request",
            [
                "analysis.measures.slogans.network:1: imports jieba.posseg: segmentation lives in annotate",
                "analysis.measures.slogans.network:2: imports urllib.request: nothing here speaks to a network",
            ],
        ),
        ("analysis.plots.utils", "", ["analysis.plots.utils:1: 'utils' says nothing about its content"]),
        (
            "analysis.cellar",
            "",
            ["analysis.cellar:1: 'cellar' is no room of the package (" + ", ".join(ROOMS) + ")"],
        ),
        ("analysis.pipeline", "\n" * 401, ["analysis.pipeline:400: 401 lines, 400 at most"]),
    ],
)
def test_checker_finds(name, source, expected):
    assert faults(name, source) == expected


def test_checker_reads_relative_imports_of_a_package():
    source = "from .frequency import term_frequency\nfrom ..plots import bars"
    assert faults("analysis.measures", source, package=True) == [
        "analysis.measures:2: imports analysis.plots.bars: plots stands to the right of measures"
    ]


def test_checker_lets_pass():
    source = (
        "import re\nimport httplib2_like\nfrom analysis.schemas import Report\nfrom ..lexicons import slogans\n"
        "from . import tokens\nimport jieba\nfrom importlib import import_module\nimport_module('analysis.corpus')\n"
    )
    assert faults("analysis.annotate.slogans", source) == []
    assert faults("analysis.pipeline", "\n" * 400) == []


def test_names_used_by_hand():
    source = "%matplotlib inline\nfrom analysis import keyness as k\nimport a.build\nts.trace(corpus, 'kwic')  # dp"
    assert names_used(source) == {"keyness", "build", "ts", "trace", "corpus"}
