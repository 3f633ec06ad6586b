"""The year that a report states, reviews and plans, and the interval that its evidence leaves."""

import pytest

from analysis.corpus.structure import records_of, structure

BODY = "全镇修路三公里。"


def row(raw, *columns, path=""):
    described = records_of(structure(raw, report_id="r", path=path))["reports"][0]
    return tuple(described[column] for column in columns)


@pytest.mark.parametrize(
    ("raw", "year"),
    [
        (f"某镇2012年工作总结\n2011年修路。\n{BODY}", (2012, 2012, 2012, "stated")),
        (f"2024年修路。2024年架桥。2025年通水。{BODY}", (2024, 2024, 2024, "stated")),
        (BODY, (None, None, None, "absent")),
        (f"20xx年修路。20xx年架桥。2015年通水。{BODY}", (None, None, None, "masked")),
        (f"某镇xxxx年工作总结\n{BODY}", (None, None, None, "masked")),
        (f"某镇二〇一〇年工作总结\n{BODY}", (2010, 2010, 2010, "stated")),
        (
            f"政府工作报告\n——2006年3月16日在某乡人代会上\n2005年修路。2005年架桥。\n{BODY}",
            (2006, 2006, 2006, "stated"),
        ),
        (f"镇情介绍\n（2018年1月X日）\n2017年修路。2017年架桥。\n{BODY}", (2018, 2018, 2018, "stated")),
    ],
)
def test_the_year_that_a_report_states(raw, year):
    assert row(raw, "year_stated", "year_min", "year_max", "year_flag") == year


def test_a_masked_year_is_an_interval_between_formulas():
    assert row(
        f"20xx年,我镇推进精准扶贫。{BODY}", "year_stated", "year_min", "year_max", "year_flag", "year_evidence"
    ) == (None, 2013, None, "masked", "the years in the text are masked; 精准扶贫 since 2013")


@pytest.mark.parametrize(
    ("raw", "path", "year"),
    [
        (f"政府工作报告\n{BODY}", "2023年某镇政府工作报告.txt", (2023, 2023, 2023, "file_name", "file name: 2023")),
        (f"政府工作报告\n{BODY}", "2023/某镇.txt", (2023, 2023, 2023, "file_name", "file name: 2023")),
        (f"政府工作报告\n{BODY}", "000_2941dba3efde9cc7.txt", (None, None, None, "absent", None)),
        (f"政府工作报告\n{BODY}", "20230108.txt", (None, None, None, "absent", None)),
        (f"某镇2022年工作总结\n{BODY}", "2022.txt", (2022, 2022, 2022, "stated", "title: 2022年")),
        (f"某镇2022年工作总结\n{BODY}", "2023年.txt", (2022, 2022, 2022, "stated", "title: 2022年")),
        (
            f"某镇2022年工作总结\n{BODY}",
            "2018年.txt",
            (2022, 2018, 2022, "year_conflict", "title: 2022年; against it: file name 2018"),
        ),
        (
            f"20xx年修路。20xx年架桥。{BODY}",
            "某镇2016年总结.txt",
            (2016, 2016, 2016, "file_name", "the years in the text are masked; file name: 2016"),
        ),
    ],
)
def test_the_year_in_the_file_name_stands_below_the_text(raw, path, year):
    assert row(raw, "year_stated", "year_min", "year_max", "year_flag", "year_evidence", path=path) == year


@pytest.mark.parametrize(
    ("raw", "years"),
    [
        (f"某镇2020年政府工作报告\n——2020年1月8日在某镇人代会上\n{BODY}", (2019, 2020)),
        (f"某镇2012年政府工作报告\n——2013年1月8日在某镇人代会上\n{BODY}", (2012, 2013)),
        (f"某镇政府工作报告\n一、2021年工作回顾\n{BODY}\n二、2022年工作安排\n{BODY}", (2021, 2022)),
        (f"柳塘镇2010年工作总结及2011年工作思路\n{BODY}", (2010, 2011)),
        (f"某镇2021年上半年工作总结及下半年工作打算\n{BODY}", (2021, 2021)),
        (f"某镇2015年工作总结\n{BODY}", (2015, None)),
        (f"2013年3月在某镇第三届人大二次会议上的工作报告\n{BODY}", (2012, 2013)),
        (f"某镇2020年政府工作报告\n{BODY}", (None, None)),
        (f"某镇2020年工作要点\n{BODY}", (None, 2020)),
        (f"在全镇大会上的讲话\n（2023年1月3日）\n{BODY}", (None, None)),
        (f"政府工作报告\n——二〇一六年三月二日在某镇人代会上\n{BODY}", (2015, 2016)),
        (f"关于某镇2019年财政预算执行情况与2020年财政预算草案的报告\n{BODY}", (2019, 2020)),
        (BODY, (None, None)),
    ],
)
def test_the_years_reviewed_and_planned(raw, years):
    assert row(raw, "report_year", "plan_year") == years


def test_a_summary_reviews_the_year_of_its_file_name():
    assert row(BODY, "report_year", "plan_year", path="2020年工作总结.txt") == (2020, None)
