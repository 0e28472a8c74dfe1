"""Participants: joined with the directory until rating first opens, read from their own row afterwards."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.domain.cycles import Cycle, ExternalScore, Participant, rubric_for
from app.domain.paging import Page, PageRequest
from app.domain.participants import Candidate, Selection
from app.domain.ports.cycles import ParticipantFilter
from app.domain.values import ANONYMOUS_TYPES, Dimension, Employment, PositionKind
from app.repositories import tables as t
from app.repositories.cycles import to_rubric_uses
from app.repositories.paging import fetch_page
from app.repositories.people import any_of, matches, subtree_ids, to_employee
from app.repositories.session import Session

_ANONYMOUS: Final = sorted(str(rater_type) for rater_type in ANONYMOUS_TYPES)
_MOST_NAMED: Final = 200
#: What an employee brings along into a cycle.
_FROZEN: Final = ("name", "position", "position_kind", "unit_id", "superior_id")
_COPIED: Final = (
    *("id", "cycle_id", "employee_id", *_FROZEN),
    *("appraiser_id", "rubric_id", "innovation", "added_at"),
)


def live_appraiser() -> sa.ColumnElement[Any]:
    """The appraiser before rating opens: the one named for this cycle, else the directory's, else the superior."""
    named = (t.participants.c.appraiser_named, t.participants.c.appraiser_id)
    return sa.case(named, else_=sa.func.coalesce(t.employees.c.appraiser_id, t.employees.c.superior_id))


class SqlParticipants:
    """Ratees of cycles."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, cycle_id: UUID, participant_id: UUID, *, lock: bool = False) -> Participant | None:
        """One participant of this cycle, locked for a change when asked."""
        p = t.participants
        statement = _select(None).where(p.c.id == participant_id, p.c.cycle_id == cycle_id)
        row = await self._session.first(statement.with_for_update(of=p, key_share=True) if lock else statement)
        return _to_participant(row) if row else None

    async def page(self, cycle: Cycle, wanted: ParticipantFilter, request: PageRequest) -> Page[Participant]:
        """Participants by name."""
        live = cycle.opened_at is None
        statement = _select(cycle).where(t.participants.c.cycle_id == cycle.id, *_conditions(wanted, live=live))
        keys = [_column("name", live=live), t.participants.c.id]
        descending = request.sort.startswith("-")
        return await fetch_page(self._session, statement, request, keys, _to_participant, descending=descending)

    async def count(self, cycle: Cycle, visible_units: Collection[UUID] | None = None) -> int:
        """How many participants the cycle has, in these units."""
        p, e = t.participants, t.employees
        statement = sa.select(sa.func.count()).select_from(p.join(e, e.c.id == p.c.employee_id))
        statement = statement.where(p.c.cycle_id == cycle.id)
        if visible_units is not None:
            statement = statement.where(any_of(_column("unit_id", live=cycle.opened_at is None), visible_units))
        return int(await self._session.scalar(statement))

    async def candidates(self, cycle_id: UUID, employee_ids: Collection[UUID]) -> dict[UUID, Candidate]:
        """These employees, as far as they exist, by id."""
        rows = await self._session.all(_candidates(cycle_id).where(any_of(t.employees.c.id, employee_ids)))
        return {row.id: _to_candidate(row) for row in rows}

    async def candidates_of_units(self, cycle_id: UUID, wanted: Selection) -> Sequence[Candidate]:
        """ASN in service of these units who do not take part yet, by name."""
        e = t.employees.c
        units = wanted.unit_ids
        of_units = e.unit_id.in_(subtree_ids(units)) if wanted.include_descendants else any_of(e.unit_id, units)
        statement = _candidates(cycle_id).where(
            of_units, e.active, e.employment != Employment.NON_ASN, ~_participation(cycle_id)
        )
        if wanted.position_kinds is not None:
            statement = statement.where(e.position_kind.in_(sorted(map(str, wanted.position_kinds))))
        return [_to_candidate(row) for row in await self._session.all(statement.order_by(e.name, e.id))]

    async def add(self, participants: Sequence[Participant]) -> None:
        """All by one COPY."""
        records = [tuple(getattr(participant, name) for name in _COPIED) for participant in participants]
        await self._session.copy(t.participants, _COPIED, records)

    async def save(self, participant: Participant, *, appraiser_named: bool) -> None:
        """Write appraiser and innovation; an appraiser once named stays the cycle's own."""
        p = t.participants
        values: dict[str, Any] = {"innovation": participant.innovation}
        if appraiser_named:
            values |= {"appraiser_id": participant.appraiser_id, "appraiser_named": True}
        await self._session.execute(sa.update(p).where(p.c.id == participant.id).values(**values))

    async def remove(self, participant: Participant) -> None:
        """Delete with assignments, drafts and scores."""
        await self._session.execute(sa.delete(t.participants).where(t.participants.c.id == participant.id))

    async def freeze(self, cycle: Cycle) -> None:
        """One statement for everybody."""
        p, e = t.participants, t.employees
        rubrics = {str(kind): rubric_for(cycle.rubrics, kind) for kind in PositionKind}
        statement = (
            sa.update(p)
            .where(p.c.cycle_id == cycle.id, e.c.id == p.c.employee_id)
            .values(
                **{name: e.c[name] for name in _FROZEN},
                appraiser_id=live_appraiser(),
                rubric_id=sa.case(
                    {kind: sa.cast(rubric_id, p.c.rubric_id.type) for kind, rubric_id in rubrics.items()},
                    value=e.c.position_kind,
                ),
            )
        )
        await self._session.execute(statement)

    async def kinds_without_rubric(self, cycle_id: UUID) -> Mapping[PositionKind, int]:
        """Frozen participants for whom the cycle has no rubric, counted by position kind."""
        p = t.participants.c
        statement = (
            sa.select(p.position_kind, sa.func.count().label("participants"))
            .where(p.cycle_id == cycle_id, p.rubric_id.is_(None))
            .group_by(p.position_kind)
        )
        return {PositionKind(row.position_kind): row.participants for row in await self._session.all(statement)}

    async def rated_from_above(self, cycle_id: UUID) -> Sequence[UUID]:
        """The first few hundred, for a message that names them."""
        p, a, appraiser = t.participants, t.assignments, t.employees
        statement = (
            sa.select(p.c.id)
            .distinct()
            .select_from(p.join(a, a.c.participant_id == p.c.id))
            .outerjoin(appraiser, appraiser.c.id == p.c.appraiser_id)
            .where(p.c.cycle_id == cycle_id, a.c.cycle_id == cycle_id)
            .where(a.c.rater_type.in_(_ANONYMOUS), a.c.state != "voided")
            .where(a.c.rater_id.in_([p.c.superior_id, p.c.appraiser_id, appraiser.c.superior_id]))
            .limit(_MOST_NAMED)
        )
        return [row.id for row in await self._session.all(statement)]

    async def rated_by_former_superior(self, cycle_id: UUID) -> Sequence[UUID]:
        """The first few hundred, for a message that names them."""
        p, a = t.participants.c, t.assignments.c
        statement = (
            sa.select(p.id)
            .join(t.assignments, sa.and_(a.cycle_id == p.cycle_id, a.participant_id == p.id))
            .where(p.cycle_id == cycle_id, a.rater_type == "superior", a.rater_id.is_distinct_from(p.superior_id))
            .where(sa.not_(a.stand_in))
            .where(a.state.in_(["pending", "draft", "submitted"]))
            .limit(_MOST_NAMED)
        )
        return [row.id for row in await self._session.all(statement)]

    async def rates_anonymously(self, participant: Participant, employee_ids: Collection[UUID]) -> bool:
        """Whether any of these people holds an anonymous assignment on the participant."""
        a = t.assignments.c
        statement = (
            sa.select(a.id)
            .where(a.cycle_id == participant.cycle_id, a.participant_id == participant.id)
            .where(any_of(a.rater_id, employee_ids), a.rater_type.in_(_ANONYMOUS), a.state != "voided")
        )
        return await self._session.first(statement.limit(1)) is not None

    async def is_sealed(self, participant: Participant) -> bool:
        """Whether a figure of any of his anonymous groups was ever shown."""
        s = t.sealed_groups.c
        statement = sa.select(s.rater_type).where(s.participant_id == participant.id).limit(1)
        return await self._session.first(statement) is not None

    async def has_sheets(self, participant: Participant) -> bool:
        """Whether anything was ever submitted for him and is still kept."""
        a, s, r = t.assignments.c, t.sheets.c, t.retracted_sheets.c
        cycle_id, own = participant.cycle_id, participant.id
        kept = (
            sa.select(s.id).where(s.cycle_id == cycle_id, s.participant_id == own).exists(),
            sa.select(r.id).where(r.participant_id == own).exists(),
            sa.select(a.id).where(a.cycle_id == cycle_id, a.participant_id == own, a.state == "submitted").exists(),
        )
        return bool(await self._session.scalar(sa.select(sa.or_(*kept))))


class SqlExternalScores:
    """Values measured by other systems."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, participant_id: UUID, dimension: Dimension) -> ExternalScore | None:
        """The score of one dimension."""
        s = t.external_scores
        statement = sa.select(s).where(s.c.participant_id == participant_id, s.c.dimension == dimension)
        row = await self._session.first(statement)
        return to_score(row) if row else None

    async def put(self, score: ExternalScore) -> None:
        """Insert, or write anew."""
        s = t.external_scores
        values = {name: getattr(score, name) for name in ExternalScore.__slots__}
        statement = insert(s).values(values)
        await self._session.execute(statement.on_conflict_do_update(constraint=s.primary_key, set_=values))

    async def dimensions(self, cycle_id: UUID) -> frozenset[Dimension]:
        """The dimensions of which some participant of the cycle has a score."""
        s, p = t.external_scores, t.participants
        statement = sa.select(s.c.dimension).distinct().join(p, p.c.id == s.c.participant_id)
        rows = await self._session.all(statement.where(p.c.cycle_id == cycle_id))
        return frozenset(Dimension(row.dimension) for row in rows)


def _column(name: str, *, live: bool | None) -> sa.ColumnElement[Any]:
    """A column as it holds now; ``live`` is whether the directory still counts, ``None`` when the cycle must tell."""
    today = live_appraiser() if name == "appraiser_id" else t.employees.c[name]
    if live is None:
        return sa.case((t.cycles.c.opened_at.is_(None), today), else_=t.participants.c[name])
    return today if live else t.participants.c[name]


def _select(cycle: Cycle | None) -> sa.Select[Any]:
    """Participants with what holds for them now; knowing the cycle makes the statement simpler."""
    live = None if cycle is None else cycle.opened_at is None
    p, c, e, u = t.participants, t.cycles, t.employees, t.units
    shown = [_column(name, live=live).label(name) for name in (*_FROZEN, "appraiser_id")]
    own = [p.c[name] for name in ("id", "cycle_id", "employee_id", "rubric_id", "innovation", "added_at")]
    return (
        sa.select(*own, *shown, u.c.name.label("unit_name"), c.c.opened_at, c.c.rubrics)
        .join(c, c.c.id == p.c.cycle_id)
        .join(e, e.c.id == p.c.employee_id)
        .join(u, u.c.id == _column("unit_id", live=live))
    )


def _to_participant(row: sa.Row[Any]) -> Participant:
    kind = PositionKind(row.position_kind)
    rubric_id = row.rubric_id if row.opened_at else rubric_for(to_rubric_uses(row.rubrics), kind)
    return Participant(
        id=row.id,
        cycle_id=row.cycle_id,
        employee_id=row.employee_id,
        name=row.name,
        position=row.position,
        position_kind=kind,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        superior_id=row.superior_id,
        appraiser_id=row.appraiser_id,
        rubric_id=rubric_id,
        innovation=row.innovation,
        added_at=row.added_at,
    )


def _conditions(wanted: ParticipantFilter, *, live: bool) -> list[sa.ColumnElement[bool]]:
    unit_id = _column("unit_id", live=live)
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.visible_units is not None:
        conditions.append(any_of(unit_id, wanted.visible_units))
    if wanted.unit_id is not None and wanted.include_descendants:
        conditions.append(unit_id.in_(subtree_ids([wanted.unit_id])))
    elif wanted.unit_id is not None:
        conditions.append(unit_id == wanted.unit_id)
    if wanted.position_kind is not None:
        conditions.append(_column("position_kind", live=live) == wanted.position_kind)
    if wanted.q is not None:
        conditions.append(matches(_column("name", live=live), wanted.q))
    return conditions


def _participation(cycle_id: UUID) -> sa.ColumnElement[bool]:
    p = t.participants.c
    return sa.select(p.id).where(p.cycle_id == cycle_id, p.employee_id == t.employees.c.id).exists()


def _candidates(cycle_id: UUID) -> sa.Select[Any]:
    e, u = t.employees, t.units
    return sa.select(e, u.c.name.label("unit_name"), _participation(cycle_id).label("participating")).join(
        u, u.c.id == e.c.unit_id
    )


def _to_candidate(row: sa.Row[Any]) -> Candidate:
    return Candidate(to_employee(row), row.unit_name, row.participating)


def to_score(row: sa.Row[Any]) -> ExternalScore:
    """A row of ``external_scores`` as the domain's score."""
    return ExternalScore(
        participant_id=row.participant_id,
        dimension=Dimension(row.dimension),
        value=row.value,
        min=row.min,
        max=row.max,
        source=row.source,
        measured_at=row.measured_at,
        received_at=row.received_at,
    )
