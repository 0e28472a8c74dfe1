"""`kinerja import`: the same import from the machine's own shell."""

import csv
from pathlib import Path
from typing import Any

import pytest

from app.domain.actions.imports import IssuedCode
from app.domain.imports.report import ImportKind, ImportReport
from app.domain.values import CycleState, Role
from app.importing import ImportRefusedError, Wish, codes_file, import_file, told
from app.repositories import tables as t
from tests.support.spreadsheets import csv_bytes, xlsx_bytes
from tests.support.staging import Stage
from tests.support.world import World

pytestmark = pytest.mark.anyio
UNITS = csv_bytes("kode,nama,jenis", "DINKES,Dinas Kesehatan,dinas", "PKM,Puskesmas,puskesmas")


def wish(path: Path, kind: ImportKind = ImportKind.UNITS, **changes: Any) -> Wish:
    wanted: dict[str, Any] = {"username": "admin", "dry_run": False, "cycle": None, "with_codes": False} | changes
    return Wish(path, kind, **wanted)


async def run(world: World, path: Path, kind: ImportKind = ImportKind.UNITS, **changes: Any) -> ImportReport:
    return (await import_file(world.services, wish(path, kind, **changes))).report


async def test_a_file_is_imported_in_the_name_of_an_account(world: World, tmp_path: Path) -> None:
    account = await world.account("admin", Role.ADMIN)
    path = tmp_path / "units.csv"
    path.write_bytes(UNITS)
    assert list(told(await run(world, path, dry_run=True))) == [
        "2 rows: 2 created, 0 updated, 0 unchanged (dry run: nothing was changed)."
    ]
    assert list(told(await run(world, path))) == ["2 rows: 2 created, 0 updated, 0 unchanged."]
    assert list(told(await run(world, path))) == ["2 rows: 0 created, 0 updated, 2 unchanged."]
    events = [event for event in await Stage(world).audited("import.finished") if event.actor_id == account]
    assert sorted(event.details["dry_run"] for event in events) == [False, False, True]


async def test_faults_are_told_line_by_line(world: World, tmp_path: Path) -> None:
    await world.account("admin", Role.ADMIN)
    path = tmp_path / "units.xlsx"
    path.write_bytes(xlsx_bytes(["code", "name", "kind", "parent_code"], ["A", "", "dinas", "B"], ["C", "C", "istana"]))
    *lines, last = told(await run(world, path))
    assert lines[0] == "row 2, name: Is required."
    assert lines[1].startswith("row 3, kind: Not one of: agency, ")
    assert last == "2 rows, 2 faults: nothing was changed."
    assert await Stage(world).rows(t.units) == []


async def test_what_cannot_begin_is_one_sentence(world: World, tmp_path: Path) -> None:
    await world.account("admin", Role.ADMIN)
    await world.account("siti")
    await Stage(world).cycle(CycleState.DRAFT)
    units, empty = tmp_path / "units.csv", tmp_path / "empty.csv"
    units.write_bytes(UNITS)
    empty.touch()
    odd = tmp_path / "units.ods"
    odd.touch()
    cases = (
        (wish(tmp_path / "none.csv"), "No such file or directory"),
        (wish(odd), "must end in .csv or .xlsx"),
        (wish(empty), "no row below its header"),
        (wish(units, username="nobody"), "no active account named 'nobody'"),
        (wish(units, username="siti"), "Your account may not do this."),
        (wish(units, cycle="2026-TW4"), "--cycle is not for units"),
        (wish(units, ImportKind.ASSIGNMENTS), "--cycle is needed for assignments"),
        (wish(units, ImportKind.ASSIGNMENTS, cycle="2026-TW4"), "there is no cycle '2026-TW4'"),
    )
    for wanted, sentence in cases:
        with pytest.raises(ImportRefusedError, match=sentence):
            await import_file(world.services, wanted)


async def test_codes_go_to_a_new_private_file(world: World, tmp_path: Path) -> None:
    await world.account("admin", Role.ADMIN)
    accounts, path = tmp_path / "accounts.csv", tmp_path / "codes.csv"
    accounts.write_bytes(csv_bytes("username", "siti", "budi"))
    with codes_file(path) as keep:
        keep((await import_file(world.services, wish(accounts, ImportKind.ACCOUNTS, with_codes=True))).codes)
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["username"] for row in rows] == ["siti", "budi"]
    assert path.stat().st_mode & 0o777 == 0o600
    activated = await world.api.post(
        "/v1/auth/activate", json={"code": rows[0]["code"], "password": "empat kucing lapar"}
    )
    assert activated.json() == {"username": "siti"}
    with pytest.raises(ImportRefusedError, match="File exists"), codes_file(path):
        raise AssertionError("an earlier list must not be overwritten")


def test_a_file_without_codes_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    with codes_file(path) as keep:
        keep(())
    assert not path.exists()
    with codes_file(None) as keep:
        keep((IssuedCode("siti", "x"),))
    assert list(tmp_path.iterdir()) == []
