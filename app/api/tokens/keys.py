"""Our own ES256 keys: a JWK set in a file outside the database, the first key signs, all of them verify until they retire."""

import base64
import json
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec

_PUBLIC: Final = ("kty", "crv", "x", "y", "kid", "alg", "use")
_FIXED: Final = {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig"}


class KeyFileError(ValueError):
    """The file of signing keys cannot be used; the message names it and says why, never what it holds."""


class KeySource(Protocol):
    """Where the ring of this moment comes from."""

    def current(self, *, at_once: bool = False) -> "KeyRing":
        """The ring: the same object as long as no key came or went. ``at_once``: look whether one has."""
        ...


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The signing key and every key that still verifies (rotation overlaps).

    A key that signs no more carries ``retire_at``, in seconds since 1970: from then on it does not verify either.
    """

    keys: Sequence[Mapping[str, Any]]

    @property
    def signing(self) -> Mapping[str, Any]:
        """The private key that signs new tokens."""
        return self.keys[0]

    @property
    def public(self) -> list[dict[str, Any]]:
        """What /.well-known/jwks.json shows."""
        return [{name: key[name] for name in _PUBLIC} for key in self.keys]

    def current(self, *, at_once: bool = False) -> "KeyRing":  # noqa: ARG002 - nothing changes, however one looks
        """A ring is its own source, for whoever holds one that does not change."""
        return self

    def at(self, now: float) -> "KeyRing":
        """The ring without the keys that have retired by ``now``; itself when none has."""
        kept = tuple(key for key in self.keys if key.get("retire_at", now + 1) > now)
        return self if len(kept) == len(self.keys) else KeyRing(kept)

    def rotated(self, now: int, retire_after: int) -> "KeyRing":
        """A fresh key signs; the others verify for ``retire_after`` seconds at most, retired ones are dropped."""
        end = now + retire_after
        earlier = tuple({**key, "retire_at": min(key.get("retire_at", end), end)} for key in self.keys)
        return KeyRing((new_key(), *earlier)).at(now)


def new_key() -> dict[str, Any]:
    """A fresh private ES256 key as a JWK."""
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public = numbers.public_numbers
    return {
        **_FIXED,
        "x": _to_text(public.x),
        "y": _to_text(public.y),
        "d": _to_text(numbers.private_value),
        "kid": secrets.token_hex(8),
    }


def load_keys(path: Path) -> KeyRing:
    """The key ring of ``path``; a missing file is made with one fresh key, readable by its owner alone.

    Raises `KeyFileError` for a file that holds anything but private ES256 keys under different ``kid``.
    """
    if not path.exists():
        _make(path)
    return read_keys(path)


def read_keys(path: Path) -> KeyRing:
    """The key ring of a file that is there, retired keys included. Raises `KeyFileError`."""
    try:
        keys = json.loads(path.read_text("ascii"))["keys"]
        for key in keys:
            _check(key)
        if not keys or len({key["kid"] for key in keys}) != len(keys) or "retire_at" in keys[0]:
            raise ValueError("no key that signs, or one kid twice")  # noqa: TRY301 - told below, with the file's name
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a set of private ES256 keys (JWK) with different kid.") from error
    return KeyRing(tuple(keys))


def write_beside(path: Path, ring: KeyRing) -> Path:
    """A file beside ``path`` with this ring, safe on the disk, with the owner and the rights that ``path`` has.

    Renaming it to ``path`` leaves either the old file or the new one, whatever crashes. Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump({"keys": list(ring.keys)}, file, indent=1)
            file.flush()
            os.fsync(descriptor)
            _copy_rights(path, descriptor)
    except BaseException:
        fresh.unlink()
        raise
    return fresh


def _copy_rights(path: Path, descriptor: int) -> None:
    """An administrator may rotate what another account reads."""
    if path.exists():
        there, here = path.stat(), os.fstat(descriptor)
        if (there.st_uid, there.st_gid) != (here.st_uid, here.st_gid):
            os.fchown(descriptor, there.st_uid, there.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(there.st_mode))


def _make(path: Path) -> None:
    """Two processes may start at once: the first file stays, and both use it."""
    fresh = write_beside(path, KeyRing((new_key(),)))
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    except OSError:  # a file system without links: the last one stays
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _check(key: Mapping[str, Any]) -> None:
    if any(key[name] != value for name, value in _FIXED.items()) or not key["kid"] or not isinstance(key["kid"], str):
        raise ValueError("another kind of key")
    if type(key.get("retire_at", 0)) is not int:
        raise ValueError("not a time")
    public = ec.EllipticCurvePublicNumbers(_to_number(key["x"]), _to_number(key["y"]), ec.SECP256R1())
    # Raises when the point is not on the curve or the private value does not belong to it.
    ec.EllipticCurvePrivateNumbers(_to_number(key["d"]), public).private_key()


def _to_text(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode("ascii")


def _to_number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
