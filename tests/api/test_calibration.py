"""Organisational achievements, and the distribution check: what is counted, for whom, and what it says."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
import sqlalchemy as sa

from app.domain.values import CycleState, Role, Scheme
from app.repositories import tables as t
from tests.support.contract import faults, operations
from tests.support.cycle_world import EXAMPLE_POLICY, PEER, CycleWorld
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio
Headers = dict[str, str]


class Achievements:
    """Setting and reading them in one cycle."""

    def __init__(self, cycle: CycleWorld, headers: Headers) -> None:
        self.world = cycle.world
        self.cycle = cycle
        self.headers = headers

    @classmethod
    async def create(cls, world: World) -> "Achievements":
        return cls(await CycleWorld.create(world), await world.admin())

    def path(self, unit_id: UUID | None = None) -> str:
        tail = "" if unit_id is None else f"/{unit_id}"
        return f"/v1/cycles/{self.cycle.cycle.id}/org-achievements{tail}"

    async def put(self, unit_id: UUID, achievement: str, match: str | None = None, **more: Any) -> httpx.Response:
        headers = self.headers | ({"If-Match": match} if match else {})
        answer = await self.world.api.put(
            self.path(unit_id), json={"achievement": achievement, **more}, headers=headers
        )
        assert not faults(operations()["setOrgAchievement"], answer)
        return answer

    async def events(self) -> list[tuple[Any, Any]]:
        e = t.audit_events
        mine = e.c.details["cycle_id"].astext == str(self.cycle.cycle.id)
        found = await self.cycle.rows(
            sa.select(e.c.details, e.c.reason).where(e.c.action == "org_achievement.set", mine).order_by(e.c.id)
        )
        return [((row.details["before"], row.details["after"]), row.reason) for row in found]


async def test_an_achievement_is_set_once_without_and_then_with_if_match(world: World) -> None:
    units = await Achievements.create(world)
    unit = await world.unit("DINKES", name="Dinas Kesehatan")
    assert (await units.put(unit.id, "good", '"0f"')).status_code == 412
    made = await units.put(unit.id, "good")
    assert made.status_code == 201
    read = await world.api.get(units.path(unit.id), headers=units.headers)
    assert made.json() == read.json()
    assert made.json() == {
        "cycle_id": str(units.cycle.cycle.id),
        "unit": {"id": str(unit.id), "code": "DINKES", "name": "Dinas Kesehatan"},
        "achievement": "good",
        "label": "Good",
        "reason": None,
        "set_at": made.json()["set_at"],
    }
    etag = made.headers["etag"]
    assert read.headers["etag"] == etag
    assert (await units.put(unit.id, "poor")).status_code == 428
    assert (await units.put(unit.id, "poor", '"0f"')).status_code == 412
    same = await units.put(unit.id, "good", etag)
    assert (same.status_code, same.json()) == (200, made.json())
    changed = await units.put(unit.id, "poor", etag, reason="Evaluasi ulang.")
    assert (changed.status_code, changed.json()["achievement"]) == (200, "poor")
    assert (await units.put(unit.id, "good", etag)).status_code == 412
    assert await units.events() == [((None, "good"), None), (("good", "poor"), "Evaluasi ulang.")]
    unchanged = await world.api.get(
        units.path(unit.id), headers=units.headers | {"If-None-Match": changed.headers["etag"]}
    )
    assert unchanged.status_code == 304


async def test_what_cannot_be_set(world: World) -> None:
    units = await Achievements.create(world)
    unit = await world.unit()
    assert (await units.put(uuid4(), "good")).status_code == 404
    assert (await world.api.get(units.path(unit.id), headers=units.headers)).status_code == 404
    for body in ({"achievement": "istimewa"}, {}, {"achievement": "good", "reason": "x"}, {"achievement": None}):
        answer = await world.api.put(units.path(unit.id), json=body, headers=units.headers)
        assert answer.status_code == 422, body
    await units.cycle.to(CycleState.ARCHIVED)
    late = await units.put(unit.id, "good")
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")
    assert await units.events() == []


async def test_achievements_are_listed_by_unit_for_all_staff(world: World) -> None:
    units = await Achievements.create(world)
    for code in ("B", "C", "A"):
        unit = await world.unit(code)
        assert (await units.put(unit.id, "excellent")).status_code == 201
    plain = await world.login(employee=units.cycle.raters[0]) | {"Accept-Language": "id"}
    seen, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = await world.api.get(units.path(), params=query, headers=plain)
        assert not faults(operations()["listOrgAchievements"], page)
        seen += [(item["unit"]["code"], item["label"]) for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == [("A", "Istimewa"), ("B", "Istimewa"), ("C", "Istimewa")]


# ---------------------------------------------------------------- the check


class Office(Achievements):
    """People with the predicates that a test wants, straight in the tables."""

    async def people(self, recommended: str | None, count: int = 1, *, decided: str | None = None, **who: Any) -> None:
        """So many participants with these predicates; ``decided`` of "-" is a decision without a predicate."""
        r = t.results
        for _ in range(count):
            participant = await self.cycle.participant(Case(), **who)
            values = {
                "participant_id": participant,
                "version": 1,
                "cycle_id": self.cycle.cycle.id,
                "current": True,
                "status": "decided" if decided else "computed",
                "completeness": "complete" if recommended else "incomplete",
                "scheme": self.cycle.cycle.policy.scheme,
                "recommended": recommended,
                "decided": None if decided in {None, "-"} else decided,
                "expectations": "{}",
                "decision": orjson.loads(b"{}") if decided else sa.null(),
                "figures": "{}",
                "reasons": "[]",
                "receipt": "0" * 64,
                "cause": "rating_closed",
                "computed_at": sa.func.now(),
            }
            async with self.world.owner.begin() as connection:
                await connection.execute(sa.insert(r).values(**values))
            self.last = participant

    async def state(self, state: CycleState) -> None:
        async with self.world.owner.begin() as connection:
            c = t.cycles
            await connection.execute(sa.update(c).where(c.c.id == self.cycle.cycle.id).values(state=state.value))

    async def check(self, unit_id: UUID, headers: Headers | None = None) -> httpx.Response:
        path = f"/v1/cycles/{self.cycle.cycle.id}/distribution-check"
        answer = await self.world.api.get(path, params={"unit_id": str(unit_id)}, headers=headers or self.headers)
        assert not faults(operations()["getDistributionCheck"], answer)
        return answer

    async def counted(self, headers: Headers, unit_id: UUID | None = None) -> tuple[int, list[int]]:
        """Over how many people, and how many of each predicate are recommended."""
        answer = await self.check(unit_id or self.cycle.unit.id, headers)
        assert answer.status_code == 200, answer.text
        counts = [one["count"] for one in answer.json()["recommended"]["predicates"]]
        return answer.json()["participants"], counts

    async def reads(self) -> list[dict[str, Any]]:
        e = t.audit_events
        found = await self.cycle.rows(
            sa.select(e.c.details)
            .where(e.c.action == "results.distribution_checked", e.c.object_id == self.cycle.cycle.id)
            .order_by(e.c.id)
        )
        return [row.details for row in found]


async def _office(world: World, state: CycleState = CycleState.REVIEW) -> Office:
    office = Office(await CycleWorld.create(world), await world.admin())
    await office.state(state)
    return office


async def test_before_and_after_with_warnings_in_words(world: World) -> None:
    office = await _office(world)
    unit = office.cycle.unit
    below = await world.unit(parent=unit.id)
    await office.people("good", 9, decided="good")
    await office.people("good", 2, decided="needs_improvement", unit=below)
    await office.people("very_good", 1)
    await office.people(None, 2, unit=below)
    await office.people(None, 1, decided="-")
    await office.people("poor", 3, unit=await world.unit())
    silent = (await office.check(unit.id)).json()
    assert silent["pattern"]["status"] == "no_achievement"
    assert (silent["recommended"]["warnings"], silent["decided"]["warnings"]) == ([], [])
    await office.put(unit.id, "good")
    before = await office.cycle.rows(sa.select(t.results).order_by(t.results.c.participant_id))
    answer = await office.check(unit.id)
    told = answer.json()
    assert (told["participants"], told["achievement"], told["pattern"]["status"]) == (15, "good", "checked")
    assert told["unit"] == {"id": str(unit.id), "code": unit.code, "name": unit.name}
    recommended, decided = told["recommended"], told["decided"]
    assert (recommended["people"], recommended["without_predicate"]) == (12, 3)
    assert [(one["predicate"], one["count"], one["share"]) for one in recommended["predicates"]] == [
        ("very_good", 1, 8.33),
        ("good", 11, 91.67),
        ("needs_improvement", 0, 0),
        ("poor", 0, 0),
        ("very_poor", 0, 0),
    ]
    assert recommended["warnings"] == [
        {
            "code": "above_maximum",
            "params": {"predicates": ["good"], "count": 11, "people": 12, "limit": 8, "percent": 70},
            "message": "Good: 11 of 12 people; by the pattern at most 8 (70%).",
        },
        {
            "code": "nobody",
            "params": {
                "predicates": ["needs_improvement", "poor"],
                "count": 0,
                "people": 12,
                "limit": 1,
                "percent": None,
            },
            "message": "Needs improvement and/or Poor/misconduct: nobody of 12 people; by the pattern there must be somebody.",
        },
    ]
    assert (decided["people"], decided["without_predicate"], decided["undecided"]) == (11, 1, 3)
    assert [one["code"] for one in decided["warnings"]] == ["above_maximum"]
    assert [one["count"] for one in decided["predicates"]] == [0, 9, 2, 0, 0]
    assert before == await office.cycle.rows(sa.select(t.results).order_by(t.results.c.participant_id))
    again = await office.check(unit.id, office.headers | {"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    indonesian = (await office.check(unit.id, office.headers | {"Accept-Language": "id"})).json()
    assert indonesian["recommended"]["warnings"][0]["message"] == (
        "Baik: 11 dari 12 orang; menurut pola paling banyak 8 (70%)."
    )
    assert [row["count"] for row in await office.reads()] == [15, 15, 15, 15]


@pytest.mark.parametrize("achievement", ["excellent", "good", "needs_improvement", "poor", "very_poor"])
async def test_every_warning_can_be_said(world: World, achievement: str) -> None:
    office = await _office(world)
    await office.people("good" if achievement == "excellent" else "very_good", 4)
    await office.put(office.cycle.unit.id, achievement)
    for language in ("id", "en"):
        told = (await office.check(office.cycle.unit.id, office.headers | {"Accept-Language": language})).json()
        messages = [one["message"] for one in told["recommended"]["warnings"]]
        assert messages
        assert not any("{" in message or "…" in message for message in messages)
        assert "…" not in told["pattern"]["text"]


async def test_cycles_of_the_older_scheme_have_no_pattern(world: World) -> None:
    policy = replace(EXAMPLE_POLICY, scheme=Scheme.PP_30_2019)
    office = Office(await CycleWorld.create(world, policy=policy), await world.admin())
    await office.state(CycleState.REVIEW)
    await office.people("fair", 12)
    await office.put(office.cycle.unit.id, "excellent")
    told = (await office.check(office.cycle.unit.id)).json()
    assert (told["pattern"]["status"], told["scheme"]) == ("not_applicable", "pp_30_2019")
    assert "PP 30/2019" in told["pattern"]["text"]
    assert told["recommended"]["warnings"] == []
    assert [(one["predicate"], one["count"]) for one in told["recommended"]["predicates"]][2] == ("fair", 12)


async def test_what_cannot_be_checked(world: World) -> None:
    office = await _office(world, CycleState.RATING)
    early = await office.check(office.cycle.unit.id)
    assert (early.status_code, early.json()["code"]) == (409, "results_not_ready")
    await office.state(CycleState.REVIEW)
    assert (await office.check(uuid4())).status_code == 404
    path = f"/v1/cycles/{office.cycle.cycle.id}/distribution-check"
    for query in ({}, {"unit_id": "x"}, {"unit_id": str(office.cycle.unit.id), "by": "unit"}):
        answer = await world.api.get(path, params=query, headers=office.headers)
        assert answer.status_code == 422, query
    assert await office.reads() == []


async def test_counts_are_made_of_whom_the_reader_may_read(world: World) -> None:
    office = await _office(world)
    top = await world.unit()
    below = await world.unit(parent=top.id)
    chief, boss = [await world.employee(top) for _ in range(2)]
    await office.people("very_good", unit=top, employee_id=chief.id, appraiser_id=boss.id)
    await office.people("good", 2, unit=below, appraiser_id=chief.id)
    await office.people("poor", 3, unit=below, superior_id=chief.id)
    await office.people("very_poor", 4, unit=top)
    headers = await world.login(employee=chief)
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=below)
    machine = await world.login(Role.INTEGRATION, scopes=("results:read",))
    assert await office.counted(office.headers, top.id) == (10, [1, 2, 0, 3, 4])
    for waiting in (headers, unit_admin, machine):
        assert (await office.check(top.id, waiting)).status_code == 409
    await office.state(CycleState.PUBLISHED)
    assert await office.counted(headers, top.id) == (5, [0, 2, 0, 3, 0])
    assert await office.counted(unit_admin, top.id) == (5, [0, 2, 0, 3, 0])
    assert await office.counted(machine, top.id) == (10, [1, 2, 0, 3, 4])
    assert await office.counted(unit_admin, office.cycle.unit.id) == (0, [0, 0, 0, 0, 0])
    plain = await world.login(employee=office.cycle.raters[3])
    assert (await office.check(top.id, plain)).status_code == 403
    assert [row["count"] for row in await office.reads()] == [10, 5, 5, 10]
    for reader in (office.headers, headers, unit_admin, machine):  # nobody counts what he cannot read one by one
        query = {"unit_id": str(top.id), "include_descendants": "true", "recommended": "poor"}
        listed = await world.api.get(f"/v1/cycles/{office.cycle.cycle.id}/results", params=query, headers=reader)
        assert len(listed.json()["items"]) == (await office.counted(reader, top.id))[1][3] == 3


async def test_whom_the_reader_rates_anonymously_is_in_no_count(world: World) -> None:
    """Not by subtraction either: nothing in the answer tells whether or how he is in the unit (rule 6)."""
    office = await _office(world)
    rater = office.cycle.raters[4]
    await office.people("good", 5)
    headers = await world.login(Role.ADMIN, employee=rater)
    without = await office.check(office.cycle.unit.id, headers)
    await office.people("very_poor", decided="very_poor")
    await office.cycle.assignment(office.last, PEER, rater.id)
    answer = await office.check(office.cycle.unit.id, headers)
    assert answer.content == without.content
    assert await office.counted(office.headers) == (6, [0, 5, 0, 0, 1])


async def test_an_officer_is_not_counted_for_himself_before_publication(world: World) -> None:
    office = await _office(world)
    officer = office.cycle.raters[5]
    await office.people("good", 2)
    await office.people("very_good", employee_id=officer.id)
    headers = await world.login(Role.AUDITOR, employee=officer)
    assert await office.counted(headers) == (2, [0, 2, 0, 0, 0])
    await office.state(CycleState.PUBLISHED)
    assert await office.counted(headers) == (3, [1, 2, 0, 0, 0])
    assert [row["count"] for row in await office.reads()] == [2, 2]
