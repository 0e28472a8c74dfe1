"""What a result recommends to the appraiser: expectations, predicate, value (scoring.md section 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from app.domain.rounding import round_half_up
from app.domain.schemes import (
    Thresholds,
    matrix_predicate,
    performance_predicate,
    performance_value,
)
from app.domain.scoring import MISSING, TYPES, Circumstances, Mask, Plan, Scores, View
from app.domain.values import Dimension, Expectation, Predicate, RaterType, Scheme

_COLLEAGUES: Final = (RaterType.PEER, RaterType.SUBORDINATE)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the figures say; the decision is the appraiser's.

    ``expectations`` has an entry per dimension of the result, ``None`` where there is no figure.
    ``predicate`` is ``None`` for an incomplete participant and, under PermenPANRB 6/2022, for a result with a
    single dimension. ``value`` (hundredths, 0..12000) exists under PP 30/2019 only.
    """

    expectations: Mapping[Dimension, Expectation | None]
    predicate: Predicate | None = None
    value: int | None = None


def recommendations(plan: Plan, scores: Scores, circumstances: Circumstances, complete: Mask) -> list[Recommendation]:
    """The recommendation for each participant; ``complete`` says who has one beyond the expectations."""
    heard = colleagues_heard(plan, scores)
    made = []
    for participant, expectations in enumerate(_expectations(plan, scores)):
        if not complete[participant]:
            made.append(Recommendation(expectations))
        elif plan.policy.scheme is Scheme.PP_30_2019:
            innovation = bool(circumstances.innovation[participant])
            exact = exact_value(plan, scores, participant, heard=bool(heard[participant]))
            made.append(_numeric(expectations, exact, innovation=innovation))
        else:
            made.append(Recommendation(expectations, _matrix_predicate(expectations)))
    return made


def colleagues_heard(plan: Plan, scores: Scores) -> Mask:
    """Per participant: peers or subordinates count somewhere in work behaviour (PP 30/2019 art. 41)."""
    types = [t for t, rater_type in enumerate(TYPES) if rater_type in _COLLEAGUES and plan.weighing[t]]
    behaviour = [
        i
        for criterion, members in zip(plan.criteria, plan.members, strict=True)
        if criterion.dimension is Dimension.WORK_BEHAVIOUR
        for i in members
    ]
    return np.asarray(scores.reaches[np.ix_(types, behaviour)].any(axis=(0, 1)))


def exact_value(plan: Plan, scores: Scores, participant: int, *, heard: bool) -> Fraction | None:
    """The value of PP 30/2019 on 0..120, or ``None`` when a dimension has no figure."""
    if not {Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR} <= set(plan.dimensions):
        return None
    dimensions = scores.exact(participant).dimensions
    work_result = dimensions.figure(View.TOGETHER, plan.dimensions.index(Dimension.WORK_RESULT))
    work_behaviour = dimensions.figure(View.TOGETHER, plan.dimensions.index(Dimension.WORK_BEHAVIOUR))
    if work_result is None or work_behaviour is None:
        return None
    return performance_value(work_result, work_behaviour, colleagues_heard=heard)


def _expectations(plan: Plan, scores: Scores) -> Iterator[dict[Dimension, Expectation | None]]:
    thresholds = Thresholds.of(plan.policy)
    for figures in scores.published.dimensions[View.TOGETHER].T.tolist():
        yield {
            dimension: None if figure == MISSING else thresholds.expectation(figure)
            for dimension, figure in zip(plan.dimensions, figures, strict=True)
        }


def _matrix_predicate(expectations: Mapping[Dimension, Expectation | None]) -> Predicate | None:
    work_result = expectations.get(Dimension.WORK_RESULT)
    work_behaviour = expectations.get(Dimension.WORK_BEHAVIOUR)
    if work_result is None or work_behaviour is None:
        return None
    return matrix_predicate(work_result, work_behaviour)


def _numeric(
    expectations: Mapping[Dimension, Expectation | None], exact: Fraction | None, *, innovation: bool
) -> Recommendation:
    if exact is None:
        return Recommendation(expectations)
    value = round_half_up(exact)
    return Recommendation(expectations, performance_predicate(value, innovation=innovation), value)
