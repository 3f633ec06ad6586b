"""Themes: hits and codes by hand, shares and intervals by formula and by simulation, and a sample read by eye."""

import hashlib
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.annotate.theme_codes import code_themes
from analysis.annotate.themes import ThemeIndex, comparable
from analysis.corpus.parts.masks import find_masks
from analysis.lexicons.themes import theme_terms
from analysis.measures.slogans.echo import slogan_rates
from analysis.measures.themes.mass import theme_mass
from analysis.measures.themes.shares import centred_log_ratios, theme_contrast, theme_shares
from analysis.pipeline import read_corpus
from analysis.schemas import TableError, columns

SAMPLE = Path(__file__).with_name("theme_sample.csv")
TERMS = pd.DataFrame(
    {
        "theme_id": ["farm", "farm", "farm", "school", "school", "shared", "farm"],
        "term": ["水稻", "生态农业", "种植", "学校", "教师", "生态", "留守儿童"],
        "weight": [1.0, 1, 0.5, 1, 0.5, 1, 0.4],
    }
)
TERMS = pd.concat([TERMS, pd.DataFrame({"theme_id": ["school"], "term": ["留守儿童"], "weight": [0.6]})])
TERMS.attrs["themes"] = ("farm", "school", "shared", "empty")


def sentences_of(texts, report="a", **further):
    return pd.DataFrame({"report_id": report, "sentence_id": range(len(texts)), "text": texts, **further})


def reports_of(*ids, duplicate_of=None, visible=100, hidden=0):
    return pd.DataFrame(
        {
            "report_id": pd.array(ids, dtype="str"),
            "duplicate_of": pd.array([(duplicate_of or {}).get(one) for one in ids], dtype="str"),
            "visible_chars": pd.array([visible] * len(ids), dtype="Int64"),
            "hidden_chars": pd.array([hidden] * len(ids), dtype="Int64"),
        }
    )


def given(sentences, reports):
    return SimpleNamespace(sentences=sentences, reports=reports, themes=code_themes(sentences))


@pytest.fixture(scope="module")
def corpus():
    return read_corpus("seeds")


# Hits.


def hits(text, terms):
    index = ThemeIndex(terms)
    return [
        (start, end, index.terms[row], index.themes[row], index.weights[row])
        for start, end, rows in index.find(comparable(text).text)
        for row in rows
    ]


def test_longest_match_first_and_none_overlaps():
    assert hits("发展生态农业，种植水 稻;生态“农业”学校xx教师", TERMS) == [
        (2, 6, "生态农业", "farm", 1.0),
        (7, 9, "种植", "farm", 0.5),
        (9, 11, "水稻", "farm", 1.0),
        (12, 16, "生态农业", "farm", 1.0),
        (16, 18, "学校", "school", 1.0),
        (20, 22, "教师", "school", 0.5),
    ]


def test_a_term_of_two_themes_counts_in_both_by_its_weights():
    assert [hit[3:] for hit in hits("关爱留守儿童", TERMS)] == [("farm", 0.4), ("school", 0.6)]
    coded = code_themes(sentences_of(["关爱留守儿童"]), TERMS)
    assert coded[["share_farm", "share_school", "theme", "n_hits"]].values.tolist() == [[0.4, 0.6, "school", 1]]


@pytest.mark.parametrize(
    "text", ["水xx稻", "水▢稻", "保障居民生活", "实施美化工程", "县人民政府", "市委市政府", "维护政治安全"]
)
def test_no_hit_across_masks_hidden_text_and_words(text):
    terms = pd.concat([TERMS, theme_terms().query("term in ('民生', '化工', '民政', '市政', '治安')")])
    assert hits(text, terms) == []


def test_a_term_inside_a_word_or_at_one_edge_is_a_hit():
    found = [hit[2] for text in ("工业园", "风景区") for hit in hits(text, theme_terms())]
    assert found == ["工业", "景区"]


# Codes.


def test_codes_by_hand():
    texts = ["推广水稻种植，建学校。", "谢谢!", "教师生态。", "投入x.xx万元种植xx亩"]
    coded = code_themes(sentences_of(texts), TERMS)
    expected = pd.DataFrame(
        {
            "report_id": "a",
            "sentence_id": range(4),
            "length": [9, 2, 4, 7],
            "n_hits": [3, 0, 2, 1],
            "theme": pd.array(["farm", None, "shared", "farm"], dtype="str"),
            "theme_share": [0.6, math.nan, 2 / 3, 1.0],
            "share_farm": [0.6, 0, 0, 1],
            "share_school": [0.4, 0, 1 / 3, 0],
            "share_shared": [0, 0, 2 / 3, 0],
            "share_empty": [0.0] * 4,
        }
    )
    pd.testing.assert_frame_equal(coded, expected)


@pytest.mark.parametrize(
    ("text", "section", "theme"),
    [
        ("学校水稻", "", "school"),  # equal weight and length: the first named
        ("种植留守儿童种植", "", "farm"),  # 1.4 against 0.6
        ("教师教师水稻", "", "school"),  # 0.5 + 0.5 against 1, equal length: the first named
        ("教师教师生态农业", "", "farm"),  # equal weight, longer hits
        ("学校水稻", "一、农业 / (一)种植", "farm"),  # the heading decides
        ("学校水稻", "一、水稻 / (一)学校", "school"),  # the nearest of them
        ("学校水稻", "一、水稻 / (一)生态", "farm"),  # the nearest that speaks of one of the two
        ("学校", "一、水稻", "school"),  # a heading never overrules
    ],
)
def test_ties(text, section, theme):
    assert code_themes(sentences_of([text], section=section), TERMS)["theme"].tolist() == [theme]


def test_a_title_speaks_of_no_theme():
    coded = code_themes(sentences_of(["学校水稻", "学校水稻"], kind=["title", "heading"]), TERMS)
    assert coded["theme"].isna().tolist() == [True, False]
    assert coded["n_hits"].tolist() == [0, 2]


# Shares.


def test_shares_by_hand():
    texts = ["水稻和学校", "教师辛苦了", "谢谢"]
    sentences = pd.concat([sentences_of(texts), sentences_of(["水稻"], "b"), sentences_of(["学校"], "copy")])
    reports = reports_of("a", "b", "copy", duplicate_of={"copy": "a"}, visible=80, hidden=20)
    shares = theme_shares(given(sentences, reports), terms=TERMS)
    assert list(shares.columns) == ["report_id", *(column.name for column in columns("theme_shares"))]
    assert shares["coded"].drop_duplicates().tolist() == [10 / 12, 1.0]
    assert shares["report_id"].unique().tolist() == ["a", "b"]
    a = shares[shares["report_id"] == "a"].set_index("theme")
    assert a["share"].to_dict() == pytest.approx({"farm": 0.25, "school": 0.75, "shared": 0.0, "empty": 0.0})
    assert a["argmax_share"].to_dict() == {"farm": 0.5, "school": 0.5, "shared": 0.0, "empty": 0.0}
    assert a[["n_sentences", "uncoded", "n_effective"]].drop_duplicates().values.tolist() == [[3, 1, 2.0]]
    # a fifth of the text is hidden
    assert a["hidden_low"].tolist() == pytest.approx([0.2, 0.6, 0, 0])
    assert a["hidden_high"].tolist() == pytest.approx([0.4, 0.8, 0.2, 0.2])
    bound = 1 - 0.05**0.5
    assert a.loc["shared", ["ci_low", "ci_high"]].tolist() == pytest.approx([0, bound])
    b = shares[shares["report_id"] == "b"]
    assert b["share"].tolist() == [1, 0, 0, 0]
    assert b[["ci_low", "ci_high"]].isna().all(axis=None)


def test_groups_of_sentences_carry_the_hidden_text_of_all_reports():
    sentences = pd.concat(
        [sentences_of(["水稻", "学校"], zone=["review", None]), sentences_of(["水稻"], "b", zone="review")]
    )
    reports = reports_of("a", "b", visible=10, hidden=5)
    shares = theme_shares(given(sentences, reports), by="zone", terms=TERMS)
    shares["zone"] = shares["zone"].fillna("(NA)")
    shares = shares.set_index(["zone", "theme"])
    # six coded characters and half as many hidden, wherever they stand
    assert shares.loc[("review", "farm"), ["hidden_low", "hidden_high"]].tolist() == pytest.approx([4 / 7, 1])
    assert shares.loc[("(NA)", "farm"), ["hidden_low", "hidden_high"]].tolist() == pytest.approx([0, 3 / 5])
    unknown = theme_shares(
        given(sentences, reports.assign(hidden_chars=pd.array([pd.NA, 0], dtype="Int64"))), terms=TERMS
    )
    assert unknown.groupby("report_id")["hidden_high"].apply(lambda high: high.isna().all()).to_dict() == {
        "a": True,
        "b": False,
    }


def test_a_group_without_a_code_has_no_share():
    shares = theme_shares(given(sentences_of(["谢谢", "大家"]), reports_of("a")), terms=TERMS)
    assert shares[["share", "ci_low", "ci_high", "argmax_share", "hidden_low"]].isna().all(axis=None)
    assert shares["uncoded"].tolist() == [2] * 4


def seed_mass(corpus, report):
    coded = theme_mass(corpus)
    return coded.mass[coded.groups.code == coded.labels.index(report)]


def test_intervals_equal_their_formulas(corpus):
    report = "002_b03d960d133976cb"
    mass = seed_mass(corpus, report)
    mass = mass[mass.sum(axis=1) > 0]
    size, m = mass.sum(axis=1), len(mass)
    share = mass.sum(axis=0) / size.sum()
    found = theme_shares(corpus.select(report_id=report), confidence=0.9)
    assert set(found["unit"]) == {"sentence"}
    for k in np.flatnonzero(share > 0):
        d = mass[:, k] - share[k] * size
        kurtosis = (d**4).mean() / (d**2).mean() ** 2
        freedom = min(max(2 / (kurtosis / m - (m - 3) / (m * (m - 1))), 1), m - 1)
        variance = m / (m - 1) * (d**2).sum() / size.sum() ** 2
        c = stats.t.ppf(0.95, freedom) ** 2 * variance / (share[k] * (1 - share[k]))
        roots = np.sort(np.roots([1 + c, -(2 * share[k] + c), share[k] ** 2]))
        assert found.loc[k, ["ci_low", "ci_high"]].tolist() == pytest.approx(roots.tolist(), rel=1e-8)


def test_reports_are_the_units_of_a_group(corpus):
    coded = theme_mass(corpus, by=None)
    mass = np.stack([coded.mass[coded.report == at].sum(axis=0) for at in range(5)])
    share = mass.sum(axis=0) / mass.sum()
    d = mass[:, 0] - share[0] * mass.sum(axis=1)
    kurtosis = (d**4).mean() / (d**2).mean() ** 2
    freedom = min(max(2 / (kurtosis / 5 - 2 / 20), 1), 4)
    c = stats.t.ppf(0.975, freedom) ** 2 * 5 / 4 * (d**2).sum() / mass.sum() ** 2 / (share[0] * (1 - share[0]))
    roots = np.sort(np.roots([1 + c, -(2 * share[0] + c), share[0] ** 2]))
    row = theme_shares(corpus, by=None).iloc[0]
    assert (row["unit"], [row["ci_low"], row["ci_high"]]) == ("report", pytest.approx(roots.tolist(), rel=1e-8))


def test_intervals_cover_the_truth(corpus):
    """Texts of 26, 50 and 130 sentences are drawn from all sentences of the seeds, whose shares are the truth."""
    spoken = corpus.sentences["kind"] != "title"
    pool, themes = (table[spoken.to_numpy()].reset_index(drop=True) for table in (corpus.sentences, corpus.themes))
    coded = theme_mass(SimpleNamespace(sentences=pool, themes=themes, reports=corpus.reports))
    truth = coded.mass.sum(axis=0) / coded.mass.sum()
    generator = np.random.default_rng(20240101)
    print("\nsentences, mean and least coverage of 14 themes, mean width")
    for n in (26, 50, 130):
        covered, width = [], []
        for first in range(0, 100, 20):  # twenty texts at a time as reports of one corpus
            rows = generator.integers(len(pool), size=20 * n)
            ids = np.repeat([f"{first + text:03d}" for text in range(20)], n)
            place = {"report_id": ids, "sentence_id": np.tile(np.arange(n), 20)}
            text, drawn = pool.iloc[rows].assign(**place, section=""), themes.iloc[rows].assign(**place)
            reports = reports_of(*dict.fromkeys(ids))
            shares = theme_shares(SimpleNamespace(sentences=text, themes=drawn, reports=reports))
            low, high = (shares[name].to_numpy().reshape(20, -1) for name in ("ci_low", "ci_high"))
            covered.append((low <= truth) & (truth <= high))
            width.append((high - low).mean())
        covered = np.concatenate(covered).mean(axis=0)
        print(f"{n:5d}  {covered.mean():.3f}  {covered.min():.2f}  {np.mean(width):.3f}")
        assert 0.93 <= covered.mean() <= 0.985
        assert covered.min() >= 0.86


def test_own_themes_are_the_whole_scheme(corpus):
    shares = theme_shares(corpus, terms={"绿": ["绿化", "生态"], "路": ["道路", "公路"]})
    assert shares["theme"].unique().tolist() == ["绿", "路"]
    assert shares["coded"].max() < 0.5
    with pytest.raises(TableError, match=r"^the theme '路' has no word; give one or leave it out\.$"):
        theme_shares(corpus, terms={"路": []})
    with pytest.raises(TableError, match=r"^the words of '路' must be a list; received the text '道路'\. Write"):
        theme_shares(corpus, terms={"路": "道路"})


def test_contrast_of_themes_deals_reports(corpus):
    table = theme_contrast(corpus, by="genre", target="政府工作报告")
    assert table[["unit", "p_least"]].drop_duplicates().values.tolist() == [["report", 0.1]]
    assert not table["evidence"].any()
    mass = theme_mass(corpus)
    chosen = (mass.reports["genre"] == "政府工作报告").to_numpy()[mass.report]
    share = mass.mass[chosen].sum(axis=0) / mass.mass[chosen].sum()
    assert table.set_index("theme").loc["party", "share_target"] == pytest.approx(share[mass.themes.index("party")])
    zones = theme_contrast(corpus, by="zone", target="plan", reference="review")
    assert zones[["unit", "p_least"]].drop_duplicates().values.tolist() == [["report", 0.125]]
    with pytest.raises(TableError, match=r"^no group of 'genre' is called '总结' \(target\); there are: "):
        theme_contrast(corpus, by="genre", target="总结")


def test_centred_log_ratios_by_hand():
    shares = pd.DataFrame(
        {"report_id": ["a", "a", "b", "b"], "theme": ["x", "y"] * 2, "share": [0.75, 0.25, np.nan, np.nan]}
    ).assign(n_effective=[7.0, 7, 0, 0])
    found = centred_log_ratios(shares)
    theta = (0.5 + 5.25) / 8, (0.5 + 1.75) / 8
    assert found.loc[:1, "posterior_mean"].tolist() == pytest.approx(theta)
    half = math.log(theta[0] / theta[1]) / 2
    assert found.loc[:1, "clr"].tolist() == pytest.approx([half, -half])
    assert found.loc[2:, ["posterior_mean", "clr"]].isna().all(axis=None)


def test_same_answer_in_any_order_and_inputs_stay(corpus):
    sentences, reports, terms = corpus.sentences.copy(), corpus.reports.copy(), theme_terms()
    first = theme_shares(given(sentences, reports), terms=terms)
    second = theme_shares(given(sentences.sample(frac=1, random_state=1), reports[::-1]), terms=terms)
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(first, theme_shares(corpus))
    pd.testing.assert_frame_equal(sentences, corpus.sentences)
    pd.testing.assert_frame_equal(reports, corpus.reports)
    pd.testing.assert_frame_equal(terms, theme_terms())
    assert first.groupby("report_id")["share"].sum().tolist() == pytest.approx([1.0] * 5)
    assert (first["ci_low"] <= first["share"]).all()
    assert (first["share"] <= first["ci_high"]).all()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"confidence": 1.0}, "confidence must lie between 0 and 1; received 1.0. 0.95 is usual."),
        (
            {"by": "colour"},
            "no column is called 'colour'; there are: report_id, duplicate_of, visible_chars, hidden_chars, "
            "sentence_id, text, length, n_hits, theme, theme_share, share_economy, share_industry, share_agriculture, "
            "share_rural, share_urban, share_environment, share_education, share_health, share_welfare, share_culture, "
            "share_security, share_safety, share_party, share_government; also: report, 报告, 主题.",
        ),
        (
            {"terms": pd.DataFrame({"term": []})},
            "terms table lacks column 'theme_id' (found: term). Take it from theme_terms(path).",
        ),
    ],
)
def test_errors_of_shares(change, text):
    with pytest.raises(TableError) as caught:
        theme_shares(given(sentences_of(["水稻"]), reports_of("a")), **change)
    assert str(caught.value) == text


def test_errors_of_tables():
    with pytest.raises(TableError) as caught:
        theme_mass(given(sentences_of(["水稻"]), reports_of("a", duplicate_of={"a": "b"})))
    assert str(caught.value) == (
        "no sentence is left to code. Look at reports['duplicate_of'] and at the sentences table."
    )
    with pytest.raises(TableError) as caught:
        centred_log_ratios(theme_shares(given(sentences_of(["水稻"]), reports_of("a"))), alpha=0)
    assert str(caught.value) == "alpha must be above 0; received 0. 0.5 is usual."


# The seeds.


def test_uncoded_sentences_stay_below_fifteen_per_cent(corpus):
    shares = theme_shares(corpus).drop_duplicates("report_id")
    print("\nreport, sentences, uncoded")
    for row in shares.itertuples():
        print(f"{row.report_id[:3]}  {row.n_sentences:4d}  {row.uncoded:3d}  {row.uncoded / row.n_sentences:.3f}")
    # every sentence is in the denominator: titles, salutations and headings too
    assert shares["n_sentences"].sum() == len(corpus.sentences)
    overall = shares["uncoded"].sum() / shares["n_sentences"].sum()
    print(f"all  {overall:.3f}")
    assert overall <= 0.15


def test_masks_are_found_in_sentences_as_in_reports(corpus):
    assert sum(len(find_masks(text)) for text in corpus.sentences["text"]) == len(corpus.masks)


def test_slogans_by_theme(corpus):
    rates = slogan_rates(corpus, of="theme")
    assert set(rates["value"]) <= {*theme_terms()["theme_id"], "(NA)"}
    kept = corpus.slogans["report_id"].isin(corpus.reports["report_id"])
    counted = corpus.slogans[kept].groupby(corpus.slogans["theme"].fillna("(NA)")).size()
    assert rates.groupby("value")["n"].sum().to_dict() == counted.to_dict()


def draw_sample(coded, size=150, seed=20240101):
    """Draw coded sentences, each cell of theme and report in proportion; a sentence's lot is the hash of its text."""
    found = coded[coded["theme"].notna()]
    lots = [
        hashlib.sha256(f"{seed}|{report}|{text}".encode()).hexdigest()
        for report, text in zip(found["report_id"], found["text"], strict=True)
    ]
    found = found.assign(lot=lots).sort_values(["theme", "report_id", "lot"]).reset_index(drop=True)
    cells = found.groupby(["theme", "report_id"]).size().rename("size").reset_index()
    quota = cells["size"] * size / len(found)
    taken = quota.map(math.floor)
    # largest remainders, the first cell before the next where equal
    extra = (taken - quota).sort_values(kind="stable").index[: size - taken.sum()]
    taken[extra] += 1
    places = cells.assign(taken=taken).set_index(["theme", "report_id"])["taken"]
    rank = found.groupby(["theme", "report_id"]).cumcount()
    limit = pd.MultiIndex.from_frame(found[["theme", "report_id"]]).map(places)
    return found[rank < limit.to_numpy()].drop(columns="lot").reset_index(drop=True)


def test_sample_read_by_eye(corpus):
    """150 sentences on which nothing was chosen; the others showed which matches were wrong in general."""
    sample = pd.read_csv(SAMPLE, keep_default_na=False)
    coded = theme_mass(corpus).sentences
    now = dict(zip(zip(coded["report_id"], coded["text"], strict=True), coded["theme"], strict=True))
    assert [now[key] for key in zip(sample["report_id"], sample["text"], strict=True)] == sample["theme"].tolist()

    assert ((sample["verdict"] == "right") == (sample["theme"] == sample["read_as"])).all()
    assert set(sample["read_as"]) <= set(theme_terms()["theme_id"])
    assert ((sample["verdict"] == "wrong") == (sample["note"] != "")).all()
    evaluation = sample[sample["sample"] == "evaluation"]
    assert (len(evaluation), evaluation["theme"].nunique(), evaluation["report_id"].nunique()) == (150, 14, 5)

    seen = sample.loc[sample["sample"] == "development", "text"]
    drawn = draw_sample(coded[~coded["text"].isin(seen)])
    # a change in how sentences are cut may exchange a few of them
    assert len(set(drawn["text"]) & set(evaluation["text"])) >= 140

    right = int((evaluation["verdict"] == "right").sum())
    interval = stats.binomtest(right, 150).proportion_ci(method="wilson")
    print(f"\n{right} of 150 rightly coded: {right / 150:.3f} ({interval.low:.3f} to {interval.high:.3f})")
    assert right == 135
