"""Freezing what summaries are made of, and renewing it where that tells of nobody (anonymity.md rule 10)."""

import asyncio
from datetime import datetime
from uuid import UUID

from app.domain import summaries
from app.domain.actions.rubrics import rubrics_of
from app.domain.cycles import Cycle
from app.domain.summaries import Frozen, Record
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import CycleState


async def freeze_summaries(uow: UnitOfWork, cycle: Cycle, now: datetime, *, published: bool) -> None:
    """Freeze all results as they stand now; decisions only once they are ``published``.

    Who waits for others, and which predicates can be told apart, is decided here and never again.
    """
    await uow.summaries.take(cycle.id, now)
    rubrics, offices = await rubrics_of(uow, cycle), await uow.summaries.offices()
    people = await uow.summaries.people(cycle.id)

    def make() -> Frozen:
        return summaries.freeze(summaries.gather(rubrics, people, with_decided=published), offices)

    await uow.summaries.keep(cycle.id, people, await asyncio.to_thread(make))


async def renew_summaries(uow: UnitOfWork, cycle: Cycle, participant_id: UUID | None = None) -> None:
    """Take over what changed in a published cycle (in the block of one participant) where that tells of nobody: `renewable`.

    All keep their predicates: blocks and groups stay as they were.
    """
    if cycle.state is not CycleState.PUBLISHED:
        return
    changes = summaries.renewable(await uow.summaries.changes(cycle.id, participant_id))
    if not changes:
        return
    await uow.summaries.take_over(cycle.id, changes, await uow.now())
    rubrics, people = await rubrics_of(uow, cycle), await uow.summaries.people(cycle.id)
    record, blocks = await uow.summaries.record(cycle.id), await uow.summaries.blocks(cycle.id)

    def make() -> Record:
        return summaries.renew(record, summaries.gather(rubrics, people, with_decided=True), blocks)

    await uow.summaries.keep_record(cycle.id, await asyncio.to_thread(make))
