"""Answers kept for replay, written in the same transaction as their effect."""

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from app.domain.ports.idempotency import StoredAnswer
from app.repositories import tables as t
from app.repositories.session import Session

KEPT: Final = timedelta(hours=24)


class SqlIdempotencyRecords:
    """Keys are held by an advisory lock, so that a second request with the same key is told at once, not queued."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, principal: str, key: str) -> bool:
        """Take the key's lock for this transaction, without waiting."""
        lock = sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(f"{principal} {key}", 0))
        return bool(await self._session.scalar(sa.select(lock)))

    async def find(self, principal: str, key: str) -> StoredAnswer | None:
        """The kept answer, unless it is older than 24 hours."""
        r = t.idempotency_records
        row = await self._session.first(
            sa.select(r).where(r.c.principal == principal, r.c.key == key, r.c.created_at > sa.func.now() - KEPT)
        )
        if row is None:
            return None
        return StoredAnswer(row.request, row.body_digest, row.status, row.headers, row.body)

    async def store(self, principal: str, key: str, answer: StoredAnswer) -> None:
        """Keep the answer; one that had expired under the same key is replaced."""
        r = t.idempotency_records
        await self._session.execute(sa.delete(r).where(r.c.principal == principal, r.c.key == key))
        await self._session.execute(
            sa.insert(r).values(
                principal=principal,
                key=key,
                request=answer.request,
                body_digest=answer.body_digest,
                status=answer.status,
                headers=dict(answer.headers),
                body=answer.body,
            )
        )
