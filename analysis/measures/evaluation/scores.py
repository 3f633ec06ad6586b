"""How well the extractors do on a sample that a person annotated: precision, recall and F1 by exact span."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.schemas import Corpus, CorpusError, LexiconError

__all__ = ["evaluate", "read_gold", "scores_as_json"]

SLOGAN_TYPES = ("ideology", "policy_name", "numeric_abbrev", "quoted_formula", "four_char_pair", "parallel_headline")
_SLOGANS = tuple(f"slogans:{kind}" for kind in SLOGAN_TYPES)
LAYERS = ("noise", "wrap_space", "headings", "items", "zones", "masks", "slogans", *_SLOGANS)
_WRAPS = ("line_wrap", "digit_adjacent")
_LABELS = {"noise": "kind", "headings": "level", "items": "marker", "masks": "kind"}
_NEEDED = {"noise": "kind", "headings": None, "items": None, "zones": "zone", "masks": None, "slogans": "type"}

_VALUES = {
    "zone": ("opening", "review", "problems", "plan", "closing", "self_governance"),
    "type": SLOGAN_TYPES,
}
Unit = tuple[Any, ...]  # (start, end), with the type of a slogan; (place,); (place, zone)


def read_gold(folder: str | Path) -> dict[str, dict[str, Any]]:
    """Return the gold files of `folder` by their name without extension.

    A gold file is JSON: ``source`` names the report, ``sha256`` its bytes, and each layer is a list of records with
    ``start`` and ``end`` (code points of the raw text, end exclusive). tests/gold holds examples and the guideline.

    Raises
    ------
    CorpusError
        If the folder is missing or holds no ``.json`` file.
    LexiconError
        If a file is no JSON, lacks ``source``, or a record lacks its offsets; the text says where.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CorpusError(f"{folder}: no such folder; give the folder that holds the gold files (.json).")
    files = sorted(folder.glob("*.json"))
    if not files:
        raise CorpusError(
            f"{folder}: holds no gold file; put the annotated sample there as .json (see docs/evaluation.md)."
        )
    return {file.stem: _read_one(file) for file in files}


def _read_one(file: Path) -> dict[str, Any]:
    try:
        gold = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LexiconError(f"{file}: is no JSON ({error}); mend or remove it.") from error
    if not isinstance(gold, dict) or not isinstance(gold.get("source"), str):
        raise LexiconError(f"{file}: lacks 'source', the file name of the report; add it.")
    for layer, needed in _NEEDED.items():
        records = gold.get(layer, [])
        if not isinstance(records, list):
            raise LexiconError(f"{file}: {layer!r} is no list of records; write [] where there are none.")
        for number, record in enumerate(records, start=1):
            _check(record, f"{file}: {layer} record {number}", needed)
    return gold


def _check(record: Any, place: str, needed: str | None) -> None:
    if not isinstance(record, dict):
        raise LexiconError(f"{place} is no object; give 'start' and 'end'.")
    if record.get("kind") == "wrap_space":
        offsets = record.get("all_offsets")
        if not isinstance(offsets, dict):
            raise LexiconError(f"{place} (wrap_space) lacks 'all_offsets'; add it.")
        if not set(offsets) <= {*_WRAPS, "paragraph_break"}:
            raise LexiconError(
                f"{place}: 'all_offsets' knows {', '.join(_WRAPS)}, paragraph_break; not {', '.join(offsets)}."
            )
        if not all(isinstance(one, list) and all(isinstance(at, int) for at in one) for one in offsets.values()):
            raise LexiconError(f"{place}: 'all_offsets' must hold lists of integers.")
        return
    start, end = record.get("start"), record.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        raise LexiconError(f"{place} lacks 'start' or 'end'; give both as integers.")
    if not 0 <= start < end:
        raise LexiconError(f"{place}: start {start} and end {end} are no span; the end is exclusive.")
    if needed is not None and not isinstance(record.get(needed), str):
        raise LexiconError(f"{place} lacks {needed!r}; add it.")
    if needed in _VALUES and record[needed] not in _VALUES[needed]:
        raise LexiconError(f"{place}: {needed} {record[needed]!r} is none of {', '.join(_VALUES[needed])}.")


def evaluate(corpus: Corpus, gold: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Score the tables of `corpus` against annotated documents.

    Parameters
    ----------
    corpus : Corpus
        Must hold every report that a gold file names as its ``source``.
    gold : dict
        From `read_gold`.

    Returns
    -------
    pandas.DataFrame
        One row per document and layer, and per layer over all documents (document ``""``). **Columns**: document,
        layer, n (gold units), hits, misses, false_hits, precision, recall, f1 (NaN where the layer is empty),
        label_agreement (share of hits whose kind, level or marker agrees too; NaN where the layer has no label),
        overlap_precision, overlap_recall, overlap_f1 (a span counts that overlaps one of the other side; NaN for
        ``wrap_space`` and ``zones``). The layer ``slogans`` is followed by one for each type (``slogans:ideology`` …).

        A hit is an exact span: both ends agree. For ``wrap_space`` the unit is a deleted offset, where the gold's
        paragraph breaks are neither hit nor error; for ``zones`` it is a character other than white space, and a hit
        has the same zone; for slogans the type must agree, and types that the guideline lacks are not scored. Spans
        inside gold noise are not scored: what is noise is not text. Layers that no gold file has are left out. Pooled
        rows sum the counts (micro average).

    Raises
    ------
    CorpusError
        If a report is missing from the corpus or its bytes are not the annotated ones.

    References
    ----------
    Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, eq. 8.1–8.6.
    """
    by_name = {
        Path(path).name: report_id
        for path, report_id in zip(corpus.reports["path"], corpus.reports["report_id"], strict=True)
    }
    by_name |= dict(zip(corpus.reports["path"], corpus.reports["report_id"], strict=True))
    counts: list[dict[str, Any]] = []
    for document, record in gold.items():
        report_id = by_name.get(record["source"])
        if report_id is None:
            place = f"annotated in {document}.json but not among the reports of {corpus.folder}"
            raise CorpusError(f"{record['source']}: {place}; add it.")
        if record.get("sha256") not in (None, corpus.documents[report_id].sha256):
            raise CorpusError(
                f"{record['source']}: is not the file that {document}.json annotates (sha256 differs); restore it."
            )
        length = len(corpus.documents[report_id].raw)
        for layer in _NEEDED:
            for number, one in enumerate(record.get(layer, []), start=1):
                if one.get("end", 0) > length:
                    raise LexiconError(
                        f"{document}.json: {layer} record {number}: end {one['end']} is behind the text of "
                        f"{record['source']}, which has {length} characters; mend it."
                    )
        for layer in LAYERS:
            if _has(record, layer):
                counts.append({"document": document, "layer": layer} | _score(corpus, report_id, record, layer))
    if not counts:
        raise CorpusError(f"the gold files hold none of the layers {', '.join(LAYERS)}; annotate one.")
    table = pd.DataFrame(counts)
    pooled = table.drop(columns="document").groupby("layer", sort=False).sum().reset_index().assign(document="")
    table = pd.concat([pooled, table], ignore_index=True)
    table["layer"] = pd.Categorical(table["layer"], categories=LAYERS, ordered=True)
    table = table.sort_values(["document", "layer"], ignore_index=True).astype({"layer": "str"})
    return _rates(table)


def _has(record: dict[str, Any], layer: str) -> bool:
    return ("noise" if layer == "wrap_space" else layer.partition(":")[0]) in record


def _rates(counts: pd.DataFrame) -> pd.DataFrame:
    found, present = counts["hits"] + counts["false_hits"], counts["n"] > 0
    precision = (counts["hits"] / found).where(present & (found > 0))
    recall = (counts["hits"] / counts["n"]).where(present)
    f1 = (2 * counts["hits"] / (counts["n"] + found)).where(present)
    agreement = (counts["agree"] / counts["hits"]).where(counts["layer"].isin(_LABELS) & (counts["hits"] > 0))
    spans = present & ~counts["layer"].isin(["wrap_space", "zones"])
    overlap = {
        "overlap_precision": (counts["found_touched"] / found).where(spans & (found > 0)),
        "overlap_recall": (counts["true_touched"] / counts["n"]).where(spans),
        "overlap_f1": ((counts["found_touched"] + counts["true_touched"]) / (counts["n"] + found)).where(spans),
    }
    shares = {"precision": precision, "recall": recall, "f1": f1, "label_agreement": agreement} | overlap
    return counts.drop(columns=["agree", "found_touched", "true_touched"]).assign(**shares)


def _score(corpus: Corpus, report_id: str, record: dict[str, Any], layer: str) -> dict[str, int]:
    noise = [(one["start"], one["end"]) for one in record.get("noise", []) if "start" in one]
    true, found = _UNITS.get(layer, _spans)(corpus, report_id, record, layer, noise)
    hits = true.keys() & found.keys()
    touched = {"true_touched": 0, "found_touched": 0}
    if layer not in ("wrap_space", "zones"):
        touched = {"true_touched": _touched(true, found), "found_touched": _touched(found, true)}
    return touched | {
        "n": len(true),
        "hits": len(hits),
        "misses": len(true) - len(hits),
        "false_hits": len(found.keys() - true.keys()),
        "agree": sum(true[unit] == found[unit] for unit in hits),
    }


def _touched(spans: Iterable[Unit], others: Iterable[Unit]) -> int:
    """Return how many of `spans` overlap one of `others` of the same type."""
    others = list(others)
    return sum(any(a[0] < b[1] and b[0] < a[1] and a[2:] == b[2:] for b in others) for a in spans)


def _of_report(table: pd.DataFrame, report_id: str) -> pd.DataFrame:
    return table[table["report_id"] == report_id]


def _outside(spans: dict[Unit, Any], noise: Iterable[tuple[int, int]]) -> dict[Unit, Any]:
    return {span: label for span, label in spans.items() if not any(a <= span[0] and span[1] <= b for a, b in noise)}


def _spans(
    corpus: Corpus, report_id: str, record: dict, layer: str, noise: list
) -> tuple[dict[Unit, Any], dict[Unit, Any]]:
    label = _LABELS[layer]
    true = {(one["start"], one["end"]): one.get(label) for one in record[layer] if "start" in one}
    table = _of_report(getattr(corpus, layer), report_id)
    found = dict(zip(zip(table["start"], table["end"], strict=True), table[label], strict=True))
    return (true, found) if layer == "noise" else (_outside(true, noise), _outside(found, noise))


def _wraps(
    corpus: Corpus, report_id: str, record: dict, layer: str, noise: list
) -> tuple[dict[Unit, Any], dict[Unit, Any]]:
    offsets = [one["all_offsets"] for one in record["noise"] if one.get("kind") == "wrap_space"]
    true = {(place,) for kinds in offsets for kind in _WRAPS for place in kinds.get(kind, [])}
    neutral = {(place,) for kinds in offsets for place in kinds.get("paragraph_break", [])}
    edits = _of_report(corpus.edits, report_id)
    wraps = edits[edits["kind"].isin(_WRAPS)]
    found = {(place,) for start, end in zip(wraps["start"], wraps["end"], strict=True) for place in range(start, end)}
    return dict.fromkeys(true), dict.fromkeys(found - neutral)


def _characters(
    corpus: Corpus, report_id: str, record: dict, layer: str, noise: list
) -> tuple[dict[Unit, Any], dict[Unit, Any]]:
    raw = corpus.documents[report_id].raw
    foreign = {place for start, end in noise for place in range(start, end)}

    def units(spans: Iterable[tuple[int, int, str]]) -> dict[Unit, Any]:
        # the zone is part of the unit: a character in another zone is a miss and a false hit
        zones = ((place, zone) for start, end, zone in spans for place in range(start, end))
        return dict.fromkeys(unit for unit in zones if unit[0] not in foreign and not raw[unit[0]].isspace())

    table = _of_report(corpus.zones, report_id)
    found = units(zip(table["start"], table["end"], table["zone"], strict=True))
    return units((one["start"], one["end"], one["zone"]) for one in record["zones"]), found


def _slogans(
    corpus: Corpus, report_id: str, record: dict, layer: str, noise: list
) -> tuple[dict[Unit, Any], dict[Unit, Any]]:
    kinds = [layer.partition(":")[2]] if ":" in layer else SLOGAN_TYPES
    true = {(one["start"], one["end"], one["type"]): None for one in record["slogans"] if one["type"] in kinds}
    table = _of_report(corpus.slogans, report_id)
    table = table[table["type"].isin(kinds)]
    found = dict.fromkeys(zip(table["start"], table["end"], table["type"], strict=True))
    return _outside(true, noise), _outside(found, noise)


_UNITS: dict[str, Callable] = {"wrap_space": _wraps, "zones": _characters}
_UNITS |= dict.fromkeys(("slogans", *_SLOGANS), _slogans)


def scores_as_json(scores: pd.DataFrame) -> dict[str, Any]:
    """Return the table of `evaluate` as one object: a key per layer, and ``documents`` with the same for each.

    The types of slogans stand under ``slogans`` as ``types``. Shares that are not defined are None.
    """

    def of(document: str) -> dict[str, Any]:
        layers: dict[str, Any] = {}
        for row in scores[scores["document"] == document].drop(columns=["document", "hits"]).to_dict("records"):
            layer, _, kind = row.pop("layer").partition(":")
            values = {name: None if pd.isna(value) else value for name, value in row.items()}
            if kind:
                layers[layer].setdefault("types", {})[kind] = values
            else:
                layers[layer] = values
        return layers

    documents = sorted(set(scores["document"]) - {""})
    return of("") | {"documents": {document: of(document) for document in documents}}
