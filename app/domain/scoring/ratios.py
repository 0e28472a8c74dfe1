"""Exact fractions, many at a time: the only arithmetic behind an official figure (scoring.md, introduction).

Every level of an appraisal is the same sum: the weighted mean of those children that exist. It is done here
once, on whole numbers. Most numerators fit a machine word (numpy's ``int64``); a participant whose numerators
would not fit is noticed before anything overflows and is computed again, by the same lines, in Python's
unbounded integers (arrays of dtype ``object``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import EllipsisType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: ``int64``, or ``object`` holding Python ints.
Integers = NDArray[Any]
Mask = NDArray[np.bool_]
Index = int | slice | EllipsisType | Mask | tuple[int | slice | EllipsisType | Mask, ...]
#: Published figures: hundredths of a point on 0..100, so 8735 is 87.35; `MISSING` where there is no figure.
Hundredths = NDArray[np.int32]

#: A whole share in hundredths of a point: 1 is published as 100.00.
WHOLE: Final = 10_000
MISSING: Final = -1
_WORD: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Ratios:
    """Shares 0..1 as ``num / den``, elementwise; the last axis is the participants.

    A share of 1 is a figure of 100. ``0 / 0`` says that the figure does not exist.
    """

    num: Integers
    den: Integers

    @classmethod
    def stack(cls, parts: Sequence["Ratios"], axis: int) -> "Ratios":
        """The parts beside one another along a new axis."""
        return cls(np.stack([part.num for part in parts], axis), np.stack([part.den for part in parts], axis))

    @property
    def exist(self) -> Mask:
        """Where there is a figure."""
        return np.asarray(self.den > 0, dtype=np.bool_)

    def __getitem__(self, index: Index) -> "Ratios":
        return Ratios(self.num[index], self.den[index])

    def hundredths(self) -> Hundredths:
        """The one rounding: half-up to two decimals of the figure 0..100, from its exact value."""
        den = np.maximum(self.den, 1)
        rounded = (2 * WHOLE * self.num + den) // (2 * den)
        return np.where(self.exist, rounded, MISSING).astype(np.int32)

    def figure(self, *index: int) -> Fraction | None:
        """One exact figure on 0..100, or ``None`` where there is none."""
        den = int(self.den[index])
        return Fraction(100 * int(self.num[index]), den) if den else None


def widest_denominator(heaviest: int) -> int:
    """The largest common denominator that `int64` can carry when no sum of weights exceeds ``heaviest``.

    A weighted sum is at most ``heaviest * denominator``, and rounding multiplies that by ``2 * WHOLE + 1``.
    """
    return _WORD // ((2 * WHOLE + 1) * heaviest)


class Calculator:
    """Weighted means for a number of participants, in one kind of whole number.

    ``widest`` bounds every common denominator; ``None`` means unbounded, on Python ints. Participants that
    would pass the bound are marked in `wide`; their figures are worthless and must be computed unbounded.
    """

    def __init__(self, participants: int, widest: int | None) -> None:
        self._widest = widest
        self._dtype: type = np.int64 if widest else object
        self.wide: Mask = np.zeros(participants, dtype=np.bool_)

    def whole(self, ratios: Ratios) -> Ratios:
        """The same ratios in the kind of integer this calculator works with."""
        return Ratios(ratios.num.astype(self._dtype, copy=False), ratios.den.astype(self._dtype, copy=False))

    def shares(self, fractions: Sequence[Fraction | None]) -> Ratios:
        """One given share per participant (an external score)."""
        ratios = Ratios(*(np.zeros(len(fractions), dtype=self._dtype) for _ in range(2)))
        for participant, fraction in enumerate(fractions):
            if fraction is None:
                continue
            if self._widest is not None and fraction.denominator > self._widest:
                self.wide[participant] = True
            else:
                ratios.num[participant] = fraction.numerator
                ratios.den[participant] = fraction.denominator
        return ratios

    def weighted_mean(self, children: Sequence[Ratios], weights: Sequence[int]) -> Ratios:
        """``Σ w · child / Σ w`` over the children that exist, elementwise and in lowest terms.

        Children of weight 0 take no part. All children have one shape, which is the shape of the answer.
        """
        weighing = [(child, weight) for child, weight in zip(children, weights, strict=True) if weight > 0]
        shape = children[0].den.shape
        common = self._common_denominator((child.den for child, _ in weighing), shape)
        num: Integers = np.zeros(shape, dtype=self._dtype)
        total: Integers = np.zeros(shape, dtype=self._dtype)
        for child, weight in weighing:
            num = num + child.num * (common // np.maximum(child.den, 1)) * weight
            total = total + child.exist.astype(self._dtype) * weight
        return _lowest_terms(Ratios(num, common * total))

    def _common_denominator(self, denominators: Iterable[Integers], shape: tuple[int, ...]) -> Integers:
        """The least common multiple of the denominators of the children that exist."""
        common: Integers = np.ones(shape, dtype=self._dtype)
        for denominator in denominators:
            present = np.maximum(denominator, 1)
            step = present // np.gcd(common, present)
            common = common * self._within_bound(common, step)
        return common

    def _within_bound(self, common: Integers, step: Integers) -> Integers:
        """``step``, but 1 wherever ``common * step`` would pass the bound; those participants become wide."""
        if self._widest is None or not common.size or int(common.max()) * int(step.max()) <= self._widest:
            return step
        over = common > self._widest // step
        self.wide |= over.reshape(-1, over.shape[-1]).any(axis=0)
        return np.where(over, 1, step)


def _lowest_terms(ratios: Ratios) -> Ratios:
    divisor = np.maximum(np.gcd(ratios.num, ratios.den), 1)
    return Ratios(ratios.num // divisor, ratios.den // divisor)
