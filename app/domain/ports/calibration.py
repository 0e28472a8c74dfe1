"""Storage of organisational achievements, and counting predicates beside them."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from app.domain.calibration import Tally, UnitAchievement
from app.domain.paging import Page, PageRequest
from app.domain.ports.results import ResultFilter


class Calibration(Protocol):
    """Achievements of units by cycle, and the predicates of their people."""

    async def achievement(self, cycle_id: UUID, unit_id: UUID) -> UnitAchievement | None:
        """That of one unit."""
        ...

    async def page(self, cycle_id: UUID, request: PageRequest) -> Page[UnitAchievement]:
        """All of a cycle, by the unit's code."""
        ...

    async def put(self, achievement: UnitAchievement) -> None:
        """Insert, or write anew."""
        ...

    async def tallies(self, wanted: ResultFilter) -> Sequence[Tally]:
        """Current results that ``wanted`` lets in, counted by recommended and decided predicate."""
        ...
