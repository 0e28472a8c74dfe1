"""Who is asking: accounts, the actor behind a request, and what is needed to log in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.domain.values import RaterType, Role

#: What an account may rate as unless an administrator narrows it (contract.md, Identity).
DEFAULT_RATER_TYPES: Final = frozenset({RaterType.SUPERIOR, RaterType.PEER, RaterType.SUBORDINATE, RaterType.SELF})


@dataclass(frozen=True, slots=True)
class Actor:
    """The principal of one request, as the local directory knows it at this moment.

    ``unit_ids`` is the subtree a unit administrator answers for. ``assignment_id`` is set only for a service
    recipient's token, which is good for that one assignment. ``scopes`` are those of a service account.
    """

    account_id: UUID
    username: str
    employee_id: UUID | None
    roles: frozenset[Role]
    rater_types: frozenset[RaterType]
    unit_id: UUID | None = None
    unit_ids: frozenset[UUID] = frozenset()
    assignment_id: UUID | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def is_admin(self) -> bool:
        """Full administrator."""
        return Role.ADMIN in self.roles

    @property
    def is_unit_admin(self) -> bool:
        """Administrator of one subtree."""
        return Role.UNIT_ADMIN in self.roles

    @property
    def is_auditor(self) -> bool:
        """Reader of everything that may be read at all."""
        return Role.AUDITOR in self.roles

    @property
    def is_recipient(self) -> bool:
        """A citizen holding an invitation."""
        return Role.RECIPIENT in self.roles

    def has_scope(self, scope: str) -> bool:
        """Whether a service account was granted ``scope``."""
        return Role.INTEGRATION in self.roles and scope in self.scopes

    def administers(self, unit_id: UUID | None) -> bool:
        """Whether the actor administers this unit: every unit for an administrator, the subtree for a unit's."""
        return self.is_admin or (self.is_unit_admin and unit_id in self.unit_ids)


@dataclass(frozen=True, slots=True)
class Account:
    """A way to log in. One per employee at most; administrators and auditors may have none behind them."""

    id: UUID
    username: str
    employee_id: UUID | None
    roles: frozenset[Role]
    rater_types: frozenset[RaterType]
    unit_id: UUID | None
    scopes: frozenset[str]
    active: bool
    has_password: bool
    locked_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in compares against; read by the log-in alone."""

    account_id: UUID
    password_hash: str | None
    active: bool
    failed_logins: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A stored refresh token: only its hash, the family it was rotated in, and whether it was used."""

    token_hash: bytes
    family_id: UUID
    account_id: UUID
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
