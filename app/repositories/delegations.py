"""Who stands in for whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.domain.delegations import Delegation, DelegationKind, Person
from app.domain.paging import Page, PageRequest
from app.domain.ports.delegations import DelegationFilter
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.session import Session

_APPRAISER, _DELEGATE = t.employees.alias("appraiser"), t.employees.alias("delegate")


class SqlDelegations:
    """Who stands in for whom."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, delegation_id: UUID, *, lock: bool = False) -> Delegation | None:
        """One of them, kept from others when asked."""
        d = t.appraiser_delegations
        statement = _select().where(d.c.id == delegation_id)
        row = await self._session.first(statement.with_for_update(of=d) if lock else statement)
        return _to_delegation(row) if row else None

    async def page(self, wanted: DelegationFilter, request: PageRequest) -> Page[Delegation]:
        """The latest first."""
        d = t.appraiser_delegations
        statement = _select()
        if wanted.of is not None:
            statement = statement.where(sa.or_(d.c.appraiser_id == wanted.of, d.c.delegate_id == wanted.of))
        if wanted.appraiser_id is not None:
            statement = statement.where(d.c.appraiser_id == wanted.appraiser_id)
        if wanted.delegate_id is not None:
            statement = statement.where(d.c.delegate_id == wanted.delegate_id)
        return await fetch_page(
            self._session, statement, request, [d.c.starts_on, d.c.id], _to_delegation, descending=True
        )

    async def add(self, delegation: Delegation) -> None:
        """Insert; the exclusion constraint refuses a second delegate on the same day."""
        names = ("id", "kind", "starts_on", "ends_on", "reason", "created_at", "ended_at")
        values: dict[str, Any] = {name: getattr(delegation, name) for name in names}
        people = {"appraiser_id": delegation.appraiser.id, "delegate_id": delegation.delegate.id}
        await self._session.execute(sa.insert(t.appraiser_delegations).values(**values, **people))

    async def end(self, delegation_id: UUID, now: datetime) -> None:
        """From this moment on it is over."""
        d = t.appraiser_delegations
        await self._session.execute(sa.update(d).where(d.c.id == delegation_id).values(ended_at=now))


def _select() -> sa.Select[Any]:
    d = t.appraiser_delegations
    return (
        sa.select(d, _APPRAISER.c.name.label("appraiser_name"), _DELEGATE.c.name.label("delegate_name"))
        .join(_APPRAISER, _APPRAISER.c.id == d.c.appraiser_id)
        .join(_DELEGATE, _DELEGATE.c.id == d.c.delegate_id)
    )


def _to_delegation(row: sa.Row[Any]) -> Delegation:
    return Delegation(
        id=row.id,
        appraiser=Person(row.appraiser_id, row.appraiser_name),
        delegate=Person(row.delegate_id, row.delegate_name),
        kind=DelegationKind(row.kind),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        reason=row.reason,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
