"""The figures of what sets reports apart: words and themes."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.gallery.figure import GalleryFigure, analysed
from analysis.measures.bipartite import MIN_COVERAGE
from analysis.measures.keyness import keyness
from analysis.plots.keyness import key_terms, plot_keyness
from analysis.plots.labels import coverage_label, report_labels
from analysis.schemas import Corpus, TableError

__all__ = ["COMPARISON_FIGURES", "compared_reports"]

N_KEY = 12
KEY_DRAWS = 5000


def compared_reports(corpus: Corpus) -> list[str]:
    """Return the two reports that can best be compared: such as hide nothing first, then the longest; in order.

    Raises
    ------
    TableError
        If there are fewer than two reports.
    """
    reports = analysed(corpus)
    if len(reports) < 2:
        raise TableError(f"a comparison needs two reports; received {len(reports)}.")
    whole = (reports["coverage"].fillna(0) >= MIN_COVERAGE).rename("whole")
    order = pd.concat([reports[["report_id", "n_tokens"]], whole], axis=1)
    order = order.sort_values(["whole", "n_tokens", "report_id"], ascending=[False, False, True], kind="stable")
    return sorted(order["report_id"].head(2))


def _keyness(corpus: Corpus, seed: int) -> pd.DataFrame:
    target, reference = compared_reports(corpus)
    return keyness(
        corpus.tokens, corpus.sentences, corpus.reports, by="report_id", target=target, reference=reference,
        stopwords=False, draws=KEY_DRAWS, seed=seed,
    )  # fmt: skip


def _names(corpus: Corpus) -> dict[str, str]:
    return report_labels(analysed(corpus), genre=False)


def _key_plot(rows: pd.DataFrame, corpus: Corpus, seed: int) -> Axes:
    return plot_keyness(key_terms(rows, N_KEY), names=_names(corpus))


def _key_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    first = plotted.iloc[0]
    names, reports = report_labels(analysed(corpus)), analysed(corpus).set_index("report_id")
    counts = {"n_terms": len(plotted), "m": int(first["m"]), "n_evidence": int(rows["evidence"].sum())}
    counts |= {"n_shown": int(plotted["evidence"].sum()), "draws": KEY_DRAWS}
    counts["n_burst"] = int((plotted["evidence"] & plotted["flags"].str.contains("burst")).sum())
    for side in ("target", "reference"):
        report = first[side]
        counts |= {side: names[report], f"total_{side}": int(first[f"total_{side}"])}
        counts[f"coverage_{side}"] = coverage_label(reports.at[report, "coverage"])
        counts[f"sentences_{side}"] = int((corpus.sentences["report_id"] == report).sum())
    return counts


COMPARISON_FIGURES = (
    GalleryFigure(
        "03-keyness",
        data=_keyness,
        plot=_key_plot,
        plotted=lambda ax, rows: key_terms(rows, N_KEY),
        counts=_key_counts,
        parameters={"alpha": 0.05, "confidence": 0.95, "draws": KEY_DRAWS, "min_count": 5, "min_sentences": 3,
                    "n": N_KEY, "stopwords": False},
    ),
)  # fmt: skip
