"""Passwords and one-time secrets: argon2id for what people choose, SHA-256 for 256 random bits."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from app.domain.auth import normal_password
from app.domain.errors import Unavailable

T = TypeVar("T")
#: OWASP's choice for argon2id: 19 MiB, two passes, one lane; some 25 ms of one core.
_ARGON2ID: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
#: A flood of log-ins may take neither all cores nor much memory; who waits longer than this is told to come back.
_AT_ONCE: Final = 4
_LONGEST_WAIT_SECONDS: Final = 5.0
_SECRET_BYTES: Final = 32


def hash_password(password: str) -> str:
    """The salted argon2id hash of a password. Slow by design: for programs, not for request handlers."""
    return _ARGON2ID.hash(normal_password(password))


@dataclass(frozen=True, slots=True)
class Secret:
    """A fresh one-time code, refresh token or client secret: ``text`` goes to its owner, only ``hash`` is stored."""

    text: str
    hash: bytes


def new_secret() -> Secret:
    """256 random bits as text that a URL, a form and a printed page can hold."""
    text = secrets.token_urlsafe(_SECRET_BYTES)
    return Secret(text, hash_secret(text))


def hash_secret(text: str) -> bytes:
    """The hash under which a random secret is stored; a fast one is right, since 256 bits cannot be guessed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class Argon2Passwords:
    """Hashes on worker threads, a few at once (`app.domain.ports.auth.Passwords`)."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._nobodys = hash_password(secrets.token_urlsafe(_SECRET_BYTES))

    async def hash(self, password: str) -> str:
        """A fresh salted hash. Raises `Unavailable` when too many wait."""
        return await self._in_turn(lambda: hash_password(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether the password is the one; without a stored hash it takes as long and says no."""
        matches = await self._in_turn(lambda: _verify(self._nobodys if stored is None else stored, password))
        return matches and stored is not None

    async def _in_turn(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError as error:
            raise Unavailable(retry_after=5) from error
        try:
            return await asyncio.to_thread(work)
        finally:
            self._turns.release()


def _verify(stored: str, password: str) -> bool:
    try:
        return _ARGON2ID.verify(stored, normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
