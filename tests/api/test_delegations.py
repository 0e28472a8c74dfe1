"""Plt and Plh: who is named, on which days he reads and decides as the appraiser, and what he never may."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.api.reports.result import report_content
from app.api.words import Words
from app.domain.actions.results.reporting import report_result
from app.domain.auth import Actor
from app.domain.people import Employee
from app.domain.values import CycleState, Role
from app.repositories import tables as t
from tests.support.contract import faults, operations
from tests.support.cycle_world import PEER, CycleWorld, example
from tests.support.statements import recorded
from tests.support.world import World

pytestmark = pytest.mark.anyio
Headers = dict[str, str]
PATH = "/v1/appraiser-delegations"
FOLLOWED = {"expectations": {"work_behaviour": "meets"}}


def day(ahead: int) -> str:
    """So many days from today in Jakarta."""
    today: date = datetime.now(UTC).astimezone(timezone(timedelta(hours=7))).date()
    return str(today + timedelta(days=ahead))


class Office:
    """An appraiser, who may stand in for him, and a cycle."""

    def __init__(self, cycle: CycleWorld, people: list[Employee], headers: list[Headers], admin: Headers) -> None:
        self.cycle = cycle
        self.world = cycle.world
        self.appraiser, self.delegate = people
        self.appraiser_headers, self.headers = headers
        self.admin = admin

    @classmethod
    async def create(cls, world: World) -> "Office":
        cycle = await CycleWorld.create(world)
        async with world.owner.begin() as connection:
            await connection.execute(sa.update(t.cycles).values(code="2026-TW4"))
        people = [await world.employee(cycle.unit, name=name) for name in ("Ratna", "Budi")]
        headers = [await world.login(employee=one) for one in people]
        return cls(cycle, people, headers, await world.admin())

    async def name(self, first: int = 0, last: int = 0, **changes: Any) -> httpx.Response:
        body = {
            "appraiser_id": str(self.appraiser.id),
            "delegate_id": str(self.delegate.id),
            "kind": "plh",
            "starts_on": day(first),
            "ends_on": day(last),
            "reason": "Cuti tahunan.",
        }
        answer = await self.world.api.post(PATH, json=body | changes, headers=self.admin)
        assert not faults(operations()["createAppraiserDelegation"], answer)
        return answer

    async def end(self, delegation_id: str) -> httpx.Response:
        answer = await self.world.api.post(
            f"{PATH}/{delegation_id}/end", json={"reason": "Kembali."}, headers=self.admin
        )
        assert not faults(operations()["endAppraiserDelegation"], answer)
        return answer

    async def ratee(self, name: str, **people: Any) -> UUID:
        participant = await self.cycle.participant(example(), **({"appraiser_id": self.appraiser.id} | people))
        async with self.world.owner.begin() as connection:
            p = t.participants
            await connection.execute(sa.update(p).where(p.c.id == participant).values(name=name))
        return participant

    async def decide(self, participant: UUID, headers: Headers | None = None) -> httpx.Response:
        path = self.cycle.path(participant, "/decision")
        return await self.world.api.put(path, json=FOLLOWED, headers=headers or self.headers)

    async def inbox(self, headers: Headers | None = None) -> list[str]:
        """Whom the inbox names; the overview must count as many."""
        headers = headers or self.headers
        found = (await self.world.api.get("/v1/me/decisions", headers=headers)).json()["items"]
        overview = (await self.world.api.get("/v1/me/overview", headers=headers)).json()
        assert overview["decisions"]["waiting"] == len(found)
        return [item["participant"]["name"] for item in found]

    async def listed(self) -> int | list[str]:
        """Whom listResults names to the delegate, or its status."""
        answer = await self.world.api.get(self.cycle.path(), headers=self.headers)
        if answer.status_code != 200:
            return answer.status_code
        return [item["participant"]["name"] for item in answer.json()["items"]]


async def test_a_delegation_is_named_listed_and_ended(world: World) -> None:
    office = await Office.create(world)
    made = (await office.name(-1, 1, kind="plt")).json()
    assert made == {
        "id": made["id"],
        "appraiser": {"id": str(office.appraiser.id), "name": "Ratna"},
        "delegate": {"id": str(office.delegate.id), "name": "Budi"},
        "kind": "plt",
        "starts_on": day(-1),
        "ends_on": day(1),
        "state": "active",
        "reason": "Cuti tahunan.",
        "created_at": made["created_at"],
        "ended_at": None,
    }
    later = (await office.name(2, 9)).json()
    assert later["state"] == "upcoming"
    stranger = await world.login(employee=office.cycle.raters[0])
    auditor = await world.login(Role.AUDITOR)
    for headers, expected in (
        (office.admin, [later["id"], made["id"]]),
        (auditor, [later["id"], made["id"]]),
        (office.headers, [later["id"], made["id"]]),
        (office.appraiser_headers, [later["id"], made["id"]]),
        (stranger, []),
    ):
        answer = await world.api.get(PATH, headers=headers)
        assert not faults(operations()["listAppraiserDelegations"], answer)
        assert [item["id"] for item in answer.json()["items"]] == expected
    none = await world.api.get(PATH, params={"delegate_id": str(office.appraiser.id)}, headers=office.admin)
    assert none.json()["items"] == []
    ended = await office.end(made["id"])
    assert (ended.status_code, ended.json()["state"]) == (200, "over")
    again = await office.end(made["id"])
    assert (again.status_code, again.json()["code"]) == (409, "delegation_over")
    assert (await office.end(str(uuid4()))).status_code == 404
    e = t.audit_events
    events = await office.cycle.rows(
        sa.select(e.c.action, e.c.reason).where(e.c.object_id == UUID(made["id"])).order_by(e.c.id)
    )
    assert [tuple(row) for row in events] == [("delegation.created", "Cuti tahunan."), ("delegation.ended", "Kembali.")]


async def test_an_appraiser_has_one_delegate_on_a_day(world: World) -> None:
    office = await Office.create(world)
    other = str(office.cycle.raters[1].id)
    first = (await office.name(3, 5)).json()
    for days in ((5, 9), (0, 3), (4, 4), (0, 9)):
        refused = await office.name(*days, delegate_id=other)
        assert (refused.status_code, refused.json()["code"]) == (409, "delegation_overlaps")
    assert (await office.name(6, 9, delegate_id=other)).status_code == 201
    assert (await office.name(0, 2, delegate_id=other)).status_code == 201
    # The same delegate may stand in for several appraisers, and an ended delegation leaves its days free.
    assert (await office.name(3, 5, appraiser_id=other)).status_code == 201
    assert (await office.end(first["id"])).status_code == 200
    assert (await office.name(3, 5)).status_code == 201


async def test_what_cannot_be_named(world: World) -> None:
    office = await Office.create(world)
    left = await world.employee(office.cycle.unit, active=False)
    faulty: list[tuple[dict[str, Any], str]] = [
        ({"delegate_id": str(office.appraiser.id)}, "/delegate_id"),
        ({"delegate_id": str(left.id)}, "/delegate_id"),
        ({"delegate_id": str(uuid4())}, "/delegate_id"),
        ({"appraiser_id": str(uuid4())}, "/appraiser_id"),
        ({"starts_on": day(1)}, "/ends_on"),
        ({"kind": "pj"}, "/kind"),
        ({"reason": "x"}, "/reason"),
        ({"starts_on": "2026-3-1"}, "/starts_on"),
    ]
    for changes, pointer in faulty:
        refused = await office.name(**changes)
        assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer])
    assert (await office.name(appraiser_id=str(left.id))).status_code == 201  # a post may be vacant


@pytest.mark.parametrize(("first", "last", "stands_in"), [(0, 0, True), (-3, 0, True), (1, 2, False), (-3, -1, False)])
async def test_on_its_days_the_delegate_reads_and_decides(
    world: World, first: int, last: int, *, stands_in: bool
) -> None:
    office = await Office.create(world)
    ratee = await office.ratee("Agus")
    foreign = await office.ratee("Foreign", appraiser_id=office.cycle.raters[2].id)
    assert (await office.name(first, last)).status_code == 201
    assert (await office.cycle.read(office.headers, ratee)).json()["code"] == "results_not_ready"
    await office.cycle.to(CycleState.REVIEW)
    assert await office.listed() == (["Agus"] if stands_in else 409)
    assert await office.inbox() == (["Agus"] if stands_in else [])
    for tail in ("", "/explanation", "/versions"):
        assert (await office.cycle.read(office.headers, ratee, tail)).status_code == (200 if stands_in else 404)
    assert (await office.cycle.read(office.headers, foreign)).status_code == 404
    assert (await office.decide(foreign)).status_code == 404
    assert (await office.decide(ratee)).status_code == (200 if stands_in else 404)


async def test_a_decision_says_on_whose_behalf(world: World) -> None:
    office = await Office.create(world)
    first, second = await office.ratee("Agus"), await office.ratee("Citra")
    delegation = (await office.name()).json()
    await office.cycle.to(CycleState.REVIEW)
    (task, _) = (await world.api.get("/v1/me/decisions", headers=office.headers)).json()["items"]
    assert task["appraiser_id"] == str(office.appraiser.id)
    decision = (await office.decide(first)).json()["decision"]
    assert decision["decided_by"] == str(office.delegate.id)
    assert decision["on_behalf_of"] == str(office.appraiser.id)
    many = await world.api.post(
        office.cycle.path(tail="/decisions"),
        json={"items": [{"participant_id": str(second)}]},
        headers=office.headers,
    )
    assert many.json()["items"][0]["decision"]["on_behalf_of"] == str(office.appraiser.id)
    e = t.audit_events
    events = await office.cycle.rows(
        sa.select(e.c.details)
        .where(e.c.object_id.in_([first, office.cycle.cycle.id]), e.c.action.like("result%.decided"))
        .order_by(e.c.id)
    )
    told = [row.details["decisions"][0] if "decisions" in row.details else row.details for row in events]
    assert [one["on_behalf_of"] for one in told] == [str(office.appraiser.id)] * 2
    # The appraiser may decide meanwhile, and does so for himself.
    own = (await office.decide(first, office.appraiser_headers)).json()["decision"]
    assert (own["decided_by"], own["on_behalf_of"]) == (str(office.appraiser.id), None)
    assert (await office.end(delegation["id"])).status_code == 200
    assert (await office.cycle.read(office.headers, second)).status_code == 404
    assert (await office.decide(second)).status_code == 404
    assert await office.listed() == 409


async def test_a_report_names_who_decided_on_behalf(world: World) -> None:
    office = await Office.create(world)
    ratee = await office.ratee("Agus")
    await office.name()
    await office.cycle.to(CycleState.REVIEW)
    deputies = []
    for headers in (office.headers, office.appraiser_headers):
        assert (await office.decide(ratee, headers)).status_code == 200
        reader = Actor(uuid4(), "officer", None, frozenset({Role.ADMIN}), frozenset())
        async with world.services.unit_of_work("test") as uow:
            reported = await report_result(uow, reader, office.cycle.cycle.id, ratee)
        deputies.append(report_content(reported, Words("id"))["deputy"])
        told = await office.cycle.read(headers, ratee, "/explanation")
        assert ("on behalf of the appraising officer" in told.json()["decision"]["text"]) is (headers is office.headers)
    assert deputies == [f"Budi, {office.delegate.position}", None]


async def test_an_auditor_who_stands_in_learns_no_more_than_the_appraiser_of_who_rates(world: World) -> None:
    office = await Office.create(world)
    unit = await world.unit()
    office.delegate = await world.employee(unit, name="Wati")
    auditor = await world.login(Role.AUDITOR, employee=office.delegate)
    ratee = await office.ratee("Agus")
    peer = next(one for one, kind, _ in office.cycle.assignments[ratee] if kind is PEER)

    async def learns() -> tuple[bool, int]:
        path = f"/v1/cycles/{office.cycle.cycle.id}/assignments"
        listed = await world.api.get(path, headers=auditor)
        return str(peer) in listed.text, (await world.api.get(f"/v1/assignments/{peer}", headers=auditor)).status_code

    assert await learns() == (True, 200)
    delegation = (await office.name()).json()
    assert await learns() == (False, 404)
    await office.end(delegation["id"])
    assert await learns() == (True, 200)


async def test_a_delegate_is_only_a_ratee_about_himself(world: World) -> None:
    office = await Office.create(world)
    own = await office.ratee("Budi", employee_id=office.delegate.id)
    await office.ratee("Agus")
    await office.name()
    await office.cycle.to(CycleState.REVIEW)
    assert await office.listed() == ["Agus"]
    assert await office.inbox() == ["Agus"]
    assert await office.inbox(office.appraiser_headers) == ["Agus", "Budi"]
    for answer in (await office.cycle.read(office.headers, own), await office.decide(own)):
        assert (answer.status_code, answer.json()["code"]) == (409, "results_not_ready")
    many = {"items": [{"participant_id": str(own)}]}
    bulk = await world.api.post(office.cycle.path(tail="/decisions"), json=many, headers=office.headers)
    assert (bulk.status_code, bulk.json()["errors"][0]["code"]) == (422, "unknown_participant")
    await office.cycle.to(CycleState.PUBLISHED)
    assert (await office.cycle.read(office.headers, own)).status_code == 200
    assert (await office.decide(own)).status_code == 403
    team = await world.api.get(
        office.cycle.path(tail="/export"), headers=office.headers | {"Accept": "application/jsonl"}
    )
    assert team.status_code == 200
    assert b"Agus" in team.content
    assert b"Budi" not in team.content


async def test_whom_a_delegate_rates_anonymously_waits_for_the_appraiser(world: World) -> None:
    """Rule 6; and naming him tells nobody that he rates anybody (rule 2)."""
    office = await Office.create(world)
    rated = await office.ratee("Rated")
    await office.ratee("Agus")
    await office.cycle.assignment(rated, PEER, office.delegate.id)
    plain = await office.name(9, 9, delegate_id=str(office.cycle.raters[3].id))
    made = await office.name()
    assert (made.status_code, set(made.json())) == (plain.status_code, set(plain.json()))
    await office.cycle.to(CycleState.REVIEW)
    assert await office.listed() == ["Agus"]
    assert await office.inbox() == ["Agus"]
    assert (await office.cycle.read(office.headers, rated)).status_code == 404
    assert (await office.decide(rated)).status_code == 404
    assert (await office.decide(rated, office.appraiser_headers)).status_code == 200


async def test_a_delegation_ends_at_midnight_without_anybody_writing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await Office.create(world)
    ratee = await office.ratee("Agus")
    await office.name()
    await office.cycle.to(CycleState.REVIEW)
    assert (await office.cycle.read(office.headers, ratee)).status_code == 200
    d = t.appraiser_delegations
    past = {"starts_on": date.fromisoformat(day(-2)), "ends_on": date.fromisoformat(day(-1))}
    async with world.owner.begin() as connection:  # as if today were the day after its last
        await connection.execute(sa.update(d).values(**past))
    assert (await office.cycle.read(office.headers, ratee)).status_code == 200  # remembered for today
    later = time.monotonic() + 86_400
    monkeypatch.setattr("app.repositories.directory.monotonic", lambda: later)
    assert (await office.cycle.read(office.headers, ratee)).status_code == 404


async def test_standing_in_costs_no_statement(world: World) -> None:
    office = await Office.create(world)
    ratee = await office.ratee("Agus")
    await office.name()
    await office.cycle.to(CycleState.REVIEW)
    counts = []
    for headers in (office.appraiser_headers, office.headers):
        await office.cycle.read(headers, ratee)
        async with recorded(world.services.database) as statements:
            assert (await office.cycle.read(headers, ratee)).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
