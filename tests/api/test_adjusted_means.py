"""Severity-adjusted means over HTTP: for full administrators, where raters are interchangeable, made once (rule 8)."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.domain.cycles import Policy
from app.domain.people import Employee
from app.domain.values import CycleState, Role
from app.repositories import tables as t
from tests.support.contract import faults, operations
from tests.support.cycle_world import PEER, SUBORDINATE, SUPERIOR, CycleWorld
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio
Headers = dict[str, str]
NOBODY = Case(sheets=[])


@dataclass(slots=True)
class Panels:
    """Two panels of five who have one ratee in common, and an office of four who rate each other."""

    cycle: CycleWorld
    first: list[Employee]
    second: list[Employee]
    ratees: list[Employee]
    participants: list[UUID]

    async def read(self, headers: Headers, tail: str = "", *, status: int = 200) -> Any:
        path = f"/v1/cycles/{self.cycle.cycle.id}/rating-quality/adjusted-means{tail}"
        answer = await self.cycle.world.api.get(path, headers=headers)
        assert answer.status_code == status, answer.text
        assert not faults(operations()["listAdjustedMeans"], answer)
        return answer.json()

    async def told(self, headers: Headers, tail: str = "") -> dict[str, tuple[int | None, int | None, str | None]]:
        items = (await self.read(headers, tail))["items"]
        return {item["name"]: (item["raw"], item["adjusted"], item["withheld"]) for item in items}


async def people(world: World, cycle: CycleWorld, count: int) -> list[Employee]:
    return [await world.employee(cycle.unit) for _ in range(count)]


@pytest.fixture
async def panels(world: World) -> Panels:
    cycle = await CycleWorld.create(world)
    first, second, ratees = [await people(world, cycle, count) for count in (5, 5, 3)]
    participants = [await cycle.participant(NOBODY, employee_id=ratee.id) for ratee in ratees]
    # The first panel gives 75 of 100 twice; the second 25 to the ratee in common and 50 to its own.
    for rater in first:
        await cycle.sheet(participants[0], PEER, [4, 4, 4], rater.id)
        await cycle.sheet(participants[1], PEER, [4, 3, 5], rater.id)
    for rater in second:
        await cycle.sheet(participants[1], PEER, [2, 3, 1], rater.id)
        await cycle.sheet(participants[2], PEER, [3, 2, 4], rater.id)
    office = await people(world, cycle, 4)
    for one in office:
        colleague = await cycle.participant(NOBODY, employee_id=one.id)
        for other in office:
            if other is not one:
                await cycle.sheet(colleague, PEER, [3, 3, 4], other.id)
    p = t.participants
    async with world.owner.begin() as connection:
        for employees, name in ((ratees, "Panel"), (office, "Rekan")):
            for place, one in enumerate(employees):
                await connection.execute(sa.update(p).where(p.c.employee_id == one.id).values(name=f"{name} {place}"))
    return Panels(cycle, first, second, ratees, participants)


TOLD = {"Panel 0": (75, 50, None), "Panel 1": (50, 50, None), "Panel 2": (50, 75, None)}
OFFICE = {f"Rekan {place}": (None, None, "few_alike") for place in range(4)}


async def test_panels_are_told_and_an_office_is_not(panels: Panels, world: World) -> None:
    admin = await world.admin()
    assert (await panels.read(admin, status=409))["code"] == "results_not_ready"
    await panels.cycle.to(CycleState.REVIEW)
    assert await panels.told(admin) == TOLD | OFFICE
    [item, *_] = (await panels.read(admin))["items"]
    assert (item["participant_id"], item["rater_type"]) == (str(panels.participants[0]), "peer")
    assert await panels.told(admin, f"?component={item['component']}") == TOLD
    assert await panels.told(admin, "?rater_type=subordinate") == {}
    first = await panels.read(admin, "?limit=2")
    rest = await panels.read(admin, f"?limit=200&cursor={first['next_cursor']}")
    assert [one["name"] for one in [*first["items"], *rest["items"]]] == [*TOLD, *OFFICE]


async def test_auditors_and_everybody_else_are_refused(panels: Panels, world: World) -> None:
    await panels.cycle.to(CycleState.REVIEW)
    for headers in (await world.login(Role.AUDITOR), await world.login(employee=panels.ratees[0])):
        await panels.read(headers, status=403)
    e = t.audit_events
    await panels.read(await world.admin())
    found = await panels.cycle.rows(
        sa.select(e.c.details).where(
            e.c.action == "rating_quality.adjusted_listed", e.c.object_id == panels.cycle.cycle.id
        )
    )
    assert [row.details for row in found] == [{"count": 7}]


async def test_it_is_made_once(panels: Panels, world: World) -> None:
    """Neither a recomputation nor publication, which cuts the link to the raters, makes it anew."""
    admin = await world.admin()
    await panels.cycle.to(CycleState.REVIEW)
    before = await panels.read(admin)
    for state in (None, CycleState.PUBLISHED, None):
        if state is not None:
            await panels.cycle.to(state)
        answer = await world.api.post(panels.cycle.path(tail="/computation"), headers=admin)
        assert answer.status_code == 200
        assert await panels.read(admin) == before


async def test_a_second_end_of_rating_replaces_the_first(panels: Panels, world: World) -> None:
    """A sheet more, of somebody whose other ratees are his own, and nothing is told any more: not even what was told."""
    admin = await world.admin()
    await panels.cycle.to(CycleState.REVIEW)
    await panels.cycle.to(CycleState.RATING)
    await panels.read(admin, status=409)
    newcomer = (await people(world, panels.cycle, 1))[0]
    await panels.cycle.sheet(panels.participants[1], PEER, [5, 5, 5], newcomer.id)
    await panels.cycle.to(CycleState.REVIEW)
    assert await panels.told(admin) == dict.fromkeys(TOLD | OFFICE, (None, None, "few_alike"))


async def test_an_exchange_of_two_raters_of_a_panel_changes_nothing(panels: Panels, world: World) -> None:
    """Rule 2: who of the five gave what makes no difference to anybody."""
    admin = await world.admin()
    async with world.owner.begin() as connection:
        for place, points in enumerate([[5, 5, 5], [1, 2, 1]]):
            sheet = await panels.cycle.rows(
                sa.select(t.sheets.c.id)
                .where(t.sheets.c.participant_id == panels.participants[0])
                .order_by(t.sheets.c.id)
            )
            await connection.execute(sa.update(t.sheets).where(t.sheets.c.id == sheet[place].id).values(points=points))
    await panels.cycle.to(CycleState.REVIEW)
    before = await panels.read(admin)
    assert before["items"][0]["raw"] != TOLD["Panel 0"][0]
    await panels.cycle.to(CycleState.RATING)
    a = t.assignments
    one, other = (panels.first[place].id for place in (0, 1))
    ids = panels.cycle.assignments[panels.participants[0]]
    async with world.owner.begin() as connection:
        spare = panels.second[0].id
        for assignment, rater in ((ids[0][0], spare), (ids[1][0], one), (ids[0][0], other)):
            await connection.execute(sa.update(a).where(a.c.id == assignment).values(rater_id=rater))
    await panels.cycle.to(CycleState.REVIEW)
    assert await panels.read(admin) == before


async def test_nobody_reads_about_himself_or_whom_he_rates_unseen(panels: Panels, world: World) -> None:
    ratee = await world.login(Role.ADMIN, employee=panels.ratees[1])
    rater = await world.login(Role.ADMIN, employee=panels.first[0])
    for state in (CycleState.REVIEW, CycleState.PUBLISHED):
        await panels.cycle.to(state)
        assert (await panels.told(ratee)).keys() == {"Panel 0", "Panel 2", *OFFICE}
        assert (await panels.told(rater)).keys() == {"Panel 2", *OFFICE}


async def test_rater_types_are_judged_apart(world: World) -> None:
    """A team that rates its two heads is told, whomever its members rate as peers; of one colleague alone nothing is."""
    policy = Policy(rater_weights={SUPERIOR: 60, PEER: 20, SUBORDINATE: 20})
    cycle = await CycleWorld.create(world, policy=policy)
    team = await people(world, cycle, 5)
    heads = [await cycle.participant(NOBODY) for _ in range(2)]
    colleague, unheard = [await cycle.participant(NOBODY) for _ in range(2)]
    for rater in team:
        await cycle.sheet(heads[0], SUBORDINATE, [5, 5, 5], rater.id)
        await cycle.sheet(heads[1], SUBORDINATE, [2, 2, 2], rater.id)
    for rater in team[:3]:
        await cycle.sheet(colleague, PEER, [4, 4, 4], rater.id)
    for rater in team[:2]:
        await cycle.sheet(unheard, PEER, [4, 4, 4], rater.id)
    await cycle.to(CycleState.REVIEW)
    items = (await Panels(cycle, [], [], [], []).read(await world.admin()))["items"]
    found = {(UUID(item["participant_id"]), item["rater_type"]): item for item in items}
    assert found.keys() == {(heads[0], "subordinate"), (heads[1], "subordinate"), (colleague, "peer")}
    assert [found[head, "subordinate"]["adjusted"] for head in heads] == [100, 25]
    assert found[colleague, "peer"]["withheld"] == "single_ratee"


async def test_of_a_group_set_aside_nothing_is_told(panels: Panels, world: World) -> None:
    admin = await world.admin()
    await panels.cycle.to(CycleState.REVIEW)
    r = t.results
    of_one = sa.and_(r.c.participant_id == panels.participants[2], r.c.current)
    [row] = await panels.cycle.rows(sa.select(r.c.figures).where(of_one))
    figures = json.loads(row.figures)
    figures["by_rater_type"]["peer"] = {"value": None, "withheld": "group_set_aside"}
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(r).where(of_one).values(figures=json.dumps(figures)))
    assert await panels.told(admin) == TOLD | OFFICE | {"Panel 2": (None, None, "group_set_aside")}
