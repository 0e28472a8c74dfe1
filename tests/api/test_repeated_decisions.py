"""A decision that is sent again: the same one changes nothing, another one is another decision."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.domain.values import CycleState
from app.repositories import tables as t
from tests.support.appraised import AS_RECOMMENDED, BETTER, Appraised
from tests.support.world import World

pytestmark = pytest.mark.anyio
REASON = "Bukti kinerja tambahan."


async def traces(appraised: Appraised) -> list[tuple[str, Any]]:
    """What decisions left in trail and outbox."""
    e, o, cycle_id = t.audit_events, t.outbox_events, appraised.cycle.cycle.id
    concerned = sa.select(t.participants.c.id).where(t.participants.c.cycle_id == cycle_id)
    audited = await appraised.cycle.rows(
        sa.select(e.c.action, e.c.details)
        .where(e.c.action.like("result%.decided"), (e.c.object_id == cycle_id) | e.c.object_id.in_(concerned))
        .order_by(e.c.id)
    )
    announced = await appraised.cycle.rows(
        sa.select(o.c.type, o.c.payload)
        .where(o.c.type == "result.changed", o.c.payload["cycle_id"].astext == str(cycle_id))
        .order_by(o.c.id)
    )
    return [*((row.action, row.details) for row in audited), *((row.type, row.payload) for row in announced)]


async def in_review(world: World, number: int = 1) -> tuple[Appraised, list[UUID]]:
    appraised = await Appraised.create(world)
    participants = [await appraised.participant() for _ in range(number)]
    await appraised.cycle.to(CycleState.REVIEW)
    return appraised, participants


async def test_the_same_decision_sent_again_changes_nothing_and_leaves_no_trace(world: World) -> None:
    appraised, (participant,) = await in_review(world)
    first = await appraised.decide(participant, BETTER, REASON)
    kept = await traces(appraised)
    again = await appraised.decide(participant, BETTER, REASON)
    assert (again.status_code, again.content, again.headers["etag"]) == (200, first.content, first.headers["etag"])
    assert await traces(appraised) == kept
    assert len(kept) == 1


async def test_another_reason_or_expectation_is_another_decision(world: World) -> None:
    appraised, (participant,) = await in_review(world)
    moments = [
        (await appraised.decide(participant, expectations, reason)).json()["decision"]["decided_at"]
        for expectations, reason in (
            (BETTER, REASON),
            (BETTER, "Temuan lain."),
            (AS_RECOMMENDED, "Temuan lain."),
            (AS_RECOMMENDED, None),
            (BETTER, REASON),
        )
    ]
    assert moments == sorted(set(moments))
    assert len(await traces(appraised)) == 5


async def test_whoever_stands_in_takes_a_decision_of_his_own(world: World) -> None:
    appraised, (participant,) = await in_review(world)
    first = (await appraised.decide(participant, AS_RECOMMENDED)).json()["decision"]
    delegate = await world.employee(appraised.cycle.unit)
    named = await world.api.post(
        "/v1/appraiser-delegations",
        json={
            "appraiser_id": str(appraised.appraiser.id),
            "delegate_id": str(delegate.id),
            "kind": "plh",
            "starts_on": "2026-01-01",
            "ends_on": "2099-12-31",
            "reason": "Cuti tahunan.",
        },
        headers=await world.admin(),
    )
    assert named.status_code == 201
    deputy = Appraised(appraised.cycle, delegate, await world.login(employee=delegate))
    second, third = [(await deputy.decide(participant, AS_RECOMMENDED)).json()["decision"] for _ in range(2)]
    assert (second["decided_by"], second["on_behalf_of"]) == (str(delegate.id), str(appraised.appraiser.id))
    assert second["decided_at"] > first["decided_at"]
    assert third == second
    assert len(await traces(appraised)) == 2


async def test_of_many_only_those_that_say_something_new_are_decided(world: World) -> None:
    appraised, (first, second, third) = await in_review(world, 3)
    rows = [{"participant_id": str(one)} for one in (first, second)]
    made = await appraised.decide_many(*rows)
    kept = await traces(appraised)
    again = await appraised.decide_many(*rows)
    assert (again.status_code, again.json()) == (201, made.json())
    assert await traces(appraised) == kept
    # One by one is the same decision as in a list.
    assert (await appraised.decide(first, AS_RECOMMENDED)).json()["decision"] == made.json()["items"][0]["decision"]
    assert await traces(appraised) == kept
    more = await appraised.decide_many(*rows, {"participant_id": str(third)})
    assert more.json()["items"][:2] == made.json()["items"]
    (_, (_, details)) = await traces(appraised)
    assert [one["participant_id"] for one in details["decisions"]] == [str(third)]
    assert details["count"] == 1


async def test_after_publication_the_first_decision_may_be_repeated_and_no_other_taken(world: World) -> None:
    appraised, (decided, undecided) = await in_review(world, 2)
    before = (await appraised.decide(decided, AS_RECOMMENDED)).json()["decision"]
    await appraised.cycle.to(CycleState.PUBLISHED)
    assert (await appraised.decide(decided, AS_RECOMMENDED)).json()["decision"] == before
    first = await appraised.decide(undecided, AS_RECOMMENDED)
    kept = await traces(appraised)
    again = await appraised.decide(undecided, AS_RECOMMENDED)
    assert (again.status_code, again.content) == (200, first.content)
    many = await appraised.decide_many(*({"participant_id": str(one)} for one in (decided, undecided)))
    assert [item["version"] for item in many.json()["items"]] == [1, 2]
    assert await traces(appraised) == kept
    assert (await appraised.decide(undecided, AS_RECOMMENDED, REASON)).json()["code"] == "already_published"
    await appraised.cycle.to(CycleState.ARCHIVED)
    assert (await appraised.decide(undecided, AS_RECOMMENDED)).json()["code"] == "cycle_state_forbids"


@pytest.mark.parametrize("state", [CycleState.REVIEW, CycleState.PUBLISHED])
async def test_the_same_decision_sent_several_times_at_once_is_taken_once(world: World, state: CycleState) -> None:
    appraised, (participant,) = await in_review(world)
    if state is CycleState.PUBLISHED:
        await appraised.cycle.to(state)
    one = [appraised.decide(participant, AS_RECOMMENDED) for _ in range(4)]
    many = [appraised.decide_many({"participant_id": str(participant)}) for _ in range(2)]
    answers = await asyncio.gather(*one, *many)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 201, 201]
    assert len({answer.content for answer in answers[:4]}) == 1
    assert len(await traces(appraised)) == (2 if state is CycleState.PUBLISHED else 1)
    assert (await appraised.read(participant))["version"] == (2 if state is CycleState.PUBLISHED else 1)
