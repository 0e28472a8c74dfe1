"""Bulk reading and writing for imports: COPY for new rows, one UPDATE from arrays for changed ones."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.domain.auth import Account
from app.domain.cycles import ExternalScore
from app.domain.imports.employees import KnownEmployee, Person
from app.domain.imports.report import ImportKind, ImportReport, ImportStatus, RowError
from app.domain.people import EmployeeRow, Unit
from app.domain.values import Dimension, RaterType, Role
from app.repositories import tables as t
from app.repositories.ids import uuid7s
from app.repositories.people import to_employee, to_unit
from app.repositories.session import Session
from app.repositories.tables.base import Word

_SUPERIOR: Final = t.employees.alias("superior")
_APPRAISER: Final = t.employees.alias("appraiser")
_ACCOUNT_COLUMNS: Final = ("id", "username", "employee_id", "roles", "rater_types", "unit_id", "scopes", "active")
_SCORES_AT_ONCE: Final = 2_000  # eight parameters each, of 32,767 that a statement may have


class SqlImports:
    """Reports, and many rows at once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def new_ids(self, count: int) -> Sequence[UUID]:
        """Many at once."""
        return uuid7s(count)

    async def add(self, report: ImportReport) -> None:
        """Keep a report."""
        values = {name: getattr(report, name) for name in ImportReport.__slots__}
        values["errors"] = [[one.row, one.column, one.code, dict(one.params)] for one in report.errors]
        await self._session.execute(sa.insert(t.imports).values(**values))

    async def get(self, import_id: UUID) -> ImportReport | None:
        """One report."""
        row = await self._session.first(sa.select(t.imports).where(t.imports.c.id == import_id))
        if row is None:
            return None
        kept = {name: getattr(row, name) for name in ImportReport.__slots__}
        known = {
            "kind": ImportKind(row.kind),
            "status": ImportStatus(row.status),
            "errors": tuple(RowError(*error) for error in row.errors),
        }
        return ImportReport(**(kept | known))

    # EXCLUSIVE lets everybody read. It waits for those who have begun a change, and they do not wait for it, so that no
    # two ever wait for each other.

    async def hold_units(self) -> None:
        """Let nobody else change units until this transaction ends."""
        await self._session.execute(sa.text("LOCK TABLE units IN EXCLUSIVE MODE"))

    async def hold_people(self) -> None:
        """Let nobody else change employees until this transaction ends."""
        await self._session.execute(sa.text("LOCK TABLE employees IN EXCLUSIVE MODE"))

    async def hold_accounts(self) -> None:
        """Let nobody else change accounts until this transaction ends."""
        await self._session.execute(sa.text("LOCK TABLE accounts IN EXCLUSIVE MODE"))

    # ---------------------------------------------------------------- units

    async def units(self) -> dict[str, Unit]:
        """All units by code."""
        return {row.code: to_unit(row) for row in await self._session.all(sa.select(t.units))}

    async def add_units(self, units: Sequence[Unit]) -> None:
        """All by one COPY."""
        await self._session.copy(t.units, Unit.__slots__, _records(units))

    async def save_units(self, units: Sequence[Unit]) -> None:
        """All by one UPDATE."""
        await self._update(t.units, Unit.__slots__, _records(units))

    # ---------------------------------------------------------------- people

    async def employees(self, nips: Collection[str]) -> dict[str, KnownEmployee]:
        """Those who are there, with the NIPs of superior and appraiser."""
        e = t.employees
        statement = (
            sa.select(e, _SUPERIOR.c.nip.label("superior_nip"), _APPRAISER.c.nip.label("appraiser_nip"))
            .outerjoin(_SUPERIOR, _SUPERIOR.c.id == e.c.superior_id)
            .outerjoin(_APPRAISER, _APPRAISER.c.id == e.c.appraiser_id)
            .where(_among(e.c.nip, nips))
        )
        return {
            row.nip: KnownEmployee(
                to_employee(row),
                Person(row.superior_id, row.superior_nip),
                Person(row.appraiser_id, row.appraiser_nip),
            )
            for row in await self._read(statement)
        }

    async def ids_by_nip(self, nips: Collection[str]) -> dict[str, UUID]:
        """Ids alone."""
        e = t.employees.c
        rows = await self._read(sa.select(e.nip, e.id).where(_among(e.nip, nips)))
        return {row.nip: row.id for row in rows}

    async def superiors_above(self, employee_ids: Collection[UUID]) -> Mapping[UUID, UUID | None]:
        """The superior of each of these and of everybody above them."""
        e, superior = t.employees, t.employees.alias("above_them")
        above = sa.select(e.c.id, e.c.superior_id).where(_among(e.c.id, employee_ids)).cte("above", recursive=True)
        above = above.union(
            sa.select(superior.c.id, superior.c.superior_id).join(above, superior.c.id == above.c.superior_id)
        )
        return {row.id: row.superior_id for row in await self._read(sa.select(above))}

    async def add_employees(self, employees: Sequence[EmployeeRow]) -> None:
        """All by one COPY; PostgreSQL looks at superiors after the last row, so they may come in any order."""
        await self._session.copy(t.employees, EmployeeRow._fields, employees)

    async def save_employees(self, employees: Sequence[EmployeeRow]) -> None:
        """All by one UPDATE."""
        await self._update(t.employees, EmployeeRow._fields, employees)

    # ---------------------------------------------------------------- accounts

    async def accounts(self, employee_ids: Collection[UUID], usernames: Collection[str]) -> tuple[Account, ...]:
        """Accounts of these people or with these names; failed log-ins are left aside."""
        a = t.accounts
        theirs = sa.or_(_among(a.c.employee_id, employee_ids), _among(a.c.username, usernames))
        return tuple(_to_account(row) for row in await self._read(sa.select(a).where(theirs)))

    async def add_accounts(self, accounts: Sequence[Account]) -> None:
        """All by one COPY, without passwords."""
        await self._session.copy(t.accounts, _ACCOUNT_COLUMNS, [_account_record(account) for account in accounts])

    async def save_accounts(self, accounts: Sequence[Account]) -> None:
        """What an administrator may change, all by one UPDATE."""
        await self._update(t.accounts, _ACCOUNT_COLUMNS, [_account_record(account) for account in accounts])

    async def end_sessions(self, account_ids: Collection[UUID]) -> None:
        """Make every token issued so far worthless, as `SqlAccounts.end_sessions` does for one account."""
        a, r = t.accounts, t.refresh_tokens
        second = sa.func.date_trunc("second", sa.func.clock_timestamp())
        after = sa.func.greatest(second, a.c.not_before) + sa.text("interval '1 second'")
        await self._session.execute(sa.update(a).where(_among(a.c.id, account_ids)).values(not_before=after))
        theirs = sa.update(r).where(_among(r.c.account_id, account_ids), r.c.revoked_at.is_(None))
        await self._session.execute(theirs.values(revoked_at=sa.func.now()))

    async def with_drafts(self, employee_ids: Collection[UUID]) -> Sequence[UUID]:
        """Those of these raters who have begun a form."""
        a = t.assignments.c
        begun = sa.select(a.rater_id).distinct().where(_among(a.rater_id, employee_ids), a.state == "draft")
        return [row.rater_id for row in await self._read(begun)]

    async def issue_activations(self, codes: Sequence[tuple[UUID, bytes]], expires_at: datetime) -> None:
        """For accounts that have none yet."""
        records = [(account_id, code_hash, expires_at) for account_id, code_hash in codes]
        await self._session.copy(t.activation_codes, ("account_id", "code_hash", "expires_at"), records)

    # ---------------------------------------------------------------- cycles

    async def participants(self, cycle_id: UUID, employee_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """Participants of a cycle, by employee."""
        p = t.participants.c
        statement = sa.select(p.employee_id, p.id).where(p.cycle_id == cycle_id, _among(p.employee_id, employee_ids))
        return {row.employee_id: row.id for row in await self._read(statement)}

    async def scores(self, cycle_id: UUID) -> dict[tuple[UUID, Dimension], ExternalScore]:
        """All external scores of a cycle."""
        s, p = t.external_scores, t.participants
        statement = sa.select(s).join(p, p.c.id == s.c.participant_id).where(p.c.cycle_id == cycle_id)
        found = [
            ExternalScore(**(dict(row._mapping) | {"dimension": Dimension(row.dimension)}))  # noqa: SLF001 - SQLAlchemy's public way to a row's names
            for row in await self._read(statement)
        ]
        return {(score.participant_id, score.dimension): score for score in found}

    async def put_scores(self, scores: Sequence[ExternalScore]) -> None:
        """Insert, or write anew."""
        s, names = t.external_scores, ExternalScore.__slots__
        rows = [dict(zip(names, record, strict=True)) for record in _records(scores)]
        for start in range(0, len(rows), _SCORES_AT_ONCE):
            statement = insert(s).values(rows[start : start + _SCORES_AT_ONCE])
            anew = {name: statement.excluded[name] for name in names}
            await self._session.execute(statement.on_conflict_do_update(constraint=s.primary_key, set_=anew))

    async def _read(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """Rows by a plan of its own: a kept one may have been made when the tables were still empty.

        Only this statement's: planned anew for every row, checks of foreign keys would cost more than all the rest.
        """
        await self._session.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))
        rows = await self._session.all(statement)
        await self._session.execute(sa.text("SET LOCAL plan_cache_mode = auto"))
        return rows

    async def _update(self, table: sa.Table, names: Sequence[str], records: Sequence[tuple[Any, ...]]) -> None:
        """Write ``names`` of the rows with the ids in ``records``, given as one array per column."""
        if not records:
            return
        arrays = [_array(table.c[name], values) for name, values in zip(names, zip(*records, strict=True), strict=True)]
        columns = [sa.column(name, _element(table.c[name])) for name in names]
        new = sa.func.unnest(*arrays).table_valued(*columns, name="new").render_derived()
        values = {name: _value(table.c[name], new.c[name]) for name in names if name != "id"}
        await self._session.execute(sa.update(table).where(table.c.id == new.c.id).values(values))


def _records(things: Sequence[Unit] | Sequence[ExternalScore]) -> list[tuple[Any, ...]]:
    if not things:
        return []
    return list(map(attrgetter(*type(things[0]).__slots__), things))


def _among(column: sa.Column[Any], values: Collection[Any]) -> sa.ColumnElement[bool]:
    """``column = ANY(values)`` for long lists: planned as a join, since a kept plan would search the list for each row."""
    return column.in_(sa.select(sa.func.unnest(sa.literal(list(values), ARRAY(_element(column))))))


def _is_list(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, ARRAY)


def _element(column: sa.Column[Any]) -> Any:
    """Words are sent as plain text: the driver would have to ask the database about arrays of a domain."""
    return sa.Text() if _is_list(column) or isinstance(column.type, Word) else column.type


def _array(column: sa.Column[Any], values: Sequence[Any]) -> sa.ColumnElement[Any]:
    """One column's values. `unnest` would take lists apart, so these travel as text (their members are plain words)."""
    if _is_list(column):
        values = [",".join(value) for value in values]
    return sa.literal(list(values), ARRAY(_element(column)))


def _value(column: sa.Column[Any], new: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.string_to_array(new, ",") if _is_list(column) else new


def _account_record(account: Account) -> tuple[Any, ...]:
    return (
        account.id,
        account.username,
        account.employee_id,
        sorted(account.roles),
        sorted(account.rater_types),
        account.unit_id,
        sorted(account.scopes),
        account.active,
    )


def _to_account(row: sa.Row[Any]) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        employee_id=row.employee_id,
        roles=frozenset(map(Role, row.roles)),
        rater_types=frozenset(map(RaterType, row.rater_types)),
        unit_id=row.unit_id,
        scopes=frozenset(row.scopes),
        active=row.active,
        has_password=row.password_hash is not None,
        locked_until=None,
        created_at=row.created_at,
    )
