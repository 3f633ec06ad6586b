"""Files to raw text. Each format has one reader behind the same interface: bytes in, text and encoding out."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from analysis.schemas import CorpusError

__all__ = ["READERS", "Source", "Unreadable", "input_files", "read_file"]

_LARGEST = 50_000_000
_COMPANIONS = re.compile(
    r"readme(?:\.[\w-]+)*|licen[cs]e(?:\.\w+)?|(?:manifest|metadata|sources?)\.(?:csv|tsv|json|md)", re.IGNORECASE
)
"""Files that describe a folder of reports and are none: README, LICENSE, manifest.csv, metadata.csv, sources.csv."""


class Unreadable(CorpusError):
    """A file cannot be used; `reason` and `remedy` go to the rejects table."""

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason}; {remedy}.")
        self.reason, self.remedy = reason, remedy


class Source(NamedTuple):
    """What a reader returns of one file: its text with every character that the file holds, and where it is from."""

    raw: str
    encoding: str | None
    sha256: str
    format: str = "text"


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes  # only broken files need it, and it costs start-up time

    best = from_bytes(content[:200_000]).best()
    return best.encoding.upper().replace("_", "-") if best is not None else "unknown"


def _read_text(content: bytes, path: str) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(path, "the file is UTF-16, not UTF-8", "save it as UTF-8")
    if b"\x00" in content:
        raise Unreadable(path, "the file is binary, not text", "save the report as UTF-8 text (.txt)")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        guess = _guess(content)
        looks = f", it looks like {guess}" if guess != "unknown" else ""
        raise Unreadable(
            path, f"the file is not UTF-8 (byte {error.start}{looks})", "save it as UTF-8 and try again"
        ) from error


Reader = Callable[[bytes, str], tuple[str, str]]
READERS: dict[str, Reader] = {".txt": _read_text}
"""Suffix -> (content, path for messages) -> (text, encoding). Other formats join here."""


def input_files(folder: Path) -> list[Path]:
    """Return the files of `folder` and its subfolders that a corpus must account for, in the order of their paths.

    Hidden files, and those that describe the folder (README, LICENSE, manifest, metadata), are no reports.

    Raises
    ------
    CorpusError
        If the folder is missing, is a file, or holds no file.
    """
    if not folder.exists():
        raise CorpusError(f"{folder}: no such folder; give the folder that holds the reports.")
    if not folder.is_dir():
        raise CorpusError(f"{folder}: is a file, not a folder; give the folder that holds the reports.")
    files, closed = [], []  # folders that are not entered are accounted for like files: read_file rejects them
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files += [linked for name in folders if (linked := Path(place, name)).is_symlink()]
        files += [Path(place, name) for name in names if not name.startswith(".") and not _COMPANIONS.fullmatch(name)]
    files += [Path(error.filename) for error in closed]
    if not files:
        raise CorpusError(f"{folder}: the folder is empty; put the reports into it as UTF-8 text files (.txt).")
    return sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def read_file(file: Path, path: str) -> Source:
    """Return the text of `file`; `path` names it in messages.

    Raises
    ------
    Unreadable
        If the file is empty, too large, binary, in another encoding, of another format or not to be opened.
    """
    if file.is_dir():
        reason = "a link to a folder" if file.is_symlink() else "a folder that cannot be opened"
        raise Unreadable(path, f"this is {reason}", "put the folder itself here, or check its permissions")
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        formats = ", ".join(sorted(READERS))
        raise Unreadable(
            path, f"files of type {file.suffix or 'without suffix'!r} are not read", f"save it as {formats}"
        )
    try:
        if not file.is_file():
            raise Unreadable(path, "this is no regular file", "put a copy of the report in its place")
        if file.stat().st_size > _LARGEST:
            raise Unreadable(
                path, f"the file is larger than {_LARGEST // 1_000_000} MB", "split it into single reports"
            )
        content = file.read_bytes()
    except OSError as error:
        raise Unreadable(path, f"the file cannot be opened ({error.strerror})", "check its permissions") from error
    text, encoding = reader(content, path)
    if not re.search("[\u3400-\u9fff]", text):
        empty = not text.strip("\ufeff \t\r\n\u3000")
        reason = "the file is empty" if empty else "the file holds no Chinese text"
        raise Unreadable(path, reason, "download the report again, or remove the file")
    return Source(text, encoding, hashlib.sha256(content).hexdigest())
