"""Storage of answers that are replayed when a client repeats a request with the same ``Idempotency-Key``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A 2xx answer kept for 24 hours. ``body_digest`` is ``None`` where bodies are never compared (putSubmission)."""

    request: str
    body_digest: bytes | None
    status: int
    headers: Mapping[str, str]
    body: bytes


class IdempotencyRecords(Protocol):
    """Answers by principal and key."""

    async def claim(self, principal: str, key: str) -> bool:
        """Hold the key until this transaction ends; ``False`` when another request holds it."""
        ...

    async def find(self, principal: str, key: str) -> StoredAnswer | None:
        """The answer kept under this key during the last 24 hours."""
        ...

    async def store(self, principal: str, key: str, answer: StoredAnswer) -> None:
        """Keep an answer in the present transaction."""
        ...
