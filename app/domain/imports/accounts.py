"""Rows that are accounts of people, recognised by the NIP behind them or by their username."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.domain.auth import DEFAULT_RATER_TYPES, Account, check_account
from app.domain.imports.report import Changes, Faults
from app.domain.imports.table import Sheet
from app.domain.values import Role

_NEW_ROLES: Final = frozenset({Role.EMPLOYEE})
_COLUMNS: Final = {"/username": "username", "/roles": "roles", "/rater_types": "rater_types", "/unit_id": "unit_code"}


@dataclass(frozen=True, slots=True)
class AccountsThere:
    """What the rows are judged by: people by NIP, units by code, and the accounts of these people and names."""

    people: Mapping[str, UUID]
    units: Mapping[str, UUID]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An account as it was (``None``: not there) and as it will be."""

    before: Account | None
    after: Account


class AccountPlan:
    """What the rows would do. Without a column, what an account has stays; a new one is an ordinary employee's."""

    def __init__(self, sheet: Sheet, there: AccountsThere, importer_id: UUID, faults: Faults) -> None:
        self._sheet = sheet
        self._there = there
        self._importer_id = importer_id
        self._faults = faults
        self._by_employee = {one.employee_id: one for one in there.accounts if one.employee_id is not None}
        self._by_name = {one.username: one for one in there.accounts}
        self._seen: set[UUID | str] = set()

    def changes(self, new_id: Callable[[], UUID], now: datetime) -> Changes[AccountChange]:
        """Every sound row's effect; faults are noted."""
        found: Changes[AccountChange] = Changes()
        for index in self._sheet.sound():
            change = self._change(index)
            if change is None:
                continue
            if change.before is None:
                found.created.append(replace(change, after=replace(change.after, id=new_id(), created_at=now)))
            elif change.before == change.after:
                found.unchanged += 1
            else:
                found.updated.append(change)
        return found

    def _change(self, index: int) -> AccountChange | None:
        before, named = self._account_of(index)
        if named is None or self._is_repeated(index, named):
            return None
        after = self._filled(index, named)
        sound = after is not None and self._is_sound(index, before, after)
        return AccountChange(before, after) if after is not None and sound else None

    def _is_repeated(self, index: int, account: Account) -> bool:
        """Whether an earlier row has this person or this username."""
        keys: set[UUID | str] = {account.username}
        if account.employee_id is not None:
            keys.add(account.employee_id)
        if keys & self._seen:
            self._fault(index, "username" if account.username in self._seen else "nip", "duplicate_item")
            return True
        self._seen |= keys
        return False

    def _cell(self, column: str, index: int, otherwise: Any) -> Any:
        cells = self._sheet.column(column)
        return otherwise if cells is None else cells[index]

    def _account_of(self, index: int) -> tuple[Account | None, Account | None]:
        """The account that is there, and the one to be filled; neither when the row names nobody."""
        nip, username = self._cell("nip", index, None), self._cell("username", index, None)
        if nip is None and username is None:
            self._fault(index, "nip", "nip_or_username")
            return None, None
        employee_id = None if nip is None else self._there.people.get(nip)
        if nip is not None and employee_id is None:
            self._fault(index, "nip", "unknown_employee")
            return None, None
        before = self._by_name.get(username) if employee_id is None else self._by_employee.get(employee_id)
        if before is not None:
            return before, replace(before, username=username or before.username)
        return None, _blank(username or nip, employee_id)

    def _filled(self, index: int, account: Account) -> Account | None:
        unit_code = self._cell("unit_code", index, None)
        unit_id = self._there.units.get(unit_code) if unit_code else None
        if unit_code and unit_id is None:
            self._fault(index, "unit_code", "unknown_unit")
            return None
        return replace(
            account,
            roles=self._cell("roles", index, account.roles),
            rater_types=self._cell("rater_types", index, account.rater_types),
            unit_id=account.unit_id if self._sheet.column("unit_code") is None else unit_id,
        )

    def _is_sound(self, index: int, before: Account | None, after: Account) -> bool:
        if before is not None and before.is_service:
            self._fault(index, "username", "machine_stays_machine")
            return False
        named_already = before.username if before else None
        for violation in check_account(after, self._cell("nip", index, None) or named_already):
            self._fault(index, _COLUMNS.get(violation.pointer), violation.code, **violation.params)
        holder = self._by_name.get(after.username)
        if holder is not None and (before is None or holder.id != before.id):
            self._fault(index, "username", "username_of_others")
        own = before is not None and before.id == self._importer_id
        if own and not after.is_working_admin:
            self._fault(index, "roles", "own_admin_role")
        return index not in self._sheet.faulty

    def _fault(self, index: int, column: str | None, code: str, /, **params: Any) -> None:
        self._sheet.fault(self._faults, index, column, code, **params)


def _blank(username: str, employee_id: UUID | None) -> Account:
    return Account(
        id=UUID(int=0),
        username=username,
        employee_id=employee_id,
        roles=_NEW_ROLES,
        rater_types=DEFAULT_RATER_TYPES,
        unit_id=None,
        scopes=frozenset(),
        active=True,
        has_password=False,
        locked_until=None,
        created_at=datetime.min,  # noqa: DTZ901 - given with the id, when it is known to be new
    )
