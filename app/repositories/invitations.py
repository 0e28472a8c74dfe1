"""Invitations: one-time codes of service recipients. Only hashes are stored; of the citizen nothing at all."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from app.domain.assignments import Invitation, Redemption
from app.domain.values import AssignmentState, CycleState
from app.repositories import tables as t
from app.repositories.session import Session


class SqlInvitations:
    """Codes by hash. A code has 256 random bits, so a plain SHA-256 is as good as a slow one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, invitations: Sequence[Invitation]) -> None:
        """Keep the hashes of fresh codes."""
        rows = [
            {
                "id": invitation.id,
                "assignment_id": invitation.assignment_id,
                "code_hash": _hash(invitation.code),
                "expires_at": invitation.expires_at,
            }
            for invitation in invitations
        ]
        await self._session.execute(sa.insert(t.invitations), rows)

    async def revoke(self, assignment_id: UUID) -> None:
        """Make every earlier code of the assignment worthless."""
        own = t.invitations.c.assignment_id == assignment_id
        await self._session.execute(sa.update(t.invitations).where(own).values(revoked=True))

    async def hold(self, invitation_id: UUID) -> bool:
        """Whether the invitation was not revoked, and keep it so until this transaction ends."""
        i = t.invitations.c
        row = sa.select(i.id).where(i.id == invitation_id, ~i.revoked)
        return await self._session.first(row.with_for_update(key_share=True)) is not None

    async def find(self, code: str) -> Redemption | None:
        """What a code stands for, unless it was revoked. A longer window makes its codes last as long."""
        i, a, c = t.invitations, t.assignments, t.cycles
        statement = (
            sa.select(
                i.c.id,
                i.c.assignment_id,
                i.c.used_on,
                sa.func.greatest(i.c.expires_at, c.c.rating_closes_at).label("expires_at"),
                a.c.state,
                c.c.state.label("cycle_state"),
                c.c.rating_opens_at,
                c.c.rating_closes_at,
            )
            .select_from(i.join(a, a.c.id == i.c.assignment_id).join(c, c.c.id == a.c.cycle_id))
            .where(i.c.code_hash == _hash(code), ~i.c.revoked)
        )
        row = await self._session.first(statement)
        if row is None:
            return None
        return Redemption(
            id=row.id,
            assignment_id=row.assignment_id,
            state=AssignmentState(row.state),
            used=row.used_on is not None,
            expires_at=row.expires_at,
            cycle_state=CycleState(row.cycle_state),
            rating_opens_at=row.rating_opens_at,
            rating_closes_at=row.rating_closes_at,
        )


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
