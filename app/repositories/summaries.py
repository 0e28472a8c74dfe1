"""What summaries are made of: read once from the documents of results, then a few numbers each and a record of sums."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.domain.policies_results import Scope
from app.domain.ports.results import ResultFilter
from app.domain.summaries import ABSENT, Change, Circle, Frozen, Home, Office, Person, Record
from app.domain.values import Dimension, RaterType
from app.repositories import summaries_sql as sql
from app.repositories import tables as t
from app.repositories.records import from_json, to_json
from app.repositories.results import conditions
from app.repositories.results_rows import to_predicate
from app.repositories.session import Session


class SqlSummaries:
    """What is frozen of each cycle, and the basis that it was made of."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def frozen_at(self, cycle_id: UUID) -> datetime | None:
        """When the basis was made; ``None`` without one."""
        s = t.summaries
        found: datetime | None = await self._session.scalar(sa.select(s.c.frozen_at).where(s.c.cycle_id == cycle_id))
        return found

    async def changed(self, cycle_id: UUID) -> int:
        """One statement."""
        rows = await self._session.fetch(sql.CHANGED, cycle_id)
        return int(rows[0]["number"])

    async def lock(self, cycle_id: UUID) -> None:
        """An advisory lock: there may be no row yet."""
        await self._session.fetch(sql.LOCK, str(cycle_id))

    async def take(self, cycle_id: UUID, now: datetime) -> None:
        """Inside the database: the documents of a city are some 200 MB, their figures one."""
        s, b = t.summaries, t.summary_basis
        made = insert(s).values(cycle_id=cycle_id, frozen_at=now)
        await self._session.execute(made.on_conflict_do_update(constraint=s.primary_key, set_={"frozen_at": now}))
        await self._session.execute(sa.delete(b).where(b.c.cycle_id == cycle_id))
        await self._session.fetch(sql.TAKE, cycle_id, *_PARTS)

    async def changes(self, cycle_id: UUID, participant_id: UUID | None) -> Sequence[Change]:
        """Only the documents of new versions are read."""
        rows = await self._session.fetch(sql.CHANGES, cycle_id, *_PARTS, participant_id)
        return [
            Change(
                row["participant_id"], row["block"], row["version"], _present(row["before"]), _present(row["figures"])
            )
            for row in rows
        ]

    async def take_over(self, cycle_id: UUID, changes: Sequence[Change], now: datetime) -> None:
        """One row each: there are few."""
        s, b = t.summaries, t.summary_basis
        rows = [
            {"who": one.participant_id, "to": one.version, "new": [None if f == ABSENT else f for f in one.now]}
            for one in changes
        ]
        whose = (b.c.cycle_id == cycle_id) & (b.c.participant_id == sa.bindparam("who"))
        update = sa.update(b).where(whose).values(version=sa.bindparam("to"), figures=sa.bindparam("new"))
        await self._session.execute(update, rows)
        await self._session.execute(sa.update(s).where(s.c.cycle_id == cycle_id).values(frozen_at=now))

    async def people(self, cycle_id: UUID) -> Sequence[Person]:
        """Everybody in the basis, by id."""
        p, b = t.participants, t.summary_basis
        statement = (
            sa.select(
                *(p.c.id, p.c.unit_id, p.c.appraiser_id, p.c.superior_id, p.c.rubric_id),
                *(b.c.recommended, b.c.decided, b.c.figures),
            )
            .join_from(b, p, p.c.id == b.c.participant_id)
            .where(b.c.cycle_id == cycle_id)
            .order_by(p.c.id)
        )
        return [
            Person(
                participant_id=row.id,
                home=Home(row.unit_id, row.appraiser_id, row.superior_id),
                rubric_id=row.rubric_id,
                recommended=to_predicate(row.recommended),
                decided=to_predicate(row.decided),
                figures=_present(row.figures),
            )
            for row in await self._session.all(statement)
        ]

    async def blocks(self, cycle_id: UUID) -> Sequence[int | None]:
        """The block of each, in the same order."""
        b = t.summary_basis
        statement = sa.select(b.c.block).where(b.c.cycle_id == cycle_id).order_by(b.c.participant_id)
        return [row.block for row in await self._session.all(statement)]

    async def keep(self, cycle_id: UUID, people: Sequence[Person], frozen: Frozen) -> None:
        """One statement for everybody's place."""
        ids = [one.participant_id for one in people]
        await self._session.fetch(sql.PLACE, cycle_id, ids, list(frozen.leaves), list(frozen.blocks))
        await self.keep_record(cycle_id, frozen.record)

    async def keep_record(self, cycle_id: UUID, record: Record) -> None:
        """As JSON."""
        s = t.summaries
        text = orjson.dumps(to_json(record)).decode()
        await self._session.execute(sa.update(s).where(s.c.cycle_id == cycle_id).values(record=text))

    async def record(self, cycle_id: UUID) -> Record:
        """What is frozen."""
        s = t.summaries
        text = await self._session.scalar(sa.select(s.c.record).where(s.c.cycle_id == cycle_id))
        return from_json(orjson.loads(text))

    async def circle(self, cycle_id: UUID, scope: Scope) -> Circle:
        """Judged person by person like every list of results."""
        p, b = t.participants, t.summary_basis
        may = sa.func.coalesce(sa.and_(sa.true(), *conditions(ResultFilter(cycle_id, scope))), sa.false())
        statement = (
            sa.select(b.c.leaf, sa.func.bool_or(may).label("somebody"), sa.func.bool_and(may).label("everybody"))
            .join_from(b, p, p.c.id == b.c.participant_id)
            .where(b.c.cycle_id == cycle_id)
            .group_by(b.c.leaf)
        )
        rows = await self._session.all(statement)
        return Circle(
            his=frozenset(row.leaf for row in rows if row.somebody),
            closed=frozenset(row.leaf for row in rows if not row.everybody),
            everybody=scope.everybody,
        )

    async def offices(self) -> Mapping[UUID, Office]:
        """All units, by id."""
        u = t.units
        rows = await self._session.all(sa.select(u.c.id, u.c.code, u.c.name, u.c.parent_id))
        return {row.id: Office(row.id, row.code, row.name, row.parent_id) for row in rows}


_PARTS: Final = (list(map(str, Dimension)), list(map(str, RaterType)))


def _present(figures: Sequence[int | None]) -> list[int]:
    return [ABSENT if figure is None else figure for figure in figures]
