"""The appraiser's decision, publication, later versions and the ratee's acknowledgement."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from app.domain.actions.results import publish_cycle, recompute_one, verify_cycle
from app.domain.cycles import ExternalRange, Policy
from app.domain.errors import Conflict, Invalid
from app.domain.values import Cause, CycleState, Dimension, Role, Scheme
from app.repositories import tables as t
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.appraised import AS_RECOMMENDED, BETTER, SHEETS, Appraised
from tests.support.cycle_world import EXAMPLE_SHEETS, PEER, SUPERIOR, CycleWorld, example
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_decision_as_recommended_needs_no_reason(world: World) -> None:
    appraised = await Appraised.create(world)
    participant = await appraised.participant()
    await appraised.cycle.to(CycleState.REVIEW)
    before = await appraised.read(participant)
    assert before["predicate"] == {
        "scheme": "permenpanrb_6_2022",
        "value": None,
        "recommended": "poor",
        "decided": None,
        "label": "Poor/misconduct",
    }
    answer = await appraised.decide(participant, AS_RECOMMENDED)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["status"], shown["version"], shown["predicate"]["decided"]) == ("decided", 1, "poor")
    assert shown["decision"]["expectations"] == AS_RECOMMENDED
    assert shown["decision"]["decided_by"] == str(appraised.appraiser.id)
    read = await appraised.cycle.read(appraised.headers, participant)
    assert (read.content, read.headers["etag"]) == (answer.content, answer.headers["etag"])


async def test_another_decision_needs_a_reason_and_leads_to_its_own_predicate(world: World) -> None:
    appraised = await Appraised.create(world)
    participant = await appraised.participant()
    await appraised.cycle.to(CycleState.REVIEW)
    refused = await appraised.decide(participant, BETTER)
    assert refused.status_code == 422
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/reason", "reason_required")]
    assert (await appraised.read(participant))["decision"] is None
    shown = (await appraised.decide(participant, BETTER, "Bukti kinerja tambahan.")).json()
    predicate = shown["predicate"]
    assert (predicate["recommended"], predicate["decided"], predicate["label"]) == ("poor", "good", "Good")
    assert shown["decision"]["reason"] == "Bukti kinerja tambahan."
    changed = (await appraised.decide(participant, AS_RECOMMENDED)).json()
    assert (changed["predicate"]["decided"], changed["decision"]["reason"], changed["version"]) == ("poor", None, 1)
    e = t.audit_events
    trail = await appraised.cycle.rows(
        sa.select(e.c.details, e.c.reason)
        .where(e.c.action == "result.decided", e.c.object_id == participant)
        .order_by(e.c.id)
    )
    better = {"expectations": BETTER, "predicate": "good"}
    assert [(row.details, row.reason) for row in trail] == [
        ({"before": None, "after": better}, "Bukti kinerja tambahan."),
        ({"before": better, "after": {"expectations": AS_RECOMMENDED, "predicate": "poor"}}, None),
    ]


@pytest.mark.parametrize(
    ("expectations", "faults"),
    [
        ({"work_result": "meets"}, [("/expectations/work_behaviour", "required")]),
        ({}, [("/expectations/work_result", "required"), ("/expectations/work_behaviour", "required")]),
        ({**BETTER, "work_result": "best"}, [("/expectations/work_result", "not_one_of")]),
        ({**BETTER, "work_result": None}, [("/expectations/work_result", "not_nullable")]),
        ({**BETTER, "attendance": "meets"}, [("/expectations/attendance", "unknown_field")]),
    ],
)
async def test_every_dimension_of_the_result_and_no_other(
    world: World, expectations: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    appraised = await Appraised.create(world)
    participant = await appraised.participant()
    await appraised.cycle.to(CycleState.REVIEW)
    answer = await appraised.decide(participant, expectations, "Ada alasan.")
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == faults


async def test_a_dimension_that_the_result_does_not_have_is_refused(world: World) -> None:
    cycle = await CycleWorld.create(world)
    appraiser = await world.employee(cycle.unit)
    appraised = Appraised(cycle, appraiser, await world.login(employee=appraiser))
    participant = await appraised.participant(example())
    await cycle.to(CycleState.REVIEW)
    answer = await appraised.decide(participant, BETTER, "Ada alasan.")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/expectations/work_result", "dimension_not_in_result")
    ]
    shown = (await appraised.decide(participant, {"work_behaviour": "meets"})).json()
    assert (shown["status"], shown["predicate"]["decided"], shown["predicate"]["label"]) == ("decided", None, None)
    assert shown["decision"]["expectations"] == {"work_result": None, "work_behaviour": "meets"}


async def test_a_lost_group_and_an_incomplete_result_need_a_reason_in_any_case(world: World) -> None:
    appraised = await Appraised.create(world)
    lost = await appraised.participant(Case(sheets=list(SHEETS), filled_at_opening={PEER}))
    nothing = await appraised.participant(Case())
    await appraised.cycle.to(CycleState.REVIEW)
    for participant in (lost, nothing):
        assert (await appraised.decide(participant, AS_RECOMMENDED)).status_code == 422
        assert (await appraised.decide(participant, AS_RECOMMENDED, "Dinilai dari bukti.")).status_code == 200
    shown = await appraised.read(nothing)
    assert (shown["completeness"], shown["predicate"]["recommended"], shown["predicate"]["decided"]) == (
        "incomplete",
        None,
        "poor",
    )


async def test_the_ground_that_asks_for_a_reason_is_told_and_no_other(world: World) -> None:
    appraised = await Appraised.create(world)
    differing = await appraised.participant()
    lost = await appraised.participant(Case(sheets=list(SHEETS), filled_at_opening={PEER}))
    nothing = await appraised.participant(Case())
    await appraised.cycle.to(CycleState.REVIEW)

    async def told(participant: UUID, expectations: dict[str, str], language: str) -> str:
        refused = (await appraised.decide(participant, expectations, **{"Accept-Language": language})).json()
        (error,) = refused["errors"]
        assert (error["pointer"], error["code"]) == ("/reason", "reason_required")
        return str(error["message"])

    assert [await told(differing, BETTER, "id"), await told(differing, BETTER, "en")] == [
        "Alasan wajib diisi karena keputusan berbeda dari rekomendasi. Tuliskan pada reason.",
        "A reason is needed because the decision differs from the recommendation. Write it into reason.",
    ]
    assert [await told(lost, AS_RECOMMENDED, "id"), await told(lost, BETTER, "en")] == [
        "Alasan wajib diisi karena ada kelompok penilai yang hilang dari hasil ini. Tuliskan pada reason.",
        "A reason is needed because the decision differs from the recommendation and this result lost a group of raters. "
        "Write it into reason.",
    ]
    assert await told(nothing, BETTER, "en") == (
        "A reason is needed because nothing is recommended for a dimension without a figure and this result is incomplete. "
        "Write it into reason."
    )


async def test_under_pp_30_2019_the_value_keeps_the_predicate(world: World) -> None:
    behaviour = rubric(criterion("B", indicator("b1"), dimension=Dimension.WORK_BEHAVIOUR))
    external = {Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))}
    policy = Policy(rater_weights={SUPERIOR: 1}, external_dimensions=external, scheme=Scheme.PP_30_2019)
    cycle = await CycleWorld.create(world, behaviour, policy)
    appraiser = await world.employee(cycle.unit)
    appraised = Appraised(cycle, appraiser, await world.login(employee=appraiser))
    case = Case(sheets=[(SUPERIOR, [5])], external={Dimension.WORK_RESULT: Decimal(100)})
    participant = await appraised.participant(case)
    await cycle.to(CycleState.REVIEW)
    shown = await appraised.read(participant)
    # 0.7 * 100 + 0.3 * 120 = 106: good, since no peer or subordinate was heard.
    assert (shown["predicate"]["value"], shown["predicate"]["recommended"]) == (106, "good")
    lower = {"work_result": "below", "work_behaviour": "below"}
    assert (await appraised.decide(participant, lower)).status_code == 422
    decided = (await appraised.decide(participant, lower, "Temuan inspektorat.")).json()
    assert (decided["predicate"]["decided"], decided["predicate"]["value"]) == ("good", 106)
    assert decided["decision"]["expectations"] == lower


async def test_only_the_appraiser_decides(world: World) -> None:
    appraised = await Appraised.create(world)
    superior, ratee = [await world.employee(appraised.cycle.unit) for _ in range(2)]
    participant = await appraised.participant(superior_id=superior.id, employee_id=ratee.id)
    others = {
        "admin": await world.admin(),
        "auditor": await world.login(Role.AUDITOR),
        "superior": await world.login(employee=superior),
        "ratee": await world.login(employee=ratee),
        "stranger": await world.login(employee=appraised.cycle.raters[7]),
        "rater": await world.login(employee=appraised.cycle.raters[0]),
    }
    await appraised.cycle.assignment(participant, PEER, appraised.cycle.raters[1].id)
    expected = {
        CycleState.RATING: dict.fromkeys(others, 409),
        CycleState.REVIEW: {"admin": 403, "auditor": 403, "superior": 409, "ratee": 409, "stranger": 404, "rater": 404},
        CycleState.PUBLISHED: {
            "admin": 403,
            "auditor": 403,
            "superior": 403,
            "ratee": 403,
            "stranger": 404,
            "rater": 404,
        },
    }
    for state, statuses in expected.items():
        if state is not CycleState.RATING:
            await appraised.cycle.to(state)
        body = {"expectations": AS_RECOMMENDED}
        where = appraised.cycle.path(participant, "/decision")
        found = {
            who: (await world.api.put(where, json=body, headers=headers)).status_code for who, headers in others.items()
        }
        assert found == statuses, state


async def test_an_appraiser_who_rates_anonymously_does_not_decide(world: World) -> None:
    appraised = await Appraised.create(world)
    participant, other = await appraised.participant(), await appraised.participant()
    await appraised.cycle.assignment(participant, PEER, appraised.appraiser.id)
    await appraised.cycle.to(CycleState.REVIEW)
    assert (await appraised.decide(participant, AS_RECOMMENDED)).status_code == 404
    answer = await appraised.decide_many({"participant_id": str(other)}, {"participant_id": str(participant)})
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [
        ("/items/1/participant_id", "unknown_participant")
    ]
    assert (await appraised.read(other))["decision"] is None


async def test_if_match_lets_one_decide_on_what_one_has_read(world: World) -> None:
    appraised = await Appraised.create(world)
    participant = await appraised.participant()
    await appraised.cycle.to(CycleState.REVIEW)
    read = await appraised.cycle.read(appraised.headers, participant)
    assert (
        await appraised.decide(participant, AS_RECOMMENDED, **{"If-Match": read.headers["etag"]})
    ).status_code == 200
    late = await appraised.decide(participant, AS_RECOMMENDED, **{"If-Match": read.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")


async def test_many_decisions_at_once(world: World) -> None:
    appraised = await Appraised.create(world)
    first, second, third = [await appraised.participant() for _ in range(3)]
    await appraised.cycle.to(CycleState.REVIEW)
    answer = await appraised.decide_many(
        {"participant_id": str(second)},
        {"participant_id": str(first), "expectations": BETTER, "reason": "Bukti kinerja."},
    )
    assert answer.status_code == 201, answer.text
    shown = [
        (item["participant"]["id"], item["predicate"]["decided"], item["status"]) for item in answer.json()["items"]
    ]
    assert shown == [(str(second), "poor", "decided"), (str(first), "good", "decided")]
    assert (await appraised.read(third))["decision"] is None
    e = t.audit_events
    (row,) = await appraised.cycle.rows(
        sa.select(e.c.details).where(e.c.action == "results.decided", e.c.object_id == appraised.cycle.cycle.id)
    )
    assert (row.details["count"], len(row.details["decisions"])) == (2, 2)


async def test_one_faulty_row_spoils_all_and_every_faulty_row_is_named(world: World) -> None:
    appraised = await Appraised.create(world)
    good, again, other = [await appraised.participant() for _ in range(3)]
    foreign = await appraised.cycle.participant(Case(sheets=list(SHEETS)))
    nothing = await appraised.participant(Case())
    await appraised.cycle.to(CycleState.REVIEW)
    answer = await appraised.decide_many(
        {"participant_id": str(good)},
        {"participant_id": str(again)},
        {"participant_id": str(again)},
        {"participant_id": str(other), "expectations": BETTER},
        {"participant_id": str(foreign)},
        {"participant_id": str(uuid4())},
        {"participant_id": str(nothing)},
    )
    assert answer.status_code == 422
    assert {(e["pointer"], e["code"]) for e in answer.json()["errors"]} == {
        ("/items/2/participant_id", "duplicate_item"),
        ("/items/3/reason", "reason_required"),
        ("/items/4/participant_id", "unknown_participant"),
        ("/items/5/participant_id", "unknown_participant"),
        ("/items/6/expectations/work_result", "required"),
        ("/items/6/expectations/work_behaviour", "required"),
    }
    assert (await appraised.read(good))["decision"] is None
    assert (await appraised.decide_many()).status_code == 422


async def test_publication_waits_for_the_decisions_on_complete_results(world: World) -> None:
    appraised = await Appraised.create(world)
    decided, _undecided = [await appraised.participant() for _ in range(2)]
    await appraised.participant(Case())  # incomplete: needs no decision
    await appraised.cycle.to(CycleState.REVIEW)
    await appraised.decide(decided, AS_RECOMMENDED)

    async def publish(**how: Any) -> None:
        async with world.services.unit_of_work(None) as uow:
            cycle = await uow.cycles.get(appraised.cycle.cycle.id, lock=True)
            assert cycle is not None
            await publish_cycle(uow, None, cycle, **how)

    with pytest.raises(Conflict) as refused:
        await publish()
    assert (refused.value.code, refused.value.params) == ("results_undecided", {"undecided": 1, "complete": 2})
    with pytest.raises(Invalid):
        await publish(allow_undecided=True)
    await publish(allow_undecided=True, reason="Penilai berhalangan tetap.")


async def test_publication_cuts_every_link_to_the_raters(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participants = [await cycle.participant(example()) for _ in range(40)]
    s, c, d = t.sheets, t.comments, t.drafts
    async with world.owner.begin() as connection:
        await connection.execute(sa.insert(d).values(id=uuid4(), participant_id=participants[0], content={}))
    everything = sa.select(
        s.c.id, s.c.participant_id, s.c.rater_type, s.c.points, sa.literal_column("xmin::text").label("xmin")
    )
    await cycle.to(CycleState.REVIEW)
    before = await cycle.rows(everything)
    await cycle.to(CycleState.PUBLISHED)
    after = await cycle.rows(everything.order_by(sa.literal_column("ctid")))

    def contents(rows: list[sa.Row[Any]]) -> list[Any]:
        return sorted((str(row.participant_id), row.rater_type, row.points) for row in rows)

    assert contents(before) == contents(after)
    peers = [row for row in after if row.rater_type == "peer"]
    assert not {row.id for row in peers} & {row.id for row in before}
    assert {row.id.version for row in peers} == {4}
    assert len({row.xmin for row in peers}) == 1
    # Rows lie in the order of their random ids: nothing of the order in which they came is left.
    assert [row.id for row in peers] == sorted(row.id for row in peers)
    assert [row.participant_id for row in peers] != [row.participant_id for row in before if row.rater_type == "peer"]
    own = {row.id for row in before if row.rater_type == "superior"}
    assert own == {row.id for row in after if row.rater_type == "superior"}
    remarks = await cycle.rows(
        sa.select(c.c.id, c.c.sheet_id, c.c.rater_type, sa.literal_column("xmin::text").label("xmin"))
    )
    assert {row.sheet_id for row in remarks if row.rater_type == "peer"} == {None}
    assert {row.sheet_id for row in remarks if row.rater_type == "superior"} == own
    assert len({row.xmin for row in remarks if row.rater_type == "peer"}) == 1
    assert len(remarks) == len(before)
    assert await cycle.rows(sa.select(d.c.id)) == []
    async with world.services.unit_of_work(None) as uow:
        assert not (await verify_cycle(uow, cycle.cycle)).differences


async def test_publication_is_announced_once_with_its_count(world: World) -> None:
    cycle = await CycleWorld.create(world)
    for _ in range(3):
        await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    o = t.outbox_events
    events = await cycle.rows(sa.select(o.c.type, o.c.payload).order_by(o.c.id))
    assert [(row.type, row.payload) for row in events] == [
        ("result.published", {"cycle_id": str(cycle.cycle.id), "count": 3})
    ]


async def test_the_first_decision_after_publication_makes_a_new_version_and_is_the_last(world: World) -> None:
    appraised = await Appraised.create(world)
    ratee = await world.employee(appraised.cycle.unit)
    participant = await appraised.participant(employee_id=ratee.id)
    other = await appraised.participant()
    await appraised.cycle.to(CycleState.REVIEW)
    await appraised.decide(other, AS_RECOMMENDED)
    await appraised.cycle.to(CycleState.PUBLISHED)
    own = await world.login(employee=ratee)
    first = (await appraised.cycle.read(own, participant)).json()
    assert (first["version"], first["status"], first["predicate"]["decided"]) == (1, "published", None)
    shown = (await appraised.decide(participant, AS_RECOMMENDED)).json()
    assert (shown["version"], shown["status"], shown["predicate"]["decided"]) == (2, "published", "poor")
    second = (await appraised.cycle.read(own, participant)).json()
    same = ("overall", "indicators", "receipt", "computed_at", "reasons")
    assert [first[name] for name in same] == [second[name] for name in same]
    for late in (participant, other):
        refused = await appraised.decide(late, BETTER, "Terlambat.")
        assert (refused.status_code, refused.json()["code"]) == (409, "already_published")
        refused = await appraised.decide_many(
            {"participant_id": str(late), "expectations": BETTER, "reason": "Terlambat."}
        )
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
            ("/items/0/participant_id", "already_published")
        ]
    versions = (await appraised.cycle.read(own, participant, "/versions")).json()["items"]
    assert [(v["version"], v["status"], v["cause"]) for v in versions] == [
        (2, "published", "decision_after_publication"),
        (1, "superseded", "rating_closed"),
    ]
    o = t.outbox_events
    events = await appraised.cycle.rows(sa.select(o.c.type, o.c.payload).order_by(o.c.id))
    assert (events[-1].type, events[-1].payload) == (
        "result.changed",
        {"cycle_id": str(appraised.cycle.cycle.id), "participant_id": str(participant)},
    )
    async with world.services.unit_of_work(None) as uow:
        assert not (await verify_cycle(uow, appraised.cycle.cycle)).differences
    await appraised.cycle.to(CycleState.ARCHIVED)
    one = await appraised.decide(participant, BETTER, "Terlambat.")
    many = await appraised.decide_many({"participant_id": str(participant)})
    for refused in (one, many):
        assert (refused.status_code, refused.json()["code"]) == (409, "cycle_state_forbids")
        assert "archived" in refused.json()["detail"]
    indonesian = appraised.headers | {"Accept-Language": "id"}
    body = {"items": [{"participant_id": str(participant)}]}
    told = await world.api.post(appraised.cycle.path(tail="/decisions"), json=body, headers=indonesian)
    assert "diarsipkan" in told.json()["detail"]


async def test_computing_again_keeps_what_did_not_change_and_renews_what_did(world: World) -> None:
    appraised = await Appraised.create(world)
    same, changed = [await appraised.participant() for _ in range(2)]
    await appraised.cycle.to(CycleState.REVIEW)
    for participant in (same, changed):
        await appraised.decide(participant, AS_RECOMMENDED)
    await appraised.cycle.to(CycleState.RATING)
    s = t.sheets
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(s).where(s.c.participant_id == changed).values(points=[5, 5]))
    report = await appraised.cycle.to(CycleState.REVIEW)
    assert report is not None
    assert (report.participants, report.computed, report.unchanged) == (2, 1, 1)
    kept, renewed = await appraised.read(same), await appraised.read(changed)
    assert (kept["version"], kept["status"], kept["predicate"]["decided"]) == (1, "decided", "poor")
    assert (renewed["version"], renewed["status"], renewed["decision"]) == (2, "computed", None)
    versions = (await appraised.cycle.read(appraised.headers, changed, "/versions")).json()["items"]
    assert [(v["version"], v["status"], v["predicate"]["decided"]) for v in versions] == [
        (2, "computed", None),
        (1, "superseded", "poor"),
    ]
    admin = await world.admin()
    again = await world.api.post(appraised.cycle.path(tail="/computation"), headers=admin)
    assert again.json() == {"participants": 2, "computed": 0, "unchanged": 2, "complete": 2, "incomplete": 0}
    # Of the version that was never published, only officers and the appraiser hear.
    await appraised.cycle.to(CycleState.PUBLISHED)
    integration = await world.login(Role.INTEGRATION, scopes=("results:read",))
    published = (await appraised.cycle.read(integration, changed, "/versions")).json()["items"]
    assert [v["version"] for v in published] == [2]


async def test_a_published_receipt_stays_as_long_as_it_holds(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    admin = await world.admin()
    before = (await cycle.read(admin, participant)).content
    assert (await world.api.post(cycle.path(tail="/computation"), headers=admin)).json()["unchanged"] == 1
    assert (await cycle.read(admin, participant)).content == before


async def test_a_late_external_score_makes_a_new_published_version(world: World) -> None:
    behaviour = rubric(criterion("B", indicator("b1"), dimension=Dimension.WORK_BEHAVIOUR))
    external = {Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))}
    cycle = await CycleWorld.create(world, behaviour, Policy(rater_weights={SUPERIOR: 1}, external_dimensions=external))
    case = Case(sheets=[(SUPERIOR, [5])], external={Dimension.WORK_RESULT: Decimal(60)})
    participant, other = [await cycle.participant(case) for _ in range(2)]
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)

    async def correct(value: Any) -> None:
        await cycle.set_external(participant, value)
        async with world.services.unit_of_work(None) as uow:
            await recompute_one(uow, None, cycle.cycle, participant, cause=Cause.EXTERNAL_SCORE)
            await uow.commit()

    admin = await world.admin()
    before = (await cycle.read(admin, participant)).json()
    await correct(Decimal(120))
    shown = (await cycle.read(admin, participant)).json()
    assert (before["dimensions"][0]["value"], shown["dimensions"][0]["value"]) == (50, 100)
    assert (shown["version"], shown["status"], shown["published_at"] is not None) == (2, "published", True)
    assert (await cycle.read(admin, other)).json()["version"] == 1
    # Too small a correction to be shown: the version stays, its receipt is of what went in.
    await correct(Decimal(120) - Decimal(1) / 10_000)
    after = (await cycle.read(admin, participant)).json()
    assert after["version"] == 2
    assert after["receipt"] != shown["receipt"]
    async with world.services.unit_of_work(None) as uow:
        assert not (await verify_cycle(uow, cycle.cycle)).differences


async def test_computation_is_the_administrators_and_needs_review(world: World) -> None:
    cycle = await CycleWorld.create(world)
    await cycle.participant(example())
    admin, where = await world.admin(), cycle.path(tail="/computation")
    early = await world.api.post(where, headers=admin)
    assert (early.status_code, early.json()["code"]) == (409, "results_not_ready")
    await cycle.to(CycleState.REVIEW)
    assert (await world.api.post(where, headers=await world.login(Role.AUDITOR))).status_code == 403
    assert (await world.api.post(where, headers=admin)).status_code == 200
    await cycle.to(CycleState.PUBLISHED)
    await cycle.to(CycleState.ARCHIVED)
    late = await world.api.post(where, headers=admin)
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")
    assert (await world.api.post(f"/v1/cycles/{uuid4()}/results/computation", headers=admin)).status_code == 404


async def test_the_ratee_acknowledges_once(world: World) -> None:
    cycle = await CycleWorld.create(world)
    ratee = await world.employee(cycle.unit)
    participant = await cycle.participant(example(sheets=EXAMPLE_SHEETS), employee_id=ratee.id)
    own, admin = await world.login(employee=ratee), await world.admin()
    where = cycle.path(participant, "/acknowledgement")
    await cycle.to(CycleState.REVIEW)
    assert (await world.api.post(where, headers=own)).status_code == 409
    await cycle.to(CycleState.PUBLISHED)
    assert (await world.api.post(where, headers=admin)).status_code == 403
    assert (await cycle.read(own, participant)).json()["acknowledged_at"] is None
    first = await world.api.post(where, headers=own)
    assert first.status_code == 200, first.text
    again = await world.api.post(where, headers=own)
    assert again.json() == first.json()
    assert (await cycle.read(own, participant)).json()["acknowledged_at"] == first.json()["acknowledged_at"]
    e = t.audit_events
    assert (
        len(
            await cycle.rows(sa.select(e.c.id).where(e.c.action == "result.acknowledged", e.c.object_id == participant))
        )
        == 1
    )


async def test_a_decision_and_the_publication_wait_for_each_other(world: World) -> None:
    """Whoever comes second sees what the first did: no decision slips in after the count, none is lost."""
    appraised = await Appraised.create(world)
    participant = await appraised.participant()
    await appraised.cycle.to(CycleState.REVIEW)
    _, answer = await asyncio.gather(
        appraised.cycle.to(CycleState.PUBLISHED), appraised.decide(participant, AS_RECOMMENDED)
    )
    assert answer.status_code == 200, answer.text
    shown = await appraised.read(participant)
    assert (shown["status"], shown["predicate"]["decided"]) == ("published", "poor")
    assert shown["version"] == (2 if answer.json()["status"] == "published" else 1)
