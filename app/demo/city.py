"""Writing the demo city's units, people and accounts with COPY."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from app.demo.people import EmployeeSeed, generate_people
from app.demo.structure import UnitSeed, city_units
from app.domain.auth import DEFAULT_RATER_TYPES
from app.domain.values import Role
from app.repositories import tables as t
from app.repositories.ids import uuid7
from app.repositories.session import Session

AUDITOR: Final = "auditor"
UNIT_ADMIN: Final = "admin-dinkes"
UNIT_ADMIN_UNIT: Final = "DINKES"

_UNIT_COLUMNS: Final = ("id", "code", "name", "kind", "parent_id")
_EMPLOYEE_COLUMNS: Final = (
    "id",
    "nip",
    "name",
    "employment",
    "position",
    "position_kind",
    "grade",
    "unit_id",
    "superior_id",
    "appraiser_id",
    "email",
    "phone",
    "active",
)
_ACCOUNT_COLUMNS: Final = (
    "id",
    "username",
    "employee_id",
    "password_hash",
    "roles",
    "rater_types",
    "unit_id",
    "scopes",
    "active",
)


@dataclass(frozen=True, slots=True)
class City:
    """Where the seeds were written."""

    units: dict[str, UUID]
    people: dict[str, UUID]


async def is_empty(session: Session) -> bool:
    """Whether no unit, employee, rubric or cycle exists."""
    exists = [sa.exists(sa.select(table.c.id)) for table in (t.units, t.employees, t.rubrics, t.cycles)]
    return not await session.scalar(sa.select(sa.or_(*exists)))


async def write_city(session: Session, employees: int, seed: int, password_hash: str) -> City:
    """All units, people and accounts. Every ASN logs in with the NIP; all share one password's hash, which is quick."""
    units = city_units()
    people = generate_people(units, employees, seed)
    city = City({unit.code: uuid7() for unit in units}, {person.key: uuid7() for person in people})
    await session.copy(t.units, _UNIT_COLUMNS, [_unit_row(city, unit) for unit in units])
    await session.copy(t.employees, _EMPLOYEE_COLUMNS, [_employee_row(city, person) for person in people])
    accounts = [_account_row(person.nip, city.people[person.key], password_hash) for person in people if person.nip]
    accounts.append(_office_row(AUDITOR, Role.AUDITOR, None, password_hash))
    accounts.append(_office_row(UNIT_ADMIN, Role.UNIT_ADMIN, city.units[UNIT_ADMIN_UNIT], password_hash))
    await session.copy(t.accounts, _ACCOUNT_COLUMNS, accounts)
    return city


def _unit_row(city: City, unit: UnitSeed) -> tuple[object, ...]:
    parent = city.units[unit.parent_code] if unit.parent_code else None
    return city.units[unit.code], unit.code, unit.name, str(unit.kind), parent


def _employee_row(city: City, person: EmployeeSeed) -> tuple[object, ...]:
    return (
        city.people[person.key],
        person.nip,
        person.name,
        str(person.employment),
        person.position,
        str(person.position_kind),
        person.grade,
        city.units[person.unit_code],
        city.people[person.superior_key] if person.superior_key else None,
        city.people[person.appraiser_key] if person.appraiser_key else None,
        person.email,
        person.phone,
        True,
    )


def _account_row(username: str, employee_id: UUID, password_hash: str) -> tuple[object, ...]:
    rater_types = sorted(str(kind) for kind in DEFAULT_RATER_TYPES)
    return uuid7(), username, employee_id, password_hash, [str(Role.EMPLOYEE)], rater_types, None, [], True


def _office_row(username: str, role: Role, unit_id: UUID | None, password_hash: str) -> tuple[object, ...]:
    return uuid7(), username, None, password_hash, [str(role)], [], unit_id, [], True
