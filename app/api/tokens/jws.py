"""The only module that imports python-jose, behind a guard for what that library lets slip (RFC 8725).

python-jose 3.5 ignores ``crit``, takes junk in base64, leaks exceptions on odd claims and does not look at a key's
``use`` or ``key_ops``; everything here is refused before or after it, and any exception means: no.
"""

import base64
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NoReturn

from jose import jws

MAX_TOKEN_BYTES: Final = 8192
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]+")
_FORBIDDEN_HEADERS: Final = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "zip", "b64", "enc"})
#: Last characters whose unused bits are zero, by the number of characters in the last group.
_LAST_CHARACTER: Final = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}
_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_RSA: Final = frozenset({"RS256", "RS384", "RS512"})
_MIN_RSA_BYTES: Final = 256
_MIN_HMAC_BYTES: Final = {"HS256": 32, "HS384": 48, "HS512": 64}


class InvalidTokenError(ValueError):
    """The token is not to be trusted; why is nobody's business."""


def sign(claims: Mapping[str, Any], key: Mapping[str, Any], headers: Mapping[str, Any]) -> str:
    """A compact JWS over ``claims`` with one private JWK."""
    token: str = jws.sign(dict(claims), dict(key), headers=dict(headers), algorithm=str(key["alg"]))
    return token


def read_header(token: str) -> dict[str, Any]:
    """The header of a token before its signature is checked, for finding out whose keys to ask.

    Refuses, with `InvalidTokenError`, what is too long, has not three canonical base64url segments, is not JSON, or
    names one of the headers by which a token would choose its own key or rules.
    """
    try:
        return _read_header(token)
    except Exception as error:
        raise InvalidTokenError from error


def read_issuer(token: str) -> Any:
    """The ``iss`` of a token before its signature is checked: tells whose rules to ask, and is to be believed in nothing.

    Raises `InvalidTokenError` for a text that no rules would let through.
    """
    try:
        _read_header(token)
        return json_object(_decode(token.split(".")[1])).get("iss")
    except Exception as error:
        raise InvalidTokenError from error


def verify_jws(
    token: str, jwks: Sequence[Mapping[str, Any]], allowed_algorithms: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token whose signature holds under exactly one key of ``jwks``.

    The key is found by ``kid`` (without one, only a set of a single key will do), the algorithm must be allowed by
    us and fit the key. Raises `InvalidTokenError` for anything else whatever.
    """
    try:
        header = _read_header(token)
        key = _the_one_key(header, jwks)
        algorithm = header["alg"]
        if algorithm not in allowed_algorithms or not _fits(key, algorithm):
            raise InvalidTokenError  # noqa: TRY301 - every way out of here is the same
        payload = jws.verify(token, dict(key), algorithms=[algorithm])
        return header, json_object(payload)
    except Exception as error:
        raise InvalidTokenError from error


def json_object(data: bytes) -> dict[str, Any]:
    """JSON read strictly: an object, each name once, finite numbers, text that every system reads alike.

    Raises `InvalidTokenError`, or what the decoder raises: callers refuse alike whatever it is.
    """
    value = _JSON.decode(data.decode("utf-8"))
    if not isinstance(value, dict):
        raise InvalidTokenError
    _refuse_bad_text(value)
    return value


def _read_header(token: str) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_BYTES or not token.isascii():
        raise InvalidTokenError
    segments = token.split(".")
    if len(segments) != 3 or not all(_canonical(segment) for segment in segments):
        raise InvalidTokenError
    header = json_object(_decode(segments[0]))
    if _FORBIDDEN_HEADERS & header.keys() or not isinstance(header.get("alg"), str):
        raise InvalidTokenError
    return header


def _canonical(segment: str) -> bool:
    """Base64url without padding whose unused bits are zero, so that no two texts mean the same bytes."""
    if not _SEGMENT.fullmatch(segment) or len(segment) % 4 == 1:
        return False
    last = _LAST_CHARACTER.get(len(segment) % 4)
    return last is None or segment[-1] in last


def _decode(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise InvalidTokenError
    return result


def _no_constant(_name: str) -> NoReturn:
    raise InvalidTokenError


_JSON: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _refuse_bad_text(value: Any) -> None:
    """No NUL and no half characters, at whatever depth: other systems would read them differently."""
    if isinstance(value, str):
        value.encode("utf-8")  # raises on unpaired surrogates
        if "\x00" in value:
            raise InvalidTokenError
    elif isinstance(value, list):
        for item in value:
            _refuse_bad_text(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _refuse_bad_text(name)
            _refuse_bad_text(item)


def _the_one_key(header: Mapping[str, Any], jwks: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    kid = header.get("kid")
    if "kid" in header and not isinstance(kid, str):
        raise InvalidTokenError
    found = [key for key in jwks if kid is None or key.get("kid") == kid]
    if len(found) != 1 or _mixes_secrets(jwks):
        raise InvalidTokenError
    return found[0]


def _mixes_secrets(jwks: Sequence[Mapping[str, Any]]) -> bool:
    """A set of both shared secrets and public keys is a mistake that invites confusing one with the other."""
    return len({key.get("kty") == "oct" for key in jwks}) > 1


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    operations = key.get("key_ops")
    if operations is not None and not (isinstance(operations, list) and "verify" in operations):
        return False
    return _strong(key, algorithm)


def _strong(key: Mapping[str, Any], algorithm: str) -> bool:
    if algorithm in _CURVES:
        return key.get("kty") == "EC" and key.get("crv") == _CURVES[algorithm]
    if algorithm in _RSA:
        return key.get("kty") == "RSA" and len(_decode(str(key["n"])).lstrip(b"\0")) >= _MIN_RSA_BYTES
    if algorithm in _MIN_HMAC_BYTES:
        return key.get("kty") == "oct" and len(_decode(str(key["k"]))) >= _MIN_HMAC_BYTES[algorithm]
    return False
