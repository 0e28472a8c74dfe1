"""Setting up cycles: the policy, the window, and everything else that is fixed when rating opens."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.domain import policies
from app.domain.audit import AuditEvent, OutboxEvent, difference, plain
from app.domain.auth import Actor, Scope
from app.domain.cycles import (
    Cycle,
    Policy,
    RubricUse,
    check_change,
    check_policy,
    check_rubric_uses,
    check_rubrics_usable,
    check_window,
    extended,
)
from app.domain.errors import Conflict, Invalid, NotFound, Violation, raise_if_any
from app.domain.paging import Page, PageRequest
from app.domain.ports.cycles import CycleFilter
from app.domain.unit_of_work import UnitOfWork
from app.domain.values import CycleState

DEFAULT_APPEAL_DAYS = 14


@dataclass(frozen=True, slots=True)
class NewCycle:
    """A cycle as an administrator asks for it; what is ``None`` comes from the cycle ``copy_of``."""

    code: str
    title: str
    period_start: date
    period_end: date
    rating_opens_at: datetime
    rating_closes_at: datetime
    rubrics: tuple[RubricUse, ...] | None = None
    policy: Policy | None = None
    appeal_days: int | None = None
    copy_of: UUID | None = None


async def list_cycles(uow: UnitOfWork, actor: Actor, wanted: CycleFilter, request: PageRequest) -> Page[Cycle]:
    """Cycles and their policies are no secret among staff."""
    policies.require_reader(actor, Scope.CYCLES_READ)
    return await uow.cycles.page(wanted, request)


async def get_cycle(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> Cycle:
    """One cycle."""
    policies.require_reader(actor, Scope.CYCLES_READ)
    cycle = await uow.cycles.get(cycle_id)
    if cycle is None:
        raise NotFound
    return cycle


async def cycle_to_change(uow: UnitOfWork, actor: Actor, cycle_id: UUID) -> Cycle:
    """One cycle, locked against submissions and all other changes, for a full administrator."""
    policies.require_admin(actor)
    cycle = await uow.cycles.get(cycle_id, lock=True)
    if cycle is None:
        raise NotFound
    return cycle


async def create_cycle(uow: UnitOfWork, actor: Actor, new: NewCycle) -> Cycle:
    """A new cycle in draft. A taken code is a `Conflict` (``cycle_code_taken``)."""
    policies.require_admin(actor)
    cycle = await _complete(uow, new, await _template(uow, new))
    raise_if_any([*check_window(cycle), *check_policy(cycle.policy), *check_rubric_uses(cycle.rubrics)])
    await _require_usable_rubrics(uow, cycle.rubrics)
    await uow.cycles.add(cycle)
    details = {"after": plain(cycle)} | ({"copy_of": str(new.copy_of)} if new.copy_of else {})
    await uow.trail.record(actor, AuditEvent("cycle.created", "cycle", cycle.id, details))
    await uow.trail.announce(OutboxEvent("cycle.created", {"cycle_id": str(cycle.id)}))
    return cycle


async def _template(uow: UnitOfWork, new: NewCycle) -> Cycle | None:
    if new.copy_of is None:
        missing = {"rubrics": new.rubrics, "policy": new.policy}
        raise_if_any([Violation(f"/{name}", "required") for name, value in missing.items() if value is None])
        return None
    template = await uow.cycles.get(new.copy_of)
    if template is None:
        raise Invalid.at("/copy_of", "unknown_cycle")
    return template


async def _complete(uow: UnitOfWork, new: NewCycle, template: Cycle | None) -> Cycle:
    def chosen(name: str, default: Any = None) -> Any:
        own = getattr(new, name)
        return own if own is not None else getattr(template, name, default)

    return Cycle(
        id=uow.new_id(),
        code=new.code,
        title=new.title,
        state=CycleState.DRAFT,
        period_start=new.period_start,
        period_end=new.period_end,
        rubrics=chosen("rubrics"),
        policy=chosen("policy"),
        rating_opens_at=new.rating_opens_at,
        rating_closes_at=new.rating_closes_at,
        appeal_days=chosen("appeal_days", DEFAULT_APPEAL_DAYS),
        created_at=await uow.now(),
        opened_at=None,
        published_at=None,
    )


async def _require_usable_rubrics(uow: UnitOfWork, uses: tuple[RubricUse, ...]) -> None:
    known = await uow.rubrics.many({use.rubric_id for use in uses})
    raise_if_any(check_rubrics_usable(uses, known))


async def update_cycle(uow: UnitOfWork, actor: Actor, before: Cycle, changes: dict[str, Any]) -> Cycle:
    """Change ``before`` (from `cycle_to_change`): everything until rating opens, afterwards the title alone.

    A rubric that the cycle names already may have been retired meanwhile. Raises `Conflict` (``external_scores_exist``)
    when scores were measured on a range that would change.
    """
    after = replace(before, **changes)
    check_change(before, after)
    known = {use.rubric_id for use in before.rubrics}
    if any(use.rubric_id not in known for use in after.rubrics):
        await _require_usable_rubrics(uow, after.rubrics)
    await _require_same_ranges(uow, before, after)
    await uow.cycles.save(after)
    await uow.trail.record(actor, AuditEvent("cycle.updated", "cycle", after.id, difference(before, after)))
    await uow.trail.announce(OutboxEvent("cycle.updated", {"cycle_id": str(after.id)}))
    return after


async def _require_same_ranges(uow: UnitOfWork, before: Cycle, after: Cycle) -> None:
    old, new = before.policy.external_dimensions, after.policy.external_dimensions
    changed = {dimension for dimension in old if new.get(dimension) != old[dimension]}
    if changed & (await uow.external_scores.dimensions(before.id) if changed else frozenset()):
        raise Conflict("external_scores_exist")


async def delete_cycle(uow: UnitOfWork, actor: Actor, cycle: Cycle) -> None:
    """Drop a draft with its participants and assignments."""
    cycle.require_state(frozenset({CycleState.DRAFT}))
    count = await uow.participants.count(cycle)
    await uow.cycles.remove(cycle.id)
    details = {"code": cycle.code, "participants": count}
    await uow.trail.record(actor, AuditEvent("cycle.deleted", "cycle", cycle.id, details))
    await uow.trail.announce(OutboxEvent("cycle.deleted", {"cycle_id": str(cycle.id)}))


async def extend_cycle(uow: UnitOfWork, actor: Actor, cycle_id: UUID, closes_at: datetime, reason: str) -> Cycle:
    """A later end of the rating window, also after it has closed, as long as the cycle is in rating."""
    before = await cycle_to_change(uow, actor, cycle_id)
    after = extended(before, closes_at, await uow.now())
    await uow.cycles.save(after)
    event = AuditEvent("cycle.extended", "cycle", after.id, difference(before, after), reason)
    await uow.trail.record(actor, event)
    await uow.trail.announce(OutboxEvent("cycle.extended", {"cycle_id": str(after.id)}))
    return after
