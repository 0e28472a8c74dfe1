"""Storage of what summaries are made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.policies_results import Scope
from app.domain.summaries import Change, Circle, Frozen, Office, Person, Record


class Summaries(Protocol):
    """What is frozen of each cycle, and the basis that it was made of: the figures of one version of each result."""

    async def frozen_at(self, cycle_id: UUID) -> datetime | None:
        """Of which moment it is; ``None`` without one."""
        ...

    async def changed(self, cycle_id: UUID) -> int:
        """How many participants have another current version than the basis."""
        ...

    async def lock(self, cycle_id: UUID) -> None:
        """Let no other transaction freeze this cycle until this one ends."""
        ...

    async def take(self, cycle_id: UUID, now: datetime) -> None:
        """Make the basis anew of all current results."""
        ...

    async def changes(self, cycle_id: UUID, participant_id: UUID | None) -> Sequence[Change]:
        """Who of a block has other figures now than in the basis; with ``participant_id`` in his block alone."""
        ...

    async def take_over(self, cycle_id: UUID, changes: Sequence[Change], now: datetime) -> None:
        """Put these into the basis."""
        ...

    async def people(self, cycle_id: UUID) -> Sequence[Person]:
        """Everybody in the basis, by id."""
        ...

    async def blocks(self, cycle_id: UUID) -> Sequence[int | None]:
        """The block of each, in the same order."""
        ...

    async def keep(self, cycle_id: UUID, people: Sequence[Person], frozen: Frozen) -> None:
        """Keep what was made of the basis."""
        ...

    async def keep_record(self, cycle_id: UUID, record: Record) -> None:
        """Keep a record in the place of the one before it."""
        ...

    async def record(self, cycle_id: UUID) -> Record:
        """What is frozen."""
        ...

    async def circle(self, cycle_id: UUID, scope: Scope) -> Circle:
        """Where the reader may read whom."""
        ...

    async def offices(self) -> Mapping[UUID, Office]:
        """All units."""
        ...
