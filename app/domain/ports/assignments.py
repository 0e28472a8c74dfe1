"""Storage of assignments and invitations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.assignments import Assignment, AssignmentFacts, Invitation, Ratee, Rater, Redemption, Task
from app.domain.generation import Pair
from app.domain.paging import Page, PageRequest
from app.domain.progress import GroupFate
from app.domain.values import AssignmentState, PositionKind, RaterType


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a list of assignments, and how far he sees beyond his own (anonymity.md rules 2 and 7).

    ``units`` are those whose assignments he administers, ``None`` for a full administrator; ``oversees`` is an auditor.
    ``appraisers`` are those as whom he appraises.
    """

    employee_id: UUID | None
    appraisers: Collection[UUID]
    assignment_id: UUID | None
    units: Collection[UUID] | None
    oversees: bool


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """``state`` finds only assignments whose state the audience may know."""

    cycle_id: UUID
    audience: Audience
    participant_id: UUID | None = None
    rater_type: RaterType | None = None
    rater_id: UUID | None = None
    state: AssignmentState | None = None


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """One rater's own work list: an employee's, or the single assignment of a service recipient."""

    employee_id: UUID | None
    assignment_id: UUID | None
    cycle_id: UUID | None = None
    state: AssignmentState | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """Which rater types are asked anything: by the rubric named with the participant, otherwise by his position kind."""

    by_rubric: Mapping[UUID, frozenset[RaterType]]
    by_kind: Mapping[PositionKind, frozenset[RaterType]]

    def asked(self, rubric_id: UUID | None, kind: PositionKind) -> frozenset[RaterType]:
        """The rater types asked about a participant."""
        if rubric_id is not None:
            return self.by_rubric.get(rubric_id, frozenset())
        return self.by_kind.get(kind, frozenset())


class Assignments(Protocol):
    """Who rates whom."""

    async def facts(self, assignment_id: UUID) -> AssignmentFacts | None: ...
    async def get(self, assignment_id: UUID, *, lock: bool = False) -> Assignment | None: ...
    async def many(self, assignment_ids: Sequence[UUID]) -> Sequence[Assignment]: ...
    async def page(self, wanted: AssignmentFilter, request: PageRequest) -> Page[Assignment]: ...
    async def tasks(self, wanted: TaskFilter, request: PageRequest) -> Page[Task]: ...

    async def is_sealed(self, participant_id: UUID, rater_type: RaterType) -> bool:
        """Whether a figure of this group was shown to anybody (anonymity.md rule 3)."""
        ...

    async def sealed(self, cycle_id: UUID) -> frozenset[tuple[UUID, RaterType]]:
        """All sealed groups of a cycle."""
        ...

    async def was_reviewed(self, cycle_id: UUID) -> bool:
        """Whether results of this cycle were ever computed."""
        ...

    async def ratees(
        self,
        cycle_id: UUID,
        questions: Questions,
        *,
        participant_ids: Collection[UUID] | None = None,
        units: Collection[UUID] | None = None,
    ) -> dict[UUID, Ratee]:
        """Participants by id, within ``units`` when given, as they stand in the hierarchy that holds for this cycle."""
        ...

    async def raters(self, employee_ids: Collection[UUID] | None = None) -> dict[UUID, Rater]:
        """These employees, or all who are in service."""
        ...

    async def held(self, cycle_id: UUID, participant_ids: Collection[UUID] | None = None) -> list[Pair]:
        """Every assignment of an employee that is not voided."""
        ...

    async def stand_ins(self, ratee: Ratee, rater_type: RaterType) -> dict[UUID, int]:
        """Who could be a further peer or subordinate of the ratee, each with the number of his ratees in that relation."""
        ...

    async def recipients(self, participant_id: UUID) -> int:
        """How many service recipients are invited to rate this participant."""
        ...

    async def add(self, cycle_id: UUID, pairs: Sequence[tuple[UUID, RaterType, UUID | None]]) -> list[UUID]:
        """New pending assignments (participant, type, rater) with random ids, in this order, all by one COPY.

        Ids tell nothing of their time: that of a refill would be that of a refusal.
        """
        ...

    async def set_state(self, assignment_id: UUID, state: AssignmentState) -> None: ...
    async def request_void(self, assignment_id: UUID, account_id: UUID) -> None: ...
    async def hand_over(self, assignment_id: UUID, rater_id: UUID, *, stand_in: bool) -> None: ...
    async def remove(self, assignment_id: UUID) -> None: ...

    async def count_removed(self, participant_id: UUID, rater_type: RaterType) -> None:
        """Remember that one more of this type was removed."""
        ...

    async def fates(self, participant_id: UUID) -> Sequence[GroupFate]:
        """What became of the anonymous assignments on a participant, by type."""
        ...


class Invitations(Protocol):
    """One-time codes of service recipients, by hash."""

    async def add(self, invitations: Sequence[Invitation]) -> None:
        """Keep the hashes of fresh codes."""
        ...

    async def revoke(self, assignment_id: UUID) -> None:
        """Make every earlier code of the assignment worthless."""
        ...

    async def hold(self, invitation_id: UUID) -> bool:
        """Whether the invitation was not revoked, and keep it so until this transaction ends."""
        ...

    async def find(self, code: str) -> Redemption | None:
        """What a code stands for, unless it was revoked."""
        ...
