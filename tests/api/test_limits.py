"""Limits over HTTP: what one address and one name may do without a token, and one account with it."""

import asyncio
import time
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from app.api import middleware
from app.api.limits import Paces
from app.repositories import limits as counters
from app.repositories import tables as t
from app.services import AppServices
from app.settings import Settings
from tests.support.logins import bearer, is_good, refreshed, rows, told
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio
CITY, ELSEWHERE = "203.0.113.9", "198.51.100.77"
WRONG = "nine lives of a wrong cat"


class Limits:
    """The limits of this test, and clients from wherever it wants."""

    def __init__(self, app: FastAPI, services: AppServices, patch: pytest.MonkeyPatch) -> None:
        self._app, self._services, self._patch = app, services, patch
        self._ahead = 0.0
        patch.setattr(counters, "time", self)
        # Every test begins with a window, so that none is cut by the clock.
        self._base = (time.time() // 60 + 1) * 60

    def time(self) -> float:
        """The counters' clock."""
        return self._base + self._ahead

    def later(self, seconds: float) -> None:
        self._ahead += seconds

    def set(self, **changes: Any) -> None:
        off = {"address_limit": 0, "address_failures": 0, "name_limit": 0}
        settings: Settings = replace(self._services.settings, **(off | changes))
        self._patch.setattr(self._services, "settings", settings)
        self._patch.setattr(self._services, "paces", Paces(settings))

    def client(self, address: str = CITY) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self._app, client=(address, 4711))
        return httpx.AsyncClient(transport=transport, base_url="http://kinerja.test", headers={"Accept-Language": "en"})


@pytest.fixture
def limits(app: FastAPI, services: AppServices, monkeypatch: pytest.MonkeyPatch) -> Limits:
    return Limits(app, services, monkeypatch)


async def log_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    form = {"grant_type": "password", "username": name, "password": password}
    return await client.post("/v1/auth/token", data=form)


async def redeem(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post("/v1/auth/invitations/redeem", json={"code": f"kode-undangan-uji-{code}"})


def assert_limited(answer: httpx.Response, most: int = 60) -> None:
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert 1 <= int(answer.headers["retry-after"]) <= most


# ---------------------------------------------------------------- one address


async def test_an_address_has_so_many_calls_a_minute(world: World, limits: Limits) -> None:
    await world.account("siti")
    limits.set(address_limit=5)
    async with limits.client() as city, limits.client(ELSEWHERE) as elsewhere:
        answers = [await redeem(city, f"code-{number}") for number in range(5)]
        assert [answer.status_code for answer in answers] == [404] * 5
        assert_limited(await redeem(city, "code-5"))
        assert_limited(await log_in(city, "siti"))
        assert_limited(await city.post("/v1/auth/activate", json={"code": "x", "password": WRONG}))
        assert (await log_in(elsewhere, "siti")).status_code == 200
        assert (await city.get("/.well-known/jwks.json")).status_code == 200
        limits.later(60)
        assert (await log_in(city, "siti")).status_code == 200


@pytest.mark.usefixtures("world")
async def test_two_thousand_guesses_from_one_address_end_at_the_limit(limits: Limits) -> None:
    limits.set(address_limit=300, address_failures=60)
    async with limits.client() as city:
        statuses = [(await redeem(city, f"guess-{number}")).status_code for number in range(300)]
    assert statuses == [404] * 60 + [429] * 240


@pytest.mark.usefixtures("world")
async def test_parallel_calls_are_all_counted(limits: Limits) -> None:
    limits.set(address_limit=20)
    async with limits.client() as city:
        answers = await asyncio.gather(*(redeem(city, f"code-{number}") for number in range(50)))
    assert sorted(answer.status_code for answer in answers) == [404] * 20 + [429] * 30


async def test_one_password_for_many_names_is_stopped_and_sessions_go_on(world: World, limits: Limits) -> None:
    """Trust in a session is not taken away by somebody else's guesses from the same address."""
    await world.account("siti")
    tokens = await world.log_in("siti")
    limits.set(address_failures=10)
    async with limits.client("127.0.0.1") as city, limits.client(ELSEWHERE) as elsewhere:
        answers = [await log_in(city, f"nama-{number}", WRONG) for number in range(12)]
        assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
        assert_limited(await log_in(city, "siti"))
        assert (await log_in(elsewhere, "siti")).status_code == 200
        assert await is_good(world.api, tokens)
        again = await refreshed(world, tokens["refresh_token"])
        assert again.status_code == 200
        limits.later(60)
        assert (await log_in(city, "siti")).status_code == 200


async def test_right_passwords_are_no_failures(world: World, limits: Limits) -> None:
    await world.account("siti")
    limits.set(address_failures=2)
    async with limits.client() as city:
        assert [(await log_in(city, "siti")).status_code for _ in range(4)] == [200] * 4


# ---------------------------------------------------------------- one name


async def test_a_name_has_so_many_calls_a_minute_whoever_has_it(world: World, limits: Limits) -> None:
    """The answer is the same for a name that is somebody's and one that is nobody's."""
    await world.account("siti")
    limits.set(name_limit=3)
    refusals = []
    async with limits.client() as city, limits.client(ELSEWHERE) as elsewhere:
        for name in ("siti", "nobody"):
            for client in (city, city, elsewhere):
                assert (await log_in(client, name)).status_code == (200 if name == "siti" else 401)
            refused = await log_in(elsewhere, name)
            assert_limited(refused)
            refusals.append((refused.status_code, told(refused), refused.headers["retry-after"]))
        assert refusals[0] == refusals[1]
        assert_limited(await log_in(city, " SITI "))
        assert (await log_in(city, "budi")).status_code == 401
        limits.later(60)
        assert (await log_in(city, "siti")).status_code == 200


@pytest.mark.usefixtures("world")
async def test_codes_tokens_and_clients_are_names_too(limits: Limits) -> None:
    limits.set(name_limit=2)
    async with limits.client() as city:
        calls: tuple[tuple[int, str, dict[str, Any]], ...] = (
            (404, "invitations/redeem", {"json": {"code": "kode-undangan-yang-salah"}}),
            (410, "activate", {"json": {"code": "other", "password": WRONG}}),
            (200, "revoke", {"data": {"token": "token"}}),
            (401, "token", {"data": {"grant_type": "refresh_token", "refresh_token": "another"}}),
            (401, "token", {"data": {"grant_type": "client_credentials"}, "auth": ("machine", "secret")}),
        )
        for usual, path, sent in calls:
            answers = [await city.post(f"/v1/auth/{path}", **sent) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [usual, usual, 429]


async def test_the_lock_of_a_name_stays_with_it_and_ends(world: World, limits: Limits) -> None:
    """A hundred wrong passwords for one name: the name waits, and its owner is heard again."""
    await world.account("siti")
    limits.set(address_failures=60, name_limit=60)
    async with limits.client() as city, limits.client(ELSEWHERE) as elsewhere:
        statuses = [(await log_in(city, "siti", WRONG)).status_code for _ in range(100)]
        assert statuses[:10] == [401] * 10
        assert set(statuses[10:]) == {429}
        waiting = await log_in(elsewhere, "siti")
        assert waiting.json()["code"] == "rate_limited"
        limits.later(60)
        waiting = await log_in(elsewhere, "siti")
        assert (waiting.json()["code"], int(waiting.headers["retry-after"]) <= 900) == ("too_many_attempts", True)
        async with world.owner.begin() as connection:
            earlier = t.login_attempts.c.locked_until - sa.text("interval '1 hour'")
            await connection.execute(sa.update(t.login_attempts).values(locked_until=earlier))
        assert (await log_in(elsewhere, "siti")).status_code == 200


# ---------------------------------------------------------------- what is left of it


async def test_zero_switches_off_and_nothing_is_counted(world: World, limits: Limits) -> None:
    limits.set()
    async with limits.client() as city:
        assert [(await redeem(city, "code")).status_code for _ in range(20)] == [404] * 20
    assert await rows(world, sa.select(t.rate_counters)) == []


async def test_no_address_no_code_and_no_link_between_two_minutes(world: World, limits: Limits) -> None:
    limits.set(address_limit=100, address_failures=100, name_limit=100)
    async with limits.client() as city:
        await redeem(city, "the-code")
        first = await rows(world, sa.select(t.rate_counters))
        limits.later(60)
        await redeem(city, "the-code")
        both = await rows(world, sa.select(t.rate_counters))
    assert len(first) == 3
    assert len(both) == 6, "the same address, code and failure look like others in the next minute"
    assert {row.count for row in both} == {1}
    assert {len(row.key_hash) for row in both} == {32}
    [kept] = await rows(world, sa.text("SELECT relpersistence FROM pg_class WHERE oid = 'rate_counters'::regclass"))
    assert kept.relpersistence in {"u", b"u"}, "the write-ahead log and backups would keep what the table forgets"


async def test_counters_of_earlier_minutes_go_as_new_ones_come(world: World, limits: Limits) -> None:
    limits.set(address_limit=100)
    async with limits.client() as city, limits.client(ELSEWHERE) as elsewhere:
        await redeem(city, "code")
        limits.later(120)
        await redeem(elsewhere, "code")
    [left] = await rows(world, sa.select(t.rate_counters))
    assert left.window_start.timestamp() == limits.time()


@pytest.mark.usefixtures("world")
async def test_no_line_of_the_log_knows_the_address(limits: Limits, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(middleware, "log_request", lambda **line: lines.append(line))
    limits.set(address_limit=1)
    async with limits.client() as city:
        for _ in range(2):
            await city.post(
                "/v1/auth/invitations/redeem",
                json={"code": "kode-undangan-the-code"},
                headers={"X-Forwarded-For": ELSEWHERE},
            )
    assert [line["status"] for line in lines] == [404, 429]
    assert not [line for line in lines if CITY in repr(line) or ELSEWHERE in repr(line) or "the-code" in repr(line)]


@pytest.mark.usefixtures("world")
async def test_a_trusted_proxy_says_who_calls(limits: Limits) -> None:
    limits.set(address_limit=1, trusted_proxies=(ip_network("10.0.0.0/8"),))
    async with limits.client("10.0.0.1") as proxy, limits.client() as city:
        statuses = []
        for client, named in (
            (proxy, CITY),
            (proxy, ELSEWHERE),
            (proxy, CITY),
            (city, "192.0.2.1"),
            (city, "192.0.2.2"),
        ):
            headers = {"X-Forwarded-For": named}
            answer = await client.post(
                "/v1/auth/invitations/redeem", json={"code": "kode-undangan-yang-salah"}, headers=headers
            )
            statuses.append(answer.status_code)
    assert statuses == [404, 404, 429, 429, 429], "whoever is no proxy cannot lend himself addresses"


# ---------------------------------------------------------------- one account


async def test_an_account_has_a_pace_and_another_its_own(world: World, limits: Limits) -> None:
    mine, other = await world.admin(), await world.login()
    limits.set(rate_limit=1, rate_burst=5)
    answers = [await world.api.get("/v1/me", headers=mine) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert_limited(answers[-1], most=1)
    assert (await world.api.get("/v1/me", headers=other)).status_code == 200
    assert (await world.api.get("/v1/me")).status_code == 401


async def test_forged_tokens_do_not_use_up_the_pace_of_their_subject(world: World, limits: Limits) -> None:
    mine = await world.login()
    limits.set(rate_limit=1, rate_burst=2)
    forged = bearer(mine["Authorization"].removeprefix("Bearer ")[:-4] + "AAAA")
    assert [(await world.api.get("/v1/me", headers=forged)).status_code for _ in range(5)] == [401] * 5
    assert (await world.api.get("/v1/me", headers=mine)).status_code == 200


async def test_a_refused_write_changes_nothing(world: World, limits: Limits) -> None:
    admin = await world.admin()
    limits.set(rate_limit=1, rate_burst=1)
    body = {"code": "A", "name": "A", "kind": "other"}
    assert (await world.api.post("/v1/units", json=body, headers=admin)).status_code == 201
    assert (await world.api.post("/v1/units", json=body | {"code": "B"}, headers=admin)).status_code == 429
    assert len(await rows(world, sa.select(t.units.c.id))) == 1
