"""Limits as HTTP meets them: who calls, a count before each anonymous operation, a pace for everybody who has logged in."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import TYPE_CHECKING, Final
from uuid import UUID

from app.domain.actions.limits import admit, note_failure
from app.domain.auth import Actor
from app.domain.errors import Gone, NotFound, TooManyRequests, Unauthenticated
from app.domain.limits import Allowance, Door, Visit
from app.settings import Network, Settings

if TYPE_CHECKING:
    from starlette.types import Scope

    from app.api.deps import Context

Address = IPv4Address | IPv6Address
_UNKNOWN: Final = "unknown"
#: Whoever has one IPv6 address has 2^64 of them.
_IPV6_SUBSCRIBER: Final = 64
_MOST_HOPS: Final = 20
#: The refusals that tell somebody his guess was wrong.
_WRONG_GUESSES: Final = (Unauthenticated, NotFound, Gone)


@asynccontextmanager
async def at_the_door(ctx: "Context", door: Door, name: str) -> AsyncIterator[None]:
    """Do an anonymous operation within its limits. Raises `TooManyRequests` before it begins."""
    settings = ctx.services.settings
    allowance = Allowance(settings.address_limit, settings.address_failures, settings.name_limit)
    visit = Visit(door, client_address(ctx.request.scope, settings.trusted_proxies), name)
    await admit(ctx.uow, allowance, visit)
    try:
        yield
    except _WRONG_GUESSES:
        await note_failure(ctx.uow, allowance, visit)
        raise


def client_address(scope: "Scope", trusted: Sequence[Network]) -> str:
    """Who calls: the peer, or whom a trusted proxy names in ``X-Forwarded-For``. It is counted and never kept.

    The header is read from its end, as far as trusted proxies have written it; what stands before is hearsay.
    """
    peer = _read(scope["client"][0]) if scope.get("client") else None
    if peer is None:
        return _UNKNOWN
    for hop in _forwarded(scope["headers"]):
        if not _is_in(peer, trusted):
            break
        named = _read(hop)
        if named is None:
            break
        peer = named
    return _subscriber(peer)


def _forwarded(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """The hops, nearest first."""
    lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    return [hop.strip() for hop in ",".join(lines).split(",")[-_MOST_HOPS:]][::-1] if lines else []


def _read(text: str) -> Address | None:
    host = text.rpartition(":")[0] if text.count(":") == 1 else text  # an IPv4 address with its port
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _subscriber(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _IPV6_SUBSCRIBER), strict=False))


class Pace:
    """``rate`` calls per second for each account, with a store of ``burst``; in the memory of this process.

    It is a token bucket in its shortest form (GCRA): per account the one moment at which its store will be full again.
    A ``rate`` of 0 is no limit.
    """

    def __init__(
        self, rate: int, burst: int, *, most: int = 50_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._room = burst * self._interval + 1e-9  # what adding up fractions may lose
        self._most = most
        self._clock = clock
        self._full_at: dict[UUID, float] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, account_id: UUID) -> int:
        """Take one call from the store: 0, or the whole seconds to wait when there is none."""
        if not self._interval:
            return 0
        now = self._clock()
        full_at = self._full_at.get(account_id, now)
        full_at = self._interval + (full_at if full_at > now else now)  # noqa: FURB136 - max() costs as much as all the rest
        if full_at - now > self._room:
            return ceil(full_at - now - self._room)
        self._full_at[account_id] = full_at
        if len(self._full_at) > self._most:
            self._forget(now)
        return 0

    def _forget(self, now: float) -> None:
        """Drop the accounts whose store is full; when too many are left, all: memory is worth more than a limit."""
        left = {account: moment for account, moment in self._full_at.items() if moment > now}
        self._full_at = left if len(left) <= self._most // 2 else {}


class Paces:
    """The paces of people and of machines; a recipient has one of his own, by his invitation."""

    def __init__(self, settings: Settings) -> None:
        self._people = Pace(settings.rate_limit, settings.rate_burst)
        self._machines = Pace(settings.service_rate_limit, settings.service_rate_burst)

    def keep(self, actor: Actor) -> None:
        """Raise `TooManyRequests` (``rate_limited``) when the actor calls too often."""
        wait = (self._machines if actor.is_service else self._people).take(actor.account_id)
        if wait:
            raise TooManyRequests("rate_limited", wait)
