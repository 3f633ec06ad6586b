"""The notebooks on a corpus of one's own: copied beside it, or run on it and made into pages."""

from analysis.runs.notebooks import copy_notebooks
from analysis.runs.report import write_report

__all__ = ["copy_notebooks", "write_report"]
