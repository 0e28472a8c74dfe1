"""What the process remembers of accounts, so that most requests need no query to know who is asking.

The local directory decides what a person may do, whatever a token says. Changes reach every process through
LISTEN/NOTIFY within a second; when the listening connection was lost, everything is forgotten (docs/decisions.md).
"""

import asyncio
import contextlib
import math
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Final, TypeVar
from uuid import UUID

import asyncpg
import structlog

from app.domain.auth import Actor, ExternalName, NameKind
from app.domain.delegations import seconds_left_today
from app.repositories import actors
from app.repositories.database import Database, to_plain_url
from app.repositories.session import Session

CHANNEL: Final = "kinerja_directory"
_MOST_REMEMBERED: Final = 50_000
_Loading = asyncio.Task[Actor | None]
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
        #: What is being read, by what was asked: a name of one kind may be somebody else's of the other.
        self._loading: dict[UUID | str | ExternalName, _Loading] = {}
        #: The same, and what was overtaken by a change meanwhile.
        self._tasks: set[_Loading] = set()
        self._generation = 0
        self._listening = False
        self._task: asyncio.Task[None] | None = None

    async def actor(self, account_id: UUID) -> Actor | None:
        """The actor of an active account, or ``None``."""
        known = self._actors.get(account_id) if self._listening else None
        if known is not None and monotonic() < known[1]:
            return known[0]
        return await self._learn(actors.BY_ACCOUNT, account_id)

    async def actor_named(self, name: ExternalName) -> Actor | None:
        """The actor of the active account that a trusted issuer's name stands for, or ``None``."""
        account_id = self._named.get(name) if self._listening else None
        if account_id is not None:
            return await self.actor(account_id)
        statement = actors.BY_NIP if name.kind is NameKind.NIP else actors.BY_USERNAME
        return await self._learn(statement, name.value, name)

    def forget(self) -> None:
        """Drop everything remembered."""
        self._generation += 1
        self._actors.clear()
        self._named.clear()
        self._loading.clear()  # what is being read may be outdated: whoever asks from now on asks anew

    async def _learn(self, statement: str, key: UUID | str, name: ExternalName | None = None) -> Actor | None:
        """Ask the database, once for all who ask at the same time: a page that is opened sends several requests."""
        asked = name or key
        loading = self._loading.get(asked) if self._listening else None
        if loading is None:
            loading = asyncio.create_task(self._load(statement, key, name))
            self._loading[asked] = loading
            self._tasks.add(loading)
            loading.add_done_callback(partial(self._loaded, asked))
        await asyncio.wait([loading])  # who gives up takes the answer from nobody
        return loading.result()

    def _loaded(self, asked: UUID | str | ExternalName, loading: _Loading) -> None:
        self._tasks.discard(loading)
        if self._loading.get(asked) is loading:
            del self._loading[asked]
        if not loading.cancelled():
            loading.exception()  # told to whoever still waits; nobody may be left

    async def _load(self, statement: str, key: UUID | str, name: ExternalName | None) -> Actor | None:
        generation, asked = self._generation, monotonic()
        row = await Session(self._database).quick(statement, key, self._clock_offset)
        if row is None:
            return None
        actor, good_until = actors.to_actor(row), math.inf
        if actor.employee_id is not None:
            actor = replace(actor, stands_in_for=frozenset(row["stands_in_for"]))
            good_until = asked + seconds_left_today(row["moment"])
        # Remember only what was not outdated while it was read, and only while changes would be heard.
        if generation == self._generation and self._listening:
            _remember(self._actors, actor.account_id, (actor, good_until))
            if name is not None:
                _remember(self._named, name, actor.account_id)
        return actor

    async def start(self) -> None:
        """Begin to listen for changes."""
        self._task = asyncio.create_task(self._listen(), name="directory-listener")

    async def stop(self) -> None:
        """Stop listening, and what is being read."""
        for loading in self._tasks:
            loading.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
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
