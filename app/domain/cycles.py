"""Cycles: the policy frozen when rating opens, the window, the states and the participants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.domain.errors import Conflict, Violation, raise_if_any
from app.domain.rubrics import Rubric
from app.domain.values import (
    ANONYMOUS_TYPES,
    MIN_GROUP,
    CycleState,
    Dimension,
    PositionKind,
    RaterType,
    RubricState,
    Scheme,
)

DEFAULT_DIMENSION_WEIGHTS: Final = {Dimension.WORK_RESULT: 60, Dimension.WORK_BEHAVIOUR: 40}
#: Where a cycle may go from each state (contract.md, transitionCycle). Going back to rating needs a reason.
TRANSITIONS: Final[Mapping[CycleState, frozenset[CycleState]]] = {
    CycleState.DRAFT: frozenset({CycleState.NOMINATION, CycleState.RATING}),
    CycleState.NOMINATION: frozenset({CycleState.RATING}),
    CycleState.RATING: frozenset({CycleState.REVIEW}),
    CycleState.REVIEW: frozenset({CycleState.RATING, CycleState.PUBLISHED}),
    CycleState.PUBLISHED: frozenset({CycleState.ARCHIVED}),
    CycleState.ARCHIVED: frozenset(),
}
#: Assignments may be made while these last.
ASSIGNABLE: Final = frozenset({CycleState.DRAFT, CycleState.NOMINATION, CycleState.RATING})
#: Nobody has been able to submit yet.
BEFORE_RATING: Final = frozenset({CycleState.DRAFT, CycleState.NOMINATION})
#: Results exist for some reader.
WITH_RESULTS: Final = frozenset({CycleState.REVIEW, CycleState.PUBLISHED, CycleState.ARCHIVED})
RELEASED: Final = frozenset({CycleState.PUBLISHED, CycleState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class ExternalRange:
    """Lowest and highest value another system may send for an external dimension, at most 4 decimals."""

    min: Decimal
    max: Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """How answers become a result. Frozen when rating opens (scoring.md section 1).

    ``rater_weights`` are relative integers >= 0 per rater type (a type not named has 0); ``min_raters`` names
    only anonymous types, integers >= 3; ``dimension_weights`` are integers > 0.
    """

    rater_weights: Mapping[RaterType, int]
    min_raters: Mapping[RaterType, int] = field(default_factory=dict)
    min_commenters: int = MIN_GROUP
    max_invitations: int = 50
    dimension_weights: Mapping[Dimension, int] = field(default_factory=lambda: dict(DEFAULT_DIMENSION_WEIGHTS))
    required_rater_types: frozenset[RaterType] = frozenset({RaterType.SUPERIOR})
    meets: Decimal = Decimal(60)
    above: Decimal = Decimal(85)
    gap_threshold: Decimal = Decimal(15)
    external_dimensions: Mapping[Dimension, ExternalRange] = field(default_factory=dict)
    scheme: Scheme = Scheme.PERMENPANRB_6_2022

    def weight(self, rater_type: RaterType) -> int:
        """``P_t`` of scoring.md."""
        return self.rater_weights.get(rater_type, 0)

    def minimum(self, rater_type: RaterType) -> int:
        """``min_raters_t``: how many must answer before the type counts or is shown."""
        return self.min_raters.get(rater_type, MIN_GROUP) if rater_type in ANONYMOUS_TYPES else 1


def check_policy(policy: Policy) -> list[Violation]:
    """What no policy may be, whatever the rubrics of the cycle."""
    violations = []
    if not any(weight > 0 for weight in policy.rater_weights.values()):
        violations.append(Violation("/policy/rater_weights", "no_positive_rater_weight"))
    for rater_type, minimum in policy.min_raters.items():
        pointer = f"/policy/min_raters/{rater_type}"
        if rater_type not in ANONYMOUS_TYPES:
            violations.append(Violation(pointer, "min_raters_not_anonymous"))
        elif minimum < MIN_GROUP:
            violations.append(Violation(pointer, "min_raters_too_low", {"least": MIN_GROUP}))
    if not 0 <= policy.meets < policy.above <= 100:
        violations.append(Violation("/policy/expectation_thresholds", "thresholds_out_of_order"))
    for dimension, bounds in policy.external_dimensions.items():
        if bounds.min >= bounds.max:
            violations.append(Violation(f"/policy/external_dimensions/{dimension}", "external_range_empty"))
    if policy.scheme is Scheme.PP_30_2019 and Dimension.WORK_RESULT not in policy.external_dimensions:
        violations.append(Violation("/policy/external_dimensions", "scheme_needs_external_work_result"))
    if policy.scheme is Scheme.PP_30_2019 and Dimension.WORK_BEHAVIOUR in policy.external_dimensions:
        violations.append(Violation("/policy/external_dimensions/work_behaviour", "scheme_needs_rated_behaviour"))
    return violations


def check_opening(policy: Policy, rubrics: Iterable[Rubric]) -> list[Violation]:
    """Whether a cycle with this policy and these rubrics may open (scoring.md section 1, last line of the policy)."""
    violations: list[Violation] = []
    counting = {rater_type for rater_type in RaterType if policy.weight(rater_type) > 0}
    for r, rubric in enumerate(rubrics):
        pointer = f"/rubrics/{r}"
        asked: set[RaterType] = set()
        for _, indicator in rubric.indicators():
            asked |= indicator.rater_types
            if not indicator.rater_types & counting:
                params = {"indicator": indicator.code, "rubric": rubric.code}
                violations.append(Violation(pointer, "indicator_without_counting_type", params))
        violations += [
            Violation("/policy/required_rater_types", "required_type_not_asked", {"rater_type": str(missing)})
            for missing in sorted(policy.required_rater_types - asked)
        ]
        violations += _check_dimensions(policy, rubric, pointer)
    return violations


def _check_dimensions(policy: Policy, rubric: Rubric, pointer: str) -> list[Violation]:
    rated = set(rubric.dimensions())
    external = set(policy.external_dimensions)
    violations = [
        Violation(pointer, "criteria_in_external_dimension", {"dimension": str(dimension), "rubric": rubric.code})
        for dimension in sorted(rated & external)
    ]
    violations += [
        Violation("/policy/dimension_weights", "dimension_weight_missing", {"dimension": str(dimension)})
        for dimension in sorted((rated | external) - set(policy.dimension_weights))
    ]
    if policy.scheme is Scheme.PP_30_2019 and Dimension.WORK_BEHAVIOUR not in rated:
        violations.append(Violation(pointer, "scheme_needs_rated_behaviour", {"rubric": rubric.code}))
    return violations


@dataclass(frozen=True, slots=True)
class RubricUse:
    """Which rubric version a cycle uses for which position kinds; ``None`` is for every kind not named elsewhere."""

    rubric_id: UUID
    position_kinds: frozenset[PositionKind] | None = None


def rubric_for(uses: Iterable[RubricUse], position_kind: PositionKind) -> UUID | None:
    """The rubric of a position kind: the one that names it, otherwise the one for every kind."""
    general = None
    for use in uses:
        if use.position_kinds is None:
            general = use.rubric_id
        elif position_kind in use.position_kinds:
            return use.rubric_id
    return general


def check_rubric_uses(uses: tuple[RubricUse, ...]) -> list[Violation]:
    """Each position kind at most once, and at most one rubric for all the rest."""
    violations = []
    seen: set[PositionKind | None] = set()
    for u, use in enumerate(uses):
        kinds: set[PositionKind | None] = {None} if use.position_kinds is None else set(use.position_kinds)
        if kinds & seen:
            violations.append(Violation(f"/rubrics/{u}/position_kinds", "position_kind_twice"))
        seen |= kinds
    return violations


@dataclass(frozen=True, slots=True)
class Cycle:
    """One round of appraisal. ``period`` is what is appraised, the rating window is when raters may submit."""

    id: UUID
    code: str
    title: str
    state: CycleState
    period_start: date
    period_end: date
    rubrics: tuple[RubricUse, ...]
    policy: Policy
    rating_opens_at: datetime
    rating_closes_at: datetime
    appeal_days: int
    created_at: datetime
    opened_at: datetime | None
    published_at: datetime | None

    def accepts_submissions(self, now: datetime) -> bool:
        """State ``rating`` and ``rating_opens_at <= now < rating_closes_at``."""
        return self.state is CycleState.RATING and self.rating_opens_at <= now < self.rating_closes_at

    def require_state(self, allowed: frozenset[CycleState], code: str = "cycle_state_forbids") -> None:
        """Refuse with `Conflict` unless the cycle is in one of ``allowed``."""
        if self.state not in allowed:
            raise Conflict(code, state=str(self.state))

    def require_results(self) -> None:
        """Nothing made of points exists for anybody before review (anonymity.md rule 3)."""
        self.require_state(WITH_RESULTS, "results_not_ready")


@dataclass(frozen=True, slots=True)
class Transition:
    """A wish to move a cycle on, as transitionCycle takes it.

    ``rating_closes_at`` belongs to ``review → rating`` alone, ``allow_undecided`` to ``→ published``; both need a reason.
    """

    to: CycleState
    reason: str | None = None
    rating_closes_at: datetime | None = None
    allow_undecided: bool = False


def moved(cycle: Cycle, wish: Transition, now: datetime) -> Cycle:
    """The cycle after ``wish``.

    Raises `Conflict` (``transition_not_allowed``) for a step that `TRANSITIONS` does not have, `Invalid` when it lacks
    what it needs.
    """
    if wish.to not in TRANSITIONS[cycle.state]:
        raise Conflict("transition_not_allowed", present=str(cycle.state), wanted=str(wish.to))
    raise_if_any([*_check_reopening(cycle, wish, now), *_check_undecided(wish)])
    return replace(
        cycle,
        state=wish.to,
        rating_closes_at=wish.rating_closes_at or cycle.rating_closes_at,
        opened_at=cycle.opened_at or (now if wish.to is CycleState.RATING else None),
        published_at=now if wish.to is CycleState.PUBLISHED else cycle.published_at,
    )


def _check_reopening(cycle: Cycle, wish: Transition, now: datetime) -> list[Violation]:
    """Going back to rating needs a reason and a window that is still open for a while."""
    if not (cycle.state is CycleState.REVIEW and wish.to is CycleState.RATING):
        return [Violation("/rating_closes_at", "only_when_reopening")] if wish.rating_closes_at else []
    violations = [Violation("/reason", "required")] if wish.reason is None else []
    if wish.rating_closes_at is None:
        return [*violations, Violation("/rating_closes_at", "required")]
    return [*violations, *_check_closing(cycle, wish.rating_closes_at, now)]


def _check_undecided(wish: Transition) -> list[Violation]:
    if not wish.allow_undecided:
        return []
    if wish.to is not CycleState.PUBLISHED:
        return [Violation("/allow_undecided", "only_when_publishing")]
    return [Violation("/reason", "required")] if wish.reason is None else []


def _check_closing(cycle: Cycle, closes_at: datetime, now: datetime) -> list[Violation]:
    if closes_at <= now:
        return [Violation("/rating_closes_at", "closes_in_the_past")]
    if closes_at <= cycle.rating_opens_at:
        return [Violation("/rating_closes_at", "window_closes_before_opening")]
    return []


def extended(cycle: Cycle, closes_at: datetime, now: datetime) -> Cycle:
    """The cycle with a later end of its window; only while it is in rating, also after the window has closed."""
    cycle.require_state(frozenset({CycleState.RATING}))
    if closes_at <= cycle.rating_closes_at:
        raise_if_any([Violation("/rating_closes_at", "not_an_extension")])
    raise_if_any(_check_closing(cycle, closes_at, now))
    return replace(cycle, rating_closes_at=closes_at)


def check_change(before: Cycle, after: Cycle) -> None:
    """Whether ``before`` may become ``after`` by updateCycle: everything until rating opens, then the title alone.

    Raises `Conflict` (``cycle_frozen``, ``cycle_state_forbids``) or `Invalid`.
    """
    before.require_state(frozenset(CycleState) - {CycleState.ARCHIVED})
    if before.state not in BEFORE_RATING and replace(before, title=after.title) != after:
        raise Conflict("cycle_frozen", state=str(before.state))
    raise_if_any([*check_window(after), *check_policy(after.policy), *check_rubric_uses(after.rubrics)])


def check_rubrics_usable(uses: tuple[RubricUse, ...], known: Mapping[UUID, Rubric]) -> list[Violation]:
    """A cycle may name published versions only; ``known`` holds those of the versions that exist."""
    violations = []
    for u, use in enumerate(uses):
        rubric = known.get(use.rubric_id)
        if rubric is None:
            violations.append(Violation(f"/rubrics/{u}/rubric_id", "unknown_rubric"))
        elif rubric.state is not RubricState.PUBLISHED:
            violations.append(Violation(f"/rubrics/{u}/rubric_id", "rubric_not_published"))
    return violations


def check_window(cycle: Cycle) -> list[Violation]:
    """A period that ends before it starts, or a window that closes before it opens."""
    violations = []
    if cycle.period_end < cycle.period_start:
        violations.append(Violation("/period/end", "period_ends_before_start"))
    if cycle.rating_closes_at <= cycle.rating_opens_at:
        violations.append(Violation("/rating_closes_at", "window_closes_before_opening"))
    return violations


@dataclass(frozen=True, slots=True)
class Participant:
    """One ratee in one cycle, with what held when rating opened (live from the directory before that)."""

    id: UUID
    cycle_id: UUID
    employee_id: UUID
    name: str
    position: str
    position_kind: PositionKind
    unit_id: UUID
    unit_name: str
    superior_id: UUID | None
    appraiser_id: UUID | None
    rubric_id: UUID | None
    innovation: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ExternalScore:
    """A dimension's value measured by another system, e.g. the achieved SKP value of e-Kinerja."""

    participant_id: UUID
    dimension: Dimension
    value: Decimal
    min: Decimal
    max: Decimal
    source: str
    measured_at: datetime
    received_at: datetime

    def says_the_same(self, other: "ExternalScore") -> bool:
        """Whether only the moment of arrival differs: such a score is left alone, by whatever door it comes again."""
        return replace(self, received_at=other.received_at) == other
