"""The audit trail and the outbox: rows written beside the change they tell of."""

import sqlalchemy as sa

from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.repositories import tables as t
from app.repositories.database import Database
from app.repositories.session import Session


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

    async def announce(self, event: OutboxEvent) -> None:
        """Write one outbox row in the present transaction."""
        await self._session.execute(sa.insert(t.outbox_events).values(type=event.type, payload=dict(event.payload)))


async def changed_rows(database: Database) -> list[int]:
    """Numbers of the audit rows whose digest is not that of their contents."""
    async with database.hot() as connection:
        statement = "SELECT id FROM audit_events e WHERE e.digest IS DISTINCT FROM audit_event_digest(e) ORDER BY id"
        return [row["id"] for row in await connection.fetch(statement, timeout=None)]
