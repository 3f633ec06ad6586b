"""The network page: what it holds, that nothing in a report can act in it, that it needs nothing from outside."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from analysis.export_page import MOST, slogan_evidence, write_network_page
from analysis.measures.slogans.network import slogan_network
from analysis.schemas import Corpus, Edit, Report, TableError, columns, conform, corpus_tables, empty

ROOT = Path(__file__).parents[1]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "<!--<script>",
    "a\u2028b&amp;'\"%(data)s",
]


def page_corpus(names=("乡村振兴", "从严治党", "十四五")):
    """Return one report of 3 sentences: slogans 0 and 1 in two, 2 in the last two; a line wrap in the first."""
    one, other, third = names
    raw = f"一是{one}和 {other}。二是{other}与{one}，{third}。三看{third}𠮷。"
    wrap = raw.index("和 ") + 1
    report = Report("甲/a_1", "甲/a_1.txt", "0" * 64, "utf-8", raw, (Edit(wrap, wrap + 1, " ", "", "line_wrap"),))
    ends = [at + 1 for at, character in enumerate(raw) if character == "。"]
    starts = [0, *ends[:-1]]
    sentences = pd.DataFrame({"report_id": "甲/a_1", "sentence_id": range(3), "start": starts, "end": ends})
    sentences["text"] = [report.cleaned_span(start, end) for start, end in zip(starts, ends, strict=True)]
    sentences = sentences.assign(section="", kind="body", item_marker=None, zone="review", paragraph=0)
    slogans = pd.DataFrame(
        [(match.start(), match.end(), name) for name in names for match in re.finditer(re.escape(name), raw)],
        columns=["start", "end", "text"],
    ).sort_values("start")
    slogans = slogans.assign(report_id="甲/a_1", canonical=slogans["text"], type="policy_name", scope="central")
    slogans = slogans.assign(via="lexicon", repaired=False, masked=False)
    reports = pd.DataFrame({"report_id": ["甲/a_1"], "coverage": [1.0]})
    given = {"reports": reports, "sentences": sentences, "slogans": slogans}
    tables = {name: empty(name) for name in corpus_tables()}
    for name, table in given.items():
        tables[name] = conform(table.reindex(columns=[column.name for column in columns(name)]), name)
    return Corpus(folder="small", documents={"甲/a_1": report}, **tables)


def build(corpus):
    return slogan_network(corpus, min_count=1, draws=50, runs=2)


def write(path, names=("乡村振兴", "从严治党", "十四五"), **options):
    corpus = page_corpus(names)
    network = build(corpus)
    given = {"title": "提法网络", "caption": "三个提法。", "language": "zh"} | options
    write_network_page(network.nodes, network.edges, slogan_evidence(network.hits, corpus), path, **given)
    return path.read_text("utf-8")


def content(text):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1])


class Elements(HTMLParser):
    """Collects the elements of a page and its text."""

    def __init__(self, text):
        super().__init__()
        self.found, self.written = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.written.append(data)


def test_evidence_is_marked_in_the_cleaned_sentence():
    corpus = page_corpus()
    found = slogan_evidence(build(corpus).hits, corpus)
    marked = [row.text[row.mark_start : row.mark_end] for row in found.itertuples()]
    assert list(zip(found["slogan"], marked, found["sentence_id"], strict=True)) == [
        ("乡村振兴", "乡村振兴", 0),
        ("从严治党", "从严治党", 0),
        ("从严治党", "从严治党", 1),
        ("乡村振兴", "乡村振兴", 1),
        ("十四五", "十四五", 1),
        ("十四五", "十四五", 2),
    ]
    assert found.loc[0, ["report_id", "start", "end", "text"]].tolist() == ["甲/a_1", 0, 13, "一是乡村振兴和从严治党。"]


def test_page_holds_nodes_edges_and_sentences(tmp_path):
    facts = pd.DataFrame(
        {"canonical": ["十四五"], "expansion": ["第十四个五年规划"], "english": ["14th Plan"], "source": [""],
         "first_year": [2020], "last_year": pd.array([2025], dtype="Int64")}
    )  # fmt: skip
    found = content(write(tmp_path / "page.html", facts=facts))
    nodes = {node["slogan"]: node for node in found["nodes"]}
    known = ("n", "reports", "scope", "type", "years", "expansion", "english", "source", "evidence", "sentences")
    assert [nodes["十四五"][name] for name in known] == [
        2, 1, "中央", "政策名称", "2020–2025", "第十四个五年规划", "14th Plan", None, [1, 2], 2,
    ]  # fmt: skip
    assert [nodes["乡村振兴"][name] for name in known] == [2, 1, "中央", "政策名称", *[None] * 4, [0, 1], 2]
    place = {node["slogan"]: at for at, node in enumerate(found["nodes"])}
    edges = {frozenset((edge["source"], edge["target"])): edge for edge in found["edges"]}
    assert {pair: (edge["n"], edge["evidence"]) for pair, edge in edges.items()} == {
        frozenset((place["乡村振兴"], place["从严治党"])): (2, [0, 1]),
        frozenset((place["乡村振兴"], place["十四五"])): (1, [1]),
        frozenset((place["从严治党"], place["十四五"])): (1, [1]),
    }
    assert found["sentences"][0] == {
        "report": "甲/a_1", "start": 0, "end": 13, "text": "一是乡村振兴和从严治党。",
        "marks": [[2, 6, place["乡村振兴"]], [7, 11, place["从严治党"]]],
    }  # fmt: skip
    assert found["words"]["title"] == "提法网络"
    assert found["words"]["slider-words"] == "最低入选概率"


def test_marks_of_one_node_have_different_places(tmp_path):
    found = content(write(tmp_path / "page.html"))
    places = [(node["x"], node["y"]) for node in found["nodes"]]
    assert len(set(places)) == 3
    assert all(0 <= x <= found["width"] and 0 <= y <= found["height"] for x, y in places)


def test_nothing_in_a_report_becomes_markup(tmp_path):
    harmless, hostile = write(tmp_path / "a.html"), write(tmp_path / "b.html", names=HOSTILE[:3], title=HOSTILE[1])
    assert [tag for tag, _ in Elements(hostile).found] == [tag for tag, _ in Elements(harmless).found]
    found = content(hostile)
    assert {node["slogan"] for node in found["nodes"]} == set(HOSTILE[:3])
    assert found["words"]["title"] == HOSTILE[1]
    data = re.search(r'id="data">(.*?)</script>', hostile, re.DOTALL)[1]
    assert [one for one in "<>&\u2028\u2029" if one in data] == []
    assert "<title>&lt;/script&gt;&lt;script&gt;alert(2)&lt;/script&gt;</title>" in hostile


def test_separators_and_placeholders_are_data(tmp_path):
    text = write(tmp_path / "page.html", names=(HOSTILE[3], "从严治党", "十四五"), caption="100%(title)s")
    assert "\u2028" not in text
    found = content(text)
    assert HOSTILE[3] in {node["slogan"] for node in found["nodes"]}
    assert found["words"]["caption"] == "100%(title)s"


def test_page_needs_nothing_from_outside(tmp_path):
    text = write(tmp_path / "page.html")
    named = {value for _, attributes in Elements(text).found for name, value in attributes.items()
             if name in {"src", "href", "action", "data", "srcset", "style"} or name.startswith("on")}  # fmt: skip
    assert named == set()
    assert re.findall(r"https?://[^\s\"']+|@import|url\(", text) == ["http://www.w3.org/2000/svg"]  # a name, no address
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "import("):
        assert word not in script


def test_policy_lets_only_this_script_and_style_run(tmp_path):
    text = write(tmp_path / "page.html")
    policy = next(a["content"] for tag, a in Elements(text).found if a.get("http-equiv") == "Content-Security-Policy")
    hashes = {}
    for tag in ("style", "script"):
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        hashes[tag] = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_words_and_language_of_the_page(tmp_path):
    chinese, english = (write(tmp_path / f"{one}.html", language=one) for one in ("zh", "en"))
    assert ('<html lang="zh-CN">' in chinese, '<html lang="en">' in english) == (True, True)
    words = [content(text)["words"] for text in (chinese, english)]
    assert words[0].keys() == words[1].keys()
    assert [name for name in words[0] if words[0][name] == words[1][name]] == ["caption", "title"]
    script = re.search(r"<script>(.*?)</script>", english, re.DOTALL)[1]
    asked = set(re.findall(r"words\.(\w+)", script)) | set(
        re.findall(r'"([a-z-]+-words|title|caption|help|whole)"', script)
    )
    assert asked == words[1].keys()


def test_of_many_sentences_the_first_are_shown_and_all_are_counted(tmp_path):
    nodes = pd.DataFrame({"slogan": ["十四五"], "n": [MOST + 50], "n_reports": 1, "type": "policy_name"})
    nodes = nodes.assign(scope="central", community=pd.array([None], dtype="Int64"))
    names = ["source", "target", "n", "n_reports", "npmi", "jaccard", "p", "in_backbone", "drawn", "inclusion"]
    evidence = pd.DataFrame({"slogan": "十四五", "report_id": "a", "unit": range(MOST + 50)})
    evidence = evidence.assign(sentence_id=evidence["unit"], start=0, end=3, text="十四五", mark_start=0, mark_end=3)
    write_network_page(nodes, pd.DataFrame(columns=names), evidence, tmp_path / "page.html", title="t")
    (node,) = content((tmp_path / "page.html").read_text("utf-8"))["nodes"]
    assert (len(node["evidence"]), node["sentences"], node["x"]) == (MOST, MOST + 50, None)


def test_empty_network_is_a_page(tmp_path):
    corpus = page_corpus()
    network = build(Corpus(**{**vars(corpus), "slogans": empty("slogans")}))
    evidence = slogan_evidence(network.hits, corpus)
    write_network_page(network.nodes, network.edges, evidence, tmp_path / "page.html", title="t")
    found = content((tmp_path / "page.html").read_text("utf-8"))
    assert (found["nodes"], found["edges"], found["sentences"]) == ([], [], [])


def test_edges_without_their_nodes_are_refused_and_nothing_is_written(tmp_path):
    corpus = page_corpus()
    network = build(corpus)
    with pytest.raises(TableError) as raised:
        write_network_page(network.nodes.query("slogan != '十四五'"), network.edges,
                           slogan_evidence(network.hits, corpus), tmp_path / "page.html", title="t")  # fmt: skip
    assert str(raised.value) == "edges table holds '十四五', which the nodes table lacks (2 nodes)."
    assert list(tmp_path.iterdir()) == []


def test_tables_are_not_changed(tmp_path):
    corpus, before = page_corpus(), page_corpus()
    network, same = build(corpus), build(before)
    evidence = slogan_evidence(network.hits, corpus)
    copy = evidence.copy(deep=True)
    write_network_page(network.nodes, network.edges, evidence, tmp_path / "page.html", title="t")
    for one, other in ((network.nodes, same.nodes), (network.edges, same.edges), (evidence, copy)):
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.slow
def test_page_has_the_same_bytes_in_two_processes(tmp_path):
    code = "import runpy, sys; from pathlib import Path; runpy.run_path(sys.argv[1])['write'](Path(sys.argv[2]))"
    written = []
    for seed in ("1", "2"):
        path = tmp_path / f"{seed}.html"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, __file__, str(path)], check=True, env=environment, cwd=ROOT)
        written.append(path.read_bytes())
    assert written[0] == written[1]
