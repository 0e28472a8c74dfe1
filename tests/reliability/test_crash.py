"""Kill the database and the service under load: no acknowledged submission is lost, none is written twice.

Killing processes keeps the operating system's page cache, so this shows what a crash of ours does, not a power cut.
"""

import asyncio
import base64
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from app.api.tokens.access import AccessTokens
from app.api.tokens.keys import load_keys
from app.domain.auth import Actor
from app.domain.values import Role
from app.local.databases import APP, OWNER, ensure_database
from app.local.postgres import LocalPostgres, dsn_through
from app.repositories.migrating import migrate
from app.settings import Settings, load_settings
from benchmarks.city import RATERS, City, Duty, fill
from tests.support.serving import ROOT, environment, free_port

pytestmark = pytest.mark.anyio
CLIENTS = 12


class Place:
    """A database server and a service that can be killed and started again at the same addresses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.socket_link = folder / "socket"
        self.postgres = LocalPostgres(folder / "postgres")
        self.service: subprocess.Popen[bytes] | None = None
        self.key = base64.b64encode(os.urandom(32)).decode()

    def env(self) -> dict[str, str]:
        more = {
            "DATABASE_URL": dsn_through(self.socket_link, APP, "kinerja"),
            "KINERJA_OWNER_DATABASE_URL": dsn_through(self.socket_link, OWNER, "kinerja"),
            "KINERJA_SHEET_KEY": self.key,
            "PORT": str(self.port),
        }
        return environment(self.folder / "data", **more)

    def settings(self) -> Settings:
        return load_settings(self.env())

    def start_database(self) -> None:
        self.postgres.start()
        current = dsn_socket(self.postgres)
        self.socket_link.unlink(missing_ok=True)
        self.socket_link.symlink_to(current)

    def start_service(self) -> None:
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
        with (self.folder / "service.log").open("a") as log:
            self.service = subprocess.Popen(command, env=self.env(), cwd=ROOT, stdout=log, stderr=log)

    def kill_service(self) -> None:
        assert self.service is not None
        self.service.send_signal(signal.SIGKILL)
        self.service.wait()

    async def kill_database(self) -> None:
        """The postmaster and all its children at once, after making sure that it is ours."""
        pid = self.postgres.pid
        assert pid is not None
        connection = await asyncpg.connect(self.postgres.dsn("postgres", "postgres"))
        directory = await connection.fetchval("SHOW data_directory")
        await connection.close()
        assert Path(directory) == self.postgres.cluster
        postmaster = psutil.Process(pid)
        for process in [postmaster, *postmaster.children(recursive=True)]:
            process.kill()
        self.postgres.stop()


def dsn_socket(server: LocalPostgres) -> str:
    return server.dsn("postgres", "postgres").split("host=")[1].split("&")[0]


@asynccontextmanager
async def place(tmp_path: Path, city_size: int) -> AsyncIterator[tuple[Place, City]]:
    here = Place(tmp_path)
    here.start_database()
    try:
        await ensure_database(here.postgres.dsn("postgres", "postgres"), "kinerja")
        await migrate(here.postgres.dsn(OWNER, "kinerja"), APP)
        city = City(city_size, here.settings().sheet_key)
        await fill(here.postgres.dsn("postgres", "kinerja"), city)
        here.start_service()
        await until_ready(here)
        yield here, city
    finally:
        if here.service is not None:
            here.service.terminate()
            here.service.wait(20)
        here.postgres.stop()


async def until_ready(here: Place) -> None:
    deadline = time.monotonic() + 60
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline:
            try:
                if (await client.get(f"http://127.0.0.1:{here.port}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError((here.folder / "service.log").read_text()[-4000:])


class Raters:
    """Clients that submit one form after another, each with a key of its own, until it is acknowledged."""

    def __init__(self, here: Place, city: City) -> None:
        settings = here.settings()
        self.url = f"http://127.0.0.1:{here.port}"
        self.city = city
        self.tokens = AccessTokens(
            load_keys(settings.signing_keys), issuer=settings.issuer, audience=settings.audience, lifetime=86_400
        )
        self.duties = [duty for duty in city.pending.duties if duty.rater_type.value != "self"]
        random.Random(7).shuffle(self.duties)
        self.acknowledged: set[Duty] = set()
        self.seen: set[int] = set()
        self.running = True

    async def work(self) -> None:
        limits = httpx.Timeout(10, connect=2)
        async with httpx.AsyncClient(base_url=self.url, timeout=limits) as client:
            while self.running and self.duties:
                await self._submit(client, self.duties.pop())

    async def until_acknowledged(self, count: int) -> None:
        deadline = time.monotonic() + 120
        while len(self.acknowledged) < count and time.monotonic() < deadline:  # noqa: ASYNC110 - a test may poll
            await asyncio.sleep(0.02)

    async def _submit(self, client: httpx.AsyncClient, duty: Duty) -> None:
        person = self.city.employees[duty.rater]
        types = frozenset(kind for kind, _ in RATERS)
        token = self.tokens.mint(Actor(person, "", person, frozenset({Role.EMPLOYEE}), types))
        asked = self.city.rubric.asked(duty.rater_type)
        scores = [{"indicator_id": str(indicator.id), "points": 4} for _, _, indicator in asked]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(duty.id)}
        while self.running:
            try:
                answer = await client.put(
                    f"/v1/assignments/{duty.id}/submission",
                    json={"status": "submitted", "scores": scores},
                    headers=headers,
                )
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            self.seen.add(answer.status_code)
            if answer.status_code == 200:
                self.acknowledged.add(duty)
                return
            assert answer.status_code == 503, answer.text
            assert "retry-after" in answer.headers
            await asyncio.sleep(0.1)


async def under_load(here: Place, city: City, harm: Callable[[], Awaitable[None]]) -> Raters:
    raters = Raters(here, city)
    clients = [asyncio.create_task(raters.work()) for _ in range(CLIENTS)]
    for number in range(1, 4):
        await raters.until_acknowledged(60 * number)
        await harm()
        await until_ready(here)
    await asyncio.sleep(1)
    raters.running = False
    await asyncio.gather(*clients)
    return raters


async def check_exactly_once(here: Place, city: City, raters: Raters) -> None:
    connection = await asyncpg.connect(here.postgres.dsn("postgres", "kinerja"))
    cycle = city.pending.id
    sheets = {row["id"] for row in await connection.fetch("SELECT id FROM sheets WHERE cycle_id = $1", cycle)}
    submitted = await connection.fetch("SELECT id FROM assignments WHERE cycle_id = $1 AND state = 'submitted'", cycle)
    audited = await connection.fetchval("SELECT count(*) FROM audit_events WHERE action = 'submission.submitted'")
    await connection.close()
    assert len(raters.acknowledged) > 50
    lost = [duty for duty in raters.acknowledged if city.sheet_id(duty) not in sheets]
    assert not lost
    assert len(sheets) == len(submitted) == audited
    # What is there without having been acknowledged can only be what a client was waiting for at a kill or at the end.
    assert len(sheets) - len(raters.acknowledged) <= CLIENTS


async def test_a_killed_database_loses_no_acknowledged_submission(tmp_path: Path) -> None:
    async with place(tmp_path, 400) as (here, city):

        async def harm() -> None:
            await here.kill_database()
            here.start_database()

        raters = await under_load(here, city, harm)
        await check_exactly_once(here, city, raters)
        assert 503 in raters.seen or raters.seen == {200}


async def test_a_killed_service_loses_no_acknowledged_submission(tmp_path: Path) -> None:
    async with place(tmp_path, 400) as (here, city):

        async def harm() -> None:
            here.kill_service()
            here.start_service()

        raters = await under_load(here, city, harm)
        await check_exactly_once(here, city, raters)


async def test_without_durability_the_check_finds_losses(tmp_path: Path) -> None:
    """The control: with asynchronous commits a killed database loses sheets, and this checker must see it."""
    async with place(tmp_path, 400) as (here, city):
        connection = await asyncpg.connect(here.postgres.dsn("postgres", "postgres"))
        await connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        await connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()

        async def harm() -> None:
            await here.kill_database()
            here.start_database()

        raters = await under_load(here, city, harm)
        with pytest.raises(AssertionError):
            await check_exactly_once(here, city, raters)


async def test_a_stopped_service_finishes_what_it_began(tmp_path: Path) -> None:
    async with place(tmp_path, 400) as (here, city):
        raters = Raters(here, city)
        clients = [asyncio.create_task(raters.work()) for _ in range(CLIENTS)]
        await raters.until_acknowledged(60)
        assert here.service is not None
        here.service.send_signal(signal.SIGTERM)
        await asyncio.to_thread(here.service.wait, 20)
        raters.running = False
        await asyncio.gather(*clients)
        await check_exactly_once(here, city, raters)
        assert raters.seen == {200}
