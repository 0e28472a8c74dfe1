"""A single sign-on in a process of its own: `python -m tests.support.oidc_provider PORT`, of Keycloak's shape.

It shows its discovery document and key set, and its token endpoint gives access tokens with realm roles and a NIP. What a
test needs besides: a token spoilt on purpose, a new signing key, a slow key set, and how often the keys were asked for.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.support.sso import CERTS, LACKING, Realm, RsaKey

REALM: Final = "/realms/serang"
DISCOVERY: Final = f"{REALM}/.well-known/openid-configuration"
TOKEN: Final = f"{REALM}/protocol/openid-connect/token"


class Provider:
    """One realm and what was asked of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.realm = Realm(url + REALM, RsaKey("first"))
        self.certs_asked = 0
        self.delay = 0.0

    def get(self, path: str) -> bytes | None:
        """The answer to a GET; ``None`` where nothing is."""
        if path == DISCOVERY:
            return json.dumps({"issuer": self.realm.issuer, "jwks_uri": self.url + CERTS}).encode()
        if path == CERTS:
            self.certs_asked += 1
            time.sleep(self.delay)
            return self.realm.document
        return json.dumps({"certs_asked": self.certs_asked}).encode() if path == "/test/state" else None

    def post(self, path: str, form: dict[str, str]) -> bytes | None:
        """The answer to a form."""
        if path == TOKEN:
            return json.dumps({"access_token": self.token(form), "token_type": "Bearer"}).encode()
        if path == "/test/keys":
            self.delay = float(form.get("delay", 0))
            if "add" in form:
                self.realm.keys.insert(0, RsaKey(form["add"]))
            self.realm.keys = [key for key in self.realm.keys if key.kid != form.get("remove")]
            return b"{}"
        return None

    def token(self, form: dict[str, str]) -> str:
        """For the user whose name is his NIP. ``header`` and ``claims`` say what is wrong with it; null leaves out."""
        wrong: dict[str, dict[str, Any]] = {
            part: {
                name: LACKING if value is None else value for name, value in json.loads(form.get(part, "{}")).items()
            }
            for part in ("header", "claims")
        }
        return self.realm.token(wrong["header"], **({"nip": form["username"]} | wrong["claims"]))


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        self._answer(self.provider.get(self.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(self.provider.post(self.path, dict(parse_qsl(body))))

    def _answer(self, body: bytes | None) -> None:
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None:
        """Nothing: tests ask for what was asked."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    Handler.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
