"""Managing accounts: full administrators alone."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain import policies
from app.domain.actions.auth import replace_password, start_with_empty_forms
from app.domain.audit import AuditEvent
from app.domain.auth import (
    ACTIVATION_LIFETIME,
    DEFAULT_RATER_TYPES,
    Account,
    Actor,
    Credentials,
    check_account,
    check_password,
    is_nip,
)
from app.domain.errors import Conflict, Invalid, NotFound, raise_if_any
from app.domain.paging import Page, PageRequest
from app.domain.ports.auth import AccountFilter, Passwords
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import RaterType, Role


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an administrator says of a person's account to be made."""

    username: str
    employee_id: UUID | None
    roles: frozenset[Role]
    rater_types: frozenset[RaterType] = DEFAULT_RATER_TYPES
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class GivenPassword:
    """A password that an administrator gives to somebody, with its hash."""

    text: str
    hash: str


async def list_accounts(uow: UnitOfWork, actor: Actor, wanted: AccountFilter, request: PageRequest) -> Page[Account]:
    """Accounts by username."""
    policies.require_admin(actor)
    return await uow.accounts.page(wanted, request, await uow.now())


async def get_account(uow: UnitOfWork, actor: Actor, account_id: UUID, *, lock: bool = False) -> Account:
    """One account."""
    policies.require_admin(actor)
    account = await uow.accounts.get(account_id, await uow.now(), lock=lock)
    if account is None:
        raise NotFound
    return account


async def given_password(passwords: Passwords, actor: Actor, text: str | None) -> GivenPassword | None:
    """Check and hash a password for somebody else, before any transaction is open."""
    policies.require_admin(actor)
    if text is None:
        return None
    raise_if_any(check_password(text, ()))
    return GivenPassword(text, await passwords.hash(text))


async def create_account(uow: UnitOfWork, actor: Actor, new: NewAccount, given: GivenPassword | None) -> Account:
    """A new account of a person; without a password it waits for its activation."""
    policies.require_admin(actor)
    account = Account(
        id=uow.new_id(),
        username=new.username,
        employee_id=new.employee_id,
        roles=new.roles,
        rater_types=new.rater_types,
        unit_id=new.unit_id,
        scopes=frozenset(),
        active=True,
        has_password=given is not None,
        locked_until=None,
        created_at=await uow.now(),
    )
    await _check(uow, account, given)
    await uow.accounts.add(account, given.hash if given else None)
    await start_with_empty_forms(uow, account.employee_id)
    await uow.trail.record(actor, AuditEvent("account.created", "account", account.id, {"after": _plain(account)}))
    return account


async def create_service_account(
    uow: UnitOfWork, actor: Actor, username: str, scopes: frozenset[str], secret_hash: bytes
) -> Account:
    """A new account of a machine: scopes alone, no roles of people, never able to rate."""
    policies.require_admin(actor)
    account = Account(
        id=uow.new_id(),
        username=username,
        employee_id=None,
        roles=frozenset({Role.INTEGRATION}),
        rater_types=frozenset(),
        unit_id=None,
        scopes=scopes,
        active=True,
        has_password=False,
        locked_until=None,
        created_at=await uow.now(),
    )
    raise_if_any(check_account(account, None))
    await uow.accounts.add(account, None, secret_hash)
    await uow.trail.record(actor, AuditEvent("account.created", "account", account.id, {"after": _plain(account)}))
    return account


async def update_account(
    uow: UnitOfWork, actor: Actor, before: Account, changes: dict[str, Any], given: GivenPassword | None
) -> Account:
    """Change ``before`` (read and locked by `get_account`); less power or another password ends its sessions at once.

    Raises `Conflict` when an administrator would take his own role or no administrator would be left, and when somebody
    would replace his own password without knowing it.
    """
    policies.require_admin(actor)
    after = replace(before, **changes, has_password=before.has_password or given is not None)
    if before.is_service != after.is_service:
        raise Invalid.at("/roles", "machine_stays_machine")
    await _check(uow, after, given)
    await _keep_an_administrator(uow, actor, before, after)
    await uow.accounts.save(after)
    if given is not None:
        _not_oneself(actor, before)
        await replace_password(uow, await _credentials(uow, after), given.hash)
    elif _powers(before) != _powers(after):
        await uow.accounts.end_sessions(after.id)
    if given is not None or before.employee_id != after.employee_id:
        await start_with_empty_forms(uow, *{before.employee_id, after.employee_id})
    details = _difference(before, after) | ({"password": "replaced"} if given else {})
    await uow.trail.record(actor, AuditEvent("account.updated", "account", after.id, details))
    uow.directory_changed()
    return replace(after, locked_until=None) if given else after


async def issue_activation(uow: UnitOfWork, actor: Actor, account_id: UUID, code_hash: bytes) -> datetime:
    """Let the owner of an account set its password with a one-time code; gives the code's end.

    The present password stays good until the code is used. An earlier code is no longer good.
    """
    account = await get_account(uow, actor, account_id, lock=True)
    _not_oneself(actor, account)
    if account.is_service:
        raise Conflict("account_is_service")
    if not account.active:
        raise Conflict("account_inactive")
    expires_at = await uow.now() + ACTIVATION_LIFETIME
    await uow.activations.issue(account.id, code_hash, expires_at)
    await uow.trail.record(actor, AuditEvent("account.activation_issued", "account", account.id))
    return expires_at


async def unlock_account(uow: UnitOfWork, actor: Actor, account_id: UUID) -> Account:
    """Forget the failed log-ins under the account's names, so that it need not wait any longer."""
    account = await get_account(uow, actor, account_id, lock=True)
    await uow.attempts.forget((await _credentials(uow, account)).names)
    await uow.trail.record(actor, AuditEvent("account.unlocked", "account", account.id))
    return replace(account, locked_until=None)


async def _check(uow: UnitOfWork, account: Account, given: GivenPassword | None) -> None:
    nip = await _nip(uow, account.employee_id)
    violations = check_account(account, nip)
    if given is not None:
        names = (account.username,) if nip is None else (account.username, nip)
        violations += check_password(given.text, names)
    raise_if_any(violations)


async def _nip(uow: UnitOfWork, employee_id: UUID | None) -> str | None:
    if employee_id is None:
        return None
    employee = await uow.employees.get(employee_id)
    if employee is None:
        raise Invalid.at("/employee_id", "unknown_employee")
    return employee.nip


async def _credentials(uow: UnitOfWork, account: Account) -> Credentials:
    known = await uow.accounts.credentials_of(account.id)
    if known is None:
        raise NotFound
    return known


async def _keep_an_administrator(uow: UnitOfWork, actor: Actor, before: Account, after: Account) -> None:
    if not before.is_working_admin or after.is_working_admin:
        return
    if before.id == actor.account_id:
        raise Conflict("own_admin_role")
    await uow.accounts.lock_admins()
    if await uow.accounts.working_admins_besides(before.id) == 0:
        raise Conflict("last_admin")


def _not_oneself(actor: Actor, account: Account) -> None:
    """One's own password is changed by changePassword, which asks for the present one."""
    if account.id == actor.account_id:
        raise Conflict("own_password")


def _powers(account: Account) -> tuple[Any, ...]:
    """What a token was issued on; its tokens end when any of it changes."""
    return (
        account.active,
        account.roles,
        account.rater_types,
        account.scopes,
        account.unit_id,
        account.employee_id,
    )


def _plain(account: Account) -> dict[str, Any]:
    """What the trail keeps; a username that is a NIP is personal data and stays out of it."""
    return {
        "username": None if is_nip(account.username) else account.username,
        "employee_id": None if account.employee_id is None else str(account.employee_id),
        "roles": sorted(account.roles),
        "rater_types": sorted(account.rater_types),
        "unit_id": None if account.unit_id is None else str(account.unit_id),
        "scopes": sorted(account.scopes),
        "active": account.active,
    }


def _difference(before: Account, after: Account) -> dict[str, Any]:
    old, new = _plain(before), _plain(after)
    changed = [key for key in new if new[key] != old[key]]
    return {"before": {key: old[key] for key in changed}, "after": {key: new[key] for key in changed}}
