"""The figures of coverage and of term frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.gallery.figure import GalleryFigure, analysed
from analysis.measures.statistics.groups import named_groups
from analysis.measures.terms.frequency import term_frequency
from analysis.plots.clouds import MAX_CLOUDS, cloud_terms, clouded_terms, plot_word_clouds
from analysis.plots.coverage import plot_coverage
from analysis.plots.dispersion import dispersed_terms, plot_dispersion
from analysis.plots.labels import label, report_labels
from analysis.plots.placement import labelled_terms
from analysis.plots.terms import plot_top_terms, top_terms
from analysis.schemas import Corpus

__all__ = ["TERM_FIGURES"]

COVERAGE_COLUMNS = [
    "report_id",
    "township",
    "genre",
    "year_stated",
    "year_min",
    "year_max",
    "year_flag",
    "completeness",
    "visible_chars",
    "hidden_chars",
    "coverage",
    "n_masks",
]
MAX_BARS = 40
N_TOP = 30
N_CLOUD = 30
N_LABELS = 40


def _coverage_rows(corpus: Corpus, seed: int) -> pd.DataFrame:
    """Return the reports to draw; of very many those with the least coverage, unknown coverage first."""
    reports = analysed(corpus)
    least = reports.sort_values(["coverage", "report_id"], na_position="first", kind="stable").head(MAX_BARS)
    return least.sort_values("report_id", kind="stable").reset_index(drop=True)[COVERAGE_COLUMNS]


def _coverage_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    reports = analysed(corpus)
    markers = corpus.noise[
        (corpus.noise["kind"] == "elision_marker") & corpus.noise["report_id"].isin(reports["report_id"])
    ]
    return {
        "n_shown": len(plotted),
        "n_reports": len(reports),
        "n_files": len(corpus.reports) + len(corpus.rejects),
        "n_rejects": len(corpus.rejects),
        "n_duplicates": len(corpus.reports) - len(reports),
        "visible": int(reports["visible_chars"].sum()),
        "hidden": int(markers["hidden_chars"].sum()),
        "n_hiding": int(markers["report_id"].nunique()),
        "n_unknown": int(reports["hidden_chars"].isna().sum()),
        "n_masks": int(reports["n_masks"].sum()),
    }


def _frequency(corpus: Corpus, by: str | None = None, terms: Sequence[str] | None = None) -> pd.DataFrame:
    return named_groups(term_frequency(corpus, by=by, terms=terms, stopwords=False))


def _top(corpus: Corpus, seed: int, terms: Sequence[str] | None = None) -> pd.DataFrame:
    return top_terms(_frequency(corpus, terms=terms), N_TOP if terms is None else len(terms))


def _top_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    reports = analysed(corpus)
    return {
        "n_terms": len(plotted),
        "n_reports": len(reports),
        "exposure": int(plotted["total"].iloc[0]),
        "unit": label(f"drawn_{plotted['unit'].iloc[0]}"),
    }


def _with_labels(ax: Axes, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with the column ``labelled`` (bool): whether the figure names the term."""
    return rows.assign(labelled=rows["term"].isin(labelled_terms(ax)))


def _dispersion_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    n_tried, n_labelled = min(N_LABELS, len(rows)), int(plotted["labelled"].sum())
    return {
        "n_terms": len(plotted),
        "n_reports": len(analysed(corpus)),
        "exposure": int(plotted["total"].iloc[0]),
        "n_labelled": n_labelled,
        "n_tried": n_tried,
        "n_dropped": n_tried - n_labelled,
    }


def _cloud_rows(corpus: Corpus, seed: int) -> pd.DataFrame:
    """Return the terms of each report, of very many reports those with most tokens."""
    rows = cloud_terms(_frequency(corpus, by="report_id"), N_CLOUD)
    groups = rows.drop_duplicates("group").sort_values(["total", "group"], ascending=[False, True], kind="stable")
    n_reports = _frequency(corpus).set_index("term")["n_reports"]
    rows = rows[rows["group"].isin(groups["group"].head(MAX_CLOUDS))]
    return rows.assign(n_reports_all=rows["term"].map(n_reports).astype("int64")).reset_index(drop=True)


def _cloud_plot(rows: pd.DataFrame, corpus: Corpus, seed: int) -> Axes:
    return plot_word_clouds(rows, titles=report_labels(analysed(corpus), separator="\n"), seed=seed)


def _clouded(ax: Axes, rows: pd.DataFrame) -> pd.DataFrame:
    drawn = set(clouded_terms(ax))
    return rows[[pair in drawn for pair in zip(rows["group"], rows["term"], strict=True)]].reset_index(drop=True)


def _cloud_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    return {
        "n_shown": plotted["group"].nunique(),
        "n_reports": len(analysed(corpus)),
        "n_words": len(plotted),
        "n_top": N_CLOUD,
        "n_own": int((plotted["n_reports_all"] == 1).sum()),
        "n_dropped": len(rows) - len(plotted),
    }


TERM_FIGURES = (
    GalleryFigure(
        "01-coverage",
        data=_coverage_rows,
        plot=lambda rows, corpus, seed: plot_coverage(rows),
        counts=_coverage_counts,
        parameters={"max_bars": MAX_BARS},
    ),
    GalleryFigure(
        "02-top-terms",
        data=_top,
        asks=("terms",),
        plot=lambda rows, corpus, seed: plot_top_terms(rows),
        counts=_top_counts,
        parameters={"n": N_TOP, "confidence": 0.95, "stopwords": False},
    ),
    GalleryFigure(
        "02-dispersion",
        data=lambda corpus, seed: dispersed_terms(_frequency(corpus)),
        plot=lambda rows, corpus, seed: plot_dispersion(rows, n_labels=N_LABELS, n_parts=len(analysed(corpus))),
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
