"""Which script a text is in, and the other script's characters folded."""

import pytest

from analysis.corpus.script import fold_script, script_of


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
