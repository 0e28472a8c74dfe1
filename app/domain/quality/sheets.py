"""The sheets of a whole cycle as a diagnosis keeps them: arrays as narrow as they can be, since there may be millions.

No object is kept of a person or of a sheet; lists of them are read in pieces (`side_by_side`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.domain.statistics import Floats, Indices

#: So many rows are objects at the same time.
_PIECE: Final = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Parallel arrays."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows(Columns):
    """The sheets of one rater type that count.

    ``participant`` is the place of the ratee among `Ratees`. ``value`` is a sheet's mean, which with ``favour`` lies far
    above the others of its group; ``pattern`` numbers which of the indicators that count were answered.
    """

    participant: NDArray[np.int32]
    rater: NDArray[np.int32]
    value: NDArray[np.float64]
    favour: NDArray[np.bool_]
    pattern: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Ratees(Columns):
    """Participants in the order they came: id (16 octets) and the numbers of person, unit and wording of what is told."""

    id: NDArray[np.void]
    person: NDArray[np.int32]
    unit: NDArray[np.int32]
    wording: NDArray[np.int32]


C = TypeVar("C", bound=Columns)


class Collected(Generic[C]):
    """Rows that come batch by batch; each column grows in one piece of memory, so that joining them needs no second one."""

    def __init__(self, kind: type[C]) -> None:
        self._kind = kind
        names: tuple[str, ...] = kind.__slots__
        self._columns = {name: bytearray() for name in names}
        self._types: dict[str, Any] = dict.fromkeys(names, np.int32)

    def add(self, rows: C, chosen: NDArray[np.bool_] | None = None) -> None:
        """One batch, or those of it that are ``chosen``."""
        for name, column in self._columns.items():
            part = getattr(rows, name) if chosen is None else getattr(rows, name)[chosen]
            self._types[name] = part.dtype
            column.extend(part.tobytes())

    def all(self) -> C:
        """Those of all batches; nothing is added any more."""
        return self._kind(**{name: np.frombuffer(column, self._types[name]) for name, column in self._columns.items()})


def side_by_side(*columns: NDArray[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of parallel arrays as Python's own values."""
    for start in range(0, len(columns[0]), _PIECE):
        yield from zip(*(column[start : start + _PIECE].tolist() for column in columns), strict=True)


class Sums:
    """Sums of figures by rater. Raters are numbered from 0, in any order."""

    def __init__(self, figures: int) -> None:
        self._sums = np.zeros((figures, 0))
        self._people = 0

    def add(self, rater: Indices, *figures: Floats) -> None:
        """One place of each figure per rater named; a rater may be named often."""
        if len(rater):
            self._people = max(self._people, int(rater.max()) + 1)
            if self._people > self._sums.shape[1]:
                self._sums = _grown(self._sums, (len(self._sums), 2 * self._people))
            for total, figure in zip(self._sums, figures, strict=True):
                np.add.at(total, rater, figure)

    @property
    def all(self) -> Floats:
        """``[figure, rater]``."""
        return self._sums[:, : self._people]


class Points:
    """How often each rater gave which point. Raters are numbered from 0, in any order."""

    def __init__(self) -> None:
        self._columns: dict[int, int] = {}
        self._counts = np.zeros((0, 0), dtype=np.int32)
        self._people = 0

    def add(self, rater: Indices, points: NDArray[np.int64]) -> None:
        """One answer per place."""
        if len(rater):
            columns = self._numbered(points)
            self._people = max(self._people, int(rater.max()) + 1)
            rows, width = self._counts.shape
            if self._people > rows or len(self._columns) > width:
                self._counts = _grown(self._counts, (max(rows, 2 * self._people), len(self._columns)))
            np.add.at(self._counts.reshape(-1), rater * self._counts.shape[1] + columns, 1)

    def _numbered(self, points: NDArray[np.int64]) -> Indices:
        """A column for each point; scales of several rubrics may differ."""
        lowest = int(points.min())
        there = np.flatnonzero(np.bincount(points - lowest))
        numbers = np.zeros(int(points.max()) - lowest + 1, dtype=np.int64)
        numbers[there] = [self._columns.setdefault(point, len(self._columns)) for point in (there + lowest).tolist()]
        return numbers[points - lowest]

    @property
    def identical(self) -> Floats:
        """Per rater, the share of his most frequent point among all his answers; ``nan`` without any."""
        counts = self._counts[: self._people]
        answers, most = counts.sum(axis=1), counts.max(axis=1, initial=0)
        return np.where(answers > 0, most / np.maximum(answers, 1), np.nan)


def _grown(array: NDArray[Any], shape: tuple[int, int]) -> NDArray[Any]:
    """The same with zeros beyond; what nobody has written to takes no memory yet."""
    larger = np.zeros(shape, dtype=array.dtype)
    larger[: array.shape[0], : array.shape[1]] = array
    return larger
