import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from analysis.plots.style import WIDTHS, check_glyphs, current_style, new_axes, require_glyphs, set_style, style
from analysis.schemas import FontError, TableError

DEJAVU = f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans.ttf"


@pytest.fixture(autouse=True)
def _restore():
    with mpl.rc_context(), style():
        yield
    plt.close("all")


def test_missing_character_is_named_with_figure_and_remedy():
    with pytest.raises(FontError) as raised:
        require_glyphs(["平安镇", "新𨻧镇"], figure="01-coverage")
    assert str(raised.value) == (
        "figure '01-coverage' needs the character '𨻧' (U+28EE7) in the text '新𨻧镇', and no font at hand can draw it "
        "(found: NotoSansSC-Subset-Regular.ttf). Add a font that has it: set_style(font='path/to/font.ttf'), "
        "on the command line --font path/to/font.ttf."
    )


def test_check_covers_every_text_of_a_figure():
    figure = Figure()
    ax = figure.add_subplot()
    ax.set_yticks([0, 1], ["平安镇", "\U00010348"])
    with pytest.raises(FontError, match=r"figure 'mine' needs the character '𐍈' \(U\+10348\)"):
        check_glyphs(figure, "mine")


def test_a_fallback_draws_what_our_fonts_lack():
    with pytest.raises(FontError, match="U\\+0531"):
        require_glyphs(["Ա"], figure="f")
    with style(font=DEJAVU):
        require_glyphs(["Ա镇"], figure="f")
        figure = Figure()
        figure.suptitle("Ա镇")
        check_glyphs(figure, "f")  # warnings are errors: matplotlib too must find both characters
        figure.savefig(io.BytesIO(), format="pdf")


def test_fonts_that_cannot_be_used_are_refused(tmp_path):
    with pytest.raises(FontError, match=r"^font='.*absent.ttf' is not a file. Give the path of a .ttf or .otf file.$"):
        set_style(font=tmp_path / "absent.ttf")
    (tmp_path / "text.ttf").write_text("no font")
    with pytest.raises(FontError, match=r"text.ttf' cannot be read as a font\. Give the path"):
        set_style(font=tmp_path / "text.ttf")


def test_unknown_language_and_width_are_refused():
    with pytest.raises(TableError, match=r"^language is 'de'. Use 'en' or 'zh'.$"):
        set_style(language="de")
    with pytest.raises(TableError, match=r"^width is 'wide'. Use 'single' \(89 mm\), 'double' \(183 mm\) or None.$"):
        set_style(width="wide")


def test_style_restores_what_was_before():
    before, parameters = current_style(), dict(mpl.rcParams)
    with style(language="zh", width="single", font=DEJAVU):
        assert current_style().language == "zh"
        assert mpl.rcParams["pdf.fonttype"] == 42
    assert current_style() == before
    assert dict(mpl.rcParams) == parameters


def test_dollar_signs_are_text():
    figure = Figure()
    text = figure.suptitle("$5 和 $6")
    figure.draw_without_rendering()
    assert not text.get_parse_math()


def test_widths_are_those_of_journals():
    assert {name: round(25.4 * width) for name, width in WIDTHS.items()} == {"single": 89, "double": 183}
    with style(width="single"):
        assert new_axes("double", 50).figure.get_figwidth() == WIDTHS["single"]


def test_figures_belong_to_pyplot_only_where_a_notebook_should_show_them():
    with style(pyplot=False):
        new_axes("single", 50)
        assert plt.get_fignums() == []
    with style(pyplot=True):
        new_axes("single", 50)
        assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("pyplot", [True, False])
def test_pyplot_stays_interactive_behind_the_style(pyplot):
    with style(pyplot=pyplot):
        mpl.interactive(True)  # as a notebook's backend does when it is loaded
    assert mpl.is_interactive() is pyplot
