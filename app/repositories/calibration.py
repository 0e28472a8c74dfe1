"""Organisational achievements, and counts of predicates."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.domain.calibration import Tally, UnitAchievement
from app.domain.paging import Page, PageRequest
from app.domain.people import Unit
from app.domain.ports.results import ResultFilter
from app.domain.values import OrgAchievement, UnitKind
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.results import conditions
from app.repositories.results_rows import to_predicate
from app.repositories.session import Session


class SqlCalibration:
    """Achievements of units by cycle, and the predicates of their people."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def achievement(self, cycle_id: UUID, unit_id: UUID) -> UnitAchievement | None:
        """That of one unit."""
        row = await self._session.first(_select(cycle_id).where(t.org_achievements.c.unit_id == unit_id))
        return _to_achievement(row) if row else None

    async def page(self, cycle_id: UUID, request: PageRequest) -> Page[UnitAchievement]:
        """All of a cycle, by the unit's code."""
        return await fetch_page(self._session, _select(cycle_id), request, [t.units.c.code], _to_achievement)

    async def put(self, achievement: UnitAchievement) -> None:
        """Insert, or write anew."""
        o = t.org_achievements
        values = {
            "cycle_id": achievement.cycle_id,
            "unit_id": achievement.unit.id,
            "achievement": achievement.achievement,
            "reason": achievement.reason,
            "set_at": achievement.set_at,
        }
        statement = insert(o).values(values)
        await self._session.execute(statement.on_conflict_do_update(constraint=o.primary_key, set_=values))

    async def tallies(self, wanted: ResultFilter) -> Sequence[Tally]:
        """Grouped in the database, from the rows that the reader may see."""
        r, p = t.results, t.participants
        decided = r.c.decision.is_not(None)
        others = sa.func.count().filter(p.c.employee_id.is_distinct_from(wanted.scope.reader_id))
        kinds = (r.c.recommended, r.c.decided, decided)
        statement = (
            sa.select(
                *kinds[:2], decided.label("has_decision"), sa.func.count().label("people"), others.label("others")
            )
            .join(p, p.c.id == r.c.participant_id)
            .where(r.c.current, r.c.cycle_id == wanted.cycle_id, *conditions(wanted))
            .group_by(*kinds)
        )
        return [
            Tally(
                to_predicate(row.recommended),
                to_predicate(row.decided),
                has_decision=row.has_decision,
                people=row.people,
                others=row.others,
            )
            for row in await self._session.all(statement)
        ]


def _select(cycle_id: UUID) -> sa.Select[Any]:
    o, u = t.org_achievements, t.units
    return (
        sa.select(*o.c, u.c.code, u.c.name, u.c.kind, u.c.parent_id)
        .join(u, u.c.id == o.c.unit_id)
        .where(o.c.cycle_id == cycle_id)
    )


def _to_achievement(row: sa.Row[Any]) -> UnitAchievement:
    return UnitAchievement(
        cycle_id=row.cycle_id,
        unit=Unit(row.unit_id, row.code, row.name, UnitKind(row.kind), row.parent_id),
        achievement=OrgAchievement(row.achievement),
        reason=row.reason,
        set_at=row.set_at,
    )
