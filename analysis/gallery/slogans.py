"""The figures of slogans and of their network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.export_page import slogan_evidence, write_network_page
from analysis.gallery.figure import GalleryFigure, analysed
from analysis.lexicons.slogans import slogan_lexicon
from analysis.measures.slogans.bipartite import MIN_COVERAGE, report_slogans
from analysis.measures.slogans.echo import slogan_rates
from analysis.measures.slogans.network import SloganNetwork, slogan_network
from analysis.measures.statistics.groups import named_groups
from analysis.plots.labels import label, report_labels
from analysis.plots.matrix import matrix_rows, plot_slogan_matrix
from analysis.plots.network.draw import SOLID, TENABLE, drawn_network, network_rows, plot_slogan_network
from analysis.plots.slogans import (
    MAX_REPORTS,
    TYPE_ORDER,
    fullest_reports,
    plot_slogan_scopes,
    plot_slogan_types,
    rated_types,
)
from analysis.plots.style import current_style
from analysis.schemas import Corpus

__all__ = ["CONTENT_TYPES", "SLOGAN_FIGURES"]

CONTENT_TYPES = ("ideology", "policy_name", "numeric_abbrev", "quoted_formula", "bare_formula")
"""Slogans in running text; the other types are forms of headings, composed for one report, that no lexicon can hold."""
N_MATRIX = 40
NARROW_REPORTS = 6  # columns of the matrix that one column of print has room for
N_NODES = 60


def _rates(
    corpus: Corpus, of: str, types: Sequence[str] | None = None, by: str | Sequence[str] = "report_id"
) -> pd.DataFrame:
    return named_groups(slogan_rates(corpus, of=of, types=types, by=by))


def _used(corpus: Corpus, types: tuple[str, ...] | None = None) -> pd.DataFrame:
    """Return the slogans of the reports that are analysed."""
    slogans = corpus.slogans[corpus.slogans["report_id"].isin(analysed(corpus)["report_id"])]
    return slogans if types is None else slogans[slogans["type"].isin(types)]


def _labels(corpus: Corpus) -> dict[str, str]:
    return report_labels(analysed(corpus), separator="\n")


def _scope_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    slogans = _used(corpus, CONTENT_TYPES)
    shown = slogans[slogans["report_id"].isin(plotted["group"])]
    return {
        "n_shown": plotted["group"].nunique(),
        "n_reports": len(analysed(corpus)),
        "n_slogans": len(shown),
        "n_formulas": shown["canonical"].nunique(),
        "n_central": int((shown["scope"] == "central").sum()),
        "n_unlisted": int((shown["scope"] == "unlisted").sum()),
        "n_headlines": len(_used(corpus)) - len(slogans),
    }


def _type_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    shown = _used(corpus)
    shown = shown[shown["report_id"].isin(plotted["group"])]
    rare = shown[~shown["type"].isin(plotted["value"])]["type"].value_counts()
    names = [f"{label(f'type_{name}')} {rare[name]:,}" for name in TYPE_ORDER if name in rare.index]
    return {
        "n_shown": plotted["group"].nunique(),
        "n_reports": len(analysed(corpus)),
        "n_slogans": len(shown),
        "n_types": plotted["value"].nunique(),
        "rare": label("comma").join(names) or "0",
        "exposure": int(plotted.drop_duplicates("group")["total"].sum()),
        "unit": label(f"drawn_{plotted['unit'].iloc[0]}"),
    }


def _matrix_data(corpus: Corpus, seed: int) -> pd.DataFrame:
    table = report_slogans(corpus, types=CONTENT_TYPES)
    n_reports = NARROW_REPORTS if current_style().width == "single" else MAX_REPORTS
    return matrix_rows(table, _used(corpus, CONTENT_TYPES), n=N_MATRIX, n_reports=n_reports)


def _matrix_counts(corpus: Corpus, rows: pd.DataFrame, plotted: pd.DataFrame) -> dict[str, Any]:
    slogans = _used(corpus, CONTENT_TYPES)
    return {
        "n_shown": plotted["report_id"].nunique(),
        "n_reports": len(analysed(corpus)),
        "n_slogans": plotted["slogan"].nunique(),
        "n_shared": int((slogans.groupby("canonical")["report_id"].nunique() >= 2).sum()),
        "n_formulas": slogans["canonical"].nunique(),
        "n_unknown": int(plotted["n"].isna().sum()),
        "n_absent": int((plotted["n"] == 0).sum()),
        "coverage": MIN_COVERAGE,
    }


def _network(corpus: Corpus, seed: int) -> SloganNetwork:
    return slogan_network(corpus, types=_types(corpus), min_units=2, min_count=1, seed=seed)


def _types(corpus: Corpus) -> list[str]:
    """Return the content types that occur."""
    there = set(corpus.slogans["type"])
    return [name for name in CONTENT_TYPES if name in there]


def _network_plot(network: SloganNetwork, corpus: Corpus, seed: int) -> Axes:
    nodes, edges = drawn_network(network.nodes, network.edges, n=N_NODES)
    return plot_slogan_network(nodes, edges, summary=network.summary, seed=seed)


def _network_plotted(ax: Axes, network: SloganNetwork) -> pd.DataFrame:
    return network_rows(*drawn_network(network.nodes, network.edges, n=N_NODES))


def _network_counts(corpus: Corpus, network: SloganNetwork, plotted: pd.DataFrame) -> dict[str, Any]:
    summary = network.summary
    drawn = network.edges[network.edges["drawn"].to_numpy(dtype=bool)]
    firm = int((drawn["inclusion"] >= TENABLE).sum())
    lines = plotted["line"].value_counts() if "line" in plotted else pd.Series(dtype="int64")
    n_solid, n_dashed = int(lines.get("solid", 0)), int(lines.get("dashed", 0))
    share, stability = summary["giant_component_share"], summary["stability"]
    names = ("n_reports", "n_units", "nodes_before", "nodes", "edges_before", "edges", "n_tested", "n_kept", "isolates")
    names += ("giant_component", "min_units", "min_count", "alpha", "resolution", "runs", "draws")
    return {name: summary[name] for name in names} | {
        "basis": label(f"network_basis_{summary['basis']}"),
        "unit": label(f"unit_{summary['unit']}"),
        "n_nodes": int((plotted["kind"] == "node").sum()),
        "max_nodes": N_NODES,
        "n_solid": n_solid,
        "n_dashed": n_dashed,
        "n_weak": len(drawn) - firm,
        "n_cut": firm - n_solid - n_dashed,
        "giant_share": "–" if share is None else f"{share:.2f}".removeprefix("0"),
        "n_groups": "–" if summary["n_groups"] is None else summary["n_groups"],
        "stability": "–" if stability is None else f"{stability:.2f}",
        "p_null": "–" if summary["p_null"] is None else f"{summary['p_null']:.2f}",
    }


def _network_page(corpus: Corpus, network: SloganNetwork, caption: str, folder: Path, seed: int) -> None:
    write_network_page(
        network.nodes,
        network.edges,
        slogan_evidence(network.hits, corpus),
        folder / "05-slogan-network.html",
        title=label("network_title"),
        caption=caption,
        facts=slogan_lexicon(),
        language=current_style().language,
        seed=seed,
    )


SLOGAN_FIGURES = (
    GalleryFigure(
        "04-slogan-scopes",
        data=lambda corpus, seed: fullest_reports(_rates(corpus, "scope", CONTENT_TYPES)),
        plot=lambda rows, corpus, seed: plot_slogan_scopes(rows, labels=_labels(corpus)),
        counts=_scope_counts,
        parameters={"confidence": 0.95, "max_reports": MAX_REPORTS, "types": list(CONTENT_TYPES)},
    ),
    GalleryFigure(
        "04-slogan-types",
        data=lambda corpus, seed: rated_types(fullest_reports(_rates(corpus, "type"))),
        plot=lambda rows, corpus, seed: plot_slogan_types(rows, labels=_labels(corpus)),
        counts=_type_counts,
        parameters={"confidence": 0.95, "max_reports": MAX_REPORTS},
    ),
    GalleryFigure(
        "04-slogan-matrix",
        data=_matrix_data,
        plot=lambda rows, corpus, seed: plot_slogan_matrix(rows, analysed(corpus)),
        counts=_matrix_counts,
        parameters={"coverage": MIN_COVERAGE, "max_reports": MAX_REPORTS, "n": N_MATRIX, "types": list(CONTENT_TYPES)},
    ),
    GalleryFigure(
        "05-slogan-network",
        data=_network,
        plot=_network_plot,
        plotted=_network_plotted,
        counts=_network_counts,
        parameters={"dashed": TENABLE, "max_nodes": N_NODES, "min_count": 1, "min_units": 2, "solid": SOLID,
                    "types": list(CONTENT_TYPES), "unit": "sentence"},
        page=_network_page,
    ),
)  # fmt: skip
