"""The process in which files are parsed: limits of time and memory, killed and started anew where one is exceeded.

A parser meets whatever a site has put into a file. It therefore runs in a child process that takes bytes over a
pipe and gives text or a refusal back: it writes no file, opens no connection, and its end is one file's reject,
not the end of the run. The child is started for the first file that needs it, serves one file after another, and
ends when this process does (its input closes).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from analysis.corpus.formats import Extract, Refusal

__all__ = ["MEMORY", "SECONDS", "extract"]

SECONDS = 8.0
"""Longest time that one file may take."""

MEMORY = 2_000_000_000
"""Most bytes of address space that the child may take, where the system can limit it."""

FRAME = struct.Struct(">I")
_LONGEST_ANSWER = 64_000_000
_START = "import sys; sys.path[:] = sys.argv[1:]; from analysis.corpus.formats.child import serve; serve()"
_SAVE = "open it with its program and save it as .txt, or split it"

_lock = threading.Lock()
_child: subprocess.Popen | None = None


def extract(reader: str, content: bytes, *, seconds: float = SECONDS) -> Extract:
    """Return the text of `content` as `reader` (html, mht, zip, pdf) finds it, in the process of the parsers.

    Raises
    ------
    Refusal
        If the reader refuses the file, needs longer than `seconds`, needs too much memory or crashes.
    """
    with _lock:
        child = _running()
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            answer = _ask(child, {"reader": reader, "seconds": seconds}, content)
        finally:
            timer.cancel()
            timer.join()
        if answer is None or late.is_set() or answer.get("stops"):
            code = _close(kill=True)
        if answer is None:
            raise _ended(seconds) if late.is_set() else _stopped(code)
    if "reason" in answer:
        raise Refusal(answer["reason"], answer["remedy"])
    return Extract(answer["text"], answer["encoding"], answer["format"])


def _ended(seconds: float) -> Refusal:
    return Refusal(f"reading took longer than {seconds:g} seconds", _SAVE)


def _stopped(code: int | None) -> Refusal:
    how = f"signal {-code}" if code and code < 0 else f"code {code}"
    return Refusal(f"the reader stopped ({how}): the file is damaged or needs too much memory", _SAVE)


def _running() -> subprocess.Popen:
    """Return the child; start it where there is none."""
    global _child
    if _child is not None and _child.poll() is not None:
        _close(kill=True)
    if _child is None:
        root = str(Path(__file__).parents[3])
        paths = [root, *(path for path in sys.path if path and path != root)]
        try:
            _child = subprocess.Popen(
                [sys.executable, "-P", "-B", "-X", "utf8", "-c", _START, *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,  # an interrupt from the keyboard is for this process alone
            )
        except (OSError, ValueError) as error:
            raise Refusal(
                f"the process of the readers cannot be started ({error})", "save the report as .txt"
            ) from error
    return _child


def _ask(child: subprocess.Popen, job: dict, content: bytes) -> dict | None:
    """Return the child's answer; None where it ended instead."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        write_frame(child.stdin, json.dumps(job).encode())
        write_frame(child.stdin, content)
        answer = read_frame(child.stdout)
        return None if answer is None else json.loads(answer)
    except (OSError, ValueError):
        return None


def write_frame(pipe: IO[bytes], content: bytes) -> None:
    """Write one message: its length, then its bytes; `pipe` may take them in parts."""
    for part in (FRAME.pack(len(content)), content):
        rest = memoryview(part)
        while rest:
            rest = rest[pipe.write(rest) :]
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """Return the next message; None where the other side has ended or speaks nonsense."""
    head = _read(pipe, FRAME.size)
    if head is None:
        return None
    (length,) = FRAME.unpack(head)
    return None if length > _LONGEST_ANSWER else _read(pipe, length)


def _read(pipe: IO[bytes], length: int) -> bytes | None:
    parts = []
    while length and (part := pipe.read(length)):
        parts.append(part)
        length -= len(part)
    return None if length else b"".join(parts)


def _close(*, kill: bool = False) -> int | None:
    """End the child, wait for it, close its pipes; return its exit code."""
    global _child
    child, _child = _child, None
    if child is None:
        return None
    if kill:
        child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what was not sent to a child that has ended
                pipe.close()
    try:
        return child.wait(timeout=2)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def _forget() -> None:
    """In a forked process: the child belongs to the parent; close the pipes and start another when needed."""
    global _child, _lock
    _lock = threading.Lock()
    child, _child = _child, None
    if child is not None:
        child.returncode = 0  # not ours to wait for
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()  # unbuffered: nothing of the parent's job is sent


atexit.register(_close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
