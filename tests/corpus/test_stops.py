"""ASCII dots that end sentences, and dots that do not."""

import pytest

from analysis.corpus.cleaning.stops import ascii_stops


def written(text):
    for edit in ascii_stops(text):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("修路3.5公里.架桥2座.", "修路3.5公里。架桥2座。"),
        ("1.修路.\n2.架桥.", "1.修路。\n2.架桥。"),
        ("一.回顾\n修路.架桥.", "一.回顾\n修路。架桥。"),
        ('他说"好."群众满意.', '他说"好。"群众满意。'),
        ("增长15.2%.详见www.a.gov.cn.", "增长15.2%。详见www.a.gov.cn。"),
        ("修路。架桥.", "修路。架桥."),  # the text has full stops of its own
        ("修路.", "修路."),  # one dot says nothing of the text
        ("修路｡架桥｡", "修路。架桥。"),
    ],
)
def test_which_dots_end_a_sentence(text, result):
    assert written(text) == result
