"""The command line ``township``: the public functions, and no analysis of its own."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import NoReturn

import pandas as pd

from analysis.corpus.identity.metadata_file import MetadataWarning
from analysis.pipeline import read_corpus, unmatched
from analysis.schemas import Corpus, CorpusError, TownshipError

__all__ = ["main"]

_REJECTS_SHOWN = 5
_TRADITIONAL_SHOWN = 3
_FOLDER = "folder of reports, or a corpus that `township build` made"
_STEERING = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters but the tab, and what turns the direction of writing round."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that says what to do."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def _require_outside(out: str, path: str) -> None:
    """Raise `CorpusError` if `out` lies in the folder of reports, where what is written would be read next time."""
    if Path(out).resolve().is_relative_to(Path(path).resolve()):
        raise CorpusError(
            f"{out}: lies inside the folder of reports, {path}, and would be read as reports next time; "
            "choose a folder outside it."
        )


def _say(line: str, *, error: bool = False) -> None:
    """Print `line`; what could steer the terminal, such as an escape in a file's name, is shown and not obeyed."""
    shown = _STEERING.sub(lambda match: match.group().encode("unicode_escape").decode(), line)
    print(shown, file=sys.stderr if error else sys.stdout)


def _corpus(options: argparse.Namespace) -> Corpus:
    corpus = read_corpus(options.path, lexicon=options.lexicon, simplify=options.simplify or None)
    _name_rejects(corpus.rejects, "`township tables` lists them in rejects.csv")
    _name_unmatched(unmatched(corpus.reports, simplify=corpus.parameters["simplify"]))
    return corpus


def _name_rejects(rejects: pd.DataFrame, where: str) -> None:
    for row in rejects.head(_REJECTS_SHOWN).itertuples():
        _say(f"not used: {row.path}: {row.reason}; {row.remedy}.", error=True)
    more = len(rejects) - _REJECTS_SHOWN
    if more > 0:
        _say(f"not used: {more} more files; {where}.", error=True)


def _name_unmatched(report_ids: Sequence[str]) -> None:
    if report_ids:
        names = ", ".join(report_ids[:_TRADITIONAL_SHOWN]) + ", …" * (len(report_ids) > _TRADITIONAL_SHOWN)
        _say(
            f"note: reports in traditional characters, of which our word lists find little: {len(report_ids)} ({names})"
            "; --simplify reads them as simplified ones.",
            error=True,
        )


def _figures(options: argparse.Namespace) -> int:
    from analysis.gallery import draw_all

    _require_outside(options.out, options.path)
    corpus = _corpus(options)
    question = {name: getattr(options, name) for name in ("by", "target", "reference", "within", "terms")}
    asked = {name: value for name, value in question.items() if value}
    _require_taken(asked, options.only)
    drawn = draw_all(
        corpus, options.out, names=options.only, language=options.language, seed=options.seed, font=options.font,
        reports=options.reports, **asked,
    )  # fmt: skip
    for name, caption in drawn.captions.items():
        _say(f"{Path(options.out, name)}: {caption}")
    for name, error in drawn.failures.items():
        _say(f"township figures: {name} was not drawn: {error}", error=True)
    return 2 if drawn.failures else 0


def _require_taken(asked: dict[str, object], only: Sequence[str] | None) -> None:
    """Raise `TownshipError` if no figure that is drawn takes what was asked."""
    from analysis.gallery import GALLERY

    drawn = [GALLERY[name] for name in only or GALLERY if name in GALLERY]
    for name in asked:
        if drawn and not any(name in figure.asks for figure in drawn):
            takers = ", ".join(figure.name for figure in GALLERY.values() if name in figure.asks)
            raise TownshipError(f"--{name} was given, and no figure that is drawn takes it; {takers} would.")


def _tables(options: argparse.Namespace) -> int:
    from analysis.export import save_tables

    _require_outside(options.out, options.path)
    corpus = _corpus(options)
    for name in save_tables(corpus, options.out):
        _say(f"{Path(options.out, name)}.csv, .parquet")
    _say(f"{Path(options.out, 'texts')}.parquet")
    return 0


def _trace(options: argparse.Namespace) -> int:
    from analysis.measures.terms.concordance import trace

    corpus = _corpus(options)
    lines = trace(corpus, options.term, by="token")
    counted = f"{len(lines)} tokens {options.term}"
    if lines.empty:
        lines = trace(corpus, options.term, by="text")
        counted = f"no token {options.term} (no count holds it); as wording: {len(lines)}"
    _say(counted)
    for row in lines.itertuples():
        _say(f"{row.path}:{row.start}-{row.end}\t{row.left}[{row.keyword}]{row.right}\t{row.sentence}")
    return 0


def _build(options: argparse.Namespace) -> int:
    from analysis.pipeline import build_corpus
    from analysis.pipeline.store import built_tables
    from analysis.pipeline.workers import processes

    with processes(options.path, options.workers) as executor:
        manifest = build_corpus(
            options.path, options.out, executor=executor, lexicon=options.lexicon, simplify=options.simplify or None
        )
    reports, rejects = built_tables(options.out, "reports", "rejects")
    _name_rejects(rejects, f"{Path(options.out, 'rejects.csv')} lists them")
    _name_unmatched(unmatched(reports, simplify=manifest["settings"]["simplify"]))
    _say(
        f"{options.out}: {manifest['reports']} reports ({manifest['duplicates']} of them duplicates) and "
        f"{manifest['rejects']} rejects of {manifest['files']} files."
    )
    return 0


def _report(options: argparse.Namespace) -> int:
    from analysis.runs import write_report

    _require_outside(options.out, options.path)
    written = write_report(
        options.path,
        options.out,
        only=options.only,
        language=options.language,
        seed=options.seed,
        lexicon=options.lexicon,
        simplify=options.simplify or None,
        workers=options.workers,
    )
    _name_rejects(written.rejects, "index.html lists them")
    _name_unmatched(written.unmatched)
    for page in written.pages:
        _say(str(page))
    for name, error in written.failures.items():
        _say(f"township report: {name} stopped in {error}", error=True)
    return 2 if written.failures else 0


def _lab(options: argparse.Namespace) -> int:
    import subprocess

    from analysis.runs import copy_notebooks

    if options.out:
        _require_outside(options.out, options.path)
    written, kept = copy_notebooks(options.path, options.out)
    for path in written:
        _say(str(path))
    for path in kept:
        _say(f"{path}: was there and is left as it is")
    if options.no_open:
        return 0
    return subprocess.run([sys.executable, "-m", "jupyterlab", str((written + kept)[0].parent)]).returncode


def _evaluate(options: argparse.Namespace) -> int:
    from analysis.measures.evaluation.scores import evaluate, read_gold, scores_as_json

    scores = evaluate(_corpus(options), read_gold(options.gold))
    if options.json:
        print(json.dumps(scores_as_json(scores), ensure_ascii=False, indent=1))
        return 0
    shown = scores.assign(document=scores["document"].replace("", "(all)")).set_index(["document", "layer"])
    print(shown.to_string(float_format="{:.3f}".format, na_rep="–"))
    return 0


def _parser() -> _Parser:
    parser = _Parser(prog="township", description="Study township-government work reports: figures, tables, evidence.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {metadata.version('township-reports')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], purpose: str, *, reads: bool = True) -> _Parser:
        sub = commands.add_parser(name, help=purpose, description=purpose)
        sub.set_defaults(run=run)
        if not reads:
            return sub
        sub.add_argument("--lexicon", metavar="FILE", help="slogan lexicon of your own (CSV) in place of ours")
        sub.add_argument("--simplify", action="store_true", help="read traditional characters as simplified ones")
        return sub

    figures = command("figures", _figures, "Draw every figure of a folder of reports, each with data and caption.")
    figures.add_argument("path", type=_path, metavar="PATH", help=_FOLDER)
    figures.add_argument(
        "--out", type=_path, required=True, metavar="DIR", help="folder that gets pdf, svg, png, csv, md and json"
    )
    figures.add_argument("--language", choices=("en", "zh"), default="en", help="of labels and captions (default: en)")
    figures.add_argument("--seed", type=_seed, default=20240101, metavar="N", help="of everything random")
    figures.add_argument("--font", metavar="FILE", help="font for characters that ours lack")
    figures.add_argument("--only", action="append", metavar="NAME", help="draw this figure only; may be repeated")
    figures.add_argument("--reports", metavar="EXPR", help='only these reports, such as "year >= 2010"')
    figures.add_argument("--by", type=_names, metavar="COLUMN", help="column of the groups that 03-keyness compares")
    figures.add_argument("--target", type=_names, metavar="GROUP", help="group to look at; several with commas")
    figures.add_argument("--reference", type=_names, metavar="GROUP", help="group to compare with (default: the rest)")
    figures.add_argument("--within", type=_names, metavar="COLUMN", help="compare inside its groups, such as year")
    figures.add_argument("--terms", type=_names, metavar="A,B", help="the words that 02-top-terms draws")

    build = command("build", _build, "Write the corpus of a folder of reports, to be opened in seconds from then on.")
    build.add_argument("path", type=_path, metavar="PATH", help="folder of reports")
    build.add_argument("--out", type=_path, required=True, metavar="DIR", help="folder that gets the corpus")
    build.add_argument(
        "--workers", type=_positive, default=os.cpu_count() or 1, metavar="N", help="processes (default: one a core)"
    )

    tables = command("tables", _tables, "Write every table of a folder of reports as CSV and Parquet.")
    tables.add_argument("path", type=_path, metavar="PATH", help=_FOLDER)
    tables.add_argument("--out", type=_path, required=True, metavar="DIR", help="folder that gets the tables")

    trace = command("trace", _trace, "Show every place behind a term's count: file, offsets, sentence.")
    trace.add_argument("path", type=_path, metavar="PATH", help=_FOLDER)
    trace.add_argument("term", metavar="TERM", help="a word such as 发展")

    report = command("report", _report, "Run every notebook on a folder of reports and write pages to read offline.")
    report.add_argument("path", type=_path, metavar="PATH", help=_FOLDER)
    report.add_argument(
        "--out", type=_path, required=True, metavar="DIR", help="folder that gets index.html, a page each, figures/"
    )
    report.add_argument("--language", choices=("en", "zh"), default="en", help="of labels and captions (default: en)")
    report.add_argument("--seed", type=_seed, default=20240101, metavar="N", help="of everything random")
    report.add_argument("--workers", type=_positive, default=2, metavar="N", help="notebooks run at once (default: 2)")
    report.add_argument("--only", action="append", metavar="NAME", help="run this notebook only; may be repeated")

    lab = command(
        "lab", _lab, "Copy the notebooks beside a folder of reports and open them in JupyterLab.", reads=False
    )
    lab.add_argument("path", type=_path, metavar="PATH", help=_FOLDER)
    lab.add_argument("--out", type=_path, metavar="DIR", help="folder for the notebooks (default: PATH-notebooks)")
    lab.add_argument("--no-open", action="store_true", help="copy only")

    evaluation = command("evaluate", _evaluate, "Score the extraction on a sample that you annotated.")
    evaluation.add_argument(
        "gold", type=_path, metavar="GOLD_DIR", help="folder of gold files (.json; docs/evaluation.md)"
    )
    evaluation.add_argument(
        "--reports", dest="path", type=_path, required=True, metavar="DIR", help="folder of the annotated reports"
    )
    evaluation.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _path(text: str) -> str:
    # an unset shell variable must not come to mean the present folder
    if not text.strip():
        raise argparse.ArgumentTypeError("the path is empty")
    return text


def _names(text: str) -> list[str]:
    names = [name.strip() for name in re.split("[,，]", text)]
    if not all(names):
        raise argparse.ArgumentTypeError(f"{text!r} has an empty name")
    return names


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {2**32 - 1}")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 256")
    return int(text)


@contextmanager
def _notes() -> Iterator[None]:
    """Print what the package warns of as one line each."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", MetadataWarning)
        warnings.showwarning = lambda message, *_, **__: _say(f"note: {message}", error=True)
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, or 2 where the input cannot be used."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks Chinese gets escapes, not a traceback
    options = _parser().parse_args(arguments)
    try:
        with _notes():
            code = options.run(options)
        sys.stdout.flush()  # here, where a reader that has gone away is understood
        return code
    except TownshipError as error:
        _say(f"township: {error}", error=True)
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _say("township: stopped.", error=True)
        return 130
    except OSError as error:
        _say(f"township: {error.filename or 'a file'}: {error.strerror}; choose another place.", error=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
