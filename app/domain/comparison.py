"""One person's results of two cycles side by side: what may be subtracted from what, and why the rest may not.

A criterion is *shared* when both rubrics have one of the same code in the same dimension; whether it still asks the same is
the city's own care when it keeps a code. Dimensions and the overall figure are sums, so they are compared only when both
cycles make them of the same parts in the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.cycles import Policy
from app.domain.rubrics import Criterion, Rubric
from app.domain.values import Dimension, RaterType


class RubricRelation(StrEnum):
    """How the rubrics of two cycles are related: by their id, otherwise by their code."""

    SAME_VERSION = "same_version"
    REVISED = "revised"
    DIFFERENT = "different"


class NotCompared(StrEnum):
    """Why two figures are not subtracted: the first of these that applies."""

    NO_FIGURE = "no_figure"
    DIMENSIONS_DIFFER = "dimensions_differ"
    SOURCES_DIFFER = "sources_differ"
    RANGES_DIFFER = "ranges_differ"
    RUBRICS_DIFFER = "rubrics_differ"
    WEIGHTS_DIFFER = "weights_differ"


@dataclass(frozen=True, slots=True)
class Measured:
    """The published figures of one result, 0..100 with two decimals, and by what they were made; criteria by code."""

    rubric: Rubric
    policy: Policy
    overall: Decimal | None
    dimensions: Mapping[Dimension, Decimal | None]
    criteria: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two published figures; ``difference`` is here minus there, or ``reason`` says why there is none."""

    here: Decimal | None
    there: Decimal | None
    reason: NotCompared | None = None

    @property
    def difference(self) -> Decimal | None:
        """Published minus published."""
        if self.reason is not None or self.here is None or self.there is None:
            return None
        return self.here - self.there


@dataclass(frozen=True, slots=True)
class SharedCriterion:
    """A criterion that both rubrics have, by the title it has here."""

    code: str
    title: str
    dimension: Dimension
    pair: Pair


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results side by side. Dimensions are all that either has, criteria in the order of the rubric here."""

    rubrics: RubricRelation
    same_rater_weights: bool
    overall: Pair
    dimensions: Mapping[Dimension, Pair]
    criteria: tuple[SharedCriterion, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def compare(here: Measured, there: Measured) -> Comparison:
    """Hold the result here against the one there."""
    shared = [criterion for criterion in here.rubric.criteria if _place(criterion) in _places(there.rubric)]
    dimensions = {d: _dimension(here, there, d) for d in Dimension if d in here.dimensions or d in there.dimensions}
    return Comparison(
        rubrics=_relation(here.rubric, there.rubric),
        same_rater_weights=_rater_shares(here.policy) == _rater_shares(there.policy),
        overall=_overall(here, there, dimensions),
        dimensions=dimensions,
        criteria=tuple(
            SharedCriterion(
                one.code, one.title, one.dimension, _pair(here.criteria[one.code], there.criteria[one.code])
            )
            for one in shared
        ),
        only_here=_others(here.rubric, there.rubric),
        only_there=_others(there.rubric, here.rubric),
    )


def _relation(here: Rubric, there: Rubric) -> RubricRelation:
    if here.id == there.id:
        return RubricRelation.SAME_VERSION
    return RubricRelation.REVISED if here.code == there.code else RubricRelation.DIFFERENT


def _place(criterion: Criterion) -> tuple[str, Dimension]:
    return criterion.code, criterion.dimension


def _places(rubric: Rubric) -> frozenset[tuple[str, Dimension]]:
    return frozenset(map(_place, rubric.criteria))


def _others(rubric: Rubric, other: Rubric) -> tuple[str, ...]:
    """Codes of criteria that the other rubric does not have in the same dimension."""
    return tuple(criterion.code for criterion in rubric.criteria if _place(criterion) not in _places(other))


def _pair(here: Decimal | None, there: Decimal | None, reason: NotCompared | None = None) -> Pair:
    return Pair(here, there, NotCompared.NO_FIGURE if here is None or there is None else reason)


def _dimension(here: Measured, there: Measured, dimension: Dimension) -> Pair:
    reason = _unlike(here, there, dimension)
    return _pair(here.dimensions.get(dimension), there.dimensions.get(dimension), reason)


def _unlike(here: Measured, there: Measured, dimension: Dimension) -> NotCompared | None:
    """In what the two ways to make this dimension's figure differ."""
    bounds = [side.policy.external_dimensions.get(dimension) for side in (here, there)]
    if bounds[0] is not None or bounds[1] is not None:
        if None in bounds:
            return NotCompared.SOURCES_DIFFER
        return None if bounds[0] == bounds[1] else NotCompared.RANGES_DIFFER
    if here.rubric.id != there.rubric.id:
        return NotCompared.RUBRICS_DIFFER
    same = _rater_shares(here.policy) == _rater_shares(there.policy)
    return None if same else NotCompared.WEIGHTS_DIFFER


def _overall(here: Measured, there: Measured, dimensions: Mapping[Dimension, Pair]) -> Pair:
    scored = [frozenset(d for d, figure in side.dimensions.items() if figure is not None) for side in (here, there)]
    unlike = [dimensions[d].reason for d in dimensions if dimensions[d].reason is not None]
    reason = None
    if scored[0] != scored[1]:
        reason = NotCompared.DIMENSIONS_DIFFER
    elif any(one is not NotCompared.NO_FIGURE for one in unlike):
        reason = next(one for one in unlike if one is not NotCompared.NO_FIGURE)
    elif _dimension_shares(here.policy, scored[0]) != _dimension_shares(there.policy, scored[0]):
        reason = NotCompared.WEIGHTS_DIFFER
    return _pair(here.overall, there.overall, reason)


def _rater_shares(policy: Policy) -> list[Fraction]:
    """Weights are relative: 60 to 40 is 3 to 2."""
    weights = [policy.weight(rater_type) for rater_type in RaterType]
    return [Fraction(weight, sum(weights)) for weight in weights]


def _dimension_shares(policy: Policy, scored: frozenset[Dimension]) -> dict[Dimension, Fraction]:
    total = sum(policy.dimension_weights[dimension] for dimension in scored)
    return {dimension: Fraction(policy.dimension_weights[dimension], total) for dimension in scored}
