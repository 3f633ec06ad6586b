"""Echo and coinage: rates and shares by hand, their intervals, ages, and formulas that speak against a year."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.lexicons.slogans import slogan_lexicon
from analysis.measures.slogans.echo import anachronism_index, dated_mentions, formula_age, slogan_rates
from analysis.pipeline import read_corpus
from analysis.schemas import TableError

COLUMNS = [
    "report_id", "value", "n", "n_distinct", "hits", "total", "per_10k", "ci_low", "ci_high", "unit", "share",
    "share_low", "share_high", "distinct_share",
]  # fmt: skip


def corpus_of(reports, *, per_sentence=10):
    """Return slogans, tokens, sentences, reports of {report_id: [[(canonical, scope), …] per sentence, …]}.

    Each sentence is 100 characters long and has `per_sentence` words, one mask and one punctuation mark.
    """
    slogans, tokens, sentences = [], [], []
    for report_id, texts in reports.items():
        for sentence_id, hits in enumerate(texts):
            start = 100 * sentence_id
            sentences.append((report_id, sentence_id, start, start + 100, "review" if sentence_id % 2 else None))
            kinds = ["word"] * per_sentence + ["mask", "punct"]
            tokens += [(report_id, sentence_id, place, kind) for place, kind in enumerate(kinds)]
            for at, (canonical, scope) in enumerate(hits):
                slogans.append((report_id, start + 5 * at, start + 5 * at + 4, "policy_name", canonical, scope))
    return (
        pd.DataFrame(slogans, columns=["report_id", "start", "end", "type", "canonical", "scope"]),
        pd.DataFrame(tokens, columns=["report_id", "sentence_id", "position", "kind"]),
        pd.DataFrame(sentences, columns=["report_id", "sentence_id", "start", "end", "zone"]),
        pd.DataFrame(
            {
                "report_id": list(reports),
                "duplicate_of": pd.array([None] * len(reports), dtype="str"),
                "genre": pd.array(["工作总结", None, "工作汇报", "工作汇报"][: len(reports)], dtype="str"),
            }
        ),
    )


def given(slogans, tokens, sentences, reports):
    return SimpleNamespace(slogans=slogans, tokens=tokens, sentences=sentences, reports=reports)


A, B, C, D = ("甲", "central"), ("乙", "central"), ("丙", "unlisted"), ("丁", "generic")
ONE = {"a": [[A, A, C], [B], [], [C, D]]}


# Rates and shares.


def test_rates_and_shares_by_hand():
    table = slogan_rates(given(*corpus_of(ONE)))
    assert list(table.columns) == COLUMNS
    counts = table[["report_id", "value", "n", "n_distinct", "hits", "total"]].values.tolist()
    assert counts == [["a", "central", 3, 2, 6, 40], ["a", "generic", 1, 1, 6, 40], ["a", "unlisted", 2, 1, 6, 40]]
    assert table["per_10k"].tolist() == pytest.approx([750, np.nan, np.nan], nan_ok=True)
    assert table["share"].tolist() == pytest.approx([3 / 6, 1 / 6, 2 / 6])
    assert table["distinct_share"].tolist() == pytest.approx([2 / 4, 1 / 4, 1 / 4])
    assert table[["ci_low", "ci_high"]].isna().all(axis=1).tolist() == [False, True, True]


def test_values_without_a_hit_stand_in_every_group():
    table = slogan_rates(given(*corpus_of({"a": [[A], [A], [A]], "b": [[C], [C], [C], []]})))
    assert table[["report_id", "value", "n", "share", "distinct_share"]].values.tolist() == [
        ["a", "central", 3, 1.0, 1.0],
        ["a", "unlisted", 0, 0.0, 0.0],
        ["b", "central", 0, 0.0, 0.0],
        ["b", "unlisted", 3, 1.0, 1.0],
    ]


def test_group_without_a_hit_has_no_share():
    table = slogan_rates(given(*corpus_of({"a": [[A], [A], [A]], "b": [[], []]})))
    of_b = table[table["report_id"] == "b"]
    assert of_b[["n", "hits", "total"]].values.tolist() == [[0, 0, 20]]
    assert of_b[["per_10k", "share", "share_low", "share_high", "distinct_share"]].isna().all(axis=None)


def test_share_has_no_limits_below_three_hits_or_two_sentences():
    table = slogan_rates(given(*corpus_of({"a": [[A], [C]], "b": [[A, A, C, C], []], "c": [[A], [C], [C]]})))
    limits = table.groupby("report_id")[["share_low", "share_high"]].agg(lambda values: values.notna().any())
    assert limits.values.tolist() == [[False, False], [False, False], [True, True]]


def test_missing_groups_and_values_have_a_name():
    slogans, *others = corpus_of({"a": [[A], [A], [C]], "b": [[A], [], []]})
    table = slogan_rates(given(slogans, *others), by="genre")
    assert table[["genre", "value", "n", "total"]].fillna("-").values.tolist() == [
        ["工作总结", "central", 2, 30],
        ["工作总结", "unlisted", 1, 30],
        ["-", "central", 1, 30],
        ["-", "unlisted", 0, 30],
    ]
    slogans = slogans.assign(theme=pd.array(["rural", None, "rural", None], dtype="str"))
    table = slogan_rates(given(slogans, *others), of="theme")
    assert table[["report_id", "value", "n"]].values.tolist() == [
        ["a", "(NA)", 1], ["a", "rural", 2], ["b", "(NA)", 1], ["b", "rural", 0],
    ]  # fmt: skip


def test_groups_may_be_of_sentences():
    table = slogan_rates(given(*corpus_of(ONE)), by="zone")
    assert table[["zone", "value", "n", "total"]].fillna("-").values.tolist() == [
        ["review", "central", 1, 20], ["review", "generic", 1, 20], ["review", "unlisted", 1, 20],
        ["-", "central", 2, 20], ["-", "generic", 0, 20], ["-", "unlisted", 1, 20],
    ]  # fmt: skip


def test_duplicates_are_left_out():
    slogans, tokens, sentences, reports = corpus_of({"a": [[A], [A], [C]], "b": [[A], [A], [C]]})
    copied = reports.assign(duplicate_of=pd.array([None, "a"], dtype="str"))
    alone = slogan_rates(given(*corpus_of({"a": [[A], [A], [C]]})))
    pd.testing.assert_frame_equal(slogan_rates(given(slogans, tokens, sentences, copied)), alone)


def test_types_may_be_chosen():
    slogans, *others = corpus_of(ONE)
    slogans.loc[slogans["canonical"] == "丙", "type"] = "parallel_headline"
    table = slogan_rates(given(slogans, *others), types=("policy_name",))
    assert table[["value", "n", "hits"]].values.tolist() == [["central", 3, 4], ["generic", 1, 4]]


def test_order_of_rows_does_not_matter_and_inputs_stay():
    tables = corpus_of({"a": [[A, A, C], [B], [C, D]], "b": [[C], [A], [A, B]]})
    before = [table.copy() for table in tables]
    shuffled = [table.sample(frac=1, random_state=3) for table in tables]
    pd.testing.assert_frame_equal(slogan_rates(given(*shuffled)), slogan_rates(given(*tables)))
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"by": "county"},
            "no column is called 'county'; there are: report_id, duplicate_of, genre, sentence_id, start, end, zone; "
            "also: report, 报告, 体裁, 文种, 类型, 部分.",
        ),
        (
            {"types": "ideology"},
            "types must be a list; received the text 'ideology'. Write ['ideology'].",
        ),
        (
            {"types": ("ideology",)},
            "no slogan is left to count; look at corpus.slogans and at the types asked for.",
        ),
        (
            {"of": "layer"},
            "slogans table lacks column 'layer' (found: report_id, start, end, type, canonical, scope). "
            "Take it from read_corpus(folder).slogans; describe('slogans') lists what it needs.",
        ),
        ({"confidence": 95}, "confidence must lie between 0 and 1; received 95. 0.95 is usual."),
    ],
)
def test_errors(options, message):
    with pytest.raises(TableError) as caught:
        slogan_rates(given(*corpus_of(ONE)), **options)
    assert str(caught.value) == message


# The share's interval.


def share_limits(texts, confidence=0.95):
    table = slogan_rates(given(*corpus_of({"a": texts})), confidence=confidence)
    return table[table["value"] == "central"][["share_low", "share_high"]].iloc[0].tolist()


def test_share_interval_by_the_formula():
    # four sentences with hits (y central of x): 2/3, 1/1, 0/2, 3/4; R = 6/10
    texts = [[A, A, C], [B], [C, C], [A, A, B, C], []]
    y, x = np.array([2, 1, 0, 3]), np.array([3, 1, 2, 4])
    share = y.sum() / x.sum()
    residual = y - share * x
    variance = 4 / 3 * (residual**2).sum() / x.sum() ** 2  # Σ residual = 0 by construction
    reach = stats.t.ppf(0.975, 3) * np.sqrt(variance) / (share * (1 - share))
    logit = np.log(share / (1 - share))
    expected = [1 / (1 + np.exp(reach - logit)), 1 / (1 + np.exp(-reach - logit))]
    assert share_limits(texts) == pytest.approx(expected, abs=1e-12)
    narrow = share_limits(texts, confidence=0.8)
    assert expected[0] < narrow[0] < share < narrow[1] < expected[1]


def test_share_of_none_and_all_has_the_rule_of_three_as_its_bound():
    table = slogan_rates(given(*corpus_of({"a": [[C]] * 20, "b": [[A]]})))
    of_a = table[table["report_id"] == "a"].set_index("value")
    bound = 1 - 0.05 ** (1 / 20)
    assert of_a.loc["central", ["share_low", "share_high"]].tolist() == pytest.approx([0, bound], abs=1e-12)
    assert of_a.loc["unlisted", ["share_low", "share_high"]].tolist() == pytest.approx([1 - bound, 1], abs=1e-12)


def test_no_variation_between_sentences_gives_no_limits():
    assert np.isnan(share_limits([[A, C]] * 6)).all()


def test_reports_are_the_units_of_a_group():
    texts = {"a": [[A], [A, C], [C], [A, A]], "b": [[C], [C, C], [A], [C]], "c": [[A], [A], [C], []]}
    slogans, tokens, sentences, reports = corpus_of(texts)
    table = slogan_rates(given(slogans, tokens, sentences, reports.assign(all="all")), by="all")
    y, x = np.array([4, 1, 2]), np.array([6, 5, 3])
    share = 7 / 14
    variance = 3 / 2 * ((y - share * x) ** 2).sum() / 14**2
    reach = stats.t.ppf(0.975, 2) * np.sqrt(variance) / (share * (1 - share))
    logit = np.log(share / (1 - share))
    expected = [1 / (1 + np.exp(reach - logit)), 1 / (1 + np.exp(-reach - logit))]
    row = table[table["value"] == "central"].iloc[0]
    assert row["unit"] == "report"
    assert row[["share_low", "share_high"]].tolist() == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
def test_share_interval_covers():
    # 40 sentences with 0 to 3 slogans each; the share of central ones differs from sentence to sentence
    generator, inside, n = np.random.default_rng(7), 0, 400
    for _ in range(n):
        shares = generator.beta(2, 3, size=40)  # mean .4
        sizes = generator.integers(0, 4, size=40)
        texts = [[A if generator.random() < p else C for _ in range(k)] for p, k in zip(shares, sizes, strict=True)]
        low, high = share_limits(texts)
        inside += low <= 0.4 <= high
    assert 0.92 <= inside / n <= 0.98


# Age.


def test_age_is_unknown_where_the_year_is():
    slogans = pd.DataFrame(
        {
            "report_id": ["a", "a", "b", "c", "d"],
            "start": [0, 9, 0, 0, 0],
            "end": [4, 12, 4, 4, 4],
            "canonical": "乡村振兴",
            "scope": "central",
            "first_year": pd.array([2017, None, 2017, 2017, 2017], dtype="Int64"),
        }
    )
    reports = pd.DataFrame(
        {
            "report_id": ["a", "b", "c", "d"],
            "year_stated": pd.array([2022, 2024, None, 2016], dtype="Int64"),
            "year_flag": ["stated", "year_conflict", "masked", "stated"],
            "duplicate_of": pd.array([None] * 4, dtype="str"),
        }
    )
    age = formula_age(SimpleNamespace(slogans=slogans, reports=reports))
    copied = reports.assign(duplicate_of=pd.array(["b", None, None, None], dtype="str"))
    assert formula_age(SimpleNamespace(slogans=slogans, reports=copied))["report_id"].tolist() == ["b", "c", "d"]
    assert list(age.columns) == ["report_id", "start", "end", "canonical", "scope", "first_year", "age"]
    assert age["report_id"].tolist() == ["a", "b", "c", "d"]
    assert age["age"].dtype == "Int64"
    assert age["age"].fillna(99).tolist() == [5, 99, 99, -1]


# Formulas against the year.

HEADER = (
    "canonical,variants,type,layer,bare,scope,expansion,first_year,last_year,retired_by,source,status,theme,english"
)
ROWS = [
    "精准脱贫,脱贫攻坚战,policy_name,formula,yes,central,,2015,2020,x,,,,",
    "脱贫攻坚,,policy_name,formula,yes,central,,2015,2020,x,,,,",
    "廉政准则,,policy_name,term,yes,central,,2010,2015,x,,,,",
    "十三五,,policy_name,formula,yes,central,,2015,2020,x,,,,",
    "新质生产力,,policy_name,formula,yes,central,,2023,,,,,,",
    "动态清零,,policy_name,formula,yes,central,,2021,2022,x,,,,",
    "六稳,,numeric_abbrev,formula,yes,central,,2018,,,,,,",
]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("lexicon") / "small.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return slogan_lexicon(path)


def mentions_of(texts, year, lexicon):
    sentences = pd.DataFrame({"report_id": "a", "sentence_id": range(len(texts)), "text": texts})
    reports = pd.DataFrame({"report_id": ["a"], "year_stated": pd.array([year], dtype="Int64")})
    corpus = SimpleNamespace(sentences=sentences, reports=reports.assign(duplicate_of=pd.array([None], dtype="str")))
    return dated_mentions(corpus, lexicon), corpus


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("推进精准脱贫", 2019, [("精准脱贫", "fits")]),
        ("推进精准脱贫", 2021, [("精准脱贫", "fits")]),  # a report reviews the year before it
        ("推进精准脱贫", 2022, [("精准脱贫", "retired")]),
        ("推进精准 脱贫", 2022, [("精准脱贫", "retired")]),
        ("推进精准脱贫", 2013, [("精准脱贫", "too_new")]),
        ("推进精准脱贫", None, [("精准脱贫", "undated")]),
        # looking back is no anachronism
        ("“十三五”时期成绩显著", 2024, [("十三五", "look_back")]),
        ("巩固拓展脱贫攻坚成果", 2024, [("脱贫攻坚", "look_back")]),
        ("打赢脱贫攻坚战", 2024, [("脱贫攻坚战", "retired")]),  # the longest form alone
        # terms date a text as well as formulas do; forms of two characters do not
        ("执行《廉政准则》", 2024, [("廉政准则", "retired")]),
        ("做好六稳工作", 2010, []),
        # what varies in meaning needs its context
        ("疫情动态清零", 2024, [("动态清零", "retired")]),
        ("欠薪动态清零", 2024, []),
        ("发展新质生产力,执行廉政准则", 2020, [("新质生产力", "too_new"), ("廉政准则", "retired")]),
    ],
)
def test_verdicts(text, year, expected, small):
    mentions, _ = mentions_of([text], year, small)
    assert list(mentions[["form", "verdict"]].itertuples(index=False, name=None)) == expected


def test_index_by_hand(small):
    texts = ["执行廉政准则", "推进精准脱贫,精准脱贫", "“十三五”时期", "发展新质生产力"]
    mentions, corpus = mentions_of(texts, 2022, small)
    assert len(mentions) == 5
    assert anachronism_index(corpus, small).to_dict("records") == [
        {
            "report_id": "a",
            "stated": 2022,
            "n_dated": 4,
            "n_retired": 2,
            "n_too_new": 0,
            "n_look_back": 1,
            "index": 0.5,
            "flagged": True,
            "evidence": "廉政准则、精准脱贫",
        }
    ]


def test_one_formula_against_the_year_is_no_flag_and_no_year_no_index(small):
    _, corpus = mentions_of(["执行廉政准则", "推进廉政准则"], 2024, small)
    row = anachronism_index(corpus, small).iloc[0]
    assert (row["n_retired"], row["index"], row["flagged"]) == (1, 1.0, False)
    _, corpus = mentions_of(["执行廉政准则"], None, small)
    row = anachronism_index(corpus, small).iloc[0]
    assert (row["n_dated"], np.isnan(row["index"]), row["flagged"], row["evidence"]) == (1, True, False, "")


def test_nothing_dated_gives_an_empty_table_of_the_same_columns(small):
    some, _ = mentions_of(["执行廉政准则"], 2024, small)
    none, corpus = mentions_of(["一切照旧"], 2024, small)
    assert (len(none), none.dtypes.to_dict()) == (0, some.dtypes.to_dict())
    row = anachronism_index(corpus, small).iloc[0]
    assert (row["n_dated"], np.isnan(row["index"]), row["flagged"]) == (0, True, False)


@pytest.fixture(scope="module")
def seeds():
    return read_corpus("seeds")


def test_report_000_and_no_other_speaks_against_its_year(seeds):
    mentions = dated_mentions(seeds)
    index = anachronism_index(seeds).assign(report=seeds.reports["report_id"].str[:3])
    assert index.set_index("report")["flagged"].to_dict() == {
        "000": True, "001": False, "002": False, "003": False, "004": False,
    }  # fmt: skip
    against = set(mentions.loc[mentions["verdict"] == "retired", "canonical"])
    assert against >= {"廉政准则", "精准脱贫", "健康扶贫"}


def test_000_is_flagged_by_retirements_in_general(seeds):
    """Under an earlier year its formulas fit, without retirements nothing speaks against 2024: no rule knows it."""
    lexicon = slogan_lexicon()
    of_000 = seeds.select(seeds.reports["report_id"].str.startswith("000"))
    earlier = of_000.reports.assign(year_stated=pd.array([2020], dtype="Int64"))
    mentions = dated_mentions(replace(of_000, reports=earlier))
    assert set(mentions.loc[mentions["verdict"] == "retired", "canonical"]) == {"廉政准则"}
    undated = lexicon.assign(last_year=pd.array([None] * len(lexicon), dtype="Int64"))
    assert not anachronism_index(of_000, undated)["flagged"].iloc[0]


def test_every_mention_is_in_its_sentence(seeds):
    mentions = dated_mentions(seeds)
    assert len(mentions) > 100
    texts = mentions["sentence"].str.replace(r"[\s“”\"]", "", regex=True).str.replace("[、，]", ",", regex=True)
    assert all(form in text for form, text in zip(mentions["form"], texts, strict=True))
