"""The shape of a preset: the body of createRubric, as plain dictionaries (contract.md, Rubrics)."""

from collections.abc import Sequence
from typing import TypedDict

from app.domain.values import Dimension, RaterType


class ScaleLabelBody(TypedDict):
    """The words for one point of the scale."""

    points: int
    label: str
    description: str


class ScaleBody(TypedDict):
    """Integer points ``min..max``, each with its label."""

    min: int
    max: int
    labels: list[ScaleLabelBody]


class IndicatorBody(TypedDict):
    """One observable statement; ``weight`` relative to its siblings, ``rater_types`` asked about it."""

    code: str
    statement: str
    weight: int
    rater_types: list[str]


class CriterionBody(TypedDict):
    """A group of indicators; ``weight`` relative to the other criteria of its dimension."""

    code: str
    title: str
    dimension: str
    weight: int
    indicators: list[IndicatorBody]


class RubricBody(TypedDict):
    """A whole rubric as createRubric takes it."""

    code: str
    title: str
    description: str
    scale: ScaleBody
    criteria: list[CriterionBody]


def scale(labels: Sequence[tuple[str, str]], lowest: int = 1) -> ScaleBody:
    """A scale that counts up from ``lowest``, from its labels and their descriptions."""
    return ScaleBody(
        min=lowest,
        max=lowest + len(labels) - 1,
        labels=[
            ScaleLabelBody(points=points, label=label, description=description)
            for points, (label, description) in enumerate(labels, lowest)
        ],
    )


def indicator(code: str, statement: str, asked: Sequence[RaterType], weight: int = 1) -> IndicatorBody:
    """One indicator asked of the rater types ``asked``."""
    return IndicatorBody(
        code=code, statement=statement, weight=weight, rater_types=[rater_type.value for rater_type in asked]
    )


def criterion(
    code: str, title: str, dimension: Dimension, indicators: Sequence[IndicatorBody], weight: int = 1
) -> CriterionBody:
    """One criterion of ``dimension``."""
    return CriterionBody(code=code, title=title, dimension=dimension.value, weight=weight, indicators=list(indicators))
