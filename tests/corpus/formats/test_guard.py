"""The process of the parsers: what exceeds a limit ends that process and nothing else, and no process is left over."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from analysis.corpus.formats import LONGEST, Extract, Refusal, guard

ROOT = Path(__file__).parents[3]
PAGE = "<p>一年来，全镇修路三公里。</p>".encode()
READ = Extract("一年来，全镇修路三公里。", "utf-8", "html")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the tests speak to processes as POSIX has them")


@pytest.fixture
def spoilt(monkeypatch):
    """Return a function that starts the child with other code in front of its own."""

    def spoil(code):
        guard._close(kill=True)
        monkeypatch.setattr(guard, "_START", f"{textwrap.dedent(code)}\n{START}")

    yield spoil
    guard._close(kill=True)


START = guard._START
PARSER = """
import sys; sys.path[:] = sys.argv[1:]
from analysis.corpus.formats import child
def reader(name): return parse
child._reader = reader
"""


def run(code, **options):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, **options,
    )  # fmt: skip


def refused(content=PAGE, **options):
    with pytest.raises(Refusal) as error:
        guard.extract("html", content, **options)
    return error.value.reason


def test_one_process_reads_one_file_after_another():
    assert guard.extract("html", PAGE) == READ
    first = guard._child.pid
    assert refused(b"<p>x</p>") == "the page shows no Chinese text"
    assert guard.extract("html", PAGE) == READ
    assert guard._child.pid == first


def test_a_file_that_takes_too_long(spoilt):
    spoilt(PARSER + "def parse(content):\n    while True: pass")
    assert refused(seconds=1) == "reading took longer than 1 seconds"
    assert guard._child is None


def test_a_file_that_takes_too_much_memory(spoilt):
    spoilt(PARSER + "def parse(content): return bytearray(3_000_000_000)")
    assert refused() == "reading it needs more than 2 GB of memory"
    assert guard._child is None


def test_a_parser_that_crashes(spoilt):
    spoilt(PARSER + "import os, signal\ndef parse(content): os.kill(os.getpid(), signal.SIGSEGV)")
    assert refused() == "the reader stopped (signal 11): the file is damaged or needs too much memory"


def test_a_parser_that_writes(spoilt, tmp_path):
    spoilt(PARSER + f"def parse(content):\n with open({str(tmp_path / 'a')!r}, 'wb') as a: a.write(b'x')")
    assert refused().startswith("the file is damaged (OSError: [Errno 27] File too large")
    assert not (tmp_path / "a").exists() or (tmp_path / "a").stat().st_size == 0


def test_what_a_parser_prints_is_no_answer(spoilt):
    spoilt(PARSER + "from analysis.corpus.formats import Extract\nimport os\ndef parse(content):\n"
           "    print('x' * 99, flush=True); os.write(1, b'y' * 99); return Extract('路', None, 'html')")  # fmt: skip
    assert guard.extract("html", PAGE) == Extract("路", None, "html")


def test_a_parser_that_stumbles_or_is_missing(spoilt):
    spoilt(PARSER + "def parse(content): raise {}[content]")
    assert refused(b"<p>") == "the file is damaged (KeyError: b'<p>')"
    spoilt(PARSER + "def parse(content): return parse(content)")
    assert refused() == "its parts are nested too deeply"
    spoilt(PARSER + "def parse(content): raise ModuleNotFoundError(name='selectolax')")
    with pytest.raises(Refusal) as error:
        guard.extract("html", PAGE)
    assert error.value.reason == "reading this format needs the package selectolax"
    assert error.value.remedy == "run: pip install 'township-reports[readers]'"


def test_a_text_longer_than_any_report(spoilt):
    spoilt(PARSER + "from analysis.corpus.formats import Extract\n"
           "def parse(content): return Extract('路' * (child.LONGEST + 1), None, 'html')")  # fmt: skip
    assert refused() == f"the text is longer than any report (over {LONGEST:,} characters)"


def test_text_alone_starts_no_process(tmp_path):
    (tmp_path / "a.txt").write_text("修路三公里。", encoding="gb18030")
    code = f"""
        import sys
        from pathlib import Path
        from analysis.corpus import read
        from analysis.corpus.formats import guard
        print(read.read_file(Path({str(tmp_path / "a.txt")!r}), "a.txt").encoding, guard._child)
        print([name for name in ("lxml", "selectolax", "pypdfium2", "docx", "scipy") if name in sys.modules])
    """
    ended = run(code)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "gb18030 None\n[]\n", "")


def test_nothing_is_left_when_the_program_ends():
    code = f"""
        from analysis.corpus.formats import guard
        guard.extract("html", {PAGE!r})
        print(guard._child.pid)
    """
    ended = run(code)
    assert (ended.returncode, ended.stderr) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(ended.stdout), 0)


def test_nothing_is_left_when_the_program_is_killed():
    code = f"""
        import os, signal
        from analysis.corpus.formats import guard
        guard.extract("html", {PAGE!r})
        print(guard._child.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    ended = run(code)
    pid = int(ended.stdout)
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            break
        if state == "Z":  # ended; whoever adopted it has not looked yet
            break
        subprocess.run(["sleep", "0.05"], check=True)
    else:
        pytest.fail("the process of the parsers outlives the program")


def test_a_forked_process_has_a_child_of_its_own():
    code = f"""
        import os
        from analysis.corpus.formats import guard
        first = guard.extract("html", {PAGE!r})
        mine = guard._child.pid
        if (pid := os.fork()) == 0:
            again = guard.extract("html", {PAGE!r})
            fine = again == first and guard._child.pid != mine
            guard._close()
            os._exit(0 if fine else 1)
        print(os.waitpid(pid, 0)[1], guard.extract("html", {PAGE!r}) == first, guard._child.pid == mine)
    """
    ended = run(code)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "0 True True\n", "")
