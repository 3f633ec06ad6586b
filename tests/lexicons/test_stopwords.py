"""The stopword list: the integrity of the package's table, and a researcher's own file."""

import re

import pytest

from analysis.annotate.segmentation import segmenter
from analysis.lexicons.stopwords import CATEGORIES, stopwords
from analysis.lexicons.tables import read_table
from analysis.schemas import LexiconError

SOURCES = {
    "朱德熙《语法讲义》，商务印书馆，1982",
    "吕叔湘主编《现代汉语八百词》，商务印书馆，1980",
    "刘月华等《实用现代汉语语法》（增订本），商务印书馆，2001",
    "廖秋忠《现代汉语篇章中的连接成分》，《中国语文》1986年第6期",
}


@pytest.fixture(scope="module")
def table():
    return read_table("stopwords.csv", columns=("word", "category", "source"))


def test_words_are_unique_and_of_han_characters_alone(table):
    words = list(table["word"])
    assert len(set(words)) == len(words)
    assert [word for word in words if not re.fullmatch("[\u4e00-\u9fff]+", word)] == []
    assert 250 <= len(words) <= 500


def test_rows_are_sorted_by_category_and_word(table):
    keys = list(zip(table["category"], table["word"], strict=True))
    assert keys == sorted(keys)


def test_every_category_is_used_and_has_one_known_source(table):
    assert set(table["category"]) == set(CATEGORIES)
    assert list(CATEGORIES) == sorted(CATEGORIES)
    pairs = set(zip(table["category"], table["source"], strict=True))
    assert len(pairs) == len(CATEGORIES)
    assert {source for _, source in pairs} == SOURCES


def test_the_segmenter_can_yield_every_word(table):
    cut = segmenter()
    assert [word for word in table["word"] if cut(word) != [word]] == []


def test_function_words_are_on_the_list_and_content_words_are_not():
    assert stopwords() >= {"的", "了", "和", "在", "对", "我们", "很", "可以", "因为", "一是", "三", "亩"}
    content = {"工作", "发展", "建设", "全面", "进一步", "不断", "全镇", "我镇", "重点", "坚持", "必须", "今年", "人员"}
    assert stopwords() & content == set()


@pytest.mark.parametrize("as_text", [True, False])
def test_a_list_of_ones_own_needs_only_the_words(tmp_path, as_text):
    path = tmp_path / "own.csv"
    path.write_text("word\n我镇\n全镇\n", encoding="utf-8")
    assert stopwords(str(path) if as_text else path) == {"我镇", "全镇"}


def test_a_list_of_ones_own_that_is_broken(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("word,category\n我镇,\n全镇,own\n我镇,own\n", encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        stopwords(path)
    assert str(caught.value) == f"{path}, line 4: word '我镇' stands in line 2 already. Remove one of the two rows."
