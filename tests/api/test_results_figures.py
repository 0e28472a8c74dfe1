"""Results end to end: what the API shows is what the rules say, for the worked examples and for cycles drawn at random."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.api.schemas.results import Result
from app.domain.actions.results import computing, verify_cycle
from app.domain.cycles import RubricUse
from app.domain.values import CycleState, PositionKind, RaterType, Role, Scheme
from app.repositories import tables as t
from app.verifying import NothingToVerifyError, told, verify_results
from tests.support.appraisals import criterion, indicator, random_cycle, rubric, scale
from tests.support.cycle_world import (
    EXAMPLE_POLICY,
    EXAMPLE_SHEETS,
    PEER,
    SUPERIOR,
    CycleWorld,
    example,
)
from tests.support.oracle import Case, Oracle
from tests.support.world import World

pytestmark = pytest.mark.anyio
HEAD = {
    "cycle_id",
    "participant",
    "status",
    "version",
    "predicate",
    "decision",
    "receipt",
    "computed_at",
    "published_at",
    "acknowledged_at",
}


def figures(shown: dict[str, Any]) -> dict[str, Any]:
    """What the oracle speaks of."""
    return {name: value for name, value in shown.items() if name not in HEAD}


@pytest.mark.parametrize(
    ("case", "overall", "reasons"),
    [
        (example(), 67.92, []),
        (example(sheets=EXAMPLE_SHEETS[:3]), 68.75, [{"code": "below_min_raters", "rater_type": "peer"}]),
        (
            example(sheets=[*EXAMPLE_SHEETS[:3], (PEER, [3, 4, None])]),
            66.25,
            [{"code": "below_min_raters", "rater_type": "peer", "indicator": "b1"}],
        ),
    ],
)
async def test_worked_examples_1_2_and_4(
    world: World, case: Case, overall: float, reasons: list[dict[str, str]]
) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(case)
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    shown = (await cycle.read(await world.admin(), participant)).json()
    assert (shown["overall"], shown["reasons"], shown["completeness"]) == (overall, reasons, "complete")


async def test_worked_example_3_the_top_is_exactly_100(world: World) -> None:
    seven = rubric(*(criterion(f"c{c}", indicator(f"i{c}")) for c in range(7)))
    cycle = await CycleWorld.create(world, seven)
    participant = await cycle.participant(Case(sheets=[(kind, [5] * 7) for kind in (SUPERIOR, PEER, PEER, PEER)]))
    await cycle.to(CycleState.REVIEW)
    shown = (await cycle.read(await world.admin(), participant)).json()
    assert shown["overall"] == 100
    assert shown["strengths"] == [f"c{c}" for c in range(7)]


@pytest.mark.parametrize(("weights", "value", "expectation"), [((995, 5), 85.0, "above"), ((994, 6), 84.99, "meets")])
async def test_worked_example_5_the_published_figure_is_compared(
    world: World, weights: tuple[int, int], value: float, expectation: str
) -> None:
    """Exactly (995 * 85 + 5 * 84) / 1000 = 84.995 and (994 * 85 + 6 * 84) / 1000 = 84.994."""
    fine = rubric(criterion("A", indicator("a1", weights[0]), indicator("a2", weights[1])), on=scale(0, 100))
    cycle = await CycleWorld.create(world, fine)
    participant = await cycle.participant(Case(sheets=[(SUPERIOR, [85, 84])]))
    await cycle.to(CycleState.REVIEW)
    shown = (await cycle.read(await world.admin(), participant)).json()
    assert [(d["value"], d["expectation"]) for d in shown["dimensions"]] == [(value, expectation)]


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.thorough] if seed >= 10 else []) for seed in range(25)]
)
async def test_published_results_of_random_cycles_are_what_the_oracle_says(world: World, seed: int) -> None:
    used, policy, cases = random_cycle(seed)
    for case in cases:
        case.set_aside = set()  # appeals set groups aside; there are none yet
    cycle = await CycleWorld.create(world, used, policy, raters=260)
    participants = [await cycle.participant(case) for case in cases]
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    headers = await world.login(Role.INTEGRATION, scopes=("results:read",))
    for participant, case in zip(participants, cases, strict=True):
        oracle = Oracle(used, policy, case)
        answer = await cycle.read(headers, participant)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert figures(shown) == oracle.document()
        predicate, value = oracle.recommended()
        assert (shown["predicate"]["recommended"], shown["predicate"]["value"]) == (predicate, value)
        # The composed bytes are the promised shape and nothing else.
        assert Result.model_validate(shown).model_dump(mode="json", exclude_unset=True) == shown
        tree = (await cycle.read(headers, participant, "/explanation")).json()
        assert tree["overall"]["published"] == shown["overall"]
        assert (tree["value"] or {"published": None})["published"] == value
    async with world.services.unit_of_work(None) as uow:
        assert not (await verify_cycle(uow, cycle.cycle)).differences


async def test_the_label_follows_scheme_and_language(world: World) -> None:
    used, policy, cases = next(
        drawn
        for drawn in map(random_cycle, range(1000))
        if drawn[1].scheme is Scheme.PP_30_2019
        and any(Oracle(*drawn[:2], replace(case, set_aside=set())).recommended()[0] == "poor" for case in drawn[2])
    )
    case = next(
        c for c in (replace(c, set_aside=set()) for c in cases) if Oracle(used, policy, c).recommended()[0] == "poor"
    )
    cycle = await CycleWorld.create(world, used, policy, raters=260)
    participant = await cycle.participant(case)
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    english = await cycle.read(admin, participant)
    indonesian = await cycle.read(admin | {"Accept-Language": "id"}, participant)
    assert (english.json()["predicate"]["label"], english.headers["content-language"]) == ("Poor", "en")
    assert (indonesian.json()["predicate"]["label"], indonesian.headers["content-language"]) == ("Kurang", "id")


async def test_the_explanation_ends_at_the_mean_of_a_rater_type(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    tree = (await cycle.read(await world.admin(), participant, "/explanation")).json()
    root = tree["overall"]
    assert (root["exact"], root["published"]) == ("815/12", 67.92)
    first = root["inputs"][0]["inputs"][0]["inputs"][0]
    assert (first["code"], first["exact"], first["text"]) == (
        "a1",
        "260/3",
        "Weighted mean of the 2 rater types that count: Direct superior 60% and Peers 40%. The exact value is 260/3 = "
        "86.6666…, rounded half-up once to 86.67. Its weight is 1 of the 2 that count, so its share is 50%.",
    )
    peers = first["inputs"][1]
    assert (peers["code"], peers["label"], peers["exact"], peers["answers"], peers["share"]) == (
        "peer",
        "Peers",
        "200/3",
        3,
        "2/5",
    )
    assert peers["text"] == (
        "Mean of 3 answers, each put on a scale of 0–100. The exact value is 200/3 = 66.6666…, rounded half-up once to "
        "66.67. Its weight is 40 of the 100 that count, so its share is 40%."
    )
    assert peers["inputs"] == []
    assert {item["code"]: item["reason"] for item in first["left_out"]} == {
        "subordinate": "no_weight",
        "self": "no_weight",
        "service_recipient": "no_weight",
    }


async def test_a_tampered_figure_is_found_by_verification_and_never_explained(world: World) -> None:
    cycle = await CycleWorld.create(world)
    good, figure, sheet = [await cycle.participant(example()) for _ in range(3)]
    await cycle.to(CycleState.REVIEW)
    r, s = t.results, t.sheets
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(r).where(r.c.participant_id == figure).values(overall=99))
        changed = sa.update(s).where(s.c.participant_id == sheet, s.c.rater_type == str(RaterType.SUPERIOR))
        await connection.execute(changed.values(points=[5, 5, 5]))
    async with world.services.unit_of_work(None) as uow:
        found = {(d.participant_id, d.what) for d in (await verify_cycle(uow, cycle.cycle)).differences}
    assert found == {(figure, "figures"), (sheet, "figures"), (sheet, "receipt")}
    *differences, last = told(await verify_results(world.services, cycle.cycle.code))
    assert f"participant {figure}, version 1: figures differs" in differences
    assert (len(differences), last) == (3, "3 results checked: 2 not what the inputs make.")
    admin = await world.admin()
    assert (await cycle.read(admin, good, "/explanation")).status_code == 200
    assert (await cycle.read(admin, sheet, "/explanation")).status_code == 500


@pytest.mark.parametrize(
    ("participants", "sentence"),
    [
        (0, "0 results checked: nobody takes part in this cycle."),
        (1, "1 result checked: every one is what its inputs make."),
        (5, "5 results checked: every one is what its inputs make."),
    ],
)
async def test_verification_tells_how_many_results_it_checked(
    world: World, monkeypatch: pytest.MonkeyPatch, participants: int, sentence: str
) -> None:
    monkeypatch.setattr(computing, "BATCH", 2)
    cycle = await CycleWorld.create(world)
    for _ in range(participants):
        await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    assert list(told(await verify_results(world.services, cycle.cycle.code))) == [sentence]


@pytest.mark.parametrize("state", [CycleState.DRAFT, CycleState.RATING])
async def test_a_cycle_without_results_cannot_be_verified_and_says_so(world: World, state: CycleState) -> None:
    cycle = await CycleWorld.create(world)
    await cycle.participant(example())
    if state is CycleState.DRAFT:
        async with world.owner.begin() as connection:
            await connection.execute(sa.update(t.cycles).values(state=str(state)))
    with pytest.raises(NothingToVerifyError, match=f"in the state {state}: it has results from review on"):
        await verify_results(world.services, cycle.cycle.code)
    with pytest.raises(NothingToVerifyError, match="there is no cycle 'X'"):
        await verify_results(world.services, "X")


async def test_participants_without_any_sheet_are_incomplete(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(Case(assigned={PEER}))
    await cycle.to(CycleState.REVIEW)
    shown = (await cycle.read(await world.admin(), participant)).json()
    assert figures(shown) == Oracle(cycle.rubric, EXAMPLE_POLICY, Case(assigned={PEER})).document()
    assert (shown["completeness"], shown["overall"]) == ("incomplete", None)


async def test_batches_and_rubrics_do_not_mix(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five participants of one rubric and three of another, two at a time: each gets his own figures and seals."""
    monkeypatch.setattr(computing, "BATCH", 2)
    first = await CycleWorld.create(world)
    seven = rubric(*(criterion(f"c{c}", indicator(f"i{c}")) for c in range(7)))
    other = replace(seven, id=uuid4(), code=f"rubric-{uuid4()}")
    both = (*first.cycle.rubrics, RubricUse(other.id, frozenset({PositionKind.FUNCTIONAL})))
    async with world.services.unit_of_work(None) as uow:
        await uow.rubrics.add(other)
        await uow.cycles.save(replace(first.cycle, rubrics=both))
        await uow.commit()
    known = [(await first.participant(example()), first.rubric, example()) for _ in range(5)]
    for number in range(3):
        case = Case(sheets=[(SUPERIOR, [number + 1] * 7)])
        known.append((await first.participant(case), other, case))
    p = t.participants
    moved = [participant for participant, of, _ in known if of is other]
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(p).where(p.c.id.in_(moved)).values(rubric_id=other.id))
    report = await first.to(CycleState.REVIEW)
    assert report is not None
    assert (report.participants, report.computed) == (8, 8)
    admin = await world.admin()
    for participant, of, case in known:
        shown = (await first.read(admin, participant)).json()
        assert figures(shown) == Oracle(of, first.cycle.policy, case).document()
    seals = await first.rows(sa.select(t.sealed_groups.c.participant_id, t.sealed_groups.c.rater_type))
    assert {tuple(row) for row in seals} == {(participant, "peer") for participant, of, _ in known if of is not other}
    again = await first.to(CycleState.REVIEW)
    assert again is not None
    assert (again.computed, again.unchanged) == (0, 8)
    async with world.services.unit_of_work(None) as uow:
        assert not (await verify_cycle(uow, first.cycle)).differences
