"""Organisational achievement of units, and how the predicates of their people stand to it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.domain import policies
from app.domain.actions.exports import circle
from app.domain.audit import AuditEvent
from app.domain.auth import Actor, Scope
from app.domain.calibration import (
    Distribution,
    PatternStatus,
    PatternWarning,
    UnitAchievement,
    distributions,
    pattern_status,
    warnings,
)
from app.domain.cycles import Cycle
from app.domain.errors import NotFound
from app.domain.paging import Page, PageRequest
from app.domain.participants import BEFORE_ARCHIVE
from app.domain.people import Unit
from app.domain.policies_results import READ_RESULTS
from app.domain.ports.results import ResultFilter
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import OrgAchievement, Scheme

READ_CYCLES: Final = Scope.CYCLES_READ


@dataclass(frozen=True, slots=True)
class Place:
    """Where an achievement belongs, and the one that stands there already."""

    cycle: Cycle
    unit: Unit
    before: UnitAchievement | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A distribution with what its pattern says against it."""

    distribution: Distribution
    warnings: tuple[PatternWarning, ...]


@dataclass(frozen=True, slots=True)
class DistributionCheck:
    """The people of a unit and of all below it whom this reader may read: ``participants`` of them."""

    cycle_id: UUID
    scheme: Scheme
    unit: Unit
    achievement: OrgAchievement | None
    status: PatternStatus
    participants: int
    recommended: Checked
    decided: Checked


async def list_achievements(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, request: PageRequest
) -> Page[UnitAchievement]:
    """What a unit achieved is part of everybody's appraisal there: all staff read it, as they read the cycle."""
    policies.require_reader(actor, READ_CYCLES)
    if await uow.cycles.get(cycle_id) is None:
        raise NotFound
    return await uow.calibration.page(cycle_id, request)


async def get_achievement(uow: UnitOfWork, actor: Actor, cycle_id: UUID, unit_id: UUID) -> UnitAchievement:
    """That of one unit."""
    policies.require_reader(actor, READ_CYCLES)
    found = await uow.calibration.achievement(cycle_id, unit_id)
    if found is None:
        raise NotFound
    return found


async def place_to_fill(uow: UnitOfWork, actor: Actor, cycle_id: UUID, unit_id: UUID) -> Place:
    """Where to write, kept from other writers. Full administrators only."""
    policies.require_admin(actor)
    cycle = await uow.cycles.hold(cycle_id)
    unit = await uow.units.get(unit_id, lock=True)
    if cycle is None or unit is None:
        raise NotFound
    return Place(cycle, unit, await uow.calibration.achievement(cycle_id, unit_id))


async def set_achievement(
    uow: UnitOfWork, actor: Actor, place: Place, achievement: OrgAchievement, reason: str | None
) -> UnitAchievement:
    """Write it, until the cycle is archived; the same again changes nothing and leaves no trace."""
    place.cycle.require_state(BEFORE_ARCHIVE)
    before = place.before
    if before is not None and (before.achievement, before.reason) == (achievement, reason):
        return before
    made = UnitAchievement(place.cycle.id, place.unit, achievement, reason, await uow.now())
    await uow.calibration.put(made)
    details = {
        "cycle_id": str(place.cycle.id),
        "before": None if before is None else str(before.achievement),
        "after": str(achievement),
    }
    await uow.trail.record(actor, AuditEvent("org_achievement.set", "unit", place.unit.id, details, reason))
    return made


async def check_distribution(uow: UnitOfWork, actor: Actor, cycle_id: UUID, unit_id: UUID) -> DistributionCheck:
    """Predicates as recommended and as decided in a unit with its subtree, for whoever may export them.

    Made of no other people than those: whom the reader rates anonymously is not in any count (anonymity.md rule 6).
    """
    policies.require_reader(actor, READ_RESULTS)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    scope = await circle(uow, actor, cycle)
    unit = await uow.units.get(unit_id)
    if unit is None:
        raise NotFound
    tallies = await uow.calibration.tallies(ResultFilter(cycle_id, scope, unit_id=unit_id, include_descendants=True))
    found = await uow.calibration.achievement(cycle_id, unit_id)
    achievement = found.achievement if found else None
    scheme = cycle.policy.scheme
    status = pattern_status(scheme, achievement)
    recommended, decided = (_checked(status, achievement, one) for one in distributions(scheme, tallies))
    if others := sum(tally.others for tally in tallies):
        details = {"unit_id": str(unit_id), "count": others}
        await uow.trail.record_read(actor, AuditEvent("results.distribution_checked", "cycle", cycle_id, details))
    participants = sum(tally.people for tally in tallies)
    return DistributionCheck(cycle_id, scheme, unit, achievement, status, participants, recommended, decided)


def _checked(status: PatternStatus, achievement: OrgAchievement | None, distribution: Distribution) -> Checked:
    if status is not PatternStatus.CHECKED or achievement is None:
        return Checked(distribution, ())
    return Checked(distribution, tuple(warnings(achievement, distribution)))
