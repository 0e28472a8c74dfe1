"""A summary: the rows that a reader gets of what is frozen, and their means."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np

from app.domain.summaries.figures import COUNTED, Column, Kind, Numbers
from app.domain.summaries.places import Office, Place
from app.domain.summaries.record import Record
from app.domain.values import Scheme


class Withholding(StrEnum):
    """Why a cell is empty: fewer than `LEAST` (perhaps none) could be counted there without telling more than that."""

    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Cell:
    """How many participants, and the mean of their figures 0..100 with two decimals; a counted cell has no mean."""

    participants: int | None
    mean: Decimal | None
    withheld: Withholding | None


NOTHING: Final = Cell(None, None, Withholding.TOO_FEW)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit with all below it, or (``own``) its own members without those below it; ``unit`` is ``None`` for all units.

    ``parent`` and ``place`` are numbers of places. ``participants`` are those counted.
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

    def near(self) -> "Summary":
        """The first row and those directly below it."""
        first = self.rows[0].place
        return replace(self, rows=tuple(row for row in self.rows if first in {row.place, row.parent}))

    def under(self, unit_id: UUID) -> "Summary | None":
        """The unit and all below it, as in the whole; ``None`` without such a row."""
        inside: set[int] = set()
        for row in self.rows:
            if row.parent in inside or (row.unit is not None and row.unit.id == unit_id and not row.own):
                inside.add(row.place)
        return replace(self, rows=tuple(row for row in self.rows if row.place in inside)) if inside else None


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom a reader may read: the leaves with somebody whom he may (``his``), and those with somebody whom he may not."""

    his: Collection[int]
    closed: Collection[int]
    everybody: bool


def summarise(heading: Heading, columns: tuple[Column, ...], record: Record, circle: Circle) -> Summary:
    """The rows of this reader: the city's with everybody's, otherwise from the lowest unit that has all who are his.

    Of a place, and of all above it for what stands there, he gets nothing when there is anybody in it whom he may not
    read. So his numbers hang on nobody else, and all readers' tables together are sums over the same blocks and groups.
    """
    places = record.places
    closed = _upwards(places, circle.closed)
    is_open = np.array([place not in closed for place in range(len(places))], dtype=np.bool_)[:, None]
    numbers, sums = (_add_up(places, np.where(is_open, one, 0)) for one in (record.numbers, record.sums))
    rows = tuple(
        _row(place, places[place], [_cell(*cell) for cell in zip(columns, *cells, strict=True)])
        for place, *cells in (
            (place, numbers[place].tolist(), sums[place].tolist()) for place in _kept(places, circle, closed)
        )
    )
    return Summary(heading, columns, rows or (_row(0, Place(None, None), [NOTHING] * len(columns)),))


def _upwards(places: tuple[Place, ...], some: Collection[int]) -> set[int]:
    """These places and all above them."""
    found: set[int] = set()
    for one in some:
        place: int | None = one
        while place is not None and place not in found:
            found.add(place)
            place = places[place].parent
    return found


def _add_up(places: tuple[Place, ...], numbers: Numbers) -> Numbers:
    """With those of all places below added to each."""
    for place in range(len(places) - 1, 0, -1):
        numbers[places[place].parent] += numbers[place]
    return numbers


def _kept(places: tuple[Place, ...], circle: Circle, closed: set[int]) -> list[int]:
    """The places that are rows: from the one that everything is in. Own members are one beside others of their unit only."""
    wanted = _upwards(places, circle.his)
    if circle.everybody:
        wanted |= {0, *(place for place in range(len(places)) if place not in closed)}
    rows = [place for place in sorted(wanted) if not places[place].team]
    below: dict[int | None, list[int]] = {}
    for place in rows:
        below.setdefault(places[place].parent, []).append(place)
    root = next(iter(rows), 0)
    while (
        (places[root].unit is None or not circle.everybody)
        and len(below.get(root, ())) == 1
        and not places[below[root][0]].own
    ):
        (root,) = below[root]
    return [
        place for place in rows if place >= root and not (places[place].own and len(below[places[place].parent]) == 1)
    ]


def _row(place: int, where: Place, cells: list[Cell]) -> Row:
    everybody = cells[0]
    return Row(place, where.parent, where.unit, where.own, everybody.participants, everybody.withheld, tuple(cells))


def _cell(column: Column, number: int, hundredths: int) -> Cell:
    """The mean is rounded once, half up."""
    if not number:
        return NOTHING
    if column.kind in COUNTED:
        return Cell(number, None, None)
    return Cell(number, Decimal((2 * hundredths + number) // (2 * number)).scaleb(-2), None)
