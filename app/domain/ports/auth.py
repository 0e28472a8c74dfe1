"""Storage of accounts and of what logging in needs; hashing of passwords."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.auth import Account, Actor, Attempts, Credentials, RefreshToken
from app.domain.paging import Page, PageRequest
from app.domain.values import Role


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """``unit_id`` finds the accounts of the unit's people and of those who administer it."""

    q: str | None = None
    role: Role | None = None
    unit_id: UUID | None = None
    active: bool | None = None


class Passwords(Protocol):
    """The slow hash (argon2id). Each call takes a while on a thread of its own: never inside a transaction."""

    async def hash(self, password: str) -> str:
        """A fresh salted hash of the password's normal form."""
        ...

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one; without a stored hash it works as long and says no."""
        ...


class Accounts(Protocol):
    """Accounts, their credentials and the actors they stand for."""

    async def get(self, account_id: UUID, now: datetime, *, lock: bool = False) -> Account | None: ...
    async def page(self, wanted: AccountFilter, request: PageRequest, now: datetime) -> Page[Account]: ...
    async def add(self, account: Account, password_hash: str | None, secret_hash: bytes | None = None) -> None: ...
    async def save(self, account: Account) -> None: ...
    async def set_password(self, account_id: UUID, password_hash: str) -> None: ...

    async def credentials(self, name: str) -> Credentials | None:
        """By username or NIP; where one person's username is another's NIP, the owner of the NIP is meant."""
        ...

    async def credentials_of(self, account_id: UUID) -> Credentials | None: ...

    async def actor(self, account_id: UUID, *, unchanged: Credentials | None = None) -> Actor | None:
        """The actor of an active account, held against changes until this transaction ends.

        ``None`` too when the credentials are no longer those that were read before.
        """
        ...

    async def end_sessions(self, account_id: UUID) -> None:
        """Make every token issued so far worthless, access tokens and refresh tokens alike. The row must be locked."""
        ...

    async def lock_admins(self) -> None:
        """Let no other transaction make or unmake administrators until this one ends."""
        ...

    async def working_admins_besides(self, account_id: UUID) -> int:
        """How many full administrators can log in, not counting this account."""
        ...

    async def administers(self, employee_ids: Collection[UUID]) -> bool:
        """Whether one of these people has an active account of a full administrator."""
        ...


class LoginAttempts(Protocol):
    """Failed log-ins by the name that was typed; only the name's hash is stored."""

    async def of(self, name: str, *, lock: bool = False) -> Attempts: ...

    async def lock(self, name: str) -> Attempts:
        """Like `of`, held until this transaction ends even if it is the first, so that parallel guesses all count."""
        ...

    async def save(self, name: str, attempts: Attempts) -> None: ...
    async def forget(self, names: Collection[str]) -> None: ...
    async def purge(self, before: datetime) -> None: ...


class RefreshTokens(Protocol):
    """Refresh tokens, by hash."""

    async def add(self, token: RefreshToken) -> None: ...
    async def find(self, token_hash: bytes) -> RefreshToken | None: ...

    async def hold(self, family_id: UUID) -> None:
        """Let nobody else use or revoke tokens of this family until this transaction ends."""
        ...

    async def use(self, token_hash: bytes, now: datetime) -> bool:
        """Mark a good token as used; ``False`` when it was used, revoked or has expired."""
        ...

    async def revoke_family(self, family_id: UUID, now: datetime) -> bool:
        """Revoke every token of a family; ``False`` when nothing was left to revoke."""
        ...

    async def drop_expired(self, account_id: UUID, now: datetime) -> None: ...


class ActivationCodes(Protocol):
    """One-time codes with which the owner of an account sets its password, by hash; one per account."""

    async def issue(self, account_id: UUID, code_hash: bytes, expires_at: datetime) -> None:
        """Keep a code; an earlier one of the account is no longer good."""
        ...

    async def account_of(self, code_hash: bytes, now: datetime) -> UUID | None:
        """Whose code it is, as long as it is good."""
        ...

    async def use(self, code_hash: bytes, now: datetime) -> bool:
        """Use a code up; ``False`` when it was not good any more."""
        ...
