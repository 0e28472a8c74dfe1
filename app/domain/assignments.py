"""Assignments: who rates whom, in which relation, and who may know it (anonymity.md rules 2, 6 and 7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.auth import Actor
from app.domain.cycles import BEFORE_RATING
from app.domain.errors import ConflictingRows, Invalid, Violation
from app.domain.values import AssignmentState, CycleState, RaterType

MAX_BATCH: Final = 1_000
#: Generation assigns at least this many more than the minimum where the unit allows (anonymity.md rule 12).
SPARE_RATERS: Final = 2
#: States in which an assignment has no submitted sheet and is still there.
UNSUBMITTED: Final = frozenset(
    {AssignmentState.PENDING, AssignmentState.DRAFT, AssignmentState.DECLINED, AssignmentState.EXCUSED}
)
#: States without a sheet and without a draft: nothing is lost when the assignment is deleted.
EMPTY: Final = UNSUBMITTED - {AssignmentState.DRAFT}
#: A submitted sheet may be voided as long as no result was published.
VOIDABLE: Final = frozenset({CycleState.DRAFT, CycleState.NOMINATION, CycleState.RATING, CycleState.REVIEW})


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """The bare assignment."""

    id: UUID
    cycle_id: UUID
    participant_id: UUID
    rater_type: RaterType
    rater_id: UUID | None
    state: AssignmentState


@dataclass(frozen=True, slots=True)
class Ratee:
    """A participant's place in the hierarchy: of the opening, or of today while rating has not begun.

    ``asked`` holds the rater types that the participant's rubric asks anything. Who is appraised by nobody else is
    appraised by the superior.
    """

    participant_id: UUID
    employee_id: UUID
    unit_id: UUID
    superior_id: UUID | None
    appraiser_id: UUID | None
    appraisers_superior_id: UUID | None
    asked: frozenset[RaterType]


@dataclass(frozen=True, slots=True)
class Rater:
    """An employee as far as it matters for whom he may rate."""

    id: UUID
    unit_id: UUID
    superior_id: UUID | None
    active: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    """One request to rate, with the names its readers need and the ratee's place that decides who they are."""

    id: UUID
    cycle_id: UUID
    cycle_state: CycleState
    participant_id: UUID
    ratee_id: UUID
    ratee_name: str
    unit_id: UUID
    superior_id: UUID | None
    appraiser_id: UUID | None
    rater_type: RaterType
    rater_id: UUID | None
    rater_name: str | None
    state: AssignmentState
    submitted_on: date | None
    void_requested_by: UUID | None

    @property
    def void_requested(self) -> bool:
        """Whether a submitted sheet waits for the second administrator."""
        return self.state is AssignmentState.SUBMITTED and self.void_requested_by is not None


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a rater's own work list."""

    assignment_id: UUID
    cycle_id: UUID
    cycle_code: str
    cycle_title: str
    cycle_state: CycleState
    rating_opens_at: datetime
    rating_closes_at: datetime
    ratee_name: str
    ratee_position: str
    unit_name: str
    rater_type: RaterType
    state: AssignmentState
    submitted_on: date | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A fresh one-time code for a service recipient. Only its hash is stored; the code is told once."""

    id: UUID
    assignment_id: UUID
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Redemption:
    """What a presented code stands for."""

    id: UUID
    assignment_id: UUID
    state: AssignmentState
    used: bool
    expires_at: datetime
    cycle_state: CycleState
    rating_opens_at: datetime
    rating_closes_at: datetime

    def is_valid(self, now: datetime) -> bool:
        """Whether the code may still be redeemed, as soon as rating is open."""
        return now < self.expires_at and self.state not in {AssignmentState.EXCUSED, AssignmentState.VOIDED}

    def is_open(self, now: datetime) -> bool:
        """State ``rating`` and inside the window."""
        return self.cycle_state is CycleState.RATING and self.rating_opens_at <= now < self.rating_closes_at


# ---------------------------------------------------------------- who may know


def is_rater(actor: Actor, assignment_id: UUID, rater_id: UUID | None) -> bool:
    """Whether the assignment is the actor's own to answer."""
    if actor.is_recipient:
        return actor.assignment_id == assignment_id
    return rater_id is not None and rater_id == actor.employee_id


def may_know(actor: Actor, assignment: Assignment) -> bool:
    """Whether the actor may know of this assignment at all (contract.md, who rates whom).

    Of an anonymous type the ratee never does, whatever else he is; his superior and appraiser only as administrators. A
    voided one is known to full administrators, so that nobody else can tell it from a deleted one.
    """
    if is_rater(actor, assignment.id, assignment.rater_id):
        return True
    if assignment.rater_type.anonymous and not _may_know_anonymous(actor, assignment):
        return False
    return actor.administers(assignment.unit_id) or actor.is_auditor


def _may_know_anonymous(actor: Actor, assignment: Assignment) -> bool:
    if assignment.state is AssignmentState.VOIDED and not actor.is_admin:
        return False
    if actor.employee_id is None:
        return True
    if actor.employee_id == assignment.ratee_id:
        return False
    above_him = actor.employee_id == assignment.superior_id or assignment.appraiser_id in actor.appraises_as
    return actor.administers(assignment.unit_id) or not above_him


def knows_state(actor: Actor, assignment: Assignment) -> bool:
    """The state of an anonymous assignment is known to its rater and to full administrators alone (rule 7)."""
    own = is_rater(actor, assignment.id, assignment.rater_id)
    return own or actor.is_admin or not assignment.rater_type.anonymous


def may_administer(actor: Actor, assignment: Assignment) -> bool:
    """Whether the actor may change this assignment of somebody else, whatever its state is.

    Nobody does so about himself. A unit administrator leaves anonymous assignments alone once rating is open: what
    came of his request would tell him their state (rule 2).
    """
    if actor.employee_id is not None and actor.employee_id == assignment.ratee_id:
        return False
    if not actor.administers(assignment.unit_id):
        return False
    return actor.is_admin or not assignment.rater_type.anonymous or assignment.cycle_state in BEFORE_RATING


# ---------------------------------------------------------------- who may rate whom


@dataclass(slots=True)
class Findings:
    """What is wrong with a batch of assignments: faults of the values, clashes with rules, and mere oddities."""

    invalid: list[Violation]
    conflicts: list[Violation]
    warnings: list[Violation]

    def refuse(self) -> None:
        """Raise with every fault found: `Invalid` when a value is wrong, otherwise `ConflictingRows`."""
        if self.invalid:
            raise Invalid([*self.invalid, *self.conflicts])
        if self.conflicts:
            raise ConflictingRows(self.conflicts)


def check_relation(
    found: Findings, ratee: Ratee, rater: Rater, rater_type: RaterType, pointer: str, *, stand_in: bool = False
) -> None:
    """Whether ``rater`` may rate ``ratee`` as ``rater_type`` (anonymity.md rule 6); ``pointer`` is that of the row.

    ``stand_in``: he is being named to rate in the superior's place.
    """
    at = f"{pointer}/rater_id"
    if not rater.active:
        found.invalid.append(Violation(at, "rater_inactive"))
    if rater_type not in ratee.asked:
        found.invalid.append(Violation(f"{pointer}/rater_type", "type_not_asked", {"rater_type": str(rater_type)}))
    if (rater_type is RaterType.SELF) != (rater.id == ratee.employee_id):
        found.invalid.append(Violation(at, "self_is_not_ratee" if rater_type is RaterType.SELF else "rater_is_ratee"))
    elif rater_type is RaterType.SUPERIOR and rater.id != ratee.superior_id and not stand_in:
        found.invalid.append(Violation(at, "not_the_superior"))
    elif rater_type.anonymous:
        clash = above(ratee).get(rater.id)
        found.conflicts += [Violation(at, clash)] if clash else []
        found.warnings += _oddities(ratee, rater, rater_type, at)


def above(ratee: Ratee) -> dict[UUID, str]:
    """Who can hold no anonymous assignment on the ratee, each with the code that says why."""
    people = (
        (ratee.appraisers_superior_id, "rater_is_appraisers_superior"),
        (ratee.appraiser_id, "rater_is_appraiser"),
        (ratee.superior_id, "rater_is_superior"),
    )
    return {person: code for person, code in people if person is not None}


def _oddities(ratee: Ratee, rater: Rater, rater_type: RaterType, pointer: str) -> Iterable[Violation]:
    """Mismatches with the hierarchy that an administrator may want all the same."""
    if rater_type is RaterType.PEER:
        near = rater.unit_id == ratee.unit_id or (
            rater.superior_id is not None and rater.superior_id == ratee.superior_id
        )
        if not near:
            yield Violation(pointer, "peer_from_elsewhere")
    if rater_type is RaterType.SUBORDINATE and rater.superior_id != ratee.employee_id:
        yield Violation(pointer, "not_a_subordinate")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row of a batch of new assignments."""

    participant_id: UUID
    rater_type: RaterType
    rater_id: UUID | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a batch is judged by: the people named in it, who rates whom already, and groups that are sealed."""

    ratees: Mapping[UUID, Ratee]
    raters: Mapping[UUID, Rater]
    held: Collection[tuple[UUID, UUID]]
    sealed: Collection[tuple[UUID, RaterType]]


def check_batch(proposals: Sequence[Proposal], around: Surroundings) -> Findings:
    """Every fault of every row, so that a client mends all at once."""
    found = Findings([], [], [])
    seen: set[tuple[UUID, UUID]] = set()
    for row, proposal in enumerate(proposals):
        _check_row(found, proposal, around, seen, f"/items/{row}")
    return found


def _check_row(
    found: Findings, proposal: Proposal, around: Surroundings, seen: set[tuple[UUID, UUID]], pointer: str
) -> None:
    at = f"{pointer}/rater_id"
    ratee = around.ratees.get(proposal.participant_id)
    rater = None if proposal.rater_id is None else around.raters.get(proposal.rater_id)
    if ratee is None:
        found.invalid.append(Violation(f"{pointer}/participant_id", "unknown_participant"))
    if proposal.rater_type is RaterType.SERVICE_RECIPIENT:
        found.invalid.append(Violation(f"{pointer}/rater_type", "recipient_by_invitation"))
    elif proposal.rater_id is None:
        found.invalid.append(Violation(at, "required"))
    elif rater is None:
        found.invalid.append(Violation(at, "unknown_employee"))
    elif ratee is not None:
        pair = (ratee.participant_id, rater.id)
        if pair in seen:
            found.invalid.append(Violation(at, "duplicate_item"))
        seen.add(pair)
        check_relation(found, ratee, rater, proposal.rater_type, pointer)
        if pair in around.held:
            found.conflicts.append(Violation(at, "assignment_duplicate"))
        if (ratee.participant_id, proposal.rater_type) in around.sealed:
            found.conflicts.append(Violation(pointer, "group_sealed"))


# ---------------------------------------------------------------- voiding


class VoidStep(StrEnum):
    """What a request to void does now."""

    REQUEST = "request"
    EXECUTE = "execute"


def next_void_step(actor: Actor, assignment: Assignment) -> VoidStep:
    """A submitted sheet falls only to a second, different administrator (rule 12); anything else at once."""
    if assignment.state is not AssignmentState.SUBMITTED:
        return VoidStep.EXECUTE
    first = assignment.void_requested_by
    return VoidStep.EXECUTE if first is not None and first != actor.account_id else VoidStep.REQUEST
