"""Counts of a cycle: exact for full administrators, for everybody else only as far as rule 7 of anonymity.md goes."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.domain.cycles import Cycle, Policy
from app.domain.people import Employee, Unit
from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.support.staging import Stage
from tests.support.world import World

pytestmark = pytest.mark.anyio
Headers = dict[str, str]
PEER, SUPERIOR, RECIPIENT = RaterType.PEER, RaterType.SUPERIOR, RaterType.SERVICE_RECIPIENT
NUMBERS = ("assigned", "open", "submitted", "declined", "excused", "voided")
NOTHING = (None,) * 6


@dataclass
class City:
    """A cycle in rating, and short ways to put groups into it."""

    world: World
    stage: Stage
    cycle: Cycle
    unit: Unit
    peers: list[Employee] = field(default_factory=list)

    async def ratee(self, *states: str, unit: Unit | None = None, employee: Employee | None = None) -> UUID:
        """A participant with one peer in each of these states."""
        employee = employee or await self.world.employee(unit or self.unit)
        participant = await self.stage.participant(self.cycle, employee)
        for number, state in enumerate(states):
            if number == len(self.peers):
                self.peers.append(await self.world.employee(self.unit))
            await self.stage.assignment(self.cycle, participant, PEER, self.peers[number], state)
        return participant

    async def told(self, reader: Headers, rater_type: RaterType = PEER) -> tuple[int | None, ...]:
        """What a reader is told of one rater type."""
        answer = await self.world.api.get(f"/v1/cycles/{self.cycle.id}/progress", headers=reader)
        assert answer.status_code == 200, answer.text
        lines = {line["rater_type"]: line for line in answer.json()["assignments"]}
        assert list(lines) == [str(one) for one in RaterType]
        return tuple(lines[rater_type][name] for name in NUMBERS)

    async def forecast(self, reader: Headers) -> dict[str, dict[str, Any]]:
        """The forecast's lines by rater type."""
        answer = await self.world.api.get(f"/v1/cycles/{self.cycle.id}/anonymity-forecast", headers=reader)
        assert answer.status_code == 200, answer.text
        return {line.pop("rater_type"): line for line in answer.json()["items"]}


async def city(world: World, state: CycleState = CycleState.RATING, **options: Any) -> City:
    stage = Stage(world)
    return City(world, stage, await stage.cycle(state, **options), await world.unit("HERE"))


async def test_full_administrators_are_told_every_state(world: World) -> None:
    here = await city(world)
    one = await here.ratee("pending", "draft", "submitted", "declined", "excused", "voided")
    await here.ratee("submitted")
    await here.stage.assignment(here.cycle, one, SUPERIOR, await world.employee(here.unit), "submitted")
    admin = await world.admin()
    assert await here.told(admin) == (6, 2, 2, 1, 1, 1)
    assert await here.told(admin, SUPERIOR) == (1, 0, 1, 0, 0, 0)
    assert await here.told(admin, RECIPIENT) == (0,) * 6
    answer = await world.api.get(f"/v1/cycles/{here.cycle.id}/progress", headers=admin)
    assert (answer.json()["participants"], answer.json()["state"]) == (2, "rating")


async def test_others_are_told_of_an_anonymous_type_only_where_the_minimum_is_assigned(world: World) -> None:
    here = await city(world)
    readers = [await world.login(Role.UNIT_ADMIN, unit=here.unit), await world.login(Role.AUDITOR)]
    small = await here.ratee("submitted", "submitted")
    for reader in readers:
        assert await here.told(reader) == NOTHING
        assert await here.told(reader, SUPERIOR) == (0,) * 6
    await here.ratee("submitted", "pending", "declined")
    for reader in readers:
        assert await here.told(reader) == (3, 1, 1, 1, 0, 0)
    await here.stage.assignment(here.cycle, small, PEER, await world.employee(here.unit), "voided")
    for reader in readers:
        assert await here.told(reader) == (3, 1, 1, 1, 0, 0)


async def test_the_minimum_is_that_of_the_policy(world: World) -> None:
    here = await city(world, policy=Policy({SUPERIOR: 60, PEER: 40}, min_raters={PEER: 4}))
    auditor = await world.login(Role.AUDITOR)
    await here.ratee("submitted", "submitted", "submitted")
    assert await here.told(auditor) == NOTHING
    await here.ratee("submitted", "pending", "pending", "pending")
    assert await here.told(auditor) == (4, 3, 1, 0, 0, 0)


async def test_absent_and_too_small_look_alike(world: World) -> None:
    here = await city(world)
    auditor = await world.login(Role.AUDITOR)
    await here.ratee()
    path = f"/v1/cycles/{here.cycle.id}/progress"
    nobody = (await world.api.get(path, headers=auditor)).json()["assignments"]
    await here.stage.update(t.participants, (await here.stage.rows(t.participants))[0].id, name="X")
    participant = (await here.stage.rows(t.participants))[0].id
    for state in ("submitted", "declined"):
        await here.stage.assignment(here.cycle, participant, PEER, await world.employee(here.unit), state)
    assert (await world.api.get(path, headers=auditor)).json()["assignments"] == nobody


async def test_a_reader_who_rates_himself_along_does_not_count_towards_the_minimum(world: World) -> None:
    here = await city(world)
    await here.ratee("submitted", "pending", "pending")
    member = await here.stage.login(here.peers[0], Role.UNIT_ADMIN, unit=here.unit)
    outsider = await world.login(Role.UNIT_ADMIN, unit=here.unit)
    assert await here.told(member) == NOTHING
    assert await here.told(outsider) == (3, 2, 1, 0, 0, 0)
    participant = (await here.stage.rows(t.participants))[0].id
    await here.stage.assignment(here.cycle, participant, PEER, await world.employee(here.unit))
    assert await here.told(member) == (4, 3, 1, 0, 0, 0)


async def test_nobody_is_told_of_those_who_rate_himself(world: World) -> None:
    here = await city(world)
    ratee = await world.employee(here.unit)
    participant = await here.ratee("submitted", "pending", "pending", employee=ratee)
    await here.stage.assignment(here.cycle, participant, SUPERIOR, await world.employee(here.unit))
    for role, unit, told in (
        (Role.UNIT_ADMIN, here.unit, NOTHING),
        (Role.AUDITOR, None, NOTHING),
        (Role.ADMIN, None, (0,) * 6),
    ):
        reader = await here.stage.login(ratee, role, unit=unit)
        assert await here.told(reader) == told
        assert await here.told(reader, SUPERIOR) == (1, 1, 0, 0, 0, 0)
        if role is not Role.AUDITOR:
            assert (await here.forecast(reader))["peer"]["at_minimum"] == 0


async def test_unit_administrators_are_told_of_their_subtree(world: World) -> None:
    here = await city(world)
    below, elsewhere = await world.unit("BELOW", here.unit.id), await world.unit("ELSEWHERE")
    await here.ratee("submitted", "pending", "pending", unit=below)
    await here.ratee("submitted", "submitted", "submitted", unit=elsewhere)
    reader = await world.login(Role.UNIT_ADMIN, unit=here.unit)
    assert await here.told(reader) == (3, 2, 1, 0, 0, 0)
    answer = await world.api.get(f"/v1/cycles/{here.cycle.id}/progress", headers=reader)
    assert answer.json()["participants"] == 1
    assert await here.told(await world.login(Role.UNIT_ADMIN, unit=below)) == (3, 2, 1, 0, 0, 0)


async def test_exchanging_the_states_of_two_raters_of_a_group_changes_nothing(world: World) -> None:
    here = await city(world)
    await here.ratee("submitted", "declined", "pending")
    await here.ratee("submitted", "pending")
    readers = [
        await world.login(Role.UNIT_ADMIN, unit=here.unit),
        await world.login(Role.AUDITOR),
        await world.admin(),
        *[await here.stage.login(peer, Role.UNIT_ADMIN, unit=here.unit) for peer in here.peers],
    ]

    async def answers() -> list[dict[str, Any]]:
        paths = [f"/v1/cycles/{here.cycle.id}/{what}" for what in ("progress", "anonymity-forecast")]
        got = [(await world.api.get(path, headers=reader)).json() for reader in readers for path in paths]
        return [answer | {"request_id": ""} for answer in got]

    before = await answers()
    rows = await here.stage.rows(t.assignments)
    by_participant: dict[UUID, list[Any]] = {}
    for row in rows:
        by_participant.setdefault(row.participant_id, []).append(row)
    async with world.owner.begin() as connection:
        for group in by_participant.values():
            for row, other in zip(group, [*group[1:], group[0]], strict=True):
                values = {"state": other.state, "submitted_on": other.submitted_on}
                await connection.execute(sa.update(t.assignments).where(t.assignments.c.id == row.id).values(values))
    assert await answers() == before


async def test_the_forecast_looks_at_assignments_alone(world: World) -> None:
    here = await city(world, CycleState.DRAFT)
    admin = await world.admin()
    for size in (0, 2, 3, 3, 5):
        await here.ratee(*["pending"] * size)
    participant = await here.ratee("pending", "voided", "pending", "pending")
    for _ in range(3):
        await here.stage.assignment(here.cycle, participant, RECIPIENT, None)
    lines = await here.forecast(admin)
    assert list(lines) == ["peer", "subordinate", "service_recipient"]
    assert lines["peer"] == {
        "minimum": 3, "weight": 40, "none": 1, "below": 1, "at_minimum": 3, "above": 1, "not_asked": 0,
    }  # fmt: skip
    assert (lines["service_recipient"]["none"], lines["service_recipient"]["at_minimum"]) == (5, 1)
    assert lines["service_recipient"]["weight"] == 0


async def test_the_forecast_knows_who_is_asked_and_whose_participants_they_are(world: World) -> None:
    here = await city(world, CycleState.DRAFT, asked=(SUPERIOR, PEER))
    below, elsewhere = await world.unit("BELOW", here.unit.id), await world.unit("ELSEWHERE")
    await here.ratee("pending", unit=below)
    await here.ratee("pending", "pending", "pending", unit=elsewhere)
    lines = await here.forecast(await world.login(Role.UNIT_ADMIN, unit=here.unit))
    assert (lines["peer"]["below"], lines["peer"]["at_minimum"]) == (1, 0)
    assert lines["subordinate"]["not_asked"] == 1
    assert (await here.forecast(await world.admin()))["subordinate"]["not_asked"] == 2


async def test_who_may_ask(api: httpx.AsyncClient, world: World) -> None:
    here = await city(world)
    service = await world.login(Role.INTEGRATION, scopes=("cycles:read", "people:read", "results:read"))
    auditor = await world.login(Role.AUDITOR)
    for what, refused in (
        ("progress", [await world.login(), service, await world.login(Role.RECIPIENT)]),
        ("anonymity-forecast", [await world.login(), service, await world.login(Role.RECIPIENT), auditor]),
    ):
        for reader in refused:
            assert (await api.get(f"/v1/cycles/{here.cycle.id}/{what}", headers=reader)).status_code == 403
        unknown = await api.get(f"/v1/cycles/{here.unit.id}/{what}", headers=await world.admin())
        assert unknown.status_code == 404
