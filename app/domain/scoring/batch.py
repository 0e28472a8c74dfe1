"""What goes into the arithmetic for a batch of participants: their sheets and what is known beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.scoring.plan import ANONYMOUS, TYPES, Plan
from app.domain.scoring.ratios import Mask
from app.domain.values import Dimension

#: On a sheet: not observed, or not asked.
NO_ANSWER: Final = int(np.iinfo(np.int16).min)
#: How many participants to hold at once: large enough for numpy, small enough for the processor's cache.
BATCH: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Sheets:
    """Submitted sheets, one per row, in any order and without their raters.

    ``participant`` is the position within the batch, ``rater_type`` the position within `TYPES`; ``points``
    has a column per indicator in rubric order, `NO_ANSWER` where nothing was observed or asked.
    """

    participant: NDArray[np.int64]
    rater_type: NDArray[np.int8]
    points: NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Circumstances:
    """What is known of each participant beside the sheets; the first axis is the participants.

    ``set_aside[p, t]``: an appeal decision set the anonymous group aside.
    ``assigned[p, t]``: there is an assignment that is not voided now.
    ``filled_at_opening[p, t]``: the type had its minimum assigned when rating first opened.
    ``innovation[p]``: the participant's flag of PP 30/2019 art. 41.
    ``external[dimension][p]``: the value another system sent, ``None`` without one.
    """

    set_aside: Mask
    assigned: Mask
    filled_at_opening: Mask
    innovation: Mask
    external: Mapping[Dimension, Sequence[Decimal | None]] = field(default_factory=dict)

    @classmethod
    def plain(cls, participants: int) -> "Circumstances":
        """Nothing set aside, nobody assigned, no innovation, no external score."""
        by_type = (participants, len(TYPES))
        return cls(
            set_aside=np.zeros(by_type, dtype=np.bool_),
            assigned=np.zeros(by_type, dtype=np.bool_),
            filled_at_opening=np.zeros(by_type, dtype=np.bool_),
            innovation=np.zeros(participants, dtype=np.bool_),
        )

    def __post_init__(self) -> None:
        if self.set_aside[:, ~ANONYMOUS].any():
            msg = "only an anonymous group can be set aside"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.innovation)

    def external_score(self, dimension: Dimension, participant: int) -> Decimal | None:
        """The value another system sent for the participant, if it did."""
        scores = self.external.get(dimension)
        return None if scores is None else scores[participant]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How many answered and what the answers add up to; the last axis is the participants.

    ``sheets[t, p]`` counts submitted sheets, ``answers[t, i, p]`` answers that are not *not observed*, and
    ``points[t, i, p]`` is the sum of ``p - p_min`` over them.
    """

    sheets: NDArray[np.int64]
    answers: NDArray[np.int64]
    points: NDArray[np.int64]


def tally(plan: Plan, sheets: Sheets, participants: int) -> Tally:
    """Count and add up the answers of each group. Answers to what the type is not asked are ignored.

    `ValueError` for a point outside its scale: no figure is better than a wrong one.
    """
    group = sheets.participant * len(TYPES) + sheets.rater_type
    order = np.argsort(group, kind="stable")
    group = group[order]
    answered, above_lowest = _answers(plan, sheets.rater_type[order], sheets.points[order])
    first = np.flatnonzero(np.diff(group, prepend=-1))
    groups = group[first]

    def by_group(rows: NDArray[np.int32]) -> NDArray[np.int64]:
        sums = np.zeros((participants * len(TYPES), len(plan.indicators)), dtype=np.int64)
        if len(groups):
            sums[groups] = np.add.reduceat(rows, first, axis=0)
        return np.ascontiguousarray(sums.reshape(participants, len(TYPES), len(plan.indicators)).transpose(1, 2, 0))

    counted = np.bincount(group, minlength=participants * len(TYPES)).reshape(participants, len(TYPES))
    return Tally(np.ascontiguousarray(counted.T), by_group(answered.astype(np.int32)), by_group(above_lowest))


def _answers(plan: Plan, rater_type: NDArray[np.int8], points: NDArray[np.int16]) -> tuple[Mask, NDArray[np.int32]]:
    """Which cells of the sheets are answers, and how far each lies above the lowest point (0 where none)."""
    answered = (points != NO_ANSWER) & plan.asked[rater_type]
    above_lowest = np.where(answered, points - plan.lowest, 0).astype(np.int32, copy=False)
    if ((above_lowest < 0) | (above_lowest > plan.span)).any():
        msg = "a sheet holds a point outside its scale"
        raise ValueError(msg)
    return answered, above_lowest
