"""What the rules read from the published figures of one result, each beside what it was read from (scoring.md 4 to 6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.cycles import Policy
from app.domain.results import Reason, appraise, colleagues_heard, gap, improvements, strengths
from app.domain.schemes import Thresholds
from app.domain.scoring import MISSING, TYPES, Circumstances, Hundredths, Plan, Scores, View
from app.domain.values import Completeness, Dimension, Expectation, Flag, Predicate, RaterType, Scheme


@dataclass(frozen=True, slots=True)
class DimensionReading:
    """A dimension's published figure in hundredths and the expectation it means; both ``None`` where there is none."""

    dimension: Dimension
    figure: int | None
    expectation: Expectation | None


@dataclass(frozen=True, slots=True)
class CriterionReading:
    """A criterion's published figures in hundredths, ``None`` where there is none, and what their gap says."""

    code: str
    title: str
    figure: int | None
    own: int | None
    others: int | None
    gap: int | None
    flag: Flag | None


@dataclass(frozen=True, slots=True)
class Conclusions:
    """One result as the rules read it.

    ``value`` (hundredths, 0..12000), ``colleagues_heard`` and ``innovation`` belong to PP 30/2019 and are ``None``
    elsewhere. ``strengths`` and ``improvements`` are in the order of section 6. ``reasons`` are all there are: those of
    lost groups are for the appraiser, administrators and auditors alone, who get ``officer_reasons``.
    """

    policy: Policy
    completeness: Completeness
    dimensions: tuple[DimensionReading, ...]
    recommended: Predicate | None
    value: int | None
    colleagues_heard: bool | None
    innovation: bool | None
    criteria: tuple[CriterionReading, ...]
    strengths: tuple[CriterionReading, ...]
    improvements: tuple[CriterionReading, ...]
    reasons: tuple[Reason, ...]
    officer_reasons: tuple[Reason, ...]


def conclude(plan: Plan, scores: Scores, circumstances: Circumstances, participant: int) -> Conclusions:
    """The conclusions about one participant of a batch, by the functions that made his result."""
    appraisal = appraise(plan, scores, circumstances)[participant]
    numeric = plan.policy.scheme is Scheme.PP_30_2019
    criteria = _criteria(plan, scores, participant)
    figures = [MISSING if criterion.figure is None else criterion.figure for criterion in criteria]
    thresholds = Thresholds.of(plan.policy)
    return Conclusions(
        policy=plan.policy,
        completeness=appraisal.completeness,
        dimensions=tuple(
            DimensionReading(dimension, figure, appraisal.recommendation.expectations[dimension])
            for dimension, figure in zip(
                plan.dimensions, _figures(scores.published.dimensions[View.TOGETHER], participant), strict=True
            )
        ),
        recommended=appraisal.recommendation.predicate,
        value=appraisal.recommendation.value,
        colleagues_heard=bool(colleagues_heard(plan, scores)[participant]) if numeric else None,
        innovation=bool(circumstances.innovation[participant]) if numeric else None,
        criteria=tuple(criteria),
        strengths=tuple(criteria[c] for c in strengths(figures, thresholds.above)),
        improvements=tuple(criteria[c] for c in improvements(figures, thresholds.meets)),
        reasons=appraisal.reasons,
        officer_reasons=appraisal.officer_reasons,
    )


def _criteria(plan: Plan, scores: Scores, participant: int) -> list[CriterionReading]:
    thresholds = Thresholds.of(plan.policy)
    views = (View.TOGETHER, TYPES.index(RaterType.SELF), View.OTHERS)
    columns = [_figures(scores.published.criteria[view], participant) for view in views]
    readings = []
    for criterion, figure, own, others in zip(plan.criteria, *columns, strict=True):
        difference = None if own is None or others is None else gap(own, others)
        flag = None if difference is None else thresholds.flag(difference)
        readings.append(CriterionReading(criterion.code, criterion.title, figure, own, others, difference, flag))
    return readings


def _figures(published: Hundredths, participant: int) -> Sequence[int | None]:
    """The figures of one participant at every place of a level."""
    return [None if figure == MISSING else figure for figure in published[:, participant].tolist()]
