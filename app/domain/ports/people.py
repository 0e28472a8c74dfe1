"""Storage of units and employees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.paging import Page, PageRequest
from app.domain.people import Employee, Unit
from app.domain.values import Employment, PositionKind, UnitKind


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """``visible`` narrows to what the actor may see; ``None`` is everything."""

    visible: Collection[UUID] | None = None
    parent_id: UUID | None = None
    kind: UnitKind | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class EmployeeFilter:
    """``visible_units`` and ``visible_ids`` are what the actor may see (either is enough); both ``None`` is everything."""

    visible_units: Collection[UUID] | None = None
    visible_ids: Collection[UUID] | None = None
    unit_id: UUID | None = None
    include_descendants: bool = False
    superior_id: UUID | None = None
    position_kind: PositionKind | None = None
    employment: Employment | None = None
    active: bool | None = None
    q: str | None = None


class Units(Protocol):
    """Units of the organisation."""

    async def get(self, unit_id: UUID, *, lock: bool = False) -> Unit | None: ...
    async def page(self, wanted: UnitFilter, request: PageRequest) -> Page[Unit]: ...
    async def add(self, unit: Unit) -> None: ...
    async def save(self, unit: Unit) -> None: ...
    async def ancestors(self, unit_id: UUID) -> Sequence[UUID]: ...
    async def subtree(self, unit_ids: Collection[UUID]) -> frozenset[UUID]: ...
    async def lock_tree(self) -> None: ...


class Employees(Protocol):
    """People of the city."""

    async def get(self, employee_id: UUID, *, lock: bool = False) -> Employee | None: ...
    async def many(self, employee_ids: Collection[UUID]) -> dict[UUID, Employee]: ...
    async def page(self, wanted: EmployeeFilter, request: PageRequest) -> Page[Employee]: ...
    async def by_nips(self, nips: Collection[str], visible_units: Collection[UUID] | None) -> Sequence[Employee]: ...
    async def add(self, employee: Employee) -> None: ...
    async def save(self, employee: Employee) -> None: ...
    async def reports(self, employee_id: UUID) -> Sequence[UUID]: ...
    async def superiors(self, employee_id: UUID) -> Sequence[UUID]: ...
    async def lock_hierarchy(self) -> None: ...
