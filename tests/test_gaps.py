"""Cells that a corpus is too small for say why, and what they cannot give is not asked for again."""

import warnings

import pytest
from IPython.core.interactiveshell import InteractiveShell

from analysis.runs.gaps import explain_gaps, noted


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run one cell after another in a shell; return what each printed and what it ended in."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    explain_gaps(shell)
    explain_gaps(shell)
    shell.run_cell("from analysis.schemas import TableError")

    def cell(source):
        result = shell.run_cell(source)
        return capsys.readouterr().out, result.result, type(result.error_in_exec)

    yield cell
    shell.history_manager.end_session()


NOTHING = type(None)


def test_a_cell_without_gaps_is_as_before(run):
    assert run("a = 1") == ("", None, NOTHING)
    printed, shown, error = run("b = a + 1\nb")
    assert (printed.strip().endswith("2"), shown, error) == (True, 2, NOTHING)
    assert run("") == ("", None, NOTHING)
    assert run("if a:\n    print(b)") == ("2\n", None, NOTHING)


def test_a_cell_with_a_gap_says_why_and_what_needs_it_says_so(run):
    assert run("table = rows = 1\nraise TableError('1 report; two are needed.')") == (
        "Not made: 1 report; two are needed.\n",
        None,
        NOTHING,
    )
    needs = "Not made: it needs table, not made above.\n"
    assert run("shown = table + 1\nshown") == (needs, None, NOTHING)
    assert run("[shown for _ in range(2)]") == ("Not made: it needs shown, not made above.\n", None, NOTHING)
    assert run("table = table + 1") == (needs, None, NOTHING)
    assert run("table = 2\nprint(table)") == ("2\n", None, NOTHING)
    assert run("print(table)") == ("2\n", None, NOTHING)


def test_names_of_loops_are_their_own(run):
    run("one = 1\nraise TableError('No.')")
    assert run("for one in [3]:\n    print(one)") == ("3\n", None, NOTHING)
    assert run("print([two for two in [4]], (lambda one: one)(5))") == ("[4] 5\n", None, NOTHING)


def test_other_errors_stay(run):
    printed, shown, error = run("1 / 0")
    assert (shown, error) == (None, ZeroDivisionError)
    assert "ZeroDivisionError" in printed
    assert run("undefined")[2] is NameError


def test_a_figure_that_was_begun_is_closed(run):
    from matplotlib import pyplot

    assert run("from matplotlib import pyplot\npyplot.figure()\nraise TableError('Too small.')")[0].endswith(
        "Not made: Too small.\n"
    )
    assert pyplot.get_fignums() == []


def test_a_note_on_metadata_is_said_once_and_names_no_file_of_the_machine(run, monkeypatch):
    monkeypatch.setattr(warnings, "showwarning", lambda *_, **__: print("as before"))
    monkeypatch.setattr(warnings, "showwarning", noted(warnings.showwarning))
    run("import warnings; from analysis.corpus.identity.metadata_file import MetadataWarning")
    run("warnings.simplefilter('always')")
    say = "warnings.warn('metadata.csv: 1 row.', MetadataWarning)"
    assert run(f"{say}\n{say}") == ("Note: metadata.csv: 1 row.\n", None, NOTHING)
    assert run(say) == ("", None, NOTHING)
    assert run("warnings.warn('other')") == ("as before\n", None, NOTHING)


def test_outside_ipython_nothing_happens():
    assert explain_gaps() is None
