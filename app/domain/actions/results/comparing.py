"""Comparing one person's results of two cycles: made of two results that the actor may both read, and of nothing else."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.domain import policies
from app.domain.actions.results.reading import allowed, current, see
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.comparison import Comparison, Measured, compare
from app.domain.cycles import Cycle
from app.domain.errors import Invalid, NotFound
from app.domain.policies_results import READ_RESULTS, Reader
from app.domain.ports.results import Document, Found, Ratee, Version
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Dimension


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two results."""

    cycle: Cycle
    ratee: Ratee
    version: Version


@dataclass(frozen=True, slots=True)
class Compared:
    """Both results and what their comparison gives."""

    here: Side
    there: Side
    comparison: Comparison


async def compare_results(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID, with_cycle_id: UUID
) -> Compared:
    """Hold a participant's current result against the same employee's in another cycle.

    Both must be the actor's to read now (see `see`); both reads are recorded before they are answered. `Invalid`
    (``same_cycle``) for a cycle compared with itself.
    """
    policies.require_reader(actor, READ_RESULTS)
    found, reader = await see(uow, actor, cycle_id, participant_id)
    version, document = current(found)
    if with_cycle_id == cycle_id:
        raise Invalid.at("/query/with", "same_cycle")
    employee_id = found.standing.employee_id
    other, other_reader = allowed(actor, await uow.results.find_of(with_cycle_id, employee_id, actor.employee_id))
    other_version, other_document = current(other)
    await _record(uow, actor, reader, found, version, with_cycle_id)
    await _record(uow, actor, other_reader, other, other_version, cycle_id)
    here, measured = await _side(uow, found, version, document)
    there, other_measured = await _side(uow, other, other_version, other_document)
    return Compared(here, there, compare(measured, other_measured))


async def _record(
    uow: UnitOfWork, actor: Actor, reader: Reader, found: Found, version: Version, other_cycle_id: UUID
) -> None:
    if reader is not Reader.RATEE:
        details = {"version": version.version, "with": str(other_cycle_id)}
        await uow.trail.record_read(
            actor, AuditEvent("result.compared", "participant", found.ratee.participant_id, details)
        )


async def _side(uow: UnitOfWork, found: Found, version: Version, document: Document) -> tuple[Side, Measured]:
    cycle = await uow.cycles.get(version.cycle_id)
    participant = await uow.participants.get(version.cycle_id, found.ratee.participant_id)
    if cycle is None or participant is None or participant.rubric_id is None:
        raise NotFound
    figures: dict[str, Any] = json.loads(document.figures, parse_float=Decimal, parse_int=Decimal)
    measured = Measured(
        rubric=await uow.rubrics.published(participant.rubric_id),
        policy=cycle.policy,
        overall=figures["overall"],
        dimensions={Dimension(one["dimension"]): one["value"] for one in figures["dimensions"]},
        criteria={one["code"]: one["value"] for one in figures["criteria"]},
    )
    return Side(cycle, found.ratee, version), measured
