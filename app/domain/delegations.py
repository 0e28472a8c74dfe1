"""Who stands in for an appraiser: Plt (acting, while the post is vacant) and Plh (daily, while its holder is away)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.errors import Violation
from app.domain.local_time import WIB, local_day


class DelegationKind(StrEnum):
    """Pelaksana tugas, pelaksana harian."""

    PLT = "plt"
    PLH = "plh"


class DelegationState(StrEnum):
    """Where a delegation stands today; one that was ended early is over."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Person:
    """An employee by name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """``delegate`` decides as ``appraiser`` from ``starts_on`` to ``ends_on``, both days included (Asia/Jakarta).

    ``ended_at`` is set when it was ended early.
    """

    id: UUID
    appraiser: Person
    delegate: Person
    kind: DelegationKind
    starts_on: date
    ends_on: date
    reason: str
    created_at: datetime
    ended_at: datetime | None

    def state(self, now: datetime) -> DelegationState:
        """Where it stands at this moment."""
        today = local_day(now)
        if self.ended_at is not None or today > self.ends_on:
            return DelegationState.OVER
        return DelegationState.UPCOMING if today < self.starts_on else DelegationState.ACTIVE


def seconds_left_today(now: datetime) -> float:
    """Until the next midnight in Jakarta, when delegations begin and end."""
    midnight = datetime.combine(local_day(now) + timedelta(days=1), datetime.min.time(), WIB)
    return (midnight.astimezone(UTC) - now).total_seconds()


def check_delegation(appraiser_id: UUID, delegate_id: UUID, starts_on: date, ends_on: date) -> list[Violation]:
    """What can be judged without looking at anybody. Whom the delegate rates is nobody's to learn, so it is not asked."""
    violations = []
    if appraiser_id == delegate_id:
        violations.append(Violation("/delegate_id", "delegates_to_himself"))
    if ends_on < starts_on:
        violations.append(Violation("/ends_on", "delegation_ends_before_start"))
    return violations
