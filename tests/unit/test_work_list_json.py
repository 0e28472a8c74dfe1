"""The work list is written without its models, and still is what they describe."""

from datetime import UTC, date, datetime
from uuid import uuid4

import orjson
import pytest

from app.api.answers import to_json
from app.api.schemas.assignments import MyAssignmentPage, my_assignment
from app.domain.assignments import Task
from app.domain.values import AssignmentState, CycleState, RaterType


@pytest.mark.parametrize("microseconds", [0, 1, 456_000])
@pytest.mark.parametrize("submitted_on", [None, date(2026, 3, 1)])
def test_rows_are_what_the_model_would_write(microseconds: int, submitted_on: date | None) -> None:
    task = Task(
        assignment_id=uuid4(),
        cycle_id=uuid4(),
        cycle_code="2026-TW4",
        cycle_title="Triwulan “IV” é",
        cycle_state=CycleState.RATING,
        rating_opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        rating_closes_at=datetime(2026, 1, 31, 8, 0, 5, microseconds, tzinfo=UTC),
        ratee_name="Siti Aminah, S.Kep.",
        ratee_position="Perawat",
        unit_name="Puskesmas",
        rater_type=RaterType.SERVICE_RECIPIENT,
        state=AssignmentState.PENDING,
        submitted_on=submitted_on,
    )
    written = orjson.dumps({"items": [my_assignment(task)], "next_cursor": None}, str, orjson.OPT_UTC_Z)
    assert to_json(MyAssignmentPage.model_validate(orjson.loads(written))) == written
