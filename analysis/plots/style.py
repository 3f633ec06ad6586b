"""One look for every figure: journal widths, 8 pt text, two fonts of our own, colours that survive print in grey.

Matplotlib keeps its style in the global ``rcParams``, and so does this module: `set_style` changes them until the next
call, `style` within a ``with`` block. Fonts are registered by path from ``analysis/fonts``, so that no font of the
system is used.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from analysis.schemas import FontError, TableError

__all__ = ["COLOURS", "WIDTHS", "check_glyphs", "current_style", "new_axes", "require_glyphs", "set_style", "style"]

FAMILY = "Noto Sans SC Subset"
FONTS = Path(__file__).parents[1] / "fonts"
FONT_FILES = (FONTS / "NotoSansSC-Subset-Regular.ttf", FONTS / "NotoSansSC-Subset-Bold.ttf")
MM = 1 / 25.4
WIDTHS = {"single": 89 * MM, "double": 183 * MM}
"""Column widths of journals in inches."""

COLOURS = {  # Okabe and Ito (2008); navy and red are its blue and vermilion darkened for text
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
    "navy": "#00507D",
    "red": "#A84300",
    "ink": "#222222",
    "grey": "#595959",
    "pale": "#D9D9D9",
}

RC = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "figure.titlesize": 8,
    "text.color": COLOURS["ink"],
    "axes.labelcolor": COLOURS["ink"],
    "axes.edgecolor": COLOURS["grey"],
    "xtick.color": COLOURS["grey"],
    "ytick.color": COLOURS["grey"],
    "xtick.labelcolor": COLOURS["ink"],
    "ytick.labelcolor": COLOURS["ink"],
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.facecolor": "white",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "grid.color": COLOURS["pale"],
    "grid.linewidth": 0.5,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.0,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    # a dollar sign in a report is a dollar sign
    "text.parse_math": False,
    # glyph widths that do not depend on the resolution, so that labels fit on screen as they do on paper
    "text.hinting": "no_hinting",
    "figure.dpi": 150,
    "savefig.dpi": 300,
    "savefig.bbox": None,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "township-reports",
}


@dataclass(frozen=True)
class Style:
    """What a plot function must know beside ``rcParams``: language, fallback fonts, width, whether pyplot shows it."""

    language: str = "en"
    fallbacks: tuple[Path, ...] = ()
    width: str | None = None
    pyplot: bool = True


_current: Style | None = None


def set_style(*, language: str = "en", font: str | os.PathLike | None = None, width: str | None = None) -> None:
    """Set the look and the language of every figure from here on.

    Parameters
    ----------
    language : {"en", "zh"}
        Language of axes, legends, report labels and captions; the data are never translated.
    font : path, optional
        A TrueType or OpenType font that draws what the two fonts of the package lack.
    width : {"single", "double"}, optional
        89 or 183 mm for every figure; by default each figure has the width that suits it.

    Raises
    ------
    FontError
        If `font` is no readable font file.
    TableError
        If `language` or `width` is none of the names above.
    """
    global _current
    chosen = Style(_language(language), _fallbacks(font), _width(width))
    matplotlib.rcParams.update(_parameters(chosen))
    _current = chosen


@contextmanager
def style(
    *,
    language: str = "en",
    font: str | os.PathLike | None = None,
    width: str | None = None,
    pyplot: bool = False,
) -> Iterator[Style]:
    """Set the look as `set_style` does, for the length of a ``with`` block; everything is restored behind it.

    Figures made inside are plain Figures that nobody has to close; with `pyplot` they are pyplot's, and a notebook
    shows them at the end of the cell.
    """
    global _current
    before, chosen = _current, Style(_language(language), _fallbacks(font), _width(width), pyplot)
    interactive = matplotlib.is_interactive()
    try:
        with matplotlib.rc_context(_parameters(chosen)):
            _current = chosen
            try:
                yield chosen
            finally:
                interactive = matplotlib.is_interactive() if pyplot else interactive
                _current = before
    finally:
        # a notebook's first figure turns pyplot interactive; undone, no later figure would be shown
        matplotlib.interactive(interactive)


def current_style() -> Style:
    """Return the style in force, or the default style if none has been set."""
    return _current or Style()


def new_axes(default_width: str, height: float, *, ax: Axes | None = None) -> Axes:
    """Return `ax`, or the one Axes of a new figure of journal width that is `height` mm high.

    The figure belongs to pyplot, so that a notebook shows it once at the end of the cell, unless `style` says
    otherwise. A first figure without a call of `set_style` sets the default style.
    """
    if _current is None:
        set_style()
    if ax is not None:
        return ax
    chosen = current_style()
    size = (WIDTHS[chosen.width or default_width], height * MM)
    if chosen.pyplot:
        import matplotlib.pyplot as plt

        return plt.figure(figsize=size, layout="constrained").add_subplot()
    return Figure(figsize=size, layout="constrained").add_subplot()


def is_narrow(ax: Axes) -> bool:
    """Return whether the figure of `ax` is nearer to one column than to two."""
    return figure_of(ax).get_figwidth() < (WIDTHS["single"] + WIDTHS["double"]) / 2


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    if figure is None:
        raise TableError(
            "the Axes belong to no figure any more. Pass Axes of a living figure, or ax=None for a new one."
        )
    return figure


def beside(ax: Axes, y: float, text: str, *, points: float, **look: Any) -> Text:
    """Write `text` at height `y`, ending `points` from the left edge of `ax` if negative, else from its right edge."""
    return ax.annotate(
        text,
        xy=(0 if points < 0 else 1, y),
        xycoords=("axes fraction", "data"),
        xytext=(points, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        annotation_clip=False,
        **look,
    )


def settle(ax: Axes, *, own: bool) -> None:
    """Lay the figure out and, if it is our `own`, keep the layout, so that labels stay where they were placed."""
    with quiet_glyphs():
        figure_of(ax).draw_without_rendering()
    if own:
        figure_of(ax).set_layout_engine("none")


@contextmanager
def quiet_glyphs() -> Iterator[None]:
    """Silence matplotlib's warning about missing glyphs, where `require_glyphs` raises in its stead."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def require_glyphs(texts: Iterable[str], *, figure: str) -> None:
    """Raise `FontError` for the first character of `texts` that no font of the style can draw.

    Parameters
    ----------
    texts : iterable of str
        What the figure is going to say.
    figure : str
        Its name, for the error text.
    """
    paths = (FONT_FILES[0], *current_style().fallbacks)
    _require(((text, paths) for text in texts), figure)


def font_for(texts: Iterable[str]) -> Path:
    """Return the first bold font that draws all of `texts`, else our own: to measure with, not to draw with."""
    needed = frozenset().union(*texts)
    return next(
        (path for path in (FONT_FILES[1], *current_style().fallbacks) if needed <= _characters(path)), FONT_FILES[1]
    )


def check_glyphs(figure: Figure, name: str) -> None:
    """Raise `FontError` if any text of `figure` holds a character that none of the text's own fonts can draw."""
    with quiet_glyphs():
        figure.draw_without_rendering()
    texts = [artist for artist in figure.findobj(Text) if artist.get_visible() and artist.get_text()]
    _require(((artist.get_text(), _fonts_of(artist.get_fontproperties())) for artist in texts), name)


def _require(texts: Iterable[tuple[str, tuple[Path, ...]]], figure: str) -> None:
    for text, paths in texts:
        drawable = frozenset("\n").union(*(_characters(path) for path in paths))
        for one in text:
            if one not in drawable:
                raise FontError(
                    f"figure {figure!r} needs the character {one!r} (U+{ord(one):04X}) in the text {text!r}, and no "
                    f"font at hand can draw it (found: {', '.join(path.name for path in paths)}). "
                    "Add a font that has it: set_style(font='path/to/font.ttf'), "
                    "on the command line --font path/to/font.ttf."
                )


def _fonts_of(prop: FontProperties) -> tuple[Path, ...]:
    paths = []
    for family in prop.get_family():
        one = prop.copy()
        one.set_family(family)
        try:
            paths.append(Path(font_manager.fontManager.findfont(one, fallback_to_default=False)))
        except ValueError:  # the family is not installed, and matplotlib goes on to the next one too
            continue
    return tuple(paths)


@cache
def _characters(path: Path) -> frozenset[str]:
    return frozenset(map(chr, FT2Font(path).get_charmap()))


def _parameters(chosen: Style) -> dict:
    for path in FONT_FILES:
        _register(path, FAMILY)
    for path in chosen.fallbacks:
        _register(path, str(path))
    return {**RC, "font.family": [FAMILY, *map(str, chosen.fallbacks)]}


def _register(path: Path, family: str) -> None:
    """Make `path` known to matplotlib as `family`, once; a fallback goes by its path, which no other font shares."""
    manager = font_manager.fontManager
    if any((entry.fname, entry.name) == (str(path), family) for entry in manager.ttflist):
        return
    n_known = len(manager.ttflist)
    manager.addfont(path)
    manager.ttflist[n_known:] = [replace(entry, name=family) for entry in manager.ttflist[n_known:]]


def _language(language: str) -> str:
    if language not in ("en", "zh"):
        raise TableError(f"language is {language!r}. Use 'en' or 'zh'.")
    return language


def _width(width: str | None) -> str | None:
    if width is not None and width not in WIDTHS:
        raise TableError(f"width is {width!r}. Use 'single' (89 mm), 'double' (183 mm) or None.")
    return width


def _fallbacks(font: str | os.PathLike | None) -> tuple[Path, ...]:
    if font is None:
        return ()
    path = Path(font).expanduser().resolve()
    if not path.is_file():
        raise FontError(f"font={str(font)!r} is not a file. Give the path of a .ttf or .otf file.")
    try:
        FT2Font(path).get_charmap()
    except (RuntimeError, OSError) as error:
        raise FontError(
            f"font={str(font)!r} cannot be read as a font. Give the path of a .ttf or .otf file."
        ) from error
    return (path,)
