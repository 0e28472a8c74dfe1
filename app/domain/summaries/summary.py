"""A summary: which figures of which units are shown, and their means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import numpy as np

from app.domain.summaries.figures import ABSENT, PREDICATES, Basis, Column, Kind, Mask, Numbers
from app.domain.summaries.tree import Office, Tree, Withholding
from app.domain.values import Scheme


@dataclass(frozen=True, slots=True)
class Cell:
    """How many participants, and the mean of their figures 0..100 with two decimals; a counted cell has no mean."""

    participants: int | None
    mean: Decimal | None
    withheld: Withholding | None


@dataclass(frozen=True, slots=True)
class Row:
    """A unit with all below it, or (``own``) its own members without those below it; ``unit`` is ``None`` for all units.

    ``parent`` and ``place`` are numbers of rows of the whole summary.
    """

    place: int
    parent: int | None
    unit: Office | None
    own: bool
    participants: int | None
    withheld: Withholding | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Whose summary, of what moment."""

    cycle_id: UUID
    scheme: Scheme
    frozen_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """Rows from the root down, a unit before those below it, each with one cell per column."""

    heading: Heading
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def of(self, *kinds: Kind) -> "Summary":
        """With the columns of these kinds alone."""
        chosen = [place for place, column in enumerate(self.columns) if column.kind in kinds]
        rows = tuple(replace(row, cells=tuple(row.cells[place] for place in chosen)) for row in self.rows)
        return replace(self, columns=tuple(self.columns[place] for place in chosen), rows=rows)

    def under(self, unit_id: UUID) -> "Summary | None":
        """The unit and all below it, withheld as in the whole; ``None`` without such a row."""
        inside: set[int] = set()
        for row in self.rows:
            if row.parent in inside or (row.unit is not None and row.unit.id == unit_id and not row.own):
                inside.add(row.place)
        return replace(self, rows=tuple(row for row in self.rows if row.place in inside)) if inside else None


def summarise(heading: Heading, basis: Basis, offices: Mapping[UUID, Office], *, from_top: bool) -> Summary:
    """The summary of these participants; ``offices`` are all units.

    The root is the city's top with ``from_top``, otherwise the lowest unit that has all of them.
    """
    tree = Tree.over(offices, basis.unit_ids, from_top=from_top)
    base = tree.shown(np.array(tree.sizes)) & bool(tree.sizes[0])
    columns: list[tuple[Column, list[Cell]]] = [*_means(tree, basis, base)]
    for kind, groups in ((Kind.RECOMMENDED, basis.recommended), (Kind.DECIDED, basis.decided)):
        columns += _counts(tree, kind, groups, base)
    reasons = tree.reasons(base)
    rows = tuple(
        Row(
            place=place,
            parent=spot.parent,
            unit=spot.unit,
            own=spot.own,
            participants=tree.sizes[place] if base[place] else None,
            withheld=reasons[place],
            cells=tuple(cells[place] for _, cells in columns),
        )
        for place, spot in enumerate(tree.spots)
    )
    return Summary(heading, tuple(column for column, _ in columns), rows)


def _means(tree: "Tree", basis: Basis, base: Mask) -> Iterator[tuple[Column, list[Cell]]]:
    known: dict[tuple[bytes, bytes], Mask] = {}
    numbers: list[Numbers] = []
    shown: list[Mask] = []
    for c, column in enumerate(basis.columns):
        has = (basis.values[:, c] != ABSENT).astype(np.int64)
        numbers.append(tree.count(has))
        whole, within = (numbers[column.part_of], shown[column.part_of]) if c else (numbers[0], base)
        cut = numbers[c].tobytes(), whole.tobytes()  # most criteria are cut in the same way
        if cut not in known:
            known[cut] = tree.shown(numbers[c], whole - numbers[c], within)
        shown.append(known[cut])
        sums = tree.count(np.where(has, basis.values[:, c], 0))
        yield column, _cells(tree, shown[c], numbers[c], sums)


def _counts(tree: "Tree", kind: Kind, groups: Numbers | None, base: Mask) -> Iterator[tuple[Column, list[Cell]]]:
    """The most frequent predicate is cut off first, then the next, so that the rarest stay together where they must."""
    columns = [Column(kind, None if value is None else value.value) for value in PREDICATES]
    if groups is None:
        nothing = [Cell(None, None, Withholding.TOO_FEW)] * len(tree.spots)
        yield from ((column, nothing) for column in columns)
        return
    numbers = [tree.count((groups == place).astype(np.int64)) for place in range(len(PREDICATES))]
    order = sorted(
        (place for place in range(len(PREDICATES)) if numbers[place][0]), key=lambda place: (numbers[place][0], place)
    )
    shown = dict.fromkeys(range(len(PREDICATES)), base)
    within = base
    for largest in range(len(order) - 1, 0, -1):
        rest = np.sum([numbers[place] for place in order[:largest]], axis=0)
        within = tree.shown(rest, numbers[order[largest]], within)
        if largest == len(order) - 1:
            shown = dict.fromkeys(shown, within)
        for place in order[: largest + 1]:
            shown[place] = within
    for place, column in enumerate(columns):
        yield column, _cells(tree, shown[place], numbers[place], None)


def _cells(tree: "Tree", shown: Mask, numbers: Numbers, sums: Numbers | None) -> list[Cell]:
    cells = []
    for place, reason in enumerate(tree.reasons(shown)):
        number = int(numbers[place])
        if reason is not None or (sums is not None and not number):
            cells.append(Cell(None, None, reason or Withholding.TOO_FEW))
        else:
            cells.append(Cell(number, None if sums is None else _mean(int(sums[place]), number), None))
    return cells


def _mean(hundredths: int, number: int) -> Decimal:
    """Rounded once, half up."""
    return Decimal((2 * hundredths + number) // (2 * number)).scaleb(-2)
