"""The slogan lexicon: the integrity of the package's tables, and a researcher's own file."""

import re
from collections import Counter

import pandas as pd
import pytest

from analysis.lexicons.slogans import (
    LAYERS,
    QUOTES,
    SCOPES,
    SLOGAN_TYPES,
    Dated,
    Form,
    Index,
    dated_forms,
    forms,
    has_one_meaning,
    normalise,
    slogan_lexicon,
)
from analysis.lexicons.tables import read_table
from analysis.schemas import LexiconError

COLUMNS = [
    "canonical", "variants", "type", "layer", "bare", "scope", "expansion", "first_year", "last_year", "retired_by",
    "source", "status", "theme", "english",
]  # fmt: skip
THEMES = {
    "economy", "industry", "agriculture", "rural", "urban", "environment", "education", "health", "welfare", "culture",
    "security", "safety", "party", "government",
}  # fmt: skip
TWO_CHARACTERS_BARE = {
    "三农", "四风", "双减", "双碳", "六稳", "六保", "三防", "三保", "双拥", "四史", "四早", "两违", "普九", "三留守",
}  # fmt: skip
HEADER = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def lexicon():
    return slogan_lexicon()


def all_forms(row):
    return [row["canonical"], *filter(None, row["variants"].split("|"))]


# The package's tables.


def test_columns_and_values(lexicon):
    assert list(lexicon.columns) == COLUMNS
    found = {name: set(lexicon[name]) for name in ("type", "layer", "bare", "scope", "status", "theme")}
    assert found == {
        "type": set(SLOGAN_TYPES),
        "layer": set(LAYERS),
        "bare": {"yes", "no"},
        "scope": set(SCOPES),
        "status": {"checked", "memory"},
        "theme": THEMES,
    }


def test_rows_are_sorted_by_type_and_canonical(lexicon):
    keys = list(zip(lexicon["type"], lexicon["canonical"], strict=True))
    assert keys == sorted(keys)


def test_every_form_belongs_to_one_row_and_to_nothing_else(lexicon):
    owned = Counter(form for row in lexicon.to_dict("records") for form in {normalise(f).text for f in all_forms(row)})
    assert [form for form, n in owned.items() if n > 1] == []
    assert [form for form in owned if len(form) < 2] == []


def test_forms_hold_no_quotation_mark_and_no_empty_variant(lexicon):
    assert [form for row in lexicon.to_dict("records") for form in all_forms(row) if set(form) & QUOTES] == []
    assert [variants for variants in lexicon["variants"] if re.search(r"^\||\|$|\|\|", variants)] == []


def test_years_are_plausible_and_ordered(lexicon):
    for name in ("first_year", "last_year"):
        years = lexicon[name].dropna()
        assert years.between(1921, 2026).all()
    both = lexicon.dropna(subset=["first_year", "last_year"])
    assert (both["first_year"] <= both["last_year"]).all()


def test_what_has_ended_says_by_what(lexicon):
    assert (lexicon["last_year"].notna() == (lexicon["retired_by"] != "")).all()


def test_what_is_checked_names_a_source_or_a_year_and_every_row_is_translated(lexicon):
    checked = lexicon[lexicon["status"] == "checked"]
    assert ((checked["source"] != "") | checked["first_year"].notna() | checked["last_year"].notna()).all()
    assert (lexicon["english"] != "").all()


def test_two_characters_match_without_quotes_only_where_they_are_no_common_word(lexicon):
    rows = lexicon[(lexicon["layer"] == "formula") & (lexicon["bare"] == "yes")]
    assert {one for one in rows["canonical"] if len(normalise(one).text) == 2} <= TWO_CHARACTERS_BARE


def test_ambiguous_forms_are_unique_and_sorted_and_of_the_lexicon(lexicon):
    table = read_table("ambiguous_forms.csv", columns=("form", "beside", "note"), unique=("form",))
    assert list(table["form"]) == sorted(table["form"])
    assert {normalise(form).text for form in table["form"]} == set(table["form"])
    # what the lexicon lacks is unlisted anyway; the list names it all the same, for a lexicon of one's own
    held = {form.text for form in forms(lexicon)} & set(table["form"])
    assert held >= {"三品一标", "三防", "两区", "五个一", "四个一", "双创", "动态清零"}
    assert dict(zip(table["form"], table["beside"], strict=True))["动态清零"] == "疫情"


def test_patterns_compile_and_find_their_example():
    table = read_table("formula_patterns.csv", columns=("kind", "where", "pattern", "example", "note"))
    table = table[table["example"] != ""]
    assert [row.example for row in table.itertuples() if not re.search(row.pattern, _subject(row))] == []


def _subject(row):
    """Return the part of the example that the pattern looks at."""
    if row.where == "after":
        return re.split("[”]", row.example, maxsplit=1)[1]
    if row.where == "before":
        return re.split("[“]", row.example, maxsplit=1)[0]
    return row.example


def test_halves_are_single_or_double_characters_each_once():
    table = read_table("four_character_halves.csv", columns=("role", "text"), unique=("role", "text"))
    keys = list(zip(table["role"], table["text"], strict=True))
    assert keys == sorted(keys)
    lengths = table["text"].str.len().groupby(table["role"]).agg(set).to_dict()
    assert lengths == {"frame": {1}, "half": {2}, "object": {1}, "verb": {1}}


# Reading.


def test_copies_are_independent(lexicon):
    changed = slogan_lexicon()
    changed.loc[0, "canonical"] = "改过"
    assert slogan_lexicon().equals(lexicon)


def test_normalised_text_and_its_places():
    assert normalise("农村“三 资”、ＡＢ") == ("农村三资,AB", (0, 1, 3, 5, 7, 8, 9))
    assert normalise("㈠是") == ("(一)是", (0, 0, 0, 1))
    assert normalise("“ ”\n") == ("", ())


def test_forms_are_of_the_formula_layer_longest_first(tmp_path):
    own = write(tmp_path, "三资,农村三资|“三资”管理,numeric_abbrev,formula,no", "网格化,,policy_name,term,yes")
    assert forms(slogan_lexicon(own)) == [
        Form("三资管理", 0, False),
        Form("农村三资", 0, False),
        Form("三资", 0, False),
    ]


def test_index_finds_every_wording_at_every_place():
    index = Index([Form("三农", 0, True), Form("农村改革", 1, True), Form("三农", 2, True)])
    hits = [(start, end, form.row) for start, end, form in index.hits("三农农村改革三")]
    assert hits == [(0, 2, 0), (0, 2, 2), (2, 6, 1)]
    assert Index([]).hits("三农") == []


def test_dated_forms_are_those_that_can_date_a_text(tmp_path):
    own = write(
        tmp_path,
        "精准脱贫,脱贫攻坚战,policy_name,formula,yes,central,,2015,2020,fulfilled",
        "廉政准则,,policy_name,term,yes,central,,2010,2015,replaced",
        "六稳,,numeric_abbrev,formula,yes,central,,2018",
        "老话题,,quoted_formula,formula,yes",
        "活水源,,quoted_formula,formula,no,generic,,2012",
    )
    assert dated_forms(slogan_lexicon(own)) == (
        Dated("脱贫攻坚战", "精准脱贫", 2015, 2020),
        Dated("廉政准则", "廉政准则", 2010, 2015),
        Dated("精准脱贫", "精准脱贫", 2015, 2020),
    )


@pytest.mark.parametrize(
    ("form", "around", "expected"),
    [
        ("六稳", "", True),
        ("两区", "服务“两区”", False),
        ("三防", "三防工作", False),
        ("动态清零", "做好疫情防控,坚持动态清零", True),
        ("动态清零", "实现欠薪动态清零", False),
    ],
)
def test_meaning_that_varies(form, around, expected):
    assert has_one_meaning(form, around) is expected


# A lexicon of one's own.


def write(folder, *rows):
    """Write a lexicon of `rows`, short ones filled up, and return its path."""
    path = folder / "own.csv"
    filled = [row.split(",") for row in rows]
    lines = [",".join((row + ["central"] * (len(row) == 5) + [""] * 14)[:14]) for row in filled]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def test_header_alone_is_an_empty_lexicon(tmp_path):
    table = slogan_lexicon(write(tmp_path))
    assert (len(table), list(table.columns)) == (0, COLUMNS)
    assert (forms(table), dated_forms(table)) == ([], ())


def test_own_lexicon_is_read(tmp_path):
    table = slogan_lexicon(write(tmp_path, "三廊,,numeric_abbrev,formula,no,provincial,,2021"))
    assert table["canonical"].tolist() == ["三廊"]
    assert table["first_year"].tolist() == [2021]
    assert table["last_year"].isna().tolist() == [True]
    assert [str(table[name].dtype) for name in ("first_year", "last_year")] == ["Int64", "Int64"]


def test_lexicon_that_was_saved_is_read_again(tmp_path, lexicon):
    lexicon.to_csv(tmp_path / "own.csv", index=False)
    pd.testing.assert_frame_equal(slogan_lexicon(tmp_path / "own.csv"), lexicon)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ["三廊,四链|三带,numeric_abbrev,formula,no", "三带,,numeric_abbrev,formula,no"],
            "own.csv: '三带' is a form of both '三廊' and '三带'; leave it to one of them.",
        ),
        (
            ["三廊,,numeric_abbrev,formula,no", "四链,“三 廊”,numeric_abbrev,formula,no"],
            "own.csv: '三廊' is a form of both '三廊' and '四链'; leave it to one of them.",
        ),
        (
            ["三廊,,numeric_abbrev,formula,no,central,,21"],
            "own.csv: first_year of '三廊' is '21'; give a year or leave it empty.",
        ),
        (
            ["三廊,,numeric_abbrev,formula,no,central,,2021,soon"],
            "own.csv: last_year of '三廊' is 'soon'; give a year or leave it empty.",
        ),
        (
            ["三廊,,numeric_abbrev,formula,no,central,,2021,2019"],
            "own.csv: '三廊' ends in 2019, before it begins in 2021; mend one of the two years or leave it empty.",
        ),
        (
            ["三廊,廊,numeric_abbrev,formula,no"],
            "own.csv: '廊', a form of '三廊', is shorter than two characters and would match anywhere; remove it.",
        ),
        (
            ["三廊,,number,formula,no"],
            "{path}, line 2: column 'type' holds 'number'. Use one of ideology, policy_name, numeric_abbrev, "
            "quoted_formula, four_char_pair.",
        ),
        (
            ["三廊,,numeric_abbrev,formula,no,local"],
            "{path}, line 2: column 'scope' holds 'local'. Use one of central, provincial, sectoral, generic.",
        ),
        (
            ["三廊,,numeric_abbrev,,no"],
            "{path}, line 2: column 'layer' is empty. Fill it, or remove the row.",
        ),
        (
            ["三廊,,numeric_abbrev,formula,no", "三廊,,numeric_abbrev,formula,no"],
            "{path}, line 3: canonical '三廊' stands in line 2 already. Remove one of the two rows.",
        ),
    ],
)
def test_broken_lexicon(tmp_path, rows, message):
    path = write(tmp_path, *rows)
    with pytest.raises(LexiconError) as caught:
        slogan_lexicon(path)
    assert str(caught.value) == message.format(path=path)


def test_lacking_column(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("canonical,type\n三廊,numeric_abbrev\n", encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        slogan_lexicon(path)
    lacking = ", ".join(f"lacks '{name}'" for name in COLUMNS if name not in ("canonical", "type"))
    assert str(caught.value) == f"{path}, line 1: the header {lacking}. Its columns must be {', '.join(COLUMNS)}."


def test_tables_hold_no_missing_cell(lexicon):
    assert not lexicon.drop(columns=["first_year", "last_year"]).isna().any(axis=None)
    assert isinstance(lexicon, pd.DataFrame)
