"""Summaries of a cycle over the tree of units (anonymity.md rule 10).

A summary is made of participants' published figures, each participant with the same weight. What could be worked out from
it is decided by its construction, not by hiding cells afterwards:

- Participants are put into *blocks*: those of one unit who are alike (who have the same figures, or the same predicate) are
  a block when they are at least `LEAST`; those left over wait in the unit above for others like them, and so on to the top.
- A row counts the blocks of its unit and of all units below it, and nobody else.

So every number of every row is a sum over whole blocks, and so is whatever can be made of any of them by adding and
subtracting: never of fewer than `LEAST`, even for whoever knows who has which figure. A row leaves out at most
``LEAST - 1`` people of a kind. What of a unit waits further up is mixed there with people of another unit, so a cell
that is withheld can be worked out from none that are shown. Nothing of this looks at the size of any figure.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.cycles import Policy
from app.domain.rubrics import Rubric
from app.domain.values import Dimension, Predicate, RaterType

#: No fewer participants than these stand behind anything that is shown or can be worked out.
LEAST: Final = 5
#: In place of a figure that a participant does not have, and of the class of one who is in no block.
ABSENT: Final = -1
#: The predicates in the order of their columns, and last those without one.
PREDICATES: Final = (*Predicate, None)
Numbers = NDArray[np.int64]


class By(StrEnum):
    """What the columns of a summary are; its rows are always units."""

    UNIT = "unit"
    CRITERION = "criterion"
    RATER_TYPE = "rater_type"
    PREDICATE = "predicate"


class Kind(StrEnum):
    """What one column is about."""

    OVERALL = "overall"
    DIMENSION = "dimension"
    CRITERION = "criterion"
    RATER_TYPE = "rater_type"
    PREDICATE = "predicate"


KINDS: Final[Mapping[By, tuple[Kind, ...]]] = {
    By.UNIT: (Kind.OVERALL, Kind.DIMENSION),
    By.CRITERION: (Kind.CRITERION,),
    By.RATER_TYPE: (Kind.RATER_TYPE,),
    By.PREDICATE: (Kind.PREDICATE,),
}


class Withholding(StrEnum):
    """Why a cell is empty: fewer than `LEAST` (perhaps none) could be counted there without telling more than that."""

    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Office:
    """A unit of the organisation."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Column:
    """One figure. ``key`` is the value of an enumeration or a criterion's code; ``None``: without a predicate.

    A criterion belongs to a version of a rubric and has that one's title; criteria of two rubrics are two columns.
    """

    kind: Kind
    key: str | None
    title: str | None = None
    rubric: str | None = None
    rubric_version: int | None = None
    criterion_id: UUID | None = None

    @property
    def name(self) -> str | None:
        """What a result's document calls the figure."""
        return self.key if self.criterion_id is None else str(self.criterion_id)

    @property
    def meaning(self) -> tuple[Kind, str | None, str | None]:
        """What makes it the same figure in another cycle, whatever the version of the rubric."""
        return self.kind, self.key, self.rubric


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """The figures that a summary is made of.

    ``figures[participant, column]`` are hundredths, `ABSENT` where there is none; the first column is the overall figure.
    ``predicates`` are places in `PREDICATES`.
    """

    columns: tuple[Column, ...]
    participant_ids: Sequence[UUID]
    unit_ids: Sequence[UUID]
    figures: Numbers
    predicates: Numbers


@dataclass(frozen=True, slots=True)
class Cell:
    """How many participants, and in hundredths the mean of their figures 0..100 or, of a predicate, their share in per cent.

    The share is that of all whom the row counts by predicate.
    """

    participants: int | None
    value: int | None
    withheld: Withholding | None


NOTHING: Final = Cell(None, None, Withholding.TOO_FEW)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit with all below it or, when ``own``, its members alone; ``unit`` is ``None`` for several tops together.

    ``participants`` are those counted who have an overall figure. ``depth`` is 0 for the first row.
    """

    unit: Office | None
    own: bool
    depth: int
    participants: int | None
    withheld: Withholding | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Rows from the top down, a unit right before those below it, each with one cell per column."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def of(self, by: By) -> "Summary":
        """With the columns of one kind of table alone."""
        chosen = [place for place, column in enumerate(self.columns) if column.kind in KINDS[by]]
        rows = tuple(replace(row, cells=tuple(row.cells[place] for place in chosen)) for row in self.rows)
        return Summary(tuple(self.columns[place] for place in chosen), rows)


def columns_of(rubrics: Sequence[Rubric], policy: Policy) -> tuple[Column, ...]:
    """The figures that results of a cycle have: overall, dimensions, rater types, the criteria of each rubric."""
    dimensions = {*policy.external_dimensions, *(one for rubric in rubrics for one in rubric.dimensions())}
    return (
        Column(Kind.OVERALL, Kind.OVERALL.value),
        *(Column(Kind.DIMENSION, one.value) for one in Dimension if one in dimensions),
        *(Column(Kind.RATER_TYPE, one.value) for one in RaterType),
        *(
            Column(Kind.CRITERION, one.code, one.title, rubric.code, rubric.version, one.id)
            for rubric in rubrics
            for one in rubric.criteria
        ),
    )


def figures_of(document: Mapping[str, Any], columns: Sequence[Column]) -> list[int]:
    """The figures of one result's document (`app.domain.results.document`) in the order of the columns, in hundredths."""
    found: dict[str | None, float | None] = {Kind.OVERALL.value: document["overall"]}
    found |= {one["dimension"]: one["value"] for one in document["dimensions"]}
    found |= {name: one["value"] for name, one in document["by_rater_type"].items()}
    found |= {one["criterion_id"]: one["value"] for one in document["criteria"]}
    values = (found.get(column.name) for column in columns)
    return [ABSENT if value is None else round(value * 100) for value in values]


# ---------------------------------------------------------------- the tree of units


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the tree."""

    unit: Office | None
    own: bool
    parent: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The units that have participants and all above them; a place comes before those below it.

    ``leaves`` is the place of a participant of each unit: own members of a unit that has others below it are a place too.
    """

    spots: tuple[Spot, ...]
    leaves: Mapping[UUID, int]

    def up(self, place: int | None) -> Iterator[int]:
        """The place and all above it."""
        while place is not None:
            yield place
            place = self.spots[place].parent

    def add_up(self, numbers: Numbers) -> Numbers:
        """``numbers[place, …]`` with those of all places below added to each."""
        total = numbers.copy()
        for place in range(len(self.spots) - 1, 0, -1):
            total[self.spots[place].parent] += total[place]
        return total


def units_below(offices: Mapping[UUID, Office], unit_id: UUID) -> frozenset[UUID]:
    """The unit and all below it."""
    children = _children(offices)
    found, waiting = set(), [unit_id]
    while waiting:
        current = waiting.pop()
        found.add(current)
        waiting += children[current]
    return frozenset(found)


def _children(offices: Mapping[UUID, Office]) -> dict[UUID | None, list[UUID]]:
    children: dict[UUID | None, list[UUID]] = defaultdict(list)
    for office in sorted(offices.values(), key=lambda one: (one.code, one.id)):
        children[office.parent_id].append(office.id)
    return children


def plant(offices: Mapping[UUID, Office], manned: frozenset[UUID], root: UUID | None) -> Tree:
    """The tree below ``root`` (``None``: the whole city) over the units that have participants."""
    children = _children(offices)
    needed = {root}
    for unit_id in manned:
        current: UUID | None = unit_id
        while current not in needed:
            needed.add(current)
            current = offices[current].parent_id if current else None
    if root is None and len(children[None]) == 1:
        (root,) = children[None]
        needed.add(root)
    spots: list[Spot] = []
    leaves: dict[UUID, int] = {}
    waiting: list[tuple[UUID | None, int | None, int]] = [(root, None, 0)]
    while waiting:
        unit_id, parent, depth = waiting.pop()
        office = None if unit_id is None else offices[unit_id]
        place = len(spots)
        spots.append(Spot(office, own=False, parent=parent, depth=depth))
        below = [one for one in children[unit_id] if one in needed]
        if unit_id in manned and unit_id is not None:
            leaves[unit_id] = len(spots) if below else place
            if below:
                spots.append(Spot(office, own=True, parent=place, depth=depth + 1))
        waiting += [(one, place, depth + 1) for one in reversed(below)]
    return Tree(tuple(spots), leaves)


# ---------------------------------------------------------------- blocks and cells


def blocks(tree: Tree, leaves: Sequence[int], classes: Sequence[int]) -> list[int | None]:
    """The place in which each participant's block stands: he is counted there and above; ``None``: nowhere.

    ``leaves`` and ``classes`` are those of the participants; whoever has no class (`ABSENT`) is counted nowhere.
    """
    waiting: list[dict[int, int]] = [defaultdict(int) for _ in tree.spots]
    for leaf, kind in zip(leaves, classes, strict=True):
        waiting[leaf][kind] += kind != ABSENT
    full: set[tuple[int, int]] = set()
    for place in range(len(tree.spots) - 1, -1, -1):
        parent = tree.spots[place].parent
        for kind, number in waiting[place].items():
            if number >= LEAST:
                full.add((place, kind))
            elif parent is not None:
                waiting[parent][kind] += number
    stands = {
        (leaf, kind): next((place for place in tree.up(leaf) if (place, kind) in full), None)
        for leaf, kind in set(zip(leaves, classes, strict=True))
    }
    return [stands[key] for key in zip(leaves, classes, strict=True)]


def classes_of(basis: Basis) -> list[int]:
    """A number for each participant, the same for those who have the same figures."""
    has = basis.figures != ABSENT
    if not len(has):
        return []
    _, kinds = np.unique(has, axis=0, return_inverse=True)
    classes: list[int] = np.where(has[:, 0], kinds.reshape(-1), ABSENT).tolist()
    return classes


def summarise(basis: Basis, offices: Mapping[UUID, Office], root: UUID | None = None) -> Summary:
    """The summary of these participants, all of ``root`` or below it; ``offices`` are all units.

    A row hangs on the participants of its unit and of those below it alone, so it is the same under any root.
    """
    tree = plant(offices, frozenset(basis.unit_ids), root)
    leaves = [tree.leaves[unit_id] for unit_id in basis.unit_ids]
    means = _means(tree, basis, blocks(tree, leaves, classes_of(basis)))
    counts = _counts(tree, basis.predicates, blocks(tree, leaves, basis.predicates.tolist()))
    rows = tuple(
        Row(
            unit=spot.unit,
            own=spot.own,
            depth=spot.depth,
            participants=means[place][0].participants,
            withheld=means[place][0].withheld,
            cells=(*means[place], *counts[place]),
        )
        for place, spot in enumerate(tree.spots)
    )
    predicates = tuple(Column(Kind.PREDICATE, None if one is None else one.value) for one in PREDICATES)
    return Summary((*basis.columns, *predicates), rows)


def _means(tree: Tree, basis: Basis, stands: Sequence[int | None]) -> list[list[Cell]]:
    counted = np.array([place is not None for place in stands], dtype=np.bool_)
    places = np.array([place for place in stands if place is not None], dtype=np.int64)
    figures = basis.figures[counted]
    has = figures != ABSENT
    numbers = np.zeros((len(tree.spots), len(basis.columns)), dtype=np.int64)
    sums = np.zeros_like(numbers)
    np.add.at(numbers, places, has)
    np.add.at(sums, places, np.where(has, figures, 0))
    return [
        [_cell(number, total, number) for number, total in zip(*row, strict=True)]
        for row in zip(tree.add_up(numbers).tolist(), tree.add_up(sums).tolist(), strict=True)
    ]


def _counts(tree: Tree, predicates: Numbers, stands: Sequence[int | None]) -> list[list[Cell]]:
    numbers = np.zeros((len(tree.spots), len(PREDICATES)), dtype=np.int64)
    for place, predicate in zip(stands, predicates.tolist(), strict=True):
        if place is not None:
            numbers[place, predicate] += 1
    return [[_cell(number, 100_00 * number, sum(row)) for number in row] for row in tree.add_up(numbers).tolist()]


def _cell(number: int, total: int, of: int) -> Cell:
    """``total / of`` rounded once, half up."""
    return Cell(number, (2 * total + of) // (2 * of), None) if number else NOTHING


def renewed(before: Basis, after: Basis, offices: Mapping[UUID, Office]) -> Basis | None:
    """``before`` with the new figures of every block of which at least `LEAST` changed; ``None`` when there is none.

    Only so does the difference of two versions tell nothing of fewer than `LEAST`. Who has got or lost a figure keeps
    those that were published, and so do all their predicates: blocks stay as they were.
    """
    tree = plant(offices, frozenset(before.unit_ids), None)
    classes = classes_of(before)
    stands = blocks(tree, [tree.leaves[unit_id] for unit_id in before.unit_ids], classes)
    place_after = {participant_id: place for place, participant_id in enumerate(after.participant_ids)}
    changed: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for place, participant_id in enumerate(before.participant_ids):
        new, stand = place_after.get(participant_id), stands[place]
        if new is None or stand is None:
            continue
        old_figures, new_figures = before.figures[place], after.figures[new]
        alike = np.array_equal(old_figures == ABSENT, new_figures == ABSENT)
        if alike and not np.array_equal(old_figures, new_figures):
            changed[stand, classes[place]].append((place, new))
    figures = before.figures.copy()
    for pairs in changed.values():
        if len(pairs) >= LEAST:
            old, new_places = zip(*pairs, strict=True)
            figures[list(old)] = after.figures[list(new_places)]
    return None if np.array_equal(figures, before.figures) else replace(before, figures=figures)
