"""A cycle whose results wait for their appraiser, and what he sends."""

from typing import Any
from uuid import UUID

import httpx

from app.domain.cycles import Policy
from app.domain.people import Employee
from app.domain.values import Dimension, RaterType
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.cycle_world import PEER, SUPERIOR, CycleWorld
from tests.support.oracle import Case
from tests.support.world import World

#: Two dimensions of one indicator each: 75 (meets) and 50 (below) recommend "poor".
TWO = rubric(
    criterion("R", indicator("r1"), dimension=Dimension.WORK_RESULT),
    criterion("B", indicator("b1"), dimension=Dimension.WORK_BEHAVIOUR),
)
SHEETS: list[tuple[RaterType, list[int | None]]] = [(SUPERIOR, [4, 3])]
AS_RECOMMENDED = {"work_result": "meets", "work_behaviour": "below"}
BETTER = {"work_result": "meets", "work_behaviour": "meets"}


class Appraised:
    """A cycle whose participants all have one appraiser."""

    def __init__(self, cycle: CycleWorld, appraiser: Employee, headers: dict[str, str]) -> None:
        self.cycle = cycle
        self.appraiser = appraiser
        self.headers = headers

    @classmethod
    async def create(cls, world: World, **policy: Any) -> "Appraised":
        cycle = await CycleWorld.create(world, TWO, Policy(**({"rater_weights": {SUPERIOR: 60, PEER: 40}} | policy)))
        appraiser = await world.employee(cycle.unit)
        return cls(cycle, appraiser, await world.login(employee=appraiser))

    async def participant(
        self, case: Case | None = None, *, employee_id: UUID | None = None, superior_id: UUID | None = None
    ) -> UUID:
        people = {"appraiser_id": self.appraiser.id, "employee_id": employee_id, "superior_id": superior_id}
        return await self.cycle.participant(case or Case(sheets=list(SHEETS)), unit=None, **people)

    async def decide(
        self, participant: UUID, expectations: dict[str, str], reason: str | None = None, **headers: str
    ) -> httpx.Response:
        body = {"expectations": expectations} | ({"reason": reason} if reason else {})
        where = self.cycle.path(participant, "/decision")
        return await self.cycle.world.api.put(where, json=body, headers=self.headers | headers)

    async def decide_many(self, *items: dict[str, Any]) -> httpx.Response:
        where = self.cycle.path(tail="/decisions")
        return await self.cycle.world.api.post(where, json={"items": list(items)}, headers=self.headers)

    async def read(self, participant: UUID) -> dict[str, Any]:
        shown: dict[str, Any] = (await self.cycle.read(self.headers, participant)).json()
        return shown
