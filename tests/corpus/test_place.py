"""From the names in a report and in its path to one unit of the official table, or to the reason why there is none."""

import pytest

from analysis.corpus.identity.file_name import read_file_name
from analysis.corpus.identity.metadata import describe_report
from analysis.corpus.identity.place import FLAGS
from analysis.corpus.identity.place_names import cues
from analysis.corpus.structure import records_of, structure
from analysis.lexicons.gazetteer import gazetteer
from analysis.lexicons.tables import read_table

OPENING = "\n各位代表:\n现在,我代表镇人民政府向大会报告工作,请予审议。\n全镇修路三公里。\n"
ZIXI = ("361028103", "资溪县", "抚州市", "江西省")
LUSHI = ("411224100", "卢氏县", "三门峡市", "河南省")
NOTHING = (None, None, None, None)


def row(raw, *columns, path=""):
    found = records_of(structure(raw, report_id="r", path=path))["reports"][0]
    return tuple(found[column] for column in columns)


def place(raw, path=""):
    township, grade, flag, *unit = row(
        raw, "township", "place_grade", "place_flag", "township_code", "county", "prefecture", "province", path=path
    )
    return township, grade, flag, tuple(unit)


@pytest.mark.parametrize(
    ("title", "further", "expected"),
    [
        ("2024年嵩市镇政府工作报告", "", ("嵩市镇", "B", "county_not_stated", ZIXI)),
        ("2024年嵩市镇政府工作报告", "引进资溪县一家竹业公司。", ("嵩市镇", "A", "resolved", ZIXI)),
        ("2024年嵩市镇政府工作报告", "在资溪县委、县政府的领导下。", ("嵩市镇", "A", "resolved", ZIXI)),
        ("资溪县嵩市镇2024年政府工作报告", "", ("嵩市镇", "A", "resolved", ZIXI)),
        ("江西省抚州市资溪县嵩市镇2024年政府工作报告", "", ("嵩市镇", "A", "resolved", ZIXI)),
        ("江西资溪嵩市镇2024年政府工作报告", "", ("嵩市镇", "A", "resolved", ZIXI)),
        ("关于资溪县嵩市镇2024年工作情况的汇报", "", ("嵩市镇", "A", "resolved", ZIXI)),
        ("中共嵩市镇委员会工作报告", "", ("嵩市镇", "B", "county_not_stated", ZIXI)),
        ("城关镇2024年政府工作报告", "", ("城关镇", None, "ambiguous", NOTHING)),
        ("卢氏县城关镇2024年政府工作报告", "", ("城关镇", "A", "resolved", LUSHI)),
        ("城关镇2024年政府工作报告", "在卢氏县委、县政府的领导下。", ("城关镇", "A", "resolved", LUSHI)),
        ("城关镇2024年政府工作报告", "卢氏县城关镇获得表彰。", ("城关镇", "A", "resolved", LUSHI)),
        ("城关镇2024年政府工作报告", "卢氏县农商行新增贷款。", ("城关镇", "B", "resolved", LUSHI)),
        ("城关镇2024年政府工作报告", "组织干部赴卢氏县学习。", ("城关镇", None, "ambiguous", NOTHING)),
        ("城关镇2024年政府工作报告", "在资溪县委的领导下。", ("城关镇", None, "conflict", NOTHING)),
        ("资溪县城关镇2024年政府工作报告", "", ("城关镇", None, "conflict", NOTHING)),
        ("栖禾镇2024年政府工作报告", "", ("栖禾镇", None, "not_in_table", NOTHING)),
        (
            "淮阴县王营镇2005年工作总结",
            "",
            ("王营镇", None, "not_in_table", (None, "淮阴县", None, None)),
        ),
        (
            "栖禾镇2024年政府工作报告",
            "在资溪县委的领导下。",
            ("栖禾镇", None, "not_in_table", (None, "资溪县", "抚州市", "江西省")),
        ),
        ("产城融合发展示范样板镇建设工作汇报", "", (None, None, "absent", NOTHING)),
        ("全镇2020年工作总结", "", (None, None, "absent", NOTHING)),
    ],
)
def test_county_and_township_from_the_text(title, further, expected):
    assert place(title + OPENING + further) == expected


@pytest.mark.parametrize(
    ("raw", "township", "code"),
    [
        ("政府工作报告\n——2023年1月8日在嵩市镇第十九届人民代表大会第三次会议上\n修路。", "嵩市镇", "361028103"),
        ("政府工作报告\n嵩市镇人民政府镇长 某某\n修路。", "嵩市镇", "361028103"),
        ("一年来,我作为嵩市镇党委副书记、镇长,履职尽责。", "嵩市镇", "361028103"),
        ("2022年,嵩市镇党委、政府认真贯彻落实各项部署。", "嵩市镇", "361028103"),
        ("一、工作回顾\n全镇修路三公里。\n嵩市镇人民政府\n2023年1月3日", "嵩市镇", "361028103"),
        ("嵩市鎮2024年政府工作報告\n現在,我代表嵩市鎮人民政府向大會報告工作。", "嵩市鎮", "361028103"),
        ("乾縣臨平鎮2024年政府工作報告\n修路。", "臨平鎮", "610424103"),
        ("古镇镇2024年政府工作报告\n修路。", "古镇镇", "442000105"),
        ("嵩市镇人民政府\n2024年政府工作报告\n修路。", "嵩市镇", "361028103"),
        ("2013年3月在嵩市镇第三届人大二次会议上的工作报告\n修路。", "嵩市镇", "361028103"),
        ("二〇一三年嵩市镇工作总结\n修路。", "嵩市镇", "361028103"),
        ("中共卢氏县城关镇委员会 卢氏县城关镇人民政府2023年工作总结\n修路。", "城关镇", "411224100"),
        ("花垣县边城镇(原茶洞镇)2013年政府工作报告\n修路。", "边城镇", "433124101"),
        ("下\U00031cea镇2023年政府工作报告\n修路。", "下\U00031cea镇", "441881120"),
        ("融水县安陲乡2023年政府工作报告\n修路。", "安陲乡", "450225210"),
        ("虎门镇2023年政府工作报告\n广东省东莞市虎门镇修路。", "虎门镇", "441900121"),
        ("珞珈山街道办事处2024年工作总结\n修路。", "珞珈山街道", "420106013"),
        ("巴彦塔拉苏木2024年工作总结\n修路。", "巴彦塔拉苏木", None),
        ("青街乡2024年政府工作报告\n修路。", "青街乡", "330326214"),
        ("青街畲族乡2024年政府工作报告\n修路。", "青街畲族乡", "330326214"),
        ("红星农场2024年工作总结\n修路。", "红星农场", None),
        ("万金店镇2024年工作总结\n修路。", "万金店镇", "411723109"),  # not 金店镇
        ("金店镇2024年工作总结\n修路。", "金店镇", "130523102"),
        ("嵩市镇2024年工作总结\n学习借鉴城关镇党委经验,与太平镇党委签约。", "嵩市镇", "361028103"),
        ("在全镇大会上的讲话\n学习借鉴城关镇党委经验。\n嵩市镇人民政府\n2023年1月3日", "嵩市镇", "361028103"),
    ],
)
def test_the_name_that_a_report_gives_itself(raw, township, code):
    assert row(raw, "township", "township_code") == (township, code)


@pytest.mark.parametrize("path", ["", "2024年资溪县嵩市镇政府工作报告.txt", "江西省/资溪县/嵩市镇/2024.txt"])
@pytest.mark.parametrize(
    ("raw", "township", "masked"),
    [
        ("xx镇2024年政府工作报告" + OPENING, "xx镇", True),
        ("资溪县××乡2024年政府工作报告" + OPENING, "××乡", True),
        ("*镇2024年政府工作报告" + OPENING, "*镇", True),
        ("某县某镇2024年政府工作报告" + OPENING, "某镇", True),
        ("A镇2024年政府工作报告" + OPENING, "A镇", True),
        ("政府工作报告" + OPENING + "xx镇村民增收,xx镇架桥,在资溪县委领导下。", "xx镇", True),
        ("嵩市镇2024年政府工作报告\n现在,我代表XX镇人民政府向大会报告工作。", "XX镇", True),
        ("XX县嵩市镇2024年政府工作报告" + OPENING, "嵩市镇", False),
        ("嵩市镇2024年政府工作报告" + OPENING + "在XX县委、县政府的领导下。", "嵩市镇", False),
        ("政府工作报告" + OPENING + "资溪县嵩市镇是邻镇。建设富强美丽xx。", None, None),
    ],
)
def test_what_is_masked_stays_masked_whatever_else_would_tell(raw, township, masked, path):
    columns = ("township_code", "county", "county_code", "prefecture", "province", "place_grade", "n_candidates")
    assert row(raw, *columns, path=path) == (None,) * len(columns)
    assert row(raw, "township", "township_masked", path=path) == (township, masked)
    assert row(raw, "place_flag", path=path) == ("masked",) or township is None


def test_a_masked_township_has_the_province_that_its_text_names():
    raw = "xx镇2024年政府工作报告" + OPENING + "落实江西省委部署。"
    assert place(raw, "湖南省/xx.txt") == ("xx镇", None, "masked", (None, None, None, "江西省"))


def test_a_village_list_does_not_lift_a_mask():
    raw = "xx镇2024年政府工作报告" + OPENING + "高陂村、抚地村、法水村、石陂村修路。"
    assert place(raw) == ("xx镇", None, "masked", NOTHING)


@pytest.mark.parametrize(
    ("title", "further", "path", "expected"),
    [
        ("城关镇2024年政府工作报告", "", "2024年卢氏县城关镇政府工作报告.txt", ("城关镇", "B", "resolved", LUSHI)),
        ("城关镇2024年政府工作报告", "", "河南省/卢氏县/2024.txt", ("城关镇", "B", "resolved", LUSHI)),
        ("城关镇2024年政府工作报告", "", "河南/三门峡/卢氏/城关镇-2024.txt", ("城关镇", "B", "resolved", LUSHI)),
        ("政府工作报告", "", "2024年资溪县嵩市镇政府工作报告.txt", ("嵩市镇", "B", "resolved", ZIXI)),
        ("政府工作报告", "", "江西省/抚州市/资溪县/嵩市镇/2024.txt", ("嵩市镇", "B", "resolved", ZIXI)),
        ("政府工作报告", "", "2024年度卢氏城关镇政府工作报告.txt", ("城关镇", "B", "resolved", LUSHI)),
        ("政府工作报告", "", "【卢氏县】城关镇2024年工作报告(终稿).txt", ("城关镇", "B", "resolved", LUSHI)),
        ("政府工作报告", "", "XX县XX镇2024年政府工作报告.txt", (None, None, "absent", NOTHING)),
        (
            "政府工作报告",
            "",
            "资溪县/2024.txt",
            (None, None, "absent", (None, "资溪县", "抚州市", "江西省")),
        ),
        (
            "嵩市镇2024年政府工作报告",
            "在资溪县委领导下。",
            "卢氏县城关镇.txt",
            ("嵩市镇", "A", "file_conflict", ZIXI),
        ),
        ("嵩市镇2024年政府工作报告", "", "城关镇2024.txt", ("嵩市镇", "B", "file_conflict", ZIXI)),
        ("嵩市镇2024年政府工作报告", "", "卢氏县嵩市镇2024.txt", ("嵩市镇", None, "conflict", NOTHING)),
    ],
)
def test_the_path_is_evidence_below_the_text(title, further, path, expected):
    assert place(title + OPENING + further, path) == expected


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("河南省/卢氏县/城关镇/2023.txt", ("城关镇", (("province", "河南省"), ("county", "卢氏县")), 2023)),
        ("新县城关镇2021-2022.txt", ("城关镇", (("county", "新县"),), 2021)),
        ("XX县XX镇2023年.txt", (None, (), 2023)),
        ("😀镇/镇/乡.txt", (None, (), None)),
        ("2941dba3efde9cc7.txt", (None, (), None)),
        ("a" * 300 + ".txt", (None, (), None)),
        ("行\n行.txt", (None, (), None)),
        ("", (None, (), None)),
    ],
)
def test_what_a_path_says(path, said):
    assert read_file_name(path)[1:] == said


def test_evidence_is_the_words_with_their_place_in_the_raw_text():
    raw = "嵩市镇2024年政府工作报告\n修路3 公里。\n在资溪县委的领导下。"
    (evidence,) = row(raw, "place_evidence", path="资溪县.txt")
    assert evidence == "title: 嵩市镇 [0:3]; body: 资溪县委 [24:28]"
    assert (raw[0:3], raw[24:28]) == ("嵩市镇", "资溪县委")
    assert row("城关镇2024年工作总结\n修路。", "place_evidence", path="卢氏县.txt") == (
        "title: 城关镇 [0:3]; file name: 卢氏县",
    )


def test_candidates_are_counted_before_any_choice():
    assert row("城关镇2024年工作总结\n修路。", "n_candidates") == (82,)
    assert row("卢氏县城关镇2024年工作总结\n修路。", "n_candidates") == (82,)
    assert row("栖禾镇2024年工作总结\n修路。", "n_candidates") == (0,)
    assert row("全镇2024年工作总结\n修路。", "n_candidates") == (None,)


@pytest.mark.parametrize(
    ("further", "province"),
    [
        ("落实江西省委部署,推进江西省示范镇建设,浙江省客商投资。", "江西省"),
        ("推进江西省示范镇建设。", "江西省"),
        ("赴浙江省考察。", None),
        ("江西省、浙江省客商云集。", None),
        ("", None),
    ],
)
def test_a_province_is_stated_or_the_only_one_named(further, province):
    assert row("栖禾镇2024年工作总结\n修路。" + further, "province") == (province,)


def test_units_of_the_whole_table_are_found_by_county_and_name():
    table = gazetteer()
    codes = sorted(code for found in table.codes.values() for code in found)[::97]
    assert len(codes) == 400
    wrong = []
    for unit in map(table.township, codes):
        above = unit.county or unit.prefecture
        title = f"{unit.province}{unit.prefecture or ''}{unit.county or ''}{unit.name}2023年政府工作报告"
        (code,) = row(f"{title}\n修路。", "township_code")
        (of_path,) = row("政府工作报告\n修路。", "township_code", path=f"{unit.province}/{above}/{unit.name}/1.txt")
        (alone,) = row(f"{unit.name}2023年政府工作报告\n修路。", "township_code")
        only = len(table.townships(unit.name)) == 1
        if (code, of_path, alone) != (unit.code, unit.code, unit.code if only else None):
            wrong.append((unit, code, of_path, alone))
    assert wrong == []


def test_flags_are_those_that_are_documented():
    assert set(FLAGS) == {
        *("resolved", "county_not_stated", "ambiguous", "masked", "not_in_table", "conflict", "file_conflict"),
        *("absent", "given"),
    }


@pytest.mark.parametrize("unit", ["x", "镇", "资溪县委", "嵩市镇", "江西省", "2023年", "代表", "某县", "一、"])
def test_a_hostile_text_takes_no_more_than_its_length(unit):
    raw = "嵩市镇2023年政府工作报告\n" + unit * (200_000 // len(unit))
    assert describe_report(raw, [], (0, 13), [])["township"] == "嵩市镇"


def test_each_cue_of_places_finds_its_example():
    table = read_table("place_cues.csv", columns=("use", "where", "pattern", "example"), required=("use", "example"))
    assert set(table["use"]) == {"own", "suffix", "lead", "visit", "common", "generic"}
    found = [
        any(pattern.search(cue.example) for pattern in cues(cue.use, cue.where))
        for cue in table.itertuples(index=False)
    ]
    assert all(found)


def test_words_before_a_name_are_known_in_traditional_characters_too():
    found = records_of(structure("關於青埂鎮2008年工作情況的匯報\n現將有關情況匯報如下。", report_id="a"))["reports"][0]
    assert (found["township"], found["place_evidence"]) == ("青埂鎮", "title: 青埂鎮 [2:5]")
