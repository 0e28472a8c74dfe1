"""Rubrics: what is asked, on which scale, with which weight, of whom (scoring.md section 1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from app.domain.errors import Violation
from app.domain.values import Dimension, RaterType, RubricState

MIN_POINTS: Final = 2
MAX_POINTS: Final = 101
MAX_CRITERIA: Final = 40
MAX_INDICATORS: Final = 200
#: Points of a scale lie within ``-MOST_POINTS..MOST_POINTS``, weights within ``1..MAX_WEIGHT``.
MOST_POINTS: Final = 1000
MAX_WEIGHT: Final = 1000
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ScaleLabel:
    """The words for one point of a scale."""

    points: int
    label: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Integer points ``min..max`` (2 to 101 of them), each with its label."""

    min: int
    max: int
    labels: tuple[ScaleLabel, ...]

    @property
    def span(self) -> int:
        """``max - min``: what 100 per cent is worth in points."""
        return self.max - self.min

    def holds(self, points: int) -> bool:
        """Whether ``points`` is a point of this scale."""
        return self.min <= points <= self.max


@dataclass(frozen=True, slots=True)
class Indicator:
    """One observable statement; ``weight`` 1..1000 is relative to its siblings."""

    id: UUID
    code: str
    statement: str
    weight: int
    rater_types: frozenset[RaterType]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A group of indicators; ``weight`` 1..1000 is relative to the other criteria of its dimension."""

    id: UUID
    code: str
    title: str
    dimension: Dimension
    weight: int
    scale: Scale | None
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class RubricDefinition:
    """What the author of a rubric writes, before it has a version and a state."""

    code: str
    title: str
    description: str | None
    scale: Scale
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of a rubric. Immutable once published."""

    id: UUID
    code: str
    version: int
    title: str
    description: str | None
    state: RubricState
    scale: Scale
    criteria: tuple[Criterion, ...]
    created_at: datetime
    published_at: datetime | None
    retired_at: datetime | None

    def scale_of(self, criterion: Criterion) -> Scale:
        """The criterion's own scale, otherwise the rubric's."""
        return criterion.scale or self.scale

    def indicators(self) -> Iterator[tuple[Criterion, Indicator]]:
        """All indicators in rubric order: the order of a sheet's points."""
        for criterion in self.criteria:
            for indicator in criterion.indicators:
                yield criterion, indicator

    def asked(self, rater_type: RaterType) -> tuple[tuple[int, Criterion, Indicator], ...]:
        """The indicators asked of ``rater_type``, each with its position on the sheet."""
        return tuple(
            (position, criterion, indicator)
            for position, (criterion, indicator) in enumerate(self.indicators())
            if rater_type in indicator.rater_types
        )

    def dimension_weight(self, dimension: Dimension) -> int:
        """The sum of the weights of the criteria of ``dimension``."""
        return sum(criterion.weight for criterion in self.criteria if criterion.dimension is dimension)

    def dimensions(self) -> tuple[Dimension, ...]:
        """The rated dimensions, work result first."""
        present = {criterion.dimension for criterion in self.criteria}
        return tuple(dimension for dimension in Dimension if dimension in present)


def share(weight: int, siblings: int) -> Decimal:
    """``weight`` as a percentage of the sum ``siblings``, half-up to 2 decimals: 33.33 for 1 of 3."""
    return (Decimal(100 * weight) / siblings).quantize(_CENT, ROUND_HALF_UP)


def with_known_ids(before: Rubric, criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """The new criteria of a draft, where criteria and indicators whose code stays keep their id."""
    criterion_ids = {criterion.code: criterion.id for criterion in before.criteria}
    indicator_ids = {indicator.code: indicator.id for _, indicator in before.indicators()}
    return tuple(
        replace(
            criterion,
            id=criterion_ids.get(criterion.code, criterion.id),
            indicators=tuple(
                replace(indicator, id=indicator_ids.get(indicator.code, indicator.id))
                for indicator in criterion.indicators
            ),
        )
        for criterion in criteria
    )


def check_scale(scale: Scale, pointer: str) -> list[Violation]:
    """The rules of a scale: 2..101 points and exactly one label per point."""
    if not MIN_POINTS <= scale.span + 1 <= MAX_POINTS:
        return [Violation(f"{pointer}/max", "scale_size", {"least": MIN_POINTS, "most": MAX_POINTS})]
    labelled = sorted(label.points for label in scale.labels)
    if labelled != list(range(scale.min, scale.max + 1)):
        return [Violation(f"{pointer}/labels", "scale_labels_incomplete")]
    return []


def check_content(scale: Scale, criteria: tuple[Criterion, ...]) -> list[Violation]:
    """Everything a rubric must satisfy beyond the bounds of its single fields."""
    violations = check_scale(scale, "/scale")
    violations += _check_unique(
        [(f"/criteria/{c}/code", criterion.code) for c, criterion in enumerate(criteria)],
        "duplicate_criterion",
    )
    indicators: list[tuple[str, str]] = []
    for c, criterion in enumerate(criteria):
        if criterion.scale is not None:
            violations += check_scale(criterion.scale, f"/criteria/{c}/scale")
        for i, indicator in enumerate(criterion.indicators):
            indicators.append((f"/criteria/{c}/indicators/{i}/code", indicator.code))
            if not indicator.rater_types:
                violations.append(Violation(f"/criteria/{c}/indicators/{i}/rater_types", "indicator_asked_of_nobody"))
    violations += _check_unique(indicators, "duplicate_indicator")
    if len(indicators) > MAX_INDICATORS:
        violations.append(Violation("/criteria", "too_many_indicators", {"most": MAX_INDICATORS}))
    return violations


def _check_unique(codes: list[tuple[str, str]], code: str) -> list[Violation]:
    seen: set[str] = set()
    violations = []
    for pointer, value in codes:
        if value in seen:
            violations.append(Violation(pointer, code))
        seen.add(value)
    return violations
