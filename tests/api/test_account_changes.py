"""What ends when an account changes: sessions, tokens, drafts; and that an administrator remains."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from app.domain.actions.accounts import get_account, update_account
from app.domain.actions.auth import account_for_operator
from app.domain.errors import Conflict
from app.domain.people import Employee
from app.domain.values import Role
from app.repositories import tables as t
from app.services import AppServices
from tests.support.importing import CHIEF, PEOPLE, person, send
from tests.support.logins import NEW_PASSWORD, attempt, bearer, change, is_good, refreshed, told
from tests.support.rounds import Round, start_round
from tests.support.spreadsheets import csv_bytes
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio
Leaving = Callable[[httpx.AsyncClient, dict[str, str], Employee], Awaitable[httpx.Response]]


async def create(api: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await api.post("/v1/accounts", json={"username": "siti", "roles": ["employee"]} | body, headers=headers)


async def test_an_administrator_cannot_lose_himself(api: httpx.AsyncClient, world: World) -> None:
    await world.admin()  # another one, so that this is not about the last
    own = await world.account("admin", Role.ADMIN)
    headers = bearer(await world.log_in("admin"))
    for body in ({"roles": ["auditor"]}, {"active": False}):
        answer = await change(api, headers, own, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "own_admin_role")
    for answer in (
        await change(api, headers, own, password=NEW_PASSWORD),
        await api.post(f"/v1/accounts/{own}/activation", headers=headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "own_password")
    assert (await change(api, headers, own, username="admin.utama")).status_code == 200
    await world.log_in("admin.utama")


async def test_administrators_who_demote_each_other_leave_one(
    api: httpx.AsyncClient, world: World, services: AppServices
) -> None:
    first, second = await world.account("admin.1", Role.ADMIN), await world.account("admin.2", Role.ADMIN)
    one, two = bearer(await world.log_in("admin.1")), bearer(await world.log_in("admin.2"))
    answers = await asyncio.gather(
        change(api, one, second, roles=["auditor"]), change(api, two, first, roles=["auditor"]), return_exceptions=True
    )
    accounts = [await services.actor(first), await services.actor(second)]
    assert [actor is not None and actor.is_admin for actor in accounts].count(True) == 1, answers


async def test_the_last_administrator_stays(world: World, services: AppServices) -> None:
    """Only in a race can somebody else take the last one's role: his own token still says that he is one."""

    own = await world.account("admin.1", Role.ADMIN)
    other = await world.account("admin.2", Role.ADMIN)
    actor = await services.actor(own)
    assert actor is not None
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(t.accounts).where(t.accounts.c.id == own).values(active=False))
    for body in ({"active": False}, {"roles": frozenset({Role.AUDITOR})}):
        async with services.unit_of_work(None) as uow:
            before = await get_account(uow, actor, other, lock=True)
            with pytest.raises(Conflict, match="last_admin"):
                await update_account(uow, actor, before, body, None)


@pytest.mark.parametrize(
    "body",
    [
        {"active": False},
        {"roles": ["auditor"]},
        {"rater_types": ["self"]},
        {"rater_types": []},
        {"employee_id": None},
        {"roles": ["unit_admin"], "unit_id": "unit"},
        {"password": NEW_PASSWORD},
    ],
)
async def test_a_change_of_powers_ends_sessions_at_once(
    api: httpx.AsyncClient, world: World, body: dict[str, Any]
) -> None:
    unit = await world.unit()
    account = await world.account("siti", employee=await world.employee(unit))
    tokens = await world.log_in("siti")
    assert (await api.get("/v1/me", headers=bearer(tokens))).status_code == 200
    sent = {name: str(unit.id) if value == "unit" else value for name, value in body.items()}
    changed = await change(api, await world.admin(), account, **sent)
    assert changed.status_code == 200, changed.text
    assert (await api.get("/v1/me", headers=bearer(tokens))).status_code == 401
    assert (await world.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])).status_code == 401
    again = await world.token(grant_type="password", username="siti", password=body.get("password", PASSWORD))
    assert again.status_code == (401 if body == {"active": False} else 200)
    if again.status_code == 200:
        assert (await api.get("/v1/me", headers=bearer(again.json()))).status_code == 200


@pytest.mark.parametrize("body", [{}, {"username": "siti.baru"}, {"active": True}, {"roles": ["employee"]}])
async def test_what_changes_no_power_ends_nothing(api: httpx.AsyncClient, world: World, body: dict[str, Any]) -> None:
    account = await world.account("siti")
    tokens = await world.log_in("siti")
    assert (await change(api, await world.admin(), account, **body)).status_code == 200
    assert (await api.get("/v1/me", headers=bearer(tokens))).status_code == 200


async def test_other_processes_hear_of_it_within_a_second(
    api: httpx.AsyncClient, world: World, services: AppServices
) -> None:
    other = AppServices(services.settings)
    await other.directory.start()
    try:
        account = await world.account("siti")
        await asyncio.sleep(0.3)
        before = await other.actor(account)
        assert before is not None
        assert before.not_before == 0
        assert (await change(api, await world.admin(), account, roles=["auditor"])).status_code == 200
        await asyncio.sleep(0.5)
        after = await other.actor(account)
        assert after is not None
        assert (after.roles, after.not_before > 0) == (frozenset({Role.AUDITOR}), True)
        assert await change(api, await world.admin(), account, active=False) is not None
        await asyncio.sleep(0.5)
        assert await other.actor(account) is None
    finally:
        await other.close()


async def account_of(world: World, person: Any) -> UUID:
    async with world.owner.connect() as connection:
        found = sa.select(t.accounts.c.id).where(t.accounts.c.employee_id == person.id)
        account: UUID = (await connection.execute(found)).scalar_one()
        return account


async def begun(api: httpx.AsyncClient, world: World) -> tuple[Round, UUID]:
    """A round in which ``peer0`` has begun his form and ``peer1`` too."""
    this = await start_round(api, world)
    for rater in ("peer0", "peer1"):
        assert (await this.put(rater, [4], as_draft=True)).json()["status"] == "draft"
    return this, await account_of(world, this.people["peer0"])


async def form_of(this: Round, headers: dict[str, str]) -> str:
    answer = await this.api.get(f"/v1/assignments/{this.assignments['peer0']}/submission", headers=headers)
    assert answer.status_code == 200, answer.text
    status: str = answer.json()["status"]
    return status


async def test_a_password_given_by_an_administrator_opens_an_empty_form(api: httpx.AsyncClient, world: World) -> None:
    this, account = await begun(api, world)
    assert (await change(api, this.admin, account, username="rekan.nol", password=NEW_PASSWORD)).status_code == 200
    assert await form_of(this, bearer(await world.log_in("rekan.nol", NEW_PASSWORD))) == "empty"
    assert (await this.form("peer1"))["status"] == "draft"


async def test_an_activation_opens_an_empty_form(api: httpx.AsyncClient, world: World) -> None:
    this, account = await begun(api, world)
    code = (await this.post(f"/v1/accounts/{account}/activation"))["code"]
    assert (await this.form("peer0"))["status"] == "draft"  # the code alone changes nothing
    activated = await api.post("/v1/auth/activate", json={"code": code, "password": NEW_PASSWORD})
    assert await form_of(this, bearer(await world.log_in(activated.json()["username"], NEW_PASSWORD))) == "empty"


async def test_a_relinked_account_opens_an_empty_form(api: httpx.AsyncClient, world: World) -> None:
    this, account = await begun(api, world)
    assert (await change(api, this.admin, account, employee_id=None)).status_code == 200
    new = await create(
        api, this.admin, username="pengganti", employee_id=str(this.people["peer0"].id), password=PASSWORD
    )
    assert new.status_code == 201, new.text
    assert await form_of(this, bearer(await world.log_in("pengganti"))) == "empty"


async def test_ones_own_new_password_keeps_the_draft(api: httpx.AsyncClient, world: World) -> None:
    this, account = await begun(api, world)
    assert (await change(api, this.admin, account, username="rekan.nol", password=PASSWORD)).status_code == 200
    headers = bearer(await world.log_in("rekan.nol"))
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    assert (
        await api.put(path, json={"status": "draft", "scores": [], "comments": []}, headers=headers)
    ).status_code == 200
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await api.put("/v1/me/password", json=body, headers=headers)).status_code == 204
    assert await form_of(this, bearer(await world.log_in("rekan.nol", NEW_PASSWORD))) == "draft"


async def test_a_password_given_is_checked_against_the_names_after_the_change(
    api: httpx.AsyncClient, world: World
) -> None:
    employee = await world.employee(await world.unit())
    account = await world.account("siti", employee=employee)
    admin = await world.admin()
    for body in ({"password": employee.nip}, {"username": "nama.akun.baru", "password": "NAMA.akun.baru"}):
        answer = await change(api, admin, account, **body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "password_is_name")
    await world.log_in("siti")


# ------------------------------------------------------------- people who have left


async def leave(api: httpx.AsyncClient, headers: dict[str, str], employee: Employee) -> httpx.Response:
    """The answer to making a person inactive, his account untouched."""
    where = f"/v1/employees/{employee.id}"
    etag = (await api.get(where, headers=headers)).headers["etag"]
    return await api.patch(where, json={"active": False}, headers=headers | {"If-Match": etag})


async def leave_by_import(api: httpx.AsyncClient, headers: dict[str, str], employee: Employee) -> httpx.Response:
    return await send(
        api, headers, "employees", csv_bytes(PEOPLE, person(employee.nip or "", unit="DINKES", active="tidak"))
    )


@pytest.mark.parametrize("way", [leave, leave_by_import])
async def test_whoever_leaves_has_no_access_any_more(api: httpx.AsyncClient, world: World, way: Leaving) -> None:
    employee = await world.employee(await world.unit("DINKES"), nip=CHIEF)
    account = await world.account("siti", employee=employee)
    admin = await world.admin()
    code = (await api.post(f"/v1/accounts/{account}/activation", headers=admin)).json()["code"]
    session = await world.log_in("siti")
    assert await is_good(api, session)
    assert (await way(api, admin, employee)).status_code == 200
    assert not await is_good(api, session)
    assert (await refreshed(world, session["refresh_token"])).status_code == 401
    assert told(await attempt(world, "siti", PASSWORD)) == told(await attempt(world, "nobody"))
    assert told(await attempt(world, employee.nip or "", PASSWORD))["code"] == "invalid_credentials"
    body = {"code": code, "password": NEW_PASSWORD}
    assert (await api.post("/v1/auth/activate", json=body)).status_code == 410
    async with world.services.unit_of_work(None) as uow:
        assert await account_for_operator(uow, "siti") is None


@pytest.mark.parametrize("way", [leave, leave_by_import])
async def test_an_administrators_record_locks_him_not_out(api: httpx.AsyncClient, world: World, way: Leaving) -> None:
    unit = await world.unit("DINKES")
    employee = await world.employee(unit, nip=CHIEF)
    account = await world.account("siti", Role.ADMIN, employee=employee)
    session = await world.log_in("siti")
    refused = await way(api, await world.login(Role.UNIT_ADMIN, unit=unit), employee)
    assert (refused.status_code, refused.json()["code"]) == (409, "employee_administers")
    assert await is_good(api, session)
    admin = await world.admin()
    assert (await change(api, admin, account, roles=["employee"])).status_code == 200
    assert (await way(api, admin, employee)).status_code == 200
