"""Generating assignments from the hierarchy, over HTTP."""

from typing import Any

import httpx
import pytest

from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.api.test_assignments import Office, open_office
from tests.support.world import World

pytestmark = pytest.mark.anyio

RULES = {
    "superior": True,
    "self": True,
    "subordinates": {"max": 5},
    "peers": {"count": 3, "scope": "unit", "max_per_rater": 10},
}


async def generate(
    api: httpx.AsyncClient, office: Office, headers: dict[str, str], *, dry_run: bool = False, rules: Any = None
) -> httpx.Response:
    body = {"rules": RULES if rules is None else rules, "dry_run": dry_run}
    return await api.post(f"/v1/cycles/{office.cycle.id}/assignments/generation", json=body, headers=headers)


async def test_the_hierarchy_gives_all_assignments_once(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world, CycleState.DRAFT)
    admin = await world.admin()
    answer = await generate(api, office, admin)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["created"], report["existing"], report["dry_run"]) == (8, 0, False)
    assert report["created_by_type"] == {"superior": 1, "self": 1, "subordinate": 2, "peer": 4}
    assert report["loads"] == {"min": 1, "median": 1, "max": 1, "histogram": [{"assignments": 1, "raters": 4}]}
    assert report["shortfalls"] == [
        {"participant_id": str(office.participant), "rater_type": "subordinate", "wanted": 5, "assigned": 2},
        {"participant_id": str(office.participant), "rater_type": "peer", "wanted": 5, "assigned": 4},
    ]
    assert report["shortfalls_total"] == 2
    rows = await office.stage.rows(t.assignments)
    assert {(row.rater_type, row.rater_id, row.state) for row in rows} == {
        ("superior", office.chief.id, "pending"),
        ("self", office.clerk.id, "pending"),
        *(("peer", peer.id, "pending") for peer in office.peers),
        *(("subordinate", assistant.id, "pending") for assistant in office.assistants),
    }
    again = (await generate(api, office, admin)).json()
    assert (again["created"], again["existing"]) == (0, 8)
    assert len(await office.stage.rows(t.assignments)) == 8
    [announced] = await office.stage.rows(t.outbox_events)
    assert announced.payload == {"cycle_id": str(office.cycle.id), "count": 8}


async def test_a_dry_run_changes_nothing_and_is_recorded(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    report = (await generate(api, office, await world.admin(), dry_run=True)).json()
    assert (report["created"], report["dry_run"]) == (8, True)
    assert await office.stage.rows(t.assignments) == []
    assert await office.stage.rows(t.outbox_events) == []
    [told] = [row for row in await office.stage.audited("assignment.generated") if row.object_id == office.cycle.id]
    assert (told.details["seed"], told.details["dry_run"], told.details["created"]) == (report["seed"], True, 8)


async def test_the_seed_is_the_servers(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    seeds = {(await generate(api, office, admin, dry_run=True)).json()["seed"] for _ in range(3)}
    assert len(seeds) == 3
    assert all(0 <= seed < 2**53 for seed in seeds)
    body = {"rules": RULES, "seed": 7}
    path = f"/v1/cycles/{office.cycle.id}/assignments/generation"
    assert (await api.post(path, json=body, headers=admin)).status_code == 422


async def test_voided_assignments_are_made_anew_and_declined_ones_are_not(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    await office.assigned(RaterType.PEER, office.peers[0], "declined")
    await office.assigned(RaterType.PEER, office.peers[1], "voided")
    report = (await generate(api, office, admin)).json()
    assert (report["existing"], report["created_by_type"]["peer"]) == (1, 3)


async def test_unit_administrators_generate_for_their_subtree(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    elsewhere = await world.unit("ELSEWHERE")
    stranger = await world.employee(elsewhere)
    await office.stage.participant(office.cycle, stranger)
    rules = {"self": True}
    local = await generate(api, office, await world.login(Role.UNIT_ADMIN, unit=elsewhere), rules=rules)
    assert local.json()["created"] == 1
    [made] = await office.stage.rows(t.assignments)
    assert made.rater_id == stranger.id
    for headers in (await world.login(Role.AUDITOR), await office.stage.login(office.chief)):
        assert (await generate(api, office, headers)).status_code == 403


async def test_a_unit_administrator_draws_no_anonymous_raters_after_a_review(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world)
    await office.stage.result(office.cycle, office.participant)
    local = await world.login(Role.UNIT_ADMIN, unit=office.unit)
    assert (await generate(api, office, local)).status_code == 403
    assert (await generate(api, office, local, rules={"superior": True})).json()["created"] == 1
    await office.stage.seal(office.participant, RaterType.PEER)
    report = (await generate(api, office, await world.admin())).json()
    assert "peer" not in report["created_by_type"]


async def test_an_administrator_is_told_nothing_of_his_own_groups(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    report = (await generate(api, office, await office.stage.login(office.clerk, Role.ADMIN))).json()
    assert (report["created"], report["shortfalls"], report["shortfalls_total"]) == (8, [], 0)


@pytest.mark.parametrize(
    ("rules", "pointer"),
    [
        ({"peers": {"count": 0, "max_per_rater": 5}}, "/rules/peers/count"),
        ({"peers": {"count": 5, "max_per_rater": 0}}, "/rules/peers/max_per_rater"),
        ({"peers": {"count": 5, "scope": "city"}}, "/rules/peers/scope"),
        ({"subordinates": {"max": "5"}}, "/rules/subordinates/max"),
        ({"superior": 1}, "/rules/superior"),
        ({"own": True}, "/rules/own"),
    ],
)
async def test_faulty_rules_are_refused(api: httpx.AsyncClient, world: World, rules: Any, pointer: str) -> None:
    office = await open_office(world)
    answer = await generate(api, office, await world.admin(), rules=rules)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_nothing_is_generated_from_review_on(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world, CycleState.REVIEW)
    answer = await generate(api, office, await world.admin(), dry_run=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_state_forbids")
