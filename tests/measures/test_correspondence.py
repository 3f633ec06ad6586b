"""Correspondence analysis against prince; its ellipses and its gates by hand and by simulation."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.annotate.theme_codes import code_themes
from analysis.measures.statistics.resampling import block_weights
from analysis.measures.themes.correspondence import correspondence_analysis, theme_correspondence
from analysis.measures.themes.mass import theme_mass
from analysis.pipeline import read_corpus
from analysis.schemas import TableError

TABLE = pd.DataFrame(
    [[120, 30, 14, 8, 3], [45, 80, 22, 6, 9], [60, 41, 70, 15, 2], [33, 27, 18, 52, 11], [210, 95, 64, 40, 38]],
    index=list("abcde"),
    columns=list("uvwxy"),
)
# prince 0.23.0 (MIT), numpy 2.4.6, pandas 3.1.1, Python 3.11: prince.CA(n_components=4, engine="scipy").fit(TABLE), and
# .fit(TABLE.div(TABLE.sum(axis=1), axis=0)) for "equal"; eigenvalues_, row_coordinates, column_coordinates,
# row_contributions_, row_cosine_similarities. Signs of axes are arbitrary there.
PRINCE = {
    "mass": {
        "eigenvalues": [0.11533343352655376, 0.07790348589160023, 0.054137631690946514, 0.010844123310406814],
        "rows": [
            [-0.36279593066607485, 0.36932728249359503, -0.08347199392942732, -0.15926750830405528],
            [-0.15161405383923524, -0.360084368598718, 0.4444298308363288, -0.06232872417873774],
            [-0.014140516559431791, -0.4181685137390589, -0.3765628188993194, -0.024333307188002775],
            [0.8414178805407355, 0.14131925122719274, 0.042783329923454544, -0.07100034645957713],
            [-0.062484875737251, 0.11720594952242142, 0.01649066392847821, 0.11757221000516876],
        ],
        "columns": [
            [-0.23003919303572834, 0.24729033716394028, -0.071044571868699, -0.02112925728101243],
            [-0.07345841176491381, -0.26144739807717776, 0.32010123617764286, -0.053102259515676514],
            [0.027284314515087997, -0.41884631266416283, -0.36406022576745095, 0.04813236310490673],
            [0.9060081396817172, 0.19419392234542115, -0.027182231304160694, -0.07954078012900313],
            [0.20565163051139435, 0.17283974697479576, 0.27926340619268, 0.3962057045584243],
        ],
    },
    "equal": {
        "eigenvalues": [0.1568809615769191, 0.09433750700589294, 0.06769692905367242, 0.008541453962296608],
        "rows": [
            [-0.39436485111957176, 0.44027051804175266, -0.014683268021780346, -0.09011479245645215],
            [-0.18754573221723614, -0.3799453047166078, 0.376236151705392, -0.0363354305377302],
            [-0.08639371885339679, -0.3167164222820447, -0.4400392926140909, -0.01568567017043578],
            [0.7601384041554838, 0.11567655423118375, 0.03986280948844559, -0.0359810706203326],
            [-0.09183410196527965, 0.14071465472571598, 0.038623599442032835, 0.1781169637849531],
        ],
        "columns": [
            [-0.27367337956987203, 0.3088826188173964, -0.03583525140605242, -0.008901497348181433],
            [-0.10398258613078253, -0.3266702237886973, 0.30796673227966526, -0.04914907517584077],
            [-0.01556551790001853, -0.3767113634351969, -0.46223213849784983, 0.03684292020387555],
            [0.9770413099796789, 0.1889936892429153, -0.02283593010437792, -0.07054415051615011],
            [0.34224187978586795, 0.05361308073365463, 0.3488660277710489, 0.3779109568387922],
        ],
    },
}
CONTRIBUTIONS = [
    [0.17943719730245808, 0.27530162456825913, 0.02023602497653223, 0.36779244875023476],
    [0.02900972079112226, 0.24225430129492928, 0.5310397133096508, 0.05214370395739634],
    [0.0002928451346467238, 0.3791477230769315, 0.44242361959572757, 0.00922296403456163],
    [0.7776643681778843, 0.03247653689935359, 0.0042832543290934385, 0.05889120447507009],
    [0.013595868593888965, 0.07081981416052568, 0.002017387788994116, 0.5119496787827368],
]
COSINES = [
    [0.43821446250701857, 0.4541346855600983, 0.023197622028635755, 0.08445322990424696],
    [0.06492529490374702, 0.3662212567946219, 0.5578807993368782, 0.01097264896475271],
    [0.0006298632785012157, 0.5508310312802859, 0.44667393717637816, 0.0018651682648329125],
    [0.9634708491578953, 0.027178016690418035, 0.002490945771810383, 0.006860188379876565],
    [0.12302325725424655, 0.43284929622577406, 0.00856867523398052, 0.43555877128600334],
]


def given(sentences, reports):
    return SimpleNamespace(sentences=sentences, reports=reports, themes=code_themes(sentences))


@pytest.fixture(scope="module")
def seeds():
    return read_corpus("seeds")


def square(result, kind, value):
    of = result.points[result.points["kind"] == kind]
    return of.pivot(index="name", columns="axis", values=value).to_numpy()


@pytest.mark.parametrize("row_weights", ["mass", "equal"])
def test_equals_prince(row_weights):
    result = correspondence_analysis(TABLE, row_weights=row_weights)
    expected = PRINCE[row_weights]
    np.testing.assert_allclose(result.axes["eigenvalue"], expected["eigenvalues"], rtol=0, atol=1e-9)
    signs = np.sign((square(result, "row", "coordinate") * np.array(expected["rows"])).sum(axis=0))
    for kind, of in (("row", "rows"), ("column", "columns")):
        np.testing.assert_allclose(square(result, kind, "coordinate"), expected[of] * signs, rtol=0, atol=1e-9)


def test_contributions_and_cosines_equal_prince():
    result = correspondence_analysis(TABLE)
    np.testing.assert_allclose(square(result, "row", "contribution"), CONTRIBUTIONS, rtol=0, atol=1e-9)
    np.testing.assert_allclose(square(result, "row", "cos2"), COSINES, rtol=0, atol=1e-9)


def test_inertia_is_chi_square_over_n():
    result = correspondence_analysis(TABLE)
    chi2 = stats.chi2_contingency(TABLE, correction=False).statistic
    assert result.axes["eigenvalue"].sum() == pytest.approx(chi2 / TABLE.to_numpy().sum(), rel=1e-12)
    assert result.axes["share"].sum() == pytest.approx(1)
    assert result.axes["cumulative"].iloc[-1] == pytest.approx(1)
    for kind in ("row", "column"):
        assert square(result, kind, "contribution").sum(axis=0) == pytest.approx([1] * 4)
        assert square(result, kind, "cos2").sum(axis=1) == pytest.approx([1] * 5)


def test_two_by_two_by_hand():
    # residuals ±.3, masses ½: the one eigenvalue is .36
    table = pd.DataFrame({"u": [8, 2], "v": [2, 8]}, index=["a", "b"])
    result = correspondence_analysis(table)
    expected = pd.DataFrame(
        {
            "kind": ["row", "row", "column", "column"],
            "name": ["a", "b", "u", "v"],
            "axis": 1,
            "mass": 0.5,
            "coordinate": [0.6, -0.6, 0.6, -0.6],
            "standard": [1.0, -1, 1, -1],
            "contribution": 0.5,
            "cos2": 1.0,
        }
    )
    pd.testing.assert_frame_equal(result.points, expected)
    assert (result.dropped, len(result.ellipses)) == ((), 0)


def test_equal_rows_do_not_know_how_long_a_text_is():
    longer = TABLE.mul([1, 10, 1, 3, 1], axis=0)
    one, other = (correspondence_analysis(table, row_weights="equal") for table in (TABLE, longer))
    pd.testing.assert_frame_equal(one.points, other.points)
    assert (correspondence_analysis(longer).points["mass"] != correspondence_analysis(TABLE).points["mass"]).any()


def test_rare_columns_are_dropped_and_named():
    table = TABLE.assign(rare=[0, 0, 5, 0, 0], never=0)
    result = correspondence_analysis(table)
    assert result.dropped == ("rare", "never")
    pd.testing.assert_frame_equal(result.points, correspondence_analysis(TABLE).points)
    assert correspondence_analysis(table, min_mass=0).dropped == ("never",)


def test_order_of_rows_and_columns_and_signs():
    turned = TABLE.iloc[::-1, ::-1]
    one, other = correspondence_analysis(TABLE), correspondence_analysis(turned)
    np.testing.assert_allclose(one.coordinates(), other.coordinates().loc[list("abcde")], atol=1e-12)
    columns = one.points[one.points["kind"] == "column"]
    for _, axis in columns.groupby("axis"):
        assert axis.loc[axis["contribution"].idxmax(), "coordinate"] > 0


def test_a_row_in_the_centre_has_no_cosine():
    table = pd.DataFrame([[8, 2], [2, 8], [5, 5]], index=list("abc"), columns=list("uv"))
    points = correspondence_analysis(table).points
    assert points.loc[points["name"] == "c", "cos2"].isna().all()


def test_no_association_has_no_axis():
    result = correspondence_analysis(pd.DataFrame([[2, 4], [1, 2]], index=["a", "b"], columns=["u", "v"]))
    assert (len(result.axes), len(result.points)) == (0, 0)


def test_ellipses_equal_their_formula(seeds):
    result = theme_correspondence(seeds, draws=300, seed=5, confidence=0.9)
    coded = theme_mass(seeds)
    columns = result.points[(result.points["kind"] == "column") & (result.points["axis"] <= 2)]
    directions = columns.pivot(index="name", columns="axis", values="standard").loc[list(coded.themes)].to_numpy()
    row = result.ellipses.iloc[2]
    mine = coded.spoken(2)
    m = len(mine)
    own_seed = int(np.random.SeedSequence(5).generate_state(5)[2])
    drawn = block_weights(np.zeros(m), 300, own_seed).astype(float) @ coded.mass[mine]
    places = drawn / drawn.sum(axis=1, keepdims=True) @ directions
    # the observed row is its own supplementary point
    own = coded.mass[mine].sum(axis=0) / coded.mass[mine].sum() @ directions
    assert row[["x", "y"]].tolist() == pytest.approx(own.tolist(), abs=1e-12)
    limit = 2 * (m - 1) / (m - 2) * stats.f.ppf(0.9, 2, m - 2)
    values = np.sort(np.linalg.eigvalsh(np.cov(places.T) * m / (m - 1)))[::-1]
    assert row[["semi_major", "semi_minor"]].tolist() == pytest.approx(np.sqrt(values * limit).tolist(), rel=1e-9)
    angle = np.radians(row["angle"])
    along = np.array([np.cos(angle), np.sin(angle)])
    assert along @ np.cov(places.T) @ along * m / (m - 1) == pytest.approx(values[0], rel=1e-9)


def test_ellipses_cover_where_the_text_came_from(seeds):
    """Texts drawn from the sentences of 003; its own place on the fixed axes is the truth."""
    fixed = theme_correspondence(seeds, draws=10)
    coded = theme_mass(seeds)
    columns = fixed.points[(fixed.points["kind"] == "column") & (fixed.points["axis"] <= 2)]
    directions = columns.pivot(index="name", columns="axis", values="standard").loc[list(coded.themes)].to_numpy()
    pool = coded.mass[coded.groups.code == 3]
    truth = pool.sum(axis=0) / pool.sum() @ directions
    generator = np.random.default_rng(20240101)
    print("\nsentences  coverage of the 95 % ellipse")
    for m in (30, 60, 140):
        inside = []
        for run in range(200):
            mass = pool[generator.integers(len(pool), size=m)]
            drawn = block_weights(np.zeros(m), 200, run).astype(float) @ mass
            places = drawn / drawn.sum(axis=1, keepdims=True) @ directions
            away = mass.sum(axis=0) / mass.sum() @ directions - truth
            limit = 2 * (m - 1) / (m - 2) * stats.f.ppf(0.95, 2, m - 2)
            inside.append(away @ np.linalg.solve(np.cov(places.T) * m / (m - 1), away) <= limit)
        print(f"{m:9d}  {np.mean(inside):.3f}")
        assert 0.88 <= np.mean(inside) <= 0.99


def test_seeds_have_four_axes_and_inputs_stay(seeds):
    sentences, reports = seeds.sentences.copy(), seeds.reports.copy()
    result = theme_correspondence(given(sentences, reports), draws=100)
    assert (len(result.axes), result.ellipses["name"].tolist()) == (4, sorted(reports["report_id"]))
    again = theme_correspondence(given(sentences.sample(frac=1, random_state=1), reports[::-1]), draws=100)
    for name in ("points", "axes", "ellipses"):
        pd.testing.assert_frame_equal(getattr(result, name), getattr(again, name))
    pd.testing.assert_frame_equal(sentences, seeds.sentences)
    pd.testing.assert_frame_equal(reports, seeds.reports)
    table = TABLE.copy()
    correspondence_analysis(table, row_weights="equal")
    pd.testing.assert_frame_equal(table, TABLE)


@pytest.mark.parametrize(
    ("table", "options", "text"),
    [
        (TABLE, {"row_weights": "rank"}, "row_weights must be one of mass, equal; received 'rank'."),
        (TABLE[:1], {}, "correspondence_analysis compares rows; received 1, 2 at least."),
        (
            TABLE.replace(41, -1),
            {},
            "the table holds -1.0 for row 'c', column 'v'. Amounts must be 0 or more.",
        ),
        (TABLE.assign(u=[1, 1, 0, 1, 1]).mul([1, 1, 0, 1, 1], axis=0), {}, "row 'c' holds nothing. Leave it out."),
        (
            TABLE,
            {"min_mass": 0.5},
            "correspondence_analysis needs two columns with a mass of 0.5 or more; there are 0 of 5. Lower min_mass.",
        ),
        (
            pd.DataFrame([[50, 50, 0], [50, 49, 0], [0, 0, 1]], index=list("abc"), columns=list("uvw")),
            {},
            "row 'c' has no mass in the columns kept. Leave it out, or lower min_mass.",
        ),
    ],
)
def test_errors(table, options, text):
    with pytest.raises(TableError) as caught:
        correspondence_analysis(table, **options)
    assert str(caught.value) == text
