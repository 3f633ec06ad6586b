"""The figure of keyness: which rows it takes, what it writes, that no two texts lie on one another."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from analysis.plots.keyness import key_terms, plot_keyness
from analysis.plots.style import style
from analysis.schemas import FontError, TableError, columns, conform

WORDS = [one + other for one in "国园围图团固圆圈" for other in "国园围图团固圆圈"]  # characters that fill their box
NAMES = {"003_a": "003 xx镇 [2016–2021]", "004_b": "004 X镇 2022"}


def table(n=20):
    """Return 2n rows, from a log ratio of 5 down to −5; the first three of either side have evidence."""
    rows = []
    for at in range(2 * n):
        side = 1 if at < n else -1
        rank = at % n
        size = side * (5 - 4 * rank / n)
        row = {"term": WORDS[at], "target": "003_a", "reference": "004_b", "log_ratio": size, "z": size}
        row |= {"n_target": 10 + at, "n_reference": 1, "ci_low": size - 1, "ci_high": np.inf, "n_reports": 2, "m": 90}
        row |= {"log_ratio_lowest": size / 3, "dp_norm": 0.25, "p": (rank + 1) / 90, "q": 0.1}
        row |= {"evidence": rank < 3, "doubts": "zero burst" if rank == 1 else "", "is_stopword": False}
        rows.append(row)
    whole = pd.DataFrame(rows)
    counts = {column.name: 0 for column in columns("keyness") if column.dtype == "int64" and column.name not in whole}
    names = [column.name for column in columns("keyness")]
    return conform(whole.assign(**counts).reindex(columns=names), "keyness")


def texts(ax):
    ax.figure.draw_without_rendering()
    low, high = sorted(ax.xaxis.get_view_interval())
    beyond = [tick.label1 for tick in ax.xaxis.get_major_ticks() if not low <= tick.get_loc() <= high]
    found = [text for text in ax.figure.findobj(Text) if text.get_visible() and text not in beyond]
    return [text for text in found if text.get_text().strip()]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [None, "single"])
def test_nothing_is_cut_and_no_text_lies_on_another(language, width):
    with style(language=language, width=width):
        ax = plot_keyness(key_terms(table()), names=NAMES)
        boxes = {(at, text.get_text()): text.get_window_extent() for at, text in enumerate(texts(ax))}
        canvas = ax.figure.bbox.extents
    pairs = combinations(boxes.items(), 2)
    found = [
        (one, other)
        for (one, a), (other, b) in pairs
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
    ]
    assert found == []
    assert [key for key, box in boxes.items() if (box.min < canvas[:2]).any() or (box.max > canvas[2:]).any()] == []
    assert plt.get_fignums() == []


def test_strongest_evidence_of_each_side_is_taken():
    whole = table()
    chosen = key_terms(whole, 2)
    assert chosen["term"].tolist() == [whole["term"][at] for at in (0, 1, 21, 20)]
    assert list(chosen.columns) == list(whole.columns)


def test_stopwords_and_untested_terms_are_left_out():
    whole = table(3)
    whole.loc[0, "is_stopword"] = True
    whole.loc[1, "q"] = np.nan
    assert key_terms(whole)["term"].tolist() == [whole["term"][at] for at in (2, 5, 4, 3)]


def test_counts_stand_beside():
    with style(language="en"):
        written = [text.get_text() for text in texts(plot_keyness(key_terms(table(), 1), names=NAMES))]
    whole = table()
    expected = {"003", "004", "DF", "DPnorm", "← 004 X镇 2022", "003 xx镇 [2016–2021] →", ".25", "10", "30", "1", "2"}
    assert expected | {whole["term"][0], whole["term"][20]} <= set(written)


def test_marks_tell_evidence_and_bursts():
    with style():
        ax = plot_keyness(key_terms(table(), 4), names=NAMES)
    looks = [
        (line.get_marker(), line.get_markerfacecolor() != "white")
        for line in ax.lines
        if line.get_marker() in ("o", "^") and len(line.get_xdata()) == 1
    ]
    # from above: evidence, evidence in a burst, evidence, none; the other side the other way round
    target = [("o", True), ("^", True), ("o", True), ("o", False)]
    assert looks == target + target[::-1]


def test_table_is_not_changed():
    whole = table()
    before = whole.copy(deep=True)
    with style():
        plot_keyness(key_terms(whole))
    pd.testing.assert_frame_equal(whole, before)


def test_errors_say_what_to_do():
    with style():
        with pytest.raises(TableError) as empty:
            plot_keyness(table().head(0))
        with pytest.raises(TableError) as several:
            plot_keyness(table(2).assign(reference=["a", "b", "a", "b"]))
        with pytest.raises(FontError):
            plot_keyness(table(2).assign(term="新𨻧"))
    assert str(empty.value) == ("plot_keyness got no row. No term passes the limits of keyness; compare longer texts.")
    assert str(several.value) == (
        "plot_keyness draws one comparison, received several. Give the rows of one keyness table."
    )
