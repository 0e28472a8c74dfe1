"""From sheets to figures: scoring.md sections 2 and 3 for a whole batch of participants at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from fractions import Fraction
from itertools import compress
from typing import Final, Generic, TypeVar

import numpy as np

from app.domain.scoring.batch import Circumstances, Sheets, Tally, tally
from app.domain.scoring.plan import TYPES, Plan
from app.domain.scoring.ratios import Calculator, Hundredths, Mask, Ratios
from app.domain.values import Dimension

T = TypeVar("T")
S = TypeVar("S")
ExternalShares = Mapping[Dimension, Sequence[Fraction | None]]


class View(IntEnum):
    """Whose answers a figure is made of; the positions before these are the rater types alone (`TYPES`)."""

    TOGETHER = len(TYPES)
    OTHERS = len(TYPES) + 1


#: The views of each rater type alone.
ALONE: Final = slice(0, len(TYPES))


@dataclass(frozen=True, slots=True)
class Levels(Generic[T]):
    """One thing at the four levels. Axes: view, then indicator, criterion or dimension, then participant."""

    indicators: T
    criteria: T
    dimensions: T
    overall: T

    def map(self, change: Callable[[T], S]) -> "Levels[S]":
        """The levels with ``change`` done to each."""
        return Levels(change(self.indicators), change(self.criteria), change(self.dimensions), change(self.overall))


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """All figures of a batch.

    ``reaches[t, i, p]``: the type has its minimum of answers on the indicator and was not set aside, so it
    may be shown; it counts when also ``P_t > 0``. ``published`` holds the rounded figures; `exact` gives the
    values they were rounded from.
    """

    tally: Tally
    reaches: Mask
    published: Levels[Hundredths]
    _bounded: Levels[Ratios]
    _unbounded: Levels[Ratios]
    _wide: Mask

    def exact(self, participant: int) -> Levels[Ratios]:
        """The exact shares of one participant: the same levels without the axis of participants."""
        if self._wide[participant]:
            column = int(self._wide[:participant].sum())
            return self._unbounded.map(lambda ratios: ratios[..., column])
        return self._bounded.map(lambda ratios: ratios[..., participant])


def score(plan: Plan, sheets: Sheets, circumstances: Circumstances) -> Scores:
    """The figures of every participant of a batch, exactly.

    All are computed in machine words first, and those that do not fit (a few odd numbers of raters are
    enough) once more in unbounded integers.
    """
    counted = tally(plan, sheets, len(circumstances))
    set_aside = circumstances.set_aside.T[:, np.newaxis, :]
    reaches = (counted.answers >= plan.minimum[:, np.newaxis, np.newaxis]) & ~set_aside
    means = _means(plan, counted, reaches)
    external = _external_shares(plan, circumstances)
    words = Calculator(len(circumstances), plan.widest or None)
    bounded = _levels(words, plan, means, external)
    wide = words.wide
    again = {dimension: list(compress(shares, wide)) for dimension, shares in external.items()}
    unbounded = _levels(Calculator(int(wide.sum()), None), plan, means[..., wide], again)
    return Scores(counted, reaches, _published(bounded, unbounded, wide), bounded, unbounded, wide)


def _means(plan: Plan, counted: Tally, reaches: Mask) -> Ratios:
    """``mean(i, t)`` as a share, wherever the type reaches its minimum."""
    full = counted.answers * plan.span[:, np.newaxis]
    return Ratios(np.where(reaches, counted.points, 0), np.where(reaches, full, 0))


def _external_shares(plan: Plan, circumstances: Circumstances) -> ExternalShares:
    everybody = range(len(circumstances))
    return {
        dimension: [
            None if score is None else plan.external_share(dimension, score)
            for score in (circumstances.external_score(dimension, participant) for participant in everybody)
        ]
        for dimension in filter(plan.external, plan.dimensions)
    }


def _levels(calculator: Calculator, plan: Plan, means: Ratios, external: ExternalShares) -> Levels[Ratios]:
    """Climb from the means of the rater types to the overall figure, for all views together."""
    indicators = _indicators(calculator, plan, means)
    criteria = [
        calculator.weighted_mean([indicators[:, i] for i in members], weights)
        for members, weights in zip(plan.members, plan.indicator_weights, strict=True)
    ]
    dimensions = [
        _external_view(calculator.shares(external[dimension]))
        if plan.external(dimension)
        else calculator.weighted_mean([criteria[c] for c in members], weights)
        for dimension, members, weights in zip(
            plan.dimensions, plan.dimension_members, plan.criterion_weights, strict=True
        )
    ]
    overall = calculator.weighted_mean(dimensions, plan.dimension_weights)
    return Levels(indicators, Ratios.stack(criteria, axis=1), Ratios.stack(dimensions, axis=1), overall)


def _indicators(calculator: Calculator, plan: Plan, means: Ratios) -> Ratios:
    """Each type alone, then ``s_i`` of all that count, then the same without self."""
    alone = [calculator.whole(means[t]) for t in range(len(TYPES))]
    together = calculator.weighted_mean(alone, plan.rater_weights)
    others = together
    if plan.other_weights != plan.rater_weights:
        others = calculator.weighted_mean(alone, plan.other_weights)
    return Ratios.stack([*alone, together, others], axis=0)


def _external_view(shares: Ratios) -> Ratios:
    """An external value takes part in the figures of all together and in no rater type's."""
    num = np.zeros((len(View) + len(TYPES), *shares.num.shape), dtype=shares.num.dtype)
    den = np.zeros_like(num)
    num[View.TOGETHER], den[View.TOGETHER] = shares.num, shares.den
    return Ratios(num, den)


def _published(bounded: Levels[Ratios], unbounded: Levels[Ratios], wide: Mask) -> Levels[Hundredths]:
    published = bounded.map(Ratios.hundredths)
    if wide.any():
        again = unbounded.map(Ratios.hundredths)
        for level in fields(Levels):
            getattr(published, level.name)[..., wide] = getattr(again, level.name)
    return published
