"""What a report of a result is made of: only what its reader may read, by the rules of `reading`."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.domain.actions.results.reading import Shown, criterion_titles, get_result
from app.domain.auth import Actor
from app.domain.cycles import Cycle
from app.domain.errors import NotFound
from app.domain.people import Employee
from app.domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Reported:
    """A result with the people, the cycle and the titles that a document names.

    Position and unit of the ratee are those of the result; his NIP, and all about the appraiser, are the directory's of
    today. ``deputy`` decided in the appraiser's place. ``titles`` are those of the criteria by their id.
    """

    shown: Shown
    cycle: Cycle
    ratee: Employee
    appraiser: Employee | None
    deputy: Employee | None
    titles: Mapping[UUID, str]


async def report_result(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Reported:
    """The current result with all that its report names. Who reads it, and what is recorded: see `get_result`."""
    shown = await get_result(uow, actor, cycle_id, participant_id)
    cycle = await uow.cycles.get(cycle_id)
    participant = await uow.participants.get(cycle_id, participant_id)
    if cycle is None or participant is None:
        raise NotFound
    decision = shown.version.decision
    deputy = decision.decided_by if decision and decision.on_behalf_of else None
    named = (shown.ratee.employee_id, participant.appraiser_id, deputy)
    people = await uow.employees.many([one for one in named if one])
    return Reported(
        shown,
        cycle,
        people[shown.ratee.employee_id],
        people.get(participant.appraiser_id) if participant.appraiser_id else None,
        people.get(deputy) if deputy else None,
        await criterion_titles(uow, cycle),
    )
