"""Pages of lists: how many, from where, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """``limit`` 1..200 items of ``sort`` order, after the position ``after`` (the sort values of the last item seen)."""

    limit: int = 50
    sort: str = ""
    after: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and, when there are more, the position to go on from."""

    items: Sequence[T]
    next: tuple[Any, ...] | None
