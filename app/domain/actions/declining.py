"""What a rater does with his own assignment besides answering it: decline, and think better of it."""

from dataclasses import replace
from uuid import UUID

from app.domain.actions.assignments import get_assignment, questions_of, require_state
from app.domain.assignments import Assignment, is_rater
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.cycles import ASSIGNABLE, Cycle
from app.domain.errors import Forbidden, NotFound
from app.domain.generation import draw_one
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import AssignmentState, CycleState, RaterType


async def decline(uow: UnitOfWork, actor: Actor, assignment_id: UUID, reason: str | None) -> Assignment:
    """Refuse to rate; a draft is deleted. Somebody else may be asked in his place, which he is not told."""
    cycle, held = await _hold_own(uow, actor, assignment_id)
    require_state(held, {AssignmentState.PENDING, AssignmentState.DRAFT})
    await uow.submissions.discard(held.id)
    await uow.assignments.set_state(held.id, AssignmentState.DECLINED)
    event = AuditEvent("assignment.declined", "assignment", held.id, reason=reason)
    await uow.trail.record(_remembered(actor), event)
    await _refill(uow, cycle, held)
    return replace(held, state=AssignmentState.DECLINED)


async def undo_decline(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> Assignment:
    """Rate after all, with an empty form."""
    _, held = await _hold_own(uow, actor, assignment_id)
    require_state(held, {AssignmentState.DECLINED})
    await uow.assignments.set_state(held.id, AssignmentState.PENDING)
    event = AuditEvent("assignment.decline_undone", "assignment", held.id)
    await uow.trail.record(_remembered(actor), event)
    return replace(held, state=AssignmentState.PENDING)


def _remembered(actor: Actor) -> Actor | None:
    """Whom the trail names; a citizen it does not."""
    return None if actor.is_recipient else actor


async def _hold_own(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> tuple[Cycle, Assignment]:
    """The actor's own assignment for a change, with its cycle."""
    _require_rater(actor, known := await get_assignment(uow, actor, assignment_id))
    cycle = await uow.cycles.get(known.cycle_id, lock=True)
    held = await uow.assignments.get(assignment_id, lock=True)
    if cycle is None or held is None:
        raise NotFound
    _require_rater(actor, held)
    cycle.require_state(ASSIGNABLE)
    return cycle, held


def _require_rater(actor: Actor, assignment: Assignment) -> None:
    if not is_rater(actor, assignment.id, assignment.rater_id):
        raise Forbidden("not_allowed")
    if assignment.rater_type not in actor.rater_types:
        raise Forbidden("rater_type_not_allowed", rater_type=str(assignment.rater_type))


async def _refill(uow: UnitOfWork, cycle: Cycle, declined: Assignment) -> None:
    """Ask one more peer or subordinate while rating is open (anonymity.md rule 12), with nobody told why."""
    kind = declined.rater_type
    if kind not in {RaterType.PEER, RaterType.SUBORDINATE} or not await _may_refill(uow, cycle, declined):
        return
    questions = await questions_of(uow, cycle)
    ratees = await uow.assignments.ratees(cycle.id, questions, participant_ids=[declined.participant_id])
    ratee = ratees[declined.participant_id]
    seed = uow.draw_seed()
    chosen = draw_one(seed, await uow.assignments.stand_ins(ratee, kind)) if kind in ratee.asked else None
    if chosen is not None:
        [added] = await uow.assignments.add(cycle.id, [(ratee.participant_id, kind, chosen)])
        await uow.trail.record(None, AuditEvent("assignment.refilled", "assignment", added, {"seed": seed}))


async def _may_refill(uow: UnitOfWork, cycle: Cycle, declined: Assignment) -> bool:
    if cycle.state is not CycleState.RATING or await uow.now() >= cycle.rating_closes_at:
        return False
    return not await uow.assignments.is_sealed(declined.participant_id, declined.rater_type)
