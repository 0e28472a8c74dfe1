"""A synthetic city for the measurements: everybody rates eight people and is rated by eight.

Some 3 per cent of the answers are *not observed*. Rows go in by COPY, so that a city of 15,000 stands in seconds.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import asyncpg
import numpy as np
import sqlalchemy as sa

from app.domain.cycles import Cycle, Policy, RubricUse
from app.domain.presets import PRESETS
from app.domain.presets.definitions import definition_of
from app.domain.rubrics import Rubric
from app.domain.values import CycleState, Dimension, RaterType, RubricState
from app.repositories import tables as t
from app.repositories.cycles import SqlCycles
from app.repositories.database import Database
from app.repositories.ids import random_ids, sheet_id, uuid7
from app.repositories.rubrics import SqlRubrics
from app.repositories.session import Session

RATERS: Final = (
    (RaterType.SELF, 0),
    (RaterType.SUPERIOR, 1),
    *((RaterType.PEER, step) for step in (2, 3, 4)),
    *((RaterType.SUBORDINATE, step) for step in (5, 6, 7)),
)
_PEOPLE_PER_UNIT: Final = 50
_NOT_OBSERVED: Final = 0.03
_BATCH: Final = 10_000
_PERIOD: Final = timedelta(days=90)
_POLICY: Final = Policy(
    rater_weights={RaterType.SUPERIOR: 60, RaterType.PEER: 20, RaterType.SUBORDINATE: 20, RaterType.SELF: 0},
    min_raters={RaterType.PEER: 3, RaterType.SUBORDINATE: 3},
    dimension_weights={Dimension.WORK_BEHAVIOUR: 1},
)

_PARTICIPANT_COLUMNS: Final = (
    "id",
    "cycle_id",
    "employee_id",
    "name",
    "position",
    "position_kind",
    "unit_id",
    "superior_id",
    "appraiser_id",
    "rubric_id",
)

Rows = Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Duty:
    """One assignment: who rates whom as what. Participant and rater are positions in `City.employees`."""

    id: UUID
    participant: int
    rater: int
    rater_type: RaterType


class City:
    """``size`` people with an account each (which has the employee's id), one rubric of 21 indicators, some cycles.

    Of a unit's people the first leads the others; the first of all leads the heads of units. In the cycle ``pending`` all
    assignments are open, in ``submitted`` all sheets are there, in each of ``drafts`` nothing was assigned yet.
    """

    def __init__(
        self, size: int, sheet_key: bytes, *, drafts: int = 0, with_pending: bool = True, seed: int = 2026
    ) -> None:
        self.size = size
        self.now = datetime.now(UTC)
        self._sheet_key = sheet_key
        self._random = np.random.default_rng(seed)
        self.admin = uuid7()
        self.units = [uuid7() for _ in range(1 + size // _PEOPLE_PER_UNIT)]
        self.employees = [uuid7() for _ in range(size)]
        self.rubric = _rubric(self.now)
        self.indicators = [indicator.id for _, indicator in self.rubric.indicators()]
        self._with_pending = with_pending
        self.pending = Round(self, "PENDING", CycleState.RATING)
        self.submitted = Round(self, "SUBMITTED", CycleState.RATING)
        self.drafts = [Round(self, f"DRAFT-{number}", CycleState.DRAFT) for number in range(drafts)]

    @property
    def rounds(self) -> list["Round"]:
        """All cycles."""
        return [*([self.pending] if self._with_pending else []), self.submitted, *self.drafts]

    def superior(self, number: int) -> UUID | None:
        """Who leads an employee."""
        if number == 0:
            return None
        return self.employees[0 if number % _PEOPLE_PER_UNIT == 0 else number - number % _PEOPLE_PER_UNIT]

    def answers(self, count: int) -> list[list[int | None]]:
        """That many sheets: points of the scale in the rubric's order, around a level of each sheet's own."""
        scale, width = self.rubric.scale, len(self.indicators)
        level = self._random.normal(0.7, 0.15, (count, 1))
        drawn = level + self._random.normal(0, 0.15, (count, width))
        drawn = np.clip(np.rint(scale.min + drawn * scale.span), scale.min, scale.max)
        points: list[list[int | None]] = drawn.astype(int).tolist()
        for row, column in zip(*np.nonzero(self._random.random((count, width)) < _NOT_OBSERVED), strict=True):
            points[row][column] = None
        return points

    def sheet_id(self, duty: Duty) -> UUID:
        """The key of an assignment's sheet."""
        return sheet_id(self._sheet_key, duty.id)


class Round:
    """One cycle of the city."""

    def __init__(self, city: City, code: str, state: CycleState) -> None:
        self.city = city
        self.participants = [uuid7() for _ in range(city.size)]
        opened = city.now - timedelta(days=1)
        self.cycle = Cycle(
            id=uuid7(),
            code=code,
            title=code.title(),
            state=state,
            period_start=(city.now - _PERIOD).date(),
            period_end=city.now.date(),
            rubrics=(RubricUse(city.rubric.id),),
            policy=_POLICY,
            rating_opens_at=opened,
            rating_closes_at=city.now + timedelta(days=1),
            appeal_days=14,
            created_at=opened,
            opened_at=None if state is CycleState.DRAFT else opened,
            published_at=None,
        )

    @property
    def id(self) -> UUID:
        """Id of the cycle."""
        return self.cycle.id

    @cached_property
    def duties(self) -> list[Duty]:
        """All assignments, those of a rater one after another."""
        size = self.city.size
        ids = iter(random_ids(size * len(RATERS)))
        return [
            Duty(next(ids), (rater - step) % size, rater, rater_type)
            for rater in range(size)
            for rater_type, step in RATERS
        ]


def _rubric(now: datetime) -> Rubric:
    drawn = definition_of(PRESETS["berakhlak"], uuid7)
    return Rubric(
        uuid7(), "BENCH", 1, drawn.title, None, RubricState.PUBLISHED, drawn.scale, drawn.criteria, now, now, None
    )


async def copy(connection: Any, table: sa.Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows with COPY."""
    await connection.copy_records_to_table(table.name, columns=list(columns), records=rows)


async def fill(dsn: str, city: City) -> None:
    """Write the whole city as the superuser behind ``dsn``."""
    await _store_frame(dsn, city)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET session_replication_role = replica")  # what is consistent needs no checks
        await _fill_people(connection, city)
        for one in city.rounds:
            await _fill_round(connection, one)
        await connection.execute("RESET session_replication_role")
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _store_frame(dsn: str, city: City) -> None:
    database = Database(dsn, pool_size=1, hot_pool_size=1, timeout=5)
    session = Session(database)
    await SqlRubrics(session).add(city.rubric)
    for one in city.rounds:
        await SqlCycles(session).add(one.cycle)
    await session.commit()
    await session.close()
    await database.close()


async def _fill_people(connection: Any, city: City) -> None:
    units = ((unit, f"U{number}", f"Unit {number}", "department") for number, unit in enumerate(city.units))
    await copy(connection, t.units, ("id", "code", "name", "kind"), units)
    columns = ("id", "nip", "name", "employment", "position", "position_kind", "unit_id", "superior_id", "active")
    people = (
        (
            employee,
            f"{number:018d}",
            f"Pegawai {number:06d}",
            "pns",
            "Pengelola Data",
            "executor",
            city.units[number // _PEOPLE_PER_UNIT],
            city.superior(number),
            True,
        )
        for number, employee in enumerate(city.employees)
    )
    await copy(connection, t.employees, columns, people)
    types = sorted({str(kind) for kind, _ in RATERS})
    accounts: Rows = (
        (person, f"p{number}", person, ["employee"], types, True) for number, person in enumerate(city.employees)
    )
    admin: tuple[Any, ...] = (city.admin, "admin", None, ["admin"], [], True)
    account_columns = ("id", "username", "employee_id", "roles", "rater_types", "active")
    await copy(connection, t.accounts, account_columns, itertools.chain(accounts, (admin,)))


async def _fill_round(connection: Any, cycle: Round) -> None:
    """Participants, assignments and, unless it is the pending one, the sheets."""
    city, duties = cycle.city, cycle.duties
    columns: tuple[str, ...] = _PARTICIPANT_COLUMNS
    people = (
        (
            participant,
            cycle.id,
            city.employees[number],
            f"Pegawai {number:06d}",
            "Pengelola Data",
            "executor",
            city.units[number // _PEOPLE_PER_UNIT],
            city.superior(number),
            city.superior(number),
            city.rubric.id,
        )
        for number, participant in enumerate(cycle.participants)
    )
    await copy(connection, t.participants, columns, people)
    if cycle.cycle.state is CycleState.DRAFT:
        return
    groups = ((one, str(kind), 3) for one in cycle.participants for kind in (RaterType.PEER, RaterType.SUBORDINATE))
    await copy(connection, t.opening_groups, ("participant_id", "rater_type", "assigned"), groups)
    is_pending = cycle is city.pending
    state, day = ("pending", None) if is_pending else ("submitted", city.now.date())
    columns = ("id", "cycle_id", "participant_id", "rater_type", "rater_id", "state", "submitted_on")
    assignments = (
        (d.id, cycle.id, cycle.participants[d.participant], str(d.rater_type), city.employees[d.rater], state, day)
        for d in duties
    )
    await copy(connection, t.assignments, columns, assignments)
    if not is_pending:
        await copy(connection, t.sheets, ("id", "cycle_id", "participant_id", "rater_type", "points"), _sheets(cycle))


def _sheets(cycle: Round) -> Rows:
    for start in range(0, len(cycle.duties), _BATCH):
        batch = cycle.duties[start : start + _BATCH]
        for duty, points in zip(batch, cycle.city.answers(len(batch)), strict=True):
            participant = cycle.participants[duty.participant]
            yield cycle.city.sheet_id(duty), cycle.id, participant, str(duty.rater_type), points
