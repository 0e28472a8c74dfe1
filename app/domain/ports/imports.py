"""Storage of imports: what the rows of a file are judged by, writing many at once, and the reports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.auth import Account
from app.domain.cycles import ExternalScore
from app.domain.imports.employees import KnownEmployee
from app.domain.imports.report import ImportReport
from app.domain.people import EmployeeRow, Unit
from app.domain.values import Dimension


class Imports(Protocol):
    """Reading and writing in bulk."""

    def new_ids(self, count: int) -> Sequence[UUID]:
        """Fresh UUIDv7."""
        ...

    async def add(self, report: ImportReport) -> None: ...
    async def get(self, import_id: UUID) -> ImportReport | None: ...

    async def hold_units(self) -> None:
        """Let nobody else change units until this transaction ends."""
        ...

    async def hold_people(self) -> None:
        """Let nobody else change employees until this transaction ends."""
        ...

    async def hold_accounts(self) -> None:
        """Let nobody else change accounts until this transaction ends."""
        ...

    async def units(self) -> dict[str, Unit]:
        """All units by code."""
        ...

    async def add_units(self, units: Sequence[Unit]) -> None: ...
    async def save_units(self, units: Sequence[Unit]) -> None: ...

    async def employees(self, nips: Collection[str]) -> dict[str, KnownEmployee]:
        """Those who are there, by NIP."""
        ...

    async def ids_by_nip(self, nips: Collection[str]) -> dict[str, UUID]:
        """Ids of employees, by NIP."""
        ...

    async def superiors_above(self, employee_ids: Collection[UUID]) -> Mapping[UUID, UUID | None]:
        """The superior of each of these and of everybody above them."""
        ...

    async def add_employees(self, employees: Sequence[EmployeeRow]) -> None: ...
    async def save_employees(self, employees: Sequence[EmployeeRow]) -> None: ...

    async def accounts(self, employee_ids: Collection[UUID], usernames: Collection[str]) -> tuple[Account, ...]:
        """Accounts of these people or with these names."""
        ...

    async def add_accounts(self, accounts: Sequence[Account]) -> None: ...
    async def save_accounts(self, accounts: Sequence[Account]) -> None: ...
    async def end_sessions(self, account_ids: Collection[UUID]) -> None: ...

    async def with_drafts(self, employee_ids: Collection[UUID]) -> Sequence[UUID]:
        """Those of these raters who have begun a form."""
        ...

    async def issue_activations(self, codes: Sequence[tuple[UUID, bytes]], expires_at: datetime) -> None:
        """Keep the hashes of fresh activation codes, by account."""
        ...

    async def participants(self, cycle_id: UUID, employee_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """Participants of a cycle, by employee."""
        ...

    async def scores(self, cycle_id: UUID) -> dict[tuple[UUID, Dimension], ExternalScore]:
        """All external scores of a cycle."""
        ...

    async def put_scores(self, scores: Sequence[ExternalScore]) -> None: ...
