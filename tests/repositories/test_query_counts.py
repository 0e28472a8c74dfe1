"""How often each operation asks the database: once on the hot paths, and never once per row."""

from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from app.api.router import routers
from app.domain.values import Cause, CycleState
from tests.support.cycle_world import PEER, CycleWorld, example
from tests.support.rounds import start_round
from tests.support.statements import recorded
from tests.support.world import World

#: Reads that an administrator can ask with nothing but a cycle's id: every list is among them.
_READS = sorted(
    route.path
    for router in routers()
    for route in router.routes
    if isinstance(route, APIRoute)
    and route.methods == {"GET"}
    and set(route.param_convertors) <= {"cycle_id"}
    and route.path not in {"/readyz", "/metrics"}
)
#: An audited read writes one row; a page may look up what belongs to it. Nothing here depends on the number of rows.
_MOST = 6


async def _count(world: World, path: str, headers: dict[str, str]) -> tuple[int, int]:
    await world.api.get(path, headers=headers)  # what is remembered for ever is remembered now
    async with recorded(world.services.database) as statements:
        answer = await world.api.get(path, headers=headers)
    return answer.status_code, len(statements)


async def _grow(world: World, cycle: CycleWorld, times: int) -> None:
    for _ in range(times):
        unit = await world.unit()
        participant = await cycle.participant(example(), unit=unit)
        await cycle.assignment(participant, PEER)
        await world.login(employee=await world.employee(unit))
        await CycleWorld.create(world, raters=1)


async def test_no_read_asks_once_per_row(world: World) -> None:
    cycle = await CycleWorld.create(world)
    await _grow(world, cycle, 1)
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    paths = [path.replace("{cycle_id}", str(cycle.cycle.id)) for path in _READS]
    few = {path: await _count(world, path, admin) for path in paths}
    await _grow(world, cycle, 5)
    await cycle.to(CycleState.REVIEW, cause=Cause.RECOMPUTATION)
    many = {path: await _count(world, path, admin) for path in paths}
    assert {path: status for path, (status, _) in many.items()} == {path: status for path, (status, _) in few.items()}
    assert max(status for status, _ in many.values()) < 500
    assert {path: count for path, (_, count) in many.items() if count > few[path][1]} == {}
    assert {path: count for path, (_, count) in many.items() if count > _MOST} == {}
    assert sum(status == 200 for status, _ in many.values()) >= 12


#: What belongs to one result, for whoever may read it.
_OF_A_RESULT = sorted(
    route.path
    for router in routers()
    for route in router.routes
    if isinstance(route, APIRoute)
    and route.methods == {"GET"}
    and set(route.param_convertors) == {"cycle_id", "participant_id"}
    and "/results/" in route.path
)


async def test_no_reading_of_a_result_asks_once_per_sheet_or_version(world: World) -> None:
    cycle = await CycleWorld.create(world, raters=12)
    employee = await world.employee(cycle.unit)
    participant = await cycle.participant(example(), employee_id=employee.id)
    await cycle.to(CycleState.REVIEW)
    admin, filled = await world.admin(), {"cycle_id": str(cycle.cycle.id), "participant_id": str(participant)}
    paths = [path.format(**filled) for path in _OF_A_RESULT]
    few = {path: await _count(world, path, admin) for path in paths}
    for points in (5, 4, 3, 2):
        await cycle.sheet(participant, PEER, [points, points, points])
        await cycle.to(CycleState.REVIEW, cause=Cause.RECOMPUTATION)
    many = {path: await _count(world, path, admin) for path in paths}
    assert many == few
    assert {path: count for path, (_, count) in many.items() if count > _MOST} == {}
    assert sum(status == 200 for status, _ in many.values()) >= 6


async def _asked(world: World, method: str, path: str, headers: dict[str, str], body: Any = None) -> int:
    async with recorded(world.services.database) as statements:
        answer = await world.api.request(method, path, headers=headers, json=body)
    assert answer.status_code == 200, answer.text
    return len(statements)


def _body(form: dict[str, Any], status: str, **more: Any) -> dict[str, Any]:
    indicators = [i["indicator_id"] for criterion in form["criteria"] for i in criterion["indicators"]]
    scores = [{"indicator_id": indicator, "points": 4} for indicator in indicators]
    return {"status": status, "scores": scores, **more}


@pytest.mark.parametrize("rater", ["peer0", "superior", "ratee"])
async def test_each_step_of_a_rater_is_one_statement(api: httpx.AsyncClient, world: World, rater: str) -> None:
    this = await start_round(api, world)
    form = await this.form(rater)
    path, headers = f"/v1/assignments/{this.assignments[rater]}/submission", this.headers[rater]
    remark = [{"kind": "strength", "text": "Sabar."}]
    assert await _asked(world, "GET", "/v1/me/assignments", headers) == 1
    assert await _asked(world, "GET", path, headers) == 1
    assert await _asked(world, "PUT", path, headers, _body(form, "draft")) == 1
    assert await _asked(world, "GET", path, headers) == 2
    assert await _asked(world, "PUT", path, headers, _body(form, "submitted", comments=remark)) == 1


async def test_a_submission_nobody_prepared_asks_once_more(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    form = await this.form("peer1")  # rubric and form are known to the process, the other's assignment is not
    path, headers = f"/v1/assignments/{this.assignments['peer0']}/submission", this.headers["peer0"]
    await this.get("/v1/me", headers=headers)
    assert await _asked(world, "PUT", path, headers, _body(form, "submitted")) == 2
