"""A sheet that is voided while results are under review leaves no result standing on it, and tells of no hidden one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.domain.actions.results import verify_cycle
from app.domain.values import CycleState, RaterType
from app.repositories import tables as t
from tests.support.cycle_world import EXAMPLE_POLICY, EXAMPLE_SHEETS, PEER, SUBORDINATE, SUPERIOR, CycleWorld, example
from tests.support.world import World

pytestmark = pytest.mark.anyio
#: Two subordinates, one fewer than the minimum.
FEW = [*EXAMPLE_SHEETS, (SUBORDINATE, [1, 1, 1]), (SUBORDINATE, [2, 2, 2])]


async def void(cycle: CycleWorld, participant: UUID, rater_type: RaterType) -> None:
    """Two administrators void the participant's first sheet of this type."""
    assignment = next(one for one, kind, _ in cycle.assignments[participant] if kind is rater_type)
    answers = [
        await cycle.world.api.post(
            f"/v1/assignments/{assignment}/voidance",
            json={"reason": "Bukan atasannya."},
            headers=await cycle.world.admin(),
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 200], [answer.text for answer in answers]


async def body(cycle: CycleWorld, headers: dict[str, str], participant: UUID, tail: str = "") -> Any:
    answer = await cycle.read(headers, participant, tail)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def assert_verified(cycle: CycleWorld) -> None:
    async with cycle.world.services.unit_of_work(None) as uow:
        assert not (await verify_cycle(uow, cycle.cycle)).differences


async def test_a_superiors_voided_sheet_counts_in_no_result_any_more(world: World) -> None:
    cycle = await CycleWorld.create(world)
    appraiser = await world.employee(cycle.unit)
    participant = await cycle.participant(example(), appraiser_id=appraiser.id)
    await cycle.to(CycleState.REVIEW)
    headers = await world.login(employee=appraiser)
    decision = {"expectations": {"work_behaviour": "meets"}}
    assert (
        await world.api.put(cycle.path(participant, "/decision"), json=decision, headers=headers)
    ).status_code == 200
    before = await body(cycle, headers, participant)
    assert (before["completeness"], before["overall"], before["status"]) == ("complete", 67.92, "decided")

    await void(cycle, participant, SUPERIOR)
    await assert_verified(cycle)
    after = await body(cycle, headers, participant)
    assert (after["completeness"], after["overall"], after["status"]) == ("incomplete", 66.67, "computed")
    assert (await body(cycle, headers, participant, "/explanation"))["version"] == 2
    newest = (await body(cycle, headers, participant, "/versions"))["items"][0]
    assert (newest["version"], newest["cause"]) == (2, "recomputation")

    await cycle.to(CycleState.PUBLISHED)
    assert (await body(cycle, headers, participant))["overall"] == 66.67
    await assert_verified(cycle)


async def test_a_hidden_groups_voided_sheet_tells_nothing(world: World) -> None:
    """Nothing changes for anybody; receipts do, and everybody's: one that changed alone would tell of the sheet."""
    cycle = await CycleWorld.create(world, policy=replace(EXAMPLE_POLICY, rater_weights=_with_subordinates()))
    appraiser = await world.employee(cycle.unit)
    one, other = [await cycle.participant(example(sheets=FEW), appraiser_id=appraiser.id) for _ in range(2)]
    await cycle.to(CycleState.REVIEW)
    headers = await world.login(employee=appraiser)
    tails = ("", "/explanation", "/versions")
    before = [await body(cycle, headers, person, tail) for person in (one, other) for tail in tails]
    receipts = await _receipts(cycle)
    await void(cycle, one, SUBORDINATE)
    after = [await body(cycle, headers, person, tail) for person in (one, other) for tail in tails]
    assert _without_receipts(after) == _without_receipts(before)
    renewed = await _receipts(cycle)
    assert renewed.keys() == receipts.keys() == {one, other}
    assert all(renewed[person] != receipts[person] for person in receipts)
    await assert_verified(cycle)


def _with_subordinates() -> dict[RaterType, int]:
    return {SUPERIOR: 50, PEER: 30, SUBORDINATE: 20}


async def _receipts(cycle: CycleWorld) -> dict[UUID, str]:
    r = t.results.c
    rows = await cycle.rows(sa.select(r.participant_id, r.receipt).where(r.cycle_id == cycle.cycle.id))
    return {row.participant_id: row.receipt for row in rows}


def _without_receipts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_receipts(part) for key, part in value.items() if key != "receipt"}
    return [_without_receipts(part) for part in value] if isinstance(value, list) else value
