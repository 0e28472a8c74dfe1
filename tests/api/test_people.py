"""Units and employees over HTTP."""

import httpx
import pytest

from app.domain.values import Role
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_unit_is_created_read_and_changed_with_its_etag(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    created = await api.post(
        "/v1/units", json={"code": "DINKES", "name": "Dinas Kesehatan", "kind": "department"}, headers=admin
    )
    assert created.status_code == 201, created.text
    where = created.headers["location"]
    read = await api.get(where, headers=admin)
    assert read.json() == created.json()
    assert read.headers["etag"] == created.headers["etag"]
    unchanged = await api.get(where, headers=admin | {"If-None-Match": read.headers["etag"]})
    assert unchanged.status_code == 304
    without = await api.patch(where, json={"name": "Dinkes"}, headers=admin)
    assert (without.status_code, without.json()["code"]) == (428, "precondition_required")
    changed = await api.patch(where, json={"name": "Dinkes"}, headers=admin | {"If-Match": read.headers["etag"]})
    assert changed.status_code == 200
    late = await api.patch(where, json={"name": "X"}, headers=admin | {"If-Match": read.headers["etag"]})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")


async def test_a_unit_cannot_come_to_lie_below_itself(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    top = await world.unit("TOP")
    middle = await world.unit("MIDDLE", top.id)
    leaf = await world.unit("LEAF", middle.id)
    etag = (await api.get(f"/v1/units/{top.id}", headers=admin)).headers["etag"]
    answer = await api.patch(
        f"/v1/units/{top.id}", json={"parent_id": str(leaf.id)}, headers=admin | {"If-Match": etag}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/parent_id", "code": "unit_cycle", "message": "A unit cannot be below itself."}
    ]


async def test_a_taken_code_is_a_conflict_and_changes_nothing(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    await world.unit("DINKES")
    answer = await api.post("/v1/units", json={"code": "DINKES", "name": "Lain", "kind": "other"}, headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (409, "unit_code_taken")
    assert len((await api.get("/v1/units", headers=admin)).json()["items"]) == 1


async def test_lists_come_in_pages(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    for number in range(5):
        await world.unit(f"U-{number}")
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/v1/units", params=query, headers=admin)).json()
        seen += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"U-{number}" for number in range(5)]
    assert cursor is None


async def test_people_are_narrowed_to_what_the_actor_may_see(api: httpx.AsyncClient, world: World) -> None:
    here, elsewhere = await world.unit("HERE"), await world.unit("ELSEWHERE")
    chief = await world.employee(here, name="Chief")
    clerk = await world.employee(here, name="Clerk", superior_id=chief.id)
    stranger = await world.employee(elsewhere, name="Stranger")

    async def names(headers: dict[str, str]) -> list[str]:
        return [item["name"] for item in (await api.get("/v1/employees", headers=headers)).json()["items"]]

    assert await names(await world.login(employee=clerk)) == ["Clerk"]
    assert await names(await world.login(employee=chief)) == ["Chief", "Clerk"]
    assert await names(await world.login(Role.UNIT_ADMIN, unit=here)) == ["Chief", "Clerk"]
    assert await names(await world.login(Role.AUDITOR)) == ["Chief", "Clerk", "Stranger"]
    hidden = await api.get(f"/v1/employees/{stranger.id}", headers=await world.login(Role.UNIT_ADMIN, unit=here))
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"nip": "198613262015051001"}, "/nip", "nip_birth_date"),
        ({"nip": "198609262015131001"}, "/nip", "nip_appointment_month"),
        ({"nip": "198609262015211001"}, "/nip", "nip_employment_mismatch"),
        ({"nip": "198609262015053001"}, "/nip", "nip_sex"),
        ({"nip": "198609262015051000"}, "/nip", "nip_serial"),
        ({"nip": 198609262015051001}, "/nip", "wrong_type"),
        ({"nip": None}, "/nip", "nip_of_asn"),
        ({"grade": "IX"}, "/grade", "grade_unknown"),
        ({"active": "yes"}, "/active", "wrong_type"),
        ({"salary": 1}, "/salary", "unknown_field"),
        ({"name": ""}, "/name", "too_short"),
        ({"name": "A\u0000B"}, "/name", "text_not_storable"),
        ({"unit_id": "not-an-id"}, "/unit_id", "bad_format"),
    ],
)
async def test_faulty_employees_are_refused_with_their_place(
    api: httpx.AsyncClient, world: World, body: dict[str, object], pointer: str, code: str
) -> None:
    unit = await world.unit()
    good = {
        "nip": "198609262015051001",
        "name": "Siti",
        "employment": "pns",
        "position": "Perawat",
        "position_kind": "functional",
        "grade": "III/c",
        "unit_id": str(unit.id),
    }
    answer = await api.post("/v1/employees", json=good | body, headers=await world.admin())
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


async def test_a_repeated_request_with_the_same_key_is_replayed(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin() | {"Idempotency-Key": "k1"}
    body = {"code": "DINKES", "name": "Dinas Kesehatan", "kind": "department"}
    first = await api.post("/v1/units", json=body, headers=admin)
    second = await api.post("/v1/units", json=body, headers=admin)
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotent-replayed"] == "true"
    other = await api.post("/v1/units", json=body | {"code": "OTHER"}, headers=admin)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
