"""One transaction as the domain sees it: a repository per topic, a clock and a source of ids."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.domain.ports.people import Employees, Units
from app.domain.ports.submissions import Submissions


class Trail(Protocol):
    """Audit rows and outbox rows, written in the same transaction as what they tell of."""

    async def record(self, actor: Actor | None, event: AuditEvent) -> None: ...
    async def announce(self, event: OutboxEvent) -> None: ...


class UnitOfWork(Protocol):
    """Actions change the world through this alone and never commit; the edge does (docs/decisions.md)."""

    @property
    def units(self) -> Units: ...
    @property
    def employees(self) -> Employees: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def trail(self) -> Trail: ...

    def new_id(self) -> UUID:
        """A fresh UUIDv7."""
        ...

    def random_id(self) -> UUID:
        """A fresh random UUIDv4, for what must tell nothing of its time."""
        ...

    async def now(self) -> datetime:
        """The database's time of this transaction, in UTC, plus the demo's offset."""
        ...

    def separate(self) -> "AbstractAsyncContextManager[UnitOfWork]":
        """A transaction of its own, committed at its end, for what must survive a refusal."""
        ...

    def directory_changed(self) -> None:
        """Tell every process, after the commit, to forget what it remembers of accounts, roles and units."""
        ...
