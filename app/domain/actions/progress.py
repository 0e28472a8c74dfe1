"""How far a cycle has come, told to each reader only as far as anonymity allows."""

from collections.abc import Sequence
from uuid import UUID

from app.domain import policies
from app.domain.auth import Actor
from app.domain.cycles import Cycle
from app.domain.errors import NotFound
from app.domain.progress import Audience, Forecast, Progress, forecast, told
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Role


async def get_progress(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> Progress:
    """Counts of participants and assignments: exact for full administrators, by rule 7 for everybody else."""
    policies.require_any(actor, Role.ADMIN, Role.UNIT_ADMIN, Role.AUDITOR)
    cycle = await _cycle(uow, cycle_id)
    audience = _audience(actor)
    counts = await uow.cycles.assignment_counts(cycle, audience)
    participants = await uow.participants.count(cycle, audience.units)
    return Progress(cycle, participants, told(counts, audience))


async def get_forecast(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> tuple[Cycle, Sequence[Forecast]]:
    """How many groups are too small to be shown, from the assignments alone: a look ahead for those who make them."""
    policies.require_any(actor, Role.ADMIN, Role.UNIT_ADMIN)
    cycle = await _cycle(uow, cycle_id)
    groups = await uow.cycles.group_counts(cycle, _audience(actor))
    rubrics = await uow.rubrics.many({use.rubric_id for use in cycle.rubrics})
    return cycle, forecast(cycle, rubrics, groups)


async def _cycle(uow: UnitOfWork, cycle_id: UUID) -> Cycle:
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    return cycle


def _audience(actor: Actor) -> Audience:
    return Audience(policies.visible_units(actor), actor.employee_id, exact=actor.is_admin)
