"""Run as a script: read a folder, note the seconds from the opening of a file to that of the next, write two tables.

Seconds are noted as they pass and as the processor spends them: beside other work the first say little.
"""

import sys
import time
from pathlib import Path

SECRET = "TOPSECRET"  # stands in a file that others point to
SECONDS = 3.0  # that the parsers may take of a file, in place of 8: the test is to end today


class Timing:
    """Writes how long each file took when the next one comes."""

    def __init__(self, write):
        self.path, self.since, self.write = None, (0.0, 0.0), write

    def next(self, path):
        now = time.monotonic(), time.process_time()
        if self.path is not None:
            self.write("file", self.path, *(round(at - before, 3) for at, before in zip(now, self.since, strict=True)))
        self.path, self.since = path, now


def run(folder, out):
    import sitecustomize  # watch.py under another name

    import analysis.corpus.formats.guard as guard
    import analysis.corpus.read as read

    timing, read_file = Timing(sitecustomize.write), read.read_file

    def timed(file, path):
        timing.next(path)
        return read_file(file, path)

    guard.extract.__kwdefaults__["seconds"] = SECONDS
    read.read_file = timed
    from analysis.pipeline import read_corpus

    corpus = read_corpus(folder)
    timing.next(None)  # the last file's time holds the making of the tables
    for name, report in corpus.documents.items():
        if SECRET in report.raw:
            sitecustomize.write("secret", name)
    corpus.reports.to_parquet(Path(out, "reports.parquet"))
    corpus.rejects.to_parquet(Path(out, "rejects.parquet"))


if __name__ == "__main__":
    run(*sys.argv[1:])
