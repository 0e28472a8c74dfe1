"""Importing units, people and accounts."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from app.domain.actions.auth import start_with_empty_forms
from app.domain.actions.imports.common import Effect, Importing, IssuedCode
from app.domain.actions.people import require_no_administrators
from app.domain.auth import ACTIVATION_LIFETIME, Account
from app.domain.imports.accounts import AccountChange, AccountPlan, AccountsThere
from app.domain.imports.employees import EmployeePlan, Office
from app.domain.imports.units import plan_units
from app.domain.values import Role

_MOST_NAMED: Final = 200


async def import_units(importing: Importing) -> Effect:
    """Units, and where they stand."""
    uow = importing.uow
    if importing.writes:
        await uow.imports.hold_units()
    changes = plan_units(importing.sheet, await uow.imports.units(), uow.new_id, importing.faults)
    if importing.begin_writing():
        await uow.imports.add_units(changes.created)
        await uow.imports.save_units(changes.updated)
        uow.directory_changed()
    return Effect(changes)


async def import_employees(importing: Importing) -> Effect:
    """People of the ASN. A unit administrator fills his own subtree."""
    uow, sheet = importing.uow, importing.sheet
    if importing.writes:
        await uow.imports.hold_people()
    known = await uow.imports.employees(sheet.values("nip", "superior_nip", "appraiser_nip"))
    units = {code: unit.id for code, unit in (await uow.imports.units()).items()}
    today = (await uow.now()).date()
    plan = EmployeePlan(sheet, known, units, Office.of(importing.actor), importing.faults)
    await asyncio.to_thread(plan.read, today, uow.imports.new_ids)
    changes = plan.changes(await uow.imports.superiors_above(plan.superiors_outside()))
    if importing.begin_writing():
        was_active = {one.employee.id: one.employee.active for one in known.values()}
        switched = [one for one in changes.updated if one.active != was_active[one.id]]
        await require_no_administrators(uow, [one.id for one in switched if not one.active])
        await uow.imports.add_employees(changes.created)
        await uow.imports.save_employees(changes.updated)
        if switched:
            uow.directory_changed()  # who has left may do nothing from now on
    return Effect(changes)


async def import_accounts(importing: Importing) -> Effect:
    """Accounts of people, without passwords; new ones are given activation codes when these are asked for."""
    uow, sheet = importing.uow, importing.sheet
    if importing.writes:
        await uow.imports.hold_accounts()
    plan = AccountPlan(sheet, await _there(importing), importing.actor.account_id, importing.faults)
    changes = plan.changes(uow.new_id, await uow.now())
    codes: tuple[IssuedCode, ...] = ()
    if importing.begin_writing():
        created = [change.after for change in changes.created]
        await uow.imports.add_accounts(created)
        await start_with_empty_forms(uow, *await uow.imports.with_drafts(_employees(created)))
        await uow.imports.save_accounts([change.after for change in changes.updated])
        await uow.imports.end_sessions([change.after.id for change in changes.updated if _changes_powers(change)])
        codes = await _issue(importing, created)
        uow.directory_changed()
    return Effect(changes, _privileged([*changes.created, *changes.updated]), codes)


async def _there(importing: Importing) -> AccountsThere:
    imports, sheet = importing.uow.imports, importing.sheet
    people = await imports.ids_by_nip(sheet.values("nip"))
    units = {code: unit.id for code, unit in (await imports.units()).items()}
    # A new account is named by its NIP unless the file says otherwise.
    return AccountsThere(people, units, await imports.accounts(people.values(), sheet.values("nip", "username")))


def _employees(accounts: Sequence[Account]) -> list[UUID]:
    return [account.employee_id for account in accounts if account.employee_id is not None]


def _changes_powers(change: AccountChange) -> bool:
    """Whether tokens say what is no longer so."""
    before, after = change.before, change.after
    return before is not None and (before.roles, before.rater_types, before.unit_id) != (
        after.roles,
        after.rater_types,
        after.unit_id,
    )


async def _issue(importing: Importing, accounts: Sequence[Account]) -> tuple[IssuedCode, ...]:
    if importing.new_code is None:
        return ()
    codes = [importing.new_code() for _ in accounts]
    expires_at = await importing.uow.now() + ACTIVATION_LIFETIME
    hashes = [(account.id, code_hash) for account, (_, code_hash) in zip(accounts, codes, strict=True)]
    await importing.uow.imports.issue_activations(hashes, expires_at)
    return tuple(IssuedCode(account.username, text) for account, (text, _) in zip(accounts, codes, strict=True))


def _privileged(changes: Sequence[AccountChange]) -> dict[str, Any]:
    """Who can do more than an employee now: the trail names these, not only their number."""
    more = [change.after for change in changes if change.after.roles - {Role.EMPLOYEE}]
    return {"privileged": [str(account.id) for account in more[:_MOST_NAMED]], "privileged_count": len(more)}
