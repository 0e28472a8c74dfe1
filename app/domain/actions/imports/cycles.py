"""Importing what belongs to one cycle: who rates whom, and values measured by other systems."""

from collections import Counter
from uuid import UUID

from app.domain.actions import results
from app.domain.actions.assignments import hold_cycle, questions_of
from app.domain.actions.imports.common import Effect, Importing
from app.domain.actions.participants import hold_settled
from app.domain.assignments import Surroundings
from app.domain.audit import OutboxEvent
from app.domain.cycles import WITH_RESULTS, Cycle
from app.domain.errors import NotFound
from app.domain.imports.relations import Cast, held_pairs, plan_relations
from app.domain.imports.scores import ScoresThere, plan_scores
from app.domain.participants import BEFORE_ARCHIVE
from app.domain.values import Cause


def _cycle_id(importing: Importing) -> UUID:
    assert importing.order.cycle_id is not None
    return importing.order.cycle_id


async def import_assignments(importing: Importing) -> Effect:
    """Who rates whom, under the rules of assignments made by hand; rows that exist are left as they are."""
    uow = importing.uow
    cycle = await hold_cycle(uow, _cycle_id(importing), lock=importing.writes)
    cast = await _cast(importing, cycle)
    pairs = await uow.assignments.held(cycle.id)
    around = Surroundings(
        ratees=await uow.assignments.ratees(cycle.id, await questions_of(uow, cycle)),
        raters=await uow.assignments.raters(set(cast.people.values())),
        held=(),
        sealed=await uow.assignments.sealed(cycle.id),
    )
    held = held_pairs(pairs, cast.participants, cast.importer_id)
    changes = plan_relations(importing.sheet, cast, held, around, importing.faults)
    if importing.begin_writing() and changes.created:
        rows = [(one.participant_id, one.rater_type, one.rater_id) for one in changes.created]
        await uow.assignments.add(cycle.id, rows)
        payload = {"cycle_id": str(cycle.id), "count": len(rows)}
        await uow.trail.announce(OutboxEvent("assignment.created", payload))
    by_type = Counter(str(one.rater_type) for one in changes.created)
    return Effect(changes, {"by_rater_type": dict(sorted(by_type.items()))})


async def _cast(importing: Importing, cycle: Cycle) -> Cast:
    imports = importing.uow.imports
    people = await imports.ids_by_nip(importing.sheet.values("nip_ratee", "nip_rater"))
    own = importing.actor.employee_id
    wanted = {*people.values(), own} if own else {*people.values()}
    return Cast(people, await imports.participants(cycle.id, wanted), own)


async def import_external_scores(importing: Importing) -> Effect:
    """Values of external dimensions, until the cycle is archived. Where results exist they are computed again."""
    uow = importing.uow
    cycle = await _settled(importing)
    cycle.require_state(BEFORE_ARCHIVE)
    people = await uow.imports.ids_by_nip(importing.sheet.values("nip"))
    members = await uow.imports.participants(cycle.id, people.values())
    there = ScoresThere(
        participants={nip: members[person] for nip, person in people.items() if person in members},
        ranges=cycle.policy.external_dimensions,
        scores=await uow.imports.scores(cycle.id),
    )
    changes = plan_scores(importing.sheet, there, await uow.now(), importing.faults)
    changed = [*changes.created, *changes.updated]
    if importing.begin_writing() and changed:
        await uow.imports.put_scores(changed)
        if cycle.state in WITH_RESULTS:
            await results.compute_cycle(uow, importing.actor, cycle, cause=Cause.EXTERNAL_SCORE)
    return Effect(changes)


async def _settled(importing: Importing) -> Cycle:
    """The cycle, kept from moving when something may be written."""
    if importing.writes:
        return await hold_settled(importing.uow, _cycle_id(importing))
    cycle = await importing.uow.cycles.get(_cycle_id(importing))
    if cycle is None:
        raise NotFound
    return cycle
