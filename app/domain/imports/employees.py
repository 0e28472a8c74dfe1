"""Rows that are people of the ASN, recognised by their NIP."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.domain.auth import Actor
from app.domain.imports.circles import on_circles
from app.domain.imports.report import Changes, Faults
from app.domain.imports.table import Sheet
from app.domain.people import Employee, EmployeeRow, check_employee
from app.domain.values import Employment

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


_as_row: Final = attrgetter(*EmployeeRow._fields)
SUPERIOR: Final = attrgetter("superior")
APPRAISER: Final = attrgetter("appraiser")


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
        self._before = [known.get(nip) for nip in sheet.columns["nip"]]
        self._people = {nip: one.employee.id for nip, one in known.items() if office.holds(one.employee.unit_id)}
        self._rows: dict[int, EmployeeRow] = {}

    def read(self, today: date, new_ids: Callable[[int], Sequence[UUID]]) -> None:
        """Judge every row by itself. People above may be rows of the same file, in any order."""
        columns = self._sheet.columns
        fresh = set(columns["nip"]) - {None} - self._known.keys()
        self._people.update(zip(fresh, new_ids(len(fresh)), strict=True))
        rows = zip(
            columns["nip"],
            columns["name"],
            columns["employment"],
            columns["position"],
            columns["position_kind"],
            self._value("grade"),
            [self._units.get(code) for code in columns["unit_code"]],
            self._above("superior_nip", SUPERIOR),
            self._above("appraiser_nip", APPRAISER),
            self._value("email"),
            self._value("phone"),
            self._value("active", otherwise=True),
            strict=True,
        )
        seen: set[str] = set()
        for index, row in enumerate(rows):
            if index not in self._sheet.faulty and self._may_be_written(index, row, seen):
                employee = EmployeeRow(self._people[row[0]], *row)
                if self._is_sound(index, employee, today):
                    self._rows[index] = employee

    def _value(self, column: str, *, otherwise: Any = None) -> Sequence[Any]:
        """The cells, or what is stored when the file does not have the column."""
        cells = self._sheet.column(column)
        if cells is not None:
            return cells
        return [otherwise if before is None else getattr(before.employee, column) for before in self._before]

    def _above(self, column: str, place: Callable[[KnownEmployee], Person]) -> Sequence[UUID | None]:
        """Superiors or appraisers. Whoever has no NIP (the mayor) cannot be named in a file, so an empty cell leaves him."""
        present = [NOBODY if before is None else place(before) for before in self._before]
        cells = self._sheet.column(column)
        if cells is None:
            return [person.id for person in present]
        found = [
            person.id if nip == person.nip else self._people.get(nip)
            for nip, person in zip(cells, present, strict=True)
        ]
        for index, nip in enumerate(cells):
            if nip is not None and found[index] is None and index not in self._sheet.faulty:
                self._fault(index, column, "unknown_employee")
        return found

    def _may_be_written(self, index: int, row: Sequence[Any], seen: set[str]) -> bool:
        """Whether the row names somebody, once, whom the importer may write, in a unit that he fills."""
        nip, unit_id = row[0], row[6]
        if nip is None:
            self._fault(index, "nip", "non_asn_by_hand" if row[2] is Employment.NON_ASN else "required")
        elif nip in seen:
            self._fault(index, "nip", "duplicate_item")
        elif unit_id is None:
            self._fault(index, "unit_code", "unknown_unit")
        elif not self._office.holds(unit_id):
            self._fault(index, "unit_code", "unit_of_others")
        elif nip not in self._people:
            self._fault(index, "nip", "employee_of_others")
        else:
            seen.add(nip)
            return True
        return False

    def _is_sound(self, index: int, employee: EmployeeRow, today: date) -> bool:
        violations = check_employee(employee, today)
        for violation in violations:
            self._fault(index, _COLUMNS[violation.pointer], violation.code, **violation.params)
        return not violations

    def _fault(self, index: int, column: str, code: str, /, **params: Any) -> None:
        self._sheet.fault(self._faults, index, column, code, **params)

    def superiors_outside(self) -> set[UUID]:
        """Superiors named in the file who are not rows of it: the chains above them may lead back into it."""
        named = {employee.superior_id for employee in self._rows.values()} - {None}
        return {superior for superior in named if superior} - {employee.id for employee in self._rows.values()}

    def changes(self, chains: Mapping[UUID, UUID | None]) -> Changes[EmployeeRow]:
        """What would be written; ``chains`` are the superiors of those outside and of everybody above them."""
        inside = {employee.id: employee.superior_id for employee in self._rows.values()}
        circle = on_circles({**chains, **inside})
        found: Changes[EmployeeRow] = Changes()
        for index, employee in self._rows.items():
            known = self._before[index]
            if employee.id in circle:
                self._fault(index, "superior_nip", "superior_circle")
            elif known is None:
                found.created.append(employee)
            elif _as_row(known.employee) == employee:
                found.unchanged += 1
            elif employee.id == self._office.employee_id:
                self._fault(index, "nip", "own_record")
            else:
                found.updated.append(employee)
        return found
