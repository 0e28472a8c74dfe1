"""Rating quality as the contract shows it."""

from typing import Annotated, Any, Self

import orjson
from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import Code, Id, Int, Moment, Name, NextCursor, Out
from app.api.texts import quality as texts
from app.api.texts import say
from app.domain.actions.quality import Labels
from app.domain.ports.quality import AdjustedMean as DomainAdjusted
from app.domain.ports.quality import RaterQuality as DomainRater
from app.domain.ports.quality import StoredReport
from app.domain.quality import FEWEST, SMALL_SAMPLE
from app.domain.quality.severity import Untold
from app.domain.statistics import Level
from app.domain.values import Band, Dimension, RaterKind, RaterType

Ratees = Annotated[Int, Field(ge=0, le=100_000_000, description="Over so many ratees.", examples=[120])]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Percent = Annotated[Int, Field(ge=0, le=100)]
LevelWord = Annotated[Level, Field(description="Below .50 low, below .70 moderate, else high.", examples=["high"])]
Kind = Annotated[RaterType, Field(description="The rater type.", examples=["peer"])]


class AgreementLevels(Out):
    """How many ratees have which level of agreement."""

    low: Ratees
    moderate: Ratees
    high: Ratees


class AgreementFigure(Out):
    """Agreement of the raters of each ratee, over the ratees whose group counts; figures from 5 ratees on."""

    ratees: Ratees
    mean: Annotated[Share | None, Field(description="Mean over the ratees.", examples=[0.71])]
    levels: AgreementLevels | None


class IndicatorAgreement(Out):
    """Agreement on one indicator."""

    code: Annotated[Code, Field(description="Code of the indicator.", examples=["BP1"])]
    rwg: AgreementFigure
    ad: Annotated[
        float | None, Field(ge=0, le=100, description="AD_M in points of the scale, mean over ratees.", examples=[0.55])
    ]


class CriterionAgreement(Out):
    """Agreement on one criterion."""

    code: Annotated[Code, Field(description="Code of the criterion.", examples=["BP"])]
    rwg_j: AgreementFigure


class DimensionAgreement(Out):
    """Agreement on one dimension: the mean of its criteria."""

    dimension: Annotated[Dimension, Field(description="The dimension.", examples=["work_behaviour"])]
    rwg_j: AgreementFigure


class RaterTypeAgreement(Out):
    """Agreement within one rater type."""

    rater_type: Kind
    indicators: Annotated[list[IndicatorAgreement], Field(max_length=1000, description="In rubric order.")]
    criteria: Annotated[list[CriterionAgreement], Field(max_length=100, description="In rubric order.")]
    dimensions: Annotated[list[DimensionAgreement], Field(max_length=2, description="The dimensions.")]


class RubricAgreement(Out):
    """Agreement on what one rubric asks."""

    rubric_id: Annotated[Id, Field(description="The rubric.")]
    agreement: Annotated[list[RaterTypeAgreement], Field(max_length=5, description="By rater type.")]


class Reliability(Out):
    """An intraclass correlation; a negative one is shown as 0."""

    value: Annotated[Share, Field(description="As shown.", examples=[0.44])]
    raw: Annotated[
        float | None,
        Field(le=1, allow_inf_nan=False, description="As the formula gives it; null at its pole.", examples=[0.4428]),
    ]


class RaterTypeQuality(Out):
    """What is told of one rater type over the whole cycle; figures from 5 ratees on."""

    rater_type: Kind
    ratees: Ratees
    icc_1: Annotated[Reliability | None, Field(description="ICC(1): reliability of a single rater.")]
    icc_1k: Annotated[Reliability | None, Field(description="ICC(1,k): reliability of a ratee's mean.")]
    level: Annotated[Level | None, Field(description="What ICC(1,k) amounts to.", examples=["moderate"])]
    straight_lining: Annotated[
        Percent | None, Field(description="Percent of sheets with nine of ten points identical.", examples=[4])
    ]
    narrow_spread: Annotated[
        Percent | None, Field(description="Percent of sheets with a standard deviation below 10 of 100.", examples=[12])
    ]
    small_sample: Annotated[bool, Field(description="Fewer than 30 ratees.", examples=[False])]
    caution: Annotated[
        str | None, Field(max_length=500, description="The same in words; null otherwise.", examples=[None])
    ]


class UnitReciprocity(Out):
    """People of one unit who rated each other anonymously, at least ten pairs."""

    unit_id: Annotated[Id, Field(description="The unit.")]
    share: Annotated[
        Percent,
        Field(description="Percent of pairs in which each put the other 10 of 100 above the others.", examples=[8]),
    ]


class RatingQuality(Out):
    """How well a cycle was rated."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    computed_at: Annotated[Moment, Field(description="When rating ended and this was made.")]
    rater_types: Annotated[list[RaterTypeQuality], Field(max_length=5, description="By rater type.")]
    rubrics: Annotated[list[RubricAgreement], Field(max_length=100, description="Agreement by rubric.")]
    reciprocity: Annotated[list[UnitReciprocity], Field(max_length=10_000, description="By unit.")]

    @classmethod
    def of(cls, cycle_id: Id, stored: StoredReport, language: Language) -> Self:
        """From the stored report, with its cautions in words."""
        content: dict[str, Any] = orjson.loads(stored.content)
        kinds = [one | {"caution": _caution(one, language)} for one in content["rater_types"]]
        return cls.model_validate(
            content | {"cycle_id": str(cycle_id), "computed_at": stored.made_at, "rater_types": kinds}
        )


def _caution(one: dict[str, Any], language: Language) -> str | None:
    if not one["small_sample"]:
        return None
    sentence = {0: texts.NOBODY, 1: texts.ONE}.get(one["ratees"], texts.FEW)
    return say(sentence, language, {"ratees": one["ratees"], "fewest": FEWEST, "sample": SMALL_SAMPLE})


class RaterQuality(Out):
    """One rater. Of an anonymous one the band is all there is; a superior has figures and no band."""

    rater_id: Annotated[Id, Field(description="The employee.")]
    name: Annotated[Name, Field(description="Name.", examples=["Siti Aminah"])]
    kind: Annotated[RaterKind, Field(description="As what he rated.", examples=["anonymous"])]
    band: Annotated[
        Band | None,
        Field(description="Over all his anonymous sheets, from 5 on: far from the others or flat?", examples=["usual"]),
    ]
    ratees: Annotated[
        Int | None, Field(ge=1, le=100_000_000, description="People whom the superior rated.", examples=[None])
    ]
    severity: Annotated[
        float | None,
        Field(
            ge=-100,
            le=100,
            description="Points of 100 above the anonymous groups on the same indicators; negative is severe.",
            examples=[None],
        ),
    ]
    spread: Annotated[
        float | None, Field(ge=0, le=100, description="Standard deviation of all his points of 100.", examples=[None])
    ]
    identical: Annotated[Percent | None, Field(description="Percent of points that are the same.", examples=[None])]

    @classmethod
    def of(cls, found: DomainRater) -> Self:
        """From the domain."""
        return cls(
            rater_id=found.rater_id,
            name=found.name,
            kind=found.kind,
            band=found.band,
            ratees=found.ratees,
            severity=found.severity,
            spread=found.spread,
            identical=found.identical,
        )


class RaterQualityPage(Out):
    """A page of raters."""

    items: Annotated[list[RaterQuality], Field(max_length=200, description="The raters of this page.")]
    next_cursor: NextCursor


Points = Annotated[Int | None, Field(ge=-1_000_000, le=1_000_000)]


class AdjustedMean(Out):
    """The plain and the severity-adjusted mean of one group of raters of one ratee, side by side."""

    participant_id: Annotated[Id, Field(description="Id of the participant.")]
    name: Annotated[Name, Field(description="Name of the ratee.", examples=["Siti Aminah"])]
    rater_type: Kind
    component: Annotated[
        Int,
        Field(
            ge=1,
            le=100_000_000,
            description="Ratees whom shared raters link; figures compare only there.",
            examples=[1],
        ),
    ]
    raw: Annotated[Points, Field(description="Mean of the sheets, in whole points of 100.", examples=[71])]
    adjusted: Annotated[
        Points, Field(description="The same without the raters' severity; may leave 0 to 100.", examples=[74])
    ]
    withheld: Annotated[
        Untold | None,
        Field(
            description="Why there are no figures: nobody to compare with, raters who could be told apart (fewer than five "
            "rated exactly the same people), or a group set aside by an appeal.",
            examples=[None],
        ),
    ]

    @classmethod
    def of(cls, found: DomainAdjusted) -> Self:
        """From the domain."""
        return cls(
            participant_id=found.participant_id,
            name=found.name,
            rater_type=found.rater_type,
            component=found.component,
            raw=found.raw,
            adjusted=found.adjusted,
            withheld=found.untold,
        )


class AdjustedMeanPage(Out):
    """A page of adjusted means."""

    items: Annotated[list[AdjustedMean], Field(max_length=200, description="The means of this page.")]
    next_cursor: NextCursor


class GroupAgreement(Out):
    """How far one group of raters agreed on one dimension."""

    rater_type: Kind
    dimension: Annotated[Dimension, Field(description="The dimension.", examples=["work_behaviour"])]
    level: LevelWord


class ResultAgreement(Out):
    """How far the anonymous groups behind a result agreed."""

    participant_id: Annotated[Id, Field(description="Id of the participant.")]
    groups: Annotated[
        list[GroupAgreement], Field(max_length=10, description="Groups of five and more whose figure is shown.")
    ]

    @classmethod
    def of(cls, participant_id: Id, labels: Labels) -> Self:
        """From the domain, in the order of types and dimensions."""
        groups = [
            GroupAgreement(rater_type=rater_type, dimension=dimension, level=labels[rater_type][dimension])
            for rater_type in RaterType
            for dimension in Dimension
            if dimension in labels.get(rater_type, {})
        ]
        return cls(participant_id=participant_id, groups=groups)
