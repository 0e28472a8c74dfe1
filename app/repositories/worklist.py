"""A rater's own work list: one statement by the bare driver, since everybody's front page asks for it."""

from typing import Any, Final

from app.domain.assignments import Task
from app.domain.paging import Page, PageRequest
from app.domain.ports.assignments import TaskFilter
from app.domain.values import AssignmentState, CycleState, RaterType
from app.repositories import tables as t
from app.repositories.paging import read_position
from app.repositories.session import Session

#: $1 rater, or the one assignment of a code; $2 cycle, $3 state or NULL; $4, $5 the position to go on from or NULL; $6 rows.
_TASKS: Final = """
SELECT a.id, a.cycle_id, a.rater_type, a.state, a.submitted_on,
       c.code, c.title, c.state AS cycle_state, c.rating_opens_at, c.rating_closes_at,
       CASE WHEN c.opened_at IS NULL THEN e.name ELSE p.name END AS ratee_name,
       CASE WHEN c.opened_at IS NULL THEN e.position ELSE p.position END AS ratee_position,
       u.name AS unit_name
FROM assignments a
JOIN cycles c ON c.id = a.cycle_id
JOIN participants p ON p.id = a.participant_id
JOIN employees e ON e.id = p.employee_id
JOIN units u ON u.id = CASE WHEN c.opened_at IS NULL THEN e.unit_id ELSE p.unit_id END
WHERE a.{whose} = $1 AND ($2::uuid IS NULL OR a.cycle_id = $2) AND ($3::text IS NULL OR a.state = $3)
  AND ($4::timestamptz IS NULL OR (c.rating_closes_at, a.id) {beyond} ($4, $5::uuid))
ORDER BY c.rating_closes_at {order}, a.id {order}
LIMIT $6
"""
_STATEMENTS: Final = {
    (whose, descending): _TASKS.format(
        whose=whose, beyond="<" if descending else ">", order="DESC" if descending else "ASC"
    )
    for whose in ("rater_id", "id")
    for descending in (False, True)
}


async def fetch_tasks(session: Session, wanted: TaskFilter, request: PageRequest) -> Page[Task]:
    """One page by the end of the window; of a service recipient the one assignment of his code."""
    whose = "rater_id" if wanted.assignment_id is None else "id"
    key = wanted.employee_id if wanted.assignment_id is None else wanted.assignment_id
    if key is None:
        return Page([], None)
    after: tuple[Any, ...] = (None, None)
    if request.after is not None:
        after = read_position([t.cycles.c.rating_closes_at, t.assignments.c.id], request.after)
    state = None if wanted.state is None else str(wanted.state)
    rows = await session.quick_all(
        _STATEMENTS[whose, request.sort.startswith("-")], key, wanted.cycle_id, state, *after, request.limit + 1
    )
    shown = rows[: request.limit]
    last = (shown[-1]["rating_closes_at"], shown[-1]["id"]) if len(rows) > request.limit else None
    return Page([_to_task(row) for row in shown], last)


def _to_task(row: Any) -> Task:
    return Task(
        assignment_id=row["id"],
        cycle_id=row["cycle_id"],
        cycle_code=row["code"],
        cycle_title=row["title"],
        cycle_state=CycleState(row["cycle_state"]),
        rating_opens_at=row["rating_opens_at"],
        rating_closes_at=row["rating_closes_at"],
        ratee_name=row["ratee_name"],
        ratee_position=row["ratee_position"],
        unit_name=row["unit_name"],
        rater_type=RaterType(row["rater_type"]),
        state=AssignmentState(row["state"]),
        submitted_on=row["submitted_on"],
    )
