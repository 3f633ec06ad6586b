"""The tokens table: every row by hand on a small report, and the offsets on any text."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.annotate.segmentation import ENGINES, segment
from analysis.annotate.tokens import tokenise
from analysis.schemas import Edit, Report, TableError, columns, empty

RAW = "\ufeff新增乡\n村道路xx公里,增长１４.5%。\r\n使用PM2.5 App;〇の!\n"
EDITS = (
    Edit(0, 1, "\ufeff", "", "invisible"),
    Edit(4, 5, "\n", "", "line_wrap"),
    Edit(15, 17, "１４", "14", "full_width"),
    Edit(21, 23, "\r\n", "\n", "newline"),
)
NAMES = [column.name for column in columns("tokens")]


def report_of(raw: str, edits: tuple[Edit, ...] = (), report_id: str = "a") -> Report:
    return Report(report_id, f"{report_id}.txt", "", "utf-8", raw, edits)


def sentences_of(*spans: tuple[int, int], report_id: str = "a") -> pd.DataFrame:
    rows = [(report_id, number, start, end) for number, (start, end) in enumerate(spans)]
    return pd.DataFrame(rows, columns=["report_id", "sentence_id", "start", "end"])


def masks_of(*spans: tuple[int, int], report_id: str = "a") -> pd.DataFrame:
    return pd.DataFrame([(report_id, start, end) for start, end in spans], columns=["report_id", "start", "end"])


def spelled(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["token"], table["kind"], strict=True))


def test_the_whole_table_of_a_small_report():
    report = report_of(RAW, EDITS)
    assert report.cleaned == "新增乡村道路xx公里,增长14.5%。\n使用PM2.5 App;〇の!\n"
    table = tokenise(report, sentences_of((1, 21), (23, 38)), masks_of((8, 10)), stopwords={"使用", "xx"})
    rows = [
        ("a", 0, 0, 1, 3, "新增", "word", False),
        ("a", 0, 1, 3, 6, "乡村", "word", False),  # over the line wrap
        ("a", 0, 2, 6, 8, "道路", "word", False),
        ("a", 0, 3, 8, 10, "xx", "mask", False),  # listed above, but a mask is never a stopword
        ("a", 0, 4, 10, 12, "公里", "word", False),
        ("a", 0, 5, 12, 13, ",", "punct", False),
        ("a", 0, 6, 13, 15, "增长", "word", False),
        ("a", 0, 7, 15, 20, "14.5%", "number", False),
        ("a", 0, 8, 20, 21, "。", "punct", False),
        ("a", 1, 0, 23, 25, "使用", "word", True),
        ("a", 1, 1, 25, 30, "PM2.5", "latin", False),
        ("a", 1, 2, 31, 34, "App", "latin", False),  # the blank before it is a gap
        ("a", 1, 3, 34, 35, ";", "punct", False),
        ("a", 1, 4, 35, 36, "〇", "word", False),
        ("a", 1, 5, 36, 37, "の", "word", False),
        ("a", 1, 6, 37, 38, "!", "punct", False),
    ]
    pd.testing.assert_frame_equal(table, pd.DataFrame(rows, columns=NAMES))


def test_a_mask_joins_no_neighbour_and_cuts_words_and_numbers():
    report = report_of("乡村xx振兴A级20xx年1x.5%")
    table = tokenise(report, sentences_of((0, 18)), masks_of((2, 4), (8, 12), (14, 15), (13, 14)))
    assert spelled(table) == [
        ("乡村", "word"),
        ("xx", "mask"),
        ("振兴", "word"),
        ("A", "latin"),
        ("级", "word"),
        ("20xx", "mask"),
        ("年", "word"),
        ("1", "mask"),
        ("x", "mask"),
        (".", "punct"),
        ("5%", "number"),
    ]


def test_a_mask_beyond_the_sentence_counts_as_far_as_it_lies_inside():
    report = report_of("甲xx。xx乙")
    table = tokenise(report, sentences_of((0, 4), (5, 7)), masks_of((1, 3), (4, 6)))
    assert spelled(table) == [("甲", "word"), ("xx", "mask"), ("。", "punct"), ("x", "mask"), ("乙", "word")]
    assert list(table["sentence_id"]) == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("2024", "number"),
        ("1.18", "number"),
        ("10%", "number"),
        ("３", "number"),
        ("%", "punct"),
        ("‰", "punct"),
        ("▢", "punct"),
        ("①", "punct"),
        ("5G", "latin"),
        ("Ａ", "latin"),
        ("é", "latin"),
        ("Ж", "word"),
        ("カ", "word"),
        ("乡", "word"),
        ("㐀", "word"),
        ("𠮷", "word"),
        ("々", "word"),
        ("4S店", "word"),
        ("亿", "word"),
    ],
)
def test_kinds(token, kind):
    assert spelled(tokenise(report_of(token), sentences_of((0, len(token))), masks_of())) == [(token, kind)]


def test_other_reports_are_passed_over_and_rows_are_sorted():
    sentences = pd.concat([sentences_of((0, 2), (2, 4)).iloc[::-1], sentences_of((0, 4), report_id="b")])
    masks = pd.concat([masks_of((0, 4), report_id="b"), masks_of((2, 3))])
    table = tokenise(report_of("乡村x振"), sentences, masks)
    assert table[["sentence_id", "position", "token", "kind"]].values.tolist() == [
        [0, 0, "乡村", "word"],
        [1, 0, "x", "mask"],
        [1, 1, "振", "word"],
    ]


def test_the_packaged_stopwords_are_the_default_and_an_empty_list_flags_nothing():
    report, sentences = report_of("我们的工作"), sentences_of((0, 5))
    assert list(tokenise(report, sentences, masks_of())["is_stopword"]) == [True, True, False]
    assert list(tokenise(report, sentences, masks_of(), stopwords=())["is_stopword"]) == [False, False, False]


def test_words_and_engine_are_those_of_the_segmenter():
    report, sentences = report_of("全面推进乡村振兴"), sentences_of((0, 8))
    for engine in ENGINES:
        table = tokenise(report, sentences, masks_of(), engine=engine, words=["乡村振兴"])
        assert list(table["token"]) == ["全面", "推进", "乡村振兴"]
    with pytest.raises(TableError, match=r"^no engine is called 'x'; there are: rjieba, jieba\.$"):
        tokenise(report, sentences, masks_of(), engine="x")


@pytest.mark.parametrize("sentences", [sentences_of(), sentences_of((1, 3), report_id="b"), sentences_of((0, 1))])
def test_no_token_gives_the_empty_table(sentences):
    pd.testing.assert_frame_equal(tokenise(report_of("\n甲"), sentences, masks_of()), empty("tokens"))


def test_inputs_stay_as_they_were():
    report, sentences, masks = report_of("甲x。"), sentences_of((0, 3)), masks_of((1, 2))
    before = sentences.copy(), masks.copy()
    tokenise(report, sentences, masks)
    pd.testing.assert_frame_equal(sentences, before[0])
    pd.testing.assert_frame_equal(masks, before[1])


def test_overlapping_masks_and_missing_columns_are_refused():
    report, sentences = report_of("甲xxx。"), sentences_of((0, 5))
    with pytest.raises(TableError) as caught:
        tokenise(report, sentences, masks_of((1, 3), (2, 4)))
    assert str(caught.value) == "masks table: in 'a' the masks at 1 and 2 overlap. Merge them into one."
    with pytest.raises(TableError) as caught:
        tokenise(report, sentences.drop(columns="sentence_id"), masks_of())
    assert str(caught.value) == (
        "sentences table lacks column 'sentence_id' (found: report_id, start, end). "
        "describe('sentences') lists what it needs."
    )


@st.composite
def cut_texts(draw):
    """A text with some characters deleted by edits, sentences that tile it, and a mask in some of them."""
    raw = draw(st.text(st.sampled_from("乡村振兴工作x=14.5%A-\n \u3000，。㐀😀"), min_size=1, max_size=60))
    deleted = draw(st.sets(st.integers(0, len(raw) - 1), max_size=5))
    report = report_of(raw, tuple(Edit(at, at + 1, raw[at], "", "line_wrap") for at in sorted(deleted)))
    length = len(report.cleaned)
    ends = sorted({*draw(st.sets(st.integers(1, max(length, 1)), max_size=4)), length} - {0})
    spans = [span for span in zip([0, *ends], ends, strict=False) if span[1] <= length]
    inside = [(start, draw(st.integers(start + 1, end))) for start, end in spans if draw(st.booleans())]
    return report, [report.to_raw(*span) for span in spans], [report.to_raw(*span) for span in inside]


@settings(max_examples=300, deadline=None)
@given(cut_texts())
def test_every_row_is_found_again_and_only_white_space_is_left_out(example):
    report, spans, masked = example
    table = tokenise(report, sentences_of(*spans), masks_of(*masked))
    for row in table.itertuples():
        assert report.cleaned_span(row.start, row.end) == row.token
    left = list(report.cleaned)
    for row in table.itertuples():
        left[report.to_clean(row.start) : report.to_clean(row.end)] = "\n" * len(row.token)
    assert "".join(left).strip() == ""
    assert sorted(masked) == [(row.start, row.end) for row in table.itertuples() if row.kind == "mask"]
    if not masked and len(spans) == 1:
        assert list(table["token"]) == [token for token in segment(report.cleaned) if not token.isspace()]
