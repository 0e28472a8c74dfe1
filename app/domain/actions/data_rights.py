"""A person's rights over data about himself: the document of all of them, and requests for correction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from app.domain import policies
from app.domain.actions import people
from app.domain.actions.results import Shown, get_result
from app.domain.assignments import Task
from app.domain.audit import AuditEvent
from app.domain.auth import Account, Actor
from app.domain.cycles import RELEASED, ExternalScore, Participant
from app.domain.data_rights import (
    ANSWER_WITHIN,
    MOST_ASSIGNMENTS,
    MOST_CORRECTIONS,
    MOST_CYCLES,
    MOST_HISTORY,
    CorrectableField,
    Correction,
    CorrectionState,
    HistoryLine,
    Participation,
    Subject,
)
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, Violation, raise_if_any
from app.domain.paging import Page, PageRequest
from app.domain.people import Employee, check_employee
from app.domain.ports.assignments import TaskFilter
from app.domain.ports.data_rights import CorrectionFilter
from app.domain.retention import years_before
from app.domain.unit_of_work import UnitOfWork

T = TypeVar("T")
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Participated:
    """One cycle in which the person is rated."""

    of: Participation
    participant: Participant
    external_scores: tuple[ExternalScore, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is stored about one person and that he may know. ``complete`` is false when a list reached its bound."""

    at: datetime
    account: Account
    employee: Employee | None
    participations: tuple[Participated, ...]
    results: tuple[Shown, ...]
    assignments: tuple[Task, ...]
    corrections: tuple[Correction, ...]
    history: tuple[HistoryLine, ...]
    complete: bool


async def my_data(uow: UnitOfWork, actor: Actor, retention_years: int) -> Everything:
    """Everything about the actor, and what was done with it within the retention period; that he asked is recorded."""
    policies.require_staff(actor)
    now = await uow.now()
    account = await uow.accounts.get(actor.account_id, now)
    if account is None:
        raise NotFound
    me = actor.employee_id
    cycles = [] if me is None else list(await uow.own_data.participations(me, MOST_CYCLES))
    subject = _subject(actor, cycles)
    history = await uow.own_data.history(subject, years_before(now, retention_years), MOST_HISTORY)
    tasks = await _all(lambda request: uow.assignments.tasks(TaskFilter(me, None), request), MOST_ASSIGNMENTS)
    corrections = await _my_corrections(uow, actor)
    await uow.trail.record(actor, AuditEvent("data.exported", "account", actor.account_id))
    return Everything(
        at=now,
        account=account,
        employee=None if me is None else await uow.employees.get(me),
        participations=await _participated(uow, cycles),
        results=await _results(uow, actor, cycles),
        assignments=tuple(tasks),
        corrections=tuple(corrections),
        history=tuple(history),
        complete=len(cycles) < MOST_CYCLES
        and len(tasks) < MOST_ASSIGNMENTS
        and len(corrections) < MOST_CORRECTIONS
        and len(history) < MOST_HISTORY,
    )


def _subject(actor: Actor, cycles: Sequence[Participation]) -> Subject:
    return Subject(
        account_id=actor.account_id,
        employee_id=actor.employee_id,
        participations=tuple(one.participant_id for one in cycles),
        published=tuple(one.participant_id for one in cycles if one.cycle_state in RELEASED),
    )


async def _all(read: Callable[[PageRequest], Awaitable[Page[T]]], most: int) -> list[T]:
    """Page after page, up to ``most``."""
    found: list[T] = []
    request = PageRequest(_PAGE)
    while True:
        page = await read(request)
        found += page.items
        if page.next is None or len(found) >= most:
            return found[:most]
        request = replace(request, after=page.next)


async def _my_corrections(uow: UnitOfWork, actor: Actor) -> list[Correction]:
    own = CorrectionFilter(actor.employee_id, frozenset())
    return await _all(lambda request: uow.corrections.page(own, request), MOST_CORRECTIONS)


async def _participated(uow: UnitOfWork, cycles: Sequence[Participation]) -> tuple[Participated, ...]:
    scores = await uow.own_data.external_scores([one.participant_id for one in cycles])
    found = []
    for one in cycles:
        participant = await uow.participants.get(one.cycle_id, one.participant_id)
        if participant is not None:
            own = tuple(score for score in scores if score.participant_id == one.participant_id)
            found.append(Participated(one, participant, own))
    return tuple(found)


async def _results(uow: UnitOfWork, actor: Actor, cycles: Sequence[Participation]) -> tuple[Shown, ...]:
    """The person's published results just as he reads them one by one."""
    found = []
    for one in cycles:
        if one.cycle_state in RELEASED:
            try:
                found.append(await get_result(uow, actor, one.cycle_id, one.participant_id))
            except NotFound:
                continue  # nothing was computed for him
    return tuple(found)


# ---------------------------------------------------------------- correction


async def request_correction(
    uow: UnitOfWork, actor: Actor, field: CorrectableField, wanted: str | None, reason: str
) -> Correction:
    """Ask for another value of one field of one's own record.

    Raises `Invalid` for what the record could never hold or holds already, `Conflict` (``correction_open``) while an earlier
    request for the field waits, `Forbidden` when there is no employee behind the account.
    """
    policies.require_staff(actor)
    employee = None if actor.employee_id is None else await uow.employees.get(actor.employee_id)
    if employee is None:
        raise Forbidden("not_allowed")
    now = await uow.now()
    present = field.of(employee)
    if wanted == present:
        raise Invalid.at("/wanted", "correction_changes_nothing")
    raise_if_any(_faults(employee, field, wanted, now))
    correction = Correction(
        id=uow.new_id(),
        employee_id=employee.id,
        employee_name=employee.name,
        unit_id=employee.unit_id,
        field=field,
        present=present,
        wanted=wanted,
        reason=reason,
        state=CorrectionState.OPEN,
        requested_at=now,
        due_at=now + ANSWER_WITHIN,
        decided_at=None,
        decision_reason=None,
    )
    await uow.corrections.add(correction)
    await uow.trail.record(actor, _event("requested", correction))
    return correction


def _faults(employee: Employee, field: CorrectableField, wanted: str | None, now: datetime) -> list[Violation]:
    """What the record could not hold, told at the place where it was asked for."""
    changes: dict[str, Any] = {field.value: wanted}
    found = check_employee(replace(employee, **changes), now.date())
    return [replace(fault, pointer="/wanted") for fault in found if fault.pointer == f"/{field}"]


def _event(verb: str, correction: Correction, reason: str | None = None) -> AuditEvent:
    """The trail keeps which field, not what it holds."""
    return AuditEvent(
        f"data_correction.{verb}", "data_correction", correction.id, {"field": str(correction.field)}, reason
    )


async def list_corrections(
    uow: UnitOfWork, actor: Actor, state: CorrectionState | None, request: PageRequest
) -> Page[Correction]:
    """One's own requests, and those of the people whom one administers or audits."""
    policies.require_staff(actor)
    wanted = CorrectionFilter(actor.employee_id, policies.visible_units(actor), state)
    return await uow.corrections.page(wanted, request)


async def get_correction(uow: UnitOfWork, actor: Actor, correction_id: UUID, *, lock: bool = False) -> Correction:
    """One request that the actor may see."""
    policies.require_staff(actor)
    correction = await uow.corrections.get(correction_id, lock=lock)
    if correction is None:
        raise NotFound
    units = policies.visible_units(actor)
    if actor.employee_id != correction.employee_id and units is not None and correction.unit_id not in units:
        raise NotFound
    return correction


async def decide_correction(
    uow: UnitOfWork, actor: Actor, correction_id: UUID, *, accept: bool, reason: str
) -> Correction:
    """Accept a request, which changes the record as updateEmployee would, or refuse it; the person reads the reason.

    Whoever may change the record decides. Raises `Conflict` when it was decided already or can no longer be applied.
    """
    correction = await get_correction(uow, actor, correction_id, lock=True)
    employee = await people.get_employee(uow, actor, correction.employee_id, lock=True)
    policies.change_employee(actor, employee)
    if correction.state is not CorrectionState.OPEN:
        raise Conflict("correction_decided")
    if accept:
        await _apply(uow, actor, employee, correction)
    decided = replace(
        correction,
        state=CorrectionState.ACCEPTED if accept else CorrectionState.REFUSED,
        decided_at=await uow.now(),
        decision_reason=reason,
    )
    await uow.corrections.decide(decided, actor.account_id)
    await uow.trail.record(actor, _event(str(decided.state), decided, reason))
    return await get_correction(uow, actor, correction_id)


async def _apply(uow: UnitOfWork, actor: Actor, employee: Employee, correction: Correction) -> None:
    try:
        await people.update_employee(uow, actor, employee, {correction.field.value: correction.wanted})
    except Invalid as error:  # the record has changed since, and this value no longer fits the rest of it
        raise Conflict("correction_not_applicable") from error
