"""Items by the rules of the guideline, section 5."""

import pytest

from analysis.corpus.parts.headings import paragraphs_of
from analysis.corpus.parts.items import Item, find_items


def found(text):
    return [(item.marker, text[item.start : item.end], item.lead) for item in find_items(text, paragraphs_of(text))]


def test_items_run_to_the_next_marker_or_the_end_of_the_paragraph():
    assert found("今年,一是抓农业。修路3公里。二是抓工业。三要抓教育。建校一所。群众满意。\n别的。") == [
        ("一是", "一是抓农业。修路3公里。", "抓农业"),
        ("二是", "二是抓工业。", "抓工业"),
        ("三要", "三要抓教育。建校一所。群众满意。", "抓教育"),
    ]


def test_the_last_item_of_a_list_by_semicolons_ends_at_its_first_stop():
    assert found("主要有:一是修路,全长3公里;二是架桥；三是通水。群众满意。") == [
        ("一是", "一是修路,全长3公里;", "修路,全长3公里"),
        ("二是", "二是架桥；", "架桥"),
        ("三是", "三是通水。", "通水"),
    ]


def test_the_longest_marker_wins():
    assert found("一是要修路。二是要架桥。") == [("一是要", "一是要修路。", "修路"), ("二是要", "二是要架桥。", "架桥")]


def test_items_in_paragraphs_of_their_own():
    assert found("一是修路。\n二是架桥。\n三是通水。") == [
        ("一是", "一是修路。", "修路"),
        ("二是", "二是架桥。", "架桥"),
        ("三是", "三是通水。", "通水"),
    ]


def test_lists_by_commas_and_a_space_behind_the_marker():
    assert found("我们一要修路,二要架桥。") == []
    assert found("一要修路,二要架桥。") == [("一要", "一要修路,", "修路"), ("二要", "二要架桥。", "架桥")]
    assert found("一是 修路。二是，架桥。") == [("一是", "一是 修路。", "修路"), ("二是", "二是，架桥。", "架桥")]


@pytest.mark.parametrize(
    "text",
    [
        "统一是前提。",
        "万一是旱年。",
        "唯一要求是稳。",
        "第一要务是发展。",
        "“一是快、二是准”。",
        "坚持一要吃饭。",
        "一是一、二是二。",
        "一是修路。",
        "二是修路。三是架桥。",
        "首先,修路。其次,架桥。",
    ],
)
def test_no_items(text):
    assert found(text) == []


def test_a_list_whose_beginning_is_hidden():
    assert found("▢二是修路。三是架桥。") == [("二是", "二是修路。", "修路"), ("三是", "三是架桥。", "架桥")]


def test_a_list_that_the_text_breaks_off():
    assert found("一是修路,今年共") == [("一是", "一是修路,今年共", "修路,今年共")]


def test_an_unclosed_quote_quotes_nothing():
    assert found("办好“民心工程,一是修路。二是架桥。") == [
        ("一是", "一是修路。", "修路"),
        ("二是", "二是架桥。", "架桥"),
    ]


def test_offsets_of_the_lead():
    assert find_items("一是修路。好。\n二是架桥。", paragraphs_of("一是修路。好。\n二是架桥。"))[0] == Item(
        0, 7, "一是", "修路", 2, 4, True
    )
