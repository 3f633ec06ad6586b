"""What a report says of itself, each with the words it rests on: place, year, genre, completeness, coverage."""

from __future__ import annotations

import re
from collections.abc import Callable

from analysis.corpus.cleaning.noise import Noise
from analysis.corpus.identity.file_name import read_file_name
from analysis.corpus.identity.genre import find_genre, parts_of
from analysis.corpus.identity.place import find_place
from analysis.corpus.identity.place_names import in_simplified
from analysis.corpus.identity.year import find_years
from analysis.corpus.parts.masks import Mask
from analysis.schemas import ELISION

__all__ = ["describe_report"]

_END = re.compile(r"[。！？!?；;…”’\"」』）)》]$|年.{1,4}月.{0,4}$|人民政府$|委员会$|办公室$|办事处$")


def describe_report(
    text: str,
    noise: list[Noise],
    title: tuple[int, int] | None,
    masks: list[Mask],
    path: str = "",
    to_raw: Callable[[int, int], tuple[int, int]] | None = None,
) -> dict:
    """Return the row of the reports table that the cleaned `text` of one report gives.

    ``coverage`` is visible / (visible + hidden) by the numbers that the markers name, NaN where the hidden amount is
    unknown: a truncated text, or a marker without a number. Place, year and genre: docs/metadata.md.

    Parameters
    ----------
    text : str
    noise : list of Noise
    title : tuple of int, optional
        Span of the title in `text`.
    masks : list of Mask
    path : str
        Of the file, relative to the folder of the corpus: evidence below the text's own.
    to_raw : callable, optional
        Turns a span of `text` into one of the raw text (`Report.to_raw`), for the offsets in the evidence.
    """
    heading = text[slice(*title)] if title is not None else ""
    visible = len(re.sub(rf"[\s{ELISION}]", "", text))
    markers = [mark for mark in noise if mark.kind == "elision_marker"]
    last_line = next((line for line in reversed(text.replace(ELISION, "\n").split("\n")) if line.strip()), "").strip()
    truncated = not _END.search(last_line) and not text.rstrip().endswith(ELISION)
    known = not truncated and all(mark.hidden_chars is not None for mark in markers)
    hidden = sum(mark.hidden_chars or 0 for mark in markers) if known else None
    plain = in_simplified(text)
    parts, file = parts_of(plain, title), read_file_name(path)
    genre = find_genre(parts, file.words)
    return {
        "title": heading or None,
        **find_place(plain, parts, file, any(mask.kind == "place" for mask in masks), text, to_raw),
        **find_years(parts, genre["genre"], file.year),
        **genre,
        "completeness": "elided" if markers else "truncated" if truncated else "full",
        "visible_chars": visible,
        "hidden_chars": hidden,
        "coverage": visible / (visible + hidden) if hidden is not None and visible else None,
        "n_masks": len(masks),
    }
