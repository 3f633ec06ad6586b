"""The committed figures are those that `make figures` draws from seeds/, and the notebooks show each of them once.

Data and captions must be the same on every machine. The bytes of a picture also depend on the libraries that draw it
and on the processor: they are compared on Linux x86-64 with the locked versions, which is where they were made.
"""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import nbformat
import pytest

from analysis.gallery import GALLERY, figure_names

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "figures"
SUFFIXES = ["csv", "json", "md", "pdf", "png", "svg"]
DRAWN_BY = ["fonttools", "matplotlib", "numpy", "pillow", "wordcloud"]
PAGES = [f"{name}.html" for name, figure in GALLERY.items() if figure.page]
GROUPS = "09-groups"
REMEDY = "differs from what seeds/ gives: look at it, then run `make figures` and commit figures/"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    command = [sys.executable, "-m", "analysis.cli", "figures", "seeds", "--out", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert (run.returncode, run.stderr) == (0, "")
    return folder


def other_versions():
    """Return the packages that draw and are not of the locked version, as 'name version'."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock, re.MULTILINE))
    return [f"{name} {metadata.version(name)}" for name in DRAWN_BY if metadata.version(name) != locked[name]]


def test_every_figure_of_the_gallery_is_committed_and_no_other():
    expected = [f"{name}.{suffix}" for name in [*figure_names(), GROUPS] for suffix in SUFFIXES]
    assert sorted(path.name for path in FIGURES.iterdir()) == sorted([*expected, *PAGES])


@pytest.mark.parametrize("name", figure_names())
@pytest.mark.parametrize("suffix", ["csv", "md"])
def test_data_and_captions_are_reproduced(drawn, name, suffix):
    file = f"{name}.{suffix}"
    assert (drawn / file).read_text("utf-8") == (FIGURES / file).read_text("utf-8"), f"figures/{file} {REMEDY}"


@pytest.fixture(scope="module")
def drawn_by_09(tmp_path_factory):
    """Run the code of notebook 09, which draws a figure of its own, as a script."""
    folder = tmp_path_factory.mktemp("groups")
    cells = nbformat.read(ROOT / "notebooks/09-your-own-corpus.ipynb", as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    variables = {**os.environ, "TOWNSHIP_FIGURES": str(folder), "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "notebooks", capture_output=True, encoding="utf-8", env=variables
    )
    assert (run.returncode, run.stderr) == (0, "")
    return folder


@pytest.mark.parametrize("suffix", ["csv", "md"])
def test_the_figure_of_notebook_09_is_reproduced(drawn_by_09, suffix):
    file = f"{GROUPS}.{suffix}"
    remedy = "differs from what notebook 09 gives: look at it, run `make notebooks` and commit figures/"
    assert (drawn_by_09 / file).read_text("utf-8") == (FIGURES / file).read_text("utf-8"), f"figures/{file} {remedy}"


@pytest.mark.parametrize("file", PAGES)
def test_pages_hold_the_same_tables_and_sentences(drawn, file):
    # places on the page come from floating-point sums, whose last digits differ between processors
    def said(folder):
        text = (folder / file).read_text("utf-8")
        found = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
        for node in found["nodes"]:
            del node["x"], node["y"], node["label"], node["path"]
        del found["height"]
        return found

    assert said(drawn) == said(FIGURES), f"figures/{file} {REMEDY}"


@pytest.mark.parametrize("name", figure_names())
def test_origin_is_reproduced_and_tells_nothing_of_the_machine(drawn, name):
    committed, again = (json.loads((folder / f"{name}.json").read_text("utf-8")) for folder in (FIGURES, drawn))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {key: committed[key] for key in ("figure", "package", "version")} == {
        "figure": name,
        "package": project["name"],
        "version": project["version"],
    }
    del committed["matplotlib"], again["matplotlib"]
    assert committed == again, f"figures/{name}.json {REMEDY}"
    assert str(ROOT) not in json.dumps(committed)


@pytest.mark.parametrize("name", figure_names())
@pytest.mark.parametrize("suffix", ["pdf", "png", "svg"])
def test_pictures_are_reproduced_byte_for_byte(drawn, name, suffix):
    machine = f"{platform.system()} {platform.machine()}"
    if machine != "Linux x86_64" or (others := other_versions()):
        pytest.skip(f"made on Linux x86_64 with the locked versions; this is {machine}, {others or 'locked'}")
    file = f"{name}.{suffix}"
    hashes = [hashlib.sha256((folder / file).read_bytes()).hexdigest() for folder in (FIGURES, drawn)]
    assert hashes[0] == hashes[1], f"figures/{file} {REMEDY}"


def plot_cells():
    """Return (notebook, cell number, source, pictures shown) of every cell that draws or shows a picture."""
    found = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells, 1):
            if cell.cell_type == "code":
                pictures = sum("image/png" in output.get("data", {}) for output in cell.outputs)
                if pictures or re.search(r"^(?!from |import ).*\b(draw|plot_\w+)\(", cell.source, re.MULTILINE):
                    found.append((path.name, number, cell.source, pictures))
    return found


def test_a_plot_cell_shows_its_figure_once():
    cells = plot_cells()
    assert cells
    assert [(name, number, pictures) for name, number, _, pictures in cells if pictures != 1] == []


def test_every_figure_of_the_gallery_stands_in_one_notebook():
    shown = [one for *_, source, _ in plot_cells() for one in re.findall(r'\bdraw\(\s*"([\w-]+)"', source)]
    assert sorted(shown) == sorted(figure_names())
