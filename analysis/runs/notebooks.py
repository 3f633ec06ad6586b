"""The notebooks of the package: where they are, and what of them holds for a corpus they were not written about."""

from __future__ import annotations

import ast
import copy
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.runs.words import words
from analysis.schemas import Corpus, CorpusError, TownshipError

__all__ = [
    "GOLD",
    "SEEDS",
    "NotebookError",
    "adapted",
    "choose",
    "copy_notebooks",
    "data_line",
    "notebook_paths",
    "title_and_question",
]

SEEDS = "seeds"
"""Tag of a cell that speaks of the five seeds alone; on another corpus it is left out."""
PACKAGE = Path(__file__).parents[1]
GOLD = "gold"
"""Tag of a cell that needs the annotated seeds, which the installed package does not hold."""


class NotebookError(TownshipError):
    """A notebook is not there, or cannot be run."""


def notebook_paths() -> list[Path]:
    """Return the notebooks in their order: those in the package, or beside it where it runs from its repository."""
    for folder in (PACKAGE / "notebooks", PACKAGE.parent / "notebooks"):
        if found := sorted(folder.glob("[0-9][0-9]-*.ipynb")):
            return found
    raise NotebookError(
        f"{PACKAGE / 'notebooks'}: the notebooks are missing; install township-reports again, or run it from its "
        "repository."
    )


def choose(names: list[str] | None) -> list[Path]:
    """Return the notebooks called `names` (``03-keyness``, or its number ``03``), all of them without names.

    Raises
    ------
    TownshipError
        If no notebook has a name; the text lists those that are there.
    """
    paths = notebook_paths()
    known = {path.stem: path for path in paths} | {path.name: path for path in paths}
    known |= {path.stem.partition("-")[0]: path for path in paths}
    if unknown := [name for name in names or [] if name not in known]:
        raise NotebookError(
            f"no notebook is called {unknown[0]!r}; there are: {', '.join(path.stem for path in paths)}."
        )
    return sorted({known[name] for name in names}) if names else paths


def adapted(notebook: Any, parameters: Mapping[str, Any], *, about: str | None, left_out: set[str]) -> Any:
    """Return a copy of `notebook` without outputs, with `parameters` set, for the corpus that `about` describes.

    Parameters
    ----------
    notebook : NotebookNode
    parameters : mapping
        Values for names that the notebook's parameters cell assigns; others are passed over.
    about : str, optional
        A line of Markdown on the data, put below the title.
    left_out : set of str
        Tags; a cell that has one of them does not stay.
    """
    import nbformat

    new = copy.deepcopy(notebook)
    new.cells = [cell for cell in new.cells if not left_out & set(cell.metadata.get("tags", []))]
    for cell in new.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = _assigned(cell.source, parameters)
    if about:
        new.cells.insert(1, nbformat.v4.new_markdown_cell(about, id="about"))
    return new


def _assigned(source: str, values: Mapping[str, Any]) -> str:
    """Return the `source` of a parameters cell with its plain assignments to the names of `values` replaced."""
    lines = source.splitlines()
    for statement in reversed(ast.parse(source).body):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id in values:
            lines[statement.lineno - 1 : statement.end_lineno] = [f"{target.id} = {values[target.id]!r}"]
    return "\n".join(lines)


def data_line(name: str, corpus: Corpus | None = None, *, language: str = "en") -> str:
    """Return the line of Markdown that says what the data are: the folder's name without its path, and counts."""
    shown = _as_code(name)
    if corpus is None:
        return words(language)["data_folder"].format(name=shown)
    reports = corpus.reports
    return words(language)["data_corpus"].format(
        name=shown,
        n_reports=f"{len(reports):,}",
        n_rejects=f"{len(corpus.rejects):,}",
        n_duplicates=f"{int(reports['duplicate_of'].notna().sum()):,}",
    )


def _as_code(text: str) -> str:
    """Return `text`, which comes from a file's name, as a span of Markdown in which nothing is marked up."""
    printable = "".join(one if one.isprintable() else "�" for one in text).replace("`", "'")
    return f"`{printable}`"


def title_and_question(notebook: Any) -> tuple[str, str]:
    """Return the heading of a notebook and the paragraph of its first cell that asks its question."""
    paragraphs = notebook.cells[0].source.split("\n\n")
    asked = [one for one in paragraphs if one.startswith("**Question.**")]
    return paragraphs[0].lstrip("# ").strip(), asked[0].removeprefix("**Question.**").strip() if asked else ""


def copy_notebooks(path: str | os.PathLike, out: str | os.PathLike | None = None) -> tuple[list[Path], list[Path]]:
    """Copy the notebooks for the corpus in `path`, without what they say of the seeds and without outputs.

    Parameters
    ----------
    path : path
        A folder of reports, or a built corpus.
    out : path, optional
        Gets the notebooks; by default the folder ``NAME-notebooks`` beside `path`. A notebook that is there already is
        left as it is.

    Returns
    -------
    (list of Path, list of Path)
        The notebooks that were written, and those that were there.

    Raises
    ------
    CorpusError
        If `path` is no folder.
    """
    import nbformat

    source = Path(path).resolve()
    if not source.is_dir():
        raise CorpusError(
            f"{path}: no such folder; give the folder that holds the reports, or a corpus that was built."
        )
    folder = Path(out) if out is not None else source.with_name(f"{source.name}-notebooks")
    try:
        relative = Path(os.path.relpath(source, folder.resolve())).as_posix()
    except ValueError:  # another drive
        relative = source.as_posix()
    parameters = {"corpus_folder": relative, "figures_folder": "figures", "gold_folder": ""}
    folder.mkdir(parents=True, exist_ok=True)
    written, kept = [], []
    for original in notebook_paths():
        copied = folder / original.name
        if copied.exists():
            kept.append(copied)
            continue
        notebook = adapted(
            nbformat.read(original, as_version=4), parameters, about=data_line(source.name), left_out={SEEDS, GOLD}
        )
        copied.write_text(nbformat.writes(notebook), encoding="utf-8")
        written.append(copied)
    return written, kept
