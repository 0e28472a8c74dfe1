"""What a person may ask of data about himself (UU 27/2022): to see them, to know what was done with them, to mend them.

A person is shown what others did with his own record, account and published results, and never anything about the
assignments on which he is rated: who rates him, and when, is not his to know (anonymity.md rule 2). So what may be told is
listed here, and whatever is not listed is not told.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.people import Employee
from app.domain.values import CycleState

#: Access and correction are due within 3 × 24 hours (UU 27/2022 articles 30 and 32).
ANSWER_WITHIN: Final = timedelta(hours=72)
#: No list of the document about a person is longer; he is told when one was cut.
MOST_CYCLES: Final = 200
MOST_ASSIGNMENTS: Final = 10_000
MOST_CORRECTIONS: Final = 1_000
MOST_HISTORY: Final = 10_000

#: Events of the trail that a person may know, by the thing they tell of.
EVENTS_OF_EMPLOYEE: Final = frozenset({"employee.created", "employee.updated"})
EVENTS_OF_ACCOUNT: Final = frozenset(
    {
        "account.created",
        "account.updated",
        "account.activated",
        "account.activation_issued",
        "account.password_changed",
        "account.unlocked",
        "auth.logged_in",
        "auth.logged_out",
        "auth.login_failed",
        "auth.operator_token",
        "auth.refresh_reused",
        "auth.refreshed",
        "data.exported",
    }
)
EVENTS_OF_PARTICIPANT: Final = frozenset({"external_score.set", "participant.updated"})
#: Only once the result is published: before, it would tell that there is one.
EVENTS_OF_RESULT: Final = frozenset(
    {
        "result.acknowledged",
        "result.compared",
        "result.decided",
        "result.explained",
        "result.participation_read",
        "result.read",
        "result.versions_read",
    }
)


class CorrectableField(StrEnum):
    """What a person may want corrected in his record. Place and hierarchy follow the letters of appointment."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    GRADE = "grade"
    POSITION = "position"

    def of(self, employee: Employee) -> str | None:
        """What the record says now."""
        value: str | None = getattr(employee, self.value)
        return value


class CorrectionState(StrEnum):
    """What became of a request."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Correction:
    """One person's request to correct one field; ``present`` is what his record says now.

    ``due_at`` is the legal end of the time to answer. ``wanted`` ``None`` empties the field.
    """

    id: UUID
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    field: CorrectableField
    present: str | None
    wanted: str | None
    reason: str
    state: CorrectionState
    requested_at: datetime
    due_at: datetime
    decided_at: datetime | None
    decision_reason: str | None


class Handler(StrEnum):
    """Who did something with a person's data; kinds of people only, since absent names would tell something too."""

    SELF = "self"
    ADMINISTRATOR = "administrator"
    UNIT_ADMINISTRATOR = "unit_administrator"
    AUDITOR = "auditor"
    SUPERIOR_OR_APPRAISER = "superior_or_appraiser"
    MACHINE = "machine"
    #: The service itself, or somebody who had not logged in.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What one kind of people did how often with a person's data on one day (of Jakarta); ``fields`` are those changed."""

    day: date
    action: str
    by: Handler
    fields: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as the trail knows him."""

    account_id: UUID
    employee_id: UUID | None
    participations: tuple[UUID, ...]
    published: tuple[UUID, ...]

    def visible_events(self) -> tuple[tuple[frozenset[str], tuple[UUID, ...]], ...]:
        """Which events about which things he may know."""
        employee = () if self.employee_id is None else (self.employee_id,)
        return (
            (EVENTS_OF_EMPLOYEE, employee),
            (EVENTS_OF_ACCOUNT, (self.account_id,)),
            (EVENTS_OF_PARTICIPANT, self.participations),
            (EVENTS_OF_RESULT, self.published),
        )


@dataclass(frozen=True, slots=True)
class Participation:
    """That somebody is a participant of a cycle."""

    cycle_id: UUID
    participant_id: UUID
    cycle_code: str
    cycle_title: str
    cycle_state: CycleState
