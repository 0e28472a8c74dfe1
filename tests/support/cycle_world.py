"""A cycle in the test's hands: its people, assignments and sheets written straight into the tables, state by state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa

from app.domain.actions.quality import keep_assessment
from app.domain.actions.results import Report, compute_cycle, publish_cycle
from app.domain.cycles import Cycle, Policy, RubricUse
from app.domain.people import Employee, Unit
from app.domain.quality import Assessment
from app.domain.rubrics import Rubric
from app.domain.values import ANONYMOUS_TYPES, Cause, CycleState, RaterType
from app.repositories import tables as t
from app.repositories.ids import sheet_id
from tests.support.appraisals import criterion, indicator, rubric
from tests.support.oracle import Case
from tests.support.world import World

SUPERIOR, PEER, SELF, SUBORDINATE = RaterType.SUPERIOR, RaterType.PEER, RaterType.SELF, RaterType.SUBORDINATE
#: The rubric, policy and sheets of scoring.md section 9, example 1.
EXAMPLE_RUBRIC = rubric(criterion("A", indicator("a1"), indicator("a2")), criterion("B", indicator("b1")))
EXAMPLE_POLICY = Policy(rater_weights={SUPERIOR: 60, PEER: 40})
EXAMPLE_SHEETS: list[tuple[RaterType, list[int | None]]] = [
    (SUPERIOR, [5, 4, 3]),
    (PEER, [4, 4, 3]),
    (PEER, [4, 5, 3]),
    (PEER, [3, 4, 4]),
]


def example(**changes: Any) -> Case:
    """Example 1 of scoring.md section 9."""
    return Case(**({"sheets": list(EXAMPLE_SHEETS)} | changes))


class CycleWorld:
    """One cycle with one rubric. `create` makes it; everything else fills it and moves it on."""

    def __init__(self, world: World, cycle: Cycle, used: Rubric, unit: Unit, raters: list[Employee]) -> None:
        self.world = world
        self.cycle = cycle
        self.rubric = used
        self.unit = unit
        self.raters = raters
        #: Assignments by participant, in the order of the case's sheets.
        self.assignments: dict[UUID, list[tuple[UUID, RaterType, UUID | None]]] = {}

    @classmethod
    async def create(
        cls, world: World, used: Rubric = EXAMPLE_RUBRIC, policy: Policy = EXAMPLE_POLICY, *, raters: int = 8
    ) -> "CycleWorld":
        used = replace(used, id=uuid4(), code=f"rubric-{uuid4().hex}")
        now = datetime.now(UTC)
        cycle = Cycle(
            id=uuid4(),
            code=f"cycle-{uuid4().hex}",
            title="Triwulan IV",
            state=CycleState.RATING,
            period_start=date(2026, 1, 1),
            period_end=date(2026, 12, 31),
            rubrics=(RubricUse(used.id),),
            policy=policy,
            rating_opens_at=now - timedelta(days=2),
            rating_closes_at=now + timedelta(days=2),
            appeal_days=14,
            created_at=now,
            opened_at=now,
            published_at=None,
        )
        unit = await world.unit()
        people = [await world.employee(unit) for _ in range(raters)]
        async with world.services.unit_of_work(None) as uow:
            await uow.rubrics.add(used)
            await uow.cycles.add(cycle)
            await uow.commit()
        return cls(world, cycle, used, unit, people)

    async def participant(self, case: Case, *, unit: Unit | None = None, **people: UUID | None) -> UUID:
        """A participant with the sheets, assignments and scores of ``case``; ``people``: employee, superior, appraiser."""
        unit = unit or self.unit
        participant_id = uuid4()
        employee_id = people.get("employee_id") or (await self.world.employee(unit)).id
        async with self.world.owner.begin() as connection:
            await connection.execute(
                sa.insert(t.participants).values(
                    id=participant_id,
                    cycle_id=self.cycle.id,
                    employee_id=employee_id,
                    name=f"Peserta {employee_id}",
                    position="Pengelola Data",
                    position_kind="executor",
                    unit_id=unit.id,
                    superior_id=people.get("superior_id"),
                    appraiser_id=people.get("appraiser_id"),
                    rubric_id=self.rubric.id,
                    innovation=case.innovation,
                )
            )
        for rater_type, points in case.sheets:
            await self.sheet(participant_id, rater_type, points)
        for rater_type in case.assigned - {sent for sent, _ in case.sheets}:
            await self.assignment(participant_id, rater_type)
        await self._circumstances(participant_id, case)
        return participant_id

    async def _circumstances(self, participant_id: UUID, case: Case) -> None:
        policy = self.cycle.policy
        async with self.world.owner.begin() as connection:
            for rater_type in case.filled_at_opening & ANONYMOUS_TYPES:
                values = {"rater_type": str(rater_type), "assigned": policy.minimum(rater_type)}
                await connection.execute(sa.insert(t.opening_groups).values(participant_id=participant_id, **values))
            for dimension, value in case.external.items():
                bounds = policy.external_dimensions[dimension]
                await connection.execute(
                    sa.insert(t.external_scores).values(
                        participant_id=participant_id,
                        dimension=str(dimension),
                        value=value,
                        min=bounds.min,
                        max=bounds.max,
                        source="test",
                        measured_at=datetime.now(UTC),
                    )
                )

    async def assignment(
        self, participant_id: UUID, rater_type: RaterType, rater_id: UUID | None = None, state: str = "pending"
    ) -> UUID:
        """An assignment; raters are taken in turn from the cycle's unless one is named."""
        of_participant = self.assignments.setdefault(participant_id, [])
        assignment_id = uuid4()
        if rater_type is not RaterType.SERVICE_RECIPIENT and rater_id is None:
            rater_id = self.raters[len(of_participant)].id
        async with self.world.owner.begin() as connection:
            await connection.execute(
                sa.insert(t.assignments).values(
                    id=assignment_id,
                    cycle_id=self.cycle.id,
                    participant_id=participant_id,
                    rater_type=str(rater_type),
                    rater_id=rater_id,
                    state=state,
                    submitted_on=date(2026, 11, 1) if state == "submitted" else None,
                )
            )
        of_participant.append((assignment_id, rater_type, rater_id))
        return assignment_id

    async def sheet(
        self, participant_id: UUID, rater_type: RaterType, points: Sequence[int | None], rater_id: UUID | None = None
    ) -> UUID:
        """A submitted assignment with its sheet under its own key and one comment."""
        assignment_id = await self.assignment(participant_id, rater_type, rater_id, "submitted")
        key = sheet_id(self.world.services.settings.sheet_key, assignment_id)
        common = {"cycle_id": self.cycle.id, "participant_id": participant_id, "rater_type": str(rater_type)}
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.insert(t.sheets).values(id=key, points=list(points), **common))
            await connection.execute(
                sa.insert(t.comments).values(id=uuid4(), sheet_id=key, kind="general", text=f"remark {key}", **common)
            )
        return key

    async def to(self, state: CycleState, *, cause: Cause = Cause.RATING_CLOSED) -> Report | None:
        """Move the cycle on as a transition does: computed on the way to review, published on the way out of it."""
        report = None
        async with self.world.services.unit_of_work(None) as uow:
            present = await uow.cycles.get(self.cycle.id, lock=True)
            assert present is not None
            self.cycle = replace(present, state=state)
            await uow.cycles.save(self.cycle)
            if state is CycleState.REVIEW:
                assessment = Assessment()
                report = await compute_cycle(uow, None, self.cycle, cause=cause, assessment=assessment)
                await keep_assessment(uow, self.cycle, assessment)
            if state is CycleState.PUBLISHED:
                await publish_cycle(uow, None, self.cycle, allow_undecided=True, reason="test")
            await uow.commit()
        return report

    async def set_external(self, participant_id: UUID, value: Decimal) -> None:
        """Change what another system sent."""
        e = t.external_scores
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.update(e).where(e.c.participant_id == participant_id).values(value=value))

    async def rows(self, statement: sa.Select[Any]) -> list[sa.Row[Any]]:
        """What stands in the tables."""
        async with self.world.owner.connect() as connection:
            return list((await connection.execute(statement)).all())

    def path(self, participant_id: UUID | None = None, tail: str = "") -> str:
        """The address of the results or of one."""
        one = f"/{participant_id}" if participant_id else ""
        return f"/v1/cycles/{self.cycle.id}/results{one}{tail}"

    async def read(self, headers: dict[str, str], participant_id: UUID, tail: str = "") -> httpx.Response:
        """A result, or what belongs to it."""
        return await self.world.api.get(self.path(participant_id, tail), headers=headers)
