"""Setting up rubrics: draft, published, revised, retired."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.domain import policies
from app.domain.audit import AuditEvent
from app.domain.auth import Actor, Scope
from app.domain.cycles import Cycle
from app.domain.errors import Conflict, Invalid, NotFound, raise_if_any
from app.domain.paging import Page, PageRequest
from app.domain.ports.rubrics import RubricFilter
from app.domain.presets import PRESETS
from app.domain.presets.definitions import definition_of
from app.domain.rubrics import Criterion, Rubric, RubricDefinition, check_content, with_known_ids
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import RubricState


@dataclass(frozen=True, slots=True)
class PresetNames:
    """A preset by its code, and what the new rubric is called; without a description it keeps the preset's."""

    preset: str
    code: str
    title: str
    description: str | None = None


def require_reader(actor: Actor) -> None:
    """Everybody who works here, and service accounts that were granted it."""
    policies.require_reader(actor, Scope.RUBRICS_READ)


async def list_rubrics(uow: UnitOfWork, actor: Actor, wanted: RubricFilter, request: PageRequest) -> Page[Rubric]:
    """Rubrics the actor may read: everything for administrators and auditors, what was published for other staff."""
    require_reader(actor)
    return await uow.rubrics.page(replace(wanted, with_drafts=_reads_drafts(actor)), request)


async def rubrics_of(uow: UnitOfWork, cycle: Cycle) -> Sequence[Rubric]:
    """The rubrics that a cycle uses, each once, in the cycle's order."""
    ids = dict.fromkeys(use.rubric_id for use in cycle.rubrics)
    return [await uow.rubrics.published(rubric_id) for rubric_id in ids]


async def get_rubric(uow: UnitOfWork, actor: Actor, rubric_id: UUID) -> Rubric:
    """One version."""
    require_reader(actor)
    rubric = await uow.rubrics.get(rubric_id)
    if rubric is None or (rubric.state is RubricState.DRAFT and not _reads_drafts(actor)):
        raise NotFound
    return rubric


def _reads_drafts(actor: Actor) -> bool:
    return actor.is_admin or actor.is_auditor


async def rubric_to_change(uow: UnitOfWork, actor: Actor, rubric_id: UUID) -> Rubric:
    """One version, locked, to be changed by an administrator."""
    policies.require_admin(actor)
    rubric = await uow.rubrics.get(rubric_id, lock=True)
    if rubric is None:
        raise NotFound
    return rubric


async def create_rubric(
    uow: UnitOfWork, actor: Actor, definition: RubricDefinition, preset: str | None = None
) -> Rubric:
    """Version 1 of a new rubric, as a draft. A taken code is a `Conflict` (``rubric_code_taken``)."""
    policies.require_admin(actor)
    raise_if_any(check_content(definition.scale, definition.criteria))
    rubric = Rubric(
        id=uow.new_id(),
        code=definition.code,
        version=1,
        title=definition.title,
        description=definition.description,
        state=RubricState.DRAFT,
        scale=definition.scale,
        criteria=definition.criteria,
        created_at=await uow.now(),
        published_at=None,
        retired_at=None,
    )
    await uow.rubrics.add(rubric)
    await _record(uow, actor, "created", rubric, **({"preset": preset} if preset else {}))
    return rubric


async def create_from_preset(uow: UnitOfWork, actor: Actor, names: PresetNames) -> Rubric:
    """Version 1 of a new rubric with the content of a preset, as a draft."""
    policies.require_admin(actor)
    body = PRESETS.get(names.preset)
    if body is None:
        raise Invalid.at("/preset", "unknown_preset")
    definition = definition_of(body, uow.new_id)
    named = replace(
        definition, code=names.code, title=names.title, description=names.description or definition.description
    )
    return await create_rubric(uow, actor, named, names.preset)


async def replace_rubric(uow: UnitOfWork, actor: Actor, before: Rubric, definition: RubricDefinition) -> Rubric:
    """Write a draft anew; criteria and indicators keep their id where their code stays. A later version keeps its code."""
    _require_draft(before)
    if before.version > 1 and definition.code != before.code:
        raise Invalid.at("/code", "rubric_code_fixed")
    raise_if_any(check_content(definition.scale, definition.criteria))
    after = replace(
        before,
        code=definition.code,
        title=definition.title,
        description=definition.description,
        scale=definition.scale,
        criteria=with_known_ids(before, definition.criteria),
    )
    await uow.rubrics.save(after)
    await _record(uow, actor, "replaced", after)
    return after


async def delete_rubric(uow: UnitOfWork, actor: Actor, rubric: Rubric) -> None:
    """Drop a draft."""
    _require_draft(rubric)
    await uow.rubrics.remove(rubric.id)
    await _record(uow, actor, "deleted", rubric)


async def publish_rubric(uow: UnitOfWork, actor: Actor, rubric_id: UUID) -> Rubric:
    """From now on this version never changes, and cycles may use it."""
    before = await rubric_to_change(uow, actor, rubric_id)
    _require_draft(before)
    after = replace(before, state=RubricState.PUBLISHED, published_at=await uow.now())
    await uow.rubrics.save(after)
    await _record(uow, actor, "published", after)
    return after


async def revise_rubric(uow: UnitOfWork, actor: Actor, rubric_id: UUID) -> Rubric:
    """A new draft with the next version number, from a published or retired version; at most one draft per code."""
    source = await rubric_to_change(uow, actor, rubric_id)
    if source.state is RubricState.DRAFT:
        raise Conflict("rubric_is_draft")
    draft = replace(
        source,
        id=uow.new_id(),
        version=await uow.rubrics.next_version(source.code),
        state=RubricState.DRAFT,
        criteria=tuple(_copy(uow, criterion) for criterion in source.criteria),
        created_at=await uow.now(),
        published_at=None,
        retired_at=None,
    )
    await uow.rubrics.add(draft)
    await _record(uow, actor, "revised", draft, source_id=str(source.id))
    return draft


def _copy(uow: UnitOfWork, criterion: Criterion) -> Criterion:
    """The same under fresh ids, so that no figure of one version can be taken for one of another."""
    indicators = tuple(replace(indicator, id=uow.new_id()) for indicator in criterion.indicators)
    return replace(criterion, id=uow.new_id(), indicators=indicators)


async def retire_rubric(uow: UnitOfWork, actor: Actor, rubric_id: UUID) -> Rubric:
    """No new cycle may use this version; cycles that do already go on."""
    before = await rubric_to_change(uow, actor, rubric_id)
    if before.state is not RubricState.PUBLISHED:
        raise Conflict("rubric_not_published", state=str(before.state))
    after = replace(before, state=RubricState.RETIRED, retired_at=await uow.now())
    await uow.rubrics.save(after)
    await _record(uow, actor, "retired", after)
    return after


def _require_draft(rubric: Rubric) -> None:
    if rubric.state is not RubricState.DRAFT:
        raise Conflict("rubric_not_draft", state=str(rubric.state))


async def _record(uow: UnitOfWork, actor: Actor, verb: str, rubric: Rubric, **details: str) -> None:
    told = {"code": rubric.code, "version": rubric.version, "title": rubric.title, **details}
    await uow.trail.record(actor, AuditEvent(f"rubric.{verb}", "rubric", rubric.id, told))
