"""A few bare connections for statements that are each a whole transaction.

asyncpg's own pool guards every return with a task of its own, timers and a reset of the session. A single statement leaves
nothing behind, so here a connection is simply handed on; one whose statement did not end properly is thrown away
(docs/performance.md).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg


class HotPool:
    """At most ``size`` connections, opened when first needed. ``TimeoutError`` after ``patience`` seconds of waiting."""

    def __init__(self, connect: Callable[[], Awaitable[Any]], *, size: int, patience: float) -> None:
        self._connect = connect
        self._size = size
        self._patience = patience
        self._open = 0
        self._idle: list[Any] = []
        self._waiting: deque[asyncio.Future[Any]] = deque()

    async def take(self) -> Any:
        """A connection that nobody else uses until it is given back or dropped."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._open -= 1
        if self._open < self._size:
            return await self._new()
        return await self._next()

    async def _new(self) -> Any:
        self._open += 1
        try:
            return await self._connect()
        except BaseException:
            self._leave_room()
            raise

    async def _next(self) -> Any:
        """Wait in line, for a connection or (``None``) for room to open one."""
        turn: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                connection = await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # it became our turn in the very moment we gave up
                self._pass_on(turn.result())
            raise
        return await self._new() if connection is None else connection

    def give_back(self, connection: Any) -> None:
        """Its statement has ended, well or with an error of the server's."""
        if connection.is_closed():
            self._leave_room()
        else:
            self._pass_on(connection)

    def drop(self, connection: Any) -> None:
        """Its statement was interrupted: nobody can say what the connection is in the middle of."""
        connection.terminate()
        self._leave_room()

    def _leave_room(self) -> None:
        self._open -= 1
        self._pass_on(None)

    def _pass_on(self, connection: Any) -> None:
        """To the first in line that still waits; otherwise it stays for whoever comes."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is not None:
            self._idle.append(connection)

    async def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._open -= 1
            await self._idle.pop().close(timeout=5)


class Lent:
    """``async with`` around one statement; ``translate`` turns expected errors of the driver into the domain's."""

    __slots__ = ("_connection", "_pool", "_translate")

    def __init__(self, pool: HotPool, translate: Callable[[BaseException], Exception | None]) -> None:
        self._pool = pool
        self._translate = translate
        self._connection: Any = None

    async def __aenter__(self) -> Any:
        try:
            self._connection = await self._pool.take()
        except Exception as error:
            known = self._translate(error)
            if known is None:
                raise
            raise known from error
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._pool.give_back(self._connection)
            return
        if isinstance(error, asyncpg.PostgresError):
            self._pool.give_back(self._connection)
        else:
            self._pool.drop(self._connection)
        known = self._translate(error)
        if known is not None:
            raise known from error
