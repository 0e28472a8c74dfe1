"""Our own ES256 keys: a JWK set in a file outside the database, the first key signs, all of them verify."""

import base64
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

_PUBLIC: Final = ("kty", "crv", "x", "y", "kid", "alg", "use")
_FIXED: Final = {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig"}


class KeyFileError(ValueError):
    """The file of signing keys cannot be used; the message names it and says why, never what it holds."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The signing key and every key that still verifies (rotation overlaps)."""

    keys: Sequence[Mapping[str, Any]]

    @property
    def signing(self) -> Mapping[str, Any]:
        """The private key that signs new tokens."""
        return self.keys[0]

    @property
    def public(self) -> list[dict[str, Any]]:
        """What /.well-known/jwks.json shows."""
        return [{name: key[name] for name in _PUBLIC} for key in self.keys]


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
    try:
        keys = json.loads(path.read_text("ascii"))["keys"]
        for key in keys:
            _check(key)
        if not keys or len({key["kid"] for key in keys}) != len(keys):
            raise ValueError("no key, or one kid twice")  # noqa: TRY301 - told below, with the file's name
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a set of private ES256 keys (JWK) with different kid.") from error
    return KeyRing(tuple(keys))


def store_keys(path: Path, keys: Sequence[Mapping[str, Any]]) -> None:
    """Replace the ring so that a crash leaves either the old file or the new one."""
    _write_beside(path, keys).replace(path)


def _make(path: Path) -> None:
    """Two processes may start at once: the first file stays, and both use it."""
    fresh = _write_beside(path, [new_key()])
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    except OSError:  # a file system without links: the last one stays
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _write_beside(path: Path, keys: Sequence[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"keys": list(keys)}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _check(key: Mapping[str, Any]) -> None:
    if any(key[name] != value for name, value in _FIXED.items()) or not key["kid"] or not isinstance(key["kid"], str):
        raise ValueError("another kind of key")
    public = ec.EllipticCurvePublicNumbers(_to_number(key["x"]), _to_number(key["y"]), ec.SECP256R1())
    # Raises when the point is not on the curve or the private value does not belong to it.
    ec.EllipticCurvePrivateNumbers(_to_number(key["d"]), public).private_key()


def _to_text(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode("ascii")


def _to_number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
