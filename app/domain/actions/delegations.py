"""Naming who stands in for an appraiser."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.domain import policies
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.delegations import Delegation, DelegationKind, DelegationState, Person, check_delegation
from app.domain.errors import Conflict, Invalid, NotFound, Violation, raise_if_any
from app.domain.paging import Page, PageRequest
from app.domain.ports.delegations import DelegationFilter
from app.domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """What an administrator sends; both days are included."""

    appraiser_id: UUID
    delegate_id: UUID
    kind: DelegationKind
    starts_on: date
    ends_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A delegation and where it stands now."""

    delegation: Delegation
    state: DelegationState


async def list_delegations(
    uow: UnitOfWork, actor: Actor, wanted: DelegationFilter, request: PageRequest
) -> Page[Standing]:
    """All of them for administrators and auditors; for other people those in which they are one of the two."""
    policies.require_staff(actor)
    if not (actor.is_admin or actor.is_auditor):
        if actor.employee_id is None:
            return Page([], None)
        wanted = replace(wanted, of=actor.employee_id)
    page = await uow.delegations.page(wanted, request)
    now = await uow.now()
    return Page([Standing(one, one.state(now)) for one in page.items], page.next)


async def create_delegation(uow: UnitOfWork, actor: Actor, new: NewDelegation) -> Standing:
    """Full administrators only. Nothing in the answer depends on whom the delegate rates (anonymity.md rule 2).

    `Conflict` (``delegation_overlaps``) where the appraiser has another delegate on one of the days.
    """
    policies.require_admin(actor)
    raise_if_any(check_delegation(new.appraiser_id, new.delegate_id, new.starts_on, new.ends_on))
    appraiser = await uow.employees.get(new.appraiser_id)
    delegate = await uow.employees.get(new.delegate_id)
    if appraiser is None or delegate is None:
        missing = {"/appraiser_id": appraiser, "/delegate_id": delegate}
        raise Invalid([Violation(pointer, "unknown_employee") for pointer, one in missing.items() if one is None])
    if not delegate.active:
        raise Invalid.at("/delegate_id", "delegate_inactive")
    now = await uow.now()
    made = Delegation(
        id=uow.new_id(),
        appraiser=Person(appraiser.id, appraiser.name),
        delegate=Person(delegate.id, delegate.name),
        kind=new.kind,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        reason=new.reason,
        created_at=now,
        ended_at=None,
    )
    await uow.delegations.add(made)
    details = {
        "appraiser_id": str(appraiser.id),
        "delegate_id": str(delegate.id),
        "kind": str(new.kind),
        "starts_on": str(new.starts_on),
        "ends_on": str(new.ends_on),
    }
    await uow.trail.record(actor, AuditEvent("delegation.created", "delegation", made.id, details, new.reason))
    uow.directory_changed()
    return Standing(made, made.state(now))


async def end_delegation(uow: UnitOfWork, actor: Actor, delegation_id: UUID, reason: str) -> Standing:
    """End it at once, also before it began. What was decided meanwhile stays."""
    policies.require_admin(actor)
    found = await uow.delegations.get(delegation_id, lock=True)
    if found is None:
        raise NotFound
    now = await uow.now()
    if found.state(now) is DelegationState.OVER:
        raise Conflict("delegation_over")
    await uow.delegations.end(delegation_id, now)
    await uow.trail.record(actor, AuditEvent("delegation.ended", "delegation", delegation_id, {}, reason))
    uow.directory_changed()
    return Standing(replace(found, ended_at=now), DelegationState.OVER)
