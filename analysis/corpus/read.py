"""Files to raw text: a file is opened safely, told by its content, and read by the reader of its format.

Plain text is decoded here. Parsers (web pages, Word, PDF) run in a process of their own, under limits, which starts
with the first file that needs it; see `analysis.corpus.formats.guard`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

from analysis.corpus.formats import LONGEST, OFFICE, Extract, Refusal, too_long
from analysis.corpus.formats.encodings import read_text
from analysis.corpus.formats.guard import extract
from analysis.corpus.formats.office import convert
from analysis.corpus.formats.signature import format_of, misnamed
from analysis.schemas import CorpusError

__all__ = ["Source", "Unreadable", "input_files", "read_file"]

_LARGEST = 50_000_000
_AGAIN = "download the report again, or remove the file"
_COMPANIONS = re.compile(
    r"readme(?:\.[\w-]+)*|licen[cs]e(?:\.\w+)?|(?:manifest|metadata|sources?)\.(?:csv|tsv|json|md)", re.IGNORECASE
)
"""Files that describe a folder of reports and are none: README, LICENSE, manifest.csv, metadata.csv, sources.csv."""


_NEIGHBOURS = re.compile("[\u3041-\u3096\u30a1-\u30fa\u1100-\u11ff\uac00-\ud7a3]")
"""Kana and hangul; Chinese writers use の and the middle dot at most as an ornament."""


class Unreadable(CorpusError):
    """A file cannot be used; `reason` and `remedy` go to the rejects table."""

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason}; {remedy}.")
        self.reason, self.remedy = reason, remedy


class Source(NamedTuple):
    """What a reader returns of one file: its text, and where it is from.

    `raw` is the whole decoded file for plain text, and the extracted text for every other format. `encoding` is None
    for formats that have none of their own; `format` is text, html, docx, pdf or doc.
    """

    raw: str
    encoding: str | None
    sha256: str
    format: str = "text"


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
        files += [linked for name in folders if os.path.islink(linked := Path(place, name))]  # also of too long a path
        files += [Path(place, name) for name in names if not name.startswith(".") and not _COMPANIONS.fullmatch(name)]
    files += [Path(error.filename) for error in closed]
    if not files:
        raise CorpusError(f"{folder}: the folder is empty; put the reports into it.")
    return sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def read_file(file: Path, path: str) -> Source:
    """Return the text of `file`; `path` names it in messages.

    Raises
    ------
    Unreadable
        If the file is empty, too large, damaged, locked, of a format or encoding that is not read, holds no Chinese
        text, or is not to be opened.
    """
    try:
        if file.name.startswith("~$"):
            raise Refusal("this is Word's mark that a document is open", "close Word, or remove it")
        content = _content(file)
        found = _extract(content, file.suffix.lower())
        _check(found.text)
    except Refusal as refusal:
        raise Unreadable(path, refusal.reason, refusal.remedy) from refusal
    return Source(found.text, found.encoding, hashlib.sha256(content).hexdigest(), found.format)


def _content(file: Path) -> bytes:
    """Return the bytes of a regular file; a pipe or device is never opened, as that may block or do something."""
    try:
        kind = os.stat(file).st_mode
        if stat.S_ISDIR(kind):
            reason = "a link to a folder" if file.is_symlink() else "a folder that cannot be opened"
            raise Refusal(f"this is {reason}", "put the folder itself here, or check its permissions")
        if not stat.S_ISREG(kind):
            raise Refusal("this is no regular file", "put a copy of the report in its place")
        with open(file, "rb", opener=_opener) as opened:
            state = os.fstat(opened.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise Refusal("this is no regular file", "put a copy of the report in its place")
            content = opened.read(_LARGEST + 1) if state.st_size <= _LARGEST else None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ELOOP, errno.ENOENT) and file.is_symlink():
            raise Refusal("this is a link that leads nowhere", "put a copy of the report in its place") from error
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise Refusal(f"the file cannot be opened ({said})", "check its permissions") from error
    if content is None or len(content) > _LARGEST:
        raise Refusal(f"the file is larger than {_LARGEST // 1_000_000} MB", "split it into single reports")
    return content


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _extract(content: bytes, suffix: str) -> Extract:
    if not content.strip(b"\0\t\r\n "):
        raise Refusal("the file is empty", _AGAIN)
    reader = format_of(content, suffix)
    if reader == "text":
        try:
            return read_text(content)
        except Refusal as refusal:
            raise misnamed(suffix) or refusal from refusal
    if reader != OFFICE:
        found = extract(reader, content)
        if found.format != OFFICE:
            return found
    return extract("zip", convert(content, suffix or ".doc"))._replace(format="doc")


def _check(text: str) -> None:
    if len(text) > LONGEST:
        raise too_long()
    if not re.search("[\u3400-\u9fff]", text):
        empty = not text.replace("\ufeff", "").strip()
        raise Refusal("the file is empty" if empty else "the file holds no Chinese text", _AGAIN)
    if len(_NEIGHBOURS.findall(text)) > len(re.findall("[\u3400-\u9fff]", text)):
        raise Refusal("the file holds no Chinese text: it is Japanese or Korean", _AGAIN)
