"""The default engine gives jieba's tokens: on the seeds, on 60,000 made-up strings, with and without added words."""

import random
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.annotate.segmentation import segment, segmenter

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
SYMBOLS = "+#&._-%"
ALPHABETS = {
    "latin": "abcxyzABCGXZ",
    "digits": "0123456789",
    "symbols": SYMBOLS,
    "punctuation": "，。、；：！？“”《》（）()[]/=*×~!@$^|\\",
    "full-width": "０１９ＡＺａｚ％．＋－＆，",
    "beyond jieba": "\u9fd6\u9fef\u9fff㐀㐂䶵𠀀𠮷𪛖豈ー㎡",
    "kana": "のカタひらがな々〇",
    "emoji": "😀🚀👍🏽\u200d❤\ufe0f",
    "space": " \t\n\r\u3000\u00a0\u2028\x1c",
    "other": "éßγЖαกل\u0301\x00",
}
N_STRINGS = 60_000
BATCH = 10_000


@cache
def seed_texts() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8-sig") for path in SEEDS)


@cache
def dictionary_words() -> tuple[str, ...]:
    with (resources.files("jieba") / "dict.txt").open(encoding="utf-8") as lines:
        return tuple(line.split(" ")[0] for line in lines)


def piece(rng: random.Random) -> str:
    """One to eight characters of one sort; the sorts that need the repair come often."""
    sort = rng.choice(("seed", "seed", "dictionary", "han", "numeral", "run", *ALPHABETS))
    if sort == "seed":
        text = rng.choice(seed_texts())
        start = rng.randrange(len(text))
        return text[start : start + rng.randint(1, 8)]
    if sort == "dictionary":
        return rng.choice(dictionary_words())
    if sort == "han":
        return "".join(chr(rng.randint(0x4E00, 0x9FD5)) for _ in range(rng.randint(1, 4)))
    if sort == "numeral":
        return f"{rng.randint(0, 9999)}{rng.choice('.-%_')}{rng.randint(0, 99)}{rng.choice(('', '%', '亩'))}"
    if sort == "run":
        return "".join(rng.choices("aG05" + SYMBOLS, k=rng.randint(2, 8)))
    return "".join(rng.choices(ALPHABETS[sort], k=rng.randint(1, 3)))


def strings(seed: int, n: int) -> list[str]:
    rng = random.Random(seed)
    return ["".join(piece(rng) for _ in range(rng.randint(1, 5))) for _ in range(n)]


@cache
def added_words() -> tuple[tuple[str, int | None], ...]:
    """300 words: n-grams of the seeds, dictionary words, runs of letters, digits and symbols, and mixtures."""
    rng = random.Random(300)
    han = "".join(c for text in seed_texts() for c in text if "\u4e00" <= c <= "\u9fd5")
    words: dict[str, int | None] = {}
    makers = (
        lambda: "".join(han[(at := rng.randrange(len(han) - 6)) : at + rng.randint(1, 6)]),
        lambda: rng.choice(dictionary_words()),
        lambda: rng.choice("aG05") + "".join(rng.choices("aG05" + SYMBOLS, k=rng.randint(1, 4))),
        lambda: "".join(rng.choices("aG05" + SYMBOLS, k=2)) + rng.choice(han) + rng.choice(SYMBOLS + "aG"),
        lambda: rng.choice("abcABC012" + han[:100]),
    )
    while len(words) < 300:
        word = rng.choice(makers)()
        if "γ" not in word and any(c not in SYMBOLS for c in word):
            words[word] = rng.choice((None, None, 1, 3, 500, 10_000_000))
    return tuple(words.items())


def differences(texts: list[str], **options) -> list[tuple[str, list[str], list[str]]]:
    fast, reference = segmenter(engine="rjieba", **options), segmenter(engine="jieba", **options)
    found = []
    for text in texts:
        tokens, expected = fast(text), reference(text)
        if tokens != expected or "".join(tokens) != text:
            found.append((text, tokens, expected))
    return found


WORDS = pytest.mark.parametrize("words", [(), "300 words"], ids=["plain", "words"])


@WORDS
@pytest.mark.parametrize("hmm", [True, False], ids=["hmm", "no-hmm"])
def test_identical_on_the_seeds(words, hmm):
    texts = [*seed_texts(), *(line for text in seed_texts() for line in text.splitlines())]
    assert len(seed_texts()) == 5
    assert differences(texts, words=added_words() if words else (), hmm=hmm) == []


@WORDS
@pytest.mark.parametrize("batch", range(N_STRINGS // BATCH))
def test_identical_on_made_up_strings(words, batch):
    assert differences(strings(batch, BATCH), words=added_words() if words else ()) == []


@WORDS
def test_identical_on_made_up_strings_without_hmm(words):
    assert differences(strings(-1, 5000), words=added_words() if words else (), hmm=False) == []


def test_the_made_up_strings_need_the_repair():
    import rjieba

    raw = rjieba.Jieba()
    reference = segmenter(engine="jieba")
    texts = [text for text in strings(0, BATCH) if raw.cut(text) != reference(text)]
    assert len(texts) > BATCH // 20


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("PM_2.5", ["PM", "_", "2.5"]),
        ("5G-A基站", ["5G", "-", "A", "基站"]),
        ("2023.12.31", ["2023.12", ".", "31"]),
        ("增长14.5%", ["增长", "14.5%"]),
        ("C++和c#", ["C++", "和", "c#"]),
        ("国A-B", ["国", "A", "-", "B"]),
        ("a㐂b\r\nc", ["a", "㐂", "b", "\r\n", "c"]),
        ("\ud800工作", ["\ud800", "工作"]),
        ("", []),
    ],
)
@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_known_tokens(engine, text, tokens):
    assert segment(text, engine=engine) == tokens


CHARACTERS = st.one_of(
    st.sampled_from("乡村振兴工作人员" + SYMBOLS + "aG05"),
    st.sampled_from("".join(ALPHABETS.values())),
    st.characters(),
)
LEGAL = st.text("乡村振兴工作人员" + SYMBOLS + "aG05", min_size=1, max_size=5).filter(lambda word: word.strip(SYMBOLS))


@settings(max_examples=300, deadline=None)
@given(text=st.text(CHARACTERS, max_size=40), hmm=st.booleans())
def test_any_text_joins_back_and_is_identical(text, hmm):
    assert differences([text], hmm=hmm) == []


@settings(max_examples=50, deadline=None)
@given(
    text=st.text(CHARACTERS, max_size=40),
    words=st.lists(st.tuples(LEGAL, st.none() | st.integers(1, 10**9)), min_size=1, max_size=8),
)
def test_any_words_leave_the_engines_identical(text, words):
    texts = [text, "".join(word for word, _ in words), text.join(word for word, _ in words)]
    assert differences(texts, words=words) == []
