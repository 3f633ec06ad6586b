"""The seeds are the bytes that every offset, count and figure was made from."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
COLUMNS = ["file", "sha256", "bytes", "characters", "origin"]

# Written here as well as in the manifest, so that regenerating the manifest cannot hide a changed seed.
PINNED = {
    "000_2941dba3efde9cc7.txt": "e44a6b335399617fdbfd8bc5f27d47527d8c8329ca5d0f5dcfeccd3c7541b185",
    "001_fabdd819ee8bbdc7.txt": "409edb797149fb424991476b0057d545faa5c5cee9c5a5fe70c786f21f7dca9c",
    "002_b03d960d133976cb.txt": "a020baf842b7788282cc6bb632f51151df617013e79ab9322ba14c506e173faa",
    "003_a1402d6e438c0524.txt": "bb534a62cdbdc0de8d0a22b1e2222260843b75e78f1a48e8e021ff5b32afd1c2",
    "004_0eb332933a24d2c0.txt": "02ff26a8d61c9e073fb939e7f6e4fb541e6107ed6be2c075d67e9109aaa556c3",
}

# The words by which `origin` recognises a document-sharing site: they must stand in the file.
EVIDENCE = {
    "000_2941dba3efde9cc7.txt": ["此处隐藏2106字,下载后查看"],
    "001_fabdd819ee8bbdc7.txt": ["购物车", "我的足迹", "加入Vip免费下载", "立即下载", "今年共"],
    "002_b03d960d133976cb.txt": ["此处隐藏3934字,下载后查看"],
}


def manifest():
    with (SEEDS / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def measured(path):
    data = path.read_bytes()
    return {
        "file": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": str(len(data)),
        "characters": str(len(data.decode("utf-8"))),
    }


@pytest.mark.parametrize("file", PINNED)
def test_bytes_are_pinned(file):
    assert hashlib.sha256((SEEDS / file).read_bytes()).hexdigest() == PINNED[file]


def test_manifest_says_what_the_bytes_say():
    rows = manifest()
    assert list(rows[0]) == COLUMNS
    stated = [{name: row[name] for name in COLUMNS if name != "origin"} for row in rows]
    assert stated == [measured(path) for path in sorted(SEEDS.glob("*.txt"))]
    assert {row["file"]: row["sha256"] for row in rows} == PINNED


def test_every_seed_has_a_row_and_nothing_else_lies_there():
    assert sorted(path.name for path in SEEDS.iterdir()) == sorted([*PINNED, "README.md", "manifest.csv"])


def test_origin_quotes_only_what_the_file_holds():
    for row in manifest():
        text = (SEEDS / row["file"]).read_text(encoding="utf-8")
        words = EVIDENCE.get(row["file"], [])
        assert all(word in row["origin"] and word in text for word in words), row["file"]
        assert row["origin"].startswith("document-sharing site: " if words else "not shown by the file; "), row["file"]


def test_every_seed_has_its_gold():
    gold = ROOT / "tests" / "gold"
    for file in PINNED:
        assert json.loads((gold / file).with_suffix(".json").read_text(encoding="utf-8"))
    assert sorted(path.stem for path in gold.glob("*.json")) == sorted(Path(file).stem for file in PINNED)


def test_measured_by_hand(tmp_path):
    path = tmp_path / "seed.txt"
    path.write_bytes("镇\n".encode())
    assert measured(path) == {
        "file": "seed.txt",
        "sha256": hashlib.sha256(b"\xe9\x95\x87\n").hexdigest(),
        "bytes": "4",
        "characters": "2",
    }
