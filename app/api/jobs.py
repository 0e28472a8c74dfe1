"""Work that may take long: answered when it is done within ten seconds, otherwise handed over to a job."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import structlog
from fastapi import Response
from pydantic import Field

from app.api.answers import answer
from app.api.deps import Context, Ctx, Services
from app.api.routing import TopicRouter
from app.api.schemas.common import Id, Moment, Out
from app.domain.errors import DomainError, NotFound
from app.domain.jobs import Job as DomainJob
from app.domain.jobs import JobKind, JobStatus, Phase, Progress
from app.domain.unit_of_work import UnitOfWork

router = TopicRouter("Operations")
PATIENCE_SECONDS: Final = 10.0
T = TypeVar("T")
Work = Callable[[UnitOfWork], Awaitable[Out]]
#: How far the work has come, as far as it tells.
Look = Callable[[], Progress | None]
Finish = Callable[[Out], Response]
_LOOK_EVERY_SECONDS: Final = 0.5
_log = structlog.get_logger(__name__)
#: The event loop holds tasks weakly; these are held until they end.
_running: set[asyncio.Task[Any]] = set()


class JobProgress(Out):
    """How far work has come. An import is written whole or not at all, so it tells its phase and no fraction of rows."""

    phase: Annotated[
        Phase,
        Field(description="`reading` the cells, `checking` every row, `writing` all of them.", examples=["checking"]),
    ]
    rows: Annotated[int, Field(ge=0, le=1_048_577, description="Rows that pass through each phase.", examples=[15000])]

    @classmethod
    def of(cls, progress: Progress) -> "JobProgress":
        """From the domain."""
        return cls(phase=progress.phase, rows=progress.rows)


class Job(Out):
    """One piece of long work."""

    id: Annotated[Id, Field(description="Id of the job.")]
    kind: Annotated[JobKind, Field(description="What is being done.", examples=["computation"])]
    status: Annotated[JobStatus, Field(description="How it stands.", examples=["running"])]
    cycle_id: Annotated[Id | None, Field(description="The cycle it concerns.")]
    progress: Annotated[
        JobProgress | None,
        Field(description="How far an import has come, or in which phase it ended; null for other work."),
    ]
    report: Annotated[
        dict[str, Any] | None,
        Field(
            max_length=50,
            description="What the request would have answered; null until it succeeded.",
            examples=[{"participants": 120, "computed": 120, "unchanged": 0, "complete": 117, "incomplete": 3}],
        ),
    ]
    error: Annotated[
        str | None,
        Field(max_length=60, description="Code of the problem when it failed.", examples=["job_interrupted"]),
    ]
    created_at: Annotated[Moment, Field(description="When it began.")]
    finished_at: Annotated[Moment | None, Field(description="When it ended.")]

    @classmethod
    def of(cls, job: DomainJob) -> "Job":
        """From the domain."""
        same = cls.model_fields.keys() - {"progress"}
        progress = None if job.progress is None else JobProgress.of(job.progress)
        return cls(**{name: getattr(job, name) for name in same}, progress=progress)


async def answer_or_job(
    ctx: Context,
    kind: JobKind,
    cycle_id: UUID | None,
    work: Work,
    finish: Finish | None = None,
    look: Look = lambda: None,
) -> Response:
    """Do ``work`` in a transaction of its own; 200 with its report, or 202 with the job that goes on.

    ``finish`` makes another answer of a report that is there in time. What the job keeps is the report as it is, and
    meanwhile what ``look`` tells.
    The work must be safe to repeat: its effect and the answer kept under an ``Idempotency-Key`` are two transactions.
    """
    job_id = ctx.uow.new_id()
    task = _start(_work(ctx.services, ctx.request.scope.get("request_id"), job_id, work))
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    if done:
        return answer(ctx, task.result()) if finish is None else finish(task.result())
    job = DomainJob(
        id=job_id,
        kind=kind,
        status=JobStatus.RUNNING,
        account_id=ctx.actor.account_id,
        cycle_id=cycle_id,
        report=None,
        error=None,
        created_at=await ctx.uow.now(),
        finished_at=None,
        progress=look(),
    )
    recorded = asyncio.Event()
    closing = _start(_record(ctx.services, job, task, recorded, look))
    await asyncio.wait({closing, _start(recorded.wait())}, return_when=asyncio.FIRST_COMPLETED)
    return answer(ctx, Job.of(job), 202, headers={"Location": f"/v1/jobs/{job_id}"})


def _start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def _work(services: Services, request_id: str | None, job_id: UUID, work: Work) -> Out:
    async with services.unit_of_work(request_id) as uow:
        await uow.jobs.work_on(job_id)
        report = await work(uow)
        await uow.commit()
    return report


async def _record(
    services: Services, job: DomainJob, task: asyncio.Task[Out], recorded: asyncio.Event, look: Look
) -> None:
    """Write that the job runs, wait for its end, write how it ended; the job counts as worked on all the while."""
    async with services.unit_of_work(None) as uow:
        await uow.jobs.work_on(job.id)
        async with uow.separate() as other:
            await other.jobs.add(job)
        recorded.set()
        await _tell_progress(uow, job, task, look)
        report, error = await _end_of(task, job.id)
        await uow.jobs.finish(job.id, report, error)
        await uow.commit()


async def _tell_progress(uow: UnitOfWork, job: DomainJob, task: asyncio.Task[Out], look: Look) -> None:
    """Until the task ends, write what changes, each time in a transaction of its own."""
    told, done = job.progress, False
    while not done:
        done = bool((await asyncio.wait({task}, timeout=_LOOK_EVERY_SECONDS))[0])
        progress = look()
        if progress is not None and progress != told:
            async with uow.separate() as other:
                await other.jobs.advance(job.id, progress)
            told = progress


async def _end_of(task: asyncio.Task[Out], job_id: UUID) -> tuple[dict[str, Any] | None, str | None]:
    try:
        return (await task).model_dump(mode="json"), None
    except DomainError as failure:
        return None, failure.code
    except Exception:  # noqa: BLE001 - nobody waits for this task: its end must be written whatever it was
        _log.exception("job_failed", job_id=str(job_id))
        return None, "internal_error"


@router.operation("GET", "/v1/jobs/{job_id}", name="getJob", summary="Read how long work stands", answers=Job)
async def get_job(ctx: Ctx, job_id: Id) -> Response:
    """A job, for whoever started it and for administrators."""
    job = await ctx.uow.jobs.get(job_id)
    if job is None or not (ctx.actor.is_admin or ctx.actor.account_id == job.account_id):
        raise NotFound
    return answer(ctx, Job.of(job))
