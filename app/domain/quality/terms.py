"""What a diagnosis is made of and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from app.domain.quality.severity import Adjustments
from app.domain.scoring import Sheets
from app.domain.statistics import Indices
from app.domain.values import RaterType

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


class Band(StrEnum):
    """All that is said of an anonymous rater."""

    USUAL = "usual"
    UNUSUAL = "unusual"


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


@dataclass(frozen=True, slots=True)
class NamedRater:
    """A superior's figures: points of 100 above the anonymous raters of the same ratees, standard deviation, percent."""

    rater: int
    ratees: int
    severity: float | None
    spread: float | None
    identical: int


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """All of a cycle: ``report`` and ``labels`` (per participant: type, dimension, level) are ready to be stored as JSON.

    ``adjusted`` has the ratees of each rater type; ``participants`` names the ratees.
    """

    report: dict[str, Any]
    labels: Mapping[UUID, Mapping[str, Mapping[str, str]]]
    bands: Mapping[int, Band]
    named: Sequence[NamedRater]
    adjusted: Mapping[RaterType, Adjustments]
    participants: Mapping[int, UUID]
