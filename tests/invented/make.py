"""Build reports/*.txt and gold/*.json from the marked-up sources; ``python make.py`` rewrites both folders.

A source is a header of ``key: value`` lines, a line ``---`` and the text with inline marks:

=====================  =============================================================================
``⟨code|text⟩``        a span; codes are listed below and spans nest; ``⟨code|text‖canonical⟩``
``{xx:c}``             a mask: p place, a amount, % percent, c count, d date, n name, o other
``⟦review⟧``           from here on the zone is ``review`` (``⟦⟧`` ends it)
``¶``                  a paragraph break that the conversion lost: becomes a space
=====================  =============================================================================

Codes: ``T`` title, ``x`` site chrome, ``d`` duplicate title, ``e:N`` elision of N characters, ``hN`` heading of
level N (``r`` run-in, ``u`` unnumbered), ``i`` item, ``L`` its lead, ``W`` region in which lines are wrapped,
``t`` truncated tail, ``-`` no inventory term in here. Slogans: ``N`` numeric_abbrev, ``Qc Qm Qt Qp Qs Ql``
quoted_formula (campaign, mechanism, metaphor, principle, slogan, label), ``F`` four_char_pair, ``H``
parallel_headline, ``P`` and ``I`` policy_name and ideology outside the inventory; ``.C .L .U`` give the scope,
``!`` marks a masked form. ``hNH``, ``hNF``, ``LH``, ``LF`` put H or F on the whole title or lead.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

HERE = Path(__file__).parent
MASKS = {"p": "place", "a": "amount", "%": "percent", "c": "count", "d": "date", "n": "name", "o": "other"}
FUNCTIONS = {
    "c": "campaign", "m": "mechanism", "t": "metaphor", "p": "principle", "s": "slogan", "l": "label",
}  # fmt: skip
SCOPES = {"C": "central", "L": "provincial_or_local", "U": "unknown"}
MARKER = re.compile(
    r"第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.．、]|[（(]\d+[）)]"
)
CJK = re.compile(r"[\u4e00-\u9fff]")
ALNUM = re.compile(r"[0-9A-Za-z%]")
NO_START, NO_END = set('，。；：、”）》！？%,;:)!?」』"'), set("“（《(「『")
LINE = {"spaces": 29, "newlines": 38}

# Guideline §8 and the terms that its rule adds for other years; longest first.
IDEOLOGY = ["习近平新时代中国特色社会主义思想", "习近平总书记系列重要讲话精神", "以习近平同志为核心的党中央",
            "邓小平理论", "三个代表", "科学发展观"]  # fmt: skip
POLICY = [
    r"(?:党的)?(?:十七|十八|十九|二十)大",
    r"(?:十七|十八|十九|二十)届(?:[一二三四五六七]中、)*[一二三四五六七]中全会",
    "治理体系和治理能力现代化", "群众路线教育实践活动", "供给侧结构性改革", "宜居宜业和美乡村", "全面建成小康社会",
    "新时代文明实践", "全面从严治党", "中国式现代化", "党纪学习教育", "党史学习教育", "生态文明建设", "易地扶贫搬迁",
    "全面深化改革", "新发展阶段", "新发展理念", "新发展格局", "高质量发展", "新质生产力", "新农村建设", "十一五",
    "十二五", "十三五", "十四五", "十五五", "乡村振兴", "精准脱贫", "精准扶贫", "扶贫攻坚", "脱贫攻坚", "雨露计划",
    "从严治党", "八项规定", "枫桥经验", "扫黑除恶", "和美乡村", "美丽乡村", "改革开放", "创新驱动", "全域旅游",
    "林长制", "河长制", "动态清零",
]  # fmt: skip
CANONICAL = {
    "三个代表": "“三个代表”重要思想", "乡村振兴": "乡村振兴战略", "扶贫攻坚": "脱贫攻坚", "从严治党": "全面从严治党",
    "八项规定": "中央八项规定", "和美乡村": "宜居宜业和美乡村", "美丽乡村": "美丽乡村建设",
    "创新驱动": "创新驱动发展战略", "新农村建设": "社会主义新农村建设", "枫桥经验": "新时代“枫桥经验”",
    "扫黑除恶": "扫黑除恶专项斗争",
    "群众路线教育实践活动": "党的群众路线教育实践活动", "治理体系和治理能力现代化": "国家治理体系和治理能力现代化",
}  # fmt: skip


def canonical(text: str) -> str:
    """Return the canonical form of an inventory term."""
    if re.fullmatch(r"十.五", text):
        return f"“{text}”规划"
    if re.search(r"大$|全会$", text) and not text.startswith("党的"):
        return "党的" + text
    return CANONICAL.get(text, text)


def parse(markup: str) -> tuple[list[str], list[tuple], list[tuple]]:
    """Return characters, spans (code, start, end, canonical) and zone switches (position, zone)."""
    chars, spans, zones, stack, i = [], [], [], [], 0
    while i < len(markup):
        c = markup[i]
        if c == "⟨":
            bar = markup.index("|", i)
            stack.append([markup[i + 1 : bar], len(chars), None])
            i = bar
        elif c == "‖":
            close = markup.index("⟩", i)
            stack[-1][2] = markup[i + 1 : close]
            i = close - 1
        elif c == "⟩":
            code, start, form = stack.pop()
            spans.append((code, start, len(chars), form))
        elif c == "⟦":
            close = markup.index("⟧", i)
            zones.append((len(chars), markup[i + 1 : close]))
            i = close
        elif c == "{":
            close = markup.index("}", i)
            text, kind = markup[i + 1 : close].rsplit(":", 1)
            spans.append(("m" + kind, len(chars), len(chars) + len(text), None))
            chars += text
            i = close
        else:
            chars.append(c)
        i += 1
    assert not stack, stack
    return chars, spans, zones


def wrap(chars: list[str], regions: list[tuple[int, int]], mode: str) -> tuple[str, list[int], dict]:
    """Return the raw text, the raw offset of every character and the offsets of inserted blanks by kind."""
    inside = bytearray(len(chars) + 1)
    for a, b in regions:
        inside[a:b] = b"\1" * (b - a)
    raw, place, column, hits = [], [], 0, 0
    offsets = {"line_wrap": [], "digit_adjacent": [], "paragraph_break": []}
    for k, c in enumerate(chars):
        prev = chars[k - 1] if k else "\n"
        if inside[k] and k and inside[k - 1] and prev not in "\n¶\u3000" and c not in "\n¶":
            full = column >= LINE[mode] and c not in NO_START and prev not in NO_END
            full = full and not (ALNUM.match(prev) and ALNUM.match(c)) and not (c in ".-—…×*" or prev in ".-—…×*")
            digit = bool(ALNUM.match(prev)) != bool(ALNUM.match(c))
            edge = digit and bool(CJK.match(prev) or CJK.match(c))
            hits += edge
            if mode == "spaces" and (full or (edge and hits % 11)):
                offsets["digit_adjacent" if ALNUM.match(prev) or ALNUM.match(c) else "line_wrap"].append(len(raw))
                raw.append(" ")
                column = 0 if full else column + 1
            elif mode == "newlines" and full:
                offsets["line_wrap"].append(len(raw))
                raw.append("\n")
                column = 0
        place.append(len(raw))
        if c == "¶":
            offsets["paragraph_break"].append(len(raw))
            c = " "
        raw.append(c)
        column = 2 if chars[k] in "\n¶" else column + 1
    return "".join(raw), place, offsets


def free(pieces: list[tuple[int, int]], cut: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return `pieces` without the spans of `cut`."""
    for x, y in cut:
        pieces = [p for a, b in pieces for p in ((a, min(b, x)), (max(a, y), b)) if p[0] < p[1]]
    return sorted(pieces)


def build(name: str, source: str) -> tuple[str, dict]:
    """Return the raw text and the gold record of one source."""
    head, _, markup = source.partition("\n---\n")
    header = dict(line.split(": ", 1) for line in head.splitlines())
    mode = header.pop("wrap", "none")
    if header.pop("newline", "lf") == "crlf":
        markup = markup.replace("\n", "\r\n")
    chars, spans, switches = parse(markup)
    raw, place, blanks = wrap(chars, [(a, b) for c, a, b, _ in spans if c == "W"], mode)
    gone = {i for i in blanks["line_wrap"] if raw[i] == "\n"}

    def span(a: int, b: int) -> dict:
        start, end = place[a], place[b - 1] + 1
        text = raw[start:end]
        clean = "".join(c for i, c in enumerate(text, start) if c != " " and i not in gone)
        return {"start": start, "end": end, "text": text} | ({"text_clean": clean} if clean != text else {})

    def cleaned(a: int, b: int) -> str:
        return "".join(c for c in chars[a:b] if c not in " ¶")

    meta = {k: json.loads(v) if re.fullmatch(r'".*"|\d+|null|true|false', v) else v for k, v in header.items()}
    noise, headings, items, masks, slogans, cut = [], [], [], [], [], []
    leads = {b: (a, b) for c, a, b, _ in spans if c.startswith("L")}
    for code, a, b, form in spans:
        base, _, scope = code.rstrip("!").partition(".")
        text = cleaned(a, b)
        if base == "T":
            record = span(a, b)
            meta = {"title": text, "title_span": [record["start"], record["end"]]} | meta
            cut.append((a, b))
        elif base in ("x", "d"):
            noise.append(span(a, b) | {"kind": {"x": "site_chrome", "d": "duplicate_title"}[base]})
            cut.append((a, b))
        elif base.startswith("e:"):
            noise.append(span(a, b) | {"kind": "elision_marker", "hidden_chars": int(base[2:])})
            cut.append((a, b))
        elif base[0] == "m":
            masks.append(span(a, b) | {"kind": MASKS[base[1]]})
        elif base == "t":
            meta["truncated_tail"] = span(a, b)
        elif base[0] == "h":
            found = None if "u" in base else MARKER.match(text)
            marker = found.group() if found else None
            headings.append(
                span(a, b)
                | {"level": int(base[1]), "marker": marker, "title": text[len(marker or "") :]}
                | {"runin": "r" in base, "unnumbered": marker is None}
            )
            while cleaned(a, b) != text[len(marker or "") :]:
                a += 1
        elif base == "i":
            x, y = min((v for v in leads.values() if a <= v[0] and v[1] <= b), key=lambda v: v[0])
            inner = span(x, y)
            items.append(
                span(a, b)
                | {"marker": cleaned(a, x), "lead": cleaned(x, y)}
                | {"lead_start": inner["start"], "lead_end": inner["end"]}
            )
        elif base[0] not in "WL-NQFHPI":
            raise ValueError(f"{name}: unknown code {code!r}")
        kind, extra = None, {}
        if base[0] in "hL" and base[-1] in "HF":
            base = base[-1]
        if base[0] == "Q":
            kind, extra = "quoted_formula", {"function": FUNCTIONS[base[1]]}
        else:
            kind = {"N": "numeric_abbrev", "F": "four_char_pair", "H": "parallel_headline", "P": "policy_name",
                    "I": "ideology"}.get(base)  # fmt: skip
        if kind:
            scope = scope or {"P": "C", "I": "C", "H": "L"}[base]
            form = form or cleaned(a, b).replace(",", "，")
            slogans.append(
                span(a, b) | {"canonical": form, "type": kind, "scope": SCOPES[scope]} | extra
                | ({"masked": True} if "!" in code else {})
            )  # fmt: skip
    flat = "".join(chars)
    held = list(cut) + [(a, b) for c, a, b, _ in spans if c.split(".")[0].rstrip("!") in ("P", "I", "-")]
    for kind, terms in (("ideology", IDEOLOGY), ("policy_name", POLICY)):
        for term in terms:
            for found in re.finditer(term, flat):
                a, b = found.span()
                if any(x < b and a < y for x, y in held):
                    continue
                held.append((a, b))
                slogans.append(span(a, b) | {"canonical": canonical(found.group()), "type": kind, "scope": "central"})
    tail = len(raw.rstrip())
    if len(raw) - tail >= 2:
        noise.append({"start": tail, "end": len(raw), "text": raw[tail:], "kind": "trailing_blank"})
    noise.sort(key=lambda r: r["start"])
    if any(blanks.values()):
        deleted = sorted(blanks["line_wrap"] + blanks["digit_adjacent"])
        step = max(1, len(deleted) // 10)
        context = [raw[max(0, i - 5) : i + 6].replace("\n", "⏎") for i in deleted]
        noise.append({
            "kind": "wrap_space", "count": len(deleted),
            **{f"count_{k}": len(v) for k, v in blanks.items()},
            "examples": [{"start": i, "end": i + 1, "text": raw[i], "context": c}
                         for i, c in list(zip(deleted, context, strict=True))[::step][:10]],
            "all_offsets": blanks,
        })  # fmt: skip
    zones = []
    for (a, zone), (b, _) in zip(switches, [*switches[1:], (len(chars), "")], strict=True):
        for x, y in free([(a, b)], cut) if zone else []:
            while x < y and (chars[x].isspace() or chars[x] == "¶"):
                x += 1
            while x < y and (chars[y - 1].isspace() or chars[y - 1] == "¶"):
                y -= 1
            if x < y:
                zones.append(span(x, y) | {"zone": zone})
    gold = {
        "doc": name, "source": f"{name}.txt", "sha256": hashlib.sha256(raw.encode()).hexdigest(), "length": len(raw),
        "meta": meta, "noise": noise, "headings": headings, "items": items, "zones": zones, "masks": masks,
        "slogans": slogans,
    }  # fmt: skip
    for layer in ("headings", "items", "zones", "masks", "slogans"):
        gold[layer].sort(key=lambda r: (r["start"], -r["end"], r.get("type", "")))
    return raw, gold


def main() -> None:
    """Write reports/ and gold/ beside this file."""
    for path in sorted((HERE / "source").glob("*.txt")):
        raw, gold = build(path.stem, path.read_text(encoding="utf-8"))
        with (HERE / "reports" / path.name).open("w", encoding="utf-8", newline="") as out:
            out.write(raw)
        text = json.dumps(gold, ensure_ascii=False, indent=1) + "\n"
        (HERE / "gold" / f"{path.stem}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
