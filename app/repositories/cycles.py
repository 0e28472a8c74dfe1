"""Cycles: rows, the policy as JSON, the lock that transitions and submissions share, and counts of assignments.

The lock is an advisory one, so that thousands of submissions do not write to one row. It is always taken before the row:
whoever holds it and waits for the row can wait only for somebody who does not want it.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from app.domain.cycles import Cycle, ExternalRange, Policy, RubricUse, rubric_for
from app.domain.paging import Page, PageRequest
from app.domain.ports.cycles import CycleFilter
from app.domain.progress import AssignmentCounts, Audience, GroupCount
from app.domain.values import ANONYMOUS_TYPES, CycleState, Dimension, PositionKind, RaterType, Scheme
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.people import any_of
from app.repositories.session import Session

_ALONE: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('cycle:' || CAST(:id AS uuid), 0))")
_TOGETHER: Final = sa.text("SELECT pg_advisory_xact_lock_shared(hashtextextended('cycle:' || CAST(:id AS uuid), 0))")
_ANONYMOUS: Final = sorted(str(rater_type) for rater_type in ANONYMOUS_TYPES)


class SqlCycles:
    """Cycles of appraisal."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, cycle_id: UUID, *, lock: bool = False) -> Cycle | None:
        """One cycle; with ``lock`` alone. The lock is a statement of its own, so that the next sees what it waited for."""
        statement = sa.select(t.cycles).where(t.cycles.c.id == cycle_id)
        if lock:
            await self._session.execute(_ALONE, {"id": cycle_id})
            statement = statement.with_for_update(key_share=True)
        row = await self._session.first(statement)
        return to_cycle(row) if row else None

    async def hold(self, cycle_id: UUID) -> Cycle | None:
        """One cycle that nobody changes until this transaction ends."""
        await self._session.execute(_TOGETHER, {"id": cycle_id})
        return await self.get(cycle_id)

    async def by_code(self, code: str) -> Cycle | None:
        """The cycle with this code."""
        row = await self._session.first(sa.select(t.cycles).where(t.cycles.c.code == code))
        return to_cycle(row) if row else None

    async def page(self, wanted: CycleFilter, request: PageRequest) -> Page[Cycle]:
        """Cycles by code, by the beginning of their window, or by age."""
        c = t.cycles.c
        statement = sa.select(t.cycles)
        if wanted.state is not None:
            statement = statement.where(c.state == wanted.state)
        if wanted.code is not None:
            statement = statement.where(c.code == wanted.code)
        name = request.sort.removeprefix("-")
        keys = [c.code] if name == "code" else [c[name], c.id]
        descending = request.sort.startswith("-")
        return await fetch_page(self._session, statement, request, keys, to_cycle, descending=descending)

    async def add(self, cycle: Cycle) -> None:
        """Insert; a taken code is a conflict."""
        await self._session.execute(sa.insert(t.cycles).values(id=cycle.id, **_values(cycle)))

    async def save(self, cycle: Cycle) -> None:
        """Write all columns of an existing cycle."""
        await self._session.execute(sa.update(t.cycles).where(t.cycles.c.id == cycle.id).values(**_values(cycle)))

    async def remove(self, cycle_id: UUID) -> None:
        """Delete with participants and assignments."""
        await self._session.execute(sa.delete(t.cycles).where(t.cycles.c.id == cycle_id))

    async def keep_opening_groups(self, cycle_id: UUID) -> None:
        """One row per participant and anonymous type that has somebody assigned."""
        a = t.assignments.c
        groups = (
            sa.select(a.participant_id, a.rater_type, sa.func.count())
            .where(a.cycle_id == cycle_id, a.rater_type.in_(_ANONYMOUS), a.state != "voided")
            .group_by(a.participant_id, a.rater_type)
        )
        columns = ["participant_id", "rater_type", "assigned"]
        await self._session.execute(sa.insert(t.opening_groups).from_select(columns, groups))

    async def assignment_counts(self, cycle: Cycle, audience: Audience) -> dict[RaterType, AssignmentCounts]:
        """Summed over groups; a group is one rater type of one participant."""
        groups = _groups(cycle, audience).subquery()
        sums = [sa.func.sum(groups.c[name]).label(name) for name in AssignmentCounts.__slots__]
        statement = sa.select(groups.c.rater_type, *sums).group_by(groups.c.rater_type)
        if not audience.exact:
            minimum = sa.case(
                {rater_type: cycle.policy.minimum(RaterType(rater_type)) for rater_type in _ANONYMOUS},
                value=groups.c.rater_type,
                else_=0,
            )
            statement = statement.where(groups.c.others >= minimum)
        return {
            RaterType(row.rater_type): AssignmentCounts(*(int(getattr(row, one)) for one in AssignmentCounts.__slots__))
            for row in await self._session.all(statement)
        }

    async def group_counts(self, cycle: Cycle, audience: Audience) -> Sequence[GroupCount]:
        """Counted by position kind in the database, put under the rubric of the kind here."""
        p, a = _present(cycle), t.assignments.c
        types = sa.values(sa.column("rater_type", sa.Text), name="types").data([(one,) for one in _ANONYMOUS])
        sizes = (
            sa.select(p.c.position_kind, types.c.rater_type, sa.func.count(a.id).label("assigned"))
            .select_from(
                p.join(types, sa.true()).outerjoin(
                    t.assignments,
                    sa.and_(
                        a.cycle_id == cycle.id,
                        a.participant_id == p.c.id,
                        a.rater_type == types.c.rater_type,
                        a.state != "voided",
                    ),
                )
            )
            .where(*_narrowed(p, audience), _not_about(p, audience))
            .group_by(p.c.id, p.c.position_kind, types.c.rater_type)
            .subquery()
        )
        statement = sa.select(*sizes.c, sa.func.count().label("participants")).group_by(*sizes.c)
        return [
            GroupCount(
                rubric_for(cycle.rubrics, PositionKind(row.position_kind)),
                RaterType(row.rater_type),
                row.assigned,
                row.participants,
            )
            for row in await self._session.all(statement)
        ]


def _groups(cycle: Cycle, audience: Audience) -> sa.Select[Any]:
    """The counts of every group that the audience may hear of at all; ``others`` are raters besides the reader."""
    a, p = t.assignments.c, _present(cycle)

    def count(*states: str) -> sa.ColumnElement[int]:
        return sa.func.count().filter(a.state.in_(states))

    assigned = a.state != "voided"
    another = sa.true() if audience.reader_id is None else a.rater_id.is_distinct_from(audience.reader_id)
    return (
        sa.select(
            a.participant_id,
            a.rater_type,
            sa.func.count().filter(assigned).label("assigned"),
            sa.func.count().filter(assigned, another).label("others"),
            count("pending", "draft").label("open"),
            *(count(state).label(state) for state in ("submitted", "declined", "excused", "voided")),
        )
        .select_from(t.assignments.join(p, p.c.id == a.participant_id))
        .where(a.cycle_id == cycle.id, *_narrowed(p, audience))
        .where(sa.or_(a.rater_type.not_in(_ANONYMOUS), _not_about(p, audience)))
        .group_by(a.participant_id, a.rater_type)
    )


def _present(cycle: Cycle) -> sa.Subquery:
    """The participants with the unit and kind that hold now: the directory's until rating first opens."""
    p, e = t.participants, t.employees
    source = e if cycle.opened_at is None else p
    return (
        sa.select(p.c.id, p.c.employee_id, source.c.unit_id, source.c.position_kind)
        .join(e, e.c.id == p.c.employee_id)
        .where(p.c.cycle_id == cycle.id)
        .subquery("present")
    )


def _narrowed(p: sa.Subquery, audience: Audience) -> list[sa.ColumnElement[bool]]:
    return [] if audience.units is None else [any_of(p.c.unit_id, audience.units)]


def _not_about(p: sa.Subquery, audience: Audience) -> sa.ColumnElement[bool]:
    return p.c.employee_id.is_distinct_from(audience.reader_id)


def to_cycle(row: sa.Row[Any]) -> Cycle:
    """A row of ``cycles`` as the domain's cycle."""
    return Cycle(
        id=row.id,
        code=row.code,
        title=row.title,
        state=CycleState(row.state),
        period_start=row.period_start,
        period_end=row.period_end,
        rubrics=to_rubric_uses(row.rubrics),
        policy=to_policy(row.policy),
        rating_opens_at=row.rating_opens_at,
        rating_closes_at=row.rating_closes_at,
        appeal_days=row.appeal_days,
        created_at=row.created_at,
        opened_at=row.opened_at,
        published_at=row.published_at,
    )


def to_rubric_uses(content: list[dict[str, Any]]) -> tuple[RubricUse, ...]:
    """The JSON of ``cycles.rubrics`` as the domain has it."""
    return tuple(RubricUse(UUID(use["rubric_id"]), _kinds(use["position_kinds"])) for use in content)


def _kinds(content: Collection[str] | None) -> frozenset[PositionKind] | None:
    return None if content is None else frozenset(PositionKind(kind) for kind in content)


def to_policy(content: dict[str, Any]) -> Policy:
    """The JSON of ``cycles.policy`` as the domain has it; fractions stand there as text and come back exactly."""
    return Policy(
        rater_weights={RaterType(name): weight for name, weight in content["rater_weights"].items()},
        min_raters={RaterType(name): minimum for name, minimum in content["min_raters"].items()},
        min_commenters=content["min_commenters"],
        max_invitations=content["max_invitations"],
        dimension_weights={Dimension(name): weight for name, weight in content["dimension_weights"].items()},
        required_rater_types=frozenset(RaterType(name) for name in content["required_rater_types"]),
        meets=Decimal(content["meets"]),
        above=Decimal(content["above"]),
        gap_threshold=Decimal(content["gap_threshold"]),
        external_dimensions={
            Dimension(name): ExternalRange(Decimal(bounds["min"]), Decimal(bounds["max"]))
            for name, bounds in content["external_dimensions"].items()
        },
        scheme=Scheme(content["scheme"]),
    )


def _values(cycle: Cycle) -> dict[str, Any]:
    return {
        "code": cycle.code,
        "title": cycle.title,
        "state": cycle.state,
        "period_start": cycle.period_start,
        "period_end": cycle.period_end,
        "rubrics": [
            {
                "rubric_id": str(use.rubric_id),
                "position_kinds": None if use.position_kinds is None else sorted(use.position_kinds),
            }
            for use in cycle.rubrics
        ],
        "policy": policy_content(cycle.policy),
        "rating_opens_at": cycle.rating_opens_at,
        "rating_closes_at": cycle.rating_closes_at,
        "appeal_days": cycle.appeal_days,
        "created_at": cycle.created_at,
        "opened_at": cycle.opened_at,
        "published_at": cycle.published_at,
    }


def policy_content(policy: Policy) -> dict[str, Any]:
    """The policy as JSON, fractions as text."""
    return {
        "rater_weights": {str(name): weight for name, weight in policy.rater_weights.items()},
        "min_raters": {str(name): minimum for name, minimum in policy.min_raters.items()},
        "min_commenters": policy.min_commenters,
        "max_invitations": policy.max_invitations,
        "dimension_weights": {str(name): weight for name, weight in policy.dimension_weights.items()},
        "required_rater_types": sorted(policy.required_rater_types),
        "meets": str(policy.meets),
        "above": str(policy.above),
        "gap_threshold": str(policy.gap_threshold),
        "external_dimensions": {
            str(name): {"min": str(bounds.min), "max": str(bounds.max)}
            for name, bounds in policy.external_dimensions.items()
        },
        "scheme": policy.scheme,
    }
