"""Cells that a spreadsheet would calculate are text; what CSV cannot hold is escaped."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import spreadsheet
from analysis.spreadsheet import spreadsheet_cells, writable

STARTS = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]


def cell(text):
    (found,) = spreadsheet_cells(pd.DataFrame({"text": [text]}, dtype=object))["text"]
    return found


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    "before",
    ["", " ", "   ", "\t", "\n", "\u3000", "\u00a0", "\ufeff", "\u200b", "\u202e", '"', "'", "\"'", ' "\t', "''"],
)
def test_beginnings_of_formulas_have_an_apostrophe(before, start):
    assert cell(f"{before}{start}1+1亿元") == f"'{before}{start}1+1亿元"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\r=1", "'\n=1"),
        ("\r\n=1", "'\n=1"),
        ("\x00=1", "'\\x00=1"),
        ("\tx", "'\tx"),
        ("\nx", "'\nx"),
        ("\rx", "'\nx"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x1b[31mb\x00", "a\\x1b[31mb\\x00"),
        ("a\udcffb", "a\\udcffb"),
        ("'a", "'a"),
        ("a=b", "a=b"),
        ("1-2", "1-2"),
        ("−3", "−3"),
        ("“=”", "“=”"),
        ("", ""),
        (" ", " "),
        ("全国=地方", "全国=地方"),
    ],
)
def test_further_cells(text, written):
    assert cell(text) == written


def test_only_texts_change_and_column_names_are_texts():
    table = pd.DataFrame({"=name": ["==亿元", None, "a"], "n": [-1, 2, 3], 7: [-0.5, 1, 2]})
    table["mixed"] = pd.Series(["-x", -1, None], dtype=object)
    before = table.copy(deep=True)
    found = spreadsheet_cells(table)
    assert found.columns.tolist() == ["'=name", "n", 7, "mixed"]
    assert found["'=name"].fillna("NA").tolist() == ["'==亿元", "NA", "a"]
    assert found["n"].tolist() == [-1, 2, 3]
    assert found["mixed"].tolist() == ["'-x", -1, None]
    pd.testing.assert_frame_equal(table, before)


@given(st.text(alphabet=st.sampled_from("=+-@＝＠'\" \t\n\u3000\ufeff1a镇,;"), max_size=12))
def test_the_text_can_be_had_back(text):
    written = cell(text)
    calculable = spreadsheet._FORMULA.match
    assert (written[1:] if calculable(written) else written) == text
    assert not calculable(written) or written.startswith("'")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_cells_survive_a_csv_file(texts):
    table = spreadsheet_cells(pd.DataFrame({"text": texts, "n": range(len(texts))}))
    written = table.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert read == [["text", "n"], *([text, str(at)] for at, text in enumerate(table["text"]))]
    assert pd.read_csv(io.BytesIO(written), keep_default_na=False, dtype=str)["text"].tolist() == table["text"].tolist()


@given(st.text(alphabet=st.characters()))
def test_writable_text_is_xml(text):
    from xml.etree import ElementTree

    element = ElementTree.Element("a")
    element.text = writable(text)
    assert ElementTree.fromstring(ElementTree.tostring(element, "utf-8")).text == (writable(text) or None)
