"""Moving a cycle through its states; every step is taken while nobody can submit."""

from uuid import UUID

from app.domain.actions import quality, results
from app.domain.actions.cycles import cycle_to_change
from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.domain.cycles import Cycle, Transition, check_opening, moved
from app.domain.errors import Violation, raise_if_any
from app.domain.quality import Assessment
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Cause, CycleState


async def transition_cycle(uow: UnitOfWork, actor: Actor, cycle_id: UUID, wish: Transition) -> Cycle:
    """Take one step; it is finished, with all its computation, when this returns. Full administrators only.

    `Conflict`: ``transition_not_allowed``, ``results_undecided``. `Invalid`: what the step needs is missing, or the cycle
    cannot open as it is.
    """
    before = await cycle_to_change(uow, actor, cycle_id)
    after = moved(before, wish, await uow.now())
    await uow.cycles.save(after)
    if before.opened_at is None and after.opened_at is not None:
        await _open(uow, after)
    if after.state is CycleState.REVIEW:
        assessment = Assessment()
        await results.compute_cycle(uow, actor, after, cause=Cause.RATING_CLOSED, assessment=assessment)
        await quality.keep_assessment(uow, after, assessment)
    if after.state is CycleState.PUBLISHED:
        await results.publish_cycle(uow, actor, after, allow_undecided=wish.allow_undecided, reason=wish.reason)
    steps = {"from": str(before.state), "to": str(after.state)}
    await uow.trail.record(actor, AuditEvent("cycle.transitioned", "cycle", after.id, steps, wish.reason))
    await uow.trail.announce(OutboxEvent("cycle.transitioned", {"cycle_id": str(after.id), **steps}))
    return after


async def _open(uow: UnitOfWork, cycle: Cycle) -> None:
    """Rating opens for the first time: participants, rubrics and groups are fixed as they are now."""
    rubrics = [await uow.rubrics.published(use.rubric_id) for use in cycle.rubrics]
    violations = check_opening(cycle.policy, rubrics)
    if not await uow.participants.count(cycle):
        violations.append(Violation("/participants", "no_participants"))
    raise_if_any(violations)
    await uow.participants.freeze(cycle)
    raise_if_any([*await _without_rubric(uow, cycle), *await _misplaced(uow, cycle)])
    await uow.cycles.keep_opening_groups(cycle.id)


async def _without_rubric(uow: UnitOfWork, cycle: Cycle) -> list[Violation]:
    return [
        Violation("/rubrics", "position_kind_without_rubric", {"position_kind": str(kind), "participants": count})
        for kind, count in (await uow.participants.kinds_without_rubric(cycle.id)).items()
    ]


async def _misplaced(uow: UnitOfWork, cycle: Cycle) -> list[Violation]:
    """The hierarchy may have changed since the assignments were made (anonymity.md rule 6)."""
    found = {
        "rated_from_above": await uow.participants.rated_from_above(cycle.id),
        "rated_by_former_superior": await uow.participants.rated_by_former_superior(cycle.id),
    }
    return [
        Violation(f"/participants/{participant_id}", code)
        for code, participants in found.items()
        for participant_id in participants
    ]
