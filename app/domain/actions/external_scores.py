"""Values of a dimension that another system measured, e.g. the achieved SKP value of e-Kinerja."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.domain.actions import results
from app.domain.actions.participants import get_participant, hold_settled
from app.domain.audit import AuditEvent, plain
from app.domain.auth import Actor, Scope
from app.domain.cycles import WITH_RESULTS, Cycle, ExternalScore, Participant
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.participants import BEFORE_ARCHIVE, external_range, is_to_come
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Cause, Dimension


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the other system sends. ``value`` lies in the range of the cycle's policy, with at most 4 decimals."""

    value: Decimal
    source: str
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a score belongs, and the one that stands there already."""

    cycle: Cycle
    participant: Participant
    dimension: Dimension
    before: ExternalScore | None


async def get_external_score(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID, dimension: Dimension
) -> ExternalScore:
    """The score of one dimension: for whoever sees the participant, reads the result made of it, or sends it."""
    if not actor.has_scope(Scope.EXTERNAL_SCORES_WRITE):
        await _require_sight(uow, actor, cycle_id, participant_id)
    elif await uow.participants.get(cycle_id, participant_id) is None:
        raise NotFound
    score = await uow.external_scores.get(participant_id, dimension)
    if score is None:
        raise NotFound
    return score


async def _require_sight(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> None:
    try:
        await get_participant(uow, actor, cycle_id, participant_id)
    except NotFound:
        try:
            await results.get_result(uow, actor, cycle_id, participant_id)
        except Conflict as error:  # there is no result that he may read yet
            raise NotFound from error


async def place_to_fill(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID, dimension: Dimension
) -> Place:
    """Where to write, with the participant locked: full administrators, and service accounts that were granted it."""
    if not actor.is_admin and not actor.has_scope(Scope.EXTERNAL_SCORES_WRITE):
        raise Forbidden("not_allowed")
    cycle = await hold_settled(uow, cycle_id)
    participant = await uow.participants.get(cycle_id, participant_id, lock=True)
    if participant is None:
        raise NotFound
    return Place(cycle, participant, dimension, await uow.external_scores.get(participant_id, dimension))


async def set_external_score(uow: UnitOfWork, actor: Actor, place: Place, measurement: Measurement) -> ExternalScore:
    """Write a score, until the cycle is archived. Where a result exists already it is computed again.

    The same measurement sent again changes nothing and leaves no trace.

    `Conflict` (``dimension_is_rated``) where the cycle rates the dimension itself, `Invalid` outside the range and for a
    time that is still to come.
    """
    cycle = place.cycle
    cycle.require_state(BEFORE_ARCHIVE)
    bounds = external_range(cycle, place.dimension)
    if not bounds.min <= measurement.value <= bounds.max:
        raise Invalid.at("/value", "external_score_out_of_range", least=str(bounds.min), most=str(bounds.max))
    now = await uow.now()
    if is_to_come(measurement.measured_at, now):
        raise Invalid.at("/measured_at", "measured_in_the_future")
    score = ExternalScore(
        participant_id=place.participant.id,
        dimension=place.dimension,
        value=measurement.value,
        min=bounds.min,
        max=bounds.max,
        source=measurement.source,
        measured_at=measurement.measured_at,
        received_at=now,
    )
    if place.before is not None and place.before.says_the_same(score):
        return place.before
    await uow.external_scores.put(score)
    event = AuditEvent("external_score.set", "participant", score.participant_id, {"after": plain(score)})
    await uow.trail.record(actor, event)
    if cycle.state in WITH_RESULTS:
        await results.recompute_one(uow, actor, cycle, score.participant_id, cause=Cause.EXTERNAL_SCORE)
    return score
