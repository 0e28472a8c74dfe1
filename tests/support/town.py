"""A published cycle in a town with several offices, and its summary."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from app.domain.actions.results import recompute_one
from app.domain.cycles import ExternalRange, Policy
from app.domain.people import Unit
from app.domain.values import Cause, CycleState, Dimension
from app.repositories import tables as t
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.contract import faults, operations
from tests.support.cycle_world import EXAMPLE_SHEETS, PEER, SUPERIOR, CycleWorld
from tests.support.oracle import Case
from tests.support.world import World

Headers = dict[str, str]
TWO_DIMENSIONS = Policy(
    rater_weights={SUPERIOR: 60, PEER: 40},
    external_dimensions={Dimension.WORK_RESULT: ExternalRange(Decimal(0), Decimal(100))},
)
BEHAVIOUR = rubric(criterion("A", indicator("a1"), indicator("a2")), criterion("B", indicator("b1")))


class Town:
    """A cycle in a town with two offices; everybody has the sheets of the worked example and a SKP of his own."""

    def __init__(self, cycle: CycleWorld, top: Unit) -> None:
        self.cycle = cycle
        self.world = cycle.world
        self.top = top
        self.offices: list[Unit] = []
        self.people: list[UUID] = []

    @classmethod
    async def create(cls, world: World, *sizes: int, **people: Any) -> "Town":
        """Offices below one top with so many participants each."""
        town = cls(await CycleWorld.create(world, BEHAVIOUR, TWO_DIMENSIONS), await world.unit())
        for size in sizes:
            office = await world.unit(parent=town.top.id)
            town.offices.append(office)
            for _ in range(size):
                await town.add(office, **people)
        return town

    async def add(self, office: Unit, skp: int = 80, **people: Any) -> UUID:
        case = Case(sheets=list(EXAMPLE_SHEETS), external={Dimension.WORK_RESULT: Decimal(skp)})
        self.people.append(await self.cycle.participant(case, unit=office, **people))
        return self.people[-1]

    async def publish(self) -> None:
        await self.cycle.to(CycleState.REVIEW)
        await self.cycle.to(CycleState.PUBLISHED)

    async def change(self, *people: UUID, skp: int) -> None:
        """Another SKP arrives late for these."""
        for participant_id in people:
            await self.cycle.set_external(participant_id, Decimal(skp))
            async with self.world.services.unit_of_work(None) as uow:
                await recompute_one(uow, None, self.cycle.cycle, participant_id, cause=Cause.EXTERNAL_SCORE)
                await uow.commit()

    async def get(
        self, headers: Headers, tail: str = "", operation: str = "getCycleSummary", **query: Any
    ) -> httpx.Response:
        path = f"/v1/cycles/{self.cycle.cycle.id}/summary{tail}"
        answer = await self.world.api.get(path, params=query, headers=headers)
        assert not faults(operations()[operation], answer)
        return answer

    async def read(self, headers: Headers, **query: Any) -> Any:
        answer = await self.get(headers, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def status(self, headers: Headers) -> tuple[int, str]:
        answer = await self.get(headers)
        return answer.status_code, answer.json().get("code", "")

    async def overall(self, headers: Headers) -> tuple[int | None, float | None]:
        """Of the first row."""
        cell = (await self.read(headers))["rows"][0]["cells"][0]
        return cell["participants"], cell["mean"]

    async def basis(self) -> list[tuple[UUID, int]]:
        b = t.summary_basis
        statement = sa.select(b.c.participant_id, b.c.version).where(b.c.cycle_id == self.cycle.cycle.id)
        return sorted((row.participant_id, row.version) for row in await self.cycle.rows(statement))
