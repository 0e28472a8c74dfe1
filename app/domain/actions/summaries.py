"""Summaries of a cycle: made of frozen figures, for each reader of what he may read (anonymity.md rules 6 and 10)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from app.domain import policies
from app.domain.actions.exports import circle as circle_of
from app.domain.actions.results.freezing import freeze_summaries
from app.domain.actions.rubrics import rubrics_of
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.cycles import RELEASED, Cycle
from app.domain.errors import Forbidden, NotFound
from app.domain.paging import PageRequest
from app.domain.policies_results import READ_RESULTS
from app.domain.ports.cycles import CycleFilter
from app.domain.rubrics import Rubric
from app.domain.summaries import LEAST, Heading, Kind, Summary, all_columns, summarise
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import CycleState

#: Over so many cycles a trend goes back at most.
LONGEST_TREND: Final = 8
_NEWEST_FIRST: Final = "-rating_opens_at"


@dataclass(frozen=True, slots=True)
class Seen:
    """A summary with the cycle and the rubrics that it is of."""

    cycle: Cycle
    rubrics: Sequence[Rubric]
    summary: Summary


async def see_summary(uow: UnitOfWork, actor: Actor, cycle_id: UUID, unit_id: UUID | None = None) -> Seen:
    """All figures of all units that have participants whom the actor may read together, or of ``unit_id`` and below.

    It is the same for all readers but for what is left out of it (`summarise`). Under review it is frozen at the first
    reading, and again when enough participants have changed; so the transaction must be one that may write.

    `Conflict` (``results_not_ready``) while it is not his to read yet, `Forbidden` for people without a team, `NotFound`
    for a unit where he may read nobody.
    """
    policies.require_reader(actor, READ_RESULTS)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    scope = await circle_of(uow, actor, cycle)
    frozen_at = await _frozen(uow, cycle)
    record = await uow.summaries.record(cycle_id)
    circle = await uow.summaries.circle(cycle_id, scope)
    rubrics = await rubrics_of(uow, cycle)
    heading = Heading(cycle_id, cycle.policy.scheme, frozen_at)
    summary = await asyncio.to_thread(summarise, heading, all_columns(rubrics), record, circle)
    part = summary if unit_id is None else summary.under(unit_id)
    if part is None:
        raise NotFound
    details = {} if unit_id is None else {"unit_id": str(unit_id)}
    await uow.trail.record_read(actor, AuditEvent("summary.read", "cycle", cycle_id, details))
    return Seen(cycle, rubrics, part)


async def _frozen(uow: UnitOfWork, cycle: Cycle) -> datetime:
    """Of which moment the figures are. Under review they are taken anew where that was due."""
    frozen_at = await uow.summaries.frozen_at(cycle.id)
    if frozen_at is not None and (cycle.state in RELEASED or await uow.summaries.changed(cycle.id) < LEAST):
        return frozen_at
    await uow.summaries.lock(cycle.id)
    frozen_at = await uow.summaries.frozen_at(cycle.id)  # somebody else may have made it meanwhile
    if frozen_at is not None and await uow.summaries.changed(cycle.id) < LEAST:
        return frozen_at
    now = await uow.now()
    await freeze_summaries(uow, cycle, now, published=cycle.state in RELEASED)
    return now


@dataclass(frozen=True, slots=True)
class Moment:
    """The figures of one unit in one cycle, each withheld as in that cycle's summary."""

    cycle: Cycle
    summary: Summary


async def read_trend(uow: UnitOfWork, actor: Actor, unit_id: UUID) -> tuple[Moment, ...]:
    """The unit's summaries in the newest `LONGEST_TREND` published cycles that the actor may read, oldest first.

    `NotFound` when there is none.
    """
    policies.require_reader(actor, READ_RESULTS)
    moments: list[Moment] = []
    for state in (CycleState.PUBLISHED, CycleState.ARCHIVED):
        page = await uow.cycles.page(CycleFilter(state=state), PageRequest(limit=LONGEST_TREND, sort=_NEWEST_FIRST))
        for cycle in page.items:
            try:
                whole = (await see_summary(uow, actor, cycle.id, unit_id)).summary
            except (NotFound, Forbidden):
                continue
            moments.append(Moment(cycle, replace(whole, rows=whole.rows[:1]).of(Kind.OVERALL, Kind.DIMENSION)))
    if not moments:
        raise NotFound
    in_order = sorted(moments, key=lambda moment: (moment.cycle.period_end, moment.cycle.created_at))
    return tuple(in_order[-LONGEST_TREND:])


@dataclass(frozen=True, slots=True)
class UnitReported:
    """A unit's summary in one cycle, and the unit from cycle to cycle as far as that may be read."""

    seen: Seen
    trend: tuple[Moment, ...]


async def report_unit(uow: UnitOfWork, actor: Actor, cycle_id: UUID, unit_id: UUID | None = None) -> UnitReported:
    """What a report of a unit says, made of summaries alone: what `see_summary` and `read_trend` give this reader."""
    seen = await see_summary(uow, actor, cycle_id, unit_id)
    unit = seen.summary.rows[0].unit
    try:
        trend = () if unit is None else await read_trend(uow, actor, unit.id)
    except NotFound:  # nothing of the unit is published yet
        trend = ()
    return UnitReported(seen, trend)
