"""Long work that a request started and no longer waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class JobKind(StrEnum):
    """What is being done."""

    GENERATION = "generation"
    COMPUTATION = "computation"
    IMPORT = "import"


class JobStatus(StrEnum):
    """How it stands. A job whose process died has failed; its transaction left nothing behind."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Phase(StrEnum):
    """What an import is doing, in this order. All rows are written at once or none, so phases are all that can be told."""

    READING = "reading"
    CHECKING = "checking"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work has come: in which phase it is, and how many rows pass through each."""

    phase: Phase
    rows: int


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work; ``report`` is what the request would have answered, ``error`` the code of the problem.

    ``progress`` is told by work that has phases; after the end, it is the phase in which the work ended.
    """

    id: UUID
    kind: JobKind
    status: JobStatus
    account_id: UUID
    cycle_id: UUID | None
    report: Mapping[str, Any] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None
    progress: Progress | None = None
