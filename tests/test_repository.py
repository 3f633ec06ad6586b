"""The repository holds the project and nothing else: no junk, no machine, no half of a figure, one version."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
JUNK = re.compile(
    r"(^|/)(\.ipynb_checkpoints|__pycache__|\.venv|\.hypothesis|\.benchmarks|\.(pytest|ruff)_cache|node_modules)(/|$)"
    r"|(^|/)(\.DS_Store|Thumbs\.db|uv\.lock|Untitled[^/]*|nohup\.out)$"
    r"|\.(pyc|pyo|orig|rej|bak|tmp|swp|log)$|~$"
)
# Spelt in halves, so that this file passes its own test.
HOSTS = [".".join(halves) for halves in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")]]
HOSTS += [".".join(halves) for halves in [("conda", "anaconda.org"), ("crates", "io"), ("deb.debian", "org")]]
MACHINE = re.compile(r"(?<![\w./:-])/(?:work|root|home|Users|var/folders)/|\b[A-Z]:\\\\?Users\b")
FIGURE_PARTS = {".pdf", ".svg", ".png", ".csv", ".md", ".json"}
WALK_PAST = {".git", ".venv", ".pytest_cache", ".ruff_cache", ".hypothesis", ".benchmarks", "__pycache__"}


def tracked():
    """Return the tracked files as POSIX paths; where there is no git (an unpacked archive), all files."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
        listed = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8")
        # A file may be listed and already gone from the working tree.
        return [path for path in listed.split("\0") if path and (ROOT / path).is_file()]
    paths = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    return sorted(path.as_posix() for path in paths if not WALK_PAST & set(path.parts))


def junk(paths):
    return [path for path in paths if JUNK.search(path)]


def traces(text):
    """Return what `text` tells of a registry or of the machine it was written on."""
    return [host for host in HOSTS if host in text] + [match.group() for match in MACHINE.finditer(text)]


def incomplete_figures(paths):
    """Return 'stem lacks .ext' for each figure that has not all its parts beside it."""
    parts = {}
    for path in map(PurePosixPath, paths):
        if path.suffix in FIGURE_PARTS and path.name != "README.md":
            parts.setdefault(path.with_suffix(""), set()).add(path.suffix)
    drawn = {stem: found for stem, found in parts.items() if found & {".png", ".svg", ".pdf"}}
    return [f"{stem} lacks {part}" for stem, found in sorted(drawn.items()) for part in sorted(FIGURE_PARTS - found)]


def versions():
    """Return the version that each file states; of the change log, the newest that has a number."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    changes = re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {
        "pyproject.toml": project["version"],
        "CITATION.cff": citation and citation[1],
        "CHANGELOG.md": changes and changes[1],
    }


def test_no_junk_is_tracked():
    assert junk(tracked()) == []


def test_tracked_text_names_no_registry_and_no_machine():
    found = {}
    for path in tracked():
        data = (ROOT / path).read_bytes()
        if b"\0" not in data and (traced := traces(data.decode("utf-8", errors="replace"))):
            found[path] = traced
    assert found == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_is_hashed_and_free_of_addresses(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    # A requirement is one logical line, its hashes on continued lines.
    requirements = text.replace("\\\n", " ").splitlines()
    assert [line for line in requirements if not re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_dev_lock_extends_the_lock():
    pins = {
        lock: set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ["requirements.lock", "requirements-dev.lock"]
    }
    assert pins["requirements.lock"] - pins["requirements-dev.lock"] == set()


def test_lock_holds_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *(line for extra in ("readers", "notebooks", "test") for line in extras[extra]),
        *project["build-system"]["requires"],
    ]
    names = {re.match(r"[\w-]+", line)[0].lower().replace("_", "-") for line in wanted}
    names.discard(project["project"]["name"])  # an extra that includes others names the package itself
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert names - locked == set()


def test_committed_figures_have_all_their_parts():
    assert incomplete_figures([path for path in tracked() if path.startswith("figures/")]) == []


def test_versions_agree():
    stated = versions()
    assert stated == dict.fromkeys(stated, stated["pyproject.toml"])


def test_seeds_and_fonts_are_left_alone_by_git():
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "* -text" in rules
    assert "*.ttf binary" in rules


# The checkers themselves.


def test_junk_is_recognised():
    bad = [
        "notebooks/.ipynb_checkpoints/01-corpus.ipynb",
        "notebooks/Untitled1.ipynb",
        "seeds/.DS_Store",
        "uv.lock",
        "analysis/__pycache__/schemas.cpython-311.pyc",
        "analysis/schemas.py~",
        "tests/test_seeds.py.orig",
    ]
    good = ["requirements.lock", "analysis/build.py", "seeds/manifest.csv", "CHANGELOG.md", "tests/gold/GUIDELINES.md"]
    assert junk([*bad, *good]) == bad


def test_traces_are_recognised():
    host, folder = HOSTS[0], "/".join(["", "home", "li", "reports"])
    assert traces(f"see {host}") == [host]
    assert traces(f"open('{folder}')") == ["/".join(["", "home", ""])]
    assert traces("~/reports, figures/home/a.png, https://example.org/home/a") == []


def test_missing_parts_of_a_figure_are_named():
    whole = [f"figures/terms{part}" for part in sorted(FIGURE_PARTS)]
    assert incomplete_figures([*whole, "figures/README.md"]) == []
    assert incomplete_figures([path for path in whole if not path.endswith((".csv", ".svg"))]) == [
        "figures/terms lacks .csv",
        "figures/terms lacks .svg",
    ]
