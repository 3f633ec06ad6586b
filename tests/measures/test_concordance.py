"""Lines in context: every place, in order, and none of a duplicate."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.measures.terms.concordance import keyword_in_context, trace
from analysis.schemas import Report, TableError

TEXTS = {"a": "茶叶产业。发展茶业，茶叶(好)。", "b": "渔业与茶叶。", "copy": "茶叶产业。"}


def corpus():
    sentences, tokens, documents = [], [], {}
    for report_id, text in TEXTS.items():
        documents[report_id] = Report(report_id, f"{report_id}.txt", "", "utf-8", text)
        start = 0
        for number, sentence in enumerate(re.findall("[^。]+。", text)):
            sentences.append((report_id, number, start, start + len(sentence), "", "review", sentence))
            for word in re.finditer("茶叶|产业|发展|茶业|渔业|与|好", sentence):
                place = {"start": start + word.start(), "end": start + word.end(), "token": word.group()}
                tokens.append({"report_id": report_id, "sentence_id": number, "kind": "word", **place})
            start += len(sentence)
    columns = ["report_id", "sentence_id", "start", "end", "section", "zone", "text"]
    reports = pd.DataFrame({"report_id": list(TEXTS), "path": [f"{one}.txt" for one in TEXTS]})
    reports = reports.assign(township=None, year_min=2020, year_max=2020, genre=None)
    reports["duplicate_of"] = pd.array([None, None, "a"], dtype="str")
    return SimpleNamespace(
        reports=reports,
        sentences=pd.DataFrame(sentences, columns=columns),
        tokens=pd.DataFrame(tokens),
        documents=documents,
    )


def places(table):
    return list(table[["report_id", "start", "end", "left", "keyword", "right"]].itertuples(index=False, name=None))


def test_every_line_in_order_and_none_of_a_duplicate():
    assert places(keyword_in_context(corpus(), "茶叶", width=3)) == [
        ("a", 0, 2, "", "茶叶", "产业。"),
        ("a", 10, 12, "茶业，", "茶叶", "(好)"),
        ("b", 3, 5, "渔业与", "茶叶", "。"),
    ]
    assert len(trace(corpus(), "茶叶")) == 3


def test_several_wordings_take_the_longest_and_expressions_are_taken_as_they_are():
    found = keyword_in_context(corpus(), ["茶叶", "茶叶产业"], width=0)
    assert found["keyword"].tolist() == ["茶叶产业", "茶叶", "茶叶"]
    assert keyword_in_context(corpus(), re.compile("茶[叶业]"), width=0)["keyword"].tolist() == [
        "茶叶",
        "茶业",
        "茶叶",
        "茶叶",
    ]
    # a wording is no expression
    assert keyword_in_context(corpus(), "(好)")["keyword"].tolist() == ["(好)"]
    assert len(keyword_in_context(corpus(), "茶.")) == 0


def test_tokens_are_those_that_counts_hold():
    assert trace(corpus(), "茶")["keyword"].tolist() == []
    assert keyword_in_context(corpus(), "茶", by="text")["keyword"].tolist() == ["茶"] * 4
    assert trace(corpus(), ["茶业", "渔业"])["report_id"].tolist() == ["a", "b"]


def test_sorted_by_what_stands_around():
    left = keyword_in_context(corpus(), "茶叶", width=3, sort="left")
    assert left["left"].tolist() == ["", "渔业与", "茶业，"]  # read outwards: 与 U+4E0E before ， U+FF0C
    right = keyword_in_context(corpus(), "茶叶", width=3, sort="right")
    assert right["right"].tolist() == ["(好)", "。", "产业。"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"term": " "}, "the term to look for is ' '; give a word such as '乡村振兴'."),
        ({"term": []}, "there is no term to look for; give a word, a list of words or a compiled expression."),
        ({"term": 3}, "the term to look for is 3; give a word such as '乡村振兴'."),
        ({"term": "茶", "width": -5}, "width must not be negative; received -5. 18 characters are usual."),
    ],
)
def test_what_cannot_be_looked_for_says_so(given, text):
    with pytest.raises(TableError) as caught:
        keyword_in_context(corpus(), **given)
    assert str(caught.value) == text
