"""The reader of data tables: what it returns, and what it says of every kind of broken row."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.lexicons.tables import read_table
from analysis.schemas import LexiconError

COLUMNS = ("word", "kind", "note")


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_rows_come_back_as_text_in_the_order_of_the_columns(tmp_path):
    path = written(tmp_path, 'note,word,kind\r\n,001,a\r\n\r\n"x, ""y""\nz",的,b\r\n')
    expected = pd.DataFrame({"word": ["001", "的"], "kind": ["a", "b"], "note": ["", 'x, "y"\nz']}, dtype="str")
    pd.testing.assert_frame_equal(read_table(path, columns=COLUMNS), expected)


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path, start):
    table = read_table(written(tmp_path, start + "word\n的\n"), columns=("word",))
    assert table.to_dict("list") == {"word": ["的"]}


def test_optional_columns_may_lack_and_a_table_may_have_no_row(tmp_path):
    table = read_table(written(tmp_path, "word\n"), columns=COLUMNS, optional=("kind", "note"))
    pd.testing.assert_frame_equal(table, pd.DataFrame({name: pd.Series([], dtype="str") for name in COLUMNS}))


def test_empty_cells_are_judged_by_required_and_not_by_allowed(tmp_path):
    path = written(tmp_path, "word,kind,note\n的,,\n")
    assert read_table(path, columns=COLUMNS, allowed={"kind": ("a",)}).to_dict("records") == [
        {"word": "的", "kind": "", "note": ""}
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1: the header lacks 'word', lacks 'kind', lacks 'note'. Its columns must be word, kind, note."),
        (
            "word,kind,Note\n",
            "line 1: the header lacks 'note', has the unknown 'Note'. Its columns must be word, kind, note.",
        ),
        ("word,kind,note,kind\n", "line 1: the header has 'kind' twice. Its columns must be word, kind, note."),
        (
            "word,kind,note\n的,a\n",
            "line 2: 2 cells where the header has 3 (word, kind, note). "
            'Put a cell that holds a comma or a quotation mark in "…".',
        ),
        (
            "word,kind,note\n的,a,b,c\n",
            "line 2: 4 cells where the header has 3 (word, kind, note). "
            'Put a cell that holds a comma or a quotation mark in "…".',
        ),
        ("word,kind,note\n的,a,\n,a,\n", "line 3: column 'word' is empty. Fill it, or remove the row."),
        (
            'word,kind,note\n的,a,"x\ny"\n\n了 ,a,\n',
            "line 5: column 'word' holds '了 ', with white space around it. Remove it.",
        ),
        ("word,kind,note\n的,c,\n", "line 2: column 'kind' holds 'c'. Use one of a, b."),
        (
            "word,kind,note\n的,a,\n了,a,\n的,a,x\n",
            "line 4: word, kind '的', 'a' stands in line 2 already. Remove one of the two rows.",
        ),
        (
            'word,kind,note\n的,a,\n"了,a,\n',
            'line 3: not a CSV row: unexpected end of data. Close every "…", and double a " inside of one.',
        ),
        (b"word,kind,note\n\xe7\x9a\x84,a,\n\xb5\xc4,a,\n", "line 3: not UTF-8. Save the table as 'CSV UTF-8'."),
        ("word,kind,note\n的,a,\n".encode("utf-16"), "line 1: not UTF-8. Save the table as 'CSV UTF-8'."),
    ],
)
def test_a_broken_table_is_named_with_its_line(tmp_path, content, message):
    path = written(tmp_path, content)
    with pytest.raises(LexiconError) as caught:
        read_table(path, columns=COLUMNS, unique=("word", "kind"), allowed={"kind": ("a", "b")})
    assert str(caught.value) == f"{path}, {message}"


def test_a_missing_file(tmp_path):
    path = tmp_path / "absent.csv"
    with pytest.raises(LexiconError) as caught:
        read_table(path, columns=COLUMNS)
    assert str(caught.value) == f"{path} cannot be read: No such file or directory. Check the path."


def test_an_unknown_table_of_the_package_is_answered_with_those_it_has():
    with pytest.raises(LexiconError, match=r"No such file.* has .*stopwords\.csv.*; give .* as a pathlib\.Path\.$"):
        read_table("absent.csv", columns=COLUMNS)
