"""From a folder to a corpus."""

import os

import pandas as pd
import pytest

from analysis.pipeline import EXPOSURE_KINDS, read_corpus, read_report
from analysis.schemas import CorpusError, LexiconError, corpus_tables, describe

TEXT = "某镇2020年工作总结\n一、工作回顾\n一年来,xx镇修路3公里。\n二、工作打算\n我们将继续努力。"


@pytest.fixture
def folder(tmp_path):
    def fill(**files):
        for name, content in files.items():
            content = content.encode() if isinstance(content, str) else content
            (tmp_path / name.replace("_dot_", ".")).write_bytes(content)
        return tmp_path

    return fill


def test_a_small_corpus(folder):
    corpus = read_corpus(folder(a_dot_txt=TEXT))
    assert corpus.reports[["report_id", "path", "title", "township", "year_stated", "genre", "n_masks"]].to_dict(
        "records"
    ) == [
        {
            "report_id": "a",
            "path": "a.txt",
            "title": "某镇2020年工作总结",
            "township": "某镇",
            "year_stated": 2020,
            "genre": "工作总结",
            "n_masks": 1,
        }
    ]
    assert corpus.headings["title"].tolist() == ["工作回顾", "工作打算"]
    assert corpus.zones["zone"].tolist() == ["review", "plan"]
    assert corpus.documents["a"].raw == TEXT
    assert repr(corpus).startswith(f"Corpus({corpus.folder!r}: 1 reports, 5 sentences, ")


def test_every_table_has_its_columns_and_dtypes(folder):
    full = read_corpus(folder(a_dot_txt=TEXT, b_dot_xyz="修路。"))
    bare = read_corpus(folder(a_dot_txt="修路。", b_dot_xyz="修路。"))
    for corpus in (full, bare):
        for name in corpus_tables():
            declared = describe(name)
            table = getattr(corpus, name)
            assert list(table.columns) == declared["column"].tolist()
            assert [str(dtype) for dtype in table.dtypes] == declared["dtype"].tolist()


def test_exposure_counts_words_and_no_masks(folder):
    corpus = read_corpus(folder(a_dot_txt=TEXT))
    counted = corpus.tokens["kind"].isin(EXPOSURE_KINDS).sum()
    assert corpus.reports["n_tokens"].tolist() == [counted]
    assert corpus.tokens.loc[corpus.tokens["kind"] == "mask", "token"].tolist() == ["xx"]
    assert not corpus.tokens.loc[corpus.tokens["kind"] == "word", "token"].str.contains("x").any()


def test_reports_and_rejects_are_all_files(folder):
    place = folder(
        a_dot_txt=TEXT, b_dot_txt=b"", c_dot_txt=b"x", d_dot_txt=b"\x00\x01", e_dot_txt=TEXT.encode("utf-16")[:-1],
        f_dot_xyz=TEXT, g=TEXT,
    )  # fmt: skip
    os.mkfifo(place / "h.txt")
    (place / "i.txt").symlink_to("i.txt")
    (place / "j.txt").mkdir()
    (place / "j.txt" / "k.txt").write_text("修路。", encoding="utf-8")
    (place / "l").symlink_to(place / "j.txt")
    corpus = read_corpus(place)
    assert corpus.reports["path"].tolist() == ["a.txt", "j.txt/k.txt"]
    assert corpus.rejects["path"].tolist() == [
        "b.txt", "c.txt", "d.txt", "e.txt", "f.xyz", "g", "h.txt", "i.txt", "l",
    ]  # fmt: skip
    assert corpus.rejects.notna().all(axis=None)


def test_no_usable_file_is_one_line(folder):
    place = folder(a_dot_txt=b"", b_dot_txt=b"x")
    with pytest.raises(CorpusError) as error:
        read_corpus(place)
    assert str(error.value) == (
        f"{place}: none of 2 files can be used; the first, a.txt: the file is empty; "
        "download the report again, or remove the file."
    )


def test_names_that_a_table_cannot_hold(tmp_path):
    for name in ("行\n行.txt", os.fsdecode(b"\xff.txt"), "\\xff.txt"):
        (tmp_path / name).write_text("修路。", encoding="utf-8")
    corpus = read_corpus(tmp_path)
    assert sorted(corpus.reports["path"]) == ["\\udcff.txt", "\\xff.txt", "行\n行.txt"]
    assert sorted(corpus.reports["report_id"]) == ["\\udcff", "\\xff", "行\n行"]


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (["a.txt", "b.txt"], ["a", "b"]),
        (["a.txt", "a.TXT"], ["a.TXT", "a.txt"]),
        (["a.txt", "a.TXT", "a.txt.txt"], ["a.TXT", "a.txt", "a.txt.txt"]),
        (["x/a.txt", "a.txt"], ["a", "x/a"]),
        (["2020.1.txt", "2020.2.txt"], ["2020.1", "2020.2"]),
    ],
)
def test_report_ids(tmp_path, names, ids):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("修路。", encoding="utf-8")
    corpus = read_corpus(tmp_path)
    assert sorted(corpus.reports["report_id"]) == sorted(ids)
    assert list(corpus.documents) == corpus.reports["report_id"].tolist()


def test_ids_that_only_the_unprintable_tells_apart(tmp_path):
    for name in (os.fsdecode(b"\xff.txt"), "\\udcff.txt"):
        (tmp_path / name).write_text("修路。", encoding="utf-8")
    assert read_corpus(tmp_path).reports["report_id"].is_unique


def test_rows_come_in_the_order_of_paths_and_places(folder):
    corpus = read_corpus(folder(b_dot_txt=TEXT, a_dot_txt=TEXT, c_dot_txt="修路。"))
    assert corpus.reports["report_id"].tolist() == ["a", "b", "c"]
    for name in ("edits", "masks", "zones", "headings", "items", "sentences", "tokens"):
        table = getattr(corpus, name)
        ordered = table.sort_values(["report_id", "start"], kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(table, ordered)


def test_one_report_without_a_folder():
    report, tables = read_report("一、工作回顾\n修路 3 公里。", report_id="one")
    assert report.cleaned == "一、工作回顾\n修路3公里。"
    assert [(edit["start"], edit["kind"]) for edit in tables["edits"]] == [
        (9, "digit_adjacent"),
        (11, "digit_adjacent"),
    ]
    assert tables["reports"][0]["n_tokens"] is None


def test_a_copy_of_a_report_is_named_as_duplicate_and_files_of_nothing_are_rejects(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("一、回顾\n我镇修路三公里。", encoding="utf-8")
    (tmp_path / "c.txt").write_text("购物车\n我的足迹\n", encoding="utf-8")
    (tmp_path / "sources-青山镇.txt").write_text("一、回顾\n我镇种树。", encoding="utf-8")
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    corpus = read_corpus(tmp_path)
    assert corpus.reports[["report_id", "duplicate_of"]].fillna("").values.tolist() == [
        ["a", ""],
        ["b", "a"],
        ["sources-青山镇", ""],
    ]
    assert corpus.rejects[["path", "reason"]].values.tolist() == [
        ["c.txt", "the file holds nothing but a site's own text"]
    ]


def test_an_empty_path_and_a_str_of_words_are_refused():
    with pytest.raises(CorpusError, match=r"^the folder's name is empty; give the folder that holds the reports\.$"):
        read_corpus("")
    with pytest.raises(LexiconError, match="give a list of words"):
        read_corpus("seeds", words="发展")
