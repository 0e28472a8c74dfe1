"""Identifiers. UUIDv7 where order helps an index, random UUIDv4 where order would tell something."""

import hashlib
import hmac
import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def sheet_id(key: bytes, assignment_id: UUID) -> UUID:
    """The sheet's own key: an HMAC-SHA-256 of the assignment's id, cut to a UUID (anonymity.md rule 1)."""
    digest = hmac.digest(key, assignment_id.bytes, hashlib.sha256)
    return UUID(bytes=digest[:16], version=8)
