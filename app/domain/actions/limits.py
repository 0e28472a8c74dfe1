"""Keeping the doors for which nobody needs an access token."""

from app.domain.errors import TooManyRequests
from app.domain.limits import Allowance, Visit
from app.domain.unit_of_work import UnitOfWork


async def admit(uow: UnitOfWork, allowance: Allowance, visit: Visit) -> None:
    """Count the call before anything is looked up, so that the answer is the same for names that nobody has.

    Raises `TooManyRequests` (``rate_limited``).
    """
    limits, failures = visit.limits(allowance), visit.failure_limits(allowance)
    if not limits and not failures:
        return
    counts = await uow.counters.count(limits, failures)
    if any(counts.by_key.get(key, 0) > most for key, most in (limits | failures).items()):
        raise TooManyRequests("rate_limited", counts.seconds_left)


async def note_failure(uow: UnitOfWork, allowance: Allowance, visit: Visit) -> None:
    """Count a call that was refused because of what it showed."""
    failures = visit.failure_limits(allowance)
    if failures:
        await uow.counters.count(failures)
