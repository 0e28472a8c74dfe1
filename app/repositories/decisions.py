"""What waits for an appraiser, across cycles."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.domain.paging import Page, PageRequest
from app.domain.ports.decisions import DecisionTask, TaskFilter
from app.domain.values import CycleState
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.people import any_of
from app.repositories.results import rated_anonymously_by, summaries
from app.repositories.results_rows import to_summary
from app.repositories.session import Session


class SqlDecisions:
    """Results as their appraiser finds them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def tasks(
        self, reader_id: UUID, appraisers: Collection[UUID], wanted: TaskFilter, request: PageRequest
    ) -> Page[DecisionTask]:
        """Those of `results_sql.DECISIONS`, whatever their state; a test holds that both agree."""
        p, r, c = t.participants, t.results, t.cycles
        in_review = c.c.state == CycleState.REVIEW.value
        first_decision_missing = sa.and_(c.c.state == CycleState.PUBLISHED.value, r.c.decision.is_(None))
        conditions = [
            any_of(p.c.appraiser_id, appraisers),
            p.c.employee_id != reader_id,
            r.c.current,
            sa.or_(in_review, first_decision_missing),
            ~rated_anonymously_by(reader_id),
        ]
        if wanted.decided is not None:
            conditions.append(r.c.decision.is_not(None) if wanted.decided else r.c.decision.is_(None))
        if wanted.completeness is not None:
            conditions.append(r.c.completeness == wanted.completeness.value)
        if wanted.cycle_id is not None:
            conditions.append(c.c.id == wanted.cycle_id)
        cycle = (c.c.code.label("cycle_code"), c.c.title.label("cycle_title"), c.c.state.label("cycle_state"))
        statement = summaries().add_columns(*cycle, p.c.appraiser_id).join(c, c.c.id == r.c.cycle_id).where(*conditions)
        return await fetch_page(self._session, statement, request, [c.c.code, p.c.name, p.c.id], _to_task)


def _to_task(row: sa.Row[Any]) -> DecisionTask:
    return DecisionTask(to_summary(row), row.cycle_code, row.cycle_title, CycleState(row.cycle_state), row.appraiser_id)
