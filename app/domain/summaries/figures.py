"""The frozen figures that a summary is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.rubrics import Rubric
from app.domain.values import Dimension, Predicate, RaterType

#: In place of a figure that a participant does not have.
ABSENT: Final = -1
#: The groups of a predicate: its values, and last those without one.
PREDICATES: Final = (*Predicate, None)
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Kind(StrEnum):
    """What a column of a summary is about."""

    OVERALL = "overall"
    DIMENSION = "dimension"
    RATER_TYPE = "rater_type"
    CRITERION = "criterion"
    RECOMMENDED = "recommended"
    DECIDED = "decided"


#: Columns that count participants; all others are means of figures.
COUNTED: Final = (Kind.RECOMMENDED, Kind.DECIDED)


@dataclass(frozen=True, slots=True)
class Column:
    """One figure. ``key`` is the value of an enumeration or a criterion's id; ``None``: without a predicate.

    ``title`` is that of a criterion, in the words of its rubric ``rubric_id``.
    """

    kind: Kind
    key: str | None
    title: str | None = None
    rubric_id: UUID | None = None


class Home(NamedTuple):
    """Where a participant belongs: his unit, and in it the team of one appraiser and one superior."""

    unit_id: UUID
    appraiser_id: UUID | None = None
    superior_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One participant as he is frozen: hundredths in the order of `columns_of` his rubric, `ABSENT` without."""

    participant_id: UUID
    home: Home
    rubric_id: UUID
    recommended: Predicate | None
    decided: Predicate | None
    figures: Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """The frozen figures of all participants of a cycle, a row each.

    ``values[participant, column]`` in hundredths, `ABSENT` where there is none, for the ``columns`` that are means; the
    first is the overall one. ``labels`` are the predicates, recommended and decided, as places in `PREDICATES`; nothing is
    said of decisions before publication. ``levels`` say who is alike, from strictly to roughly: who has the same figures of
    the same rubric, who has the same rubric and dimensions, who has the same dimensions. Whoever has no overall figure takes
    no part and is `ABSENT` in each.
    """

    columns: tuple[Column, ...]
    homes: Sequence[Home]
    values: Numbers
    labels: Sequence[tuple[int, ...]]
    levels: tuple[Sequence[int], ...]


_COMMON: Final = (
    Column(Kind.OVERALL, "overall"),
    *(Column(Kind.DIMENSION, dimension.value) for dimension in Dimension),
    *(Column(Kind.RATER_TYPE, rater_type.value) for rater_type in RaterType),
)


def columns_of(rubric: Rubric) -> tuple[Column, ...]:
    """The means of whoever is appraised by ``rubric``: overall, dimensions, rater types, criteria in rubric order."""
    return (*_COMMON, *(Column(Kind.CRITERION, str(one.id), one.title, rubric.id) for one in rubric.criteria))


def all_columns(rubrics: Sequence[Rubric]) -> tuple[Column, ...]:
    """The means of a cycle, the common ones first, and after them its numbers of predicates."""
    means = dict.fromkeys(column for rubric in rubrics for column in columns_of(rubric)) or dict.fromkeys(_COMMON)
    return (*means, *(Column(kind, value and value.value) for kind in COUNTED for value in PREDICATES))


def gather(rubrics: Sequence[Rubric], people: Sequence[Person], *, with_decided: bool) -> Basis:
    """The basis over these participants."""
    columns = all_columns(rubrics)[: -len(COUNTED) * len(PREDICATES)]
    numbers = {rubric.id: number for number, rubric in enumerate(rubrics)}
    values = np.full((len(people), len(columns)), ABSENT, dtype=np.int64)
    for rubric in rubrics:
        places = [columns.index(column) for column in columns_of(rubric)]
        chosen = [place for place, one in enumerate(people) if one.rubric_id == rubric.id]
        if chosen:
            values[np.ix_(chosen, places)] = [people[place].figures for place in chosen]
    groups = {value: place for place, value in enumerate(PREDICATES)}
    return Basis(
        columns=columns,
        homes=[one.home for one in people],
        values=values,
        labels=[(groups[one.recommended], *([groups[one.decided]] if with_decided else [])) for one in people],
        levels=_levels(values, np.array([numbers[one.rubric_id] for one in people], dtype=np.int64)),
    )


def _levels(values: Numbers, rubrics: Numbers) -> tuple[Sequence[int], ...]:
    if not len(values):
        return ((), (), ())
    has, dimensions = values != ABSENT, values[:, 1 : len(Dimension) + 1] != ABSENT
    alike = (np.column_stack([rubrics, has]), np.column_stack([rubrics, dimensions]), dimensions)
    return tuple(_numbered(rows, has[:, 0]) for rows in alike)


def _numbered(rows: Numbers, taking_part: Mask) -> Sequence[int]:
    """The same number for the same row."""
    _, numbers = np.unique(rows, axis=0, return_inverse=True)
    found: list[int] = np.where(taking_part, numbers.reshape(-1), ABSENT).tolist()
    return found
