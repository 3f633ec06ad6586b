"""What holds for every test: no window opens, no notebook writes into figures/, no example is drawn by chance.

Some tests need a program of the machine (a browser, an office program). Where it is missing they are skipped, counted
and named at the end; where the environment requires it (``TOWNSHIP_REQUIRE="chromium soffice"``), they fail.
"""

import os
import shutil
import tempfile

import matplotlib
import pytest
from hypothesis import settings

FIGURES = "TOWNSHIP_FIGURES"  # the folder that notebooks write to, where it is set
REQUIRE = "TOWNSHIP_REQUIRE"
LACKS = "this machine lacks "


def pytest_configure(config):
    # In this process only: in the environment it would reach the notebooks' kernels and hide their plots.
    matplotlib.use("Agg")
    settings.register_profile("reproducible", derandomize=True, deadline=None, database=None)
    settings.load_profile("reproducible")
    if FIGURES not in os.environ:  # xdist's workers inherit it from the process that starts them
        os.environ[FIGURES] = tempfile.mkdtemp(prefix="township-figures-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(FIGURES), ignore_errors=True))


def program(*names):
    """Return the path of the first program of `names` that is here; skip or, where it is required, fail without."""
    for name in names:
        if path := shutil.which(name):
            return path
    if names[0] in os.environ.get(REQUIRE, "").split():
        pytest.fail(f"{LACKS}{names[0]}, and {REQUIRE} asks for it")
    pytest.skip(f"{LACKS}{names[0]}")


@pytest.fixture(scope="session")
def chromium():
    """The path of a browser that runs without a screen."""
    return program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def soffice():
    """The path of LibreOffice."""
    return program("soffice", "libreoffice")


def pytest_terminal_summary(terminalreporter):
    lacking = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if LACKS in reason:
            lacking.setdefault(reason[reason.index(LACKS) :], []).append(report.nodeid)
    for reason, tests in sorted(lacking.items()):
        terminalreporter.write_line(f"{reason}: {len(tests)} tests were skipped")
        for test in sorted(tests):
            terminalreporter.write_line(f"  {test}")
