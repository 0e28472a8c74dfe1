"""Units, employees and the NIP."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from app.domain.errors import Violation
from app.domain.values import Employment, PositionKind, UnitKind

_NIP: Final = re.compile(r"[0-9]{18}")
_EARLIEST_BIRTH: Final = date(1900, 1, 1)
#: What a NIP carries of the appointment: the month of PNS, the code 2 and the number of the contract of PPPK.
_APPOINTED_AS: Final = {
    **dict.fromkeys((f"{month:02}" for month in range(1, 13)), Employment.PNS),
    **dict.fromkeys((f"{code}" for code in range(21, 30)), Employment.PPPK),
}
_PNS_GRADES: Final = frozenset(
    f"{group}/{room}"
    for group, rooms in (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde"))
    for room in rooms
)
_PPPK_GRADES: Final = frozenset(
    ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII")
)
_GRADES: Final = {
    Employment.PNS: _PNS_GRADES,
    Employment.PPPK: _PPPK_GRADES,
    Employment.NON_ASN: frozenset[str](),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation. Names are not unique (Sukawana stands in two districts); codes are."""

    id: UUID
    code: str
    name: str
    kind: UnitKind
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Employee:
    """A person of the city: ASN (PNS or PPPK, with a NIP) or an official outside the ASN such as the mayor."""

    id: UUID
    nip: str | None
    name: str
    employment: Employment
    position: str
    position_kind: PositionKind
    grade: str | None
    unit_id: UUID
    superior_id: UUID | None
    appraiser_id: UUID | None
    email: str | None
    phone: str | None
    active: bool


class EmployeeRow(NamedTuple):
    """An `Employee` as a row, field by field: a city's worth is quicker made and written as tuples (docs/performance.md)."""

    id: UUID
    nip: str | None
    name: str
    employment: Employment
    position: str
    position_kind: PositionKind
    grade: str | None
    unit_id: UUID
    superior_id: UUID | None
    appraiser_id: UUID | None
    email: str | None
    phone: str | None
    active: bool


def check_nip(nip: str, employment: Employment, today: date, pointer: str = "/nip") -> list[Violation]:
    """The parts of a NIP (PerKa BKN 22/2007): birth date, appointment, sex, serial; no check digit exists.

    PNS carry the month of appointment (01..12), PPPK the code 2 and the number of the contract (21..29).
    """
    if not _NIP.fullmatch(nip):
        return [Violation(pointer, "nip_not_18_digits")]
    violations = []
    born = _calendar_date(nip[:8])
    if born is None or not _EARLIEST_BIRTH <= born <= today:
        violations.append(Violation(pointer, "nip_birth_date"))
    if not (born.year if born else 1900) < int(nip[8:12]) <= today.year + 1:
        violations.append(Violation(pointer, "nip_appointment_year"))
    appointed_as = _APPOINTED_AS.get(nip[12:14])
    if appointed_as is None:
        violations.append(Violation(pointer, "nip_appointment_month"))
    elif appointed_as is not employment:
        violations.append(Violation(pointer, "nip_employment_mismatch"))
    if nip[14] not in "12":
        violations.append(Violation(pointer, "nip_sex"))
    if nip[15:] == "000":
        violations.append(Violation(pointer, "nip_serial"))
    return violations


def _calendar_date(digits: str) -> date | None:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        return None


def check_grade(grade: str | None, employment: Employment) -> list[Violation]:
    """Golongan ruang I/a..IV/e for PNS, golongan I..XVII for PPPK; "IV" alone is a PPPK grade."""
    if grade is None or grade in _GRADES[employment]:
        return []
    return [Violation("/grade", "grade_unknown")]


def check_employee(employee: Employee | EmployeeRow, today: date) -> list[Violation]:
    """Everything about one employee that can be judged without looking at others."""
    violations = []
    if employee.employment is Employment.NON_ASN:
        if employee.nip is not None:
            violations.append(Violation("/nip", "nip_of_asn"))
    elif employee.nip is None:
        violations.append(Violation("/nip", "nip_of_asn"))
    else:
        violations += check_nip(employee.nip, employee.employment, today)
    violations += check_grade(employee.grade, employee.employment)
    if employee.superior_id == employee.id:
        violations.append(Violation("/superior_id", "self_superior"))
    if employee.appraiser_id == employee.id:
        violations.append(Violation("/appraiser_id", "self_appraiser"))
    return violations


def would_close_circle(start: UUID, parent: UUID | None, ancestors_of_parent: Iterable[UUID]) -> bool:
    """Whether putting ``start`` under ``parent`` would make ``start`` its own ancestor."""
    return parent == start or start in ancestors_of_parent
