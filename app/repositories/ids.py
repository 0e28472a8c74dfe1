"""Identifiers. UUIDv7 where order helps an index, random UUIDv4 where order would tell something."""

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from asyncpg.pgproto import pgproto

#: What an octet becomes that holds the version, or the variant; many are translated at once.
_VERSIONED: Final = {version: bytes(octet & 0x0F | version << 4 for octet in range(256)) for version in (4, 7, 8)}
_VARIANT: Final = bytes(octet & 0x3F | 0x80 for octet in range(256))


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return _versioned(value, 7)


def uuid7s(count: int) -> list[UUID]:
    """Many UUIDv7 of one millisecond at once."""
    octets = bytearray(os.urandom(16 * count))
    for place, octet in enumerate((time.time_ns() // 1_000_000).to_bytes(6)):
        octets[place::16] = bytes([octet]) * count
    return _ids(octets, 7)


def random_ids(count: int) -> list[UUID]:
    """Many random UUIDv4 at once."""
    return _ids(bytearray(os.urandom(16 * count)), 4)


def _ids(octets: bytearray, version: int) -> list[UUID]:
    """The driver's own kind of UUID, which it also writes fastest."""
    return [pgproto.UUID(one) for one in _packed(octets, version)]


def _packed(octets: bytearray, version: int) -> list[bytes]:
    """Runs of 16 octets, with RFC 9562's version and variant written into their places."""
    octets[6::16] = octets[6::16].translate(_VERSIONED[version])
    octets[8::16] = octets[8::16].translate(_VARIANT)
    packed = bytes(octets)
    return [packed[at : at + 16] for at in range(0, len(packed), 16)]


def sheet_id(key: bytes, assignment_id: UUID) -> UUID:
    """The sheet's own key: an HMAC-SHA-256 of the assignment's id, cut to a UUID (anonymity.md rule 1)."""
    octets = bytearray(hmac.digest(key, assignment_id.bytes, "sha256")[:16])
    octets[6], octets[8] = _VERSIONED[8][octets[6]], _VARIANT[octets[8]]
    made: UUID = pgproto.UUID(bytes(octets))
    return made


def sheet_keys(key: bytes, assignment_ids: Sequence[bytes]) -> list[bytes]:
    """The same of many, all as 16 octets."""
    keyed, digests = hmac.new(key, digestmod=hashlib.sha256), bytearray()
    for one in assignment_ids:
        own = keyed.copy()
        own.update(one)
        digests += own.digest()[:16]
    return _packed(digests, 8)


def _versioned(value: int, version: int) -> UUID:
    """A UUID of these 128 bits with RFC 9562's version and variant in their places (Python 3.11 knows versions to 5)."""
    value = value & ~(0xF << 76) | version << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
