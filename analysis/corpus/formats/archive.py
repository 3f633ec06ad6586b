"""Zip files, looked at before anything in them is unpacked."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from analysis.corpus.formats import Refusal

__all__ = ["Archive"]

_MOST_ENTRIES, _LARGEST_PART, _LARGEST_WHOLE = 5_000, 60_000_000, 500_000_000
_RATIO, _SMALL = 200, 1_000_000


class Archive:
    """The parts of a zip file by name, sizes checked; a part is unpacked only when it is read."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise _broken(error) from error
        entries = self._zip.infolist()
        whole = sum(entry.file_size for entry in entries)
        if len(entries) > _MOST_ENTRIES:
            raise _bomb(f"{len(entries):,} entries")
        if whole > _LARGEST_WHOLE or (whole > _SMALL and whole > _RATIO * len(content)):
            raise _bomb(f"{whole:,} bytes out of {len(content):,}")
        self.names = {entry.filename.lstrip("/"): entry for entry in entries}

    def read(self, name: str) -> bytes:
        """Return the bytes of the part `name`."""
        entry = self.names[posixpath.normpath(name).lstrip("/")]
        if entry.flag_bits & 1:
            raise Refusal("the document is locked by a password", "save it without a password")
        if entry.file_size > _LARGEST_PART:
            raise _bomb(f"{entry.file_size:,} bytes in {entry.filename}")
        try:
            with self._zip.open(entry) as part:
                content = part.read(_LARGEST_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise _broken(error) from error
        if len(content) > _LARGEST_PART:
            raise _bomb(f"over {_LARGEST_PART:,} bytes in {entry.filename}")
        return content


def _broken(error: Exception) -> Refusal:
    return Refusal(f"the file is damaged or cut off ({str(error)[:80] or type(error).__name__})", "download it again")


def _bomb(what: str) -> Refusal:
    return Refusal(f"the packed file would unpack to more than any report ({what})", "save the report as .txt")
