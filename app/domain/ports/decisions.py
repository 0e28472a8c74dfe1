"""What waits for an appraiser, across cycles."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.paging import Page, PageRequest
from app.domain.ports.results import Summary
from app.domain.values import Completeness, CycleState


@dataclass(frozen=True, slots=True)
class DecisionTask:
    """A result that its appraiser (or who stands in for him) may decide on now, and its cycle."""

    summary: Summary
    cycle_code: str
    cycle_title: str
    cycle_state: CycleState
    appraiser_id: UUID


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which of an appraiser's results to list; ``None`` is no condition."""

    decided: bool | None = None
    completeness: Completeness | None = None
    cycle_id: UUID | None = None


class Decisions(Protocol):
    """Results as their appraiser finds them."""

    async def tasks(
        self, reader_id: UUID, appraisers: Collection[UUID], wanted: TaskFilter, request: PageRequest
    ) -> Page[DecisionTask]:
        """What the reader may decide on now as one of ``appraisers``, by cycle and name.

        Never himself, never people whom he rates anonymously.
        """
        ...
