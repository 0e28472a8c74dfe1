"""Counters of calls by people who have not said who they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Counts:
    """Calls of the present window by key, and whole seconds until the next one."""

    by_key: Mapping[str, int]
    seconds_left: int


class RateCounters(Protocol):
    """Counters of one window each. Of a key only a keyed hash is stored, another one in every window."""

    async def count(self, raised: Collection[str], read: Collection[str] = ()) -> Counts:
        """Add one to each of ``raised``, at once and whatever becomes of the request, and read the others too."""
        ...
