"""Old Word files: converted by LibreOffice, or refused with what to do; nothing is left of it."""

import os
import stat
import sys

import pytest

from analysis.corpus.formats import Refusal, office
from analysis.corpus.read import read_file

RTF = rb"{\rtf1\ansi\ansicpg936\deff0 \u20462?\u36335?\u19977?\u20844?\u37324?\u12290?\par}"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and no profile from before."""
    monkeypatch.setattr(office, "_cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(office, "_folder", None)
    return tmp_path / "cache"


def test_without_libreoffice(monkeypatch):
    monkeypatch.setattr(office, "_program", lambda: None)
    with pytest.raises(Refusal) as error:
        office.convert(RTF, ".rtf")
    assert error.value.reason == "old Word files are read by way of LibreOffice, which is not installed"
    assert error.value.remedy == "install LibreOffice, or open the file and save it as .docx"


def test_a_file_is_converted_in_a_private_folder(cache, tmp_path, soffice):
    (tmp_path / "a.rtf").write_bytes(RTF)
    found = read_file(tmp_path / "a.rtf", "a.rtf")
    assert (found.raw, found.encoding, found.format) == ("修路三公里。", None, "doc")
    (folder,) = cache.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [one.name for one in folder.iterdir() if one.name.startswith("file-")] == []
    settings = (folder / "profile" / "user" / "registrymodifications.xcu").read_text(encoding="utf-8")
    assert 'oor:name="DisableMacrosExecution" oor:op="fuse"><value>true' in settings
    office._remove(os.getpid(), folder)
    assert list(cache.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for LibreOffice")
def test_a_program_that_hangs_or_fails(cache, tmp_path, monkeypatch):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\ncase $* in *terminate*) exit;; *convert-to*hang.doc) sleep 99 & sleep 99;; esac\n")
    program.chmod(0o700)
    monkeypatch.setattr(office, "_program", lambda: str(program))
    with pytest.raises(Refusal) as error:
        office.convert(RTF, ".doc", seconds=60)
    assert error.value.reason == "LibreOffice cannot read the file: it is damaged or no document"
    program.write_text("#!/bin/sh\ncase $* in *terminate*) exit;; esac\nsleep 99 & sleep 99\n")
    with pytest.raises(Refusal) as error:
        office.convert(RTF, ".doc", seconds=0.5)
    assert error.value.reason == "LibreOffice needed longer than 0.5 seconds"
