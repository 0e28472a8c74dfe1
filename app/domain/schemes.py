"""From figures to words: expectations and predicates under both regulations (scoring.md section 5).

PermenPANRB 6/2022 reads the predicate from a matrix of two expectations; PP 30/2019 art. 41 from one value on
0..120. Both compare *published* figures, so that what a person reads explains what he got.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from app.domain.cycles import Policy
from app.domain.values import Expectation, Flag, Predicate

#: The best performance of PP 30/2019, against the 100 of every other figure.
FULL_PERFORMANCE: Final = 120
#: Parts of work result and of behaviour in the value, where colleagues are heard and where they are not.
COLLEAGUES_HEARD: Final = (6, 4)
COLLEAGUES_NOT_HEARD: Final = (7, 3)

_BELOW, _MEETS, _ABOVE = Expectation.BELOW, Expectation.MEETS, Expectation.ABOVE
#: Kuadran kinerja, by expectation of work result and of work behaviour.
MATRIX: Final = MappingProxyType(
    {
        (_ABOVE, _BELOW): Predicate.POOR,
        (_ABOVE, _MEETS): Predicate.GOOD,
        (_ABOVE, _ABOVE): Predicate.VERY_GOOD,
        (_MEETS, _BELOW): Predicate.POOR,
        (_MEETS, _MEETS): Predicate.GOOD,
        (_MEETS, _ABOVE): Predicate.GOOD,
        (_BELOW, _BELOW): Predicate.VERY_POOR,
        (_BELOW, _MEETS): Predicate.NEEDS_IMPROVEMENT,
        (_BELOW, _ABOVE): Predicate.NEEDS_IMPROVEMENT,
    }
)

#: PP 30/2019 art. 41(5), lowest value in hundredths; `VERY_GOOD` also needs the innovation.
VERY_GOOD_FROM: Final = 110_00
_BANDS: Final = ((90_00, Predicate.GOOD), (70_00, Predicate.FAIR), (50_00, Predicate.POOR))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A policy's thresholds for figures in hundredths of a point.

    Taken exactly: a published figure reaches ``meets`` iff its hundredths reach the threshold rounded up, and
    a gap exceeds its threshold iff it exceeds the threshold rounded down.
    """

    meets: int
    above: int
    gap: int

    @classmethod
    def of(cls, policy: Policy) -> "Thresholds":
        """The thresholds of ``policy``."""
        return cls(
            meets=math.ceil(policy.meets * 100),
            above=math.ceil(policy.above * 100),
            gap=math.floor(policy.gap_threshold * 100),
        )

    def expectation(self, published: int) -> Expectation:
        """Below, meets or above for one published figure."""
        if published < self.meets:
            return Expectation.BELOW
        return Expectation.MEETS if published < self.above else Expectation.ABOVE

    def flag(self, gap: int) -> Flag | None:
        """What a gap, published self minus published others, says; at the threshold itself nothing."""
        if gap > self.gap:
            return Flag.BLIND_SPOT
        return Flag.HIDDEN_STRENGTH if gap < -self.gap else None


def matrix_predicate(work_result: Expectation, work_behaviour: Expectation) -> Predicate:
    """The predicate of PermenPANRB 6/2022 for two expectations, recommended or decided."""
    return MATRIX[work_result, work_behaviour]


def performance(figure: Fraction) -> Fraction:
    """A figure on 0..100 as PP 30/2019 counts it, on 0..120."""
    return figure * FULL_PERFORMANCE / 100


def performance_parts(*, colleagues_heard: bool) -> tuple[int, int]:
    """How many tenths work result and behaviour make of the value (PP 30/2019 art. 41).

    ``colleagues_heard``: peers or subordinates count on some indicator of work behaviour.
    """
    return COLLEAGUES_HEARD if colleagues_heard else COLLEAGUES_NOT_HEARD


def performance_value(work_result: Fraction, work_behaviour: Fraction, *, colleagues_heard: bool) -> Fraction:
    """The exact value on 0..120 made of the exact figures on 0..100; round it once with `round_half_up`."""
    of_result, of_behaviour = performance_parts(colleagues_heard=colleagues_heard)
    weighted = of_result * performance(work_result) + of_behaviour * performance(work_behaviour)
    return weighted / (of_result + of_behaviour)


def performance_predicate(published: int, *, innovation: bool) -> Predicate:
    """The band of a published value in hundredths: 115.00 without an innovation is good, not very good."""
    if published >= VERY_GOOD_FROM and innovation:
        return Predicate.VERY_GOOD
    for lowest, predicate in _BANDS:
        if published >= lowest:
            return predicate
    return Predicate.VERY_POOR
