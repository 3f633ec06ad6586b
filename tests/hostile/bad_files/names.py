"""Names that hurt, and things in a folder that are no files."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

from .case import BODY, TEXT, TITLE, Bait, Case, case

ODD = {
    "newline": "平安镇\n2020年.txt", "return": "平安镇\r报告.txt", "tab": "平安镇\t报告.txt", "bell": "平安镇\a.txt",
    "escape": "\x1b[31m红\x1b]0;owned\x07.txt", "csi": "\x9b31m红.txt", "delete": "平安\x7f镇.txt",
    "override": "平安\u202etxt.exe\u202c.txt", "line-separator": "平安\u2028镇\u2029.txt", "zero-width": "平\u200b安镇.txt",
    "emoji": "🏘️平安镇👨‍👩‍👧.txt", "composed": "caf\u00e9镇.txt", "decomposed": "cafe\u0301镇.txt", "upper": "REPORT-A.TXT",
    "lower": "report-a.txt", "dash": "-rf.txt", "option": "--help.txt", "quote": "平安'镇.txt", "quotes": '平安"镇".txt',
    "backtick": "`touch canary`.txt", "substitution": "$(touch canary).txt", "variable": "${HOME}.txt",
    "semicolon": "a;touch canary;.txt", "pipe": "a|touch canary.txt", "ampersand": "a&touch canary&.txt",
    "redirect": "a>canary.txt", "blanks": "   .txt", "blank-start": " 平安镇.txt", "wide-blank": "\u3000.txt",
    "dots": "平安镇....txt", "dot-end": "平安镇.txt.", "con": "CON.txt", "nul": "NUL.txt", "aux": "aux.txt", "lpt": "LPT1.txt",
    "formula": "=cmd|' !A0.txt", "formula-plus": "+1+1.txt", "formula-at": "@SUM(A1).txt", "formula-wide": "＝1＋1.txt",
    "formula-blank": " =1+1.txt", "comma": "a,b,\"c\".txt", "markup": "<img src=x onerror=alert(1)>.txt",
    "markup-end": "<script>alert(1)<!--.txt", "svg": "<svg onload=alert(1)>.txt", "percent": "%s%n%d.txt", "braces": "{0}{x}{{y}}.txt",
    "dollar": "${alert(1)}$(1).txt", "mathtext": "$\\frac{1}{0}$.txt", "glob": "[a-z]*?.txt", "backslash": "a\\b\\..\\c.txt",
    "scheme": "http:127.0.0.1.txt", "drive": "C:平安镇.txt", "stream": "a.txt:b.txt", "tilde": "~root.txt", "bang": "!!.txt",
    "hash": "#a#b.txt", "dup-suffix": "a.txt.txt", "many-suffixes": "a" + ".b" * 100 + ".txt", "year": "2020年XX县XX镇.txt",
    "private": "\ue000\U000f0000.txt", "tags": "a\U000e0041\U000e0042.txt", "not-a-character": "a\uffff.txt",
    "longest": "镇" * 83 + "ab.txt", "longest-suffix": "a." + "b" * 253,
}  # fmt: skip
BYTES = {
    b"names/lone-\xff\xfe.txt": TEXT,
    b"names/\xc6\xbd\xb0\xb2\xd5\xf2.txt": TEXT,  # a name in GB18030
    b"names/surrogate-\xed\xa0\x80.txt": TEXT,
    b"names/\x80.txt": TEXT,
    b"names/\\x80.txt": TEXT,  # is written like the one before it
    b"names/\\udc80.txt": TEXT,
}


def _report(name: str) -> str:
    # each name has its own text: copies would hide which file was read
    return f"{TITLE}\n{BODY}文件名为{name.encode('ascii', 'backslashreplace').decode().replace(chr(92), '')}。\n"


def _named(name: str) -> Case:
    suffix = Path(name).suffix.lower()
    return case(f"names/{name}", "report" if suffix == ".txt" else "type|report", _report(name))


def _deep(path: Path, bait: Bait) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(_report(path.name), "utf-8")


def _deeper(path: Path, bait: Bait) -> None:
    """Make folders in folders until no path can name the last one; `path` is the first."""
    path.mkdir()
    here = os.open(path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def _link(target: str) -> Callable[[Path, Bait], None]:
    return lambda path, bait: os.symlink(target, path)


def _hard(path: Path, bait: Bait) -> None:
    first = path.with_name("hard-1.txt")
    if not first.exists():
        first.write_text(TEXT + "硬链接。\n", "utf-8")
    if path != first:
        os.link(first, path)


def _fifo(path: Path, bait: Bait) -> None:
    os.mkfifo(path)


def _socket(path: Path, bait: Bait) -> None:
    # the address of a socket has at most 108 bytes
    here = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


def _device(kind: int, major: int, minor: int) -> Callable[[Path, Bait], None]:
    return lambda path, bait: os.mknod(path, kind | 0o600, os.makedev(major, minor))


def _with_file(path: Path, bait: Bait) -> None:
    path.mkdir(exist_ok=True)
    (path / "inside.txt").write_text(_report(path.name), "utf-8")


def _closed(path: Path, bait: Bait) -> None:
    path.write_text(TEXT, "utf-8")
    path.chmod(0)


def _closed_folder(path: Path, bait: Bait) -> None:
    path.mkdir()
    path.chmod(0)


NAMES = [
    *map(_named, ODD.values()),
    *(case(name, "report", text + f"第{at}个。\n") for at, (name, text) in enumerate(BYTES.items())),
    Case("/".join(["deep", *(["乡" * 30] * 8), "很深.txt"]), ("report",), _deep),
    Case("deep/" + "/".join("abcdefghij" * 10) + "/x.txt", ("report",), _deep),
]
NODES = [
    Case("nodes/loop-a.txt", ("irregular", "closed", "link"), _link("loop-b.txt")),
    Case("nodes/loop-b.txt", ("irregular", "closed", "link"), _link("loop-a.txt")),
    Case("nodes/self.txt", ("irregular", "closed", "link"), _link("self.txt")),
    Case("nodes/parent", ("link", "folder"), _link("..")),
    Case("nodes/here.txt", ("link", "folder"), _link(".")),
    Case("nodes/root", ("link", "folder"), _link("/")),
    Case("nodes/dangling.txt", ("irregular", "closed", "link"), _link("nothing-here.txt")),
    Case("nodes/dangling-outside.txt", ("irregular", "closed", "link"), _link("/nonexistent/report.txt")),
    Case("nodes/zero.txt", ("irregular",), _link("/dev/zero")),
    Case("nodes/null.txt", ("irregular",), _link("/dev/null")),
    Case("nodes/random.txt", ("irregular",), _link("/dev/urandom")),
    Case("nodes/terminal.txt", ("irregular",), _link("/dev/tty")),
    Case("nodes/input.txt", ("irregular", "closed", "empty"), _link("/dev/stdin")),
    Case("nodes/memory.txt", ("irregular", "closed", "empty", "limit"), _link("/proc/self/mem")),
    Case("nodes/accounts.txt", ("no-chinese",), _link("/etc/passwd")),
    Case("nodes/arguments.txt", ("no-chinese", "binary"), _link("/proc/self/cmdline")),
    Case("nodes/fifo.txt", ("irregular",), _fifo),
    Case("nodes/fifo.docx", ("irregular",), _fifo),
    Case("nodes/fifo.pdf", ("irregular",), _fifo),
    Case("nodes/fifo", ("irregular", "type"), _fifo),
    Case("nodes/socket.txt", ("irregular",), _socket),
    Case("nodes/hard-1.txt", ("report",), _hard),
    Case("nodes/hard-2.txt", ("report",), _hard),
    Case("nodes/folder.txt/inside.txt", ("report",), lambda path, bait: _with_file(path.parent, bait)),
]
DEVICES = [
    Case("nodes/device-zero.txt", ("irregular",), _device(stat.S_IFCHR, 1, 5)),
    Case("nodes/device-full.html", ("irregular",), _device(stat.S_IFCHR, 1, 7)),
    Case("nodes/device-block.txt", ("irregular",), _device(stat.S_IFBLK, 7, 200)),
]
"""Only root may make them, and not in every container."""

CLOSED = [
    Case("closed/unreadable.txt", ("closed",), _closed),
    Case("closed/unreadable.docx", ("closed",), _closed),
    Case("closed/folder", ("folder", "closed"), _closed_folder),
    Case("closed/name-too-deep", ("folder", "closed", "limit"), _deeper),
]
"""Root reads everything: these are for a process of someone else."""

CASES: list[Case] = [*NAMES, *NODES]
