"""The workshop: no more at once than allowed, no queue without end, and no place given away while its thread works."""

import asyncio
import threading
from collections.abc import Awaitable
from typing import TypeVar

import pytest

from app.api.workshop import Workshop
from app.domain.errors import Unavailable

pytestmark = pytest.mark.anyio
T = TypeVar("T")


class Gate:
    """Work that goes on until the gate opens, and counts how much of it goes on at once."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._lock = threading.Lock()
        self._beginnings = threading.Semaphore(0)
        self.working = self.most = self.begun = 0

    def work(self) -> int:
        with self._lock:
            self.begun += 1
            self.working += 1
            self.most = max(self.most, self.working)
        self._beginnings.release()
        assert self._open.wait(5)
        with self._lock:
            self.working -= 1
        return 7

    async def another_begins(self) -> None:
        assert await asyncio.to_thread(self._beginnings.acquire, timeout=5)

    def open(self) -> None:
        self._open.set()


async def soon(awaited: Awaitable[T]) -> T:
    """A place that is never given back fails the test instead of stopping it."""
    return await asyncio.wait_for(awaited, 5)


async def test_more_than_allowed_wait_and_more_than_may_wait_are_refused() -> None:
    workshop, gate = Workshop(at_once=2, most_waiting=3), Gate()
    callers = [asyncio.create_task(workshop.make(gate.work)) for _ in range(5)]
    await gate.another_begins()
    await gate.another_begins()
    with pytest.raises(Unavailable) as refused:
        await soon(workshop.make(gate.work))
    assert refused.value.retry_after > 0
    gate.open()
    assert await soon(asyncio.gather(*callers)) == [7] * 5
    assert (gate.begun, gate.most) == (5, 2)


async def test_a_place_is_free_only_when_its_thread_is_done_whoever_waited_for_it() -> None:
    workshop, gate = Workshop(at_once=1), Gate()
    gone = asyncio.create_task(workshop.make(gate.work))
    await gate.another_begins()
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    following = asyncio.create_task(workshop.make(gate.work))
    await asyncio.sleep(0.1)
    assert gate.begun == 1
    gate.open()
    assert await soon(following) == 7
    assert gate.most == 1


async def test_whoever_leaves_the_queue_makes_room_in_it() -> None:
    workshop, gate = Workshop(at_once=1, most_waiting=1), Gate()
    working = asyncio.create_task(workshop.make(gate.work))
    await gate.another_begins()
    waiting = asyncio.create_task(workshop.make(gate.work))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    following = asyncio.create_task(workshop.make(gate.work))
    gate.open()
    assert [await soon(one) for one in (working, following)] == [7, 7]


async def test_nothing_is_made_for_whoever_is_gone_when_his_turn_comes() -> None:
    workshop, gate, asked = Workshop(at_once=1), Gate(), list[int]()

    async def gone() -> bool:
        asked.append(gate.begun)
        return True

    working = asyncio.create_task(workshop.make(gate.work))
    await gate.another_begins()
    leaving = asyncio.create_task(workshop.make(gate.work, gone))
    await asyncio.sleep(0)
    assert asked == []
    gate.open()
    with pytest.raises(Unavailable):
        await soon(leaving)
    assert await soon(working) == 7
    assert (asked, gate.begun) == ([1], 1)
    assert await soon(workshop.make(gate.work)) == 7  # his place went to the next


async def test_a_place_comes_back_when_nobody_can_tell_who_is_gone() -> None:
    workshop = Workshop(at_once=1)

    async def gone() -> bool:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await soon(workshop.make(lambda: 7, gone))
    assert await soon(workshop.make(lambda: 7)) == 7


async def test_work_that_fails_gives_its_place_back() -> None:
    workshop = Workshop(at_once=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await soon(workshop.make(lambda: 1 // 0))
    assert await soon(workshop.make(lambda: 7)) == 7
