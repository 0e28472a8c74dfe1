"""Setting a password: one's own, and with a one-time code."""

import asyncio
import itertools
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.repositories import tables as t
from tests.support.logins import (
    LIMIT,
    NEW_PASSWORD,
    actions_of,
    attempt,
    bearer,
    is_good,
    refreshed,
    rows,
    told,
)
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio


async def test_changing_the_password_ends_every_session(api: httpx.AsyncClient, world: World) -> None:
    account = await world.account("siti")
    here, there = await world.log_in("siti"), await world.log_in("siti")
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    answer = await api.put("/v1/me/password", json=change, headers=bearer(here["access_token"]))
    assert (answer.status_code, answer.content) == (204, b"")
    after = await world.log_in("siti", NEW_PASSWORD)
    assert await is_good(api, after["access_token"])
    assert not await is_good(api, here["access_token"])
    assert not await is_good(api, there["access_token"])
    assert (await refreshed(world, there["refresh_token"])).status_code == 401
    assert (await attempt(world, "siti", PASSWORD)).status_code == 401
    assert "account.password_changed" in await actions_of(world, account)


async def test_changes_within_one_second_each_end_what_went_before(api: httpx.AsyncClient, world: World) -> None:
    """``iat`` knows whole seconds only; nevertheless an earlier token never outlives a change, and a later one works."""
    await world.account("siti")
    passwords = [PASSWORD, NEW_PASSWORD, "enam kucing di pasar baru", "tujuh kucing di pasar baru"]
    earlier: list[str] = []
    for old, new in itertools.pairwise(passwords):
        token = (await world.log_in("siti", old))["access_token"]
        assert await is_good(api, token)
        assert not any([await is_good(api, before) for before in earlier])
        change = {"current_password": old, "new_password": new}
        assert (await api.put("/v1/me/password", json=change, headers=bearer(token))).status_code == 204
        assert not await is_good(api, token)
        earlier.append(token)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"current_password": "not the present one"}, "/current_password", "password_wrong"),
        ({"current_password": None}, "/current_password", "wrong_type"),
        ({"new_password": "too short"}, "/new_password", "too_short"),
        ({"new_password": "x" * 129}, "/new_password", "too_long"),
        ({"new_password": "siti.aminah.1"}, "/new_password", "password_is_name"),
        ({"new_password": "SITI.AMINAH.1"}, "/new_password", "password_is_name"),
        ({"new_password": 123456789012}, "/new_password", "wrong_type"),
        ({"hint": "x"}, "/hint", "unknown_field"),
    ],
)
async def test_faulty_changes_change_nothing(
    api: httpx.AsyncClient, world: World, change: dict[str, Any], pointer: str, code: str
) -> None:
    await world.account("siti.aminah.1")
    tokens = await world.log_in("siti.aminah.1")
    good = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    answer = await api.put("/v1/me/password", json=good | change, headers=bearer(tokens["access_token"]))
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    await world.log_in("siti.aminah.1")
    assert await is_good(api, tokens["access_token"])


async def test_a_stolen_session_cannot_try_passwords_out(api: httpx.AsyncClient, world: World) -> None:
    await world.account("siti")
    headers = bearer((await world.log_in("siti"))["access_token"])
    body = {"current_password": "not the present one", "new_password": NEW_PASSWORD}
    statuses = [(await api.put("/v1/me/password", json=body, headers=headers)).status_code for _ in range(LIMIT + 1)]
    assert statuses == [422] * LIMIT + [429]
    assert (
        await api.put("/v1/me/password", json=body | {"current_password": PASSWORD}, headers=headers)
    ).status_code == 429


async def test_of_two_changes_at_once_one_succeeds(api: httpx.AsyncClient, world: World) -> None:
    await world.account("siti")
    headers = bearer((await world.log_in("siti"))["access_token"])
    changes = [{"current_password": PASSWORD, "new_password": f"{number} kucing di pasar baru"} for number in range(4)]
    answers = await asyncio.gather(*(api.put("/v1/me/password", json=change, headers=headers) for change in changes))
    assert {answer.status_code for answer in answers} <= {204, 401, 422}
    assert [answer.status_code for answer in answers].count(204) == 1


async def test_a_log_in_under_way_does_not_outlive_a_change(api: httpx.AsyncClient, world: World) -> None:
    """Log-ins with the old password race against its change: whichever came first, none of their tokens is good after it."""
    await world.account("siti")
    headers = bearer((await world.log_in("siti"))["access_token"])
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}

    async def racer(delay: float) -> dict[str, Any] | None:
        await asyncio.sleep(delay)
        answer = await world.token(grant_type="password", username="siti", password=PASSWORD)
        return answer.json() if answer.status_code == 200 else None

    racers = [racer(number * 0.012) for number in range(8)]
    changed, *logged_in = await asyncio.gather(api.put("/v1/me/password", json=change, headers=headers), *racers)
    assert changed.status_code == 204
    for tokens in filter(None, logged_in):
        assert not await is_good(api, tokens["access_token"])
        assert (await refreshed(world, tokens["refresh_token"])).status_code == 401


async def code_for(api: httpx.AsyncClient, world: World, account: UUID) -> str:
    answer = await api.post(f"/v1/accounts/{account}/activation", headers=await world.admin())
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


async def test_a_code_sets_the_password_once(api: httpx.AsyncClient, world: World) -> None:
    account = await world.account("siti", password=None)
    code = await code_for(api, world, account)
    body = {"code": code, "password": NEW_PASSWORD}
    answer = await api.post("/v1/auth/activate", json=body)
    assert (answer.status_code, answer.json()) == (200, {"username": "siti"})
    await world.log_in("siti", NEW_PASSWORD)
    again = await api.post("/v1/auth/activate", json=body)
    assert (again.status_code, again.json()["code"]) == (410, "activation_code_invalid")
    assert code not in str(await rows(world, sa.select(t.activation_codes)))
    assert await actions_of(world, account) == ["account.activation_issued", "account.activated", "auth.logged_in"]


async def test_every_code_that_is_not_good_is_refused_alike(api: httpx.AsyncClient, world: World) -> None:
    account, off = await world.account("siti"), await world.account("nonaktif")
    replaced, of_inactive = await code_for(api, world, account), await code_for(api, world, off)
    expired = await code_for(api, world, account)
    async with world.owner.begin() as connection:
        mine = sa.update(t.activation_codes).where(t.activation_codes.c.account_id == account)
        await connection.execute(mine.values(expires_at=sa.func.now()))
        await connection.execute(sa.update(t.accounts).where(t.accounts.c.id == off).values(active=False))
    new = {"password": NEW_PASSWORD}
    refused = [
        await api.post("/v1/auth/activate", json=new | {"code": code})
        for code in (replaced, expired, of_inactive, "unknown", "é\u20ac")
    ]
    assert [answer.status_code for answer in refused] == [410] * len(refused)
    assert all(told(answer) == told(refused[0]) for answer in refused)
    await world.log_in("siti")


async def test_an_activation_ends_sessions_and_waits(api: httpx.AsyncClient, world: World) -> None:
    employee = await world.employee(await world.unit())
    account = await world.account("siti", employee=employee)
    before = await world.log_in("siti")
    for name in ("siti", employee.nip or ""):
        for _ in range(LIMIT):
            await attempt(world, name)
    body = {"code": await code_for(api, world, account), "password": NEW_PASSWORD}
    for faulty, code in (({"password": employee.nip}, "password_is_name"), ({"password": "x" * 11}, "too_short")):
        answer = await api.post("/v1/auth/activate", json=body | faulty)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    assert (await api.post("/v1/auth/activate", json=body)).status_code == 200
    await world.log_in("siti", body["password"])
    await world.log_in(employee.nip or "", body["password"])
    assert not await is_good(api, before["access_token"])
    assert (await refreshed(world, before["refresh_token"])).status_code == 401


async def test_a_code_is_good_for_one_of_many_who_try_at_once(api: httpx.AsyncClient, world: World) -> None:
    account = await world.account("siti", password=None)
    code = await code_for(api, world, account)
    bodies = [{"code": code, "password": f"{number} kucing di pasar baru"} for number in range(6)]
    answers = await asyncio.gather(*(api.post("/v1/auth/activate", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 5


async def test_another_password_makes_an_issued_code_worthless(api: httpx.AsyncClient, world: World) -> None:
    account = await world.account("siti")
    headers = bearer((await world.log_in("siti"))["access_token"])
    code = await code_for(api, world, account)
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await api.put("/v1/me/password", json=change, headers=headers)).status_code == 204
    assert (await api.post("/v1/auth/activate", json={"code": code, "password": PASSWORD})).status_code == 410
