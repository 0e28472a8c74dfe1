"""Results as files: what is in them, who gets them, and what happens when something goes wrong on the way."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.pool import AsyncAdaptedQueuePool

from app.api.schemas.exports import grade_code
from app.api.spreadsheets import XLSX, read_lines
from app.domain.cycles import ExternalRange, Policy
from app.domain.people import Employee
from app.domain.values import CycleState, Dimension, Employment, RaterType, Role
from app.repositories import exports
from app.repositories import tables as t
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.contract import faults, operations
from tests.support.cycle_world import EXAMPLE_SHEETS, PEER, SUPERIOR, CycleWorld
from tests.support.direct import asking
from tests.support.oracle import Case
from tests.support.world import World

pytestmark = pytest.mark.anyio

JSONL = "application/jsonl"
BOM = "\ufeff"
TWO_DIMENSIONS = Policy(
    rater_weights={SUPERIOR: 60, PEER: 40},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(120))},
)
BEHAVIOUR = rubric(criterion("A", indicator("a1"), indicator("a2")), criterion("B", indicator("b1")))


class Office:
    """A cycle with an external dimension, an appraiser, and people by name."""

    def __init__(self, cycle: CycleWorld, chief: Employee, headers: dict[str, str]) -> None:
        self.cycle = cycle
        self.world = cycle.world
        self.chief = chief
        self.chief_headers = headers
        self.people: dict[str, UUID] = {}

    @classmethod
    async def create(cls, world: World) -> "Office":
        cycle = await CycleWorld.create(world, BEHAVIOUR, TWO_DIMENSIONS)
        await cls.rename(world, t.cycles, cycle.cycle.id, code="2026-TW4")
        await cls.rename(world, t.units, cycle.unit.id, name="Dinas Kesehatan")
        chief = await world.employee(
            cycle.unit, nip="198001012005012001", name="dr. Ratna", position="Kepala Dinas", grade="IV/a"
        )
        return cls(cycle, chief, await world.login(employee=chief))

    @staticmethod
    async def rename(world: World, table: sa.Table, row_id: UUID, **values: Any) -> None:
        async with world.owner.begin() as connection:
            await connection.execute(sa.update(table).where(table.c.id == row_id).values(**values))

    async def add(self, name: str, *, skp: str | None = "108", nip: str | None = None, **people: Any) -> UUID:
        """A participant of the worked example, appraised by the chief unless told otherwise."""
        employee = await self.world.employee(self.cycle.unit, **({"nip": nip} if nip else {}))
        external = {} if skp is None else {Dimension.WORK_RESULT: Decimal(skp)}
        case = Case(sheets=list(EXAMPLE_SHEETS), external=external)
        people = {"appraiser_id": self.chief.id, "employee_id": employee.id} | people
        participant = await self.cycle.participant(case, **people)
        await self.rename(self.world, t.participants, participant, name=name)
        self.people[name] = participant
        return participant

    async def decide(self, name: str) -> None:
        """As recommended."""
        body = {"expectations": {"work_result": "above", "work_behaviour": "meets"}}
        path = self.cycle.path(self.people[name], "/decision")
        answer = await self.world.api.put(path, json=body, headers=self.chief_headers)
        assert answer.status_code == 200, answer.text

    async def get(
        self, headers: dict[str, str], accept: str = "text/csv", language: str = "id", **query: Any
    ) -> httpx.Response:
        more = {"Accept": accept, "Accept-Language": language}
        answer = await self.world.api.get(self.cycle.path(tail="/export"), params=query, headers=headers | more)
        assert not faults(operations()["exportResults"], answer)
        return answer

    async def names(self, headers: dict[str, str], **query: Any) -> list[str]:
        """Whose results the file holds."""
        answer = await self.get(headers, JSONL, **query)
        assert answer.status_code == 200, answer.text
        return [orjson.loads(line)["participant"]["name"] for line in answer.content.splitlines()]

    async def events(self) -> list[dict[str, Any]]:
        e = t.audit_events
        found = await self.cycle.rows(
            sa.select(e.c.details)
            .where(e.c.action == "results.exported", e.c.object_id == self.cycle.cycle.id)
            .order_by(e.c.id)
        )
        return [row.details for row in found]


async def _published(world: World) -> Office:
    office = await Office.create(world)
    await office.add("Siti Aminah, S.E.", nip="198609262015051001")
    await office.add("=Budi", nip="198609262015052002", skp=None)
    await office.cycle.to(CycleState.REVIEW)
    await office.decide("Siti Aminah, S.E.")
    await office.cycle.to(CycleState.PUBLISHED)
    r = t.results
    async with world.owner.begin() as connection:
        await connection.execute(sa.update(r).values(published_at=sa.text("'2026-12-31T18:30:00Z'::timestamptz")))
    return office


# ---------------------------------------------------------------- what is in a file


TITLES = (
    "NIP,Nama,Jabatan,Unit kerja,Jenis jabatan,Status,Versi,Kelengkapan,Nilai keseluruhan,Hasil Kerja,"
    "Ekspektasi Hasil Kerja menurut nilai,Ekspektasi Hasil Kerja diputuskan,Perilaku Kerja,"
    "Ekspektasi Perilaku Kerja menurut nilai,Ekspektasi Perilaku Kerja diputuskan,Atasan Langsung,Rekan Kerja,"
    "Bawahan Langsung,Penilaian Diri,Penerima Layanan,Nilai kinerja (PP 30/2019),Predikat disarankan,"
    "Predikat diputuskan,Kekuatan,Perlu ditingkatkan,Tanggal diumumkan\r\n"
)


async def test_results_as_csv(world: World) -> None:
    office = await _published(world)
    answer = await office.get(await world.admin())
    assert answer.content.decode() == (
        f"{BOM}{TITLES}"
        "198609262015052002,'=Budi,Pengelola Data,Dinas Kesehatan,Pelaksana,Diumumkan,1,Belum lengkap,67.92,,,,"
        "67.92,Sesuai ekspektasi,,68.75,66.67,,,,,,,,B,2027-01-01\r\n"
        '198609262015051001,"Siti Aminah, S.E.",Pengelola Data,Dinas Kesehatan,Pelaksana,Diumumkan,1,Lengkap,81.17,90.00,'
        "Di atas ekspektasi,Di atas ekspektasi,67.92,Sesuai ekspektasi,Sesuai ekspektasi,68.75,66.67,,,,,Baik,Baik,,B,"
        "2027-01-01\r\n"
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="hasil-2026-TW4.csv"'
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-language"] == "id"
    assert answer.headers["vary"] == "Accept, Accept-Language"
    assert await office.events() == [{"shape": "results", "file_type": "csv", "count": 2, "left_out": 0}]


async def test_criteria_as_csv_with_indonesian_decimals(world: World) -> None:
    office = await _published(world)
    answer = await office.get(await world.admin(), language="en", shape="criteria", decimal="comma")
    lines = answer.content.decode().removeprefix(BOM).splitlines()
    assert lines[0] == (
        "NIP;Name;Position;Unit;Criterion;Figure;Others;Direct superior;Peers;Direct reports;Self;Service recipients;Gap;Remark"
    )
    assert lines[3:] == [
        "198609262015051001;Siti Aminah, S.E.;Pengelola Data;Dinas Kesehatan;A;82,50;82,50;87,50;75,00;;;;;",
        "198609262015051001;Siti Aminah, S.E.;Pengelola Data;Dinas Kesehatan;B;53,33;53,33;50,00;58,33;;;;;",
    ]


async def test_people_read_a_remark_and_machines_its_identifier(world: World) -> None:
    office = await Office.create(world)
    own = await office.cycle.participant(Case(sheets=[*EXAMPLE_SHEETS, (RaterType.SELF, (1, 1, 1))]))
    await office.cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    table = (await office.get(admin, shape="criteria")).content.decode().splitlines()
    assert [line.rpartition(",")[2] for line in table] == ["Catatan", *["Kekuatan tersembunyi"] * 2]
    lines = (await office.get(admin, JSONL, shape="criteria")).content.splitlines()
    read = (await office.cycle.read(admin, own)).json()["criteria"]
    assert [orjson.loads(line)["flag"] for line in lines] == [one["flag"] for one in read] == ["hidden_strength"] * 2


async def test_results_as_xlsx(world: World) -> None:
    office = await _published(world)
    answer = await office.get(await world.admin(), XLSX)
    assert answer.headers["content-disposition"] == 'attachment; filename="hasil-2026-TW4.xlsx"'
    [(_, titles), (_, budi), (_, siti)] = read_lines(XLSX, answer.content, 10)
    assert list(titles) == TITLES.strip().split(",")
    assert list(budi)[:3] == ["198609262015052002", "'=Budi", "Pengelola Data"]
    assert list(siti)[:15] == [
        *(
            "198609262015051001",
            "Siti Aminah, S.E.",
            "Pengelola Data",
            "Dinas Kesehatan",
            "Pelaksana",
            "Diumumkan",
            "1",
        ),
        *("Lengkap", "81.17", "90", "Di atas ekspektasi", "Di atas ekspektasi", "67.92"),
        *("Sesuai ekspektasi", "Sesuai ekspektasi"),
    ]
    assert list(siti)[-1] == "2027-01-01"


@pytest.mark.parametrize("media_type", [JSONL, "application/x-ndjson"])
async def test_a_json_line_is_the_object_of_get_result(world: World, media_type: str) -> None:
    office = await _published(world)
    admin = await world.admin()
    answer = await office.get(admin, media_type, language="en")
    assert answer.headers["content-type"] == media_type
    lines = answer.content.splitlines()
    read = [await office.cycle.read(admin, office.people[name]) for name in ("=Budi", "Siti Aminah, S.E.")]
    assert lines == [one.content for one in read]
    assert not [fault for one in read for fault in faults(operations()["getResult"], one)]


async def test_the_reason_group_lost_is_told_to_those_who_may_know(world: World) -> None:
    office = await Office.create(world)
    case = Case(sheets=[(SUPERIOR, [4, 4, 4])], filled_at_opening={PEER})
    await office.cycle.participant(case, superior_id=office.chief.id)
    await office.cycle.to(CycleState.REVIEW)
    await office.cycle.to(CycleState.PUBLISHED)

    async def told(headers: dict[str, str]) -> bool:
        return b"group_lost" in (await office.get(headers, JSONL)).content

    assert await told(await world.admin())
    assert not await told(office.chief_headers)  # the superior, who appraises nobody


async def test_the_yearly_record(world: World) -> None:
    office = await Office.create(world)
    mayor = await world.employee(
        office.cycle.unit, nip=None, grade=None, employment=Employment.NON_ASN, name="Wali Kota", position="Wali Kota"
    )
    await office.add("Agus", nip="198609262015051001")
    await office.add("Budi", nip="198609262015052002")
    await office.add("Citra", nip="198609262015051003", appraiser_id=mayor.id)
    await office.add("Dewi", nip="198609262015052004", appraiser_id=None)
    await office.cycle.to(CycleState.REVIEW)
    admin = await world.admin()
    early = await office.get(admin, shape="ekinerja")
    assert (early.status_code, early.json()["code"]) == (409, "results_not_ready")
    await office.decide("Agus")
    by_mayor = orjson.dumps(
        {
            "expectations": {"work_result": "below", "work_behaviour": "below"},
            "reason": "x",
            "decided_by": str(mayor.id),
            "decided_at": "2026-12-30T00:00:00Z",
        }
    ).decode()
    r = t.results
    async with world.owner.begin() as connection:
        for name, predicate in (("Citra", "very_poor"), ("Dewi", "fair")):
            await connection.execute(
                sa.update(r)
                .where(r.c.participant_id == office.people[name])
                .values(decision=orjson.loads(by_mayor), decided=predicate, status="decided")
            )
    await office.cycle.to(CycleState.PUBLISHED)
    answer = await office.get(admin, JSONL, shape="ekinerja", language="en")
    agus, citra, dewi = map(orjson.loads, answer.content.splitlines())
    assert agus == {
        "tahun": 2026,
        "nip": "198609262015051001",
        "nama": "Agus",
        "jabatan": "Pengelola Data",
        "golongan": "III/a",
        "unor": "Dinas Kesehatan",
        "hasilKinerja": "Di atas ekspektasi",
        "hasilKinerjaNilai": 1,
        "perilakuKerja": "Sesuai ekspektasi",
        "perilakuKerjaNilai": 2,
        "kuadranKinerja": "Baik",
        "kuadranKinerjaNilai": 2,
        "penilaiNipNrp": "198001012005012001",
        "penilaiNama": "dr. Ratna",
        "penilaiJabatan": "Kepala Dinas",
        "penilaiGolongan": "41",
        "penilaiUnorNama": "Dinas Kesehatan",
        "statusPenilai": "ASN",
    }
    assert [
        citra[key] for key in ("hasilKinerjaNilai", "perilakuKerjaNilai", "kuadranKinerja", "kuadranKinerjaNilai")
    ] == [3, 3, "Sangat Kurang", 5]
    assert [citra[key] for key in ("penilaiNipNrp", "penilaiNama", "penilaiGolongan", "statusPenilai")] == [
        None,
        "Wali Kota",
        None,
        "NON ASN",
    ]
    assert [dewi[key] for key in ("kuadranKinerja", "kuadranKinerjaNilai", "penilaiNama", "statusPenilai")] == [
        "Cukup",
        None,
        None,
        None,
    ]
    assert await office.events() == [{"shape": "ekinerja", "file_type": "jsonl", "count": 3, "left_out": 1}]
    csv = (await office.get(admin, shape="ekinerja")).content.decode().splitlines()
    assert csv[0] == BOM + ",".join(agus)
    assert csv[1] == ",".join("" if value is None else str(value) for value in agus.values())


def test_grades_have_the_codes_of_siasn() -> None:
    grades = ("I/a", "I/d", "II/c", "III/d", "IV/a", "IV/e")
    assert [grade_code(grade, Employment.PNS) for grade in grades] == ["11", "14", "23", "34", "41", "45"]
    assert grade_code("IX", Employment.PPPK) is grade_code(None, Employment.NON_ASN) is None


# ---------------------------------------------------------------- who gets it


async def test_a_file_holds_each_readers_own_circle(world: World) -> None:
    office = await Office.create(world)
    elsewhere = await world.unit()
    boss = await world.employee(office.cycle.unit)
    await office.add("Own", employee_id=office.chief.id, appraiser_id=boss.id)
    await office.add("Appraised")
    await office.add("Reports", appraiser_id=None, superior_id=office.chief.id)
    await office.add("Elsewhere", appraiser_id=None, unit=elsewhere, superior_id=boss.id)
    rated = await office.add("Rated")
    await office.cycle.assignment(rated, PEER, office.chief.id)
    admin, auditor = await world.admin(), await world.login(Role.AUDITOR)
    machine = await world.login(Role.INTEGRATION, scopes=("results:read",))
    unit_admin = await world.login(Role.UNIT_ADMIN, unit=elsewhere)
    plain = await world.login(employee=office.cycle.raters[5])
    everybody = ["Appraised", "Elsewhere", "Own", "Rated", "Reports"]
    early = await office.get(admin)
    assert (early.status_code, early.json()["code"]) == (409, "results_not_ready")
    await office.cycle.to(CycleState.REVIEW)
    assert await office.names(admin) == await office.names(auditor) == everybody
    for one in (office.chief_headers, machine, unit_admin, plain):
        answer = await office.get(one)
        assert (answer.status_code, answer.json()["code"]) == (409, "results_not_ready")
    await office.cycle.to(CycleState.PUBLISHED)
    assert await office.names(office.chief_headers) == ["Appraised", "Reports"]
    assert await office.names(machine) == everybody
    assert await office.names(unit_admin) == ["Elsewhere"]
    assert (await office.get(plain)).status_code == 403
    assert await office.names(admin, unit_id=str(elsewhere.id)) == ["Elsewhere"]
    assert (await office.events())[-1]["unit_id"] == str(elsewhere.id)


@pytest.mark.parametrize("accept", ["text/csv", JSONL])
async def test_a_unit_that_does_not_exist_is_unknown_as_in_the_summary_and_no_empty_file(
    world: World, accept: str
) -> None:
    office = await Office.create(world)
    await office.add("Siti Aminah")
    await office.cycle.to(CycleState.REVIEW)
    admin, empty = await world.admin(), await world.unit()
    unknown = {"unit_id": str(uuid4())}
    answer = await office.get(admin, accept, **unknown)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    for made_of_a_unit in ("/summary", "/distribution-check", "/summary/chart", "/summary/report"):
        path = f"/v1/cycles/{office.cycle.cycle.id}{made_of_a_unit}"
        assert (await world.api.get(path, params=unknown, headers=admin)).status_code == 404
    assert await office.events() == []
    nobody = await office.get(admin, accept, unit_id=str(empty.id))
    assert (nobody.status_code, len(nobody.content.splitlines())) == (200, 1 if accept == "text/csv" else 0)
    # A filter of a list finds nobody there: a page says by itself that it is empty.
    for filtered in ("results", "participants"):
        path = f"/v1/cycles/{office.cycle.cycle.id}/{filtered}"
        listed = await world.api.get(path, params=unknown, headers=admin)
        assert (listed.status_code, listed.json()["items"]) == (200, [])


async def test_an_officer_who_rates_anonymously_gets_nothing_of_him_and_himself_only_when_published(
    world: World,
) -> None:
    office = await Office.create(world)
    officer = office.cycle.raters[6]
    rated = await office.add("Rated")
    await office.add("Other")
    await office.add("Officer", employee_id=officer.id)
    await office.cycle.assignment(rated, PEER, officer.id)
    headers = await world.login(Role.ADMIN, employee=officer)
    await office.cycle.to(CycleState.REVIEW)
    assert await office.names(headers) == ["Other"]
    await office.cycle.to(CycleState.PUBLISHED)
    assert await office.names(headers) == ["Officer", "Other"]
    assert [event["count"] for event in await office.events()] == [1, 1]
    for shape in ("criteria", "results"):
        assert b"Rated" not in (await office.get(headers, shape=shape)).content


async def test_what_nobody_offers_is_refused(world: World) -> None:
    office = await _published(world)
    admin = await world.admin()
    answer = await office.get(admin, "application/json", language="en")
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    assert JSONL in answer.json()["detail"]
    assert (await office.get(admin, shape="all")).status_code == 422
    assert (await office.get(admin, decimal="dot")).status_code == 422
    assert (await office.get(admin, q="x")).status_code == 422
    assert await office.events() == []


# ---------------------------------------------------------------- when something goes wrong


def _held(world: World) -> int:
    """How many connections are lent."""
    pool = world.services.database.engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)
    return pool.checkedout()


async def test_rows_come_in_batches_from_one_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    office = await Office.create(world)
    for number in range(5):
        await office.add(f"P{number}")
    await office.cycle.to(CycleState.REVIEW)
    monkeypatch.setattr(exports, "BATCH", 2)
    sizes: list[int] = []
    batches = exports.SqlExports.batches

    async def watched(self: exports.SqlExports, wanted: Any) -> AsyncGenerator[Sequence[Any], None]:
        await office.rename(world, t.participants, office.people["P3"], name="Moved after the cycle was read")
        async for batch in batches(self, wanted):
            sizes.append(len(batch))
            await office.rename(world, t.participants, office.people["P4"], name=f"Moved {len(sizes)}")
            yield batch

    monkeypatch.setattr(exports.SqlExports, "batches", watched)
    assert await office.names(await world.admin()) == [f"P{n}" for n in range(5)]
    assert sizes == [2, 2, 1]


async def test_a_failure_midway_gives_no_file(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    office = await _published(world)
    monkeypatch.setattr(exports, "BATCH", 1)
    batches = exports.SqlExports.batches

    async def broken(self: exports.SqlExports, wanted: Any) -> AsyncGenerator[Sequence[Any], None]:
        async for batch in batches(self, wanted):
            yield batch
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(exports.SqlExports, "batches", broken)
    admin = await world.admin()
    for accept in ("text/csv", XLSX, JSONL):
        answer = await office.get(admin, accept)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert await office.events() == []
    assert _held(world) == 0
    assert not await asyncio.to_thread(os.listdir, tmp_path)
    monkeypatch.undo()
    assert (await office.get(admin)).status_code == 200


def _asking(office: Office, headers: dict[str, str]) -> dict[str, Any]:
    return asking(office.cycle.path(tail="/export"), {}, headers)


async def test_a_client_that_left_frees_the_connection(world: World, app: FastAPI) -> None:
    office = await _published(world)
    headers = await world.admin()
    sent: list[Any] = []

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(_asking(office, headers), gone, send)
    assert sent[0]["status"] == 503
    assert await office.events() == []
    assert _held(world) == 0
    assert not world.services.database.exports.locked()


async def test_few_files_are_made_at_a_time(world: World) -> None:
    office = await _published(world)
    admin, places = await world.admin(), world.services.database.exports
    taken = 0
    while not places.locked():
        await places.acquire()
        taken += 1
    try:
        busy = await office.get(admin)
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "10")
        assert _held(world) == 0
    finally:
        for _ in range(taken):
            places.release()
    assert 1 <= taken <= world.services.settings.pool_size // 2
    both = await asyncio.gather(office.get(admin), office.get(admin))
    assert [answer.status_code for answer in both] == [200, 200]
    assert both[0].content == both[1].content


async def test_a_slow_reader_holds_no_connection(world: World, app: FastAPI) -> None:
    office = await _published(world)
    headers = await world.admin()
    held: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            held.append(_held(world))

    async def waits() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    await app(_asking(office, headers), waits, send)
    assert held == [0, 0]
