"""Importing people: a CSV file of a whole city, read, validated and written, against COPY of the same rows."""

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import asyncpg

from app.repositories import tables as t
from benchmarks.bulk import alone, copy_timed, taken_out
from benchmarks.report import Line, compared
from benchmarks.servers import Databases

_HEADER: Final = "nip,name,employment,position,position_kind,grade,unit_code,superior_nip,email,phone"
_COLUMNS: Final = tuple(column.name for column in t.employees.columns)
_PER_DAY: Final = 900
_PER_UNIT: Final = 30


def measure_import_people(databases: Databases, people: int, rounds: int) -> Line:
    """Each round imports others, who are all new; everything from the bytes of the file to the commit is counted.

    Nobody of them stays: what is measured next is a city of its own size.
    """
    units = asyncio.run(_units(databases.product))
    pairs = []
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as folder:
        for number in range(rounds):
            path = Path(folder) / f"{number}.csv"
            nips = list(_nips(date(1960 + 5 * number, 1, 1), people))
            path.write_text("\n".join([_HEADER, *_lines(nips, units)]), "utf-8")
            product, _ = alone("import", databases.environment, str(path))
            pairs.append((product, asyncio.run(_copy_again(databases, nips))))
    return compared("import people", "s", pairs, target=2.0, better="lower", n=people)


def _nips(first_birthday: date, count: int) -> Iterator[str]:
    """Numbers of civil servants born from that day on, appointed in 2010."""
    for number in range(count):
        born = first_birthday + timedelta(days=number // _PER_DAY)
        yield f"{born:%Y%m%d}201003{1 + number % 2}{1 + number % _PER_DAY:03d}"


def _lines(nips: list[str], units: list[str]) -> Iterator[str]:
    for number, nip in enumerate(nips):
        head = nips[number - number % _PER_UNIT]
        superior = "" if number == 0 else nips[0] if head == nip else head
        unit = units[number // _PER_UNIT % len(units)]
        yield (
            f"{nip},Pegawai {number:06d},pns,Pengelola Kepegawaian,executor,III/a,{unit},{superior},"
            f"p{number}@serang.example,0812{number:08d}"
        )


async def _units(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT code FROM units ORDER BY code")
    await connection.close()
    return [row["code"] for row in rows]


async def _copy_again(databases: Databases, nips: list[str]) -> float:
    """Take the people out of their table and time how long COPY needs to put them back, keys and checks included."""
    rows = await taken_out(databases.product, t.employees.c.nip, nips, _COLUMNS)
    seconds = await copy_timed(databases.product, t.employees, _COLUMNS, rows)
    await taken_out(databases.product, t.employees.c.nip, nips, _COLUMNS)
    return seconds
