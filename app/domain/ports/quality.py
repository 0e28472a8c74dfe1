"""Storage of rating quality."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.paging import Page, PageRequest
from app.domain.ports.computations import Intake
from app.domain.quality import Diagnosis, RatedSheets
from app.domain.quality.severity import Untold
from app.domain.values import Band, RaterKind, RaterType


@dataclass(frozen=True, slots=True)
class StoredReport:
    """The report of a cycle as JSON text, and when it was made."""

    content: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RaterQuality:
    """One rater: an anonymous one has his band alone, a named one the figures of `NamedRater`."""

    rater_id: UUID
    name: str
    kind: RaterKind
    band: Band | None
    ratees: int | None
    severity: float | None
    spread: float | None
    identical: int | None


@dataclass(frozen=True, slots=True)
class RaterFilter:
    """Which raters a list may hold.

    ``reader_id`` leaves out superiors who rated somebody whom the reader rates anonymously, and with ``without_own``
    those who rated the reader himself.
    """

    cycle_id: UUID
    kind: RaterKind | None = None
    band: Band | None = None
    reader_id: UUID | None = None
    without_own: bool = False


@dataclass(frozen=True, slots=True)
class AdjustedFilter:
    """Which adjusted means a list may hold; ``reader_id`` leaves out himself and whom he rates anonymously."""

    cycle_id: UUID
    rater_type: RaterType | None = None
    component: int | None = None
    reader_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AdjustedMean:
    """`app.domain.quality.severity.Adjustment` of a participant by name."""

    participant_id: UUID
    name: str
    rater_type: RaterType
    component: int
    raw: int | None
    adjusted: int | None
    untold: Untold | None


class Quality(Protocol):
    """What rating quality is made of, and where it is kept."""

    async def rated(self, cycle_id: UUID, intake: Intake) -> Callable[[], RatedSheets]:
        """Reads who rated; what it returns joins the sheets to them, which is work for a thread and asks nobody.

        People are numbers that hold within this transaction. Possible until publication cuts the link.
        """
        ...

    async def store(self, cycle_id: UUID, diagnosis: Diagnosis, made_at: datetime) -> None:
        """Keep a diagnosis in the place of the one before."""
        ...

    async def report(self, cycle_id: UUID) -> StoredReport | None:
        """That of a cycle."""
        ...

    async def labels(self, participant_id: UUID) -> dict[str, dict[str, str]]:
        """Levels of agreement of one participant by rater type and dimension."""
        ...

    async def raters(self, wanted: RaterFilter, request: PageRequest) -> Page[RaterQuality]:
        """Raters by name."""
        ...

    async def adjusted(self, wanted: AdjustedFilter, request: PageRequest) -> Page[AdjustedMean]:
        """Ratees by name; of a group that was set aside since then nothing is left."""
        ...
