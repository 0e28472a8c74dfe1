"""Storage of requests for correction, and what is read only to tell a person about himself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.cycles import ExternalScore
from app.domain.data_rights import Correction, CorrectionState, HistoryLine, Participation, Subject
from app.domain.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    """Which requests to list: those of ``employee_id`` himself and those of ``visible_units`` (``None``: all)."""

    employee_id: UUID | None
    visible_units: Collection[UUID] | None
    state: CorrectionState | None = None


class Corrections(Protocol):
    """Requests for correction."""

    async def get(self, correction_id: UUID, *, lock: bool = False) -> Correction | None: ...

    async def page(self, wanted: CorrectionFilter, request: PageRequest) -> Page[Correction]:
        """By the end of the time to answer, soonest first."""
        ...

    async def add(self, correction: Correction) -> None:
        """Keep a new request; another open one for the same field is a conflict."""
        ...

    async def decide(self, correction: Correction, decided_by: UUID) -> None:
        """Write state, moment and reason of the decision."""
        ...


class OwnData(Protocol):
    """What is stored about one person, beyond what other topics read already."""

    async def participations(self, employee_id: UUID, most: int) -> Sequence[Participation]:
        """His cycles, newest first."""
        ...

    async def external_scores(self, participant_ids: Collection[UUID]) -> Sequence[ExternalScore]:
        """Values that other systems have sent about him."""
        ...

    async def history(self, subject: Subject, since: datetime, most: int) -> Sequence[HistoryLine]:
        """What the trail tells him, newest day first."""
        ...
