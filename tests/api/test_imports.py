"""Importing spreadsheets over HTTP: how an import answers and who may; units as the example."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.api import jobs
from app.domain.values import CycleState, Role
from app.repositories import tables as t
from tests.support.importing import (
    CHIEF,
    CLERK,
    PEOPLE,
    UNITS,
    Headers,
    counts,
    faults,
    good,
    last_event,
    number_of,
    person,
    send,
)
from tests.support.spreadsheets import CSV, XLSX, csv_bytes, packed, xlsx_parts
from tests.support.staging import Stage
from tests.support.world import World

pytestmark = pytest.mark.anyio


# ---------------------------------------------------------------- units


async def test_units_are_imported_once_in_any_order(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    body = csv_bytes(UNITS, "PKM-UNYUR,Puskesmas Unyur,puskesmas,DINKES", "DINKES,Dinas Kesehatan,dinas,-")
    assert counts(await good(api, admin, "units", body)) == (2, 2, 0, 0)
    assert counts(await good(api, admin, "units", body)) == (2, 0, 0, 2)
    units = {one["code"]: one for one in (await api.get("/v1/units", headers=admin)).json()["items"]}
    assert units["PKM-UNYUR"]["parent_id"] == units["DINKES"]["id"]
    assert units["PKM-UNYUR"]["kind"] == "health_centre"
    changed = csv_bytes(
        "code;name;kind", "PKM-UNYUR;Puskesmas Unyur Baru;health_centre", "DINKES;Dinas Kesehatan;dinas"
    )
    assert counts(await good(api, admin, "units", changed)) == (2, 0, 1, 1)
    after = (await api.get(f"/v1/units/{units['PKM-UNYUR']['id']}", headers=admin)).json()
    assert (after["name"], after["parent_id"]) == ("Puskesmas Unyur Baru", units["DINKES"]["id"])
    await good(api, admin, "units", csv_bytes(UNITS, "PKM-UNYUR,Puskesmas Unyur Baru,puskesmas,"))
    assert (await api.get(f"/v1/units/{after['id']}", headers=admin)).json()["parent_id"] is None


async def test_faulty_units_change_nothing(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    await world.unit("ATAS")
    found = await faults(
        api,
        admin,
        "units",
        UNITS,
        "A,Unit A,dinas,B",
        "B,Unit B,dinas,A",
        "C,Unit C,dinas,C",
        "D,Unit D,dinas,TIDAK-ADA",
        "E,Unit E,kerajaan,ATAS",
        "F,Unit F,dinas,ATAS",
        "F,Unit F,dinas,ATAS",
    )
    assert found == [
        (2, "parent_code", "unit_cycle"),
        (3, "parent_code", "unit_cycle"),
        (4, "parent_code", "unit_cycle"),
        (5, "parent_code", "unknown_unit"),
        (6, "kind", "not_one_of"),
        (8, "code", "duplicate_item"),
    ]
    assert await number_of(world, t.units) == 1


async def test_an_import_cannot_put_a_unit_below_itself_through_units_that_are_there(
    api: httpx.AsyncClient, world: World
) -> None:
    top = await world.unit("TOP")
    middle = await world.unit("MIDDLE", top.id)
    await world.unit("LEAF", middle.id)
    assert await faults(api, await world.admin(), "units", UNITS, "TOP,Top,dinas,LEAF") == [
        (2, "parent_code", "unit_cycle")
    ]


async def test_a_unit_administrator_sees_a_unit_that_came_below_his(api: httpx.AsyncClient, world: World) -> None:
    here = await world.unit("HERE")
    local = await world.login(Role.UNIT_ADMIN, unit=here)
    await good(api, await world.admin(), "units", csv_bytes(UNITS, "BARU,Seksi Baru,lainnya,HERE"))
    assert counts(await good(api, local, "employees", csv_bytes(PEOPLE, person(CLERK, unit="BARU")))) == (1, 1, 0, 0)


# ---------------------------------------------------------------- how an import answers


async def test_a_dry_run_tells_what_would_be_and_changes_nothing(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    report = await good(api, admin, "units", csv_bytes(UNITS, "A,Unit A,dinas,"), dry_run=True)
    assert (counts(report), report["dry_run"]) == ((1, 1, 0, 0), True)
    answer = await send(api, admin, "units", csv_bytes(UNITS, "A,,dinas,", "B,Unit B,istana,"), dry_run=True)
    assert answer.status_code == 200
    failed = answer.json()
    assert (failed["status"], counts(failed), failed["error_count"]) == ("failed", (2, 0, 0, 0), 2)
    assert failed["errors"][0] == {"row": 2, "column": "name", "code": "required", "message": "Is required."}
    assert await number_of(world, t.units) == 0
    event = await last_event(world)
    assert (event.details["status"], event.details["dry_run"], event.details["error_count"]) == ("failed", True, 2)


async def _account(world: World) -> Any:
    [row] = await Stage(world).rows(t.accounts)
    return row.id


async def test_the_trail_and_the_report_hold_counts_and_places_alone(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    await world.unit("DINKES")
    damaged = f"{CLERK}1"
    await good(api, admin, "employees", csv_bytes(PEOPLE, person(CHIEF, "Siti Rahasia", email="siti@rahasia.id")))
    await faults(
        api, admin, "employees", PEOPLE, person(damaged, "Budi Rahasia", email="rahasia"), person(CLERK, above=damaged)
    )
    await faults(api, admin, "employees", f"{CLERK},Budi Rahasia", "x,y")
    stage = Stage(world)
    events = [event for event in await stage.audited("import.finished") if event.actor_id == await _account(world)]
    assert len(events) == 3
    texts = [str(row) for row in (*events, *await stage.rows(t.imports))]
    for text in texts:
        for secret in (CHIEF, CLERK, damaged, "Rahasia", "rahasia"):
            assert secret not in text


async def test_the_same_request_with_the_same_key_is_replayed(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin() | {"Idempotency-Key": "impor-1"}
    body = csv_bytes(UNITS, "A,Unit A,dinas,")
    first = await send(api, admin, "units", body)
    again = await send(api, admin, "units", body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    other = await send(api, admin, "units", csv_bytes(UNITS, "B,Unit B,dinas,"))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_messages_follow_the_reader(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    answer = await send(api, admin, "units", csv_bytes(UNITS, "A,,dinas,"))
    assert answer.headers["content-language"] == "en"
    assert answer.json()["detail"].startswith("There are 1 faults")
    stored = await api.get(answer.headers["location"], headers=admin | {"Accept-Language": "id"})
    assert stored.headers["content-language"] == "id"
    assert stored.json()["errors"][0]["message"] == "Wajib diisi."


@pytest.mark.parametrize(
    ("media_type", "body", "status", "code"),
    [
        (CSV, b"", 422, "file_empty"),
        (CSV, csv_bytes(UNITS), 422, "file_empty"),
        (CSV, "kode,nama,jenis\nA,Café,dinas".encode("latin-1"), 422, "encoding_not_utf8"),
        (f"{CSV}; charset=windows-1252", csv_bytes(UNITS, "A,Unit A,dinas,"), 422, "encoding_not_utf8"),
        (CSV, csv_bytes(UNITS, 'A,"Unit A,dinas,'), 422, "csv_unreadable"),
        (XLSX, csv_bytes(UNITS, "A,Unit A,dinas,"), 422, "xlsx_unreadable"),
        (XLSX, b"\xd0\xcf\x11\xe0" + bytes(600), 422, "xls_or_locked"),
        (CSV, csv_bytes(UNITS, *(f"A{n},U,dinas," for n in range(100_001))), 422, "too_many_rows"),
        (XLSX, packed(xlsx_parts("<a>" * 5_000 + "</a>" * 5_000)), 422, "xlsx_unreadable"),
        (XLSX, packed(xlsx_parts(" " * 210_000_000)), 413, "file_unfolds_too_far"),
        ("application/json", b"{}", 415, "unsupported_media_type"),
        ("application/vnd.ms-excel", b"x", 415, "unsupported_media_type"),
        ("", b"x", 415, "unsupported_media_type"),
    ],
)
async def test_files_that_cannot_be_read_are_never_a_fault_of_ours(
    api: httpx.AsyncClient, world: World, media_type: str, body: bytes, status: int, code: str
) -> None:
    answer = await send(api, await world.admin(), "units", body, media_type)
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert code in {problem["code"], *(error["code"] for error in problem.get("errors", ()))}
    assert await number_of(world, t.units) == await number_of(world, t.imports) == 0


async def test_a_good_charset_is_no_hindrance(api: httpx.AsyncClient, world: World) -> None:
    body = "\ufeffkode,nama,jenis\nA,Café,dinas".encode()
    assert counts(await good(api, await world.admin(), "units", body, f"{CSV}; charset=UTF-8"))[1] == 1


async def test_a_body_beyond_the_limit_of_imports_is_refused_and_a_smaller_one_is_read(
    api: httpx.AsyncClient, world: World
) -> None:
    admin = await world.admin()
    two_megabytes = csv_bytes(UNITS, "A,Unit A,dinas,", *[" " * 1_000] * 2_000)
    assert counts(await good(api, admin, "units", two_megabytes)) == (1, 1, 0, 0)
    answer = await send(api, admin, "units", bytes(20_971_521))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    elsewhere = await api.post("/v1/units", content=two_megabytes, headers=admin | {"Content-Type": "application/json"})
    assert elsewhere.status_code == 413


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({}, "/query/kind", "required"),
        ({"kind": "trainings"}, "/query/kind", "not_one_of"),
        ({"kind": "units", "dry_run": "mungkin"}, "/query/dry_run", "wrong_type"),
        ({"kind": "units", "cycle_id": str(uuid4())}, "/query/cycle_id", "not_with_this_kind"),
        ({"kind": "units", "with_codes": "true"}, "/query/with_codes", "not_with_this_kind"),
        ({"kind": "assignments"}, "/query/cycle_id", "required"),
        ({"kind": "units", "force": "true"}, "/query/force", "unknown_query"),
    ],
)
async def test_faulty_queries_are_refused(
    api: httpx.AsyncClient, world: World, query: dict[str, str], pointer: str, code: str
) -> None:
    headers = await world.admin() | {"Content-Type": CSV}
    answer = await api.post("/v1/imports", params=query, content=csv_bytes(UNITS, "A,Unit A,dinas,"), headers=headers)
    assert answer.status_code == 422
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


async def test_a_thousand_faults_are_listed_and_all_are_counted(api: httpx.AsyncClient, world: World) -> None:
    answer = await send(api, await world.admin(), "units", csv_bytes(UNITS, *["A,,istana,"] * 2_000))
    problem = answer.json()
    assert (len(problem["errors"]), problem["error_count"]) == (1_000, 4_000)
    assert problem["errors"][-1]["row"] == 501


async def test_long_imports_go_on_as_a_job(
    api: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0.0)
    admin = await world.admin()
    body = csv_bytes("username", *(f"akun.{number}" for number in range(300)))
    answer = await send(api, admin, "accounts", body, with_codes=True)
    assert answer.status_code == 202, answer.text
    job = await _job_when(api, admin, answer, lambda job: job["status"] != "running")
    assert (job["kind"], job["status"], job["report"]["created"]) == ("import", "succeeded", 300)
    assert job["report"]["codes"] is None
    assert job["progress"] == {"phase": "writing", "rows": 300}
    assert (await api.get(f"/v1/imports/{job['report']['id']}", headers=admin)).json()["created"] == 300


async def test_a_job_tells_how_far_its_import_has_come(
    api: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else holds the table, so that the import stands in its last phase until it is let go."""
    monkeypatch.setattr(jobs, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "_LOOK_EVERY_SECONDS", 0.02)
    admin = await world.admin()
    async with world.owner.begin() as connection:
        await connection.execute(sa.text("LOCK TABLE units IN ACCESS EXCLUSIVE MODE"))
        answer = await send(api, admin, "units", csv_bytes(UNITS, "DINKES,Dinas,dinas,"))
        assert answer.status_code == 202, answer.text
        seen = await _job_when(api, admin, answer, lambda job: job["progress"]["phase"] == "checking")
        assert (seen["status"], seen["progress"], seen["report"]) == ("running", {"phase": "checking", "rows": 1}, None)
    done = await _job_when(api, admin, answer, lambda job: job["status"] != "running")
    assert (done["status"], done["progress"]) == ("succeeded", {"phase": "writing", "rows": 1})


async def _job_when(
    api: httpx.AsyncClient, headers: Headers, started: httpx.Response, so: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    job: dict[str, Any] = {}
    for _ in range(1200):
        job = (await api.get(started.headers["location"], headers=headers)).json()
        if so(job):
            return job
        await asyncio.sleep(0.02)
    raise AssertionError(f"stands at {job}")


async def test_two_imports_at_once_leave_one_result(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    await world.unit("DINKES")
    body = csv_bytes(PEOPLE, *(person(f"1986092620150510{n:02d}") for n in range(1, 60)))
    reports = await asyncio.gather(*(good(api, admin, "employees", body) for _ in range(4)))
    assert sorted(counts(report) for report in reports) == [(59, 0, 0, 59)] * 3 + [(59, 59, 0, 0)]


@pytest.mark.parametrize("kind", ["assignments", "external_scores"])
@pytest.mark.parametrize(
    "line", ["nip,warna", "nip_ratee,rater_type,nip_rater", "nip,dimension,value,source,measured_at"]
)
async def test_a_cycle_that_is_not_there(api: httpx.AsyncClient, world: World, kind: str, line: str) -> None:
    """Whatever the file is like: a report could not even be kept beside it."""
    answer = await send(api, await world.admin(), kind, csv_bytes(line, "a,b"), cycle_id=uuid4(), dry_run=True)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


# ---------------------------------------------------------------- who may


async def test_who_may_import_what(api: httpx.AsyncClient, world: World) -> None:
    unit = await world.unit("DINKES")
    cycle = await Stage(world).cycle(CycleState.DRAFT)
    bodies = {
        "units": csv_bytes(UNITS, "DINKES,Dinas,dinas,"),
        "employees": csv_bytes(PEOPLE, person(CHIEF)),
        "accounts": csv_bytes("username", "siti"),
        "assignments": csv_bytes("nip_ratee,rater_type,nip_rater", f"{CHIEF},self,"),
        "external_scores": csv_bytes("nip,dimension,value,source,measured_at", f"{CHIEF},work_result,1,x,2026-01-01"),
    }
    actors = {
        "admin": await world.admin(),
        "unit_admin": await world.login(Role.UNIT_ADMIN, unit=unit),
        "auditor": await world.login(Role.AUDITOR),
        "employee": await world.login(employee=await world.employee(unit)),
        "machine": await world.login(Role.INTEGRATION, scopes=("imports:write",)),
        "scorer": await world.login(Role.INTEGRATION, scopes=("imports:write", "external_scores:write")),
        "reader": await world.login(Role.INTEGRATION, scopes=("people:read", "external_scores:write")),
    }
    allowed = {
        "admin": set(bodies),
        "unit_admin": {"employees"},
        "machine": {"units", "employees"},
        "scorer": {"units", "employees", "external_scores"},
    }
    for name, headers in actors.items():
        for kind, body in bodies.items():
            query: dict[str, Any] = {"cycle_id": cycle.id} if kind in {"assignments", "external_scores"} else {}
            answer = await send(api, headers, kind, body, dry_run=True, **query)
            assert (answer.status_code == 200) == (kind in allowed.get(name, ())), (name, kind, answer.text)
            if answer.status_code != 200:
                assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), (name, kind)


async def test_a_report_is_for_its_importer_and_administrators(api: httpx.AsyncClient, world: World) -> None:
    unit = await world.unit("DINKES")
    local = await world.login(Role.UNIT_ADMIN, unit=unit)
    where = (await send(api, local, "employees", csv_bytes(PEOPLE, person(CHIEF)))).headers["location"]
    for headers, status in (
        (local, 200),
        (await world.admin(), 200),
        (await world.login(Role.UNIT_ADMIN, unit=unit), 404),
        (await world.login(Role.AUDITOR), 404),
    ):
        assert (await api.get(where, headers=headers)).status_code == status
    assert (await api.get(f"/v1/imports/{uuid4()}", headers=local)).status_code == 404
