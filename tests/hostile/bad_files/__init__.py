"""Files that no one should send and someone will: made by code, the same each time, none of them committed.

Each case says what must become of its file: a report, or a reject whose reason is of the named class.
"""

from __future__ import annotations

import os
from pathlib import Path

from . import archives, legacy, names, pages, papers, texts
from .case import REASONS, REPORT, TEXT, Bait, Case

__all__ = ["CASES", "CLOSED", "REASONS", "REPORT", "TEXT", "Bait", "Case", "lay_out", "shown"]

CASES = [*texts.CASES, *names.CASES, *names.DEVICES, *archives.CASES, *pages.CASES, *papers.CASES, *legacy.CASES]
CLOSED = names.CLOSED


def lay_out(folder: Path, cases: list[Case], bait: Bait) -> list[Case]:
    """Make the files of `cases` below `folder` and return those that this machine lets us make."""
    made = []
    for case in cases:
        path = Path(os.fsdecode(os.path.join(os.fsencode(folder), os.fsencode(case.name))))
        if case.make.__name__ != "_deep":
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            case.make(path, bait)
        except PermissionError:  # devices, where root is none
            continue
        made.append(case)
    return made


def shown(name: str | bytes) -> str:
    """Return the name of a case as tables show it."""
    return os.fsdecode(name).encode("utf-8", "backslashreplace").decode("utf-8")
