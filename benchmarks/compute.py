"""One computation in a process of its own, so that its peak memory is its own: `python -m benchmarks.compute CODE`.

Prints JSON: seconds of the whole transition to ``review`` (reading, exact arithmetic, withholding, documents, writing, audit,
commit) and the peak of the process's memory in megabytes.
"""

import resource
import sys
import time

import orjson
import uvloop

from app.domain.actions.transitions import transition_cycle
from app.domain.auth import Actor
from app.domain.cycles import Transition
from app.domain.values import CycleState, Role
from app.main import AppServices
from app.repositories.ids import uuid7
from app.settings import load_settings


async def compute(code: str) -> float:
    """Close rating of the cycle ``code``; seconds."""
    services = AppServices(load_settings())
    try:
        async with services.unit_of_work("bench") as uow:
            cycle = await uow.cycles.by_code(code)
            assert cycle is not None
        started = time.perf_counter()
        async with services.unit_of_work("bench") as uow:
            await transition_cycle(uow, administrator(), cycle.id, Transition(CycleState.REVIEW))
            await uow.commit()
        return time.perf_counter() - started
    finally:
        await services.close()


def administrator() -> Actor:
    """Somebody who may do it."""
    return Actor(uuid7(), "bench", None, frozenset({Role.ADMIN}), frozenset())


if __name__ == "__main__":
    seconds = uvloop.run(compute(sys.argv[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(orjson.dumps({"seconds": seconds, "megabytes": peak}).decode())
