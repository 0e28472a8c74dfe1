"""The appraiser's inbox: what waits for him in all cycles, what he sees of it, and that the overview counts the same."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.domain.cycles import ExternalRange, Policy
from app.domain.people import Employee
from app.domain.values import CycleState, Dimension, Role
from app.repositories import tables as t
from tests.support.contract import faults, operations
from tests.support.cycle_world import EXAMPLE_SHEETS, PEER, SUBORDINATE, SUPERIOR, CycleWorld
from tests.support.oracle import Case
from tests.support.rounds import start_round
from tests.support.world import World

pytestmark = pytest.mark.anyio
Headers = dict[str, str]
POLICY = Policy(
    rater_weights={SUPERIOR: 60, PEER: 40, SUBORDINATE: 10},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
)
EXTERNAL = {"work_result": {"min": 0, "max": 120}}
#: What the sheets of the worked example and an SKP of 108 recommend.
FOLLOWED = {"work_result": "above", "work_behaviour": "meets"}


class Desk:
    """An appraiser with people in one or more cycles."""

    def __init__(self, world: World, appraiser: Employee, headers: Headers) -> None:
        self.world = world
        self.appraiser = appraiser
        self.headers = headers
        self.people: dict[str, tuple[CycleWorld, UUID]] = {}

    @classmethod
    async def create(cls, world: World) -> "Desk":
        appraiser = await world.employee(await world.unit())
        return cls(world, appraiser, await world.login(employee=appraiser))

    async def cycle(self, code: str) -> CycleWorld:
        cycle = await CycleWorld.create(self.world, policy=POLICY)
        await self.change(t.cycles, cycle.cycle.id, code=code, title=f"Siklus {code}")
        return cycle

    async def change(self, table: sa.Table, row_id: UUID, **values: Any) -> None:
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.update(table).where(table.c.id == row_id).values(**values))

    async def add(self, cycle: CycleWorld, name: str, *, complete: bool = True, **people: Any) -> UUID:
        external = {Dimension.WORK_RESULT: Decimal(108)} if complete else {}
        case = Case(sheets=list(EXAMPLE_SHEETS), external=external)
        participant = await cycle.participant(case, **({"appraiser_id": self.appraiser.id} | people))
        await self.change(t.participants, participant, name=name)
        self.people[name] = (cycle, participant)
        return participant

    async def lose_a_group(self, name: str) -> None:
        """As if subordinates had been assigned when rating opened."""
        async with self.world.owner.begin() as connection:
            row = {"participant_id": self.people[name][1], "rater_type": "subordinate", "assigned": 3}
            await connection.execute(sa.insert(t.opening_groups).values(row))

    async def decide(self, name: str, **more: Any) -> httpx.Response:
        cycle, participant = self.people[name]
        path = cycle.path(participant, "/decision")
        return await self.world.api.put(path, json={"expectations": FOLLOWED, **more}, headers=self.headers)

    async def ask(self, headers: Headers | None = None, **query: str) -> Any:
        answer = await self.world.api.get("/v1/me/decisions", params=query, headers=headers or self.headers)
        assert answer.status_code == 200, answer.text
        assert not faults(operations()["listMyDecisions"], answer)
        return answer.json()

    async def names(self, headers: Headers | None = None, **query: str) -> list[str]:
        found = await self.ask(headers, **query)
        return [f"{item['cycle']['code']} {item['participant']['name']}" for item in found["items"]]

    async def waiting(self) -> int:
        overview = await self.world.api.get("/v1/me/overview", headers=self.headers)
        count: int = overview.json()["decisions"]["waiting"]
        return count

    async def reads(self) -> list[int]:
        e = t.audit_events
        async with self.world.owner.connect() as connection:
            found = await connection.execute(
                sa.select(e.c.details)
                .where(e.c.action == "decisions.listed", e.c.object_id == self.appraiser.id)
                .order_by(e.c.id)
            )
            return [row.details["count"] for row in found]


async def test_what_waits_in_all_cycles_and_what_is_done(world: World) -> None:
    desk = await Desk.create(world)
    first, second, open_one = await desk.cycle("B"), await desk.cycle("A"), await desk.cycle("C")
    await desk.add(first, "Budi")
    await desk.add(first, "Agus")
    await desk.add(first, "Incomplete", complete=False)
    await desk.add(first, "Foreign", appraiser_id=None)
    await desk.add(second, "Citra")
    await desk.add(open_one, "Early")
    assert (await desk.names(state="all", completeness="all"), await desk.waiting()) == ([], 0)
    for cycle in (first, second):
        await cycle.to(CycleState.REVIEW)
    assert await desk.names() == ["A Citra", "B Agus", "B Budi"]
    assert await desk.names(completeness="all") == ["A Citra", "B Agus", "B Budi", "B Incomplete"]
    assert await desk.names(completeness="incomplete") == ["B Incomplete"]
    assert await desk.names(cycle_id=str(second.cycle.id)) == ["A Citra"]
    assert await desk.waiting() == 3
    assert (await desk.decide("Budi")).status_code == 200
    assert await desk.names() == ["A Citra", "B Agus"]
    assert await desk.names(state="decided") == ["B Budi"]
    assert await desk.names(state="all") == ["A Citra", "B Agus", "B Budi"]
    assert await desk.waiting() == 2
    # Published: what was decided is settled, what was not still waits for its first decision.
    await first.to(CycleState.PUBLISHED)
    assert await desk.names(state="all", cycle_id=str(first.cycle.id)) == ["B Agus"]
    assert await desk.waiting() == 2
    assert (await desk.decide("Agus")).status_code == 200
    assert await desk.names(state="all") == ["A Citra"]
    await second.to(CycleState.PUBLISHED)
    await second.to(CycleState.ARCHIVED)
    assert (await desk.names(state="all"), await desk.waiting()) == ([], 0)
    assert await desk.reads() == [3, 4, 1, 1, 2, 1, 3, 1, 1]


async def test_recommended_and_decided_stand_side_by_side(world: World) -> None:
    desk = await Desk.create(world)
    cycle = await desk.cycle("2026-TW4")
    await desk.add(cycle, "Agus")
    await desk.add(cycle, "Lost")
    await desk.add(cycle, "Open", complete=False)
    await desk.lose_a_group("Lost")
    await cycle.to(CycleState.REVIEW)
    assert (await desk.decide("Agus", expectations={**FOLLOWED, "work_result": "meets"}, reason="Bukti.")).is_success
    agus, lost, unfinished = (await desk.ask(state="all", completeness="all"))["items"]
    assert agus["cycle"] == {
        "id": str(cycle.cycle.id),
        "code": "2026-TW4",
        "title": "Siklus 2026-TW4",
        "state": "review",
    }
    assert agus["dimensions"] == [
        {"dimension": "work_result", "recommended": "above", "decided": "meets"},
        {"dimension": "work_behaviour", "recommended": "meets", "decided": "meets"},
    ]
    assert (agus["predicate"]["recommended"], agus["predicate"]["decided"]) == ("good", "good")
    assert agus["decision"]["reason"] == "Bukti."
    assert (agus["group_lost"], agus["reason_required"]) == (False, False)
    assert (lost["group_lost"], lost["reason_required"], lost["completeness"]) == (True, True, "complete")
    assert [one["decided"] for one in lost["dimensions"]] == [None, None]
    assert (unfinished["reason_required"], unfinished["predicate"]["recommended"]) == (True, None)
    assert unfinished["dimensions"][0] == {"dimension": "work_result", "recommended": None, "decided": None}


async def test_whom_he_rates_anonymously_is_not_there(world: World) -> None:
    """An assignment that came before he was made appraiser (rule 6): another one decides."""
    desk = await Desk.create(world)
    cycle = await desk.cycle("A")
    await desk.add(cycle, "Agus")
    rated = await desk.add(cycle, "Rated")
    await cycle.assignment(rated, PEER, desk.appraiser.id)
    await cycle.to(CycleState.REVIEW)
    assert await desk.names(state="all", completeness="all") == ["A Agus"]
    assert await desk.waiting() == 1
    assert (await desk.decide("Rated")).status_code == 404


async def test_pages_join_and_others_find_nothing(world: World) -> None:
    desk = await Desk.create(world)
    for code in ("A", "B"):
        cycle = await desk.cycle(code)
        for name in ("Citra", "Agus", "Budi"):
            await desk.add(cycle, f"{name} {code}")
        await cycle.to(CycleState.REVIEW)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": "2"}
    while True:
        page = await desk.ask(**query)
        seen += [item["participant"]["name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == ["Agus A", "Budi A", "Citra A", "Agus B", "Budi B", "Citra B"]
    assert len(seen) == await desk.waiting()
    colleague = await world.login(Role.ADMIN, employee=await world.employee(await world.unit()))
    for other in (await world.admin(), colleague):
        assert await desk.names(other, state="all") == []
    for wrong in ({"state": "open"}, {"completeness": "half"}, {"cycle_id": "x"}, {"cursor": "x"}, {"sort": "name"}):
        answer = await world.api.get("/v1/me/decisions", params=wrong, headers=desk.headers)
        assert answer.status_code == 422, wrong


async def test_an_appraiser_without_nip_decides(api: httpx.AsyncClient, world: World) -> None:
    """The mayor is no civil servant; he appraises the heads of departments all the same."""
    weights = {"superior": 60, "peer": 40, "self": 0}
    this = await start_round(api, world, policy={"rater_weights": weights, "external_dimensions": EXTERNAL})
    body = {
        "name": "Wali Kota",
        "nip": None,
        "employment": "non_asn",
        "position": "Wali Kota",
        "position_kind": "jpt",
        "unit_id": str(this.unit.id),
    }
    employee = await this.post("/v1/employees", body)
    assert employee["nip"] is None
    await world.account("wali.kota", employee=await _stored(world, employee["id"]))
    token = (await world.log_in("wali.kota"))["access_token"]
    mayor = {"Authorization": f"Bearer {token}", "Accept-Language": "id"}
    path = f"/v1/cycles/{this.cycle_id}/participants/{this.participant_id}"
    named = await api.patch(
        path, json={"appraiser_id": employee["id"], "reason": "Kepala dinas."}, headers=this.admin | {"If-Match": "*"}
    )
    assert named.status_code == 200, named.text
    score = {"value": 108, "source": "e-Kinerja", "measured_at": "2026-01-31T08:00:00Z"}
    assert (await api.put(f"{path}/external-scores/work_result", json=score, headers=this.admin)).status_code == 201
    for rater in this.assignments:
        await this.submit(rater, [4, 4, 4])
    await this.transition("review")
    refused = await this.transition("published", status=409)
    assert refused["code"] == "results_undecided"
    undecided = {"undecided": "true", "completeness": "complete"}
    whom = await api.get(f"/v1/cycles/{this.cycle_id}/results", params=undecided, headers=this.admin)
    assert [item["participant"]["id"] for item in whom.json()["items"]] == [this.participant_id]
    (task,) = (await this.get("/v1/me/decisions", headers=mayor))["items"]
    assert (task["predicate"]["recommended"], task["predicate"]["label"]) == ("good", "Baik")
    expectations = {one["dimension"]: one["recommended"] for one in task["dimensions"]}
    decided = await api.put(
        f"/v1/cycles/{this.cycle_id}/results/{this.participant_id}/decision",
        json={"expectations": expectations},
        headers=mayor,
    )
    assert (decided.status_code, decided.json()["decision"]["decided_by"]) == (200, employee["id"])
    assert (await this.get("/v1/me/decisions", headers=mayor))["items"] == []
    await this.transition("published")
    own = await this.get(f"/v1/cycles/{this.cycle_id}/results/{this.participant_id}", headers=this.headers["ratee"])
    assert own["predicate"]["decided"] == "good"


async def _stored(world: World, employee_id: str) -> Employee:
    async with world.services.unit_of_work(None) as uow:
        employee = await uow.employees.get(UUID(employee_id))
    assert employee is not None
    return employee
