"""docs/structure.md is true to the tree."""

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "structure.md").read_text(encoding="utf-8")


def test_rooms_stand_in_the_order_that_is_kept():
    rooms = runpy.run_path(str(ROOT / "tests" / "test_layering.py"))["ROOMS"]
    assert re.search(r"^    (.+ ◀ .+)$", TEXT, re.MULTILINE)[1].split(" ◀ ") == rooms
    assert re.findall(r"^\| `analysis/(\w+)(?:\.py|/)` \|", TEXT, re.MULTILINE) == rooms


def test_every_path_exists():
    paths = re.findall(r"`((?:analysis|docs|tests|seeds|notebooks|figures|benchmarks)/[\w./-]*)`", TEXT)
    assert len(paths) > 15
    assert [path for path in paths if not (ROOT / path).exists()] == []
