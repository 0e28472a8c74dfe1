"""What an import tells: how many rows, what came of them, and every fault with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

T = TypeVar("T")
#: As many faults are listed; the others are counted.
MOST_LISTED: Final = 1_000


class ImportKind(StrEnum):
    """What the rows are."""

    UNITS = "units"
    EMPLOYEES = "employees"
    ACCOUNTS = "accounts"
    ASSIGNMENTS = "assignments"
    EXTERNAL_SCORES = "external_scores"

    @property
    def of_cycle(self) -> bool:
        """Whether the rows belong to one cycle."""
        return self in {ImportKind.ASSIGNMENTS, ImportKind.EXTERNAL_SCORES}


class ImportStatus(StrEnum):
    """A failed import changed nothing."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault. ``row`` counts as a spreadsheet does, the header included; params never repeat what a cell holds."""

    row: int
    column: str | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of one import. Counts are zero when it failed; of a dry run they tell what would be."""

    id: UUID
    kind: ImportKind
    dry_run: bool
    status: ImportStatus
    account_id: UUID
    cycle_id: UUID | None
    rows: int
    created: int
    updated: int
    unchanged: int
    error_count: int
    errors: tuple[RowError, ...]
    created_at: datetime


@dataclass(slots=True)
class Changes(Generic[T]):
    """What sound rows would do."""

    created: list[T] = field(default_factory=list)
    updated: list[T] = field(default_factory=list)
    unchanged: int = 0


class Faults:
    """Collects faults: all are counted, the first of each kind kept, so that a hopeless file costs no memory."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[tuple[str | None, str], list[RowError]] = {}

    def add(self, row: int, column: str | None, code: str, /, **params: Any) -> None:
        """Note a fault. Faults of one column and code must come in the order of their rows."""
        self.count += 1
        kept = self._kept.setdefault((column, code), [])
        if len(kept) < MOST_LISTED:
            kept.append(RowError(row, column, code, params))

    def first(self) -> tuple[RowError, ...]:
        """The first `MOST_LISTED` by row."""
        found = [error for errors in self._kept.values() for error in errors]
        return tuple(sorted(found, key=lambda error: error.row)[:MOST_LISTED])
