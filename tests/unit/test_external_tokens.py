"""Tokens of trusted issuers: every other text than a good access token meant for us is refused in one way."""

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import pytest

from app.api.tokens.access import AccessTokens
from app.api.tokens.issuers import ExternalTokens, Person
from app.api.tokens.jws import InvalidTokenError
from app.api.tokens.keys import KeyRing, new_key
from app.domain.auth import DEFAULT_RATER_TYPES, Actor, ExternalName, NameKind
from app.domain.errors import Unavailable
from app.domain.values import Role
from app.issuers import TrustedIssuer
from tests.support import jose
from tests.support.sso import AUDIENCE, LACKING, EcKey, Realm, RsaKey, SigningKey

pytestmark = pytest.mark.anyio
NOW = 1_790_000_000
NIP = "198609262015051001"
CITY, PROVINCE = "https://sso.kota.test/realms/serang", "https://sso.provinsi.test/realms/asn"
RSA, EC, PASSIVE = RsaKey("rsa"), EcKey("ec"), RsaKey("passive")
STRANGER, WEAK = RsaKey("rsa"), RsaKey("weak", bits=1024)


def rules(issuer: str = CITY, **more: Any) -> TrustedIssuer:
    settings: dict[str, Any] = {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/certs",
        "audience": AUDIENCE,
        "algorithms": ["RS256", "ES256"],
        "nip_claim": "nip",
    }
    return TrustedIssuer.model_validate(settings | more)


class Sso:
    """Two realms and a verifier that trusts them; the network is a dictionary."""

    def __init__(self, *trusted: TrustedIssuer, cooldown: float = 30) -> None:
        self.city, self.province = Realm(CITY, RSA, EC, PASSIVE), Realm(PROVINCE, EcKey("ec"))
        self.time = float(NOW)
        self.fetched: list[str] = []
        self.verifier = ExternalTokens(
            trusted or (rules(), rules(PROVINCE)), fetch=self._fetch, cooldown=cooldown, clock=lambda: self.time
        )

    async def _fetch(self, uri: str) -> bytes:
        self.fetched.append(uri)
        return {f"{realm.issuer}/certs": realm.document for realm in (self.city, self.province)}[uri]

    def token(self, header: Any = None, *, key: SigningKey | None = None, **changes: Any) -> str:
        return self.city.token(header, key=key, now=NOW, **({"nip": NIP} | changes))

    async def refuses(self, token: str) -> bool:
        with pytest.raises(InvalidTokenError):
            await self.verifier.person(token)
        return True

    async def accepts(self, token: str) -> bool:
        return await self.verifier.person(token) is not None

    async def person(self, token: str) -> Person:
        person = await self.verifier.person(token)
        assert person is not None
        return person


@pytest.mark.parametrize("key", [RSA, EC, PASSIVE])
async def test_a_token_of_keycloaks_shape_names_a_person_and_grants_nothing(key: SigningKey) -> None:
    sso = Sso()
    person = await sso.person(sso.token(key=key, realm_access={"roles": ["admin"]}))
    assert person == Person(ExternalName(NameKind.NIP, NIP), frozenset(), NOW, NOW + 300)
    employee = Actor(uuid4(), "siti", None, frozenset({Role.EMPLOYEE}), DEFAULT_RATER_TYPES)
    assert person.narrow(employee) is employee


async def test_a_token_of_rfc_9068_too() -> None:
    sso = Sso()
    token = sso.token({"typ": "at+jwt"}, typ=LACKING, scope=LACKING, aud=AUDIENCE, client_id="kinerja-web")
    assert (await sso.person(token)).expires_at == NOW + 300


async def test_a_plain_jwt_with_a_scope_too() -> None:
    sso = Sso()
    assert await sso.accepts(sso.token(typ=LACKING))
    assert await sso.refuses(sso.token(typ=LACKING, scope=LACKING))


async def test_known_keys_and_known_tokens_need_no_network() -> None:
    sso = Sso()
    token = sso.token()
    first = await sso.person(token)
    assert await sso.person(token) is first
    for key in (RSA, EC, PASSIVE):
        await sso.person(sso.token(key=key))
    assert sso.fetched == [f"{CITY}/certs"]


async def test_our_own_tokens_and_strangers_are_not_an_issuers_matter() -> None:
    sso = Sso()
    ours = AccessTokens(KeyRing([new_key()]), issuer="https://kinerja.test", audience=AUDIENCE, lifetime=900)
    actor = Actor(uuid4(), "siti", None, frozenset(), DEFAULT_RATER_TYPES)
    assert await sso.verifier.person(ours.mint(actor)) is None
    for issuer in ("https://stranger.test", LACKING, None, 7, [CITY], {"iss": CITY}, f"{CITY}/", CITY.upper(), ""):
        assert await sso.verifier.person(sso.token(iss=issuer)) is None
    assert sso.fetched == []
    assert await ExternalTokens(()).person("x") is None


@pytest.mark.parametrize("claim", ["nip", "preferred_username"])
@pytest.mark.parametrize(
    ("spelling", "read"),
    [("1986 0926 2015 051 001", "198609262015051001"), ("Siti.Aminah", "siti.aminah"), ("", ""), (" x ", "x")],
)
async def test_names_are_read_as_at_the_log_in(claim: str, spelling: str, read: str) -> None:
    kind = NameKind.NIP if claim == "nip" else NameKind.USERNAME
    how: dict[str, Any] = {} if claim == "nip" else {"nip_claim": None, "username_claim": claim}
    sso = Sso(rules(**how))
    named: dict[str, Any] = {claim: spelling}
    assert (await sso.person(sso.token(**named))).name == ExternalName(kind, read)


async def test_a_token_without_the_claim_is_about_nobody() -> None:
    sso = Sso()
    assert (await sso.person(sso.token(nip=LACKING))).name is None


# ------------------------------------------------------------- roles only take away


EVERYTHING = Actor(
    uuid4(), "siti", None, frozenset({Role.ADMIN, Role.UNIT_ADMIN, Role.AUDITOR, Role.EMPLOYEE}), DEFAULT_RATER_TYPES
)
MAP = {"kinerja-admin": "admin", "kepala": "admin", "kinerja-audit": "auditor"}


@pytest.mark.parametrize(
    ("access", "kept"),
    [
        ({"roles": ["kinerja-admin", "offline_access"]}, {"admin", "unit_admin", "employee"}),
        ({"roles": ["kepala", "kinerja-audit"]}, {"admin", "unit_admin", "auditor", "employee"}),
        ({"roles": []}, {"unit_admin", "employee"}),
        ({"roles": ["admin", "auditor"]}, {"unit_admin", "employee"}),
        ({}, {"unit_admin", "employee"}),
        (LACKING, {"unit_admin", "employee"}),
    ],
)
async def test_a_mapped_role_is_kept_only_while_the_token_carries_it(access: Any, kept: set[str]) -> None:
    sso = Sso(rules(roles_path="realm_access.roles", role_map=MAP))
    person = await sso.person(sso.token(realm_access=access))
    assert person.narrow(EVERYTHING).roles == kept
    nobody = Actor(uuid4(), "siti", None, frozenset(), DEFAULT_RATER_TYPES)
    assert person.narrow(nobody).roles == set()


async def test_without_a_map_the_tokens_names_are_our_own() -> None:
    sso = Sso(rules(roles_path=["resource_access", "kinerja.web", "roles"]))
    person = await sso.person(sso.token(resource_access={"kinerja.web": {"roles": ["employee", "auditor", "root"]}}))
    assert person.narrow(EVERYTHING).roles == {"employee", "auditor"}
    assert person.narrow(EVERYTHING).rater_types == DEFAULT_RATER_TYPES


@pytest.mark.parametrize(
    "access",
    [
        None,
        7,
        "admin",
        ["admin"],
        {"roles": None},
        {"roles": "admin"},
        {"roles": [1]},
        {"roles": {"admin": 1}},
        {"roles": ["x"] * 501},
    ],
)
async def test_roles_of_another_shape_are_refused(access: Any) -> None:
    sso = Sso(rules(roles_path="realm_access.roles"))
    assert await sso.refuses(sso.token(realm_access=access))


# ------------------------------------------------------------- what is refused


ODD_VALUES: dict[str, Any] = {
    "missing": LACKING,
    "null": None,
    "string": "x",
    "number as string": str(NOW + 300),
    "float": NOW + 0.5,
    "zero": 0,
    "true": True,
    "list": ["x"],
    "empty list": [],
    "list of odd things": [AUDIENCE, 1],
    "dict": {"a": 1},
    "huge": 10**30,
    "long": "x" * 2000,
}
HARMLESS = {
    ("nbf", "missing"),
    ("nbf", "zero"),
    ("sub", "string"),
    ("sub", "number as string"),
    ("jti", "any"),
    ("typ", "missing"),
    ("nip", "missing"),
    ("nip", "string"),
    ("nip", "number as string"),
    ("scope", "any"),
}


@pytest.mark.parametrize("odd", ODD_VALUES)
@pytest.mark.parametrize("claim", ["aud", "sub", "iat", "nbf", "exp", "jti", "typ", "nip", "scope"])
async def test_every_claim_must_have_its_own_type(claim: str, odd: str) -> None:
    sso = Sso()
    token = sso.token(**{claim: ODD_VALUES[odd]})
    if {(claim, odd), (claim, "any")} & HARMLESS:
        assert await sso.accepts(token)
    else:
        assert await sso.refuses(token)


@pytest.mark.parametrize("text", ["1e400", "NaN", "Infinity", "1" * 5000, "1790000900.0", "1.79e9"])
@pytest.mark.parametrize("claim", ["iat", "nbf", "exp"])
async def test_times_are_whole_numbers_of_a_sensible_size(claim: str, text: str) -> None:
    sso = Sso()
    payload = json.dumps(sso.city.claims(NOW, nip=NIP) | {claim: "@"}).replace('"@"', text)
    assert await sso.refuses(RSA.sign({"alg": "RS256", "typ": "JWT", "kid": "rsa"}, payload))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW},
        {"exp": NOW - 1},
        {"nbf": NOW + 61},
        {"iat": NOW + 61},
        {"iat": NOW - 90_000, "exp": NOW + 1},
        {"exp": NOW + 86_401},
        {"iat": NOW + 50, "exp": NOW + 50},
        {"aud": "account"},
        {"aud": "KINERJA-API"},
        {"aud": ["account", "kinerja-web"]},
        {"aud": [AUDIENCE] * 51},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "a\u0000b"},
        {"nip": "\u0000"},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"typ": "Offline"},
        {"typ": "Logout"},
        {"typ": "bearer"},
        {"at_hash": "x"},
        {"c_hash": "x"},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
    ],
)
async def test_claims_with_a_wrong_value_are_refused(claims: dict[str, Any]) -> None:
    sso = Sso()
    assert await sso.refuses(sso.token(**claims))


async def test_an_id_token_is_refused() -> None:
    """Keycloak's own: for the client, with the hash of the access token beside it; and one whose client is our audience."""
    sso = Sso()
    shape: dict[str, Any] = {
        "typ": "ID",
        "at_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng",
        "auth_time": NOW,
        "scope": LACKING,
        "realm_access": LACKING,
    }
    assert await sso.refuses(sso.token(**shape, aud="kinerja-web"))
    assert await sso.refuses(sso.token(**shape, aud=AUDIENCE))
    assert await sso.refuses(sso.token(**shape | {"typ": LACKING, "at_hash": LACKING}, aud=AUDIENCE))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": LACKING},
        {"typ": "jwt"},
        {"typ": "JOSE"},
        {"typ": "logout+jwt"},
        {"typ": None},
        {"typ": ["JWT"]},
        {"typ": {"a": 1}},
        {"kid": LACKING},
        {"kid": None},
        {"kid": 1},
        {"kid": ["rsa"]},
        {"kid": "unknown"},
        {"kid": "ec"},
        {"kid": "enc"},
        {"kid": "../../etc/passwd"},
        {"alg": "none"},
        {"alg": "nOnE"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"alg": "RS384"},
        {"alg": "RS512"},
        {"alg": "PS256"},
        {"alg": LACKING},
        {"alg": ["RS256"]},
        {"jku": "https://attacker.test/certs"},
        {"jwk": RSA.public},
        {"x5u": "https://attacker.test/cert.pem"},
        {"x5c": ["MIICmzCC"]},
        {"crit": ["exp"]},
        {"zip": "DEF"},
        {"b64": False},
    ],
)
async def test_a_token_does_not_choose_its_own_rules(header: dict[str, Any]) -> None:
    sso = Sso()
    assert await sso.refuses(sso.token(header))


async def test_headers_that_can_never_be_good_ask_for_no_key() -> None:
    sso = Sso()
    for header in ({"alg": "none"}, {"alg": "HS256"}, {"kid": LACKING}, {"typ": "x"}, {"jku": "https://x.test"}):
        assert await sso.refuses(sso.token({"kid": "unknown"} | header))
    assert sso.fetched == []


async def test_a_public_key_is_no_secret() -> None:
    sso = Sso()
    for secret in (json.dumps(RSA.public).encode(), RSA.public["n"].encode(), b""):
        for algorithm in ("HS256", "RS256"):
            header = {"alg": algorithm, "typ": "JWT", "kid": "rsa"}
            assert await sso.refuses(jose.hs256(secret, header, sso.city.claims(NOW, nip=NIP)))


async def test_another_key_under_a_known_kid_is_refused() -> None:
    sso = Sso()
    assert await sso.refuses(sso.token(key=STRANGER))


async def test_the_signature_covers_header_and_claims() -> None:
    sso = Sso()
    header, _, signature = sso.token().split(".")
    other = jose.encode(json.dumps(sso.city.claims(NOW, nip="198609262015051002")).encode())
    assert await sso.refuses(f"{header}.{other}.{signature}")
    assert await sso.refuses(f"{header}.{other}.{jose.encode(bytes(256))}")
    assert await sso.refuses(f"{header}.{other}.")


async def test_the_same_kid_in_two_realms_confuses_nobody() -> None:
    sso = Sso()
    theirs = sso.province.keys[0]
    assert theirs.kid == EC.kid
    assert await sso.accepts(sso.province.token(now=NOW, nip=NIP))
    assert await sso.accepts(sso.token(key=EC))
    assert await sso.refuses(sso.token(key=theirs))
    assert await sso.refuses(sso.province.token(key=EC, now=NOW, nip=NIP))
    assert await sso.refuses(sso.province.token(key=RSA, now=NOW, nip=NIP))


async def test_our_own_key_signs_for_no_issuer_and_an_issuers_key_not_for_us() -> None:
    sso, own = Sso(), EcKey("ec")
    ours = AccessTokens(KeyRing([own.jwk]), issuer="https://kinerja.test", audience=AUDIENCE, lifetime=900)
    actor = Actor(uuid4(), "siti", None, frozenset({Role.ADMIN}), DEFAULT_RATER_TYPES)
    minted = jose.claims_of(ours.mint(actor))
    assert await sso.refuses(own.sign({"alg": "ES256", "typ": "at+jwt", "kid": "ec"}, minted | {"iss": CITY}))
    with pytest.raises(InvalidTokenError):
        ours.verify(EC.sign({"alg": "ES256", "typ": "at+jwt", "kid": "ec"}, minted))


async def test_weak_keys_and_keys_for_other_uses_verify_nothing() -> None:
    sso = Sso()
    sso.city.keys.append(WEAK)
    good = EcKey("fit")
    faults: list[dict[str, Any]] = [{"use": "enc"}, {"key_ops": ["sign"]}, {"alg": "ES384"}, {"crv": "P-384"}]
    faults += [{"kty": "RSA"}, {"x": "AA"}]
    for number, spoilt in enumerate(faults):
        sso.city.extra.append(good.public | spoilt | {"kid": f"spoilt-{number}"})
    assert await sso.refuses(sso.token(key=WEAK))
    for number in range(6):
        assert await sso.refuses(sso.token({"kid": f"spoilt-{number}"}, key=good))
    sso.city.extra.append(good.public)
    again = Sso()
    again.city = sso.city
    assert await again.accepts(again.token(key=good))


async def test_a_kid_that_stands_twice_in_a_set_is_refused() -> None:
    sso = Sso()
    sso.city.extra.append(STRANGER.public)
    assert await sso.refuses(sso.token())
    assert await sso.refuses(sso.token(key=STRANGER))
    assert await sso.accepts(sso.token(key=EC))


async def test_a_set_with_a_shared_secret_is_refused_as_a_whole() -> None:
    sso = Sso()
    sso.city.extra.append({"kty": "oct", "k": jose.encode(b"k" * 32), "kid": "o"})
    assert await sso.refuses(sso.token())


async def test_the_rules_are_each_issuers_own() -> None:
    sso = Sso(rules(audience="kinerja-kota", typ=["at+jwt"], algorithms=["ES256"]), rules(PROVINCE))
    assert await sso.refuses(sso.token({"typ": "at+jwt"}, key=EC))
    assert await sso.refuses(sso.token(key=EC, aud="kinerja-kota"))
    assert await sso.refuses(sso.token({"typ": "at+jwt"}, aud="kinerja-kota"))
    assert await sso.accepts(sso.token({"typ": "at+jwt"}, key=EC, aud="kinerja-kota"))


@pytest.mark.parametrize("text", ["", "x", "a.b", "a.b.c", "a.b.c.d", "\ud800", "é.é.é", "e30.e30.e30", "x" * 9000])
async def test_texts_that_are_no_tokens_are_refused_before_anything_else(text: str) -> None:
    sso = Sso()
    if text == "e30.e30.e30":  # JSON without an algorithm
        text = f"{jose.encode(b'{}')}.{jose.encode(b'{}')}.{jose.encode(b'x')}"
    assert await sso.refuses(text)


async def test_deep_and_odd_json_is_refused_although_it_is_signed() -> None:
    sso = Sso()
    header = {"alg": "RS256", "typ": "JWT", "kid": "rsa"}
    for payload in (b"[]", b"null", b"\xff", b"[" * 5000, b'{"iss":"' + CITY.encode() + b'","iss":"x"}'):
        assert await sso.refuses(RSA.sign(header, payload))


# ------------------------------------------------------------- time passes


async def test_a_remembered_token_expires_too() -> None:
    sso = Sso()
    token = sso.token()
    await sso.person(token)
    sso.time = NOW + 299.9
    await sso.person(token)
    sso.time = NOW + 300
    assert await sso.refuses(token)
    sso.time = NOW
    assert await sso.accepts(token)


async def test_rotation_and_disabling_at_the_issuer() -> None:
    sso = Sso(cooldown=0)
    old, fresh = sso.token(), RsaKey("fresh")
    await sso.person(old)
    sso.city.keys.insert(0, fresh)
    assert await sso.accepts(sso.token(key=fresh))
    assert await sso.accepts(old)
    sso.city.keys.remove(RSA)
    assert await sso.refuses(sso.token({"kid": "unknown"}))  # has the set fetched again
    assert await sso.refuses(old)
    assert await sso.accepts(sso.token(key=fresh))


async def test_without_keys_a_token_cannot_be_judged() -> None:
    sso = Sso()
    sso.city.issuer, token = "https://gone.test", sso.token()
    with pytest.raises(Unavailable):
        await sso.verifier.person(token)


async def test_a_storm_of_unknown_keys_is_two_fetches() -> None:
    sso = Sso()
    sso.verifier.start()
    await sso.person(sso.token())

    async def attack(number: int) -> None:
        assert await sso.refuses(sso.token({"kid": f"unknown-{number}"}, key=EC))

    start = time.monotonic()
    await asyncio.gather(*(attack(number) for number in range(2000)))
    assert time.monotonic() - start < 20
    assert sso.fetched.count(f"{CITY}/certs") <= 2
    await sso.verifier.stop()
