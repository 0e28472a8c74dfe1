"""Rating quality: sheets joined to their raters under the sheet key, for the diagnosis alone; what was made of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import numpy as np
import orjson
import sqlalchemy as sa
from numpy.typing import NDArray

from app.domain.paging import Page, PageRequest
from app.domain.ports.computations import Intake
from app.domain.ports.quality import AdjustedFilter, AdjustedMean, RaterFilter, RaterQuality, StoredReport
from app.domain.quality import NOBODY, Diagnosis, RatedSheets
from app.domain.quality.severity import Untold
from app.domain.values import ANONYMOUS_TYPES, Band, RaterKind, RaterType
from app.repositories import tables as t
from app.repositories.ids import sheet_keys
from app.repositories.paging import fetch_page
from app.repositories.results import rated_anonymously_by
from app.repositories.session import Session

_ANONYMOUS: Final = sorted(str(rater_type) for rater_type in ANONYMOUS_TYPES)
#: The ids of everybody, 16 octets each, in order: a person's number is the place there.
_PEOPLE: Final = "SELECT coalesce(string_agg(uuid_send(id), ''::bytea ORDER BY id), ''::bytea) FROM employees"
_RATEES: Final = """
SELECT uuid_send(p.employee_id) AS employee_id, p.unit_id
FROM unnest($1::uuid[]) WITH ORDINALITY AS k (participant_id, place)
JOIN participants p ON p.id = k.participant_id
ORDER BY k.place
"""
_RATERS: Final = """
SELECT uuid_send(id) AS id, uuid_send(rater_id) AS rater_id FROM assignments
WHERE cycle_id = $1 AND participant_id = ANY($2) AND state = 'submitted' AND rater_id IS NOT NULL
"""
_SHOWN_GROUPS: Final = """
SELECT r.participant_id, g.key AS rater_type
FROM results r CROSS JOIN LATERAL jsonb_each(r.figures::jsonb -> 'by_rater_type') g
WHERE r.participant_id = ANY($1) AND r.current AND g.value ->> 'value' IS NOT NULL
"""


class SqlQuality:
    """The numbers that stand for people are this object's own."""

    def __init__(self, session: Session, sheet_key: bytes) -> None:
        self._session = session
        self._sheet_key = sheet_key
        self._people = b""

    async def rated(self, cycle_id: UUID, intake: Intake) -> Callable[[], RatedSheets]:
        """The HMAC of every assignment's id tells which sheet is its own."""
        if not self._people:
            [[self._people]] = await self._session.fetch(_PEOPLE)
        ratees = await self._session.fetch(_RATEES, list(intake.participants))
        duties = await self._session.fetch(_RATERS, cycle_id, list(intake.participants))
        return partial(self._joined, intake, ratees, duties)

    def _joined(self, intake: Intake, ratees: Sequence[Any], duties: Sequence[Any]) -> RatedSheets:
        keys = sheet_keys(self._sheet_key, [row["id"] for row in duties])
        numbers = self._numbered([row["rater_id"] for row in duties])
        raters = dict(zip(keys, numbers.tolist(), strict=True))
        return RatedSheets(
            participants=intake.participants,
            units=[row["unit_id"] for row in ratees],
            ratee=self._numbered([row["employee_id"] for row in ratees]),
            sheets=intake.sheets,
            rater=np.array([raters.get(key, NOBODY) for key in intake.sheet_keys], dtype=np.int64),
        )

    def _numbered(self, people: Sequence[bytes]) -> NDArray[np.int64]:
        """They are all in the directory: participants and assignments refer to it."""
        return np.searchsorted(np.frombuffer(self._people, "S16"), np.frombuffer(b"".join(people), "S16"))

    async def store(self, cycle_id: UUID, diagnosis: Diagnosis, made_at: datetime) -> None:
        """All of it is made anew; rows are written one by one, in an order that depends on ids alone and so tells nothing."""
        await self.clear(cycle_id)
        report = orjson.dumps(diagnosis.report).decode()
        values = {"cycle_id": cycle_id, "report": report, "made_at": made_at}
        await self._session.execute(sa.insert(t.rating_quality).values(**values))
        await self._copy(t.rater_quality, self._rater_rows(cycle_id, diagnosis))
        await self._copy(t.adjusted_means, _adjusted_rows(diagnosis))
        labels = ((participant_id, orjson.dumps(words).decode()) for participant_id, words in diagnosis.labels)
        await self._copy(t.rating_agreement, labels)

    async def _copy(self, table: sa.Table, rows: Iterable[tuple[Any, ...]]) -> None:
        await self._session.copy(table, [column.name for column in table.columns], rows)

    def _rater_rows(self, cycle_id: UUID, diagnosis: Diagnosis) -> Iterator[tuple[Any, ...]]:
        for rater, band in diagnosis.bands:
            yield cycle_id, self._person(rater), "anonymous", str(band), None, None, None, None
        for one in diagnosis.named:
            figures = one.ratees, one.severity, one.spread, one.identical
            yield cycle_id, self._person(one.rater), "named", None, *figures

    def _person(self, number: int) -> UUID:
        return UUID(bytes=self._people[16 * number : 16 * (number + 1)])

    async def clear(self, cycle_id: UUID) -> None:
        """Forget what was made of a cycle."""
        of_cycle = sa.select(t.participants.c.id).where(t.participants.c.cycle_id == cycle_id)
        for table in (t.rating_agreement, t.adjusted_means):
            await self._session.execute(sa.delete(table).where(table.c.participant_id.in_(of_cycle)))
        for table in (t.rater_quality, t.rating_quality):
            await self._session.execute(sa.delete(table).where(table.c.cycle_id == cycle_id))

    async def report(self, cycle_id: UUID) -> StoredReport | None:
        """One row."""
        q = t.rating_quality
        row = await self._session.first(sa.select(q.c.report, q.c.made_at).where(q.c.cycle_id == cycle_id))
        return StoredReport(row.report, row.made_at) if row else None

    async def labels(self, participant_id: UUID) -> dict[str, dict[str, str]]:
        """Nothing is stored of a participant without a group that is large enough."""
        a = t.rating_agreement
        found = await self._session.scalar(sa.select(a.c.labels).where(a.c.participant_id == participant_id))
        words: dict[str, dict[str, str]] = orjson.loads(found) if found else {}
        return words

    async def raters(self, wanted: RaterFilter, request: PageRequest) -> Page[RaterQuality]:
        """By name; a named and an anonymous row of one person are told apart by their kind."""
        q, e = t.rater_quality, t.employees
        statement = sa.select(q, e.c.name).join(e, e.c.id == q.c.rater_id).where(*_conditions(wanted))
        row_key = sa.cast(q.c.rater_id, sa.Text) + " " + q.c.kind
        return await fetch_page(self._session, statement, request, [e.c.name, row_key], _to_rater)

    async def adjusted(self, wanted: AdjustedFilter, request: PageRequest) -> Page[AdjustedMean]:
        """By name; the rows of one participant are told apart by their rater type."""
        m, p = t.adjusted_means, t.participants
        chosen = [p.c.cycle_id == wanted.cycle_id]
        if wanted.rater_type is not None:
            chosen.append(m.c.rater_type == wanted.rater_type)
        if wanted.component is not None:
            chosen.append(m.c.component == wanted.component)
        if wanted.reader_id is not None:
            chosen += [p.c.employee_id != wanted.reader_id, ~rated_anonymously_by(wanted.reader_id)]
        statement = sa.select(m, p.c.name).join(p, p.c.id == m.c.participant_id).where(*chosen)
        row_key = sa.cast(m.c.participant_id, sa.Text) + " " + m.c.rater_type
        page = await fetch_page(self._session, statement, request, [p.c.name, row_key], _to_adjusted)
        shown = await self._shown_groups([one.participant_id for one in page.items])
        return Page(
            [one if (one.participant_id, one.rater_type) in shown else _aside(one) for one in page.items], page.next
        )

    async def _shown_groups(self, participant_ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
        """Of which groups the current results show a figure."""
        rows = await self._session.fetch(_SHOWN_GROUPS, participant_ids)
        return {(row["participant_id"], row["rater_type"]) for row in rows}


def _adjusted_rows(diagnosis: Diagnosis) -> Iterator[tuple[Any, ...]]:
    participants = diagnosis.participants
    for kind, adjustments in diagnosis.adjusted.items():
        for one in adjustments:
            participant_id = UUID(bytes=participants[one.ratee].tobytes())
            yield participant_id, str(kind), one.component, one.raw, one.adjusted, one.untold


def _conditions(wanted: RaterFilter) -> list[sa.ColumnElement[bool]]:
    q = t.rater_quality
    chosen = [q.c.cycle_id == wanted.cycle_id]
    if wanted.kind is not None:
        chosen.append(q.c.kind == wanted.kind)
    if wanted.band is not None:
        chosen.append(q.c.band == wanted.band)
    if wanted.reader_id is not None:
        chosen.append(~_speaks_of(wanted, wanted.reader_id))
    return chosen


def _speaks_of(wanted: RaterFilter, reader_id: UUID) -> sa.ColumnElement[bool]:
    """Whether the figures of a superior are about somebody whose result the reader never reads (anonymity.md rule 6)."""
    q, p, rated = t.rater_quality, t.participants, t.assignments.alias("rated")
    own = t.assignments.alias("own")
    never: sa.ColumnElement[bool] = sa.exists().where(
        own.c.participant_id == rated.c.participant_id,
        own.c.rater_id == reader_id,
        own.c.state != "voided",
        own.c.rater_type.in_(_ANONYMOUS),
    )
    if wanted.without_own:
        never = never | sa.exists().where(p.c.id == rated.c.participant_id, p.c.employee_id == reader_id)
    of_superior = (
        rated.c.cycle_id == q.c.cycle_id,
        rated.c.rater_id == q.c.rater_id,
        rated.c.rater_type == str(RaterType.SUPERIOR),
    )
    return (q.c.kind == "named") & sa.exists().where(*of_superior, never)


def _to_rater(row: sa.Row[Any]) -> RaterQuality:
    return RaterQuality(
        rater_id=row.rater_id,
        name=row.name,
        kind=RaterKind(row.kind),
        band=None if row.band is None else Band(row.band),
        ratees=row.ratees,
        severity=row.severity,
        spread=row.spread,
        identical=row.identical,
    )


def _to_adjusted(row: sa.Row[Any]) -> AdjustedMean:
    return AdjustedMean(
        participant_id=row.participant_id,
        name=row.name,
        rater_type=RaterType(row.rater_type),
        component=row.component,
        raw=row.raw,
        adjusted=row.adjusted,
        untold=None if row.untold is None else Untold(row.untold),
    )


def _aside(one: AdjustedMean) -> AdjustedMean:
    return replace(one, raw=None, adjusted=None, untold=Untold.GROUP_SET_ASIDE)
