"""Who took part, beside a result (anonymity.md rule 12)."""

from uuid import UUID

from app.domain.actions.results.reading import current, record_read, see
from app.domain.auth import Actor
from app.domain.errors import NotFound
from app.domain.policies_results import FROM_REVIEW
from app.domain.progress import Turnout, turnout
from app.domain.unit_of_work import UnitOfWork


async def get_turnout(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Turnout:
    """For whoever may read the result now; what was dropped for the appraiser, administrators and auditors."""
    found, reader = await see(uow, actor, cycle_id, participant_id)
    version, _ = current(found)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    await record_read(uow, actor, reader, "result.participation_read", participant_id, version)
    return turnout(cycle.policy, await uow.assignments.fates(participant_id), officially=reader in FROM_REVIEW)
