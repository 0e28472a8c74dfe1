"""Sending files to import and reading what came of it."""

from typing import Any

import httpx
import sqlalchemy as sa

from app.domain.people import Employee
from app.repositories import tables as t
from tests.support.spreadsheets import CSV, csv_bytes
from tests.support.staging import Stage
from tests.support.world import World

Headers = dict[str, str]
UNITS = "kode,nama,jenis,kode_induk"
PEOPLE = (
    "nip,nama,status_kepegawaian,jabatan,jenis_jabatan,golongan,kode_unit,nip_atasan,nip_penilai,surel,telepon,aktif"
)
CHIEF, CLERK, NURSE = "198001012005011001", "199002022015022002", "198902252024211013"


async def send(
    api: httpx.AsyncClient, headers: Headers, kind: str, body: bytes, media_type: str = CSV, **query: Any
) -> httpx.Response:
    """The answer to a file; ``query`` names the parameters besides the kind."""
    wanted = {"kind": kind} | {name: str(value).lower() for name, value in query.items()}
    return await api.post("/v1/imports", params=wanted, content=body, headers=headers | {"Content-Type": media_type})


async def good(
    api: httpx.AsyncClient, headers: Headers, kind: str, body: bytes, media_type: str = CSV, **query: Any
) -> dict[str, Any]:
    """The report of an import that must succeed."""
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
    """Rows, created, updated, unchanged."""
    return report["rows"], report["created"], report["updated"], report["unchanged"]


def person(nip: str, name: str = "Siti", unit: str = "DINKES", above: str = "", **changes: str) -> str:
    """A line of `PEOPLE`."""
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
    """Everybody who is stored, by NIP."""
    async with world.services.unit_of_work(None) as uow, world.owner.connect() as connection:
        ids = (await connection.execute(sa.select(t.employees.c.id))).scalars().all()
        return {one.nip: one for one in (await uow.employees.many(ids)).values()}


async def last_event(world: World) -> sa.Row[Any]:
    """What the trail tells of the last import."""
    return max(await Stage(world).audited("import.finished"), key=lambda event: event.id)


async def number_of(world: World, table: sa.Table) -> int:
    """How many rows a table has."""
    async with world.owner.connect() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())
