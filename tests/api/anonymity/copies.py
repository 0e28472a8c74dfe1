"""One city, copied at one moment: databases from one template, each served by an application with the same keys."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Final

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from app.local.databases import APP, OWNER, ensure_database
from app.local.postgres import LocalPostgres
from app.repositories.database import to_driver_url
from app.repositories.migrating import migrate
from app.settings import Settings
from tests.support.city import City
from tests.support.direct import Direct
from tests.support.serving import in_process
from tests.support.world import World

TEMPLATE: Final = "anonymity"


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[World, Direct]]:
    """A whole application over the database of ``settings``, while the block lasts, and the short way to ask it."""
    owner = create_async_engine(to_driver_url(settings.owner_database_url))
    try:
        async with in_process(settings) as (application, api):
            yield World(application.state.services, api, owner), Direct(application)
    finally:
        await owner.dispose()


class Copies:
    """Where copies come from. `of` makes one; all of them go when the stack closes."""

    def __init__(self, postgres: LocalPostgres, settings: Settings) -> None:
        self._postgres = postgres
        self._settings = settings
        self._serial = itertools.count(1)
        self.original: City | None = None

    def _at(self, database: str) -> Settings:
        return replace(
            self._settings,
            database_url=self._postgres.dsn(APP, database),
            owner_database_url=self._postgres.dsn(OWNER, database),
            access_token_seconds=86_400,
            pool_size=3,
            hot_pool_size=3,
        )

    async def prepare(self) -> None:
        """The template: rating is open, and of the four peers the two named ``peer`` and ``other_peer`` are still to submit."""
        await ensure_database(self._postgres.dsn("postgres", "postgres"), TEMPLATE)
        await migrate(self._postgres.dsn(OWNER, TEMPLATE), APP)
        async with serving(self._at(TEMPLATE)) as (world, _):
            self.original = await City.build(world)
            await self.original.employ_machines()
            await self.original.setting("rating")

    async def of(self, stack: AsyncExitStack) -> City:
        """A fresh copy that ``stack`` takes down again."""
        assert self.original is not None
        name = f"{TEMPLATE}_{next(self._serial)}"
        await self._command(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" OWNER {OWNER}')
        stack.push_async_callback(self._command, f'DROP DATABASE "{name}" WITH (FORCE)')
        world, direct = await stack.enter_async_context(serving(self._at(name)))
        return self.original.elsewhere(world, direct)

    async def _command(self, statement: str) -> None:
        connection = await asyncpg.connect(self._postgres.dsn("postgres", "postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
