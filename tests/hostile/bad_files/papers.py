"""PDF files: locked, without text, cut off, running in circles, growing without end, wanting to act."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping

from .case import TEXT, Bait, Case, case, noise

STREAM = b"BT /F1 12 Tf 20 180 Td <5E735B89> Tj ET"
CHINESE = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    "/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 0 1000 1000]/ItalicAngle 0"
    "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)


def stream(data: bytes, further: str = "") -> bytes:
    """Return a stream object with `data`."""
    return f"<</Length {len(data)}{further}>>stream\n".encode() + data + b"\nendstream"


def lines(text: str) -> bytes:
    """Return the drawing of `text`, some 20 characters a line."""
    pieces = [text[at : at + 20] for line in text.splitlines() for at in range(0, len(line), 20)]
    shown = "".join(f"<{piece.encode('utf-16-be').hex()}> Tj T*\n" for piece in pieces)
    return f"BT /F1 9 Tf 11 TL 20 380 Td\n{shown}ET".encode()


def paper(
    changes: Mapping[int, str | bytes | None] = {}, *, trailer: str = "", root: str = "", text: str = TEXT
) -> bytes:
    """Return a PDF of one page with `text`; `changes` replace or add objects, `root` and `trailer` add entries.

    Objects: 1 catalogue, 2 page tree, 3 page, 4 its drawing, 5 font.
    """
    objects: dict[int, str | bytes | None] = {
        1: f"<</Type/Catalog/Pages 2 0 R{root}>>",
        2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        4: stream(lines(text)),
        5: CHINESE,
    } | dict(changes)
    out = io.BytesIO(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    out.seek(0, io.SEEK_END)
    places = {}
    for number, content in sorted(objects.items()):
        if content is None:
            continue
        places[number] = out.tell()
        out.write(
            f"{number} 0 obj\n".encode() + (content.encode() if isinstance(content, str) else content) + b"\nendobj\n"
        )
    start, size = out.tell(), max(places) + 1
    rows = [f"{places[at]:010} 00000 n \n" if at in places else "0000000000 65535 f \n" for at in range(size)]
    out.write(
        f"xref\n0 {size}\n{''.join(rows)}trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return out.getvalue()


def _locked(user: str, owner: str, strength: int) -> Callable[[Bait], bytes]:
    def make(bait: Bait) -> bytes:
        from reportlab.lib.pdfencrypt import StandardEncryption
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        lock = StandardEncryption(user, owner, canPrint=0, canCopy=0, canModify=0, strength=strength)
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(300, 400), encrypt=lock, invariant=1)
        canvas.setFont("STSong-Light", 9)
        for at, line in enumerate(TEXT.splitlines()):
            canvas.drawString(10, 380 - 12 * at, line[:30])
        canvas.save()
        return out.getvalue()

    return make


def _bomb(megabytes: int, filters: int = 1) -> bytes:
    """Return a drawing of `megabytes` of blanks, squeezed `filters` times."""
    squeezer = zlib.compressobj(9)
    data = b"".join(squeezer.compress(b" " * 1_000_000) for _ in range(megabytes)) + squeezer.flush()
    for _ in range(filters - 1):
        data = zlib.compress(data, 9)
    names = "/FlateDecode" * filters
    return stream(data, f"/Filter[{names}]")


def _texts(count: int) -> bytes:
    return stream(zlib.compress(lines("一" * count), 9), "/Filter/FlateDecode")


def _image() -> dict[int, bytes | str]:
    picture = stream(
        zlib.compress(noise(3000, 51)),
        "/Type/XObject/Subtype/Image/Width 50/Height 60/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode",
    )
    return {
        3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<</XObject<</I 6 0 R>>>>/Contents 4 0 R>>",
        4: stream(b"q 300 0 0 400 0 0 cm /I Do Q"), 6: picture,
    }  # fmt: skip


def _action(action: str) -> dict[int, str]:
    return {6: f"<</Type/Action{action}>>"}


def _deep(depth: int) -> dict[int, str]:
    tree = {at: f"<</Type/Pages/Kids[{at + 1} 0 R]/Count 1/Parent {at - 1} 0 R>>" for at in range(10, 10 + depth)}
    return (
        {2: "<</Type/Pages/Kids[10 0 R]/Count 1>>"}
        | tree
        | {
            10
            + depth: f"<</Type/Page/Parent {9 + depth} 0 R/MediaBox[0 0 300 400]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"
        }
    )


def _pages(count: int) -> dict[int, str]:
    kids = " ".join(["3 0 R"] * count)
    return {2: f"<</Type/Pages/Kids[{kids}]/Count {count}>>"}


def _pdf(name: str, outcome: str, content: Callable[[], bytes] | bytes) -> Case:
    return case(f"pdf/{name}.pdf", outcome, (lambda bait: content()) if callable(content) else content)


ANY = "report|damaged|limit|scan|empty|no-chinese|encoding"
NOTHING = "damaged|limit|scan|empty|no-chinese|type"

LOCKED = [
    case("pdf/locked-user-40.pdf", "locked", _locked("open", "own", 40)),
    case("pdf/locked-user-128.pdf", "locked", _locked("open", "own", 128)),
    case("pdf/locked-owner.pdf", "report|locked", _locked("", "own", 128)),
    _pdf("locked-unknown", "locked|damaged", lambda: paper(trailer="/Encrypt<</Filter/Nothing/V 9>>/ID[<00><00>]")),
    _pdf(
        "locked-broken",
        "locked|damaged",
        lambda: paper(trailer="/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -1/O<00>/U<00>>>/ID[<00><00>]"),
    ),
]
NO_TEXT = [
    _pdf("scan", "scan", lambda: paper(_image())),
    _pdf("blank-page", NOTHING, lambda: paper({4: stream(b"")})),
    _pdf("no-pages", NOTHING, lambda: paper({2: "<</Type/Pages/Kids[]/Count 0>>", 3: None})),
    _pdf("no-unicode", "encoding|scan", lambda: paper({4: stream(b"BT /F1 9 Tf 20 300 Td <" + noise(600, 52).hex().encode() + b"> Tj ET"), 5: "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>"})),
    _pdf("paths-only", NOTHING, lambda: paper({4: stream(b"0 0 m 100 100 l S " * 2000)})),
    _pdf("english", "no-chinese|scan", lambda: paper({4: stream(b"BT /F1 9 Tf 20 300 Td (Work report) Tj ET"), 5: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"})),
    _pdf("invisible-text", "report|scan|no-chinese", lambda: paper({4: stream(lines(TEXT).replace(b"BT ", b"BT 3 Tr "))})),
]  # fmt: skip
BROKEN = [
    _pdf("empty", "empty|damaged", b""),
    _pdf("one-byte", NOTHING, b"%"),
    _pdf("magic-only", NOTHING, b"%PDF-1.7\n"),
    _pdf("random", NOTHING, noise(20_000, 53)),
    _pdf("random-behind-magic", NOTHING, b"%PDF-1.7\n" + noise(20_000, 54)),
    _pdf("text", "report|type", TEXT.encode()),
    _pdf("page", "no-chinese", b"<html><body>404</body></html>"),
    *(_pdf(f"cut-{share}", ANY, lambda share=share: paper()[: len(paper()) * share // 100]) for share in (10, 30, 50, 70, 90, 98)),
    _pdf("no-xref", ANY, lambda: paper().split(b"xref")[0]),
    _pdf("xref-wrong", ANY, lambda: paper().replace(b"00000 n", b"99999 n")),
    _pdf("xref-far", ANY, lambda: paper().rsplit(b"startxref", 1)[0] + b"startxref\n99999999999\n%%EOF\n"),
    _pdf("xref-circle", ANY, lambda: paper(trailer=f"/Prev {paper().rfind(b'xref', 0, paper().rfind(b'startxref'))}")),
    _pdf("xref-huge", ANY, lambda: paper().replace(b"xref\n0 6", b"xref\n0 999999999")),
    _pdf("no-root", NOTHING, lambda: paper({1: None})),
    _pdf("root-text", NOTHING, lambda: paper({1: "(root)"})),
    _pdf("object-streams-bad", NOTHING, lambda: paper({1: None, 6: stream(noise(4000, 55), "/Type/ObjStm/N 1000000/First 10/Filter/FlateDecode")})),
    _pdf("filter-unknown", NOTHING, lambda: paper({4: stream(noise(4000, 56), "/Filter/NothingDecode")})),
    _pdf("filter-chain", ANY, lambda: paper({4: stream(noise(4000, 57), "/Filter[" + "/ASCIIHexDecode" * 5000 + "]")})),
    _pdf("length-lie", ANY, lambda: paper({4: stream(lines(TEXT)).replace(b"/Length ", b"/Length 99999")})),
    _pdf("font-circle", ANY, lambda: paper({5: "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 5 0 R>>"})),
]  # fmt: skip
CIRCLES = [
    _pdf("tree-circle", ANY, lambda: paper({2: "<</Type/Pages/Kids[2 0 R]/Count 1000>>"})),
    _pdf("tree-circle-of-two", ANY, lambda: paper({2: "<</Type/Pages/Kids[6 0 R 3 0 R]/Count 9>>", 6: "<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 9>>"})),
    _pdf("tree-deep", ANY, lambda: paper(_deep(20_000))),
    _pdf("page-is-its-parent", ANY, lambda: paper({3: "<</Type/Page/Parent 3 0 R/Contents 4 0 R>>"})),
    _pdf("contents-circle", ANY, lambda: paper({4: "[4 0 R 4 0 R]"})),
    _pdf("form-circle", ANY, lambda: paper({3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<</XObject<</X 6 0 R>>>>/Contents 4 0 R>>", 4: stream(b"/X Do"), 6: stream(b"/X Do /X Do", "/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X 6 0 R>>>>")})),
    _pdf("form-doubling", ANY, lambda: paper({3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<</XObject<</X 10 0 R>>/Font<</F1 5 0 R>>>>/Contents 4 0 R>>", 4: stream(b"/X Do")} | {at: stream(b"/X Do " * 4 if at < 39 else STREAM, f"/Type/XObject/Subtype/Form/BBox[0 0 300 400]/Resources<</XObject<</X {at + 1} 0 R>>/Font<</F1 5 0 R>>>>") for at in range(10, 40)})),
    _pdf("outline-circle", ANY, lambda: paper({6: "<</First 7 0 R/Last 7 0 R/Count 1>>", 7: "<</Title(x)/Next 7 0 R/Parent 6 0 R>>"}, root="/Outlines 6 0 R")),
]  # fmt: skip
HUGE = [
    _pdf("count-lie", ANY, lambda: paper({2: "<</Type/Pages/Kids[3 0 R]/Count 2147483647>>"})),
    _pdf("count-negative", ANY, lambda: paper({2: "<</Type/Pages/Kids[3 0 R]/Count -5>>"})),
    _pdf("pages-20000", ANY, lambda: paper(_pages(20_000))),
    _pdf("box-huge", ANY, lambda: paper({3: "<</Type/Page/Parent 2 0 R/MediaBox[-1e30 -1e30 1e30 1e30]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"})),
    _pdf("box-nothing", ANY, lambda: paper({3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 0 0]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"})),
    _pdf("box-text", ANY, lambda: paper({3: "<</Type/Page/Parent 2 0 R/MediaBox(x)/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"})),
    _pdf("turned-and-scaled", ANY, lambda: paper({4: stream(b"1e-30 0 0 1e30 1e9 -1e9 cm " + lines(TEXT)), 3: "<</Type/Page/Parent 2 0 R/Rotate 45/UserUnit 1e9/MediaBox[0 0 300 400]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>"})),
    _pdf("bomb-300-mb", ANY, lambda: paper({4: _bomb(300)})),
    _pdf("bomb-twice-300-mb", ANY, lambda: paper({4: _bomb(300, 2)})),
    _pdf("characters-1000000", ANY, lambda: paper({4: _texts(1_000_000)})),
    _pdf("operators-3000000", ANY, lambda: paper({4: stream(zlib.compress(b"q Q " * 3_000_000, 9), "/Filter/FlateDecode")})),
    _pdf("nesting-100000", ANY, lambda: paper({6: "[" * 100_000 + "]" * 100_000, 4: stream(b"[" * 100_000 + lines(TEXT))}, root="/X 6 0 R")),
    _pdf("image-huge", ANY, lambda: paper({3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Resources<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>/Contents 4 0 R>>", 4: stream(b"/I Do " + lines(TEXT)), 6: stream(zlib.compress(b"\0" * 1000), "/Subtype/Image/Width 1000000/Height 1000000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode")})),
]  # fmt: skip
ACTING = [
    _pdf("script", ANY, lambda: paper(_action("/S/JavaScript/JS(app.alert\\(1\\);)"), root="/OpenAction 6 0 R")),
    case("pdf/launch.pdf", ANY, lambda bait: paper(_action(f"/S/Launch/F(/bin/touch)/Unix<</F(/bin/touch)/P({bait.canary})>>"), root="/OpenAction 6 0 R")),
    case("pdf/address.pdf", ANY, lambda bait: paper(_action(f"/S/URI/URI({bait.url}/pdf)"), root="/OpenAction 6 0 R/AA<</WC 6 0 R>>")),
    case("pdf/form-sent.pdf", ANY, lambda bait: paper(_action(f"/S/SubmitForm/F({bait.url}/form)"), root="/OpenAction 6 0 R/AcroForm<</Fields[]/XFA(<x/>)>>")),
    case("pdf/stream-outside.pdf", ANY, lambda bait: paper({4: f"<</Length 0/F(file://{bait.secret})/FFilter/FlateDecode>>stream\n\nendstream"})),
    case("pdf/file-inside.pdf", ANY, lambda bait: paper({6: "<</Names[(a.exe)7 0 R]>>", 7: "<</Type/Filespec/F(a.exe)/EF<</F 8 0 R>>>>", 8: stream(b"MZ" + noise(500, 58), "/Type/EmbeddedFile")}, root="/Names<</EmbeddedFiles 6 0 R>>")),
]  # fmt: skip

CASES: list[Case] = [*LOCKED, *NO_TEXT, *BROKEN, *CIRCLES, *HUGE, *ACTING]
