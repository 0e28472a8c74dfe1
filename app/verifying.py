"""`kinerja verify-results`: a cycle's stored results against what their stored inputs make (scoring.md section 7)."""

from collections.abc import Iterator

from app.domain.actions.results import Verification, verify_cycle
from app.domain.cycles import WITH_RESULTS
from app.services import AppServices


class NothingToVerifyError(Exception):
    """There is no such cycle, or it has no results yet."""


async def verify_results(services: AppServices, code: str) -> Verification:
    """Recompute the results of the cycle of this code."""
    async with services.unit_of_work("operator") as uow:
        cycle = await uow.cycles.by_code(code)
        if cycle is None:
            msg = f"there is no cycle {code!r}."
            raise NothingToVerifyError(msg)
        if cycle.state not in WITH_RESULTS:
            msg = f"the cycle {code!r} is in the state {cycle.state}: it has results from review on."
            raise NothingToVerifyError(msg)
        return await verify_cycle(uow, cycle)


def told(found: Verification) -> Iterator[str]:
    """One sentence for each difference, and one about all."""
    yield from map(str, found.differences)
    results = "1 result" if found.checked == 1 else f"{found.checked} results"
    differing = len({difference.participant_id for difference in found.differences})
    if differing:
        yield f"{results} checked: {differing} not what the inputs make."
    elif found.checked:
        yield f"{results} checked: every one is what its inputs make."
    else:
        yield "0 results checked: nobody takes part in this cycle."
