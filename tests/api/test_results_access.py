"""Who reads which result, from when, and what leaves no trace of an anonymous rater (contract.md; anonymity.md rules 2 to 7)."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.domain.people import Employee
from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.support.cycle_world import EXAMPLE_SHEETS, PEER, SUBORDINATE, SUPERIOR, CycleWorld, example
from tests.support.oracle import Case
from tests.support.statements import recorded
from tests.support.world import World

pytestmark = pytest.mark.anyio
TAILS = ("", "/explanation", "/versions", "/chart", "/chart?kind=history")


async def _people(world: World, cycle: CycleWorld) -> dict[str, Any]:
    """One participant and everybody who might want to read about him."""
    people = {
        name: await world.employee(cycle.unit) for name in ("ratee", "superior", "appraiser", "colleague", "rater")
    }
    participant = await cycle.participant(
        example(),
        employee_id=people["ratee"].id,
        superior_id=people["superior"].id,
        appraiser_id=people["appraiser"].id,
    )
    await cycle.assignment(participant, PEER, people["rater"].id, "declined")
    elsewhere = await world.unit()
    headers = {
        "admin": await world.admin(),
        "auditor": await world.login(Role.AUDITOR),
        "appraiser": await world.login(employee=people["appraiser"]),
        "superior": await world.login(employee=people["superior"]),
        "ratee": await world.login(employee=people["ratee"]),
        "unit_admin": await world.login(Role.UNIT_ADMIN, unit=cycle.unit),
        "other_unit_admin": await world.login(Role.UNIT_ADMIN, unit=elsewhere),
        "integration": await world.login(Role.INTEGRATION, scopes=("results:read",)),
        "other_integration": await world.login(Role.INTEGRATION, scopes=("people:read",)),
        "colleague": await world.login(employee=people["colleague"]),
        "rater": await world.login(employee=people["rater"]),
        "rater_and_admin": await world.login(Role.ADMIN, employee=cycle.raters[2]),
        "recipient": await world.login(Role.RECIPIENT),
    }
    return {"participant": participant, "headers": headers, "people": people}


NEVER = {"other_integration": 403, "recipient": 403}
REVIEW = {
    "admin": 200,
    "auditor": 200,
    "appraiser": 200,
    "superior": 409,
    "ratee": 409,
    "unit_admin": 409,
    "other_unit_admin": 404,
    "integration": 409,
    "colleague": 404,
    "rater": 404,
    "rater_and_admin": 404,
    **NEVER,
}
PUBLISHED = REVIEW | {"superior": 200, "ratee": 200, "unit_admin": 200, "integration": 200}
STATES = {
    CycleState.RATING: dict.fromkeys(REVIEW, 409) | NEVER,
    CycleState.REVIEW: REVIEW,
    CycleState.PUBLISHED: PUBLISHED,
    CycleState.ARCHIVED: PUBLISHED,
}


async def test_everybody_reads_what_and_when_the_contract_says(world: World) -> None:
    cycle = await CycleWorld.create(world)
    facts = await _people(world, cycle)
    for state, expected in STATES.items():
        if state is not CycleState.RATING:
            await cycle.to(state)
        for tail in TAILS:
            found = {
                who: (await cycle.read(headers, facts["participant"], tail)).status_code
                for who, headers in facts["headers"].items()
            }
            assert found == expected, (state, tail)
        listed = {
            who: len(answer.json()["items"]) if answer.status_code == 200 else answer.status_code
            for who, headers in facts["headers"].items()
            for answer in [await world.api.get(cycle.path(), headers=headers)]
        }
        assert listed == _listed(expected, state), state


def _listed(expected: dict[str, int], state: CycleState) -> dict[str, int]:
    """A list holds what may be read; where nothing of it can be read yet at all, it says so."""
    early = state in {CycleState.RATING, CycleState.REVIEW}
    unseen = {"rater_and_admin": 409 if state is CycleState.RATING else 0}
    nothing = 409 if early else 0
    return {
        who: 1 if status == 200 else nothing if status in {404, 409} else status for who, status in expected.items()
    } | unseen


async def test_reopening_rating_hides_results_again(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.RATING)
    answer = await cycle.read(await world.admin(), participant)
    assert (answer.status_code, answer.json()["code"]) == (409, "results_not_ready")


async def test_about_oneself_an_administrator_is_a_ratee(world: World) -> None:
    cycle = await CycleWorld.create(world)
    employee = await world.employee(cycle.unit)
    own = await cycle.participant(example(sheets=EXAMPLE_SHEETS[:3], filled_at_opening={PEER}), employee_id=employee.id)
    admin = await world.login(Role.ADMIN, employee=employee)
    await cycle.to(CycleState.REVIEW)
    assert (await cycle.read(admin, own)).status_code == 409
    assert (await world.api.get(cycle.path(), headers=admin)).json()["items"] == []
    await cycle.to(CycleState.PUBLISHED)
    assert "group_lost" not in (await cycle.read(admin, own)).text


async def test_unknown_cycles_and_participants_are_not_found(api: httpx.AsyncClient, world: World) -> None:
    cycle, other = await CycleWorld.create(world), await CycleWorld.create(world)
    participant = await other.participant(example())
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    for tail in TAILS:
        assert (await api.get(f"/v1/cycles/{uuid4()}/results/{participant}{tail}", headers=admin)).status_code == 404
        assert (await cycle.read(admin, uuid4(), tail)).status_code == 404
        assert (await cycle.read(admin, participant, tail)).status_code == 404
    assert (await api.get(f"/v1/cycles/{uuid4()}/results", headers=admin)).status_code == 404
    assert (await cycle.read(admin | {"Authorization": "Bearer x"}, participant)).status_code == 401


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("admin", True),
        ("auditor", True),
        ("appraiser", True),
        ("superior", False),
        ("ratee", False),
        ("unit_admin", False),
        ("integration", False),
    ],
)
async def test_a_lost_group_is_told_to_officers_and_the_appraiser_alone(world: World, who: str, told: bool) -> None:
    cycle = await CycleWorld.create(world)
    facts = await _people(world, cycle)
    p = t.participants
    async with world.owner.begin() as connection:
        await connection.execute(
            sa.delete(t.sheets).where(
                t.sheets.c.participant_id == facts["participant"], t.sheets.c.rater_type == "peer"
            )
        )
        await connection.execute(
            sa.insert(t.opening_groups).values(participant_id=facts["participant"], rater_type="peer", assigned=3)
        )
        assert (await connection.execute(sa.select(sa.func.count()).select_from(p))).scalar() == 1
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    shown = (await cycle.read(facts["headers"][who], facts["participant"])).json()
    small = {"code": "below_min_raters", "rater_type": "peer"}
    lost = {"code": "group_lost", "rater_type": "peer"}
    assert shown["reasons"] == ([small, lost] if told else [small])


async def test_reads_of_others_are_recorded_before_they_are_answered(world: World) -> None:
    cycle = await CycleWorld.create(world)
    facts = await _people(world, cycle)
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    e = t.audit_events

    async def trail() -> list[tuple[str, Any]]:
        rows = await cycle.rows(
            sa.select(e.c.action, e.c.details)
            .where(e.c.object_id.in_([facts["participant"], cycle.cycle.id]))
            .order_by(e.c.id)
        )
        return [(row.action, row.details) for row in rows if row.action.startswith(("result.", "results.listed"))]

    for tail in TAILS:
        await cycle.read(facts["headers"]["ratee"], facts["participant"], tail)
    await world.api.get(cycle.path(), headers=facts["headers"]["ratee"])
    assert await trail() == []
    for tail in TAILS:
        await cycle.read(facts["headers"]["superior"], facts["participant"], tail)
    await world.api.get(cycle.path(), headers=facts["headers"]["superior"])
    assert await trail() == [
        ("result.read", {"version": 1}),
        ("result.explained", {"version": 1}),
        ("result.versions_read", {"version": 1}),
        ("result.read", {"version": 1}),  # a chart
        ("result.read", {"version": 1}),  # another chart
        ("results.listed", {"count": 1}),
    ]


async def test_reading_ones_own_result_is_one_statement(world: World) -> None:
    cycle = await CycleWorld.create(world)
    ratee = await world.employee(cycle.unit)
    participant = await cycle.participant(example(), employee_id=ratee.id)
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    own = await world.login(employee=ratee)
    assert (await cycle.read(own, participant)).status_code == 200
    async with recorded(world.services.database) as statements:
        assert (await cycle.read(own, participant)).status_code == 200
    assert [" ".join(statement.split())[:14] for statement in statements] == ["SELECT c.state"]


async def test_an_unchanged_result_answers_304(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    first = await cycle.read(admin, participant)
    again = await cycle.read(admin | {"If-None-Match": first.headers["etag"]}, participant)
    assert (again.status_code, again.content) == (304, b"")
    await cycle.to(CycleState.PUBLISHED)
    assert (await cycle.read(admin | {"If-None-Match": first.headers["etag"]}, participant)).status_code == 200


async def test_a_shown_group_is_sealed_and_a_hidden_one_is_not(world: World) -> None:
    cycle = await CycleWorld.create(world)
    hidden = [(SUBORDINATE, [1, 1, 1]), (SUBORDINATE, [2, 2, 2])]
    participant = await cycle.participant(example(sheets=[*EXAMPLE_SHEETS, *hidden]))
    seals = sa.select(t.sealed_groups.c.rater_type).where(t.sealed_groups.c.participant_id == participant)
    assert await cycle.rows(seals) == []
    await cycle.to(CycleState.REVIEW)
    assert [row.rater_type for row in await cycle.rows(seals)] == ["peer"]
    # The hidden group grows while rating is open again; now it is shown, although it has no weight.
    await cycle.to(CycleState.RATING)
    await cycle.sheet(participant, SUBORDINATE, [3, 3, 3])
    await cycle.to(CycleState.REVIEW)
    assert sorted(row.rater_type for row in await cycle.rows(seals)) == ["peer", "subordinate"]
    shown = (await cycle.read(await world.admin(), participant)).json()
    assert (shown["version"], shown["by_rater_type"]["subordinate"]) == (2, {"value": 25.0})


def _without_identity(shown: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on who sent which sheet, or when: everything but ids, times and salted receipts."""
    changing = {"participant", "receipt", "computed_at", "published_at"}
    return {name: value for name, value in shown.items() if name not in changing}


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
async def test_exchanged_sheets_and_another_order_change_no_answer(world: World, order: list[int]) -> None:
    """Rule 2: peers in another order hold each other's sheets and sent them at other times."""
    cycle = await CycleWorld.create(world)
    plain = await cycle.participant(example())
    shuffled = await cycle.participant(Case(sheets=[EXAMPLE_SHEETS[place] for place in order]))
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    for tail in ("", "/explanation"):
        first, second = [(await cycle.read(admin, one, tail)).json() for one in (plain, shuffled)]
        for shown in (first, second):
            shown.pop("participant_id", None)
        assert _without_identity(first) == _without_identity(second)


async def test_a_changed_sheet_of_a_hidden_group_leaves_no_trace(world: World) -> None:
    """Two peers are too few to be shown; when one sends another sheet, nothing tells: all receipts are renewed alike."""
    cycle = await CycleWorld.create(world)
    changed, same = [await cycle.participant(example(sheets=EXAMPLE_SHEETS[:3])) for _ in range(2)]
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    before = {one: (await cycle.read(admin, one)).json() for one in (changed, same)}
    await cycle.to(CycleState.RATING)
    s = t.sheets
    async with world.owner.begin() as connection:
        of_peers = sa.update(s).where(s.c.participant_id == changed, s.c.rater_type == "peer")
        await connection.execute(of_peers.values(points=[1, 1, 1]))
    report = await cycle.to(CycleState.REVIEW)
    assert report is not None
    assert (report.computed, report.unchanged) == (0, 2)
    after = {one: (await cycle.read(admin, one)).json() for one in (changed, same)}
    for one in (changed, same):
        assert after[one].pop("receipt") != before[one].pop("receipt")
        assert after[one] == before[one]


async def test_an_anonymous_assignment_without_a_sheet_makes_no_difference_to_a_full_group(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    assignment = await cycle.assignment(participant, PEER)
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    admin = await world.admin()
    before = (await cycle.read(admin, participant)).content
    async with world.owner.begin() as connection:
        a = t.assignments
        await connection.execute(sa.update(a).where(a.c.id == assignment).values(state="voided"))
    answer = await world.api.post(cycle.path(tail="/computation"), headers=admin)
    assert (answer.status_code, answer.json()["unchanged"]) == (200, 1)
    assert (await cycle.read(admin, participant)).content == before


async def test_a_voided_anonymous_assignment_no_longer_bars_its_rater(world: World) -> None:
    cycle = await CycleWorld.create(world)
    appraiser: Employee = await world.employee(cycle.unit)
    participant = await cycle.participant(example(), appraiser_id=appraiser.id)
    headers = await world.login(employee=appraiser)
    barred = await cycle.assignment(participant, RaterType.PEER, appraiser.id)
    await cycle.to(CycleState.REVIEW)
    assert (await cycle.read(headers, participant)).status_code == 404
    assert (await world.api.get(cycle.path(), headers=headers)).json()["items"] == []
    a = t.assignments
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(a).where(a.c.id == barred).values(state="voided"))
        await connection.execute(
            sa.update(a)
            .where(a.c.participant_id == participant, a.c.rater_type == str(SUPERIOR))
            .values(state="voided", submitted_on=None)
        )
    assert (await cycle.read(headers, participant)).status_code == 200
