"""Storage of cycles, participants and external scores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.cycles import Cycle, ExternalScore, Participant
from app.domain.paging import Page, PageRequest
from app.domain.participants import Candidate, Selection
from app.domain.progress import AssignmentCounts, Audience, GroupCount
from app.domain.values import CycleState, Dimension, PositionKind, RaterType


@dataclass(frozen=True, slots=True)
class CycleFilter:
    """Which cycles to list."""

    state: CycleState | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ParticipantFilter:
    """Which participants of a cycle to list; ``visible_units`` narrows to what the actor may see (``None``: all)."""

    visible_units: Collection[UUID] | None = None
    unit_id: UUID | None = None
    include_descendants: bool = False
    position_kind: PositionKind | None = None
    q: str | None = None


class Cycles(Protocol):
    """Cycles of appraisal."""

    async def get(self, cycle_id: UUID, *, lock: bool = False) -> Cycle | None:
        """One cycle; with ``lock`` alone: whoever submits or holds the cycle is waited for, later ones wait for us."""
        ...

    async def hold(self, cycle_id: UUID) -> Cycle | None:
        """One cycle that nobody moves, changes or extends until this transaction ends; any number may hold it."""
        ...

    async def by_code(self, code: str) -> Cycle | None: ...
    async def page(self, wanted: CycleFilter, request: PageRequest) -> Page[Cycle]: ...
    async def add(self, cycle: Cycle) -> None: ...
    async def save(self, cycle: Cycle) -> None: ...
    async def remove(self, cycle_id: UUID) -> None: ...

    async def keep_opening_groups(self, cycle_id: UUID) -> None:
        """Remember how many of each anonymous type are assigned now (scoring.md section 4, ``group_lost``)."""
        ...

    async def assignment_counts(self, cycle: Cycle, audience: Audience) -> dict[RaterType, AssignmentCounts]:
        """Assignments by rater type, as far as the audience may know; types of which nothing is known are missing."""
        ...

    async def group_counts(self, cycle: Cycle, audience: Audience) -> Sequence[GroupCount]:
        """How many participants have how many raters assigned of each anonymous type, those with none included."""
        ...


class Participants(Protocol):
    """Participants: as the directory knows them until rating first opens, afterwards as they were then."""

    async def get(self, cycle_id: UUID, participant_id: UUID, *, lock: bool = False) -> Participant | None: ...
    async def page(self, cycle: Cycle, wanted: ParticipantFilter, request: PageRequest) -> Page[Participant]: ...
    async def count(self, cycle: Cycle, visible_units: Collection[UUID] | None = None) -> int: ...

    async def candidates(self, cycle_id: UUID, employee_ids: Collection[UUID]) -> dict[UUID, Candidate]:
        """These employees, as far as they exist, by id."""
        ...

    async def candidates_of_units(self, cycle_id: UUID, wanted: Selection) -> Sequence[Candidate]:
        """ASN in service of these units who do not take part yet, by name."""
        ...

    async def add(self, participants: Sequence[Participant]) -> None:
        """All by one COPY; somebody who takes part already is a conflict."""
        ...

    async def save(self, participant: Participant, *, appraiser_named: bool) -> None:
        """Write appraiser and innovation; a named appraiser stays when rating opens."""
        ...

    async def remove(self, participant: Participant) -> None: ...

    async def freeze(self, cycle: Cycle) -> None:
        """Fix for everybody what the directory says now, and the rubric of the position kind."""
        ...

    async def kinds_without_rubric(self, cycle_id: UUID) -> Mapping[PositionKind, int]:
        """Frozen participants for whom the cycle has no rubric, counted by position kind."""
        ...

    async def rated_from_above(self, cycle_id: UUID) -> Sequence[UUID]:
        """Frozen participants with an anonymous rater who may not be one: superior, appraiser, appraiser's superior."""
        ...

    async def rated_by_former_superior(self, cycle_id: UUID) -> Sequence[UUID]:
        """Frozen participants with an assignment of type superior that is not their superior's."""
        ...

    async def rates_anonymously(self, participant: Participant, employee_ids: Collection[UUID]) -> bool:
        """Whether any of these people holds an anonymous assignment on the participant."""
        ...

    async def is_sealed(self, participant: Participant) -> bool:
        """Whether a figure of any of his anonymous groups was ever shown."""
        ...

    async def has_sheets(self, participant: Participant) -> bool:
        """Whether anything was ever submitted for him and is still kept."""
        ...


class ExternalScores(Protocol):
    """Values measured by other systems."""

    async def get(self, participant_id: UUID, dimension: Dimension) -> ExternalScore | None: ...
    async def put(self, score: ExternalScore) -> None: ...

    async def dimensions(self, cycle_id: UUID) -> frozenset[Dimension]:
        """The dimensions of which some participant of the cycle has a score."""
        ...
