"""Rating quality: made when rating ends, read by those who answer for the ratings (anonymity.md rule 8)."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from app.domain import policies
from app.domain.actions.results import get_result
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.cycles import RELEASED, Cycle
from app.domain.errors import NotFound
from app.domain.paging import Page, PageRequest
from app.domain.policies_results import require_results
from app.domain.ports.quality import AdjustedFilter, AdjustedMean, RaterFilter, RaterQuality, StoredReport
from app.domain.quality import Assessment
from app.domain.statistics import Level
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import Dimension, RaterType, Role

Labels = Mapping[RaterType, Mapping[Dimension, Level]]


async def keep_assessment(uow: UnitOfWork, cycle: Cycle, assessment: Assessment) -> None:
    """Store the rating quality of a cycle whose rating just ended, under its lock, in the place of an earlier one.

    ``assessment`` was handed all sheets by `compute_cycle`. Publication cuts the link between raters and sheets, so what
    was made last stays.
    """
    diagnosis = await asyncio.to_thread(assessment.diagnosis)
    await uow.quality.store(cycle.id, diagnosis, await uow.now())


async def get_rating_quality(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> StoredReport:
    """What is told of a whole cycle: administrators and auditors only. `Conflict` (``results_not_ready``) before review."""
    await _cycle(uow, actor, cycle_id)
    report = await uow.quality.report(cycle_id)
    if report is None:
        raise NotFound
    await uow.trail.record_read(actor, AuditEvent("rating_quality.read", "cycle", cycle_id))
    return report


async def list_raters(uow: UnitOfWork, actor: Actor, wanted: RaterFilter, request: PageRequest) -> Page[RaterQuality]:
    """Raters of a cycle, for the same readers; whom each may not read is filled in here."""
    cycle = await _cycle(uow, actor, wanted.cycle_id)
    wanted = replace(wanted, reader_id=actor.employee_id, without_own=cycle.state not in RELEASED)
    page = await uow.quality.raters(wanted, request)
    event = AuditEvent("rating_quality.raters_listed", "cycle", cycle.id, {"count": len(page.items)})
    await uow.trail.record_read(actor, event)
    return page


async def list_adjusted(
    uow: UnitOfWork, actor: Actor, wanted: AdjustedFilter, request: PageRequest
) -> Page[AdjustedMean]:
    """Severity-adjusted means for full administrators; whom each may not read is filled in here."""
    policies.require_admin(actor)
    cycle = await _cycle(uow, actor, wanted.cycle_id)
    page = await uow.quality.adjusted(replace(wanted, reader_id=actor.employee_id), request)
    event = AuditEvent("rating_quality.adjusted_listed", "cycle", cycle.id, {"count": len(page.items)})
    await uow.trail.record_read(actor, event)
    return page


async def _cycle(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> Cycle:
    policies.require_any(actor, Role.ADMIN, Role.AUDITOR)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    require_results(cycle.state)
    return cycle


async def get_agreement(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Labels:
    """How far the raters of each large anonymous group agreed, for whoever reads the result now.

    Said only where the group's figure is shown: of a group set aside since then nothing is left.
    """
    shown = await get_result(uow, actor, cycle_id, participant_id)
    figures = {one["dimension"]: one["by_rater_type"] for one in json.loads(shown.figures)["dimensions"]}
    stored = await uow.quality.labels(participant_id)
    return {
        RaterType(rater_type): {
            Dimension(dimension): Level(word)
            for dimension, word in words.items()
            if figures.get(dimension, {}).get(rater_type, {}).get("value") is not None
        }
        for rater_type, words in stored.items()
    }
