"""The theme scheme: what the packaged tables hold, and what is said of a broken table of one's own."""

import pandas as pd
import pytest

from analysis.lexicons.slogans import normalise, slogan_lexicon
from analysis.lexicons.themes import theme_terms, themes
from analysis.schemas import LexiconError

IDS = (
    "economy industry agriculture rural urban environment education health welfare culture security safety party "
    "government"
).split()
CAP = {*range(1, 11), *range(12, 22), 23}
SCHEME = "id,zh,en\nfarm,农业,Farming\nschool,教育,Schooling\n"


def written(folder, name, content):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def own(folder, rows):
    scheme = written(folder, "scheme.csv", SCHEME)
    return theme_terms(written(folder, "own.csv", "theme_id,term,weight\n" + rows), scheme=scheme)


def test_packaged_themes():
    table = themes()
    assert table["id"].tolist() == IDS
    assert {int(topic) for cell in table["cap_major_topic"] for topic in cell.split(";")} <= CAP
    assert (table[["zh", "en"]] != "").all(axis=None)


def test_packaged_terms():
    table = theme_terms()
    assert (len(table), table["term"].nunique(), table["term"].map(lambda term: normalise(term).text).nunique()) == (
        1356,
        1356,
        1356,
    )
    assert list(dict.fromkeys(table["theme_id"])) == IDS
    assert table["weight"].between(0, 1, inclusive="right").all()
    assert (table.loc[table["weight"] < 1, "notes"] != "").all()
    # a note on nesting names longer terms that are there, in the themes that it says
    theme_of = dict(zip(table["term"], table["theme_id"], strict=True))
    noted = table[table["notes"].str.contains("nested in")]
    for term, note in zip(noted["term"], noted["notes"], strict=True):
        for longer in note.split("nested in ")[1].removesuffix(" (longest match first)").split(","):
            outer, theme = longer.rstrip("]").split("[")
            assert term in outer
            assert theme_of[outer] == theme
    assert len(noted) == 42


def test_slogans_use_the_same_themes():
    assert set(slogan_lexicon()["theme"]) - {""} <= set(IDS)


def test_tables_are_copies():
    table, terms = themes(), theme_terms()
    table.loc[0, "id"], terms.loc[0, "term"] = "mine", "mine"
    terms.attrs["themes"] = ()
    assert themes().loc[0, "id"] == "economy"
    assert theme_terms().loc[0, "term"] == "地区生产总值"
    assert theme_terms().attrs["themes"] == tuple(IDS)


def test_own_scheme_comes_in_the_order_of_its_themes(tmp_path):
    table = own(tmp_path, "school,学校,1\nfarm,水稻,.5\nschool,种子,.4\nfarm,种子,0.6\n")
    expected = pd.DataFrame(
        {
            "theme_id": ["farm", "farm", "school", "school"],
            "term": ["水稻", "种子", "学校", "种子"],
            "weight": [0.5, 0.6, 1.0, 0.4],
            "notes": [""] * 4,
        }
    ).astype({"theme_id": "str", "term": "str", "notes": "str"})
    pd.testing.assert_frame_equal(table, expected)
    assert table.attrs["themes"] == ("farm", "school")


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            "farm,水稻,1\nschool,水稻,1\n",
            "own.csv: '水稻' has full weight in two themes, 'farm' and 'school'. Remove one of the two rows, or give "
            "both a weight below 1.",
        ),
        (
            "sports,足球,1\n",
            "own.csv: '足球' has the unknown theme 'sports'. Use one of farm, school, or give your own themes as "
            "scheme=PATH.",
        ),
        (
            "farm,水稻,0\n",
            "own.csv: the weight of '水稻' is '0'. Give a number above 0 and up to 1; 1 for a term that speaks of "
            "its theme alone.",
        ),
        (
            "farm,水稻,nan\n",
            "own.csv: the weight of '水稻' is 'nan'. Give a number above 0 and up to 1; 1 for a term that speaks of "
            "its theme alone.",
        ),
        (
            "farm,田,1\n",
            "own.csv: term '田' is shorter than two characters and would match anywhere. Write a longer one.",
        ),
        ("farm,xx镇,1\n", "own.csv: term 'xx镇' holds a mask, which stands for hidden text. Remove the row."),
        (
            "farm,两区,1\nfarm,“两区”,1\n",
            "own.csv: '两区' and '“两区”' of theme 'farm' are one term, as white space and quotation marks do not "
            "count. Remove one of the two rows.",
        ),
    ],
)
def test_broken_rows_of_ones_own(tmp_path, rows, text):
    with pytest.raises(LexiconError) as caught:
        own(tmp_path, rows)
    assert str(caught.value) == text


def test_rows_that_are_no_rows(tmp_path):
    path = written(tmp_path, "own.csv", "theme_id,term,weight\nparty,党建\n")
    with pytest.raises(LexiconError) as caught:
        theme_terms(path)
    assert str(caught.value) == (
        f"{path}, line 2: 2 cells where the header has 3 (theme_id, term, weight). "
        'Put a cell that holds a comma or a quotation mark in "…".'
    )
    path = written(tmp_path, "scheme.csv", "id,zh,en\n")
    with pytest.raises(LexiconError) as caught:
        themes(path)
    assert str(caught.value) == "scheme.csv: holds no theme. Add a row for each theme: id, zh, en."
