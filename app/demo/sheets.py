"""Filling a demo cycle with submitted sheets, as if its raters had been busy."""

from collections.abc import Sequence
from random import Random
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.demo.ratings import leaning_for, points_for, remarks_for
from app.domain.rubrics import Rubric
from app.domain.values import RaterType
from app.repositories import tables as t
from app.repositories.ids import sheet_id
from app.repositories.session import Session

_SHEET_COLUMNS: Final = ("id", "cycle_id", "participant_id", "rater_type", "points")
_COMMENT_COLUMNS: Final = ("id", "sheet_id", "cycle_id", "participant_id", "rater_type", "criterion_id", "kind", "text")


async def fill_cycle(
    session: Session, sheet_key: bytes, cycle_id: UUID, rubrics: Sequence[Rubric], rng: Random, share: float
) -> int:
    """Submit ``share`` (0..1) of the cycle's pending assignments; returns how many."""
    known = {rubric.id: rubric for rubric in rubrics}
    a, p = t.assignments.c, t.participants.c
    rows = await session.all(
        sa.select(a.id, a.participant_id, a.rater_type, p.rubric_id)
        .join_from(t.assignments, t.participants, a.participant_id == p.id)
        .where(a.cycle_id == cycle_id, a.state == "pending")
        .order_by(a.participant_id, a.id)
    )
    chosen = [row for row in rows if rng.random() < share]
    sheets, comments = _write(chosen, known, rng, sheet_key, cycle_id)
    await session.copy(t.sheets, _SHEET_COLUMNS, sheets)
    await session.copy(t.comments, _COMMENT_COLUMNS, comments)
    await _mark_submitted(session, cycle_id, [row.id for row in chosen])
    return len(chosen)


def _write(
    rows: Sequence[sa.Row[Any]], rubrics: dict[UUID, Rubric], rng: Random, sheet_key: bytes, cycle_id: UUID
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    leanings: dict[UUID, float] = {}
    sheets: list[tuple[object, ...]] = []
    comments: list[tuple[object, ...]] = []
    for row in rows:
        leaning = leanings.setdefault(row.participant_id, leaning_for(rng))
        rubric, rater_type = rubrics[row.rubric_id], RaterType(row.rater_type)
        key = sheet_id(sheet_key, row.id)
        points = _points(rng, rubric, rater_type, leaning)
        sheets.append((key, cycle_id, row.participant_id, row.rater_type, points))
        comments += [
            (uuid4(), key, cycle_id, row.participant_id, row.rater_type, None, str(kind), text)
            for kind, text in remarks_for(rng)
        ]
    return sheets, comments


def _points(rng: Random, rubric: Rubric, rater_type: RaterType, leaning: float) -> list[int | None]:
    asked = rubric.asked(rater_type)
    sheet: list[int | None] = [None] * sum(1 for _ in rubric.indicators())
    drawn = points_for(rng, rubric.scale.min, rubric.scale.max, len(asked), leaning, rater_type)
    for (position, _, _), points in zip(asked, drawn, strict=True):
        sheet[position] = points
    return sheet


async def _mark_submitted(session: Session, cycle_id: UUID, assignment_ids: Sequence[UUID]) -> None:
    a, i = t.assignments, t.invitations
    done = sa.bindparam("done", list(assignment_ids), sa.ARRAY(sa.UUID))
    marked = sa.update(a).where(a.c.cycle_id == cycle_id, a.c.id == sa.func.any(done))
    await session.execute(marked.values(state="submitted", submitted_on=sa.func.current_date()))
    used = sa.update(i).where(i.c.assignment_id == sa.func.any(done))
    await session.execute(used.values(used_on=sa.func.current_date()))
