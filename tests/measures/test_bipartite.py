from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.measures.slogans.bipartite import report_slogans
from analysis.schemas import TableError


def corpus():
    slogans = pd.DataFrame(
        [("a", "振兴"), ("a", "振兴"), ("a", "治党"), ("b", "振兴"), ("c", "枫桥"), ("d", "枫桥")],
        columns=["report_id", "canonical"],
    ).assign(type="policy_name")
    slogans.loc[5, "type"] = "ideology"
    reports = pd.DataFrame(
        {"report_id": list("edcba"), "coverage": [1.0, 1.0, np.nan, 0.89, 0.9], "n_tokens": [0, 9, 500, 1000, 2000]}
    )
    reports["duplicate_of"] = pd.array([None, "c", None, None, None], dtype="str")
    reports["n_tokens"] = reports["n_tokens"].astype("Int64")
    return SimpleNamespace(slogans=slogans, reports=reports)


def test_absence_is_unknown_where_text_is_hidden():
    expected = pd.DataFrame(
        {
            "report_id": pd.array(list("aaabbbccceee"), dtype="str"),
            "slogan": pd.array(["振兴", "枫桥", "治党"] * 4, dtype="str"),
            # b is covered to .89 and c to an unknown part; e is whole but has no word
            "n": pd.array([2, 0, 1, 1, pd.NA, pd.NA, pd.NA, 1, pd.NA, 0, 0, 0], dtype="Int64"),
            "per_10k": pd.array([10, 0, 5, 10, pd.NA, pd.NA, pd.NA, 20, pd.NA, pd.NA, pd.NA, pd.NA], dtype="Float64"),
            "present": pd.array(
                [True, False, True, True, pd.NA, pd.NA, pd.NA, True, pd.NA, False, False, False], dtype="boolean"
            ),
        }
    )
    given, before = corpus(), corpus()
    pd.testing.assert_frame_equal(report_slogans(given), expected)
    pd.testing.assert_frame_equal(given.slogans, before.slogans)
    pd.testing.assert_frame_equal(given.reports, before.reports)
    assert report_slogans(given, types=["ideology"]).shape == (0, 5)
    given.slogans = given.slogans[:0]
    pd.testing.assert_series_equal(report_slogans(given).dtypes, expected.dtypes)


def test_unusable_tables_and_parameters_say_so():
    given = corpus()
    with pytest.raises(
        TableError, match=r"^types must be a list; received the text 'ideology'\. Write \['ideology'\]\.$"
    ):
        report_slogans(given, types="ideology")
    given.reports = given.reports[given.reports["report_id"] != "c"]
    with pytest.raises(TableError, match=r"^slogans table holds report_id 'c', which the reports table lacks \(4 rep"):
        report_slogans(given)
