"""What holds for every test: no window opens, no notebook writes into figures/, no example is drawn by chance."""

import os
import shutil
import tempfile

import matplotlib
from hypothesis import settings

FIGURES = "TOWNSHIP_FIGURES"  # the folder that notebooks write to, where it is set


def pytest_configure(config):
    # In this process only: in the environment it would reach the notebooks' kernels and hide their plots.
    matplotlib.use("Agg")
    settings.register_profile("reproducible", derandomize=True, deadline=None, database=None)
    settings.load_profile("reproducible")
    if FIGURES not in os.environ:  # xdist's workers inherit it from the process that starts them
        os.environ[FIGURES] = tempfile.mkdtemp(prefix="township-figures-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(FIGURES), ignore_errors=True))
