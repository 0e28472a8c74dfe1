"""Accounts, failed log-ins, refresh tokens and activation codes. Secrets are here by their hash alone."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.domain.auth import Account, Actor, Attempts, Credentials, RefreshToken
from app.domain.paging import Page, PageRequest
from app.domain.ports.auth import AccountFilter
from app.domain.values import RaterType, Role
from app.repositories import actors
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.people import matches
from app.repositories.session import Session

#: Old counters are cleared away a few at a time, by whoever makes a new one.
_PURGED_AT_ONCE: Final = 100
_SECOND: Final = sa.text("interval '1 second'")


def to_account(row: sa.Row[Any]) -> Account:
    """A row of `_accounts` as the domain's account."""
    return Account(
        id=row.id,
        username=row.username,
        employee_id=row.employee_id,
        roles=frozenset(Role(role) for role in row.roles),
        rater_types=frozenset(RaterType(rater_type) for rater_type in row.rater_types),
        unit_id=row.unit_id,
        scopes=frozenset(row.scopes),
        active=row.active,
        has_password=row.password_hash is not None,
        locked_until=row.locked_until,
        created_at=row.created_at,
    )


class SqlAccounts:
    """Accounts, their credentials and the actors they stand for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, account_id: UUID, now: datetime, *, lock: bool = False) -> Account | None:
        """One account, locked for a change when asked."""
        statement = _accounts(now).where(t.accounts.c.id == account_id)
        row = await self._session.first(statement.with_for_update(of=t.accounts) if lock else statement)
        return to_account(row) if row else None

    async def page(self, wanted: AccountFilter, request: PageRequest, now: datetime) -> Page[Account]:
        """Accounts by username."""
        statement = _accounts(now).where(*_conditions(wanted))
        return await fetch_page(self._session, statement, request, [t.accounts.c.username], to_account)

    async def add(self, account: Account, password_hash: str | None, secret_hash: bytes | None = None) -> None:
        """Insert; a taken username and an employee who has an account are conflicts."""
        await self._session.execute(
            sa.insert(t.accounts).values(
                id=account.id,
                created_at=account.created_at,
                password_hash=password_hash,
                secret_hash=secret_hash,
                **_columns(account),
            )
        )

    async def save(self, account: Account) -> None:
        """Write what an administrator may change."""
        statement = sa.update(t.accounts).where(t.accounts.c.id == account.id)
        await self._session.execute(statement.values(**_columns(account)))

    async def set_password(self, account_id: UUID, password_hash: str) -> None:
        """Replace the password; a code that was issued for setting it is no longer good."""
        statement = sa.update(t.accounts).where(t.accounts.c.id == account_id)
        await self._session.execute(statement.values(password_hash=password_hash))
        await self._session.execute(sa.delete(t.activation_codes).where(t.activation_codes.c.account_id == account_id))

    async def credentials(self, name: str) -> Credentials | None:
        """By username or NIP, in one statement that costs the same for every name."""
        a, e = t.accounts, t.employees
        by_nip = (
            sa.select(a.c.id, sa.literal(0).label("rank")).join(e, e.c.id == a.c.employee_id).where(e.c.nip == name)
        )
        by_username = sa.select(a.c.id, sa.literal(1).label("rank")).where(a.c.username == name)
        found = sa.union_all(by_nip, by_username).subquery()
        statement = _credentials().join(found, found.c.id == a.c.id).order_by(found.c.rank).limit(1)
        return _to_credentials(await self._session.first(statement))

    async def credentials_of(self, account_id: UUID) -> Credentials | None:
        """By account."""
        return _to_credentials(await self._session.first(_credentials().where(t.accounts.c.id == account_id)))

    async def actor(self, account_id: UUID, *, unchanged: Credentials | None = None) -> Actor | None:
        """The actor of an active account whose credentials are still ``unchanged``, under a shared lock."""
        if unchanged is None:
            rows = await self._session.fetch(actors.LOCKED, account_id)
        else:
            credentials = (unchanged.password_hash, unchanged.secret_hash)
            rows = await self._session.fetch(actors.LOCKED_UNCHANGED, account_id, *credentials)
        return actors.to_actor(rows[0]) if rows else None

    async def end_sessions(self, account_id: UUID) -> None:
        """Make every token issued so far worthless.

        ``not_before`` is a whole second ahead of every token issued so far and rises with each call, because ``iat``
        knows only seconds; a token minted afterwards is dated at least ``not_before`` and is good at once. It follows
        the real clock, not the demo's, as access tokens do.
        """
        a, r = t.accounts, t.refresh_tokens
        second = sa.func.date_trunc("second", sa.func.clock_timestamp())
        after = sa.func.greatest(second, a.c.not_before) + _SECOND
        await self._session.execute(sa.update(a).where(a.c.id == account_id).values(not_before=after))
        mine = sa.update(r).where(r.c.account_id == account_id, r.c.revoked_at.is_(None))
        await self._session.execute(mine.values(revoked_at=sa.func.now()))

    async def lock_admins(self) -> None:
        """Let no other transaction make or unmake administrators until this one ends."""
        await self._session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('accounts.admins'))"))

    async def working_admins_besides(self, account_id: UUID) -> int:
        """How many other administrators can log in."""
        [row] = await self._session.fetch(actors.WORKING_ADMINS_BESIDES, account_id, str(Role.ADMIN))
        return int(row["admins"])

    async def administers(self, employee_ids: Collection[UUID]) -> bool:
        """Whether a full administrator's active account is one of these people's."""
        a = t.accounts
        theirs = sa.exists().where(a.c.employee_id.in_(employee_ids), a.c.active, a.c.roles.any_() == str(Role.ADMIN))
        return bool(await self._session.scalar(sa.select(theirs)))


def _columns(account: Account) -> dict[str, Any]:
    return {
        "username": account.username,
        "employee_id": account.employee_id,
        "roles": sorted(account.roles),
        "rater_types": sorted(account.rater_types),
        "unit_id": account.unit_id,
        "scopes": sorted(account.scopes),
        "active": account.active,
    }


def _accounts(now: datetime) -> sa.Select[Any]:
    """Accounts with the end of the delay, if any, that failed log-ins under one of their names have brought."""
    a, e, f = t.accounts, t.employees, t.login_attempts
    nip = sa.select(e.c.nip).where(e.c.id == a.c.employee_id).correlate(a).scalar_subquery()
    of_names = f.c.name_hash.in_([_hash_of_column(a.c.username), _hash_of_column(nip)])
    locked_until = sa.select(sa.func.max(f.c.locked_until)).where(of_names, f.c.locked_until > now).correlate(a)
    return sa.select(a, locked_until.scalar_subquery().label("locked_until"))


def _conditions(wanted: AccountFilter) -> list[sa.ColumnElement[bool]]:
    a, e = t.accounts, t.employees
    person = sa.select(e.c.id).where(e.c.id == a.c.employee_id)
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.q is not None:
        named = person.where(matches(e.c.name, wanted.q)).exists()
        conditions.append(sa.or_(matches(a.c.username, wanted.q), named))
    if wanted.role is not None:
        conditions.append(a.c.roles.any_() == str(wanted.role))
    if wanted.unit_id is not None:
        works_there = person.where(e.c.unit_id == wanted.unit_id).exists()
        conditions.append(sa.or_(a.c.unit_id == wanted.unit_id, works_there))
    if wanted.active is not None:
        conditions.append(a.c.active == wanted.active)
    return conditions


def _credentials() -> sa.Select[Any]:
    a, e = t.accounts, t.employees
    usable = sa.and_(a.c.active, e.c.active.is_not(False)).label("active")
    return sa.select(a.c.id, a.c.username, e.c.nip, a.c.password_hash, a.c.secret_hash, usable).select_from(
        a.outerjoin(e, e.c.id == a.c.employee_id)
    )


def _to_credentials(row: sa.Row[Any] | None) -> Credentials | None:
    if row is None:
        return None
    return Credentials(row.id, row.username, row.nip, row.password_hash, row.secret_hash, row.active)


def _hash_of_column(name: sa.ColumnElement[Any]) -> sa.ColumnElement[bytes]:
    return sa.func.sha256(sa.func.convert_to(name, "UTF8"))


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


class SqlLoginAttempts:
    """Failed log-ins by the hash of the name that was typed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of(self, name: str, *, lock: bool = False) -> Attempts:
        """What is known of a name; with ``lock`` nobody else changes it until this transaction ends."""
        f = t.login_attempts
        statement = sa.select(f).where(f.c.name_hash == _hash(name))
        row = await self._session.first(statement.with_for_update() if lock else statement)
        return Attempts() if row is None else Attempts(row.failures, row.locked_until, row.last_failure)

    async def lock(self, name: str) -> Attempts:
        """Like `of` with ``lock``, for a name that may have no row yet."""
        blank = insert(t.login_attempts).values(name_hash=_hash(name), failures=0)
        await self._session.execute(blank.on_conflict_do_nothing())
        return await self.of(name, lock=True)

    async def save(self, name: str, attempts: Attempts) -> None:
        """Write a row that `lock` holds."""
        f = t.login_attempts
        await self._session.execute(
            sa.update(f)
            .where(f.c.name_hash == _hash(name))
            .values(failures=attempts.failures, locked_until=attempts.locked_until, last_failure=attempts.last_failure)
        )

    async def forget(self, names: Collection[str]) -> None:
        """Count from the beginning."""
        f = t.login_attempts
        await self._session.execute(sa.delete(f).where(f.c.name_hash.in_([_hash(name) for name in names])))

    async def purge(self, before: datetime) -> None:
        """Clear away counters without a failure since ``before``, as far as nobody holds them."""
        f = t.login_attempts
        old = sa.select(f.c.name_hash).where(f.c.last_failure < before).limit(_PURGED_AT_ONCE)
        await self._session.execute(sa.delete(f).where(f.c.name_hash.in_(old.with_for_update(skip_locked=True))))


class SqlRefreshTokens:
    """Refresh tokens, by hash."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, token: RefreshToken) -> None:
        """Insert."""
        await self._session.execute(
            sa.insert(t.refresh_tokens).values(
                token_hash=token.token_hash,
                family_id=token.family_id,
                account_id=token.account_id,
                expires_at=token.expires_at,
            )
        )

    async def find(self, token_hash: bytes) -> RefreshToken | None:
        """The token, in whatever state."""
        r = t.refresh_tokens
        row = await self._session.first(sa.select(r).where(r.c.token_hash == token_hash))
        return None if row is None else RefreshToken(row.token_hash, row.family_id, row.account_id, row.expires_at)

    async def hold(self, family_id: UUID) -> None:
        """Take the family's own lock.

        A row lock would not do: whoever waited for one in vain keeps it, and would then stand in the way of his own
        separate transaction that revokes the family.
        """
        key = sa.func.hashtextextended(f"refresh_tokens {family_id}", 0)
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    async def use(self, token_hash: bytes, now: datetime) -> bool:
        """Mark as used, once, what is neither used nor revoked nor expired."""
        r = t.refresh_tokens
        good = sa.and_(r.c.token_hash == token_hash, r.c.used_at.is_(None), r.c.revoked_at.is_(None))
        used = sa.update(r).where(good, r.c.expires_at > now).values(used_at=now)
        return await self._session.changed(used) == 1

    async def revoke_family(self, family_id: UUID, now: datetime) -> bool:
        """Revoke what is left of a family."""
        r = t.refresh_tokens
        left = sa.update(r).where(r.c.family_id == family_id, r.c.revoked_at.is_(None), r.c.expires_at > now)
        return await self._session.changed(left.values(revoked_at=now)) > 0

    async def drop_expired(self, account_id: UUID, now: datetime) -> None:
        """Remove what can never be used again."""
        r = t.refresh_tokens
        await self._session.execute(sa.delete(r).where(r.c.account_id == account_id, r.c.expires_at <= now))


class SqlActivationCodes:
    """One-time codes by hash, at most one per account; a used one is gone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def issue(self, account_id: UUID, code_hash: bytes, expires_at: datetime) -> None:
        """Keep a code in the place of an earlier one."""
        fresh = {"code_hash": code_hash, "expires_at": expires_at}
        statement = insert(t.activation_codes).values(account_id=account_id, **fresh)
        await self._session.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=fresh))

    async def account_of(self, code_hash: bytes, now: datetime) -> UUID | None:
        """Whose code it is, as long as it is good."""
        c = t.activation_codes
        good = sa.select(c.c.account_id).where(c.c.code_hash == code_hash, c.c.expires_at > now)
        found: UUID | None = await self._session.scalar(good)
        return found

    async def use(self, code_hash: bytes, now: datetime) -> bool:
        """Take the code away; only one of two who try at once succeeds."""
        c = t.activation_codes
        used = sa.delete(c).where(c.c.code_hash == code_hash, c.c.expires_at > now)
        return await self._session.changed(used) == 1
