"""The slogan network of a corpus: slogans, ties, and what has to be reported about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.measures.slogans.backbone import Backbone, backbone
from analysis.measures.slogans.centrality import centrality, edge_inclusion
from analysis.measures.slogans.communities import Communities, communities
from analysis.measures.slogans.incidence import Incidence, slogan_incidence
from analysis.schemas import Corpus, TableError

__all__ = ["SloganNetwork", "slogan_network"]

EDGE_COLUMNS = (
    "source", "target", "n", "n_reports", "npmi", "jaccard", "p", "p_adjusted", "n_critical", "in_backbone", "drawn",
    "inclusion", "n_low", "n_high", "n_source", "n_target", "n_units", "p_target_given_source", "p_source_given_target",
)  # fmt: skip
NODE_COLUMNS = (
    "slogan", "n", "n_units", "n_reports", "type", "scope", "degree", "strength", "betweenness", "eigenvector",
    "residual", "rank", "rank_low", "rank_high", "community",
)  # fmt: skip


class SloganNetwork(NamedTuple):
    """A network of slogans.

    Attributes
    ----------
    nodes, edges : DataFrame
        See `slogan_network`.
    summary : dict
        What METHODS asks a paper to report; fits into JSON.
    hits : DataFrame
        The occurrences behind the network, for `edge_sentences`.
    groups : DataFrame
        The communities at each resolution, how firm they are and how clear those of rewired networks.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    summary: dict[str, Any]
    hits: pd.DataFrame
    groups: pd.DataFrame


def slogan_network(
    corpus: Corpus,
    *,
    unit: str = "sentence",
    types: Sequence[str] | None = None,
    preamble: bool = True,
    nested: bool = False,
    breaks: bool = True,
    min_units: int = 2,
    min_count: int = 2,
    null: str = "fixed_degree",
    alpha: float = 0.05,
    correction: str | None = None,
    within: str | None = "report",
    resolution: float = 1.0,
    resolutions: Sequence[float] = (0.5, 1.0, 1.5, 2.0),
    runs: int = 20,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 20240101,
) -> SloganNetwork:
    """Build the network of slogans that stand together, test its edges and describe its nodes.

    The network drawn is the backbone. Where the backbone is empty, as it mostly is in a single report, it is the
    *descriptive* network of all pairs that meet in `min_count` units, and the summary's `basis` says so: such edges
    say what stands together in these texts, not that it does so more often than chance has it.

    Parameters
    ----------
    corpus : Corpus
        Reports with `duplicate_of` set are left out.
    unit, types, preamble, nested, breaks, min_units
        What counts as standing together: see `slogan_incidence`.
    min_count : int
        Fewest units with both for an edge of the descriptive network.
    null, alpha, correction, within
        The test: see `backbone`.
    resolution : float
        The resolution whose communities label the nodes; one of `resolutions`.
    resolutions, runs
        See `communities`.
    confidence, draws
        Of the bootstrap of reports; of a single report, of its units (summary: drawn_unit).
    seed : int
        Of every draw.

    Returns
    -------
    SloganNetwork
        Edges, all pairs that meet, sorted by falling n, source, target. **Columns**: source, target (str); n, n_reports
        (int64); npmi, jaccard, p, p_adjusted (float64); n_critical (Int64); in_backbone, drawn (bool: edge of the
        network on which degree … community stand); inclusion, n_low, n_high (float64; NaN where not drawn); n_source,
        n_target, n_units (int64); p_target_given_source, p_source_given_target (float64).
        Nodes, all slogans in `min_units` units, sorted by falling strength, slogan. **Columns**: slogan (str); n,
        n_units, n_reports (int64); type, scope (str); degree (int64); strength, betweenness, eigenvector, residual
        (float64); rank (int64), rank_low, rank_high (float64); community (Int64, NA for isolates and for unstable
        communities).

    Raises
    ------
    TableError
        If a column is missing or a parameter is unknown; the text lists what there is. No slogans, one slogan or no
        edges are a result, not an error: `summary["statement"]` says so.
    """
    if resolution not in resolutions:
        raise TableError(
            f"resolution must be one of resolutions ({', '.join(map(str, resolutions))}); received {resolution!r}."
        )
    if min_count < 1:
        raise TableError(f"min_count must be at least 1; received {min_count}.")
    incidence = slogan_incidence(
        corpus,
        unit=unit,
        types=types,
        preamble=preamble,
        nested=nested,
        breaks=breaks,
        min_units=min_units,
    )
    tested = backbone(incidence, null=null, alpha=alpha, correction=correction, within=within)
    basis = "backbone" if tested.n_kept else "descriptive"
    edges = tested.edges
    drawn = (edges["in_backbone"] if tested.n_kept else edges["n"] >= min_count).to_numpy(dtype=bool)
    kept = edges[drawn].reset_index(drop=True)

    bootstrap = {"confidence": confidence, "draws": draws, "seed": seed}
    kept = edge_inclusion(incidence, kept, least="n_critical" if tested.n_kept else min_count, **bootstrap)
    for column in ("inclusion", "n_low", "n_high"):
        value = np.full(len(edges), np.nan)
        value[drawn] = kept[column]
        edges = edges.assign(**{column: value})
    edges = edges.assign(drawn=drawn)[list(EDGE_COLUMNS)]

    groups = communities(kept, resolutions=resolutions, runs=runs, seed=seed)
    central = centrality(incidence, kept, **bootstrap)
    at = groups.membership[groups.membership["resolution"] == resolution].set_index("slogan")["community"]
    nodes = central.merge(incidence.slogans, on="slogan", how="left", sort=False)
    nodes["community"] = at.reindex(nodes["slogan"]).array
    nodes = nodes[list(NODE_COLUMNS)]
    settings = {
        "unit": unit,
        "types": None if types is None else list(types),
        "preamble": preamble,
        "nested": nested,
        "breaks": breaks,
        "min_units": min_units,
        "min_count": min_count,
        "weight": "n",
        "null": null,
        "alpha": alpha,
        "correction": correction or ("none" if null == "disparity" else "bh_discrete"),
        "within": within if null == "fixed_degree" and unit != "report" else None,
        "resolution": resolution,
        "resolutions": [float(value) for value in resolutions],
        "runs": runs,
        "confidence": confidence,
        "draws": draws,
        "seed": seed,
    }
    settings["drawn_unit"] = "report" if incidence.units["report_id"].nunique() > 1 else unit
    summary = settings | _counted(incidence, tested, basis, nodes, edges) | _grouped(groups, resolution)
    return SloganNetwork(nodes, edges, summary, incidence.hits, groups.summary)


def _counted(
    incidence: Incidence, tested: Backbone, basis: str, nodes: pd.DataFrame, edges: pd.DataFrame
) -> dict[str, Any]:
    isolates = int((nodes["degree"] == 0).sum())
    giant = int(nodes["eigenvector"].notna().sum())
    statement = tested.statement
    if basis == "descriptive":
        pairs = int(edges["drawn"].sum())
        statement += f" Drawn is a descriptive network of {pairs} pairs." if pairs else " No edge is drawn."
    if incidence.unit == "report":
        statement += " Whole reports hold nearly every pair: this is no slogan network."
    return {
        "basis": basis,
        "n_reports": int(incidence.units["report_id"].nunique()),
        "n_units": len(incidence.units),
        "n_units_with_slogan": int((incidence.units["n_slogans"] > 0).sum()),
        "n_hits": len(incidence.hits),
        "hits_left_out": dict(incidence.left_out),
        "nodes_before": len(nodes) + incidence.left_out["slogans_in_too_few_units"],
        "nodes": len(nodes),
        "edges_before": len(edges),
        "edges": int(edges["drawn"].sum()),
        "edges_solid": int((edges["inclusion"] >= 0.8).sum()),
        "edges_dashed": int(((edges["inclusion"] >= 0.5) & (edges["inclusion"] < 0.8)).sum()),
        "n_tested": tested.n_tested,
        "n_kept": tested.n_kept,
        "p_threshold": tested.threshold,
        "isolates": isolates,
        "giant_component": giant,
        "giant_component_share": giant / len(nodes) if len(nodes) else None,
        "statement": statement,
    }


def _grouped(groups: Communities, resolution: float) -> dict[str, Any]:
    here = groups.summary[groups.summary["resolution"] == resolution]
    names = ["n_groups", "modularity", "null_modularity", "p_null", "stability", "flag"]
    if not len(here):
        return dict.fromkeys(names)
    row = here.iloc[0]
    found = {name: None if pd.isna(row[name]) else row[name] for name in names}
    return found | {"n_groups": int(row["n_groups"])}
