"""Publishing the results of a cycle, and cutting the last link between assignments and sheets."""

from dataclasses import dataclass

from app.domain.actions.results.freezing import freeze_summaries
from app.domain.audit import AuditEvent, OutboxEvent
from app.domain.auth import Actor
from app.domain.cycles import Cycle
from app.domain.errors import Conflict, Invalid
from app.domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Publication:
    """How many results were published, and how many complete ones among them without a decision."""

    published: int
    undecided: int


async def publish_cycle(
    uow: UnitOfWork, actor: Actor | None, cycle: Cycle, *, allow_undecided: bool = False, reason: str | None = None
) -> Publication:
    """Publish all current results of ``cycle`` under its lock, which the caller holds.

    Complete participants without a decision: `Conflict` (``results_undecided``, with ``undecided`` and ``complete``)
    unless ``allow_undecided`` with a ``reason``; they are shown undecided until their first decision makes a new version.
    The anonymous sheets and comments are written anew in random order under fresh keys (anonymity.md rule 1), and the
    summary of the cycle is frozen (rule 10).
    """
    counts = await uow.results.undecided(cycle.id)
    if counts.undecided and not allow_undecided:
        raise Conflict("results_undecided", undecided=counts.undecided, complete=counts.complete)
    if counts.undecided and not reason:
        raise Invalid.at("/reason", "required")
    now = await uow.now()
    published = await uow.computations.publish(cycle.id, now)
    await uow.computations.cut_links(cycle.id)
    await freeze_summaries(uow, cycle, now, published=True)
    details = {"published": published, "undecided": counts.undecided}
    await uow.trail.record(actor, AuditEvent("results.published", "cycle", cycle.id, details, reason))
    payload = {"cycle_id": str(cycle.id), "count": published}
    await uow.trail.announce(OutboxEvent("result.published", payload))
    return Publication(published, counts.undecided)
