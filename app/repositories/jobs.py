"""Jobs. Whoever works on one holds an advisory lock for it, so a dead worker shows without heartbeats."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from app.domain.jobs import Job, JobKind, JobStatus, Phase, Progress
from app.repositories import tables as t
from app.repositories.session import Session

#: How the job of a worker that is gone ends.
WORKER_LOST: Final = "job_interrupted"


class SqlJobs:
    """Jobs, and who is still working on them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, job: Job) -> None:
        """Insert."""
        await self._session.execute(sa.insert(t.jobs).values(**asdict(job)))

    async def get(self, job_id: UUID) -> Job | None:
        """The job; a running one whose lock is free has lost its worker.

        It may also have ended between the first look and the lock, so that only a second look can tell.
        """
        job = await self._find(job_id)
        if job is None or job.status is not JobStatus.RUNNING or not await self._is_abandoned(job_id):
            return job
        job = await self._find(job_id)
        if job is not None and job.status is JobStatus.RUNNING:
            return replace(job, status=JobStatus.FAILED, error=WORKER_LOST)
        return job

    async def _find(self, job_id: UUID) -> Job | None:
        row = await self._session.first(sa.select(t.jobs).where(t.jobs.c.id == job_id))
        if row is None:
            return None
        return Job(
            id=row.id,
            kind=JobKind(row.kind),
            status=JobStatus(row.status),
            account_id=row.account_id,
            cycle_id=row.cycle_id,
            report=row.report,
            error=row.error,
            created_at=row.created_at,
            finished_at=row.finished_at,
            progress=None if row.progress is None else Progress(Phase(row.progress["phase"]), row.progress["rows"]),
        )

    async def _is_abandoned(self, job_id: UUID) -> bool:
        """Nobody holds the job's lock."""
        return bool(await self._session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_lock_key(job_id)))))

    async def work_on(self, job_id: UUID) -> None:
        """Hold the job's lock, beside others who do, until this transaction ends."""
        await self._session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_lock_key(job_id))))

    async def advance(self, job_id: UUID, progress: Progress) -> None:
        """Write how far it has come."""
        mine = sa.update(t.jobs).where(t.jobs.c.id == job_id)
        await self._session.execute(mine.values(progress=asdict(progress)))

    async def finish(self, job_id: UUID, report: Mapping[str, Any] | None, error: str | None) -> None:
        """Write how it ended."""
        status = JobStatus.FAILED if error else JobStatus.SUCCEEDED
        await self._session.execute(
            sa.update(t.jobs)
            .where(t.jobs.c.id == job_id)
            .values(status=status, report=report, error=error, finished_at=sa.func.now())
        )


def _lock_key(job_id: UUID) -> sa.ColumnElement[int]:
    return sa.func.hashtextextended(f"job:{job_id}", 0)
