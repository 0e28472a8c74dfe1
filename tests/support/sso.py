"""A single sign-on of Keycloak's shape: signing keys, tokens, and its key set served over loopback."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from app.api.tokens.keys import KeyRing, new_key
from tests.support import jose

AUDIENCE = "kinerja-api"
CERTS = "/realms/serang/protocol/openid-connect/certs"


class RsaKey:
    """A signing key as Keycloak makes it by default."""

    algorithm = "RS256"

    def __init__(self, kid: str = "", bits: int = 2048) -> None:
        self.kid = kid or uuid4().hex
        self._key = rsa.generate_private_key(65537, bits)

    @property
    def public(self) -> dict[str, Any]:
        numbers = self._key.public_key().public_numbers()
        n, e = (jose.encode(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (numbers.n, numbers.e))
        return {"kid": self.kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": e, "x5c": ["MIICmzCC"]}

    def sign(self, header: Any, claims: Any) -> str:
        signed = f"{jose.encode(jose.to_bytes(header))}.{jose.encode(jose.to_bytes(claims))}"
        return f"{signed}.{jose.encode(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


class EcKey:
    """The same on a curve."""

    algorithm = "ES256"

    def __init__(self, kid: str = "") -> None:
        self.jwk = new_key()
        self.kid = self.jwk["kid"] = kid or uuid4().hex

    @property
    def public(self) -> dict[str, Any]:
        return KeyRing([self.jwk]).public[0]

    def sign(self, header: Any, claims: Any) -> str:
        return jose.es256(self.jwk, header, claims)


SigningKey = RsaKey | EcKey
LACKING = object()


class Realm:
    """An issuer: its keys and the tokens it signs. The first key is the active one."""

    def __init__(self, issuer: str, *keys: SigningKey) -> None:
        self.issuer = issuer
        self.keys = list(keys)
        self.extra: list[dict[str, Any]] = []

    @property
    def document(self) -> bytes:
        """The key set as it is served; Keycloak also shows keys for encryption."""
        encryption = {"kid": "enc", "kty": "RSA", "alg": "RSA-OAEP", "use": "enc", "n": "AQAB", "e": "AQAB"}
        return json.dumps({"keys": [*(key.public for key in self.keys), encryption, *self.extra]}).encode()

    def claims(self, now: float, **changes: Any) -> dict[str, Any]:
        """What an access token of Keycloak says, with a mapper for the audience and one for the NIP."""
        claims = {
            "exp": int(now) + 300,
            "iat": int(now),
            "jti": str(uuid4()),
            "iss": self.issuer,
            "aud": [AUDIENCE, "account"],
            "sub": str(uuid4()),
            "typ": "Bearer",
            "azp": "kinerja-web",
            "sid": str(uuid4()),
            "acr": "1",
            "realm_access": {"roles": ["offline_access", "default-roles-serang"]},
            "resource_access": {"account": {"roles": ["manage-account", "view-profile"]}},
            "scope": "openid profile email",
            "preferred_username": "siti.aminah",
            "name": "Siti Aminah",
        }
        return {name: value for name, value in (claims | changes).items() if value is not LACKING}

    def token(
        self, header: Mapping[str, Any] | None = None, *, key: SigningKey | None = None, now: float = 0, **changes: Any
    ) -> str:
        """An access token, as good as ``changes`` leave it."""
        key = key or self.keys[0]
        merged = {"alg": key.algorithm, "typ": "JWT", "kid": key.kid} | dict(header or {})
        shown = {name: value for name, value in merged.items() if value is not LACKING}
        return key.sign(shown, self.claims(now or time.time(), **changes))


class Provider:
    """A server on loopback. Every path it is asked for is kept; it can fall silent, redirect, or say something else."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Realm | bytes] = {}
        self.status = 200
        self.headers: dict[str, str] = {}
        self.delay = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                time.sleep(provider.delay)
                answer = provider.answers.get(self.path, b"{}")
                body = answer.document if isinstance(answer, Realm) else answer
                self.send_response(provider.status)
                for name, value in ({"Content-Length": str(len(body))} | provider.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(ConnectionError):  # whoever asked may have gone
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing: the tests look at what was asked."""

        return Handler

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def provider() -> Iterator[Provider]:
    """A running provider."""
    running = Provider()
    try:
        yield running
    finally:
        running.close()
