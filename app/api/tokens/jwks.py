"""The public keys of one trusted issuer, fetched from the one address that the city has configured.

Known keys are looked up without the network: a task fetches the set again every few minutes, so that a key the issuer
has disabled is gone soon. A key that is not known is asked for at once, but then not again for a while, whatever keys
tokens name: that one moment is all that is remembered of unknown keys, so no storm of them can fill anything. While the
issuer cannot be reached, the last good set stays.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import structlog

from app.api.tokens.jws import json_object
from app.domain.errors import Unavailable

if TYPE_CHECKING:
    import httpx

#: How old a set may be before it is fetched again, in seconds: as long as a disabled key still verifies.
TTL: Final = 300.0
#: How long after asking for an unknown key no other unknown key is asked for; also the pause after a failure.
COOLDOWN: Final = 30.0
#: How long the last good set is used while the issuer cannot be reached.
LONGEST_USE: Final = 86_400.0
_TIMEOUT_SECONDS: Final = 5.0
_MAX_BYTES: Final = 262_144
_MOST_KEYS: Final = 100
_log = structlog.get_logger(__name__)

Fetch = Callable[[str], Awaitable[bytes]]
KeySet = Sequence[Mapping[str, Any]]


class FetchError(Exception):
    """The issuer did not answer with a set of keys."""


class HttpFetcher:
    """Fetches a small document: no redirects, no compression, a bounded size, a bounded time."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def __call__(self, url: str) -> bytes:
        """The body of the answer. Raises whatever goes wrong; a redirect is something going wrong."""
        async with asyncio.timeout(_TIMEOUT_SECONDS), self._open().stream("GET", url) as response:
            if response.status_code != 200 or "content-encoding" in response.headers:
                raise FetchError(f"status {response.status_code}")
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > _MAX_BYTES:
                    raise FetchError("too large")
            return bytes(body)

    def _open(self) -> "httpx.AsyncClient":
        if self._client is None:
            import httpx  # noqa: PLC0415 - costs a tenth of a second, and most cities start without an issuer

            headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=_TIMEOUT_SECONDS, headers=headers)
        return self._client

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.aclose()


class IssuerKeys:
    """One issuer's set, kept fresh. ``clock`` counts seconds from anywhere and never goes back."""

    def __init__(
        self,
        uri: str,
        fetch: Fetch,
        *,
        ttl: float = TTL,
        cooldown: float = COOLDOWN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._uri = uri
        self._fetch = fetch
        self._ttl = ttl
        self._cooldown = cooldown
        self._clock = clock
        self._good: KeySet | None = None
        self._good_at = self._asked_at = float("-inf")
        self._flight: asyncio.Task[bool] | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def current(self) -> KeySet | None:
        """The set to verify with: the same object as long as nothing changed; ``None`` when there is none to trust."""
        return None if self._clock() - self._good_at > LONGEST_USE else self._good

    async def holding(self, kid: str) -> KeySet:
        """The set, fetched again first when it does not know ``kid`` and the issuer was not asked just now.

        Raises `Unavailable` while no set was to be had at all.
        """
        if not self._knows(kid):
            await self._ask()
        keys = self.current
        if keys is None:
            raise Unavailable
        return keys

    def _knows(self, kid: str) -> bool:
        return any(key.get("kid") == kid for key in self.current or ())

    async def _ask(self) -> None:
        """Fetch, unless the issuer was asked just now; a question under way is waited for, not repeated."""
        if self._flight is None or self._flight.done():
            if self._clock() - self._asked_at < self._cooldown:
                return
            self._asked_at = self._clock()
        await asyncio.shield(self._refresh())

    def _refresh(self) -> "asyncio.Task[bool]":
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fetch_now(), name="issuer-keys")
        return self._flight

    async def _fetch_now(self) -> bool:
        try:
            fresh = _read(await self._fetch(self._uri))
        except Exception as error:  # noqa: BLE001 - whatever an answer from outside brings, the last good set stays
            _log.warning("issuer_keys_not_fetched", uri=self._uri, reason=f"{type(error).__name__}: {error}"[:200])
            return False
        if fresh != self._good:
            self._good = fresh
        self._good_at = self._clock()
        return True

    def start(self) -> None:
        """Keep the set fresh from now on."""
        self._keeper = asyncio.create_task(self._keep_fresh(), name="issuer-keys-keeper")

    async def _keep_fresh(self) -> None:
        while True:
            fetched = await self._refresh()
            await asyncio.sleep(self._ttl if fetched else min(self._cooldown, self._ttl))

    async def stop(self) -> None:
        """Fetch no more."""
        for task in (self._keeper, self._flight):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


def _read(body: bytes) -> KeySet:
    """The keys of a JWK set, as they stand there: whether one is fit to be used is judged where it is used."""
    keys = json_object(body)["keys"]
    if type(keys) is not list or len(keys) > _MOST_KEYS or not all(type(key) is dict for key in keys):
        raise FetchError("not a JWK set")
    return tuple(keys)
