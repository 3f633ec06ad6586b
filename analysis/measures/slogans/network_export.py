"""A network as files that Gephi, R and a spreadsheet open: GraphML and two CSV tables."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.measures.statistics.counts import require_columns
from analysis.schemas import TableError
from analysis.spreadsheet import spreadsheet_cells, writable

__all__ = ["network_graph", "write_network"]


def network_graph(nodes: pd.DataFrame, edges: pd.DataFrame) -> Any:
    """Return the network as a `networkx.Graph`, with every further column as an attribute.

    A value that is NA is no attribute, as GraphML knows no NA. Numbers and truth values are those of Python.

    Parameters
    ----------
    nodes : DataFrame
        With a column slogan, each once.
    edges : DataFrame
        With source and target, both among the nodes; no pair twice.

    Returns
    -------
    networkx.Graph

    Raises
    ------
    TableError
        If a column is missing, a slogan or a pair comes twice, or an edge has an end that is no node.

    Examples
    --------
    >>> nodes = pd.DataFrame({"slogan": ["乡村振兴", "从严治党"], "n": [3, 2]})
    >>> graph = network_graph(nodes, pd.DataFrame({"source": ["乡村振兴"], "target": ["从严治党"], "n": [2]}))
    >>> graph.edges["乡村振兴", "从严治党"]
    {'n': 2}
    """
    import networkx as nx

    require_columns(nodes, "nodes", ["slogan"])
    require_columns(edges, "edges", ["source", "target"])
    names = nodes["slogan"].tolist()
    twice = nodes.loc[nodes["slogan"].duplicated(), "slogan"]
    if len(twice):
        raise TableError(f"nodes table holds {twice.iloc[0]!r} twice. Give each slogan one row.")
    strangers = sorted((set(edges["source"].tolist()) | set(edges["target"].tolist())) - set(names))
    if strangers:
        raise TableError(f"edges table holds {strangers[0]!r}, which the nodes table lacks ({len(names)} nodes).")
    graph = nx.Graph()
    for name, attributes in zip(names, _attributes(nodes, ["slogan"]), strict=True):
        graph.add_node(name, **attributes)
    for source, target, attributes in zip(
        edges["source"].tolist(), edges["target"].tolist(), _attributes(edges, ["source", "target"]), strict=True
    ):
        if graph.has_edge(source, target):
            raise TableError(f"edges table holds the pair {source!r}, {target!r} twice. Give each pair one row.")
        graph.add_edge(source, target, **attributes)
    return graph


def write_network(
    nodes: pd.DataFrame, edges: pd.DataFrame, folder: str | os.PathLike, name: str = "network"
) -> list[str]:
    """Write a network as name.graphml, name-nodes.csv and name-edges.csv, and return the names of the files.

    Each file is written beside its place and renamed, so that a failure leaves what was there. The same tables give
    the same bytes. In GraphML an NA is an attribute left out; in CSV an empty field. What neither can hold, such as
    control characters, is a backslash escape, and CSV keeps texts from being calculated (`spreadsheet_cells`).

    Parameters
    ----------
    nodes, edges : DataFrame
        Of `slogan_network`; take ``edges[edges["drawn"]]`` for the network as drawn. Both may be empty.
    folder : path
        Made if it is not there.
    name : str
        File name without suffix.

    Returns
    -------
    list of str

    Raises
    ------
    TableError
        As `network_graph`, or if `name` is no plain file name.
    """
    import networkx as nx

    if not name or name.startswith(".") or any(one in name for one in '/\\:*?"<>|'):
        raise TableError(f"network name {name!r} is no plain file name. Use letters, digits and hyphens, no folder.")
    graph = network_graph(_writable(nodes), _writable(edges))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = [f"{name}.graphml", f"{name}-nodes.csv", f"{name}-edges.csv"]
    with tempfile.TemporaryDirectory(dir=folder, prefix=".network-") as staging:
        # the writer of the standard library: that of lxml, where it is installed, gives other bytes
        nx.write_graphml_xml(graph, Path(staging) / files[0], encoding="utf-8")
        for table, file in ((nodes, files[1]), (edges, files[2])):
            cells = spreadsheet_cells(table)
            cells.to_csv(Path(staging) / file, index=False, encoding="utf-8", lineterminator="\n")
        for file in files:
            os.replace(Path(staging) / file, folder / file)
    return files


def _attributes(table: pd.DataFrame, without: list[str]) -> list[dict[str, Any]]:
    """Return per row the columns that have a value, as Python's own str, int, float and bool."""
    names = [column for column in table.columns if column not in without]
    columns = [table[column].tolist() for column in names]
    return (
        [
            {str(name): _plain(value) for name, value in zip(names, row, strict=True) if not pd.isna(value)}
            for row in zip(*columns, strict=True)
        ]
        if names
        else [{} for _ in range(len(table))]
    )


def _writable(table: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in table.columns if table[name].dtype == object or table[name].dtype == "str"]
    return table.assign(
        **{name: [writable(one) if isinstance(one, str) else one for one in table[name]] for name in texts}
    )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
