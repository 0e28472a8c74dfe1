"""Rubrics: the content of a version is one JSON document; what was published once is remembered by the process."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.paging import Page, PageRequest
from app.domain.ports.rubrics import RubricFilter
from app.domain.rubrics import Criterion, Indicator, Rubric, Scale, ScaleLabel
from app.domain.values import Dimension, RaterType, RubricState
from app.repositories import tables as t
from app.repositories.paging import fetch_page
from app.repositories.people import any_of
from app.repositories.session import Session

_MOST_REMEMBERED: Final = 256
#: Published versions by id. They never change, so nothing ever has to be forgotten but for room.
_published: Final[OrderedDict[UUID, Rubric]] = OrderedDict()


class SqlRubrics:
    """All versions of all rubrics."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changed = False

    async def get(self, rubric_id: UUID, *, lock: bool = False) -> Rubric | None:
        """One version as it stands now, locked for a change when asked."""
        statement = sa.select(t.rubrics).where(t.rubrics.c.id == rubric_id)
        row = await self._session.first(statement.with_for_update() if lock else statement)
        return to_rubric(row) if row else None

    async def published(self, rubric_id: UUID) -> Rubric:
        """A version that was published once, from the process's memory when it is there."""
        known = _published.get(rubric_id)
        if known is not None:
            return known
        rubric = await self.get(rubric_id)
        if rubric is None or rubric.state is RubricState.DRAFT:
            raise NotFound
        # What this very transaction published may still be rolled back.
        if not self._changed:
            _published[rubric_id] = rubric
            if len(_published) > _MOST_REMEMBERED:
                _published.popitem(last=False)
        return rubric

    async def many(self, rubric_ids: Collection[UUID]) -> dict[UUID, Rubric]:
        """Those of ``rubric_ids`` that exist, by id."""
        rows = await self._session.all(sa.select(t.rubrics).where(any_of(t.rubrics.c.id, rubric_ids)))
        return {row.id: to_rubric(row) for row in rows}

    async def page(self, wanted: RubricFilter, request: PageRequest) -> Page[Rubric]:
        """Rubrics by code and version, or by age."""
        r = t.rubrics
        statement = sa.select(r)
        if not wanted.with_drafts:
            statement = statement.where(r.c.state != RubricState.DRAFT)
        if wanted.state is not None:
            statement = statement.where(r.c.state == wanted.state)
        if wanted.code is not None:
            statement = statement.where(r.c.code == wanted.code)
        name = request.sort.removeprefix("-")
        keys = [r.c.code, r.c.version] if name == "code" else [r.c.created_at, r.c.id]
        descending = request.sort.startswith("-")
        return await fetch_page(self._session, statement, request, keys, to_rubric, descending=descending)

    async def add(self, rubric: Rubric) -> None:
        """Insert; a taken code, or a second draft of a code, is a conflict."""
        self._changed = True
        await self._session.execute(sa.insert(t.rubrics).values(id=rubric.id, **_values(rubric)))

    async def save(self, rubric: Rubric) -> None:
        """Write all columns of an existing version."""
        self._changed = True
        await self._session.execute(sa.update(t.rubrics).where(t.rubrics.c.id == rubric.id).values(**_values(rubric)))

    async def remove(self, rubric_id: UUID) -> None:
        """Delete a version."""
        await self._session.execute(sa.delete(t.rubrics).where(t.rubrics.c.id == rubric_id))

    async def next_version(self, code: str) -> int:
        """The version after the highest of ``code``, behind a lock on the code."""
        await self._session.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtextextended('rubric:' || :code, 0))"), {"code": code}
        )
        highest = await self._session.scalar(
            sa.select(sa.func.max(t.rubrics.c.version)).where(t.rubrics.c.code == code)
        )
        return int(highest or 0) + 1


def to_rubric(row: sa.Row[Any]) -> Rubric:
    """A row of ``rubrics`` as the domain's rubric."""
    return Rubric(
        id=row.id,
        code=row.code,
        version=row.version,
        title=row.title,
        description=row.description,
        state=RubricState(row.state),
        scale=_scale(row.content["scale"]),
        criteria=tuple(_criterion(criterion) for criterion in row.content["criteria"]),
        created_at=row.created_at,
        published_at=row.published_at,
        retired_at=row.retired_at,
    )


def _scale(content: dict[str, Any]) -> Scale:
    labels = (ScaleLabel(label["points"], label["label"], label["description"]) for label in content["labels"])
    return Scale(content["min"], content["max"], tuple(labels))


def _criterion(content: dict[str, Any]) -> Criterion:
    return Criterion(
        id=UUID(content["id"]),
        code=content["code"],
        title=content["title"],
        dimension=Dimension(content["dimension"]),
        weight=content["weight"],
        scale=_scale(content["scale"]) if content["scale"] else None,
        indicators=tuple(_indicator(indicator) for indicator in content["indicators"]),
    )


def _indicator(content: dict[str, Any]) -> Indicator:
    return Indicator(
        id=UUID(content["id"]),
        code=content["code"],
        statement=content["statement"],
        weight=content["weight"],
        rater_types=frozenset(RaterType(rater_type) for rater_type in content["rater_types"]),
    )


def _values(rubric: Rubric) -> dict[str, Any]:
    return {
        "code": rubric.code,
        "version": rubric.version,
        "title": rubric.title,
        "description": rubric.description,
        "state": rubric.state,
        "content": {
            "scale": _scale_content(rubric.scale),
            "criteria": [_criterion_content(criterion) for criterion in rubric.criteria],
        },
        "created_at": rubric.created_at,
        "published_at": rubric.published_at,
        "retired_at": rubric.retired_at,
    }


def _scale_content(scale: Scale) -> dict[str, Any]:
    labels = [
        {"points": label.points, "label": label.label, "description": label.description} for label in scale.labels
    ]
    return {"min": scale.min, "max": scale.max, "labels": labels}


def _criterion_content(criterion: Criterion) -> dict[str, Any]:
    return {
        "id": str(criterion.id),
        "code": criterion.code,
        "title": criterion.title,
        "dimension": criterion.dimension,
        "weight": criterion.weight,
        "scale": _scale_content(criterion.scale) if criterion.scale else None,
        "indicators": [_indicator_content(indicator) for indicator in criterion.indicators],
    }


def _indicator_content(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": str(indicator.id),
        "code": indicator.code,
        "statement": indicator.statement,
        "weight": indicator.weight,
        "rater_types": sorted(indicator.rater_types),
    }
