"""What makes a figure of the gallery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.measures.statistics.counts import analysed
from analysis.schemas import Corpus

__all__ = ["GalleryFigure", "analysed"]


@dataclass(frozen=True)
class GalleryFigure:
    """A figure of the gallery: how its rows are made, drawn and counted.

    Attributes
    ----------
    name : str
        File name; the words of its caption are the row ``caption_<name>`` of plots/labels.csv.
    data : callable
        (corpus, seed, and by name what the figure `asks` for) -> the rows to plot, or what they are chosen from.
    plot : callable
        (data, corpus, seed) -> Axes.
    counts : callable
        (corpus, data, plotted rows) -> the numbers of the caption.
    plotted : callable
        (Axes, data) -> the rows that the figure shows; by default the data.
    parameters : mapping
        What the figure depends on beside corpus, language and seed.
    page : callable, optional
        (corpus, data, caption, folder, seed) writes the page ``name.html`` to look around in.
    asks : tuple of str
        Which of by, target, reference, within and terms a researcher may choose.
    """

    name: str
    data: Callable[..., Any]
    plot: Callable[[Any, Corpus, int], Axes]
    counts: Callable[[Corpus, Any, pd.DataFrame], dict[str, Any]]
    plotted: Callable[[Axes, Any], pd.DataFrame] = lambda ax, rows: rows
    parameters: Mapping[str, Any] = field(default_factory=dict)
    page: Callable[[Corpus, Any, str, Path, int], None] | None = None
    asks: tuple[str, ...] = ()
