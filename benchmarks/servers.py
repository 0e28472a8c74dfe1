"""Two databases in an embedded PostgreSQL of the benchmark's own, and the two servers over them, each one process.

The product's database is migrated and used through the app's role. The floor's has the same tables, columns and indexes but
no foreign keys, checks, triggers, functions or types of its own: words are plain text.
"""

import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
import psutil
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from app.api.tokens.access import AccessTokens
from app.api.tokens.keys import load_keys
from app.local.databases import APP, OWNER, ensure_database
from app.local.postgres import LocalPostgres
from app.repositories.database import to_driver_url
from app.repositories.migrating import migrate
from app.repositories.tables import metadata
from app.settings import Settings, load_settings

ROOT: Final = Path(__file__).resolve().parents[1]
PRODUCT_DATABASE: Final = "kinerja_bench"
FLOOR_DATABASE: Final = "floor_bench"
_PATIENCE: Final = 60
_BARE: Final = """
DO $$
DECLARE made record;
BEGIN
    FOR made IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint
        WHERE contype IN ('f', 'c') AND conrelid <> 0 AND connamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', made.owner, made.conname);
    END LOOP;
    FOR made IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND domain_schema = 'public'
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE text', made.table_name, made.column_name);
    END LOOP;
END $$
"""


@dataclass(frozen=True, slots=True)
class Databases:
    """Where everything is. The superuser's addresses are for filling, never for measuring the product."""

    server: LocalPostgres
    environment: dict[str, str]
    settings: Settings

    @property
    def floor(self) -> str:
        """The floor's database."""
        return self.server.dsn("postgres", FLOOR_DATABASE)

    @property
    def product(self) -> str:
        """The product's database, as the superuser."""
        return self.server.dsn("postgres", PRODUCT_DATABASE)

    def tokens(self) -> AccessTokens:
        """Mints the tokens that both servers take."""
        settings = self.settings
        keys = load_keys(settings.signing_keys)
        return AccessTokens(keys, issuer=settings.issuer, audience=settings.audience, lifetime=86_400)


async def make_databases(server: LocalPostgres, folder: Path) -> Databases:
    """Make both databases, empty."""
    superuser = server.dsn("postgres", "postgres")
    await ensure_database(superuser, PRODUCT_DATABASE)
    await ensure_database(superuser, FLOOR_DATABASE)
    owner = server.dsn(OWNER, PRODUCT_DATABASE)
    await migrate(owner, APP)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KINERJA_", "DATABASE_"))},
        "DATABASE_URL": server.dsn(APP, PRODUCT_DATABASE),
        "KINERJA_OWNER_DATABASE_URL": owner,
        "KINERJA_SHEET_KEY": base64.b64encode(bytes(range(32))).decode(),
        "KINERJA_SIGNING_KEYS": str(folder / "signing-keys.json"),
        "KINERJA_ISSUER": "https://kinerja.bench",
        "KINERJA_RATE_LIMIT": "0",  # one account sends what a city would
        "KINERJA_SERVICE_RATE_LIMIT": "0",
    }
    databases = Databases(server, environment, load_settings(environment))
    await _make_floor(databases.floor)
    return databases


async def _make_floor(dsn: str) -> None:
    engine = create_async_engine(to_driver_url(dsn))
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE EXTENSION btree_gist"))  # as the first migration does
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    connection = await asyncpg.connect(dsn)
    await connection.execute(_BARE)
    await connection.execute("CREATE TABLE documents (id uuid PRIMARY KEY, body bytea NOT NULL)")
    await connection.close()


@dataclass(frozen=True, slots=True)
class Server:
    """One HTTP server process."""

    port: int
    process: psutil.Process


@contextmanager
def product_server(databases: Databases) -> Iterator[Server]:
    """The product as it is served: `kinerja serve`, one process."""
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port"]
    with _served(command, databases.environment) as server:
        yield server


@contextmanager
def floor_server(databases: Databases) -> Iterator[Server]:
    """The floor."""
    environment = databases.environment | {"FLOOR_DATABASE_URL": databases.floor}
    with _served([sys.executable, "-m", "benchmarks.floor"], environment) as server:
        yield server


@contextmanager
def _served(command: list[str], environment: dict[str, str]) -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(
        [*command, str(port)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await_port(port, process)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_port(port: int, process: subprocess.Popen[Any]) -> None:
    """Wait until something listens there."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the server did not start")
