"""Storage of results as they are read, decided and acknowledged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from app.domain.decisions import Decision, Recommended
from app.domain.paging import Page, PageRequest
from app.domain.policies_results import Scope, Standing
from app.domain.values import (
    Cause,
    Completeness,
    CycleState,
    Dimension,
    Expectation,
    PositionKind,
    Predicate,
    RaterType,
    ResultStatus,
    Scheme,
    VersionChange,
)


@dataclass(frozen=True, slots=True)
class Ratee:
    """The participant as a result names him."""

    participant_id: UUID
    employee_id: UUID
    name: str
    position: str
    position_kind: PositionKind
    unit_id: UUID
    unit_name: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a result without its texts. ``overall`` and ``value`` have two decimals."""

    cycle_id: UUID
    version: int
    status: ResultStatus
    completeness: Completeness
    scheme: Scheme
    overall: Decimal | None
    value: Decimal | None
    recommended: Predicate | None
    decided: Predicate | None
    expectations: Mapping[Dimension, Expectation | None]
    decision: Decision | None
    receipt: str
    cause: Cause
    computed_at: datetime
    published_at: datetime | None
    acknowledged_at: datetime | None
    group_lost: bool

    @property
    def recommendation(self) -> Recommended:
        """What this version recommends."""
        return Recommended(self.scheme, self.completeness, self.expectations, self.recommended, self.group_lost)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The version that its reader was shown before another one; ``same``: what did not change after it."""

    version: int
    completeness: Completeness
    overall: Decimal | None
    value: Decimal | None
    recommended: Predicate | None
    decided: Predicate | None
    same: frozenset[VersionChange]


@dataclass(frozen=True, slots=True)
class Revision:
    """A version beside the one before it; ``None`` before the first that its reader may know."""

    version: Version
    before: Earlier | None

    @property
    def changed(self) -> tuple[VersionChange, ...]:
        """In what it differs from the one before, nothing for the first."""
        before = self.before
        return () if before is None else tuple(change for change in VersionChange if change not in before.same)


@dataclass(frozen=True, slots=True)
class Summary:
    """A result in a list."""

    ratee: Ratee
    version: Version


@dataclass(frozen=True, slots=True)
class Document:
    """The finished JSON texts of a version (see `Figures` of the computations)."""

    figures: str
    reasons: str
    officer_reasons: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A participant as a reader meets him, with the current version; ``None`` where nothing was computed."""

    standing: Standing
    ratee: Ratee
    version: Version | None
    document: Document | None


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """Which results to list; ``scope`` is what the actor may see."""

    cycle_id: UUID
    scope: Scope
    unit_id: UUID | None = None
    include_descendants: bool = False
    completeness: Completeness | None = None
    status: ResultStatus | None = None
    recommended: Predicate | None = None
    decided: Predicate | None = None
    undecided: bool | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """Complete participants without a decision, among all complete ones."""

    undecided: int
    complete: int


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """What a person still has to do: forms to fill in while rating is open, decisions to take."""

    pending: int
    drafts: int
    closes_at: datetime | None
    decisions: int


class Results(Protocol):
    """Results as they are read, decided and acknowledged."""

    async def cycle_state(self, cycle_id: UUID) -> CycleState | None:
        """The state of a cycle."""
        ...

    async def find(
        self, cycle_id: UUID, participant_id: UUID, reader_id: UUID | None
    ) -> tuple[CycleState, Found | None] | None:
        """The cycle's state and the participant with his whole result, in one statement; ``None``: no such cycle."""
        ...

    async def find_of(
        self, cycle_id: UUID, employee_id: UUID, reader_id: UUID | None
    ) -> tuple[CycleState, Found | None] | None:
        """The same by the employee who takes part."""
        ...

    async def many(self, cycle_id: UUID, participant_ids: Collection[UUID], reader_id: UUID) -> dict[UUID, Found]:
        """Several participants of a cycle at once, without the texts of their results."""
        ...

    async def lock(self, participant_ids: Collection[UUID]) -> None:
        """Let these participants' current results not change until this transaction ends."""
        ...

    async def page(self, wanted: ResultFilter, request: PageRequest) -> Page[Summary]:
        """Current results by ``name``, ``overall`` or ``-overall``."""
        ...

    async def versions(self, participant_id: UUID, request: PageRequest, *, released: bool) -> Page[Revision]:
        """All versions, newest first; with ``released`` only those that were published, as everybody was shown them."""
        ...

    async def published_of(self, employee_id: UUID, request: PageRequest) -> Page[Summary]:
        """An employee's own published results in all cycles, newest first."""
        ...

    async def appraises(self, cycle_id: UUID, appraisers: Collection[UUID]) -> bool:
        """Whether one of them is the appraiser of anybody in the cycle."""
        ...

    async def undecided(self, cycle_id: UUID) -> Undecided:
        """How many complete participants still wait for a decision."""
        ...

    async def decide(self, decisions: Mapping[UUID, tuple[Decision, Predicate | None]]) -> None:
        """Keep each participant's decision and decided predicate with his current version."""
        ...

    async def decide_anew(self, decisions: Mapping[UUID, tuple[Decision, Predicate | None]], *, cause: Cause) -> None:
        """The same as a new published version of each."""
        ...

    async def acknowledge(self, participant_id: UUID, now: datetime) -> None:
        """Note when the ratee took note of his current version."""
        ...

    async def open_tasks(
        self, employee_id: UUID, rater_types: Collection[RaterType], now: datetime, *, appraisers: Collection[UUID]
    ) -> OpenTasks:
        """What waits for this person: forms of these rater types that can be sent now, and decisions of ``appraisers``."""
        ...
