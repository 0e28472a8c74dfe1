"""Lists of results, one's own results, and what waits for a person."""

from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.domain.values import CycleState, Role
from app.repositories import tables as t
from tests.support.cycle_world import PEER, SELF, SUPERIOR, CycleWorld, example
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def _named(cycle: CycleWorld, name: str, points: int | None, **more: Any) -> UUID:
    """A participant with one sheet of equal points, or none."""
    case = Case(sheets=[(SUPERIOR, [points] * 3)]) if points else Case()
    participant = await cycle.participant(case, **more)
    p = t.participants
    async with cycle.world.owner.begin() as connection:
        await connection.execute(sa.update(p).where(p.c.id == participant).values(name=name))
    return participant


async def _names(cycle: CycleWorld, headers: dict[str, str], **query: Any) -> list[str]:
    answer = await cycle.world.api.get(cycle.path(), params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [item["participant"]["name"] for item in answer.json()["items"]]


async def test_results_are_filtered_and_sorted(world: World) -> None:
    cycle = await CycleWorld.create(world)
    top = await world.unit()
    below = await world.unit(parent=top.id)
    await _named(cycle, "Citra", 5)
    await _named(cycle, "Agus", 3, unit=top)
    await _named(cycle, "Budi", 4, unit=below)
    await _named(cycle, "Dewi", None)
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    assert await _names(cycle, admin) == ["Agus", "Budi", "Citra", "Dewi"]
    assert await _names(cycle, admin, sort="overall") == ["Dewi", "Agus", "Budi", "Citra"]
    assert await _names(cycle, admin, sort="-overall") == ["Citra", "Budi", "Agus", "Dewi"]
    assert await _names(cycle, admin, completeness="incomplete") == ["Dewi"]
    assert await _names(cycle, admin, unit_id=str(top.id)) == ["Agus"]
    assert await _names(cycle, admin, unit_id=str(top.id), include_descendants="true") == ["Agus", "Budi"]
    assert await _names(cycle, admin, q="di") == ["Budi"]
    assert await _names(cycle, admin, status="decided") == []
    assert await _names(cycle, admin, recommended="good", decided="good") == []
    assert await _names(cycle, admin, undecided="true", completeness="complete") == ["Agus", "Budi", "Citra"]
    assert await _names(cycle, admin, undecided="false") == []
    item = (await world.api.get(cycle.path(), params={"limit": 1}, headers=admin)).json()["items"][0]
    assert (item["overall"], item["completeness"], item["status"], item["version"]) == (50, "complete", "computed", 1)
    assert set(item) == {
        *(
            "participant",
            "cycle_id",
            "status",
            "version",
            "predicate",
            "decision",
            "receipt",
            "computed_at",
            "published_at",
        ),
        *("acknowledged_at", "completeness", "overall"),
    }


@pytest.mark.parametrize("sort", ["name", "overall", "-overall"])
async def test_pages_join_without_a_gap(world: World, sort: str) -> None:
    cycle = await CycleWorld.create(world)
    for number, points in enumerate([5, 3, 3, None, 4, 4, None]):
        await _named(cycle, f"P{number}", points)
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    whole = await _names(cycle, admin, sort=sort)
    seen: list[str] = []
    query: dict[str, Any] = {"sort": sort, "limit": 2}
    while True:
        page = (await world.api.get(cycle.path(), params=query, headers=admin)).json()
        seen += [item["participant"]["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == whole
    assert len(seen) == 7


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"sort": "receipt"}, "/query/sort"),
        ({"limit": "0"}, "/query/limit"),
        ({"status": "lost"}, "/query/status"),
        ({"undecided": "perhaps"}, "/query/undecided"),
        ({"unit_id": "x"}, "/query/unit_id"),
        ({"page": "2"}, "/query/page"),
        ({"cursor": "WyJvdmVyYWxsIiwieCIsIngiXQ", "sort": "overall"}, "/query/cursor"),
        ({"cursor": "WyJuYW1lIiwieCIsIngiXQ", "sort": "overall"}, "/query/cursor"),
    ],
)
async def test_faulty_queries_are_refused(world: World, query: dict[str, str], pointer: str) -> None:
    cycle = await CycleWorld.create(world)
    await cycle.to(CycleState.REVIEW)
    answer = await world.api.get(cycle.path(), params=query, headers=await world.admin())
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_list_holds_each_readers_own_circle(world: World) -> None:
    cycle = await CycleWorld.create(world)
    elsewhere = await world.unit()
    chief, boss = [await world.employee(cycle.unit) for _ in range(2)]
    await _named(cycle, "Own", 5, employee_id=chief.id)
    await _named(cycle, "Appraised", 4, appraiser_id=chief.id)
    await _named(cycle, "Reports", 4, superior_id=chief.id)
    await _named(cycle, "Elsewhere", 4, unit=elsewhere, superior_id=boss.id)
    rated = await _named(cycle, "Rated", 4, superior_id=chief.id)
    await cycle.assignment(rated, PEER, chief.id)
    headers = await world.login(employee=chief)
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=elsewhere)
    await cycle.to(CycleState.REVIEW)
    assert await _names(cycle, headers) == ["Appraised"]
    early = [
        await world.api.get(cycle.path(), headers=one)
        for one in (unit_admin, await world.login(employee=cycle.raters[0]))
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in early] == [(409, "results_not_ready")] * 2
    await cycle.to(CycleState.PUBLISHED)
    assert await _names(cycle, headers) == ["Appraised", "Own", "Reports"]
    assert await _names(cycle, unit_admin) == ["Elsewhere"]
    both = await world.login(Role.UNIT_ADMIN, unit=elsewhere, employee=boss)
    assert await _names(cycle, both) == ["Elsewhere"]


async def test_ones_own_results_are_those_that_were_published(api: httpx.AsyncClient, world: World) -> None:
    first, second, unpublished = [await CycleWorld.create(world) for _ in range(3)]
    ratee = await world.employee(first.unit)
    for cycle in (first, second, unpublished):
        await cycle.participant(example(), employee_id=ratee.id)
        await cycle.participant(example())
        await cycle.to(CycleState.REVIEW)
    own = await world.login(employee=ratee)
    assert (await api.get("/v1/me/results", headers=own)).json() == {"items": [], "next_cursor": None}
    await first.to(CycleState.PUBLISHED)
    await second.to(CycleState.PUBLISHED)
    page = (await api.get("/v1/me/results", params={"limit": 1}, headers=own)).json()
    following = (await api.get("/v1/me/results", params={"cursor": page["next_cursor"]}, headers=own)).json()
    assert [item["published_at"] for item in (*page["items"], *following["items"])] == sorted(
        (item["published_at"] for item in (*page["items"], *following["items"])), reverse=True
    )
    assert len(page["items"]) == len(following["items"]) == 1
    assert {item["overall"] for item in (*page["items"], *following["items"])} == {67.92}
    assert (await api.get("/v1/me/results", headers=await world.admin())).json()["items"] == []


async def test_the_overview_counts_what_waits_for_a_person(api: httpx.AsyncClient, world: World) -> None:
    rating, review = await CycleWorld.create(world), await CycleWorld.create(world)
    me = await world.employee(rating.unit)
    own = await world.login(employee=me)
    empty = {"assignments": {"pending": 0, "drafts": 0, "closes_at": None}, "decisions": {"waiting": 0}, "results": []}
    assert (await api.get("/v1/me/overview", headers=own)).json() == empty
    assert (await api.get("/v1/me/overview", headers=await world.admin())).json() == empty
    ratee = await rating.participant(example(), employee_id=me.id)
    await rating.assignment(ratee, SELF, me.id, "draft")
    await rating.assignment(await rating.participant(example()), PEER, me.id)
    await rating.assignment(await rating.participant(example()), PEER, me.id, "declined")
    waiting = await review.participant(example(), appraiser_id=me.id)
    await review.participant(Case(), appraiser_id=me.id)
    await review.assignment(await review.participant(example(), appraiser_id=me.id), PEER, me.id)
    await review.to(CycleState.REVIEW)
    overview = (await api.get("/v1/me/overview", headers=own)).json()
    assert overview["decisions"] == {"waiting": 1}
    assignments = overview["assignments"]
    assert (assignments["pending"], assignments["drafts"], assignments["closes_at"] is None) == (1, 1, False)
    decision = {"expectations": {"work_behaviour": "meets"}}
    await api.put(review.path(waiting, "/decision"), json=decision, headers=own)
    await rating.to(CycleState.REVIEW)
    await rating.to(CycleState.PUBLISHED)
    overview = (await api.get("/v1/me/overview", headers=own)).json()
    assert overview["decisions"] == {"waiting": 0}
    assert overview["assignments"] == {"pending": 0, "drafts": 0, "closes_at": None}
    assert [item["participant"]["id"] for item in overview["results"]] == [str(ratee)]
