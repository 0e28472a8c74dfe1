"""Setting up units and employees."""

from collections.abc import Collection
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID

from app.domain import policies
from app.domain.audit import AuditEvent
from app.domain.auth import Actor, Scope
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, raise_if_any
from app.domain.paging import Page, PageRequest
from app.domain.people import Employee, Unit, check_employee
from app.domain.ports.people import EmployeeFilter, UnitFilter
from app.domain.unit_of_work import UnitOfWork

#: Personal data that a record which nobody can change or delete must not hold (domain.md section 0).
_PRIVATE: Final = frozenset({"nip", "email", "phone"})


async def list_units(uow: UnitOfWork, actor: Actor, wanted: UnitFilter, request: PageRequest) -> Page[Unit]:
    """The organisation is no secret among staff: everybody who works here sees all units."""
    policies.require_reader(actor, Scope.PEOPLE_READ)
    return await uow.units.page(wanted, request)


async def get_unit(uow: UnitOfWork, actor: Actor, unit_id: UUID, *, lock: bool = False) -> Unit:
    """One unit."""
    policies.require_reader(actor, Scope.PEOPLE_READ)
    unit = await uow.units.get(unit_id, lock=lock)
    if unit is None:
        raise NotFound
    return unit


async def create_unit(uow: UnitOfWork, actor: Actor, unit: Unit) -> Unit:
    """A new unit; only full administrators shape the organisation."""
    policies.require_admin(actor)
    await uow.units.add(unit)
    await uow.trail.record(actor, AuditEvent("unit.created", "unit", unit.id, {"after": _plain(unit)}))
    uow.directory_changed()
    return unit


async def update_unit(uow: UnitOfWork, actor: Actor, before: Unit, changes: dict[str, Any]) -> Unit:
    """Change code, name, kind or parent of ``before`` (read and locked by `get_unit`).

    Raises `Invalid` (``unit_cycle``) when the unit would become its own ancestor.
    """
    policies.require_admin(actor)
    after = replace(before, **changes)
    if after.parent_id is not None and after.parent_id != before.parent_id:
        await uow.units.lock_tree()
        if after.id in await uow.units.ancestors(after.parent_id):
            raise Invalid.at("/parent_id", "unit_cycle")
    await uow.units.save(after)
    await uow.trail.record(actor, AuditEvent("unit.updated", "unit", after.id, _difference(before, after)))
    uow.directory_changed()
    return after


async def list_employees(uow: UnitOfWork, actor: Actor, wanted: EmployeeFilter, request: PageRequest) -> Page[Employee]:
    """Employees whom the actor may see: himself and his reports, his subtree, or everybody."""
    policies.require_reader(actor, Scope.PEOPLE_READ)
    units = policies.visible_units(actor, Scope.PEOPLE_READ)
    if units is not None:
        wanted = replace(wanted, visible_units=units, visible_ids=await _own_circle(uow, actor))
    return await uow.employees.page(wanted, request)


async def _own_circle(uow: UnitOfWork, actor: Actor) -> set[UUID]:
    if actor.employee_id is None:
        return set()
    return {actor.employee_id, *await uow.employees.reports(actor.employee_id)}


async def lookup_employees(uow: UnitOfWork, actor: Actor, nips: list[str]) -> list[Employee]:
    """Employees by NIP, for the units the actor sees; unknown numbers are left out."""
    policies.require_reader(actor, Scope.PEOPLE_READ)
    units = policies.visible_units(actor, Scope.PEOPLE_READ)
    if units is not None and not units:
        raise Forbidden("not_allowed")
    return list(await uow.employees.by_nips(nips, units))


async def get_employee(uow: UnitOfWork, actor: Actor, employee_id: UUID, *, lock: bool = False) -> Employee:
    """One employee, when the actor may see him."""
    policies.require_reader(actor, Scope.PEOPLE_READ)
    employee = await uow.employees.get(employee_id, lock=lock)
    if employee is None:
        raise NotFound
    policies.see_employee(actor, employee)
    return employee


async def create_employee(uow: UnitOfWork, actor: Actor, employee: Employee) -> Employee:
    """A new employee; unit administrators only within their subtree."""
    if not actor.administers(employee.unit_id):
        raise Forbidden("not_allowed")
    raise_if_any(check_employee(employee, (await uow.now()).date()))
    await uow.employees.add(employee)
    await uow.trail.record(actor, AuditEvent("employee.created", "employee", employee.id, {"after": _plain(employee)}))
    return employee


async def update_employee(uow: UnitOfWork, actor: Actor, before: Employee, changes: dict[str, Any]) -> Employee:
    """Change ``before`` (read and locked by `get_employee`); moving somebody needs both units.

    Whoever is made inactive has no access from then on, whatever his account says. Raises `Invalid` when the employee
    would become his own superior, directly or through others, and `Conflict` (``employee_administers``).
    """
    policies.change_employee(actor, before)
    after = replace(before, **changes)
    if not actor.administers(after.unit_id):
        raise Forbidden("not_allowed")
    raise_if_any(check_employee(after, (await uow.now()).date()))
    if after.superior_id is not None and after.superior_id != before.superior_id:
        await uow.employees.lock_hierarchy()
        if after.id in await uow.employees.superiors(after.superior_id):
            raise Invalid.at("/superior_id", "superior_circle")
    if before.active and not after.active:
        await require_no_administrators(uow, [before.id])
    await uow.employees.save(after)
    await uow.trail.record(actor, AuditEvent("employee.updated", "employee", after.id, _difference(before, after)))
    if (before.nip, before.active) != (after.nip, after.active):
        uow.directory_changed()  # a single sign-on names people by their NIP, and nobody who has left may do anything
    return after


async def require_no_administrators(uow: UnitOfWork, leaving: Collection[UUID]) -> None:
    """Refuse to lock a full administrator out through his record: his role is taken first, by another administrator.

    Otherwise a unit administrator could do it, and the last administrator could go. Raises `Conflict`.
    """
    if not leaving:
        return
    await uow.accounts.lock_admins()
    if await uow.accounts.administers(leaving):
        raise Conflict("employee_administers")


def _plain(thing: Unit | Employee) -> dict[str, Any]:
    """What the trail keeps."""
    told = {key: value for key, value in asdict(thing).items() if key not in _PRIVATE}
    return {key: str(value) if value is not None else None for key, value in told.items()}


def _difference(before: Unit | Employee, after: Unit | Employee) -> dict[str, Any]:
    """What changed; of private fields only that they did."""
    old, new = _plain(before), _plain(after)
    changed = [key for key in asdict(after) if getattr(before, key) != getattr(after, key)]
    return {"before": {key: old.get(key) for key in changed}, "after": {key: new.get(key) for key in changed}}
