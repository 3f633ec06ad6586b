"""HTML pages that want to act, to fetch, or to exhaust."""

from __future__ import annotations

from .case import BODY, TEXT, TITLE, Bait, Case, case, noise

PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY.splitlines())


def page(body: str = PARAGRAPHS, *, head: str = "", before: str = "", attributes: str = "") -> str:
    """Return a page with the report's title, `body` in it, and what else is given."""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{TITLE}</title>{head}</head>'
        f"<body {attributes}>{before}<h1>{TITLE}</h1>{body}</body></html>"
    )


def _scripts(bait: Bait) -> str:
    return page(
        before=f"<script>fetch('{bait.url}/script');document.title='owned'</script><script src={bait.url}/s.js></script>"
        f"<script type=module>import '{bait.url}/m.js'</script><noscript>无脚本<img src={bait.url}/n></noscript>"
    )


def _handlers(bait: Bait) -> str:
    return page(
        f"<img src=x onerror=\"fetch('{bait.url}/onerror')\"><svg onload=\"fetch('{bait.url}/onload')\"></svg>"
        f"<a href=\"javascript:fetch('{bait.url}/a')\">点</a><details ontoggle=alert(1) open>{PARAGRAPHS}</details>",
        attributes=f"onload=\"fetch('{bait.url}/body')\"",
    )


def _fetched(bait: Bait) -> str:
    url = bait.url
    return page(
        f"<iframe src={url}/frame></iframe><embed src={url}/embed><object data={url}/object></object>"
        f"<img src={url}/img srcset='{url}/2 2x'><video src={url}/v poster={url}/p></video><audio src={url}/au></audio>"
        f"<link rel=stylesheet href={url}/css2><style>@import url({url}/import);body{{background:url({url}/bg)}}</style>"
        f"<form action={url}/form><input type=image src={url}/input></form>{PARAGRAPHS}",
        head=f"<link rel=stylesheet href={url}/css><link rel=prefetch href={url}/pre><link rel=icon href={url}/icon>"
        f"<base href={url}/base/><meta http-equiv=refresh content='0;url={url}/refresh'>",
    )


def _local(bait: Bait) -> str:
    return page(
        f"<iframe src='file://{bait.secret}'></iframe><object data='file://{bait.secret}'></object>"
        f"<!--#include file='{bait.secret}'--><!--#exec cmd='touch {bait.canary}'-->"
        f"<?php system('touch {bait.canary}'); ?>{PARAGRAPHS}"
    )


def _xml(bait: Bait) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [<!ENTITY secret SYSTEM "file://{bait.secret}">'
        f'<!ENTITY net SYSTEM "{bait.url}/entity">]><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>{TITLE}</title></head><body><p>&secret;&net;</p>{PARAGRAPHS}</body></html>"
    )


def _laughs() -> str:
    steps = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "哈哈哈">{steps}]><html><body>{PARAGRAPHS}<p>&l11;</p></body></html>'


ACTING = [
    case("html/scripts.html", "report", _scripts),
    case("html/handlers.html", "report", _handlers),
    case("html/fetched.html", "report", _fetched),
    case("html/local-files.html", "report", _local),
    case("html/entities.xhtml", "report|type", _xml),
    case("html/entities.html", "report", _xml),
    case("html/laughs.html", "report", _laughs()),
    case("html/data-addresses.html", "report", page(f"<img src=data:image/png;base64,{'A' * 500_000}>{PARAGRAPHS}")),
    case("html/svg-and-math.html", "report", page(f"<svg><script>alert(1)</script><title>x</title></svg><math><mtext></form><mglyph><style></math><img src onerror=alert(1)></style>{PARAGRAPHS}")),
    case("html/template.html", "report|empty|no-chinese", page("", before=f"<template>{PARAGRAPHS}</template>")),
    case("html/xml-stylesheet.html", "report", lambda bait: f"<?xml-stylesheet href='{bait.url}/xsl'?>" + page()),
]  # fmt: skip

EMPTY = [
    case("html/empty.html", "empty", ""),
    case("html/blanks.html", "empty", " \n\t"),
    case("html/tag-only.html", "empty|no-chinese", "<html>"),
    case("html/no-body.html", "empty|no-chinese", "<!doctype html><html><head><meta charset=utf-8></head></html>"),
    case("html/title-only.html", "report|empty|no-chinese|site-only", f"<meta charset=utf-8><title>{TITLE}</title>"),
    case("html/script-only.html", "empty|no-chinese|site-only", f"<meta charset=utf-8><script>var text = '{BODY[:40]}'</script>"),
    case("html/style-only.html", "empty|no-chinese|site-only", "<meta charset=utf-8><style>p::before{content:'工作报告'}</style>"),
    case("html/comment-only.html", "empty|no-chinese|site-only", f"<meta charset=utf-8><!-- {TEXT} -->"),
    case("html/comment-open.html", "report|empty|no-chinese|site-only", f"<meta charset=utf-8><!-- {TEXT}"),
    case("html/frameset.html", "empty|no-chinese|site-only", lambda bait: f"<html><frameset cols=50%,50%><frame src={bait.url}/f><frame src={bait.url}/g></frameset></html>"),
    case("html/menu-only.html", "empty|no-chinese|site-only|report", "<meta charset=utf-8><nav><a href=/>首页</a> <a href=/x>下一页</a></nav><footer>版权所有</footer>"),
    case("html/login-wall.html", "empty|no-chinese|site-only|report", "<meta charset=utf-8><body><p>扫码下载</p><p>登录后阅读全文</p></body>"),
    case("html/english.html", "no-chinese", "<html><body><p>404 Not Found</p></body></html>"),
    case("html/script-open.html", "empty|no-chinese|report|site-only", f"<meta charset=utf-8><p>{TITLE}</p><script>{TEXT}"),
    case("html/nothing-but-nul.html", "empty|binary|no-chinese", b"\0" * 5000),
]  # fmt: skip

EXHAUSTING = [
    case("html/one-line-10-mb.html", "report|limit", lambda bait: page("<p>" + BODY.replace("\n", "") * 25_000 + "</p>")[:3_500_000]),
    case("html/markup-5-mb.html", "report|limit", lambda bait: page(PARAGRAPHS + "<b></b>" * 800_000)),
    case("html/deep-div-200000.html", "report|limit|empty|no-chinese|damaged", lambda bait: page("<div>" * 200_000 + PARAGRAPHS)),
    case("html/deep-table-3000.html", "report|limit|empty|no-chinese|damaged", lambda bait: page("<table><tr><td>" * 3_000 + PARAGRAPHS)),
    case("html/deep-mixed-3000.html", "report|limit|empty|no-chinese|damaged", lambda bait: page("<b><i><p><a><ul><li>" * 3_000 + PARAGRAPHS)),
    case("html/deep-svg-100000.html", "report|limit|empty|no-chinese|damaged", lambda bait: page("<svg><g>" * 100_000 + PARAGRAPHS)),
    case("html/formatting-20000.html", "report|limit|damaged", lambda bait: page("<b><p>" * 20_000 + PARAGRAPHS)),
    case("html/unclosed-90000.html", "report|limit", lambda bait: page("<p>一<b>" * 30_000)),
    case("html/attributes-1000000.html", "report|limit", lambda bait: page("<p " + " ".join(f"a{at}=b" for at in range(1_000_000)) + f">{TITLE}</p>{PARAGRAPHS}")),
    case("html/attribute-10-mb.html", "report|limit", lambda bait: page(f"<p title='{'x' * 10_000_000}'>{TITLE}</p>{PARAGRAPHS}")),
    case("html/name-of-tag-5-mb.html", "report|limit|damaged", lambda bait: page(f"<{'x' * 5_000_000}>{PARAGRAPHS}")),
    case("html/tables-10000.html", "report|limit", lambda bait: page("<table><tr><td>收入</td><td>1</td></tr></table>" * 10_000 + PARAGRAPHS)),
    case("html/cells-30000.html", "report|limit", lambda bait: page("<table><tr>" + "<td>1" * 30_000 + "</table>" + PARAGRAPHS)),
    case("html/spans-huge.html", "report|limit", page(f"<table><tr><td colspan=1000000000 rowspan=1000000000>一</td><td>二</td></tr></table>{PARAGRAPHS}")),
    case("html/references-200000.html", "report|limit", lambda bait: page("<p>" + "&#19968;" * 200_000 + "</p>" + PARAGRAPHS)),
    case("html/references-open.html", "report|limit", lambda bait: page("<p>" + "&am" * 1_000_000 + "</p>" + PARAGRAPHS)),
    case("html/comments-500000.html", "report|limit", lambda bait: page("<!--x-->" * 500_000 + PARAGRAPHS)),
    case("html/less-than-3000000.html", "report|limit|damaged", lambda bait: page("<" * 3_000_000 + PARAGRAPHS)),
    case("html/doctypes.html", "report", "<!doctype html>" * 50_000 + page()),
    case("html/classes.html", "report|limit", lambda bait: page("".join(f"<div class='{'content ' * 50}'>" for _ in range(5_000)) + PARAGRAPHS)),
    case("html/select-options.html", "report|limit", lambda bait: page("<select>" + "<option>一" * 10_000 + "</select>" + PARAGRAPHS)),
]  # fmt: skip

BROKEN = [
    case("html/nul-bytes.html", "report|binary", page().replace("工作", "工\0作")),
    case("html/charset-lie-gb.html", "report|encoding", page().replace('"utf-8"', '"gb2312"')),
    case("html/charset-lie-utf8.html", "report|encoding", page().encode("gb18030")),
    case("html/charset-unknown.html", "report|encoding", page().replace('"utf-8"', '"x-nothing"')),
    case("html/charset-code.html", "report|encoding", page().replace('"utf-8"', '"rot13"')),
    case("html/charset-utf7.html", "report|encoding|no-chinese", page().replace('"utf-8"', '"utf-7"')),
    case("html/charset-utf16-lie.html", "report|encoding", page().replace('"utf-8"', '"utf-16"')),
    case("html/charset-idna.html", "report|encoding", page().replace('"utf-8"', '"idna"')),
    case("html/charset-long.html", "report|encoding", page().replace('"utf-8"', f'"{"x" * 100_000}"')),
    case("html/random.html", "encoding|binary|no-chinese|empty|damaged", noise(50_000, 21)),
    case("html/cut.html", "report", page()[:-200]),
    case("html/tags-crossed.html", "report", page("<b><i>" + PARAGRAPHS + "</b></i></div></p></table></td>")),
    case("html/references-bad.html", "encoding|report", page(f"<p>&#0;&#xD800;&#x110000;&#99999999999;&nosuch;</p>{PARAGRAPHS}")),
    case("html/surrogates.html", "report|encoding", page().encode() + "\ud800".encode("utf-8", "surrogatepass")),
    case("html/pdf-inside.html", "type|binary|no-chinese|damaged|encoding", b"%PDF-1.4\n" + noise(3000, 22)),
    case("html/archive-inside.html", "type|binary|no-chinese|damaged|encoding|empty", b"PK\3\4" + noise(3000, 23)),
    case("html/saved.mht", "type|damaged|report|no-chinese", "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>broken"),
    case("html/saved.mhtml", "type|damaged|report|no-chinese|empty", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"),
]  # fmt: skip

CASES: list[Case] = [*ACTING, *EMPTY, *EXHAUSTING, *BROKEN]
