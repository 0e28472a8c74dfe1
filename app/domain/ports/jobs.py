"""Storage of jobs."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from app.domain.jobs import Job, Progress


class Jobs(Protocol):
    """Jobs, and who is still working on them."""

    async def add(self, job: Job) -> None: ...

    async def get(self, job_id: UUID) -> Job | None:
        """The job as it stands; one whose worker is gone has failed."""
        ...

    async def work_on(self, job_id: UUID) -> None:
        """Mark this transaction as the one that does the work, for as long as it lasts."""
        ...

    async def advance(self, job_id: UUID, progress: Progress) -> None:
        """Write how far it has come."""
        ...

    async def finish(self, job_id: UUID, report: Mapping[str, Any] | None, error: str | None) -> None: ...
