"""What a diagnosis is made of and what it says."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.domain.quality.severity import Adjustments
from app.domain.quality.sheets import side_by_side
from app.domain.scoring import Sheets
from app.domain.statistics import Floats, Indices
from app.domain.values import Band, RaterType

#: So many ratees, or sheets of a rater, there are behind anything said; a ratee's own label needs so many raters.
FEWEST: Final = 5
#: So many pairs of a unit there are behind its reciprocity.
FEWEST_PAIRS: Final = 10
#: Below so many ratees figures are to be read with caution.
SMALL_SAMPLE: Final = 30
#: A rater is unusual who lies so many points (of 100) from the others, or gives so large a share of identical points.
FAR: Final = 20.0
IDENTICAL: Final = 0.9
#: So many points above the others is favour; a standard deviation below the second is a narrow spread.
FAVOUR: Final = 10.0
NARROW: Final = 10.0
#: The number of a rater who is not in the directory: a citizen.
NOBODY: Final = -1
#: The number of a wording where nothing is told.
NO_WORDING: Final = -1
#: What is told to a ratee: rater type, dimension, level.
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class RatedSheets:
    """The sheets of some participants who share a rubric, with their raters as numbers (`NOBODY`: a citizen).

    ``rater`` has one number per sheet; ``ratee`` and ``unit`` belong to the participants and number the same people as
    ``rater`` does.
    """

    participants: Sequence[UUID]
    units: Sequence[UUID]
    ratee: Indices
    sheets: Sheets
    rater: Indices


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Anonymous raters in the order of their numbers, in parallel arrays; read one by one as rater and band."""

    rater: Indices
    unusual: NDArray[np.bool_]

    def __iter__(self) -> Iterator[tuple[int, Band]]:
        for rater, unusual in side_by_side(self.rater, self.unusual):
            yield rater, Band.UNUSUAL if unusual else Band.USUAL


@dataclass(frozen=True, slots=True)
class NamedRater:
    """A superior's figures: points of 100 above the anonymous raters of the same ratees, standard deviation, percent."""

    rater: int
    ratees: int
    severity: float | None
    spread: float | None
    identical: int


@dataclass(frozen=True, slots=True, eq=False)
class NamedRaters:
    """Superiors in the order of their numbers, in parallel arrays and unrounded; read one by one as `NamedRater`.

    What does not exist is ``nan``; ``identical`` is a share.
    """

    rater: Indices
    ratees: Indices
    severity: Floats
    spread: Floats
    identical: Floats

    def __iter__(self) -> Iterator[NamedRater]:
        columns = self.rater, self.ratees, self.severity, self.spread, self.identical
        for rater, ratees, severity, spread, identical in side_by_side(*columns):
            yield NamedRater(rater, ratees, _rounded(severity), _rounded(spread), percent(identical))


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What ratees may know of their groups, a level per rater type and dimension; read one by one as participant and words.

    Few wordings can be different, so ratees share them: ``wording`` has the number of each ratee's own, or `NO_WORDING`.
    """

    participant: NDArray[np.void]
    wording: NDArray[np.int32]
    wordings: Sequence[Words]

    def __iter__(self) -> Iterator[tuple[UUID, Words]]:
        for octets, number in side_by_side(self.participant, self.wording):
            if number != NO_WORDING:
                yield UUID(bytes=octets), self.wordings[number]


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """All of a cycle: ``report`` is ready to be stored as JSON.

    ``adjusted`` has the ratees of each rater type; ``participants`` has their ids, 16 octets each, at their numbers.
    """

    report: dict[str, Any]
    labels: Labels
    bands: Bands
    named: NamedRaters
    adjusted: Mapping[RaterType, Adjustments]
    participants: NDArray[np.void]


def percent(share: float) -> int:
    """Half-up."""
    return int(share * 100 + 0.5)


def _rounded(figure: float) -> float | None:
    return None if math.isnan(figure) else round(figure, 1) + 0.0  # never "-0.0"
