"""Units and employees: rows in, frozen dataclasses out, lists narrowed to what the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY

from app.domain.paging import Page, PageRequest
from app.domain.people import Employee, Unit
from app.domain.ports.people import EmployeeFilter, UnitFilter
from app.domain.values import Employment, PositionKind, UnitKind
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.session import Session


def any_of(column: sa.ColumnElement[Any], ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    """``column = ANY(ids)`` with one array parameter, so that a statement's text does not grow with its list."""
    return column == sa.func.any(sa.literal(list(ids), ARRAY(postgresql.UUID(as_uuid=True))))


def matches(column: sa.ColumnElement[Any], text: str) -> sa.ColumnElement[bool]:
    """Case-insensitive literal search; the wildcards of LIKE in ``text`` mean themselves."""
    return column.icontains(text, autoescape=True)


def subtree_ids(unit_ids: Collection[UUID]) -> sa.Select[Any]:
    """Ids of the units and of everything below them."""
    below = sa.select(t.units.c.id).where(any_of(t.units.c.id, unit_ids)).cte("below", recursive=True)
    child = t.units.alias("child")
    below = below.union(sa.select(child.c.id).join(below, child.c.parent_id == below.c.id))
    return sa.select(below.c.id)


def to_unit(row: sa.Row[Any]) -> Unit:
    """A row of ``units`` as the domain's unit."""
    return Unit(row.id, row.code, row.name, UnitKind(row.kind), row.parent_id)


def to_employee(row: sa.Row[Any]) -> Employee:
    """A row of ``employees`` as the domain's employee."""
    return Employee(
        id=row.id,
        nip=row.nip,
        name=row.name,
        employment=Employment(row.employment),
        position=row.position,
        position_kind=PositionKind(row.position_kind),
        grade=row.grade,
        unit_id=row.unit_id,
        superior_id=row.superior_id,
        appraiser_id=row.appraiser_id,
        email=row.email,
        phone=row.phone,
        active=row.active,
    )


class SqlUnits:
    """Units of the organisation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, unit_id: UUID, *, lock: bool = False) -> Unit | None:
        """One unit, locked for a change when asked."""
        statement = sa.select(t.units).where(t.units.c.id == unit_id)
        row = await self._session.first(statement.with_for_update() if lock else statement)
        return to_unit(row) if row else None

    async def page(self, wanted: UnitFilter, request: PageRequest) -> Page[Unit]:
        """Units by code."""
        statement = sa.select(t.units)
        if wanted.visible is not None:
            statement = statement.where(any_of(t.units.c.id, wanted.visible))
        if wanted.parent_id is not None:
            statement = statement.where(t.units.c.parent_id == wanted.parent_id)
        if wanted.kind is not None:
            statement = statement.where(t.units.c.kind == wanted.kind)
        if wanted.q is not None:
            statement = statement.where(matches(t.units.c.name, wanted.q))
        return await fetch_page(self._session, statement, request, [t.units.c.code], to_unit)

    async def add(self, unit: Unit) -> None:
        """Insert; a taken code is a conflict."""
        await self._session.execute(sa.insert(t.units).values(**asdict(unit)))

    async def save(self, unit: Unit) -> None:
        """Write all columns of an existing unit."""
        await self._session.execute(sa.update(t.units).where(t.units.c.id == unit.id).values(**asdict(unit)))

    async def ancestors(self, unit_id: UUID) -> Sequence[UUID]:
        """The unit and everything above it, nearest first."""
        above = (
            sa.select(t.units.c.id, t.units.c.parent_id, sa.literal(0).label("height"))
            .where(t.units.c.id == unit_id)
            .cte("above", recursive=True)
        )
        parent = t.units.alias("parent")
        above = above.union_all(
            sa.select(parent.c.id, parent.c.parent_id, above.c.height + 1).join(above, parent.c.id == above.c.parent_id)
        )
        rows = await self._session.all(sa.select(above.c.id).order_by(above.c.height))
        return [row.id for row in rows]

    async def subtree(self, unit_ids: Collection[UUID]) -> frozenset[UUID]:
        """The units and everything below them."""
        return frozenset(row.id for row in await self._session.all(subtree_ids(unit_ids)))

    async def lock_tree(self) -> None:
        """Let no other transaction move units until this one ends: two moves together could close a circle."""
        await self._session.execute(sa.text("LOCK TABLE units IN SHARE ROW EXCLUSIVE MODE"))


class SqlEmployees:
    """People of the city."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, employee_id: UUID, *, lock: bool = False) -> Employee | None:
        """One employee, locked for a change when asked."""
        statement = sa.select(t.employees).where(t.employees.c.id == employee_id)
        row = await self._session.first(statement.with_for_update() if lock else statement)
        return to_employee(row) if row else None

    async def many(self, employee_ids: Collection[UUID]) -> dict[UUID, Employee]:
        """Those of ``employee_ids`` that exist, by id."""
        rows = await self._session.all(sa.select(t.employees).where(any_of(t.employees.c.id, employee_ids)))
        return {row.id: to_employee(row) for row in rows}

    async def page(self, wanted: EmployeeFilter, request: PageRequest) -> Page[Employee]:
        """Employees by name."""
        statement = sa.select(t.employees).where(*_conditions(wanted))
        return await fetch_page(self._session, statement, request, [t.employees.c.name, t.employees.c.id], to_employee)

    async def by_nips(self, nips: Collection[str], visible_units: Collection[UUID] | None) -> Sequence[Employee]:
        """Employees with these NIPs, within what the actor may see."""
        statement = sa.select(t.employees).where(
            t.employees.c.nip == sa.func.any(sa.literal(list(nips), ARRAY(sa.Text)))
        )
        if visible_units is not None:
            statement = statement.where(any_of(t.employees.c.unit_id, visible_units))
        return [to_employee(row) for row in await self._session.all(statement.order_by(t.employees.c.nip))]

    async def add(self, employee: Employee) -> None:
        """Insert; a taken NIP is a conflict."""
        await self._session.execute(sa.insert(t.employees).values(**asdict(employee)))

    async def save(self, employee: Employee) -> None:
        """Write all columns of an existing employee."""
        statement = sa.update(t.employees).where(t.employees.c.id == employee.id)
        await self._session.execute(statement.values(**asdict(employee)))

    async def reports(self, employee_id: UUID) -> Sequence[UUID]:
        """Those whose superior or appraiser the employee is."""
        e = t.employees
        own = sa.or_(e.c.superior_id == employee_id, e.c.appraiser_id == employee_id)
        return [row.id for row in await self._session.all(sa.select(e.c.id).where(own))]

    async def superiors(self, employee_id: UUID) -> Sequence[UUID]:
        """The employee and the chain of superiors above, nearest first."""
        e = t.employees
        above = (
            sa.select(e.c.id, e.c.superior_id, sa.literal(0).label("height"))
            .where(e.c.id == employee_id)
            .cte("above", recursive=True)
        )
        superior = e.alias("superior")
        above = above.union_all(
            sa.select(superior.c.id, superior.c.superior_id, above.c.height + 1).join(
                above, superior.c.id == above.c.superior_id
            )
        )
        return [row.id for row in await self._session.all(sa.select(above.c.id).order_by(above.c.height))]

    async def lock_hierarchy(self) -> None:
        """Let no other transaction change who is whose superior until this one ends."""
        await self._session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('employees.superior_id'))"))


def _conditions(wanted: EmployeeFilter) -> list[sa.ColumnElement[bool]]:
    e = t.employees
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.visible_units is not None or wanted.visible_ids is not None:
        units, ids = wanted.visible_units or (), wanted.visible_ids or ()
        conditions.append(sa.or_(any_of(e.c.unit_id, units), any_of(e.c.id, ids)))
    if wanted.unit_id is not None and wanted.include_descendants:
        conditions.append(e.c.unit_id.in_(subtree_ids([wanted.unit_id])))
    elif wanted.unit_id is not None:
        conditions.append(e.c.unit_id == wanted.unit_id)
    if wanted.superior_id is not None:
        conditions.append(e.c.superior_id == wanted.superior_id)
    if wanted.position_kind is not None:
        conditions.append(e.c.position_kind == wanted.position_kind)
    if wanted.employment is not None:
        conditions.append(e.c.employment == wanted.employment)
    if wanted.active is not None:
        conditions.append(e.c.active == wanted.active)
    if wanted.q is not None:
        conditions.append(matches(e.c.name, wanted.q))
    return conditions
