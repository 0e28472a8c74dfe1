"""Deletion of what has outlived its purpose. Whatever belongs to a participant goes with him by the tables' own keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from app.domain.cycles import Cycle
from app.domain.retention import TECHNICAL
from app.domain.values import CycleState
from app.repositories import tables as t
from app.repositories.cycles import to_cycle
from app.repositories.session import Session

_LOCK: Final = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('kinerja.housekeeping'))")


class SqlRetention:
    """Each deletion tells how many rows it removed, by table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def try_alone(self) -> bool:
        """One process at a time, without waiting."""
        return bool(await self._session.scalar(_LOCK))

    async def tidy(self, now: datetime, most: int) -> Mapping[str, int]:
        """What somebody holds just now is left for the next time."""
        real = sa.func.now()  # kept answers and counters follow the real clock, not the demo's
        expired = (
            (t.idempotency_records, t.idempotency_records.c.created_at < real - TECHNICAL),
            (t.login_attempts, t.login_attempts.c.last_failure < now - TECHNICAL),
            (t.rate_counters, t.rate_counters.c.window_start < real - sa.text("interval '2 minutes'")),
            (t.refresh_tokens, t.refresh_tokens.c.expires_at <= now),
            (t.activation_codes, t.activation_codes.c.expires_at <= now),
        )
        return {str(table.name): await self._delete_some(table, condition, most) for table, condition in expired}

    async def _delete_some(self, table: sa.Table, condition: sa.ColumnElement[bool], most: int) -> int:
        key = sa.tuple_(*table.primary_key.columns)
        old = sa.select(*table.primary_key.columns).where(condition).limit(most).with_for_update(skip_locked=True)
        return await self._session.changed(sa.delete(table).where(key.in_(old)))

    async def outdated_cycles(self, before: datetime) -> Sequence[Cycle]:
        """Oldest first."""
        c, p = t.cycles, t.participants
        published = sa.func.coalesce(c.c.published_at, sa.cast(c.c.period_end, c.c.published_at.type))
        peopled = sa.exists().where(p.c.cycle_id == c.c.id)
        old = sa.select(c).where(c.c.state == str(CycleState.ARCHIVED), published < before, peopled)
        return [to_cycle(row) for row in await self._session.all(old.order_by(published, c.c.id))]

    async def clear_cycle(self, cycle: Cycle) -> Mapping[str, int]:
        """By the foreign keys' own cascade; what is said of raters hangs on the cycle itself."""
        tables = (t.participants, t.rater_quality, t.rating_quality)
        return {
            str(table.name): await self._session.changed(sa.delete(table).where(table.c.cycle_id == cycle.id))
            for table in tables
        }

    async def forget_paperwork(self, before: datetime) -> Mapping[str, int]:
        """Codes are dead once their cycle is archived; until then an extension may make them good again."""
        a, c = t.assignments, t.cycles
        archived = sa.select(a.c.id).join(c, c.c.id == a.c.cycle_id).where(c.c.state == str(CycleState.ARCHIVED))
        old = (
            (t.invitations, t.invitations.c.assignment_id.in_(archived)),
            (t.data_corrections, t.data_corrections.c.decided_at < before),
            (t.jobs, t.jobs.c.finished_at < before),
            (t.imports, t.imports.c.created_at < before),
            (t.outbox_events, t.outbox_events.c.delivered_at < before),
        )
        return {str(table.name): await self._session.changed(sa.delete(table).where(where)) for table, where in old}
