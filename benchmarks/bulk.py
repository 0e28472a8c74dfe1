"""Work on a whole cycle: generating assignments against COPY, computing results against a plain GROUP BY."""

import asyncio
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg
import orjson
import sqlalchemy as sa

from app.domain.actions.transitions import transition_cycle
from app.domain.cycles import Transition
from app.domain.values import CycleState
from app.local.postgres import LocalPostgres
from app.repositories import tables as t
from app.services import AppServices
from benchmarks.alone import administrator
from benchmarks.city import City, Round, copy, fill
from benchmarks.report import Line, absolute, compared
from benchmarks.servers import ROOT, Databases, make_databases

_COLUMNS: Final = ("id", "cycle_id", "participant_id", "rater_type", "rater_id")
#: One row per answer, logged and analysed; made once, before anything is timed.
_NORMALISE: Final = """
CREATE TABLE scores AS
SELECT s.id AS sheet_id, s.participant_id, s.rater_type, a.indicator::smallint AS indicator, a.points
FROM sheets s, unnest(s.points) WITH ORDINALITY AS a (points, indicator)
WHERE s.cycle_id = $1
"""
_GROUP: Final = """
CREATE TABLE means AS
SELECT participant_id, rater_type, indicator, avg(points) AS mean, count(points) AS answers, count(*) AS sheets
FROM scores GROUP BY participant_id, rater_type, indicator
"""
#: What a computation makes.
_MADE: Final = "results, receipt_salts, sealed_groups, rating_quality, rater_quality, adjusted_means, rating_agreement"
#: Nothing was computed yet; in review or still in rating.
_RESET: Final = (f"TRUNCATE {_MADE}", f"VACUUM (ANALYZE) {_MADE}", "CHECKPOINT")
#: Each takes the better part of a minute, in which anything may pass on the machine.
_ROUNDS_OF_MANY: Final = 3
_RATING: Final = "UPDATE cycles SET state = 'rating' WHERE state = 'review'"


def measure_generate(databases: Databases, city: City) -> list[Line]:
    """All assignments of a cycle from the hierarchy, validated and audited, against COPY of the same rows.

    The floor writes into the very table, whose keys PostgreSQL checks for either side; a second line, for information,
    compares with a table that has indexes but no foreign keys and checks.
    """
    pairs, bare = [], []
    for one in city.drafts:
        product, _ = alone("generate", databases.environment, one.cycle.code)
        rows = asyncio.run(taken_out(databases.product, t.assignments.c.cycle_id, [one.id], _COLUMNS))
        pairs.append((product, asyncio.run(copy_timed(databases.product, t.assignments, _COLUMNS, rows))))
        bare.append((product, asyncio.run(copy_timed(databases.floor, t.assignments, _COLUMNS, rows))))
    path, made = "generate assignments", city.size * 8 - 1  # the first of all has no superior
    return [
        compared(path, "s", pairs, target=2.0, better="lower", n=made),
        compared(f"{path}, against a bare table", "s", bare, target=None, better="lower", n=made),
    ]


async def taken_out(
    dsn: str, key: sa.Column[Any], chosen: Sequence[Any], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Rows that are no longer in their table: those whose ``key`` is one of ``chosen``."""
    table = key.table.description
    connection = await asyncpg.connect(dsn)
    names = ", ".join(columns)
    delete = f"DELETE FROM {table} WHERE {key.name} = ANY($1) RETURNING {names}"  # noqa: S608 - names of columns
    rows = [tuple(row) for row in await connection.fetch(delete, chosen)]
    await connection.execute(f"VACUUM (ANALYZE) {table}")
    await connection.execute("CHECKPOINT")
    await connection.close()
    return rows


async def copy_timed(dsn: str, table: sa.Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> float:
    """Seconds that COPY of these rows takes."""
    connection = await asyncpg.connect(dsn)
    gc.collect()
    gc.freeze()  # the collector is not to be measured
    started = time.perf_counter()
    await copy(connection, table, columns, rows)
    seconds = time.perf_counter() - started
    await connection.close()
    return seconds


def measure_compute(databases: Databases, city: City, rounds: int) -> list[Line]:
    """The results of a whole cycle against a GROUP BY over normalised rows; and the memory it took.

    The whole end of rating, which makes the rating quality as well, has its time for information, its memory a target.
    """
    asyncio.run(_execute(databases.floor, _NORMALISE.replace("$1", f"'{city.submitted.id}'"), "ANALYZE scores"))
    pairs, ends, peaks, end_peaks = [], [], [], []
    for _ in range(rounds):
        asyncio.run(_execute(databases.product, _RATING, *_RESET))
        end, end_peak = alone("end_rating", databases.environment, city.submitted.cycle.code)
        asyncio.run(_execute(databases.product, *_RESET))
        seconds, peak = alone("compute", databases.environment, city.submitted.cycle.code)
        floor = asyncio.run(_group(databases.floor))
        pairs.append((seconds, floor))
        ends.append((end, floor))
        peaks.append(peak)
        end_peaks.append(end_peak)
    return [
        compared("compute results", "s", pairs, target=1.0, better="lower", n=city.size),
        absolute("compute results, peak memory", "MB", peaks, target=300, better="lower", n=city.size),
        compared("end rating, with rating quality", "s", ends, target=None, better="lower", n=city.size),
        absolute("end rating, peak memory", "MB", end_peaks, target=300, better="lower", n=city.size),
    ]


def alone(work: str, environment: dict[str, str], subject: str) -> tuple[float, float]:
    """Seconds and megabytes of one piece of work in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.alone", work, subject]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    measured = orjson.loads(done.stdout)
    return measured["seconds"], measured["megabytes"]


async def _group(dsn: str) -> float:
    connection = await asyncpg.connect(dsn)
    await connection.execute("DROP TABLE IF EXISTS means")
    started = time.perf_counter()
    await connection.execute(_GROUP)
    seconds = time.perf_counter() - started
    await connection.close()
    return seconds


async def _execute(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def measure_growth(people: int, per_participant: float) -> list[Line]:
    """The same computation for ``people`` participants, against the seconds per participant of the smaller one."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as folder, LocalPostgres(Path(folder) / "pg") as server:
        databases = asyncio.run(make_databases(server, Path(folder)))
        city = City(people, databases.settings.sheet_key, with_pending=False)
        asyncio.run(fill(databases.product, city))
        _, end_peak = alone("end_rating", databases.environment, city.submitted.cycle.code)
        computed = []
        for _ in range(_ROUNDS_OF_MANY):
            asyncio.run(_execute(databases.product, *_RESET))
            computed.append(alone("compute", databases.environment, city.submitted.cycle.code))
    pairs = [(seconds / people * 1000, per_participant * 1000) for seconds, _ in computed]
    peak, many = max(peak for _, peak in computed), "ten times as many"
    return [
        compared(f"compute {many}", "ms per participant", pairs, target=1.2, better="lower", n=people),
        absolute(f"compute {many}, peak memory", "MB", [peak], target=300, better="lower", n=people),
        absolute(f"end rating of {many}, peak memory", "MB", [end_peak], target=300, better="lower", n=people),
    ]


async def publish(databases: Databases, one: Round) -> None:
    """Show everybody his result."""
    services = AppServices(databases.settings)
    async with services.unit_of_work("bench") as uow:
        wish = Transition(CycleState.PUBLISHED, "bench", allow_undecided=True)
        await transition_cycle(uow, administrator(), one.id, wish)
        await uow.commit()
    await services.close()
    await _execute(databases.product, "VACUUM (ANALYZE)", "CHECKPOINT")
