"""Tables of contents, and headings that are none."""

import pytest

from analysis.corpus.cleaning.chrome import lines_of
from analysis.corpus.cleaning.contents import contents_lines

BODY = "一、修路工作\n修路。\n二、架桥工作\n架桥。\n三、通水工作\n通水。\n各位代表!完了。"


@pytest.mark.parametrize(
    ("head", "count"),
    [
        ("目 录\n一、修路工作……1\n二、架桥工作……2\n三、通水工作……3\n", 4),
        ("一、修路工作-----1\n二、架桥工作-----2\n三、通水工作-----3\n", 3),
        ("目录\n一、修路工作\n二、架桥工作\n", 3),
        ("一、修路工作\n二、架桥工作\n三、通水工作\n", 3),
        ("一、修路工作 二、架桥工作 三、通水工作\n", 1),
        ("一、修路工作\n二、架桥工作\n", 0),  # two headings may come again
        ("修路工作\n架桥工作\n通水工作\n", 0),
        ("一、造林工作\n二、治水工作\n三、扶贫工作\n", 0),
        ("目录\n一、修路工作\n二、架桥工作\n各位代表:\n", 3),  # said again below, but no heading
        ("目录\n", 0),
    ],
)
def test_what_is_a_table_of_contents(head, count):
    text = head + BODY
    lines = lines_of(text)
    assert sorted(contents_lines(text, lines)) == lines[:count]
