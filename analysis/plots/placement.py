"""Labels beside points that never lie on one another, on a point, on a line or outside the Axes.

A label is tried at eight sides of its point, where no other point is as near, then further away with a thin line to
it, and dropped where nothing is free: a figure with fewer labels is better than one with labels that cannot be read or
that seem to belong to another point. The order of the labels decides, and nothing else, so the same data give the same
figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from analysis.plots.style import COLOURS, quiet_glyphs

__all__ = ["labelled_terms", "place_labels"]

SIDES = ((1, 0), (0, 1), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
DISTANCES = (4.0, 8.0, 13.0, 19.0)  # points; beyond the first a line leads to the point
GAP = 0.8  # points kept free around a label
MARKER = 2.0  # points, radius of a marker with its edge
CLEAR = 2.5  # points between a label without a line and the markers of others, so that it is plain whose label it is
_LABEL = "_placed"  # matplotlib leaves labels with an underscore out of legends


def place_labels(
    ax: Axes,
    labels: Sequence[tuple[float, float, str]],
    *,
    points: np.ndarray,
    lines: Sequence[Line2D] = (),
) -> list[str]:
    """Write each label (x, y, text) beside its point where there is room, and return the texts that found some.

    Call it when the figure is laid out and its limits are set.

    Parameters
    ----------
    ax : Axes
    labels : sequence of (float, float, str)
        In data coordinates; the first has the first choice.
    points : array of shape (n, 2)
        Markers, in data coordinates, that no label may cover.
    lines : sequence of Line2D
        Curves that no label may cover.
    """
    unit = ax.figure.dpi / 72
    centres = ax.transData.transform(points)
    taken = [_boxes(centres, MARKER * unit)]
    taken += [_boxes(_along(line, 2 * unit), 0.5 * unit) for line in lines]
    occupied = np.concatenate([*taken, np.empty((0, 4))])
    frame = np.asarray(ax.get_window_extent().extents)
    leads = np.empty((0, 4))
    placed = []
    for x, y, text in labels:
        artist = ax.annotate(
            text,
            xy=(x, y),
            xytext=(0, 0),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=7,
            label=_LABEL,
        )
        width, height = _size(artist, unit)
        centre = ax.transData.transform((x, y))
        for distance, offset in _offsets(width, height, unit):
            box = np.concatenate([centre + offset, centre + offset]) + np.array([-1, -1, 1, 1]) * (
                np.array([width, height, width, height]) / 2 + GAP * unit
            )
            # the line to a label further away crosses no other such line and, behind its own marker, no other marker
            lead, behind, end = np.empty((0, 4)), np.empty((0, 4)), None
            if distance == DISTANCES[0]:
                others = centres[np.abs(centres - centre).max(axis=1) > MARKER * unit]
                if len(others) and _hit(box[None, :], _boxes(others, (MARKER + CLEAR) * unit)):
                    continue
            else:
                end = np.clip(centre, box[:2], box[2:])
                along = np.linspace(centre, end, 33)[:-4]
                apart = np.abs(along - centre).max(axis=1) / unit
                lead, behind = (_boxes(along[apart > least], 0.3 * unit) for least in (MARKER, 2 * MARKER + 0.8))
            clear = not _hit(np.vstack([behind, box]), occupied) and not _hit(np.vstack([lead, box]), leads)
            if clear and _inside(box, frame):
                break
        else:
            artist.remove()
            continue
        artist.set_position(tuple(offset / unit))
        if end is not None:
            _draw_leader(ax, (x, y), (end - centre) / unit)
        occupied, leads = np.vstack([occupied, box]), np.vstack([leads, lead])
        placed.append(text)
    return placed


def labelled_terms(ax: Axes) -> list[str]:
    """Return the texts that `place_labels` wrote into `ax`, in the order in which they were placed."""
    return [text.get_text() for text in ax.texts if text.get_label() == _LABEL]


def _offsets(width: float, height: float, unit: float) -> Iterator[tuple[float, np.ndarray]]:
    """Yield each distance and the offset of the label's centre in pixels, nearest first."""
    for distance in DISTANCES:
        for across, up in SIDES:
            reach = distance * unit * (0.7 if across and up else 1)
            yield distance, np.array([across * (reach + width / 2), up * (reach + height / 2)])


def _size(artist: Annotation, unit: float) -> tuple[float, float]:
    """Return width and height of the drawn text in pixels; the height is one line, whatever letters there are."""
    with quiet_glyphs():
        box = artist.get_window_extent()
    return box.width, max(box.height, float(artist.get_fontsize()) * unit)


def _boxes(centres: np.ndarray, radius: float) -> np.ndarray:
    return np.hstack([centres - radius, centres + radius])


def _along(line: Line2D, step: float) -> np.ndarray:
    """Return places along `line`, in pixels, about `step` apart."""
    corners = line.get_transform().transform(line.get_xydata())
    pieces = [corners[:1]]
    for first, last in pairwise(corners):
        n = max(int(np.hypot(*(last - first)) / step), 1)
        pieces.append(np.linspace(first, last, n + 1)[1:])
    return np.concatenate(pieces)


def _inside(box: np.ndarray, frame: np.ndarray) -> bool:
    return bool((box[:2] >= frame[:2]).all() and (box[2:] <= frame[2:]).all())


def _hit(boxes: np.ndarray, occupied: np.ndarray) -> bool:
    apart = (boxes[:, None, 2:] <= occupied[None, :, :2]) | (boxes[:, None, :2] >= occupied[None, :, 2:])
    return bool((~apart.any(axis=2)).any())


def _draw_leader(ax: Axes, point: tuple[float, float], end: np.ndarray) -> None:
    ax.annotate(
        "",
        xy=point,
        xytext=tuple(end),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "color": COLOURS["grey"], "linewidth": 0.4, "shrinkA": 0, "shrinkB": 2},
    )
