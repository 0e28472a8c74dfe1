"""What a chart of a result is made of: only what its reader may read, by the rules of `reading`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.domain.actions.results.reading import Shown, allowed, criterion_titles, get_result
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.errors import Conflict, NotFound
from app.domain.paging import PageRequest
from app.domain.policies_results import Reader
from app.domain.unit_of_work import UnitOfWork

#: So many published results a history shows at most, the newest ones.
LONGEST_HISTORY: Final = 12


@dataclass(frozen=True, slots=True)
class Pictured:
    """A result with the titles of its criteria by their id."""

    shown: Shown
    titles: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Past:
    """The overall figure of one published result, 0..100 with two decimals, ``None`` without one."""

    cycle_title: str
    overall: Decimal | None


@dataclass(frozen=True, slots=True)
class History:
    """A ratee's published results, oldest first."""

    name: str
    results: tuple[Past, ...]


async def picture_result(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Pictured:
    """The current result with the words that a chart needs. Who reads it, and what is recorded: see `get_result`."""
    shown = await get_result(uow, actor, cycle_id, participant_id)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    return Pictured(shown, await criterion_titles(uow, cycle))


async def picture_history(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> History:
    """The ratee's newest published results that the actor may read, each by the rules of its own cycle.

    One needs to read the result that one asks from; every other person's result shown is recorded as read.
    """
    ratee = (await get_result(uow, actor, cycle_id, participant_id)).ratee
    page = await uow.results.published_of(ratee.employee_id, PageRequest(limit=LONGEST_HISTORY))
    past: list[Past] = []
    for summary in reversed(page.items):
        version, other_id = summary.version, summary.ratee.participant_id
        reader = await _reader(uow, actor, version.cycle_id, other_id)
        cycle = await uow.cycles.get(version.cycle_id)
        if reader is None or cycle is None:
            continue
        if reader is not Reader.RATEE and other_id != participant_id:
            event = AuditEvent("result.read", "participant", other_id, {"version": version.version})
            await uow.trail.record_read(actor, event)
        past.append(Past(cycle.title, version.overall))
    return History(ratee.name, tuple(past))


async def _reader(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Reader | None:
    """As what the actor reads a result of another cycle; ``None``: not at all."""
    try:
        return allowed(actor, await uow.results.find(cycle_id, participant_id, actor.employee_id))[1]
    except (NotFound, Conflict):
        return None
