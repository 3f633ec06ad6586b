"""The one list of figures: the command line and the notebooks draw from it, so that their numbers are the same."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from analysis.export import save_figure
from analysis.measures.frequency import term_frequency
from analysis.measures.intervals import DEFAULT_METHOD
from analysis.plots.clouds import MAX_CLOUDS, cloud_terms, clouded_terms, plot_word_clouds
from analysis.plots.coverage import plot_coverage
from analysis.plots.dispersion import dispersed_terms, plot_dispersion
from analysis.plots.labels import label, report_labels
from analysis.plots.placement import labelled_terms
from analysis.plots.style import current_style, style
from analysis.plots.terms import plot_top_terms, top_terms
from analysis.schemas import Corpus, TableError, TownshipError

__all__ = ["GALLERY", "Drawn", "GalleryFigure", "draw", "draw_all", "figure_names"]

SEED = 20240101
MAX_BARS = 40
N_TOP = 30
N_CLOUD = 30
N_LABELS = 40


@dataclass(frozen=True)
class GalleryFigure:
    """A figure of the gallery: how its rows are made, drawn and counted.

    Attributes
    ----------
    name : str
        File name; the words of its caption are the row ``caption_<name>`` of plots/labels.csv.
    data : callable
        (corpus, seed) -> the rows to plot.
    plot : callable
        (rows, corpus, seed) -> Axes.
    counts : callable
        (corpus, rows, plotted rows) -> the numbers of the caption.
    plotted : callable
        (Axes, rows) -> the rows that the figure shows, for figures that may leave some out.
    parameters : mapping
        What the figure depends on beside corpus, language and seed.
    """

    name: str
    data: Callable[[Corpus, int], pd.DataFrame]
    plot: Callable[[pd.DataFrame, Corpus, int], Axes]
    counts: Callable[[Corpus, pd.DataFrame, pd.DataFrame], dict[str, Any]]
    plotted: Callable[[Axes, pd.DataFrame], pd.DataFrame] = lambda ax, rows: rows
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Drawn(NamedTuple):
    """What `draw_all` did: the caption of each figure that was written, the error of each that was not."""

    captions: dict[str, str]
    failures: dict[str, TownshipError]


def draw(
    name: str,
    corpus: Corpus,
    *,
    folder: str | os.PathLike,
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
        Gets pdf, svg, png, csv, md and json of the figure.
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
        If no figure is called `name`, or the corpus is too small for it.
    FontError
        If the figure needs a character that no font can draw.
    """
    if name not in GALLERY:
        raise TableError(f"no figure is called {name!r}; there are: {', '.join(GALLERY)}.")
    figure, before = GALLERY[name], current_style()
    fallback = font or next(iter(before.fallbacks), None)
    with style(language=language or before.language, font=fallback, width=before.width, pyplot=show) as chosen:
        rows = figure.data(corpus, seed)
        ax = figure.plot(rows, corpus, seed)
        plotted = figure.plotted(ax, rows)
        counts = {key: _number(value) for key, value in figure.counts(corpus, rows, plotted).items()}
        return save_figure(
            ax,
            name,
            data=plotted,
            caption=label(f"caption_{name}").format(seed=seed, **counts),
            corpus=corpus,
            parameters={**figure.parameters, "language": chosen.language, "seed": seed, "width": chosen.width},
            folder=folder,
        )


def draw_all(
    corpus: Corpus,
    folder: str | os.PathLike,
    *,
    names: Iterable[str] | None = None,
    language: str | None = None,
    seed: int = SEED,
    font: str | os.PathLike | None = None,
) -> Drawn:
    """Draw the whole gallery, or the figures `names`; one that cannot be drawn does not keep the others from it.

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
        pass  # what is wrong with every figure is said once
    captions, failures = {}, {}
    for name in figure_names() if names is None else names:
        try:
            captions[name] = draw(name, corpus, folder=folder, language=language, seed=seed, font=font)
        except TownshipError as error:
            failures[name] = error
    return Drawn(captions, failures)


def figure_names() -> list[str]:
    """Return the names of all figures in order."""
    return list(GALLERY)


def _number(value: Any) -> Any:
    return f"{value:,}" if isinstance(value, int) else value


def _analysed(corpus: Corpus) -> pd.DataFrame:
    """Return the reports without duplicates, by id."""
    reports = corpus.reports[corpus.reports["duplicate_of"].isna()]
    return reports.sort_values("report_id", kind="stable").reset_index(drop=True)


def _coverage_rows(corpus: Corpus, seed: int) -> pd.DataFrame:
    """Return the reports to draw; of very many those with the least coverage, unknown coverage first."""
    reports = _analysed(corpus)
    least = reports.sort_values(["coverage", "report_id"], na_position="first", kind="stable").head(MAX_BARS)
    return least.sort_values("report_id", kind="stable").reset_index(drop=True)


def _coverage_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    reports = _analysed(corpus)
    return {
        "n_shown": len(plotted),
        "n_reports": len(reports),
        "n_files": len(corpus.reports) + len(corpus.rejects),
        "n_rejects": len(corpus.rejects),
        "n_duplicates": len(corpus.reports) - len(reports),
        "visible": int(reports["visible_chars"].sum()),
        "hidden": int(reports["hidden_chars"].sum()),
        "n_hiding": int((reports["hidden_chars"] > 0).sum()),
        "n_unknown": int(reports["hidden_chars"].isna().sum()),
        "n_masks": int(reports["n_masks"].sum()),
    }


def _frequency(corpus: Corpus, seed: int, by: str | None = None) -> pd.DataFrame:
    return term_frequency(corpus.tokens, corpus.sentences, corpus.reports, by=by, seed=seed, stopwords=False)


def _top_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    reports = _analysed(corpus)
    return {
        "n_terms": len(plotted),
        "n_reports": len(reports),
        "n_sentences": int(corpus.sentences["report_id"].isin(reports["report_id"]).sum()),
        "exposure": int(plotted["total"].iloc[0]),
        "method": label(f"method_{DEFAULT_METHOD}"),
    }


def _with_labels(ax: Axes, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with the column ``labelled`` (bool): whether the figure names the term."""
    return rows.assign(labelled=rows["term"].isin(labelled_terms(ax)))


def _dispersion_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    n_tried, n_labelled = min(N_LABELS, len(rows)), int(plotted["labelled"].sum())
    return {
        "n_terms": len(plotted),
        "n_reports": len(_analysed(corpus)),
        "exposure": int(plotted["total"].iloc[0]),
        "n_labelled": n_labelled,
        "n_tried": n_tried,
        "n_dropped": n_tried - n_labelled,
    }


def _cloud_rows(corpus: Corpus, seed: int) -> pd.DataFrame:
    """Return the terms of each report, of very many reports those with most tokens."""
    rows = cloud_terms(_frequency(corpus, seed, by="report_id"), N_CLOUD)
    groups = rows.drop_duplicates("group").sort_values(["total", "group"], ascending=[False, True], kind="stable")
    n_reports = _frequency(corpus, seed).set_index("term")["n_reports"]
    rows = rows[rows["group"].isin(groups["group"].head(MAX_CLOUDS))]
    return rows.assign(n_reports_all=rows["term"].map(n_reports).astype("int64")).reset_index(drop=True)


def _cloud_plot(rows: pd.DataFrame, corpus: Corpus, seed: int) -> Axes:
    return plot_word_clouds(rows, titles=report_labels(_analysed(corpus), separator="\n"), seed=seed)


def _clouded(ax: Axes, rows: pd.DataFrame) -> pd.DataFrame:
    drawn = set(clouded_terms(ax))
    return rows[[pair in drawn for pair in zip(rows["group"], rows["term"], strict=True)]].reset_index(drop=True)


def _cloud_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    return {
        "n_shown": plotted["group"].nunique(),
        "n_reports": len(_analysed(corpus)),
        "n_words": len(plotted),
        "n_top": N_CLOUD,
        "n_own": int((plotted["n_reports_all"] == 1).sum()),
        "n_dropped": len(rows) - len(plotted),
    }


_FIGURES = (
    GalleryFigure(
        "01-coverage",
        data=_coverage_rows,
        plot=lambda rows, corpus, seed: plot_coverage(rows),
        counts=_coverage_counts,
        parameters={"max_bars": MAX_BARS},
    ),
    GalleryFigure(
        "02-top-terms",
        data=lambda corpus, seed: top_terms(_frequency(corpus, seed), N_TOP),
        plot=lambda rows, corpus, seed: plot_top_terms(rows),
        counts=_top_counts,
        parameters={"n": N_TOP, "confidence": 0.95, "method": DEFAULT_METHOD, "stopwords": False},
    ),
    GalleryFigure(
        "02-dispersion",
        data=lambda corpus, seed: dispersed_terms(_frequency(corpus, seed)),
        plot=lambda rows, corpus, seed: plot_dispersion(rows, n_labels=N_LABELS, n_parts=len(_analysed(corpus))),
        plotted=_with_labels,
        counts=_dispersion_counts,
        parameters={"n_labels": N_LABELS, "stopwords": False},
    ),
    GalleryFigure(
        "02-word-clouds",
        data=_cloud_rows,
        plot=_cloud_plot,
        plotted=_clouded,
        counts=_cloud_counts,
        parameters={"n": N_CLOUD, "max_clouds": MAX_CLOUDS, "stopwords": False},
    ),
)
GALLERY: Mapping[str, GalleryFigure] = {figure.name: figure for figure in _FIGURES}
