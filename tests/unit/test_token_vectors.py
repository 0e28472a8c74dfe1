"""Published tokens of others against the seam ``verify_jws``: RFC 7515 appendix A, and what Wycheproof and RFC 8725 try."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.api.tokens.jws import InvalidTokenError, verify_jws
from app.api.tokens.keys import KeyRing, new_key
from tests.support import jose
from tests.support.sso import RsaKey

Key = Mapping[str, Any]
_CLAIMS: Final = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

# ------------------------------------------------------------- RFC 7515, appendix A

A1_KEY: Final = {
    "kty": "oct",
    "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
}
A1: Final = f"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{_CLAIMS}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
A2_KEY: Final = {
    "kty": "RSA",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-p"
    "CgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665"
    "xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpo"
    "Q",
    "e": "AQAB",
}
A2: Final = (
    f"eyJhbGciOiJSUzI1NiJ9.{_CLAIMS}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt"
    "_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB"
    "_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVm"
    "tVrBp0igcN_IoypGlUPQGe77Rw"
)
A3_KEY: Final = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
A3: Final = (
    f"eyJhbGciOiJFUzI1NiJ9.{_CLAIMS}."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
A5: Final = f"eyJhbGciOiJub25lIn0.{_CLAIMS}."
PUBLISHED: Final = {"A.1": (A1, A1_KEY, "HS256"), "A.2": (A2, A2_KEY, "RS256"), "A.3": (A3, A3_KEY, "ES256")}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_token_is_read_and_its_neighbours_are_not(name: str) -> None:
    token, key, algorithm = PUBLISHED[name]
    _, claims = verify_jws(token, [key], {algorithm})
    assert claims == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    signed, _, signature = token.rpartition(".")
    broken = bytearray(jose.decode(signature))
    broken[len(broken) // 2] ^= 1
    refuse(f"{signed}.{jose.encode(bytes(broken))}", [key], algorithm)
    refuse(token.replace("eyJpc3MiOiJqb2Ui", "eyJpc3MiOiJqb2Uk"), [key], algorithm)
    for other, other_key, other_algorithm in PUBLISHED.values():
        if other != token:
            refuse(token, [other_key], algorithm)
            refuse(token, [key], other_algorithm)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_token_without_signature_is_refused(name: str) -> None:
    _, key, algorithm = PUBLISHED[name]
    refuse(A5, [key], algorithm)
    refuse(A5, [key], "none")


def refuse(token: str, keys: list[Key], algorithm: str) -> None:
    with pytest.raises(InvalidTokenError):
        verify_jws(token, keys, {algorithm})


# ------------------------------------------------------------- signatures on a curve (Wycheproof's kinds)

PRIVATE: Final = new_key()
PUBLIC: Final = KeyRing([PRIVATE]).public[0]
HEADER: Final = {"alg": "ES256", "kid": PRIVATE["kid"]}
GOOD: Final = jose.es256(PRIVATE, HEADER, {"sub": "siti"})
SIGNED, _, SIGNATURE = GOOD.rpartition(".")
R, S = jose.decode(SIGNATURE)[:32], jose.decode(SIGNATURE)[32:]
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_N, _ZERO = ORDER.to_bytes(32, "big"), bytes(32)
_DER: Final = jose.private_key(PRIVATE).sign(SIGNED.encode(), ec.ECDSA(hashes.SHA256()))
SIGNATURES: Final = {
    "r = 0": _ZERO + S,
    "s = 0": R + _ZERO,
    "r = s = 0": _ZERO * 2,
    "r = n": _N + S,
    "s = n": R + _N,
    "r = s = n": _N * 2,
    "r = n, s = 0": _N + _ZERO,
    "r = s = 1": (b"\0" * 31 + b"\1") * 2,
    "r = s = 2^256 - 1": b"\xff" * 64,
    "s + n": R + ((int.from_bytes(S, "big") + ORDER) % 2**256).to_bytes(32, "big"),
    "r and s exchanged": S + R,
    "DER": _DER,
    "r short": R[1:] + S,
    "s short": R + S[:-1],
    "a byte before": b"\0" + R + S,
    "a byte after": R + S + b"\0",
    "twice": (R + S) * 2,
    "r alone": R,
    "one byte": b"\0",
    "of another curve's size": _ZERO + R + _ZERO + S,
}


def test_the_signature_these_are_made_of_is_good() -> None:
    assert verify_jws(GOOD, [PUBLIC], {"ES256"})[1] == {"sub": "siti"}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_a_signature_of_another_shape_or_range(kind: str) -> None:
    refuse(f"{SIGNED}.{jose.encode(SIGNATURES[kind])}", [PUBLIC], "ES256")


@pytest.mark.parametrize(
    "token",
    [
        f"{SIGNED}.",
        SIGNED,
        f"{GOOD}.",
        f".{GOOD}",
        f"{GOOD}=",
        f"{GOOD}==",
        f" {GOOD}",
        f"{GOOD}\n",
        GOOD.replace(".", ".."),
        f"{SIGNED}.{base64.b64encode(R + S).decode()}",
        f"{SIGNED}.{SIGNATURE[:-1]}{chr(ord(SIGNATURE[-1]) + 1)}",
        f"{SIGNED}.{SIGNATURE[:4]}\n{SIGNATURE[4:]}",
        f"{SIGNED}.{SIGNATURE[:4]}!{SIGNATURE[4:]}",
        f"{SIGNED}.{SIGNATURE}{'A' * 9_216}",
        json.dumps({"payload": SIGNED.split(".")[1], "protected": SIGNED.split(".")[0], "signature": SIGNATURE}),
    ],
    ids=range(15),
)
def test_another_spelling_of_a_good_token(token: str) -> None:
    refuse(token, [PUBLIC], "ES256")


# ------------------------------------------------------------- keys that do not fit


KEYS: Final[dict[str, list[Key]]] = {
    "none": [],
    "another": [KeyRing([new_key()]).public[0]],
    "the kid twice": [PUBLIC, KeyRing([new_key() | {"kid": PRIVATE["kid"]}]).public[0]],
    "for encryption": [{**PUBLIC, "use": "enc"}],
    "to sign alone": [{**PUBLIC, "key_ops": ["sign"]}],
    "operations as text": [{**PUBLIC, "key_ops": "verify"}],
    "operations as a number": [{**PUBLIC, "key_ops": 1}],
    "for another algorithm": [{**PUBLIC, "alg": "ES512"}],
    "another curve's name": [{**PUBLIC, "crv": "P-521"}],
    "off the curve": [{**PUBLIC, "x": PUBLIC["y"]}],
    "at infinity": [{**PUBLIC, "x": jose.encode(_ZERO), "y": jose.encode(_ZERO)}],
    "without y": [{name: value for name, value in PUBLIC.items() if name != "y"}],
    "numbers": [{**PUBLIC, "x": 1, "y": 2}],
    "a secret of the same kid": [{"kty": "oct", "kid": PRIVATE["kid"], "k": jose.encode(b"k" * 64)}],
    "RSA of 1024 bits": [RsaKey(PRIVATE["kid"], bits=1024).public],
    "RSA of the same kid": [RsaKey(PRIVATE["kid"]).public],
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "HS256"])
def test_a_key_that_does_not_fit(kind: str, algorithm: str) -> None:
    refuse(GOOD, KEYS[kind], algorithm)


def test_a_token_of_a_short_rsa_key_is_refused_although_it_holds() -> None:
    key = RsaKey("r", bits=1024)
    token = key.sign({"alg": "RS256", "kid": "r"}, {"sub": "siti"})
    refuse(token, [{name: value for name, value in key.public.items() if name != "x5c"}], "RS256")


def test_without_a_kid_a_set_of_two_tells_nothing() -> None:
    token = jose.es256(PRIVATE, {"alg": "ES256"}, {"sub": "siti"})
    assert verify_jws(token, [PUBLIC], {"ES256"})
    refuse(token, [PUBLIC, KeyRing([new_key()]).public[0]], "ES256")


@pytest.mark.parametrize("encoding", ["pem", "der", "x", "json"])
@pytest.mark.parametrize("allowed", [{"ES256"}, {"ES256", "HS256"}, {"HS256"}])
def test_a_public_key_is_nobodys_secret(encoding: str, allowed: set[str]) -> None:
    public = jose.private_key(PRIVATE).public_key()
    subject = serialization.PublicFormat.SubjectPublicKeyInfo
    secret = {
        "pem": public.public_bytes(serialization.Encoding.PEM, subject),
        "der": public.public_bytes(serialization.Encoding.DER, subject),
        "x": jose.decode(PUBLIC["x"]),
        "json": json.dumps(PUBLIC).encode(),
    }[encoding]
    with pytest.raises(InvalidTokenError):
        verify_jws(jose.hs256(secret, {"alg": "HS256", "kid": PRIVATE["kid"]}, {"sub": "siti"}), [PUBLIC], allowed)


@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"none","alg":"ES256","kid":"%s"}',
        '{"alg":"ES256","kid":"%s","kid":"other"}',
        '{"alg":"ES256","kid":"%s","crit":["exp"]}',
        '{"alg":"ES256","kid":"%s","b64":false}',
        '{"alg":"ES256","kid":"%s","jwk":{}}',
        '{"alg":"es256","kid":"%s"}',
        '{"alg":["ES256"],"kid":"%s"}',
        '{"alg":"ES256","kid":["%s"]}',
        '{"alg":"ES256","kid":"%s"} ,',
        '[{"alg":"ES256","kid":"%s"}]',
        '{"alg":"ES256","kid":"%s","x":NaN}',
    ],
    ids=range(11),
)
def test_a_header_that_two_readers_would_read_in_two_ways(header: str) -> None:
    refuse(jose.es256(PRIVATE, header % PRIVATE["kid"], {"sub": "siti"}), [PUBLIC], "ES256")
