"""One city per module for the tests that change nothing, and requests that are never committed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest
import sqlalchemy as sa

from app.repositories import tables as t
from app.repositories.database import Database
from app.repositories.session import Session
from app.services import AppServices
from app.settings import Settings
from tests.contract.permissions import STATES, headers_of
from tests.support.city import City
from tests.support.contract import operations
from tests.support.world import fresh_world


@pytest.fixture(scope="module")
async def city(services: AppServices, api: httpx.AsyncClient, settings: Settings) -> AsyncIterator[City]:
    """Everybody, and a cycle in each state."""
    async with fresh_world(services, api, settings) as world:
        city = await City.build(world)
        for state in STATES:
            await city.setting(state)
        for operation in operations():
            for machine in ("machine", "other_machine"):
                await headers_of(city, machine, city.settings["rating"], operation)
        yield city


async def contents(city: City) -> dict[str, Any]:
    """How many rows every table has, and a digest of them all."""
    found = {}
    async with city.world.owner.connect() as connection:
        for name in t.metadata.tables:
            statement = f"SELECT count(*), sum(hashtextextended(x::text, 0)::numeric) FROM {name} x"  # noqa: S608
            found[name] = tuple((await connection.execute(sa.text(statement))).one())
    return found


@pytest.fixture
async def untouched(city: City) -> AsyncIterator[City]:
    """The city, of which nothing may be changed."""
    before = await contents(city)
    yield city
    assert await contents(city) == before


@pytest.fixture
def rehearsal(untouched: City) -> Iterator[City]:
    """Every request does all its work and is answered, and then is rolled back: what one asks changes nothing for another."""
    taken = Database.hot

    async def keep_nothing(_: Session) -> None:
        return None

    @asynccontextmanager
    async def undone(self: Database) -> AsyncIterator[Any]:
        async with taken(self) as connection:
            transaction: asyncpg.transaction.Transaction = connection.transaction()
            await transaction.start()
            try:
                yield connection
            finally:
                await transaction.rollback()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", keep_nothing)
        patch.setattr(Database, "hot", undone)
        yield untouched
