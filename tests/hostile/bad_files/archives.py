"""Word files: broken archives, bombs, XML that wants to fetch or to exhaust, other formats under the name .docx."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from .case import BODY, TEXT, TITLE, Bait, Case, case, noise
from .legacy import compound

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EPOCH = (1980, 1, 1, 0, 0, 0)


def paragraphs(text: str) -> str:
    """Return `text` as Word paragraphs."""
    return "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in text.splitlines())


GOOD = paragraphs(TEXT)


def document(body: str = GOOD, *, doctype: str = "") -> str:
    """Return a document part around `body`."""
    return f'{HEAD}{doctype}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'


def types(main: str = MAIN, further: str = "") -> str:
    """Return the part that names the types of the parts."""
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{further}'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def relations(*targets: str) -> str:
    """Return a part of relations; each of `targets` is the inner of one."""
    inner = "".join(f"<Relationship {one}/>" for one in targets)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


OFFICE = relations(f'Id="r1" Type="{R}/officeDocument" Target="word/document.xml"')


def pack(
    parts: Mapping[str, str | bytes | None], *, extra: list[tuple[str, bytes]] = (), stored: bool = False
) -> bytes:
    """Return an archive of the usual parts, changed by `parts` (None leaves one out), and of `extra` behind them."""
    whole = {"[Content_Types].xml": types(), "_rels/.rels": OFFICE, "word/document.xml": document()} | dict(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*whole.items(), *extra]:
            if content is not None:
                archive.writestr(_entry(name, stored), content)
    return out.getvalue()


def _entry(name: str, stored: bool = False) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return entry


def _plain_zip(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(_entry(name), content)
    return out.getvalue()


def _bomb(megabytes: int) -> bytes:
    """Return a document whose part grows to `megabytes` when it is unpacked, made without holding them."""
    unit = paragraphs("一" * 200).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (("[Content_Types].xml", types()), ("_rels/.rels", OFFICE)):
            archive.writestr(_entry(name), content)
        before, after = document("|").split("|")
        with archive.open(_entry("word/document.xml"), "w", force_zip64=True) as part:
            part.write(before.encode())
            block = unit * (1_000_000 // len(unit))
            for _ in range(megabytes):
                part.write(block)
            part.write(after.encode())
    return out.getvalue()


def _lying(size: int) -> bytes:
    """Return a bomb of 100 MB whose directory says that the part has `size` bytes."""
    content = bytearray(_bomb(100))
    for mark, place in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = content.find(b"word/document.xml", content.find(mark) if mark == b"PK\3\4" else content.rfind(mark)) - (
            46 if mark == b"PK\1\2" else 30
        )
        content[at + place : at + place + 4] = struct.pack("<I", size)
    return bytes(content)


def _overlapping(copies: int) -> bytes:
    """Return an archive whose directory names one compressed megabyte `copies` times, as the zip of 42 kB does."""
    good = pack({})
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"<a/>" * 2_500_000
    packed = squeezer.compress(data) + squeezer.flush()
    check = zlib.crc32(data)
    end = good.rfind(b"PK\5\6")
    first = struct.unpack("<I", good[end + 16 : end + 20])[0]
    body, directory = good[:first], good[first:end]
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, check, len(packed), len(data), 5, 0) + b"x.xml"
    entries = b"".join(
        struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, check, len(packed), len(data), 9, 0, 0, 0, 0, 0, first
        )
        + f"{at:05}.xml"[:9].encode()
        for at in range(copies)
    )
    whole = directory + entries
    count = 3 + copies
    start = first + len(local) + len(packed)
    return body + local + packed + whole + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(whole), start, 0)


def _many(entries: int) -> bytes:
    return pack({}, extra=[(f"word/media/{at}.xml", b"") for at in range(entries)], stored=True)


def _nested(depth: int) -> bytes:
    inner = _bomb(5)
    for _ in range(depth):
        inner = pack({}, extra=[(f"word/embeddings/{at}.docx", inner) for at in range(3)])
    return inner


def _locked() -> bytes:
    """Return an archive that says of each entry that it is encrypted."""
    content = bytearray(pack({}))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def _laughs(levels: int, width: int, text: str = "哈哈哈哈") -> str:
    steps = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * width}">' for at in range(1, levels))
    return document(
        GOOD + f"<w:p><w:r><w:t>&l{levels - 1};</w:t></w:r></w:p>",
        doctype=f'<!DOCTYPE x [<!ENTITY l0 "{text}">{steps}]>',
    )


def _entity(declared: str, used: str = "&e;") -> str:
    return document(GOOD + f"<w:p><w:r><w:t>{used}</w:t></w:r></w:p>", doctype=f"<!DOCTYPE w [{declared}]>")


def _docx(
    name: str, outcome: str, parts: Mapping[str, str | bytes | None] | Callable[[Bait], Mapping], **given
) -> Case:
    made = (lambda bait: pack(parts(bait), **given)) if callable(parts) else (lambda bait: pack(parts, **given))
    return case(f"docx/{name}.docx", outcome, made)


def _doc(name: str, outcome: str, body: str | Callable[[Bait], str]) -> Case:
    return _docx(name, outcome, lambda bait: {"word/document.xml": body(bait) if callable(body) else body})


def _cut(share: float) -> Callable[[Bait], bytes]:
    return lambda bait: pack({})[: int(len(pack({})) * share)]


def _external(bait: Bait) -> dict[str, str]:
    out = 'TargetMode="External"'
    return {
        "word/_rels/document.xml.rels": relations(
            f'Id="r1" Type="{R}/image" Target="{bait.url}/image.png" {out}',
            f'Id="r2" Type="{R}/attachedTemplate" Target="{bait.url}/template.dotm" {out}',
            f'Id="r3" Type="{R}/hyperlink" Target="{bait.url}/link" {out}',
            f'Id="r4" Type="{R}/oleObject" Target="file://{bait.secret}" {out}',
            f'Id="r5" Type="{R}/aFChunk" Target="file://{bait.secret}" {out}',
            f'Id="r6" Type="{R}/frame" Target="{bait.url}/frame" {out}',
            f'Id="r7" Type="{R}/subDocument" Target="{bait.url}/sub.docx" {out}',
        ),
        "word/document.xml": document(
            GOOD + '<w:altChunk r:id="r5"/><w:subDoc r:id="r7"/><w:p><w:r><w:instrText>INCLUDETEXT '
            f'"{bait.secret}"</w:instrText></w:r><w:r><w:instrText>DDEAUTO sh "-c touch {bait.canary}"</w:instrText></w:r></w:p>'
        ),
        "word/settings.xml": f'{HEAD}<w:settings xmlns:w="{W}" xmlns:r="{R}"><w:attachedTemplate r:id="r2"/></w:settings>',
    }


def _office(kind: str) -> bytes:
    names = {
        "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
        "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
    }
    part, word = names[kind]
    main = f"application/vnd.openxmlformats-officedocument.{word}.main+xml"
    return _plain_zip({
        "[Content_Types].xml": types(main).replace("word/document.xml", part),
        "_rels/.rels": OFFICE.replace("word/document.xml", part), part: f"{HEAD}<workbook><t>工作报告</t></workbook>",
    })  # fmt: skip


BROKEN = [
    case("docx/empty.docx", "empty|damaged", b""),
    case("docx/one-byte.docx", "no-chinese", b"P"),
    case("docx/magic-only.docx", "damaged|type", b"PK\3\4"),
    case("docx/end-only.docx", "damaged|type", b"PK\5\6" + b"\0" * 18),
    case("docx/random.docx", "damaged|type", noise(20_000, 31)),
    case("docx/text.docx", "report", TEXT),
    case("docx/page.docx", "report", f"<html><body>{TEXT}</body></html>"),
    case("docx/nul.docx", "empty", b"\0" * 10_000),
    *(case(f"docx/cut-{share:02}.docx", "damaged|type", _cut(share / 100)) for share in (2, 25, 50, 75, 90, 99)),
    case("docx/cut-start.docx", "damaged|type|report", lambda bait: pack({})[100:]),
    case("docx/junk-before.docx", "damaged|type|report", lambda bait: noise(500, 32) + pack({})),
    case("docx/junk-behind.docx", "damaged|type|report", lambda bait: pack({}) + noise(100_000, 33)),
    case("docx/flipped.docx", "damaged|type", lambda bait: pack({}).replace(pack({})[400:420], b"\xaa" * 20)),
    _docx("no-document", "damaged|type", {"word/document.xml": None}),
    _docx("no-types", "damaged|type|report", {"[Content_Types].xml": None}),
    _docx("no-relations", "damaged|type|report", {"_rels/.rels": None}),
    _docx("types-wrong", "damaged|type|report", {"[Content_Types].xml": types("image/png")}),
    _docx("types-broken", "damaged|type|report", {"[Content_Types].xml": "<Types"}),
    _docx("types-empty", "damaged|type|report", {"[Content_Types].xml": ""}),
    _docx("relations-circle", "damaged|type|report", {"word/_rels/document.xml.rels": relations(f'Id="r1" Type="{R}/officeDocument" Target="document.xml"')}),
    _docx("relations-missing-part", "damaged|report", {"word/_rels/document.xml.rels": relations(f'Id="r1" Type="{R}/styles" Target="nothing.xml"')}),
    _docx("relations-outside", "damaged|type|report", {"_rels/.rels": relations(f'Id="r1" Type="{R}/officeDocument" Target="../../../../etc/passwd"')}),
    _docx("relations-absolute", "report", {"_rels/.rels": relations(f'Id="r1" Type="{R}/officeDocument" Target="file:///etc/passwd" TargetMode="External"')}),
    _docx("relations-100000", "report|damaged|limit", lambda bait: {"word/_rels/document.xml.rels": relations(*(f'Id="r{at}" Type="{R}/x" Target="http://x/{at}" TargetMode="External"' for at in range(100_000)))}),
    _doc("xml-empty", "damaged|empty", ""),
    _doc("xml-cut", "damaged", document()[:-60]),
    _doc("xml-crossed", "damaged", document("<w:p><w:r></w:p></w:r>")),
    _doc("xml-no-namespace", "report", document().replace("w:", "").replace("xmlns=", "x=")),
    _doc("xml-other-root", "damaged|empty|no-chinese", f"{HEAD}<html><body>{BODY}</body></html>"),
    _doc("xml-two-roots", "damaged", document() + document()[len(HEAD) :]),
    _doc("xml-control", "damaged", document(GOOD.replace("工作", "工\1作"))),
    _doc("xml-encoding-lie", "damaged|report", document().replace("UTF-8", "UTF-16")),
    _doc("xml-encoding-unknown", "damaged|report", document().replace("UTF-8", "x-nothing")),
    _doc("xml-utf7", "damaged|report", document().replace("UTF-8", "UTF-7")),
    _docx("xml-binary", "damaged", {"word/document.xml": noise(5000, 34)}),
    _docx("xml-utf16", "report|damaged", {"word/document.xml": document().replace("UTF-8", "UTF-16").encode("utf-16")}),
    _doc("no-body", "empty|no-chinese|damaged", document("")),
    _doc("only-pictures", "empty|no-chinese|scan|damaged", document("<w:p><w:r><w:drawing/></w:r></w:p>" * 20)),
    _doc("english", "no-chinese", document(paragraphs("Work report of the township."))),
]  # fmt: skip

BOMBS = [
    case("docx/bomb-200-mb.docx", "limit", lambda bait: _bomb(200)),
    case("docx/bomb-nested.docx", "report|limit", lambda bait: _nested(3)),
    case("docx/bomb-overlapping.docx", "limit|damaged", lambda bait: _overlapping(60_000)),
    case("docx/bomb-lying-small.docx", "limit|damaged", lambda bait: _lying(5_000)),
    case("docx/bomb-lying-large.docx", "limit|damaged", lambda bait: _lying(0xFFFFFFF0)),
    case("docx/entries-60000.docx", "limit|damaged|report", lambda bait: _many(60_000)),
    case("docx/media-bomb.docx", "report|limit", lambda bait: pack({}, extra=[("word/media/image1.png", b"\0" * 150_000_000)])),
    _doc("laughs", "entities|damaged", _laughs(12, 10)),
    _doc("laughs-wide", "entities|damaged", _laughs(4, 2_000)),
    _doc("quadratic", "entities|damaged", lambda bait: _entity(f'<!ENTITY e "{"哈" * 100_000}">', "&e;" * 5_000)),
    _doc("entity-circle", "entities|damaged", _entity('<!ENTITY e "&f;"><!ENTITY f "&e;">')),
    _doc("entity-parameter", "entities|damaged", lambda bait: _entity(f'<!ENTITY % p SYSTEM "{bait.url}/p.dtd">%p;')),
    _doc("entity-file", "entities", lambda bait: _entity(f'<!ENTITY e SYSTEM "file://{bait.secret}">')),
    _doc("entity-net", "entities", lambda bait: _entity(f'<!ENTITY e SYSTEM "{bait.url}/e">')),
    _doc("entity-device", "entities", lambda bait: _entity('<!ENTITY e SYSTEM "file:///dev/zero">')),
    _doc("doctype-net", "entities", lambda bait: document(doctype=f'<!DOCTYPE w SYSTEM "{bait.url}/w.dtd">')),
    _doc("include-file", "damaged|report", lambda bait: document(GOOD + f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="file://{bait.secret}"/>')),
    _doc("deep-100000", "damaged|limit|report", lambda bait: document(GOOD + "<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)),
    _doc("deep-200", "damaged|limit|report", lambda bait: document("<w:tbl><w:tr><w:tc>" * 60 + GOOD + "</w:tc></w:tr></w:tbl>" * 60)),
    _doc("deep-tables-3000", "damaged|limit|report", lambda bait: document("<w:tbl><w:tr><w:tc>" * 3_000 + GOOD + "</w:tc></w:tr></w:tbl>" * 3_000)),
    _doc("attribute-20-mb", "damaged|limit|report", lambda bait: document(f'<w:p w:x="{"x" * 20_000_000}"/>{GOOD}')),
    _doc("attributes-300000", "damaged|limit|report", lambda bait: document("<w:p " + " ".join(f'w:a{at}="b"' for at in range(300_000)) + f"/>{GOOD}")),
    _doc("text-node-12-mb", "limit|report|damaged", lambda bait: document(paragraphs("一" * 4_000_000))),
    _doc("paragraphs-500000", "limit|report|damaged", lambda bait: document(GOOD + "<w:p/>" * 500_000)),
    _doc("cells-300000", "limit|report|damaged", lambda bait: document(GOOD + "<w:tbl><w:tr>" + "<w:tc><w:p/></w:tc>" * 300_000 + "</w:tr></w:tbl>")),
    _doc("span-huge", "limit|report|damaged", document('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>' + GOOD + "</w:tc></w:tr></w:tbl>")),
    _doc("span-no-number", "report|damaged", document('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="x"/></w:tcPr>' + GOOD + "</w:tc></w:tr></w:tbl>")),
    _doc("numbering-missing", "report", document('<w:p><w:pPr><w:numPr><w:ilvl w:val="99"/><w:numId w:val="-7"/></w:numPr></w:pPr></w:p>' + GOOD)),
    _doc("note-missing", "report", document(GOOD + '<w:p><w:r><w:footnoteReference w:id="9999"/></w:r></w:p>')),
    _doc("comments-300000", "limit|report|damaged", lambda bait: document(GOOD + "<!--x-->" * 300_000)),
]  # fmt: skip

ODD = [
    _docx("external", "report|damaged", _external),
    _docx("names-outside", "report|damaged", {}, extra=[("../../canary.txt", b"x"), ("/etc/canary", b"x"), ("C:\\canary", b"x"), ("..\\..\\c", b"x")]),
    _docx("names-twice", "report|damaged", {}, extra=[("word/./document.xml", b"<a/>"), ("word/media/a.png", b"1"), ("Word/Document.xml", b"<a/>")]),
    _docx("macros", "report|damaged|type", {"[Content_Types].xml": types("application/vnd.ms-word.document.macroEnabled.main+xml"), "word/vbaProject.bin": noise(5000, 35)}),
    case("docx/template.dotx", "type|report", lambda bait: pack({})),
    case("docx/macros.docm", "type|report", lambda bait: pack({})),
    case("docx/locked-archive.docx", "locked|damaged", lambda bait: _locked()),
    case("docx/locked-office.docx", "locked", lambda bait: compound("EncryptedPackage", "EncryptionInfo")),
    case("docx/doc-inside.docx", "type|damaged|locked|office", lambda bait: compound("WordDocument", "1Table")),
    case("docx/rtf-inside.docx", "no-chinese|type|damaged|office", r"{\rtf1\ansi report}"),
    case("docx/pdf-inside.docx", "type|damaged", b"%PDF-1.7\n" + noise(2000, 36)),
    case("docx/workbook.docx", "type|damaged", lambda bait: _office("xlsx")),
    case("docx/slides.docx", "type|damaged", lambda bait: _office("pptx")),
    case("docx/opendocument.docx", "type|damaged|office", lambda bait: _plain_zip({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"<x>{BODY}</x>"})),
    case("docx/book.docx", "type|damaged", lambda bait: _plain_zip({"mimetype": "application/epub+zip", "META-INF/container.xml": "<container/>"})),
    case("docx/java.docx", "type|damaged", lambda bait: _plain_zip({"META-INF/MANIFEST.MF": "Main-Class: X\n", "X.class": b"\xca\xfe\xba\xbe"})),
    case("docx/texts.docx", "type|damaged", lambda bait: _plain_zip({"report.txt": TEXT})),
    case("docx/renamed.txt", "report", lambda bait: pack({})),
    case("docx/renamed.html", "report", lambda bait: pack({})),
    case("docx/renamed.pdf", "report", lambda bait: pack({})),
    case("docx/strict.docx", "report|damaged|empty|type", lambda bait: pack({"word/document.xml": document().replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")})),
    case("docx/title-only.docx", "report|site-only", lambda bait: pack({"word/document.xml": document(paragraphs(TITLE))})),
]  # fmt: skip

CASES: list[Case] = [*BROKEN, *BOMBS, *ODD]
