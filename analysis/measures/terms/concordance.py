"""Keyword in context, and the way from any count back to the characters of a source file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

import pandas as pd

from analysis.corpus.parts.masks import find_masks
from analysis.measures.statistics.counts import EXPOSURE_KINDS, analysed
from analysis.schemas import ELISION, Corpus, TableError

__all__ = ["Concordance", "keyword_in_context", "trace"]

_COLUMNS = ["report_id", "path", "sentence_id", "start", "end", "raw", "left", "keyword", "right"]
_CONTEXT_COLUMNS = ["township", "year_min", "year_max", "genre", "section", "zone", "sentence"]
_SORTS = ("position", "left", "right")
_ROWS_SHOWN = 60


class Concordance(pd.DataFrame):
    """A concordance table; as a notebook shows it: one line per hit, masks shaded, hidden text as ▢."""

    _metadata = ("term",)
    term: str = ""

    @property
    def _constructor(self) -> type[Concordance]:
        return Concordance

    def _repr_html_(self) -> str:
        if not {"left", "keyword", "right", "report_id", "start", "end"} <= set(self.columns):
            return pd.DataFrame(self)._repr_html_()  # type: ignore[operator]
        head = f"{len(self)} × {escape(self.term)}"
        if len(self) > _ROWS_SHOWN:
            head += f" (first {_ROWS_SHOWN} shown; the table holds all)"
        lines = "".join(_html_row(row) for row in self.head(_ROWS_SHOWN).to_dict("records"))
        return (
            f'<table style="border-collapse:collapse"><caption style="text-align:left">{head}</caption>'
            '<thead><tr><th style="text-align:left">report</th><th>offsets</th>'
            "<th></th><th></th><th></th></tr></thead>"
            f"<tbody>{lines}</tbody></table>"
        )


def _html_row(row: dict) -> str:
    def cell(text: str, style: str) -> str:
        return f'<td style="{style}">{text}</td>'

    where = f"{row['report_id']}" + (f" · {row['zone']}" if row.get("zone") and not pd.isna(row["zone"]) else "")
    return (
        f'<tr title="{escape(str(row.get("sentence", "")), quote=True)}">'
        + cell(escape(where), "text-align:left;color:#555")
        + cell(f"{row['start']}–{row['end']}", "text-align:right;color:#555")
        + cell(_mark(row["left"]), "text-align:right;white-space:nowrap")
        + cell(f"<b>{escape(row['keyword'])}</b>", "text-align:center;white-space:nowrap")
        + cell(_mark(row["right"]), "text-align:left;white-space:nowrap")
        + "</tr>"
    )


def _mark(context: str) -> str:
    """Escape a context and shade in it the masks and hidden text."""
    pieces, at = [], 0
    for mask in find_masks(context):
        pieces += [
            escape(context[at : mask.start]),
            f'<span style="background:#ddd" title="masked">{escape(mask.text)}</span>',
        ]
        at = mask.end
    hidden = f'<span style="background:#fc9" title="text hidden by the source">{ELISION}</span>'
    return "".join([*pieces, escape(context[at:])]).replace(ELISION, hidden)


def _pattern(term: str | Sequence[str] | re.Pattern) -> re.Pattern:
    """Return what is looked for as an expression; of several wordings the longest is tried first."""
    if isinstance(term, re.Pattern):
        return term
    wordings = [term] if isinstance(term, str) else list(term) if isinstance(term, Iterable) else [term]
    for wording in wordings:
        if not isinstance(wording, str) or not wording.strip():
            raise TableError(f"the term to look for is {wording!r}; give a word such as '乡村振兴'.")
    if not wordings:
        raise TableError("there is no term to look for; give a word, a list of words or a compiled expression.")
    return re.compile("|".join(map(re.escape, sorted(set(wordings), key=lambda wording: (-len(wording), wording)))))


def _spans(corpus: Corpus, pattern: re.Pattern, by: str) -> pd.DataFrame:
    """Return the occurrences in the reports that are counted: duplicates are left out."""
    kept = analysed(corpus)["report_id"]
    if by == "token":
        counted = corpus.tokens[corpus.tokens["kind"].isin(EXPOSURE_KINDS) & corpus.tokens["report_id"].isin(kept)]
        there = counted["token"].drop_duplicates()
        wanted = there[[pattern.fullmatch(token) is not None for token in there]]
        return counted.loc[counted["token"].isin(wanted), ["report_id", "sentence_id", "start", "end"]]
    found = []
    for sentence in corpus.sentences[corpus.sentences["report_id"].isin(kept)].itertuples():
        matches = [match for match in pattern.finditer(sentence.text) if match.group()]
        if not matches:
            continue
        report = corpus.documents[sentence.report_id]
        first = report.to_clean(sentence.start)
        for match in matches:
            start, end = report.to_raw(first + match.start(), first + match.end())
            found.append((sentence.report_id, sentence.sentence_id, start, end))
    return pd.DataFrame(found, columns=["report_id", "sentence_id", "start", "end"])


def keyword_in_context(
    corpus: Corpus,
    term: str | Sequence[str] | re.Pattern,
    *,
    by: Literal["text", "token"] = "text",
    width: int = 18,
    sort: Literal["position", "left", "right"] = "position",
) -> Concordance:
    """Return every occurrence of `term` in the reports that are counted, with what stands around it.

    Parameters
    ----------
    corpus : Corpus
    term : str, list of str or compiled expression
        Any wording, or several (``by="text"``: also inside longer tokens and across them, never across sentences), or a
        token (``by="token"``: exactly the occurrences that `term_frequency` counts, so no masks).
    width : int
        Characters of context on either side. Line ends show as ⏎, hidden text as ▢; a mask is shown as it stands.
    sort : {"position", "left", "right"}
        Order of the corpus, or by the context read outwards from the keyword, which brings like next to like.

    Returns
    -------
    Concordance
        A DataFrame of all lines, not a sample. **Columns**: report_id, path, sentence_id, start, end (code points of
        the raw text), raw (the characters of the source, line wraps included), left, keyword, right, township,
        year_min, year_max, genre, section, zone, sentence.

    Raises
    ------
    TableError
        If `term` is empty, `width` is negative, or `by` or `sort` is no known choice.

    Examples
    --------
    >>> from analysis.pipeline import read_corpus
    >>> keyword_in_context(read_corpus("seeds"), "压舱石").loc[0, ["left", "keyword", "right"]].tolist()
    ['成,预计10月初投产。二是稳住招商“', '压舱石', '”。坚持把招商引资作为发展的“生命线']
    """
    pattern = _pattern(term)
    if width < 0:
        raise TableError(f"width must not be negative; received {width}. 18 characters are usual.")
    if by not in ("token", "text") or sort not in _SORTS:
        raise TableError(f"by={by!r}, sort={sort!r}: by is one of token, text; sort one of {', '.join(_SORTS)}.")
    hits = _spans(corpus, pattern, by).reset_index(drop=True)
    rows = []
    for report_id, start, end in hits[["report_id", "start", "end"]].itertuples(index=False):
        report = corpus.documents[report_id]
        first, last = report.to_clean(start), report.to_clean(end)
        left = report.cleaned[max(0, first - width) : first].replace("\n", "⏎")
        right = report.cleaned[last : last + width].replace("\n", "⏎")
        rows.append((report.raw[start:end], left, report.cleaned[first:last], right))
    lines = hits.join(pd.DataFrame(rows, columns=["raw", "left", "keyword", "right"], index=hits.index, dtype="str"))
    reports = corpus.reports[["report_id", "path", "township", "year_min", "year_max", "genre"]]
    sentences = corpus.sentences[["report_id", "sentence_id", "section", "zone", "text"]].rename(
        columns={"text": "sentence"}
    )
    lines = lines.merge(reports, on="report_id", how="left").merge(
        sentences, on=["report_id", "sentence_id"], how="left"
    )
    lines = lines[_COLUMNS + _CONTEXT_COLUMNS]
    if sort == "left":
        lines = lines.sort_values("left", key=lambda left: left.str[::-1], kind="stable")
    elif sort == "right":
        lines = lines.sort_values("right", kind="stable")
    table = Concordance(lines.reset_index(drop=True))
    table.term = term if isinstance(term, str) else pattern.pattern
    return table


def trace(
    corpus: Corpus, term: str | Sequence[str] | re.Pattern, *, by: Literal["token", "text"] = "token"
) -> Concordance:
    """Return every place behind the count of `term`: file, raw offsets, raw characters and the whole sentence.

    The number of rows is the count; ``corpus.documents[report_id].raw[start:end]`` are the characters in the file.
    Parameters, columns and errors are those of `keyword_in_context`.
    """
    return keyword_in_context(corpus, term, by=by, width=18, sort="position")
