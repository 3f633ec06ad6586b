"""Every notebook run on a corpus and written as pages that open without a network, with the figures beside them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from tqdm import tqdm

from analysis.export import corpus_hash
from analysis.pipeline import build_corpus, read_corpus, unmatched
from analysis.pipeline.store import is_corpus
from analysis.pipeline.workers import processes
from analysis.runs.execution import kernel_home
from analysis.runs.notebooks import GOLD, PACKAGE, SEEDS, NotebookError, adapted, choose, data_line, title_and_question
from analysis.runs.page import first_picture, index_page, stop
from analysis.runs.words import words
from analysis.schemas import Corpus, CorpusError

__all__ = ["Written", "write_report"]

SEED = 20240101
MADE_BY = '<meta name="generator" content="township-reports '


class Written(NamedTuple):
    """What `write_report` did: the pages, and of each notebook that did not come to its end, why."""

    pages: list[Path]
    failures: dict[str, str]
    rejects: pd.DataFrame
    unmatched: list[str]


def _unmatched(corpus: Corpus) -> list[str]:
    return unmatched(corpus.reports, simplify=bool(corpus.parameters.get("simplify")))


def write_report(
    path: str | os.PathLike,
    out: str | os.PathLike,
    *,
    only: list[str] | None = None,
    language: str = "en",
    seed: int = SEED,
    lexicon: str | os.PathLike | None = None,
    simplify: bool | None = None,
    workers: int = 2,
) -> Written:
    """Run the notebooks on the corpus in `path` and write a page for each, an index and the figures into `out`.

    Parameters
    ----------
    path : path
        A folder of reports, which is read once, or a corpus that was built.
    out : path
        Gets ``index.html``, ``NN-name.html`` and ``figures/``, all at once at the end; made if it is not there.
    only : list of str, optional
        Notebooks to run, by name (``03-keyness``) or number (``03``).
    language : {"en", "zh"}
        Of figures, captions and the frame of the pages; the prose of the notebooks is English.
    seed : int
        Of everything random.
    lexicon, simplify
        As `read_corpus` takes them; only for a folder of reports.
    workers : int
        Notebooks that run at the same time; processes that read files, where there are many.

    Returns
    -------
    Written
        ``pages``, ``failures`` by name of the notebook (a notebook that fails has a page that says where and why), and
        the ``rejects`` of the corpus, and as ``unmatched`` its reports in traditional characters that were read as
        they are.

    Raises
    ------
    TownshipError
        If the corpus cannot be read, no notebook has a name in `only`, or a notebook cannot be run at all.
    """
    originals = choose(only)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=out)).resolve()
    try:
        work = staging / "work"
        work.mkdir()
        given = _beside(Path(path), work, workers, lexicon=lexicon, simplify=simplify)
        report = _Report(work / given, given, staging, language, seed)
        failures = report.run(originals, workers)
        report.write_index(originals, failures)
        return Written(_moved(staging / "pages", out), failures, report.corpus.rejects, _unmatched(report.corpus))
    finally:
        _removed(staging)
        if not any(out.iterdir()):
            out.rmdir()


def _removed(staging: Path) -> None:
    """Remove `staging`; a kernel whose notebook was stopped may write for a moment yet."""
    for _ in range(20):
        shutil.rmtree(staging, ignore_errors=True)
        if not staging.exists():
            return
        time.sleep(0.2)


def _beside(path: Path, work: Path, workers: int, **settings: Any) -> str:
    """Put the corpus of `path` into `work`, where the notebooks run, and return how they call it: by its name.

    A folder of reports is read and built there, once for all notebooks; a built corpus is linked.
    """
    name = path.resolve().name or "corpus"
    if not is_corpus(path):
        with processes(path, workers) as executor:
            build_corpus(path, work / name, executor=executor, **settings)
        return name
    if given := [option for option, value in settings.items() if value is not None]:
        raise CorpusError(f"{path}: was built, and {given[0]} cannot be changed now; build it again with {given[0]}.")
    try:
        (work / name).symlink_to(path.resolve(), target_is_directory=True)
        return name
    except OSError:  # no links on this machine
        return Path(os.path.relpath(path.resolve(), work.resolve())).as_posix()


def _moved(staging: Path, out: Path) -> list[Path]:
    """Move every file below `staging` to the same place below `out`, and return the pages.

    What an earlier report wrote there and this one does not is removed, so that no figure of other data is left.
    """
    files = sorted(path.relative_to(staging) for path in staging.rglob("*") if path.is_file())
    for file in files:
        if (out / file).is_dir():
            raise NotebookError(f"{out / file}: is a folder; move it or choose another place.")
    for path in _earlier(out):
        if path.relative_to(out) not in files:
            path.unlink()
    for file in files:
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / file, out / file)
    return [out / file for file in files if file.suffix == ".html" and len(file.parts) == 1]


def _earlier(out: Path) -> list[Path]:
    """Return the pages and figures of the report that is in `out`; nothing where its index is not ours."""
    index = out / "index.html"
    if not index.is_file() or MADE_BY not in index.read_text(encoding="utf-8", errors="replace"):
        return []
    return [*out.glob("[0-9][0-9]-*.html"), *(out / "figures").glob("[0-9][0-9]-*.*")]


class _Report:
    """What the runs of one report share."""

    def __init__(self, corpus: Path, given: str, staging: Path, language: str, seed: int) -> None:
        self.corpus = read_corpus(corpus)
        self.staging, self.language, self.seed = staging, language, seed
        self.name = Path(given).name
        self.hash = corpus_hash(self.corpus)
        self.pages, self.kernels = staging / "pages", staging / "work"
        self.pages.mkdir()
        self.parameters = {
            "corpus_folder": given,
            "language": language,
            "seed": seed,
        }
        self.gold = self._gold()
        self.environment = self._environment()

    def _gold(self) -> str:
        """Copy the annotated seeds to where the notebooks run, if they are here, and return the folder's name."""
        gold = PACKAGE.parent / "tests" / "gold"
        if not gold.is_dir():  # the installed package has none
            return ""
        shutil.copytree(gold, self.staging / "gold")
        return "../gold"

    def _environment(self) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}  # it would hide the plots
        package = str(PACKAGE.parent)  # the kernels start in another folder
        found = os.pathsep.join([package, *filter(None, [given.get("PYTHONPATH")])])
        own = {"PYTHONPATH": found, "PYTHONIOENCODING": "utf-8", "TOWNSHIP_FIGURES": str(self.pages / "figures")}
        return given | own | kernel_home(self.staging / "jupyter")

    def frame(self, title: str) -> dict[str, Any]:
        version = metadata.version("township-reports")
        return {"language": self.language, "title": title, "corpus": self.name, "version": version, "hash": self.hash}

    def run(self, originals: list[Path], workers: int) -> dict[str, str]:
        """Run the notebooks, `workers` at a time, and return the error of each that did not come to its end."""
        failures: dict[str, str] = {}
        processes: list[subprocess.Popen] = []
        with ThreadPoolExecutor(workers) as threads:
            waiting = {threads.submit(self._run_one, original, processes): original for original in originals}
            try:
                done = tqdm(as_completed(waiting), total=len(waiting), desc="notebooks", unit="notebook", disable=None)
                for future in done:
                    if error := future.result():
                        failures[waiting[future].stem] = error
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                for process in processes:
                    process.terminate()
                for process in processes:
                    process.wait()
                raise
        return dict(sorted(failures.items()))

    def _run_one(self, original: Path, processes: list[subprocess.Popen]) -> str | None:
        import nbformat

        notebook = nbformat.read(original, as_version=4)
        written_about = notebook.metadata.get("township", {})
        ours = (written_about.get("corpus"), written_about.get("seed")) == (self.hash, self.seed)
        about = None if ours else data_line(self.name, self.corpus)
        gold = self.gold if ours else ""
        left_out = {tag for tag, kept in ((SEEDS, ours), (GOLD, gold)) if not kept}
        prepared = adapted(notebook, self.parameters | {"gold_folder": gold}, about=about, left_out=left_out)
        files = {
            "source": self.staging / original.name,
            "executed": self.executed(original),
            "page": self.pages / f"{original.stem}.html",
            "folder": self.kernels,
        }
        nbformat.write(prepared, files["source"])
        job = {key: str(file) for key, file in files.items()} | {"frame": self.frame(title_and_question(prepared)[0])}
        job_file = self.staging / f"{original.stem}.json"
        job_file.write_text(json.dumps(job), encoding="utf-8")
        with subprocess.Popen(
            [sys.executable, "-m", "analysis.runs.execution", str(job_file)],
            cwd=self.kernels,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            processes.append(process)
            assert process.stderr is not None
            said = process.stderr.read().decode("utf-8", "backslashreplace")
        if process.returncode or not files["page"].exists():
            last = said.strip().splitlines()[-1:] or [f"exit code {process.returncode}"]
            raise NotebookError(f"{original.stem}: the notebook could not be run: {last[0]}.")
        found = stop(nbformat.read(files["executed"], as_version=4))
        return f"cell {found[0]}: {found[1]}" if found else None

    def executed(self, original: Path) -> Path:
        return self.staging / f"{original.stem}-executed.ipynb"

    def write_index(self, originals: list[Path], failures: dict[str, str]) -> None:
        import nbformat

        pages, short = [], words(self.language)["failed_short"]
        for original in originals:
            notebook = nbformat.read(self.executed(original), as_version=4)
            title, question = title_and_question(notebook)
            picture, caption = first_picture(notebook)
            failure = short.format(error=failures[original.stem]) if original.stem in failures else ""
            page = {"file": f"{original.stem}.html", "title": title, "question": question, "failure": failure}
            pages.append(page | {"picture": picture, "caption": caption})
        parameters = {"language": self.language, "seed": str(self.seed)}
        text = index_page(self.corpus, self.frame(""), pages, parameters)
        (self.pages / "index.html").write_text(text, encoding="utf-8", errors="backslashreplace")
