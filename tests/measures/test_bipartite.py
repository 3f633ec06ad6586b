import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.measures.slogans.bipartite import report_slogans, shared_slogans
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
    return slogans, reports


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
    slogans, reports = corpus()
    before = slogans.copy(), reports.copy()
    pd.testing.assert_frame_equal(report_slogans(slogans, reports), expected)
    pd.testing.assert_frame_equal(slogans, before[0])
    pd.testing.assert_frame_equal(reports, before[1])
    assert report_slogans(slogans, reports, types=["ideology"]).shape == (0, 5)
    pd.testing.assert_series_equal(report_slogans(slogans[:0], reports).dtypes, expected.dtypes)


def table():
    held = {"a": "uvw", "b": "uv", "c": "uw", "d": "x"}
    rows = [(report, slogan, slogan in held[report]) for report in "abcd" for slogan in "uvwx"]
    return pd.DataFrame(rows, columns=["report_id", "slogan", "present"])


def test_overlap_and_newman_of_a_hand_counted_table():
    # u has three users: 1/2 each; v is a's and b's, w a's and c's: 1 each
    overlap = shared_slogans(table())
    assert overlap.drop(columns="p").to_numpy().tolist() == [["a", "b", 2, 2], ["a", "c", 2, 2], ["b", "c", 1, 1]]
    newman = shared_slogans(table(), weight="newman")
    assert newman.drop(columns="p").to_numpy().tolist() == [["a", "b", 2, 1.5], ["a", "c", 2, 1.5], ["b", "c", 1, 0.5]]
    assert overlap["p"].isna().all()
    # of slogans: u and v share a and b, of 3 and 2 slogans: 1/2 + 1
    slogans = shared_slogans(table(), of="slogan", weight="newman")
    assert slogans.drop(columns="p").to_numpy().tolist() == [["u", "v", 2, 1.5], ["u", "w", 2, 1.5], ["v", "w", 1, 0.5]]


def test_hypergeometric_projection_equals_scipy():
    found = shared_slogans(table(), weight="hypergeometric").sort_values(["source", "target"])
    # four slogans are seen; a has 3 of them, b and c 2
    expected = [stats.hypergeom.sf(1, 4, 3, 2), stats.hypergeom.sf(1, 4, 3, 2), stats.hypergeom.sf(0, 4, 2, 2)]
    np.testing.assert_allclose(found["p"], expected, rtol=1e-9)
    np.testing.assert_allclose(found["weight"], 1 - np.array(expected), rtol=1e-9)


def test_what_is_unknown_is_not_shared():
    slogans, reports = corpus()
    found = shared_slogans(report_slogans(slogans, reports))
    assert found.drop(columns="p").to_numpy().tolist() == [["a", "b", 1, 1.0]]
    empty = shared_slogans(report_slogans(slogans[:0], reports))
    assert len(empty) == 0
    pd.testing.assert_series_equal(empty.dtypes, found.dtypes)


def test_unusable_tables_and_parameters_say_so():
    slogans, reports = corpus()
    with pytest.raises(TableError, match=r"^slogans table holds report_id 'c', which the reports table lacks \(4 rep"):
        report_slogans(slogans, reports[reports["report_id"] != "c"])
    with pytest.raises(TableError, match=r"^of must be report_id or slogan; received 'township'\.$"):
        shared_slogans(table(), of="township")
    with pytest.raises(
        TableError, match=r"^no weight is called 'cosine'; there are: overlap, newman, hypergeometric\.$"
    ):
        shared_slogans(table(), weight="cosine")
