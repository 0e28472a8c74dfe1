"""Making a cycle's assignments from the hierarchy."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain import policies
from app.domain.actions.assignments import (
    announce_created,
    audience_of,
    hold_cycle,
    leave_shown_groups,
    questions_of,
)
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.cycles import Cycle
from app.domain.generation import Drawing, Rules, Shortfall, Situation, draw
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import RaterType, Role


@dataclass(frozen=True, slots=True)
class Report:
    """What a generation did, or would do. ``shortfalls`` leaves out the groups that rate the reader himself."""

    seed: int
    drawing: Drawing
    created: Counter[RaterType]
    shortfalls: list[Shortfall]


async def generate_assignments(uow: UnitOfWork, actor: Actor, cycle_id: UUID, rules: Rules, *, dry_run: bool) -> Report:
    """Everything missing under ``rules``, for the actor's part of the city, with a seed drawn here and recorded.

    A dry run changes nothing and is recorded as well, since repeating it would be a way to choose (rule 12).
    """
    policies.require_any(actor, Role.ADMIN, Role.UNIT_ADMIN)
    cycle = await hold_cycle(uow, cycle_id, lock=not dry_run)
    await leave_shown_groups(uow, actor, cycle, rules.types())
    situation = await _situation(uow, actor, cycle)
    seed = uow.draw_seed()
    drawing = await asyncio.to_thread(draw, seed, rules, situation)
    created = Counter(pair.rater_type for pair in drawing.created)
    if drawing.created and not dry_run:
        await uow.assignments.add(cycle.id, drawing.created)
        await announce_created(uow, actor, cycle.id, created)
    told = _told(seed, rules, drawing, dry_run=dry_run)
    await uow.trail.record(actor, AuditEvent("assignment.generated", "cycle", cycle.id, told))
    return Report(seed, drawing, created, _shown(actor, situation, drawing.shortfalls))


async def _situation(uow: UnitOfWork, actor: Actor, cycle: Cycle) -> Situation:
    units = audience_of(actor).units
    ratees = await uow.assignments.ratees(cycle.id, await questions_of(uow, cycle), units=units)
    return Situation(
        ratees=list(ratees.values()),
        staff=list((await uow.assignments.raters()).values()),
        held=await uow.assignments.held(cycle.id),
        minimums={rater_type: cycle.policy.minimum(rater_type) for rater_type in RaterType},
        sealed=await uow.assignments.sealed(cycle.id),
    )


def _told(seed: int, rules: Rules, drawing: Drawing, *, dry_run: bool) -> dict[str, Any]:
    peers = rules.peers
    return {
        "seed": seed,
        "dry_run": dry_run,
        "superior": rules.superior,
        "self": rules.own,
        "subordinates": rules.subordinates,
        "peers": None if peers is None else [peers.count, str(peers.scope), peers.max_per_rater],
        "created": len(drawing.created),
        "existing": drawing.existing,
        "shortfalls": len(drawing.shortfalls),
    }


def _shown(actor: Actor, situation: Situation, shortfalls: list[Shortfall]) -> list[Shortfall]:
    own = {ratee.participant_id for ratee in situation.ratees if ratee.employee_id == actor.employee_id}
    return [s for s in shortfalls if not (s.participant_id in own and s.rater_type.anonymous)]
