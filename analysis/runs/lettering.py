"""The Chinese characters of a page in a font of its own, so that no machine shows boxes in their place."""

from __future__ import annotations

import base64
import io
import logging
import re
from pathlib import Path

__all__ = ["font_face", "lettered"]

FAMILY = "Township"
FONT = Path(__file__).parents[1] / "fonts" / "NotoSansSC-Subset-Regular.ttf"
PLACE = "/* font */"
PICTURE = re.compile(r"data:image/\w+;base64,[A-Za-z0-9+/=]+")
_FIRST = 0x2190  # letters, quotation marks and dashes of English prose come from the fonts of the machine


def font_face(text: str) -> str:
    """Return a CSS rule with the glyphs of our font for the characters of `text`; no rule where it needs none.

    Characters that our font lacks are left to the fonts of the machine. The same text gives the same rule.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    wanted = {ord(one) for one in text if ord(one) >= _FIRST}
    with TTFont(FONT, lazy=True, recalcTimestamp=False) as font:
        if not wanted & set(font.getBestCmap()):
            return ""
        options = subset.Options(layout_features=[], name_IDs=[], notdef_outline=True)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=sorted(wanted))
        cutter.subset(font)
        font.flavor = "woff"
        written = io.BytesIO()
        font.save(written)
    encoded = base64.b64encode(written.getvalue()).decode("ascii")
    source = f'url(data:font/woff;base64,{encoded}) format("woff")'
    return f'@font-face {{ font-family: "{FAMILY}"; src: {source}; unicode-range: U+{_FIRST:X}-10FFFF; }}'


def lettered(page: str) -> str:
    """Return `page` with the font for its own characters in the place that its style keeps for it."""
    return page.replace(PLACE, font_face(PICTURE.sub("", page)), 1)
