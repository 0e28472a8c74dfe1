"""One embedded PostgreSQL per test process, one migrated database, emptied between the tests that need it."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.local.databases import APP, OWNER, ensure_database
from app.local.postgres import LocalPostgres
from app.main import create_app
from app.repositories.migrating import migrate
from app.services import AppServices
from app.settings import Settings
from tests.support.world import World, fresh_world


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """One event loop for all tests, so that pools can live as long as the session."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """A server of this test process's own."""
    folder = tmp_path_factory.mktemp("postgres", numbered=True)
    with LocalPostgres(folder) as server:
        yield server


@pytest.fixture(scope="session")
async def settings(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over a freshly migrated database, with the app's role apart from the owner's."""
    await ensure_database(postgres.dsn("postgres", "postgres"), "kinerja_test")
    owner, app = postgres.dsn(OWNER, "kinerja_test"), postgres.dsn(APP, "kinerja_test")
    await migrate(owner, APP)
    keys: Path = tmp_path_factory.mktemp("keys") / "signing-keys.json"
    return Settings(
        database_url=app,
        owner_database_url=owner,
        sheet_key=os.urandom(32),
        signing_keys=keys,
        demo=True,
        log_level="error",
        rate_limit=0,  # tests ask more quickly than any person could, and all from one address
        service_rate_limit=0,
        address_limit=0,
        address_failures=0,
        name_limit=0,
    )


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The running application."""
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture(scope="session")
def services(app: FastAPI) -> AppServices:
    """What the application is joined from."""
    services: AppServices = app.state.services
    return services


@pytest.fixture(scope="session")
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client that speaks to the application without a network."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kinerja.test") as client:
        yield client


@pytest.fixture
async def world(services: AppServices, api: httpx.AsyncClient, settings: Settings) -> AsyncIterator[World]:
    """An empty database and short ways to fill it."""
    async with fresh_world(services, api, settings) as world:
        yield world


_RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Cases that hold keys or ids made at import are numbered, so that all workers call them the same."""
    if isinstance(val, str) and len(val) <= 80:
        return _RANDOM.sub("id", val).encode("unicode_escape").decode("ascii")
    return argname if isinstance(val, str | bytes | dict | list | tuple | set | frozenset) else None
