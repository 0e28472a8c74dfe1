"""Two results of one person side by side: who reads it, what is compared, what is recorded."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.domain.cycles import Policy, RubricUse
from app.domain.people import Employee
from app.domain.rubrics import Rubric
from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.contract import faults, operations
from tests.support.cycle_world import EXAMPLE_POLICY, EXAMPLE_SHEETS, PEER, SUPERIOR, CycleWorld, example
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio
OTHER = rubric(criterion("B", indicator("b1")), criterion("C", indicator("c1")))


async def following(first: CycleWorld, used: Rubric | None = None, policy: Policy = EXAMPLE_POLICY) -> CycleWorld:
    """A cycle after ``first``, of the same rubric unless another one is given."""
    rubric_used = used or first.rubric
    changes: dict[str, Any] = {"id": uuid4(), "code": f"cycle-{uuid4()}", "state": CycleState.RATING, "policy": policy}
    cycle = replace(first.cycle, title="Triwulan I", rubrics=(RubricUse(rubric_used.id),), **changes)
    async with first.world.services.unit_of_work(None) as uow:
        if used is not None:
            await uow.rubrics.add(used)
        await uow.cycles.add(cycle)
        await uow.commit()
    return CycleWorld(first.world, cycle, rubric_used, first.unit, first.raters)


async def publish(cycle: CycleWorld) -> None:
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)


async def compare(here: CycleWorld, there: UUID, participant: UUID, headers: dict[str, str]) -> httpx.Response:
    answer = await here.read(headers, participant, f"/comparison?with={there}")
    assert faults(operations()["compareResults"], answer) == []
    return answer


async def pair(world: World, superior_id: UUID | None = None) -> tuple[CycleWorld, CycleWorld, UUID, Employee]:
    """An employee with example 1 of scoring.md in the later cycle and other sheets in the earlier one; both published."""
    earlier = await CycleWorld.create(world)
    later = await following(earlier)
    employee = await world.employee(earlier.unit)
    people = {"employee_id": employee.id, "superior_id": superior_id}
    await earlier.participant(Case(sheets=[(SUPERIOR, [3, 3, 3])]), unit=None, **people)
    participant = await later.participant(example(), unit=None, **people)
    for cycle in (earlier, later):
        await publish(cycle)
    return later, earlier, participant, employee


async def test_figures_of_the_same_rubric_side_by_side(world: World) -> None:
    later, earlier, participant, employee = await pair(world)
    ratee = await world.login(employee=employee)
    answer = await compare(later, earlier.cycle.id, participant, ratee)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["here"]["cycle_title"], shown["there"]["cycle_title"]) == ("Triwulan I", "Triwulan IV")
    assert shown["there"]["participant_id"] != shown["here"]["participant_id"] == str(participant)
    assert (shown["rubrics"], shown["text"]) == ("same_version", "Both cycles use the same version of the rubric.")
    assert shown["overall"] == {"here": 67.92, "there": 50, "difference": 17.92, "reason": None, "text": None}
    assert [(one["code"], one["here"], one["there"], one["difference"]) for one in shown["criteria"]] == [
        ("A", 82.5, 50, 32.5),
        ("B", 53.33, 50, 3.33),
    ]
    (dimension,) = shown["dimensions"]
    assert (dimension["dimension"], dimension["label"], dimension["difference"]) == (
        "work_behaviour",
        "Work behaviour",
        17.92,
    )
    assert (shown["shared"], shown["only_here"], shown["only_there"]) == (["A", "B"], [], [])
    again = await later.read(
        ratee | {"If-None-Match": answer.headers["etag"]}, participant, f"/comparison?with={earlier.cycle.id}"
    )
    assert again.status_code == 304


@pytest.mark.parametrize("relation", ["revised", "different"])
async def test_of_different_rubrics_only_shared_criteria_and_it_says_so(world: World, relation: str) -> None:
    earlier = await CycleWorld.create(world)
    code = earlier.rubric.code if relation == "revised" else f"other-{uuid4()}"
    later = await following(earlier, replace(OTHER, id=uuid4(), code=code, version=2))
    employee = await world.employee(earlier.unit)
    await earlier.participant(Case(sheets=[(SUPERIOR, [3, 3, 3])]), employee_id=employee.id)
    participant = await later.participant(Case(sheets=[(SUPERIOR, [5, 4])]), employee_id=employee.id)
    for cycle in (earlier, later):
        await publish(cycle)
    admin = await world.admin() | {"Accept-Language": "id"}
    shown = (await compare(later, earlier.cycle.id, participant, admin)).json()
    assert shown["rubrics"] == relation
    assert (
        shown["text"]
        == {
            "revised": "Kedua siklus memakai rubrik yang sama dalam versi yang berbeda. Hanya kriteria dengan kode dan dimensi "
            "yang sama yang dibandingkan: B.",
            "different": "Kedua siklus memakai rubrik yang berbeda. Hanya kriteria dengan kode dan dimensi yang sama yang "
            "dibandingkan: B.",
        }[relation]
    )
    assert (shown["shared"], shown["only_here"], shown["only_there"]) == (["B"], ["C"], ["A"])
    assert [(one["code"], one["difference"]) for one in shown["criteria"]] == [("B", 50)]
    assert (shown["overall"]["difference"], shown["overall"]["reason"]) == (None, "rubrics_differ")
    assert shown["overall"]["text"].startswith("Tidak dibandingkan: rubrik atau versinya berbeda")


async def test_other_weights_are_said(world: World) -> None:
    earlier = await CycleWorld.create(world)
    later = await following(earlier, policy=Policy(rater_weights={SUPERIOR: 1}))
    employee = await world.employee(earlier.unit)
    await earlier.participant(example(), employee_id=employee.id)
    participant = await later.participant(example(), employee_id=employee.id)
    for cycle in (earlier, later):
        await publish(cycle)
    shown = (await compare(later, earlier.cycle.id, participant, await world.admin())).json()
    assert "The weights of the rater types differ" in shown["text"]
    assert (shown["overall"]["reason"], shown["criteria"][0]["difference"]) == ("weights_differ", 5)


async def test_both_results_must_be_the_readers_to_read(world: World) -> None:
    unit = await world.unit()
    superior, appraiser = [await world.employee(unit) for _ in range(2)]
    later, earlier, participant, employee = await pair(world, superior_id=superior.id)
    ratee = await world.login(employee=employee)
    machine = await world.login(Role.INTEGRATION, scopes=("results:read",))
    for headers in (ratee, machine, await world.login(employee=superior), await world.admin()):
        assert (await compare(later, earlier.cycle.id, participant, headers)).status_code == 200
    # Appraiser of the later cycle alone.
    async with world.owner.begin() as connection:
        p = t.participants
        await connection.execute(sa.update(p).where(p.c.id == participant).values(appraiser_id=appraiser.id))
    headers = await world.login(employee=appraiser)
    assert (await later.read(headers, participant)).status_code == 200
    assert (await compare(later, earlier.cycle.id, participant, headers)).status_code == 404
    # The ratee waits for the publication of a third one, and nobody compares with a cycle without him.
    third = await following(earlier)
    await third.participant(example(), employee_id=employee.id)
    await third.to(CycleState.REVIEW)
    waiting = await compare(later, third.cycle.id, participant, ratee)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "results_not_ready")
    without = await following(earlier)
    await without.participant(example())
    await publish(without)
    for other in (without.cycle.id, uuid4()):
        assert (await compare(later, other, participant, ratee)).status_code == 404
    same = await compare(later, later.cycle.id, participant, ratee)
    assert (same.status_code, same.json()["errors"][0]["pointer"]) == (422, "/query/with")


@pytest.mark.parametrize("where", ["here", "there"])
async def test_who_rates_anonymously_in_either_cycle_reads_no_comparison(world: World, where: str) -> None:
    """Anonymity.md rule 6, for an administrator too."""
    later, earlier, participant, employee = await pair(world)
    rater = await world.employee(later.unit)
    p = t.participants
    [row] = await earlier.rows(
        sa.select(p.c.id).where(p.c.cycle_id == earlier.cycle.id, p.c.employee_id == employee.id)
    )
    headers = await world.login(Role.ADMIN, employee=rater)
    assert (await compare(later, earlier.cycle.id, participant, headers)).status_code == 200
    cycle, rated = (later, participant) if where == "here" else (earlier, row.id)
    await cycle.assignment(rated, PEER, rater.id, "declined")
    assert (await compare(later, earlier.cycle.id, participant, headers)).status_code == 404


async def test_both_reads_are_recorded_unless_they_are_ones_own(world: World) -> None:
    later, earlier, participant, employee = await pair(world)
    e = t.audit_events

    async def recorded() -> list[Any]:
        rows = await later.rows(
            sa.select(e.c.object_id, e.c.details).where(e.c.action == "result.compared").order_by(e.c.id)
        )
        ours = {str(later.cycle.id), str(earlier.cycle.id)}
        return [(row.object_id == participant, row.details) for row in rows if row.details["with"] in ours]

    await compare(later, earlier.cycle.id, participant, await world.login(employee=employee))
    assert await recorded() == []
    await compare(later, earlier.cycle.id, participant, await world.admin())
    assert await recorded() == [
        (True, {"version": 1, "with": str(earlier.cycle.id)}),
        (False, {"version": 1, "with": str(later.cycle.id)}),
    ]


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [2, 0, 3, 1]])
async def test_exchanged_sheets_change_no_comparison(world: World, order: list[int]) -> None:
    earlier = await CycleWorld.create(world)
    later = await following(earlier)
    found = []
    for sheets in (EXAMPLE_SHEETS, [EXAMPLE_SHEETS[place] for place in order]):
        employee = await world.employee(earlier.unit)
        await earlier.participant(Case(sheets=sheets), employee_id=employee.id)
        found.append(await later.participant(Case(sheets=sheets), employee_id=employee.id))
    for cycle in (earlier, later):
        await publish(cycle)
    admin = await world.admin()
    shown = [(await compare(later, earlier.cycle.id, participant, admin)).json() for participant in found]
    for one in shown:
        for side in ("here", "there"):
            one[side].pop("participant_id")
    assert shown[0] == shown[1]


@pytest.mark.parametrize("query", ["", "?with=", "?with=1", "?with=%00", "?without=1"])
async def test_a_comparison_with_nothing_is_invalid(world: World, query: str) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(Case(sheets=[(RaterType.SUPERIOR, [3, 3, 3])]))
    await publish(cycle)
    answer = await cycle.read(await world.admin(), participant, f"/comparison{query}")
    assert answer.status_code == 422
    assert faults(operations()["compareResults"], answer) == []
