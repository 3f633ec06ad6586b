"""How much faster the default engine is than the reference: read the ratio in brackets, not the milliseconds.

Both engines cut the five seeds, whole and line by line, in one run on one machine; rjieba without the repair
shows what the repair costs.
"""

from pathlib import Path

import pytest

from analysis.annotate.segmentation import segmenter

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))
TEXTS = [path.read_text(encoding="utf-8-sig") for path in SEEDS]
UNITS = {"reports": TEXTS, "lines": [line for text in TEXTS for line in text.splitlines() if line]}
WORDS = ["乡村振兴", "5G+工业互联网", ("人居环境整治", 50)]


def unrepaired():
    import rjieba

    return rjieba.Jieba().cut


CUTTERS = {
    "rjieba": segmenter,
    "rjieba with words": lambda: segmenter(words=WORDS),
    "rjieba unrepaired": unrepaired,
    "jieba": lambda: segmenter(engine="jieba"),
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("cutter", CUTTERS)
def test_segmentation(benchmark, cutter, unit):
    benchmark.group = f"five seeds as {unit}"
    cut, texts = CUTTERS[cutter](), UNITS[unit]
    tokens = benchmark(lambda: [token for text in texts for token in cut(text)])
    assert "".join(tokens) == "".join(texts)
