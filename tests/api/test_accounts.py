"""Accounts over HTTP: who may manage them, and what they may hold."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.domain.values import Role
from app.repositories import tables as t
from tests.support import jose
from tests.support.logins import NEW_PASSWORD, bearer, change
from tests.support.rounds import start_round
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio


async def create(api: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await api.post("/v1/accounts", json={"username": "siti", "roles": ["employee"]} | body, headers=headers)


async def details_of(world: World, account: UUID | str) -> list[dict[str, Any]]:
    found = sa.select(t.audit_events.c.details).where(t.audit_events.c.object_id == UUID(str(account)))
    async with world.owner.connect() as connection:
        return [row.details for row in (await connection.execute(found.order_by(t.audit_events.c.id))).all()]


async def test_an_account_is_created_read_and_changed_with_its_etag(api: httpx.AsyncClient, world: World) -> None:
    admin, employee = await world.admin(), await world.employee(await world.unit())
    created = await create(api, admin, username="Siti.Aminah", employee_id=str(employee.id), password=PASSWORD)
    assert created.status_code == 201, created.text
    body = created.json()
    assert body == body | {
        "username": "siti.aminah",
        "employee_id": str(employee.id),
        "roles": ["employee"],
        "rater_types": ["peer", "self", "subordinate", "superior"],
        "unit_id": None,
        "scopes": [],
        "active": True,
        "has_password": True,
        "locked_until": None,
    }
    where = created.headers["location"]
    read = await api.get(where, headers=admin)
    assert (read.json(), read.headers["etag"]) == (body, created.headers["etag"])
    await world.log_in("siti.aminah")
    without = await api.patch(where, json={"active": False}, headers=admin)
    assert without.status_code == 428
    narrowed = await change(api, admin, body["id"], rater_types=["self"], roles=["auditor"])
    assert (narrowed.json()["rater_types"], narrowed.json()["roles"]) == (["self"], ["auditor"])
    late = await api.patch(where, json={"active": False}, headers=admin | {"If-Match": read.headers["etag"]})
    assert late.status_code == 412
    details = await details_of(world, body["id"])
    assert details[-1] == {
        "before": {"roles": ["employee"], "rater_types": body["rater_types"]},
        "after": {"roles": ["auditor"], "rater_types": ["self"]},
    }
    assert PASSWORD not in str(details)


async def test_the_trail_holds_no_nip(api: httpx.AsyncClient, world: World) -> None:
    employee = await world.employee(await world.unit())
    made = await create(api, await world.admin(), username=employee.nip, employee_id=str(employee.id))
    assert made.status_code == 201, made.text
    assert str(employee.nip) not in str(await details_of(world, made.json()["id"]))


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"username": "si"}, "/username", "too_short"),
        ({"username": "x" * 61}, "/username", "too_long"),
        ({"username": "siti aminah"}, "/username", "bad_format"),
        ({"username": "198609262015051001"}, "/username", "username_is_other_nip"),
        ({"username": None}, "/username", "wrong_type"),
        ({"roles": []}, "/roles", "too_short"),
        ({"roles": ["employee", "employee"]}, "/roles", "duplicate_item"),
        ({"roles": ["king"]}, "/roles/0", "not_one_of"),
        ({"roles": ["recipient"]}, "/roles", "role_not_for_people"),
        ({"roles": ["integration"]}, "/scopes", "scopes_for_machines"),
        ({"roles": "admin"}, "/roles", "wrong_type"),
        ({"roles": ["unit_admin"]}, "/unit_id", "unit_admin_needs_unit"),
        ({"roles": ["unit_admin"], "unit_id": str(uuid4())}, "/unit_id", "unknown_unit"),
        ({"rater_types": ["service_recipient"]}, "/rater_types", "rater_type_not_for_accounts"),
        ({"rater_types": None}, "/rater_types", "not_nullable"),
        ({"employee_id": str(uuid4())}, "/employee_id", "unknown_employee"),
        ({"employee_id": "1"}, "/employee_id", "bad_format"),
        ({"password": "short"}, "/password", "too_short"),
        ({"password": "x" * 129}, "/password", "too_long"),
        ({"password": "siti.aminah.serang", "username": "Siti.Aminah.Serang"}, "/password", "password_is_name"),
        ({"password": None}, "/password", "not_nullable"),
        ({"active": True}, "/active", "unknown_field"),
        ({"id": str(uuid4())}, "/id", "unknown_field"),
        ({"password_hash": "x"}, "/password_hash", "unknown_field"),
        ({"scopes": ["people:read"]}, "/scopes", "unknown_field"),
    ],
)
async def test_faulty_accounts_are_refused_with_their_place(
    api: httpx.AsyncClient, world: World, body: dict[str, Any], pointer: str, code: str
) -> None:
    admin = await world.admin()
    answer = await create(api, admin, **body)
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}
    assert len((await api.get("/v1/accounts", headers=admin)).json()["items"]) == 1


async def test_a_password_is_not_the_nip(api: httpx.AsyncClient, world: World) -> None:
    admin, employee = await world.admin(), await world.employee(await world.unit())
    refused = await create(api, admin, employee_id=str(employee.id), password=employee.nip)
    assert refused.json()["errors"][0] | {"message": ""} == {
        "pointer": "/password",
        "code": "password_is_name",
        "message": "",
    }


async def test_names_and_employees_are_taken_once(api: httpx.AsyncClient, world: World) -> None:
    admin, employee = await world.admin(), await world.employee(await world.unit())
    first = await create(api, admin, employee_id=str(employee.id))
    assert first.status_code == 201
    name = await create(api, admin, username="SITI")
    assert (name.status_code, name.json()["code"]) == (409, "username_taken")
    person = await create(api, admin, username="rina", employee_id=str(employee.id))
    assert (person.status_code, person.json()["code"]) == (409, "employee_has_account")
    assert await create(api, admin, username=employee.nip) is not None
    others = await create(api, admin, username="rina")
    taken = await change(api, admin, others.json()["id"], username="siti")
    assert (taken.status_code, taken.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.AUDITOR, Role.EMPLOYEE, Role.INTEGRATION])
async def test_only_administrators_manage_accounts(api: httpx.AsyncClient, world: World, role: Role) -> None:
    unit = await world.unit()
    account = await world.account("siti")
    nobody = await world.login(role, unit=unit, scopes=("people:read",))
    match = {"If-Match": "*"}
    answers = [
        await api.get("/v1/accounts", headers=nobody),
        await api.get(f"/v1/accounts/{account}", headers=nobody),
        await api.get(f"/v1/accounts/{uuid4()}", headers=nobody),
        await create(api, nobody, username="rina"),
        await create(api, nobody, username="rina", password=PASSWORD),
        await api.patch(f"/v1/accounts/{account}", json={"roles": ["admin"]}, headers=nobody | match),
        await api.patch(f"/v1/accounts/{account}", json={"password": NEW_PASSWORD}, headers=nobody | match),
        await api.post(f"/v1/accounts/{account}/activation", headers=nobody),
        await api.post(f"/v1/accounts/{account}/unlock", headers=nobody),
        await api.post("/v1/service-accounts", json={"username": "robot", "scopes": ["people:read"]}, headers=nobody),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "not_allowed")] * len(answers)
    await world.log_in("siti")


async def test_an_unknown_account_is_not_found(api: httpx.AsyncClient, world: World) -> None:
    admin, unknown = await world.admin(), f"/v1/accounts/{uuid4()}"
    answers = [
        await api.get(unknown, headers=admin),
        await api.patch(unknown, json={}, headers=admin | {"If-Match": "*"}),
        await api.post(f"{unknown}/activation", headers=admin),
        await api.post(f"{unknown}/unlock", headers=admin),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


async def test_accounts_are_found_by_name_role_unit_and_state(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    health, roads = await world.unit("DINKES"), await world.unit("DPUPR")
    await world.account("siti", employee=await world.employee(health, name="dr. Siti Aminah"))
    await world.account("s100%", employee=await world.employee(roads, name="Rina"))
    await world.account("kepala", Role.UNIT_ADMIN, unit=health)
    off = await world.account("nonaktif")
    assert (await change(api, admin, off, active=False)).status_code == 200

    async def found(**query: str) -> list[str]:
        answer = await api.get("/v1/accounts", params=query, headers=admin)
        assert answer.status_code == 200, answer.text
        return [item["username"] for item in answer.json()["items"] if not item["username"].startswith("akun-")]

    assert await found() == ["kepala", "nonaktif", "s100%", "siti"]
    assert await found(q="AMINAH") == ["siti"]
    assert await found(q="%") == ["s100%"]
    assert await found(role="unit_admin") == ["kepala"]
    assert await found(unit_id=str(health.id)) == ["kepala", "siti"]
    assert await found(active="false") == ["nonaktif"]
    assert await found(q="siti", role="employee", active="true", unit_id=str(health.id)) == ["siti"]
    assert await found(q="siti", unit_id=str(roads.id)) == []
    pages, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/v1/accounts", params=query, headers=admin)).json()
        pages += [item["username"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == sorted(pages)
    assert len(pages) == 5
    for query in ({"role": "king"}, {"active": "perhaps"}, {"unit_id": "x"}, {"sort": "roles"}, {"q": ""}):
        assert (await api.get("/v1/accounts", params=query, headers=admin)).status_code == 422, query


async def test_codes_are_issued_for_active_people_only(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    off = await world.account("siti")
    assert (await change(api, admin, off, active=False)).status_code == 200
    inactive = await api.post(f"/v1/accounts/{off}/activation", headers=admin)
    assert (inactive.status_code, inactive.json()["code"]) == (409, "account_inactive")
    robot = (
        await api.post("/v1/service-accounts", json={"username": "robot", "scopes": ["people:read"]}, headers=admin)
    ).json()
    machine = await api.post(f"/v1/accounts/{robot['id']}/activation", headers=admin)
    assert (machine.status_code, machine.json()["code"]) == (409, "account_is_service")


@pytest.mark.parametrize("secret", ["code", "client_secret"])
async def test_a_secret_is_shown_once_and_not_kept_for_replay(
    api: httpx.AsyncClient, world: World, secret: str
) -> None:
    admin = await world.admin() | {"Idempotency-Key": "kunci"}
    account = await world.account("siti")
    path = {"code": f"/v1/accounts/{account}/activation", "client_secret": "/v1/service-accounts"}[secret]
    body = {"code": None, "client_secret": {"username": "robot", "scopes": ["people:read"]}}[secret]
    first, second = [await api.post(path, json=body, headers=admin) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    assert len(first.json()[secret]) == 43
    assert second.json() == first.json() | {secret: None}
    async with world.owner.connect() as connection:
        stored = (await connection.execute(sa.select(t.idempotency_records.c.body))).scalar_one()
    assert first.json()[secret].encode() not in stored


async def test_repetitions_are_compared_without_the_password(api: httpx.AsyncClient, world: World) -> None:
    """The digest of a body with a password in it would let the password be guessed."""
    admin = await world.admin() | {"Idempotency-Key": "kunci"}
    first = await create(api, admin, password=PASSWORD)
    again = await create(api, admin, password=NEW_PASSWORD)
    assert (first.status_code, again.status_code, again.headers["idempotent-replayed"]) == (201, 201, "true")
    other = await create(api, admin, username="rina", password=PASSWORD)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_an_administrator_ends_the_waiting(api: httpx.AsyncClient, world: World) -> None:
    admin, employee = await world.admin(), await world.employee(await world.unit())
    account = await world.account("siti", employee=employee)
    for name in ("siti", employee.nip or ""):
        for _ in range(10):
            await world.token(grant_type="password", username=name, password="wrong")
    assert (await world.token(grant_type="password", username="siti", password=PASSWORD)).status_code == 429
    locked = (await api.get(f"/v1/accounts/{account}", headers=admin)).json()["locked_until"]
    assert locked is not None
    assert locked.endswith("Z")
    unlocked = await api.post(f"/v1/accounts/{account}/unlock", headers=admin)
    assert (unlocked.status_code, unlocked.json()["locked_until"]) == (200, None)
    assert unlocked.headers["etag"] == (await api.get(f"/v1/accounts/{account}", headers=admin)).headers["etag"]
    for name in ("siti", employee.nip or ""):
        await world.log_in(name)


async def test_a_machine_stays_a_machine(api: httpx.AsyncClient, world: World) -> None:
    admin, employee = await world.admin(), await world.employee(await world.unit())
    body = {"username": "Robot", "scopes": ["results:read", "people:read"]}
    made = await api.post("/v1/service-accounts", json=body, headers=admin)
    assert made.status_code == 201, made.text
    robot = made.json()
    assert robot == robot | {"client_id": "robot", "scopes": ["people:read", "results:read"]}
    shown = (await api.get(made.headers["location"], headers=admin)).json()
    assert (shown["roles"], shown["rater_types"], shown["has_password"]) == (["integration"], [], False)
    for faulty in (
        {"roles": ["employee"]},
        {"roles": ["integration", "admin"]},
        {"password": NEW_PASSWORD},
        {"rater_types": ["peer"]},
        {"employee_id": str(employee.id)},
    ):
        answer = await change(api, admin, robot["id"], **faulty)
        assert answer.status_code == 422, faulty
        assert answer.json()["errors"][0]["code"] in {"machine_stays_machine", "role_not_for_people"}
    person = await world.account("siti")
    becomes = await change(api, admin, person, roles=["integration"], rater_types=[])
    assert (becomes.status_code, becomes.json()["errors"][0]["code"]) == (422, "machine_stays_machine")
    form = {"grant_type": "client_credentials", "client_id": "robot", "client_secret": robot["client_secret"]}
    before = (await world.token(**form)).json()
    less = await change(api, admin, robot["id"], scopes=["people:read"])
    assert less.json()["scopes"] == ["people:read"]
    assert (await api.get("/v1/me", headers=bearer(before))).status_code == 401
    assert (await world.token(**form)).json()["scope"] == "people:read"
    assert (await change(api, admin, robot["id"], active=False)).status_code == 200
    assert (await world.token(**form)).status_code == 401


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"scopes": []}, "/scopes", "too_short"),
        ({"scopes": ["assignments:write"]}, "/scopes/0", "not_one_of"),
        ({"scopes": ["people:read", "people:read"]}, "/scopes", "duplicate_item"),
        ({"username": "198609262015051001"}, "/username", "username_is_other_nip"),
        ({"password": PASSWORD}, "/password", "unknown_field"),
        ({"roles": ["admin"]}, "/roles", "unknown_field"),
    ],
)
async def test_faulty_machines_are_refused(
    api: httpx.AsyncClient, world: World, body: dict[str, Any], pointer: str, code: str
) -> None:
    good = {"username": "robot", "scopes": ["people:read"]}
    answer = await api.post("/v1/service-accounts", json=good | body, headers=await world.admin())
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


async def test_a_machines_token_can_rate_nobody(api: httpx.AsyncClient, world: World) -> None:
    this = await start_round(api, world)
    scopes = ["people:read", "rubrics:read", "cycles:read", "results:read", "external_scores:write", "imports:write"]
    robot = await this.post("/v1/service-accounts", {"username": "robot", "scopes": scopes})
    form = {"grant_type": "client_credentials", "client_id": "robot", "client_secret": robot["client_secret"]}
    tokens = (await world.token(**form)).json()
    assert jose.claims_of(tokens["access_token"])["rater_types"] == []
    path = f"/v1/assignments/{this.assignments['peer0']}/submission"
    read = await api.get(path, headers=bearer(tokens))
    written = await api.put(path, json={"status": "draft", "scores": [], "comments": []}, headers=bearer(tokens))
    assert {read.status_code, written.status_code} <= {403, 404}
