"""Our own ES256 keys: a JWK set in a file outside the database, the first key signs, all of them verify."""

import base64
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

_PUBLIC = ("kty", "crv", "x", "y", "kid", "alg", "use")


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
        "kty": "EC",
        "crv": "P-256",
        "x": _number(public.x),
        "y": _number(public.y),
        "d": _number(numbers.private_value),
        "kid": secrets.token_hex(8),
        "alg": "ES256",
        "use": "sig",
    }


def load_keys(path: Path) -> KeyRing:
    """The key ring of ``path``; a missing file is made with one fresh key, readable by its owner alone."""
    if not path.exists():
        store_keys(path, [new_key()])
    return KeyRing(tuple(json.loads(path.read_text("ascii"))["keys"]))


def store_keys(path: Path, keys: Sequence[Mapping[str, Any]]) -> None:
    """Write the ring so that a crash leaves either the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"keys": list(keys)}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode("ascii")
