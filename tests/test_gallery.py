"""The gallery on a corpus of three small reports: what is written, in both languages, the same each time."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis.annotate.theme_codes import code_themes
from analysis.gallery import GALLERY, draw, draw_all, figure_names
from analysis.gallery.slogans import CONTENT_TYPES
from analysis.gallery.terms import COVERAGE_COLUMNS
from analysis.measures.slogans.bipartite import report_slogans
from analysis.measures.slogans.echo import slogan_rates
from analysis.measures.statistics.groups import named_groups
from analysis.measures.terms.frequency import term_frequency
from analysis.measures.terms.keyness import keyness
from analysis.measures.themes.correspondence import theme_correspondence
from analysis.measures.themes.divergence import theme_divergence
from analysis.measures.themes.shares import theme_shares
from analysis.measures.themes.zone_shift import zone_shift
from analysis.plots.clouds import cloud_terms
from analysis.plots.dispersion import dispersed_terms
from analysis.plots.keyness import key_terms
from analysis.plots.matrix import matrix_rows
from analysis.plots.terms import top_terms
from analysis.plots.theme_map import map_rows
from analysis.schemas import Corpus, FontError, Report, TableError, columns, conform, empty, rows

ROOT = Path(__file__).parents[1]
NAMES = ["01-coverage", "02-top-terms", "02-dispersion", "02-word-clouds"]
NAMES += ["03-keyness", "04-slogan-scopes", "04-slogan-types", "04-slogan-matrix", "05-slogan-network"]
NAMES += ["06-theme-shares", "06-theme-distances", "06-theme-map", "06-zone-shift"]
SLOGAN_NAMES = NAMES[5:9]
PAGES = ["05-slogan-network.html"]
SUFFIXES = ["csv", "json", "md", "pdf", "png", "svg"]
SLOGANS = {  # canonical: type, scope, the sentences of each report that hold it
    "乡村振兴": ("policy_name", "central", {"a_1": range(6), "b_2": range(3), "c_3": range(4)}),
    "五包一": ("numeric_abbrev", "sectoral", {"a_1": range(3), "c_3": range(3)}),
    "压舱石": ("quoted_formula", "unlisted", {"b_2": range(2)}),
    "抓好工业": ("parallel_headline", "unlisted", {"c_3": range(10, 14)}),
}
THEMED = [
    "消防检查和种粮补贴",
    "小学教育",
    "消防检查",
    "种粮补贴",
]  # safety and agriculture, education, safety, agriculture
TERMS = ["建设", "发展", "工作", "产业", "项目", "安全", "治理", "服务", "乡村", "振兴"]


def small_corpus(odd="茶叶"):
    """Return 3 reports of 30 sentences and a duplicate; term k is in every (k+1)th sentence, `odd` in one report."""
    reports = pd.DataFrame(
        [
            ("a_1", "xx镇", 2024, 2020, 2024, "year_conflict", "述职报告", "elided", 2000, 2000, 0.5, 5, pd.NA),
            ("b_2", "嵩市镇", 2024, 2024, 2024, "stated", "政府工作报告", "truncated", 2500, pd.NA, None, 0, pd.NA),
            ("c_3", pd.NA, pd.NA, 2016, 2017, "masked", "工作总结", "full", 6000, 0, 1.0, 84, pd.NA),
            ("d_4", pd.NA, pd.NA, 2016, 2017, "masked", "工作总结", "full", 6000, 0, 1.0, 84, "c_3"),
        ],
        columns=[
            *("report_id", "township", "year_stated", "year_min", "year_max", "year_flag", "genre", "completeness"),
            *("visible_chars", "hidden_chars", "coverage", "n_masks", "duplicate_of"),
        ],
    )
    reports["sha256"] = reports["report_id"].str[0] * 64
    sentences, tokens = [], []
    for shift, report_id in enumerate(["a_1", "b_2", "c_3"]):
        for at in range(30):
            words = [term for k, term in enumerate(TERMS) if (at + shift) % (k + 1) == 0]
            words += [odd] if report_id == "c_3" and at < 6 else []
            sentences.append({"report_id": report_id, "sentence_id": at, "section": f"{at // 10}", "zone": "review"})
            sentences[-1]["zone"] = "plan" if at >= 15 else "review"
            sentences[-1] |= {"start": 50 * at, "end": 50 * at + 50, "text": sentence_text(report_id, at)}
            tokens += [
                {"report_id": report_id, "sentence_id": at, "position": position, "token": word, "kind": "word"}
                for position, word in enumerate(words)
            ]
    tables = {"reports": reports, "sentences": pd.DataFrame(sentences), "tokens": pd.DataFrame(tokens)}
    for name, table in tables.items():
        names = [column.name for column in columns(name)]
        numbers = {column.name: 0 for column in columns(name) if column.dtype == "int64" and column.name not in table}
        table = table.assign(**numbers, **({"is_stopword": False} if name == "tokens" else {}))
        tables[name] = conform(table.reindex(columns=names), name)
    marker = {"report_id": "a_1", "start": 0, "end": 1, "text": "…", "kind": "elision_marker", "hidden_chars": 2000}
    tables["noise"] = rows([marker], "noise")
    left = ("edits", "masks", "damage", "duplicates", "zones", "headings", "items", "rejects")
    others = {name: empty(name) for name in left}
    texts = {one: "".join(sentence_text(one, at) for at in range(30)) for one in ("a_1", "b_2", "c_3")}
    documents = {one: Report(one, f"{one}.txt", one[0] * 64, "utf-8", text) for one, text in texts.items()}
    themes = conform(code_themes(tables["sentences"]), "themes")
    return Corpus(folder="small", documents=documents, slogans=small_slogans(texts), themes=themes, **tables, **others)


def sentence_text(report_id, at):
    """Return the slogans of a sentence and filling, 50 characters in all."""
    there = [name for name, (_, _, where) in SLOGANS.items() if at in where.get(report_id, ())]
    theme = THEMED[(at + ord(report_id[0])) % 4] if at % 5 else ""
    return "，".join(["和".join(there), theme]).ljust(49, "字") + "。"


def small_slogans(texts):
    rows = [
        {"report_id": report_id, "start": match.start(), "end": match.end(), "type": kind, "scope": scope, "text": name}
        for report_id, text in texts.items()
        for name, (kind, scope, _) in SLOGANS.items()
        for match in re.finditer(name, text)
    ]
    table = pd.DataFrame(rows).assign(via="lexicon", repaired=False, masked=False)
    table["canonical"] = table["text"]
    return conform(table.reindex(columns=[column.name for column in columns("slogans")]), "slogans")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folders = {language: tmp_path_factory.mktemp(language) for language in ("en", "zh")}
    return {
        language: (folder, draw_all(small_corpus(), folder, language=language)) for language, folder in folders.items()
    }


def test_every_figure_is_written_in_both_languages(drawn):
    assert figure_names() == NAMES
    for folder, done in drawn.values():
        assert done.failures == {}
        assert list(done.captions) == NAMES
        files = [f"{one}.{end}" for one in NAMES for end in SUFFIXES]
        assert sorted(path.name for path in folder.iterdir()) == sorted([*files, *PAGES])
    assert plt.get_fignums() == []


def test_data_are_the_same_in_both_languages(drawn):
    (english, _), (chinese, _) = drawn["en"], drawn["zh"]
    for name in NAMES:
        assert (english / f"{name}.csv").read_bytes() == (chinese / f"{name}.csv").read_bytes()
        assert (english / f"{name}.png").read_bytes() != (chinese / f"{name}.png").read_bytes()


def test_csv_holds_exactly_the_plotted_rows(drawn):
    folder, _ = drawn["en"]
    corpus = small_corpus()
    whole = named_groups(term_frequency(corpus, stopwords=False))
    clouds = cloud_terms(named_groups(term_frequency(corpus, by="report_id", stopwords=False)))
    content = {"types": CONTENT_TYPES}
    matrix = report_slogans(corpus, **content)
    types = named_groups(slogan_rates(corpus, of="type"))
    compared = {"by": "report_id", "target": "a_1", "reference": "c_3", "stopwords": False}
    found = theme_correspondence(corpus)
    expected = {
        "03-keyness": key_terms(keyness(corpus, **compared, details=True)).replace({"doubts": {"": pd.NA}}),
        "06-theme-distances": theme_divergence(corpus),
        "06-theme-map": map_rows(found.points, found.axes, found.ellipses),
        "04-slogan-scopes": named_groups(slogan_rates(corpus, **content)),
        "04-slogan-types": types[types["value"] != "quoted_formula"],  # 2 in all: no rate
        "04-slogan-matrix": matrix_rows(matrix, corpus.slogans),
        "01-coverage": corpus.reports[COVERAGE_COLUMNS].head(3),
        "02-top-terms": top_terms(whole),
        "02-dispersion": dispersed_terms(whole).assign(labelled=True),
        "02-word-clouds": clouds.assign(n_reports_all=clouds["term"].map(whole.set_index("term")["n_reports"])),
    }
    for name, table in expected.items():
        written = pd.read_csv(folder / f"{name}.csv", dtype=table.dtypes.to_dict())
        pd.testing.assert_frame_equal(written, table.reset_index(drop=True), check_exact=False, rtol=1e-11)
    assert len(expected["02-top-terms"]) == 11
    for name, table in {"06-theme-shares": theme_shares(corpus), "06-zone-shift": zone_shift(corpus)}.items():
        written = pd.read_csv(folder / f"{name}.csv", dtype=table.dtypes.to_dict() | {"n": "int64"})
        pd.testing.assert_frame_equal(written[list(table.columns)], table, check_exact=False, rtol=1e-11)
        # 种粮 stands in two of four fillings: 12 or 13 sentences of each report
        assert set(written.query("theme == 'agriculture'")["n"]) <= {12, 13}
    drawn_edges = pd.read_csv(folder / "05-slogan-network.csv").query("kind == 'edge'")
    # 五包一 and 乡村振兴 meet in 3 sentences of two reports, 压舱石 and 乡村振兴 in 2 of one
    assert drawn_edges[["slogan", "target", "n", "n_reports"]].to_numpy().tolist() == [
        ["乡村振兴", "五包一", 6, 2],
        ["乡村振兴", "压舱石", 2, 1],
    ]


def test_captions_state_their_counts(drawn):
    corpus = small_corpus()
    exposure = f"{len(corpus.tokens):,}"
    captions = drawn["en"][1].captions
    assert captions["01-coverage"].startswith(
        "Visible and hidden text in 3 of 3 reports (files: 4; rejected: 0; duplicates left out: 1). All 3 reports "
        "together show 10,500 characters, without whitespace and site chrome; in 1 of them the source says that it "
        "hides text, 2,000 characters in all where it says how much. Amount unknown: 1;"
    )
    assert captions["02-top-terms"].startswith(
        f"The 11 most frequent terms in 3 reports ({exposure} analysable tokens;"
    )
    assert "from the variation between reports" in captions["02-top-terms"]
    assert "Labels: 11 of the 11 terms that were tried; 0 found no free place." in captions["02-dispersion"]
    assert "31 words that occur at least 3 times in their report; 0 more found no" in captions["02-word-clouds"]
    assert "Bold: 1 words that the visible text of no other of the 3 reports holds." in captions["02-word-clouds"]
    assert captions["04-slogan-scopes"].startswith(
        "Whose wording the slogans of 3 of 3 reports are: 21 occurrences of 3 formulas in running text (13 central, 2 "
        "unlisted); 4 parallel headlines and four-character pairs"
    )
    assert "25 occurrences" in captions["04-slogan-types"]
    assert "occurrences of the others: Quoted formula 2." in captions["04-slogan-types"]
    assert captions["04-slogan-matrix"].startswith(
        "How often 3 of 3 reports use the slogans that two or more of them are seen to use: 2 of 2 such slogans, of 3"
    )
    assert "(1 cells), so that nobody knows. Blank: not used (0 cells)." in captions["04-slogan-matrix"]
    assert captions["03-keyness"].startswith(
        "Words that a xx镇 2024?, duty report (30 sentences, 90 analysable tokens) uses more or less "
        "than c unnamed township [2016–2017], work summary (30 sentences, 92 tokens)."
    )
    assert "Of 11 terms that occur 5 times and in 3 sentences, 0 have evidence" in captions["03-keyness"]
    assert captions["06-theme-distances"].startswith("How far 3 of 3 reports lie apart in their themes (3 pairs).")
    assert (
        "in the 1 of 3 reports that show both whole (14 coded sentences of review, 12 of plan); 2 are not estimable"
        in (captions["06-zone-shift"])
    )
    network = captions["05-slogan-network"]
    assert network.startswith("Slogans in one unit of text (unit: sentence; 90 units of 3 reports).")
    assert "Slogans: 3 in running text (not inside longer ones), 3 in at least 2 units, 3 drawn" in network
    assert "Pairs: 2 meet, 2 are edges" in network
    for folder, done in drawn.values():
        for name, caption in done.captions.items():
            assert (folder / f"{name}.md").read_text("utf-8") == caption + "\n"
    assert (
        drawn["zh"][1]
        .captions["01-coverage"]
        .startswith("3 篇报告中 3 篇的可见与隐藏文字（文件 4 个；拒收 0 个；重复而不计 1 篇）")
    )


def test_parameters_are_written(drawn):
    origin = json.loads((drawn["zh"][0] / "02-word-clouds.json").read_text("utf-8"))
    assert origin["parameters"] == {
        "language": "zh",
        "max_clouds": 11,
        "n": 30,
        "seed": 20240101,
        "stopwords": False,
        "width": None,
    }


@pytest.mark.slow
def test_one_failure_does_not_keep_the_others(tmp_path):
    done = draw_all(small_corpus(odd="新𨻧"), tmp_path)
    assert list(done.captions) == ["01-coverage", *NAMES[5:]]
    assert list(done.failures) == ["02-top-terms", "02-dispersion", "02-word-clouds", "03-keyness"]
    assert {type(error) for error in done.failures.values()} == {FontError}
    assert "'𨻧' (U+28EE7) in the text '新𨻧'" in str(done.failures["02-top-terms"])
    written = {path.stem for path in tmp_path.iterdir()}
    assert written == {"01-coverage", *NAMES[5:]}


def test_unknown_figure_names_the_known_ones(tmp_path):
    with pytest.raises(TableError) as raised:
        draw("09-none", small_corpus(), folder=tmp_path)
    assert str(raised.value) == f"no figure is called '09-none'; there are: {', '.join(NAMES)}."


def test_a_notebook_gets_one_open_figure(tmp_path):
    draw("02-top-terms", small_corpus(), folder=tmp_path, show=True)
    assert len(plt.get_fignums()) == 1
    plt.close("all")


@pytest.mark.slow
def test_the_corpus_is_not_changed(tmp_path):
    corpus, before = small_corpus(), small_corpus()
    draw_all(corpus, tmp_path)
    for name in ("reports", "sentences", "tokens", "slogans"):
        pd.testing.assert_frame_equal(getattr(corpus, name), getattr(before, name))


@pytest.mark.parametrize("figure", GALLERY.values(), ids=NAMES)
def test_many_reports_leave_the_figures_legible(figure):
    corpus = small_corpus()
    reports = pd.concat([corpus.reports.head(1).assign(report_id=f"r{at:03}") for at in range(60)], ignore_index=True)
    tokens = pd.concat(
        [corpus.tokens[corpus.tokens["report_id"] == "a_1"].assign(report_id=one) for one in reports["report_id"]]
    )
    slogans = pd.concat(
        [corpus.slogans.query("report_id == 'a_1'").assign(report_id=one) for one in reports["report_id"]]
    )
    sentences = sentences_of(reports, corpus)
    documents = {one: corpus.documents["a_1"] for one in reports["report_id"]}
    given = {"reports": reports, "tokens": tokens, "sentences": sentences, "slogans": slogans, "documents": documents}
    given["themes"] = conform(code_themes(sentences), "themes")
    many = Corpus(**{**vars(corpus), **given})
    rows = figure.data(many, 1)
    if figure.name == "06-theme-shares":
        assert rows["group"].unique().tolist() == [f"r{at:03}" for at in range(12)]
    if figure.name == "03-keyness":
        assert rows[["target", "reference"]].drop_duplicates().to_numpy().tolist() == [["r000", "r001"]]
    if figure.name in ("04-slogan-scopes", "04-slogan-types"):
        assert rows["group"].unique().tolist() == [f"r{at:03}" for at in range(20)]
    if figure.name == "04-slogan-matrix":
        assert rows["report_id"].unique().tolist() == [f"r{at:03}" for at in range(20)]
    if figure.name == "01-coverage":
        assert rows["report_id"].tolist() == [f"r{at:03}" for at in range(40)]
    if figure.name == "02-word-clouds":
        assert rows["group"].unique().tolist() == [f"r{at:03}" for at in range(11)]


def sentences_of(reports, corpus):
    own = corpus.sentences[corpus.sentences["report_id"] == "a_1"]
    return pd.concat([own.assign(report_id=report_id) for report_id in reports["report_id"]], ignore_index=True)


@pytest.mark.slow
def test_bytes_are_equal_in_two_processes_with_other_hash_seeds(tmp_path):
    code = (
        "import runpy, sys; names = runpy.run_path(sys.argv[1]); "
        "done = names['draw_all'](names['small_corpus'](), sys.argv[2], language='zh'); sys.exit(len(done.failures))"
    )
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": "Agg"}
        subprocess.run([sys.executable, "-c", code, __file__, str(folder)], check=True, env=environment, cwd=ROOT)
        written.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
    assert len(written[0]) == 6 * len(NAMES) + 1
    assert [name for name in written[0] if written[0][name] != written[1][name]] == []


def test_a_corpus_without_slogans_says_so_and_has_an_empty_network(tmp_path):
    corpus = Corpus(**{**vars(small_corpus()), "slogans": empty("slogans")})
    done = draw_all(corpus, tmp_path, names=SLOGAN_NAMES)
    assert {name: str(error) for name, error in done.failures.items()} == {
        "04-slogan-scopes": "no slogan is left to count; look at corpus.slogans and at the types asked for.",
        "04-slogan-types": "no slogan is left to count; look at corpus.slogans and at the types asked for.",
        "04-slogan-matrix": "no slogan is seen in two reports (0 reports, 0 pairs of report and slogan). The "
        "matrix needs two reports that share a slogan.",
    }
    assert "Slogans: 0 in running text" in done.captions["05-slogan-network"]
    assert (tmp_path / "05-slogan-network.html").is_file()


def test_page_has_caption_and_evidence(drawn):
    folder, done = drawn["zh"]
    data = re.search(r'id="data">(.*?)</script>', (folder / PAGES[0]).read_text("utf-8"), re.DOTALL)[1]
    found = json.loads(data)
    assert found["words"]["title"] == "提法网络"
    assert found["words"]["caption"] == done.captions["05-slogan-network"]
    nodes = {node["slogan"]: node for node in found["nodes"]}
    assert {name: (node["n"], node["sentences"]) for name, node in nodes.items()} == {
        "乡村振兴": (13, 13),
        "五包一": (6, 6),
        "压舱石": (2, 2),
    }
    assert nodes["乡村振兴"]["years"] == "2017–"
