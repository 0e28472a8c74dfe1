"""The lean pool: never more connections than allowed, none lost, none handed on in the middle of something."""

import asyncio
from typing import Any

import asyncpg
import pytest

from app.domain.errors import Unavailable
from app.repositories.database import to_plain_url, translate
from app.repositories.hot_pool import HotPool, Lent
from app.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pool(settings: Settings) -> HotPool:
    async def connect() -> Any:
        return await asyncpg.connect(to_plain_url(settings.database_url))

    return HotPool(connect, size=2, patience=0.2)


def _lend(pool: HotPool) -> Lent:
    return Lent(pool, translate)


async def _backend(pool: HotPool) -> int:
    async with _lend(pool) as connection:
        return int(await connection.fetchval("SELECT pg_backend_pid()"))


async def test_connections_are_used_again(pool: HotPool) -> None:
    assert len({await _backend(pool) for _ in range(5)}) == 1
    many = await asyncio.gather(*(_backend(pool) for _ in range(20)))
    assert len(set(many)) <= 2
    await pool.close()


async def test_whoever_waits_too_long_hears_unavailable_and_nothing_is_lost(pool: HotPool) -> None:
    async with _lend(pool), _lend(pool):
        with pytest.raises(Unavailable):
            await _backend(pool)
    assert len(set(await asyncio.gather(_backend(pool), _backend(pool)))) <= 2
    await pool.close()


async def test_an_interrupted_statement_takes_its_connection_along(pool: HotPool) -> None:
    before = await _backend(pool)

    async def sleep() -> None:
        async with _lend(pool) as connection:
            await connection.execute("SELECT pg_sleep(30)")

    sleeping = asyncio.create_task(sleep())
    await asyncio.sleep(0.05)
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    assert await _backend(pool) != before
    await pool.close()


async def test_a_refused_statement_leaves_a_good_connection(pool: HotPool) -> None:
    before = await _backend(pool)
    with pytest.raises(asyncpg.UndefinedTableError):
        async with _lend(pool) as connection:
            await connection.fetchval("SELECT * FROM nowhere")
    assert await _backend(pool) == before
    await pool.close()


async def test_a_lost_connection_is_replaced(pool: HotPool) -> None:
    before = await _backend(pool)
    with pytest.raises(Unavailable):
        async with _lend(pool) as connection:
            await connection.fetchval("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await _backend(pool) != before
    await pool.close()


async def test_who_gives_up_waiting_does_not_keep_a_place(pool: HotPool) -> None:
    async with _lend(pool), _lend(pool):
        waiting = [asyncio.create_task(_backend(pool)) for _ in range(3)]
        await asyncio.sleep(0.01)
        waiting[0].cancel()
        waiting[1].cancel()
    assert isinstance(await waiting[2], int)
    assert len(set(await asyncio.gather(*(_backend(pool) for _ in range(6))))) <= 2
    await pool.close()


async def test_a_turn_that_comes_with_the_cancellation_is_passed_on(pool: HotPool) -> None:
    first, second = await pool.take(), await pool.take()
    waiting = asyncio.create_task(pool.take())
    await asyncio.sleep(0)
    pool.give_back(first)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    pool.give_back(second)
    taken = [await pool.take(), await pool.take()]
    assert {id(connection) for connection in taken} == {id(first), id(second)}
    for connection in taken:
        pool.give_back(connection)
    await pool.close()


async def test_a_database_that_cannot_be_reached_leaves_room(settings: Settings) -> None:
    failures = 0

    async def connect() -> Any:
        nonlocal failures
        failures += 1
        if failures < 4:
            raise ConnectionRefusedError
        return await asyncpg.connect(to_plain_url(settings.database_url))

    pool = HotPool(connect, size=1, patience=0.2)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await _backend(pool)
    assert await _backend(pool)
    await pool.close()
