"""Results as they are read: one whole result is one indexed lookup, its figures a finished text (design.md, Data)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from app.domain.decisions import Decision
from app.domain.paging import Page, PageRequest
from app.domain.policies_results import Scope
from app.domain.ports.results import (
    Found,
    OpenTasks,
    ResultFilter,
    Revision,
    Summary,
    Undecided,
)
from app.domain.values import (
    ANONYMOUS_TYPES,
    Cause,
    Completeness,
    CycleState,
    Predicate,
    RaterType,
    ResultStatus,
    VersionChange,
)
from app.repositories import results_sql as sql
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.people import any_of, matches, subtree_ids
from app.repositories.results_rows import to_found, to_revision, to_state_and_found, to_summary, write_decision
from app.repositories.session import Session

_ANONYMOUS: Final = sorted(str(rater_type) for rater_type in ANONYMOUS_TYPES)

_Decisions = Mapping[UUID, tuple[Decision, Predicate | None]]


class SqlResults:
    """Results as they are read, decided and acknowledged."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def cycle_state(self, cycle_id: UUID) -> CycleState | None:
        """The state of a cycle."""
        row = await self._session.quick("SELECT state FROM cycles WHERE id = $1", cycle_id)
        return CycleState(row["state"]) if row else None

    async def find(
        self, cycle_id: UUID, participant_id: UUID, reader_id: UUID | None
    ) -> tuple[CycleState, Found | None] | None:
        """One statement, on the hot pool unless this transaction has begun."""
        row = await self._session.quick(sql.FIND, cycle_id, participant_id, reader_id)
        return to_state_and_found(row)

    async def find_of(
        self, cycle_id: UUID, employee_id: UUID, reader_id: UUID | None
    ) -> tuple[CycleState, Found | None] | None:
        """The same by the employee."""
        row = await self._session.quick(sql.FIND_OF, cycle_id, employee_id, reader_id)
        return to_state_and_found(row)

    async def many(self, cycle_id: UUID, participant_ids: Collection[UUID], reader_id: UUID) -> dict[UUID, Found]:
        """Several participants of a cycle at once, without the texts of their results."""
        rows = await self._session.fetch(sql.MANY, cycle_id, list(participant_ids), reader_id)
        return {row["participant_id"]: to_found(row, with_document=False) for row in rows}

    async def lock(self, participant_ids: Collection[UUID]) -> None:
        """Row locks, taken in one order by all."""
        await self._session.fetch(sql.LOCK, list(participant_ids))

    async def page(self, wanted: ResultFilter, request: PageRequest) -> Page[Summary]:
        """Current results by name or by overall figure; those without one are the lowest."""
        p, r = t.participants, t.results
        statement = summaries().where(r.c.current, r.c.cycle_id == wanted.cycle_id, *conditions(wanted))
        overall = sa.func.coalesce(r.c.overall, sa.literal_column("-1"), type_=sa.Numeric())
        keys: list[sa.ColumnElement[Any]] = [overall, r.c.participant_id]
        if request.sort == "name":
            keys = [p.c.name, p.c.id]
        descending = request.sort.startswith("-")
        return await fetch_page(self._session, statement, request, keys, to_summary, descending=descending)

    async def versions(self, participant_id: UUID, request: PageRequest, *, released: bool) -> Page[Revision]:
        """All versions, newest first, each beside the one before it among those that are listed at all."""
        r = t.results
        statement = sa.select(*_version_columns(), *_earlier_columns(officers=not released)).where(
            r.c.participant_id == participant_id
        )
        if released:
            statement = statement.where(r.c.published_at.is_not(None))
        return await fetch_page(self._session, statement, request, [r.c.version], to_revision, descending=True)

    async def published_of(self, employee_id: UUID, request: PageRequest) -> Page[Summary]:
        """An employee's own published results, newest first."""
        p, r = t.participants, t.results
        statement = summaries().where(
            p.c.employee_id == employee_id, r.c.current, r.c.status == ResultStatus.PUBLISHED.value
        )
        keys: list[sa.ColumnElement[Any]] = [r.c.published_at, r.c.participant_id]
        return await fetch_page(self._session, statement, request, keys, to_summary, descending=True)

    async def appraises(self, cycle_id: UUID, appraisers: Collection[UUID]) -> bool:
        """Whether one of them is the appraiser of anybody in the cycle."""
        p = t.participants
        own = sa.exists().where(p.c.cycle_id == cycle_id, any_of(p.c.appraiser_id, appraisers))
        return bool(await self._session.scalar(sa.select(own)))

    async def undecided(self, cycle_id: UUID) -> Undecided:
        """How many complete participants still wait for a decision."""
        r = t.results
        waiting = sa.func.count().filter(r.c.decision.is_(None))
        complete = r.c.completeness == Completeness.COMPLETE.value
        row = await self._session.first(
            sa.select(waiting.label("undecided"), sa.func.count().label("complete")).where(
                r.c.cycle_id == cycle_id, r.c.current, complete
            )
        )
        assert row is not None
        return Undecided(row.undecided, row.complete)

    async def decide(self, decisions: _Decisions) -> None:
        """Keep each decision with the current version."""
        await self._session.fetch(sql.DECIDE, *_columns(decisions))

    async def decide_anew(self, decisions: _Decisions, *, cause: Cause) -> None:
        """Keep each decision with a new published version."""
        columns = _columns(decisions)
        now = next(iter(decisions.values()))[0].decided_at
        supersede, insert, keep_salts = sql.DECIDE_ANEW
        await self._session.fetch(supersede, columns[0])
        await self._session.fetch(insert, *columns, cause, now)
        await self._session.fetch(keep_salts, columns[0])

    async def acknowledge(self, participant_id: UUID, now: datetime) -> None:
        """Note when the ratee took note of his current version."""
        r = t.results
        current = sa.update(r).where(r.c.participant_id == participant_id, r.c.current)
        await self._session.execute(current.values(acknowledged_at=now))

    async def open_tasks(
        self, employee_id: UUID, rater_types: Collection[RaterType], now: datetime, *, appraisers: Collection[UUID]
    ) -> OpenTasks:
        """Two counts."""
        types = [str(rater_type) for rater_type in rater_types]
        forms = await self._session.quick(sql.TASKS, employee_id, types, now)
        waiting = await self._session.quick(sql.DECISIONS, employee_id, _ANONYMOUS, list(appraisers))
        return OpenTasks(forms["pending"], forms["drafts"], forms["closes_at"], waiting["decisions"])


def _columns(decisions: _Decisions) -> tuple[list[UUID], list[str], list[Predicate | None]]:
    return (
        list(decisions),
        [write_decision(decision) for decision, _ in decisions.values()],
        [predicate for _, predicate in decisions.values()],
    )


def summaries() -> sa.Select[Any]:
    """Participants with their results, without the texts."""
    p, r, u = t.participants, t.results, t.units
    return (
        sa.select(
            p.c.id.label("participant_id"),
            p.c.employee_id,
            p.c.name,
            p.c.position,
            p.c.position_kind,
            p.c.unit_id,
            u.c.name.label("unit_name"),
            *_version_columns(),
        )
        .join_from(r, p, p.c.id == r.c.participant_id)
        .join(u, u.c.id == p.c.unit_id)
    )


def _version_columns() -> list[sa.ColumnElement[Any]]:
    c = t.results.c
    plain = (
        *(c.cycle_id, c.version, c.status, c.completeness, c.scheme, c.overall, c.value, c.recommended, c.decided),
        *(c.expectations, c.receipt, c.cause, c.computed_at, c.published_at, c.acknowledged_at),
    )
    decision = sa.cast(c.decision, sa.Text).label("decision")
    return [*plain, decision, c.officer_reasons.is_not(None).label("group_lost")]


def _earlier_columns(*, officers: bool) -> list[sa.ColumnElement[Any]]:
    """The version before, and what is the same in it; ``officers`` are also told of lost groups."""
    c = t.results.c

    def before(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.func.lag(column).over(order_by=c.version)

    shown = (c.version, c.completeness, c.overall, c.value, c.recommended, c.decided)
    parts: dict[VersionChange, sa.ColumnElement[Any]] = {
        VersionChange.COMPLETENESS: c.completeness,
        VersionChange.OVERALL: c.overall,
        VersionChange.VALUE: c.value,
        VersionChange.RECOMMENDED: c.recommended,
        VersionChange.DECISION: c.decision,
        VersionChange.FIGURES: c.figures,
        VersionChange.REASONS: sa.func.coalesce(c.officer_reasons, c.reasons) if officers else c.reasons,
    }
    return [
        *(before(column).label(f"before_{column.name}") for column in shown),
        *(part.is_not_distinct_from(before(part)).label(f"same_{change}") for change, part in parts.items()),
    ]


def conditions(wanted: ResultFilter) -> list[sa.ColumnElement[bool]]:
    """The reader's circle, and what he asked for in it."""
    p, r = t.participants, t.results
    chosen = [_within(wanted.scope)]
    if wanted.scope.reader_id is not None:
        chosen.append(~rated_anonymously_by(wanted.scope.reader_id))
    if wanted.unit_id is not None and wanted.include_descendants:
        chosen.append(p.c.unit_id.in_(subtree_ids([wanted.unit_id])))
    elif wanted.unit_id is not None:
        chosen.append(p.c.unit_id == wanted.unit_id)
    for column, value in (
        (r.c.completeness, wanted.completeness),
        (r.c.status, wanted.status),
        (r.c.recommended, wanted.recommended),
        (r.c.decided, wanted.decided),
    ):
        if value is not None:
            chosen.append(column == value.value)
    if wanted.undecided is not None:
        chosen.append(r.c.decision.is_(None) if wanted.undecided else r.c.decision.is_not(None))
    if wanted.q is not None:
        chosen.append(matches(p.c.name, wanted.q))
    return chosen


def _within(scope: Scope) -> sa.ColumnElement[bool]:
    """The reader's own circle, or everybody (but himself while he may not read his own result)."""
    p, me = t.participants, scope.reader_id
    if scope.everybody:
        return sa.true() if scope.as_ratee or me is None else p.c.employee_id != me
    circles = (
        (scope.as_superior, p.c.superior_id),
        (scope.as_ratee, p.c.employee_id),
    )
    return sa.or_(
        sa.and_(any_of(p.c.appraiser_id, scope.appraisers), p.c.employee_id.is_distinct_from(me)),
        *(column == me for holds, column in circles if holds),
        any_of(p.c.unit_id, scope.units),
    )


def rated_anonymously_by(reader_id: UUID) -> sa.ColumnElement[bool]:
    """Anonymity.md rule 6."""
    a = t.assignments
    return sa.exists().where(
        a.c.participant_id == t.participants.c.id,
        a.c.rater_id == reader_id,
        a.c.state != "voided",
        a.c.rater_type.in_(_ANONYMOUS),
    )
