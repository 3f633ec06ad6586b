import hashlib
import re
from pathlib import Path

import pytest
from matplotlib.ft2font import FT2Font

import analysis

ANALYSIS = Path(analysis.__file__).parent
FONTS = ANALYSIS / "fonts"
NOT_IN_NOTO_SANS_SC = set("𨻧𬮤𰝟\U00031cea")  # named in fonts/README.md
FILES = ["NotoSansSC-Subset-Regular.ttf", "NotoSansSC-Subset-Bold.ttf"]


@pytest.mark.parametrize("name", FILES)
def test_readme_states_the_hash_of_each_font(name):
    stated = dict(re.findall(r"^\| (\S+\.ttf) \| ([0-9a-f]{64}) \|$", (FONTS / "README.md").read_text("utf-8"), re.M))
    assert sorted(stated) == sorted(FILES)
    assert stated[name] == hashlib.sha256((FONTS / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("name", FILES)
def test_fonts_are_under_three_megabytes(name):
    assert (FONTS / name).stat().st_size < 3_000_000


@pytest.mark.parametrize("name", FILES)
def test_fonts_draw_every_character_of_lexicons_seeds_and_labels(name):
    drawn = {chr(code) for code in FT2Font(FONTS / name).get_charmap()}
    texts = [*ANALYSIS.glob("**/*.csv"), *(ANALYSIS.parent / "seeds").glob("*.txt"), FONTS / "characters.txt"]
    needed = set().union(*(path.read_text("utf-8-sig") for path in texts)) - set("\r\n\t\u3000")
    assert needed - drawn <= NOT_IN_NOTO_SANS_SC


@pytest.mark.parametrize("name", FILES)
def test_fonts_draw_the_marks_of_this_project(name):
    drawn = {chr(code) for code in FT2Font(FONTS / name).get_charmap()}
    assert set("▢·—–×≥≤±→←…“”《》（），。：；？！％①㈠㎡αβγδρχ²") <= drawn
