"""Word segmentation: the answer of jieba 0.42.1, at the speed of rjieba.

jieba in default mode defines which tokens are right. rjieba holds the same dictionary and the same hidden
Markov model, and differs in two places, which the engine ``"rjieba"`` repairs:

* Its blocks reach beyond U+9FD5, where jieba cuts every character off. So the text is cut at such characters
  first. (The set of characters that need no cut, `_FOREIGN`, was measured, not guessed: do not widen it.)
* A run outside the dictionary such as ``5G-A`` stays whole, where jieba splits it at the symbol. So a token that
  holds one of ``+ # & . _ -`` and is no dictionary word is split again with jieba's own pattern, `_SKIP`. A
  dictionary word with such a symbol always beats its characters, unless the symbol itself were a frequent word;
  this is why words made of symbols alone are refused.

Words added for one call live in instances of their own. Nothing in the modules jieba and rjieba is changed.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import resources
from numbers import Integral
from typing import TYPE_CHECKING

from analysis.schemas import LexiconError, TableError

if TYPE_CHECKING:
    import jieba
    import rjieba

__all__ = ["ENGINES", "Word", "parts_of_speech", "segment", "segmenter"]

ENGINES = ("rjieba", "jieba")
"""The engines that `segment` knows, the default first; they give the same tokens."""

Word = str | tuple[str, int | None] | tuple[str, int | None, str | None]
"""A word to add: itself, with a frequency (None: jieba's own estimate), with a part-of-speech tag."""

Entry = tuple[str, int | None, str | None]

MAX_FREQUENCY = 1_000_000_000

_FOREIGN = re.compile("([^\u0000-\u2fff\u3000-\u303f\u4e00-\u9fd5\uff00-\uffef])")
_SYMBOL = re.compile("[+#&._-]")
_SKIP = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
_NOT_IN_WORDS = re.compile("[^\u4e00-\u9fd5a-zA-Z0-9+#&._%-]")
_IN_WORDS = re.compile("[\u4e00-\u9fd5a-zA-Z0-9]")


def segment(text: str, *, engine: str = "rjieba", words: Iterable[Word] = (), hmm: bool = True) -> list[str]:
    """Cut `text` into tokens; joined, they give the text back.

    Parameters
    ----------
    text : str
    engine : {"rjieba", "jieba"}
        Both give the same tokens; ``"rjieba"`` is the faster, ``"jieba"`` the reference.
    words : iterable of str, (str, frequency) or (str, frequency, tag)
        Words to add for this call alone. Without a frequency (or with None) jieba estimates the one that just
        keeps the word whole.
    hmm : bool
        Whether words outside the dictionary are guessed from their characters.

    Returns
    -------
    list of str
        Words, numbers, punctuation and whitespace in the order of the text.

    Raises
    ------
    TableError
        If `text` is no str, or no engine has this name.
    LexiconError
        If one of `words` cannot be added.

    References
    ----------
    Sun, J. (2020). jieba 0.42.1: Chinese text segmentation.

    Examples
    --------
    >>> segment("实施乡村振兴战略，增长14.5%。")
    ['实施', '乡村', '振兴', '战略', '，', '增长', '14.5%', '。']
    >>> segment("实施乡村振兴战略", words=["乡村振兴"])
    ['实施', '乡村振兴', '战略']
    """
    return segmenter(engine=engine, words=words, hmm=hmm)(text)


def segmenter(*, engine: str = "rjieba", words: Iterable[Word] = (), hmm: bool = True) -> Callable[[str], list[str]]:
    """Return the function from text to tokens that `segment` uses; keep it where many texts are cut.

    Parameters, errors and tokens are those of `segment`.

    Examples
    --------
    >>> cut = segmenter(words=[("乡村振兴", 100)])
    >>> cut("乡村振兴"), cut("5G-A")
    (['乡村振兴'], ['5G', '-', 'A'])
    """
    if engine not in ENGINES:
        raise TableError(f"no engine is called {engine!r}; there are: {', '.join(ENGINES)}.")
    added = _checked(words)
    cut = _rjieba_cut(_rjieba(added), hmm) if engine == "rjieba" else _jieba_cut(_jieba(added), hmm)

    def tokens(text: str) -> list[str]:
        if not isinstance(text, str):
            raise TableError(f"segment takes one str, not {type(text).__name__}: {text!r:.60}. Cut texts one by one.")
        return cut(text)

    return tokens


def parts_of_speech(text: str) -> list[tuple[str, str]]:
    """Return the tokens of `text` with their tags in jieba's dictionary (v verb, n noun, d adverb, i idiom …).

    Examples
    --------
    >>> parts_of_speech("突出园区建设")
    [('突出', 'v'), ('园区', 'n'), ('建设', 'vn')]
    """
    return [(token, tag) for token, tag in _rjieba(()).tag(text)]


def _rjieba_cut(instance: rjieba.Jieba, hmm: bool) -> Callable[[str], list[str]]:
    def stretch(text: str) -> list[str]:
        tokens = instance.cut(text, hmm)
        if not hmm or not _SYMBOL.search(text):
            return tokens
        repaired = []
        for token in tokens:
            if len(token) > 1 and not token.isalnum() and _SYMBOL.search(token) and not instance.has_word(token):
                repaired += filter(None, _SKIP.split(token))
            else:
                repaired.append(token)
        return repaired

    def cut(text: str) -> list[str]:
        stretches = _FOREIGN.split(text)
        if len(stretches) == 1:
            return stretch(text)
        tokens = []
        for number, piece in enumerate(stretches):
            tokens += [piece] if number % 2 else stretch(piece)  # every second one is a foreign character
        return tokens

    return cut


def _jieba_cut(instance: jieba.Tokenizer, hmm: bool) -> Callable[[str], list[str]]:
    return lambda text: instance.lcut(text, HMM=hmm)


def _checked(words: Iterable[Word]) -> tuple[Entry, ...]:
    """Return `words` as triples that can be a cache key; raise `LexiconError` for one that cannot be added."""
    if isinstance(words, str):
        raise LexiconError(f"words is one str, {words!r:.60}; give a list of words, such as [{words[:20]!r}].")
    return tuple(map(_entry, words))


def _entry(given: object) -> Entry:
    parts = given if isinstance(given, tuple | list) else (given,)
    word, frequency, tag = (*parts, None, None)[:3] if len(parts) in (1, 2, 3) else (None, None, None)
    if not isinstance(word, str) or not isinstance(tag, str | None):
        raise LexiconError(f"cannot add {given!r}: a word is a str, (str, frequency) or (str, frequency, tag).")
    if cut_off := _NOT_IN_WORDS.search(word):
        raise LexiconError(
            f"cannot add the word {word!r}: the segmenter always cuts at {cut_off[0]!r}. "
            "Give the parts around it as words of their own."
        )
    if not _IN_WORDS.search(word):
        raise LexiconError(f"cannot add the word {word!r}: it holds no Han character, letter or digit. Leave it out.")
    if frequency is None:
        return word, None, tag
    number = int(frequency) if isinstance(frequency, Integral) and not isinstance(frequency, bool) else 0
    if not 1 <= number <= MAX_FREQUENCY:
        raise LexiconError(
            f"cannot add the word {word!r} with frequency {frequency!r}: it must be an integer from 1 to "
            f"{MAX_FREQUENCY}. Leave it out and it is estimated; words cannot be deleted."
        )
    return word, number, tag


@lru_cache(maxsize=1)
def _dictionary() -> tuple[dict[str, int], int]:
    """Return jieba's dictionary and its total frequency.

    ``Tokenizer.initialize`` is not called: it logs to stderr, and it unmarshals a cache of a known name from the
    shared temporary folder, where anyone may have put one.
    """
    tokenizer = _import_jieba().Tokenizer()
    source = resources.files("jieba") / "dict.txt"
    return tokenizer.gen_pfdict(source.open("rb"))


def _import_jieba():
    with warnings.catch_warnings():
        # its patterns have invalid escapes, and it imports the deprecated pkg_resources
        warnings.simplefilter("ignore")
        import jieba
    return jieba


@lru_cache(maxsize=2)
def _jieba(added: tuple[Entry, ...]) -> jieba.Tokenizer:
    """Return jieba with `added`, on a copy of the dictionary."""
    tokenizer = _import_jieba().Tokenizer()
    frequencies, tokenizer.total = _dictionary()
    tokenizer.FREQ = frequencies.copy() if added else frequencies
    tokenizer.initialized = True
    for word, frequency, tag in added:
        tokenizer.add_word(word, frequency, tag)
    return tokenizer


@lru_cache(maxsize=4)
def _rjieba(added: tuple[Entry, ...]) -> rjieba.Jieba:
    """Return rjieba with `added` at the frequencies that jieba gives them."""
    import rjieba

    instance = rjieba.Jieba()
    if not added:
        return instance
    reference, (frequencies, total) = _jieba(added), _dictionary()
    for word in dict.fromkeys(word for word, _, _ in added):
        instance.add_word(word, reference.FREQ[word], None)
        total += reference.FREQ[word] - frequencies.get(word, 0)
    # jieba leaves the former frequency of a changed word in the total, which weighs every word; here
    # a line feed carries it, as no block that is looked up can hold one
    if reference.total > total:
        instance.add_word("\n", reference.total - total, None)
    return instance
