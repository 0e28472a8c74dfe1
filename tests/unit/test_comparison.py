"""What of two results may be subtracted from what, and why the rest may not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from app.api.texts import comparison as texts
from app.domain.comparison import Measured, NotCompared, RubricRelation, compare
from app.domain.cycles import ExternalRange, Policy
from app.domain.values import Dimension, RaterType
from tests.support.appraisals import criterion, indicator, rubric

SUPERIOR, PEER = RaterType.SUPERIOR, RaterType.PEER
RESULT, BEHAVIOUR = Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR
RUBRIC = rubric(
    criterion("HK", indicator("h1"), dimension=RESULT),
    criterion("BP", indicator("b1")),
    criterion("AK", indicator("a1")),
)
POLICY = Policy(rater_weights={SUPERIOR: 60, PEER: 40})
EXTERNAL = {RESULT: ExternalRange(Decimal(0), Decimal(120))}


def measured(**changes: Any) -> Measured:
    values: dict[str, Any] = {
        "rubric": RUBRIC,
        "policy": POLICY,
        "overall": Decimal("70.05"),
        "dimensions": {RESULT: Decimal("60.00"), BEHAVIOUR: Decimal("80.10")},
        "criteria": {"HK": Decimal("60.00"), "BP": Decimal("80.10"), "AK": Decimal("80.10")},
    }
    return Measured(**(values | changes))


def test_of_the_same_rubric_and_policy_everything_is_subtracted() -> None:
    there = measured(
        overall=Decimal("69.99"),
        dimensions={RESULT: Decimal("60.01"), BEHAVIOUR: Decimal("77.77")},
        criteria={"HK": Decimal("60.01"), "BP": Decimal("90.00"), "AK": None},
    )
    found = compare(measured(), there)
    assert (found.rubrics, found.only_here, found.only_there) == (RubricRelation.SAME_VERSION, (), ())
    assert found.overall.difference == Decimal("0.06")
    assert {d: pair.difference for d, pair in found.dimensions.items()} == {
        RESULT: Decimal("-0.01"),
        BEHAVIOUR: Decimal("2.33"),
    }
    assert [(one.code, one.pair.difference, one.pair.reason) for one in found.criteria] == [
        ("HK", Decimal("-0.01"), None),
        ("BP", Decimal("-9.90"), None),
        ("AK", None, NotCompared.NO_FIGURE),
    ]


@pytest.mark.parametrize(("code", "relation"), [("test", RubricRelation.REVISED), ("other", RubricRelation.DIFFERENT)])
def test_of_another_rubric_only_shared_criteria(code: str, relation: RubricRelation) -> None:
    """Shared: the same code in the same dimension; BP has moved to another one."""
    other = rubric(
        criterion("ZZ", indicator("z1")),
        criterion("AK", indicator("a1")),
        criterion("BP", indicator("b1"), dimension=RESULT),
    )
    other = replace(other, id=uuid4(), code=code, version=2)
    there = measured(rubric=other, criteria=dict.fromkeys(("ZZ", "AK", "BP"), Decimal("50.00")))
    found = compare(measured(), there)
    assert found.rubrics is relation
    assert [(one.code, one.title, one.dimension, one.pair.difference) for one in found.criteria] == [
        ("AK", "Title of AK", BEHAVIOUR, Decimal("30.10"))
    ]
    assert (found.only_here, found.only_there) == (("HK", "BP"), ("ZZ", "BP"))
    assert (found.overall.difference, found.overall.reason) == (None, NotCompared.RUBRICS_DIFFER)
    assert {pair.reason for pair in found.dimensions.values()} == {NotCompared.RUBRICS_DIFFER}
    assert (found.overall.here, found.overall.there) == (Decimal("70.05"), Decimal("70.05"))


@pytest.mark.parametrize(
    ("weights", "same"),
    [({SUPERIOR: 3, PEER: 2}, True), ({SUPERIOR: 60, PEER: 40, RaterType.SELF: 0}, True), ({SUPERIOR: 1}, False)],
)
def test_weights_of_raters_are_compared_in_proportion(weights: dict[RaterType, int], same: bool) -> None:
    found = compare(measured(), measured(policy=replace(POLICY, rater_weights=weights)))
    assert found.same_rater_weights is same
    assert {pair.reason for pair in found.dimensions.values()} == {None if same else NotCompared.WEIGHTS_DIFFER}
    assert found.overall.reason is (None if same else NotCompared.WEIGHTS_DIFFER)
    assert found.criteria[0].pair.difference == 0


@pytest.mark.parametrize(
    ("here", "there", "reasons"),
    [
        ({}, {"policy": replace(POLICY, dimension_weights={RESULT: 30, BEHAVIOUR: 20})}, (None, None, None)),
        (
            {},
            {"policy": replace(POLICY, dimension_weights={RESULT: 50, BEHAVIOUR: 50})},
            (NotCompared.WEIGHTS_DIFFER, None, None),
        ),
        (
            {},
            {"policy": replace(POLICY, external_dimensions=EXTERNAL)},
            (NotCompared.SOURCES_DIFFER, NotCompared.SOURCES_DIFFER, None),
        ),
        (
            {"policy": replace(POLICY, external_dimensions=EXTERNAL)},
            {"policy": replace(POLICY, external_dimensions={RESULT: ExternalRange(Decimal(0), Decimal(100))})},
            (NotCompared.RANGES_DIFFER, NotCompared.RANGES_DIFFER, None),
        ),
        (
            {"dimensions": {RESULT: None, BEHAVIOUR: Decimal(70)}},
            {},
            (NotCompared.DIMENSIONS_DIFFER, NotCompared.NO_FIGURE, None),
        ),
        (
            {"dimensions": {BEHAVIOUR: Decimal(70)}},
            {},
            (NotCompared.DIMENSIONS_DIFFER, NotCompared.NO_FIGURE, None),
        ),
        (
            {"overall": None, "dimensions": {RESULT: None, BEHAVIOUR: None}},
            {"overall": None, "dimensions": {RESULT: None, BEHAVIOUR: None}},
            (NotCompared.NO_FIGURE, NotCompared.NO_FIGURE, NotCompared.NO_FIGURE),
        ),
        (
            {"dimensions": {RESULT: None, BEHAVIOUR: Decimal(70)}},
            {"dimensions": {RESULT: None, BEHAVIOUR: Decimal(60)}},
            (None, NotCompared.NO_FIGURE, None),
        ),
    ],
)
def test_sums_are_compared_only_when_made_in_the_same_way(
    here: dict[str, Any], there: dict[str, Any], reasons: tuple[NotCompared | None, ...]
) -> None:
    found = compare(measured(**here), measured(**there))
    assert (found.overall.reason, *(found.dimensions[d].reason for d in (RESULT, BEHAVIOUR))) == reasons
    for pair in (found.overall, *found.dimensions.values()):
        assert (pair.difference is None) == (pair.reason is not None)


def test_every_relation_and_reason_has_its_words() -> None:
    assert set(texts.RELATIONS) == set(RubricRelation)
    assert set(texts.NOT_COMPARED) == set(NotCompared)
