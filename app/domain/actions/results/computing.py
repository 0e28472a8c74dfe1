"""Computing the results of a cycle, as a stream: memory does not grow with the number of participants."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

import numpy as np

from app.domain import policies
from app.domain.actions.results.freezing import renew_summaries
from app.domain.actions.results.judging import Report, judge
from app.domain.actions.rubrics import rubrics_of
from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.domain.cycles import RELEASED, Cycle
from app.domain.errors import NotFound
from app.domain.participants import BEFORE_ARCHIVE
from app.domain.policies_results import require_results
from app.domain.ports.computations import Intake, Outcome
from app.domain.quality import Assessment, RatedSheets
from app.domain.scoring import ANONYMOUS, TYPES, Circumstances, Plan, compile_plan
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Cause, CycleState

#: Participants held at once: few enough that their documents are gone before the garbage collector counts them.
BATCH: Final = 250


@dataclass(frozen=True, slots=True)
class Batch:
    """What is computed in one go; with ``rated`` the raters are looked at as well."""

    plan: Plan
    intake: Intake
    circumstances: Circumstances
    rated: Callable[[], RatedSheets] | None


async def compute_results(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> Report:
    """Compute a cycle's results again, in review or published. Full administrators only.

    `Conflict`: ``results_not_ready`` before review, ``cycle_state_forbids`` once archived.
    """
    policies.require_admin(actor)
    return await recompute_cycle(uow, actor, cycle_id)


async def recompute_cycle(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> Report:
    """The same for whoever has changed something that goes into a cycle's results."""
    cycle = await uow.cycles.get(cycle_id, lock=True)
    if cycle is None:
        raise NotFound
    require_results(cycle.state)
    cycle.require_state(BEFORE_ARCHIVE)
    return await compute_cycle(uow, actor, cycle, cause=Cause.RECOMPUTATION)


async def compute_cycle(
    uow: UnitOfWork, actor: Actor | None, cycle: Cycle, *, cause: Cause, assessment: Assessment | None = None
) -> Report:
    """Compute everybody's result under the cycle's lock, which the caller holds.

    A participant gets a new version, undecided, when anything that a reader of his result is shown has changed;
    otherwise the version and its decision stay. In a published cycle a new version is published at once. Every anonymous
    group of which a figure is shown is sealed (anonymity.md rule 3), and the summary is renewed where that tells of nobody.
    At the end of rating ``assessment`` is handed the same sheets with their raters.
    """
    report = await _compute(uow, cycle, cause, assessment=assessment)
    details = {"cause": str(cause), **asdict(report)}
    await uow.trail.record(actor, AuditEvent("results.computed", "cycle", cycle.id, details))
    if cycle.state in RELEASED and report.computed:
        await renew_summaries(uow, cycle)
        payload = {"cycle_id": str(cycle.id), "count": report.computed}
        await uow.trail.announce(OutboxEvent("result.changed", payload))
    return report


async def recompute_one(
    uow: UnitOfWork, actor: Actor | None, cycle: Cycle, participant_id: UUID, *, cause: Cause
) -> Report:
    """Compute one participant's result after something that goes into it changed, under the cycle's lock.

    Does nothing before review, when there are no results yet.
    """
    if cycle.state not in {CycleState.REVIEW, CycleState.PUBLISHED}:
        return Report()
    report = await _compute(uow, cycle, cause, participant_id)
    details = {"cause": str(cause), **asdict(report)}
    await uow.trail.record(actor, AuditEvent("result.computed", "participant", participant_id, details))
    if cycle.state in RELEASED and report.computed:
        await renew_summaries(uow, cycle, participant_id)
        payload = {"cycle_id": str(cycle.id), "participant_id": str(participant_id)}
        await uow.trail.announce(OutboxEvent("result.changed", payload))
    return report


async def _compute(
    uow: UnitOfWork,
    cycle: Cycle,
    cause: Cause,
    participant_id: UUID | None = None,
    assessment: Assessment | None = None,
) -> Report:
    """While a thread computes one batch, the database stores the one before and reads the one after."""
    now = await uow.now()
    storage = uow.computations
    batches = _batches(uow, cycle, participant_id, with_raters=assessment is not None)

    def work(batch: Batch) -> tuple[Outcome, Report]:
        if assessment is not None and batch.rated is not None:
            assessment.add(batch.plan, batch.rated())
        inputs = (batch.plan, batch.intake, batch.circumstances)
        return judge(*inputs, storage, renew_receipts=cycle.state not in RELEASED)

    async def exchange(outcome: Outcome) -> Batch | None:
        await storage.store(cycle, outcome, cause=cause, now=now)
        return await anext(batches, None)

    report, ready = Report(), Outcome()
    batch = await anext(batches, None)
    while batch is not None:
        batch, (ready, part) = await asyncio.gather(exchange(ready), asyncio.to_thread(work, batch))
        report += part
    await storage.store(cycle, ready, cause=cause, now=now)
    return report


async def _batches(
    uow: UnitOfWork, cycle: Cycle, participant_id: UUID | None, *, with_raters: bool
) -> AsyncIterator[Batch]:
    async for plan, intake in intakes(uow, cycle, participant_id):
        rated = await uow.quality.rated(cycle.id, intake) if with_raters else None
        yield Batch(plan, intake, await circumstances(uow, plan, intake), rated)


async def intakes(
    uow: UnitOfWork, cycle: Cycle, participant_id: UUID | None = None
) -> AsyncIterator[tuple[Plan, Intake]]:
    """All participants of a cycle (or one), in batches that share a rubric."""
    for rubric in await rubrics_of(uow, cycle):
        plan = compile_plan(rubric, cycle.policy)
        async for intake in uow.computations.intakes(cycle, plan.rubric, participant_id, size=BATCH):
            yield plan, intake


async def circumstances(uow: UnitOfWork, plan: Plan, intake: Intake) -> Circumstances:
    """What is known of the participants beside their sheets.

    Whether anybody is assigned is asked only where it decides whether a reason is given: nothing else of an anonymous
    assignment may make a difference to a result (anonymity.md rule 2). Groups are set aside by appeals alone.
    """
    participants = len(intake.participants)
    group = intake.sheets.participant * len(TYPES) + intake.sheets.rater_type
    sheets = np.bincount(group, minlength=participants * len(TYPES)).reshape(participants, len(TYPES))
    required = np.array([rater_type in plan.policy.required_rater_types for rater_type in TYPES])
    in_question = (sheets < plan.minimum) & ANONYMOUS & plan.weighing & ~required
    places = [(p, t) for p, t in np.argwhere(in_question).tolist()]
    found = await uow.computations.assigned([(intake.participants[p], TYPES[t]) for p, t in places])
    assigned = np.zeros_like(in_question)
    for p, t in places:
        assigned[p, t] = (intake.participants[p], TYPES[t]) in found
    return Circumstances(
        set_aside=np.zeros_like(in_question),
        assigned=assigned,
        filled_at_opening=(intake.assigned_at_opening >= plan.minimum) & ANONYMOUS,
        innovation=intake.innovation,
        external=intake.external,
    )
