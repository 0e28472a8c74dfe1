"""Importing what belongs to a cycle: who rates whom, and external scores."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest

from app.domain.cycles import ExternalRange, Policy
from app.domain.people import Employee, Unit
from app.domain.values import CycleState, Dimension, RaterType, Role
from app.repositories import tables as t
from tests.support.importing import CHIEF, CLERK, counts, faults, good, number_of, send
from tests.support.spreadsheets import csv_bytes
from tests.support.staging import Stage
from tests.support.world import World

pytestmark = pytest.mark.anyio


# ---------------------------------------------------------------- assignments


async def _staff(world: World) -> tuple[Unit, dict[str, Employee]]:
    unit = await world.unit("DINKES")
    chief = await world.employee(unit, nip=CHIEF, name="Chief")
    clerk = await world.employee(unit, nip=CLERK, name="Clerk", superior_id=chief.id)
    peers = {
        f"peer{n}": await world.employee(unit, nip=f"19860926201505100{n}", superior_id=chief.id) for n in range(1, 5)
    }
    return unit, {"chief": chief, "clerk": clerk, **peers}


ASSIGNMENTS = "nip_pegawai;jenis_penilai;nip_penilai"


async def test_assignments_are_imported_under_the_rules_of_hand_made_ones(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.DRAFT)
    participant = await stage.participant(cycle, staff["clerk"])
    admin = await world.admin()
    body = csv_bytes(
        ASSIGNMENTS,
        f"{CLERK};atasan;{CHIEF}",
        f"{CLERK};diri sendiri;",
        f"{CLERK};rekan kerja;{staff['peer1'].nip}",
        f"{CLERK};peer;{staff['peer2'].nip}",
    )
    assert counts(await good(api, admin, "assignments", body, cycle_id=cycle.id, dry_run=True)) == (4, 4, 0, 0)
    assert await number_of(world, t.assignments) == await number_of(world, t.outbox_events) == 0
    assert counts(await good(api, admin, "assignments", body, cycle_id=cycle.id)) == (4, 4, 0, 0)
    assert counts(await good(api, admin, "assignments", body, cycle_id=cycle.id)) == (4, 0, 0, 4)
    rows = await stage.rows(t.assignments, t.assignments.c.participant_id == participant)
    assert sorted((row.rater_type, row.state) for row in rows) == [
        ("peer", "pending"),
        ("peer", "pending"),
        ("self", "pending"),
        ("superior", "pending"),
    ]
    [event] = await stage.rows(t.outbox_events)
    assert (event.type, event.payload) == ("assignment.created", {"cycle_id": str(cycle.id), "count": 4})
    await stage.seal(participant, RaterType.PEER)
    found = await faults(
        api,
        admin,
        "assignments",
        ASSIGNMENTS,
        f"{CLERK};peer;{CHIEF}",
        f"{CLERK};superior;{staff['peer3'].nip}",
        f"{CLERK};subordinate;{staff['peer1'].nip}",
        f"{CLERK};self;{staff['peer4'].nip}",
        f"{CLERK};masyarakat;",
        f"{CLERK};peer;",
        f"{CLERK};subordinate;198609262015051999",
        f"{CHIEF};self;",
        f"{CLERK};peer;{staff['peer4'].nip}",
        cycle_id=cycle.id,
    )
    assert sorted(found, key=lambda fault: (fault[0], fault[1] or "", fault[2])) == [
        (2, None, "group_sealed"),
        (2, "nip_rater", "assignment_duplicate"),
        (2, "nip_rater", "rater_is_superior"),
        (3, "nip_rater", "not_the_superior"),
        (4, "nip_rater", "assignment_duplicate"),
        (5, "nip_rater", "self_is_not_ratee"),
        (6, "rater_type", "recipient_by_invitation"),
        (7, "nip_rater", "required"),
        (8, "nip_rater", "unknown_employee"),
        (9, "nip_ratee", "unknown_participant"),
        (10, None, "group_sealed"),
        (10, "nip_rater", "duplicate_item"),
    ]


async def test_assignments_wait_for_no_review_and_no_strange_cycle(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.REVIEW)
    await stage.participant(cycle, staff["clerk"])
    body = csv_bytes(ASSIGNMENTS, f"{CLERK};self;")
    late = await send(api, await world.admin(), "assignments", body, cycle_id=cycle.id)
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")
    nowhere = await send(api, await world.admin(), "assignments", body, cycle_id=uuid4())
    assert nowhere.status_code == 404


async def test_an_importer_learns_nothing_of_who_rates_himself(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.DRAFT)
    participant = await stage.participant(cycle, staff["clerk"])
    await stage.assignment(cycle, participant, RaterType.PEER, staff["peer1"])
    own = await stage.login(staff["clerk"], Role.ADMIN)
    lines = [
        f"{CLERK};{kind};{staff[name].nip}"
        for name in ("peer1", "peer2")
        for kind in ("peer", "subordinate", "superior")
    ]
    found = await faults(api, own, "assignments", ASSIGNMENTS, *lines, cycle_id=cycle.id)
    assert [(column, code) for _, column, code in found[:3]] == [(column, code) for _, column, code in found[3:]]
    assert {code for _, _, code in found} == {"own_anonymous_raters", "not_the_superior"}


# ---------------------------------------------------------------- external scores


SCORES = "nip;dimensi;nilai;sumber;tanggal_ukur"
EXTERNAL = Policy(
    {RaterType.SUPERIOR: 60, RaterType.PEER: 40},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
)


async def test_external_scores_are_imported_and_replaced(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.RATING, policy=EXTERNAL)
    participant = await stage.participant(cycle, staff["clerk"])
    machine = await world.login(Role.INTEGRATION, scopes=("imports:write", "external_scores:write"))
    body = csv_bytes(SCORES, f"{CLERK};hasil kerja;104,5;e-Kinerja;31/03/2026")
    assert counts(await good(api, machine, "external_scores", body, cycle_id=cycle.id)) == (1, 1, 0, 0)
    assert counts(await good(api, machine, "external_scores", body, cycle_id=cycle.id)) == (1, 0, 0, 1)
    [row] = await stage.rows(t.external_scores)
    assert (row.participant_id, row.value, row.source) == (participant, Decimal("104.5"), "e-Kinerja")
    assert row.measured_at == datetime(2026, 3, 30, 17, tzinfo=UTC)
    changed = csv_bytes(SCORES, f"{CLERK};work_result;99.9999;e-Kinerja;2026-03-31")
    assert counts(await good(api, machine, "external_scores", changed, cycle_id=cycle.id)) == (1, 0, 1, 0)
    [row] = await stage.rows(t.external_scores)
    assert (row.value, row.max) == (Decimal("99.9999"), Decimal(120))
    found = await faults(
        api,
        machine,
        "external_scores",
        SCORES,
        f"{CLERK};hasil kerja;120,0001;e-Kinerja;31/03/2026",
        f"{CLERK};perilaku kerja;80;e-Kinerja;31/03/2026",
        f"{CHIEF};hasil kerja;80;e-Kinerja;31/03/2026",
        f"{CLERK};hasil kerja;80;;besok",
        f"{CLERK};hasil kerja;80;e-Kinerja;31/03/2026",
        f"{CLERK};hasil kerja;81;e-Kinerja;31/03/2026",
        cycle_id=cycle.id,
    )
    assert found == [
        (2, "value", "external_score_out_of_range"),
        (3, "dimension", "dimension_is_rated"),
        (4, "nip", "unknown_participant"),
        (5, "source", "required"),
        (5, "measured_at", "bad_format"),
        (7, "nip", "duplicate_item"),
    ]


async def test_no_external_score_reaches_an_archived_cycle(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.ARCHIVED, policy=EXTERNAL)
    await stage.participant(cycle, staff["clerk"])
    body = csv_bytes(SCORES, f"{CLERK};hasil kerja;104,5;e-Kinerja;31/03/2026")
    for dry_run in (True, False):
        late = await send(api, await world.admin(), "external_scores", body, cycle_id=cycle.id, dry_run=dry_run)
        assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")


async def test_scores_that_come_after_the_review_began_are_computed(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.REVIEW, policy=EXTERNAL)
    participant = await stage.participant(cycle, staff["clerk"])
    body = csv_bytes(SCORES, f"{CLERK};hasil kerja;104,5;e-Kinerja;31/03/2026")
    await good(api, await world.admin(), "external_scores", body, cycle_id=cycle.id)
    [result] = await stage.rows(t.results, t.results.c.participant_id == participant)
    assert result.cause == "external_score"
