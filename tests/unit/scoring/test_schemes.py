"""Both schemes: thresholds, matrix, value and bands, with every boundary (scoring.md section 5)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.cycles import ExternalRange, Policy
from app.domain.rounding import round_half_up
from app.domain.schemes import Thresholds, matrix_predicate, performance_predicate, performance_value
from app.domain.values import Dimension, Expectation, Flag, Predicate, RaterType, Scheme
from tests.support.appraisals import Scored, criterion, indicator, rubric, scale
from tests.support.appraisals import document as document_of
from tests.support.oracle import Case

BELOW, MEETS, ABOVE = Expectation.BELOW, Expectation.MEETS, Expectation.ABOVE
SUPERIOR, PEER, SUBORDINATE = RaterType.SUPERIOR, RaterType.PEER, RaterType.SUBORDINATE
WORK_RESULT, WORK_BEHAVIOUR = Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR


@pytest.mark.parametrize(
    ("work_result", "below", "meets", "above"),
    [
        (ABOVE, Predicate.POOR, Predicate.GOOD, Predicate.VERY_GOOD),
        (MEETS, Predicate.POOR, Predicate.GOOD, Predicate.GOOD),
        (BELOW, Predicate.VERY_POOR, Predicate.NEEDS_IMPROVEMENT, Predicate.NEEDS_IMPROVEMENT),
    ],
)
def test_the_matrix(work_result: Expectation, below: Predicate, meets: Predicate, above: Predicate) -> None:
    row = [matrix_predicate(work_result, work_behaviour) for work_behaviour in (BELOW, MEETS, ABOVE)]
    assert row == [below, meets, above]


def thresholds(meets: str, above: str, gap: str = "15") -> Thresholds:
    return Thresholds.of(
        Policy(rater_weights={}, meets=Decimal(meets), above=Decimal(above), gap_threshold=Decimal(gap))
    )


@pytest.mark.parametrize(
    ("meets", "above", "published", "expected"),
    [
        ("60", "85", 59_99, BELOW),
        ("60", "85", 60_00, MEETS),
        ("60", "85", 84_99, MEETS),
        ("60", "85", 85_00, ABOVE),
        ("60.0001", "85", 60_00, BELOW),
        ("60.0001", "85", 60_01, MEETS),
        ("59.9999", "84.9951", 60_00, MEETS),
        ("60", "84.9951", 84_99, MEETS),
        ("60", "84.9951", 85_00, ABOVE),
        ("60", "84.99", 84_99, ABOVE),
        ("0", "0.0001", 0, MEETS),
        ("0", "100", 100_00, ABOVE),
        ("0", "100", 99_99, MEETS),
    ],
)
def test_expectations_take_thresholds_exactly(meets: str, above: str, published: int, expected: Expectation) -> None:
    assert thresholds(meets, above).expectation(published) is expected


@pytest.mark.parametrize(
    ("threshold", "gap", "expected"),
    [
        ("15", 15_01, Flag.BLIND_SPOT),
        ("15", 15_00, None),
        ("15", -15_00, None),
        ("15", -15_01, Flag.HIDDEN_STRENGTH),
        ("0", 0, None),
        ("0", 1, Flag.BLIND_SPOT),
        ("0", -1, Flag.HIDDEN_STRENGTH),
        ("15.0001", 15_00, None),
        ("15.0001", 15_01, Flag.BLIND_SPOT),
        ("14.9999", 15_00, Flag.BLIND_SPOT),
        ("14.9999", -15_00, Flag.HIDDEN_STRENGTH),
    ],
)
def test_gaps_must_exceed_the_threshold(threshold: str, gap: int, expected: Flag | None) -> None:
    assert thresholds("60", "85", threshold).flag(gap) is expected


@pytest.mark.parametrize(
    ("published", "innovation", "expected"),
    [
        (120_00, True, Predicate.VERY_GOOD),
        (110_00, True, Predicate.VERY_GOOD),
        (109_99, True, Predicate.GOOD),
        (115_00, False, Predicate.GOOD),
        (110_00, False, Predicate.GOOD),
        (90_00, True, Predicate.GOOD),
        (90_00, False, Predicate.GOOD),
        (89_99, False, Predicate.FAIR),
        (70_00, False, Predicate.FAIR),
        (69_99, True, Predicate.POOR),
        (50_00, False, Predicate.POOR),
        (49_99, False, Predicate.VERY_POOR),
        (0, True, Predicate.VERY_POOR),
    ],
)
def test_the_bands(published: int, innovation: bool, expected: Predicate) -> None:
    assert performance_predicate(published, innovation=innovation) is expected


def on_100(value: str) -> Fraction:
    """A value on 0..120 as a figure on 0..100."""
    return Fraction(value) * 100 / 120


@pytest.mark.parametrize(
    ("skp", "behaviour", "heard", "expected"),
    [
        ("100", "80", False, "94"),
        ("100", "80", True, "92"),
        ("120", "120", True, "120"),
        ("0", "0", False, "0"),
        ("99.99", "100", True, "99.994"),
    ],
)
def test_the_value_is_made_of_exact_parts(skp: str, behaviour: str, heard: bool, expected: str) -> None:
    assert performance_value(on_100(skp), on_100(behaviour), colleagues_heard=heard) == Fraction(expected)


def test_bands_read_the_rounded_value() -> None:
    value = performance_value(on_100("89.995"), on_100("89.995"), colleagues_heard=True)
    assert round_half_up(value) == 90_00
    assert performance_predicate(round_half_up(value), innovation=False) is Predicate.GOOD


# ---------------------------------------------------------------- in a cycle

BEHAVIOUR = rubric(criterion("B", indicator("b1"), indicator("b2", asked={SUPERIOR})), on=scale(0, 120))
NUMERIC = Policy(
    rater_weights={SUPERIOR: 1, PEER: 1, SUBORDINATE: 0},
    external_dimensions={WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
    scheme=Scheme.PP_30_2019,
)
BY_SUPERIOR = (SUPERIOR, [80, 80])


def numeric(case: Case) -> tuple[Predicate | None, int | None]:
    (appraisal,) = Scored(BEHAVIOUR, NUMERIC, case).appraisals
    return appraisal.recommendation.predicate, appraisal.recommendation.value


@pytest.mark.parametrize(
    ("sheets", "set_aside", "expected"),
    [
        ([], set(), 94_00),
        ([(PEER, [80, None])] * 2, set(), 94_00),
        ([(PEER, [80, None])] * 3, set(), 92_00),
        ([(PEER, [80, None])] * 3, {PEER}, 94_00),
        ([(PEER, [None, 80])] * 3, set(), 94_00),
        ([(SUBORDINATE, [0, None])] * 3, set(), 94_00),
        ([(RaterType.SERVICE_RECIPIENT, [0, None])] * 3, set(), 94_00),
    ],
    ids=["alone", "too few", "heard", "set aside", "heard on nothing asked", "without weight", "other types"],
)
def test_seven_to_three_unless_colleagues_count(
    sheets: list[tuple[RaterType, list[int | None]]], set_aside: set[RaterType], expected: int
) -> None:
    case = Case([BY_SUPERIOR, *sheets], set_aside=set_aside, external={WORK_RESULT: Decimal(100)})
    assert numeric(case) == (Predicate.GOOD, expected)


def test_the_innovation_makes_very_good() -> None:
    best = Case([(SUPERIOR, [115, 115])], external={WORK_RESULT: Decimal(115)})
    assert numeric(best) == (Predicate.GOOD, 115_00)
    best.innovation = True
    assert numeric(best) == (Predicate.VERY_GOOD, 115_00)


def test_an_incomplete_participant_has_neither_predicate_nor_value() -> None:
    assert numeric(Case([BY_SUPERIOR])) == (None, None)
    assert numeric(Case([], external={WORK_RESULT: Decimal(100)})) == (None, None)


def test_a_single_dimension_has_an_expectation_and_no_predicate() -> None:
    (appraisal,) = Scored(BEHAVIOUR, Policy(rater_weights={SUPERIOR: 1}), Case([BY_SUPERIOR])).appraisals
    assert appraisal.completeness == "complete"
    assert appraisal.recommendation.expectations == {WORK_BEHAVIOUR: Expectation.MEETS}
    assert appraisal.recommendation.predicate is None


def test_an_external_result_beside_rated_behaviour_reads_the_matrix() -> None:
    policy = Policy(
        rater_weights={SUPERIOR: 1},
        external_dimensions={WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
    )
    case = Case([(SUPERIOR, [110, 110])], external={WORK_RESULT: Decimal("105.5")})
    (appraisal,) = Scored(BEHAVIOUR, policy, case).appraisals
    assert document_of(appraisal)["dimensions"][0] == {
        "dimension": "work_result",
        "value": 87.92,
        "expectation": "above",
        "source": "external",
        "by_rater_type": {},
    }
    assert appraisal.recommendation.predicate is Predicate.VERY_GOOD
    assert document_of(appraisal)["overall"] == 89.42


@pytest.mark.parametrize("value", ["-0.0001", "120.0001"])
def test_an_external_score_outside_its_range_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="outside its range"):
        numeric(Case([BY_SUPERIOR], external={WORK_RESULT: Decimal(value)}))
