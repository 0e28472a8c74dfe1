"""Removing what has outlived its purpose: technical records by the hour, appraisals at an operator's word."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.audit import AuditEvent
from app.domain.cycles import Cycle
from app.domain.retention import years_before
from app.domain.unit_of_work import UnitOfWork

#: So many rows of a kind in one transaction, that none lasts long.
BATCH: Final = 5_000


async def tidy(uow: UnitOfWork) -> Mapping[str, int]:
    """Delete one batch of expired technical records; nothing while another process does so."""
    if not await uow.retention.try_alone():
        return {}
    return await uow.retention.tidy(await uow.now(), BATCH)


async def outdated_cycles(uow: UnitOfWork, years: int) -> Sequence[Cycle]:
    """Archived cycles whose results were published more than so many years ago."""
    return await uow.retention.outdated_cycles(years_before(await uow.now(), years))


async def clear_cycle(uow: UnitOfWork, cycle: Cycle) -> Mapping[str, int]:
    """Delete everything about the participants of an outdated cycle, and record how many they were."""
    counts = await uow.retention.clear_cycle(cycle)
    await uow.trail.record(None, AuditEvent("retention.cycle_cleared", "cycle", cycle.id, counts))
    return counts


async def forget_paperwork(uow: UnitOfWork, years: int) -> Mapping[str, int]:
    """Delete requests, reports and deliveries that are older than the period, and record how many."""
    counts = await uow.retention.forget_paperwork(years_before(await uow.now(), years))
    await uow.trail.record(None, AuditEvent("retention.purged", "service", None, counts))
    return counts
