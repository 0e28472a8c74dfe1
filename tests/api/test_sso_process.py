"""The city's single sign-on as what it is: another process, which is asked over the network and may be gone."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app.api.tokens.issuers import ExternalTokens
from app.issuers import TrustedIssuer
from app.services import AppServices
from tests.support.oidc_provider import DISCOVERY, TOKEN
from tests.support.serving import ROOT
from tests.support.sso import AUDIENCE
from tests.support.world import World

pytestmark = pytest.mark.anyio
NIP = "198609262015051001"


class SingleSignOn:
    """The process, and what a test asks of it."""

    def __init__(self) -> None:
        self._start("0")

    def _start(self, port: str) -> None:
        command = [sys.executable, "-m", "tests.support.oidc_provider", port]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._port = self._process.stdout.readline().strip()
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=10)

    def stop(self) -> None:
        """End the process; whoever asks finds a closed port."""
        self._http.close()
        self._process.kill()
        self._process.communicate()

    def start_again(self) -> None:
        """At the same address, with other keys."""
        self._start(self._port)

    @property
    def discovered(self) -> dict[str, str]:
        document: dict[str, str] = self._http.get(DISCOVERY).json()
        return document

    @property
    def certs_asked(self) -> int:
        return int(self._http.get("/test/state").json()["certs_asked"])

    def keys(self, **form: str) -> None:
        self._http.post("/test/keys", data=form).raise_for_status()

    def token(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        form = {"grant_type": "password", "username": NIP, "password": "x"}
        form |= {"header": json.dumps(header or {}), "claims": json.dumps(claims)}
        return str(self._http.post(TOKEN, data=form).raise_for_status().json()["access_token"])


@pytest.fixture
def sso() -> Iterator[SingleSignOn]:
    running = SingleSignOn()
    yield running
    running.stop()


@dataclass
class Office:
    """Our service, which trusts the process and knows one person of it."""

    sso: SingleSignOn
    services: AppServices
    api: httpx.AsyncClient

    async def trust(self, *, ttl: float = 300, cooldown: float = 30, found: dict[str, str] | None = None) -> None:
        found = found or self.sso.discovered
        rules = TrustedIssuer.model_validate(
            {
                "issuer": found["issuer"],
                "jwks_uri": found["jwks_uri"],
                "audience": AUDIENCE,
                "algorithms": ["RS256"],
                "nip_claim": "nip",
                "roles_path": "realm_access.roles",
                "role_map": {"kinerja-admin": "admin"},
            }
        )
        await self.services.external_tokens.stop()
        self.services.external_tokens = ExternalTokens([rules], ttl=ttl, cooldown=cooldown)
        self.services.external_tokens.start()

    async def status(self, token: str) -> int:
        return (await self.api.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code

    async def becomes(self, token: str, status: int) -> bool:
        """Whether the token is answered so sooner or later."""
        for _ in range(400):
            if await self.status(token) == status:
                return True
            await asyncio.sleep(0.02)
        return False


@pytest.fixture
async def office(
    sso: SingleSignOn, services: AppServices, api: httpx.AsyncClient, world: World
) -> AsyncIterator[Office]:
    before = services.external_tokens
    made = Office(sso, services, api)
    await world.account("siti.aminah", employee=await world.employee(await world.unit(), nip=NIP))
    yield made
    await services.external_tokens.stop()
    services.external_tokens = before


async def test_a_person_is_let_in_and_only_a_role_of_ours_counts(office: Office) -> None:
    await office.trust()
    token = office.sso.token(realm_access={"roles": ["kinerja-admin", "offline_access"]})
    answer = await office.api.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.json()["username"], answer.json()["roles"]) == ("siti.aminah", ["employee"])


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"alg": "none"}, {}),
        ({"alg": "HS256"}, {}),
        ({"alg": "PS256"}, {}),
        ({"typ": "logout+jwt"}, {}),
        ({"typ": None}, {}),
        ({"kid": None}, {}),
        ({}, {"typ": "ID"}),
        ({}, {"typ": "Refresh"}),
        ({}, {"aud": "account"}),
        ({}, {"aud": None}),
        ({}, {"iss": "http://127.0.0.1:1/realms/serang"}),
        ({}, {"iss": None}),
        ({}, {"exp": 1}),
        ({}, {"iat": 9_999_999_999}),
        ({}, {"sub": None}),
    ],
)
async def test_a_token_that_is_not_for_us(office: Office, header: dict[str, Any], claims: dict[str, Any]) -> None:
    await office.trust()
    assert await office.status(office.sso.token()) == 200
    assert await office.status(office.sso.token(header, **claims)) == 401


async def test_thirty_questions_about_a_new_key_are_one_fetch(office: Office) -> None:
    await office.trust(cooldown=0)
    assert await office.status(office.sso.token()) == 200
    office.sso.keys(add="second", delay="0.3")
    asked, token = office.sso.certs_asked, office.sso.token()
    assert await asyncio.gather(*(office.status(token) for _ in range(30))) == [200] * 30
    assert office.sso.certs_asked == asked + 1


async def test_an_unknown_key_is_asked_for_once_in_the_cooldown(office: Office) -> None:
    await office.trust(cooldown=3_600)
    assert await office.status(office.sso.token()) == 200
    for number in range(20):
        assert await office.status(office.sso.token({"kid": f"made-up-{number}"})) == 401
    assert office.sso.certs_asked <= 2


async def test_keys_rotate_and_a_removed_one_ends(office: Office) -> None:
    await office.trust(ttl=0.1, cooldown=0)
    old = office.sso.token()
    assert await office.status(old) == 200
    office.sso.keys(add="second")
    assert await office.status(office.sso.token()) == 200
    assert await office.status(old) == 200
    office.sso.keys(remove="first")
    assert await office.becomes(old, 401)


async def test_the_last_good_keys_outlive_the_process(office: Office) -> None:
    await office.trust(ttl=0.05, cooldown=0)
    token, stranger = office.sso.token(), office.sso.token({"kid": "made-up"})
    assert await office.status(token) == 200
    office.sso.stop()
    for _ in range(10):
        assert await office.status(token) == 200
        assert await office.status(stranger) == 401
        await asyncio.sleep(0.02)
    office.sso.start_again()  # which has thrown its keys away and made others
    assert await office.becomes(office.sso.token(), 200)
    assert await office.becomes(token, 401)


async def test_a_process_that_was_not_there_yet_is_a_passing_failure(office: Office) -> None:
    token, found = office.sso.token(), office.sso.discovered
    office.sso.stop()
    await office.trust(ttl=0.05, cooldown=0, found=found)
    assert await office.status(token) == 503
    office.sso.start_again()
    assert await office.becomes(office.sso.token(), 200)
