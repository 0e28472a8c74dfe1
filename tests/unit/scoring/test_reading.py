"""Gaps, strengths and areas to improve, with ties (scoring.md section 6)."""

from decimal import Decimal

import pytest

from app.domain.cycles import Policy
from app.domain.results import gap, improvements, strengths
from app.domain.scoring import MISSING
from app.domain.values import RaterType
from tests.support.appraisals import Scored, criterion, indicator, rubric, scale
from tests.support.oracle import Case

SUPERIOR, PEER, SELF = RaterType.SUPERIOR, RaterType.PEER, RaterType.SELF


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([85_00, 84_99, 90_00], [2, 0]),
        ([90_00, 95_00, 90_00, 95_00], [1, 3, 0, 2]),
        ([10_00, MISSING], []),
        ([], []),
    ],
)
def test_strengths_reach_above_highest_first_ties_in_rubric_order(figures: list[int], expected: list[int]) -> None:
    assert strengths(figures, 85_00) == expected


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([59_99, 60_00, 10_00], [2, 0]),
        ([50_00, 40_00, 50_00, 40_00], [1, 3, 0, 2]),
        ([70_00, 65_00, 65_00], [1]),
        ([100_00, 100_00], [0]),
        ([MISSING, 90_00], [1]),
        ([MISSING, MISSING], []),
        ([0, MISSING], [0]),
    ],
)
def test_improvements_are_below_meets_lowest_first_or_exactly_the_lowest(
    figures: list[int], expected: list[int]
) -> None:
    assert improvements(figures, 60_00) == expected


def test_a_gap_needs_both_sides() -> None:
    assert gap(80_00, 64_99) == 15_01
    assert gap(0, 100_00) == -100_00
    assert gap(MISSING, 50_00) is None
    assert gap(50_00, MISSING) is None


ONE = rubric(criterion("A", indicator("a1")), on=scale(0, 100))


def read(own: int | None, superior: int | None, weights: dict[RaterType, int]) -> tuple[object, ...]:
    answers = [(SELF, own), (SUPERIOR, superior)]
    case = Case([(t, [points]) for t, points in answers if points is not None])
    (entry,) = Scored(ONE, Policy(rater_weights=weights), case).document["criteria"]
    return entry["value"], entry["self"], entry["others"], entry["gap"], entry["flag"]


WITH_SELF = {SUPERIOR: 1, SELF: 1}
WITHOUT_SELF = {SUPERIOR: 1}


@pytest.mark.parametrize(
    ("own", "superior", "weights", "expected"),
    [
        (76, 60, WITHOUT_SELF, (60.0, 76.0, 60.0, 16.0, "blind_spot")),
        (75, 60, WITHOUT_SELF, (60.0, 75.0, 60.0, 15.0, None)),
        (60, 75, WITHOUT_SELF, (75.0, 60.0, 75.0, -15.0, None)),
        (60, 76, WITHOUT_SELF, (76.0, 60.0, 76.0, -16.0, "hidden_strength")),
        (80, 60, WITH_SELF, (70.0, 80.0, 60.0, 20.0, "blind_spot")),
        (80, None, WITHOUT_SELF, (None, 80.0, None, None, None)),
        (None, 60, WITH_SELF, (60.0, None, 60.0, None, None)),
        (80, 60, {SELF: 1}, (80.0, 80.0, None, None, None)),
    ],
    ids=["blind spot", "at the threshold", "at minus the threshold", "hidden strength", "self counts",
         "no others", "no self", "all weight on self"],
)  # fmt: skip
def test_self_others_gap_and_flag(
    own: int | None, superior: int | None, weights: dict[RaterType, int], expected: tuple[object, ...]
) -> None:
    assert read(own, superior, weights) == expected


def test_the_gap_is_the_difference_of_published_figures() -> None:
    """Exactly 66.666..., which does not exceed 66.668; published 100.00 - 33.33 = 66.67, which does."""
    thirds = rubric(criterion("A", indicator("a1"), indicator("a2"), indicator("a3")), on=scale(0, 1))
    policy = Policy(rater_weights={SUPERIOR: 1}, gap_threshold=Decimal("66.668"))
    case = Case([(SELF, [1, 1, 1]), (SUPERIOR, [1, 0, 0])])
    (entry,) = Scored(thirds, policy, case).document["criteria"]
    assert (entry["self"], entry["others"], entry["gap"], entry["flag"]) == (100.0, 33.33, 66.67, "blind_spot")


def test_lists_use_published_figures_and_codes() -> None:
    both = rubric(
        criterion("low", indicator("l1", weight=497), indicator("l2", weight=3)),
        criterion("high", indicator("h1", weight=199), indicator("h2", weight=1)),
        on=scale(0, 100),
    )
    policy = Policy(rater_weights={SUPERIOR: 1}, meets=Decimal(85), above=Decimal(90))
    document = Scored(both, policy, Case([(SUPERIOR, [85, 84, 85, 84])])).document
    assert [entry["value"] for entry in document["criteria"]] == [84.99, 85.0]
    assert document["improvements"] == ["low"]
    policy = Policy(rater_weights={SUPERIOR: 1}, meets=Decimal(1), above=Decimal(85))
    document = Scored(both, policy, Case([(SUPERIOR, [85, 84, 85, 84])])).document
    assert document["strengths"] == ["high"]
    assert document["improvements"] == ["low"]
