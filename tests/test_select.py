"""Some of the reports of a corpus: by an expression, by values, by a Series."""

import pandas as pd
import pytest

from analysis.pipeline import read_corpus
from analysis.schemas import TableError


@pytest.fixture(scope="module")
def corpus():
    return read_corpus("seeds")


def ids(corpus):
    return [one[:3] for one in corpus.reports["report_id"]]


def test_expressions_values_and_series_choose_alike(corpus):
    assert ids(corpus.select("year == 2024")) == ["000", "001", "002"]
    assert ids(corpus.select(year=2024)) == ids(corpus.select(年份=[2024])) == ["000", "001", "002"]
    assert ids(corpus.select(corpus.reports["year_stated"] == 2024)) == ["000", "001", "002"]
    assert ids(corpus.select("visible_chars > 2500", genre="政府工作报告")) == ["001"]


def test_every_table_holds_the_chosen_reports_and_the_first_corpus_stays(corpus):
    few = corpus.select(genre="述职报告")
    for name in ("tokens", "sentences", "slogans", "themes", "masks", "noise", "edits", "zones", "headings"):
        whole, part = getattr(corpus, name), getattr(few, name)
        assert set(part["report_id"]) <= {few.reports["report_id"].item()}
        assert len(part) == (whole["report_id"] == few.reports["report_id"].item()).sum()
    assert list(few.documents) == few.reports["report_id"].tolist()
    assert len(corpus.reports) == 5
    assert few.parameters["selected"] == ["genre='述职报告'"]
    assert few.select("coverage < 1").parameters["selected"] == ["genre='述职报告'", "coverage < 1"]
    assert (corpus == corpus.select("coverage < 1")) is False


def test_a_version_whose_original_is_not_chosen_is_counted(corpus):
    reports = corpus.reports.copy()
    reports["duplicate_of"] = pd.array(
        [None, None, None, reports["report_id"][2], reports["report_id"][2]], dtype="str"
    )
    marked = type(corpus)(**{**vars(corpus), "reports": reports})
    rest = marked.select(reports["report_id"] != reports["report_id"][2]).reports
    # of the two versions 003 shows more
    assert rest["duplicate_of"].fillna("-").str[:3].tolist() == ["-", "-", "-", "003"]


@pytest.mark.parametrize(
    ("where", "values", "text"),
    [
        ("year > 2030", {}, "select(year > 2030) leaves no report of 5; widen it."),
        (None, {"genre": "讲话"}, "no report has genre '讲话'; there are: 工作总结, 工作汇报, 政府工作报告, 述职报告."),
        (None, {"gnere": "讲话"}, "no column is called 'gnere'; there are: genre, "),
        ("yeer > 2000", {}, "no column is called 'yeer'; there are: year, "),
        ("year >", {}, "select cannot read 'year >': "),
        (3, {}, "select takes an expression or a boolean Series; received int."),
        ([True], {}, "select needs True or False for each of 5 reports; received "),
    ],
)
def test_what_cannot_be_chosen_says_so(corpus, where, values, text):
    with pytest.raises(TableError) as caught:
        corpus.select(where, **values)
    assert str(caught.value).startswith(text)
