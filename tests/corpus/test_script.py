"""Which script a text is in, and traditional texts read as simplified ones."""

import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.structure import records_of, structure
from analysis.corpus.text import script
from analysis.corpus.text.script import fold_script, script_of, simplify
from analysis.pipeline import read_corpus
from analysis.schemas import TownshipError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("各位代表，现在向大会报告工作，请予审议", "simplified"),
        ("各位代表，現在向大會報告工作，請予審議", "traditional"),
        ("现任镇长陳國棟向大会报告工作情况", "simplified"),  # a name in the other script
        ("青山河水", None),
        ("乡镇报告", None),  # four characters tell, and five are needed
        ("乡镇报告现鄉鎮報告現", None),
        ("", None),
        ("xx 123", None),
    ],
)
def test_script_of(text, expected):
    assert script_of(text) == expected


def test_fold_script_by_hand():
    assert fold_script("鄉鎮政府工作報告。後年，乾隆") == "乡镇政府工作报告。后年，干隆"
    assert fold_script("各位代表 xx镇 1\ud800𠀀") == "各位代表 xx镇 1\ud800𠀀"


# ------------------------------------------------------------------------------------------------------- simplify


def test_simplify_by_hand():
    text = "各位代表：\n　　現在，我代表xx鄉人民政府向大會報告工作。乾隆年間的乾燥天氣，皇后在後面。"
    assert simplify(text) == "各位代表：\n　　现在，我代表xx乡人民政府向大会报告工作。乾隆年间的干燥天气，皇后在后面。"


def test_what_is_not_traditional_is_left_alone():
    for text in ("乾县2020年政府工作报告，请予审议，徵文", "乾縣", "", "\ud800\x00"):
        assert simplify(text) == text


@given(st.text(alphabet="鄉鎮報現會議乾燥著於裏\x00\ud800\U00020000\n\r x１", max_size=60))
def test_the_length_never_changes(text):
    whole = "現在向大會報告請審議" + text
    plain = simplify(whole)
    assert len(plain) == len(whole)
    # what is no character of either script stays where it was
    same = "\x00\ud800\U00020000\n\r x１"
    assert [one for one in plain if one in same] == [one for one in whole if one in same]


def test_a_phrase_of_another_length_is_converted_by_characters(monkeypatch):
    def lengthening(text):
        return text.replace("報告", "报告报告") if "報告" in text else text.replace("報", "报").replace("鎮", "镇镇")

    monkeypatch.setattr(script, "_converter", lambda: lengthening)
    text = "現在向大會請審議\n報告鎮\n報\r\n"
    assert simplify(text) == "現在向大會請審議\n报告鎮\n报\r\n"


def test_without_opencc_one_line_says_what_to_install(monkeypatch):
    script._converter.cache_clear()
    monkeypatch.setitem(sys.modules, "opencc", None)
    with pytest.raises(TownshipError) as refused:
        simplify("任何")
    assert str(refused.value) == (
        "reading traditional characters as simplified ones needs OpenCC, which is not installed. "
        "Install it: pip install 'township-reports[readers]'."
    )


# --------------------------------------------------------------------------------------- cleaning and structure

ROOT = Path(__file__).parents[2]
TEXTS = {
    file.stem: file.read_bytes().decode("utf-8")
    for folder in ("seeds", "tests/invented/reports", "tests/held_out/reports")
    for file in sorted((ROOT / folder).glob("*.txt"))
}


@cache
def converter(variant):
    from opencc import OpenCC

    return OpenCC(variant).convert


def traditional(text, variant="s2t"):
    converted = converter(variant)(text)
    assert len(converted) == len(text)
    return converted


def test_the_log_of_a_short_text():
    raw = "首頁\n鄉鎮報告會議總結\n一、工作回顧\n請審議。"
    found = structure(raw, report_id="a", simplify=True)
    report = found.report
    assert report.raw == raw
    assert report.cleaned == "\n乡镇报告会议总结\n一、工作回顾\n请审议。"
    assert [(edit.start, edit.text, edit.replacement, edit.kind) for edit in report.edits] == [
        (0, "首頁", "", "site_chrome"),
        (3, "鄉鎮報", "乡镇报", "script"),
        (7, "會議總結", "会议总结", "script"),
        (17, "顧", "顾", "script"),
        (19, "請審議", "请审议", "script"),
    ]
    heading = found.headings[0]
    assert report.raw[slice(*report.to_raw(heading.start, heading.end))] == "一、工作回顧"


@pytest.mark.parametrize("name", TEXTS)
def test_a_traditional_text_is_read_as_the_simplified_one(name):
    plain, other = TEXTS[name], traditional(TEXTS[name])
    ours, theirs = (structure(raw, report_id="a", path="a.txt", simplify=True) for raw in (plain, other))
    assert theirs.report.raw == other
    assert rebuilt(theirs.report) == other
    assert theirs.report.cleaned == ours.report.cleaned
    records, others = records_of(ours), records_of(theirs)
    assert (records["reports"][0].pop("script"), others["reports"][0].pop("script")) == ("simplified", "traditional")
    for table in ("reports", "masks", "zones", "headings", "items", "sentences"):
        assert records[table] == others[table]
    assert [one[:4] for one in ours.noise] == [one[:4] for one in theirs.noise]
    # an offset leads to the traditional wording of what was matched
    for sentence, record in zip(ours.sentences, records["sentences"], strict=True):
        assert len(other[record["start"] : record["end"]]) == len(plain[record["start"] : record["end"]])
        assert theirs.report.cleaned_span(record["start"], record["end"]) == sentence.text
    # other spelling, same kind: each edit is there but for those of the script
    assert [edit[:2] + edit[3:] for edit in theirs.report.edits if edit.kind != "script"] == [
        edit[:2] + edit[3:] for edit in ours.report.edits
    ]


@pytest.mark.parametrize("variant", ["s2t", "s2tw", "s2hk"])
def test_the_forms_of_taiwan_and_hong_kong(variant):
    for text in TEXTS.values():
        assert simplify(traditional(text, variant)) == text


def test_phrases_and_forms_by_hand():
    text = "現在報告：沿著顯著的名著，衞生工作，羣眾為爲，臺灣，乾縣乾隆乾燥，後面皇后，公里裡裏"
    assert simplify(text) == "现在报告：沿着显著的名著，卫生工作，群众为为，台湾，乾县乾隆干燥，后面皇后，公里里里"


@pytest.mark.parametrize("name", list(TEXTS)[::6])
def test_without_the_option_the_text_stays_traditional(name):
    raw = traditional(TEXTS[name])
    report = structure(raw, report_id="a").report
    assert not [edit for edit in report.edits if edit.kind == "script"]
    assert script_of(report.cleaned) == "traditional"


def rebuilt(report):
    """Return the raw text as the cleaned text and the log give it."""
    at, raw, before = 0, "", 0
    for edit in report.edits:
        kept = report.cleaned[at : at + edit.start - before]
        raw += kept + edit.text
        at += len(kept)
        assert report.cleaned[at : at + len(edit.replacement)] == edit.replacement
        at += len(edit.replacement)
        before = edit.end
    return raw + report.cleaned[at:]


@pytest.mark.parametrize("simplify_it", [False, True])
def test_slogans_and_tokens(tmp_path, simplify_it):
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()
    for name, text in list(TEXTS.items())[5:9]:
        (tmp_path / "plain" / f"{name}.txt").write_bytes(text.encode("utf-8"))
        (tmp_path / "other" / f"{name}.txt").write_bytes(traditional(text).encode("utf-8"))
    plain = read_corpus(tmp_path / "plain")
    other = read_corpus(tmp_path / "other", simplify=simplify_it)
    same = {
        "slogans": plain.slogans.equals(other.slogans),
        "tokens": plain.tokens.equals(other.tokens),
        "zones": plain.zones.equals(other.zones),
    }
    assert set(same.values()) == {simplify_it}
    assert plain.reports["genre"].equals(other.reports["genre"])  # told in either script
