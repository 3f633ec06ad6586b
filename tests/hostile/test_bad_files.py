"""Files that no one should send: each is a report or a reject with a reason; none acts, hangs or fills the memory."""

import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow  # hundreds of files, some of which the parsers are given up on: see reading.py


def test_the_set_is_large_and_made_the_same_each_time(bad_files, bait, tmp_path):
    names = [case.name for case in bad_files.CASES]
    assert len(names) == len(set(names)) >= 150
    small = [case for case in bad_files.CASES if case.name in SMALL]
    contents = []
    for at in ("one", "two"):
        (tmp_path / at).mkdir()
        bad_files.lay_out(tmp_path / at, small, bait)
        contents.append([(tmp_path / at / case.name).read_bytes() for case in small])
    assert len(small) == len(SMALL)
    assert contents[0] == contents[1]


SMALL = {
    "random-100.txt",
    "image-png.txt",
    "docx/external.docx",
    "html/fetched.html",
    "pdf/launch.pdf",
    "doc/locked.doc",
}


def test_every_file_is_a_report_or_a_reject(outcome, bad_files):
    found = sorted([*outcome.reports["path"], *outcome.rejects["path"]])
    assert found == sorted(bad_files.shown(case.name) for case in outcome.cases)


def test_what_becomes_of_a_file(case, outcome, bad_files):
    name = bad_files.shown(case.name)
    if case not in outcome.cases:
        pytest.skip("this machine does not let us make a device")
    rejects = outcome.rejects[outcome.rejects["path"] == name]
    if rejects.empty:
        assert bad_files.REPORT in case.outcome
        return
    (reason,) = rejects["reason"]
    wanted = [bad_files.REASONS[one] for one in case.outcome if one != bad_files.REPORT]
    assert any(re.search(pattern, reason) for pattern in wanted), f"{reason!r} is none of {wanted}"


def test_reasons_and_remedies_are_one_plain_line(outcome):
    for row in outcome.rejects.itertuples():
        for text in (row.reason, row.remedy):
            assert text == text.strip() != "", row.path
            assert len(text) < 300, row.path
            assert text.isprintable() or not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", text), row.path
            assert not re.search(r"Traceback|File \"|0x[0-9a-f]{6}|object at|/tmp|site-packages|\.py\b", text), text


def test_no_file_hangs(outcome):
    """Every file was taken up and the run came to its end; one that hangs is ended by the harness."""
    assert len(outcome.opened) == len(outcome.cases)


def test_memory_is_bounded(outcome):
    """Of all processes together: the tables of 500 files here, and 2 GB at most where they are parsed."""
    assert outcome.peak < 4_000_000_000


def test_nothing_is_executed_or_fetched(outcome, bait, listener):
    assert not os.path.exists(bait.canary)
    assert listener.asked == []
    # what was started: the process of the readers and, for .doc, the office program; nothing connects or resolves, no
    # file is opened that another names, and the secret of that file is in no text
    started = {os.path.basename(str(arguments[0])) for name, arguments in outcome.events if name == "subprocess.Popen"}
    assert started <= {os.path.basename(sys.executable), "soffice", "libreoffice", "soffice.bin"}
    assert {name for name, _ in outcome.events} <= {"subprocess.Popen"}


def test_the_watch_would_see(tmp_path, listener, watched):
    """The control: what the test above looks for is found where it is."""
    code = (
        "import os, socket, subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', f'open({sys.argv[1]!r})'], check=True)\n"
        "socket.create_connection(('127.0.0.1', int(sys.argv[2]))).close()\n"
    )
    from pathlib import Path

    (tmp_path / "sitecustomize.py").write_bytes(Path(__file__).with_name("watch.py").read_bytes())
    (tmp_path / "secret.txt").write_bytes(b"")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TOWNSHIP_WATCH": str(tmp_path / "events")}
    before = len(listener.asked)
    port = listener.url.rpartition(":")[2]
    command = [sys.executable, "-c", code, str(tmp_path / "secret.txt"), port]
    subprocess.run(command, check=True, env=environment)
    seen = (tmp_path / "events").read_text("ascii")
    assert [name for name in ("subprocess.Popen", '"open"', "socket.connect") if name not in seen] == []
    for _ in range(100):
        if len(listener.asked) > before:
            break
        import time

        time.sleep(0.02)
    assert len(listener.asked) == before + 1
    listener.asked.clear()


def test_every_class_of_reason_comes_up(outcome, bad_files):
    reasons = set(outcome.rejects["reason"])
    found = {name for name, pattern in bad_files.REASONS.items() if any(re.search(pattern, one) for one in reasons)}
    assert set(bad_files.REASONS) - found <= {
        "folder",
        "closed",
        "office",
    }  # root opens everything: see the test of someone else


QUICK = (
    "names/",
    "nodes/",
    "one-",
    "bom-",
    "utf",
    "random-100.",
    "mixed-",
    "mojibake",
    "docx/c",
    "docx/xml",
    "html/charset",
)


def test_rejects_are_the_same_each_time(bad_files, bait, tmp_path, watched):
    """In another process, with another hash seed, the files made in the opposite order."""
    cases = [case for case in bad_files.CASES if bad_files.shown(case.name).startswith(QUICK)]
    assert len(cases) > 100
    found = []
    for at, some in enumerate((cases, cases[::-1])):
        folder = tmp_path / str(at) / "reports"
        folder.mkdir(parents=True)
        bad_files.lay_out(folder, some, bait)
        found.append(watched(folder, hash_seed=str(at)))
    one, two = found
    assert one.rejects.equals(two.rejects)
    assert one.reports[["report_id", "path", "sha256"]].equals(two.reports[["report_id", "path", "sha256"]])
    assert len(one.rejects) > 50


def test_files_of_someone_else(bad_files, bait, tmp_path):
    """Root opens everything: as nobody, what may not be opened is a reject; so is a folder too deep to have a path."""
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no users of that kind")
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "good.txt").write_text(bad_files.TEXT, encoding="utf-8")
    cases = bad_files.lay_out(folder, bad_files.CLOSED, bait)
    code = (
        "import os\n"
        "from analysis.pipeline import read_corpus\n"
        "read_corpus('good')\n"  # so that everything is imported while it may be
        "os.chdir('reports')\n"  # nobody may not walk here from the root
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "corpus = read_corpus('.')\n"
        "for row in corpus.rejects.itertuples(): print(row.path, row.reason, sep='\\t')\n"
        "print(len(corpus.reports))\n"
    )
    folder.chmod(0o755)
    (tmp_path / "good").mkdir()
    (tmp_path / "good/good.txt").write_text(bad_files.TEXT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code]
    made = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    for path in (folder / "closed").iterdir():
        path.chmod(0o700)
    assert made.returncode == 0, re.sub("d{9,}", "d…", made.stderr)[-3000:]
    *rejects, reports = made.stdout.splitlines()
    reasons = dict(line.split("\t") for line in rejects)
    assert reports == "1"
    for case in cases:
        (path,) = [path for path in reasons if path.startswith(case.name)]
        assert any(re.search(bad_files.REASONS[one], reasons[path]) for one in case.outcome), (path, reasons[path])
    assert len(reasons) == len(cases)
