"""Edits in layers: logged in the raw text whatever layer they were found in."""

from analysis.corpus.cleaning.layers import Layers
from analysis.schemas import Edit


def test_an_edit_replaces_what_the_layer_below_left_there():
    layers = Layers("甲&nbsp;\u200b乙")
    layers.apply([Edit(1, 7, "&nbsp;", " ", "entity")])
    assert layers.text == "甲 \u200b乙"
    layers.apply([Edit(2, 3, "\u200b", "", "invisible")])
    assert layers.text == "甲 乙"
    layers.apply([Edit(1, 2, " ", "", "line_wrap")])
    assert layers.edits == (Edit(1, 7, "&nbsp;", "", "line_wrap"), Edit(7, 8, "\u200b", "", "invisible"))
    assert layers.text == "甲乙"


def test_noise_below_keeps_its_own_entry():
    layers = Layers("甲 广告 乙")
    layers.apply([Edit(2, 4, "广告", "", "watermark")])
    layers.apply([Edit(1, 3, "  ", "", "line_wrap")])
    assert layers.edits == (
        Edit(1, 2, " ", "", "line_wrap"),
        Edit(2, 4, "广告", "", "watermark"),
        Edit(4, 5, " ", "", "line_wrap"),
    )


def test_no_edits_change_nothing():
    layers = Layers("甲")
    layers.apply([])
    assert (layers.text, layers.edits) == ("甲", ())
