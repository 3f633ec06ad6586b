"""Segmentation as a function: errors, words for one call, and no trace left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.annotate.segmentation import ENGINES, segment, segmenter
from analysis.schemas import LexiconError, TableError

ROOT = Path(__file__).parents[2]
BOTH = pytest.mark.parametrize("engine", ENGINES)


@BOTH
def test_words_hold_for_their_call_alone(engine):
    text = "全面推进乡村振兴战略"
    plain = ["全面", "推进", "乡村", "振兴", "战略"]
    assert segment(text, engine=engine) == plain
    assert segment(text, engine=engine, words=["乡村振兴"]) == ["全面", "推进", "乡村振兴", "战略"]
    assert segment(text, engine=engine) == plain
    assert segment(text, engine=engine, words=["振兴战略", ("全面推进", 9, "v")]) == ["全面推进", "乡村", "振兴战略"]
    assert segment(text, engine=engine) == plain


def test_the_modules_of_both_libraries_stay_as_they_were():
    for engine in ENGINES:
        segment("乡村振兴", engine=engine, words=["乡村振兴", ("振兴战略", 5, "n")])
    jieba, rjieba = sys.modules["jieba"], sys.modules["rjieba"]
    assert (jieba.dt.FREQ, jieba.dt.total, jieba.dt.initialized) == ({}, 0, False)
    assert jieba.dt.user_word_tag_tab == {}
    assert jieba.finalseg.Force_Split_Words == set()
    assert rjieba.cut("乡村振兴") == ["乡村", "振兴"]


@BOTH
def test_former_frequency_of_a_changed_word_stays_in_the_total(engine):
    # jieba's total is then 60 101 967 + 10**9 + ..., so that f(丙) f(丁) = 4 * 10**8 < f(丙丁) * total;
    # with 60 101 967 alone the two characters would win
    words = [("甲乙", 10**9), ("甲乙", 1), ("丙", 20_000), ("丁", 20_000), ("丙丁", 1)]
    assert segment("丙丁", engine=engine, words=words) == ["丙丁"]
    assert segment("丙丁", engine=engine, words=words[2:]) == ["丙", "丁"]


@BOTH
def test_without_hmm_unknown_words_fall_into_characters(engine):
    assert segment("他来到了网易杭研大厦", engine=engine) == ["他", "来到", "了", "网易", "杭研", "大厦"]
    assert segment("他来到了网易杭研大厦", engine=engine, hmm=False) == ["他", "来到", "了", "网易", "杭", "研", "大厦"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            [("乡村", 0)],
            "cannot add the word '乡村' with frequency 0: it must be an integer from 1 to 1000000000. "
            "Leave it out and it is estimated; words cannot be deleted.",
        ),
        (
            [("乡村", True)],
            "cannot add the word '乡村' with frequency True: it must be an integer from 1 to 1000000000. "
            "Leave it out and it is estimated; words cannot be deleted.",
        ),
        (
            [("乡村", "5")],
            "cannot add the word '乡村' with frequency '5': it must be an integer from 1 to 1000000000. "
            "Leave it out and it is estimated; words cannot be deleted.",
        ),
        (
            ["两不愁、三保障"],
            "cannot add the word '两不愁、三保障': the segmenter always cuts at '、'. "
            "Give the parts around it as words of their own.",
        ),
        (["+"], "cannot add the word '+': it holds no Han character, letter or digit. Leave it out."),
        ([""], "cannot add the word '': it holds no Han character, letter or digit. Leave it out."),
        ([7], "cannot add 7: a word is a str, (str, frequency) or (str, frequency, tag)."),
        (
            [("乡村", 3, "n", "x")],
            "cannot add ('乡村', 3, 'n', 'x'): a word is a str, (str, frequency) or (str, frequency, tag).",
        ),
        ("乡村", "words is one str, '乡村'; give a list of words, such as ['乡村']."),
    ],
)
@BOTH
def test_words_that_cannot_be_added(engine, words, message):
    with pytest.raises(LexiconError) as caught:
        segment("乡村", engine=engine, words=words)
    assert str(caught.value) == message


def test_unknown_engine_is_answered_with_the_engines():
    with pytest.raises(TableError) as caught:
        segmenter(engine="pkuseg")
    assert str(caught.value) == "no engine is called 'pkuseg'; there are: rjieba, jieba."


@pytest.mark.parametrize(("text", "kind"), [(None, "NoneType"), (b"abc", "bytes"), (["乡村"], "list")])
@BOTH
def test_text_must_be_a_str(engine, text, kind):
    with pytest.raises(TableError) as caught:
        segment(text, engine=engine)
    assert str(caught.value) == f"segment takes one str, not {kind}: {text!r}. Cut texts one by one."


def run(code: str, temporary: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)}
    command = [sys.executable, *arguments, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_import_loads_nothing_and_says_nothing(tmp_path):
    code = (
        "import sys, analysis.annotate.segmentation;"
        "assert not {'jieba', 'rjieba', 'pkg_resources'} & set(sys.modules), 'loaded'"
    )
    done = run(code, tmp_path, "-W", "always")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@BOTH
def test_first_call_says_nothing_and_writes_nothing_even_when_jieba_is_not_compiled(engine, tmp_path):
    compiled, temporary = tmp_path / "compiled", tmp_path / "temporary"
    temporary.mkdir()
    code = (
        "import sys; from analysis.annotate.segmentation import segment;"
        # so that jieba is compiled now, with its warnings
        f"sys.dont_write_bytecode = False; sys.pycache_prefix = {str(compiled)!r};"
        f"assert segment('乡村振兴', engine={engine!r}, words=['振兴了']) == ['乡村', '振兴']"
    )
    done = run(code, temporary, "-W", "always")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(compiled.rglob("jieba/__init__*.pyc"))
    assert list(temporary.iterdir()) == []


def test_a_cache_planted_in_the_temporary_folder_is_not_read(tmp_path):
    import marshal

    (tmp_path / "jieba.cache").write_bytes(marshal.dumps(({"乡村振兴": 9, "乡": 0, "乡村": 0, "乡村振": 0}, 9)))
    code = (
        "from analysis.annotate.segmentation import segment;"
        "assert segment('乡村振兴', engine='jieba') == ['乡村', '振兴']"
    )
    assert run(code, tmp_path).returncode == 0
