"""What a bad file is: its name, what becomes of it, how it is made."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

REPORT = "report"
"""Instead of a reason: the file is odd, yet it is read."""

REASONS = {
    "empty": r"^the file is empty$",
    "no-chinese": r"^the (?:file holds|page shows) no Chinese text",
    "site-only": r"nothing but a site's own text",
    "binary": r"is binary, not text|^this is an? (?:\w+ )?(?:picture|archive|program|database)",
    "encoding": r"encoding|broken at byte|breaks off inside a character|half characters|stored wrongly|wrong characters|were lost|not UTF-8",
    "type": r"^files (?:of type|without suffix)|^this is an? |^the file is named .* but is no",
    "damaged": r"damaged|cut off|no HTML part",
    "entities": r"declares entities",
    "locked": r"password",
    "scan": r"images without text",
    "limit": r"larger than|longer than|unpack to more|more than \d|too (?:many|deeply)|took longer|needed longer|of memory|the reader stopped",
    "link": r"^this is a link",
    "folder": r"folder that cannot be opened",
    "irregular": r"^this is no regular file$",
    "closed": r"cannot be opened",
    "office": r"LibreOffice, which is not installed",
}
"""Class of reason -> what the reason says; a case may name several classes that are as good."""


class Bait(NamedTuple):
    """What a file that could act would touch: an address that listens, a file to make, a file to read."""

    url: str
    canary: str
    secret: str


class Case(NamedTuple):
    """A bad file: `name` below the folder, the classes of its `outcome`, `make(path, bait)`."""

    name: str | bytes
    outcome: tuple[str, ...]
    make: Callable[[Path, Bait], None]


def case(name: str | bytes, outcome: str, content: bytes | str | Callable[[Bait], bytes | str]) -> Case:
    """Return the case of a file with `content`; outcomes that are as good stand with ``|`` between them."""

    def make(path: Path, bait: Bait) -> None:
        made = content(bait) if callable(content) else content
        path.write_bytes(made.encode() if isinstance(made, str) else made)

    return Case(name, tuple(outcome.split("|")), make)


def noise(size: int, seed: int) -> bytes:
    """Return `size` bytes that look random and are the same each time."""
    return random.Random(seed).randbytes(size)


TITLE = "平安镇2020年政府工作报告"
BODY = (
    "各位代表：现在，我代表平安镇人民政府，向大会报告工作，请予审议。\n"
    "一、过去一年工作回顾\n一年来，全镇上下坚持以人民为中心，深入实施乡村振兴战略，经济社会发展稳中有进。"
    "完成财政收入3385万元，增长8.5%。新修水泥路12公里，改造危房46户。\n"
    "二、今后工作打算\n我们将继续努力，全面建成小康社会，不断开创各项工作新局面。\n"
)
TEXT = f"{TITLE}\n{BODY}"
