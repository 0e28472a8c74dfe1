"""Versions of a result: each names its cause and what it changed, none disappears, and nothing is told early."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from app.api.texts.results import CAUSES
from app.domain.actions.results import recompute_one
from app.domain.cycles import ExternalRange, Policy
from app.domain.values import Cause, CycleState, Dimension, Role, Scheme
from app.repositories import tables as t
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.cycle_world import EXAMPLE_SHEETS, PEER, SUPERIOR, CycleWorld, example
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio
BEHAVIOUR = rubric(criterion("B", indicator("b1")))
NUMERIC = Policy(
    rater_weights={SUPERIOR: 1},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
    scheme=Scheme.PP_30_2019,
)


async def versions(cycle: CycleWorld, headers: dict[str, str], participant: UUID, query: str = "") -> list[Any]:
    answer = await cycle.read(headers, participant, f"/versions{query}")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def test_a_late_external_score_makes_a_version_with_its_cause_and_the_same_again_makes_none(world: World) -> None:
    cycle = await CycleWorld.create(world, BEHAVIOUR, NUMERIC)
    participant = await cycle.participant(Case(sheets=[(SUPERIOR, [4])]))
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    address = f"/v1/cycles/{cycle.cycle.id}/participants/{participant}/external-scores/work_result"
    score = {"value": 108, "source": "e-Kinerja", "measured_at": "2026-11-01T08:00:00Z"}
    created = await world.api.put(address, json=score, headers=admin)
    assert created.status_code == 201, created.text
    for _ in range(2):
        again = await world.api.put(address, json=score, headers=admin | {"If-Match": "*"})
        assert again.status_code == 200, again.text
        computed = await world.api.post(cycle.path(tail="/computation"), headers=admin)
        assert computed.json()["computed"] == 0
    late, first = await versions(cycle, admin, participant)
    assert (late["cause"], late["cause_label"]) == ("external_score", "A score from another system arrived")
    assert (first["cause"], first["status"], first["before"], first["changed"]) == (
        "rating_closed",
        "superseded",
        None,
        [],
    )
    assert late["before"] == {
        "version": 1,
        "completeness": "incomplete",
        "overall": 75,
        "value": None,
        "recommended": None,
        "decided": None,
    }
    assert late["changed"] == ["completeness", "overall", "value", "recommended", "figures", "reasons"]
    assert (late["overall"], late["predicate"]["value"], late["predicate"]["recommended"]) == (84, 102.6, "good")


async def test_only_the_innovation_changes_the_predicate_alone(world: World) -> None:
    cycle = await CycleWorld.create(world, BEHAVIOUR, NUMERIC)
    full = {Dimension.WORK_RESULT: Decimal(120)}
    participant = await cycle.participant(Case(sheets=[(SUPERIOR, [5])], external=full))
    await cycle.to(CycleState.REVIEW)
    async with world.owner.begin() as connection:
        p = t.participants
        await connection.execute(sa.update(p).where(p.c.id == participant).values(innovation=True))
    async with world.services.unit_of_work(None) as uow:
        await recompute_one(uow, None, cycle.cycle, participant, cause=Cause.INNOVATION)
        await uow.commit()
    noted, _ = await versions(cycle, await world.admin(), participant)
    assert (noted["cause"], noted["changed"]) == ("innovation", ["recommended"])
    assert (noted["before"]["recommended"], noted["predicate"]["recommended"]) == ("good", "very_good")


async def test_readers_compare_only_what_they_were_shown(world: World) -> None:
    """A version that was never published, and a lost group, are no news to those who may not know of them."""
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example(sheets=EXAMPLE_SHEETS[:3], filled_at_opening={PEER}))
    await cycle.to(CycleState.REVIEW)
    s, o = t.sheets, t.opening_groups
    for points in ([4, 4, 4], [5, 5, 5]):
        await cycle.to(CycleState.RATING)
        of_superior = sa.update(s).where(s.c.participant_id == participant, s.c.rater_type == "superior")
        async with world.owner.begin() as connection:
            await connection.execute(of_superior.values(points=points))
        await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    async with world.owner.begin() as connection:
        await connection.execute(sa.delete(o).where(o.c.participant_id == participant))
    admin = await world.admin()
    answer = await world.api.post(cycle.path(tail="/computation"), headers=admin)
    assert answer.json()["computed"] == 1  # its officers' reasons alone
    machine = await world.login(Role.INTEGRATION, scopes=("results:read",))
    everything = await versions(cycle, admin, participant)
    assert [(v["version"], (v["before"] or {}).get("version"), v["changed"]) for v in everything] == [
        (4, 3, ["reasons"]),
        (3, 2, ["overall", "figures"]),
        (2, 1, ["overall", "figures"]),
        (1, None, []),
    ]
    published = await versions(cycle, machine, participant)
    assert [(v["version"], (v["before"] or {}).get("version"), v["changed"]) for v in published] == [
        (4, 3, []),
        (3, None, []),
    ]
    # Page by page it is the same: the version before is found beyond the page's end.
    first = await cycle.read(admin, participant, "/versions?limit=1")
    assert first.json()["items"] == everything[:1]
    cursor = first.json()["next_cursor"]
    assert await versions(cycle, admin, participant, f"?limit=1&cursor={cursor}") == everything[1:2]


async def test_a_decision_after_publication_is_what_changed(world: World) -> None:
    cycle = await CycleWorld.create(world)
    appraiser = await world.employee(cycle.unit)
    participant = await cycle.participant(example(), appraiser_id=appraiser.id)
    await cycle.to(CycleState.REVIEW)
    await cycle.to(CycleState.PUBLISHED)
    headers = await world.login(employee=appraiser)
    body = {"expectations": {"work_behaviour": "meets"}}
    decided = await world.api.put(cycle.path(participant, "/decision"), json=body, headers=headers)
    assert decided.status_code == 200, decided.text
    newest, oldest = await versions(cycle, headers | {"Accept-Language": "id"}, participant)
    assert (newest["cause"], newest["cause_label"]) == ("decision_after_publication", "Diputuskan setelah pengumuman")
    assert newest["changed"] == ["decision"]
    assert (oldest["status"], oldest["overall"], newest["before"]["overall"]) == ("superseded", 67.92, 67.92)


def test_every_cause_has_its_words() -> None:
    assert set(CAUSES) == set(Cause)
    assert all(text.strip() for words in CAUSES.values() for text in words)


async def test_the_database_knows_the_causes(world: World) -> None:
    cycle = await CycleWorld.create(world)
    participant = await cycle.participant(example())
    await cycle.to(CycleState.REVIEW)
    r = t.results
    with pytest.raises(sa.exc.IntegrityError, match="cause"):
        async with world.owner.begin() as connection:
            await connection.execute(sa.update(r).where(r.c.participant_id == participant).values(cause=str(uuid4())))
