"""Participants of cycles and their external scores over HTTP."""

import asyncio
import time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.domain.cycles import Cycle, ExternalRange, Policy
from app.domain.people import Employee, Unit
from app.domain.values import CycleState, Dimension, Employment, PositionKind, RaterType, Role, Scheme
from app.repositories import tables as t
from tests.support.staging import Stage
from tests.support.world import World

pytestmark = pytest.mark.anyio
Headers = dict[str, str]
PEER, SUPERIOR = RaterType.PEER, RaterType.SUPERIOR
EXTERNAL = Policy(
    {SUPERIOR: 60, PEER: 40},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal("120.5"))},
)
SCORE = {"value": 104.1234, "source": "e-Kinerja", "measured_at": "2026-03-31T00:00:00Z"}


def where(cycle: Cycle, participant: object = None, tail: str = "") -> str:
    one = f"/{participant}" if participant else ""
    return f"/v1/cycles/{cycle.id}/participants{one}{tail}"


def score(cycle: Cycle, participant: object, dimension: str = "work_result") -> str:
    return where(cycle, participant, f"/external-scores/{dimension}")


async def add(api: httpx.AsyncClient, headers: Headers, cycle: Cycle, **body: Any) -> httpx.Response:
    return await api.post(where(cycle), json=body, headers=headers)


async def etag(api: httpx.AsyncClient, headers: Headers, path: str) -> Headers:
    return headers | {"If-Match": (await api.get(path, headers=headers)).headers["etag"]}


async def names(api: httpx.AsyncClient, headers: Headers, cycle: Cycle, **query: str) -> list[str]:
    answer = await api.get(where(cycle), params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def test_employees_are_added_in_the_order_of_the_list(api: httpx.AsyncClient, world: World) -> None:
    admin, cycle = await world.admin(), await Stage(world).cycle(CycleState.DRAFT)
    unit = await world.unit("DINKES")
    chief = await world.employee(unit)
    people = [
        await world.employee(unit, name="Zaenal", superior_id=chief.id),
        await world.employee(unit, name="Ani", employment=Employment.PPPK, nip="199001012021211001", grade="IX"),
    ]
    answer = await add(api, admin, cycle, employee_ids=[str(person.id) for person in people])
    assert answer.status_code == 201, answer.text
    first, second = answer.json()["items"]
    assert [first["name"], second["name"]] == ["Zaenal", "Ani"]
    assert first == {
        "id": first["id"],
        "cycle_id": str(cycle.id),
        "employee_id": str(people[0].id),
        "name": "Zaenal",
        "position": "Pengelola Data",
        "position_kind": "executor",
        "unit_id": str(unit.id),
        "unit_name": unit.name,
        "superior_id": str(chief.id),
        "appraiser_id": str(chief.id),
        "rubric_id": str(cycle.rubrics[0].rubric_id),
        "innovation": False,
        "added_at": first["added_at"],
    }
    assert (await api.get(where(cycle, first["id"]), headers=admin)).json() == first
    assert await names(api, admin, cycle) == ["Ani", "Zaenal"]
    assert await names(api, admin, cycle, sort="-name") == ["Zaenal", "Ani"]


async def test_a_faulty_list_names_every_row_and_adds_nobody(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle, unit = await stage.cycle(CycleState.DRAFT), await world.unit()
    good, there = await world.employee(unit), await world.employee(unit)
    mayor = await world.employee(unit, employment=Employment.NON_ASN, nip=None, grade=None)
    retired = await world.employee(unit, active=False)
    await stage.participant(cycle, there)
    rows = [good.id, there.id, mayor.id, retired.id, uuid4(), good.id]
    answer = await add(api, admin, cycle, employee_ids=[str(one) for one in rows])
    assert answer.status_code == 422, answer.text
    assert {(error["pointer"], error["code"]) for error in answer.json()["errors"]} == {
        ("/employee_ids/1", "already_participant"),
        ("/employee_ids/2", "participant_outside_asn"),
        ("/employee_ids/3", "participant_inactive"),
        ("/employee_ids/4", "unknown_employee"),
        ("/employee_ids/5", "duplicate_item"),
    }
    assert await names(api, admin, cycle) == [there.name]
    only = await add(api, admin, cycle, employee_ids=[str(there.id)])
    assert (only.status_code, only.json()["code"]) == (409, "already_participant")
    assert [error["pointer"] for error in only.json()["errors"]] == ["/employee_ids/0"]


async def test_units_bring_their_asn_in_service_who_are_not_there_yet(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle = await stage.cycle(CycleState.DRAFT)
    top = await world.unit("TOP")
    below = await world.unit("BELOW", top.id)
    here = await world.employee(top, name="A here")
    await world.employee(below, name="B below", position_kind=PositionKind.FUNCTIONAL)
    await world.employee(below, name="C below")
    await world.employee(below, name="D gone", active=False)
    await world.employee(below, name="E mayor", employment=Employment.NON_ASN, nip=None, grade=None)

    async def added(**body: Any) -> list[str]:
        answer = await add(api, admin, cycle, unit_ids=[str(top.id)], **body)
        assert answer.status_code == 201, answer.text
        return [item["name"] for item in answer.json()["items"]]

    await stage.participant(cycle, here)
    assert await added() == []
    assert await added(include_descendants=True, position_kinds=["functional", "jpt"]) == ["B below"]
    assert await added(include_descendants=True, position_kinds=None) == ["C below"]
    assert await names(api, admin, cycle) == ["A here", "B below", "C below"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "", "employees_or_units"),
        ({"employee_ids": [str(uuid4())], "unit_ids": [str(uuid4())]}, "", "employees_or_units"),
        ({"employee_ids": []}, "/employee_ids", "too_short"),
        ({"employee_ids": ["x"]}, "/employee_ids/0", "bad_format"),
        ({"employee_ids": [str(uuid4())] * 10_001}, "/employee_ids", "too_long"),
        ({"employee_ids": [str(uuid4())], "position_kinds": ["jpt"]}, "/position_kinds", "only_with_unit_ids"),
        ({"employee_ids": [str(uuid4())], "include_descendants": True}, "/include_descendants", "only_with_unit_ids"),
        ({"unit_ids": [str(uuid4())]}, "/unit_ids/0", "unknown_unit"),
        ({"unit_ids": [str(uuid4())], "position_kinds": ["jpt", "jpt"]}, "/position_kinds", "duplicate_item"),
        ({"unit_ids": [str(uuid4())], "position_kinds": ["boss"]}, "/position_kinds/0", "not_one_of"),
        ({"unit_ids": None}, "/unit_ids", "not_nullable"),
        ({"nips": ["198609262015051001"]}, "/nips", "unknown_field"),
    ],
)  # fmt: skip
async def test_faulty_choices_are_refused_with_their_place(
    api: httpx.AsyncClient, world: World, body: dict[str, Any], pointer: str, code: str
) -> None:
    cycle = await Stage(world).cycle(CycleState.DRAFT)
    answer = await add(api, await world.admin(), cycle, **body)
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


@pytest.mark.parametrize("state", CycleState)
async def test_participants_are_added_until_rating_ends(
    api: httpx.AsyncClient, world: World, state: CycleState
) -> None:
    admin, cycle = await world.admin(), await Stage(world).cycle(state)
    employee = await world.employee(await world.unit())
    answer = await add(api, admin, cycle, employee_ids=[str(employee.id)])
    if state in {CycleState.DRAFT, CycleState.NOMINATION, CycleState.RATING}:
        assert answer.status_code == 201
        assert answer.json()["items"][0]["rubric_id"] == str(cycle.rubrics[0].rubric_id)
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "cycle_state_forbids")


async def test_who_is_added_during_rating_is_frozen_at_once(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle, unit = await stage.cycle(CycleState.RATING), await world.unit()
    employee = await world.employee(unit, position="Perawat")
    added = (await add(api, admin, cycle, unit_ids=[str(unit.id)])).json()["items"][0]
    await stage.update(t.employees, employee.id, position="Analis")
    assert (await api.get(where(cycle, added["id"]), headers=admin)).json() == added
    await stage.update(t.cycles, cycle.id, rubrics=[{"rubric_id": added["rubric_id"], "position_kinds": ["jpt"]}])
    other = await world.employee(unit)
    by_name = await add(api, admin, cycle, employee_ids=[str(other.id)])
    assert by_name.json()["errors"][0]["code"] == "position_kind_without_rubric"
    by_unit = await add(api, admin, cycle, unit_ids=[str(unit.id)])
    assert (by_unit.status_code, by_unit.json()["errors"][0]["pointer"]) == (422, "/position_kinds")


async def test_until_opening_the_directory_counts(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle, unit, other = await stage.cycle(CycleState.NOMINATION), await world.unit("A"), await world.unit("B")
    employee = await world.employee(unit, name="Budi")
    participant = await stage.participant(cycle, employee)
    await stage.update(t.employees, employee.id, name="Budi, S.Kom.", unit_id=other.id)
    shown = (await api.get(where(cycle, participant), headers=admin)).json()
    assert (shown["name"], shown["unit_id"], shown["unit_name"]) == ("Budi, S.Kom.", str(other.id), other.name)
    assert await names(api, admin, cycle, unit_id=str(other.id), q="S.Kom") == ["Budi, S.Kom."]
    assert await names(api, admin, cycle, unit_id=str(unit.id)) == []
    assert await names(api, await world.login(Role.UNIT_ADMIN, unit=unit), cycle) == []
    assert await names(api, await world.login(Role.UNIT_ADMIN, unit=other), cycle) == ["Budi, S.Kom."]


async def city(world: World) -> tuple[Stage, Cycle, Unit, Employee, UUID, UUID]:
    """A cycle with one participant here (below a unit) and one elsewhere."""
    stage = Stage(world)
    cycle = await stage.cycle(CycleState.RATING)
    here = await world.unit("HERE")
    below, elsewhere = await world.unit("BELOW", here.id), await world.unit("ELSEWHERE")
    ours = await world.employee(below, name="Ours")
    mine = await stage.participant(cycle, ours)
    foreign = await stage.participant(cycle, await world.employee(elsewhere, name="Foreign"))
    return stage, cycle, here, ours, mine, foreign


async def test_who_sees_which_participants(api: httpx.AsyncClient, world: World) -> None:
    _, cycle, here, ours, mine, foreign = await city(world)
    service = await world.login(Role.INTEGRATION, scopes=("cycles:read",))
    for everybody in (await world.admin(), await world.login(Role.AUDITOR), service):
        assert await names(api, everybody, cycle) == ["Foreign", "Ours"]
        assert (await api.get(where(cycle, foreign), headers=everybody)).status_code == 200
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=here)
    assert await names(api, unit_admin, cycle) == ["Ours"]
    assert (await api.get(where(cycle, foreign), headers=unit_admin)).status_code == 404
    ratee = await world.login(employee=ours)
    assert (await api.get(where(cycle), headers=ratee)).status_code == 403
    assert (await api.get(where(cycle, mine), headers=ratee)).json()["name"] == "Ours"
    assert (await api.get(where(cycle, foreign), headers=ratee)).status_code == 404
    for stranger in (await world.login(Role.RECIPIENT), await world.login(Role.INTEGRATION)):
        assert (await api.get(where(cycle), headers=stranger)).status_code == 403
        assert (await api.get(where(cycle, mine), headers=stranger)).status_code == 403
    other = await Stage(world).cycle(CycleState.DRAFT)
    assert (await api.get(where(other, mine), headers=await world.admin())).status_code == 404
    admin = await world.admin()
    assert await names(api, admin, cycle, unit_id=str(here.id), include_descendants="true") == ["Ours"]
    assert await names(api, admin, cycle, position_kind="jpt") == []
    assert (await api.get(f"/v1/cycles/{uuid4()}/participants", headers=admin)).status_code == 404


async def test_participants_come_in_pages(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    unit = await world.unit()
    for state in (CycleState.DRAFT, CycleState.RATING):
        cycle = await stage.cycle(state)
        for number in range(5):
            await stage.participant(cycle, await world.employee(unit, name=f"P{number % 3}"))
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await api.get(where(cycle), params=query, headers=admin)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert len(set(seen)) == len(seen) == 5


async def test_unit_administrators_add_within_their_subtree(api: httpx.AsyncClient, world: World) -> None:
    stage, cycle, here, _, _, _ = await city(world)
    elsewhere = await world.unit()
    near, far = await world.employee(here), await world.employee(elsewhere)
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=here)
    hidden = await add(api, unit_admin, cycle, employee_ids=[str(near.id), str(far.id)])
    assert [(error["pointer"], error["code"]) for error in hidden.json()["errors"]] == [
        ("/employee_ids/1", "unknown_employee")
    ]
    assert (await add(api, unit_admin, cycle, unit_ids=[str(elsewhere.id)])).status_code == 403
    assert (await add(api, unit_admin, cycle, unit_ids=[str(here.id)])).status_code == 201
    for reader in (
        await world.login(),
        await world.login(Role.AUDITOR),
        await world.login(Role.INTEGRATION, scopes=("cycles:read",)),
    ):
        assert (await add(api, reader, cycle, employee_ids=[str(far.id)])).status_code == 403
    (event,) = [row for row in await stage.audited("participants.added") if row.object_id == cycle.id]
    assert event.details == {"count": 1}


async def test_the_same_employee_added_twice_at_once_is_added_once(api: httpx.AsyncClient, world: World) -> None:
    admin, cycle = await world.admin(), await Stage(world).cycle(CycleState.DRAFT)
    employee = await world.employee(await world.unit())
    answers = await asyncio.gather(*(add(api, admin, cycle, employee_ids=[str(employee.id)]) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "already_participant"}


async def test_nine_thousand_are_added_in_seconds(api: httpx.AsyncClient, world: World) -> None:
    admin, cycle = await world.admin(), await Stage(world).cycle(CycleState.DRAFT)
    unit = await world.unit()
    async with world.owner.begin() as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO employees (id, nip, name, employment, position, position_kind, unit_id, active) "
                "SELECT gen_random_uuid(), lpad(n::text, 18, '0'), 'Pegawai ' || n, 'pns', 'Guru', 'functional', :unit, true "
                "FROM generate_series(1, 9000) n"
            ),
            {"unit": unit.id},
        )
    started = time.monotonic()
    answer = await add(api, admin, cycle, unit_ids=[str(unit.id)])
    assert time.monotonic() - started < 8
    assert answer.status_code == 201
    assert len(answer.json()["items"]) == 9000
    started = time.monotonic()
    opened = await api.post(f"/v1/cycles/{cycle.id}/transitions", json={"to": "rating"}, headers=admin)
    assert (opened.status_code, time.monotonic() - started < 8) == (200, True)


async def test_innovation_is_set_until_publication(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle = await stage.cycle(CycleState.RATING)
    participant = await stage.participant(cycle, await world.employee(await world.unit()))
    path = where(cycle, participant)
    assert (await api.patch(path, json={"innovation": True}, headers=admin)).status_code == 428
    changed = await api.patch(path, json={"innovation": True}, headers=await etag(api, admin, path))
    assert (changed.status_code, changed.json()["innovation"]) == (200, True)
    assert (await api.get(path, headers=admin)).json() == changed.json()
    wrong = await api.patch(path, json={"innovation": None}, headers=await etag(api, admin, path))
    assert wrong.json()["errors"][0]["code"] == "not_nullable"
    await stage.move(cycle, CycleState.PUBLISHED)
    late = await api.patch(path, json={"innovation": False}, headers=await etag(api, admin, path))
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")
    same = await api.patch(path, json={"innovation": True}, headers=await etag(api, admin, path))
    assert same.status_code == 200


async def test_another_appraiser_is_named_with_a_reason_and_stays(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle, unit = await stage.cycle(CycleState.DRAFT), await world.unit()
    chief, stand_in = await world.employee(unit), await world.employee(unit)
    employee = await world.employee(unit, superior_id=chief.id, appraiser_id=chief.id)
    participant = await stage.participant(cycle, employee)
    path = where(cycle, participant)

    async def name(body: dict[str, Any]) -> httpx.Response:
        return await api.patch(path, json=body, headers=await etag(api, admin, path))

    for person, reason, pointer, code in (
        (stand_in.id, None, "/reason", "required"),
        (uuid4(), "Pejabat lama pindah.", "/appraiser_id", "unknown_employee"),
        (employee.id, "Pejabat lama pindah.", "/appraiser_id", "self_appraiser"),
    ):
        refused = await name({"appraiser_id": str(person)} | ({"reason": reason} if reason else {}))
        errors = refused.json()["errors"]
        assert [(error["pointer"], error["code"]) for error in errors] == [(pointer, code)]
    named = await name({"appraiser_id": str(stand_in.id), "reason": "Pejabat lama pindah."})
    assert (named.status_code, named.json()["appraiser_id"]) == (200, str(stand_in.id))
    await api.post(f"/v1/cycles/{cycle.id}/transitions", json={"to": "rating"}, headers=admin)
    assert (await api.get(path, headers=admin)).json()["appraiser_id"] == str(stand_in.id)
    (event,) = [row for row in await stage.audited("participant.updated") if row.object_id == participant]
    assert event.reason == "Pejabat lama pindah."
    assert event.details["after"] == {"appraiser_id": str(stand_in.id)}


async def test_whoever_rates_anonymously_does_not_become_appraiser(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle, unit = await stage.cycle(CycleState.RATING), await world.unit()
    participant = await stage.participant(cycle, await world.employee(unit))
    peer = await world.employee(unit)
    below_peer = await world.employee(unit, superior_id=peer.id)
    assignment = await stage.assignment(cycle, participant, PEER, peer)
    path = where(cycle, participant)
    for person in (peer, below_peer):
        body = {"appraiser_id": str(person.id), "reason": "Pejabat lama pindah."}
        refused = await api.patch(path, json=body, headers=await etag(api, admin, path))
        assert (refused.status_code, refused.json()["code"]) == (409, "appraiser_is_rater")
    await stage.update(t.assignments, assignment, state="voided")
    body = {"appraiser_id": str(peer.id), "reason": "Pejabat lama pindah."}
    assert (await api.patch(path, json=body, headers=await etag(api, admin, path))).status_code == 200


async def test_a_unit_administrator_learns_nothing_from_naming_appraisers(api: httpx.AsyncClient, world: World) -> None:
    stage, cycle, here, _, mine, foreign = await city(world)
    peer = await world.employee(here)
    assignment = await stage.assignment(cycle, mine, PEER, peer)
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=here)
    path = where(cycle, mine)
    match = await etag(api, unit_admin, path)
    answers = []
    for state in ("pending", "voided"):
        await stage.update(t.assignments, assignment, state=state)
        body = {"appraiser_id": str(peer.id), "reason": "Pejabat lama pindah."}
        answer = await api.patch(path, json=body, headers=match)
        answers.append((answer.status_code, answer.json()["code"]))
    assert answers == [(403, "not_allowed")] * 2
    assert (await api.patch(path, json={"innovation": True}, headers=match)).status_code == 200
    assert (await api.patch(where(cycle, foreign), json={"innovation": True}, headers=match)).status_code == 404


async def test_nobody_but_administrators_changes_participants(api: httpx.AsyncClient, world: World) -> None:
    _, cycle, here, ours, mine, _ = await city(world)
    admin = await world.admin()
    match = (await etag(api, admin, where(cycle, mine)))["If-Match"]
    about_himself = await world.login(Role.UNIT_ADMIN, employee=ours, unit=here)
    for reader in (about_himself, await world.login(Role.AUDITOR)):
        headers = reader | {"If-Match": match}
        assert (await api.patch(where(cycle, mine), json={"innovation": True}, headers=headers)).status_code == 403
        assert (await api.delete(where(cycle, mine), headers=headers)).status_code == 403
    stranger = await world.login() | {"If-Match": match}
    assert (await api.patch(where(cycle, mine), json={"innovation": True}, headers=stranger)).status_code == 404
    assert (await api.delete(where(cycle, mine), headers=stranger)).status_code == 404


async def test_a_participant_is_removed_with_what_belongs_to_him(api: httpx.AsyncClient, world: World) -> None:
    stage = Stage(world)
    cycle, unit = await stage.cycle(CycleState.DRAFT), await world.unit()
    participant = await stage.participant(cycle, await world.employee(unit))
    await stage.assignment(cycle, participant, PEER, await world.employee(unit))
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=unit)
    path = where(cycle, participant)
    assert (await api.delete(path, headers=unit_admin)).status_code == 428
    assert (await api.delete(path, headers=await etag(api, unit_admin, path))).status_code == 204
    assert (await api.get(path, headers=unit_admin)).status_code == 404
    assert await stage.rows(t.assignments) == []
    assert [row.object_id for row in await stage.audited("participant.removed")][-1] == participant


async def test_during_rating_only_unrated_participants_leave(api: httpx.AsyncClient, world: World) -> None:
    stage, cycle, here, _, mine, foreign = await city(world)
    admin = await world.admin()
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=here)
    peer = await world.employee(here)
    assignment = await stage.assignment(cycle, mine, PEER, peer)
    path = where(cycle, mine)
    told = []
    for state in ("pending", "submitted"):
        submitted_on = None if state == "pending" else sa.func.current_date()
        await stage.update(t.assignments, assignment, state=state, submitted_on=submitted_on)
        answer = await api.delete(path, headers=await etag(api, unit_admin, path))
        told.append((answer.status_code, answer.json()["code"]))
    assert told == [(403, "not_allowed")] * 2
    rated = await api.delete(path, headers=await etag(api, admin, path))
    assert (rated.status_code, rated.json()["code"]) == (409, "participant_has_sheets")
    await stage.seal(foreign, PEER)
    sealed = await api.delete(where(cycle, foreign), headers=await etag(api, admin, where(cycle, foreign)))
    assert (sealed.status_code, sealed.json()["code"]) == (409, "group_sealed")
    await stage.update(t.assignments, assignment, state="draft", submitted_on=None)
    assert (await api.delete(path, headers=await etag(api, admin, path))).status_code == 204
    await stage.move(cycle, CycleState.REVIEW)
    late = await api.delete(where(cycle, foreign), headers=await etag(api, admin, where(cycle, foreign)))
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")


# ---------------------------------------------------------------- external scores


async def measured(world: World, state: CycleState = CycleState.RATING) -> tuple[Stage, Cycle, UUID]:
    stage = Stage(world)
    cycle = await stage.cycle(state, policy=EXTERNAL)
    return stage, cycle, await stage.participant(cycle, await world.employee(await world.unit()))


async def test_an_external_score_is_created_read_and_replaced(api: httpx.AsyncClient, world: World) -> None:
    _, cycle, participant = await measured(world)
    service = await world.login(Role.INTEGRATION, scopes=("external_scores:write",))
    path = score(cycle, participant)
    assert (await api.get(path, headers=service)).status_code == 404
    early = await api.put(path, json=SCORE, headers=service | {"If-Match": '"0"'})
    assert (early.status_code, early.json()["code"]) == (412, "precondition_failed")
    created = await api.put(path, json=SCORE, headers=service)
    assert created.status_code == 201, created.text
    assert created.json() == {
        "participant_id": str(participant),
        "dimension": "work_result",
        **SCORE,
        "min": 0,
        "max": 120.5,
        "received_at": created.json()["received_at"],
    }
    read = await api.get(path, headers=service)
    assert (read.json(), read.headers["etag"]) == (created.json(), created.headers["etag"])
    assert (await api.put(path, json=SCORE, headers=service)).status_code == 428
    again = await api.put(path, json=SCORE | {"value": 0}, headers=service | {"If-Match": read.headers["etag"]})
    assert (again.status_code, again.json()["value"]) == (200, 0)
    late = await api.put(path, json=SCORE, headers=service | {"If-Match": read.headers["etag"]})
    assert late.status_code == 412


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"value": 120.5001}, "/value", "external_score_out_of_range"),
        ({"value": -0.0001}, "/value", "external_score_out_of_range"),
        ({"value": 100.00001}, "/value", "too_many_decimals"),
        ({"value": "100"}, "/value", "wrong_type"),
        ({"value": True}, "/value", "wrong_type"),
        ({"value": None}, "/value", "wrong_type"),
        ({"source": ""}, "/source", "too_short"),
        ({"measured_at": "2026-03-31"}, "/measured_at", "bad_format"),
        ({"min": 0}, "/min", "unknown_field"),
    ],
)
async def test_faulty_scores_are_refused_with_their_place(
    api: httpx.AsyncClient, world: World, body: dict[str, Any], pointer: str, code: str
) -> None:
    _, cycle, participant = await measured(world)
    answer = await api.put(score(cycle, participant), json=SCORE | body, headers=await world.admin())
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert (await api.get(score(cycle, participant), headers=await world.admin())).status_code == 404


async def test_a_rated_dimension_takes_no_external_score(api: httpx.AsyncClient, world: World) -> None:
    stage, cycle, participant = await measured(world)
    admin = await world.admin()
    rated = await api.put(score(cycle, participant, "work_behaviour"), json=SCORE, headers=admin)
    assert (rated.status_code, rated.json()["code"]) == (409, "dimension_is_rated")
    unheard = await api.put(score(cycle, participant, "mood"), json=SCORE, headers=admin)
    assert unheard.status_code == 422
    await stage.move(cycle, CycleState.ARCHIVED)
    late = await api.put(score(cycle, participant), json=SCORE, headers=admin)
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")


async def test_who_sets_and_reads_external_scores(api: httpx.AsyncClient, world: World) -> None:
    stage = Stage(world)
    cycle, unit = await stage.cycle(CycleState.RATING, policy=EXTERNAL), await world.unit()
    employee = await world.employee(unit)
    participant = await stage.participant(cycle, employee)
    path = score(cycle, participant)
    ratee, unit_admin = await world.login(employee=employee), await world.login(Role.UNIT_ADMIN, unit=unit)
    reader = await world.login(Role.INTEGRATION, scopes=("cycles:read",))
    for actor in (ratee, unit_admin, reader, await world.login(Role.AUDITOR), await world.login(Role.RECIPIENT)):
        assert (await api.put(path, json=SCORE, headers=actor)).status_code == 403
    assert (await api.put(path, json=SCORE, headers=await world.admin())).status_code == 201
    for actor in (ratee, unit_admin, reader, await world.login(Role.AUDITOR)):
        assert (await api.get(path, headers=actor)).json()["value"] == SCORE["value"]
    assert (await api.get(path, headers=await world.login())).status_code == 404
    service = await world.login(Role.INTEGRATION, scopes=("external_scores:write",))
    other = await stage.cycle(CycleState.RATING, policy=EXTERNAL)
    assert (await api.put(score(other, participant), json=SCORE, headers=service)).status_code == 404
    assert (await api.get(score(other, participant), headers=service)).status_code == 404


async def test_two_systems_at_once_make_one_score(api: httpx.AsyncClient, world: World) -> None:
    _, cycle, participant = await measured(world)
    admin = await world.admin()
    bodies = [SCORE | {"value": value} for value in (1, 2, 3, 4)]
    answers = await asyncio.gather(*(api.put(score(cycle, participant), json=one, headers=admin) for one in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 428, 428, 428]


async def test_a_range_stays_once_scores_were_measured_on_it(api: httpx.AsyncClient, world: World) -> None:
    _, cycle, participant = await measured(world, CycleState.DRAFT)
    admin = await world.admin()
    path = f"/v1/cycles/{cycle.id}"
    wider = {"policy": {"external_dimensions": {"work_result": {"min": 0, "max": 150}}}}
    assert (await api.patch(path, json=wider, headers=await etag(api, admin, path))).status_code == 200
    assert (await api.put(score(cycle, participant), json=SCORE, headers=admin)).status_code == 201
    for bounds in ({"min": 0, "max": 120}, None):
        body = {"policy": {"external_dimensions": {"work_result": bounds}}}
        refused = await api.patch(path, json=body, headers=await etag(api, admin, path))
        assert (refused.status_code, refused.json()["code"]) == (409, "external_scores_exist")
    other = {"policy": {"gap_threshold": 1}}
    assert (await api.patch(path, json=other, headers=await etag(api, admin, path))).status_code == 200


async def test_a_late_score_and_a_late_innovation_make_the_result_anew(api: httpx.AsyncClient, world: World) -> None:
    stage, admin = Stage(world), await world.admin()
    numeric = Policy(EXTERNAL.rater_weights, external_dimensions=EXTERNAL.external_dimensions, scheme=Scheme.PP_30_2019)
    cycle = await stage.cycle(CycleState.DRAFT, policy=numeric)
    participant = await stage.participant(cycle, await world.employee(await world.unit()))
    for to in ("rating", "review"):
        step = await api.post(f"/v1/cycles/{cycle.id}/transitions", json={"to": to}, headers=admin)
        assert step.status_code == 200, step.text

    async def causes() -> list[str]:
        rows = await stage.rows(t.results, t.results.c.participant_id == participant)
        return [row.cause for row in sorted(rows, key=lambda row: row.version)]

    assert await causes() == ["rating_closed"]
    assert (await api.put(score(cycle, participant), json=SCORE, headers=admin)).status_code == 201
    assert await causes() == ["rating_closed", "external_score"]
    path = where(cycle, participant)
    changed = await api.patch(path, json={"innovation": True}, headers=await etag(api, admin, path))
    assert changed.status_code == 200, changed.text
    computed = [row.details["cause"] for row in await stage.audited("result.computed") if row.object_id == participant]
    assert set(computed) == {"external_score", "innovation"}
