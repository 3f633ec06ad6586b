import hashlib
import re
from pathlib import Path

import pytest
from matplotlib.ft2font import FT2Font

import analysis
from analysis.lexicons.gazetteer import gazetteer

ANALYSIS = Path(analysis.__file__).parent
FONTS = ANALYSIS / "fonts"
NOT_IN_NOTO_SANS_SC = set("𨻧𬮤𰝟\U00031cea")  # named in fonts/README.md
NOT_DRAWN = ["𨻧隍镇", "𬮤山镇", "𰝟渡镇", "下\U00031cea镇"]
FILES = ["NotoSansSC-Subset-Regular.ttf", "NotoSansSC-Subset-Bold.ttf"]


@pytest.mark.parametrize("name", FILES)
def test_readme_states_the_hash_of_each_font(name):
    stated = dict(re.findall(r"^\| (\S+\.ttf) \| ([0-9a-f]{64}) \|$", (FONTS / "README.md").read_text("utf-8"), re.M))
    assert sorted(stated) == sorted(FILES)
    assert stated[name] == hashlib.sha256((FONTS / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("name", FILES)
def test_fonts_are_under_four_megabytes(name):
    assert (FONTS / name).stat().st_size < 4_000_000


@pytest.mark.parametrize("name", FILES)
def test_fonts_draw_every_character_of_lexicons_seeds_and_labels(name):
    drawn = {chr(code) for code in FT2Font(FONTS / name).get_charmap()}
    # what sites write, emoji among it, is taken out before anything is drawn
    lexicons = [path for path in ANALYSIS.glob("**/*.csv") if path.name != "noise_patterns.csv"]
    texts = [*lexicons, *(ANALYSIS.parent / "seeds").glob("*.txt"), FONTS / "characters.txt"]
    needed = set().union(*(path.read_text("utf-8-sig") for path in texts)) - set("\r\n\t\u3000")
    assert needed - drawn <= NOT_IN_NOTO_SANS_SC


@pytest.mark.parametrize("name", FILES)
def test_fonts_draw_every_name_of_the_table_of_divisions_but_four(name):
    drawn = {chr(code) for code in FT2Font(FONTS / name).get_charmap()}
    table = gazetteer()
    names = [*table.upper.values(), *table.codes]
    assert len(names) > 33_000
    assert sorted(one for one in names if not set(one) <= drawn) == sorted(NOT_DRAWN)
    readme = (FONTS / "README.md").read_text("utf-8")
    assert all(one in readme for one in NOT_DRAWN)


@pytest.mark.parametrize("name", FILES)
def test_fonts_draw_common_traditional_characters(name):
    drawn = {chr(code) for code in FT2Font(FONTS / name).get_charmap()}
    assert set("鄉鎮政府工作報告現在我代表人民政府向大會經濟發展農業億元產業振興黨縣區") <= drawn


@pytest.mark.parametrize("name", FILES)
def test_fonts_draw_the_marks_of_this_project(name):
    drawn = {chr(code) for code in FT2Font(FONTS / name).get_charmap()}
    assert set("▢·—–×≥≤±→←…“”《》（），。：；？！％①㈠㎡αβγδρχ²") <= drawn
