"""Importing people and accounts."""

import httpx
import pytest
import sqlalchemy as sa

from app.domain.values import Employment, Role
from app.repositories import tables as t
from tests.support.importing import (
    CHIEF,
    CLERK,
    NURSE,
    PEOPLE,
    counts,
    faults,
    good,
    last_event,
    number_of,
    people,
    person,
    send,
)
from tests.support.spreadsheets import XLSX, csv_bytes, packed, rows_xml, xlsx_bytes, xlsx_parts
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio


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
