"""Drawing and typesetting: work for a thread, a little of it at a time, so that it keeps nobody else waiting."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from typing import Final, TypeVar

from fastapi import Response

from app.api.answers import Later, answer, in_language
from app.api.deps import Context
from app.domain.errors import Unavailable

T = TypeVar("T")
_AT_ONCE: Final = 2
#: Who comes when so many wait already is asked to come again.
_MOST_WAITING: Final = 6


class Workshop:
    """Runs functions on threads, ``at_once`` at most. Raises `Unavailable` instead of making a long queue longer."""

    def __init__(self, at_once: int = _AT_ONCE, most_waiting: int = _MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most_waiting = most_waiting
        self._waiting = 0

    async def make(self, work: Callable[[], T], gone: Callable[[], Awaitable[bool]] | None = None) -> T:
        """What ``work`` returns, unless whom it is for is ``gone`` when it could begin: then `Unavailable`, told to nobody.

        A thread cannot be stopped: when the caller is cancelled meanwhile, the place stays taken until the work is done.
        """
        if self._waiting >= self._most_waiting:
            raise Unavailable
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        with ExitStack() as on_failure:
            on_failure.callback(self._places.release)
            if gone is not None and await gone():
                raise Unavailable
            on_failure.pop_all()
        working = asyncio.create_task(asyncio.to_thread(work))
        working.add_done_callback(lambda _: self._places.release())
        return await asyncio.shield(working)


#: The one of this process.
WORKSHOP: Final = Workshop()


def answer_made(
    ctx: Context, media_type: str, work: Callable[[], bytes], headers: Mapping[str, str] | None = None
) -> Later:
    """The document that ``work`` makes of what was read, with its ETag.

    Whoever waits for it keeps no connection; for whoever left while he waited it is not made.
    """
    all_headers = (
        in_language(ctx) | {"Content-Type": media_type, "Vary": "Accept, Accept-Language"} | dict(headers or {})
    )

    async def make() -> Response:
        return answer(ctx, await WORKSHOP.make(work, ctx.request.is_disconnected), etag=True, headers=all_headers)

    return Later(make)
