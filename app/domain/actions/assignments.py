"""Setting up and changing who rates whom."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from app.domain import policies
from app.domain.actions import results
from app.domain.assignments import (
    EMPTY,
    UNSUBMITTED,
    VOIDABLE,
    Assignment,
    Findings,
    Proposal,
    Surroundings,
    Task,
    VoidStep,
    check_batch,
    check_relation,
    may_administer,
    may_know,
    next_void_step,
)
from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.domain.cycles import ASSIGNABLE, BEFORE_RATING, Cycle, rubric_for
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, Violation
from app.domain.paging import Page, PageRequest
from app.domain.ports.assignments import AssignmentFilter, Audience, Questions, TaskFilter
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import ANONYMOUS_TYPES, AssignmentState, CycleState, PositionKind, RaterType, Role

# ---------------------------------------------------------------- reading


def audience_of(actor: Actor) -> Audience:
    """How far the actor sees beyond his own assignments."""
    units = None if actor.is_admin else actor.unit_ids if actor.is_unit_admin else frozenset[UUID]()
    return Audience(actor.employee_id, actor.appraises_as, actor.assignment_id, units, actor.is_auditor)


async def list_assignments(
    uow: UnitOfWork, actor: Actor, wanted: AssignmentFilter, request: PageRequest
) -> Page[Assignment]:
    """Assignments of a cycle that the actor may know: his own as a rater, his subtree's, or all."""
    if actor.is_service:
        raise Forbidden("not_allowed")
    if await uow.cycles.get(wanted.cycle_id) is None:
        raise NotFound
    return await uow.assignments.page(wanted, request)


async def get_assignment(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> Assignment:
    """One assignment that the actor may know."""
    return _known(actor, await uow.assignments.get(assignment_id))


def _known(actor: Actor, assignment: Assignment | None) -> Assignment:
    if assignment is None or not may_know(actor, assignment):
        raise NotFound
    return assignment


async def list_my_assignments(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID | None, state: AssignmentState | None, request: PageRequest
) -> Page[Task]:
    """What the actor is asked to rate; a service recipient sees the one assignment of his code. Machines rate nobody."""
    if actor.is_service:
        raise Forbidden("not_allowed")
    wanted = TaskFilter(actor.employee_id, actor.assignment_id, cycle_id, state)
    return await uow.assignments.tasks(wanted, request)


# ---------------------------------------------------------------- making


async def hold_cycle(uow: UnitOfWork, cycle_id: UUID, *, lock: bool = True) -> Cycle:
    """The cycle in which assignments may be made; nobody submits and nothing moves on until this transaction ends."""
    cycle = await uow.cycles.get(cycle_id, lock=lock)
    if cycle is None:
        raise NotFound
    cycle.require_state(ASSIGNABLE)
    return cycle


async def questions_of(uow: UnitOfWork, cycle: Cycle) -> Questions:
    """Which rater types the cycle's rubrics ask anything."""
    rubrics = await uow.rubrics.many([use.rubric_id for use in cycle.rubrics])
    asked = {
        rubric.id: frozenset(kind for _, indicator in rubric.indicators() for kind in indicator.rater_types)
        for rubric in rubrics.values()
    }
    by_kind = {kind: rubric_for(cycle.rubrics, kind) for kind in PositionKind}
    return Questions(asked, {kind: asked[rubric] for kind, rubric in by_kind.items() if rubric in asked})


async def leave_shown_groups(uow: UnitOfWork, actor: Actor, cycle: Cycle, types: Collection[RaterType]) -> None:
    """A unit administrator adds to no anonymous group once results were computed.

    Whether such a group is sealed tells how many answered, which he is not to learn before publication (rule 2).
    """
    if not actor.is_admin and ANONYMOUS_TYPES.intersection(types) and await uow.assignments.was_reviewed(cycle.id):
        raise Forbidden("not_allowed")


async def create_assignments(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, proposals: Sequence[Proposal]
) -> tuple[Sequence[Assignment], list[Violation]]:
    """All of them or none; gives the assignments in the order asked for, and warnings.

    Raises `Invalid` or `ConflictingRows` with every faulty row.
    """
    policies.require_any(actor, Role.ADMIN, Role.UNIT_ADMIN)
    cycle = await hold_cycle(uow, cycle_id)
    await leave_shown_groups(uow, actor, cycle, {proposal.rater_type for proposal in proposals})
    around = await _surroundings(uow, actor, cycle, proposals)
    _not_about_himself(actor, proposals, around)
    found = check_batch(proposals, around)
    found.refuse()
    rows = [(proposal.participant_id, proposal.rater_type, proposal.rater_id) for proposal in proposals]
    ids = await uow.assignments.add(cycle.id, rows)
    await announce_created(uow, actor, cycle.id, Counter(proposal.rater_type for proposal in proposals))
    return await uow.assignments.many(ids), found.warnings


async def _surroundings(uow: UnitOfWork, actor: Actor, cycle: Cycle, proposals: Sequence[Proposal]) -> Surroundings:
    participants = {proposal.participant_id for proposal in proposals}
    held = await uow.assignments.held(cycle.id, participants)
    return Surroundings(
        ratees=await uow.assignments.ratees(
            cycle.id, await questions_of(uow, cycle), participant_ids=participants, units=audience_of(actor).units
        ),
        raters=await uow.assignments.raters({p.rater_id for p in proposals if p.rater_id is not None}),
        held={(pair.participant_id, pair.rater_id) for pair in held},
        sealed=await uow.assignments.sealed(cycle.id),
    )


def _not_about_himself(actor: Actor, proposals: Sequence[Proposal], around: Surroundings) -> None:
    """Nobody chooses who rates him, nor learns by a conflict who does so already: about himself there is ``self`` alone."""
    for proposal in proposals:
        ratee = around.ratees.get(proposal.participant_id)
        own = ratee is not None and actor.employee_id == ratee.employee_id
        if own and proposal.rater_type is not RaterType.SELF:
            raise Forbidden("not_allowed")


async def announce_created(uow: UnitOfWork, actor: Actor, cycle_id: UUID, counts: Counter[RaterType]) -> None:
    """One event for the whole batch, in the trail and to the outside."""
    by_type = {str(rater_type): count for rater_type, count in sorted(counts.items())}
    await uow.trail.record(actor, AuditEvent("assignment.created", "cycle", cycle_id, {"created": by_type}))
    payload = {"cycle_id": str(cycle_id), "count": counts.total()}
    await uow.trail.announce(OutboxEvent("assignment.created", payload))


# ---------------------------------------------------------------- changing


async def hold(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> Assignment:
    """Somebody else's assignment for a change by an administrator; its cycle is held as well."""
    known = _known(actor, await uow.assignments.get(assignment_id))
    _require_administering(actor, known)
    await uow.cycles.get(known.cycle_id, lock=True)
    current = _known(actor, await uow.assignments.get(assignment_id, lock=True))
    _require_administering(actor, current)
    return current


def _require_administering(actor: Actor, assignment: Assignment) -> None:
    if not may_administer(actor, assignment):
        raise Forbidden("not_allowed")


async def require_changeable(
    uow: UnitOfWork, held: Assignment, cycle_states: Collection[CycleState], states: Collection[AssignmentState]
) -> None:
    """Raise `Conflict` unless cycle and assignment are in such states and no figure of the group was shown."""
    if held.cycle_state not in cycle_states:
        raise Conflict("cycle_state_forbids", state=str(held.cycle_state))
    if await uow.assignments.is_sealed(held.participant_id, held.rater_type):
        raise Conflict("group_sealed")
    require_state(held, states)


def require_state(held: Assignment, states: Collection[AssignmentState]) -> None:
    """Raise `Conflict` unless the assignment is in one of ``states``."""
    if held.state not in states:
        raise Conflict("assignment_state_forbids", state=str(held.state))


async def delete_assignment(uow: UnitOfWork, actor: Actor, held: Assignment) -> None:
    """Delete what holds neither sheet nor draft; afterwards only voidance is left."""
    await require_changeable(uow, held, ASSIGNABLE, EMPTY)
    await uow.assignments.remove(held.id)
    if held.cycle_state not in BEFORE_RATING:
        await uow.assignments.count_removed(held.participant_id, held.rater_type)
    details = {"rater_type": str(held.rater_type), "participant_id": str(held.participant_id)}
    await uow.trail.record(actor, AuditEvent("assignment.deleted", "assignment", held.id, details))


async def excuse_assignment(uow: UnitOfWork, actor: Actor, assignment_id: UUID, reason: str) -> Assignment:
    """The rater need not answer any more; a draft is deleted."""
    held = await hold(uow, actor, assignment_id)
    await require_changeable(uow, held, ASSIGNABLE, UNSUBMITTED)
    await uow.submissions.discard(held.id)
    await uow.assignments.set_state(held.id, AssignmentState.EXCUSED)
    await uow.trail.record(actor, AuditEvent("assignment.excused", "assignment", held.id, reason=reason))
    return replace(held, state=AssignmentState.EXCUSED)


async def reassign_assignment(
    uow: UnitOfWork, actor: Actor, assignment_id: UUID, rater_id: UUID, reason: str
) -> Assignment:
    """Another rater, who begins with an empty form.

    Handing over a superior's assignment to somebody else names that person as the stand-in (Plt., Plh.), with the reason;
    only full administrators do (anonymity.md rule 6: superior or the named stand-in).
    """
    held = await hold(uow, actor, assignment_id)
    await require_changeable(uow, held, ASSIGNABLE, UNSUBMITTED)
    stand_in = await _check_new_rater(uow, actor, held, rater_id)
    await uow.submissions.discard(held.id)
    await uow.assignments.hand_over(held.id, rater_id, stand_in=stand_in)
    after = {"rater_id": str(rater_id), "stand_in": stand_in}
    details = {"before": {"rater_id": str(held.rater_id)}, "after": after}
    await uow.trail.record(actor, AuditEvent("assignment.reassigned", "assignment", held.id, details, reason))
    [changed] = await uow.assignments.many([held.id])
    return changed


async def _check_new_rater(uow: UnitOfWork, actor: Actor, held: Assignment, rater_id: UUID) -> bool:
    """Refuse whoever may not take over; tells whether he would be the superior's stand-in."""
    if held.rater_type is RaterType.SERVICE_RECIPIENT:
        raise Invalid.at("/rater_id", "recipient_by_invitation")
    cycle = await hold_cycle(uow, held.cycle_id)
    rater = (await uow.assignments.raters([rater_id])).get(rater_id)
    if rater is None:
        raise Invalid.at("/rater_id", "unknown_employee")
    ratees = await uow.assignments.ratees(
        cycle.id, await questions_of(uow, cycle), participant_ids=[held.participant_id]
    )
    found = Findings([], [], [])
    ratee = ratees[held.participant_id]
    stand_in = held.rater_type is RaterType.SUPERIOR and rater_id != ratee.superior_id and actor.is_admin
    check_relation(found, ratee, rater, held.rater_type, "", stand_in=stand_in)
    others = await uow.assignments.held(cycle.id, [held.participant_id])
    if rater_id != held.rater_id and any(pair.rater_id == rater_id for pair in others):
        found.conflicts.append(Violation("/rater_id", "assignment_duplicate"))
    found.refuse()
    return stand_in


async def void_assignment(uow: UnitOfWork, actor: Actor, assignment_id: UUID, reason: str) -> tuple[Assignment, bool]:
    """Take an assignment and its sheet out of the cycle for good; gives the assignment and whether that is done.

    A submitted sheet falls only when a second, different administrator asks for the same (anonymity.md rule 12). In review
    all results of the cycle are computed again, as an administrator may do at any time: a result that was computed alone
    would tell by its receipt that something of a hidden group is gone (rules 2 and 7).
    """
    held = await hold(uow, actor, assignment_id)
    await require_changeable(uow, held, VOIDABLE, UNSUBMITTED | {AssignmentState.SUBMITTED})
    if next_void_step(actor, held) is VoidStep.REQUEST:
        await uow.assignments.request_void(held.id, actor.account_id)
        event = AuditEvent("assignment.void_requested", "assignment", held.id, reason=reason)
        await uow.trail.record(actor, event)
        return replace(held, void_requested_by=actor.account_id), False
    await uow.submissions.discard(held.id)
    await uow.assignments.set_state(held.id, AssignmentState.VOIDED)
    await uow.trail.record(actor, AuditEvent("assignment.voided", "assignment", held.id, reason=reason))
    if held.cycle_state is CycleState.REVIEW:
        await results.recompute_cycle(uow, actor, held.cycle_id)
    return replace(held, state=AssignmentState.VOIDED, submitted_on=None), True
