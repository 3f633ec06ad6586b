"""The other side of `guard`: one file after another from a pipe to text, in a process with limits."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable

from analysis.corpus.formats import LONGEST, Extract, Refusal, too_long
from analysis.corpus.formats.guard import MEMORY, read_frame, write_frame

__all__ = ["serve"]

_GRACE = 2.0
_PACKAGES = {"docx", "lxml", "selectolax", "pypdfium2"}


def serve() -> None:
    """Answer every job that comes in on standard input, until it closes."""
    _limit()
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while (job := read_frame(jobs)) is not None and (content := read_frame(jobs)) is not None:
        request = json.loads(job)
        with _alarm(request["seconds"] + _GRACE):
            answer = _answer(request["reader"], content)
        write_frame(answers, json.dumps(answer).encode())
        if answer.get("stops"):
            break


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit stands alone
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file is written


@contextlib.contextmanager
def _alarm(seconds: float):
    """End this process after `seconds`, should the one that would kill it be gone."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(reader: str, content: bytes) -> dict:
    try:
        found = _reader(reader)(content)
        if len(found.text) > LONGEST:
            raise too_long()
        # a lone surrogate cannot be sent, and no reader should have let it through
        found.text.encode("utf-8")
        return found._asdict()
    except Refusal as refusal:
        return {"reason": refusal.reason, "remedy": refusal.remedy}
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            return _damaged(error)
        remedy = "run: pip install 'township-reports[readers]'"
        return {"reason": f"reading this format needs the package {error.name}", "remedy": remedy}
    except MemoryError:
        reason = f"reading it needs more than {MEMORY // 1_000_000_000} GB of memory"
        return {"reason": reason, "remedy": "save the report as .txt, or split it", "stops": True}
    except RecursionError:
        return {"reason": "its parts are nested too deeply", "remedy": "save the report as .txt", "stops": True}
    except Exception as error:  # whatever a parser stumbles over is this one file's fault
        return _damaged(error)


def _damaged(error: Exception) -> dict:
    said = " ".join(f"{type(error).__name__}: {error}".split())[:160]
    return {"reason": f"the file is damaged ({said})", "remedy": "download the report again, or save it as .txt"}


def _reader(name: str) -> Callable[[bytes], Extract]:
    if name == "html":
        from analysis.corpus.formats.html import read_html as read
    elif name == "mht":
        from analysis.corpus.formats.mht import read_mht as read
    elif name == "pdf":
        from analysis.corpus.formats.pdf import read_pdf as read
    else:
        from analysis.corpus.formats.docx import read_zip as read
    return read
