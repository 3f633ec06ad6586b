"""Remake the two font files of analysis/fonts from the variable Noto Sans SC.

    python tools/make_fonts.py "NotoSansSC[wght].ttf" [FILE_WITH_MORE_CHARACTERS ...]

Static TrueType outlines embed cleanly in PDF (``pdf.fonttype`` 42); variable and CFF fonts do not. The family gets a
name of its own, so that a Noto Sans SC that happens to be installed can never take its place in a figure. The
characters are GB 2312, the common ones of Big5, the blocks below and ``characters.txt``, to which those of the further
files are added first; a file that ends in .gz is unpacked.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "analysis" / "fonts"
FAMILY = "Noto Sans SC Subset"
WEIGHTS = {"Regular": 400, "Bold": 700}
BLOCKS = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A: pinyin, names of authors
    (0x0391, 0x03C9),  # Greek
    (0x2010, 0x2044),  # dashes, quotes, bullets, ellipsis, per mille, ‼
    (0x20AC, 0x20AC),  # €
    (0x2100, 0x214F),  # ℃ №
    (0x2150, 0x218F),  # fractions, Roman numerals
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2460, 0x24FF),  # ① ⑴ ⒈
    (0x2500, 0x257F),  # box drawing
    (0x25A0, 0x266F),  # ▢ and other geometric shapes, ★ ☆
    (0x2E3A, 0x2E3B),  # two-em and three-em dash
    (0x3000, 0x303F),  # CJK symbols and punctuation
    (0x3220, 0x33FF),  # ㈠ ㎡ ㎏
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # ￥
)


def gb2312() -> set[str]:
    """Return the 7,445 characters of GB 2312."""
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found.update(bytes([row, cell]).decode("gb2312", errors="ignore"))
    return found


def big5() -> set[str]:
    """Return the 5,401 common characters of Big5, in which reports in traditional script are written."""
    found = set()
    for row in range(0xA4, 0xC7):
        for cell in (*range(0x40, 0x7F), *(range(0xA1, 0xFF) if row < 0xC6 else ())):
            found.update(bytes([row, cell]).decode("big5", errors="ignore"))
    return found


def standard_characters() -> set[str]:
    """Return GB 2312, Big5 and the blocks: what the fonts hold without ``characters.txt``."""
    return gb2312() | big5() | {chr(code) for first, last in BLOCKS for code in range(first, last + 1)}


def further_characters(paths: list[Path]) -> str:
    """Return ``characters.txt`` with what the files at `paths` hold beyond the standard characters, sorted."""
    known = (FOLDER / "characters.txt").read_text(encoding="utf-8") if (FOLDER / "characters.txt").exists() else ""
    seen = set(known).union(*map(text_of, paths))
    return "".join(sorted(one for one in seen - standard_characters() if ord(one) > 0x7F))


def text_of(path: Path) -> str:
    """Return the text of a UTF-8 file, unpacked if it is a gzip."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def make_font(source: Path, weight: str, characters: str, target: Path) -> list[str]:
    """Write one static subset of `source` to `target` and return the characters that the source lacks.

    The timestamps of the source are kept and glyphs sorted by the source's order, so that the bytes are always equal.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(source, recalcTimestamp=False)
    lacking = [one for one in characters if ord(one) not in font.getBestCmap()]
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS[weight]})
    options = subset.Options(
        hinting=False,
        layout_features=["kern", "locl", "ccmp"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
    )
    options.drop_tables += ["STAT", "vhea", "vmtx", "VORG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    version = font["name"].getDebugName(5).split(";")[0]
    for name_id, text in {
        1: FAMILY,
        2: weight,
        3: f"{version};{FAMILY} {weight}",
        4: f"{FAMILY} {weight}",
        6: f"{FAMILY.replace(' ', '')}-{weight}",
    }.items():
        font["name"].removeNames(nameID=name_id)
        font["name"].setName(text, name_id, 3, 1, 0x409)
    bold = weight == "Bold"
    font["OS/2"].usWeightClass = WEIGHTS[weight]
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0
    font.save(target)
    return lacking


def main(arguments: list[str] | None = None) -> int:
    """Remake both files, print their hashes and name what could not be drawn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="the variable font, NotoSansSC[wght].ttf")
    parser.add_argument("more", type=Path, nargs="*", help="UTF-8 files whose characters the fonts must hold")
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder of the results (default: analysis/fonts)")
    chosen = parser.parse_args(arguments)
    further = further_characters(chosen.more)
    (chosen.into / "characters.txt").write_text(further + "\n", encoding="utf-8")
    characters = "".join(sorted(standard_characters())) + further
    for weight in WEIGHTS:
        target = chosen.into / f"NotoSansSC-Subset-{weight}.ttf"
        lacking = make_font(chosen.source, weight, characters, target)
        print(hashlib.sha256(target.read_bytes()).hexdigest(), target.name, f"{target.stat().st_size:,} bytes")
    print("not in the source:", " ".join(f"{one} U+{ord(one):04X}" for one in lacking if one in further) or "nothing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
