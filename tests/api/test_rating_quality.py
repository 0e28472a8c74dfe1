"""Rating quality over HTTP: made when rating ends, for those who answer for the ratings (anonymity.md rule 8)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.domain.people import Employee
from app.domain.values import CycleState, RaterType, Role
from app.repositories import tables as t
from tests.support.cycle_world import PEER, SUBORDINATE, SUPERIOR, CycleWorld, example
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio
#: One of five lies far below the others, one always gives the same point.
GROUP: Sequence[list[int | None]] = ([1, 2, 1], [3, 3, 3], [3, 4, 2], [4, 3, 3], [2, 4, 3])
NOBODY = Case(sheets=[])
INDONESIAN = {"Accept-Language": "id"}


@dataclass(slots=True)
class Rated:
    """Six ratees, five of them with all five peers and one superior."""

    cycle: CycleWorld
    peers: list[Employee]
    boss: Employee
    participants: list[UUID]

    @property
    def path(self) -> str:
        return f"/v1/cycles/{self.cycle.cycle.id}/rating-quality"

    async def get(self, headers: dict[str, str], tail: str = "", *, status: int = 200) -> Any:
        answer = await self.cycle.world.api.get(self.path + tail, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def bands(self, headers: dict[str, str]) -> dict[str, str]:
        items = (await self.get(headers, "/raters?kind=anonymous"))["items"]
        return {item["rater_id"]: item["band"] for item in items}

    async def exchange(self, one: int, other: int) -> None:
        """What one rater gave, the other one gave, and the other way round."""
        made = self.cycle.assignments
        a = t.assignments
        async with self.cycle.world.owner.begin() as connection:
            for participant in self.participants[:5]:
                ids = [made[participant][place][0] for place in (one, other)]
                raters = [self.peers[place].id for place in (one, other)]
                for assignment, rater in zip(ids, (None, raters[0]), strict=True):
                    state = {"rater_id": rater, "state": "voided" if rater is None else "submitted"}
                    if rater is None:
                        state |= {"rater_id": self.boss.id, "submitted_on": None}
                    await connection.execute(sa.update(a).where(a.c.id == assignment).values(**state))
                back = {"rater_id": raters[1], "state": "submitted", "submitted_on": sa.func.current_date()}
                await connection.execute(sa.update(a).where(a.c.id == ids[0]).values(**back))


@pytest.fixture
async def rated(world: World) -> Rated:
    cycle = await CycleWorld.create(world)
    peers = [await world.employee(cycle.unit, name=f"Rekan {place}") for place in range(5)]
    boss = await world.employee(cycle.unit, name="Atasan")
    participants = []
    for _ in range(5):
        participant = await cycle.participant(NOBODY, superior_id=boss.id)
        for peer, points in zip(peers, GROUP, strict=True):
            await cycle.sheet(participant, PEER, points, peer.id)
        await cycle.sheet(participant, SUPERIOR, [5, 5, 4], boss.id)
        participants.append(participant)
    participants.append(await cycle.participant(NOBODY))
    for peer in peers[:2]:
        await cycle.sheet(participants[-1], SUBORDINATE, [1, 1, 1], peer.id)
    return Rated(cycle, peers, boss, participants)


async def test_a_cycle_is_described(rated: Rated, world: World) -> None:
    admin = await world.admin() | INDONESIAN
    assert (await rated.get(admin, status=409))["code"] == "results_not_ready"
    await rated.cycle.to(CycleState.REVIEW)
    found = await rated.get(admin)
    types = {one["rater_type"]: one for one in found["rater_types"]}
    assert set(types) == {str(one) for one in RaterType}
    peer = types["peer"]
    assert (peer["ratees"], peer["icc_1k"], peer["straight_lining"]) == (5, {"value": 0.0, "raw": None}, 20)
    assert peer["caution"].startswith("Hanya 5 orang dinilai")
    assert types["superior"]["icc_1"] is None
    assert types["subordinate"]["ratees"] == 0
    [rubric] = found["rubrics"]
    agreement = next(one for one in rubric["agreement"] if one["rater_type"] == "peer")
    assert agreement["indicators"][0] == {
        "code": "a1",
        "rwg": {"ratees": 5, "mean": 0.35, "levels": {"low": 5, "moderate": 0, "high": 0}},
        "ad": 0.88,
    }
    assert found["reciprocity"] == []


@pytest.mark.parametrize(
    ("ratees", "indonesian", "english"),
    [
        (
            0,
            "Tidak ada yang dinilai oleh kelompok ini, jadi tidak ada angka.",
            "Nobody was rated by this group, so there are no figures.",
        ),
        (
            1,
            "Hanya satu orang dinilai oleh kelompok ini: angka tidak ditampilkan di bawah 5 orang.",
            "Only one person was rated by this group: no figure is shown below 5 people.",
        ),
        (
            2,
            "Hanya 2 orang dinilai oleh kelompok ini: angka di bawah 5 orang tidak ditampilkan, dan di bawah 30 orang harus "
            "dibaca dengan hati-hati.",
            "Only 2 people were rated by this group: below 5 people no figure is shown, and below 30 people figures are to be "
            "read with caution.",
        ),
    ],
)
async def test_few_ratees_are_told_as_people_say_it(world: World, ratees: int, indonesian: str, english: str) -> None:
    cycle = await CycleWorld.create(world)
    for _ in range(ratees):
        await cycle.participant(example())
    await cycle.participant(NOBODY)
    await cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    for headers, caution in ((admin | INDONESIAN, indonesian), (admin | {"Accept-Language": "en"}, english)):
        path = f"/v1/cycles/{cycle.cycle.id}/rating-quality"
        types = (await world.api.get(path, headers=headers)).json()["rater_types"]
        assert [one["caution"] for one in types if one["rater_type"] == "superior"] == [caution]


async def test_raters_have_bands_or_figures(rated: Rated, world: World) -> None:
    await rated.cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    items = (await rated.get(admin, "/raters"))["items"]
    assert [item["name"] for item in items] == ["Atasan", *(f"Rekan {place}" for place in range(5))]
    boss, *others = items
    assert (boss["band"], boss["ratees"], boss["severity"], boss["identical"]) == (None, 5, 48.3, 67)
    assert [item["band"] for item in others] == ["unusual", "unusual", "usual", "usual", "usual"]
    figures = ("ratees", "severity", "spread", "identical")
    assert {item[name] for item in others for name in figures} == {None}
    unusual = (await rated.get(admin, "/raters?band=unusual"))["items"]
    assert [item["name"] for item in unusual] == ["Rekan 0", "Rekan 1"]
    first = await rated.get(admin, "/raters?limit=4")
    rest = await rated.get(admin, f"/raters?limit=4&cursor={first['next_cursor']}")
    assert [*first["items"], *rest["items"]] == items


async def test_only_the_bands_of_two_raters_change_when_their_sheets_are_exchanged(rated: Rated, world: World) -> None:
    admin = await world.admin()
    await rated.cycle.to(CycleState.REVIEW)
    before, bands = await rated.get(admin), await rated.bands(admin)
    words = [await rated.cycle.read(admin, one, "/agreement") for one in rated.participants[:5]]
    named = (await rated.get(admin, "/raters?kind=named"))["items"]
    await rated.cycle.to(CycleState.RATING)
    assert (await rated.get(admin, "/raters", status=409))["code"] == "results_not_ready"
    await rated.exchange(0, 2)
    await rated.cycle.to(CycleState.REVIEW)
    after = await rated.get(admin)
    assert after | {"computed_at": ""} == before | {"computed_at": ""}
    first, other = (str(rated.peers[place].id) for place in (0, 2))
    assert await rated.bands(admin) == bands | {first: "usual", other: "unusual"}
    assert (await rated.get(admin, "/raters?kind=named"))["items"] == named
    again = [await rated.cycle.read(admin, one, "/agreement") for one in rated.participants[:5]]
    assert [one.content for one in again] == [one.content for one in words]


async def test_nothing_is_made_again_after_publication(rated: Rated, world: World) -> None:
    """The link is cut by then, and a recomputation leaves the diagnosis as it is."""
    await rated.cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    before, bands = await rated.get(admin), await rated.bands(admin)
    await rated.cycle.to(CycleState.PUBLISHED)
    answer = await world.api.post(rated.cycle.path(tail="/computation"), headers=admin)
    assert answer.status_code == 200
    assert (await rated.get(admin), await rated.bands(admin)) == (before, bands)


async def test_the_tables_hold_a_band_and_nothing_else_of_an_anonymous_rater(rated: Rated) -> None:
    await rated.cycle.to(CycleState.REVIEW)
    q = t.rater_quality
    rows = await rated.cycle.rows(sa.select(q).where(q.c.kind == "anonymous", q.c.cycle_id == rated.cycle.cycle.id))
    assert len(rows) == 5
    assert {tuple(row)[4:] for row in rows} == {(None, None, None, None)}
    stored = await rated.cycle.rows(
        sa.select(t.rating_quality.c.report).where(t.rating_quality.c.cycle_id == rated.cycle.cycle.id)
    )
    assert not any(str(peer.id) in stored[0].report for peer in rated.peers)


async def test_whoever_rates_somebody_anonymously_does_not_read_about_him(rated: Rated, world: World) -> None:
    """The figures of a superior are about his ratees (rule 6), and about the reader himself until publication."""
    await rated.cycle.to(CycleState.REVIEW)
    rater = await world.login(Role.AUDITOR, employee=rated.peers[0])
    assert (await rated.get(rater, "/raters?kind=named"))["items"] == []
    assert len((await rated.get(rater, "/raters"))["items"]) == 5
    p = t.participants
    [row] = await rated.cycle.rows(sa.select(p.c.employee_id).where(p.c.id == rated.participants[0]))
    ratee = await world.login(Role.AUDITOR, employee=replace(rated.boss, id=row.employee_id))
    assert (await rated.get(ratee, "/raters?kind=named"))["items"] == []
    await rated.cycle.to(CycleState.PUBLISHED)
    assert len((await rated.get(ratee, "/raters?kind=named"))["items"]) == 1
    assert (await rated.get(rater, "/raters?kind=named"))["items"] == []


async def test_reading_is_recorded(rated: Rated, world: World) -> None:
    await rated.cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    await rated.get(admin)
    await rated.get(admin, "/raters")
    await rated.cycle.read(admin, rated.participants[0], "/agreement")
    e = t.audit_events
    ids = [str(rated.cycle.cycle.id), str(rated.participants[0])]
    actions = sa.select(e.c.action).where(sa.cast(e.c.object_id, sa.Text).in_(ids))
    found = {row.action for row in await rated.cycle.rows(actions)}
    assert found >= {"rating_quality.read", "rating_quality.raters_listed", "result.read"}


async def test_a_ratee_is_told_a_word_for_each_large_group(rated: Rated, world: World) -> None:
    five = rated.participants[0]
    p = t.participants
    [row] = await rated.cycle.rows(sa.select(p.c.employee_id).where(p.c.id == five))
    ratee = await world.login(employee=replace(rated.boss, id=row.employee_id))
    await rated.cycle.to(CycleState.REVIEW)
    assert (await rated.cycle.read(ratee, five, "/agreement")).status_code == 409
    await rated.cycle.to(CycleState.PUBLISHED)
    answer = await rated.cycle.read(ratee, five, "/agreement")
    told = [{"rater_type": "peer", "dimension": "work_behaviour", "level": "moderate"}]
    assert answer.json() == {"participant_id": str(five), "groups": told}
    again = await rated.cycle.read(ratee | {"If-None-Match": answer.headers["etag"]}, five, "/agreement")
    assert again.status_code == 304
    admin = await world.admin()
    assert (await rated.cycle.read(admin, rated.participants[-1], "/agreement")).json()["groups"] == []
    peer = await world.login(employee=rated.peers[0])
    assert (await rated.cycle.read(peer, five, "/agreement")).status_code == 404


async def test_of_a_group_set_aside_nothing_is_said(rated: Rated, world: World) -> None:
    await rated.cycle.to(CycleState.REVIEW)
    participant, admin = rated.participants[0], await world.admin()
    assert (await rated.cycle.read(admin, participant, "/agreement")).json()["groups"]
    r = t.results
    of_one = r.c.participant_id == participant
    [row] = await rated.cycle.rows(sa.select(r.c.figures).where(of_one))
    figures = withheld(row.figures)
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(r).where(of_one).values(figures=figures))
    assert (await rated.cycle.read(admin, participant, "/agreement")).json()["groups"] == []


def withheld(figures: str) -> str:
    """The figures as they are once the peers were set aside by an appeal."""
    content = json.loads(figures)
    for dimension in content["dimensions"]:
        dimension["by_rater_type"]["peer"] = {"value": None, "withheld": "group_set_aside"}
    return json.dumps(content)
