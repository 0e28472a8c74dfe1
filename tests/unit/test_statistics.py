"""Statistics of rating quality against published vectors (domain.md 5.3), statsmodels and their own invariants."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import statistics as stats

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # statsmodels' own imports
    import pandas as pd
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def _column(points: list[int]) -> stats.Dispersion:
    return stats.dispersion(np.array([points], dtype=float).T, np.zeros(len(points), dtype=np.int64), 1)


def test_shrout_and_fleiss() -> None:
    values = np.array(SHROUT_FLEISS).ravel()
    found = stats.reliability(values, np.repeat(np.arange(6), 4))
    assert found is not None
    assert round(found.single.shown, 6) == 0.165742
    assert round(found.mean.shown, 6) == 0.442797
    assert found.size == 4
    assert stats.level(found.mean.shown) is stats.Level.LOW


@pytest.mark.parametrize(
    ("points", "variance", "raw", "shown", "deviation"),
    [
        ([4, 5, 3, 4, 4], 0.5, 0.75, 0.75, 0.4),
        ([3, 4, 4, 5], 2 / 3, 2 / 3, 2 / 3, 0.5),
        ([4, 4, 4, 4, 4], 0, 1, 1, 0),
        ([1, 5, 1, 5], 16 / 3, -5 / 3, 0, 2),
        ([1, 2, 3, 4, 5], 2.5, -0.25, 0, 1.2),
    ],
)
def test_agreement_on_one_indicator(
    points: list[int], variance: float, raw: float, shown: float, deviation: float
) -> None:
    found = _column(points)
    agreement = stats.rwg(found.variance, 5)
    assert found.variance[0, 0] == pytest.approx(variance, abs=1e-6)
    assert found.deviation[0, 0] == pytest.approx(deviation, abs=1e-6)
    assert agreement.raw[0, 0] == pytest.approx(raw, abs=1e-6)
    assert agreement.shown[0, 0] == pytest.approx(shown, abs=1e-6)


@pytest.mark.parametrize(("points", "expected"), [(4, 1.25), (5, 2), (7, 4), (9, 20 / 3), (10, 8.25)])
def test_null_variance(points: int, expected: float) -> None:
    assert stats.null_variance(points) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("variances", "shown", "raw"),
    [
        ([0.5] * 5, 0.9375, 0.9375),
        ([0.5] * 10, 0.967742, 0.967742),
        ([0.5, np.nan, 0.5], 6 / 7, 6 / 7),
        ([0.5], 0.75, 0.75),
        ([2.0, 2.0], 0, 0),  # at the null variance
        ([2.4, 2.4], 0, -0.5),
        ([4.0, 4.0], 0, np.nan),  # the pole
        ([5.0, 5.0], 0, 6),  # beyond it the formula exceeds 1
        ([np.nan, np.nan], np.nan, np.nan),
    ],
)
def test_agreement_over_a_criterion(variances: list[float], shown: float, raw: float) -> None:
    found = stats.rwg_j(np.array(variances), 5)
    assert float(found.shown) == pytest.approx(shown, abs=1e-6, nan_ok=True)
    assert float(found.raw) == pytest.approx(raw, abs=1e-6, nan_ok=True)


def test_a_single_rater_agrees_with_nobody() -> None:
    found = stats.dispersion(np.array([[3.0, np.nan], [np.nan, 4.0]]), np.array([0, 1]), 3)
    assert found.raters.tolist() == [[1, 0], [0, 1], [0, 0]]
    assert np.isnan(found.variance).all()
    assert np.isnan(found.deviation).all()
    assert np.isnan(stats.rwg(found.variance, 5).shown).all()


def test_a_dimension_is_the_mean_of_what_its_criteria_show() -> None:
    shown = np.array([[0.0, 1.0, np.nan], [np.nan, np.nan, np.nan]])
    assert stats.mean_known(shown)[0] == 0.5
    assert np.isnan(stats.mean_known(shown)[1])


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "low"), (0.4999, "low"), (0.5, "moderate"), (0.6999, "moderate"), (0.7, "high"), (1, "high")],
)
def test_labels(value: float, expected: str) -> None:
    assert stats.level(value) == expected


@pytest.mark.parametrize(
    ("values", "groups"),
    [([1, 2, 3], [0, 0, 0]), ([1, 2, 3], [0, 1, 2]), ([5, 5, 5, 5], [0, 0, 1, 1]), ([], [])],
    ids=["one ratee", "one sheet each", "nothing varies", "nothing"],
)
def test_no_reliability(values: list[float], groups: list[int]) -> None:
    assert stats.reliability(values, groups) is None


def test_equal_means_are_shown_as_zero_without_a_raw_value() -> None:
    third = 100 / 3
    found = stats.reliability([third, 2 * third, 50, 50], [7, 7, 9, 9])
    assert found is not None
    assert found.mean == stats.Figure(0.0, None)
    assert found.single.shown == 0
    assert found.single.raw == pytest.approx(-1)


def test_a_negative_reliability_keeps_its_raw_value() -> None:
    found = stats.reliability([0, 100, 10, 100], [0, 0, 1, 1])
    assert found is not None
    assert found.mean.shown == 0
    assert found.mean.raw is not None
    assert found.mean.raw < 0


def test_perfect_reliability() -> None:
    found = stats.reliability([10, 10, 90, 90, 40], [0, 0, 1, 1, 2])
    assert found is not None
    assert found.single == found.mean == stats.Figure(1.0, 1.0)


@pytest.mark.parametrize("seed", range(20))
def test_reliability_as_statsmodels_says(seed: int) -> None:
    draw = np.random.default_rng(seed)
    groups = np.sort(np.concatenate([np.arange(8), draw.integers(0, 8, 25)]))
    values = draw.normal(60, 10, len(groups)) + draw.normal(0, 8, 8)[groups]
    table = anova_lm(ols("x ~ C(g)", pd.DataFrame({"x": values, "g": groups})).fit())
    msb, msw = table["mean_sq"]["C(g)"], table["mean_sq"]["Residual"]
    sizes = np.bincount(groups)
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / 7
    found = stats.reliability(values, groups)
    assert found is not None
    assert found.size == pytest.approx(size)
    assert found.single.raw == pytest.approx((msb - msw) / (msb + (size - 1) * msw))
    assert found.mean.raw == pytest.approx((msb - msw) / msb)


@pytest.mark.parametrize("seed", range(20))
def test_adjusted_means_as_statsmodels_says(seed: int) -> None:
    draw = np.random.default_rng(seed)
    ratees = np.concatenate([np.arange(9), draw.integers(0, 9, 30)])
    raters = np.concatenate([np.zeros(9, dtype=int), draw.permutation(np.arange(30) % 6)])  # rater 0 connects all
    values = draw.normal(60, 15, len(ratees))
    frame = pd.DataFrame({"x": values, "ratee": ratees, "rater": raters})
    fitted = ols("x ~ C(ratee) + C(rater, Sum)", frame).fit()  # coded so that rater effects sum to zero
    expected = fitted.params["Intercept"] + np.array(
        [0, *(fitted.params[f"C(ratee)[T.{ratee}]"] for ratee in range(1, 9))]
    )
    found = stats.adjusted_means(values, ratees, raters)
    assert found.ratees == pytest.approx(expected, abs=1e-6)
    assert found.raters[:5] == pytest.approx([fitted.params[f"C(rater, Sum)[S.{one}]"] for one in range(5)], abs=1e-6)


def test_components_are_adjusted_apart() -> None:
    values = [80, 60, 70, 50, 10, 30]
    ratees, raters = [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 2, 3]
    found = stats.adjusted_means(values, ratees, raters)
    assert found.component[0] == found.component[1] != found.component[2]
    assert found.ratees == pytest.approx([70, 60, 20])
    assert found.raters == pytest.approx([10, -10, -10, 10])


def test_a_chain_of_raters_is_solved() -> None:
    steps = np.arange(400)
    ratees, raters = np.concatenate([steps, steps]), np.concatenate([steps, steps + 1])
    truth = np.random.default_rng(1).normal(0, 10, 401)
    truth -= truth.mean()
    found = stats.adjusted_means(50 + truth[raters], ratees, raters)
    assert found.ratees == pytest.approx(np.full(400, 50), abs=1e-6)
    assert found.raters == pytest.approx(truth, abs=1e-6)


def test_deviation_from_the_others() -> None:
    found = stats.leave_one_out(np.array([40.0, 60, 80, 50]), np.array([0, 0, 0, 1]))
    assert found[:3].tolist() == [-30, 0, 30]
    assert np.isnan(found[3])


def test_identical_points_and_spread() -> None:
    points, owners = np.array([3, 3, 3, 1, 0, 4, -2]), np.array([0, 0, 0, 0, 2, 2, 2])
    assert stats.identical_share(points, owners, 3)[[0, 2]] == pytest.approx([0.75, 1 / 3])
    assert np.isnan(stats.identical_share(points, owners, 3)[1])
    found = stats.spread(np.array([10.0, 20, 30, 5]), np.array([0, 0, 0, 1]), 3)
    assert found[0] == pytest.approx(10)
    assert np.isnan(found[1:]).all()
    nothing = np.array([], dtype=np.int64)
    assert np.isnan(stats.identical_share(nothing, nothing, 1)).all()


def test_pairs_who_rated_each_other() -> None:
    raters, ratees = np.array([0, 1, 2, 1, 3, 0, 4, 3]), np.array([1, 0, 0, 2, 3, 3, 3, 4])
    for marks, both in (((0, 1, 7), [True, False]), ((1, 6, 7), [False, True])):
        marked = np.isin(np.arange(8), marks)
        found = stats.reciprocal_pairs(raters.astype(np.int32), ratees.astype(np.int32), marked)
        assert [part.tolist() for part in found] == [[0, 3], [1, 4], both]


@given(st.lists(st.integers(0, 30), max_size=20))
def test_numbers_are_the_places_among_those_there_are(values: list[int]) -> None:
    given_values = np.array(values, dtype=np.int32)
    there, places = stats.numbered(given_values)
    expected, expected_places = np.unique(given_values, return_inverse=True)
    assert there.tolist() == expected.tolist()
    assert places.tolist() == expected_places.tolist()


_GROUPS = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=8), min_size=2, max_size=8)


def _flat(groups: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    values = np.array([value for group in groups for value in group], dtype=float)
    return values, np.repeat(np.arange(len(groups)), [len(group) for group in groups])


@given(_GROUPS)
def test_figures_stay_in_their_range_in_any_order(groups: list[list[int]]) -> None:
    values, owners = _flat(groups)
    found = stats.dispersion(values[:, None], owners, len(groups))
    shown = stats.rwg(found.variance, 5).shown
    assert np.all((shown >= 0) & (shown <= 1) | (found.raters < 2))
    reliable = stats.reliability(values, owners)
    backwards = stats.reliability(values[::-1], owners[::-1])
    assert (reliable is None) == (backwards is None)
    if reliable is not None and backwards is not None:
        assert 0 <= reliable.single.shown <= 1
        assert 0 <= reliable.mean.shown <= 1
        assert reliable.mean.shown == pytest.approx(backwards.mean.shown, abs=1e-9)


@given(_GROUPS, st.integers(-50, 50))
def test_only_differences_matter(groups: list[list[int]], shift: int) -> None:
    values, owners = _flat(groups)
    one, other = stats.reliability(values, owners), stats.reliability(values + shift, owners)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.single.shown == pytest.approx(other.single.shown, abs=1e-9)
    raters = np.concatenate([np.arange(len(group)) for group in groups])
    raw, moved = stats.adjusted_means(values, owners, raters), stats.adjusted_means(values + shift, owners, raters)
    assert moved.ratees == pytest.approx(raw.ratees + shift, abs=1e-6)
    assert moved.raters == pytest.approx(raw.raters, abs=1e-6)
    assert raw.raters.sum() == pytest.approx(0, abs=1e-6)


@given(st.lists(st.floats(0, 8), min_size=1, max_size=12))
def test_agreement_over_a_criterion_stays_in_its_range(variances: list[float]) -> None:
    shown = float(stats.rwg_j(np.array(variances), 5).shown)
    assert 0 <= shown <= 1
    assert (shown == 0) == (np.mean(variances) >= 2)
