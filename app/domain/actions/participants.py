"""Who takes part in a cycle."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.domain import policies
from app.domain.actions import results
from app.domain.audit import AuditEvent, difference
from app.domain.auth import Actor, Scope
from app.domain.cycles import ASSIGNABLE, BEFORE_RATING, WITH_RESULTS, Cycle, Participant
from app.domain.errors import (
    Conflict,
    ConflictingRows,
    Forbidden,
    Invalid,
    NotFound,
    Unavailable,
    Violation,
    raise_if_any,
)
from app.domain.paging import Page, PageRequest
from app.domain.participants import (
    BEFORE_ARCHIVE,
    BEFORE_PUBLICATION,
    Candidate,
    Selection,
    check_candidates,
    check_kinds,
    enrol,
)
from app.domain.ports.cycles import ParticipantFilter
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Cause, CycleState


async def list_participants(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, wanted: ParticipantFilter, request: PageRequest
) -> Page[Participant]:
    """Participants whom the actor may see: everybody, or those of his subtree."""
    units = policies.participant_units(actor)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    return await uow.participants.page(cycle, replace(wanted, visible_units=units), request)


async def get_participant(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Participant:
    """One participant whom the actor may see; everybody sees himself."""
    policies.require_reader(actor, Scope.CYCLES_READ)
    participant = await uow.participants.get(cycle_id, participant_id)
    if participant is None:
        raise NotFound
    policies.see_participant(actor, participant)
    return participant


async def participant_to_change(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID
) -> tuple[Cycle, Participant]:
    """The cycle, which stays in its state, and the participant, locked, for an actor who administers him."""
    policies.require_staff(actor)
    cycle = await hold_settled(uow, cycle_id)
    participant = await uow.participants.get(cycle_id, participant_id, lock=True)
    if participant is None:
        raise NotFound
    policies.change_participant(actor, participant)
    return cycle, participant


async def hold_settled(uow: UnitOfWork, cycle_id: UUID) -> Cycle:
    """The cycle, kept from moving: beside others while rating runs, alone when a result may have to be computed again."""
    seen = await uow.cycles.get(cycle_id)
    alone = seen is not None and seen.state in WITH_RESULTS
    cycle = await (uow.cycles.get(cycle_id, lock=True) if alone else uow.cycles.hold(cycle_id))
    if cycle is None:
        raise NotFound
    if cycle.state in WITH_RESULTS and not alone:
        raise Unavailable  # it moved on while we looked: the same request will now take the other way
    return cycle


async def add_participants(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, selection: Selection
) -> Sequence[Participant]:
    """Add employees by name or by unit, until review. Administrators, and unit administrators within their subtree.

    A faulty list changes nothing and names every faulty row. By unit, whoever takes part already is left out.
    """
    if not actor.is_admin and not actor.is_unit_admin:
        raise Forbidden("not_allowed")
    cycle = await uow.cycles.hold(cycle_id)
    if cycle is None:
        raise NotFound
    cycle.require_state(ASSIGNABLE)
    chosen = await _chosen(uow, actor, cycle, selection)
    now = await uow.now()
    added = [enrol(candidate, cycle, uow.new_id(), now) for candidate in chosen]
    await uow.participants.add(added)
    await uow.trail.record(actor, AuditEvent("participants.added", "cycle", cycle.id, {"count": len(added)}))
    return added


async def _chosen(uow: UnitOfWork, actor: Actor, cycle: Cycle, selection: Selection) -> Sequence[Candidate]:
    if selection.unit_ids:
        return await _of_units(uow, actor, cycle, selection)
    known = await uow.participants.candidates(cycle.id, selection.employee_ids)
    visible = {key: candidate for key, candidate in known.items() if actor.administers(candidate.employee.unit_id)}
    rows = check_candidates(cycle, selection.employee_ids, visible)
    if rows.invalid:
        raise Invalid([*rows.invalid, *rows.conflicts])
    if rows.conflicts:
        raise ConflictingRows(rows.conflicts)
    return [visible[employee_id] for employee_id in selection.employee_ids]


async def _of_units(uow: UnitOfWork, actor: Actor, cycle: Cycle, selection: Selection) -> Sequence[Candidate]:
    raise_if_any(await _unknown_units(uow, selection.unit_ids))
    if not all(actor.administers(unit_id) for unit_id in selection.unit_ids):
        raise Forbidden("not_allowed")
    chosen = await uow.participants.candidates_of_units(cycle.id, selection)
    raise_if_any(check_kinds(cycle, {candidate.employee.position_kind for candidate in chosen}, "/position_kinds"))
    return chosen


async def _unknown_units(uow: UnitOfWork, unit_ids: Sequence[UUID]) -> list[Violation]:
    known = await uow.units.subtree(unit_ids)
    return [Violation(f"/unit_ids/{u}", "unknown_unit") for u, unit_id in enumerate(unit_ids) if unit_id not in known]


@dataclass(frozen=True, slots=True)
class ParticipantChange:
    """What may change about a participant; ``None`` leaves it as it is. Another appraiser needs a reason."""

    innovation: bool | None = None
    appraiser_id: UUID | None = None
    reason: str | None = None


async def update_participant(
    uow: UnitOfWork, actor: Actor, cycle: Cycle, before: Participant, change: ParticipantChange
) -> Participant:
    """Change ``before`` (from `participant_to_change`): innovation until publication, the appraiser until archived.

    In review another innovation flag makes the result be computed again, since the predicate of PP 30/2019 reads it.
    """
    after = before
    if change.innovation is not None and change.innovation != before.innovation:
        cycle.require_state(BEFORE_PUBLICATION)
        after = replace(after, innovation=change.innovation)
    named = change.appraiser_id is not None and change.appraiser_id != before.appraiser_id
    if named:
        await _require_appraiser(uow, actor, cycle, before, change)
        after = replace(after, appraiser_id=change.appraiser_id)
    await uow.participants.save(after, appraiser_named=named)
    event = AuditEvent("participant.updated", "participant", after.id, difference(before, after), change.reason)
    await uow.trail.record(actor, event)
    if after.innovation != before.innovation and cycle.state in WITH_RESULTS:
        await results.recompute_one(uow, actor, cycle, after.id, cause=Cause.INNOVATION)
    return after


async def _require_appraiser(
    uow: UnitOfWork, actor: Actor, cycle: Cycle, participant: Participant, change: ParticipantChange
) -> None:
    """Whether the new appraiser may be one: neither he nor his superior rates the participant anonymously (rule 6).

    From rating on only full administrators may ask, because the answer depends on who holds an assignment and in which
    state it is (anonymity.md rule 7).
    """
    cycle.require_state(BEFORE_ARCHIVE)
    if cycle.state not in BEFORE_RATING and not actor.is_admin:
        raise Forbidden("not_allowed")
    if change.reason is None:
        raise Invalid.at("/reason", "required")
    appraiser = await uow.employees.get(change.appraiser_id) if change.appraiser_id else None
    if appraiser is None:
        raise Invalid.at("/appraiser_id", "unknown_employee")
    if appraiser.id == participant.employee_id:
        raise Invalid.at("/appraiser_id", "self_appraiser")
    above = {appraiser.id, appraiser.superior_id} - {None}
    if await uow.participants.rates_anonymously(participant, [person for person in above if person]):
        raise Conflict("appraiser_is_rater")


async def participant_to_remove(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID
) -> tuple[Cycle, Participant]:
    """The cycle, locked so that nobody submits meanwhile, and the participant, for an actor who administers him."""
    policies.require_staff(actor)
    cycle = await uow.cycles.get(cycle_id, lock=True)
    participant = await uow.participants.get(cycle_id, participant_id, lock=True)
    if cycle is None or participant is None:
        raise NotFound
    policies.change_participant(actor, participant)
    return cycle, participant


async def remove_participant(uow: UnitOfWork, actor: Actor, cycle: Cycle, participant: Participant) -> None:
    """Take somebody out with his assignments and drafts.

    Once rating is open only full administrators do so, and only while nothing was submitted and no anonymous group of
    his was ever shown (anonymity.md rule 3); from review on nobody does.
    """
    cycle.require_state(ASSIGNABLE)
    if cycle.state is CycleState.RATING:
        if not actor.is_admin:
            raise Forbidden("not_allowed")
        if await uow.participants.is_sealed(participant):
            raise Conflict("group_sealed")
        if await uow.participants.has_sheets(participant):
            raise Conflict("participant_has_sheets")
    await uow.participants.remove(participant)
    details = {"cycle_id": str(cycle.id), "employee_id": str(participant.employee_id)}
    await uow.trail.record(actor, AuditEvent("participant.removed", "participant", participant.id, details))
