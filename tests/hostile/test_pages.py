"""What files hold is text in everything we write: in a browser no script of theirs runs and nothing is asked for."""

import json
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analysis.gallery import draw_all
from analysis.pipeline import read_corpus

pytestmark = pytest.mark.slow  # a browser opens what is written of hostile names and texts

ROOT = Path(__file__).parents[2]
ACT = "document.documentElement.setAttribute('data-own'+'ed',1);document.title='own'+'ed'"
"""What a script of a file would do; it has no slash, so that it fits into a name."""

PAYLOADS = [
    f"<img class=intruder src=x onerror={ACT.replace('=', '&#61;')}>",
    f"<script class=intruder>{ACT}</script>",
    f"</script><script class=intruder>{ACT}</script>",
    f"</title></style></textarea><svg class=intruder onload={ACT.replace('=', '&#61;')}></svg>",
    f"<!--><script class=intruder>{ACT}</script>-->",
    f'" autofocus class=intruder onfocus="{ACT}" x="',
    f"' class=intruder onmouseover='{ACT}' '",
    f"javascript:{ACT}",
    "<iframe class=intruder srcdoc='<script>top.document.title=1</script>'></iframe>",
    "<a class=intruder href='LISTENER'>点</a><img class=intruder src='LISTENER'><link rel=stylesheet href='LISTENER'>",
    "<meta http-equiv=refresh content='0;url=LISTENER'><base href='LISTENER'>",
    "<style>body{background:url(LISTENER)}@import 'LISTENER';</style><p style='background:url(LISTENER)'>",
    "![图](LISTENER) [点](javascript:alert(1)) <LISTENER>",
    "${alert(1)} {{7*7}} {%raw%} #{7*7} %(title)s %s $\\frac{1}{0}$ \\N{DIGIT ONE}",
    "\u2028\u2029\x85]]> &lt;b&gt; &amp; &#60;script&#62;",
    "PHNjcmlwdD4= data:text/html,<script>alert(1)</script> expression(alert(1))",
]
NAMES = [
    f"<img class=intruder src=x onerror={ACT}>甲.txt",
    f"a</script><script class=intruder>{ACT}</script>乙.txt",
    "${alert(1)}{{7*7}}$x^2_$丙.txt",
    f'" onload="{ACT}" \'丁.txt',
]
ARRIVED = "data-owned"


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def intruders(dom):
    """Return the elements and attributes of a page that came out of a file."""
    return [
        (tag, attributes)
        for tag, attributes in Elements(dom).found
        if attributes.get("class") == "intruder"
        or ARRIVED in attributes
        or any(one.startswith("on") for one in attributes)
    ]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, listener):
    """A folder of four reports with hostile names, titles, headings, slogans and metadata."""
    folder = tmp_path_factory.mktemp("hostile") / "her <b class=intruder>reports"
    payloads = [one.replace("LISTENER", listener.url) for one in PAYLOADS]
    for at, (name, seed) in enumerate(zip(NAMES, sorted((ROOT / "seeds").glob("*.txt")), strict=False)):
        mine = payloads[at::4]
        text = seed.read_text("utf-8")
        lines = [
            f"{mine[0]}平安镇202{at}年政府工作报告",
            *(f"{'一二三四'[i]}、{one}工作回顾" for i, one in enumerate(mine)),
        ]
        lines += [f"落实“{one}振兴”和“三个{one}”，深入实施乡村振兴战略，全面从严治党。" for one in mine] * 3
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n" + text[len(text) // 3 : len(text) // 3 + 3000], encoding="utf-8")
    rows = [f'"{name.replace(chr(34), chr(34) * 2)}","{payloads[0]}"' for name in NAMES]
    (folder / "metadata.csv").write_text("\n".join(["path,group", *rows]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def drawn(hostile, tmp_path_factory):
    """The figures of the hostile folder."""
    out = tmp_path_factory.mktemp("figures")
    names = ["01-coverage", "02-top-terms", "03-keyness", "04-slogan-matrix", "05-slogan-network", "06-theme-shares"]
    corpus = read_corpus(hostile)
    assert len(corpus.reports) == len(NAMES)
    found = draw_all(corpus, out, names=names)
    assert found.failures == {}
    return out


def test_the_harness_sees_scripts_and_requests(browse, listener, tmp_path):
    """The control: written as markup, the same payloads act, and it is seen."""
    page = tmp_path / "control.html"
    payloads = [one.replace("LISTENER", f"{listener.url}/control") for one in (*PAYLOADS[:2], PAYLOADS[9])]
    page.write_text(f"<html><body>{''.join(payloads)}<script>console.log('said')</script></body></html>", "utf-8")
    before = len(listener.asked)
    opened = browse(page, script="document.body.dataset.ours = 1")
    assert ARRIVED in opened.dom
    assert "data-ours" in opened.dom
    assert len(intruders(opened.dom)) >= 3
    assert f"{listener.url}/control" in opened.asked
    assert opened.said == ["said"]
    assert len(listener.asked) > before
    listener.asked.clear()


CLICK = (
    "for (const one of document.querySelectorAll('button, .node, .edge, #list button'))"
    " { one.dispatchEvent(new MouseEvent('click', {bubbles: true})); one.focus && one.focus(); }"
    " document.body.dataset.ours = document.querySelectorAll('#detail *').length"
)


def harmless(opened, listener):
    assert intruders(opened.dom) == []
    assert ARRIVED not in opened.dom
    assert "<title>owned" not in opened.dom
    assert opened.asked == []
    assert listener.asked == []


def test_the_network_page(drawn, browse, listener):
    page = drawn / "05-slogan-network.html"
    assert "intruder" in page.read_text("utf-8")
    opened = browse(page, script=CLICK)
    harmless(opened, listener)
    assert int(re.search(r'data-ours="(\d+)"', opened.dom)[1]) > 0


@pytest.mark.parametrize("name", ["01-coverage", "02-top-terms", "04-slogan-matrix", "05-slogan-network"])
def test_figures_as_drawings(drawn, browse, listener, name):
    harmless(browse(drawn / f"{name}.svg"), listener)


def test_captions_as_markdown(drawn, browse, listener, tmp_path):
    import mistune

    captions = [path.read_text("utf-8") for path in sorted(drawn.glob("*.md"))]
    assert len(captions) == 6
    written = "".join(mistune.create_markdown(escape=False)(one) for one in captions)
    (tmp_path / "captions.html").write_text(f"<meta charset=utf-8><body>{written}</body>", encoding="utf-8")
    opened = browse(tmp_path / "captions.html")
    harmless(opened, listener)
    assert {tag for tag, _ in Elements(opened.dom).found} <= {"html", "head", "meta", "body", "p", "em", "strong"}


def test_origins_hold_the_names_as_data(drawn):
    origins = [json.loads(path.read_text("utf-8")) for path in drawn.glob("*.json")]
    assert len(origins) == 6


def test_the_report_and_its_index(hostile, browse, listener, tmp_path):
    from analysis.runs.report import write_report

    written = write_report(hostile, tmp_path / "pages", only=["01", "04"])
    assert [path.name for path in written.pages] == ["01-corpus.html", "04-slogans.html", "index.html"]
    for page in written.pages:
        text = page.read_text("utf-8")
        opened = browse(page)
        harmless(opened, listener)
        policies = [given for _, given in Elements(text).found if given.get("http-equiv") == "Content-Security-Policy"]
        assert ["script-src 'none'" in policy["content"] for policy in policies] == [True]
        # the policy is the second lock: without it nothing of a file acts either
        open_lock = tmp_path / f"open-{page.name}"
        open_lock.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text), encoding="utf-8")
        harmless(browse(open_lock), listener)
    assert escape("<img class=intruder", quote=False) in (tmp_path / "pages/01-corpus.html").read_text("utf-8")
