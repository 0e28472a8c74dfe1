"""A preset as a rubric's definition, ready to be stored."""

from collections.abc import Callable
from uuid import UUID

from app.domain.presets.shapes import CriterionBody, IndicatorBody, RubricBody, ScaleBody
from app.domain.rubrics import Criterion, Indicator, RubricDefinition, Scale, ScaleLabel
from app.domain.values import Dimension, RaterType


def definition_of(body: RubricBody, new_id: Callable[[], UUID]) -> RubricDefinition:
    """The definition a preset stands for, with fresh ids for its criteria and indicators."""
    return RubricDefinition(
        code=body["code"],
        title=body["title"],
        description=body["description"],
        scale=_scale(body["scale"]),
        criteria=tuple(_criterion(criterion, new_id) for criterion in body["criteria"]),
    )


def _scale(body: ScaleBody) -> Scale:
    labels = (ScaleLabel(label["points"], label["label"], label["description"]) for label in body["labels"])
    return Scale(body["min"], body["max"], tuple(labels))


def _criterion(body: CriterionBody, new_id: Callable[[], UUID]) -> Criterion:
    return Criterion(
        id=new_id(),
        code=body["code"],
        title=body["title"],
        dimension=Dimension(body["dimension"]),
        weight=body["weight"],
        scale=None,
        indicators=tuple(_indicator(indicator, new_id) for indicator in body["indicators"]),
    )


def _indicator(body: IndicatorBody, new_id: Callable[[], UUID]) -> Indicator:
    asked = frozenset(RaterType(rater_type) for rater_type in body["rater_types"])
    return Indicator(new_id(), body["code"], body["statement"], body["weight"], asked)
