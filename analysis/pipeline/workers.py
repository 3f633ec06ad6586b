"""Processes that make the parts of a corpus."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from analysis.corpus.read import input_files

__all__ = ["processes"]

FEW_FILES = 60
"""Fewer files are read before the first process has started."""


@contextmanager
def processes(folder: str | Path, number: int) -> Iterator[Executor | None]:
    """Give an executor of `number` processes for `build_corpus`; None for one alone, or where `folder` holds few files.

    Raises
    ------
    CorpusError
        If `folder` is missing or empty.
    """
    if number == 1 or len(input_files(Path(folder))) < FEW_FILES:
        yield None
        return
    # spawned, not forked: the parent may have threads. An interrupt reaches the parent, which ends them
    quiet = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    with ProcessPoolExecutor(number, mp_context=get_context("spawn"), **quiet) as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
