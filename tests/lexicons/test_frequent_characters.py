"""The list of frequent characters is what its source column says: counted, not chosen."""

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from opencc import OpenCC

from analysis.lexicons.tables import read_table


def test_counted_over_the_dictionary():
    table = read_table("frequent_characters.csv", columns=("character", "traditional", "source"), unique=("character",))
    counts = Counter()
    dictionary = Path(find_spec("jieba").origin).parent / "dict.txt"
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        counts.update(
            {character: int(count) * word.count(character) for character in set(word) if "一" <= character <= "鿿"}
        )
    ranked = sorted(counts, key=lambda character: (-counts[character], character))[:600]
    assert table["character"].tolist() == ranked
    convert = [OpenCC(name).convert for name in ("s2t", "s2tw", "s2hk")]
    forms = ["".join(dict.fromkeys(to(one) for to in convert if to(one) != one)) for one in ranked]
    assert table["traditional"].tolist() == forms
    assert set(table["source"]) == {"counted over dict.txt of jieba 0.42.1 (MIT)"}
