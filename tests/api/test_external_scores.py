"""Values of other systems by both doors, one by one and as a file: what is taken, what is refused, what becomes of results."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.domain.cycles import ExternalRange, Policy
from app.domain.values import CycleState, Dimension, Role
from app.repositories import tables as t
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.cycle_world import SUPERIOR, CycleWorld
from tests.support.oracle import Case
from tests.support.spreadsheets import csv_bytes
from tests.support.world import World

pytestmark = pytest.mark.anyio

NIP = "198609262015051001"
MEASURED = "2026-03-31T00:00:00+07:00"
BEHAVIOUR = rubric(criterion("B", indicator("b1")))
POLICY = Policy(
    rater_weights={SUPERIOR: 1}, external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))}
)


class Door:
    """A participant, and a machine that sends his scores by one of the two ways."""

    def __init__(self, cycle: CycleWorld, participant: UUID, machine: dict[str, str], way: str) -> None:
        self.cycle = cycle
        self.participant = participant
        self.machine = machine
        self.way = way

    @classmethod
    async def open(cls, world: World, way: str) -> "Door":
        cycle = await CycleWorld.create(world, BEHAVIOUR, POLICY)
        employee = await world.employee(cycle.unit, nip=NIP)
        participant = await cycle.participant(Case(sheets=[(SUPERIOR, [5])]), employee_id=employee.id)
        scopes = ("imports:write", "external_scores:write", "results:read")
        return cls(cycle, participant, await world.login(Role.INTEGRATION, scopes=scopes), way)

    async def send(
        self, value: str, *, dimension: str = "work_result", source: str = "e-Kinerja", measured: str = MEASURED
    ) -> httpx.Response:
        """A value as it is written: of a JSON number, or in a cell."""
        api = self.cycle.world.api
        if self.way == "file":
            body = csv_bytes("nip,dimension,value,source,measured_at", f"{NIP},{dimension},{value},{source},{measured}")
            query = {"kind": "external_scores", "cycle_id": str(self.cycle.cycle.id)}
            return await api.post(
                "/v1/imports", params=query, content=body, headers=self.machine | {"Content-Type": "text/csv"}
            )
        path = f"/v1/cycles/{self.cycle.cycle.id}/participants/{self.participant}/external-scores/{dimension}"
        content = f'{{"value": {value}, "source": "{source}", "measured_at": "{measured}"}}'
        headers = self.machine | {"Content-Type": "application/json"}
        present = await api.get(path, headers=headers)
        if present.status_code == 200:
            headers["If-Match"] = present.headers["etag"]
        return await api.put(path, content=content, headers=headers)

    async def take(self, value: str, **more: str) -> None:
        answer = await self.send(value, **more)
        assert answer.status_code in {200, 201}, answer.text

    async def stored(self) -> list[Any]:
        return await self.cycle.rows(sa.select(t.external_scores))

    async def versions(self) -> list[tuple[int, str, str, Any]]:
        """Number, cause, status and figure of the external dimension of each version."""
        r = t.results
        rows = await self.cycle.rows(sa.select(r).where(r.c.participant_id == self.participant).order_by(r.c.version))
        return [(row.version, row.cause, row.status, row.overall) for row in rows]


@pytest.fixture(params=["put", "file"])
async def door(world: World, request: pytest.FixtureRequest) -> Door:
    return await Door.open(world, request.param)


async def test_value_range_source_and_time_are_kept(door: Door) -> None:
    await door.take("104.1234")
    [row] = await door.stored()
    assert (row.value, row.min, row.max, row.source) == (Decimal("104.1234"), 0, 120, "e-Kinerja")
    assert row.measured_at == datetime(2026, 3, 30, 17, tzinfo=UTC)
    assert row.received_at is not None


@pytest.mark.parametrize("value", ["0", "120", "0.0001", "119.9999", "100.00000", "60.5"])
async def test_the_ends_of_the_range_and_four_decimals_are_taken(door: Door, value: str) -> None:
    await door.take(value)
    [row] = await door.stored()
    assert row.value == Decimal(value)


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("120.0001", {"external_score_out_of_range"}),
        ("-0.0001", {"external_score_out_of_range"}),
        ("100.00001", {"too_many_decimals"}),
        ("99999999", {"out_of_range", "external_score_out_of_range"}),
        ('"104.5"', {"wrong_type"}),
        ("true", {"wrong_type", "bad_format"}),
    ],
)
async def test_other_values_are_refused(door: Door, value: str, codes: set[str]) -> None:
    if door.way == "file" and value.startswith('"'):
        value, codes = "seratus", {"bad_format"}  # in a file everything is text
    answer = await door.send(value)
    assert answer.status_code == 422, answer.text
    assert {error["code"] for error in answer.json()["errors"]} <= codes
    assert await door.stored() == []


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "1e-5", ""])
async def test_what_is_no_decimal_number_is_refused(door: Door, value: str) -> None:
    answer = await door.send(value)
    # What is not even JSON cannot be read; everything else is a wrong value.
    assert answer.status_code in ({422} if door.way == "file" else {400, 422}), answer.text
    assert await door.stored() == []


async def test_an_exponent_is_a_number_in_json_and_a_damaged_cell_in_a_file(world: World) -> None:
    put = await Door.open(world, "put")
    await put.take("1e2")
    [row] = await put.stored()
    assert row.value == 100
    file = Door(put.cycle, put.participant, put.machine, "file")
    answer = await file.send("1e2")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bad_format")


async def test_what_is_still_to_be_measured_is_refused(door: Door) -> None:
    answer = await door.send("80", measured="2099-01-01T00:00:00+07:00")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["code"] == "measured_in_the_future"
    assert await door.stored() == []
    clock_ahead = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    await door.take("80", measured=clock_ahead)


async def test_whoever_reads_the_result_reads_where_its_figure_came_from(world: World) -> None:
    cycle = await CycleWorld.create(world, BEHAVIOUR, POLICY)
    appraiser, other = await world.employee(cycle.unit), await world.employee(cycle.unit)
    participant = await cycle.participant(
        Case(sheets=[(SUPERIOR, [5])], external={Dimension.WORK_RESULT: Decimal(60)}), appraiser_id=appraiser.id
    )
    path = f"/v1/cycles/{cycle.cycle.id}/participants/{participant}/external-scores/work_result"
    headers = {person: await world.login(employee=person) for person in (appraiser, other)}

    async def statuses() -> list[int]:
        return [(await world.api.get(path, headers=headers[person])).status_code for person in (appraiser, other)]

    assert await statuses() == [404, 404]
    await cycle.to(CycleState.REVIEW)
    assert await statuses() == [200, 404]
    found = (await world.api.get(path, headers=headers[appraiser])).json()
    assert (found["value"], found["source"]) == (60, "test")


async def test_a_dimension_that_is_rated_takes_no_score(door: Door) -> None:
    answer = await door.send("80", dimension="work_behaviour")
    if door.way == "file":
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "dimension_is_rated")
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "dimension_is_rated")
    assert await door.stored() == []


@pytest.mark.parametrize(("state", "status"), [(CycleState.REVIEW, "computed"), (CycleState.PUBLISHED, "published")])
async def test_a_late_score_makes_a_version_and_the_same_again_none(door: Door, state: CycleState, status: str) -> None:
    await door.cycle.to(CycleState.REVIEW)
    if state is CycleState.PUBLISHED:
        await door.cycle.to(state)
    await door.take("60")
    first, second = await door.versions()
    assert first[1:3] == ("rating_closed", "superseded")
    assert second == (2, "external_score", status, Decimal("70.00"))  # 60 % of 50 and 40 % of 100
    before, events = await door.stored(), await _events(door)
    receipt = (await door.cycle.rows(sa.select(t.results.c.receipt).order_by(t.results.c.version)))[-1].receipt
    for repeated in ("60", "60.0000"):
        await door.take(repeated)
    assert await door.versions() == [first, second]
    assert await door.stored() == before
    assert await _events(door) == events
    assert (await door.cycle.rows(sa.select(t.results.c.receipt).order_by(t.results.c.version)))[-1].receipt == receipt
    await door.take("60", source="SIPKD")  # the same figure from elsewhere: told anew, no new version
    assert [version for version, *_ in await door.versions()] == [1, 2]
    assert (await door.stored())[0].source == "SIPKD"
    await door.take("120")
    assert (await door.versions())[2] == (3, "external_score", status, Decimal("100.00"))


async def _events(door: Door) -> list[tuple[str, Any]]:
    """What was recorded of scores and results; that a file came in is recorded every time."""
    e, o = t.audit_events, t.outbox_events
    known = sa.select(e.c.action, e.c.details).where(
        e.c.action.in_(["external_score.set", "result.computed", "results.computed"])
    )
    rows = await door.cycle.rows(known.order_by(e.c.id))
    told = await door.cycle.rows(sa.select(o.c.type, o.c.payload))
    return [tuple(row) for row in (*rows, *told)]


async def test_an_archived_cycle_takes_none(door: Door) -> None:
    for state in (CycleState.REVIEW, CycleState.PUBLISHED, CycleState.ARCHIVED):
        await door.cycle.to(state)
    answer = await door.send("60")
    assert (answer.status_code, answer.json()["code"]) == (409, "cycle_state_forbids")


async def test_a_participant_of_another_cycle_is_unknown(door: Door, world: World) -> None:
    other = await CycleWorld.create(world, BEHAVIOUR, POLICY)
    stranger = Door(other, door.participant, door.machine, door.way)
    answer = await stranger.send("60")
    if door.way == "file":
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_participant")
    else:
        assert answer.status_code == 404
    assert await door.stored() == []
