"""Who may do what. Pure functions: they look at the actor and the thing, and either return or refuse.

A thing that is not the actor's to know is `NotFound`; a thing he knows but may not touch is `Forbidden`
(contract.md, Conventions). The table "Who sees and does what" of contract.md is the source of every rule here.
"""

from collections.abc import Collection
from uuid import UUID

from app.domain.auth import Actor
from app.domain.cycles import Participant
from app.domain.errors import Forbidden, NotFound
from app.domain.people import Employee
from app.domain.values import Role


def require_admin(actor: Actor) -> None:
    """Full administrators only."""
    if not actor.is_admin:
        raise Forbidden("not_allowed")


def require_any(actor: Actor, *roles: Role) -> None:
    """At least one of ``roles``."""
    if not actor.roles & set(roles):
        raise Forbidden("not_allowed")


def require_staff(actor: Actor) -> None:
    """Everybody who works here: neither a citizen nor a machine."""
    if actor.is_recipient or actor.is_service:
        raise Forbidden("not_allowed")


def require_reader(actor: Actor, scope: str) -> None:
    """Everybody who works here, and service accounts that hold ``scope``."""
    if not actor.has_scope(scope):
        require_staff(actor)


def visible_units(actor: Actor, scope: str | None = None) -> Collection[UUID] | None:
    """The units of which the actor may see everybody: ``None`` is all of them.

    Administrators and auditors see the whole city, unit administrators their subtree, service accounts everything
    when they hold ``scope``, all others nothing by this way.
    """
    if actor.is_admin or actor.is_auditor or (scope is not None and actor.has_scope(scope)):
        return None
    return actor.unit_ids if actor.is_unit_admin else frozenset()


def participant_units(actor: Actor) -> Collection[UUID] | None:
    """The units whose participants the actor may list (``None``: all); employees list nobody."""
    units = visible_units(actor, "cycles:read")
    if units is not None and not actor.is_unit_admin:
        raise Forbidden("not_allowed")
    return units


def see_participant(actor: Actor, participant: Participant) -> None:
    """Oneself, the subtree, or everybody; anyone else is unknown."""
    units = visible_units(actor, "cycles:read")
    own = actor.employee_id is not None and actor.employee_id == participant.employee_id
    if not own and units is not None and participant.unit_id not in units:
        raise NotFound


def change_participant(actor: Actor, participant: Participant) -> None:
    """Administrators and the subtree's administrator (never about himself)."""
    see_participant(actor, participant)
    himself = actor.employee_id is not None and actor.employee_id == participant.employee_id
    if not actor.administers(participant.unit_id) or (himself and not actor.is_admin):
        raise Forbidden("not_allowed")


def see_employee(actor: Actor, employee: Employee) -> None:
    """Own record, direct reports, the subtree, or everybody; anyone else is unknown."""
    units = visible_units(actor, "people:read")
    own = actor.employee_id is not None and actor.employee_id in {
        employee.id,
        employee.superior_id,
        employee.appraiser_id,
    }
    if not own and units is not None and employee.unit_id not in units:
        raise NotFound


def change_employee(actor: Actor, employee: Employee) -> None:
    """Administrators and the subtree's administrator (never about himself)."""
    see_employee(actor, employee)
    if not actor.administers(employee.unit_id) or (not actor.is_admin and employee.id == actor.employee_id):
        raise Forbidden("not_allowed")
