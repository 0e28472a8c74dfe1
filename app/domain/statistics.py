"""Statistics of rating quality (scoring.md section 8): agreement, reliability, severity. Floats: for diagnosis only.

Everything works on many groups or raters at once. Where a statistic does not exist it is ``nan`` in an array and ``None``
as a single figure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
#: Of whichever width: where there are millions, the narrower the better.
Numbers = NDArray[np.integer]

#: Sums of squares below this share of their total are rounding, not variation.
_NOTHING: Final = 1e-12
#: Where conjugate gradients stop: the remaining error, as a share of the first one.
_PRECISION: Final = 1e-13


class Level(StrEnum):
    """What a reader is told of rwg, rwg(J) and ICC(1,k)."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


#: From lowest to highest, and where one ends and the next begins.
LEVELS: Final = tuple(Level)
BOUNDS: Final = (0.5, 0.7)


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """How the raters of each group differ on each indicator, in points; axes ``[group, indicator]``.

    ``mean`` is ``nan`` without raters. ``variance`` is over K - 1, ``deviation`` is AD_M, the mean distance from the mean;
    both are ``nan`` below two raters.
    """

    raters: Indices
    mean: Floats
    variance: Floats
    deviation: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """rwg or rwg(J) as shown, from 0 to 1, and as the formula gives it (``nan`` also at its pole)."""

    shown: Floats
    raw: Floats


@dataclass(frozen=True, slots=True)
class Figure:
    """An ICC as shown, from 0 to 1, and as its formula gives it, ``None`` at its pole."""

    shown: float
    raw: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """One-way random effects with unequal groups; ``size`` is k0 of domain.md 5.2."""

    single: Figure
    mean: Figure
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """Means freed from severity: ``ratees`` holds ``mu + ratee`` per ratee, ``raters`` the effect per rater.

    Figures compare only between ratees of one component; ``component`` numbers them from 0, per ratee.
    """

    ratees: Floats
    raters: Floats
    component: Indices


def level(value: float) -> Level:
    """Below .50 low, below .70 moderate, else high."""
    if value < 0.5:
        return Level.LOW
    return Level.MODERATE if value < 0.7 else Level.HIGH


def null_variance(points: int) -> float:
    """The variance of answers spread evenly over a scale of ``points`` (at least 2) points."""
    return (points * points - 1) / 12


def dispersion(answers: Floats, groups: Indices, count: int) -> Dispersion:
    """From a row per sheet and a column per indicator, in points, ``nan`` where nothing was answered.

    ``groups`` names the group of each row, from 0 to ``count`` - 1.
    """
    order = np.argsort(groups, kind="stable")
    present, first = np.unique(groups[order], return_index=True)

    def sums(rows: Floats) -> Floats:
        found = np.zeros((count, rows.shape[1]))
        if len(present):
            found[present] = np.add.reduceat(rows[order], first, axis=0)
        return found

    answered = ~np.isnan(answers)
    raters = sums(answered.astype(np.float64))
    safe = np.maximum(raters, 1)
    means = sums(np.where(answered, answers, 0.0)) / safe
    distance = np.where(answered, answers - means[groups], 0.0)
    several = raters > 1
    return Dispersion(
        raters.astype(np.int64),
        np.where(raters > 0, means, np.nan),
        np.where(several, sums(distance**2) / np.maximum(raters - 1, 1), np.nan),
        np.where(several, sums(np.abs(distance)) / safe, np.nan),
    )


def rwg(variance: Floats, points: int) -> Agreement:
    """Agreement on single indicators with a scale of ``points`` points; 0 where it is negative."""
    raw = 1 - variance / null_variance(points)
    return Agreement(np.maximum(raw, 0.0), raw)


def rwg_j(variance: Floats, points: int) -> Agreement:
    """Agreement over the indicators of one criterion, the last axis of ``variance``; ``nan`` ones take no part.

    0 from the null variance on: there the formula is negative, then has a pole, then exceeds 1.
    """
    items = np.sum(~np.isnan(variance), axis=-1)
    none = items == 0
    ratio = np.nansum(variance, axis=-1) / np.maximum(items, 1) / null_variance(points)
    agreement = items * (1 - ratio)
    pole = agreement + ratio == 0
    raw = np.where(none | pole, np.nan, agreement / np.where(pole, 1.0, agreement + ratio))
    return Agreement(np.where(none, np.nan, np.where(ratio >= 1, 0.0, raw)), raw)


def mean_known(values: Floats) -> Floats:
    """The plain mean over the last axis of what is there, ``nan`` where nothing is."""
    known = np.sum(~np.isnan(values), axis=-1)
    return np.where(known > 0, np.nansum(values, axis=-1) / np.maximum(known, 1), np.nan)


def numbered(values: Numbers) -> tuple[Indices, Numbers]:
    """Which numbers (from 0, not too large) there are in ascending order, and of each value the place there.

    What ``np.unique`` says, without sorting and in a third of the room.
    """
    there = np.bincount(values) > 0
    return np.flatnonzero(there), (np.cumsum(there, dtype=np.int32) - 1)[values]


def reliability(values: ArrayLike, groups: ArrayLike) -> Reliability | None:
    """ICC(1) and ICC(1,k) of ``values``, one per sheet, with ratees as ``groups`` (numbers from 0, one per value).

    ``None`` with a single ratee, when no ratee has two sheets, or when nothing varies at all.
    """
    figures = np.asarray(values, dtype=np.float64)
    _, group = numbered(np.asarray(groups, dtype=np.int64))
    sizes = np.bincount(group)
    count, total = len(sizes), len(figures)
    if count < 2 or total == count:
        return None
    centred = figures - figures.mean()
    means = np.bincount(group, centred) / sizes
    rest = centred - means[group]
    between, within = float(sizes @ means**2), float(np.square(rest, out=rest).sum())
    if np.ptp(figures) == 0:
        return None
    between, within = (0.0 if part <= _NOTHING * (between + within) else part for part in (between, within))
    msb, msw = between / (count - 1), within / (total - count)
    size = float(total - (sizes**2).sum() / total) / (count - 1)
    single = (msb - msw) / (msb + (size - 1) * msw)
    mean = (msb - msw) / msb if msb else None
    return Reliability(
        Figure(max(single, 0.0), single), Figure(0.0, None) if mean is None else Figure(max(mean, 0.0), mean), size
    )


def leave_one_out(values: Floats, groups: Indices) -> Floats:
    """How far each value lies above the mean of the *other* values of its group; ``nan`` for one that is alone."""
    sizes, sums = np.bincount(groups), np.bincount(groups, values)
    others = sizes[groups] - 1
    means = (sums[groups] - values) / np.maximum(others, 1)
    return np.where(others > 0, values - means, np.nan)


def identical_share(points: Numbers, owners: Indices, count: int) -> Floats:
    """Per owner (a sheet or a rater, 0 to ``count`` - 1), the share of his most frequent point among all his answers."""
    lowest = int(points.min(initial=0))
    width = int(points.max(initial=0)) - lowest + 1
    counts = np.bincount(owners * width + (points - lowest), minlength=count * width).reshape(count, width)
    most, answers = counts.max(axis=1, initial=0), counts.sum(axis=1)
    return np.where(answers > 0, most / np.maximum(answers, 1), np.nan)


def spread(values: Floats, owners: Indices, count: int) -> Floats:
    """Per owner, the standard deviation (K - 1) of his answers; ``nan`` below two."""
    answers = np.bincount(owners, minlength=count)
    means = np.bincount(owners, values, count) / np.maximum(answers, 1)
    squares = np.bincount(owners, (values - means[owners]) ** 2, count)
    return np.where(answers > 1, np.sqrt(squares / np.maximum(answers - 1, 1)), np.nan)


def reciprocal_pairs(
    raters: Numbers, ratees: Numbers, marked: NDArray[np.bool_]
) -> tuple[Indices, Indices, NDArray[np.bool_]]:
    """Pairs of people who rated each other: the lower number, the higher one, and whether both sheets are ``marked``.

    A person gives at most one sheet to another and none counts about himself (self-assessments make no pair). One number
    says all of a sheet, so that sorting in place finds the pairs.
    """
    people = int(max(raters.max(initial=-1), ratees.max(initial=-1))) + 1
    sheets = np.minimum(raters, ratees).astype(np.int64)
    sheets *= people
    sheets += np.maximum(raters, ratees)
    sheets *= 2
    sheets += marked
    sheets.sort()
    twice = np.flatnonzero((sheets[1:] ^ sheets[:-1]) < 2)
    one, other = np.divmod(sheets[twice] // 2, max(people, 1))
    return one, other, (sheets[twice] & sheets[twice + 1] & 1).astype(np.bool_)


def adjusted_means(values: ArrayLike, ratees: ArrayLike, raters: ArrayLike) -> Adjusted:
    """Additive least squares ``mu + ratee + rater`` on one value per sheet, in each connected component on its own.

    ``ratees`` and ``raters`` number people from 0 without gaps. The rater effects of a component sum to zero over its raters.
    The ratees are eliminated; what remains for the raters is solved by conjugate gradients, which need no matrix.
    """
    figures = np.asarray(values, dtype=np.float64)
    ratee, rater = np.asarray(ratees), np.asarray(raters)
    per_ratee, per_rater = np.bincount(ratee), np.bincount(rater)
    component = components(ratee, rater, len(per_ratee), len(per_rater))
    of_rater = component[len(per_ratee) :]

    def within(sheets: Floats) -> Floats:
        """Per rater, the sum of what is left of his sheets when each ratee's mean is taken away."""
        means = np.bincount(ratee, sheets) / per_ratee
        return np.bincount(rater, sheets - means[ratee]).astype(np.float64)

    members = np.bincount(of_rater)

    def centred(effects: Floats) -> Floats:
        return effects - (np.bincount(of_rater, effects) / members)[of_rater]

    effects = centred(_solve(lambda guess: within(guess[rater]), within(figures), centred))
    means = np.bincount(ratee, figures - effects[rater]) / per_ratee
    return Adjusted(means, effects, component[: len(per_ratee)])


def _solve(apply: Callable[[Floats], Floats], wanted: Floats, centred: Callable[[Floats], Floats]) -> Floats:
    """Conjugate gradients for ``apply(x) = wanted``, ``apply`` symmetric and positive on what `centred` leaves."""
    solution = np.zeros_like(wanted)
    rest = centred(wanted)
    direction = rest
    error = first = float(rest @ rest)
    for _ in range(4 * len(wanted)):
        if error <= _PRECISION**2 * first:
            break
        image = apply(direction)
        step = error / float(direction @ image)
        solution = solution + step * direction
        rest = centred(rest - step * image)
        before, error = error, float(rest @ rest)
        direction = rest + (error / before) * direction
    return solution


def components(ratee: Numbers, rater: Numbers, ratees: int, raters: int) -> Indices:
    """The component of each ratee and, after them, of each rater, numbered from 0.

    Every node points to one with a lower number of its component; all edges at once hang the higher of two roots below the
    lower one, until both ends of every edge have the same root.
    """
    parent = np.arange(ratees + raters, dtype=np.int32)
    while True:
        one, other = parent[ratee], parent[rater + ratees]
        apart = one != other
        if not apart.any():
            return numbered(parent)[1].astype(np.int64)
        ratee, rater, one, other = ratee[apart], rater[apart], one[apart], other[apart]
        np.minimum.at(parent, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(above := parent[parent], parent):
            parent = above
