"""The frozen figures that summaries are made of: read once from the documents of results, then a few numbers each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.domain.policies_results import Scope
from app.domain.ports.results import ResultFilter
from app.domain.ports.summaries import Freshness
from app.domain.summaries import ABSENT, Frozen, Office
from app.domain.values import Dimension, RaterType
from app.repositories import tables as t
from app.repositories.results import conditions, to_predicate
from app.repositories.session import Session

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('kinerja.summaries ' || $1::text, 0))"
_FRESHNESS: Final = """
SELECT s.frozen_at, (
    SELECT count(*)
    FROM (SELECT participant_id, version FROM results WHERE cycle_id = $1 AND current) AS r
    FULL JOIN (SELECT participant_id, version FROM summary_basis WHERE cycle_id = $1) AS b USING (participant_id)
    WHERE r.version IS DISTINCT FROM b.version
) AS changed
FROM summaries s WHERE s.cycle_id = $1
"""
#: $1 cycle, $2 dimensions, $3 rater types. The order of the figures is that of `columns_of`. The indicators, most of a
#: document, are cut out before it is parsed; what `DocumentWriter` writes around them is there once.
_FREEZE: Final = """
INSERT INTO summary_basis (cycle_id, participant_id, version, recommended, decided, figures)
SELECT r.cycle_id, r.participant_id, r.version, r.recommended, r.decided, ARRAY(
    SELECT (100 * figure::numeric)::smallint
    FROM (
        SELECT 0 AS part, 0 AS place, document->>'overall' AS figure
        UNION ALL
        SELECT 1, k.place, (
            SELECT d.one->>'value' FROM jsonb_array_elements(document->'dimensions') AS d (one)
            WHERE d.one->>'dimension' = k.name
        )
        FROM unnest($2::text[]) WITH ORDINALITY AS k (name, place)
        UNION ALL
        SELECT 2, k.place, document->'by_rater_type'->k.name->>'value'
        FROM unnest($3::text[]) WITH ORDINALITY AS k (name, place)
        UNION ALL
        SELECT 3, c.place, c.one->>'value'
        FROM jsonb_array_elements(document->'criteria') WITH ORDINALITY AS c (one, place)
    ) AS parts
    ORDER BY part, place
)
FROM results r CROSS JOIN LATERAL (
    SELECT (
        split_part(r.figures, ',"indicators":[', 1) || ',"by_rater_type":' || split_part(r.figures, '],"by_rater_type":', 2)
    )::jsonb AS document OFFSET 0
) AS d
WHERE r.cycle_id = $1 AND r.current
"""


class SqlSummaries:
    """The basis of each cycle's summaries."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def freshness(self, cycle_id: UUID) -> Freshness | None:
        """One statement."""
        rows = await self._session.fetch(_FRESHNESS, cycle_id)
        return Freshness(rows[0]["frozen_at"], rows[0]["changed"]) if rows else None

    async def lock(self, cycle_id: UUID) -> None:
        """An advisory lock: there may be no row yet."""
        await self._session.fetch(_LOCK, str(cycle_id))

    async def freeze(self, cycle_id: UUID, now: datetime) -> None:
        """Inside the database: the documents of a city are some 200 MB, their figures one."""
        s, b = t.summaries, t.summary_basis
        made = insert(s).values(cycle_id=cycle_id, frozen_at=now)
        await self._session.execute(made.on_conflict_do_update(constraint=s.primary_key, set_={"frozen_at": now}))
        await self._session.execute(sa.delete(b).where(b.c.cycle_id == cycle_id))
        await self._session.fetch(_FREEZE, cycle_id, list(map(str, Dimension)), list(map(str, RaterType)))

    async def people(self, cycle_id: UUID, scope: Scope) -> Sequence[Frozen]:
        """Narrowed like every list of results."""
        p, b = t.participants, t.summary_basis
        figures = sa.func.array_replace(b.c.figures, None, sa.literal_column(f"'{ABSENT}'::smallint"))
        statement = (
            sa.select(p.c.unit_id, p.c.rubric_id, b.c.recommended, b.c.decided, figures.label("figures"))
            .join_from(b, p, p.c.id == b.c.participant_id)
            .where(b.c.cycle_id == cycle_id, *conditions(ResultFilter(cycle_id, scope)))
        )
        return [
            Frozen(row.unit_id, row.rubric_id, to_predicate(row.recommended), to_predicate(row.decided), row.figures)
            for row in await self._session.all(statement)
        ]

    async def offices(self) -> Mapping[UUID, Office]:
        """All units, by id."""
        u = t.units
        rows = await self._session.all(sa.select(u.c.id, u.c.code, u.c.name, u.c.parent_id))
        return {row.id: Office(row.id, row.code, row.name, row.parent_id) for row in rows}
