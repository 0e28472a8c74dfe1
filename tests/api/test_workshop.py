"""Charts and reports under load over HTTP: few are made at a time, and whoever waits for one keeps no connection."""

import asyncio
import threading

import pytest
import sqlalchemy as sa

from app.api import result_charts, result_reports
from app.domain.values import CycleState
from app.repositories import tables as t
from tests.support.cycle_world import CycleWorld, example
from tests.support.world import World

pytestmark = pytest.mark.anyio
#: Two are made and six wait.
ROOM = 8
_OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"


@pytest.mark.parametrize("tail", ["/report", "/chart", "/chart?kind=history"])
async def test_whoever_waits_keeps_no_connection_and_one_too_many_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch, tail: str
) -> None:
    gate = threading.Event()

    def slowly(*_: object) -> bytes:
        assert gate.wait(10)
        return b"drawn"

    monkeypatch.setattr(result_reports, "result_report", slowly)
    monkeypatch.setattr(result_charts, "criteria_chart", slowly)
    monkeypatch.setattr(result_charts, "history_chart", slowly)
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    headers = await world.admin()
    asked = [asyncio.create_task(cycle.read(headers, participant, tail)) for _ in range(ROOM + 1)]
    done, waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED, timeout=5)
    try:
        (refused,) = done
        answer = refused.result()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "service_unavailable"
        async with world.owner.connect() as connection:
            assert await connection.scalar(sa.text(_OPEN)) == 0
        assert world.services.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        read = sa.select(sa.func.count()).where(t.audit_events.c.object_id == participant)
        assert (await cycle.rows(read.where(t.audit_events.c.action == "result.read")))[0][0] == ROOM + 1
    finally:
        gate.set()
    answers = await asyncio.wait_for(asyncio.gather(*waiting), 10)
    assert [(one.status_code, one.content) for one in answers] == [(200, b"drawn")] * ROOM
