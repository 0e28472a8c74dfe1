"""Results for files: one snapshot, read through a server-side cursor, so that memory does not grow with the city."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from app.domain.errors import Unavailable
from app.domain.policies_results import Standing
from app.domain.ports.exports import ExportRow, Officer
from app.domain.ports.results import Document, ResultFilter
from app.domain.values import CycleState, Employment
from app.repositories import tables as t
from app.repositories.database import translated
from app.repositories.people import any_of
from app.repositories.results import conditions, summaries
from app.repositories.results_rows import by_name, to_ratee, to_version
from app.repositories.session import Session

#: Rows fetched at once: some 3 MB with the longest documents.
BATCH: Final = 200
_RETRY_AFTER: Final = 10


class SqlExports:
    """Reading for files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """One state of the database from now on; before the first statement."""
        places = self._session.database.exports
        if places.locked():
            raise Unavailable(retry_after=_RETRY_AFTER)
        async with places:
            await self._session.freeze()
            yield

    async def leads(self, cycle_id: UUID, employee_id: UUID, *, stands_in_for: Collection[UUID] = ()) -> bool:
        """Whether the employee is superior or appraiser of anybody in the cycle, or stands in for who is the appraiser."""
        p = t.participants
        appraised = any_of(p.c.appraiser_id, [employee_id, *stands_in_for])
        team = sa.or_(p.c.superior_id == employee_id, appraised)
        return bool(await self._session.scalar(sa.select(sa.exists().where(p.c.cycle_id == cycle_id, team))))

    async def batches(self, wanted: ResultFilter) -> AsyncGenerator[Sequence[ExportRow], None]:
        """`BATCH` rows at a time, by name."""
        statement = _rows().where(t.results.c.current, t.results.c.cycle_id == wanted.cycle_id, *conditions(wanted))
        statement = statement.order_by(t.participants.c.name, t.participants.c.id)
        connection = await self._session.connection()
        with translated():
            async with connection.stream(statement.execution_options(yield_per=BATCH)) as rows:
                async for part in rows.partitions():
                    yield [_to_row(by_name(row)) for row in part]


def _rows() -> sa.Select[Any]:
    p, r, c = t.participants, t.results, t.cycles
    employee, officer, office = t.employees, t.employees.alias("officer"), t.units.alias("office")
    return (
        summaries()
        .add_columns(
            *(c.c.state, p.c.superior_id, p.c.appraiser_id, employee.c.nip, employee.c.grade),
            *(r.c.figures, r.c.reasons, r.c.officer_reasons),
            officer.c.nip.label("officer_nip"),
            officer.c.name.label("officer_name"),
            officer.c.position.label("officer_position"),
            officer.c.grade.label("officer_grade"),
            officer.c.employment.label("officer_employment"),
            office.c.name.label("office_name"),
        )
        .join(c, c.c.id == r.c.cycle_id)
        .join(employee, employee.c.id == p.c.employee_id)
        .outerjoin(officer, officer.c.id == p.c.appraiser_id)
        .outerjoin(office, office.c.id == officer.c.unit_id)
    )


def _to_row(row: Any) -> ExportRow:
    standing = Standing(
        state=CycleState(row["state"]),
        employee_id=row["employee_id"],
        superior_id=row["superior_id"],
        appraiser_id=row["appraiser_id"],
        unit_id=row["unit_id"],
        rates_anonymously=False,  # such rows are left out by the conditions
    )
    document = Document(row["figures"], row["reasons"], row["officer_reasons"])
    version = to_version(row)
    return ExportRow(standing, to_ratee(row), row["nip"], row["grade"], version, document, _to_officer(row))


def _to_officer(row: Any) -> Officer | None:
    if row["appraiser_id"] is None:
        return None
    return Officer(
        nip=row["officer_nip"],
        name=row["officer_name"],
        position=row["officer_position"],
        grade=row["officer_grade"],
        unit_name=row["office_name"],
        employment=Employment(row["officer_employment"]),
    )
