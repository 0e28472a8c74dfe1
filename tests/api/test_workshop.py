"""Charts and reports under load over HTTP: few are made at a time, and whoever waits for one keeps no connection."""

import asyncio
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from app.api import result_charts, result_reports
from app.domain.values import CycleState
from app.repositories import tables as t
from tests.support.cycle_world import CycleWorld, example
from tests.support.direct import asking
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


async def test_nothing_is_drawn_for_a_client_that_left_while_it_waited(
    world: World, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun, drawn, sent = threading.Event(), threading.Semaphore(0), list[str](), list[Any]()

    def slowly(*_: object) -> bytes:
        begun.release()
        assert gate.wait(10)
        drawn.append("chart")
        return b"drawn"

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    monkeypatch.setattr(result_charts, "criteria_chart", slowly)
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    headers, where = await world.admin(), cycle.path(participant, "/chart")
    staying = [asyncio.create_task(cycle.read(headers, participant, "/chart")) for _ in range(2)]
    for _ in staying:
        assert await asyncio.to_thread(begun.acquire, timeout=5)
    leaving = asyncio.create_task(app(asking(where, {}, headers), gone, send))
    await asyncio.sleep(0.2)
    assert sent == []
    gate.set()
    assert [answer.content for answer in await asyncio.wait_for(asyncio.gather(*staying), 10)] == [b"drawn"] * 2
    await asyncio.wait_for(leaving, 10)
    assert (drawn, sent[0]["status"]) == (["chart"] * 2, 503)
    assert (await cycle.read(headers, participant, "/chart")).content == b"drawn"
