"""Removal of what has outlived its purpose."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.cycles import Cycle


class Retention(Protocol):
    """Each deletion tells how many rows it removed, by table."""

    async def try_alone(self) -> bool:
        """Whether no other process tidies just now; then none will until this transaction ends."""
        ...

    async def tidy(self, now: datetime, most: int) -> Mapping[str, int]:
        """Delete expired technical records, at most so many of each kind."""
        ...

    async def outdated_cycles(self, before: datetime) -> Sequence[Cycle]:
        """Archived cycles, published before then, that still have participants."""
        ...

    async def clear_cycle(self, cycle: Cycle) -> Mapping[str, int]:
        """Delete the cycle's participants with everything about them; the cycle itself stays."""
        ...

    async def forget_paperwork(self, before: datetime) -> Mapping[str, int]:
        """Delete decided requests, reports of jobs and imports, delivered events from before then, and dead invitations."""
        ...
