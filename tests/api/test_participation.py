"""Who took part, beside a result: what was dropped for those who answer for it, invitations from ten on (rule 12)."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.domain.cycles import Policy
from app.domain.progress import Dropped, GroupFate, Turnout, turnout
from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.support.contract import faults, operations
from tests.support.cycle_world import PEER, SUBORDINATE, SUPERIOR, CycleWorld
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio
CITIZEN = RaterType.SERVICE_RECIPIENT
POLICY = Policy(rater_weights={SUPERIOR: 60, PEER: 20, SUBORDINATE: 10, CITIZEN: 10})
SHEET: list[int | None] = [4, 4, 3]
UNTOLD = {"declined": None, "voided": None, "deleted": None}


async def rated(cycle: CycleWorld, participant: UUID, rater_type: RaterType, *fates: str) -> list[UUID]:
    """Assignments that came to these states, each of somebody else."""
    made = []
    for fate in fates:
        rater = None if rater_type is CITIZEN else (await cycle.world.employee(cycle.unit)).id
        if fate == "submitted":
            await cycle.sheet(participant, rater_type, SHEET, rater)
        else:
            made.append(await cycle.assignment(participant, rater_type, rater, fate))
    return made


async def read(cycle: CycleWorld, participant: UUID, headers: dict[str, str], *, status: int = 200) -> Any:
    answer = await cycle.read(headers, participant, "/participation")
    assert answer.status_code == status, answer.text
    assert not faults(operations()["getResultParticipation"], answer)
    return answer.json()


async def test_what_was_dropped_is_told_to_those_who_answer_for_it(world: World) -> None:
    cycle = await CycleWorld.create(world, policy=POLICY)
    ratee, appraiser, superior = [await world.employee(cycle.unit) for _ in range(3)]
    participant = await cycle.participant(
        Case(sheets=[(SUPERIOR, SHEET)]), employee_id=ratee.id, appraiser_id=appraiser.id, superior_id=superior.id
    )
    await rated(cycle, participant, PEER, "submitted", "submitted", "submitted", "declined", "voided", "voided")
    await rated(cycle, participant, SUBORDINATE, "declined", "voided")
    await rated(cycle, participant, CITIZEN, "submitted", "voided", "declined")
    admin = await world.admin()
    assert (await read(cycle, participant, admin, status=409))["code"] == "results_not_ready"
    await cycle.to(CycleState.REVIEW)
    told = [
        {"rater_type": "peer", "declined": 1, "voided": 2, "deleted": 0},
        {"rater_type": "subordinate", **UNTOLD},
        # Of the three citizens two are still assigned, so that a refusal would be one of two.
        {"rater_type": "service_recipient", "declined": None, "voided": 1, "deleted": 0},
    ]
    whole = {
        "participant_id": str(participant),
        "dropped": told,
        "invitations_issued": None,
        "invitations_used": None,
    }
    for headers in (admin, await world.login(Role.AUDITOR), await world.login(employee=appraiser)):
        assert await read(cycle, participant, headers) == whole
    await cycle.to(CycleState.PUBLISHED)
    for employee in (ratee, superior):
        assert await read(cycle, participant, await world.login(employee=employee)) == whole | {"dropped": []}
    e = t.audit_events
    reads = await cycle.rows(
        sa.select(e.c.id).where(e.c.action == "result.participation_read", e.c.object_id == participant)
    )
    assert len(reads) == 4  # all but the ratee's own


async def test_invitations_are_counted_from_ten_on_and_their_use_from_the_minimum(world: World) -> None:
    cycle = await CycleWorld.create(world, policy=POLICY)
    found = []
    people = []
    for used, unused in ((3, 6), (2, 8), (3, 7)):
        ratee = await world.employee(cycle.unit)
        participant = await cycle.participant(Case(sheets=[]), employee_id=ratee.id)
        await rated(cycle, participant, CITIZEN, *["submitted"] * used, *["pending"] * (unused - 1), "voided")
        people.append((participant, ratee))
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    for participant, ratee in people:
        answer = await read(cycle, participant, await world.login(employee=ratee))
        found.append((answer["invitations_issued"], answer["invitations_used"]))
    assert found == [(None, None), (10, None), (10, 3)]


async def test_what_is_deleted_once_rating_was_open_is_counted(world: World) -> None:
    cycle = await CycleWorld.create(world, policy=POLICY)
    participant = await cycle.participant(Case(sheets=[]))
    await rated(cycle, participant, PEER, "submitted")
    doomed = await rated(cycle, participant, PEER, "pending", "pending", "pending")
    admin = await world.admin()
    for state, assignment in zip((CycleState.DRAFT, CycleState.RATING, CycleState.RATING), doomed, strict=True):
        await cycle.to(state)
        answer = await world.api.delete(f"/v1/assignments/{assignment}", headers=admin | {"If-Match": "*"})
        assert answer.status_code == 204
    await cycle.to(CycleState.REVIEW)
    [peers, *others] = (await read(cycle, participant, admin))["dropped"]
    # One is left of the three that there were since rating opened: nothing about refusals, and all about what was deleted.
    assert peers == {"rater_type": "peer", "declined": None, "voided": 0, "deleted": 2}
    assert all(one | UNTOLD == one for one in others)


def test_a_group_of_a_larger_minimum_needs_it() -> None:
    """The policy's minimum counts, not three."""
    policy = Policy(rater_weights={PEER: 1}, min_raters={PEER: 5})
    few, enough = GroupFate(PEER, 4, 0, 4, 0, 0), GroupFate(PEER, 4, 0, 4, 0, 1)
    assert turnout(policy, [few], officially=True).dropped[0] == Dropped(PEER, None, None, None)
    assert turnout(policy, [enough], officially=True).dropped[0] == Dropped(PEER, None, 0, 1)
    assert turnout(policy, [enough], officially=False) == Turnout([], None, None)
