"""Themes: hits and codes by hand, shares and intervals by formula and by simulation, and a sample read by eye."""

import hashlib
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.annotate.themes import theme_hits
from analysis.corpus.parts.masks import find_masks
from analysis.lexicons.themes import theme_terms
from analysis.measures.slogans.echo import slogan_rates
from analysis.measures.statistics.resampling import block_weights
from analysis.measures.themes.mass import sentence_themes, theme_mass
from analysis.measures.themes.shares import centred_log_ratios, theme_shares
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


@pytest.fixture(scope="module")
def corpus():
    return read_corpus("seeds")


# Hits.


def test_longest_match_first_and_none_overlaps():
    hits = theme_hits(sentences_of(["发展生态农业，种植水 稻;生态“农业”学校xx教师"]), TERMS)
    expected = [
        (2, 6, "生态农业", "生态农业", "farm", 1.0),
        (7, 9, "种植", "种植", "farm", 0.5),
        (9, 12, "水 稻", "水稻", "farm", 1.0),
        (13, 18, "生态“农业", "生态农业", "farm", 1.0),
        (19, 21, "学校", "学校", "school", 1.0),
        (23, 25, "教师", "教师", "school", 0.5),
    ]
    names = ["inner_start", "inner_end", "text", "term", "theme", "weight"]
    assert list(hits[names].itertuples(index=False, name=None)) == expected


def test_a_term_of_two_themes_counts_in_both_by_its_weights():
    hits = theme_hits(sentences_of(["关爱留守儿童"]), TERMS)
    assert hits[["theme", "weight"]].values.tolist() == [["farm", 0.4], ["school", 0.6]]
    coded = sentence_themes(sentences_of(["关爱留守儿童"]), TERMS)
    assert coded[["share_farm", "share_school", "theme", "n_hits"]].values.tolist() == [[0.4, 0.6, "school", 1]]


@pytest.mark.parametrize(
    "text", ["水xx稻", "水▢稻", "保障居民生活", "实施美化工程", "县人民政府", "市委市政府", "维护政治安全"]
)
def test_no_hit_across_masks_hidden_text_and_words(text):
    terms = pd.concat([TERMS, theme_terms().query("term in ('民生', '化工', '民政', '市政', '治安')")])
    assert theme_hits(sentences_of([text]), terms).empty


def test_a_term_inside_a_word_or_at_one_edge_is_a_hit():
    assert theme_hits(sentences_of(["工业园", "风景区"]))["term"].tolist() == ["工业", "景区"]


def test_hits_lead_to_the_raw_text(corpus):
    hits = theme_hits(corpus.sentences, documents=corpus.documents)
    assert len(hits) > 1000
    for hit in hits.itertuples(index=False):
        report = corpus.documents[hit.report_id]
        assert report.cleaned_span(hit.start, hit.end) == hit.text
    spans = hits.sort_values(["report_id", "start"])
    same = spans["report_id"].eq(spans["report_id"].shift())
    assert not (same & (spans["start"] < spans["end"].shift())).any()


# Codes.


def test_codes_by_hand():
    texts = ["推广水稻种植，建学校。", "谢谢!", "教师生态。", "投入x.xx万元种植xx亩"]
    coded = sentence_themes(sentences_of(texts), TERMS)
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
    assert sentence_themes(sentences_of([text], section=section), TERMS)["theme"].tolist() == [theme]


def test_a_title_speaks_of_no_theme():
    coded = sentence_themes(sentences_of(["学校水稻", "学校水稻"], kind=["title", "heading"]), TERMS)
    assert coded["theme"].isna().tolist() == [True, False]
    assert coded["n_hits"].tolist() == [0, 2]


# Shares.


def test_shares_by_hand():
    texts = ["水稻和学校", "教师辛苦了", "谢谢"]
    sentences = pd.concat([sentences_of(texts), sentences_of(["水稻"], "b"), sentences_of(["学校"], "copy")])
    reports = reports_of("a", "b", "copy", duplicate_of={"copy": "a"}, visible=80, hidden=20)
    shares = theme_shares(sentences, reports, terms=TERMS, draws=50)
    assert list(shares.columns) == [column.name for column in columns("theme_shares")]
    assert shares["group"].unique().tolist() == ["a", "b"]
    a = shares[shares["group"] == "a"].set_index("theme")
    assert a["share"].to_dict() == pytest.approx({"farm": 0.25, "school": 0.75, "shared": 0.0, "empty": 0.0})
    assert a["argmax_share"].to_dict() == {"farm": 0.5, "school": 0.5, "shared": 0.0, "empty": 0.0}
    assert a[["n_sentences", "uncoded", "n_effective"]].drop_duplicates().values.tolist() == [[3, 1, 2.0]]
    # a fifth of the text is hidden
    assert a["hidden_low"].tolist() == pytest.approx([0.2, 0.6, 0, 0])
    assert a["hidden_high"].tolist() == pytest.approx([0.4, 0.8, 0.2, 0.2])
    bound = 1 - 0.05**0.5
    assert a.loc["shared", ["ci_low", "ci_high"]].tolist() == pytest.approx([0, bound])
    b = shares[shares["group"] == "b"]
    assert b["share"].tolist() == [1, 0, 0, 0]
    assert b[["ci_low", "ci_high"]].isna().all(axis=None)


def test_groups_of_sentences_carry_the_hidden_text_of_all_reports():
    sentences = pd.concat(
        [sentences_of(["水稻", "学校"], zone=["review", None]), sentences_of(["水稻"], "b", zone="review")]
    )
    reports = reports_of("a", "b", visible=10, hidden=5)
    shares = theme_shares(sentences, reports, by="zone", terms=TERMS, draws=20).set_index(["group", "theme"])
    assert shares.index.levels[0].tolist() == ["(NA)", "review"]
    # six coded characters and half as many hidden, wherever they stand
    assert shares.loc[("review", "farm"), ["hidden_low", "hidden_high"]].tolist() == pytest.approx([4 / 7, 1])
    assert shares.loc[("(NA)", "farm"), ["hidden_low", "hidden_high"]].tolist() == pytest.approx([0, 3 / 5])
    unknown = theme_shares(sentences, reports.assign(hidden_chars=pd.array([pd.NA, 0], dtype="Int64")), terms=TERMS)
    assert unknown.groupby("group")["hidden_high"].apply(lambda high: high.isna().all()).to_dict() == {
        "a": True,
        "b": False,
    }


def test_a_group_without_a_code_has_no_share():
    shares = theme_shares(sentences_of(["谢谢", "大家"]), reports_of("a"), terms=TERMS, draws=20)
    assert shares[["share", "ci_low", "ci_high", "argmax_share", "hidden_low"]].isna().all(axis=None)
    assert shares["uncoded"].tolist() == [2] * 4


def seed_mass(corpus, report):
    coded = theme_mass(corpus.sentences, corpus.reports)
    return coded.mass[coded.group == coded.groups.index(report)]


def test_intervals_equal_their_formulas(corpus):
    report = "002_b03d960d133976cb"
    sentences, reports = (frame[frame["report_id"] == report] for frame in (corpus.sentences, corpus.reports))
    mass = seed_mass(corpus, report)
    size, m = mass.sum(axis=1), len(mass)
    share = mass.sum(axis=0) / size.sum()
    weights = block_weights(np.zeros(m), 400, 7).astype(float)
    draws = np.array([(w @ mass) / (w @ size) for w in weights])

    plain = theme_shares(sentences, reports, method="percentile", draws=400, seed=7, confidence=0.9)
    seen = share > 0
    np.testing.assert_allclose(
        plain.loc[seen, ["ci_low", "ci_high"]].to_numpy().T,
        np.quantile(draws, [0.05, 0.95], axis=0)[:, seen],
        rtol=1e-9,
    )
    default = theme_shares(sentences, reports, draws=400, seed=7, confidence=0.9)
    for k in np.flatnonzero(seen):
        d = mass[:, k] - share[k] * size
        kurtosis = (d**4).mean() / (d**2).mean() ** 2
        freedom = min(max(2 / (kurtosis / m - (m - 3) / (m * (m - 1))), 1), m - 1)
        c = stats.t.ppf(0.95, freedom) ** 2 * draws[:, k].var() * m / (m - 1) / (share[k] * (1 - share[k]))
        roots = np.sort(np.roots([1 + c, -(2 * share[k] + c), share[k] ** 2]))
        assert default.loc[k, ["ci_low", "ci_high"]].tolist() == pytest.approx(roots.tolist(), rel=1e-8)
    posterior = theme_shares(sentences, reports, method="dirichlet", confidence=0.9)
    n = size.sum() ** 2 / (size**2).sum()
    a = 0.5 + n * share
    np.testing.assert_allclose(posterior["ci_low"], stats.beta.ppf(0.05, a, a.sum() - a), rtol=1e-9)
    np.testing.assert_allclose(posterior["ci_high"], stats.beta.ppf(0.95, a, a.sum() - a), rtol=1e-9)


@pytest.mark.parametrize(("method", "least", "most"), [("bootstrap", 0.93, 0.985), ("dirichlet", 0.95, 1.0)])
def test_intervals_cover_the_truth(corpus, method, least, most):
    """Texts of 26, 50 and 130 sentences are drawn from all sentences of the seeds, whose shares are the truth."""
    pool = corpus.sentences[corpus.sentences["kind"] != "title"].reset_index(drop=True)
    coded = theme_mass(pool, corpus.reports)
    truth = coded.mass.sum(axis=0) / coded.mass.sum()
    generator = np.random.default_rng(20240101)
    print(f"\n{method}: sentences, mean and least coverage of 14 themes, mean width")
    for n in (26, 50, 130):
        covered, width = [], []
        for first in range(0, 100, 20):  # twenty texts at a time as reports of one corpus
            rows = generator.integers(len(pool), size=20 * n)
            ids = np.repeat([f"{first + text:03d}" for text in range(20)], n)
            text = pool.iloc[rows].assign(report_id=ids, sentence_id=np.tile(np.arange(n), 20), section="")
            shares = theme_shares(text, reports_of(*dict.fromkeys(ids)), method=method, draws=400, seed=first)
            low, high = (shares[name].to_numpy().reshape(20, -1) for name in ("ci_low", "ci_high"))
            covered.append((low <= truth) & (truth <= high))
            width.append((high - low).mean())
        covered = np.concatenate(covered).mean(axis=0)
        print(f"{n:5d}  {covered.mean():.3f}  {covered.min():.2f}  {np.mean(width):.3f}")
        assert least <= covered.mean() <= most
        assert covered.min() >= 0.86


def test_centred_log_ratios_by_hand():
    shares = pd.DataFrame(
        {"group": ["a", "a", "b", "b"], "theme": ["x", "y"] * 2, "share": [0.75, 0.25, np.nan, np.nan]}
    ).assign(n_effective=[7.0, 7, 0, 0])
    found = centred_log_ratios(shares)
    theta = (0.5 + 5.25) / 8, (0.5 + 1.75) / 8
    assert found.loc[:1, "posterior_mean"].tolist() == pytest.approx(theta)
    half = math.log(theta[0] / theta[1]) / 2
    assert found.loc[:1, "clr"].tolist() == pytest.approx([half, -half])
    assert found.loc[2:, ["posterior_mean", "clr"]].isna().all(axis=None)


def test_same_answer_in_any_order_and_inputs_stay(corpus):
    sentences, reports, terms = corpus.sentences.copy(), corpus.reports.copy(), theme_terms()
    first = theme_shares(sentences, reports, terms=terms, draws=200)
    second = theme_shares(sentences.sample(frac=1, random_state=1), reports[::-1], terms=terms, draws=200)
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(sentences, corpus.sentences)
    pd.testing.assert_frame_equal(reports, corpus.reports)
    pd.testing.assert_frame_equal(terms, theme_terms())
    assert first.groupby("group")["share"].sum().tolist() == pytest.approx([1.0] * 5)
    assert (first["ci_low"] <= first["share"]).all()
    assert (first["share"] <= first["ci_high"]).all()
    again = theme_shares(sentences, reports, draws=200, seed=1)
    assert (again["ci_low"] != first["ci_low"]).any()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"method": "bayes"}, "no interval method is called 'bayes'; there are: bootstrap, percentile, dirichlet."),
        ({"confidence": 1.0}, "confidence must lie between 0 and 1; received 1.0. 0.95 is usual."),
        (
            {"by": "colour"},
            "cannot group by 'colour': neither table has such a column. reports has report_id, duplicate_of, "
            "visible_chars, hidden_chars; sentences has report_id, sentence_id, text.",
        ),
        (
            {"terms": pd.DataFrame({"term": []})},
            "terms table lacks column 'theme_id' (found: term). Take it from theme_terms(path).",
        ),
    ],
)
def test_errors_of_shares(change, text):
    with pytest.raises(TableError) as caught:
        theme_shares(sentences_of(["水稻"]), reports_of("a"), **change)
    assert str(caught.value) == text


def test_errors_of_tables(corpus):
    with pytest.raises(TableError) as caught:
        theme_mass(sentences_of(["水稻"], "z"), reports_of("a"))
    assert str(caught.value) == (
        "sentences table holds report_id 'z', which the reports table lacks (1 reports). Use tables of one corpus."
    )
    with pytest.raises(TableError) as caught:
        theme_mass(sentences_of(["水稻"]), reports_of("a", duplicate_of={"a": "b"}))
    assert str(caught.value) == (
        "no sentence is left to code. Look at reports['duplicate_of'] and at the sentences table."
    )
    with pytest.raises(TableError) as caught:
        centred_log_ratios(theme_shares(sentences_of(["水稻"]), reports_of("a"), draws=5), alpha=0)
    assert str(caught.value) == "alpha must be above 0; received 0. 0.5 is usual."
    with pytest.raises(TableError) as caught:
        theme_hits(sentences_of(["水稻"], start=0), documents={})
    assert str(caught.value) == (
        "documents lack report 'a' of the sentences (0 documents). Use sentences and documents of one corpus."
    )
    with pytest.raises(TableError) as caught:
        theme_hits(sentences_of(["水稻"]), documents=corpus.documents)
    assert str(caught.value) == (
        "sentences table lacks column 'start' (found: report_id, sentence_id, text). "
        "Take it from read_corpus(folder).sentences."
    )


# The seeds.


def test_uncoded_sentences_stay_below_fifteen_per_cent(corpus):
    shares = theme_shares(corpus.sentences, corpus.reports, draws=2).drop_duplicates("group")
    print("\nreport, sentences, uncoded")
    for row in shares.itertuples():
        print(f"{row.group[:3]}  {row.n_sentences:4d}  {row.uncoded:3d}  {row.uncoded / row.n_sentences:.3f}")
    # every sentence is in the denominator: titles, salutations and headings too
    assert shares["n_sentences"].sum() == len(corpus.sentences)
    overall = shares["uncoded"].sum() / shares["n_sentences"].sum()
    print(f"all  {overall:.3f}")
    assert overall <= 0.15


def test_masks_are_found_in_sentences_as_in_reports(corpus):
    assert sum(len(find_masks(text)) for text in corpus.sentences["text"]) == len(corpus.masks)


def test_slogans_by_theme(corpus):
    rates = slogan_rates(corpus.slogans, corpus.tokens, corpus.sentences, corpus.reports, of="theme")
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
    coded = theme_mass(corpus.sentences, corpus.reports).sentences
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
