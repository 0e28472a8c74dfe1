"""Assignments: who rates whom; lists narrowed to what their reader may know (anonymity.md rules 2 and 7)."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.domain.assignments import Assignment, AssignmentFacts, Ratee, Rater, Task, above
from app.domain.generation import Pair
from app.domain.paging import Page, PageRequest
from app.domain.ports.assignments import AssignmentFilter, Audience, Questions, TaskFilter
from app.domain.progress import GroupFate
from app.domain.values import ANONYMOUS_TYPES, AssignmentState, CycleState, PositionKind, RaterType
from app.repositories import tables as t
from app.repositories.ids import random_ids
from app.repositories.paging import fetch_page
from app.repositories.people import any_of
from app.repositories.session import Session
from app.repositories.worklist import fetch_tasks

_RATEE: Final = t.employees.alias("ratee")
_RATER: Final = t.employees.alias("rater")
_APPRAISER: Final = t.employees.alias("appraiser")
_ANONYMOUS: Final = t.assignments.c.rater_type.in_(sorted(map(str, ANONYMOUS_TYPES)))
#: $1 participant, $2 anonymous types.
_FATES: Final = """
SELECT k.rater_type, count(a.id) FILTER (WHERE a.state <> 'voided'), count(a.id) FILTER (WHERE a.state = 'submitted'),
       count(a.id) FILTER (WHERE a.state = 'declined'), count(a.id) FILTER (WHERE a.state = 'voided'),
       coalesce(max(r.removed), 0)
FROM unnest($2::text[]) AS k (rater_type)
LEFT JOIN assignments a ON a.participant_id = $1 AND a.rater_type = k.rater_type
LEFT JOIN removed_assignments r ON r.participant_id = $1 AND r.rater_type = k.rater_type
GROUP BY k.rater_type
"""
_COLUMNS: Final = ("id", "cycle_id", "participant_id", "rater_type", "rater_id")


def _now_or_frozen(name: str) -> sa.ColumnElement[Any]:
    """A participant's column: today's of the directory until rating first opened, afterwards what held then."""
    return sa.case((t.cycles.c.opened_at.is_(None), _RATEE.c[name]), else_=t.participants.c[name])


_UNIT: Final = _now_or_frozen("unit_id")
_SUPERIOR: Final = _now_or_frozen("superior_id")
_NAMED: Final = sa.or_(t.cycles.c.opened_at.is_not(None), t.participants.c.appraiser_named)
_APPRAISER_ID: Final = sa.func.coalesce(
    sa.case((_NAMED, t.participants.c.appraiser_id), else_=_RATEE.c.appraiser_id), _SUPERIOR
)
_OF_PARTICIPANTS: Final = t.participants.join(t.cycles, t.cycles.c.id == t.participants.c.cycle_id).join(
    _RATEE, _RATEE.c.id == t.participants.c.employee_id
)
_OF_ASSIGNMENTS: Final = (
    t.assignments.join(t.participants, t.participants.c.id == t.assignments.c.participant_id)
    .join(t.cycles, t.cycles.c.id == t.assignments.c.cycle_id)
    .join(_RATEE, _RATEE.c.id == t.participants.c.employee_id)
    .outerjoin(_RATER, _RATER.c.id == t.assignments.c.rater_id)
)
_SELECT: Final = sa.select(
    t.assignments,
    t.cycles.c.state.label("cycle_state"),
    t.participants.c.employee_id.label("ratee_id"),
    _now_or_frozen("name").label("ratee_name"),
    _UNIT.label("unit_id"),
    _SUPERIOR.label("superior_id"),
    _APPRAISER_ID.label("appraiser_id"),
    _RATER.c.name.label("rater_name"),
).select_from(_OF_ASSIGNMENTS)


class SqlAssignments:
    """Who rates whom."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def facts(self, assignment_id: UUID) -> AssignmentFacts | None:
        """The bare assignment."""
        a = t.assignments.c
        row = await self._session.first(
            sa.select(a.cycle_id, a.participant_id, a.rater_type, a.rater_id, a.state).where(a.id == assignment_id)
        )
        if row is None:
            return None
        return AssignmentFacts(
            assignment_id,
            row.cycle_id,
            row.participant_id,
            RaterType(row.rater_type),
            row.rater_id,
            AssignmentState(row.state),
        )

    async def get(self, assignment_id: UUID, *, lock: bool = False) -> Assignment | None:
        """One assignment, locked for a change when asked."""
        statement = _SELECT.where(t.assignments.c.id == assignment_id)
        row = await self._session.first(statement.with_for_update(of=t.assignments) if lock else statement)
        return _to_assignment(row) if row else None

    async def many(self, assignment_ids: Sequence[UUID]) -> Sequence[Assignment]:
        """These assignments, in this order."""
        rows = await self._session.all(_SELECT.where(any_of(t.assignments.c.id, assignment_ids)))
        found = {row.id: _to_assignment(row) for row in rows}
        return [found[assignment_id] for assignment_id in assignment_ids]

    async def page(self, wanted: AssignmentFilter, request: PageRequest) -> Page[Assignment]:
        """Assignments of a cycle by the ratee's name, or in the order of their random ids."""
        keys: list[sa.ColumnElement[Any]] = [t.assignments.c.id]
        statement = _SELECT.where(*_conditions(wanted))
        if request.sort == "ratee_name":
            keys.insert(0, t.participants.c.name)
            if request.after:  # lets the index on names begin where the page does
                statement = statement.where(t.participants.c.name >= str(request.after[0]))
        return await fetch_page(self._session, statement, request, keys, _to_assignment)

    async def tasks(self, wanted: TaskFilter, request: PageRequest) -> Page[Task]:
        """A rater's work list, in one indexed statement."""
        return await fetch_tasks(self._session, wanted, request)

    async def is_sealed(self, participant_id: UUID, rater_type: RaterType) -> bool:
        """Whether a figure of this group was shown."""
        s = t.sealed_groups.c
        statement = sa.select(s.participant_id).where(
            s.participant_id == participant_id, s.rater_type == str(rater_type)
        )
        return await self._session.first(statement) is not None

    async def sealed(self, cycle_id: UUID) -> frozenset[tuple[UUID, RaterType]]:
        """All sealed groups of a cycle."""
        s, p = t.sealed_groups, t.participants
        statement = sa.select(s).join(p, p.c.id == s.c.participant_id).where(p.c.cycle_id == cycle_id)
        rows = await self._session.all(statement)
        return frozenset((row.participant_id, RaterType(row.rater_type)) for row in rows)

    async def was_reviewed(self, cycle_id: UUID) -> bool:
        """Whether results of this cycle were ever computed."""
        r = t.results.c
        statement = sa.select(r.version).where(r.cycle_id == cycle_id, r.current).limit(1)
        return await self._session.first(statement) is not None

    async def ratees(
        self,
        cycle_id: UUID,
        questions: Questions,
        *,
        participant_ids: Collection[UUID] | None = None,
        units: Collection[UUID] | None = None,
    ) -> dict[UUID, Ratee]:
        """Participants as they stand in the hierarchy that holds for this cycle."""
        statement = _RATEES.where(t.participants.c.cycle_id == cycle_id)
        if participant_ids is not None:
            statement = statement.where(any_of(t.participants.c.id, participant_ids))
        if units is not None:
            statement = statement.where(any_of(_UNIT, units))
        kinds = {str(kind): kind for kind in PositionKind}
        return {
            row.id: Ratee(
                row.id,
                row.employee_id,
                row.unit_id,
                row.superior_id,
                row.appraiser_id,
                row.appraisers_superior_id,
                questions.asked(row.rubric_id, kinds[row.position_kind]),
            )
            for row in await self._session.all(statement)
        }

    async def raters(self, employee_ids: Collection[UUID] | None = None) -> dict[UUID, Rater]:
        """These employees, or all who are in service."""
        e = t.employees.c
        statement = sa.select(e.id, e.unit_id, e.superior_id, e.active)
        statement = statement.where(e.active if employee_ids is None else any_of(e.id, employee_ids))
        return {
            row.id: Rater(row.id, row.unit_id, row.superior_id, row.active)
            for row in await self._session.all(statement)
        }

    async def held(self, cycle_id: UUID, participant_ids: Collection[UUID] | None = None) -> list[Pair]:
        """Every assignment of an employee that is not voided."""
        a = t.assignments.c
        statement = sa.select(a.participant_id, a.rater_type, a.rater_id).where(
            a.cycle_id == cycle_id, a.state != "voided", a.rater_id.is_not(None)
        )
        if participant_ids is not None:
            statement = statement.where(any_of(a.participant_id, participant_ids))
        types = {str(rater_type): rater_type for rater_type in RaterType}
        rows = await self._session.all(statement)
        return [Pair(row.participant_id, types[row.rater_type], row.rater_id) for row in rows]

    async def stand_ins(self, ratee: Ratee, rater_type: RaterType) -> dict[UUID, int]:
        """Colleagues who are neither above nor below, or direct reports; nobody who holds an assignment on the ratee."""
        e, a = t.employees.c, t.assignments
        near = e.superior_id == ratee.employee_id if rater_type is RaterType.SUBORDINATE else _is_colleague(ratee)
        held = a.select().where(a.c.participant_id == ratee.participant_id, a.c.rater_id == e.id, a.c.state != "voided")
        cycle = sa.select(t.participants.c.cycle_id).where(t.participants.c.id == ratee.participant_id)
        load = (
            sa.select(sa.func.count())
            .select_from(a)
            .where(a.c.rater_id == e.id, a.c.cycle_id == cycle.scalar_subquery())
            .where(a.c.rater_type == str(rater_type), a.c.state != "voided")
        )
        statement = sa.select(e.id, load.correlate(t.employees).scalar_subquery().label("load")).where(
            e.active, near, ~held.correlate(t.employees).exists(), e.id.not_in([ratee.employee_id, *above(ratee)])
        )
        return {row.id: row.load for row in await self._session.all(statement)}

    async def recipients(self, participant_id: UUID) -> int:
        """Service recipients invited to rate this participant, those voided left out."""
        a = t.assignments.c
        statement = sa.select(sa.func.count()).where(
            a.participant_id == participant_id, a.rater_type == "service_recipient", a.state != "voided"
        )
        return int(await self._session.scalar(statement))

    async def add(self, cycle_id: UUID, pairs: Sequence[tuple[UUID, RaterType, UUID | None]]) -> list[UUID]:
        """All by one COPY."""
        ids = random_ids(len(pairs))
        records = [
            (assignment_id, cycle_id, participant_id, rater_type.value, rater_id)
            for assignment_id, (participant_id, rater_type, rater_id) in zip(ids, pairs, strict=True)
        ]
        await self._session.copy(t.assignments, _COLUMNS, records)
        return ids

    async def set_state(self, assignment_id: UUID, state: AssignmentState) -> None:
        """Any state but ``submitted``, which the submission alone sets."""
        await self._update(assignment_id, state=str(state), submitted_on=None)

    async def request_void(self, assignment_id: UUID, account_id: UUID) -> None:
        """Note who asked first."""
        await self._update(assignment_id, void_requested_by=account_id)

    async def hand_over(self, assignment_id: UUID, rater_id: UUID, *, stand_in: bool) -> None:
        """Another rater, who begins anew; ``stand_in`` when he rates in the superior's place."""
        await self._update(assignment_id, rater_id=rater_id, state="pending", submitted_on=None, stand_in=stand_in)

    async def remove(self, assignment_id: UUID) -> None:
        """Delete, invitations included."""
        await self._session.execute(sa.delete(t.assignments).where(t.assignments.c.id == assignment_id))

    async def count_removed(self, participant_id: UUID, rater_type: RaterType) -> None:
        """One statement, whether or not there is a row."""
        r = t.removed_assignments
        one_more = insert(r).values(participant_id=participant_id, rater_type=rater_type, removed=1)
        keys = [r.c.participant_id, r.c.rater_type]
        await self._session.execute(
            one_more.on_conflict_do_update(index_elements=keys, set_={"removed": r.c.removed + 1})
        )

    async def fates(self, participant_id: UUID) -> Sequence[GroupFate]:
        """Counted on the way out: the rows of one participant are few."""
        rows = await self._session.fetch(_FATES, participant_id, sorted(map(str, ANONYMOUS_TYPES)))
        return [GroupFate(RaterType(row["rater_type"]), *list(row.values())[1:]) for row in rows]

    async def _update(self, assignment_id: UUID, **values: Any) -> None:
        statement = sa.update(t.assignments).where(t.assignments.c.id == assignment_id)
        await self._session.execute(statement.values(**values))


_RATEES: Final = sa.select(
    t.participants.c.id,
    t.participants.c.employee_id,
    t.participants.c.rubric_id,
    _now_or_frozen("position_kind").label("position_kind"),
    _UNIT.label("unit_id"),
    _SUPERIOR.label("superior_id"),
    _APPRAISER_ID.label("appraiser_id"),
    _APPRAISER.c.superior_id.label("appraisers_superior_id"),
).select_from(_OF_PARTICIPANTS.outerjoin(_APPRAISER, _APPRAISER.c.id == _APPRAISER_ID))


def _is_colleague(ratee: Ratee) -> sa.ColumnElement[bool]:
    """Of the same unit or under the same superior, and neither above nor below."""
    e = t.employees.c
    if ratee.superior_id is None:
        return sa.and_(e.unit_id == ratee.unit_id, e.id.not_in(_below(ratee.employee_id)))
    near = sa.or_(e.unit_id == ratee.unit_id, e.superior_id == ratee.superior_id)
    return sa.and_(near, e.id.not_in(_below(ratee.employee_id)), e.id.not_in(_line_of(ratee.superior_id)))


def _below(employee_id: UUID) -> sa.Select[Any]:
    """Everybody who works under this employee, directly or not."""
    e, report = t.employees, t.employees.alias("report")
    below = sa.select(e.c.id).where(e.c.superior_id == employee_id).cte("below", recursive=True)
    below = below.union(sa.select(report.c.id).join(below, report.c.superior_id == below.c.id))
    return sa.select(below.c.id)


def _line_of(employee_id: UUID) -> sa.Select[Any]:
    """The employee and everybody above."""
    e, superior = t.employees, t.employees.alias("superior")
    line = sa.select(e.c.id, e.c.superior_id).where(e.c.id == employee_id).cte("line", recursive=True)
    line = line.union(sa.select(superior.c.id, superior.c.superior_id).join(line, superior.c.id == line.c.superior_id))
    return sa.select(line.c.id)


def _to_assignment(row: sa.Row[Any]) -> Assignment:
    return Assignment(
        id=row.id,
        cycle_id=row.cycle_id,
        cycle_state=CycleState(row.cycle_state),
        participant_id=row.participant_id,
        ratee_id=row.ratee_id,
        ratee_name=row.ratee_name,
        unit_id=row.unit_id,
        superior_id=row.superior_id,
        appraiser_id=row.appraiser_id,
        rater_type=RaterType(row.rater_type),
        rater_id=row.rater_id,
        rater_name=row.rater_name,
        state=AssignmentState(row.state),
        submitted_on=row.submitted_on,
        void_requested_by=row.void_requested_by,
    )


def _conditions(wanted: AssignmentFilter) -> list[sa.ColumnElement[bool]]:
    a, audience = t.assignments.c, wanted.audience
    conditions = [a.cycle_id == wanted.cycle_id, t.participants.c.cycle_id == wanted.cycle_id, _known(audience)]
    if wanted.participant_id is not None:
        conditions.append(a.participant_id == wanted.participant_id)
    if wanted.rater_type is not None:
        conditions.append(a.rater_type == str(wanted.rater_type))
    if wanted.rater_id is not None:
        conditions.append(a.rater_id == wanted.rater_id)
    if wanted.state is not None:
        conditions.append(a.state == str(wanted.state))
        if audience.units is not None:
            conditions.append(sa.or_(_own(audience), ~_ANONYMOUS))
    return conditions


def _own(audience: Audience) -> sa.ColumnElement[bool]:
    if audience.assignment_id is not None:
        return t.assignments.c.id == audience.assignment_id
    if audience.employee_id is not None:
        return t.assignments.c.rater_id == audience.employee_id
    return sa.false()


def _known(audience: Audience) -> sa.ColumnElement[bool]:
    """What the audience may know of at all."""
    if audience.units is not None and not audience.units and not audience.oversees:
        return _own(audience)
    return sa.or_(_own(audience), sa.and_(*_visible(audience)))


def _visible(audience: Audience) -> list[sa.ColumnElement[bool]]:
    """The same as `app.domain.assignments.may_know`, for assignments of others."""
    everywhere = audience.units is None
    administered = sa.true() if audience.units is None else any_of(_UNIT, audience.units)
    visible = [administered if everywhere or not audience.oversees else sa.true()]
    hidden: list[sa.ColumnElement[bool]] = [] if everywhere else [t.assignments.c.state == "voided"]
    if audience.employee_id is not None:
        superior = _SUPERIOR.is_not_distinct_from(audience.employee_id)
        appraiser = sa.func.coalesce(any_of(_APPRAISER_ID, audience.appraisers), sa.false())
        hidden.append(t.participants.c.employee_id == audience.employee_id)
        hidden += [] if everywhere else [sa.and_(sa.or_(superior, appraiser), ~administered)]
    return [*visible, ~sa.and_(_ANONYMOUS, sa.or_(sa.false(), *hidden))]
