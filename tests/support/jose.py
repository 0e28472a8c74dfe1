"""Tokens as an attacker would make them: signed with `cryptography` alone, so that nothing guards their shape."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private_key(jwk: Mapping[str, Any]) -> ec.EllipticCurvePrivateKey:
    x, y, d = (int.from_bytes(decode(jwk[name]), "big") for name in ("x", "y", "d"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1())
    return ec.EllipticCurvePrivateNumbers(d, public).private_key()


def es256(jwk: Mapping[str, Any], header: Any, payload: Any) -> str:
    """A token signed with ES256; header and payload are JSON texts, bytes, or what becomes JSON."""
    signed = f"{encode(to_bytes(header))}.{encode(to_bytes(payload))}"
    r, s = decode_dss_signature(private_key(jwk).sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def hs256(secret: bytes, header: Any, payload: Any) -> str:
    signed = f"{encode(to_bytes(header))}.{encode(to_bytes(payload))}"
    return f"{signed}.{encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(decode(token.split(".")[1]))
    return claims


def to_bytes(part: Any) -> bytes:
    """A segment as it stands: bytes, a JSON text, or what becomes JSON."""
    if isinstance(part, bytes):
        return part
    return part.encode() if isinstance(part, str) else json.dumps(part).encode()
