"""Organisational achievements and the distribution check as the contract shows them."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import Code, Id, In, Int, Moment, Name, NextCursor, Out, Reason, Score
from app.api.texts import calibration as texts
from app.api.texts import say
from app.api.texts.results import predicate_label
from app.domain import calibration as domain
from app.domain.actions.calibration import Checked
from app.domain.actions.calibration import DistributionCheck as DomainCheck
from app.domain.people import Unit as DomainUnit
from app.domain.values import OrgAchievement, Predicate, Scheme

People = Annotated[Int, Field(ge=0, le=100_000_000)]
Achievement = Annotated[
    OrgAchievement, Field(description="Capaian kinerja organisasi of the unit, best first.", examples=["good"])
]
Word = Annotated[str, Field(max_length=60)]
Sentence = Annotated[str, Field(max_length=500)]


class OrgAchievementPut(In):
    """What the unit achieved in the cycle's period, as its leader one level up fixed it."""

    achievement: Achievement
    reason: Annotated[
        Reason | None, Field(description="On what ground; all staff may read it.", examples=["Evaluasi triwulan IV."])
    ] = None


class CalibrationUnit(Out):
    """A unit by name."""

    id: Annotated[Id, Field(description="Id of the unit.")]
    code: Annotated[Code, Field(description="Its code.", examples=["DINKES"])]
    name: Annotated[Name, Field(description="Its name.", examples=["Dinas Kesehatan"])]

    @classmethod
    def of(cls, unit: DomainUnit) -> Self:
        """From the domain."""
        return cls(id=unit.id, code=unit.code, name=unit.name)


class UnitAchievement(Out):
    """The organisational achievement of one unit in one cycle."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    unit: CalibrationUnit
    achievement: Achievement
    label: Annotated[Word, Field(description="The achievement in words.", examples=["Baik"])]
    reason: Annotated[
        str | None, Field(max_length=2000, description="On what ground.", examples=["Evaluasi triwulan IV."])
    ]
    set_at: Annotated[Moment, Field(description="When it was set.")]

    @classmethod
    def of(cls, found: domain.UnitAchievement, language: Language) -> Self:
        """From the domain."""
        return cls(
            cycle_id=found.cycle_id,
            unit=CalibrationUnit.of(found.unit),
            achievement=found.achievement,
            label=say(texts.ACHIEVEMENTS[found.achievement], language, {}),
            reason=found.reason,
            set_at=found.set_at,
        )


class UnitAchievementPage(Out):
    """A page of achievements."""

    items: Annotated[list[UnitAchievement], Field(max_length=200, description="The achievements of this page.")]
    next_cursor: NextCursor


class PredicateShare(Out):
    """How many people have one predicate."""

    predicate: Annotated[Predicate, Field(description="Predikat kinerja.", examples=["good"])]
    label: Annotated[Word, Field(description="In words.", examples=["Baik"])]
    count: Annotated[People, Field(description="People.", examples=[14])]
    share: Annotated[
        Score | None,
        Field(description="Percent of `people`, two decimals; null when nobody has a predicate.", examples=[66.67]),
    ]


class PatternWarningParams(Out):
    """The numbers of a warning."""

    predicates: Annotated[list[Predicate], Field(max_length=2, description="Counted together.", examples=[["good"]])]
    count: Annotated[People, Field(description="People who have them.", examples=[16])]
    people: Annotated[People, Field(description="People with a predicate.", examples=[20])]
    limit: Annotated[People, Field(description="At most, or at least, so many people.", examples=[14])]
    percent: Annotated[
        Int | None,
        Field(ge=0, le=100, description="The pattern's percentage; null for somebody at all.", examples=[70]),
    ]


class PatternWarning(Out):
    """One line of the pattern that the distribution does not keep."""

    code: Annotated[domain.WarningCode, Field(description="Which kind of line.", examples=["above_maximum"])]
    params: PatternWarningParams
    message: Annotated[
        Sentence,
        Field(
            description="The same in words.",
            examples=["Baik: 16 dari 20 orang; menurut pola paling banyak 14 (70%)."],
        ),
    ]

    @classmethod
    def of(cls, found: domain.PatternWarning, language: Language) -> Self:
        """From the domain."""
        rule = found.rule
        params = PatternWarningParams(
            predicates=list(rule.predicates),
            count=found.count,
            people=found.people,
            limit=found.limit,
            percent=rule.percent,
        )
        words = [_label(Scheme.PERMENPANRB_6_2022, predicate, language) for predicate in rule.predicates]
        spoken = params.model_dump() | {"predicates": say(texts.AND, language, {}).join(words)}
        return cls(code=rule.code, params=params, message=say(texts.WARNINGS[rule.code], language, spoken))


class Distribution(Out):
    """Predicates as recommended."""

    people: Annotated[People, Field(description="People with a predicate; shares are of them.", examples=[21])]
    without_predicate: Annotated[
        People, Field(description="Without one: incomplete, or a single dimension.", examples=[1])
    ]
    predicates: Annotated[
        list[PredicateShare], Field(max_length=5, description="Every predicate of the scheme, best first.")
    ]
    warnings: Annotated[list[PatternWarning], Field(max_length=5, description="What does not keep the pattern.")]


class DecidedDistribution(Distribution):
    """Predicates as decided."""

    undecided: Annotated[People, Field(description="People whose result nobody decided yet.", examples=[0])]


class DistributionPattern(Out):
    """Whether a pattern was there to compare with."""

    status: Annotated[domain.PatternStatus, Field(description="Compared, or why not.", examples=["checked"])]
    text: Annotated[
        Sentence,
        Field(
            description="The same in words.",
            examples=["Capaian organisasi unit ini belum ditetapkan, sehingga tidak ada pola pembanding."],
        ),
    ]


class DistributionCheck(Out):
    """The predicates of a unit with all units below it, before and after people decided."""

    cycle_id: Annotated[Id, Field(description="The cycle.")]
    unit: CalibrationUnit
    scheme: Annotated[Scheme, Field(description="The regulation behind the predicates.")]
    achievement: Annotated[
        OrgAchievement | None, Field(description="The unit's own; null when not set.", examples=["good"])
    ]
    pattern: DistributionPattern
    participants: Annotated[
        People, Field(description="Over how many people this is: those whose results you may read.", examples=[22])
    ]
    recommended: Annotated[Distribution, Field(description="Before: as the figures recommend.")]
    decided: Annotated[DecidedDistribution, Field(description="After: as appraisers decided.")]

    @classmethod
    def of(cls, check: DomainCheck, language: Language) -> Self:
        """From the domain."""
        achieved = check.achievement
        words = {} if achieved is None else {"achievement": say(texts.ACHIEVEMENTS[achieved], language, {})}
        status = DistributionPattern(status=check.status, text=say(texts.STATUSES[check.status], language, words))
        return cls(
            cycle_id=check.cycle_id,
            unit=CalibrationUnit.of(check.unit),
            scheme=check.scheme,
            achievement=achieved,
            pattern=status,
            participants=check.participants,
            recommended=Distribution.model_validate(_distribution(check.scheme, check.recommended, language)),
            decided=DecidedDistribution.model_validate(
                _distribution(check.scheme, check.decided, language)
                | {"undecided": check.decided.distribution.undecided}
            ),
        )


def _distribution(scheme: Scheme, checked: Checked, language: Language) -> dict[str, object]:
    found = checked.distribution
    return {
        "people": found.people,
        "without_predicate": found.without_predicate,
        "predicates": [
            PredicateShare(
                predicate=predicate,
                label=_label(scheme, predicate, language),
                count=count,
                share=_percent(found.share(predicate)),
            )
            for predicate, count in found.counts.items()
        ],
        "warnings": [PatternWarning.of(one, language) for one in checked.warnings],
    }


def _percent(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _label(scheme: Scheme, predicate: Predicate, language: Language) -> str:
    return say(predicate_label(scheme, predicate), language, {})
