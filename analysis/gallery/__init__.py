"""The one list of figures: the command line and the notebooks draw from it, so that their numbers are the same."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.export import require_folder, save_figure
from analysis.gallery.comparison import COMPARISON_FIGURES
from analysis.gallery.figure import GalleryFigure
from analysis.gallery.slogans import SLOGAN_FIGURES
from analysis.gallery.terms import TERM_FIGURES
from analysis.plots.labels import label
from analysis.plots.style import current_style, style
from analysis.schemas import Corpus, TableError, TownshipError

__all__ = ["GALLERY", "Drawn", "GalleryFigure", "draw", "draw_all", "figure_names"]

SEED = 20240101


class Drawn(NamedTuple):
    """What `draw_all` did: the caption of each figure that was written, the error of each that was not."""

    captions: dict[str, str]
    failures: dict[str, TownshipError]


def draw(
    name: str,
    corpus: Corpus,
    *,
    folder: str | os.PathLike,
    reports: str | pd.Series | Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    target: Any = None,
    reference: Any = None,
    within: str | Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    language: str | None = None,
    seed: int = SEED,
    font: str | os.PathLike | None = None,
    show: bool = False,
) -> str:
    """Draw one figure of the gallery, write it to `folder` and return its caption.

    Parameters
    ----------
    name : str
        One of `figure_names()`.
    corpus : Corpus
    folder : path
        Gets pdf, svg, png, csv, md and json of the figure, and html of those that can be looked around in.
    reports : str, boolean Series or list of report_id, optional
        Only these reports: see `Corpus.select`.
    by, target, reference, within, terms
        The question, for figures that take one: as in `keyness` and `term_frequency`.
    language : {"en", "zh"}, optional
        By default that of the style in force.
    seed : int
        Of everything random in the figure.
    font : path, optional
        Draws the characters that our own fonts lack; by default the font given to `set_style`.
    show : bool
        Leave the figure to pyplot: a notebook shows it once, at the end of the cell.

    Raises
    ------
    TableError
        If no figure is called `name`, it does not take what was asked, or the corpus is too small for it.
    FontError
        If the figure needs a character that no font can draw.
    """
    if name not in GALLERY:
        raise TableError(f"no figure is called {name!r}; there are: {', '.join(GALLERY)}.")
    figure, before = GALLERY[name], current_style()
    question = {"by": by, "target": target, "reference": reference, "within": within, "terms": terms}
    asked = {key: value for key, value in question.items() if value is not None}
    if refused := [key for key in asked if key not in figure.asks]:
        takes = ", ".join(("reports", *figure.asks))
        raise TableError(f"{name} takes no {refused[0]}; what can be chosen of it: {takes}.")
    corpus = _selected(corpus, reports)
    fallback = font or next(iter(before.fallbacks), None)
    with style(language=language or before.language, font=fallback, width=before.width, pyplot=show) as chosen:
        rows = figure.data(corpus, seed, **asked)
        ax = figure.plot(rows, corpus, seed)
        plotted = figure.plotted(ax, rows)
        counts = {key: _number(value) for key, value in figure.counts(corpus, rows, plotted).items()}
        caption = save_figure(
            ax,
            name,
            data=plotted,
            caption=label(f"caption_{name}").format(seed=seed, **counts),
            corpus=corpus,
            parameters={
                **figure.parameters,
                **_plain(asked),
                "language": chosen.language,
                "seed": seed,
                "width": chosen.width,
            },
            folder=folder,
        )
        if figure.page:
            figure.page(corpus, rows, caption, Path(folder), seed)
        return caption


def draw_all(
    corpus: Corpus,
    folder: str | os.PathLike,
    *,
    names: Iterable[str] | None = None,
    language: str | None = None,
    seed: int = SEED,
    font: str | os.PathLike | None = None,
    reports: str | pd.Series | Sequence[str] | None = None,
    **question: Any,
) -> Drawn:
    """Draw the whole gallery, or the figures `names`; one that cannot be drawn does not keep the others from it.

    `reports` and the `question` (by, target, reference, within, terms) are as in `draw`; each figure is given what it
    takes of the question.

    Returns
    -------
    Drawn
        ``captions`` by name, and ``failures``: the error of each figure that was not written. Look at both.

    Raises
    ------
    FontError
        If `font` is no font file.
    TableError
        If `language` is none of the two.
    """
    with style(language=language or current_style().language, font=font):
        require_folder(folder)  # what is wrong with every figure is said once
    captions, failures = {}, {}
    corpus = _selected(corpus, reports)
    for name in figure_names() if names is None else names:
        asked = {key: value for key, value in question.items() if name in GALLERY and key in GALLERY[name].asks}
        try:
            captions[name] = draw(name, corpus, folder=folder, language=language, seed=seed, font=font, **asked)
        except TownshipError as error:
            failures[name] = error
    return Drawn(captions, failures)


def _selected(corpus: Corpus, reports: str | pd.Series | Sequence[str] | None) -> Corpus:
    if reports is None:
        return corpus
    if isinstance(reports, (str, pd.Series)):
        return corpus.select(reports)
    return corpus.select(report_id=list(reports))


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked as JSON can hold it."""
    return {key: value if isinstance(value, (str, int)) else list(map(str, value)) for key, value in asked.items()}


def figure_names() -> list[str]:
    """Return the names of all figures in order."""
    return list(GALLERY)


def _number(value: Any) -> Any:
    return f"{value:,}" if isinstance(value, int) else value


_FIGURES = sorted((*TERM_FIGURES, *SLOGAN_FIGURES, *COMPARISON_FIGURES), key=lambda figure: figure.name[:2])
GALLERY: Mapping[str, GalleryFigure] = {figure.name: figure for figure in _FIGURES}
