"""Recomputing stored results from their stored inputs (scoring.md section 7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from app.domain.actions.results.computing import circumstances, intakes
from app.domain.actions.results.judging import Computed, compute, holds
from app.domain.cycles import Cycle
from app.domain.policies_results import require_results
from app.domain.ports.computations import Computations, Intake
from app.domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored result that is not what its inputs make: its ``receipt``, its ``figures``, or that it is ``missing``."""

    participant_id: UUID
    version: int | None
    what: str

    def __str__(self) -> str:
        if self.version is None:
            return f"participant {self.participant_id}: the result is missing"
        return f"participant {self.participant_id}, version {self.version}: {self.what} differs"


@dataclass(frozen=True, slots=True)
class Verification:
    """How many participants' results were recomputed, and what differs; one result may differ twice."""

    checked: int
    differences: tuple[Difference, ...]


async def verify_cycle(uow: UnitOfWork, cycle: Cycle) -> Verification:
    """Recompute the current results of ``cycle`` and tell which are not what their inputs make.

    Reads one moment of the database, in a transaction of its own. Salts are read here and nowhere else but where
    receipts are made.
    """
    require_results(cycle.state)
    async with uow.separate() as moment:
        await moment.computations.freeze_view()
        checked = 0
        found: list[Difference] = []
        async for plan, intake in intakes(moment, cycle):
            known = await circumstances(moment, plan, intake)
            computed = compute(plan, intake, known, moment.computations)
            checked += len(intake.participants)
            found += differences(intake, computed, moment.computations)
        return Verification(checked, tuple(found))


def differences(intake: Intake, computed: Computed, storage: Computations) -> Iterator[Difference]:
    """Where stored versions differ from what was computed from the same inputs."""
    for place, participant_id in enumerate(intake.participants):
        present = intake.present[place]
        if present is None:
            yield Difference(participant_id, None, "missing")
            continue
        if not holds(present, computed.canonical[place]):
            yield Difference(participant_id, present.version, "receipt")
        if storage.content_digest(computed.figures[place]) != present.content:
            yield Difference(participant_id, present.version, "figures")
