"""One city per module for the tests that change nothing, and requests that are never committed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from app.main import AppServices
from app.repositories.database import Database
from app.repositories.session import Session
from app.settings import Settings
from tests.contract.permissions import STATES
from tests.support.city import City
from tests.support.world import fresh_world


@pytest.fixture(scope="module")
async def city(services: AppServices, api: httpx.AsyncClient, settings: Settings) -> AsyncIterator[City]:
    """Everybody, and a cycle in each state."""
    async with fresh_world(services, api, settings) as world:
        city = await City.build(world)
        for state in STATES:
            await city.setting(state)
        yield city


@pytest.fixture
def rehearsal() -> Iterator[None]:
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
        yield
