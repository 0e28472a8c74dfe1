"""Logging in and out: passwords, refresh tokens, client secrets, one-time codes.

No slow hash is made while a transaction is open: what it needs is read in a short transaction of its own, and the change
afterwards makes sure that nothing moved meanwhile. Whatever is wrong with credentials, the answer is the same.
"""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.audit import AuditEvent
from app.domain.auth import (
    DEFAULT_RATER_TYPES,
    FAILURES_KEPT,
    Account,
    Actor,
    Attempts,
    Credentials,
    RefreshToken,
    check_account,
    check_password,
    normal_name,
)
from app.domain.errors import Forbidden, Gone, Invalid, TooManyRequests, Unauthenticated, raise_if_any
from app.domain.people import Employee
from app.domain.ports.auth import Passwords
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Role


async def log_in(uow: UnitOfWork, passwords: Passwords, name: str, password: str, limit: int) -> Actor:
    """The actor behind a username or NIP and its password.

    Raises `Unauthenticated` (``invalid_credentials``) alike for a wrong password, an unknown name and an inactive
    account, and `TooManyRequests` from the ``limit``-th failure on while the name has to wait.
    """
    name = normal_name(name)
    candidate = await _candidate(uow, name)
    if not await _holds(uow, passwords, name, candidate, password, limit) or candidate is None:
        raise _refused()
    await _still_heard(uow, name)
    actor = await uow.accounts.actor(candidate.account_id, unchanged=candidate)
    if actor is None:
        raise _refused()
    await uow.attempts.forget(candidate.names)
    await uow.trail.record(actor, AuditEvent("auth.logged_in", "account", actor.account_id))
    return actor


async def open_session(uow: UnitOfWork, actor: Actor, token_hash: bytes, lifetime: timedelta) -> None:
    """Keep the first refresh token of a new family; the family ends after ``lifetime``, however often it is rotated."""
    now = await uow.now()
    await uow.refresh_tokens.drop_expired(actor.account_id, now)
    await uow.refresh_tokens.add(RefreshToken(token_hash, uow.random_id(), actor.account_id, now + lifetime))


async def refresh(uow: UnitOfWork, token_hash: bytes, fresh_hash: bytes) -> Actor:
    """Exchange a refresh token for a fresh one of its family.

    Whoever shows a token that was used before has stolen it or was robbed of it: the whole family is revoked, and that
    stands although this request is refused.
    """
    found = await uow.refresh_tokens.find(token_hash)
    actor = None if found is None else await uow.accounts.actor(found.account_id)
    if found is None or actor is None:
        raise _refused()
    await uow.refresh_tokens.hold(found.family_id)
    if not await uow.refresh_tokens.use(token_hash, await uow.now()):
        await _revoke_stolen(uow, found)
        raise _refused()
    await uow.refresh_tokens.add(replace(found, token_hash=fresh_hash))
    await uow.trail.record(actor, AuditEvent("auth.refreshed", "account", actor.account_id))
    return actor


async def _revoke_stolen(uow: UnitOfWork, token: RefreshToken) -> None:
    async with uow.separate() as apart:
        if await apart.refresh_tokens.revoke_family(token.family_id, await apart.now()):
            await apart.trail.record(None, AuditEvent("auth.refresh_reused", "account", token.account_id))


async def client_log_in(
    uow: UnitOfWork, client_id: str, secret_hash: bytes, wanted: frozenset[str] | None = None
) -> Actor:
    """The actor behind a service account's secret, with the ``wanted`` part of its scopes.

    A secret of 256 random bits needs no slow hash and no lock-out. Raises `Unauthenticated`, or `Invalid`
    (``scope_not_granted``).
    """
    async with uow.separate() as before:
        known = await before.accounts.credentials(normal_name(client_id))
    if known is None or known.secret_hash is None or not hmac.compare_digest(known.secret_hash, secret_hash):
        raise _refused()
    actor = await uow.accounts.actor(known.account_id, unchanged=known)
    if actor is None:
        raise _refused()
    if wanted is not None and not wanted <= actor.scopes:
        raise Invalid.at("/scope", "scope_not_granted")
    await uow.trail.record(actor, AuditEvent("auth.logged_in", "account", actor.account_id))
    return actor if wanted is None else replace(actor, scopes=wanted)


async def log_out(uow: UnitOfWork, token_hash: bytes) -> None:
    """Revoke the family of a refresh token; an unknown one has nothing to revoke (RFC 7009)."""
    found = await uow.refresh_tokens.find(token_hash)
    if found is None:
        return
    await uow.refresh_tokens.hold(found.family_id)
    if await uow.refresh_tokens.revoke_family(found.family_id, await uow.now()):
        await uow.trail.record(None, AuditEvent("auth.logged_out", "account", found.account_id))


async def activate(uow: UnitOfWork, passwords: Passwords, code_hash: bytes, password: str) -> str:
    """Set the password of the account for which an administrator issued this code; gives its username.

    Raises `Gone` alike for a used, expired, replaced or unknown code. Drafts that the account could see are deleted,
    for it may be another person who sees them now (anonymity.md rule 4).
    """
    async with uow.separate() as before:
        owner = await before.activations.account_of(code_hash, await before.now())
        known = None if owner is None else await before.accounts.credentials_of(owner)
    if known is None or not known.active:
        raise Gone("activation_code_invalid")
    raise_if_any(check_password(password, known.names))
    password_hash = await passwords.hash(password)
    now = await uow.now()
    account = await uow.accounts.get(known.account_id, now, lock=True)
    if account is None or not account.active or not await uow.activations.use(code_hash, now):
        raise Gone("activation_code_invalid")
    await replace_password(uow, known, password_hash)
    await start_with_empty_forms(uow, account.employee_id)
    await uow.trail.record(None, AuditEvent("account.activated", "account", account.id))
    return account.username


async def change_password(
    uow: UnitOfWork, passwords: Passwords, actor: Actor, current: str, new: str, limit: int
) -> None:
    """Replace one's own password, knowing the present one; every session ends, this one included.

    A wrong present password counts like a failed log-in, so that a stolen session cannot try it out.
    """
    if actor.is_recipient or actor.is_service:
        raise Forbidden("not_allowed")
    known = await _candidate(uow, actor.username, actor.account_id)
    raise_if_any(check_password(new, known.names if known else (), "/new_password"))
    if not await _holds(uow, passwords, actor.username, known, current, limit) or known is None:
        raise Invalid.at("/current_password", "password_wrong")
    password_hash = await passwords.hash(new)
    await _still_heard(uow, actor.username)
    await uow.accounts.get(known.account_id, await uow.now(), lock=True)
    if await uow.accounts.credentials_of(known.account_id) != known:
        raise Invalid.at("/current_password", "password_wrong")
    await replace_password(uow, known, password_hash)
    await uow.trail.record(actor, AuditEvent("account.password_changed", "account", known.account_id))


async def own_employee(uow: UnitOfWork, actor: Actor) -> Employee | None:
    """The employee behind the actor, if there is one."""
    return None if actor.employee_id is None else await uow.employees.get(actor.employee_id)


async def replace_password(uow: UnitOfWork, known: Credentials, password_hash: str) -> None:
    """Store a password and end everything that went before: sessions, waiting after failures, an issued code."""
    await uow.accounts.set_password(known.account_id, password_hash)
    await uow.accounts.end_sessions(known.account_id)
    await uow.attempts.forget(known.names)
    uow.directory_changed()


async def start_with_empty_forms(uow: UnitOfWork, *employee_ids: UUID | None) -> None:
    """Delete unsubmitted answers before somebody else may see them (anonymity.md rule 4)."""
    for employee_id in employee_ids:
        if employee_id is not None:
            await uow.submissions.delete_drafts_of(employee_id)


async def ensure_admin(uow: UnitOfWork, username: str, password_hash: str) -> bool:
    """Make the first administrator, unless an account of this name exists; whether it was made."""
    name = normal_name(username)
    await uow.accounts.lock_admins()
    if await uow.accounts.credentials(name) is not None:
        return False
    account = Account(
        id=uow.new_id(),
        username=name,
        employee_id=None,
        roles=frozenset({Role.ADMIN}),
        rater_types=DEFAULT_RATER_TYPES,
        unit_id=None,
        scopes=frozenset(),
        active=True,
        has_password=True,
        locked_until=None,
        created_at=await uow.now(),
    )
    raise_if_any(check_account(account, None))
    await uow.accounts.add(account, password_hash)
    await uow.trail.record(None, AuditEvent("account.created", "account", account.id, {"first_administrator": True}))
    return True


async def account_for_operator(uow: UnitOfWork, username: str) -> Actor | None:
    """The actor for whom the operator of the machine wants a token: it may not rate, and the trail tells of it.

    ``None`` for an unknown or inactive account.
    """
    known = await uow.accounts.credentials(normal_name(username))
    actor = None if known is None else await uow.accounts.actor(known.account_id)
    if actor is None:
        return None
    await uow.trail.record(None, AuditEvent("auth.operator_token", "account", actor.account_id))
    return replace(actor, rater_types=frozenset())


async def _candidate(uow: UnitOfWork, name: str, account_id: UUID | None = None) -> Credentials | None:
    """Whose password is about to be tried under ``name`` (or the account's own), unless the name has to wait."""
    async with uow.separate() as before:
        _refuse_while_waiting(await before.attempts.of(name), await before.now())
        if account_id is not None:
            return await before.accounts.credentials_of(account_id)
        return await before.accounts.credentials(name)


async def _holds(
    uow: UnitOfWork, passwords: Passwords, name: str, candidate: Credentials | None, password: str, limit: int
) -> bool:
    """Whether the password is the candidate's; a failure is counted, and nobody at all takes as long as somebody."""
    stored = candidate.password_hash if candidate is not None and candidate.active else None
    if await passwords.verify(password, stored):
        return True
    async with uow.separate() as apart:
        now = await apart.now()
        attempts = await apart.attempts.lock(name)
        _refuse_while_waiting(attempts, now)
        attempts = attempts.failed(now, limit)
        await apart.attempts.save(name, attempts)
        await apart.attempts.purge(now - FAILURES_KEPT)
        if candidate is not None:  # an endless number of unknown names must not fill the trail
            details = {"failures": attempts.failures}
            await apart.trail.record(None, AuditEvent("auth.login_failed", "account", candidate.account_id, details))
    return False


async def _still_heard(uow: UnitOfWork, name: str) -> None:
    """Refuse even the right password when parallel guesses used the attempts up while it was being checked."""
    _refuse_while_waiting(await uow.attempts.of(name, lock=True), await uow.now())


def _refuse_while_waiting(attempts: Attempts, now: datetime) -> None:
    seconds = attempts.wait(now)
    if seconds > 0:
        raise TooManyRequests("too_many_attempts", seconds)


def _refused() -> Unauthenticated:
    return Unauthenticated("invalid_credentials")
