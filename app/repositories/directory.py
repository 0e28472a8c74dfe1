"""What the process remembers of accounts, so that most requests need no query to know who is asking.

The local directory decides what a person may do, whatever a token says. Changes reach every process through
LISTEN/NOTIFY within a second; when the listening connection was lost, everything is forgotten (docs/decisions.md).
"""

import asyncio
import contextlib
import math
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, timedelta
from time import monotonic
from typing import Any, Final, TypeVar
from uuid import UUID

import asyncpg
import sqlalchemy as sa
import structlog

from app.domain.auth import Actor, ExternalName
from app.domain.delegations import seconds_left_today
from app.repositories.auth import account_named, active_account, load_actor
from app.repositories.database import Database, to_plain_url
from app.repositories.delegations import STANDS_IN_FOR
from app.repositories.session import Session

CHANNEL: Final = "kinerja_directory"
_MOST_REMEMBERED: Final = 50_000
_K = TypeVar("_K")
_V = TypeVar("_V")
_log = structlog.get_logger(__name__)


class Directory:
    """Actors by account, remembered until somebody changes an account, an employee's link, a delegation or the units' tree.

    People are remembered no longer than the day in Jakarta lasts: delegations begin and end at midnight.
    """

    def __init__(self, database: Database, url: str, clock_offset: timedelta = timedelta(0)) -> None:
        self._database = database
        self._url = url
        self._clock_offset = clock_offset
        #: With the moment (monotonic seconds) until which it is good.
        self._actors: OrderedDict[UUID, tuple[Actor, float]] = OrderedDict()
        self._named: OrderedDict[ExternalName, UUID] = OrderedDict()
        self._generation = 0
        self._listening = False
        self._task: asyncio.Task[None] | None = None

    async def actor(self, account_id: UUID) -> Actor | None:
        """The actor of an active account, or ``None``."""
        known = self._actors.get(account_id) if self._listening else None
        if known is not None and monotonic() < known[1]:
            return known[0]
        return await self._learn(active_account(account_id))

    async def actor_named(self, name: ExternalName) -> Actor | None:
        """The actor of the active account that a trusted issuer's name stands for, or ``None``."""
        account_id = self._named.get(name) if self._listening else None
        if account_id is not None:
            return await self.actor(account_id)
        return await self._learn(account_named(name), name)

    def forget(self) -> None:
        """Drop everything remembered."""
        self._generation += 1
        self._actors.clear()
        self._named.clear()

    async def _learn(self, found: sa.Select[Any], name: ExternalName | None = None) -> Actor | None:
        generation = self._generation
        loaded = await self._load(found)
        if loaded is None:
            return None
        actor, _ = loaded
        # Remember only what was not outdated while it was read, and only while changes would be heard.
        if generation == self._generation and self._listening:
            _remember(self._actors, actor.account_id, loaded)
            if name is not None:
                _remember(self._named, name, actor.account_id)
        return actor

    async def _load(self, found: sa.Select[Any]) -> tuple[Actor, float] | None:
        session = Session(self._database)
        try:
            actor = await load_actor(session, found)
            if actor is None or actor.employee_id is None:
                return None if actor is None else (actor, math.inf)
            return await self._stand_in(session, actor)
        finally:
            await session.close()

    async def _stand_in(self, session: Session, actor: Actor) -> tuple[Actor, float]:
        asked = monotonic()
        row = await session.first(STANDS_IN_FOR, {"delegate_id": actor.employee_id, "clock_offset": self._clock_offset})
        assert row is not None
        good_until = asked + seconds_left_today(row.moment.astimezone(UTC))
        return replace(actor, stands_in_for=frozenset(row.appraisers)), good_until

    async def start(self) -> None:
        """Begin to listen for changes."""
        self._task = asyncio.create_task(self._listen(), name="directory-listener")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await self._listen_once()
            self._listening = False
            self.forget()
            _log.warning("directory_listener_lost")
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        connection = await asyncpg.connect(to_plain_url(self._url), timeout=5)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(CHANNEL, lambda *_: self.forget())
            self.forget()
            self._listening = True
            await lost.wait()
        finally:
            await connection.close(timeout=2)


def _remember(memory: OrderedDict[_K, _V], key: _K, value: _V) -> None:
    memory[key] = value
    if len(memory) > _MOST_REMEMBERED:
        memory.popitem(last=False)
