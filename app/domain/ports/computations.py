"""Storage that computing and publishing results work on."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.cycles import Cycle
from app.domain.rubrics import Rubric
from app.domain.scoring import Mask, Sheets
from app.domain.values import Cause, Completeness, Dimension, Expectation, Predicate, RaterType


@dataclass(frozen=True, slots=True)
class Present:
    """The current version as a computation finds it.

    ``content`` is a digest of all that any reader of it is shown (`content_digest`), ``salt`` that of its receipt.
    """

    version: int
    content: bytes
    receipt: str
    salt: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """Everything stored that goes into the results of a number of participants who share a rubric.

    Axes: participants in the order of ``participants``, rater types in the order of `TYPES`.
    ``assigned_at_opening`` counts the assignments of the anonymous types when rating first opened. ``sheet_keys``, one per
    sheet, are opaque: only `Quality.rated` knows what to make of them.
    """

    participants: Sequence[UUID]
    sheets: Sheets
    sheet_keys: Sequence[bytes]
    assigned_at_opening: NDArray[np.int64]
    innovation: Mask
    external: Mapping[Dimension, Sequence[Decimal | None]]
    present: Sequence[Present | None]
    sealed: Mask


@dataclass(frozen=True, slots=True)
class Figures:
    """What is computed for one participant, finished for storage.

    ``overall`` and ``value`` are in hundredths. ``figures`` and ``reasons`` are JSON texts that every reader gets;
    ``officer_reasons`` replaces ``reasons`` for those who learn of a lost group, ``None`` when there is none.
    """

    completeness: Completeness
    overall: int | None
    value: int | None
    recommended: Predicate | None
    expectations: Mapping[Dimension, Expectation | None]
    figures: str
    reasons: str
    officer_reasons: str | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be stored as the current one of its participant."""

    participant_id: UUID
    version: int
    figures: Figures
    receipt: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """A receipt that takes the place of that of an existing version."""

    participant_id: UUID
    version: int
    receipt: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a computation has to store: new versions, new receipts of old ones, groups of which a figure is shown now."""

    versions: Sequence[NewVersion] = ()
    receipts: Sequence[NewReceipt] = ()
    sealed: Sequence[tuple[UUID, RaterType]] = ()


class Computations(Protocol):
    """What computing and publishing read and write. All of it happens under the cycle's lock."""

    def intakes(
        self, cycle: Cycle, rubric: Rubric, participant_id: UUID | None = None, *, size: int
    ) -> AsyncIterator[Intake]:
        """The cycle's participants with this rubric in order of their ids, up to ``size`` at a time, or just one."""
        ...

    async def assigned(self, wanted: Collection[tuple[UUID, RaterType]]) -> frozenset[tuple[UUID, RaterType]]:
        """Those of ``wanted`` (participant, rater type) that have an assignment which is not voided."""
        ...

    def write_json(self, content: object) -> str:
        """JSON text."""
        ...

    def content_digest(self, figures: Figures) -> bytes:
        """A digest of everything of one version that any reader is shown, comparable with `Present.content`."""
        ...

    def salts(self, count: int) -> Sequence[bytes]:
        """Fresh random salts of 256 bits."""
        ...

    async def store(self, cycle: Cycle, outcome: Outcome, *, cause: Cause, now: datetime) -> None:
        """Write new versions (published at once where the cycle is), receipts and seals."""
        ...

    async def publish(self, cycle_id: UUID, now: datetime) -> int:
        """Publish all current results and tell how many."""
        ...

    async def cut_links(self, cycle_id: UUID) -> None:
        """Rewrite the anonymous sheets and comments so that nothing links them to an assignment; delete all drafts."""
        ...

    async def freeze_view(self) -> None:
        """Let every statement of this transaction, which must be its first, see one and the same moment."""
        ...
