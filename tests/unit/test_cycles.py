"""Pure rules of cycles: steps, windows, policies, opening, rubric by position kind."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.cycles import (
    Cycle,
    ExternalRange,
    Policy,
    RubricUse,
    Transition,
    check_change,
    check_opening,
    check_policy,
    check_rubric_uses,
    check_rubrics_usable,
    check_window,
    extended,
    moved,
    rubric_for,
)
from app.domain.errors import Conflict, Invalid, Violation
from app.domain.progress import AssignmentCounts, Audience, GroupCount, forecast, told
from app.domain.values import CycleState, Dimension, PositionKind, RaterType, RubricState, Scheme
from tests.support.appraisals import criterion, indicator, rubric

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PEER, SUPERIOR, SELF = RaterType.PEER, RaterType.SUPERIOR, RaterType.SELF
D, N, R, V, P, A = CycleState
RESULT, BEHAVIOUR = Dimension
POLICY = Policy({SUPERIOR: 60, PEER: 40})
ALLOWED = {(D, N), (D, R), (N, R), (R, V), (V, R), (V, P), (P, A)}


def cycle(state: CycleState = D, **changes: Any) -> Cycle:
    values: dict[str, Any] = {
        "id": uuid4(),
        "code": "C",
        "title": "C",
        "state": state,
        "period_start": date(2026, 7, 1),
        "period_end": date(2026, 9, 30),
        "rubrics": (RubricUse(uuid4()),),
        "policy": POLICY,
        "rating_opens_at": NOW - timedelta(days=1),
        "rating_closes_at": NOW + timedelta(days=1),
        "appeal_days": 14,
        "created_at": NOW,
        "opened_at": None if state in {D, N} else NOW - timedelta(hours=1),
        "published_at": None,
    }
    return Cycle(**(values | changes))


def codes(found: list[Violation]) -> set[tuple[str, str]]:
    return {(violation.pointer, violation.code) for violation in found}


@pytest.mark.parametrize(("origin", "to"), list(itertools.product(CycleState, CycleState)))
def test_a_cycle_takes_the_steps_of_the_contract_and_no_other(origin: CycleState, to: CycleState) -> None:
    reopening = (origin, to) == (V, R)
    wish = Transition(to, "alasan", NOW + timedelta(days=9) if reopening else None)
    if (origin, to) in ALLOWED:
        after = moved(cycle(origin), wish, NOW)
        assert after.state is to
        assert (after.published_at == NOW) == (to is P)
    else:
        with pytest.raises(Conflict) as refused:
            moved(cycle(origin), wish, NOW)
        assert refused.value.code == "transition_not_allowed"


def test_the_first_opening_is_remembered() -> None:
    first = moved(cycle(D), Transition(R), NOW)
    assert first.opened_at == NOW
    again = moved(replace(first, state=V), Transition(R, "keliru", NOW + timedelta(days=3)), NOW + timedelta(days=2))
    assert (again.opened_at, again.rating_closes_at) == (NOW, NOW + timedelta(days=3))


@pytest.mark.parametrize(
    ("origin", "wish", "expected"),
    [
        (V, Transition(R), {("/reason", "required"), ("/rating_closes_at", "required")}),
        (V, Transition(R, "alasan", NOW), {("/rating_closes_at", "closes_in_the_past")}),
        (D, Transition(R, rating_closes_at=NOW + timedelta(days=2)), {("/rating_closes_at", "only_when_reopening")}),
        (R, Transition(V, allow_undecided=True), {("/allow_undecided", "only_when_publishing")}),
        (V, Transition(P, allow_undecided=True), {("/reason", "required")}),
    ],
)
def test_a_step_that_lacks_what_it_needs_is_refused(
    origin: CycleState, wish: Transition, expected: set[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        moved(cycle(origin), wish, NOW)
    assert codes(list(refused.value.violations)) == expected


def test_reopening_before_the_window_begins_needs_an_end_after_its_beginning() -> None:
    later = cycle(V, rating_opens_at=NOW + timedelta(days=5), rating_closes_at=NOW + timedelta(days=6))
    with pytest.raises(Invalid) as refused:
        moved(later, Transition(R, "alasan", NOW + timedelta(days=2)), NOW)
    assert codes(list(refused.value.violations)) == {("/rating_closes_at", "window_closes_before_opening")}


def test_an_extension_is_later_than_the_present_end_and_than_now() -> None:
    open_cycle = cycle(R)
    assert extended(open_cycle, NOW + timedelta(days=2), NOW).rating_closes_at == NOW + timedelta(days=2)
    for closes_at, now, code in (
        (NOW + timedelta(days=1), NOW, "not_an_extension"),
        (NOW + timedelta(days=2), NOW + timedelta(days=3), "closes_in_the_past"),
    ):
        with pytest.raises(Invalid) as refused:
            extended(open_cycle, closes_at, now)
        assert codes(list(refused.value.violations)) == {("/rating_closes_at", code)}
    for state in set(CycleState) - {R}:
        with pytest.raises(Conflict):
            extended(cycle(state), NOW + timedelta(days=2), NOW)


def test_only_the_title_changes_after_opening_and_nothing_in_the_archive() -> None:
    for state in (D, N):
        before = cycle(state)
        check_change(before, replace(before, code="X", policy=replace(POLICY, gap_threshold=Decimal(1))))
    for state in (R, V, P):
        before = cycle(state)
        check_change(before, replace(before, title="X"))
        with pytest.raises(Conflict) as refused:
            check_change(before, replace(before, rating_closes_at=NOW + timedelta(days=3)))
        assert refused.value.code == "cycle_frozen"
    archived = cycle(A)
    with pytest.raises(Conflict) as refused:
        check_change(archived, replace(archived, title="X"))
    assert refused.value.code == "cycle_state_forbids"


def test_windows_and_periods_run_forwards() -> None:
    backwards = cycle(period_end=date(2026, 6, 30), rating_closes_at=NOW - timedelta(days=1))
    assert codes(check_window(backwards)) == {
        ("/period/end", "period_ends_before_start"),
        ("/rating_closes_at", "window_closes_before_opening"),
    }
    assert check_window(cycle(period_end=date(2026, 7, 1))) == []


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"rater_weights": {}}, "/policy/rater_weights", "no_positive_rater_weight"),
        ({"rater_weights": {PEER: 0}}, "/policy/rater_weights", "no_positive_rater_weight"),
        ({"min_raters": {SELF: 3}}, "/policy/min_raters/self", "min_raters_not_anonymous"),
        ({"min_raters": {PEER: 2}}, "/policy/min_raters/peer", "min_raters_too_low"),
        ({"meets": Decimal(85)}, "/policy/expectation_thresholds", "thresholds_out_of_order"),
        ({"above": Decimal("100.0001")}, "/policy/expectation_thresholds", "thresholds_out_of_order"),
        ({"external_dimensions": {RESULT: ExternalRange(Decimal(1), Decimal(1))}}, "/policy/external_dimensions/work_result", "external_range_empty"),
        ({"scheme": Scheme.PP_30_2019}, "/policy/external_dimensions", "scheme_needs_external_work_result"),
    ],
)  # fmt: skip
def test_policies_that_no_cycle_may_have(changes: dict[str, Any], pointer: str, code: str) -> None:
    assert (pointer, code) in codes(check_policy(replace(POLICY, **changes)))
    assert check_policy(POLICY) == []


def test_each_position_kind_finds_one_rubric() -> None:
    general, special = RubricUse(uuid4()), RubricUse(uuid4(), frozenset({PositionKind.JPT}))
    assert rubric_for((general, special), PositionKind.JPT) == special.rubric_id
    assert rubric_for((general, special), PositionKind.EXECUTOR) == general.rubric_id
    assert rubric_for((special,), PositionKind.EXECUTOR) is None
    assert check_rubric_uses((general, special)) == []
    twice = RubricUse(uuid4(), frozenset({PositionKind.JPT, PositionKind.EXECUTOR}))
    assert codes(check_rubric_uses((general, special, twice, RubricUse(uuid4())))) == {
        ("/rubrics/2/position_kinds", "position_kind_twice"),
        ("/rubrics/3/position_kinds", "position_kind_twice"),
    }


def test_cycles_use_published_rubrics_only() -> None:
    published = replace(rubric(criterion("A", indicator("A1"))), id=uuid4())
    retired = replace(published, id=uuid4(), state=RubricState.RETIRED)
    uses = tuple(RubricUse(one) for one in (published.id, retired.id, uuid4()))
    assert codes(check_rubrics_usable(uses, {published.id: published, retired.id: retired})) == {
        ("/rubrics/1/rubric_id", "rubric_not_published"),
        ("/rubrics/2/rubric_id", "unknown_rubric"),
    }


def test_a_cycle_opens_only_when_everything_can_count() -> None:
    both = rubric(criterion("A", indicator("A1", asked=(SUPERIOR,)), dimension=RESULT), criterion("B", indicator("B1")))
    assert check_opening(POLICY, [both]) == []
    assert codes(check_opening(Policy({PEER: 1}), [both])) == {("/rubrics/0", "indicator_without_counting_type")}
    required = replace(POLICY, required_rater_types=frozenset({SUPERIOR, SELF}))
    only_superior = rubric(criterion("A", indicator("A1", asked=(SUPERIOR,))))
    assert codes(check_opening(required, [only_superior])) == {
        ("/policy/required_rater_types", "required_type_not_asked")
    }
    external = replace(POLICY, external_dimensions={RESULT: ExternalRange(Decimal(0), Decimal(120))})
    assert codes(check_opening(external, [both])) == {("/rubrics/0", "criteria_in_external_dimension")}
    assert codes(check_opening(replace(POLICY, dimension_weights={RESULT: 1}), [both])) == {
        ("/policy/dimension_weights", "dimension_weight_missing")
    }
    only_result = rubric(criterion("A", indicator("A1"), dimension=RESULT))
    numeric = replace(external, scheme=Scheme.PP_30_2019)
    assert ("/rubrics/0", "scheme_needs_rated_behaviour") in codes(check_opening(numeric, [only_result]))


def test_nothing_and_too_little_are_told_alike() -> None:
    everybody, others = Audience(None, None, exact=True), Audience(None, None, exact=False)
    counts = {SUPERIOR: AssignmentCounts(1, 1, 0, 0, 0, 0)}
    assert told(counts, everybody)[PEER] == AssignmentCounts(0, 0, 0, 0, 0, 0)
    assert told(counts, others)[PEER] is None
    assert told(counts, others)[SELF] == AssignmentCounts(0, 0, 0, 0, 0, 0)
    assert list(told({}, others)) == list(RaterType)


def test_the_forecast_counts_participants_by_the_size_of_their_groups() -> None:
    asking = rubric(criterion("A", indicator("A1")))
    silent = replace(rubric(criterion("A", indicator("A1", asked=(SUPERIOR,)))), id=uuid4())
    this = cycle(policy=replace(POLICY, min_raters={PEER: 4}))
    rubrics: dict[UUID, Any] = {asking.id: asking, silent.id: silent}
    sizes = [(0, 1), (1, 2), (3, 4), (4, 8), (5, 16), (9, 32)]
    groups = [GroupCount(asking.id, PEER, assigned, participants) for assigned, participants in sizes]
    groups += [GroupCount(silent.id, PEER, 0, 64), GroupCount(None, PEER, 5, 128)]
    lines = forecast(this, rubrics, groups)
    assert [line.rater_type for line in lines] == [one for one in RaterType if one.anonymous]
    peer = lines[0]
    assert (peer.minimum, peer.weight) == (4, 40)
    assert (peer.none, peer.below, peer.at_minimum, peer.above, peer.not_asked) == (1, 6, 8, 48, 192)
