"""Word's old formats: compound files, RTF, saved pages and what carries their suffix."""

from __future__ import annotations

import struct

from .case import TEXT, Bait, Case, case, noise

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(*streams: str, seed: int = 41) -> bytes:
    """Return a compound file (OLE) with random `streams` of 4 kB each."""
    sectors = [b""] * 2  # allocation table, directory
    table, places = [TABLE, END], []
    for at, _ in enumerate(streams):
        places.append(len(sectors))
        data = noise(4096, seed + at)
        sectors += [data[place : place + 512] for place in range(0, 4096, 512)]
        table += [*range(len(table) + 1, len(table) + 8), END]
    names = ["Root Entry", *streams][:4]
    entries = b""
    for at, name in enumerate(names):
        written = name.encode("utf-16-le") + b"\0\0"
        kind, start, size = (5, END, 0) if at == 0 else (2, places[at - 1], 4096)
        child = 1 if at == 0 and len(names) > 1 else FREE
        right = at + 1 if 0 < at < len(names) - 1 else FREE
        entries += written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, FREE, right, child)
        entries += b"\0" * 36 + struct.pack("<IQ", start, size)
    sectors[0] = b"".join(struct.pack("<I", one) for one in table).ljust(512, b"\xff")
    sectors[1] = entries.ljust(512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0)
    return head.ljust(512, b"\xff") + b"".join(sectors)


def rtf(text: str, further: str = "") -> str:
    """Return `text` as RTF, with `further` in front of it."""
    coded = "".join(f"\\u{ord(one)}?" if ord(one) > 127 else one for one in text.replace("\n", "\\par\n"))
    return rf"{{\rtf1\ansi\ansicpg936 {further}{coded}}}"


def _rtf_acting(bait: Bait) -> str:
    return rtf(
        TEXT,
        rf'{{\field{{\*\fldinst INCLUDEPICTURE "{bait.url}/picture" \\d}}{{\fldrslt }}}}'
        rf'{{\field{{\*\fldinst DDEAUTO sh "-c touch {bait.canary}"}}{{\fldrslt }}}}'
        rf'{{\field{{\*\fldinst INCLUDETEXT "{bait.secret}"}}{{\fldrslt }}}}'
        rf"{{\*\template {bait.url}/template.dot}}"
        rf"{{\object\objautlink\objupdate{{\*\objclass Package}}{{\*\objdata 0105000002000000}}}}",
    )


def _page_acting(bait: Bait) -> str:
    return (
        f"<html><head><meta charset=utf-8><link rel=stylesheet href={bait.url}/css></head><body><p>{TEXT}</p>"
        f"<img src={bait.url}/image.png><iframe src=file://{bait.secret}></iframe><script>x()</script></body></html>"
    )


OFFICE = "report|damaged|type|limit|no-chinese|empty|locked|office"
"""What becomes of files that only an office program opens also depends on it."""

CASES: list[Case] = [
    case("doc/empty.doc", "empty|damaged|type|office", b""),
    case("doc/one-byte.doc", "damaged|type|empty|no-chinese|office", b"\xd0"),
    case("doc/magic-only.doc", "damaged|type|empty|no-chinese|office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    case("doc/random-behind-magic.doc", "damaged|type|no-chinese|limit|office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(9000, 42)),
    case("doc/streams-random.doc", "damaged|type|no-chinese|locked|empty|limit|office", lambda bait: compound("WordDocument", "1Table")),
    case("doc/streams-cut.doc", "damaged|type|no-chinese|locked|empty|limit|office", lambda bait: compound("WordDocument", "1Table")[:2000]),
    case("doc/workbook.doc", "damaged|type|no-chinese|empty|limit|office", lambda bait: compound("Workbook")),
    case("doc/slides.doc", "damaged|type|no-chinese|empty|limit|office", lambda bait: compound("PowerPoint Document")),
    case("doc/random.doc", "damaged|type|no-chinese|limit|binary|encoding|office", noise(30_000, 43)),
    case("doc/nul.doc", "damaged|type|no-chinese|empty|limit|binary|office", b"\0" * 30_000),
    case("doc/acting.rtf", OFFICE, _rtf_acting),
    case("doc/acting-rtf.doc", OFFICE, _rtf_acting),
    case("doc/deep.rtf", OFFICE, lambda bait: rtf(TEXT, "{" * 100_000)),
    case("doc/acting-page.doc", OFFICE, _page_acting),
    case("doc/broken.mht.doc", OFFICE, "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\n"),
    case("doc/locked.doc", "locked|damaged|type|limit|no-chinese|empty|office", lambda bait: compound("EncryptedPackage", "EncryptionInfo")),
]  # fmt: skip
