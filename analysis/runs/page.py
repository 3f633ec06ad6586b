"""A notebook that was run, and the list of all of them, as pages that can neither run nor fetch anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.pipeline import unmatched
from analysis.runs.lettering import lettered
from analysis.runs.tables import typeset
from analysis.runs.words import words
from analysis.schemas import Corpus

__all__ = ["POLICY", "corpus_facts", "first_picture", "index_page", "notebook_page", "stop"]

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; script-src 'none'; "
    "base-uri 'none'; form-action 'none'"
)
LANG = {"en": "en", "zh": "zh-CN"}
TEMPLATES = Path(str(resources.files("analysis.runs"))) / "templates"
ADDRESSES = (
    "require_js_url",
    "mathjax_url",
    "mermaid_js_url",
    "mermaid_layout_elk_js_url",
    "jquery_url",
    "jupyter_widgets_base_url",
    "widget_renderer_url",
)
ENOUGH_COVERAGE = 0.9


@cache
def _style(*, code: bool) -> str:
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    if not code:
        return style
    from pygments.formatters import HtmlFormatter

    return style + HtmlFormatter(style="default", nobackground=True).get_style_defs(".highlight")


def stop(notebook: Any) -> tuple[int, str] | None:
    """Return the number of the cell that ended in an error, counted from 1 with prose, and the error; None without."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return number, _plain(f"{output.ename}: {output.evalue}")
    return None


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).strip()


def first_picture(notebook: Any) -> tuple[str, str]:
    """Return the first figure of a notebook that was run, as base64, and its caption; empty texts where none is."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if picture := output.get("data", {}).get("image/png"):
                return "".join(picture.split()), _said(cell)
    return "", ""


def _said(cell: Any) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream").strip()


def notebook_page(notebook: Any, frame: Mapping[str, Any]) -> str:
    """Return a notebook that was run as one page of HTML: figures inside, code folded, no script, no address.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs; not changed.
    frame : mapping
        ``language``, ``title``, ``corpus`` (its name), ``version`` and ``hash``.
    """
    import copy

    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    notebook = copy.deepcopy(notebook)
    chosen = words(frame["language"])
    stopped = stop(notebook)
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        cell.metadata = {"stopped": bool(stopped) and number == stopped[0]}
        for output in cell.outputs:
            if data := output.get("data"):
                cell.metadata |= {"figure": True, "alt": _said(cell)} if "image/png" in data else {}
                if "text/html" in data:
                    data["text/html"] = typeset(data["text/html"])
            for name in ("evalue", "ename"):
                if name in output:
                    output[name] = _plain(output[name])
    exporter = HTMLExporter(
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="page",
        embed_images=True,
        language_code=LANG[frame["language"]],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        **dict.fromkeys(ADDRESSES, ""),
    )
    exporter.register_preprocessor(CoalesceStreamsPreprocessor, enabled=True)
    shown = {
        **frame,
        "lang": LANG[frame["language"]],
        "policy": POLICY,
        "style": _style(code=True),
        "words": chosen,
        "failure": chosen["failed"].format(cell=stopped[0], error=stopped[1]) if stopped else "",
    }
    body, _ = exporter.from_notebook_node(notebook, resources={"frame": shown})
    return lettered(body)


def corpus_facts(corpus: Corpus) -> dict[str, Any]:
    """Return the counts of a corpus by the keys of words.csv, in the order in which the index shows them."""
    reports = corpus.reports
    used = reports[reports["duplicate_of"].isna()]
    known = used["coverage"].notna()
    years = used["year_stated"].dropna()
    return {
        "files": len(reports) + len(corpus.rejects),
        "rejects": len(corpus.rejects),
        "duplicates": len(reports) - len(used),
        "analysed": len(used),
        "genres": ", ".join(f"{name} {n}" for name, n in sorted(used["genre"].fillna("?").value_counts().items())),
        "years": f"{years.min()}–{years.max()} ({len(years)})" if len(years) else "–",
        "visible_chars": int(used["visible_chars"].sum()),
        "hidden_chars": int(used["hidden_chars"].sum()),
        "coverage_full": int((used["coverage"] >= ENOUGH_COVERAGE).sum()),
        "coverage_low": int((used["coverage"] < ENOUGH_COVERAGE).sum()),
        "coverage_unknown": int((~known).sum()),
        "tokens": int(used["n_tokens"].sum()),
    } | (
        {"unmatched": len(left)}
        if (left := unmatched(corpus.reports, simplify=bool(corpus.parameters.get("simplify"))))
        else {}
    )


def index_page(corpus: Corpus, frame: Mapping[str, Any], pages: list[dict[str, str]], parameters: Mapping) -> str:
    """Return the page that lists the `pages` (file, title, question, picture, caption, failure) and what was read."""
    import jinja2

    chosen = words(frame["language"])
    facts = {**corpus_facts(corpus), **parameters, "version": frame["version"], "corpus_hash": frame["hash"]}
    environment = jinja2.Environment(autoescape=True, loader=jinja2.FileSystemLoader(TEMPLATES))
    return lettered(
        environment.get_template("index.html.j2").render(
            lang=LANG[frame["language"]],
            policy=POLICY,
            version=frame["version"],
            title=chosen["title"].format(name=frame["corpus"]),
            style=_style(code=False),
            words=chosen,
            pages=pages,
            facts=[(key, _number(value)) for key, value in facts.items()],
            rejects=corpus.rejects.to_dict("records"),
            duplicates=_duplicates(corpus.reports),
        )
    )


def _duplicates(reports: pd.DataFrame) -> list[dict]:
    return reports.loc[reports["duplicate_of"].notna(), ["report_id", "duplicate_of"]].to_dict("records")


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and value > 0 else str(value)
