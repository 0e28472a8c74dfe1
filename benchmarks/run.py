"""`kinerja bench`: fills two databases, measures every path in turns with its floor, prints JSON lines and a table."""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import orjson

from app.local.postgres import LocalPostgres
from benchmarks import bulk, http_paths, people, report, starting
from benchmarks.city import City, fill
from benchmarks.http_paths import Bench, Size
from benchmarks.report import Line
from benchmarks.servers import Databases, make_databases

EVERY_DAY: Final = Size(people=1_500, requests=1_000, rounds=3)
RECORD: Final = Size(people=15_000, requests=5_000, rounds=5, paced=4_000)
_SMALL: Final = (
    f"The targets are meant for {RECORD.people:,} people (kinerja bench --full; benchmarks/RESULTS.md).\n"
    "On a small cycle the floor's GROUP BY stays in memory and is relatively faster: `compute results` may miss its target."
)
_OVER_HTTP: Final[tuple[Callable[[Bench], Line], ...]] = (
    http_paths.measure_submit,
    http_paths.measure_cold_submit,
    http_paths.measure_read,
    http_paths.measure_list,
    http_paths.measure_fairness,
)


def run(*, full: bool = False) -> int:
    """Measure everything; exit status 0 when every target was reached, otherwise 1."""
    size = RECORD if full else EVERY_DAY
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as folder, LocalPostgres(Path(folder) / "pg") as server:
        databases = asyncio.run(make_databases(server, Path(folder)))
        print(orjson.dumps(asyncio.run(report.surroundings(databases.product, databases.settings))).decode())
        lines = []
        for line in _measure(databases, size):
            print(line.as_json().decode(), flush=True)
            lines.append(line)
    report.show(lines)
    if not full:
        print(_SMALL)
    return 0 if all(line.met is not False for line in lines) else 1


def _measure(databases: Databases, size: Size) -> Iterator[Line]:
    city = City(size.people, databases.settings.sheet_key, drafts=size.rounds)
    for dsn in (databases.product, databases.floor):
        asyncio.run(fill(dsn, city))
    yield people.measure_import_people(databases, RECORD.people, size.rounds)  # takes seconds at any size
    yield from bulk.measure_generate(databases, city)
    for line in bulk.measure_compute(databases, city, size.rounds):
        yield line
        if line.target == 1.0:
            yield from bulk.measure_growth(size.people * 10, line.product / size.people)
    asyncio.run(bulk.publish(databases, city.submitted))
    with http_paths.bench(databases, city, size) as made:
        for measure in _OVER_HTTP:
            yield measure(made)
    yield from starting.measure_import()
    yield from starting.measure_start()


if __name__ == "__main__":
    sys.exit(run(full="--full" in sys.argv))
