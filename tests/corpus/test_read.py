"""Files: what is read, what is rejected, and with which words."""

import hashlib
import os

import pytest

from analysis.corpus.read import Source, Unreadable, input_files, read_file
from analysis.schemas import CorpusError

TEXT = "修路三公里。"


def rejected(file):
    with pytest.raises(Unreadable) as error:
        read_file(file, file.name)
    assert str(error.value) == f"{file.name}: {error.value.reason}; {error.value.remedy}."
    return error.value.reason, error.value.remedy


def test_a_text_with_all_its_characters(tmp_path):
    file = tmp_path / "a.TXT"
    file.write_bytes("\ufeff修路。\r\n".encode())
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert read_file(file, "a.TXT") == Source("\ufeff修路。\r\n", "utf-8", digest, "text")


@pytest.mark.parametrize(
    ("content", "reason", "remedy"),
    [
        (b"", "the file is empty", "download the report again, or remove the file"),
        ("\ufeff \n".encode(), "the file is empty", "download the report again, or remove the file"),
        (b"x", "the file holds no Chinese text", "download the report again, or remove the file"),
        (bytes(range(256)) * 9, "the file is binary, not text", "save the report as UTF-8 text (.txt)"),
    ],
)
def test_contents_that_are_rejected(tmp_path, content, reason, remedy):
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    assert rejected(file) == (reason, remedy)


def test_unknown_suffixes(tmp_path):
    remedy = "give the report as text (.txt), web pages (.html, .mht), Word (.docx, .doc, .wps, .rtf, .odt) and PDF"
    for name, kind in (("a.xyz", "files of type '.xyz'"), ("a", "files without suffix")):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
        assert rejected(tmp_path / name) == (f"{kind} are not read", remedy)


def test_the_mark_of_a_document_that_is_open(tmp_path):
    (tmp_path / "~$a.docx").write_bytes(b"\x05\0" * 81)
    assert rejected(tmp_path / "~$a.docx") == (
        "this is Word's mark that a document is open",
        "close Word, or remove it",
    )


def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch):
    file = tmp_path / "a.txt"
    file.write_text(TEXT, encoding="utf-8")

    def refuse(path, flags):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("analysis.corpus.read._opener", refuse)
    assert rejected(file) == ("the file cannot be opened (Permission denied)", "check its permissions")


def test_what_is_no_regular_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere")
    remedy = "put a copy of the report in its place"
    assert rejected(tmp_path / "pipe.txt") == ("this is no regular file", remedy)
    for name in ("loop.txt", "gone.txt"):
        assert rejected(tmp_path / name) == ("this is a link that leads nowhere", remedy)


def test_links_to_folders_are_accounted_for(tmp_path):
    (tmp_path / "one.txt").mkdir()
    (tmp_path / "one.txt" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "two").symlink_to(tmp_path / "one.txt")
    assert input_files(tmp_path) == [tmp_path / "one.txt" / "a.txt", tmp_path / "two"]
    remedy = "put the folder itself here, or check its permissions"
    assert rejected(tmp_path / "two") == ("this is a link to a folder", remedy)


def test_folders_that_cannot_be_opened_are_accounted_for(tmp_path, monkeypatch):
    (tmp_path / "shut").mkdir()
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert input_files(tmp_path) == [tmp_path / "a.txt", tmp_path / "shut"]
    reason, _ = rejected(tmp_path / "shut")
    assert reason == "this is a folder that cannot be opened"


def test_files_come_in_the_order_of_their_paths(tmp_path):
    names = ["b.txt", "a/z.txt", "a/b/c.txt", "B.txt", "10.txt", "9.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    for name in (".hidden.txt", "README.md", "manifest.csv", "LICENSE", "metadata.json"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text(TEXT, encoding="utf-8")
    found = [file.relative_to(tmp_path).as_posix() for file in input_files(tmp_path)]
    assert found == ["10.txt", "9.txt", "B.txt", "a/b/c.txt", "a/z.txt", "b.txt"]


def test_folders_that_are_none(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text(TEXT, encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, text in (
        (tmp_path / "gone", "no such folder; give the folder that holds the reports."),
        (file, "is a file, not a folder; give the folder that holds the reports."),
        (empty, "the folder is empty; put the reports into it."),
    ):
        with pytest.raises(CorpusError) as error:
            input_files(folder)
        assert str(error.value) == f"{folder}: {text}"
