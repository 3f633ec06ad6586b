"""Notebooks for a folder of one's own: copied beside it, and run on it into pages that fetch and run nothing."""

import base64
import dataclasses
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path

import nbformat
import psutil
import pytest

from analysis.cli import main
from analysis.export import corpus_hash
from analysis.gallery import figure_names
from analysis.pipeline import build_corpus, read_corpus
from analysis.runs import notebooks, write_report
from analysis.runs.lettering import font_face
from analysis.runs.notebooks import GOLD, SEEDS, NotebookError, adapted, choose, copy_notebooks, notebook_paths
from analysis.runs.page import POLICY, index_page, notebook_page
from analysis.runs.tables import typeset
from analysis.schemas import CorpusError

ROOT = Path(__file__).parents[1]
NAMES = [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
FRAME = {"language": "en", "title": "A title", "corpus": "her <b>folder</b>", "version": "0", "hash": "ab"}
PNG = base64.b64encode(b"\x89PNG\r\n").decode()


@pytest.fixture
def folder(tmp_path):
    """One report in a folder of its own."""
    (tmp_path / "her reports").mkdir()
    name = "003_a1402d6e438c0524.txt"
    (tmp_path / "her reports" / name).write_bytes((ROOT / "seeds" / name).read_bytes())
    return tmp_path / "her reports"


def a_notebook(*outputs, source="draw()"):
    v4 = nbformat.v4
    return v4.new_notebook(
        cells=[
            v4.new_markdown_cell("# A title\n\n**Question.** Why?\n\nMore.", id="title"),
            v4.new_markdown_cell("**Answer.** 42.", id="answer", metadata={"tags": [SEEDS]}),
            v4.new_code_cell('corpus_folder = "../seeds"\nseed = 1', id="given", metadata={"tags": ["parameters"]}),
            v4.new_code_cell(source, id="work", execution_count=2, outputs=list(outputs)),
            v4.new_code_cell("evaluate()", id="gold", metadata={"tags": [GOLD]}),
        ]
    )


def test_the_notebooks_are_found_in_order():
    assert [path.name for path in notebook_paths()] == NAMES


def test_notebooks_are_chosen_by_name_or_number():
    assert [path.stem for path in choose(["03", "01-corpus"])] == ["01-corpus", "03-keyness"]
    assert [path.name for path in choose(None)] == NAMES
    with pytest.raises(NotebookError, match=r"^no notebook is called 'x'; there are: 01-corpus, .*\.$"):
        choose(["x"])


def test_a_notebook_is_adapted_and_not_changed():
    printed = nbformat.v4.new_output("stream", name="stdout", text="1\n")
    notebook = a_notebook(printed)
    new = adapted(notebook, {"corpus_folder": "../her's", "other": 1}, about="**Data.** Hers.", left_out={SEEDS, GOLD})
    assert [(cell.cell_type, cell.source) for cell in new.cells] == [
        ("markdown", "# A title\n\n**Question.** Why?\n\nMore."),
        ("markdown", "**Data.** Hers."),
        ("code", 'corpus_folder = "../her\'s"\nseed = 1'),
        ("code", "draw()"),
    ]
    assert [cell.outputs for cell in new.cells if cell.cell_type == "code"] == [[], []]
    assert notebook == a_notebook(printed)
    assert len(adapted(notebook, {}, about=None, left_out=set()).cells) == 5


def test_the_prose_of_each_notebook_is_about_the_corpus_of_its_parameters():
    hashes, about = {}, {}
    for path in notebook_paths():
        notebook = nbformat.read(path, as_version=4)
        given = next(cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
        folder = (path.parent / re.search(r'^corpus_folder = "(.+)"$', given, re.MULTILINE)[1]).resolve()
        seed = int(re.search(r"^seed = (\d+)$", given, re.MULTILINE)[1])
        if folder not in hashes:
            hashes[folder] = corpus_hash(read_corpus(folder))
        about[path.stem] = notebook.metadata["township"] == {"corpus": hashes[folder], "seed": seed}
    assert about == dict.fromkeys(about, True)


def test_lab_copies_the_notebooks_beside_the_folder_and_leaves_what_is_there(folder, capsys):
    assert main(["lab", str(folder), "--no-open"]) == 0
    beside = folder.with_name("her reports-notebooks")
    assert capsys.readouterr().out.splitlines() == [str(beside / name) for name in NAMES]
    assert sorted(path.name for path in beside.iterdir()) == NAMES
    assert [path.name for path in folder.iterdir()] == ["003_a1402d6e438c0524.txt"]
    for name in NAMES:
        cells = nbformat.read(beside / name, as_version=4).cells
        assert cells[1].source == "**Data.** The reports in the folder `her reports`."
        given = next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))
        assert "corpus_folder = '../her reports'" in given.splitlines()
        assert [cell.outputs for cell in cells if cell.get("outputs")] == []
        assert [cell for cell in cells if {SEEDS, GOLD} & set(cell.metadata.get("tags", []))] == []
    (beside / NAMES[0]).write_text("mine", encoding="utf-8")
    (beside / NAMES[1]).unlink()
    written, kept = copy_notebooks(folder)
    assert ([path.name for path in written], [path.name for path in kept]) == ([NAMES[1]], [NAMES[0], *NAMES[2:]])
    assert (beside / NAMES[0]).read_text(encoding="utf-8") == "mine"


def test_lab_writes_nothing_into_the_folder_of_reports(folder, capsys):
    assert main(["lab", str(folder), "--out", str(folder / "notebooks"), "--no-open"]) == 2
    assert "lies inside the folder of reports" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["003_a1402d6e438c0524.txt"]


def test_lab_needs_a_folder(tmp_path, capsys):
    assert main(["lab", str(tmp_path / "nowhere"), "--no-open"]) == 2
    assert capsys.readouterr().err == (
        f"township: {tmp_path / 'nowhere'}: no such folder; give the folder that holds the reports, "
        "or a corpus that was built.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_page_holds_the_notebook_escaped_and_no_script():
    hostile = "<script>alert(1)</script>"
    picture = nbformat.v4.new_output("display_data", {"image/png": PNG, "text/plain": "<Figure>"})
    said = nbformat.v4.new_output("stream", name="stdout", text=f"Caption {hostile}\n")
    table = nbformat.v4.new_output(
        "execute_result", {"text/html": "<table><tr><td>&lt;script&gt;</td></tr></table>", "text/plain": "x"}
    )
    script = nbformat.v4.new_output("display_data", {"application/javascript": "alert(1)"})
    page = notebook_page(a_notebook(said, picture, table, script, source=f"draw('{hostile}')"), FRAME)
    assert f'<meta content="{POLICY}" http-equiv="Content-Security-Policy"/>' in page
    assert '<html lang="en">' in page
    assert "<title>A title · her &lt;b&gt;folder&lt;/b&gt;</title>" in page
    assert f'<img alt="Caption &lt;script&gt;alert(1)&lt;/script&gt;" src="data:image/png;base64,{PNG}"/>' in page
    assert "<table><tr><td>&lt;script&gt;</td></tr></table>" in page
    assert re.findall(r"<script|javascript|https?:|//\w+\.|@import", page) == []
    assert re.findall(r'(?:src|href)="(?!data:image/png|index\.html|#)[^"]*"', page) == []
    assert page.count('<details class="code"><summary>Code</summary>') == 3
    assert page == notebook_page(a_notebook(said, picture, table, script, source=f"draw('{hostile}')"), FRAME)


def test_a_page_of_a_notebook_that_stopped_says_where_and_why():
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="\x1b[31m'<n>'\x1b[0m", traceback=["/a/b.py"])
    page = notebook_page(a_notebook(error), FRAME)
    assert "This notebook stopped in cell 4, and what follows there was not run: KeyError: '&lt;n&gt;'" in page
    assert 'id="stopped"' in page
    assert "<pre class=\"error\">KeyError: '&lt;n&gt;'</pre>" in page
    assert "/a/b.py" not in page
    chinese = notebook_page(a_notebook(error), {**FRAME, "language": "zh"})
    assert '<html lang="zh-CN">' in chinese
    assert "本笔记本在第 4 个单元格中止" in chinese


def test_columns_of_numbers_are_set_to_the_right():
    html = (
        '<style scoped>\n th {}\n</style>\n<table border="1" class="dataframe">\n<thead><tr style="x"><th></th><th>term'
        "</th><th>n</th><th>p</th></tr></thead>\n<tbody><tr><th>0</th><td>发展</td><td>1,024</td><td>NaN</td></tr>"
        "<tr><th>1</th><td>3</td><td>-1</td><td>1.5e-07</td></tr></tbody></table>"
    )
    assert typeset(html) == (
        '\n<table class="dataframe">\n<thead><tr style="x"><th></th><th>term</th><th class="n">n</th>'
        '<th class="n">p</th></tr></thead>\n'
        '<tbody><tr><th>0</th><td>发展</td><td class="n">1,024</td><td class="n">NaN</td></tr>'
        '<tr><th>1</th><td>3</td><td class="n">-1</td><td class="n">1.5e-07</td></tr></tbody></table>'
    )
    assert typeset("no table") == "no table"


def test_a_page_brings_the_characters_it_needs():
    assert font_face("Latin only, “quoted” – and no more") == ""
    rule = font_face("发展发展")
    assert rule.startswith('@font-face { font-family: "Township"; src: url(data:font/woff;base64,d09GRg')
    assert rule == font_face("展发")
    assert len(rule) < len(font_face("发展乡村振兴战略"))
    assert font_face("\ud800") == ""


def test_the_index_escapes_what_files_say():
    corpus = read_corpus(ROOT / "seeds")
    rejects = corpus.rejects.reindex([0]).assign(path="<img src=x onerror=alert(1)>", reason="=1+1", remedy="&")
    corpus = dataclasses.replace(corpus, rejects=rejects)
    page = {"file": "01-corpus.html", "title": "T", "question": "Q <i>", "failure": "", "picture": PNG, "caption": "C"}
    html = index_page(corpus, FRAME, [page], {"language": "en", "seed": "1"})
    assert "<tr><td>&lt;img src=x onerror=alert(1)&gt;</td><td>=1+1</td><td>&amp;</td></tr>" in html
    assert "<h1>Township work reports: her &lt;b&gt;folder&lt;/b&gt;</h1>" in html
    assert "Q &lt;i&gt;" in html
    rows = dict(re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>', html))
    assert {key: rows[key] for key in ("Files found", "Files that were not used", "Reports analysed")} == {
        "Files found": "6",
        "Files that were not used": "1",
        "Reports analysed": "5",
    }
    assert re.findall(r"<script|https?:", html) == []


def addresses(chromium, page, folder):
    """Return the addresses that `page` asked for while it was opened, and the page as it stood afterwards.

    What the browser asks for by itself (updates, the time) is not the page's: its key names no file.
    """
    log = folder / "net.json"
    options = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --dump-dom --virtual-time-budget=2000"
    )
    command = [chromium, *options.split(), f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}"]
    run = subprocess.run([*command, page.as_uri()], capture_output=True, timeout=120)
    asked = re.findall(r'"network_isolation_key":"file://[^"]*".*?"url":"([^"]+)"', log.read_text(encoding="utf-8"))
    return sorted({one for one in asked if not one.startswith(("file:", "data:"))}), run.stdout.decode("utf-8")


def test_a_page_that_fetches_is_found_out(chromium, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<img src="http://127.0.0.1:9/x.png"><p>x</p>', encoding="utf-8")
    assert addresses(chromium, page, tmp_path)[0] == ["http://127.0.0.1:9/x.png"]


def pictures(html):
    """Return width and height of the pictures that a page holds."""
    found = re.findall(r'<img[^>]*src="data:image/png;base64,([^"]+)"', html)
    return [struct.unpack(">II", base64.b64decode(one)[16:24]) for one in found]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of one seed, its first notebook only, run as a program."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "her <reports>").mkdir()
    name = "003_a1402d6e438c0524.txt"
    (folder / "her <reports>" / name).write_bytes((ROOT / "seeds" / name).read_bytes())
    (folder / "her <reports>" / "<b>empty.txt").write_bytes(b"")
    home = folder / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON", "MPLBACKEND"))}
    environment = kept | {"HOME": str(home), "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(folder / "matplotlib"))}
    command = [sys.executable, "-m", "analysis.cli", "report", "her <reports>", "--out", "pages", "--only", "01"]
    environment["PYTHONPATH"] = str(ROOT)
    run = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=environment, timeout=300)
    return folder, run


def test_a_report_is_written_whole_and_nothing_else(report):
    folder, run = report
    said = "not used: <b>empty.txt: the file is empty; download the report again, or remove the file.\n"
    assert (run.returncode, run.stderr) == (0, said)
    assert run.stdout.splitlines() == [str(Path("pages", name)) for name in ("01-corpus.html", "index.html")]
    assert sorted(path.name for path in folder.iterdir() if path.name != "matplotlib") == [
        "her <reports>",
        "home",
        "pages",
    ]
    assert sorted(path.name for path in (folder / "pages").iterdir()) == ["01-corpus.html", "figures", "index.html"]
    assert {path.stem for path in (folder / "pages" / "figures").iterdir()} == {"01-coverage"}
    assert list((folder / "home").rglob("*")) == []


def test_the_pages_of_a_report_name_the_folder_and_not_its_place(report):
    folder, _ = report
    for name in ("01-corpus.html", "index.html"):
        page = (folder / "pages" / name).read_text(encoding="utf-8")
        assert "her &lt;reports&gt;" in page
        assert str(folder) not in page
        assert "her <reports>" not in page
        assert re.findall(r"<script|https?:", page) == []


def test_the_pages_of_a_report_fetch_nothing(report, chromium, tmp_path):
    for name, n_pictures in (("01-corpus.html", 1), ("index.html", 1)):
        work = tmp_path / name
        work.mkdir()
        asked, shown = addresses(chromium, report[0] / "pages" / name, work)
        assert asked == []
        assert "</html>" in shown
        sizes = pictures(shown)
        assert len(sizes) == n_pictures
        assert min(min(size) for size in sizes) > 100


@pytest.mark.slow
def test_the_report_of_the_seeds_is_whole_and_shows_every_figure(chromium, tmp_path):
    written = write_report(ROOT / "seeds", tmp_path / "out")
    assert written.failures == {}
    assert [path.name for path in written.pages] == [*(f"{name[:-6]}.html" for name in NAMES), "index.html"]
    drawn = {path.stem for path in (tmp_path / "out" / "figures").glob("*.png")}
    assert {*figure_names()} <= drawn
    for page in written.pages:
        work = tmp_path / page.stem
        work.mkdir()
        asked, shown = addresses(chromium, page, work)
        assert (page.name, asked) == (page.name, [])
        assert re.findall(r"<script|https?:", shown) == []
        assert "Not made" not in shown
        if page.name != "index.html":
            cells = nbformat.read(ROOT / "notebooks" / f"{page.stem}.ipynb", as_version=4).cells
            expected = sum(
                "image/png" in output.get("data", {}) for cell in cells for output in cell.get("outputs", [])
            )
            assert (page.name, len(pictures(shown))) == (page.name, expected)
        assert min(min(size) for size in pictures(shown)) > 100


def mini(folder, **sources):
    """Write notebooks of one working cell each into `folder`; return their paths."""
    paths = []
    for name, source in sources.items():
        path = folder / f"{name.replace('_', '-').removeprefix('n')}.ipynb"
        notebook = a_notebook(source=source)
        nbformat.write(notebook, path)
        paths.append(path)
    return paths


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_notebook_that_fails_keeps_no_other_from_its_page(folder, tmp_path, monkeypatch):
    paths = mini(tmp_path, n01_good="print('fine')", n02_bad="print('begun')\n1 / 0", n03_good="print(corpus_folder)")
    monkeypatch.setattr(notebooks, "notebook_paths", lambda: paths)
    written = write_report(folder, tmp_path / "out")
    assert written.failures == {"02-bad": "cell 4: ZeroDivisionError: division by zero"}
    names = ["01-good.html", "02-bad.html", "03-good.html", "index.html"]
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written.pages] == names
    assert sorted(contents(tmp_path / "out")) == names
    bad = (tmp_path / "out" / "02-bad.html").read_text(encoding="utf-8")
    assert "stopped in cell 4, and what follows there was not run: ZeroDivisionError: division by zero" in bad
    assert '<pre class="stream" lang="en">begun\n</pre>' in bad
    assert "stopped: cell 4: ZeroDivisionError" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert ">her reports\n</pre>" in (tmp_path / "out" / "03-good.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_second_report_is_the_same_and_leaves_nothing_of_an_earlier_one(folder, tmp_path, monkeypatch):
    paths = mini(tmp_path, n01_good="print('fine')", n02_good="print('too')")
    monkeypatch.setattr(notebooks, "notebook_paths", lambda: paths)
    write_report(folder, tmp_path / "out")
    first = contents(tmp_path / "out")
    (tmp_path / "out" / "figures").mkdir()
    (tmp_path / "out" / "figures" / "01-old.png").write_bytes(b"")
    (tmp_path / "out" / "mine.txt").write_bytes(b"mine")
    write_report(folder, tmp_path / "out", workers=1)
    assert contents(tmp_path / "out") == first | {"mine.txt": b"mine"}
    write_report(folder, tmp_path / "out", only=["02"])
    assert sorted(contents(tmp_path / "out")) == ["02-good.html", "index.html", "mine.txt"]


@pytest.mark.slow
def test_a_built_corpus_is_taken_as_it_is(folder, tmp_path, monkeypatch):
    paths = mini(tmp_path, n01_good="from analysis import read_corpus\nread_corpus(corpus_folder)")
    monkeypatch.setattr(notebooks, "notebook_paths", lambda: paths)
    build_corpus(folder, tmp_path / "built")
    before = contents(tmp_path / "built")
    assert write_report(tmp_path / "built", tmp_path / "out").failures == {}
    page = (tmp_path / "out" / "01-good.html").read_text(encoding="utf-8")
    assert "<pre class=\"result\">Corpus('built': 1 reports," in page
    assert contents(tmp_path / "built") == before
    with pytest.raises(CorpusError, match="was built, and simplify cannot be changed now"):
        write_report(tmp_path / "built", tmp_path / "out", simplify=True)


@pytest.mark.slow
def test_a_report_that_is_stopped_leaves_no_kernel_and_no_file(folder, tmp_path):
    command = [sys.executable, "-m", "analysis.cli", "report", str(folder), "--out", "pages", "--only", "02"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # where the tests themselves run in the background, the shell has told them to ignore an interrupt
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    for _ in range(5):  # on a busy machine the report may be done before the signal reaches it
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True, preexec_fn=heed,
        )  # fmt: skip
        while process.poll() is None and not list(tmp_path.glob("pages/.writing-*/jupyter/temporary/*.json")):
            time.sleep(0.02)
        started = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        if len(started) >= 2:
            os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=120)
        if process.returncode:
            break
        shutil.rmtree(tmp_path / "pages")
    assert (process.returncode, said) == (130, (b"", b"township: stopped.\n"))
    assert len(started) >= 2
    assert psutil.wait_procs(started, timeout=30)[1] == []
    assert not (tmp_path / "pages").exists()


def test_the_wheel_holds_the_notebooks(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert sorted(name for name in names if name.startswith("analysis/notebooks/")) == [
        f"analysis/notebooks/{name}" for name in NAMES
    ]
    assert "analysis/runs/templates/page/index.html.j2" in names
    assert "analysis/runs/words.csv" in names
    assert [name for name in names if not name.startswith(("analysis/", "township_reports-"))] == []
