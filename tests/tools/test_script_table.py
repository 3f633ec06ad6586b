"""The characters of one script: the table says what OpenCC says, and each row is what it claims to be."""

import importlib.metadata

import pytest

from analysis.lexicons.tables import read_table
from tools.make_script_table import TABLE, script_table

ROWS = read_table(
    "script_characters.csv",
    columns=("character", "simplified", "script", "source"),
    required=("character", "simplified", "source"),
    unique=("character",),
    allowed={"script": ("simplified", "traditional")},
)


def has(character, encoding):
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def test_rows_are_single_characters_in_order():
    assert ROWS["character"].tolist() == sorted(ROWS["character"])
    assert (ROWS["character"].str.len() == 1).all()
    assert (ROWS["simplified"].str.len() == 1).all()
    # folding twice is folding once, but for 薴, which becomes 苧, which as a traditional character is 苎
    assert set(ROWS["simplified"]) & set(ROWS.query("character != simplified")["character"]) == {"苧"}


def test_a_character_of_one_script_is_unknown_to_the_other():
    by_script = ROWS.groupby("script")["character"]
    assert not any(has(character, "gb2312") for character in by_script.get_group("traditional"))
    assert not any(has(character, "big5") for character in by_script.get_group("simplified"))
    assert {"鎮", "國", "報"} <= set(by_script.get_group("traditional"))
    assert {"镇", "国", "报"} <= set(by_script.get_group("simplified"))
    # 后, 里, 台 and 干 stand in both
    assert not set("后里台干") & set(ROWS["character"])


def test_the_table_is_what_its_script_makes():
    pytest.importorskip("opencc")
    version = importlib.metadata.version("opencc")
    if f"OpenCC {version} (Apache-2.0)" != ROWS["source"].iloc[0]:
        pytest.skip(f"the table was made with another OpenCC than {version}")
    assert TABLE.read_text(encoding="utf-8") == script_table()
