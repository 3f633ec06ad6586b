"""Make ``script_characters.csv`` from OpenCC: run by hand when OpenCC is renewed, never by the package.

    python tools/make_script_table.py

A character shows the script of a text only if the other script has no use for it. What the other script has is told
by the character set that it was first typed in: GB 2312 for simplified, Big5 for traditional texts.
"""

from __future__ import annotations

import csv
import io
from importlib.metadata import version
from pathlib import Path

__all__ = ["TABLE", "script_table"]

TABLE = Path(__file__).resolve().parents[1] / "analysis" / "lexicons" / "script_characters.csv"
_HAN = range(0x4E00, 0xA000)


def _encodable(character: str, *encodings: str) -> bool:
    for encoding in encodings:
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False


def script_table() -> str:
    """Return the table as CSV: each character that one of the scripts writes differently.

    **Columns**: character; simplified (its simplified form); script (the one script that has it; empty where both
    do); source. Rows are in code-point order.
    """
    from opencc import OpenCC

    simplified, traditional = OpenCC("t2s").convert, OpenCC("s2t").convert
    source = f"OpenCC {version('opencc')} (Apache-2.0)"
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("character", "simplified", "script", "source"))
    for character in map(chr, _HAN):
        plain = simplified(character)
        if plain != character and _encodable(character, "big5", "gbk") and _encodable(plain, "gbk"):
            script = "" if _encodable(character, "gb2312") else "traditional"
        elif traditional(character) != character and _encodable(character, "gb2312"):
            plain, script = character, "" if _encodable(character, "big5") else "simplified"
        else:
            continue
        if plain != character or script:
            writer.writerow((character, plain, script, source))
    return out.getvalue()


if __name__ == "__main__":
    TABLE.write_text(script_table(), encoding="utf-8", newline="\n")
