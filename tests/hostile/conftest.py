"""The bad files, laid out and read once, in a process that is watched; a listener that nothing may reach."""

import base64
import hashlib
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECRET = "机密TOPSECRET机密"
LONGEST = 400  # seconds for all files together: ten times what a machine needs that has nothing else to do


def _load(name):
    """Import a package that lies beside this file; tests have no package of their own to import from."""
    place = HERE / name
    spec = importlib.util.spec_from_file_location(name, place / "__init__.py", submodule_search_locations=[str(place)])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_SET = _load("bad_files")


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        names = [_SET.shown(case.name).encode("ascii", "backslashreplace").decode() for case in _SET.CASES]
        metafunc.parametrize("case", _SET.CASES, ids=[name[:60] for name in names])


@pytest.fixture(scope="session")
def bad_files():
    """The module of the bad files."""
    return _SET


class Listener:
    """A server on this machine that writes down who came."""

    def __init__(self):
        self.asked = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                one, _ = self._socket.accept()
            except OSError:  # closed
                return
            with one:
                one.settimeout(2)
                try:
                    self.asked.append(one.recv(2000).split(b"\r\n")[0].decode("latin-1"))
                    one.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                except OSError:
                    self.asked.append("")

    def close(self):
        self._socket.close()


@pytest.fixture(scope="session")
def listener():
    """A listener for everything that files point to."""
    one = Listener()
    yield one
    one.close()


@pytest.fixture(scope="session")
def bait(tmp_path_factory, listener):
    """What a file that could act would touch."""
    place = tmp_path_factory.mktemp("bait")
    (place / "secret.txt").write_text(SECRET, encoding="utf-8")
    return _SET.Bait(listener.url, str(place / "canary"), str(place / "secret.txt"))


class Outcome(NamedTuple):
    """What a run over the bad files left behind."""

    folder: Path
    cases: list
    reports: pd.DataFrame
    rejects: pd.DataFrame
    events: list
    opened: list
    peak: int


@pytest.fixture(scope="session")
def watched(tmp_path_factory):
    """Return a function that reads a folder in a process that is watched: see watch.py."""

    def run(folder, cases=(), hash_seed="0"):
        place = tmp_path_factory.mktemp("watched")
        # watch.py is called sitecustomize there: every Python that is started below imports it first
        (place / "sitecustomize.py").write_bytes((HERE / "watch.py").read_bytes())
        environment = {
            **os.environ,
            "PYTHONPATH": f"{place}{os.pathsep}{ROOT}",
            "PYTHONHASHSEED": hash_seed,
            "TOWNSHIP_WATCH": str(place / "events"),
            "PYTHONWARNINGS": "error",
        }
        command = [sys.executable, str(HERE / "reading.py"), str(folder), str(place)]
        with (place / "out").open("wb") as out, (place / "err").open("wb") as err:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment)
            peak, end = 0, time.monotonic() + LONGEST
            while child.poll() is None:
                peak = max(peak, _resident(child.pid))
                if time.monotonic() > end:
                    child.kill()
                    child.wait()
                    pytest.fail(f"the run over {folder} hangs: {(place / 'err').read_bytes()[-500:]!r}")
                time.sleep(0.05)
        events = [json.loads(line) for line in (place / "events").read_text("utf-8").splitlines()]
        assert child.returncode == 0, (place / "err").read_text("utf-8")[-2000:]
        return Outcome(
            Path(folder),
            list(cases),
            pd.read_parquet(place / "reports.parquet"),
            pd.read_parquet(place / "rejects.parquet"),
            [one for one in events if one[0] != "file"],
            [one[1] for one in events if one[0] == "file"],
            peak,
        )

    return run


def _resident(pid):
    """Return the bytes that a process and all below it hold in memory; 0 where the system does not tell."""
    total, pids = 0, [pid]
    while pids:
        one = pids.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in Path(f"/proc/{one}/task").iterdir():
                pids += map(int, (task / "children").read_text().split())
        except (OSError, IndexError, ValueError):  # ended meanwhile
            continue
    return total


@pytest.fixture(scope="session")
def outcome(tmp_path_factory, bait, watched):
    """The bad files, read."""
    folder = tmp_path_factory.mktemp("reports")
    return watched(folder, _SET.lay_out(folder, _SET.CASES, bait))


class Page(NamedTuple):
    """A page after it was opened: its elements as they stand, the addresses it asked for, what it said."""

    dom: str
    asked: list
    said: list


OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-default-apps --disable-extensions --mute-audio "
    "--enable-logging=stderr --dump-dom --virtual-time-budget=3000"
)


@pytest.fixture
def browse(chromium, tmp_path):
    """Return a function that opens a file in a browser, runs `script` in it when it is there, and tells what happened.

    The script is ours and stands for the reader's hand: a page whose policy lets only its own script run gets the
    script's hash into its policy, in a copy.
    """

    def open_page(path, script=""):
        place = tmp_path / f"browser-{len(list(tmp_path.glob('browser-*')))}"
        place.mkdir()
        if script:
            path = _with_script(Path(path), script, place)
        log = place / "net.json"
        command = [chromium, *OPTIONS.split(), f"--user-data-dir={place / 'profile'}", f"--log-net-log={log}"]
        run = subprocess.run([*command, Path(path).as_uri()], capture_output=True, timeout=120, check=True)
        # what the browser asks for by itself (updates, the time) belongs to no page: its key names no file
        asked = re.findall(r'"network_isolation_key":"file://[^"]*".*?"url":"([^"]+)"', log.read_text("utf-8"))
        said = re.findall(r'CONSOLE[:(]\d+\)?\] "(.*)", source', run.stderr.decode("utf-8", "replace"))
        return Page(run.stdout.decode("utf-8"), sorted({one for one in asked if not one.startswith("file:")}), said)

    return open_page


def _with_script(path, script, place):
    page = path.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = page.replace("script-src '", f"script-src 'sha256-{digest}' '", 1)
    before, _, after = page.rpartition("</body>")
    (place / path.name).write_text(f"{before}<script>{script}</script></body>{after}", encoding="utf-8")
    return place / path.name
