"""Who rates whom, over HTTP: making, reading, changing, and what nobody may learn."""

import asyncio
import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.domain.auth import Actor
from app.domain.cycles import Cycle
from app.domain.people import Employee, Unit
from app.domain.values import ANONYMOUS_TYPES, AssignmentState, CycleState, RaterType, Role
from app.repositories import tables as t
from tests.support.rounds import start_round
from tests.support.staging import Stage
from tests.support.statements import recorded
from tests.support.world import World

pytestmark = pytest.mark.anyio

SUPERIOR, PEER, SUBORDINATE, SELF, RECIPIENT = (
    RaterType.SUPERIOR,
    RaterType.PEER,
    RaterType.SUBORDINATE,
    RaterType.SELF,
    RaterType.SERVICE_RECIPIENT,
)
Headers = dict[str, str]


@dataclass
class Office:
    """One unit: mayor → head → chief → clerk and colleagues; the clerk takes part and leads an assistant."""

    stage: Stage
    unit: Unit
    head: Employee
    chief: Employee
    clerk: Employee
    peers: list[Employee]
    assistants: list[Employee]
    cycle: Cycle
    participant: UUID

    async def row(self, kind: RaterType, rater: Employee | None) -> dict[str, Any]:
        return row(self.participant, kind, rater)

    async def assigned(self, kind: RaterType, rater: Employee | None, state: str = "pending") -> UUID:
        return await self.stage.assignment(self.cycle, self.participant, kind, rater, state)


def row(participant: UUID, kind: RaterType, rater: Employee | None) -> dict[str, Any]:
    body = {"participant_id": str(participant), "rater_type": str(kind)}
    return body if rater is None else body | {"rater_id": str(rater.id)}


async def open_office(world: World, state: CycleState = CycleState.RATING, **cycle: Any) -> Office:
    stage = Stage(world)
    unit = await world.unit()
    head = await world.employee(unit, name="Head")
    chief = await world.employee(unit, name="Chief", superior_id=head.id, appraiser_id=head.id)
    clerk = await world.employee(unit, name="Clerk", superior_id=chief.id, appraiser_id=chief.id)
    peers = [await world.employee(unit, name=f"Peer {n}", superior_id=chief.id) for n in range(4)]
    assistants = [await world.employee(unit, name=f"Assistant {n}", superior_id=clerk.id) for n in range(2)]
    made = await stage.cycle(state, **cycle)
    return Office(stage, unit, head, chief, clerk, peers, assistants, made, await stage.participant(made, clerk))


async def create(api: httpx.AsyncClient, office: Office, items: list[Any], headers: Headers) -> httpx.Response:
    return await api.post(f"/v1/cycles/{office.cycle.id}/assignments", json={"items": items}, headers=headers)


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


# ---------------------------------------------------------------- making


async def test_a_batch_is_made_in_the_order_asked_for(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    raters = [
        (SUPERIOR, office.chief),
        (SELF, office.clerk),
        (PEER, office.peers[0]),
        (SUBORDINATE, office.assistants[0]),
    ]
    answer = await create(api, office, [await office.row(*one) for one in raters], await world.admin())
    assert answer.status_code == 201, answer.text
    assert [(i["rater_type"], i["rater_name"], i["state"]) for i in answer.json()["items"]] == [
        ("superior", "Chief", "pending"),
        ("self", "Clerk", "pending"),
        ("peer", "Peer 0", "pending"),
        ("subordinate", "Assistant 0", "pending"),
    ]
    assert answer.json()["warnings"] == []
    [told] = [row for row in await office.stage.audited("assignment.created") if row.object_id == office.cycle.id]
    assert told.details == {"created": {"peer": 1, "self": 1, "subordinate": 1, "superior": 1}}
    [announced] = await office.stage.rows(t.outbox_events)
    assert announced.payload == {"cycle_id": str(office.cycle.id), "count": 4}


async def test_mismatches_with_the_hierarchy_are_warnings(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    stranger = await world.employee(await world.unit("ELSEWHERE"))
    items = [await office.row(PEER, stranger), await office.row(SUBORDINATE, office.peers[0])]
    answer = await create(api, office, items, await world.admin())
    assert answer.status_code == 201, answer.text
    assert [(w["pointer"], w["code"]) for w in answer.json()["warnings"]] == [
        ("/items/0/rater_id", "peer_from_elsewhere"),
        ("/items/1/rater_id", "not_a_subordinate"),
    ]
    assert answer.json()["warnings"][1]["message"] == "This employee does not report to the participant."


async def test_every_faulty_row_is_listed_and_nothing_is_made(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world, asked={SUPERIOR, PEER, SELF, SUBORDINATE})
    await office.assigned(PEER, office.peers[0])
    gone = await world.employee(office.unit, active=False)
    items = [
        await office.row(PEER, office.peers[1]),
        row(uuid4(), PEER, office.peers[1]),
        await office.row(PEER, None),
        await office.row(PEER, office.peers[1]),
        await office.row(PEER, office.peers[0]),
        await office.row(PEER, office.clerk),
        await office.row(SELF, office.peers[2]),
        await office.row(SUPERIOR, office.head),
        await office.row(RECIPIENT, None),
        await office.row(PEER, gone),
        await office.row(PEER, office.chief),
        await office.row(PEER, office.head),
        {"participant_id": str(office.participant), "rater_type": "peer", "rater_id": str(uuid4())},
    ]
    answer = await create(api, office, items, await world.admin())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert sorted(faults(answer)) == sorted(
        [
            ("/items/1/participant_id", "unknown_participant"),
            ("/items/2/rater_id", "required"),
            ("/items/3/rater_id", "duplicate_item"),
            ("/items/4/rater_id", "assignment_duplicate"),
            ("/items/5/rater_id", "rater_is_ratee"),
            ("/items/6/rater_id", "self_is_not_ratee"),
            ("/items/7/rater_id", "not_the_superior"),
            ("/items/8/rater_type", "recipient_by_invitation"),
            ("/items/9/rater_id", "rater_inactive"),
            ("/items/10/rater_id", "rater_is_superior"),
            ("/items/11/rater_id", "duplicate_item"),  # and row 7
            ("/items/11/rater_id", "rater_is_appraisers_superior"),
            ("/items/12/rater_id", "unknown_employee"),
        ]
    )
    assert len(await office.stage.rows(t.assignments)) == 1


async def test_a_thousand_faulty_rows_are_all_listed(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    faulty = [row(uuid4(), PEER, office.peers[0]) for _ in range(1_000)]
    assert len(faults(await create(api, office, faulty, admin))) == 1_000
    assert (await create(api, office, [*faulty, faulty[0]], admin)).status_code == 422
    assert (await create(api, office, [], admin)).status_code == 422


async def test_a_type_that_is_asked_nothing_is_refused(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world, asked={SUPERIOR})
    answer = await create(api, office, [await office.row(PEER, office.peers[0])], await world.admin())
    assert faults(answer) == [("/items/0/rater_type", "type_not_asked")]


async def test_those_above_hold_no_anonymous_assignment(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    for person, code in ((office.chief, "rater_is_superior"), (office.head, "rater_is_appraisers_superior")):
        answer = await create(api, office, [await office.row(SUBORDINATE, person)], admin)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert faults(answer) == [("/items/0/rater_id", code)]
    other = await world.employee(office.unit)
    appraised = await world.employee(office.unit, superior_id=office.chief.id, appraiser_id=other.id)
    participant = await office.stage.participant(office.cycle, appraised)
    answer = await create(api, office, [row(participant, PEER, other)], admin)
    assert (answer.status_code, answer.json()["code"]) == (409, "rater_is_appraiser")


async def test_a_person_rates_a_participant_at_most_once(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    first = [await office.row(PEER, office.peers[0])]
    answers = await asyncio.gather(create(api, office, first, admin), create(api, office, first, admin))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    again = await create(api, office, [await office.row(SUBORDINATE, office.peers[0])], admin)
    assert (again.status_code, again.json()["code"]) == (409, "assignment_duplicate")
    assert len(await office.stage.rows(t.assignments)) == 1


@pytest.mark.parametrize("state", list(CycleState))
async def test_assignments_are_made_before_review_only(api: httpx.AsyncClient, world: World, state: CycleState) -> None:
    office = await open_office(world, state)
    answer = await create(api, office, [await office.row(PEER, office.peers[0])], await world.admin())
    early = state in {CycleState.DRAFT, CycleState.NOMINATION, CycleState.RATING}
    assert answer.status_code == (201 if early else 409), answer.text
    assert early or answer.json()["code"] == "cycle_state_forbids"


async def test_a_sealed_group_does_not_grow(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    await office.stage.seal(office.participant, PEER)
    admin = await world.admin()
    answer = await create(api, office, [await office.row(PEER, office.peers[0])], admin)
    assert (answer.status_code, answer.json()["code"]) == (409, "group_sealed")
    assert (await create(api, office, [await office.row(SUBORDINATE, office.assistants[0])], admin)).status_code == 201


async def test_a_unit_administrator_adds_to_no_anonymous_group_after_a_review(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world)
    local = await world.login(Role.UNIT_ADMIN, unit=office.unit)
    await office.stage.result(office.cycle, office.participant)
    answer = await create(api, office, [await office.row(PEER, office.peers[0])], local)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (await create(api, office, [await office.row(SUPERIOR, office.chief)], local)).status_code == 201


async def test_only_administrators_assign_and_only_in_their_part(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    items = [await office.row(PEER, office.peers[0])]
    elsewhere = await world.unit("ELSEWHERE")
    for headers in (await office.stage.login(office.chief), await world.login(Role.AUDITOR)):
        assert (await create(api, office, items, headers)).status_code == 403
    foreign = await create(api, office, items, await world.login(Role.UNIT_ADMIN, unit=elsewhere))
    assert faults(foreign) == [("/items/0/participant_id", "unknown_participant")]
    local = await create(api, office, items, await world.login(Role.UNIT_ADMIN, unit=office.unit))
    assert local.status_code == 201
    assert local.json()["items"][0] | {"id": ""} == {
        "id": "",
        "cycle_id": str(office.cycle.id),
        "participant_id": str(office.participant),
        "ratee_name": "Clerk",
        "unit_id": str(office.unit.id),
        "rater_type": "peer",
        "rater_id": str(office.peers[0].id),
        "rater_name": "Peer 0",
        "state": None,
        "submitted_on": None,
        "void_requested": None,
    }


async def test_nobody_chooses_who_rates_him_anonymously(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    himself = await office.stage.login(office.clerk, Role.ADMIN)
    assert (await create(api, office, [await office.row(PEER, office.peers[0])], himself)).status_code == 403
    assert (await create(api, office, [await office.row(SELF, office.clerk)], himself)).status_code == 201


async def test_before_rating_the_directory_of_today_counts(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world, CycleState.DRAFT)
    await office.stage.update(t.employees, office.clerk.id, superior_id=office.head.id)
    admin = await world.admin()
    answer = await create(api, office, [await office.row(SUPERIOR, office.chief)], admin)
    assert faults(answer) == [("/items/0/rater_id", "not_the_superior")]
    assert (await create(api, office, [await office.row(SUPERIOR, office.head)], admin)).status_code == 201


async def test_an_unknown_cycle_is_not_found(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    path = f"/v1/cycles/{uuid4()}/assignments"
    body = {"items": [{"participant_id": str(uuid4()), "rater_type": "peer", "rater_id": str(uuid4())}]}
    assert (await api.post(path, json=body, headers=admin)).status_code == 404
    assert (await api.get(path, headers=admin)).status_code == 404


# ---------------------------------------------------------------- reading


async def everything(office: Office) -> dict[str, UUID]:
    """One assignment of each kind and of many states."""
    return {
        "superior": await office.assigned(SUPERIOR, office.chief, "submitted"),
        "self": await office.assigned(SELF, office.clerk, "draft"),
        "peer": await office.assigned(PEER, office.peers[0], "submitted"),
        "declined": await office.assigned(PEER, office.peers[1], "declined"),
        "voided": await office.assigned(PEER, office.peers[2], "voided"),
        "subordinate": await office.assigned(SUBORDINATE, office.assistants[0], "pending"),
        "recipient": await office.assigned(RECIPIENT, None, "submitted"),
    }


async def listed(api: httpx.AsyncClient, office: Office, headers: Headers, **query: str) -> dict[str, Any]:
    answer = await api.get(f"/v1/cycles/{office.cycle.id}/assignments", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return {item["id"]: item["state"] for item in answer.json()["items"]}


async def visible(api: httpx.AsyncClient, office: Office, ids: dict[str, UUID], headers: Headers) -> dict[str, Any]:
    """Names and states in the list; each single read must say the same."""
    found = await listed(api, office, headers)
    for assignment_id in ids.values():
        single = await api.get(f"/v1/assignments/{assignment_id}", headers=headers)
        if str(assignment_id) in found:
            assert single.json()["state"] == found[str(assignment_id)]
        else:
            assert single.status_code == 404
    return {name: found[str(one)] for name, one in ids.items() if str(one) in found}


async def test_each_reader_sees_his_part(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    ids = await everything(office)
    without_state = {"superior": "submitted", "self": "draft"} | dict.fromkeys(
        ("peer", "declined", "subordinate", "recipient")
    )
    named_only = {"superior": "submitted", "self": "draft"}
    whole = dict.fromkeys(("superior", "peer", "recipient"), "submitted") | {
        "self": "draft",
        "declined": "declined",
        "voided": "voided",
        "subordinate": "pending",
    }
    elsewhere = await world.unit("ELSEWHERE")
    readers: list[tuple[Headers, dict[str, Any]]] = [
        (await world.admin(), whole),
        (await world.login(Role.UNIT_ADMIN, unit=office.unit), without_state),
        (await world.login(Role.UNIT_ADMIN, unit=elsewhere), {}),
        (await world.login(Role.AUDITOR), without_state),
        (await office.stage.login(office.chief), {"superior": "submitted"}),
        (await office.stage.login(office.head), {}),
        (await office.stage.login(office.head, Role.AUDITOR), without_state),
        (
            await world.login(Role.UNIT_ADMIN, employee=office.peers[0], unit=office.unit),
            without_state | {"peer": "submitted"},
        ),
        (await office.stage.login(office.peers[2]), {"voided": "voided"}),
        (await office.stage.login(office.peers[3]), {}),
    ]
    for number, (headers, expected) in enumerate(readers):
        assert await visible(api, office, ids, headers) == expected, number
    # The ratee never learns who rates him anonymously, and his superior and appraiser only as administrators.
    for roles in ((Role.EMPLOYEE,), (Role.ADMIN,), (Role.UNIT_ADMIN,), (Role.AUDITOR,)):
        headers = await office.stage.login(office.clerk, *roles, unit=office.unit)
        expected = {"self": "draft"} if roles == (Role.EMPLOYEE,) else named_only
        assert await visible(api, office, ids, headers) == expected, roles
    above = await office.stage.login(office.chief, Role.AUDITOR)
    assert await visible(api, office, ids, above) == named_only
    above = await office.stage.login(office.chief, Role.UNIT_ADMIN, unit=office.unit)
    assert await visible(api, office, ids, above) == without_state
    # The work list is the rater's own, whatever else he is.
    assert (
        await api.get(f"/v1/cycles/{office.cycle.id}/assignments", headers=await world.login(Role.INTEGRATION))
    ).status_code == 403


async def test_exchanging_states_changes_nothing_for_those_who_may_not_know_them(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world)
    await everything(office)
    readers = [
        await world.login(Role.UNIT_ADMIN, unit=office.unit),
        await world.login(Role.AUDITOR),
        await office.stage.login(office.clerk, Role.ADMIN),
        await office.stage.login(office.chief),
        await office.stage.login(office.assistants[1]),
    ]

    async def answers() -> list[Any]:
        seen: list[Any] = []
        for headers in readers:
            for state in ("", *AssignmentState):
                query = {"state": str(state)} if state else {}
                path = f"/v1/cycles/{office.cycle.id}/assignments"
                seen.append((await api.get(path, params=query, headers=headers)).json())
        for assignment in await office.stage.rows(t.assignments):
            for headers in readers:
                answer = await api.get(f"/v1/assignments/{assignment.id}", headers=headers)
                seen.append((assignment.id, answer.status_code, answer.headers.get("etag")))
        return sorted(map(str, seen))

    before = await answers()
    swap = {"submitted": "pending", "declined": "submitted", "pending": "draft"}
    for assignment in await office.stage.rows(t.assignments, t.assignments.c.state != "voided"):
        if RaterType(assignment.rater_type) in ANONYMOUS_TYPES:
            state = swap[assignment.state]
            day = sa.func.current_date() if state == "submitted" else None
            await office.stage.update(t.assignments, assignment.id, state=state, submitted_on=day)
    assert await answers() == before


def encoded(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


async def test_a_list_is_filtered_sorted_and_paged(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    ids = await everything(office)
    other = await office.stage.participant(office.cycle, office.peers[0])
    second = await office.stage.assignment(office.cycle, other, PEER, office.clerk)
    admin = await world.admin()

    async def found(**query: str) -> set[str]:
        return set(await listed(api, office, admin, **query))

    assert await found(participant_id=str(other)) == {str(second)}
    assert await found(rater_id=str(office.clerk.id)) == {str(second), str(ids["self"])}
    assert await found(rater_type="service_recipient") == {str(ids["recipient"])}
    assert await found(state="declined") == {str(ids["declined"])}
    local = await world.login(Role.UNIT_ADMIN, unit=office.unit)
    assert set(await listed(api, office, local, state="submitted")) == {str(ids["superior"])}
    path = f"/v1/cycles/{office.cycle.id}/assignments"
    for sort in ("ratee_name", "id"):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            query = {"limit": "3", "sort": sort} | ({"cursor": cursor} if cursor else {})
            page = (await api.get(path, params=query, headers=admin)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == sorted(await found())
        assert sort == "ratee_name" or seen == sorted(seen)
    for position in (
        "[]",
        '["ratee_name"]',
        '["ratee_name","A"]',
        '["ratee_name","\\u0000","A"]',
        '["ratee_name","\\ud800",1]',
    ):
        faulty = await api.get(path, params={"cursor": encoded(position)}, headers=admin)
        assert faulty.status_code == 422, (position, faulty.text)
    assert (await api.get(path, params={"sort": "state"}, headers=admin)).status_code == 422
    assert (await api.get(path, params={"submitted_on": "2026-01-01"}, headers=admin)).status_code == 422


async def test_the_work_list_is_one_statement(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    await everything(office)
    later = await office.stage.cycle(CycleState.DRAFT)
    participant = await office.stage.participant(later, office.chief)
    await office.stage.assignment(later, participant, SUBORDINATE, office.peers[0])
    rater = await office.stage.login(office.peers[0])
    await api.get("/v1/me/assignments", headers=rater)
    async with recorded(world.services.database) as statements:
        answer = await api.get("/v1/me/assignments", headers=rater)
    assert len(statements) == 1
    items = answer.json()["items"]
    assert {(item["ratee"]["name"], item["rater_type"], item["state"]) for item in items} == {
        ("Clerk", "peer", "submitted"),
        ("Chief", "subordinate", "pending"),
    }
    [mine] = (await api.get("/v1/me/assignments", params={"state": "pending"}, headers=rater)).json()["items"]
    assert mine["cycle"]["code"] == later.code
    assert mine["ratee"] == {"name": "Chief", "position": "Pengelola Data", "unit_name": office.unit.name}
    of_one = await api.get("/v1/me/assignments", params={"cycle_id": str(office.cycle.id)}, headers=rater)
    assert [item["submitted_on"] for item in of_one.json()["items"]] == ["2026-03-01"]
    assert (await api.get("/v1/me/assignments", headers=await world.admin())).json()["items"] == []
    for position in (
        '["-rating_closes_at","2026-01-01T00:00:00","A"]',
        f'["-rating_closes_at","2026-01-01","{uuid4()}"]',
    ):
        faulty = await api.get("/v1/me/assignments", params={"cursor": encoded(position)}, headers=rater)
        assert faulty.status_code == 422, position


# ---------------------------------------------------------------- changing


async def delete(api: httpx.AsyncClient, assignment_id: UUID, headers: Headers) -> httpx.Response:
    etag = (await api.get(f"/v1/assignments/{assignment_id}", headers=headers)).headers.get("etag", '"none"')
    return await api.delete(f"/v1/assignments/{assignment_id}", headers=headers | {"If-Match": etag})


@pytest.mark.parametrize("state", list(AssignmentState))
async def test_only_what_is_empty_is_deleted(api: httpx.AsyncClient, world: World, state: AssignmentState) -> None:
    office = await open_office(world)
    admin = await world.admin()
    assignment = await office.assigned(PEER, office.peers[0], str(state))
    without = await api.delete(f"/v1/assignments/{assignment}", headers=admin)
    assert without.status_code == 428
    answer = await delete(api, assignment, admin)
    empty = state in {AssignmentState.PENDING, AssignmentState.DECLINED, AssignmentState.EXCUSED}
    assert answer.status_code == (204 if empty else 409), answer.text
    assert len(await office.stage.rows(t.assignments)) == (0 if empty else 1)
    assert empty or answer.json()["code"] == "assignment_state_forbids"


async def change(
    api: httpx.AsyncClient, what: str, assignment_id: UUID, headers: Headers, **body: Any
) -> httpx.Response:
    return await api.post(
        f"/v1/assignments/{assignment_id}/{what}", json={"reason": "Salah pilih."} | body, headers=headers
    )


async def all_changes(api: httpx.AsyncClient, office: Office, assignment_id: UUID, headers: Headers) -> list[int]:
    answers = [
        await change(api, "excuse", assignment_id, headers),
        await change(api, "reassignment", assignment_id, headers, rater_id=str(office.peers[3].id)),
        await delete(api, assignment_id, headers),
        await change(api, "voidance", assignment_id, headers),
    ]
    return [answer.status_code for answer in answers]


async def test_a_unit_administrator_learns_no_state_by_changing(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    local = await world.login(Role.UNIT_ADMIN, unit=office.unit)
    for number, state in enumerate(("pending", "draft", "submitted", "declined")):
        assignment = await office.assigned(PEER, office.peers[number], state)
        assert await all_changes(api, office, assignment, local) == [403, 403, 403, 403], state
    recipient = await office.assigned(RECIPIENT, None, "submitted")
    assert await all_changes(api, office, recipient, local) == [403, 403, 403, 403]
    own = await office.assigned(SELF, office.clerk)
    assert (await change(api, "excuse", own, local)).json()["state"] == "excused"


async def test_before_rating_a_unit_administrator_changes_whatever_the_state_is(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world, CycleState.NOMINATION)
    local = await world.login(Role.UNIT_ADMIN, unit=office.unit)
    for state in ("pending", "declined", "excused"):
        assignment = await office.assigned(PEER, office.peers[0], state)
        assert await all_changes(api, office, assignment, local) == [200, 200, 204, 404], state
    assignment = await office.assigned(PEER, office.peers[0], "declined")
    voided = await change(api, "voidance", assignment, local)
    assert (voided.status_code, voided.json()["state"]) == (200, None)
    assert (await api.get(f"/v1/assignments/{assignment}", headers=local)).status_code == 404


async def test_nobody_changes_what_rates_himself(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    himself = await office.stage.login(office.clerk, Role.ADMIN)
    hidden = await office.assigned(PEER, office.peers[0])
    assert await all_changes(api, office, hidden, himself) == [404, 404, 404, 404]
    known = await office.assigned(SUPERIOR, office.chief, "submitted")
    assert await all_changes(api, office, known, himself) == [403, 403, 403, 403]
    stranger = await office.stage.login(office.peers[3])
    assert await all_changes(api, office, hidden, stranger) == [404, 404, 404, 404]
    rater = await office.stage.login(office.peers[0])
    assert await all_changes(api, office, hidden, rater) == [403, 403, 403, 403]


async def test_an_excused_rater_keeps_no_draft(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    assignment = await office.assigned(PEER, office.peers[0])
    await save_draft(api, world, office, assignment, office.peers[0])
    excused = await change(api, "excuse", assignment, admin)
    assert (excused.status_code, excused.json()["state"]) == (200, "excused")
    assert await office.stage.rows(t.drafts) == []
    [told] = [row for row in await office.stage.audited("assignment.excused") if row.object_id == assignment]
    assert told.reason == "Salah pilih."
    submitted = await office.assigned(PEER, office.peers[1], "submitted")
    refused = await change(api, "excuse", submitted, admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "assignment_state_forbids")


async def save_draft(api: httpx.AsyncClient, world: World, office: Office, assignment: UUID, rater: Employee) -> None:
    async with world.services.unit_of_work(None) as uow:
        rubric = await uow.rubrics.published(office.cycle.rubrics[0].rubric_id)
    indicator = rubric.criteria[0].indicators[0].id
    body = {"status": "draft", "scores": [{"indicator_id": str(indicator), "points": 3}], "comments": []}
    answer = await api.put(
        f"/v1/assignments/{assignment}/submission", json=body, headers=await office.stage.login(rater)
    )
    assert answer.status_code == 200, answer.text
    assert len(await office.stage.rows(t.drafts)) == 1


async def test_a_new_rater_begins_with_an_empty_form(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    assignment = await office.assigned(PEER, office.peers[0])
    await save_draft(api, world, office, assignment, office.peers[0])
    moved = await change(api, "reassignment", assignment, admin, rater_id=str(office.peers[1].id))
    assert moved.status_code == 200, moved.text
    assert (moved.json()["rater_name"], moved.json()["state"]) == ("Peer 1", "pending")
    assert await office.stage.rows(t.drafts) == []
    former = await api.get(f"/v1/assignments/{assignment}", headers=await office.stage.login(office.peers[0]))
    assert former.status_code == 404


async def test_a_new_rater_obeys_the_same_rules(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    peer = await office.assigned(PEER, office.peers[0])
    await office.assigned(PEER, office.peers[1])
    own = await office.assigned(SELF, office.clerk)
    recipient = await office.assigned(RECIPIENT, None)
    cases = [
        (peer, office.peers[1].id, 409, "assignment_duplicate"),
        (peer, office.chief.id, 409, "rater_is_superior"),
        (peer, office.clerk.id, 422, "rater_is_ratee"),
        (peer, uuid4(), 422, "unknown_employee"),
        (own, office.peers[2].id, 422, "self_is_not_ratee"),
        (recipient, office.peers[2].id, 422, "recipient_by_invitation"),
    ]
    for assignment, rater, status, code in cases:
        answer = await change(api, "reassignment", assignment, admin, rater_id=str(rater))
        assert answer.status_code == status
        assert faults(answer)[0] == ("/rater_id", code)
    submitted = await office.assigned(PEER, office.peers[2], "submitted")
    refused = await change(api, "reassignment", submitted, admin, rater_id=str(office.peers[3].id))
    assert (refused.status_code, refused.json()["code"]) == (409, "assignment_state_forbids")


async def test_a_submitted_sheet_is_voided_by_two(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    first, second = await world.admin(), await world.admin()
    assignment = await office.assigned(PEER, office.peers[0], "submitted")
    for _ in range(2):
        asked = await change(api, "voidance", assignment, first)
        assert (asked.status_code, asked.json()["state"], asked.json()["void_requested"]) == (202, "submitted", True)
    local = await world.login(Role.UNIT_ADMIN, unit=office.unit)
    assert (await change(api, "voidance", assignment, local)).status_code == 403
    done = await change(api, "voidance", assignment, second)
    assert (done.status_code, done.json()["state"], done.json()["submitted_on"]) == (200, "voided", None)
    again = await change(api, "voidance", assignment, first)
    assert (again.status_code, again.json()["code"]) == (409, "assignment_state_forbids")
    freed = await create(api, office, [await office.row(PEER, office.peers[0])], first)
    assert freed.status_code == 201, freed.text


async def test_what_is_not_submitted_is_voided_at_once(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    assignment = await office.assigned(SUPERIOR, office.chief)
    voided = await change(api, "voidance", assignment, await world.login(Role.UNIT_ADMIN, unit=office.unit))
    assert (voided.status_code, voided.json()["state"]) == (200, "voided")


async def test_of_a_sealed_group_nothing_changes(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    assignment = await office.assigned(PEER, office.peers[0])
    await office.stage.seal(office.participant, PEER)
    admin = await world.admin()
    assert await all_changes(api, office, assignment, admin) == [409, 409, 409, 409]
    assert (await change(api, "voidance", assignment, admin)).json()["code"] == "group_sealed"


@pytest.mark.parametrize(
    ("state", "expected"),
    [(CycleState.REVIEW, [409, 409, 409, 200]), (CycleState.PUBLISHED, [409, 409, 409, 409])],
)
async def test_after_rating_only_voiding_is_left_and_nothing_after_publication(
    api: httpx.AsyncClient, world: World, state: CycleState, expected: list[int]
) -> None:
    office = await open_office(world, state)
    assignment = await office.assigned(PEER, office.peers[0])
    assert await all_changes(api, office, assignment, await world.admin()) == expected


# ---------------------------------------------------------------- declining


async def test_a_rater_declines_and_thinks_better_of_it(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world, CycleState.NOMINATION)
    assignment = await office.assigned(PEER, office.peers[0])
    rater = await office.stage.login(office.peers[0])
    path = f"/v1/assignments/{assignment}/decline"
    early = await api.post(f"{path}/undo", headers=rater)
    assert (early.status_code, early.json()["code"]) == (409, "assignment_state_forbids")
    declined = await api.post(path, headers=rater)
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")
    twice = await api.post(path, json={"reason": "Tidak kenal."}, headers=rater)
    assert (twice.status_code, twice.json()["code"]) == (409, "assignment_state_forbids")
    undone = await api.post(f"{path}/undo", headers=rater)
    assert (undone.status_code, undone.json()["state"]) == (200, "pending")
    assert len(await office.stage.rows(t.assignments)) == 1


async def test_only_the_rater_declines_and_only_with_the_right_token(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    assignment = await office.assigned(PEER, office.peers[0])
    path = f"/v1/assignments/{assignment}/decline"
    narrowed = await world.login(employee=office.peers[0], rater_types=frozenset({SUPERIOR}))
    cases = [
        (await office.stage.login(office.peers[1]), 404, "not_found"),
        (await office.stage.login(office.clerk), 404, "not_found"),
        (await world.admin(), 403, "not_allowed"),
        (narrowed, 403, "rater_type_not_allowed"),
    ]
    for headers, status, code in cases:
        answer = await api.post(path, json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    closed = await open_office(world, CycleState.REVIEW)
    late = await closed.assigned(PEER, closed.peers[0])
    refused = await api.post(f"/v1/assignments/{late}/decline", headers=await world.login(employee=closed.peers[0]))
    assert (refused.status_code, refused.json()["code"]) == (409, "cycle_state_forbids")


async def test_a_declined_anonymous_assignment_is_refilled_in_silence(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    await office.assigned(PEER, office.peers[0])
    await office.assigned(PEER, office.peers[1], "submitted")
    busy = await office.stage.participant(office.cycle, office.peers[0])
    await office.stage.assignment(office.cycle, busy, PEER, office.peers[2])
    declining = await office.assigned(PEER, office.peers[3])
    await save_draft(api, world, office, declining, office.peers[3])
    answer = await api.post(f"/v1/assignments/{declining}/decline", headers=await office.stage.login(office.peers[3]))
    assert answer.json()["state"] == "declined"
    assert await office.stage.rows(t.drafts) == []
    held = await office.stage.rows(t.assignments, t.assignments.c.participant_id == office.participant)
    # Only one colleague was left: not the ratee, nobody above or below him, nobody who rates him already.
    assert sorted((row.rater_type, row.state) for row in held) == [
        ("peer", "declined"),
        ("peer", "pending"),
        ("peer", "pending"),
        ("peer", "submitted"),
    ]
    assert {row.rater_id for row in held} == {peer.id for peer in office.peers}
    assert await office.stage.rows(t.outbox_events) == []
    last = await api.post(
        f"/v1/assignments/{next(r.id for r in held if r.rater_id == office.peers[2].id)}/decline",
        headers=await office.stage.login(office.peers[2]),
    )
    assert last.status_code == 200
    assert len(await office.stage.rows(t.assignments, t.assignments.c.participant_id == office.participant)) == 4


async def test_a_subordinate_is_replaced_by_a_subordinate_unless_the_group_is_sealed(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world)
    first = await office.assigned(SUBORDINATE, office.assistants[0])
    await api.post(f"/v1/assignments/{first}/decline", headers=await office.stage.login(office.assistants[0]))
    [second] = await office.stage.rows(t.assignments, t.assignments.c.rater_id == office.assistants[1].id)
    assert (second.rater_type, second.state) == ("subordinate", "pending")
    await office.stage.update(t.assignments, second.id, state="voided")
    await office.stage.seal(office.participant, SUBORDINATE)
    await office.stage.update(t.assignments, first, state="pending")
    answer = await api.post(f"/v1/assignments/{first}/decline", headers=await office.stage.login(office.assistants[0]))
    assert answer.status_code == 200
    assert len(await office.stage.rows(t.assignments)) == 2


async def test_named_raters_are_not_replaced(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    own = await office.assigned(SELF, office.clerk)
    answer = await api.post(f"/v1/assignments/{own}/decline", headers=await office.stage.login(office.clerk))
    assert answer.json()["state"] == "declined"
    assert len(await office.stage.rows(t.assignments)) == 1


async def test_a_superiors_form_goes_to_a_named_stand_in(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world, open_rating=False)
    path = f"/v1/assignments/{this.assignments['superior']}/reassignment"
    body = {"rater_id": str(this.people["chief"].id), "reason": "Atasan cuti; Plh. ditunjuk."}
    local = await world.login(Role.UNIT_ADMIN, unit=this.unit)
    refused = await api.post(path, json=body, headers=local)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_the_superior")
    as_peer = await api.post(path, json=body | {"rater_id": str(this.people["peer0"].id)}, headers=this.admin)
    assert as_peer.status_code == 409
    await this.post(path, body, status=200)
    await this.transition("rating")
    done = await api.get(f"/v1/assignments/{this.assignments['superior']}/submission", headers=this.headers["chief"])
    assert done.json()["rater_type"] == "superior"


async def test_a_conflict_does_not_tell_the_ratee_who_rates_him(api: httpx.AsyncClient, world: World) -> None:
    """An administrator who is rated himself asks for a second form of a suspected peer, as his superior."""
    this = await start_round(api, world)
    boss = await world.login(Role.ADMIN, employee=await world.employee(this.unit))
    ratee = this.people["ratee"]
    async with world.owner.begin() as connection:
        await connection.execute(
            sa.text("UPDATE accounts SET roles = '{admin,employee}' WHERE employee_id = :id"), {"id": ratee.id}
        )
    world.services.directory.forget()
    token = world.services.tokens.mint(await actor_of(world, ratee))
    about_himself = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    path = f"/v1/cycles/{this.cycle_id}/assignments"
    for suspect in (this.people["peer0"], this.people["chief"]):
        item = {"participant_id": this.participant_id, "rater_type": "superior", "rater_id": str(suspect.id)}
        answer = await api.post(path, json={"items": [item]}, headers=about_himself)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    known = {"participant_id": this.participant_id, "rater_type": "superior", "rater_id": str(this.people["peer0"].id)}
    assert (await api.post(path, json={"items": [known]}, headers=boss)).status_code in {409, 422}


async def actor_of(world: World, person: Employee) -> Actor:
    async with world.owner.connect() as connection:
        found = await connection.execute(sa.select(t.accounts.c.id).where(t.accounts.c.employee_id == person.id))
    actor = await world.services.actor(found.scalar_one())
    assert actor is not None
    return actor
