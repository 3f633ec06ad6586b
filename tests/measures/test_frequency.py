import math
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import special

from analysis.measures.statistics.intervals import rate_interval
from analysis.measures.terms.frequency import term_frequency, tf_idf
from analysis.schemas import TableError, empty

# report_id, sentence_id, section, zone, tokens; "|" gives the kind where it is not word, "的" is a stopword
NA = "(NA)"
SENTENCES = [
    ("a", 0, "", "opening", "产业 发展 xx|mask 3|number 。|punct"),
    ("a", 1, "一、产业", "review", "产业 产业 GDP|latin"),
    ("a", 2, "一、产业 / (一)茶叶", "review", "产业 的 发展"),
    ("a", 3, "二、党建", "plan", "党建 产业 x|mask"),
    ("b", 0, "", pd.NA, "发展 产业"),
    ("b", 1, "一、党建", "review", "党建 党建" + " 事" * 16),
    ("c", 0, "", "opening", "产业 复本"),
]


def tables(sentences=SENTENCES):
    rows = []
    for report_id, sentence_id, _, _, words in sentences:
        for position, word in enumerate(words.split()):
            token, _, kind = word.partition("|")
            rows.append((report_id, sentence_id, position, token, kind or "word", token == "的"))
    tokens = pd.DataFrame(rows, columns=["report_id", "sentence_id", "position", "token", "kind", "is_stopword"])
    blocks = pd.DataFrame(
        [row[:4] for row in sentences], columns=["report_id", "sentence_id", "section", "zone"]
    ).astype({"zone": "str"})
    reports = pd.DataFrame(
        {
            "report_id": ["a", "b", "c"],
            "genre": pd.array(["政府工作报告", pd.NA, "政府工作报告"], dtype="str"),
            "visible_chars": pd.array([30, 20, 9], dtype="Int64"),
            "hidden_chars": pd.array([0, 10, 0], dtype="Int64"),
            "duplicate_of": pd.array([pd.NA, pd.NA, "a"], dtype="str"),
        }
    )
    return SimpleNamespace(tokens=tokens, sentences=blocks, reports=reports)


def changed(corpus, **tables):
    return SimpleNamespace(**{**vars(corpus), **tables})


def mean_dp_of_two_parts(n, share):
    """Both parts deviate alike, so E[DP] is the mean deviation of one binomial share."""
    return sum(math.comb(n, k) * share**k * (1 - share) ** (n - k) * abs(k / n - share) for k in range(n + 1))


def limits(counts):
    low, high = rate_interval([[sum(counts[:4])], [sum(counts[4:])]], [11, 20])
    return low[0] * 10_000, high[0] * 10_000


def test_whole_table_of_a_hand_counted_corpus():
    # exposure: a 3 + 3 + 3 + 2 = 11 (the number counts, masks and 。 do not), b 2 + 18 = 20, the duplicate c nothing
    shi, chanye = limits([0, 0, 0, 0, 0, 16]), limits([1, 2, 1, 1, 1, 0])
    dangjian, fazhan = limits([0, 0, 0, 1, 0, 2]), limits([1, 0, 1, 0, 1, 0])
    nan = math.nan
    # b hides 10 · 20 / 20 = 10 tokens; rates there: 事 capped at 1, 产业 and 发展 ½ in the first section,
    # 党建 (n = 2) the one-sided Poisson limit 6.2958 / 20, terms that b lacks 3 / 20
    of_two = special.gammaincinv(3, 0.95) / 20
    rows = [
        ("事", 16, 1, 31, 16 / 31e-4, *shi, "report", nan, 11 / 31, 11 / 20, nan, 16.0, 26.0, 26.0, False),
        ("产业", 6, 2, 31, 6 / 31e-4, *chanye, "report", nan, 89 / 186, 89 / 120, nan, 6.0, 11.0, 16.0, False),
        ("党建", 3, 2, 31, 3 / 31e-4, *dangjian, "report", nan, nan, nan, nan, 3.0, 3 + 10 * of_two, 13.0, False),
        ("发展", 3, 2, 31, 3 / 31e-4, *fazhan, "report", nan, nan, nan, nan, 3.0, 8.0, 13.0, False),
        ("GDP", 1, 1, 31, nan, nan, nan, "report", nan, nan, nan, nan, 1.0, 2.5, 11.0, False),
        ("的", 1, 1, 31, nan, nan, nan, "report", nan, nan, nan, nan, 1.0, 2.5, 11.0, True),
    ]
    expected = pd.DataFrame(rows, columns=empty("frequency").columns)
    expected.loc[0, "dp_expected"] = mean_dp_of_two_parts(16, 11 / 31)
    expected.loc[1, "dp_expected"] = mean_dp_of_two_parts(6, 11 / 31)
    pd.testing.assert_frame_equal(term_frequency(tables()), expected.astype(empty("frequency").dtypes), rtol=1e-12)


def test_rule_of_three_for_a_term_that_was_not_seen():
    table = term_frequency(tables(), terms=["没有", "的"])
    assert table["term"].tolist() == ["的", "没有"]
    assert table["n"].tolist() == [1, 0]
    assert table["ci_high"].tolist()[1] == pytest.approx(3 / 31 * 10_000, rel=1e-12)
    assert table[["per_10k", "ci_low"]].isna().all(axis=None)
    assert table.loc[1, ["n_reports", "total", "n_low", "n_high", "n_worst"]].tolist() == [0, 31, 0.0, 1.5, 10.0]
    ninety = term_frequency(tables(), terms=["没有"], confidence=0.9)
    assert ninety["ci_high"].tolist() == pytest.approx([-math.log(0.1) / 31 * 10_000], rel=1e-12)


def test_groups_by_a_column_of_reports_keep_missing_values():
    table = term_frequency(tables(), by="genre", min_count=2)
    assert list(table[["genre", "term", "n", "total"]].fillna(NA).itertuples(index=False, name=None)) == [
        ("政府工作报告", "产业", 5, 11),
        ("政府工作报告", "发展", 2, 11),
        (NA, "事", 16, 20),
        (NA, "党建", 2, 20),
    ]
    # within one report the parts are its top-level sections: "" 3, 一 6, 二 2 tokens with 产业 1, 3, 1 of 5
    row = table.iloc[0]
    assert row["dp"] == pytest.approx((abs(1 / 5 - 3 / 11) + abs(3 / 5 - 6 / 11) + abs(1 / 5 - 2 / 11)) / 2, rel=1e-12)
    assert row["dp_norm"] == pytest.approx(row["dp"] / (1 - 2 / 11), rel=1e-12)
    assert table["n_worst"].tolist() == [5.0, 2.0, 26.0, 12.0]


def test_groups_by_a_column_of_sentences_keep_missing_values_and_all_hidden_text():
    table = term_frequency(tables(), by="zone", terms=["产业"])
    columns = ["zone", "n", "n_reports", "total", "n_low", "n_high", "n_worst"]
    assert list(table[columns].fillna(NA).itertuples(index=False, name=None)) == [
        ("opening", 1, 1, 3, 1.0, 6.0, 11.0),
        ("plan", 1, 1, 2, 1.0, 6.0, 11.0),
        ("review", 3, 1, 24, 3.0, 8.0, 13.0),
        (NA, 1, 1, 2, 1.0, 6.0, 11.0),
    ]


def test_corpus_is_the_sum_of_its_reports():
    terms = ["事", "产业", "党建", "发展", "GDP", "的", "没有"]
    whole = term_frequency(tables(), terms=terms).set_index("term")
    parts = term_frequency(tables(), terms=terms, by="report_id")
    assert parts["report_id"].unique().tolist() == ["a", "b"]
    sums = parts.groupby("term")[["n", "total", "n_low", "n_high", "n_worst"]].sum()
    pd.testing.assert_frame_equal(sums.loc[whole.index], whole[sums.columns], check_exact=False, rtol=1e-12)


def test_unknown_hidden_amount_leaves_the_bounds_open():
    corpus = tables()
    corpus.reports["hidden_chars"] = pd.array([pd.NA, 0, 0], dtype="Int64")
    table = term_frequency(corpus, by="report_id", terms=["产业"])
    assert table["n_low"].tolist() == [5.0, 1.0]
    np.testing.assert_array_equal(table[["n_high", "n_worst"]], [[math.nan, math.nan], [1.0, 1.0]])
    assert term_frequency(corpus)[["n_high", "n_worst"]].isna().all(axis=None)


def test_numbers_count_as_terms_only_on_request_and_stopwords_leave_only_rows():
    assert "3" not in set(term_frequency(tables())["term"])
    assert term_frequency(tables(), kinds=("number",))[["term", "n", "total"]].to_numpy().tolist() == [["3", 1, 31]]
    without = term_frequency(tables(), stopwords=False)
    assert "的" not in set(without["term"])
    assert without["total"].unique().tolist() == [31]


def test_every_count_is_the_number_of_token_rows_behind_it():
    rng = np.random.default_rng(3)
    sentences = [
        (f"r{report}", number, f"第{number % 3}节", "review", " ".join(words))
        for report in range(3)
        for number in range(12)
        for words in [rng.choice(["产业", "发展", "的", "xx|mask", "。|punct", "7|number", "GDP|latin"], 9)]
    ]
    made = tables(sentences)
    reports = pd.DataFrame({"report_id": ["r0", "r1", "r2"], "visible_chars": 90, "hidden_chars": 0})
    reports["duplicate_of"] = pd.array(["r1", pd.NA, pd.NA], dtype="str")
    tokens, made = made.tokens, changed(made, reports=reports)
    kept = tokens[(tokens["report_id"] != "r0") & tokens["kind"].isin(["word", "latin"])]
    table = term_frequency(made, by="report_id")
    counted = {(row.report_id, row.term): row.n for row in table.itertuples()}
    assert counted == kept.groupby(["report_id", "token"]).size().to_dict()
    assert set(table["term"]) == {"产业", "发展", "的", "GDP"}
    shares = term_frequency(made, kinds=("word", "latin", "number"))
    assert shares["n"].sum() == shares["total"].iloc[0]


def test_inputs_stay_as_they_were_and_row_order_does_not_matter():
    before, after = tables(), tables()
    table = term_frequency(after, by="zone")
    for name, frame in vars(before).items():
        pd.testing.assert_frame_equal(frame, getattr(after, name))
    shuffled = {name: frame.sample(frac=1, random_state=4) for name, frame in vars(after).items()}
    pd.testing.assert_frame_equal(term_frequency(SimpleNamespace(**shuffled), by="zone"), table)


def test_nothing_to_count_gives_the_empty_table():
    corpus = tables()
    nothing = SimpleNamespace(**{name: frame.iloc[:0] for name, frame in vars(corpus).items()})
    for empty_one in (term_frequency(nothing), term_frequency(corpus, terms=[])):
        pd.testing.assert_frame_equal(empty_one, empty("frequency"))


def test_group_without_an_analysable_token_has_no_bound():
    table = term_frequency(tables([*SENTENCES, ("a", 4, "", "closing", "xx|mask")]), by="zone", terms=["产业"])
    row = table[table["zone"] == "closing"].iloc[0]
    assert (row["n"], row["total"]) == (0, 0)
    assert row[["per_10k", "ci_low", "ci_high"]].isna().all()


PROGRAM = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("tables", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.term_frequency(module.tables(), by="zone").to_csv())
"""


@pytest.mark.slow
def test_hash_seed_does_not_matter():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, __file__],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1
    assert b"review" in outputs.pop()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"by": "zones"},
            "no column is called 'zones'; there are: zone, report_id, genre, visible_chars, hidden_chars, "
            "duplicate_of, sentence_id, section; also: report, 报告, 体裁, 文种, 类型, 部分, 节.",
        ),
        ({"by": []}, "by names no column; give one, such as 'year', or a list, or leave it out."),
        ({"confidence": 95}, "confidence must lie between 0 and 1; received 95. 0.95 is usual."),
        (
            {"kinds": ("word", "mask")},
            "kinds must be one or more of word, latin, number, in a tuple; received ('word', 'mask'). "
            "Masks and punctuation are not words and are never counted.",
        ),
        ({"terms": "产业"}, "terms must be a list; received the text '产业'. Write ['产业']."),
    ],
)
def test_parameters_that_do_not_fit_say_so(change, text):
    with pytest.raises(TableError, match=f"^{re.escape(text)}$"):
        term_frequency(tables(), **change)


def test_tables_that_do_not_fit_say_so():
    corpus = tables()
    tokens, sentences, reports = corpus.tokens, corpus.sentences, corpus.reports
    for tables_given, text in (
        (
            {"tokens": tokens.drop(columns="token")},
            r"^tokens table lacks column 'token' \(found: report_id, .*\)\. Take",
        ),
        (
            {"reports": reports[reports["report_id"] != "b"]},
            r"^sentences table holds report_id 'b', which the reports table lacks \(2 ",
        ),
        (
            {"sentences": sentences.drop(index=5)},
            r"^tokens table holds sentence 1 of report 'b', which the sentences table lacks",
        ),
        (
            {"sentences": pd.concat([sentences, sentences.iloc[:1]])},
            r"^sentences table holds the row of report_id a, sentence_id 0 twice\. Use the table as read_corpus",
        ),
    ):
        with pytest.raises(TableError, match=text):
            term_frequency(changed(corpus, **tables_given))


def test_a_term_that_is_never_a_token_says_so():
    with pytest.raises(TableError) as caught:
        term_frequency(tables(), terms=["乡村振兴"])
    assert str(caught.value) == (
        "'乡村振兴' is never one token: the segmenter cuts it 乡村 | 振兴. Keep it whole with "
        "read_corpus(folder, words=['乡村振兴']), or count it as wording with keyword_in_context."
    )
    kept = changed(tables(), parameters={"words": [["乡村振兴", 9]]})
    assert term_frequency(kept, terms=["乡村振兴"])["n"].tolist() == [0]


def test_groups_of_several_columns_have_a_column_for_each_and_keep_their_dtypes():
    corpus = tables()
    corpus.reports["year_stated"] = pd.array([2020, 2019, 2020], dtype="Int64")
    table = term_frequency(corpus, by=["year", "体裁"], terms=["产业"])
    assert table.columns[:4].tolist() == ["year", "体裁", "term", "n"]
    assert (table["year"].dtype, table["year"].tolist(), table["n"].tolist()) == ("Int64", [2019, 2020], [1, 5])
    assert table["体裁"].isna().tolist() == [True, False]
    assert term_frequency(corpus, by="年份", terms=["产业"])["年份"].tolist() == [2019, 2020]


def test_the_unit_is_the_report_where_a_group_has_two():
    table = term_frequency(tables(), terms=["产业"]).iloc[0]
    low, high = rate_interval([[5], [1]], [11, 20])
    assert (table["unit"], table["ci_low"]) == ("report", pytest.approx(low[0] * 10_000, rel=1e-12))
    one = term_frequency(tables(), by="report_id", terms=["产业"]).iloc[0]
    low, high = rate_interval([[1], [2], [1], [1]], [3, 3, 3, 2])
    assert (one["unit"], one["ci_high"]) == ("sentence", pytest.approx(high[0] * 10_000, rel=1e-12))


def test_design_effect_is_the_variance_between_sections_over_that_between_sentences():
    # Σ d² m/(m-1) over three sections of 3, 6, 2 tokens with 1, 3, 1, over four sentences of 3, 3, 3, 2 with 1, 2, 1, 1
    def variance(counts, sizes):
        residual = np.array(counts) - sum(counts) / sum(sizes) * np.array(sizes)
        return len(counts) / (len(counts) - 1) * (residual**2).sum()

    one = term_frequency(tables(), by="report_id", terms=["产业"]).iloc[0]
    expected = variance([1, 3, 1], [3, 6, 2]) / variance([1, 2, 1, 1], [3, 3, 3, 2])
    assert one["design_effect"] == pytest.approx(expected, rel=1e-9)


def test_tf_idf_gives_nothing_to_what_is_shared():
    table = tf_idf(tables())
    two = math.log(2)
    expected = pd.DataFrame(
        [
            ("a", "的", 1, 1, two, two / 11e-4),
            ("a", "GDP", 1, 1, two, two / 11e-4),
            ("a", "产业", 5, 2, 0.0, 0.0),
            ("a", "党建", 1, 2, 0.0, 0.0),
            ("a", "发展", 2, 2, 0.0, 0.0),
            ("b", "事", 16, 1, two, 16 * two / 20e-4),
            ("b", "产业", 1, 2, 0.0, 0.0),
            ("b", "党建", 2, 2, 0.0, 0.0),
            ("b", "发展", 1, 2, 0.0, 0.0),
        ],
        columns=["report_id", "term", "n", "df", "idf", "tf_idf"],
    ).sort_values(["report_id", "tf_idf", "term"], ascending=[True, False, True], ignore_index=True)
    pd.testing.assert_frame_equal(table, expected.astype({"report_id": "str", "term": "str"}), rtol=1e-12)
    with pytest.raises(TableError, match=r"^tf_idf compares groups; received 1 group\. Group by another"):
        tf_idf(tables(), by=None)
