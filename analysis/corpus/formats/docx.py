"""Word files (.docx, .docm, Strict ones too): the parts of the package, and its text in the order of the page.

The parts are opened with zipfile and parsed by lxml with entities, DTDs and network switched off. python-docx would
open no Strict file, and unpacks every picture; its objects know no notes, no numbering and no tracked changes, so
that the tree had to be walked all the same.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from analysis.corpus.formats import OFFICE, Extract, Refusal
from analysis.corpus.formats.archive import Archive
from analysis.corpus.formats.docx_numbering import Numbering
from analysis.corpus.formats.docx_text import Story, local

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read_zip"]

_SAVE = "open it with its program and save it as .docx, .pdf or .txt"
_OTHERS = (
    ("xl/", "an Excel workbook", "copy the report into a text file; a table of metadata is called metadata.csv"),
    ("ppt/", "a PowerPoint presentation", _SAVE),
    ("OFD.xml", "an OFD document", "open it with an OFD reader and save it as PDF or text"),
    ("META-INF/container.xml", "an e-book", "save its text as .txt"),
)
_ODT = b"application/vnd.oasis.opendocument.text"


def read_zip(content: bytes) -> Extract:
    """Return the text of a Word file; an OpenDocument text is handed back for conversion (format `OFFICE`).

    Raises
    ------
    Refusal
        If the file is damaged, no Word file, locked, or would unpack to more than any report.
    """
    archive = Archive(content)
    main = _main_part(archive)
    if main is None:
        if "mimetype" in archive.names and archive.read("mimetype").startswith(_ODT):
            return Extract("", None, OFFICE)
        for start, what, remedy in _OTHERS:
            if any(name.startswith(start) for name in archive.names):
                raise Refusal(f"this is {what}", remedy)
        raise Refusal("this is a zip archive", "unpack it here and remove the archive")
    return Extract(_text(archive, main), None, "docx")


def _main_part(archive: Archive) -> str | None:
    for _, kind, target in _relations(archive, ""):
        if kind == "officeDocument" and target in archive.names and target.startswith("word/"):
            return target
    return "word/document.xml" if "word/document.xml" in archive.names else None


def _relations(archive: Archive, part: str) -> list[tuple[str, str, str]]:
    """Return (id, kind, target part) of the relations of `part` ("": of the package) that stay in the package."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.names:
        return []
    found = []
    for relation in _parsed(archive, path):
        if local(relation) == "Relationship" and relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            found.append((relation.get("Id", ""), relation.get("Type", "").rpartition("/")[2], target))
    return found


def _parsed(archive: Archive, name: str) -> etree._Element:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError as error:
        raise Refusal(f"the Word file is damaged ({name}: {str(error.msg)[:80]})", "download it again") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refusal("the Word file declares entities, which no program does that writes reports", "do not open it")
    return root


def _text(archive: Archive, main: str) -> str:
    parts: dict[str, etree._Element] = {}
    for _, kind, target in _relations(archive, main):
        if kind in ("numbering", "styles", "footnotes", "endnotes") and target in archive.names:
            parts[kind] = _parsed(archive, target)
    numbering = Numbering(parts.get("numbering"), parts.get("styles"))
    notes = {}
    for kind in ("footnotes", "endnotes"):
        for note in parts.get(kind, ()):
            if note.get(_attribute(note, "type")) in (None, "normal"):
                story = Story(Numbering(parts.get("numbering"), parts.get("styles")), {})
                notes[kind[:-1], note.get(_attribute(note, "id"))] = story.lines(note)
    document = _parsed(archive, main)
    body = next((child for child in document if local(child) == "body"), None)
    if body is None:
        raise Refusal("the Word file has no text", "download it again")
    if any(local(child) == "altChunk" for child in body.iter()) and not any(local(one) == "t" for one in body.iter()):
        raise Refusal("the text of the Word file is an embedded page", "open it in Word and save it again")
    return "\n".join(Story(numbering, notes).lines(body))


def _attribute(element: etree._Element, name: str) -> str:
    return element.tag[: element.tag.index("}") + 1] + name
