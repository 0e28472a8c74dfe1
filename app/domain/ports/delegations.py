"""Storage of delegations of appraisers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.delegations import Delegation
from app.domain.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class DelegationFilter:
    """Which to list; ``of`` is whose the reader may see: where he is one of the two (``None``: all)."""

    of: UUID | None = None
    appraiser_id: UUID | None = None
    delegate_id: UUID | None = None


class Delegations(Protocol):
    """Who stands in for whom."""

    async def get(self, delegation_id: UUID, *, lock: bool = False) -> Delegation | None: ...
    async def page(self, wanted: DelegationFilter, request: PageRequest) -> Page[Delegation]: ...

    async def add(self, delegation: Delegation) -> None:
        """Insert; a day on which the appraiser has another delegate is a conflict."""
        ...

    async def end(self, delegation_id: UUID, now: datetime) -> None:
        """From this moment on it is over."""
        ...
