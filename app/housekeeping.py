"""Removing what has outlived its purpose: a little every hour while serving, the rest at an operator's word."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.domain.actions import retention
from app.domain.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from app.api.deps import Services

_log = structlog.get_logger(__name__)
Counts = Mapping[str, int]
Work = Callable[[UnitOfWork], Awaitable[Counts]]


async def keep_house(services: "Services") -> None:
    """Tidy once per interval until cancelled; whatever goes wrong is logged and tried again an interval later."""
    while True:
        await asyncio.sleep(services.settings.housekeeping_seconds)
        try:
            counts = await tidy(services)
        except Exception:  # noqa: BLE001 - a fault tonight must not end the tidying of all nights
            _log.exception("housekeeping_failed")
        else:
            _log.info("housekeeping", **counts)


async def tidy(services: "Services") -> Counts:
    """Delete all expired technical records, batch by batch, unless another process does so."""
    total: Counter[str] = Counter()
    while True:
        counts = await _committed(services, retention.tidy)
        total.update(counts)
        if _was_last(counts):
            return total


async def _every_batch(uow: UnitOfWork) -> Counts:
    total: Counter[str] = Counter()
    while True:
        counts = await retention.tidy(uow)
        total.update(counts)
        if _was_last(counts):
            return total


def _was_last(counts: Counts) -> bool:
    return max(counts.values(), default=0) < retention.BATCH


async def purge(services: "Services", *, dry_run: bool) -> Counts:
    """Delete everything that is older than the retention period, each cycle in a transaction of its own.

    With ``dry_run`` every deletion is done and taken back, so that the numbers are true.
    """
    years = services.settings.retention_years
    run = _rehearsed if dry_run else _committed
    total: Counter[str] = Counter()
    async with services.unit_of_work("purge") as uow:
        cycles = await retention.outdated_cycles(uow, years)
    total.update(await run(services, partial(retention.forget_paperwork, years=years)))
    for cycle in cycles:
        total.update(await run(services, partial(retention.clear_cycle, cycle=cycle)))
    total.update(await (_rehearsed(services, _every_batch) if dry_run else tidy(services)))
    return {"cycles": len(cycles), **total}


async def _committed(services: "Services", work: Work) -> Counts:
    async with services.unit_of_work("housekeeping") as uow:
        counts = await work(uow)
        await uow.commit()
    return counts


async def _rehearsed(services: "Services", work: Work) -> Counts:
    async with services.unit_of_work("housekeeping") as uow:
        return await work(uow)
