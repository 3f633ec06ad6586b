"""A slogan network as one page to look around in: every mark and line leads to the sentences behind it.

The page is one file that needs no network and no server. What comes from reports and lexicons is data in it, never
markup: JSON in which no ``<`` is left, which the script writes into text nodes, under a policy that lets nothing else
run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.slogans.cooccurrence import edge_sentences
from analysis.measures.statistics.counts import require_columns
from analysis.plots.labels import label
from analysis.plots.network.draw import wrapped
from analysis.plots.network.layout import layout_network
from analysis.plots.network.marks import NO_GROUP, edge_widths, looks_of, node_box, outline, radii
from analysis.schemas import Corpus, TableError

__all__ = ["slogan_evidence", "write_network_page"]

MOST = 200  # sentences behind one mark or line
WIDTH = 520.0  # of the drawing; a unit is a point of the printed figure
WORDS = (
    "help", "search-words", "slider-words", "whole", "closer", "farther", "all-words", "empty", "nothing", "status",
    "evidence", "english", "expansion", "years", "source", "scope", "type", "occurrences", "reports", "community",
    "together", "inclusion", "backbone", "yes", "no",
)  # fmt: skip


def slogan_evidence(hits: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Return the occurrences behind a network with their sentences.

    Parameters
    ----------
    hits : DataFrame
        ``network.hits`` of `slogan_network`.
    corpus : Corpus
        The corpus of the network.

    Returns
    -------
    DataFrame
        One row per occurrence in the order of the text. **Columns**: slogan, report_id (str); unit, sentence_id
        (int64); start, end (int64, of the sentence, code points of the raw text); text (str, the sentence as cleaned);
        mark_start, mark_end (int64, place of the slogan in `text`).
    """
    names = ["report_id", "sentence_id", "start", "end", "text"]
    sentences = corpus.sentences[names].rename(columns={"start": "first", "end": "last", "text": "sentence"})
    rows = []
    for row in hits.merge(sentences, on=["report_id", "sentence_id"], how="left").to_dict("records"):
        report = corpus.documents[row["report_id"]]
        origin = report.to_clean(row["first"])
        mark_start, mark_end = report.to_clean(row["start"]) - origin, report.to_clean(row["end"]) - origin
        rows.append((
            row["slogan"], row["report_id"], row["unit"], row["sentence_id"], row["first"], row["last"],
            row["sentence"], mark_start, min(mark_end, len(row["sentence"])),
        ))  # fmt: skip
    columns = ["slogan", "report_id", "unit", "sentence_id", "start", "end", "text", "mark_start", "mark_end"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["report_id", "start", "mark_start", "slogan"], kind="stable").reset_index(drop=True)


def write_network_page(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    evidence: pd.DataFrame,
    path: str | os.PathLike,
    *,
    title: str,
    caption: str = "",
    facts: pd.DataFrame | None = None,
    language: str = "en",
    seed: int = 20240101,
) -> str:
    """Write a network as one HTML page that works offline, and return its path.

    Marks and lines can be pointed at, clicked and reached with the keyboard; beside them the page shows what the
    lexicon knows of a slogan and the sentences behind it, at most 200 for each, with report and offsets. A slider hides
    lines by their inclusion, a box searches slogans, expansions and translations. Slogans without a line stand in the
    list below the drawing.

    Parameters
    ----------
    nodes, edges : DataFrame
        Of `slogan_network`; the lines are the edges with ``drawn``.
    evidence : DataFrame
        From `slogan_evidence`.
    path : path
        The file; its folder is made if it is not there. What was there stays if the page cannot be written.
    title, caption : str
    facts : DataFrame, optional
        With canonical, expansion, english, source, first_year, last_year: `slogan_lexicon`.
    language : {"en", "zh"}
        Of the words of the page; data are never translated.
    seed : int
        Of the layout.

    Raises
    ------
    TableError
        If a column is missing or an edge has an end that is no node.
    """
    require_columns(nodes, "nodes", ["slogan", "n", "n_reports", "type", "scope", "community"])
    columns = ["source", "target", "n", "n_reports", "npmi", "jaccard", "p", "in_backbone", "drawn", "inclusion"]
    require_columns(edges, "edges", columns)
    drawn = edges[edges["drawn"].to_numpy(dtype=bool)].sort_values(["source", "target"]).reset_index(drop=True)
    strangers = sorted({*drawn["source"], *drawn["target"]} - set(nodes["slogan"]))
    if strangers:
        raise TableError(f"edges table holds {strangers[0]!r}, which the nodes table lacks ({len(nodes)} nodes).")
    content = _content(nodes.reset_index(drop=True), drawn, evidence, facts, language, seed)
    words = {name: label(f"page_{name}", language=language) for name in WORDS} | {"title": title, "caption": caption}
    text = _page(content | {"words": words}, title=title, language=language)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".page-") as staging:
        (Path(staging) / path.name).write_bytes(text.encode("utf-8", "backslashreplace"))
        os.replace(Path(staging) / path.name, path)
    return str(path)


def _page(content: Mapping[str, Any], *, title: str, language: str) -> str:
    template = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    hashes = {}
    for tag in ("style", "script"):
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", template.replace("%%", "%"), re.DOTALL)
        hashes[f"{tag}_hash"] = f"sha256-{base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()}"
    data = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    # nothing in a report may end the script element, open a comment or break a line of the script
    for character in "<>&\u2028\u2029":
        data = data.replace(character, f"\\u{ord(character):04x}")
    lang = "zh-CN" if language == "zh" else "en"
    return template % {"lang": lang, "title": escape(title), "data": data, **hashes}


def _content(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    evidence: pd.DataFrame,
    facts: pd.DataFrame | None,
    language: str,
    seed: int,
) -> dict[str, Any]:
    order = {name: at for at, name in enumerate(nodes["slogan"])}
    sentences, place = _sentences(evidence, order)
    known = {} if facts is None else {row["canonical"]: row for row in facts.to_dict("records")}
    radius, looks = radii(nodes) if len(nodes) else {}, looks_of(nodes)
    tied = nodes["slogan"][nodes["slogan"].isin({*edges["source"], *edges["target"]})]
    texts = {name: wrapped(name) for name in tied}
    boxes = {name: node_box(text, radius[name], width=_wide(text)) for name, text in texts.items()}
    pairs = list(zip(edges["source"], edges["target"], strict=True))
    layout = layout_network(boxes, pairs, width=WIDTH, seed=seed)
    numbers = {group: at for at, group in enumerate(looks, start=1)}
    behind = evidence.groupby("slogan", sort=False)
    keys = {name: list(dict.fromkeys(zip(of["report_id"], of["sentence_id"], strict=True))) for name, of in behind}
    drawn_nodes = []
    for row in nodes.to_dict("records"):
        name, fact = row["slogan"], known.get(row["slogan"], {})
        group = None if pd.isna(row["community"]) else int(row["community"])
        look = NO_GROUP if group is None else looks[group]
        at = layout.places.get(name)
        shown = [place[key] for key in keys.get(name, [])]
        drawn_nodes.append({
            "slogan": name, "n": int(row["n"]), "reports": int(row["n_reports"]),
            "scope": label(f"scope_{row['scope']}", language=language),
            "type": label(f"type_{row['type']}", language=language),
            "community": None if group is None else numbers[group],
            "years": _years(fact), **{one: _text(fact.get(one)) for one in ("expansion", "english", "source")},
            "x": at and round(at[0], 2), "y": at and round(at[1], 2), "lines": texts.get(name, "").split("\n"),
            "label": at and round(at[1] + radius[name] * 1.3 + 8, 2), "colour": look.colour,
            "path": _path(look.marker, radius[name]) if at else None,
            "evidence": shown[:MOST], "sentences": len(shown),
        })  # fmt: skip
    found = edge_sentences(evidence, edges)
    behind_edge = {pair: list(zip(of["report_id"], of["sentence_id"], strict=True))
                   for pair, of in found.groupby(["source", "target"], sort=False)}  # fmt: skip
    widths = edge_widths(edges["n"].to_numpy(dtype=float))
    drawn_edges = []
    for row, wide in zip(edges.to_dict("records"), widths, strict=True):
        shown = [place[key] for key in dict.fromkeys(behind_edge.get((row["source"], row["target"]), []))]
        drawn_edges.append({
            "source": order[row["source"]], "target": order[row["target"]], "n": int(row["n"]),
            "reports": int(row["n_reports"]), "backbone": bool(row["in_backbone"]), "width": round(float(wide), 2),
            **{one: _number(row[one]) for one in ("npmi", "jaccard", "p", "inclusion")},
            "evidence": shown[:MOST], "sentences": len(shown),
        })  # fmt: skip
    return {"nodes": drawn_nodes, "edges": drawn_edges, "sentences": sentences, "width": WIDTH,
            "height": round(layout.height, 2)}  # fmt: skip


def _sentences(
    evidence: pd.DataFrame, order: Mapping[str, int]
) -> tuple[list[dict[str, Any]], dict[tuple[str, int], int]]:
    """Return each sentence with the places of its slogans, and where in the list each sentence stands."""
    sentences, place = [], {}
    for row in evidence.to_dict("records"):
        key = (row["report_id"], row["sentence_id"])
        if key not in place:
            place[key] = len(sentences)
            sentences.append({"report": row["report_id"], "start": int(row["start"]), "end": int(row["end"]),
                              "text": row["text"], "marks": []})  # fmt: skip
        if row["slogan"] in order:
            mark = [int(row["mark_start"]), int(row["mark_end"]), order[row["slogan"]]]
            sentences[place[key]]["marks"].append(mark)
    return sentences, place


def _wide(text: str) -> float:
    """Return about how wide `text` is in the font of a reader's machine, of which nothing is known."""
    return max(sum(7.0 if ord(one) > 0x2E7F else 4.4 for one in line) for line in text.split("\n"))


def _path(marker: str, radius: float) -> str:
    corners = outline(marker) * radius
    return "M" + "L".join(f"{x:.2f} {-y:.2f}" for x, y in corners) + "Z"


def _years(fact: Mapping[str, Any]) -> str | None:
    first, last = ("" if pd.isna(year) else str(int(year)) for year in (fact.get("first_year"), fact.get("last_year")))
    return f"{first}–{last}" if first or last else None


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) or value == "" else str(value)


def _number(value: float) -> float | None:
    return None if pd.isna(value) or not np.isfinite(value) else float(f"{value:.6g}")
