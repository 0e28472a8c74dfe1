"""A city in rating, to be copied by every test that wants to compare."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from app.local.postgres import LocalPostgres
from app.settings import Settings
from tests.api.anonymity.copies import Copies
from tests.support.city import City


@pytest.fixture(scope="session")
async def copies(postgres: LocalPostgres, settings: Settings) -> Copies:
    """Where copies come from."""
    copies = Copies(postgres, settings)
    await copies.prepare()
    return copies


@pytest.fixture
async def another(copies: Copies) -> AsyncIterator[Callable[[], Awaitable[City]]]:
    """A way to make copies, which go with the test."""
    async with AsyncExitStack() as stack:
        yield lambda: copies.of(stack)


@pytest.fixture
async def city(another: Callable[[], Awaitable[City]]) -> City:
    """One copy."""
    return await another()


@pytest.fixture(scope="module")
async def untouched(copies: Copies) -> AsyncIterator[City]:
    """A copy for the tests of a module in which everything is refused."""
    async with AsyncExitStack() as stack:
        yield await copies.of(stack)
