"""What computing asks of the tables that it fills itself."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.domain.actions.results import compute_cycle, computing
from app.domain.values import Cause
from tests.support.cycle_world import CycleWorld, example
from tests.support.world import World

pytestmark = pytest.mark.anyio
_LOOKS = """
SELECT relname, seq_scan + idx_scan AS looks FROM pg_stat_xact_user_tables
WHERE relname IN ('receipt_salts', 'sealed_groups')
"""


async def _looks(uow: Any) -> Mapping[str, int]:
    return {row["relname"]: row["looks"] for row in await uow._session.fetch(_LOOKS)}  # noqa: SLF001 - its transaction


async def _computing(world: World, cycle: CycleWorld, cause: Cause) -> dict[str, int]:
    """How often either table was looked into."""
    async with world.services.unit_of_work(None) as uow:
        before = await _looks(uow)
        await compute_cycle(uow, None, cycle.cycle, cause=cause)
        after = await _looks(uow)
        await uow.commit()
    return {table: after[table] - before[table] for table in after}


async def test_a_first_computation_does_not_look_into_what_it_writes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planned on empty tables, each batch would read everything that was written for those before it."""
    monkeypatch.setattr(computing, "BATCH", 2)
    cycle = await CycleWorld.create(world)
    for _ in range(5):
        await cycle.participant(example())
    first = await _computing(world, cycle, Cause.RATING_CLOSED)
    again = await _computing(world, cycle, Cause.RECOMPUTATION)
    assert set(first.values()) == {0}
    assert min(again.values()) >= 3  # once for each batch
