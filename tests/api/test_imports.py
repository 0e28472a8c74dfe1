"""Importing spreadsheets over HTTP: all or nothing, every fault with its place, and nothing twice."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from app.api import jobs
from app.domain.cycles import ExternalRange, Policy
from app.domain.people import Employee, Unit
from app.domain.values import CycleState, Dimension, Employment, RaterType, Role
from app.repositories import tables as t
from tests.support.spreadsheets import CSV, XLSX, csv_bytes, packed, rows_xml, xlsx_bytes, xlsx_parts
from tests.support.staging import Stage
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
UNITS = "kode,nama,jenis,kode_induk"
PEOPLE = (
    "nip,nama,status_kepegawaian,jabatan,jenis_jabatan,golongan,kode_unit,nip_atasan,nip_penilai,surel,telepon,aktif"
)
CHIEF, CLERK, NURSE = "198001012005011001", "199002022015022002", "198902252024211013"


async def send(
    api: httpx.AsyncClient, headers: Headers, kind: str, body: bytes, media_type: str = CSV, **query: Any
) -> httpx.Response:
    wanted = {"kind": kind} | {name: str(value).lower() for name, value in query.items()}
    return await api.post("/v1/imports", params=wanted, content=body, headers=headers | {"Content-Type": media_type})


async def good(
    api: httpx.AsyncClient, headers: Headers, kind: str, body: bytes, media_type: str = CSV, **query: Any
) -> dict[str, Any]:
    answer = await send(api, headers, kind, body, media_type, **query)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    assert report["status"] == "succeeded", report["errors"]
    return report


async def faults(
    api: httpx.AsyncClient, headers: Headers, kind: str, *lines: str, **query: Any
) -> list[tuple[int, str | None, str]]:
    """The faults of a refused import, whose stored report says the same."""
    answer = await send(api, headers, kind, csv_bytes(*lines), **query)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "import_failed"
    found = [(one["row"], one["column"], one["code"]) for one in problem["errors"]]
    stored = (await api.get(answer.headers["location"], headers=headers)).json()
    assert (stored["id"], stored["status"], stored["error_count"]) == (problem["import_id"], "failed", len(found))
    assert [(one["row"], one["column"], one["code"]) for one in stored["errors"]] == found
    return found


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["rows"], report["created"], report["updated"], report["unchanged"]


def person(nip: str, name: str = "Siti", unit: str = "DINKES", above: str = "", **changes: str) -> str:
    cells = {
        "employment": "PPPK" if nip[12:13] == "2" else "PNS",
        "kind": "pelaksana",
        "grade": "",
        "active": "ya",
    } | changes
    return (
        f"{nip},{name},{cells['employment']},Pengelola,{cells['kind']},{cells['grade']},{unit},{above},"
        f"{cells.get('appraiser', '')},{cells.get('email', '')},{cells.get('phone', '')},{cells['active']}"
    )


async def people(world: World) -> dict[str | None, Employee]:
    async with world.services.unit_of_work(None) as uow, world.owner.connect() as connection:
        ids = (await connection.execute(sa.select(t.employees.c.id))).scalars().all()
        return {one.nip: one for one in (await uow.employees.many(ids)).values()}


async def last_event(world: World) -> sa.Row[Any]:
    """What the trail tells of the last import."""
    return max(await Stage(world).audited("import.finished"), key=lambda event: event.id)


async def number_of(world: World, table: sa.Table) -> int:
    async with world.owner.connect() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


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


# ---------------------------------------------------------------- people


async def test_people_are_imported_with_superiors_from_anywhere_in_the_file(
    api: httpx.AsyncClient, world: World
) -> None:
    admin = await world.admin()
    unit = await world.unit("DINKES")
    body = csv_bytes(
        PEOPLE,
        person(CLERK, "Budi, S.Kom".replace(",", ""), above=CHIEF, grade="iii/C", phone="'0812 345", appraiser=CHIEF),
        person(CHIEF, "dr. Siti", kind="administrator", grade="IV/a"),
        person(NURSE, "Ani", above=CLERK, grade="ix", email="ani@serang.example", active="tidak"),
    )
    report = await good(api, admin, "employees", body)
    assert counts(report) == (3, 3, 0, 0)
    stored = await people(world)
    assert stored[CLERK].superior_id == stored[CLERK].appraiser_id == stored[CHIEF].id
    assert (stored[CLERK].grade, stored[CLERK].phone, stored[CLERK].unit_id) == ("III/c", "0812 345", unit.id)
    assert (stored[NURSE].employment, stored[NURSE].active) == (Employment.PPPK, False)
    assert (stored[NURSE].email, stored[NURSE].superior_id) == ("ani@serang.example", stored[CLERK].id)
    assert counts(await good(api, admin, "employees", body)) == (3, 0, 0, 3)
    assert await people(world) == stored


async def test_columns_left_out_keep_what_is_stored_and_empty_cells_clear_it(
    api: httpx.AsyncClient, world: World
) -> None:
    admin = await world.admin()
    await world.unit("DINKES")
    full = csv_bytes(PEOPLE, person(CHIEF), person(CLERK, above=CHIEF, grade="III/a", email="a@b.id", active="tidak"))
    await good(api, admin, "employees", full)
    before = (await people(world))[CLERK]
    needed = "nip,name,employment,position,position_kind,unit_code"
    same = csv_bytes(needed, f"{CLERK},Siti,pns,Pengelola,executor,DINKES")
    assert counts(await good(api, admin, "employees", same)) == (1, 0, 0, 1)
    cleared = csv_bytes(f"{needed},grade,superior_nip,email", f"{CLERK},Siti Aminah,pns,Pengelola,executor,DINKES,,-,")
    assert counts(await good(api, admin, "employees", cleared)) == (1, 0, 1, 0)
    after = (await people(world))[CLERK]
    assert (after.grade, after.superior_id, after.email, after.active) == (None, None, None, False)
    assert (after.id, after.name) == (before.id, "Siti Aminah")


async def test_a_superior_without_a_nip_is_left_where_he_is(api: httpx.AsyncClient, world: World) -> None:
    unit = await world.unit("DINKES")
    mayor = await world.employee(unit, nip=None, employment=Employment.NON_ASN, grade=None)
    await world.employee(unit, nip=CHIEF, superior_id=mayor.id, appraiser_id=mayor.id)
    await good(api, await world.admin(), "employees", csv_bytes(PEOPLE, person(CHIEF, "Kepala")))
    chief = (await people(world))[CHIEF]
    assert (chief.name, chief.superior_id, chief.appraiser_id) == ("Kepala", mayor.id, mayor.id)


async def test_every_faulty_person_is_listed_and_nobody_is_changed(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    await world.unit("DINKES")
    found = await faults(
        api,
        admin,
        "employees",
        PEOPLE,
        person(CHIEF),
        person("1.98609E+17"),
        person("198609262015051000"),
        person("198613262015051001"),
        person("198609262015051001", unit="ENTAH"),
        person("198609262015051002", above="197001011995011001"),
        person("198609262015051003", above="198609262015051003"),
        person("198609262015051004", grade="IX"),
        person("198609262015051005", kind="struktural"),
        person("198609262015051006", active=""),
        person("198609262015051007", employment="pppk"),
        person(CHIEF),
        ",Wali Kota,non asn,Wali Kota,jpt,,DINKES,,,,,ya",
        ",Tanpa NIP,PNS,Staf,pelaksana,,DINKES,,,,,ya",
        person("198609262015051008", email="siti di kantor", phone="telp"),
    )
    assert found == [
        (3, "nip", "nip_damaged"),
        (4, "nip", "nip_damaged"),
        (5, "nip", "nip_birth_date"),
        (6, "unit_code", "unknown_unit"),
        (7, "superior_nip", "unknown_employee"),
        (8, "superior_nip", "self_superior"),
        (9, "grade", "grade_unknown"),
        (10, "position_kind", "structural_is_three_kinds"),
        (11, "active", "required"),
        (12, "nip", "nip_employment_mismatch"),
        (13, "nip", "duplicate_item"),
        (14, "nip", "non_asn_by_hand"),
        (15, "nip", "required"),
        (16, "email", "bad_format"),
        (16, "phone", "bad_format"),
    ]
    assert await people(world) == {}


async def test_nobody_becomes_his_own_superior_through_the_file_or_through_others(
    api: httpx.AsyncClient, world: World
) -> None:
    admin = await world.admin()
    unit = await world.unit("DINKES")
    chief = await world.employee(unit, nip=CHIEF)
    middle = await world.employee(unit, nip="198609262015051005", superior_id=chief.id)
    await world.employee(unit, nip=CLERK, superior_id=middle.id)
    lines = (PEOPLE, person(CHIEF, above=CLERK))
    assert await faults(api, admin, "employees", *lines) == [(2, "superior_nip", "superior_circle")]
    ring = (
        PEOPLE,
        person("198609262015051006", above="198609262015051007"),
        person("198609262015051007", above="198609262015051006"),
    )
    assert [row for row, _, _ in await faults(api, admin, "employees", *ring)] == [2, 3]
    # The same file may turn the order round as long as no circle is left.
    turned = csv_bytes(PEOPLE, person(CHIEF, above=CLERK), person(CLERK))
    assert counts(await good(api, admin, "employees", turned)) == (2, 0, 2, 0)


async def test_a_sheet_with_numbers_for_nips_is_refused_with_a_hint(api: httpx.AsyncClient, world: World) -> None:
    await world.unit("DINKES")
    header, chief, clerk = PEOPLE.split(","), person(CHIEF).split(","), person(CLERK).split(",")
    damaged = xlsx_bytes(header, chief, [198609262015051001, *clerk[1:]])
    answer = await send(api, await world.admin(), "employees", damaged, XLSX)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/rows/3/nip", "nip_damaged")
    assert "Make the column Text" in error["message"]
    mended = xlsx_bytes(header, chief, [f"'{CLERK}", *clerk[1:]])
    assert counts(await good(api, await world.admin(), "employees", mended, XLSX)) == (2, 2, 0, 0)


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
    job: dict[str, Any] = {}
    for _ in range(100):
        job = (await api.get(answer.headers["location"], headers=admin)).json()
        if job["status"] != "running":
            break
        await asyncio.sleep(0.05)
    assert (job["kind"], job["status"], job["report"]["created"]) == ("import", "succeeded", 300)
    assert job["report"]["codes"] is None
    assert (await api.get(f"/v1/imports/{job['report']['id']}", headers=admin)).json()["created"] == 300


async def test_two_imports_at_once_leave_one_result(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    await world.unit("DINKES")
    body = csv_bytes(PEOPLE, *(person(f"1986092620150510{n:02d}") for n in range(1, 60)))
    reports = await asyncio.gather(*(good(api, admin, "employees", body) for _ in range(4)))
    assert sorted(counts(report) for report in reports) == [(59, 0, 0, 59)] * 3 + [(59, 59, 0, 0)]


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


async def test_a_unit_administrator_fills_his_subtree_alone(api: httpx.AsyncClient, world: World) -> None:
    here, there = await world.unit("HERE"), await world.unit("THERE")
    own = await world.employee(here, nip="198609262015051009", name="Admin Unit")
    boss = await world.employee(there, nip="198609262015051007")
    await world.employee(here, nip=CLERK, superior_id=boss.id)
    await world.employee(there, nip=NURSE, employment=Employment.PPPK, grade=None)
    local = await world.login(Role.UNIT_ADMIN, employee=own, unit=here)
    found = await faults(
        api,
        local,
        "employees",
        PEOPLE,
        person(CHIEF, unit="THERE"),
        person(NURSE, unit="HERE"),
        person("198609262015051002", unit="HERE", above=NURSE),
        person(own.nip or "", "Admin Naik Pangkat", unit="HERE", grade="IV/a"),
    )
    assert found == [
        (2, "unit_code", "unit_of_others"),
        (3, "nip", "employee_of_others"),
        (4, "superior_nip", "unknown_employee"),
        (5, "nip", "own_record"),
    ]
    assert await faults(api, local, "employees", PEOPLE, person(own.nip or "", "Lain", unit="HERE")) == [
        (2, "nip", "own_record")
    ]
    body = csv_bytes(PEOPLE, person(CHIEF, unit="HERE"), person(CLERK, "Baru", unit="HERE", above=boss.nip or ""))
    assert counts(await good(api, local, "employees", body)) == (2, 1, 1, 0)
    assert (await people(world))[CLERK].superior_id == boss.id


# ---------------------------------------------------------------- accounts


async def test_accounts_are_made_with_codes_that_are_shown_once(api: httpx.AsyncClient, world: World) -> None:
    unit = await world.unit("DINKES")
    chief = await world.employee(unit, nip=CHIEF)
    await world.employee(unit, nip=CLERK)
    admin = await world.admin() | {"Idempotency-Key": "akun-1"}
    body = csv_bytes(
        "nip;nama_akun;peran;jenis_penilai;kode_unit",
        f"{CHIEF};kepala;pegawai, admin unit;atasan + diri;DINKES",
        f"{CLERK};;pegawai;atasan|rekan|bawahan|diri;",
        ";pemeriksa;auditor;diri;",
    )
    report = await good(api, admin, "accounts", body, with_codes=True)
    assert counts(report) == (3, 3, 0, 0)
    codes = {one["username"]: one["code"] for one in report["codes"]}
    assert set(codes) == {"kepala", CLERK, "pemeriksa"}
    replayed = await send(api, admin, "accounts", body, with_codes=True)
    assert replayed.json() == report | {"codes": None}
    assert (await api.get(f"/v1/imports/{report['id']}", headers=admin)).json()["codes"] is None
    await good(api, await world.admin(), "accounts", body)
    activated = await api.post("/v1/auth/activate", json={"code": codes["kepala"], "password": PASSWORD})
    assert (activated.status_code, activated.json()["username"]) == (200, "kepala")
    me = await world.log_in("kepala")
    shown = (await api.get("/v1/me", headers={"Authorization": f"Bearer {me['access_token']}"})).json()
    assert (shown["employee"]["id"], sorted(shown["roles"])) == (str(chief.id), ["employee", "unit_admin"])
    event = await last_event(world)
    assert CLERK not in str(event.details)


async def test_without_asking_no_codes_are_made(api: httpx.AsyncClient, world: World) -> None:
    admin = await world.admin()
    body = csv_bytes("username", "siti")
    dry = await good(api, admin, "accounts", body, with_codes=True, dry_run=True)
    assert (dry["created"], dry["codes"]) == (1, [])
    assert (await good(api, admin, "accounts", body))["codes"] is None
    assert await number_of(world, t.activation_codes) == 0


async def test_changed_powers_end_sessions_at_once(api: httpx.AsyncClient, world: World) -> None:
    unit = await world.unit("DINKES")
    await world.account("siti", Role.UNIT_ADMIN, unit=unit)
    await world.account("budi", Role.EMPLOYEE)
    tokens = {name: (await world.log_in(name))["access_token"] for name in ("siti", "budi")}
    body = csv_bytes("username,roles", "siti,employee", "budi,employee")
    assert counts(await good(api, await world.admin(), "accounts", body)) == (2, 0, 1, 1)
    answers = [
        (await api.get("/v1/me", headers={"Authorization": f"Bearer {tokens[name]}"})).status_code
        for name in ("siti", "budi")
    ]
    assert answers == [401, 200]
    event = await last_event(world)
    assert event.details["privileged_count"] == 0


async def test_who_was_given_power_stands_in_the_trail(api: httpx.AsyncClient, world: World) -> None:
    await good(api, await world.admin(), "accounts", csv_bytes("username,roles", "siti,admin", "budi,employee"))
    event = await last_event(world)
    async with world.owner.connect() as connection:
        siti = (
            await connection.execute(sa.select(t.accounts.c.id).where(t.accounts.c.username == "siti"))
        ).scalar_one()
    assert (event.details["privileged"], event.details["privileged_count"]) == ([str(siti)], 1)


async def test_faulty_accounts_change_nothing(api: httpx.AsyncClient, world: World) -> None:
    unit = await world.unit("DINKES")
    chief = await world.employee(unit, nip=CHIEF)
    await world.employee(unit, nip=CLERK)
    me = await world.account("kepala", Role.ADMIN, employee=chief)
    actor = await world.services.actor(me)
    assert actor is not None
    headers = {"Authorization": f"Bearer {world.services.tokens.mint(actor)}", "Accept-Language": "en"}
    await world.login(Role.INTEGRATION, scopes=("people:read",))
    async with world.owner.begin() as connection:
        machine = t.accounts.c.roles.any_() == str(Role.INTEGRATION)
        await connection.execute(sa.update(t.accounts).where(machine).values(username="mesin"))
    before = await number_of(world, t.accounts)
    found = await faults(
        api,
        headers,
        "accounts",
        "nip,username,roles,rater_types,unit_code",
        ",,employee,self,",
        "197001011995011001,,employee,self,",
        f"{CHIEF},,employee,self,",
        f"{CLERK},kepala,employee,self,",
        ",baru,unit_admin,self,",
        ",baru2,recipient,self,",
        ",baru3,employee,service_recipient,",
        ",baru4,employee,self,ENTAH",
        ",x,employee,self,",
        ",mesin,employee,self,",
        f",{CLERK},employee,self,",
        ",kembar,employee,self,",
        ",kembar,employee,self,",
    )
    assert found == [
        (2, "nip", "nip_or_username"),
        (3, "nip", "unknown_employee"),
        (4, "roles", "own_admin_role"),
        (5, "username", "duplicate_item"),
        (6, "unit_code", "unit_admin_needs_unit"),
        (7, "roles", "role_not_for_people"),
        (8, "rater_types", "rater_type_not_for_accounts"),
        (9, "unit_code", "unknown_unit"),
        (10, "username", "bad_format"),
        (11, "username", "machine_stays_machine"),
        (12, "username", "username_is_other_nip"),
        (14, "username", "duplicate_item"),
    ]
    other = await faults(api, await world.admin(), "accounts", "nip,username", f"{CLERK},kepala")
    assert other == [(2, "username", "username_of_others")]
    assert await number_of(world, t.accounts) == before + 1  # the other administrator's


# ---------------------------------------------------------------- assignments


async def _staff(world: World) -> tuple[Unit, dict[str, Employee]]:
    unit = await world.unit("DINKES")
    chief = await world.employee(unit, nip=CHIEF, name="Chief")
    clerk = await world.employee(unit, nip=CLERK, name="Clerk", superior_id=chief.id)
    peers = {
        f"peer{n}": await world.employee(unit, nip=f"19860926201505100{n}", superior_id=chief.id) for n in range(1, 5)
    }
    return unit, {"chief": chief, "clerk": clerk, **peers}


ASSIGNMENTS = "nip_pegawai;jenis_penilai;nip_penilai"


async def test_assignments_are_imported_under_the_rules_of_hand_made_ones(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.DRAFT)
    participant = await stage.participant(cycle, staff["clerk"])
    admin = await world.admin()
    body = csv_bytes(
        ASSIGNMENTS,
        f"{CLERK};atasan;{CHIEF}",
        f"{CLERK};diri sendiri;",
        f"{CLERK};rekan kerja;{staff['peer1'].nip}",
        f"{CLERK};peer;{staff['peer2'].nip}",
    )
    assert counts(await good(api, admin, "assignments", body, cycle_id=cycle.id, dry_run=True)) == (4, 4, 0, 0)
    assert await number_of(world, t.assignments) == await number_of(world, t.outbox_events) == 0
    assert counts(await good(api, admin, "assignments", body, cycle_id=cycle.id)) == (4, 4, 0, 0)
    assert counts(await good(api, admin, "assignments", body, cycle_id=cycle.id)) == (4, 0, 0, 4)
    rows = await stage.rows(t.assignments, t.assignments.c.participant_id == participant)
    assert sorted((row.rater_type, row.state) for row in rows) == [
        ("peer", "pending"),
        ("peer", "pending"),
        ("self", "pending"),
        ("superior", "pending"),
    ]
    [event] = await stage.rows(t.outbox_events)
    assert (event.type, event.payload) == ("assignment.created", {"cycle_id": str(cycle.id), "count": 4})
    await stage.seal(participant, RaterType.PEER)
    found = await faults(
        api,
        admin,
        "assignments",
        ASSIGNMENTS,
        f"{CLERK};peer;{CHIEF}",
        f"{CLERK};superior;{staff['peer3'].nip}",
        f"{CLERK};subordinate;{staff['peer1'].nip}",
        f"{CLERK};self;{staff['peer4'].nip}",
        f"{CLERK};masyarakat;",
        f"{CLERK};peer;",
        f"{CLERK};subordinate;198609262015051999",
        f"{CHIEF};self;",
        f"{CLERK};peer;{staff['peer4'].nip}",
        cycle_id=cycle.id,
    )
    assert sorted(found, key=lambda fault: (fault[0], fault[1] or "", fault[2])) == [
        (2, None, "group_sealed"),
        (2, "nip_rater", "assignment_duplicate"),
        (2, "nip_rater", "rater_is_superior"),
        (3, "nip_rater", "not_the_superior"),
        (4, "nip_rater", "assignment_duplicate"),
        (5, "nip_rater", "self_is_not_ratee"),
        (6, "rater_type", "recipient_by_invitation"),
        (7, "nip_rater", "required"),
        (8, "nip_rater", "unknown_employee"),
        (9, "nip_ratee", "unknown_participant"),
        (10, None, "group_sealed"),
        (10, "nip_rater", "duplicate_item"),
    ]


async def test_assignments_wait_for_no_review_and_no_strange_cycle(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.REVIEW)
    await stage.participant(cycle, staff["clerk"])
    body = csv_bytes(ASSIGNMENTS, f"{CLERK};self;")
    late = await send(api, await world.admin(), "assignments", body, cycle_id=cycle.id)
    assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")
    nowhere = await send(api, await world.admin(), "assignments", body, cycle_id=uuid4())
    assert nowhere.status_code == 404


async def test_an_importer_learns_nothing_of_who_rates_himself(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.DRAFT)
    participant = await stage.participant(cycle, staff["clerk"])
    await stage.assignment(cycle, participant, RaterType.PEER, staff["peer1"])
    own = await stage.login(staff["clerk"], Role.ADMIN)
    lines = [
        f"{CLERK};{kind};{staff[name].nip}"
        for name in ("peer1", "peer2")
        for kind in ("peer", "subordinate", "superior")
    ]
    found = await faults(api, own, "assignments", ASSIGNMENTS, *lines, cycle_id=cycle.id)
    assert [(column, code) for _, column, code in found[:3]] == [(column, code) for _, column, code in found[3:]]
    assert {code for _, _, code in found} == {"own_anonymous_raters", "not_the_superior"}


# ---------------------------------------------------------------- external scores


SCORES = "nip;dimensi;nilai;sumber;tanggal_ukur"
EXTERNAL = Policy(
    {RaterType.SUPERIOR: 60, RaterType.PEER: 40},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
)


async def test_external_scores_are_imported_and_replaced(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.RATING, policy=EXTERNAL)
    participant = await stage.participant(cycle, staff["clerk"])
    machine = await world.login(Role.INTEGRATION, scopes=("imports:write", "external_scores:write"))
    body = csv_bytes(SCORES, f"{CLERK};hasil kerja;104,5;e-Kinerja;31/03/2026")
    assert counts(await good(api, machine, "external_scores", body, cycle_id=cycle.id)) == (1, 1, 0, 0)
    assert counts(await good(api, machine, "external_scores", body, cycle_id=cycle.id)) == (1, 0, 0, 1)
    [row] = await stage.rows(t.external_scores)
    assert (row.participant_id, row.value, row.source) == (participant, Decimal("104.5"), "e-Kinerja")
    assert row.measured_at == datetime(2026, 3, 30, 17, tzinfo=UTC)
    changed = csv_bytes(SCORES, f"{CLERK};work_result;99.9999;e-Kinerja;2026-03-31")
    assert counts(await good(api, machine, "external_scores", changed, cycle_id=cycle.id)) == (1, 0, 1, 0)
    [row] = await stage.rows(t.external_scores)
    assert (row.value, row.max) == (Decimal("99.9999"), Decimal(120))
    found = await faults(
        api,
        machine,
        "external_scores",
        SCORES,
        f"{CLERK};hasil kerja;120,0001;e-Kinerja;31/03/2026",
        f"{CLERK};perilaku kerja;80;e-Kinerja;31/03/2026",
        f"{CHIEF};hasil kerja;80;e-Kinerja;31/03/2026",
        f"{CLERK};hasil kerja;80;;besok",
        f"{CLERK};hasil kerja;80;e-Kinerja;31/03/2026",
        f"{CLERK};hasil kerja;81;e-Kinerja;31/03/2026",
        cycle_id=cycle.id,
    )
    assert found == [
        (2, "value", "external_score_out_of_range"),
        (3, "dimension", "dimension_is_rated"),
        (4, "nip", "unknown_participant"),
        (5, "source", "required"),
        (5, "measured_at", "bad_format"),
        (7, "nip", "duplicate_item"),
    ]


async def test_no_external_score_reaches_an_archived_cycle(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.ARCHIVED, policy=EXTERNAL)
    await stage.participant(cycle, staff["clerk"])
    body = csv_bytes(SCORES, f"{CLERK};hasil kerja;104,5;e-Kinerja;31/03/2026")
    for dry_run in (True, False):
        late = await send(api, await world.admin(), "external_scores", body, cycle_id=cycle.id, dry_run=dry_run)
        assert (late.status_code, late.json()["code"]) == (409, "cycle_state_forbids")


async def test_scores_that_come_after_the_review_began_are_computed(api: httpx.AsyncClient, world: World) -> None:
    stage, (_, staff) = Stage(world), await _staff(world)
    cycle = await stage.cycle(CycleState.REVIEW, policy=EXTERNAL)
    participant = await stage.participant(cycle, staff["clerk"])
    body = csv_bytes(SCORES, f"{CLERK};hasil kerja;104,5;e-Kinerja;31/03/2026")
    await good(api, await world.admin(), "external_scores", body, cycle_id=cycle.id)
    [result] = await stage.rows(t.results, t.results.c.participant_id == participant)
    assert result.cause == "external_score"


async def test_a_whole_citys_list_comes_in_one_piece(api: httpx.AsyncClient, world: World) -> None:
    await world.unit("DINKES")
    nips = [
        f"1986092620{year}{month:02d}1{serial:03d}"
        for year in (15, 16)
        for month in range(1, 13)
        for serial in range(1, 200)
    ]
    lines = [person(nip, f"Pegawai {n}", above=nips[(n - 1) // 10] if n else "") for n, nip in enumerate(nips)]
    rows = [PEOPLE.split(","), *(line.split(",") for line in reversed(lines))]
    admin = await world.admin()
    assert counts(await good(api, admin, "employees", packed(xlsx_parts(rows_xml(rows))), XLSX))[1] == len(nips)
    assert counts(await good(api, admin, "employees", csv_bytes(PEOPLE, *lines))) == (len(nips), 0, 0, len(nips))
    moved = [line.replace(",PNS,Pengelola,", ",PNS,Analis,") for line in lines]
    assert counts(await good(api, admin, "employees", csv_bytes(PEOPLE, *moved))) == (len(nips), 0, len(nips), 0)
    assert {one.position for one in (await people(world)).values()} == {"Analis"}
