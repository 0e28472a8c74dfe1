"""A cycle set up straight in the tables, in any state, for tests of what happens in that state."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.domain.cycles import BEFORE_RATING, Cycle, Participant, Policy, RubricUse
from app.domain.people import Employee, Unit
from app.domain.rubrics import Criterion, Indicator, Rubric, Scale, ScaleLabel
from app.domain.values import CycleState, Dimension, RaterType, Role, RubricState
from app.repositories import tables as t
from tests.support.world import World

NOW = datetime.now(UTC)


class Stage:
    """Cycles, participants and assignments in a test's hands."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def login(self, employee: Employee, *roles: Role, unit: Unit | None = None) -> dict[str, str]:
        """Request headers of the employee in these roles; a person has one account, so an earlier one goes."""
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.delete(t.accounts).where(t.accounts.c.employee_id == employee.id))
        return await self.world.login(*roles, employee=employee, unit=unit)

    async def rubric(self, asked: Iterable[RaterType] = RaterType) -> Rubric:
        """A published rubric with one indicator."""
        labels = tuple(ScaleLabel(points, f"Nilai {points}") for points in range(1, 6))
        indicator = Indicator(uuid4(), "I1", "Pernyataan", 1, frozenset(asked))
        criterion = Criterion(uuid4(), "C1", "Kriteria", Dimension.WORK_BEHAVIOUR, 1, None, (indicator,))
        code = f"R-{uuid4()}"
        scale = Scale(1, 5, labels)
        rubric = Rubric(uuid4(), code, 1, code, None, RubricState.PUBLISHED, scale, (criterion,), NOW, NOW, None)
        async with self.world.services.unit_of_work(None) as uow:
            await uow.rubrics.add(rubric)
            await uow.commit()
        return rubric

    async def cycle(
        self,
        state: CycleState = CycleState.RATING,
        *,
        asked: Iterable[RaterType] = RaterType,
        policy: Policy | None = None,
        opens: timedelta = timedelta(days=-1),
        closes: timedelta = timedelta(days=1),
    ) -> Cycle:
        """A cycle whose window is open."""
        rubric = await self.rubric(asked)
        code = f"S-{uuid4()}"
        cycle = Cycle(
            id=uuid4(),
            code=code,
            title=code,
            state=state,
            period_start=date(2026, 1, 1),
            period_end=date(2026, 3, 31),
            rubrics=(RubricUse(rubric.id),),
            policy=policy or Policy({RaterType.SUPERIOR: 60, RaterType.PEER: 40}),
            rating_opens_at=NOW + opens,
            rating_closes_at=NOW + closes,
            appeal_days=14,
            created_at=NOW,
            opened_at=None if state in BEFORE_RATING else NOW,
            published_at=NOW if state in {CycleState.PUBLISHED, CycleState.ARCHIVED} else None,
        )
        async with self.world.services.unit_of_work(None) as uow:
            await uow.cycles.add(cycle)
            await uow.commit()
        return cycle

    async def move(self, cycle: Cycle, state: CycleState) -> Cycle:
        """The same cycle in another state, as if it had got there."""
        moved = replace(cycle, state=state, opened_at=cycle.opened_at or NOW)
        async with self.world.services.unit_of_work(None) as uow:
            await uow.cycles.save(moved)
            await uow.commit()
        return moved

    async def participant(self, cycle: Cycle, employee: Employee) -> UUID:
        """The employee as a participant, with the place he has now."""
        participant = Participant(
            id=uuid4(),
            cycle_id=cycle.id,
            employee_id=employee.id,
            name=employee.name,
            position=employee.position,
            position_kind=employee.position_kind,
            unit_id=employee.unit_id,
            unit_name="",
            superior_id=employee.superior_id,
            appraiser_id=employee.appraiser_id,
            rubric_id=None if cycle.opened_at is None else cycle.rubrics[0].rubric_id,
            innovation=False,
            added_at=NOW,
        )
        async with self.world.services.unit_of_work(None) as uow:
            await uow.participants.add([participant])
            await uow.commit()
        return participant.id

    async def assignment(
        self,
        cycle: Cycle,
        participant_id: UUID,
        rater_type: RaterType,
        rater: Employee | None,
        state: str = "pending",
    ) -> UUID:
        """An assignment in any state."""
        assignment_id = uuid4()
        await self._insert(
            t.assignments,
            id=assignment_id,
            cycle_id=cycle.id,
            participant_id=participant_id,
            rater_type=str(rater_type),
            rater_id=rater.id if rater else None,
            state=state,
            submitted_on=date(2026, 3, 1) if state == "submitted" else None,
        )
        return assignment_id

    async def seal(self, participant_id: UUID, rater_type: RaterType) -> None:
        """A figure of the group was shown."""
        await self._insert(t.sealed_groups, participant_id=participant_id, rater_type=str(rater_type))

    async def result(self, cycle: Cycle, participant_id: UUID) -> None:
        """A computed result: the cycle was in review once."""
        await self._insert(
            t.results,
            participant_id=participant_id,
            version=1,
            cycle_id=cycle.id,
            current=True,
            status="computed",
            completeness="incomplete",
            scheme="permenpanrb_6_2022",
            expectations="{}",
            figures="{}",
            reasons="[]",
            receipt="",
            cause="recomputation",
            computed_at=NOW,
        )

    async def _insert(self, table: sa.Table, **values: Any) -> None:
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.insert(table).values(**values))

    async def rows(self, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
        """What stands in a table."""
        async with self.world.owner.connect() as connection:
            return list((await connection.execute(sa.select(table).where(*conditions))).all())

    async def update(self, table: sa.Table, row_id: UUID, **values: Any) -> None:
        """Change one row behind everybody's back."""
        async with self.world.owner.begin() as connection:
            await connection.execute(sa.update(table).where(table.c.id == row_id).values(**values))

    async def audited(self, action: str) -> list[sa.Row[Any]]:
        """The trail's events of this action since the database was emptied of cycles."""
        return await self.rows(t.audit_events, t.audit_events.c.action == action)
