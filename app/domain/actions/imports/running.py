"""Running one import: all rows or none, one report, one event."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.domain.actions.imports.common import Effect, Importing, IssuedCode, NewCode, Order, Tell
from app.domain.actions.imports.cycles import import_assignments, import_external_scores
from app.domain.actions.imports.people import import_accounts, import_employees, import_units
from app.domain.audit import AuditEvent
from app.domain.auth import Actor, Scope, normal_name
from app.domain.errors import Forbidden, NotFound
from app.domain.imports.report import Changes, Faults, ImportKind, ImportReport, ImportStatus
from app.domain.imports.sheets import COLUMNS
from app.domain.imports.table import Line, read_sheet
from app.domain.jobs import Phase
from app.domain.unit_of_work import UnitOfWork

_BY_KIND: Final[Mapping[ImportKind, Callable[[Importing], Awaitable[Effect]]]] = {
    ImportKind.UNITS: import_units,
    ImportKind.EMPLOYEES: import_employees,
    ImportKind.ACCOUNTS: import_accounts,
    ImportKind.ASSIGNMENTS: import_assignments,
    ImportKind.EXTERNAL_SCORES: import_external_scores,
}
#: What a machine needs to have been granted. It gives nobody power, and does not learn who rates whom (contract.md).
_BY_MACHINE: Final[Mapping[ImportKind, Sequence[Scope]]] = {
    ImportKind.UNITS: (Scope.IMPORTS_WRITE,),
    ImportKind.EMPLOYEES: (Scope.IMPORTS_WRITE,),
    ImportKind.EXTERNAL_SCORES: (Scope.IMPORTS_WRITE, Scope.EXTERNAL_SCORES_WRITE),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report, which is kept, and the codes, which are not."""

    report: ImportReport
    codes: tuple[IssuedCode, ...]


def require_importer(actor: Actor, kind: ImportKind) -> None:
    """Administrators import everything, unit administrators people of their subtree, machines what they were granted."""
    scopes = _BY_MACHINE.get(kind, ())
    if actor.is_admin or (actor.is_unit_admin and kind is ImportKind.EMPLOYEES):
        return
    if not scopes or not all(actor.has_scope(scope) for scope in scopes):
        raise Forbidden("not_allowed")


async def run_import(
    uow: UnitOfWork,
    actor: Actor,
    order: Order,
    lines: Sequence[Line],
    *,
    new_code: NewCode | None = None,
    tell: Tell = lambda _: None,
) -> Outcome:
    """Import the lines of a file, header first. A fault anywhere changes nothing and is told by the report.

    With ``new_code`` new accounts get activation codes. Dry runs are recorded too. Raises `Invalid` (``file_empty``) when
    there is no row, `NotFound` for an unknown cycle, and whatever the cycle's state forbids.
    """
    require_importer(actor, order.kind)
    if order.cycle_id is not None and await uow.cycles.get(order.cycle_id) is None:
        raise NotFound
    tell(Phase.READING)
    faults = Faults()
    sheet = await asyncio.to_thread(read_sheet, COLUMNS[order.kind], lines, faults)
    tell(Phase.CHECKING)
    effect = Effect(Changes())
    if sheet.columns:
        effect = await _BY_KIND[order.kind](Importing(uow, actor, order, sheet, faults, new_code, tell))
    report = await _report(uow, actor, order, len(sheet.numbers), effect.changes, faults)
    await uow.imports.add(report)
    await uow.trail.record(actor, AuditEvent("import.finished", "import", report.id, _told(report, effect)))
    return Outcome(report, effect.codes)


async def _report(
    uow: UnitOfWork, actor: Actor, order: Order, rows: int, changes: Changes[Any], faults: Faults
) -> ImportReport:
    failed = faults.count > 0
    return ImportReport(
        id=uow.new_id(),
        kind=order.kind,
        dry_run=order.dry_run,
        status=ImportStatus.FAILED if failed else ImportStatus.SUCCEEDED,
        account_id=actor.account_id,
        cycle_id=order.cycle_id,
        rows=rows,
        created=0 if failed else len(changes.created),
        updated=0 if failed else len(changes.updated),
        unchanged=0 if failed else changes.unchanged,
        error_count=faults.count,
        errors=faults.first(),
        created_at=await uow.now(),
    )


def _told(report: ImportReport, effect: Effect) -> dict[str, Any]:
    """Counts for the trail, nothing of any row."""
    counts = ("rows", "created", "updated", "unchanged", "error_count")
    told = {"kind": str(report.kind), "dry_run": report.dry_run, "status": str(report.status)}
    told |= {name: getattr(report, name) for name in counts}
    told["cycle_id"] = None if report.cycle_id is None else str(report.cycle_id)
    return told | (dict(effect.details) if report.status is ImportStatus.SUCCEEDED else {})


async def get_import(uow: UnitOfWork, actor: Actor, import_id: UUID) -> ImportReport:
    """A report, for whoever imported and for administrators."""
    report = await uow.imports.get(import_id)
    if report is None or not (actor.is_admin or actor.account_id == report.account_id):
        raise NotFound
    return report


async def operator(uow: UnitOfWork, username: str) -> Actor | None:
    """The account in whose name the operator of the machine imports; ``None`` when it is unknown or not in use."""
    known = await uow.accounts.credentials(normal_name(username))
    return None if known is None else await uow.accounts.actor(known.account_id)
