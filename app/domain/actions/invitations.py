"""Inviting service recipients: citizens without an account, each with a one-time code for one assignment."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from app.domain import policies
from app.domain.actions.assignments import (
    announce_created,
    audience_of,
    hold,
    hold_cycle,
    leave_shown_groups,
    questions_of,
    require_changeable,
)
from app.domain.assignments import UNSUBMITTED, Invitation, Ratee
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.cycles import ASSIGNABLE, Cycle
from app.domain.errors import Conflict, Forbidden, Gone, NotFound
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import AssignmentState, RaterType, Role

_RECIPIENT = RaterType.SERVICE_RECIPIENT


async def create_invitation(uow: UnitOfWork, actor: Actor, assignment_id: UUID) -> Invitation:
    """A fresh code for one service recipient's assignment; the earlier one is worthless and the form empty again."""
    held = await hold(uow, actor, assignment_id)
    if held.rater_type is not _RECIPIENT:
        raise Conflict("not_a_recipient")
    await _require_distance(uow, actor, held.ratee_id)
    await require_changeable(uow, held, ASSIGNABLE, UNSUBMITTED)
    cycle = await hold_cycle(uow, held.cycle_id)
    await uow.invitations.revoke(held.id)
    await uow.submissions.discard(held.id)
    await uow.assignments.set_state(held.id, AssignmentState.PENDING)
    [invitation] = await _issue(uow, cycle, [held.id])
    await uow.trail.record(actor, AuditEvent("invitation.issued", "assignment", held.id))
    return invitation


async def create_invitation_batch(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID, count: int
) -> Sequence[Invitation]:
    """``count`` new assignments of service recipients, each with its code, up to the policy's maximum."""
    ratee = await _require_inviter(uow, actor, cycle_id, participant_id)
    cycle = await hold_cycle(uow, cycle_id)
    await leave_shown_groups(uow, actor, cycle, {_RECIPIENT})
    await _require_room(uow, cycle, ratee, count)
    ids = await uow.assignments.add(cycle.id, [(participant_id, _RECIPIENT, None)] * count)
    invitations = await _issue(uow, cycle, ids)
    await announce_created(uow, actor, cycle.id, Counter({_RECIPIENT: count}))
    event = AuditEvent("invitation.batch_issued", "participant", participant_id, {"count": count})
    await uow.trail.record(actor, event)
    return invitations


async def _require_room(uow: UnitOfWork, cycle: Cycle, ratee: Ratee, count: int) -> None:
    if _RECIPIENT not in ratee.asked:
        raise Conflict("recipients_not_asked")
    if await uow.assignments.is_sealed(ratee.participant_id, _RECIPIENT):
        raise Conflict("group_sealed")
    most = cycle.policy.max_invitations
    invited = await uow.assignments.recipients(ratee.participant_id)
    if invited + count > most:
        raise Conflict("too_many_invitations", most=most, left=max(most - invited, 0))


async def _issue(uow: UnitOfWork, cycle: Cycle, assignment_ids: Sequence[UUID]) -> Sequence[Invitation]:
    invitations = [
        Invitation(uow.random_id(), assignment_id, uow.new_secret(), cycle.rating_closes_at)
        for assignment_id in assignment_ids
    ]
    await uow.invitations.add(invitations)
    return invitations


async def require_inviter(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> None:
    """Refuse who may not hold codes for this participant; looks at no code, so that it tells nothing of one."""
    await _require_inviter(uow, actor, cycle_id, participant_id)


async def _require_inviter(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Ratee:
    policies.require_any(actor, Role.ADMIN, Role.UNIT_ADMIN)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    ratees = await uow.assignments.ratees(
        cycle.id, await questions_of(uow, cycle), participant_ids=[participant_id], units=audience_of(actor).units
    )
    if participant_id not in ratees:
        raise NotFound
    await _require_distance(uow, actor, ratees[participant_id].employee_id)
    return ratees[participant_id]


async def _require_distance(uow: UnitOfWork, actor: Actor, ratee_id: UUID) -> None:
    """Codes are issued by nobody who is the ratee or works under him (anonymity.md rule 12)."""
    if actor.employee_id is not None and ratee_id in await uow.employees.superiors(actor.employee_id):
        raise Forbidden("not_allowed")


async def redeem(uow: UnitOfWork, code: str) -> Actor:
    """The citizen behind a code: no account, one assignment. Nothing of the visit is written anywhere.

    Raises `NotFound` for a wrong, revoked or expired code, `Gone` for a used one, `Conflict` while rating is not open.
    """
    found = await uow.invitations.find(code)
    if found is not None and found.used:
        raise Gone("invitation_used")
    now = await uow.now()
    if found is None or not found.is_valid(now):
        raise NotFound("invitation_unknown")
    if not found.is_open(now):
        raise Conflict("cycle_not_open")
    return Actor(
        account_id=found.id,
        username="",
        employee_id=None,
        roles=frozenset({Role.RECIPIENT}),
        rater_types=frozenset({_RECIPIENT}),
        assignment_id=found.assignment_id,
    )
