"""What waits for an appraiser, across cycles."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.paging import Page, PageRequest
from app.domain.ports.results import Summary
from app.domain.values import Completeness, CycleState


@dataclass(frozen=True, slots=True)
class DecisionTask:
    """A result that its appraiser may decide on now, and its cycle."""

    summary: Summary
    cycle_code: str
    cycle_title: str
    cycle_state: CycleState


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which of an appraiser's results to list; ``None`` is no condition."""

    decided: bool | None = None
    completeness: Completeness | None = None
    cycle_id: UUID | None = None


class Decisions(Protocol):
    """Results as their appraiser finds them."""

    async def tasks(self, appraiser_id: UUID, wanted: TaskFilter, request: PageRequest) -> Page[DecisionTask]:
        """What this appraiser may decide on now, by cycle and name; never people whom he rates anonymously."""
        ...
