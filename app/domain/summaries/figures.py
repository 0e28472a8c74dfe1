"""The frozen figures that a summary is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
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
COUNTED: Final = frozenset({Kind.RECOMMENDED, Kind.DECIDED})


@dataclass(frozen=True, slots=True)
class Column:
    """One figure. ``key`` is the value of an enumeration or a criterion's id; ``None``: without a predicate.

    ``title`` is that of a criterion, in its rubric's own words; ``part_of`` the place of the figure that this one is part
    of, which everybody has who has this one.
    """

    kind: Kind
    key: str | None
    title: str | None = None
    part_of: int = 0


@dataclass(frozen=True, slots=True)
class Frozen:
    """One participant as the basis keeps him: hundredths in the order of `columns_of` his rubric, `ABSENT` without."""

    unit_id: UUID
    rubric_id: UUID
    recommended: Predicate | None
    decided: Predicate | None
    figures: Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """The frozen figures of participants.

    ``values[participant, column]`` in hundredths, `ABSENT` where there is none, for ``columns`` that are figures, each after
    the one it is part of; the first is the overall one, which everybody has. ``recommended`` and ``decided`` are places in
    `PREDICATES`; ``decided`` is ``None`` before publication.
    """

    columns: tuple[Column, ...]
    unit_ids: Sequence[UUID]
    values: Numbers
    recommended: Numbers
    decided: Numbers | None


_COMMON: Final = (
    Column(Kind.OVERALL, "overall"),
    *(Column(Kind.DIMENSION, dimension.value) for dimension in Dimension),
    *(Column(Kind.RATER_TYPE, rater_type.value) for rater_type in RaterType),
)


def columns_of(rubric: Rubric) -> tuple[Column, ...]:
    """The figures of whoever is appraised by ``rubric``: overall, dimensions, rater types, criteria in rubric order."""
    dimensions = {dimension: place for place, dimension in enumerate(Dimension, start=1)}
    criteria = (
        Column(Kind.CRITERION, str(one.id), one.title, part_of=dimensions[one.dimension]) for one in rubric.criteria
    )
    return (*_COMMON, *criteria)


def gather(rubrics: Sequence[Rubric], people: Sequence[Frozen], *, with_decided: bool) -> Basis:
    """The basis over these participants; whoever has no overall figure takes no part."""
    people = [one for one in people if one.figures[0] != ABSENT]
    own = {rubric.id: columns_of(rubric) for rubric in rubrics}
    columns = tuple(dict.fromkeys(column for some in own.values() for column in some))
    places = {rubric_id: [columns.index(column) for column in some] for rubric_id, some in own.items()}
    values = np.full((len(people), len(columns)), ABSENT, dtype=np.int64)
    for rubric_id, some in places.items():
        chosen = [place for place, one in enumerate(people) if one.rubric_id == rubric_id]
        if chosen:
            values[np.ix_(chosen, some)] = [people[place].figures for place in chosen]
    groups = {value: place for place, value in enumerate(PREDICATES)}
    recommended = np.array([groups[one.recommended] for one in people], dtype=np.int64)
    decided = np.array([groups[one.decided] for one in people], dtype=np.int64)
    return Basis(columns, [one.unit_id for one in people], values, recommended, decided if with_decided else None)
