"""Reading results: each read of another person's result is recorded before it is answered (design.md, Data)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.domain import policies
from app.domain.actions.results.computing import circumstances, intakes
from app.domain.actions.results.judging import compute
from app.domain.actions.results.verifying import differences
from app.domain.actions.rubrics import rubrics_of
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.cycles import Cycle
from app.domain.errors import Conflict, NotFound
from app.domain.explanation import Conclusions, Explanation, conclude, explain
from app.domain.paging import Page, PageRequest
from app.domain.policies_results import (
    FROM_REVIEW,
    READ_RESULTS,
    Reader,
    list_scope,
    require_results,
    see_result,
)
from app.domain.ports.results import Document, Found, OpenTasks, Ratee, ResultFilter, Revision, Summary, Version
from app.domain.results import Reason
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import CycleState


class StoredResultDiffersError(RuntimeError):
    """A stored result is not what its stored inputs make: somebody changed the database behind the service's back."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A whole result as its reader gets it; ``reasons`` are those that he may know."""

    ratee: Ratee
    version: Version
    figures: str
    reasons: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Why one version is what it is; ``reasons`` are those that its reader may know."""

    cycle_title: str
    ratee: Ratee
    version: Version
    explanation: Explanation
    conclusions: Conclusions
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits for a person, and his latest results."""

    tasks: OpenTasks
    results: tuple[Summary, ...]


async def get_result(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Shown:
    """The current result of one participant, when the actor may read it now."""
    found, reader = await see(uow, actor, cycle_id, participant_id)
    version, document = current(found)
    await record_read(uow, actor, reader, "result.read", participant_id, version)
    return show(found.ratee, version, document, reader)


def show(ratee: Ratee, version: Version, document: Document, reader: Reader) -> Shown:
    """The texts that this reader gets: lost groups are told to appraiser, administrators and auditors alone."""
    reasons = document.reasons
    if reader in FROM_REVIEW and document.officer_reasons is not None:
        reasons = document.officer_reasons
    return Shown(ratee, version, document.figures, reasons)


async def see(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> tuple[Found, Reader]:
    """A participant whose result the actor may read now, and as what he reads it."""
    policies.require_reader(actor, READ_RESULTS)
    return allowed(actor, await uow.results.find(cycle_id, participant_id, actor.employee_id))


def allowed(actor: Actor, known: tuple[CycleState, Found | None] | None) -> tuple[Found, Reader]:
    """The same of what was found: nothing of a cycle without results, and of others only what is the actor's to know."""
    if known is None:
        raise NotFound
    state, found = known
    require_results(state)
    if found is None:
        raise NotFound
    return found, see_result(actor, found.standing)


def current(found: Found) -> tuple[Version, Document]:
    """The version that is read, with its texts; `NotFound` where nothing was computed."""
    if found.version is None or found.document is None:
        raise NotFound
    return found.version, found.document


async def record_read(
    uow: UnitOfWork, actor: Actor, reader: Reader, action: str, participant_id: UUID, version: Version
) -> None:
    """Record the read, unless it is one's own result."""
    if reader is not Reader.RATEE:
        event = AuditEvent(action, "participant", participant_id, {"version": version.version})
        await uow.trail.record_read(actor, event)


async def criterion_titles(uow: UnitOfWork, cycle: Cycle) -> Mapping[UUID, str]:
    """The titles of all criteria of the cycle's rubrics by their id."""
    return {one.id: one.title for rubric in await rubrics_of(uow, cycle) for one in rubric.criteria}


async def explain_result(uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID) -> Explained:
    """The tree of the current result and what was read from it, made anew from its stored inputs.

    Raises `StoredResultDiffersError` when these do not make the stored figures and receipt.
    """
    await uow.computations.freeze_view()
    found, reader = await see(uow, actor, cycle_id, participant_id)
    version, _ = current(found)
    await record_read(uow, actor, reader, "result.explained", participant_id, version)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    for plan, intake in [batch async for batch in intakes(uow, cycle, participant_id)]:  # one or none
        known = await circumstances(uow, plan, intake)
        computed = compute(plan, intake, known, uow.computations)
        different = list(differences(intake, computed, uow.computations))
        if different:
            raise StoredResultDiffersError("; ".join(map(str, different)))
        conclusions = conclude(plan, computed.scores, known, 0)
        reasons = conclusions.officer_reasons if reader in FROM_REVIEW else conclusions.reasons
        explanation = explain(plan, computed.scores, known, 0)
        return Explained(cycle.title, found.ratee, version, explanation, conclusions, reasons)
    raise NotFound


async def list_results(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, wanted: ResultFilter, request: PageRequest
) -> Page[Summary]:
    """The current results that the actor may read now; ``wanted.scope`` is filled in here.

    `Conflict` (``results_not_ready``) while nobody's result is the actor's to read yet.
    """
    policies.require_reader(actor, READ_RESULTS)
    state = await uow.results.cycle_state(cycle_id)
    if state is None:
        raise NotFound
    scope = list_scope(actor, state)
    if state is CycleState.REVIEW and not scope.everybody:
        await require_appraiser(uow, actor, cycle_id)
    page = await uow.results.page(replace(wanted, scope=scope), request)
    others = [item for item in page.items if item.ratee.employee_id != actor.employee_id]
    if others:
        await uow.trail.record_read(actor, AuditEvent("results.listed", "cycle", cycle_id, {"count": len(others)}))
    return page


async def require_appraiser(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> None:
    """While results are under review, whoever is neither officer nor appraiser of anybody waits."""
    if actor.employee_id is None or not await uow.results.appraises(cycle_id, actor.appraises_as):
        raise Conflict("results_not_ready")


async def list_versions(
    uow: UnitOfWork, actor: Actor, cycle_id: UUID, participant_id: UUID, request: PageRequest
) -> Page[Revision]:
    """The versions of one result, newest first: all of them for officers and appraiser, the published ones for others."""
    found, reader = await see(uow, actor, cycle_id, participant_id)
    version, _ = current(found)
    page = await uow.results.versions(participant_id, request, released=reader not in FROM_REVIEW)
    await record_read(uow, actor, reader, "result.versions_read", participant_id, version)
    return page


async def my_results(uow: UnitOfWork, actor: Actor, request: PageRequest) -> Page[Summary]:
    """The actor's own published results."""
    policies.require_staff(actor)
    if actor.employee_id is None:
        return Page([], None)
    return await uow.results.published_of(actor.employee_id, request)


async def my_overview(uow: UnitOfWork, actor: Actor) -> Overview:
    """What waits for the actor, counted from what he may know."""
    policies.require_staff(actor)
    if actor.employee_id is None:
        return Overview(OpenTasks(0, 0, None, 0), ())
    tasks = await uow.results.open_tasks(
        actor.employee_id, actor.rater_types, await uow.now(), appraisers=actor.appraises_as
    )
    latest = await uow.results.published_of(actor.employee_id, PageRequest(limit=5))
    return Overview(tasks, tuple(latest.items))
