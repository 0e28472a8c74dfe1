"""A second, deliberately naive reading of the scoring rules: one participant, plain loops, `Fraction`s.

It shares no line with `app.domain.scoring` and its followers; only the rubric, the policy and the words are the
product's own. Where the two differ, one of them has misread the rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from app.domain.cycles import Policy
from app.domain.rubrics import Criterion, Indicator, Rubric
from app.domain.values import Dimension, RaterType

ANONYMOUS = (RaterType.PEER, RaterType.SUBORDINATE, RaterType.SERVICE_RECIPIENT)


@dataclass
class Case:
    """One participant: submitted sheets (points in rubric order) and everything else that matters."""

    sheets: Sequence[tuple[RaterType, Sequence[int | None]]] = ()
    set_aside: set[RaterType] = field(default_factory=set)
    assigned: set[RaterType] = field(default_factory=set)
    filled_at_opening: set[RaterType] = field(default_factory=set)
    innovation: bool = False
    external: dict[Dimension, Decimal] = field(default_factory=dict)


def published(figure: Fraction | None) -> Fraction | None:
    """Two decimals, half-up."""
    return None if figure is None else Fraction(floor(figure * 100 + Fraction(1, 2)), 100)


def shown(figure: Fraction | None) -> float | None:
    return None if figure is None else float(figure)


class Oracle:
    def __init__(self, rubric: Rubric, policy: Policy, case: Case) -> None:
        self.rubric = rubric
        self.policy = policy
        self.case = case
        self.weights = {rater_type: policy.rater_weights.get(rater_type, 0) for rater_type in RaterType}
        self.position: dict[str, int] = {}
        for criterion in rubric.criteria:
            for indicator in criterion.indicators:
                self.position[indicator.code] = len(self.position)

    # ------------------------------------------------------------------ sections 2 and 3

    def least(self, rater_type: RaterType) -> int:
        return self.policy.min_raters.get(rater_type, 3) if rater_type in ANONYMOUS else 1

    def answers(self, criterion: Criterion, indicator: Indicator, rater_type: RaterType) -> list[Fraction]:
        """X(i, t)."""
        if rater_type not in indicator.rater_types:
            return []
        scale = criterion.scale if criterion.scale is not None else self.rubric.scale
        found = []
        for sheet_type, points in self.case.sheets:
            if sheet_type == rater_type:
                p = points[self.position[indicator.code]]
                if p is not None:
                    found.append(Fraction(100 * (p - scale.min), scale.max - scale.min))
        return found

    def mean(self, criterion: Criterion, indicator: Indicator, rater_type: RaterType) -> Fraction | None:
        """The mean of a type that may be shown."""
        if rater_type in self.case.set_aside:
            return None
        answers = self.answers(criterion, indicator, rater_type)
        if len(answers) < self.least(rater_type):
            return None
        return sum(answers, Fraction(0)) / len(answers)

    def indicator(self, criterion: Criterion, indicator: Indicator, weights: dict[RaterType, int]) -> Fraction | None:
        above, below = Fraction(0), 0
        for rater_type, weight in weights.items():
            mean = self.mean(criterion, indicator, rater_type)
            if weight > 0 and mean is not None:
                above += weight * mean
                below += weight
        return above / below if below else None

    def criterion(self, criterion: Criterion, weights: dict[RaterType, int]) -> Fraction | None:
        above, below = Fraction(0), 0
        for indicator in criterion.indicators:
            figure = self.indicator(criterion, indicator, weights)
            if figure is not None:
                above += indicator.weight * figure
                below += indicator.weight
        return above / below if below else None

    def dimension(self, dimension: Dimension, weights: dict[RaterType, int]) -> Fraction | None:
        above, below = Fraction(0), 0
        for criterion in self.rubric.criteria:
            if criterion.dimension == dimension:
                figure = self.criterion(criterion, weights)
                if figure is not None:
                    above += criterion.weight * figure
                    below += criterion.weight
        return above / below if below else None

    def external(self, dimension: Dimension) -> Fraction | None:
        value = self.case.external.get(dimension)
        if value is None:
            return None
        bounds = self.policy.external_dimensions[dimension]
        return 100 * (Fraction(value) - Fraction(bounds.min)) / (Fraction(bounds.max) - Fraction(bounds.min))

    def is_external(self, dimension: Dimension) -> bool:
        return dimension in self.policy.external_dimensions

    def dimensions(self) -> list[Dimension]:
        return [
            dimension
            for dimension in (Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR)
            if self.is_external(dimension)
            or any(criterion.dimension == dimension for criterion in self.rubric.criteria)
        ]

    def value(self, dimension: Dimension) -> Fraction | None:
        return self.external(dimension) if self.is_external(dimension) else self.dimension(dimension, self.weights)

    def overall(self) -> Fraction | None:
        return self._overall({dimension: self.value(dimension) for dimension in self.dimensions()})

    def overall_alone(self, rater_type: RaterType) -> Fraction | None:
        rated = [dimension for dimension in self.dimensions() if not self.is_external(dimension)]
        return self._overall({dimension: self.dimension(dimension, {rater_type: 1}) for dimension in rated})

    def _overall(self, figures: dict[Dimension, Fraction | None]) -> Fraction | None:
        above, below = Fraction(0), 0
        for dimension, figure in figures.items():
            if figure is not None:
                above += self.policy.dimension_weights[dimension] * figure
                below += self.policy.dimension_weights[dimension]
        return above / below if below else None

    def others(self, criterion: Criterion) -> Fraction | None:
        return self.criterion(criterion, {**self.weights, RaterType.SELF: 0})

    # ------------------------------------------------------------------ section 4

    def sheets(self, rater_type: RaterType) -> int:
        return sum(1 for sheet_type, _ in self.case.sheets if sheet_type == rater_type)

    def complete(self) -> bool:
        for rater_type in self.policy.required_rater_types:
            if self.sheets(rater_type) < self.least(rater_type):
                return False
        return all(self.value(dimension) is not None for dimension in self.dimensions())

    def reasons(self) -> list[dict[str, str]]:
        return [
            *self._missing_types(),
            *self._small_groups(),
            *self._few_answers(),
            *self._not_scored(),
            *self._set_aside(),
        ]

    def _missing_types(self) -> list[dict[str, str]]:
        return [
            {"code": "missing_rater_type", "rater_type": rater_type.value}
            for rater_type in (RaterType.SUPERIOR, RaterType.SELF)
            if rater_type in self.policy.required_rater_types and self.sheets(rater_type) == 0
        ]

    def _small_groups(self) -> list[dict[str, str]]:
        found = []
        for rater_type in ANONYMOUS:
            wanted = rater_type in self.policy.required_rater_types or (
                self.weights[rater_type] > 0 and rater_type in self.case.assigned
            )
            too_few = self.sheets(rater_type) < self.least(rater_type)
            if wanted and too_few and rater_type not in self.case.set_aside:
                found.append({"code": "below_min_raters", "rater_type": rater_type.value})
        return found

    def _few_answers(self) -> list[dict[str, str]]:
        found = []
        for rater_type in ANONYMOUS:
            if self.weights[rater_type] == 0 or rater_type in self.case.set_aside:
                continue
            if self.sheets(rater_type) < self.least(rater_type):
                continue
            for criterion, indicator in self.rubric.indicators():
                too_few = len(self.answers(criterion, indicator, rater_type)) < self.least(rater_type)
                if rater_type in indicator.rater_types and too_few:
                    reason = {"code": "below_min_raters", "rater_type": rater_type.value}
                    found.append({**reason, "indicator": indicator.code})
        return found

    def _not_scored(self) -> list[dict[str, str]]:
        indicators = [
            {"code": "indicator_not_scored", "indicator": indicator.code}
            for criterion, indicator in self.rubric.indicators()
            if self.indicator(criterion, indicator, self.weights) is None
        ]
        missing = [dimension for dimension in self.dimensions() if self.value(dimension) is None]
        rated = [
            {"code": "dimension_not_scored", "dimension": dimension.value}
            for dimension in missing
            if not self.is_external(dimension)
        ]
        external = [
            {"code": "external_score_missing", "dimension": dimension.value}
            for dimension in missing
            if self.is_external(dimension)
        ]
        return indicators + rated + external

    def _set_aside(self) -> list[dict[str, str]]:
        return [
            {"code": "group_set_aside", "rater_type": rater_type.value}
            for rater_type in ANONYMOUS
            if rater_type in self.case.set_aside
        ]

    def lost(self) -> list[RaterType]:
        return [
            rater_type
            for rater_type in ANONYMOUS
            if self.weights[rater_type] > 0
            and rater_type in self.case.filled_at_opening
            and rater_type not in self.case.set_aside
            and all(
                self.mean(criterion, indicator, rater_type) is None
                for criterion in self.rubric.criteria
                for indicator in criterion.indicators
            )
        ]

    # ------------------------------------------------------------------ section 5

    def expectation(self, dimension: Dimension) -> str | None:
        figure = published(self.value(dimension))
        if figure is None:
            return None
        if figure < Fraction(self.policy.meets):
            return "below"
        if figure < Fraction(self.policy.above):
            return "meets"
        return "above"

    def recommended(self) -> tuple[str | None, float | None]:
        """Predicate and value."""
        if not self.complete():
            return None, None
        if self.policy.scheme == "pp_30_2019":
            value = published(self.performance())
            assert value is not None
            return self._band(value), shown(value)
        if len(self.dimensions()) < 2:
            return None, None
        result, behaviour = (self.expectation(d) for d in (Dimension.WORK_RESULT, Dimension.WORK_BEHAVIOUR))
        if result == "below":
            return ("very_poor" if behaviour == "below" else "needs_improvement"), None
        if behaviour == "below":
            return "poor", None
        return ("very_good" if (result, behaviour) == ("above", "above") else "good"), None

    def performance(self) -> Fraction:
        skp = Fraction(12, 10) * (self.value(Dimension.WORK_RESULT) or Fraction(0))
        behaviour = Fraction(12, 10) * (self.value(Dimension.WORK_BEHAVIOUR) or Fraction(0))
        heard = any(
            self.weights[rater_type] > 0 and self.mean(criterion, indicator, rater_type) is not None
            for rater_type in (RaterType.PEER, RaterType.SUBORDINATE)
            for criterion in self.rubric.criteria
            if criterion.dimension == Dimension.WORK_BEHAVIOUR
            for indicator in criterion.indicators
        )
        if heard:
            return Fraction(6, 10) * skp + Fraction(4, 10) * behaviour
        return Fraction(7, 10) * skp + Fraction(3, 10) * behaviour

    def _band(self, value: Fraction) -> str:
        if value >= 110 and self.case.innovation:
            return "very_good"
        if value >= 90:
            return "good"
        if value >= 70:
            return "fair"
        if value >= 50:
            return "poor"
        return "very_poor"

    # ------------------------------------------------------------------ section 6 and the document

    def document(self) -> dict[str, Any]:
        every = [(c, i) for c in self.rubric.criteria for i in c.indicators]
        return {
            "completeness": "complete" if self.complete() else "incomplete",
            "overall": shown(published(self.overall())),
            "dimensions": [self._dimension(dimension) for dimension in self.dimensions()],
            "criteria": [self._criterion(criterion) for criterion in self.rubric.criteria],
            "indicators": [
                {
                    "indicator_id": str(indicator.id),
                    "code": indicator.code,
                    "value": shown(published(self.indicator(criterion, indicator, self.weights))),
                    "by_rater_type": {
                        t.value: self._entry(t, self.mean(criterion, indicator, t), [indicator]) for t in RaterType
                    },
                }
                for criterion, indicator in every
            ],
            "by_rater_type": {t.value: self._entry(t, self.overall_alone(t), [i for _, i in every]) for t in RaterType},
            "strengths": self._strengths(),
            "improvements": self._improvements(),
            "reasons": self.reasons(),
        }

    def _dimension(self, dimension: Dimension) -> dict[str, Any]:
        external = self.is_external(dimension)
        inside = [i for c in self.rubric.criteria if c.dimension == dimension for i in c.indicators]
        by_rater_type = {t.value: self._entry(t, self.dimension(dimension, {t: 1}), inside) for t in RaterType}
        return {
            "dimension": dimension.value,
            "value": shown(published(self.value(dimension))),
            "expectation": self.expectation(dimension),
            "source": "external" if external else "rated",
            "by_rater_type": {} if external else by_rater_type,
        }

    def _criterion(self, criterion: Criterion) -> dict[str, Any]:
        own = published(self.criterion(criterion, {RaterType.SELF: 1}))
        others = published(self.others(criterion))
        gap = own - others if own is not None and others is not None else None
        flag = None
        if gap is not None and gap > Fraction(self.policy.gap_threshold):
            flag = "blind_spot"
        if gap is not None and gap < -Fraction(self.policy.gap_threshold):
            flag = "hidden_strength"
        return {
            "criterion_id": str(criterion.id),
            "code": criterion.code,
            "value": shown(published(self.criterion(criterion, self.weights))),
            "others": shown(others),
            "self": shown(own),
            "gap": shown(gap),
            "flag": flag,
            "by_rater_type": {
                t.value: self._entry(t, self.criterion(criterion, {t: 1}), list(criterion.indicators))
                for t in RaterType
            },
        }

    def _entry(self, rater_type: RaterType, figure: Fraction | None, inside: list[Indicator]) -> dict[str, Any]:
        if figure is not None:
            return {"value": shown(published(figure))}
        if rater_type in self.case.set_aside:
            withheld = "group_set_aside"
        elif all(rater_type not in indicator.rater_types for indicator in inside):
            withheld = "not_asked"
        else:
            withheld = "below_min_raters" if rater_type in ANONYMOUS else "no_answers"
        return {"value": None, "withheld": withheld}

    def _scored(self) -> list[tuple[Fraction, int, str]]:
        scored = []
        for order, criterion in enumerate(self.rubric.criteria):
            figure = published(self.criterion(criterion, self.weights))
            if figure is not None:
                scored.append((figure, order, criterion.code))
        return scored

    def _strengths(self) -> list[str]:
        strong = [entry for entry in self._scored() if entry[0] >= Fraction(self.policy.above)]
        return [code for _, _, code in sorted(strong, key=lambda entry: (-entry[0], entry[1]))]

    def _improvements(self) -> list[str]:
        scored = sorted(self._scored(), key=lambda entry: (entry[0], entry[1]))
        weak = [entry for entry in scored if entry[0] < Fraction(self.policy.meets)]
        return [code for _, _, code in (weak or scored[:1])]
