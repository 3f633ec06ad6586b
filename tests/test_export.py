import csv
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure

from analysis import export
from analysis.export import corpus_hash, reports_hash, save_figure, save_tables
from analysis.plots.style import style
from analysis.schemas import (
    Corpus,
    FontError,
    Report,
    TableError,
    arrow_schema,
    columns,
    conform,
    corpus_tables,
    empty,
    table_names,
)

SUFFIXES = ["csv", "json", "md", "pdf", "png", "svg"]


def corpus(ids=("a", "b"), **tables):
    reports = pd.DataFrame({"report_id": list(ids), "sha256": [one * 64 for one in ids]})
    reports = reports.reindex(columns=[column.name for column in columns("reports")]).astype(object)
    filled = {name: empty(name) for name in corpus_tables()} | {"reports": conform(reports, "reports")} | tables
    return Corpus(folder="seeds", documents={}, **filled)


def axes(title="平安镇"):
    with style():
        ax = Figure(figsize=(3, 2)).add_subplot()
        ax.set_title(title)
    return ax


def save(folder, *, ax=None, data=None, name="01-test", **options):
    data = pd.DataFrame({"term": ["建设", "发展"], "n": [3, 1]}) if data is None else data
    given = {"caption": "两个词（n = 4）。", "corpus": corpus(), "parameters": {"seed": 1}} | options
    with style():
        return save_figure(ax or axes(), name, data=data, folder=folder, **given)


def test_six_files_and_the_caption(tmp_path):
    assert save(tmp_path / "new" / "folder") == "两个词（n = 4）。"
    folder = tmp_path / "new" / "folder"
    assert sorted(path.name for path in folder.iterdir()) == [f"01-test.{suffix}" for suffix in SUFFIXES]
    assert (folder / "01-test.md").read_bytes() == "两个词（n = 4）。\n".encode()
    assert (folder / "01-test.csv").read_bytes() == "term,n\n建设,3\n发展,1\n".encode()
    origin = json.loads((folder / "01-test.json").read_text("utf-8"))
    assert {key: origin[key] for key in ("figure", "package", "corpus", "rows", "parameters")} == {
        "figure": "01-test",
        "package": "township-reports",
        "corpus": {
            "hash": corpus_hash(corpus()),
            "metadata": reports_hash(corpus()),
            "reports": 2,
            "settings": {},
        },
        "rows": 2,
        "parameters": {"seed": 1},
    }
    assert (folder / "01-test.png").read_bytes()[16:24] == (900).to_bytes(4) + (600).to_bytes(4)  # 3 x 2 in at 300 dpi


def test_nothing_in_the_files_tells_the_time(tmp_path):
    save(tmp_path)
    assert b"CreationDate" not in (tmp_path / "01-test.pdf").read_bytes()
    assert b"<dc:date>" not in (tmp_path / "01-test.svg").read_bytes()
    assert b"Software" not in (tmp_path / "01-test.png").read_bytes()


def test_pdf_holds_truetype_and_svg_holds_outlines(tmp_path):
    save(tmp_path)
    assert b"/CIDFontType2" in (tmp_path / "01-test.pdf").read_bytes()
    assert b"<text" not in (tmp_path / "01-test.svg").read_bytes()


def test_data_have_twelve_digits(tmp_path):
    save(tmp_path, data=pd.DataFrame({"n": [7], "rate": [2 / 3], "share": [1e-7 / 3]}))
    assert (tmp_path / "01-test.csv").read_text("utf-8") == "n,rate,share\n7,0.666666666667,3.33333333333e-08\n"


def test_spreadsheets_do_not_calculate_masks(tmp_path):
    data = pd.DataFrame(
        {"text": ["==亿元", "+8%", "-3", "@x", "a=b", None], "n": [-1, 2, 3, 4, 5, 6], "rate": [-0.5, 1, 2, 3, 4, 5]}
    )
    before = data.copy(deep=True)
    save(tmp_path, data=data)
    assert (tmp_path / "01-test.csv").read_text("utf-8").splitlines() == [
        "text,n,rate",
        "'==亿元,-1,-0.5",
        "'+8%,2,1",
        "'-3,3,2",
        "'@x,4,3",
        "a=b,5,4",
        ",6,5",
    ]
    pd.testing.assert_frame_equal(data, before)


def test_names_of_files_are_no_formulas_in_the_tables(tmp_path):
    names = ["=cmd|' /C calc'!A0.txt", " +1.txt", "＠x.txt", 'a\nb,"c".txt', "a\rb.txt", "\x1b[2J.txt"]
    rejects = pd.DataFrame({"path": names, "reason": "the file is empty", "remedy": "remove it"})
    save_tables(corpus(rejects=conform(rejects, "rejects")), tmp_path)
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    written = ["'=cmd|' /C calc'!A0.txt", "' +1.txt", "'＠x.txt", 'a\nb,"c".txt', "a\nb.txt", "\\x1b[2J.txt"]
    assert rows[1:] == [[name, "the file is empty", "remove it"] for name in written]
    assert pq.read_table(tmp_path / "rejects.parquet")["path"].to_pylist() == names


def test_names_in_captions_are_no_markup(tmp_path):
    caption = "Of <b>甲</b> and ![乙](http://x), p < .05 (1 < 2)."
    assert save(tmp_path, caption=caption) == caption
    written = (tmp_path / "01-test.md").read_text("utf-8")
    assert written == "Of \\<b>甲\\</b> and ![乙]\\(http://x), p < .05 (1 < 2).\n"


def test_missing_glyph_writes_nothing(tmp_path):
    with pytest.raises(FontError, match=r"^figure '01-test' needs the character '𨻧' \(U\+28EE7\) in the text '𨻧镇'"):
        save(tmp_path, ax=axes("𨻧镇"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["_write_csv", "_write_text"])
def test_a_failure_in_the_middle_leaves_what_was_there(tmp_path, monkeypatch, broken):
    save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(export, broken, fail)
    with pytest.raises(OSError, match="disk full"):
        save(tmp_path, ax=axes("另一个"))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", ".hidden", "a:b"])
def test_names_that_are_no_file_names_are_refused(tmp_path, name):
    with pytest.raises(TableError) as raised:
        save(tmp_path, name=name)
    assert str(raised.value) == (
        f"figure name {name!r} is no plain file name. Use letters, digits and hyphens, no folder."
    )


def test_parameters_must_fit_into_json(tmp_path):
    with pytest.raises(TableError, match=r"^parameters of figure '01-test' do not fit into JSON \(.*\). Use text,"):
        save(tmp_path, parameters={"groups": {"a", "b"}})


def test_corpus_hash_depends_on_ids_and_files_and_not_on_their_order():
    assert corpus_hash(corpus(["a", "b"])) == corpus_hash(corpus(["b", "a"]))
    assert corpus_hash(corpus(["a", "b"])) != corpus_hash(corpus(["a", "c"]))
    # sha256 of "a\t<64 times a>\n"
    assert corpus_hash(corpus(["a"])) == "34d54a3547ad63c1fe70b0fc5e7e6c325f1175358645b77f65162e41accee175"


def test_tables_are_written_with_their_declared_types(tmp_path):
    tokens = pd.DataFrame(
        [{"report_id": "a", "sentence_id": 0, "position": 0, "start": 3, "end": 5, "token": "==", "kind": "mask"}]
    ).assign(is_stopword=False, weight=0.5)
    written = save_tables(corpus(tokens=conform(tokens, "tokens")), tmp_path)
    assert written == list(corpus_tables())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*(f"{one}.{end}" for one in corpus_tables() for end in ("csv", "parquet")), "texts.parquet"]
    )
    for name in [*corpus_tables(), "texts"]:
        declared = arrow_schema(name)
        further = [pa.field("weight", pa.float64())] if name == "tokens" else []
        assert pq.read_schema(tmp_path / f"{name}.parquet").remove_metadata() == pa.schema([*declared, *further])
    assert pq.read_table(tmp_path / "tokens.parquet")["token"].to_pylist() == ["=="]
    assert (tmp_path / "tokens.csv").read_bytes().startswith(b"\xef\xbb\xbfreport_id,")  # Excel's mark of UTF-8
    assert (tmp_path / "tokens.csv").read_text("utf-8-sig").splitlines() == [
        "report_id,sentence_id,position,start,end,token,kind,is_stopword,weight",
        "a,0,0,3,5,'==,mask,False,0.5",
    ]
    assert set(corpus_tables()) <= set(table_names())


def test_texts_are_written_as_they_were_read(tmp_path):
    raw = '\ufeff一、\r\n“引"号”,\t二\r三\n'
    report = Report("a", "a.txt", "0" * 64, "utf-8", raw)
    save_tables(Corpus(**{**vars(corpus()), "documents": {"a": report}}), tmp_path)
    assert pd.read_parquet(tmp_path / "texts.parquet").to_dict("records") == [{"report_id": "a", "raw": raw}]


def test_a_file_in_the_place_of_the_folder_says_so(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(TableError, match=r"out: is a file; choose another place\.$"):
        save_tables(corpus(), tmp_path / "out")


def test_the_origin_follows_what_metadata_say():
    given = corpus()
    moved = corpus()
    moved.reports["county"] = "资溪县"
    assert corpus_hash(given) == corpus_hash(moved)
    assert reports_hash(given) == reports_hash(corpus(ids=("a", "b"))) != reports_hash(moved)


def test_lone_surrogates_become_backslash_escapes(tmp_path):
    rejects = pd.DataFrame({"path": ["bad\udcff.txt"], "reason": ["r"], "remedy": ["s"]}, dtype=object)
    save_tables(corpus(rejects=rejects), tmp_path)
    assert pq.read_table(tmp_path / "rejects.parquet")["path"].to_pylist() == ["bad\\udcff.txt"]
    assert (tmp_path / "rejects.csv").read_text("utf-8-sig") == "path,reason,remedy\nbad\\udcff.txt,r,s\n"
    assert rejects["path"].tolist() == ["bad\udcff.txt"]


def test_tables_have_the_same_bytes_each_time(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        save_tables(corpus(), folder)
    one, two = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert one == two


def test_a_figure_stays_open_after_it_was_saved(tmp_path):
    import matplotlib.pyplot as plt

    with style(pyplot=True):
        ax = plt.figure().add_subplot()
        save(tmp_path, ax=ax)
        assert plt.get_fignums() == [ax.figure.number]
    plt.close(ax.figure)
    assert Path(tmp_path / "01-test.png").exists()


def test_floats_among_other_values_have_twelve_digits_too(tmp_path):
    mixed = pd.DataFrame({"value": pd.Series([0.47594755302832925, "=1", None, 3], dtype=object)})
    export._write_csv(mixed, tmp_path / "mixed.csv", float_format="%.12g")
    assert (tmp_path / "mixed.csv").read_text("utf-8") == 'value\n0.475947553028\n\'=1\n""\n3\n'


def test_nothing_is_written_where_a_folder_stands_in_the_way(tmp_path):
    (tmp_path / "sentences.csv").mkdir()
    with pytest.raises(TableError, match=r"sentences\.csv: is a folder; move it or choose another place\."):
        save_tables(corpus(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sentences.csv"]
