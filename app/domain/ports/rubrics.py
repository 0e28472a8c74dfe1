"""Storage of rubrics."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.paging import Page, PageRequest
from app.domain.rubrics import Rubric
from app.domain.values import RubricState


@dataclass(frozen=True, slots=True)
class RubricFilter:
    """``with_drafts`` is whether the actor may see drafts."""

    with_drafts: bool = False
    state: RubricState | None = None
    code: str | None = None


class Rubrics(Protocol):
    """All versions of all rubrics."""

    async def get(self, rubric_id: UUID, *, lock: bool = False) -> Rubric | None:
        """One version as it stands now, locked for a change when asked."""
        ...

    async def published(self, rubric_id: UUID) -> Rubric:
        """A version that was published once, for those who need its content: immutable, so remembered by the process.

        Its ``state`` may say published although it was retired since. Raises `NotFound` for drafts and unknown ids.
        """
        ...

    async def many(self, rubric_ids: Collection[UUID]) -> dict[UUID, Rubric]: ...
    async def page(self, wanted: RubricFilter, request: PageRequest) -> Page[Rubric]: ...
    async def add(self, rubric: Rubric) -> None: ...
    async def save(self, rubric: Rubric) -> None: ...
    async def remove(self, rubric_id: UUID) -> None: ...

    async def next_version(self, code: str) -> int:
        """The version after the highest of ``code``; no other transaction makes one of this code until this one ends."""
        ...
