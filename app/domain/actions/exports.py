"""Results of a whole cycle for a file: read in one snapshot, recorded as one event before the file is given away."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from app.domain import policies
from app.domain.actions.results import Shown, show
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.cycles import RELEASED, Cycle
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.policies_results import READ_RESULTS, Scope, export_scope, see_result
from app.domain.ports.exports import ExportRow
from app.domain.ports.results import ResultFilter
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import ResultStatus


class Shape(StrEnum):
    """What a line of the file is."""

    RESULTS = "results"
    CRITERIA = "criteria"
    EKINERJA = "ekinerja"


@dataclass(frozen=True, slots=True)
class Exported:
    """One participant as this reader gets him."""

    row: ExportRow
    shown: Shown


@dataclass(frozen=True, slots=True)
class Written:
    """What went into the file; ``left_out`` counts results that the yearly record does not take."""

    cycle: Cycle
    participants: int
    left_out: int


Write = Callable[[Cycle, Sequence[Exported]], Awaitable[None]]


async def export_results(
    uow: UnitOfWork, actor: Actor, shape: Shape, wanted: ResultFilter, write: Write, *, file_type: str
) -> Written:
    """Hand the results that the actor may export to ``write``, batch by batch; ``wanted.scope`` is filled in here.

    `Conflict` (``results_not_ready``) while nothing is his to read yet, `Forbidden` for people without a team, `NotFound` for
    a unit that does not exist, lest its file look like one of a unit without results.
    """
    policies.require_reader(actor, READ_RESULTS)
    async with uow.exports.snapshot():
        cycle = await uow.cycles.get(wanted.cycle_id)
        if cycle is None:
            raise NotFound
        wanted = replace(wanted, scope=await _scope(uow, actor, cycle, shape))
        if wanted.unit_id is not None and await uow.units.get(wanted.unit_id) is None:
            raise NotFound
        taken, others, left_out = 0, 0, 0
        async with aclosing(uow.exports.batches(wanted)) as batches:
            async for batch in batches:
                rows = [row for row in batch if shape is not Shape.EKINERJA or _is_final(row)]
                left_out += len(batch) - len(rows)
                taken += len(rows)
                others += sum(row.ratee.employee_id != actor.employee_id for row in rows)
                await write(cycle, [_exported(actor, row) for row in rows])
    details = {"shape": shape, "file_type": file_type, "count": others, "left_out": left_out, **_filters(wanted)}
    await uow.trail.record_read(actor, AuditEvent("results.exported", "cycle", cycle.id, details))
    return Written(cycle, taken, left_out)


async def _scope(uow: UnitOfWork, actor: Actor, cycle: Cycle, shape: Shape) -> Scope:
    scope = await circle(uow, actor, cycle)
    if shape is Shape.EKINERJA and cycle.state not in RELEASED:
        raise Conflict("results_not_ready")
    return scope


async def circle(uow: UnitOfWork, actor: Actor, cycle: Cycle) -> Scope:
    """Whose results the actor may take out of the cycle together, as a file, as counts or as a summary.

    `Conflict` (``results_not_ready``) before review, for all but administrators and auditors before publication too: an
    appraiser reads his team's results under review one by one (contract.md). `Forbidden` for people without a team.
    """
    scope = export_scope(actor, cycle.state)
    if cycle.state not in RELEASED and not scope.everybody:
        raise Conflict("results_not_ready")
    if not (scope.everybody or scope.units or await _leads(uow, actor, cycle.id)):
        raise Forbidden("not_allowed")
    return scope


async def _leads(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> bool:
    me = actor.employee_id
    return me is not None and await uow.exports.leads(cycle_id, me, stands_in_for=actor.stands_in_for)


def _is_final(row: ExportRow) -> bool:
    """Published with a predicate that a person decided: nothing else goes into a yearly record."""
    return row.version.status is ResultStatus.PUBLISHED and row.version.decided is not None


def _exported(actor: Actor, row: ExportRow) -> Exported:
    return Exported(row, show(row.ratee, row.version, row.document, see_result(actor, row.standing)))


def _filters(wanted: ResultFilter) -> dict[str, object]:
    if wanted.unit_id is None:
        return {}
    return {"unit_id": str(wanted.unit_id), "include_descendants": wanted.include_descendants}
