"""The audit trail and the outbox: rows written beside the change they tell of."""

from typing import Final

import orjson
import sqlalchemy as sa

from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.repositories import tables as t
from app.repositories.database import Database
from app.repositories.session import Session

#: A read of another person's result: the setting holds for this one statement, which is its own transaction.
_RECORD_READ: Final = """
INSERT INTO audit_events (actor_id, actor_roles, action, object_type, object_id, details, request_id, digest)
SELECT $1, $2, $3, $4, $5, $6::jsonb, $7, ''
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS quickly
"""


class SqlTrail:
    """Append-only; the digest of each audit row is made by a trigger (migration 0001)."""

    def __init__(self, session: Session, request_id: str | None) -> None:
        self._session = session
        self._request_id = request_id

    async def record(self, actor: Actor | None, event: AuditEvent) -> None:
        """Write one audit row in the present transaction."""
        await self._session.execute(
            sa.insert(t.audit_events).values(
                actor_id=actor.account_id if actor else None,
                actor_roles=sorted(str(role) for role in actor.roles) if actor else [],
                action=event.action,
                object_type=event.object_type,
                object_id=event.object_id,
                details=dict(event.details),
                reason=event.reason,
                request_id=self._request_id,
            )
        )

    async def record_read(self, actor: Actor, event: AuditEvent) -> None:
        """Write one audit row in a transaction of its own, committed before this returns but not waiting for the disk."""
        async with self._session.database.hot() as connection:
            await connection.execute(
                _RECORD_READ,
                actor.account_id,
                sorted(str(role) for role in actor.roles),
                event.action,
                event.object_type,
                event.object_id,
                orjson.dumps(dict(event.details)).decode(),
                self._request_id,
            )

    async def announce(self, event: OutboxEvent) -> None:
        """Write one outbox row in the present transaction."""
        await self._session.execute(sa.insert(t.outbox_events).values(type=event.type, payload=dict(event.payload)))


async def changed_rows(database: Database) -> list[int]:
    """Numbers of the audit rows whose digest is not that of their contents."""
    async with database.hot() as connection:
        statement = "SELECT id FROM audit_events e WHERE e.digest IS DISTINCT FROM audit_event_digest(e) ORDER BY id"
        return [row["id"] for row in await connection.fetch(statement, timeout=None)]
