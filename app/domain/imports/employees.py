"""Rows that are people of the ASN, recognised by their NIP."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.domain.auth import Actor
from app.domain.imports.circles import on_circles
from app.domain.imports.report import Changes, Faults
from app.domain.imports.table import Sheet
from app.domain.people import Employee, check_employee
from app.domain.values import Employment

_NEEDED: Final = ("nip", "name", "employment", "position", "position_kind", "unit_code")
#: Columns of the domain's checks, by their pointers.
_COLUMNS: Final = {
    "/nip": "nip",
    "/grade": "grade",
    "/superior_id": "superior_nip",
    "/appraiser_id": "appraiser_nip",
}


class Person(NamedTuple):
    """Somebody's superior or appraiser: both are ``None`` for nobody, the NIP alone for an official outside the ASN."""

    id: UUID | None
    nip: str | None


NOBODY: Final = Person(None, None)


@dataclass(frozen=True, slots=True)
class KnownEmployee:
    """Somebody who is there already."""

    employee: Employee
    superior: Person
    appraiser: Person


@dataclass(frozen=True, slots=True)
class Office:
    """Who imports people, and where: ``units`` are those he administers, ``None`` for all."""

    units: Collection[UUID] | None
    employee_id: UUID | None

    @classmethod
    def of(cls, actor: Actor) -> "Office":
        """A unit administrator's subtree; everything for administrators and granted machines."""
        everywhere = actor.is_admin or actor.is_service
        return cls(None, None) if everywhere else cls(actor.unit_ids, actor.employee_id)

    def holds(self, unit_id: UUID) -> bool:
        """Whether the unit is his to fill."""
        return self.units is None or unit_id in self.units


class EmployeePlan:
    """What the rows would do. ``known`` are all people whose NIP stands anywhere in the file, ``units`` ids by code."""

    def __init__(
        self,
        sheet: Sheet,
        known: Mapping[str, KnownEmployee],
        units: Mapping[str, UUID],
        office: Office,
        faults: Faults,
    ) -> None:
        self._sheet = sheet
        self._known = known
        self._units = units
        self._office = office
        self._faults = faults
        self._people = {
            nip: known_one.employee.id for nip, known_one in known.items() if office.holds(known_one.employee.unit_id)
        }
        self._optional = {
            name: sheet.column(name) for name in ("grade", "superior_nip", "appraiser_nip", "email", "phone", "active")
        }
        self._rows: dict[int, Employee] = {}

    def read(self, today: date, new_id: Callable[[], UUID]) -> None:
        """Judge every row by itself. People above may be rows of the same file, in any order."""
        nips = self._sheet.columns["nip"]
        for nip in set(nips) - {None} - self._known.keys():
            self._people[nip] = new_id()
        needed = list(zip(*(self._sheet.columns[name] for name in _NEEDED), strict=True))
        seen: set[str] = set()
        for index in self._sheet.sound():
            nip, employment = needed[index][0], needed[index][2]
            if nip is None:
                self._fault(index, "nip", "non_asn_by_hand" if employment is Employment.NON_ASN else "required")
            elif nip in seen:
                self._fault(index, "nip", "duplicate_item")
            else:
                seen.add(nip)
                employee = self._employee(index, needed[index])
                if employee is not None and self._is_sound(index, employee, today):
                    self._rows[index] = employee

    def _employee(self, index: int, needed: Sequence[Any]) -> Employee | None:
        nip, name, employment, position, position_kind, unit_code = needed
        unit_id = self._units.get(unit_code)
        before = self._known.get(nip)
        if unit_id is None:
            self._fault(index, "unit_code", "unknown_unit")
            return None
        if not self._office.holds(unit_id):
            self._fault(index, "unit_code", "unit_of_others")
            return None
        if before is not None and nip not in self._people:
            self._fault(index, "nip", "employee_of_others")
            return None
        present = before.employee if before else None
        return Employee(
            self._people[nip],
            nip,
            name,
            employment,
            position,
            position_kind,
            self._value("grade", index, present.grade if present else None),
            unit_id,
            self._above("superior_nip", index, before.superior if before else NOBODY),
            self._above("appraiser_nip", index, before.appraiser if before else NOBODY),
            self._value("email", index, present.email if present else None),
            self._value("phone", index, present.phone if present else None),
            self._value("active", index, present.active if present else True),
        )

    def _value(self, column: str, index: int, present: Any) -> Any:
        """The cell, or what is stored when the file does not have the column."""
        cells = self._optional[column]
        return present if cells is None else cells[index]

    def _above(self, column: str, index: int, present: Person) -> UUID | None:
        """A superior or appraiser. Whoever has no NIP (the mayor) cannot be named in a file, so an empty cell leaves him."""
        cells = self._optional[column]
        if cells is None or cells[index] == present.nip:
            return present.id
        nip = cells[index]
        if nip is not None and nip not in self._people:
            self._fault(index, column, "unknown_employee")
        return self._people.get(nip)

    def _is_sound(self, index: int, employee: Employee, today: date) -> bool:
        for violation in check_employee(employee, today):
            self._fault(index, _COLUMNS[violation.pointer], violation.code, **violation.params)
        return index not in self._sheet.faulty

    def _fault(self, index: int, column: str, code: str, /, **params: Any) -> None:
        self._sheet.fault(self._faults, index, column, code, **params)

    def superiors_outside(self) -> set[UUID]:
        """Superiors named in the file who are not rows of it: the chains above them may lead back into it."""
        named = {employee.superior_id for employee in self._rows.values()} - {None}
        return {superior for superior in named if superior} - {employee.id for employee in self._rows.values()}

    def changes(self, chains: Mapping[UUID, UUID | None]) -> Changes[Employee]:
        """What would be written; ``chains`` are the superiors of those outside and of everybody above them."""
        inside = {employee.id: employee.superior_id for employee in self._rows.values()}
        circle = on_circles({**chains, **inside})
        found: Changes[Employee] = Changes()
        for index, employee in self._rows.items():
            known = self._known.get(employee.nip or "")
            if employee.id in circle:
                self._fault(index, "superior_nip", "superior_circle")
            elif known is None:
                found.created.append(employee)
            elif known.employee == employee:
                found.unchanged += 1
            elif employee.id == self._office.employee_id:
                self._fault(index, "nip", "own_record")
            else:
                found.updated.append(employee)
        return found
