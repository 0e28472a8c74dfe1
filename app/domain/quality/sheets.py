"""The sheets of a whole cycle as a diagnosis keeps them: arrays as narrow as they can be, since there may be millions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain.statistics import Floats, Indices


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The sheets that count, in parallel arrays.

    ``value`` is a sheet's mean, ``above`` how far it lies above the others of its group; ``pattern`` numbers which of the
    indicators that count were answered. Of the ``long`` sheets some are ``flat`` (nearly all points the same), some
    ``narrow`` in their spread.
    """

    ratee: NDArray[np.int32]
    unit: NDArray[np.int32]
    rater: NDArray[np.int32]
    kind: NDArray[np.int8]
    value: NDArray[np.float64]
    above: NDArray[np.float64]
    long: NDArray[np.bool_]
    flat: NDArray[np.bool_]
    narrow: NDArray[np.bool_]
    pattern: NDArray[np.int32]


class Collected:
    """Rows that come batch by batch; each column grows in one piece of memory, so that joining them needs no second one."""

    def __init__(self) -> None:
        self._columns = {name: bytearray() for name in Rows.__slots__}
        self._types: dict[str, Any] = dict.fromkeys(Rows.__slots__, np.int32)

    def add(self, rows: Rows) -> None:
        """One batch."""
        for name, column in self._columns.items():
            part = getattr(rows, name)
            self._types[name] = part.dtype
            column.extend(part.tobytes())

    def all(self) -> Rows:
        """Those of all batches; nothing is added any more."""
        return Rows(**{name: np.frombuffer(column, self._types[name]) for name, column in self._columns.items()})


class ByRater:
    """Answers added up by rater: how often which point, and sums of figures. Raters are numbered from 0 as they come."""

    def __init__(self, figures: int) -> None:
        self._columns: dict[int, int] = {}
        self._points = np.zeros((0, 0), dtype=np.int32)
        self._sums = np.zeros((figures, 0))
        self.people = 0

    def add(self, rater: Indices, points: NDArray[np.int64], *figures: Floats) -> None:
        """One answer per place."""
        if len(rater):
            columns = self._numbered(points)
            self._make_room(int(rater.max()) + 1)
            np.add.at(self._points, (rater, columns), 1)
            for total, figure in zip(self._sums, figures, strict=True):
                np.add.at(total, rater, figure)

    def _numbered(self, points: NDArray[np.int64]) -> Indices:
        """A column for each point; scales of several rubrics may differ."""
        lowest = int(points.min())
        there = np.flatnonzero(np.bincount(points - lowest))
        numbers = np.zeros(int(points.max()) - lowest + 1, dtype=np.int64)
        numbers[there] = [self._columns.setdefault(point, len(self._columns)) for point in (there + lowest).tolist()]
        return numbers[points - lowest]

    def _make_room(self, people: int) -> None:
        """Twice as much as is needed, so that it happens seldom."""
        self.people = max(self.people, people)
        rows, columns = self._points.shape
        if people > rows or len(self._columns) > columns:
            more = max(2 * people - rows, 0), max(len(self._columns) - columns, 0)
            self._points = np.pad(self._points, ((0, more[0]), (0, more[1])))
            self._sums = np.pad(self._sums, ((0, 0), (0, more[0])))

    @property
    def sums(self) -> Floats:
        """``[figure, rater]``."""
        return self._sums[:, : self.people]

    @property
    def identical(self) -> Floats:
        """Per rater, the share of his most frequent point among all his answers; ``nan`` without any."""
        points = self._points[: self.people]
        answers, most = points.sum(axis=1), points.max(axis=1, initial=0)
        return np.where(answers > 0, most / np.maximum(answers, 1), np.nan)
