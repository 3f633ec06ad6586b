"""metadata.csv: read in the forms that spreadsheets write, checked line by line, joined so that it wins."""

import re
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.corpus.identity.metadata_file import MetadataWarning, join_metadata, read_metadata, tell_of_duplicates
from analysis.corpus.identity.metadata_given import GIVEN
from analysis.corpus.structure import records_of, structure
from analysis.lexicons.tables import read_table
from analysis.measures.terms.frequency import term_frequency
from analysis.schemas import CorpusError, describe, rows

TEXTS = {
    "a.txt": "xx镇2024年政府工作报告\n修路三公里。",
    "b.txt": "城关镇2024年工作总结\n架桥。",
    "x/c.txt": "嵩市镇2024年工作总结\n种树。",
}


@pytest.fixture
def folder(tmp_path):
    def fill(content):
        content = content.encode() if isinstance(content, str) else content
        (tmp_path / "metadata.csv").write_bytes(content)
        return tmp_path

    return fill


def reports(texts=TEXTS):
    records = []
    for path, text in texts.items():
        found = structure(text, report_id=path.removesuffix(".txt"), path=path)
        records += records_of(found)["reports"]
    return rows(records, "reports")


def joined(given, texts=TEXTS):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MetadataWarning)
        return join_metadata(reports(texts), given).set_index("path")


TABLE = "path,region,income\na.txt,山区,12\nb.txt,平原,\n"


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.encode("gb18030"),
        TABLE.encode("utf-16"),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode("gb18030"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r\n\r\n").replace("path", "文件名").encode(),
        TABLE.replace("山区", '"山区"').replace("a.txt", " ./a.txt ").encode(),
        TABLE.replace("\n", ",,\n").encode(),
    ],
)
def test_one_table_in_the_forms_that_spreadsheets_write(folder, content):
    table = read_metadata(folder(content))
    assert table.drop(columns="line").to_dict("list") == {
        "path": ["a.txt", "b.txt"],
        "region": ["山区", "平原"],
        "income": [12, None],
    }
    assert [str(dtype) for dtype in table.dtypes] == ["str", "int64", "str", "Int64"]


def test_no_file_is_no_table(tmp_path):
    assert read_metadata(tmp_path) is None


def test_numbers_are_numbers_and_codes_and_texts_stay_texts(folder):
    table = read_metadata(
        folder("path,n,share,code,long,mixed,none\na,-3,0.5,0451,1234567890123456,3,\nb,,1e3,1,2,三,\n")
    )
    assert table["n"].tolist() == [-3, pd.NA]
    assert table["share"].tolist() == [0.5, 1000.0]
    assert table[["code", "long", "mixed"]].to_numpy().tolist() == [
        ["0451", "1234567890123456", "3"],
        ["1", "2", "三"],
    ]
    assert table["none"].isna().all()
    assert [str(dtype) for dtype in table.dtypes[2:]] == ["Int64", "float64", "str", "str", "str", "str"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "metadata.csv: the file is empty. Give it a header with the column path, or remove it."),
        ("path,region\n", "metadata.csv: there is a header, but no row. Add a row for each report that you know of."),
        (b"\xff\xff\x81", "metadata.csv: neither UTF-8 nor GB18030. Save the table as 'CSV UTF-8'."),
        (
            "name,region\na,b\n",
            "line 1: no column names the files (found: name, region). Call the one that does path.",
        ),
        ("path,year,年份\na,1,2\n", "line 1: 'year' and '年份' both give the year. Keep one of the two columns."),
        ("path,x,x\na,1,2\n", "line 1: 'x' stands twice. Keep one of the two columns."),
        ("path,n_tokens\na,1\n", "line 1: the column 'n_tokens' is computed by this package. Rename it."),
        ("path,zone\na,1\n", "line 1: the column 'zone' is computed by this package. Rename it."),
        (
            "path,x\na,1,2\n",
            'line 2: more cells than the header has names (2). Put a cell that holds the separator in "…".',
        ),
        ("path,x\n,1\n", "line 2: the row names no file. Fill the column path, or remove the row."),
        ("path,x\na,1\n\na,2\n", "line 4: 'a' stands in line 2 already. Keep one of the rows."),
        ('path,x\na,"1\n', "line 2: not a row of a table: unexpected end of data."),
        (
            "path,year\na,20233\n",
            "line 2: year is '20233'. Give one year, such as 2023, or leave the cell empty.",
        ),
        (
            "path,township_code\na,3.61028E+11\n",
            "line 2: township_code is '3.61028E+11'. Give 9 digits (or the 12 of the statistics bureau); "
            "in a spreadsheet format the column as text first.",
        ),
        ("path,township_code\na,991028103\n", "line 2: township_code is '991028103'."),
        (
            "path,township_code,乡镇\na,361028103,城关镇\n",
            "line 2: 361028103 is 嵩市镇, and the row says 城关镇. Mend one of the two cells.",
        ),
    ],
)
def test_what_cannot_be_right_is_one_line_with_its_place_and_remedy(folder, content, told):
    with pytest.raises(CorpusError) as error:
        read_metadata(folder(content))
    assert told in str(error.value)
    assert "metadata.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_table_under_a_like_name_is_not_passed_over(tmp_path):
    (tmp_path / "metadata.tsv").write_text("path\ta\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"metadata\.tsv: not read under this name\. Call it metadata\.csv"):
        read_metadata(tmp_path)
    (tmp_path / "metadata.csv").mkdir()
    with pytest.raises(CorpusError, match=r"not a file\. metadata\.csv must be a table"):
        read_metadata(tmp_path)


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ("township_code\n{},361028103", ("嵩市镇", "361028103", "资溪县", "361028", "抚州市", "江西省")),
        ("township_code\n{},361028103000", ("嵩市镇", "361028103", "资溪县", "361028", "抚州市", "江西省")),
        ("township,county\n{},城关镇,卢氏县", ("城关镇", "411224100", "卢氏县", "411224", "三门峡市", "河南省")),
        ("乡镇,省\n{},嵩市镇,江西", ("嵩市镇", "361028103", "资溪县", "361028", "抚州市", "江西")),
        ("township\n{},城关镇", ("城关镇", None, None, None, None, None)),
        ("township,county\n{},王营镇,淮阴县", ("王营镇", None, "淮阴县", None, None, None)),
        ("township_code\n{},361028999", (None, "361028999", "资溪县", "361028", "抚州市", "江西省")),
        ("county\n{},卢氏县", (None, None, "卢氏县", "411224", "三门峡市", "河南省")),
        ("province\n{},江西省", (None, None, None, None, None, "江西省")),
    ],
)
def test_a_place_that_is_given_wins_and_is_looked_up(folder, cells, place):
    texts = {"a.txt": "全镇2024年工作总结\n修路。"}
    row = joined(read_metadata(folder("path," + cells.format("a.txt"))), texts).loc["a.txt"]
    found = row[["township", "township_code", "county", "county_code", "prefecture", "province"]]
    assert tuple(None if pd.isna(one) else one for one in found) == place
    assert (row["place_grade"], row["place_flag"]) == ("given", "given")
    assert row["place_evidence"].startswith("metadata.csv: ")


def test_the_county_that_is_given_settles_the_township_of_the_text(folder):
    row = joined(read_metadata(folder("path,县\nb,卢氏县\n"))).loc["b.txt"]
    assert (row["township"], row["township_code"], row["place_flag"]) == ("城关镇", "411224100", "given")
    assert row["place_evidence"] == "metadata.csv: 卢氏县; found: title: 城关镇 [0:3]"


def test_only_she_may_lift_a_mask(folder):
    row = joined(read_metadata(folder("path,township,county\na.txt,嵩市镇,资溪县\n"))).loc["a.txt"]
    assert (row["township"], row["township_masked"], row["township_code"]) == ("嵩市镇", False, "361028103")
    assert row["place_evidence"] == "metadata.csv: 嵩市镇 资溪县; found: title: xx镇 [0:3]"
    row = joined(read_metadata(folder("path,county\na.txt,资溪县\n"))).loc["a.txt"]
    assert (row["township"], row["township_masked"], row["county"]) == ("xx镇", True, "资溪县")
    assert pd.isna(row["township_code"])


def test_year_and_genre_that_are_given_win(folder):
    row = joined(read_metadata(folder("path,年份,体裁,plan_year\na,2019年,述职报告,2020\n"))).loc["a.txt"]
    assert row[["year_stated", "year_min", "year_max", "year_flag", "plan_year"]].tolist() == [
        *(2019, 2019, 2019, "given", 2020)
    ]
    assert row["year_evidence"] == "metadata.csv: 2019; found: title: 2024年"
    assert (row["genre"], row["genre_evidence"]) == ("述职报告", "metadata.csv: 述职报告; found: title: 政府工作报告")


def test_empty_cells_and_reports_without_a_row_stay_as_found(folder):
    before = reports()
    after = joined(read_metadata(folder("path,township,year,genre,region\na.txt,,,,山区\n"))).reset_index()
    declared = describe("reports")["column"].tolist()
    pd.testing.assert_frame_equal(after[declared], before, check_exact=True)
    assert after["region"].fillna("").tolist() == ["山区", "", ""]
    assert list(after.columns) != list(before.columns)


def test_the_table_that_is_given_in_is_not_changed(folder):
    before, given = reports(), read_metadata(folder("path,year\na,2019\n"))
    copies = before.copy(), given.copy()
    with pytest.warns(MetadataWarning):
        join_metadata(before, given)
    pd.testing.assert_frame_equal(before, copies[0])
    pd.testing.assert_frame_equal(given, copies[1])


@pytest.mark.parametrize("name", ["x/c.txt", "x/c", "c.txt", "x\\c.txt", "./x/c.txt"])
def test_the_ways_to_name_a_report(folder, name):
    assert joined(read_metadata(folder(f"path,region\n{name},山区\n"))).loc["x/c.txt", "region"] == "山区"


def test_rows_and_reports_that_do_not_meet_are_counted_and_named(folder):
    given = read_metadata(folder("path,region\na.txt,1\nq.txt,2\n"))
    with pytest.warns(MetadataWarning) as told:
        join_metadata(reports(), given)
    assert [str(one.message) for one in told] == [
        "metadata.csv: 1 of 2 rows name no report (line 3 'q.txt'): misspelt, not in the folder, or a reject; "
        "2 of 3 reports have no row ('b.txt', 'x/c.txt')."
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        join_metadata(reports(), read_metadata(folder("path,region\na,1\nb,2\nx/c,3\n")))


def test_rows_of_files_that_are_left_out_are_named(folder):
    marked = reports().assign(duplicate_of=["x/c", None, None])
    marked["report_id"] = ["a", "b", "x/c"]
    with pytest.warns(MetadataWarning) as told:
        tell_of_duplicates(marked, read_metadata(folder("path,region\na.txt,1\nb.txt,2\n")))
    assert [str(one.message) for one in told] == [
        "metadata.csv: 1 of 2 rows describe duplicates that are left out for a file without a row "
        "('a.txt' for 'x/c.txt'): give the file that is kept a row."
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tell_of_duplicates(marked, read_metadata(folder("path,region\na.txt,1\nx/c.txt,2\n")))


def test_a_row_that_may_mean_two_reports_and_two_rows_that_mean_one(folder):
    texts = {"x/a.txt": "修路。", "y/a.txt": "架桥。"}
    with pytest.raises(
        CorpusError, match=re.escape("line 2: 'a.txt' may be any of 2 reports (x/a.txt, y/a.txt). Write")
    ):
        join_metadata(reports(texts), read_metadata(folder("path,region\na.txt,1\n")))
    with pytest.raises(
        CorpusError, match=re.escape("line 3: 'a' is the report of line 2 as well. Keep one of the rows.")
    ):
        join_metadata(reports(), read_metadata(folder("path,region\na.txt,1\na,1\n")))


def test_measures_group_by_a_column_of_hers(folder):
    given = read_metadata(folder("path,region,altitude\na,山区,900\nb,平原,40\nx/c,山区,900\n"))
    table = join_metadata(reports(), given)
    ids = ["a", "b", "x/c"]
    sentences = pd.DataFrame({"report_id": ids, "sentence_id": [0, 0, 0], "section": ["", "", ""]})
    tokens = sentences.drop(columns="section").assign(
        position=0, token=["修路", "架桥", "修路"], kind="word", is_stopword=False
    )
    corpus = SimpleNamespace(tokens=tokens, sentences=sentences, reports=table)
    counted = term_frequency(corpus, by="region")
    assert counted.set_index(["region", "term"])["n"].to_dict() == {("山区", "修路"): 2, ("平原", "架桥"): 1}
    by_number = term_frequency(corpus, by="altitude")
    assert by_number["altitude"].tolist() == [40, 900]


def test_aliases_are_sound():
    table = read_table(
        "metadata_columns.csv", columns=("column", "alias"), required=("column", "alias"), unique=("alias",)
    )
    assert set(table["column"]) == {"path", *GIVEN}
    assert set(GIVEN) <= set(table["alias"])
    assert (table["alias"] == table["alias"].str.lower()).all()
