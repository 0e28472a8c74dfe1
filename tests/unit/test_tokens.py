"""Access tokens: every other text than one of ours is refused in one way, whatever is wrong with it."""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from app.api.tokens.access import TYPE, AccessTokens
from app.api.tokens.jws import MAX_TOKEN_BYTES, InvalidTokenError, read_header, verify_jws
from app.api.tokens.keys import KeyRing, new_key
from app.domain.auth import DEFAULT_RATER_TYPES, Actor
from app.domain.values import RaterType, Role
from tests.support import jose

NOW = 1_790_000_000
KEY = new_key()
HEADER = {"alg": "ES256", "typ": TYPE, "kid": KEY["kid"]}
ACTOR = Actor(uuid4(), "siti", uuid4(), frozenset({Role.EMPLOYEE}), DEFAULT_RATER_TYPES, unit_id=uuid4())
LACKING = object()


def tokens(*keys: Mapping[str, Any], now: float = NOW) -> AccessTokens:
    ring = KeyRing(keys or (KEY,))
    return AccessTokens(ring, issuer="https://issuer.test", audience="kinerja-api", lifetime=900, clock=lambda: now)


def good_claims() -> dict[str, Any]:
    return jose.claims_of(tokens().mint(ACTOR))


def forged(header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    merged = good_claims() | claims
    return jose.es256(
        KEY, HEADER | dict(header or {}), {name: value for name, value in merged.items() if value is not LACKING}
    )


def refuses(token: str, verifier: AccessTokens | None = None) -> bool:
    with pytest.raises(InvalidTokenError):
        (verifier or tokens()).verify(token)
    return True


def test_what_was_minted_is_what_is_read() -> None:
    token = tokens().mint(ACTOR)
    claims = tokens().verify(token)
    assert (claims.subject, claims.roles, claims.rater_types) == (ACTOR.account_id, ACTOR.roles, DEFAULT_RATER_TYPES)
    assert (claims.issued_at, claims.expires_at, claims.scopes) == (NOW, NOW + 900, frozenset({"api"}))
    assert read_header(token) == HEADER
    assert set(jose.claims_of(token)) == {
        "iss",
        "aud",
        "sub",
        "iat",
        "nbf",
        "exp",
        "jti",
        "typ",
        "roles",
        "rater_types",
        "unit_id",
        "scope",
    }


def test_a_token_can_be_minted_narrower_than_its_actor() -> None:
    assert tokens().verify(tokens().mint(ACTOR, rater_types=frozenset())).rater_types == frozenset()
    assert tokens().verify(tokens().mint(ACTOR, rater_types=frozenset({RaterType.SELF}))).rater_types == {
        RaterType.SELF
    }


def test_the_forger_of_these_tests_can_also_make_a_good_token() -> None:
    """Otherwise all that follows would be refused for the wrong reason."""
    assert tokens().verify(forged()).subject == ACTOR.account_id


def test_a_token_minted_in_the_second_of_a_revocation_is_dated_after_it() -> None:
    actor = Actor(uuid4(), "siti", None, frozenset({Role.ADMIN}), DEFAULT_RATER_TYPES, not_before=NOW + 1)
    assert tokens().verify(tokens().mint(actor)).issued_at == NOW + 1


ODD_VALUES: dict[str, Any] = {
    "missing": LACKING,
    "null": None,
    "string": "x",
    "number as string": str(NOW + 900),
    "empty string": "",
    "float": NOW + 0.5,
    "negative": -1,
    "zero": 0,
    "true": True,
    "list": ["kinerja-api"],
    "empty list": [],
    "list of odd things": [None, 1, {}],
    "dict": {"a": 1},
    "huge": 10**30,
    "long": "x" * 2000,
}


@pytest.mark.parametrize("odd", ODD_VALUES)
@pytest.mark.parametrize(
    "claim",
    [
        "iss",
        "aud",
        "sub",
        "iat",
        "nbf",
        "exp",
        "jti",
        "typ",
        "roles",
        "rater_types",
        "scope",
        "unit_id",
        "assignment_id",
    ],
)
def test_every_claim_must_be_there_with_its_own_type(claim: str, odd: str) -> None:
    optional = claim in {"unit_id", "assignment_id"} and odd == "missing"
    harmless = {
        ("roles", "empty list"),
        ("rater_types", "empty list"),
        ("nbf", "zero"),
        ("nbf", "negative"),
        ("scope", "string"),
        ("scope", "empty string"),
        ("scope", "number as string"),
    }
    token = forged(None, **{claim: ODD_VALUES[odd]})
    if optional or (claim, odd) in harmless:
        tokens().verify(token)
    else:
        assert refuses(token)


@pytest.mark.parametrize("text", ["1e400", "-1e400", "NaN", "Infinity", "1" * 5000, "1790000900.0", "1.79e9"])
@pytest.mark.parametrize("claim", ["iat", "nbf", "exp"])
def test_times_are_whole_numbers_of_a_sensible_size(claim: str, text: str) -> None:
    payload = json.dumps(good_claims() | {claim: "@"}).replace('"@"', text)
    assert refuses(jose.es256(KEY, HEADER, payload))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW},
        {"exp": NOW - 1},
        {"nbf": NOW + 61},
        {"iat": NOW + 61},
        {"iat": NOW - 90_000, "exp": NOW + 1},
        {"iat": NOW + 50, "exp": NOW + 50},
        {"exp": NOW + 200_000},
        {"iss": "https://other.test"},
        {"iss": "https://issuer.test/"},
        {"aud": "account"},
        {"aud": "KINERJA-API"},
        {"aud": ["kinerja-api", "other"]},
        {"typ": "JWT"},
        {"typ": "at+JWT"},
        {"sub": "not-an-id"},
        {"sub": "{" + str(uuid4()) + "}"},
        {"sub": f"urn:uuid:{uuid4()}"},
        {"sub": uuid4().hex},
        {"sub": f"{uuid4()}\u0000"},
        {"jti": str(uuid4()).upper().replace("0", "A")},
        {"roles": ["superadmin"]},
        {"roles": ["admin"] * 21},
        {"roles": "admin"},
        {"rater_types": ["boss"]},
        {"scope": "a\u0000b"},
    ],
)
def test_claims_with_a_wrong_value_are_refused(claims: dict[str, Any]) -> None:
    assert refuses(forged(**claims))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": "at+JWT"},
        {"typ": None},
        {"typ": ["at+jwt"]},
        {"kid": "unknown"},
        {"kid": None},
        {"kid": 1},
        {"kid": [KEY["kid"]]},
        {"kid": "../../etc/passwd"},
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "nOnE"},
        {"alg": "es256"},
        {"alg": "ES384"},
        {"alg": "HS256"},
        {"alg": None},
        {"alg": ["ES256"]},
        {"jku": "https://attacker.test/jwks.json"},
        {"jwk": {name: KEY[name] for name in ("kty", "crv", "x", "y")}},
        {"x5u": "https://attacker.test/cert.pem"},
        {"x5c": ["MII="]},
        {"crit": ["exp"]},
        {"crit": []},
        {"zip": "DEF"},
        {"b64": False},
        {"enc": "A128GCM"},
    ],
)
def test_a_token_does_not_choose_its_own_rules(header: dict[str, Any]) -> None:
    assert refuses(forged(header))


@pytest.mark.parametrize("lacking", ["typ", "kid", "alg"])
def test_headers_that_must_be_there(lacking: str) -> None:
    header = {name: value for name, value in HEADER.items() if name != lacking}
    assert refuses(jose.es256(KEY, header, good_claims()))


def _spellings_of_the_public_key() -> list[bytes]:
    public = jose.private_key(KEY).public_key()
    formats = [
        (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
        (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint),
    ]
    jwk = json.dumps(KeyRing([KEY]).public[0]).encode()
    return [public.public_bytes(*form) for form in formats] + [jwk, b""]


@pytest.mark.parametrize("secret", _spellings_of_the_public_key())
@pytest.mark.parametrize("algorithm", ["HS256", "ES256"])
def test_a_public_key_is_no_secret(secret: bytes, algorithm: str) -> None:
    assert refuses(jose.hs256(secret, HEADER | {"alg": algorithm}, good_claims()))


@pytest.mark.parametrize("algorithm", ["none", "None", "ES256"])
def test_a_signature_is_needed(algorithm: str) -> None:
    header, payload = (jose.encode(json.dumps(part).encode()) for part in (HEADER | {"alg": algorithm}, good_claims()))
    assert refuses(f"{header}.{payload}.")
    assert refuses(f"{header}.{payload}")
    assert refuses(f"{header}.{payload}.{jose.encode(bytes(64))}")


def test_the_signature_covers_header_and_claims() -> None:
    header, payload, signature = forged().split(".")
    other = jose.encode(json.dumps(good_claims() | {"roles": ["admin"]}).encode())
    assert refuses(f"{header}.{other}.{signature}")
    assert refuses(f"{jose.encode(json.dumps(HEADER | {'cty': 'x'}).encode())}.{payload}.{signature}")


def test_another_key_under_our_kid_is_refused() -> None:
    stranger = new_key() | {"kid": KEY["kid"]}
    assert refuses(jose.es256(stranger, HEADER, good_claims()))


MANGLINGS: dict[str, Callable[[str, str, str], str]] = {  # of header, payload and signature
    "padding": lambda h, p, s: f"{h}==.{p}.{s}",
    "padded signature": lambda h, p, s: f"{h}.{p}.{s}==",
    "junk in header": lambda h, p, s: f"{h[:5]}#{h[5:]}.{p}.{s}",
    "junk in signature": lambda h, p, s: f"{h}.{p}.{s[:5]}!{s[5:]}",
    "space": lambda h, p, s: f"{h}. {p}.{s}",
    "newline": lambda h, p, s: f"{h}.{p}.{s}\n",
    "standard alphabet": lambda h, p, s: f"{h}.{p}.+/{s[2:]}",
    "unused bits": lambda h, p, s: f"{h}.{p}.{s[:-1]}{chr(ord(s[-1]) + 1)}",
    "four segments": lambda h, p, s: f"{h}.{p}.{s}.",
    "two segments": lambda h, p, _: f"{h}.{p}",
    "no segments": lambda h, p, s: h + p + s,
    "empty": lambda *_: "",
    "not ascii": lambda h, p, s: f"{h}.{p}.{s[:-1]}é",
    "wide digits": lambda h, p, s: f"{h}.{p}.{s[:-1]}\uff11",
    "nul": lambda h, p, s: f"{h}.{p}.{s}\0",
    "surrogate": lambda h, p, s: f"{h}.{p}.{s}\ud800",
}


@pytest.mark.parametrize("mangling", MANGLINGS)
def test_only_the_canonical_spelling_is_read(mangling: str) -> None:
    assert refuses(MANGLINGS[mangling](*forged().split(".")))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"sub": "a", "sub": "b"}',
        b"\xff\xfe",
        b"{" * 3000,
        b"[" * 5000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
        json.dumps(good_claims()).encode()[:-1] + b', "name": "\\ud800"}',
        json.dumps(good_claims()).encode()[:-1] + b', "list": [{"a\\u0000": 1}]}',
        json.dumps(good_claims()).encode()[:-1] + b', "iss": "https://issuer.test"}',
    ],
    ids=lambda payload: payload[:20],
)
def test_odd_json_is_refused_although_it_is_signed(payload: bytes) -> None:
    assert refuses(jose.es256(KEY, HEADER, payload))


@pytest.mark.parametrize(
    "header", [b"[]", b"null", b"{" * 2000, b'{"alg":"ES256","alg":"ES256"}', b"\xff", b'{"alg":' * 900]
)
def test_odd_headers_are_refused_before_any_key_is_looked_at(header: bytes) -> None:
    token = jose.es256(KEY, header, good_claims())
    assert refuses(token)
    with pytest.raises(InvalidTokenError):
        read_header(token)


def test_a_token_of_nine_kibibytes_is_refused_unread() -> None:
    long = forged(note="x" * 7000)
    assert len(long) > MAX_TOKEN_BYTES
    assert refuses(long)
    tokens().verify(forged(note="x" * 4000))


@given(st.text(max_size=400))
def test_no_text_makes_an_exception_escape(text: str) -> None:
    assert refuses(text)


@given(st.lists(st.binary(max_size=60), min_size=3, max_size=3))
def test_no_bytes_make_an_exception_escape(parts: list[bytes]) -> None:
    assert refuses(".".join(jose.encode(part) for part in parts))


def test_a_token_expires_although_its_check_is_remembered() -> None:
    time = [float(NOW)]
    verifier = AccessTokens(
        KeyRing([KEY]), issuer="https://issuer.test", audience="kinerja-api", lifetime=900, clock=lambda: time[0]
    )
    token = verifier.mint(ACTOR)
    time[0] = NOW + 899.9
    verifier.verify(token)
    time[0] = NOW + 900
    assert refuses(token, verifier)
    assert refuses(token, verifier)


def test_after_a_refusal_a_good_token_is_good() -> None:
    verifier = tokens()
    assert refuses(forged(exp=1), verifier)
    verifier.verify(forged())


def test_rotation_overlaps_until_the_old_key_is_taken_away() -> None:
    new = new_key()
    old_token = tokens(KEY).mint(ACTOR)
    assert tokens(new, KEY).verify(old_token).subject == ACTOR.account_id
    assert read_header(tokens(new, KEY).mint(ACTOR))["kid"] == new["kid"]
    assert refuses(old_token, tokens(new))


# ------------------------------------------------------------- keys of a set


RSA_1024 = {"kty": "RSA", "n": jose.encode(b"\xff" * 128), "e": "AQAB", "kid": "r"}
OCT = {"kty": "oct", "k": jose.encode(b"k" * 32), "kid": "o"}


def test_a_shared_secret_works_where_it_is_meant() -> None:
    header, payload = verify_jws(jose.hs256(b"k" * 32, {"alg": "HS256", "kid": "o"}, {"a": 1}), [OCT], {"HS256"})
    assert (header["alg"], payload) == ("HS256", {"a": 1})


@pytest.mark.parametrize(
    ("keys", "algorithms"),
    [
        ([KEY, KEY], {"ES256"}),
        ([], {"ES256"}),
        ([KEY], set()),
        ([KEY], {"RS256"}),
        ([KEY | {"use": "enc"}], {"ES256"}),
        ([KEY | {"key_ops": ["sign"]}], {"ES256"}),
        ([KEY | {"alg": "ES384"}], {"ES256"}),
        ([KEY | {"crv": "P-384"}], {"ES256"}),
        ([KEY | {"kty": "oct"}], {"ES256"}),
        ([KEY, OCT], {"ES256"}),
        ([KEY | {"x": jose.encode(bytes(32))}], {"ES256"}),
        ([{"kid": KEY["kid"]}], {"ES256"}),
    ],
)
def test_exactly_one_fitting_key_is_needed(keys: list[dict[str, Any]], algorithms: set[str]) -> None:
    with pytest.raises(InvalidTokenError):
        verify_jws(forged(), keys, algorithms)


@pytest.mark.parametrize("size", [0, 1, 31])
def test_short_secrets_are_refused(size: int) -> None:
    secret = os.urandom(size)
    key = {"kty": "oct", "k": jose.encode(secret), "kid": "o"}
    with pytest.raises(InvalidTokenError):
        verify_jws(jose.hs256(secret, {"alg": "HS256", "kid": "o"}, {"a": 1}), [key], {"HS256"})


def test_short_rsa_keys_are_refused() -> None:
    with pytest.raises(InvalidTokenError):
        verify_jws(jose.hs256(b"", {"alg": "RS256", "kid": "r"}, {"a": 1}), [RSA_1024], {"RS256"})
