"""Old Word files by way of LibreOffice: converted to .docx in a private folder, nothing in them run or fetched."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from analysis.corpus.formats import Refusal

__all__ = ["convert"]

SECONDS = 9.0
"""Longest time for one file."""

_FIRST = 40.0
"""Longest time for LibreOffice's first start, in which it makes its profile."""

_MEMORY = 6_000_000_000
_PROGRAMS = ("soffice", "libreoffice")
_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.exe")
_LARGEST = 50_000_000
_LIMITED = (
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2); "
    "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.execv(sys.argv[2], sys.argv[2:])"
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "SecureURL", ""),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)
"""No macro runs, no link is followed, and what would speak to a network speaks to a port where nobody listens."""

_lock = threading.Lock()
_folder: tuple[int, Path] | None = None


def convert(content: bytes, suffix: str, *, seconds: float = SECONDS) -> bytes:
    """Return `content` as a .docx file.

    Raises
    ------
    Refusal
        If LibreOffice is not installed, takes longer than `seconds`, or cannot read the file.
    """
    program = _program()
    if program is None:
        raise Refusal(
            "old Word files are read by way of LibreOffice, which is not installed",
            "install LibreOffice, or open the file and save it as .docx",
        )
    with _lock:
        try:
            folder = _private_folder(program)
        except OSError as error:
            raise Refusal(f"no folder for LibreOffice can be made ({error.strerror})", "save it as .docx") from error
        work = Path(tempfile.mkdtemp(prefix="file-", dir=folder))
        try:
            return _run(program, folder, work, content, suffix if suffix.isascii() else ".doc", seconds)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _program() -> str | None:
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    return found or next((place for place in _PLACES if os.path.exists(place)), None)


def _run(program: str, folder: Path, work: Path, content: bytes, suffix: str, seconds: float) -> bytes:
    source, made = work / f"report{suffix}", work / "out" / "report.docx"
    source.write_bytes(content)
    arguments = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(made.parent), str(source)]
    _start(program, folder, work, arguments, seconds)
    if not made.is_file():
        raise Refusal("LibreOffice cannot read the file: it is damaged or no document", "download the report again")
    if made.stat().st_size > _LARGEST:
        raise Refusal("the converted file is larger than any report", "save the report as .txt")
    return made.read_bytes()


def _start(program: str, folder: Path, work: Path, arguments: list[str], seconds: float) -> None:
    """Run LibreOffice without a screen until it ends, at most for `seconds`."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", profile, *arguments]
    if sys.platform.startswith("linux"):
        command = [sys.executable, "-I", "-c", _LIMITED, str(_MEMORY), *command]
    environment = {**os.environ, "SAL_USE_VCLPLUGIN": "svp", "HOME": str(folder), "TMPDIR": str(work)}
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy"), "http://127.0.0.1:9")
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=work, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise Refusal(
                f"LibreOffice needed longer than {seconds:g} seconds", "open the file and save it as .docx"
            ) from error
        finally:
            _end(process)


def _end(process: subprocess.Popen) -> None:
    """Kill LibreOffice with everything it started: the whole process group, which is its own."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _private_folder(program: str) -> Path:
    """Return the folder of this process with LibreOffice's profile, which no other user can enter."""
    global _folder
    if _folder is None or _folder[0] != os.getpid() or not _folder[1].is_dir():
        cache = _cache()
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(tempfile.mkdtemp(prefix="office-", dir=cache))
        user = made / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
        _folder = (os.getpid(), made)
        atexit.register(_remove, *_folder)
        _start(program, made, made, ["--terminate_after_init"], _FIRST)
    return _folder[1]


def _remove(process: int, folder: Path) -> None:
    if os.getpid() == process:  # a forked process leaves its parent's folder alone
        shutil.rmtree(folder, ignore_errors=True)


def _cache() -> Path:
    """Return the project's folder among the caches of the user."""
    if sys.platform == "darwin":
        place = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return place / "township-reports"


def _settings() -> str:
    items = "\n".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{text}</value>'
        "</prop></item>"
        for path, name, text in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}\n</oor:items>\n"
    )
