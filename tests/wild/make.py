r"""Build reports/*.txt and gold/*.json from the marked-up sources; ``python make.py`` rewrites them.

=====================  =============================================================================
``⟨code|text⟩``        a span; spans nest. Noise, one record a line: ``c`` site chrome, ``d`` duplicate
                       title, ``t`` table of contents, ``w`` watermark, ``p`` page number, ``g`` gloss,
                       ``dp`` duplicate paragraph; ``b`` blanks that go; ``hN`` heading of level N; ``!kind`` damage
``↵``                  a newline inside a sentence, that cleaning takes out
``\u200b``, ``\t``     the character itself
=====================  =============================================================================

Blanks at the edge of noise inside a line count as wraps. The newline at the end of the source is none of the text.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
NOISE = {
    "c": "site_chrome",
    "d": "duplicate_title",
    "t": "table_of_contents",
    "w": "watermark",
    "p": "page_number",
    "g": "gloss",
    "dp": "duplicate_paragraph",
}


def parse(markup: str) -> tuple[str, list[tuple[str, int, int]], list[int]]:
    """Return the text, its spans (code, start, end) and the offsets of newlines that cleaning takes out."""
    markup = re.sub(r"\\(u[0-9a-f]{4}|t)", lambda m: "\t" if m[1] == "t" else chr(int(m[1][1:], 16)), markup)
    text, spans, wraps, open_spans, at = [], [], [], [], 0
    while at < len(markup):
        character = markup[at]
        if character == "⟨":
            bar = markup.index("|", at)
            open_spans.append((markup[at + 1 : bar], len(text)))
            at = bar
        elif character == "⟩":
            code, start = open_spans.pop()
            spans.append((code, start, len(text)))
        elif character == "↵":
            wraps.append(len(text))
            text.append("\n")
        else:
            text.append(character)
        at += 1
    assert not open_spans
    return "".join(text), sorted(spans, key=lambda span: (span[1], -span[2])), wraps


def gold_of(name: str, text: str, spans: list[tuple[str, int, int]], wraps: list[int]) -> dict:
    """Return the record of one text."""
    noise, headings, damage, blanks = [], [], [], list(wraps)
    for code, start, end in spans:
        if code.startswith("!"):
            damage.append({"start": start, "end": end, "text": text[start:end], "kind": code[1:]})
        elif code == "b":
            blanks += range(start, end)
        elif code.startswith("h"):
            headings.append({"start": start, "end": end, "text": text[start:end], "level": int(code[1:])})
        else:
            for line in re.finditer(r"[^\n]*[^\n\s][^\n]*", text[start:end]):
                stripped = line.group().strip(" ")
                begin = start + line.start() + line.group().index(stripped)
                stop = begin + len(stripped)
                noise.append({"start": begin, "end": stop, "text": stripped, "kind": NOISE[code]})
                blanks += [*range(start + line.start(), begin), *range(stop, start + line.end())]
    noise.append({"kind": "wrap_space", "all_offsets": {"line_wrap": sorted(blanks)}})
    return {"source": name, "noise": noise, "headings": headings, "damage": damage}


def build(folder: Path) -> dict[str, str]:
    """Return the content of every file below `folder` that the sources give."""
    files = {}
    for source in sorted((folder / "source").glob("*.txt")):
        text, spans, wraps = parse(source.read_text(encoding="utf-8").removesuffix("\n"))
        record = gold_of(source.name, text, spans, wraps)
        files[f"reports/{source.name}"] = text
        files[f"gold/{source.stem}.json"] = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    return files


if __name__ == "__main__":
    for folder in (HERE, HERE / "held_out"):
        for path, content in build(folder).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(content, encoding="utf-8", newline="")
