"""What has outlived its purpose goes, what has not stays, and the trail says how much went."""

import asyncio
import base64
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from app import housekeeping
from app.domain.actions import retention
from app.domain.retention import years_before
from app.repositories import tables as t
from app.services import AppServices
from app.settings import Settings
from tests.support.city import City, Setting
from tests.support.logins import rows
from tests.support.serving import KINERJA, ROOT, environment
from tests.support.world import World

pytestmark = pytest.mark.anyio
#: Everything that belongs to participants.
OF_PARTICIPANTS = (
    *("participants", "assignments", "sheets", "comments", "results", "receipt_salts", "external_scores"),
    *("sealed_groups", "opening_groups", "invitations", "drafts", "adjusted_means"),
    *("rater_quality", "rating_quality"),
)


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


async def counts_of(world: World, *tables: str) -> dict[str, int]:
    found = {}
    async with world.owner.connect() as connection:
        for name in tables:
            found[name] = (
                await connection.execute(sa.select(sa.func.count()).select_from(t.metadata.tables[name]))
            ).scalar_one()
    return found


async def write(world: World, *statements: sa.Executable) -> None:
    async with world.owner.begin() as connection:
        for statement in statements:
            await connection.execute(statement)


async def published_ago(world: World, setting: Setting, *, days: float, state: str) -> None:
    change = {"state": state, "published_at": ago(days=days)}
    await write(world, sa.update(t.cycles).where(t.cycles.c.id == UUID(setting.cycle_id)).values(**change))


# ---------------------------------------------------------------- appraisals


async def test_an_archived_cycle_older_than_the_period_is_cleared_and_no_other(world: World) -> None:
    city = await City.build(world)
    old, recent = await city.setting("published"), await city.setting("review")
    everything = await counts_of(world, *OF_PARTICIPANTS)
    for days, state in ((5 * 365 - 30, "archived"), (9 * 365, "published"), (9 * 365, "review")):
        await published_ago(world, old, days=days, state=state)
        await housekeeping.purge(world.services, dry_run=False)
        left = await counts_of(world, *OF_PARTICIPANTS)
        kept = [name for name in OF_PARTICIPANTS if name != "invitations"]
        assert {name: left[name] for name in kept} == {name: everything[name] for name in kept}, (days, state)
    await published_ago(world, old, days=5 * 365 + 30, state="archived")
    told = await housekeeping.purge(world.services, dry_run=False)
    assert (told["cycles"], told["participants"]) == (1, 2)
    for name in OF_PARTICIPANTS:
        table = t.metadata.tables[name]
        if "cycle_id" in table.c:
            assert await rows(world, sa.select(table).where(table.c.cycle_id == UUID(old.cycle_id))) == [], name
    left = await counts_of(world, *OF_PARTICIPANTS)
    assert all(
        left[name] < everything[name] for name in ("participants", "assignments", "sheets", "results", "receipt_salts")
    )
    assert await rows(world, sa.select(t.participants).where(t.participants.c.cycle_id == UUID(recent.cycle_id)))
    assert (await housekeeping.purge(world.services, dry_run=False))["cycles"] == 0


async def test_a_cleared_cycle_can_still_be_read(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("published")
    await published_ago(world, setting, days=3000, state="archived")
    await housekeeping.purge(world.services, dry_run=False)
    for path, status in (
        ("", 200),
        ("/participants", 200),
        ("/assignments", 200),
        ("/results", 200),
        ("/progress", 200),
    ):
        answer = await city.api.get(setting.path + path, headers=city.admin)
        assert answer.status_code == status, (path, answer.text)
    result = f"{setting.path}/results/{setting.participant_id}"
    assert (await city.api.get(result, headers=city.headers("ratee"))).status_code == 404
    mine = (await city.api.get("/v1/me/data", headers=city.headers("ratee"))).json()
    assert mine["participations"] == mine["results"] == []


async def test_the_trail_tells_how_much_went(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("published")
    await published_ago(world, setting, days=3000, state="archived")
    await housekeeping.purge(world.services, dry_run=False)
    a = t.audit_events.c
    [told] = await rows(
        world,
        sa.select(a.details, a.actor_id).where(
            a.object_id == UUID(setting.cycle_id), a.action == "retention.cycle_cleared"
        ),
    )
    gone = {"participants": 2, "rater_quality": 1, "rating_quality": 1}
    assert (told.details, told.actor_id) == (gone, None)


async def test_a_dry_run_tells_the_truth_and_does_nothing(world: World) -> None:
    city = await City.build(world)
    setting = await city.setting("published")
    await published_ago(world, setting, days=3000, state="archived")
    await write(world, *expired())
    before = await counts_of(world, *(table.name for table in t.metadata.tables.values()))
    told = await housekeeping.purge(world.services, dry_run=True)
    assert await counts_of(world, *(table.name for table in t.metadata.tables.values())) == before
    assert await housekeeping.purge(world.services, dry_run=False) == told
    assert told["participants"] == 2
    assert told["idempotency_records"] == 1


def test_whatever_belongs_to_a_participant_goes_with_him() -> None:
    """A table of tomorrow that forgets this would stop the purge, or keep what should go."""
    for table in t.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name in {"participants", "assignments", "results"}:
                assert key.constraint is not None
                assert key.constraint.ondelete == "CASCADE", f"{table.name}.{key.parent.name}"
        if "participant_id" in table.c:
            assert any(key.column.table.name == "participants" for key in table.foreign_keys), table.name


# ---------------------------------------------------------------- paperwork


async def test_paperwork_older_than_the_period_goes(world: World) -> None:
    employee = await world.employee(await world.unit())
    account = await world.account("siti", employee=employee)
    correction: dict[str, Any] = {}
    for days in (6 * 365, 4 * 365):
        moment = ago(days=days)
        correction = {
            "employee_id": employee.id,
            "field": "phone",
            "reason": "Salah.",
            "state": "refused",
            "requested_at": moment,
            "due_at": moment,
            "decided_at": moment,
        }
        job = {
            "kind": "import",
            "status": "succeeded",
            "account_id": account,
            "created_at": moment,
            "finished_at": moment,
        }
        await write(
            world,
            sa.insert(t.data_corrections).values(id=uuid4(), **correction),
            sa.insert(t.jobs).values(id=uuid4(), **job),
            sa.insert(t.outbox_events).values(type="cycle.created", payload={}, delivered_at=moment),
        )
    await write(
        world,
        sa.insert(t.outbox_events).values(type="cycle.created", payload={}, occurred_at=ago(days=3650)),
        sa.insert(t.data_corrections).values(
            id=uuid4(), **(correction | {"state": "open", "decided_at": None, "requested_at": ago(days=3650)})
        ),
    )
    told = await housekeeping.purge(world.services, dry_run=False)
    assert {name: told[name] for name in ("data_corrections", "jobs", "outbox_events")} == {
        "data_corrections": 1,
        "jobs": 1,
        "outbox_events": 1,
    }
    left = await counts_of(world, "data_corrections", "jobs", "outbox_events")
    assert left == {"data_corrections": 2, "jobs": 1, "outbox_events": 2}, "what waits is never too old"


# ---------------------------------------------------------------- technical records


def expired(*, fresh: bool = False) -> list[sa.Executable]:
    """One record of each technical kind, just over its time or just within it."""
    over = timedelta(minutes=5 if fresh else -5)
    key = uuid4().bytes
    return [
        sa.insert(t.idempotency_records).values(
            principal="p",
            key=str(uuid4()),
            request="r",
            status=200,
            body=b"",
            created_at=ago(hours=24) + over,
        ),
        sa.insert(t.login_attempts).values(name_hash=key, failures=1, last_failure=ago(hours=24) + over),
        sa.insert(t.rate_counters).values(key_hash=key, window_start=ago(minutes=0 if fresh else 5), count=1),
    ]


async def tokens(world: World, *, fresh: bool) -> list[sa.Executable]:
    account = await world.account(f"akun-{uuid4()}"[:40])
    until = ago(minutes=-5 if fresh else 5)
    return [
        sa.insert(t.refresh_tokens).values(
            token_hash=uuid4().bytes, family_id=uuid4(), account_id=account, expires_at=until
        ),
        sa.insert(t.activation_codes).values(account_id=account, code_hash=uuid4().bytes, expires_at=until),
    ]


KINDS = ("idempotency_records", "login_attempts", "rate_counters", "refresh_tokens", "activation_codes")


async def test_expired_records_go_and_others_stay(world: World) -> None:
    for fresh in (True, False, False):
        await write(world, *expired(fresh=fresh), *await tokens(world, fresh=fresh))
    assert await housekeeping.tidy(world.services) == dict.fromkeys(KINDS, 2)
    assert await counts_of(world, *KINDS) == dict.fromkeys(KINDS, 1)
    assert await housekeeping.tidy(world.services) == dict.fromkeys(KINDS, 0)


async def test_many_go_batch_by_batch(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(7):
        await write(world, *expired())
    told = await housekeeping.purge(world.services, dry_run=True)
    assert told["idempotency_records"] == 7
    assert (await housekeeping.tidy(world.services))["idempotency_records"] == 7
    assert await counts_of(world, "idempotency_records") == {"idempotency_records": 0}


async def test_one_process_at_a_time_tidies_and_nobody_waits(world: World) -> None:
    await write(world, *expired())
    async with world.services.unit_of_work("other") as other:
        assert await other.retention.try_alone()
        assert await asyncio.wait_for(housekeeping.tidy(world.services), 5) == {}
    assert (await housekeeping.tidy(world.services))["rate_counters"] == 1


async def test_what_somebody_holds_is_left_for_the_next_time(world: World) -> None:
    await write(world, *await tokens(world, fresh=False))
    async with world.owner.begin() as connection:
        await connection.execute(sa.select(t.refresh_tokens).with_for_update())
        assert (await asyncio.wait_for(housekeeping.tidy(world.services), 5))["refresh_tokens"] == 0
    assert (await housekeeping.tidy(world.services))["refresh_tokens"] == 1


async def test_the_service_tidies_every_interval_whatever_went_wrong_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidy, enough = housekeeping.tidy, asyncio.Event()
    turns: list[int] = []

    async def stumble_once(services: AppServices) -> Mapping[str, int]:
        turns.append(len(turns))
        if len(turns) == 1:
            raise OSError("the database is away")
        if len(turns) == 4:
            enough.set()
        return await tidy(services)

    monkeypatch.setattr(housekeeping, "tidy", stumble_once)
    monkeypatch.setattr(
        world.services, "settings", replace(world.services.settings, housekeeping_seconds=cast("Any", 0.02))
    )
    await write(world, *expired())
    keeper = asyncio.create_task(housekeeping.keep_house(world.services))
    try:
        await asyncio.wait_for(enough.wait(), 10)
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
    assert await counts_of(world, "rate_counters") == {"rate_counters": 0}


# ---------------------------------------------------------------- the operator's command


async def test_the_command_tells_and_deletes(world: World, settings: Settings, tmp_path: Path) -> None:
    await write(world, *expired())
    more = {
        "DATABASE_URL": settings.database_url,
        "KINERJA_SHEET_KEY": base64.b64encode(settings.sheet_key).decode(),
        "KINERJA_SIGNING_KEYS": str(settings.signing_keys),
    }
    said = []
    for options in (["--dry-run"], [], []):
        command = [*KINERJA, "purge", *options]
        done = await asyncio.to_thread(
            subprocess.run,
            command,
            env=environment(tmp_path, **more),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(done.stdout.splitlines())
    assert said[0][0] == "Would be deleted:"
    assert said[1][0] == said[2][0] == "Deleted:"
    for lines, count in zip(said, (1, 1, 0), strict=True):
        assert f"  idempotency_records: {count}" in lines
        assert "  cycles: 0" in lines


@pytest.mark.parametrize(
    ("moment", "years", "expected"),
    [("2028-02-29", 1, "2027-02-28"), ("2028-02-29", 4, "2024-02-29"), ("2026-11-24", 5, "2021-11-24")],
)
def test_so_many_years_before(moment: str, years: int, expected: str) -> None:
    assert years_before(datetime.fromisoformat(moment), years) == datetime.fromisoformat(expected)
