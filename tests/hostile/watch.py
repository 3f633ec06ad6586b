"""Run as sitecustomize in each Python that reads bad files: writes down what touches the world outside.

Every event is a line of JSON in the file that TOWNSHIP_WATCH names.
"""

import json
import os
import sys

OUT = os.environ.get("TOWNSHIP_WATCH")
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn")
CALLS = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "urllib.Request", "webbrowser.open")


def write(*event):
    line = json.dumps(event, default=lambda value: os.fsdecode(value) if isinstance(value, bytes) else repr(value))
    with open(OUT, "a", encoding="ascii") as events:
        events.write(line + "\n")


def hook(name, arguments):
    if name in STARTS or name in CALLS:
        write(name, list(arguments[:2]))
    elif name == "open" and isinstance(arguments[0], str) and arguments[0].endswith(("secret.txt", "canary")):
        write(name, arguments[0])
    elif name in ("exec", "compile") and isinstance(arguments[0], bytes) and b"TOPSECRET" in arguments[0]:
        write(name, "code of a file")


if OUT:
    sys.addaudithook(hook)
