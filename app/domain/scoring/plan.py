"""A rubric under a policy, laid out in the arrays the engine counts with."""

import itertools
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.cycles import ExternalRange, Policy
from app.domain.rubrics import Criterion, Indicator, Rubric
from app.domain.scoring.ratios import Mask, widest_denominator
from app.domain.values import Dimension, RaterType

#: The order of every axis of rater types.
TYPES: Final = tuple(RaterType)
ANONYMOUS: Final[Mask] = np.array([rater_type.anonymous for rater_type in TYPES])


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is the same for all participants who share a rubric and a policy. Immutable, made once, kept.

    Axes: rater types in the order of `TYPES`, indicators and criteria in rubric order, dimensions in the
    order of `Dimension` (rated and external ones together).
    """

    rubric: Rubric
    policy: Policy
    indicators: tuple[Indicator, ...]
    #: Per criterion, the positions of its indicators and their weights.
    members: tuple[tuple[int, ...], ...]
    indicator_weights: tuple[tuple[int, ...], ...]
    #: Per dimension, the positions of its criteria and their weights; none for an external dimension.
    dimensions: tuple[Dimension, ...]
    dimension_members: tuple[tuple[int, ...], ...]
    criterion_weights: tuple[tuple[int, ...], ...]
    #: Lowest point and span of the scale of each indicator.
    lowest: NDArray[np.int32]
    span: NDArray[np.int32]
    #: Whether the type is asked something there: ``[type, indicator]``, and so on.
    asked: Mask
    asked_criterion: Mask
    asked_dimension: Mask
    #: ``P_t`` of scoring.md per type, and the same without the weight of self.
    rater_weights: tuple[int, ...]
    other_weights: tuple[int, ...]
    #: ``min_raters_t`` per type; 1 for superior and self.
    minimum: NDArray[np.int64]
    #: ``D_d`` of scoring.md per dimension of the result.
    dimension_weights: tuple[int, ...]
    #: The largest denominator that machine words can carry for these weights.
    widest: int

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria in rubric order."""
        return self.rubric.criteria

    @property
    def weighing(self) -> Mask:
        """Per type, whether ``P_t > 0``."""
        return np.array([weight > 0 for weight in self.rater_weights])

    def external(self, dimension: Dimension) -> bool:
        """Whether another system sends the value of ``dimension``."""
        return dimension in self.policy.external_dimensions

    def external_share(self, dimension: Dimension, value: Decimal) -> Fraction:
        """``(value - min) / (max - min)`` exactly; `ValueError` outside the range of the policy."""
        bounds: ExternalRange = self.policy.external_dimensions[dimension]
        low, high = Fraction(bounds.min), Fraction(bounds.max)
        if not bounds.min <= value <= bounds.max:
            msg = f"external score of {dimension} outside its range"
            raise ValueError(msg)
        return (Fraction(value) - low) / (high - low)


def compile_plan(rubric: Rubric, policy: Policy) -> Plan:
    """Lay out a published rubric under a frozen policy.

    Both must have passed `check_content`, `check_policy` and `check_opening`; nothing is checked again here.
    """
    criteria = rubric.criteria
    members = _positions(rubric)
    dimensions = _result_dimensions(rubric, policy)
    dimension_members = tuple(_criteria_of(rubric, dimension) for dimension in dimensions)
    scales = [rubric.scale_of(criterion) for criterion, _ in rubric.indicators()]
    asked = _asked(rubric)
    asked_criterion = _any_member(asked, members)
    indicator_weights = tuple(tuple(i.weight for i in criterion.indicators) for criterion in criteria)
    criterion_weights = tuple(tuple(criteria[c].weight for c in positions) for positions in dimension_members)
    rater_weights = tuple(policy.weight(rater_type) for rater_type in TYPES)
    dimension_weights = tuple(policy.dimension_weights[dimension] for dimension in dimensions)
    siblings = (*indicator_weights, *criterion_weights, rater_weights, dimension_weights)
    return Plan(
        rubric=rubric,
        policy=policy,
        indicators=tuple(indicator for _, indicator in rubric.indicators()),
        members=members,
        indicator_weights=indicator_weights,
        dimensions=dimensions,
        dimension_members=dimension_members,
        criterion_weights=criterion_weights,
        lowest=np.array([scale.min for scale in scales], dtype=np.int32),
        span=np.array([scale.span for scale in scales], dtype=np.int32),
        asked=asked,
        asked_criterion=asked_criterion,
        asked_dimension=_any_member(asked_criterion, dimension_members),
        rater_weights=rater_weights,
        other_weights=_without_self(rater_weights),
        minimum=np.array([policy.minimum(rater_type) for rater_type in TYPES]),
        dimension_weights=dimension_weights,
        widest=widest_denominator(max(map(sum, siblings))),
    )


def _positions(rubric: Rubric) -> tuple[tuple[int, ...], ...]:
    """Where on a sheet the indicators of each criterion are."""
    sheet = itertools.count()
    return tuple(tuple(next(sheet) for _ in criterion.indicators) for criterion in rubric.criteria)


def _result_dimensions(rubric: Rubric, policy: Policy) -> tuple[Dimension, ...]:
    present = {*rubric.dimensions(), *policy.external_dimensions}
    return tuple(dimension for dimension in Dimension if dimension in present)


def _criteria_of(rubric: Rubric, dimension: Dimension) -> tuple[int, ...]:
    return tuple(c for c, criterion in enumerate(rubric.criteria) if criterion.dimension is dimension)


def _asked(rubric: Rubric) -> Mask:
    sets = [indicator.rater_types for _, indicator in rubric.indicators()]
    return np.array([[rater_type in asked_types for asked_types in sets] for rater_type in TYPES])


def _any_member(asked: Mask, members: tuple[tuple[int, ...], ...]) -> Mask:
    return np.stack([asked[:, list(positions)].any(axis=1) for positions in members], axis=1)


def _without_self(weights: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(
        0 if rater_type is RaterType.SELF else weight for rater_type, weight in zip(TYPES, weights, strict=True)
    )
