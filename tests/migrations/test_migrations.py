"""The schema: up, down and up again; the trail is out of the app's reach."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.local.databases import APP, OWNER, ensure_database
from app.local.postgres import LocalPostgres
from app.repositories.database import to_driver_url
from app.repositories.migrating import config, migrate
from tests.support.world import World

pytestmark = pytest.mark.anyio
DATABASE = "kinerja_migrations"


@pytest.fixture
async def owner(postgres: LocalPostgres) -> AsyncIterator[AsyncEngine]:
    """An empty database of the owner's."""
    superuser = postgres.dsn("postgres", "postgres")
    await ensure_database(superuser, DATABASE)
    engine = create_async_engine(to_driver_url(postgres.dsn(OWNER, DATABASE)), poolclass=NullPool)
    yield engine
    await engine.dispose()
    connection = await asyncpg.connect(superuser)
    await connection.execute(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')
    await connection.close()


def revisions(connection: sa.Connection) -> list[str]:
    scripts = ScriptDirectory.from_config(config(connection))
    assert len(scripts.get_heads()) == 1
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


async def test_every_step_goes_up_down_and_up_again(owner: AsyncEngine) -> None:
    def stairs(connection: sa.Connection) -> None:
        for revision in revisions(connection):
            command.upgrade(config(connection), revision)
            command.downgrade(config(connection), "-1")
            command.upgrade(config(connection), revision)
        command.downgrade(config(connection), "base")
        left = sa.inspect(connection).get_table_names()
        assert left == ["alembic_version"]
        functions = connection.scalars(
            sa.text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        )
        assert functions.all() == []
        domains = connection.scalars(
            sa.text("SELECT typname FROM pg_type WHERE typtype = 'd' AND typnamespace = 'public'::regnamespace")
        )
        assert domains.all() == []

    async with owner.begin() as connection:
        await connection.run_sync(stairs)


@pytest.mark.usefixtures("owner")
async def test_migrating_twice_changes_nothing(postgres: LocalPostgres) -> None:
    for _ in range(2):
        await migrate(postgres.dsn(OWNER, DATABASE), APP)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only",
        "DROP TABLE audit_events",
        "CREATE TABLE mine (id int)",
        "DELETE FROM alembic_version",
    ],
)
async def test_the_app_cannot_touch_trail_or_schema(world: World, statement: str) -> None:
    async with world.services.unit_of_work(None) as uow:
        with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|must be owner"):
            await uow.units._session.execute(sa.text(statement))  # noqa: SLF001 - the app's own way to the database


async def test_the_apps_role_owns_nothing_and_may_nothing_special(world: World) -> None:
    owned = """SELECT relname::text FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        UNION ALL SELECT proname::text FROM pg_proc WHERE proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspowner = (
            SELECT oid FROM pg_roles WHERE rolname = current_user)
        UNION ALL SELECT datname::text FROM pg_database WHERE datdba = (
            SELECT oid FROM pg_roles WHERE rolname = current_user)"""
    powers = """SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication
        FROM pg_roles WHERE rolname = current_user"""
    async with world.services.unit_of_work(None) as uow:
        session = uow.units._session  # noqa: SLF001 - the app's own way to the database
        assert await session.all(sa.text(owned)) == []
        assert (await session.all(sa.text(powers)))[0][0] is False


async def test_even_the_owner_cannot_rewrite_the_trail(world: World) -> None:
    await world.unit()
    for statement in ("UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"):
        with pytest.raises(sa.exc.ProgrammingError, match="append-only"):
            async with world.owner.begin() as connection:
                await connection.execute(sa.text(statement))
