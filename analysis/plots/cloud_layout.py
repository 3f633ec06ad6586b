"""Where the words of several clouds go when one scale holds for all of them.

WordCloud finds the places. Left alone it also shrinks a word that finds none, and all words behind it, so that size no
longer tells the rate. Here sizes are set first, one scale is tried for all clouds, and where a word finds no place the
scale of all of them goes down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["PlacedWord", "layout_clouds"]

PIXELS = 3  # per point: sizes are multiples of a third of a point
SMALLEST = 5.5  # points
LARGEST = 30.0
FULL = 0.62  # share of a cloud that the boxes of its words may claim; denser ones were never placed in trials
STEP = 0.95
GAP = 4  # points between words, so that neighbours do not read as one


class PlacedWord(NamedTuple):
    """A word with its size and the upper left corner of its ink, in points from the upper left corner of the cloud."""

    word: str
    size: float
    x: float
    y: float


def layout_clouds(
    clouds: Mapping[str, Sequence[tuple[str, float]]],
    *,
    width: float,
    height: float,
    font: Path,
    seed: int,
) -> tuple[dict[str, list[PlacedWord]], float]:
    """Place the words of each cloud in ``width`` x ``height`` points, size = scale · √weight, one scale for all.

    Words that would be smaller than 5.5 points even so are left out, the last of each cloud first.

    Parameters
    ----------
    clouds : mapping of str to sequence of (word, weight)
        Heaviest first.
    width, height : float
        Points.
    font : Path
        The font that measures the words.
    seed : int

    Returns
    -------
    dict of str to list of PlacedWord
    float
        The scale: the size in points of a word of weight 1.
    """
    n_words = max((len(words) for words in clouds.values()), default=0)
    while n_words:
        kept = {name: list(words[:n_words]) for name, words in clouds.items()}
        scale, floor = _start(kept, width, height), _floor(kept)
        while scale >= floor:
            placed = _try(kept, scale, width, height, font, seed)
            if placed is not None:
                return placed, scale
            scale *= STEP
        n_words = math.floor(0.85 * n_words)
    return {name: [] for name in clouds}, 0.0


def _floor(clouds: Mapping[str, Sequence[tuple[str, float]]]) -> float:
    return max(SMALLEST / math.sqrt(weight) for words in clouds.values() for _, weight in words)


def _start(clouds: Mapping[str, Sequence[tuple[str, float]]], width: float, height: float) -> float:
    """Return the largest scale at which no word is too large or too wide and no cloud too full."""
    limits = []
    for words in clouds.values():
        ems = [(_ems(word), weight) for word, weight in words]
        limits += [min(LARGEST, 0.95 * width / em) / math.sqrt(weight) for em, weight in ems]
        claimed = sum(em * weight for em, weight in ems)
        limits += [math.sqrt(FULL * width * height / claimed)] if claimed else []
    return min(limits)


def _ems(word: str) -> float:
    return max(sum(1.0 if ord(one) > 0x2E7F else 0.6 for one in word), 0.6)


def _try(clouds, scale, width, height, font, seed) -> dict[str, list[PlacedWord]] | None:
    """Return the places of all words at `scale`, or None where one of them finds no place."""
    from wordcloud import WordCloud

    placed = {}
    for name, words in clouds.items():
        sizes = {word: round(PIXELS * scale * math.sqrt(weight)) for word, weight in words}
        if not sizes:
            placed[name] = []
            continue
        cloud = WordCloud(
            font_path=str(font),
            width=round(PIXELS * width),
            height=round(PIXELS * height),
            margin=PIXELS * GAP,
            max_words=len(sizes),
            max_font_size=max(sizes.values()),
            min_font_size=1,
            prefer_horizontal=1.0,
            # with sizes as frequencies every ratio of sizes comes out exactly
            relative_scaling=1,  # pyright: ignore[reportArgumentType]
            random_state=seed,
            color_func=lambda *_, **__: "black",
        ).generate_from_frequencies(sizes)
        found = [(word, size, position) for (word, _), size, position, *_ in cloud.layout_]
        if {word: size for word, size, _ in found} != sizes:
            return None
        placed[name] = [
            PlacedWord(word, size / PIXELS, int(x) / PIXELS, int(y) / PIXELS) for word, size, (y, x) in found
        ]
    return placed
