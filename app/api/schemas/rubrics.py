"""Rubrics as the contract shows them."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from app.api.languages import Language
from app.api.schemas.common import (
    NEVER_NULL,
    Code,
    Id,
    In,
    Int,
    LongText,
    Moment,
    Name,
    NextCursor,
    NotNull,
    Out,
    Score,
    Text,
    distinct,
)
from app.domain import rubrics as domain
from app.domain.errors import Invalid, Violation, raise_if_any
from app.domain.presets import PRESET_NAMES_EN, RubricBody
from app.domain.values import Dimension, RaterType, RubricState

RubricCode = Annotated[
    Code, Field(description="Code of the rubric, the same for all its versions.", examples=["berakhlak-2026"])
]
RubricTitle = Annotated[Name, Field(description="Title of the rubric.", examples=["Nilai dasar ASN BerAKHLAK"])]
Description = Annotated[
    LongText,
    Field(description="What the rubric is for, and how to answer it.", examples=["Untuk seluruh ASN Kota Serang."]),
]
Points = Annotated[
    Int,
    Field(ge=-domain.MOST_POINTS, le=domain.MOST_POINTS, description="A point of the scale.", examples=[5]),
]
Weight = Annotated[
    Int,
    Field(ge=1, le=domain.MAX_WEIGHT, description="Whole weight relative to the siblings.", examples=[1]),
]
Label = Annotated[Name, Field(max_length=100, description="The words for this point.", examples=["Role model"])]
LabelDescription = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=500,
        description="What somebody with this point does.",
        examples=["Menjadi teladan bagi rekan kerja."],
    ),
]
CriterionCode = Annotated[Code, Field(description="Code of the criterion, unique in the rubric.", examples=["BP"])]
CriterionTitle = Annotated[Name, Field(description="Title of the criterion.", examples=["Berorientasi Pelayanan"])]
IndicatorCode = Annotated[Code, Field(description="Code of the indicator, unique in the rubric.", examples=["BP1"])]
Statement = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=500,
        description="What the rater is asked about.",
        examples=["Ramah, cekatan, solutif, dan dapat diandalkan"],
    ),
]
AskedTypes = Annotated[
    list[RaterType],
    Field(min_length=1, max_length=5, description="The rater types asked about it.", examples=[["superior", "peer"]]),
]
DimensionName = Annotated[Dimension, Field(description="Hasil kerja or perilaku kerja.", examples=["work_behaviour"])]
Share = Annotated[Score, Field(description="Its share among its siblings in per cent.", examples=[14.29])]
Lowest = Annotated[Points, Field(description="The lowest point.", examples=[1])]
Highest = Annotated[Points, Field(description="The highest point.", examples=[5])]
_LABELS = Field(min_length=domain.MIN_POINTS, max_length=domain.MAX_POINTS, description="One label per point.")
_CRITERIA = Field(min_length=1, max_length=domain.MAX_CRITERIA, description="The criteria in rubric order.")
_INDICATORS = Field(min_length=1, max_length=domain.MAX_INDICATORS, description="The indicators in rubric order.")
_SCALE = Field(description="The scale of every criterion that has none of its own.")
_OWN_SCALE = Field(description="The criterion's own scale; null for that of the rubric.")


class ScaleLabelCreate(In):
    """The words for one point of a scale."""

    points: Points
    label: Label
    description: Annotated[LabelDescription | None, Field(description="What somebody with this point does.")] = None

    def to_domain(self) -> domain.ScaleLabel:
        """For the domain."""
        return domain.ScaleLabel(self.points, self.label, self.description)


class ScaleCreate(In):
    """2 to 101 whole points from `min` to `max`, each with its label."""

    min: Lowest
    max: Highest
    labels: Annotated[list[ScaleLabelCreate], _LABELS]

    def to_domain(self) -> domain.Scale:
        """For the domain."""
        labels = sorted((label.to_domain() for label in self.labels), key=lambda label: label.points)
        return domain.Scale(self.min, self.max, tuple(labels))


class IndicatorCreate(In):
    """One observable statement."""

    code: IndicatorCode
    statement: Statement
    weight: Weight
    rater_types: Annotated[AskedTypes, AfterValidator(distinct)]

    def to_domain(self, new_id: Callable[[], UUID]) -> domain.Indicator:
        """For the domain, under a fresh id."""
        return domain.Indicator(new_id(), self.code, self.statement, self.weight, frozenset(self.rater_types))


class CriterionCreate(In):
    """A group of indicators."""

    code: CriterionCode
    title: CriterionTitle
    dimension: DimensionName
    weight: Weight
    scale: Annotated[ScaleCreate | None, _OWN_SCALE] = None
    indicators: Annotated[list[IndicatorCreate], _INDICATORS]

    def to_domain(self, new_id: Callable[[], UUID]) -> domain.Criterion:
        """For the domain, under a fresh id."""
        return domain.Criterion(
            id=new_id(),
            code=self.code,
            title=self.title,
            dimension=self.dimension,
            weight=self.weight,
            scale=self.scale.to_domain() if self.scale else None,
            indicators=tuple(indicator.to_domain(new_id) for indicator in self.indicators),
        )


CriteriaCreate = Annotated[list[CriterionCreate], _CRITERIA]


class RubricReplace(In):
    """A whole rubric. Its code can change only while no version of it was published."""

    code: RubricCode
    title: RubricTitle
    description: Annotated[Description | None, Field(description="What the rubric is for.")] = None
    scale: Annotated[ScaleCreate, _SCALE]
    criteria: CriteriaCreate

    def to_domain(self, new_id: Callable[[], UUID]) -> domain.RubricDefinition:
        """For the domain."""
        return domain.RubricDefinition(
            code=self.code,
            title=self.title,
            description=self.description,
            scale=self.scale.to_domain(),
            criteria=tuple(criterion.to_domain(new_id) for criterion in self.criteria),
        )


class RubricCreate(In):
    """A new rubric: either with `scale` and `criteria` of its own, or with those of a `preset`."""

    code: RubricCode
    title: RubricTitle
    description: Annotated[
        Description | None, Field(description="What the rubric is for; null for the preset's own words.")
    ] = None
    preset: Annotated[
        Code | None,
        NotNull,
        Field(description="Code of a preset, instead of `scale` and `criteria`.", examples=["berakhlak"]),
        NEVER_NULL,
    ] = None
    scale: Annotated[ScaleCreate | None, NotNull, _SCALE, NEVER_NULL] = None
    criteria: Annotated[CriteriaCreate | None, NotNull, NEVER_NULL] = None

    def to_domain(self, new_id: Callable[[], UUID]) -> domain.RubricDefinition:
        """For the domain, when there is no preset; raises `Invalid` for what is missing."""
        if self.scale is None or self.criteria is None:
            own = {"scale": self.scale, "criteria": self.criteria}
            raise Invalid(Violation(f"/{name}", "required") for name, value in own.items() if value is None)
        return domain.RubricDefinition(
            code=self.code,
            title=self.title,
            description=self.description,
            scale=self.scale.to_domain(),
            criteria=tuple(criterion.to_domain(new_id) for criterion in self.criteria),
        )

    def require_no_content(self) -> None:
        """A preset brings scale and criteria along."""
        own = {"scale": self.scale, "criteria": self.criteria}
        raise_if_any([Violation(f"/{name}", "preset_or_content") for name, value in own.items() if value is not None])


class RubricScaleLabel(Out):
    """The words for one point of a scale."""

    points: Points
    label: Label
    description: Annotated[LabelDescription | None, Field(description="What somebody with this point does.")]


class RubricScale(Out):
    """Whole points from `min` to `max`, each with its label."""

    min: Lowest
    max: Highest
    labels: Annotated[list[RubricScaleLabel], _LABELS]

    @classmethod
    def of(cls, scale: domain.Scale) -> "RubricScale":
        """From the domain."""
        labels = [
            RubricScaleLabel(points=one.points, label=one.label, description=one.description) for one in scale.labels
        ]
        return cls(min=scale.min, max=scale.max, labels=labels)


class RubricIndicator(Out):
    """One observable statement."""

    id: Annotated[Id, Field(description="Id of the indicator in this version.")]
    code: IndicatorCode
    statement: Statement
    weight: Weight
    share: Share
    rater_types: AskedTypes

    @classmethod
    def of(cls, indicator: domain.Indicator, siblings: int) -> "RubricIndicator":
        """From the domain; ``siblings`` is the sum of the weights within the criterion."""
        return cls(
            id=indicator.id,
            code=indicator.code,
            statement=indicator.statement,
            weight=indicator.weight,
            share=domain.share(indicator.weight, siblings),
            rater_types=[rater_type for rater_type in RaterType if rater_type in indicator.rater_types],
        )


class RubricCriterion(Out):
    """A group of indicators."""

    id: Annotated[Id, Field(description="Id of the criterion in this version.")]
    code: CriterionCode
    title: CriterionTitle
    dimension: DimensionName
    weight: Weight
    share: Share
    scale: Annotated[RubricScale | None, _OWN_SCALE]
    indicators: Annotated[list[RubricIndicator], _INDICATORS]

    @classmethod
    def of(cls, criterion: domain.Criterion, siblings: int) -> "RubricCriterion":
        """From the domain; ``siblings`` is the sum of the weights within the dimension."""
        total = sum(indicator.weight for indicator in criterion.indicators)
        return cls(
            id=criterion.id,
            code=criterion.code,
            title=criterion.title,
            dimension=criterion.dimension,
            weight=criterion.weight,
            share=domain.share(criterion.weight, siblings),
            scale=RubricScale.of(criterion.scale) if criterion.scale else None,
            indicators=[RubricIndicator.of(indicator, total) for indicator in criterion.indicators],
        )


class Rubric(Out):
    """One version of a rubric; it never changes once it is published."""

    id: Annotated[Id, Field(description="Id of this version.")]
    code: RubricCode
    version: Annotated[Int, Field(ge=1, le=1_000_000, description="1 for the first version.", examples=[1])]
    title: RubricTitle
    description: Annotated[Description | None, Field(description="What the rubric is for.")]
    state: Annotated[RubricState, Field(description="Draft, published or retired.", examples=["published"])]
    scale: Annotated[RubricScale, _SCALE]
    criteria: Annotated[list[RubricCriterion], _CRITERIA]
    created_at: Annotated[Moment, Field(description="When this version was begun.")]
    published_at: Annotated[Moment | None, Field(description="Since when this version is immutable.")]
    retired_at: Annotated[Moment | None, Field(description="Since when no new cycle may use this version.")]

    @classmethod
    def of(cls, rubric: domain.Rubric) -> "Rubric":
        """From the domain."""
        return cls(
            id=rubric.id,
            code=rubric.code,
            version=rubric.version,
            title=rubric.title,
            description=rubric.description,
            state=rubric.state,
            scale=RubricScale.of(rubric.scale),
            criteria=[RubricCriterion.of(one, rubric.dimension_weight(one.dimension)) for one in rubric.criteria],
            created_at=rubric.created_at,
            published_at=rubric.published_at,
            retired_at=rubric.retired_at,
        )


class RubricPage(Out):
    """A page of rubrics."""

    items: Annotated[list[Rubric], Field(max_length=200, description="The rubrics of this page.")]
    next_cursor: NextCursor


class PresetIndicator(Out):
    """One observable statement of a preset."""

    code: IndicatorCode
    statement: Statement
    weight: Weight
    rater_types: AskedTypes


class PresetCriterion(Out):
    """A group of indicators of a preset."""

    code: CriterionCode
    title: CriterionTitle
    dimension: DimensionName
    weight: Weight
    indicators: Annotated[list[PresetIndicator], _INDICATORS]


class RubricPreset(Out):
    """A rubric to start from: name its code as `preset` in createRubric, or send it changed as a rubric of your own."""

    code: Annotated[Code, Field(description="Code of the preset.", examples=["berakhlak"])]
    title: RubricTitle
    description: Description
    scale: Annotated[RubricScale, _SCALE]
    criteria: Annotated[list[PresetCriterion], _CRITERIA]

    @classmethod
    def of(cls, body: RubricBody, language: Language) -> "RubricPreset":
        """From the domain; titles and scale labels in the reader's language, statements in the official wording."""
        preset = cls.model_validate(body)
        if language == "id":
            return preset
        names = PRESET_NAMES_EN[preset.code]
        labels = [
            label.model_copy(update={"label": words})
            for label, words in zip(preset.scale.labels, names.scale_labels, strict=True)
        ]
        criteria = [one.model_copy(update={"title": names.criteria[one.code]}) for one in preset.criteria]
        scale = preset.scale.model_copy(update={"labels": labels})
        return preset.model_copy(update={"title": names.title, "scale": scale, "criteria": criteria})


class RubricPresetList(Out):
    """All presets."""

    items: Annotated[list[RubricPreset], Field(max_length=20, description="The presets.")]
    next_cursor: NextCursor
