"""Long work in a process of its own: `python -m benchmarks.alone compute|end_rating|generate CODE`, or `… import FILE`.

So its peak memory is its own, and no other objects are in its garbage collector's way. Prints JSON: seconds (everything
included, also the commit) and the peak of the process's memory in megabytes.
"""

import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final
from uuid import UUID

import orjson
import uvloop

from app.api.spreadsheets import CSV, read_lines
from app.domain.actions.auth import ensure_admin
from app.domain.actions.generation import generate_assignments
from app.domain.actions.imports import Order, operator, run_import
from app.domain.actions.results import compute_results
from app.domain.actions.transitions import transition_cycle
from app.domain.auth import Actor
from app.domain.cycles import Transition
from app.domain.generation import PeerRule, PeerScope, Rules
from app.domain.imports.report import ImportKind
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import CycleState, Role
from app.repositories.ids import uuid7
from app.services import AppServices
from app.serving import settle
from app.settings import load_settings

#: Superior, self and six peers of the same unit: eight for everybody.
_RULES: Final = Rules(superior=True, own=True, subordinates=None, peers=PeerRule(6, PeerScope.UNIT, 10))


def administrator() -> Actor:
    """Somebody who may do it."""
    return Actor(uuid7(), "bench", None, frozenset({Role.ADMIN}), frozenset())


async def _compute(uow: UnitOfWork, code: str) -> None:
    """Reading, exact arithmetic, withholding, documents, writing, audit."""
    await compute_results(uow, administrator(), await _cycle(uow, code))


async def _end_rating(uow: UnitOfWork, code: str) -> None:
    """What the administrator waits for: the same, and rating quality in the same transaction."""
    await transition_cycle(uow, administrator(), await _cycle(uow, code), Transition(CycleState.REVIEW))


async def _generate(uow: UnitOfWork, code: str) -> None:
    """Make all assignments from the hierarchy: reading, drawing, validation, writing, audit, outbox."""
    await generate_assignments(uow, administrator(), await _cycle(uow, code), _RULES, dry_run=False)


async def _cycle(uow: UnitOfWork, code: str) -> UUID:
    cycle = await uow.cycles.by_code(code)
    assert cycle is not None
    return cycle.id


async def _import(uow: UnitOfWork, path: str) -> None:
    """Read a file of people, judge every row, write, audit; in the name of an account, which a report refers to."""
    actor = await operator(uow, "bench")
    assert actor is not None
    lines = read_lines(CSV, Path(path).read_bytes(), 100_000)  # noqa: ASYNC240 - nobody else waits in this process
    outcome = await run_import(uow, actor, Order(ImportKind.EMPLOYEES), lines)
    assert outcome.report.created == outcome.report.rows, outcome.report.errors[:3]


_WORK: Final[dict[str, Callable[[UnitOfWork, str], Awaitable[None]]]] = {
    "compute": _compute,
    "end_rating": _end_rating,
    "generate": _generate,
    "import": _import,
}


async def _timed(work: Callable[[UnitOfWork, str], Awaitable[None]], subject: str) -> float:
    services = AppServices(load_settings())
    try:
        async with services.unit_of_work("bench") as uow:
            await ensure_admin(uow, "bench", "no password")  # also opens a connection before the clock runs
            await uow.commit()
        started = time.perf_counter()
        async with services.unit_of_work("bench") as uow:
            await work(uow, subject)
            await uow.commit()
        return time.perf_counter() - started
    finally:
        await services.close()


if __name__ == "__main__":
    settle()  # as the server does
    seconds = uvloop.run(_timed(_WORK[sys.argv[1]], sys.argv[2]))
    status = Path("/proc/self/status").read_text()  # getrusage would tell the peak of whoever started this process
    peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    sys.stdout.write(orjson.dumps({"seconds": seconds, "megabytes": peak}).decode())
