import math
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.measures.terms.collocation import collocation
from analysis.measures.terms.contexts import stretches
from analysis.schemas import TableError, describe, empty

PROGRAM = """
from analysis.pipeline import read_corpus
from analysis.measures.terms.collocation import collocation
from analysis.measures.terms.keyness import keyness
corpus = read_corpus("seeds")
print(keyness(corpus, by="zone", target=["plan", "review"], reference="self_governance", draws=199).to_csv())
print(collocation(corpus, formulas=True).to_csv())
"""

# report_id, sentence_id, tokens; "|" gives the kind where it is not word, "的" is a stopword
SENTENCES = [
    ("a", 0, "推进 乡村 振兴 ，|punct 发展 茶叶"),
    ("a", 1, "茶叶 产业 发展 3|number 亩"),
    ("a", 2, "发展 的 茶叶 xx|mask 乡村 振兴"),
    ("b", 0, "茶叶 产业 发展 5|number 亩"),
    ("b", 1, "茶叶 茶叶 修路"),
    ("d", 0, "茶叶 发展 复本"),
]
FORMULAS = [("a", "乡村 振兴", "乡村振兴"), ("a", "推进 乡村", "推进乡村"), ("b", "茶叶 产业", "茶产业")]


def tables(sentences=SENTENCES):
    rows, blocks, at = [], [], 0
    for report_id, sentence_id, words in sentences:
        first = at
        for position, word in enumerate(words.split()):
            token, _, kind = word.partition("|")
            rows.append((report_id, sentence_id, position, at, at + len(token), token, kind or "word", token == "的"))
            at += len(token)
        blocks.append((report_id, sentence_id, first, at))
        at += 1
    columns = ["report_id", "sentence_id", "position", "start", "end", "token", "kind", "is_stopword"]
    tokens = pd.DataFrame(rows, columns=columns)
    reports = pd.DataFrame({"report_id": ["a", "b", "d"], "duplicate_of": pd.array([pd.NA, pd.NA, "a"], dtype="str")})
    blocks = pd.DataFrame(blocks, columns=["report_id", "sentence_id", "start", "end"])
    return SimpleNamespace(tokens=tokens, sentences=blocks, reports=reports)


def joined(corpus, hits):
    return SimpleNamespace(**{**vars(corpus), "slogans": hits})


def slogans(formulas, tokens, kind="policy_name"):
    """Return a slogans table: every place of the tokens of each formula in its report."""
    rows = []
    for report_id, words, canonical in formulas:
        own = tokens[tokens["report_id"] == report_id].reset_index(drop=True)
        parts = words.split()
        for at in range(len(own) - len(parts) + 1):
            if own["token"].iloc[at : at + len(parts)].tolist() == parts:
                rows.append((report_id, own["start"][at], own["end"][at + len(parts) - 1], kind, canonical))
    return pd.DataFrame(rows, columns=["report_id", "start", "end", "type", "canonical"])


def pairs(table, *columns):
    return {(row.node, row.collocate): tuple(getattr(row, name) for name in columns) for row in table.itertuples()}


def test_whole_table_of_hand_counted_sentences():
    # contexts: a0, a1, a2 up to the mask, a2 behind it, b0, b1; the duplicate d is left out
    table = collocation(tables())
    assert table.columns.tolist() == describe("collocation")["column"].tolist()
    assert pairs(table, "n", "n_node", "n_collocate", "n_contexts", "n_reports", "n_wordings", "n_adjacent") == {
        # the two sentences with 产业 differ in a number alone and are one wording; 发展 的 茶叶 are no neighbours
        ("发展", "茶叶"): (4, 4, 5, 6, 2, 3, 1)
    }
    row = table.iloc[0]
    cells = stats.chi2_contingency([[4, 0], [1, 1]], correction=False, lambda_="log-likelihood")
    assert row["g2"] == pytest.approx(cells.statistic, rel=1e-9)
    assert row["p"] == pytest.approx(stats.hypergeom.sf(3, 6, 4, 5), rel=1e-9)
    assert row["pmi"] == pytest.approx(math.log2(4 * 6 / 20), rel=1e-12)
    assert row["npmi"] == pytest.approx(math.log2(1.2) / math.log2(1.5), rel=1e-12)
    assert row["log_dice"] == pytest.approx(14 + math.log2(8 / 9), rel=1e-12)
    assert row["t"] == pytest.approx((4 - 20 / 6) / 2, rel=1e-12)
    assert not row["evidence"]


def test_rows_from_two_meetings_on():
    table = collocation(tables(), min_count=2)
    assert pairs(table, "n", "n_node", "n_collocate", "n_reports", "n_wordings", "n_adjacent") == {
        ("乡村", "振兴"): (2, 2, 2, 1, 2, 2),
        ("产业", "亩"): (2, 2, 2, 2, 1, 0),
        ("产业", "发展"): (2, 2, 4, 2, 1, 2),
        ("亩", "发展"): (2, 2, 4, 2, 1, 0),
        ("产业", "茶叶"): (2, 2, 5, 2, 1, 2),
        ("亩", "茶叶"): (2, 2, 5, 2, 1, 0),
        ("发展", "茶叶"): (4, 4, 5, 2, 3, 1),
    }
    # equal in every score: code-point order
    assert list(zip(table["node"], table["collocate"], strict=True))[:2] == [("乡村", "振兴"), ("产业", "亩")]
    assert table["log_dice"].is_monotonic_decreasing
    pd.testing.assert_frame_equal(collocation(tables(), min_count=5), empty("collocation"))


def test_stopwords_are_left_out_of_rows_and_masks_out_of_everything():
    with_stopwords = collocation(tables(), min_count=1, stopwords=True)
    names = set(with_stopwords["node"]) | set(with_stopwords["collocate"])
    assert names == {"推进", "乡村", "振兴", "发展", "茶叶", "产业", "亩", "的", "修路"}
    without = collocation(tables(), min_count=1)
    kept = with_stopwords[(with_stopwords[["node", "collocate"]] != "的").all(axis=1)].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, without)
    own = collocation(tables(), min_count=1, node="的")
    assert pairs(own, "n") == {("的", "发展"): (1,), ("的", "茶叶"): (1,)}
    numbers = collocation(tables(), min_count=1, kinds=("word", "number"), node="3")
    assert set(numbers["collocate"]) == {"茶叶", "产业", "发展", "亩"}


def test_a_mask_parts_a_sentence():
    split = pairs(collocation(tables(), min_count=1), "n", "n_contexts")
    assert split[("发展", "振兴")] == (1, 6)


def test_node_takes_the_company_of_one_word():
    table = collocation(tables(), node="茶叶", min_count=2)
    assert set(table["node"]) == {"茶叶"}
    assert pairs(table, "n", "n_node", "n_collocate") == {
        ("茶叶", "发展"): (4, 5, 4),
        ("茶叶", "产业"): (2, 5, 2),
        ("茶叶", "亩"): (2, 5, 2),
    }
    two = collocation(tables(), node=["茶叶", "发展"], min_count=2)
    assert pairs(two, "n")[("发展", "茶叶")] == pairs(two, "n")[("茶叶", "发展")] == (4,)
    every = collocation(tables(), min_count=2)
    scores = [name for name in every.columns if name not in {"node", "collocate", "n_node", "n_collocate"}]
    of_pair = every[(every["node"] == "发展") & (every["collocate"] == "茶叶")]
    assert two.loc[two["node"] == "发展", scores].iloc[0].tolist() == of_pair[scores].iloc[0].tolist()


def test_formulas_are_units_and_do_not_collocate_with_themselves():
    corpus = tables()
    hits = slogans(FORMULAS, corpus.tokens)
    plain = pairs(collocation(corpus, min_count=1), "n")
    found = pairs(collocation(joined(corpus, hits), formulas=True, min_count=1), "n", "n_node", "n_collocate")
    assert ("乡村", "振兴") in plain
    assert ("乡村", "振兴") not in found
    # 推进乡村 starts first in a0, so 乡村振兴 is left its own tokens there; behind the mask it stands whole, alone
    assert {pair for pair in found if "振兴" in pair} == {("振兴", "推进乡村"), ("发展", "振兴"), ("振兴", "茶叶")}
    assert {pair for pair in found if "乡村振兴" in pair} == set()
    assert found[("亩", "茶产业")] == (1, 2, 1)
    assert found[("发展", "茶叶")] == (3, 4, 4)
    text = stretches(joined(corpus, hits), formulas=True)
    assert [text.names[unit] if unit >= 0 else None for unit in text.unit] == [
        *["推进乡村", "振兴", "发展", "茶叶", "茶叶", "产业", "发展", None, "亩", "发展", "的", "茶叶", "乡村振兴"],
        *["茶产业", "发展", None, "亩", "茶叶", "茶叶", "修路"],
    ]
    assert text.stretch.tolist() == [0] * 4 + [1] * 5 + [2] * 3 + [3] + [4] * 4 + [5] * 3


def test_what_is_no_formula_is_not_joined():
    corpus = tables()
    tokens, plain = corpus.tokens, stretches(corpus).unit.tolist()
    headline = slogans(FORMULAS, tokens, kind="parallel_headline")
    over_a_mask = slogans([("a", "茶叶 xx 乡村", "茶叶某乡村")], tokens)
    inside_a_token = pd.DataFrame(
        {"report_id": "a", "start": [1], "end": [2], "type": "policy_name", "canonical": "进"}
    )
    over_two_sentences = pd.DataFrame(
        {
            "report_id": "a",
            "start": tokens["start"].iloc[5],
            "end": tokens["end"].iloc[6],
            "type": "policy_name",
            "canonical": ["茶叶茶叶"],
        }
    )
    elsewhere = slogans(FORMULAS, tokens).assign(report_id="z")
    for hits in (headline, over_a_mask, inside_a_token, over_two_sentences, elsewhere, headline.iloc[:0]):
        assert stretches(joined(corpus, hits), formulas=True).unit.tolist() == plain


def test_longer_of_two_formulas_that_start_together_and_a_formula_spelt_like_a_stopword():
    corpus = tables([("a", 0, "乡村 振兴 战略 的"), ("a", 1, "的 战略")])
    hits = slogans([("a", "乡村 振兴", "短"), ("a", "乡村 振兴 战略", "的")], corpus.tokens)
    text = stretches(joined(corpus, hits), formulas=True)
    assert text.names[text.unit].tolist() == ["的", "的", "的", "战略"]
    assert dict(zip(text.names, text.is_stopword, strict=True)) == {"战略": False, "的": False}


def test_formulas_side_by_side_are_both_joined():
    corpus = tables([("a", 0, "乡村 振兴 战略 任务")])
    hits = slogans([("a", "乡村 振兴", "甲"), ("a", "战略 任务", "乙")], corpus.tokens)
    text = stretches(joined(corpus, hits), formulas=True)
    assert text.names[text.unit].tolist() == ["甲", "乙"]


def test_input_is_not_mutated_and_rows_may_come_in_any_order():
    corpus = tables()
    corpus = joined(corpus, slogans(FORMULAS, corpus.tokens))
    before = {name: frame.copy(deep=True) for name, frame in vars(corpus).items()}
    first = collocation(corpus, formulas=True, min_count=1)
    mixed = SimpleNamespace(**{name: frame.sample(frac=1, random_state=3) for name, frame in vars(corpus).items()})
    pd.testing.assert_frame_equal(collocation(mixed, formulas=True, min_count=1), first)
    for name, was in before.items():
        pd.testing.assert_frame_equal(getattr(corpus, name), was)


def test_empty_text_gives_the_empty_table():
    corpus = tables()
    for left in (corpus.tokens.iloc[:0], corpus.tokens.iloc[:1]):
        one = SimpleNamespace(**{**vars(corpus), "tokens": left})
        pd.testing.assert_frame_equal(collocation(one), empty("collocation"))


def test_sentences_are_looked_up_in_pieces_without_a_difference(monkeypatch):
    whole = collocation(tables(), min_count=1)
    monkeypatch.setattr("analysis.measures.terms.collocation._CELLS", 7)
    pd.testing.assert_frame_equal(collocation(tables(), min_count=1), whole)


def test_pairs_of_many_sentences_are_those_of_plain_counting():
    rng = np.random.default_rng(9)
    words = [f"词{number}" for number in range(12)]
    chance = 1 / np.arange(1, 13)
    lines = [rng.choice(words, rng.integers(1, 9), p=chance / chance.sum()).tolist() for _ in range(80)]
    table = collocation(tables([("a", at, " ".join(line)) for at, line in enumerate(lines)]))
    sets = [set(line) for line in lines]
    expected = {
        (one, other): n
        for one in words
        for other in words
        if one < other and (n := sum({one, other} <= held for held in sets)) >= 3
    }
    assert pairs(table, "n") == {pair: (n,) for pair, n in expected.items()}
    avoided = table["n"] * 80 < table["n_node"] * table["n_collocate"]
    assert avoided.any()
    assert (table.loc[avoided, "g2"] <= 0).all()


@pytest.mark.slow
def test_hash_seed_does_not_matter():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1
    assert "乡村振兴".encode() in outputs.pop()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"min_count": 0}, "min_count must be at least 1; received 0."),
        (
            {"node": "龙井"},
            "no word or formula is called '龙井' (9 are). Look for it with keyword_in_context: it may be cut "
            "otherwise, or stand inside a formula.",
        ),
        (
            {"kinds": "mask"},
            "kinds must be one or more of word, latin, number, in a tuple; received 'mask'. "
            "Masks and punctuation are not words and are never counted.",
        ),
    ],
)
def test_errors_say_what_was_wrong_and_what_there_is(options, text):
    with pytest.raises(TableError) as error:
        collocation(tables(), **options)
    assert str(error.value) == text


def test_tokens_of_another_corpus_are_refused():
    corpus = tables()
    corpus.sentences = corpus.sentences[corpus.sentences["sentence_id"] != 2]
    with pytest.raises(TableError) as error:
        collocation(corpus)
    assert str(error.value) == (
        "tokens table holds sentence 2 of report 'a', which the sentences table lacks. Use tables of one corpus."
    )
