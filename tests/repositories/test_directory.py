"""Who somebody is, asked by many at once: one load for all of them, and never an outdated or another's answer."""

import asyncio
import gc
from typing import Any

import httpx
import pytest

from app.domain.auth import ExternalName, NameKind
from app.domain.errors import Unavailable
from app.repositories.directory import Directory
from tests.support.world import World

pytestmark = pytest.mark.anyio
NIP = "199001012015011001"


class Loads:
    """What was loaded since `hold`, each load held until `go` is set."""

    def __init__(self, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        self.asked: list[Any] = []
        self.begun = asyncio.Semaphore(0)
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None
        load = Directory._load  # noqa: SLF001 - what is counted

        async def held(directory: Directory, statement: str, *arguments: Any) -> Any:
            self.asked.append(arguments)
            self.begun.release()
            found = await load(directory, statement, *arguments)
            await self.go.wait()
            if self.error is not None:
                raise self.error
            return found

        monkeypatch.setattr(Directory, "_load", held)

    def hold(self) -> None:
        """Forget everybody, and hold what is loaded from now on."""
        self.directory.forget()
        self.asked.clear()
        self.begun = asyncio.Semaphore(0)
        self.go.clear()


@pytest.fixture
async def loads(world: World, monkeypatch: pytest.MonkeyPatch) -> Loads:
    for _ in range(100):  # a load is shared only while changes would be heard
        if world.services.directory._listening:  # noqa: SLF001 - nothing else tells it
            break
        await asyncio.sleep(0.05)
    return Loads(world.services.directory, monkeypatch)


async def begun(loads: Loads) -> None:
    """Wait until one more load has begun."""
    async with asyncio.timeout(10):
        await loads.begun.acquire()


async def test_requests_at_the_same_time_ask_once(api: httpx.AsyncClient, world: World, loads: Loads) -> None:
    headers = await world.login()
    loads.hold()
    asking = [asyncio.create_task(api.get("/v1/rubrics?limit=1", headers=headers)) for _ in range(5)]
    await begun(loads)
    await asyncio.sleep(0.05)
    loads.go.set()
    assert [(await one).status_code for one in asking] == [200] * 5
    assert len(loads.asked) == 1


async def test_who_gives_up_takes_the_answer_from_nobody(world: World, loads: Loads) -> None:
    account = await world.account("siti")
    loads.hold()
    impatient, patient = (asyncio.create_task(world.services.actor(account)) for _ in range(2))
    await begun(loads)
    impatient.cancel()
    await asyncio.sleep(0)
    loads.go.set()
    found = await patient
    assert found is not None
    assert (found.account_id, len(loads.asked)) == (account, 1)


async def test_a_name_of_one_kind_is_nobodys_of_the_other(world: World, loads: Loads) -> None:
    employee = await world.employee(await world.unit(), nip=NIP)
    by_nip, by_username = await world.account("siti", employee=employee), await world.account(NIP)
    loads.hold()
    loads.go.set()
    names = [ExternalName(kind, NIP) for kind in (NameKind.NIP, NameKind.USERNAME)]
    found = await asyncio.gather(*(world.services.actor_named(name) for name in names))
    assert [actor and actor.account_id for actor in found] == [by_nip, by_username]


async def test_whoever_asks_after_a_change_does_not_join_what_was_read_before(world: World, loads: Loads) -> None:
    account = await world.account("siti")
    loads.hold()
    before = asyncio.create_task(world.services.actor(account))
    await begun(loads)
    world.services.directory.forget()
    after = asyncio.create_task(world.services.actor(account))
    await begun(loads)
    loads.go.set()
    assert await before == await after
    assert len(loads.asked) == 2


async def test_a_failure_that_nobody_waits_for_leaves_nothing(world: World, loads: Loads) -> None:
    account = await world.account("siti")
    loads.hold()
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    loads.error = Unavailable()
    asking = asyncio.create_task(world.services.actor(account))
    await begun(loads)
    asking.cancel()
    loads.go.set()
    await asyncio.sleep(0.05)
    gc.collect()
    asyncio.get_running_loop().set_exception_handler(None)
    loads.error = None
    assert await world.services.actor(account) is not None
    assert complaints == []
