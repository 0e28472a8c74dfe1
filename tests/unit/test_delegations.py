"""Days of a delegation, as they are counted in Jakarta."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from app.domain.delegations import (
    Delegation,
    DelegationKind,
    Person,
    check_delegation,
    seconds_left_today,
)

DELEGATION = Delegation(
    id=uuid4(),
    appraiser=Person(uuid4(), "Ratna"),
    delegate=Person(uuid4(), "Budi"),
    kind=DelegationKind.PLH,
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 4),
    reason="Cuti.",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    ended_at=None,
)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-03-01T16:59:59Z", "upcoming"),  # 23:59:59 in Jakarta
        ("2026-03-01T17:00:00Z", "active"),
        ("2026-03-04T16:59:59Z", "active"),
        ("2026-03-04T17:00:00Z", "over"),
    ],
)
def test_both_days_are_included(moment: str, state: str) -> None:
    assert DELEGATION.state(datetime.fromisoformat(moment)) == state


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [("2026-03-01T16:59:59Z", 1), ("2026-03-01T17:00:00Z", 86_400), ("2026-03-01T05:00:00Z", 43_200)],
)
def test_the_day_ends_at_midnight_in_jakarta(moment: str, seconds: int) -> None:
    assert seconds_left_today(datetime.fromisoformat(moment)) == seconds


def test_what_no_delegation_can_be() -> None:
    one, other, day = uuid4(), uuid4(), date(2026, 3, 2)
    assert check_delegation(one, other, day, day) == []
    found = check_delegation(one, one, day, day - timedelta(days=1))
    assert [(each.pointer, each.code) for each in found] == [
        ("/delegate_id", "delegates_to_himself"),
        ("/ends_on", "delegation_ends_before_start"),
    ]
