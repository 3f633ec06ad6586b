"""One notebook run to its end in a process of its own: ``python -m analysis.runs.execution JOB.json``.

The process that started this one holds its standard input open. When that closes, whatever the reason, this one ends
and takes its kernel along.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

__all__ = ["KERNEL", "kernel_home", "run"]

KERNEL = "township"
START_SECONDS = 300


def kernel_home(folder: Path) -> dict[str, str]:
    """Set up `folder` as the place of all that Jupyter reads and writes, and return the environment that says so.

    The one kernel in it is the Python that runs now, whatever kernels the machine has.
    """
    from ipykernel.kernelspec import write_kernel_spec

    places = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder / "temporary"),  # a kernel's address and key are put there
    }
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    write_kernel_spec(str(places["JUPYTER_DATA_DIR"] / "kernels" / KERNEL))
    told = {name: str(place) for name, place in places.items()}
    return told | {"JUPYTER_PLATFORM_DIRS": "1", "JUPYTER_NO_CONFIG": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def run(job: dict) -> None:
    """Run the notebook ``job["source"]``, write it with outputs to ``job["executed"]`` and as HTML to ``job["page"]``.

    A cell that ends in an error ends the run; what came before it is written all the same.
    """
    import nbformat
    import papermill

    from analysis.runs.page import notebook_page

    try:
        papermill.execute_notebook(
            job["source"],
            job["executed"],
            kernel_name=KERNEL,
            progress_bar=False,
            start_timeout=START_SECONDS,
            cwd=job["folder"],
        )
    except papermill.PapermillExecutionError:
        pass  # the page says where and why
    notebook = nbformat.read(job["executed"], as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    nbformat.write(notebook, job["executed"])
    Path(job["page"]).write_text(notebook_page(notebook, job["frame"]), encoding="utf-8", errors="backslashreplace")


def _end_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
