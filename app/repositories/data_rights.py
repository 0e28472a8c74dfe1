"""Requests for correction, and what is read only to tell a person about himself."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from app.domain.cycles import ExternalScore
from app.domain.data_rights import (
    CorrectableField,
    Correction,
    CorrectionState,
    Handler,
    HistoryLine,
    Participation,
    Subject,
)
from app.domain.paging import Page, PageRequest
from app.domain.ports.data_rights import CorrectionFilter
from app.domain.values import CycleState, Role
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.participants import to_score
from app.repositories.people import any_of
from app.repositories.session import Session

#: The first of his roles that somebody had when he did something. Machines have but one; others act as superior or appraiser.
_HANDLERS: Final = {
    Role.ADMIN: Handler.ADMINISTRATOR,
    Role.UNIT_ADMIN: Handler.UNIT_ADMINISTRATOR,
    Role.AUDITOR: Handler.AUDITOR,
    Role.INTEGRATION: Handler.MACHINE,
}
_KEPT: Final = ("id", "employee_id", "field", "wanted", "reason", "state", "requested_at", "due_at")


class SqlCorrections:
    """Requests for correction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, correction_id: UUID, *, lock: bool = False) -> Correction | None:
        """One request, locked for a decision when asked."""
        statement = _corrections().where(t.data_corrections.c.id == correction_id)
        row = await self._session.first(statement.with_for_update(of=t.data_corrections) if lock else statement)
        return _to_correction(row) if row else None

    async def page(self, wanted: CorrectionFilter, request: PageRequest) -> Page[Correction]:
        """By the end of the time to answer."""
        d = t.data_corrections.c
        statement = _corrections()
        if wanted.visible_units is not None:
            own = d.employee_id == wanted.employee_id if wanted.employee_id is not None else sa.false()
            statement = statement.where(sa.or_(own, any_of(t.employees.c.unit_id, wanted.visible_units)))
        if wanted.state is not None:
            statement = statement.where(d.state == str(wanted.state))
        return await fetch_page(self._session, statement, request, [d.due_at, d.id], _to_correction)

    async def add(self, correction: Correction) -> None:
        """Insert; a second open request for a field is a conflict."""
        values = {name: getattr(correction, name) for name in _KEPT}
        await self._session.execute(sa.insert(t.data_corrections).values(**values))

    async def decide(self, correction: Correction, decided_by: UUID) -> None:
        """Write the decision."""
        d = t.data_corrections
        await self._session.execute(
            sa.update(d)
            .where(d.c.id == correction.id)
            .values(
                state=str(correction.state),
                decided_at=correction.decided_at,
                decided_by=decided_by,
                decision_reason=correction.decision_reason,
            )
        )


def _corrections() -> sa.Select[Any]:
    d, e = t.data_corrections, t.employees
    present = sa.case({str(one): e.c[str(one)] for one in CorrectableField}, value=d.c.field)
    return sa.select(d, e.c.name, e.c.unit_id, present.label("present")).join(e, e.c.id == d.c.employee_id)


def _to_correction(row: sa.Row[Any]) -> Correction:
    return Correction(
        id=row.id,
        employee_id=row.employee_id,
        employee_name=row.name,
        unit_id=row.unit_id,
        field=CorrectableField(row.field),
        present=row.present,
        wanted=row.wanted,
        reason=row.reason,
        state=CorrectionState(row.state),
        requested_at=row.requested_at,
        due_at=row.due_at,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
    )


class SqlOwnData:
    """What is stored about one person."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def participations(self, employee_id: UUID, most: int) -> Sequence[Participation]:
        """His cycles, newest first."""
        c, p = t.cycles, t.participants
        statement = (
            sa.select(p.c.id, p.c.cycle_id, c.c.code, c.c.title, c.c.state)
            .join(c, c.c.id == p.c.cycle_id)
            .where(p.c.employee_id == employee_id)
            .order_by(c.c.period_end.desc(), p.c.id.desc())
            .limit(most)
        )
        return [
            Participation(row.cycle_id, row.id, row.code, row.title, CycleState(row.state))
            for row in await self._session.all(statement)
        ]

    async def external_scores(self, participant_ids: Collection[UUID]) -> Sequence[ExternalScore]:
        """Values that other systems have sent."""
        s = t.external_scores
        own = sa.select(s).where(any_of(s.c.participant_id, participant_ids))
        return [to_score(row) for row in await self._session.all(own.order_by(s.c.participant_id, s.c.dimension))]

    async def history(self, subject: Subject, since: datetime, most: int) -> Sequence[HistoryLine]:
        """Days and counts, found by the things the events tell of."""
        a = t.audit_events.c
        visible = (sa.and_(a.action.in_(sorted(events)), any_of(a.object_id, ids)) for events, ids in _of(subject))
        lines = (
            sa.select(
                sa.cast(sa.func.timezone("Asia/Jakarta", a.occurred_at), sa.Date).label("day"),
                a.action,
                _handler(subject.account_id).label("handler"),
                _fields().label("fields"),
            )
            .where(a.occurred_at >= since, sa.or_(sa.false(), *visible))
            .subquery()
        )
        columns = (lines.c.day, lines.c.action, lines.c.handler, lines.c.fields)
        statement = sa.select(*columns, sa.func.count().label("times")).group_by(*columns)
        order = (lines.c.day.desc(), lines.c.action, lines.c.handler, lines.c.fields)
        return [
            HistoryLine(row.day, row.action, Handler(row.handler), tuple(row.fields), row.times)
            for row in await self._session.all(statement.order_by(*order).limit(most))
        ]


def _of(subject: Subject) -> list[tuple[frozenset[str], tuple[UUID, ...]]]:
    return [(events, ids) for events, ids in subject.visible_events() if ids]


def _handler(account_id: UUID) -> sa.ColumnElement[str]:
    a = t.audit_events.c
    return sa.case(
        (a.actor_id.is_(None), str(Handler.NOBODY)),
        (a.actor_id == account_id, str(Handler.SELF)),
        *((a.actor_roles.any_() == str(role), str(handler)) for role, handler in _HANDLERS.items()),
        else_=str(Handler.SUPERIOR_OR_APPRAISER),
    )


def _fields() -> sa.ColumnElement[Any]:
    """Names of the fields that a change touched, in their order; no value of any."""
    a = t.audit_events.c
    touched = sa.case((a.action.like("%.updated"), a.details["after"]), else_=sa.null())
    keys = sa.func.jsonb_object_keys(touched).table_valued("key").render_derived()
    named = sa.select(sa.func.array_agg(sa.cast(keys.c.key, sa.Text)))
    return sa.func.coalesce(named.scalar_subquery(), sa.text("'{}'::text[]"))
