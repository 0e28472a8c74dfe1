"""Storage of the frozen figures that summaries are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.policies_results import Scope
from app.domain.summaries import Frozen, Office


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a cycle's basis was made, and how many participants have another current version than it has."""

    frozen_at: datetime
    changed: int


class Summaries(Protocol):
    """The basis of each cycle's summaries: which version of each result, and its figures."""

    async def freshness(self, cycle_id: UUID) -> Freshness | None:
        """How old the basis is; ``None`` without one."""
        ...

    async def lock(self, cycle_id: UUID) -> None:
        """Let no other transaction make this cycle's basis until this one ends."""
        ...

    async def freeze(self, cycle_id: UUID, now: datetime) -> None:
        """Make the basis of all current results."""
        ...

    async def people(self, cycle_id: UUID, scope: Scope) -> Sequence[Frozen]:
        """The frozen figures of the participants whom the reader may see."""
        ...

    async def offices(self) -> Mapping[UUID, Office]:
        """All units."""
        ...
