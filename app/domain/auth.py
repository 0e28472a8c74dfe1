"""Who is asking: accounts, the actor behind a request, and what is needed to log in."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.errors import Violation
from app.domain.values import RaterType, Role

#: What an account may rate as unless an administrator narrows it (contract.md, Identity).
DEFAULT_RATER_TYPES: Final = frozenset({RaterType.SUPERIOR, RaterType.PEER, RaterType.SUBORDINATE, RaterType.SELF})
#: Roles of people. A service account is made as one and stays one; a recipient has no account at all.
PERSONAL_ROLES: Final = frozenset({Role.ADMIN, Role.UNIT_ADMIN, Role.AUDITOR, Role.EMPLOYEE})

MIN_PASSWORD: Final = 12
MAX_PASSWORD: Final = 128
#: How long a one-time activation code can be used: long enough for a printed list to reach everybody.
ACTIVATION_LIFETIME: Final = timedelta(days=7)

_FIRST_DELAY: Final = timedelta(seconds=15)
_LONGEST_DELAY: Final = timedelta(minutes=15)
#: After so long without a failure, earlier ones are forgotten.
FAILURES_KEPT: Final = timedelta(hours=24)

_USERNAME: Final = re.compile(r"[a-z0-9._@-]{3,60}")
_NIP: Final = re.compile(r"[0-9]{18}")


class Scope(StrEnum):
    """What a service account may be granted; rating is not among it and never will be."""

    PEOPLE_READ = "people:read"
    RUBRICS_READ = "rubrics:read"
    CYCLES_READ = "cycles:read"
    RESULTS_READ = "results:read"
    EXTERNAL_SCORES_WRITE = "external_scores:write"
    IMPORTS_WRITE = "imports:write"


class NameKind(StrEnum):
    """By what another system's log-in names one of our people."""

    NIP = "nip"
    USERNAME = "username"


@dataclass(frozen=True, slots=True)
class ExternalName:
    """Whom a trusted issuer says it has logged in; whether that is anybody here, the directory decides."""

    kind: NameKind
    value: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The principal of one request, as the local directory knows it at this moment.

    ``unit_ids`` is the subtree a unit administrator answers for. ``assignment_id`` is set only for a service
    recipient's token, which is good for that one assignment. ``scopes`` are those of a service account. Tokens of the
    account that were issued before ``not_before`` (seconds since 1970) are no longer good. ``stands_in_for`` are the
    appraisers as whom the actor reads and decides today (Plt, Plh).
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
    not_before: int = 0
    stands_in_for: frozenset[UUID] = frozenset()

    @property
    def appraises_as(self) -> frozenset[UUID]:
        """As which appraisers the actor acts: himself and those for whom he stands in."""
        return self.stands_in_for if self.employee_id is None else self.stands_in_for | {self.employee_id}

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

    @property
    def is_service(self) -> bool:
        """A machine, logged in with client credentials."""
        return Role.INTEGRATION in self.roles

    def has_scope(self, scope: str) -> bool:
        """Whether a service account was granted ``scope``."""
        return self.is_service and scope in self.scopes

    def administers(self, unit_id: UUID | None) -> bool:
        """Whether the actor administers this unit: every unit for an administrator, the subtree for a unit's."""
        return self.is_admin or (self.is_unit_admin and unit_id in self.unit_ids)


@dataclass(frozen=True, slots=True)
class Account:
    """A way to log in. One per employee at most; administrators and auditors may have none behind them.

    ``unit_id`` is the unit a unit administrator answers for. ``locked_until`` is set while failed log-ins under one of
    the account's names make it wait.
    """

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

    @property
    def is_service(self) -> bool:
        """Whether a machine logs in with it."""
        return Role.INTEGRATION in self.roles

    @property
    def is_working_admin(self) -> bool:
        """A full administrator who can log in."""
        return self.active and Role.ADMIN in self.roles


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a log-in compares against; read by the log-in alone. A person has a password, a machine a secret's hash."""

    account_id: UUID
    username: str
    nip: str | None
    password_hash: str | None
    secret_hash: bytes | None
    active: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which the account can log in."""
        return (self.username,) if self.nip is None else (self.username, self.nip)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is stored: its hash and the family it was rotated in.

    ``expires_at`` is the family's, so that rotation prolongs nothing.
    """

    token_hash: bytes
    family_id: UUID
    account_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failed log-ins under one name, whether or not an account has it: both must look the same from outside."""

    failures: int = 0
    locked_until: datetime | None = None
    last_failure: datetime | None = None

    def wait(self, now: datetime) -> int:
        """Whole seconds until the next attempt is heard; 0 when it is heard now."""
        if self.locked_until is None or self.locked_until <= now:
            return 0
        return -((now - self.locked_until) // timedelta(seconds=1))

    def failed(self, now: datetime, limit: int) -> "Attempts":
        """After one more failure: from the ``limit``-th on with a delay that doubles up to a quarter of an hour.

        The delay never grows beyond that and attempts during it do not count, so nobody is locked out for ever.
        """
        fresh = self.last_failure is None or now - self.last_failure >= FAILURES_KEPT
        failures = 1 if fresh else self.failures + 1
        locked_until = now + _delay(failures - limit) if failures >= limit else None
        return Attempts(failures, locked_until, now)


def _delay(beyond: int) -> timedelta:
    doublings = min(beyond, 10)  # keeps the power small; ten are far beyond the longest delay
    return min(_FIRST_DELAY * (1 << doublings), _LONGEST_DELAY)


def normal_name(text: str) -> str:
    """A log-in name as accounts store it: lower case; a NIP without the spaces of its usual print."""
    name = text.strip().lower()
    digits = name.replace(" ", "")
    return digits if is_nip(digits) else name


def is_nip(name: str) -> bool:
    """Whether a log-in name has the shape of a NIP."""
    return _NIP.fullmatch(name) is not None


def normal_password(text: str) -> str:
    """A password in the one form (NFKC) in which it is hashed, so that every keyboard types the same one."""
    return unicodedata.normalize("NFKC", text)


def check_password(
    password: str, names: Collection[str], pointer: str = "/password", *, least: int = MIN_PASSWORD
) -> list[Violation]:
    """What is wrong with a new password: its length in characters, or that it is a name of its own account."""
    password = normal_password(password)
    if len(password) < least:
        return [Violation(pointer, "too_short", {"least": least})]
    if len(password) > MAX_PASSWORD:
        return [Violation(pointer, "too_long", {"most": MAX_PASSWORD})]
    if normal_name(password) in names:
        return [Violation(pointer, "password_is_name")]
    return []


def check_account(account: Account, nip: str | None) -> list[Violation]:
    """Everything about one account that can be judged by itself; ``nip`` is that of the employee behind it."""
    violations = []
    if not _USERNAME.fullmatch(account.username):
        violations.append(Violation("/username", "bad_format", {"expected": "[a-z0-9._@-]{3,60}"}))
    elif is_nip(account.username) and account.username != nip:
        violations.append(Violation("/username", "username_is_other_nip"))
    return violations + (_check_machine(account) if account.is_service else _check_person(account))


def _check_person(account: Account) -> list[Violation]:
    violations = []
    if not account.roles or not account.roles <= PERSONAL_ROLES:
        violations.append(Violation("/roles", "role_not_for_people"))
    if not account.rater_types <= DEFAULT_RATER_TYPES:
        violations.append(Violation("/rater_types", "rater_type_not_for_accounts"))
    if Role.UNIT_ADMIN in account.roles and account.unit_id is None:
        violations.append(Violation("/unit_id", "unit_admin_needs_unit"))
    if account.scopes:
        violations.append(Violation("/scopes", "scopes_for_machines"))
    return violations


def _check_machine(account: Account) -> list[Violation]:
    violations = []
    if account.roles != {Role.INTEGRATION}:
        violations.append(Violation("/roles", "machine_stays_machine"))
    if account.employee_id is not None:
        violations.append(Violation("/employee_id", "machine_stays_machine"))
    if account.rater_types:
        violations.append(Violation("/rater_types", "machine_stays_machine"))
    if account.unit_id is not None:
        violations.append(Violation("/unit_id", "machine_stays_machine"))
    if account.has_password:
        violations.append(Violation("/password", "machine_stays_machine"))
    if not account.scopes or not account.scopes <= set(Scope):
        violations.append(Violation("/scopes", "scopes_for_machines"))
    return violations
