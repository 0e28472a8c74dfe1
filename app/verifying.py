"""`kinerja verify-results`: a cycle's stored results against what their stored inputs make (scoring.md section 7)."""

from app.domain.actions.results import verify_cycle
from app.domain.cycles import WITH_RESULTS
from app.services import AppServices


class NothingToVerifyError(Exception):
    """There is no such cycle, or it has no results yet."""


async def differing_results(services: AppServices, code: str) -> list[str]:
    """One sentence for each difference in the cycle of this code."""
    async with services.unit_of_work("operator") as uow:
        cycle = await uow.cycles.by_code(code)
        if cycle is None:
            msg = f"there is no cycle {code!r}."
            raise NothingToVerifyError(msg)
        if cycle.state not in WITH_RESULTS:
            msg = f"the cycle {code!r} is in the state {cycle.state}: it has results from review on."
            raise NothingToVerifyError(msg)
        return [str(difference) for difference in await verify_cycle(uow, cycle)]
