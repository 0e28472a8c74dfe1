"""The appraiser's inbox."""

from app.domain import policies
from app.domain.audit import AuditEvent
from app.domain.auth import Actor
from app.domain.paging import Page, PageRequest
from app.domain.ports.decisions import DecisionTask, TaskFilter
from app.domain.unit_of_work import UnitOfWork


async def my_decisions(uow: UnitOfWork, actor: Actor, wanted: TaskFilter, request: PageRequest) -> Page[DecisionTask]:
    """What the actor may decide on now as an appraiser, in all cycles; recorded as a read of other people's results."""
    policies.require_staff(actor)
    if actor.employee_id is None:
        return Page([], None)
    page = await uow.decisions.tasks(actor.employee_id, actor.appraises_as, wanted, request)
    if page.items:
        event = AuditEvent("decisions.listed", "employee", actor.employee_id, {"count": len(page.items)})
        await uow.trail.record_read(actor, event)
    return page
