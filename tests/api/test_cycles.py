"""Cycles over HTTP: set up, changed, moved on."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.domain.cycles import Cycle, RubricUse
from app.domain.rubrics import Rubric
from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.support.staging import Stage
from tests.support.world import World

pytestmark = pytest.mark.anyio
Headers = dict[str, str]
LATER = "2099-06-01T00:00:00Z"


def body(rubric: Rubric, **changes: Any) -> dict[str, Any]:
    return {
        "code": "2026-TW4",
        "title": "Triwulan IV",
        "period": {"start": "2026-10-01", "end": "2026-12-31"},
        "rubrics": [{"rubric_id": str(rubric.id)}],
        "policy": {"rater_weights": {"superior": 60, "peer": 40}},
        "rating_opens_at": "2026-12-01T00:00:00Z",
        "rating_closes_at": "2026-12-15T00:00:00+07:00",
    } | changes


def policy(**changes: Any) -> dict[str, Any]:
    return {"rater_weights": {"superior": 60, "peer": 40}} | changes


async def create(api: httpx.AsyncClient, admin: Headers, content: dict[str, Any]) -> dict[str, Any]:
    answer = await api.post("/v1/cycles", json=content, headers=admin)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def patch(api: httpx.AsyncClient, admin: Headers, cycle_id: object, content: dict[str, Any]) -> httpx.Response:
    where = f"/v1/cycles/{cycle_id}"
    etag = (await api.get(where, headers=admin)).headers["etag"]
    return await api.patch(where, json=content, headers=admin | {"If-Match": etag})


async def move(api: httpx.AsyncClient, admin: Headers, cycle_id: object, to: str, **more: Any) -> httpx.Response:
    return await api.post(f"/v1/cycles/{cycle_id}/transitions", json={"to": to, **more}, headers=admin)


async def staffed(world: World, state: CycleState = CycleState.DRAFT, **options: Any) -> tuple[Stage, Cycle, UUID]:
    """A cycle with one participant who has a superior."""
    stage = Stage(world)
    cycle = await stage.cycle(state, **options)
    unit = await world.unit()
    chief = await world.employee(unit)
    participant = await stage.participant(cycle, await world.employee(unit, superior_id=chief.id))
    return stage, cycle, participant


async def test_a_cycle_is_created_with_defaults_and_read_back(api: httpx.AsyncClient, world: World) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    cycle = await create(api, admin, body(rubric))
    assert (cycle["state"], cycle["opened_at"], cycle["published_at"], cycle["appeal_days"]) == (
        "draft",
        None,
        None,
        14,
    )
    assert cycle["rubrics"] == [{"rubric_id": str(rubric.id), "position_kinds": None}]
    assert cycle["rating_closes_at"] == "2026-12-14T17:00:00Z"
    assert cycle["policy"] == {
        "rater_weights": {"superior": 60, "peer": 40},
        "min_raters": {},
        "min_commenters": 3,
        "max_invitations": 50,
        "dimension_weights": {"work_result": 60, "work_behaviour": 40},
        "required_rater_types": ["superior"],
        "expectation_thresholds": {"meets": 60, "above": 85},
        "gap_threshold": 15,
        "external_dimensions": {},
        "scheme": "permenpanrb_6_2022",
    }
    read = await api.get(f"/v1/cycles/{cycle['id']}", headers=admin)
    assert read.json() == cycle


async def test_a_policy_comes_back_exactly(api: httpx.AsyncClient, world: World) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    sent = {
        "rater_weights": {"superior": 60, "peer": 20, "subordinate": 20, "self": 0, "service_recipient": 1000},
        "min_raters": {"peer": 4, "service_recipient": 10},
        "min_commenters": 5,
        "max_invitations": 200,
        "dimension_weights": {"work_behaviour": 100},
        "required_rater_types": ["superior", "self"],
        "expectation_thresholds": {"meets": 59.9999, "above": 84.995},
        "gap_threshold": 0.0001,
        "external_dimensions": {"work_result": {"min": -0.5, "max": 120.1234}},
        "scheme": "pp_30_2019",
    }
    cycle = await create(api, admin, body(rubric, policy=sent, appeal_days=21))
    assert (cycle["policy"], cycle["appeal_days"]) == (sent, 21)
    async with world.services.unit_of_work(None) as uow:
        stored = await uow.cycles.by_code("2026-TW4")
        assert stored is not None
        assert [str(stored.policy.meets), str(stored.policy.above)] == ["59.9999", "84.995"]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"period": {"start": "2026-12-31", "end": "2026-10-01"}}, "/period/end", "period_ends_before_start"),
        ({"period": {"start": "2026-02-30", "end": "2026-10-01"}}, "/period/start", "bad_format"),
        ({"rating_closes_at": "2026-12-01T00:00:00Z"}, "/rating_closes_at", "window_closes_before_opening"),
        ({"rating_closes_at": "2026-12-01"}, "/rating_closes_at", "bad_format"),
        ({"rubrics": []}, "/rubrics", "too_short"),
        ({"rubrics": [{"rubric_id": "01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c"}]}, "/rubrics/0/rubric_id", "unknown_rubric"),
        ({"policy": policy(rater_weights={"peer": 0})}, "/policy/rater_weights", "no_positive_rater_weight"),
        ({"policy": policy(rater_weights={"peer": -1})}, "/policy/rater_weights/peer", "out_of_range"),
        ({"policy": policy(rater_weights={"peer": "40"})}, "/policy/rater_weights/peer", "wrong_type"),
        ({"policy": policy(rater_weights={"boss": 1})}, "/policy/rater_weights/boss", "not_one_of"),
        ({"policy": policy(dimension_weights={"work_result": 0})}, "/policy/dimension_weights/work_result", "out_of_range"),
        ({"policy": policy(min_raters={"peer": 2})}, "/policy/min_raters/peer", "out_of_range"),
        ({"policy": policy(min_raters={"superior": 3})}, "/policy/min_raters/superior", "min_raters_not_anonymous"),
        ({"policy": policy(min_commenters=2)}, "/policy/min_commenters", "out_of_range"),
        ({"policy": policy(required_rater_types=["peer", "peer"])}, "/policy/required_rater_types", "duplicate_item"),
        ({"policy": policy(expectation_thresholds={"meets": 90})}, "/policy/expectation_thresholds", "thresholds_out_of_order"),
        ({"policy": policy(expectation_thresholds={"meets": 60.00001})}, "/policy/expectation_thresholds/meets", "too_many_decimals"),
        ({"policy": policy(gap_threshold=101)}, "/policy/gap_threshold", "out_of_range"),
        ({"policy": policy(gap_threshold="15")}, "/policy/gap_threshold", "wrong_type"),
        ({"policy": policy(external_dimensions={"work_result": {"min": 1, "max": 1}})}, "/policy/external_dimensions/work_result", "external_range_empty"),
        ({"policy": policy(scheme="pp_30_2019")}, "/policy/external_dimensions", "scheme_needs_external_work_result"),
        ({"policy": policy(mood=1)}, "/policy/mood", "unknown_field"),
        ({"policy": None}, "/policy", "not_nullable"),
        ({"copy_of": "01997c1e-5d1c-7a3e-9b60-2f4f0c9a1b2c"}, "/copy_of", "unknown_cycle"),
        ({"appeal_days": 0}, "/appeal_days", "out_of_range"),
        ({"code": "TW 4"}, "/code", "bad_format"),
        ({"state": "rating"}, "/state", "unknown_field"),
    ],
)  # fmt: skip
async def test_faulty_cycles_are_refused_with_their_place(
    api: httpx.AsyncClient, world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    answer = await api.post("/v1/cycles", json=body(rubric, **changes), headers=admin)
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert (await api.get("/v1/cycles", headers=admin)).json()["items"] == []


async def test_infinity_is_no_json(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin() | {"Content-Type": "application/json"}
    answer = await api.post("/v1/cycles", content=b'{"policy": {"gap_threshold": Infinity}}', headers=admin)
    assert answer.status_code == 400
    huge = await api.post("/v1/cycles", content=b'{"policy": {"gap_threshold": 1e999}}', headers=admin)
    assert huge.status_code == 422


async def test_without_a_model_rubrics_and_policy_are_needed(api: httpx.AsyncClient, world: World) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    content = body(rubric)
    del content["rubrics"], content["policy"]
    answer = await api.post("/v1/cycles", json=content, headers=admin)
    found = {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert found == {("/rubrics", "required"), ("/policy", "required")}


async def test_a_cycle_is_copied_where_nothing_else_is_said(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    rubric, other = await stage.rubric(), await stage.rubric()
    model = await create(api, admin, body(rubric, appeal_days=20, policy=policy(gap_threshold=7.5)))
    content = body(rubric, code="2027-TW1", copy_of=model["id"])
    del content["rubrics"], content["policy"]
    copy = await create(api, admin, content)
    assert [copy[name] for name in ("rubrics", "policy", "appeal_days")] == [
        model[name] for name in ("rubrics", "policy", "appeal_days")
    ]
    mixed = content | {"code": "2027-TW2", "rubrics": [{"rubric_id": str(other.id)}], "appeal_days": 5}
    second = await create(api, admin, mixed)
    assert (second["policy"], second["appeal_days"]) == (model["policy"], 5)
    assert second["rubrics"][0]["rubric_id"] == str(other.id)


async def test_only_published_rubrics_and_each_kind_once(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    rubric, retired = await stage.rubric(), await stage.rubric()
    await api.post(f"/v1/rubrics/{retired.id}/retirement", headers=admin)
    refused = await api.post("/v1/cycles", json=body(rubric, rubrics=[{"rubric_id": str(retired.id)}]), headers=admin)
    assert refused.json()["errors"][0]["code"] == "rubric_not_published"
    uses = [{"rubric_id": str(rubric.id), "position_kinds": kinds} for kinds in (["jpt", "executor"], ["jpt"])]
    twice = await api.post("/v1/cycles", json=body(rubric, rubrics=uses), headers=admin)
    assert (twice.json()["errors"][0]["pointer"], twice.json()["errors"][0]["code"]) == (
        "/rubrics/1/position_kinds",
        "position_kind_twice",
    )


async def test_a_taken_code_is_a_conflict(api: httpx.AsyncClient, world: World) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    await create(api, admin, body(rubric))
    answer = await api.post("/v1/cycles", json=body(rubric), headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_code_taken")


async def test_a_draft_is_changed_by_merging(api: httpx.AsyncClient, world: World) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    cycle = await create(api, admin, body(rubric, policy=policy(min_raters={"peer": 4})))
    changes = {
        "title": "Baru",
        "period": {"end": "2026-12-30"},
        "policy": {
            "rater_weights": {"peer": 30, "self": 5},
            "min_raters": {"peer": None, "subordinate": 5},
            "expectation_thresholds": {"above": 90.5},
            "external_dimensions": {"work_result": {"min": 0, "max": 120}},
            "required_rater_types": [],
        },
    }
    after = await patch(api, admin, cycle["id"], changes)
    assert after.status_code == 200, after.text
    expected = cycle["policy"] | {
        "rater_weights": {"superior": 60, "peer": 30, "self": 5},
        "min_raters": {"subordinate": 5},
        "expectation_thresholds": {"meets": 60, "above": 90.5},
        "external_dimensions": {"work_result": {"min": 0, "max": 120}},
        "required_rater_types": [],
    }
    assert after.json() == cycle | {
        "title": "Baru",
        "period": {"start": "2026-10-01", "end": "2026-12-30"},
        "policy": expected,
    }
    removed = await patch(api, admin, cycle["id"], {"policy": {"external_dimensions": {"work_result": None}}})
    assert removed.json()["policy"]["external_dimensions"] == {}


async def test_changes_need_the_etag_and_keep_the_rules(api: httpx.AsyncClient, world: World) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    cycle = await create(api, admin, body(rubric))
    where = f"/v1/cycles/{cycle['id']}"
    assert (await api.patch(where, json={"title": "X"}, headers=admin)).status_code == 428
    stale = await api.patch(where, json={"title": "X"}, headers=admin | {"If-Match": '"0"'})
    assert stale.status_code == 412
    cases: list[tuple[dict[str, Any], str]] = [
        ({"rating_closes_at": "2026-11-30T00:00:00Z"}, "window_closes_before_opening"),
        ({"policy": {"rater_weights": {"superior": None, "peer": None}}}, "no_positive_rater_weight"),
        ({"policy": {"expectation_thresholds": {"meets": 86}}}, "thresholds_out_of_order"),
        ({"rubrics": [{"rubric_id": cycle["id"]}]}, "unknown_rubric"),
        ({"title": None}, "not_nullable"),
    ]
    for changes, code in cases:
        answer = await patch(api, admin, cycle["id"], changes)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert (await api.get(where, headers=admin)).json() == cycle


async def test_a_rubric_retired_meanwhile_stays_in_its_cycle(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    _, cycle, _ = await staffed(world)
    await api.post(f"/v1/rubrics/{cycle.rubrics[0].rubric_id}/retirement", headers=admin)
    again = {"rubrics": [{"rubric_id": str(cycle.rubrics[0].rubric_id), "position_kinds": ["executor"]}]}
    assert (await patch(api, admin, cycle.id, again)).status_code == 200
    assert (await move(api, admin, cycle.id, "rating")).status_code == 200


async def test_after_opening_only_the_title_changes(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    _, cycle, _ = await staffed(world, CycleState.RATING)
    frozen = await patch(api, admin, cycle.id, {"policy": {"gap_threshold": 3}})
    assert (frozen.status_code, frozen.json()["code"]) == (409, "cycle_frozen")
    window = await patch(api, admin, cycle.id, {"rating_closes_at": LATER})
    assert (window.status_code, window.json()["code"]) == (409, "cycle_frozen")
    renamed = await patch(api, admin, cycle.id, {"title": "Baru", "code": cycle.code})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "Baru")


async def test_a_draft_is_deleted_with_everything_in_it(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    stage, cycle, participant = await staffed(world)
    await stage.assignment(cycle, participant, RaterType.SERVICE_RECIPIENT, None)
    where = f"/v1/cycles/{cycle.id}"
    assert (await api.delete(where, headers=admin)).status_code == 428
    etag = (await api.get(where, headers=admin)).headers["etag"]
    assert (await api.delete(where, headers=admin | {"If-Match": etag})).status_code == 204
    assert (await api.get(where, headers=admin)).status_code == 404
    assert await stage.rows(t.participants) == []
    assert await stage.rows(t.assignments) == []


@pytest.mark.parametrize("state", sorted(set(CycleState) - {CycleState.DRAFT}))
async def test_nothing_but_a_draft_is_deleted(api: httpx.AsyncClient, world: World, state: CycleState) -> None:
    admin = await world.admin()
    _, cycle, _ = await staffed(world, state)
    where = f"/v1/cycles/{cycle.id}"
    etag = (await api.get(where, headers=admin)).headers["etag"]
    answer = await api.delete(where, headers=admin | {"If-Match": etag})
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_state_forbids")


async def test_opening_freezes_participants_and_groups(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    stage, cycle, participant = await staffed(world)
    for state in ("pending", "pending", "voided"):
        await stage.assignment(cycle, participant, RaterType.SERVICE_RECIPIENT, None, state)
    employee = (await stage.rows(t.participants))[0].employee_id
    unit = await world.unit("BARU")
    appraiser = await world.employee(unit)
    await stage.update(t.employees, employee, position="Analis", unit_id=unit.id, appraiser_id=appraiser.id)
    where = f"/v1/cycles/{cycle.id}/participants/{participant}"
    live = (await api.get(where, headers=admin)).json()
    opened = await move(api, admin, cycle.id, "rating")
    assert opened.status_code == 200, opened.text
    assert opened.json()["opened_at"] is not None
    await stage.update(t.employees, employee, position="Lain", appraiser_id=None)
    frozen = (await api.get(where, headers=admin)).json()
    assert frozen == live
    assert (frozen["position"], frozen["unit_name"], frozen["appraiser_id"]) == ("Analis", unit.name, str(appraiser.id))
    assert frozen["rubric_id"] == str(cycle.rubrics[0].rubric_id)
    groups = [(row.participant_id, row.rater_type, row.assigned) for row in await stage.rows(t.opening_groups)]
    assert groups == [(participant, "service_recipient", 2)]


async def test_a_cycle_that_cannot_open_says_everything_that_is_missing(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    empty = await stage.cycle(CycleState.DRAFT, asked=(RaterType.SELF,))
    answer = await move(api, admin, empty.id, "rating")
    assert answer.status_code == 422
    assert {(error["pointer"], error["code"]) for error in answer.json()["errors"]} == {
        ("/rubrics/0", "indicator_without_counting_type"),
        ("/policy/required_rater_types", "required_type_not_asked"),
        ("/participants", "no_participants"),
    }
    assert (await api.get(f"/v1/cycles/{empty.id}", headers=admin)).json()["state"] == "draft"


async def test_every_participant_must_find_a_rubric(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    _, cycle, _ = await staffed(world)
    only = {"rubrics": [{"rubric_id": str(cycle.rubrics[0].rubric_id), "position_kinds": ["jpt"]}]}
    assert (await patch(api, admin, cycle.id, only)).status_code == 200
    answer = await move(api, admin, cycle.id, "rating")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "pointer": "/rubrics",
            "code": "position_kind_without_rubric",
            "message": "There is no rubric for the kind of position executor.",
        }
    ]


@pytest.mark.parametrize("above", ["superior_id", "appraiser_id", "appraisers_superior"])
async def test_a_cycle_does_not_open_while_somebody_above_rates_anonymously(
    api: httpx.AsyncClient, world: World, above: str
) -> None:
    admin = await world.admin()
    stage, cycle, participant = await staffed(world)
    ratee = (await stage.rows(t.participants))[0].employee_id
    unit = await world.unit()
    rater = await world.employee(unit)
    assignment = await stage.assignment(cycle, participant, RaterType.PEER, rater)
    if above == "appraisers_superior":
        await stage.update(t.employees, ratee, appraiser_id=(await world.employee(unit, superior_id=rater.id)).id)
    else:
        await stage.update(t.employees, ratee, **{above: rater.id})
    answer = await move(api, admin, cycle.id, "rating")
    assert answer.status_code == 422, answer.text
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        (f"/participants/{participant}", "rated_from_above")
    ]
    await stage.update(t.assignments, assignment, state="voided")
    assert (await move(api, admin, cycle.id, "rating")).status_code == 200


async def test_a_cycle_does_not_open_while_a_former_superior_is_to_rate(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    stage, cycle, participant = await staffed(world)
    ratee = (await stage.rows(t.participants))[0]
    former = await world.employee(await world.unit())
    assignment = await stage.assignment(cycle, participant, RaterType.SUPERIOR, former)
    answer = await move(api, admin, cycle.id, "rating")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        (f"/participants/{participant}", "rated_by_former_superior")
    ]
    await stage.update(t.assignments, assignment, rater_id=ratee.superior_id)
    assert (await move(api, admin, cycle.id, "rating")).status_code == 200


async def test_a_cycle_goes_all_the_way_and_back_once(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    stage, cycle, _ = await staffed(world)
    for to in ("nomination", "rating", "review"):
        assert (await move(api, admin, cycle.id, to)).json()["state"] == to
    missing = await move(api, admin, cycle.id, "rating")
    assert {error["pointer"] for error in missing.json()["errors"]} == {"/reason", "/rating_closes_at"}
    opened = (await api.get(f"/v1/cycles/{cycle.id}", headers=admin)).json()["opened_at"]
    back = await move(api, admin, cycle.id, "rating", reason="Satu unit belum selesai.", rating_closes_at=LATER)
    assert (back.json()["state"], back.json()["rating_closes_at"], back.json()["opened_at"]) == (
        "rating",
        LATER,
        opened,
    )
    for to in ("review", "published"):
        assert (await move(api, admin, cycle.id, to)).status_code == 200
    archived = await move(api, admin, cycle.id, "archived")
    assert (archived.status_code, archived.json()["published_at"] is not None) == (200, True)
    rows = sorted(await stage.audited("cycle.transitioned"), key=lambda row: row.id)
    events = [row.details for row in rows if row.object_id == cycle.id]
    assert [(event["from"], event["to"]) for event in events] == [
        ("draft", "nomination"),
        ("nomination", "rating"),
        ("rating", "review"),
        ("review", "rating"),
        ("rating", "review"),
        ("review", "published"),
        ("published", "archived"),
    ]
    announced = await stage.rows(t.outbox_events, t.outbox_events.c.type == "cycle.transitioned")
    assert {row.payload["to"] for row in announced} == {"nomination", "rating", "review", "published", "archived"}


async def test_a_step_that_skips_is_a_conflict(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    _, cycle, _ = await staffed(world)
    for to in ("draft", "review", "published", "archived"):
        answer = await move(api, admin, cycle.id, to)
        assert (answer.status_code, answer.json()["code"]) == (409, "transition_not_allowed")
    unheard = await move(api, admin, cycle.id, "finished")
    assert (unheard.status_code, unheard.json()["errors"][0]["pointer"]) == (422, "/to")


async def test_two_steps_at_once_are_one(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    stage, cycle, _ = await staffed(world)
    answers = await asyncio.gather(*(move(api, admin, cycle.id, "nomination") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len([row for row in await stage.audited("cycle.transitioned") if row.object_id == cycle.id]) == 1


async def test_a_step_waits_for_whoever_holds_the_cycle(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    _, cycle, _ = await staffed(world)
    async with world.services.unit_of_work(None) as first, world.services.unit_of_work(None) as second:
        assert await first.cycles.hold(cycle.id) is not None
        assert await second.cycles.hold(cycle.id) is not None
        step = asyncio.create_task(move(api, admin, cycle.id, "nomination"))
        done, _ = await asyncio.wait({step}, timeout=0.5)
        assert not done
    assert (await step).status_code == 200


async def test_the_window_is_extended_with_a_reason(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    stage, cycle, _ = await staffed(world, CycleState.RATING, closes=timedelta(hours=-1))
    where = f"/v1/cycles/{cycle.id}/extensions"
    short = await api.post(where, json={"rating_closes_at": LATER}, headers=admin)
    assert {error["pointer"] for error in short.json()["errors"]} == {"/reason"}
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    gone = await api.post(where, json={"rating_closes_at": past, "reason": "Jaringan putus."}, headers=admin)
    assert gone.json()["errors"][0]["code"] == "closes_in_the_past"
    good = await api.post(where, json={"rating_closes_at": LATER, "reason": "Jaringan putus."}, headers=admin)
    assert (good.status_code, good.json()["rating_closes_at"]) == (200, LATER)
    again = await api.post(where, json={"rating_closes_at": LATER, "reason": "Jaringan putus."}, headers=admin)
    assert again.json()["errors"][0]["code"] == "not_an_extension"
    (event,) = [row for row in await stage.audited("cycle.extended") if row.object_id == cycle.id]
    assert (event.reason, event.details["after"]["rating_closes_at"][:10]) == ("Jaringan putus.", "2099-06-01")
    await stage.move(cycle, CycleState.REVIEW)
    late = await api.post(where, json={"rating_closes_at": LATER, "reason": "Jaringan putus."}, headers=admin)
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")


async def test_who_reads_and_who_changes(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    _, cycle, _ = await staffed(world)
    unit = await world.unit()
    service = await world.login(Role.INTEGRATION, scopes=("cycles:read",))
    where = f"/v1/cycles/{cycle.id}"
    etag = (await api.get(where, headers=admin)).headers["etag"]
    calls: list[Callable[[Headers], Any]] = [
        lambda who: api.post("/v1/cycles", json={}, headers=who),
        lambda who: api.patch(where, json={"title": "X"}, headers=who | {"If-Match": etag}),
        lambda who: api.delete(where, headers=who | {"If-Match": etag}),
        lambda who: move(api, who, cycle.id, "nomination"),
        lambda who: api.post(f"{where}/extensions", json={"rating_closes_at": LATER, "reason": "abc"}, headers=who),
    ]
    for reader in (
        await world.login(),
        await world.login(Role.UNIT_ADMIN, unit=unit),
        await world.login(Role.AUDITOR),
        service,
    ):
        assert (await api.get(where, headers=reader)).status_code == 200
        assert [one["id"] for one in (await api.get("/v1/cycles", headers=reader)).json()["items"]] == [str(cycle.id)]
        for call in calls[1:]:
            assert (await call(reader)).status_code == 403
    for stranger in (await world.login(Role.RECIPIENT), await world.login(Role.INTEGRATION)):
        assert (await api.get(where, headers=stranger)).status_code == 403
        assert (await api.get("/v1/cycles", headers=stranger)).status_code == 403
    rubric = await Stage(world).rubric()
    refused = await api.post("/v1/cycles", json=body(rubric), headers=await world.login(Role.AUDITOR))
    assert refused.status_code == 403


async def test_cycles_are_filtered_and_sorted_in_pages(api: httpx.AsyncClient, world: World) -> None:
    admin, rubric = await world.admin(), await Stage(world).rubric()
    for code, opens in (("B", "2026-03-01"), ("A", "2026-01-01"), ("C", "2026-02-01")):
        await create(api, admin, body(rubric, code=code, rating_opens_at=f"{opens}T00:00:00Z"))
    seen: dict[str, list[str]] = {}
    for sort in ("", "code", "-code", "rating_opens_at", "created_at", "-created_at"):
        cursor, seen[sort] = "", []
        while cursor is not None:
            query = {"limit": "2"} | ({"sort": sort} if sort else {}) | ({"cursor": cursor} if cursor else {})
            page = (await api.get("/v1/cycles", params=query, headers=admin)).json()
            seen[sort] += [one["code"] for one in page["items"]]
            cursor = page["next_cursor"]
    assert {sort: "".join(codes) for sort, codes in seen.items()} == {
        "": "BCA",
        "code": "ABC",
        "-code": "CBA",
        "rating_opens_at": "ACB",
        "created_at": "BAC",
        "-created_at": "CAB",
    }
    found = await api.get("/v1/cycles", params={"code": "A", "state": "draft"}, headers=admin)
    assert [one["code"] for one in found.json()["items"]] == ["A"]
    assert (await api.get("/v1/cycles?state=rating", headers=admin)).json()["items"] == []


async def test_rubrics_and_policy_survive_the_way_through_the_database(world: World) -> None:
    cycle = await Stage(world).cycle(CycleState.DRAFT)
    async with world.services.unit_of_work(None) as uow:
        assert await uow.cycles.get(cycle.id) == cycle
        assert await uow.cycles.by_code("nothing") is None
        assert isinstance(cycle.rubrics[0], RubricUse)


async def test_every_change_is_in_the_trail_and_in_the_outbox(api: httpx.AsyncClient, world: World) -> None:
    admin, stage = await world.admin(), Stage(world)
    cycle = await create(api, admin, body(await stage.rubric()))
    await patch(api, admin, cycle["id"], {"policy": {"gap_threshold": 7.25}})
    etag = (await api.get(f"/v1/cycles/{cycle['id']}", headers=admin)).headers["etag"]
    await api.delete(f"/v1/cycles/{cycle['id']}", headers=admin | {"If-Match": etag})
    rows = sorted(await stage.rows(t.audit_events, t.audit_events.c.object_id == UUID(cycle["id"])))
    assert [row.action for row in rows] == ["cycle.created", "cycle.updated", "cycle.deleted"]
    assert rows[1].details["after"]["policy"]["gap_threshold"] == "7.25"
    events = await stage.rows(t.outbox_events, t.outbox_events.c.payload["cycle_id"].astext == cycle["id"])
    assert {row.type for row in events} == {"cycle.created", "cycle.updated", "cycle.deleted"}
