"""Every good file of every format is read, and gives the text, paragraphs, headings and zones of its source."""

import importlib.util
import sys
from pathlib import Path

import pytest

from analysis.corpus.read import read_file
from analysis.corpus.structure import structure
from analysis.pipeline import read_corpus

FOLDER = Path(__file__).parents[2] / "fixtures" / "good_files"
FEWEST = 120


def load():
    """Return the package of the generator, which stands on no import path."""
    if "good_files" not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            "good_files", FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
        )
        sys.modules["good_files"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["good_files"])
    return sys.modules["good_files"]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return load().write_good_files(tmp_path_factory.mktemp("good"))


def parts(text):
    """Return what a reader of tables sees: lines, headings and zones."""
    found = structure(text, report_id="one")
    cleaned = found.report.cleaned
    return {
        "lines": [line.strip() for line in cleaned.split("\n") if line.strip()],
        "headings": [(heading.marker, heading.level, heading.title) for heading in found.headings],
        "zones": [(zone.zone, "".join(cleaned[zone.start : zone.end].split())) for zone in found.zones],
    }


def distance(one, other):
    """Return the Levenshtein distance of two strings, in characters."""
    row = list(range(len(other) + 1))
    for at, character in enumerate(one, start=1):
        above, row[0] = row[0], at
        for to, wanted in enumerate(other, start=1):
            above, row[to] = row[to], min(above + (character != wanted), row[to] + 1, row[to - 1] + 1)
    return row[-1]


def faults(good):
    """Return what differs between a good file as read and its source, by name."""
    source = read_file(good.path, good.path.name)
    got, wanted = parts(source.raw), parts("\n".join(good.lines))
    found = [f"{name} differ" for name in wanted if got[name] != wanted[name]]
    texts = ["".join("".join(side["lines"]).split()) for side in (got, wanted)]
    if texts[0] != texts[1]:
        found.append(f"{distance(*texts)} of {len(texts[1])} characters differ")
    if (source.format, source.encoding) != (good.format, good.encoding):
        found.append(f"read as {source.format}, {source.encoding}")
    if good.raw is not None and source.raw != good.raw:
        found.append("the raw text differs")
    own = "\n".join(wanted["lines"])
    found += [
        f"{chrome!r} is left" for chrome in good.chrome if chrome not in own and chrome in "\n".join(got["lines"])
    ]
    return {good.path.name: found} if found else {}


def all_faults(good, form):
    chosen = [one for one in good if one.format == form]
    assert chosen
    return {name: found for one in chosen for name, found in faults(one).items()}


def test_there_are_enough(good):
    assert len(good) >= FEWEST
    assert {one.format for one in good} == {"text", "html", "docx", "pdf"}


@pytest.mark.parametrize("form", ["text", "html", "docx", "pdf"])
def test_every_file_gives_its_text(good, form):
    assert all_faults(good, form) == {}


@pytest.mark.slow
def test_files_that_libreoffice_makes(tmp_path, soffice):
    load()
    from good_files.prints import office_prints
    from good_files.word import office_files

    made = [*office_files(tmp_path, soffice), *office_prints(tmp_path, soffice)]
    assert len(made) == 10
    assert all_faults(made, "doc") == {}
    assert all_faults(made, "pdf") == {}


@pytest.mark.slow
def test_files_that_a_browser_prints(tmp_path, chromium):
    load()
    from good_files.prints import chromium_prints

    assert all_faults(chromium_prints(tmp_path, chromium), "pdf") == {}


def test_distance_by_hand():
    assert [distance(*pair) for pair in (("", "ab"), ("abc", "abc"), ("修路", "修桥路"), ("ab", "ba"))] == [2, 0, 1, 2]


def test_the_mixed_folder_is_what_the_generator_writes(tmp_path):
    load()
    from good_files.mixed import write_mixed

    committed = FOLDER.parent / "mixed"
    written = write_mixed(tmp_path)
    names = [path.relative_to(tmp_path) for path in written]
    assert sorted(path.relative_to(committed) for path in committed.rglob("*") if path.is_file()) == sorted(names)
    ours, theirs = read_corpus(tmp_path), read_corpus(committed)
    assert {name: one.raw for name, one in ours.documents.items()} == {
        name: one.raw for name, one in theirs.documents.items()
    }
    assert ours.rejects.equals(theirs.rejects)
    assert (tmp_path / "metadata.csv").read_bytes() == (committed / "metadata.csv").read_bytes()
