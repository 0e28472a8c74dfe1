"""The appraiser's decision: when it needs a reason and which predicate it leads to."""

import pytest

from app.domain.decisions import (
    ReasonGround,
    Recommended,
    check_decision,
    decided_predicate,
    reason_grounds,
    recommended_expectations,
)
from app.domain.errors import Violation
from app.domain.values import Completeness, Dimension, Expectation, Predicate, Scheme

RESULT, BEHAVIOUR = Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR
DIFFERS, GROUP_LOST, INCOMPLETE = ReasonGround.DIFFERS, ReasonGround.GROUP_LOST, Completeness.INCOMPLETE
BELOW, MEETS, ABOVE = Expectation.BELOW, Expectation.MEETS, Expectation.ABOVE


def recommended(
    *,
    scheme: Scheme = Scheme.PERMENPANRB_6_2022,
    completeness: Completeness = Completeness.COMPLETE,
    predicate: Predicate | None = Predicate.GOOD,
    group_lost: bool = False,
    **expectations: Expectation | None,
) -> Recommended:
    found = {Dimension(name): value for name, value in expectations.items()} or {RESULT: MEETS, BEHAVIOUR: MEETS}
    return Recommended(scheme, completeness, found, predicate, group_lost)


@pytest.mark.parametrize(
    ("given", "decided", "grounds"),
    [
        (recommended(), {RESULT: MEETS, BEHAVIOUR: MEETS}, []),
        (recommended(), {RESULT: MEETS, BEHAVIOUR: ABOVE}, [DIFFERS]),
        (recommended(group_lost=True), {RESULT: MEETS, BEHAVIOUR: MEETS}, [GROUP_LOST]),
        (recommended(group_lost=True), {RESULT: BELOW, BEHAVIOUR: MEETS}, [DIFFERS, GROUP_LOST]),
        (recommended(completeness=INCOMPLETE), {RESULT: MEETS, BEHAVIOUR: MEETS}, [ReasonGround.INCOMPLETE]),
        (
            recommended(completeness=INCOMPLETE, work_result=MEETS, work_behaviour=None),
            {RESULT: MEETS, BEHAVIOUR: MEETS},
            [ReasonGround.NO_FIGURE, ReasonGround.INCOMPLETE],
        ),
        (recommended(work_behaviour=MEETS), {BEHAVIOUR: MEETS}, []),
    ],
)
def test_a_reason_is_needed_where_the_decision_does_not_follow_the_figures(
    given: Recommended, decided: dict[Dimension, Expectation], grounds: list[ReasonGround]
) -> None:
    assert reason_grounds(given, decided) == grounds
    expected = [Violation("/items/3/reason", "reason_required", {"grounds": grounds})] if grounds else []
    assert check_decision(given, decided, None, "/items/3") == expected
    assert check_decision(given, decided, "Ada alasan.") == []


def test_each_dimension_of_the_result_is_named_and_no_other() -> None:
    found = check_decision(recommended(work_behaviour=MEETS), {RESULT: MEETS}, None)
    assert [(v.pointer, v.code) for v in found] == [
        ("/expectations/work_behaviour", "required"),
        ("/expectations/work_result", "dimension_not_in_result"),
    ]


@pytest.mark.parametrize(
    ("result", "behaviour", "predicate"),
    [
        (ABOVE, BELOW, Predicate.POOR),
        (ABOVE, MEETS, Predicate.GOOD),
        (ABOVE, ABOVE, Predicate.VERY_GOOD),
        (MEETS, BELOW, Predicate.POOR),
        (MEETS, MEETS, Predicate.GOOD),
        (MEETS, ABOVE, Predicate.GOOD),
        (BELOW, BELOW, Predicate.VERY_POOR),
        (BELOW, MEETS, Predicate.NEEDS_IMPROVEMENT),
        (BELOW, ABOVE, Predicate.NEEDS_IMPROVEMENT),
    ],
)
def test_permenpanrb_6_2022_reads_the_matrix(result: Expectation, behaviour: Expectation, predicate: Predicate) -> None:
    assert decided_predicate(recommended(), {RESULT: result, BEHAVIOUR: behaviour}) is predicate


def test_a_single_dimension_leads_to_no_predicate() -> None:
    assert decided_predicate(recommended(work_behaviour=MEETS), {BEHAVIOUR: ABOVE}) is None


@pytest.mark.parametrize("predicate", [Predicate.FAIR, None])
def test_under_pp_30_2019_the_value_keeps_its_band(predicate: Predicate | None) -> None:
    given = recommended(scheme=Scheme.PP_30_2019, predicate=predicate)
    assert decided_predicate(given, {RESULT: ABOVE, BEHAVIOUR: ABOVE}) is predicate


def test_following_the_recommendation_leaves_out_what_has_no_figure() -> None:
    assert recommended_expectations(recommended(work_result=None, work_behaviour=BELOW)) == {BEHAVIOUR: BELOW}
