"""Run as a script: read a folder, note each file as it is opened, write two tables."""

import sys
from pathlib import Path

SECRET = "TOPSECRET"  # stands in a file that others point to
SECONDS = 3.0  # that the parsers may take of a file, in place of 8: the test is to end today


def run(folder, out):
    import sitecustomize  # watch.py under another name

    import analysis.corpus.formats.guard as guard
    import analysis.corpus.read as read

    read_file = read.read_file

    def noted(file, path):
        sitecustomize.write("file", path)
        return read_file(file, path)

    guard.extract.__kwdefaults__["seconds"] = SECONDS
    read.read_file = noted
    from analysis.pipeline import read_corpus

    corpus = read_corpus(folder)
    for name, report in corpus.documents.items():
        if SECRET in report.raw:
            sitecustomize.write("secret", name)
    corpus.reports.to_parquet(Path(out, "reports.parquet"))
    corpus.rejects.to_parquet(Path(out, "rejects.parquet"))


if __name__ == "__main__":
    run(*sys.argv[1:])
