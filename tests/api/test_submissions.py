"""The rater's form over HTTP: who, when, what, once."""

import asyncio
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from app.domain.values import RaterType, Role
from tests.support.rounds import Round, start_round
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_rater_reads_drafts_and_submits_his_form(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    form = await this.form("peer0")
    assert [c["code"] for c in form["criteria"]] == ["C0", "C1"]
    assert form["status"] == "empty"
    assert form["notice"] == form["notice"] | {"anonymous": True, "minimum": 3, "asked": 3}
    assert "together" in form["notice"]["text"]
    draft = await this.put("peer0", [4], as_draft=True)
    assert draft.json()["status"] == "draft"
    again = await this.form("peer0")
    assert again["scores"] == draft.json()["scores"]
    assert len(again["scores"]) == 1
    done = await this.submit("peer0", [4, None, 5])
    assert done["status"] == "submitted"


async def test_a_submitted_anonymous_sheet_is_shown_to_nobody(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    done = await this.submit("peer0", [4, None, 5], comments=[{"kind": "strength", "text": "Sabar."}])
    assert done["scores"] is None
    assert done["comments"] is None
    form = await this.form("peer0")
    assert (form["status"], form["scores"], form["comments"]) == ("submitted", None, None)
    assert form["submitted_on"] == done["submitted_on"]
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    for other in ("ratee", "superior", "peer1", "appraiser"):
        await this.get(path, status=404, headers=this.headers[other])
    await this.get(path, status=403)


async def test_superior_and_self_read_their_own_sheet_again(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    done = await this.submit("superior", [4, None, 5])
    form = await this.form("superior")
    assert [score["points"] for score in form["scores"]] == [4, 5, None] or form["scores"] == done["scores"]
    assert {score["points"] for score in form["scores"]} == {4, 5, None}


async def test_after_submission_only_the_same_key_is_answered(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    first = await this.put("peer0", [4, 4, 4], key="kunci")
    headers = this.headers["peer0"]
    body = {"status": "submitted", "scores": []}
    form = await this.form("peer0")
    everything = [{"indicator_id": i["indicator_id"], "points": 1} for c in form["criteria"] for i in c["indicators"]]
    same = await api.put(path, json=body | {"scores": everything}, headers=headers | {"Idempotency-Key": "kunci"})
    assert (same.status_code, same.json()) == (200, first.json())
    assert same.headers["idempotent-replayed"] == "true"
    for changes in ({}, {"Idempotency-Key": "lain"}):
        other = await api.put(path, json=body | {"scores": everything}, headers=headers | changes)
        assert (other.status_code, other.json()["code"]) == (409, "submission_locked")


@pytest.mark.parametrize(
    ("scores", "pointer", "code"),
    [
        ([{"indicator_id": 0, "points": 6}], "/scores/0/points", "points_off_scale"),
        ([{"indicator_id": 0, "points": 0}], "/scores/0/points", "points_off_scale"),
        ([{"indicator_id": 0, "points": "4"}], "/scores/0/points", "wrong_type"),
        ([{"indicator_id": 0, "points": True}], "/scores/0/points", "wrong_type"),
        ([{"indicator_id": 0, "points": 4.0}], "/scores/0/points", "wrong_type"),
        ([{"indicator_id": 0, "points": 10**30}], "/scores/0/points", "out_of_range"),
        ([{"indicator_id": 0}], "/scores/0/points", "required"),
        (
            [{"indicator_id": 0, "points": 4}, {"indicator_id": 0, "points": 4}],
            "/scores/1/indicator_id",
            "duplicate_item",
        ),
        (
            [{"indicator_id": "01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c", "points": 4}],
            "/scores/0/indicator_id",
            "indicator_not_on_form",
        ),
        ([{"indicator_id": 0, "points": 4}], "/scores", "answer_missing"),
    ],
)
async def test_bad_answers_are_refused_with_their_place(
    api: httpx.AsyncClient, world: World, scores: list[dict[str, Any]], pointer: str, code: str
) -> None:
    this = await start_round(api, world)
    form = await this.form("peer0")
    first = form["criteria"][0]["indicators"][0]["indicator_id"]
    sent = [score | ({"indicator_id": first} if score["indicator_id"] == 0 else {}) for score in scores]
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    answer = await api.put(path, json={"status": "submitted", "scores": sent}, headers=this.headers["peer0"])
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert (await this.form("peer0"))["status"] == "empty"


@pytest.mark.parametrize("points", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_numbers_that_are_none_are_refused(api: httpx.AsyncClient, world: World, points: str) -> None:
    this = await start_round(api, world)
    first = (await this.form("peer0"))["criteria"][0]["indicators"][0]["indicator_id"]
    body = f'{{"status": "draft", "scores": [{{"indicator_id": "{first}", "points": {points}}}]}}'
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    headers = this.headers["peer0"] | {"Content-Type": "application/json"}
    answer = await api.put(path, content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_submits_outside_state_and_window(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world, open_rating=False)
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    body = {"status": "draft", "scores": []}
    early = await api.put(path, json=body, headers=this.headers["peer0"])
    assert (early.status_code, early.json()["code"]) == (409, "rating_not_open")
    await this.transition("rating")
    async with world.owner.begin() as connection:
        await connection.execute(sa.text("UPDATE cycles SET rating_closes_at = now()"))
    late = await api.put(path, json=body, headers=this.headers["peer0"])
    assert (late.status_code, late.json()["code"]) == (409, "rating_not_open")
    assert (await this.form("peer0"))["accepts_answers"] is False


async def test_a_token_rates_only_as_what_it_names(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    async with world.owner.begin() as connection:
        await connection.execute(
            sa.text("UPDATE accounts SET rater_types = '{superior,self}' WHERE employee_id = :id"),
            {"id": this.people["peer0"].id},
        )
    world.services.directory.forget()
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    answer = await api.put(path, json={"status": "draft", "scores": []}, headers=this.headers["peer0"])
    assert (answer.status_code, answer.json()["code"]) == (403, "rater_type_not_allowed")


@pytest.mark.parametrize("who", ["ratee", "superior", "peer1", "admin", "operator"])
async def test_nobody_writes_the_form_of_another(api: httpx.AsyncClient, world: World, who: str) -> None:
    this = await start_round(api, world)
    everybody = frozenset(RaterType)
    others = {
        "admin": await world.login(Role.ADMIN, rater_types=everybody),
        "operator": await world.login(Role.AUDITOR, rater_types=everybody),
    }
    headers = others.get(who) or this.headers[who]
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    answer = await api.put(path, json={"status": "draft", "scores": []}, headers=headers)
    assert answer.status_code == (403 if who in others else 404)
    assert (await this.form("peer0"))["status"] == "empty"


async def test_a_draft_is_written_only_over_the_one_that_was_read(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    headers = this.headers["peer0"]
    etag = (await api.get(path, headers=headers)).headers["etag"]
    body = {"status": "draft", "scores": []}
    first = await api.put(path, json=body, headers=headers | {"If-Match": etag})
    assert first.status_code == 200
    assert first.headers["etag"] == (await api.get(path, headers=headers)).headers["etag"]
    late = await api.put(path, json=body, headers=headers | {"If-Match": etag})
    assert late.status_code == 412


async def test_a_reopened_form_is_empty_and_no_longer_counts(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    for rater in ("peer0", "superior"):
        await this.submit(rater, [4, 4, 4], key=f"kunci-{rater}")
        path = f"/v1/assignments/{this.assignments[rater]}/submission"
        await this.post(f"{path}/reopening", {"reason": "Salah orang."}, status=204)
        form = await this.form(rater)
        assert (form["status"], form["scores"]) == ("empty", [])
    async with world.owner.connect() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM sheets")) == 0
        assert (await connection.execute(sa.text("SELECT rater_type FROM retracted_sheets"))).scalars().all() == [
            "superior"
        ]
    again = await this.put("peer0", [1, 1, 1], key="kunci-peer0")
    assert "idempotent-replayed" not in again.headers


async def test_fifty_parallel_submissions_make_one_sheet(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    answers = await asyncio.gather(*(this.put("peer0", [4, 4, 4]) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    async with world.owner.connect() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM sheets")) == 1


async def test_who_and_when_stand_apart_from_what(api: httpx.AsyncClient, world: World) -> None:
    """Anonymity.md rule 1: nothing on the one side names the other, and only superior and self are announced."""
    this = await start_round(api, world)
    for rater in ("peer0", "superior"):
        await this.submit(rater, [4, 4, 4], comments=[{"kind": "general", "text": "Rahasia."}])
    async with world.owner.connect() as connection:
        sheets = await connection.execute(sa.text("SELECT * FROM sheets"))
        shown = " ".join(str(row) for row in sheets)
        for identity in (*this.assignments.values(), str(this.people["peer0"].id)):
            assert identity not in shown
        told = await connection.execute(
            sa.text("SELECT payload ->> 'assignment_id' FROM outbox_events WHERE type = 'submission.submitted'")
        )
        assert told.scalars().all() == [this.assignments["superior"]]
        trail = await connection.execute(
            sa.text("SELECT details, reason FROM audit_events WHERE action LIKE 'submission%'")
        )
        assert all("Rahasia" not in str(row) and "points" not in str(row) for row in trail)


async def race(this: Round, rater: str) -> int:
    return (await this.put(rater, [4, 4, 4])).status_code


async def test_a_closing_cycle_takes_every_acknowledged_sheet(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world, peers=12)
    raters = [name for name in this.assignments if name.startswith("peer")]
    results = await asyncio.gather(*(race(this, rater) for rater in raters), this.transition("review"))
    acknowledged = results[:-1].count(200)
    result = await this.get(f"/v1/cycles/{this.cycle_id}/results/{this.participant_id}/explanation")
    assert set(results[:-1]) <= {200, 409}
    async with world.owner.connect() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM sheets")) == acknowledged
    assert result is not None
