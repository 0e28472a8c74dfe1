"""Logging in by the city's own single sign-on: a real provider on loopback, tokens of Keycloak's shape, our directory."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from app.api.tokens.issuers import ExternalTokens
from app.domain.people import Employee
from app.domain.values import Role
from app.issuers import TrustedIssuer
from app.repositories import tables as t
from app.services import AppServices
from app.settings import Settings
from tests.support.serving import in_process
from tests.support.sso import AUDIENCE, CERTS, LACKING, EcKey, Provider, Realm, RsaKey, SigningKey, provider
from tests.support.world import World, fresh_world

pytestmark = pytest.mark.anyio
RSA, EC = RsaKey("rsa-1"), EcKey("ec-1")
NIP = "198609262015051001"
OTHER_CERTS = "/realms/banten/protocol/openid-connect/certs"


@pytest.fixture
def served() -> Iterator[Provider]:
    with provider() as running:
        yield running


@dataclass
class City:
    """A service that trusts two realms of one provider, and the people it knows."""

    provider: Provider
    realm: Realm
    other: Realm
    services: AppServices
    api: httpx.AsyncClient
    world: World

    def rules(self, realm: Realm, certs: str, **more: Any) -> TrustedIssuer:
        settings = {
            "issuer": realm.issuer,
            "jwks_uri": self.provider.url + certs,
            "audience": AUDIENCE,
            "algorithms": ["RS256", "ES256"],
            "nip_claim": "nip",
        }
        return TrustedIssuer.model_validate(settings | more)

    async def trust(self, *, ttl: float = 300, cooldown: float = 30, **more: Any) -> None:
        """Trust the realms under other rules from now on."""
        await self.services.external_tokens.stop()
        issuers = [self.rules(self.realm, CERTS, **more), self.rules(self.other, OTHER_CERTS)]
        self.services.external_tokens = ExternalTokens(issuers, ttl=ttl, cooldown=cooldown)
        self.services.external_tokens.start()

    def token(self, header: Any = None, *, key: SigningKey | None = None, **changes: Any) -> str:
        return self.realm.token(header, key=key, **({"nip": NIP} | changes))

    async def get(self, token: str, path: str = "/v1/me") -> httpx.Response:
        return await self.api.get(path, headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})

    async def person(self, *roles: Role) -> Employee:
        """An employee with an account named ``siti.aminah``."""
        employee = await self.world.employee(await self.world.unit(), nip=NIP)
        await self.world.account("siti.aminah", *roles, employee=employee)
        return employee


@pytest.fixture
async def city(served: Provider, settings: Settings) -> AsyncIterator[City]:
    realm, other = Realm(f"{served.url}/realms/serang", RSA, EC), Realm(f"{served.url}/realms/banten", RsaKey("rsa-1"))
    served.answers = {CERTS: realm, OTHER_CERTS: other}
    async with in_process(settings) as (application, api):
        services: AppServices = application.state.services
        async with fresh_world(services, api, settings) as world:
            city = City(served, realm, other, services, api, world)
            await city.trust()
            yield city


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("key", [RSA, EC])
async def test_a_person_known_by_his_nip_is_let_in_as_the_directory_says(city: City, key: SigningKey) -> None:
    employee = await city.person()
    answer = await city.get(city.token(key=key, realm_access={"roles": ["admin", "auditor"]}))
    assert answer.status_code == 200, answer.text
    me = answer.json()
    assert (me["username"], me["employee"]["id"]) == ("siti.aminah", str(employee.id))
    assert (me["roles"], me["rater_types"]) == (["employee"], ["peer", "self", "subordinate", "superior"])


async def test_a_person_known_by_his_account_name(city: City) -> None:
    await city.person()
    await city.trust(nip_claim=None, username_claim="preferred_username")
    assert (await city.get(city.token(preferred_username="Siti.Aminah"))).json()["username"] == "siti.aminah"
    assert told(await city.get(city.token(preferred_username="siti"))) == (403, "unknown_person")
    assert told(await city.get(city.token(preferred_username=NIP))) == (403, "unknown_person")


async def test_rating_types_are_the_accounts(city: City) -> None:
    await city.person()
    async with city.world.owner.begin() as connection:
        await connection.execute(sa.update(t.accounts).values(rater_types=["peer"]))
    token = city.token(rater_types=["superior", "self", "service_recipient"], assignment_id="x", scope="api")
    assert (await city.get(token)).json()["rater_types"] == ["peer"]


async def test_a_role_in_the_token_opens_nothing(city: City) -> None:
    await city.person()
    boastful = city.token(realm_access={"roles": ["admin", "kinerja-admin"]}, roles=["admin"], scope="admin")
    assert told(await city.get(boastful, "/v1/accounts")) == (403, "not_allowed")
    await city.trust(roles_path="realm_access.roles", role_map={"kinerja-admin": "admin"})
    assert told(await city.get(boastful, "/v1/accounts")) == (403, "not_allowed")


async def test_a_mapped_role_is_withheld_without_the_tokens_word(city: City) -> None:
    await city.person(Role.ADMIN, Role.EMPLOYEE)
    assert (await city.get(city.token(), "/v1/accounts")).status_code == 200
    await city.trust(roles_path="realm_access.roles", role_map={"kinerja-admin": "admin"})
    assert told(await city.get(city.token(), "/v1/accounts")) == (403, "not_allowed")
    assert (await city.get(city.token())).json()["roles"] == ["employee"]
    named = city.token(realm_access={"roles": ["kinerja-admin"]})
    assert (await city.get(named, "/v1/accounts")).status_code == 200


# ------------------------------------------------------------- people who are not let in


@pytest.mark.parametrize("nip", ["198609262015051002", "", "x", "siti.aminah", "1 OR 1=1", "%", LACKING])
async def test_a_good_token_about_nobody_here(city: City, nip: Any) -> None:
    await city.person()
    answer = await city.get(city.token(nip=nip))
    assert told(answer) == (403, "unknown_person")
    assert answer.json()["detail"].startswith("You are logged in at the single sign-on")
    assert "www-authenticate" not in answer.headers


async def test_somebody_without_an_account(city: City) -> None:
    await city.world.employee(await city.world.unit(), nip=NIP)
    assert told(await city.get(city.token())) == (403, "unknown_person")


async def test_an_inactive_account_at_the_next_request(city: City) -> None:
    await city.person()
    token = city.token()
    assert (await city.get(token)).status_code == 200
    admin = await city.world.admin()
    (account,) = (await city.api.get("/v1/accounts?q=siti", headers=admin)).json()["items"]
    path = f"/v1/accounts/{account['id']}"
    version = (await city.api.get(path, headers=admin)).headers["etag"]
    off = await city.api.patch(path, json={"active": False}, headers=admin | {"If-Match": version})
    assert off.status_code == 200, off.text
    assert told(await city.get(token)) == (403, "unknown_person")
    assert told(await city.get(city.token())) == (403, "unknown_person")


async def change_employee(city: City, employee: Employee, **changes: Any) -> None:
    admin, path = await city.world.admin(), f"/v1/employees/{employee.id}"
    version = (await city.api.get(path, headers=admin)).headers["etag"]
    answer = await city.api.patch(path, json=changes, headers=admin | {"If-Match": version})
    assert answer.status_code == 200, answer.text


async def test_somebody_who_has_left_at_the_next_request(city: City) -> None:
    employee = await city.person()
    token = city.token()
    assert (await city.get(token)).status_code == 200
    await change_employee(city, employee, active=False)
    assert told(await city.get(token)) == (403, "unknown_person")
    await change_employee(city, employee, active=True)
    assert (await city.get(token)).status_code == 200


async def test_a_corrected_nip_at_the_next_request(city: City) -> None:
    employee = await city.person()
    token = city.token()
    assert (await city.get(token)).status_code == 200
    await change_employee(city, employee, nip="198609262015051009")
    assert told(await city.get(token)) == (403, "unknown_person")
    assert (await city.get(city.token(nip="198609262015051009"))).status_code == 200


async def test_a_role_taken_away_at_the_next_request(city: City) -> None:
    await city.person(Role.ADMIN, Role.EMPLOYEE)
    token = city.token()
    assert (await city.get(token, "/v1/accounts")).status_code == 200
    admin = await city.world.admin()
    (account,) = (await city.api.get("/v1/accounts?q=siti", headers=admin)).json()["items"]
    path = f"/v1/accounts/{account['id']}"
    version = (await city.api.get(path, headers=admin)).headers["etag"]
    less = await city.api.patch(path, json={"roles": ["employee"]}, headers=admin | {"If-Match": version})
    assert less.status_code == 200, less.text
    # The session has ended, as every session of the account has; a token that is fetched now shows the fewer roles.
    assert told(await city.get(token, "/v1/accounts")) == (401, "unauthenticated")
    later = city.realm.token(nip=NIP, now=time.time() + 2)
    assert told(await city.get(later, "/v1/accounts")) == (403, "not_allowed")
    assert (await city.get(later)).json()["roles"] == ["employee"]


async def test_a_machine_does_not_come_in_by_a_persons_door(city: City) -> None:
    await city.trust(nip_claim=None, username_claim="preferred_username")
    admin = await city.world.admin()
    body = {"username": "siasn-bridge", "scopes": ["results:read"]}
    assert (await city.api.post("/v1/service-accounts", json=body, headers=admin)).status_code == 201
    assert told(await city.get(city.token(preferred_username="siasn-bridge"))) == (403, "unknown_person")


# ------------------------------------------------------------- tokens that are not good


async def test_every_bad_token_gets_one_and_the_same_answer(city: City) -> None:
    await city.person()
    now = int(time.time())
    stranger = RsaKey("rsa-1")
    bad = [
        city.token(aud="account"),
        city.token(aud=LACKING),
        city.token(iss="https://sso.example/realms/serang"),
        city.token(exp=now - 1),
        city.token(exp="x"),
        city.token(exp=10**40),
        city.token(iat=now + 3600),
        city.token(nbf=now + 3600),
        city.token(sub=LACKING),
        city.token(typ="ID", aud=AUDIENCE, at_hash="x"),
        city.token(typ="Refresh"),
        city.token(nip=[NIP]),
        city.token(nip=int(NIP)),
        city.token(key=stranger),
        city.token({"kid": "unknown"}),
        city.token({"alg": "none"}),
        city.token({"alg": "HS256"}),
        city.token({"typ": "logout+jwt"}),
        city.token({"jku": f"{city.provider.url}/evil"}),
        city.token({"x5u": f"{city.provider.url}/evil"}),
        city.token({"kid": f"{city.provider.url}/evil"}),
        city.token({"crit": ["exp"]}),
        city.other.token(key=RSA, nip=NIP),
        city.token(key=city.other.keys[0]),
        city.token()[:-4],
    ]
    answers = [await city.get(token) for token in bad]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    bodies = [{name: value for name, value in answer.json().items() if name != "request_id"} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0] == {name: value for name, value in (await city.get("x")).json().items() if name != "request_id"}
    assert "/evil" not in city.provider.asked
    assert set(city.provider.asked) == {CERTS, OTHER_CERTS}
    assert (await city.get(city.token())).status_code == 200
    assert (await city.get(city.other.token(nip=NIP))).status_code == 200


async def test_our_own_tokens_are_as_good_as_before(city: City) -> None:
    await city.person()
    own = (await city.world.log_in("siti.aminah"))["access_token"]
    assert (await city.get(own)).json()["username"] == "siti.aminah"
    assert (await city.get(own)).json() == (await city.get(city.token())).json()


async def test_a_bad_token_needs_no_connection(city: City) -> None:
    pool = city.services.database.engine.pool
    assert (await city.get(city.token(exp=1))).status_code == 401
    assert pool.checkedout() == 0  # type: ignore[attr-defined]


# ------------------------------------------------------------- the provider's keys come and go


async def until(city: City, token: str, status: int) -> None:
    for _ in range(200):
        if (await city.get(token)).status_code == status:
            return
        time.sleep(0.02)  # noqa: ASYNC251 - lets the provider's thread answer as well
    raise AssertionError(f"not {status} within four seconds")


async def test_a_new_key_is_picked_up_and_a_disabled_one_is_refused_after_a_while(city: City) -> None:
    await city.person()
    await city.trust(ttl=0.2, cooldown=0.1)
    old, fresh = city.token(), RsaKey("rsa-2")
    assert (await city.get(old)).status_code == 200
    city.realm.keys.insert(0, fresh)  # the old one is passive now: it signs no more, and still verifies
    await until(city, city.token(key=fresh), 200)
    assert (await city.get(old)).status_code == 200
    city.realm.keys.remove(RSA)
    await until(city, old, 401)
    assert (await city.get(city.token(key=fresh))).status_code == 200


async def test_while_the_provider_is_away_the_last_good_keys_stay(city: City) -> None:
    await city.person()
    await city.trust(ttl=0.05, cooldown=0.05)
    assert (await city.get(city.token())).status_code == 200
    for harm in ("500", "redirect", "garbage"):
        city.provider.status = {"500": 500, "redirect": 302}.get(harm, 200)
        city.provider.headers = {"Location": f"{city.provider.url}/evil"} if harm == "redirect" else {}
        city.provider.answers[CERTS] = b"garbage"
        seen = len(city.provider.asked)
        while len(city.provider.asked) < seen + 4:
            assert (await city.get(city.token())).status_code == 200
    city.provider.close()
    assert (await city.get(city.token())).status_code == 200
    assert (await city.get(city.token({"kid": "unknown"}))).status_code == 401
    assert "/evil" not in city.provider.asked


async def test_a_provider_that_was_never_there_is_a_passing_failure(city: City) -> None:
    await city.person()
    city.provider.status = 503
    await city.trust()
    own = (await city.world.log_in("siti.aminah"))["access_token"]
    answer = await city.get(city.token())
    assert told(answer) == (503, "service_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert (await city.get(own)).status_code == 200


async def test_a_storm_of_unknown_keys_reaches_the_provider_twice_at_most(city: City) -> None:
    await city.person()
    assert (await city.get(city.token())).status_code == 200
    for number in range(300):
        assert (await city.get(city.token({"kid": f"unknown-{number}"}, key=EC))).status_code == 401
    assert (await city.get(city.token())).status_code == 200
    assert city.provider.asked.count(CERTS) <= 2


async def test_the_service_starts_from_a_file_of_issuers(city: City, settings: Settings) -> None:
    await city.person()
    trusted = (city.rules(city.realm, CERTS),)
    async with in_process(replace(settings, trusted_issuers=trusted)) as (_, api):
        answer = await api.get("/v1/me", headers={"Authorization": f"Bearer {city.token()}"})
    assert answer.json()["username"] == "siti.aminah"
