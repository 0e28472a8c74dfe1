"""Results of a whole cycle, read batch by batch for a file."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.policies_results import Standing
from app.domain.ports.results import Document, Ratee, ResultFilter, Version
from app.domain.values import Employment


@dataclass(frozen=True, slots=True)
class Officer:
    """The appraiser as the directory knows him now; outside the ASN (the mayor) he has neither NIP nor grade."""

    nip: str | None
    name: str
    position: str
    grade: str | None
    unit_name: str
    employment: Employment


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One participant with his current result. NIP and grade are the directory's of now."""

    standing: Standing
    ratee: Ratee
    nip: str | None
    grade: str | None
    version: Version
    document: Document
    appraiser: Officer | None


class Exports(Protocol):
    """Reading for files: one snapshot, bounded memory, few at a time."""

    def snapshot(self) -> AbstractAsyncContextManager[None]:
        """Make this transaction see one moment and write nothing; it must not have begun.

        Raises `Unavailable` while as many exports as this process allows are being read.
        """
        ...

    async def leads(self, cycle_id: UUID, employee_id: UUID, *, stands_in_for: Collection[UUID] = ()) -> bool:
        """Whether the employee is superior or appraiser of anybody in the cycle, or stands in for who is the appraiser."""
        ...

    def batches(self, wanted: ResultFilter) -> AsyncGenerator[Sequence[ExportRow], None]:
        """Current results by name, through a cursor of the server."""
        ...
