"""Inviting service recipients: codes told once, redeemed while rating is open, used up by submission."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.domain.cycles import Policy
from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.api.test_assignments import Headers, Office, open_office
from tests.support.staging import NOW
from tests.support.world import World

pytestmark = pytest.mark.anyio

RECIPIENT = RaterType.SERVICE_RECIPIENT
REDEEM = "/v1/auth/invitations/redeem"


def batch_path(office: Office) -> str:
    return f"/v1/cycles/{office.cycle.id}/participants/{office.participant}/invitations"


async def invite(api: httpx.AsyncClient, office: Office, headers: Headers, count: int = 1) -> httpx.Response:
    return await api.post(batch_path(office), json={"count": count}, headers=headers)


async def redeem(api: httpx.AsyncClient, code: str) -> httpx.Response:
    return await api.post(REDEEM, json={"code": code}, headers={"Accept-Language": "en"})


async def recipient_of(api: httpx.AsyncClient, code: str) -> Headers:
    answer = await redeem(api, code)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}", "Accept-Language": "en"}


async def test_a_batch_makes_assignments_with_codes_of_which_only_hashes_are_kept(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world, CycleState.DRAFT)
    answer = await invite(api, office, await world.admin(), 3)
    assert answer.status_code == 201, answer.text
    items = answer.json()["items"]
    assert len({item["code"] for item in items}) == 3
    assert all(item["url"].endswith(f"/invitation#{item['code']}") for item in items)
    assignments = await office.stage.rows(t.assignments)
    assert {str(row.id) for row in assignments} == {item["assignment_id"] for item in items}
    assert {(row.rater_type, row.rater_id, row.state) for row in assignments} == {
        ("service_recipient", None, "pending")
    }
    kept = await office.stage.rows(t.invitations)
    assert {row.code_hash for row in kept} == {hashlib.sha256(item["code"].encode()).digest() for item in items}
    assert {row.expires_at for row in kept} == {office.cycle.rating_closes_at}
    for row in await office.stage.rows(t.audit_events):
        assert not any(item["code"] in str(row) for item in items)


async def test_a_replay_holds_no_secret(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin() | {"Idempotency-Key": "once"}
    first, second = await invite(api, office, admin), await invite(api, office, admin)
    assert second.headers["idempotent-replayed"] == "true"
    [item] = second.json()["items"]
    assert (item["code"], item["url"]) == (None, None)
    assert item["assignment_id"] == first.json()["items"][0]["assignment_id"]
    assert first.json()["items"][0]["code"].encode() not in (await office.stage.rows(t.idempotency_records))[0].body


async def test_there_is_a_maximum_per_participant(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world, policy=Policy({RaterType.SUPERIOR: 1}, max_invitations=5))
    admin = await world.admin()
    assert (await invite(api, office, admin, 4)).status_code == 201
    refused = await invite(api, office, admin, 2)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_invitations")
    assert "1 are left" in refused.json()["detail"]
    assert (await invite(api, office, admin, 1)).status_code == 201
    for count in (0, -1, 1_001, "3", True):
        answer = await api.post(batch_path(office), json={"count": count}, headers=admin)
        assert answer.status_code == 422


async def test_who_may_invite(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    elsewhere = await world.unit("ELSEWHERE")
    assistant, below = office.assistants
    await office.stage.update(t.employees, below.id, superior_id=assistant.id)
    cases = [
        (await world.login(Role.UNIT_ADMIN, unit=office.unit), 201),
        (await office.stage.login(office.chief, Role.ADMIN), 201),
        (await office.stage.login(office.clerk, Role.ADMIN), 403),
        (await office.stage.login(assistant, Role.ADMIN), 403),
        (await office.stage.login(below, Role.UNIT_ADMIN, unit=office.unit), 403),
        (await world.login(Role.UNIT_ADMIN, unit=elsewhere), 404),
        (await world.login(Role.AUDITOR), 403),
        (await office.stage.login(office.peers[0]), 403),
    ]
    for number, (headers, status) in enumerate(cases):
        assert (await invite(api, office, headers)).status_code == status, number
        drawn = await api.post(f"{batch_path(office)}/qr", json={"code": "x" * 43}, headers=headers)
        assert drawn.status_code == (200 if status == 201 else status), number
    admin = await world.admin()
    for path in (
        f"/v1/cycles/{office.cycle.id}/participants/{uuid4()}/invitations",
        f"/v1/cycles/{uuid4()}/participants/{office.participant}/invitations",
    ):
        assert (await api.post(path, json={"count": 1}, headers=admin)).status_code == 404


async def test_recipients_are_invited_before_review_and_only_where_they_are_asked(
    api: httpx.AsyncClient, world: World
) -> None:
    admin = await world.admin()
    closed = await open_office(world, CycleState.REVIEW)
    assert (await invite(api, closed, admin)).json()["code"] == "cycle_state_forbids"
    unasked = await open_office(world, asked={RaterType.SUPERIOR})
    assert (await invite(api, unasked, admin)).json()["code"] == "recipients_not_asked"
    shown = await open_office(world)
    await shown.stage.result(shown.cycle, shown.participant)
    await shown.stage.seal(shown.participant, RECIPIENT)
    assert (await invite(api, shown, admin)).json()["code"] == "group_sealed"
    local = await invite(api, shown, await world.login(Role.UNIT_ADMIN, unit=shown.unit))
    assert (local.status_code, local.json()["code"]) == (403, "not_allowed")


async def test_a_code_opens_one_assignment_again_and_again_until_it_is_submitted(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world)
    [item] = (await invite(api, office, await world.admin())).json()["items"]
    answer = await redeem(api, item["code"])
    assert answer.status_code == 200, answer.text
    assert answer.json() | {"access_token": ""} == {
        "access_token": "",
        "token_type": "Bearer",
        "expires_in": world.services.tokens.lifetime,
        "scope": "",
    }
    claims = world.services.tokens.verify(answer.json()["access_token"])
    [invitation] = await office.stage.rows(t.invitations)
    assert (claims.subject, claims.assignment_id) == (invitation.id, UUID(item["assignment_id"]))
    assert claims.roles == frozenset({Role.RECIPIENT})
    assert claims.rater_types == frozenset({RECIPIENT})
    citizen = await recipient_of(api, item["code"])
    mine = (await api.get("/v1/me/assignments", headers=citizen)).json()["items"]
    assert [(one["id"], one["ratee"]["name"], one["state"]) for one in mine] == [
        (item["assignment_id"], "Clerk", "pending")
    ]
    own = await api.get(f"/v1/assignments/{item['assignment_id']}", headers=citizen)
    assert (own.status_code, own.json()["state"]) == (200, "pending")
    other = await office.assigned(RaterType.PEER, office.peers[0])
    assert (await api.get(f"/v1/assignments/{other}", headers=citizen)).status_code == 404
    assert (await invite(api, office, citizen)).status_code == 403
    await submit(api, office, item["assignment_id"], citizen)
    used = await redeem(api, item["code"])
    assert (used.status_code, used.json()["code"]) == (410, "invitation_used")


async def test_a_fresh_code_ends_the_tokens_of_the_earlier_one(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin()
    [item] = (await invite(api, office, admin)).json()["items"]
    earlier = await recipient_of(api, item["code"])
    again = await api.post(f"/v1/assignments/{item['assignment_id']}/invitation", headers=admin)
    later = await recipient_of(api, again.json()["code"])
    form = f"/v1/assignments/{item['assignment_id']}/submission"
    assert (await api.get(form, headers=earlier)).status_code == 404
    draft = {"status": "draft", "scores": []}
    assert (await api.put(form, json=draft, headers=earlier)).status_code == 404
    assert (await api.put(form, json=draft, headers=later)).status_code == 200


async def submit(api: httpx.AsyncClient, office: Office, assignment: str, headers: Headers, **changes: Any) -> None:
    async with office.stage.world.services.unit_of_work(None) as uow:
        rubric = await uow.rubrics.published(office.cycle.rubrics[0].rubric_id)
    scores = [{"indicator_id": str(rubric.criteria[0].indicators[0].id), "points": 4}]
    body = {"status": "submitted", "scores": scores, "comments": []} | changes
    answer = await api.put(f"/v1/assignments/{assignment}/submission", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_wrong_revoked_and_expired_codes_look_the_same(api: httpx.AsyncClient, world: World) -> None:
    office, over = await open_office(world), await open_office(world)
    admin = await world.admin()
    revoked, excused = (await invite(api, office, admin, 2)).json()["items"]
    [expired] = (await invite(api, over, admin)).json()["items"]
    for row in await office.stage.rows(t.invitations):
        if str(row.assignment_id) == revoked["assignment_id"]:
            await office.stage.update(t.invitations, row.id, revoked=True)
        if str(row.assignment_id) == expired["assignment_id"]:
            await office.stage.update(t.invitations, row.id, expires_at=NOW - timedelta(seconds=1))
    await office.stage.update(t.cycles, over.cycle.id, rating_closes_at=NOW - timedelta(seconds=1))
    await office.stage.update(t.assignments, UUID(excused["assignment_id"]), state="excused")
    seen = set()
    for code in ("x" * 43, revoked["code"], expired["code"], excused["code"]):
        answer = await redeem(api, code)
        assert answer.status_code == 404
        seen.add(str(answer.json() | {"request_id": ""}))
    assert len(seen) == 1
    assert "invitation_unknown" in seen.pop()
    for code in ("", "short", "x" * 101, "ä" * 43, 7, None):
        assert (await api.post(REDEEM, json={"code": code})).status_code == 422


async def test_codes_last_as_long_as_the_window(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    [item] = (await invite(api, office, await world.admin())).json()["items"]
    [row] = await office.stage.rows(t.invitations)
    await office.stage.update(t.invitations, row.id, expires_at=NOW - timedelta(seconds=1))  # closed then, longer now
    assert (await redeem(api, item["code"])).status_code == 200


@pytest.mark.parametrize("when", ["draft", "early", "review"])
async def test_codes_are_redeemed_only_while_rating_is_open(api: httpx.AsyncClient, world: World, when: str) -> None:
    state = CycleState.RATING if when == "early" else CycleState.DRAFT
    opens = timedelta(hours=1) if when == "early" else timedelta(days=-1)
    office = await open_office(world, state, opens=opens)
    [item] = (await invite(api, office, await world.admin())).json()["items"]
    if when == "review":
        await office.stage.move(office.cycle, CycleState.REVIEW)
    answer = await redeem(api, item["code"])
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_not_open")


async def test_a_fresh_code_makes_the_old_one_worthless_and_empties_the_form(
    api: httpx.AsyncClient, world: World
) -> None:
    office = await open_office(world)
    admin = await world.admin()
    [item] = (await invite(api, office, admin)).json()["items"]
    await submit(api, office, item["assignment_id"], await recipient_of(api, item["code"]), status="draft")
    assert len(await office.stage.rows(t.drafts)) == 1
    fresh = await api.post(f"/v1/assignments/{item['assignment_id']}/invitation", headers=admin)
    assert fresh.status_code == 201, fresh.text
    assert await office.stage.rows(t.drafts) == []
    assert (await redeem(api, item["code"])).status_code == 404
    citizen = await recipient_of(api, fresh.json()["code"])
    [mine] = (await api.get("/v1/me/assignments", headers=citizen)).json()["items"]
    assert mine["state"] == "pending"
    await submit(api, office, item["assignment_id"], citizen)
    late = await api.post(f"/v1/assignments/{item['assignment_id']}/invitation", headers=admin)
    assert (late.status_code, late.json()["code"]) == (409, "assignment_state_forbids")


async def test_who_may_issue_a_fresh_code(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    assignment = await office.assigned(RECIPIENT, None, "submitted")
    path = f"/v1/assignments/{assignment}/invitation"
    local = await world.login(Role.UNIT_ADMIN, unit=office.unit)
    cases = [
        (local, 403),
        (await office.stage.login(office.assistants[0], Role.ADMIN), 403),
        (await office.stage.login(office.clerk, Role.ADMIN), 404),
        (await office.stage.login(office.peers[0]), 404),
    ]
    for headers, status in cases:
        assert (await api.post(path, headers=headers)).status_code == status
    peer = await office.assigned(RaterType.PEER, office.peers[0])
    refused = await api.post(f"/v1/assignments/{peer}/invitation", headers=await world.admin())
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_recipient")
    await office.stage.move(office.cycle, CycleState.NOMINATION)
    assert (await api.post(path, headers=await office.stage.login(office.chief))).status_code == 404


async def test_a_code_is_drawn_as_svg_or_png(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    admin = await world.admin() | {"Idempotency-Key": "qr"}
    for accept, kind, beginning in (
        ("*/*", "image/svg+xml", b"<?xml"),
        ("image/png", "image/png", b"\x89PNG"),
        ("image/svg+xml, image/png", "image/svg+xml", b"<?xml"),
    ):
        answer = await api.post(f"{batch_path(office)}/qr", json={"code": "x" * 43}, headers=admin | {"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.content.startswith(beginning)
        assert answer.headers["cache-control"] == "no-store"
    assert await office.stage.rows(t.idempotency_records) == []


async def test_a_recipient_declines_without_being_named(api: httpx.AsyncClient, world: World) -> None:
    office = await open_office(world)
    [item] = (await invite(api, office, await world.admin())).json()["items"]
    citizen = await recipient_of(api, item["code"])
    answer = await api.post(f"/v1/assignments/{item['assignment_id']}/decline", headers=citizen)
    assert answer.json()["state"] == "declined"
    [told] = [
        row for row in await office.stage.audited("assignment.declined") if str(row.object_id) == item["assignment_id"]
    ]
    assert told.actor_id is None
